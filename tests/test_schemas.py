"""The JSON contract: schemas are generated from the records, shipped, and kept by every answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from graphkit.answers import schemas
from tests.command_line import ask, ask_signed, small_base

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "small")


def closed(schema: object) -> object:
    """Return a schema with no room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        shut["additionalProperties"] = False
    return shut


def faults(name: str, answer: object) -> list[str]:
    """Return what in an answer is not as its shipped schema says."""
    schema = json.loads(schemas.find_schema_file(name).read_text(encoding="utf-8"))
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(closed(schema)).iter_errors(answer)
    ]


def test_the_schemas_that_ship_are_those_of_the_records() -> None:
    assert {file.name for file in schemas.FOLDER.iterdir()} == {f"{name}.schema.json" for name in schemas.ANSWERS}
    for name in schemas.ANSWERS:
        assert schemas.find_schema_file(name).read_text(encoding="utf-8") == schemas.encode_schema(name), (
            "run `make docs`"
        )


@pytest.mark.parametrize("name", schemas.ANSWERS)
def test_each_schema_is_a_schema_and_is_linked(name: str) -> None:
    Draft202012Validator.check_schema(schemas.make_schema(name))
    assert f"../graphkit/schema/{name}.schema.json" in (ROOT / "docs" / "json.md").read_text(encoding="utf-8")


QUESTIONS = [
    ("path", ["path", "ByteDance", "H100"], 0),
    ("path", ["path", "ByteDance", "H100", "--on", "2024-06-06"], 0),
    ("path", ["path", "hq:CN", "H20", "--status", "done,alleged"], 0),
    ("path", ["path", "China Telecom", "H100"], 1),
    ("path", ["path", "Alibaba", "H100", "--known-by", "2020", "--without", "Oracle"], 1),
    ("exposure", ["exposure", "--buyers", "hq:CN", "--chips", "H100,H20"], 0),
    ("show", ["show", "Oracle"], 0),
    ("show", ["show", "H100", "--status", "refused"], 0),
    ("query", ["query", "who_rents_from", "-p", "provider=Oracle"], 0),
    ("queries", ["query"], 0),
    ("query-show", ["query", "who_owns", "--show"], 0),
    ("query-show", ["query", "who_owns", "--show", "-p", "company=TikTok"], 0),
    ("license", ["license", "H100", "--to", "MY", "--hq", "CN"], 0),
    ("license", ["license", "H20", "--to", "CN", "--hq", "CN", "--activity", "lease", "--on", "2023"], 0),
    ("chip", ["chip", "H20", "--history"], 0),
    ("chip", ["chip", "A100"], 0),
    ("whatif", ["whatif", "ByteDance", "H100", "--enact", "BILL-119-HR2683"], 0),
    ("close", ["close", "ByteDance", "H100"], 0),
    ("check", ["check"], 0),
]


@pytest.mark.parametrize(("name", "asked", "code"), QUESTIONS, ids=lambda value: str(value))
def test_an_answer_is_what_its_schema_says_and_no_more(name: str, asked: list[str], code: int) -> None:
    assert faults(name, ask_signed(*asked, code=code)) == []


def test_a_build_is_what_its_schema_says(base: Path, tmp_path: Path) -> None:
    built = ask("build", base, "--db", tmp_path / "g.kgl")
    assert faults("build", built) == []
    assert (built["version"], len(built["claims"]["added"]), built["entities"]["removed"]) == (2, 14, [])


def test_the_answers_of_many_buyers_keep_the_contract(base: Path) -> None:
    cypher = (
        "MATCH (n:Company) WHERE NOT n.generic = true OR n.generic IS NULL RETURN n.id AS id ORDER BY id LIMIT 200"
    )
    some = ["bytedance", "alibaba", *[row["id"] for row in ask("query", "--cypher", cypher)][::12]]
    assert len(some) >= 5
    from click.testing import CliRunner

    from graphkit.cli import main

    codes = set()
    for buyer in some:
        for more in ([], ["--on", "2023-01-01"]):
            result = CliRunner().invoke(main, ["path", buyer, "H100", "--format", "json", *more])
            codes.add(result.exit_code)
            assert faults("path", json.loads(result.stdout)) == [], buyer
    assert codes == {0, 1}


def test_what_is_not_an_answer_is_refused() -> None:
    assert faults("path", {"version": 1, "paths": []})
