"""One run of a load: its marks, its token, and the writes that only it may make.

The mark `(:FactBase {complete: false})` comes first and is set to complete at the end; a merged fact
base has one mark for each folder. A mark also carries the token of the load that is under way. Every
write makes sure of its own, so where a second load of a fact base begins, the first writes nothing
more and raises StoreBusy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from secrets import token_hex
from typing import TypeVar

import msgspec

from graphkit.engines import Row, Statement, Store
from graphkit.engines.schema import SCHEMA
from graphkit.errors import QueryError, StoreBusy
from graphkit.factbase import FactBase
from graphkit.loading.load_states import LoadState, count_records

#: Rows of one statement.
BATCH = 5_000

#: Goes before every write: it locks the marks before it reads their tokens, or a load could begin in between;
#: and of two writes that are sent at once one waits for the other, so that neither ever waits for both.
_OURS = (
    "UNWIND $names AS mark MATCH (f:FactBase {id: mark}) SET f.schema = $schema "
    "WITH collect(f.load) AS loads WHERE size(loads) = size($names) AND all(one IN loads WHERE one = $load) "
)

Progress = Callable[[int, int], None]
_T = TypeVar("_T")


class Change(msgspec.Struct, frozen=True):
    """The ids that a load added, changed and removed, each sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class Run:
    """One load of a fact base into a store that held the fact bases `found` before.

    `fresh` says that the store held none, `fresh_claims` that it held none of those to be loaded.
    """

    def __init__(
        self, store: Store, base: FactBase, names: list[str], found: Mapping[str, LoadState], progress: Progress
    ) -> None:
        self.store, self.base, self.names, self._progress = store, base, names, progress
        # marks may be gone where their records are not
        empty = not store.read("MATCH (n) WHERE n:Entity OR n:Document RETURN n.id AS id LIMIT 1")
        self.fresh = not found and empty
        self.fresh_claims = self.fresh or (bool(found) and not any(name in found for name in names))
        self.batch = BATCH
        self._token = token_hex(8)
        self._done, self._total = 0, len(base.documents) + len(base.entities) + len(base.claims)

    def begin(self) -> None:
        """Set the marks. Raises StoreBusy where another load has set them since."""
        verb = "CREATE" if self.fresh_claims else "MERGE"
        try:
            self.store.write(
                f"UNWIND $names AS name {verb} (f:FactBase {{id: name}}) SET f.name = name, f.sha256 = $sha256, "
                "f.complete = false, f.schema = $schema, f.load = $load",
                {"names": self.names, "sha256": self.base.sha256, "schema": SCHEMA, "load": self._token},
            )
        except QueryError as error:
            if not self.fresh_claims:
                raise
            raise self.make_busy_error() from error

    def finish(self) -> None:
        """Set the marks to complete. Raises StoreBusy where they are another load's by now."""
        (row,) = self.write(
            "UNWIND $counted AS one MATCH (f:FactBase {id: one.name}) "
            "SET f.complete = true, f.load = null, f.records = one.records, f.newest = $newest RETURN count(f) AS n",
            {
                "counted": [{"name": name, "records": count_records(self.store, name)} for name in self.names],
                "newest": max((one.published for one in self.base.documents if one.published), default=None),
            },
        )
        if row["n"] != len(self.names):
            raise self.make_busy_error()

    def write(self, cypher: str, parameters: Mapping[str, object]) -> list[Row]:
        """Write, or leave all as it is where another load has begun since."""
        return self.store.write(*self.guard_statement(cypher, parameters))

    def guard_statement(self, cypher: str, parameters: Mapping[str, object]) -> Statement:
        """Return the statement that `write` sends."""
        ours = {"names": self.names, "schema": SCHEMA, "load": self._token}
        return _OURS + cypher, {**parameters, **ours}

    def is_taken_over(self) -> bool:
        """Say whether another load of one of our fact bases has begun since."""
        found = self.store.read(
            "MATCH (f:FactBase) WHERE f.id IN $names AND f.load = $load RETURN f.id AS id",
            {"names": self.names, "load": self._token},
        )
        return len(found) < len(self.names)

    def make_busy_error(self) -> StoreBusy:
        """Return the fault of a load that was taken over."""
        names = " and ".join(self.names)
        return StoreBusy(f"another load of {names} has begun: wait until it is done, then run again")

    def step(self, count: int) -> None:
        """Tell that so many records more are done."""
        self._done += count
        self._progress(self._done, self._total)

    def split_batches(self, rows: Iterable[_T]) -> Iterator[list[_T]]:
        """Split rows into what one statement takes."""
        remaining = iter(rows)
        while batch := list(islice(remaining, self.batch)):
            yield batch


class Stored(msgspec.Struct):
    """A node or relationship as an engine gives it."""

    properties: dict[str, object]


def list_ids(rows: Iterable[Row]) -> list[str]:
    """Return the column `id` of some rows."""
    return [str(row["id"]) for row in rows]
