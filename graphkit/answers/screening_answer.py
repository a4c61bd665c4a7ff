"""The answer to a screened list, and how it reads as tables and as text."""

from __future__ import annotations

import click
import msgspec

from graphkit.answers.answer import SummarisedAnswer, Version, format_notes
from graphkit.answers.evidence_tables import list_names_along, make_evidence_table, make_near_miss_table
from graphkit.answers.question import FiltersRecord, SearchedPairs, format_filters, make_question_table
from graphkit.answers.records import CLAIM_COLUMNS, Date, EntityRef, make_claim_cells
from graphkit.answers.screening_records import NOT_HERE, CompanyRecord, ScreenCounts, ScreenRow
from graphkit.answers.screening_text import (
    describe_denial,
    describe_miss,
    describe_parents,
    describe_sources,
    format_row,
    format_rows,
    list_claims,
    list_denials,
    list_notes,
    list_ties,
)
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_each, wrap_text
from graphkit.summaries.contents import say_counts, summarise_screening
from graphkit.summaries.words import load_words


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
        """The counts in one sentence, in the language of the answer."""
        return say_counts(self.words, self.counts, self.through, bounded=self.searched.truncated)

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the rows by match, those with a path, and what was not screened."""
        return summarise_screening(self.words, self.counts, self.through, bounded=self.searched.truncated)

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
        companies = self._companies()
        reached = [(one, reach.path, reach.chip.name) for one in companies for reach in one.reaches]
        reached += [(one, path, path.chip_class.name) for one in companies for path in one.unnamed]
        evidence = make_evidence_table(
            [path for _, path, _ in reached], ends=[(company.name, chip) for company, _, chip in reached]
        )
        misses = [(company, miss) for company in companies for miss in company.near_misses]
        near = make_near_miss_table(
            [miss for _, miss in misses], [{"buyer": company.name, "chip": None} for company, _ in misses]
        )
        said: list[dict[str, Cell]] = [
            {"company": company.name, "says": one.text, **make_claim_cells(one.claim)}
            for company in companies
            for one in company.statements
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
            msgspec.structs.replace(evidence, aside=True),
            msgspec.structs.replace(near, aside=True),
            Table("also said", ("company", "says", *CLAIM_COLUMNS), said, True),
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
        lines += wrap_text(click.style(format_filters(self.filters, self.searched, self.words), dim=True))
        sentences = (self.summary or self.summarise())[1:]  # the first one is the headline
        lines += ["", *(line for one in sentences for line in wrap_text(as_line(one)))] if sentences else []
        told = [row for row in self.rows if row.companies]
        groups = {
            "reach": [row for row in told if row.reaches],
            "listed": [row for row in told if not row.reaches and any(one.listings for one in row.companies)],
            "neither": [row for row in told if not row.reaches and not any(one.listings for one in row.companies)],
        }
        for title, rows in groups.items():
            if rows:
                lines += ["", self._title(title, len(rows))]
                lines += format_rows(self.words, rows)
        undecided = [row for row in self.rows if row.match.level != "none" and not row.companies]
        if undecided:
            lines += ["", self._title("review", len(undecided))]
            lines += [line for row in undecided for line in format_row(self.words, row)]
        if others := [row for row in self.rows if row.other]:
            words = self.words
            names = [
                f"{self._name_line(row)}{words.say('colon')}{words.retell('told', text)}"
                for row in others
                for text in row.not_told
            ]
            lines += ["", self._title("no company", len(others)), *wrap_each("  ", names)]
        unknown = [row for row in self.rows if row.match.level == "none" and not row.other]
        if unknown:
            names = [as_line(self._name_line(row)) for row in unknown]
            lines += ["", self._title("not here", len(unknown))]
            lines += wrap_text(self.words.clauses(names), "  ")
        open_ = [one for one in self.not_told if NOT_HERE not in one]  # which the sentences say
        retold = [self.words.retell("told", one) for one in open_]
        lines += ["", *wrap_each(self.words.say("screen.open"), retold)] if open_ else []
        return "\n".join([*lines, *format_notes(self.notes, self.words)])

    def _name_line(self, row: ScreenRow) -> str:
        name = row.name or self.words.say("screen.no_name")
        return self.words.say("screen.line", name=name, line=row.line)

    def _title(self, group: str, rows: int) -> str:
        words = self.words
        title = words.look_up("screen_title", group)
        return click.style(f"{title}{words.say('colon')}{words.number(rows)}", bold=True)


_OWN_CELLS = ("line", "match", "company", "company_id", "score", "why", "candidates")
_ANSWER_CELLS = (
    *("seat", "ultimate_parent", "listed", "listings", "chips", "chips_not_named", "near_misses", "best_path"),
    *("status", "disputed", "confidence", "evidence", "verdict", "chips_by_status", "also_said"),
    *("denials", "notes", "not_told", "sources", "claims"),
)
_COLUMNS = (*_OWN_CELLS, *_ANSWER_CELLS)
_PATHS = ("company", "chip", "route", "status", "confidence", "evidence", "marks", "verdict", "documents")


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
    companies, english = row.companies, load_words()  # cells are data, and stay in English
    best = next((one.path for company in companies for one in company.reaches), None)
    best = best or next((one for company in companies for one in company.unnamed), None)
    cells["not_told"] = [*row.not_told, *(text for one in companies for text in one.not_told)]
    if not companies:
        return cells
    return cells | {
        "seat": [seat for one in companies for seat in one.headquarters] or "not known",
        "ultimate_parent": [describe_parents(english, one) for one in companies],
        "listed": [tie for one in companies for tie in dict.fromkeys(listing.kind for listing in one.listings)],
        "listings": [listing.sentence for one in companies for listing in one.listings],
        "chips": [reach.chip.name for one in companies for reach in one.reaches],
        "chips_not_named": [path.chip_class.name for one in companies for path in one.unnamed],
        "near_misses": [describe_miss(english, miss) for one in companies for miss in one.near_misses],
        "best_path": list_names_along(best.entities) if best else None,
        "status": best.status if best else None,
        "disputed": best.disputed if best else None,
        "confidence": best.confidence if best else None,
        "evidence": best.evidence if best else None,
        "verdict": best.verdict if best else None,
        "chips_by_status": [reach.sentence for one in companies for reach in one.reaches],
        "also_said": [statement.text for one in companies for statement in one.statements],
        "denials": list(
            dict.fromkeys(describe_denial(english, claim) for one in companies for claim in list_denials(one))
        ),
        "notes": list(dict.fromkeys(text for one in companies for text in list_notes(one))),
        "sources": describe_sources(english, best) if best else [],
        "claims": list(dict.fromkeys(claim for one in companies for claim in _list_ids(one))),
    }


def _list_ids(company: CompanyRecord) -> list[str]:
    return [*(one.claim for one in list_ties(company)), *(one.id for one in list_claims(company))]
