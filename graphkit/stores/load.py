"""Load a fact base into a store, changing only what carries its name.

The order makes an interrupted load safe to run again: its mark `(:FactBase {complete: false})`
first, then documents, entities and claims in batches of one transaction each, then the removal of
what is no longer there, then the mark once more. A merged fact base has one mark for each folder.

A mark also carries the token of the load that is under way. Every write makes sure of its own, so
where a second load of a fact base begins, the first writes nothing more and raises StoreBusy.
Loads of different fact bases may run at once: a node is written only as it was read, else read again.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from secrets import token_hex
from typing import Any, TypeVar

import msgspec

from graphkit.errors import InvalidValue, QueryError, StoreBusy, StoreDisagrees, StoreError
from graphkit.factbase import FactBase
from graphkit.facts import Claim, Entity
from graphkit.ontology import KINDS, RELATIONS
from graphkit.stores import Row, Statement, Store
from graphkit.stores.marks import Mark, holds, incomplete, marks, refuse_foreign, same
from graphkit.stores.records import Properties, claim_properties
from graphkit.stores.schema import DOCUMENT_PROPERTIES, ENTITY_PROPERTIES, SCHEMA
from graphkit.stores.shared import Record, declared, differences, disagreement, together

__all__ = ["Change", "Changes", "Mark", "holds", "incomplete", "load", "marks"]

BATCH = 5_000

#: How often nodes are read again that another load has changed meanwhile.
ATTEMPTS = 20

_KNOWN = {"Entity": ENTITY_PROPERTIES, "Document": DOCUMENT_PROPERTIES}
_VALUES = {label: ", ".join(f"coalesce(n.{name}, '')" for name in known) for label, known in _KNOWN.items()}
_MEND = "make both the same and build their folders together, which names every such place, or give one another id"

#: Goes before every write: it locks the marks before it reads their tokens, or a load could begin in between;
#: and of two writes that are sent at once one waits for the other, so that neither ever waits for both.
_OURS = (
    "UNWIND $names AS mark MATCH (f:FactBase {id: mark}) SET f.schema = $schema "
    "WITH collect(f.load) AS loads WHERE size(loads) = size($names) AND all(one IN loads WHERE one = $load) "
)

Progress = Callable[[int, int], None]
_Record = TypeVar("_Record")


class Change(msgspec.Struct, frozen=True):
    """The ids that a load added, changed and removed, each sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class Changes(msgspec.Struct, frozen=True):
    """What a load did to claims, entities and documents; false when it changed nothing."""

    claims: Change = Change()
    entities: Change = Change()
    documents: Change = Change()

    def __bool__(self) -> bool:
        return bool(self.claims or self.entities or self.documents)


def load(store: Store, base: FactBase, progress: Progress | None = None) -> Changes:
    """Make a store hold a fact base as it is now; `progress` is called with (records done, all).

    Nothing is written where the store already holds just this content. Raises StoreNotOurs,
    before anything is written, where the store holds nodes with graphkit's labels that graphkit
    did not write, and StoreDisagrees, too, where another fact base there says otherwise of an entity
    or document; SchemaMismatch; StoreBusy where another load of the same fact base began; or another
    StoreError. Then the load can be run again.
    """
    found = marks(store)
    names = [part.name for part in base.parts] or [base.name]
    _check_words(base)
    if same(found, base.sha256, names):
        return Changes()
    refuse_foreign(store)
    run = _Load(store, base, names, found, progress or (lambda done, total: None))
    if found.keys() - set(names):
        run.refuse_disagreement()
    return run.run()


def _check_words(base: FactBase) -> None:
    """Make sure that only words of the ontology become part of a statement."""
    kinds = {entity.kind for entity in base.entities} - KINDS.keys()
    relations = {claim.relation for claim in base.claims} - RELATIONS.keys()
    if words := kinds | relations:
        raise InvalidValue(f"{', '.join(map(repr, sorted(words)))}: no such kind or relation in the ontology")


class _Load:
    """One run of `load`: what it has done so far and what it compares with."""

    def __init__(
        self, store: Store, base: FactBase, names: list[str], found: Mapping[str, Mark], progress: Progress
    ) -> None:
        self.store, self.base, self.names, self.progress = store, base, names, progress
        self.fresh_claims = not any(name in found for name in names)
        self.fresh_nodes = not found
        self.token = token_hex(8)
        self.done, self.total = 0, len(base.documents) + len(base.entities) + len(base.claims)

    def run(self) -> Changes:
        self.store.create_schema(indexes=False)
        self._begin()
        documents = self._nodes("Document", self.base.documents)
        entities = self._nodes("Entity", self.base.entities)
        if not self.fresh_claims:  # only now, since what an index cannot hold may just have been mended
            self.store.create_schema()
        claims = self._claims()
        if not self.fresh_claims:
            claims = msgspec.structs.replace(claims, removed=self._remove_claims())
            entities = msgspec.structs.replace(entities, removed=self._remove_nodes("Entity"))
            documents = msgspec.structs.replace(documents, removed=self._remove_nodes("Document"))
        if self.fresh_claims:  # an index is quicker built once than kept while a million claims come in
            self.store.create_schema()
        self._finish()
        return Changes(claims, entities, documents)

    def _begin(self) -> None:
        verb = "CREATE" if self.fresh_claims else "MERGE"
        try:
            self.store.write(
                f"UNWIND $names AS name {verb} (f:FactBase {{id: name}}) SET f.name = name, f.sha256 = $sha256, "
                "f.complete = false, f.schema = $schema, f.load = $load",
                {"names": self.names, "sha256": self.base.sha256, "schema": SCHEMA, "load": self.token},
            )
        except QueryError as error:
            if not self.fresh_claims:
                raise
            raise self._busy() from error

    def _finish(self) -> None:
        (row,) = self._write(
            "UNWIND $names AS name MATCH (f:FactBase {id: name}) SET f.complete = true, f.load = null "
            "RETURN count(f) AS n",
            {},
        )
        if row["n"] != len(self.names):
            raise self._busy()

    def _write(self, cypher: str, parameters: Mapping[str, object]) -> list[Row]:
        return self.store.write(*self._ours(cypher, parameters))

    def _ours(self, cypher: str, parameters: Mapping[str, object]) -> Statement:
        """Return what writes, or leaves all as it is where another load has begun since."""
        ours = {"names": self.names, "schema": SCHEMA, "load": self.token}
        return _OURS + cypher, {**parameters, **ours}

    def _taken_over(self) -> bool:
        found = self.store.read(
            "MATCH (f:FactBase) WHERE f.id IN $names AND f.load = $load RETURN f.id AS id",
            {"names": self.names, "load": self.token},
        )
        return len(found) < len(self.names)

    def _busy(self) -> StoreBusy:
        names = " and ".join(self.names)
        return StoreBusy(f"another load of {names} has begun: wait until it is done, then run again")

    def _step(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)

    # nodes ----------------------------------------------------------------------------------

    def _names(self, label: str) -> dict[str, list[str]]:
        """Return which of our fact bases declare each id."""
        records: Sequence[Record] = self.base.entities if label == "Entity" else self.base.documents
        if len(self.names) == 1:
            return {record.id: self.names for record in records}
        names: dict[str, list[str]] = {record.id: [] for record in records}
        for part in self.base.parts:
            for id_ in part.entities if label == "Entity" else part.documents:
                names[id_].append(part.name)
        return names

    def refuse_disagreement(self) -> None:
        """Raise StoreDisagrees where a fact base of another name says otherwise of a node or a claim of ours."""
        both: tuple[tuple[str, Sequence[Record]], ...] = (
            ("Document", self.base.documents), ("Entity", self.base.entities)
        )  # fmt: skip
        for label, records in both:
            names = self._names(label)
            for batch in _batches(records, BATCH):
                by_id = {record.id: record for record in batch}
                for node in self.store.read(
                    f"MATCH (n:{label}) WHERE n.id IN $ids AND any(f IN n.factbases WHERE NOT f IN $names) "
                    "RETURN n.id AS id, n.name AS name, n.kind AS kind, n.factbases AS factbases ORDER BY id",
                    {"ids": list(by_id), "names": self.names},
                ):
                    record = by_id[str(node["id"])]
                    if said := disagreement(label, node, record, names[record.id][0], self.names):
                        raise StoreDisagrees(f"{said}: nothing was written; {_MEND}")
        for relation, name, claims in self._claim_batches():
            wanted = {claim.id: claim_properties(claim) for claim in claims}
            for row in self.store.read(
                f"MATCH ()-[r:{relation}]->() WHERE r.id IN $ids AND r.factbase IS NOT NULL "
                "AND NOT r.factbase IN $names RETURN properties(r) AS claim ORDER BY r.id, r.factbase",
                {"ids": list(wanted), "names": self.names},
            ):
                there = msgspec.convert(row["claim"], dict[str, object])
                if differing := differences(wanted[str(there["id"])], there):
                    raise StoreDisagrees(
                        f"the claim {there['id']} ({relation}) has another {differing[0]} in {name!r} than in the "
                        f"fact base {there['factbase']!r}, which the database holds too: nothing was written; "
                        "make both the same, or take it out of one"
                    )

    def _nodes(self, label: str, records: Sequence[Record]) -> Change:
        names = self._names(label)
        added: list[str] = []
        changed: list[str] = []
        for batch in _batches(records, BATCH):
            done = self._settle(label, {record.id: (record, names[record.id]) for record in batch})
            for id_, is_new in done.items():
                (added if is_new else changed).append(id_)
            self._step(len(batch))
        return Change(tuple(sorted(added)), tuple(sorted(changed)))

    def _settle(self, label: str, batch: Mapping[str, tuple[Record | None, Sequence[str]]]) -> dict[str, bool]:
        """Make nodes say a record for fact bases of ours, for none without one; return which changed, true if new."""
        done: dict[str, bool] = {}
        for _ in range(ATTEMPTS):
            there = self._there(label, list(batch))
            new: dict[str, list[Row]] = defaultdict(list)
            other: dict[str, list[Row]] = defaultdict(list)
            for id_, (record, names) in batch.items():
                before = there.get(id_)
                kind = record.kind if isinstance(record, Entity) else ""
                if before is not None:
                    update = self._update(label, before, record, names)
                    if update:
                        was = [before.get(name, "") for name in _KNOWN[label]]
                        other[kind].append({"id": id_, "was": was, "props": update})
                        done[id_] = False
                elif record is not None:
                    new[kind].append({"id": id_, "props": together(label, dict.fromkeys(names, record))})
                    done[id_] = True
            if self._write_nodes(label, new, other):
                return done
            self.fresh_nodes = False
        raise StoreError(f"something else keeps changing the nodes of {' and '.join(self.names)}: run the load again")

    def _there(self, label: str, ids: list[str]) -> dict[str, dict[str, object]]:
        if self.fresh_nodes:
            return {}
        found = self.store.read(f"MATCH (n:{label}) WHERE n.id IN $ids RETURN n", {"ids": ids})
        nodes = msgspec.convert([row["n"] for row in found], list[_Node])
        return {str(node.properties["id"]): node.properties for node in nodes}

    def _update(
        self, label: str, before: Mapping[str, object], record: Record | None, names: Sequence[str]
    ) -> Properties:
        """Return the properties to set (null: to remove) so that a node says our record and what others say."""
        others = declared(label, before, self.names)
        if record is not None and (said := disagreement(label, before, record, names[0], self.names)):
            raise StoreDisagrees(f"{said} since this load began; {_MEND}")
        said_by = others if record is None else {**others, **dict.fromkeys(names, record)}
        # a node that nobody declares stays as it is while a relationship holds it
        after = together(label, said_by) if said_by else {**before, "factbases": [], "declared": None}
        return {name: after.get(name) for name in _KNOWN[label] if before.get(name) != after.get(name)}

    def _write_nodes(self, label: str, new: Mapping[str, list[Row]], other: Mapping[str, list[Row]]) -> bool:
        """Write nodes as far as they are as they were read; say whether all of them were."""
        written = 0
        for kind, rows in new.items():
            make = f"MERGE (n:{label} {{id: row.id}}) WITH n, row WHERE n.factbases IS NULL"
            labels = f"SET n:{kind}" if kind else ""
            if self.fresh_nodes:  # quicker, and fails where another load has been quicker still
                make, labels = f"CREATE (n:{label}{f':{kind}' if kind else ''} {{id: row.id}})", ""
            try:
                written += self._count(
                    f"UNWIND $rows AS row {make} {labels} SET n += row.props RETURN count(n) AS n", {"rows": rows}
                )
            except QueryError:
                if not self.fresh_nodes:
                    raise
        for kind, rows in other.items():
            labels = f"SET n:{kind} REMOVE n{''.join(f':{name}' for name in KINDS if name != kind)} " if kind else ""
            written += self._count(  # it is locked by a write before it is read
                f"UNWIND $rows AS row MATCH (n:{label} {{id: row.id}}) SET n.id = row.id "
                f"WITH n, row WHERE [{_VALUES[label]}] = row.was {labels}SET n += row.props RETURN count(n) AS n",
                {"rows": rows},
            )
        if written == sum(map(len, (*new.values(), *other.values()))):
            return True
        if self._taken_over():
            raise self._busy()
        return False

    def _count(self, cypher: str, parameters: Mapping[str, object]) -> int:
        (row,) = self._write(cypher, parameters)
        return int(str(row["n"]))

    def _remove_nodes(self, label: str) -> tuple[str, ...]:
        gone = _ids(
            self.store.read(
                f"MATCH (n:{label}) WHERE any(f IN n.factbases WHERE f IN $names) AND NOT n.id IN $keep "
                "RETURN n.id AS id",
                {"names": self.names, "keep": list(self._names(label))},
            )
        )
        for ids in _batches(gone, BATCH):
            self._settle(label, dict.fromkeys(ids, (None, ())))
        # Also those that an interrupted load, or a relationship of somebody else's, left behind.
        loose = _ids(
            self.store.read(f"MATCH (n:{label}) WHERE size(n.factbases) = 0 AND NOT (n)--() RETURN n.id AS id")
        )
        for ids in _batches(loose, BATCH):
            self._write(
                f"MATCH (n:{label}) WHERE n.id IN $ids SET n.id = n.id "
                "WITH n WHERE size(n.factbases) = 0 AND NOT (n)--() DELETE n",
                {"ids": ids},
            )
        return tuple(sorted(gone))

    # claims ---------------------------------------------------------------------------------

    def _claims(self) -> Change:
        added: list[str] = []
        changed: list[str] = []
        sent: deque[int] = deque()

        def statements() -> Iterator[Statement]:
            for relation, name, batch in self._claim_batches():
                left = len(batch)
                for cypher, parameters in self._claim_statements(relation, name, batch, added, changed):
                    rows = len(parameters["rows"])
                    sent.append(rows)
                    left -= rows
                    yield self._ours(cypher, parameters)
                self._step(left)

        try:
            for (row,) in self.store.write_many(statements()):
                rows = sent.popleft()
                self._compare(row["n"], rows)
                self._step(rows)
        except QueryError as error:
            if self._taken_over():
                raise self._busy() from error
            raise StoreError(
                f"claims were not written ({error}): wait if another load is running, then run again"
            ) from error
        return Change(tuple(sorted(added)), tuple(sorted(changed)))

    def _compare(self, written: object, rows: int) -> None:
        if written != rows:
            if self._taken_over():
                raise self._busy()
            raise StoreError(
                f"{written} of {rows} claims were written: "
                "something else is changing graphkit's nodes; run the load again"
            )

    def _claim_batches(self) -> Iterator[tuple[str, str, list[Claim]]]:
        """Yield the claims in batches of one relation and one fact base."""
        waiting: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.base.claims:
            group = (claim.relation, claim.factbase or self.base.name)
            waiting[group].append(claim)
            if len(waiting[group]) == BATCH:
                yield *group, waiting.pop(group)
        for group, batch in waiting.items():
            yield *group, batch

    def _claim_statements(
        self, relation: str, name: str, batch: list[Claim], added: list[str], changed: list[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what writes the claims of a batch that are new or have changed, and note their ids."""
        there: dict[object, object] = {}
        if not self.fresh_claims:
            found = self.store.read(
                f"MATCH ()-[r:{relation}]->() WHERE r.id IN $ids AND r.factbase = $name RETURN r",
                {"ids": [claim.id for claim in batch], "name": name},
            )
            edges = msgspec.convert([row["r"] for row in found], list[_Node])
            there = {edge.properties["id"]: edge.properties for edge in edges}
        new: list[Row] = []
        other: list[Row] = []
        for claim in batch:
            properties = claim_properties(claim)
            properties["factbase"] = name
            before = there.get(claim.id)
            if before is None:
                new.append({"a": claim.subject, "b": claim.object, "props": properties})
                added.append(claim.id)
            elif before != properties:
                other.append({"id": claim.id, "props": properties})
                changed.append(claim.id)
        if new:
            yield (
                "UNWIND $rows AS row MATCH (a:Entity {id: row.a}) MATCH (b:Entity {id: row.b}) "
                f"CREATE (a)-[r:{relation}]->(b) SET r = row.props RETURN count(r) AS n",
                {"rows": new},
            )
        if other:
            yield (
                f"UNWIND $rows AS row MATCH ()-[r:{relation}]->() WHERE r.id = row.id AND r.factbase = $name "
                "SET r = row.props RETURN count(r) AS n",
                {"rows": other, "name": name},
            )

    def _remove_claims(self) -> tuple[str, ...]:
        keep: dict[str, list[str]] = {name: [] for name in self.names}
        for claim in self.base.claims:
            keep[claim.factbase or self.base.name].append(claim.id)
        removed: list[str] = []
        for name in self.names:
            gone: dict[object, list[str]] = defaultdict(list)
            for row in self.store.read(
                "MATCH ()-[r]->() WHERE r.factbase = $name AND NOT r.id IN $keep RETURN type(r) AS type, r.id AS id",
                {"name": name, "keep": keep[name]},
            ):
                gone[row["type"]].append(str(row["id"]))
            for relation, ids in gone.items():
                if relation not in RELATIONS:
                    continue  # somebody else's, whatever it calls itself
                for batch in _batches(ids, BATCH):
                    self._write(
                        f"MATCH ()-[r:{relation}]->() WHERE r.id IN $ids AND r.factbase = $name DELETE r",
                        {"ids": batch, "name": name},
                    )
                removed.extend(ids)
        return tuple(sorted(removed))


class _Node(msgspec.Struct):
    properties: dict[str, object]


def _batches(rows: Iterable[_Record], size: int) -> Iterator[list[_Record]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def _ids(rows: Iterable[Row]) -> list[str]:
    return [str(row["id"]) for row in rows]
