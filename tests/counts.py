"""How many random cases a test runs: a few in `make test`, all of them in `make soak`."""

from __future__ import annotations

import os


def sample(few: int, many: int) -> int:
    """Return `few`, or `many` where GRAPHKIT_SOAK is set."""
    return many if os.environ.get("GRAPHKIT_SOAK") else few
