"""The words of the page in every language: the same keys, the same slots, nothing left in English."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from graphkit.errors import InvalidValue
from graphkit.page.words import read_words
from graphkit.summaries.words import LANGUAGES

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
