"""Unnamed companies that documents of unrelated origins share: two reports joined there make a path nobody told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from graphkit.facts import Claim, Document, Entity, find_origin, fold_origin
from graphkit.ontology import PATH_STATUSES, RELATIONS


class SharedGroup(msgspec.Struct, frozen=True):
    """A generic company and the documents that tell of it, in parts that share neither origin nor event."""

    entity: str
    parts: tuple[tuple[str, ...], ...]


def find_shared_groups(
    entities: Iterable[Entity], claims: Iterable[Claim], documents: Mapping[str, Document]
) -> Iterator[SharedGroup]:
    """Iterate over the generic companies at the end of access claims of unrelated documents.

    Documents are related that have an origin in common, or an `event` that claims of both tell.
    """
    generic = {entity.id for entity in entities if entity.generic and entity.kind == "Company"}
    told: dict[str, list[Claim]] = {}
    for claim in claims:
        if RELATIONS[claim.relation].access and claim.status in PATH_STATUSES:
            for end in {claim.subject, claim.object} & generic:
                told.setdefault(end, []).append(claim)
    for end in sorted(told):
        parts = _divide_documents(told[end], documents)
        if len(parts) > 1:
            yield SharedGroup(end, tuple(parts))


def _divide_documents(claims: Iterable[Claim], documents: Mapping[str, Document]) -> list[tuple[str, ...]]:
    """Return the documents of some claims, in parts that share no mark with each other."""
    parts: list[tuple[set[str], set[str]]] = []
    for claim in claims:
        origin = fold_origin(find_origin(claim, documents[claim.document]))
        marks = {f"origin {origin}", f"document {claim.document}"}
        if claim.event:
            marks.add(f"event {claim.event}")
        names = {claim.document}
        apart = []
        for other_marks, other_names in parts:
            if marks & other_marks:
                marks, names = marks | other_marks, names | other_names
            else:
                apart.append((other_marks, other_names))
        parts = [*apart, (marks, names)]
    return sorted(tuple(sorted(names)) for _, names in parts)
