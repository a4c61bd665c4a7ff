"""The parties to an act as the rules see them: their seats, their ultimate parents, lists, and who owns them.

A fact without a start is taken to have held before its document too; one with a start only from then
on. Nobody's silence is a fact: a company without a claim on its seat has none that is known, and one
without a claim on its owners is not without an owner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from graphkit.facts import Claim, get_earliest_day
from graphkit.graph import Filters, find_valid_days, may_have_held
from graphkit.ontology import RELATIONS
from graphkit.paths.lazy_table import LazyTable
from graphkit.rulebook import ENTITY_LIST, Rulebook
from graphkit.rules.finding import Listing
from graphkit.rules.licence import get_first_day, get_last_day
from graphkit.rules.shares import HALF, span_shares, sum_shares

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Days, rulebooks and filters for which a graph keeps its parties.
_KEPT = 256
#: "Not known" where no claim says who owns a company or that nobody does, "disputed" where claims contradict.
Parentage = Literal["known", "not known", "disputed"]


class Party(msgspec.Struct, frozen=True):
    """A company as the rules see it on a date.

    `headquarters` is the country that counts (its own or its ultimate parents'), `incorporated` that
    in which it is registered itself, else of its own headquarters, None where not known; `listings` say which
    lists name it and what their parties own; `basis` says whence the seat, `missing` what is not known.
    `parentage` says whether its ultimate parent is known, `bearing` what is said about that in doubt.
    `claims` are those that all this stands on; `names` its own, `owners` those of who owns it to half or more.
    """

    id: str
    name: str
    headquarters: str | None
    incorporated: str | None
    listings: tuple[Listing, ...]
    basis: str
    missing: tuple[str, ...] = ()
    parentage: Parentage = "known"
    bearing: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    names: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


class Parties:
    """The parties of a graph on a partial date, by the claims that some filters keep.

    Of the filters count what was known by when, the least confidence and what is left out; which statuses and
    relations are looked at is decided here. The graph must not change afterwards.

    >>> from graphkit.facts import Document, Entity
    >>> from graphkit.graph import build_graph
    >>> from graphkit.factbase import read_rulebook
    >>> seat = Claim(id="1", document="d", subject="a", relation="HEADQUARTERED_IN", object="china", status="done",
    ...              confidence="likely", summary="A is in China.")
    >>> ends = [Entity(id="a", name="A", kind="Company"), Entity(id="china", name="China", kind="Region")]
    >>> party = Parties(build_graph(ends, [seat], [Document(id="d", name="D")]), read_rulebook(), "2024").party("a")
    >>> party.headquarters, party.basis
    ('china', 'A is headquartered in China')
    """

    def __init__(self, graph: Graph, rulebook: Rulebook, on: str, filters: Filters | None = None) -> None:
        self.graph, self.rulebook, self.on = graph, rulebook, on
        self.first, self.last = get_first_day(on), get_last_day(on)
        every = Filters()
        self.filters = filters and msgspec.structs.replace(
            every, known_by=filters.known_by, without=filters.without, min_confidence=filters.min_confidence
        )
        self.countries = {region.id for region in rulebook.regions}
        self._claims = LazyTable(self._look_for_claims)
        self._parties = LazyTable(self._look_for_party)
        self._listed_above = LazyTable(self._look_for_list_above)

    @classmethod
    def of(cls, graph: Graph, rulebook: Rulebook, on: str, filters: Filters | None = None) -> Parties:
        """Return the parties of a graph on a date, made once: the paths of an answer pass the same companies."""
        found = cls(graph, rulebook, on, filters)
        kept: dict[object, Parties] = graph.kept.setdefault("parties", {})
        key = id(rulebook), on, found.filters
        known = kept.get(key)
        if known is not None and known.graph is graph:  # a copy of a graph gets its own
            return known
        if len(kept) >= _KEPT:
            kept.clear()
        kept[key] = found
        return found

    def on_day(self, on: str) -> Parties:
        """Return the parties of the same graph, by the same filters, on another date."""
        return self if on == self.on else Parties.of(self.graph, self.rulebook, on, self.filters)

    def name(self, node: str) -> str:
        """Return an entity's name, or its id where the graph does not hold it."""
        return self.graph.entities[node].name if node in self.graph else node

    def claims(
        self, node: str, *relations: str, into: bool = False, statuses: Collection[str] = ("done",)
    ) -> Sequence[Claim]:
        """Return the claims of some statuses, not yet over, that leave a node, or reach it."""
        return self._claims[node, relations, into, tuple(statuses)]

    def _look_for_claims(self, key: tuple[str, tuple[str, ...], bool, tuple[str, ...]]) -> tuple[Claim, ...]:
        node, relations, into, statuses = key
        if node not in self.graph:
            return ()
        beside = self.graph.predecessors if into else self.graph.successors
        said = (claim for edges in beside[node].values() for claim in edges.values())
        return tuple(
            claim
            for claim in said
            if claim.relation in relations and claim.status in statuses and self._does_hold(claim)
        )

    def _does_hold(self, claim: Claim) -> bool:
        document = self.graph.documents[claim.document]
        if self.filters and not self.filters.keep_undated(claim, document):
            return False
        if claim.relation == "LISTED_ON":
            span = find_valid_days(claim, document)
            return span is not None and span[0] <= self.last and span[1] >= self.first
        return may_have_held(claim, self.first, self.last)

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

    def find_incorporation(self, company: str) -> str | None:
        """Return the one country in which a company is incorporated, where none is named that of its own seat."""
        regions = {claim.object for claim in self.claims(company, "INCORPORATED_IN")}
        found = {country for region in regions for country in self.countries_of(region)}
        if not regions:
            return self.seat(company)
        return found.pop() if len(found) == 1 else None

    # owners -------------------------------------------------------------------------------

    def owners(self, company: str) -> list[Claim]:
        """Return the claims on who owns a company to half or more, or with control."""
        found = self.claims(company, "OWNS", into=True)
        return [claim for claim in found if claim.share is None or claim.share >= HALF]

    def climb(self, company: str) -> tuple[tuple[str, ...], tuple[Claim, ...]]:
        """Return the ultimate parents of a company, itself where it has none, and the claims of OWNS up to them."""
        seen, tops, wave, passed = {company}, set(), [company], []
        while wave:
            node = wave.pop()
            found = self.owners(node)
            owners = {claim.subject for claim in found} - seen
            if not owners:
                tops.add(node)
            passed += found
            wave += sorted(owners)
            seen |= owners
        return tuple(sorted(tops)), tuple(passed)

    def parents(self, company: str) -> tuple[str, ...]:
        """Return the ultimate parents of a company up the chain of OWNS, itself where it has none."""
        return self.climb(company)[0]

    def parentage(self, company: str) -> tuple[Parentage, dict[str, Claim]]:
        """Say whether a company's ultimate parent is known, and what bears on it where it is not: claims by words.

        That it has none is known where a document itself says that no company owns it: a negated OWNS from a
        generic company, without an attribution. The same from somebody to whom it is attributed is a denial.
        """
        stakes = list(self.claims(company, "OWNS", "INVESTS_IN", into=True, statuses=("alleged", "negated")))
        none = [claim for claim in stakes if self._says_no_parent(claim)]
        doubts = [claim for claim in stakes if claim not in none]
        named = {claim.subject for claim in self.owners(company)}
        contested = any(claim.subject not in named for claim in doubts if claim.status == "alleged")
        contested = contested or any(claim.subject in named for claim in doubts if claim.status == "negated")
        if (named or none) and not contested:
            return "known", {}
        bearing = {self._tell_stake(claim): claim for claim in doubts} | self.find_statements(company)
        return ("disputed" if doubts else "not known"), dict(sorted(bearing.items()))

    def find_statements(self, company: str, *, persons: bool = False) -> dict[str, Claim]:
        """Return what else is said of a company's standing, as claims by words, sorted.

        Those are investigations, links to others, its statements of compliance, and what anybody denies of its
        links and sales. A case against persons is none against the company, and told with `persons` alone.
        """
        said: dict[str, Claim] = {}
        for claim in self.claims(company, "INVESTIGATES", into=True, statuses=("done", "alleged")):
            agency, stage = self.name(claim.subject), f" ({claim.stage})" if claim.stage else ""
            if claim.against in (None, "company"):
                said[f"it is under investigation by {agency}{stage}"] = claim
            elif persons:
                said[f"a case of {agency} is against {claim.against}{stage}, and not against the company"] = claim
        for into in (False, True):
            for claim in self.claims(company, "LINKED_TO", into=into, statuses=("done", "alleged")):
                other = claim.subject if into else claim.object
                alleged = claim.status == "alleged"
                word = f"{self._name_source(claim)} alleges a link of it" if alleged else "it is linked"
                said[f"{word} to {self.name(other)}"] = claim
        for relation, ways in (("LINKED_TO", (False, True)), ("BUYS_FROM", (True,))):
            for into in ways:
                for claim in self.claims(company, relation, into=into, statuses=("negated",)):
                    said[self._tell_denial(claim)] = claim
        for claim in self.claims(company, "COMPLIES_WITH"):
            said[f"it says that it keeps to {self.name(claim.object)}"] = claim
        return dict(sorted(said.items()))

    def _tell_denial(self, claim: Claim) -> str:
        phrase = RELATIONS[claim.relation].agree(self.graph.entities[claim.subject].plural)
        ends = f"{self.name(claim.subject)} {phrase} {self.name(claim.object)}"
        who = f"{claim.attribution} denies" if claim.attribution else f"by {self._name_source(claim)}, it is not so"
        return f"{who} that {ends}"

    def _says_no_parent(self, claim: Claim) -> bool:
        generic = claim.subject in self.graph and self.graph.entities[claim.subject].generic
        return claim.relation == "OWNS" and claim.status == "negated" and generic and claim.attribution is None

    def _tell_stake(self, claim: Claim) -> str:
        holder = self.name(claim.subject)
        stake = f"that it belongs to {holder}" if claim.relation == "OWNS" else f"a stake of {holder} in it"
        return f"{self._name_source(claim)} {'denies' if claim.status == 'negated' else 'alleges'} {stake}"

    def _name_source(self, claim: Claim) -> str:
        return claim.attribution or self.graph.documents[claim.document].publisher or "a document"

    def is_listed(self, company: str, lists: Collection[str] = (ENTITY_LIST,)) -> bool:
        """Say whether one of some lists names a company itself."""
        return any(True for _ in self._find_entries(company, lists))

    def _find_entries(self, company: str, lists: Collection[str]) -> Iterator[Claim]:
        ids = {one.lower() for one in lists}
        return (claim for claim in self.claims(company, "LISTED_ON") if claim.object in ids)

    def is_listed_above(self, company: str) -> bool:
        """Say whether a party on a list that a rule names holds any share of a company, or is the company."""
        return self._listed_above[company]

    def _look_for_list_above(self, company: str) -> bool:
        lists = {one for lists in self.rulebook.lists for one in lists}
        seen, wave = {company}, [company]
        while wave:
            node = wave.pop()
            if self.is_listed(node, lists):
                return True
            owners = {claim.subject for claim in self.claims(node, "OWNS", "INVESTS_IN", into=True)} - seen
            wave += sorted(owners)
            seen |= owners
        return False

    def find_listed_share(self, company: str, lists: Collection[str] = (ENTITY_LIST,)) -> tuple[float, float]:
        """Return the least and most percent of a company that the parties on some lists own together.

        An owner that listed parties own to half or more counts as one of them (15 CFR 744.11 as
        90 FR 47201 amended it). What several claims say of one owner is put together by `span_shares`.
        """
        stakes = self._collect_stakes(company)
        listed = {node for node in stakes if self.is_listed(node, lists)}
        return sum_shares(company, stakes, listed) if listed else (0.0, 0.0)

    def find_share(self, company: str, owner: str) -> tuple[float, float]:
        """Return the least and most percent of a company that one owner holds, as `find_listed_share` adds up."""
        return sum_shares(company, self._collect_stakes(company), {owner})

    def _collect_stakes(self, company: str) -> dict[str, dict[str, tuple[float, float]]]:
        """Return the stakes in a company and in all who own a part of it, upwards, by owner."""
        stakes = {company: self._stakes(company)}
        wave = list(stakes[company])
        while wave:
            node = wave.pop()
            if node not in stakes:
                stakes[node] = self._stakes(node)
                wave += stakes[node]
        return stakes

    def _stakes(self, company: str) -> dict[str, tuple[float, float]]:
        """Return the least and most percent that each owner of a company is said to hold, by owner, sorted."""
        said: dict[str, list[Claim]] = {}
        for claim in self.claims(company, "OWNS", "INVESTS_IN", into=True):
            said.setdefault(claim.subject, []).append(claim)
        ranges = (
            (owner, [(claim.share, claim.relation == "OWNS") for claim in said[owner]]) for owner in sorted(said)
        )
        return {owner: span_shares(stakes) for owner, stakes in ranges}

    # parties ------------------------------------------------------------------------------

    def party(self, company: str) -> Party:
        """Return what the rules ask of a company."""
        return self._parties[company]

    def _look_for_party(self, company: str) -> Party:
        tops, owned = self.climb(company)
        own, above = self.seats(company), {top: self.seats(top) for top in tops if top != company}
        name = self.name(company)
        country, said, missing = self._find_followed_seat(name, own, above)
        parentage, bearing = self.parentage(company)
        alone: list[Claim] = []
        if country is None or self.is_followed(country):
            parentage, bearing = "known", {}
        elif parentage != "known":
            said += f"; whether its ultimate parent is in D:5 or Macau is {parentage}"
            said += f" ({'; '.join(bearing)})" if bearing else ""
        elif not owned:
            alone = [
                one
                for one in self.claims(company, "OWNS", into=True, statuses=("negated",))
                if self._says_no_parent(one)
            ]
            said += ", and no company owns it"
        listings = tuple(
            Listing(
                lists,
                self.is_listed(company, lists),
                self.find_listed_share(company, lists),
                tuple(
                    sorted({get_earliest_day(one.since) for one in self._find_entries(company, lists) if one.since})
                ),
            )
            for lists in self.rulebook.lists
        )
        every = {one for lists in self.rulebook.lists for one in lists}
        basis = [
            *(claim for node in (company, *tops) for claim in self.claims(node, "HEADQUARTERED_IN")),
            *self.claims(company, "INCORPORATED_IN"),
            *owned,
            *alone,
            *self._find_entries(company, every),
            *bearing.values(),
        ]
        above_names = (other for claim in owned for other in self._names(claim.subject))
        return Party(
            company,
            name,
            country,
            self.find_incorporation(company),
            listings,
            said,
            missing,
            parentage,
            tuple(bearing),
            tuple(dict.fromkeys(basis)),
            self._names(company),
            tuple(dict.fromkeys(above_names)),
        )

    def _names(self, company: str) -> tuple[str, ...]:
        if company not in self.graph:
            return (company,)
        record = self.graph.entities[company]
        return (record.name, *record.aliases)

    def _find_followed_seat(
        self, name: str, own: tuple[str, ...], above: dict[str, tuple[str, ...]]
    ) -> tuple[str | None, str, tuple[str, ...]]:
        """Return the seat that counts: one in D:5 or Macau, its own or its ultimate parent's; else the parent's."""
        named = [(name, own), *((self.name(top), seats) for top, seats in above.items())]
        for who, seats in named:
            if followed := [country for country in seats if self.is_followed(country)]:
                return followed[0], f"{who} is headquartered in {self.rulebook.in_words(followed[0])}", ()
        unknown = [who for who, seats in named if not seats]
        if unknown:
            return None, f"where {unknown[-1]} is headquartered is not known", (f"headquarters of {unknown[-1]}",)
        who, seats = named[-1]
        if len(seats) > 1:
            countries = " and ".join(map(self.rulebook.in_words, seats))
            return None, f"{who} is said to be headquartered in {countries}", (f"headquarters of {who}",)
        return seats[0], f"{who} is headquartered in {self.rulebook.in_words(seats[0])}", ()

    def is_followed(self, country: str) -> bool:
        """Say whether buyers from a country are followed abroad: Macau and Country Group D:5."""
        return country == "macau" or "D:5" in self.rulebook.groups(country, self.first)
