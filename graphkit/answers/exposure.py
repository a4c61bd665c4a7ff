"""The question of exposure: which of some buyers can reach which of some chips, and by which best path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, OpenBase
from graphkit.answers.customer_list import CustomerList, CustomerRow
from graphkit.answers.matrix import ExposureAnswer
from graphkit.answers.matrix_records import MatchedName, UnmatchedName
from graphkit.answers.pairs import search_pairs
from graphkit.answers.paths import MAX_HOPS, list_companies, list_statements
from graphkit.answers.question import (
    FiltersRecord,
    SearchedPairs,
)
from graphkit.answers.records import EntityRef
from graphkit.answers.selection import EntitySet
from graphkit.clock import get_today
from graphkit.errors import AmbiguousName, InvalidValue, UnknownName
from graphkit.factbase.lists import ENDINGS, OTHER_ENDINGS, NameList, read_list
from graphkit.facts import Entity
from graphkit.graph import Filters

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Names of a list from which on it is quicker to read all names first.
MANY = 70


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
    wanted, asked = read_chips(base, chips, filters.on)
    members = read.members
    part = slices.fetch_access_slice(
        base.store, [one.id for one in members], [one.id for one in asked], max_hops=max_hops + 1, max_slice=max_slice
    )
    found = search_pairs(base, part, members, asked, filters, max_hops=max_hops)
    cells = [found.cells[buyer.id, chip.id] for buyer in members for chip in asked]
    unnamed = [one for buyer in members for one in found.unnamed[buyer.id]]
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
        compliance=list_statements(part, told, ["COMPLIES_WITH"], filters),
        searched=SearchedPairs(
            max_hops=max_hops,
            truncated=part.truncated or bool(found.bounded),
            more_unnamed=part.truncated or bool(found.more_unnamed),
        ),
        matched=tuple(read.matched.values()),
        unmatched=tuple(read.unmatched.values()),
        lists=tuple(read.lists),
        notes=tuple(dict.fromkeys(notes)),
    )
    return ExposureFound(answer.in_language("en"), part.graph)


def read_chips(base: OpenBase, chips: Sequence[str], day: str | None) -> tuple[list[EntitySet], list[Entity]]:
    """Return the sets of chips that names stand for on a day, and the chips, each once.

    Raises InvalidValue where there are none.
    """
    names = split_chips(chips)
    looked = selection.NameLookup(base.store)
    looked.read_ahead(selection.list_wanted(chips=names))
    wanted = [selection.select_chips(base, name, day, looked) for name in names]
    return wanted, _list_once(one.members for one in wanted)


def list_chips(base: OpenBase, chips: Sequence[str], day: str | None) -> list[Entity]:
    """Return the chips of `read_chips` alone: those controlled, on one day after another, cost less so."""
    found = []
    for name in split_chips(chips):
        if selection.is_controlled(name):
            found.append(selection.find_controlled(base.store, base.rulebook, day or get_today())[0])
        else:
            found.append(selection.select_chips(base, name, day).members)
    return _list_once(found)


def split_chips(chips: Sequence[str]) -> list[str]:
    """Return the names of chips that were given, several in a text separated by commas."""
    return [name.strip() for text in chips for name in text.split(",") if name.strip()]


def _list_once(groups: Iterable[Sequence[Entity]]) -> list[Entity]:
    """Return chips, each once. Raises InvalidValue where there are none."""
    found = list({chip.id: chip for some in groups for chip in some}.values())
    if not found:
        raise InvalidValue("no chip is asked for: name one, or `controlled`")
    return found


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


def read_buyers(base: OpenBase, buyers: Sequence[str], filters: Filters) -> Buyers:
    """Return the buyers that names and lists stand for. Raises UnknownName, AmbiguousName or InvalidValue."""
    found = Buyers()
    looked = selection.NameLookup(base.store)
    looked.read_ahead(selection.list_wanted([one for one in buyers if not is_list(one)]))
    for one in buyers:
        if not is_list(one):
            try:
                found.chosen.append(selection.select_buyers(base.store, one, looked, filters))
            except UnknownName as error:
                if "," not in one:
                    raise
                # a comma may be part of a name, so that a name is never taken apart
                advice = "name several buyers one by one (--buyers A --buyers B)"
                raise UnknownName(one, error.near, error.what, advice) from error
            continue
        given = read_list(one)
        found.notes += [f"{given.file}: {note}" for note in given.notes]
        names = list(dict.fromkeys(row.name for row in given.rows if row.name))
        lookup = selection.NameLookup(base.store, many=len(names) > MANY)
        lookup.read_ahead(selection.list_wanted(names))
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
    """Say whether what was given as a buyer is the file of a list, or standard input."""
    return (
        name == "-"
        or name.lower().endswith(ENDINGS)
        or (name.lower().endswith(OTHER_ENDINGS) and Path(name).is_file())
    )


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
