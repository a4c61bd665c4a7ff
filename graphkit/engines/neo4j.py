"""A Neo4j server, through the official driver: a laptop's container, a cluster or Aura."""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

import neo4j
from neo4j import exceptions as faults

from graphkit.engines.address import mask_secrets
from graphkit.engines.schema import MARKS, NEO4J_INDEXES, NEO4J_NAMES, build_neo4j_schema
from graphkit.engines.server_reader import ServerReader
from graphkit.engines.store import Reader, Statement
from graphkit.engines.values import Row, convert_driver
from graphkit.errors import (
    GraphkitError,
    InvalidValue,
    QueryError,
    QueryTimeout,
    StoreError,
    StoreNotOurs,
    StoreUnavailable,
)

#: Seconds to wait for a connection, and to go on trying a transaction that met a passing fault.
CONNECT, RETRY = 5.0, 10.0
#: Seconds before the first time that a read is tried again; each time twice as many.
_PAUSE = 0.1

#: The key under which a transaction carries the token of its statement.
_TOKEN = "graphkit"  # noqa: S105  # no secret
#: Seconds that a server has to end a statement before it is said to go on.
_ENDS = 0.8

#: Statements that are sent at once: what takes the driver's time is done while the server works.
_AT_ONCE = 2
_T = TypeVar("_T")


class Neo4jStore:
    """A database of a Neo4j server; user, password and database name come from the environment.

    Raises InvalidValue for what is no address, StoreUnavailable where no server answers, or it does not let us in.
    """

    def __init__(self, url: str, *, readonly: bool = True) -> None:
        self._url = mask_secrets(url)
        if self._url != url:  # checked here, since the driver's own fault may repeat a part of the password
            raise InvalidValue(
                f"{self._url!r} names a user or has options: set NEO4J_USERNAME and NEO4J_PASSWORD instead, "
                "and leave out what stands before the @ and after the ?"
            )
        self._readonly = readonly
        self._marks: list[Row] | None = None
        self._database = os.environ.get("NEO4J_DATABASE") or None
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # what it would log is raised and said once
        try:
            with translate_errors(self._url, self._database):
                self._driver = _make_driver(url)
                try:
                    self._greet()
                except BaseException:
                    self._driver.close()
                    raise
        except OSError as error:
            raise _translate_connection_error(error, self._url) from error
        except (TypeError, ValueError, OverflowError) as error:  # how the driver says that it is no address
            raise _make_address_error(error, self._url) from error

    def _greet(self) -> None:
        """Make sure that the server answers, without the patience of a read, by what whoever reads asks first."""
        try:
            with self._session(neo4j.READ_ACCESS) as session:
                self._marks = _fetch_rows(session.run(MARKS))
        except faults.ServiceUnavailable:
            if not self._url.startswith("neo4j"):
                raise
            with _make_driver(self._url.replace("neo4j", "bolt", 1)) as direct:  # its fault names the cause
                direct.verify_connectivity()
            raise

    @property
    def reader(self) -> Reader:
        marks, self._marks = self._marks, None  # a writer wants them as they are, a reader once
        return ServerReader(self._run, marks if self._readonly else None)

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        return self._run(cypher, parameters or {}, _convert_row)

    def _run(self, cypher: str, parameters: Mapping[str, object], convert: Callable[[Row], _T]) -> list[_T]:
        """Run a statement in one round trip, and again where it met a passing fault.

        Each row is converted when it arrives, while the server still works on the next one.
        """
        until, pause = time.monotonic() + RETRY, _PAUSE
        with translate_errors(self._url, self._database, cypher):
            while True:
                try:
                    with self._session(neo4j.READ_ACCESS) as session:
                        return _convert_rows(session.run(cypher, dict(parameters)), convert)
                except (faults.Neo4jError, faults.DriverError) as error:
                    if not error.is_retryable() or time.monotonic() + pause > until:
                        raise
                time.sleep(pause)
                pause *= 2

    def read_at_most(
        self,
        limit: int,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
        token: str = "",
    ) -> tuple[list[str], list[Row]]:
        query = neo4j.Query(cypher, timeout=seconds, metadata={_TOKEN: token} if token else None)
        with translate_errors(self._url, self._database, cypher), self._session(neo4j.READ_ACCESS) as session:
            # no retries: a statement that met the server's memory limit would meet it again
            result = session.run(query, dict(parameters or {}))
            names = list(result.keys())
            return names, [dict(zip(names, map(convert_driver, one), strict=True)) for one in result.fetch(limit)]

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        if self._readonly:
            raise QueryError(f"{self._url} was opened for reading: open it with readonly=False to write", cypher)
        with translate_errors(self._url, self._database, cypher):  # in one transaction, with the driver's retries
            return self._driver.execute_query(
                cypher,
                dict(parameters or {}),
                routing_=neo4j.RoutingControl.WRITE,
                database_=self._database,
                result_transformer_=_fetch_rows,
            )

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        with ThreadPoolExecutor(_AT_ONCE) as senders:
            waiting: deque[Future[list[Row]]] = deque()
            for statement in statements:
                waiting.append(senders.submit(self.write, *statement))
                if len(waiting) == _AT_ONCE:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def create_schema(self, *, indexes: bool = True) -> None:
        constraints, later = build_neo4j_schema()
        with translate_errors(self._url, self._database), self._session(neo4j.WRITE_ACCESS) as session:
            ours = {"names": NEO4J_INDEXES}
            # one that a full disk stopped stays as it is, and IF NOT EXISTS would take it for made
            failed = session.run(
                "SHOW INDEXES YIELD name, state WHERE state = 'FAILED' AND name IN $names RETURN name", ours
            ).value()
            for name in failed:
                session.run(f"DROP INDEX {name} IF EXISTS").consume()
            _refuse_names_of_others(session)
            try:
                session.execute_write(_run_all, (*constraints, *(later if indexes else ())))
            except faults.ClientError as error:
                raise StoreNotOurs(
                    f"{self._url} has something of another program's where graphkit's constraints belong "
                    f"({_get_first_line(error)}): drop it, or give a database of its own (NEO4J_DATABASE)"
                ) from error
            _check_constraints(session, constraints)
            if indexes:
                # those that are there: an index of somebody else's may serve where one of ours would
                there = session.run("SHOW INDEXES YIELD name WHERE name IN $names RETURN name", ours).value()
                session.run("UNWIND $names AS name CALL db.awaitIndex(name, 600)", {"names": there}).consume()

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(  # in a cluster it sees what this process has written, as execute_query does
            database=self._database,
            default_access_mode=mode,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
        )


def end_statement(url: str, token: str) -> str:
    """End what a server still does for a statement with that token, by another connection.

    Returns nothing where that is over within `_ENDS` seconds, else what to say to the person who asked.
    """
    running = (
        "SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData[$key] = $token RETURN transactionId AS id"
    )
    given, said, until = {"key": _TOKEN, "token": token}, "", time.monotonic() + _ENDS
    try:
        with Neo4jStore(url) as store, store._session(neo4j.READ_ACCESS) as session:
            while found := session.run(running, given).value():
                session.run("TERMINATE TRANSACTIONS $ids", ids=found).consume()
                said = (
                    f"; the server was told to end it (transaction {found[0]}) and still works on it: "
                    "see SHOW TRANSACTIONS there, and restart that server where it goes on"
                )
                if time.monotonic() > until:
                    return said
                time.sleep(0.1)
    except (StoreError, InvalidValue, faults.Neo4jError, faults.DriverError, OSError):
        return (
            f"; whether the server goes on with it could not be asked: see SHOW TRANSACTIONS there (graphkit {token})"
        )
    return ""


def _refuse_names_of_others(session: neo4j.Session) -> None:
    """Raise StoreNotOurs where a constraint or index of one of our names is for something else."""
    for kind in ("CONSTRAINTS", "INDEXES"):
        for row in session.run(
            f"SHOW {kind} YIELD name, labelsOrTypes, properties WHERE name IN $names "
            "RETURN name, labelsOrTypes AS labels, properties",
            names=list(NEO4J_NAMES),
        ):
            if (row["labels"], row["properties"]) != NEO4J_NAMES[row["name"]]:
                raise StoreNotOurs(
                    f"the database has one of its {kind.lower()} called {row['name']} that graphkit did not make, "
                    f"on {', '.join(row['labels'] or [])}: nothing was written; drop it or make it under another name"
                )


def _check_constraints(session: neo4j.Session, constraints: tuple[str, ...]) -> None:
    """Raise StoreNotOurs where one of the constraints is not there after it was made: by whatever name."""
    there = [
        (row["labels"], row["properties"])
        for row in session.run("SHOW CONSTRAINTS YIELD labelsOrTypes AS labels, properties RETURN labels, properties")
    ]
    for name, what in NEO4J_NAMES.items():
        if any(f" {name} " in statement for statement in constraints) and what not in there:
            raise StoreNotOurs(
                f"the database did not take graphkit's constraint {name}: nothing was written; "
                "see SHOW CONSTRAINTS and SHOW INDEXES there, and drop what is in its place"
            )


def _fetch_rows(result: neo4j.Result) -> list[Row]:
    return _convert_rows(result, _convert_row)


def _convert_rows(result: neo4j.Result, convert: Callable[[Row], _T]) -> list[_T]:
    names = result.keys()
    return [convert(dict(zip(names, record, strict=True))) for record in result]


def _convert_row(row: Row) -> Row:
    return {name: convert_driver(value) for name, value in row.items()}


def _run_all(transaction: neo4j.ManagedTransaction, statements: tuple[str, ...]) -> None:
    for statement in statements:
        transaction.run(statement).consume()


def _make_driver(url: str) -> neo4j.Driver:
    password = os.environ.get("NEO4J_PASSWORD")
    return neo4j.GraphDatabase.driver(
        url,
        auth=(os.environ.get("NEO4J_USERNAME") or "neo4j", password) if password else None,
        connection_timeout=CONNECT,
        connection_acquisition_timeout=CONNECT * 2,
        max_transaction_retry_time=RETRY,
        notifications_min_severity="OFF",
        user_agent="graphkit",
    )


@contextmanager
def translate_errors(url: str, database: str | None, cypher: str = "") -> Iterator[None]:
    """Raise the driver's faults as graphkit's: one line that says what, where, and how to mend."""
    try:
        yield
    except faults.Neo4jError as error:
        raise _translate_server_error(error, url, database, cypher) from error
    except faults.DriverError as error:
        if isinstance(error, faults.ConfigurationError):
            raise _make_address_error(error, url) from error
        raise _translate_connection_error(error, url) from error
    except (TypeError, ValueError, OverflowError, OSError) as error:
        if not cypher:  # not the driver's, but of who reads
            raise
        raise (
            _translate_connection_error(error, url)
            if isinstance(error, OSError)
            else QueryError(_get_first_line(error), cypher)
        ) from error


def _translate_server_error(error: faults.Neo4jError, url: str, database: str | None, cypher: str) -> GraphkitError:
    code, said = error.code or "", _get_first_line(error)
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
    if "OutOfMemory" in code:
        return QueryTimeout(f"stopped at the server's memory limit: {said}")
    if code.endswith("TransactionLogError") or "needs to be restarted" in said:
        return StoreError(
            f"{url} has stopped its database, most likely for a full disk: "
            "make room there, restart the server, then run the same again"
        )
    if "FAILED state" in said or code.endswith(("ConstraintCreationFailed", "IndexCreationFailed")):
        return StoreError(
            f"{url} could not build an index, most likely for a full disk: "
            "see the server's log, make room there, then run the same again"
        )
    if code.startswith("Neo.ClientError."):
        return QueryError(said, cypher)
    return StoreError(f"{url} could not do it ({said}): see the server's log and disk, then run the same again")


def _make_address_error(error: Exception, url: str) -> InvalidValue:
    return InvalidValue(f"{url!r} is not an address of a Neo4j server: {_get_first_line(error)}")


def _translate_connection_error(error: BaseException, url: str) -> StoreUnavailable:
    causes = list(_list_causes(error))
    said = _get_first_line(next((one for one in causes if isinstance(one, OSError)), causes[-1]))
    text = " ".join(map(str, causes)).lower()
    if "certificate" in text:
        return StoreUnavailable(
            f"{url} has a certificate that is not known here ({said}): use +ssc instead of +s if you trust it"
        )
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return StoreUnavailable(
            f"{url} does not speak TLS as that address asks ({said}): "
            "use neo4j:// or bolt:// for a server without TLS"
        )
    if "handshake" in text or "timed out" in text or "incomplete" in text or "closed" in text:
        return StoreUnavailable(
            f"{url} does not speak with us ({said}): if it wants TLS, write +s or +ssc before ://; "
            "if it was stopped, start it and run the same again"
        )
    return StoreUnavailable(
        f"no Neo4j server answers at {url} ({said}): start it (`docker compose up -d`) "
        "or give another address with --db or NEO4J_URI"
    )


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _get_first_line(error: BaseException) -> str:
    said = (isinstance(error, faults.Neo4jError) and error.message) or str(error)
    return said.strip().partition("\n")[0].removesuffix(".") or type(error).__name__
