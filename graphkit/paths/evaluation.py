"""Reading a sequence of steps: which of its claims can be true together, and what they amount to.

A path holds if there is one setting, that is one chip model, one place and (when a date is asked
for) one moment, that at least one claim of every step allows. A claim allows a setting when its
scope contains it and its dates cover it. Of the settings that work, the best is read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import msgspec

from graphkit.facts import BEGINNING, Claim, earliest, latest, passage
from graphkit.graph import Filters, holds
from graphkit.ontology import PATH_STATUSES, RELATIONS
from graphkit.paths.access_path import (
    CHANGES_HANDS,
    MODEL_NOT_SPECIFIED,
    NAMES_NO_SITE,
    NEVER_TOGETHER,
    PLACE_NOT_CONFIRMED,
    START_UNKNOWN,
    AccessPath,
    Place,
    Step,
)
from graphkit.paths.confidence import combine, tier
from graphkit.paths.network import Group, Network

#: (tier, composed, model not specified, -confidence, hops, names): smaller is better.
Rank = tuple[int, bool, bool, float, int, tuple[str, ...]]

#: A passage: document, first and last sentence.
Span = tuple[str, int, int]

#: Decimal places to which confidences are compared, so that the order of a product does not matter.
PLACES = 9


class Setting(msgspec.Struct, frozen=True, gc=False):
    """One chip model, one site, one region, one moment."""

    chip: str
    site: str | None
    region: str | None
    moment: str | None


def read(
    network: Network, groups: Sequence[Group], chip: str, filters: Filters, *, place_filters: Filters
) -> tuple[Rank, AccessPath] | None:
    """Return the best reading of a complete sequence of groups towards `chip`, with its rank.

    The groups hold claims that the filters keep. None when no setting allows all steps.
    """
    reader = _Reader(network, groups, chip, filters, place_filters)
    best: _Reading | None = None
    for setting in reader.settings():
        chosen = reader.admitted(setting)
        for reading in reader.readings(setting, chosen) if chosen else ():
            if best is None or reading.key < best.key:
                best = reading
    return (best.rank, reader.path(best)) if best else None


def possible(
    network: Network, groups: Sequence[Group], chip: str, filters: Filters, *, place_filters: Filters
) -> bool:
    """Say whether some setting allows all groups, whatever the status of their claims."""
    reader = _Reader(network, groups, chip, filters, place_filters)
    return any(reader.admitted(setting) for setting in reader.settings())


class _Reading(msgspec.Struct, frozen=True, gc=False):
    """One way to read the admitted claims: as a whole of several documents, or of one passage."""

    key: tuple[object, ...]
    rank: Rank
    setting: Setting
    chosen: list[tuple[Claim, ...]]
    told: list[tuple[Claim, ...]]
    statuses: list[int]
    confidences: list[float]
    span: Span | None
    unconfirmed: bool


class _Reader:
    """The work of reading one sequence of groups."""

    def __init__(
        self, network: Network, groups: Sequence[Group], chip: str, filters: Filters, place_filters: Filters
    ) -> None:
        self.network, self.groups, self.chip, self.filters = network, groups, chip, filters
        self.end = groups[-1].object
        self.nodes = (groups[0].subject, *(group.object for group in groups))
        self.site = next((node for node in self.nodes if network.kind(node) == "Datacenter"), None)
        self.located = network.located(self.site, place_filters) if self.site else {}
        self.place_filters = place_filters
        self.exact = chip in network.families(self.end)
        self.ties = (*(network.name(node) for node in self.nodes), *(group.relation for group in groups), *self.nodes)

    # settings -----------------------------------------------------------------------------

    def settings(self) -> Iterator[Setting]:
        """Every setting that could differ in what it admits, those that assume least first."""
        claims = [claim for group in self.groups for claim in group.claims]
        named = sorted({chip for claim in claims for chip in claim.chips})
        chips = [
            model
            for model in dict.fromkeys((self.chip, self.end, *named))
            if self.chip in self.network.families(model) and self.end in self.network.classes(model)
        ]
        sites = [self.site] if self.site else [None, *sorted({site for claim in claims for site in claim.sites})]
        for site, chip, moment in itertools.product(sites, chips, self._moments(claims)):
            for region in self._regions(site, claims):
                yield Setting(chip, site, region, moment)

    def _moments(self, claims: Sequence[Claim]) -> list[str | None]:
        if self.filters.on is None:
            return [None]
        first, last = earliest(self.filters.on), latest(self.filters.on)
        starts = {interval[0] for claim in claims if (interval := holds(claim, self.network.document(claim)))}
        return [first, *sorted(start for start in starts if first < start <= last)]

    def _regions(self, site: str | None, claims: Sequence[Claim]) -> Sequence[str | None]:
        named = sorted({region for claim in claims for region in claim.regions})
        located = sorted(self.network.located(site, self.place_filters)) if site else []
        if not located:
            return [None, *named]
        if not named and not any(claim.sites for claim in claims):
            return located[:1]
        inside = [
            region
            for region in named
            if region not in located and any(place in self.network.regions(region) for place in located)
        ]
        return [*located, *inside]

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
            interval = holds(claim, network.document(claim))
            return interval is not None and interval[0] <= setting.moment <= interval[1]
        return True

    def admitted(self, setting: Setting) -> list[tuple[Claim, ...]] | None:
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
        if RELATIONS[self.groups[-1].relation].needs_named_chip and not any(
            self._names_end(name) for claims in chosen[:-1] for claim in claims for name in claim.chips
        ):
            return None
        return chosen

    def _names_end(self, name: str) -> bool:
        return self.end in self.network.classes(name) or name in self.network.families(self.end)

    # what the admitted claims amount to ---------------------------------------------------

    def readings(self, setting: Setting, chosen: list[tuple[Claim, ...]]) -> Iterator[_Reading]:
        """Yield the composed reading of the admitted claims and one for each passage that states them all."""
        shared = _shared(chosen)
        spans = {
            span
            for claims in (chosen if shared else ())
            for claim in claims
            if claim.document in shared and (span := span_of(claim))
        }
        order = (setting.moment or "", setting.site or "", setting.region or "", setting.chip)
        for span, used in itertools.product((None, *sorted(spans)), self._naming(chosen)):
            told = used if span is None else [tuple(c for c in claims if within(c, span)) for claims in used]
            if not all(told):
                continue
            statuses = [min(map(tier, claims)) for claims in told]
            told = [
                claims if len(claims) == 1 else tuple(claim for claim in claims if tier(claim) == status)
                for claims, status in zip(told, statuses, strict=True)
            ]
            steps = [combine(claims, self.network) for claims in told]
            if span is None:
                confidence = math.prod(steps)
            else:
                confidence = min(max(claim.probability for claim in claims) for claims in told)
            rank: Rank = (
                max(statuses),
                span is None,
                not self.exact,
                -round(confidence, PLACES),
                len(self.groups),
                self.ties,
            )
            unconfirmed = self._place_unconfirmed(setting, used, max(statuses))
            key = (*rank[:3], unconfirmed, rank[3], span or (), order)
            yield _Reading(key, rank, setting, used, told, statuses, steps, span, unconfirmed)

    def _naming(self, chosen: list[tuple[Claim, ...]]) -> Iterator[list[tuple[Claim, ...]]]:
        """Yield the admitted claims; before a designer, one step narrowed to those that name the chip."""
        if not RELATIONS[self.groups[-1].relation].needs_named_chip:
            yield chosen
            return
        for position, claims in enumerate(chosen[:-1]):
            naming = tuple(claim for claim in claims if any(map(self._names_end, claim.chips)))
            if naming:
                yield [*chosen[:position], naming, *chosen[position + 1 :]]

    def _place_unconfirmed(self, setting: Setting, chosen: list[tuple[Claim, ...]], worst: int) -> bool:
        """Whether a claim is limited to a place that nothing as sure as the path confirms for the chips."""
        if not any(claim.regions or claim.sites for claims in chosen for claim in claims):
            return False
        if self.site is None:
            # a designer's chips are where their buyer has them
            designed = RELATIONS[self.groups[-1].relation].needs_named_chip
            return not any(claim.regions or claim.sites for claim in chosen[-2 if designed else -1])
        return not any(
            setting.region in self.network.regions(place) and any(tier(claim) <= worst for claim in claims)
            for place, claims in self.located.items()
        )

    # the path that is returned ------------------------------------------------------------

    def path(self, reading: _Reading) -> AccessPath:
        """Build the path of the reading that was chosen."""
        steps: list[Step] = []
        for position, group in enumerate(self.groups):
            steps.append(self._step(group, position, reading, steps[-1] if steps else None))
        weakest = max(
            range(len(steps)),
            key=lambda i: (reading.statuses[i], -round(steps[i].confidence, PLACES), -i),
        )
        marks = [mark for step in steps for mark in step.marks]
        if reading.unconfirmed:
            marks.append(PLACE_NOT_CONFIRMED)
        if not self.exact:
            marks.append(MODEL_NOT_SPECIFIED)
        if not self.filters.on and not self._together(reading.told):
            marks.append(NEVER_TOGETHER)
        first = [reading.span[0]] if reading.span else []
        return AccessPath(
            steps=tuple(steps),
            status=PATH_STATUSES[reading.rank[0]],
            stated=reading.span is not None,
            confidence=-reading.rank[3],
            weakest=weakest,
            marks=tuple(dict.fromkeys(marks)),
            documents=tuple(dict.fromkeys([*first, *(c.document for step in steps for c in step.claims)])),
            places=self._places(),
            corroborated_by=self._corroboration(reading.setting),
            passage=(reading.span[0], _locator(reading.span)) if reading.span else None,
        )

    def _step(self, group: Group, position: int, reading: _Reading, previous: Step | None) -> Step:
        claims, span, status = reading.chosen[position], reading.span, reading.statuses[position]
        told = reading.told[position]
        if len(claims) > 1:
            claims = tuple(sorted(claims, key=lambda claim: self._order(claim, span)))
        marks = []
        if group.relation in ("LEASES_FROM", "BUYS_FROM") and not any(c.regions or c.sites for c in told):
            marks.append(NAMES_NO_SITE)
        if span is None and previous and {c.document for c in claims}.isdisjoint(c.document for c in previous.claims):
            marks.append(CHANGES_HANDS)
        if self.filters.on and all(claim.since is None for claim in told):
            marks.append(START_UNKNOWN)
        return Step(
            subject=group.subject,
            relation=group.relation,
            object=group.object,
            status=PATH_STATUSES[status],
            implied=all(claim.implied for claim in told),
            confidence=reading.confidences[position],
            claims=claims,
            marks=tuple(marks),
            denied_by=self._denials(group),
        )

    def _order(self, claim: Claim, span: Span | None) -> tuple[object, ...]:
        """The claims that are told first: of the passage, the furthest, the surest, the earliest."""
        published = self.network.document(claim).published or "9999"
        inside = span is not None and within(claim, span)
        return not inside, tier(claim), -claim.probability, published, claim.document, claim.id

    def _denials(self, group: Group) -> tuple[Claim, ...]:
        """Claims that deny a step, whatever the statuses and the date asked for."""
        denials = self.network.denials(group)
        if not denials:
            return ()
        every = msgspec.structs.replace(self.filters, statuses=None, on=None)
        return tuple(claim for claim in denials if every.keep(claim, self.network.document(claim)))

    def _places(self) -> tuple[Place, ...]:
        if self.site is None:
            return ()
        named = tuple(Place(self.site, region, claims) for region, claims in sorted(self.located.items()))
        return named or (Place(self.site, None),)

    def _together(self, told: Sequence[Sequence[Claim]]) -> bool:
        """Whether there is a day on which a claim of every step may hold; one without dates may on any."""
        if not any(claim.until for claims in told for claim in claims):
            return True  # what has begun and has no end holds on the last day
        spells = [[holds(claim, self.network.document(claim)) for claim in claims] for claims in told]
        dated = [[spell for spell in known if spell] for known in spells if all(known)]
        starts = [BEGINNING, *(first for known in dated for first, _ in known)]
        return any(all(any(first <= day <= last for first, last in known) for known in dated) for day in starts)

    def _corroboration(self, setting: Setting) -> tuple[Claim, ...]:
        """Claims with `via` that lie on the path in its order, intermediaries too, and allow its setting."""
        found = []
        place = {node: position for position, node in enumerate(self.nodes)}
        for node in self.nodes[:-1]:
            for claim in self.network.summaries(node):
                end = self.end if claim.object in self.network.classes(self.end) else claim.object
                told = [place.get(one, -1) for one in (node, *claim.via, end)]
                in_order = all(one < other for one, other in itertools.pairwise(told))
                kept = self.filters.keep(claim, self.network.document(claim))
                if in_order and kept and self.allows(claim, setting):
                    found.append(claim)
        return tuple(found)


def _shared(chosen: Sequence[Sequence[Claim]]) -> set[str]:
    """The documents that have a claim of every step."""
    first, *rest = chosen
    found = {claim.document for claim in first}
    for claims in rest:
        if not found:
            break
        found.intersection_update([claim.document for claim in claims])
    return found


def span_of(claim: Claim) -> Span | None:
    """Return the document and sentences that a claim's locator names."""
    found = passage(claim.locator)
    return (claim.document, *found) if found else None


def within(claim: Claim, span: Span) -> bool:
    """Say whether a claim stands inside a passage."""
    own = span_of(claim)
    return own is not None and own[0] == span[0] and span[1] <= own[1] and own[2] <= span[2]


def _locator(span: Span) -> str:
    return str(span[1]) if span[1] == span[2] else f"{span[1]}-{span[2]}"
