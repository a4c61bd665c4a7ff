"""Records to property maps and back. Empty values are left out of a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from graphkit.errors import StoreError
from graphkit.facts import Claim, Document, Entity, fold

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


def make_entity(properties: Mapping[str, object]) -> Entity:
    """Return the entity of a node's properties (`properties(n)`). Raises StoreError."""
    return _make_record(properties, Entity, "entity")


def make_document(properties: Mapping[str, object]) -> Document:
    """Return the document of a node's properties (`properties(d)`). Raises StoreError."""
    return _make_record(properties, Document, "document")


def make_claim(row: Mapping[str, object]) -> Claim:
    """Return the claim of a row: subject, relation, object and its properties. Raises StoreError."""
    return _make_record({"summary": "", **row}, Claim, "claim")


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
