"""Paths one below the other in two or three lines each, with every denial and note of their claims, and nothing else.

What supports a step, with its address, stands in the whole text of an answer (`evidence_text`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

import click

from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.evidence_text import style_status
from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath, find_negation
from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.paths.access_path import DISPUTED
from graphkit.summaries.statements import (
    describe_claim_status,
    describe_places,
    describe_scope,
    describe_source,
    list_sources,
    name_asked,
    name_origin,
)
from graphkit.summaries.verdicts import describe_rules
from graphkit.summaries.words import Words

#: Holders of a chip that a line names before it says how many more there are.
_HOLDERS = 10


class Caveats:
    """The denials and notes that an answer has told: each stands once, with the first path that it bears on."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._told: set[str] = set()

    def list_notes(self, claims: Iterable[ClaimRecord], indent: int, status: str | None = None) -> list[str]:
        """Return the notes of claims that were not told before, a line each with who says so.

        `status` is that of the step; a claim of another one says which.
        """
        blank = " " * indent
        lines: list[str] = []
        for claim in claims:
            note = claim.qualifiers.note
            if note and note not in self._told:
                self._told.add(note)
                other = [self.words.look_up("status", claim.status)] if status not in (None, claim.status) else []
                source = self.words.say("list.comma").join([*other, as_line(name_origin(claim))])
                text = f"{as_line(note)} " + click.style(f"({source})", dim=True)
                lines += wrap_text(text, f"{blank}{self.words.say('label.note')}", f"{blank}  ")
        return lines

    def list_denials(self, claims: Iterable[ClaimRecord], indent: int, *, beside: Container[str] = ()) -> list[str]:
        """Return claims that deny or refuse and were not told before, with who says so, and their notes.

        `beside` are the ids of those that deny nothing that counts in this path; in another they may.
        """
        lines: list[str] = []
        for claim in claims:
            told = f"{claim.id} beside" if claim.id in beside else claim.id
            if self._told.isdisjoint((told, claim.id)):
                self._told.add(told)
                kind = f"{find_negation(claim)}{'.beside' if claim.id in beside else ''}"
                lines += self._tell(claim, self.words.say(f"label.{kind}"), indent)
            lines += self.list_notes([claim], indent + 2)
        return lines

    def list_statements(self, claims: Iterable[ClaimRecord], indent: int) -> list[str]:
        """Return claims that stand beside the paths, each with its status, who says so, and its note."""
        lines: list[str] = []
        for claim in claims:
            label = ""
            if claim.status != "done":
                status = style_status(claim.status, self.words.look_up("status", claim.status))
                label = f"{status}{self.words.say('colon')}"
            lines += self._tell(claim, f"{as_line(claim.subject_name)}{self.words.say('colon')}{label}", indent)
            lines += self.list_notes([claim], indent + 2)
        return lines

    def _tell(self, claim: ClaimRecord, label: str, indent: int) -> list[str]:
        source = as_line(describe_source(self.words, [claim]))
        scope = as_line(describe_scope(self.words, claim))
        text = f"{as_line(claim.summary)} " + click.style(f"{source}{scope and f', {scope}'} {claim.id}", dim=True)
        return wrap_text(f"{label}{text}", " " * indent, " " * (indent + 2))


def format_path_line(
    words: Words,
    number: str,
    paths: Sequence[PathRecord],
    caveats: Caveats,
    *,
    verdicts: bool = True,
    supposed: EntityRef | None = None,
) -> list[str]:
    """Return a path in few lines: route; status, evidence, confidence, places, marks, sources; verdict; caveats.

    Several paths are the same route to several chips, whose verdicts may differ. `supposed` is the chip for which the
    rules were asked, where the path names none.
    """
    path, blank = paths[0], " " * (len(number) + 2)
    names = click.style(as_line(list_names_along(path.entities)), bold=True)
    lines = wrap_text(names, f"{number}. ")
    for one in {(one.confidence, one.marks): one for one in paths}.values():
        lines += wrap_text(describe_path_line(words, one), blank)
    if verdicts:
        for verdict in dict.fromkeys(tell_verdict(words, one, supposed) for one in paths):
            lines += wrap_text(verdict, f"{blank}{words.say('label.rules')}", f"{blank}  ") if verdict else []
    indent = len(blank)
    for position, step in enumerate(path.steps):
        denials = {claim.id: claim for one in paths for claim in one.steps[position].denied_by}
        beside = denials.keys() - {denial for one in paths for denial in one.steps[position].disputed_by}
        lines += caveats.list_denials(denials.values(), indent, beside=beside)
        lines += caveats.list_notes(step.claims, indent, step.status)
    wholes = {claim.id: claim for one in paths for claim in one.corroborated_by}
    return [*lines, *caveats.list_notes(wholes.values(), indent)]


def describe_path_line(words: Words, path: PathRecord) -> str:
    """Return in one line what qualifies a path, and who says so."""
    disputed = ".disputed" if path.disputed else ""
    facts = [
        words.look_up("evidence", path.evidence),
        words.say(f"label.confidence{disputed}", number=words.number(path.confidence, 2)),
        *([describe_places(words, path)] if path.places else []),
        *([words.say("label.holding")] if path.holding else []),
        *(words.mark(mark) for mark in path.marks if mark not in ("place not confirmed", DISPUTED)),
        words.say("label.says", sources=words.enumerate(list_sources(words, path))),
    ]
    word = words.look_up("status", path.status)
    status = style_status(path.status, words.say("brief.disputed", status=word) if path.disputed else word)
    return " · ".join([status, *map(as_line, facts)])


def tell_verdict(words: Words, path: PathRecord, supposed: EntityRef | None = None) -> str:
    """Return what the rules say of a path: as the finding has it in English, else from its fields."""
    if path.verdict is None:
        return ""
    if words.language == "en":
        return as_line(path.verdict)
    said = describe_rules(words, path)
    return as_line(words.say("rules.if_model", chip=name_asked(words, supposed), said=said) if supposed else said)


def format_unnamed_lines(
    words: Words, chip: EntityRef, unnamed: Sequence[UnnamedPath], caveats: Caveats, title: str | None = None
) -> list[str]:
    """Return the ways to some chip of a class under a heading; nothing where there are none."""
    if not unnamed:
        return []
    title = title or words.say("head.unnamed", chip=name_asked(words, chip))
    lines = ["", *wrap_text(as_line(title), rest="  ")]
    supposed = None if chip.generic else chip
    for number, one in enumerate(unnamed, 1):
        lines += format_path_line(words, f"n{number}", [one], caveats, supposed=supposed)
    return lines


def format_miss_lines(
    words: Words, misses: Sequence[NearMissRecord], caveats: Caveats, title: str | None = None
) -> list[str]:
    """Return near misses under a heading, each with the claims that break it; nothing where there are none."""
    lines = ["", *wrap_text(title or words.say("head.near_misses"), rest="  ")] if misses else []
    colon = words.say("colon")
    for miss in misses:
        names = [as_line(one.name) for one in (miss.steps[0].subject, *(step.object for step in miss.steps))]
        reasons = dict.fromkeys([*miss.reasons, *(["chip not named"] if miss.chip_class else [])])
        told = ", ".join(words.look_up("reason", one) for one in reasons)
        lines += wrap_text(f"{' → '.join(names)}{colon}" + click.style(told, fg="red"), "  ", "    ")
        breaks = [one.claim for one in miss.broken_by]
        lines += caveats.list_denials([one for one in breaks if one.status in ("refused", "negated")], 4)
        lines += caveats.list_statements([one for one in breaks if one.status not in ("refused", "negated")], 4)
        lines += caveats.list_denials(miss.denied_by, 4)
    return lines


def format_holder_lines(words: Words, chip: EntityRef, negative: NoPath, caveats: Caveats) -> list[str]:
    """Return who is said to have a chip, each with its status, and the denials and notes of those claims."""
    if not negative.holders:
        return []
    title = words.say("head.holders", chip=name_asked(words, chip))
    named = dict.fromkeys(
        words.say("none.holder", name=as_line(one.name), status=describe_claim_status(words, one.claim))
        for one in negative.holders
    )
    lines = ["", *wrap_text(as_line(title)), *wrap_text(as_line(words.enumerate(named, _HOLDERS)), "  ")]
    denied = [one.claim for one in negative.holders if one.claim.status in ("refused", "negated")]
    lines += caveats.list_denials(denied, 2)
    return [*lines, *caveats.list_notes([one.claim for one in negative.holders], 2)]


def format_statement_lines(title: str, claims: Sequence[ClaimRecord], caveats: Caveats) -> list[str]:
    """Return claims that stand beside the paths under a heading; nothing where there are none."""
    return ["", *wrap_text(title), *caveats.list_statements(claims, 2)] if claims else []


def format_next(words: Words, *keys: str, **holes: object) -> list[str]:
    """Return how to see more, a line."""
    told = words.clauses([words.say(f"next.{key}", **holes) for key in keys])
    return ["", *wrap_text(click.style(told, dim=True), f"{words.say('head.next')}{words.say('colon')}", "  ")]
