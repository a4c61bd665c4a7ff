"""Text that a terminal, a spreadsheet or a Markdown page may be given: rows as tables, lines that fit.

Whatever came from outside is made harmless first: control characters (a terminal obeys them) are
shown, not sent; a CSV cell never starts a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import click
import msgspec

Rows = Sequence[Mapping[str, object]]

#: Characters that JSON may hold as they are and a terminal may obey: C1 controls, marks that turn text round.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FORMULA = tuple("=+-@＝＋－＠")


def plain(value: object) -> str:
    """Return a value as one harmless line of text."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(plain, value))
    if isinstance(value, dict):
        value = msgspec.json.encode(value, enc_hook=str).decode()
    text = str(value)
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


def _harmless(char: str) -> str:
    if char in "\n\r\t\u2028\u2029":
        return " "
    return char if unicodedata.category(char) not in ("Cc", "Cf", "Cs") else f"\\u{ord(char):04x}"


def as_json(answer: object) -> str:
    """Return an answer as indented JSON."""
    text = msgspec.json.format(msgspec.json.encode(answer, enc_hook=str), indent=2).decode()
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


# lines ------------------------------------------------------------------------------------


def columns() -> int:
    """Return how many columns a line of text may take: the terminal's, between 60 and 100."""
    return min(100, max(60, shutil.get_terminal_size((100, 24)).columns))


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    shown = click.unstyle(text)
    if shown.isascii():
        return len(shown)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown
    )


def wrap(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Break a text, styled or not, into lines that fit; `first` and `rest` (as wide, blank) begin them."""
    lines: list[str] = []
    line, begin, used = first, " " * width(first) if rest is None else rest, width(first)
    empty, limit = True, columns()
    for word in text.split(" "):
        size = width(word)
        if not empty and used + 1 + size > limit:
            lines.append(line)
            line, used, empty = begin, width(begin), True
        line, used = (line + word, used + size) if empty else (f"{line} {word}", used + 1 + size)
        empty = False
    return [*lines, line]


# tables -----------------------------------------------------------------------------------


def render_rows(rows: Rows, form: str, columns: Sequence[str] | None = None) -> str:
    """Return rows as "text", "csv", "markdown" or "json"; text and Markdown say when there are none."""
    names = list(columns) if columns is not None else list(dict.fromkeys(name for row in rows for name in row))
    if form == "json":
        return as_json(list(rows))
    if form == "csv":
        return _csv(names, ([row.get(name) for name in names] for row in rows))
    if not rows:
        return "no rows"
    from tabulate import tabulate

    cells = [[plain(row.get(name)) for name in names] for row in rows]
    heads = list(map(plain, names))
    if form == "markdown":
        heads, *cells = ([_markdown(cell) for cell in row] for row in [heads, *cells])
        return tabulate(cells, heads, "github", disable_numparse=True)
    return tabulate(cells, heads, "simple", disable_numparse=True, maxcolwidths=_widths(heads, cells))


def _widths(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    """Give each column its natural width, then narrow the widest that can break between words until all fit."""
    found = list(zip(heads, *cells, strict=True))
    widths = [min(max(1, *map(width, column)), 400) for column in found]
    words = [max((width(word) for cell in column for word in cell.split()), default=1) for column in found]
    least = [max(16, min(word, 40)) for word in words]
    room = columns() - 2 * (len(widths) - 1)
    while sum(widths) > room and (wide := [i for i, size in enumerate(widths) if size > least[i]]):
        widths[max(wide, key=lambda i: widths[i])] -= 1
    return widths


def _markdown(cell: str) -> str:
    """Text for a Markdown cell: no cell, link or tag of its own."""
    signs = {"<": "&lt;", "&": "&amp;"} | {char: f"\\{char}" for char in "\\|[]*_`~"}
    return "".join(signs.get(char, char) for char in cell)


def _csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(_cell, names))
    for row in rows:
        writer.writerow(map(_cell, row))
    return out.getvalue().rstrip("\n")


def _cell(value: object) -> object:
    """A value for a CSV cell: a text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, (int, float)) or value is None:
        return value
    text = plain(value)
    return f"'{text}" if text.startswith(_FORMULA) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else text
