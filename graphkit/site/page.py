"""The record of a page of a site: plain texts and links in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from graphkit.answers.answer import Provenance


class PageText(msgspec.Struct, frozen=True):
    """A text, and the address of what it names where there is a page of it."""

    text: str
    href: str | None = None


#: Texts that stand in one cell, one after the other.
Cell = tuple[PageText, ...]


class Fact(msgspec.Struct, frozen=True):
    """The values that are told of a thing under one name; each value stands on a line of its own."""

    name: str
    values: tuple[Cell, ...]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as a page tells it: the sentence of its ends, its status, what is said and who says so.

    `document` is left out on the page of that document; `details` are fields in words.
    """

    anchor: str
    subject: PageText
    phrase: str
    object: PageText
    status: str
    status_word: str
    said: str
    quoted: bool
    source: str
    document: PageText | None
    addresses: tuple[str, ...]
    seen: str
    details: tuple[tuple[str, str], ...]
    note: str


class ClaimSection(msgspec.Struct, frozen=True):
    """Claims under a heading."""

    title: str
    statements: tuple[Statement, ...]


class PageTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table under a heading; `anchor` is where links of the index lead, `note` stands above it.

    `find` are other words by which each row is found, where it can be filtered.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    anchor: str = ""
    note: str = ""
    find: tuple[str, ...] = ()


class SitePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page: `kicker` says what it is about, `said` are its sentences, `made` is its provenance in words.

    `stamp` is the provenance that `graphkit replay` reads; `bar`, `tables` and `notes` are those of a chip.
    """

    address: str
    title: str
    kicker: str
    said: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    listings: Sequence[PageTable] = ()
    bar: dict[str, Any] | None = None
    tables: Sequence[Any] = ()
    notes: Sequence[str] = ()
    sections: Sequence[ClaimSection] = ()
    also: Sequence[str] = ()
    stamp: Provenance | None = None
