"""What a buyer can reach, and what of it leads to a chip."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import PASSABLE
from graphkit.paths.network import Group, Network
from graphkit.paths.pruning import Towards, Way


class Ball(msgspec.Struct, frozen=True):
    """What a buyer can reach: `depth` in hops, the groups that leave each node, the ends met."""

    depth: dict[str, int]
    groups: dict[str, tuple[Group, ...]]
    ends: dict[str, bool]
    cut: bool

    def claims(self) -> Iterator[Claim]:
        """Iterate over the claims that the filters kept."""
        return (claim for groups in self.groups.values() for group in groups for claim in group.claims)


class Field(msgspec.Struct, frozen=True):
    """What lies between a buyer and a chip: the ways that leave each node, the ends that are met."""

    ways: dict[str, list[Way]]
    ends: dict[str, bool]


def reach(
    network: Network, buyer: str, chip: str, filters: Filters, max_hops: int, *, any_scope: bool = False
) -> Ball:
    """Follow access forwards from a buyer, as far as `max_hops`; `any_scope` keeps claims limited to other chips.

    `ends` maps the chips met that answer to `chip` to whether they are the exact model. `cut` says
    that something further on was left out because of `max_hops`.
    """
    depth: dict[str, int] = {buyer: 0}
    groups: dict[str, tuple[Group, ...]] = {}
    met: dict[str, bool] = {}
    cut = False
    queue = deque([buyer])
    towards = Towards.of(network, chip, filters)
    while queue:
        node = queue.popleft()
        kept: list[Group] = []
        for group in network.groups(node):
            is_end = group.object in towards.ends
            if not is_end and network.kind(group.object) not in PASSABLE:
                continue
            claims = tuple(claim for claim in group.claims if filters.keep(claim, network.document(claim)))
            if not claims:
                continue
            if depth[node] == max_hops:
                cut = True
                break
            kept.append(_narrowed(group, claims))
            if is_end:
                met[group.object] = towards.ends[group.object]
            elif group.object not in depth:
                depth[group.object] = depth[node] + 1
                queue.append(group.object)
        groups[node] = tuple(kept)
    if not any_scope:
        groups = {node: tuple(_concerning(leaving, towards)) for node, leaving in groups.items()}
    return Ball(depth, groups, met, cut)


def field(network: Network, buyer: str, chip: str, filters: Filters, max_hops: int) -> Field:
    """Return what lies on some walk of at most `max_hops` steps from a buyer to what answers to a chip."""
    towards = Towards.of(network, chip, filters)
    left, onward = between([buyer], towards.nearer, towards.chips, max_hops)
    ways = {node: _ways(towards.ways[node], others) for node, others in onward.items()}
    return Field(ways, {end: exact for end, exact in towards.ends.items() if end in left})


def _ways(leaving: Mapping[str, Sequence[Way]], others: Iterable[str]) -> list[Way]:
    return [way for other in others for way in leaving[other]]


_NOWHERE: Mapping[str, Iterable[str]] = {}


def between(
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


def _concerning(groups: Iterable[Group], towards: Towards) -> Iterator[Group]:
    """Leave out claims limited to chips that have nothing to do with the one asked for."""
    for group in groups:
        claims = tuple(claim for claim in group.claims if towards.concerns(claim))
        if claims:
            yield _narrowed(group, claims)


def _narrowed(group: Group, claims: tuple[Claim, ...]) -> Group:
    whole = len(claims) == len(group.claims)
    return group if whole else Group(group.subject, group.relation, group.object, claims)
