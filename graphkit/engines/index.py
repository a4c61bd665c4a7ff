"""The index of an embedded database: its records and ties as pages, made anew of its graph whenever that is kept.

Entities have numbers in the order of their ids, so that an order by number is one by id. What each page holds:

- `entities`: an `EntityPage`; `documents`: a document; `claims`: a `ClaimPage`
- `ties`: the ties of an entity by one relation in one direction: other end, claim, other end, claim ...;
  the last three bits of such a claim are its status
- `ahead`: the ties of an entity by all access relations, each other end once, with its kind in the last two bits
- `names`: who bears the names that share a bucket
- `lists`: the ends of all claims of a relation that are done; how many claims name each entity and each document
- `graph`: the bytes of the graph itself, in parts; `head`: the `Head`
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from typing import Any
from zlib import crc32

import msgspec

from graphkit.ontology import PASSABLE, STATUSES

#: Raised whenever what the pages hold changes.
LAYOUT = 1

#: The tiers of names: who has the id, the name, the alias.
ID, NAME, ALIAS = range(3)
#: The pages of `lists` after those of the relations.
ENTITY_COUNTS, DOCUMENT_COUNTS = 1000, 1001
#: The bits of a tie's claim that are its status.
STATUS_BITS, STATUS_MASK = 3, 7
_STATUSES = {name: number for number, name in enumerate(STATUSES)}
#: The kinds of ends ahead: what a path passes, a chip, what it neither passes nor ends at.
KIND_BITS, KIND_MASK = 2, 3
OTHER, PASSED, CHIP = range(3)
#: Ties of one entity: by relation and direction.
WAYS = 256


class Head(msgspec.Struct, array_like=True):
    """The first page: the layout, the relations, the numbers of records, and the marks of the loaded fact bases."""

    layout: int
    relations: list[str]
    buckets: int
    entities: int
    documents: int
    claims: int
    parts: int
    counts: dict[str, int]
    marks: list[dict[str, Any]]
    held: dict[str, list[int]]


class DocumentPage(msgspec.Struct, array_like=True, gc=False):
    """A document, and whether a fact base names it."""

    ours: bool
    record: msgspec.Raw


class EntityPage(msgspec.Struct, array_like=True, gc=False):
    """An entity, whether a fact base names it, and how many ties it has in each way."""

    id: str
    kind: str
    generic: bool
    ours: bool
    ways: dict[int, int]
    record: msgspec.Raw


class ClaimPage(msgspec.Struct, array_like=True, gc=False):
    """A claim, and the numbers of its document (-1 for none), of the sites at its ends and of all that it names."""

    document: int
    subject: int
    object: int
    sites: list[int]
    scopes: list[int]
    others: list[int]
    record: msgspec.Raw


def get_way(relation: int, backwards: bool) -> int:
    """Return the number of the ties by a relation in one direction."""
    return relation * 2 + backwards


def number_status(status: object) -> int:
    """Return the number of a status; 7 for what is none."""
    return _STATUSES.get(str(status), 7)


def rate_kind(kind: str) -> int:
    """Return what an end of that kind is to a path."""
    return PASSED if kind in PASSABLE else CHIP if kind == "Chip" else OTHER


def find_bucket(name: str, buckets: int) -> int:
    """Return the bucket of a name."""
    return crc32(name.encode(errors="surrogatepass")) % buckets


def pack_numbers(numbers: Iterable[int]) -> bytes:
    """Return numbers as bytes, four to each, the lowest first."""
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack_numbers(data: bytes) -> array[int]:
    """Return the numbers that `pack_numbers` packed."""
    numbers = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
