"""The words by which articles tell claims, read from the files of this folder that people may mend."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

import msgspec
import yaml

from graphkit.errors import InvalidValue
from graphkit.reading.sentences import even_text

LANGUAGES = ("en", "fr")

#: A mention stands in a sentence as one letter of its kind, filled up to its length, so that places stay the same.
LETTERS = {
    "c": "\ue001",
    "h": "\ue002",
    "r": "\ue003",
    "j": "\ue004",
    "d": "\ue005",
    "a": "\ue006",
    "l": "\ue007",
    "p": "\ue008",
}
FILLER = "\ue00f"
KIND_LETTERS = {
    "Company": "c",
    "Chip": "h",
    "Region": "r",
    "Datacenter": "d",
    "Agency": "a",
    "Regulation": "l",
    "Product": "p",
}
_PLACEHOLDER = re.compile(r"<(?:(\w+):)?([chrjdalp]+)(\+?)>")


class FrameOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meaning of a trigger, taken if it is the first that fits: a relation, and where its ends stand."""

    relation: str
    object: str = ""
    subject: str = ""
    prep: str = ""
    scope: str = ""
    need: str = ""
    verb: str = ""
    keep: str = ""
    lent: str = ""
    turn: bool = False
    designer: bool = False


class LeftEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end that stands before a trigger: its role, its kinds, and whether the topic stands in for it."""

    role: str = "subject"
    kinds: str = "c"
    topic: bool = False


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of trigger words and what they may mean."""

    rule: str
    words: str
    outcomes: list[FrameOutcome]
    before: LeftEnd = LeftEnd()
    provider: str = ""


class PhrasePattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fixed turn of phrase that tells one relation."""

    rule: str
    relation: str
    pattern: str
    subject: str = ""
    object: str = ""
    keep: str = ""
    need: str = ""
    designer: bool = False
    lent: bool = False
    site: bool = False
    authority: bool = False


class Lexicon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The file of one language. Words are regular expressions without accents."""

    language: str
    function_words: list[str]
    aside: str
    prepositions: str
    determiners: str
    separator: str
    boundary: str
    relative: str
    company_nouns: str
    product_nouns: str
    pronouns: dict[str, str]
    cues: str
    takers: str
    holds: str
    held: str
    unlike: str
    sayings: str
    speakers: str
    those_of: str
    units: dict[str, str]
    providers: str
    examples: str
    by_way_of: str
    described: dict[str, str]
    attribution: list[str]
    status: dict[str, str]
    law: dict[str, str]
    frames: list[Frame]
    patterns: list[PhrasePattern]

    def compile(self, pattern: str, bounded: bool = False) -> re.Pattern[str]:
        """Return a pattern of the file with its placeholders for mentions filled in."""
        return _compile(pattern, self.separator, bounded)

    @functools.cached_property
    def phrases(self) -> list[tuple[PhrasePattern, re.Pattern[str]]]:
        """The turns of phrase, each with its pattern; an aside may stand after an end that begins it."""
        begin = re.compile(r"^(<[so]:\w+\+?>) ")
        return [
            (one, self.compile(begin.sub(lambda m: f"{m[1]}{self.aside} ", one.pattern))) for one in self.patterns
        ]

    @functools.cached_property
    def triggers(self) -> list[tuple[Frame, re.Pattern[str]]]:
        """The frames, each with the pattern of its words."""
        return [(frame, self.compile(frame.words, bounded=True)) for frame in self.frames]


@functools.cache
def _compile(pattern: str, separator: str, bounded: bool) -> re.Pattern[str]:
    def fill(match: re.Match[str]) -> str:
        name, kinds, several = match.groups()
        one = f"[{''.join(LETTERS[kind] for kind in kinds)}]{FILLER}*+"
        text = f"{one}(?:(?:{separator}){one})*" if several else one
        return f"(?P<{name}>{text})" if name else f"(?:{text})"

    text = _PLACEHOLDER.sub(fill, pattern)
    if bounded:
        text = rf"(?<![\w{FILLER}])(?:{text})(?![\w])"
    return re.compile(text)


def _read_file(name: str) -> str:
    return (resources.files("graphkit.reading") / name).read_text("utf-8")


def _fold_patterns(value: Any) -> Any:
    """Take the accents from every pattern; escapes such as \\b keep their case."""
    if isinstance(value, str):
        return "".join(letter if ord(letter) < 128 else even_text(letter) for letter in value)
    if isinstance(value, list):
        return [_fold_patterns(one) for one in value]
    if isinstance(value, dict):
        return {key: _fold_patterns(one) for key, one in value.items()}
    return value


@functools.cache
def _load(name: str) -> Any:
    # every scalar stays a string: "on" and "no" are words here
    return yaml.load(_read_file(name), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506


@functools.cache
def read_lexicon(language: str) -> Lexicon:
    """Return the lexicon of `fr` or `en`. Raises InvalidValue where its file has been mended badly."""
    name = f"lexicon.{language}.yaml"
    try:
        lexicon = msgspec.convert(_fold_patterns(_load(name)), Lexicon, strict=False)
        _ = lexicon.triggers, lexicon.phrases  # a pattern that is none is told now
    except (yaml.YAMLError, msgspec.ValidationError, re.error, KeyError) as error:
        raise InvalidValue(f"{name}: {str(error).splitlines()[0]}; mend the file") from None
    return lexicon


@functools.cache
def read_concepts() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return the concepts and one pattern that finds the words of all, each as a group."""
    concepts: dict[str, str] = _fold_patterns(_load("concepts.yaml"))
    return concepts, re.compile(
        "|".join(rf"(?P<{name}>(?<!\w)(?:{words})(?!\w))" for name, words in concepts.items())
    )


class PlaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The adjectives, English demonym, capital, further names and cities of a country."""

    adjectives: str
    demonym: str
    seat: list[str]
    names: list[str] = []
    cities: list[str] = []


@functools.cache
def read_places() -> Mapping[str, PlaceWords]:
    """Return the adjectives, capitals and further names of countries by ISO code."""
    return msgspec.convert(_load("places.yaml"), dict[str, PlaceWords])


class UnnamedWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of descriptions, and the English word for each."""

    counts: dict[str, str]
    groups: dict[str, str]
    nouns: dict[str, str]
    sites: dict[str, str]
    matters: dict[str, str]
    near: str


@functools.cache
def read_unnamed_words() -> UnnamedWords:
    """Return the words by which things that an article does not name are called."""
    return msgspec.convert(_load("unnamed.yaml"), UnnamedWords)


class QuantityWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of dates and amounts in both languages."""

    months: list[str]
    weekdays: list[str]
    currencies: dict[str, str]
    saying: str


@functools.cache
def read_quantity_words() -> QuantityWords:
    """Return the names of months and weekdays, the words of currencies, and those by which something is said."""
    return msgspec.convert(_load("quantities.yaml"), QuantityWords)


@functools.cache
def read_names_data() -> Mapping[str, list[str]]:
    """Return the lists of the names step and of chips: designers, legal forms, words that are no names."""
    return msgspec.convert(_load("names.yaml"), dict[str, list[str]])


def find_language(text: str) -> str | None:
    """Return the language of a text, by its function words; None where it is neither French nor English."""
    words = re.findall(r"[^\W\d_]+", text.lower())[:4000]
    if not words:
        return None
    others: Mapping[str, list[str]] = _load("languages.yaml")
    lists = {**others, **{language: read_lexicon(language).function_words for language in LANGUAGES}}
    counts = {name: sum(map(frozenset(known).__contains__, words)) for name, known in lists.items()}
    best = max(sorted(counts), key=lambda name: counts[name])
    return best if best in LANGUAGES and counts[best] >= 0.06 * len(words) else None
