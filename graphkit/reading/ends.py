"""Ends of relations: which mention stands as subject or object of a trigger, and what limits the relation."""

from __future__ import annotations

import re

from graphkit.facts import Entity
from graphkit.reading.lexicon import FILLER, LETTERS, Frame
from graphkit.reading.references import is_governed, is_modifier, is_possessor
from graphkit.reading.scenes import Context, Mention, Scene

_REACH = 90  # characters between a trigger and its end


def find_left(scene: Scene, frame: Frame, clause_start: int, start: int, before: Context) -> list[Mention]:
    """Return the mention, or list of them, that is the end before a trigger."""
    kinds = frame.before.kinds + ("j" if "r" in frame.before.kinds else "")
    for first in dict.fromkeys((clause_start, 0)):
        all_ = [
            m for m in scene.of(kinds, first, start) if not (m.bare and m.letter == "h") and not is_modifier(scene, m)
        ]
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
    if re.match(rf"(?:, (?:an?|une?|the|le|la) [^,]*)?,?(?:{scene.lexicon.relative})", between):
        return list_with(scene, last, kinds)
    free = [m for m in all_ if not _is_led(scene, m, kinds) and not is_possessor(scene, m)]
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
    # "Jade, Quillon's chatbot" is one thing, and no list of two
    listed = [m for m in list_with(scene, chosen, kinds) if m is chosen or not is_possessor(scene, m)]
    gap = scene.tagged[listed[0].end : chosen.start]
    if (
        is_governed(scene, listed[0])
        and not is_governed(scene, chosen)
        and not re.search(r"\b(?:and|or|et|ou)\b", gap)
    ):
        return [m for m in listed if m.start >= chosen.start]  # "rather than buy from Nvidia, Hanmei uses"
    return listed


def _is_led(scene: Scene, mention: Mention, kinds: str) -> bool:
    """Say whether a preposition governs a mention, or the first of the names it is joined to: "backed by X and Y"."""
    if is_governed(scene, mention):
        return True
    first = list_with(scene, mention, kinds)[0]
    gap = scene.tagged[first.end : mention.start]
    return is_governed(scene, first) and re.search(r"\b(?:and|or|et|ou)\b", gap) is not None


def _is_apposed(scene: Scene, first: Mention, second: Mention, trigger: int) -> bool:
    between, after = scene.tagged[first.end : second.start], scene.tagged[second.end : trigger]
    if re.match(r", (?:which|who|whose|qui|dont)\b[^,]*$", between):
        return "," in after
    return bool(re.match(r", [^,]*$", between)) and "," in after and not re.search(r"\b(?:and|et)\b", between)


def _is_listed(scene: Scene, first: Mention, second: Mention) -> bool:
    return re.fullmatch(scene.lexicon.separator, scene.tagged[first.end : second.start]) is not None


def list_with(scene: Scene, mention: Mention, kinds: str) -> list[Mention]:
    """Return a mention with those it is listed with."""
    one = f"[{''.join(LETTERS[kind] for kind in kinds)}]{FILLER}*"
    pattern = re.compile(rf"{one}(?:(?:{scene.lexicon.separator}){one})*")
    for match in pattern.finditer(scene.tagged):
        if match.start() <= mention.start < match.end():
            return scene.within(*match.span())
    return [mention]


def find_right(
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
        elif len(gap) > _REACH or (mention.letter == "h" and re.search(scene.lexicon.unlike, gap)):
            break  # "chips to rival the H100"
        if mention.letter == "l" and mention.bare:
            return [after.rule] if after.rule else []
        return [m for m in list_with(scene, mention, mention.letter) if m.start >= mention.start]
    return []


def find_antecedent(scene: Scene, kinds: str, left: list[Mention]) -> list[Mention]:
    """Return what a relative clause is about: "the H20, which Nvidia designed", "the chips that X bought"."""
    if len(left) != 1:
        return []
    earlier = [m for m in scene.of(kinds, 0, left[0].start) if not m.bare] if not kinds.startswith("last") else []
    gap = scene.tagged[earlier[-1].end : left[0].start] if earlier else ""
    noun = r"(?: chips?| gpus?| processors?| servers?| accelerators?)?"
    return earlier[-1:] if earlier and re.fullmatch(rf"{noun},? (?:which|that|que |qu')\s?(?:the )?", gap) else []


def _find_last(context: Context, letter: str) -> Mention | None:
    """Return the chip, rule or company that was last spoken of."""
    return {"h": context.chip, "l": context.rule, "c": context.topic}.get(letter)


def find_first_chip(scene: Scene, start: int, stop: int) -> Mention | None:
    found = scene.of("h", start, stop)
    return found[0] if found else None


def find_scope_chips(scene: Scene, start: int, stop: int, before: Context) -> tuple[Entity, ...]:
    found = [m for m in scene.of("h", start, stop) if not m.bare]
    return tuple({e.id: e for m in found for e in m.entities[:1]}.values())


def find_scope_regions(scene: Scene, start: int, stop: int) -> tuple[Entity, ...]:
    found = []
    # where a company has its seat is no place of its servers: "from Kestrel, an operator based in Japan"
    firm = f"{LETTERS['c']}{FILLER}*"
    seated = re.compile(rf"{firm}, (?:an?|une?|the|le|la|l'|dont le siege|whose|which is)\b[^,;]*$")
    for m in scene.of("r", start, stop):
        if (
            m.manner != "seat"
            and not seated.search(scene.tagged[: m.start])
            and re.search(
                r"(?:\b(?:en|au|aux|a|in|sur)(?: the| la| le)? |based in |bases? (?:en|au|aux|a) )$",
                scene.tagged[start : m.start],
            )
        ):
            found.append(m.entity)
    return tuple({e.id: e for e in found}.values())
