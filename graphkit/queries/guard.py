"""What graphkit will hand to an engine of the Cypher that people write: reading, and nothing else.

Read mode alone does not suffice: in it both engines read files by LOAD CSV, and Neo4j kills
connections and shows its settings. So a text is checked before, as tokens, in both readings of its
unicode escapes. Whatever is not known to read is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.errors import QueryRefused
from graphkit.queries.dialect import check_dialect
from graphkit.queries.tokens import Token, resolved, tokens

#: Limits of a text: beyond them an engine's parser stalls for minutes or loses its process.
MAX_LENGTH, MAX_TOKENS, MAX_DEPTH, MAX_BRACES, MAX_UNIONS, MAX_PREFIXES = 20_000, 3_000, 40, 10, 50, 20

PROCEDURES = ("db.labels", "db.relationshiptypes", "db.propertykeys", "db.index.fulltext.querynodes")

_STARTS = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL")

_REFUSED = {
    **dict.fromkeys(
        ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "INSERT", "FOREACH", "DROP", "ALTER"),
        "writes: only statements that read are run",
    ),
    "LOAD": "reads files and addresses: give the rows as a parameter",
    "TRANSACTIONS": "splits a statement into transactions of its own: only single reads are run",
    **dict.fromkeys(("USE", "SHOW", "TERMINATE"), "administers the database: only questions to the graph are run"),
}

#: Words that may stand before a bracket without being a function.
_WORDS = """
MATCH OPTIONAL WHERE RETURN WITH DISTINCT UNWIND CALL AND OR XOR NOT IN AS BY LIMIT SKIP OFFSET CASE WHEN THEN ELSE
CONTAINS EXISTS COUNT COLLECT ON YIELD IS SHORTESTPATH ALLSHORTESTPATHS SHORTEST PATH PATHS GROUP GROUPS ANY ALL NONE
SINGLE REDUCE WALK TRAIL ACYCLIC ELEMENTS RELATIONSHIPS
"""
_READING_FUNCTIONS = """
all any exists isempty none single coalesce elementid endnode head id last length nullif properties randomuuid size
startnode timestamp toboolean tobooleanornull tofloat tofloatornull tointeger tointegerornull type valuetype
char_length character_length avg collect count max min percentilecont percentiledisc stdev stdevp sum
keys labels nodes range reduce relationships reverse tail tobooleanlist tofloatlist tointegerlist tostringlist
shortestpath allshortestpaths abs ceil floor isnan rand round sign e exp log log10 sqrt acos asin atan atan2 cos cot
degrees haversin pi radians sin tan btrim left lower ltrim normalize replace right rtrim split substring tolower
tostring tostringornull toupper trim upper date date.truncate date.transaction date.statement date.realtime datetime
datetime.truncate datetime.fromepoch datetime.fromepochmillis localdatetime localdatetime.truncate localtime
localtime.truncate time time.truncate duration duration.between duration.indays duration.inmonths duration.inseconds
point point.distance point.withinbbox
"""
_BEFORE_BRACKET = frozenset(_WORDS.split())
FUNCTIONS = frozenset(_READING_FUNCTIONS.split())


def check(cypher: str, *, embedded: bool = False) -> None:
    """Refuse a text that does more than read, or that would stall an engine.

    With `embedded`, also the forms that the embedded engine answers wrongly, naming one that
    works. Raises QueryRefused with the reason.
    """
    if len(cypher) > MAX_LENGTH:
        raise QueryRefused(f"the text is longer than {MAX_LENGTH} characters: pass long values as parameters", cypher)
    # The embedded engine resolves escapes inside strings only, Neo4j everywhere and first.
    try:
        for reading in dict.fromkeys((resolved(cypher), cypher)):
            found = tokens(reading, blocks=not embedded)
            _check_size(found)
            _check_statement(found)
            _check_calls(found)
            if embedded:
                check_dialect(found)
    except QueryRefused as refused:
        raise QueryRefused(str(refused), cypher) from None


def parameters(cypher: str) -> frozenset[str]:
    """Return the names of the parameters that a text uses.

    >>> sorted(parameters("MATCH (n {id: $id}) RETURN '$no'"))
    ['id']
    """
    return frozenset(token.text for token in tokens(cypher) if token.kind == "parameter")


def is_plain(found: Sequence[Token], index: int) -> bool:
    """Say whether a word is a name where it stands, so that it cannot start a clause."""
    before = found[index - 1].key if index else ""
    after = found[index + 1].key if index + 1 < len(found) else ""
    if before == ".":
        return index < 2 or found[index - 2].kind != "number"
    return (
        before in (":", "(")
        or after == "."
        or (before in ("{", ",") and after == ":")
        or (before == "AS" and after in ("", ",", ";", "}"))
    )


def _check_size(found: Sequence[Token]) -> None:
    if len(found) > MAX_TOKENS:
        raise QueryRefused(f"the statement has more than {MAX_TOKENS} words and signs: ask a narrower question")
    depth = braces = cases = unions = prefixes = 0
    for index, token in enumerate(found):
        key = token.key
        depth += (key in ("(", "[", "{")) - (key in (")", "]", "}"))
        braces += (key == "{") - (key == "}")
        if key in ("CASE", "END") and not is_plain(found, index):
            cases = max(0, cases + (1 if key == "CASE" else -1))
        unions += key == "UNION"
        prefixes = prefixes + 1 if key in ("NOT", "+", "-") else 0
        if depth + cases > MAX_DEPTH or braces > MAX_BRACES or prefixes > MAX_PREFIXES:
            raise QueryRefused("the statement is nested too deeply: split it, or use parameters")
        if unions > MAX_UNIONS:
            raise QueryRefused(f"the statement has more than {MAX_UNIONS} UNION branches: use UNWIND or IN $list")


def _check_statement(found: Sequence[Token]) -> None:
    if not found:
        raise QueryRefused("there is no statement: write one that starts with MATCH or RETURN")
    starts = [0]
    for index, token in enumerate(found):
        key = token.key
        if key == ";" and index + 1 < len(found):
            raise QueryRefused("the text holds several statements: give one at a time")
        if key in _REFUSED and not is_plain(found, index):
            raise QueryRefused(f"{key} {_REFUSED[key]} (put a name like this in backticks)")
        if key == "UNION":
            skip = 2 if index + 1 < len(found) and found[index + 1].key in ("ALL", "DISTINCT") else 1
            starts.append(index + skip)
    for start in starts:
        if start < len(found) and found[start].key not in _STARTS:
            raise QueryRefused(
                f"a statement that starts with {found[start].text!r} is not run: "
                f"start with {', '.join(_STARTS[:-1])} or {_STARTS[-1]}"
            )


def _check_calls(found: Sequence[Token]) -> None:
    for index, token in enumerate(found):
        if token.key == "CALL" and not is_plain(found, index):
            name = _chain(found, index + 1)
            if name and name not in PROCEDURES:
                raise QueryRefused(f"the procedure {name} is not run: those that are run are {', '.join(PROCEDURES)}")
        if token.key == "(" and index and found[index - 1].is_name:
            start = index - 1
            while start >= 2 and found[start - 1].key == "." and found[start - 2].is_name:
                start -= 2
            name = _chain(found, start)
            called = start > 0 and found[start - 1].key == "CALL"
            keyword = start == index - 1 and found[start].key in _BEFORE_BRACKET
            label = start > 0 and found[start - 1].key in (":", "|", "&")
            if not (called or keyword or label or name in FUNCTIONS):
                raise QueryRefused(f"the function {name}() is not run: graphkit does not know that it only reads")


def _chain(found: Sequence[Token], start: int) -> str:
    """Return the dotted name that starts at a token, in lower case; "" if none does."""
    parts: list[str] = []
    while start < len(found) and found[start].is_name:
        parts.append(found[start].text.lower())
        if start + 1 >= len(found) or found[start + 1].key != ".":
            break
        start += 2
    return ".".join(parts)
