"""Nodes that several fact bases use: what each of them says, and what the node says for all.

A node says what the fact bases in its `factbases` say together and nothing else, in whatever order
they were loaded, changed and removed. Where they do not all say the same, its `declared` holds the
record of each as JSON, in the order of `factbases`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from graphkit.engines.properties import (
    Properties,
    get_document_properties,
    get_entity_properties,
    make_documents,
    make_entities,
)
from graphkit.errors import StoreError
from graphkit.factbase.merging import Record, find_contradictions, merge_records
from graphkit.facts import Document, Entity


def read_declarations(label: str, node: Mapping[str, object], ours: Collection[str]) -> dict[str, Record]:
    """Return what each fact base but ours says of a node, by name. Raises StoreError where that cannot be read."""
    others, texts = _list_others(node, ours), node.get("declared")
    if not others:
        return {}
    if not isinstance(texts, list):
        return dict.fromkeys(others, (make_entities if label == "Entity" else make_documents)([dict(node)])[0])
    kind: type[Record] = Entity if label == "Entity" else Document
    try:
        said = zip(_list_others(node, ()), texts, strict=True)
        return {name: msgspec.json.decode(text, type=kind) for name, text in said if name in others}
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        raise StoreError(
            f"what the {label.lower()} {node.get('id')!r} keeps of its fact bases makes no sense ({error}): "
            f"remove its property `declared`, then build {' and '.join(map(repr, others))} again"
        ) from None


def _list_others(node: Mapping[str, object], ours: Collection[str]) -> list[str]:
    listed = node.get("factbases")
    return [name for name in listed if name not in ours] if isinstance(listed, list) else []


def merge_declarations(label: str, records: Mapping[str, Record]) -> Properties:
    """Return the properties of the node that some fact bases, at least one, say these records of."""
    names = sorted(records)
    said = [records[name] for name in names]
    differ = any(record != said[0] for record in said[1:])
    one = merge_records(said) if differ else said[0]
    properties = get_entity_properties(one) if isinstance(one, Entity) else get_document_properties(one)
    properties["factbases"] = names
    if differ:
        properties["declared"] = [msgspec.json.encode(record).decode() for record in said]
    return properties


def list_differences(claim: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return in what the same claim of two fact bases differs, by property; each may say it in its own words."""
    names = {*claim, *other} - {"factbase", "quote", "summary", "note", "document", "locator"}
    return sorted(name for name in names if claim.get(name) != other.get(name))


def describe_disagreement(
    label: str, node: Mapping[str, object], record: Record, name: str, ours: Collection[str]
) -> str | None:
    """Say in what the record of our fact base of that name disagrees on a node with other fact bases."""
    for other, said in read_declarations(label, node, ours).items():
        for property_ in find_contradictions(label, msgspec.to_builtins(record), msgspec.to_builtins(said)):
            here, there = getattr(record, property_), getattr(said, property_)
            return (
                f"the {property_} of the {label.lower()} {record.id!r} is {here!r} in {name!r} and {there!r} "
                f"in the fact base {other!r}, which the database holds too"
            )
    return None
