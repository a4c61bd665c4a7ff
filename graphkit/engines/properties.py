"""Records to property maps and back. Empty values are left out of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from graphkit.errors import StoreError
from graphkit.facts import Claim, Document, Entity, fold

#: The properties of a claim that name entities: what limits it, what lies between its ends, and one party each.
LIMITS, WAYPOINTS, PARTIES = ("chips", "sites", "regions"), ("via", "transit"), ("owner", "licence_by")

Properties = dict[str, object]
_Record = TypeVar("_Record", Entity, Document, Claim)

_LISTS = tuple(
    field.name for record in (Entity, Claim) for field in msgspec.structs.fields(record) if field.default == ()
)


def get_entity_properties(entity: Entity) -> Properties:
    """Return an entity's properties, with its names as they are matched."""
    properties = _drop_empty(msgspec.to_builtins(entity))
    properties["generic"] = entity.generic  # false, not absent: NOT of nothing is nothing
    properties["folded"] = fold(entity.name)
    if entity.aliases:
        properties["folded_aliases"] = [fold(alias) for alias in entity.aliases]
    return properties


def get_document_properties(document: Document) -> Properties:
    """Return a document's properties."""
    return _drop_empty(msgspec.to_builtins(document))


def get_claim_properties(claim: Claim) -> Properties:
    """Return a claim's properties; its ends and its relation are the relationship itself."""
    properties = _drop_empty(msgspec.to_builtins(claim))
    del properties["subject"], properties["relation"], properties["object"]
    properties.pop("sentence_hash", None)
    properties["implied"] = claim.implied
    return properties


def make_entities(found: Sequence[Properties]) -> list[Entity]:
    """Return the entities of some nodes' properties (`properties(n)`). Raises StoreError."""
    return _make_records(found, Entity, "entity")


def make_documents(found: Sequence[Properties]) -> list[Document]:
    """Return the documents of some nodes' properties (`properties(d)`). Raises StoreError."""
    return _make_records(found, Document, "document")


def make_claims(found: Sequence[Properties]) -> list[Claim]:
    """Return the claims of some maps: subject, relation, object and their properties. Raises StoreError."""
    for one in found:
        one.setdefault("summary", "")
    return _make_records(found, Claim, "claim")


def decode_entity(data: msgspec.Raw) -> Entity:
    """Return an entity from its packed properties. Raises StoreError."""
    return _decode_record(data, Entity, "entity")


def decode_document(data: msgspec.Raw) -> Document:
    """Return a document from its packed properties. Raises StoreError."""
    return _decode_record(data, Document, "document")


def decode_claim(data: msgspec.Raw) -> Claim:
    """Return a claim from its packed properties. Raises StoreError."""
    return _decode_record(data, Claim, "claim")


def _decode_record(data: msgspec.Raw, kind: type[_Record], what: str) -> _Record:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.ValidationError:
        return _make_record(msgspec.msgpack.decode(data), kind, what)


def _make_records(found: Sequence[Properties], kind: type[_Record], what: str) -> list[_Record]:
    try:
        return msgspec.convert(found, list[kind])  # type: ignore[valid-type]
    except msgspec.ValidationError:
        return [_make_record(one, kind, what) for one in found]


def _make_record(properties: Mapping[str, object], kind: type[_Record], what: str) -> _Record:
    """Return the record of some properties. Raises StoreError where graphkit cannot have written them."""
    try:
        return msgspec.convert(properties, kind)
    except msgspec.ValidationError as error:
        raise StoreError(
            f"the database holds something that looks like the {what} {properties.get('id')!r} and is none "
            f"({error}): take it out, or build the fact base into a database of its own"
        ) from None


def _drop_empty(values: Properties) -> Properties:
    """Take the empty texts out of a record's values, which come without defaults, and make lists of tuples."""
    for name in _LISTS:
        if name in values:
            values[name] = list(values[name])  # type: ignore[call-overload]
    if "" in values.values():
        return {name: value for name, value in values.items() if value != ""}
    return values
