"""A chip's status for one buyer over time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from graphkit.facts import BEGINNING
from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.finding import Finding, Question
from graphkit.rules.licence import judge_chips, list_changes


class Period(msgspec.Struct, frozen=True):
    """A span of days, both ends included and either open, on which the answer is the same."""

    first: str | None
    last: str | None
    finding: Finding


def list_periods(rulebook: Rulebook, chips: Sequence[Chip], question: Question) -> list[Period]:
    """Return the answers to a question over all time, by the days on which something in the rulebook changes.

    The date of the question is not used. The last period runs on only as far as the rulebook knows.
    """
    periods: list[Period] = []
    for day in [BEGINNING, *list_changes(rulebook)]:
        finding = judge_chips(rulebook, chips, msgspec.structs.replace(question, on=day))
        if periods and _is_same(periods[-1].finding, finding):
            continue
        if periods:
            periods[-1] = msgspec.structs.replace(periods[-1], last=find_day_before(day))
        periods.append(Period(None if day == BEGINNING else day, None, finding))
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
