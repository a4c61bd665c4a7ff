"""The reads of a server: each request is one statement of Cypher, so that it costs one round trip.

The steps of a request become subqueries, each over the nodes that those before it found. What returns many records
returns lists of them, in one row or a row for each kind: a driver reads a list much more quickly than as many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from graphkit.engines.properties import make_claims, make_documents, make_entities
from graphkit.engines.reads import (
    ACCESS,
    ARRIVING,
    ONWARD,
    ClaimTexts,
    Count,
    NamedTiers,
    Records,
    Step,
    Tie,
    get_order,
)
from graphkit.engines.schema import MARKS, RECORD_COUNTS
from graphkit.engines.server_request import (
    DOCUMENTS,
    ENTITIES,
    EVERY,
    FIND_ENDS,
    OUR_NODE,
    OURS,
    ServerRequest,
)
from graphkit.engines.values import Row
from graphkit.facts import Document, Entity, fold
from graphkit.ontology import PASSABLE

_T = TypeVar("_T")

#: Entities of one name that are looked at.
_NAMESAKES = 50


class StatementRunner(Protocol):
    """A function that runs a statement with parameters and converts each row when it arrives."""

    def __call__(
        self, cypher: str, parameters: Mapping[str, object], convert: Callable[[Row], _T], /
    ) -> list[_T]: ...


class _Part(msgspec.Struct, frozen=True):
    """One row of a request for claims: its number, its records, and the row itself."""

    number: int
    records: list[Any]
    row: Row


class ServerReader:
    """The reads of a server, by a function that runs a statement.

    What a statement is given stands in one map: a server plans anew for each size of a list that is a parameter of
    its own, which takes a long statement seconds, but not for lists within a map.
    """

    def __init__(self, run: StatementRunner, marks: list[Row] | None = None) -> None:
        self._run, self._marks = run, marks

    def _read(self, cypher: str, given: Mapping[str, object]) -> list[Row]:
        # records have texts, numbers and lists of them, which a driver gives as they are
        return self._run(cypher, {"given": given}, _keep_row)

    def list_marks(self) -> list[Row]:
        return self._run(MARKS, {}, _keep_row) if self._marks is None else self._marks

    def count_records(self, name: str) -> list[int]:
        return [int(str(self._run(one, {"name": name}, _keep_row)[0]["n"])) for one in RECORD_COUNTS]

    def fetch_claims(
        self,
        steps: Sequence[Step],
        sets: Mapping[str, Collection[str]],
        *,
        limit: int | None = None,
        entities: Collection[str] = (),
    ) -> Records:
        request = ServerRequest(limit)
        for number, (name, ids) in enumerate(sets.items()):
            request.add_set(name, number, ids)
        for step in steps:
            request.add_step(step)
        parts = self._run(request.finish(entities), {"given": request.given}, _make_part)
        claims, others, documents = sorted(parts, key=lambda part: part.number)
        front = [str(one) for one in _as_list(claims.row["front"])]
        return Records(
            claims.records,
            others.records,
            documents.records,
            bool(claims.row["truncated"]),
            frozenset(front),
            bool(front and claims.row["behind"]),
            bool(claims.row["wide"]),
        )

    def find_ends(self, chips: Collection[str]) -> frozenset[str]:
        (row,) = self._read(
            f"UNWIND $given.chips AS id MATCH (chip:Entity {{id: id}}) {FIND_ENDS} "
            "RETURN collect(DISTINCT n.id) AS ends",
            {"chips": sorted(chips)},
        )
        return frozenset(_as_list(row["ends"]))

    def list_ties(
        self, ids: Collection[str], *, backwards: bool = False, ends: Collection[str] = (), limit: int
    ) -> list[Tie]:
        near, wanted = (
            ("b", "a.kind IN $given.kinds") if backwards else ("a", "(b.kind IN $given.kinds OR b.id IN $given.ends)")
        )
        (row,) = self._read(
            f"UNWIND $given.ids AS id MATCH ({near}:Entity {{id: id}}) "
            f"MATCH (a:Entity)-[:{'|'.join(ACCESS)}]->(b:Entity) WHERE {wanted} "
            "WITH DISTINCT a.id AS a, b.id AS b ORDER BY a, b LIMIT $given.limit "
            "RETURN collect([a, b]) AS ties",
            {"ids": sorted(ids), "kinds": sorted(PASSABLE), "ends": sorted(ends), "limit": limit},
        )
        return [(a, b) for a, b in _as_list(row["ties"])]

    def count_waiting(self, ids: Collection[str], *, backwards: bool = False) -> int:
        near = "b" if backwards else "a"
        (row,) = self._read(
            f"UNWIND $given.ids AS id MATCH ({near}:Entity {{id: id}}) "
            f"MATCH (a:Entity)-[r:{'|'.join(ACCESS)}]->(b:Entity) RETURN count(r) AS n",
            {"ids": sorted(ids)},
        )
        return int(str(row["n"]))

    def meet(
        self, ids: Collection[str], sources: Collection[str], *, steps: int, arriving: bool, limit: int
    ) -> list[Tie]:
        last = "|".join(ARRIVING if arriving else ACCESS)
        one = (
            f"UNWIND $given.ids AS id MATCH (a:Entity {{id: id}})-[:{last}]->(b:Entity) WHERE b.id IN $given.sources "
            "WITH DISTINCT a.id AS a, b.id AS b ORDER BY a, b LIMIT $given.limit RETURN collect([a, b]) AS met"
        )
        two = (
            f"UNWIND $given.ids AS id MATCH (f:Entity {{id: id}})-[:{'|'.join(ONWARD)}]->(a:Entity) "
            f"MATCH (a)-[:{last}]->(b:Entity) WHERE a.kind IN $given.kinds AND b.id IN $given.sources "
            "WITH DISTINCT f.id AS f, a.id AS a, b.id AS b "
            "ORDER BY f, a, b LIMIT $given.limit RETURN collect([f, a, b]) AS two"
        )
        (row,) = self._read(
            f"CALL {{ {one} }} CALL {{ {two if steps > 1 else 'RETURN [] AS two'} }} RETURN met, two",
            {"ids": sorted(ids), "sources": sorted(sources), "kinds": sorted(PASSABLE), "limit": limit},
        )
        met = {(a, b) for a, b in _as_list(row["met"])}
        return sorted(met.union(*(((a, b), (f, a)) for f, a, b in _as_list(row["two"]))))

    def find_named(self, wanted: Mapping[str, Collection[str] | None]) -> dict[str, NamedTiers]:
        first = f"LIMIT {_NAMESAKES}"
        (row,) = self._read(
            "UNWIND $given.wanted AS one "
            f"CALL {{ WITH one MATCH (n:Entity) WHERE n.id IN [one.name, one.folded] AND {OUR_NODE} "
            f"WITH n {first} RETURN collect(n) AS ids }} "
            f"CALL {{ WITH one MATCH (n:Entity) WHERE n.folded = one.folded AND {OUR_NODE} "
            f"WITH n {first} RETURN collect(n) AS names }} "
            # those that an index finds come first; aliases want a look at every entity
            "WITH *, any(n IN ids + names WHERE one.kinds IS NULL OR n.kind IN one.kinds) AS found "
            "CALL { WITH one, found WITH one WHERE NOT found "
            f"MATCH (n:Entity) WHERE one.folded IN n.folded_aliases AND {OUR_NODE} "
            f"WITH n {first} RETURN collect(n) AS aliases }} "
            "RETURN collect([one.name, found, "
            "[n IN ids | properties(n)], [n IN names | properties(n)], [n IN aliases | properties(n)]]) AS found",
            {
                "wanted": [
                    {"name": name, "folded": fold(name), "kinds": None if kinds is None else sorted(kinds)}
                    for name, kinds in wanted.items()
                ]
            },
        )
        return {
            name: [make_entities(tier) for tier in ((ids, names) if found else (ids, names, aliases))]
            for name, found, ids, names, aliases in _as_list(row["found"])
        }

    def list_entities(self) -> list[Entity]:
        (row,) = self._read(f"MATCH (n:Entity) WHERE {OUR_NODE} RETURN collect(properties(n)) AS found", {})
        return sorted(make_entities(_as_list(row["found"])), key=lambda one: one.id)

    def list_documents(self) -> list[Document]:
        (row,) = self._read(f"MATCH (n:Document) WHERE {OUR_NODE} RETURN collect(properties(n)) AS found", {})
        return sorted(make_documents(_as_list(row["found"])), key=lambda one: one.id)

    def find_chips(self, ids: Collection[str]) -> dict[str, tuple[Entity, bool]]:
        (row,) = self._read(
            "MATCH (n:Entity) WHERE n.id IN $given.ids RETURN collect([properties(n), "
            "EXISTS { MATCH (:Entity)-[:HOSTS|USES|BUYS]->(n) }]) AS found",
            {"ids": sorted(ids)},
        )
        found = _as_list(row["found"])
        chips = make_entities([one for one, _ in found])
        return {chip.id: (chip, one[1] and chip.kind == "Chip") for chip, one in zip(chips, found, strict=True)}

    def has_claim(self, id_: str) -> bool:
        match = f"MATCH (:Entity)-[r:{EVERY}]->(:Entity) WHERE r.id = $given.id"
        return bool(self._read(f"{match} RETURN r.id AS id LIMIT 1", {"id": id_}))

    def list_pairs(self, relations: Collection[str]) -> dict[str, list[Tie]]:
        (row,) = self._read(
            f"MATCH (a:Entity)-[r:{'|'.join(relations)}]->(b:Entity) WHERE {OURS} AND r.status = 'done' "
            "WITH DISTINCT type(r) AS relation, a.id AS a, b.id AS b RETURN collect([relation, a, b]) AS pairs",
            {},
        )
        found: dict[str, list[Tie]] = {name: [] for name in relations}
        for relation, a, b in sorted(_as_list(row["pairs"])):
            found[relation].append((a, b))
        return found

    def count_claims(self, by: Count) -> dict[str, int]:
        ends = {"relation": "type(r)", "document": "r.document", "entity": "end.id"}
        each = "UNWIND [a, b] AS end " if by == "entity" else ""
        (row,) = self._read(
            f"MATCH (a:Entity)-[r:{EVERY}]->(b:Entity) WHERE {OURS} {each}"
            f"WITH {ends[by]} AS one, count(r) AS n RETURN collect([one, n]) AS counts",
            {},
        )
        return {str(one): int(n) for one, n in _as_list(row["counts"])}

    def find_words(self, word: str, most: int) -> list[ClaimTexts]:
        (row,) = self._read(
            f"MATCH (a:Entity)-[r:{EVERY}]->(b:Entity) WHERE {OURS} "
            "AND (toLower(r.summary) CONTAINS $given.word OR toLower(r.note) CONTAINS $given.word) "
            "WITH r.id AS id, r.summary AS summary, r.note AS note, a.id AS subject ORDER BY id LIMIT $given.most "
            "RETURN collect([id, subject, summary, note]) AS found",
            {"word": word, "most": most},
        )
        return [
            ClaimTexts(id_, subject, summary or "", note) for id_, subject, summary, note in _as_list(row["found"])
        ]

    def list_customers(self, ids: Collection[str]) -> list[str]:
        (row,) = self._read(
            f"UNWIND $given.ids AS id MATCH (b:Entity {{id: id}}) MATCH (a:Company)-[r:{'|'.join(ACCESS)}]->(b) "
            f"WHERE {OURS} RETURN collect(DISTINCT a.id) AS found",
            {"ids": sorted(ids)},
        )
        return sorted(_as_list(row["found"]))


def _keep_row(row: Row) -> Row:
    return row


def _make_part(row: Row) -> _Part:
    """Make the records of a row of a request for claims. Raises StoreError for what is none."""
    number, found = int(str(row["part"])), _as_list(row["found"])
    if number == ENTITIES:
        return _Part(number, make_entities(found), row)
    if number == DOCUMENTS:
        return _Part(number, make_documents(found), row)
    said = [{**said, "subject": a, "relation": relation, "object": b} for a, relation, b, said in found]
    return _Part(number, sorted(make_claims(said), key=get_order), row)


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
