"""The matrix of an exposure, and how it reads as tables and as text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import click

from graphkit.answers.answer import SummarisedAnswer, Version, format_notes
from graphkit.answers.customer_list import CustomerList, CustomerRow
from graphkit.answers.evidence_brief import Citations, format_brief_paths, format_unnamed
from graphkit.answers.evidence_lines import (
    Caveats,
    format_miss_lines,
    format_next,
    format_path_line,
    format_statement_lines,
)
from graphkit.answers.evidence_tables import (
    list_names_along,
    make_claims_table,
    make_evidence_table,
    make_near_miss_table,
    make_path_cells,
)
from graphkit.answers.evidence_text import describe_path, format_compliance, format_near_misses
from graphkit.answers.matrix_layout import lay_out_matrix
from graphkit.answers.matrix_records import MatchedName, MatrixCell, UnmatchedName, UnnamedPair, describe_unmatched
from graphkit.answers.path_records import NearMissRecord, PathRecord
from graphkit.answers.question import (
    BOUND,
    FiltersRecord,
    SearchedPairs,
    format_filters,
    make_question_table,
)
from graphkit.answers.records import ClaimRecord, Date, EntityRef
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.ontology import STATUSES
from graphkit.paths.access_path import DISPUTED
from graphkit.summaries.exposure import summarise_exposure

#: The heading of what ends at a chip that no document names.
UNNAMED = "chip not named: some chip of a class, which may or may not be one of these"
#: How a cell of the matrix shows the status of its path.
SIGNS = {"done": "●", "planned": "○", "considered": "◌", "alleged": "?"}
DENIED = "!"


class ExposureAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit exposure`.

    `cells` are all pairs, buyer by buyer; `unnamed` the ways to some chip of a class, which count for no pair.
    `compliance` are statements of those on the ways that they keep to the rules: no denials. `matched` and
    `unmatched` are the names of customer lists, each once; `lists` their rows, with all their cells.
    """

    version: Version
    buyers: tuple[EntityRef, ...]
    chips: tuple[EntityRef, ...]
    as_of: Date | None
    known_by: Date | None
    filters: FiltersRecord
    cells: tuple[MatrixCell, ...]
    unnamed: tuple[UnnamedPair, ...]
    compliance: tuple[ClaimRecord, ...]
    searched: SearchedPairs
    matched: tuple[MatchedName, ...]
    unmatched: tuple[UnmatchedName, ...]
    lists: tuple[CustomerList, ...]
    notes: tuple[str, ...]

    @property
    def found(self) -> list[tuple[MatrixCell, PathRecord]]:
        """The pairs with a path, and the path."""
        return [(cell, cell.path) for cell in self.cells if cell.path is not None]

    def tables(self) -> list[Table]:
        """Return the answer as tables: the pairs, the evidence of their paths, and what was matched."""
        columns = (
            *("buyer", "chip", "outcome", "status", "confidence", "hops", "evidence", "through", "marks", "places"),
            *("disputed", "holding", "route", "route_name", "day", "verdict", "near_miss"),
        )
        cells: list[dict[str, Cell]] = [
            {
                "buyer": cell.buyer.name,
                "chip": cell.chip.name,
                **(make_path_cells(cell.path) if cell.path else {}),
                "outcome": cell.outcome,
                "near_miss": ", ".join(dict.fromkeys(r for miss in cell.near_misses for r in miss.reasons)) or None,
            }
            for cell in self.cells
        ]
        unnamed: list[dict[str, Cell]] = [
            {"buyer": one.buyer.name, "chip": one.chip_class.name, **make_path_cells(one)} for one in self.unnamed
        ]
        misses = [(cell, miss) for cell in self.cells for miss in cell.near_misses]
        return [
            Table("pairs", columns, cells),
            make_evidence_table(
                [path for _, path in self.found], ends=[(cell.buyer.name, cell.chip.name) for cell, _ in self.found]
            ),
            Table("chip not named", columns, unnamed),
            make_evidence_table(
                list(self.unnamed),
                "evidence of chip not named",
                [(one.buyer.name, one.chip_class.name) for one in self.unnamed],
            ),
            make_near_miss_table(
                [miss for _, miss in misses],
                [{"buyer": cell.buyer.name, "chip": cell.chip.name} for cell, _ in misses],
            ),
            make_claims_table(self.compliance, "statements of compliance"),
            self._matrix_table(),
            self._list_table(),
            make_question_table(
                {
                    **self.filters.cells(),
                    "max_hops": self.searched.max_hops,
                    "more_ways_to_a_chip_not_named": self.searched.more_unnamed,
                    "bound_hit": self.searched.truncated,
                },
                self.notes,
            ),
        ]

    def _list_table(self) -> Table:
        """Return the rows of the lists: how each was read, what it reaches, and its own columns."""
        own: dict[str, None] = {}
        rows: list[dict[str, Cell]] = []
        for given in self.lists:
            headings = given.column_names()
            own.update(dict.fromkeys(headings))
            for row, read in self._read_rows(given):
                cells: dict[str, Cell] = {"file": given.file, "line": row.line, "name": row.name or None}
                rows.append({**cells, **read, **dict(zip(headings, row.cells, strict=True))})
        columns = ("file", "line", "name", "read_as", "result", "reaches", "near", "why")
        return Table("names of the list", (*columns, *own), rows)

    def _read_rows(self, given: CustomerList) -> Iterator[tuple[CustomerRow, dict[str, Cell]]]:
        """Yield the rows of a list, each with how it was read and what it reaches, as cells."""
        unmatched = {one.name: one for one in self.unmatched}
        reached: dict[str, list[str]] = {}
        for cell, _ in self.found:
            reached.setdefault(cell.buyer.id, []).append(cell.chip.name)
        cut = {cell.buyer.id for cell in self.cells if cell.outcome == "bound hit"}
        for row in given.rows:
            if row.buyers:
                reaches = list(dict.fromkeys(name for one in row.buyers for name in reached.get(one, ())))
                result = "path" if reaches else "no path" if cut.isdisjoint(row.buyers) else "bound hit"
                yield row, {"read_as": self._names(row.buyers), "result": result, "reaches": reaches}
            elif one := unmatched.get(row.name):
                yield row, {"result": "not matched", "near": one.near, "why": one.why}
            else:
                yield row, {"result": "no name"}

    def remarks(self) -> list[str]:
        """Return notes, how names of a list were read, the bound that was hit, and the filters."""
        return [*(f"note: {note}" for note in self._notes()), format_filters(self.filters, self.searched)]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the pairs with a path and who says so, the rules, what is refused."""
        return summarise_exposure(
            self.words,
            buyers=self.buyers,
            chips=self.chips,
            found=[(cell.buyer, cell.chip, path) for cell, path in self.found],
            unnamed=self.unnamed,
            near_misses=[miss for cell in self.cells for miss in cell.near_misses],
            searched=self.searched,
            on=self.as_of,
        )

    def styled_text(self) -> str:
        """Return the sentences, the matrix, then each route in a few lines with its denials and notes."""
        words, caveats = self.words, Caveats(self.words)
        lines = [*self._head_lines(), *self._matrix_lines(), *([""] if self.found else [])]
        for number, alike in enumerate(self._routes().values(), 1):
            lines += format_path_line(words, str(number), alike, caveats)
        if self.unnamed:
            lines += ["", *wrap_text(words.say("head.unnamed.some"), rest="  ")]
        asked = self.chips[0] if len(self.chips) == 1 else None
        for number, one in enumerate(self.unnamed, 1):
            lines += format_path_line(words, f"n{number}", [one], caveats, supposed=asked)
        reaching = {cell.buyer.id for cell, _ in self.found}
        if without := "; ".join(as_line(one.name) for one in self.buyers if one.id not in reaching):
            lines += ["", *wrap_text(without, words.say("label.no_path"), "  ")]
        for pair, misses in self._list_broken():
            lines += format_miss_lines(words, misses, caveats, title=words.say("head.pair", pair=pair))
        lines += format_statement_lines(words.say("head.compliance"), self.compliance, caveats)
        lines += self._list_lines()
        rest = self._notes()[len(self.notes) :]
        lines += [*([""] if rest else []), *format_notes(rest, self.words), *format_next(words, "all", "json")]
        return "\n".join(lines)

    def _head_lines(self) -> list[str]:
        """Return the notes, the size of the matrix, the filters and the sentences."""
        words = self.words
        title = words.say(
            "head.exposure",
            buyers=words.count(len(self.buyers), "buyer"),
            chips=words.count(len(self.chips), "chip"),
            pairs=words.count(len(self.found), "pair", more=self.searched.truncated),
        )
        title = title if self.buyers else words.say("head.exposure.nothing")
        lines = format_notes(self.notes, self.words)
        lines += [click.style(title, bold=True)]
        lines += wrap_text(click.style(format_filters(self.filters, self.searched, self.words), dim=True))
        return [*lines, "", *self.summary_lines()]

    def full_text(self) -> str:
        """Return the sentences, the matrix, and the routes, each once with its evidence."""
        lines, citations = self._head_lines(), Citations()
        lines += [*self._matrix_lines(), *self._route_lines(citations)]
        lines += format_unnamed(self.unnamed, citations, UNNAMED)
        reaching = {cell.buyer.id for cell, _ in self.found}
        if without := "; ".join(as_line(one.name) for one in self.buyers if one.id not in reaching):
            lines += ["", *wrap_text(without, "no path: ", "  ")]
        lines += self._near_miss_lines()
        lines += [*format_compliance(self.compliance), *self._list_lines(), *citations.lines()]
        rest = self._notes()[len(self.notes) :]
        return "\n".join([*lines, *([""] if rest else []), *format_notes(rest, self.words)]).rstrip()

    def _notes(self) -> list[str]:
        read = [
            f"{one.name} was read as {self._names(one.buyers)}"
            for one in self.matched
            if one.name != self._names(one.buyers)
        ]
        notes = [*self.notes, *([f"of the list, {'; '.join(read)}"] if read else [])]
        notes += map(describe_unmatched, self.unmatched)
        cut = self.searched.more_unnamed and not self.searched.truncated
        notes += [self.words.say("label.more_classes")] if cut else []
        return [*notes, *([BOUND] if self.searched.truncated else [])]

    def _names(self, ids: Iterable[str]) -> str:
        names = {buyer.id: buyer.name for buyer in self.buyers}
        return " and ".join(names[id_] for id_ in ids)

    def _columns(self) -> tuple[list[EntityRef], list[EntityRef]]:
        """Return the chips that somebody reaches, and the classes of which somebody has some chip."""
        reached = {cell.chip.id for cell, _ in self.found}
        classes = {one.chip_class.id: one.chip_class for one in self.unnamed}
        return [chip for chip in self.chips if chip.id in reached], list(classes.values())

    def _matrix_table(self) -> Table:
        """Return a row a buyer that has a path, a column a chip that somebody reaches, then one for each class."""
        chips, classes = self._columns()
        heads = {("chip", one.id): one.name for one in chips}
        heads |= {("class", one.id): f"{one.name}, chip not named" for one in classes}
        cells: dict[str, dict[str, Cell]] = {}
        for cell, path in self.found:
            row = cells.setdefault(cell.buyer.id, {"buyer": cell.buyer.name})
            row[heads["chip", cell.chip.id]] = _tell_in_cell(path)
        for one in self.unnamed:
            row = cells.setdefault(one.buyer.id, {"buyer": one.buyer.name})
            row.setdefault(heads["class", one.chip_class.id], _tell_in_cell(one))
        rows = [cells[buyer.id] for buyer in self.buyers if buyer.id in cells]
        return Table("matrix", ("buyer", *dict.fromkeys(heads.values())), rows)

    def _matrix_lines(self) -> list[str]:
        """Return a line a buyer with a path, a column a chip that somebody reaches; numbers are those of routes."""
        chips, classes = self._columns()
        numbers = {key: number for number, key in enumerate(self._routes(), 1)}
        if not chips and not classes:
            return []
        signs = {
            (cell.buyer.id, cell.chip.id): f"{_sign(path)} {numbers[_get_key(path)]}" for cell, path in self.found
        }
        for number, one in enumerate(self.unnamed, 1):
            signs.setdefault((one.buyer.id, one.chip_class.id), f"{_sign(one)} n{number}")
        ids = [one.id for one in [*chips, *classes]]
        heads = [as_line(chip.name) for chip in chips] + [
            self.words.say("label.some", chip=as_line(one.name)) for one in classes
        ]
        rows = [
            [as_line(buyer.name), *(signs.get((buyer.id, id_), "·") for id_ in ids)]
            for buyer in self.buyers
            if any((buyer.id, id_) in signs for id_ in ids)
        ]
        told = {path.status for _, path in self.found} | {one.status for one in self.unnamed}
        words = self.words
        legend = [f"{SIGNS.get(name, '?')} {words.look_up('status', name)}" for name in STATUSES if name in told]
        if any(one.disputed for one in [*(path for _, path in self.found), *self.unnamed]):
            legend += [f"{DENIED} {words.look_up('mark', DISPUTED)}"]
        legend += [words.say("legend.none"), words.say("legend.number")]
        legend += [words.say("legend.unnamed")] if classes else []
        return ["", *lay_out_matrix(["", *heads], rows), *wrap_text(click.style(words.clauses(legend), dim=True))]

    def _routes(self) -> dict[tuple[str, ...], list[PathRecord]]:
        """Return the paths of each route, in the order in which the matrix meets them, which numbers them."""
        routes: dict[tuple[str, ...], list[PathRecord]] = {}
        for _, path in self.found:
            routes.setdefault(_get_key(path), []).append(path)
        return routes

    def _route_lines(self, citations: Citations) -> list[str]:
        """Return each route once: whom it passes, what qualifies it, and the denials and notes of its claims."""
        lines: list[str] = [""] if self.found else []
        for number, alike in enumerate(self._routes().values(), 1):
            lines += _route(number, alike, citations)
        return lines

    def _list_lines(self) -> list[str]:
        """Return every row of the lists with its own cells, and what became of it."""
        lines: list[str] = []
        for given in self.lists:
            lines += ["", *wrap_text(as_line(f"{given.file}, row by row"))]
            for row, read in self._read_rows(given):
                reached = read.get("reaches")
                result = f"path to {', '.join(reached)}" if isinstance(reached, list) and reached else read["result"]
                cells = zip(given.columns, row.cells, strict=True)
                own = [f"{heading}: {cell}" for heading, cell in cells if cell and cell != row.name]
                name = row.name or "no name"
                shown = " · ".join([name, *own, *([str(result)] if result != name else [])])
                lines += wrap_text(as_line(shown), f"  line {row.line}: ", "    ")
        return lines

    def _near_miss_lines(self) -> list[str]:
        """Return each near miss once, with the pairs that it stands for in the first line."""
        lines: list[str] = []
        for pair, misses in self._list_broken():
            lines += [*wrap_text(f"near misses: {pair}", rest="  "), *format_near_misses(misses)]
        return ["", *lines] if lines else []

    def _list_broken(self) -> list[tuple[str, tuple[NearMissRecord, ...]]]:
        """Return near misses, each once with the pairs that it stands for and its reasons in words."""
        found: list[tuple[str, tuple[NearMissRecord, ...]]] = []
        for _, row in itertools.groupby(self.cells, key=lambda cell: cell.buyer.id):
            broken: dict[tuple[str, ...], list[MatrixCell]] = {}
            for cell in row:
                if cell.near_misses:
                    broken.setdefault(_get_break_key(cell.near_misses), []).append(cell)
            for cells in broken.values():
                misses = cells[0].near_misses
                reasons = ", ".join(dict.fromkeys(reason for miss in misses for reason in miss.reasons))
                pair = f"{as_line(cells[0].buyer.name)} → {', '.join(as_line(cell.chip.name) for cell in cells)}"
                found.append((f"{pair} ({reasons})", misses))
        return found


def _sign(path: PathRecord) -> str:
    """Return the sign of a path's status, and that of its being disputed."""
    return f"{SIGNS.get(path.status, '?')}{DENIED if path.disputed else ''}"


def _tell_in_cell(path: PathRecord) -> str:
    """Return what a cell of the table of the matrix says of a path."""
    return f"{path.status}{f', {DISPUTED}' if path.disputed else ''} {path.confidence:.2f}"


def _get_break_key(misses: Iterable[NearMissRecord]) -> tuple[str, ...]:
    """Return what makes near misses the same for several chips: the reasons and the claims that break them."""
    claims = [one.claim.id for miss in misses for one in miss.broken_by]
    return (*claims, *(reason for miss in misses for reason in miss.reasons))


def _get_key(path: PathRecord) -> tuple[str, ...]:
    """Return what makes a route one: the claims of its steps."""
    return tuple(claim.id for step in path.steps for claim in step.claims)


def _route(number: int, paths: Sequence[PathRecord], citations: Citations) -> list[str]:
    names = click.style(as_line(list_names_along(paths[0].entities)), bold=True)
    lines = wrap_text(names, f"{number:>3}. ")
    for one in {(one.confidence, one.marks, one.verdict): one for one in paths}.values():
        lines += wrap_text(describe_path(one), "     ")
        lines += wrap_text(as_line(one.verdict), "     rules: ") if one.verdict else []
    return [*lines, *format_brief_paths(paths, citations, 5)]
