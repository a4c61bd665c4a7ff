"""Lists of records by column: names of fields are sent once, and so is a value that several records share.

    [{"a": "x", "b": 1}, {"a": "x"}, {"b": 2}]   becomes   {"": {"a": [["x"], [0, 0, -1]], "b": [[1, 2], [0, -1, 1]]}}

The script of the page puts them together again as it starts (`data.js`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

_write = msgspec.json.Encoder(order="deterministic").encode

#: The only field of what stands for a list of records: no record has one without a name.
FOLDED = ""


def fold_records(value: Any) -> Any:
    """Return plain data with the lists of records in it by column, wherever that is shorter."""
    if isinstance(value, dict):
        return {name: fold_records(one) if isinstance(one, (dict, list)) else one for name, one in value.items()}
    if not isinstance(value, list) or not value or not isinstance(value[0], (dict, list)):
        return value
    whole = [fold_records(one) for one in value]
    if len(whole) < 2 or not all(isinstance(one, dict) and one for one in whole):
        return whole
    columns = {FOLDED: {name: _fold_field(name, whole) for name in sorted({name for one in whole for name in one})}}
    return min(columns, whole, key=lambda one: len(_write(one)))


def read_records(text: str) -> Any:
    """Return data from JSON as it was before `fold_records`.

    >>> said = {"lines": [{"a": "x", "b": 1}, {"a": "x"}] * 9}
    >>> read_records(json.dumps(fold_records(said))) == said
    True
    """
    return json.loads(text, object_hook=lambda one: _unfold(one[FOLDED]) if FOLDED in one else one)


def _fold_field(name: str, records: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Return the values of a field, each once, and each record's place among them: -1 without one, none in order."""
    known: dict[bytes, int] = {}
    values: list[Any] = []
    places = []
    for record in records:
        if name not in record:
            places.append(-1)
            continue
        key = _write(record[name])
        if key not in known:
            known[key] = len(values)
            values.append(record[name])
        places.append(known[key])
    return [values] if places == list(range(len(records))) else [values, places]


def _unfold(columns: Mapping[str, list[list[Any]]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, (values, *given) in columns.items():
        places = given[0] if given else range(len(values))
        found = found or [{} for _ in places]
        for record, place in zip(found, places, strict=True):
            if place >= 0:
                record[name] = values[place]
    return found
