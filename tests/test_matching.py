"""Names as customers write them lead to the company they mean, or to nobody: no trap is taken for the same."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from bench.names import measure, time_matching
from graphkit.factbase import read_factbase
from graphkit.facts import Entity
from graphkit.matching import Matcher
from graphkit.matching.name_parts import load_words, simplify
from graphkit.names import read_legal_forms

FOLDER = Path(__file__).parent / "names"
PAIRS, MORE, OTHER = FOLDER / "pairs.csv", FOLDER / "more_pairs.csv", FOLDER / "other_scripts.csv"


def read_pairs(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


ROWS = [row for file in (PAIRS, MORE, OTHER) for row in read_pairs(file)]
LEVELS = ["none", "probable", "same", "exact"]


def company(id_: str, name: str, *aliases: str) -> Entity:
    return Entity(id=id_, name=name, kind="Company", aliases=aliases)


@pytest.fixture(scope="module")
def shipped() -> Matcher:
    return Matcher(read_factbase().entities)


def test_there_are_400_pairs_and_half_are_traps() -> None:
    assert len(ROWS) >= 400
    assert 0.4 < sum(row["level"] == "none" for row in ROWS) / len(ROWS) < 0.6


@pytest.mark.parametrize("file", [PAIRS, MORE, OTHER], ids=lambda file: str(file.stem))
def test_a_name_gets_its_company_at_its_level(shipped: Matcher, file: Path) -> None:
    failures = []
    for row in read_pairs(file):
        found = shipped.match(row["name"])
        got = found[0].level if found else "none"
        tolerated = {row["level"], *(level for level in LEVELS if f"({level} tolerated)" in row["why"])}
        other = row["expected"] != "none" and found and found[0].entity.id != row["expected"]
        if got not in tolerated or other or not all(match.reasons for match in found):
            failures.append((row["name"], row["expected"], row["level"], found))
    assert failures == []


def test_no_trap_is_the_same_and_no_match_has_a_wrong_id(shipped: Matcher) -> None:
    measured = {level: (precision, recall) for level, precision, recall, _ in measure(shipped, [PAIRS])}
    assert measured["exact"] == (1.0, 1.0)
    assert measured["same"] == (1.0, 1.0)
    assert min(measured["probable"]) > 0.95


def test_an_alias_is_said_to_be_one(shipped: Matcher) -> None:
    assert [match.reasons for match in shipped.match("alibaba cloud")] == [("an alias of Alibaba",)]
    assert [match.reasons for match in shipped.match("ALIBABA")] == [("the name itself",)]


def test_look_alike_letters_are_never_more_than_probable(shipped: Matcher) -> None:
    alike = {
        "a": "аɑ",
        "c": "сϲ",
        "e": "еҽ",
        "i": "іıι",
        "o": "оοօ",
        "p": "рρ",
        "r": "г",
        "s": "ѕ",
        "x": "х",
        "d": "ԁ",
    }
    rng = random.Random(5)
    names = [name for row in ROWS if row["level"] in ("exact", "same") and (name := row["name"]).isascii()]
    tried = 0
    for name in names:
        places = [place for place, letter in enumerate(name) if letter.lower() in alike]
        for place in rng.sample(places, min(3, len(places))):
            written = name[:place] + rng.choice(alike[name[place].lower()]) + name[place + 1 :]
            tried += 1
            assert {match.level for match in shipped.match(written)} <= {"probable"}, written
    assert tried > 100


@pytest.mark.parametrize("chip", ["H100 Ltd", "7Road", "G42", "K3 Ventures", "Group 42"])
def test_another_number_is_another_name(shipped: Matcher, chip: str) -> None:
    number = next(letter for letter in chip if letter.isdigit())
    for other in set("23456789") - {number}:
        found = shipped.match(chip.replace(number, other, 1))
        assert not found, (chip, other, found)


def test_what_two_companies_bear_is_for_a_person() -> None:
    matcher = Matcher([company("a", "Acme Ltd"), company("b", "Acme GmbH")])
    found = matcher.match("Acme Inc.")
    assert [match.entity.id for match in found] == ["a", "b"]
    assert {match.level for match in found} == {"probable"}


def test_the_group_and_its_company_are_told_apart_where_the_base_holds_both() -> None:
    matcher = Matcher([company("group", "Acme Group"), company("firm", "Acme Software")])
    assert matcher.match("Acme Group Co., Ltd.")[0].entity.id == "group"
    assert matcher.match("Acme Software Ltd")[0].entity.id == "firm"


def test_a_generic_company_is_nobody() -> None:
    unnamed = Entity(id="u", name="Chinese buyers (unnamed)", kind="Company", generic=True)
    assert Matcher([unnamed]).match("Chinese buyers (unnamed)") == []


def test_one_list_of_legal_forms_serves_hints_and_matching() -> None:
    known = load_words()
    assert {known[simplify(form)] for form in read_legal_forms()} <= {"legal", "group", "business"}
    assert known["gmbh"] == known["有限公司"] == "legal"


def test_whatever_a_name_is_matching_ends(shipped: Matcher) -> None:
    rng = random.Random(3)
    pool = "abz 019.,()（）-/'\"&\u200b\ufeff阿里云有限公司オラクル삼성аеΑ𝐍ı\x00\ud800"
    for _ in range(2_000):
        shipped.match("".join(rng.choices(pool, k=rng.randint(0, 40))))
    shipped.match("x" * 1_000_000)
    shipped.match("阿里" * 100_000)


@pytest.mark.slow
def test_ten_thousand_names_are_matched_in_under_ten_seconds() -> None:
    assert time_matching() < 10


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("バイト電子", "パイト電子"),
        ("ガンマ電子", "カンマ電子"),
        ("Йота Сервис", "Иота Сервис"),
        ("ไทยไม้", "ไทยไม"),
        ("हिंदी", "हदी"),
    ],
)
def test_a_mark_that_makes_another_letter_makes_another_name(alias: str, name: str) -> None:
    matcher = Matcher([company("one", "One", alias)])
    assert [match.level for match in matcher.match(alias)] == ["exact"]
    assert {match.level for match in matcher.match(name)} <= {"probable"}  # й and и sound alike


def test_accents_and_case_do_not_make_another_name() -> None:
    matcher = Matcher([company("one", "Société Générale"), company("two", "Łódź Compute")])
    assert [match.level for match in matcher.match("SOCIETE GENERALE")] == ["exact"]
    assert [match.level for match in matcher.match("Lodz Compute")] == ["exact"]
