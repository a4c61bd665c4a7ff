"""The matrix of an exposure over time: every pair asked for each day on which its paths may change.

The row of a buyer is searched anew only on days on which something that the buyer can reach begins, ends or is
published; what the rules say of its paths is asked on the days of the rules.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol, TypeVar, cast

import msgspec

from graphkit import slices
from graphkit.answers.answer import OpenBase
from graphkit.answers.exposure import is_list, list_chips, read_buyers, split_chips
from graphkit.answers.findings import RuleFindings
from graphkit.answers.kept import Dated, KeptBase, find_span
from graphkit.answers.matrix_periods import MatrixFound, MatrixPeriods, MatrixRow, PairPaths, SearchedRow
from graphkit.answers.matrix_records import UnnamedPair
from graphkit.answers.pairs import (
    MAX_SECONDS,
    NEAR_SECONDS,
    PairFound,
    choose_classes,
    find_classes,
    make_unnamed_pair,
    search_pair,
)
from graphkit.answers.path_records import PathRecord, make_path_record
from graphkit.answers.paths import LIMIT, MAX_HOPS, judge_paths, list_companies, list_statements
from graphkit.answers.periods import (
    TooLate,
    find_deadline,
    find_periods,
    list_access_claims,
    list_days,
    list_mark_days,
)
from graphkit.answers.records import EntityRef
from graphkit.answers.selection import is_controlled
from graphkit.errors import InvalidValue
from graphkit.facts import Claim, Entity
from graphkit.graph import Filters
from graphkit.ontology import ACCESS
from graphkit.paths import AccessPath, Budget, Network, Search
from graphkit.paths.access_path import Rank

T = TypeVar("T")
F = TypeVar("F", bound="_Found")


class _NoChips(msgspec.Struct, frozen=True):
    """The fault of a day on which the rules name none of the chips asked for."""

    day: str
    fault: str


class _Found(Protocol):
    """The find of a search, with its ways; whether it came to a bound."""

    @property
    def exhausted(self) -> bool: ...
    @property
    def paths(self) -> Sequence[AccessPath]: ...


class _Pair(msgspec.Struct, frozen=True):
    """The find of the search for a pair."""

    found: PairFound
    exhausted: bool

    @property
    def paths(self) -> Sequence[AccessPath]:
        return self.found.paths


class _Ways(msgspec.Struct, frozen=True):
    """The ranked ways of a pair to chips that no report names."""

    ranked: tuple[tuple[Rank, AccessPath], ...]
    exhausted: bool

    @property
    def paths(self) -> Sequence[AccessPath]:
        return [path for _, path in self.ranked]


def find_matrix_periods(
    base: OpenBase,
    buyers: Sequence[str],
    chips: Sequence[str],
    filters: Filters,
    *,
    taken: float = 0.0,
    max_hops: int = MAX_HOPS,
    max_slice: int = slices.MAX_SLICE,
) -> MatrixPeriods | None:
    """Return the matrix of `find_exposure` with all paths of each pair, as asked and over time.

    `taken` are the seconds of the processor that its answer took; None where too little time is left after it.
    Raises as `find_exposure` does.
    """
    until, began = find_deadline(taken), time.process_time()
    try:
        question = _MatrixQuestion(KeptBase(base), buyers, chips, filters, max_hops, max_slice, until)
        asked = question.ask(filters)
    except TooLate:
        return None
    return MatrixPeriods(asked, find_periods(question, filters, until, time.process_time() - began))


class _MatrixQuestion:
    """The question of `graphkit exposure`, asked for one day after another over one slice for all of them."""

    def __init__(
        self,
        base: KeptBase,
        buyers: Sequence[str],
        chips: Sequence[str],
        filters: Filters,
        max_hops: int,
        max_slice: int,
        until: float,
    ) -> None:
        self.base, self.max_hops, self.until = base, max_hops, until
        self.names = [name for name in buyers if not is_list(name)]
        self.listed = read_buyers(base, [name for name in buyers if is_list(name)], filters).members
        self.chips = chips
        self.controlled = any(map(is_controlled, split_chips(chips)))
        #: the chips by the rules of a day; where there are none, that day and the fault
        self._selected: dict[tuple[object, ...], tuple[Entity, ...] | _NoChips] = {}
        self._found: dict[tuple[object, ...], object] = {}
        self._made: dict[tuple[object, ...], tuple[object, tuple[object, ...]]] = {}
        self._between: dict[tuple[str, str], list[Dated]] = {}
        self._towards: dict[str, frozenset[str]] = {}
        self._told: dict[tuple[object, ...], MatrixRow] = {}
        self._days: dict[tuple[object, ...], list[str]] = {}
        self.asked: dict[str, Entity] = {}
        everybody = self._select_buyers(msgspec.structs.replace(filters, on=None, known_by=None))
        part = slices.fetch_access_slice(
            base.store,
            [one.id for one in everybody],
            sorted({chip.id for chip in self._list_all_chips(filters)}),
            max_hops=max_hops + 1,
            max_slice=max_slice,
        )
        self.part, self.network = part, Network.of(part.graph, base.rulebook)
        documents = part.graph.documents
        self.claims: list[Dated] = [(one, documents[one.document]) for one in part.graph.iterate_claims()]

    # who and what is asked about ------------------------------------------------------------

    def _select_buyers(self, filters: Filters) -> list[Entity]:
        chosen = read_buyers(self.base, self.names, filters).members
        return list({one.id: one for one in [*chosen, *self.listed]}.values())

    def _list_all_chips(self, filters: Filters) -> list[Entity]:
        """Return every chip that is asked about on some day."""
        days = [filters.on, *(self.base.rule_days if self.controlled else ())]
        found: list[Entity] = []
        for day in days:
            try:
                found += self._select_chips(day)
            except InvalidValue:
                if day == filters.on:
                    raise
        return found

    def _select_chips(self, day: str | None) -> tuple[Entity, ...]:
        """Return the chips that are asked about on a day; which are controlled is found once for the same rules."""
        key: tuple[object, ...] = ()
        if self.controlled:
            key = self.base.sign_day(day) if day and len(day) == len("2024-06-06") else (day,)
        if key not in self._selected:
            try:
                self._selected[key] = tuple(list_chips(self.base, self.chips, day))
            except InvalidValue as error:
                self._selected[key] = _NoChips(day or "", str(error))
        chosen = self._selected[key]
        if isinstance(chosen, _NoChips):
            raise InvalidValue(chosen.fault.replace(chosen.day, day) if day else chosen.fault)
        return chosen

    # asking ---------------------------------------------------------------------------------

    def ask(self, filters: Filters) -> MatrixFound:
        chips = self._select_chips(filters.on)
        buyers = self._select_buyers(filters)
        self.asked.update((one.id, one) for one in buyers)
        number = len(buyers) * len(chips)
        bounds = Budget(MAX_SECONDS, 2 * number), Budget(NEAR_SECONDS, number)
        names = tuple(chip.id for chip in chips)
        rows = []
        for buyer in buyers:
            find = functools.partial(self._find_row, buyer, chips, filters, *bounds)
            name = buyer.id, "row", names
            rows.append(self._keep(name, self._list_ahead(buyer), filters, find))
        return self._tell(tuple(rows), filters)

    def judge(self, found: MatrixFound, filters: Filters) -> MatrixFound:
        return self._tell(found.searched, filters)

    def _find_row(
        self, buyer: Entity, chips: tuple[Entity, ...], filters: Filters, budget: Budget, near: Budget
    ) -> SearchedRow:
        """Return what is found for a buyer; the same row on days on which all that is found is the same."""

        def start(chip: Entity, unnamed: bool = False) -> Search:
            if time.process_time() > self.until:
                raise TooLate
            given = self.network, buyer.id, chip.id, filters
            return Search(*given, max_hops=self.max_hops, unnamed=unnamed, effort=budget.share())

        def search(chip: Entity) -> _Pair:
            one = start(chip)
            pair = search_pair(self.part, one, near.share(), LIMIT)
            return _Pair(pair, one.exhausted or pair.outcome == "bound hit")

        def search_apart(chip: Entity) -> _Ways:
            one = start(chip, unnamed=True)
            return _Ways(tuple(find_classes(one)[0]), one.exhausted)

        ahead = self._list_ahead(buyer)
        near_ones = [chip for chip in chips if self._list_between(buyer, chip)]
        # a chip to which no claim leads, whatever its status and date, is as far away as any other such
        far = next((chip for chip in chips if chip not in near_ones), chips[0])
        name = buyer.id, "far", far.id if far in near_ones else ""
        found: dict[str, PairFound] = {}
        kept: list[_Pair | _Ways] = []
        ways: list[tuple[Rank, AccessPath]] = []
        open_: list[tuple[str, _Pair]] = []
        for chip in near_ones:
            between = self._list_between(buyer, chip)
            pair = self._keep((buyer.id, "chip", chip.id), between, filters, functools.partial(search, chip))
            found[chip.id] = pair.found
            if pair.found.outcome not in ("found", "bound hit"):
                open_.append((chip.id, pair))
            apart = self._keep((buyer.id, "apart", chip.id), between, filters, functools.partial(search_apart, chip))
            ways += apart.ranked
            kept += [pair, apart]
        if open_ or len(near_ones) < len(chips):
            nothing = self._keep(name, ahead, filters, functools.partial(search, far))
            kept.append(nothing)
            found |= {chip.id: nothing.found for chip in chips if chip not in near_ones}
            # how far such a search got turns on what leads elsewhere too
            outcome = nothing.found.outcome
            for id_, pair in open_:
                told = PairFound(pair.found.paths, outcome, pair.found.near_misses)
                found[id_] = self._unify(told, pair, outcome)
        pairs, best = tuple(found[chip.id] for chip in chips), choose_classes(ways)
        exhausted = any(one.exhausted for one in kept)
        return self._unify(
            SearchedRow(buyer, chips, pairs, best, exhausted), buyer.id, chips, str(exhausted), *pairs, *best
        )

    def _keep(
        self,
        name: tuple[object, ...],
        claims: Sequence[Dated],
        filters: Filters,
        search: Callable[[], F],
    ) -> F:
        """Return what a search that rests on some claims finds, once for the days on which it is the same."""
        if self.base.mode is None:
            return search()
        day, key = self.base.get_moved(filters), (self.base.mode, *name)
        if key not in self._days:
            self._days[key] = sorted({one for dated in claims for one in list_days(*dated, self.base.mode)})
        known = *key, find_span(self._days[key], day)[0]
        if known not in self._found:
            found = search()
            # marks come and go on days of their own, from one of which on this is what is found
            marked = list_mark_days(self.network, found.paths, self.base.mode)
            self._days[key] = sorted({*self._days[key], *marked})
            self._found[*key, find_span(self._days[key], day)[0]] = found
            return found
        return cast(F, self._found[known])

    def _unify(self, made: T, *parts: object) -> T:
        """Return the one object that is made of some parts, which are kept."""
        key = type(made), tuple(one if isinstance(one, str) else id(one) for one in parts)
        if key not in self._made:
            self._made[key] = made, parts
        return cast(T, self._made[key][0])

    def _list_between(self, buyer: Entity, chip: Entity) -> Sequence[Dated]:
        """Return the access claims that lead from a buyer towards a chip, whatever their status and date."""
        key = buyer.id, chip.id
        if key not in self._between:
            towards = self._list_towards(chip)
            self._between[key] = [one for one in self._list_ahead(buyer) if one[0].object in towards]
        return self._between[key]

    def _list_ahead(self, buyer: Entity) -> list[Dated]:
        key = buyer.id, ""
        if key not in self._between:
            self._between[key] = list_access_claims(self.claims, [buyer.id])
        return self._between[key]

    def _list_towards(self, chip: Entity) -> frozenset[str]:
        """Return the ends of a chip and everything from which access claims lead there."""
        if chip.id not in self._towards:
            into: dict[str, set[str]] = {}
            for claim, _ in self.claims:
                if claim.relation in ACCESS:
                    into.setdefault(claim.object, set()).add(claim.subject)
            seen = wave = set(self.network.find_ends(chip.id))
            while wave:
                wave = {other for node in wave for other in into.get(node, ())} - seen
                seen = seen | wave
            self._towards[chip.id] = frozenset(seen)
        return self._towards[chip.id]

    def _tell(self, rows: tuple[SearchedRow, ...], filters: Filters) -> MatrixFound:
        told = tuple(self._tell_row(row, filters) for row in rows)
        pairs = [pair for row in told for pair in row.pairs]
        unnamed = [one for row in told for one in row.unnamed]
        best = [*(path for pair in pairs for path in pair.paths[:1]), *unnamed]
        companies = list_companies(best, [miss for pair in pairs for miss in pair.near_misses], ())
        said = list_statements(self.part, companies, ["COMPLIES_WITH"], filters)
        truncated = self.part.truncated or any(row.exhausted for row in rows)
        return MatrixFound(told, said, truncated, rows)

    def _tell_row(self, row: SearchedRow, filters: Filters) -> MatrixRow:
        """Return a row as answers tell it, once for the days on which the rules say the same of it."""
        if self.base.mode is None:
            return self._make_row(row, filters)
        key = self.base.mode, id(row), find_span(self._list_row_days(row), self.base.get_moved(filters))[0]
        if key not in self._told:
            self._told[key] = self._make_row(row, filters)
        return self._told[key]

    def _make_row(self, row: SearchedRow, filters: Filters) -> MatrixRow:
        def make(path: AccessPath, said: RuleFindings) -> PathRecord:
            return make_path_record(path, self.network, said)

        def make_apart(path: AccessPath, said: RuleFindings) -> UnnamedPair:
            return make_unnamed_pair(path, self.network, said, row.buyer)

        graph, buyer = self.part.graph, EntityRef.of(row.buyer)
        pairs = []
        for chip, pair in zip(row.chips, row.pairs, strict=True):
            said = judge_paths(self.base, graph, pair.paths, filters, [chip])
            paths = tuple(self.base.keep_record(path, one, make) for path, one in zip(pair.paths, said, strict=True))
            told = PairPaths(buyer, EntityRef.of(chip), paths, pair.outcome, pair.near_misses)
            pairs.append(self._unify(told, buyer.id, chip.id, pair.outcome, pair.near_misses, *paths))
        said = judge_paths(self.base, graph, row.apart, filters, row.chips)
        unnamed = [self.base.keep_record(path, one, make_apart) for path, one in zip(row.apart, said, strict=True)]
        return self._unify(MatrixRow(buyer, tuple(pairs), tuple(unnamed)), *pairs, *unnamed)

    def _list_row_days(self, row: SearchedRow) -> list[str]:
        key = self.base.mode, id(row)
        if key not in self._days:
            self._days[key] = sorted(
                {day for path in row.paths for day in self.base.list_days(self.part.graph, path)}
            )
        return self._days[key]

    # the days -------------------------------------------------------------------------------

    def list_starts(self) -> Collection[str]:
        return self.asked.keys()

    def list_mark_days(self, found: MatrixFound) -> Iterator[str]:
        paths = (path for row in found.searched for path in row.paths)
        return list_mark_days(self.network, paths, self.base.mode)

    def list_judge_days(self, found: MatrixFound) -> Iterator[str]:
        return (day for row in found.searched for day in self._list_row_days(row))

    def is_chosen_by(self, claim: Claim) -> bool:
        seated = any(name.lower().startswith("hq:") for name in self.names)
        return claim.relation in (("HEADQUARTERED_IN", "PART_OF", "OWNS") if seated else ("OWNS",))
