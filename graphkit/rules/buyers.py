"""A question about a buyer by name: its seat, its parents, its listings, taken from the graph with their claims.

"May an H20 go to Inspur Taiwan on 2025-04-01?" has a destination (its own seat, unless another is given), a
headquarters (its own or its ultimate parent's), and lists that name it on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from graphkit.errors import InvalidValue
from graphkit.facts import Claim
from graphkit.rulebook import UNITED_STATES, Activity, Chip, Rulebook
from graphkit.rules.finding import Finding, Question, judge_together, make_own_reason, merge_groups
from graphkit.rules.licence import judge_chips
from graphkit.rules.parties import Parties, Party
from graphkit.rules.provisions import PARENT

if TYPE_CHECKING:
    from graphkit.graph import Filters, Graph

Role = Literal["buyer", "end user", "intermediary"]


class PartyQuestion(msgspec.Struct, frozen=True):
    """One party's part in an act: who it is, as what, and the question that the rules are asked about it.

    `assumed` says in words what was not given and taken from the claims; `claims` are those it stands on.
    """

    role: Role
    party: Party
    question: Question
    assumed: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims on seats, owners and listings."""
        return self.party.claims


def make_party_questions(
    graph: Graph,
    rulebook: Rulebook,
    parties: Sequence[tuple[Role, str]],
    day: str,
    *,
    destination: str | None = None,
    headquarters: str | None = None,
    exporter: str | None = UNITED_STATES,
    activity: Activity = "export",
    filters: Filters | None = None,
) -> list[PartyQuestion]:
    """Return a question for each party to an act, given by role and entity id; the rules reach all of them.

    The destination is where the end user, else the buyer, has its seat, unless it is given; `headquarters`, if
    given, is the buyer's. The recipient is the end user, else the buyer. Raises InvalidValue.
    """
    known = Parties(graph, rulebook, day, filters)
    found = [(role, known.party(company)) for role, company in parties]
    order: tuple[Role, ...] = ("end user", "buyer")
    recipient = next((party for wanted in order for role, party in found if role == wanted), found[0][1])
    assumed: list[str] = []
    if destination is None and activity == "lease":
        raise InvalidValue("say with --to where the computers stand that are rented")
    if destination is None:
        destination = known.seat(recipient.id)
        if destination is None:
            raise InvalidValue(f"where {recipient.name} has its seat is not known: say with --to where the chip goes")
        assumed.append(f"taken to go to {rulebook.in_words(destination)}, where {recipient.name} has its seat")
    stays = activity == "export" and destination == exporter == UNITED_STATES
    questions = []
    for role, party in found:
        given = headquarters if role == "buyer" else None
        question = Question(
            day,
            destination,
            given or party.headquarters,
            exporter,
            "domestic" if stays else activity,
            incorporated=party.incorporated,
            listings=party.listings,
            parent_known=given is not None or party.parentage == "known",
            buyer=recipient.names,
            owners=recipient.owners,
            asked=party.names,
            asked_owners=party.owners,
        )
        questions.append(PartyQuestion(role, party, question, tuple(assumed)))
    return questions


def judge_parties(rulebook: Rulebook, chips: Sequence[Chip], questions: Sequence[PartyQuestion]) -> Finding:
    """Return the answer for an act: that of its only party, else the strictest of all of theirs."""
    answers = {}
    for one in questions:
        finding = judge_chips(rulebook, chips, one.question)
        seat = one.party.basis if one.question.headquarters == one.party.headquarters else "the seat was given"
        told = make_own_reason(f"{one.role} {one.party.name}: {'; '.join((seat, *one.assumed))}")
        missing = finding.missing
        if finding.outcome == "unclear":
            said = {"headquarters": one.party.missing, PARENT: (f"{PARENT} of {one.party.name}",)}
            missing = merge_groups(said.get(word) or (word,) for word in missing)
        answers[f"{one.role} {one.party.name}"] = msgspec.structs.replace(
            finding, rules=(told, *finding.rules), missing=missing
        )
    return judge_together(answers)
