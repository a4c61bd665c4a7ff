"""The nodes of a load: entities or documents, each of which other fact bases may declare too.

Loads of different fact bases may run at once: a node is written only as it was read, else read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from graphkit.engines import Row
from graphkit.engines.properties import Properties
from graphkit.engines.schema import DOCUMENT_PROPERTIES, ENTITY_PROPERTIES
from graphkit.errors import QueryError, StoreDisagrees, StoreError
from graphkit.factbase.merging import Record
from graphkit.facts import Entity
from graphkit.loading.run import Change, Run, Stored, list_ids
from graphkit.loading.shared_nodes import describe_disagreement, merge_declarations, read_declarations
from graphkit.ontology import KINDS

#: How often nodes are read again that another load has changed meanwhile.
ATTEMPTS = 20

_MEND = "make both the same and build their folders together, which names every such place, or give one another id"


class Nodes:
    """The entities or the documents of one run."""

    def __init__(self, run: Run, label: str) -> None:
        self.run, self.store, self.label = run, run.store, label
        self.records: Sequence[Record] = run.base.entities if label == "Entity" else run.base.documents
        #: which fact bases of ours declare each id
        self._declaring = self._names()
        self._known = ENTITY_PROPERTIES if label == "Entity" else DOCUMENT_PROPERTIES
        self._fresh = run.fresh

    def _names(self) -> dict[str, list[str]]:
        if len(self.run.names) == 1:
            return {record.id: self.run.names for record in self.records}
        names: dict[str, list[str]] = {record.id: [] for record in self.records}
        for part in self.run.base.parts:
            for id_ in part.entities if self.label == "Entity" else part.documents:
                names[id_].append(part.name)
        return names

    def refuse_disagreement(self) -> None:
        """Raise StoreDisagrees where a fact base of another name says otherwise of a node of ours."""
        for batch in self.run.split_batches(self.records):
            by_id = {record.id: record for record in batch}
            for id_, node in sorted(self._fetch_present(list(by_id)).items()):
                if said := self._disagreement(node, by_id[id_]):
                    raise StoreDisagrees(f"{said}: nothing was written; {_MEND}")

    def _disagreement(self, node: Mapping[str, object], record: Record) -> str | None:
        return describe_disagreement(self.label, node, record, self._declaring[record.id][0], self.run.names)

    def write(self) -> Change:
        """Make the store hold the records; what it holds beyond them stays."""
        added: list[str] = []
        changed: list[str] = []
        for batch in self.run.split_batches(self.records):
            done = self._settle({record.id: record for record in batch})
            for id_, is_new in done.items():
                (added if is_new else changed).append(id_)
            self.run.step(len(batch))
        return Change(tuple(sorted(added)), tuple(sorted(changed)))

    def remove(self) -> tuple[str, ...]:
        """Remove what fact bases of ours no longer declare, and return its ids, sorted."""
        gone = list_ids(
            self.store.read(
                f"MATCH (n:{self.label}) WHERE any(f IN n.factbases WHERE f IN $names) AND NOT n.id IN $keep "
                "RETURN n.id AS id",
                {"names": self.run.names, "keep": list(self._declaring)},
            )
        )
        for batch in self.run.split_batches(gone):
            self._settle(dict.fromkeys(batch))
        # Also those that an interrupted load, or a relationship of somebody else's, left behind.
        loose = list_ids(
            self.store.read(f"MATCH (n:{self.label}) WHERE size(n.factbases) = 0 AND NOT (n)--() RETURN n.id AS id")
        )
        for batch in self.run.split_batches(loose):
            self.run.write(
                f"MATCH (n:{self.label}) WHERE n.id IN $ids SET n.id = n.id "
                "WITH n WHERE size(n.factbases) = 0 AND NOT (n)--() DELETE n",
                {"ids": batch},
            )
        return tuple(sorted(gone))

    def _settle(self, batch: Mapping[str, Record | None]) -> dict[str, bool]:
        """Make nodes say a record for fact bases of ours, for none without one; return which changed, true if new."""
        done: dict[str, bool] = {}
        for _ in range(ATTEMPTS):
            there = self._fetch_present(list(batch))
            new: dict[str, list[Row]] = defaultdict(list)
            other: dict[str, list[Row]] = defaultdict(list)
            for id_, record in batch.items():
                before = there.get(id_)
                kind = record.kind if isinstance(record, Entity) else ""
                if before is not None:
                    update = self._update(before, record)
                    if update:
                        was = [before.get(name, "") for name in self._known]
                        other[kind].append({"id": id_, "was": was, "props": update})
                        done[id_] = False
                elif record is not None:
                    props = merge_declarations(self.label, dict.fromkeys(self._declaring[id_], record))
                    new[kind].append({"id": id_, "props": props})
                    done[id_] = True
            if self._write_batch(new, other):
                return done
            self._fresh = False
        names = " and ".join(self.run.names)
        raise StoreError(f"something else keeps changing the nodes of {names}: run the load again")

    def _fetch_present(self, wanted: list[str]) -> dict[str, dict[str, object]]:
        if self._fresh:
            return {}
        found = self.store.read(f"MATCH (n:{self.label}) WHERE n.id IN $ids RETURN n", {"ids": wanted})
        nodes = msgspec.convert([row["n"] for row in found], list[Stored])
        return {str(node.properties["id"]): node.properties for node in nodes}

    def _update(self, before: Mapping[str, object], record: Record | None) -> Properties:
        """Return the properties to set (null: to remove) so that a node says our record and what others say."""
        others = read_declarations(self.label, before, self.run.names)
        if record is not None and (said := self._disagreement(before, record)):
            raise StoreDisagrees(f"{said} since this load began; {_MEND}")
        said_by = others if record is None else {**others, **dict.fromkeys(self._declaring[record.id], record)}
        # a node that nobody declares stays as it is while a relationship holds it
        after = merge_declarations(self.label, said_by) if said_by else {**before, "factbases": [], "declared": None}
        return {name: after.get(name) for name in self._known if before.get(name) != after.get(name)}

    def _write_batch(self, new: Mapping[str, list[Row]], other: Mapping[str, list[Row]]) -> bool:
        """Write nodes as far as they are as they were read; say whether all of them were."""
        written = 0
        for kind, rows in new.items():
            make = f"MERGE (n:{self.label} {{id: row.id}}) WITH n, row WHERE n.factbases IS NULL"
            labels = f"SET n:{kind}" if kind else ""
            if self._fresh:  # quicker, and fails where another load has been quicker still
                make, labels = f"CREATE (n:{self.label}{f':{kind}' if kind else ''} {{id: row.id}})", ""
            try:
                written += self._count(f"{make} {labels} SET n += row.props", rows)
            except QueryError:
                if not self._fresh:
                    raise
        values = ", ".join(f"coalesce(n.{name}, '')" for name in self._known)
        for kind, rows in other.items():
            labels = f"SET n:{kind} REMOVE n{''.join(f':{name}' for name in KINDS if name != kind)} " if kind else ""
            written += self._count(  # it is locked by a write before it is read
                f"MATCH (n:{self.label} {{id: row.id}}) SET n.id = row.id "
                f"WITH n, row WHERE [{values}] = row.was {labels}SET n += row.props",
                rows,
            )
        if written == sum(map(len, (*new.values(), *other.values()))):
            return True
        if self.run.is_taken_over():
            raise self.run.make_busy_error()
        return False

    def _count(self, each: str, rows: list[Row]) -> int:
        (row,) = self.run.write(f"UNWIND $rows AS row {each} RETURN count(n) AS n", {"rows": rows})
        return int(str(row["n"]))
