"""A chip's status for one buyer over time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec

from graphkit.facts import BEGINNING, END, find_day_before, find_next_day, get_earliest_day, get_latest_day
from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.classification import NOT_YET
from graphkit.rules.finding import Finding, Period, Question, merge_groups
from graphkit.rules.licence import (
    get_first_day,
    get_last_day,
    judge_chips,
    list_moments,
)


def list_periods(rulebook: Rulebook, chips: Sequence[Chip], question: Question) -> list[Period]:
    """Return the answers to a question over all time, by the days on which something in the rulebook changes.

    The date of the question is not used. The last period runs on only as far as the rulebook knows.
    """

    def judge(day: str) -> Finding:
        return judge_chips(rulebook, chips, msgspec.structs.replace(question, on=day))

    periods = _collect_periods([BEGINNING, *rulebook.changes], judge, _list_naming(rulebook))
    found = [msgspec.structs.replace(periods[0], first=None)]
    for before, period in itertools.pairwise(periods):
        causes = list(_find_causes(rulebook, chips, question, period.first or "", (before.finding, period.finding)))
        # what only runs out begins nothing where something else does
        begun = merge_groups([[one.citation for one in causes if one.begins == any(c.begins for c in causes)]])
        found.append(msgspec.structs.replace(period, begun_by=begun))
    return found


def list_periods_within(rulebook: Rulebook, on: str, judge: Callable[[str], Finding]) -> tuple[Period, ...]:
    """Return the answers within a partial date or an interval; none where they are one.

    `judge` gives the answer on a day. A purchase "from October 2022 to December 2023" is thus told as the rules of
    2022 had it, and as those of 2023 did, and not as if the first day spoke for all.
    """
    days = list_moments(rulebook, on)
    periods = _collect_periods(days, judge, _list_naming(rulebook)) if len(days) > 1 else []
    if len(periods) < 2:
        return ()
    return (*periods[:-1], msgspec.structs.replace(periods[-1], last=get_last_day(on)))


def _list_naming(rulebook: Rulebook) -> set[str]:
    """Return the ids of the regulations that note a chip by its name."""
    return {one.id for one in rulebook.regulations if any(note.names_items for note in one.notes)}


def _collect_periods(days: Sequence[str], judge: Callable[[str], Finding], naming: Collection[str]) -> list[Period]:
    periods: list[Period] = []
    for day in days:
        finding = judge(day)
        if periods and _get_substance(periods[-1].finding, naming) == _get_substance(finding, naming):
            continue
        if periods:
            periods[-1] = msgspec.structs.replace(periods[-1], last=find_day_before(day))
        periods.append(Period(day, None, finding))
    return periods


def find_last_free_day(rulebook: Rulebook, chips: Sequence[Chip], question: Question) -> str | None:
    """Return the last day before that of a question on which no modelled rule reached the act.

    None where there was none since the chip was announced, or where nobody says when that was.
    """
    announced = [get_earliest_day(chip.announced) for chip in chips if chip.announced]
    if not announced:
        return None
    first, today = min(announced), get_first_day(question.on)
    starts = [first, *(day for day in rulebook.changes if first < day < today), today]
    for start, following in reversed(list(itertools.pairwise(starts))):
        if judge_chips(rulebook, chips, msgspec.structs.replace(question, on=start)).outcome == "not_required":
            return find_day_before(following)
    return None


def _get_substance(finding: Finding, naming: Collection[str]) -> tuple[object, ...]:
    """Return what makes an answer another one: what decides it and says so, and what is noted of the chip by name."""
    ids = {*naming} | {reason.id for reason in finding.rules if reason.citation in finding.decided_by}
    said = frozenset(reason.reason.partition(NOT_YET)[0] for reason in finding.rules if reason.id in ids)
    return finding.outcome, finding.policy, finding.paragraph, finding.decided_by, finding.reviewed_by, said


class _Cause(msgspec.Struct, frozen=True):
    """A cause of another answer from a day on: something that begins, or that has run out."""

    citation: str
    begins: bool


def _find_causes(
    rulebook: Rulebook, chips: Sequence[Chip], question: Question, day: str, answers: Sequence[Finding]
) -> Iterator[_Cause]:
    """Iterate over what begins or has run out on a day, among the regulations that the answers name."""
    told = {reason.id for one in answers for reason in one.rules}
    decided = {reason.id for one in answers for reason in one.rules if reason.citation in one.decided_by}

    def cite(id_: str) -> str:
        return rulebook.regulation(id_).cite(day)

    for one in rulebook.regulations:
        if one.id not in told or one.proposal:
            continue
        starts = [one.start(chip) for chip in (None, *chips)]
        if day in starts or any(_begins(part.from_, day) for part in one.provisions):
            yield _Cause(one.cite(day), True)
        phases = [phase for ask in one.requires for phase in (*ask.not_enforced, *ask.moved)]
        for phase in (*one.suspended, *(phases if one.id in decided else ())):
            if _begins(phase.from_, day):
                yield _Cause(cite(phase.by or one.id), True)
            if _ran_out(phase.to, day):
                yield _Cause(cite(phase.ended_by or phase.by or one.id), phase.ended_by is not None)
        if _ran_out(one.ended, day) or any(_ran_out(part.to, day) for part in one.provisions):
            yield _Cause(cite(one.ended_by or one.id), False)
    for member in rulebook.memberships:
        if member.region in (question.destination, question.headquarters):
            if _begins(member.from_, day):
                yield _Cause(cite(member.from_rule) if member.from_rule else member.source, True)
            if _ran_out(member.to, day):
                yield _Cause(cite(member.to_rule) if member.to_rule else member.source, True)


def _begins(date: str | None, day: str) -> bool:
    return date is not None and get_earliest_day(date) == day


def _ran_out(date: str | None, day: str) -> bool:
    """Say whether a partial date was over on the day before an ISO day."""
    return date is not None and get_latest_day(date) < END and find_next_day(get_latest_day(date)) == day
