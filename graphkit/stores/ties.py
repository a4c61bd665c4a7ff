"""Who gains access from whom: the web around a question, ids only, before any claim is fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from graphkit.ontology import PASSABLE, RELATIONS
from graphkit.stores import Row, Store

#: The relations of access paths, as Cypher.
ACCESS = "|".join(name for name, relation in RELATIONS.items() if relation.access)
#: How far up families, classes, regions and owners are followed.
LEVELS = 8


class Ties:
    """Who gains access from whom, ids only: `onward` to companies and sites, `chips` to those asked for."""

    def __init__(self, store: Store, chips: Collection[str], limit: int) -> None:
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

    def widen(self, buyers: Collection[str], hops: int, wide: int) -> None:
        """Look ahead from the buyers and, where that is wide, back from the chips, until they must have met.

        Two steps at a time, as long as they are no more than `wide` ties.
        """
        front, looked = set(buyers), set(buyers)
        back, sources = set(self.ends), set(self.ends)
        while front and hops > 2 and not self.truncated:
            steps = min(2, hops - 2)
            rows = self._ahead(front, steps, min(wide, self.room))
            if len(rows) > wide:
                steps = 1
                if waiting(self.store, back, backwards=True) < waiting(self.store, front, backwards=False):
                    back = self._behind(back) - sources
                    sources |= back
                    hops -= 1
                    continue
                rows = self._ahead(front, steps, self.room)
            hops -= steps
            ties = self._tie(rows)
            looked.update(a for a, _ in ties)
            front = {b for _, b in ties} - looked - self.ends
            looked |= front
        if front and not self.truncated:
            self._meet(front, sources, min(2, hops))

    def _ahead(self, ids: Collection[str], steps: int, limit: int) -> list[Row]:
        """Look one or two steps ahead."""
        return self.store.read(
            f"UNWIND $ids AS id MATCH (:Entity {{id: id}})-[:{ACCESS}*0..{steps - 1}]->(a:Entity) "
            f"WITH DISTINCT a WHERE a.kind IN $kinds MATCH (a)-[:{ACCESS}]->(b:Entity) "
            "WHERE b.kind IN $kinds OR b.id IN $ends RETURN DISTINCT a.id AS a, b.id AS b LIMIT $limit",
            {"ids": sorted(ids), "kinds": sorted(PASSABLE), "ends": sorted(self.ends), "limit": limit + 1},
        )

    def _meet(self, ids: Collection[str], sources: Collection[str], steps: int) -> None:
        """Look at the last one or two steps, of which only those that arrive are of use."""
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH (f:Entity {{id: id}})-[:{ACCESS}*0..{steps - 1}]->(a:Entity) "
            f"WITH DISTINCT f, a WHERE a.kind IN $kinds MATCH (a)-[:{ACCESS}]->(b:Entity) WHERE b.id IN $sources "
            "RETURN DISTINCT f.id AS f, a.id AS a, b.id AS b LIMIT $limit",
            {"ids": sorted(ids), "kinds": sorted(PASSABLE), "sources": sorted(sources), "limit": self.room + 1},
        )
        self._tie(rows)
        self._tie([{"a": row["f"], "b": row["a"]} for row in rows if row["f"] != row["a"]])

    def _behind(self, ids: Collection[str]) -> set[str]:
        """Look one step back."""
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH (b:Entity {{id: id}}) MATCH (a:Entity)-[:{ACCESS}]->(b:Entity) "
            "WHERE a.kind IN $kinds RETURN DISTINCT a.id AS a, b.id AS b LIMIT $limit",
            {"ids": sorted(ids), "kinds": sorted(PASSABLE), "limit": self.room + 1},
        )
        return {a for a, _ in self._tie(rows)}

    def _tie(self, rows: list[Row]) -> list[tuple[str, str]]:
        """Keep the ties of some rows, as far as there is room."""
        self.truncated = self.truncated or len(rows) > self.room
        found = [(str(row["a"]), str(row["b"])) for row in rows[: self.room]]
        self.room -= len(found)
        for a, b in found:
            (self.chips if b in self.ends else self.onward)[a].add(b)
        return found


def waiting(store: Store, ids: Collection[str], *, backwards: bool) -> int:
    """Count the claims that the next round on one side would fetch."""
    near = "b" if backwards else "a"
    rows = store.read(
        f"UNWIND $ids AS id MATCH ({near}:Entity {{id: id}}) MATCH (a:Entity)-[r:{ACCESS}]->(b:Entity) "
        "RETURN count(r) AS n",
        {"ids": sorted(ids)},
    )
    count = rows[0]["n"] if rows else 0
    return count if isinstance(count, int) else 0
