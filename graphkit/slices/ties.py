"""The ties around a question, from who gains access to its provider: ids only, before any claim is fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Set

from graphkit.engines import Reader
from graphkit.engines.reads import Tie
from graphkit.paths.lazy_table import LazyTable
from graphkit.paths.reachability import find_walks

_NOBODY: frozenset[str] = frozenset()


class Ties:
    """Ties from who gains access to its provider, ids only.

    `onward` leads to companies and sites, `chips` to those asked for.
    """

    def __init__(self, reader: Reader, chips: Collection[str], limit: int) -> None:
        self.reader, self.limit, self.room, self.truncated = reader, limit, limit, False
        self.onward: defaultdict[str, set[str]] = defaultdict(set)
        self.chips: defaultdict[str, set[str]] = defaultdict(set)
        #: the chips, their forms, and the families and classes of those
        self.ends = reader.find_ends(chips)

    def find_between(self, buyers: Collection[str], max_hops: int) -> dict[str, list[str]]:
        """Return the ties on walks of at most `max_hops` steps from the buyers to the chips, by who gains; sorted."""
        near = self._find_near(buyers, max_hops)
        between: dict[str, list[str]] = {}
        for a in sorted(near - self.ends):
            if others := self.chips.get(a, _NOBODY) | (self.onward.get(a, _NOBODY) & near):
                between[a] = sorted(others)
        return between

    def _find_near(self, buyers: Collection[str], max_hops: int) -> Set[str]:
        """Return those on some walk of at most `max_hops` steps from the buyers to the chips."""
        onward: LazyTable[str, Set[str]] = LazyTable(lambda node: self.onward.get(node, _NOBODY))
        arriving: LazyTable[str, Set[str]] = LazyTable(
            lambda node: self.onward.get(node, _NOBODY) & self.chips.keys()
        )
        chips: LazyTable[str, Set[str]] = LazyTable(lambda node: self.chips.get(node, _NOBODY))
        return find_walks(buyers, lambda steps: onward if steps > 1 else arriving, chips, max_hops)[0].keys()

    def widen(self, buyers: Collection[str], hops: int, wide: int) -> None:
        """Look ahead from the buyers and, where more than `wide` ties wait, back from the chips, until they meet."""
        front, looked = set(buyers), set(buyers)
        back, sources = set(self.ends), set(self.ends)
        # what is read may be known already, so the bound of each read is that of all ties together
        while front and hops > 2 and not self.truncated:
            ties = self.reader.list_ties(front, ends=self.ends, limit=min(wide, self.limit) + 1)
            if len(ties) > wide:
                if self.reader.count_waiting(back, backwards=True) < self.reader.count_waiting(front):
                    behind = self.reader.list_ties(back, backwards=True, limit=self.limit + 1)
                    back = {a for a, _ in self._tie(behind)} - sources
                    sources |= back
                    hops -= 1
                    continue
                ties = self.reader.list_ties(front, ends=self.ends, limit=self.limit + 1)
            front = {b for _, b in self._tie(ties)} - looked - self.ends
            looked |= front
            hops -= 1
        if front and not self.truncated:
            arriving = sources == self.ends
            met = self.reader.meet(front, sources, steps=min(2, hops), arriving=arriving, limit=self.limit + 1)
            self._tie(met)

    def _tie(self, ties: list[Tie]) -> list[Tie]:
        """Keep some ties, as far as there is room, and return those."""
        known = {(a, b) for a, b in ties if b in (self.chips if b in self.ends else self.onward).get(a, _NOBODY)}
        new = [tie for tie in dict.fromkeys(ties) if tie not in known]
        self.truncated = self.truncated or len(new) > self.room
        kept = new[: self.room]
        self.room -= len(kept)
        for a, b in kept:
            (self.chips if b in self.ends else self.onward)[a].add(b)
        return [*kept, *known]
