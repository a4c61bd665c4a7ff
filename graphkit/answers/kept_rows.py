"""The rows of a matrix over time: what the searches for a buyer find, each made again only where it may find more.

A pair is searched anew on days on which something begins, ends or is published that the buyer reaches then and that
leads to the chip. What is nearly a path turns on all that leads from one to the other, whenever it does.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar, cast

import msgspec

from graphkit.answers.kept import Dated, KeptBase, Mode, find_span
from graphkit.answers.matrix_periods import SearchedRow
from graphkit.answers.pairs import (
    PairFound,
    PairOutcome,
    choose_classes,
    explain_pair,
    find_classes,
    find_pair_refusals,
)
from graphkit.answers.path_records import NearMissRecord
from graphkit.answers.paths import LIMIT, choose_best_paths
from graphkit.answers.periods import list_mark_days
from graphkit.answers.walk_days import Change, WalkDays
from graphkit.facts import Claim, Entity
from graphkit.graph import Filters
from graphkit.ontology import ACCESS
from graphkit.paths import AccessPath, Budget, Network, Search
from graphkit.paths.access_path import Rank
from graphkit.paths.near_misses import MAX_LOOKED_AT
from graphkit.paths.target import Ends, Target
from graphkit.slices import Slice

T = TypeVar("T")
F = TypeVar("F", bound="_Find")


class _Find(Protocol):
    """The find of a search, with its ways; whether it came to a bound."""

    @property
    def exhausted(self) -> bool: ...
    @property
    def paths(self) -> Sequence[AccessPath]: ...


class _Paths(msgspec.Struct, frozen=True):
    """The paths of a pair, best first."""

    paths: tuple[AccessPath, ...]
    exhausted: bool


#: Chips times claims up to which chips are compared: it costs more than it saves where there are many.
MOST_COMPARED = 60_000

#: The paths to where no claim leads.
_NOWHERE = _Paths((), False)


class _Misses(msgspec.Struct, frozen=True):
    """The near misses of a pair, and how its search ended."""

    near_misses: tuple[NearMissRecord, ...]
    outcome: str
    exhausted: bool
    paths: tuple[AccessPath, ...] = ()


class _Ways(msgspec.Struct, frozen=True):
    """The ranked ways of a pair to chips that no report names."""

    ranked: tuple[tuple[Rank, AccessPath], ...]
    exhausted: bool

    @property
    def paths(self) -> Sequence[AccessPath]:
        return [path for _, path in self.ranked]


class KeptRows:
    """The rows that were searched over one slice, kept for the days on which they are the same."""

    def __init__(self, base: KeptBase, part: Slice, filters: Filters, max_hops: int) -> None:
        self.base, self.part = base, part
        self.network = Network.of(part.graph, base.rulebook)
        self._filters, self._max_hops = filters, max_hops
        documents = part.graph.documents
        self._claims: list[Dated] = [(one, documents[one.document]) for one in part.graph.iterate_claims()]
        self._walks: dict[Mode, WalkDays] = {}
        self._found: dict[tuple[object, ...], _Find | SearchedRow] = {}
        self._last: dict[tuple[object, ...], _Find | SearchedRow] = {}
        self._days: dict[tuple[object, ...], Sequence[str]] = {}
        self._listed: dict[tuple[str, ...], Sequence[str]] = {}
        self._row_days: dict[tuple[str, ...], Sequence[str]] = {}
        self._near: dict[tuple[str, str], bool] = {}
        self._alike: dict[tuple[str, str], Entity] = {}
        #: the first chip that is as good as others, by buyer and by what is said of them
        self._first_alike: dict[tuple[object, ...], Entity] = {}
        self._made: dict[tuple[object, ...], tuple[object, tuple[object, ...]]] = {}

    def find_row(
        self, buyer: Entity, chips: tuple[Entity, ...], filters: Filters, budget: Budget, near: Budget
    ) -> SearchedRow:
        """Return the row of a buyer on a day; `budget` is for all searches of that day, `near` for near misses."""

        def start(chip: Entity, unnamed: bool = False) -> Search:
            given = self.network, buyer.id, chip.id, filters
            return Search(*given, max_hops=self._max_hops, unnamed=unnamed, effort=budget.share())

        def search(chip: Entity) -> _Paths:
            one = start(chip)
            return _Paths(tuple(choose_best_paths([one], LIMIT)), one.exhausted)

        def search_apart(chip: Entity) -> _Ways:
            one = start(chip, unnamed=True)
            return _Ways(tuple(find_classes(one)[0]), one.exhausted)

        def look_for_refusals(chip: Entity) -> _Misses:
            effort = near.share()
            misses = find_pair_refusals(start(chip), effort)
            return _Misses(misses, "found", effort.spent >= MAX_LOOKED_AT)

        def explain(chip: Entity) -> _Misses:
            effort = near.share()
            found = explain_pair(self.part, start(chip), effort)
            return _Misses(found.near_misses, found.outcome, effort.spent >= MAX_LOOKED_AT)

        def keep(name: str, chip: Entity, change: Change, find: Callable[[Entity], F], ends: Ends = "any") -> F:
            days = self._list_days(buyer, change, chip, ends)
            return self._keep((buyer.id, name, chip.id), days, filters, functools.partial(find, chip), buyer, chip)

        def find() -> SearchedRow:
            near_ones = [chip for chip in chips if self._is_near(buyer, chip)]
            found: dict[str, PairFound] = {}
            ways: list[tuple[Rank, AccessPath]] = []
            open_: list[tuple[Entity, _Misses]] = []
            exhausted = False
            looked_apart = set[str]()
            compared = 1 < len(chips) <= MOST_COMPARED // (1 + len(self._claims))
            for chip in near_ones:
                is_led = self._is_led(buyer, chip)
                alike = self._find_alike(buyer, chip, is_led) if compared else chip
                named = keep("named", chip, "paths", search, "named") if is_led else _NOWHERE
                exhausted = exhausted or named.exhausted
                if alike.id not in looked_apart:
                    looked_apart.add(alike.id)
                    apart = keep("unnamed", alike, "paths", search_apart, "unnamed")
                    ways += apart.ranked
                    exhausted = exhausted or apart.exhausted
                if named.paths:
                    misses = keep("refusals", chip, "refusals", look_for_refusals)
                else:
                    misses = keep("near", chip if is_led else alike, "near", explain)
                outcome = "bound hit" if named.exhausted and not named.paths else misses.outcome
                found[chip.id] = self._make_pair(named.paths, outcome, misses)
                if outcome not in ("found", "bound hit"):
                    open_.append((chip, misses))
            # a chip to which no claim leads, whatever its status and date, is as far away as any other such
            far = [chip for chip in chips if chip not in near_ones]
            if one := next(iter([*far, *(chip for chip, _ in open_)]), None):
                # how far a search got that found nothing turns on what leads elsewhere too
                name, days = (buyer.id, "far", "" if far else one.id), self._list_days(buyer, "paths")
                ended = self._keep(name, days, filters, functools.partial(explain, one), buyer, one)
                found |= {chip.id: self._make_pair((), ended.outcome, ended) for chip in far}
                found |= {chip.id: self._make_pair((), ended.outcome, misses) for chip, misses in open_}
            pairs, best = tuple(found[chip.id] for chip in chips), choose_classes(ways)
            parts = buyer.id, chips, str(exhausted), *pairs, *best
            return self.unify(SearchedRow(buyer, chips, pairs, best, exhausted), *parts)

        name = buyer.id, "row", tuple(chip.id for chip in chips)
        return self._keep(name, self.list_search_days(buyer, chips), filters, find, buyer)

    def list_search_days(self, buyer: Entity, chips: Sequence[Entity]) -> Sequence[str]:
        """Return the days on which searches may find something else in the row of a buyer."""
        key = self.base.mode or "", buyer.id, *(chip.id for chip in chips)
        if key not in self._row_days:
            near_ones = [chip for chip in chips if self._is_near(buyer, chip)]
            found = [self._list_days(buyer, "near", chip) for chip in near_ones]
            self._row_days[key] = sorted({*self._list_days(buyer, "paths"), *itertools.chain.from_iterable(found)})
        return self._row_days[key]

    def unify(self, made: T, *parts: object) -> T:
        """Return the one object that is made of some parts, which are kept."""
        key = type(made), tuple(one if isinstance(one, str) else id(one) for one in parts)
        if key not in self._made:
            self._made[key] = made, parts
        return cast(T, self._made[key][0])

    def _make_pair(self, paths: tuple[AccessPath, ...], outcome: str, misses: _Misses) -> PairFound:
        told = cast(PairOutcome, outcome)
        return self.unify(PairFound(paths, told, misses.near_misses), paths, outcome, misses.near_misses)

    def _keep(
        self,
        name: tuple[object, ...],
        days: Sequence[str],
        filters: Filters,
        find: Callable[[], F],
        buyer: Entity,
        chip: Entity | None = None,
    ) -> F:
        """Return what is found, once for each span of days on which that is the same; equal ones are one object."""
        if self.base.mode is None:
            return find()
        day, key = self.base.get_moved(filters), (self.base.mode, *name)
        known = self._days.setdefault(key, days)
        place = *key, find_span(known, day)[0]
        if place not in self._found:
            self.base.spend()
            found = find()
            if found == self._last.get(key):
                found = cast(F, self._last[key])
            self._last[key] = found
            # marks come and go on days of their own, from one of which on this is what is found
            more = set(list_mark_days(self.network, found.paths, self.base.mode))
            if found.exhausted:  # what came to a bound may turn on whatever is near
                more |= {*self._list_days(buyer, "near", chip)}
            self._days[key] = sorted({*known, *more}) if more else known
            place = *key, find_span(self._days[key], day)[0]
            self._found[place] = found
        return cast(F, self._found[place])

    # the days -------------------------------------------------------------------------------

    def _list_days(
        self, buyer: Entity, change: Change, chip: Entity | None = None, ends: Ends = "any"
    ) -> Sequence[str]:
        """Return the days on which the ways of a buyer may change: those to a chip, or to anywhere."""
        if self.base.mode is None:
            return ()
        key = self.base.mode, buyer.id, change, chip.id if chip else "", ends
        if key not in self._listed:
            wanted = self._find_ends(chip, ends) if chip else None
            self._listed[key] = self._find_walks(self.base.mode).list_days(change, [buyer.id], wanted)
        return self._listed[key]

    def _find_walks(self, mode: Mode) -> WalkDays:
        if mode not in self._walks:
            self._walks[mode] = WalkDays(self._claims, mode, self._filters)
        return self._walks[mode]

    def _find_ends(self, chip: Entity, ends: Ends) -> list[str]:
        """Return where ways to a chip may end: where it is named, where it is not, or both."""
        return [*Target.of(self.network, chip.id, self._filters, ends).ends]

    def _is_near(self, buyer: Entity, chip: Entity) -> bool:
        """Say whether claims lead from a buyer to a chip, whatever their status and date, or one refuses it that."""
        key = buyer.id, chip.id
        if key not in self._near:
            relatives = self.network.relatives(chip.id)
            reached = self._find_walks("on").list_reached(buyer.id)
            self._near[key] = any(end in reached for end in self._find_ends(chip, "any")) or any(
                not relatives.isdisjoint(claim.chips)
                for claim in self.network.claims_from(buyer.id)
                if claim.status in ("refused", "negated")
            )
        return self._near[key]

    def _is_led(self, buyer: Entity, chip: Entity) -> bool:
        """Say whether claims lead a buyer to where a chip is named."""
        reached = self._find_walks("on").list_reached(buyer.id)
        return any(end in reached for end in self._find_ends(chip, "named"))

    def _find_alike(self, buyer: Entity, chip: Entity, is_led: bool) -> Entity:
        """Return a chip that is the like of one where neither is named.

        To a search that never gets to where one of two chips is named they are the same, if all that the buyer
        reaches says as much of the one as of the other.
        """
        key = buyer.id, chip.id
        if key not in self._alike:
            reached = self._find_walks("on").list_reached(buyer.id)
            ends = frozenset(end for end in self._find_ends(chip, "unnamed") if end in reached)
            told = tuple(self._compare_claim(chip.id, one, ends) for one, _ in self._claims if one.subject in reached)
            self._alike[key] = self._first_alike.setdefault((buyer.id, is_led, ends, told), chip)
        return self._alike[key]

    def _compare_claim(self, chip: str, claim: Claim, ends: Collection[str]) -> tuple[bool, ...]:
        """Return all that a search for a chip may ask of a claim about it, where the chip is not named."""
        network = self.network
        if claim.relation not in ACCESS:
            return ()
        meant = claim.object not in ends or network.may_be_meant(chip, claim)
        if not claim.chips:
            return (meant,)
        concerned = Target.of(network, chip, self._filters).may_concern(claim)
        classes, relatives = network.classes(chip), network.relatives(chip)
        forms = [one in network.forms(chip) for one in claim.chips]
        # of two models that will do as well the first by its id is chosen
        scope = [
            (one in classes, is_form, is_form and chip < one) for one, is_form in zip(claim.chips, forms, strict=True)
        ]
        related = [one in relatives for one in claim.chips]
        return meant, concerned, *itertools.chain.from_iterable(scope), *related
