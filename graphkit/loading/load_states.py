"""The fact bases that a store holds, and whether their last load finished; and whether the store is ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from graphkit.engines import Store
from graphkit.engines.schema import RECORD_COUNTS, SCHEMA
from graphkit.errors import SchemaMismatch, StoreNotOurs


class LoadState(msgspec.Struct, frozen=True):
    """A fact base in a store: the content hash it was loaded with, and whether that load finished.

    `records` are the numbers of documents, entities and claims that the store held of it then; `newest` is the
    day on which its newest document was published.
    """

    name: str
    sha256: str
    complete: bool
    schema: int
    records: list[int] | None = None
    newest: str | None = None


def read_load_states(store: Store) -> dict[str, LoadState]:
    """Return the fact bases of a store by name. Raises SchemaMismatch for another graphkit's."""
    rows = store.reader.list_marks()
    try:
        found = {mark.name: mark for mark in msgspec.convert(rows, list[LoadState])}
    except msgspec.ValidationError:
        raise _make_foreign_error("FactBase", len(rows)) from None
    for mark in found.values():
        if mark.schema != SCHEMA:
            age, mend = (
                ("a newer", "upgrade graphkit")
                if mark.schema > SCHEMA
                else (
                    "an older",
                    "delete its nodes (`MATCH (n) WHERE n:Entity OR n:Document OR n:FactBase "
                    "DETACH DELETE n`) and build again",
                )
            )
            raise SchemaMismatch(
                f"fact base {mark.name!r} was loaded by {age} graphkit "
                f"(schema {mark.schema}, this one reads {SCHEMA}): {mend}"
            )
    return found


def is_loaded(store: Store, sha256: str, names: Sequence[str]) -> bool:
    """Say whether a finished load of just this content is what a store holds of the named fact bases.

    With `factbase.hash_content` it tells without parsing that there is nothing to load.
    """
    found = read_load_states(store)
    return are_loaded(found, sha256, names) and is_complete(store, found, names)


def count_records(store: Store, name: str) -> list[int]:
    """Count the documents, entities and claims that a store holds of a fact base which is being loaded."""
    return [int(str(store.read(one, {"name": name})[0]["n"])) for one in RECORD_COUNTS]


def is_complete(store: Store, found: Mapping[str, LoadState], names: Sequence[str]) -> bool:
    """Say whether a store still holds as many records of the named fact bases as their loads left there."""
    return all(found[name].records == store.reader.count_records(name) for name in names)


def are_loaded(found: Mapping[str, LoadState], sha256: str, names: Sequence[str]) -> bool:
    """Say whether the marks of the named fact bases all are of a finished load of this content."""
    return all((mark := found.get(name)) and mark.complete and mark.sha256 == sha256 for name in names)


def refuse_foreign(store: Store) -> None:
    """Raise StoreNotOurs where nodes have graphkit's labels and no list of fact bases."""
    for label in ("Entity", "Document"):
        (row,) = store.read(f"MATCH (n:{label}) WHERE n.factbases IS NULL RETURN count(n) AS n")
        if row["n"]:
            raise _make_foreign_error(label, row["n"])


def _make_foreign_error(label: str, count: object) -> StoreNotOurs:
    return StoreNotOurs(
        f"the database holds {count} :{label} nodes that graphkit did not write: nothing was written; "
        "give a database of its own (NEO4J_DATABASE or --db), or rename that label"
    )
