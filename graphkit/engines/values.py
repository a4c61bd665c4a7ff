"""The values that engines return, as plain Python; the same shapes from both.

A node is `{"id", "labels", "properties"}` (labels sorted; the id is its `id` property), a
relationship `{"type", "start", "end", "properties"}` (ends are node ids, known inside a path only),
a path `{"nodes", "relationships"}`. What the embedded engine adds of its own is taken out.
"""

from __future__ import annotations

from typing import Any

from graphkit.engines.schema import CLAIM_PROPERTIES, OWNED_LABELS
from graphkit.ontology import RELATIONS

Row = dict[str, object]

_NODE = {"id", "labels", "properties"}
_RELATIONSHIP = {"id", "start", "end", "type", "properties"}
_PATH = {"nodes", "relationships"}
_CLAIM = {"id", "document", "status", "confidence", "factbase", "type"}
_CLAIM_ALL = {*CLAIM_PROPERTIES, "type"}
_SCALARS = (str, int, float, bool, type(None))
_PLAIN = frozenset(_SCALARS)


def convert_embedded(value: Any) -> Any:
    """Return a value of the embedded engine as plain Python."""
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, list | tuple):
        return [one if type(one) in _PLAIN else convert_embedded(one) for one in value]
    if isinstance(value, dict):
        keys = value.keys()
        if keys == _NODE:
            return _make_node(value["labels"], value["properties"])
        if keys == _RELATIONSHIP:
            return _make_relationship(value["type"], None, None, value["properties"])
        if keys == _PATH and all(isinstance(one, dict) and one.keys() == _NODE for one in value["nodes"]):
            slots = {node["id"]: node["properties"].get("id") for node in value["nodes"]}
            return {
                "nodes": [_make_node(node["labels"], node["properties"]) for node in value["nodes"]],
                "relationships": [
                    _make_relationship(r["type"], slots.get(r["start"]), slots.get(r["end"]), r["properties"])
                    for r in value["relationships"]
                ],
            }
        return {
            key: one if type(one) in _PLAIN else convert_embedded(one) for key, one in _drop_minted(value).items()
        }
    return value


def _drop_minted(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a map without what `properties(n)` and `properties(r)` add on the embedded engine."""
    kind = properties.get("type")
    if not isinstance(kind, str):
        return properties
    if kind in OWNED_LABELS:
        if "title" in properties and properties["title"] == properties.get("name"):
            return {key: value for key, value in properties.items() if key not in ("title", "type")}
    elif kind in RELATIONS and properties.keys() >= _CLAIM and properties.keys() <= _CLAIM_ALL:
        return {key: value for key, value in properties.items() if key != "type"}
    return properties


def convert_driver(value: Any) -> Any:
    """Return a value of the Neo4j driver as plain Python."""
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return [one if type(one) in _PLAIN else convert_driver(one) for one in value]
    if isinstance(value, dict):
        return {key: one if type(one) in _PLAIN else convert_driver(one) for key, one in value.items()}
    from neo4j.graph import Node, Path, Relationship
    from neo4j.time import Duration

    if isinstance(value, Node):
        return _make_node(value.labels, {key: convert_driver(one) for key, one in value.items()})
    if isinstance(value, Relationship):
        return _make_relationship(value.type, None, None, {key: convert_driver(one) for key, one in value.items()})
    if isinstance(value, Path):
        return {
            "nodes": [convert_driver(node) for node in value.nodes],
            "relationships": [
                {**convert_driver(r), "start": _get_id(r.start_node), "end": _get_id(r.end_node)}
                for r in value.relationships
            ],
        }
    if isinstance(value, Duration):
        parts = {"months": value.months, "days": value.days, "seconds": value.seconds}
        return {**parts, "nanoseconds": value.nanoseconds} if value.nanoseconds else parts
    if hasattr(value, "to_native"):
        return value.to_native()
    if hasattr(value, "srid"):
        return list(value)
    return value


def _get_id(node: Any) -> object:
    return None if node is None else node.get("id")


def _make_node(labels: Any, properties: dict[str, Any]) -> Row:
    own = {key: convert_embedded(value) for key, value in properties.items() if key not in ("title", "type")}
    return {"id": own.get("id"), "labels": sorted(labels), "properties": own}


def _make_relationship(kind: str, start: object, end: object, properties: dict[str, Any]) -> Row:
    return {"type": kind, "start": start, "end": end, "properties": properties}
