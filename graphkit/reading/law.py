"""The law in a sentence: who issued them, which chips they limit, whom and where they reach.

Laws have statuses of their own (a draft is proposed, a thought considered), and are rarely called by their name:
a description is compared with the known rules by issuer and subject matter, and two that fit are two candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.facts import Entity
from graphkit.reading.ends import list_with
from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.relations import RelationMatch
from graphkit.reading.scenes import Context, Mention, Scene
from graphkit.reading.unnamed import name_rule

#: Concepts that every rule on chips shares.
_COMMON = frozenset(
    {
        "rule",
        "control",
        "export",
        "chip",
        "ai",
        "advanced",
        "use",
        "access",
        "tech",
        "company",
        "cloud",
        "list",
        "entity",
        "own",
    }
)
_PRONOUN = re.compile(
    r"(?:^|[,;] )(?:[^,;]{0,30}, )?(?:il|elle|it|they|the (?:department|agency|ministry|bureau)"
    r"|le (?:departement|ministere|bureau)|l'agence)\b"
)


def find_law(scene: Scene, context: Context, before: Context, names: KnownNames) -> Iterator[RelationMatch]:
    """Iterate over what a sentence says of rules; the rule it speaks of is left in the context."""
    law = scene.lexicon.law
    yield from _find_sanctions(scene, names)
    chips = scene.of("h")
    # "restricted chips" restricts nothing
    triggers = [
        t for t in re.finditer(law["restrict"], scene.plain) if not any(m.start <= t.start() < m.end for m in chips)
    ]
    rules = scene.of("l")
    named = [m for m in rules if not m.bare and "list" not in m.entity.name.lower()]
    issuers = _find_issuers(scene, rules, triggers, before)
    issuers = [_find_state(one, names) for one in issuers]
    status, cue = _find_status(scene, issuers)
    if named:
        at, entities = named[0], named[0].entities
    elif not (rules or triggers):
        return
    elif issuers and (triggers or status != "done"):
        at = rules[0] if rules else issuers[0]
        entities = tuple(_resolve(scene, names, issuers[0], status, bool(rules)))
    elif rules and triggers and before.rule:
        at, entities = rules[0], before.rule.entities
    else:
        return
    if not entities:
        return
    if re.search(
        r"(?:\bn'|\bne )(?:s')?\w+ (?:pas|plus pas)\b|\bdo(?:es)? not (?:restrict|ban|bar|prohibit|prevent|apply)",
        scene.plain,
    ) and not re.search(r"ne peu(?:t|vent) pas", scene.plain):
        return  # what a rule does not do is no claim of it
    verbs = [t for t in triggers if not any(r.start <= t.start() < r.end for r in rules)]
    if verbs and not named and re.search(law["asked"], scene.plain[: verbs[0].start()]):
        return  # what lawmakers ask of a department is no rule yet
    if status == "done" and at.manner == "pronoun":
        status = before.rule_status  # "this text would": the draft of the sentence before
    context.rule_status = status
    countries = [_find_country(one, names) for one in issuers]
    own = {m.entity.id for m in issuers} | {one.id for one in countries if one}
    for rule in entities:
        yield from _make_law_claims(scene, rule, status, cue, issuers, at, verbs or triggers, bool(named), own)
    context.rule = Mention(at.start, at.end, "l", entities, "pronoun")


def _find_sanctions(scene: Scene, names: KnownNames) -> Iterator[RelationMatch]:
    """Iterate over the sanctions that "cut off from American chips" speaks of."""
    for match in scene.lexicon.compile(scene.lexicon.law["cut"]).finditer(scene.tagged):
        party, chip = scene.within(*match.span("s"))[0], scene.within(*match.span("o"))[0]
        country = next((one for one in chip.inner if one.kind == "Region"), None)
        if country:
            fit = names.fitting("Regulation", frozenset({"control", f"id:{country.id}", f"id:{party.entity.id}"}))
            name = f"{country.name} sanctions on {party.entity.name}"
            rule = fit[0] if fit else Entity(id=make_slug(name), name=name, kind="Regulation")
            yield RelationMatch("law-cut", "APPLIES_TO", rule, party.entity, "done", "", match.start(), match.end())
            yield RelationMatch("law-cut", "RESTRICTS", rule, chip.entity, "done", "", match.start(), match.end())


def _make_law_claims(
    scene: Scene,
    rule: Entity,
    status: str,
    cue: str,
    issuers: list[Mention],
    at: Mention,
    triggers: list[re.Match[str]],
    named: bool,
    own: set[str],
) -> Iterator[RelationMatch]:
    law = scene.lexicon.law
    issued = re.search(law["issue"], scene.plain) is not None
    for issuer in issuers[:1]:
        # whose rule it is called is said in passing; who acts is told
        if (issuer.manner != "adjective" and (issued or status != "done")) or (
            issuer.manner == "adjective" and triggers and not named
        ):
            yield RelationMatch("law-issuer", "ISSUED_BY", rule, issuer.entity, status, cue, issuer.start, at.end)
    if not triggers:
        return
    first = min(triggers[0].start(), at.start)
    for chip in _find_limited_chips(scene, first, [at.end, *(one.end() for one in triggers)]):
        yield RelationMatch("law-chip", "RESTRICTS", rule, chip.entities[0], status, cue, first, chip.end)
    for one in at.inner if at.manner == "description" and not scene.of("h") else ():
        if one.kind == "Chip":  # "Washington's curbs on advanced AI chips"
            yield RelationMatch("law-chip", "RESTRICTS", rule, one, status, cue, first, at.end)
    for group in scene.of("c", first):
        places = [one for one in group.inner if one.kind == "Region" and one.id not in own]
        if places and re.search(rf"(?:^|\b)(?:{law['toward']}|aux |a des )$", scene.tagged[first : group.start]):
            yield RelationMatch("law-place", "APPLIES_TO", rule, places[0], status, cue, first, group.end)
    reach = [m for m in scene.of("r", first) if m.entity.id not in own and m.manner != "seat"]
    listed = False
    for place in reach:
        gap = scene.tagged[first : place.start]
        listed = bool(re.search(rf"(?:^|\b)(?:{law['toward']})$", gap)) or (
            listed and bool(re.search(r"(?:\bet|\band|,) (?:a |to |vers )?(?:la |le |the |l')?$", gap))
        )
        if listed:
            yield RelationMatch("law-place", "APPLIES_TO", rule, place.entity, status, cue, first, place.end)
    for match in scene.lexicon.compile(law["party"]).finditer(scene.tagged):
        for name, text in match.groupdict().items():
            if text:
                for party in scene.within(*match.span(name)):
                    if not (party.bare and not party.inner and party.entity.name.startswith("Companies")):
                        yield RelationMatch(
                            "law-party", "APPLIES_TO", rule, party.entity, status, cue, match.start(), match.end()
                        )


def _find_limited_chips(scene: Scene, first: int, ends: list[int]) -> list[Mention]:
    """Return the chips that a rule limits: the first it speaks of, and those named as its examples.

    `ends` are where the words of limiting end. What is got all the same is not limited: "skirts curbs to buy chips".
    """
    chips = scene.of("h", first)
    if not chips:
        return []
    last = max((end for end in ends if end <= chips[0].start), default=chips[0].start)
    if re.search(scene.lexicon.law["got"], scene.plain[last : chips[0].start]):
        return []
    stretch = scene.tagged[chips[0].end : chips[0].end + 30]
    if not re.match(rf",? (?:{scene.lexicon.examples}) ", stretch):
        return list_with(scene, chips[0], "h")
    return [chips[0], *(m for m in chips[1:] if not m.entity.generic and m.start - chips[0].end < 80)]


def _find_status(scene: Scene, issuers: list[Mention]) -> tuple[str, str]:
    """Return the status of the rule a sentence speaks of, and its cue, which follows who acts."""
    law = scene.lexicon.law
    for match in re.finditer(law["considered"], scene.plain):
        if any(m.start < match.start() and m.manner != "adjective" for m in issuers):
            return "considered", scene.sentence.text[match.start() : match.end()]
    for match in re.finditer(law["proposed"], scene.plain):
        return "proposed", scene.sentence.text[match.start() : match.end()]
    return "done", ""


def _find_issuers(
    scene: Scene, rules: list[Mention], triggers: list[re.Match[str]], before: Context
) -> list[Mention]:
    """Return who made the rule: an authority, else the country that acts or whose rule it is called."""
    law = scene.lexicon.law
    acts = re.search(f"{law['issue']}|{law['restrict']}", scene.plain)
    limit = acts.start() if acts else len(scene.plain)
    lead = [m for m in scene.of("ar", 0, limit + 1) if m.letter == "a" or _is_subject(scene, m)]
    lead = [m for m in lead if not m.entity.generic]  # officials make no rule
    if lead and acts:
        agencies = [m for m in lead if m.letter == "a"]
        return (agencies or lead)[:1]
    by = [
        m
        for m in scene.of("ra", limit)
        if re.search(r"\b(?:by|par) (?:the |la |le |les |l')?$", scene.tagged[: m.start])
    ]
    if by:
        return by[:1]
    for rule in rules:
        for one in rule.inner:
            if one.kind == "Region":
                return [Mention(rule.start, rule.end, "j", (one,), "adjective")]
    if before.agency and acts and (pronoun := _PRONOUN.search(scene.plain)) and pronoun.end() <= limit:
        return [Mention(pronoun.end() - 1, pronoun.end(), "a", before.agency.entities, "pronoun")]
    sold = [t for t in triggers if re.match(r"ne peuvent plus|can no longer", t[0])]
    return scene.of("j", 0, sold[0].start())[:1] if sold else []


def _find_state(issuer: Mention, names: KnownNames) -> Mention:
    """Return an issuer, or its country if it is a government that no fact base knows: its rules are the country's."""
    country = next((one for one in issuer.inner if one.kind == "Region"), None)
    if country is None or issuer.letter != "a" or issuer.entity.id in names.entities:
        return issuer
    return Mention(issuer.start, issuer.end, "r", (country,), "name")


def _is_subject(scene: Scene, mention: Mention) -> bool:
    return not re.search(
        r"\b(?:in|en|vers|to|from|of|a|au|aux|de|du|des|d'|dans|sur|for|pour|with|avec|against|contre|by|par|via"
        r"|on) ?"
        r"(?:the |la |le |les |l')?$",
        scene.tagged[: mention.start],
    )


def _resolve(scene: Scene, names: KnownNames, issuer: Mention, status: str, noun: bool) -> list[Entity]:
    """Return the known rules that fit issuer and subject matter; else one of our own naming."""
    country = _find_country(issuer, names)
    said = names.find_concepts(scene.sentence.text)
    subject = {one for one in said if not one.startswith(("id:", "word:"))} - _COMMON
    scored: list[tuple[float, str]] = []
    umbrella = ""
    for known, entity in names.described("Regulation"):
        if country is None or f"id:{country.id}" not in known:
            continue
        matter = {one for one in known if not one.startswith("id:")}
        if status == "done" and matter <= _COMMON and "control" in matter:
            umbrella = umbrella or entity.id
        proper = matter - _COMMON - {"possible"}  # its status says nothing of its subject
        if (
            proper
            and (len(proper & subject) >= 2 or proper <= subject)
            and ("possible" in matter) == (status == "considered")
        ):
            scored.append((len(proper & subject) / len(proper), entity.id))
    best = max((score for score, _ in scored), default=0.0)
    if best >= 0.6:
        ranked = sorted(scored, key=lambda row: (-row[0], row[1]))
        return [names.entities[id_] for id_ in dict.fromkeys(id_ for score, id_ in ranked if score > best - 0.02)][:2]
    if umbrella:
        return [names.entities[umbrella]]
    place = country.name if country else issuer.entity.name
    if status == "done":
        name = f"{place} AI chip export controls"
    elif noun or re.search(scene.lexicon.law["restrict"], scene.plain):
        name = name_rule(status, place, names.demonym(country) if country else "", said)
    else:
        return []
    return [Entity(id=make_slug(name), name=name, kind="Regulation")]


def _find_country(issuer: Mention, names: KnownNames) -> Entity | None:
    if issuer.entity.kind == "Region":
        return issuer.entity
    ids = [one[3:] for one in names.find_concepts(issuer.entity.name) if one.startswith("id:")]
    return next((names.entities[id_] for id_ in sorted(ids) if id_ in names.entities), None)
