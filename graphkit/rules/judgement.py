"""The tests of one question about one chip, taken in the order in which the regulations took effect."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from graphkit.facts import BEGINNING, earliest, latest
from graphkit.rulebook import (
    EMBARGO,
    UNITED_STATES,
    Chip,
    Policy,
    Provision,
    Regulation,
    Requirement,
    Review,
    Rulebook,
    Span,
    Where,
)
from graphkit.rules.classify import Check, Reason, Truth, all_of, among, classify, plain
from graphkit.rules.finding import OUR_PAGE, OURS, Finding, Listing, Outcome, Question, merged, strictest

#: Hong Kong is treated as China (15 CFR part 740, supplement 1).
CHINA = frozenset({"china", "hong-kong"})


def judge_chip(rulebook: Rulebook, chip: Chip, question: Question) -> Finding:
    """Return the answer for one model on one day, with the reasons for every test taken."""
    answered: dict[tuple[Chip, Question], Finding] = rulebook.answered
    found = answered.get((chip, question))
    if found is None:
        found = answered[chip, question] = _Judgement(rulebook, chip, question).finding()
    return found


class _Standing:
    """What holds for a chip on a day whatever is asked: the rules in force, its class, which provisions mean it."""

    def __init__(self, rulebook: Rulebook, chip: Chip, day: str) -> None:
        self.chip = chip
        self.force = rulebook.in_force(day, chip)
        self.classification = classify(rulebook, chip, day)
        self._meant: dict[int, Check] = {}

    @classmethod
    def of(cls, rulebook: Rulebook, chip: Chip, day: str) -> _Standing:
        """Return what holds, made once for a rulebook."""
        known: dict[tuple[Chip, str], _Standing] = rulebook.standings
        found = known.get((chip, day))
        if found is None:
            found = known[chip, day] = cls(rulebook, chip, day)
        return found

    def meant(self, provision: Provision) -> Check:
        """Say whether the chip is among those that a provision of the rulebook names."""
        found = self._meant.get(id(provision))
        if found is None:
            found = among(provision.items, self.chip, self.classification)
            if found.truth is None:
                figures = " and ".join(map(plain, found.missing))
                needed = f"{figures} put {self.chip.name} among the chips meant"
                found = msgspec.structs.replace(found, needed=(needed,))
            self._meant[id(provision)] = found
        return found


class _Judgement:
    """What has come out of the tests so far."""

    def __init__(self, rulebook: Rulebook, chip: Chip, question: Question) -> None:
        self.rulebook, self.chip, self.question = rulebook, chip, question
        self.day = question.on
        self.standing = _Standing.of(rulebook, chip, self.day)
        self.force, self.classification = self.standing.force, self.standing.classification
        self.reasons: list[Reason] = []
        self.missing: list[str] = []
        self.conditions: list[str] = []
        self.duties: list[str] = []
        self.proposals: list[str] = []
        self.decided_by: list[str] = []
        self.enforced: list[bool] = []
        self.policies: list[Policy | None] = []
        self.open = False

    def finding(self) -> Finding:
        """Take the tests."""
        question = self.question
        if question.activity == "lease":
            self._ours("renting is judged as remote access alone; how the chips came to the site is asked apart")
        else:
            self.reasons += self.classification.reasons
        if question.activity != "lease" and question.destination == UNITED_STATES:
            self._stays()
        elif question.activity == "export" and self._inside_china():
            self._ours(f"{self.chip.name} is a Chinese design moved inside China: outside the licence test")
            self._notes()
        else:
            for regulation in self.force:
                self._require(regulation)
            self._proposals()
            self._notes()
        return self._conclude()

    def _say(self, id_: str, citation: str, text: str) -> None:
        self.reasons.append(Reason(id_, citation, text))

    def _ours(self, text: str) -> None:
        self._say(OURS, OUR_PAGE, text)

    def _stays(self) -> None:
        tests = [one for one in self.force if any("export" in r.activities and r.decides for r in one.requires)]
        for one in tests[-1:]:
            self._say(one.id, one.citation, "the site is in the United States: no export, so no test of one applies")
        if not tests:
            self._ours("the site is in the United States: no export")

    def _inside_china(self) -> bool:
        return self._chinese() and {self.question.exporter, self.question.destination} <= CHINA

    def _chinese(self) -> bool:
        return self.chip.designed_in in CHINA

    # requirements -------------------------------------------------------------------------

    def _require(self, regulation: Regulation) -> None:
        for requirement in regulation.requires:
            if self._applies(requirement):
                self._test(regulation, requirement)
        for duty in regulation.duties:
            if self._applies(duty) and (check := self.check(duty)).truth is not False:
                when = _provided(check)
                self._say(regulation.id, regulation.citation, f"asks{when} for {duty.says}")
                self.duties.append(f"{regulation.name} ({regulation.citation}){when.rstrip(',')}: {duty.says}")

    def _applies(self, provision: Provision) -> bool:
        first, last = provision.from_, provision.to
        return self.question.activity in provision.activities and (
            (earliest(first) if first else BEGINNING) <= self.day and (not last or self.day <= latest(last))
        )

    def _test(self, regulation: Regulation, requirement: Requirement) -> None:
        check = self.check(requirement)
        if requirement.listed_buyer and not self._named(requirement):
            return
        if not requirement.decides:
            if check.truth is not False:
                said = requirement.says + self._enforcement(requirement)
                lead = _provided(check).strip(", ")
                self._say(regulation.id, regulation.citation, f"{lead}: {said}" if lead else said)
            return
        if self.standing.meant(requirement).truth is False:
            return
        truth, words = check.truth, check.words
        missing = list(check.missing)
        if truth is not False and (span := _covering(regulation.suspended, self.day)):
            truth, words = False, f"{words}; suspended from {span.from_} to {span.to or 'further notice'}"
        elif truth is not False and (span := _covering(regulation.unsettled, self.day)):
            truth, words = None, f"{words}; {span.says}"
            missing.append(f"whether {regulation.id} is in force")
        elif truth and self.question.activity == "export" and self.question.destination is None:
            truth, words = None, f"{words}; the destination is not known, and in the United States there is no export"
            missing.append("destination")
        elif truth and self._chinese() and self.question.exporter != UNITED_STATES:
            truth, words = None, f"{words}; whether a Chinese design sent from there is under US rules is not settled"
            missing.append("whether the chip is subject to US rules")
        result = {True: "licence required", False: "no licence from this", None: "cannot be told"}[truth]
        section = requirement.citation
        if moved := _covering(requirement.moved, self.day):
            words += f"; the test stood in {section} until it moved ({moved.by})"
            section = moved.citation
        citation = f"{regulation.citation}, {section}" if section else regulation.citation
        text = f"{requirement.test} test ({requirement.says}): {words}: {result}"
        if truth:
            text += self._enforcement(requirement)
        self._say(regulation.id, citation, text)
        if truth is None:
            self.open, self.missing = True, [*self.missing, *missing]
        elif truth and not self._lifted(regulation, requirement):
            self._decide(requirement, self._policy(regulation), citation)

    def _decide(self, requirement: Requirement, policy: Policy | None, citation: str) -> None:
        self.policies.append(policy)
        self.decided_by.append(citation)
        self.enforced.append(_covering(requirement.not_enforced, self.day) is None)

    def _enforcement(self, requirement: Requirement) -> str:
        span = _covering(requirement.not_enforced, self.day)
        if span is None:
            return ""
        until = f" to {span.to}" if span.to else " on"
        return f"; not enforced from {span.from_}{until} ({span.by})"

    def _lifted(self, regulation: Regulation, requirement: Requirement) -> bool:
        """Look for a licence exception; True where one lifts the requirement, be it after notification."""
        for other in reversed(self.force):
            for exception in other.exceptions:
                if regulation.id not in exception.of or not self._applies(exception):
                    continue
                check = self.check(exception)
                if check.truth:
                    self._say(other.id, other.citation, f"{exception.says} ({check.words})")
                    if exception.notification:
                        self._decide(requirement, "notification", other.citation)
                    return True
                if check.truth is None and not exception.notification:
                    self._say(other.id, other.citation, f"whether {exception.says} is open cannot be told")
                    self.open, self.missing = True, [*self.missing, *check.missing]
                    return True
        return False

    def _policy(self, regulation: Regulation) -> Policy | None:
        for other in reversed(self.force):
            for review in other.reviews:
                if regulation.id in review.of and self._applies(review):
                    check = self.check(review)
                    if check.truth is not False:
                        return self._reviewed(other, review, check)
        return None

    def _reviewed(self, regulation: Regulation, review: Review, check: Check) -> Policy | None:
        if check.truth is None:
            self._say(regulation.id, regulation.citation, f"review: whether {review.says} applies cannot be told")
            self.conditions += check.missing
            return None
        if review.policy is None:
            self._say(regulation.id, regulation.citation, f"review: {review.says}")
        else:
            policy = review.policy.replace("_", " ")
            self._say(regulation.id, regulation.citation, f"review: {policy} for {review.says}")
        self.conditions += review.conditions
        return review.policy

    # proposals and notes ------------------------------------------------------------------

    def _proposals(self) -> None:
        """Tell what each proposal would require: one of its provisions, and those that apply for certain first."""
        certain: list[str] = []
        perhaps: list[str] = []
        for regulation in self.rulebook.regulations:
            if not regulation.pending(self.day):
                continue
            asked = [one for one in (*regulation.requires, *regulation.duties) if self._applies(one)]
            checked = [(one, check) for one in asked if (check := self.check(one)).truth is not False]
            for provision, check in sorted(checked, key=lambda found: found[1].truth is None)[:1]:
                would = f"would{_provided(check)} require {provision.says}"
                text = f"{regulation.kind}, not in force on {self.day}: {would}"
                self._say(regulation.id, regulation.citation, text)
                told = certain if check.truth else perhaps
                told.append(f"a {regulation.kind} ({regulation.citation}) {would}")
        self.proposals += [*certain, *perhaps]

    def _notes(self) -> None:
        for regulation in self.force:
            for note in regulation.notes:
                if self._applies(note) and (check := self.check(note)).truth is not False:
                    lead = regulation.kind + _provided(check).rstrip(",")
                    self._say(regulation.id, regulation.citation, f"{lead}: {note.says}")

    # what a provision asks for ------------------------------------------------------------

    def check(self, provision: Provision) -> Check:
        """Check items, places and owners of a provision."""
        question = self.question
        checks = [
            self.standing.meant(provision),
            self._at(provision.destinations, question.destination, "destination", ""),
            self._at(provision.headquarters, question.headquarters, "headquarters", "headquarters in "),
            self._at(provision.incorporated, question.incorporated, "place of incorporation", "incorporated in "),
            self._at(provision.exporters, question.exporter, "exporter", "from "),
        ]
        if provision.listed_owner_share is not None:
            checks.append(self._share(provision))
        if provision.listed_buyer is not None:
            named = self._named(provision)
            said = "the buyer is on the list" if named else "the buyer is not on the list"
            checks.append(Check(named == provision.listed_buyer, said))
        return all_of(checks)

    def _at(self, where: Where, region: str | None, what: str, lead: str) -> Check:
        if not where.in_ and not where.not_in:
            return Check(True)
        if region is None:
            leased = self.question.activity == "lease" and what == "destination"
            subject = "the site is" if leased else f"the {what} {'are' if what == 'headquarters' else 'is'}"
            return Check(None, f"the {what} is not known", (what,), (f"{subject} {self._wanted(where)}",))
        groups = self.rulebook.groups(region, self.day)

        def inside(places: tuple[str, ...]) -> tuple[Truth, list[str]]:
            hits = [place for place in places if place == region or place in groups]
            if any(groups.get(place, True) for place in hits):
                return True, [place for place in hits if groups.get(place)]
            return (None if hits else False), hits

        within, hits = inside(where.in_) if where.in_ else (True, [])
        without, exempt = inside(where.not_in)
        name = self.rulebook.in_words(region)
        if within is False:
            return Check(False, f"{lead}{name}, not in {self._listed(where.in_)}")
        if without:
            return Check(False, f"{lead}{name}, in {self._listed(exempt) or 'the places left out'}")
        if within is None or without is None:
            unsure = f"whether {name} is in {self._listed(hits + exempt)} is not settled"
            return Check(None, unsure, (f"country groups of {name}",), (f"{name} is {self._wanted(where)}",))
        name = lead + name
        return Check(True, f"{name}, in {self._listed(hits)}" if hits else name)

    def _wanted(self, where: Where) -> str:
        inside = [f"in {' or '.join(map(self.rulebook.in_words, where.in_))}"] if where.in_ else []
        outside = [f"outside {' and '.join(map(self.rulebook.in_words, where.not_in))}"] if where.not_in else []
        return " and ".join(inside + outside)

    def _listed(self, places: Iterable[str]) -> str:
        return ", ".join(map(self.rulebook.in_words, places))

    def _listing(self, provision: Provision) -> Listing | None:
        return next((one for one in self.question.listings if one.lists == provision.lists), None)

    def _named(self, provision: Provision) -> bool:
        listing = self._listing(provision)
        return listing is not None and listing.named

    def _share(self, provision: Provision) -> Check:
        listing, limits = self._listing(provision), provision.listed_owner_share
        given = listing.share if listing else self.question.listed_owner_share
        least = limits.min if limits and limits.min is not None else 0.0
        if given is None:
            return Check(False, "no share of listed parties was given, so none is assumed")
        low, high = given
        if high < least:
            return Check(False, f"listed parties own {_percent(given)}, less than {least:g} %")
        if low >= least:
            return Check(True, f"listed parties own {_percent(given)}")
        needed = f"listed parties own at least {least:g} %"
        return Check(None, f"listed parties own {_percent(given)}", ("share of listed parties",), (needed,))

    # the answer ---------------------------------------------------------------------------

    def _conclude(self) -> Finding:
        question = self.question
        outcome: Outcome = "license_required" if self.policies else "unclear" if self.open else "not_required"
        if outcome != "license_required":
            for region in dict.fromkeys(filter(None, (question.destination, question.headquarters))):
                if EMBARGO in self.rulebook.groups(region, self.day):
                    outcome = "unclear"
                    self._ours(f"{self.rulebook.in_words(region)} is under an embargo, which is not modelled")
                    self.missing.append(f"the embargo of {self.rulebook.in_words(region)}")
        if all(reason.id == OURS for reason in self.reasons):
            self._before()
        policy = strictest(self.policies) if outcome == "license_required" else None
        paragraph = self.classification.paragraph
        missing = {"license_required": self.conditions, "unclear": self.missing, "not_required": []}[outcome]
        return Finding(
            outcome,
            policy,
            paragraph,
            merged([self.reasons]),
            merged([missing]),
            merged([self.duties]),
            merged([self.proposals]),
            merged([self.decided_by]),
            any(self.enforced) or not self.enforced,
        )

    def _before(self) -> None:
        """Name the next regulation where none was in force yet."""
        later = [
            (start, one.id, one)
            for one in self.rulebook.regulations
            if not one.proposal and (start := one.start(self.chip)) and start > self.day
        ]
        if later and self.question.activity != "lease":
            start, _, first = min(later, key=lambda found: found[:2])
            text = f"no modelled rule was in force on {self.day}; the next took effect on {start}"
            self._say(first.id, first.citation, text)


def _covering(spans: Iterable[Span], day: str) -> Span | None:
    return next((span for span in spans if span.covers(day)), None)


def _provided(check: Check) -> str:
    """What would have to be so for a provision to apply, as an aside in a sentence; nothing where it is known."""
    return f", if {' and '.join(check.needed)}," if check.truth is None and check.needed else ""


def _percent(share: tuple[float, float]) -> str:
    low, high = share
    return f"{low:g} %" if low == high else f"between {low:g} and {high:g} %"
