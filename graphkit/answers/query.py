"""The rows of a query of the library, or of one's own Cypher; the library itself, and one of its queries."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import Answer, OpenBase, Record, format_count
from graphkit.engines import Row, is_server
from graphkit.errors import InvalidValue
from graphkit.formats import Cell, Table
from graphkit.formats.lines import align_pairs, wrap_text
from graphkit.formats.text import render_table
from graphkit.queries import library
from graphkit.queries.ask import run_statement

#: Rows of an answer and seconds of a statement, unless told otherwise.
ROWS, SECONDS = 10_000, 6.0
#: A step of a pattern that is taken several times.
_CHAIN = re.compile(r"\*\d*\.\.")

# the shapes of `engines.values`
_NODE, _RELATIONSHIP = {"id", "labels", "properties"}, {"type", "start", "end", "properties"}
_PATH = {"nodes", "relationships"}


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
        """Return the rows in columns; nodes, relationships and paths by their names."""
        rows = [{name: convert_cell(name_parts(row.get(name))) for name in self.columns} for row in self.rows]
        return render_table(Table("rows", self.columns, rows))

    def remarks(self) -> list[str]:
        """Return that rows were left out."""
        cut = format_count(len(self.rows), "row")
        return [f"cut after {cut}: raise --limit, or ask a narrower question"] if self.truncated else []

    def json_value(self) -> object:
        """Return the rows."""
        return list(self.rows)


class LibraryQuery(Record, frozen=True, kw_only=True):
    """A query of the library: name, parameters, what it answers; group, title, and a command as example."""

    query: str
    parameters: str
    answers: str
    group: str
    title: str
    example: str


class LibraryAnswer(Answer, frozen=True, kw_only=True):
    """The queries of the library; JSON is the list of them."""

    queries: tuple[LibraryQuery, ...]

    def tables(self) -> list[Table]:
        """Return the queries as one table."""
        columns = LibraryQuery.__struct_fields__
        rows = [{name: getattr(one, name) for name in columns} for one in self.queries]
        return [Table("queries", columns, rows)]

    def styled_text(self) -> str:
        """Return the names and titles of the queries, by group, and how to go on."""
        wide = max(len(one.query) for one in self.queries)
        lines = []
        for group, about in library.GROUPS.items():
            lines += wrap_text(f"{click.style(group, bold=True)}: {about}")
            lines += align_pairs([(one.query, one.title) for one in self.queries if one.group == group], wide)
            lines.append("")
        return "\n".join(
            [
                *lines,
                "graphkit query NAME --show         what NAME asks for, an example, its Cypher",
                "graphkit query NAME -p KEY=VALUE   its rows",
            ]
        )

    def json_value(self) -> object:
        """Return the queries."""
        return list(self.queries)


class QueryParameter(Record, frozen=True, kw_only=True):
    """A parameter of a query: its type, its meaning, whether it must be given, its default, the value now."""

    name: str
    type: str
    meaning: str
    required: bool
    default: object
    value: object


class QueryColumn(Record, frozen=True, kw_only=True):
    """A column of a query's rows; its meaning is empty where the name says it all."""

    name: str
    meaning: str


class QueryText(Answer, frozen=True, kw_only=True):
    """A query of the library in full: what it answers, what it asks for, an example, and its Cypher."""

    query: str
    group: str
    title: str
    answers: str
    note: str
    parameters: tuple[QueryParameter, ...]
    columns: tuple[QueryColumn, ...]
    example: str
    cypher: str

    def tables(self) -> list[Table]:
        """Return the query, its parameters and its columns as tables."""
        fields = ("query", "group", "title", "answers", "note", "example", "cypher")
        parts = (("parameters", QueryParameter, self.parameters), ("columns", QueryColumn, self.columns))
        more = [
            Table(
                name, kind.__struct_fields__, [{k: convert_cell(v) for k, v in one.to_dict().items()} for one in rows]
            )
            for name, kind, rows in parts
        ]
        return [Table("query", fields, [{name: getattr(self, name) for name in fields}]), *more]

    def styled_text(self) -> str:
        """Return the Cypher with its header, the parameters as Neo4j's browser takes them, and the example."""
        values = {one.name: one.value for one in self.parameters}
        browser = f"// In Neo4j's browser, first:  {library.describe_parameters(values)}\n" if values else ""
        return f"{self.cypher}\n{browser}// Example:  {self.example}"


def convert_cell(value: object) -> Cell:
    """Return a value of a database as a cell: a number or a truth as it is, a list as texts, else a text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_text(one) for one in value]
    return _text(value)


def name_parts(value: object) -> object:
    """Return a value with its nodes, relationships and paths as texts for people; any other as it is.

    >>> name_parts({"id": "h100", "labels": ["Chip"], "properties": {"id": "h100", "name": "H100"}})
    'H100'
    """
    if isinstance(value, list):
        return [name_parts(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == _NODE:
        return str(value["properties"].get("name") or value["id"])
    if value.keys() == _RELATIONSHIP:
        return f"{value['type']} ({value['properties'].get('status')})"
    if value.keys() == _PATH:
        names = {one["id"]: name_parts(one) for one in value["nodes"]}
        first, *others = [str(names[one["id"]]) for one in value["nodes"]]
        steps = zip(value["nodes"], value["relationships"], others, strict=False)
        return first + "".join(
            f" -[{one['type']}]-> {name}" if one["start"] == before["id"] else f" <-[{one['type']}]- {name}"
            for before, one, name in steps
        )
    return value


def list_drawable(rows: Sequence[Row]) -> tuple[set[str], set[str]]:
    """Return the ids of the entities and claims that rows hold: in nodes, relationships, paths, or as ids."""
    entities: set[str] = set()
    claims: set[str] = set()
    waiting: list[object] = [value for row in rows for value in row.values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            claims |= {value} if selection.CLAIM_ID.match(value) else set()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            if value.keys() == _NODE:
                entities |= {str(value["id"])} if "Entity" in value["labels"] else set()
            elif value.keys() == _RELATIONSHIP:
                claims.add(str(value["properties"].get("id")))
            else:
                waiting += value.values()
    return entities, claims


def draw_rows(
    base: OpenBase, rows: Sequence[Row], *, max_slice: int = slices.MAX_SLICE
) -> tuple[slices.Slice, list[str]]:
    """Return the graph of the entities and claims that rows hold, and the ids of the entities that stand there alone.

    Raises InvalidValue where they hold none.
    """
    entities, claims = list_drawable(rows)
    part = slices.fetch_chosen(base.store, claims, entities, max_slice=max_slice)
    if not part.size and not entities & set(part.graph):
        raise InvalidValue(
            "the rows hold no entity and no claim that could be drawn: RETURN nodes, paths, or the ids of claims"
        )
    return part, sorted(entities & set(part.graph))


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
    given = _look_up_parameters(base, query, parameters or {})
    if _CHAIN.search(query.text) and not is_server(base.url):
        # in a tangle of owners the chains are without number, and only a process of its own bounds their memory
        return run_cypher(base.url, query.text, given, limit=limit, timeout=timeout)
    columns, rows = base.store.read_at_most(limit + 1, query.text, given, seconds=timeout)
    return QueryAnswer(columns=tuple(columns), rows=tuple(rows[:limit]), truncated=len(rows) > limit)


def _look_up_parameters(base: OpenBase, query: library.Query, parameters: Mapping[str, str]) -> dict[str, object]:
    """Return the parameters of a query, names as ids. Raises InvalidValue, UnknownName or AmbiguousName."""
    kinds = {  # a hint is of a kind that the query can begin at
        part.strip(): one.kinds or None
        for one in query.parameters
        for part in str(parameters.get(one.name, "")).split(",")
    }
    given = library.convert_parameters(
        query,
        parameters,
        lambda one: selection.look_up_claim_or_entity(base.store, one, hints=kinds.get(one)),
    )
    for one in query.parameters:
        if one.kinds and given[one.name]:
            entity = selection.look_up_entity(base.store, str(given[one.name]))
            if entity.kind not in one.kinds:
                wanted = " or a ".join(one.kinds)
                raise InvalidValue(
                    f"{query.name}: {one.name} is to be a {wanted}, and {entity.name} is a {entity.kind}"
                )
    return given


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
                group=one.group,
                title=one.title,
                example=_write_command(one),
            )
            for one in library.load_library().values()
        )
    )


def show_query(name: str, parameters: Mapping[str, str] | None = None, base: OpenBase | None = None) -> QueryText:
    """Return a query of the library in full, with the values that its parameters have now.

    With parameters it wants an open base, which knows the names in them. Raises UnknownName or InvalidValue.
    """
    query = library.find_query(name)
    values = {one.name: one.default for one in query.parameters}
    if parameters and base:
        values = _look_up_parameters(base, query, parameters)
    return QueryText(
        query=query.name,
        group=query.group,
        title=query.title,
        answers=query.description,
        note=query.note,
        parameters=tuple(
            QueryParameter(
                name=one.name,
                type=one.type,
                meaning=one.meaning,
                required=one.required,
                default=one.default,
                value=values[one.name],
            )
            for one in query.parameters
        ),
        columns=tuple(QueryColumn(name=one.name, meaning=one.meaning) for one in query.columns),
        example=_write_command(query),
        cypher=query.text,
    )


def _write_command(query: library.Query) -> str:
    """Return the command of a query's example."""
    given = "".join(f" -p {shlex.quote(f'{name}={value}')}" for name, value in query.example.items())
    return f"graphkit query {query.name}{given}"
