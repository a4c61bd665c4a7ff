"""The bounds of searches: partial paths, and seconds of the clock."""

from __future__ import annotations

import time

#: Partial paths that one question may keep waiting or take up, and seconds it may take, unless told otherwise.
MAX_PARTIAL_PATHS, MAX_SECONDS = 200_000, 2.5

#: Units of work between two looks at the clock.
_BETWEEN = 256


class Effort:
    """The work that a search may do before it gives up and says so. Several searches of one question can share one.

    The clock starts with the first unit that is spent. `bound` names what was hit, None as long as nothing was.
    """

    __slots__ = ("_deadline", "_look", "bound", "left", "seconds", "spent")

    def __init__(self, partial_paths: int | None = None, seconds: float | None = None) -> None:
        self.left = MAX_PARTIAL_PATHS if partial_paths is None else partial_paths
        self.seconds = MAX_SECONDS if seconds is None else seconds
        self.spent = 0
        self.bound: str | None = None
        self._look = 1
        self._deadline: float | None = None

    def spend(self, units: int = 1) -> bool:
        """Spend some units of work; return False once a bound has been hit."""
        self.spent += units
        self.left -= units
        if self.left < 0:
            self.bound = self.bound or "partial paths"
        elif self.spent >= self._look:
            self._look = self.spent + _BETWEEN
            now = time.monotonic()
            if self._deadline is None:
                self._deadline = now + self.seconds
            elif now > self._deadline:
                self.bound = self.bound or "seconds"
        return self.bound is None


class Budget:
    """The seconds that many searches of one question may take together, shared out as they begin.

    What the quick ones leave goes to the others. The clock starts with the first share.
    """

    #: Seconds of a share at least, as long as there are so many left.
    LEAST = 0.05

    def __init__(self, seconds: float, shares: int) -> None:
        self.seconds, self.shares = seconds, shares
        self._deadline: float | None = None

    def share(self) -> Effort:
        """Return the work that the next search may do."""
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + self.seconds
        left = max(0.0, self._deadline - now)
        fair = left / max(1, self.shares)
        self.shares -= 1
        return Effort(seconds=min(left, max(self.LEAST, fair)))
