"""Statuses: whether a clause tells that it is so, planned, alleged or denied, and what it does not tell at all."""

from __future__ import annotations

import re

from graphkit.reading.scenes import Scene

_STATUSES = ("refused", "negated", "alleged", "considered", "planned")


def find_clause(scene: Scene, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of the clause around a trigger."""
    first, last = 0, len(scene.tagged)
    for before, after in scene.boundaries:
        if after <= start:
            first = after
        elif before >= end:
            last = before
            break
    return first, last


def is_unsaid(scene: Scene, clause_start: int, start: int) -> bool:
    """Say whether what follows is a condition ("if X buys"), or was given up ("X scrapped a plan to buy")."""
    status, stretch = scene.lexicon.status, scene.plain[clause_start:start]
    if re.search(status["condition"], scene.tagged[clause_start:start]):
        return True
    if re.search(status["undone"], scene.plain[start : start + 160].partition(";")[0]):
        return True
    # what has stopped was so: "stopped renting" is not given up, "told to stop renting" says nothing
    given_up = [
        match
        for match in re.finditer(status["dropped"], stretch)
        if not re.match(status["ended"], scene.plain[clause_start + match.start() : start + 20])
    ]
    return bool(given_up) and "," not in stretch[given_up[-1].end() :]


def is_inability(scene: Scene, start: int, end: int) -> bool:
    """Say whether what a clause negates last is an ability: "could not buy" denies no purchase."""
    first, _ = find_clause(scene, start, end)
    status, stretch = scene.lexicon.status, scene.plain[first:end]
    negations = [match.span() for match in re.finditer(status["negated"], stretch)]
    unable = [match.span() for match in re.finditer(status["inability"], stretch)]
    return bool(negations) and any(start < negations[-1][1] and negations[-1][0] < end for start, end in unable)


#: What stands between commas after a subject says nothing of its verb: "X, which has not named it, ordered".
_PARENTHESIS = re.compile(r"^(?: ?\([^)]*\))?,[^,]*,(?! (?:and|or|et|ou)\b)")


def find_status(scene: Scene, start: int, end: int, statuses: tuple[str, ...] = _STATUSES) -> tuple[str, str]:
    """Return the status that the cues between subject and trigger give, and the cue."""
    stretch = _PARENTHESIS.sub(lambda aside: " " * len(aside[0]), scene.plain[start:end])
    # who was the first to do it has done it
    stretch = re.sub(scene.lexicon.status["fulfilled"], lambda done: " " * len(done[0]), stretch)
    lead = re.compile(scene.lexicon.status["lead"])
    for status in statuses:
        if status == "alleged" and (match := lead.search(scene.plain[:end])):
            return status, scene.sentence.text[match.start() : match.end()].strip()
        if match := re.search(scene.lexicon.status[status], stretch):
            return status, scene.sentence.text[start + match.start() : start + match.end()].strip()
    return "done", ""
