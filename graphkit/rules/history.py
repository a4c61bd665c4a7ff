"""A chip's status for one buyer over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from graphkit.facts import BEGINNING
from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.finding import Finding, Period, Question
from graphkit.rules.licence import get_last_day, judge_chips, list_changes, list_moments


def list_periods(rulebook: Rulebook, chips: Sequence[Chip], question: Question) -> list[Period]:
    """Return the answers to a question over all time, by the days on which something in the rulebook changes.

    The date of the question is not used. The last period runs on only as far as the rulebook knows.
    """
    days = [BEGINNING, *list_changes(rulebook)]
    periods = _collect_periods(
        days, lambda day: judge_chips(rulebook, chips, msgspec.structs.replace(question, on=day))
    )
    return [msgspec.structs.replace(periods[0], first=None), *periods[1:]]


def list_periods_within(rulebook: Rulebook, on: str, judge: Callable[[str], Finding]) -> tuple[Period, ...]:
    """Return the answers within a partial date or an interval; none where they are one.

    `judge` gives the answer on a day. A purchase "from October 2022 to December 2023" is thus told as the rules of
    2022 had it, and as those of 2023 did, and not as if the first day spoke for all.
    """
    days = list_moments(rulebook, on)
    periods = _collect_periods(days, judge) if len(days) > 1 else []
    if len(periods) < 2:
        return ()
    return (*periods[:-1], msgspec.structs.replace(periods[-1], last=get_last_day(on)))


def _collect_periods(days: Sequence[str], judge: Callable[[str], Finding]) -> list[Period]:
    periods: list[Period] = []
    for day in days:
        finding = judge(day)
        if periods and _is_same(periods[-1].finding, finding):
            continue
        if periods:
            periods[-1] = msgspec.structs.replace(periods[-1], last=find_day_before(day))
        periods.append(Period(day, None, finding))
    return periods


def _is_same(one: Finding, other: Finding) -> bool:
    def key(finding: Finding) -> tuple[object, ...]:
        ids = {reason.id for reason in finding.rules if reason.citation in finding.decided_by}
        said = frozenset(reason.reason for reason in finding.rules if reason.id in ids)
        return finding.outcome, finding.policy, finding.paragraph, finding.decided_by, said

    return key(one) == key(other)


def find_day_before(day: str) -> str:
    """Return the ISO day before another."""
    import datetime

    return (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()
