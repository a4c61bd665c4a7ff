"""The finding of the rules on an act with a chip, and of a chip over time, in sentences: no licence, no advice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from graphkit.formats.cells import as_file_line
from graphkit.summaries.verdicts import describe_covered, list_missing, note_law_day
from graphkit.summaries.words import SHOWN, Words


class TakenTest(Protocol):
    """A test of the rules, with what came out."""

    @property
    def reason(self) -> str: ...


class JudgedAct(Protocol):
    """An act with a chip and the finding on it; countries are ISO codes."""

    @property
    def chip(self) -> str: ...
    @property
    def destination(self) -> str | None: ...
    @property
    def hq(self) -> str | None: ...
    @property
    def on(self) -> str: ...
    @property
    def activity(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def policy(self) -> str | None: ...
    @property
    def decided_by(self) -> tuple[str, ...]: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def duties(self) -> tuple[str, ...]: ...
    @property
    def powers(self) -> tuple[str, ...]: ...
    @property
    def not_modelled(self) -> tuple[str, ...]: ...
    @property
    def rules(self) -> Sequence[TakenTest]: ...


class JudgedPeriod(Protocol):
    """A span of days, either end open, on which the finding is the same."""

    @property
    def first(self) -> str | None: ...
    @property
    def last(self) -> str | None: ...
    @property
    def outcome(self) -> str: ...


class ChipFigures(Protocol):
    """The figures of a form of a chip."""

    @property
    def name(self) -> str: ...
    @property
    def tpp(self) -> float | None: ...


def summarise_licence(words: Words, act: JudgedAct, parties: Sequence[tuple[str, str, str]] = ()) -> tuple[str, ...]:
    """Return the answer to `graphkit license`; `parties` are role, name and what is known of each."""
    settled = act.outcome == "license_required"
    if settled:
        missing = words.say("license.conditions", items=_join_law(words, act.missing))
    else:
        missing = words.say("license.missing", items=list_missing(words, act.missing))
    named = [
        words.say(
            "license.party", role=words.look_up("role", role), name=as_file_line(name), basis=as_file_line(basis)
        )
        for role, name, basis in parties
    ]
    return words.sentences(
        [
            note_law_day(words, _describe_finding(words, act), [one.reason for one in act.rules]),
            missing if act.missing else "",
            words.say("license.powers", items=_join_law(words, act.powers)) if act.powers else "",
            words.say("license.duties", items=_join_law(words, act.duties)) if act.duties else "",
            _describe_limits(words, act.not_modelled) if act.outcome == "not_required" else "",
            words.say("license.parties", items=words.clauses(named)) if named else "",
        ]
    )


def _join_law(words: Words, texts: Sequence[str]) -> str:
    return words.clauses([as_file_line(one) for one in texts])


def _describe_limits(words: Words, not_modelled: Sequence[str]) -> str:
    """Return that "not covered by any modelled rule" is no licence."""
    if not not_modelled:
        return words.say("license.not_modelled.plain")
    return words.say("license.not_modelled", items=words.enumerate(map(as_file_line, not_modelled)))


def _describe_finding(words: Words, act: JudgedAct) -> str:
    place = words.country(act.destination, "to" if act.activity == "export" else "in")
    place = place or words.say(f"license.place.unknown.{act.activity}")
    seat = words.country(act.hq)
    said = words.say(f"license.act.{act.activity}", chip=as_file_line(act.chip), place=place)
    said = words.say("license.buyer" if seat else "license.buyer.unknown", act=said, place=seat)
    holes = {"act": said, "day": words.date(act.on)}
    if act.outcome == "license_required":
        return describe_covered(words, "license", act.policy, act.decided_by, **holes)
    return words.say(f"license.{act.outcome}", **holes)


def summarise_chip(
    words: Words, forms: Sequence[ChipFigures], act: JudgedAct, history: Sequence[JudgedPeriod]
) -> tuple[str, ...]:
    """Return the answer to `graphkit chip`: its figures, the finding on the day, the periods with another one."""
    figures = sorted(one.tpp for one in forms if one.tpp is not None)
    if not figures:
        tpp = words.say("chip.tpp.none")
    elif figures[0] == figures[-1]:
        tpp = words.say("chip.tpp", figure=words.number(figures[0]))
    else:
        tpp = words.say("chip.tpp.span", least=words.number(figures[0]), most=words.number(figures[-1]))
    told = words.say("chip.figures", chip=as_file_line(act.chip), forms=words.count(len(forms), "form"), figures=tpp)
    first, *rest = summarise_licence(words, act)
    periods = [_describe_period(words, one) for one in _merge_periods(history)]
    if len(periods) > SHOWN + 2:
        periods = [words.say("list.rest", count=words.number(len(periods) - SHOWN - 1)), *periods[-SHOWN - 1 :]]
    return (
        *words.sentences([told]),
        first,
        *words.sentences([words.say("chip.history", items=words.clauses(periods)) if periods else ""]),
        *rest,
    )


def _merge_periods(history: Sequence[JudgedPeriod]) -> list[tuple[str | None, str | None, str]]:
    """Return the periods with neighbours of the same outcome as one."""
    found: list[tuple[str | None, str | None, str]] = []
    for one in history:
        if found and found[-1][2] == one.outcome:
            found[-1] = (found[-1][0], one.last, one.outcome)
        else:
            found.append((one.first, one.last, one.outcome))
    return found


def _describe_period(words: Words, period: tuple[str | None, str | None, str]) -> str:
    first, last, outcome = period
    ends = "span" if first and last else "from" if first else "to" if last else "all"
    span = words.say(f"chip.period.{ends}", first=words.date(first), last=words.date(last))
    return words.say("chip.period", coverage=words.look_up("coverage", outcome), span=span)
