"""How many random cases a test runs: a few in `make test`, all of them in `make soak`."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import TypeVar

_T = TypeVar("_T")


def sample(few: int, many: int) -> int:
    """Return `few`, or `many` where GRAPHKIT_SOAK is set."""
    return many if os.environ.get("GRAPHKIT_SOAK") else few


def choose(cases: Iterable[_T], few: int) -> list[_T]:
    """Return a few of some cases, always the same, in their order; all of them where GRAPHKIT_SOAK is set."""
    every = list(cases)
    places = random.Random(len(every)).sample(range(len(every)), min(len(every), sample(few, len(every))))
    return [every[place] for place in sorted(places)]
