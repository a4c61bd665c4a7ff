"""The standing of a company towards listed parties: on a list itself, owned by one, or a step or two from one.

A rule asks only for some of this (see `Parties.find_listed_share`); a person who screens a customer asks for all of
it, with the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

import msgspec

from graphkit.facts import Claim
from graphkit.graph import get_entity
from graphkit.rules.parties import HALF, Parties

TieKind = Literal["on the list itself", "owned to half or more", "owned in part", "one step away", "two steps away"]

#: The relations that tie one company to another for who screens it.
SUPPLY = ("LEASES_FROM", "BUYS_FROM", "LEASES_SPACE_FROM")
TIES = ("OWNS", "INVESTS_IN", "LINKED_TO", *SUPPLY)
_STATUSES = ("done", "planned", "considered", "alleged")
_ORDER = {kind: place for place, kind in enumerate(get_args(TieKind))}


class ListedTie(msgspec.Struct, frozen=True):
    """A tie of a company to a party that some lists name, both as entity ids.

    `claims` are the steps from the company to the party, then those that name the party on a list. `share` is the
    least and most percent that the parties of its lists own of the company, None where they own nothing.
    """

    kind: TieKind
    party: str
    lists: tuple[str, ...]
    share: tuple[float, float] | None
    steps: tuple[Claim, ...]
    entries: tuple[Claim, ...]


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
            share = parties.find_listed_share(company, lists) if steps else (0.0, 0.0)
            kind = _name_tie(steps, share)
            if kind is not None:
                found[party] = ListedTie(kind, party, lists, share if share[1] > 0 else None, steps, entries)
    return sorted(found.values(), key=lambda tie: (_ORDER[tie.kind], tie.party))


def _name_tie(steps: tuple[Claim, ...], share: tuple[float, float]) -> TieKind | None:
    owned = all(claim.relation in ("OWNS", "INVESTS_IN") and claim.status == "done" for claim in steps)
    if not steps:
        return "on the list itself"
    if owned and share[1] > 0:
        return "owned to half or more" if share[0] >= HALF else "owned in part"
    return {1: "one step away", 2: "two steps away"}.get(len(steps))  # type: ignore[return-value]


def _climb(parties: Parties, company: str) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    """Yield a company and those that hold shares of it, upwards, with the steps to each."""
    seen: set[str] = {company}
    wave: list[tuple[str, tuple[Claim, ...]]] = [(company, ())]
    while wave:
        yield from wave
        ahead = []
        for node, steps in wave:
            for claim in _sort_claims(parties.claims(node, "OWNS", "INVESTS_IN", into=True)):
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


def _sort_claims(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (_STATUSES.index(claim.status), claim.id))


def _is_turn(first: Claim, second: Claim, middle: str) -> bool:
    """Say whether two steps of supply meet in one supplier, or part from one customer."""
    supply = first.relation in SUPPLY and second.relation in SUPPLY
    return supply and (first.object == middle) == (second.object == middle)


def _is_named(parties: Parties, node: str) -> bool:
    if node not in parties.graph:
        return False
    one = get_entity(parties.graph, node)
    return one.kind == "Company" and not one.generic


__all__ = ["TIES", "ListedTie", "TieKind", "find_listed_ties"]
