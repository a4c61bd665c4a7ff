"""An answer names its question and what it rests on, and `replay` asks it again: the same, or what differs."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.engines import open_store
from graphkit.factbase import read_factbase
from graphkit.loading.load import load
from tests.command_line import ask, ask_signed, run, small_base
from tests.conftest import empty
from tests.counts import sample, take


def keep(folder: Path, *question: object, code: int = 0) -> Path:
    """Write the JSON answer of a question to a file."""
    file = folder / "answer.json"
    file.unlink(missing_ok=True)
    run(*question, "--format", "json", "-o", file, code=code)
    return file


def make_questions(seed: int, count: int) -> list[tuple[str, ...]]:
    """Return random questions to the shipped base, some of each command."""
    rng, base = random.Random(seed), read_factbase()
    companies = [one.name for one in base.entities if one.kind == "Company" and "," not in one.name]
    chips = ["H100", "H20", "A100", "B200", "H800", "Ascend 910B", "MI300X"]
    found: list[tuple[str, ...]] = []
    while len(found) < count:
        buyer, chip, year = (
            rng.choice(companies),
            rng.choice(chips),
            f"20{rng.randrange(22, 27)}-0{rng.randrange(1, 10)}",
        )
        date = rng.choice([(), ("--on", year), ("--known-by", year), ("--status", "done,alleged")])
        found.append(
            rng.choice(
                [
                    ("path", buyer, chip, *date),
                    ("path", "hq:CN", chip, "--limit", "3", *date),
                    ("show", buyer, *date),
                    ("exposure", "--buyers", buyer, "--chips", chip, *date),
                    ("close", buyer, chip),
                    ("whatif", buyer, chip, "--enact", "BILL-119-HR2683"),
                    ("license", chip, "--to", "MY", "--hq", "CN", "--on", year),
                    ("chip", chip, "--history"),
                    ("list", "companies", "--seat", "CN"),
                    ("find", chip),
                ]
            )
        )
    return found


def test_an_answer_carries_its_question_its_command_and_what_it_rests_on(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    answer = ask_signed("path", "Acmé", "H100", "-f", base, "--on", "2025", "--via", "North")
    stamp = answer["provenance"]
    assert list(answer)[-1] == "provenance"
    assert stamp["question"].startswith("Reported ways from Acmé to H100; via North; on 2025")
    assert stamp["command"] == ["path", "Acmé", "H100", "--via", "North", "--on", "2025", "--factbase", str(base)]
    assert stamp["as_of"] == "2025"
    assert stamp["graphkit"] == graphkit.__version__
    (told,) = stamp["bases"]
    assert told == {"name": "small", "sha256": read_factbase(base).sha256, "newest": "2024"}
    claims = {claim["id"] for path in answer["paths"] for step in path["steps"] for claim in step["claims"]}
    assert claims <= set(stamp["claims"])


def test_python_asks_with_the_same_provenance_as_the_command_line(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    with graphkit.Explorer.open(base) as explorer:
        answer = explorer.paths("Acmé", "H100", on="2025").provenance
    told = ask_signed("path", "Acmé", "H100", "--on", "2025", "-f", base)["provenance"]
    assert answer is not None
    assert answer.to_dict() == told


@pytest.mark.slow
def test_the_command_of_a_random_answer_gives_the_same_answer_again(tmp_path: Path) -> None:
    for question in make_questions(7, sample(20, 200)):
        file = tmp_path / "answer.json"
        file.unlink(missing_ok=True)
        asked = run_any(*question, "--format", "json", "-o", file)
        again = ask("replay", file)
        assert again["same"], (question, asked, again)
        assert again["differences"] == []
        # the words that it keeps say all that was asked: they give the same bytes
        stamp = json.loads(file.read_text("utf-8"))["provenance"]
        run_any(*stamp["command"], "--format", "json", "-o", tmp_path / "again.json")
        assert (tmp_path / "again.json").read_bytes() == file.read_bytes()
        (tmp_path / "again.json").unlink()


@pytest.mark.slow
def test_the_brief_of_a_random_answer_is_asked_again_and_is_the_same(tmp_path: Path) -> None:
    asked = [one for one in make_questions(11, sample(80, 800)) if one[0] in ("path", "exposure")]
    for at, question in enumerate(asked[: sample(6, 200)]):
        file = tmp_path / f"brief{('.md', '.html', '.docx')[at % 3]}"
        run_any(*question, "--brief", file, "--language", ("en", "fr")[at % 2])
        assert ask("replay", file)["same"], question


def run_any(*words: object) -> int:
    """Run a command that may end without a path."""
    try:
        run(*words)
    except AssertionError:
        run(*words, code=1)
        return 1
    return 0


@pytest.mark.server
def test_an_answer_of_one_engine_is_the_same_from_the_other(neo4j_url: str, tmp_path: Path) -> None:
    empty(neo4j_url)
    with open_store(neo4j_url, readonly=False) as store:
        load(store, read_factbase())
    questions = [
        ("path", "ByteDance", "H100"),
        ("license", "H20", "--buyer", "Inspur", "--on", "2025-04-01"),
        ("show", "Oracle"),
        ("exposure", "--buyers", "Tencent", "--chips", "H100,B200"),
        ("close", "ByteDance", "H100"),
    ]
    for question in take(3, questions):
        assert ask("replay", keep(tmp_path, *question), "--db", neo4j_url)["same"], question
        there = keep(tmp_path, *question, "--db", neo4j_url)
        run("replay", there, code=2)  # no file opens a connection by itself
        assert ask("replay", there, "--db", neo4j_url)["same"], question


def test_one_changed_byte_of_a_claim_is_named(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    file = keep(tmp_path, "path", "Acmé", "H100", "-f", base)
    assert ask("replay", file)["same"]
    answer = json.loads(file.read_text("utf-8"))
    told = answer["paths"][0]["steps"][0]["claims"][0]
    claims = base / "claims" / f"{told['document']}.csv"
    text = claims.read_text("utf-8")
    assert text.count(told["summary"]) >= 1
    claims.write_text(text.replace(told["summary"], told["summary"][:-1] + "!", 1), "utf-8")
    again = ask("replay", file, code=1)
    assert not again["same"]
    named = [one for one in again["differences"] if one["what"].startswith(f"claim {told['id']}")]
    assert len(named) == 1
    assert told["document"] in named[0]["what"]
    assert any(one["what"] == "fact base small" for one in again["differences"])
    assert any(one["now"] == told["summary"][:-1] + "!" for one in again["differences"])


def test_a_base_that_changed_elsewhere_is_told_and_the_answer_is_the_same(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    file = keep(tmp_path, "path", "Acmé", "H100", "-f", base)
    entities = base / "entities.csv"
    entities.write_text(entities.read_text("utf-8").replace("Orphan", "Orphaned"), "utf-8")
    again = ask("replay", file)
    assert again["same"]
    assert [one["what"] for one in again["differences"]] == ["fact base small"]


def test_a_question_is_asked_again_as_of_the_day_on_which_it_was_asked(tmp_path: Path) -> None:
    file = keep(tmp_path, "license", "H20", "--to", "CN", "--hq", "CN")
    answer = json.loads(file.read_text("utf-8"))
    answer["provenance"]["made_on"] = "2024-06-01"
    file.write_text(json.dumps(answer), "utf-8")
    again = ask("replay", file, code=1)  # on that day the rules said otherwise
    assert any(one["what"].startswith("field /") and one["now"] == "2024-06-01" for one in again["differences"])


def test_a_page_is_asked_again(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    page = tmp_path / "page.html"
    run("path", "Acmé", "H100", "-f", base, "--html", page)
    assert ask("replay", page)["same"]
    matrix = tmp_path / "matrix.html"
    run("exposure", "--buyers", "Acmé", "--chips", "H100", "-f", base, "--html", matrix)
    assert ask("replay", matrix)["same"]
    around = tmp_path / "around.html"
    run("view", "Acmé", "-f", base, "--on", "2025", "-o", around)
    told = ask("replay", around)
    assert told["same"]
    assert "output" not in told["question"]  # where a page goes is no part of the question
    rows = tmp_path / "rows.html"
    run("query", "--cypher", "MATCH p = (a:Company)-[r]->(b) RETURN p", "-f", base, "--html", rows)
    assert ask("replay", rows)["same"]


def test_a_claim_that_changed_on_the_page_of_a_view_is_named(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    page = tmp_path / "around.html"
    run("view", "Acmé", "-f", base, "-o", page)
    claims = base / "claims" / "alpha.csv"
    claims.write_text(claims.read_text("utf-8").replace("rents from North.", "rents from North!", 1), "utf-8")
    differences = ask("replay", page, code=1)["differences"]
    assert [one["what"].split()[0] for one in differences] == ["fact", "claim"]


def edit(file: Path, **changes: Any) -> Path:
    answer = json.loads(file.read_text("utf-8"))
    answer["provenance"] |= changes
    file.write_text(json.dumps(answer), "utf-8")
    return file


@pytest.mark.parametrize(
    "command",
    [
        ["build", "--db", "x.kgl"],
        ["path", "Acmé", "H100", "-o", "stolen"],
        ["path", "Acmé", "H100", "--output=stolen"],
        ["path", "Acmé", "H100", "-ostolen"],
        ["path", "Acmé", "H100", "--html", "stolen"],
        ["path", "Acmé", "H100", "--html", "-"],
        ["path", "Acmé", "H100", "--brief", "stolen.md"],
        ["brief", "Acmé", "H100", "-o", "stolen.md"],
        ["view", "Acmé", "-o", "stolen.html"],
        ["path", "Acmé", "H100", "--db", "bolt://127.0.0.1:9"],
        ["path", "Acmé", "H100", "--help"],
        ["path", "Acmé"],
        ["path", "Acmé", "H100", "--no-such"],
        ["screen", "-"],
        ["replay", "answer.json"],
        ["ingest", "x", "--into", "y"],
        [],
        [""],
    ],
)
def test_a_file_of_another_asks_questions_and_does_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    base = small_base(tmp_path / "small")
    file = edit(keep(tmp_path, "path", "Acmé", "H100", "-f", base), command=command)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    told = run("replay", file, code=2)
    assert told.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "changes",
    [{"made_on": "never"}, {"made_on": "2024-13-01"}, {"command": "path"}, {"claims": []}, {"bases": None}],
)
def test_a_damaged_provenance_is_told_in_a_line(tmp_path: Path, changes: dict[str, Any]) -> None:
    file = edit(keep(tmp_path, "path", "Acmé", "H100", "-f", small_base(tmp_path / "small")), **changes)
    assert "its provenance is damaged" in run("replay", file, code=2).stderr


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe", b"<html>", b"[" * 100_000, b'{"provenance": 1}'])
def test_a_file_without_provenance_is_told_in_a_line(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "some.json"
    file.write_bytes(data)
    (line,) = run("replay", file, code=2).stderr.splitlines()
    assert "provenance" in line


def test_a_changed_field_of_json_is_told_though_its_hash_was_left(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    for language in ("en", "fr"):
        file = keep(tmp_path, "path", "Acmé", "H100", "-f", base, "--language", language)
        assert ask("replay", file)["file_text"] == "the same"
        answer = json.loads(file.read_text("utf-8"))
        answer["paths"][0]["confidence"] = 0.99
        file.write_text(json.dumps(answer), "utf-8")
        replayed = ask("replay", file, code=1)
        assert [one["what"] for one in replayed["differences"]] == ["field /paths/0/confidence"]


@pytest.mark.parametrize("ending", ["xlsx", "md"])
def test_what_cannot_be_asked_again_says_so_and_what_can(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"path.{ending}"
    run("path", "Acmé", "H100", "-f", small_base(tmp_path / "small"), "-o", file)
    told = run("replay", file, code=2).stderr
    assert "that of --format markdown and xlsx is for reading" in told and "--format json" in told


def test_the_text_of_a_page_is_said_not_to_be_compared(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    run("path", "Acmé", "H100", "-f", small_base(tmp_path / "small"), "--html", file)
    assert ask("replay", file)["file_text"] == "not compared"
    assert "the text of the file itself was not" in run("replay", file).stdout
