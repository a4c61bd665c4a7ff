"""Paths, near misses and the reasons for no path, as answers tell them."""

from __future__ import annotations

import collections
from typing import Literal

import msgspec

from graphkit.answers.answer import Record
from graphkit.answers.findings import FindingRecord, LegFinding, RuleFindings
from graphkit.answers.records import ClaimRecord, EntityRef, Probability, Relation, Status, make_claim_record
from graphkit.facts import unite_origins
from graphkit.formats.cells import as_file_line
from graphkit.ontology import RELATIONS, STATUSES
from graphkit.paths import AccessPath, NearMiss, Negative, Network, explain_path_confidence
from graphkit.paths.access_path import DISPUTED
from graphkit.summaries.words import load_words

Evidence = Literal["stated", "one document", "one origin", "composed"]
#: The evidence of a path, in words.
EVIDENCE: dict[Evidence, str] = {
    "stated": "stated in one passage",
    "one document": "one document says every step",
    "one origin": "one origin is behind every step",
    "composed": "composed: several origins, nobody asserted the whole",
}
#: The evidence of a path as the search tells it.
EVIDENCES: dict[str, Evidence] = {
    "stated": "stated",
    "one document": "one document",
    "one origin": "one origin",
    "composed": "composed",
}


class StepRecord(Record, frozen=True, kw_only=True):
    """One step of a path, with the claims that say so and those that deny it.

    `counted` are the ids of the claims that support it, being of its status: a plan beside what was done does not.
    `disputed_by` are the ids of those that deny what counts, and lower no confidence. `implied` means:
    not said in words, but needed for the sentence to be true. `held` are the first and last day on which it is said
    to have been so. `finding` is what the rules say.
    """

    subject: EntityRef
    relation: Relation
    object: EntityRef
    status: Status
    implied: bool
    confidence: Probability
    marks: tuple[str, ...]
    claims: tuple[ClaimRecord, ...]
    denied_by: tuple[ClaimRecord, ...]
    held: tuple[str, str] | None
    finding: FindingRecord | None
    counted: tuple[str, ...]
    disputed_by: tuple[str, ...] = ()

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of the claims that count, each once: the number of its sources is their number."""
        return tuple(unite_origins(claim.origin for claim in self.claims if claim.id in self.counted))


class OriginConfidence(Record, frozen=True, kw_only=True):
    """An origin, and the probability of a step by its claims alone."""

    origin: str
    confidence: Probability


class StepSum(Record, frozen=True, kw_only=True):
    """The sum behind one step: the probability by each origin, and by all of them.

    `confidence_of_origin` is that by the one origin which is behind the whole path, if one is.
    """

    origins: tuple[OriginConfidence, ...]
    confidence: Probability
    confidence_of_origin: Probability | None


class ConfidenceSum(Record, frozen=True, kw_only=True):
    """The sum behind the confidence of a path: where an `origin` is behind all steps, its least sure one; else the
    product of the steps."""

    origin: str | None
    steps: tuple[StepSum, ...]


class Passage(Record, frozen=True, kw_only=True):
    """A passage of a document: its sentences, counted from 0."""

    document: str
    locator: str


class RegionRef(Record, frozen=True, kw_only=True):
    """A region by id and name."""

    id: str
    name: str


class PlaceRecord(Record, frozen=True, kw_only=True):
    """The place of a site of a path, with the ids of the claims that say so; no region where none does."""

    site: str
    region: RegionRef | None
    claims: tuple[str, ...]


class PathRecord(Record, frozen=True, kw_only=True):
    """A way from a buyer to a chip, with everything that qualifies it.

    `status` is that of its weakest step, whose index is `weakest`. `evidence` says how it was asserted: in one
    passage (`stated`, where `passage` names it), in one document, by one origin, or by nobody as a whole
    (`composed`). A `holding` tells no provider and no site. `sum` is how the confidence comes about.
    `documents` are ids; the one that states the path comes first. `places` say where its sites stand.
    `findings` and `verdict` are what the rules say; `route` names the way that it follows. `day` is the one on which
    all its legs are judged, None where each has its own, which stands with its finding. It is `disputed` where
    somebody denies what one of its steps says.
    """

    steps: tuple[StepRecord, ...]
    status: Status
    evidence: Evidence
    stated: bool
    holding: bool
    passage: Passage | None
    confidence: Probability
    sum: ConfidenceSum
    weakest: int
    marks: tuple[str, ...]
    documents: tuple[str, ...]
    corroborated_by: tuple[ClaimRecord, ...]
    places: tuple[PlaceRecord, ...]
    route: str | None
    route_name: str | None
    day: str | None
    findings: tuple[LegFinding, ...]
    verdict: str | None
    disputed: bool = False

    @property
    def entities(self) -> tuple[EntityRef, ...]:
        """The entities that the path passes, from buyer to chip."""
        return (self.steps[0].subject, *(step.object for step in self.steps))

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the steps, each with its first claim and what denies it."""
        disputed = f", {DISPUTED}" if self.disputed else ""
        facts = [f"{self.status}{disputed}", EVIDENCE[self.evidence], f"{round(self.confidence * 100)} %"]
        whole = " · ".join(map(escape_html, facts))
        verdict = f'<p dir="auto">{escape_html(self.verdict)}</p>' if self.verdict else ""
        return f"<p>{whole}</p><ol>{''.join(map(_step_html, self.steps))}</ol>{verdict}"


def escape_html(value: object) -> str:
    """Return text that is inert in a notebook."""
    import html

    return html.escape(as_file_line(value), quote=True)


def _step_html(step: StepRecord) -> str:
    phrase = RELATIONS[step.relation].agree(step.subject.plural) if step.relation in RELATIONS else step.relation
    ends = f"<b>{escape_html(step.subject.name)}</b> {escape_html(phrase)} <b>{escape_html(step.object.name)}</b>"
    lines = [f"{ends} ({escape_html(step.status)})"]
    for claim in [*step.claims[:1], *step.denied_by]:
        denied = load_words().say(f"label.{name_denial(step, claim)}") if claim in step.denied_by else ""
        note = f" ({escape_html(claim.qualifiers.note)})" if claim.qualifiers.note else ""
        source = " · ".join(escape_html(part) for part in (claim.document_name, claim.published) if part)
        words = f"{denied}{escape_html(claim.quote or claim.summary)}{note}"
        lines.append(f'<span dir="auto">{words}</span> <small>{source}</small>')
    return f'<li dir="auto">{"<br>".join(lines)}</li>'


def find_negation(claim: ClaimRecord) -> str:
    """Return whether a claim refuses, denies (a party says that it is not so), or is another's word against it.

    That somebody was not able to ("unable") is none of these.
    """
    if claim.qualifiers.inability:
        return "unable"
    own = claim.status == "negated" and claim.origin in (claim.subject_name, claim.object_name)
    return "denied" if own else claim.status


def name_denial(step: StepRecord, denial: ClaimRecord) -> str:
    """Return what a claim against a step is, as `find_negation` does: it may meet only what does not count there."""
    return f"{find_negation(denial)}{'' if denial.id in step.disputed_by else '.beside'}"


class UnnamedPath(PathRecord, frozen=True, kw_only=True):
    """A way to some chip of a class: it may or may not be the chip asked for. Never one of the paths."""

    chip_class: EntityRef


class PathStep(Record, frozen=True, kw_only=True):
    """A step by its ends, without evidence."""

    subject: EntityRef
    relation: Relation
    object: EntityRef


class BreakingClaim(Record, frozen=True, kw_only=True):
    """A claim that keeps a sequence of steps from being a path, and why."""

    reason: str
    claim: ClaimRecord


class NearMissRecord(Record, frozen=True, kw_only=True):
    """Steps that would be a path but for the claims that break them; `denied_by` are claims that deny a step.

    `chip_class` is the class at which they end, where they do not name the chip.
    """

    steps: tuple[PathStep, ...]
    broken_by: tuple[BreakingClaim, ...]
    reasons: tuple[str, ...]
    denied_by: tuple[ClaimRecord, ...]
    chip_class: EntityRef | None


class Reached(EntityRef, frozen=True, kw_only=False):
    """Somebody whom the search reached, after so many steps."""

    hops: int


class Holder(EntityRef, frozen=True, kw_only=False):
    """Somebody who is said to have the chip, and the claim that says so."""

    claim: ClaimRecord


class NoPath(Record, frozen=True, kw_only=True):
    """The reasons for no path: how far the search got, who has the chip, what nearly makes a path.

    `unnamed` are parties at which the trail ends and whom no document names; `bound` names the bound that was hit.
    `holders` has a record a claim, `holders_by_status` counts the companies and sites by the surest status of each.
    """

    outcome: Literal["not found", "bound hit", "unnamed party"]
    bound: str | None
    reached: tuple[Reached, ...]
    unnamed: tuple[EntityRef, ...]
    holders: tuple[Holder, ...]
    near_misses: tuple[NearMissRecord, ...]
    holders_by_status: dict[Status, int] = msgspec.field(default_factory=dict)


def make_path_record(path: AccessPath, network: Network, findings: RuleFindings | None = None) -> PathRecord:
    """Return an access path as answers tell it, with what the rules say of it."""
    per_step: tuple[FindingRecord | None, ...] = findings.steps if findings else (None,) * len(path.steps)
    total = explain_path_confidence(path, network)
    return PathRecord(
        steps=tuple(
            StepRecord(
                subject=EntityRef.of(network.entity(step.subject)),
                relation=step.relation,
                object=EntityRef.of(network.entity(step.object)),
                status=step.status,
                implied=step.implied,
                confidence=round(step.confidence, 6),
                marks=tuple(step.marks),
                claims=tuple(make_claim_record(claim, network) for claim in step.claims),
                denied_by=tuple(make_claim_record(claim, network) for claim in step.denied_by),
                held=step.held,
                finding=finding,
                counted=tuple(claim.id for claim in step.counted),
                disputed_by=tuple(claim.id for claim in step.disputed_by),
            )
            for step, finding in zip(path.steps, per_step, strict=True)
        ),
        status=path.status,
        evidence=EVIDENCES[path.evidence],
        stated=path.stated,
        holding=path.holding,
        passage=Passage(document=path.passage[0], locator=path.passage[1]) if path.passage else None,
        confidence=round(path.confidence, 6),
        sum=ConfidenceSum(
            origin=total.origin,
            steps=tuple(
                StepSum(
                    origins=tuple(OriginConfidence(origin=who, confidence=p) for who, p in step.origins),
                    confidence=step.confidence,
                    confidence_of_origin=step.of_origin,
                )
                for step in total.steps
            ),
        ),
        weakest=path.weakest,
        marks=tuple(path.marks),
        documents=tuple(path.documents),
        corroborated_by=tuple(make_claim_record(claim, network) for claim in path.corroborated_by),
        places=tuple(
            PlaceRecord(
                site=place.site,
                region=RegionRef(id=place.region, name=network.name(place.region)) if place.region else None,
                claims=tuple(claim.id for claim in place.claims),
            )
            for place in path.places
        ),
        route=findings.route if findings else None,
        route_name=findings.route_name if findings else None,
        day=findings.verdict.day if findings else None,
        findings=findings.verdict.findings if findings else (),
        verdict=findings.verdict.verdict if findings else None,
        disputed=any(step.disputed_by for step in path.steps),
    )


def make_unnamed_path(path: AccessPath, network: Network, findings: RuleFindings | None = None) -> UnnamedPath:
    """Return a way to some chip of a class as answers tell it."""
    record = make_path_record(path, network, findings)
    fields = {name: getattr(record, name) for name in PathRecord.__struct_fields__}
    return UnnamedPath(**fields, chip_class=EntityRef.of(network.entity(path.chip_class or path.nodes[-1])))


def make_near_miss_record(miss: NearMiss, network: Network) -> NearMissRecord:
    """Return what would be a path, and what breaks it."""
    return NearMissRecord(
        steps=tuple(
            PathStep(
                subject=EntityRef.of(network.entity(subject)),
                relation=relation,
                object=EntityRef.of(network.entity(object_)),
            )
            for subject, relation, object_ in miss.steps
        ),
        broken_by=tuple(
            BreakingClaim(reason=reason, claim=make_claim_record(claim, network))
            for claim, reason in zip(miss.broken, miss.reasons, strict=False)
        ),
        reasons=tuple(miss.reasons),
        denied_by=tuple(make_claim_record(claim, network) for claim in miss.denied_by),
        chip_class=EntityRef.of(network.entity(miss.chip_class)) if miss.chip_class else None,
    )


def make_no_path(negative: Negative, network: Network) -> NoPath:
    """Return why there is no path."""

    def ref(node: str) -> EntityRef:
        return EntityRef.of(network.entity(node))

    # the surest claims stand first
    surest = {claim.subject: claim.status for claim in reversed(negative.holders)}
    surest = dict(sorted(surest.items(), key=lambda item: STATUSES[item[1]].rank or 0))
    nearest = sorted(negative.reached.items(), key=lambda item: (item[1], network.name(item[0])))
    return NoPath(
        outcome=_outcome(negative.outcome),
        bound=negative.bound,
        reached=tuple(
            Reached(one.id, one.name, one.kind, one.generic, hops)
            for one, hops in ((ref(node), hops) for node, hops in nearest)
        ),
        unnamed=tuple(map(ref, negative.unnamed)),
        holders=tuple(
            Holder(one.id, one.name, one.kind, one.generic, make_claim_record(claim, network))
            for one, claim in ((ref(claim.subject), claim) for claim in negative.holders)
        ),
        near_misses=tuple(make_near_miss_record(miss, network) for miss in negative.near_misses),
        holders_by_status=dict(collections.Counter(surest.values())),
    )


def _outcome(outcome: str) -> Literal["not found", "bound hit", "unnamed party"]:
    found: dict[str, Literal["not found", "bound hit", "unnamed party"]] = {
        "bound hit": "bound hit",
        "unnamed party": "unnamed party",
    }
    return found.get(outcome, "not found")
