"""The matrix of an exposure as a page keeps it: what each pair, each buyer and the whole say, as asked and over time.

A pair without a path and without anything near one, on any day, is not sent: its cell is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from graphkit.answers.kept import Mode
from graphkit.answers.matrix_periods import MatrixFound, MatrixPeriods, MatrixRow, PairPaths
from graphkit.answers.paths import LIMIT
from graphkit.answers.periods import Periods
from graphkit.page.answers import read_answer
from graphkit.page.evidence_graph import EvidenceGraph
from graphkit.page.periods import Plain, PlainPeriod, PlainPeriods, PlainReader
from graphkit.page.pools import Answer, Numbers, Record

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: The end of an answer that is not of a pair.
_NOBODY: Record = {"id": "", "name": "", "kind": ""}

_SEAT = "HEADQUARTERED_IN"

Key = tuple[str, str]
K = TypeVar("K", str, Key)


class PlainMatrix(msgspec.Struct):
    """A matrix as plain data: its ends, and answers with what they are on other days.

    The answers are of pairs of buyer and chip, of buyers alone (ways to chips that no report names), and of the whole
    (who and what is asked about, statements of compliance).
    """

    buyers: list[Record]
    chips: list[Record]
    pairs: dict[Key, Record]
    rows: dict[str, Record]
    whole: Record
    moved: dict[Mode, PlainPeriod]
    pair_periods: dict[Key, dict[Mode, PlainPeriod]]
    row_periods: dict[str, dict[Mode, PlainPeriod]]
    #: by buyer, in names
    seats: dict[str, set[str]]


def read_exposure(exposure: Answer, periods: MatrixPeriods | None = None, seats: Graph | None = None) -> PlainMatrix:
    """Return the answer of `graphkit exposure` as plain data; with `periods` all paths of its pairs, over time.

    `seats` holds the claims on where the buyers have theirs.
    """
    found = PlainMatrix(list(exposure["buyers"]), list(exposure["chips"]), {}, {}, {}, {}, {}, {}, {})
    if seats is not None:
        for claim in seats.iterate_claims():
            if claim.relation == _SEAT and claim.status == "done":
                found.seats.setdefault(claim.subject, set()).add(seats.entities[claim.object].name)
    if periods is None:
        _take_exposure(found, exposure)
        return found
    reader = PlainReader()
    _take_rows(found.pairs, found.rows, periods.asked.rows, reader)
    found.whole = _read_whole(periods.asked, reader)
    for mode, period in periods.moved.items():
        _take_period(found, mode, period)
    return found


def _take_exposure(found: PlainMatrix, exposure: Answer) -> None:
    for cell in exposure["cells"]:
        path = cell.get("path")
        misses = cell.get("near_misses") or []
        told = _tell_pair([path] if path else [], cell.get("outcome"), misses)
        found.pairs[cell["buyer"]["id"], cell["chip"]["id"]] = told
    for one in exposure.get("unnamed") or ():
        if one.get("buyer"):
            found.rows.setdefault(one["buyer"]["id"], {"paths": [], "unnamed": []})["unnamed"].append(one)
    found.whole = {"paths": [], "compliance": list(exposure.get("compliance") or ())}


def _take_rows(
    pairs: dict[Key, Record], rows: dict[str, Record], said: Iterable[MatrixRow], reader: PlainReader
) -> None:
    """Note what each pair and each buyer of some rows say."""
    for row in said:
        for pair in row.pairs:
            pairs[pair.buyer.id, pair.chip.id] = reader.keep(pair, _read_pair)
        rows[row.buyer.id] = reader.keep(row, _read_ways)


def _read_ways(row: MatrixRow, reader: PlainReader) -> Record:
    return {"paths": [], "unnamed": [reader.read(one) for one in row.unnamed]}


def _read_pair(pair: PairPaths, reader: PlainReader) -> Record:
    misses = [reader.read(miss) for miss in pair.near_misses]
    told = _tell_pair([reader.read(path) for path in pair.paths], pair.outcome, misses)
    return {**told, "more": len(pair.paths) >= LIMIT}


def _tell_pair(paths: list[Answer], outcome: object, misses: list[Answer]) -> Record:
    """Return what a pair says: its paths and what was refused beside them, or how the search ended without one."""
    if paths:
        return {"paths": paths, "near_misses": misses, "negative": None}
    return {"paths": [], "negative": {"outcome": outcome, "near_misses": misses}}


def _read_whole(day: MatrixFound, reader: PlainReader) -> Record:
    return {
        "paths": [],
        "buyers": [row.buyer.id for row in day.rows],
        "chips": [pair.chip.id for row in day.rows[:1] for pair in row.pairs],
        "compliance": [reader.read(claim) for claim in day.compliance],
        "searched": {"truncated": day.truncated},
    }


def _take_period(found: PlainMatrix, mode: Mode, period: Periods[MatrixFound]) -> None:
    """Note on which days each pair, each buyer and the whole say something else as the date of a mode moves."""
    reader = PlainReader(period)
    whole: list[tuple[str, Plain]] = []
    pairs: dict[Key, list[tuple[str, Plain]]] = {}
    rows: dict[str, list[tuple[str, Plain]]] = {}
    ends: dict[str, Record] = {one["id"]: one for one in (*found.buyers, *found.chips)}
    last: dict[str, MatrixRow] = {}
    for one in period.answers:
        reader.turn_to(one)
        if one.found is None:
            whole.append((one.day, {"fault": reader.mark(one.fault or ""), "paths": []}))
            continue
        whole.append((one.day, _read_whole(one.found, reader)))
        said_pairs: dict[Key, Record] = {}
        said_rows: dict[str, Record] = {}
        # most rows are on most days what they were
        changed = [row for row in one.found.rows if last.get(row.buyer.id) is not row]
        last.update((row.buyer.id, row) for row in changed)
        _take_rows(said_pairs, said_rows, changed, reader)
        _note_changes(pairs, said_pairs, one.day)
        _note_changes(rows, said_rows, one.day)
        for row in changed:
            for end, some in ((row.buyer, found.buyers), *((pair.chip, found.chips) for pair in row.pairs)):
                if end.id not in ends:
                    ends[end.id] = end.to_dict()
                    some.append(ends[end.id])
    found.moved[mode] = PlainPeriod(period.first, period.last, tuple(whole))
    for key, changes in pairs.items():
        found.pair_periods.setdefault(key, {})[mode] = PlainPeriod(period.first, period.last, tuple(changes))
    for name, changes in rows.items():
        found.row_periods.setdefault(name, {})[mode] = PlainPeriod(period.first, period.last, tuple(changes))


def _note_changes(noted: dict[K, list[tuple[str, Plain]]], said: Mapping[K, Record], day: str) -> None:
    for key, plain in said.items():
        changes = noted.setdefault(key, [])
        if not changes or changes[-1][1] is not plain:
            changes.append((day, plain))


def list_asked(matrix: PlainMatrix, exposure: Answer) -> tuple[list[Key], list[Record], list[PlainPeriods | None]]:
    """Return the pairs that have something to say on some day, their answers, and these over time."""
    ends = {one["id"]: one for one in (*matrix.buyers, *matrix.chips)}
    keys = [key for key in _order_keys(matrix) if _says_something(matrix, key)]
    terms = {name: exposure.get(name) for name in ("as_of", "known_by", "filters", "searched")}
    answers = [
        {
            **terms,
            "buyer": ends[key[0]],
            "chip": ends[key[1]],
            **matrix.pairs.get(key, {"paths": [], "negative": None}),
        }
        for key in keys
    ]
    return keys, answers, [matrix.pair_periods.get(key) for key in keys]


def _order_keys(matrix: PlainMatrix) -> Iterable[Key]:
    return dict.fromkeys([*matrix.pairs, *matrix.pair_periods])


def _says_something(matrix: PlainMatrix, key: Key) -> bool:
    periods = matrix.pair_periods.get(key, {}).values()
    told = [matrix.pairs.get(key, {}), *(plain for one in periods for _, plain in one.answers)]
    return any(one.get("paths") or (one.get("negative") or {}).get("near_misses") for one in told)


def read_matrix(matrix: PlainMatrix, keys: Iterable[Key], evidence: EvidenceGraph, numbers: Numbers) -> Record:
    """Return the table of a page: its ends, the number of each pair's answer, the answers of buyers and of all."""
    buyers = [{**one, "seat": _find_seat(one["id"], matrix, evidence)} for one in matrix.buyers]
    nobody = {"buyer": _NOBODY, "chip": _NOBODY}
    rows = {
        name: read_answer({**nobody, **plain}, numbers, matrix.row_periods.get(name))
        for name, plain in matrix.rows.items()
        if plain.get("unnamed") or any(_has_ways(one) for one in matrix.row_periods.get(name, {}).values())
    }
    whole = read_answer({**nobody, **matrix.whole}, numbers, matrix.moved)
    by_id = {one["id"]: place for ends in (matrix.buyers, matrix.chips) for place, one in enumerate(ends)}
    for state in whole["states"]:
        for ends in ("buyers", "chips"):
            if ends in state:
                state[ends] = [by_id[one] for one in state[ends]]
    return {
        "buyers": buyers,
        "chips": matrix.chips,
        "pairs": [list(key) for key in keys],
        "rows": rows,
        "whole": whole,
    }


def list_beside(matrix: PlainMatrix) -> list[Record]:
    """Return the entities of what came nearest for the buyers that have no path: a near miss, or an unnamed chip."""
    reached = {buyer for (buyer, _), pair in matrix.pairs.items() if pair["paths"]}
    found: dict[str, Record] = {}
    told = {buyer for buyer, _ in matrix.pairs} | matrix.rows.keys()
    for buyer in sorted(told - reached):
        misses = [
            (pair.get("negative") or {}).get("near_misses") for key, pair in matrix.pairs.items() if key[0] == buyer
        ]
        ways = [*(some[0] for some in misses if some), *(matrix.rows.get(buyer, {}).get("unnamed") or ())[:1]]
        ends = [step[end] for way in ways for step in way.get("steps") or () for end in ("subject", "object")]
        found.update((one["id"], one) for one in ends)
    return list(found.values())


def _has_ways(period: PlainPeriod) -> bool:
    return any(plain.get("unnamed") for _, plain in period.answers)


def _find_seat(buyer: str, matrix: PlainMatrix, evidence: EvidenceGraph) -> str:
    """Return where a buyer is said to have its seat, in names; nothing where that is not known."""
    said = {
        evidence.entities[claim["object"]]["name"]
        for claim in evidence.claims.values()
        if claim["subject"] == buyer and claim["relation"] == _SEAT and claim["status"] == "done"
    }
    return ", ".join(sorted(said | matrix.seats.get(buyer, set())))
