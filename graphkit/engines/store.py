"""The protocol of a graph database: its reads, Cypher that reads or writes, its schema and its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from graphkit.engines.reads import ClaimTexts, Count, NamedTiers, Records, Step, Tie
from graphkit.engines.values import Row
from graphkit.facts import Document, Entity

#: Cypher with its parameters.
Statement = tuple[str, Mapping[str, object]]


class Reader(Protocol):
    """The reads of a database: records of what a fact base holds, whatever its engine.

    Entities, chips and documents are asked for by their ids; what nobody has is left out. All raise StoreError.
    """

    def fetch_claims(
        self,
        steps: Sequence[Step],
        sets: Mapping[str, Collection[str]],
        *,
        limit: int | None = None,
        entities: Collection[str] = (),
    ) -> Records:
        """Return the claims of some steps from sets of ids, at most `limit` in those that are bounded.

        With them come the entities and documents that they name, and the `entities` asked for.
        """

    def find_ends(self, chips: Collection[str]) -> frozenset[str]:
        """Return some chips, their forms, and the families and classes of those."""

    def list_ties(
        self, ids: Collection[str], *, backwards: bool = False, ends: Collection[str] = (), limit: int
    ) -> list[Tie]:
        """Return the ties of some entities to companies, sites and `ends` (or from companies and sites), sorted."""

    def count_waiting(self, ids: Collection[str], *, backwards: bool = False) -> int:
        """Count the access claims that leave (or reach) some entities."""

    def meet(
        self, ids: Collection[str], sources: Collection[str], *, steps: int, arriving: bool, limit: int
    ) -> list[Tie]:
        """Return the ties of one or two steps that lead from some entities to others, those `arriving` at chips."""

    def find_named(self, wanted: Mapping[str, Collection[str] | None]) -> dict[str, NamedTiers]:
        """Return those who answer to names, each name with the kinds that are wanted (None: any)."""

    def list_entities(self) -> list[Entity]:
        """Return all entities in the order of their ids."""

    def list_documents(self) -> list[Document]:
        """Return all documents in the order of their ids."""

    def find_chips(self, ids: Collection[str]) -> dict[str, tuple[Entity, bool]]:
        """Return entities by their ids, and whether some claim says that somebody has the chip."""

    def has_claim(self, id_: str) -> bool:
        """Say whether there is a claim of that id."""

    def list_pairs(self, relations: Collection[str]) -> dict[str, list[Tie]]:
        """Return the ends of the claims of some relations that are done."""

    def count_claims(self, by: Count) -> dict[str, int]:
        """Count the claims by relation, by document, or by the entities at their ends."""

    def find_words(self, word: str, most: int) -> list[ClaimTexts]:
        """Return the claims whose summary or note has a word in lower case, the first `most` by their ids."""

    def list_customers(self, ids: Collection[str]) -> list[str]:
        """Return the companies that gain access from some entities."""

    def list_marks(self) -> list[Row]:
        """Return the marks of the fact bases that the database holds (see `graphkit.loading.load_states`)."""

    def count_records(self, name: str) -> list[int]:
        """Count the documents, entities and claims of a fact base."""


class Store(Protocol):
    """A graph database.

    What an embedded store wrote is in its file once it is closed. Leaving a `with` block by an
    error closes an embedded store without saving; a server keeps the batches it has committed.
    Rows of Cypher hold plain Python only: see `graphkit.engines.values`.
    """

    @property
    def reader(self) -> Reader:
        """The reads that need no Cypher."""

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Run a statement that reads. Raises QueryError, QueryTimeout or another StoreError."""

    def read_at_most(
        self,
        limit: int,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
        token: str = "",
    ) -> tuple[list[str], list[Row]]:
        """Run a statement that reads; return its columns and its first `limit` rows. Raises as `read` does.

        A server knows the statement by its `token`, so that it can be ended there.
        """

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Run a statement that writes, in one transaction. Raises as `read` does."""

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        """Run statements that write, each in a transaction of its own; yield what each returns, in their order.

        A server works on one while the next is made and sent, and may begin that one too: none may rest
        on the one before it. Raises as `read` does.
        """

    def create_schema(self, *, indexes: bool = True) -> None:
        """Create graphkit's constraints where they are missing, and its indexes, unless told to wait with them."""

    def close(self) -> None:
        """Keep what was written and let the database go."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
