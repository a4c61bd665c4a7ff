"""Paths in few lines, for answers that tell of many: a line for claims that are alike, each document once.

Claims share a line where one origin makes them with the same status, limits and note, so that what stands there holds
of each. Denials are told in full all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.evidence_text import (
    count_sources,
    describe_address,
    describe_document,
    describe_path,
    describe_step,
    format_claim,
    format_places,
    list_limits,
    tell_denial,
)
from graphkit.answers.path_records import PathRecord, StepRecord, UnnamedPath
from graphkit.answers.records import ClaimRecord
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text


class Citations:
    """The documents that an answer cites, numbered in the order in which it does."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, ClaimRecord]] = {}

    def cite(self, claim: ClaimRecord) -> str:
        """Return the id of a claim, with the number of its document and the sentence."""
        number, _ = self._first.setdefault(claim.document, (len(self._first) + 1, claim))
        sentence = f", sentence {as_line(claim.locator)}" if claim.locator else ""
        return f"{claim.id} [{number}{sentence}]"

    def lines(self) -> list[str]:
        """Return the documents by number, each with its date, grade and address."""
        lines = ["", "sources"] if self._first else []
        for number, claim in self._first.values():
            lines += wrap_text(click.style(describe_document(claim), dim=True), f"{f'[{number}]':>5} ", " " * 6)
            if address := describe_address(claim):
                lines += wrap_text(click.style(address, dim=True), " " * 6)
        return lines


def format_brief_paths(paths: Sequence[PathRecord], citations: Citations, indent: int) -> list[str]:
    """Return the steps of paths over the same claims in few lines; the denials and notes of all of them."""
    path, blank = paths[0], " " * indent
    lines: list[str] = []
    for position, step in enumerate(path.steps):
        lines += wrap_text(describe_step(step), f"{blank}{position + 1}. ")
        lines += _step_lines(step, citations, indent + 3)
        denials = {claim.id: claim for one in paths for claim in one.steps[position].denied_by}
        for claim in denials.values():
            lines += format_claim(claim, indent=indent + 3, reason=tell_denial(step, claim))
        lines += format_places(path, step, indent + 3)
    wholes = {claim.id: claim for one in paths for claim in one.corroborated_by}
    if wholes:
        lines += wrap_text("corroborated, as a whole or in part, by", blank, f"{blank}  ")
        lines += _claim_lines(list(wholes.values()), citations, indent)
    return lines


def _step_lines(step: StepRecord, citations: Citations, indent: int) -> list[str]:
    lines = _claim_lines(step.claims, citations, indent, step)
    if len(step.claims) > len(step.origins):
        lines += wrap_text(click.style(count_sources(step), dim=True), " " * indent)
    return lines


def _claim_lines(
    claims: Sequence[ClaimRecord], citations: Citations, indent: int, step: StepRecord | None = None
) -> list[str]:
    """Return claims in a line for those that are alike, each line with its note."""
    blank = " " * indent
    alike: dict[tuple[str, ...], list[ClaimRecord]] = {}
    for claim in claims:
        facts = [] if step is None or claim.id in step.counted else [f"{claim.status}, not counted"]
        facts += ["implied"] if claim.implied and not (step and step.implied) else []
        key = (claim.origin, claim.qualifiers.note or "", *facts, *list_limits(claim))
        alike.setdefault(key, []).append(claim)
    lines: list[str] = []
    for (origin, note, *facts), some in alike.items():
        cited = ", ".join(map(citations.cite, some))
        told = "; ".join([f"{as_line(origin)}: {cited}", *facts])
        lines += wrap_text(click.style(told, dim=True), f"{blank}- ")
        lines += wrap_text(as_line(note), f"{blank}  note: ", f"{blank}  ") if note else []
    return lines


def format_unnamed(unnamed: Sequence[UnnamedPath], citations: Citations, title: str) -> list[str]:
    """Return the ways to some chip of a class in few lines, under a title; nothing where there are none."""
    lines = ["", *wrap_text(title, rest="  ")] if unnamed else []
    for number, one in enumerate(unnamed, 1):
        lines += wrap_text(click.style(as_line(list_names_along(one.entities)), bold=True), f"n{number}. ")
        lines += wrap_text(describe_path(one), "    ")
        lines += wrap_text(f"the confidence is that of having some of {as_line(one.chip_class.name)}", "    ")
        lines += wrap_text(as_line(one.verdict), "    rules: ") if one.verdict else []
        lines += format_brief_paths([one], citations, 4)
    return lines
