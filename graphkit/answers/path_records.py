"""Paths, near misses and the reasons for no path, as answers tell them."""

from __future__ import annotations

from typing import Literal

from graphkit.answers.answer import Record
from graphkit.answers.findings import FindingRecord, LegFinding, RuleFindings
from graphkit.answers.records import ClaimRecord, EntityRef, Probability, Relation, Status, claim_record
from graphkit.paths import AccessPath, NearMiss, Negative, Network

Evidence = Literal["stated", "one document", "one origin", "composed"]


class StepRecord(Record, frozen=True, kw_only=True):
    """One step of a path, with the claims that say so and those that deny it.

    `implied` means: not said in words, but needed for the sentence to be true. `finding` is what the rules say.
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
    finding: FindingRecord | None

    @property
    def origins(self) -> tuple[str, ...]:
        """Who is behind the claims of the step, each once: the number of its sources is their number."""
        return tuple(dict.fromkeys(claim.origin for claim in self.claims))


class Passage(Record, frozen=True, kw_only=True):
    """A passage of a document: its sentences, counted from 0."""

    document: str
    locator: str


class RegionRef(Record, frozen=True, kw_only=True):
    """A region by id and name."""

    id: str
    name: str


class PlaceRecord(Record, frozen=True, kw_only=True):
    """Where a site of a path stands, with the ids of the claims that say so; no region where none does."""

    site: str
    region: RegionRef | None
    claims: tuple[str, ...]


class PathRecord(Record, frozen=True, kw_only=True):
    """A way from a buyer to a chip, with everything that qualifies it.

    `status` is that of its weakest step, whose index is `weakest`. `evidence` says how it was asserted: in one
    passage (`stated`, where `passage` names it), in one document, by one origin, or by nobody as a whole
    (`composed`). `documents` are ids; the one that states the path comes first. `places` say where its sites
    stand. `findings` and `verdict` are what the rules say; `route` names the way that it follows.
    """

    steps: tuple[StepRecord, ...]
    status: Status
    evidence: Evidence
    stated: bool
    passage: Passage | None
    confidence: Probability
    weakest: int
    marks: tuple[str, ...]
    documents: tuple[str, ...]
    corroborated_by: tuple[ClaimRecord, ...]
    places: tuple[PlaceRecord, ...]
    route: str | None
    route_name: str | None
    findings: tuple[LegFinding, ...]
    verdict: str | None

    @property
    def entities(self) -> tuple[EntityRef, ...]:
        """Who and what the path passes, from buyer to chip."""
        return (self.steps[0].subject, *(step.object for step in self.steps))

    def _repr_html_(self) -> str:
        from graphkit.answers.notebook import path_html

        return path_html(self)


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
    """Steps that would be a path but for the claims that break them."""

    steps: tuple[PathStep, ...]
    broken_by: tuple[BreakingClaim, ...]
    reasons: tuple[str, ...]


class Reached(EntityRef, frozen=True, kw_only=False):
    """Somebody whom the search reached, after so many steps."""

    hops: int


class Holder(EntityRef, frozen=True, kw_only=False):
    """Somebody who is said to have the chip, and the claim that says so."""

    claim: ClaimRecord


class NoPath(Record, frozen=True, kw_only=True):
    """Why there is no path: how far the search got, who has the chip, what nearly makes a path.

    `unnamed` are parties at which the trail ends and whom no document names.
    """

    outcome: Literal["not found", "bound hit", "unnamed party"]
    reached: tuple[Reached, ...]
    unnamed: tuple[EntityRef, ...]
    holders: tuple[Holder, ...]
    near_misses: tuple[NearMissRecord, ...]


def path_record(path: AccessPath, network: Network, findings: RuleFindings | None = None) -> PathRecord:
    """Return an access path as answers tell it, with what the rules say of it."""
    per_step: tuple[FindingRecord | None, ...] = findings.steps if findings else (None,) * len(path.steps)
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
                claims=tuple(claim_record(claim, network) for claim in step.claims),
                denied_by=tuple(claim_record(claim, network) for claim in step.denied_by),
                finding=finding,
            )
            for step, finding in zip(path.steps, per_step, strict=True)
        ),
        status=path.status,
        evidence="stated" if path.stated else "composed",
        stated=path.stated,
        passage=Passage(document=path.passage[0], locator=path.passage[1]) if path.passage else None,
        confidence=round(path.confidence, 6),
        weakest=path.weakest,
        marks=tuple(path.marks),
        documents=tuple(path.documents),
        corroborated_by=tuple(claim_record(claim, network) for claim in path.corroborated_by),
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
        findings=findings.verdict.findings if findings else (),
        verdict=findings.verdict.verdict if findings else None,
    )


def near_miss_record(miss: NearMiss, network: Network) -> NearMissRecord:
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
            BreakingClaim(reason=reason, claim=claim_record(claim, network))
            for claim, reason in zip(miss.broken, miss.reasons, strict=False)
        ),
        reasons=tuple(miss.reasons),
    )


def no_path_record(negative: Negative, network: Network) -> NoPath:
    """Return why there is no path."""

    def ref(node: str) -> EntityRef:
        return EntityRef.of(network.entity(node))

    nearest = sorted(negative.reached.items(), key=lambda item: (item[1], network.name(item[0])))
    return NoPath(
        outcome=_outcome(negative.outcome),
        reached=tuple(
            Reached(one.id, one.name, one.kind, one.generic, hops)
            for one, hops in ((ref(node), hops) for node, hops in nearest)
        ),
        unnamed=tuple(map(ref, negative.unnamed)),
        holders=tuple(
            Holder(one.id, one.name, one.kind, one.generic, claim_record(claim, network))
            for one, claim in ((ref(claim.subject), claim) for claim in negative.holders)
        ),
        near_misses=tuple(near_miss_record(miss, network) for miss in negative.near_misses),
    )


def _outcome(outcome: str) -> Literal["not found", "bound hit", "unnamed party"]:
    found: dict[str, Literal["not found", "bound hit", "unnamed party"]] = {
        "bound hit": "bound hit",
        "unnamed party": "unnamed party",
    }
    return found.get(outcome, "not found")
