"""Honest negatives: why there is no path, how far it got, and what nearly makes one."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterator, Sequence

import msgspec

from graphkit.facts import Claim, earliest
from graphkit.graph import Filters, holds
from graphkit.ontology import STATUSES
from graphkit.paths.access_path import AccessPath
from graphkit.paths.confidence import tier
from graphkit.paths.evaluation import possible
from graphkit.paths.network import Group, Network
from graphkit.paths.reachability import Ball, field, reach
from graphkit.paths.search import Search

#: Sequences of steps that the search for near misses looks at.
MAX_LOOKED_AT = 200
#: Partial sequences it takes up at most.
MAX_TAKEN_UP = 20_000


#: Outcomes of a search without a path, the least certain last.
_OUTCOMES = ("not found", "unnamed party", "bound hit")


class NearMiss(msgspec.Struct, frozen=True):
    """A sequence of steps that would be a path but for `broken`; `reasons` go with them, one each."""

    steps: tuple[tuple[str, str, str], ...]
    broken: tuple[Claim, ...]
    reasons: tuple[str, ...]


class Negative(msgspec.Struct, frozen=True):
    """Why there is no path.

    `outcome` is "not found" (all that the buyer can reach was searched), "bound hit" (something
    further on was not looked at) or "unnamed party" (the trail ends at somebody without a name).
    `reached` maps entity ids to hops.
    """

    outcome: str
    reached: dict[str, int]
    unnamed: tuple[str, ...]
    holders: tuple[Claim, ...]
    near_misses: tuple[NearMiss, ...]


def explain(search: Search, *, truncated: bool = False, unexplored: Collection[str] = (), count: int = 5) -> Negative:
    """Return the reasons why a search, run to its end, found nothing.

    Where the graph is a part of a larger one, `truncated` says that something further on was left
    out of it, and `unexplored` names the entities whose outgoing claims it lacks.
    """
    network, ball = search.network, search.ball
    unnamed = tuple(
        node
        for node in ball.depth
        if node != search.buyer
        and node not in unexplored
        and network.entity(node).generic
        and not network.groups(node)
    )
    if truncated or ball.cut or search.exhausted:
        outcome = "bound hit"
    else:
        outcome = "unnamed party" if unnamed else "not found"
    return Negative(
        outcome=outcome,
        reached={node: hops for node, hops in ball.depth.items() if node != search.buyer},
        unnamed=unnamed,
        holders=holders(network, search.chip, search.filters)[:20],
        near_misses=tuple(itertools.islice(near_misses(search), count)),
    )


def merge(negatives: Sequence[Negative], count: int = 5) -> Negative:
    """Return several negatives, such as those of each buyer of a set, as one."""
    reached: dict[str, int] = {}
    for node, hops in (pair for one in negatives for pair in one.reached.items()):
        reached[node] = min(hops, reached.get(node, hops))
    near = [miss for one in negatives for miss in one.near_misses]
    near.sort(key=lambda miss: (not miss.broken, len(miss.broken), len(miss.steps)))
    return Negative(
        outcome=max((one.outcome for one in negatives), key=_OUTCOMES.index),
        reached=reached,
        unnamed=tuple(dict.fromkeys(node for one in negatives for node in one.unnamed)),
        holders=tuple({claim.id: claim for one in negatives for claim in one.holders}.values()),
        near_misses=tuple(near[:count]),
    )


def undated(search: Search) -> tuple[Claim, ...]:
    """Claims on the way to the chip that start at an unknown time and were not published by the date asked for.

    They may have held by then, so they are listed; they are never in a path.
    """
    on, network = search.filters.on, search.network
    if on is None:
        return ()
    timeless = msgspec.structs.replace(search.filters, on=None)
    near = field(network, search.buyer, search.chip, timeless, search.max_hops)
    found = [
        claim
        for leaving in near.ways.values()
        for way in leaving
        for claim in way.group.claims
        if claim.since is None
        and not search.filters.keep(claim, network.document(claim))
        and _late(claim, network, on) == "undated"
    ]
    return tuple(sorted(found, key=lambda claim: claim.id))


def holders(network: Network, chip: str, filters: Filters) -> tuple[Claim, ...]:
    """Claims that say who has a chip or one of its forms, the surest first."""
    chips = [chip, *(node for node in network.graph.pred.get(chip, ()) if chip in network.families(node))]
    found = [
        data["claim"]
        for model in chips
        for edges in (network.graph.pred[model].values() if model in network.graph else ())
        for data in edges.values()
    ]
    kept = [
        claim
        for claim in found
        if claim.relation in ("HOSTS", "USES", "BUYS") and filters.keep(claim, network.document(claim))
    ]
    return tuple(sorted(kept, key=lambda c: (STATUSES[c.status].tier or 0, -c.probability, c.subject, c.id)))


def near_misses(search: Search) -> Iterator[NearMiss]:
    """Yield what would be a path but for the status, dates or scope of few claims, the nearest first."""
    yield from _broken(search)
    yield from _one_more_hop(search)


def refusals(search: Search) -> Iterator[NearMiss]:
    """Yield what would be a path had nobody refused or denied one of its steps, the nearest first."""
    return (miss for miss in _broken(search) if {"refused", "negated"}.issuperset(miss.reasons))


def _broken(search: Search) -> Iterator[NearMiss]:
    found = []
    for broken, groups in _sequences(search):
        miss = _miss(search, broken, groups)
        if miss:
            names = tuple(map(search.network.name, (group.object for group in groups)))
            found.append(((len(miss.broken), len(groups), names), miss))
    told: set[tuple[str, ...]] = set()
    for _, miss in sorted(found, key=lambda pair: pair[0]):
        key = tuple(claim.id for claim in miss.broken)
        if key not in told:
            told.add(key)
            yield miss


def _one_more_hop(search: Search) -> Iterator[NearMiss]:
    if not search.ball.cut:
        return
    further = Search(
        search.network,
        search.buyer,
        search.chip,
        search.filters,
        max_hops=search.max_hops + 1,
        via=search.via,
        max_expansions=MAX_TAKEN_UP,
    )
    for _, path in itertools.islice(further, 1):
        yield NearMiss(_ends_of(path), (), (f"one more hop: a path of {len(path.steps)} steps",))


def _ends_of(path: AccessPath) -> tuple[tuple[str, str, str], ...]:
    return tuple((step.subject, step.relation, step.object) for step in path.steps)


def _sequences(search: Search) -> Iterator[tuple[tuple[bool, ...], tuple[Group, ...]]]:
    """Yield simple sequences of groups to the chip, those with the fewest broken steps first."""
    relaxed = msgspec.structs.replace(search.filters, on=None, statuses=frozenset(STATUSES) - {"proposed"})
    ball = reach(search.network, search.buyer, search.chip, relaxed, search.max_hops, any_scope=True)
    whole = {
        (group.subject, group.relation, group.object): not any(
            search.filters.keep(claim, search.network.document(claim)) for claim in group.claims
        )
        for leaving in ball.groups.values()
        for group in leaving
    }
    goal = _goal(ball, whole)
    if search.buyer not in goal:
        return
    ticket = itertools.count()
    heap: list[tuple[int, int, tuple[str, ...], int, tuple[Group, ...]]] = [
        (*goal[search.buyer], (search.network.name(search.buyer),), next(ticket), ())
    ]
    looked_at = 0
    for _ in range(MAX_TAKEN_UP):
        if not heap or looked_at == MAX_LOOKED_AT:
            return
        _, _, names, _, groups = heapq.heappop(heap)
        node = groups[-1].object if groups else search.buyer
        if node in ball.ends:
            looked_at += 1
            yield tuple(whole[g.subject, g.relation, g.object] for g in groups), groups
            continue
        visited = {search.buyer, *(group.object for group in groups)}
        broken = sum(whole[g.subject, g.relation, g.object] for g in groups)
        for group in ball.groups.get(node, ()):
            left = goal.get(group.object)
            if left is None or group.object in visited or len(groups) + 1 + left[1] > search.max_hops:
                continue
            cost = broken + whole[group.subject, group.relation, group.object] + left[0]
            following = (*names, search.network.name(group.object))
            heapq.heappush(heap, (cost, len(groups) + 1 + left[1], following, next(ticket), (*groups, group)))


def _goal(ball: Ball, whole: dict[tuple[str, str, str], bool]) -> dict[str, tuple[int, int]]:
    """Least (broken steps, hops) from each node to an end."""
    back: dict[str, list[Group]] = {}
    for leaving in ball.groups.values():
        for group in leaving:
            back.setdefault(group.object, []).append(group)
    best: dict[str, tuple[int, int]] = {}
    heap = [(0, 0, end) for end in sorted(ball.ends)]
    while heap:
        broken, hops, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = broken, hops
        for group in back.get(node, ()):
            step = broken + whole[group.subject, group.relation, group.object]
            heapq.heappush(heap, (step, hops + 1, group.subject))
    return best


def _miss(search: Search, broken: Sequence[bool], groups: Sequence[Group]) -> NearMiss | None:
    """Name the claims that break a sequence; None for one that is a path, or that more than a claim breaks."""
    network, filters = search.network, search.filters
    claims: list[Claim] = []
    reasons: list[str] = []
    usable: list[Group] = []
    for group, is_broken in zip(groups, broken, strict=True):
        kept = tuple(c for c in group.claims if filters.keep(c, network.document(c)))
        if is_broken:
            told = [claim for claim in group.claims if _speaks_of(claim, search.chip, network)] or group.claims
            nearest = min(told, key=lambda claim: (tier(claim), claim.id))
            claims.append(nearest)
            reasons.append(_reason(nearest, network, filters))
        usable.append(Group(group.subject, group.relation, group.object, kept or group.claims))
    timeless = msgspec.structs.replace(filters, on=None) if claims else filters
    if not _reads(search, usable, timeless):
        position = next((i for i in range(len(usable)) if _reads(search, _unscoped(usable, i), timeless)), None)
        if position is None:
            return None
        culprit = usable[position].claims[0]
        if culprit not in claims:
            claims.append(culprit)
            reasons.append("outside its scope" if _scoped(culprit) else "not at the same time as the others")
    if not claims:
        return None
    return NearMiss(
        tuple((group.subject, group.relation, group.object) for group in groups), tuple(claims), tuple(reasons)
    )


def _reads(search: Search, groups: Sequence[Group], filters: Filters) -> bool:
    return possible(search.network, groups, search.chip, filters, place_filters=search.place_filters)


def _unscoped(groups: Sequence[Group], position: int) -> list[Group]:
    """The groups with the scope of one of them taken away."""
    free = list(groups)
    group = groups[position]
    claims = tuple(
        msgspec.structs.replace(c, chips=(), sites=(), regions=(), owner=None, since="0001", until=None)
        for c in group.claims
    )
    free[position] = Group(group.subject, group.relation, group.object, claims)
    return free


def _speaks_of(claim: Claim, chip: str, network: Network) -> bool:
    """Whether a claim is not limited to other chips."""
    return not claim.chips or any(
        name in network.classes(chip) or chip in network.families(name) for name in claim.chips
    )


def _scoped(claim: Claim) -> bool:
    return bool(claim.chips or claim.sites or claim.regions or claim.owner)


def _reason(claim: Claim, network: Network, filters: Filters) -> str:
    """One or two words for why the filters leave a claim out of paths."""
    if filters.statuses is not None and claim.status not in filters.statuses:
        return claim.status
    return _late(claim, network, filters.on) if filters.on else "left out by a filter"


def _late(claim: Claim, network: Network, on: str) -> str:
    """How a claim misses a date: "ended", "not yet", "undated", or "" when it does not."""
    interval = holds(claim, network.document(claim))
    if interval is None:
        return "undated"
    if interval[1] < earliest(on):
        return "ended"
    return ("not yet" if claim.since else "undated") if interval[0] > earliest(on) else ""
