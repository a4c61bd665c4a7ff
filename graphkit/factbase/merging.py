"""One record of what several fact bases say of the same document or entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

import msgspec

from graphkit.facts import Document, Entity

Record = Document | Entity
_Some = TypeVar("_Some", bound=Record)


def merge_records(said: Sequence[_Some]) -> _Some:
    """Merge records of one id, at least one: the first to say something is heard, and all aliases are."""
    first = said[0]
    if isinstance(first, Document):
        given: list[dict[str, object]] = [msgspec.to_builtins(record) for record in said]
        fields = {name: value for own in reversed(given) for name, value in own.items()}
        # from what a date was inferred is about that date
        dated = [own for own in given if own.get("published") == fields.get("published")]
        fields["published_basis"] = next((own["published_basis"] for own in dated if "published_basis" in own), None)
        return msgspec.convert(fields, type(first))
    entities = [record for record in said if isinstance(record, Entity)]
    return msgspec.structs.replace(
        first,
        aliases=tuple(dict.fromkeys(chain.from_iterable(entity.aliases for entity in entities))),
        generic=any(entity.generic for entity in entities),
        note=next((entity.note for entity in entities if entity.note), None),
    )


#: What fact bases must say alike of one id, so that no answer depends on their order.
AGREED = {"Entity": ("name", "kind"), "Document": ("name", "publisher", "published", "reliability", "cites")}


def find_contradictions(label: str, one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return the properties in which two fact bases contradict each other; one that is silent contradicts nobody."""
    both = [name for name in AGREED[label] if one.get(name) and other.get(name)]
    return [name for name in both if one[name] != other[name]]
