"""A matrix of short cells in lines that fit: long names are broken, columns that are too many are folded."""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.formats.lines import count_columns, measure_width

#: Columns that a heading and the name of a row take before they are broken between words.
_HEAD, _NAME = 28, 30


def lay_out_matrix(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in lines that fit, folded into several of fewer columns where it is too wide.

    >>> lay_out_matrix(["", "X"], [["A", "1"]])
    ['   X', 'A  1']
    """
    table = [[_break(head, _HEAD) for head in heads]]
    table += [[_break(row[0], _NAME), *([cell] for cell in row[1:])] for row in rows]
    widths = [max(measure_width(line) for cell in column for line in cell) for column in zip(*table, strict=True)]
    lines: list[str] = []
    start = 1
    while start < len(heads):
        end, used = start, widths[0]
        while end < len(heads) and (end == start or used + 2 + widths[end] <= count_columns()):
            used += 2 + widths[end]
            end += 1
        for row in table:
            cells = [(row[at], widths[at]) for at in (0, *range(start, end))]
            for line in range(max(len(cell) for cell, _ in cells)):
                texts = [_pad(cell[line] if line < len(cell) else "", width) for cell, width in cells]
                lines.append("  ".join(texts).rstrip())
        start = end
        lines += [""] if start < len(heads) else []
    return lines


def _pad(text: str, width: int) -> str:
    return text + " " * (width - measure_width(text))


def _break(text: str, most: int) -> list[str]:
    """Break a text between words into lines of at most so many columns, a longer word on a line of its own."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and measure_width(joined) > most:
            lines.append(f"  {word}")
        else:
            lines[-1] = joined
    return lines
