"""The days on which the ways from some buyers to some chips may change, looked for on all days at once.

The days on which claims begin or end cut time into spans. The spans in which an entity can be reached are the bits of
one number, and so are those in which it leads to a chip; along a claim they are met with those in which it holds:

    spans            0   1   2   3   4
    a --rents--> b       |-------|           b is reached in 1 and 2, c in 2 alone: what begins or ends at c may
    b --rents--> c           |-----------    change the ways of a on the days on which 2 and 3 begin, on no other
"""

from __future__ import annotations

import functools
import itertools
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec

from graphkit.answers.kept import Dated, Mode
from graphkit.facts import BEGINNING, END, Claim, Document, find_next_day, get_latest_day
from graphkit.graph import Filters, find_valid_days
from graphkit.ontology import ACCESS, DEFAULT_STATUSES
from graphkit.paths.dates import can_borrow_dates

#: What may change: paths; what a refusal or a denial alone keeps from being one; what is nearly one for any reason.
Change = Literal["paths", "refusals", "near"]

#: Sets of spans, as the bits of a number; the two ends of claims.
Spans = int
Ends = tuple[str, str]


class WalkDays:
    """The days on which claims change the ways from some entities to others, as the date of a mode moves.

    A day on which something changes is in its list; something need not change on each that is.
    """

    def __init__(self, claims: Collection[Dated], mode: Mode, filters: Filters) -> None:
        self._mode: Mode = mode
        access = [one for one in claims if one[0].relation in ACCESS]
        # where a site stands may get known by and by; what was so on a date is not asked of it
        located = [one for one in claims if one[0].relation == "LOCATED_IN"] if mode == "known_by" else []
        self._times = {one[0].id: _find_time(*one, mode) for one in (*access, *located)}
        self.days = sorted({BEGINNING, *itertools.chain.from_iterable(self._times.values())} - {END})
        self._places = {day: place for place, day in enumerate(self.days)} | {END: len(self.days)}
        self._always: Spans = (1 << len(self.days)) - 1
        statuses = filters.statuses or frozenset(DEFAULT_STATUSES)
        timeless = msgspec.structs.replace(filters, on=None, known_by=None, statuses=statuses)
        self._counting = {claim.id for claim, document in access if timeless.keep(claim, document)}
        denied = {_get_step(claim) for claim, _ in access if claim.status == "negated"}
        self._refused = [one for one, _ in access if one.status == "refused" or _get_step(one) in denied]
        self._access = [claim for claim, _ in access]
        self._located = [claim for claim, _ in located]
        self._found: dict[tuple[bool, Change, frozenset[str]], Mapping[str, Spans]] = {}

    def list_days(self, change: Change, starts: Collection[str], ends: Collection[str] | None) -> list[str]:
        """Return the days, sorted, on which ways from some entities to others, or to any, may change."""
        reached = self._spread(change, starts)
        leading = self._spread(change, ends, back=True) if ends is not None else None
        found: Spans = 0
        for (subject, object_), changes in self._changes[change].items():
            spans = reached.get(subject, 0)
            if leading is not None:
                spans &= leading.get(object_, 0)
            found |= changes & (spans | spans << 1)
        if change != "paths":
            # what a buyer was refused, or denies, is told of it even where it leads nowhere
            for claim in self._refused:
                if claim.subject in starts:
                    found |= self._changes[change].get((claim.subject, claim.object), 0)
        return [day for place, day in enumerate(self.days) if place and found >> place & 1]

    def list_reached(self, start: str) -> Collection[str]:
        """Return what claims lead to from an entity, whatever their status and date."""
        return self._spread("near", [start]).keys()

    def _spread(self, change: Change, nodes: Collection[str], *, back: bool = False) -> Mapping[str, Spans]:
        """Return the spans in which each entity is reached from some nodes, or (`back`) leads to them."""
        key = back, change, frozenset(nodes)
        if key not in self._found:
            self._found[key] = found = dict.fromkeys(nodes, self._always)
            arcs, queue = self._arcs[change, back], deque(found)
            while queue:
                node = queue.popleft()
                for other, spans in arcs.get(node, ()):
                    known = found.get(other, 0)
                    if (grown := known | found[node] & spans) != known:
                        found[other] = grown
                        queue.append(other)
        return self._found[key]

    @functools.cached_property
    def _arcs(self) -> Mapping[tuple[Change, bool], Mapping[str, Sequence[tuple[str, Spans]]]]:
        """The spans in which each entity has an access claim to others, and in which others have one to it."""
        refused = {claim.id for claim in self._refused}
        held: dict[Change, dict[Ends, Spans]] = {"paths": {}, "refusals": {}, "near": {}}
        for claim in self._access:
            if claim.via:
                continue
            first, after = self._find_places(claim)
            # one without dates may have those of others of its passage
            lent = self._mode == "on" and can_borrow_dates(claim)
            time = self._always if lent else (1 << max(first, after)) - (1 << first)
            counts, ends = claim.id in self._counting, (claim.subject, claim.object)
            spans: dict[Change, Spans] = {
                "paths": time if counts else 0,
                "refusals": self._always if claim.id in refused else time if counts else 0,
                "near": self._always,
            }
            for change, some in spans.items():
                held[change][ends] = held[change].get(ends, 0) | some
        found: dict[tuple[Change, bool], dict[str, list[tuple[str, Spans]]]] = {}
        for change, arcs in held.items():
            for back in (False, True):
                beside = found[change, back] = {}
                for ends, some in arcs.items():
                    if some:
                        beside.setdefault(ends[back], []).append((ends[not back], some))
        return found

    @functools.cached_property
    def _changes(self) -> Mapping[Change, Mapping[Ends, Spans]]:
        """The spans with whose beginning something said of two entities, or of a site, begins or ends."""
        every, counting = dict[Ends, Spans](), dict[Ends, Spans]()
        for claim in (*self._access, *self._located):
            ends = (claim.subject, claim.object if claim.relation in ACCESS else claim.subject)
            first, after = self._find_places(claim)
            every[ends] = every.get(ends, 0) | 1 << first | 1 << after
            if claim.id in self._counting:
                counting[ends] = counting.get(ends, 0) | 1 << first | 1 << after
        # a denial is told beside a step whatever the date asked for, once it is known
        return {"paths": counting if self._mode == "on" else every, "refusals": every, "near": every}

    def _find_places(self, claim: Claim) -> tuple[int, int]:
        """Return the numbers of the first span in which a claim holds and of the one after its last."""
        first, after = self._times[claim.id]
        return self._places[first], self._places[after]


def _get_step(claim: Claim) -> tuple[str, str, str]:
    return claim.subject, claim.relation, claim.object


def _find_time(claim: Claim, document: Document, mode: Mode) -> tuple[str, str]:
    """Return the first day on which a claim holds or is known, and the one after its last; END for never."""
    if mode == "known_by":
        return (get_latest_day(document.published) if document.published else END), END
    if (days := find_valid_days(claim, document)) is None:
        return END, END
    return days[0], END if days[1] == END else find_next_day(days[1])
