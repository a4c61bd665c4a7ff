"""Today, in one place: an answer that is asked again is asked as of the day it was first given."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from contextvars import ContextVar

_DAY: ContextVar[str | None] = ContextVar("today", default=None)


def get_today() -> str:
    """Return today's ISO date, or the day that `set_today` put in its place."""
    return _DAY.get() or datetime.date.today().isoformat()


@contextlib.contextmanager
def set_today(day: str) -> Iterator[None]:
    """Let another ISO date be today within a block."""
    token = _DAY.set(day)
    try:
        yield
    finally:
        _DAY.reset(token)
