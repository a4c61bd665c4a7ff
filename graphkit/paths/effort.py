"""The bounds of searches: partial paths, and seconds of the processor.

Seconds are a last resort for graphs that are awkward, and those of the processor: what else a machine does must not
change an answer.
"""

from __future__ import annotations

import time

#: Partial paths that one question may keep waiting or take up, and seconds it may take, unless told otherwise.
MAX_PARTIAL_PATHS, MAX_SECONDS = 200_000, 2.5

#: Units of work between two looks at the clock, and those before which seconds end nothing: in a search so short they
#: tell of the collector of garbage, or of a page fault.
_BETWEEN, _SHORT = 256, 1_024


#: What is timed to tell how slow a processor is, and the seconds of a round on the usual one.
_ROUNDS, _STEPS, _USUAL = 5, 4_000, 0.0011


def count_seconds() -> float:
    """Return the seconds of the processor that this thread has taken."""
    return time.thread_time()


def measure_slowness() -> float:
    """Return how many times as long this processor takes as the one whose seconds are told; 1 at least.

    Some thousand steps such as searches take are timed a few times; the middle one counts.
    """
    taken = []
    for _ in range(_ROUNDS):
        began = count_seconds()
        kept: dict[tuple[int, str], int] = {}
        for number in range(_STEPS):
            key = number % 97, str(number)
            kept[key] = kept.get(key, 0) + number
        taken.append(count_seconds() - began)
    return max(1.0, sorted(taken)[_ROUNDS // 2] / _USUAL)


class Effort:
    """The work that a search may do before it gives up and says so. Several searches of one question can share one.

    The clock starts with the first unit that is spent. `bound` names what was hit, None as long as nothing was;
    `taken` are the seconds until the last look at the clock.
    """

    __slots__ = ("_began", "_look", "bound", "left", "seconds", "spent", "taken")

    def __init__(self, partial_paths: int | None = None, seconds: float | None = None) -> None:
        self.left = MAX_PARTIAL_PATHS if partial_paths is None else partial_paths
        self.seconds = MAX_SECONDS if seconds is None else seconds
        self.spent, self.taken = 0, 0.0
        self.bound: str | None = None
        self._look = 1
        self._began: float | None = None

    def spend(self, units: int = 1) -> bool:
        """Spend some units of work; return False once a bound has been hit."""
        self.spent += units
        self.left -= units
        if self.left < 0:
            self.bound = self.bound or "partial paths"
        elif self.spent >= self._look:
            self._look = max(self.spent + _BETWEEN, _SHORT)
            now = count_seconds()
            if self._began is None:
                self._began = now
            self.taken = now - self._began
            if self.taken > self.seconds:
                self.bound = self.bound or "seconds"
        return self.bound is None


class Budget:
    """The seconds that many searches of one question may take together, shared out as they begin.

    What the quick ones leave goes to the others; one so quick that the clock was looked at once takes nothing.
    """

    #: Seconds of a share at least, as long as there are so many left.
    LEAST = 0.05

    def __init__(self, seconds: float, shares: int) -> None:
        self.left, self.shares = seconds, shares
        self._last: Effort | None = None

    def share(self) -> Effort:
        """Return the work that the next search may do, once the one before has ended."""
        if self._last is not None:
            self.left = max(0.0, self.left - self._last.taken)
        fair = self.left / max(1, self.shares)
        self.shares -= 1
        self._last = Effort(seconds=min(self.left, max(self.LEAST, fair)))
        return self._last
