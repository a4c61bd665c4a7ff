"""What the rules say of an access path: a finding for every step, and one sentence for the whole.

A lease is judged as remote access. The chips at a site are judged as an export to whoever owns them
there, a purchase as an export to the buyer, a site in the United States as domestic. Owning and
running are no acts that a modelled rule reaches; they decide whose headquarters count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from graphkit.paths.access_path import AccessPath, Step
from graphkit.rulebook import UNITED_STATES, Activity, Chip, Rulebook
from graphkit.rules.finding import Finding, Question, agree, merge, own_reason
from graphkit.rules.licence import judge_chips
from graphkit.rules.parties import Facts, Party
from graphkit.rules.routes import name_route

if TYPE_CHECKING:
    from graphkit.graph import Graph

Leg = Literal["lease", "hardware", "purchase", "use", "other"]
_TITLES: Mapping[Leg, str] = {
    "lease": "Renting",
    "hardware": "Chips for the site",
    "purchase": "Buying",
    "use": "Having the use of chips",
    "other": "",
}


class StepFinding(msgspec.Struct, frozen=True):
    """The finding on one step, which leg of the path it judges, and what it says in a sentence."""

    leg: Leg
    finding: Finding
    sentence: str


class PathFindings(msgspec.Struct, frozen=True):
    """The findings on a path's steps, in their order; `verdict` is one sentence; the route has a name or none."""

    steps: tuple[StepFinding, ...]
    verdict: str
    route: str | None
    route_name: str | None

    @property
    def outcome(self) -> str:
        """The outcome of the path: that of its covered steps, else of its unclear ones."""
        outcomes = {step.finding.outcome for step in self.steps}
        return next(one for one in ("license_required", "unclear", "not_required") if one in outcomes)


def judge(graph: Graph, path: AccessPath, rulebook: Rulebook, on: str, *, chip: str | None = None) -> PathFindings:
    """Return what the rules in force on a partial date say of a path.

    `chip` names the chip that was asked for, which is judged where the path ends at a generic one.
    """
    return _Judge(Facts(graph, rulebook, on), path, chip).findings()


class _Judge:
    """The legs of one path."""

    def __init__(self, facts: Facts, path: AccessPath, asked: str | None) -> None:
        self.facts, self.path = facts, path
        self.rulebook, self.on = facts.rulebook, facts.on
        self.end = path.nodes[-1]
        self.chips, self.assumed = self._chips(asked)
        self.names = {self.end, *(name for chip in self.chips for name in (chip.id, chip.family or ""))}
        self.places: dict[str, tuple[str, ...]] = {}
        for place in path.places:
            if place.region:
                self.places[place.site] = (*self.places.get(place.site, ()), place.region)

    def findings(self) -> PathFindings:
        """Judge every step."""
        steps = tuple(self._step(index, step) for index, step in enumerate(self.path.steps))
        route = name_route(self.facts, self.path, () if self.assumed else self.chips)
        return PathFindings(steps, self._verdict(steps), route.id if route else None, route.name if route else None)

    def _chips(self, asked: str | None) -> tuple[tuple[Chip, ...], str | None]:
        """The models to judge, and the name of the chip that they are assumed to be."""
        for node in filter(None, (self.end, asked)):
            for name in (node, self.facts.name(node)):
                if models := self.rulebook.models_of(name):
                    return models, None if node == self.end else self.facts.name(node)
        return (), None

    def _step(self, index: int, step: Step) -> StepFinding:
        if step.relation == "LEASES_FROM":
            return self._lease(index, step)
        if step.relation == "HOSTS":
            return self._hardware(step)
        if step.relation in ("BUYS_FROM", "BUYS"):
            return self._purchase(step)
        if step.relation == "USES":
            return self._use(index, step)
        text = {
            "OWNS": "owning a company is no export; whose headquarters count is asked of the steps that follow",
            "OPERATES": "running a site is no export; the chips there are asked about in the next step",
            "DESIGNS": "designing a chip is no export",
        }.get(step.relation, "no modelled rule reaches this")
        return StepFinding("other", Finding("not_required", None, None, (own_reason(text),)), text.capitalize())

    # legs ---------------------------------------------------------------------------------

    def _lease(self, index: int, step: Step) -> StepFinding:
        regions = self._regions(index, step)
        return self._told("lease", self._ask("lease", self.facts.party(step.subject), regions), regions)

    def _hardware(self, step: Step) -> StepFinding:
        owners = {claim.owner for claim in step.claims if claim.owner}
        operator = next((s.subject for s in self.path.steps if s.object == step.subject), step.subject)
        owner = self.facts.party(next(iter(owners)) if len(owners) == 1 else operator)
        regions = self.places.get(step.subject, ())
        return self._told("hardware", self._ask("export", owner, regions, self._supplier(owner.id)), regions)

    def _purchase(self, step: Step) -> StepFinding:
        buyer = self.facts.party(step.subject)
        seller = self.facts.seat(step.object) if step.relation == "BUYS_FROM" else None
        regions = self._scope(step) or self.facts.deployed(step.subject, self.names)
        finding = self._ask("export", buyer, regions, seller)
        if not regions and finding.outcome == "unclear" and buyer.headquarters:
            home = self._ask("export", buyer, (buyer.headquarters,), seller)
            said = own_reason(f"delivered to {self.rulebook.in_words(buyer.headquarters)} it would be {home.coverage}")
            finding = msgspec.structs.replace(finding, rules=(*finding.rules, said))
        return self._told("purchase", finding, regions)

    def _use(self, index: int, step: Step) -> StepFinding:
        """In use or for hire: bought by a provider on the way, bought or rented by the buyer itself."""
        user = self.facts.party(step.subject)
        regions = self._regions(index, step)
        bought = self._ask("export", user, regions, self._supplier(user.id))
        if index > 0:
            return self._told("hardware", bought, regions)
        rented = self._ask("lease", user, regions)
        return self._told("use", agree({"bought": bought, "rented": rented}, "how it came by them"), regions)

    # what a leg needs to know ---------------------------------------------------------------

    def _ask(self, activity: Activity, party: Party, regions: Sequence[str], exporter: str | None = None) -> Finding:
        if not self.chips:
            text = f"{self.facts.name(self.end)} names no model, so its figures are not known"
            return Finding("unclear", None, None, (own_reason(text),), ("chip model",))
        places: list[str | None] = [place for region in regions for place in self.facts.countries_of(region)]
        answers = {}
        for place in places or [None]:
            stays = activity == "export" and place == UNITED_STATES
            question = Question(
                self.on,
                place,
                party.headquarters,
                UNITED_STATES if stays else exporter,
                "domestic" if stays else activity,
                incorporated=party.incorporated,
                listings=party.listings,
            )
            answers[self.rulebook.in_words(place)] = judge_chips(self.rulebook, self.chips, question)
        finding = agree(answers, "which country")
        facts = [party.basis]
        if self.assumed:
            facts.append(f"{self.facts.name(self.end)} names no model; judged as the {self.assumed} asked for")
        if len(answers) > 1:
            facts.append(f"which country in {self._named(regions)} is not known")
        missing = finding.missing
        if finding.outcome == "unclear":
            said = {"headquarters": party.missing or ("headquarters",), "destination": ("site",)}
            said["place of incorporation"] = (f"place of incorporation of {party.name}",)
            missing = merge(said.get(one, (one,)) for one in missing)
        return msgspec.structs.replace(finding, rules=(own_reason("; ".join(facts)), *finding.rules), missing=missing)

    def _regions(self, index: int, step: Step) -> tuple[str, ...]:
        """Where the computers of a step stand: the place of the path's site, else the step's own scope."""
        sites = [s.object for s in self.path.steps[index:] if s.object in self.places]
        return self.places[sites[0]] if sites else self._scope(step)

    def _scope(self, step: Step) -> tuple[str, ...]:
        return tuple(sorted({region for claim in step.claims for region in claim.regions}))

    def _supplier(self, buyer: str) -> str | None:
        """The one country in which all whom a company bought the chip from have their own seat."""
        found = {
            self.facts.seat(claim.object)
            for claim in self.facts.claims(buyer, "BUYS_FROM")
            if not claim.chips or self.names & set(claim.chips)
        }
        return next(iter(found)) if len(found) == 1 else None

    # in words -----------------------------------------------------------------------------

    def _told(self, leg: Leg, finding: Finding, regions: Sequence[str]) -> StepFinding:
        preposition = "for" if leg == "purchase" else "in"
        where = f"{preposition} {self._named(regions)}" if regions else "at a place not known"
        return StepFinding(leg, finding, f"{_TITLES[leg]} {where}: {self._said(finding)}")

    def _named(self, regions: Sequence[str]) -> str:
        names = ["the US" if one == UNITED_STATES else self.facts.name(one) for one in regions]
        return " or ".join(names)

    def _said(self, finding: Finding) -> str:
        day = f"on {self.on}"
        if finding.outcome == "license_required":
            return f"covered {day}; {self._decided(finding)}"
        if finding.outcome == "unclear":
            return f"unclear {day}; not known is {', '.join(finding.missing) or 'which rule applies'}"
        said = f"no modelled rule covers it {day}"
        for duty in finding.duties:
            said += f"; {duty}"
        if finding.proposals:
            said += f"; {finding.proposals[0]}"
        return said

    def _decided(self, finding: Finding) -> str:
        policy = finding.policy.replace("_", " ") if finding.policy else "review policy not stated"
        citation = f" ({finding.decided_by[0]})" if finding.decided_by else ""
        aside = "" if finding.enforced else ", not enforced at that time"
        if finding.policy == "notification":
            return f"notice is needed{citation}{aside}"
        return f"a licence is needed{citation}, {policy}{aside}"

    def _verdict(self, steps: tuple[StepFinding, ...]) -> str:
        """One sentence on every leg that rents, is covered or is unclear; on all legs where none is."""
        legs = [step for step in steps if step.leg != "other"]
        told = [step.sentence for step in legs if step.leg == "lease" or step.finding.outcome != "not_required"]
        told = told or [step.sentence for step in legs]
        first, *rest = dict.fromkeys(told or [f"No step is one that a modelled rule reaches on {self.on}"])
        return "; ".join([first, *(text[0].lower() + text[1:] for text in rest)])
