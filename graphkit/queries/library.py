"""The library: `cypher/*.cypher` as named, documented, read-only queries.

A file holds one reading statement without a semicolon. Its header is data, in `//` comments: `group: `
(one of GROUPS), `title: `, `example: name=value; name=value` where it takes or needs a parameter, what
it answers in one line (further lines say what to mind), `$param (type = default): meaning`, and
`-> columns` (or `-> column: meaning`).
Types are entity (an id, or a name that the caller resolves), text, date (partial ISO), integer, and what is
separated by commas: list (any values), statuses (of claims) and entities. An
entity may be of certain kinds only: `$company (entity: Company or Product): meaning`. A parameter without a
default must be given; `null` means none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

import msgspec

from graphkit.errors import InvalidValue, QueryError, UnknownName
from graphkit.facts import get_earliest_day, get_latest_day
from graphkit.names import Spellings
from graphkit.ontology import KINDS, STATUSES
from graphkit.queries.guard import check_cypher, list_parameters
from graphkit.queries.tokens import split_tokens
from graphkit.queries.translation import translate

#: The groups of questions, in the order in which they are listed.
GROUPS: Mapping[str, str] = {
    "access": "who has, hires or buys chips, and by which way",
    "evidence": "who says it, who denies it, and what it rests on",
    "law": "rules, lists, cases and licences",
    "places": "where companies, sites and chips are",
    "owners": "who owns, controls or pays into whom",
    "gaps": "what the base does not tell, and what has not come about",
}

Type = Literal["entity", "entities", "text", "date", "integer", "list", "statuses"]


class Parameter(msgspec.Struct, frozen=True):
    """A value that a query asks for. Without a default it must be given."""

    name: str
    type: Type
    meaning: str
    required: bool = True
    default: object = None
    #: Kinds of the entity that the query begins at, where it can begin only there.
    kinds: tuple[str, ...] = ()


class ResultColumn(msgspec.Struct, frozen=True):
    """A column of a query's answer; `meaning` is empty where the name says it all."""

    name: str
    meaning: str = ""


class Query(msgspec.Struct, frozen=True):
    """One file of the library: what it answers in one line, what to mind, its parameters, columns, text.

    `example` are values for which it has rows in the shipped base, as a person would write them.
    """

    name: str
    group: str
    title: str
    description: str
    note: str
    parameters: tuple[Parameter, ...]
    columns: tuple[ResultColumn, ...]
    example: Mapping[str, str]
    text: str


#: How a value of each type is written.
_WRITTEN: Mapping[Type, str] = {
    "entity": "its name or id",
    "entities": "names or ids separated by commas",
    "text": "any text",
    "date": "YYYY, YYYY-MM or YYYY-MM-DD",
    "integer": "a whole number",
    "list": "values separated by commas",
    "statuses": f"some of {', '.join(STATUSES)}, separated by commas",
}
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_HEADING = re.compile(r"(group|title|example): (.+)\Z")
#: Characters of a title: a list of the library fits 80 columns.
_TITLE = 36
_PARAMETER = re.compile(
    r"\$(?P<name>\w+) \((?P<type>\w+)(?:: (?P<kinds>\w+(?: or \w+)*))?(?: = (?P<default>.*?))?\): (?P<meaning>.+)\Z"
)


def folder() -> Path:
    """Return the folder of the library: inside the installed package, else beside it in the checkout."""
    inside = Path(__file__).parents[1] / "cypher"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "cypher"


@cache
def load_library() -> Mapping[str, Query]:
    """Return the queries by name, sorted."""
    return {path.stem: parse_query(path.stem, path.read_text("utf-8")) for path in sorted(folder().glob("*.cypher"))}


def find_query(name: str) -> Query:
    """Return a query of the library. Raises UnknownName with near names."""
    known = load_library()
    if name not in known:
        near = Spellings((one, (one,)) for one in known).find_near(name)
        raise UnknownName(name, near, "query of the library")
    return known[name]


def parse_query(name: str, text: str) -> Query:
    """Read one file of the library. Raises QueryError where it breaks the format."""
    header = [line[2:].strip() for line in _parse_header(text)]
    headings: dict[str, str] = {}
    said: list[str] = []
    asked: list[Parameter] = []
    answered: list[ResultColumn] = []
    for line in header:
        if line.startswith("$"):
            asked.append(_parse_parameter(name, line))
        elif line.startswith("->"):
            answered += _parse_columns(line[2:])
        elif asked or answered:
            raise QueryError(f"{name}: {line!r} comes after the parameters: put what the query answers first", text)
        elif heading := _HEADING.match(line):
            headings[heading[1]] = heading[2]
        else:
            said.append(line)
    query = Query(
        name=name,
        group=headings.get("group", ""),
        title=headings.get("title", ""),
        description=said[0] if said else "",
        note=" ".join(said[1:]),
        parameters=tuple(asked),
        columns=tuple(answered),
        example=_parse_example(name, headings.get("example", "")),
        text=text,
    )
    _validate(query)
    return query


def convert_parameters(
    query: Query, given: Mapping[str, object], resolve: Callable[[str], str] | None = None
) -> dict[str, object]:
    """Return a query's parameters from values as people give them, with its defaults.

    Strings become what the type asks for; `resolve` turns an entity's name into its id. Raises
    InvalidValue for a value or a name of a parameter that makes no sense, or one that is missing.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            takes = f"it takes {_list_names(known)}" if known else "it takes none"
            raise InvalidValue(f"{query.name} has no parameter {name!r}: {takes}")
    given = {name: value for name, value in given.items() if value is not None and str(value).strip()}
    missing = [name for name, parameter in known.items() if parameter.required and name not in given]
    if missing:
        raise InvalidValue(f"{query.name} needs {_list_names(missing)}: give it with -p {missing[0]}=VALUE")
    return {
        name: _convert_value(query, parameter, given[name], resolve) if name in given else parameter.default
        for name, parameter in known.items()
    }


def describe_parameters(parameters: Mapping[str, object]) -> str:
    """Return parameters as Neo4j's own browser takes them: `:param {name: value, ...}`."""
    values = (f"{name}: {msgspec.json.encode(value).decode()}" for name, value in parameters.items())
    return f":param {{{', '.join(values)}}}"


def _parse_header(text: str) -> Iterable[str]:
    for line in text.splitlines():
        if not line.startswith("//"):
            return
        yield line


def _parse_parameter(query: str, line: str) -> Parameter:
    match = _PARAMETER.match(line)
    if match is None or match["type"] not in get_args(Type):
        raise QueryError(
            f"{query}: {line!r} is no parameter: write $name (type = default): meaning, "
            f"the type one of {', '.join(get_args(Type))}"
        )
    kinds = tuple(match["kinds"].split(" or ")) if match["kinds"] else ()
    if not KINDS.keys() >= set(kinds):
        raise QueryError(f"{query}: {line!r} names a kind that there is not: they are {', '.join(KINDS)}")
    parameter = Parameter(match["name"], cast(Type, match["type"]), match["meaning"], kinds=kinds)
    if match["default"] is None:
        return parameter
    try:
        default = None if match["default"] == "null" else _convert_type(parameter.type, match["default"])
    except (ValueError, InvalidValue):
        raise QueryError(f"{query}: the default {match['default']!r} is no {parameter.type}") from None
    return msgspec.structs.replace(parameter, required=False, default=default)


def _parse_example(query: str, text: str) -> dict[str, str]:
    values = {}
    for part in filter(None, text.split("; ")):
        name, equals, value = part.partition("=")
        if not equals:
            raise QueryError(f"{query}: {part!r} is no value of the example: write name=value; name=value")
        values[name] = value
    return values


def _parse_columns(text: str) -> list[ResultColumn]:
    names, _, meaning = text.strip().partition(": ")
    return [ResultColumn(name.strip(), meaning) for name in names.split(",") if name.strip()]


def _validate(query: Query) -> None:
    declared = [parameter.name for parameter in query.parameters]
    columns = [column.name for column in query.columns]
    faults = {
        "its name is not in snake_case": not _NAME.match(query.name),
        f"its group is none of {', '.join(GROUPS)}": query.group not in GROUPS,
        f"it has no title of at most {_TITLE} characters": not 0 < len(query.title) <= _TITLE,
        "its header does not say what it answers": not query.description,
        "its header names no columns": not columns,
        "a parameter or column is declared twice": len({*declared}) + len({*columns}) < len(declared) + len(columns),
        "its parameters are not those it declares": list_parameters(query.text) != frozenset(declared),
        "its example does not give the parameters that it needs, or gives others": not (
            {one.name for one in query.parameters if one.required} <= query.example.keys() <= set(declared)
        ),
        "the embedded engine takes a form of it otherwise": _list_strings(translate(query.text))
        != _list_strings(query.text),
        "it holds a semicolon": any(token.key == ";" for token in split_tokens(query.text)),
        "it has no ORDER BY": "ORDER BY" not in query.text,
    }
    for fault, found in faults.items():
        if found:
            raise QueryError(f"{query.name}: {fault}", query.text)
    check_cypher(query.text, embedded=True)


def _list_strings(cypher: str) -> list[str]:
    return [token.text for token in split_tokens(cypher)]


def _convert_value(query: Query, parameter: Parameter, value: object, resolve: Callable[[str], str] | None) -> object:
    try:
        converted = _convert_type(parameter.type, value)
    except (ValueError, TypeError, InvalidValue):
        raise InvalidValue(
            f"{query.name}: {parameter.name}={value!r} is no {parameter.type}: write {_WRITTEN[parameter.type]}"
        ) from None
    if parameter.name == "known_by":
        return _shorten_date(str(converted))
    if resolve is None or parameter.type not in ("entity", "entities"):
        return converted
    return [resolve(str(one)) for one in converted] if isinstance(converted, list) else resolve(str(converted))


def _shorten_date(date: str) -> str:
    """Return the year or month that ends on the last day of a date, so that what is dated by it alone counts too.

    >>> [_shorten_date(one) for one in ("2024-06-30", "2024-12-31", "2024-06-29")]
    ['2024-06', '2024', '2024-06-29']
    """
    return next(date[:size] for size in (4, 7, 10) if get_latest_day(date[:size]) == get_latest_day(date))


def _convert_type(type_: Type, value: object) -> object:
    if type_ in ("list", "statuses", "entities"):
        parts = value.split(",") if isinstance(value, str) else list(cast(Iterable[object], value))
        stripped = [part.strip() if isinstance(part, str) else part for part in parts]
        if type_ == "statuses" and not STATUSES.keys() >= set(stripped) - {""}:
            raise ValueError(f"{value!r} are no statuses")
        return [part for part in stripped if part != ""]
    if type_ == "integer":
        return int(str(value))
    text = str(value).strip()
    if type_ == "date":
        get_earliest_day(text)
    return text


def _list_names(names: Iterable[str]) -> str:
    return ", ".join(f"${name}" for name in names)
