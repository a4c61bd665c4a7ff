"""The question of a licence: whether moving or renting a chip needs one, with the reason for each test taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import click
import msgspec

from graphkit.answers.answer import VERSION, SummarisedAnswer, Version
from graphkit.answers.findings import (
    FINDING_COLUMNS,
    Coverage,
    FindingPeriod,
    FindingRecord,
    PendingMeasure,
    RuleReason,
    make_finding_cells,
    make_finding_fields,
)
from graphkit.facts import phrase_date
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_each, wrap_text
from graphkit.rulebook import Activity, Chip, Policy, Rulebook
from graphkit.rules.finding import Finding, Outcome, Period, Question
from graphkit.rules.history import list_periods_within
from graphkit.rules.licence import judge_chips, make_license_question
from graphkit.summaries.licences import summarise_licence
from graphkit.summaries.verdicts import name_missing

_COLOURS = {"license_required": "red", "not_required": "cyan", "unclear": "yellow"}
_REVIEW: Mapping[str | None, str] = {
    None: "",
    "notification": ", after notification",
    "case_by_case": ", reviewed case by case",
    "presumption_of_denial": ", with a presumption of denial",
    "presumption_of_approval": ", with a presumption of approval",
}


class LicenceAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit license`: the act that was asked about, then what the rules say of it.

    Countries are ISO codes, the share is percent; the other fields are those of a finding.
    """

    version: Version
    chip: str
    destination: str | None
    hq: str | None
    exporter: str | None = msgspec.field(name="from")
    on: str
    activity: Activity
    listed_owner_share: float | None
    coverage: Coverage
    outcome: Outcome
    policy: Policy | None
    paragraph: str | None
    sentence: str
    rules: tuple[RuleReason, ...]
    missing: tuple[str, ...]
    duties: tuple[str, ...]
    decided_by: tuple[str, ...]
    powers: tuple[str, ...]
    not_modelled: tuple[str, ...]
    reviews: str | None = None
    periods: tuple[FindingPeriod, ...] = ()
    reviewed_by: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    pending: tuple[PendingMeasure, ...] = ()

    @property
    def finding(self) -> FindingRecord:
        """The finding of the rules, by itself."""
        return msgspec.convert(self, FindingRecord, from_attributes=True)

    def tables(self) -> list[Table]:
        """Return the answer as tables: the finding, and each test that was taken."""
        act: dict[str, Cell] = {
            "chip": self.chip,
            "destination": self.destination,
            "hq": self.hq,
            "from": self.exporter,
            "on": self.on,
            "activity": self.activity,
            "listed_owner_share": self.listed_owner_share,
        }
        return [
            Table("finding", (*act, *FINDING_COLUMNS), [{**act, **make_finding_cells(self.finding)}]),
            make_reasons_table([({}, self.finding)]),
        ]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the finding, its day and rule, what would settle it, what is not modelled."""
        return summarise_licence(self.words, self)

    def styled_text(self) -> str:
        """Return the sentences, the outcome, then the reasons."""
        first, *rest = self.summary or self.summarise()
        lines = wrap_text(click.style(as_line(first), fg=_COLOURS.get(self.outcome), bold=True))
        lines += [*(line for one in rest for line in wrap_text(as_line(one))), ""]
        words, english = self.words, self.language == "en"
        review = (self.policy or self.reviews or words.say("law.policy.none")).replace("_", " ")
        outcome = self.outcome if english else words.look_up("coverage", self.outcome)
        if self.policy and not english:
            review = words.look_up("policy", self.policy)
        review += f" ({'; '.join(self.reviewed_by)})" if self.reviewed_by else ""
        paragraph = as_line(self.paragraph or words.say("law.none"))
        said = words.say("law.outcome", outcome=as_line(outcome), review=as_line(review), paragraph=paragraph)
        lines += wrap_text(said)
        lines += wrap_each(words.say("law.period"), self.periods)
        for number, rule in enumerate(self.rules, 1):
            source = click.style(f"  [{as_line(rule.id)}, {as_line(rule.citation)}]", dim=True)
            reason = as_line(words.retell("ground", rule.reason))
            lines += wrap_text(f"{reason}{source}", f"{number:3}. ")
        missing = self.missing if english else [name_missing(words, one) for one in self.missing]
        lines += wrap_each(
            words.say("law.conditions" if self.outcome == "license_required" else "law.unknown"), missing
        )
        lines += wrap_each(words.say("law.duty"), self.duties)
        lines += wrap_each(words.say("law.power"), self.powers)
        lines += wrap_each(words.say("law.not_modelled"), self.not_modelled)
        return "\n".join(lines)


def make_reasons_table(findings: Iterable[tuple[Mapping[str, Cell], FindingRecord]]) -> Table:
    """Return the tests taken as a table, one a row; each finding comes with cells that say which it is."""
    rows: list[dict[str, Cell]] = [
        {
            **begin,
            "test": number,
            "rule": rule.id,
            "citation": rule.citation,
            "reason": rule.reason,
            "decided": rule.citation in finding.decided_by,
        }
        for begin, finding in findings
        for number, rule in enumerate(finding.rules, 1)
    ]
    return Table("tests", ("period_from", "test", "rule", "citation", "reason", "decided"), rows)


def ask_licence(
    rulebook: Rulebook,
    chip: str,
    destination: str,
    headquarters: str,
    on: str,
    *,
    exporter: str = "US",
    activity: Activity = "export",
    listed_owner_share: float | None = None,
    listed: bool = False,
) -> LicenceAnswer:
    """Return whether an act with a chip needs a licence on a date; the share is percent.

    Raises UnknownName or InvalidValue.
    """
    question = make_license_question(
        rulebook,
        destination,
        headquarters,
        on,
        exporter=exporter,
        activity=activity,
        listed_owner_share=listed_owner_share,
        listed=listed,
    )
    return judge_question(rulebook, chip, rulebook.models(chip), question)


def judge_question(rulebook: Rulebook, chip: str, models: Sequence[Chip], question: Question) -> LicenceAnswer:
    """Return the answer to a question on one act with the forms of a chip."""

    def judge(day: str) -> Finding:
        return judge_chips(rulebook, models, msgspec.structs.replace(question, on=day))

    periods = list_periods_within(rulebook, question.on, judge)
    return make_licence_answer(rulebook, chip, question, judge(question.on), periods)


def make_licence_answer(
    rulebook: Rulebook, chip: str, question: Question, finding: Finding, periods: Sequence[Period] = ()
) -> LicenceAnswer:
    """Return a finding on one act as an answer, with the periods in which it changes."""
    answer = LicenceAnswer(
        version=VERSION,
        chip=chip,
        destination=_code(rulebook, question.destination),
        hq=_code(rulebook, question.headquarters),
        exporter=_code(rulebook, question.exporter),
        on=question.on,
        activity=question.activity,
        listed_owner_share=question.listed_owner_share[0] if question.listed_owner_share else None,
        **make_finding_fields(finding, _sentence(rulebook, chip, question, finding), periods),
    )
    return answer.in_language("en")


def _code(rulebook: Rulebook, region: str | None) -> str | None:
    return rulebook.region(region).iso2 if region else None


def _sentence(rulebook: Rulebook, chip: str, question: Question, finding: Finding) -> str:
    where = rulebook.in_words(question.destination)
    act = {"export": f"to {where}", "lease": f"rented in {where}", "domestic": "moved within the United States"}
    seat = rulebook.in_words(question.headquarters)
    review = _REVIEW[finding.policy]
    return (
        f"{chip} {act[question.activity]}, buyer from {seat}, {phrase_date(question.on)}: {finding.coverage}{review}"
    )
