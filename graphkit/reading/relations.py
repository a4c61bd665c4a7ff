"""Relations: trigger words and turns of phrase of the lexicon, found in a sentence and filled with its mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from graphkit.facts import Entity
from graphkit.ontology import RELATIONS
from graphkit.reading.known_names import KnownNames
from graphkit.reading.lexicon import FILLER, LETTERS, Frame, FrameOutcome, PhrasePattern, read_names_data
from graphkit.reading.mentions import Context, Mention, Scene, is_governed, is_possessor

_STATUSES = ("refused", "negated", "alleged", "considered", "planned")
_ANY = f"[{''.join(LETTERS.values())}]{FILLER}*"
_REACH = 90  # characters between a trigger and its end


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
    """Iterate over the relations that the lexicon's patterns and frames find in a sentence."""
    yield from _count_groups(scene)
    for pattern in scene.lexicon.patterns:
        yield from _match_pattern(scene, pattern, before, names)
    for frame in scene.lexicon.frames:
        for trigger in scene.lexicon.compile(frame.words, bounded=True).finditer(scene.tagged):
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


# Turns of phrase ------------------------------------------------------------------------------


def _match_pattern(
    scene: Scene, pattern: PhrasePattern, before: Context, names: KnownNames
) -> Iterator[RelationMatch]:
    for match in scene.lexicon.compile(pattern.pattern).finditer(scene.tagged):
        if pattern.need and not re.search(pattern.need, scene.plain):
            continue
        groups = match.groupdict()
        objects = scene.within(*match.span("o")) if groups.get("o") else []
        subjects = scene.within(*match.span("s")) if groups.get("s") else []
        start, end = match.span()
        subjects = [m for m in subjects if not m.bare]
        if pattern.subject == "topic" and (topic := _find_topic(scene, before, start, objects)):
            subjects = [topic]
        if pattern.authority:
            fit = names.fitting("Agency", frozenset({"authority", f"id:{names.region('US').id}"}), 0.6)
            subjects = [Mention(start, start, "a", tuple(fit[:1]), "description")] if fit else []
        if pattern.designer and not all(m.entity.name in read_names_data()["designers"] for m in subjects):
            continue
        if pattern.designer:
            objects = [m for m in objects if not m.bare and not m.entity.generic]
        status, cue = (pattern.keep, "") if pattern.keep else find_status(scene, max(0, start - 40), end)
        if pattern.relation == "OWNS" and not pattern.keep:
            status, cue = "done", ""
        if pattern.site and subjects and groups.get("r"):
            place = scene.within(*match.span("r"))[0].entity
            yield from _make_hosting(subjects[0], place, objects, pattern.rule, start, end, names)
            continue
        for subject in subjects:
            for object_ in objects:
                yield from _pair_ends(pattern.rule, pattern.relation, subject, object_, status, cue, start, end)


def _make_hosting(
    operator: Mention, place: Entity, chips: list[Mention], rule: str, start: int, end: int, names: KnownNames
) -> Iterator[RelationMatch]:
    site = find_site(operator.entity, place, names)
    yield RelationMatch(rule, "OPERATES", operator.entity, site, "done", "", start, end)
    yield RelationMatch(rule, "LOCATED_IN", site, place, "done", "", start, end)
    for chip in chips:
        yield RelationMatch(rule, "HOSTS", site, chip.entity, "done", "", start, end, near=chip)


def find_site(operator: Entity, place: Entity | None, names: KnownNames) -> Entity:
    """Return the known site of a company in a place, or a new one with an honest name."""
    from graphkit.reading.known_names import make_slug

    ids = {f"id:{operator.id}", *([f"id:{place.id}"] if place else [])}
    if fit := names.fitting("Datacenter", frozenset({*ids, "site"}), 0.6):
        return fit[0]
    name = f"{operator.name} site{f' in {place.name}' if place else ''} (unnamed)"
    return Entity(id=make_slug(name), name=name, kind="Datacenter", generic=True)


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
    left = _find_left(scene, frame, clause_start, start, before) if frame.before.role != "none" else []
    clause = scene.plain[clause_start:clause_end]
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
            _find_right(scene, outcome.subject, "", end, clause_end, before, start, after)
            if outcome.subject != "topic"
            else []
        )
        if outcome.subject == "topic" and (topic := _find_topic(scene, before, start, [])):
            subjects = [topic]
        objects = _find_right(scene, outcome.object, outcome.prep, end, clause_end, before, start, after)
    elif outcome.subject:
        subjects, objects = (
            _find_right(scene, outcome.subject, outcome.prep, end, clause_end, before, start, after),
            left,
        )
    else:
        subjects, objects = (
            left,
            _find_right(scene, outcome.object, outcome.prep, end, clause_end, before, start, after),
        )
    if not subjects or not objects:
        return
    if outcome.turn and frame.before.role != "none":
        objects = left
    if (
        frame.provider
        and outcome.relation == "LEASES_FROM"
        and not outcome.subject
        and all(_is_provider(m, before) for m in subjects)
    ):
        subjects, objects = objects, subjects
    if outcome.keep:
        status, cue = outcome.keep, ""
    else:
        near = left[-1].end if left and left[-1].start < start else clause_start
        status, cue = find_status(scene, max(near, clause_start), min(end + 6, len(scene.plain)))
        if status == "done" and near < clause_start:
            # a plan told of a subject goes on over "but": "does not import them but will store them"
            early, word = find_status(scene, near, clause_start, ("considered", "planned"))
            status, cue = early, word
    chips = _find_scope_chips(scene, start, clause_end, before) if outcome.scope else ()
    regions = _find_scope_regions(scene, end, clause_end) if RELATIONS[outcome.relation].access else ()
    for subject in subjects:
        for object_ in objects:
            for one in _pair_ends(
                frame.rule,
                outcome.relation,
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
                    near=object_ if object_.letter == "h" else _find_first_chip(scene, end, clause_end),
                )


def _is_provider(mention: Mention, before: Context) -> bool:
    """Say whether a company is called a provider of computing, so that "louer" means that it lets."""
    return (
        mention.entity.id in before.providers
        or (mention.entity.generic and "provider" in mention.entity.name.lower())
        or (mention.entity.generic and "hosting" in mention.entity.name.lower())
    )


def _pair_ends(
    rule: str, relation: str, subject: Mention, object_: Mention, status: str, cue: str, start: int, end: int
) -> Iterator[RelationMatch]:
    for one in subject.entities:
        for other in object_.entities:
            if one.id != other.id and (one.kind, other.kind) in RELATIONS[relation].ends:
                yield RelationMatch(rule, relation, one, other, status, cue, start, end, near=object_)


def find_clause(scene: Scene, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of the clause around a trigger."""
    boundary = re.compile(scene.lexicon.boundary)
    first, last = 0, len(scene.tagged)
    for match in boundary.finditer(scene.tagged):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.start()
            break
    return first, last


def _find_left(scene: Scene, frame: Frame, clause_start: int, start: int, before: Context) -> list[Mention]:
    """Return the mention, or list of them, that is the end before a trigger."""
    kinds = frame.before.kinds + ("j" if "r" in frame.before.kinds else "")
    for first in dict.fromkeys((clause_start, 0)):
        all_ = [m for m in scene.of(kinds, first, start) if not (m.bare and m.letter == "h")]
        if all_:
            break
    else:
        return [before.topic] if before.topic and frame.before.topic and "c" in kinds else []
    firm = f"{LETTERS['c']}{FILLER}*+"
    examples = re.compile(
        rf"{firm}(?:[^,]{{0,20}})?, (?:{scene.lexicon.examples}) "
        rf"(?P<x>{firm}(?:(?:{scene.lexicon.separator}){firm})*),? ?"
    )
    for match in examples.finditer(scene.tagged, 0, start):
        if start - match.end() < 12:  # "several providers, including X, oppose": the named ones do
            return scene.within(*match.span("x"))
    last = all_[-1]
    between = scene.tagged[last.end : start]
    if re.match(rf",?(?:{scene.lexicon.relative})", between):
        return _list_with(scene, last, kinds)
    free = [m for m in all_ if not is_governed(scene, m) and not is_possessor(scene, m)]
    chosen = free[-1] if free else all_[0]
    # "X competes with Y and uses": the subject is X
    if (
        len(free) > 1
        and re.match(r",? (?:et|and) (?:\w+ )?$", scene.tagged[chosen.end : start])
        and not _is_listed(scene, free[-2], chosen)
    ):
        chosen = free[-2]
    # an apposition between commas is passed over: "X, owner of Y, rents"
    if len(free) > 1 and _is_apposed(scene, free[-2], chosen, start):
        chosen = free[-2]
    return _list_with(scene, chosen, kinds)


def _is_apposed(scene: Scene, first: Mention, second: Mention, trigger: int) -> bool:
    between, after = scene.tagged[first.end : second.start], scene.tagged[second.end : trigger]
    return bool(re.match(r", [^,]*$", between)) and "," in after and not re.search(r"\b(?:and|et)\b", between)


def _is_listed(scene: Scene, first: Mention, second: Mention) -> bool:
    return re.fullmatch(scene.lexicon.separator, scene.tagged[first.end : second.start]) is not None


def _list_with(scene: Scene, mention: Mention, kinds: str) -> list[Mention]:
    """Return a mention with those it is listed with."""
    one = f"[{''.join(LETTERS[kind] for kind in kinds)}]{FILLER}*"
    pattern = re.compile(rf"{one}(?:(?:{scene.lexicon.separator}){one})*")
    for match in pattern.finditer(scene.tagged):
        if match.start() <= mention.start < match.end():
            return scene.within(*match.span())
    return [mention]


def _find_right(
    scene: Scene, kinds: str, prep: str, start: int, stop: int, before: Context, trigger: int, after: Context
) -> list[Mention]:
    """Return the mention, or list of them, that is the end after a trigger."""
    if kinds == "pair":
        return []
    if kinds.startswith("last-"):
        letter = kinds[-1]
        earlier = [m for m in scene.of(letter, 0, trigger) if not m.bare]
        known = _find_last(before, letter)
        return earlier[-1:] or ([known] if known else [])
    for mention in scene.of(kinds, start, stop):
        if mention.bare and mention.letter == "h":
            continue
        if is_possessor(scene, mention) and len(list(scene.of(kinds, mention.end, stop))):
            continue
        gap = scene.tagged[start : mention.start]
        if prep:
            place = f"[{LETTERS['j']}{LETTERS['r']}]{FILLER}*"
            lead = rf"(?:^|[ (])(?:{prep})(?: |(?<='))(?:(?:[\w'-]+|{place}),? ){{0,5}}?(?:[ld]')?$"
            if not re.search(lead, gap):
                continue
        elif len(gap) > _REACH:
            break
        if mention.letter == "l" and mention.bare:
            return [after.rule] if after.rule else []
        return _list_with(scene, mention, mention.letter)
    return []


def _find_last(context: Context, letter: str) -> Mention | None:
    """Return the chip, rule or company that was last spoken of."""
    return {"h": context.chip, "l": context.rule, "c": context.topic}.get(letter)


def _find_first_chip(scene: Scene, start: int, stop: int) -> Mention | None:
    found = scene.of("h", start, stop)
    return found[0] if found else None


def _find_scope_chips(scene: Scene, start: int, stop: int, before: Context) -> tuple[Entity, ...]:
    found = [m for m in scene.of("h", start, stop) if not m.bare]
    return tuple({e.id: e for m in found for e in m.entities[:1]}.values())


def _find_scope_regions(scene: Scene, start: int, stop: int) -> tuple[Entity, ...]:
    found = []
    for m in scene.of("r", start, stop):
        if m.manner != "seat" and re.search(
            r"(?:\b(?:en|au|aux|a|in|sur)(?: the| la| le)? |based in |bases? (?:en|au|aux|a) )$",
            scene.tagged[start : m.start],
        ):
            found.append(m.entity)
    return tuple({e.id: e for e in found}.values())


def find_status(scene: Scene, start: int, end: int, statuses: tuple[str, ...] = _STATUSES) -> tuple[str, str]:
    """Return the status that the cues between subject and trigger give, and the cue."""
    stretch = scene.plain[start:end]
    lead = re.compile(scene.lexicon.status["lead"])
    for status in statuses:
        if status == "alleged" and (match := lead.search(scene.plain[:end])):
            return status, scene.sentence.text[match.start() : match.end()].strip()
        if match := re.search(scene.lexicon.status[status], stretch):
            return status, scene.sentence.text[start + match.start() : start + match.end()].strip()
    return "done", ""
