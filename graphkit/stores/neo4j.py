"""A Neo4j server, through the official driver: a laptop's container, a cluster or Aura."""

from __future__ import annotations

import logging
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import neo4j
from neo4j import exceptions as faults

from graphkit.errors import (
    GraphkitError,
    InvalidValue,
    QueryError,
    QueryTimeout,
    StoreError,
    StoreUnavailable,
)
from graphkit.stores.schema import neo4j_schema
from graphkit.stores.values import Row, from_driver

#: Seconds to wait for a connection, and to go on trying a transaction that met a passing fault.
CONNECT, RETRY = 10.0, 15.0


class Neo4jStore:
    """A database of a Neo4j server; user, password and database name come from the environment.

    Raises StoreUnavailable where no server answers, or it does not let us in.
    """

    def __init__(self, url: str, *, readonly: bool = True) -> None:
        self._url = url
        self._readonly = readonly
        self._database = os.environ.get("NEO4J_DATABASE") or None
        user = os.environ.get("NEO4J_USERNAME") or "neo4j"
        password = os.environ.get("NEO4J_PASSWORD")
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # what it would log is raised and said once
        with translated(url, self._database):
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password) if password is not None else None,
                connection_timeout=CONNECT,
                connection_acquisition_timeout=CONNECT * 2,
                max_transaction_retry_time=RETRY,
                notifications_min_severity="OFF",
                user_agent="graphkit",
            )
        try:
            self.read("RETURN 1 AS one")
        except BaseException:
            self._driver.close()
            raise

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        with translated(self._url, self._database, cypher), self._session(neo4j.READ_ACCESS) as session:
            return session.execute_read(_rows, cypher, dict(parameters or {}))

    def read_at_most(
        self, limit: int, cypher: str, parameters: Mapping[str, object] | None = None, *, seconds: float
    ) -> tuple[list[str], list[Row]]:
        query = neo4j.Query(cypher, timeout=seconds)
        with translated(self._url, self._database, cypher), self._session(neo4j.READ_ACCESS) as session:
            # no retries: a statement that met the server's memory limit would meet it again
            result = session.run(query, dict(parameters or {}))
            names = list(result.keys())
            return names, [dict(zip(names, map(from_driver, one), strict=True)) for one in result.fetch(limit)]

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        if self._readonly:
            raise QueryError(f"{self._url} was opened for reading: open it with readonly=False to write", cypher)
        with translated(self._url, self._database, cypher), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(_rows, cypher, dict(parameters or {}))

    def create_schema(self) -> None:
        with translated(self._url, self._database), self._session(neo4j.WRITE_ACCESS) as session:
            session.execute_write(_run_all, neo4j_schema())
            session.run("CALL db.awaitIndexes(300)").consume()

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(database=self._database, default_access_mode=mode)


def _rows(transaction: neo4j.ManagedTransaction, cypher: str, parameters: dict[str, Any]) -> list[Row]:
    result = transaction.run(cypher, parameters)
    names = result.keys()
    return [dict(zip(names, map(from_driver, record), strict=True)) for record in result]


def _run_all(transaction: neo4j.ManagedTransaction, statements: tuple[str, ...]) -> None:
    for statement in statements:
        transaction.run(statement).consume()


@contextmanager
def translated(url: str, database: str | None, cypher: str = "") -> Iterator[None]:
    """Raise the driver's faults as graphkit's: one line that says what, where, and how to mend."""
    try:
        yield
    except faults.Neo4jError as error:
        raise _server_said(error, url, database, cypher) from error
    except (faults.DriverError, OSError) as error:
        if isinstance(error, faults.ConfigurationError):
            raise _no_address(error, url) from error
        raise _no_answer(error, url) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise (QueryError(_first_line(error), cypher) if cypher else _no_address(error, url)) from error


def _server_said(error: faults.Neo4jError, url: str, database: str | None, cypher: str) -> GraphkitError:
    code, said = error.code or "", _first_line(error)
    if isinstance(error, faults.AuthError):
        return StoreUnavailable(
            f"{url} does not let us in ({said}): set NEO4J_USERNAME and NEO4J_PASSWORD to a user of that server"
        )
    if code.endswith("DatabaseNotFound"):
        return StoreUnavailable(
            f"{url} has no database called {database!r}: set NEO4J_DATABASE to one that exists, or leave it unset"
        )
    if "DatabaseUnavailable" in code or isinstance(error, faults.NotALeader | faults.ReadServiceUnavailable):
        return StoreUnavailable(f"{url} cannot serve the database just now ({said}): run the same again later")
    if "TransactionTimedOut" in code:
        return QueryTimeout(f"stopped at its time limit: {said}")
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code:
        return QueryTimeout(f"stopped at the server's memory limit: {said}")
    if code.startswith("Neo.ClientError."):
        return QueryError(said, cypher)
    return StoreError(f"{url}: {said} ({code}): nothing half-done is left in that batch; run the same again")


def _no_address(error: Exception, url: str) -> InvalidValue:
    return InvalidValue(f"{url!r} is not an address of a Neo4j server: {_first_line(error)}")


def _no_answer(error: BaseException, url: str) -> StoreUnavailable:
    causes = list(_causes(error))
    text = " ".join(str(one) for one in causes).lower()
    encrypted = url.partition("://")[0].lower().endswith(("+s", "+ssc"))
    if any(isinstance(one, ssl.SSLError) for one in causes) or (
        encrypted and ("ssl" in text or "tls" in text or "reset by peer" in text)
    ):
        return StoreUnavailable(
            f"{url} does not speak TLS as that address asks ({_first_line(causes[-1])}): use neo4j:// or bolt:// for "
            "a server without TLS, +s for one with a known certificate, +ssc for one with its own"
        )
    if not encrypted and ("eof" in text or "incomplete handshake" in text or "handshake" in text or "closed" in text):
        return StoreUnavailable(
            f"{url} answers, but closes the connection ({_first_line(error)}): if it wants TLS, use the same address "
            "with +s or +ssc; if it was stopped, start it and run the same again"
        )
    return StoreUnavailable(
        f"no Neo4j server answers at {url} ({_first_line(error)}): start it (`docker compose up -d`) "
        "or give another address with --db or NEO4J_URI"
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _first_line(error: BaseException) -> str:
    said = getattr(error, "message", None) or str(error)
    return str(said).partition("\n")[0].strip().removesuffix(".") or type(error).__name__
