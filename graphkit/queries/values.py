"""Values that people give to their own Cypher: JSON where it is JSON, else a text."""

from __future__ import annotations

import json
from collections.abc import Mapping


def parse_value(text: str) -> object:
    """Return the value of a parameter as a person wrote it: JSON, else the text as it stands.

    >>> [parse_value(one) for one in ("0.5", "true", '["h100"]', "Oracle", '"0.5"', "NaN")]
    [0.5, True, ['h100'], 'Oracle', '0.5', 'NaN']
    """

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    try:
        value: object = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return text
    return value


def describe_values(values: Mapping[str, object]) -> str:
    """Say what was taken for each parameter.

    >>> describe_values({"n": 3, "name": "Oracle"})
    'n = 3 (a whole number), name = "Oracle" (a text)'
    """
    return ", ".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)} ({_name_kind(value)})" for name, value in values.items()
    )


def _name_kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "a map")
