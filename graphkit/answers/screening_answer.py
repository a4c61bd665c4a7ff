"""The answer to a screened list, and how it reads as tables and as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
import msgspec

from graphkit.answers.answer import SummarisedAnswer, Version, format_count, format_notes
from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.path_records import EVIDENCE, NearMissRecord, PathRecord
from graphkit.answers.question import FiltersRecord, SearchedPairs, format_filters, make_question_table
from graphkit.answers.records import Date, EntityRef
from graphkit.answers.screening_records import CompanyRecord, ScreenCounts, ScreenRow
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.summaries.contents import summarise_screening

#: Names that a line of text shows before it says how many more there are.
_SHOWN = 12


class ScreeningAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit screen`: every row of the list in its order, and the counts.

    `columns` are the headings of the list; `through` is the company or site that every path passes, if asked for.
    `not_told` is what could not be told of the whole.
    """

    version: Version
    columns: tuple[str, ...]
    rows: tuple[ScreenRow, ...]
    counts: ScreenCounts
    not_told: tuple[str, ...]
    chips: tuple[EntityRef, ...]
    through: EntityRef | None
    as_of: Date | None
    known_by: Date | None
    filters: FiltersRecord
    searched: SearchedPairs
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The counts in one sentence."""
        found = self.counts
        through = f" through {self.through.name}" if self.through else ""
        reach = "reaches" if found.reach == 1 else "reach"
        return (
            f"{format_count(found.rows, 'row')}: {found.same:,} the same, {found.probable:,} to review, "
            f"{found.none:,} not in this base; {found.reach:,} {reach} a controlled chip{through}"
        )

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the rows by match, those with a path, and what was not screened."""
        return summarise_screening(self.words, self.counts, self.through)

    def tables(self) -> list[Table]:
        """Return the answer as tables: the rows under their own columns and ours, and beside them the rest."""
        taken = set(self.columns)
        ours = {name: name if name not in taken else f"{name} (graphkit)" for name in _COLUMNS}
        rows: list[dict[str, Cell]] = [
            {**one.row, **{ours[name]: value for name, value in _make_cells(one).items()}} for one in self.rows
        ]
        ties: list[dict[str, Cell]] = [
            {
                "company": company.name,
                "tie": listing.kind,
                "party": listing.party.name,
                "lists": [one.name for one in listing.lists],
                "step": number,
                "says": step.sentence,
                "document": step.document_name,
                "claim": step.claim,
            }
            for company in self._companies()
            for listing in company.listings
            for number, step in enumerate([*listing.steps, *listing.entries], 1)
        ]
        paths: list[dict[str, Cell]] = [
            {
                "company": company.name,
                "chip": chip,
                "route": list_names_along(path.entities),
                "status": path.status,
                "confidence": path.confidence,
                "evidence": path.evidence,
                "marks": path.marks,
                "verdict": path.verdict,
                "documents": path.documents,
            }
            for company in self._companies()
            for chip, path in [
                *((one.chip.name, one.path) for one in company.reaches),
                *((f"some {one.chip_class.name}, not named", one) for one in company.unnamed),
            ]
        ]
        question: dict[str, Cell] = {
            "headline": self.headline,
            "through": self.through.name if self.through else None,
            "chips": [one.name for one in self.chips],
            **self.filters.cells(),
            "max_hops": self.searched.max_hops,
            "bound_hit": self.searched.truncated,
            "not_told": self.not_told,
        }
        return [
            Table("rows", (*self.columns, *ours.values()), rows),
            Table("listings", ("company", "tie", "party", "lists", "step", "says", "document", "claim"), ties, True),
            Table("paths", _PATHS, paths, True),
            msgspec.structs.replace(make_question_table(question, self.notes), aside=True),
        ]

    def _companies(self) -> list[CompanyRecord]:
        return list({one.id: one for row in self.rows for one in row.companies}.values())

    def remarks(self) -> list[str]:
        """Return the headline, what could not be told, the notes and the filters."""
        said = [*(f"not told: {one}" for one in self.not_told), *(f"note: {one}" for one in self.notes)]
        return [self.headline, *said, format_filters(self.filters, self.searched)]

    def styled_text(self) -> str:
        """Return the counts, then the rows by what was found: listed or reaching first, to review, the rest."""
        lines = wrap_text(click.style(as_line(self.headline), bold=True))
        lines += wrap_text(click.style(format_filters(self.filters, self.searched), dim=True))
        lines += ["", *self.summary_lines()]
        told = [row for row in self.rows if row.companies]
        groups = {
            "with a path to a controlled chip": [row for row in told if row.reaches],
            "listed, or near a listed party, without such a path in this base": [
                row for row in told if not row.reaches and any(one.listings for one in row.companies)
            ],
            "in this base, without either": [
                row for row in told if not row.reaches and not any(one.listings for one in row.companies)
            ],
        }
        for title, rows in groups.items():
            if rows:
                lines += ["", click.style(f"{title}: {len(rows):,}", bold=True)]
                lines += _format_rows(rows)
        undecided = [row for row in self.rows if row.match.level != "none" and not row.companies]
        if undecided:
            lines += ["", click.style(f"to review: {len(undecided):,}", bold=True)]
            lines += [line for row in undecided for line in _format_row(row)]
        unknown = [row for row in self.rows if row.match.level == "none"]
        if unknown:
            names = [f"{row.name or '(no name)'} (line {row.line})" for row in unknown]
            lines += ["", click.style(f"not in this base: {len(unknown):,}", bold=True)]
            lines += wrap_text("; ".join(map(as_line, names)), "  ")
        lines += ["", *_wrap_each("not told: ", self.not_told)] if self.not_told else []
        return "\n".join([*lines, *format_notes(list(self.notes))])


_OWN_CELLS = ("line", "match", "company", "company_id", "score", "why", "candidates")
_ANSWER_CELLS = (
    *("seat", "ultimate_parent", "listed", "listings", "chips", "chips_not_named", "near_misses", "best_path"),
    *("status", "confidence", "evidence", "verdict", "not_told"),
)
_COLUMNS = (*_OWN_CELLS, *_ANSWER_CELLS)
_PATHS = ("company", "chip", "route", "status", "confidence", "evidence", "marks", "verdict", "documents")


def _wrap_each(first: str, texts: Iterable[str]) -> list[str]:
    """Return texts as lines, each behind the same words."""
    return [line for text in texts for line in wrap_text(as_line(text), first, "  ")]


def _make_cells(row: ScreenRow) -> dict[str, Cell]:
    """Return what was found for a row as cells, those without an answer empty."""
    cells: dict[str, Cell] = {
        "line": row.line,
        "match": row.match.level + (" (accepted)" if row.match.accepted else ""),
        "company": row.match.entity.name if row.match.entity else None,
        "company_id": row.match.entity.id if row.match.entity else None,
        "score": row.match.score if row.match.entity else None,
        "why": "; ".join(row.match.reasons),
        "candidates": [f"{one.name} ({one.id}, {one.score:.2f}: {', '.join(one.reasons)})" for one in row.candidates],
    }
    companies = row.companies
    best = next((one.path for company in companies for one in company.reaches), None)
    best = best or next((one for company in companies for one in company.unnamed), None)
    cells["not_told"] = [*row.not_told, *(text for one in companies for text in one.not_told)]
    if not companies:
        return cells
    return cells | {
        "seat": [seat for one in companies for seat in one.headquarters] or "not known",
        "ultimate_parent": [_tell_parents(one) for one in companies],
        "listed": [tie for one in companies for tie in dict.fromkeys(listing.kind for listing in one.listings)],
        "listings": [listing.sentence for one in companies for listing in one.listings],
        "chips": [reach.chip.name for one in companies for reach in one.reaches],
        "chips_not_named": [path.chip_class.name for one in companies for path in one.unnamed],
        "near_misses": [_tell_miss(miss) for one in companies for miss in one.near_misses],
        "best_path": list_names_along(best.entities) if best else None,
        "status": best.status if best else None,
        "confidence": best.confidence if best else None,
        "evidence": best.evidence if best else None,
        "verdict": best.verdict if best else None,
    }


def _tell_parents(company: CompanyRecord) -> str:
    names = " and ".join(one.name for one in company.parents)
    if company.parentage == "known":
        return names or "none, says a document"
    bearing = f" ({'; '.join(company.bearing)})" if company.bearing else ""
    said = "not known" if company.parentage == "not known" else "disputed"
    return f"{names}; {said}{bearing}" if names else f"{said}{bearing}"


def _tell_miss(miss: NearMissRecord) -> str:
    reasons = ", ".join(dict.fromkeys(miss.reasons))
    ends = [miss.steps[0].subject.name, *(step.object.name for step in miss.steps)] if miss.steps else []
    return f"{' → '.join(ends)} ({reasons})" if ends else reasons


def _format_rows(rows: Sequence[ScreenRow]) -> list[str]:
    """Return rows as lines, those of one company together and what is known of it once, behind the last."""
    groups: dict[tuple[str, ...], list[ScreenRow]] = {}
    for row in rows:
        groups.setdefault(tuple(one.id for one in row.companies), []).append(row)
    lines: list[str] = []
    for same in groups.values():
        lines += [line for row in same for line in _format_row(row)]
        entities = {row.match.entity.name for row in same if row.match.entity}
        for company in same[0].companies:
            lines += _format_company(company, named=len(same[0].companies) > 1 or entities != {company.name})
    return lines


def _format_row(row: ScreenRow) -> list[str]:
    """Return the name of a row, its match, and what is open about it, as lines."""
    match = row.match
    entity = match.entity.name if match.entity else ""
    level = "probable, accepted" if match.accepted else match.level
    why = as_line("; ".join(match.reasons))
    head = f"{click.style(as_line(row.name), bold=True)}: {level}, {as_line(entity)} ({why})"
    lines = wrap_text(head, f"  line {row.line}  ", "    ")
    others = [one for one in row.candidates if not match.entity or one.id != match.entity.id]
    if others:
        shown = ", ".join(f"{as_line(one.name)} {one.score:.2f}" for one in others[:_SHOWN])
        lines += wrap_text(f"or {shown}", "    ", "      ")
    return [*lines, *_wrap_each("    not told: ", row.not_told)]


def _format_company(company: CompanyRecord, *, named: bool) -> list[str]:
    seat = ", ".join(company.headquarters) or "not known"
    who = f"{as_line(company.name)}: " if named else ""
    lines = wrap_text(
        f"{who}seat {as_line(seat)}; ultimate parent {as_line(_tell_parents(company))}", "    ", "      "
    )
    for listing in company.listings[:_SHOWN]:
        lines += wrap_text(as_line(listing.sentence), "    listed: ", "      ")
    if len(company.listings) > _SHOWN:
        lines.append(f"    and {len(company.listings) - _SHOWN} listed parties more: see --format json or xlsx")
    if company.reaches:
        lines += wrap_text(_list_chips(one.chip.name for one in company.reaches), "    reaches ", "      ")
        lines += _format_best_path(company.reaches[0].path)
    if company.unnamed:
        lines += wrap_text(
            _list_chips(one.chip_class.name for one in company.unnamed), "    chip not named: ", "      "
        )
        lines += _format_best_path(company.unnamed[0]) if not company.reaches else []
    for miss in company.near_misses[:3]:
        lines += wrap_text(as_line(_tell_miss(miss)), "    near miss: ", "      ")
    return [*lines, *_wrap_each("    not told: ", company.not_told)]


def _list_chips(names: Iterable[str]) -> str:
    return ", ".join(map(as_line, dict.fromkeys(names)))


def _format_best_path(path: PathRecord) -> list[str]:
    facts = [path.status, EVIDENCE[path.evidence], f"confidence {path.confidence:.2f}", *path.marks]
    lines = wrap_text(as_line(list_names_along(path.entities)), "    best: ", "      ")
    lines += wrap_text(click.style(as_line(" · ".join(facts)), dim=True), "      ")
    return [*lines, *(wrap_text(as_line(path.verdict), "      rules: ", "        ") if path.verdict else [])]
