"""The rows of a query of the library, or of one's own Cypher; and the library itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from graphkit.answers import selection
from graphkit.answers.answer import Answer, OpenBase, Record
from graphkit.engines import Row, is_server
from graphkit.errors import InvalidValue
from graphkit.formats import Cell, Table
from graphkit.formats.text import render_table
from graphkit.queries import library
from graphkit.queries.ask import run_statement

#: Rows of an answer and seconds of a statement, unless told otherwise.
ROWS, SECONDS = 10_000, 6.0
#: A step of a pattern that is taken several times.
_CHAIN = re.compile(r"\*\d*\.\.")


class QueryAnswer(Answer, frozen=True, kw_only=True):
    """The rows that a statement returned, each by the names of its columns; JSON is the list of the rows.

    `truncated` says that rows beyond the limit were left out.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool

    def tables(self) -> list[Table]:
        """Return the rows as one table."""
        rows = [{name: convert_cell(row.get(name)) for name in self.columns} for row in self.rows]
        return [Table("rows", self.columns, rows)]

    def styled_text(self) -> str:
        """Return the rows in columns."""
        return render_table(self.tables()[0])

    def json_value(self) -> object:
        """Return the rows."""
        return list(self.rows)


class LibraryQuery(Record, frozen=True, kw_only=True):
    """A query of the library: its name, its parameters, and what it answers."""

    query: str
    parameters: str
    answers: str


class LibraryAnswer(Answer, frozen=True, kw_only=True):
    """The queries of the library; JSON is the list of them."""

    queries: tuple[LibraryQuery, ...]

    def tables(self) -> list[Table]:
        """Return the queries as one table."""
        rows = [{"query": one.query, "parameters": one.parameters, "answers": one.answers} for one in self.queries]
        return [Table("queries", ("query", "parameters", "answers"), rows)]

    def styled_text(self) -> str:
        """Return the queries in columns."""
        return render_table(self.tables()[0])

    def json_value(self) -> object:
        """Return the queries."""
        return list(self.queries)


def convert_cell(value: object) -> Cell:
    """Return a value of a database as a cell: a number or a truth as it is, a list as texts, else a text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_text(one) for one in value]
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, (Mapping, list, tuple)):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return "" if value is None else str(value)


def run_query(
    base: OpenBase, name: str, parameters: Mapping[str, str] | None = None, *, limit: int, timeout: float
) -> QueryAnswer:
    """Run a query of the library: at most `limit` rows, within `timeout` seconds.

    Raises UnknownName, QueryError or QueryTimeout.
    """
    query = library.find_query(name)
    given = library.convert_parameters(
        query, parameters or {}, lambda one: selection.look_up_entity(base.store, one).id
    )
    for one in query.parameters:
        if one.kinds and given[one.name]:
            entity = selection.look_up_entity(base.store, str(given[one.name]))
            if entity.kind not in one.kinds:
                wanted = " or a ".join(one.kinds)
                raise InvalidValue(
                    f"{query.name}: {one.name} is to be a {wanted}, and {entity.name} is a {entity.kind}"
                )
    if _CHAIN.search(query.text) and not is_server(base.url):
        # in a tangle of owners the chains are without number, and only a process of its own bounds their memory
        return run_cypher(base.url, query.text, given, limit=limit, timeout=timeout)
    columns, rows = base.store.read_at_most(limit + 1, query.text, given, seconds=timeout)
    return QueryAnswer(columns=tuple(columns), rows=tuple(rows[:limit]), truncated=len(rows) > limit)


def run_cypher(
    url: str | Path, text: str, parameters: Mapping[str, object] | None = None, *, limit: int, timeout: float
) -> QueryAnswer:
    """Run a person's own Cypher, read-only: at most `limit` rows, within `timeout` seconds.

    Raises QueryRefused, QueryError or QueryTimeout.
    """
    found = run_statement(url, text, dict(parameters or {}), timeout=timeout, limit=limit)
    return QueryAnswer(columns=tuple(found.columns), rows=tuple(found.rows), truncated=found.truncated)


def list_queries() -> LibraryAnswer:
    """Return the queries of the library."""
    return LibraryAnswer(
        queries=tuple(
            LibraryQuery(
                query=one.name,
                parameters=", ".join(parameter.name for parameter in one.parameters),
                answers=one.description,
            )
            for one in library.load_library().values()
        )
    )
