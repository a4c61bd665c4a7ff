"""The embedded engine: a kglite graph in one file, replaced as a whole when a writer closes."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import stat
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import kglite

from graphkit.engines.schema import TEXT_INDEXES, build_embedded_schema
from graphkit.engines.store import Reader, Statement, T
from graphkit.engines.values import Row, convert_embedded
from graphkit.errors import (
    InvalidValue,
    QueryError,
    QueryTimeout,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreUnavailable,
)

kglite.set_query_warning_policy("silent")

#: Units of work that a person's statement may take: the engine's clock does not see every search.
MAX_WORK = 20_000_000

#: How the engine's files begin.
_MAGIC = b"RGF"

#: How often a writer tries to take a folder that others let go.
_TURNS = 1_000


class EmbeddedStore:
    """A graph file. Writers work in memory and in a folder of their own beside the file.

    Raises InvalidValue for what is no file, StoreUnavailable where there is none or it may not be read,
    StoreBusy for a second writer, StoreDamaged for a file that makes no sense.
    """

    def __init__(self, path: Path, *, readonly: bool = True) -> None:
        self._path, there = _find_file(path)
        self._readonly = readonly
        self._changed = self._text_stale = False
        self._work: _WorkFolder | None = None
        if readonly:
            if not there:
                raise StoreUnavailable(f"there is no database at {path}: run `graphkit build --db {path}` first")
            self._graph = self._load()
        else:
            self._work = _WorkFolder(self._path)
            try:
                self._graph = self._load() if there else kglite.KnowledgeGraph()
            except BaseException:
                self._work.release()
                raise
        self._graph.read_only(True)

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        if "fulltext" in cypher:
            self._catch_up()
        return self._run(cypher, parameters)

    def read_together(self, work: Callable[[Reader], T]) -> T:
        return work(self)

    def read_at_most(
        self,
        limit: int,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
        token: str = "",
    ) -> tuple[list[str], list[Row]]:
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
        if self._readonly:
            raise QueryError(f"{self._path} was opened for reading: open it with readonly=False to write", cypher)
        self._changed = self._text_stale = True
        self._graph.read_only(False)
        try:
            return self._run(cypher, parameters)
        finally:
            self._graph.read_only(True)

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        return itertools.starmap(self.write, statements)

    def create_schema(self, *, indexes: bool = True) -> None:
        constraints, later = build_embedded_schema()
        for statement in (*constraints, *(later if indexes else ())):
            self.write(statement)

    def close(self) -> None:
        """Replace the file by what was written, as one step; without a change, leave it alone."""
        work, self._work = self._work, None
        if work is None:
            return
        try:
            if self._changed:
                self._catch_up()
                with _translate_write_errors(self._path):
                    with warnings.catch_warnings():  # a large column stored otherwise than the engine likes
                        warnings.simplefilter("ignore", kglite.MappedFallbackWarning)
                        self._graph.save(str(work.folder / "new.kgl"))
                    (work.folder / "new.kgl").replace(self._path)
        finally:
            work.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._changed = False
        self.close()

    def _load(self) -> Any:
        try:
            return kglite.load(str(self._path), verify="eager")
        except (kglite.KgError, OSError, ValueError) as error:
            if not self._begins_like_one():
                raise StoreDamaged(
                    f"{self._path} is no graphkit database: give another --db "
                    "(if it was one, it is damaged: build it again from the fact base under another name)"
                ) from error
            raise StoreDamaged(
                f"{self._path} cannot be read as a graphkit database ({_get_first_line(error)}): "
                "delete it and build it again from the fact base"
            ) from error

    def _begins_like_one(self) -> bool:
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
        return True

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


def _find_file(path: Path) -> tuple[Path, bool]:
    """Return the file that a path leads to, and whether it is there; anything but a file is refused."""
    try:
        place = path.expanduser().absolute()
        if place.is_symlink():
            place = Path(os.path.realpath(place))  # the file is replaced, not the link to it
    except RuntimeError as error:
        raise InvalidValue(f"{path} names nobody's home folder: give another --db") from error
    except (OSError, ValueError) as error:
        raise _make_unreadable(path, error) from error
    try:
        if not stat.S_ISREG(place.stat().st_mode):
            raise InvalidValue(f"{path} is no file: give the file of a database with --db")
        place.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        return place, False
    except (OSError, ValueError) as error:
        raise _make_unreadable(path, error) from error
    return place, True


def _make_unreadable(path: Path, error: OSError | ValueError) -> StoreUnavailable:
    said = (isinstance(error, OSError) and error.strerror) or error
    return StoreUnavailable(f"{path} cannot be read ({said}): get permission to read it or give another --db")


@contextlib.contextmanager
def _translate_query_errors(cypher: str) -> Iterator[None]:
    try:
        yield
    except kglite.CypherTimeoutError as error:
        raise QueryTimeout(_get_first_line(error)) from error
    except (kglite.KgError, TypeError, OverflowError) as error:
        if "max_work_units" in str(error):
            raise QueryTimeout("stopped at its work limit: ask a narrower question") from error
        raise QueryError(_get_first_line(error), cypher) from error


class _WorkFolder:
    """The folder beside a database that its one writer holds; gone when the writer is done.

    A lock that a killed writer held is free again, and the next writer clears what it left.
    """

    def __init__(self, path: Path) -> None:
        self._path, self.folder = path, path.with_name(f".{path.name}.writing")
        with _translate_write_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(_TURNS):
                if self._take():
                    break
            else:
                raise FileNotFoundError(errno.ENOENT, "no file can be made there")
            for left in self.folder.iterdir():
                if left.name != "lock":
                    left.unlink()

    def _take(self) -> bool:
        """Lock the folder; False where the writer before us has just taken it away."""
        lock = self.folder / "lock"
        try:
            self.folder.mkdir(exist_ok=True)
            self._handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            return False
        try:
            _lock(self._handle)
            if os.fstat(self._handle).st_ino == lock.stat().st_ino:
                return True
        except FileNotFoundError:
            pass
        except BlockingIOError:
            os.close(self._handle)
            raise StoreBusy(
                f"another process is writing to {self._path}: wait until it is done, or give another --db"
            ) from None
        os.close(self._handle)
        return False

    def release(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._handle)


def _lock(handle: int) -> None:
    """Lock a file for this process alone, until it is closed. Raises BlockingIOError where another has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        try:
            import msvcrt
        except ImportError:  # nobody can lock: the writer that ends last is the one that counts
            return
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except PermissionError as error:
            raise BlockingIOError(*error.args) from None
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def _translate_write_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (kglite.KgError, OSError) as error:
        raise StoreError(
            f"{path} could not be written ({_get_first_line(error)}): what was there before is still there; "
            "make room or give another --db, then run again"
        ) from error


def _get_first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].removesuffix(".") or type(error).__name__
