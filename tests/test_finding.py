"""Words are found in names, aliases, citations, notes and summaries; every find says how to go on."""

from __future__ import annotations

import shlex

import pytest

from graphkit.answers.selection import tell_size
from graphkit.facts import Entity
from tests.command_line import ask, run
from tests.test_schemas import faults


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.mark.parametrize(
    ("words", "first", "where"),
    [
        ("bytedance", "bytedance", "name"),
        ("字节跳动", "bytedance", "alias"),
        ("88 FR 73458", "US-2023-10", "citation"),
        ("H.R. 2683", "BILL-119-HR2683", "citation"),
        ("hr 2683", "BILL-119-HR2683", "citation"),
        ("RASA", "BILL-119-HR2683", "alias"),
        ("us-2023-10", "US-2023-10", "name"),
        ("entity list", "US-ENTITY-LIST", "alias"),
    ],
)
def test_the_thing_of_a_name_or_citation_comes_first(words: str, first: str, where: str) -> None:
    answer = ask("find", words)
    assert (answer["found"][0]["id"], answer["found"][0]["where"]) == (first, where)
    assert faults("find", answer) == []


def test_all_of_the_words_must_be_there() -> None:
    found = ask("find", "servers", "Malaysia", "--limit", 50)["found"]
    assert found and {"Claim"} <= {one["kind"] for one in found}
    assert all("malaysia" in one["text"].casefold() and "servers" in one["text"].casefold() for one in found)


def test_the_command_that_each_find_names_runs() -> None:
    for words in ("Oracle", "88 FR 73458", "Johor", "Megaspeed"):
        for one in ask("find", words, "--limit", 5)["found"]:
            program, *asked = shlex.split(one["next"])
            assert program == "graphkit"
            assert run(*asked).stdout


def test_a_misspelt_name_is_found_by_its_likeness() -> None:
    answer = ask("find", "Bytedanse")
    assert [(one["id"], one["where"]) for one in answer["found"]] == [("bytedance", "likeness")]


def test_nothing_found_tells_how_large_the_base_is_and_how_to_add() -> None:
    shown = run("find", "zzqqxx", code=1).stdout
    assert "companies and" in shown and "by name (graphkit list)" in shown and "graphkit init --help" in shown
    assert "no word is given" in run("find", "...", code=2).stderr


def test_one_company_is_no_companies() -> None:
    acme = Entity(id="acme", name="Acme", kind="Company")
    assert tell_size([acme], ["Company", "Chip"]).startswith("this base holds 1 company and 0 chips by name")


def test_a_name_that_is_not_there_says_what_there_is_and_how_to_add_one() -> None:
    said = run("show", "Bytedanse", code=2).stderr
    assert "did you mean ByteDance?" in said and "companies" in said and "graphkit init --help" in said


@pytest.mark.parametrize("name", ["US-2023-10", "us-2023-10", "88 FR 73458", "AC/S IFR", "FR Doc 2023-23055"])
def test_a_rule_is_shown_by_any_of_its_names(name: str) -> None:
    rule = ask("show", name)["rule"]
    assert rule["id"] == "US-2023-10" and rule["citation"] == "88 FR 73458"
    assert rule["addresses"] and rule["since"] == "2023-11-17" and rule["status"].startswith("in force")
    assert any("D:5" in one["whom"] for one in rule["asks"])


def test_a_rule_is_shown_as_it_stood_on_a_date() -> None:
    assert ask("show", "US-2022-10", "--on", "2023-01-01")["rule"]["status"].startswith("in force since 2022")
    assert ask("show", "US-2022-10")["rule"]["status"].startswith("ended on 2023-11-16")


def test_a_reference_that_several_rules_share_asks_which() -> None:
    said = run("show", "15 CFR 744.21", code=2).stderr
    assert "ISINF-2022-08" in said and "US-MEU-LIST" in said


def test_a_bill_asks_nothing_yet() -> None:
    rule = ask("show", "H.R. 2683")["rule"]
    assert rule["status"].endswith("no law")
    assert all(not one["kind"].startswith("asks") for one in rule["asks"])
