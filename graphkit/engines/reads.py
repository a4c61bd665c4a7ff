"""Requests to a store: claims in steps from sets of entities, ties, names; each engine answers in its own way.

A request names sets of ids; its steps go from set to set and may name new ones, so that one request, which is one
statement on a server, fetches all that a question needs next. All claims come with the entities and documents that
they name.

>>> Follow(("OWNS", "INVESTS_IN"), ("buyers",), backwards=True, levels=None, into="owners")  # owners of owners
Follow(relations=('OWNS', 'INVESTS_IN'), start=('buyers',), backwards=True, levels=None, into='owners')
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Literal

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


class Walk(msgspec.Struct, frozen=True):
    """A step: the access claims on walks of at most `hops` steps from the set `front` to `chips` and their kin.

    Their kin are their forms, and the families and classes of those: together the set `ends`; `holders` names the set
    of those who are said to have one of them. Where more than `wide` entities lie ahead, nothing is fetched.
    """

    front: str
    chips: str
    hops: int
    wide: int
    ends: str
    holders: str


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


Step = Follow | Walk | Between | Widen | Whole


#: The order of the claims of a request.
get_order = operator.attrgetter("id", "factbase")


class Records(msgspec.Struct, frozen=True):
    """The claims of a request by their ids and fact bases, and the entities and documents that they name.

    Among the entities are those that were asked for by their ids, too.

    `truncated` says that the bound left claims out, `unexplored` are entities whose way ahead was not looked at,
    `deeper` says that more may lead there, and `wide` that too much lay ahead for a walk.
    """

    claims: list[Claim]
    entities: list[Entity]
    documents: list[Document]
    truncated: bool = False
    unexplored: frozenset[str] = frozenset()
    deeper: bool = False
    wide: bool = False


#: The entities of a name: by id, by name, and, where none of these is of a kind that is wanted, by alias.
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
