"""The access path that an interpretation amounts to: its steps, places, marks, denials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from graphkit.clock import get_today
from graphkit.facts import Claim, get_earliest_day, get_latest_day
from graphkit.graph import Filters
from graphkit.ontology import PATH_STATUSES, RELATIONS
from graphkit.paths.access_path import (
    CHANGES_HANDS,
    COMPOSED,
    DISPUTED,
    EVIDENCE,
    LAST_REPORTED,
    MODEL_NOT_SPECIFIED,
    NAMES_NO_SITE,
    NEVER_TOGETHER,
    ONE_DOCUMENT,
    ORDERED,
    OVERDUE,
    PLACE_NOT_CONFIRMED,
    START_UNKNOWN,
    STATED,
    AccessPath,
    Place,
    Rank,
    Step,
)
from graphkit.paths.confidence import PLACES, rank_claim
from graphkit.paths.dates import find_act_days, find_span, have_common_day
from graphkit.paths.evidence import Source, is_within
from graphkit.paths.network import Network, ParallelClaims


class Interpretation(msgspec.Struct, frozen=True, gc=False):
    """A sequence of groups as one setting admits it, per step.

    `used` are the claims that the setting admits, `counted` those of the step's best status, `within` those no worse
    than the path's.
    """

    used: list[tuple[Claim, ...]]
    counted: list[tuple[Claim, ...]]
    within: list[tuple[Claim, ...]]
    ranks: list[int]
    confidences: list[float]
    evidence: int
    source: Source
    unconfirmed: bool
    named: bool


def describe_path(
    network: Network,
    groups: Sequence[ParallelClaims],
    filters: Filters,
    reading: Interpretation,
    rank: Rank,
    summaries: tuple[Claim, ...],
    located: Mapping[str, tuple[Claim, ...]],
    dated: Mapping[str, Claim],
) -> AccessPath:
    """Return the path of an interpretation, whose rank is given.

    `summaries` corroborate it, `located` says where its site is, `dated` are claims with the dates of their passage.
    """
    description = _Description(network, filters, reading, dated, [group.relation for group in groups])
    breaks = description.find_breaks() if reading.evidence == COMPOSED else frozenset()
    steps = tuple([description.step(group, position, position in breaks) for position, group in enumerate(groups)])
    marks = [mark for step in steps for mark in step.marks]
    if reading.unconfirmed:
        marks.append(PLACE_NOT_CONFIRMED)
    if not reading.named:
        marks.append(MODEL_NOT_SPECIFIED)
    if not filters.on and not have_common_day(description.date_claims(reading.counted)):
        marks.append(NEVER_TOGETHER)
    source = reading.source
    first = source[:1] if reading.evidence in (STATED, ONE_DOCUMENT) else ()
    site = next((group.object for group in groups if network.kind(group.object) == "Datacenter"), None)
    return AccessPath(
        steps=steps,
        status=PATH_STATUSES[rank[0]],
        evidence=EVIDENCE[reading.evidence],
        confidence=-rank[3],
        weakest=max(range(len(steps)), key=lambda i: (reading.ranks[i], -round(steps[i].confidence, PLACES), -i)),
        marks=tuple(dict.fromkeys(marks)),
        documents=tuple(dict.fromkeys([*map(str, first), *(c.document for step in steps for c in step.claims)])),
        places=_list_places(site, located),
        corroborated_by=summaries,
        passage=(str(source[0]), _make_locator(source)) if reading.evidence == STATED and len(source) == 3 else None,
        holding=rank[1],
        chip_class=None if reading.named else groups[-1].object,
    )


class _Description:
    """The work of describing the steps of one path."""

    def __init__(
        self,
        network: Network,
        filters: Filters,
        reading: Interpretation,
        dated: Mapping[str, Claim],
        relations: Sequence[str],
    ) -> None:
        self.network, self.filters, self.reading, self.dated = network, filters, reading, dated
        self.relations = relations
        self.known = network.steps_under(filters)

    def date_claims(self, steps: Sequence[Sequence[Claim]]) -> list[list[Claim]]:
        """Return the claims of each step, those without dates with the dates of their passage.

        A plan begins when it is told: what is to come was not so before.
        """
        return [[self._begin_plan(self.dated.get(claim.id, claim)) for claim in claims] for claims in steps]

    def _begin_plan(self, claim: Claim) -> Claim:
        told = claim.observed or self.network.document(claim).published
        if claim.status not in ("planned", "considered") or claim.since or claim.until or not told:
            return claim
        return msgspec.structs.replace(claim, since=told)

    def find_breaks(self) -> frozenset[int]:
        """Return the steps at which no origin goes on that was behind all steps since the last such step."""
        found = []
        behind: set[str] = set()
        for position, claims in enumerate(self.reading.within):
            if RELATIONS[self.relations[position]].needs_named_chip:
                continue
            here = {self.network.origin(claim) for claim in claims}
            if position and behind.isdisjoint(here):
                found.append(position)
                behind = here
            else:
                behind = behind & here if position else here
        return frozenset(found)

    def step(self, group: ParallelClaims, position: int, is_break: bool) -> Step:
        """Describe one step; a step of one claim is the same on every path."""
        claims = self.reading.used[position]
        if len(claims) > 1 or claims[0].id in self.dated:
            return self._describe(group, position, is_break)
        key = claims[0].id, is_break
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._describe(group, position, is_break)
        return found

    def _describe(self, group: ParallelClaims, position: int, is_break: bool) -> Step:
        reading = self.reading
        claims, counted = reading.used[position], reading.counted[position]
        if len(claims) > 1:
            claims = tuple(sorted(claims, key=self._order))
        marks = []
        if group.relation in ("LEASES_FROM", "BUYS_FROM") and not any(c.regions or c.sites for c in counted):
            marks.append(NAMES_NO_SITE)
        if all(claim.delivery == "ordered" for claim in counted):
            marks.append(ORDERED)
        if is_break:
            marks.append(CHANGES_HANDS)
        disputed_by = self._denials(group, counted)
        if disputed_by:
            marks.append(DISPUTED)
        spells = [find_act_days(self.dated.get(c.id, c), self.network.document(c)) for c in counted]
        held = spells[0] if len(spells) == 1 else find_span(spells)
        on = self.filters.on
        if on and all(self.dated.get(claim.id, claim).since is None for claim in counted):
            marks.append(START_UNKNOWN)
        if on and group.relation != "DESIGNS" and (last := self._last_report(counted)):
            marks.append(f"{LAST_REPORTED} {last}")
        if PATH_STATUSES[reading.ranks[position]] in ("planned", "considered") and self._is_overdue(group, counted):
            marks.append(OVERDUE)
        return Step(
            subject=group.subject,
            relation=group.relation,
            object=group.object,
            status=PATH_STATUSES[reading.ranks[position]],
            implied=all(claim.implied for claim in counted),
            confidence=reading.confidences[position],
            claims=claims,
            marks=tuple(marks),
            denied_by=disputed_by if len(claims) == len(counted) else self._denials(group, claims),
            held=held,
            disputed_by=disputed_by,
            dated=tuple([self.dated.get(claim.id, claim) for claim in claims if claim in counted]),
        )

    def _order(self, claim: Claim) -> tuple[object, ...]:
        """Return what orders the claims of a step: of the source, the furthest, the surest, the earliest."""
        published = self.network.document(claim).published or "9999"
        return (
            not self._is_of_source(claim),
            rank_claim(claim),
            -claim.probability,
            published,
            claim.document,
            claim.id,
        )

    def _is_of_source(self, claim: Claim) -> bool:
        """Say whether a claim is of the passage, the document or the origin that supports the path."""
        evidence, source = self.reading.evidence, self.reading.source
        if len(source) == 3:
            return is_within(claim, (str(source[0]), int(source[1]), int(source[2])))
        if evidence in (STATED, ONE_DOCUMENT):
            return claim.document == source[0]
        return evidence != COMPOSED and self.network.origin(claim) == source[0]

    def _last_report(self, claims: Sequence[Claim]) -> str | None:
        """Return when a step was last reported, where that is a year or more before the date asked for."""
        on = get_earliest_day(self.filters.on or "9999")
        dates = []
        for claim in claims:
            one = self.dated.get(claim.id, claim)
            if one.until:
                return None
            dates += [date for date in (self.network.document(claim).published, one.observed, one.since) if date]
        newest = max(dates, key=get_latest_day, default=None)
        return newest[:7] if newest and get_latest_day(newest) <= _year_before(on) else None

    def _is_overdue(self, group: ParallelClaims, claims: Sequence[Claim]) -> bool:
        """Say whether every plan is past its due date, and nothing reports that it was done.

        What is known by a date says nothing of what was due later.
        """
        dues = [claim.due for claim in claims]
        asked = (self.filters.on or get_today(), self.filters.known_by)
        day = min(get_earliest_day(date) for date in asked if date)
        if not all(due and get_latest_day(due) < day for due in dues):
            return False
        every = msgspec.structs.replace(self.filters, statuses=None, on=None)
        return not any(
            claim.status == "done" and every.keep(claim, self.network.document(claim))
            for other in self.network.groups(group.subject)
            if (other.relation, other.object) == (group.relation, group.object)
            for claim in other.claims
        )

    def _denials(self, group: ParallelClaims, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """Return the claims that deny a step, whatever the statuses and the date asked for."""
        denials = self.network.denials(group, claims)
        if not denials:
            return ()
        every = msgspec.structs.replace(self.filters, statuses=None, on=None)
        return tuple(claim for claim in denials if every.keep(claim, self.network.document(claim)))


def _list_places(site: str | None, located: Mapping[str, tuple[Claim, ...]]) -> tuple[Place, ...]:
    """Return where the site of a path stands, once for each region."""
    if site is None:
        return ()
    return tuple([Place(site, region, claims) for region, claims in sorted(located.items())]) or (Place(site, None),)


def _make_locator(source: Source) -> str:
    """Return the locator of a passage."""
    _, first, last = source
    return str(first) if first == last else f"{first}-{last}"


def _year_before(day: str) -> str:
    """Return the same ISO day a year earlier."""
    return f"{int(day[:4]) - 1:04}{day[4:]}"
