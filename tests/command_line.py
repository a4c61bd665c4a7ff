"""Ask the command line as a person does, and a small fact base whose answers can be worked out by hand."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from graphkit.cli import main
from tests.fact_bases import claim, write_base

SHIPPED = Path(__file__).resolve().parent.parent / "seeds"


def run(*arguments: object, code: int = 0) -> Result:
    """Run graphkit in this process; a traceback or another exit code than `code` fails the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: object, code: int = 0) -> Any:
    """Return the JSON answer of a command, without where it comes from."""
    answer = ask_signed(*arguments, code=code)
    if isinstance(answer, dict):
        answer.pop("provenance")
    return answer


def ask_signed(*arguments: object, code: int = 0) -> Any:
    """Return the JSON answer of a command, whole."""
    return json.loads(run(*arguments, "--format", "json", code=code).stdout)


def table(*arguments: object, section: str | None = None, code: int = 0) -> list[dict[str, str]]:
    """Return the rows of a command's CSV answer, or of one of its sections."""
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv", code=code).stdout)))
    return [row for row in rows if section is None or row["section"] == section]


def ways(answer: Any) -> list[str]:
    """Return each path of an answer, as a record or as its JSON, as the ids on it."""
    plain = answer if isinstance(answer, dict) else answer.to_dict()
    return [
        " ".join([path["steps"][0]["subject"]["id"], *(step["object"]["id"] for step in path["steps"])])
        for path in plain["paths"]
    ]


def excerpt_base(folder: Path, *words: str) -> Path:
    """Copy the shipped fact base with the claims alone of files in which one of some words stands."""
    shutil.copytree(SHIPPED, folder)
    for file in (folder / "claims").glob("*.csv"):
        if not any(word in file.read_text("utf-8") for word in words):
            file.unlink()
    return folder


def small_base(folder: Path) -> Path:
    """Write a fact base in which Acme reaches the H100 in four ways, each of another status.

    ::

        acme -LEASES_FROM-> north -OPERATES-> harbour -HOSTS-> h100     done, one sentence, 2023-06
        acme -USES-> h100                                              planned, since 2025
        acme -LEASES_FROM-> south -USES-> h100                         considered; south's chips done
        acme -BUYS-> h100                                              alleged, in an undated document
        blocked -LEASES_FROM-> south                                   refused
    """
    documents = [
        {"id": "alpha", "name": "Alpha News", "publisher": "Alpha", "published": "2023-06"},
        {"id": "beta", "name": "Beta Weekly", "publisher": "Beta", "published": "2024"},
        {"id": "rumour", "name": "A rumour"},
    ]
    entities = [
        {"id": "acme", "name": "Acmé", "kind": "Company", "aliases": "Acme Labs"},
        {"id": "app", "name": "Appy", "kind": "Product"},
        {"id": "blocked", "name": "Blocked", "kind": "Company"},
        {"id": "h100", "name": "H100", "kind": "Chip"},
        {"id": "harbour", "name": "Harbour", "kind": "Datacenter"},
        {"id": "land", "name": "Land", "kind": "Region", "aliases": "LD"},
        {"id": "loner", "name": "Loner", "kind": "Company"},
        {"id": "north", "name": "North", "kind": "Company"},
        {"id": "orphan", "name": "Orphan", "kind": "Product"},
        {"id": "south", "name": "South", "kind": "Company"},
    ]
    claims = {
        "alpha": [
            claim("acme", "HEADQUARTERED_IN", "land", sentence="0"),
            claim("acme", "LEASES_FROM", "north", sentence="1", regions="land", summary="Acme rents from North."),
            claim("acme", "OWNS", "app", sentence="0"),
            claim("blocked", "HEADQUARTERED_IN", "land", sentence="0"),
            claim("harbour", "HOSTS", "h100", sentence="1"),
            claim("harbour", "LOCATED_IN", "land", sentence="1"),
            claim("loner", "COMPETES_WITH", "acme", sentence="5"),
            claim("north", "OPERATES", "harbour", sentence="1"),
        ],
        "beta": [
            claim("acme", "LEASES_FROM", "south", status="considered", confidence="possible", sentence="2"),
            claim("acme", "USES", "h100", status="planned", confidence="likely", sentence="3", since="2025"),
            claim("blocked", "LEASES_FROM", "south", status="refused", sentence="4"),
            claim("orphan", "USES", "h100", sentence="7"),
            claim("south", "USES", "h100", confidence="likely", sentence="6"),
        ],
        "rumour": [
            claim("acme", "BUYS", "h100", status="alleged", confidence="doubtful", sentence="0"),
        ],
    }
    return write_base(folder, documents, entities, claims)
