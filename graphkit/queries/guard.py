"""The guard of people's own Cypher: text that reads goes to an engine, and nothing else does.

Read mode alone does not suffice: in it both engines read files by LOAD CSV, and Neo4j kills
connections, shows its settings and runs the functions of its plugins, which may do anything. So a
text is checked before, as tokens, in both readings of its unicode escapes: whatever a bracket
follows is called, and only what is known to read is called. Whatever is not known is refused, with
the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphkit.errors import QueryRefused
from graphkit.queries.cost import check_growth, check_lists, check_patterns
from graphkit.queries.tokens import Token, resolve_escapes, split_tokens
from graphkit.queries.translation import check_dialect

#: Limits of a text: beyond them an engine's parser stalls for minutes or loses its process.
MAX_LENGTH, MAX_TOKENS, MAX_DEPTH, MAX_BRACES, MAX_UNIONS, MAX_PREFIXES = 20_000, 3_000, 40, 10, 50, 20

PROCEDURES = (
    "db.labels",
    "db.relationshiptypes",
    "db.propertykeys",
    "db.schema.visualization",
    "db.index.fulltext.querynodes",
)

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

#: Keywords that a bracket may follow: it groups, or opens a pattern or a subquery. Plugins cannot take these
#: names, since the name of a plugin's function has a dot.
_KEYWORDS = """
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
_BEFORE_BRACKET = frozenset(_KEYWORDS.split())
FUNCTIONS = frozenset(_READING_FUNCTIONS.split())

#: After these a name or an expression must follow; with these what follows one goes on. No clause stands between.
_EXPECTING = frozenset(
    [
        "AS",
        "BY",
        "RETURN",
        "WITH",
        "DISTINCT",
        "WHERE",
        "AND",
        "OR",
        "XOR",
        "NOT",
        "IN",
        "WHEN",
        "THEN",
        "ELSE",
        "UNWIND",
        "CONTAINS",
    ]
)
_EXPECTING |= frozenset(("(", "[", "{", ",", "=", "<", ">", "+", "-", "*", "/", "%", "^", "&", "!", "|", ".."))
_GOING_ON = frozenset(
    [
        "LIMIT",
        "SKIP",
        "OFFSET",
        "ORDER",
        "ASC",
        "DESC",
        "ASCENDING",
        "DESCENDING",
        "AS",
        "AND",
        "OR",
        "XOR",
        "IN",
        "IS",
        "CONTAINS",
        "STARTS",
        "ENDS",
        "WHERE",
        "RETURN",
        "WITH",
        "MATCH",
        "OPTIONAL",
        "UNWIND",
        "UNION",
        "THEN",
        "ELSE",
        "END",
        "CALL",
    ]
)
_ENDING = frozenset(("", ",", ";", ")", "]", "}", ".", "=", "<", ">", "+", "-", "*", "/", "%", "^", "|", "&", "["))


def check_cypher(cypher: str, parameters: Mapping[str, object] | None = None, *, embedded: bool = False) -> None:
    """Refuse a text that does more than read, or that would stall an engine.

    With `embedded`, also the forms that the embedded engine answers wrongly and that are not
    translated, naming one that works. Raises QueryRefused with the reason.
    """
    if len(cypher) > MAX_LENGTH:
        raise QueryRefused(f"the text is longer than {MAX_LENGTH} characters: pass long values as parameters", cypher)
    # The embedded engine resolves escapes inside strings only, Neo4j everywhere and first.
    try:
        for reading in dict.fromkeys((resolve_escapes(cypher), cypher)):
            found = split_tokens(reading)
            _check_size(found)
            _check_statement(found)
            _check_calls(found)
            check_lists(found, parameters or {}, embedded=embedded)
            if embedded:
                check_dialect(found)
            else:
                check_patterns(found, parameters or {})
                check_growth(found)
    except QueryRefused as refused:
        raise QueryRefused(str(refused), cypher) from None


def list_parameters(cypher: str) -> frozenset[str]:
    """Return the names of the parameters that a text uses.

    >>> sorted(list_parameters("MATCH (n {id: $id}) RETURN '$no'"))
    ['id']
    """
    return frozenset(token.text for token in split_tokens(cypher) if token.kind == "parameter")


def _is_name(found: Sequence[Token], index: int) -> bool:
    """Say whether a word is a name where it stands, in whatever way the text is read: it starts no clause there."""
    before, after = _get_key(found, index - 1), _get_key(found, index + 1)
    if before == ".":  # after a number it may end that number
        return index < 2 or not (
            found[index - 2].kind in ("number", "parameter") and found[index - 2].text[:1].isdigit()
        )
    if found[index].key == "TRANSACTIONS":
        return before != "CONCURRENT" and not (before == "IN" and _get_key(found, index - 2) == "}")
    if before == ":" or after == ".":
        return True
    if before in ("(", "[", "{", ",") and after == ":":
        return True
    if before == "{":
        return after in (",", "}")
    if before not in _EXPECTING or after not in _ENDING | _GOING_ON:
        return False
    # a neighbour that is a keyword elsewhere may be a variable here: then nothing is certain
    return not {before, after} & (_EXPECTING | _GOING_ON) & _find_variables(found)


def _find_variables(found: Sequence[Token]) -> frozenset[str]:
    """Return the words that may be the name of a variable somewhere in the text."""
    return frozenset(
        token.key
        for index, token in enumerate(found)
        if token.kind == "word" and _get_key(found, index - 1) in ("AS", "(", "[", ",", "YIELD")
    )


def _get_key(found: Sequence[Token], index: int) -> str:
    return found[index].key if 0 <= index < len(found) else ""


def _check_size(found: Sequence[Token]) -> None:
    if len(found) > MAX_TOKENS:
        raise QueryRefused(f"the statement has more than {MAX_TOKENS} words and signs: ask a narrower question")
    depth = braces = cases = unions = prefixes = 0
    for index, token in enumerate(found):
        key, before, after = token.key, _get_key(found, index - 1), _get_key(found, index + 1)
        depth += (key in ("(", "[", "{")) - (key in (")", "]", "}"))
        braces += (key == "{") - (key == "}")
        if key == "CASE" and before != "." and after not in (")", "]", "}", ",", ":", "."):
            cases += 1
        if key == "END" and before not in (".", "(", "[", "{", ",", "AS"):
            cases = max(0, cases - 1)
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
        if key in _REFUSED and not _is_name(found, index):
            raise QueryRefused(f"{key} {_REFUSED[key]} (put a name like this in backticks)")
        if key == "UNION" and not _is_name(found, index):
            starts.append(index + (2 if _get_key(found, index + 1) in ("ALL", "DISTINCT") else 1))
    for start in starts:
        if start < len(found) and found[start].key not in _STARTS:
            raise QueryRefused(
                f"a statement that starts with {found[start].text!r} is not run: "
                f"start with {', '.join(_STARTS[:-1])} or {_STARTS[-1]}"
            )


def _check_calls(found: Sequence[Token]) -> None:
    """Refuse calls of what is not known to read: procedures after CALL, functions wherever a bracket follows."""
    procedures: set[int] = set()
    for index, token in enumerate(found):
        if token.key == "CALL" and not _is_name(found, index):
            name = _get_dotted_name(found, index + 1)
            if name and name not in PROCEDURES:
                raise QueryRefused(f"the procedure {name} is not run: those that are run are {', '.join(PROCEDURES)}")
            procedures.add(index + 1)
        if token.key == "(" and index and found[index - 1].is_name:
            start = index - 1
            while start >= 2 and found[start - 1].key == "." and found[start - 2].is_name:
                start -= 2
            name = _get_dotted_name(found, start)
            keyword = start == index - 1 and found[start].key in _BEFORE_BRACKET
            if not (start in procedures or keyword or name in FUNCTIONS or _is_hint(found, index)):
                raise QueryRefused(f"the function {name}() is not run: graphkit does not know that it only reads")


def _is_hint(found: Sequence[Token], bracket: int) -> bool:
    """Say whether a bracket opens the property of a hint, `USING INDEX n:Company(id)`: a label is not called."""
    before = [_get_key(found, at) for at in range(max(0, bracket - 7), bracket - 3)]
    if before and before[-1] == "SEEK":
        before.pop()
    if not before or before.pop() != "INDEX":
        return False
    if before and before[-1] in ("TEXT", "RANGE", "POINT"):
        before.pop()
    return (
        bool(before) and before[-1] == "USING" and _get_key(found, bracket - 2) == ":" and found[bracket - 3].is_name
    )


def _get_dotted_name(found: Sequence[Token], start: int) -> str:
    """Return the dotted name that starts at a token, in lower case; "" if none does."""
    parts: list[str] = []
    while start < len(found) and found[start].is_name:
        parts.append(found[start].text.lower())
        if start + 1 >= len(found) or found[start + 1].key != ".":
            break
        start += 2
    return ".".join(parts)
