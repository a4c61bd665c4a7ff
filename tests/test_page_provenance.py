"""Where a page comes from: on the page, without scripts, on every printed page; and paths, matrices on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graphkit.cli import main
from graphkit.errors import InvalidValue
from graphkit.page import pdf
from graphkit.page.html import render_page
from graphkit.page.provenance import describe_provenance, summarise_provenance, write_page_foot
from graphkit.page.words import read_words
from tests.browser_program import find_browser
from tests.page_fixtures import SHOTS
from tests.page_graphs import sample_answer, sample_graph

STAMP: dict[str, Any] = {
    "question": "Reported ways from Acme to X100; on 2024",
    "command": ["path", "Acme Inc", "X100", "--on", "2024"],
    "as_of": "2024",
    "known_by": None,
    "made_on": "2026-01-02",
    "graphkit": "0.1.0",
    "bases": [{"name": "seeds", "sha256": "ab" * 32, "newest": "2025-12-31"}],
    "rules_verified": "2025-12-30",
    "answer": "cd" * 32,
    "claims": {},
}
HOSTILE = '</style><script>alert(1)</script>"}*{display:none} \\" {date} \u202e &amp; \n @import'


def stamped_page(question: str = STAMP["question"], **more: Any) -> str:
    graph = sample_graph()
    answer = {**sample_answer(graph), "provenance": {**STAMP, "question": question, **more}}
    return render_page(graph, answer=answer, title="Reported ways from Acme to X100")


def test_provenance_names_question_dates_bases_and_a_command_that_a_shell_takes() -> None:
    told = dict(describe_provenance(STAMP, read_words("en")))
    assert told["Command"] == ["graphkit path 'Acme Inc' X100 --on 2024"]
    assert told["As of"] == ["2024"] and told["Known by"] == ["any date"]
    assert told["Fact bases"] == [f"seeds: newest document 2025-12-31, SHA-256 {'ab' * 32}"]
    assert len(told["What graphkit cannot say"]) == 2
    assert dict(describe_provenance({**STAMP, "limits": ["One."]}, read_words("en")))["What graphkit cannot say"] == [
        "One."
    ]
    assert summarise_provenance(STAMP, read_words("fr")).startswith("Fait le 2026-01-02 avec graphkit 0.1.0")


def test_the_foot_of_a_printed_page_is_one_string_whatever_it_says() -> None:
    foot = write_page_foot({**STAMP, "question": HOSTILE}, read_words("en"))
    [said] = re.findall(r'@bottom-left\{[^}]*content:"([^"]*)"', foot)
    assert not re.sub(r"\\[0-9a-f]{6}|[A-Za-z0-9]", "", said)
    plain = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), said)
    assert plain.startswith(HOSTILE) and "As of: 2024" in plain


@pytest.mark.browser
def test_every_page_says_where_it_comes_from_with_and_without_scripts(
    open_page: Any, browser: Any, tmp_path: Path
) -> None:
    html = stamped_page(HOSTILE)
    opened = open_page(html)
    page = opened.page
    page.locator("#provenance summary").click()
    told = page.locator("#provenance dl").inner_text()
    assert "<script>alert(1)</script>" in told and "graphkit path 'Acme Inc' X100 --on 2024" in told
    assert opened.complaints == []
    file = tmp_path / "page.html"
    file.write_text(html, "utf-8", newline="\n")
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(file.as_uri())
    assert "ab" * 32 in plain.locator("noscript, .reader").first.inner_text()
    context.close()


@pytest.mark.browser
def test_a_path_prints_with_its_drawing_its_notes_and_its_provenance(open_page: Any, demo_page: str) -> None:
    page = open_page(demo_page, "#path=1", color_scheme="dark").page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("html").get_attribute("data-theme") == "light"
    drawn = " ".join(page.locator("#figure svg.row text").all_text_contents())
    for word in ("ByteDance", "rents computing from", "Oracle", "operates", " host ", "H100", "implied"):
        assert word in drawn
    steps = page.locator("#figure .told-step")
    assert steps.count() == 3 and steps.first.locator("sup").count() >= 1
    marks = {int(text.strip("[]")) for text in page.locator("#figure sup").all_inner_texts()}
    assert marks == set(range(1, page.locator(".footnotes li").count() + 1))
    assert "https://" in page.locator(".footnotes").inner_text()
    assert page.locator("#figure .world").is_visible()
    assert not page.locator("#panel").is_visible() and not page.locator("#tools").is_visible()
    assert page.locator("#figure details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#figure").inner_html() == ""
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.browser
def test_pdf_is_printed_by_the_browser_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = find_browser()
    if program is None:
        pytest.skip("no browser here")
    monkeypatch.setenv(pdf.VARIABLE, program)
    SHOTS.mkdir(exist_ok=True)
    file = SHOTS / "path.pdf"
    done = CliRunner().invoke(main, ["path", "ByteDance", "H100", "--summary", "--pdf", str(file)])
    assert done.exit_code == 0, done.output
    content = file.read_bytes()
    assert content.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 3
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    done = CliRunner().invoke(main, ["path", "ByteDance", "H100", "--summary", "--pdf", str(other)])
    assert done.exit_code == 2 and other.read_text() == "mine"


def test_without_a_browser_one_line_says_how_to_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(pdf.sys, "platform", "linux")
    with pytest.raises(InvalidValue, match="no Chromium or Chrome here to print a PDF with: install one"):
        pdf.print_page(tmp_path / "a.pdf", "<!doctype html>")
    monkeypatch.setenv(pdf.VARIABLE, "nothing-of-that-name")
    with pytest.raises(InvalidValue, match="GRAPHKIT_CHROMIUM names 'nothing-of-that-name'"):
        pdf.print_page(tmp_path / "a.pdf", "<!doctype html>")
    assert not list(tmp_path.iterdir())


def test_a_browser_that_prints_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(pdf.VARIABLE, str(program))
    with pytest.raises(InvalidValue, match=r"chromium printed no PDF \(exit code 3\)"):
        pdf.print_page(tmp_path / "a.pdf", "<!doctype html>")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_the_rules_carry_sentences_figures_and_provenance(language: str, tmp_path: Path) -> None:
    for command in (["chip", "H20"], ["license", "H20", "--to", "CN", "--hq", "CN"]):
        file = tmp_path / f"{command[0]}.html"
        done = CliRunner().invoke(main, [*command, "--language", language, "--html", str(file)])
        assert done.exit_code == 0, done.output
        html = file.read_text("utf-8")
        assert f'<html lang="{language}">' in html and "<script" not in html
        assert read_words(language)["provenance.title"].replace("'", "&#39;") in html
        assert f"graphkit {' '.join(command[:2])}" in html
