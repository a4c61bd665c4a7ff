"""A fact base as it has been read: its records, their places, its rulebook, and the hash of what was read."""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import msgspec

from graphkit.facts import Claim, Document, Entity
from graphkit.rulebook import Rulebook

#: The rulebook of nobody.
NO_RULES = Rulebook((), (), (), (), ())


class Part(msgspec.Struct, frozen=True):
    """One folder of a fact base: its name, its own content hash, and the ids it declares."""

    name: str
    sha256: str
    documents: frozenset[str]
    entities: frozenset[str]


class FileLine(msgspec.Struct, frozen=True):
    """A line of a file, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class FileLines(msgspec.Struct, frozen=True):
    """The places of a fact base's records; empty for one that was put together in memory.

    `records` are documents and entities as (file, line), by ("document" or "entity", id): the first place of each.
    Claims have numbers instead of objects, since there may be millions: a line, and a file of `files`.
    """

    records: Mapping[tuple[str, str], tuple[str, int]] = {}
    files: tuple[str, ...] = ()
    claim_files: array[int] | None = None
    claim_lines: array[int] | None = None

    def of_record(self, record: Document | Entity) -> FileLine:
        """Return where a document or entity stands first. Raises KeyError."""
        group = "document" if isinstance(record, Document) else "entity"
        return FileLine(*self.records[group, record.id])

    def of_claim(self, number: int) -> FileLine:
        """Return where the claim at some place of `FactBase.claims` stands. Raises IndexError."""
        if self.claim_files is None or self.claim_lines is None:
            raise IndexError(number)
        return FileLine(self.files[self.claim_files[number]], self.claim_lines[number])


class FactBase(msgspec.Struct, frozen=True):
    """The content of one or several fact-base folders, checked.

    Documents and entities are sorted by id, claims by document and then as in their file.
    `warnings` says what was not read, what looks odd, and where no quotation could be attached; `parts` has one
    entry per folder. `rulebook` holds the rules of the folders, filled up with those that ship; `sha256` is the
    hash of the very bytes that were read.
    """

    name: str
    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    sha256: str
    warnings: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    rulebook: Rulebook = NO_RULES
    places: FileLines = FileLines()
