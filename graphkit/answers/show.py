"""The question of an entity: its record, and its claims by relation, with their evidence."""

from __future__ import annotations

import itertools
from typing import Literal

import click
import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, Answer, OpenBase, Record, Version, note_lines
from graphkit.answers.evidence_text import claim_lines, style_status
from graphkit.answers.question import FiltersRecord, filter_line, question_table, today
from graphkit.answers.records import (
    CLAIM_COLUMNS,
    END_COLUMNS,
    ClaimRecord,
    EntityRef,
    Relation,
    claim_cells,
    claim_record,
    end_cells,
)
from graphkit.answers.rule_records import RuleRecord, record_rule
from graphkit.errors import UnknownName
from graphkit.facts import Entity
from graphkit.formats import Cell, Table
from graphkit.formats.cells import plain
from graphkit.formats.lines import wrap
from graphkit.graph import Filters
from graphkit.graph import iterate_claims as graph_claims
from graphkit.ontology import RELATIONS
from graphkit.paths import Network
from graphkit.regulations import Regulation


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


class EntityAnswer(Answer, frozen=True, kw_only=True):
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
                **end_cells(claim),
                **claim_cells(claim),
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
            question_table(asked, self.notes),
        ]

    def remarks(self) -> list[str]:
        """Return the notes and the filters."""
        more = ["more claims mention it than are shown"] if self.truncated else []
        return [*(f"note: {note}" for note in [*self.notes, *more]), filter_line(self.filters)]

    def styled_text(self) -> str:
        """Return the entity, then its claims by relation and by the other end."""
        entity = self.entity
        lines = note_lines(list(self.notes))
        generic = ", stands for unnamed members" if entity.generic else ""
        lines += wrap(click.style(plain(entity.name), bold=True) + f"  {entity.kind}{generic}  {plain(entity.id)}")
        if entity.aliases:
            lines += wrap(f"also called {', '.join(map(plain, entity.aliases))}", rest="  ")
        lines += wrap(plain(entity.note)) if entity.note else []
        lines += self.rule.lines() if self.rule else []
        lines += wrap(click.style(filter_line(self.filters), dim=True))
        for group in self.relations:
            phrase = RELATIONS[group.relation].phrase
            title = f"{phrase} …" if group.direction == "out" else f"… {phrase} it"
            lines += ["", click.style(title, bold=True) + click.style(f"  {group.relation}", dim=True)]
            for (_, status), claims in itertools.groupby(group.claims, key=lambda one: (one.other.id, one.status)):
                same = list(claims)
                lines += wrap(f"{plain(same[0].other.name)}  {style_status(status)}", "  ", "    ")
                for claim in same:
                    lines += claim_lines(claim, indent=4)
        if not self.relations:
            lines.append("no claim that the filters keep mentions it")
        if self.truncated:
            lines += ["", *note_lines(["more claims mention it than are shown"])]
        return "\n".join(lines)


def show_entity(base: OpenBase, name: str, filters: Filters | None = None) -> EntityAnswer:
    """Return everything known about an entity, a rule also by its citation.

    Raises UnknownName, AmbiguousName or StoreError.
    """
    entity, rule = _find_entity(base, name)
    part = slices.neighbourhood(base.store, [entity.id])
    network = Network.of(part.graph)
    groups: dict[tuple[str, bool], list[EntityClaim]] = {}
    for claim in graph_claims(part.graph):
        if filters and not filters.keep(claim, network.document(claim)):
            continue
        outgoing = claim.subject == entity.id
        other = EntityRef.of(network.entity(claim.object if outgoing else claim.subject))
        fields = {**claim_record(claim, network).to_dict(), "other": other.to_dict()}
        groups.setdefault((claim.relation, outgoing), []).append(msgspec.convert(fields, EntityClaim))
    order = {relation: number for number, relation in enumerate(RELATIONS)}
    return EntityAnswer(
        version=VERSION,
        entity=EntityRecord(entity.id, entity.name, entity.kind, entity.generic, tuple(entity.aliases), entity.note),
        rule=record_rule(base.rulebook, rule, (filters.on if filters else None) or today()) if rule else None,
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


def _find_entity(base: OpenBase, name: str) -> tuple[Entity, Regulation | None]:
    """Look up an entity, and the rule that it is if the rulebook holds it."""
    rules = {one.id.lower(): one for one in base.rulebook.regulations}
    try:
        entity = selection.entity(base.store, name)
        return entity, rules.get(entity.id) if entity.kind == "Regulation" else None
    except UnknownName:
        try:
            rule = base.rulebook.regulation(name)
        except UnknownName:
            rule = None
        if rule is None:
            raise
        return selection.entity(base.store, rule.id.lower(), {"Regulation"}, "rule"), rule
