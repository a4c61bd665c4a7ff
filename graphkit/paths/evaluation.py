"""The evaluation of a sequence of steps: which of its claims can be true together, and what they amount to.

A path holds if there is one setting, that is one chip model, one place and (when a date is asked
for) one moment, that at least one claim of every step allows. A claim allows a setting when its
scope contains it and its dates cover it. Of the settings that work, the best counts.

Take a lease of `a` from `b` "in ra", and two sites of `b` with the chip, one in ra and one in rb:

    a --in ra--> b --> site in ra --> chip      the setting (chip, site in ra, ra) allows every step
    a --in ra--> b --> site in rb --> chip      the lease allows ra alone, the site is in rb: no path
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import msgspec

from graphkit.facts import Claim, get_earliest_day, get_latest_day
from graphkit.graph import Filters, find_valid_days
from graphkit.ontology import RELATIONS
from graphkit.paths.access_path import AccessPath, Rank
from graphkit.paths.confidence import (
    combine_claims,
    compute_path_confidence,
    find_shared_origins,
    rank_claim,
    round_confidence,
)
from graphkit.paths.dates import share_dates
from graphkit.paths.description import Interpretation, describe_path
from graphkit.paths.effort import Effort
from graphkit.paths.evidence import find_evidence
from graphkit.paths.network import Network, ParallelClaims


class Setting(msgspec.Struct, frozen=True, gc=False):
    """One chip model, one site, one region, one moment."""

    chip: str
    site: str | None
    region: str | None
    moment: str | None


class BestInterpretation(msgspec.Struct, frozen=True):
    """The best interpretation of a complete sequence of groups, with its rank; `describe` makes the path of it.

    `end` is the chip at which it ends.
    """

    rank: Rank
    end: str
    describe: Callable[[], AccessPath]


def find_best_interpretation(
    network: Network,
    groups: Sequence[ParallelClaims],
    chip: str,
    filters: Filters,
    *,
    place_filters: Filters,
    effort: Effort | None = None,
) -> BestInterpretation | None:
    """Return the best interpretation of a complete sequence of groups towards `chip`, to be described when needed.

    The groups hold claims that the filters keep. None when no setting allows all steps. Settings that `effort` no
    longer allows for are left out.
    """
    evaluation = _Evaluation(network, groups, chip, filters, place_filters)
    best: tuple[tuple[object, ...], Rank, Interpretation, Setting] | None = None
    for setting in evaluation.settings(effort):
        chosen = evaluation.admit_claims(setting)
        for used in evaluation.iterate_naming(chosen) if chosen else ():
            key, rank, reading = evaluation.weigh(setting, used)
            if best is None or key < best[0]:
                best = key, rank, reading, setting
    if best is None:
        return None
    _, rank, reading, setting = best

    def describe() -> AccessPath:
        summaries = evaluation.corroboration(setting)
        return describe_path(network, groups, filters, reading, rank, summaries, evaluation.located, evaluation.dated)

    return BestInterpretation(rank, evaluation.end, describe)


def is_possible(
    network: Network,
    groups: Sequence[ParallelClaims],
    chip: str,
    filters: Filters,
    *,
    place_filters: Filters,
    effort: Effort | None = None,
) -> bool:
    """Say whether some setting allows all groups, whatever the status of their claims."""
    evaluation = _Evaluation(network, groups, chip, filters, place_filters)
    return any(evaluation.admit_claims(setting) for setting in evaluation.settings(effort))


class _Evaluation:
    """The work of evaluating one sequence of groups."""

    def __init__(
        self, network: Network, groups: Sequence[ParallelClaims], chip: str, filters: Filters, place_filters: Filters
    ) -> None:
        self.network, self.groups, self.chip, self.filters = network, groups, chip, filters
        self.place_filters = place_filters
        self.end = groups[-1].object
        self.nodes = (groups[0].subject, *[group.object for group in groups])
        self.site = next((node for node in self.nodes if network.kind(node) == "Datacenter"), None)
        self.located = network.find_places(self.site, place_filters) if self.site else {}
        self.named = chip in network.families(self.end)
        self.designed = RELATIONS[groups[-1].relation].needs_named_chip
        self.may_be_holding = groups[-1].relation in ("USES", "BUYS") and all(
            group.relation == "OWNS" for group in groups[:-1]
        )
        self.ties = (*map(network.name, self.nodes), *[group.relation for group in groups], *self.nodes)
        self.claims = [claim for group in groups for claim in group.claims]
        #: the claims that have their dates from their passage, by id
        self.dated = share_dates(self.claims)

    # settings -----------------------------------------------------------------------------

    def settings(self, effort: Effort | None) -> Iterator[Setting]:
        """Yield every setting that could differ in what it admits, those that assume least first."""
        units = 1 + len(self.claims) // 16
        if self.filters.on is None and not any(c.chips or c.sites or c.regions for c in self.claims):
            # nothing is limited, so every setting admits the same
            chips = [self.chip] if self.end in self.network.classes(self.chip) else [self.end]
            yield Setting(chips[0], self.site, min(self.located, default=None), None)
            return
        forms = self.network.forms(self.chip)
        named = sorted({chip for claim in self.claims for chip in claim.chips})
        chips = [
            model
            for model in dict.fromkeys((self.chip, self.end, *named))
            if model in forms and self.end in self.network.classes(model)
        ]
        sites = [self.site] if self.site else [None, *sorted({site for claim in self.claims for site in claim.sites})]
        moments = self._moments()
        for site in sites:
            for chip, moment, region in itertools.product(chips, moments, self._regions(site)):
                if effort and not effort.spend(units):
                    return
                yield Setting(chip, site, region, moment)

    def _moments(self) -> list[str | None]:
        if self.filters.on is None:
            return [None]
        first, last = get_earliest_day(self.filters.on), get_latest_day(self.filters.on)
        starts = {spell[0] for claim in self.claims if (spell := self._spell(claim))}
        return [first, *sorted(start for start in starts if first < start <= last)]

    def _spell(self, claim: Claim) -> tuple[str, str] | None:
        return find_valid_days(self.dated.get(claim.id, claim), self.network.document(claim))

    def _regions(self, site: str | None) -> Sequence[str | None]:
        named = sorted({region for claim in self.claims for region in claim.regions})
        located = sorted(self.network.find_places(site, self.place_filters)) if site else []
        if not located:
            return [None, *named]
        if not named and not any(claim.sites for claim in self.claims):
            return located[:1]
        inside = frozenset().union(*map(self.network.parts, located))
        return [*located, *[region for region in named if region in inside and region not in located]]

    # what a setting admits ----------------------------------------------------------------

    def allows(self, claim: Claim, setting: Setting) -> bool:
        """Say whether a claim's scope and dates allow a setting."""
        network = self.network
        if claim.chips and network.classes(setting.chip).isdisjoint(claim.chips):
            return False
        if claim.sites and setting.site not in claim.sites:
            return False
        if claim.regions and (setting.region is None or network.regions(setting.region).isdisjoint(claim.regions)):
            return False
        if setting.moment is not None:
            spell = self._spell(claim)
            return spell is not None and spell[0] <= setting.moment <= spell[1]
        return True

    def admit_claims(self, setting: Setting) -> list[tuple[Claim, ...]] | None:
        """Return the claims of each step that allow a setting; None where a step has none."""
        chosen: list[tuple[Claim, ...]] = []
        for group in self.groups:
            claims = tuple([claim for claim in group.claims if self.allows(claim, setting)])
            if not claims:
                return None
            if group.relation == "HOSTS":
                # who owns the chips is settled by the claim that says so, not by those that are silent
                owners = {claim.owner for claim in claims if claim.owner}
                if owners and owners.isdisjoint(self.nodes):
                    return None
            chosen.append(claims)
        if self.designed and not any(
            self._names_end(name) for claims in chosen[:-1] for claim in claims for name in claim.chips
        ):
            return None
        return chosen

    def _names_end(self, name: str) -> bool:
        """Say whether a scope that names a chip names the end; a model's name does not name its class."""
        return name in self.network.families(self.end) or (self.named and self.end in self.network.classes(name))

    def iterate_naming(self, chosen: list[tuple[Claim, ...]]) -> Iterator[list[tuple[Claim, ...]]]:
        """Yield the admitted claims; before a designer, one step narrowed to those that name the chip."""
        if not self.designed:
            yield chosen
            return
        for position, claims in enumerate(chosen[:-1]):
            naming = tuple(claim for claim in claims if any(map(self._names_end, claim.chips)))
            if naming:
                yield [*chosen[:position], naming, *chosen[position + 1 :]]

    # what the admitted claims amount to ---------------------------------------------------

    def weigh(
        self, setting: Setting, used: list[tuple[Claim, ...]]
    ) -> tuple[tuple[object, ...], Rank, Interpretation]:
        """Return the interpretation of the claims that a setting admits, with its rank and the key to choose by."""
        ranks = [min(map(rank_claim, claims)) for claims in used]
        worst = max(ranks)
        counted = [
            claims if len(claims) == 1 else tuple(claim for claim in claims if rank_claim(claim) == best)
            for claims, best in zip(used, ranks, strict=True)
        ]
        within = [
            claims if len(claims) == 1 else tuple(claim for claim in claims if rank_claim(claim) <= worst)
            for claims in used
        ]
        steps = [combine_claims(claims, self.network) for claims in counted]
        # who says that a chip was bought of its designer need not say as well who designs it
        told = within[:-1] if self.designed else within
        shared = find_shared_origins(told, self.network) if len(within) > 1 or len(within[0]) > 1 else {}
        evidence, source = find_evidence(told, shared)
        confidence = compute_path_confidence(steps, shared) if shared else math.prod(steps)
        holding = self.may_be_holding and not any(claim.sites for claim in counted[-1])
        rank: Rank = (worst, holding, evidence, -round_confidence(confidence), len(self.groups), self.ties)
        unconfirmed = self._is_place_unconfirmed(setting, used, worst)
        order = (setting.moment or "", setting.site or "", setting.region or "", setting.chip)
        key = (*rank[:3], unconfirmed, rank[3], source, order)
        return (
            key,
            rank,
            Interpretation(used, counted, within, ranks, steps, evidence, source, unconfirmed, self.named),
        )

    def _is_place_unconfirmed(self, setting: Setting, chosen: list[tuple[Claim, ...]], worst: int) -> bool:
        """Say whether a claim is limited to a place that nothing as sure as the path confirms for the chips."""
        if not any(claim.regions or claim.sites for claims in chosen for claim in claims):
            return False
        if self.site is None:
            # a designer's chips are where their buyer has them
            return not any(claim.regions or claim.sites for claim in chosen[-2 if self.designed else -1])
        return not any(
            setting.region in self.network.regions(place) and any(rank_claim(claim) <= worst for claim in claims)
            for place, claims in self.located.items()
        )

    def corroboration(self, setting: Setting) -> tuple[Claim, ...]:
        """Return claims with `via` that lie on the path in its order, intermediaries too, and allow its setting."""
        found = []
        place = {node: position for position, node in enumerate(self.nodes)}
        for node in self.nodes[:-1]:
            for claim in self.network.summaries(node):
                end = self.end if claim.object in self.network.classes(self.end) else claim.object
                passed = [place.get(one, -1) for one in (node, *claim.via, end)]
                in_order = all(one < other for one, other in itertools.pairwise(passed))
                kept = self.filters.keep(claim, self.network.document(claim))
                if in_order and kept and self.allows(claim, setting):
                    found.append(claim)
        return tuple(found)
