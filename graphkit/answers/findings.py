"""Findings of the rules as answers tell them: of a step, of the legs of a path, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

import msgspec

from graphkit.answers.answer import Record
from graphkit.answers.records import Date
from graphkit.facts import BEGINNING, END
from graphkit.formats import Cell
from graphkit.rulebook import Policy
from graphkit.rules.finding import COVERAGE, Finding, Outcome, PendingEffect, Period
from graphkit.rules.leg_sentences import Leg
from graphkit.rules.path_findings import PathFindings

#: How far a modelled rule reaches, as sentences say it.
Coverage = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(COVERAGE.values())})]


class RuleReason(Record, frozen=True, kw_only=True):
    """One test that was taken: the regulation, where to find it, what came out."""

    id: str
    citation: str
    reason: str


class FindingPeriod(Record, frozen=True, kw_only=True):
    """A part of the time of an act in which the answer is one; both days are included."""

    first: Date = msgspec.field(name="from")
    last: Date = msgspec.field(name="to")
    coverage: Coverage
    outcome: Outcome
    policy: Policy | None
    decided_by: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        review = (self.policy or "review not stated").replace("_", " ")
        said = {
            "license_required": f", {review} ({'; '.join(self.decided_by)})",
            "not_required": "",
            "unclear": f" (not known: {', '.join(self.missing)})" if self.missing else "",
        }
        return f"{self.first} to {self.last}: {self.coverage}{said[self.outcome]}"


class PendingMeasure(Record, frozen=True):
    """A text that is not in force and could change the answer: its citation, what it would ask, and how far it goes.

    `effect`: it would require a licence, might where that turns on what is not known, could if a power that it gives
    were used, or asks for less than a licence.
    """

    citation: str
    text: str
    effect: PendingEffect


class FindingRecord(Record, frozen=True, kw_only=True):
    """A finding of the rules on one act.

    `policy` is that of review where a source states one, `paragraph` the chip's control paragraph; `rules` are all
    tests in the order taken, and `decided_by` the citations of those that decided; `missing` is what would settle
    it, or the conditions of a review; `duties` are what is asked for short of a licence; `powers` cites what could
    reach the act if a power is used, `not_modelled` is what stands beside "not required", which clears nothing.
    `reviews` says which review applies to whom or when, where `policy` can name none for all. `periods` are the
    answers one by one where they change within the day, month, year or interval that is judged; `reviewed_by` cites
    what states the policy;
    `proposals` are what texts that are not in force would ask, strongest first, and `pending` those that could change
    the answer.
    """

    coverage: Coverage
    outcome: Outcome
    policy: Policy | None
    paragraph: str | None
    sentence: str
    rules: tuple[RuleReason, ...]
    missing: tuple[str, ...]
    duties: tuple[str, ...]
    decided_by: tuple[str, ...]
    powers: tuple[str, ...]
    not_modelled: tuple[str, ...]
    reviews: str | None = None
    periods: tuple[FindingPeriod, ...] = ()
    reviewed_by: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    pending: tuple[PendingMeasure, ...] = ()


class LegFinding(FindingRecord, frozen=True, kw_only=False):
    """The finding on one leg of a path, the index of its step, and the day on which it is judged.

    `day` is a partial ISO date or an interval "2024-10/2025-05"; `day_basis` says whence it is: asked, act, observed,
    report, plan, or law where no day is known.
    """

    leg: Leg
    step: int
    day: str
    day_basis: str


class PathVerdict(Record, frozen=True, kw_only=True):
    """The verdict of the rules on a path as a whole: the findings of its legs, in one sentence.

    `day` is the one on which all legs are judged, None where they have several.
    """

    day: str | None
    coverage: Coverage
    outcome: Outcome
    verdict: str
    findings: tuple[LegFinding, ...]


class RuleFindings(msgspec.Struct, frozen=True):
    """The findings of the rules on a path: by step, by leg, in one sentence; and its route."""

    steps: tuple[FindingRecord, ...]
    verdict: PathVerdict
    route: str | None
    route_name: str | None


class FindingFields(TypedDict):
    """The fields of a finding, for the records that have them among their own."""

    coverage: Coverage
    outcome: Outcome
    policy: Policy | None
    paragraph: str | None
    sentence: str
    rules: tuple[RuleReason, ...]
    missing: tuple[str, ...]
    duties: tuple[str, ...]
    decided_by: tuple[str, ...]
    powers: tuple[str, ...]
    not_modelled: tuple[str, ...]
    reviews: str | None
    periods: tuple[FindingPeriod, ...]
    reviewed_by: tuple[str, ...]
    proposals: tuple[str, ...]
    pending: tuple[PendingMeasure, ...]


def make_finding_fields(finding: Finding, sentence: str, periods: Sequence[Period] = ()) -> FindingFields:
    """Return what the rules say of one act, with the sentence that says it, as fields of a record."""
    open_too = any(one.finding.outcome == "not_required" for one in periods)
    return {
        "coverage": finding.coverage,
        "outcome": finding.outcome,
        "policy": finding.policy,
        "paragraph": finding.paragraph,
        "sentence": sentence,
        "rules": tuple(RuleReason(id=one.id, citation=one.citation, reason=one.reason) for one in finding.rules),
        "missing": finding.missing,
        "duties": finding.duties,
        "decided_by": finding.decided_by,
        "powers": finding.powers,
        "not_modelled": finding.not_modelled,
        "reviews": finding.reviews,
        "periods": tuple(
            FindingPeriod(
                first=one.first or BEGINNING,
                last=one.last or END,
                coverage=one.finding.coverage,
                outcome=one.finding.outcome,
                policy=one.finding.policy,
                decided_by=one.finding.decided_by,
                missing=one.finding.missing,
            )
            for one in periods
        ),
        "reviewed_by": finding.reviewed_by,
        "proposals": tuple(one.text for one in finding.proposals),
        "pending": tuple(
            PendingMeasure(one.citation, one.text, one.effect) for one in finding.list_pending(open_too=open_too)
        ),
    }


def make_rule_findings(found: PathFindings) -> RuleFindings:
    """Return what the rules say of a path."""
    legs = tuple(
        LegFinding(
            step.leg,
            index,
            step.day,
            step.day_basis,
            **make_finding_fields(step.finding, step.sentence, step.periods),
        )
        for index, step in enumerate(found.steps)
        if step.leg != "other"
    )
    return RuleFindings(
        steps=tuple(
            FindingRecord(**make_finding_fields(step.finding, step.sentence, step.periods)) for step in found.steps
        ),
        verdict=PathVerdict(
            day=found.day,
            coverage=COVERAGE[found.outcome],
            outcome=_outcome(found),
            verdict=found.verdict,
            findings=legs,
        ),
        route=found.route,
        route_name=found.route_name,
    )


def _outcome(found: PathFindings) -> Outcome:
    return next(step.finding.outcome for step in found.steps if step.finding.outcome == found.outcome)


def make_finding_cells(finding: FindingRecord | None) -> dict[str, Cell]:
    """Return what the rules say of one act as cells."""
    if finding is None:
        return {}
    return {
        "coverage": finding.coverage,
        "outcome": finding.outcome,
        "policy": finding.policy,
        "paragraph": finding.paragraph,
        "finding": finding.sentence,
        "missing": finding.missing,
        "duties": finding.duties,
        "decided_by": finding.decided_by,
        "powers": finding.powers,
        "not_modelled": finding.not_modelled,
        "reviews": finding.reviews,
        "periods": tuple(map(str, finding.periods)),
        "reviewed_by": finding.reviewed_by,
    }


FINDING_COLUMNS = (
    "coverage",
    "outcome",
    "policy",
    "paragraph",
    "finding",
    "missing",
    "duties",
    "decided_by",
    "powers",
    "not_modelled",
    "reviews",
    "periods",
    "reviewed_by",
)
