"""CSV: one table. Where an answer has several, the column `section` names the one that a row belongs to."""

from __future__ import annotations

import csv
import io

from graphkit.formats import Cell, Printable
from graphkit.formats.cells import as_file_line, guard_formula

BINARY, DATA = False, True
ENDINGS = (".csv",)


def render(answer: Printable) -> str:
    """Return an answer as CSV with all columns of its tables; no cell is a formula."""
    tables = [table for table in answer.tables() if not table.aside]
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    several = len(tables) > 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(["section"] if several else []), *map(_cell, names)])
    for table in tables:
        for row in table.rows:
            writer.writerow([*([table.name] if several else []), *(_cell(row.get(name)) for name in names)])
    return out.getvalue().rstrip("\n")


def _cell(value: Cell) -> int | float | str | None:
    """Return a value for a CSV cell."""
    if isinstance(value, (int, float)) or value is None:
        return value
    return guard_formula(as_file_line(value))
