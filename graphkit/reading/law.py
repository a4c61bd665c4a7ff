"""What a sentence says of rules: who issued them, which chips they limit, whom and where they reach.

Laws have statuses of their own (a draft is proposed, a thought considered), and are rarely called by their name:
a description is compared with the known rules by issuer and subject matter, and two that fit are two candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.facts import Entity
from graphkit.reading.known import KnownNames, make_slug
from graphkit.reading.mentions import Context, Mention, Scene
from graphkit.reading.relations import Finding

_PLAIN_SUBJECT = frozenset({"rule", "control", "export", "chip", "ai", "advanced", "use", "access", "tech", "company", "cloud"})


def find_law(scene: Scene, context: Context, names: KnownNames) -> Iterator[Finding]:
    """Iterate over what a sentence says of rules; the rule it speaks of is left in the context."""
    law = scene.lexicon.law
    triggers = list(re.finditer(law["restrict"], scene.plain))
    rules = scene.of("l")
    named = [m for m in rules if not m.bare]
    if not triggers and not rules:
        return
    if not triggers and not named and not re.search(f"{law['proposed']}|{law['considered']}", scene.plain):
        return
    status, cue = _status(scene)
    issuers = _issuers(scene, rules, triggers)
    if named:
        entities = named[0].entities
        at = named[0]
    else:
        if not issuers and not rules:
            return
        if not issuers and context.rule and rules:
            entities = context.rule.entities
        elif issuers:
            entities = tuple(_resolve(scene, names, issuers[0], status))
        else:
            return
        at = rules[0] if rules else issuers[0]
    for rule in entities:
        said = _known_status(rule, status)
        yield from _about(scene, rule, said, cue, issuers, at, triggers, named)
    if entities:
        context.rule = Mention(at.start, at.end, "l", entities, "pronoun")


def _known_status(rule: Entity, status: str) -> str:
    return status


def _about(
    scene: Scene, rule: Entity, status: str, cue: str, issuers: list[Mention], at: Mention, triggers: list[re.Match[str]], named: list[Mention]
) -> Iterator[Finding]:
    law = scene.lexicon.law
    issued = re.search(law["issue"], scene.plain) is not None
    for issuer in issuers[:1]:
        if (issued or status != "done") and not (named and named[0].manner == "pronoun" and issuer.letter == "j"):
            yield Finding("law-issuer", "ISSUED_BY", rule, issuer.entity, status, cue, issuer.start, at.end)
    if not triggers:
        return
    first = min(triggers[0].start(), at.start)
    chips = [m for m in scene.of("h", first) if m.manner != "seat"]
    for chip in chips[:1]:
        yield Finding("law-chip", "RESTRICTS", rule, chip.entities[0], status, cue, first, chip.end)
    # a destination stands after "to"; the issuer's own country is none
    own = {m.entity.id for m in issuers}
    reach = [m for m in scene.of("r", first) if m.entity.id not in own and m.manner != "seat"]
    for place in reach:
        if re.search(rf"(?:^|\b)(?:{law['toward']})$", scene.tagged[first : place.start]):
            yield Finding("law-place", "APPLIES_TO", rule, place.entity, status, cue, first, place.end)
        elif re.search(r"(?:\bet|\band|,) (?:a |to |la |le |vers )*(?:la |le |l')?$", scene.tagged[first : place.start]) and len(reach) > 1:
            yield Finding("law-place", "APPLIES_TO", rule, place.entity, status, cue, first, place.end)
    for match in scene.lexicon.compile(law["party"]).finditer(scene.tagged):
        for name, text in match.groupdict().items():
            if text:
                for party in scene.within(*match.span(name)):
                    yield Finding("law-party", "APPLIES_TO", rule, party.entity, status, cue, match.start(), match.end())


def _status(scene: Scene) -> tuple[str, str]:
    for status in ("considered", "proposed"):
        if match := re.search(scene.lexicon.law[status], scene.plain):
            return status, scene.sentence.text[match.start() : match.end()]
    return "done", ""


def _issuers(scene: Scene, rules: list[Mention], triggers: list[re.Match[str]]) -> list[Mention]:
    """Return who made the rule: an authority, else the country that acts or whose rule it is called."""
    limit = triggers[0].start() if triggers else len(scene.plain)
    agencies = [m for m in scene.of("a") if m.start < max(limit, *(r.end for r in rules), 0) or not rules] if rules or triggers else []
    if agencies:
        return agencies
    for rule in rules:
        for one in rule.inner:
            if one.kind == "Region":
                return [Mention(rule.start, rule.end, "j", (one,), "adjective")]
    acting = [m for m in scene.of("r", 0, limit + 1)]
    subject = [m for m in acting if m.manner in ("seat", "name") and not re.search(r"(?:\b(?:in|en|vers|to|from|of|a|au) (?:the |la |le |les )?)$", scene.tagged[: m.start])]
    if subject:
        return subject[:1]
    by = re.search(r"(?:by|par) (?:the |la |le |les |l')?$", "")
    del by
    after = [m for m in scene.of("ra", limit) if re.search(r"\b(?:by|par) (?:the |la |le |les |l')?$", scene.tagged[: m.start])]
    if after:
        return after[:1]
    adjectives = [m for m in scene.of("j", 0, limit + 1)]
    return adjectives[:1]


def _resolve(scene: Scene, names: KnownNames, issuer: Mention, status: str) -> list[Entity]:
    """Return the known rules that fit issuer and subject matter; else one of our own naming."""
    country = _country(issuer, names)
    said = names.find_concepts(scene.sentence.text)
    subject = said - _PLAIN_SUBJECT - {one for one in said if one.startswith(("id:", "word:"))}
    if status != "done":
        subject |= {"possible"} if status == "considered" else {"rule"}
    scored: list[tuple[float, str]] = []
    umbrella = ""
    for known, entity in names._described.get("Regulation", ()):
        if country is None or f"id:{country.id}" not in known:
            continue
        matter = {one for one in known if not one.startswith("id:")}
        if status == "done" and matter <= {"rule", "control", "export", "chip", "ai"} and "control" in matter:
            umbrella = umbrella or entity.id
        proper = matter - _PLAIN_SUBJECT
        if proper and (len(proper & subject) >= 2 or proper <= subject):
            scored.append((len(proper & subject) / len(proper), entity.id))
    best = max((score for score, _ in scored), default=0.0)
    if best >= 0.6:
        return [names.entities[id_] for id_ in dict.fromkeys(id_ for score, id_ in sorted(scored, key=lambda row: (-row[0], row[1])) if score > best - 0.02)][:2]
    if umbrella:
        return [names.entities[umbrella]]
    place = country.name if country else issuer.entity.name
    if status == "done":
        return [Entity(id=make_slug(f"{place} AI chip export controls"), name=f"{place} AI chip export controls", kind="Regulation")]
    name = f"{'Possible' if status == 'considered' else 'Proposed'} rule of {place}"
    return [Entity(id=make_slug(name), name=name, kind="Regulation")]


def _country(issuer: Mention, names: KnownNames) -> Entity | None:
    if issuer.entity.kind == "Region":
        return issuer.entity
    ids = [one[3:] for one in names.find_concepts(issuer.entity.name) if one.startswith("id:")]
    return next((names.entities[id_] for id_ in sorted(ids) if id_ in names.entities), None)
