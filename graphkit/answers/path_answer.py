"""The answer to a question of paths: its record, and how it reads as tables, in short and with all evidence."""

from __future__ import annotations

import click

from graphkit.answers.answer import SummarisedAnswer, Version, format_count, format_notes
from graphkit.answers.evidence_lines import (
    Caveats,
    format_holder_lines,
    format_miss_lines,
    format_next,
    format_path_line,
    format_statement_lines,
    format_unnamed_lines,
)
from graphkit.answers.evidence_tables import (
    make_claims_table,
    make_evidence_table,
    make_near_miss_table,
    make_no_path_table,
    make_path_table,
)
from graphkit.answers.evidence_text import (
    format_claims,
    format_compliance,
    format_near_misses,
    format_negative,
    format_path,
)
from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath
from graphkit.answers.question import FiltersRecord, Searched, format_filters, make_question_table
from graphkit.answers.records import ClaimRecord, Date, EntityRef
from graphkit.errors import InvalidValue
from graphkit.formats import Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.summaries.paths import summarise_paths


class PathAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit path`.

    `paths` are best first; `unnamed` holds, once per class and route, the ways to some chip of a class that may or
    may not be the one asked for. `negative` says why there is no path; `near_misses` stand beside paths: what would
    be one more had nobody refused or denied it. `undated` are claims that may have held on the date asked for, but
    whose start is unknown; they are in no path. `model_calls` are calls to models by the buyer, which give no access
    to a chip. `compliance` are statements of those on the ways that they keep to the rules: no denials. `notes` say
    how the question was read, and what the answer may lack.
    """

    version: Version
    buyer: EntityRef
    chip: EntityRef
    as_of: Date | None
    known_by: Date | None
    filters: FiltersRecord
    notes: tuple[str, ...]
    paths: tuple[PathRecord, ...]
    unnamed: tuple[UnnamedPath, ...]
    searched: Searched
    undated: tuple[ClaimRecord, ...]
    model_calls: tuple[ClaimRecord, ...]
    compliance: tuple[ClaimRecord, ...]
    negative: NoPath | None
    near_misses: tuple[NearMissRecord, ...]

    def tables(self) -> list[Table]:
        """Return the answer as tables: paths, their evidence, and everything that stands beside them."""
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        return [
            make_path_table(self.paths),
            make_evidence_table(self.paths),
            make_path_table(self.unnamed, "chip not named"),
            make_evidence_table(self.unnamed, "evidence of chip not named"),
            make_no_path_table(self.negative),
            make_near_miss_table(misses),
            make_claims_table(self.undated, "undated"),
            make_claims_table(self.model_calls, "calls to models"),
            make_claims_table(self.compliance, "statements of compliance"),
            make_question_table(
                {
                    "buyer": self.buyer.name,
                    "chip": self.chip.name,
                    **self.filters.cells(),
                    "max_hops": self.searched.max_hops,
                    "limit": self.searched.limit,
                    "claims_searched": self.searched.claims,
                    "outcome": self.searched.outcome,
                    "more_paths": self.searched.more,
                    "more_ways_to_a_chip_not_named": self.searched.more_unnamed,
                    "more_near_misses": self.searched.more_near_misses,
                    "bound_hit": self.searched.bounded,
                },
                self.notes,
            ),
        ]

    def remarks(self) -> list[str]:
        """Return the notes, the bounds that were hit and the filters."""
        return [
            *(f"note: {note}" for note in [*self.notes, *self.searched.list_cuts(self.words)]),
            format_filters(self.filters, self.searched),
        ]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the best path and who says so, the rules, what else there is; or why there is none."""
        return summarise_paths(
            self.words,
            buyer=self.buyer,
            chip=self.chip,
            paths=self.paths,
            unnamed=self.unnamed,
            negative=self.negative,
            near_misses=self.near_misses,
            searched=self.searched,
            filters=self.filters,
        )

    def styled_text(self) -> str:
        """Return the answer as people read it first: sentences, a few lines a path, every denial and note."""
        words, caveats = self.words, Caveats(self.words)
        ends = {"buyer": as_line(self.buyer.name), "chip": as_line(self.chip.name)}
        paths = words.count(len(self.paths), "path", more=self.searched.truncated)
        title = words.say("head.path" if self.paths else "head.no_path", paths=paths, **ends)
        lines = [*format_notes(self.notes, self.words), *wrap_text(click.style(title, bold=True))]
        lines += wrap_text(click.style(format_filters(self.filters, self.searched, self.words), dim=True))
        lines += ["", *self.summary_lines(), *([""] if self.paths else [])]
        for number, path in enumerate(self.paths, 1):
            lines += format_path_line(words, str(number), [path], caveats)
        lines += format_unnamed_lines(words, self.chip, self.unnamed, caveats)
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        lines += format_miss_lines(words, misses, caveats)
        lines += format_holder_lines(words, self.chip, self.negative, caveats) if self.negative else []
        undated = words.say("head.undated", date=words.date(self.as_of))
        lines += format_statement_lines(undated, self.undated, caveats)
        lines += format_statement_lines(words.say("head.calls"), self.model_calls, caveats)
        lines += format_statement_lines(words.say("head.compliance"), self.compliance, caveats)
        lines += ["", *format_notes(cuts, self.words)] if (cuts := self.searched.list_cuts(words)) else []
        lines += format_next(words, "all", "json")
        return "\n".join(lines)

    def path_text(self, number: int) -> str:
        """Return one path with all of its evidence. Raises InvalidValue where there is no path of that number."""
        if not 1 <= number <= len(self.paths):
            has = f"this answer has {format_count(len(self.paths), 'path')}"
            raise InvalidValue(f"there is no path {number}: {has}")
        return "\n".join(format_path(number, self.paths[number - 1], explain=True, words=self.words))

    def full_text(self, *, explain: bool = False) -> str:
        """Return the answer with all of its evidence; `explain` adds the sum behind each confidence."""
        lines = format_notes(self.notes, self.words)
        number = self.words.count(len(self.paths), "path", more=self.searched.truncated)
        ends = {"buyer": as_line(self.buyer.name), "chip": as_line(self.chip.name)}
        title = self.words.say("head.path" if self.paths else "head.no_path", paths=number, **ends)
        lines += wrap_text(click.style(title, bold=True))
        lines += wrap_text(click.style(format_filters(self.filters, self.searched, self.words), dim=True))
        lines += ["", *self.summary_lines()]
        for position, path in enumerate(self.paths, 1):
            lines += ["", *format_path(position, path, explain=explain, words=self.words)]
        lines += self._unnamed_lines()
        if self.negative:
            lines += ["", *format_negative(self.negative, self.buyer, self.chip, self.searched)]
        if self.near_misses:
            title = self.words.say("head.near_misses")
            lines += ["", *wrap_text(title), *format_near_misses(self.near_misses)]
        if self.undated:
            lines += ["", *wrap_text(f"undated, so in no path as of {self.as_of}:"), *format_claims(self.undated)]
        if self.model_calls:
            lines += ["", "beside the paths, calls to models, which give no access to a chip (R9):"]
            lines += format_claims(self.model_calls)
        lines += format_compliance(self.compliance)
        if cuts := self.searched.list_cuts(self.words):
            lines += ["", *format_notes(cuts, self.words)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the paths one below the other, or the reasons for none."""
        return "<hr>".join(path._repr_html_() for path in self.paths) or super()._repr_html_()

    def _unnamed_lines(self) -> list[str]:
        if not self.unnamed:
            return []
        lines = ["", *wrap_text(f"may or may not include the {as_line(self.chip.name)}", "chip not named: ", "  ")]
        for number, path in enumerate(self.unnamed, 1):
            lines += ["", *format_path(number, path, words=self.words)]
            lines += wrap_text(self.words.say("label.class", chip=as_line(path.chip_class.name)), "   ")
        return lines
