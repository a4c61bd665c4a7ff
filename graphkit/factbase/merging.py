"""One record of what several fact bases say of the same document or entity."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TypeVar

import msgspec

from graphkit.facts import Document, Entity

Record = Document | Entity
_Some = TypeVar("_Some", bound=Record)


def merged(said: Sequence[_Some]) -> _Some:
    """Merge records of one id, at least one: the first to say something is heard, and all aliases are."""
    first = said[0]
    if isinstance(first, Document):
        fields: dict[str, object] = {}
        for record in reversed(said):
            own = msgspec.to_builtins(record)
            if "published" in own:
                fields.pop("published_basis", None)  # it is about the date of its own fact base
            fields |= own
        return msgspec.convert(fields, type(first))
    entities = [record for record in said if isinstance(record, Entity)]
    return msgspec.structs.replace(
        first,
        aliases=tuple(dict.fromkeys(chain.from_iterable(entity.aliases for entity in entities))),
        generic=any(entity.generic for entity in entities),
        note=next((entity.note for entity in entities if entity.note), None),
    )


def conflicts(known: Document, other: Document) -> list[str]:
    """Return the fields of a document, beside its name, in which two fact bases contradict each other."""
    fields = [name for name in Document.__struct_fields__ if name not in ("id", "name", "published_basis")]
    both = [name for name in fields if getattr(known, name) and getattr(other, name)]
    return [name for name in both if getattr(known, name) != getattr(other, name)]
