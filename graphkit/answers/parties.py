"""A licence question about parties by name: their seats, parents and listings come from the claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.records import Answer, claim_answer
from graphkit.answers.rules import licence_answer, render_licence
from graphkit.answers.text import plain
from graphkit.errors import UnknownName
from graphkit.facts import Entity, fold
from graphkit.graph import Filters
from graphkit.paths import Network

if TYPE_CHECKING:
    from graphkit.engines import Store
    from graphkit.rulebook import Activity, Rulebook
    from graphkit.rules.buyers import Role


def ask_parties(
    store: Store,
    rulebook: Rulebook,
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
) -> Answer:
    """Return the answer of `graphkit license --buyer`: that of `license`, and the parties with their claims.

    Countries are ISO codes or names, `headquarters` the buyer's if given. Raises UnknownName, AmbiguousName
    or InvalidValue.
    """
    from graphkit.rules.buyers import judge_parties, questions_for_parties

    models = rulebook.models(chip)
    given: list[tuple[Role, str]] = [("buyer", buyer), *(("intermediary", name) for name in via)]
    given += [("end user", end_user)] if end_user else []
    found = [(role, _find_company(store, rulebook, name, role)) for role, name in given]
    graph = slices.party_slice(store, [one.id for _, one in found])
    graph.add_nodes_from((one.id, {"entity": one}) for _, one in found if one.id not in graph)
    questions = questions_for_parties(
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
    finding = judge_parties(rulebook, models, questions)
    network = Network.of(graph)
    answer = licence_answer(rulebook, chip, questions[0].question, finding)
    answer["sentence"] = answer["sentence"].replace("buyer from", f"buyer {questions[0].party.name} from", 1)
    answer["parties"] = [
        {
            "role": one.role,
            "id": one.party.id,
            "name": one.party.name,
            "headquarters": one.question.headquarters,
            "basis": one.party.basis,
            "parentage": one.party.parentage,
            "assumed": list(one.assumed),
            "claims": [claim_answer(claim, network) for claim in one.claims],
        }
        for one in questions
    ]
    return answer


def _find_company(store: Store, rulebook: Rulebook, name: str, role: str) -> Entity:
    """Look up a party among the companies, else among those whom a rule itself names."""
    try:
        return selection.entity(store, name, {"Company"}, f"{role} (a company)")
    except UnknownName:
        groups = [group for one in rulebook.regulations for group in one.recipients]
        named = next((one for group in groups for one in group.members if fold(one) == fold(name)), None)
        if named is None:
            raise
        note = "no claim speaks of it; a rule names it"
        return Entity(id=f"{fold(named).replace(' ', '-')}-named-by-a-rule", name=named, kind="Company", note=note)


def render_parties(answer: Mapping[str, Any]) -> str:
    """Return the answer of `graphkit license --buyer` as text."""
    lines = [render_licence(answer)]
    for party in answer["parties"]:
        lines.append(click.style(f"{plain(party['role'])} {plain(party['name'])}", bold=True))
        lines += [f"  {plain(party['basis'])}", *(f"  {plain(one)}" for one in party["assumed"])]
        for claim in party["claims"]:
            dated = f", {plain(claim['published'])}" if claim["published"] else ""
            source = click.style(f"  [{plain(claim['document_name'])}{dated}, {claim['id']}]", dim=True)
            lines.append(f"  {plain(claim['summary'])}{source}")
        if not party["claims"]:
            lines.append("  no claim on its seat, its owners or lists")
    return "\n".join(lines)
