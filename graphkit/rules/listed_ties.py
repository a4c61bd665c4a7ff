"""The standing of a company towards listed parties: on a list itself, owned by one, or a step or two from one.

Owned is a company only by the party itself, or through those whom that party owns to half or more.
A rule asks only for some of this (see `Parties.find_listed_share`); a person who screens a customer asks for all of
it, with the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import msgspec

from graphkit.facts import Claim
from graphkit.rules.parties import Parties
from graphkit.rules.shares import HALF

TieKind = Literal[
    "on the list itself",
    "owned to half or more",
    "owned to half or more, or less",
    "owned in part",
    "one step away",
    "two steps away",
]

#: The relations that tie one company to another for who screens it.
SUPPLY = ("LEASES_FROM", "BUYS_FROM", "LEASES_SPACE_FROM")
OWNERSHIP = ("OWNS", "INVESTS_IN")
TIES = (*OWNERSHIP, "LINKED_TO", *SUPPLY)
_STATUSES = ("done", "planned", "considered", "alleged")
_ORDER = {kind: place for place, kind in enumerate(get_args(TieKind))}


class ListedTie(msgspec.Struct, frozen=True):
    """A tie of a company to a party that some lists name, both as entity ids.

    `steps` are the claims from the company to the party, `entries` those that name the party on a list. `share` is
    the least and most percent that all parties of its lists own of the company together, None where they own nothing.
    `sister` is the owner that company and party have in common: a sister company owns nothing of the company.
    """

    kind: TieKind
    party: str
    lists: tuple[str, ...]
    share: tuple[float, float] | None
    steps: tuple[Claim, ...]
    entries: tuple[Claim, ...]
    sister: str | None = None


def find_listed_ties(parties: Parties, company: str) -> list[ListedTie]:
    """Return the ties of a company to listed parties, each party once by its closest tie, closest first.

    A share that no claim puts a figure to is at least half for OWNS and less for INVESTS_IN. Two customers of one
    supplier have no tie for that, and no step passes a company that stands for unnamed ones.
    """
    found: dict[str, ListedTie] = {}
    for party, steps in (*_climb(parties, company), *_walk(parties, company)):
        entries = tuple(sorted(parties.claims(party, "LISTED_ON"), key=lambda one: (one.object, one.id)))
        if entries and party not in found:
            lists = tuple(dict.fromkeys(one.object for one in entries))
            own = parties.find_share(company, party) if _is_upward(company, steps) else (0.0, 0.0)
            kind = _name_tie(steps, own)
            if kind is not None:
                share = parties.find_listed_share(company, lists) if own[1] > 0 else None
                found[party] = ListedTie(kind, party, lists, share, steps, entries, _find_common_owner(steps))
    return sorted(found.values(), key=lambda tie: (_ORDER[tie.kind], tie.party))


def _name_tie(steps: tuple[Claim, ...], share: tuple[float, float]) -> TieKind | None:
    """Name a tie by the percent that the party itself owns of the company, else by its steps."""
    if not steps:
        return "on the list itself"
    if share[1] > 0:
        if share[0] < HALF <= share[1]:
            return "owned to half or more, or less"  # claims contradict
        return "owned to half or more" if share[0] >= HALF else "owned in part"
    return {1: "one step away", 2: "two steps away"}.get(len(steps))  # type: ignore[return-value]


def _is_upward(company: str, steps: tuple[Claim, ...]) -> bool:
    """Say whether each step leads from what is owned to who owns it, as documents say that it is so."""
    node = company
    for claim in steps:
        if claim.relation not in OWNERSHIP or claim.status != "done" or claim.object != node:
            return False
        node = claim.subject
    return bool(steps)


def _find_common_owner(steps: tuple[Claim, ...]) -> str | None:
    """Return who has a stake in both the company and the party, where two steps lead up to it and down again."""
    owned = [claim.subject for claim in steps if claim.relation in OWNERSHIP and claim.status == "done"]
    return owned[0] if len(steps) == len(owned) == 2 and owned[0] == owned[1] else None


def _climb(parties: Parties, company: str) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    """Yield a company and those that hold shares of it, upwards, with the steps to each."""
    seen: set[str] = {company}
    wave: list[tuple[str, tuple[Claim, ...]]] = [(company, ())]
    while wave:
        yield from wave
        ahead = []
        for node, steps in wave:
            for claim in _sort_claims(parties.claims(node, *OWNERSHIP, into=True)):
                if claim.subject not in seen and (
                    claim.subject not in parties.graph or _is_named(parties, claim.subject)
                ):
                    seen.add(claim.subject)
                    ahead.append((claim.subject, (*steps, claim)))
        wave = ahead


def _walk(parties: Parties, company: str) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    """Yield the companies one and two steps away, with the steps to each."""
    seen: set[str] = {company}
    wave: list[tuple[str, tuple[Claim, ...]]] = [(company, ())]
    for _ in range(2):
        ahead: list[tuple[str, tuple[Claim, ...]]] = []
        for node, steps in wave:
            for claim, other in _iterate_ties(parties, node):
                if (
                    other not in seen
                    and _is_named(parties, other)
                    and not (steps and _is_turn(steps[-1], claim, node))
                ):
                    seen.add(other)
                    ahead.append((other, (*steps, claim)))
        yield from ahead
        wave = ahead


def _iterate_ties(parties: Parties, node: str) -> Iterator[tuple[Claim, str]]:
    for claim in _sort_claims(parties.claims(node, *TIES, statuses=_STATUSES)):
        yield claim, claim.object
    for claim in _sort_claims(parties.claims(node, *TIES, into=True, statuses=_STATUSES)):
        yield claim, claim.subject


def _sort_claims(claims: Sequence[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (_STATUSES.index(claim.status), claim.id))


def _is_turn(first: Claim, second: Claim, middle: str) -> bool:
    """Say whether two steps of supply meet in one supplier, or part from one customer."""
    supply = first.relation in SUPPLY and second.relation in SUPPLY
    return supply and (first.object == middle) == (second.object == middle)


def _is_named(parties: Parties, node: str) -> bool:
    if node not in parties.graph:
        return False
    one = parties.graph.entities[node]
    return one.kind == "Company" and not one.generic


__all__ = ["OWNERSHIP", "TIES", "ListedTie", "TieKind", "find_listed_ties"]
