"""What the graph knows of a company that the rules ask for: its seat, its ultimate parent's, who owns it.

A fact without a start is taken to have held before its document too; one with a start only from then
on. Nobody's silence is a fact: a company without a claim on its seat has none that is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import msgspec

from graphkit.facts import Claim, earliest, latest
from graphkit.graph import documents, entity, holds
from graphkit.rulebook import ENTITY_LIST, Rulebook
from graphkit.rules.finding import Listing

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Ownership from which a parent counts as controlling, and from which it passes a listing on, in percent.
HALF = 50.0


class Party(msgspec.Struct, frozen=True):
    """A company as the rules see it on a date.

    `headquarters` is the country that counts (its own or its ultimate parents'), `incorporated` that
    of its own legal seat, else of its own headquarters, None where not known; `listings` say which
    lists name it and what their parties own; `basis` says whence the seat, `missing` what is not known.
    """

    id: str
    name: str
    headquarters: str | None
    incorporated: str | None
    listings: tuple[Listing, ...]
    basis: str
    missing: tuple[str, ...] = ()


class Facts:
    """A graph read for facts that hold on a partial date. The graph must not change afterwards."""

    def __init__(self, graph: Graph, rulebook: Rulebook, on: str) -> None:
        self.graph, self.rulebook, self.on = graph, rulebook, on
        self.countries = {region.id for region in rulebook.regions}
        self._parties: dict[str, Party] = {}

    def name(self, node: str) -> str:
        """Return an entity's name, or its id where the graph does not hold it."""
        return entity(self.graph, node).name if node in self.graph else node

    def claims(self, node: str, *relations: str, into: bool = False) -> Iterator[Claim]:
        """Iterate over the claims done and not yet over that leave a node, or reach it."""
        if node not in self.graph:
            return
        for edges in (self.graph.pred if into else self.graph.succ)[node].values():
            for data in edges.values():
                claim: Claim = data["claim"]
                if claim.relation in relations and claim.status == "done" and self._held(claim):
                    yield claim

    def _held(self, claim: Claim) -> bool:
        if claim.relation == "LISTED_ON":
            span = holds(claim, documents(self.graph)[claim.document])
            return span is not None and span[0] <= latest(self.on) and span[1] >= earliest(self.on)
        begun = claim.since is None or earliest(claim.since) <= latest(self.on)
        return begun and (claim.until is None or latest(claim.until) >= earliest(self.on))

    # places -------------------------------------------------------------------------------

    def countries_of(self, region: str) -> tuple[str, ...]:
        """Return the country that a region is or lies in, else the countries that it consists of."""
        seen, wave = {region}, [region]
        while wave:
            if found := sorted(set(wave) & self.countries):
                return tuple(found)
            above = {claim.object for node in wave for claim in self.claims(node, "PART_OF")}
            wave = sorted(above - seen)
            seen |= above
        inside = {one.region for one in self.rulebook.memberships if one.group == region}
        return tuple(sorted(inside))

    def seats(self, company: str) -> tuple[str, ...]:
        """Return the countries in which a company is said to have its headquarters."""
        regions = {claim.object for claim in self.claims(company, "HEADQUARTERED_IN")}
        return tuple(sorted({country for region in regions for country in self.countries_of(region)}))

    def seat(self, company: str) -> str | None:
        """Return the one country in which a company itself has its headquarters, None where it is not known."""
        seats = self.seats(company)
        return seats[0] if len(seats) == 1 else None

    def incorporated(self, company: str) -> str | None:
        """Return the one country in which a company is incorporated, where none is named that of its own seat."""
        regions = {claim.object for claim in self.claims(company, "INCORPORATED_IN")}
        found = {country for region in regions for country in self.countries_of(region)}
        if not regions:
            return self.seat(company)
        return found.pop() if len(found) == 1 else None

    def deployed(self, company: str, chips: Collection[str]) -> tuple[str, ...]:
        """Return the regions in which a company is said to have capacity that may be in some chips."""
        return tuple(
            sorted(
                {
                    claim.object
                    for claim in self.claims(company, "DEPLOYS_IN")
                    if not claim.chips or not set(chips).isdisjoint(claim.chips)
                }
            )
        )

    # owners -------------------------------------------------------------------------------

    def parents(self, company: str) -> tuple[str, ...]:
        """Return the ultimate parents of a company up the chain of OWNS, itself where it has none."""
        seen, tops, wave = {company}, set(), [company]
        while wave:
            node = wave.pop()
            owners = {
                claim.subject
                for claim in self.claims(node, "OWNS", into=True)
                if claim.share is None or claim.share >= HALF
            }
            if not owners - seen:
                tops.add(node)
            wave += sorted(owners - seen)
            seen |= owners
        return tuple(sorted(tops))

    def listed(self, company: str, lists: Collection[str] = (ENTITY_LIST,)) -> bool:
        """Say whether one of some lists names a company itself."""
        ids = {one.lower() for one in lists}
        return any(claim.object in ids for claim in self.claims(company, "LISTED_ON"))

    def listed_above(self, company: str) -> bool:
        """Say whether a party on a list that a rule names holds any share of a company, or is the company."""
        lists = {one for lists in self.rulebook.lists for one in lists}
        seen, wave = {company}, [company]
        while wave:
            node = wave.pop()
            if self.listed(node, lists):
                return True
            owners = {claim.subject for claim in self.claims(node, "OWNS", "INVESTS_IN", into=True)} - seen
            wave += sorted(owners)
            seen |= owners
        return False

    def listed_share(
        self, company: str, lists: Collection[str] = (ENTITY_LIST,), seen: frozenset[str] = frozenset()
    ) -> tuple[float, float]:
        """Return the least and most percent of a company that the parties on some lists own together.

        An owner that listed parties own to half or more counts as one of them (15 CFR 744.11 as
        90 FR 47201 amended it). Ownership without a figure is control, so half or more; an
        investment without one is less than half.
        """
        if company in seen:
            return 0.0, 0.0
        shares: dict[str, tuple[float, float]] = {}
        for claim in self.claims(company, "OWNS", "INVESTS_IN", into=True):
            if claim.share is not None:
                stake = (claim.share, claim.share)
            else:
                stake = (HALF, 100.0) if claim.relation == "OWNS" else (0.0, HALF - 0.1)
            before = shares.get(claim.subject, (0.0, 0.0))
            shares[claim.subject] = max(before, stake)
        low = high = 0.0
        for owner, (least, most) in sorted(shares.items()):
            sure, maybe = self._counts_as_listed(owner, lists, seen | {company})
            low += least if sure else 0.0
            high += most if maybe else 0.0
        return min(low, 100.0), min(high, 100.0)

    def _counts_as_listed(self, owner: str, lists: Collection[str], seen: frozenset[str]) -> tuple[bool, bool]:
        if self.listed(owner, lists):
            return True, True
        low, high = self.listed_share(owner, lists, seen)
        return low >= HALF, high >= HALF

    # parties ------------------------------------------------------------------------------

    def party(self, company: str) -> Party:
        """Return what the rules ask of a company."""
        found = self._parties.get(company)
        if found is None:
            found = self._parties[company] = self._party(company)
        return found

    def _party(self, company: str) -> Party:
        own, tops = self.seats(company), [top for top in self.parents(company) if top != company]
        above = {top: self.seats(top) for top in tops}
        name = self.name(company)
        country, said, missing = self._followed_seat(name, own, above)
        listings = tuple(
            Listing(lists, self.listed(company, lists), self.listed_share(company, lists))
            for lists in self.rulebook.lists
        )
        return Party(company, name, country, self.incorporated(company), listings, said, missing)

    def _followed_seat(
        self, name: str, own: tuple[str, ...], above: dict[str, tuple[str, ...]]
    ) -> tuple[str | None, str, tuple[str, ...]]:
        """The seat that counts: one in D:5 or Macau, of the company or its ultimate parent; else the parent's."""
        named = [(name, own), *((self.name(top), seats) for top, seats in above.items())]
        for who, seats in named:
            if followed := [country for country in seats if self.followed(country)]:
                return followed[0], f"{who} is headquartered in {self.rulebook.in_words(followed[0])}", ()
        unknown = [who for who, seats in named if not seats]
        if unknown:
            return None, f"where {unknown[-1]} is headquartered is not known", (f"headquarters of {unknown[-1]}",)
        who, seats = named[-1]
        if len(seats) > 1:
            countries = " and ".join(map(self.rulebook.in_words, seats))
            return None, f"{who} is said to be headquartered in {countries}", (f"headquarters of {who}",)
        return seats[0], f"{who} is headquartered in {self.rulebook.in_words(seats[0])}", ()

    def followed(self, country: str) -> bool:
        """Say whether buyers from a country are followed abroad: Macau and Country Group D:5."""
        return country == "macau" or "D:5" in self.rulebook.groups(country, earliest(self.on))
