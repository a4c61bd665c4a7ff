"""The protocol of a graph database: run a read, run a write, create the schema, close."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Protocol, Self, TypeVar

from graphkit.engines.values import Row

#: Cypher with its parameters.
Statement = tuple[str, Mapping[str, object]]

T = TypeVar("T")


class Reader(Protocol):
    """A database, or a transaction in it, that runs Cypher which reads.

    Rows hold plain Python only: see `graphkit.engines.values`.
    """

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Run a statement that reads. Raises QueryError, QueryTimeout or another StoreError."""


class Store(Reader, Protocol):
    """A graph database.

    What an embedded store wrote is in its file once it is closed. Leaving a `with` block by an
    error closes an embedded store without saving; a server keeps the batches it has committed.
    """

    def read_together(self, work: Callable[[Reader], T]) -> T:
        """Do several reads in one transaction, which spares a server most of their cost.

        Where they meet a passing fault, `work` is done again from its beginning; a server's own time limit
        for a transaction is for all of it. Raises as `read` does, and what `work` raises.
        """

    def read_at_most(
        self,
        limit: int,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
        token: str = "",
    ) -> tuple[list[str], list[Row]]:
        """Run a statement that reads; return its columns and its first `limit` rows. Raises as `read` does.

        A server knows the statement by its `token`, so that it can be ended there.
        """

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Run a statement that writes, in one transaction. Raises as `read` does."""

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        """Run statements that write, each in a transaction of its own; yield what each returns, in their order.

        A server works on one while the next is made and sent, and may begin that one too: none may rest
        on the one before it. Raises as `read` does.
        """

    def create_schema(self, *, indexes: bool = True) -> None:
        """Create graphkit's constraints where they are missing, and its indexes, unless told to wait with them."""

    def close(self) -> None:
        """Keep what was written and let the database go."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
