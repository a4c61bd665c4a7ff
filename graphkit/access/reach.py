"""What a buyer can reach, and what of it leads to a chip."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

import msgspec

from graphkit.access.network import Group, Network
from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import PASSABLE


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
            kept.append(group if len(claims) == len(group.claims) else Group(*ends_of(group), claims))
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
            found.append(group if len(claims) == len(group.claims) else Group(*ends_of(group), claims))
    return tuple(found)


def ends_of(group: Group) -> tuple[str, str, str]:
    """Return what names a group: subject, relation, object."""
    return group.subject, group.relation, group.object
