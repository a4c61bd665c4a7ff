"""A licence question about parties by name: their seats, parents and listings come from the claims."""

from __future__ import annotations

from collections.abc import Sequence

import click
import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import OpenBase, Record
from graphkit.answers.evidence_tables import make_claims_table
from graphkit.answers.evidence_text import format_claim
from graphkit.answers.licence import LicenceAnswer, make_licence_answer
from graphkit.answers.records import ClaimRecord, make_claim_record
from graphkit.errors import UnknownName
from graphkit.facts import Entity, fold
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.graph import Filters
from graphkit.paths import Network
from graphkit.rulebook import Activity
from graphkit.rules.buyers import Role, judge_parties, make_party_questions
from graphkit.rules.finding import Finding
from graphkit.rules.history import list_periods_within
from graphkit.summaries.licences import summarise_licence


class PartyRecord(Record, frozen=True, kw_only=True):
    """A party to the act, what is known of it, and the claims that say so."""

    role: str
    id: str
    name: str
    headquarters: str | None
    basis: str
    parentage: str
    assumed: tuple[str, ...]
    claims: tuple[ClaimRecord, ...]


class PartiesAnswer(LicenceAnswer, frozen=True, kw_only=True):
    """The answer to `graphkit license --buyer`: that of `license`, and the parties with their claims."""

    parties: tuple[PartyRecord, ...]

    def tables(self) -> list[Table]:
        """Return the answer as tables: those of a licence, the parties, and their claims."""
        rows: list[dict[str, Cell]] = [
            {
                "role": one.role,
                "name": one.name,
                "id": one.id,
                "headquarters": one.headquarters,
                "basis": one.basis,
                "parentage": one.parentage,
                "assumed": one.assumed,
            }
            for one in self.parties
        ]
        columns = ("role", "name", "id", "headquarters", "basis", "parentage", "assumed")
        claims = [claim for one in self.parties for claim in one.claims]
        return [*super().tables(), Table("parties", columns, rows), make_claims_table(claims, "claims on parties")]

    def summarise(self) -> tuple[str, ...]:
        """Make the sentences: those of a licence, and what is known of the parties."""
        return summarise_licence(self.words, self, [(one.role, one.name, one.basis) for one in self.parties])

    def styled_text(self) -> str:
        """Return the answer of `license`, then each party with its claims."""
        lines = [super().styled_text()]
        for party in self.parties:
            lines.append(click.style(f"{as_line(party.role)} {as_line(party.name)}", bold=True))
            for text in (party.basis, *party.assumed):
                lines += wrap_text(as_line(text), "  ")
            for claim in party.claims:
                lines += format_claim(claim, indent=2)
            if not party.claims:
                lines.append("  no claim on its seat, its owners or lists")
        return "\n".join(lines)


def ask_parties(
    base: OpenBase,
    chip: str,
    day: str,
    *,
    buyer: str,
    end_user: str | None = None,
    via: Sequence[str] = (),
    destination: str | None = None,
    headquarters: str | None = None,
    exporter: str = "US",
    activity: Activity = "export",
    filters: Filters | None = None,
) -> PartiesAnswer:
    """Return the answer of `license`, and the parties with their claims.

    Countries are ISO codes or names, `headquarters` the buyer's if given. Raises UnknownName, AmbiguousName
    or InvalidValue.
    """
    rulebook = base.rulebook
    models = rulebook.models(chip)
    given: list[tuple[Role, str]] = [("buyer", buyer), *(("intermediary", name) for name in via)]
    given += [("end user", end_user)] if end_user else []
    names = selection.NameLookup(base.store)
    names.read_ahead({name: {"Company"} for _, name in given})
    found = [(role, _find_company(base, name, role, names)) for role, name in given]
    graph = slices.fetch_party_slice(base.store, [one.id for _, one in found])
    for _, one in found:
        if one.id not in graph:
            graph.add_entity(one)
    questions = make_party_questions(
        graph,
        rulebook,
        [(role, one.id) for role, one in found],
        day,
        destination=rulebook.region(destination).id if destination else None,
        headquarters=rulebook.region(headquarters).id if headquarters else None,
        exporter=rulebook.region(exporter).id,
        activity=activity,
        filters=filters,
    )
    network = Network.of(graph)

    def judge(on: str) -> Finding:
        asked = [
            msgspec.structs.replace(one, question=msgspec.structs.replace(one.question, on=on)) for one in questions
        ]
        return judge_parties(rulebook, models, asked)

    periods = list_periods_within(rulebook, day, judge)
    answer = make_licence_answer(rulebook, chip, questions[0].question, judge(day), periods)
    fields = {name: getattr(answer, name) for name in LicenceAnswer.__struct_fields__}
    fields["sentence"] = answer.sentence.replace("buyer from", f"buyer {questions[0].party.name} from", 1)
    parties = tuple(
        PartyRecord(
            role=one.role,
            id=one.party.id,
            name=one.party.name,
            headquarters=one.question.headquarters,
            basis=one.party.basis,
            parentage=one.party.parentage,
            assumed=tuple(one.assumed),
            claims=tuple(make_claim_record(claim, network) for claim in one.claims),
        )
        for one in questions
    )
    return PartiesAnswer(**fields, parties=parties).in_language("en")


def _find_company(base: OpenBase, name: str, role: str, names: selection.NameLookup) -> Entity:
    """Look up a party among the companies, else among those whom a rule itself names."""
    try:
        return selection.look_up_entity(base.store, name, {"Company"}, f"{role} (a company)", names)
    except UnknownName:
        groups = [group for one in base.rulebook.regulations for group in one.recipients]
        named = next((one for group in groups for one in group.members if fold(one) == fold(name)), None)
        if named is None:
            raise
        note = "no claim speaks of it; a rule names it"
        return Entity(id=f"{fold(named).replace(' ', '-')}-named-by-a-rule", name=named, kind="Company", note=note)
