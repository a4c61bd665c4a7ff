"""Markdown: an answer's sentences, its tables that have rows, each under a heading, then what qualifies the whole."""

from __future__ import annotations

from graphkit.formats import Printable, Table, find_sentences
from graphkit.formats.cells import as_file_line

BINARY = DATA = False
ENDINGS = (".md", ".markdown")

_SIGNS = {"<": "&lt;", "&": "&amp;"} | {char: f"\\{char}" for char in "\\|[]*_`~"}


def render(answer: Printable) -> str:
    """Return an answer as Markdown."""
    tables, several = answer.tables(), len(answer.tables()) > 1
    parts = [" ".join(map(_escape_line, find_sentences(answer)))] if find_sentences(answer) else []
    begun = len(parts)
    for table in tables:
        if table.rows and several:
            parts.append(f"## {_escape(table.name)}")
        if table.rows:
            parts.append(_table(table))
    parts += ["no rows"] if len(parts) == begun else []
    for table in answer.provenance_tables():
        parts += [f"## {_escape(table.name)}", _table(table)]
    return "\n\n".join([*parts, *map(_escape_line, answer.remarks())])


def _table(table: Table) -> str:
    from tabulate import tabulate

    used = [name for name in table.columns if any(row.get(name) not in (None, "", []) for row in table.rows)]
    cells = [[_escape(row.get(name)) for name in used] for row in table.rows]
    return tabulate(cells, list(map(_escape, used)), "github", disable_numparse=True)


def _escape(value: object) -> str:
    """Return text for a Markdown cell: no cell, link or tag of its own."""
    return "".join(_SIGNS.get(char, char) for char in as_file_line(value))


def _escape_line(text: str) -> str:
    return _escape(text).replace("\\_", "_").replace("\\~", "~")
