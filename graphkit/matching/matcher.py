"""Match a name to the companies of a base, with a level, a score and the reasons.

*exact*: the name or an alias, but for case, accents and spaces. *same*: it differs by legal form,
script, word order or signs. *probable*: a unit or branch, a typing error, look-alike letters; a person
decides. Numbers must agree (7Road is not 8Road), and what is left over must be words that any company may
bear (a place, a line of business): another trade is another firm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from graphkit.facts import Entity
from graphkit.matching.name_parts import (
    Core,
    clean,
    consists_of_known_words,
    draw_outline,
    is_name,
    iterate_cores,
    load_spellings,
    load_tickers,
    load_words,
    mend_legal_forms,
    mixes_scripts,
    normalize_case,
    read_lookalikes,
    transliterate,
)
from graphkit.names import fold

Level = Literal["exact", "same", "probable", "none"]

#: Letters of a name from which on one typing error is looked for.
_LONG_ENOUGH = 6
#: Letters of a name from which on its outline is looked for; of a Chinese name that begins a longer one.
_LEAST_OUTLINE, _LEAST_BEGINNING = 4, 3
#: Scores by kind of match: they rank, and are no frequencies.
_EXACT, _SAME, _UNIT, _TYPING_ERROR, _LOOKALIKE, _LEAST = 1.0, 0.95, 0.85, 0.7, 0.6, 0.5
_STEP = 0.03
#: Chinese characters that may stand before a company's short name in its full one.
_PREFIX = 2
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


class NameMatch(msgspec.Struct, frozen=True):
    """An entity that a name may be, how sure that is, and why."""

    entity: Entity
    level: Level
    score: float
    reasons: tuple[str, ...]


class Matcher:
    """An index over companies and products, asked name by name.

    >>> matcher = Matcher([Entity(id="huawei", name="Huawei", kind="Company", aliases=("华为",))])
    >>> [(match.entity.id, match.level) for match in matcher.match("HUAWEI Technologies (Hong Kong) Ltd.")]
    [('huawei', 'probable')]
    """

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities: dict[str, Entity] = {}
        self._exact: dict[str, set[str]] = {}
        self._own: dict[str, dict[str, str]] = {}
        self._ordered: dict[str, dict[str, str]] = {}
        self._sounds: dict[str, dict[str, str]] = {}
        self._family: dict[str, dict[str, str]] = {}
        self._shortened: dict[str, set[str]] = {}
        self._tickers: dict[str, dict[str, str]] = {}
        self._outlines: dict[str, dict[str, str]] = {}
        self._beginnings: dict[str, set[str]] = {}
        self._spelt: dict[str, dict[str, str]] = {}
        for entity in entities:
            if entity.kind in ("Company", "Product") and not entity.generic:
                self._entities[entity.id] = entity
                for name in (entity.name, *entity.aliases):
                    self._add(entity.id, name)

    def _add(self, id_: str, name: str) -> None:
        self._exact.setdefault(fold(name), set()).add(id_)
        for ticker in load_tickers().get(clean(name), ()):
            self._tickers.setdefault(ticker, {}).setdefault(id_, name)
        for spelling in load_spellings().get(clean(name), ()):
            if core := next(iterate_cores(spelling), None):
                self._spelt.setdefault(core.key, {}).setdefault(id_, spelling)
        first = next(iterate_cores(name), None)
        if first is None:
            return
        self._own.setdefault(first.key, {}).setdefault(id_, name)
        if " " in first.ordered and not _is_generic(first):
            self._ordered.setdefault(first.ordered, {}).setdefault(id_, name)
        sound = transliterate(first.key)
        if sound != first.key and len(sound) > 3:
            self._sounds.setdefault(sound, {}).setdefault(id_, name)
        for core in iterate_cores(name):
            if core.roles and set(core.roles) == {"group"} and not _is_generic(core):
                self._family.setdefault(core.key, {}).setdefault(id_, name)
            elif core.roles and self._is_beginning(core, first):
                self._beginnings.setdefault(core.key, set()).add(id_)
        if len(first.key) >= _LEAST_OUTLINE and first.key.isascii():
            self._outlines.setdefault(draw_outline(first.key), {}).setdefault(id_, name)
        if len(first.key) >= _LONG_ENOUGH and not _CJK.search(first.key):
            for short in _shorten(first.key):
                self._shortened.setdefault(short, set()).add(first.key)

    def match(self, name: str) -> list[NameMatch]:
        """Return the entities that a name may be, best first; none where nothing is near enough."""
        if not is_name(name):
            return []
        found = self._look_up_exact(name) or self._look_up(name) or self._look_up_ticker(name)
        if found and mixes_scripts(name):
            found = _cap(found)
        elif not found and (read := read_lookalikes(name)):
            found = _cap(self._look_up_exact(read) or self._look_up(read))
        if not found and (mended := mend_legal_forms(name)):
            found = _cap(self._look_up(mended), "a misspelt legal form")
        found = found or self._look_up_outline(name)
        if len(found) > 1:
            found = [
                msgspec.structs.replace(one, level="probable", reasons=(*one.reasons, "several companies fit"))
                for one in found
            ]
        return sorted(found, key=lambda one: (-one.score, one.entity.id))

    def _look_up_exact(self, name: str) -> list[NameMatch]:
        key = fold(name)
        return [
            NameMatch(
                one, "exact", _EXACT, ("the name itself" if fold(one.name) == key else f"an alias of {one.name}",)
            )
            for one in (self._entities[id_] for id_ in sorted(self._exact.get(key, ())))
        ]

    def _look_up_outline(self, name: str) -> list[NameMatch]:
        """Return the entities whose name has the outline of a core, as 0racle has that of Oracle."""
        for core in iterate_cores(name):
            if ids := self._outlines.get(draw_outline(core.key)):
                matches = [self._judge(id_, alias, core, "", False) for id_, alias in sorted(ids.items())]
                return _cap(matches)
        return []

    def _look_up(self, name: str) -> list[NameMatch]:
        """Return what the longest core of a name fits."""
        cores = sorted(iterate_cores(name), key=lambda core: -len(core.key))
        for core in cores:
            for ids, reason, sure in self._fit(core):
                return [self._judge(id_, alias, core, reason, sure) for id_, alias in sorted(ids.items())]
        for core in cores:
            held = self._find_containing(core) or self._find_beginning(core) or self._find_longer(core)
            if held:
                reasons = ("the full name holds it", *_describe_core(core))
                return [NameMatch(self._entities[id_], "probable", _TYPING_ERROR, reasons) for id_ in sorted(held)]
        for core in cores:
            if ids := self._find_misspelt(core):
                score = _TYPING_ERROR - _STEP * len(core.left)
                return [
                    NameMatch(
                        self._entities[id_],
                        "probable",
                        max(score, _LEAST),
                        (f"one letter from {alias}", *_describe_core(core)),
                    )
                    for id_, alias in sorted(ids.items())
                ]
        return []

    def _fit(self, core: Core) -> Iterator[tuple[Mapping[str, str], str, bool]]:
        """Yield the entities that a core fits, why, and whether that makes the name the same."""
        sound = transliterate(core.key)
        foreign = bool(_CJK.search(core.key))
        if ids := self._own.get(core.key):
            yield ids, "", True
        if ids := self._spelt.get(core.key):
            yield ids, "another script", True
        if sound != core.key and (ids := self._own.get(sound)):
            # the same sound in Chinese characters may be another name
            yield ids, "another script", not foreign or len(sound) > 8
        if ids := self._sounds.get(sound):
            # two names in letters that are not Latin may sound alike and differ: й and и
            plain = core.key.isascii()
            yield ids, "another script" if plain else "the same sound", plain
        if " " in core.ordered and not _is_generic(core) and (ids := self._ordered.get(core.ordered)):
            yield ids, "another order of words", True
        if not core.left and (ids := self._family.get(core.key)):
            yield ids, "without the word for a group", True

    def _judge(self, id_: str, alias: str, core: Core, reason: str, sure: bool) -> NameMatch:
        entity = self._entities[id_]
        reasons = tuple(filter(None, (reason, *_describe_core(core)))) or ("legal form or signs",)
        if sure and entity.kind != "Product" and set(core.roles) <= {"group"}:
            return NameMatch(entity, "same", _SAME - _STEP * len(core.left), reasons)
        if entity.kind == "Product":
            reasons = (*reasons, "named like a product")
        return NameMatch(entity, "probable", max(_UNIT - _STEP * len(core.left), _LEAST), reasons)

    def _look_up_ticker(self, name: str) -> list[NameMatch]:
        ids = self._tickers.get(normalize_case(name), {})
        return [NameMatch(self._entities[id_], "probable", _LOOKALIKE, ("a ticker",)) for id_ in sorted(ids)]

    def _find_containing(self, core: Core) -> set[str]:
        """Return the entities whose Chinese name ends a longer one after two characters at most: 中科寒武纪."""
        if not _CJK.search(core.key):
            return set()
        parts = (core.key[start:] for start in range(1, _PREFIX + 1))
        return {id_ for part in parts if len(part) > _PREFIX for id_ in self._own.get(part, ())}

    def _find_beginning(self, core: Core) -> set[str]:
        """Return the entities whose Chinese name begins a longer one of known words: 阿里云 in 阿里云计算."""
        if not _CJK.search(core.key):
            return set()
        whole = core.key + "".join(core.left)
        for size in range(len(whole) - 1, _LEAST_BEGINNING - 1, -1):
            if (ids := self._own.get(whole[:size])) and consists_of_known_words(whole[size:]):
                return set(ids)
        return set()

    @staticmethod
    def _is_beginning(core: Core, whole: Core) -> bool:
        """Say whether a core is what a name begins with, long enough and of its own: Aolani in Aolani Cloud."""
        own = len(core.key) >= _LONG_ENOUGH and not _is_generic(core) and not _CJK.search(core.key)
        return own and whole.key.startswith(core.key)

    def _find_longer(self, core: Core) -> set[str]:
        """Return the entities whose names begin with a core and go on with words that any company may bear."""
        return self._beginnings.get(core.key, set()) if set(core.roles) <= {"group", "places"} else set()

    def _find_misspelt(self, core: Core) -> dict[str, str]:
        """Return the entities whose name is one letter away: one more, less, other, or two exchanged."""
        own_letters = sum(len(word) for word in core.ordered.split() if word not in load_words())
        if own_letters < _LONG_ENOUGH or _CJK.search(core.key):
            return {}
        from rapidfuzz.distance import OSA

        near = {key for short in _shorten(core.key) for key in self._shortened.get(short, ())}
        found: dict[str, str] = {}
        for key in sorted(near):
            same_digits = re.findall(r"\d+", key) == list(core.digits)
            if same_digits and key[0] == core.key[0] and OSA.distance(key, core.key, score_cutoff=1) == 1:
                # "Ten Cents" differs from Tencent by more than a letter
                same_words = core.ordered.count(" ")
                found |= {
                    id_: alias
                    for id_, alias in self._own[key].items()
                    if id_ not in found and next(iterate_cores(alias)).ordered.count(" ") >= same_words
                }
        return found


def _cap(matches: list[NameMatch], reason: str = "letters that look like others") -> list[NameMatch]:
    """Return matches of a name that is not written as it should be: probable at most, and why."""
    return [
        NameMatch(one.entity, "probable", min(one.score, _LOOKALIKE), (reason, *one.reasons[:2])) for one in matches
    ]


def _shorten(key: str) -> set[str]:
    """Return a key and what is left of it without one letter: two keys one letter apart share one of these."""
    return {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}


def _is_generic(core: Core) -> bool:
    """Say whether a core has only words that any company may bear."""
    known = load_words()
    return all(word in known for word in core.ordered.split())


def _describe_core(core: Core) -> tuple[str, ...]:
    if not core.left:
        return ()
    words = " ".join(core.left)
    return (f"a unit or branch: {words}",) if set(core.roles) - {"group"} else (f"group words: {words}",)


__all__ = ["Level", "Matcher", "NameMatch"]
