"""The pages of an open index: entities and claims by number, the ties between them, who bears a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from graphkit.engines.index import (
    CHIP,
    ID,
    KIND_BITS,
    KIND_MASK,
    LAYOUT,
    OTHER,
    PASSED,
    STATUS_BITS,
    STATUS_MASK,
    WAYS,
    ClaimPage,
    DocumentPage,
    EntityPage,
    Head,
    find_bucket,
    get_way,
    number_status,
    unpack_numbers,
)
from graphkit.engines.pages import KeptPages, Pages
from graphkit.engines.properties import decode_claim, decode_document, decode_entity
from graphkit.engines.reads import LEVELS
from graphkit.errors import StoreDamaged
from graphkit.facts import Claim, Document, Entity
from graphkit.ontology import RELATIONS

#: Near end, far end, claim: as numbers.
Way = tuple[int, int, int]
#: Entities that are kept, and ids whose numbers are.
_KEPT = 20_000
_NUMBERS = {name: number for number, name in enumerate(RELATIONS)}
_T = TypeVar("_T")


class TiePage(msgspec.Struct, frozen=True, gc=False):
    """The ties of an entity by one relation in one direction, and the number of the status of each."""

    ways: list[Way]
    statuses: bytes


class AheadPage(msgspec.Struct, frozen=True, gc=False):
    """The ties of an entity by all access relations, in pairs of numbers, by what their other end is."""

    passed: list[tuple[int, int]]
    chips: list[tuple[int, int]]
    others: list[tuple[int, int]]


class IndexedClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim, with the numbers of its document, of all entities that it names, and of those where it counts.

    These are what it is limited to, and the sites at its ends.
    """

    claim: Claim
    document: int
    named: tuple[int, ...]
    places: tuple[int, ...]


class IndexPages:
    """An open index. Raises StoreDamaged for pages that are none of this layout."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.head = self.decode(pages.read("head", 0), Head)
        if self.head.layout != LAYOUT or self.head.relations != list(RELATIONS):
            raise self._make_fault("its layout is another one")
        self._entities = KeptPages(pages, "entities", lambda n, data: self.decode(data, EntityPage))
        self._documents = KeptPages(pages, "documents", self._decode_document)
        self._claims = KeptPages(pages, "claims", self._decode_claim)
        self._ties = KeptPages(pages, "ties", _decode_ties)
        self._ahead = KeptPages(pages, "ahead", _decode_ahead)
        self._names = KeptPages(pages, "names", lambda n, data: self.decode(data, list[tuple[str, int, int]]))
        #: entities by their numbers, as far as they were asked for
        self._records: dict[int, Entity] = {}
        #: numbers by id, as far as they were asked for or came along
        self._numbers: dict[str, int] = {}

    def close(self) -> None:
        """Close the file."""
        self.pages.close()

    def read_graph(self) -> bytes:
        """Return the bytes of the graph."""
        return b"".join(self.pages.read("graph", n) for n in range(self.head.parts))

    def follow(
        self, some: Iterable[int], relations: Sequence[str], *, backwards: bool = False, status: str = ""
    ) -> list[Way]:
        """Return what the claims of some relations (and a status) lead to or from: near end, far end, claim."""
        wanted = {get_way(_NUMBERS[name], backwards) for name in relations}
        pages = [
            n * WAYS + way for n, page in self.get_entity_pages(some).items() for way in page.ways if way in wanted
        ]
        found = self._ties.get_many(pages).values()
        if not status:
            return [way for page in found for way in page.ways]
        number = number_status(status)
        return [way for page in found for way, one in zip(page.ways, page.statuses, strict=True) if one == number]

    def list_ahead(self, some: Iterable[int]) -> list[AheadPage]:
        """Return the ties of each of some entities to its providers and chips."""
        return list(self._ahead.get_many(set(some)).values())

    def follow_on(
        self, some: set[int], relations: Sequence[str], *, backwards: bool = False, levels: int | None
    ) -> set[int]:
        """Return all that some entities lead to within so many steps (None: however many), themselves included."""
        seen, wave = set(some), set(some)
        while wave and levels != 0:
            wave = {far for _, far, _ in self.follow(wave, relations, backwards=backwards)} - seen
            seen |= wave
            levels = None if levels is None else levels - 1
        return seen

    def find_ends(self, chips: set[int]) -> set[int]:
        """Return some chips, their forms, and the families and classes of those."""
        forms = self.follow_on(chips, ("FORM_OF",), backwards=True, levels=LEVELS)
        return self.follow_on(forms, ("FORM_OF", "IN_CLASS"), levels=LEVELS)

    def count_ties(self, some: Iterable[int], relations: Sequence[str], *, backwards: bool = False) -> int:
        """Count the claims of some relations that leave (or reach) entities."""
        ways = [get_way(_NUMBERS[name], backwards) for name in relations]
        return sum(page.ways.get(way, 0) for page in self.get_entity_pages(some).values() for way in ways)

    def get_entity_pages(self, some: Iterable[int]) -> dict[int, EntityPage]:
        """Return the pages of entities."""
        return self._entities.get_many(set(some))

    def get_claims(self, some: Collection[int]) -> dict[int, IndexedClaim]:
        """Return claims. Raises StoreError for what is none."""
        return self._claims.get_many(some)

    def get_documents(self, some: Collection[int]) -> list[Document]:
        """Return documents. Raises StoreError for what is none."""
        return list(self._documents.get_many(some).values())

    def _decode_document(self, n: int, data: bytes) -> Document:
        return decode_document(self.decode(data, DocumentPage).record)

    def _decode_claim(self, n: int, data: bytes) -> IndexedClaim:
        page = self.decode(data, ClaimPage)
        named = (page.subject, page.object, *page.scopes, *page.others)
        return IndexedClaim(decode_claim(page.record), page.document, named, (*page.scopes, *page.sites))

    def iterate_entities(self) -> Iterator[EntityPage]:
        """Iterate over the pages of all entities."""
        return (self.decode(data, EntityPage) for data in self.pages.iterate("entities", self.head.entities))

    def iterate_documents(self) -> Iterator[DocumentPage]:
        """Iterate over the pages of all documents."""
        return (self.decode(data, DocumentPage) for data in self.pages.iterate("documents", self.head.documents))

    def iterate_claims(self) -> Iterator[ClaimPage]:
        """Iterate over the pages of all claims."""
        return (self.decode(data, ClaimPage) for data in self.pages.iterate("claims", self.head.claims))

    def get_entities(self, some: Iterable[int]) -> list[Entity]:
        """Return entities, by their numbers, sorted. Raises StoreError for what is none."""
        wanted, kept = sorted(some), self._records
        if missing := [n for n in wanted if n not in kept]:
            if len(kept) > _KEPT:
                kept, missing = {}, wanted
                self._records = kept
            kept.update((n, self.decode_entity(page)) for n, page in self.get_entity_pages(missing).items())
        return [kept[n] for n in wanted]

    def decode_entity(self, page: EntityPage) -> Entity:
        """Return the entity of a page. Raises StoreError for what is none."""
        return decode_entity(page.record)

    def find_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of entities by their ids; an id that nobody has is left out."""
        wanted, known = list(ids), self._numbers
        found = {name: known[name] for name in wanted if name in known}
        missing = [name for name in wanted if name not in found]
        if not missing:
            return found
        read = {name: bearers[0] for name, bearers in self.find_bearers(missing, ID).items() if bearers}
        self._note_numbers(read)
        found |= read
        return {name: found[name] for name in wanted if name in found}

    def _note_numbers(self, numbers: Mapping[str, int]) -> None:
        """Keep the numbers of entities by their ids."""
        if len(self._numbers) > _KEPT:
            self._numbers = {}
        self._numbers.update(numbers)

    def get_ids(self, numbers: Iterable[int]) -> list[str]:
        """Return the ids of entities."""
        wanted = list(numbers)
        pages = self.get_entity_pages(wanted)
        self._note_numbers({page.id: n for n, page in pages.items()})
        return [pages[n].id for n in wanted]

    def find_bearers(self, names: Iterable[str], tier: int) -> dict[str, list[int]]:
        """Return the numbers of those who bear just these names in a tier."""
        found: dict[str, list[int]] = {name: [] for name in names}
        buckets = {find_bucket(name, self.head.buckets) for name in found}
        for bearers in self._names.get_many(buckets).values():
            for name, place, n in bearers:
                if place == tier and name in found:
                    found[name].append(n)
        return found

    def decode(self, data: bytes, kind: type[_T]) -> _T:
        """Return what a page holds."""
        try:
            return msgspec.msgpack.decode(data, type=kind)
        except msgspec.MsgspecError as error:
            raise self._make_fault(str(error)) from error

    def _make_fault(self, said: str) -> StoreDamaged:
        return self.pages.make_fault(said)


def _decode_ties(key: int, data: bytes) -> TiePage:
    numbers, near = unpack_numbers(data), key // WAYS
    far, claims = numbers[::2], numbers[1::2]
    ways = [(near, other, claim >> STATUS_BITS) for other, claim in zip(far, claims, strict=True)]
    return TiePage(ways, bytes(claim & STATUS_MASK for claim in claims))


def _decode_ahead(a: int, data: bytes) -> AheadPage:
    page = AheadPage([], [], [])
    by_kind = {PASSED: page.passed, CHIP: page.chips, OTHER: page.others}
    for number in unpack_numbers(data):
        by_kind[number & KIND_MASK].append((a, number >> KIND_BITS))
    return page
