"""Claims as a `networkx.MultiDiGraph`: build it, narrow it, find entities in it by name.

Nodes are entity ids with the attribute `entity`. Each claim is one edge whose key is the claim's
id, with the attribute `claim`; parallel claims are parallel edges. `graph.graph["documents"]` maps
document ids to their records. Nothing here knows about stores.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from graphkit.errors import AmbiguousName, UnknownName
from graphkit.facts import BEGINNING, END, Claim, Document, Entity, earliest, fold, latest

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.MultiDiGraph[str]


def build_graph(
    entities: Iterable[Entity], claims: Iterable[Claim], documents: Iterable[Document]
) -> Graph:
    """Return the graph of the given records; a claim whose ends are missing is left out."""
    import networkx as nx

    graph: Graph = nx.MultiDiGraph()
    graph.graph["documents"] = {document.id: document for document in documents}
    graph.add_nodes_from((entity.id, {"entity": entity}) for entity in entities)
    graph.add_edges_from(
        (claim.subject, claim.object, claim.id, {"claim": claim})
        for claim in claims
        if claim.subject in graph and claim.object in graph
    )
    return graph


def documents(graph: Graph) -> Mapping[str, Document]:
    """Return the documents of a graph by id."""
    found: dict[str, Document] = graph.graph["documents"]
    return found


def entity(graph: Graph, node: str) -> Entity:
    """Return the record of a node."""
    record: Entity = graph.nodes[node]["entity"]
    return record


def entities(graph: Graph) -> Iterator[Entity]:
    """Iterate over the records of all nodes."""
    return (data["entity"] for _, data in graph.nodes(data=True))


def claims(graph: Graph) -> Iterator[Claim]:
    """Iterate over the claims of a graph."""
    return (data["claim"] for _, _, data in graph.edges(data=True))


def holds(claim: Claim, document: Document) -> tuple[str, str] | None:
    """Return the first and last day on which a claim may hold, both inclusive ISO days.

    A claim without `since` counts from its document's publication; None where neither is known.
    """
    start = claim.since or document.published
    if start is None:
        return None
    return earliest(start), latest(claim.until) if claim.until else END


def known(document: Document, by: str) -> bool:
    """Say whether a document had surely been published by a date; one without a date never was."""
    return document.published is not None and latest(document.published) <= latest(by)


def narrow(
    graph: Graph,
    *,
    on: str | None = None,
    known_by: str | None = None,
    statuses: Collection[str] | None = None,
    include: Collection[str] | None = None,
    exclude: Collection[str] = (),
    without: Collection[str] = (),
    min_confidence: float = 0.0,
) -> Graph:
    """Return the part of a graph that the filters keep; every entity that is not excluded stays.

    `on` keeps claims that may have held on that partial date, `known_by` those published by then,
    `include` and `exclude` name relations, `without` entity or claim ids, `min_confidence` is a
    probability.
    """
    import networkx as nx

    first, last = (earliest(on), latest(on)) if on else (BEGINNING, END)
    kept: Graph = nx.MultiDiGraph(documents=documents(graph))
    kept.add_nodes_from((node, data) for node, data in graph.nodes(data=True) if node not in without)
    sources = documents(graph)
    for subject, object_, key, data in graph.edges(keys=True, data=True):
        claim: Claim = data["claim"]
        document = sources[claim.document]
        if (
            key in without
            or subject in without
            or object_ in without
            or (statuses is not None and claim.status not in statuses)
            or (include is not None and claim.relation not in include)
            or claim.relation in exclude
            or claim.probability < min_confidence
            or (known_by and not known(document, known_by))
        ):
            continue
        if on:
            interval = holds(claim, document)
            if interval is None or interval[0] > last or interval[1] < first:
                continue
        kept.add_edge(subject, object_, key, claim=claim)
    return kept


def find(
    name: str, candidates: Iterable[Entity], kinds: Collection[str] | None = None, what: str = "entity"
) -> Entity:
    """Return the entity that answers to a name or id, whatever its accents and case.

    Ids and names come before aliases. Raises UnknownName with near names, or AmbiguousName.
    """
    wanted = fold(name)
    pool = [one for one in candidates if kinds is None or one.kind in kinds]
    for keys in (lambda one: (one.id, fold(one.name)), lambda one: map(fold, one.aliases)):
        matches = [one for one in pool if wanted in keys(one) or name in keys(one)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise AmbiguousName(name, sorted(one.id for one in matches))
    raise UnknownName(name, near_names(name, pool), what)


def near_names(name: str, pool: Iterable[Entity], count: int = 3) -> list[str]:
    """Return up to `count` names that are spelt like the given one, best first."""
    from rapidfuzz import fuzz, process

    spelt = {fold(word): one.name for one in pool for word in (*one.aliases, one.name)}
    found = process.extract(fold(name), list(spelt), scorer=fuzz.ratio, limit=count * 2, score_cutoff=70)
    return list(dict.fromkeys(spelt[word] for word, _, _ in found))[:count]
