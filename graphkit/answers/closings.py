"""The question of closing: the fewest steps, intermediaries or rules without which no path is left."""

from __future__ import annotations

from typing import Literal

import click

from graphkit.answers.answer import (
    VERSION,
    OpenBase,
    Record,
    SummarisedAnswer,
    Version,
    format_notes,
)
from graphkit.answers.evidence_brief import Citations, format_brief_paths, format_unnamed
from graphkit.answers.evidence_lines import (
    Caveats,
    format_holder_lines,
    format_miss_lines,
    format_next,
    format_path_line,
    format_statement_lines,
    format_unnamed_lines,
)
from graphkit.answers.evidence_tables import (
    list_names_along,
    make_claims_table,
    make_evidence_table,
    make_near_miss_table,
    make_no_path_table,
    make_path_table,
)
from graphkit.answers.evidence_text import describe_path, format_compliance, format_near_misses, format_negative
from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath
from graphkit.answers.paths import MAX_HOPS, find_paths
from graphkit.answers.question import FiltersRecord, Searched, format_filters, make_question_table
from graphkit.answers.records import ClaimRecord, Date, EntityRef
from graphkit.clock import get_today
from graphkit.errors import InvalidValue
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.graph import Filters
from graphkit.ontology import RELATIONS
from graphkit.paths import Network
from graphkit.rules.closing import MAX_PATHS, Closing, close_graph, close_rules
from graphkit.summaries.changes import name_member, summarise_closings
from graphkit.summaries.statements import name_asked
from graphkit.summaries.words import Words

#: Sets that text shows; the other formats have all.
_SHOWN = 3


class ClosingRecord(Record, frozen=True, kw_only=True):
    """The smallest sets that close every path, in words and by id; `obstacle` says why there is none.

    `more` says that others of the same size exist; `exact` is false where a bound was hit, so that smaller ones may.
    `powers` are the rules of a set that give a power and close nothing unless it is used.
    """

    size: int | None
    sets: tuple[tuple[str, ...], ...]
    ids: tuple[tuple[tuple[str, ...], ...], ...]
    exact: bool
    more: bool
    obstacle: str | None
    powers: tuple[str, ...] = ()


class ClosingsAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit close`: the smallest sets, and the paths to a named chip that each of them closes.

    `path_count` is the number of these paths. `unnamed` are ways to some chip of a class, which would be left: no set
    is asked to close them. `negative`, `near_misses` and `compliance` are those of the answer of `graphkit path`.
    """

    version: Version
    buyer: EntityRef
    chip: EntityRef
    filters: FiltersRecord
    notes: tuple[str, ...]
    searched: Searched
    on: Date
    path_count: int
    steps: ClosingRecord
    intermediaries: ClosingRecord
    rules: ClosingRecord
    paths: tuple[PathRecord, ...]
    unnamed: tuple[UnnamedPath, ...]
    negative: NoPath | None
    near_misses: tuple[NearMissRecord, ...]
    compliance: tuple[ClaimRecord, ...]

    @property
    def _kinds(self) -> dict[str, ClosingRecord]:
        return {"steps": self.steps, "intermediaries": self.intermediaries, "rules": self.rules}

    def tables(self) -> list[Table]:
        """Return the answer as tables: the sets, one a row, and the question."""
        rows: list[dict[str, Cell]] = []
        for kind, closing in self._kinds.items():
            begin: dict[str, Cell] = {"kind": kind, "exact": closing.exact, "more": closing.more}
            for number, one in enumerate(closing.sets, 1):
                rows.append({**begin, "set": number, "size": closing.size, "members": one})
            if not closing.sets:
                rows.append({**begin, "obstacle": closing.obstacle or "none found"})
        return [
            Table("sets", ("kind", "set", "size", "members", "exact", "more", "obstacle"), rows),
            make_path_table(self.paths),
            make_evidence_table(self.paths),
            make_path_table(self.unnamed, "chip not named"),
            make_evidence_table(self.unnamed, "evidence of chip not named"),
            make_no_path_table(self.negative),
            make_near_miss_table([*self.near_misses, *(self.negative.near_misses if self.negative else ())]),
            make_claims_table(self.compliance, "statements of compliance"),
            make_question_table(
                {
                    "buyer": self.buyer.name,
                    "chip": self.chip.name,
                    "rules_on": self.on,
                    "paths": self.path_count,
                    "ways_to_a_chip_not_named": len(self.unnamed),
                    **self.filters.cells(),
                    "max_hops": self.searched.max_hops,
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
        """Return the notes and the filters."""
        notes = [*self.notes, *self._list_cuts()]
        return [*(f"note: {note}" for note in notes), format_filters(self.filters, self.searched)]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: what all smallest sets have in common, the rules, what is left."""
        return summarise_closings(
            self.words,
            buyer=self.buyer,
            chip=self.chip,
            path_count=self.path_count,
            kinds=self._kinds,
            unnamed=self.unnamed,
            searched=self.searched,
            filters=self.filters,
            day=self.on,
        )

    def styled_text(self) -> str:
        """Return the sentences and the smallest sets of each kind; what they close and leave in a few lines each."""
        words, caveats = self.words, Caveats(self.words)
        lines = self._head_lines()
        lines += ["", *wrap_text(self._title_paths())] if self.paths else []
        for number, path in enumerate(self.paths, 1):
            lines += format_path_line(words, str(number), [path], caveats, verdicts=False)
        ways = words.count(len(self.unnamed), "way", more=self.searched.more_unnamed)
        left = words.say("head.left", ways=ways, chip=name_asked(words, self.chip))
        lines += format_unnamed_lines(words, self.chip, self.unnamed, caveats, left)
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        lines += format_miss_lines(words, misses, caveats)
        lines += format_holder_lines(words, self.chip, self.negative, caveats) if self.negative else []
        lines += format_statement_lines(words.say("head.compliance"), self.compliance, caveats)
        return "\n".join([*lines, *self._cut_lines(), *format_next(words, "all", "json")])

    def _title_paths(self) -> str:
        """Return the heading of the paths."""
        count = self.words.count(len(self.paths), "path", more=self.searched.truncated)
        return self.words.say("head.closed", paths=count)

    def _list_cuts(self) -> list[str]:
        """Return what the answer may lack; each kind of set says by itself whether a bound was hit."""
        words, searched = self.words, self.searched
        paths = words.count(self.path_count, "path")
        return [
            *([words.say("close.cut", paths=paths)] if searched.more else []),
            *([words.say("label.more_near_misses")] if searched.more_near_misses else []),
        ]

    def _cut_lines(self) -> list[str]:
        return ["", *format_notes(cuts, self.words)] if (cuts := self._list_cuts()) else []

    def _head_lines(self) -> list[str]:
        """Return the notes, the question, the sentences and the smallest sets of each kind."""
        words, ends = self.words, {"buyer": as_line(self.buyer.name), "chip": as_line(self.chip.name)}
        title = words.say(
            "head.close", paths=words.count(self.path_count, "path", more=self.searched.truncated), **ends
        )
        lines = [*format_notes(self.notes, self.words), *wrap_text(click.style(title, bold=True))]
        lines += wrap_text(click.style(format_filters(self.filters, self.searched, self.words), dim=True))
        lines += wrap_text(click.style(words.say("head.close.rules", day=words.date(self.on)), dim=True))
        lines += ["", *self.summary_lines()]
        for kind, closing in self._kinds.items():
            lines += ["", *_closing_lines(words, kind, closing)]
        return lines

    def full_text(self) -> str:
        """Return the sentences and the smallest sets of each kind; what they close and leave with its evidence."""
        lines, citations = self._head_lines(), Citations()
        lines += ["", *wrap_text(self._title_paths())] if self.paths else []
        for number, path in enumerate(self.paths, 1):
            lines += wrap_text(click.style(as_line(list_names_along(path.entities)), bold=True), f"{number}. ")
            lines += wrap_text(describe_path(path), "   ")
            lines += format_brief_paths([path], citations, 3)
        ways = self.words.count(len(self.unnamed), "way", more=self.searched.more_unnamed)
        left = f"then what would be left as chip not named ({ways})"
        lines += format_unnamed(
            self.unnamed, citations, f"{left}: may or may not include the {as_line(self.chip.name)}"
        )
        if self.negative:
            lines += ["", *format_negative(self.negative, self.buyer, self.chip, self.searched)]
        if self.near_misses:
            title = "near misses, each with who refused or denied what"
            lines += ["", *wrap_text(title), *format_near_misses(self.near_misses)]
        return "\n".join([*lines, *format_compliance(self.compliance), *citations.lines(), *self._cut_lines()])


def _closing_lines(words: Words, kind: str, closing: ClosingRecord) -> list[str]:
    kind = words.look_up("kinds", kind)
    if closing.obstacle:
        return wrap_text(as_line(closing.obstacle), f"{kind}{words.say('colon')}", "  ")
    if closing.size is None:
        return [words.say("sets.none", kind=kind, bound="" if closing.exact else words.say("sets.none.bound"))]
    bound = "" if closing.exact else words.say("sets.size.bound")
    lines = [words.say("sets.size", kind=kind, size=closing.size, bound=bound)]
    for number, (one, ids) in enumerate(zip(closing.sets[:_SHOWN], closing.ids[:_SHOWN], strict=True), 1):
        members = [words.retell("member", as_line(text)) for text in one]
        if words.language != "en" and len(ids) == len(one):
            members = [name_member(words, text, id_) for text, id_ in zip(members, ids, strict=True)]
        lines += wrap_text(words.clauses(members), f"  {number}. ")
    if rest := len(closing.sets) - len(closing.sets[:_SHOWN]):
        lines.append(f"  {words.say('sets.more', count=words.count_rest(rest, more=closing.more))}")
    return lines


def find_closings(
    base: OpenBase, buyer: str, chip: str, filters: Filters, *, max_hops: int = MAX_HOPS
) -> ClosingsAnswer:
    """Return the smallest sets of steps, intermediaries or rules whose closing leaves no path.

    Raises as `find_paths` does, InvalidValue also for a set of buyers or chips.
    """
    found = find_paths(base, buyer, chip, filters, limit=MAX_PATHS, max_hops=max_hops)
    answer, graph = found.answer, found.graph
    ends = answer.buyer.id, answer.chip.id
    if answer.buyer.kind == "Product" or any(end not in graph for end in ends):
        raise InvalidValue("ways are closed between one company and one chip: name one of each")
    network, cut, day = Network.of(graph), answer.searched.truncated, filters.on or get_today()

    def record(closing: Closing) -> ClosingRecord:
        return make_closing_record(closing, network, cut=cut, buyer=ends[0])

    def close(kind: Literal["steps", "intermediaries"]) -> Closing:
        if not found.paths and answer.searched.bounded:
            # the same search would end at the same bound
            return Closing(kind, (), False, obstacle="no path was found before a bound was hit")
        return close_graph(graph, *ends, filters, kind, max_hops=max_hops, paths=found.paths)

    found_sets = ClosingsAnswer(
        version=VERSION,
        buyer=answer.buyer,
        chip=answer.chip,
        filters=answer.filters,
        notes=answer.notes,
        searched=answer.searched,
        on=day,
        path_count=len(found.paths),
        steps=record(close("steps")),
        intermediaries=record(close("intermediaries")),
        rules=record(
            close_rules(
                graph,
                found.paths,
                base.rulebook,
                day,
                chip=ends[1],
                filters=filters,
                more=answer.searched.truncated,
            )
        ),
        paths=answer.paths,
        unnamed=answer.unnamed,
        negative=answer.negative,
        near_misses=answer.near_misses,
        compliance=answer.compliance,
    )
    return found_sets.in_language("en")


def make_closing_record(closing: Closing, network: Network, *, cut: bool = False, buyer: str = "") -> ClosingRecord:
    """Return the smallest sets that close all paths, in words.

    Sets of the buyer's own steps come first.
    """

    def describe(element: tuple[str, ...]) -> str:
        if len(element) == 1:
            return network.name(element[0]) + (", if its power is used" if element[0] in closing.powers else "")
        subject, relation, object_ = element
        phrase = RELATIONS[relation].agree(network.entity(subject).plural)
        return f"{network.name(subject)} {phrase} {network.name(object_)}"

    # what the buyer itself does is what a rule or a partner can stop first
    sets = sorted(closing.sets, key=lambda one: sum(element[0] != buyer for element in one))
    return ClosingRecord(
        size=len(closing.sets[0]) if closing.sets else None,
        sets=tuple(tuple(describe(element) for element in one) for one in sets),
        ids=tuple(tuple(tuple(element) for element in one) for one in sets),
        exact=closing.exact and not cut,
        more=closing.more,
        obstacle=closing.obstacle,
        powers=tuple(closing.powers),
    )
