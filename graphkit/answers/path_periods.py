"""The paths from a buyer to a chip over time: the question asked for each day on which its answer may change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from graphkit.answers.answer import OpenBase
from graphkit.answers.kept import Dated, KeptBase, Mode, find_span
from graphkit.answers.path_records import make_path_record, make_unnamed_path
from graphkit.answers.paths import PathsFound, add_statements, find_paths, get_only_chip, judge_paths
from graphkit.answers.periods import Periods, find_periods, list_mark_days
from graphkit.answers.selection import is_controlled, list_choosing_claims
from graphkit.answers.walk_days import WalkDays
from graphkit.graph import Filters
from graphkit.paths import Network

#: Units of work of a day on which a question is asked; pairs, and partial paths, that are one more.
_ASKING, _PAIRS, _PARTIAL = 4, 3, 15


def find_path_periods(
    base: OpenBase,
    buyer: str,
    chip: str,
    filters: Filters,
    *,
    via: Sequence[str] = (),
    taken: float = 0.0,
    **bounds: int,
) -> dict[Mode, Periods[PathsFound]]:
    """Return the answers of `find_paths` over time, by what moves: the date of what was true, or of what was known.

    `taken` are the seconds of the processor that the answer for one day took. Raises as `find_paths` does.
    """
    question = _PathQuestion(KeptBase(base, taken), buyer, chip, filters, via, bounds)
    return find_periods(question, filters)


class _PathQuestion:
    """The question of `graphkit path`, asked for one day after another."""

    def __init__(
        self,
        base: KeptBase,
        buyer: str,
        chip: str,
        filters: Filters,
        via: Sequence[str],
        bounds: Mapping[str, int],
    ) -> None:
        self.base, self.buyer, self.chip, self.filters, self.via, self.bounds = (
            base,
            buyer,
            chip,
            filters,
            via,
            bounds,
        )
        self.controlled = is_controlled(chip)
        self.choosing: Collection[Dated] = list_choosing_claims(base.store, buyer)
        self.buyers: set[str] = set()

    def ask(self, filters: Filters) -> PathsFound:
        found = find_paths(self.base, self.buyer, self.chip, filters, via=self.via, **self.bounds)
        self.buyers |= set(found.buyers)
        self.base.spend(_ASKING + len(found.buyers) * len(found.members) // _PAIRS + found.work // _PARTIAL)
        return found

    def judge(self, found: PathsFound, filters: Filters) -> PathsFound:
        network = Network.of(found.graph, self.base.rulebook)
        named = judge_paths(self.base, found.graph, found.paths, filters, found.members)
        apart = judge_paths(self.base, found.graph, found.apart, filters, found.members)
        answer = msgspec.structs.replace(
            found.answer,
            as_of=filters.on,
            known_by=filters.known_by,
            filters=msgspec.structs.replace(found.answer.filters, on=filters.on, known_by=filters.known_by),
            paths=tuple(
                self.base.keep_record(path, one, lambda path, one: make_path_record(path, network, one))
                for path, one in zip(found.paths, named, strict=True)
            ),
            unnamed=tuple(
                self.base.keep_record(path, one, lambda path, one: make_unnamed_path(path, network, one))
                for path, one in zip(found.apart, apart, strict=True)
            ),
        )
        answer = add_statements(found.part, answer, found.buyers, filters)
        return msgspec.structs.replace(found, answer=answer)

    def list_starts(self) -> Collection[str]:
        return self.buyers

    def list_search_days(self, found: Collection[PathsFound]) -> Collection[str]:
        mode, networks = self.base.mode or "on", [Network.of(one.graph, self.base.rulebook) for one in found]
        ends = {
            end
            for one, network in zip(found, networks, strict=True)
            for chip in one.members
            for end in network.find_ends(chip.id)
        }
        walks = WalkDays(self.base.list_claims(), mode, self.filters)
        days = {*walks.list_days("paths", self.buyers, ends), *walks.list_days("refusals", self.buyers, ends)}
        for one, network in zip(found, networks, strict=True):
            days |= {*list_mark_days(network, [*one.paths, *one.apart], mode)}
        # why there is no path turns on whatever leads to the chip, and on how far one gets elsewhere
        reasons = [*walks.list_days("near", self.buyers, ends), *walks.list_days("paths", self.buyers, None)]
        ordered = sorted(days)
        for one in found:
            if one.crowded or not one.paths:
                first, after = find_span(ordered, one.get_day(mode))
                days.update(day for day in reasons if first < day < after)
        return days

    def list_judge_days(self, found: PathsFound) -> Iterator[str]:
        chip = get_only_chip(found.members)
        return (day for path in (*found.paths, *found.apart) for day in self.base.list_days(found.graph, path, chip))
