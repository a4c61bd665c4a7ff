"""Paths in few lines, for answers that tell of many: a line for the origins of a step, each document once at the end.

Denials and notes are told in full all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from graphkit.answers.answer import format_count
from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.evidence_text import (
    describe_address,
    describe_document,
    describe_path,
    describe_step,
    format_claim,
    format_places,
    list_limits,
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
        lines += _origin_lines(step, citations, indent + 3)
        denials = {claim.id: claim for one in paths for claim in one.steps[position].denied_by}
        for claim in denials.values():
            lines += format_claim(claim, indent=indent + 3, reason="denied: ")
        lines += format_places(path, step, indent + 3)
    wholes = {claim.id: claim for one in paths for claim in one.corroborated_by}
    if wholes:
        lines += wrap_text(f"corroborated by {'; '.join(map(citations.cite, wholes.values()))}", blank, f"{blank}  ")
        lines += _note_lines(wholes.values(), indent)
    return lines


def _origin_lines(step: StepRecord, citations: Citations, indent: int) -> list[str]:
    blank = " " * indent
    lines: list[str] = []
    for origin in step.origins:
        claims = [claim for claim in step.claims if claim.origin == origin]
        other = [f"{claim.id} is {claim.status}" for claim in claims if claim.status != step.status]
        limits = dict.fromkeys([*(one for claim in claims for one in list_limits(claim)), *other])
        facts = [
            f"{as_line(origin)}: {format_count(len(claims), 'claim')}",
            ", ".join(map(citations.cite, claims)),
            *limits,
        ]
        lines += wrap_text(click.style("; ".join(facts), dim=True), f"{blank}- ")
    return [*lines, *_note_lines(step.claims, indent)]


def _note_lines(claims: Iterable[ClaimRecord], indent: int) -> list[str]:
    blank = " " * indent
    notes = dict.fromkeys(claim.qualifiers.note for claim in claims if claim.qualifiers.note)
    return [line for note in notes for line in wrap_text(as_line(note), f"{blank}note: ", f"{blank}  ")]


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
