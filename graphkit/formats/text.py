"""Text for a terminal: what an answer says of itself, and tables that fit."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.formats import Printable, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import count_table_columns, cut_word, measure_width, wrap_text

BINARY = DATA = False
ENDINGS = (".txt",)


def render(answer: Printable) -> str:
    """Return an answer as its own text."""
    return answer.styled_text()


def render_table(table: Table) -> str:
    """Return a table in columns that fit the terminal, or "no rows"."""
    if not table.rows:
        return "no rows"
    from tabulate import tabulate

    cells = [[as_line(row.get(name)) for name in table.columns] for row in table.rows]
    heads = list(map(as_line, table.columns))
    widths = _widths(heads, cells)
    # broken here and not by tabulate, which takes the words True and False for values and prints both as True
    broken = [[_break_cell(cell, width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    return tabulate(broken, heads, "simple", disable_numparse=True)


def _break_cell(text: str, width: int) -> str:
    words = [piece for word in text.split(" ") for piece in cut_word(word, width)]
    return "\n".join(wrap_text(" ".join(words), width=width))


def _widths(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    """Give each column its natural width, then narrow the widest that can break between words until all fit."""
    found = list(zip(heads, *cells, strict=True))
    widths = [min(max(1, *map(measure_width, column)), 400) for column in found]
    words = [max((measure_width(word) for cell in column for word in cell.split()), default=1) for column in found]
    least = [max(16, min(word, 40)) for word in words]
    room = count_table_columns() - 2 * (len(widths) - 1)
    while sum(widths) > room and (wide := [i for i, size in enumerate(widths) if size > least[i]]):
        widths[max(wide, key=lambda i: widths[i])] -= 1
    return widths
