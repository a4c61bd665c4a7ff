"""The question of exposure: which of some buyers can reach which of some chips, and by which best path."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, OpenBase
from graphkit.answers.customer_list import CustomerList, CustomerRow
from graphkit.answers.findings import RuleFindings
from graphkit.answers.matrix import (
    ExposureAnswer,
    MatchedName,
    MatrixCell,
    UnmatchedName,
    UnnamedPair,
)
from graphkit.answers.path_records import (
    NearMissRecord,
    UnnamedPath,
    make_near_miss_record,
    make_path_record,
    make_unnamed_path,
)
from graphkit.answers.paths import (
    MAX_HOPS,
    choose_best_paths,
    judge_paths,
    judge_unnamed,
    list_companies,
    list_statements,
)
from graphkit.answers.question import (
    FiltersRecord,
    SearchedPairs,
)
from graphkit.answers.records import EntityRef
from graphkit.answers.selection import EntitySet
from graphkit.errors import AmbiguousName, InvalidValue, UnknownName
from graphkit.factbase.lists import ENDINGS, OTHER_ENDINGS, NameList, read_list
from graphkit.facts import Entity
from graphkit.graph import Filters
from graphkit.paths import AccessPath, Effort, Network, Search, explain_absence

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Names of a list from which on it is quicker to read all names first.
MANY = 70
#: Partial paths and seconds of all searches of a matrix together; ways to chips not named that are looked at.
EFFORT, _MANY_WAYS = (2_000_000, 4.0), 50
#: Partial paths and seconds of all looks for what would nearly be a path.
NEAR = (200_000, 2.0)
#: Seconds from which on the pairs that are left are not searched, which is said of each.
_LONGEST = 8.0


class ExposureFound(msgspec.Struct, frozen=True):
    """The answer to a question for exposure, and the graph that it rests on."""

    answer: ExposureAnswer
    graph: Graph


def find_exposure(
    base: OpenBase,
    buyers: Sequence[str],
    chips: Sequence[str],
    filters: Filters,
    *,
    max_hops: int = MAX_HOPS,
    max_slice: int = slices.MAX_SLICE,
) -> ExposureFound:
    """Return the matrix for buyers and chips as people name them: names, `hq:CN`, a file of customers.

    `chips` are names, also several in one text with commas, or `controlled`. Over at most `max_slice` claims
    fetched from the store. The names of a file stand under `matched` or `unmatched`; any other that nobody answers
    to raises UnknownName, AmbiguousName or InvalidValue. Raises StoreError.
    """
    read = read_buyers(base, buyers, filters)
    wanted, asked = read_chips(base, chips, filters)
    members = read.members
    part = slices.fetch_access_slice(
        base.store, [one.id for one in members], [one.id for one in asked], max_hops=max_hops + 1, max_slice=max_slice
    )
    cells, exhausted = [], False
    network = Network.of(part.graph, base.rulebook)
    effort, near = Effort(*EFFORT), Effort(*NEAR)
    unnamed: list[UnnamedPair] = []
    until = time.monotonic() + _LONGEST
    for buyer in members:
        if effort.bound or time.monotonic() > until:
            cells += [_empty_cell(buyer, chip, "bound hit") for chip in asked]
            exhausted = True
            continue
        for chip in asked:
            search = Search(network, buyer.id, chip.id, filters, max_hops=max_hops, effort=effort)
            cells.append(find_cell(base, part, buyer, chip, search, near))
            exhausted = exhausted or search.exhausted
        searches = [
            Search(network, buyer.id, chip.id, filters, max_hops=max_hops, unnamed=True, effort=effort)
            for chip in asked
        ]
        unnamed += find_unnamed(base, network, buyer, searches, asked)
        exhausted = exhausted or any(search.exhausted for search in searches)
    notes = [*base.notes, *read.notes, *(note for some in [*read.chosen, *wanted] for note in some.notes)]
    ways = [*(cell.path for cell in cells if cell.path), *unnamed]
    told = list_companies(ways, [miss for cell in cells for miss in cell.near_misses], ())
    answer = ExposureAnswer(
        version=VERSION,
        buyers=tuple(map(EntityRef.of, members)),
        chips=tuple(map(EntityRef.of, asked)),
        as_of=filters.on,
        known_by=filters.known_by,
        filters=FiltersRecord.of(filters),
        cells=tuple(cells),
        unnamed=tuple(unnamed),
        compliance=list_statements(base, told, ["COMPLIES_WITH"], filters),
        searched=SearchedPairs(max_hops=max_hops, truncated=part.truncated or exhausted),
        matched=tuple(read.matched.values()),
        unmatched=tuple(read.unmatched.values()),
        lists=tuple(read.lists),
        notes=tuple(dict.fromkeys(notes)),
    )
    return ExposureFound(answer, part.graph)


class Buyers(msgspec.Struct):
    """The buyers of a question as they are read: sets, names of lists that were matched or not, whole lists."""

    chosen: list[EntitySet] = []
    matched: dict[str, MatchedName] = {}
    unmatched: dict[str, UnmatchedName] = {}
    lists: list[CustomerList] = []
    notes: list[str] = []

    @property
    def members(self) -> list[Entity]:
        """The companies, each once."""
        return list({one.id: one for some in self.chosen for one in some.members}.values())


def read_chips(base: OpenBase, chips: Sequence[str], filters: Filters) -> tuple[list[EntitySet], list[Entity]]:
    """Return the sets of chips that names stand for, and the chips, each once. Raises InvalidValue without any."""
    names = [name.strip() for text in chips for name in text.split(",") if name.strip()]
    wanted = [selection.select_chips(base, name, filters.on) for name in names]
    asked = list({chip.id: chip for one in wanted for chip in one.members}.values())
    if not asked:
        raise InvalidValue("no chip is asked for: name one, or `controlled`")
    return wanted, asked


def read_buyers(base: OpenBase, buyers: Sequence[str], filters: Filters) -> Buyers:
    """Return the buyers that names and lists stand for. Raises UnknownName, AmbiguousName or InvalidValue."""
    found = Buyers()
    for one in buyers:
        if not is_list(one):
            found.chosen.append(selection.select_buyers(base.store, one, filters=filters))
            continue
        given = read_list(one)
        found.notes += [f"{given.file}: {note}" for note in given.notes]
        names = list(dict.fromkeys(row.name for row in given.rows if row.name))
        lookup = selection.NameLookup(base.store, many=len(names) > MANY)
        for name in names:
            try:
                found.chosen.append(selection.match_buyers(base.store, name, lookup, filters))
                found.matched[name] = MatchedName(name=name, buyers=tuple(found.chosen[-1].ids))
            except (UnknownName, AmbiguousName, InvalidValue) as error:
                near = error.near if isinstance(error, UnknownName) else ()
                found.unmatched[name] = UnmatchedName(name=name, near=near, why=str(error))
        found.lists.append(_customer_list(given, found.matched))
    return found


def is_list(name: str) -> bool:
    """Say whether what was given as a buyer is the file of a list."""
    return name.lower().endswith(ENDINGS) or (name.lower().endswith(OTHER_ENDINGS) and Path(name).is_file())


def _customer_list(given: NameList, matched: Mapping[str, MatchedName]) -> CustomerList:
    """Return a list with what each of its rows was read as."""
    return CustomerList(
        file=given.file,
        columns=given.header or ("name",),
        rows=tuple(
            CustomerRow(
                line=row.number,
                name=row.name,
                cells=row.cells,
                buyers=matched[row.name].buyers if row.name in matched else (),
            )
            for row in given.rows
        ),
    )


def find_unnamed(
    base: OpenBase, network: Network, buyer: Entity, searches: Sequence[Search], chips: Sequence[Entity]
) -> list[UnnamedPair]:
    """Return the best way of a buyer to some chip of each class."""
    return (
        tell_unnamed(base, network, buyer, search_unnamed(searches), searches[0].filters, chips) if searches else []
    )


def search_unnamed(searches: Sequence[Search]) -> tuple[AccessPath, ...]:
    """Return the best way to some chip of each class that searches find."""
    best: dict[str, AccessPath] = {}
    for path in choose_best_paths(searches, _MANY_WAYS):
        best.setdefault(path.chip_class or path.nodes[-1], path)
    return tuple(best.values())


def tell_unnamed(
    base: OpenBase,
    network: Network,
    buyer: Entity,
    ways: Sequence[AccessPath],
    filters: Filters,
    chips: Sequence[Entity],
) -> list[UnnamedPair]:
    """Return ways of a buyer to some chip of a class as answers tell them."""
    findings = judge_unnamed(base, network.graph, ways, filters, chips)
    return [make_unnamed_pair(path, network, one, buyer) for path, one in zip(ways, findings, strict=True)]


def make_unnamed_pair(path: AccessPath, network: Network, findings: RuleFindings, buyer: Entity) -> UnnamedPair:
    """Return the best way of a buyer to some chip of a class as answers tell it."""
    record = make_unnamed_path(path, network, findings)
    fields = {name: getattr(record, name) for name in UnnamedPath.__struct_fields__}
    return UnnamedPair(**fields, buyer=EntityRef.of(buyer))


NoPathOutcome = Literal["not found", "bound hit", "unnamed party"]


def _empty_cell(
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


class PairFound(msgspec.Struct, frozen=True):
    """The paths of a pair of buyer and chip, best first; without any, how the search ended and what came nearest."""

    paths: tuple[AccessPath, ...]
    outcome: NoPathOutcome | Literal["found"]
    near_misses: tuple[NearMissRecord, ...] = ()


def search_pair(part: slices.Slice, search: Search, near: Effort, most: int = 1) -> PairFound:
    """Return what a search finds for a pair, at most so many paths; `near` bounds the near misses."""
    if found := choose_best_paths([search], most):
        return PairFound(tuple(found), "found")
    cut = part.truncated or part.deeper
    negative = explain_absence(search, truncated=cut, unexplored=part.unexplored, count=1, effort=near)
    outcome: dict[str, NoPathOutcome]
    outcome = {"bound hit": "bound hit", "unnamed party": "unnamed party"}
    misses = tuple(make_near_miss_record(miss, search.network) for miss in negative.near_misses)
    return PairFound((), outcome.get(negative.outcome, "not found"), misses)


def find_cell(
    base: OpenBase, part: slices.Slice, buyer: Entity, chip: Entity, search: Search, near: Effort
) -> MatrixCell:
    """Return what a search found for a pair: its best path, or how it ended; `near` bounds the near misses."""
    network = search.network
    pair = search_pair(part, search, near)
    if pair.outcome != "found":
        return _empty_cell(buyer, chip, pair.outcome, pair.near_misses)
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
        near_misses=(),
        path=path,
    )
