"""Who answers to which name: look entities up by id, name or alias, whatever the accents and case."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graphkit.errors import AmbiguousName
from graphkit.facts import Entity, fold

Kinds = Collection[str] | None


class Directory:
    """The names of some entities, read once for who looks up many."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = list(entities)
        ids: dict[str, list[Entity]] = {}
        names: dict[str, list[Entity]] = {}
        aliases: dict[str, list[Entity]] = {}
        for one in self._entities:
            ids.setdefault(one.id, []).append(one)
            names.setdefault(fold(one.name), []).append(one)
            for alias in dict.fromkeys(map(fold, one.aliases)):
                aliases.setdefault(alias, []).append(one)
        #: an id comes before a name, a name before an alias
        self._tiers = (ids, names, aliases)
        self._spelt: dict[frozenset[str] | None, dict[str, str]] = {}

    def answering(self, name: str, kinds: Kinds = None) -> Entity | None:
        """Return the entity of some kinds that answers to a name, if there is one. Raises AmbiguousName."""
        for tier in self._tiers:
            found = {one.id: one for key in (name, fold(name)) for one in tier.get(key, ())}
            if one := only(name, found.values(), kinds):
                return one
        return None

    def near(self, name: str, kinds: Kinds = None, count: int = 3) -> list[str]:
        """Return up to `count` names of some kinds that are spelt like the given one, best first."""
        from rapidfuzz import fuzz, process

        key = None if kinds is None else frozenset(kinds)
        spelt = self._spelt.get(key)
        if spelt is None:
            known = [one for one in self._entities if key is None or one.kind in key]
            spelt = {fold(alias): one.name for one in known for alias in one.aliases}
            spelt |= {fold(one.name): one.name for one in known}
            self._spelt[key] = spelt
        found = process.extract(fold(name), spelt.keys(), scorer=fuzz.ratio, limit=count * 2, score_cutoff=70)
        return list(dict.fromkeys(spelt[word] for word, _, _ in found))[:count]


def only(name: str, found: Iterable[Entity], kinds: Kinds) -> Entity | None:
    """Return the one of those found that is of some kinds, None where none is. Raises AmbiguousName."""
    wanted = [one for one in found if kinds is None or one.kind in kinds]
    if len(wanted) > 1:
        raise AmbiguousName(name, sorted(one.id for one in wanted))
    return wanted[0] if wanted else None
