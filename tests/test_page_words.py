"""The words of the page in every language: the same keys, the same slots, nothing left in English."""

from __future__ import annotations

import html
import json
import re
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphkit.cli import main
from graphkit.errors import InvalidValue
from graphkit.page.words import read_words
from graphkit.summaries.words import LANGUAGES, load_words

SLOT = re.compile(r"\{(\w+)\}")


def read_file(language: str) -> dict[str, str]:
    file = resources.files("graphkit.page") / "assets" / f"words.{language}.json"
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_word_is_there_in_every_language_with_the_same_slots(language: str) -> None:
    english, other = read_words("en"), read_file(language)
    assert set(other) == set(english)
    assert {key: sorted(SLOT.findall(text)) for key, text in other.items()} == {
        key: sorted(SLOT.findall(text)) for key, text in english.items()
    }


def test_french_sentences_are_not_english_ones() -> None:
    english, french = read_words("en"), read_file("fr")
    same = {key for key, text in french.items() if text == english[key] and len(text.split()) > 3}
    assert {key for key in same if not key.startswith(("count.", "summary.", "path.named"))} == set()


def test_a_language_without_words_is_one_clear_line() -> None:
    with pytest.raises(InvalidValue, match=r"no words of the page in 'xx': there is en, fr"):
        read_words("xx")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("end", ["CN", "MY"])
def test_the_page_of_a_licence_shows_no_key_of_a_record(language: str, end: str, tmp_path: Path) -> None:
    file = tmp_path / "licence.html"
    asked = ("license", "H200", "--buyer", "ByteDance", "--to", end, "--language", language, "--html", str(file))
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    page = html.unescape(file.read_text("utf-8"))
    shown = re.findall(r"<(?:dt|dd|th|td|h2)[^>]*>([^<]*)<", page.split('id="provenance"')[0])
    assert [text for text in shown if re.fullmatch(r"[a-z]+(_[a-z]+)+|[A-Z]+_[A-Z_]+|hq|missing|finding", text)] == (
        ["finding"] if language == "en" else []  # the heading of the table
    )
    assert (read_words(language)["paper.name.conditions"] in shown) == (end == "CN")
    assert {"CN": {"en": "China", "fr": "Chine"}, "MY": {"en": "Malaysia", "fr": "Malaisie"}}[end][language] in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mark_is_told_on_the_page_as_in_the_sentences(language: str) -> None:
    said = {key: text for key, text in load_words(language).catalogue.sentences.items() if key.startswith("mark.")}
    assert {key: text for key, text in read_words(language).items() if key.startswith("mark.")} == said
