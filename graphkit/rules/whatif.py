"""What a change of the rules would change: another rulebook, and paths judged under both.

Nothing stored is touched. A repeal revives nothing: what the repealed rule had replaced stays ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase import add_rules
from graphkit.facts import BEGINNING
from graphkit.paths.access_path import AccessPath
from graphkit.rulebook import Membership, Regulation, Requirement, Rulebook, Span
from graphkit.rules.path_findings import PathFindings, judge

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: What becomes of a path, by its outcome under the rules as they are and as they would be.
EFFECTS = {
    ("license_required", "license_required"): "stays covered",
    ("license_required", "not_required"): "opens",
    ("license_required", "unclear"): "becomes unclear",
    ("not_required", "license_required"): "becomes covered",
    ("not_required", "not_required"): "stays open",
    ("not_required", "unclear"): "becomes unclear",
    ("unclear", "license_required"): "becomes covered",
    ("unclear", "not_required"): "opens",
    ("unclear", "unclear"): "stays unclear",
}


class Effect(msgspec.Struct, frozen=True):
    """A path under both rulebooks; `duties` are those that it gains without a licence."""

    path: AccessPath
    before: PathFindings
    after: PathFindings
    effect: str
    duties: tuple[str, ...]


def changed(
    rulebook: Rulebook,
    *,
    enact: Sequence[str] = (),
    repeal: Sequence[str] = (),
    rules: Sequence[Path | str] = (),
) -> tuple[Rulebook, list[str]]:
    """Return a rulebook with changes, and the changes in words. Rules of one's own count as in force.

    Raises UnknownName, InvalidValue, or FactBaseError for a file with faults.
    """
    if not (enact or repeal or rules):
        raise InvalidValue("nothing is changed: give --enact, --repeal or --rule")
    told = []
    if rules:
        known = {one.id for one in rulebook.regulations}
        rulebook = add_rules(rulebook, rules)
        for one in [one for one in rulebook.regulations if one.id not in known]:
            rulebook = enacted(rulebook, one.id)
            told.append(f"with {one.id} of your own")
    for name in enact:
        rulebook = enacted(rulebook, name)
        told.append(f"with {rulebook.regulation(name).id} in force")
    for name in repeal:
        told.append(f"without {rulebook.regulation(name).id}")
        rulebook = repealed(rulebook, name)
    return rulebook, told


def enacted(rulebook: Rulebook, name: str) -> Rulebook:
    """Return the rulebook with a regulation as if in force on every date: proposed, suspended or ended before.

    Raises UnknownName, or InvalidValue for one that sets no conditions that could be evaluated.
    """
    chosen = rulebook.regulation(name)
    if not (chosen.requires or chosen.duties or chosen.exceptions or chosen.control_list):
        raise InvalidValue(f"{chosen.id} sets no condition that could be evaluated, so it cannot be enacted here")
    in_force = msgspec.structs.replace(
        chosen,
        kind="rule" if chosen.proposal else chosen.kind,
        effective=BEGINNING,
        ended=None,
        ended_by=None,
        suspended=(),
        unsettled=(),
    )
    return _replaced(rulebook, [in_force if one is chosen else one for one in rulebook.regulations])


def repealed(rulebook: Rulebook, name: str) -> Rulebook:
    """Return the rulebook without a regulation and without what it changed or left in doubt.

    That is suspensions, unsettled states, moves, and changes of country groups.
    """
    chosen = rulebook.regulation(name)
    kept = [_without(one, chosen.id) for one in rulebook.regulations if one is not chosen]
    members: list[Membership] = []
    for one in rulebook.memberships:
        if one.from_rule != chosen.id:
            members.append(msgspec.structs.replace(one, to=None) if one.to_rule == chosen.id else one)
    return msgspec.structs.replace(_replaced(rulebook, kept), memberships=tuple(members))


def _replaced(rulebook: Rulebook, regulations: Sequence[Regulation]) -> Rulebook:
    return msgspec.structs.replace(rulebook, regulations=tuple(regulations))


def _without(regulation: Regulation, id_: str) -> Regulation:
    def kept(spans: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(span for span in spans if span.by != id_)

    def requirement(one: Requirement) -> Requirement:
        return msgspec.structs.replace(one, moved=kept(one.moved), not_enforced=kept(one.not_enforced))

    return msgspec.structs.replace(
        regulation,
        suspended=kept(regulation.suspended),
        unsettled=kept(regulation.unsettled),
        requires=tuple(map(requirement, regulation.requires)),
    )


def compare(
    graph: Graph, paths: Iterable[AccessPath], before: Rulebook, after: Rulebook, on: str, *, chip: str | None = None
) -> list[Effect]:
    """Judge paths under both rulebooks and say what becomes of each."""
    effects = []
    for path in paths:
        now, then = judge(graph, path, before, on, chip=chip), judge(graph, path, after, on, chip=chip)
        duties = {duty for step in now.steps for duty in step.finding.duties}
        gained = tuple(dict.fromkeys(d for step in then.steps for d in step.finding.duties if d not in duties))
        effects.append(Effect(path, now, then, EFFECTS[now.outcome, then.outcome], gained))
    return effects
