"""The embedded database: one file, replaced as a whole when a writer closes.

The file has an index, which is opened and asked for records, and the bytes of a graph, which are loaded only for
Cypher. Both are written in one step, so that they never differ.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from graphkit.engines.index_pages import IndexPages
from graphkit.engines.index_reader import IndexReader
from graphkit.engines.memory import check_memory
from graphkit.engines.pages import MAGIC, Pages
from graphkit.engines.schema import build_embedded_schema
from graphkit.engines.store import Reader, Statement
from graphkit.engines.values import Row
from graphkit.errors import InvalidValue, QueryError, StoreBusy, StoreDamaged, StoreError, StoreUnavailable
from graphkit.factbase.files import lock_file

if TYPE_CHECKING:
    from graphkit.engines.embedded_graph import EmbeddedGraph

#: How a file begins that is a graph alone, as graphkit once wrote it.
_GRAPH_MAGIC = b"RGF"

#: How often a writer tries to take a folder that others let go.
_TURNS = 1_000


class EmbeddedStore:
    """A database file. Writers work in memory and in a folder of their own beside the file.

    One that is `rebuildable`, such as a cache, is taken away where it is found to be damaged.

    Raises InvalidValue for what is no file, StoreUnavailable where there is none or it may not be read,
    StoreBusy for a second writer, StoreDamaged for a file that makes no sense.
    """

    def __init__(self, path: Path, *, readonly: bool = True, rebuildable: bool = False) -> None:
        self._path, there = _find_file(path)
        self._rebuildable = rebuildable
        self._readonly = readonly
        self._changed = False
        self._index: IndexPages | None = None
        self._loaded: EmbeddedGraph | None = None
        self._work = None if readonly else _WorkFolder(self._path)
        try:
            if there:
                self._open()
            elif readonly:
                raise StoreUnavailable(f"there is no database at {path}: run `graphkit build --db {path}` first")
        except BaseException:
            if self._work:
                self._work.release()
            raise

    @property
    def reader(self) -> Reader:
        if self._index is None:
            pages = Pages.create(None)
            self._write_index(pages, b"")
            self._index = IndexPages(pages)
        return IndexReader(self._index)

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        return self._graph.read(cypher, parameters)

    def read_at_most(
        self,
        limit: int,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
        token: str = "",
    ) -> tuple[list[str], list[Row]]:
        return self._graph.read_at_most(limit, cypher, parameters, seconds)

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        if self._readonly:
            raise QueryError(f"{self._path} was opened for reading: open it with readonly=False to write", cypher)
        graph, self._changed = self._graph, True
        self._forget_index()
        return graph.write(cypher, parameters)

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        return itertools.starmap(self.write, statements)

    def create_schema(self, *, indexes: bool = True) -> None:
        constraints, later = build_embedded_schema()
        for statement in (*constraints, *(later if indexes else ())):
            self.write(statement)

    def close(self) -> None:
        """Replace the file by what was written, as one step; without a change, leave it alone."""
        work, self._work = self._work, None
        try:
            if work is not None and self._changed:
                with _translate_write_errors(self._path):
                    file = work.folder / "new.kgl"
                    pages = Pages.create(file)
                    try:
                        self._write_index(pages, self._graph.pack())
                    finally:
                        pages.close()
                    _synchronize(file)
                    file.replace(self._path)
        finally:
            self._forget_index()
            if work is not None:
                work.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._changed = False
        self.close()

    def _open(self) -> None:
        """Open the index of the file, or load the graph of one that has no index."""
        try:
            with self._path.open("rb") as file:
                begins = file.read(len(MAGIC))
                if begins == MAGIC:
                    pages = Pages(self._path, rebuildable=self._rebuildable)
                    try:
                        self._index = IndexPages(pages)
                    except BaseException:
                        pages.close()
                        raise
                    return
                if not begins.startswith(_GRAPH_MAGIC):
                    raise StoreDamaged(
                        f"{self._path} is no graphkit database: give another --db "
                        "(if it was one, it is damaged: build it again from the fact base under another name)"
                    )
                self._loaded = self._load(begins + file.read())
        except OSError as error:
            raise _make_unreadable(self._path, error) from error

    @property
    def _graph(self) -> EmbeddedGraph:
        if self._loaded is None:
            self._loaded = self._load(None if self._index is None else self._index.read_graph())
        return self._loaded

    def _load(self, data: bytes | None) -> EmbeddedGraph:
        check_memory(readonly=False)  # a graph that is read takes as much as one that is written
        from graphkit.engines.embedded_graph import EmbeddedGraph

        try:
            return EmbeddedGraph(data)
        except StoreDamaged as error:
            raise StoreDamaged(
                f"{self._path} cannot be read as a graphkit database ({error}): "
                "delete it and build it again from the fact base"
            ) from error

    def _write_index(self, pages: Pages, graph: bytes) -> None:
        from graphkit.engines.index_writer import write_index

        write_index(self._graph.iterate_rows, graph, pages)

    def _forget_index(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None


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
            lock_file(self._handle)
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


def _synchronize(file: Path) -> None:
    """Have a file on the disk before it takes the place of another."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())


@contextlib.contextmanager
def _translate_write_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{path} could not be written ({_get_first_line(error)}): what was there before is still there; "
            "make room or give another --db, then run again"
        ) from error


def _get_first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].removesuffix(".") or type(error).__name__
