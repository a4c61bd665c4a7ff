"""The question of other rules: what a change of them would make of the paths from a buyer to a chip."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from graphkit.answers.answer import VERSION, OpenBase, Record, SummarisedAnswer, Version, format_notes
from graphkit.answers.evidence_brief import Citations, format_brief_paths, format_unnamed
from graphkit.answers.evidence_lines import (
    Caveats,
    format_holder_lines,
    format_miss_lines,
    format_next,
    format_path_line,
    format_statement_lines,
    format_unnamed_lines,
    tell_verdict,
)
from graphkit.answers.evidence_tables import (
    list_names_along,
    make_claims_table,
    make_evidence_table,
    make_near_miss_table,
    make_no_path_table,
    make_path_cells,
    make_path_table,
)
from graphkit.answers.evidence_text import describe_path, format_compliance, format_near_misses, format_negative
from graphkit.answers.findings import PathVerdict, make_rule_findings
from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath, make_path_record
from graphkit.answers.paths import LIMIT, MAX_HOPS, find_paths
from graphkit.answers.question import FiltersRecord, Searched, format_filters, make_question_table
from graphkit.answers.records import ClaimRecord, Date, EntityRef
from graphkit.clock import get_today
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.graph import Filters
from graphkit.paths import Network
from graphkit.rules import whatif
from graphkit.summaries.changes import describe_changes, describe_effects, summarise_whatif


class PathChange(Record, frozen=True, kw_only=True):
    """A path with what the rules say of it as they are and as they would be; `new_duties` are those that it gains."""

    path: PathRecord
    effect: str
    new_duties: tuple[str, ...]
    before: PathVerdict
    after: PathVerdict


class WhatIfAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit whatif`: the changes in words, the number of paths by effect, and the paths.

    `unnamed` are ways to some chip of a class; they count for no effect. `negative`, `near_misses` and `compliance`
    are those of the answer of `graphkit path`.
    """

    version: Version
    buyer: EntityRef
    chip: EntityRef
    filters: FiltersRecord
    notes: tuple[str, ...]
    searched: Searched
    on: Date | None
    changes: tuple[str, ...]
    effects: dict[str, int]
    paths: tuple[PathChange, ...]
    unnamed: tuple[UnnamedPath, ...]
    negative: NoPath | None
    near_misses: tuple[NearMissRecord, ...]
    compliance: tuple[ClaimRecord, ...]

    def tables(self) -> list[Table]:
        """Return the answer as tables: the paths under both rulebooks, their evidence, and the question."""
        rows: list[dict[str, Cell]] = [
            {
                **make_path_cells(one.path),
                "path": number,
                "effect": one.effect,
                "before": one.before.coverage,
                "after": one.after.coverage,
                "verdict_before": one.before.verdict,
                "verdict_after": one.after.verdict,
                "new_duties": one.new_duties,
            }
            for number, one in enumerate(self.paths, 1)
        ]
        columns = ("path", "through", "effect", "before", "after", "verdict_before", "verdict_after", "new_duties")
        more = (
            *("status", "disputed", "evidence", "confidence", "hops", "holding", "marks", "places"),
            *("route", "route_name"),
        )
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        return [
            Table("paths", (*columns, *more), rows),
            make_evidence_table([one.path for one in self.paths]),
            make_path_table(self.unnamed, "chip not named"),
            make_evidence_table(self.unnamed, "evidence of chip not named"),
            make_no_path_table(self.negative),
            make_near_miss_table(misses),
            make_claims_table(self.compliance, "statements of compliance"),
            make_question_table(
                {
                    "buyer": self.buyer.name,
                    "chip": self.chip.name,
                    "changes": self.changes,
                    "rules_on": self.on or "the day of each act",
                    **self.filters.cells(),
                    "max_hops": self.searched.max_hops,
                    "limit": self.searched.limit,
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
        """Return the notes, the changes and the filters."""
        changes = f"{'; '.join(self.changes)}, on {self.on or 'the day of each act'}"
        notes = [*self.notes, *self.searched.list_cuts(self.words)]
        return [*(f"note: {note}" for note in notes), changes, format_filters(self.filters, self.searched)]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: what the change makes of the paths, and who says the first of them."""
        return summarise_whatif(
            self.words,
            buyer=self.buyer,
            chip=self.chip,
            changes=self.changes,
            on=self.on,
            paths=[(one.path, one.effect) for one in self.paths],
            unnamed=self.unnamed,
            searched=self.searched,
        )

    def styled_text(self) -> str:
        """Return the sentences, then each path now and then in a few lines with its denials and notes."""
        words, caveats = self.words, Caveats(self.words)
        lines = self._head_lines()
        for number, one in enumerate(self.paths, 1):
            lines += ["", *format_path_line(words, str(number), [one.path], caveats, verdicts=False)]
            lines += self._effect_lines(one)
        lines += format_unnamed_lines(words, self.chip, self.unnamed, caveats)
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        lines += format_miss_lines(words, misses, caveats)
        lines += format_holder_lines(words, self.chip, self.negative, caveats) if self.negative else []
        lines += format_statement_lines(words.say("head.compliance"), self.compliance, caveats)
        lines += self._cut_lines()
        return "\n".join([*lines, *format_next(words, "all", "json")])

    def _cut_lines(self) -> list[str]:
        return ["", *format_notes(cuts, self.words)] if (cuts := self.searched.list_cuts(self.words)) else []

    def _effect_lines(self, one: PathChange) -> list[str]:
        """Return what the rules say of a path now and then, what that makes of it, and the duties it gains."""
        words = self.words
        effect = words.look_up("effect", one.effect)
        lines = wrap_text(self._tell(one.path, one.before), f"   {words.say('label.now')}", "     ")
        lines += wrap_text(self._tell(one.path, one.after), f"   {words.say('label.then')}", "     ")
        gained = f"   {words.say('label.duty')}"
        duties = [line for duty in one.new_duties for line in wrap_text(as_line(duty), gained)]
        return [
            *lines,
            *duties,
            *wrap_text(click.style(effect, bold=True), f"   {words.say('label.effect')}", "     "),
        ]

    def _tell(self, path: PathRecord, told: PathVerdict) -> str:
        judged = msgspec.structs.replace(path, verdict=told.verdict, findings=told.findings, day=told.day)
        return tell_verdict(self.words, judged)

    def _head_lines(self) -> list[str]:
        """Return the notes, the number of paths by effect, the filters and the sentences."""
        words = self.words
        counts = describe_effects(words, self.effects, more=self.searched.truncated) or words.say("head.whatif.none")
        day = words.on(self.on) if self.on else words.say("head.whatif.act_day")
        lines = format_notes(self.notes, self.words)
        changes = as_line(describe_changes(words, self.changes))
        title = words.say("head.whatif", changes=changes, day=as_line(day), counts=counts)
        lines += wrap_text(click.style(title, bold=True))
        lines += wrap_text(click.style(format_filters(self.filters, self.searched, self.words), dim=True))
        return [*lines, "", *self.summary_lines()]

    def full_text(self) -> str:
        """Return the number of paths by effect, then each path now and then with its evidence."""
        lines, citations = self._head_lines(), Citations()
        for number, one in enumerate(self.paths, 1):
            names = click.style(as_line(list_names_along(one.path.entities)), bold=True)
            lines += ["", *wrap_text(f"{names}  {one.effect}", f"{number}. ")]
            lines += wrap_text(describe_path(one.path), "   ")
            lines += wrap_text(as_line(one.before.verdict), "   now: ")
            lines += wrap_text(as_line(one.after.verdict), "   then: ")
            lines += [line for duty in one.new_duties for line in wrap_text(as_line(duty), "   new duty: ")]
            lines += format_brief_paths([one.path], citations, 3)
        title = f"chip not named, so not counted: may or may not include the {as_line(self.chip.name)}"
        lines += format_unnamed(self.unnamed, citations, title)
        if self.negative:
            lines += ["", *format_negative(self.negative, self.buyer, self.chip, self.searched)]
        if self.near_misses:
            title = "near misses, each with who refused or denied what"
            lines += ["", *wrap_text(title), *format_near_misses(self.near_misses)]
        return "\n".join([*lines, *format_compliance(self.compliance), *citations.lines(), *self._cut_lines()])


def compare_rules(
    base: OpenBase,
    buyer: str,
    chip: str,
    filters: Filters,
    *,
    enact: Sequence[str] = (),
    repeal: Sequence[str] = (),
    rules: Sequence[Path | str] = (),
    via: Sequence[str] = (),
    limit: int = LIMIT,
    max_hops: int = MAX_HOPS,
) -> WhatIfAnswer:
    """Return what a change of the rules would make of the paths from a buyer (or `hq:CN`) to a chip.

    `rules` are files in the format of regulations.yaml, taken as if in force. Nothing stored is touched.
    Raises as `find_paths` does, FactBaseError for a rule file.
    """
    rulebook, changes = whatif.change_rules(base.rulebook, enact=enact, repeal=repeal, rules=rules)
    found = find_paths(base, buyer, chip, filters, via=via, limit=limit, max_hops=max_hops)
    answer = found.answer
    asked = found.members[0].id if len(found.members) == 1 else None
    effects = whatif.compare_paths(
        found.graph, found.paths, base.rulebook, rulebook, filters.on, today=get_today(), chip=asked, filters=filters
    )
    network = Network.of(found.graph)
    acts = {step.day for one in effects for step in one.before.steps if step.leg != "other"}
    days = [filters.on] if filters.on else sorted(acts) or [get_today()]
    idle = whatif.find_idle_changes(base.rulebook, days, enact=enact, repeal=repeal)
    compared = WhatIfAnswer(
        version=VERSION,
        buyer=answer.buyer,
        chip=answer.chip,
        filters=answer.filters,
        notes=(*answer.notes, *idle),
        searched=answer.searched,
        on=filters.on,
        changes=tuple(changes),
        effects=dict(collections.Counter(one.effect for one in effects)),
        paths=tuple(
            PathChange(
                path=make_path_record(one.path, network, make_rule_findings(one.before)),
                effect=one.effect,
                new_duties=tuple(one.duties),
                before=make_rule_findings(one.before).verdict,
                after=make_rule_findings(one.after).verdict,
            )
            for one in effects
        ),
        unnamed=answer.unnamed,
        negative=answer.negative,
        near_misses=answer.near_misses,
        compliance=answer.compliance,
    )
    return compared.in_language("en")
