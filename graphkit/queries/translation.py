"""Cypher as people write it for Neo4j, made into Cypher that the embedded engine (kglite 0.21.2) answers alike.

The engine gives nodes and relationships properties of its own (`title`, `type`, ...). So every
property of such a name is renamed in the text, wherever one is made or asked for, and named back in
the answer: what the engine invents is never asked for, and what is left of it in a map is known to
be its own. Other forms are rewritten where that needs no guess; the rest is refused, naming a form
that both engines answer alike (docs/cypher.md has them all).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from graphkit.errors import QueryRefused
from graphkit.queries.tokens import Token, find_openers, split_tokens

#: Properties that the engine invents.
INVENTED = ("title", "type", "label", "node_type", "connection_type", "start", "end")
#: What stands before such a name in the text that the engine gets.
_OWN = "own property "
_NAMES = ", ".join(f"'{name}'" for name in INVENTED)

_CLAUSES = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL", "UNION", "ORDER", "SKIP", "LIMIT")
#: Words before a bracket of the form [...] that begin a list and not a place in one.
_BEFORE_LIST = frozenset(
    {*_CLAUSES, "WHERE", "AND", "OR", "XOR", "NOT", "IN", "BY", "AS", "CASE", "WHEN", "THEN", "ELSE", "CONTAINS"}
    | {"DISTINCT", "ON", "EACH"}
)
#: Words that the engine takes for keywords wherever they stand: of these the guard lets only names through ...
_ALWAYS_NAMES = frozenset(("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "FOREACH", "LOAD"))
#: ... and of these some are names.
_RESERVED = frozenset(("END", "CASE", "WHEN", "THEN", "ELSE", "WHERE", "AND", "OR", "XOR", "NOT", "IN"))
_INSTEAD = {
    "duration.between": "duration.inDays(a, b)",
    "id": "the property n.id",
    "elementid": "the property n.id",
    "timestamp": "datetime()",
    "isempty": "size(x) = 0",
    "char_length": "size(x)",
    "character_length": "size(x)",
    "lower": "toLower(x)",
    "upper": "toUpper(x)",
}


def translate(cypher: str) -> str:
    """Return a text as the embedded engine takes it to say what Neo4j takes it to say.

    >>> translate("MATCH (n) RETURN n.type, n {.id} /* each */ AS m")
    'MATCH (n) RETURN n.`own property type`, CASE WHEN n IS NULL THEN null ELSE {id: n.id} END AS m'
    """
    found = split_tokens(cypher)
    inside = find_openers(found)
    changes: dict[int, str] = {}
    for index, token in enumerate(found):
        if token.is_name and _is_property(found, inside, index):
            if token.text.lower() in INVENTED:
                changes[index] = f"`{_OWN}{token.text}`"
        elif token.kind == "string" and _is_literal_place(found, index) and token.text.lower() in INVENTED:
            changes[index] = f"'{_OWN}{token.text}'"
        elif token.kind == "word" and (not token.text.isascii() or _is_reserved_name(found, inside, index)):
            changes[index] = f"`{token.text}`"
    result = [changes.get(index, cypher[token.start : token.end]) for index, token in enumerate(found)]
    for index in reversed(range(len(found))):  # from within outwards
        _rewrite(found, inside, result, index)
    between = [cypher[one.end : two.start] for one, two in pairwise(found)]
    gaps = ["", *(gap if not gap.strip() else "\n" if "//" in gap else " " for gap in between)]
    return "".join(gap + text for gap, text in zip(gaps, result, strict=True))


def _rewrite(found: Sequence[Token], inside: Sequence[int], result: list[str], index: int) -> None:
    """Rewrite in place what begins at a token: a projection, keys(), a computed place, a value in a pattern."""
    token, after = found[index], _get_key_at(found, index + 1)
    if token.is_name and after.key == "{" and (_is_projection(found, index) or _is_bare_projection(found, index)):
        _project(found, inside, result, index)
    elif token.key == "KEYS" and after.key == "(":
        end = _close(found, inside, index + 1)
        result[index] = f"[key IN {result[index]}"
        result[end] += f" WHERE NOT key IN [{_NAMES}]]"
    elif token.key == "[" and _is_place(found, index):
        end = _close(found, inside, index)
        content = range(index + 1, end)
        computed = not (len(content) == 1 and found[index + 1].kind in ("string", "number"))
        if computed and not any(found[at].key == ".." and inside[at] == index for at in content):
            key = " ".join(result[at] for at in content)
            for at in content:
                result[at] = ""
            result[index] = f"[CASE WHEN ({key}) IN [{_NAMES}] THEN '{_OWN}' + ({key}) ELSE ({key}) END"
    elif _is_bare_property(found, inside, index):  # of a relationship, in a node's pattern, it would find nothing
        result[index + 1] = f"coalesce({result[index + 1]}"
        result[index + 3] += ")"


def _is_literal_place(found: Sequence[Token], index: int) -> bool:
    return (_get_key_at(found, index - 1).key, _get_key_at(found, index + 1).key) == ("[", "]") and _is_place(
        found, index - 1
    )


def _is_bare_property(found: Sequence[Token], inside: Sequence[int], colon: int) -> bool:
    """Say whether the value after a colon in braces is a property and no more: `{id: r.document}`."""
    if found[colon].key != ":" or inside[colon] < 0 or found[inside[colon]].key != "{":
        return False
    name, dot, read, after = (_get_key_at(found, colon + step) for step in range(1, 5))
    return name.is_name and dot.key == "." and read.is_name and after.key in (",", "}")


def _project(found: Sequence[Token], inside: Sequence[int], result: list[str], index: int) -> None:
    """Write a map projection out as a map: of a relationship the engine makes nothing."""
    brace, end, name = index + 1, _close(found, inside, index + 1), result[index]
    named = f" AS {name}" if _is_column(found, inside, index, end) else ""  # as the server calls it
    starred = [at for at in range(brace, end) if found[at].key == "*" and found[at - 1].key == "."]
    if starred:
        if end - brace > 3:
            raise _make_refusal(
                f"{name} {{.*, ...}} is not answered", f"ask for {name} {{.*}}, or name its properties"
            )
        result[index : end + 1] = ["", f"properties({name}){named}", *[""] * (end - index - 1)]
        return
    for at in range(brace, end):
        if inside[at] == brace and found[at - 1].key in ("{", ",") and inside[at - 1] in (brace, inside[brace]):
            if found[at].key == ".":
                result[at] = f"{result[at + 1]}: {name}."
            elif found[at].is_name and found[at + 1].key in (",", "}"):
                result[at] = f"{result[at]}: {result[at]}"
    result[index] = f"CASE WHEN {name} IS NULL THEN null ELSE"
    result[end] += f" END{named}"


def _is_bare_projection(found: Sequence[Token], index: int) -> bool:
    """Say whether the braces after a name are a projection though no item begins with a dot: outside a pattern."""
    word = found[index].key in _BEFORE_LIST | {"COUNT", "EXISTS", "COLLECT", "YIELD", "ALL"}
    return not word and _get_key_at(found, index - 1).key in ("RETURN", "WITH", "DISTINCT", ",", "=", "+")


def _is_column(found: Sequence[Token], inside: Sequence[int], index: int, end: int) -> bool:
    """Say whether what stands from one token to another is a whole column of a RETURN, and has no name."""
    if _get_key_at(found, index - 1).key not in ("RETURN", "DISTINCT", ","):
        return False
    if _get_key_at(found, end + 1).key not in ("", ",", ";", "}", "ORDER", "SKIP", "LIMIT", "OFFSET", "UNION"):
        return False
    clauses = [found[at].key for at in range(index) if inside[at] == inside[index] and found[at].key in _CLAUSES]
    return bool(clauses) and clauses[-1] == "RETURN"


def _is_projection(found: Sequence[Token], index: int) -> bool:
    """Say whether the braces after a name are a projection: an item in them begins with a dot."""
    depth = 0
    for at in range(index + 1, len(found)):
        depth += (found[at].key in ("{", "(", "[")) - (found[at].key in ("}", ")", "]"))
        if not depth:
            return False
        if depth == 1 and found[at].key == "." and found[at - 1].key in ("{", ","):
            return True
    return False


def _is_property(found: Sequence[Token], inside: Sequence[int], index: int) -> bool:
    """Say whether a name is that of a property: after a dot, or before a colon in braces."""
    before, after = _get_key_at(found, index - 1), _get_key_at(found, index + 1)
    if before.key == ".":
        return after.key != "(" and _get_key_at(found, index - 2).kind != "number"
    return before.key in ("{", ",") and after.key == ":" and inside[index] >= 0 and found[inside[index]].key == "{"


def _is_reserved_name(found: Sequence[Token], inside: Sequence[int], index: int) -> bool:
    """Say whether a word is the name of a property or variable where the engine would take it for a keyword."""
    if found[index].key not in _RESERVED:
        return found[index].key in _ALWAYS_NAMES
    before, after = _get_key_at(found, index - 1).key, _get_key_at(found, index + 1).key
    return _is_property(found, inside, index) or before == "AS" or (after == "." and before != ".")


def _is_place(found: Sequence[Token], bracket: int) -> bool:
    """Say whether a bracket of the form [...] asks for a place of what stands before it."""
    before = _get_key_at(found, bracket - 1)
    if before.key in (")", "]", "}") or before.kind in ("parameter", "string", "name"):
        return True
    return before.kind == "word" and (before.key not in _BEFORE_LIST or _get_key_at(found, bracket - 2).key == ".")


def _close(found: Sequence[Token], inside: Sequence[int], bracket: int) -> int:
    for at in range(bracket + 1, len(found)):
        if found[at].key in (")", "]", "}") and inside[at] == inside[bracket]:
            return at
    raise QueryRefused("a bracket is not closed")


def _get_key_at(found: Sequence[Token], index: int) -> Token:
    return found[index] if 0 <= index < len(found) else Token("symbol", "")


def translate_parameters(value: Any) -> Any:
    """Return a parameter with the properties renamed that the engine would take for its own."""
    if isinstance(value, Mapping):
        return {
            f"{_OWN}{key}" if str(key).lower() in INVENTED else key: translate_parameters(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [translate_parameters(one) for one in value]
    return value


def translate_answer(value: Any) -> Any:
    """Return a value of an answer without the engine's own properties, and people's under their names again."""
    if isinstance(value, dict):
        return {
            translate_answer(key): translate_answer(one)
            for key, one in value.items()
            if key not in INVENTED or value.keys() == _RELATIONSHIP
        }
    if isinstance(value, list):
        return [translate_answer(one) for one in value]
    return value.replace(_OWN, "") if isinstance(value, str) and _OWN in value else value


def translate_column(name: str, cypher: str) -> str:
    """Return the name of a column as the person wrote it."""
    plain = name.replace(f"`{_OWN}", "`").replace(_OWN, "")
    return plain if "`" in cypher else plain.replace("`", "")


_RELATIONSHIP = {"type", "start", "end", "properties"}


# What cannot be rewritten ------------------------------------------------------------------


def check_dialect(found: Sequence[Token]) -> None:
    """Refuse tokens in which the embedded engine would read something else than Neo4j, and no translation helps."""
    inside = find_openers(found)
    _check_shortest(found, inside)
    _check_union(found, inside)
    for index, token in enumerate(found):
        before, after = _get_key_at(found, index - 1), _get_key_at(found, index + 1)
        if token.key == "[" and before.key == "-" and after.is_name and _has_star(found, inside, index):
            raise _make_refusal(
                "a variable-length relationship with a name may come reversed",
                "name the path, MATCH p = (a)-[:OWNS*1..3]->(b), and use relationships(p)",
            )
        if after.key == "(" and token.is_name and before.key != "." and token.text.lower() in _INSTEAD:
            raise _make_refusal(f"{token.text}() differs", f"use {_INSTEAD[token.text.lower()]}")
        if token.text.lower() == "between" and before.key == "." and found[index - 2].text.lower() == "duration":
            raise _make_refusal("duration.between() differs", f"use {_INSTEAD['duration.between']}")
        if token.kind == "name" and before.key in (":", "|") and set(token.text) & set(":|&"):
            raise _make_refusal(
                f"a name with a sign in it, `{token.text}`, is read as several", "write them apart, (n:A:B)"
            )
        if token.key == "CALL" and "".join(one.text for one in found[index + 1 : index + 4]).lower() == "db.labels":
            raise _make_refusal("db.labels() leaves labels out", "MATCH (n:Entity) RETURN DISTINCT n.kind AS kind")
        if _is_bare_property(found, inside, index) and _is_beside(found, inside, index):
            raise _make_refusal(
                "a pattern beside another one that asks for a property of it finds nothing",
                f"compare it in WHERE: MATCH (d:Document) WHERE d.id = {after.text}.document",
            )
        if token.key == "USING" and after.key in ("INDEX", "SCAN", "JOIN", "TEXT", "RANGE", "POINT"):
            raise QueryRefused("the embedded engine takes no hints: leave USING out")
        if token.key == "FORMAT" and after.key == "CSV":
            raise QueryRefused("FORMAT CSV is not run: ask graphkit for --format csv")
        if token.key == "COLLECT" and after.key == "{":
            raise QueryRefused("the embedded engine knows no COLLECT { ... }: use collect()")


def _is_beside(found: Sequence[Token], inside: Sequence[int], colon: int) -> bool:
    """Say whether a value in braces belongs to a node that stands after a comma, in the pattern of a MATCH."""
    node = inside[inside[colon]]
    return node > 0 and found[node].key == "(" and found[node - 1].key == ","


def _make_refusal(what: str, instead: str) -> QueryRefused:
    return QueryRefused(f"on the embedded engine {what}: {instead}")


def _has_star(found: Sequence[Token], inside: Sequence[int], bracket: int) -> bool:
    return any(token.key == "*" for token in _iterate_inside(found, inside, bracket))


def _iterate_inside(found: Sequence[Token], inside: Sequence[int], bracket: int) -> Iterator[Token]:
    for at in range(bracket + 1, len(found)):
        if inside[at] == inside[bracket] and at > bracket and found[at].key in (")", "]", "}"):
            return
        yield found[at]


def _check_shortest(found: Sequence[Token], inside: Sequence[int]) -> None:
    for index, token in enumerate(found):
        if token.key not in ("SHORTESTPATH", "ALLSHORTESTPATHS") or index + 1 >= len(found):
            continue
        if found[index + 1].key != "(":
            continue
        pattern = list(_iterate_inside(found, inside, index + 1))
        names = {one.text for before, one in pairwise(pattern) if before.key == "[" and one.is_name}
        if index >= 2 and found[index - 1].key == "=":
            names.add(found[index - 2].text)
        end = index + 2 + len(pattern)
        if _find_names_in_where(found, inside, end, inside[index], names) or _has_properties(pattern):
            raise _make_refusal(
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


def _find_names_in_where(
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
                raise _make_refusal(
                    f"{token.text} beside UNION means another part of it",
                    "CALL { ... UNION ... } RETURN ... ORDER BY ... LIMIT ..., or WITH ... LIMIT before a RETURN",
                )
