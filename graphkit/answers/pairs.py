"""The pairs of a matrix or a list: the best path of each buyer to each chip, or how the search ended without one.

Chip by chip: what is known of the way to a chip serves every buyer, and only a few chips are kept at a time.
All pairs share one bound of time, so that the costly ones leave something to the others.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from graphkit import slices
from graphkit.answers.answer import OpenBase
from graphkit.answers.findings import RuleFindings
from graphkit.answers.matrix_records import MatrixCell, UnnamedPair
from graphkit.answers.path_records import (
    NearMissRecord,
    UnnamedPath,
    make_near_miss_record,
    make_path_record,
    make_unnamed_path,
)
from graphkit.answers.paths import MAX_MISSES, choose_best_paths, judge_paths
from graphkit.answers.records import EntityRef
from graphkit.facts import Entity
from graphkit.graph import Filters
from graphkit.paths import AccessPath, Budget, Effort, Network, Search, count_seconds, explain_absence, find_refusals
from graphkit.paths.access_path import Rank
from graphkit.paths.evaluation import BestInterpretation

#: Seconds of all searches of a matrix together, and of all looks for what would nearly be a path.
MAX_SECONDS, NEAR_SECONDS = 5.5, 1.4
#: Seconds from which on the pairs that are left are not looked at, which is said of each.
_LONGEST = 7.5
#: Ways of a pair to chips not named that are looked at.
_MANY_WAYS = 50

NoPathOutcome = Literal["not found", "bound hit", "unnamed party"]
PairOutcome = NoPathOutcome | Literal["found"]


class PairsFound(msgspec.Struct, frozen=True):
    """The cells of all pairs of a buyer and a chip, and the ways of each buyer where no chip is named, by ids.

    `bounded` are the buyers of whom something was not looked at, `more_unnamed` those who may have chips of more
    classes.
    """

    cells: dict[tuple[str, str], MatrixCell]
    unnamed: dict[str, list[UnnamedPair]]
    bounded: set[str]
    more_unnamed: set[str]


def search_pairs(
    base: OpenBase,
    part: slices.Slice,
    buyers: Sequence[Entity],
    chips: Sequence[Entity],
    filters: Filters,
    *,
    max_hops: int,
    via: str | None = None,
    seconds: float = MAX_SECONDS,
    progress: Callable[[int, int], None] | None = None,
) -> PairsFound:
    """Search a slice for the paths of all pairs; `via` is an entity that those of all others pass.

    Told (done, all) as pairs are answered, `progress` may be slow: it is called once for each chip.
    """
    network = Network.of(part.graph, base.rulebook)
    found = PairsFound({}, {}, set(), set())
    apart: dict[str, list[tuple[Rank, AccessPath]]] = {one.id: [] for one in buyers}
    number = len(buyers) * len(chips)
    budget, near = Budget(seconds, number), Budget(NEAR_SECONDS * seconds / MAX_SECONDS, number)
    until = count_seconds() + _LONGEST * seconds / MAX_SECONDS
    for done, chip in enumerate(chips):
        if progress is not None:
            progress(done * len(buyers), number)
        for buyer in buyers:
            if count_seconds() > until:
                found.cells[buyer.id, chip.id] = _make_empty_cell(buyer, chip, "bound hit")
                found.bounded.add(buyer.id)
                found.more_unnamed.add(buyer.id)
                continue
            effort = budget.share()
            named, unnamed = (
                Search(
                    network,
                    buyer.id,
                    chip.id,
                    filters,
                    max_hops=max_hops,
                    via=[via] if via not in (None, buyer.id) else [],
                    unnamed=apart_,
                    effort=effort,
                )
                for apart_ in (False, True)
            )
            found.cells[buyer.id, chip.id] = cell = _find_cell(base, part, buyer, chip, named, near.share())
            ways, more = find_classes(unnamed)
            apart[buyer.id] += ways
            if more or unnamed.exhausted:
                found.more_unnamed.add(buyer.id)
            if named.exhausted or unnamed.exhausted or cell.outcome == "bound hit":
                found.bounded.add(buyer.id)
    for buyer in buyers:
        found.unnamed[buyer.id] = _make_unnamed(base, network, buyer, apart[buyer.id], chips, filters)
    if progress is not None:
        progress(number, number)
    return found


class PairFound(msgspec.Struct, frozen=True):
    """The paths of a pair of buyer and chip, best first, or how the search ended; and what is nearly a path.

    Beside paths that is what only a refusal or a denial breaks, else the nearest and all that was refused or denied.
    """

    paths: tuple[AccessPath, ...]
    outcome: PairOutcome
    near_misses: tuple[NearMissRecord, ...] = ()


def search_pair(part: slices.Slice, search: Search, near: Effort, most: int = 1) -> PairFound:
    """Return what a search finds for a pair, at most so many paths; `near` bounds the near misses."""
    if found := choose_best_paths([search], most):
        return PairFound(tuple(found), "found", find_pair_refusals(search, near))
    return explain_pair(part, search, near)


def find_pair_refusals(search: Search, near: Effort) -> tuple[NearMissRecord, ...]:
    """Return what was refused or denied beside the paths of a pair; `near` bounds the look for it."""
    refused = itertools.islice(find_refusals(search, near), MAX_MISSES)
    return tuple(make_near_miss_record(one, search.network) for one in refused)


def explain_pair(part: slices.Slice, search: Search, near: Effort) -> PairFound:
    """Return how a search without a path ended, and what came nearest to one; `near` bounds the look for that."""
    cut = part.truncated or part.deeper
    negative = explain_absence(
        search, truncated=cut, unexplored=part.unexplored, count=MAX_MISSES, brief=True, effort=near
    )
    outcome: dict[str, NoPathOutcome]
    outcome = {"bound hit": "bound hit", "unnamed party": "unnamed party"}
    misses = tuple(make_near_miss_record(miss, search.network) for miss in negative.near_misses)
    return PairFound((), outcome.get(negative.outcome, "not found"), misses)


def _find_cell(
    base: OpenBase, part: slices.Slice, buyer: Entity, chip: Entity, search: Search, near: Effort
) -> MatrixCell:
    """Return what a search found for a pair: its best path, or how it ended; `near` bounds the near misses."""
    network = search.network
    pair = search_pair(part, search, near)
    if pair.outcome != "found":
        return _make_empty_cell(buyer, chip, pair.outcome, pair.near_misses)
    findings = judge_paths(base, network.graph, pair.paths, search.filters, [chip])
    path = make_path_record(pair.paths[0], network, findings[0])
    return MatrixCell(
        buyer=EntityRef.of(buyer),
        chip=EntityRef.of(chip),
        status=path.status,
        confidence=path.confidence,
        hops=len(path.steps),
        evidence=path.evidence,
        stated=path.stated,
        marks=path.marks,
        route=tuple(one.name for one in path.entities),
        outcome="found",
        near_misses=pair.near_misses,
        path=path,
    )


def _make_empty_cell(
    buyer: Entity, chip: Entity, outcome: NoPathOutcome, near_misses: tuple[NearMissRecord, ...] = ()
) -> MatrixCell:
    """Return the cell of a pair without a path."""
    return MatrixCell(
        buyer=EntityRef.of(buyer),
        chip=EntityRef.of(chip),
        status=None,
        confidence=None,
        hops=None,
        evidence=None,
        stated=None,
        marks=(),
        route=(),
        outcome=outcome,
        near_misses=near_misses,
        path=None,
    )


def find_classes(search: Search) -> tuple[list[tuple[Rank, AccessPath]], bool]:
    """Return the best way to some chip of each class, and whether there are ways that were not looked at."""
    best: dict[str, BestInterpretation] = {}
    ways = search.iterate_interpretations()
    for way in itertools.islice(ways, _MANY_WAYS):
        best.setdefault(way.end, way)
    return [(way.rank, way.describe()) for way in best.values()], next(ways, None) is not None


def _make_unnamed(
    base: OpenBase,
    network: Network,
    buyer: Entity,
    ways: Sequence[tuple[Rank, AccessPath]],
    chips: Sequence[Entity],
    filters: Filters,
) -> list[UnnamedPair]:
    """Return the best of the ways of a buyer to some chip of each class."""
    best = choose_classes(ways)
    findings = judge_paths(base, network.graph, best, filters, chips)
    return [make_unnamed_pair(path, network, one, buyer) for path, one in zip(best, findings, strict=True)]


def choose_classes(ways: Sequence[tuple[Rank, AccessPath]]) -> tuple[AccessPath, ...]:
    """Return the best of some ranked ways to a chip of each class."""
    best: dict[str, AccessPath] = {}
    for _, path in sorted(ways, key=lambda ranked: ranked[0]):
        best.setdefault(path.chip_class or path.nodes[-1], path)
    return tuple(best.values())


def make_unnamed_pair(path: AccessPath, network: Network, findings: RuleFindings, buyer: Entity) -> UnnamedPair:
    """Return the way of a buyer to some chip of a class as answers tell it."""
    record = make_unnamed_path(path, network, findings)
    fields = {name: getattr(record, name) for name in UnnamedPath.__struct_fields__}
    return UnnamedPair(**fields, buyer=EntityRef.of(buyer))
