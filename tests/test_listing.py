"""What a base holds can be listed by kind, place, seat and list, and counted."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from graphkit.answers.rule_records import describe_status, record_rule
from graphkit.factbase import read_rulebook
from tests.command_line import ask, run, small_base
from tests.test_schemas import faults

RULES = read_rulebook()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "small")


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def ids(*asked: object, code: int = 0) -> list[str]:
    return [item["id"] for item in ask("list", *asked, code=code)["items"]]


def test_companies_stand_by_how_many_claims_mention_them(base: Path) -> None:
    assert ids("companies", "-f", base) == ["acme", "south", "blocked", "north", "loner"]


def test_a_seat_a_place_and_a_kind_narrow_a_list(base: Path) -> None:
    assert ids("companies", "-f", base, "--seat", "LD") == ["acme", "blocked"]
    assert ids("companies", "-f", base, "--in", "Land") == ["acme", "blocked", "north"]
    assert ids("sites", "-f", base, "--in", "Land") == ["harbour"]
    assert ids("chips", "-f", base, "--in", "Land") == ["h100"]


def test_relations_and_documents_are_counted(base: Path) -> None:
    relations = {one["id"]: one["claims"] for one in ask("list", "relations", "-f", base)["items"]}
    assert relations["LEASES_FROM"] == 3 and relations["USES"] == 3
    documents = {one["id"]: one["claims"] for one in ask("list", "documents", "-f", base)["items"]}
    assert documents["alpha"] == 8 and documents["rumour"] == 1


def test_without_a_kind_all_are_counted_with_the_command_that_lists_them(base: Path) -> None:
    answer = ask("list", "-f", base)
    assert {one["kind"]: one["named"] for one in answer["counts"]}["companies"] == 5
    assert faults("list-contents", answer) == []
    assert "graphkit list companies" in run("list", "-f", base).stdout


def test_what_is_listed_keeps_its_schema_for_every_kind() -> None:
    for kind in ("companies", "chips", "sites", "regions", "rules", "documents", "relations"):
        answer = ask("list", kind, "--generic")
        assert answer["items"] and faults("list", answer) == []


def test_the_unnamed_are_left_out_and_counted_unless_asked_for() -> None:
    without, whole = ask("list", "companies"), ask("list", "companies", "--generic")
    assert without["hidden"] > 0 and not any(one["generic"] for one in without["items"])
    assert len(whole["items"]) == len(without["items"]) + without["hidden"]


def test_listed_companies_are_on_a_list() -> None:
    found = ask("list", "companies", "--seat", "CN", "--listed")["items"]
    assert "huawei" in [one["id"] for one in found]
    assert all(one["facts"]["listed"] for one in found)


def test_rules_tell_their_citation_and_standing() -> None:
    rules = {one["id"]: one["facts"] for one in ask("list", "rules")["items"]}
    assert rules["US-2023-10"]["citation"] == "88 FR 73458"
    assert rules["US-2023-10"]["standing"].startswith("in force since 2023")
    assert rules["BILL-119-HR2683"]["standing"].startswith("proposed on")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["chips", "--seat", "CN"], "--seat is for companies"),
        (["rules", "--in", "China"], "--in is for companies, chips, sites and regions"),
        (["companies", "--seat", "Atlantis"], "no region is called 'Atlantis'"),
        (["--listed"], "say of which kind"),
    ],
)
def test_a_limit_that_says_nothing_of_the_kind_is_refused(base: Path, asked: list[str], said: str) -> None:
    assert said in run("list", *asked, "-f", base, code=2).stderr


def test_a_list_without_a_row_ends_with_one(base: Path) -> None:
    assert ids("companies", "-f", base, "--listed", code=1) == []


@pytest.mark.parametrize(
    ("rule", "date", "standing"),
    [
        ("BILL-119-HR2683", "2025-01", "proposed from 2025-04-07, not yet"),
        ("BILL-119-HR2683", "2025-04", "proposed on 2025-04-07, no law"),
        ("BILL-118-HR8152", "2025", "withdrawn or lapsed on 2025-01-02"),
        ("US-2025-01-DIFF", "2024-12", "in force from 2025-01-13, not yet"),
        ("US-2025-01-DIFF", "2025-01", "in force since 2025-01-13"),
    ],
)
def test_a_rule_stands_as_it_did_on_the_day_asked(rule: str, date: str, standing: str) -> None:
    assert describe_status(RULES.regulation(rule), date) == standing


def test_the_day_asked_is_told_before_the_standing() -> None:
    told = record_rule(RULES, RULES.regulation("BILL-118-HR8152"), "2026-11-30").lines()[0]
    assert click.unstyle(told) == "as of 2026-11-30: withdrawn or lapsed on 2025-01-02 · bill"
