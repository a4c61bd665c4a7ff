"""The question of other rules: what a change of them would make of the paths from a buyer to a chip."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from pathlib import Path

import click

from graphkit.answers.answer import VERSION, Answer, OpenBase, Record, Version, note_lines
from graphkit.answers.evidence_brief import Citations, brief_lines, unnamed_lines
from graphkit.answers.evidence_tables import (
    claims_table,
    evidence_table,
    names_along,
    near_miss_table,
    no_path_table,
    path_cells,
    path_table,
)
from graphkit.answers.evidence_text import compliance_lines, describe_path, near_miss_lines, negative_lines
from graphkit.answers.findings import PathVerdict, rule_findings
from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath, path_record
from graphkit.answers.paths import LIMIT, MAX_HOPS, find_paths
from graphkit.answers.question import FiltersRecord, Searched, filter_line, question_table
from graphkit.answers.records import ClaimRecord, Date, EntityRef
from graphkit.formats import Cell, Table
from graphkit.formats.cells import plain
from graphkit.formats.lines import wrap
from graphkit.graph import Filters
from graphkit.paths import Network
from graphkit.rules import whatif


class PathChange(Record, frozen=True, kw_only=True):
    """A path with what the rules say of it as they are and as they would be; `duties` are those that it gains."""

    path: PathRecord
    effect: str
    duties: tuple[str, ...]
    before: PathVerdict
    after: PathVerdict


class WhatIfAnswer(Answer, frozen=True, kw_only=True):
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
                **path_cells(one.path),
                "path": number,
                "effect": one.effect,
                "before": one.before.coverage,
                "after": one.after.coverage,
                "verdict_before": one.before.verdict,
                "verdict_after": one.after.verdict,
                "new_duties": one.duties,
            }
            for number, one in enumerate(self.paths, 1)
        ]
        columns = ("path", "through", "effect", "before", "after", "verdict_before", "verdict_after", "new_duties")
        more = ("status", "evidence", "confidence", "hops", "holding", "marks", "places", "route", "route_name")
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        return [
            Table("paths", (*columns, *more), rows),
            evidence_table([one.path for one in self.paths]),
            path_table(self.unnamed, "chip not named"),
            evidence_table(self.unnamed, "evidence of chip not named"),
            no_path_table(self.negative),
            near_miss_table(misses),
            claims_table(self.compliance, "statements of compliance"),
            question_table(
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
                    "bound_hit": self.searched.bounded,
                },
                self.notes,
            ),
        ]

    def remarks(self) -> list[str]:
        """Return the notes, the changes and the filters."""
        changes = f"{'; '.join(self.changes)}, on {self.on or 'the day of each act'}"
        return [*(f"note: {note}" for note in self.notes), changes, filter_line(self.filters, self.searched)]

    def styled_text(self) -> str:
        """Return the number of paths by effect, then each path now and then."""
        counts = ", ".join(f"{number} {effect}" for effect, number in self.effects.items()) or "no path"
        lines = note_lines(list(self.notes))
        changes = "; ".join(map(plain, self.changes))
        lines += wrap(click.style(f"{changes}, on {plain(self.on or 'the day of each act')}: {counts}", bold=True))
        lines += wrap(click.style(filter_line(self.filters, self.searched), dim=True))
        citations = Citations()
        for number, one in enumerate(self.paths, 1):
            names = click.style(plain(names_along(one.path.entities)), bold=True)
            lines += ["", *wrap(f"{names}  {one.effect}", f"{number}. ")]
            lines += wrap(describe_path(one.path), "   ")
            lines += wrap(plain(one.before.verdict), "   now: ")
            lines += wrap(plain(one.after.verdict), "   then: ")
            lines += [line for duty in one.duties for line in wrap(plain(duty), "   new duty: ")]
            lines += brief_lines([one.path], citations, 3)
        title = f"chip not named, so not counted: may or may not include the {plain(self.chip.name)}"
        lines += unnamed_lines(self.unnamed, citations, title)
        if self.negative:
            lines += ["", *negative_lines(self.negative, self.buyer, self.chip, self.searched)]
        if self.near_misses:
            lines += ["", "near misses, each with who refused or denied what", *near_miss_lines(self.near_misses)]
        return "\n".join([*lines, *compliance_lines(self.compliance), *citations.lines()])


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
    effects = whatif.compare(
        found.graph, found.paths, base.rulebook, rulebook, filters.on, chip=asked, filters=filters
    )
    network = Network.of(found.graph)
    return WhatIfAnswer(
        version=VERSION,
        buyer=answer.buyer,
        chip=answer.chip,
        filters=answer.filters,
        notes=answer.notes,
        searched=answer.searched,
        on=filters.on,
        changes=tuple(changes),
        effects=dict(collections.Counter(one.effect for one in effects)),
        paths=tuple(
            PathChange(
                path=path_record(one.path, network, rule_findings(one.before)),
                effect=one.effect,
                duties=tuple(one.duties),
                before=rule_findings(one.before).verdict,
                after=rule_findings(one.after).verdict,
            )
            for one in effects
        ),
        unnamed=answer.unnamed,
        negative=answer.negative,
        near_misses=answer.near_misses,
        compliance=answer.compliance,
    )
