"""Tables that are filled in as they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_K = TypeVar("_K")
_T = TypeVar("_T")


class LazyTable(dict[_K, _T]):
    """A table whose entries are looked up when they are first asked for, and kept."""

    def __init__(self, look: Callable[[_K], _T]) -> None:
        self._look = look

    def __missing__(self, key: _K) -> _T:
        found = self[key] = self._look(key)
        return found
