"""The reads of an embedded database, from its index."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from graphkit.engines.index import (
    ALIAS,
    DOCUMENT_COUNTS,
    ENTITY_COUNTS,
    ID,
    NAME,
    unpack_numbers,
)
from graphkit.engines.index_pages import AheadPage, IndexPages
from graphkit.engines.index_request import IndexRequest
from graphkit.engines.properties import decode_document
from graphkit.engines.reads import (
    ACCESS,
    ClaimTexts,
    Count,
    NamedTiers,
    Records,
    Step,
    Tie,
)
from graphkit.engines.values import Row
from graphkit.facts import Document, Entity, fold
from graphkit.ontology import PASSABLE, RELATIONS

_NUMBERS = {name: number for number, name in enumerate(RELATIONS)}
#: Entities of one name that are looked at.
_NAMESAKES = 50


class _ClaimId(msgspec.Struct):
    id: str


class IndexReader:
    """The reads of an open index."""

    def __init__(self, pages: IndexPages) -> None:
        self._pages = pages

    def list_marks(self) -> list[Row]:
        return self._pages.head.marks

    def count_records(self, name: str) -> list[int]:
        return self._pages.head.held.get(name, [0, 0, 0])

    # claims ------------------------------------------------------------------------------------

    def fetch_claims(
        self,
        steps: Sequence[Step],
        sets: Mapping[str, Collection[str]],
        *,
        limit: int | None = None,
        entities: Collection[str] = (),
    ) -> Records:
        request = IndexRequest(self._pages, sets, limit)
        for step in steps:
            request.take(step)
        return request.finish(entities)

    # ties --------------------------------------------------------------------------------------

    def find_ends(self, chips: Collection[str]) -> frozenset[str]:
        return frozenset(self._pages.get_ids(self._pages.find_ends(set(self._pages.find_numbers(chips).values()))))

    def list_ties(
        self, ids: Collection[str], *, backwards: bool = False, ends: Collection[str] = (), limit: int
    ) -> list[Tie]:
        some, others = (set(self._pages.find_numbers(given).values()) for given in (ids, ends))
        ties = self._look_behind(some) if backwards else self._look_ahead(some, others)
        return self._name_ties(sorted(ties)[:limit])

    def count_waiting(self, ids: Collection[str], *, backwards: bool = False) -> int:
        return self._pages.count_ties(self._pages.find_numbers(ids).values(), ACCESS, backwards=backwards)

    def meet(
        self, ids: Collection[str], sources: Collection[str], *, steps: int, arriving: bool, limit: int
    ) -> list[Tie]:
        some, others = (set(self._pages.find_numbers(given).values()) for given in (ids, sources))
        return self._name_ties(self._meet(some, others, steps=steps, arriving=arriving, limit=limit))

    def _meet(
        self, front: set[int], sources: set[int], *, steps: int, arriving: bool, limit: int
    ) -> list[tuple[int, int]]:
        """Return the ties of the last one or two steps that lead to `sources`."""

        def arrive(pages: Iterable[AheadPage]) -> set[tuple[int, int]]:
            ties = (page.chips if arriving else [*page.chips, *page.passed, *page.others] for page in pages)
            return {tie for some in ties for tie in some if tie[1] in sources}

        pages = self._pages.list_ahead(front)
        found = arrive(pages)
        if steps > 1:
            ahead = {tie for page in pages for tie in page.passed}
            last = arrive(self._pages.list_ahead({a for _, a in ahead}))
            between = {a for a, _ in last}
            found |= last | {(f, a) for f, a in ahead if a in between}
        return sorted(found)[:limit]

    def _look_ahead(self, some: Iterable[int], ends: Collection[int]) -> list[tuple[int, int]]:
        """Return the ties of entities to companies and sites, and to `ends`."""
        pages = self._pages.list_ahead(some)
        beyond = [tie for page in pages for tie in (*page.chips, *page.others) if tie[1] in ends]
        return [tie for page in pages for tie in page.passed] + beyond

    def _look_behind(self, some: Iterable[int]) -> list[tuple[int, int]]:
        """Return the ties of companies and sites to entities."""
        found = {(far, near) for near, far, _ in self._pages.follow(some, ACCESS, backwards=True)}
        pages = self._pages.get_entity_pages({far for far, _ in found})
        return [(far, near) for far, near in found if pages[far].kind in PASSABLE]

    def _name_ties(self, ties: Sequence[tuple[int, int]]) -> list[Tie]:
        numbers = sorted({end for tie in ties for end in tie})
        ids = dict(zip(numbers, self._pages.get_ids(numbers), strict=True))
        return [(ids[a], ids[b]) for a, b in ties]

    # names and lists ---------------------------------------------------------------------------

    def find_named(self, wanted: Mapping[str, Collection[str] | None]) -> dict[str, NamedTiers]:
        folded = {name: fold(name) for name in wanted}
        same = self._pages.find_bearers(wanted, ID)
        by_tier = [self._pages.find_bearers(folded.values(), tier) for tier in (ID, NAME, ALIAS)]
        return {
            name: [self._list_ours(same[name] if tier is by_tier[0] else (), tier[folded[name]]) for tier in by_tier]
            for name in wanted
        }

    def _list_ours(self, *some: Collection[int]) -> list[Entity]:
        """Return the first of some entities that fact bases name."""
        pages = self._pages.get_entity_pages(itertools.chain.from_iterable(some)).values()
        ours = (self._pages.decode_entity(page) for page in pages if page.ours)
        return list(itertools.islice(ours, _NAMESAKES))

    def list_entities(self) -> list[Entity]:
        return [self._pages.decode_entity(page) for page in self._pages.iterate_entities() if page.ours]

    def list_documents(self) -> list[Document]:
        return [decode_document(page.record) for page in self._pages.iterate_documents() if page.ours]

    def find_chips(self, ids: Collection[str]) -> dict[str, tuple[Entity, bool]]:
        pages = self._pages.get_entity_pages(self._pages.find_numbers(ids).values())
        held = {n for n in pages if self._pages.count_ties([n], ("HOSTS", "USES", "BUYS"), backwards=True)}
        found = {n: self._pages.decode_entity(page) for n, page in pages.items()}
        return {chip.id: (chip, n in held and chip.kind == "Chip") for n, chip in found.items()}

    def has_claim(self, id_: str) -> bool:
        return any(self._pages.decode(page.record, _ClaimId).id == id_ for page in self._pages.iterate_claims())

    def list_pairs(self, relations: Collection[str]) -> dict[str, list[Tie]]:
        found = {}
        for relation in relations:
            numbers = unpack_numbers(self._pages.pages.read("lists", _NUMBERS[relation]))
            found[relation] = self._name_ties(list(zip(numbers[::2], numbers[1::2], strict=True)))
        return found

    def count_claims(self, by: Count) -> dict[str, int]:
        if by == "relation":
            return {name: n for name, n in self._pages.head.counts.items() if n}
        if by == "document":
            return self._pages.decode(self._pages.pages.read("lists", DOCUMENT_COUNTS), dict[str, int])
        counts = unpack_numbers(self._pages.pages.read("lists", ENTITY_COUNTS))
        pages = self._pages.iterate_entities()
        return {page.id: count for page, count in zip(pages, counts, strict=True) if count}

    def find_words(self, word: str, most: int) -> list[ClaimTexts]:
        said = (self._pages.decode(page.record, ClaimTexts) for page in self._pages.iterate_claims())
        found = [one for one in said if word in one.summary.lower() or word in (one.note or "").lower()]
        return sorted(found, key=lambda one: one.id)[:most]

    def list_customers(self, ids: Collection[str]) -> list[str]:
        some = self._pages.find_numbers(ids).values()
        found = {far for _, far, _ in self._pages.follow(some, ACCESS, backwards=True)}
        pages = self._pages.get_entity_pages(found)
        return self._pages.get_ids(n for n in sorted(found) if pages[n].kind == "Company")
