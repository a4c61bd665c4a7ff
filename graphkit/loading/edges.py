"""The claims of a load: relationships between its entities, each of one fact base."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

import msgspec

from graphkit.engines import Row, Statement
from graphkit.engines.properties import get_claim_properties
from graphkit.errors import QueryError, StoreDisagrees, StoreError
from graphkit.facts import Claim
from graphkit.loading.run import Change, Run, Stored
from graphkit.loading.shared_nodes import list_differences
from graphkit.ontology import RELATIONS


class Edges:
    """The claims of one run."""

    def __init__(self, run: Run) -> None:
        self.run, self.store = run, run.store
        self._added: list[str] = []
        self._changed: list[str] = []

    def refuse_disagreement(self) -> None:
        """Raise StoreDisagrees where a fact base of another name says otherwise of a claim of ours."""
        for relation, name, claims in self._batches():
            wanted = {claim.id: get_claim_properties(claim) for claim in claims}
            for row in self.store.read(
                f"MATCH ()-[r:{relation}]->() WHERE r.id IN $ids AND r.factbase IS NOT NULL "
                "AND NOT r.factbase IN $names RETURN properties(r) AS claim ORDER BY r.id, r.factbase",
                {"ids": list(wanted), "names": self.run.names},
            ):
                there = msgspec.convert(row["claim"], dict[str, object])
                if differing := list_differences(wanted[str(there["id"])], there):
                    raise StoreDisagrees(
                        f"the claim {there['id']} ({relation}) has another {differing[0]} in {name!r} than in the "
                        f"fact base {there['factbase']!r}, which the database holds too: nothing was written; "
                        "make both the same, or take it out of one"
                    )

    def write(self) -> Change:
        """Make the store hold the claims, whose ends it holds; what it holds beyond them stays."""
        sent: deque[int] = deque()

        def statements() -> Iterator[Statement]:
            for relation, name, batch in self._batches():
                left = len(batch)
                for cypher, parameters in self._statements(relation, name, batch):
                    rows = len(parameters["rows"])
                    sent.append(rows)
                    left -= rows
                    yield self.run.guard_statement(cypher, parameters)
                self.run.step(left)

        try:
            for (row,) in self.store.write_many(statements()):
                rows = sent.popleft()
                self._compare(row["n"], rows)
                self.run.step(rows)
        except QueryError as error:
            if self.run.is_taken_over():
                raise self.run.make_busy_error() from error
            raise StoreError(
                f"claims were not written ({error}): wait if another load is running, then run again"
            ) from error
        return Change(tuple(sorted(self._added)), tuple(sorted(self._changed)))

    def _compare(self, written: object, rows: int) -> None:
        if written != rows:
            if self.run.is_taken_over():
                raise self.run.make_busy_error()
            raise StoreError(
                f"{written} of {rows} claims were written: "
                "something else is changing graphkit's nodes; run the load again"
            )

    def _batches(self) -> Iterator[tuple[str, str, list[Claim]]]:
        """Yield the claims in batches of one relation and one fact base."""
        waiting: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.run.base.claims:
            group = (claim.relation, claim.factbase or self.run.base.name)
            waiting[group].append(claim)
            if len(waiting[group]) == self.run.batch:
                yield *group, waiting.pop(group)
        for group, batch in waiting.items():
            yield *group, batch

    def _statements(self, relation: str, name: str, batch: list[Claim]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what writes the claims of a batch that are new or have changed, and note their ids."""
        there: dict[object, object] = {}
        if not self.run.fresh_claims:
            found = self.store.read(
                f"MATCH ()-[r:{relation}]->() WHERE r.id IN $ids AND r.factbase = $name RETURN r",
                {"ids": [claim.id for claim in batch], "name": name},
            )
            edges = msgspec.convert([row["r"] for row in found], list[Stored])
            there = {edge.properties["id"]: edge.properties for edge in edges}
        new: list[Row] = []
        other: list[Row] = []
        for claim in batch:
            properties = get_claim_properties(claim)
            properties["factbase"] = name
            before = there.get(claim.id)
            if before is None:
                new.append({"a": claim.subject, "b": claim.object, "props": properties})
                self._added.append(claim.id)
            elif before != properties:
                other.append({"id": claim.id, "props": properties})
                self._changed.append(claim.id)
        if new:
            yield (
                "UNWIND $rows AS row MATCH (a:Entity {id: row.a}) MATCH (b:Entity {id: row.b}) "
                f"CREATE (a)-[r:{relation}]->(b) SET r = row.props RETURN count(r) AS n",
                {"rows": new},
            )
        if other:
            yield (
                f"UNWIND $rows AS row MATCH ()-[r:{relation}]->() WHERE r.id = row.id AND r.factbase = $name "
                "SET r = row.props RETURN count(r) AS n",
                {"rows": other, "name": name},
            )

    def remove(self) -> tuple[str, ...]:
        """Remove what fact bases of ours no longer say, and return its ids, sorted."""
        keep: dict[str, list[str]] = {name: [] for name in self.run.names}
        for claim in self.run.base.claims:
            keep[claim.factbase or self.run.base.name].append(claim.id)
        removed: list[str] = []
        for name in self.run.names:
            gone: dict[object, list[str]] = defaultdict(list)
            for row in self.store.read(
                "MATCH ()-[r]->() WHERE r.factbase = $name AND (r.id IS NULL OR NOT r.id IN $keep) "
                "RETURN type(r) AS type, coalesce(r.id, '') AS id",
                {"name": name, "keep": keep[name]},
            ):
                gone[row["type"]].append(str(row["id"]))
            for relation, found in gone.items():
                if relation not in RELATIONS:
                    continue  # somebody else's, whatever it calls itself
                for batch in self.run.split_batches(found):
                    self.run.write(
                        f"MATCH ()-[r:{relation}]->() WHERE coalesce(r.id, '') IN $ids "
                        "AND r.factbase = $name DELETE r",
                        {"ids": batch, "name": name},
                    )
                removed.extend(filter(None, found))  # one without an id was written anew
        return tuple(sorted(removed))
