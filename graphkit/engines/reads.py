"""Requests to a store: claims in steps from sets of entities, ties, names; each engine answers in its own way.

A request names sets of ids; its steps go from set to set and may name new ones, so that one request, which is one
statement on a server, fetches all that a question needs next. All claims come with the entities and documents that
they name.

>>> Follow(("OWNS", "INVESTS_IN"), ("buyers",), backwards=True, levels=None, into="owners")  # owners of owners
Follow(relations=('OWNS', 'INVESTS_IN'), start=('buyers',), backwards=True, levels=None, into='owners')
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

from graphkit import ontology
from graphkit.facts import Claim, Document, Entity
from graphkit.ontology import PASSABLE, RELATIONS

#: The relations of access paths; those of them that lead on, and those that arrive at a chip.
ACCESS = tuple(sorted(ontology.ACCESS))
ONWARD = tuple(name for name, one in RELATIONS.items() if one.access and not PASSABLE.isdisjoint(one.objects))
ARRIVING = tuple(name for name, one in RELATIONS.items() if one.access and "Chip" in one.objects)
#: How far families and classes are followed.
LEVELS = 8
#: The set of what the claims fetched so far are limited to or stand at: their chips, sites and regions.
SCOPES = "scopes"

#: From who gains access to its provider, or to a chip.
Tie = tuple[str, str]


class Follow(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """A step: the claims of some relations that leave (or reach) the sets `start`.

    With `levels` they leave all that is met within so many steps, without a bound for None. `into` names the set of
    the far ends (and of what was met), of `named` entities only where those that stand for unnamed ones lead
    nowhere. `ends` is a set that the far end must be in. `bounded` says that the bound of the request counts, `most`
    is one of the step's own, beyond which it is cut without a word.
    """

    relations: tuple[str, ...]
    start: tuple[str, ...]
    backwards: bool = False
    levels: int | None = 1
    into: str = ""
    named: bool = False
    ends: str = ""
    status: str = ""
    bounded: bool = False
    most: int | None = None


class Between(msgspec.Struct, frozen=True):
    """A step: the access claims along some ties, by who gains; bounded."""

    ties: Mapping[str, Sequence[str]]


class Widen(msgspec.Struct, frozen=True):
    """A step: access claims from both ends, until they must have met; bounded.

    In each of `hops` rounds one side goes on: ahead from the set `front`, unless more than `wide` claims wait there
    and fewer behind the set `back`.
    """

    front: str
    back: str
    hops: int
    wide: int


class Whole(msgspec.Struct, frozen=True):
    """A step: all claims; bounded."""


Step = Follow | Between | Widen | Whole


class Records(msgspec.Struct, frozen=True):
    """The claims of a request by their ids and fact bases, and the entities and documents that they name.

    `truncated` says that the bound left claims out, `unexplored` are entities whose way ahead was not looked at, and
    `deeper` says that more may lead there.
    """

    claims: list[Claim]
    entities: list[Entity]
    documents: list[Document]
    truncated: bool = False
    unexplored: frozenset[str] = frozenset()
    deeper: bool = False


class Ahead(msgspec.Struct, frozen=True):
    """The ties ahead of some buyers, as far as they lie on ways to some chips, sorted.

    `ends` are the chips, their forms, and the families and classes of those. Where a round was wider than allowed
    there are no `ties`, and all ties of the `rounds` before it.
    """

    ends: frozenset[str]
    ties: list[Tie] | None
    rounds: list[list[Tie]]


_Node = TypeVar("_Node", str, int)


def keep_arriving(
    ahead: Mapping[_Node, int], ends: Iterable[_Node], ties: Iterable[tuple[_Node, _Node]], hops: int
) -> list[tuple[_Node, _Node]]:
    """Return the ties that lie on some walk of at most `hops` steps from buyers to ends, sorted.

    `ahead` says how many steps entities are from the buyers; one that is not there has a single step left.

    >>> keep_arriving({"a": 0, "b": 1, "c": 1}, {"x"}, [("a", "b"), ("b", "x"), ("a", "c"), ("c", "d")], 2)
    [('a', 'b'), ('b', 'x')]
    """
    behind: defaultdict[_Node, set[_Node]] = defaultdict(set)
    for a, b in ties:
        behind[b].add(a)
    kept: list[tuple[_Node, _Node]] = []
    wave, seen = set(ends), set(ends)
    for most in range(hops - 1, -1, -1):
        further = set[_Node]()
        for b in wave & behind.keys():
            some = [a for a in behind[b] if ahead.get(a, hops - 1) <= most]
            kept += [(a, b) for a in some]
            further.update(some)
        wave = further - seen
        seen |= wave
    return sorted(kept)


#: Those who answer to a name: by id, by name, and, where none of these is of a kind that is wanted, by alias.
NamedTiers = list[list[Entity]]
#: The place of the aliases among the tiers.
ALIASES = 2

Count = Literal["entity", "relation", "document"]


class ClaimTexts(msgspec.Struct, frozen=True):
    """The texts of a claim, its id and its subject's."""

    id: str
    subject: str
    summary: str
    note: str | None = None
