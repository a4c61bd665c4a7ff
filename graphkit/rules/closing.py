"""The smallest sets that would close every way from a buyer to a chip: steps, intermediaries, or rules.

Smallest sets by implicit hitting set: take a smallest set that meets every path known so far, look
for a path that avoids it, add that path, repeat. When none is left the set closes everything, and no
smaller one can, because already the paths seen need as many (Reiter 1987, Artificial Intelligence
32(1), on hitting sets; Moreno-Centeno and Karp 2013, Operations Research 61(2), on the iteration).
Min-cut is of no use here: a path must stay inside the scope of its claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal

import msgspec

from graphkit.facts import get_earliest_day, get_latest_day
from graphkit.paths import AccessPath, Effort, Network, Search, count_seconds
from graphkit.rulebook import Regulation, Rulebook
from graphkit.rules.path_findings import judge_path
from graphkit.rules.whatif import enact_rule

if TYPE_CHECKING:
    from graphkit.graph import Filters, Graph

ClosingKind = Literal["steps", "intermediaries", "rules"]
#: A step to be closed, or the one entity of an intermediary.
Element = tuple[str, ...]

#: Rounds of search, partial sets tried in one round, smallest sets returned, and paths judged for rules.
MAX_ROUNDS, MAX_TRIED, MAX_SETS, MAX_PATHS = 300, 200_000, 20, 200
#: Partial paths of all searches for sets of one kind together; seconds of those, and of all judging of paths.
MAX_PARTIAL_PATHS, MAX_SECONDS = 1_000_000, 2.0


class Closing(msgspec.Struct, frozen=True):
    """The smallest sets that close all paths; `obstacle` says why there is none.

    `more` says that others of the same size exist, `powers` which rules of the sets close only if a power is
    used; `exact` is False where a bound was hit, so that smaller ones may.
    """

    kind: ClosingKind
    sets: tuple[tuple[Element, ...], ...]
    exact: bool = True
    more: bool = False
    obstacle: str | None = None
    powers: tuple[str, ...] = ()


def close_graph(
    graph: Graph,
    buyer: str,
    chip: str,
    filters: Filters,
    kind: Literal["steps", "intermediaries"],
    *,
    max_hops: int = 6,
    paths: Sequence[AccessPath] = (),
) -> Closing:
    """Return the smallest sets of steps, or of intermediaries, without which no path is left.

    `paths` are some that are known, which need not be searched for.
    """
    network, effort = Network.of(graph), Effort(MAX_PARTIAL_PATHS, MAX_SECONDS)
    known = [elements for path in paths[:1] if (elements := _find_elements(path, kind))]
    for _ in range(MAX_ROUNDS):
        if not effort.spend():
            return Closing(kind, (), False, obstacle="the search took too long: ask for fewer hops, or use filters")
        hitting = find_smallest_hitting_sets(known)
        avoiding, exact = None, hitting.exact
        for chosen in hitting.sets:
            search = Search(
                network, buyer, chip, _leave_out(filters, graph, chosen), max_hops=max_hops, effort=effort
            )
            avoiding = next((path for _, path in search), None)
            exact = exact and not search.exhausted
            if avoiding is not None:
                break
        if avoiding is None and not known:
            return Closing(kind, (), exact, obstacle="there is no path")
        if avoiding is None:
            return Closing(kind, tuple(tuple(sorted(one)) for one in hitting.sets), exact, hitting.more)
        elements = _find_elements(avoiding, kind)
        if not elements:
            return Closing(kind, (), obstacle=f"{_tell_path(network, avoiding)} passes nobody")
        known.append(elements)
    return Closing(kind, (), False, obstacle=f"not settled within {MAX_ROUNDS} rounds")


def _find_elements(path: AccessPath, kind: ClosingKind) -> frozenset[Element]:
    if kind == "steps":
        return frozenset((step.subject, step.relation, step.object) for step in path.steps)
    return frozenset((node,) for node in path.nodes[1:-1])


def _leave_out(filters: Filters, graph: Graph, closed: Iterable[Element]) -> Filters:
    """Return the filters without the entities, or the claims of the steps, that are closed."""
    ids = set(filters.without)
    for element in closed:
        if len(element) == 1:
            ids.add(element[0])
        else:
            subject, relation, object_ = element
            edges = graph.successors.get(subject, {}).get(object_, {})
            ids.update(id_ for id_, claim in edges.items() if claim.relation == relation)
    return msgspec.structs.replace(filters, without=frozenset(ids))


def _tell_path(network: Network, path: AccessPath) -> str:
    return " → ".join(map(network.name, path.nodes))


class HittingSets(msgspec.Struct, frozen=True):
    """The smallest sets that meet each of some sets; `more` and `exact` as in Closing."""

    sets: tuple[frozenset[Element], ...]
    more: bool
    exact: bool


def find_smallest_hitting_sets(sets: Sequence[frozenset[Element]], most: int = MAX_SETS) -> HittingSets:
    """Return up to `most` of the smallest sets that meet each of some non-empty sets.

    >>> found = find_smallest_hitting_sets([frozenset({("a",), ("b",)}), frozenset({("b",), ("c",)})])
    >>> [sorted(one) for one in found.sets], found.more, found.exact
    ([[('b',)]], False, True)
    """
    needed = [one for one in sets if not any(other < one for other in sets)]
    for size in range(len(needed) + 1):
        tried = _WorkCount()
        found = tuple(islice(_walk_hitting_sets(needed, frozenset(), frozenset(), size, tried), most + 1))
        if found or tried.exhausted:
            return HittingSets(found[:most], len(found) > most, bool(found) and not tried.exhausted)
    return HittingSets((), False, True)


class _WorkCount(msgspec.Struct):
    """The number of partial sets looked at."""

    count: int = 0

    @property
    def exhausted(self) -> bool:
        return self.count > MAX_TRIED


def _walk_hitting_sets(
    sets: Sequence[frozenset[Element]],
    chosen: frozenset[Element],
    barred: frozenset[Element],
    left: int,
    tried: _WorkCount,
) -> Iterator[frozenset[Element]]:
    """Iterate over the sets of exactly `left` more members that meet all sets, each once, because of `barred`."""
    tried.count += 1
    open_: list[frozenset[Element]] = [one - barred for one in sets if not one & chosen]
    if not open_:
        if left == 0:
            yield chosen
        return
    if _count_disjoint(open_) > left or tried.exhausted:
        return
    for element in min((sorted(one) for one in open_), key=lambda one: (len(one), one)):
        yield from _walk_hitting_sets(sets, chosen | {element}, barred, left - 1, tried)
        barred |= {element}


def _count_disjoint(sets: Sequence[frozenset[Element]]) -> int:
    """Return a lower bound of the members needed: how many disjoint sets a greedy look finds."""
    seen: set[Element] = set()
    count = 0
    for one in sorted(sets, key=len):
        if seen.isdisjoint(one):
            seen |= one
            count += 1
    return count


def close_rules(
    graph: Graph,
    paths: Sequence[AccessPath],
    rulebook: Rulebook,
    on: str,
    *,
    chip: str | None = None,
    filters: Filters | None = None,
    more: bool = False,
) -> Closing:
    """Return the smallest sets of regulations not in force whose enacting covers every path that is not covered.

    `more` says that there are other paths than these.

    Says so where a path stays open under all of them: it cannot be closed by rules modelled here.
    """

    def cover(book: Rulebook, path: AccessPath) -> bool:
        found = judge_path(graph, path, book, on, today=on, chip=chip, filters=filters)
        return found.outcome == "license_required" or any(step.finding.powers for step in found.steps)

    if not paths:
        return Closing("rules", (), obstacle="there is no path")
    books = {one.id: enact_rule(rulebook, one.id) for one in _list_candidates(rulebook, on)}
    left, closers, whole = [], [], not more and len(paths) <= MAX_PATHS
    until = count_seconds() + MAX_SECONDS
    for number, path in enumerate(paths[:MAX_PATHS]):
        if number and count_seconds() > until:
            whole = False
            break
        if not cover(rulebook, path):
            left.append(path)
            closers.append(frozenset((id_,) for id_, book in books.items() if cover(book, path)))
    if not left:
        every = "every path" if whole else "every path that was looked at"
        return Closing("rules", (), whole, obstacle=f"{every} is covered by a rule in force on {on}")
    stuck = [_tell_path(Network.of(graph), path) for path, by in zip(left, closers, strict=True) if not by]
    if stuck:
        least = "" if whole else "at least "
        rest = f" and {least}{len(stuck) - 1} more" if len(stuck) > 1 else ""
        return Closing("rules", (), obstacle=f"{stuck[0]}{rest} cannot be closed by rules modelled here")
    hitting = find_smallest_hitting_sets(closers)
    sets = tuple(tuple(sorted(one)) for one in hitting.sets)
    powers = tuple(sorted({id_ for one in sets for (id_,) in one if rulebook.regulation(id_).gives == "power"}))
    return Closing("rules", sets, hitting.exact and whole, hitting.more, powers=powers)


def _list_candidates(rulebook: Rulebook, on: str) -> list[Regulation]:
    """Return the proposals that have not lapsed, and the rules that are suspended or whose state is not settled."""
    day = get_earliest_day(on)
    return [
        one
        for one in rulebook.regulations
        if any(requirement.decides for requirement in one.requires)
        and (
            (one.proposal and (one.ended is None or get_latest_day(one.ended) >= day))
            or any(phase.covers(day) for phase in one.suspended)
            or any(question.covers(day) for question in one.unsettled if not question.limited)
        )
    ]
