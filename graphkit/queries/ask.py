"""People's own Cypher: checked, then run in a child process whose limits hold whatever the text.

The child loads the store, runs the one statement for reading, writes its answer to standard output
and ends. It is killed at its deadline; its memory is bounded where the system can do that. What
it dies of (a stack that overflows, a list that outgrows its memory) stays with it.
"""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from graphkit import errors
from graphkit.engines import Row, is_server, open_store
from graphkit.errors import GraphkitError, QueryError, QueryTimeout, StoreError, StoreUnavailable
from graphkit.queries.guard import check

#: Bytes that a statement may take beyond the loaded graph, and that its answer may have.
MAX_MEMORY, MAX_ANSWER = 2 << 30, 64 << 20

#: The child finds this package where its parent did, and nothing in the working directory.
_CHILD = "import sys; sys.path.append(sys.argv[1]); from graphkit.queries import ask; ask.serve()"

_DATE, _TIME = 1, 2
_MEMORY = "stopped at its memory limit: ask a narrower question, or for fewer and shorter values"


class Result(msgspec.Struct, frozen=True):
    """The rows of a statement, its column names, and whether rows beyond the limit were left out."""

    columns: list[str]
    rows: list[Row]
    truncated: bool


def ask(
    url: str | Path,
    cypher: str,
    parameters: Mapping[str, object] | None = None,
    *,
    timeout: float = 30.0,
    limit: int = 10_000,
    memory: int = MAX_MEMORY,
) -> Result:
    """Run one reading statement on a database, in at most `timeout` seconds, for at most `limit` rows.

    `parameters` are numbers, strings, dates, lists and maps of these; `memory` is what this side may
    take beyond the loaded graph, in bytes. Raises QueryRefused (see `guard.check`), QueryError,
    QueryTimeout at a limit, or another StoreError.
    """
    address = str(url)
    check(cypher, embedded=not is_server(address))
    try:
        task = _encode([address, cypher, dict(parameters or {}), timeout, limit, memory])
    except (TypeError, OverflowError, RecursionError, UnicodeEncodeError) as error:
        raise QueryError(f"a parameter cannot be sent to a database: {error}", cypher) from None
    try:
        done = subprocess.run(  # noqa: S603  # our own child: what is hostile goes to its standard input
            [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).resolve().parents[2])],
            input=task,
            capture_output=True,
            timeout=timeout,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise QueryTimeout(
            f"stopped at its time limit of {timeout:g} s: ask a narrower question or raise --timeout"
        ) from None
    if done.returncode or not done.stdout:
        raise _death(done.returncode, done.stderr)
    fault, *answer = _decode(done.stdout)
    if fault:
        kind = getattr(errors, fault)
        raise kind(answer[0], cypher) if issubclass(kind, QueryError) else kind(answer[0])
    return Result(*answer)


def _death(code: int, said: bytes) -> StoreError:
    """Say what a child died of that could not say it itself."""
    if b"overflowed its stack" in said or -code == signal.SIGSEGV:
        return QueryTimeout("stopped: the statement is nested more deeply than the engine can follow; split it")
    if code < 0 or b"MemoryError" in said:
        return QueryTimeout(_MEMORY)
    return StoreError(f"the query could not be run: {said.decode(errors='replace').strip().rpartition(chr(10))[2]}")


def _encode(value: object) -> bytes:
    return msgspec.msgpack.encode(_packed(value))


def _packed(value: object) -> object:
    """Mark dates and times, so that they come back as what they are and not as strings."""
    if isinstance(value, datetime.datetime | datetime.time):
        return msgspec.msgpack.Ext(_TIME, f"{type(value).__name__} {value.isoformat()}".encode())
    if isinstance(value, datetime.date):
        return msgspec.msgpack.Ext(_DATE, value.isoformat().encode())
    if isinstance(value, Mapping):
        return {str(key): _packed(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_packed(one) for one in value]
    return value


def _unpacked(code: int, data: memoryview) -> object:
    text = bytes(data).decode()
    if code == _DATE:
        return datetime.date.fromisoformat(text)
    kind, _, moment = text.partition(" ")
    return datetime.time.fromisoformat(moment) if kind == "time" else datetime.datetime.fromisoformat(moment)


def _decode(data: bytes) -> list[Any]:
    decoded: list[Any] = msgspec.msgpack.decode(data, ext_hook=_unpacked)
    return decoded


# In the child ---------------------------------------------------------------------------------


def serve() -> None:
    """Answer the one task on standard input, and end the process."""
    try:
        columns, rows, truncated = _answer(*_decode(sys.stdin.buffer.read()))
        answer = _encode(["", columns, rows, truncated])
        if len(answer) > MAX_ANSWER:
            raise QueryTimeout(f"stopped: the answer has more than {MAX_ANSWER >> 20} MB; ask for shorter values")
    except GraphkitError as error:
        answer = _encode([type(error).__name__, str(error).partition("\n")[0]])
    except (MemoryError, RecursionError):
        answer = _encode(["QueryTimeout", _MEMORY])
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing to keep; a large graph takes seconds to let go


def _answer(
    address: str, cypher: str, parameters: dict[str, object], timeout: float, limit: int, memory: int
) -> tuple[list[str], list[Row], bool]:
    store = open_store(address)
    _bound_memory(memory)
    try:
        columns, rows = store.read_at_most(limit + 1, cypher, parameters, seconds=timeout)
    except StoreUnavailable as error:
        raise QueryTimeout("stopped: the server broke off its answer; ask for fewer or shorter values") from error
    return columns, rows[:limit], len(rows) > limit


def _bound_memory(more: int) -> None:
    """Bound this process to what it has now and so many bytes more; no core file of it is written."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bound = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    except (ImportError, OSError, ValueError):
        return  # the limits of time, work and rows are left
