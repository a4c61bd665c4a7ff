"""Text for terminals, spreadsheets and Markdown: harmless, escaped, in lines that fit."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.answers.rules import render_close
from graphkit.answers.text import explain_confidence, filters_told, render_exposure, render_paths
from graphkit.formats.tables import as_json, plain, render_rows, width, wrap
from tests.asking import ask

TEXTS = st.text(st.characters(blacklist_categories=()), max_size=40)


@given(TEXTS)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = plain(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    shown.encode()


def test_what_was_taken_out_is_shown() -> None:
    assert plain("a\x1b[31mb\u202ec\nd") == "a\\u001b[31mb\\u202ec d"
    assert plain(["x", None, 1, {"k": "v\x07"}]) == 'x; ; 1; {"k":"v\\u0007"}'
    assert plain(None) == ""
    assert plain("Société 字节跳动") == "Société 字节跳动"


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=40))
def test_json_says_the_same_without_characters_that_a_terminal_obeys(text: str) -> None:
    shown = as_json({"name": text})
    assert json.loads(shown) == {"name": text}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+cmd|x", "'+1+cmd|x"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("\t=1", " =1"),
        ("-5", "-5"),
        ("+3.25", "+3.25"),
        ("2024-06", "2024-06"),
        ("a=b", "a=b"),
        (5, "5"),
        (-2.5, "-2.5"),
    ],
)
def test_a_cell_never_starts_a_formula(text: object, cell: str) -> None:
    assert list(csv.reader(io.StringIO(render_rows([{"h": text}], "csv")))) == [["h"], [cell]]


def test_csv_quotes_what_must_be_quoted() -> None:
    rows = [{"a": 'say "hi", you', "b": "x;y"}, {"a": "two\nlines", "b": None}]
    assert list(csv.reader(io.StringIO(render_rows(rows, "csv")))) == [
        ["a", "b"],
        ['say "hi", you', "x;y"],
        ["two lines", ""],
    ]


def test_markdown_cells_cannot_break_out() -> None:
    row = {"a": "x | y", "b": "[l](javascript:1) <b> *s* _u_ `c` ~d~ \\ &lt;", "c|d": "z"}
    head, rule, cells = render_rows([row], "markdown").splitlines()
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in (head, rule, cells)] == [4, 4, 4]
    assert "<b>" not in cells and not re.search(r"(?<!\\)[\[\]*_`~]", cells)
    assert "&amp;lt;" in cells


def test_an_empty_table_says_so_and_keeps_its_columns_for_programs() -> None:
    assert [render_rows([], form, ["a", "b"]) for form in ("text", "markdown", "csv", "json")] == [
        "no rows",
        "no rows",
        "a,b",
        "[]",
    ]


def test_a_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = [{"name": "word " * 60, "short": "x", "other": "text " * 30}]
    shown = render_rows(rows, "text").splitlines()
    assert max(map(len, shown)) <= 80
    assert "".join(shown).count("word") == 60
    assert render_rows([{"a": 1}], "text") == "a\n---\n1"
    long = "which_companies_of_a_country_hold_chip"
    assert long in render_rows([{"query": long, "parameters": "x", "answers": "word " * 40}], "text")


@given(st.text("ab é字\x1b ", max_size=300), st.integers(60, 100))
def test_wrapping_loses_no_word_and_passes_no_margin(text: str, columns: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        words = [word[:30] for word in plain(text).split()]
        lines = wrap(" ".join(words), "  - ", "    ")
    assert " ".join(lines).split() == ["-", *words]
    assert all(width(line) <= columns for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_styles_and_wide_characters_count_as_they_are_shown() -> None:
    assert width(click.style("字节", fg="red")) == 4
    assert width("e\u0301") == 1


def test_filters_are_told_in_a_fixed_order_and_none_is_told_too() -> None:
    answer = {"filters": {"status": ["alleged", "done"], "min_confidence": 0.75, "without": ["a\x1b", "b"]}}
    assert filters_told(answer) == "filters: status done, alleged; min confidence 0.75; without a\\u001b, b"
    assert filters_told({"filters": {}}) == "filters: none"
    assert filters_told({"filters": {}, "searched": {"max_hops": 3, "limit": 2}}) == "filters: max hops 3; limit 2"


# answers ----------------------------------------------------------------------------------


def told(number: int, **changes: object) -> dict[str, object]:
    return {
        "id": f"{number:016}",
        "subject": "a",
        "relation": "USES",
        "object": "x",
        "status": "done",
        "confidence": "likely",
        "document": "d",
        "document_name": "Doc",
        "publisher": "Doc",
        "published": "2024",
        "locator": str(number),
        "attribution": None,
        "origin": "Doc",
        "scope": {"chips": [], "sites": [], "regions": []},
        "since": None,
        "until": None,
        "due": None,
        "summary": f"said {number}",
        "quote": None,
        "subject_name": "A",
        "object_name": "X",
        **changes,
    }


def paths_shown(**changes: object) -> str:
    answer = {
        "buyer": {"name": "A"},
        "chip": {"name": "X"},
        "as_of": "2020",
        "filters": {"on": "2020"},
        "notes": [],
        "paths": [],
        "undated": [],
        "beside": [],
        "negative": None,
        "near_misses": [],
        "searched": {"max_hops": 6, "limit": 10, "truncated": False, "more": False, "claims": 3},
        **changes,
    }
    return click.unstyle(render_paths(answer))


def test_at_most_ten_undated_claims_are_listed_by_name() -> None:
    shown = paths_shown(undated=[told(number) for number in range(14)])
    assert shown.count("A uses X, done") == 10
    assert shown.endswith("  and 4 more")
    assert "more" not in paths_shown(undated=[told(number) for number in range(10)])


def test_a_reason_that_repeats_is_told_once() -> None:
    steps = [{"subject": {"name": "A"}, "relation": "USES", "object": {"name": "X"}}] * 2
    broken = [{"reason": "undated", "claim": told(1)}, {"reason": "undated", "claim": told(2)}]
    miss = {"steps": steps, "broken_by": broken, "reasons": ["undated", "undated"]}
    negative = {"outcome": "not found", "reached": [], "unnamed": [], "holders": [], "near_misses": [miss]}
    shown = paths_shown(negative=negative)
    assert "A → X → X: undated\n" in shown
    assert "undated, undated" not in shown
    assert "- undated: said 1" in shown and "- undated: said 2" in shown


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("not found", "was searched"),
        ("bound hit", "no proof: raise --max-hops"),
        ("unnamed party", "no document names: U"),
    ],
)
def test_the_three_negatives_read_differently(outcome: str, said: str) -> None:
    reached = [{"name": f"R{number}", "hops": 1} for number in range(13)]
    negative = {"outcome": outcome, "reached": reached, "unnamed": [{"name": "U"}], "holders": [], "near_misses": []}
    shown = paths_shown(negative=negative)
    assert f"{outcome}: " in shown and said in shown
    assert "R9 (1 hop) and 3 more" in shown
    assert "known to have X: nobody" in shown


def test_the_sum_of_a_path_of_several_origins_is_the_product_of_its_steps() -> None:
    first = {"origins": [["Daily", 0.75], ["B", 0.75]], "confidence": 0.9375, "of_origin": None}
    second = {"origins": [["Doc", 0.5]], "confidence": 0.5, "of_origin": None}
    path = {"confidence": 0.46875, "sum": {"confidence": 0.46875, "origin": None, "steps": [first, second]}}
    assert explain_confidence(path)[1:] == [
        "  step 1: Daily 0.75, B 0.75: 1 - (1 - 0.75) × (1 - 0.75) = 0.9375",
        "  step 2: Doc 0.50: 1 - (1 - 0.50) = 0.5",
        "  path: 0.9375 × 0.5 = 0.4688",
    ]


def test_the_sum_of_a_path_of_one_origin_is_its_least_sure_step() -> None:
    steps = [{"origins": [["Daily", p]], "confidence": p, "of_origin": p} for p in (0.75, 0.5)]
    path = {"confidence": 0.5, "sum": {"confidence": 0.5, "origin": "Daily", "steps": steps}}
    assert explain_confidence(path)[1:] == ["  min(0.75, 0.50) = 0.5"]


def test_near_misses_of_a_matrix_name_each_buyer_once() -> None:
    def cell(chip: str) -> dict[str, object]:
        buyer = {"id": "a", "name": "A"}
        return {"buyer": buyer, "chip": {"name": chip}, "status": None, "near_miss": ["refused"] * 2}

    answer = {
        "notes": [],
        "unmatched": [{"name": "Z\x1b", "near": [], "why": "no buyer is called 'Z'"}],
        "filters": {},
        "searched": {"max_hops": 6, "truncated": True},
        "buyers": [{"id": "a", "name": "A"}],
        "chips": [{"name": "X"}, {"name": "Y"}],
        "cells": [cell("X"), cell("Y")],
    }
    shown = click.unstyle(render_exposure(answer, "text"))
    assert "no path: A\n" in shown
    assert "near misses: A → X, Y (refused)" in shown
    assert "not matched: Z\\u001b: no buyer is called 'Z'" in shown
    assert "a missing path is no proof" in shown


def test_a_limit_and_a_bound_are_both_said() -> None:
    answer = ask("path", "ByteDance", "H100", "--limit", 1)
    searched = {"max_hops": 6, "limit": 10, "claims": 3}
    for more, bounded in ((True, True), (True, False), (False, True), (False, False)):
        told = render_paths(
            {
                **answer,
                "searched": {**searched, "truncated": more or bounded, "more": more, "bounded": bounded},
            }
        )
        assert ("raise --limit" in told, "raise --max-slice" in told) == (more, bounded)


def test_where_no_set_was_found_that_closes_every_path_no_number_is_given() -> None:
    empty = {"size": None, "sets": [], "ids": [], "exact": False, "more": False, "obstacle": None}
    told = render_close(
        {
            "buyer": {"name": "A"},
            "chip": {"name": "B"},
            "notes": [],
            "steps": empty,
            "intermediaries": empty,
            "rules": {**empty, "exact": True},
        }
    )
    assert "None" not in told
    assert told.endswith("intermediaries: none found, a bound was hit\n\nrules: none found")
