"""The words of a language: its catalogue, and how it writes dates, numbers, places and lists.

A catalogue is a file of sentences with holes (`words.fr.json`), with the same keys and holes in every language.
Sentences are built so that no gender, article or elision of a name has to be known: "aux États-Unis" comes from
the table `places`, and a place that is not in it is told in brackets.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Literal, get_args

import msgspec

from graphkit.factbase import find_shipped_seeds
from graphkit.formats.cells import as_file_line

Language = Literal["en", "fr"]
#: The languages in which answers are summed up, the default first.
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Names that a sentence gives before it says how many more there are.
SHOWN = 3


class _Catalogue(msgspec.Struct, frozen=True):
    """The file of a language: sentences by key, and places as they stand after a verb, with their preposition."""

    sentences: dict[str, str]
    places: dict[str, str]


class Words(msgspec.Struct, frozen=True):
    """The words of one language."""

    language: Language
    catalogue: _Catalogue

    def say(self, key: str, **holes: object) -> str:
        """Return the text of a key with its holes filled. Raises KeyError for a key that is not in the catalogue."""
        return self.catalogue.sentences[key].format_map({name: str(value) for name, value in holes.items()})

    def look_up(self, group: str, word: str) -> str:
        """Return a word of the records, such as a mark, in this language; itself where the catalogue has none."""
        return self.catalogue.sentences.get(f"{group}.{word}", as_file_line(word))

    def mark(self, mark: str) -> str:
        """Return a mark of a step or a path in this language; one that ends on a date, with its date.

        >>> load_words("fr").mark("last reported 2024-06"), load_words("fr").mark("disputed")
        ('dernière mention\\xa0: juin 2024', 'contesté')
        """
        said, _, date = mark.rpartition(" ")
        if f"mark.{said}" in self.catalogue.sentences:
            # in English a mark is the one of the records
            return self.say(f"mark.{said}", date=as_file_line(date) if self.language == "en" else self.date(date))
        return self.look_up("mark", mark)

    def retell(self, group: str, text: str) -> str:
        """Return a text that rules made in English in this language, itself where the catalogue has no such text.

        A hole whose name is that of a group of its own ("ground" and "facts": "ground_facts") is retold in turn.

        >>> load_words("fr").retell("told", "one letter from Tencent")
        'à une lettre de Tencent'
        """
        if self.language == "en":
            return as_file_line(text)
        for key, pattern in _compile_group(group):
            if found := pattern.fullmatch(text):
                return self.say(
                    key, **{name: self._retell_hole(group, name, one) for name, one in found.groupdict().items()}
                )
        return as_file_line(text)

    def _retell_hole(self, group: str, hole: str, text: str) -> str:
        """Return what filled a hole: clauses of the hole's own group, or the name of a place, else as it is."""
        if hole == "place":
            return self.territory(text)
        if not _compile_group(f"{group}_{hole}"):
            return as_file_line(text)
        return self.clauses([self.retell(f"{group}_{hole}", one) for one in text.split("; ")])

    def territory(self, name: str) -> str:
        """Return an English name of a country in this language, itself where it is none: Malaysia, Malaisie."""
        if self.language == "en":
            return as_file_line(name)
        plain = name.removeprefix("the ")
        return _list_territories(self.language).get(plain, as_file_line(name))

    def territories(self, text: str) -> str:
        """Return a text with the English names of countries in it in this language."""
        if self.language == "en":
            return text
        known = _list_territories(self.language)
        return _compile_territories().sub(lambda found: known[found[0]], text)

    def count(self, number: int, thing: str, *, more: bool = False) -> str:
        """Return a number with the thing that it counts, in the singular or plural of the language.

        `more` says that a limit or a bound cut what was counted.

        >>> load_words().count(5, "way"), load_words("fr").count(5, "way", more=True)
        ('5 ways', 'au moins 5 voies')
        """
        one = number == 1 or (self.language == "fr" and number == 0)
        said = self.say(f"count.{thing}.{'one' if one else 'other'}", count=self.number(number))
        return self.say("count.least", count=said) if more else said

    def count_rest(self, number: int, *, more: bool = False) -> str:
        """Return the number of what a list leaves out; `more` says that the list was cut before."""
        said = self.number(number)
        return self.say("count.least", count=said) if more else said

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with the separators of the language."""
        text = f"{value:,.{decimals}f}".replace(",", "\0").replace(".", self.say("number.point"))
        return text.replace("\0", self.say("number.thousands"))

    def date(self, date: str | None) -> str:
        """Return a partial ISO date, or a span of two, in words.

        >>> load_words("fr").date("2024-06"), load_words("en").date("2024-10/2025-05")
        ('juin 2024', 'October 2024 to May 2025')
        """
        if not date:
            return self.say("source.undated")
        first, slash, last = date.partition("/")
        if slash:
            return self.say("date.span", first=self.date(first), last=self.date(last))
        year, month, day = [*first.split("-"), "", ""][:3]
        if not month.isdecimal():
            return as_file_line(first)
        named = self.say(f"month.{int(month)}")
        if not day:
            return self.say("date.month", month=named, year=year)
        return self.say("date.first" if day == "01" else "date.day", day=int(day), month=named, year=year)

    def on(self, date: str | None) -> str:
        """Return a partial ISO date as a time: "in June 2024", "on 6 June 2024"; "undated" without one."""
        if not date:
            return self.say("source.undated")
        return self.say("date.on" if date.count("-") == 2 and "/" not in date else "date.in", date=self.date(date))

    def place(self, name: str) -> str:
        """Return a place as it stands in a sentence: "in the United States", "en Malaisie"."""
        return self._locate("in", name)

    def _locate(self, preposition: str, name: str) -> str:
        known = self.catalogue.places.get(name)
        if known is None and self.language == "en" and name in _read_articled():
            known = f"the {name}"
        return self.say(f"where.{preposition}{'.known' if known else ''}", place=known or as_file_line(name))

    def country(self, code: str | None, preposition: Literal["in", "to"] = "in") -> str:
        """Return the country of an ISO code as it stands in a sentence; nothing without one."""
        if not code:
            return ""
        from babel import Locale  # slow to import, and seldom needed, as are the rules

        from graphkit.factbase import read_rulebook

        region = read_rulebook().find_region(code)
        name = region.name if region else code
        known = (region is not None and self.language == "en") or name in self.catalogue.places
        return self._locate(preposition, name if known else Locale(self.language).territories.get(code, code))

    def join(self, names: Iterable[str]) -> str:
        """Return a list: "a, b and c"."""
        every = list(names)
        if len(every) < 2:
            return "".join(every) or self.say("list.nobody")
        return self.say("list.and", first=self.say("list.comma").join(every[:-1]), last=every[-1])

    def enumerate(self, names: Iterable[str], most: int = SHOWN, *, more: bool = False) -> str:
        """Return the first names of a list, and how many more there are; `more` as for `count`."""
        every = list(names)
        if len(every) <= most + 1:
            return self.join(every)
        names_ = self.say("list.comma").join(every[:most])
        return self.say("list.more", names=names_, count=self.count_rest(len(every) - most, more=more))

    def cut(self, items: Iterable[str], most: int = SHOWN, *, more: bool = False) -> list[str]:
        """Return the first clauses of many, and how many more there are; `more` as for `count`."""
        every = list(items)
        if len(every) <= most + 1:
            return every
        return [*every[:most], self.say("list.rest", count=self.count_rest(len(every) - most, more=more))]

    def sentence(self, text: str) -> str:
        """Return a text as a sentence: with a capital, and one full stop."""
        text = " ".join(filter(None, text.split(" "))).rstrip(" .;:,")
        return f"{text[:1].upper()}{text[1:]}." if text else ""

    def sentences(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the texts that say something as sentences."""
        return tuple(one for one in map(self.sentence, texts) if one)

    def clauses(self, texts: Sequence[str]) -> str:
        """Return texts as the parts of one sentence."""
        return self.say("semicolon").join(texts)


@cache
def load_words(language: Language = "en") -> Words:
    """Return the words of a language."""
    text = resources.files("graphkit.summaries").joinpath(f"words.{language}.json").read_bytes()
    return Words(language, msgspec.json.decode(text, type=_Catalogue))


@cache
def _compile_group(group: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return the English texts of a group of keys as patterns, those that say the most beside their holes first."""
    texts = {key: text for key, text in load_words("en").catalogue.sentences.items() if key.startswith(f"{group}.")}
    found = []
    for key, text in sorted(texts.items(), key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[1]))):
        parts = re.split(r"\{(\w+)\}", text)
        pattern = "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        found.append((key, re.compile(pattern, re.DOTALL)))
    return found


@cache
def _read_articled() -> frozenset[str]:
    """Return the countries whose English names take an article, by the table that ships: no rule has to be read."""
    with (find_shipped_seeds() / "regions.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["name"] for row in csv.DictReader(file) if row["article"])


@cache
def _list_territories(language: Language) -> dict[str, str]:
    """Return the countries in a language by their English names."""
    from babel import Locale  # slow to import, and seldom needed

    names = Locale(language).territories
    return {name: names.get(code, name) for code, name in Locale("en").territories.items()}


@cache
def _compile_territories() -> re.Pattern[str]:
    """Return the English names of countries as a pattern, the longest first."""
    names = sorted(_list_territories("en"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})(?!\w)")
