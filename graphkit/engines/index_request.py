"""A request for claims, answered from an index step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from graphkit.engines.index_pages import IndexedClaim, IndexPages, Way
from graphkit.engines.reads import ACCESS, SCOPES, Between, Follow, Records, Step, Walk, Whole, Widen, get_order
from graphkit.ontology import PASSABLE


class IndexRequest:
    """A request on its way to its records: the sets that it has named, and the claims found, as numbers."""

    def __init__(self, pages: IndexPages, sets: Mapping[str, Collection[str]], limit: int | None) -> None:
        self._pages, self._limit = pages, limit
        self._sets = {name: set(pages.find_numbers(ids).values()) for name, ids in sets.items()}
        self._claims: dict[int, IndexedClaim] = {}
        self._truncated = self._wide = False
        self._unexplored: set[int] = set()
        self._deeper = False

    def take(self, step: Step) -> None:
        """Fetch the claims of a step."""
        if isinstance(step, Follow):
            self._follow(step)
        elif isinstance(step, Widen):
            self._widen(step)
        elif isinstance(step, Walk):
            self._walk(step)
        elif isinstance(step, Whole):
            self._keep((0, 0, claim) for claim in range(self._pages.head.claims))
        else:
            self._take_between(step)

    def finish(self, entities: Collection[str]) -> Records:
        """Return the claims found, and the entities and documents that they name."""
        pages, found = self._pages, self._claims.values()
        named = set(pages.find_numbers(entities).values()).union(*[one.named for one in found])
        return Records(
            sorted([one.claim for one in found], key=get_order),
            pages.get_entities(named),
            pages.get_documents({one.document for one in found} - {-1}),
            self._truncated,
            frozenset(pages.get_ids(self._unexplored)),
            self._deeper,
            self._wide,
        )

    def _follow(self, step: Follow) -> None:
        start: set[int] = set()
        for name in step.start:
            start |= self._list_scopes() if name == SCOPES else self._sets.get(name, set())
        if step.levels != 1:
            start = self._pages.follow_on(start, step.relations, backwards=step.backwards, levels=step.levels)
        ways = self._pages.follow(start, step.relations, backwards=step.backwards, status=step.status)
        if step.ends:
            ends = self._sets.get(step.ends, set())
            ways = [way for way in ways if way[1] in ends]
        if step.most is not None:
            ways = self._choose_first(ways, step.most)
        ways = self._keep(ways) if step.bounded else self._load(ways)
        if step.into:
            met = {far for _, far, _ in ways}
            if step.named:
                met = {n for n, page in self._pages.get_entity_pages(met).items() if not page.generic}
            self._sets[step.into] = self._sets.get(step.into, set()) | met | (start if step.levels != 1 else set())

    def _walk(self, step: Walk) -> None:
        """Fetch the access claims on walks to chips, unless too much lies ahead."""
        pages = self._pages
        front, asked = (self._sets.get(name, set()) for name in (step.front, step.chips))
        ends = self._sets[step.ends] = pages.find_ends(asked)
        holders = self._sets[step.holders] = set()
        ahead, wave = dict.fromkeys(front, 0), set(front)
        # buyers of a kind that a path would not pass: it may come back to them all the same
        unusual = {n for n, page in pages.get_entity_pages(front).items() if page.kind not in PASSABLE}
        ties: list[tuple[int, int]] = []
        reached = set[int]()
        for number in range(1, step.hops + 1):
            if len(ahead) > step.wide:
                self._wide = True
                holders.clear()  # those met so far are not all of them
                return
            met = pages.list_ahead(wave)
            arriving = [tie for page in met for tie in page.chips if tie[1] in ends]
            holders.update([a for a, _ in arriving])
            reached.update([b for _, b in arriving])
            ties += arriving
            if number == step.hops:
                break
            onward = [tie for page in met for tie in page.passed]
            if unusual:
                onward += [tie for page in met for tie in (*page.chips, *page.others) if tie[1] in unusual]
            ties += onward
            wave = {b for _, b in onward} - ahead.keys()
            ahead.update(dict.fromkeys(wave, number))
        wanted = _find_walks(ahead, ties, reached, step.hops)
        self._keep(way for way in pages.follow(wanted, ACCESS) if way[1] in wanted[way[0]])

    def _take_between(self, step: Between) -> None:
        subjects = self._pages.find_numbers(step.ties)
        ends = self._pages.find_numbers({one for others in step.ties.values() for one in others})
        wanted = {
            subjects[a]: {ends[one] for one in others if one in ends}
            for a, others in step.ties.items()
            if a in subjects
        }
        self._keep(way for way in self._pages.follow(wanted, ACCESS) if way[1] in wanted[way[0]])

    def _widen(self, step: Widen) -> None:
        """Fetch access claims from both ends until they must have met, or the bound is hit."""
        pages = self._pages
        front, back = (set(self._sets.get(name, set())) for name in (step.front, step.back))
        reached, sources = set(front), set(back)
        for _ in range(step.hops):
            if not front or not back or self._truncated:
                break
            ahead = pages.count_ties(front, ACCESS)
            # the way back is looked at only where the way ahead is wide
            if ahead > step.wide and pages.count_ties(back, ACCESS, backwards=True) < ahead:
                back = {far for _, far, _ in self._keep(pages.follow(back, ACCESS, backwards=True))} - sources
                sources |= back
            else:
                found = {far for _, far, _ in self._keep(pages.follow(front, ACCESS))} - reached
                reached |= found
                front = {n for n, page in pages.get_entity_pages(found).items() if page.kind in PASSABLE}
        self._unexplored, self._deeper = front, bool(front and back)

    def _list_scopes(self) -> set[int]:
        """Return what the claims fetched so far are limited to, or stand at."""
        found: set[int] = set()
        for one in self._claims.values():
            found.update(one.places)
        return found

    def _load(self, ways: Iterable[Way]) -> list[Way]:
        """Keep the claims of some ways."""
        taken = list(ways)
        self._claims.update(self._pages.get_claims({claim for _, _, claim in taken} - self._claims.keys()))
        return taken

    def _keep(self, ways: Iterable[Way]) -> list[Way]:
        """Keep of the claims of some ways as many as there is room for."""
        found = list(ways)
        if self._limit is not None and len(found) > (room := max(0, self._limit - len(self._claims))):
            self._truncated = True
            found = self._choose_first(found, room)
        return self._load(found)

    def _choose_first(self, ways: list[Way], most: int) -> list[Way]:
        """Return the first of some ways by the ids and fact bases of their claims."""
        if len(ways) <= most:
            return ways
        found = self._pages.get_claims({claim for _, _, claim in ways})
        order = {n: (one.claim.id, one.claim.factbase or "") for n, one in found.items()}
        return sorted(ways, key=lambda way: order[way[2]])[:most]


def _find_walks(
    ahead: Mapping[int, int], ties: Iterable[tuple[int, int]], ends: Collection[int], hops: int
) -> dict[int, set[int]]:
    """Return the ties that lie on some walk of at most `hops` steps to ends, by who gains.

    `ahead` says how many steps lead to those who gain.

    >>> _find_walks({1: 0, 2: 1, 3: 1}, [(1, 2), (2, 9), (1, 3), (3, 4)], {9}, 2)
    {2: {9}, 1: {2}}
    """
    behind: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in ties:
        behind[b].append(a)
    found: defaultdict[int, set[int]] = defaultdict(set)
    wave, seen = set(ends), set(ends)
    for most in range(hops - 1, -1, -1):
        further = set[int]()
        for b in wave & behind.keys():
            for a in behind[b]:
                if ahead[a] <= most:
                    found[a].add(b)
                    further.add(a)
        wave = further - seen
        seen |= wave
    return dict(found)
