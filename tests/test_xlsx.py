"""Answers as spreadsheets: types, widths, a frozen head, links; and no cell that is a formula."""

from __future__ import annotations

import datetime
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.answers.query import QueryAnswer
from graphkit.formats import render
from tests.command_line import run, small_base
from tests.counts import sample

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def sheets(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(*rows: dict[str, object]) -> openpyxl.Workbook:
    made = render(QueryAnswer(columns=tuple(rows[0]), rows=rows, truncated=False), "xlsx")
    assert isinstance(made, bytes)
    return sheets(made)


def test_an_exposure_opens_with_types_widths_a_frozen_head_and_links(tmp_path: Path) -> None:
    base, file = small_base(tmp_path / "base"), tmp_path / "x.xlsx"
    documents = base / "documents.csv"
    documents.write_text(documents.read_text("utf-8").replace("2023-06,,,,", "2023-06-05,,,https://a.org/it's,"))
    run("exposure", "--buyers", "hq:land", "--chips", "h100", "-f", base, "--format", "xlsx", "-o", file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["summary", "pairs", "evidence", "near misses", "matrix", "question", "provenance"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(1 < column.width <= 62 for column in sheet.column_dimensions.values())
    evidence = book["evidence"]
    first = dict(zip([cell.value for cell in evidence[1]], evidence[2], strict=True))
    assert (first["confidence"].value, first["step"].value, first["implied"].value) == (0.95, 1, False)
    assert first["published"].value == datetime.datetime(2023, 6, 5)
    assert first["published"].number_format == "yyyy-mm-dd"
    assert first["url"].hyperlink.target == first["url"].value == "https://a.org/it's"


@settings(max_examples=sample(30, 300), deadline=None)
@given(st.lists(TEXTS | st.sampled_from(["=1+1", "=cmd|' /C calc'!A0", "#N/A", "@x", "+1", "\t=1"]), min_size=1))
def test_no_text_is_a_formula_or_an_error_and_none_is_lost(texts: list[str]) -> None:
    sheet = rows_of(*({"name": text, "n": 1} for text in texts))["rows"]
    for cell in sheet["A"] if any(texts) else ():
        assert cell.data_type in ("s", "n", "d") and cell.hyperlink is None
        assert not (cell.data_type == "n" and isinstance(cell.value, str))
    plain = [text for text in texts if text.isascii() and text.isprintable() and "_x" not in text]
    assert {str(cell.value) for cell in sheet["A"]} >= {text for text in plain if text and not text[0].isdigit()}


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "می\u200cخواهم", "क्\u200dष", "a\u00adb", "\u200fשלום"])
def test_a_name_stays_as_it_is(name: str) -> None:
    cell = rows_of({"name": name})["rows"]["A2"]
    assert (cell.value, cell.data_type) == (name, "s")


def test_what_is_no_day_stays_a_text() -> None:
    sheet = rows_of({"a": "2024-06", "b": "2024-02-30", "c": "1850-01-01", "d": "2024-02-29"})["rows"]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "s", "d"]


def test_an_answer_without_rows_has_its_head() -> None:
    made = render(QueryAnswer(columns=("a", "b"), rows=(), truncated=False), "xlsx")
    assert isinstance(made, bytes)
    assert [cell.value for cell in sheets(made)["rows"][1]] == ["a", "b"]


def test_a_workbook_is_not_written_to_a_terminal() -> None:
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "graphkit", "query", "--format", "xlsx"],
        stdout=follower,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    os.close(follower)
    os.close(leader)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "xlsx is no text for a terminal: write it to a file with --output FILE" in done.stderr
