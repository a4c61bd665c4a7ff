"""The pages of an open index: entities and claims by number, the ties between them, who bears a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from graphkit.engines.index import (
    ID,
    KIND_BITS,
    KIND_MASK,
    LAYOUT,
    STATUS_BITS,
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
from graphkit.engines.pages import Pages
from graphkit.engines.properties import decode_claim, decode_document, decode_entity
from graphkit.errors import StoreDamaged
from graphkit.facts import Claim, Document, Entity
from graphkit.ontology import RELATIONS

#: Near end, far end, claim: as numbers.
Way = tuple[int, int, int]
#: Pages of entities that are kept.
_KEPT = 20_000
_NUMBERS = {name: number for number, name in enumerate(RELATIONS)}
_T = TypeVar("_T")


class IndexPages:
    """An open index. Raises StoreDamaged for pages that are none of this layout."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.head = self.decode(pages.read("head", 0), Head)
        if self.head.layout != LAYOUT or self.head.relations != list(RELATIONS):
            raise self._make_fault("its layout is another one")
        self._entities: dict[int, EntityPage] = {}
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
        ways = [get_way(_NUMBERS[name], backwards) for name in relations]
        mask, wanted = (1 << STATUS_BITS) - 1, number_status(status) if status else None
        counted = self.get_entities(some)
        pages = {n * WAYS + way: page.ways[way] for n, page in counted.items() for way in ways if way in page.ways}
        found: list[Way] = []
        for key, data in sorted(self.pages.read_many("ties", pages).items()):
            numbers = unpack_numbers(data)
            near = key // WAYS
            found.extend(
                (near, far, claim >> STATUS_BITS)
                for far, claim in zip(numbers[::2], numbers[1::2], strict=True)
                if wanted is None or claim & mask == wanted
            )
        return found

    def iterate_ahead(self, some: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """Iterate over the ties of some entities to their providers and chips, each with the kind of its end."""
        for a, data in self.pages.read_many("ahead", set(some)).items():
            for number in unpack_numbers(data):
                yield a, number >> KIND_BITS, number & KIND_MASK

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

    def count_ties(self, some: Iterable[int], relations: Sequence[str], *, backwards: bool = False) -> int:
        """Count the claims of some relations that leave (or reach) entities."""
        ways = [get_way(_NUMBERS[name], backwards) for name in relations]
        return sum(page.ways.get(way, 0) for page in self.get_entities(some).values() for way in ways)

    def get_entities(self, some: Iterable[int]) -> dict[int, EntityPage]:
        """Return the pages of entities; they are kept."""
        wanted = set(some)
        missing = wanted - self._entities.keys()
        if missing:
            if len(self._entities) > _KEPT:
                self._entities.clear()
                missing = wanted
            for n, data in self.pages.read_many("entities", missing).items():
                self._entities[n] = self.decode(data, EntityPage)
        return {n: self._entities[n] for n in sorted(wanted)}

    def get_claims(self, some: Collection[int]) -> dict[int, ClaimPage]:
        """Return the pages of claims."""
        return {n: self.decode(data, ClaimPage) for n, data in self.pages.read_many("claims", some).items()}

    def get_documents(self, some: Collection[int]) -> list[Document]:
        """Return documents."""
        pages = self.pages.read_many("documents", some).values()
        return [decode_document(self.decode(data, DocumentPage).record) for data in pages]

    def decode_claim(self, page: ClaimPage) -> Claim:
        """Return the claim of a page. Raises StoreError for what is none."""
        return decode_claim(page.record)

    def iterate_entities(self) -> Iterator[EntityPage]:
        """Iterate over the pages of all entities."""
        return (self.decode(data, EntityPage) for data in self.pages.iterate("entities", self.head.entities))

    def iterate_documents(self) -> Iterator[DocumentPage]:
        """Iterate over the pages of all documents."""
        return (self.decode(data, DocumentPage) for data in self.pages.iterate("documents", self.head.documents))

    def iterate_claims(self) -> Iterator[ClaimPage]:
        """Iterate over the pages of all claims."""
        return (self.decode(data, ClaimPage) for data in self.pages.iterate("claims", self.head.claims))

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
        missing = set(wanted) - self._entities.keys()
        read = {n: self.decode(data, EntityPage).id for n, data in self.pages.read_many("entities", missing).items()}
        self._note_numbers({id_: n for n, id_ in read.items()})
        return [read[n] if n in read else self._entities[n].id for n in wanted]

    def find_bearers(self, names: Iterable[str], tier: int) -> dict[str, list[int]]:
        """Return the numbers of those who bear just these names in a tier."""
        found: dict[str, list[int]] = {name: [] for name in names}
        buckets = {find_bucket(name, self.head.buckets) for name in found}
        for data in self.pages.read_many("names", buckets).values():
            for name, place, n in self.decode(data, list[tuple[str, int, int]]):
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
