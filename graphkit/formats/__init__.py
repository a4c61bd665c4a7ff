"""Output formats: a module of this folder with a function `render` is one, by the name of its file.

A format is fed by records alone: `Printable` names what it may ask of an answer. `render(answer)` returns
text, or bytes where the module sets `BINARY`; a module sets `DATA` where its output is for a program, so that
remarks go beside it and not into it. `ENDINGS` are those of its files.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol, TypeAlias, cast, runtime_checkable

import msgspec

#: One cell of a table; a sequence is told as a list of texts.
Cell: TypeAlias = str | int | float | bool | Sequence[str] | None


class Table(msgspec.Struct, frozen=True):
    """Rows under a name; `columns` stand also where there is no row. A format of one table leaves out one `aside`."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Cell]]
    aside: bool = False


class Printable(Protocol):
    """An answer as formats see it."""

    def tables(self) -> list[Table]:
        """Return everything that the answer says, as tables."""

    def provenance_tables(self) -> list[Table]:
        """Return where the answer comes from: who made it, when, from what; no table where that is not known."""

    def styled_text(self) -> str:
        """Return the answer as people read it, with the styles of a terminal."""

    def json_value(self) -> object:
        """Return what stands for the answer in JSON."""

    def remarks(self) -> list[str]:
        """Return the lines that qualify the whole answer: notes, bounds, filters."""


@runtime_checkable
class Summarised(Protocol):
    """An answer that begins with a few sentences."""

    @property
    def summary(self) -> Sequence[str]:
        """The sentences, each with its full stop."""


def find_sentences(answer: Printable) -> Sequence[str]:
    """Return the sentences that an answer begins with; none where it is short as it is."""
    return answer.summary if isinstance(answer, Summarised) else ()


class Format(Protocol):
    """A module of this folder that prints answers."""

    BINARY: bool
    DATA: bool
    ENDINGS: tuple[str, ...]

    def render(self, answer: Printable) -> str | bytes:
        """Return an answer in this format."""


@cache
def find_formats() -> Mapping[str, Format]:
    """Return the formats by name, `text` first.

    >>> list(find_formats())[0]
    'text'
    """
    names = sorted((one.name for one in pkgutil.iter_modules(__path__)), key=lambda name: (name != "text", name))
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: cast(Format, module) for name, module in modules.items() if hasattr(module, "render")}


def render(answer: Printable, form: str) -> str | bytes:
    """Return an answer in the format of that name. Raises KeyError where there is none."""
    return find_formats()[form].render(answer)
