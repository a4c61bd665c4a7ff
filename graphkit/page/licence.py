"""The page of a licence question: the answer's tables in words that people read, in the language of the answer."""

from __future__ import annotations

from collections.abc import Mapping

from graphkit.answers.licence import LicenceAnswer
from graphkit.answers.parties import PartiesAnswer
from graphkit.answers.records import ClaimRecord
from graphkit.formats import Cell, Table
from graphkit.page.paper import render_paper
from graphkit.page.words import fill_words, read_words
from graphkit.summaries.verdicts import name_missing
from graphkit.summaries.words import Words, load_words

_COUNTRIES = ("destination", "hq", "from")
#: What the sentences above the tables say already.
_SAID_ABOVE = ("outcome", "finding")
_CLAIM_COLUMNS = ("claim", "status", "confidence", "said by", "source", "published", "address")


def render_licence(answer: LicenceAnswer, chip: str) -> str:
    """Return the page of an answer of `graphkit license`: its sentences, the finding, the tests, the parties."""
    title = fill_words(answer.language, "title.license", chip=chip)
    return render_paper(
        answer, title=title, tables=list_licence_tables(answer), notes=[fill_words(answer.language, "paper.law")]
    )


def list_licence_tables(answer: LicenceAnswer) -> list[Table]:
    """Return the tables of an answer in its language: no key of a record stands in them."""
    words, told = load_words(answer.language), read_words(answer.language)
    finding, tests, *parties = answer.tables()
    # what a case-by-case review asks for is a condition; it is not that nobody knows it
    named = "conditions" if answer.outcome == "license_required" else "missing"
    columns = {one: named if one == "missing" else one for one in finding.columns if one not in _SAID_ABOVE}
    found = [
        Table(
            finding.name,
            tuple(columns.values()),
            [
                {name: _tell_cell(words, told, one, row.get(one)) for one, name in columns.items()}
                for row in finding.rows
            ],
        ),
        Table(tests.name, tests.columns, [_tell_row(words, told, row) for row in tests.rows]),
    ]
    if parties and isinstance(answer, PartiesAnswer):
        columns = {one: one for one in parties[0].columns if one not in ("id", "headquarters")}  # told by `basis`
        rows = [{one: _tell_cell(words, told, one, row.get(one)) for one in columns} for row in parties[0].rows]
        claims = [_tell_claim(told, claim) for one in answer.parties for claim in one.claims]
        found += [Table(parties[0].name, tuple(columns), rows), Table("claims on parties", _CLAIM_COLUMNS, claims)]
    return found


def _tell_row(words: Words, told: Mapping[str, str], row: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: _tell_cell(words, told, name, value) for name, value in row.items()}


def _tell_cell(words: Words, told: Mapping[str, str], name: str, value: Cell) -> Cell:
    """Return a value as people say it: "reviewed case by case" for case_by_case, Malaysia for MY."""
    if isinstance(value, bool):
        return told["paper.yes" if value else "paper.no"]
    if name == "missing" and isinstance(value, (list, tuple)):
        return [str(one) if words.language == "en" else name_missing(words, str(one)) for one in value]
    if not isinstance(value, str):
        return value
    if name in _COUNTRIES:
        return _name_country(value, words.language)
    if name == "coverage":
        return told.get(f"finding.{value}", value)
    if name in ("policy", "reviews"):
        return words.look_up("policy", value).replace("_", " ")
    if name in ("activity", "role", "parentage"):
        return told.get(f"paper.{name}.{value}", words.look_up(name, value).replace("_", " "))
    return words.retell("ground", value) if name == "reason" else value


def _name_country(code: str, language: str) -> str:
    from babel import Locale  # slow to import, and seldom needed

    return str(Locale(language).territories.get(code, code))


def _tell_claim(told: Mapping[str, str], claim: ClaimRecord) -> dict[str, Cell]:
    """Return a claim in one sentence with who says so, where and when."""
    phrase = told.get(f"relation.{claim.relation}", claim.relation)
    return {
        "claim": f"{claim.subject_name} {phrase} {claim.object_name}",
        "status": told.get(f"status.{claim.status}", claim.status),
        "confidence": told.get(f"confidence.{claim.confidence}", claim.confidence),
        "said by": claim.attribution or claim.origin,
        "source": claim.document_name,
        "published": claim.published,
        "address": claim.url,
    }
