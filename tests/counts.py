"""How many cases a test runs: a few in `make test`, all of them in `make soak`."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

_T, _S = TypeVar("_T"), TypeVar("_S")


def sample(few: int, many: int) -> int:
    """Return `few`, or `many` where GRAPHKIT_SOAK is set."""
    return many if os.environ.get("GRAPHKIT_SOAK") else few


def choose(cases: Iterable[_T], few: int) -> list[_T]:
    """Return a few of some cases, always the same, in their order; all of them where GRAPHKIT_SOAK is set."""
    every = list(cases)
    places = random.Random(len(every)).sample(range(len(every)), min(len(every), sample(few, len(every))))
    return [every[place] for place in sorted(places)]


def take(few: int, cases: Iterable[_T]) -> list[_T]:
    """Return the first few of some cases, the telling ones; all of them where GRAPHKIT_SOAK is set."""
    every = list(cases)
    return every[: sample(few, len(every))]


def cross(some: Sequence[_T], others: Sequence[_S]) -> list[tuple[_T, _S]]:
    """Return every case of each kind with the first of the other; all pairs where GRAPHKIT_SOAK is set."""
    pairs = itertools.product(some, others)
    return [pair for pair in pairs if sample(0, 1) or pair[0] is some[0] or pair[1] is others[0]]
