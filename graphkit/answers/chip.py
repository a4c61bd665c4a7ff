"""The question of a chip: its figures, and what the rules say of it for a buyer, on a date or over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import click
import msgspec

from graphkit.answers.answer import VERSION, Record, SummarisedAnswer, Version
from graphkit.answers.findings import FINDING_COLUMNS, FindingRecord, make_finding_cells, make_finding_fields
from graphkit.answers.licence import LicenceAnswer, judge_question, make_reasons_table
from graphkit.answers.records import Date
from graphkit.clock import get_today
from graphkit.facts import get_latest_day
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.formats.text import render_table
from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.finding import Period, Question
from graphkit.rules.history import list_periods
from graphkit.rules.licence import make_license_question
from graphkit.summaries.licences import summarise_chip
from graphkit.summaries.words import Language

if TYPE_CHECKING:
    from graphkit.answers.path_answer import PathAnswer
    from graphkit.graph import Graph


class ChipForm(Record, frozen=True, kw_only=True):
    """The figures of one form of a chip; null where nobody published them. `estimated` names those that are not.

    `performance_density` is TPP per mm2 of die area.
    """

    id: str
    name: str
    vendor: str | None
    announced: Date | None
    tpp: float | None
    performance_density: float | None
    io_bidirectional_gb_s: float | None
    die_area_mm2: float | None
    memory_bandwidth_gb_s: float | None
    data_centre: bool | None
    estimated: tuple[str, ...]
    confidence: str
    note: str | None


class PeriodRecord(FindingRecord, frozen=True, kw_only=True):
    """A span of days, both ends included and either open, on which the finding is the same.

    `begun_by` cites what governs from its first day: a rule, a letter, a document that ended another.
    """

    first: Date | None = msgspec.field(name="from")
    last: Date | None = msgspec.field(name="to")
    begun_by: tuple[str, ...] = ()


class ChipAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit chip`: the figures of each form, the finding on a day, and its history if asked for."""

    version: Version
    chip: str
    forms: tuple[ChipForm, ...]
    now: LicenceAnswer
    history: tuple[PeriodRecord, ...]

    def tables(self) -> list[Table]:
        """Return the answer as tables: the history, the finding on the day, the forms, the tests taken."""
        figures = ChipForm.__struct_fields__
        return [
            Table("history", HISTORY_COLUMNS, list_history_rows(self.history)),
            Table("findings", ("from", "to", "begun_by", *FINDING_COLUMNS), list(map(_period_cells, self.history))),
            Table("forms", figures, [_form_cells(form) for form in self.forms]),
            *(msgspec.structs.replace(one, name=f"{one.name} on {self.now.on}") for one in self.now.tables()),
            make_reasons_table([({"period_from": one.first or "the beginning"}, one) for one in self.history]),
        ]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the figures, the finding on the day, the periods with another one."""
        return summarise_chip(self.words, self.forms, self.now, self.history)

    def in_language(self, language: Language) -> Self:
        """Return the answer, and the finding in it, in a language."""
        told = msgspec.structs.replace(self, now=self.now.in_language(language))
        return super(ChipAnswer, told).in_language(language)

    def styled_text(self) -> str:
        """Return the sentences, the figures, then the history or the finding on the day."""
        names = ("name", "announced", "tpp", "performance_density", *FIGURES, "confidence")
        lines = [*self.summary_lines(), ""]
        lines += [render_table(Table("forms", names, [_form_cells(form) for form in self.forms]))]
        lines += [
            line
            for form in self.forms
            if form.note
            for line in wrap_text(f"{as_line(form.name)}: {as_line(form.note)}")
        ]
        if not self.history:
            return "\n".join([*lines, "", self.now.styled_text()])
        lines += ["", f"to {as_line(self.now.destination)} for a buyer from {as_line(self.now.hq)}:"]
        for row in list_history_rows(self.history):
            status = ", ".join(as_line(row[name]) for name in ("status", "review", "paragraph") if row[name])
            begun = f" · begun by {as_line(row['begun_by'])}" if row["begun_by"] else ""
            reviewed = row["reviewed_by"] if not row["rules"].startswith(row["reviewed_by"]) else ""
            basis = [("decided by", row["rules"]), ("reviewed under", reviewed)]
            told = "; ".join(f"{words} {as_line(cited)}" for words, cited in basis if cited)
            begin = f"{as_line(row['from']):>15} to {as_line(row['to']):<18}  "
            lines += wrap_text(f"{status}{begun}" + (click.style(f"  [{told}]", dim=True) if told else ""), begin)
            lines += wrap_text(as_line(row["remarks"]), " " * 38) if row["remarks"] else []
        return "\n".join(lines)


FIGURES = ("io_bidirectional_gb_s", "memory_bandwidth_gb_s")
HISTORY_COLUMNS = ("from", "to", "status", "review", "paragraph", "begun_by", "rules", "reviewed_by", "remarks")


def list_history_rows(periods: Sequence[PeriodRecord]) -> list[dict[str, str]]:
    """Return a chip's history as rows of text, one a period."""
    return [
        {
            "from": one.first or "the beginning",
            "to": one.last or "as far as is known",
            "status": one.coverage,
            "review": (one.policy or "").replace("_", " "),
            "paragraph": one.paragraph or "",
            "begun_by": "; ".join(one.begun_by),
            "rules": "; ".join(one.decided_by),
            "reviewed_by": "; ".join(one.reviewed_by),
            "remarks": _remarks(one),
        }
        for one in periods
    ]


def _period_cells(period: PeriodRecord) -> dict[str, Cell]:
    return {"from": period.first, "to": period.last, "begun_by": period.begun_by, **make_finding_cells(period)}


def _form_cells(form: ChipForm) -> dict[str, Cell]:
    return {
        "id": form.id,
        "name": form.name,
        "vendor": form.vendor,
        "announced": form.announced,
        "tpp": form.tpp,
        "performance_density": form.performance_density,
        "io_bidirectional_gb_s": form.io_bidirectional_gb_s,
        "die_area_mm2": form.die_area_mm2,
        "memory_bandwidth_gb_s": form.memory_bandwidth_gb_s,
        "data_centre": form.data_centre,
        "estimated": form.estimated,
        "confidence": form.confidence,
        "note": form.note,
    }


def _remarks(period: PeriodRecord) -> str:
    """Return what the regulations that decided say besides."""
    ids = {rule.id for rule in period.rules if rule.citation in period.decided_by}
    reasons = [rule.reason for rule in period.rules if rule.id in ids]
    return "; ".join(one.split(": ", 1)[1] for one in reasons if one.startswith(("rule: ", "letter: ", "guidance: ")))


def describe_chip(
    rulebook: Rulebook,
    name: str,
    destination: str = "CN",
    headquarters: str | None = None,
    on: str | None = None,
    *,
    exporter: str = "US",
    over_time: bool = False,
) -> ChipAnswer:
    """Return the figures of a chip and what the rules say of it; the buyer's seat is the destination by default.

    Raises UnknownName or InvalidValue.
    """
    question = make_license_question(
        rulebook, destination, headquarters or destination, on or get_today(), exporter=exporter
    )
    chips = rulebook.models(name)
    periods = list_periods(rulebook, chips, question) if over_time else []
    answer = ChipAnswer(
        version=VERSION,
        chip=name,
        forms=tuple(map(make_form, chips)),
        now=judge_question(rulebook, name, chips, question),
        history=tuple(map(make_period, periods)),
    )
    return answer.in_language("en")


def make_form(chip: Chip) -> ChipForm:
    return ChipForm(
        id=chip.id,
        name=chip.name,
        vendor=chip.vendor,
        announced=chip.announced,
        tpp=chip.tpp,
        performance_density=round(chip.density, 4) if chip.density is not None else None,
        io_bidirectional_gb_s=chip.io_bidirectional_gb_s,
        die_area_mm2=chip.die_area_mm2,
        memory_bandwidth_gb_s=chip.memory_bandwidth_gb_s,
        data_centre=chip.data_centre,
        estimated=tuple(chip.estimated),
        confidence=chip.confidence,
        note=chip.note,
    )


def make_period(period: Period) -> PeriodRecord:
    """Return a span of days with the finding on it, worded as a status."""
    return PeriodRecord(
        first=period.first,
        last=period.last,
        begun_by=period.begun_by,
        **make_finding_fields(period.finding, _status(period)),
    )


def _status(period: Period) -> str:
    finding = period.finding
    policy = f", {finding.policy.replace('_', ' ')}" if finding.policy else ""
    # a rule that decides and reviews is cited once
    reviewed = [one for one in finding.reviewed_by if not any(by.startswith(one) for by in finding.decided_by)]
    cited = "; ".join([*finding.decided_by, *(f"reviewed under {one}" for one in reviewed)])
    return f"{finding.coverage}{policy}{f' ({cited})' if cited else ''}"


class TimelinePeriod(Record, frozen=True, kw_only=True):
    """A period of a chip's history as the page of the paths shows it; `now` holds the day asked for."""

    now: bool
    first: Date | None = msgspec.field(name="from")
    last: Date | None = msgspec.field(name="to")
    paragraph: str | None
    outcome: str
    note: str


def make_chip_timeline(rulebook: Rulebook, answer: PathAnswer, graph: Graph) -> list[TimelinePeriod]:
    """Return the status over time of the chip of a path answer, exported to where the buyer has its seat.

    Empty where the seat is not known or the rules do not know the chip.
    """
    from graphkit.rules.parties import Parties

    day, buyer = answer.as_of or get_today(), answer.buyer.id
    seat = Parties(graph, rulebook, day).party(buyer).headquarters if buyer in graph else None
    models = rulebook.models_of(answer.chip.id)
    if seat is None or not models:
        return []
    return make_timeline(list_periods(rulebook, models, Question(day, seat, seat)), day)


def make_timeline(periods: Sequence[Period], day: str) -> list[TimelinePeriod]:
    """Return a chip's history as the page of the paths shows it, the period of a day marked as `now`."""
    at = get_latest_day(day)
    return [
        TimelinePeriod(
            now=(one.first or "") <= at <= (one.last or at),
            first=one.first,
            last=one.last,
            paragraph=one.finding.paragraph,
            outcome=one.finding.coverage,
            note=_status(one).removeprefix(one.finding.coverage).strip(" ,"),
        )
        for one in periods
    ]
