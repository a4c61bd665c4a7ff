"""The record that every answer is: plain data, tables, text, JSON, and a view for notebooks."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
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
#: A day, a month or a year.
Date = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"})]


class OpenBase(Protocol):
    """The open store that a question is put to: an open store, and the rules that go with it.

    `url` is its address; `notes` qualify every answer, such as a load that did not finish.
    """

    url: str

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


#: Most values are of these types: to ask about them first is to be done sooner.
_SINGLE = frozenset({str, int, float, bool, type(None)})


def _as_lists(value: object) -> object:
    if isinstance(value, dict):
        return {name: one if type(one) in _SINGLE else _as_lists(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [one if type(one) in _SINGLE else _as_lists(one) for one in value]
    return value


class BaseStamp(Record, frozen=True, kw_only=True):
    """A fact base as it was asked: the hash of its files, and the day of its newest document where it is known."""

    name: str
    sha256: str
    newest: Date | None


class Provenance(Record, frozen=True, kw_only=True):
    """The origin of an answer: who made it, when, from what, and the command that asks again.

    `question` is the question in words with its filters, `command` what stands after `graphkit` to ask it again.
    `rules_verified` is the latest day on which somebody checked a rule that was asked. `answer` is a hash of the
    answer without this record, `claims` one of each claim in it by id: `graphkit replay` compares them. `limits` are
    sentences on what no answer can say, in its language.
    """

    question: str
    command: tuple[str, ...]
    as_of: Date | None
    known_by: Date | None
    made_on: Date
    graphkit: str
    bases: tuple[BaseStamp, ...]
    rules_verified: Date | None
    answer: str
    claims: Mapping[str, str]
    limits: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return the provenance as a table of two columns, without its hashes of claims."""
        bases = [f"{one.name}, newest document {one.newest or 'not known'}, {one.sha256}" for one in self.bases]
        cells = {
            "question": self.question,
            "command": shlex.join(["graphkit", *self.command]),
            "made on": self.made_on,
            "graphkit": self.graphkit,
            "fact bases": "; ".join(bases),
            "rules verified": self.rules_verified,
            "answer": self.answer,
            "cannot say": " ".join(self.limits),
        }
        return Table("provenance", ("field", "value"), [{"field": k, "value": v} for k, v in cells.items() if v])


class Answer(Record, frozen=True, kw_only=True):
    """An answer: a frozen record that says how it reads as tables and as text.

    `provenance` is there once the answer has been signed: see `graphkit.answers.provenance`.
    """

    provenance: Provenance | None = None

    def tables(self) -> list[Table]:
        """Return everything that the answer says, as tables."""
        raise NotImplementedError

    def provenance_tables(self) -> list[Table]:
        """Return the provenance as a table; none where the answer was not signed."""
        return [self.provenance.table()] if self.provenance else []

    def styled_text(self) -> str:
        """Return the answer as people read it, with the styles of a terminal."""
        raise NotImplementedError

    def remarks(self) -> list[str]:
        """Return the lines that qualify the whole answer: notes, bounds, filters."""
        return []

    def json_value(self) -> object:
        """Return what stands for the answer in JSON: its fields, the provenance last."""
        names = zip(self.__struct_encode_fields__, self.__struct_fields__, strict=True)
        fields = {encoded: getattr(self, name) for encoded, name in names if name != "provenance"}
        return {**fields, "provenance": self.provenance}

    def to_dict(self) -> dict[str, object]:
        """Return the answer as plain data, as JSON has it: the provenance last."""
        made = super().to_dict()
        stamp = made.pop("provenance")
        return {**made, "provenance": stamp}

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
        stamp = self.provenance
        if stamp:
            limits = describe_limits(load_words(language), stamp.rules_verified)
            stamp = msgspec.structs.replace(stamp, limits=limits)
        told = msgspec.structs.replace(self, language=language, provenance=stamp)
        return msgspec.structs.replace(told, summary=told.summarise())

    def full_text(self) -> str:
        """Return the answer with all of its evidence, with the styles of a terminal."""
        return self.styled_text()

    def summary_lines(self) -> list[str]:
        """Return the sentences as lines of text, each beginning a line of its own."""
        return [line for one in self.summary or self.summarise() for line in wrap_text(as_line(one))]


def describe_limits(words: Words, rules_verified: Date | None) -> tuple[str, ...]:
    """Return what graphkit cannot say, in sentences: `rules_verified` is None where no rule was asked."""
    law = words.say("limits.law", when=words.on(rules_verified)) if rules_verified else ""
    return words.sentences(
        [
            words.say("limits.base"),
            words.say("limits.path"),
            law,
            words.say("limits.status"),
            words.say("limits.asked"),
        ]
    )


def format_notes(notes: Iterable[str], words: Words | None = None) -> list[str]:
    """Return notes as lines of text, in a language where its catalogue has them."""
    words = words or load_words()
    told = ((words.say("label.note"), words.retell("note", note)) for note in notes)
    return [click.style(line, dim=True) for label, note in told for line in wrap_text(as_line(note), label, "  ")]


def format_count(number: int, thing: str, plural: str | None = None) -> str:
    """Return a number with the thing it counts; `plural` is its word for several where that has no s alone.

    >>> format_count(1, "claim"), format_count(1200, "claim"), format_count(2, "company", "companies")
    ('1 claim', '1,200 claims', '2 companies')
    """
    return f"{number:,} {thing if number == 1 else plural or f'{thing}s'}"
