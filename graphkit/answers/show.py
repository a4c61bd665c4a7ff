"""The question of an entity: its record, and its claims by relation, with their evidence."""

from __future__ import annotations

import itertools
from typing import Literal

import click
import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, OpenBase, Record, SummarisedAnswer, Version, format_notes
from graphkit.answers.evidence_text import format_claim, style_status
from graphkit.answers.question import FiltersRecord, format_filters, make_question_table
from graphkit.answers.records import (
    CLAIM_COLUMNS,
    END_COLUMNS,
    ClaimRecord,
    EntityRef,
    Relation,
    make_claim_cells,
    make_claim_record,
    make_end_cells,
)
from graphkit.answers.rule_records import RuleRecord, record_rule
from graphkit.clock import get_today
from graphkit.errors import UnknownName
from graphkit.facts import Entity
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.graph import Filters
from graphkit.ontology import RELATIONS
from graphkit.paths import Network
from graphkit.regulations import Regulation
from graphkit.summaries.contents import summarise_entity


class EntityRecord(EntityRef, frozen=True, kw_only=False):
    """An entity with its other names and what is noted of it."""

    aliases: tuple[str, ...]
    note: str | None


class EntityClaim(ClaimRecord, frozen=True, kw_only=True):
    """A claim about an entity, and who or what stands at its other end."""

    other: EntityRef


class RelationGroup(Record, frozen=True, kw_only=True):
    """The claims of one relation that leave an entity (`out`) or lead to it (`in`)."""

    relation: Relation
    direction: Literal["out", "in"]
    claims: tuple[EntityClaim, ...]


class EntityAnswer(SummarisedAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit show`; `truncated` where more claims mention the entity than were fetched.

    `rule` is what the rulebook says of a regulation, None for anything else and for one that it does not hold.
    """

    version: Version
    entity: EntityRecord
    rule: RuleRecord | None
    relations: tuple[RelationGroup, ...]
    filters: FiltersRecord
    truncated: bool
    notes: tuple[str, ...]

    def tables(self) -> list[Table]:
        """Return the answer as tables: the claims, and the entity with the question."""
        rows: list[dict[str, Cell]] = [
            {
                "direction": group.direction,
                "other": claim.other.name,
                **make_end_cells(claim),
                **make_claim_cells(claim),
            }
            for group in self.relations
            for claim in group.claims
        ]
        entity = self.entity
        asked: dict[str, Cell] = {
            "entity": entity.name,
            "id": entity.id,
            "kind": entity.kind,
            "generic": entity.generic,
            "aliases": entity.aliases,
            "entity_note": entity.note,
            **(self.rule.cells() if self.rule else {}),
            **self.filters.cells(),
            "more_claims": self.truncated,
        }
        return [
            Table("claims", ("direction", "other", *END_COLUMNS, *CLAIM_COLUMNS), rows),
            *([self.rule.table()] if self.rule else []),
            make_question_table(asked, self.notes),
        ]

    def remarks(self) -> list[str]:
        """Return the notes and the filters."""
        more = ["more claims mention it than are shown"] if self.truncated else []
        return [*(f"note: {note}" for note in [*self.notes, *more]), format_filters(self.filters)]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: the standing of a rule, how many claims of how many sources, by status and date."""
        claims = [claim for group in self.relations for claim in group.claims]
        rule = (self.rule.status, self.rule.on) if self.rule else None
        return summarise_entity(self.words, self.entity, claims, rule, more=self.truncated)

    def styled_text(self) -> str:
        """Return the entity, then its claims by relation and by the other end."""
        entity = self.entity
        lines = format_notes(self.notes, self.words)
        generic = ", stands for unnamed members" if entity.generic else ""
        lines += wrap_text(
            click.style(as_line(entity.name), bold=True) + f"  {entity.kind}{generic}  {as_line(entity.id)}"
        )
        lines += self.summary_lines()
        if entity.aliases:
            lines += wrap_text(f"also called {', '.join(map(as_line, entity.aliases))}", rest="  ")
        lines += wrap_text(as_line(entity.note)) if entity.note else []
        lines += self.rule.lines() if self.rule else []
        lines += wrap_text(click.style(format_filters(self.filters, words=self.words), dim=True))
        for group in self.relations:
            phrase = RELATIONS[group.relation].phrase
            title = f"{phrase} …" if group.direction == "out" else f"… {phrase} it"
            lines += ["", click.style(title, bold=True) + click.style(f"  {group.relation}", dim=True)]
            for (_, status), claims in itertools.groupby(group.claims, key=lambda one: (one.other.id, one.status)):
                same = list(claims)
                lines += wrap_text(f"{as_line(same[0].other.name)}  {style_status(status)}", "  ", "    ")
                for claim in same:
                    lines += format_claim(claim, indent=4)
        if not self.relations:
            lines.append("no claim that the filters keep mentions it")
        if self.truncated:
            lines += ["", *format_notes(["more claims mention it than are shown"])]
        return "\n".join(lines)


def show_entity(base: OpenBase, name: str, filters: Filters | None = None) -> EntityAnswer:
    """Return everything known about an entity, a rule also by its citation.

    Raises UnknownName, AmbiguousName or StoreError.
    """
    entity, rule = _find_entity(base, name)
    part = slices.fetch_neighbourhood(base.store, [entity.id])
    network = Network.of(part.graph)
    groups: dict[tuple[str, bool], list[EntityClaim]] = {}
    for claim in part.graph.iterate_claims():
        if filters and not filters.keep(claim, network.document(claim)):
            continue
        outgoing = claim.subject == entity.id
        other = EntityRef.of(network.entity(claim.object if outgoing else claim.subject))
        fields = {**make_claim_record(claim, network).to_dict(), "other": other.to_dict()}
        groups.setdefault((claim.relation, outgoing), []).append(msgspec.convert(fields, EntityClaim))
    order = {relation: number for number, relation in enumerate(RELATIONS)}
    answer = EntityAnswer(
        version=VERSION,
        entity=EntityRecord(entity.id, entity.name, entity.kind, entity.generic, tuple(entity.aliases), entity.note),
        rule=record_rule(base.rulebook, rule, (filters.on if filters else None) or get_today()) if rule else None,
        relations=tuple(
            RelationGroup(
                relation=relation,
                direction="out" if outgoing else "in",
                claims=tuple(sorted(claims, key=lambda one: (one.other.name, one.published or "", one.id))),
            )
            for (relation, outgoing), claims in sorted(
                groups.items(), key=lambda item: (order[item[0][0]], not item[0][1])
            )
        ),
        filters=FiltersRecord.of(filters) if filters else FiltersRecord(),
        truncated=part.truncated,
        notes=tuple(base.notes),
    )
    return answer.in_language("en")


def _find_entity(base: OpenBase, name: str) -> tuple[Entity, Regulation | None]:
    """Look up an entity, and the rule that it is if the rulebook holds it."""
    rules = {one.id.lower(): one for one in base.rulebook.regulations}
    try:
        entity = selection.look_up_entity(base.store, name)
        return entity, rules.get(entity.id) if entity.kind == "Regulation" else None
    except UnknownName as unknown:
        try:
            rule = base.rulebook.regulation(name)
        except UnknownName as error:
            if error.near and not unknown.near:
                raise UnknownName(name, error.near, unknown.what, unknown.advice) from None
            raise unknown from None
        return selection.look_up_entity(base.store, rule.id.lower(), {"Regulation"}, "rule"), rule
