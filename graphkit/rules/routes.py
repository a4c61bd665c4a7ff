"""The name of the way that a path takes, by matching its relations and facts against routes.yaml.

The facts a pattern may ask for are the keys of FACTS. The first route of the file that fits is the
path's; a path that fits none has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from graphkit.facts import Claim
from graphkit.paths.access_path import AccessPath
from graphkit.rulebook import UNITED_STATES, Chip, Route
from graphkit.rules.classification import classify
from graphkit.rules.parties import Parties
from graphkit.rules.provisions import CHINA


class PathContext:
    """A path with what the graph says around it."""

    def __init__(self, parties: Parties, path: AccessPath, chips: Sequence[Chip]) -> None:
        self.parties, self.path, self.chips = parties, path, chips
        self.relations = [step.relation for step in path.steps]
        self.claims: list[Claim] = [claim for step in path.steps for claim in step.claims]

    def is_followed(self, company: str) -> bool:
        """Say whether buyers like this company are followed abroad."""
        seat = self.parties.party(company).headquarters
        return seat is not None and self.parties.is_followed(seat)

    def find_countries(self) -> set[str]:
        """Return the countries in which the path's site stands, or to which its claims are limited."""
        regions = {place.region for place in self.path.places if place.region}
        regions = regions or {region for claim in self.claims for region in claim.regions}
        return {country for region in regions for country in self.parties.countries_of(region)}

    def find_holders(self) -> set[str]:
        """Return all owners of the chips whom the claims name, else whoever runs, buys or has them."""
        owners = {claim.owner for claim in self.claims if claim.owner}
        passed = ("OWNS", "LEASES_FROM")
        found = (step.subject for step in self.path.steps if step.relation not in passed)
        return owners or {next(found, self.path.nodes[-2])}

    def find_home(self) -> set[str]:
        """Return the buyer's own country, Hong Kong counting as China."""
        seat = self.parties.party(self.path.steps[0].subject).headquarters
        return set(CHINA) if seat in CHINA else {seat} if seat else set()

    def runs_the_site(self, company: str) -> bool:
        """Say whether a company is said to run a site of the path."""
        return any(claim.object in self.path.nodes for claim in self.parties.claims(company, "OPERATES"))

    def list_own(self) -> set[str]:
        """Return the buyer and the companies of its own at the head of the path."""
        found = {self.path.steps[0].subject}
        for step in self.path.steps:
            if step.relation != "OWNS":
                break
            found.add(step.object)
        return found


FACTS: Mapping[str, Callable[[PathContext], bool]] = {
    # the buyer, or its ultimate parent, is headquartered in D:5 or Macau
    "buyer followed": lambda path: path.is_followed(path.path.steps[0].subject),
    # so is one of those who own the chips
    "owner followed": lambda path: any(map(path.is_followed, path.find_holders())),
    # the buyer, or a company of its own, is one of those who own the chips
    "owner is the buyer": lambda path: not path.find_holders().isdisjoint(path.list_own()),
    # the site stands in the United States; outside them and the buyer's own country
    "site in the US": lambda path: path.find_countries() == {UNITED_STATES},
    "site abroad": lambda path: (
        bool(path.find_countries()) and not path.find_countries() & {UNITED_STATES, *path.find_home()}
    ),
    # the buyer, or a company of its own, rents the space at the path's site
    "space rented": lambda path: any(
        set(claim.sites) & set(path.path.nodes) or path.runs_the_site(claim.object)
        for company in path.list_own()
        for claim in path.parties.claims(company, "LEASES_SPACE_FROM")
    ),
    # a listed party holds part of a company on the path, or is one of them
    "listed owner": lambda path: any(map(path.parties.is_listed_above, path.path.nodes[1:-1])),
    # a purchase passes through other countries, or is only alleged
    "diverted": lambda path: any(
        claim.transit or claim.status == "alleged" for claim in path.claims if claim.relation in ("BUYS", "BUYS_FROM")
    ),
    # a licence was sought or granted
    "licence": lambda path: any(claim.licence in ("sought", "granted") for claim in path.claims),
    # the chip is a variant cut down from another one
    "variant": lambda path: any(
        True
        for chip in path.chips
        for node in (chip.id, chip.family or "")
        for _ in path.parties.claims(node, "VARIANT_OF")
    ),
    # no paragraph of the control list covers the chip on the date
    "below the thresholds": lambda path: (
        bool(path.chips)
        and all(classify(path.parties.rulebook, chip, path.parties.first).possible == {None} for chip in path.chips)
    ),
}


def name_route(parties: Parties, path: AccessPath, chips: Sequence[Chip]) -> Route | None:
    """Return the first route whose pattern a path fits.

    `chips` are the models in which the path ends, none where it names no model: nothing is then
    said of their figures or of what they were cut down from.
    """
    evidence = PathContext(parties, path, chips)
    return next((route for route in parties.rulebook.routes if _fits_pattern(route, evidence)), None)


def _fits_pattern(route: Route, path: PathContext) -> bool:
    pattern = route.pattern
    if pattern.reported_beside or (pattern.any_of and not set(pattern.any_of) & set(path.relations)):
        return False
    if set(pattern.without) & set(path.relations) or not set(pattern.relations) <= set(path.relations):
        return False
    if pattern.words and not any(_does_mention(claim, pattern.words) for claim in path.claims):
        return False
    if any(FACTS[name](path) for name in pattern.not_facts):
        return False
    return all(FACTS[name](path) for name in pattern.facts)


def _does_mention(claim: Claim, words: Sequence[str]) -> bool:
    text = " ".join(filter(None, (claim.summary, claim.note, claim.purpose))).casefold()
    return any(word.casefold() in text for word in words)
