"""Forms of Cypher that the embedded engine (kglite 0.21.2) answers wrongly, found in a text's tokens.

Each was reproduced beside Neo4j 5.26; each is refused naming a form that both answer alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from graphkit.errors import QueryRefused
from graphkit.queries.tokens import Token, openers

_CLAUSES = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL", "UNION", "ORDER", "SKIP", "LIMIT")

#: Words before a brace that are no variables: it opens a subquery or a map.
_BEFORE_BRACE = frozenset(
    {*_CLAUSES, "COUNT", "EXISTS", "COLLECT", "DISTINCT", "WHERE", "AND", "OR", "XOR", "NOT", "IN", "BY", "AS"}
    | {"CASE", "WHEN", "THEN", "ELSE", "YIELD", "ALL"}
)

#: Properties that the engine invents, and where their value really is.
_INVENTED = {
    "title": "name",
    "type": "kind (or type(r) of a relationship)",
    "label": "kind",
    "node_type": "kind",
    "connection_type": "type(r)",
    "start": "startNode(r).id",
    "end": "endNode(r).id",
}

_INSTEAD = {
    "duration.between": "duration.inDays(a, b)",
    "id": "the property n.id",
    "elementid": "the property n.id",
    "timestamp": "datetime()",
    "isempty": "size(x) = 0",
}


def check_dialect(found: Sequence[Token]) -> None:
    """Refuse tokens in which the embedded engine would read something else than Neo4j."""
    inside = openers(found)
    nodes, relationships = _bound(found, inside)
    _check_shortest(found, inside)
    _check_union(found, inside)
    for index, token in enumerate(found):
        before = found[index - 1] if index else Token("symbol", "")
        after = found[index + 1] if index + 1 < len(found) else Token("symbol", "")
        if token.key == "[" and before.key == "-" and after.is_name and _has_star(found, inside, index):
            raise _wrong(
                "a variable-length relationship with a name may come reversed",
                "name the path, MATCH p = (a)-[:OWNS*1..3]->(b), and use relationships(p)",
            )
        if after.key == "{" and token.is_name and _is_projection(found, inside, index):
            if token.text not in nodes or token.text in relationships:
                raise _wrong(
                    f"the map projection {token.text} {{...}} is null",
                    f"name its properties, {{id: {token.text}.id, ...}}",
                )
            if any(
                inside[at] == index + 1 and found[at].key == "*" and found[at - 1].key == "."
                for at in range(index + 2, len(found))
            ):
                raise _wrong(
                    f"{token.text} {{.*}} holds properties that are not in the graph",
                    f"name its properties, {token.text} {{.id, .name}}",
                )
        if token.key == "{" and _of_pattern(found, inside, index):
            for name in _compared(found, inside, index) & relationships:
                raise _wrong(
                    f"a pattern that asks for a property equal to one of the relationship {name} finds nothing",
                    f"compare it in WHERE: MATCH (d:Document) WHERE d.id = {name}.document",
                )
        if after.key == "(" and token.is_name and before.key != ".":
            name = token.text.lower()
            argument = found[index + 2].text if index + 2 < len(found) else ""
            if name == "keys" and argument in nodes | relationships:
                raise _wrong("keys() of it names properties that are not in the graph", "name the properties")
            if name in _INSTEAD and before.key not in (":", "CALL"):
                raise _wrong(f"{token.text}() differs", f"use {_INSTEAD[name]}")
        if token.text.lower() == "between" and before.key == "." and found[index - 2].text.lower() == "duration":
            raise _wrong("duration.between() differs", f"use {_INSTEAD['duration.between']}")
        if token.text in nodes | relationships and token.is_name and before.key != ".":
            read = found[index + 2] if index + 2 < len(found) else after
            dotted = after.key == "." and read.is_name
            subscript = after.key == "[" and read.kind == "string"
            if (dotted or subscript) and read.text.lower() in _INVENTED:
                raise _wrong(
                    f"the property {read.text} is its own and not in the graph",
                    f"use {_INVENTED[read.text.lower()]}",
                )
        if token.kind == "name" and before.key in (":", "|") and set(token.text) & set(":|&"):
            raise _wrong(f"a name with a sign in it, `{token.text}`, is read as several", "write them apart, (n:A:B)")
        if token.key == "CALL" and "".join(one.text for one in found[index + 1 : index + 4]).lower() == "db.labels":
            raise _wrong("db.labels() leaves labels out", "MATCH (n:Entity) RETURN DISTINCT n.kind AS kind")
        if token.key == "FORMAT" and after.key == "CSV":
            raise QueryRefused("FORMAT CSV is not run: ask graphkit for --format csv")
        if token.key == "COLLECT" and after.key == "{":
            raise QueryRefused("the embedded engine knows no COLLECT { ... }: use collect()")


def _wrong(what: str, instead: str) -> QueryRefused:
    return QueryRefused(f"on the embedded engine {what}: {instead}")


def _bound(found: Sequence[Token], inside: Sequence[int]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the variables that stand for nodes and for relationships."""
    nodes: set[str] = set()
    relationships: set[str] = set()
    for index in range(1, len(found) - 1):
        token, before, after = found[index], found[index - 1].key, found[index + 1].key
        if not token.is_name:
            continue
        opened_after = found[index - 2] if index > 1 else Token("symbol", "")
        if before == "(" and after in (")", ":", "{"):
            if not opened_after.is_name or opened_after.key in (*_CLAUSES, "EXISTS", "WHERE", "AND", "OR", "NOT"):
                nodes.add(token.text)
        elif before == "[" and opened_after.key == "-" and after in (":", "]", "*", "{"):
            relationships.add(token.text)
    for index in range(1, len(found) - 1):
        if found[index].key == "AS" and found[index + 1].is_name and found[index - 1].is_name:
            whole = index < 2 or found[index - 2].key != "."
            if whole and found[index - 1].text in nodes:
                nodes.add(found[index + 1].text)
            if whole and found[index - 1].text in relationships:
                relationships.add(found[index + 1].text)
        if (
            found[index].key == "IN"
            and found[index + 1].key == "NODES"
            and found[index - 1].is_name
            and inside[index] >= 0
            and found[inside[index]].key == "["
        ):
            nodes.add(found[index - 1].text)
    return frozenset(nodes), frozenset(relationships)


def _has_star(found: Sequence[Token], inside: Sequence[int], bracket: int) -> bool:
    return any(token.key == "*" for token in _within(found, inside, bracket))


def _within(found: Sequence[Token], inside: Sequence[int], bracket: int) -> Iterator[Token]:
    for at in range(bracket + 1, len(found)):
        if inside[at] == inside[bracket] and at > bracket and found[at].key in (")", "]", "}"):
            return
        yield found[at]


def _is_projection(found: Sequence[Token], inside: Sequence[int], index: int) -> bool:
    brace = index + 1
    if any(
        inside[at] == brace and found[at].key == "." and found[at - 1].key in ("{", ",")
        for at in range(brace + 1, len(found))
    ):
        return True
    before = found[index - 1].key if index else ""
    if found[index].key in _BEFORE_BRACE or before in ("(", "[", ":", "&", "!"):
        return False
    if before == "|":
        opener = inside[index]
        return opener > 0 and found[opener].key == "[" and found[opener - 1].key != "-"
    return True


def _of_pattern(found: Sequence[Token], inside: Sequence[int], brace: int) -> bool:
    """Say whether a brace opens the properties of a node or relationship in a pattern."""
    opener = inside[brace]
    if opener < 0 or found[opener].key not in ("(", "["):
        return False
    if opener == brace - 1:
        return (
            found[opener].key == "["
            or opener == 0
            or not found[opener - 1].is_name
            or (found[opener - 1].key in (*_CLAUSES, "WHERE", "AND", "OR", "NOT"))
        )
    return found[brace - 1].is_name or found[brace - 1].kind in ("number", "parameter") or found[brace - 1].key == "*"


def _compared(found: Sequence[Token], inside: Sequence[int], brace: int) -> frozenset[str]:
    """Return the variables whose properties stand alone as values in a map."""
    return frozenset(
        found[at + 1].text
        for at in range(brace + 1, len(found) - 4)
        if inside[at] == brace
        and found[at].key == ":"
        and found[at + 1].is_name
        and found[at + 2].key == "."
        and found[at + 4].key in (",", "}")
    )


def _check_shortest(found: Sequence[Token], inside: Sequence[int]) -> None:
    for index, token in enumerate(found):
        if token.key not in ("SHORTESTPATH", "ALLSHORTESTPATHS") or index + 1 >= len(found):
            continue
        if found[index + 1].key != "(":
            continue
        pattern = list(_within(found, inside, index + 1))
        names = {one.text for before, one in pairwise(pattern) if before.key == "[" and one.is_name}
        if index >= 2 and found[index - 1].key == "=":
            names.add(found[index - 2].text)
        end = index + 2 + len(pattern)
        if _names_in_where(found, inside, end, inside[index], names) or _has_properties(pattern):
            raise _wrong(
                f"{token.text}() with a condition on the path loses paths",
                "MATCH p = (a)-[:OWNS|USES*1..4]->(b) WHERE all(r IN relationships(p) WHERE ...) "
                "RETURN p ORDER BY length(p) LIMIT 1",
            )


def _has_properties(pattern: Sequence[Token]) -> bool:
    depth = 0
    for token in pattern:
        depth += (token.key == "[") - (token.key == "]")
        if depth and token.key == "{":
            return True
    return False


def _names_in_where(
    found: Sequence[Token], inside: Sequence[int], start: int, level: int, names: Collection[str]
) -> bool:
    condition = False
    for at in range(start, len(found)):
        token = found[at]
        if inside[at] == level:
            if token.key in _CLAUSES or (token.key == "}" and not condition):
                return False
            condition = condition or token.key == "WHERE"
        if condition and token.is_name and token.text in names and found[at - 1].key != ".":
            return True
    return False


def _check_union(found: Sequence[Token], inside: Sequence[int]) -> None:
    united = {inside[index] for index, token in enumerate(found) if token.key == "UNION"}
    last: dict[int, str] = {}
    for index, token in enumerate(found):
        level = inside[index]
        if level in united and found[index - 1].key not in (".", ":", "AS"):
            if token.key in ("RETURN", "WITH"):
                last[level] = token.key
            elif token.key in ("ORDER", "LIMIT", "SKIP", "OFFSET") and last.get(level) == "RETURN":
                raise _wrong(
                    f"{token.text} beside UNION means another part of it",
                    "CALL { ... UNION ... } RETURN ... ORDER BY ... LIMIT ..., or WITH ... LIMIT before a RETURN",
                )
