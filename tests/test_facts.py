"""Facts: ids, dates, passages, origins, folded names."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import InvalidValue
from graphkit.facts import (
    Claim,
    Document,
    find_origin,
    fold,
    fold_origin,
    get_earliest_day,
    get_latest_day,
    hash_sentence,
    make_claim_id,
    parse_locator,
    split_sentences,
)

SAID = ("doc", "4", "a", "LEASES_FROM", "b", "done", ("x", "y"), ("s",), ("r",))


def test_the_id_of_a_claim_is_what_it_says_and_where() -> None:
    first = make_claim_id(*SAID)
    assert re.fullmatch("[0-9a-f]{16}", first)
    for position in range(len(SAID)):
        value = SAID[position]
        changed = list(SAID)
        changed[position] = ("z",) if isinstance(value, tuple) else f"{value}2"
        assert make_claim_id(*changed) != first, position


def test_the_order_of_a_scope_does_not_change_an_id_and_its_kind_does() -> None:
    assert make_claim_id(*SAID[:6], ("y", "x", "x"), ("s",), ("r",)) == make_claim_id(*SAID)
    assert make_claim_id(*SAID[:6], ("r",), (), ()) != make_claim_id(*SAID[:6], (), (), ("r",))
    assert make_claim_id(*SAID[:6], ("ab",)) != make_claim_id(*SAID[:6], ("a", "b"))


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2024-06-05", "2024-06-05", "2024-06-05"),
        ("0001", "0001-01-01", "0001-12-31"),
    ],
)
def test_a_partial_date_is_any_day_of_it(date: str, first: str, last: str) -> None:
    assert (get_earliest_day(date), get_latest_day(date)) == (first, last)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "24",
        "2024-13",
        "2024-00",
        "2023-02-29",
        "2024-6-5",
        "2024-06-31",
        "2024-06-05T00:00",
        "２０２４",
        "0000",
        " 2024",
        "2024\n",
        "2024-06-",
        "yesterday",
    ],
)
def test_what_is_no_date_is_said(date: str) -> None:
    for bound in (get_earliest_day, get_latest_day):
        with pytest.raises(InvalidValue, match="is not a date"):
            bound(date)


@pytest.mark.parametrize(
    ("locator", "found"),
    [("11", (11, 11)), ("11-13", (11, 13)), ("", None), ("a", None), ("1-", (1, 1)), ("-3", None), ("1-b", None)],
)
def test_a_locator_names_a_passage_or_none(locator: str, found: tuple[int, int] | None) -> None:
    assert parse_locator(locator) == found


def test_sentences_are_counted_from_0_over_lines_that_are_not_empty() -> None:
    assert split_sentences("Title\n\n  One. Two! Three?  \nFour\n") == ["Title", "One.", "Two!", "Three?", "Four"]
    assert split_sentences("Cost 1.5 million. So. ") == ["Cost 1.5 million.", "So."]
    assert split_sentences("") == []
    assert hash_sentence("One.") != hash_sentence("One. ")


def test_an_origin_is_who_says_so_and_a_cited_report_is_one() -> None:
    said = Claim(
        id="0" * 16,
        document="d",
        subject="a",
        relation="USES",
        object="x",
        status="done",
        confidence="likely",
        summary="s",
    )
    document = Document(id="d", name="Doc", publisher="Paper", cites="The Information")

    def of(attribution: str | None, source: Document = document) -> str:
        return find_origin(msgspec.structs.replace(said, attribution=attribution), source)

    assert of("The Information") == of("internal sources via the information") == "The Information"
    assert of("a spokesman") == "a spokesman"
    assert of("Information") == "The Information"  # the article makes no other origin
    echos = Document(id="d", name="Doc", publisher="Les Échos")
    assert [of(who, echos) for who in ("Échos", "les Echos", None)] == ["Les Échos"] * 3
    assert of("Le Monde", echos) == "Le Monde"
    assert of(None) == "The Information"
    assert of(None, Document(id="d", name="Doc", publisher="Paper")) == "Paper"
    assert of(None, Document(id="d", name="Doc")) == "d"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Les Échos", "Échos", True),
        ("L’Usine Nouvelle", "Usine Nouvelle", True),
        ("The Register", "register", True),
        ("La Tribune", "Le Tribune", True),
        ("The", "Les", False),
        ("Lesotho Times", "otho Times", False),
        ("Le Monde", "Les Échos", False),
    ],
)
def test_origins_are_compared_without_their_article(one: str, other: str, same: bool) -> None:
    assert (fold_origin(one) == fold_origin(other)) == same


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(f"  {text}\t") == fold(text)


def test_folding_takes_accents_case_and_runs_of_space_and_keeps_numbers_apart() -> None:
    assert fold("  SOCIÉTÉ   Générale ") == "societe generale"
    assert fold("ＢｙｔｅＤａｎｃｅ") == "bytedance"
    assert fold("字节跳动") == "字节跳动"
    assert fold("H100") != fold("H200")
