"""The tests of one question about one chip, taken in the order in which the regulations took effect.

An H100 to Germany for a buyer from China on 2024-01-01: the H100 is 3A090.a; the destination test asks for
D:1, D:4, D:5 or Macau, which Germany is not in: no licence from this; the headquarters test asks for a buyer
from D:5 or Macau: licence required; no exception is open for data-centre chips; the review for such buyers
elsewhere is case by case. Any requirement that decides gives the answer, else any that cannot be told does.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from graphkit.rulebook import (
    EMBARGO,
    UNITED_STATES,
    Chip,
    Phase,
    Policy,
    Provision,
    Regulation,
    Requirement,
    Review,
    Rulebook,
    Where,
)
from graphkit.rules.classification import Check, Reason
from graphkit.rules.finding import (
    OUR_PAGE,
    OURS,
    POWER_NOT_USED,
    Finding,
    Outcome,
    PendingEffect,
    Proposal,
    Question,
    find_strictest,
    merge_groups,
    sort_proposals,
)
from graphkit.rules.provisions import ASKED, CHINA, RECIPIENT, Circumstances, Standing, show_condition


def judge_chip(rulebook: Rulebook, chip: Chip, question: Question) -> Finding:
    """Return the answer for one model on one day, with the reasons for every test taken."""
    findings: dict[tuple[Chip, object], Finding] = rulebook.kept["findings"]
    found = findings.get((chip, question))
    if found is None:
        # the tests come out the same on all days on which the rules say the same of the chip and the places
        asked = msgspec.structs.replace(question, on=rulebook.find_change(chip, question.on))
        standing = Standing.of(rulebook, chip, asked.on).make_fingerprint(question.activity)
        known = msgspec.structs.replace(question, on=ASKED), standing, _sign_places(rulebook, asked)
        same = findings.get((chip, known))
        if same is None:
            same = findings[chip, known] = _Judgement(rulebook, chip, asked).finding()
        found = findings[chip, question] = _name_day(same, question.on)
    return found


def _sign_places(rulebook: Rulebook, question: Question) -> tuple[object, ...]:
    """Return the country groups, on the day of a question, of its places and of seats that rules state."""
    places = {question.destination, question.headquarters, question.exporter, question.incorporated}
    return tuple(
        (one, tuple(rulebook.groups(one, question.on).items()))
        for one in sorted(filter(None, places | rulebook.seats))
    )


def _name_day(finding: Finding, day: str) -> Finding:
    """Return a finding whose reasons name the day asked about."""
    if not any(ASKED in one.reason for one in finding.rules):
        return finding
    rules = [msgspec.structs.replace(one, reason=one.reason.replace(ASKED, day)) for one in finding.rules]
    return msgspec.structs.replace(finding, rules=tuple(rules))


class _Judgement(Circumstances):
    """The tests taken so far, and their results."""

    def __init__(self, rulebook: Rulebook, chip: Chip, question: Question) -> None:
        super().__init__(rulebook, chip, question)
        self.chip = chip
        self.force, self.classification = self.standing.force, self.standing.classification
        self.reasons: list[Reason] = []
        self.missing: list[str] = []
        self.conditions: list[str] = []
        self.duties: list[str] = []
        self.proposals: list[Proposal] = []
        self.powers: list[str] = []
        self.decided_by: list[str] = []
        self.enforced: list[bool] = []
        self.policies: list[Policy | None] = []
        self.reviewers: list[str | None] = []
        self.open = False

    def finding(self) -> Finding:
        """Take the tests."""
        question = self.question
        if question.activity == "lease":
            self._say_own("renting is judged as remote access alone; how the chips came to the site is asked apart")
        else:
            self.reasons += self.classification.reasons
        if question.activity != "lease" and question.destination == UNITED_STATES:
            self._say_domestic()
        elif question.activity == "export" and self._inside_china():
            self._say_own(f"{self.chip.name} is a Chinese design moved inside China: outside the licence test")
            self._note()
        else:
            for regulation in self.force:
                self._require(regulation)
            self._propose()
            self._note()
        if not self.policies:
            self._question()
        return self._conclude()

    def _say(self, regulation: Regulation, text: str, citation: str | None = None) -> None:
        self.reasons.append(Reason(regulation.id, citation or regulation.cite(self.day), text))

    def _say_own(self, text: str) -> None:
        self.reasons.append(Reason(OURS, OUR_PAGE, text))

    def _say_domestic(self) -> None:
        """Cite the last rule that controls the chip by its figures or its name: the one that an export meets."""
        classes = {reason.id for reason in self.classification.reasons} if self.classification.paragraph else set()
        tests = [one for one in self.force if one.id in classes or self._names_chip(one)]
        for one in tests[-1:]:
            self._say(one, "the site is in the United States: no export, so no test of one applies")
        if not tests:
            self._say_own("the site is in the United States: no export")

    def _names_chip(self, regulation: Regulation) -> bool:
        named = (one for one in regulation.requires if one.decides and one.names_items and self.is_in_time(one))
        return any(self.standing.check_items(one).truth for one in named)

    def _inside_china(self) -> bool:
        return self._chinese() and {self.question.exporter, self.question.destination} <= CHINA

    def _chinese(self) -> bool:
        return self.chip.designed_in in CHINA

    # requirements -------------------------------------------------------------------------

    def _require(self, regulation: Regulation) -> None:
        for requirement in regulation.requires:
            if self.is_in_time(requirement):
                self._test(regulation, requirement)
        for duty in regulation.duties:
            if self.is_in_time(duty) and (check := self.check(duty)).truth is not False:
                when = show_condition(check)
                self._say(regulation, f"asks{when} for {duty.says}")
                self.duties.append(f"{regulation.name} ({regulation.cite(self.day)}){when.rstrip(',')}: {duty.says}")

    def _test(self, regulation: Regulation, requirement: Requirement) -> None:
        if requirement.listed_buyer and not self.names_buyer(requirement):
            return
        # most requirements are about other chips or places: that is told before anything is put in words
        if requirement.decides and self.standing.check_items(requirement).truth is False:
            return
        if requirement.decides and self._is_about_elsewhere(regulation, requirement):
            return
        check = self.check(requirement)
        if not requirement.decides:
            if check.truth is not False:
                said = requirement.says + self._enforcement(requirement)
                lead = show_condition(check).strip(", ")
                self._say(regulation, f"{lead}: {said}" if lead else said)
            return
        check = self._qualify(regulation, check)
        section = requirement.citation
        words = check.words
        if moved := _find_phase(requirement.moved, self.day):
            words += f"; the test stood in {section} until it moved ({moved.by})"
            section = moved.citation
        citation = f"{regulation.cite(self.day)}, {section}" if section else regulation.cite(self.day)
        result = {True: "licence required", False: "no licence from this", None: "cannot be told"}[check.truth]
        if regulation.gives == "power" and check.truth is not False:
            result = "a licence could be required, if the power it gives were used; by itself it asks for none"
            self.powers.append(citation)
        text = f"{requirement.test} test ({requirement.says}): {words}: {result}"
        if check.truth:
            text += self._enforcement(requirement)
        self._say(regulation, text, citation)
        if check.truth is None:
            self.open, self.missing = True, [*self.missing, *check.missing]
        elif check.truth and not self._lift(regulation, requirement):
            self._decide(requirement, *self._find_policy(regulation), citation)

    def _is_about_elsewhere(self, regulation: Regulation, requirement: Requirement) -> bool:
        """Say whether it is about other countries alone, by name, in a rule that controls no chip itself."""
        places = requirement.destinations.in_
        if regulation.control_list or requirement.names_items or not places:
            return False
        elsewhere = self.question.destination not in (None, *places)
        return elsewhere and {one.id for one in self.rulebook.regions}.issuperset(places)

    def _qualify(self, regulation: Regulation, check: Check) -> Check:
        """Weigh what stands between a requirement that reaches the question and a licence that it asks for."""

        def doubt(words: str, *missing: str) -> Check:
            return Check(None, f"{check.words}; {words}", (*check.missing, *missing), check.needed)

        if check.truth is False:
            return check
        if span := _find_phase(regulation.suspended, self.day):
            return Check(False, f"{check.words}; suspended from {span.from_} to {span.to or 'further notice'}")
        for question in regulation.unsettled:
            if not question.limited and question.covers(self.day):
                return doubt(question.says, question.settled_by or f"whether {regulation.id} is in force")
        if regulation.gives == "power":
            return doubt(f"{regulation.kind} that gives a power", POWER_NOT_USED)
        if check.truth and self.question.activity == "export" and self.question.destination is None:
            return doubt("the destination is not known, and in the United States there is no export", "destination")
        if check.truth and self._chinese() and self.question.exporter != UNITED_STATES:
            words = "whether a Chinese design sent from there is under US rules is not settled"
            return doubt(words, "whether the chip is subject to US rules")
        return check

    def _decide(self, requirement: Requirement, policy: Policy | None, reviewer: str | None, citation: str) -> None:
        self.policies.append(policy)
        self.reviewers.append(reviewer)
        self.decided_by.append(citation)
        self.enforced.append(_find_phase(requirement.not_enforced, self.day) is None)

    def _enforcement(self, requirement: Requirement) -> str:
        span = _find_phase(requirement.not_enforced, self.day)
        if span is None:
            return ""
        until = f" to {span.to}" if span.to else " on"
        return f"; not enforced from {span.from_}{until} ({span.by})"

    def _lift(self, regulation: Regulation, requirement: Requirement) -> bool:
        """Look for a licence exception; True where one lifts the requirement, be it after notification."""
        for other in reversed(self.force):
            for exception in other.exceptions:
                if regulation.id not in exception.of or not self.is_in_time(exception):
                    continue
                check = self.check(exception)
                cited = other.cite(self.day)
                citation = f"{cited}, {exception.citation}" if exception.citation else cited
                if check.truth and (embargoed := self._list_embargoed()):
                    doubt = f"whether it is open under the embargo of {' and '.join(embargoed)} is not modelled"
                    self._say(other, f"{exception.says} ({check.words}): {doubt}", citation)
                    self.conditions += [f"the embargo of {place}" for place in embargoed]
                    self._decide(requirement, None, None, cited)
                    return True
                if check.truth:
                    self._say(other, f"{exception.says} ({check.words})", citation)
                    if exception.notification:
                        self._decide(requirement, "notification", cited, cited)
                    return True
                if RECIPIENT in check.missing:
                    # as with the share of listed parties, an exception for somebody is not assumed for anybody
                    self._say(other, f"unless {check.needed[-1]}: {exception.says}; none is assumed", citation)
                    self.conditions.append(RECIPIENT)
                elif check.truth is None and not exception.notification:
                    self._say(other, f"whether {exception.says} is open cannot be told: {check.words}", citation)
                    self.open, self.missing = True, [*self.missing, *check.missing]
                    return True
                elif exception.recipients != Where():
                    self._say(other, f"not open: {exception.says}: {check.words}", citation)
        return False

    def _find_policy(self, regulation: Regulation) -> tuple[Policy | None, str | None]:
        """Return the policy of review, and the citation of what states it."""
        for other in reversed(self.force):
            for review in other.reviews:
                if regulation.id in review.of and self.is_in_time(review):
                    check = self.check(review)
                    if check.truth is not False:
                        policy = self._review(other, review, check)
                        return policy, other.cite(self.day) if policy else None
        return None, None

    def _review(self, regulation: Regulation, review: Review, check: Check) -> Policy | None:
        if check.truth is None:
            self._say(regulation, f"review: whether {review.says} applies cannot be told")
            self.conditions += check.missing
            return None
        if review.policy is None:
            self._say(regulation, f"review: {review.says}")
        else:
            self._say(regulation, f"review: {review.policy.replace('_', ' ')} for {review.says}")
        self.conditions += review.conditions
        return review.policy

    # open questions, proposals and notes ----------------------------------------------------

    def _question(self) -> None:
        """Tell the questions of law that stay open here, where no requirement decides."""
        for regulation in self.rulebook.regulations:
            for one in regulation.unsettled:
                begun = one.from_ is not None or regulation in self.force
                if regulation.proposal or not (one.limited and begun and self.is_in_time(one)):
                    continue
                check = self.check(one)
                if check.truth is not False:
                    self._say(regulation, f"not settled{show_condition(check).rstrip(',')}: {one.says}")
                    self.open = True
                    self.missing += [one.settled_by or one.says, *check.missing]

    def _propose(self) -> None:
        """Tell what each proposal would require: the one of its provisions that goes furthest, for certain first."""
        found: list[tuple[bool, Proposal]] = []
        for regulation in self.standing.pending:
            asked = [one for one in (*regulation.requires, *regulation.duties) if self.is_in_time(one)]
            checked = [(one, check) for one in asked if (check := self.check(one)).truth is not False]
            checked.sort(key=lambda each: (not _asks_for_licence(each[0]), each[1].truth is None))
            for provision, check in checked[:1]:
                would = f"would{show_condition(check)} require {provision.says}"
                if regulation.gives == "power":
                    when = " and ".join(("the power that it gives were used", *check.needed))
                    would = f"could, if {when}, require {provision.says}"
                self._say(regulation, f"{regulation.kind}, not in force on {ASKED}: {would}")
                effect: PendingEffect = "would" if check.truth else "might"
                if not _asks_for_licence(provision):
                    effect = "asks"
                elif regulation.gives == "power":
                    effect = "could"
                cited = regulation.cite(self.day)
                text = f"a {regulation.kind} ({cited}) {would}"
                found.append((check.truth is None, Proposal(cited, text, effect)))
        self.proposals += sort_proposals(one for _, one in sorted(found, key=lambda each: each[0]))

    def _note(self) -> None:
        for regulation in self.force:
            if _find_phase(regulation.suspended, self.day):
                continue
            for note in regulation.notes:
                if self.is_in_time(note) and (check := self.check(note)).truth is not False:
                    lead = regulation.kind + show_condition(check).rstrip(",")
                    self._say(regulation, f"{lead}: {note.says}")

    # the answer ---------------------------------------------------------------------------

    def _list_embargoed(self) -> list[str]:
        """List the places of the question, in words, that are under an embargo, which is not modelled."""
        places = dict.fromkeys(filter(None, (self.question.destination, self.question.headquarters)))
        return [self.rulebook.in_words(one) for one in places if EMBARGO in self.rulebook.groups(one, self.day)]

    def _conclude(self) -> Finding:
        outcome: Outcome = "license_required" if self.policies else "unclear" if self.open else "not_required"
        if outcome != "license_required":
            for place in self._list_embargoed():
                outcome = "unclear"
                self._say_own(f"{place} is under an embargo, which is not modelled")
                self.missing.append(f"the embargo of {place}")
        if all(reason.id == OURS for reason in self.reasons):
            self._say_next()
        not_modelled = self._list_unmodelled() if outcome == "not_required" else ()
        general = [part for one in self.force if one.general for part in one.not_evaluated]
        if outcome == "not_required" and general:
            said = "no modelled licence requirement, which clears nothing; not modelled are "
            self._say_own(said + "; ".join(general))
        policy = find_strictest(self.policies) if outcome == "license_required" else None
        missing = {"license_required": self.conditions, "unclear": self.missing, "not_required": []}[outcome]
        return Finding(
            outcome,
            policy,
            self.classification.paragraph,
            merge_groups([self.reasons]),
            merge_groups([missing]),
            merge_groups([self.duties]),
            merge_groups([self.proposals]),
            merge_groups([self.decided_by]),
            any(self.enforced) or not self.enforced,
            merge_groups([self.powers]),
            not_modelled,
            reviewed_by=merge_groups(
                [by] for one, by in zip(self.policies, self.reviewers, strict=True) if by and one == policy
            ),
        )

    def _list_unmodelled(self) -> tuple[str, ...]:
        """List what nothing here weighs of the general regulations, and of those that the reasons name."""
        told = {reason.id for reason in self.reasons}
        return merge_groups(one.not_evaluated for one in self.force if one.general or one.id in told)

    def _say_next(self) -> None:
        """Name the next regulation where none was in force yet."""
        later = [
            (start, one.id, one)
            for one in self.rulebook.regulations
            if not one.proposal and (start := one.start(self.chip)) and start > self.day
        ]
        if later and self.question.activity != "lease":
            start, _, first = min(later, key=lambda found: found[:2])
            self._say(first, f"no modelled rule was in force on {ASKED}; the next took effect on {start}")


def _asks_for_licence(provision: Provision) -> bool:
    return isinstance(provision, Requirement) and provision.decides


def _find_phase(spans: Iterable[Phase], day: str) -> Phase | None:
    return next((span for span in spans if span.covers(day)), None)
