"""The K best access paths, exactly, best first.

The right answer is what `graphkit.paths.enumeration` says in ten lines: every simple sequence of steps to the chip,
evaluated, in the order of rank. The bounds here buy the same answer for the first few paths without looking at the
rest: in a supply chain of a million claims ten paths take less than a millisecond, where the enumeration would not
end.

Best-first enumeration of simple paths under an admissible lower bound (Hart, Nilsson and Raphael,
1968, IEEE Trans. SSC 4(2)), one queue for all sources of evidence: single claims and passages that link buyer and
chip, documents that do, origins that do, and the whole graph. The bound takes the exact distance
to the target in hops and in confidence (Dijkstra backwards, inside what the buyer can reach), so
only partial paths that can finish are expanded. A complete path goes back into the queue with its
exact rank once it has been evaluated; what leaves the queue then is the next best of all.

On this graph, every claim likely (0.75) and of its own origin but for the two marked, which one article makes:

    a --rents from--> b --uses--> chip          composed, 0.75 * 0.75 = 0.5625
    a --rents from*-> c --uses*-> chip          one document, 0.75

the queue takes up `a` in the article first, reaches the chip through `c` there, and only then looks at the whole.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import operator
from collections.abc import Iterator, Sequence

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import DEFAULT_STATUSES
from graphkit.paths.access_path import COMPOSED, AccessPath, Rank
from graphkit.paths.effort import Effort
from graphkit.paths.evaluation import evaluate_steps
from graphkit.paths.network import Network, ParallelClaims
from graphkit.paths.reachability import Reachable, find_reachable, find_subgraph
from graphkit.paths.sources import Source, find_sources
from graphkit.paths.target import TIERS, Ends, UpperBounds

#: The bound of what waits for a stage, until it is looked at.
_UNKNOWN = (-math.inf, 0)

_CERTAIN: UpperBounds = (1.0,) * len(TIERS)


class _Partial(msgspec.Struct, frozen=True, gc=False):
    """A path under way, as a linked list; `sums` and `singles` bound its confidence for each rank of a status.

    `owner` says that it has followed owners only, `stage` is the first at which it can be completed, `narrow` are
    those of its groups that are limited to places by every claim.
    """

    source: Source
    node: str
    stage: int
    sums: UpperBounds
    singles: UpperBounds
    hops: int
    owner: bool = True
    group: ParallelClaims | None = None
    before: _Partial | None = None
    narrow: tuple[ParallelClaims, ...] = ()

    def trail(self) -> tuple[ParallelClaims, ...]:
        """Return the groups from the buyer on."""
        groups: list[ParallelClaims] = []
        partial: _Partial | None = self
        while partial and partial.group:
            groups.append(partial.group)
            partial = partial.before
        return tuple(reversed(groups))

    def passes(self, node: str) -> bool:
        """Say whether a node is on the path."""
        partial: _Partial | None = self
        while partial:
            if partial.node == node:
                return True
            partial = partial.before
        return False


class Search:
    """A search from one buyer to one chip. Iterate over it for paths with their ranks, best first.

    The paths end at the chip or at a form of its family; with `unnamed` they are instead those that end at a
    generic chip that contains it, or at the family where a form is asked for, and do not name it. After the
    iteration `expanded` counts the partial paths taken up; `exhausted` says whether the search gave up, and
    `effort.bound` at which bound.
    """

    def __init__(
        self,
        network: Network,
        buyer: str,
        chip: str,
        filters: Filters,
        *,
        max_hops: int,
        via: Sequence[str] = (),
        unnamed: bool = False,
        effort: Effort | None = None,
    ) -> None:
        if filters.statuses is None:
            filters = msgspec.structs.replace(filters, statuses=frozenset(DEFAULT_STATUSES))
        self.network, self.buyer, self.chip, self.filters = network, buyer, chip, filters
        self.max_hops, self.via, self.unnamed = max_hops, tuple(via), unnamed
        self.effort = effort or Effort()
        # where a site stands is no step: neither the date nor the choice of relations hides it
        self.place_filters = msgspec.structs.replace(filters, on=None, include=None, exclude=frozenset())
        self.expanded, self.exhausted = 0, False
        self._followed: dict[tuple[str, str, str, str], bool] = {}
        ends: Ends = "unnamed" if unnamed else "named"
        self._subgraph = find_subgraph(network, buyer, chip, filters, max_hops, ends)

    @functools.cached_property
    def ball(self) -> Reachable:
        """All that the buyer can reach, whether or not it leads to the chip."""
        return find_reachable(self.network, self.buyer, self.chip, self.filters, self.max_hops)

    def __iter__(self) -> Iterator[tuple[Rank, AccessPath]]:
        ticket = itertools.count()
        heap: list[tuple[Rank, int, _Partial | AccessPath, int]] = []

        def push(partial: _Partial, stage: int, names: tuple[str, ...], bound: tuple[float, int] = _UNKNOWN) -> None:
            level, held = partial.source.stages[stage]
            heapq.heappush(
                heap, ((level, held, partial.source.evidence, *bound, names), next(ticket), partial, stage)
            )

        for source in find_sources(self._subgraph, self.buyer):
            if source.stages:
                push(_Partial(source, self.buyer, 0, _CERTAIN, _CERTAIN, 0), 0, (self.network.name(self.buyer),))
        seen: set[tuple[tuple[str, str], ...]] = set()
        while heap:
            rank, _, item, stage = heapq.heappop(heap)
            if isinstance(item, AccessPath):
                yield rank, item
            elif rank[3:5] == _UNKNOWN:
                # what only a later stage completes waits there with the least rank of that stage
                source = item.source
                bound = source.bound(stage, item.node, item.owner, item.sums, item.singles, item.hops, self.max_hops)
                if bound is not None:
                    push(item, stage, rank[5], bound)
                elif stage + 1 < len(source.stages):
                    push(item, stage + 1, rank[5])
            elif item.node in self._subgraph.ends:
                if (found := self._evaluate(item, seen)) is not None:
                    heapq.heappush(heap, (found[0], next(ticket), found[1], stage))
            else:
                self.expanded += 1
                grown = 0
                for following, bound in self._onward(item, stage):
                    push(following, stage, (*rank[5], self.network.name(following.node)), bound)
                    grown += 1
                self.effort.spend(grown)
                if stage + 1 < len(item.source.stages):
                    push(item, stage + 1, rank[5])
            if not self.effort.spend():
                self.exhausted = True
                # what has been evaluated is told all the same, in its order
                yield from sorted(
                    ((rank, item) for rank, _, item, _ in heap if isinstance(item, AccessPath)),
                    key=operator.itemgetter(0),
                )
                return

    def _evaluate(self, item: _Partial, seen: set[tuple[tuple[str, str], ...]]) -> tuple[Rank, AccessPath] | None:
        """Evaluate a complete sequence of steps, once."""
        trail = item.trail()
        key = tuple([(group.relation, group.object) for group in trail])
        if key in seen or not all(map(item.passes, self.via)):
            return None
        seen.add(key)
        return evaluate_steps(
            self.network,
            trail,
            self.chip,
            self.filters,
            place_filters=self.place_filters,
            effort=self.effort,
        )

    def _onward(self, item: _Partial, stage: int) -> Iterator[tuple[_Partial, tuple[float, int]]]:
        """Yield the paths one step longer that a stage, and none before it, can complete, with their bounds."""
        source, hops, max_hops = item.source, item.hops + 1, self.max_hops
        level, held = source.stages[stage]
        if held and not item.owner:
            return
        composed = source.evidence == COMPOSED
        beyond = source.distances(level, held, owner=False)
        along_owners = source.distances(level, held, owner=True) if item.owner else beyond
        for arc in source.arcs.get(item.node, ()):
            node, owner = arc.to, item.owner and (arc.owns or arc.holding)
            distances = along_owners if owner else beyond
            left = distances.hops.get(node)
            if left is None or hops + left > max_hops or not arc.sums[level]:
                continue
            if item.passes(node) or (item.narrow and not self._may_enter(item, node)):
                continue
            sums = tuple(map(operator.mul, item.sums, arc.sums))
            singles = item.singles if composed else tuple(map(min, item.singles, arc.singles))
            if item.stage < stage and any(
                source.bound(earlier, node, owner, sums, singles, hops, max_hops)
                for earlier in range(item.stage, stage)
            ):
                continue
            confidence = source.confidence(distances, node, sums[level], singles[level])
            narrow = (*item.narrow, arc.group) if arc.narrow else item.narrow
            following = _Partial(source, node, stage, sums, singles, hops, owner, arc.group, item, narrow)
            yield following, (-confidence, hops + left)

    def _may_enter(self, partial: _Partial, node: str) -> bool:
        """Say whether every step so far has a claim that allows a site: scope prunes early."""
        return self.network.kind(node) != "Datacenter" or all(self._may_follow(step, node) for step in partial.narrow)

    def _may_follow(self, step: ParallelClaims, site: str) -> bool:
        """Say whether a claim of a step allows a site."""
        key = step.subject, step.relation, step.object, site
        found = self._followed.get(key)
        if found is None:
            found = self._followed[key] = any(self._allows_site(claim, site) for claim in step.claims)
        return found

    def _allows_site(self, claim: Claim, site: str) -> bool:
        if claim.sites:
            return site in claim.sites
        if not claim.regions:
            return True
        located = self.network.find_places(site, self.place_filters)
        return not located or any(
            not self.network.regions(place).isdisjoint(claim.regions)
            or any(place in self.network.regions(region) for region in claim.regions)
            for place in located
        )
