"""The network as it counts on the way to one chip under some filters: looked up once for each entity, then kept."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import ACCESS, PASSABLE, PATH_STATUSES
from graphkit.paths.confidence import combine_claims, rank_claim
from graphkit.paths.dates import is_dateless
from graphkit.paths.lazy_table import LazyTable
from graphkit.paths.network import Network, ParallelClaims

#: The most confidence that something can have at each rank of a status or better, best first; 0 where it has none.
UpperBounds = tuple[float, ...]

#: The ranks of the statuses that can make a path, best first.
TIERS = range(len(PATH_STATUSES))

#: The ends of paths: chips that are or are forms of the one asked for, those that only contain it, or both.
Ends = Literal["named", "unnamed", "any"]

#: Chips and filters for which a network remembers what counts.
_KEPT = 64


class Arc(msgspec.Struct, frozen=True, gc=False):
    """A group that may be a step, to the entity `to`, its object.

    `sums` bounds what its origins can be together, `singles` what one claim can; `narrow` says that each claim is
    limited to places, `holding` that none tells a provider or a site. `documents` and `origins` map those that say
    so to their best rank.
    """

    to: str
    group: ParallelClaims
    sums: UpperBounds
    singles: UpperBounds
    narrow: bool
    owns: bool
    holding: bool
    documents: dict[str, int]
    origins: dict[str, int]


class Target:
    """A network seen from a chip: `ends` maps what answers to it to whether the chip is named there."""

    def __init__(self, network: Network, chip: str, filters: Filters, ends: Ends = "any") -> None:
        self.network, self.chip, self.filters = network, chip, filters
        answering = {end: chip in network.families(end) for end in sorted(network.find_ends(chip))}
        #: chips by which a claim may be limited and still concern the one asked for
        self._related = frozenset().union(*map(network.classes, answering))
        self.ends = {end: named for end, named in answering.items() if ends == "any" or named == (ends == "named")}
        #: the ends that some access claim leads to from a node
        self.chips = LazyTable(self._look_for_chips)
        #: the arcs that leave a node, by the entity that they lead to
        self.arcs = LazyTable(self._look_for_arcs)
        self._leaving = LazyTable(self._look_for_claims)
        self._nearer: list[LazyTable[str, list[str]]] = []

    @classmethod
    def of(cls, network: Network, chip: str, filters: Filters, ends: Ends = "any") -> Target:
        """Return what counts in a network for a chip under some filters, made once where few are asked for."""
        key = chip, filters, ends
        found = network.targets.get(key)
        if not isinstance(found, cls):
            if len(network.targets) == _KEPT:
                network.targets.clear()
            found = network.targets[key] = cls(network, chip, filters, ends)
        return found

    def find_nearer(self, steps: int) -> Mapping[str, list[str]]:
        """Return, for each node, the companies and sites next to it that reach an end in at most so many steps."""
        while len(self._nearer) < steps:
            self._nearer.append(LazyTable(functools.partial(self._look_for_nearer, len(self._nearer))))
        return self._nearer[steps - 1]

    def _look_for_chips(self, node: str) -> list[str]:
        return [other for other in self.ends if other in self._leaving[node]]

    def _look_for_nearer(self, further: int, node: str) -> list[str]:
        beyond = self._nearer[further - 1] if further else {}
        return [
            other
            for other in sorted(self._leaving[node])
            if other not in self.ends and (self.chips[other] or (further and beyond[other]))
        ]

    def _look_for_arcs(self, node: str) -> dict[str, tuple[Arc, ...]]:
        return {
            other: tuple(self._arc(node, relation, other, claims) for relation, claims in sorted(groups.items()))
            for other, groups in sorted(self._leaving[node].items())
        }

    def _look_for_claims(self, node: str) -> dict[str, dict[str, list[Claim]]]:
        """Look up the access claims that leave a node and count, by object and relation.

        Where a date is asked for, a group that has a claim of that time keeps the others: they may lend their dates.
        """
        found: dict[str, dict[str, list[Claim]]] = {}
        for claim in self.network.claims_from(node):
            if claim.relation in ACCESS and not claim.via and self._does_count(claim):
                found.setdefault(claim.object, {}).setdefault(claim.relation, []).append(claim)
        if self.filters.on is None:
            return found
        timely = {
            other: {relation: claims for relation, claims in groups.items() if any(map(self._may_hold, claims))}
            for other, groups in found.items()
        }
        return {other: groups for other, groups in timely.items() if groups}

    def _does_count(self, claim: Claim) -> bool:
        named = self.ends.get(claim.object)
        if named is None and self.network.kind(claim.object) not in PASSABLE:
            return False
        return (
            self.filters.keep_undated(claim, self.network.document(claim))
            and self.may_concern(claim)
            and not self.network.is_withdrawn(claim)
            and (named is not False or self.network.may_be_meant(self.chip, claim))
        )

    def _may_hold(self, claim: Claim) -> bool:
        """Say whether a claim may hold on the date asked for; one without dates may get those of its passage."""
        return self.filters.on is None or is_dateless(claim) or self.filters.keep(claim, self.network.document(claim))

    def may_concern(self, claim: Claim) -> bool:
        """Say whether a claim is not limited to chips that have nothing to do with the one asked for."""
        return not claim.chips or any(
            name in self._related or self.chip in self.network.families(name) for name in claim.chips
        )

    def _arc(self, node: str, relation: str, other: str, claims: Sequence[Claim]) -> Arc:
        group = ParallelClaims(node, relation, other, tuple(sorted(claims, key=lambda claim: claim.id)))
        if self.filters.on is not None:
            claims = list(filter(self._may_hold, claims))
        documents: dict[str, int] = {}
        origins: dict[str, int] = {}
        for claim in claims:
            level, who = rank_claim(claim), self.network.origin(claim)
            documents[claim.document] = min(level, documents.get(claim.document, level))
            origins[who] = min(level, origins.get(who, level))
        most, single = 0.0, 0.0
        sums, singles = [], []
        for level in TIERS:
            some = [claim for claim in claims if rank_claim(claim) == level]
            if some:
                most = max(most, combine_claims(some, self.network))
                single = max(single, max(claim.probability for claim in some))
            sums.append(most)
            singles.append(single)
        return Arc(
            to=other,
            group=group,
            sums=tuple(sums),
            singles=tuple(singles),
            narrow=all(claim.sites or claim.regions for claim in claims),
            owns=relation == "OWNS",
            holding=relation in ("USES", "BUYS") and not any(claim.sites for claim in claims),
            documents=documents,
            origins=origins,
        )
