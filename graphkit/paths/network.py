"""The access relations of a graph, as the search walks them: forwards, grouped, remembered.

Everything is looked up from a node's outgoing edges when it is first needed, so that a hub with
100,000 customers costs nothing to whoever does not ask for its customers.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit.facts import Claim, Document, Entity, find_origin, fold_origin, get_earliest_day, get_latest_day
from graphkit.graph import Filters
from graphkit.ontology import ACCESS
from graphkit.paths.lazy_table import LazyTable

if TYPE_CHECKING:
    from graphkit.graph import Graph
    from graphkit.paths.access_path import Step
    from graphkit.rulebook import Chip, Rulebook

_GET_ID = operator.attrgetter("id")
#: Filters for which steps are kept.
_KEPT = 64


class ParallelClaims(msgspec.Struct, frozen=True, gc=False):
    """The parallel claims of one (subject, relation, object)."""

    subject: str
    relation: str
    object: str
    claims: tuple[Claim, ...]

    def limit_to_claims(self, claims: tuple[Claim, ...]) -> ParallelClaims:
        """Return the group with some of its claims, in their order."""
        whole = len(claims) == len(self.claims)
        return self if whole else ParallelClaims(self.subject, self.relation, self.object, claims)


class Network:
    """A graph seen by its access relations. The graph must not change afterwards."""

    def __init__(self, graph: Graph, rulebook: Rulebook | None = None) -> None:
        self.graph, self.rulebook = graph, rulebook
        self.documents = graph.documents
        self._successors = graph.successors
        #: what `Target.of` keeps, by chip, filters and ends: views of a type that this module must not import
        self.targets: dict[object, object] = {}
        self._entities = graph.entities
        #: the name of each node, or its id where the graph does not hold it
        self.names = LazyTable(self._look_for_name)
        self._groups = LazyTable(self._look_for_groups)
        self._summaries = LazyTable(self._look_for_summaries)
        self._denials = LazyTable(self._look_for_denials)
        self._events = LazyTable(self._look_for_events)
        self._located = LazyTable(self._look_for_places)
        self._ends = LazyTable(self._look_for_ends)
        self._forms = LazyTable(functools.partial(self._look_below, self.families))
        self._parts = LazyTable(functools.partial(self._look_below, self.regions))
        self._relatives = LazyTable(self._look_for_relatives)
        self._above = LazyTable(self._look_above)
        self._makers = LazyTable(self._look_for_makers)
        self._models = LazyTable(self._look_for_models)
        self._origins: dict[str, str] = {}
        self._steps: dict[Filters, dict[tuple[str, bool], Step]] = {}

    @classmethod
    def of(cls, graph: Graph, rulebook: Rulebook | None = None) -> Network:
        """Return the network of a graph, made once per graph; a copy of a graph gets its own.

        A rulebook, once given, says of the chips of a class which could be meant. It is handed in rather than
        stored with the entities: rule files change what is so without a load.
        """
        network: Network | None = graph.kept.get("network")
        if network is None or network.graph is not graph:
            network = graph.kept["network"] = cls(graph, rulebook)
        elif rulebook is not None and network.rulebook is not rulebook:
            network.rulebook = rulebook
            network.targets.clear()
            network._models.clear()
        return network

    def steps_under(self, filters: Filters) -> dict[tuple[str, bool], Step]:
        """Return the steps of one claim described so far under some filters, by claim and whether evidence breaks."""
        found = self._steps.get(filters)
        if found is None:
            if len(self._steps) == _KEPT:
                self._steps.clear()
            found = self._steps[filters] = {}
        return found

    def entity(self, node: str) -> Entity:
        """Return the record of a node."""
        return self._entities[node]

    def kind(self, node: str) -> str:
        """Return the kind of a node."""
        return self._entities[node].kind

    def name(self, node: str) -> str:
        """Return the name of a node, or its id where the graph does not hold it."""
        return self.names[node]

    def _look_for_name(self, node: str) -> str:
        return self._entities[node].name if node in self.graph else node

    def document(self, claim: Claim) -> Document:
        """Return the document of a claim."""
        return self.documents[claim.document]

    def origin(self, claim: Claim) -> str:
        """Return who is behind a claim, as a folded name without its article."""
        found = self._origins.get(claim.id)
        if found is None:
            found = self._origins[claim.id] = fold_origin(find_origin(claim, self.document(claim)))
        return found

    def claims_from(self, node: str) -> Iterator[Claim]:
        """Iterate over the claims whose subject is a node."""
        return (claim for edges in self._successors.get(node, {}).values() for claim in edges.values())

    def summaries(self, node: str) -> tuple[Claim, ...]:
        """Return the claims with `via` that leave a node: they sum up paths."""
        return self._summaries[node]

    def _look_for_summaries(self, node: str) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims_from(node) if claim.via)

    def groups(self, node: str) -> tuple[ParallelClaims, ...]:
        """Return the access claims that leave a node, grouped; claims with `via` sum paths up and are no steps."""
        return self._groups[node]

    def _look_for_groups(self, node: str) -> tuple[ParallelClaims, ...]:
        gathered: dict[tuple[str, str], list[Claim]] = {}
        for other, edges in self._successors.get(node, {}).items():
            for claim in edges.values():
                if claim.relation in ACCESS and not claim.via:
                    gathered.setdefault((claim.relation, other), []).append(claim)
        return tuple(
            [
                ParallelClaims(node, relation, other, tuple(sorted(claims, key=_GET_ID) if claims[1:] else claims))
                for (relation, other), claims in sorted(gathered.items())
            ]
        )

    def denials(self, group: ParallelClaims, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """Return what denies some claims of a group: the same relation and object, and a scope that meets theirs.

        A denial of an event that others of these claims tell of denies those alone.
        """
        key = group.subject, group.relation, group.object
        return tuple(
            denial
            for denial in self._denials[key]
            if any(
                self._meets(denial, claim)
                for claim in claims
                if denial.event == claim.event or denial.event not in self._events[key]
            )
        )

    def is_withdrawn(self, claim: Claim) -> bool:
        """Say whether the document and origin that tell of a plan say as well that it was not carried out."""
        return claim.status in ("planned", "considered") and any(
            denial.document == claim.document
            and self.origin(denial) == self.origin(claim)
            and self._meets(denial, claim)
            for denial in self._denials[claim.subject, claim.relation, claim.object]
        )

    def keeps(self, claim: Claim, filters: Filters) -> bool:
        """Say whether a claim may be a step under some filters: they keep it, and it was not withdrawn."""
        return filters.keep(claim, self.document(claim)) and not self.is_withdrawn(claim)

    def _meets(self, denial: Claim, claim: Claim) -> bool:
        """Say whether the scopes of two claims have something in common; one without scope speaks of all."""
        return (
            (not denial.sites or not claim.sites or not set(denial.sites).isdisjoint(claim.sites))
            and _are_related(denial.chips, claim.chips, self.classes)
            and _are_related(denial.regions, claim.regions, self.regions)
        )

    def _look_for_events(self, key: tuple[str, str, str]) -> frozenset[str]:
        """Look up the events of which parallel claims tell that deny nothing."""
        subject, relation, other = key
        said = self._successors[subject][other].values()
        return frozenset(
            one.event for one in said if one.event and one.relation == relation and one.status != "negated"
        )

    def _look_for_denials(self, key: tuple[str, str, str]) -> tuple[Claim, ...]:
        """Look up negated claims; an inability to do or to find out is no denial."""
        subject, relation, other = key
        said = self._successors[subject][other].values()
        denied = [
            one
            for one in said
            if one.status == "negated" and one.relation == relation and not one.via and not one.inability
        ]
        return tuple(sorted(denied, key=_GET_ID))

    def find_ancestors(self, node: str, *relations: str) -> frozenset[str]:
        """Return a node and everything above it along FORM_OF, IN_CLASS or PART_OF."""
        return self._above[node, relations]

    def _look_above(self, key: tuple[str, tuple[str, ...]]) -> frozenset[str]:
        node, relations = key
        seen, queue = {node}, [node]
        while queue:
            for claim in self.claims_from(queue.pop()):
                if claim.relation in relations and claim.status == "done" and claim.object not in seen:
                    seen.add(claim.object)
                    queue.append(claim.object)
        return frozenset(seen)

    def families(self, chip: str) -> frozenset[str]:
        """Return a chip and the families it is a form of."""
        return self.find_ancestors(chip, "FORM_OF")

    def classes(self, chip: str) -> frozenset[str]:
        """Return a chip, its families and the generic chips that contain it."""
        return self.find_ancestors(chip, "FORM_OF", "IN_CLASS")

    def find_ends(self, chip: str) -> frozenset[str]:
        """Return the chips at which a path to a chip may end: itself, its forms, and what it is a form or part of."""
        return self._ends[chip]

    def _look_for_ends(self, chip: str) -> frozenset[str]:
        return self.classes(chip) | self.forms(chip)

    def forms(self, chip: str) -> frozenset[str]:
        """Return a chip and its forms."""
        return self._forms[chip]

    def relatives(self, chip: str) -> frozenset[str]:
        """Return the chips that share a family with one, or are its families or forms."""
        return self._relatives[chip]

    def _look_for_relatives(self, chip: str) -> frozenset[str]:
        return frozenset().union(*map(self.forms, self.families(chip)))

    def _look_below(self, above: Callable[[str], frozenset[str]], node: str) -> frozenset[str]:
        """Look up a node and all that have it above them."""
        below, queue = {node}, [node]
        while queue:
            for other in self.graph.predecessors.get(queue.pop(), ()):
                if other not in below and node in above(other):
                    below.add(other)
                    queue.append(other)
        return frozenset(below)

    def may_be_meant(self, chip: str, claim: Claim) -> bool:
        """Say whether a claim that speaks of a class of chips could mean one of them.

        It could if that is of the maker of the class, sold at all, announced by the time of the claim, and made
        for the market in question where it is made for one. What is not known rules nothing out.
        """
        makers, others = self._makers[chip], self._makers[claim.object]
        if makers and others and makers.isdisjoint(others):
            return False
        models = self._models[chip]
        times = [date for date in (claim.until, claim.observed, self.document(claim).published) if date]
        day = max(map(get_latest_day, times), default=None)
        return not models or any(
            model.sold is not False
            and (day is None or model.announced is None or get_earliest_day(model.announced) <= day)
            and (model.market is None or self._may_be_in(claim, model.market, day))
            for model in models
        )

    def _look_for_models(self, chip: str) -> tuple[Chip, ...]:
        """Look up the models of a chip in the rulebook, by its id or its name."""
        if self.rulebook is None:
            return ()
        return self.rulebook.models_of(chip) or self.rulebook.models_of(self.name(chip))

    def _may_be_in(self, claim: Claim, market: str, day: str | None) -> bool:
        """Say whether a claim may speak of chips in a market: of its places, else of the seats of its subject."""
        places = set(claim.regions)
        if not places:
            where = "LOCATED_IN" if self.kind(claim.subject) == "Datacenter" else "HEADQUARTERED_IN"
            places = {one.object for one in self.claims_from(claim.subject) if one.relation == where}
        if not places or self.rulebook is None:
            return True
        groups = self.rulebook.groups
        inside = {wider for place in places for wider in self.regions(place)}
        return market in inside or any(market in groups(place, day or get_earliest_day("9999")) for place in inside)

    def _look_for_makers(self, chip: str) -> frozenset[str]:
        """Look up who designs a chip, else one of its families."""
        for node in (chip, *sorted(self.families(chip) - {chip})):
            edges = self.graph.predecessors.get(node, {})
            found = {
                maker
                for maker, some in edges.items()
                if any(claim.relation == "DESIGNS" and claim.status == "done" for claim in some.values())
            }
            if found:
                return frozenset(found)
        return frozenset()

    def regions(self, region: str) -> frozenset[str]:
        """Return a region and the larger ones it is part of."""
        return self.find_ancestors(region, "PART_OF")

    def parts(self, region: str) -> frozenset[str]:
        """Return a region and its parts."""
        return self._parts[region]

    def find_places(self, site: str, filters: Filters) -> dict[str, tuple[Claim, ...]]:
        """Return the regions where a site is said to stand, each with the claims that say so, the surest first."""
        return self._located[site, filters]

    def _look_for_places(self, key: tuple[str, Filters]) -> dict[str, tuple[Claim, ...]]:
        site, filters = key
        said: dict[str, list[Claim]] = {}
        for claim in self.claims_from(site):
            if claim.relation == "LOCATED_IN" and filters.keep(claim, self.document(claim)):
                said.setdefault(claim.object, []).append(claim)
        return {
            region: tuple(sorted(claims, key=lambda claim: (-claim.probability, claim.id)))
            for region, claims in said.items()
        }


def _are_related(some: Sequence[str], others: Sequence[str], above: Callable[[str], frozenset[str]]) -> bool:
    """Say whether one of some names is, contains or is part of one of others; no names are all."""
    return not some or not others or any(one in above(two) or two in above(one) for one in some for two in others)
