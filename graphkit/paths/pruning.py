"""What counts on the way to one chip under some filters: looked up once for each entity, then remembered."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import ACCESS, PASSABLE, PATH_STATUSES
from graphkit.paths.confidence import combine, tier
from graphkit.paths.lazy_table import Lookup
from graphkit.paths.network import Group, Network

#: The most confidence that something can have at each tier or better, the best tier first; 0 where it has none.
Limits = tuple[float, ...]

#: The tiers of the statuses that can make a path, best first.
TIERS = range(len(PATH_STATUSES))


#: Chips and filters for which a network remembers what counts.
_KEPT = 64


class Way(msgspec.Struct, frozen=True, gc=False):
    """A group that may be a step, to the entity `to`, its object; `narrow`: each claim is limited to places."""

    to: str
    group: Group
    limits: Limits
    narrow: bool


class Towards:
    """A network as it counts for a chip: `ends` maps what answers to it to whether it is the exact model."""

    def __init__(self, network: Network, chip: str, filters: Filters) -> None:
        self.network, self.chip, self.filters = network, chip, filters
        self.ends = {end: chip in network.families(end) for end in sorted(network.answering(chip))}
        self._named = frozenset().union(*map(network.classes, self.ends))
        #: the ends that some access claim leads to from a node
        self.chips = Lookup(self._look_for_chips)
        #: the ways that leave a node, by the entity that they lead to
        self.ways = Lookup(self._look_for_ways)
        self._leaving = Lookup(self._look_for_claims)
        self._nearer: list[Lookup[str, list[str]]] = []

    @classmethod
    def of(cls, network: Network, chip: str, filters: Filters) -> Towards:
        """Return what counts in a network for a chip under some filters, made once where few are asked for."""
        found = network.towards.get((chip, filters))
        if found is None:
            if len(network.towards) == _KEPT:
                network.towards.clear()
            found = network.towards[chip, filters] = cls(network, chip, filters)
        return found

    def nearer(self, steps: int) -> Mapping[str, list[str]]:
        """Return, for each node, the companies and sites next to it that reach an end in at most so many steps."""
        while len(self._nearer) < steps:
            self._nearer.append(Lookup(functools.partial(self._look_for_nearer, len(self._nearer))))
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

    def _look_for_ways(self, node: str) -> dict[str, tuple[Way, ...]]:
        return {
            other: tuple(self._way(node, relation, other, claims) for relation, claims in sorted(groups.items()))
            for other, groups in sorted(self._leaving[node].items())
        }

    def _look_for_claims(self, node: str) -> dict[str, dict[str, list[Claim]]]:
        """The access claims that leave a node and count, by object and relation."""
        found: dict[str, dict[str, list[Claim]]] = {}
        for claim in self.network.claims_from(node):
            if claim.relation in ACCESS and not claim.via and self._counts(claim):
                found.setdefault(claim.object, {}).setdefault(claim.relation, []).append(claim)
        return found

    def _counts(self, claim: Claim) -> bool:
        leads = claim.object in self.ends or self.network.kind(claim.object) in PASSABLE
        return leads and self.filters.keep(claim, self.network.document(claim)) and self.concerns(claim)

    def concerns(self, claim: Claim) -> bool:
        """Say whether a claim is not limited to chips that have nothing to do with the one asked for."""
        return not claim.chips or any(
            name in self._named or self.chip in self.network.families(name) for name in claim.chips
        )

    def _way(self, node: str, relation: str, other: str, claims: Sequence[Claim]) -> Way:
        group = Group(node, relation, other, tuple(sorted(claims, key=lambda claim: claim.id)))
        return Way(other, group, self._limits(group.claims), all(claim.sites or claim.regions for claim in claims))

    def _limits(self, claims: tuple[Claim, ...]) -> Limits:
        most, grown = 0.0, []
        for level in TIERS:
            some = [claim for claim in claims if tier(claim) == level]
            if some:
                most = max(most, some[0].probability if len(some) == 1 else combine(some, self.network))
            grown.append(most)
        return tuple(grown)
