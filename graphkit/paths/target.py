"""The network as it counts on the way to one chip under some filters: looked up once for each entity, then kept."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from graphkit.facts import Claim
from graphkit.graph import Filters
from graphkit.ontology import PASSABLE, RELATIONS, STATUSES
from graphkit.paths.bounds import TIERS, Arc, Bounds, UpperBounds, list_tiers
from graphkit.paths.confidence import combine_claims, rank_claim
from graphkit.paths.dates import can_borrow_dates
from graphkit.paths.lazy_table import LazyTable
from graphkit.paths.network import Network, ParallelClaims

#: The ends of paths: chips that are or are forms of the one asked for, those that only contain it, or both.
Ends = Literal["named", "unnamed", "any"]

#: The kinds of sources; also the names of the fields of an arc that hold them.
SourceKind = Literal["documents", "origins"]

#: The source of arcs that count for every source: who reports that a chip was bought from its designer need not
#: say who designs it.
ANY_SOURCE = ""

#: Documents, origins or passages beyond which they are not looked at one by one: what they are part of is then
#: searched under the bound of their evidence, which finds the same paths in the same order.
MANY = 64

#: Chips and filters for which a network remembers what counts.
_KEPT = 256


class _Outgoing(NamedTuple):
    """The chips asked for, and the companies and sites, that claims lead to from a node, and those claims; sorted."""

    chips: list[str]
    onward: list[str]
    groups: dict[str, list[ParallelClaims]]


class Target:
    """A network seen from a chip: `ends` maps the chips that can stand for it to whether they name it."""

    def __init__(self, network: Network, chip: str, filters: Filters, ends: Ends = "any") -> None:
        self.network, self.chip, self.filters = network, chip, filters
        forms = network.forms(chip)
        answering = {end: end in forms for end in sorted(network.find_ends(chip))}
        #: chips by which a claim may be limited and still concern the one asked for
        self._related = frozenset().union(*map(network.classes, answering))
        self.ends = {end: named for end, named in answering.items() if ends == "any" or named == (ends == "named")}
        #: the ends that some access claim leads to from a node
        self.chips: LazyTable[str, list[str]] = LazyTable(lambda node: self._leaving[node].chips)
        #: the arcs that leave a node, by the entity that they lead to
        self.arcs = LazyTable(self._look_for_arcs)
        #: the access claims that leave a node and that the filters keep, and those of them that concern the chip
        self.kept = LazyTable(self._look_for_kept)
        self.concerning = LazyTable(self._look_for_concerning)
        #: the relations and objects of the access claims that leave a node, and whether the filters keep none of them
        self.broken = LazyTable(self._look_for_broken)
        #: the least (broken steps, hops) from a node to an end in so many steps, with at least one that is broken or
        #: not; None where there is no way
        self.least_broken: LazyTable[tuple[int, bool], LazyTable[str, tuple[int, int] | None]] = LazyTable(
            lambda key: LazyTable(functools.partial(self._look_for_least_broken, *key))
        )
        self._leaving = LazyTable(self._look_for_leaving)
        self._nearer: list[LazyTable[str, list[str]]] = []
        self._leading: LazyTable[int, LazyTable[str, list[Arc]]] = LazyTable(
            lambda steps: LazyTable(functools.partial(self._look_for_leading, steps))
        )
        self._said: LazyTable[tuple[SourceKind, int], LazyTable[str, dict[str, list[Arc]]]] = LazyTable(
            lambda key: LazyTable(functools.partial(self._look_for_said, *key))
        )
        #: the documents or origins that tell of every step of some walk of so many steps from a node to an end; MANY
        #: and one at most
        self.linking: LazyTable[tuple[SourceKind, int, str], list[str]] = LazyTable(
            lambda key: self._look_for_linking(*key)
        )
        #: what the rest of a path can be at best over all arcs, and over those that a document or an origin tells
        self.bounds = Bounds(self.leading, self.ends)
        self.bounds_of = LazyTable(self._look_for_bounds)

    @classmethod
    def of(cls, network: Network, chip: str, filters: Filters, ends: Ends = "any") -> Target:
        """Return what counts in a network for a chip under some filters, made once where few are asked for."""
        key, kept = (chip, filters, ends), network.targets
        found = kept.pop(key, None)
        if not isinstance(found, cls):
            if len(kept) == _KEPT:
                del kept[next(iter(kept))]
            found = cls(network, chip, filters, ends)
        kept[key] = found  # the latest one last: the first has not been asked for the longest
        return found

    def find_nearer(self, steps: int) -> Mapping[str, list[str]]:
        """Return, for each node, the companies and sites next to it that reach an end in at most so many steps."""
        while len(self._nearer) < steps:
            self._nearer.append(LazyTable(functools.partial(self._look_for_nearer, len(self._nearer))))
        return self._nearer[steps - 1]

    def leading(self, steps: int) -> Mapping[str, Sequence[Arc]]:
        """Return, for each node, the arcs that leave it and are on some walk of at most so many steps to an end."""
        return self._leading[steps]

    def said(self, kind: SourceKind, steps: int) -> Mapping[str, Mapping[str, list[Arc]]]:
        """Return, for each node, the arcs of `leading` by the documents or origins that tell them."""
        return self._said[kind, steps]

    def _look_for_leading(self, steps: int, node: str) -> list[Arc]:
        if not steps:
            return []
        leaving = self._leaving[node]
        if steps > 1 and not leaving.onward:
            return self._leading[1][node]
        met = [*leaving.chips, *self.find_nearer(steps - 1)[node]] if steps > 1 else leaving.chips
        if not met:
            return []
        arcs = self.arcs[node]
        return [arc for other in met for arc in arcs[other]]

    def _look_for_said(self, kind: SourceKind, steps: int, node: str) -> dict[str, list[Arc]]:
        found: dict[str, list[Arc]] = {}
        untold = [arc for arc in self._leading[steps][node] if arc.designs]
        for arc in self._leading[steps][node]:
            told: dict[str, int] = {} if arc.designs else getattr(arc, kind)
            for one, level in told.items():
                found.setdefault(one, []).append(arc.limit_to_rank(level))
        if untold:
            found = {one: [*untold, *arcs] for one, arcs in found.items()}
            found[ANY_SOURCE] = untold
        return found

    def _look_for_linking(self, kind: SourceKind, steps: int, node: str) -> list[str]:
        told = sorted(self._said[kind, steps][node].keys() - {ANY_SOURCE})
        return list(itertools.islice((one for one in told if self._is_linking(kind, steps, node, one)), MANY + 1))

    def _is_linking(self, kind: SourceKind, steps: int, node: str, one: str) -> bool:
        """Say whether a document or origin tells of every step of some walk from a node to an end."""
        wave = {node}
        for left in range(steps, 0, -1):
            told = map(self._said[kind, left].__getitem__, wave)
            wave = {arc.to for arcs in told for arc in arcs.get(one, arcs.get(ANY_SOURCE, ()))}
            if not wave.isdisjoint(self.ends):
                return True
        return False

    def _look_for_bounds(self, key: tuple[SourceKind, str]) -> Bounds:
        """Look up the bounds over the arcs that one document or origin tells."""
        kind, one = key

        def look(steps: int) -> LazyTable[str, Sequence[Arc]]:
            said = self._said[kind, steps]
            return LazyTable(lambda node: said[node].get(one, said[node].get(ANY_SOURCE, ())))

        tables = LazyTable(look)
        return Bounds(tables.__getitem__, self.ends)

    def _look_for_nearer(self, further: int, node: str) -> list[str]:
        onward, leaving = self._leaving[node].onward, self._leaving
        if not further:
            return [other for other in onward if leaving[other].chips]
        beyond = self._nearer[further - 1]
        return [other for other in onward if leaving[other].chips or beyond[other]]

    def _look_for_arcs(self, node: str) -> dict[str, list[Arc]]:
        return {
            other: [self._make_arc(group) for group in groups] for other, groups in self._leaving[node].groups.items()
        }

    def _look_for_leaving(self, node: str) -> _Outgoing:
        """Look up the access claims that leave a node and count, by object, sorted; then by relation.

        Where a date is asked for, a group that has a claim of that time keeps the others: they may lend their dates.
        """
        found: dict[str, list[ParallelClaims]] = {}
        ends, kind, on = self.ends, self.network.kind, self.filters.on
        for group in self.network.groups(node):
            named = ends.get(group.object)
            if named is None and kind(group.object) not in PASSABLE:
                continue
            claims = tuple([claim for claim in group.claims if self._does_count(claim, named)])
            if claims and (on is None or any(map(self._may_hold, claims))):
                found.setdefault(group.object, []).append(group.limit_to_claims(claims))
        others = sorted(found)
        return _Outgoing(
            [one for one in others if one in ends],
            [one for one in others if one not in ends],
            found,
        )

    def _does_count(self, claim: Claim, named: bool | None) -> bool:
        return (
            self.filters.keep_undated(claim, self.network.document(claim))
            and self.may_concern(claim)
            and not self.network.is_withdrawn(claim)
            and (named is not False or self.network.may_be_meant(self.chip, claim))
        )

    def _may_hold(self, claim: Claim) -> bool:
        """Say whether a claim may hold on the date asked for; one without dates may get those of its passage."""
        return (
            self.filters.on is None
            or can_borrow_dates(claim)
            or self.filters.keep(claim, self.network.document(claim))
        )

    def _look_for_kept(self, node: str) -> tuple[ParallelClaims, ...]:
        network, kept = self.network, []
        for group in network.groups(node):
            named = self.ends.get(group.object)
            if named is None and network.kind(group.object) not in PASSABLE:
                continue
            claims = [claim for claim in group.claims if self.filters.keep(claim, network.document(claim))]
            if named is False:
                claims = [claim for claim in claims if network.may_be_meant(self.chip, claim)]
            if claims:
                kept.append(group.limit_to_claims(tuple(claims)))
        return tuple(kept)

    def _look_for_concerning(self, node: str) -> tuple[ParallelClaims, ...]:
        some = [(group, tuple(filter(self.may_concern, group.claims))) for group in self.kept[node]]
        return tuple([group.limit_to_claims(claims) for group, claims in some if claims])

    @functools.cached_property
    def relaxed(self) -> Target:
        """The target on no date, with claims of any status but of rules that are proposed."""
        statuses = frozenset(STATUSES) - {"proposed"}
        filters = msgspec.structs.replace(self.filters, on=None, statuses=statuses)
        return Target.of(self.network, self.chip, filters)

    def _look_for_broken(self, node: str) -> dict[tuple[str, str], bool]:
        keeps, filters = self.network.keeps, self.filters
        return {
            (group.relation, group.object): not any(keeps(claim, filters) for claim in group.claims)
            for group in self.relaxed.kept[node]
        }

    def _look_for_least_broken(self, steps: int, some: bool, node: str) -> tuple[int, int] | None:
        if node in self.ends:
            return None if some else (0, 0)
        if not steps:
            return None
        least: tuple[int, int] | None = None
        from_here = self.broken[node]
        beyond, beyond_broken = self.least_broken[steps - 1, some], self.least_broken[steps - 1, False]
        for group in self.relaxed.kept[node]:
            broken = from_here[group.relation, group.object]
            rest = (beyond_broken if broken else beyond)[group.object]
            if rest is not None and (least is None or (rest[0] + broken, rest[1] + 1) < least):
                least = rest[0] + broken, rest[1] + 1
        return least

    def may_concern(self, claim: Claim) -> bool:
        """Say whether a claim is not limited to chips that have nothing to do with the one asked for."""
        return not claim.chips or not self._related.isdisjoint(claim.chips)

    def _make_arc(self, group: ParallelClaims) -> Arc:
        claims: Sequence[Claim] = group.claims
        if self.filters.on is not None:
            claims = list(filter(self._may_hold, claims))
        relation, designs = group.relation, RELATIONS[group.relation].needs_named_chip
        may_hold = relation in ("USES", "BUYS")
        if len(claims) == 1:
            (claim,) = claims
            narrow, holding = bool(claim.sites or claim.regions), may_hold and not claim.sites
            level = rank_claim(claim)
            documents, origins = {claim.document: level}, {self.network.origin(claim): level}
            sums, tiers = _bound_claim(level, claim.probability)
            singles = sums
        else:
            narrow = all(claim.sites or claim.regions for claim in claims)
            holding = may_hold and not any(claim.sites for claim in claims)
            documents, origins = {}, {}
            for claim in claims:
                level, who = rank_claim(claim), self.network.origin(claim)
                documents[claim.document] = min(level, documents.get(claim.document, level))
                origins[who] = min(level, origins.get(who, level))
            sums, singles = self._bound_claims(claims)
            tiers = list_tiers(sums)
        return Arc(
            to=group.object,
            group=group,
            sums=sums,
            singles=sums if designs else singles,
            narrow=narrow,
            owns=relation == "OWNS",
            designs=designs,
            holding=holding,
            documents=documents,
            origins=origins,
            tiers=tiers,
        )

    def _bound_claims(self, claims: Sequence[Claim]) -> tuple[UpperBounds, UpperBounds]:
        """Return the most confidence of parallel claims at each tier or better: together, and of a single one."""
        most, single = 0.0, 0.0
        sums, singles = [], []
        for level in TIERS:
            some = [claim for claim in claims if rank_claim(claim) == level]
            if some:
                most = max(most, combine_claims(some, self.network))
                single = max(single, max(claim.probability for claim in some))
            sums.append(most)
            singles.append(single)
        return tuple(sums), tuple(singles)


@functools.cache
def _bound_claim(level: int, probability: float) -> tuple[UpperBounds, tuple[int, ...]]:
    """Return the most confidence of a single claim at each tier or better, and the tiers at which it grows."""
    sums = tuple([probability if level <= one else 0.0 for one in TIERS])
    return sums, list_tiers(sums)
