"""Texts as they are matched, without accents and case, and the sentences of a text with their place."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

_BREAK = re.compile(r"(?<=[.!?])\s+")
#: After these a full stop does not end a sentence.
_TITLE = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|No|MM?|Mme|Mlle|art|vs|cf|approx|env)\.$")
_INITIALS = re.compile(r"(?:\b(?:[A-Z]\.){1,4}|\b(?:Inc|Corp|Co|Ltd|Jan|Feb|Aug|Sept|Oct|Nov|Dec|janv|févr|juil)\.)$")
_OPENER = re.compile(
    r"(?:The|It|In|But|And|A|An|He|She|They|This|That|These|Its|Their|Since|Le|La|Les|L[’']|Il|Elle|Un|Une|Ce|Cette|Ces|Mais|En)\b"
)
_EVEN = {0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", 0x2011: "-"}


#: Characters of a sentence that is read; a longer one is a table or a list of addresses.
MAX_SENTENCE = 2_000


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a text: `start` and `end` are characters of the text, `locator` counts as claims do."""

    start: int
    end: int
    locator: str
    text: str


#: Letters of a text that is kept at most.
_KEPT = 1_000


@lru_cache(maxsize=4096)
def _even_letter(letter: str) -> str:
    if letter.isspace():
        return " "
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def even_text(text: str) -> str:
    """Return a text of the same length without accents and case, its apostrophes, dashes and spaces even.

    >>> even_text("L’État loue")
    "l'etat loue"
    """
    return _even_sentence(text) if len(text) <= _KEPT else _even(text)


def _even(text: str) -> str:
    even = text.translate(_EVEN)
    if even.isascii():
        return even.lower().translate({9: " ", 10: " ", 13: " "})
    return "".join(map(_even_letter, even))


#: A sentence is looked at more than once; whole articles would fill the memory.
_even_sentence = lru_cache(maxsize=4096)(_even)


def find_sentences(text: str) -> list[Sentence]:
    """Split a text into sentences; one that an abbreviation seems to end spans several of those that locators count.

    >>> [one.locator for one in find_sentences("Title\\n\\nIt buys U.S. chips. It rents.")]
    ['0', '1-2', '3']
    """
    found: list[Sentence] = []
    number = 0
    position = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        start = position + (len(line) - len(line.lstrip()) if body else 0)
        position += len(line)
        if not body:
            continue
        pieces, at = [], 0
        for gap in _BREAK.finditer(body):
            pieces.append((at, gap.start()))
            at = gap.end()
        pieces.append((at, len(body)))
        first = 0
        for place, (_, end) in enumerate(pieces):
            if place + 1 < len(pieces) and _runs_on(body[:end], body[pieces[place + 1][0] :]):
                continue
            begin = pieces[first][0]
            if end - begin > MAX_SENTENCE:
                first = place + 1
                continue
            locator = f"{number + first}-{number + place}" if first < place else str(number + first)
            found.append(Sentence(start + begin, start + end, locator, body[begin:end]))
            first = place + 1
        number += len(pieces)
    return found


def _runs_on(before: str, after: str) -> bool:
    if _TITLE.search(before[-12:]):
        return True
    return bool(_INITIALS.search(before[-12:])) and not _OPENER.match(after)
