"""The finding of the rules on an access path: one for every step, and one sentence for the whole.

A lease is judged as remote access. The chips at a site are judged as an export to whoever owns them
there and whoever runs it, a purchase as an export to the buyer, a site in the United States as domestic. Owning
and running are no acts that a modelled rule reaches; they decide whose headquarters count. Each step is judged
on the day of its act unless another is asked for (`graphkit.rules.act_days`). Long because every relation of a
path is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit.paths.access_path import AccessPath, Step
from graphkit.rulebook import UNITED_STATES, Activity, Chip, Rulebook
from graphkit.rules.act_days import ActDay, find_act_day, tell_day
from graphkit.rules.finding import (
    Finding,
    Period,
    Question,
    agree_on_answer,
    judge_together,
    make_own_reason,
    merge_groups,
)
from graphkit.rules.history import find_last_free_day, list_periods_within
from graphkit.rules.leg_sentences import TITLES, AnswersByPeriod, Leg, LegAnswer, tell_answer, tell_reality
from graphkit.rules.licence import get_last_day, judge_chips
from graphkit.rules.parties import Parties, Party
from graphkit.rules.provisions import PARENT
from graphkit.rules.routes import name_route

if TYPE_CHECKING:
    from graphkit.graph import Filters, Graph

_NO_ACTS: Mapping[str, str] = {
    "OWNS": "owning a company is no export; whose headquarters count is asked of the steps that follow",
    "OPERATES": "running a site is no export; the chips there are asked about in the next step",
    "DESIGNS": "designing a chip is no export",
}


class StepFinding(msgspec.Struct, frozen=True):
    """The finding on one step, which leg of the path it judges, the day it is judged on, and a sentence.

    Where the answer changes within that day, month, year or interval, `periods` are the answers one by one.
    `day` is a partial ISO date or an interval "2024-10/2025-05"; `day_basis` says whence it is: asked, act,
    observed, report, plan, or law where no day is known.
    """

    leg: Leg
    finding: Finding
    sentence: str
    day: str
    day_basis: str
    periods: tuple[Period, ...] = ()


class PathFindings(msgspec.Struct, frozen=True):
    """The findings on a path's steps, in their order; `verdict` is one sentence; the route has a name or none.

    `day` is the one on which all steps that a rule could reach are judged, None where they have several.
    """

    steps: tuple[StepFinding, ...]
    verdict: str
    route: str | None
    route_name: str | None
    day: str | None = None

    @property
    def outcome(self) -> str:
        """The outcome of the path: that of its covered steps, else of its unclear ones."""
        outcomes = {step.finding.outcome for step in self.steps}
        return next(one for one in ("license_required", "unclear", "not_required") if one in outcomes)


def judge_path(
    graph: Graph,
    path: AccessPath,
    rulebook: Rulebook,
    day: str | None,
    *,
    today: str,
    chip: str | None = None,
    filters: Filters | None = None,
) -> PathFindings:
    """Return what the rules say of a path, each step on the day of its act, or all on a partial date.

    `chip` names the chip that was asked for, which is judged where the path ends at a generic one; `filters`
    narrow the claims on seats, owners and lists; plans without a due date in the past are judged `today`.
    """
    return _PathJudgement(graph, path, rulebook, day, chip, filters, today).findings()


#: What is asked of the rules about the acts that relations tell of.
ACTIVITIES: Mapping[str, tuple[Activity, ...]] = {
    "LEASES_FROM": ("lease",),
    "HOSTS": ("export", "domestic"),
    "BUYS_FROM": ("export", "domestic"),
    "BUYS": ("export", "domestic"),
    "USES": ("export", "domestic", "lease"),
}


class _PathJudgement:
    """The legs of one path."""

    def __init__(
        self,
        graph: Graph,
        path: AccessPath,
        rulebook: Rulebook,
        day: str | None,
        asked: str | None,
        filters: Filters | None,
        today: str,
    ) -> None:
        self.path, self.rulebook = path, rulebook
        self.days = [ActDay(day, "asked")] * len(path.steps) if day else self._find_days(graph, today)
        acts = [one for one, step in zip(self.days, path.steps, strict=True) if step.relation not in _NO_ACTS]
        acts = acts or self.days[-1:]
        #: the day that serves all acts, told once
        self.day = acts[0] if len({one.on for one in acts}) == 1 else None
        last = max((one.on for one in acts), key=get_last_day)
        #: by day; the route is named as things stood on the last of them
        self.parties = Parties.of(graph, rulebook, last, filters)
        self.facts = self.parties
        self.on = self.days[0]
        self.end = path.nodes[-1]
        self.chips, self.assumed = self._find_chips(asked)
        self.names = {self.end, *(name for chip in self.chips for name in (chip.id, chip.family or ""))}
        self.places: dict[str, tuple[str, ...]] = {}
        for place in path.places:
            if place.region:
                self.places[place.site] = (*self.places.get(place.site, ()), place.region)

    def findings(self) -> PathFindings:
        """Judge every step."""
        steps = tuple(self._judge_step(index, step) for index, step in enumerate(self.path.steps))
        route = name_route(self.parties, self.path, () if self.assumed else self.chips)
        verdict = self._tell_verdict(steps)
        return PathFindings(
            steps,
            verdict,
            route.id if route else None,
            route.name if route else None,
            self.day.on if self.day else None,
        )

    def _find_days(self, graph: Graph, today: str) -> list[ActDay]:
        found = [find_act_day(graph, step, today) for step in self.path.steps]
        stated = [one for one in found if one]
        law = self.rulebook.verified or today
        unknown = ActDay(max((one.on for one in stated), key=get_last_day) if stated else law, "law")
        return [one or unknown for one in found]

    def _find_chips(self, asked: str | None) -> tuple[tuple[Chip, ...], str | None]:
        """Return the models to judge, and the name of the chip that they are assumed to be."""
        for node in filter(None, (self.end, asked)):
            for name in (node, self.parties.name(node)):
                if models := self.rulebook.models_of(name):
                    return models, None if node == self.end else self.parties.name(node)
        return (), None

    def _judge_step(self, index: int, step: Step) -> StepFinding:
        self.on = self.days[index]
        self.facts = self.parties.on_day(self.on.on)
        if step.relation in ("LEASES_FROM", "HOSTS", "BUYS_FROM", "BUYS", "USES"):
            return self._tell(step, self._judge_act(index, step), self._list_periods(index, step))
        text = _NO_ACTS.get(step.relation, "no modelled rule reaches this")
        finding = Finding("not_required", None, None, (make_own_reason(text),))
        return StepFinding("other", finding, text.capitalize(), self.on.on, self.on.basis)

    def _judge_act(self, index: int, step: Step) -> LegAnswer:
        """Judge a step that is an act, on the day that is its."""
        if step.relation == "LEASES_FROM":
            return self._judge_lease(index, step)
        if step.relation == "HOSTS":
            return self._judge_hardware(index, step)
        if step.relation == "USES":
            return self._judge_use(index, step)
        return self._judge_purchase(step)

    def _list_periods(self, index: int, step: Step) -> AnswersByPeriod:
        """Return the answers within the time of an act; none where they are one; the parties are those of it all."""
        whole, answers = self.on, dict[str, LegAnswer]()

        def judge(day: str) -> Finding:
            self.on = ActDay(day, whole.basis)
            answers[day] = self._judge_act(index, step)
            return answers[day].finding

        periods = list_periods_within(self.rulebook, whole.on, judge) if self.chips else ()
        self.on = whole
        return tuple((one, answers[one.first or whole.on]) for one in periods)

    # legs ---------------------------------------------------------------------------------

    def _judge_lease(self, index: int, step: Step) -> LegAnswer:
        regions = self._find_regions(index, step)
        return self._ask("lease", [self.facts.party(step.subject)], regions).of("lease", regions)

    def _judge_hardware(self, index: int, step: Step) -> LegAnswer:
        """Judge the chips at a site: an export to whoever owns them there, each whom claims name, and to who runs it.

        Where the answers for two owners differ, it turns on whose chips they are.
        """
        operator = next((s.subject for s in self.path.steps if s.object == step.subject), step.subject)
        owners = sorted({claim.owner for claim in step.counted if claim.owner}) or [operator]
        regions = self.places.get(step.subject, ())
        answers = {}
        for owner in owners:
            parties = [self.facts.party(one) for one in dict.fromkeys((owner, operator))]
            answers[parties[0].name] = self._ask_for_renter(index, step, parties, regions)
        finding = agree_on_answer({name: one.finding for name, one in answers.items()}, "whose chips they are")
        conditions = dict.fromkeys(one.condition for one in answers.values())
        told = None if None in conditions else " and ".join(filter(None, conditions))
        return LegAnswer(finding, told).of("hardware", regions)

    def _judge_purchase(self, step: Step) -> LegAnswer:
        buyer = self.facts.party(step.subject)
        seller = self.facts.seat(step.object) if step.relation == "BUYS_FROM" else None
        regions = self._find_scope(step)
        answer = self._ask("export", [buyer], regions, seller)
        finding = answer.finding
        if not regions and finding.outcome == "unclear" and buyer.headquarters:
            home = self._ask("export", [buyer], (buyer.headquarters,), seller).finding
            said = make_own_reason(
                f"delivered to {self.rulebook.in_words(buyer.headquarters)} it would be {home.coverage}"
            )
            answer = LegAnswer(msgspec.structs.replace(finding, rules=(*finding.rules, said)), answer.condition)
        return answer.of("purchase", regions)

    def _judge_use(self, index: int, step: Step) -> LegAnswer:
        """Judge chips in use or for hire: bought by a provider on the way, bought or rented by the buyer itself."""
        user = self.facts.party(step.subject)
        regions = self._find_regions(index, step)
        if index > 0:
            return self._ask_for_renter(index, step, [user], regions).of("hardware", regions)
        supplier = self._find_supplier(user.id)
        ways = {"bought": self._ask("export", [user], regions, supplier).finding}
        places = [place for region in regions for place in self.facts.countries_of(region)]
        # who has chips today may have bought them before a rule reached them: the day of the purchase counts
        if ways["bought"].outcome == "license_required" and len(places) == 1:
            question = self._make_question("export", user, places[0], supplier)
            if last := find_last_free_day(self.rulebook, self.chips, question):
                free = judge_chips(self.rulebook, self.chips, msgspec.structs.replace(question, on=last))
                ways = {f"bought by {last}": free, "bought later": ways["bought"]}
        ways["rented"] = self._ask("lease", [user], regions).finding
        return LegAnswer(agree_on_answer(ways, "how it came by them")).of("use", regions)

    def _ask_for_renter(self, index: int, step: Step, parties: Sequence[Party], regions: Sequence[str]) -> LegAnswer:
        """Ask about hardware; where it was bought for a named renter, the answer turns on whether it is a party."""
        supplier = self._find_supplier(parties[0].id)
        answer = self._ask("export", parties, regions, supplier)
        if answer.finding.outcome == "license_required":
            return answer
        for lease in self.path.steps[:index]:
            if lease.relation != "LEASES_FROM" or not self._was_bought_for(lease, step):
                continue
            renter = self.facts.party(lease.subject)
            if self._ask("export", [renter], regions, supplier).finding.outcome != "license_required":
                continue
            turns = f"whether {renter.name}, for whom the chips are, is a party to the export"
            said = make_own_reason(f"{answer.finding.coverage} on the owner alone; it turns on {turns}")
            finding = msgspec.structs.replace(
                answer.finding,
                outcome="unclear",
                rules=(*answer.finding.rules, said),
                missing=merge_groups([answer.finding.missing, (turns,)]),
            )
            owner = answer.condition or f"{answer.finding.coverage} on the owner alone"
            if answer.finding.outcome == "unclear" and not answer.condition:
                owner = f"unclear on the owner (not known: {', '.join(answer.finding.missing)})"
            return LegAnswer(finding, f"{owner}; turns on {turns}")
        return answer

    def _was_bought_for(self, lease: Step, hardware: Step) -> bool:
        """Say whether claims set the hardware aside for a renter: the lease counts the chips, or a claim says so."""
        if any(claim.quantity and self.names & set(claim.chips) for claim in lease.counted):
            return True
        name = re.compile(rf"(?<!\w){re.escape(self.facts.name(lease.subject))}(?!\w)", re.IGNORECASE)
        told = (text for claim in hardware.counted for text in (claim.purpose, claim.note, claim.summary) if text)
        return any(map(name.search, told))

    # what a leg needs to know ---------------------------------------------------------------

    def _ask(
        self, activity: Activity, parties: Sequence[Party], regions: Sequence[str], exporter: str | None = None
    ) -> LegAnswer:
        """Ask about an act of some parties; each of them is one whom the headquarters test reaches."""
        if not self.chips:
            text = f"{self.facts.name(self.end)} names no model, so its figures are not known"
            return LegAnswer(Finding("unclear", None, None, (make_own_reason(text),), ("chip model",)))
        answers = {party.name: self._ask_party(activity, party, regions, exporter) for party in parties}
        finding = judge_together(answers)
        unknown = [party for party in parties if party.parentage != "known"]
        named = {f"{PARENT} of {party.name}" for party in unknown}
        if finding.outcome != "unclear" or not named or not set(finding.missing) <= named:
            return LegAnswer(finding)
        said = [self._tell_condition(party) for party in unknown if f"{PARENT} of {party.name}" in finding.missing]
        return LegAnswer(finding, f"not covered by any modelled rule {' and '.join(said)}")

    def _tell_condition(self, party: Party) -> str:
        bearing = f" ({'; '.join(party.bearing)})" if party.bearing else ""
        return f"if the ultimate parent of {party.name} is not in D:5 or Macau: {party.parentage}{bearing}"

    def _ask_party(self, activity: Activity, party: Party, regions: Sequence[str], exporter: str | None) -> Finding:
        places: list[str | None] = [place for region in regions for place in self.facts.countries_of(region)]
        answers = {}
        for place in places or [None]:
            question = self._make_question(activity, party, place, exporter)
            answers[self.rulebook.in_words(place)] = judge_chips(self.rulebook, self.chips, question)
        finding = agree_on_answer(answers, "which country")
        facts = [party.basis]
        if self.assumed:
            facts.append(f"{self.facts.name(self.end)} names no model; judged as the {self.assumed} asked for")
        if len(answers) > 1:
            facts.append(f"which country in {self._name_regions(regions)} is not known")
        missing = finding.missing
        if finding.outcome == "unclear":
            said = {"headquarters": party.missing or ("headquarters",), "destination": ("site",)}
            said["place of incorporation"] = (f"place of incorporation of {party.name}",)
            said[PARENT] = (f"{PARENT} of {party.name}",)
            missing = merge_groups(said.get(one, (one,)) for one in missing)
        return msgspec.structs.replace(
            finding, rules=(make_own_reason("; ".join(facts)), *finding.rules), missing=missing
        )

    def _make_question(self, activity: Activity, party: Party, place: str | None, exporter: str | None) -> Question:
        stays = activity == "export" and place == UNITED_STATES
        return Question(
            self.on.on,
            place,
            party.headquarters,
            UNITED_STATES if stays else exporter,
            "domestic" if stays else activity,
            incorporated=party.incorporated,
            listings=party.listings,
            parent_known=party.parentage == "known",
            buyer=party.names,
            owners=party.owners,
            asked=party.names,
            asked_owners=party.owners,
        )

    def _find_regions(self, index: int, step: Step) -> tuple[str, ...]:
        """Return where the computers of a step stand: the place of the path's site, else the step's own scope."""
        sites = [s.object for s in self.path.steps[index:] if s.object in self.places]
        return self.places[sites[0]] if sites else self._find_scope(step)

    def _find_scope(self, step: Step) -> tuple[str, ...]:
        return tuple(sorted({region for claim in step.counted for region in claim.regions}))

    def _find_supplier(self, buyer: str) -> str | None:
        """Return the one country in which all whom a company bought the chip from have their own seat."""
        found = {
            self.facts.seat(claim.object)
            for claim in self.facts.claims(buyer, "BUYS_FROM")
            if not claim.chips or self.names & set(claim.chips)
        }
        return next(iter(found)) if len(found) == 1 else None

    # in words -----------------------------------------------------------------------------

    def _tell(self, step: Step, answer: LegAnswer, periods: AnswersByPeriod) -> StepFinding:
        leg, regions = answer.leg, answer.regions
        preposition = "for" if leg == "purchase" else "in"
        where = f"{preposition} {self._name_regions(regions)}" if regions else "at a place not known"
        # a report that names no model says nothing of the one asked for: the answer is that of this one, if it is
        model = f", if the chip is the {self.assumed}" if self.assumed else ""
        day = "" if self.day else f" {tell_day(self.on)}"
        alike = ("BUYS", "BUYS_FROM") if leg == "purchase" else (step.relation,)
        several = sum(one.relation in alike for one in self.path.steps) > 1
        whose = f" by {self.facts.name(step.subject)}" if several else ""
        sentence = f"{tell_reality(step)}{TITLES[leg]}{whose} {where}{model}: {tell_answer(answer, periods, day)}"
        sentence = sentence[0].upper() + sentence[1:]
        found = tuple(period for period, _ in periods)
        return StepFinding(leg, answer.finding, sentence, self.on.on, self.on.basis, found)

    def _name_regions(self, regions: Sequence[str]) -> str:
        return " or ".join(map(self._name_region, regions))

    def _name_region(self, region: str) -> str:
        found = self.rulebook.find_region(region)
        return "the US" if region == UNITED_STATES else found.phrase if found else self.facts.name(region)

    def _tell_verdict(self, steps: tuple[StepFinding, ...]) -> str:
        """Tell in one sentence of each leg that rents, is covered or unclear, or that a text under way could cover.

        Where there is none, all legs are told.
        """
        legs = [step for step in steps if step.leg != "other"]
        told = [step.sentence for step in legs if step.leg == "lease" or not step.finding.stays_open]
        told = told or [step.sentence for step in legs] or ["No step is one that a modelled rule reaches"]
        told = [text[0].lower() + text[1:] for text in dict.fromkeys(told)]
        if self.day:
            told.insert(0, f"{tell_day(self.day)}, {told.pop(0)}")
        told[0] = told[0][0].upper() + told[0][1:]
        checked = self.rulebook.verified
        if checked and any(get_last_day(step.day) > checked for step in legs):
            told.append(f"the law told here is that of {checked}")
        return "; ".join(told)
