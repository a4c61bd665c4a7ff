"""Entities and claims as answers tell them, and the columns of a claim in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from graphkit.answers.answer import Date as Date
from graphkit.answers.answer import Record
from graphkit.facts import Claim, Entity, find_origin, is_plural
from graphkit.formats import Cell
from graphkit.ontology import CONFIDENCES, KINDS, RELATIONS, STATUSES
from graphkit.paths import Network

#: A word of the ontology; the schema lists those that there are.
Kind = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(KINDS)})]
Relation = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(RELATIONS)})]
Status = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(STATUSES)})]
ConfidenceWord = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(CONFIDENCES)})]
#: A number from 0 to 1.
Probability = Annotated[float, msgspec.Meta(extra_json_schema={"minimum": 0, "maximum": 1})]


class EntityRef(Record, frozen=True, kw_only=False):
    """An entity by id and name, or a set of them under one name; `generic` where it stands for unnamed members."""

    id: str
    name: str
    kind: Kind
    generic: bool

    @property
    def plural(self) -> bool:
        """True for unnamed members whose name is a plural."""
        return self.generic and is_plural(self.name)

    @classmethod
    def of(cls, entity: Entity) -> EntityRef:
        """Return the reference to an entity."""
        return EntityRef(entity.id, entity.name, entity.kind, entity.generic)


class Scope(Record, frozen=True, kw_only=True):
    """The chips, sites and regions that a claim is limited to, by name."""

    chips: tuple[str, ...]
    sites: tuple[str, ...]
    regions: tuple[str, ...]


class Qualifiers(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Qualifiers that a document gives; fields without a value are left out.

    `owner`, `licence_by` (who grants or refuses the licence) and `transit` are names. `part` is the part or process
    that is supplied. Claims of one `event` tell of one act: its value and quantity count once. `stage` is that of
    a case, `against` whom it is, which need not be the company. A negated claim of `inability` says that somebody
    was not able to, and denies nothing.
    """

    quantity: str | None = None
    unit: str | None = None
    value: str | None = None
    currency: str | None = None
    share: float | None = None
    owner: str | None = None
    purpose: str | None = None
    licence: str | None = None
    licence_by: str | None = None
    part: str | None = None
    event: str | None = None
    transit: tuple[str, ...] = ()
    stage: str | None = None
    against: str | None = None
    delivery: str | None = None
    inability: bool = False
    note: str | None = None


class ClaimRecord(Record, frozen=True, kw_only=True):
    """One statement with its source; scope, via and qualifiers hold names, `subject` and `object` are ids.

    The id names the claim for good: what it says and where, not how it is worded. `origin` is who is behind it;
    five articles that cite one report are one origin. `document` is the id of its document, whose own fields
    stand beside it: `seen` is the day on which somebody last looked at the address, `archive` that of a kept copy.
    `subject_plural` says that the subject stands for several unnamed ones: "buyers buy".
    """

    id: str
    subject: str
    subject_name: str
    relation: Relation
    object: str
    object_name: str
    status: Status
    confidence: ConfidenceWord
    document: str
    document_name: str
    publisher: str | None
    published: Date | None
    published_basis: str | None
    url: str | None
    archive: str | None
    seen: Date | None
    reliability: str | None
    reliability_basis: str | None
    locator: str | None
    attribution: str | None
    origin: str
    scope: Scope
    via: tuple[str, ...]
    since: Date | None
    until: Date | None
    observed: Date | None
    due: Date | None
    start_unknown: bool
    implied: bool
    summary: str
    quote: str | None
    qualifiers: Qualifiers
    factbase: str | None
    subject_plural: bool = False


def make_claim_record(claim: Claim, network: Network) -> ClaimRecord:
    """Return a claim as answers tell it."""
    document = network.document(claim)

    def names(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(network.name(one) for one in ids)

    return ClaimRecord(
        id=claim.id,
        subject=claim.subject,
        subject_name=network.name(claim.subject),
        relation=claim.relation,
        object=claim.object,
        object_name=network.name(claim.object),
        status=claim.status,
        confidence=claim.confidence,
        document=document.id,
        document_name=document.name,
        publisher=document.publisher,
        published=document.published,
        published_basis=document.published_basis,
        url=document.url,
        archive=document.archive,
        seen=document.seen,
        reliability=document.reliability,
        reliability_basis=document.reliability_basis,
        locator=claim.locator or None,
        attribution=claim.attribution,
        origin=find_origin(claim, document),
        scope=Scope(chips=names(claim.chips), sites=names(claim.sites), regions=names(claim.regions)),
        via=names(claim.via),
        since=claim.since,
        until=claim.until,
        observed=claim.observed,
        due=claim.due,
        start_unknown=claim.since is None,
        implied=claim.implied,
        summary=claim.summary,
        quote=claim.quote,
        qualifiers=Qualifiers(
            quantity=claim.quantity or None,
            unit=claim.unit or None,
            value=claim.value or None,
            currency=claim.currency or None,
            share=claim.share,
            owner=network.name(claim.owner) if claim.owner else None,
            purpose=claim.purpose or None,
            licence=claim.licence or None,
            licence_by=network.name(claim.licence_by) if claim.licence_by else None,
            part=claim.part or None,
            event=claim.event or None,
            transit=names(claim.transit),
            stage=claim.stage or None,
            against=claim.against or None,
            delivery=claim.delivery or None,
            inability=claim.inability,
            note=claim.note or None,
        ),
        factbase=claim.factbase,
        subject_plural=claim.subject in network.graph and network.entity(claim.subject).plural,
    )


def make_claim_cells(claim: ClaimRecord) -> dict[str, Cell]:
    """Return a claim as the cells of a row; the ends and the relation are left to `make_end_cells`."""
    said = claim.qualifiers
    return {
        "claim": claim.id,
        "claim_status": claim.status,
        "claim_confidence": claim.confidence,
        "implied": claim.implied,
        "attribution": claim.attribution,
        "origin": claim.origin,
        "publisher": claim.publisher,
        "published": claim.published,
        "published_basis": claim.published_basis,
        "document": claim.document,
        "document_name": claim.document_name,
        "sentence": claim.locator,
        "url": claim.url,
        "archive": claim.archive,
        "seen": claim.seen,
        "reliability": claim.reliability,
        "reliability_basis": claim.reliability_basis,
        "since": claim.since,
        "until": claim.until,
        "observed": claim.observed,
        "due": claim.due,
        "start_unknown": claim.start_unknown,
        "scope_chips": claim.scope.chips,
        "scope_sites": claim.scope.sites,
        "scope_regions": claim.scope.regions,
        "via": claim.via,
        "quantity": said.quantity,
        "unit": said.unit,
        "value": said.value,
        "currency": said.currency,
        "share": said.share,
        "owner": said.owner,
        "purpose": said.purpose,
        "licence": said.licence,
        "licence_by": said.licence_by,
        "part": said.part,
        "event": said.event,
        "transit": said.transit,
        "stage": said.stage,
        "against": said.against,
        "delivery": said.delivery,
        "inability": said.inability,
        "note": said.note,
        "summary": claim.summary,
        "quote": claim.quote,
        "factbase": claim.factbase,
    }


def make_end_cells(claim: ClaimRecord) -> dict[str, Cell]:
    """Return the ends and the relation of a claim as cells."""
    return {"subject": claim.subject_name, "relation": claim.relation, "object": claim.object_name}


#: The columns of `make_claim_cells`, and of a claim that stands by itself.
CLAIM_COLUMNS = (
    *("claim", "claim_status", "claim_confidence", "implied", "attribution", "origin", "publisher", "published"),
    *("published_basis", "document", "document_name", "sentence", "url", "archive", "seen", "reliability"),
    *("reliability_basis", "since", "until", "observed", "due", "start_unknown"),
    *("scope_chips", "scope_sites", "scope_regions", "via"),
    *("quantity", "unit", "value", "currency", "share", "owner", "purpose", "licence", "licence_by"),
    *(
        "part",
        "event",
        "transit",
        "stage",
        "against",
        "delivery",
        "inability",
        "note",
        "summary",
        "quote",
        "factbase",
    ),
)
END_COLUMNS = ("subject", "relation", "object")
