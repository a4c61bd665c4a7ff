"""A file of numbered pages, each with its checksum: an SQLite database that is opened, not loaded.

A page is asked for by its table and number and must be there, so that a damaged file is told and never read as an
answer: what is missing is as much a fault as what has changed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote
from zlib import crc32

from graphkit.errors import StoreDamaged

#: How a file of pages begins.
MAGIC = b"SQLite format 3\0"

Page = tuple[int, bytes]
_T = TypeVar("_T")
#: Pages asked for at once, and written at once.
_MANY, _BATCH = 500, 10_000
#: The bytes of the checksum that ends a page, and what that of both together is, whatever the page holds.
_PROOF, _PROVEN = 4, 0x2144DF1C
#: The bytes of all pages of a table that are kept once they are decoded, and of the largest that is kept.
_ROOM, _LARGE = 4_000_000, 64_000


class Pages:
    """An open file of pages, or pages in memory for None.

    A file that can be built again at any time is taken away where it is found to be damaged.
    """

    def __init__(self, file: Path | None, *, rebuildable: bool = False) -> None:
        self._file, self._rebuildable = file, rebuildable
        where = ":memory:" if file is None else f"file:{quote(os.fsencode(file))}?mode=ro&immutable=1"
        with self._translate_faults():
            self._database = sqlite3.connect(where, uri=file is not None, check_same_thread=False)

    @classmethod
    def create(cls, file: Path | None) -> Pages:
        """Make a new file of pages, to be filled and closed."""
        made = cls(None)
        if file is not None:
            made._file = file
            made._database = sqlite3.connect(os.fsencode(file))
            made._database.execute("PRAGMA journal_mode = OFF")
            made._database.execute("PRAGMA synchronous = OFF")  # it is synchronized once, before it gets its name
        return made

    def write(self, table: str, pages: Iterable[Page]) -> None:
        """Write pages of a table, which is made first."""
        salt = _get_salt(table)
        self._database.execute(f"CREATE TABLE IF NOT EXISTS {table} (n INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        self._database.executemany(
            f"INSERT INTO {table} VALUES (?, ?)",  # noqa: S608  # a name of ours
            ((n, data + _prove(data, n, salt)) for n, data in pages),
        )

    def finish(self) -> None:
        """Keep what was written."""
        self._database.commit()

    def read(self, table: str, n: int) -> bytes:
        """Return a page. Raises StoreDamaged."""
        return self.read_many(table, (n,))[n]

    def read_many(self, table: str, numbers: Collection[int]) -> dict[int, bytes]:
        """Return pages by their numbers. Raises StoreDamaged where one is missing."""
        wanted = sorted(numbers)
        salt, read = _get_salt(table), dict[int, bytes]()
        with self._translate_faults():
            for first in range(0, len(wanted), _MANY):
                some = ",".join(map(str, wanted[first : first + _MANY]))
                rows = self._database.execute(f"SELECT n, data FROM {table} WHERE n IN ({some})")  # noqa: S608
                read.update(self._check(rows, salt))
        if len(read) != len(wanted):
            raise self.make_fault("a page is missing")
        return read

    def iterate(self, table: str, count: int) -> Iterator[bytes]:
        """Iterate over all pages of a table, which are numbered from 0. Raises StoreDamaged."""
        salt, expected = _get_salt(table), 0
        with self._translate_faults():
            for n, data in self._check(self._database.execute(f"SELECT n, data FROM {table} ORDER BY n"), salt):  # noqa: S608
                if n != expected:
                    break
                expected += 1
                yield data
        if expected != count:
            raise self.make_fault("a page is missing")

    def close(self) -> None:
        self._database.close()

    def _check(self, rows: Iterable[Page], salt: int) -> Iterator[Page]:
        for n, page in rows:
            if crc32(page, salt ^ (n & 0xFFFFFFFF)) != _PROVEN:
                raise self.make_fault("a page is not what was written")
            yield n, page[:-_PROOF]

    @contextmanager
    def _translate_faults(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, TypeError, OverflowError) as error:
            raise self.make_fault(str(error)) from error

    def make_fault(self, said: str) -> StoreDamaged:
        """Return the fault of a file that holds something else than was written."""
        if self._rebuildable and self._file is not None:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)
            return StoreDamaged(
                f"the cached database {self._file} was damaged ({said}) and is taken away: "
                "ask again, and it is built anew from the fact base"
            )
        return StoreDamaged(
            f"{self._file} cannot be read as a graphkit database ({said}): "
            "delete it and build it again from the fact base"
        )


class KeptPages(Generic[_T]):
    """The pages of a table, each decoded when it is first asked for and kept for the next questions."""

    def __init__(self, pages: Pages, name: str, decode: Callable[[int, bytes], _T]) -> None:
        self._pages, self._name, self._decode = pages, name, decode
        self._kept: dict[int, _T] = {}
        self._room = _ROOM

    def get_many(self, numbers: Collection[int]) -> dict[int, _T]:
        """Return what pages hold, by their numbers, sorted; nobody changes it. Raises StoreDamaged."""
        wanted, kept = sorted(numbers), self._kept
        try:
            return dict(zip(wanted, map(kept.__getitem__, wanted), strict=True))
        except KeyError:
            missing = [n for n in wanted if n not in kept]
        read = self._pages.read_many(self._name, missing)
        made = {n: self._decode(n, data) for n, data in read.items()}
        found = {n: made[n] if n in made else kept[n] for n in wanted}
        self._keep(made, read)
        return found

    def _keep(self, made: dict[int, _T], read: dict[int, bytes]) -> None:
        """Keep what is not too large; where it gets too much, let go of all that was kept."""
        small = {n: made[n] for n, data in read.items() if len(data) <= _LARGE}
        self._room -= sum(len(read[n]) for n in small)
        if self._room < 0:
            self._kept, self._room = {}, _ROOM
        else:
            self._kept.update(small)


def _get_salt(table: str) -> int:
    return crc32(table.encode())


def _prove(data: bytes, n: int, salt: int) -> bytes:
    return crc32(data, salt ^ (n & 0xFFFFFFFF)).to_bytes(_PROOF, "little")
