"""The JSON schemas of all answers, generated from their records; graphkit/schema holds them as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from graphkit.answers.answer import VERSION, Answer
from graphkit.answers.build import BuildAnswer
from graphkit.answers.chip import ChipAnswer
from graphkit.answers.closings import ClosingsAnswer
from graphkit.answers.coverage import CoverageAnswer
from graphkit.answers.licence import LicenceAnswer
from graphkit.answers.listing import ContentsAnswer, ListingAnswer
from graphkit.answers.matrix import ExposureAnswer
from graphkit.answers.parties import PartiesAnswer
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.query import LibraryQuery, QueryText
from graphkit.answers.replay import ReplayAnswer
from graphkit.answers.screening_answer import ScreeningAnswer
from graphkit.answers.search import SearchAnswer
from graphkit.answers.show import EntityAnswer
from graphkit.answers.whatif import WhatIfAnswer
from graphkit.engines import Row

#: What each command prints as JSON.
ANSWERS: Mapping[str, type[Answer] | object] = {
    "build": BuildAnswer,
    "check": CoverageAnswer,
    "chip": ChipAnswer,
    "close": ClosingsAnswer,
    "exposure": ExposureAnswer,
    "find": SearchAnswer,
    "license": LicenceAnswer,
    "license-buyer": PartiesAnswer,
    "list": ListingAnswer,
    "list-contents": ContentsAnswer,
    "path": PathAnswer,
    "queries": list[LibraryQuery],
    "query": list[Row],
    "query-show": QueryText,
    "replay": ReplayAnswer,
    "screen": ScreeningAnswer,
    "show": EntityAnswer,
    "whatif": WhatIfAnswer,
}
FOLDER = Path(__file__).resolve().parent.parent / "schema"
_TITLES = {
    "license-buyer": "Answer of `graphkit license --buyer NAME --format json`",
    "list": "Answer of `graphkit list KIND --format json`",
    "list-contents": "Answer of `graphkit list --format json`, without a kind",
    "queries": "Answer of `graphkit query --format json`, without a name",
    "query-show": "Answer of `graphkit query NAME --show --format json`",
}
_NOTE = "Within a version fields may be added; none is removed, renamed or given another meaning. Unknown is null."


def make_schema(name: str) -> dict[str, object]:
    """Return the JSON schema of what a command prints."""
    made = msgspec.json.schema(ANSWERS[name], schema_hook=_any_value, ref_template="#/$defs/{name}")
    title = _TITLES.get(name, f"Answer of `graphkit {name} --format json`")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{title}, version {VERSION}",
        "description": _NOTE,
        **{key: _tidy(value) for key, value in made.items()},
    }


def _any_value(kind: type) -> dict[str, object]:
    """Return the schema of what a database may hold: anything."""
    if kind is object:
        return {"description": "a value as the database returns it"}
    raise NotImplementedError


def _tidy(value: object) -> object:
    """Return a schema whose descriptions, docstrings of the records, are one line each."""
    if isinstance(value, dict):
        return {
            key: " ".join(one.split()) if key == "description" and isinstance(one, str) else _tidy(one)
            for key, one in value.items()
        }
    return [_tidy(one) for one in value] if isinstance(value, list) else value


def encode_schema(name: str) -> str:
    """Return the text of a schema's file."""
    return msgspec.json.format(msgspec.json.encode(make_schema(name)), indent=2).decode() + "\n"


def find_schema_file(name: str) -> Path:
    """Return the file that holds a schema."""
    return FOLDER / f"{name}.schema.json"


def write_schemas() -> None:
    """Write the files of all schemas, and none else."""
    for file in FOLDER.glob("*.schema.json"):
        file.unlink()
    for name in ANSWERS:
        find_schema_file(name).write_text(encode_schema(name), encoding="utf-8")
