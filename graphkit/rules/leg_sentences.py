"""The sentence on one leg of a path: what is asked, what the rules say, and when within the act they change.

Take a purchase "from August 2022 to December 2023", judged on all of its days:

    buying for China: changes in that time, from 2022-08 to 2023-12: from 2022-08-01 to 2022-08-25 no modelled rule
    covers it; from 2022-08-26 to ... covered; a licence is needed (...), review policy not stated; from ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from graphkit.paths.access_path import Step
from graphkit.rules.finding import PENDING, POWER_NOT_USED, Finding, Period

Leg = Literal["lease", "hardware", "purchase", "use", "other"]
TITLES: Mapping[Leg, str] = {
    "lease": "renting",
    "hardware": "chips for the site",
    "purchase": "buying",
    "use": "having the use of chips",
    "other": "",
}


class LegAnswer(msgspec.Struct, frozen=True):
    """A finding on one leg before it is told; `condition` stands instead of "unclear" where one can be named.

    `regions` are the places of the act.
    """

    finding: Finding
    condition: str | None = None
    leg: Leg = "other"
    regions: tuple[str, ...] = ()

    def of(self, leg: Leg, regions: Sequence[str]) -> LegAnswer:
        """Return the same finding as that of a leg, at some places."""
        return msgspec.structs.replace(self, leg=leg, regions=tuple(regions))


#: The answers within the time of an act where they differ, in order.
AnswersByPeriod = tuple[tuple[Period, LegAnswer], ...]


def tell_reality(step: Step) -> str:
    """Return what a sentence on an act begins with that nobody says for certain was done."""
    doubts = ["true"] if step.status == "alleged" or step.disputed_by else []
    doubts += ["done"] if step.status in ("planned", "considered") else []
    return f"if {' and '.join(doubts)}, " if doubts else ""


def tell_answer(answer: LegAnswer, periods: AnswersByPeriod, day: str) -> str:
    """Return an answer in words; `day` is the time that it is for, after a blank, or nothing where told before."""
    finding = answer.finding
    spans = _merge_periods(periods)
    if len(spans) > 1:
        told = "; ".join(f"from {first} to {last} {said}" for first, last, said in spans)
        open_too = any(one.finding.outcome == "not_required" for _, one in periods)
        told += "".join(f"; {one}" for one in finding.duties) * open_too
        return f"changes in that time{day and f', {day.strip()}'}: {told}{_tell_pending(finding, open_too=open_too)}"
    duties = finding.duties if finding.outcome == "not_required" else ()
    return f"{_tell_outcome(answer, day)}{''.join(f'; {one}' for one in duties)}{_tell_pending(finding)}"


def _merge_periods(periods: AnswersByPeriod) -> list[tuple[str, str, str]]:
    """Return the first and last day of the periods that read the same, and how they read."""
    spans: list[tuple[str, str, str]] = []
    for period, answer in periods:
        said, last = _tell_outcome(answer, ""), period.last or ""
        if spans and spans[-1][2] == said:
            spans[-1] = spans[-1][0], last, said
        else:
            spans.append((period.first or "", last, said))
    return spans


def _tell_outcome(answer: LegAnswer, day: str) -> str:
    finding = answer.finding
    if finding.outcome == "license_required":
        return f"covered{day}; {_tell_decision(finding)}"
    if finding.outcome == "not_required":
        return f"no modelled rule covers it{day}"
    if finding.powers:
        open_too = [one for one in finding.missing if one != POWER_NOT_USED]
        unknown = f"; not known is {', '.join(open_too)}" if open_too else ""
        return f"could be covered{day}, if the power is used ({'; '.join(finding.powers)}){unknown}"
    if answer.condition:
        return f"{answer.condition}{day and f', {day.strip()}'}"
    return f"unclear{day}; not known: {', '.join(finding.missing) or 'which rule applies'}"


def _tell_pending(finding: Finding, *, open_too: bool = False) -> str:
    """Return what the strongest of the texts under way would ask, and how far the others go."""
    pending = finding.list_pending(open_too=open_too)
    first = "".join(f"; {one.text}" for one in pending[:1])
    others = ", ".join(f"{one.citation} ({PENDING[one.effect]})" for one in pending[1:])
    return f"{first}; also not in force: {others}" if others else first


def _tell_decision(finding: Finding) -> str:
    policy = finding.policy.replace("_", " ") if finding.policy else "review policy not stated"
    policy = f"review differs ({finding.reviews})" if finding.reviews else policy
    citation = f" ({finding.decided_by[0]})" if finding.decided_by else ""
    aside = "" if finding.enforced else ", not enforced at that time"
    if finding.policy == "notification":
        return f"notice is needed{citation}{aside}"
    return f"a licence is needed{citation}, {policy}{aside}"
