"""Reachability: all that a buyer can reach, and the part of it that leads to a chip."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.paths.bounds import Arc
from graphkit.paths.network import Network, ParallelClaims
from graphkit.paths.target import Ends, Target


class Reachable(msgspec.Struct, frozen=True):
    """All that a buyer can reach: `depth` in hops, the groups that leave each node, the ends met."""

    depth: dict[str, int]
    groups: dict[str, tuple[ParallelClaims, ...]]
    ends: dict[str, bool]
    cut: bool

    def claims(self) -> Iterator[Claim]:
        """Iterate over the claims that the filters kept."""
        return (claim for groups in self.groups.values() for group in groups for claim in group.claims)


class Subgraph(msgspec.Struct, frozen=True):
    """The part of a network between a buyer and a chip: the arcs that leave each node, the ends that are met."""

    arcs: dict[str, list[Arc]]
    ends: frozenset[str]


def find_reachable(
    network: Network, buyer: str, chip: str, filters: Filters, max_hops: int, *, any_scope: bool = False
) -> Reachable:
    """Follow access forwards from a buyer, as far as `max_hops`; `any_scope` keeps claims limited to other chips.

    `ends` maps the chips met that answer to `chip` to whether they name it. `cut` says that something
    further on was left out because of `max_hops`.
    """
    depth: dict[str, int] = {buyer: 0}
    groups: dict[str, tuple[ParallelClaims, ...]] = {}
    met: dict[str, bool] = {}
    cut = False
    queue = deque([buyer])
    target = Target.of(network, chip, filters)
    ends, told = target.ends, target.kept if any_scope else target.concerning
    while queue:
        node = queue.popleft()
        leaving = target.kept[node]
        if depth[node] == max_hops:
            groups[node] = ()
            cut = cut or bool(leaving)
            continue
        for group in leaving:
            other = group.object
            if other in ends:
                met[other] = ends[other]
            elif other not in depth:
                depth[other] = depth[node] + 1
                queue.append(other)
        groups[node] = told[node]
    return Reachable(depth, groups, met, cut)


def find_subgraph(
    network: Network, buyer: str, chip: str, filters: Filters, max_hops: int, ends: Ends = "any"
) -> Subgraph:
    """Return what lies on some walk of at most `max_hops` steps from a buyer to the ends of a chip."""
    target = Target.of(network, chip, filters, ends)
    left, onward = find_walks([buyer], target.find_nearer, target.chips, max_hops)
    arcs = {node: _count_arcs(target.arcs[node], others) for node, others in onward.items()}
    return Subgraph(arcs, frozenset(end for end in target.ends if end in left))


def _count_arcs(leaving: Mapping[str, Sequence[Arc]], others: Iterable[str]) -> list[Arc]:
    return [arc for other in others for arc in leaving[other]]


_NOWHERE: Mapping[str, Iterable[str]] = {}


def find_walks(
    starts: Iterable[str],
    onward: Callable[[int], Mapping[str, Iterable[str]]],
    chips: Mapping[str, Iterable[str]],
    max_hops: int,
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return what is on some walk from the starts to a chip in `max_hops` steps: the steps left, who comes next.

    `onward(steps)` gives the companies and sites next to a node, at least those that reach a chip in so many
    steps, `chips` the chips that will do. Most of what a buyer can reach leads nowhere, and need not be read.
    """
    depth = dict.fromkeys(starts, 0)
    back: dict[str, list[str]] = {}
    left: dict[str, int] = {}
    front = list(depth)
    for hops in range(1, max_hops + 1):
        next_to = onward(max_hops - hops) if hops < max_hops else _NOWHERE
        reached = []
        for node in front:
            for chip in chips[node]:
                left[chip] = 0
                back.setdefault(chip, []).append(node)
            for other in next_to[node] if next_to is not _NOWHERE else ():
                known = back.get(other)
                if known is not None:
                    known.append(node)
                    continue
                back[other] = [node]
                if other not in depth:
                    depth[other] = hops
                    reached.append(other)
        front = reached
    walks: dict[str, list[str]] = {}
    queue = deque(left)
    while queue:
        node = queue.popleft()
        steps = left[node] + 1
        for other in back.get(node, ()):
            if depth[other] + steps <= max_hops:
                walks.setdefault(other, []).append(node)
                if other not in left:
                    left[other] = steps
                    queue.append(other)
    return left, walks
