"""The day on which the act that a step tells of was done: a licence is asked for then, and not today.

ByteDance rents from Aolani "since February 2025", published in March 2026: judged in February 2025. A purchase
"from October 2024 to May 2025" is judged on all days of that time: where they differ, the answer is unclear, and
told period by period.
Practice: 15 CFR part 764 asks whether a licence was needed when an item was exported, reexported or moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from graphkit.facts import Claim, get_earliest_day, get_latest_day, phrase_date
from graphkit.paths.access_path import Step

if TYPE_CHECKING:
    from graphkit.graph import Graph

Basis = Literal["asked", "act", "observed", "report", "plan", "law"]
_ASIDES = {
    "asked": "",
    "act": "",
    "observed": ", when it was observed",
    "report": ", when it was reported",
    "plan": ", the act being planned or considered",
    "law": ", a day of the act not being known",
}


class ActDay(msgspec.Struct, frozen=True):
    """A partial ISO date, or an interval of two such as "2024-10/2025-05", and whence it is known."""

    on: str
    basis: Basis


def find_act_day(graph: Graph, step: Step, today: str) -> ActDay | None:
    """Return when the act of a step was done, by the claims that count; None where nothing is known.

    That is from the first `since` to the last `until`, or the one that is given; else the day on which it was
    observed; else that of the report. A plan counts for its due date where that has passed, else for today.
    """
    claims = step.dated or step.counted or step.claims
    spans = [(claim.since or claim.until or "", claim.until or claim.since or "") for claim in claims]
    if spans := [span for span in spans if span[0]]:
        first = min((span[0] for span in spans), key=get_earliest_day)
        last = max((span[1] for span in spans), key=get_latest_day)
        return ActDay(_join(first, last), "act")
    if step.status in ("planned", "considered"):
        due = min((claim.due for claim in claims if claim.due), default=None)
        passed = due and get_latest_day(due) <= get_latest_day(today)
        return ActDay(due if due and passed else today, "plan")
    for claim in claims:
        if claim.observed:
            return ActDay(claim.observed, "observed")
    published = [date for claim in claims if (date := _find_publication(graph, claim))]
    return ActDay(min(published, key=get_latest_day), "report") if published else None


def _find_publication(graph: Graph, claim: Claim) -> str | None:
    document = graph.documents.get(claim.document)
    return document.published if document else None


def _join(first: str, last: str) -> str:
    return first if first == last or get_earliest_day(first) > get_latest_day(last) else f"{first}/{last}"


def tell_day(day: ActDay) -> str:
    """Return a day as it stands in a sentence, with whence it is known unless the claims or a person give it.

    >>> tell_day(ActDay("2024-06-06", "asked")), tell_day(ActDay("2024-10/2025-05", "act"))
    ('on 2024-06-06', 'from 2024-10 to 2025-05')
    """
    first, _, last = day.on.partition("/")
    if last:
        return f"from {first} to {last}{_ASIDES[day.basis]}"
    return f"{phrase_date(first)}{_ASIDES[day.basis]}"
