"""Names: fold them, look entities up by them, suggest near ones.

A name is folded before it is compared: case, accents and typography do not tell two names apart, letters do.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from graphkit.errors import AmbiguousName

Kinds = Collection[str] | None


class NamedRecord(Protocol):
    """An entity, or any record that has names."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def kind(self) -> str: ...


_One = TypeVar("_One", bound=NamedRecord)

#: Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ƶ": "z",
}
_SIGNS = {
    **dict.fromkeys("‘’‚‛′´ʹʻʼʽ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―⁃−﹘﹣－", "-"),
}
# what is not seen: fillers, the grapheme joiner, variation selectors, the stroke that stretches Arabic letters
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\u0640\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_TYPOGRAPHY = str.maketrans(_SIGNS)
_PLAIN_LETTERS = str.maketrans(_LETTERS)

#: Hebrew points and accents, and Arabic vowel signs: hamza and madda (U+0653 to U+0655) are letters' own.
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670]"
)


@functools.lru_cache(maxsize=100_000)  # the same names are matched again for every name that is asked for
def fold(text: str) -> str:
    """Return a name as it is matched: without case, accents, typography, or runs of space.

    Marks fall where they are accents (Latin, Greek), Hebrew points or Arabic vowel signs, and stay where they make
    another letter: Japanese, Thai, Cyrillic and Indian names keep theirs.

    >>> fold("  Société  Générale "), fold("Straße Łódź"), fold("й") == fold("и")
    ('societe generale', 'strasse lodz', False)
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    for _ in range(4):  # lower case may bring marks that fall in turn
        before, text = text, _fold_once(text)
        if text == before:
            break
    return text


def _fold_once(text: str) -> str:
    text = _UNSEEN.sub("", text.translate(_TYPOGRAPHY))
    kept: list[str] = []
    accented = False
    for character in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.combining(character):
            if accented or _POINTS.match(character):
                continue
        elif character.isascii():
            accented = character.isalpha()
        else:
            category = unicodedata.category(character)
            if category == "Cf" or _UNSEEN.match(character):
                continue
            accented = category[0] == "L" and unicodedata.name(character, "").startswith(("LATIN", "GREEK"))
        kept.append(character)
    plain = "".join(kept).casefold().translate(_PLAIN_LETTERS).translate(_TYPOGRAPHY)
    return " ".join(unicodedata.normalize("NFC", plain).split())


# look-up -----------------------------------------------------------------------------------


class Directory(Generic[_One]):
    """The names of some entities, read once for who looks up many."""

    def __init__(self, entities: Iterable[_One]) -> None:
        self._entities = list(entities)
        ids: dict[str, list[_One]] = {}
        names: dict[str, list[_One]] = {}
        aliases: dict[str, list[_One]] = {}
        for one in self._entities:
            ids.setdefault(one.id, []).append(one)
            names.setdefault(fold(one.name), []).append(one)
            for alias in dict.fromkeys(map(fold, one.aliases)):
                aliases.setdefault(alias, []).append(one)
        #: an id comes before a name, a name before an alias
        self._tiers = (ids, names, aliases)
        self._spellings: dict[frozenset[str] | None, Spellings] = {}

    def find(self, name: str, kinds: Kinds = None) -> _One | None:
        """Look up the entity of some kinds by a name; None if there is none. Raises AmbiguousName."""
        for tier in self._tiers:
            found = {one.id: one for key in (name, fold(name)) for one in tier.get(key, ())}
            if one := choose_only(name, found.values(), kinds):
                return one
        return None

    def find_near(self, name: str, kinds: Kinds = None, count: int = 3) -> list[str]:
        """Return up to `count` names of some kinds that were probably meant, best first, each with its alias."""
        key = None if kinds is None else frozenset(kinds)
        spellings = self._spellings.get(key)
        if spellings is None:
            known = [one for one in self._entities if key is None or one.kind in key]
            # rules are called by their ids
            spellings = self._spellings[key] = Spellings(
                (one.name, (one.name, *one.aliases, *([one.id.upper()] if one.kind == "Regulation" else [])))
                for one in known
            )
        return spellings.find_near(name, count)


def choose_only(name: str, found: Iterable[_One], kinds: Kinds) -> _One | None:
    """Return the one of those found that is of some kinds, None where none is. Raises AmbiguousName."""
    wanted = [one for one in found if kinds is None or one.kind in kinds]
    if len(wanted) > 1:
        raise AmbiguousName(name, sorted(one.id for one in wanted))
    return wanted[0] if wanted else None


# what was probably meant -------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
_NUMBER = re.compile(r"\d+")
#: "H 100" and "H-100" are one word, as "H100" is.
_MODEL = re.compile(r"\b([a-z]{1,3})[ -](?=\d)")
#: B100 is no misspelling of H100 either.
_MODEL_WORD = re.compile(r"[a-z]{1,3}\d+\Z")
#: Least likeness, in per cent, of a misspelt name; of the first word alone.
_LIKE, _LIKE_WORD = 75, 80
#: How much less alike than the best one a name may be that is shown beside it.
_AS_LIKE = 5
_LONGEST = 200
#: Letters of the shortest name that may be misspelt, and of the shortest slip of one.
_SHORTEST, _SHORTEST_SLIP = 4, 3


class _Spelling(msgspec.Struct, frozen=True):
    """A way to write a name: the name that is shown for it, as written, and its words."""

    name: str
    written: str
    words: tuple[str, ...]

    def show(self) -> str:
        return self.name if fold(self.written) == fold(self.name) else f"{self.name} ({self.written})"


class Spellings:
    """All ways to write some names, to find which of them was meant.

    What has the same words comes first, then what looks the same (O for 0, l for 1) or is one slip of the keys away,
    then what one name begins with, then shared words, then what is spelt alike. Legal forms do not count, and one
    digit never stands for another: H200 is no misspelling of H300, H1000 may be one of H100.

    >>> chips = Spellings([("H100", ["H100", "Nvidia H100"]), ("H200", ["H200"])])
    >>> chips.find_near("H-100 GPU"), chips.find_near("H10O"), chips.find_near("H2000"), chips.find_near("H300")
    (['H100'], ['H100'], ['H200'], [])
    """

    def __init__(self, names: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._by_compact: dict[str, list[_Spelling]] = {}
        self._by_outline: dict[str, list[_Spelling]] = {}
        self._by_word: dict[str, list[_Spelling]] = {}
        known = [(name, tuple(ways)) for name, ways in names]
        own = {"".join(split_own_words(name)) for name, _ in known}
        for name, ways in known:
            for way in dict.fromkeys(ways):
                words = split_own_words(way)
                # an alias gives way to another's name
                if words and (way == name or "".join(words) not in own):
                    spelling = _Spelling(name, way, words)
                    compact = "".join(words)
                    self._by_compact.setdefault(compact, []).append(spelling)
                    self._by_outline.setdefault(draw_outline(compact), []).append(spelling)
                    for word in dict.fromkeys(words):
                        self._by_word.setdefault(word, []).append(spelling)

    def find_near(self, wanted: str, count: int = 3) -> list[str]:
        """Return up to `count` names that were probably meant, best first; an alias stands in brackets."""
        words = split_own_words(wanted[:_LONGEST])
        if not words:
            return []
        for find in (
            self._find_same,
            self._find_looking_same,
            self._find_slip,
            self._find_beginning,
            self._find_inside,
            self._find_sharing,
            self._find_alike,
        ):
            if found := find(words):
                shown = {one.name: one.show() for one in reversed(found)}
                return [shown[name] for name in dict.fromkeys(one.name for one in found)][:count]
        return []

    def _find_same(self, words: tuple[str, ...]) -> list[_Spelling]:
        return self._by_compact.get("".join(words), [])

    def _find_looking_same(self, words: tuple[str, ...]) -> list[_Spelling]:
        return self._by_outline.get(draw_outline("".join(words)), [])

    def _find_slip(self, words: tuple[str, ...]) -> list[_Spelling]:
        """Return the names one letter or digit away: one more or less, two exchanged, another letter."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        text = "".join(words)
        if len(text) < _SHORTEST_SLIP:
            return []
        near = process.extract(text, self._by_compact.keys(), scorer=OSA.distance, limit=20, score_cutoff=1)
        fitting = sorted((way for way, _, _ in near if _is_slip(text, way)), key=lambda way: (-len(way), way))
        models = _find_models(words)
        return [
            one
            for way in fitting
            for one in self._by_compact[way]
            if not models or _NUMBER.findall(way) != _NUMBER.findall(text) or models & _find_models(one.words)
        ]

    def _find_beginning(self, words: tuple[str, ...]) -> list[_Spelling]:
        """Return the names that begin the wanted one, the longest first, else those that it begins."""
        known = self._by_word.get(words[0], ())
        shorter = [one for one in known if one.words == words[: len(one.words)]]
        longer = [one for one in known if one.words[: len(words)] == words]
        return sorted(shorter, key=lambda one: -len(one.words)) or sorted(longer, key=lambda one: len(one.words))

    def _find_inside(self, words: tuple[str, ...]) -> list[_Spelling]:
        """Return the names inside one of a script that writes no spaces, the longest first."""
        text = "".join(words)
        if len(words) > 3 or text.isascii():
            return []
        ends = sorted(combinations(range(min(len(text), 40) + 1), 2), key=lambda pair: pair[0] - pair[1])
        parts = (text[first:last] for first, last in ends if last - first > 1)
        return [one for part in parts if not part.isascii() for one in self._by_compact.get(part, ())]

    def _find_sharing(self, words: tuple[str, ...]) -> list[_Spelling]:
        """Return the names all of whose words are among the wanted ones, or the other way round."""
        wanted = frozenset(words)
        found: dict[_Spelling, int] = {}
        for word in wanted:
            if len(word) > 2 and not word.isdecimal():
                for one in self._by_word.get(word, ()):
                    other = frozenset(one.words)
                    if other <= wanted or (wanted <= other and len(wanted) > 1):
                        found[one] = abs(len(other) - len(wanted))
        return sorted(found, key=lambda one: found[one])

    def _find_alike(self, words: tuple[str, ...]) -> list[_Spelling]:
        """Return the names that are spelt nearly as the wanted one, of the same numbers and models, best first."""
        from rapidfuzz import fuzz, process

        models = _find_models(words)
        for text, least in (("".join(words), _LIKE), (words[0] if len(words[0]) > 4 else "", _LIKE_WORD)):
            if len(text) >= _SHORTEST or any(map(str.isdigit, text)):
                near = process.extract(text, self._by_compact.keys(), scorer=fuzz.ratio, limit=20, score_cutoff=least)
                numbers = _NUMBER.findall(text)
                fitting = [
                    (score, one)
                    for way, score, _ in near
                    if _NUMBER.findall(way) == numbers
                    for one in self._by_compact[way]
                    if not models or not (others := _find_models(one.words)) or models & others
                ]
                if fitting:
                    return [one for score, one in fitting if score >= fitting[0][0] - _AS_LIKE]
        return []


def _is_slip(text: str, other: str) -> bool:
    """Say whether what sets two names apart may be a slip of the keys: no digit is another."""
    if len(other) < _SHORTEST and not any(map(str.isdigit, other)):
        return False
    numbers_agree = _NUMBER.findall(text) == _NUMBER.findall(other)
    return numbers_agree or len(text) != len(other) or sorted(text) == sorted(other)


def _find_models(words: Iterable[str]) -> set[str]:
    return {word for word in words if _MODEL_WORD.match(word)}


@functools.lru_cache(maxsize=100_000)
def split_own_words(name: str) -> tuple[str, ...]:
    """Return a name's folded words without its legal form, unless that is all there is.

    >>> split_own_words("Oracle America, Inc."), split_own_words("H 100"), split_own_words("字节跳动有限公司")
    (('oracle', 'america'), ('h100',), ('字节跳动',))
    """
    words = [word.replace(".", "").replace("'", "") for word in _WORD.findall(_MODEL.sub(r"\1", fold(name)))]
    forms, affixes = _sort_legal_forms()
    kept = [_strip_affixes(word, affixes) if not word.isascii() else word for word in words]
    while len(kept) > 1 and kept[-1] in forms:
        kept.pop()
    while len(kept) > 1 and kept[0] in forms:
        kept.pop(0)
    return tuple(kept)


def _strip_affixes(word: str, affixes: Sequence[str]) -> str:
    for affix in affixes:
        for shorter in (word.removesuffix(affix), word.removeprefix(affix)):
            if shorter != word and len(shorter) > 1:
                return _strip_affixes(shorter, affixes)
    return word


@functools.cache
def read_legal_forms() -> tuple[str, ...]:
    """Return the legal forms of legal_forms.txt, folded, in all scripts."""
    lines = Path(__file__).with_name("legal_forms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(fold(line) for line in lines if line.strip() and not line.startswith("#"))


@functools.cache
def _sort_legal_forms() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the legal forms that are words, and those that are cut off a word, longest first."""
    forms = read_legal_forms()
    joined = [form for form in forms if unicodedata.category(form[0]) == "Lo"]
    return frozenset(forms), tuple(sorted(joined, key=len, reverse=True))


# names that look alike ---------------------------------------------------------------------

_ALIKE: Mapping[str, str] = {
    **dict(zip("авекмнорстухѕіјԁԛԝһ", "abekmhopctyxsijdqwh", strict=True)),
    **dict(zip("АВЕКМНОРСТУХЅІЈ", "abekmhopctyxsij", strict=True)),
    **dict(zip("αενοικρτυχ", "aevoikptux", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
    **dict.fromkeys("Il1", "|"),
    "0": "o",
}
_LOOKS = str.maketrans(dict(_ALIKE))


def draw_outline(name: str) -> str:
    """Return what a name looks like: names that differ by look-alike letters only have one outline.

    >>> pairs = (("Оrасle", "Oracle"), ("lntel", "Intel"), ("Ball", "Bail"))
    >>> [draw_outline(one) == draw_outline(other) for one, other in pairs]
    [True, True, False]
    """
    return fold(unicodedata.normalize("NFC", name).translate(_LOOKS))


def find_mixed_letter(name: str) -> str | None:
    """Return the first look-alike letter of another script inside a word of Latin letters, None if there is none.

    >>> find_mixed_letter("Nvidi\\u0430"), find_mixed_letter("Яндекс AI")
    ('а', None)
    """
    if name.isascii():
        return None
    for word in name.split():
        scripts = {one: unicodedata.name(one, "").split(" ")[0] for one in word if one.isalpha()}
        if "LATIN" in scripts.values():
            for letter, script in scripts.items():
                if letter in _ALIKE and script in ("CYRILLIC", "GREEK"):
                    return letter
    return None
