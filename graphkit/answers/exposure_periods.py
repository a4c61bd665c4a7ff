"""The matrix of an exposure over time: every pair asked for each day on which its paths may change.

The row of a buyer is searched anew only on days on which something that the buyer can reach begins, ends or is
published; what the rules say of its paths is asked on the days of the rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from graphkit import slices
from graphkit.answers.answer import OpenBase
from graphkit.answers.exposure import is_list, list_chips, read_buyers, split_chips
from graphkit.answers.findings import RuleFindings
from graphkit.answers.kept import Dated, KeptBase, TooMuchWork, find_span
from graphkit.answers.kept_rows import KeptRows
from graphkit.answers.matrix_periods import MatrixFound, MatrixPeriods, MatrixRow, PairPaths, SearchedRow
from graphkit.answers.matrix_records import UnnamedPair
from graphkit.answers.pairs import MAX_SECONDS, NEAR_SECONDS, make_unnamed_pair
from graphkit.answers.path_records import PathRecord, make_path_record
from graphkit.answers.paths import MAX_HOPS, get_only_chip, judge_paths, list_companies, list_statements
from graphkit.answers.periods import find_periods, list_mark_days
from graphkit.answers.records import EntityRef
from graphkit.answers.selection import is_controlled, list_choosing_claims
from graphkit.errors import InvalidValue
from graphkit.facts import Entity
from graphkit.graph import Filters
from graphkit.paths import AccessPath, Budget, Network


class _NoChips(msgspec.Struct, frozen=True):
    """The fault of a day on which the rules name none of the chips asked for."""

    day: str
    fault: str


def find_matrix_periods(
    base: OpenBase,
    buyers: Sequence[str],
    chips: Sequence[str],
    filters: Filters,
    *,
    max_hops: int = MAX_HOPS,
    max_slice: int = slices.MAX_SLICE,
    taken: float = 0.0,
) -> MatrixPeriods | None:
    """Return the matrix of `find_exposure` with all paths of each pair, as asked and over time.

    None where it is too much work; `taken` are the seconds of the processor that `find_exposure` took. Raises as that
    does.
    """
    kept = KeptBase(base, taken)
    try:
        kept.expect_work(0, taken)  # all paths take as long as the best ones did
        question = _MatrixQuestion(kept, buyers, chips, filters, max_hops, max_slice)
        asked = question.ask(filters)
    except TooMuchWork:
        return None
    return MatrixPeriods(asked, find_periods(question, filters))


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
    ) -> None:
        self.base = base
        self.names = [name for name in buyers if not is_list(name)]
        self.listed = read_buyers(base, [name for name in buyers if is_list(name)], filters).members
        self.chips = chips
        self.controlled = any(map(is_controlled, split_chips(chips)))
        self.choosing: Collection[Dated] = [
            one for name in self.names for one in list_choosing_claims(base.store, name)
        ]
        #: the chips by the rules of a day; where there are none, that day and the fault
        self._selected: dict[tuple[object, ...], tuple[Entity, ...] | _NoChips] = {}
        self._told: dict[tuple[object, ...], MatrixRow] = {}
        self._days: dict[tuple[object, ...], list[str]] = {}
        self.asked: dict[str, Entity] = {}
        everybody = self._select_buyers(msgspec.structs.replace(filters, on=None, known_by=None))
        #: every chip that is asked about on some day
        self.every_chip = list({chip.id: chip for chip in self._list_all_chips(filters)}.values())
        part = slices.fetch_access_slice(
            base.store,
            [one.id for one in everybody],
            sorted(chip.id for chip in self.every_chip),
            max_hops=max_hops + 1,
            max_slice=max_slice,
        )
        self.part, self.network = part, Network.of(part.graph, base.rulebook)
        self.rows = KeptRows(base, part, filters, max_hops)

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
            key = self.base.make_day_fingerprint(day) if day and len(day) == len("2024-06-06") else (day,)
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
        rows = tuple(self.rows.find_row(buyer, chips, filters, *bounds) for buyer in buyers)
        return self._tell(rows, filters)

    def judge(self, found: MatrixFound, filters: Filters) -> MatrixFound:
        return self._tell(found.searched, filters)

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
            pairs.append(self.rows.unify(told, buyer.id, chip.id, pair.outcome, pair.near_misses, *paths))
        said = judge_paths(self.base, graph, row.apart, filters, row.chips)
        unnamed = [self.base.keep_record(path, one, make_apart) for path, one in zip(row.apart, said, strict=True)]
        return self.rows.unify(MatrixRow(buyer, tuple(pairs), tuple(unnamed)), *pairs, *unnamed)

    def _list_row_days(self, row: SearchedRow) -> list[str]:
        key = self.base.mode, id(row)
        if key not in self._days:
            pairs = zip(row.chips, row.pairs, strict=True)
            asked = [(path, chip.id) for chip, pair in pairs for path in pair.paths]
            asked += [(path, get_only_chip(row.chips) or "") for path in row.apart]
            self._days[key] = sorted(
                {day for path, chip in asked for day in self.base.list_days(self.part.graph, path, chip or None)}
            )
        return self._days[key]

    # the days -------------------------------------------------------------------------------

    def list_starts(self) -> Collection[str]:
        return self.asked.keys()

    def list_search_days(self, found: Collection[MatrixFound]) -> Collection[str]:
        days = {day for one in self.asked.values() for day in self.rows.list_search_days(one, self.every_chip)}
        rows = {id(row): row for one in found for row in one.searched}.values()
        paths = {id(path): path for row in rows for path in row.paths}.values()
        return days | {*list_mark_days(self.network, paths, self.base.mode)}

    def list_judge_days(self, found: MatrixFound) -> Iterator[str]:
        return (day for row in found.searched for day in self._list_row_days(row))
