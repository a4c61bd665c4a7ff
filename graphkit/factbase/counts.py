"""The coverage of a fact base: counts of what it holds, and where it is weak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from graphkit.factbase.groups import SharedGroup, find_shared_groups
from graphkit.factbase.records import FactBase
from graphkit.facts import Claim, find_origin, fold_origin
from graphkit.ontology import KINDS, PATH_STATUSES, RELATIONS, STATUSES


class SingleOrigin(msgspec.Struct, frozen=True, gc=False):
    """A way from one entity to another that rests on a single origin."""

    subject: str
    relation: str
    object: str
    origin: str
    claims: tuple[str, ...]


class Coverage(msgspec.Struct, frozen=True):
    """The coverage of a fact base, as counts by name, and its weak places, as ids.

    `claims_by_kind` counts the claims with an end of that kind, `undated` those with neither
    `since` nor a dated document, `unlocated` those without a sentence. `single_origin` are steps
    of access that several articles may tell, but only one origin says. `without_address` are the
    documents that have no address, `shared_groups` the unnamed companies of unrelated documents.
    """

    name: str
    claims: int
    entities_by_kind: dict[str, int]
    claims_by_kind: dict[str, int]
    claims_by_relation: dict[str, int]
    claims_by_status: dict[str, int]
    claims_by_document: dict[str, int]
    steps: int
    single_origin: tuple[SingleOrigin, ...]
    undated: tuple[str, ...]
    unlocated: tuple[str, ...]
    without_address: tuple[str, ...] = ()
    shared_groups: tuple[SharedGroup, ...] = ()


def count_coverage(base: FactBase) -> Coverage:
    """Count what a fact base holds, in the order of the ontology; documents without claims count 0."""
    documents = {document.id: document for document in base.documents}
    kinds = {entity.id: entity.kind for entity in base.entities}
    steps: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in base.claims:
        if RELATIONS[claim.relation].access and claim.status in PATH_STATUSES:
            steps.setdefault((claim.subject, claim.relation, claim.object), []).append(claim)
    single = []
    for ends, told in steps.items():
        sources = [find_origin(claim, documents[claim.document]) for claim in told]
        if len(set(map(fold_origin, sources))) == 1:
            single.append(SingleOrigin(*ends, sources[0], tuple(claim.id for claim in told)))
    by_kind: Counter[str] = Counter()
    for pair, count in Counter((kinds[claim.subject], kinds[claim.object]) for claim in base.claims).items():
        by_kind.update(dict.fromkeys(pair, count))
    by_document = dict.fromkeys(documents, 0) | Counter(claim.document for claim in base.claims)
    return Coverage(
        name=base.name,
        claims=len(base.claims),
        entities_by_kind=_order_counts(Counter(kinds.values()), KINDS),
        claims_by_kind=_order_counts(by_kind, KINDS),
        claims_by_relation=_order_counts(Counter(claim.relation for claim in base.claims), RELATIONS),
        claims_by_status=_order_counts(Counter(claim.status for claim in base.claims), STATUSES),
        claims_by_document=by_document,
        steps=len(steps),
        single_origin=tuple(single),
        undated=tuple(c.id for c in base.claims if not c.since and not documents[c.document].published),
        unlocated=tuple(claim.id for claim in base.claims if not claim.locator),
        without_address=tuple(document.id for document in base.documents if not document.url),
        shared_groups=tuple(find_shared_groups(base.entities, base.claims, documents)),
    )


def _order_counts(counts: Mapping[str, int], order: Iterable[str]) -> dict[str, int]:
    return {name: counts[name] for name in order if name in counts}
