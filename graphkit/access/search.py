"""The K best access paths, exactly, best first.

Best-first enumeration of simple paths under an admissible lower bound (Hart, Nilsson and Raphael,
1968, IEEE Trans. SSC 4(2)), one queue for all sources of evidence: the whole graph gives composed
paths, each passage that links buyer and chip gives stated ones. The bound takes the exact distance
to the target in hops and in confidence (Dijkstra backwards, inside what the buyer can reach), so
only partial paths that can finish are expanded. A complete path goes back into the queue with its
exact rank once it has been read; what leaves the queue then is the next best of all.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cached_property

import msgspec

from graphkit.access.network import Group, Network
from graphkit.access.reading import Rank, Span, combine, read, span_of, tier
from graphkit.access.records import AccessPath
from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import DEFAULT_STATUSES, PASSABLE

#: Partial paths that one search may expand before it gives up and says so.
MAX_EXPANSIONS = 200_000


class Ball(msgspec.Struct, frozen=True):
    """What a buyer can reach: `depth` in hops, the groups that leave each node, the ends met."""

    depth: dict[str, int]
    groups: dict[str, tuple[Group, ...]]
    ends: dict[str, bool]
    cut: bool

    def claims(self) -> Iterator[Claim]:
        """Iterate over the claims that the filters kept."""
        return (claim for groups in self.groups.values() for group in groups for claim in group.claims)


def reach(
    network: Network, buyer: str, chip: str, filters: Filters, max_hops: int, *,
    any_scope: bool = False, within: Container[str] | None = None,
) -> Ball:
    """Follow access forwards from a buyer, as far as `max_hops`; `any_scope` keeps claims limited to other chips.

    `ends` maps the chips met that answer to `chip` to whether they are the exact model. `cut` says
    that something further on was left out because of `max_hops`. `within` names the entities to
    stay among.
    """
    depth: dict[str, int] = {buyer: 0}
    groups: dict[str, tuple[Group, ...]] = {}
    met: dict[str, bool] = {}
    cut = False
    queue = deque([buyer])
    wider = network.classes(chip)
    while queue:
        node = queue.popleft()
        kept: list[Group] = []
        for group in network.groups(node) if within is None else network.groups_among(node, within):
            kind = network.kind(group.object)
            if kind == "Chip":
                exact = chip in network.families(group.object)
                if not exact and group.object not in wider:
                    continue
            elif kind not in PASSABLE:
                continue
            claims = tuple(c for c in group.claims if filters.keep(c, network.document(c)))
            if not claims:
                continue
            if depth[node] == max_hops:
                cut = True
                break
            kept.append(group if len(claims) == len(group.claims) else Group(*_ends(group), claims))
            if kind == "Chip":
                met[group.object] = exact
            elif group.object not in depth:
                depth[group.object] = depth[node] + 1
                queue.append(group.object)
        groups[node] = tuple(kept)
    if not any_scope:
        named = wider.union(*(network.classes(end) for end in met))
        groups = {node: _relevant(network, kept, chip, named) for node, kept in groups.items()}
    return Ball(depth, groups, met, cut)


def corridor(network: Network, buyer: str, chip: str, max_hops: int) -> frozenset[str]:
    """Return the entities on some walk of at most `max_hops` steps from a buyer to a chip or what answers to it."""
    ends = network.answering(chip)
    return between([buyer], network.onward, lambda node: ends & network.chips(node), max_hops)


def between(
    starts: Iterable[str],
    onward: Callable[[str], Iterable[str]],
    chips: Callable[[str], Iterable[str]],
    max_hops: int,
) -> frozenset[str]:
    """Return the nodes on some walk of at most `max_hops` steps from a start to a chip, chips included.

    `onward` gives the companies and sites next to a node, `chips` the chips that will do. A look at
    who is tied to whom, whatever the claims say: most of what a buyer can reach leads nowhere, and
    need not be read.
    """
    depth = dict.fromkeys(starts, 0)
    back: dict[str, list[str]] = {}
    left: dict[str, int] = {}
    front = list(depth)
    for hops in range(1, max_hops + 1):
        reached = []
        for node in front:
            for chip in chips(node):
                left[chip] = 0
                back.setdefault(chip, []).append(node)
            for other in onward(node) if hops < max_hops else ():
                if other in back:
                    back[other].append(node)
                    continue
                back[other] = [node]
                if other not in depth:
                    depth[other] = hops
                    reached.append(other)
        front = reached
    queue = deque(left)
    while queue:
        node = queue.popleft()
        for other in back.get(node, ()):
            if other not in left and depth[other] + left[node] < max_hops:
                left[other] = left[node] + 1
                queue.append(other)
    return frozenset(left)


def _relevant(network: Network, groups: Sequence[Group], chip: str, named: frozenset[str]) -> tuple[Group, ...]:
    """Leave out claims limited to chips that have nothing to do with the one asked for."""
    found = []
    for group in groups:
        claims = tuple(
            claim for claim in group.claims
            if not claim.chips or any(name in named or chip in network.families(name) for name in claim.chips)
        )
        if claims:
            found.append(group if len(claims) == len(group.claims) else Group(*_ends(group), claims))
    return tuple(found)


def _ends(group: Group) -> tuple[str, str, str]:
    return group.subject, group.relation, group.object


#: The most confidence that something can have at each of a source's tiers or better; 0 where it has none.
Limits = tuple[float, ...]


class _Goal(msgspec.Struct, frozen=True):
    """Exact distances to the target over groups of a tier or better: hops, and the best confidence."""

    hops: dict[str, int]
    confidence: dict[str, float]


class _Source:
    """A set of groups that one kind of path is drawn from, with its lower bounds."""

    def __init__(
        self, network: Network, groups: dict[str, tuple[Group, ...]], ends: dict[str, bool], span: Span | None
    ) -> None:
        self.ends, self.span = ends, span
        self._network = network
        self.tiers = sorted({tier(c) for leaving in groups.values() for group in leaving for c in group.claims})
        #: the groups that leave each node, each with its limits
        self.ways = {node: [(group, self._limits(group)) for group in leaving] for node, leaving in groups.items()}
        self._back: dict[str, list[tuple[str, Limits]]] = {}
        for leaving in self.ways.values():
            for group, limits in leaving:
                self._back.setdefault(group.object, []).append((group.subject, limits))
        self._goals: dict[tuple[int, bool], _Goal] = {}

    def _limits(self, group: Group) -> Limits:
        most, grown = 0.0, []
        for level in self.tiers:
            claims = [claim for claim in group.claims if tier(claim) == level]
            if len(claims) == 1 or (claims and self.span):
                most = max(most, *(claim.probability for claim in claims))
            elif claims:
                most = max(most, combine(claims, self._network))
            grown.append(most)
        return tuple(grown)

    def join(self, first: float, second: float) -> float:
        """Confidence of two parts of a path: a product when composed, the weaker one in a passage."""
        return min(first, second) if self.span else first * second

    def goal(self, level: int, exact: bool) -> _Goal:
        """Distances to the ends over groups of `tiers[level]` or better, to exact ends only or to any."""
        found = self._goals.get((level, exact))
        if found is None:
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
            found = self._goals[level, exact] = _Goal(hops, best)
        return found

    def bound(self, partial: _Partial, max_hops: int) -> tuple[int, bool, float, int] | None:
        """Least (tier, model not specified, -confidence, hops) of any completion; None where there is none."""
        for level, confidence in enumerate(partial.confidences):
            if not confidence:
                continue
            for exact in (True, False):
                goal = self.goal(level, exact)
                left = goal.hops.get(partial.node)
                if left is not None and partial.hops + left <= max_hops:
                    # a little slack, so that rounding never makes the bound worse than the path
                    most = self.join(confidence, goal.confidence[partial.node]) * (1 + 1e-9)
                    return self.tiers[level], not exact, -most, partial.hops + left
        return None


class _Partial(msgspec.Struct, frozen=True):
    """A path under way, as a linked list; `confidences` has the most it can have for each tier.

    `narrow` are those of its groups that are limited to places by every claim.
    """

    source: int
    node: str
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
        near = corridor(network, buyer, chip, max_hops)
        self._field = reach(network, buyer, chip, filters, max_hops, within=near)
        self._whole = {_ends(group): group for leaving in self._field.groups.values() for group in leaving}

    @cached_property
    def ball(self) -> Ball:
        """All that the buyer can reach, whether or not it leads to the chip."""
        return reach(self.network, self.buyer, self.chip, self.filters, self.max_hops)

    def __iter__(self) -> Iterator[tuple[Rank, AccessPath]]:
        sources = self._sources()
        ticket = itertools.count()
        heap: list[tuple[Rank, int, _Partial | AccessPath]] = []
        for number, source in enumerate(sources):
            start = _Partial(number, self.buyer, (1.0,) * len(source.tiers), 0)
            if (rank := self._rank(source, start, (self.network.name(self.buyer),))) is not None:
                heapq.heappush(heap, (rank, next(ticket), start))
        seen: set[tuple[tuple[str, str], ...]] = set()
        while heap:
            rank, _, item = heapq.heappop(heap)
            if isinstance(item, AccessPath):
                yield rank, item
                continue
            if item.node in self._field.ends:
                trail = item.trail()
                key = tuple((group.relation, group.object) for group in trail)
                if key not in seen and all(map(item.passes, self.via)):
                    full = tuple(self._whole[_ends(group)] for group in trail)
                    found = read(self.network, full, self.chip, self.filters, place_filters=self.place_filters)
                    # a stated path is left to its passage, which comes earlier in the queue
                    if found and (sources[item.source].span is not None) >= found[1].stated:
                        seen.add(key)
                        heapq.heappush(heap, (found[0], next(ticket), found[1]))
                continue
            self.expanded += 1
            if self.expanded > self.max_expansions:
                self.exhausted = True
                return
            source = sources[item.source]
            for group, limits in source.ways.get(item.node, ()):
                if item.passes(group.object) or not self._may_enter(item, group.object):
                    continue
                whole = self._whole[_ends(group)]
                narrow = all(claim.sites or claim.regions for claim in whole.claims)
                following = _Partial(
                    item.source, group.object, tuple(map(source.join, item.confidences, limits)), item.hops + 1,
                    group, item, (*item.narrow, whole) if narrow else item.narrow,
                )
                names = (*rank[5], self.network.name(group.object))
                if (bound := self._rank(source, following, names)) is not None:
                    heapq.heappush(heap, (bound, next(ticket), following))

    def _rank(self, source: _Source, partial: _Partial, names: tuple[str, ...]) -> Rank | None:
        bound = source.bound(partial, self.max_hops)
        if bound is None:
            return None
        level, unspecified, confidence, hops = bound
        return level, source.span is None, unspecified, confidence, hops, names

    def _may_enter(self, partial: _Partial, node: str) -> bool:
        """Whether every step so far has a claim that allows this site: scope prunes early."""
        return not partial.narrow or self.network.kind(node) != "Datacenter" or all(
            any(self._allows_site(claim, node) for claim in step.claims) for step in partial.narrow
        )

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
        told: dict[Span, dict[tuple[str, str, str], list[Claim]]] = {}
        first = {c.document for group in self._field.groups[self.buyer] for c in group.claims}
        for key, group in self._whole.items():
            for claim in group.claims:
                if claim.document in first and (span := span_of(claim)):
                    told.setdefault(span, {}).setdefault(key, []).append(claim)
        wide: dict[str, list[Span]] = {}
        for span in told:
            if span[1] != span[2]:
                wide.setdefault(span[0], []).append(span)
        for inner in list(told):
            for span in wide.get(inner[0], ()):
                if span != inner and span[1] <= inner[1] and inner[2] <= span[2]:
                    for key, claims in told[inner].items():
                        told[span].setdefault(key, []).extend(claims)
        found = []
        for span, members in sorted(told.items()):
            ends = {end: exact for end, exact in self._field.ends.items() if any(end == to for _, _, to in members)}
            if ends and any(subject == self.buyer for subject, _, _ in members):
                groups: dict[str, tuple[Group, ...]] = {}
                for (subject, relation, object_), claims in sorted(members.items()):
                    part = Group(subject, relation, object_, tuple({c.id: c for c in claims}.values()))
                    groups[subject] = (*groups.get(subject, ()), part)
                found.append(_Source(self.network, groups, ends, span))
        return [*found, _Source(self.network, self._field.groups, self._field.ends, None)]
