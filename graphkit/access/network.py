"""The access relations of a graph, as the search walks them: forwards, grouped, remembered.

Everything is looked up from a node's outgoing edges when it is first needed, so that a hub with
100,000 customers costs nothing to whoever does not ask for its customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, documents
from graphkit.ontology import PASSABLE, RELATIONS

if TYPE_CHECKING:
    from graphkit.graph import Graph

_ACCESS = frozenset(name for name, relation in RELATIONS.items() if relation.access)
_ON_PATHS = PASSABLE | {"Chip"}


class Group(msgspec.Struct, frozen=True, gc=False):
    """The parallel claims of one (subject, relation, object)."""

    subject: str
    relation: str
    object: str
    claims: tuple[Claim, ...]


class Network:
    """A graph seen by its access relations. The graph must not change afterwards."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.documents = documents(graph)
        self._groups: dict[str, tuple[Group, ...]] = {}
        self._ways: dict[str, tuple[str, ...]] = {}
        self._summaries: dict[str, tuple[Claim, ...]] = {}
        self._kinds: dict[str, str] = {}
        self._above: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}

    @classmethod
    def of(cls, graph: Graph) -> Network:
        """Return the network of a graph, made once per graph."""
        network: Network = graph.graph.setdefault("network", cls(graph))
        return network

    def entity(self, node: str) -> Entity:
        """Return the record of a node."""
        record: Entity = self.graph.nodes[node]["entity"]
        return record

    def kind(self, node: str) -> str:
        """Return the kind of a node."""
        found = self._kinds.get(node)
        if found is None:
            found = self._kinds[node] = self.entity(node).kind
        return found

    def name(self, node: str) -> str:
        """Return the name of a node, or its id where the graph does not hold it."""
        return self.entity(node).name if node in self.graph else node

    def document(self, claim: Claim) -> Document:
        """Return the document of a claim."""
        return self.documents[claim.document]

    def claims_from(self, node: str) -> Iterator[Claim]:
        """Iterate over the claims whose subject is a node."""
        if node in self.graph:
            return (data["claim"] for edges in self.graph.succ[node].values() for data in edges.values())
        return iter(())

    def ways(self, node: str) -> tuple[str, ...]:
        """Return what access claims lead to from a node, whatever their status: companies, sites and chips."""
        found = self._ways.get(node)
        if found is None:
            onward: dict[str, None] = {}
            for claim in self.claims_from(node):
                if claim.relation in _ACCESS and not claim.via and self.kind(claim.object) in _ON_PATHS:
                    onward[claim.object] = None
            found = self._ways[node] = tuple(onward)
        return found

    def summaries(self, node: str) -> tuple[Claim, ...]:
        """Return the claims with `via` that leave a node: they sum up paths."""
        found = self._summaries.get(node)
        if found is None:
            found = self._summaries[node] = tuple(claim for claim in self.claims_from(node) if claim.via)
        return found

    def groups(self, node: str) -> tuple[Group, ...]:
        """Return the access claims that leave a node, grouped; claims with `via` sum paths up and are no steps."""
        found = self._groups.get(node)
        if found is None:
            gathered: dict[tuple[str, str], list[Claim]] = {}
            for claim in self.claims_from(node):
                if claim.relation in _ACCESS and not claim.via:
                    gathered.setdefault((claim.relation, claim.object), []).append(claim)
            found = tuple(
                Group(node, relation, object_, tuple(sorted(claims, key=lambda claim: claim.id)))
                for (relation, object_), claims in sorted(gathered.items())
            )
            self._groups[node] = found
        return found

    def above(self, node: str, *relations: str) -> frozenset[str]:
        """Return a node and everything above it along FORM_OF, IN_CLASS or PART_OF."""
        found = self._above.get((node, relations))
        if found is None:
            seen, queue = {node}, [node]
            while queue:
                for claim in self.claims_from(queue.pop()):
                    if claim.relation in relations and claim.status == "done" and claim.object not in seen:
                        seen.add(claim.object)
                        queue.append(claim.object)
            found = self._above[node, relations] = frozenset(seen)
        return found

    def families(self, chip: str) -> frozenset[str]:
        """Return a chip and the families it is a form of."""
        return self.above(chip, "FORM_OF")

    def classes(self, chip: str) -> frozenset[str]:
        """Return a chip, its families and the generic chips that contain it."""
        return self.above(chip, "FORM_OF", "IN_CLASS")

    def regions(self, region: str) -> frozenset[str]:
        """Return a region and the larger ones it is part of."""
        return self.above(region, "PART_OF")

    def located(self, site: str, filters: Filters) -> dict[str, tuple[Claim, ...]]:
        """Return the regions where a site is said to stand, each with the claims that say so, the surest first."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims_from(site):
            if claim.relation == "LOCATED_IN" and filters.keep(claim, self.document(claim)):
                found.setdefault(claim.object, []).append(claim)
        return {
            region: tuple(sorted(claims, key=lambda claim: (-claim.probability, claim.id)))
            for region, claims in found.items()
        }
