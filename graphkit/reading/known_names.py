"""The names that are known: of the fact bases at hand, of countries and their capitals, and what descriptions fit."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

import msgspec

from graphkit.facts import Entity, fold
from graphkit.reading.lexicon import PlaceWords, read_concepts, read_names_data, read_places
from graphkit.reading.sentences import even_text

_WORD = re.compile(r"[^\W_]+")
#: Codes of CLDR that are no countries, and those of parts of the world that articles speak of.
_NO_COUNTRIES = frozenset({"ZZ", "EU", "UN", "EZ", "QO", "XA", "XB"})
_PARTS_OF_THE_WORLD = frozenset({"002", "035", "142", "145", "150", "419"})
_LIGHT = frozenset({"ai", "chip", "cloud", "rule", "control", "export", "company", "tech"})


class NameHit(msgspec.Struct, frozen=True):
    """A known name in a text: its place, how it was written, and whom it may mean."""

    start: int
    end: int
    entities: tuple[Entity, ...]
    manner: str  # name, adjective, seat or city


def make_slug(name: str) -> str:
    """Return an id for a name: small letters, digits and hyphens.

    >>> make_slug("Sélène Cloud (unnamed)")
    'selene-cloud-unnamed'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:100] or "unnamed"


@functools.cache
def _list_countries() -> Mapping[str, tuple[str, ...]]:
    """Return the names of countries in English and French by ISO code, English first."""
    from babel import Locale

    found: dict[str, list[str]] = {}
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if (len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES) or code in _PARTS_OF_THE_WORLD:
                found.setdefault(code, []).append(re.sub(r" \(.*\)", "", name))
    return {code: tuple(dict.fromkeys(names)) for code, names in sorted(found.items())}


class KnownNames:
    """Finds known names in texts, and the known entity that a description fits."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entities: dict[str, Entity] = {}
        self._index: dict[str, list[tuple[str, Entity, str, str]]] = {}
        self._regions: dict[str, Entity] = {}
        #: The country of each city that the fact bases do not know.
        self.country_of: dict[str, Entity] = {}
        self._proper: dict[str, list[str]] = {}
        by_code: dict[str, Entity] = {}
        for one in sorted(entities, key=lambda one: one.id):
            self.entities.setdefault(one.id, one)
            if one.kind == "Region":
                by_code.update({alias: one for alias in one.aliases if re.fullmatch("[A-Z]{2}", alias)})
        taken = {fold(one.name): one for one in self.entities.values() if one.kind == "Region"}
        for code, names in _list_countries().items():
            place = read_places().get(code)
            region = by_code.get(code) or next((taken[fold(n)] for n in names if fold(n) in taken), None)
            region = region or Entity(id=make_slug(names[0]), name=names[0], kind="Region")
            self._regions[code] = region
            for name in dict.fromkeys([*names, *(place.names if place else [])]):
                self._add(name, region, "name")
            if place:
                for name in place.seat:
                    if fold(name) not in taken:
                        self._add(name, region, "seat")
                for name in place.cities:
                    if fold(name) not in taken:
                        self._add(name, self.make_city(name, region), "city")
        for one in self.entities.values():
            for name in dict.fromkeys([one.name, *one.aliases]):
                if not (one.kind == "Region" and re.fullmatch("[A-Z]{2,3}", name)):
                    self._add(re.sub(r" \(unnamed\)$", "", name), one, "name")
        for names_of in self._index.values():
            names_of.sort(key=lambda row: (-len(row[0]), row[0], row[2], row[1].id))
        self._adjectives = re.compile(
            "|".join(rf"(?P<{code}>(?<!\w)(?:{place.adjectives})(?!\w))" for code, place in read_places().items())
        )
        # the first two letters of every adjective: most words need no look at the long pattern
        alternatives = (one for place in read_places().values() for one in place.adjectives.split("|"))
        self._begin = {one.replace("\\", "").lstrip("(?:")[:2] for one in alternatives} | {"u"}
        short = self._list_short_forms()
        self._described: dict[str, list[tuple[frozenset[str], Entity]]] = {}
        #: the same with their weight, by the companies and places in the name, which must be those of what fits
        self._alike: dict[tuple[str, frozenset[str]], list[tuple[frozenset[str], float, Entity]]] = {}
        for one in self.entities.values():
            if one.generic or one.kind in ("Regulation", "Agency"):
                for name in dict.fromkeys([one.name, *one.aliases]):
                    known = self.find_concepts(name, one.id, short if one.kind == "Datacenter" else None)
                    self._described.setdefault(one.kind, []).append((known, one))
                    alike = self._alike.setdefault((one.kind, _list_parts(known)), [])
                    alike.append((known, _weigh_concepts(known), one))

    def capital(self, written: str, country: Entity) -> str:
        """Return the English name of a capital that a text writes in its own language: Beijing for "Pékin"."""
        place = self._find_place(country)
        return place.seat[0] if place and written in place.seat else written

    def get_country(self, place: Entity) -> Entity:
        """Return the country of a city that the file of places has; any other place is returned itself."""
        if country := self.country_of.get(place.id):
            return country
        for code, words in read_places().items():
            if place.name in words.seat or place.name in words.cities:
                return self._regions[code]
        return place

    def make_city(self, name: str, country: Entity) -> Entity:
        """Return a city as a region of its own; its country is remembered."""
        city = Entity(id=make_slug(name), name=name, kind="Region")
        self.country_of[city.id] = country
        return city

    def _add(self, name: str, entity: Entity, manner: str) -> None:
        key = even_text(name)
        first = _WORD.search(key)
        if first and first.start() == 0:
            self._index.setdefault(first[0], []).append((name, entity, manner, key))

    @property
    def regions(self) -> list[Entity]:
        """The countries and parts of the world that texts may name."""
        return list(self._regions.values())

    def demonym(self, region: Entity) -> str:
        """Return the English adjective of a country ("Chinese"); empty where the file of places has none."""
        place = self._find_place(region)
        return place.demonym if place else ""

    def _find_place(self, region: Entity) -> PlaceWords | None:
        places = read_places()
        return next((places[code] for code, one in self._regions.items() if one is region and code in places), None)

    def region(self, code: str) -> Entity:
        """Return the region of an ISO code."""
        return self._regions[code]

    def find(self, text: str, extra: Mapping[str, Entity] | None = None, proper: bool = False) -> list[NameHit]:
        """Return the known names in a text, the longest at each place.

        `extra` are short forms of this document; `proper` looks for companies and places alone.
        """
        words = even_text(text)
        found: list[NameHit] = []
        position = 0
        for word in _WORD.finditer(words):
            if word.start() < position:
                continue
            known = word[0] in self._index  # most words begin no name
            hit = self._at(text, words, word.start(), word[0], proper) if known else None
            if hit is None and extra and text[word.start() : word.end()] in extra:
                hit = NameHit(word.start(), word.end(), (extra[text[word.start() : word.end()]],), "name")
            if (
                hit is None
                and word[0][:2] in self._begin
                and (match := self._adjectives.match(words, word.start()))
                and match.lastgroup
            ):
                code = match.lastgroup
                if not (match[0] == "us" and text[match.start() : match.end()] != "US"):
                    hit = NameHit(match.start(), match.end(), (self._regions[code],), "adjective")
            if hit:
                found.append(hit)
                position = hit.end
        return found

    def _at(self, text: str, words: str, start: int, first: str, proper: bool) -> NameHit | None:
        entities: dict[str, Entity] = {}
        end, manner = 0, ""
        for name, entity, how, key in self._index[first]:
            if end and len(name) != end - start:
                break
            if proper and (entity.generic or entity.kind not in ("Company", "Region")):
                continue
            stop = start + len(name)
            if (
                words[start:stop] != key
                or not _find_ends(words, stop, entity.kind)
                or not _is_cased(text[start:stop], name)
            ):
                continue
            end, manner = stop, manner or how
            entities.setdefault(entity.id, entity)
        return NameHit(start, end, tuple(entities.values()), manner) if end else None

    def proper_names(self, kind: str) -> list[str]:
        """Return the names of the entities of a kind that are no classes or groups, sorted."""
        if kind not in self._proper:
            known = (one.name for one in self.entities.values() if one.kind == kind and not one.generic)
            self._proper[kind] = sorted(known)
        return self._proper[kind]

    # descriptions -------------------------------------------------------------------------

    def _list_short_forms(self) -> dict[str, Entity]:
        """Return the first words of companies' names by which the names of their sites may call them."""
        found: dict[str, list[Entity]] = {}
        data = read_names_data()
        ordinary = {*data["ordinary"], *data["legal_forms"]}
        for one in self.entities.values():
            first, _, rest = one.name.partition(" ")
            if one.kind == "Company" and not one.generic and rest and len(first) > 3 and first not in ordinary:
                found.setdefault(first, []).append(one)
        return {first: those[0] for first, those in found.items() if len(those) == 1}

    def find_concepts(
        self, text: str, without: str = "", short: Mapping[str, Entity] | None = None
    ) -> frozenset[str]:
        """Return what a description is made of: concepts, the ids of companies and places, words left over."""
        found: set[str] = set()
        words = list(even_text(text))
        for hit in self.find(text, short, proper=True):
            named = [one for one in hit.entities if one.id != without]
            if named:
                found.add(f"id:{named[0].id}")
                words[hit.start : hit.end] = " " * (hit.end - hit.start)
        _, pattern = read_concepts()
        rest, glue = "".join(words), read_names_data()["glue"]
        for match in pattern.finditer(rest):
            found.add(match.lastgroup or "")
        for word in _WORD.findall(pattern.sub(" ", rest)):
            if word not in glue and not (len(word) == 1 and word.isalpha()):
                found.add(f"word:{word}")
        return frozenset(found)

    def described(self, kind: str) -> list[tuple[frozenset[str], Entity]]:
        """Return the known entities of a kind that stand for what is described, with what their names are made of."""
        return self._described.get(kind, [])

    def fitting(self, kind: str, concepts: frozenset[str], least: float = 0.75) -> list[Entity]:
        """Return the known entities of a kind that a description fits best; several where they fit alike."""
        scored: dict[str, float] = {}
        weight = _weigh_concepts(concepts)
        for known, known_weight, entity in self._alike.get((kind, _list_parts(concepts)), ()):
            if kind == "Company" and any(one.startswith("word:") and one not in concepts for one in known):
                continue  # "Chinese buyers" are not the Chinese buyers of H200
            both, all_ = _weigh_concepts(known & concepts), known_weight + weight
            scored[entity.id] = max(scored.get(entity.id, 0.0), 2 * both / all_ if all_ else 0.0)
        best = max(scored.values(), default=0.0)
        if best < least:
            return []
        return [self.entities[id_] for id_, score in sorted(scored.items()) if score > best - 0.02][:2]


def _list_parts(concepts: Iterable[str]) -> frozenset[str]:
    """Return the companies and places among concepts."""
    return frozenset(one for one in concepts if one.startswith("id:"))


def _weigh_concepts(concepts: Iterable[str]) -> float:
    return sum(2.0 if one.startswith("id:") else 0.4 if one in _LIGHT else 1.0 for one in concepts)


def _find_ends(words: str, stop: int, kind: str) -> bool:
    rest = words[stop : stop + 2]
    if not rest or not (rest[0].isalnum() or rest[0] == "_"):
        return True
    return kind == "Chip" and rest[0] == "s" and not rest[1:].isalnum()


def _is_cased(written: str, name: str) -> bool:
    """Say whether a name is written as a name: 'oracle' is no Oracle, 'bis' no BIS."""
    if written == name:
        return True
    letters = [letter for letter in name if letter.isalpha()]
    if letters and all(letter.isupper() for letter in letters) and len(name) <= 5:
        return False
    return written[:1].isupper() or written[:1].isdigit() or not name[:1].isupper() or " " in name
