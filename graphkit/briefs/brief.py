"""The record of a brief: plain lines in the order in which they are read, each with the numbers of its notes."""

from __future__ import annotations

import msgspec

from graphkit.answers.answer import Provenance
from graphkit.formats.cells import as_file_line
from graphkit.page.words import read_web_address
from graphkit.summaries.words import Language


class Line(msgspec.Struct, frozen=True):
    """A sentence or two, and the numbers of the notes that stand behind it."""

    text: str
    notes: tuple[int, ...] = ()

    @classmethod
    def of(cls, text: str, notes: tuple[int, ...] = ()) -> Line:
        """Return a text as one line without a character that anything obeys."""
        return Line(as_file_line(text), tuple(dict.fromkeys(notes)))


class Node(msgspec.Struct, frozen=True):
    """An entity of a drawing: its name, and its kind as looks.json has it."""

    name: str
    kind: str


class Link(msgspec.Struct, frozen=True):
    """A step of a drawing: the relation in words, its status, whether it is implied."""

    phrase: str
    status: str
    implied: bool


class Drawing(msgspec.Struct, frozen=True):
    """One way as it is drawn: its number, the nodes from buyer to chip, and a link fewer."""

    number: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


class Section(msgspec.Struct, frozen=True):
    """Lines under a heading."""

    title: str
    lines: tuple[Line, ...]


class Note(msgspec.Struct, frozen=True):
    """A document that is cited, its number, its addresses on the web, and the day on which it was last looked at."""

    number: int
    document: str
    addresses: tuple[str, ...]
    seen: str


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is passed on.

    `drawings` are the first ways, or what comes nearest where there is none: `caption` says which. `table` has the
    ways a row each under `columns`. `about` is the provenance in words, `stamp` as `graphkit replay` reads it.
    """

    language: Language
    title: str
    asked: str
    answer: Section
    caption: str
    drawings: tuple[Drawing, ...]
    columns: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    sections: tuple[Section, ...]
    sources_title: str
    notes: tuple[Note, ...]
    about_title: str
    about: tuple[tuple[str, str], ...]
    limits: Section
    stamp: Provenance


def find_addresses(*given: str | None) -> tuple[str, ...]:
    """Return those of some addresses that lead to the web, without a character that anything obeys.

    >>> find_addresses("https://example.org/a", "javascript:alert(1)", None)
    ('https://example.org/a',)
    """
    found = (read_web_address(as_file_line(one)) for one in given if one)
    return tuple(dict.fromkeys(one for one in found if one))
