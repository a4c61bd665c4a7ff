"""The record that every answer is: plain data, tables, text, JSON, and a view for notebooks."""

from __future__ import annotations

from typing import Annotated, Protocol, Self

import click
import msgspec

from graphkit.engines import Store
from graphkit.formats import Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.rulebook import Rulebook
from graphkit.summaries.words import Language, Words, load_words

#: Version of the JSON contract; the schemas of all answers are in graphkit/schema.
VERSION = 2
Version = Annotated[int, msgspec.Meta(extra_json_schema={"const": VERSION})]


class OpenBase(Protocol):
    """The open store that a question is put to: an open store, and the rules that go with it.

    `notes` qualify every answer, such as a load that did not finish.
    """

    @property
    def store(self) -> Store: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

    @property
    def rulebook(self) -> Rulebook: ...


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an answer."""

    def to_dict(self) -> dict[str, object]:
        """Return the record as plain data: dicts, lists, texts, numbers, as JSON has them."""
        return {name: _as_lists(value) for name, value in msgspec.to_builtins(self).items()}


def _as_lists(value: object) -> object:
    if isinstance(value, dict):
        return {name: _as_lists(one) for name, one in value.items()}
    return [_as_lists(one) for one in value] if isinstance(value, (list, tuple)) else value


class Answer(Record, frozen=True, kw_only=True):
    """An answer: a frozen record that says how it reads as tables and as text."""

    def tables(self) -> list[Table]:
        """Return everything that the answer says, as tables."""
        raise NotImplementedError

    def styled_text(self) -> str:
        """Return the answer as people read it, with the styles of a terminal."""
        raise NotImplementedError

    def remarks(self) -> list[str]:
        """Return the lines that qualify the whole answer: notes, bounds, filters."""
        return []

    def json_value(self) -> object:
        """Return what stands for the answer in JSON: itself."""
        return self

    def text(self) -> str:
        """Return the answer as people read it, without styles."""
        return click.unstyle(self.styled_text())

    def to_json(self) -> str:
        """Return the answer as indented JSON, as `--format json` prints it."""
        from graphkit.formats.json import encode

        return encode(self.json_value())

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the text, inert whatever it holds."""
        import html

        return f'<pre dir="auto">{html.escape(self.text())}</pre>'


class SummarisedAnswer(Answer, frozen=True, kw_only=True):
    """An answer that begins with two or three sentences; `summary` holds them, in `language`."""

    summary: tuple[str, ...] = ()
    language: Language = "en"

    @property
    def words(self) -> Words:
        """The words of the language that the answer is told in."""
        return load_words(self.language)

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences from the record, in the language of the answer."""
        raise NotImplementedError

    def in_language(self, language: Language) -> Self:
        """Return the answer with its sentences and headings in a language."""
        told = msgspec.structs.replace(self, language=language)
        return msgspec.structs.replace(told, summary=told.summarise())

    def full_text(self) -> str:
        """Return the answer with all of its evidence, with the styles of a terminal."""
        return self.styled_text()

    def summary_lines(self) -> list[str]:
        """Return the sentences as lines of text, each beginning a line of its own."""
        return [line for one in self.summary or self.summarise() for line in wrap_text(as_line(one))]


def format_notes(notes: list[str]) -> list[str]:
    """Return notes as lines of text."""
    return [click.style(line, dim=True) for note in notes for line in wrap_text(as_line(note), "note: ", "  ")]


def format_count(number: int, thing: str) -> str:
    """Return a number with the thing it counts.

    >>> format_count(1, "claim"), format_count(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {thing}{'s' if number != 1 else ''}"
