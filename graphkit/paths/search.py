"""The K best access paths, exactly, best first.

Best-first enumeration of simple paths under an admissible lower bound (Hart, Nilsson and Raphael,
1968, IEEE Trans. SSC 4(2)), one queue for all sources of evidence: the whole graph gives composed
paths, each passage that links buyer and chip gives stated ones. The bound takes the exact distance
to the target in hops and in confidence (Dijkstra backwards, inside what the buyer can reach), so
only partial paths that can finish are expanded. A complete path goes back into the queue with its
exact rank once it has been read; what leaves the queue then is the next best of all.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import operator
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import DEFAULT_STATUSES
from graphkit.paths.access_path import AccessPath
from graphkit.paths.confidence import tier
from graphkit.paths.evaluation import PLACES, Rank, Span, read, span_of
from graphkit.paths.network import Group, Network
from graphkit.paths.pruning import TIERS, Limits, Way
from graphkit.paths.reachability import Ball, field, reach

#: Partial paths that one search may expand before it gives up and says so.
MAX_EXPANSIONS = 200_000

_Join = Callable[[float, float], float]
_SLACK = 10.0**-PLACES

#: The bound of what waits for a stage, until it is looked at.
_UNKNOWN = (-math.inf, 0)


class _Goal(msgspec.Struct, frozen=True):
    """Exact distances to the target over ways of a tier or better: hops, and the best confidence."""

    hops: dict[str, int]
    confidence: dict[str, float]

    def bound(self, node: str, join: _Join, confidence: float, hops: int) -> tuple[float, int]:
        """Return the least (-confidence, hops) of what goes on from a node to the target."""
        # a little slack, so that rounding never makes the bound worse than the path
        return -join(confidence, self.confidence[node]) - _SLACK, hops + self.hops[node]


class _Source:
    """A set of ways that one kind of path is drawn from, with its lower bounds."""

    def __init__(self, ways: Mapping[str, Sequence[Way]], ends: Mapping[str, bool], span: Span | None) -> None:
        self.ways, self.ends, self.span = ways, ends, span
        #: confidence of two parts of a path: a product when composed, the weaker one in a passage
        self.join: _Join = min if span else operator.mul
        self._back: dict[str, list[tuple[str, Limits]]] = {}
        limits = set()
        for node, leaving in ways.items():
            for way in leaving:
                self._back.setdefault(way.to, []).append((node, way.limits))
                limits.add(way.limits)
        levels = [level for level in TIERS if any(one[level] > (one[level - 1] if level else 0.0) for one in limits)]
        #: the ranks of paths that come before all else: how weak a status they take, exact ends only or any
        self.stages = [(level, exact) for level in levels for exact in (True, False)]
        self._goals: dict[int, _Goal] = {}

    def goal(self, stage: int) -> _Goal:
        """Distances to the ends of a stage over the ways of its tier or better."""
        found = self._goals.get(stage)
        if found is None:
            level, exact = self.stages[stage]
            ends = [end for end, is_exact in self.ends.items() if is_exact or not exact]
            hops = dict.fromkeys(ends, 0)
            queue = deque(ends)
            while queue:
                node = queue.popleft()
                for before, limits in self._back.get(node, ()):
                    if limits[level] and before not in hops:
                        hops[before] = hops[node] + 1
                        queue.append(before)
            best: dict[str, float] = {}
            heap = [(-1.0, end) for end in ends]
            while heap:
                value, node = heapq.heappop(heap)
                if node in best:
                    continue
                best[node] = -value
                for before, limits in self._back.get(node, ()):
                    if limits[level] and before not in best:
                        heapq.heappush(heap, (-self.join(limits[level], -value), before))
            found = self._goals[stage] = _Goal(hops, best)
        return found

    def bound(self, stage: int, node: str, confidences: Limits, hops: int, max_hops: int) -> tuple[float, int] | None:
        """Least (-confidence, hops) of any completion at a stage; None where there is none."""
        goal = self.goal(stage)
        left = goal.hops.get(node)
        confidence = confidences[self.stages[stage][0]]
        if left is None or not confidence or hops + left > max_hops:
            return None
        return goal.bound(node, self.join, confidence, hops)


class _Partial(msgspec.Struct, frozen=True, gc=False):
    """A path under way, as a linked list; `confidences` has the most it can have for each tier.

    `stage` is the first at which it can be completed, `narrow` are those of its groups that are
    limited to places by every claim.
    """

    source: _Source
    node: str
    stage: int
    confidences: Limits
    hops: int
    group: Group | None = None
    before: _Partial | None = None
    narrow: tuple[Group, ...] = ()

    def trail(self) -> tuple[Group, ...]:
        groups: list[Group] = []
        partial: _Partial | None = self
        while partial and partial.group:
            groups.append(partial.group)
            partial = partial.before
        return tuple(reversed(groups))

    def passes(self, node: str) -> bool:
        partial: _Partial | None = self
        while partial:
            if partial.node == node:
                return True
            partial = partial.before
        return False


class Search:
    """A search from one buyer to one chip. Iterate over it for paths with their ranks, best first.

    After the iteration `expanded` counts the partial paths taken up and `exhausted` says whether
    the search gave up at `max_expansions`.
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
        max_expansions: int = MAX_EXPANSIONS,
    ) -> None:
        if filters.statuses is None:
            filters = msgspec.structs.replace(filters, statuses=frozenset(DEFAULT_STATUSES))
        self.network, self.buyer, self.chip, self.filters = network, buyer, chip, filters
        self.max_hops, self.via, self.max_expansions = max_hops, tuple(via), max_expansions
        # where a site stands is no step: neither the date nor the choice of relations hides it
        self.place_filters = msgspec.structs.replace(filters, on=None, include=None, exclude=frozenset())
        self.expanded, self.exhausted = 0, False
        self._followed: dict[tuple[str, str, str, str], bool] = {}
        self._field = field(network, buyer, chip, filters, max_hops)

    @functools.cached_property
    def ball(self) -> Ball:
        """All that the buyer can reach, whether or not it leads to the chip."""
        return reach(self.network, self.buyer, self.chip, self.filters, self.max_hops)

    def __iter__(self) -> Iterator[tuple[Rank, AccessPath]]:
        ticket = itertools.count()
        heap: list[tuple[Rank, int, _Partial | AccessPath, int]] = []

        def push(partial: _Partial, stage: int, names: tuple[str, ...], bound: tuple[float, int] = _UNKNOWN) -> None:
            level, exact = partial.source.stages[stage]
            rank = (level, partial.source.span is None, not exact, *bound, names)
            heapq.heappush(heap, (rank, next(ticket), partial, stage))

        for source in self._sources():
            if source.stages:
                start = _Partial(source, self.buyer, 0, (1.0,) * len(TIERS), 0)
                push(start, 0, (self.network.name(self.buyer),))
        seen: set[tuple[tuple[str, str], ...]] = set()
        while heap:
            rank, _, item, stage = heapq.heappop(heap)
            if isinstance(item, AccessPath):
                yield rank, item
            elif rank[3:5] == _UNKNOWN:
                # what only a later stage completes waits there with the least rank of that stage
                bound = item.source.bound(stage, item.node, item.confidences, item.hops, self.max_hops)
                if bound is not None:
                    push(item, stage, rank[5], bound)
                elif stage + 1 < len(item.source.stages):
                    push(item, stage + 1, rank[5])
            elif item.node in self._field.ends:
                if (found := self._read(item, seen)) is not None:
                    heapq.heappush(heap, (found[0], next(ticket), found[1], stage))
            else:
                self.expanded += 1
                if self.expanded > self.max_expansions:
                    self.exhausted = True
                    return
                for following, bound in self._onward(item, stage):
                    push(following, stage, (*rank[5], self.network.name(following.node)), bound)
                if stage + 1 < len(item.source.stages):
                    push(item, stage + 1, rank[5])

    def _read(self, item: _Partial, seen: set[tuple[tuple[str, str], ...]]) -> tuple[Rank, AccessPath] | None:
        """Read a complete sequence of steps, once."""
        trail = item.trail()
        key = tuple((group.relation, group.object) for group in trail)
        if key in seen or not all(map(item.passes, self.via)):
            return None
        found = read(self.network, trail, self.chip, self.filters, place_filters=self.place_filters)
        # a stated path is left to its passage, which comes earlier in the queue
        if found is None or (item.source.span is not None) < found[1].stated:
            return None
        seen.add(key)
        return found

    def _onward(self, item: _Partial, stage: int) -> Iterator[tuple[_Partial, tuple[float, int]]]:
        """Yield the paths one step longer that a stage, and none before it, can complete, with their bounds."""
        source, hops, max_hops = item.source, item.hops + 1, self.max_hops
        goal, level, join = source.goal(stage), source.stages[stage][0], source.join
        for way in source.ways.get(item.node, ()):
            node = way.to
            left = goal.hops.get(node)
            if left is None or hops + left > max_hops or not way.limits[level]:
                continue
            if item.passes(node) or (item.narrow and not self._may_enter(item, node)):
                continue
            confidences = tuple(map(join, item.confidences, way.limits))
            if item.stage < stage and any(
                source.bound(earlier, node, confidences, hops, max_hops) for earlier in range(item.stage, stage)
            ):
                continue
            narrow = (*item.narrow, way.group) if way.narrow else item.narrow
            following = _Partial(source, node, stage, confidences, hops, way.group, item, narrow)
            yield following, goal.bound(node, join, confidences[level], hops)

    def _may_enter(self, partial: _Partial, node: str) -> bool:
        """Whether every step so far has a claim that allows this site: scope prunes early."""
        return self.network.kind(node) != "Datacenter" or all(self._may_follow(step, node) for step in partial.narrow)

    def _may_follow(self, step: Group, site: str) -> bool:
        """Whether a claim of a step allows a site."""
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
        located = self.network.located(site, self.place_filters)
        return not located or any(
            not self.network.regions(place).isdisjoint(claim.regions)
            or any(place in self.network.regions(region) for region in claim.regions)
            for place in located
        )

    def _sources(self) -> list[_Source]:
        """The passages that link buyer and chip, then the graph as a whole."""
        ways, ends = self._field.ways, self._field.ends
        every = list(itertools.chain.from_iterable(ways.values()))
        first = {claim.document for way in ways.get(self.buyer, ()) for claim in way.group.claims}
        linking = first & {claim.document for way in every if way.to in ends for claim in way.group.claims}
        told: dict[Span, dict[tuple[str, str, str], tuple[Way, list[Claim]]]] = {}
        for way in every if linking else ():
            for claim in way.group.claims:
                if claim.document in linking and (span := span_of(claim)):
                    key = way.group.subject, way.group.relation, way.to
                    told.setdefault(span, {}).setdefault(key, (way, []))[1].append(claim)
        wide: dict[str, list[Span]] = {}
        for span in told:
            if span[1] != span[2]:
                wide.setdefault(span[0], []).append(span)
        for inner in list(told):
            for span in wide.get(inner[0], ()):
                if span != inner and span[1] <= inner[1] and inner[2] <= span[2]:
                    for key, (way, claims) in told[inner].items():
                        told[span].setdefault(key, (way, []))[1].extend(claims)
        found = []
        for span, members in sorted(told.items()):
            met = {end: exact for end, exact in ends.items() if any(end == to for _, _, to in members)}
            if met and any(subject == self.buyer for subject, _, _ in members):
                inside: dict[str, list[Way]] = {}
                for (subject, _, _), (way, claims) in sorted(members.items(), key=operator.itemgetter(0)):
                    # in a passage a step is as sure as its surest claim
                    limits = tuple(
                        max((c.probability for c in claims if tier(c) <= level), default=0.0) for level in TIERS
                    )
                    inside.setdefault(subject, []).append(Way(way.to, way.group, limits, way.narrow))
                found.append(_Source(inside, met, span))
        return [*found, _Source(ways, ends, None)]
