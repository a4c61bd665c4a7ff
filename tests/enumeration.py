"""The definition of the right answer: every access path, by brute force. Tests compare the search with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphkit.paths.effort import Effort
from graphkit.paths.evaluation import find_best_interpretation
from graphkit.paths.target import Target

if TYPE_CHECKING:
    from graphkit.paths.access_path import AccessPath, Rank
    from graphkit.paths.network import ParallelClaims
    from graphkit.paths.search import Search


def enumerate_paths(search: Search) -> list[tuple[Rank, AccessPath]]:
    """Return all paths that a search asks for, best first: every simple sequence of steps, evaluated."""
    network, filters = search.network, search.filters
    target = Target.of(network, search.chip, filters, "unnamed" if search.unnamed else "named")

    def extend(nodes: tuple[str, ...], groups: tuple[ParallelClaims, ...]) -> Iterator[tuple[ParallelClaims, ...]]:
        if nodes[-1] in target.ends:
            yield groups
        elif len(groups) < search.max_hops:
            for other in target.arcs[nodes[-1]].keys() - set(nodes):
                for arc in target.arcs[nodes[-1]][other]:
                    yield from extend((*nodes, other), (*groups, arc.group))

    effort, place_filters = Effort(10**9, 1e9), search.place_filters
    found = (
        find_best_interpretation(network, groups, search.chip, filters, place_filters=place_filters, effort=effort)
        for groups in extend((search.buyer,), ())
        if passes_all(search, groups)
    )
    return sorted(((one.rank, one.describe()) for one in found if one), key=lambda ranked: ranked[0])


def passes_all(search: Search, groups: tuple[ParallelClaims, ...]) -> bool:
    """Say whether a sequence of steps passes everybody that the search asks for."""
    return set(search.via) <= {groups[0].subject, *(group.object for group in groups)}
