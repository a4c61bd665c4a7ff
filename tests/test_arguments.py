"""What is given to a command before it begins: nothing that is read is written over, nothing empty is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run, small_base

LIST = "name\nAcme Labs\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a base, a list and a statement."""
    monkeypatch.chdir(tmp_path)
    small_base(tmp_path / "base")
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "q.cypher").write_text("RETURN 1 AS one")
    return tmp_path


def list_bytes(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("check base -o base/documents.csv", "lies in 'base', which is read"),
        ("list -f base -o base/claims/new.csv", "lies in 'base', which is read"),
        ("screen list.csv -f base -o list.csv", "is a file that is read"),
        ("screen list.csv -f base -o base/../list.csv", "is a file that is read"),
        ("screen link.csv -f base -o list.csv", "is a file that is read"),
        ("screen list.csv -f base -o hard.csv", "is a file that is read"),
        ("exposure --buyers list.csv --chips H100 -f base -o list.csv", "is a file that is read"),
        ("query --cypher @q.cypher -f base -o q.cypher", "is a file that is read"),
        ("replay answer.json -o answer.json", "is a file that is read"),
        ("path acme h100 -f base --html one -o one", "both name 'one'"),
        ("path acme h100 -f base --html one.html --pdf ./one.html", "both name"),
        ("screen list.csv -f base --brief b.md --line 2 -o b.md", "both name"),
        ("path acme h100 -f base -o brief.docx", "graphkit brief -o FILE"),
        ("list -f base -o page.html", "--html FILE"),
    ],
)
def test_nothing_that_is_read_or_written_is_written_over(command: str, what: str, place: Path) -> None:
    (place / "link.csv").symlink_to("list.csv")
    (place / "hard.csv").hardlink_to(place / "list.csv")
    run("path", "acme", "h100", "-f", "base", "-o", "answer.json")
    before = list_bytes(place)
    said = run(*command.split(), code=2).stderr
    assert what in said and said.count("\n") == 1
    assert list_bytes(place) == before


def test_a_file_beside_a_base_and_a_page_in_it_are_written(place: Path) -> None:
    run("list", "-f", "base", "-o", "base.csv")
    run("path", "acme", "h100", "-f", "base", "--html", "base/page.html")
    run("screen", "list.csv", "-f", "base", "-o", "screened.csv")


@pytest.mark.parametrize(
    "command",
    [
        ("list", "companies", "-f", "base", "--seat", ""),
        ("site", "-f", "base", "-o", "pages", "--on", ""),
        ("site", "-f", "base", "-o", "pages", "--known-by", ""),
        ("list", "-f", ""),
        ("list", "-f", "base", "-o", ""),
        ("list", "--db", ""),
        ("replay", ""),
    ],
)
def test_what_is_empty_is_not_left_out_without_a_word(command: tuple[str, ...], place: Path) -> None:
    said = run(*command, code=2).stderr
    assert "empty" in said and said.count("\n") == 1
    assert not (place / "pages").exists()


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("path acme", "Missing argument 'CHIP'; see"),
        ("path acme h100 --language xx", "'xx' is not one of 'en', 'fr'; see"),
        ("path acme h100 --nope", "No such option '--nope'"),
        ("frobnicate", "No such command 'frobnicate'"),
    ],
)
def test_a_fault_of_the_command_line_is_one_line(command: str, what: str, place: Path) -> None:
    said = run(*command.split(), code=2).stderr
    assert said.startswith("graphkit: ") and what in said and said.count("\n") == 1


def test_a_fault_in_the_settings_names_their_file(place: Path) -> None:
    (place / "graphkit.toml").write_text('language = "xx"\n')
    assert "graphkit.toml: " in run("list", code=2).stderr


def test_a_long_name_is_cut_in_the_line_that_refuses_it(place: Path) -> None:
    said = run("path", "A" * 100_000, "h100", "-f", "base", code=2).stderr
    assert "is called 'AAA" in said and len(said) < 2_000


@pytest.mark.parametrize("given", ["x", "-1", "0", "1e9"])
def test_a_limit_that_is_no_number_is_a_fault(given: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHKIT_MAX_MB", given)
    assert "GRAPHKIT_MAX_MB" in run("check", "base", code=2).stderr


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e309", "1e308", "[1e400]"])
def test_a_number_beyond_all_numbers_is_no_fault_of_graphkit(number: str, place: Path) -> None:
    assert "one" in run("query", "--cypher", f"RETURN {number} AS one", "-f", "base").stdout


@pytest.mark.parametrize("address", ["http://", "http://x y", "ftp://x", "javascript:alert(1)"])
def test_an_address_that_a_base_would_refuse_is_refused_at_once(address: str, place: Path) -> None:
    run("init", "case")
    (place / "article.txt").write_text("Acme buys chips from Nvidia.\n")
    said = run("ingest", "article.txt", "--into", "case", "--url", address, code=2).stderr
    assert "is no web address" in said
    run("check", "case")
