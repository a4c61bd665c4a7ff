"""Names for what an article describes and does not name: "Two Norwegian hosting companies (unnamed)"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphkit.facts import Entity
from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.lexicon import read_unnamed_words


def make_unnamed(name: str, kind: str) -> Entity:
    """Return the generic entity of a description."""
    return Entity(id=make_slug(name), name=name, kind=kind, generic=True)


def name_chips(makers: Iterable[Entity], places: Iterable[Entity]) -> str:
    """Return the name of a class of chips: by its maker, else by where it is from."""
    for maker in makers:
        return f"{maker.name} AI chips"
    for place in places:
        return f"AI chips from {place.name}"
    return "Advanced AI chips"


def name_group(concepts: frozenset[str], words: str, origin: str, place: str) -> str:
    """Return the name of a group of companies.

    `words` are those of the text, `origin` is what its members are called by their country, `place` where they are.
    """
    said = read_unnamed_words()
    noun = next((noun for pattern, noun in said.nouns.items() if _has(pattern, words)), "companies")
    groups = [] if noun == "hosting companies" else [word for one, word in said.groups.items() if one in concepts]
    counts = [word for one, word in said.counts.items() if one in concepts]
    name = " ".join([*counts, *([origin] if origin else []), *groups, noun, *(["in", place] if place else [])])
    return f"{name[:1].upper()}{name[1:]} (unnamed)"


def find_authority(country: Entity, names: KnownNames, government: bool = False) -> Entity:
    """Return the authority of a country that stands for one that an article does not name, or its government."""
    if fit := names.fitting(
        "Agency", frozenset({"government" if government else "authority", f"id:{country.id}"}), 0.8
    ):
        return fit[0]
    origin = names.demonym(country) or country.name
    if government:
        return Entity(id=make_slug(f"{origin} government"), name=f"{origin} government", kind="Agency")
    return make_unnamed(f"{origin} authorities (agency unnamed)", "Agency")


def name_rule(status: str, place: str, origin: str, concepts: frozenset[str]) -> str:
    """Return the name of a rule that is considered or proposed: by its subject, else by who would make it."""
    kind = "Possible" if status == "considered" else "Proposed"
    matter = next((word for one, word in read_unnamed_words().matters.items() if one in concepts), "")
    if not matter:
        return f"{kind} rule of {place}"
    return f"{kind} {origin or place} rule on {matter} chips{' abroad' if 'foreign' in concepts else ''}"


def name_site(operator: Entity, place: Entity | None, words: str = "") -> str:
    """Return the name of a site of a company, with the noun and the preposition that the text has."""
    said = read_unnamed_words()
    noun = next((noun for pattern, noun in said.sites.items() if _has(pattern, words)), "site")
    where = f" {'near' if re.search(said.near, words) else 'in'} {place.name}" if place else ""
    return f"{operator.name} {noun}{where} (unnamed)"


def find_site(operator: Entity, place: Entity | None, names: KnownNames, words: str = "") -> Entity:
    """Return the known site of a company in a place, or a new one with an honest name."""
    ids = {f"id:{operator.id}", *([f"id:{place.id}"] if place else [])}
    if fit := names.fitting("Datacenter", frozenset({*ids, "site"}), 0.6):
        return fit[0]
    return make_unnamed(name_site(operator, place, words), "Datacenter")


def lets_computing(entity: Entity) -> bool:
    """Say whether an unnamed group is one of providers of computing."""
    return entity.generic and re.search(r"\b(?:provider|hosting|operator)", entity.name.lower()) is not None


def _has(pattern: str, words: str) -> bool:
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", words) is not None
