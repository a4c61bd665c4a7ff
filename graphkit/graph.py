"""Claims as a `networkx.MultiDiGraph`: build it, narrow it.

Nodes are entity ids with the attribute `entity`. Each claim is one edge whose key is the claim's
id, with the attribute `claim`; parallel claims are parallel edges. `graph.graph["documents"]` maps
document ids to their records. Nothing here knows about stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from graphkit.facts import END, Claim, Document, Entity, get_earliest_day, get_latest_day

if TYPE_CHECKING:
    import networkx as nx

    Graph: TypeAlias = nx.MultiDiGraph[str]


def build_graph(entities: Iterable[Entity], claims: Iterable[Claim], documents: Iterable[Document]) -> Graph:
    """Return the graph of the given records; a claim whose ends are missing is left out."""
    import networkx as nx

    graph: Graph = nx.MultiDiGraph()
    graph.graph["documents"] = {document.id: document for document in documents}
    graph.add_nodes_from((entity.id, {"entity": entity}) for entity in entities)
    for claim in claims:
        if claim.subject in graph and claim.object in graph:
            graph.add_edge(claim.subject, claim.object, key=claim.id, claim=claim)
    return graph


def get_documents(graph: Graph) -> Mapping[str, Document]:
    """Return the documents of a graph by id."""
    found: dict[str, Document] = graph.graph["documents"]
    return found


def get_entity(graph: Graph, node: str) -> Entity:
    """Return the record of a node."""
    record: Entity = graph.nodes[node]["entity"]
    return record


def iterate_entities(graph: Graph) -> Iterator[Entity]:
    """Iterate over the records of all nodes."""
    return (data["entity"] for _, data in graph.nodes(data=True))


def iterate_claims(graph: Graph) -> Iterator[Claim]:
    """Iterate over the claims of a graph."""
    return (data["claim"] for _, _, data in graph.edges(data=True))


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
    import networkx as nx

    sources = get_documents(graph)
    kept: Graph = nx.MultiDiGraph(documents=sources)
    kept.add_nodes_from((node, data) for node, data in graph.nodes(data=True) if node not in filters.without)
    for claim in iterate_claims(graph):
        if filters.keep(claim, sources[claim.document]):
            kept.add_edge(claim.subject, claim.object, key=claim.id, claim=claim)
    return kept
