"""The question of coverage: what a fact base holds, and where it is weak."""

from __future__ import annotations

from collections.abc import Mapping

import click

from graphkit.answers.answer import VERSION, Answer, Record, Version, format_count
from graphkit.answers.records import Date
from graphkit.factbase import Coverage
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import align_pairs, wrap_text
from graphkit.rulebook import Rulebook


class SingleOriginStep(Record, frozen=True, kw_only=True):
    """A step of access that several articles may tell, but only one origin says; `claims` are ids."""

    subject: str
    relation: str
    object: str
    origin: str
    claims: tuple[str, ...]


class SharedGroupRecord(Record, frozen=True, kw_only=True):
    """An unnamed company that unrelated documents share: `parts` are their ids, one list for each unrelated part."""

    entity: str
    parts: tuple[tuple[str, ...], ...]


class CoverageAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit check`: what a fact base holds, as counts by name, and what it is weak in, as ids.

    `claims_by_kind` counts the claims with an end of that kind; `undated` have neither a start nor a dated
    document, `unlocated` no sentence. `without_address` are the documents without an address, `shared_groups`
    the unnamed companies that unrelated documents share. `steps` is the number of steps of access. `law` is the day
    of the law that the rules tell, `rules_checked` the rules by the day on which each was last checked.
    """

    version: Version
    name: str
    claims: int
    entities_by_kind: dict[str, int]
    claims_by_kind: dict[str, int]
    claims_by_relation: dict[str, int]
    claims_by_status: dict[str, int]
    claims_by_document: dict[str, int]
    steps: int
    single_origin: tuple[SingleOriginStep, ...]
    undated: tuple[str, ...]
    unlocated: tuple[str, ...]
    without_address: tuple[str, ...]
    shared_groups: tuple[SharedGroupRecord, ...]
    law: Date | None
    rules_checked: dict[str, tuple[str, ...]]

    @property
    def _counts(self) -> dict[str, Mapping[str, int]]:
        return {
            "entities by kind": self.entities_by_kind,
            "claims by kind of their ends": self.claims_by_kind,
            "claims by relation": self.claims_by_relation,
            "claims by status": self.claims_by_status,
            "claims by document": self.claims_by_document,
        }

    def tables(self) -> list[Table]:
        """Return the answer as tables: the counts, and what the base is weak in."""
        counts: list[dict[str, Cell]] = [{"of": "fact base", "name": self.name, "count": self.claims}]
        counts += [
            {"of": title, "name": name, "count": number}
            for title, numbers in self._counts.items()
            for name, number in numbers.items()
        ]
        counts.append({"of": "access steps", "name": "all", "count": self.steps})
        counts += [
            {"of": "rules last checked", "name": day, "count": len(ids)} for day, ids in self.rules_checked.items()
        ]
        weak: list[dict[str, Cell]] = [
            {
                "weakness": "a single origin",
                "subject": one.subject,
                "relation": one.relation,
                "object": one.object,
                "origin": one.origin,
                "claims": one.claims,
            }
            for one in self.single_origin
        ]
        weak += [{"weakness": "without a date", "claims": id_} for id_ in self.undated]
        weak += [{"weakness": "without a sentence", "claims": id_} for id_ in self.unlocated]
        weak += [{"weakness": "address not recorded", "origin": document} for document in self.without_address]
        weak += [
            {
                "weakness": "shared unnamed company",
                "subject": group.entity,
                "origin": " | ".join(map(", ".join, group.parts)),
            }
            for group in self.shared_groups
        ]
        return [
            Table("counts", ("of", "name", "count"), counts),
            Table("weaknesses", ("weakness", "subject", "relation", "object", "origin", "claims"), weak),
        ]

    def styled_text(self) -> str:
        """Return the counts by name, and how much is weak."""
        law = f"; law as of {as_line(self.law)}" if self.law else ""
        lines = [f"{as_line(self.name)}: {format_count(self.claims, 'claim')}, no fault{law}"]
        for title, numbers in self._counts.items():
            lines += ["", click.style(title, bold=True)]
            lines += align_pairs((as_line(name), str(number)) for name, number in numbers.items())
        lines += ["", f"access steps that rest on a single origin: {len(self.single_origin)} of {self.steps}"]
        lines += [f"claims without a date: {len(self.undated)}", f"claims without a sentence: {len(self.unlocated)}"]
        lines += [f"documents whose address is not recorded: {len(self.without_address)}"]
        lines += [f"unnamed companies that unrelated documents share: {len(self.shared_groups)}"]
        for group in self.shared_groups:
            lines += wrap_text(
                f"- {as_line(group.entity)}: {as_line(' | '.join(map(', '.join, group.parts)))}", "  ", "    "
            )
        lines += wrap_text(f"law as of {as_line(self.law or 'no day told')}; rules last checked:")
        for day, ids in self.rules_checked.items():
            lines += wrap_text(f"{len(ids)} ({', '.join(map(as_line, ids))})", f"  {as_line(day)}: ", "    ")
        return "\n".join(lines)


def describe_coverage(found: Coverage, rulebook: Rulebook) -> CoverageAnswer:
    """Return what a fact base covers as an answer."""
    return CoverageAnswer(
        version=VERSION,
        name=found.name,
        claims=found.claims,
        entities_by_kind=found.entities_by_kind,
        claims_by_kind=found.claims_by_kind,
        claims_by_relation=found.claims_by_relation,
        claims_by_status=found.claims_by_status,
        claims_by_document=dict(found.claims_by_document),
        steps=found.steps,
        single_origin=tuple(
            SingleOriginStep(
                subject=one.subject,
                relation=one.relation,
                object=one.object,
                origin=one.origin,
                claims=tuple(one.claims),
            )
            for one in found.single_origin
        ),
        undated=tuple(found.undated),
        unlocated=tuple(found.unlocated),
        without_address=tuple(found.without_address),
        shared_groups=tuple(SharedGroupRecord(entity=one.entity, parts=one.parts) for one in found.shared_groups),
        law=rulebook.verified,
        rules_checked={day: tuple(ids) for day, ids in rulebook.days_checked().items()},
    )
