"""A request for claims as one statement of Cypher: each step a subquery over the nodes that those before it found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graphkit.engines.properties import LIMITS, PARTIES, WAYPOINTS
from graphkit.engines.reads import ACCESS, ARRIVING, LEVELS, ONWARD, SCOPES, Between, Follow, Step, Walk, Widen
from graphkit.ontology import PASSABLE, RELATIONS

#: A relationship or node that graphkit wrote; a server may hold others' too.
OURS, OUR_NODE = "r.factbase IS NOT NULL", "n.factbases IS NOT NULL"
EVERY = "|".join(RELATIONS)
#: From a `chip` to each `n` that is one of its forms, or of the families and classes of those.
FIND_ENDS = (
    f"MATCH (chip)<-[:FORM_OF*0..{LEVELS}]-(form:Entity) WITH DISTINCT form "
    f"MATCH (form)-[:FORM_OF|IN_CLASS*0..{LEVELS}]->(n:Entity)"
)
#: The rows of a statement's result.
CLAIMS, ENTITIES, DOCUMENTS = range(3)
#: For how many claims there is still room, in a step that widens.
_HAD = "CALL { WITH earlier, claims UNWIND earlier + claims AS r RETURN count(DISTINCT r) AS had } "
_ROOM = ", CASE WHEN had < $given.limit THEN $given.limit - had ELSE 0 END AS room"


class ServerRequest:
    """A request on its way to a statement: its lines, its parameters, and what its variables hold."""

    def __init__(self, limit: int | None) -> None:
        self.given: dict[str, object] = {"limit": limit}
        self._limit = limit
        self._lines: list[str] = []
        self._sets: dict[str, list[str]] = {}
        self._claims: list[str] = []
        self._cuts: list[str] = []
        self._wide = "false"
        self._front = ("[]", "[]")

    def add_set(self, name: str, number: int, ids: Collection[str]) -> None:
        """Give a name to the entities of some ids."""
        self.given[f"set{number}"] = sorted(set(ids))
        self._call(
            [], f"UNWIND $given.set{number} AS id MATCH (n:Entity {{id: id}}) RETURN collect(n) AS set{number}"
        )
        self._sets[name] = [f"set{number}"]

    def add_step(self, step: Step) -> None:
        """Add what a step fetches."""
        number = len(self._claims)
        if isinstance(step, Widen):
            self._widen(step)
        elif isinstance(step, Walk):
            self._walk(step)
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
            found = self._name_found(number, True)
            self._call([], f"{match} {self._bound(True, None)} RETURN collect(r) AS {found}")
            self._keep(number, True)

    def finish(self, entities: Collection[str]) -> str:
        """Return the statement: a row of the claims, one of the entities that they name, and one of the documents.

        A claim is a list of its subject, relation and object and of its properties.
        """
        self.given["entities"] = sorted(entities)
        self._lines.append(f"WITH *, {' + '.join(self._claims) or '[]'} AS every")
        lists, parties = [f"said.{name}" for name in (*LIMITS, *WAYPOINTS)], [f"said.{name}" for name in PARTIES]
        # a server finds all properties of a claim in the time that it takes it to find one
        self._call(
            ["every"],
            "UNWIND every AS r WITH DISTINCT r, startNode(r) AS a, endNode(r) AS b RETURN collect(DISTINCT a) "
            "+ collect(DISTINCT b) AS ends, collect([a.id, type(r), b.id, properties(r)]) AS claims",
        )
        self._call(
            ["claims"],
            "UNWIND claims AS claim WITH claim[3] AS said "
            f"WHERE coalesce({', '.join([*lists, *parties])}) IS NOT NULL "
            f"UNWIND [{', '.join(parties)}] + {' + '.join(f'coalesce({one}, [])' for one in lists)} AS id "
            "RETURN collect(DISTINCT id) AS named",
        )
        self._call(
            ["named"], "UNWIND named + $given.entities AS id MATCH (n:Entity {id: id}) RETURN collect(n) AS others"
        )
        # three rows, so that a client unpacks the claims while the server still looks up the rest
        self._lines.append(f"UNWIND [{CLAIMS}, {ENTITIES}, {DOCUMENTS}] AS part")
        self._call(
            ["part", "ends", "others"],
            f"UNWIND CASE part WHEN {ENTITIES} THEN ends + others ELSE [] END AS n WITH DISTINCT n "
            "RETURN collect(properties(n)) AS entities",
        )
        self._call(
            ["part", "claims"],
            f"UNWIND CASE part WHEN {DOCUMENTS} THEN claims ELSE [] END AS claim "
            "WITH DISTINCT claim[3].document AS id MATCH (d:Document {id: id}) "
            "RETURN collect(properties(d)) AS documents",
        )
        cut = " OR ".join(self._cuts) or "false"
        front, back = self._front
        self._lines.append(
            f"RETURN part, CASE part WHEN {CLAIMS} THEN claims WHEN {ENTITIES} THEN entities ELSE documents END "
            f"AS found, {cut} AS truncated, CASE part WHEN {CLAIMS} THEN [n IN {front} | n.id] END AS front, "
            f"size({back}) > 0 AS behind, {self._wide} AS wide"
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
                claims = f"UNWIND {' + '.join(self._claims) or '[]'} AS r"
                limits = " + ".join(f"coalesce(r.{name}, [])" for name in LIMITS)
                self._call(
                    self._claims,
                    f"{claims} UNWIND {limits} AS id "
                    f"WITH DISTINCT id MATCH (n:Entity {{id: id}}) RETURN collect(n) AS scopes{number}",
                )
                self._call(
                    self._claims,
                    f"{claims} WITH CASE type(r) WHEN 'HOSTS' THEN startNode(r) WHEN 'OPERATES' THEN endNode(r) END "
                    f"AS n WHERE n IS NOT NULL RETURN collect(DISTINCT n) AS sites{number}",
                )
                found.append(f"sites{number}")
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
        if step.levels == 1 and len(start) == 1:
            (begun,) = start  # a set has each entity once
        else:
            begun = f"start{number}"
            self._call(
                start,
                f"UNWIND {' + '.join(start)} AS {'n' if step.levels == 1 else f's WITH DISTINCT s {on}'} "
                f"RETURN collect(DISTINCT n) AS {begun}",
            )
        needed, conditions = [begun], [OURS]
        if step.status:
            self.given[f"status{number}"] = step.status
            conditions.append(f"r.status = $given.status{number}")
        if step.ends:
            ends = self._sets.get(step.ends, [])
            needed += ends
            conditions.append(f"m IN {' + '.join(ends) or '[]'}")
        match = f"MATCH (n){to}[r:{relations}]{back}(m:Entity) WHERE {' AND '.join(conditions)}"
        bound = self._bound(step.bounded, step.most)
        name = self._name_found(number, step.bounded)
        self._call(needed, f"UNWIND {begun} AS n {match} {bound} RETURN collect(r) AS {name}")
        self._keep(number, step.bounded)
        if step.into:
            named = " WHERE NOT coalesce(m.generic, false)" if step.named else ""
            self._call(
                [f"claims{number}"],
                f"UNWIND claims{number} AS r WITH DISTINCT {far} AS m{named} RETURN collect(m) AS far{number}",
            )
            found = [*([begun] if step.levels != 1 else ()), f"far{number}"]
            self._sets[step.into] = [*self._sets.get(step.into, []), *found]

    def _bound(self, bounded: bool, most: int | None) -> str:
        if most is None and (not bounded or self._limit is None):
            return ""
        return f"WITH DISTINCT r ORDER BY r.id, r.factbase LIMIT {'$given.limit + 1' if most is None else most}"

    def _name_found(self, number: int, bounded: bool) -> str:
        """Return the variable for what a step finds; where no bound cuts it, that is what is kept."""
        return f"found{number}" if bounded and self._limit is not None else f"claims{number}"

    def _keep(self, number: int, bounded: bool) -> None:
        """Keep of what was found as many claims as there is room for."""
        if bounded and self._limit is not None:
            room = "$given.limit"
            if self._claims:
                had = " + ".join(self._claims)
                self._call(self._claims, f"UNWIND {had} AS r RETURN count(DISTINCT r) AS had{number}")
                room = f"CASE WHEN had{number} < $given.limit THEN $given.limit - had{number} ELSE 0 END"
            self._lines.append(
                f"WITH *, found{number}[0..{room}] AS claims{number}, size(found{number}) > {room} AS cut{number}"
            )
            self._cuts.append(f"cut{number}")
        self._claims.append(f"claims{number}")

    def _walk(self, step: Walk) -> None:
        """Add a step that walks to chips: `near` lies within so many steps of the front, `good` has so few left.

        The way there expands each node once, in the round that meets it first (`front`). The way back expands only
        `onward`, the nodes of `near` that lead to companies or sites, which are few, and keeps what leads to nodes
        that the round before met first (`new`). Nodes are followed as they are, without a look at their properties.
        """
        number, hops, relations = len(self._claims), step.hops, "|".join(ONWARD)
        front, chips, found = self._join(step.front), self._join(step.chips), self._name_found(number, True)
        self.given[f"wide{number}"] = step.wide
        may_pass = " OR ".join(f"n:{kind}" for kind in sorted(PASSABLE))
        lines = [
            f"WITH {front} AS near0, {front} AS front0, [] AS onward0, {chips} AS chips",
            f"CALL {{ WITH chips UNWIND chips AS chip {FIND_ENDS} RETURN collect(DISTINCT n) AS ends }}",
        ]
        for steps in range(1, hops):
            near, ahead = f"near{steps - 1}", f"front{steps - 1}"
            lines += [
                f"CALL {{ WITH {ahead}, {near} UNWIND {ahead} AS s MATCH (s)-[:{relations}]->(n) WHERE {may_pass} "
                f"RETURN collect(DISTINCT CASE WHEN NOT n IN {near} THEN n END)[0..$given.wide{number} + 1] "
                f"AS front{steps}, collect(DISTINCT s) AS leading{steps} }}",
                f"WITH *, {near} + front{steps} AS near{steps}, onward{steps - 1} + leading{steps} AS onward{steps}",
            ]
        lines.append(f"WITH *, size(near{hops - 1}) > $given.wide{number} AS wide, ends AS new0, [] AS good0")
        for steps in range(1, hops + 1):
            # the claims that lead to a chip can start at any node within reach
            some = f"near{hops - 1}" if steps == 1 else f"onward{hops + 1 - steps}"
            new, good = f"new{steps - 1}", f"good{steps - 1}"
            lines += [
                f"CALL {{ WITH wide, {some}, {new} UNWIND CASE WHEN wide THEN [] ELSE {some} END AS n "
                f"MATCH (n)-[r:{'|'.join(ARRIVING) if steps == 1 else relations}]->(m) WHERE m IN {new} AND {OURS} "
                f"RETURN collect(r) AS walks{steps}, collect(DISTINCT n) AS met{steps} }}",
                f"WITH *, [n IN met{steps} WHERE NOT n IN {good}] AS new{steps}",
                f"WITH *, {good} + new{steps} AS good{steps}",
            ]
        # each claim leads to what one round met first, so none is found twice
        lines.append(f"WITH *, {' + '.join(f'walks{steps}' for steps in range(1, hops + 1))} AS walks")
        some = "walks"
        if self._limit is not None:
            some = "CASE WHEN size(first) > 0 THEN first ELSE walks END"
            lines.append(
                "CALL { WITH walks UNWIND CASE WHEN size(walks) > $given.limit THEN walks ELSE [] END AS r "
                f"{self._bound(True, None)} RETURN collect(r) AS first }}"
            )
        lines.append(
            f"RETURN {some} AS {found}, ends AS ends{number}, good1 AS holders{number}, wide AS wide{number}"
        )
        self._call([front, chips], "\n".join(lines))
        self._keep(number, True)
        self._sets[step.ends], self._sets[step.holders] = [f"ends{number}"], [f"holders{number}"]
        self._wide = f"wide{number}"

    def _widen(self, step: Widen) -> None:
        """Add the rounds of a step that widens from both ends; each goes on at one of them, or stops.

        They stand in a subquery of their own and hand on no more than the next one needs: planning takes a server
        longer the more variables there are.
        """
        self.given.update(wide=step.wide, kinds=sorted(PASSABLE))
        number, relations = len(self._claims), "|".join(ACCESS)
        front, back = self._join(step.front), self._join(step.back)
        ahead, behind = f"(n)-[r:{relations}]->(:Entity)", f"(n)<-[r:{relations}]-(:Entity)"
        keep = "cut, front, back, reached, sources, earlier, claims"
        had, room, taken, more = (
            ("", "", "found", "false")
            if self._limit is None
            else (_HAD, _ROOM, "found[0..room]", "size(found) > room")
        )
        lines = [
            f"WITH {' OR '.join(self._cuts) or 'false'} AS cut, {front} AS front, {back} AS back, "
            f"{front} AS reached, {back} AS sources, {' + '.join(self._claims) or '[]'} AS earlier, [] AS claims"
        ]
        for _ in range(step.hops):
            lines += [
                f"WITH {keep}, cut OR size(front) = 0 OR size(back) = 0 AS stop",
                f"CALL {{ WITH front, stop UNWIND CASE WHEN stop THEN [] ELSE front END AS n MATCH {ahead} "
                "RETURN count(r) AS ahead }",
                # the way back is looked at only where the way ahead is wide
                "CALL { WITH back, ahead UNWIND CASE WHEN ahead > $given.wide THEN back ELSE [] END AS n "
                f"MATCH {behind} RETURN count(r) AS behind }}",
                f"WITH {keep}, stop, ahead > $given.wide AND behind < ahead AS backwards",
                *(
                    f"CALL {{ WITH {side}, stop, backwards UNWIND CASE WHEN stop OR {other} THEN [] ELSE {side} END "
                    f"AS n MATCH {match} WHERE {OURS} {self._bound(True, None)} RETURN collect(r) AS {name} }}"
                    for side, other, match, name in (
                        ("front", "backwards", ahead, "forth"),
                        ("back", "NOT backwards", behind, "back_again"),
                    )
                ),
                f"{had}WITH {keep}, stop, backwards, forth + back_again AS found{room}",
                f"WITH {keep}, stop, backwards, {taken} AS taken, {more} AS more",
                "CALL { WITH taken, backwards, reached, sources "
                "WITH taken, backwards, CASE WHEN backwards THEN sources ELSE reached END AS known "
                "UNWIND taken AS r "
                "WITH DISTINCT CASE WHEN backwards THEN startNode(r) ELSE endNode(r) END AS m, known "
                "WHERE NOT m IN known RETURN collect(m) AS met }",
                "WITH cut OR more AS cut, earlier, claims + taken AS claims, "
                "CASE WHEN backwards THEN reached ELSE reached + met END AS reached, "
                "CASE WHEN backwards THEN sources + met ELSE sources END AS sources, "
                "CASE WHEN stop OR backwards THEN front ELSE [n IN met WHERE n.kind IN $given.kinds] END AS front, "
                "CASE WHEN backwards THEN met ELSE back END AS back",
            ]
        lines.append(
            f"RETURN cut AS cut{number}, claims AS claims{number}, front AS front{number}, back AS back{number}"
        )
        self._call([front, back, *self._claims, *self._cuts], "\n".join(lines))
        self._claims.append(f"claims{number}")
        self._cuts.append(f"cut{number}")
        self._front = f"front{number}", f"back{number}"

    def _join(self, name: str) -> str:
        """Return the entities of a set, each once."""
        number, sets = len(self._lines), self._sets.get(name, [])
        if len(sets) == 1:
            return sets[0]
        self._call(sets, f"UNWIND {' + '.join(sets) or '[]'} AS n RETURN collect(DISTINCT n) AS joined{number}")
        return f"joined{number}"
