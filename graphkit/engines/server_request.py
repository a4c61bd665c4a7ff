"""A request for claims as one statement of Cypher: each step a subquery over the nodes that those before it found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graphkit.engines.reads import ACCESS, SCOPES, Between, Follow, Step, Widen
from graphkit.engines.schema import CLAIM_PROPERTIES
from graphkit.facts import Document, Entity
from graphkit.ontology import PASSABLE, RELATIONS

#: A relationship or node that graphkit wrote; a server may hold others' too.
OURS, OUR_NODE = "r.factbase IS NOT NULL", "n.factbases IS NOT NULL"
EVERY = "|".join(RELATIONS)
#: The fields of the records `n`, `d` and `r`, by name and as Cypher.
CLAIM_NAMES = ("subject", "relation", "object", *CLAIM_PROPERTIES)
ENTITY_NAMES, DOCUMENT_NAMES = Entity.__struct_fields__, Document.__struct_fields__
ENTITY, DOCUMENT, CLAIM = (
    ", ".join(f"{one}.{name}" for name in names)
    for one, names in (("n", ENTITY_NAMES), ("d", DOCUMENT_NAMES), ("r", CLAIM_PROPERTIES))
)


class ServerRequest:
    """A request on its way to a statement: its lines, its parameters, and what its variables hold."""

    def __init__(self, limit: int | None) -> None:
        self.given: dict[str, object] = {"limit": limit}
        self._limit = limit
        self._lines: list[str] = []
        self._sets: dict[str, list[str]] = {}
        self._claims: list[str] = []
        self._cuts: list[str] = []
        self._front = ("[]", "[]")

    def add_set(self, name: str, number: int, ids: Collection[str]) -> None:
        """Give a name to the entities of some ids."""
        self.given[f"set{number}"] = sorted(ids)
        self._call(
            [], f"UNWIND $given.set{number} AS id MATCH (n:Entity {{id: id}}) RETURN collect(n) AS set{number}"
        )
        self._sets[name] = [f"set{number}"]

    def add_step(self, step: Step) -> None:
        """Add what a step fetches."""
        number = len(self._claims)
        if isinstance(step, Widen):
            self._widen(step)
        elif isinstance(step, Follow):
            if start := self._list_start(step):
                self._follow(step, number, start)
        else:
            if isinstance(step, Between):
                self.given["ties"] = [{"a": a, "others": list(others)} for a, others in step.ties.items()]
                match = (
                    f"UNWIND $given.ties AS tie MATCH (n:Entity {{id: tie.a}})-[r:{'|'.join(ACCESS)}]->(m:Entity) "
                    f"WHERE {OURS} AND m.id IN tie.others"
                )
            else:
                match = f"MATCH (n:Entity)-[r:{EVERY}]->(m:Entity) WHERE {OURS}"
            self._call([], f"{match} {self._bound(True, None)} RETURN collect(r) AS found{number}")
            self._keep(number, True)

    def finish(self, entities: Collection[str]) -> str:
        """Return the statement: the claims, and the documents and entities that they name."""
        self.given["entities"] = sorted(entities)
        self._lines.append(f"WITH *, {' + '.join(self._claims) or '[]'} AS every")
        scopes = " + ".join(f"coalesce(r.{name}, [])" for name in ("chips", "sites", "regions", "via", "transit"))
        named = f"[startNode(r).id, endNode(r).id, r.owner, r.licence_by] + {scopes}"
        self._call(["every"], "UNWIND every AS r RETURN collect(DISTINCT r) AS rs")
        self._call(
            ["rs"], f"UNWIND rs AS r RETURN collect([startNode(r).id, type(r), endNode(r).id, {CLAIM}]) AS claims"
        )
        self._call(
            ["rs"],
            f"UNWIND rs AS r UNWIND {named} AS id WITH DISTINCT id RETURN collect(id) AS named",
        )
        self._call(
            ["named"],
            f"UNWIND named + $given.entities AS id WITH DISTINCT id MATCH (n:Entity {{id: id}}) "
            f"RETURN collect([{ENTITY}]) AS entities",
        )
        self._call(
            ["rs"],
            "UNWIND rs AS r WITH DISTINCT r.document AS id MATCH (d:Document {id: id}) "
            f"RETURN collect([{DOCUMENT}]) AS documents",
        )
        cut = " OR ".join(self._cuts) or "false"
        front, back = self._front
        self._lines.append(
            f"RETURN claims, entities, documents, {cut} AS truncated, [n IN {front} | n.id] AS front, "
            f"size({back}) > 0 AS behind"
        )
        return "\n".join(self._lines)

    def _call(self, needed: Iterable[str], text: str) -> None:
        taken = ", ".join(dict.fromkeys(needed))
        self._lines.append(f"CALL {{ {f'WITH {taken} ' if taken else ''}{text} }}")

    def _list_start(self, step: Follow) -> list[str]:
        """Return the variables that hold the sets which a step starts from."""
        found = []
        for name in step.start:
            if name == SCOPES:
                number = len(self._claims)
                self._call(
                    self._claims,
                    f"UNWIND {' + '.join(self._claims) or '[]'} AS r UNWIND coalesce(r.chips, []) "
                    "+ coalesce(r.sites, []) + coalesce(r.regions, []) + CASE type(r) WHEN 'HOSTS' "
                    "THEN [startNode(r).id] WHEN 'OPERATES' THEN [endNode(r).id] ELSE [] END AS id "
                    f"WITH DISTINCT id MATCH (n:Entity {{id: id}}) RETURN collect(n) AS scopes{number}",
                )
                found.append(f"scopes{number}")
            else:
                found += self._sets.get(name, [])
        return found

    def _follow(self, step: Follow, number: int, start: list[str]) -> None:
        relations = "|".join(step.relations)
        to, back = ("<-", "-") if step.backwards else ("-", "->")
        far = "startNode(r)" if step.backwards else "endNode(r)"
        met = f"-[:{relations}*0..{step.levels or ''}]-"
        on = f"MATCH (s){'<' if step.backwards else ''}{met}{'' if step.backwards else '>'}(n:Entity)"
        self._call(
            start,
            f"UNWIND {' + '.join(start)} AS {'n' if step.levels == 1 else f's WITH DISTINCT s {on}'} "
            f"RETURN collect(DISTINCT n) AS start{number}",
        )
        needed, conditions = [f"start{number}"], [OURS]
        if step.status:
            self.given[f"status{number}"] = step.status
            conditions.append(f"r.status = $given.status{number}")
        if step.ends:
            ends = self._sets.get(step.ends, [])
            needed += ends
            conditions.append(f"m IN {' + '.join(ends) or '[]'}")
        match = f"MATCH (n){to}[r:{relations}]{back}(m:Entity) WHERE {' AND '.join(conditions)}"
        bound = self._bound(step.bounded, step.most)
        self._call(needed, f"UNWIND start{number} AS n {match} {bound} RETURN collect(r) AS found{number}")
        self._keep(number, step.bounded)
        if step.into:
            named = " WHERE NOT coalesce(m.generic, false)" if step.named else ""
            self._call(
                [f"claims{number}"],
                f"UNWIND claims{number} AS r WITH DISTINCT {far} AS m{named} RETURN collect(m) AS far{number}",
            )
            found = [*([f"start{number}"] if step.levels != 1 else ()), f"far{number}"]
            self._sets[step.into] = [*self._sets.get(step.into, []), *found]

    def _bound(self, bounded: bool, most: int | None) -> str:
        if most is None and (not bounded or self._limit is None):
            return ""
        return f"WITH DISTINCT r ORDER BY r.id, r.factbase LIMIT {'$given.limit + 1' if most is None else most}"

    def _keep(self, number: int, bounded: bool) -> None:
        """Keep of what was found as many claims as there is room for."""
        if not bounded or self._limit is None:
            self._lines.append(f"WITH *, found{number} AS claims{number}")
        else:
            had = " + ".join(self._claims) or "[]"
            self._call(self._claims, f"UNWIND {had} AS r RETURN count(DISTINCT r) AS had{number}")
            room = f"CASE WHEN had{number} < $given.limit THEN $given.limit - had{number} ELSE 0 END"
            self._lines.append(
                f"WITH *, found{number}[0..{room}] AS claims{number}, size(found{number}) > {room} AS cut{number}"
            )
            self._cuts.append(f"cut{number}")
        self._claims.append(f"claims{number}")

    def _widen(self, step: Widen) -> None:
        """Add the rounds of a step that widens from both ends; each goes on at one of them, or stops."""
        self.given.update(wide=step.wide, kinds=sorted(PASSABLE))
        relations = "|".join(ACCESS)
        front, back = ("front0", "back0")
        self._lines.append(f"WITH *, {self._join(step.front)} AS front0, {self._join(step.back)} AS back0")
        reached, sources = ["front0"], ["back0"]
        for turn in range(step.hops):
            number = len(self._claims)
            stop = " OR ".join([*self._cuts, f"size({front}) = 0", f"size({back}) = 0"])
            self._lines.append(f"WITH *, {stop} AS stop{turn}")
            self._call(
                [front, f"stop{turn}"],
                f"WITH {front} WHERE NOT stop{turn} UNWIND {front} AS n MATCH (n)-[r:{relations}]->(:Entity) "
                f"RETURN count(r) AS ahead{turn}",
            )
            # the way back is looked at only where the way ahead is wide
            self._call(
                [back, f"ahead{turn}"],
                f"WITH {back} WHERE ahead{turn} > $given.wide UNWIND {back} AS n "
                f"MATCH (n)<-[r:{relations}]-(:Entity) RETURN count(r) AS behind{turn}",
            )
            self._lines.append(f"WITH *, ahead{turn} > $given.wide AND behind{turn} < ahead{turn} AS backwards{turn}")
            for way, side, name in (("-[r:{}]->", front, "ahead"), ("<-[r:{}]-", back, "behind")):
                here = f"backwards{turn}" if name == "behind" else f"NOT backwards{turn}"
                self._call(
                    [side, f"stop{turn}", f"backwards{turn}"],
                    f"WITH {side} WHERE NOT stop{turn} AND {here} UNWIND {side} AS n "
                    f"MATCH (n){way.format(relations)}(m:Entity) WHERE {OURS} {self._bound(True, None)} "
                    f"RETURN collect(r) AS {name}_claims{turn}",
                )
            self._lines.append(f"WITH *, ahead_claims{turn} + behind_claims{turn} AS found{number}")
            self._keep(number, True)
            self._call(
                [f"claims{number}", f"backwards{turn}", *reached],
                f"WITH claims{number}, {' + '.join(reached)} AS reached, backwards{turn} WHERE NOT backwards{turn} "
                f"UNWIND claims{number} AS r WITH DISTINCT endNode(r) AS m, reached WHERE NOT m IN reached "
                f"RETURN collect(m) AS reached{turn}",
            )
            self._call(
                [f"claims{number}", f"backwards{turn}", *sources],
                f"WITH claims{number}, {' + '.join(sources)} AS sources, backwards{turn} WHERE backwards{turn} "
                f"UNWIND claims{number} AS r WITH DISTINCT startNode(r) AS m, sources WHERE NOT m IN sources "
                f"RETURN collect(m) AS sources{turn}",
            )
            reached.append(f"reached{turn}")
            sources.append(f"sources{turn}")
            self._lines.append(
                f"WITH *, CASE WHEN stop{turn} OR backwards{turn} THEN {front} "
                f"ELSE [n IN reached{turn} WHERE n.kind IN $given.kinds] END AS front{turn + 1}, "
                f"CASE WHEN stop{turn} OR NOT backwards{turn} THEN {back} ELSE sources{turn} END AS back{turn + 1}"
            )
            front, back = f"front{turn + 1}", f"back{turn + 1}"
        self._front = front, back

    def _join(self, name: str) -> str:
        """Return the entities of a set, each once."""
        number, sets = len(self._lines), self._sets.get(name, [])
        self._call(sets, f"UNWIND {' + '.join(sets) or '[]'} AS n RETURN collect(DISTINCT n) AS joined{number}")
        return f"joined{number}"
