"""Lines that fit a terminal."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Iterable

import click

from graphkit.formats.cells import as_line


def count_columns() -> int:
    """Return how many columns a line of text may take: the terminal's, between 40 and 100."""
    return min(100, count_table_columns())


def count_table_columns() -> int:
    """Return how many columns a table may take: the terminal's, at least 40; 100 where there is no terminal."""
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def is_terminal() -> bool:
    """Say whether standard output is a terminal, with edges that a line may run over."""
    return bool(sys.stdout and sys.stdout.isatty())


def measure_width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    shown = click.unstyle(text)
    if shown.isascii():
        return len(shown)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown
    )


def wrap_text(text: str, first: str = "", rest: str | None = None, width: int | None = None) -> list[str]:
    """Break a text, styled or not, into lines that fit; `first` and `rest` (as wide, blank) begin them.

    `width` is that of the terminal unless given.
    """
    lines: list[str] = []
    line, begin, used = first, " " * measure_width(first) if rest is None else rest, measure_width(first)
    empty, limit = True, width or count_columns()
    for word in text.split(" "):
        size = measure_width(word)
        if not empty and used + 1 + size > limit:
            lines.append(line)
            line, used, empty = begin, measure_width(begin), True
        line, used = (line + word, used + size) if empty else (f"{line} {word}", used + 1 + size)
        empty = False
    return [*lines, line]


def wrap_each(first: str, texts: Iterable[object], rest: str | None = None) -> list[str]:
    """Return values as lines that a terminal cannot be commanded by, each behind the same words."""
    begin = " " * (len(first) - len(first.lstrip()) + 2) if rest is None else rest
    return [line for text in texts for line in wrap_text(as_line(text), first, begin)]


def align_pairs(pairs: Iterable[tuple[str, str]], wide: int = 0) -> list[str]:
    """Return two plain texts a line, the second ones in a column of their own, or below the first where none fits.

    The column is `wide` from the edge where there is room. Texts are not broken.

    >>> align_pairs([("who_rents", "Rentals"), ("who", "Anybody")])
    ['  who_rents  Rentals', '  who        Anybody']
    """
    some = list(pairs)
    first, second = (max([measure_width(pair[place]) for pair in some], default=0) for place in (0, 1))
    room = count_columns() - 4 - second
    if first > room:
        return [line for one, other in some for line in (f"  {one}", f"    {other}")]
    return [f"  {one}{' ' * (max(first, min(wide, room)) - measure_width(one))}  {other}" for one, other in some]


def cut_word(word: str, width: int) -> list[str]:
    """Return a word in pieces that fit.

    >>> cut_word("abcdefg", 3)
    ['abc', 'def', 'g']
    """
    pieces, piece = [], ""
    for char in word:
        if piece and measure_width(piece + char) > width:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]
