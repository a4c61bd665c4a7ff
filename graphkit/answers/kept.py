"""An open base that is asked the same question for many days: what was read and judged once is kept."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from graphkit.answers.answer import OpenBase
from graphkit.answers.findings import RuleFindings
from graphkit.engines import Store
from graphkit.engines.kept import KeptStore
from graphkit.facts import BEGINNING, Claim, get_earliest_day, get_latest_day
from graphkit.graph import Filters, find_valid_days, get_documents, get_entity
from graphkit.paths import AccessPath
from graphkit.regulations import Phase, Provision, RecipientClass, Regulation, covers_day
from graphkit.rules.licence import find_next_day, list_changes
from graphkit.slices import Slice

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Which date of a question moves: what was true on a day, or what had been published by it.
Mode = Literal["on", "known_by"]
MODES: tuple[Mode, ...] = ("on", "known_by")

R = TypeVar("R")

#: The relations that say who a party is.
STANDING = frozenset(
    {
        *("OWNS", "INVESTS_IN", "HEADQUARTERED_IN", "INCORPORATED_IN", "PART_OF", "LISTED_ON"),
        *("INVESTIGATES", "LINKED_TO", "BUYS_FROM", "COMPLIES_WITH"),
    }
)


class KeptBase:
    """An open base whose reads and findings are kept: see `KeptStore`.

    A finding on a path as of a day is that as of any other, but for the day that its texts name, as long as no rule
    changes in between and nothing begins or ends that is said of the path's parties.
    """

    def __init__(self, base: OpenBase) -> None:
        self._kept = KeptStore(base.store)
        self.notes, self.rulebook, self.url = base.notes, base.rulebook, base.url
        self._findings: dict[tuple[object, ...], RuleFindings] = {}
        self._days: dict[tuple[object, ...], list[str]] = {}
        self._records: dict[tuple[int, int], tuple[object, object, object]] = {}
        #: which date moves; whether the day asked for stands alone, so that its findings are those of no other
        self.mode: Mode = "on"
        self.alone = False
        verified = self.rulebook.verified
        checked = [find_next_day(verified)] if verified else []
        #: the days on which what the rules say may change
        self.rule_days = sorted({*list_changes(self.rulebook), *checked})

    @property
    def store(self) -> Store:
        return self._kept

    def graphs(self) -> list[Graph]:
        """Return the graphs that were read so far, in their order."""
        import networkx as nx

        parts = ((one.graph, one.statements) if isinstance(one, Slice) else (one,) for one in self._kept.values)
        return [one for part in parts for one in part if isinstance(one, nx.MultiDiGraph)]

    def keep_record(self, path: AccessPath, said: RuleFindings, make: Callable[[AccessPath, RuleFindings], R]) -> R:
        """Return the record of a path with what the rules say of it, made once: days have it in common."""
        key = id(path), id(said)
        if key not in self._records:
            self._records[key] = path, said, make(path, said)
        return cast(R, self._records[key][2])

    def sign_day(self, day: str) -> tuple[object, ...]:
        """Return what tells the rules in force on an ISO day from those of another, proposals aside."""

        def sign(one: Regulation) -> tuple[object, ...]:
            phases = (phase for required in one.requires for phase in (*required.not_enforced, *required.moved))
            dated: Sequence[Phase | Provision | RecipientClass]
            dated = [*one.suspended, *phases, *one.provisions, *one.recipients]
            begun = tuple(early.from_ <= day for early in one.early)
            return one.in_force(day), begun, tuple(covers_day(part.from_, part.to, day) for part in dated)

        groups = tuple(sorted(self.rulebook.groups("china", day).items()))
        return *(sign(one) for one in self.rulebook.regulations if not one.proposal), groups

    def list_days(self, graph: Graph, path: AccessPath) -> list[str]:
        """Return the days, sorted, on which the rules may begin to say something else of a path."""
        key = self.mode, _get_way(path)
        if key not in self._days:
            rules = {*self.rule_days, *self._list_announced(graph, path)} if self.mode == "on" else set()
            self._days[key] = sorted({*rules, *_list_party_days(graph, path, self.mode)})
        return self._days[key]

    def _list_announced(self, graph: Graph, path: AccessPath) -> Iterator[str]:
        """Yield the days on which the chips that a path may be about were announced."""
        end = path.nodes[-1]
        forms = self.rulebook.models_of(end) or self.rulebook.models_of(get_entity(graph, end).name)
        for chip in forms or self.rulebook.chips:
            if chip.announced:
                yield get_earliest_day(chip.announced)

    def keep_findings(
        self,
        graph: Graph,
        path: AccessPath,
        filters: Filters,
        chip: str | None,
        judge: Callable[[], RuleFindings],
    ) -> RuleFindings:
        """Return what `judge` says of a path to the chip asked for, once for each time in which it is the same."""
        when = (filters.on if self.mode == "on" else filters.known_by) or BEGINNING
        last = find_last(self.list_days(graph, path), when)
        key = self.mode, _get_way(path), chip, last, when if self.alone else None
        if key not in self._findings:
            self._findings[key] = judge()
        return self._findings[key]


def _get_way(path: AccessPath) -> tuple[object, ...]:
    """Return what the rules are asked about of a path."""
    steps = tuple(
        (one.subject, one.relation, one.object, one.status, _get_ids(one.claims), _get_ids(one.denied_by))
        for one in path.steps
    )
    return steps, tuple((one.site, one.region) for one in path.places)


def _get_ids(claims: tuple[Claim, ...]) -> tuple[str, ...]:
    return tuple(claim.id for claim in claims)


def find_last(days: list[str], day: str) -> str:
    """Return the last of some sorted days up to a day."""
    at = bisect.bisect(days, day)
    return days[at - 1] if at else ""


def _list_party_days(graph: Graph, path: AccessPath, mode: Mode) -> Iterator[str]:
    """Yield the days on which what is said of a path's parties begins, ends or is published."""
    owners = {claim.owner for step in path.steps for claim in step.claims if claim.owner}
    wave = {*path.nodes, *owners}
    suppliers = {
        other
        for node in wave
        for other, edges in (graph.succ[node].items() if node in graph else ())
        if any(data["claim"].relation == "BUYS_FROM" for data in edges.values())
    }
    wave |= suppliers
    seen: set[str] = set()
    claims: dict[str, Claim] = {}
    while wave:
        seen |= wave
        above = set()
        for node in wave & graph.nodes:
            into = [data["claim"] for edges in graph.pred[node].values() for data in edges.values()]
            out = [data["claim"] for edges in graph.succ[node].values() for data in edges.values()]
            claims.update((one.id, one) for one in (*into, *out) if one.relation in STANDING)
            above |= {one.subject for one in into if one.relation in ("OWNS", "INVESTS_IN")}
            above |= {one.object for one in out if one.relation in ("PART_OF", "HEADQUARTERED_IN", "LOCATED_IN")}
        wave = above - seen
    documents = get_documents(graph)
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
