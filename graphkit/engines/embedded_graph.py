"""The graph of an embedded database, which runs Cypher: kglite's, from bytes in the database's file."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import kglite

from graphkit.engines.schema import TEXT_INDEXES
from graphkit.engines.values import Row, convert_embedded
from graphkit.errors import QueryError, QueryTimeout, StoreDamaged

kglite.set_query_warning_policy("silent")

#: Units of work that a person's statement may take: the engine's clock does not see every search.
MAX_WORK = 20_000_000


class EmbeddedGraph:
    """A graph in memory: that of some bytes, else a new one. Raises StoreDamaged for what is none."""

    def __init__(self, data: bytes | None = None) -> None:
        try:
            self._graph: Any = kglite.KnowledgeGraph() if data is None else kglite.from_bytes(data)
        except (kglite.KgError, OSError, ValueError) as error:
            raise StoreDamaged(_get_first_line(error)) from error
        self._text_stale = False
        self._graph.read_only(True)

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Run a statement that reads. Raises QueryError or QueryTimeout."""
        if "fulltext" in cypher:
            self._catch_up()
        return self._run(cypher, parameters)

    def read_at_most(
        self, limit: int, cypher: str, parameters: Mapping[str, object] | None, seconds: float
    ) -> tuple[list[str], list[Row]]:
        """Run a statement that reads, within bounds. Raises QueryError or QueryTimeout."""
        with _translate_query_errors(cypher):
            found = self._graph.cypher(
                cypher,
                params=dict(parameters or {}),
                timeout_ms=int(seconds * 1000),
                max_work_units=MAX_WORK,
                row_limit=limit,
            )
            rows = found.to_list()
        return list(found.columns), [{name: convert_embedded(value) for name, value in row.items()} for row in rows]

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Run a statement that writes. Raises QueryError."""
        self._text_stale = True
        self._graph.read_only(False)
        try:
            return self._run(cypher, parameters)
        finally:
            self._graph.read_only(True)

    def iterate_rows(self, cypher: str) -> Iterator[dict[str, Any]]:
        """Iterate over the rows of a statement of graphkit's own that returns plain values."""
        with _translate_query_errors(cypher):
            yield from self._graph.cypher(cypher)

    def pack(self) -> bytes:
        """Return the graph as bytes. Raises OSError."""
        self._catch_up()
        try:
            with warnings.catch_warnings():  # a large column stored otherwise than the engine likes
                warnings.simplefilter("ignore", kglite.MappedFallbackWarning)
                packed: bytes = self._graph.to_bytes()
        except kglite.KgError as error:
            raise OSError(_get_first_line(error)) from error
        return packed

    def _catch_up(self) -> None:
        # The engine lets full text catch up with what was written only in a query that may write.
        if self._text_stale:
            self._text_stale = False
            for label, name in TEXT_INDEXES:
                if label in self._graph.node_types and self._graph.has_text_index(label, name):
                    with contextlib.suppress(ValueError):  # no node has a text there
                        self._graph.build_text_index(label, name)

    def _run(self, cypher: str, parameters: Mapping[str, object] | None) -> list[Row]:
        with _translate_query_errors(cypher):
            found = self._graph.cypher(cypher, params=dict(parameters or {})).to_list()
        return [{name: convert_embedded(value) for name, value in row.items()} for row in found]


@contextlib.contextmanager
def _translate_query_errors(cypher: str) -> Iterator[None]:
    try:
        yield
    except kglite.CypherTimeoutError as error:
        raise QueryTimeout("stopped at its time limit: ask a narrower question or raise --timeout") from error
    except (kglite.KgError, TypeError, OverflowError) as error:
        if "max_work_units" in str(error):
            raise QueryTimeout("stopped at its work limit: ask a narrower question") from error
        raise QueryError(_get_first_line(error), cypher) from error


def _get_first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].removesuffix(".") or type(error).__name__
