"""The sources that paths are drawn from (passages, documents, origins, the whole graph) and their lower bounds."""

from __future__ import annotations

import heapq
import math
import operator
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from graphkit.facts import Claim
from graphkit.paths.access_path import COMPOSED, ONE_DOCUMENT, ONE_ORIGIN, STATED
from graphkit.paths.confidence import PLACES, rank_claim
from graphkit.paths.evidence import Passage, find_passage
from graphkit.paths.reachability import Subgraph
from graphkit.paths.target import TIERS, Arc, UpperBounds

#: Documents, origins or passages beyond which they are not looked at one by one: what they are part of is then
#: searched under the bound of their evidence, which finds the same paths in the same order.
_MANY = 64

_Join = Callable[[float, float], float]
#: Confidences are rounded up to PLACES where they are near a half: by more than the order of a product can take away,
#: so that a bound is never worse than its path, and paths as sure as each other come by hops and names at once.
_UNITS, _HALF_AND_MORE = 10.0**PLACES, 0.501


class Distances(msgspec.Struct, frozen=True):
    """Exact distances to the ends: hops, the best product of sums, the best least single claim."""

    hops: dict[str, int]
    product: dict[str, float]
    least: dict[str, float]


_NONE = Distances({}, {}, {})


class Source:
    """A set of arcs that paths of one kind of evidence are drawn from, with its lower bounds.

    Paths come in stages: by the rank of their weakest status, and at each those that tell a route before holdings.
    A path can only be a holding as long as it follows owners: `owner` says so of its last node.
    """

    def __init__(self, evidence: int, arcs: Mapping[str, Sequence[Arc]], ends: Collection[str], buyer: str) -> None:
        self.evidence, self.arcs, self.ends, self.buyer = evidence, arcs, ends, buyer
        sums = {arc.sums for leaving in arcs.values() for arc in leaving}
        levels = [level for level in TIERS if any(one[level] > (one[level - 1] if level else 0.0) for one in sums)]
        self._owners = self._find_owners()
        holds = any(arc.holding for node in self._owners for arc in arcs.get(node, ()))
        self.stages = [(level, held) for level in levels for held in ((False, True) if holds else (False,))]
        self._distances: dict[tuple[int, bool, bool], Distances] = {}
        self._back: dict[str, list[tuple[str, Arc]]] | None = None

    def _find_owners(self) -> list[str]:
        """Return the buyer and all that it owns, one through another."""
        found, seen = [self.buyer], {self.buyer}
        for node in found:
            for arc in self.arcs.get(node, ()):
                if arc.owns and arc.to not in seen:
                    seen.add(arc.to)
                    found.append(arc.to)
        return found

    def bound(
        self, stage: int, node: str, owner: bool, sums: UpperBounds, singles: UpperBounds, hops: int, max_hops: int
    ) -> tuple[float, int] | None:
        """Return the least (-confidence, hops) of any completion at a stage; None where there is none."""
        level, held = self.stages[stage]
        distances = self.distances(level, held, owner)
        left = distances.hops.get(node)
        if left is None or not sums[level] or hops + left > max_hops:
            return None
        return -self.confidence(distances, node, sums[level], singles[level]), hops + left

    def confidence(self, distances: Distances, node: str, sum_: float, single: float) -> float:
        """Return the most confidence of any completion, from what a path has at its last node.

        Several origins are together as sure as the product; one is no surer of all steps than single claims are.
        """
        confidence = sum_ * distances.product[node]
        if self.evidence != COMPOSED:
            confidence = max(confidence, min(single, distances.least[node]))
        return math.floor(confidence * _UNITS + _HALF_AND_MORE) / _UNITS

    def distances(self, level: int, held: bool, owner: bool) -> Distances:
        """Return the distances to the ends over arcs of a rank or better, for routes told or for holdings."""
        if held and not owner:
            return _NONE
        key = level, held, owner
        found = self._distances.get(key)
        if found is None:
            found = self._distances[key] = self._from_owners(level, held) if owner else self._from_anyone(level)
        return found

    def _from_anyone(self, level: int) -> Distances:
        """Look back from the ends."""
        if self._back is None:
            self._back = {}
            for node, leaving in self.arcs.items():
                for arc in leaving:
                    self._back.setdefault(arc.to, []).append((node, arc))
        back = self._back
        hops = dict.fromkeys(self.ends, 0)
        queue = deque(hops)
        while queue:
            node = queue.popleft()
            for before, arc in back.get(node, ()):
                if arc.sums[level] and before not in hops:
                    hops[before] = hops[node] + 1
                    queue.append(before)
        ends = dict.fromkeys(self.ends, 1.0)
        sums = {node: [(before, arc.sums[level]) for before, arc in some] for node, some in back.items()}
        if self.evidence == COMPOSED:
            return Distances(hops, _propagate_back(ends, sums, operator.mul), {})
        singles = {node: [(before, arc.singles[level]) for before, arc in some] for node, some in back.items()}
        return Distances(hops, _propagate_back(ends, sums, operator.mul), _propagate_back(ends, singles, min))

    def _from_owners(self, level: int, held: bool) -> Distances:
        """Look back along owners, to the last step of a holding or to the first that tells a route."""
        beyond = self.distances(level, False, False)
        hops: dict[str, float] = {}
        product: dict[str, float] = {}
        least: dict[str, float] = {}
        back_hops: dict[str, list[tuple[str, float]]] = {}
        back_sums: dict[str, list[tuple[str, float]]] = {}
        back_singles: dict[str, list[tuple[str, float]]] = {}
        if held:
            hops.update(dict.fromkeys(self.ends, 0.0))
            product.update(dict.fromkeys(self.ends, 1.0))
            least.update(dict.fromkeys(self.ends, 1.0))
        for node in self._owners:
            for arc in self.arcs.get(node, ()):
                if not arc.sums[level]:
                    continue
                if arc.owns or (held and arc.holding):
                    back_hops.setdefault(arc.to, []).append((node, -1.0))
                    back_sums.setdefault(arc.to, []).append((node, arc.sums[level]))
                    back_singles.setdefault(arc.to, []).append((node, arc.singles[level]))
                elif not held and not arc.holding and (left := beyond.hops.get(arc.to)) is not None:
                    hops[node] = max(hops.get(node, -1e9), -1.0 - left)
                    product[node] = max(product.get(node, 0.0), arc.sums[level] * beyond.product[arc.to])
                    if beyond.least:
                        least[node] = max(least.get(node, 0.0), min(arc.singles[level], beyond.least[arc.to]))
        if not back_hops:
            return Distances({node: -int(value) for node, value in hops.items()}, product, least)
        return Distances(
            {node: -int(value) for node, value in _propagate_back(hops, back_hops, operator.add).items()},
            _propagate_back(product, back_sums, operator.mul),
            _propagate_back(least, back_singles, min),
        )


def _propagate_back(
    starts: Mapping[str, float], back: Mapping[str, Sequence[tuple[str, float]]], join: _Join
) -> dict[str, float]:
    """Return the most that each node can get from the starts, backwards along arcs that only take away.

    Dijkstra's algorithm, for the greatest rather than the least.
    """
    best: dict[str, float] = {}
    heap = [(-value, node) for node, value in starts.items()]
    heapq.heapify(heap)
    while heap:
        value, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = -value
        for before, weight in back.get(node, ()):
            if weight and before not in best:
                heapq.heappush(heap, (-join(weight, -value), before))
    return best


def find_sources(subgraph: Subgraph, buyer: str) -> list[Source]:
    """Return what links buyer and chip alone: single claims, passages, documents, origins; then the whole."""
    arcs, ends = subgraph.arcs, subgraph.ends
    first = arcs.get(buyer, [])
    if not first:
        return []
    every = [arc for leaving in arcs.values() for arc in leaving]
    last = [arc for arc in every if arc.to in ends]
    found = []
    if direct := [arc for arc in first if arc.to in ends]:
        found.append(Source(STATED, {buyer: direct}, {arc.to for arc in direct}, buyer))
    whole = Source(COMPOSED, arcs, ends, buyer)
    if len(direct) == len(every):
        return found
    covered = False
    for evidence, name in ((ONE_DOCUMENT, "documents"), (ONE_ORIGIN, "origins")):
        linking = _list_sources(first, name) & _list_sources(last, name)
        if not linking:
            continue
        alone = len(linking) == 1
        if len(linking) > _MANY:
            # a passage of one of many documents is found in the whole, too
            found.append(Source(STATED if evidence == ONE_DOCUMENT else evidence, arcs, ends, buyer))
            continue
        for one in sorted(linking):
            source = _restrict(evidence, arcs, ends, buyer, name, one)
            if source is None:
                continue
            if evidence == ONE_DOCUMENT:
                found += _find_passages(source, one)
            # what a document or an origin has of everything need not be looked at again
            is_all = alone and source.arcs.keys() == arcs.keys() and all(source.arcs[n] == arcs[n] for n in arcs)
            if not (covered and is_all):
                found.append(source)
            covered = covered or is_all
    return found if covered else [*found, whole]


def _list_sources(arcs: Iterable[Arc], name: str) -> set[str]:
    """Return the documents or origins of some arcs."""
    found: set[str] = set()
    for arc in arcs:
        found.update(getattr(arc, name))
    return found


def _restrict(
    evidence: int, arcs: Mapping[str, Sequence[Arc]], ends: Collection[str], buyer: str, name: str, one: str
) -> Source | None:
    """Return the source of what one document or origin says, walked from the buyer; None where no end is met."""
    inside: dict[str, list[Arc]] = {}
    met = set()
    queue = [buyer]
    seen = {buyer}
    for node in queue:
        some = []
        for arc in arcs.get(node, ()):
            level = getattr(arc, name).get(one)
            if level is None:
                continue
            some.append(_limit_arc(arc, level))
            if arc.to in ends:
                met.add(arc.to)
            elif arc.to not in seen:
                seen.add(arc.to)
                queue.append(arc.to)
        if some:
            inside[node] = some
    return Source(evidence, inside, met, buyer) if met else None


def _limit_arc(arc: Arc, level: int) -> Arc:
    """Return an arc as far as it is said at a rank or worse."""
    if not level or not arc.sums[level - 1]:
        return arc
    nothing = (0.0,) * level
    return msgspec.structs.replace(arc, sums=nothing + arc.sums[level:], singles=nothing + arc.singles[level:])


def _find_passages(source: Source, document: str) -> list[Source]:
    """Return the passages of a document that link buyer and chip; a wider one has what stands inside it."""
    said: dict[Passage, dict[int, tuple[str, Arc, int]]] = {}
    for node, leaving in source.arcs.items():
        for arc in leaving:
            for claim in arc.group.claims:
                if claim.document == document and (span := find_passage(claim)):
                    _note_rank(said.setdefault(span, {}), node, arc, claim)
    wide = [span for span in said if span[1] != span[2]]
    if len(wide) > _MANY:
        return [Source(STATED, source.arcs, source.ends, source.buyer)]
    for span in wide:
        for inner in list(said):
            if inner != span and span[1] <= inner[1] and inner[2] <= span[2]:
                for key, (node, arc, level) in said[inner].items():
                    known = said[span].get(key)
                    said[span][key] = (node, arc, min(level, known[2]) if known else level)
    found = []
    for _, members in sorted(said.items()):
        met = {arc.to for _, arc, _ in members.values() if arc.to in source.ends}
        if met and any(node == source.buyer for node, _, _ in members.values()):
            inside: dict[str, list[Arc]] = {}
            for node, arc, level in members.values():
                inside.setdefault(node, []).append(_limit_arc(arc, level))
            found.append(Source(STATED, inside, met, source.buyer))
    return found


def _note_rank(members: dict[int, tuple[str, Arc, int]], node: str, arc: Arc, claim: Claim) -> None:
    """Keep the best rank of a passage's claims of an arc."""
    level, known = rank_claim(claim), members.get(id(arc))
    if known is None or level < known[2]:
        members[id(arc)] = node, arc, level
