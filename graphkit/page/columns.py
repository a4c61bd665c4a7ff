"""The records of a page by column: names of fields are sent once, and so is a value that several records share.

    [{"a": "x", "b": 1}, {"a": "x"}, {"b": 2}]   becomes   {"a": [["x"], [0, 0, -1]], "b": [[1, 2], [0, -1, 1]]}

The script of the page puts them together again as it starts (`data.js`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Plain = Mapping[str, Any]
#: A field's values, each once, and the place of every record's among them: -1 without one, no places where in order.
Column = list[list[Any]]


def fold_records(data: Plain) -> dict[str, Any]:
    """Return the data of a page with its lists of records as `columns`."""
    folded = {name: value for name, value in data.items() if _is_table(value)}
    rest = {name: value for name, value in data.items() if name not in folded}
    return {**rest, "columns": {name: _fold(records) for name, records in folded.items()}}


def unfold_records(data: Plain) -> dict[str, Any]:
    """Return the data of a page as it was before `fold_records`.

    >>> unfold_records(fold_records({"lines": [{"a": "x", "b": 1}, {"a": "x"}, {"b": 2}]}))
    {'lines': [{'a': 'x', 'b': 1}, {'a': 'x'}, {'b': 2}]}
    """
    rest = {name: value for name, value in data.items() if name != "columns"}
    return rest | {name: _unfold(columns) for name, columns in data["columns"].items()}


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and one for one in value)


def _fold(records: Sequence[Plain]) -> dict[str, Column]:
    return {name: _fold_field(name, records) for name in sorted({name for record in records for name in record})}


def _fold_field(name: str, records: Sequence[Plain]) -> Column:
    known: dict[str, int] = {}
    values: list[Any] = []
    places = []
    for record in records:
        if name not in record:
            places.append(-1)
            continue
        key = json.dumps(record[name], sort_keys=True, default=str)
        if key not in known:
            known[key] = len(values)
            values.append(record[name])
        places.append(known[key])
    return [values] if places == list(range(len(records))) else [values, places]


def _unfold(columns: Mapping[str, Column]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, (values, *given) in columns.items():
        places = given[0] if given else range(len(values))
        found = found or [{} for _ in places]
        for record, place in zip(found, places, strict=True):
            if place >= 0:
                record[name] = values[place]
    return found
