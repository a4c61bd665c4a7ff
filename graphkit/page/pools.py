"""The pools of a page: records that many answers share are sent once, and named by their numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

Record = dict[str, Any]
Answer = Mapping[str, Any]


_write = msgspec.json.Encoder(order="deterministic", enc_hook=str).encode


def _make_key(record: object) -> bytes | str:
    """Return what tells a record from others; a text that is no Unicode, such as half a pair, only Python writes."""
    try:
        return _write(record)
    except UnicodeEncodeError:
        return json.dumps(record, sort_keys=True, default=str)


class Pool:
    """Records that are sent once and named by their number: paths share findings, as days share paths."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self._numbers: dict[bytes | str, int] = {}

    def number(self, record: object) -> int:
        """Return the number of a record, which is taken up if it is new."""
        key = _make_key(record)
        if key not in self._numbers:
            self._numbers[key] = len(self.records)
            self.records.append(record)
        return self._numbers[key]


#: What a page numbers: `ways` end at a chip that no report names, `misses` would be paths, `cited` are claims that
#: need not be drawn, `parts` is what records that differ in little have in common.
POOLS = ("paths", "steps", "findings", "rules", "ways", "misses", "cited", "texts", "parts")


@dataclass
class Numbers:
    """The ids on the page: of nodes by entity, of lines by claim, of claims by claim; and what is numbered so far.

    `words` are those of the page's language; `documents` are the sources of the page, and `document` has the number
    of each by its id.
    """

    node: Mapping[str, str]
    line: Mapping[str, str]
    claim: Mapping[str, int]
    words: Mapping[str, str]
    document: dict[str, int] = field(default_factory=dict)
    documents: list[Record] = field(default_factory=list)
    pools: dict[str, Pool] = field(default_factory=lambda: {name: Pool() for name in POOLS})
    #: the numbers of records by their address: answers over time hold the same ones
    kept: dict[tuple[str, int], int] = field(default_factory=dict)

    def number(self, pool: str, record: object) -> int:
        """Return the number of a record in a pool."""
        return self.pools[pool].number(record)

    def number_document(self, document: str, source: Record) -> int:
        """Return the number of a document, which becomes a source of the page if it is none yet."""
        if document not in self.document:
            self.document[document] = len(self.documents)
            self.documents.append(source)
        return self.document[document]

    def number_parted(self, pool: str, record: Record, differs: Collection[str]) -> int:
        """Return the number of a record that is taken up in two parts: what often differs, and the rest."""
        rest = {name: value for name, value in record.items() if name not in differs}
        own = {name: value for name, value in record.items() if name in differs}
        return self.number(pool, {**own, "of": self.number("parts", rest)})

    def number_each(
        self,
        pool: str,
        records: Iterable[Answer],
        read: Callable[[Answer, Numbers], Record],
        differs: Collection[str] = (),
    ) -> list[int]:
        """Return the numbers of records as they are read, in two parts where some fields often differ."""
        found = []
        for record in records:
            key = pool, id(record)
            if key not in self.kept:
                told = read(record, self)
                self.kept[key] = self.number_parted(pool, told, differs) if differs else self.number(pool, told)
            found.append(self.kept[key])
        return found
