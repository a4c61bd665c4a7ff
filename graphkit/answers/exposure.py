"""Which of these buyers can reach which of these chips? A matrix with the best path of each pair."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, Answer, OpenBase, Record, Version, count, note_lines
from graphkit.answers.evidence_tables import (
    evidence_table,
    names_along,
    near_miss_table,
    path_cells,
    site_name,
)
from graphkit.answers.evidence_text import EVIDENCE, claim_lines, near_miss_lines
from graphkit.answers.path_records import (
    Evidence,
    NearMissRecord,
    PathRecord,
    UnnamedPath,
    near_miss_record,
    path_record,
    unnamed_path,
)
from graphkit.answers.paths import MAX_HOPS, best_paths, judge_paths
from graphkit.answers.question import (
    BOUND,
    FiltersRecord,
    SearchedPairs,
    filter_line,
    question_table,
)
from graphkit.answers.records import Date, EntityRef, Probability, Status
from graphkit.answers.selection import EntitySet
from graphkit.errors import AmbiguousName, InvalidValue, UnknownName
from graphkit.facts import Entity
from graphkit.formats import Cell, Table
from graphkit.formats.cells import plain
from graphkit.formats.lines import width, wrap
from graphkit.graph import Filters
from graphkit.ontology import STATUSES
from graphkit.paths import AccessPath, Effort, Network, Search, explain

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Names of a list from which on it is quicker to read all names first.
MANY = 70
#: Partial paths and seconds of all searches of a matrix together; ways to unnamed chips that are looked at.
_EFFORT, _MANY_WAYS = (2_000_000, 4.0), 50
#: How a cell of the matrix shows the status of its path.
SIGNS = {"done": "●", "planned": "○", "considered": "◌", "alleged": "?"}


class MatrixCell(Record, frozen=True, kw_only=True):
    """One pair of buyer and chip: its best path and what qualifies it, or how the search ended without one.

    `route` names whom the path passes.
    """

    buyer: EntityRef
    chip: EntityRef
    status: Status | None
    confidence: Probability | None
    hops: int | None
    evidence: Evidence | None
    stated: bool | None
    marks: tuple[str, ...]
    route: tuple[str, ...]
    outcome: Literal["found", "not found", "bound hit", "unnamed party"]
    near_misses: tuple[NearMissRecord, ...]
    path: PathRecord | None


class UnnamedCell(Record, frozen=True, kw_only=True):
    """The best way of a buyer to some chip of a class that no document names."""

    buyer: EntityRef
    path: UnnamedPath


class MatchedName(Record, frozen=True, kw_only=True):
    """A name of a customer list, and the ids of the companies that it stands for."""

    name: str
    buyers: tuple[str, ...]


class UnmatchedName(Record, frozen=True, kw_only=True):
    """A name of a customer list that nobody answers to, and names that are near it."""

    name: str
    near: tuple[str, ...]
    why: str


class ExposureAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit exposure`.

    `cells` are all pairs, buyer by buyer; `unnamed` the ways to some chip of a class, which count for no pair.
    `matched` and `unmatched` are the names of customer lists.
    """

    version: Version
    buyers: tuple[EntityRef, ...]
    chips: tuple[EntityRef, ...]
    as_of: Date | None
    known_by: Date | None
    filters: FiltersRecord
    cells: tuple[MatrixCell, ...]
    unnamed: tuple[UnnamedCell, ...]
    searched: SearchedPairs
    matched: tuple[MatchedName, ...]
    unmatched: tuple[UnmatchedName, ...]
    notes: tuple[str, ...]

    @property
    def found(self) -> list[tuple[MatrixCell, PathRecord]]:
        """The pairs with a path, and the path."""
        return [(cell, cell.path) for cell in self.cells if cell.path is not None]

    def tables(self) -> list[Table]:
        """Return the answer as tables: the pairs, the evidence of their paths, and what was matched."""
        columns = (
            *("buyer", "chip", "outcome", "status", "confidence", "hops", "evidence", "through", "marks", "places"),
            *("route", "route_name", "verdict", "near_miss"),
        )
        cells: list[dict[str, Cell]] = [
            {
                "buyer": cell.buyer.name,
                "chip": cell.chip.name,
                **(path_cells(cell.path) if cell.path else {}),
                "outcome": cell.outcome,
                "near_miss": ", ".join(dict.fromkeys(r for miss in cell.near_misses for r in miss.reasons)) or None,
            }
            for cell in self.cells
        ]
        unnamed: list[dict[str, Cell]] = [
            {"buyer": one.buyer.name, "chip": one.path.chip_class.name, **path_cells(one.path)}
            for one in self.unnamed
        ]
        misses = [(cell, miss) for cell in self.cells for miss in cell.near_misses]
        return [
            Table("pairs", columns, cells),
            evidence_table(
                [path for _, path in self.found], ends=[(cell.buyer.name, cell.chip.name) for cell, _ in self.found]
            ),
            Table("chip not named", columns, unnamed),
            evidence_table(
                [one.path for one in self.unnamed],
                "evidence of chip not named",
                [(one.buyer.name, one.path.chip_class.name) for one in self.unnamed],
            ),
            near_miss_table(
                [miss for _, miss in misses],
                [{"buyer": cell.buyer.name, "chip": cell.chip.name} for cell, _ in misses],
            ),
            Table(
                "names of the list",
                ("name", "read_as", "near", "why"),
                [
                    *({"name": one.name, "read_as": self._names(one.buyers)} for one in self.matched),
                    *({"name": one.name, "near": one.near, "why": one.why} for one in self.unmatched),
                ],
            ),
            question_table(
                {
                    **self.filters.cells(),
                    "max_hops": self.searched.max_hops,
                    "bound_hit": self.searched.truncated,
                },
                self.notes,
            ),
        ]

    def remarks(self) -> list[str]:
        """Return notes, how names of a list were read, the bound that was hit, and the filters."""
        return [*(f"note: {note}" for note in self._notes()), filter_line(self.filters, self.searched)]

    def styled_text(self) -> str:
        """Return a matrix of one sign and a number a cell, its legend, and the routes, each once."""
        size = f"{count(len(self.buyers), 'buyer')}, {count(len(self.chips), 'chip')}"
        title = f"exposure: {size}, {count(len(self.found), 'pair')} with a path"
        lines = note_lines(list(self.notes))
        lines += [click.style(title, bold=True)]
        lines += wrap(click.style(filter_line(self.filters, self.searched), dim=True))
        lines += [*self._matrix_lines(), *self._route_lines(), *self._unnamed_lines()]
        without = [buyer for buyer in self.buyers if not any(cell.buyer.id == buyer.id for cell, _ in self.found)]
        if without:
            lines += ["", *wrap("; ".join(plain(one.name) for one in without), "no path: ", "  ")]
        lines += self._near_miss_lines()
        rest = self._notes()[len(self.notes) :]
        return "\n".join([*lines, *([""] if rest else []), *note_lines(rest)]).rstrip()

    def _notes(self) -> list[str]:
        read = [
            f"{one.name} was read as {self._names(one.buyers)}"
            for one in self.matched
            if one.name != self._names(one.buyers)
        ]
        notes = [*self.notes, *([f"of the list, {'; '.join(read)}"] if read else [])]
        notes += map(describe_unmatched, self.unmatched)
        return [*notes, *([BOUND] if self.searched.truncated else [])]

    def _names(self, ids: Iterable[str]) -> str:
        names = {buyer.id: buyer.name for buyer in self.buyers}
        return " and ".join(names[id_] for id_ in ids)

    def _columns(self) -> tuple[list[EntityRef], list[EntityRef]]:
        """Return the chips that somebody reaches, and the classes of which somebody has some chip."""
        reached = {cell.chip.id for cell, _ in self.found}
        classes = {one.path.chip_class.id: one.path.chip_class for one in self.unnamed}
        return [chip for chip in self.chips if chip.id in reached], list(classes.values())

    def _matrix_lines(self) -> list[str]:
        """Return a line a buyer with a path, a column a chip that somebody reaches; numbers are those of routes."""
        chips, classes = self._columns()
        numbers = self._routes()
        if not chips and not classes:
            return []
        signs = {
            (cell.buyer.id, cell.chip.id): f"{SIGNS.get(path.status, '?')} {numbers[_key(path)]}"
            for cell, path in self.found
        }
        signs |= {
            (one.buyer.id, one.path.chip_class.id): f"{SIGNS.get(one.path.status, '?')} n{number}"
            for number, one in enumerate(self.unnamed, 1)
        }
        ids = [one.id for one in [*chips, *classes]]
        heads = [plain(chip.name) for chip in chips] + [f"some {plain(one.name)}" for one in classes]
        rows = [
            [plain(buyer.name), *(signs.get((buyer.id, id_), "·") for id_ in ids)]
            for buyer in self.buyers
            if any((buyer.id, id_) in signs for id_ in ids)
        ]
        legend = [
            f"{SIGNS.get(name, '?')} {name}" for name in STATUSES if any(p.status == name for _, p in self.found)
        ]
        legend += ["· no path found", "the number is that of the route below"]
        return ["", *_lay_out(["", *heads], rows), *wrap(click.style("; ".join(legend), dim=True))]

    def _routes(self) -> dict[tuple[str, ...], int]:
        """Return the number of each route, in the order in which the matrix meets them."""
        numbers: dict[tuple[str, ...], int] = {}
        for _, path in self.found:
            numbers.setdefault(_key(path), len(numbers) + 1)
        return numbers

    def _route_lines(self) -> list[str]:
        """Return each route once: whom it passes, what qualifies it, and the denials and notes of its claims."""
        lines: list[str] = [""] if self.found else []
        for key, number in self._routes().items():
            paths = [path for _, path in self.found if _key(path) == key]
            lines += _route(f"{number}", paths)
        return lines

    def _unnamed_lines(self) -> list[str]:
        if not self.unnamed:
            return []
        lines = ["", *wrap("some chip of a class, which may or may not be one of these", "chip not named: ", "  ")]
        for number, one in enumerate(self.unnamed, 1):
            lines += _route(f"n{number}", [one.path])
        return lines

    def _near_miss_lines(self) -> list[str]:
        """Return each near miss once, with the pairs that it stands for in the first line."""
        lines: list[str] = []
        for _, row in itertools.groupby(self.cells, key=lambda cell: cell.buyer.id):
            broken: dict[tuple[str, ...], list[MatrixCell]] = {}
            for cell in row:
                if cell.near_misses:
                    broken.setdefault(_breaking(cell.near_misses), []).append(cell)
            for cells in broken.values():
                misses = cells[0].near_misses
                reasons = ", ".join(dict.fromkeys(reason for miss in misses for reason in miss.reasons))
                pair = f"{plain(cells[0].buyer.name)} → {', '.join(plain(cell.chip.name) for cell in cells)}"
                lines += [*wrap(f"near misses: {pair} ({reasons})", rest="  "), *near_miss_lines(misses)]
        return ["", *lines] if lines else []


def _breaking(misses: Iterable[NearMissRecord]) -> tuple[str, ...]:
    """Return what makes near misses the same for several chips: the reasons and the claims that break them."""
    claims = [one.claim.id for miss in misses for one in miss.broken_by]
    return (*claims, *(reason for miss in misses for reason in miss.reasons))


def _key(path: PathRecord) -> tuple[str, ...]:
    """Return what makes a route one: the claims of its steps."""
    return tuple(claim.id for step in path.steps for claim in step.claims)


def _route(number: str, paths: Sequence[PathRecord]) -> list[str]:
    path = paths[0]
    lines = wrap(click.style(plain(names_along(path.entities)), bold=True), f"{number:>3}. ")
    for one in {(one.confidence, one.marks, one.verdict): one for one in paths}.values():
        facts = [one.status, EVIDENCE[one.evidence], f"confidence {one.confidence:.2f}"]
        lines += wrap(" · ".join([*facts, count(len(one.steps), "hop"), *one.marks]), "     ")
        lines += wrap(plain(one.verdict), "     rules: ") if one.verdict else []
    for place in path.places:
        name = place.region.name if place.region else "not known"
        lines += wrap(f"{plain(site_name(path, place.site))} stands in: {plain(name)}", "     ")
    claims = {claim.id: claim for one in paths for step in one.steps for claim in step.claims}
    denials = {claim.id: claim for one in paths for step in one.steps for claim in step.denied_by}
    wholes = {claim.id: claim for one in paths for claim in one.corroborated_by}
    for claim in claims.values():
        lines += claim_lines(claim, path.status, 5)
    for claim in denials.values():
        lines += claim_lines(claim, indent=5, reason="denied: ")
    for claim in wholes.values():
        lines += claim_lines(claim, indent=5, reason="corroborated by: ")
    return lines


def _lay_out(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in lines that fit, folded into several of fewer columns where it is too wide."""
    from graphkit.formats.lines import columns

    heads = [_cut(head, 28) for head in heads]
    rows = [[_cut(row[0], 30), *row[1:]] for row in rows]
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    lines: list[str] = []
    start = 1
    while start < len(heads):
        end, used = start, widths[0]
        while end < len(heads) and (end == start or used + 2 + widths[end] <= columns()):
            used += 2 + widths[end]
            end += 1
        for row in [heads, *rows]:
            cells = [row[at] + " " * (widths[at] - width(row[at])) for at in (0, *range(start, end))]
            lines.append("  ".join(cells).rstrip())
        start = end
        lines += [""] if start < len(heads) else []
    return lines


def _cut(text: str, most: int) -> str:
    """Return a text in at most so many columns; the whole of it stands with the routes."""
    if width(text) <= most:
        return text
    while width(text) >= most:
        text = text[:-1]
    return f"{text}…"


def describe_unmatched(one: UnmatchedName) -> str:
    """Say that a name of a customer list was not matched, and what may have been meant."""
    near = f"did you mean {' or '.join(one.near)}?" if one.near else one.why
    return f"not matched: {one.name}: {near}"


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
    """Return the matrix for buyers and chips as people name them: names, `hq:CN`, a CSV file of customers.

    `chips` are names, also several in one text with commas, or `controlled`. Over at most `max_slice` claims
    fetched from the store. The names of a file stand under `matched` or `unmatched`; any other that nobody answers
    to raises UnknownName, AmbiguousName or InvalidValue. Raises StoreError.
    """
    chosen, matched, unmatched = _read_buyers(base, buyers)
    names = [name.strip() for text in chips for name in text.split(",") if name.strip()]
    wanted = [selection.chips(base, name, filters.on) for name in names]
    members = list({one.id: one for some in chosen for one in some.members}.values())
    asked = list({chip.id: chip for one in wanted for chip in one.members}.values())
    if not asked:
        raise InvalidValue("no chip is asked for: name one, or `controlled`")
    part = slices.access_slice(
        base.store, [one.id for one in members], [one.id for one in asked], max_hops=max_hops + 1, max_slice=max_slice
    )
    cells, exhausted = [], False
    network = Network.of(part.graph, base.rulebook)
    effort, more_effort = Effort(*_EFFORT), Effort(*_EFFORT)
    unnamed: list[UnnamedCell] = []
    for buyer in members:
        for chip in asked:
            search = Search(network, buyer.id, chip.id, filters, max_hops=max_hops, effort=effort)
            cells.append(_find_cell(base, part, buyer, chip, search))
            exhausted = exhausted or search.exhausted
        searches = [
            Search(network, buyer.id, chip.id, filters, max_hops=max_hops, unnamed=True, effort=more_effort)
            for chip in asked
        ]
        unnamed += _find_unnamed(base, network, buyer, searches)
        exhausted = exhausted or any(search.exhausted for search in searches)
    notes = [*base.notes, *(note for some in [*chosen, *wanted] for note in some.notes)]
    answer = ExposureAnswer(
        version=VERSION,
        buyers=tuple(map(EntityRef.of, members)),
        chips=tuple(map(EntityRef.of, asked)),
        as_of=filters.on,
        known_by=filters.known_by,
        filters=FiltersRecord.of(filters),
        cells=tuple(cells),
        unnamed=tuple(unnamed),
        searched=SearchedPairs(max_hops=max_hops, truncated=part.truncated or exhausted),
        matched=tuple(matched),
        unmatched=tuple(unmatched),
        notes=tuple(dict.fromkeys(notes)),
    )
    return ExposureFound(answer, part.graph)


def _read_buyers(
    base: OpenBase, buyers: Sequence[str]
) -> tuple[list[EntitySet], list[MatchedName], list[UnmatchedName]]:
    chosen: list[EntitySet] = []
    matched: list[MatchedName] = []
    unmatched: list[UnmatchedName] = []
    for one in buyers:
        if not one.lower().endswith(".csv"):
            chosen.append(selection.buyers(base.store, one))
            continue
        customers = selection.customers(Path(one))
        lookup = selection.NameLookup(base.store, many=len(customers) > MANY)
        for name in customers:
            try:
                chosen.append(selection.buyers(base.store, name, lookup))
                matched.append(MatchedName(name=name, buyers=tuple(chosen[-1].ids)))
            except (UnknownName, AmbiguousName, InvalidValue) as error:
                near = error.near if isinstance(error, UnknownName) else ()
                unmatched.append(UnmatchedName(name=name, near=near, why=str(error)))
    return chosen, matched, unmatched


def _find_unnamed(base: OpenBase, network: Network, buyer: Entity, searches: Sequence[Search]) -> list[UnnamedCell]:
    """Return the best way of a buyer to some chip of each class."""
    best: dict[str, AccessPath] = {}
    for path in best_paths(searches, _MANY_WAYS):
        best.setdefault(path.chip_class or path.nodes[-1], path)
    if not searches:
        return []
    findings = judge_paths(base, network.graph, list(best.values()), searches[0].filters, ())
    return [
        UnnamedCell(buyer=EntityRef.of(buyer), path=unnamed_path(path, network, one))
        for path, one in zip(best.values(), findings, strict=True)
    ]


def _find_cell(base: OpenBase, part: slices.Slice, buyer: Entity, chip: Entity, search: Search) -> MatrixCell:
    network = search.network
    found = best_paths([search], 1)
    ends = EntityRef.of(buyer), EntityRef.of(chip)
    if not found:
        cut = part.truncated or part.deeper
        negative = explain(search, truncated=cut, unexplored=part.unexplored, count=1)
        outcome: dict[str, Literal["bound hit", "unnamed party"]]
        outcome = {"bound hit": "bound hit", "unnamed party": "unnamed party"}
        return MatrixCell(
            buyer=ends[0],
            chip=ends[1],
            status=None,
            confidence=None,
            hops=None,
            evidence=None,
            stated=None,
            marks=(),
            route=(),
            outcome=outcome.get(negative.outcome, "not found"),
            near_misses=tuple(near_miss_record(miss, network) for miss in negative.near_misses),
            path=None,
        )
    path = path_record(found[0], network, judge_paths(base, network.graph, found, search.filters, [chip])[0])
    return MatrixCell(
        buyer=ends[0],
        chip=ends[1],
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
