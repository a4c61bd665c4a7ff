"""Markdown: an answer's sentences, its tables that have rows, each under a heading, then what qualifies the whole."""

from __future__ import annotations

import re

from graphkit.formats import Printable, Table, find_sentences
from graphkit.formats.cells import as_file_line

BINARY = DATA = False
ENDINGS = (".md", ".markdown")

#: The columns whose values are addresses of documents and rules, which may become links.
_LINKS = frozenset({"url", "archive", "addresses"})
_ADDRESS = re.compile(r"://|(?<=\bwww)\.", re.IGNORECASE)
_SIGNS = {"<": "&lt;", "&": "&amp;", "@": "&#64;"} | {char: f"\\{char}" for char in "\\|[]*_`~"}


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
    cells = [[_escape(row.get(name), link=name in _LINKS) for name in used] for row in table.rows]
    return tabulate(cells, list(map(_escape, used)), "github", disable_numparse=True)


def break_addresses(text: str) -> str:
    r"""Return Markdown in which no address becomes a link.

    >>> break_addresses("see https://a.example and www.b.example")
    'see https\\://a.example and www\\.b.example'
    """
    return _ADDRESS.sub(lambda match: f"\\{match[0]}", text)


def _escape(value: object, *, link: bool = False) -> str:
    """Return text for a Markdown cell: no cell or tag of its own, and no link but where one belongs."""
    escaped = "".join(_SIGNS.get(char, char) for char in as_file_line(value))
    return escaped if link else break_addresses(escaped)


def _escape_line(text: str) -> str:
    return _escape(text).replace("\\_", "_").replace("\\~", "~")
