"""The question of when an answer changes: the same question asked anew for each day on which it may.

Between two days an answer stays the same unless one of the claims that it rests on begins, ends or is published, or
a rule changes. The days are taken from what was read, asked, and taken again from what that read, until no new one
turns up. What was read and judged is kept: a day costs a search at most, and not even that if only rules change.

    claims      |----- a lease -----|             asked on the first day of a, b, c and d, and before a;
    rules              |---- a rule ----          on that of c no search is needed
    answers  ...a      b      c     d   ...
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from graphkit.answers.kept import MODES, Dated, KeptBase, Mode, TooMuchWork
from graphkit.errors import InvalidValue
from graphkit.facts import BEGINNING, END, Claim, Document, find_next_day, get_earliest_day, get_latest_day
from graphkit.graph import Filters, find_valid_days
from graphkit.ontology import ACCESS
from graphkit.paths import AccessPath, Network, count_seconds
from graphkit.slices import STATEMENTS

#: Days are asked for in so many rounds; the rest is taken to cost at least this part of what so many of them did.
_SPREAD, _TELLING, _LEAST = 8, 20, 0.7

F = TypeVar("F")


class AnswerFrom(msgspec.Struct, Generic[F], frozen=True):
    """The findings from an ISO day on, made when they were asked for a day; `fault` says why there are none."""

    day: str
    asked: str
    found: F | None
    fault: str | None = None


class Periods(msgspec.Struct, Generic[F], frozen=True):
    """The findings over time as one date moves, each from its day until that of the next.

    The range of days `first` to `last` is that of the access claims that bear on it; the first answer is that of the
    time before. No answers mean that they would have been too much work. `named` are the days that stand in their
    texts for the day asked for.
    """

    mode: Mode
    first: str
    last: str
    answers: tuple[AnswerFrom[F], ...] = ()
    named: frozenset[str] = frozenset()


class DatedQuestion(Protocol[F]):
    """A question that can be asked for any day; `base` keeps what it reads.

    `controlled` says that the rules of the day decide which chips are asked about, `choosing` are the claims that
    decide for whom it is asked.
    """

    base: KeptBase
    controlled: bool
    choosing: Collection[Dated]

    def ask(self, filters: Filters) -> F:
        """Ask it. Raises InvalidValue where it cannot be asked, TooMuchWork where it took too long."""

    def judge(self, found: F, filters: Filters) -> F:
        """Return what was found, judged by the rules of another day on which a search would find the same."""

    def list_starts(self) -> Collection[str]:
        """Return the ids of those from whom every search sets out."""

    def list_search_days(self, found: Collection[F]) -> Collection[str]:
        """Return the days on which a search may find something else, as far as what was found so far tells."""

    def list_judge_days(self, found: F) -> Iterable[str]:
        """Return the days on which what the rules say of it may change."""


def find_periods(question: DatedQuestion[F], filters: Filters) -> dict[Mode, Periods[F]]:
    """Return what a question finds under some filters over time, as the date of a mode moves, for each mode.

    A mode whose days are more work than is left is told for no day at all.
    """
    return {mode: _Asking(question, filters, mode).find() for mode in MODES}


class _Asking(Generic[F]):
    """The days that a question was asked for, and what was found."""

    def __init__(self, question: DatedQuestion[F], filters: Filters, mode: Mode) -> None:
        self.question, self.base, self.filters, self.mode = question, question.base, filters, mode
        self.base.mode = mode
        #: by the day that was asked for, and those days that texts name
        self.found: dict[str, AnswerFrom[F]] = {}
        self.named: set[str] = set()
        #: the work done before each day
        self.works: list[int] = []
        #: the most seconds that a day has taken
        self.longest = 0.0

    def find(self) -> Periods[F]:
        """Ask until no new day turns up, or no work or time is left for another one."""
        try:
            self._ask(_LATE, END)
            return self._find()
        except TooMuchWork:
            return self._tell(())

    def _find(self) -> Periods[F]:
        days: list[str] = []
        while (searched := self._list_search_days()) != days:
            days = searched
            spans = zip(days, [*days[1:], END], strict=True)
            left = [(first, after) for first, after in spans if not self._list_asked(first, after)]
            # days from all over the time tell soonest what the others will cost
            for turn, (first, after) in enumerate(one for start in range(_SPREAD) for one in left[start::_SPREAD]):
                self._expect_to_end(len(left) - turn)
                self._ask(first, after)
        if not days:
            return Periods(self.mode, "", "")
        answers: list[AnswerFrom[F]] = []
        for first, after in zip(days, [*days[1:], END], strict=True):
            known = self.found[self._list_asked(first, after)[0]]
            answers += self._judge(known, first, after)
        return self._tell(answers)

    def _tell(self, answers: Sequence[AnswerFrom[F]]) -> Periods[F]:
        access = self._list_access_days()
        return Periods(self.mode, access[0], access[-1], tuple(answers), frozenset(self.named))

    def _ask(self, first: str, after: str, known: F | None = None) -> None:
        """Ask for a day of a span that ends before another, or judge anew what is `known` to be found there."""
        day = self.base.choose_day(first, after)
        # what is said of a day that stands alone may name it for another reason too
        if self.mode == "on" and find_next_day(first) < after:
            self.named.add(day)
        filters, started = self.base.move(self.filters, day), count_seconds()
        self.base.expect_work(0, self.longest)
        try:
            found = self.question.ask(filters) if known is None else self.question.judge(known, filters)
            self.found[day] = AnswerFrom(day, day, found)
        except InvalidValue as error:
            self.found[day] = AnswerFrom(day, day, None, str(error))
        self.longest = max(self.longest, count_seconds() - started)

    def _expect_to_end(self, left: int) -> None:
        """Give up on days that are left, where there is no hope for them by the latest ones."""
        self.works.append(self.base.work)
        if len(self.works) > 2 * _TELLING:  # much of what is found on the first days serves all others
            latest = self.works[-1] - self.works[-1 - _TELLING]
            self.base.expect_work(latest / _TELLING * left * _LEAST)

    def _judge(self, known: AnswerFrom[F], first: str, after: str) -> Iterator[AnswerFrom[F]]:
        """Yield what was found for a span of days, split where what the rules say of it changes."""
        if known.found is None:
            yield msgspec.structs.replace(known, day=first)
            return
        told = {*self.question.list_judge_days(known.found), *self._list_statement_days()}
        days = [first, *sorted(day for day in told if first < day < after)]
        for begin, end in zip(days, [*days[1:], after], strict=True):
            if not self._list_asked(begin, end):
                self._ask(begin, end, known.found)
            yield msgspec.structs.replace(self.found[self._list_asked(begin, end)[0]], day=begin)

    def _list_asked(self, first: str, after: str) -> list[str]:
        return [day for day in self.found if first <= day < after]

    # the days -----------------------------------------------------------------------------

    def _list_access_days(self) -> list[str]:
        return sorted({day for one in self._list_ahead() for day in _list_held_days(*one, self.mode)}) or [BEGINNING]

    def _list_ahead(self) -> list[Dated]:
        return list_access_claims(self.base.list_claims(), self.question.list_starts())

    def _list_statement_days(self) -> set[str]:
        """Return the days on which statements of companies begin, end or are published."""
        said = [one for one in self.base.list_claims() if one[0].relation in STATEMENTS]
        return {day for one in said for day in list_days(*one, self.mode)}

    def _list_search_days(self) -> list[str]:
        """Return the first days of the spans in which a search finds the same; the time before comes first."""
        held = sorted({day for one in self._list_ahead() for day in _list_held_days(*one, self.mode)})
        if not held:
            return []
        days = {day for one in self.question.choosing for day in list_days(*one, self.mode)}
        days |= {*self.question.list_search_days([one.found for one in self.found.values() if one.found is not None])}
        if self.mode == "on":
            days |= set(self.base.rule_days) if self.question.controlled else set()
        return [BEGINNING, *sorted(day for day in days if day >= held[0])]


def list_access_claims(claims: Iterable[Dated], starts: Collection[str]) -> list[Dated]:
    """Return the access claims that a search from some entities can meet, whatever their status and date."""
    leaving: dict[str, list[Dated]] = {}
    for one in claims:
        if one[0].relation in ACCESS:
            leaving.setdefault(one[0].subject, []).append(one)
    seen = wave = set(starts)
    while wave:
        wave = {claim.object for node in wave for claim, _ in leaving.get(node, ())} - seen
        seen = seen | wave
    return [one for node in sorted(seen) for one in leaving.get(node, ())]


#: A day beyond all rules and claims, whose texts name no other day.
_LATE = "9998-12-30"


def _list_held_days(claim: Claim, document: Document, mode: Mode) -> Iterator[str]:
    """Yield the days between which a claim holds, or the one by which it is known."""
    if mode == "known_by":
        yield from [get_latest_day(document.published)] if document.published else ()
    else:
        yield from (day for day in find_valid_days(claim, document) or () if day != END)


def list_days(claim: Claim, document: Document, mode: Mode) -> Iterator[str]:
    """Yield the days on which what rests on a claim may change: it begins, is seen or known, or is over."""
    if mode == "known_by":
        yield from [get_latest_day(document.published)] if document.published else ()
        return
    # a claim without dates may take those of another one of its passage
    for date in (claim.since, claim.observed, None if claim.since else document.published):
        if date:
            yield get_earliest_day(date)
    if claim.until:
        last = get_latest_day(claim.until)
        yield from (get_earliest_day(last[:7]), find_next_day(last))


def list_mark_days(network: Network, paths: Iterable[AccessPath], mode: Mode | None) -> Iterator[str]:
    """Yield the days from which a step of some paths is overdue, or (by date) was last reported a year before."""
    for step in {id(step): step for path in paths for step in path.steps}.values():
        counted = step.dated or step.claims
        dues = [get_latest_day(claim.due) for claim in counted if claim.due]
        if len(dues) == len(counted):
            yield find_next_day(max(dues))
        if mode == "on" and not any(claim.until for claim in counted):
            dates = [(network.document(claim).published, claim.observed, claim.since) for claim in counted]
            newest = max((get_latest_day(date) for some in dates for date in some if date), default=None)
            if newest:
                yield f"{int(newest[:4]) + 1:04}{newest[4:]}".replace("-02-29", "-03-01")
