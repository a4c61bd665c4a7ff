"""The writer of an index: everything that a graph holds, a relation at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from graphkit.engines.index import (
    ALIAS,
    DOCUMENT_COUNTS,
    ENTITY_COUNTS,
    ID,
    KIND_BITS,
    LAYOUT,
    NAME,
    STATUS_BITS,
    WAYS,
    ClaimPage,
    DocumentPage,
    EntityPage,
    Head,
    find_bucket,
    get_way,
    number_status,
    pack_numbers,
    rate_kind,
)
from graphkit.engines.pages import Page, Pages
from graphkit.engines.properties import LIMITS, PARTIES, WAYPOINTS
from graphkit.engines.schema import MARKS
from graphkit.facts import Document, Entity
from graphkit.ontology import ACCESS, RELATIONS

#: Names of one bucket, about; bytes of one part of the graph.
_BUCKET, _PART = 8, 1 << 24
_DONE = number_status("done")
_get_ends = itemgetter(0, 1)
_pack = msgspec.msgpack.encode

Run = Callable[[str], Iterable[dict[str, Any]]]
_Node = tuple[dict[str, Any], dict[str, Any]]


def write_index(run: Run, graph: bytes, pages: Pages) -> None:
    """Write the index of a graph, which `run` asks with Cypher, and the graph's own bytes."""
    _IndexWriter(run, pages).write(graph)


class _IndexWriter:
    """An index on its way to pages, a relation at a time."""

    def __init__(self, run: Run, pages: Pages) -> None:
        self._run, self._pages = run, pages
        self._ways: defaultdict[int, dict[int, int]] = defaultdict(dict)
        self._entity_counts: Counter[int] = Counter()
        self._document_counts: Counter[str] = Counter()
        self._held: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._counts: Counter[str] = Counter()
        self._ahead: defaultdict[int, set[int]] = defaultdict(set)
        self._claims = 0

    def write(self, graph: bytes) -> None:
        """Write all pages."""
        entities = self._fetch_nodes("Entity", Entity.__struct_fields__, ("folded", "folded_aliases", "factbases"))
        documents = self._fetch_nodes("Document", Document.__struct_fields__, ("factbases",))
        self._entities = {one["id"]: n for n, (one, _) in enumerate(entities)}
        self._ids = list(self._entities)
        self._kinds = [rate_kind(str(one.get("kind"))) for one, _ in entities]
        self._documents = {one["id"]: n for n, (one, _) in enumerate(documents)}
        for number, relation in enumerate(RELATIONS):
            self._write_relation(number, relation)
        ahead = ((n, pack_numbers(sorted(self._ahead.get(n, ())))) for n in range(len(entities)))
        self._pages.write("ahead", ahead)
        self._pages.write("entities", map(self._make_entity_page, range(len(entities)), entities))
        self._pages.write(
            "documents",
            (
                (n, _pack(DocumentPage(more["factbases"] is not None, msgspec.Raw(_pack(one)))))
                for n, (one, more) in enumerate(documents)
            ),
        )
        self._pages.write(
            "lists", [(ENTITY_COUNTS, pack_numbers(self._entity_counts[n] for n in range(len(entities))))]
        )
        self._pages.write("lists", [(DOCUMENT_COUNTS, _pack(dict(self._document_counts)))])
        buckets = max(1, len(entities) // _BUCKET)
        self._pages.write("names", self._list_names(entities, buckets))
        parts = range(0, len(graph), _PART)
        self._pages.write("graph", ((n, graph[first : first + _PART]) for n, first in enumerate(parts)))
        for nodes, place in ((documents, 0), (entities, 1)):
            for _, more in nodes:
                for base in more["factbases"] or ():
                    self._held[base][place] += 1
        head = Head(
            layout=LAYOUT,
            relations=list(RELATIONS),
            buckets=buckets,
            entities=len(entities),
            documents=len(documents),
            claims=self._claims,
            parts=len(parts),
            counts=dict(self._counts),
            marks=list(self._run(MARKS)),
            held=dict(self._held),
        )
        self._pages.write("head", [(0, _pack(head))])
        self._pages.finish()

    def _fetch_nodes(self, label: str, names: Sequence[str], more: Sequence[str]) -> list[_Node]:
        """Return the nodes of a label in the order of their ids: what their records hold, and what else is asked."""
        values = ", ".join(f"n.{name}" for name in (*names, *more))
        rows = self._run(f"MATCH (n:{label}) RETURN [{values}] AS v")
        found = []
        for row in rows:
            given = row["v"]
            if isinstance(given[0], str):  # another's, which nothing of ours can name
                record = {name: one for name, one in zip(names, given, strict=False) if one is not None}
                found.append((record, dict(zip(more, given[len(names) :], strict=True))))
        return sorted(found, key=lambda node: str(node[0]["id"]))

    def _write_relation(self, number: int, relation: str) -> None:
        """Write the claims of a relation, those of one subject beside each other, and the ties that they make."""
        rows = self._run(
            f"MATCH (a:Entity)-[r:{relation}]->(b:Entity) WHERE r.factbase IS NOT NULL "
            "RETURN a.id AS a, b.id AS b, properties(r) AS p"
        )
        known = self._entities
        claims = [
            (a, b, number_status(row["p"].get("status")), self._make_claim_page(relation, a, b, row["p"]))
            for row in rows
            if (a := known.get(row["a"])) is not None and (b := known.get(row["b"])) is not None
        ]
        claims.sort(key=_get_ends)
        first = self._claims
        self._pages.write("claims", ((first + place, claim[3]) for place, claim in enumerate(claims)))
        self._claims += len(claims)
        self._counts[relation] = len(claims)
        done = {(a, b): None for a, b, status, _ in claims if status == _DONE}
        self._pages.write("lists", [(number, pack_numbers(end for pair in done for end in pair))])
        ties = [(a, b, place << STATUS_BITS | status) for place, (a, b, status, _) in enumerate(claims, first)]
        if relation in ACCESS:
            for a, b, _, _ in claims:
                self._ahead[a].add(b << KIND_BITS | self._kinds[b])
        del claims
        self._pages.write("ties", self._list_ties(number, False, ties))
        ties = sorted((b, a, claim) for a, b, claim in ties)
        self._pages.write("ties", self._list_ties(number, True, ties))

    def _list_ties(self, relation: int, backwards: bool, ties: Iterable[tuple[int, int, int]]) -> Iterator[Page]:
        way = get_way(relation, backwards)
        for near, some in groupby(ties, key=lambda tie: tie[0]):
            numbers = [number for _, far, claim in some for number in (far, claim)]
            self._ways[near][way] = len(numbers) // 2
            self._entity_counts[near] += len(numbers) // 2
            yield near * WAYS + way, pack_numbers(numbers)

    def _make_claim_page(self, relation: str, a: int, b: int, said: dict[str, Any]) -> bytes:
        said.pop("type", None)  # the engine's own
        self._document_counts[said.get("document", "")] += 1
        self._held[said["factbase"]][2] += 1
        record = {"subject": self._ids[a], "relation": relation, "object": self._ids[b], "summary": "", **said}
        page = ClaimPage(
            document=self._documents.get(said.get("document"), -1),
            subject=a,
            object=b,
            sites=[a] if relation == "HOSTS" else [b] if relation == "OPERATES" else [],
            scopes=self._find_named(said, LIMITS),
            others=self._find_named(said, (*WAYPOINTS, *PARTIES)),
            record=msgspec.Raw(_pack(record)),
        )
        return _pack(page)

    def _find_named(self, said: dict[str, Any], names: Sequence[str]) -> list[int]:
        """Return the numbers of the entities that some fields of a claim name."""
        found = []
        for name in names:
            if name in said:
                found += [self._entities[one] for one in _as_list(said[name]) if one in self._entities]
        return found

    def _make_entity_page(self, n: int, node: _Node) -> Page:
        record, more = node
        page = EntityPage(
            id=record["id"],
            kind=str(record.get("kind", "")),
            generic=bool(record.get("generic")),
            ours=more["factbases"] is not None,
            ways=self._ways.get(n, {}),
            record=msgspec.Raw(_pack(record)),
        )
        return n, _pack(page)

    def _list_names(self, entities: list[_Node], buckets: int) -> Iterator[Page]:
        """Yield the names by bucket, the empty ones too: that nobody bears a name is to be read, not missed."""
        found: list[list[tuple[str, int, int]]] = [[] for _ in range(buckets)]

        def add(name: object, tier: int, n: int) -> None:
            if isinstance(name, str):
                found[find_bucket(name, buckets)].append((name, tier, n))

        for n, (record, more) in enumerate(entities):
            add(record["id"], ID, n)
            add(more["folded"], NAME, n)
            for alias in _as_list(more["folded_aliases"]):
                add(alias, ALIAS, n)
        return ((number, _pack(names)) for number, names in enumerate(found))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
