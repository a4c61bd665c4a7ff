"""A store for many questions of one moment: what was read once is kept, and not read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from graphkit.engines.store import Reader, Statement, Store
from graphkit.engines.values import Row

T = TypeVar("T")


class KeptStore:
    """An open store whose reads are kept as long as this object lives; nothing may be written meanwhile.

    `values` are what `keep` made so far.
    """

    def __init__(self, store: Store) -> None:
        self.opened = store
        self._kept: dict[Hashable, object] = {}
        # what a key names by its address must not be freed, or another could be taken for it
        self._named: list[object] = []

    @property
    def values(self) -> Collection[object]:
        return self._kept.values()

    def keep(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what `make` returns, made once for each key."""
        frozen = tuple(map(self._freeze, key))
        if frozen not in self._kept:
            self._kept[frozen] = make()
        return cast(T, self._kept[frozen])

    def _freeze(self, value: object) -> Hashable:
        if isinstance(value, Mapping):
            return tuple(sorted((str(name), self._freeze(one)) for name, one in value.items()))
        if isinstance(value, (set, frozenset)):
            return frozenset(value)
        if isinstance(value, (list, tuple)):
            return tuple(map(self._freeze, value))
        if isinstance(value, (str, int, float, type(None))) or callable(value):
            return cast(Hashable, value)
        self._named.append(value)
        return id(value)

    @property
    def reader(self) -> Reader:
        return cast(Reader, _KeptReader(self, self.opened.reader))

    def read(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        return self.opened.read(cypher, parameters)

    def read_at_most(self, limit: int, cypher: str, *given: Any, **more: Any) -> tuple[list[str], list[Row]]:
        return self.opened.read_at_most(limit, cypher, *given, **more)

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        return self.opened.write(cypher, parameters)

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        return self.opened.write_many(statements)

    def create_schema(self, *, indexes: bool = True) -> None:
        self.opened.create_schema(indexes=indexes)

    def close(self) -> None:
        self.opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _KeptReader:
    """The reads of a store, each kept."""

    def __init__(self, kept: KeptStore, reader: Reader) -> None:
        self._kept, self._reader = kept, reader

    def __getattr__(self, name: str) -> Callable[..., Any]:
        read = getattr(self._reader, name)
        return lambda *args, **more: self._kept.keep((name, args, more), lambda: read(*args, **more))
