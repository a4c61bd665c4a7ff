"""People's own Cypher: checked, then run in a child process whose limits hold whatever the text.

The child loads the store, runs the one statement for reading, writes its answer to standard output
and ends. It is killed at its deadline, and dies with its parent; its memory is bounded where the system
can do that. What it dies of (a stack that overflows, a list that outgrows its memory) stays with it.
A statement that was stopped is ended on the server, too, or the message says that it goes on there.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec

from graphkit import errors
from graphkit.engines import Row, is_server, open_store
from graphkit.errors import GraphkitError, QueryError, QueryTimeout, StoreError, StoreUnavailable
from graphkit.queries.guard import check_cypher
from graphkit.queries.translation import translate, translate_answer, translate_column, translate_parameters

#: Bytes that a statement may take beyond the loaded graph, so many more for each byte of a graph's file, and bytes
#: that its answer may have.
MAX_MEMORY, MEMORY_FOR_EACH, MAX_ANSWER = 256 << 20, 64, 64 << 20

#: The child finds this package where its parent did, whatever else is installed, and nothing in its working folder.
_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
import graphkit
sys.path.append(sys.path.pop(0))
from graphkit.queries import ask
ask.serve()
"""

_DATE, _TIME = 1, 2
#: The exit code of a child that took more memory than it may, and the seconds between two looks at it.
_OUT_OF_MEMORY, _LOOK = 77, 0.02
_MEMORY = "stopped at its memory limit: ask a narrower question, or for fewer and shorter values"


class Result(msgspec.Struct, frozen=True):
    """The rows of a statement, its column names, and whether rows beyond the limit were left out."""

    columns: list[str]
    rows: list[Row]
    truncated: bool


def run_statement(
    url: str | Path,
    cypher: str,
    parameters: Mapping[str, object] | None = None,
    *,
    timeout: float = 30.0,
    limit: int = 10_000,
    memory: int | None = None,
) -> Result:
    """Run one reading statement on a database, in at most `timeout` seconds, for at most `limit` rows.

    `parameters` are numbers, strings, dates, lists and maps of these; `memory` is what this side may
    take beyond the loaded graph, in bytes, else what goes with its size. Raises QueryRefused (see
    `guard.check_cypher`), QueryError, QueryTimeout at a limit, or another StoreError.
    """
    address, given, token = str(url), dict(parameters or {}), token_hex(8)
    check_cypher(cypher, given, embedded=not is_server(address))
    memory = _choose_memory(address) if memory is None else memory
    try:
        task = _encode([address, cypher, given, timeout, limit, memory, token])
    except (TypeError, OverflowError, RecursionError, UnicodeEncodeError) as error:
        raise QueryError(f"a parameter cannot be sent to a database: {error}", cypher) from None
    try:
        code, said, complaint = _run_child(task, timeout)
    except subprocess.TimeoutExpired:
        raise QueryTimeout(
            f"stopped at its time limit of {timeout:g} s: ask a narrower question or raise --timeout"
            f"{_end_on_server(address, token)}"
        ) from None
    except BaseException:
        _end_on_server(address, token)
        raise
    if code or not said:
        raise _describe_death(code, complaint)
    fault, *answer = _decode(said)
    if fault:
        kind = getattr(errors, fault)
        goes_on = _end_on_server(address, token) if kind is QueryTimeout else ""
        raise kind(answer[0], cypher) if issubclass(kind, QueryError) else kind(f"{answer[0]}{goes_on}")
    return Result(*answer)


def _choose_memory(address: str) -> int:
    """Return the bytes that a statement may take: a large graph has large answers."""
    file = Path(address)
    with contextlib.suppress(OSError, ValueError):
        return MAX_MEMORY + MEMORY_FOR_EACH * file.stat().st_size
    return 2 << 30


def _run_child(task: bytes, timeout: float) -> tuple[int, bytes, bytes]:
    """Let a child do a task; return its exit code, its output and its errors. Raises TimeoutExpired."""
    child = subprocess.Popen(  # noqa: S603  # our own: what is hostile goes to its standard input
        [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).resolve().parents[2])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    # Its standard input stays open as long as we live, and tells the child when we do not.
    life, child.stdin = child.stdin, None
    try:
        with contextlib.suppress(BrokenPipeError):  # it died before it had read all: it says why
            life.write(len(task).to_bytes(8, "big") + task)  # type: ignore[union-attr]
            life.flush()  # type: ignore[union-attr]
        said, complaint = child.communicate(timeout=timeout)
    finally:
        child.kill()
        child.wait()
        for pipe in (life, child.stdout, child.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]
    return child.returncode, said, complaint


def _end_on_server(address: str, token: str) -> str:
    """End what a server still does for a statement that was stopped; say how to end what cannot be ended."""
    if not is_server(address):
        return ""
    from graphkit.engines.neo4j import end_statement

    return end_statement(address, token)


def _describe_death(code: int, said: bytes) -> StoreError:
    """Say what a child died of that could not say it itself."""
    if b"overflowed its stack" in said or -code == signal.SIGSEGV:
        return QueryTimeout("stopped: the statement is nested more deeply than the engine can follow; split it")
    if code < 0 or code == _OUT_OF_MEMORY or b"MemoryError" in said:
        return QueryTimeout(_MEMORY)
    return StoreError(f"the query could not be run: {said.decode(errors='replace').strip().rpartition(chr(10))[2]}")


def _encode(value: object) -> bytes:
    return msgspec.msgpack.encode(_pack_dates(value))


def _pack_dates(value: object) -> object:
    """Mark dates and times, so that they come back as what they are and not as strings."""
    if isinstance(value, datetime.datetime | datetime.time):
        return msgspec.msgpack.Ext(_TIME, f"{type(value).__name__} {value.isoformat()}".encode())
    if isinstance(value, datetime.date):
        return msgspec.msgpack.Ext(_DATE, value.isoformat().encode())
    if isinstance(value, Mapping):
        return {str(key): _pack_dates(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_pack_dates(one) for one in value]
    return value


def _unpack_dates(code: int, data: memoryview) -> object:
    text = bytes(data).decode()
    if code == _DATE:
        return datetime.date.fromisoformat(text)
    kind, _, moment = text.partition(" ")
    return datetime.time.fromisoformat(moment) if kind == "time" else datetime.datetime.fromisoformat(moment)


def _decode(data: bytes) -> list[Any]:
    decoded: list[Any] = msgspec.msgpack.decode(data, ext_hook=_unpack_dates)
    return decoded


# In the child ---------------------------------------------------------------------------------


def serve() -> None:
    """Answer the one task on standard input, and end the process."""
    _die_with_parent()
    length = int.from_bytes(sys.stdin.buffer.read(8), "big")
    task = sys.stdin.buffer.read(length)
    threading.Thread(target=_wait_for_parent, daemon=True).start()
    try:
        columns, rows, truncated = _answer(*_decode(task))
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


def _die_with_parent() -> None:
    """Ask the system to kill this process when its parent dies; where it cannot, the pipe tells (see below)."""
    parent = os.getppid()
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, of Linux
    if parent == 1 and os.getppid() != parent:
        os._exit(1)


def _wait_for_parent() -> None:
    """End this process once nobody holds the other end of its standard input."""
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 1):
            pass
    os._exit(1)


def _answer(
    address: str, cypher: str, parameters: dict[str, object], timeout: float, limit: int, memory: int, token: str
) -> tuple[list[str], list[Row], bool]:
    store = open_store(address)
    _bound_memory(memory)
    if is_server(address):
        try:
            columns, rows = store.read_at_most(limit + 1, cypher, parameters, seconds=timeout, token=token)
        except StoreUnavailable as error:
            raise QueryTimeout("stopped: the server broke off its answer; ask for fewer or shorter values") from error
    else:
        given = {name: translate_parameters(value) for name, value in parameters.items()}
        columns, rows = store.read_at_most(limit + 1, translate(cypher), given, seconds=timeout)
        names = {name: translate_column(name, cypher) for name in columns}
        rows = [{names[name]: translate_answer(value) for name, value in row.items()} for row in rows]
        columns = list(names.values())
    return columns, rows[:limit], len(rows) > limit


def _bound_memory(more: int) -> None:
    """Bound this process to what it has now and so many bytes more; no core file of it is written.

    The bound of the system is on addresses, of which an engine reserves many ahead: it stops what grows at once,
    and a look at what is in use stops the rest.
    """
    try:
        import resource  # not there on Windows

        addresses, in_use = _count_bytes()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (addresses + more, addresses + more))
    except (ImportError, OSError, ValueError):
        return  # the limits of time, work and rows are left
    threading.Thread(target=_watch_memory, args=(in_use + more,), daemon=True).start()


def _watch_memory(bound: int) -> None:
    """End this process once it has more bytes in use than it may."""
    while _count_bytes()[1] <= bound:
        time.sleep(_LOOK)
    os._exit(_OUT_OF_MEMORY)


def _count_bytes() -> tuple[int, int]:
    """Return the bytes of addresses that this process has, and of memory in use."""
    pages = Path("/proc/self/statm").read_text().split()
    return int(pages[0]) * os.sysconf("SC_PAGE_SIZE"), int(pages[1]) * os.sysconf("SC_PAGE_SIZE")
