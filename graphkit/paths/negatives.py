"""Honest negatives: why there is no path, how far it got, who has the chip, and what may have held by a date."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import msgspec

from graphkit.facts import Claim, get_earliest_day, get_latest_day
from graphkit.graph import Filters
from graphkit.ontology import STATUSES
from graphkit.paths.effort import Effort
from graphkit.paths.near_misses import NearMiss, find_date_reason, find_near_misses
from graphkit.paths.network import Network
from graphkit.paths.reachability import find_subgraph
from graphkit.paths.search import Search

#: Outcomes of a search without a path, the least certain last.
_OUTCOMES = ("not found", "unnamed party", "bound hit")


class Negative(msgspec.Struct, frozen=True):
    """The reasons for which there is no path.

    `outcome` is "not found" (all that the buyer can reach was searched), "bound hit" (something
    further on was not looked at) or "unnamed party" (the trail ends at somebody without a name). `bound` names the
    bound: "hops", "claims" (the graph is a part of a larger one), "partial paths" or "seconds".
    `reached` maps entity ids to hops.
    """

    outcome: str
    reached: dict[str, int]
    unnamed: tuple[str, ...]
    holders: tuple[Claim, ...]
    near_misses: tuple[NearMiss, ...]
    bound: str | None = None


def explain_absence(
    search: Search,
    *,
    truncated: bool = False,
    unexplored: Collection[str] = (),
    count: int = 5,
    brief: bool = False,
    effort: Effort | None = None,
) -> Negative:
    """Return the reasons why a search, run to its end, found nothing; `effort` bounds the look for near misses.

    `count` are the near misses at most, `brief` leaves out all but the nearest and what somebody refused or denied,
    and who was reached and who has the chip.
    Where the graph is a part of a larger one, `truncated` says that something further on was left
    out of it, and `unexplored` names the entities whose outgoing claims it lacks.
    """
    network, reachable = search.network, search.reachable
    unnamed = tuple(
        node
        for node in reachable.depth
        if node != search.buyer
        and node not in unexplored
        and network.entity(node).generic
        and not network.groups(node)
    )
    bound = search.effort.bound if search.exhausted else "hops" if reachable.cut else "claims" if truncated else None
    outcome = "bound hit" if bound else "unnamed party" if unnamed else "not found"
    return Negative(
        outcome=outcome,
        reached={} if brief else {node: hops for node, hops in reachable.depth.items() if node != search.buyer},
        unnamed=unnamed,
        holders=() if brief else find_holders(network, search.chip, search.filters),
        near_misses=tuple(itertools.islice(find_near_misses(search, effort, brief=brief), count)),
        bound=bound,
    )


def merge_negatives(negatives: Sequence[Negative], count: int = 5) -> Negative:
    """Return several negatives, such as those of each buyer of a set, as one."""
    reached: dict[str, int] = {}
    for node, hops in (pair for one in negatives for pair in one.reached.items()):
        reached[node] = min(hops, reached.get(node, hops))
    near = [miss for one in negatives for miss in one.near_misses]
    near.sort(key=lambda miss: (not miss.broken, len(miss.broken), len(miss.steps)))
    return Negative(
        outcome=max((one.outcome for one in negatives), key=_OUTCOMES.index, default="not found"),
        reached=reached,
        unnamed=tuple(dict.fromkeys(node for one in negatives for node in one.unnamed)),
        holders=tuple({claim.id: claim for one in negatives for claim in one.holders}.values()),
        near_misses=tuple(near[:count]),
        bound=next((one.bound for one in negatives if one.bound), None),
    )


def find_undated(search: Search) -> tuple[Claim, ...]:
    """Return claims on the way to the chip that may already have held on the date asked for, their start unknown.

    They are listed and never in a path. The list ends at what had been published a year after that date.
    """
    on, network = search.filters.on, search.network
    if on is None:
        return ()
    timeless = msgspec.structs.replace(search.filters, on=None)
    near = find_subgraph(network, search.buyer, search.chip, timeless, search.max_hops)
    found = [
        claim
        for leaving in near.arcs.values()
        for arc in leaving
        for claim in arc.group.claims
        if claim.since is None
        and not search.filters.keep(claim, network.document(claim))
        and find_date_reason(claim, network, on) == "undated"
        and _is_published_soon(network.document(claim).published, on)
    ]
    return tuple(sorted(found, key=lambda claim: claim.id))


def find_unpublished(search: Search) -> tuple[Claim, ...]:
    """Return claims on the way to the chip that `known_by` leaves out only because their documents have no date."""
    if search.filters.known_by is None:
        return ()
    network, others = search.network, msgspec.structs.replace(search.filters, known_by=None)
    near = find_subgraph(network, search.buyer, search.chip, others, search.max_hops)
    found = [claim for leaving in near.arcs.values() for arc in leaving for claim in arc.group.claims]
    return tuple(claim for claim in found if network.document(claim).published is None)


def _is_published_soon(published: str | None, on: str) -> bool:
    """Say whether a document may have been published by a date or within a year; one without a date may."""
    end = get_latest_day(on)
    return published is None or get_earliest_day(published) <= f"{int(end[:4]) + 1:04}{end[4:]}"


def find_holders(network: Network, chip: str, filters: Filters) -> tuple[Claim, ...]:
    """Return the claims that say who has a chip or one of its forms, the surest first."""
    chips = [chip, *(node for node in network.graph.predecessors.get(chip, ()) if chip in network.families(node))]
    found = [
        claim
        for model in chips
        for edges in network.graph.predecessors.get(model, {}).values()
        for claim in edges.values()
    ]
    kept = [
        claim
        for claim in found
        if claim.relation in ("HOSTS", "USES", "BUYS") and filters.keep(claim, network.document(claim))
    ]
    return tuple(sorted(kept, key=lambda c: (STATUSES[c.status].rank or 0, -c.probability, c.subject, c.id)))
