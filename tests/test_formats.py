"""Formats: harmless on a terminal, escaped in files, found by their file; and answers written to files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.answers.query import QueryAnswer
from graphkit.formats import find_formats, render
from graphkit.formats.cells import as_file_line, as_line
from graphkit.formats.json import encode
from graphkit.formats.lines import measure_width, wrap_text
from tests.command_line import run, small_base, table
from tests.counts import cross, take

TEXTS = st.text(st.characters(blacklist_categories=()), max_size=40)
NAMES = ["می\u200cخواهم", "क्\u200dष", "soft\u00adhyphen", "\u200fשלום", "A\u200eB", "\u061cعربي"]


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def rows(given: list[dict[str, object]], form: str, columns: list[str] | None = None) -> str:
    names = columns if columns is not None else list(dict.fromkeys(name for row in given for name in row))
    made = render(QueryAnswer(columns=tuple(names), rows=tuple(given), truncated=False), form)
    assert isinstance(made, str)
    return made


def test_a_format_is_a_file_of_its_folder() -> None:
    import graphkit.formats

    files = {file.stem for file in Path(graphkit.formats.__file__).parent.glob("*.py")}
    assert list(find_formats()) == ["text", "csv", "json", "markdown", "xlsx"]
    assert files - set(find_formats()) == {"__init__", "cells", "files", "lines"}


# what a terminal obeys --------------------------------------------------------------------


@given(TEXTS)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = as_line(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    shown.encode()


@given(TEXTS)
def test_nothing_that_a_terminal_obeys_is_in_a_file_but_the_marks_of_names(text: str) -> None:
    shown = as_file_line(text)
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]", shown
    )
    shown.encode()


def test_what_was_taken_out_is_shown() -> None:
    assert as_line("a\x1b[31mb\u202ec\nd") == "a\\u001b[31mb\\u202ec d"
    assert as_line(["x", None, 1, {"k": "v\x07"}]) == 'x; ; 1; {"k":"v\\u0007"}'
    assert as_line(None) == ""
    assert as_line("Société 字节跳动") == "Société 字节跳动"


@pytest.mark.parametrize("name", NAMES)
def test_the_marks_of_a_name_stay_in_every_file(name: str) -> None:
    assert name in rows([{"n": name}], "csv")
    assert name in rows([{"n": name}], "markdown")
    assert json.loads(rows([{"n": name}], "json")) == [{"n": name}]
    assert not set(as_line(name)) & set("\u200c\u200d\u00ad\u200e\u200f\u061c")


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=40))
def test_json_says_the_same_without_characters_that_a_terminal_obeys(text: str) -> None:
    shown = encode({"name": text})
    assert json.loads(shown) == {"name": text}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", shown)


# tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+cmd|x", "'+1+cmd|x"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("\t=1", "' =1"),
        ("\u200f=1", "'\u200f=1"),
        ("\u00ad+1+x", "'\u00ad+1+x"),
        ("-5", "-5"),
        ("+3.25", "+3.25"),
        ("2024-06", "2024-06"),
        ("a=b", "a=b"),
        (5, "5"),
        (-2.5, "-2.5"),
        (["=1", "b"], "'=1; b"),
    ],
)
def test_a_cell_never_starts_a_formula(text: object, cell: str) -> None:
    assert list(csv.reader(io.StringIO(rows([{"h": text}], "csv")))) == [["h"], [cell]]


def test_csv_quotes_what_must_be_quoted() -> None:
    given = [{"a": 'say "hi", you', "b": "x;y"}, {"a": "two\nlines", "b": None}]
    assert list(csv.reader(io.StringIO(rows(given, "csv")))) == [
        ["a", "b"],
        ['say "hi", you', "x;y"],
        ["two lines", ""],
    ]


def test_markdown_cells_cannot_break_out() -> None:
    row = {"a": "x | y", "b": "[l](javascript:1) <b> *s* _u_ `c` ~d~ \\ &lt;", "c|d": "z"}
    head, rule, cells = rows([row], "markdown").splitlines()
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in (head, rule, cells)] == [4, 4, 4]
    assert "<b>" not in cells and not re.search(r"(?<!\\)[\[\]*_`~]", cells)
    assert "&amp;lt;" in cells


def test_markdown_links_only_what_is_an_address_of_a_document() -> None:
    row = {"name": "Acme https://evil.example www.evil.example a@evil.example", "url": "https://daily.example/1"}
    *_, cells = rows([row], "markdown").splitlines()
    assert "https\\://evil" in cells and "www\\.evil" in cells and "@" not in cells
    assert "https://daily.example/1" in cells


def test_an_empty_table_says_so_and_keeps_its_columns_for_programs() -> None:
    assert [rows([], form, ["a", "b"]) for form in ("text", "markdown", "csv", "json")] == [
        "no rows",
        "no rows",
        "a,b",
        "[]",
    ]


def test_a_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = rows([{"name": "word " * 60, "short": "x", "other": "text " * 30}], "text").splitlines()
    assert max(map(len, shown)) <= 80
    assert "".join(shown).count("word") == 60
    assert rows([{"a": 1}], "text") == "a\n---\n1"
    assert rows([{"a": False, "b": "False"}], "text").splitlines()[-1].split() == ["False", "False"]
    long = "which_companies_of_a_country_hold_chip"
    assert long in rows([{"query": long, "parameters": "x", "answers": "word " * 40}], "text")


@given(st.text("ab é字\x1b ", max_size=300), st.integers(60, 100))
def test_wrapping_loses_no_word_and_passes_no_margin(text: str, columns: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        words = [word[:30] for word in as_line(text).split()]
        lines = wrap_text(" ".join(words), "  - ", "    ")
    assert " ".join(lines).split() == ["-", *words]
    assert all(measure_width(line) <= columns for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_styles_and_wide_characters_count_as_they_are_shown() -> None:
    assert measure_width(click.style("字节", fg="red")) == 4
    assert measure_width("e\u0301") == 1


# files and terminals ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "small")


COMMANDS = [
    ["path", "acme", "h100", "-f", "{base}"],
    ["exposure", "--buyers", "acme", "--chips", "h100", "-f", "{base}"],
    ["show", "acme", "-f", "{base}"],
    ["query", "who_rents_from", "-p", "provider=north", "-f", "{base}"],
    ["query"],
    ["license", "H100", "--to", "MY", "--hq", "CN", "--on", "2024"],
    ["chip", "H20", "--on", "2024"],
    ["whatif", "acme", "h100", "--repeal", "US-2023-10", "-f", "{base}"],
    ["close", "acme", "h100", "-f", "{base}"],
    ["check", "{base}"],
    ["build", "{base}", "--db", "{db}"],
]


@pytest.mark.parametrize(
    ("command", "form"),
    cross(COMMANDS, list(find_formats())),
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_every_answer_is_written_to_a_file_in_every_format(
    base: Path, tmp_path: Path, command: list[str], form: str
) -> None:
    asked = [part.format(base=base, db=tmp_path / "g.kgl") for part in command]
    if command[0] == "build":
        run(*asked)  # from then on it says that nothing changed
    printed = run(*asked, "--format", form)
    file = tmp_path / f"answer.{form}"
    written = run(*asked, "--format", form, "--output", file)
    assert written.stdout == "" and f"written to {file}" in written.stderr
    assert run(*asked, "--format", form, "-o", "-").stdout_bytes[:4] == printed.stdout_bytes[:4]
    if form == "xlsx":
        assert file.read_bytes().startswith(b"PK")
    else:
        assert file.read_text(encoding="utf-8") == printed.stdout


def test_excel_gets_its_byte_order_mark_and_nobody_else_does(base: Path, tmp_path: Path) -> None:
    asked, file = ["path", "acme", "h100", "-f", base, "--format", "csv"], tmp_path / "a.csv"
    run(*asked, "--bom", "-o", file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfsection,")
    assert run(*asked, "--bom").stdout_bytes.startswith(b"\xef\xbb\xbfsection,")
    assert run(*asked).stdout_bytes.startswith(b"section,")
    assert "--bom is for CSV" in run("path", "acme", "h100", "-f", base, "--bom", code=2).stderr


def test_a_file_that_cannot_be_written_is_a_line_and_the_old_one_stays(base: Path, tmp_path: Path) -> None:
    asked = ["show", "acme", "-f", base, "--format", "json", "-o"]
    (tmp_path / "kept").write_text("old", encoding="utf-8")
    (tmp_path / "kept").chmod(0o444)
    for target, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "x", "there is no folder"),
        (tmp_path / "kept", "is write-protected"),
    ):
        result = run(*asked, target, code=2)
        assert said in result.stderr and result.stderr.count("\n") == 1
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "old"
    link = tmp_path / "link"
    (tmp_path / "target").write_text("old", encoding="utf-8")
    link.symlink_to(tmp_path / "target")
    run(*asked, link)
    assert link.is_symlink() and json.loads((tmp_path / "target").read_text(encoding="utf-8"))["version"] == 2
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) & 0o600 == 0o600
    run(*asked, "/dev/null")


def shell(*arguments: object, **changes: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "graphkit", *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, **changes}, capture_output=True, timeout=120)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("form", ["text", "csv", "json", "markdown"])
def test_what_a_terminal_cannot_show_is_shown_escaped(encoding: str, form: str) -> None:
    done = shell("show", "ByteDance", "--format", form, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    if form == "json":
        assert "字节跳动" in json.loads(done.stdout.decode(encoding))["entity"]["aliases"]
    else:
        assert b"\\u5b57" in done.stdout


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colour_gets_none(changes: dict[str, str], base: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "graphkit", "path", "acme", "h100", "-f", str(base)]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(command, stdout=follower, env={**environment, "TERM": "xterm", **changes}, timeout=60, check=True)
    shown = os.read(leader, 4096)
    os.close(follower)
    os.close(leader)
    assert b"H100: 3 paths" in shown and b"\x1b[" not in shown


def test_sections_of_a_question_are_the_same_whatever_the_answer(base: Path) -> None:
    found = table("path", "acme", "h100", "-f", base)
    missing = table("path", "loner", "h100", "-f", base, code=1)
    assert list(found[0]) == list(missing[0])
    assert {row["section"] for row in missing} == {"no path", "question"}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    ("asked", "streams", "code"),
    take(
        2,
        [
            ("path acme h100 -f {base} --format csv", ">/dev/full 2>/dev/full", 2),
            ("path loner h100 -f {base}", ">/dev/null 2>/dev/full", 1),
            ("path acme h100 -f {base}", ">/dev/full 2>/dev/full", 2),
            ("path acme nobody -f {base}", ">/dev/full 2>/dev/full", 2),
            ("path acme", ">/dev/full 2>/dev/full", 2),
            ("path --help", ">/dev/full 2>/dev/full", 2),
            ("path acme h100 -f {base} --format csv", ">/dev/null 2>/dev/full", 0),
            ("path acme nobody -f {base}", ">/dev/null 2>&-", 2),
            ("path acme h100 -f {base} --format xlsx", ">&- 2>/dev/null", 0),
            ("build {base} --db {tmp}/g.kgl", ">&- 2>&-", 0),
            ("check {base}", ">/dev/null 2>&-", 0),
        ],
    ),
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_the_exit_code_says_how_it_ended_whatever_the_streams_take(
    base: Path, tmp_path: Path, asked: str, streams: str, code: int, unbuffered: str
) -> None:
    command = f"'{sys.executable}' -m graphkit {asked.format(base=base, tmp=tmp_path)} {streams}"
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (code, b"")
