"""The question of what building a database from a fact base changed."""

from __future__ import annotations

from graphkit.answers.answer import VERSION, Answer, Record, Version
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.loading.load import Change, Changes


class ChangeRecord(Record, frozen=True, kw_only=True):
    """The ids of the records that were added, changed and removed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @classmethod
    def of(cls, change: Change) -> ChangeRecord:
        """Return what a load did to one kind of record."""
        return ChangeRecord(added=change.added, changed=change.changed, removed=change.removed)


class BuildAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit build`: what changed, and the database that it went to, its address masked."""

    version: Version
    claims: ChangeRecord
    entities: ChangeRecord
    documents: ChangeRecord
    database: str

    @property
    def _kinds(self) -> dict[str, ChangeRecord]:
        return {"claims": self.claims, "entities": self.entities, "documents": self.documents}

    def tables(self) -> list[Table]:
        """Return the answer as tables: the numbers, and every id."""
        numbers: list[dict[str, Cell]] = [
            {"of": kind, "added": len(one.added), "changed": len(one.changed), "removed": len(one.removed)}
            for kind, one in self._kinds.items()
        ]
        ids: list[dict[str, Cell]] = [
            {"of": kind, "change": word, "id": id_}
            for kind, one in self._kinds.items()
            for word, ids in (("added", one.added), ("changed", one.changed), ("removed", one.removed))
            for id_ in ids
        ]
        return [
            Table("changes", ("of", "added", "changed", "removed"), numbers),
            Table("records", ("of", "change", "id"), ids),
            Table("database", ("database",), [{"database": self.database}]),
        ]

    def styled_text(self) -> str:
        """Return the numbers of records that changed, and where they went."""
        lines = [
            f"{kind}: {len(one.added):,} added, {len(one.changed):,} changed, {len(one.removed):,} removed"
            for kind, one in self._kinds.items()
        ]
        return "\n".join([*lines, f"database: {as_line(self.database)}"])


def describe_build(changes: Changes, database: str) -> BuildAnswer:
    """Return what a load changed as an answer."""
    return BuildAnswer(
        version=VERSION,
        claims=ChangeRecord.of(changes.claims),
        entities=ChangeRecord.of(changes.entities),
        documents=ChangeRecord.of(changes.documents),
        database=database,
    )
