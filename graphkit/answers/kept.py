"""An open base that is asked the same question for many days: what was read and judged once is kept."""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal, TypeVar, cast

import msgspec

from graphkit.answers.answer import OpenBase
from graphkit.answers.findings import RuleFindings
from graphkit.engines import Store
from graphkit.engines.kept import KeptStore
from graphkit.facts import (
    BEGINNING,
    END,
    Claim,
    Document,
    find_day_before,
    find_next_day,
    get_earliest_day,
    get_latest_day,
)
from graphkit.graph import Filters, Graph, find_valid_days
from graphkit.paths import AccessPath, count_seconds, measure_slowness
from graphkit.regulations import Phase, Provision, RecipientClass, Regulation, covers_day
from graphkit.rules.path_findings import ACTIVITIES
from graphkit.rules.provisions import list_standing_days
from graphkit.slices import Slice

#: Which date of a question moves: what was true on a day, or what had been published by it.
Mode = Literal["on", "known_by"]
MODES: tuple[Mode, ...] = ("on", "known_by")

Dated = tuple[Claim, Document]
R = TypeVar("R")
_ISO_DAY = re.compile(rb"\d{4}-\d\d-\d\d")

#: The relations that say who a party is, what it has to do with others, and which way its path goes: those of claims
#: about itself, and of claims of others about it.
_OWN = frozenset(
    {
        *("HEADQUARTERED_IN", "INCORPORATED_IN", "PART_OF", "LISTED_ON", "LINKED_TO", "BUYS_FROM", "COMPLIES_WITH"),
        *("OPERATES", "LEASES_SPACE_FROM", "VARIANT_OF"),
    }
)
_OF_OTHERS = frozenset({"OWNS", "INVESTS_IN", "INVESTIGATES", "LINKED_TO", "BUYS_FROM"})


#: Units of work for all days of a question: searches, near misses and judgements, each some thousandth of a second.
#: What is counted is not time: the same page comes out on any machine, but for bases that are awkward.
MOST_WORK = 9_000
#: Seconds of the processor for an answer and its days, those for each unit of work besides, and the most of both: a
#: last resort for bases that are awkward, where a unit takes many times as long. A slow processor has as many more.
FEW_SECONDS, SECONDS_EACH, MOST_SECONDS = 4.5, 0.001, 9.0


class TooMuchWork(Exception):
    """More work, or seconds, than all days of a question may take."""


class KeptBase:
    """An open base whose reads and findings are kept: see `KeptStore`.

    Findings are kept once a date moves, which is that of `mode`. A finding on a path as of a day is that as of any
    other, but for the day that its texts name, as long as no rule changes in between and nothing begins or ends that
    is said of the path's parties: it is made once for such a span, and as of a day of its own there.
    """

    def __init__(self, base: OpenBase, taken: float = 0.0) -> None:
        """Keep what is read of a base; `taken` are the seconds of the processor that the answer has taken so far."""
        #: how slow the processor has been found to be, once there was a reason to look
        self._slowness = 1.0
        self._began = count_seconds() - taken
        self._kept = KeptStore(base.store)
        self.notes, self.rulebook, self.url = base.notes, base.rulebook, base.url
        self._findings: dict[tuple[object, ...], RuleFindings] = {}
        self._same: dict[tuple[object, ...], RuleFindings] = {}
        self._days: dict[tuple[object, ...], list[str]] = {}
        self._records: dict[tuple[int, int], tuple[object, object, object]] = {}
        self._looked = 0
        self._claims: dict[str, Dated] = {}
        self._mentioned = {day.decode() for day in _ISO_DAY.findall(msgspec.json.encode(self.rulebook))}
        #: the units of work that were done so far
        self.work = 0
        #: which date moves, if one does
        self.mode: Mode | None = None
        verified = self.rulebook.verified
        self._checked_days = [find_next_day(verified)] if verified else []
        #: the days on which what the rules say may change
        self.rule_days = sorted({*self.rulebook.changes, *self._checked_days})

    @property
    def store(self) -> Store:
        return self._kept

    def spend(self, units: int = 1) -> None:
        """Note some units of work. Raises TooMuchWork."""
        self.work += units
        self.expect_work(0)

    def expect_work(self, units: float, seconds: float = 0.0) -> None:
        """Raise TooMuchWork where so many units more, or seconds of the processor, are too many."""
        work = self.work + units
        most = min(MOST_SECONDS, FEW_SECONDS + SECONDS_EACH * work)

        def is_late() -> bool:
            return count_seconds() - self._began + seconds > most * self._slowness

        if work <= MOST_WORK and is_late():
            self._slowness = max(self._slowness, measure_slowness())
        if work > MOST_WORK or is_late():
            raise TooMuchWork

    def list_claims(self) -> Collection[Dated]:
        """Return the claims that were read so far, with their documents."""
        parts = ((one.graph, one.statements) if isinstance(one, Slice) else (one,) for one in self._kept.values)
        graphs = [one for part in parts for one in part if isinstance(one, Graph)]
        for graph in graphs[self._looked :]:
            documents = graph.documents
            for claim in graph.iterate_claims():
                document = documents[claim.document]
                self._claims[claim.id] = claim, document
                dates = claim.since, claim.until, claim.observed, claim.due, document.published
                self._mentioned.update(filter(None, dates))
        self._looked = len(graphs)
        return self._claims.values()

    def choose_day(self, first: str, after: str) -> str:
        """Return a day of a span to ask for; where texts name it, one that none mentions for another reason."""
        if first == BEGINNING:
            first = find_day_before(after)
        if self.mode == "known_by" or find_next_day(first) >= after:
            return first
        self.list_claims()
        day = find_next_day(first)
        while day in self._mentioned and find_next_day(day) < after:
            day = find_next_day(day)
        return day

    def move(self, filters: Filters, day: str) -> Filters:
        """Return filters with the date that moves set to a day."""
        if self.mode == "known_by":
            return msgspec.structs.replace(filters, known_by=day)
        return msgspec.structs.replace(filters, on=day)

    def get_moved(self, filters: Filters) -> str:
        """Return the day that the date which moves is set to."""
        return (filters.known_by if self.mode == "known_by" else filters.on) or BEGINNING

    def keep_record(self, path: AccessPath, said: RuleFindings, make: Callable[[AccessPath, RuleFindings], R]) -> R:
        """Return the record of a path with what the rules say of it, made once: days have it in common."""
        key = id(path), id(said)
        if key not in self._records:
            self._records[key] = path, said, make(path, said)
        return cast(R, self._records[key][2])

    def make_day_fingerprint(self, day: str) -> tuple[object, ...]:
        """Return a key that is equal on two ISO days where the rules in force are the same, proposals aside."""

        def describe(one: Regulation) -> tuple[object, ...]:
            phases = (phase for required in one.requires for phase in (*required.not_enforced, *required.moved))
            dated: Sequence[Phase | Provision | RecipientClass]
            dated = [*one.suspended, *phases, *one.provisions, *one.recipients]
            begun = tuple(early.from_ <= day for early in one.early)
            return one.in_force(day), begun, tuple(covers_day(part.from_, part.to, day) for part in dated)

        groups = tuple(sorted(self.rulebook.groups("china", day).items()))
        return *(describe(one) for one in self.rulebook.regulations if not one.proposal), groups

    def list_days(self, graph: Graph, path: AccessPath, asked: str | None) -> list[str]:
        """Return the days, sorted, on which the rules may begin to say something else of a path to a chip `asked`."""
        key = self.mode, _get_way(path), asked
        if key not in self._days:
            names = (name for node in (path.nodes[-1], asked) if node for name in (node, _get_name(graph, node)))
            chips = next(filter(None, map(self.rulebook.models_of, names)), ())
            rules = set[str]()
            if self.mode == "on":
                acts = {one for step in path.steps for one in ACTIVITIES.get(step.relation, ())}
                rules = {*self._checked_days, *self.rulebook.group_changes}
                for chip in chips:
                    rules |= list_standing_days(self.rulebook, chip, acts or {"export"})
                    rules |= {get_earliest_day(chip.announced)} if chip.announced else set()
            families = {name for chip in chips for name in (chip.id, chip.family or "")}
            self._days[key] = sorted({*rules, *_list_party_days(graph, path, families, self.mode or "on")})
        return self._days[key]

    def keep_findings(
        self,
        graph: Graph,
        path: AccessPath,
        filters: Filters,
        chip: str | None,
        judge: Callable[[Filters], RuleFindings],
    ) -> RuleFindings:
        """Return what `judge` says of a path to the chip asked for, once for each time in which it is the same."""
        if self.mode is None:
            return judge(filters)
        first, after = find_span(self.list_days(graph, path, chip), self.get_moved(filters))
        way = self.mode, _get_way(path), chip
        if (*way, first) not in self._findings:
            self.spend()
            day = self.choose_day(first, after)
            said = judge(self.move(filters, day))
            # what stands for one day alone may name it for another reason too
            alone = self.mode == "on" and find_next_day(first) >= after
            self._findings[*way, first] = said if alone else self._find_same(way, said, day)
        return self._findings[*way, first]

    def _find_same(self, way: tuple[object, ...], said: RuleFindings, day: str) -> RuleFindings:
        """Return what was said of a way before, where only the day of the judgement differs."""
        told = json.dumps(msgspec.to_builtins(said))
        return self._same.setdefault((*way, told.replace(day, "") if self.mode == "on" else told), said)


def _get_way(path: AccessPath) -> tuple[object, ...]:
    """Return what the rules are asked about of a path."""
    steps = tuple(
        (one.subject, one.relation, one.object, one.status, _get_ids(one.claims), _get_ids(one.denied_by))
        for one in path.steps
    )
    return steps, tuple((one.site, one.region) for one in path.places)


def _get_name(graph: Graph, node: str) -> str:
    return graph.entities[node].name if node in graph else node


def _get_ids(claims: tuple[Claim, ...]) -> tuple[str, ...]:
    return tuple(claim.id for claim in claims)


def find_span(days: Sequence[str], day: str) -> tuple[str, str]:
    """Return the span of a day between some sorted days: its first day, and the day after it.

    >>> find_span(["2022-10-21", "2023-11-17"], "2022-12-31"), find_span([], "2022-12-31")
    (('2022-10-21', '2023-11-17'), ('0001-01-01', '9999-12-31'))
    """
    at = bisect.bisect(days, day)
    return (days[at - 1] if at else BEGINNING), (days[at] if at < len(days) else END)


def _list_party_days(graph: Graph, path: AccessPath, chips: set[str], mode: Mode) -> Iterator[str]:
    """Yield the days on which what is said of a path's parties and chips begins, ends or is published."""
    owners = {claim.owner for step in path.steps for claim in step.claims if claim.owner}
    suppliers, landlords = (
        {
            claim.object
            for node in {*path.nodes, *owners}
            for claim in _list_said(graph, node)
            if claim.relation == one
        }
        for one in ("BUYS_FROM", "LEASES_SPACE_FROM")
    )
    named = {region for step in path.steps for claim in step.claims for region in claim.regions}
    wave = {
        *path.nodes,
        *chips,
        *owners,
        *suppliers,
        *landlords,
        *named,
        *(one.region for one in path.places if one.region),
    }
    seen: set[str] = set()
    claims: dict[str, Claim] = {}
    while wave:
        seen |= wave
        above = set()
        for node in wave:
            own = [one for one in _list_said(graph, node) if one.relation in _OWN]
            of_others = [one for one in _list_said(graph, node, into=True) if one.relation in _OF_OTHERS]
            claims.update((one.id, one) for one in (*own, *of_others))
            above |= {one.subject for one in of_others if one.relation in ("OWNS", "INVESTS_IN")}
            above |= {one.object for one in own if one.relation in ("PART_OF", "HEADQUARTERED_IN", "INCORPORATED_IN")}
        wave = above - seen
    documents = graph.documents
    for claim in claims.values():
        document = documents[claim.document]
        if mode == "known_by":
            yield from [get_latest_day(document.published)] if document.published else ()
            continue
        if claim.relation == "LISTED_ON" and (span := find_valid_days(claim, document)):
            yield span[0]
        if claim.since:
            yield get_earliest_day(claim.since)
        if claim.until:
            yield find_next_day(get_latest_day(claim.until))


def _list_said(graph: Graph, node: str, *, into: bool = False) -> Iterator[Claim]:
    """Yield the claims about an entity as their subject, or as their object."""
    beside = (graph.predecessors if into else graph.successors).get(node, {})
    return (claim for edges in beside.values() for claim in edges.values())
