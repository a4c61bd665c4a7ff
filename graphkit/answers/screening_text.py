"""The rows of a screened list, and what is known of their companies, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.evidence_text import style_status
from graphkit.answers.path_records import EVIDENCE, NearMissRecord, PathRecord
from graphkit.answers.records import ClaimRecord
from graphkit.answers.screening_records import CompanyRecord, ScreenRow, describe_standing
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.summaries.statements import find_negation, name_origin

#: Names that a line of text shows before it says how many more there are; near misses, beside those denied.
_SHOWN, _SHOWN_MISSES = 12, 3


def wrap_each(first: str, texts: Iterable[str], rest: str | None = None) -> list[str]:
    """Return texts as lines, each behind the same words."""
    begin = " " * (len(first) - len(first.lstrip()) + 2) if rest is None else rest
    return [line for text in texts for line in wrap_text(as_line(text), first, begin)]


def describe_parents(company: CompanyRecord) -> str:
    """Return the ultimate parents of a company, and what is said in doubt of who owns it."""
    names = " and ".join(one.name for one in company.parents)
    if company.parentage == "known":
        return names or "none, says a document"
    stakes = f" ({'; '.join(company.stakes)})" if company.stakes else ""
    said = "not known" if company.parentage == "not known" else "disputed"
    return f"{names}; {said}{stakes}" if names else f"{said}{stakes}"


def describe_miss(miss: NearMissRecord) -> str:
    """Return a near miss by whom it passes and what breaks it."""
    reasons = ", ".join(dict.fromkeys(miss.reasons))
    ends = [miss.steps[0].subject.name, *(step.object.name for step in miss.steps)] if miss.steps else []
    return f"{' → '.join(ends)} ({reasons})" if ends else reasons


def list_denials(company: CompanyRecord) -> list[ClaimRecord]:
    """Return the claims that deny a step of a path or of a near miss, or break one as denied, each once."""
    paths = [*(one.path for one in company.reaches), *company.unnamed]
    steps = [claim for path in paths for step in path.steps for claim in step.denied_by]
    misses = [claim for miss in company.near_misses for claim in _list_denials_of(miss)]
    return list({claim.id: claim for claim in (*steps, *misses)}.values())


def _list_denials_of(miss: NearMissRecord) -> list[ClaimRecord]:
    broken = (one.claim for one in miss.broken_by)
    return [*(claim for claim in broken if claim.status in ("negated", "refused")), *miss.denied_by]


def list_notes(company: CompanyRecord) -> list[str]:
    """Return the notes of the claims behind a company's paths and near misses, each with its document."""
    paths = [*(one.path for one in company.reaches), *company.unnamed]
    claims = [claim for path in paths for step in path.steps for claim in (*step.claims, *step.denied_by)]
    claims += [claim for path in paths for claim in path.corroborated_by]
    for miss in company.near_misses:
        claims += [*(one.claim for one in miss.broken_by), *miss.denied_by]
    return list(
        dict.fromkeys(f"{one.qualifiers.note} ({one.document_name})" for one in claims if one.qualifiers.note)
    )


def describe_denial(claim: ClaimRecord) -> str:
    """Return who denies or refused what, and where that is said: only a party denies, others say to the contrary."""
    origin = name_origin(claim)
    heads = {"refused": f"refused, says {origin}", "denied": f"denied by {origin}"}
    head = heads.get(find_negation(claim), f"to the contrary, says {origin}")
    note = f"; note: {claim.qualifiers.note}" if claim.qualifiers.note else ""
    return f"{head}: {claim.summary} ({claim.document_name}, {claim.published or 'undated'}{note})"


def format_rows(rows: Sequence[ScreenRow]) -> list[str]:
    """Return rows as lines, those of one company together and what is known of it once, behind the last."""
    groups: dict[tuple[str, ...], list[ScreenRow]] = {}
    for row in rows:
        groups.setdefault(tuple(one.id for one in row.companies), []).append(row)
    lines: list[str] = []
    for same in groups.values():
        lines += [line for row in same for line in format_row(row)]
        entities = {row.match.entity.name for row in same if row.match.entity}
        for company in same[0].companies:
            lines += _format_company(company, named=len(same[0].companies) > 1 or entities != {company.name})
    return lines


def format_row(row: ScreenRow) -> list[str]:
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
        rest = f", and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        lines += wrap_text(f"or {shown}{rest}", "    ", "      ")
    return [*lines, *wrap_each("    not told: ", row.not_told)]


def _format_company(company: CompanyRecord, *, named: bool) -> list[str]:
    seat = ", ".join(company.headquarters) or "not known"
    who = f"{as_line(company.name)}: " if named else ""
    lines = wrap_text(
        f"{who}seat {as_line(seat)}; ultimate parent {as_line(describe_parents(company))}", "    ", "      "
    )
    for listing in company.listings[:_SHOWN]:
        lines += wrap_text(as_line(listing.sentence), "    listed: ", "      ")
    if len(company.listings) > _SHOWN:
        lines.append(f"    and {len(company.listings) - _SHOWN} listed parties more: see --format json or xlsx")
    if company.reaches:
        lines += wrap_text(_list_chips(one.sentence for one in company.reaches), "    reaches ", "      ")
        lines += _format_best_path(company.reaches[0].path)
    if company.unnamed:
        lines += wrap_text(
            _list_chips(f"{one.chip_class.name} ({describe_standing(one)})" for one in company.unnamed),
            "    chip not named: ",
            "      ",
        )
        lines += _format_best_path(company.unnamed[0]) if not company.reaches else []
    shown = [
        miss for place, miss in enumerate(company.near_misses) if place < _SHOWN_MISSES or _list_denials_of(miss)
    ]
    for miss in shown:
        lines += wrap_text(as_line(describe_miss(miss)), "    near miss: ", "      ")
        lines += [
            line
            for claim in _list_denials_of(miss)
            for line in wrap_text(as_line(describe_denial(claim)), "      ", "        ")
        ]
    if len(company.near_misses) > len(shown):
        lines.append(f"    and {len(company.near_misses) - len(shown)} near misses more: see --format json or xlsx")
    under_misses = {claim.id for miss in shown for claim in _list_denials_of(miss)}
    others = [describe_denial(claim) for claim in list_denials(company) if claim.id not in under_misses]
    lines += wrap_each("    ", others, "      ")
    lines += wrap_each("    note: ", list_notes(company))
    lines += wrap_each("    also said: ", (one.text for one in company.statements))
    return [*lines, *wrap_each("    not told: ", company.not_told)]


def _list_chips(names: Iterable[str]) -> str:
    return ", ".join(map(as_line, dict.fromkeys(names)))


def _format_best_path(path: PathRecord) -> list[str]:
    """Return a path with what qualifies it and its verdict."""
    facts = [EVIDENCE[path.evidence], f"confidence {path.confidence:.2f}", *path.marks]
    lines = wrap_text(as_line(list_names_along(path.entities)), "    best: ", "      ")
    lines += wrap_text(f"{style_status(path.status)} · {click.style(as_line(' · '.join(facts)), dim=True)}", "      ")
    lines += wrap_text(as_line(path.verdict), "      rules: ", "        ") if path.verdict else []
    return lines
