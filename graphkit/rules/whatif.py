"""The effect of a change of the rules: another rulebook, and paths judged under both.

Nothing stored is touched. A repeal revives nothing: what the repealed rule had replaced stays ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase import add_rules
from graphkit.facts import BEGINNING, get_earliest_day
from graphkit.paths.access_path import AccessPath
from graphkit.rulebook import Membership, OpenQuestion, Phase, Regulation, Requirement, Rulebook
from graphkit.rules.licence import list_moments
from graphkit.rules.path_findings import PathFindings, judge_path

if TYPE_CHECKING:
    from graphkit.graph import Filters, Graph

_Told = TypeVar("_Told", Phase, OpenQuestion)

#: What becomes of a path, by its outcome under the rules as they are and as they would be.
EFFECTS = {
    ("license_required", "license_required"): "stays covered",
    ("license_required", "not_required"): "opens",
    ("license_required", "unclear"): "becomes unclear",
    ("not_required", "license_required"): "becomes covered",
    ("not_required", "not_required"): "stays open",
    ("not_required", "unclear"): "becomes unclear",
    ("unclear", "license_required"): "becomes covered",
    ("unclear", "not_required"): "unclear before, then open",
    ("unclear", "unclear"): "stays unclear",
}
#: What becomes of a path that only the use of a power would cover.
COULD_BE_COVERED = "could be covered, if the power is used"


class Effect(msgspec.Struct, frozen=True):
    """A path under both rulebooks; `duties` are those that it gains without a licence."""

    path: AccessPath
    before: PathFindings
    after: PathFindings
    effect: str
    duties: tuple[str, ...]


def change_rules(
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
            rulebook = enact_rule(rulebook, one.id)
            told.append(f"with {one.id} of your own")
    if both := {rulebook.regulation(name).id for name in enact} & {rulebook.regulation(name).id for name in repeal}:
        raise InvalidValue(f"{', '.join(sorted(both))} is to be enacted and repealed: give it to one of the two")
    for name in enact:
        rulebook = enact_rule(rulebook, name)
        told.append(f"with {rulebook.regulation(name).id} in force")
    for name in repeal:
        told.append(f"without {rulebook.regulation(name).id}")
        rulebook = repeal_rule(rulebook, name)
    return rulebook, told


def find_idle_changes(
    rulebook: Rulebook, days: Iterable[str], *, enact: Sequence[str] = (), repeal: Sequence[str] = ()
) -> list[str]:
    """Return a note on each change that changes nothing on some days: partial ISO dates, or intervals of two."""
    moments = sorted({moment for day in days for moment in list_moments(rulebook, day)})
    notes = []
    for one in map(rulebook.regulation, enact):
        if moments and all(_is_settled_law(one, day) for day in moments):
            notes.append(f"{one.id} is in force on the days asked about already: putting it in force changes nothing")
    for one in map(rulebook.regulation, repeal):
        if one.proposal:
            notes.append(f"{one.id} is a {one.kind} and no law: there is nothing to take away")
        elif moments and not any(_has_effect(rulebook, one, day) for day in moments):
            notes.append(f"{one.id} is not in force on the days asked about: taking it away changes nothing")
    return notes


def _is_settled_law(rule: Regulation, day: str) -> bool:
    suspended = any(phase.covers(day) for phase in rule.suspended)
    doubted = any(question.covers(day) for question in rule.unsettled if not question.limited)
    return rule.in_force(day) and not suspended and not doubted


def _has_effect(rulebook: Rulebook, rule: Regulation, day: str) -> bool:
    """Say whether a regulation is in force, or another's standing or a country group is what it is because of it."""
    members = any(rule.id in (one.from_rule, one.to_rule) for one in rulebook.memberships)
    changed = any(_strip(one, rule.id) != one for one in rulebook.in_force(day))
    early = any(get_earliest_day(one.from_) <= day for one in rule.early)
    return rule.in_force(day) or early or members or changed


def enact_rule(rulebook: Rulebook, name: str) -> Rulebook:
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
        unsettled=tuple(question for question in chosen.unsettled if question.limited),
    )
    return _replace(rulebook, [in_force if one is chosen else one for one in rulebook.regulations])


def repeal_rule(rulebook: Rulebook, name: str) -> Rulebook:
    """Return the rulebook without a regulation and without what it changed or left in doubt.

    That is suspensions, unsettled states, moves, and changes of country groups.
    """
    chosen = rulebook.regulation(name)
    kept = [_strip(one, chosen.id) for one in rulebook.regulations if one is not chosen]
    members: list[Membership] = []
    for one in rulebook.memberships:
        if one.from_rule != chosen.id:
            members.append(msgspec.structs.replace(one, to=None) if one.to_rule == chosen.id else one)
    return msgspec.structs.replace(_replace(rulebook, kept), memberships=tuple(members))


def _replace(rulebook: Rulebook, regulations: Sequence[Regulation]) -> Rulebook:
    return msgspec.structs.replace(rulebook, regulations=tuple(regulations))


def _strip(regulation: Regulation, id_: str) -> Regulation:
    def keep(phases: Iterable[_Told]) -> tuple[_Told, ...]:
        return tuple(phase for phase in phases if phase.by != id_)

    def requirement(one: Requirement) -> Requirement:
        return msgspec.structs.replace(one, moved=keep(one.moved), not_enforced=keep(one.not_enforced))

    return msgspec.structs.replace(
        regulation,
        suspended=keep(regulation.suspended),
        unsettled=keep(regulation.unsettled),
        requires=tuple(map(requirement, regulation.requires)),
    )


def compare_paths(
    graph: Graph,
    paths: Iterable[AccessPath],
    before: Rulebook,
    after: Rulebook,
    on: str | None,
    *,
    today: str,
    chip: str | None = None,
    filters: Filters | None = None,
) -> list[Effect]:
    """Judge paths under both rulebooks, on a date or the days of their acts, and say what becomes of each."""
    effects = []
    for path in paths:
        now, then = (
            judge_path(graph, path, book, on, today=today, chip=chip, filters=filters) for book in (before, after)
        )
        duties = {duty for step in now.steps for duty in step.finding.duties}
        gained = tuple(dict.fromkeys(d for step in then.steps for d in step.finding.duties if d not in duties))
        effects.append(Effect(path, now, then, _tell_effect(now, then), gained))
    return effects


def _tell_effect(now: PathFindings, then: PathFindings) -> str:
    """Say what becomes of a path; a power alone covers nothing, and is told where it is what would."""
    powers = any(step.finding.powers for step in then.steps)
    if powers and then.outcome == "unclear" and now.outcome != "license_required":
        return COULD_BE_COVERED
    return EFFECTS[now.outcome, then.outcome]
