"""The seam to the databases: run a read, run a write, create the schema, close.

>>> with open_store("embedded:/tmp/example.kgl") as store:      # doctest: +SKIP
...     store.read("MATCH (n:Entity {id: $id}) RETURN n.name AS name", {"id": "bytedance"})
[{'name': 'ByteDance'}]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from graphkit.engines.values import Row
from graphkit.errors import InvalidValue

__all__ = ["Reader", "Row", "Statement", "Store", "is_server", "mask_secrets", "open_store"]

SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")

#: Cypher with its parameters.
Statement = tuple[str, Mapping[str, object]]

T = TypeVar("T")


class Reader(Protocol):
    """What answers Cypher that reads. Rows hold plain Python only: see `graphkit.engines.values`."""

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


def is_server(url: str) -> bool:
    """Say whether an address names a Neo4j server; anything else is a file."""
    return url.partition("://")[0].lower() in SERVER_SCHEMES if "://" in url else False


def mask_secrets(text: str) -> str:
    """Return an address without what may be a secret: what stands before its last @, and after a question mark.

    >>> mask_secrets("neo4j://user:p@ss:word@localhost:7687"), mask_secrets("bolt://localhost?password=word")
    ('neo4j://***@localhost:7687', 'bolt://localhost?***')
    """
    shown = re.sub(r"(?<=://).+@", "***@", text, flags=re.DOTALL)
    return re.sub(r"(?<=[?#]).+", "***", shown, flags=re.DOTALL) if "://" in text else shown


def _refuse_address_without_slashes(address: str) -> None:
    """Raise InvalidValue for what was meant as a server's address: a file would be named with its password."""
    scheme = address.partition(":")[0].lower()
    if scheme in SERVER_SCHEMES:
        raise InvalidValue(f"the address after {scheme}: lacks its two slashes: write {scheme}://HOST:PORT")
    looks_like_host = re.fullmatch(r"[\w.-]{2,}:\d{2,5}", address) or re.fullmatch(r"[^/\\]*:[^/\\]*@.+", address)
    if looks_like_host and not Path(address).exists():
        raise InvalidValue(
            "the address given names no kind of server: write neo4j://HOST:PORT, or ./NAME for a file of that name"
        )


def open_store(url: str | Path, *, readonly: bool = True) -> Store:
    """Open a database: a path or `embedded:PATH` for a file, `neo4j://` or `bolt://` for a server.

    The server's user, password and database come from NEO4J_USERNAME, NEO4J_PASSWORD and
    NEO4J_DATABASE. Raises InvalidValue, StoreUnavailable, StoreBusy or StoreDamaged.
    """
    address = str(url)
    if is_server(address):
        from graphkit.engines.neo4j import Neo4jStore

        return Neo4jStore(address, readonly=readonly)
    if "://" in address:
        raise InvalidValue(
            f"{mask_secrets(address)!r} is not the address of a database: "
            f"give a file, or an address that starts with {', '.join(f'{s}://' for s in SERVER_SCHEMES)}"
        )
    _refuse_address_without_slashes(address)
    from graphkit.engines.embedded import EmbeddedStore

    return EmbeddedStore(Path(address.removeprefix("embedded:")), readonly=readonly)
