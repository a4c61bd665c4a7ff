"""The ties around a question, from who gains access to its provider: ids only, before any claim is fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Set

from graphkit import ontology
from graphkit.engines import Reader
from graphkit.ontology import PASSABLE, RELATIONS
from graphkit.paths.lazy_table import LazyTable
from graphkit.paths.reachability import find_walks

#: The relations of access paths, as Cypher.
ACCESS = "|".join(sorted(ontology.ACCESS))
#: Those of them that lead on, and those that arrive at a chip.
_ONWARD = "|".join(name for name, one in RELATIONS.items() if one.access and not PASSABLE.isdisjoint(one.objects))
_ARRIVING = "|".join(name for name, one in RELATIONS.items() if one.access and "Chip" in one.objects)
#: How far families and classes are followed.
LEVELS = 8

Tie = tuple[str, str]

_NOBODY: frozenset[str] = frozenset()


class Ties:
    """Ties from who gains access to its provider, ids only.

    `onward` leads to companies and sites, `chips` to those asked for.
    """

    def __init__(self, store: Reader, chips: Collection[str], limit: int) -> None:
        self.store, self.room, self.truncated = store, limit, False
        self.onward: defaultdict[str, set[str]] = defaultdict(set)
        self.chips: defaultdict[str, set[str]] = defaultdict(set)
        rows = store.read(
            f"UNWIND $ids AS id MATCH (f:Entity)-[:FORM_OF*0..{LEVELS}]->(:Entity {{id: id}}) WITH DISTINCT f "
            f"MATCH (f)-[:FORM_OF|IN_CLASS*0..{LEVELS}]->(b:Entity) RETURN DISTINCT b.id AS b",
            {"ids": sorted(chips)},
        )
        #: the chips, their forms, and the families and classes of those
        self.ends = {str(row["b"]) for row in rows}

    def find_between(self, buyers: Collection[str], max_hops: int) -> Set[str]:
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
        while front and hops > 2 and not self.truncated:
            ties = self._look_ahead(front, min(wide, self.room))
            if len(ties) > wide:
                if count_waiting(self.store, back, backwards=True) < count_waiting(
                    self.store, front, backwards=False
                ):
                    back = self._look_behind(back) - sources
                    sources |= back
                    hops -= 1
                    continue
                ties = self._look_ahead(front, self.room)
            front = {b for _, b in self._tie(ties)} - looked - self.ends
            looked |= front
            hops -= 1
        if front and not self.truncated:
            self._meet(front, sources, min(2, hops))

    def _look_ahead(self, ids: Collection[str], limit: int) -> list[Tie]:
        """Look one step ahead."""
        rows = self.store.read(
            f"MATCH (a:Entity)-[:{ACCESS}]->(b:Entity) WHERE a.id IN $ids AND (b.kind IN $kinds OR b.id IN $ends) "
            "WITH DISTINCT a.id AS a, b.id AS b ORDER BY a, b LIMIT $limit RETURN a, collect(b) AS others",
            {"ids": sorted(ids), "kinds": sorted(PASSABLE), "ends": sorted(self.ends), "limit": limit + 1},
        )
        return [(str(row["a"]), b) for row in rows for b in _get_texts(row["others"])]

    def _meet(self, ids: Collection[str], sources: Collection[str], steps: int) -> None:
        """Look at the last one or two steps, of which only those that arrive are of use.

        One step at a time: in a cluster the pairs of steps are many times its claims.
        """
        last = _ARRIVING if sources == self.ends else ACCESS
        given = {"ids": sorted(ids), "kinds": sorted(PASSABLE)}
        arriving = set[str]()
        if steps == 2:
            # ids are handed on, not nodes: one of the engines takes its time over every node
            ties = self._read_ties(
                f"UNWIND $ids AS id MATCH (f:Entity {{id: id}})-[:{_ONWARD}]->(n:Entity) WHERE n.kind IN $kinds "
                f"WITH DISTINCT n.id AS n MATCH (a:Entity {{id: n}})-[:{last}]->(b:Entity) WHERE b.id IN $sources ",
                {**given, "sources": sorted(sources)},
            )
            arriving = {a for a, _ in ties}
        self._read_ties(
            f"UNWIND $ids AS id MATCH (a:Entity {{id: id}})-[:{ACCESS if arriving else last}]->(b:Entity) "
            "WHERE b.id IN $sources ",
            {**given, "sources": sorted(arriving | set(sources))},
        )

    def _read_ties(self, match: str, given: dict[str, object]) -> list[Tie]:
        """Read the ties from `a` to `b` of a pattern, as far as there is room, and keep them."""
        room = self.room
        rows = self.store.read(
            f"{match} RETURN DISTINCT a.id AS a, b.id AS b ORDER BY a, b LIMIT $limit", {**given, "limit": room + 1}
        )
        self.truncated = self.truncated or len(rows) > room
        return self._tie([(str(row["a"]), str(row["b"])) for row in rows])

    def _look_behind(self, ids: Collection[str]) -> set[str]:
        """Look one step back."""
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH (b:Entity {{id: id}}) MATCH (a:Entity)-[:{ACCESS}]->(b:Entity) "
            "WHERE a.kind IN $kinds RETURN DISTINCT a.id AS a, b.id AS b ORDER BY a, b LIMIT $limit",
            {"ids": sorted(ids), "kinds": sorted(PASSABLE), "limit": self.room + 1},
        )
        return {a for a, _ in self._tie([(str(row["a"]), str(row["b"])) for row in rows])}

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


def _get_texts(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def count_waiting(store: Reader, ids: Collection[str], *, backwards: bool) -> int:
    """Count the claims that the next round on one side would fetch."""
    near = "b" if backwards else "a"
    rows = store.read(
        f"UNWIND $ids AS id MATCH ({near}:Entity {{id: id}}) MATCH (a:Entity)-[r:{ACCESS}]->(b:Entity) "
        "RETURN count(r) AS n",
        {"ids": sorted(ids)},
    )
    count = rows[0]["n"] if rows else 0
    return count if isinstance(count, int) else 0
