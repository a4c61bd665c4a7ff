"""The slice of claims and entities that somebody chose by their ids."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from graphkit.graph import build_graph
from graphkit.ontology import RELATIONS
from graphkit.slices.fetch import OURS, fetch_claims, fetch_documents, fetch_entities
from graphkit.slices.widening import MAX_SLICE, Slice

if TYPE_CHECKING:
    from graphkit.engines import Reader


def fetch_chosen(
    store: Reader, claims: Collection[str], entities: Collection[str], *, max_slice: int = MAX_SLICE
) -> Slice:
    """Return the claims and the entities of some ids, with what the claims tie and are limited to."""
    pattern = f"MATCH (a:Entity)-[r:{'|'.join(RELATIONS)}]->(b:Entity) WHERE r.id IN $ids AND {OURS}"
    found = fetch_claims(store, pattern, max_slice + 1, ids=sorted(claims)) if claims else []
    kept = {claim.id: claim for claim in reversed(found[:max_slice])}  # the first of two fact bases tells it
    ids, sources = set(entities), set()
    for claim in kept.values():
        sources.add(claim.document)
        ids.update((claim.subject, claim.object), claim.chips, claim.sites, claim.regions, claim.via)
    graph = build_graph(fetch_entities(store, ids), kept.values(), fetch_documents(store, sources))
    return Slice(graph, truncated=len(found) > max_slice)
