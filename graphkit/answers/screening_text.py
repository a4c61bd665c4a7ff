"""The rows of a screened list, and what is known of their companies, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from graphkit.answers.evidence_lines import tell_verdict
from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.evidence_text import style_status
from graphkit.answers.path_records import NearMissRecord, PathRecord, find_negation
from graphkit.answers.records import ClaimRecord
from graphkit.answers.screening_records import (
    CompanyRecord,
    ListingRecord,
    ScreenRow,
    TieStep,
    describe_standing,
    is_conditional,
    sum_up_coverage,
)
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_each, wrap_text
from graphkit.rules.finding import COVERAGE
from graphkit.summaries.statements import describe_status, name_origin
from graphkit.summaries.words import Words

#: Names that a line of text shows before it says how many more there are; near misses, beside those denied.
_SHOWN, _SHOWN_MISSES = 12, 3


def describe_parents(words: Words, company: CompanyRecord) -> str:
    """Return the ultimate parents of a company, and what is said in doubt of who owns it."""
    names = words.join(one.name for one in company.parents) if company.parents else ""
    if company.parentage == "known":
        return names or words.say("screen.parent.none")
    stakes = f" ({words.clauses([words.retell('told', one) for one in company.stakes])})" if company.stakes else ""
    said = words.say(f"screen.parent.{company.parentage}")
    return f"{names}; {said}{stakes}" if names else f"{said}{stakes}"


def describe_miss(words: Words, miss: NearMissRecord) -> str:
    """Return a near miss by whom it passes and what breaks it."""
    told = dict.fromkeys(miss.reasons)
    reasons = ", ".join(told if words.language == "en" else (words.look_up("reason", one) for one in told))
    ends = [miss.steps[0].subject.name, *(step.object.name for step in miss.steps)] if miss.steps else []
    return f"{' → '.join(ends)} ({reasons})" if ends else reasons


def describe_tie(words: Words, listing: ListingRecord) -> str:
    """Return a tie to a listed party in words, with the steps."""
    if words.language == "en":
        return listing.sentence
    lists, party = ", ".join(one.name for one in listing.lists), listing.party.name
    if not listing.steps:
        return words.say("screen.tie.itself", party=party, lists=lists)
    steps = words.clauses([_describe_tie_step(words, step) for step in listing.steps])
    kind = words.look_up("tie", listing.kind)
    said = words.say("screen.tie.by", kind=kind, party=party, lists=lists, steps=steps)
    if listing.common_owner:
        return words.say("screen.tie.sister", said=said, owner=listing.common_owner.name)
    return words.say("screen.tie.half", said=said) if listing.adds_up_to_half else said


def _describe_tie_step(words: Words, step: TieStep) -> str:
    acting = words.say(f"acting.{step.relation}", object=step.object.name)
    said = words.say("close.member", acting=acting, subject=step.subject.name)
    share = f" ({words.number(step.share)} %)" if step.share is not None else ""
    return f"{said}{share}" + ("" if step.status == "done" else f" ({words.look_up('status', step.status)})")


def tell_standing(words: Words, path: PathRecord) -> str:
    """Return in words the status of a path, and whether a rule covers it or that turns on what is not known."""
    if words.language == "en":
        return describe_standing(path)
    coverage, conditional = sum_up_coverage(path), is_conditional(path)
    outcome = next((one for one, said in COVERAGE.items() if said == coverage), None)
    said = words.look_up("coverage", outcome) if outcome else ""
    if outcome == "license_required" and conditional:
        said = words.say("standing.in part conditional", coverage=said)
    elif conditional:
        said = words.say("standing.conditional")
    return words.clauses([describe_status(words, path), *filter(None, [said])])


def list_denials(company: CompanyRecord) -> list[ClaimRecord]:
    """Return the claims that deny a step of a path or of a near miss, or break one as denied, each once."""
    paths = [*(one.path for one in company.reaches), *company.unnamed]
    steps = [claim for path in paths for step in path.steps for claim in step.denied_by]
    misses = [claim for miss in company.near_misses for claim in _list_denials_of(miss)]
    return list({claim.id: claim for claim in (*steps, *misses)}.values())


def _list_denials_of(miss: NearMissRecord) -> list[ClaimRecord]:
    broken = (one.claim for one in miss.broken_by)
    return [*(claim for claim in broken if claim.status in ("negated", "refused")), *miss.denied_by]


def list_claims(company: CompanyRecord) -> list[ClaimRecord]:
    """Return the claims behind a company's paths, near misses and statements, each once."""
    paths = [*(one.path for one in company.reaches), *company.unnamed]
    claims = [claim for path in paths for step in path.steps for claim in (*step.claims, *step.denied_by)]
    claims += [claim for path in paths for claim in path.corroborated_by]
    for miss in company.near_misses:
        claims += [*(one.claim for one in miss.broken_by), *miss.denied_by]
    claims += [one.claim for one in company.statements]
    return list({one.id: one for one in claims}.values())


def list_ties(company: CompanyRecord) -> list[TieStep]:
    """Return the steps towards listed parties, and their entries in the lists."""
    return [step for listing in company.listings for step in (*listing.steps, *listing.entries)]


def list_notes(company: CompanyRecord) -> list[str]:
    """Return the notes of the claims that bear on a company, each with its document."""
    noted = [(one.qualifiers.note, one.document_name) for one in list_claims(company)]
    noted += [(one.note, one.document_name) for one in list_ties(company)]
    return list(dict.fromkeys(f"{note} ({document})" for note, document in noted if note))


def describe_sources(words: Words, path: PathRecord) -> list[str]:
    """Return for each claim that counts in a path who says so, in which document, and at which address."""
    counted = [claim for step in path.steps for claim in step.claims if claim.id in step.counted]
    return list(
        dict.fromkeys(
            words.say(
                "screen.source",
                who=name_origin(claim),
                document=claim.document_name,
                address=claim.url or words.say("screen.source.none"),
            )
            for claim in counted
        )
    )


def describe_denial(words: Words, claim: ClaimRecord) -> str:
    """Return who denies or refused what, and where that is said: only a party denies, others say to the contrary."""
    kind = find_negation(claim)
    head = words.say(
        f"screen.{kind if kind in ('refused', 'denied', 'unable') else 'contrary'}", who=name_origin(claim)
    )
    note = words.say("screen.says.note", note=claim.qualifiers.note) if claim.qualifiers.note else ""
    date = claim.published or words.say("source.undated")
    where = {"document": claim.document_name, "date": date, "claim": claim.id}
    return words.say("screen.says", head=head, what=claim.summary, note=note, **where)


def format_rows(words: Words, rows: Sequence[ScreenRow]) -> list[str]:
    """Return rows as lines, those of one company together and what is known of it once, behind the last."""
    groups: dict[tuple[str, ...], list[ScreenRow]] = {}
    for row in rows:
        groups.setdefault(tuple(one.id for one in row.companies), []).append(row)
    lines: list[str] = []
    for same in groups.values():
        lines += [line for row in same for line in format_row(words, row)]
        entities = {row.match.entity.name for row in same if row.match.entity}
        for company in same[0].companies:
            named = len(same[0].companies) > 1 or entities != {company.name}
            lines += _format_company(words, company, named=named)
    return lines


def format_row(words: Words, row: ScreenRow) -> list[str]:
    """Return the name of a row, its match, and what is open about it, as lines."""
    match = row.match
    head = words.say(
        "screen.match",
        name=click.style(as_line(row.name), bold=True),
        level=words.look_up("level", "accepted" if match.accepted else match.level),
        company=as_line(match.entity.name if match.entity else ""),
        why=as_line(words.clauses([words.retell("told", one) for one in match.reasons])),
    )
    lines = wrap_text(head, f"  {words.say('screen.row', line=row.line)}", "    ")
    others = [one for one in row.candidates if not match.entity or one.id != match.entity.id]
    if others:
        shown = ", ".join(f"{as_line(one.name)} {words.number(one.score, 2)}" for one in others[:_SHOWN])
        if len(others) > _SHOWN:
            shown = words.say("screen.or.more", names=shown, count=words.number(len(others) - _SHOWN))
        lines += wrap_text(words.say("screen.or", names=shown), "    ", "      ")
    return [*lines, *_list_open(words, row.not_told)]


def _list_open(words: Words, not_told: Iterable[str]) -> list[str]:
    return wrap_each(f"    {words.say('screen.open')}", (words.retell("told", one) for one in not_told))


def _format_company(words: Words, company: CompanyRecord, *, named: bool) -> list[str]:
    seat = ", ".join(_name_seats(words, company)) or words.say("screen.seat.unknown")
    who = words.say("screen.company", name=as_line(company.name)) if named else ""
    parent = as_line(describe_parents(words, company))
    lines = wrap_text(f"{who}{words.say('screen.seat', seat=as_line(seat), parent=parent)}", "    ", "      ")
    for listing in company.listings[:_SHOWN]:
        lines += wrap_text(as_line(describe_tie(words, listing)), f"    {words.say('screen.tie')}", "      ")
    if len(company.listings) > _SHOWN:
        lines.append(f"    {words.say('screen.tie.more', count=len(company.listings) - _SHOWN)}")
    if company.reaches:
        chips = _list_chips(f"{one.chip.name} ({tell_standing(words, one.path)})" for one in company.reaches)
        lines += wrap_text(chips, f"    {words.say('screen.reaches')}", "      ")
        lines += _format_best_path(words, company.reaches[0].path)
    if company.unnamed:
        classes = _list_chips(f"{one.chip_class.name} ({tell_standing(words, one)})" for one in company.unnamed)
        lines += wrap_text(classes, f"    {words.say('screen.unnamed')}", "      ")
        lines += _format_best_path(words, company.unnamed[0]) if not company.reaches else []
    shown = [
        miss for place, miss in enumerate(company.near_misses) if place < _SHOWN_MISSES or _list_denials_of(miss)
    ]
    for miss in shown:
        lines += wrap_text(as_line(describe_miss(words, miss)), f"    {words.say('screen.miss')}", "      ")
        lines += [
            line
            for claim in _list_denials_of(miss)
            for line in wrap_text(as_line(describe_denial(words, claim)), "      ", "        ")
        ]
    if len(company.near_misses) > len(shown):
        lines.append(f"    {words.say('screen.miss.more', count=len(company.near_misses) - len(shown))}")
    under_misses = {claim.id for miss in shown for claim in _list_denials_of(miss)}
    others = [describe_denial(words, one) for one in list_denials(company) if one.id not in under_misses]
    lines += wrap_each("    ", others, "      ")
    lines += wrap_each(f"    {words.say('screen.note')}", list_notes(company))
    said = (
        words.say(
            "screen.cited",
            text=words.retell("told", one.text),
            document=one.claim.document_name,
            claim=one.claim.id,
        )
        for one in company.statements
    )
    lines += wrap_each(f"    {words.say('screen.also')}", said)
    return [*lines, *_list_open(words, company.not_told)]


def _name_seats(words: Words, company: CompanyRecord) -> Iterable[str]:
    if words.language == "en":
        return company.headquarters
    return (words.place(seat.removeprefix("the ")) for seat in company.headquarters)


def _list_chips(names: Iterable[str]) -> str:
    return ", ".join(map(as_line, dict.fromkeys(names)))


def _format_best_path(words: Words, path: PathRecord) -> list[str]:
    """Return a path with what qualifies it and its verdict."""
    confidence = words.say("label.confidence", number=words.number(path.confidence, 2))
    marks = (words.mark(mark) for mark in path.marks)
    facts = [words.look_up("evidence", path.evidence), confidence, *marks]
    lines = wrap_text(as_line(list_names_along(path.entities)), f"    {words.say('screen.best')}", "      ")
    status = style_status(path.status, words.look_up("status", path.status))
    lines += wrap_text(f"{status} · {click.style(as_line(' · '.join(facts)), dim=True)}", "      ")
    verdict = tell_verdict(words, path)
    lines += wrap_text(verdict, f"      {words.say('screen.rules')}", "        ") if verdict else []
    return lines
