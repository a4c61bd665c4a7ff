"""Relations: trigger words and turns of phrase of the lexicon, found in a sentence and filled with its mentions."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import msgspec

from graphkit.facts import Entity
from graphkit.ontology import RELATIONS
from graphkit.reading.ends import (
    find_antecedent,
    find_first_chip,
    find_left,
    find_right,
    find_scope_chips,
    find_scope_regions,
)
from graphkit.reading.known_names import KnownNames
from graphkit.reading.lexicon import FILLER, LETTERS, Frame, FrameOutcome, PhrasePattern, read_names_data
from graphkit.reading.references import is_governed
from graphkit.reading.scenes import Context, Mention, Scene
from graphkit.reading.statuses import find_clause, find_status, is_unsaid
from graphkit.reading.unnamed import find_authority, find_site, lets_computing

#: What holds whatever a clause says of it: "it stopped buying Nvidia's H20".
_LASTING = frozenset({"DESIGNS", "HEADQUARTERED_IN", "VARIANT_OF"})
_QUESTION = re.compile(r"\?[\"'\u00bb) ]*$")


class RelationMatch(msgspec.Struct, frozen=True):
    """A relation that a rule found: its ends, its status with the cue, its scope, and the stretch that told it."""

    rule: str
    relation: str
    subject: Entity
    object: Entity
    status: str
    cue: str
    start: int
    end: int
    chips: tuple[Entity, ...] = ()
    regions: tuple[Entity, ...] = ()
    site: Entity | None = None
    near: Mention | None = None


def find_relations(scene: Scene, context: Context, before: Context, names: KnownNames) -> Iterator[RelationMatch]:
    """Iterate over the relations that the lexicon's patterns and frames find in a sentence; a question tells none."""
    if _QUESTION.search(scene.plain):
        return
    yield from _count_groups(scene)
    yield from _tell_sites(scene, names)
    letters = "".join(sorted(m.letter for m in scene.mentions.values()))
    for phrase, pattern in scene.lexicon.phrases:
        if _has_ends(phrase.pattern, letters):
            yield from _match_phrase(scene, phrase, pattern, before, names)
    for frame, trigger in scene.triggers:
        yield from _fill_frame(scene, frame, trigger, before, context)


def _count_groups(scene: Scene) -> Iterator[RelationMatch]:
    """Iterate over the seats that descriptions tell: "two small US cloud providers"."""
    for m in scene.of("c"):
        places = [one for one in m.inner if one.kind == "Region"]
        if (
            m.manner == "description"
            and not m.bare
            and places
            and re.match(r"(?:two|three|deux|trois)\b", scene.plain[m.start :])
        ):
            yield RelationMatch("group-seat", "HEADQUARTERED_IN", m.entity, places[0], "done", "", m.start, m.end)


def _tell_sites(scene: Scene, names: KnownNames) -> Iterator[RelationMatch]:
    """Iterate over what descriptions of sites tell: "Kestrel's data centers in Indonesia and Malaysia"."""
    for m in scene.of("d"):
        makers = [one for one in m.inner if one.kind == "Company"]
        places = [one for one in m.inner if one.kind == "Region"]
        if m.manner != "description" or not makers or not places:
            continue
        more = re.match(
            rf"(?:{scene.lexicon.separator}(?:in |en |au |aux )?[{LETTERS['r']}]{FILLER}*)+", scene.tagged[m.end :]
        )
        places += [one.entity for one in scene.within(m.end, m.end + more.end())] if more else []
        if is_unsaid(scene, find_clause(scene, m.start, m.end)[0], m.end):
            continue
        status, cue = find_status(scene, max(0, m.start - 40), m.start, ("negated", "considered", "planned"))
        if status == "done":  # "Kestrel's site in Johor, which will hold"
            status, cue = find_status(scene, m.end, m.end + 14, ("planned",))
        others = [one for one in scene.of("c", find_clause(scene, m.start, m.end)[0], m.start) if not one.bare]
        if status != "negated" and any(one.entity.id != makers[0].id for one in others):
            status, cue = "done", ""  # what others plan at a site
        if chips := _find_held(scene, m):
            status, cue = (
                find_status(scene, m.end, chips[0].start, ("planned",)) if chips[0].start > m.end else ("done", "")
            )
            yield from _make_hosting(makers[0], m.entity, places[0], chips, "site-holds", m.start, m.end, status, cue)
            continue
        for place in dict.fromkeys(places):
            yield RelationMatch("site-of", "DEPLOYS_IN", makers[0], place, status, cue, m.start, m.end)


# Turns of phrase ------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1 << 14)
def _has_ends(pattern: str, letters: str) -> bool:
    """Say whether mentions of these kinds can be the ends of a pattern: most patterns are spared a search."""
    ends = re.findall(r"<[so]:(\w+)\+?>", pattern)
    return all(sum(map(letters.count, kinds)) >= ends.count(kinds) for kinds in ends)


def _match_phrase(
    scene: Scene, phrase: PhrasePattern, pattern: re.Pattern[str], before: Context, names: KnownNames
) -> Iterator[RelationMatch]:
    for match in pattern.finditer(scene.tagged):
        if phrase.need and not re.search(phrase.need, scene.plain):
            continue
        lasting = phrase.keep and phrase.relation in _LASTING
        if not lasting and is_unsaid(scene, find_clause(scene, *match.span())[0], match.start()):
            continue
        groups = match.groupdict()
        objects = scene.within(*match.span("o")) if groups.get("o") else []
        subjects = scene.within(*match.span("s")) if groups.get("s") else []
        start, end = match.span()
        subjects = [m for m in subjects if not m.bare]
        if phrase.subject == "topic" and (topic := _find_topic(scene, before, start, objects)):
            subjects = [topic]
        if phrase.authority:
            country = names.get_country(subjects[0].entity) if subjects else names.region("US")
            subjects = [Mention(start, start, "a", (find_authority(country, names),), "description")]
        if phrase.designer and not all(m.entity.name in read_names_data()["designers"] for m in subjects):
            continue
        if phrase.designer:
            objects = [m for m in objects if not m.bare and not m.entity.generic]
        status, cue = (phrase.keep, "") if phrase.keep else find_status(scene, max(0, start - 40), end)
        if phrase.relation == "OWNS" and not phrase.keep:
            status, cue = "done", ""
        if phrase.site and subjects and groups.get("r"):
            place = scene.within(*match.span("r"))[0].entity
            operator = subjects[0].entity
            site = find_site(operator, place, names, scene.plain[subjects[0].end : end])
            yield from _make_hosting(operator, site, place, objects, phrase.rule, start, end)
            continue
        lent = phrase.lent and objects and all(_is_provider(m, before) or _is_called_provider(m) for m in objects)
        relation = "LEASES_FROM" if lent else phrase.relation
        scoped = relation in ("LEASES_FROM", "BUYS_FROM")
        # a lasting tie is not limited by what follows it: "a tenant of X, which uses H100 chips"
        last = end if phrase.keep else find_clause(scene, start, end)[1]
        chips = find_scope_chips(scene, start, last, before) if scoped else ()
        regions = find_scope_regions(scene, end, last) if scoped else ()
        for subject in subjects:
            for object_ in objects:
                for one in _pair_ends(phrase.rule, relation, subject, object_, status, cue, start, end):
                    yield msgspec.structs.replace(
                        one, chips=chips, regions=regions, near=find_first_chip(scene, start, last) or one.near
                    )


def _find_held(scene: Scene, site: Mention) -> list[Mention]:
    """Return the chips that a sentence says are at a site: "houses 4,000 H100s", "H100s installed at X's site"."""
    gap = r"(?:[^,;.]|(?<=\d)[,.](?=\d)){0,40}?"
    holds = rf",? (?:which |that |qui )?(?:\w+ )?(?:{scene.lexicon.holds}) {gap}<x:h+>"
    after = scene.lexicon.compile(holds)
    if match := after.match(scene.tagged, site.end):
        return scene.within(*match.span("x"))
    before = scene.lexicon.compile(rf"<x:h+>{gap} (?:{scene.lexicon.held}) (?:the |le |la |les |l')?$")
    match = before.search(scene.tagged[: site.start])
    return [m for m in scene.within(*match.span("x")) if not m.bare] if match else []


def _make_hosting(
    operator: Entity,
    site: Entity,
    place: Entity,
    chips: list[Mention],
    rule: str,
    start: int,
    end: int,
    status: str = "done",
    cue: str = "",
) -> Iterator[RelationMatch]:
    yield RelationMatch(rule, "OPERATES", operator, site, status, cue, start, end)
    yield RelationMatch(rule, "LOCATED_IN", site, place, status, cue, start, end)
    for chip in chips:
        yield RelationMatch(rule, "HOSTS", site, chip.entity, status, cue, start, end, near=chip)


def _find_topic(scene: Scene, before: Context, start: int, others: list[Mention]) -> Mention | None:
    taken = {m.entity.id for m in others}
    here = [m for m in scene.of("c", 0, start) if m.entity.id not in taken and not m.bare]
    free = [m for m in here if not is_governed(scene, m)]
    if free or here:
        return (free or here)[0]
    return before.topic if before.topic and before.topic.entity.id not in taken else None


# Triggers -------------------------------------------------------------------------------------


def _fill_frame(
    scene: Scene, frame: Frame, trigger: re.Match[str], before: Context, after: Context
) -> Iterator[RelationMatch]:
    start, end = trigger.span()
    clause_start, clause_end = find_clause(scene, start, end)
    if re.search(scene.lexicon.law["governs"], scene.plain[:start].rstrip()):
        return  # what is forbidden is no fact
    if is_unsaid(scene, clause_start, start):
        return
    left = find_left(scene, frame, clause_start, start, before) if frame.before.role != "none" else []
    clause = scene.without_names[clause_start:clause_end]
    for outcome in frame.outcomes:
        if outcome.need and not re.search(outcome.need, clause):
            continue
        if outcome.verb and not re.match(outcome.verb, trigger[0]):
            continue
        found = list(
            _fill_outcome(scene, frame, outcome, left, (start, end), clause_start, clause_end, before, after)
        )
        if found:
            yield from found
            return


def _fill_outcome(
    scene: Scene,
    frame: Frame,
    outcome: FrameOutcome,
    left: list[Mention],
    trigger: tuple[int, int],
    clause_start: int,
    clause_end: int,
    before: Context,
    after: Context,
) -> Iterator[RelationMatch]:
    start, end = trigger
    if frame.before.role == "none":
        subjects = (
            find_right(scene, outcome.subject, "", end, clause_end, before, start, after)
            if outcome.subject != "topic"
            else []
        )
        if outcome.subject == "topic" and (topic := _find_topic(scene, before, start, [])):
            subjects = [topic]
        objects = find_right(scene, outcome.object, outcome.prep, end, clause_end, before, start, after)
    elif outcome.subject:
        subjects, objects = (
            find_right(scene, outcome.subject, outcome.prep, end, clause_end, before, start, after),
            left,
        )
    else:
        led = [] if outcome.prep else find_antecedent(scene, outcome.object, left)
        subjects, objects = (
            left,
            led or find_right(scene, outcome.object, outcome.prep, end, clause_end, before, start, after),
        )
    if outcome.designer:
        subjects = [m for m in subjects if m.entity.name in read_names_data()["designers"]]
    if not subjects or not objects:
        return
    if outcome.turn and frame.before.role != "none":
        objects = left
    if (
        frame.provider
        and outcome.relation == "LEASES_FROM"
        and not outcome.subject
        and all(_is_provider(m, before) or _lets_own(scene, m, end, objects) for m in subjects)
    ):
        subjects, objects = objects, subjects
    relation = outcome.relation
    lent = outcome.lent and re.match(outcome.lent, scene.plain[start:end])
    if lent and all(
        _is_provider(m, before) or (frame.rule == "customers" and _is_called_provider(m)) for m in objects
    ):
        relation = "LEASES_FROM"  # a provider of computing that supplies chips lets them
    if outcome.keep:
        status, cue = outcome.keep, ""
    else:
        near = left[-1].end if left and left[-1].start < start else clause_start
        status, cue = find_status(scene, max(near, clause_start), min(end + 6, len(scene.plain)))
        if status in ("considered", "alleged") and re.search(scene.lexicon.status["pledged"], scene.plain[:end]):
            status = "planned"  # the future in the past: "said it would buy"
        if status in ("done", "planned") and (
            match := re.search(scene.lexicon.status["barred"], scene.plain[clause_start:end])
        ):
            status, cue = "refused", match[0]
        outset = scene.lexicon.compile(scene.lexicon.status["outset"])
        if status == "done" and (match := outset.search(scene.tagged[clause_start:start])):
            status, cue = "negated", match[0]
        if match := re.search(scene.lexicon.status["ended"], scene.plain[clause_start:end]):
            status, cue = "done", match[0]  # what stopped has been
        if status == "done" and near < clause_start:
            # a plan told of a subject goes on over "but": "does not import them but will store them"
            early, word = find_status(scene, near, clause_start, ("considered", "planned"))
            status, cue = early, word
    chips = find_scope_chips(scene, start, clause_end, before) if outcome.scope else ()
    regions = find_scope_regions(scene, end, clause_end) if RELATIONS[outcome.relation].access else ()
    for subject in subjects:
        for object_ in objects:
            for one in _pair_ends(
                frame.rule,
                relation,
                subject,
                object_,
                status,
                cue,
                min(start, subject.start),
                max(end, object_.end),
            ):
                yield msgspec.structs.replace(
                    one,
                    chips=chips,
                    regions=regions,
                    near=object_ if object_.letter == "h" else find_first_chip(scene, end, clause_end),
                )


def _is_provider(mention: Mention, before: Context) -> bool:
    """Say whether a company is called a provider of computing, so that "louer" means that it lets."""
    return mention.entity.id in before.providers or lets_computing(mention.entity)


_TRADE = re.compile(r"\b(?:Cloud|Compute|Computing|Hosting|Datacenters?)$")


def _is_called_provider(mention: Mention) -> bool:
    """Say whether the name of a company tells its trade: "Kestrel Cloud"."""
    return _TRADE.search(mention.entity.name) is not None


def _lets_own(scene: Scene, subject: Mention, end: int, objects: list[Mention]) -> bool:
    """Say whether "X loue ... à Y" lets what is X's own: "loue cette capacité", "loue ses puces", "Kestrel Cloud"."""
    own = re.match(r" (?!tou)(?:\w+ )?(?:cette|cet|ce|ses|sa|son|leurs?) ", scene.plain[end : end + 20])
    if any(map(_is_called_provider, objects)):
        return False
    return bool(own) or _is_called_provider(subject)


def _pair_ends(
    rule: str, relation: str, subject: Mention, object_: Mention, status: str, cue: str, start: int, end: int
) -> Iterator[RelationMatch]:
    others = object_.entities
    if object_.letter == "d" and relation in ("LEASES_FROM", "LEASES_SPACE_FROM"):
        others = tuple(one for one in object_.inner if one.kind == "Company")  # at whose site it is
    for one in subject.entities:
        for other in others:
            if one.id != other.id and (one.kind, other.kind) in RELATIONS[relation].ends:
                yield RelationMatch(rule, relation, one, other, status, cue, start, end, near=object_)
