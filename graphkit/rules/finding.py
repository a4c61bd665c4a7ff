"""The answer to a question of law, and how several answers are put together.

One vocabulary in data, one in sentences: COVERAGE maps the first to the second, here and nowhere else.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

from graphkit.rulebook import UNITED_STATES, Activity, Policy
from graphkit.rules.classification import Reason

_T = TypeVar("_T")

Outcome = Literal["license_required", "not_required", "unclear"]
COVERAGE: Mapping[str, str] = {
    "license_required": "covered",
    "not_required": "not covered by any modelled rule",
    "unclear": "unclear",
}

#: What the engine says for itself rather than for a regulation is told under this name.
OURS, OUR_PAGE = "graphkit", "graphkit list rules"
#: What is missing where only a power could reach an act.
POWER_NOT_USED = "the rule that would use the power"
#: What would have to be known where the days of a partial date have different answers.
WHICH_DAY = "which day"


#: What a text that is not in force would do, were it: strongest first.
PENDING: Mapping[str, str] = {
    "would": "would require a licence",
    "might": "might require a licence",
    "could": "could require a licence",
    "asks": "would ask for less than a licence",
}
PendingEffect = Literal["would", "might", "could", "asks"]
_PENDING_ORDER = {effect: place for place, effect in enumerate(PENDING)}


class Proposal(msgspec.Struct, frozen=True):
    """A text that is not in force: its citation, what it would ask in its words, and how far it goes.

    It would require a licence, might where that turns on what is not known, could if a power that it gives were used,
    or asks for less than a licence.
    """

    citation: str
    text: str
    effect: PendingEffect


class Finding(msgspec.Struct, frozen=True):
    """The answer of the rules: the outcome, how an application is reviewed, and every test taken, in order.

    `policy` is None where no source states one. `missing` lists the figures and facts that would
    settle an unclear outcome, or the conditions that a case-by-case review sets. `duties` are what
    a rule in force asks for without asking for a licence, `proposals` what one under way would, strongest first;
    `decided_by` holds the citations of what decided; `enforced` is False where every requirement
    that decided, one that a notification lifts included, was announced not to be; of several answers
    put together it is False where one is, and the reasons then name the sides. `powers` cites what gives a
    power that could reach the act, if used; `not_modelled` is what stands beside "not required": it clears nothing.
    `reviews` says which review applies to whom or when, where several do and `policy` can name none.
    `reviewed_by` holds the citations of what states the policy.
    """

    outcome: Outcome
    policy: Policy | None
    paragraph: str | None
    rules: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    decided_by: tuple[str, ...] = ()
    enforced: bool = True
    powers: tuple[str, ...] = ()
    not_modelled: tuple[str, ...] = ()
    reviews: str | None = None
    reviewed_by: tuple[str, ...] = ()

    @property
    def coverage(self) -> str:
        """The outcome as sentences say it."""
        return COVERAGE[self.outcome]

    def list_pending(self, *, open_too: bool = False) -> tuple[Proposal, ...]:
        """Return the texts under way that could change the answer, each once, strongest first.

        What is covered stays covered, and what is unclear is not made clear by what turns on facts not known either;
        with `open_too` some of it is open, so that these count as well.
        """
        found: dict[str, Proposal] = {}
        if self.outcome != "license_required":
            decisive = self.outcome == "not_required" or open_too
            for one in self.proposals:
                if decisive or one.effect in ("would", "could"):
                    found.setdefault(one.citation, one)
        return tuple(found.values())

    @property
    def stays_open(self) -> bool:
        """True where no rule covers the act, and no text under way would or could require a licence for it."""
        return self.outcome == "not_required" and all(one.effect == "asks" for one in self.proposals)


class Period(msgspec.Struct, frozen=True):
    """A span of days, both ends included and either open, on which the answer is the same.

    `begun_by` cites what changed on its first day: the rule or document that governs from then.
    """

    first: str | None
    last: str | None
    finding: Finding
    begun_by: tuple[str, ...] = ()


class Listing(msgspec.Struct, frozen=True):
    """A buyer's standing on some lists: whether one names it, since when, and the percent their parties own of it."""

    lists: tuple[str, ...]
    named: bool
    share: tuple[float, float]
    since: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """One step to be judged; None where a place is not known. Shares are percent, least and most possible.

    `parent_known` is False where an ultimate parent other than `headquarters` says may be in D:5 or Macau.
    `listed_owner_share` is that of the parties on any list that has no entry among `listings`. `buyer` holds the
    names of who receives the chip, the one to show first, `owners` those of who owns it to half or more. `asked` and
    `asked_owners` are the same of the party whose seat this is about, where that is another one.
    """

    on: str
    destination: str | None
    headquarters: str | None
    exporter: str | None = UNITED_STATES
    activity: Activity = "export"
    listed_owner_share: tuple[float, float] | None = None
    incorporated: str | None = None
    listings: tuple[Listing, ...] = ()
    parent_known: bool = True
    buyer: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    asked_owners: tuple[str, ...] = ()


def make_own_reason(text: str) -> Reason:
    """Return a reason that is the engine's own."""
    return Reason(OURS, OUR_PAGE, text)


def agree_on_answer(answers: Mapping[str, Finding], what: str) -> Finding:
    """Return the one answer that all give, or an unclear one that says who gives which.

    `what` names what would have to be known: "which form", "which country", WHICH_DAY. The names of days are spans
    "2025-01-01 to 2025-01-02", in order and without a gap.
    """
    days = what == WHICH_DAY
    name_sides = _name_starts if days else ", ".join
    name_part = functools.partial(_name_spans, tuple(answers)) if days else _name_few
    findings = list(answers.values())
    first = findings[0]
    if len(findings) == 1:
        return first
    turns = itertools.zip_longest(*(finding.rules for finding in findings))
    rules = merge_groups(filter(None, turn) for turn in turns)
    missing = merge_groups(finding.missing for finding in findings)
    duties = _tell_sides_apart({name: finding.duties for name, finding in answers.items()}, name_part)
    proposals = _tell_proposals_apart({name: finding.proposals for name, finding in answers.items()}, name_part)
    cited = [set(finding.decided_by) for finding in findings]
    common = set.intersection(*cited) or set.union(*cited)
    decided_by = tuple(c for c in merge_groups(finding.decided_by for finding in findings) if c in common)
    enforced = all(finding.enforced for finding in findings)
    paragraph = first.paragraph if len({finding.paragraph for finding in findings}) == 1 else None
    powers = merge_groups(finding.powers for finding in findings)
    not_modelled = merge_groups(finding.not_modelled for finding in findings)
    if len({finding.outcome for finding in findings}) > 1:
        sides = _tell_differences(((name, finding.coverage) for name, finding in answers.items()), name_sides)
        rules = (make_own_reason(f"the answers differ: {sides}"), *rules)
        missing = (f"{what} ({sides})", *missing)
        return Finding("unclear", None, paragraph, rules, missing, duties, proposals, powers=powers)
    if len({finding.enforced for finding in findings}) > 1:
        told = ((name, "enforced" if finding.enforced else "not enforced") for name, finding in answers.items())
        sides = _tell_differences(told, name_sides)
        rules = (make_own_reason(f"the enforcement differs: {sides}"), *rules)
    policy: Policy | None = first.policy
    reviews = first.reviews if len({finding.reviews for finding in findings}) == 1 else None
    if len({finding.policy for finding in findings}) > 1:
        policy = None
        told = ((name, finding.reviews or finding.policy or "review not stated") for name, finding in answers.items())
        reviews = _tell_differences(told, name_sides)
        rules = (make_own_reason(f"the review differs: {reviews}"), *rules)
    return Finding(
        first.outcome,
        policy,
        paragraph,
        rules,
        missing,
        duties,
        proposals,
        decided_by,
        enforced,
        powers,
        not_modelled,
        reviews,
        merge_groups(finding.reviewed_by for finding in findings) if policy else (),
    )


def judge_together(answers: Mapping[str, Finding]) -> Finding:
    """Return the answer for an act with several parties, each of whom the rules reach: the strictest of theirs."""
    findings = list(answers.values())
    if len(findings) == 1:
        return findings[0]
    order: tuple[Outcome, ...] = ("license_required", "unclear", "not_required")
    outcome = next(one for one in order if any(finding.outcome == one for finding in findings))
    deciding = [finding for finding in findings if finding.outcome == outcome]
    sides = "; ".join(f"{name}: {finding.coverage}" for name, finding in answers.items())
    told = [[make_own_reason(f"every party to the act is asked about: {sides}")], *(f.rules for f in findings)]
    policy = find_strictest(finding.policy for finding in deciding) if outcome == "license_required" else None
    return Finding(
        outcome,
        policy,
        deciding[0].paragraph,
        merge_groups(told),
        merge_groups(finding.missing for finding in deciding),
        merge_groups(finding.duties for finding in findings),
        sort_proposals(merge_groups(finding.proposals for finding in findings)),
        merge_groups(finding.decided_by for finding in deciding),
        any(finding.enforced for finding in deciding),
        merge_groups(finding.powers for finding in findings),
        merge_groups(finding.not_modelled for finding in deciding),
        next((finding.reviews for finding in deciding if finding.reviews), None) if len(deciding) == 1 else None,
        merge_groups(finding.reviewed_by for finding in deciding if finding.policy == policy),
    )


def _name_starts(spans: Iterable[str]) -> str:
    return ", ".join(f"from {span.partition(' to ')[0]}" for span in spans)


def _name_few(names: Iterable[str]) -> str:
    return f"{', '.join(names)} only"


def _name_spans(every: Sequence[str], spans: Sequence[str]) -> str:
    """Name some of a row of spans, those that follow each other as one.

    >>> _name_spans(["2025-01-01 to 2025-01-02", "2025-01-03 to 2025-01-31"], ["2025-01-03 to 2025-01-31"])
    'from 2025-01-03 on'
    >>> _name_spans(["2025-01-01 to 2025-01-02", "2025-01-03 to 2025-01-31"], ["2025-01-01 to 2025-01-02"])
    'only until 2025-01-02'
    """
    runs: list[list[str]] = []
    for span in spans:
        follows = runs and every.index(span) == every.index(runs[-1][-1]) + 1
        runs = [*runs[:-1], [*runs[-1], span]] if follows else [*runs, [span]]
    if len(runs) == 1 and runs[0][-1] == every[-1]:
        return f"from {spans[0].partition(' to ')[0]} on"
    if len(runs) == 1 and runs[0][0] == every[0]:
        return f"only until {spans[-1].rpartition(' to ')[2]}"
    bounds = (f"{run[0].partition(' to ')[0]} to {run[-1].rpartition(' to ')[2]}" for run in runs)
    return f"only {', '.join(bounds)}"


def _tell_sides_apart(
    told: Mapping[str, tuple[str, ...]], name_part: Callable[[Sequence[str]], str]
) -> tuple[str, ...]:
    """Return the texts of all answers, then those of some, each with the names of these."""
    every = list(told)
    common, some = [], []
    for text in merge_groups(told.values()):
        names = [name for name in every if text in told[name]]
        if names == every:
            common.append(text)
        else:
            some.append(f"{text} ({name_part(names)})")
    return (*common, *some)


def sort_proposals(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Return proposals by how far they go, the strongest first."""
    return tuple(sorted(proposals, key=lambda one: _PENDING_ORDER[one.effect]))


def _tell_proposals_apart(
    told: Mapping[str, tuple[Proposal, ...]], name_part: Callable[[Sequence[str]], str]
) -> tuple[Proposal, ...]:
    """Return the proposals of all answers, strongest first; one of some alone names these, and only might apply."""
    found = []
    for one in merge_groups(told.values()):
        names = [name for name in told if one in told[name]]
        if len(names) < len(told):
            effect: PendingEffect = "might" if one.effect == "would" else one.effect
            one = msgspec.structs.replace(one, text=f"{one.text} ({name_part(names)})", effect=effect)
        found.append(one)
    return sort_proposals(found)


def _tell_differences(answers: Iterable[tuple[str, str]], name_sides: Callable[[Iterable[str]], str]) -> str:
    sides: dict[str, list[str]] = {}
    for name, answer in answers:
        sides.setdefault(answer.replace("_", " "), []).append(name)
    return "; ".join(f"{name_sides(names)}: {answer}" for answer, names in sides.items())


def find_strictest(policies: Iterable[Policy | None]) -> Policy | None:
    """Return the policy that governs where several requirements decide: denial, then one nobody stated, ..."""
    found = set(policies)
    order: tuple[Policy | None, ...] = (
        "presumption_of_denial",
        None,
        "case_by_case",
        "presumption_of_approval",
        "notification",
    )
    return next((policy for policy in order if policy in found), None)


def merge_groups(groups: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    """Return the members of some groups in order, each once."""
    return tuple(dict.fromkeys(one for group in groups for one in group))
