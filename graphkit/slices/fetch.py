"""Records out of a store: claims of a pattern, entities and documents by id, entities by name.

A statement that returns many records returns one row, a list of them: a driver reads a list much
more quickly than as many rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from graphkit.engines import Reader, Row
from graphkit.engines.properties import make_claim, make_document, make_entity
from graphkit.engines.schema import CLAIM_PROPERTIES
from graphkit.facts import Claim, Document, Entity, fold
from graphkit.names import choose_only

#: A relationship that graphkit wrote; a server may hold others' too.
OURS = "r.factbase IS NOT NULL"


def fetch_claims(store: Reader, match: str, limit: int | None = None, **parameters: object) -> list[Claim]:
    """Return the claims `r` from `a` to `b` that a pattern matches, by id and fact base, the first `limit`."""
    bound = "" if limit is None else "LIMIT $limit "
    values = ", ".join(f"r.{name}" for name in CLAIM_PROPERTIES)
    (row,) = store.read(
        f"{match} WITH [a.id, type(r), b.id, {values}] AS claim, r.id AS id, r.factbase AS base "
        f"ORDER BY id, base {bound}RETURN collect(claim) AS claims",
        {**parameters, "limit": limit},
    )
    names = ("subject", "relation", "object", *CLAIM_PROPERTIES)
    return [make_claim(_drop_empty(names, one)) for one in _convert_to_list(row["claims"])]


def fetch_entities(store: Reader, ids: Collection[str]) -> list[Entity]:
    """Return the entities of some ids."""
    return [make_entity(row) for row in _fetch_nodes(store, "Entity", Entity.__struct_fields__, ids)]


def fetch_documents(store: Reader, ids: Collection[str]) -> list[Document]:
    """Return the documents of some ids."""
    return [make_document(row) for row in _fetch_nodes(store, "Document", Document.__struct_fields__, ids)]


def _fetch_nodes(store: Reader, label: str, fields: Sequence[str], ids: Collection[str]) -> Iterator[Row]:
    """Fetch the fields of some nodes."""
    if not ids:
        return
    values = ", ".join(f"n.{field}" for field in fields)
    (row,) = store.read(
        f"MATCH (n:{label}) WHERE n.id IN $ids RETURN collect([{values}]) AS nodes", {"ids": sorted(ids)}
    )
    for one in _convert_to_list(row["nodes"]):
        yield _drop_empty(fields, one)


def _drop_empty(names: Sequence[str], values: object) -> Row:
    """Return the values by name, what is empty left out."""
    return {name: one for name, one in zip(names, _convert_to_list(values), strict=True) if one is not None}


def _convert_to_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def find_entity(store: Reader, name: str, kinds: Collection[str] | None = None) -> Entity | None:
    """Return the entity that answers to a name, as a Directory does, without reading all of them."""
    given = {"name": name, "folded": fold(name)}
    named = (
        f"MATCH (n:Entity) WHERE {where} AND n.factbases IS NOT NULL WITH n LIMIT 50 "
        f"RETURN {rank} AS rank, properties(n) AS entity"
        for rank, where in enumerate(("n.id IN [$name, $folded]", "n.folded = $folded"))
    )
    # those that an index finds are asked for together; aliases want a look at every entity
    together = f"CALL {{ {' UNION ALL '.join(named)} }} RETURN rank, entity"
    aliases = "MATCH (n:Entity) WHERE $folded IN n.folded_aliases AND n.factbases IS NOT NULL "
    for statement in (together, f"{aliases}RETURN 2 AS rank, properties(n) AS entity LIMIT 50"):
        rows = store.read(statement, given)
        for rank in sorted({str(row["rank"]) for row in rows}):
            found = [make_entity(_get_properties(row, "entity")) for row in rows if str(row["rank"]) == rank]
            if one := choose_only(name, found, kinds):
                return one
    return None


def fetch_all_entities(store: Reader) -> list[Entity]:
    """Return every entity."""
    rows = store.read("MATCH (n:Entity) WHERE n.factbases IS NOT NULL RETURN properties(n) AS entity")
    return sorted((make_entity(_get_properties(row, "entity")) for row in rows), key=lambda entity: entity.id)


def _get_properties(row: Row, name: str) -> dict[str, object]:
    value = row[name]
    return value if isinstance(value, dict) else {}
