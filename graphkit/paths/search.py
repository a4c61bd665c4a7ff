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
from graphkit.paths.access_path import AccessPath, Rank
from graphkit.paths.bounds import Arc
from graphkit.paths.effort import Effort
from graphkit.paths.evaluation import BestInterpretation, find_best_interpretation
from graphkit.paths.network import Network, ParallelClaims
from graphkit.paths.reachability import Reachable, find_reachable
from graphkit.paths.sources import Source, find_sources
from graphkit.paths.target import Ends, Target

#: The bound of what waits for a stage, until it is looked at.
_UNKNOWN = (-math.inf, 0)


class _Partial(msgspec.Struct, frozen=True, gc=False):
    """A path under way, as a linked list: its last node, and the arc that leads there.

    `owner` says that it has followed owners only, `stage` is the first at which it can be completed.
    """

    source: Source
    node: str
    stage: int
    hops: int
    owner: bool
    arc: Arc | None = None
    before: _Partial | None = None

    def trail(self) -> list[Arc]:
        """Return the arcs from the buyer on."""
        arcs: list[Arc] = []
        partial: _Partial | None = self
        while partial and partial.arc:
            arcs.append(partial.arc)
            partial = partial.before
        arcs.reverse()
        return arcs

    def passes(self, node: str) -> bool:
        """Say whether a node is on the path."""
        partial: _Partial | None = self
        while partial:
            if partial.node == node:
                return True
            partial = partial.before
        return False


#: What waits in the queue: the elements of its rank, a number that tells equal ranks apart, itself, its stage.
_Waiting = tuple[int, bool, int, float, int, tuple[str, ...], int, _Partial | BestInterpretation, int]


def _multiply(trail: Sequence[Arc], level: int) -> tuple[float, float]:
    """Return the bounds of the confidence of some steps at a tier: the product of sums, the least single claim."""
    product = least = 1.0
    for arc in trail:
        product *= arc.sums[level]
        single = arc.singles[level]
        if single < least:
            least = single
    return product, least


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
        self.exhausted = False
        self._followed: dict[tuple[str, str, str, str], bool] = {}

    @functools.cached_property
    def _target(self) -> Target:
        ends: Ends = "unnamed" if self.unnamed else "named"
        return Target.of(self.network, self.chip, self.filters, ends)

    @functools.cached_property
    def reachable(self) -> Reachable:
        """All that the buyer can reach, whether or not it leads to the chip."""
        return find_reachable(self.network, self.buyer, self.chip, self.filters, self.max_hops)

    def __iter__(self) -> Iterator[tuple[Rank, AccessPath]]:
        return ((found.rank, found.describe()) for found in self.iterate_interpretations())

    def iterate_interpretations(self) -> Iterator[BestInterpretation]:
        """Iterate over the paths, best first, each before it is described."""
        ticket, known = itertools.count(), self.network.names
        # the rank of each entry stands in it, not beside: tuples inside tuples are compared twice
        heap: list[_Waiting] = []

        def push(partial: _Partial, stage: int, names: tuple[str, ...], bound: tuple[float, int] = _UNKNOWN) -> None:
            level, held = partial.source.stages[stage]
            heapq.heappush(heap, (level, held, partial.source.evidence, *bound, names, next(ticket), partial, stage))

        for source in find_sources(self._target, self.buyer, self.max_hops):
            if source.stages:
                push(_Partial(source, self.buyer, 0, 0, source.may_hold), 0, (known[self.buyer],))
        seen: set[tuple[tuple[str, str], ...]] = set()
        while heap:
            level, held, evidence, least, hops, names, _, item, stage = heapq.heappop(heap)
            grown = 0
            if isinstance(item, BestInterpretation):
                yield item
            elif least == -math.inf:
                # what only a later stage completes waits there with the least rank of that stage
                source = item.source
                so_far = _multiply(item.trail(), level)
                bound = source.bound(stage, item.node, item.owner, *so_far, self.max_hops - item.hops)
                if bound is not None:
                    push(item, stage, names, (bound[0], item.hops + bound[1]))
                elif stage + 1 < len(source.stages):
                    push(item, stage + 1, names)
            elif item.node in self._target.ends:
                if (found := self._evaluate(item, seen)) is not None:
                    heapq.heappush(heap, (*found.rank, next(ticket), found, stage))
            else:
                longer = self._extend(item, stage)
                for following, (least, hops) in longer:
                    further = (*names, known[following.node])
                    heapq.heappush(
                        heap, (level, held, evidence, least, hops, further, next(ticket), following, stage)
                    )
                grown = len(longer)
                if stage + 1 < len(item.source.stages):
                    push(item, stage + 1, names)
            if not self.effort.spend(1 + grown):
                self.exhausted = True
                # what has been evaluated is told all the same, in its order
                waiting = [entry[-2] for entry in heap if isinstance(entry[-2], BestInterpretation)]
                yield from sorted(waiting, key=operator.attrgetter("rank"))
                return

    def _evaluate(self, item: _Partial, seen: set[tuple[tuple[str, str], ...]]) -> BestInterpretation | None:
        """Evaluate a complete sequence of steps, once."""
        trail = [arc.group for arc in item.trail()]
        key = tuple([(group.relation, group.object) for group in trail])
        if key in seen or not all(map(item.passes, self.via)):
            return None
        seen.add(key)
        return find_best_interpretation(
            self.network,
            trail,
            self.chip,
            self.filters,
            place_filters=self.place_filters,
            effort=self.effort,
        )

    def _extend(self, item: _Partial, stage: int) -> list[tuple[_Partial, tuple[float, int]]]:
        """Return the paths one step longer that a stage, and none before it, can complete, with their bounds."""
        longer: list[tuple[_Partial, tuple[float, int]]] = []
        source, hops, left = item.source, item.hops + 1, self.max_hops - item.hops - 1
        level, held = source.stages[stage]
        if held and not item.owner:
            return longer
        trail = item.trail()
        (so_far, least), estimate = _multiply(trail, level), source.estimate
        narrow = [arc.group for arc in trail if arc.narrow]
        passed = {self.buyer, *[arc.to for arc in trail]}
        beyond = source.bounds.rest(level, held, False, left)
        along_owners = source.bounds.rest(level, held, True, left) if item.owner else beyond
        for arc in source.leading(left + 1)[item.node]:
            node, owner = arc.to, item.owner and (arc.owns or arc.holding)
            rest = (along_owners if owner else beyond)[node] if arc.sums[level] else None
            if rest is None or node in passed or (narrow and not self._may_enter(narrow, node)):
                continue
            if item.stage < stage and self._completes(item, stage, [*trail, arc], owner):
                continue
            single = arc.singles[level]
            confidence, further = estimate(rest, so_far * arc.sums[level], single if single < least else least)
            longer.append((_Partial(source, node, stage, hops, owner, arc, item), (-confidence, hops + further)))
        return longer

    def _completes(self, item: _Partial, stage: int, trail: Sequence[Arc], owner: bool) -> bool:
        """Say whether a path that goes on with one more arc, the last of its trail, is completed before a stage."""
        source, left = item.source, self.max_hops - len(trail)
        return any(
            source.bound(earlier, trail[-1].to, owner, *_multiply(trail, source.stages[earlier][0]), left)
            for earlier in range(item.stage, stage)
        )

    def _may_enter(self, narrow: Sequence[ParallelClaims], node: str) -> bool:
        """Say whether every step so far has a claim that allows a site: scope prunes early."""
        return self.network.kind(node) != "Datacenter" or all(self._may_follow(step, node) for step in narrow)

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
