"""The slice of claims and entities that somebody chose by their ids.

It asks in Cypher: the ids come from rows of Cypher, so that engine is open.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.engines.properties import make_claims, make_documents, make_entities
from graphkit.engines.schema import CLAIM_PROPERTIES
from graphkit.facts import Claim, Document, Entity
from graphkit.graph import build_graph
from graphkit.ontology import RELATIONS
from graphkit.slices.widening import MAX_SLICE, Slice

if TYPE_CHECKING:
    from graphkit.engines import Store


def fetch_chosen(
    store: Store, claims: Collection[str], entities: Collection[str], *, max_slice: int = MAX_SLICE
) -> Slice:
    """Return the claims and the entities of some ids, with what the claims tie and are limited to."""
    found = _fetch_claims(store, claims, max_slice + 1) if claims else []
    kept = {claim.id: claim for claim in reversed(found[:max_slice])}  # the first of two fact bases tells it
    ids, sources = set(entities), set()
    for claim in kept.values():
        sources.add(claim.document)
        ids.update((claim.subject, claim.object), claim.chips, claim.sites, claim.regions, claim.via)
    people = make_entities(_fetch_nodes(store, "Entity", Entity.__struct_fields__, ids))
    documents = make_documents(_fetch_nodes(store, "Document", Document.__struct_fields__, sources))
    return Slice(build_graph(people, kept.values(), documents), truncated=len(found) > max_slice)


def _fetch_claims(store: Store, ids: Collection[str], limit: int) -> list[Claim]:
    """Fetch the first `limit` claims of some ids, by id and fact base."""
    values = ", ".join(f"r.{name}" for name in CLAIM_PROPERTIES)
    (row,) = store.read(
        f"MATCH (a:Entity)-[r:{'|'.join(RELATIONS)}]->(b:Entity) WHERE r.id IN $ids AND r.factbase IS NOT NULL "
        f"WITH [a.id, type(r), b.id, {values}] AS claim, r.id AS id, r.factbase AS base "
        "ORDER BY id, base LIMIT $limit RETURN collect(claim) AS claims",
        {"ids": sorted(ids), "limit": limit},
    )
    names = ("subject", "relation", "object", *CLAIM_PROPERTIES)
    return make_claims([_drop_empty(names, one) for one in _convert_to_list(row["claims"])])


def _fetch_nodes(store: Store, label: str, fields: Sequence[str], ids: Collection[str]) -> list[dict[str, Any]]:
    """Fetch the fields of some nodes."""
    values = ", ".join(f"n.{field}" for field in fields)
    (row,) = store.read(
        f"MATCH (n:{label}) WHERE n.id IN $ids RETURN collect([{values}]) AS nodes", {"ids": sorted(ids)}
    )
    return [_drop_empty(fields, one) for one in _convert_to_list(row["nodes"])]


def _drop_empty(names: Sequence[str], values: object) -> dict[str, Any]:
    """Return the values by name, what is empty left out."""
    return {name: one for name, one in zip(names, _convert_to_list(values), strict=True) if one is not None}


def _convert_to_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
