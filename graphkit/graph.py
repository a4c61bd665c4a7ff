"""Claims as a directed multigraph: build it, narrow it.

Nodes are entity ids. Each claim is one edge from its subject to its object, known by its id; parallel claims are
parallel edges. Nothing here knows about stores. The graph is plain dictionaries, since importing networkx takes as
long as half of a whole command: it is asked for where somebody wants its algorithms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from graphkit.facts import END, Claim, Document, Entity, get_earliest_day, get_latest_day

if TYPE_CHECKING:
    import networkx as nx

#: The claims between two entities, by their ids.
ParallelEdges = dict[str, Claim]


class Graph:
    """Entities, the claims between them, and their documents by id.

    `successors` maps each entity to those that its claims lead to, with these claims; `predecessors` is the same from
    the other end. `kept` is for what somebody makes of the graph once, by name.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.entities: dict[str, Entity] = {}
        self.successors: dict[str, dict[str, ParallelEdges]] = {}
        self.predecessors: dict[str, dict[str, ParallelEdges]] = {}
        self.kept: dict[str, Any] = {}

    def __contains__(self, node: object) -> bool:
        return node in self.entities

    def __iter__(self) -> Iterator[str]:
        return iter(self.entities)

    def add_entity(self, entity: Entity) -> None:
        """Add a node, or give another record to one that is there."""
        node = entity.id
        if node not in self.entities:
            self.successors[node], self.predecessors[node] = {}, {}
        self.entities[node] = entity

    def add_claim(self, claim: Claim) -> None:
        """Add an edge between nodes that are there."""
        subject, other = claim.subject, claim.object
        beyond = self.successors[subject]
        if other not in beyond:
            beyond[other] = self.predecessors[other][subject] = {}
        beyond[other][claim.id] = claim

    def iterate_claims(self) -> Iterator[Claim]:
        """Iterate over all claims, by their subjects."""
        return (claim for others in self.successors.values() for edges in others.values() for claim in edges.values())

    def count_claims(self) -> int:
        """Return the number of claims."""
        return sum(len(edges) for others in self.successors.values() for edges in others.values())

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the graph for the algorithms of networkx.

        Its nodes have the attribute `entity`; the key of an edge is its claim's id, its attribute `claim`.
        `graph["documents"]` of it are the documents.
        """
        import networkx as nx

        made: nx.MultiDiGraph[str] = nx.MultiDiGraph(documents=self.documents)
        made.add_nodes_from((node, {"entity": entity}) for node, entity in self.entities.items())
        for claim in self.iterate_claims():
            made.add_edge(claim.subject, claim.object, key=claim.id, claim=claim)
        return made


def build_graph(entities: Iterable[Entity], claims: Iterable[Claim], documents: Iterable[Document]) -> Graph:
    """Return the graph of the given records; a claim whose ends are missing is left out."""
    graph = Graph({document.id: document for document in documents})
    for entity in entities:
        graph.add_entity(entity)
    there, add = graph.entities, graph.add_claim
    for claim in claims:
        if claim.subject in there and claim.object in there:
            add(claim)
    return graph


def find_valid_days(claim: Claim, document: Document) -> tuple[str, str] | None:
    """Return the first and last day on which a claim surely may hold, both inclusive ISO days.

    A claim without `since` counts from the day on which its document observed it, else from publication; it may
    have held before, which is never assumed. One that ended before that day holds at least in its last month.
    None where no date is known.

    >>> lease = Claim(id="", document="d", subject="a", relation="LEASES_FROM", object="b", status="done",
    ...               confidence="likely", summary="", until="2025-03")
    >>> find_valid_days(lease, Document(id="d", name="D", published="2025-06"))
    ('2025-03-01', '2025-03-31')
    """
    end = get_latest_day(claim.until) if claim.until else END
    start = claim.since or claim.observed or document.published
    if start is None and claim.until is None:
        return None
    first = get_earliest_day(start) if start else END
    if claim.since is None and first > end:
        first = get_earliest_day(end[:7])
    return first, end


def may_hold_on(claim: Claim, document: Document, on: str) -> bool:
    """Say whether a claim may have held at some moment of a partial date."""
    interval = find_valid_days(claim, document)
    return interval is not None and interval[0] <= get_latest_day(on) and interval[1] >= get_earliest_day(on)


def may_have_held(claim: Claim, first: str, last: str) -> bool:
    """Say whether a lasting fact, such as a seat or an owner, may have held on some day of a span of ISO days.

    One without a start is taken to have held before its document too; one with a start only from then on.
    """
    begun = claim.since is None or get_earliest_day(claim.since) <= last
    return begun and (claim.until is None or get_latest_day(claim.until) >= first)


def is_published_by(document: Document, by: str) -> bool:
    """Say whether a document had surely been published by a date; one without a date never was."""
    return document.published is not None and get_latest_day(document.published) <= get_latest_day(by)


class Filters(msgspec.Struct, frozen=True):
    """The filters on what an answer may rest on; the same everywhere: paths, views, matrices.

    `on` and `known_by` are partial dates, `statuses` those allowed (None: all), `include` and
    `exclude` relations, `without` entity or claim ids, `min_confidence` a probability per claim.
    """

    on: str | None = None
    known_by: str | None = None
    statuses: frozenset[str] | None = None
    include: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    min_confidence: float = 0.0

    def keep(self, claim: Claim, document: Document) -> bool:
        """Say whether a claim passes all filters."""
        return self.keep_undated(claim, document) and (self.on is None or may_hold_on(claim, document, self.on))

    def keep_undated(self, claim: Claim, document: Document) -> bool:
        """Say whether a claim passes all filters but the date."""
        return (
            (self.statuses is None or claim.status in self.statuses)
            and (self.include is None or claim.relation in self.include)
            and claim.relation not in self.exclude
            and (not self.without or self.without.isdisjoint((claim.id, claim.subject, claim.object)))
            and (not self.min_confidence or claim.probability >= self.min_confidence)
            and (self.known_by is None or is_published_by(document, self.known_by))
        )

    def keep_standing(self, claim: Claim, document: Document) -> bool:
        """Say whether a claim of who somebody is (a seat, an owner) passes: what is done, and was so on the date.

        Which statuses and relations a step may have does not bear on it.
        """
        terms = msgspec.structs.replace(self, statuses=frozenset({"done"}), include=None, exclude=frozenset())
        return terms.keep_undated(claim, document) and (
            self.on is None or may_have_held(claim, get_earliest_day(self.on), get_latest_day(self.on))
        )


def filter_graph(graph: Graph, filters: Filters) -> Graph:
    """Return the part of a graph that the filters keep; every entity not named by `without` stays."""
    sources = graph.documents
    return build_graph(
        (entity for node, entity in graph.entities.items() if node not in filters.without),
        (claim for claim in graph.iterate_claims() if filters.keep(claim, sources[claim.document])),
        sources.values(),
    )
