"""Names, sets of companies and chips, customer lists and filters as people give them: checked, and as records.

Long because every way to choose companies and chips is read here, for all questions alike.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict, Unpack

import msgspec

from graphkit import slices
from graphkit.answers.answer import OpenBase, format_count
from graphkit.answers.records import EntityRef
from graphkit.clock import get_today
from graphkit.engines import Store
from graphkit.engines.reads import ALIASES, NamedTiers
from graphkit.errors import AmbiguousName, InvalidValue, NoControlledChip, UnknownName
from graphkit.facts import Claim, Document, Entity, get_earliest_day
from graphkit.graph import Filters
from graphkit.names import Directory, Spellings, choose_only
from graphkit.ontology import CONFIDENCES, DEFAULT_STATUSES, PATH_STATUSES, RELATIONS, STATUSES

if TYPE_CHECKING:
    from graphkit.graph import Graph
    from graphkit.matching import Matcher
    from graphkit.rulebook import Chip, Rulebook

#: Nothing is left out.
NO_FILTERS = Filters()
#: Who can be a buyer, and what a path can be told to pass.
BUYER_KINDS, VIA_KINDS = frozenset({"Company", "Product"}), frozenset({"Company", "Datacenter"})
_COUNTED = {"Company": ("company", "companies"), "Datacenter": ("site", "sites"), "Agency": ("agency", "agencies")}
CLAIM_ID = re.compile(r"[0-9a-f]{16}\Z")


class EntitySet(msgspec.Struct, frozen=True):
    """The buyers or chips of a question: one entity, or a set with a name; `notes` say how it was read."""

    entity: EntityRef
    members: tuple[Entity, ...]
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> list[str]:
        """The ids of the members."""
        return [member.id for member in self.members]


class FilterOptions(TypedDict, total=False):
    """Filters as people give them; a list may be one text, its members separated by commas.

    `on` and `known_by` are dates (YYYY, YYYY-MM, YYYY-MM-DD), `status`, `include` and `exclude` words of the
    ontology, `without` names of entities or ids of claims, `min_confidence` a word or a number from 0 to 1.
    """

    on: str | None
    known_by: str | None
    status: str | Iterable[str]
    include: str | Iterable[str]
    exclude: str | Iterable[str]
    without: str | Iterable[str]
    min_confidence: float | str


class NameLookup:
    """A look-up of names in a store, which is asked each time; or of which all are read first, for `many`."""

    def __init__(self, store: Store, *, many: bool = False) -> None:
        self._reader, self._many = store.reader, many
        self._tiers: dict[str, NamedTiers] = {}

    def read_ahead(self, wanted: Mapping[str, Collection[str] | None]) -> None:
        """Look several names up at once, each with the kinds that will be asked for (None: any)."""
        if not self._many and wanted:
            self._tiers.update(self._reader.find_named(wanted))

    @functools.cached_property
    def _entities(self) -> list[Entity]:
        return self._reader.list_entities()

    @functools.cached_property
    def _directory(self) -> Directory[Entity]:
        return Directory(self._entities)

    def find(self, name: str, kinds: Collection[str] | None = None) -> Entity | None:
        """Look up the entity of some kinds by a name; None if there is none. Raises AmbiguousName."""
        if self._many:
            return self._directory.find(name, kinds)
        for again in (False, True):
            if again or name not in self._tiers:
                self.read_ahead({name: kinds})
            for tier in self._tiers[name]:
                if one := choose_only(name, tier, kinds):
                    return one
            if len(self._tiers[name]) > ALIASES:
                break
        return None

    @functools.cached_property
    def matcher(self) -> Matcher:
        """The matcher of names as the world writes them."""
        from graphkit.matching import Matcher

        return Matcher(self._entities)

    def find_near(self, name: str, kinds: Collection[str] | None) -> list[str]:
        """Return names that are spelt like the given one."""
        return self._directory.find_near(name, kinds)

    def tell_size(self, kinds: Collection[str] | None) -> str:
        """Return how large the base is, in words, and how to add to it."""
        wanted = [kind for kind in ("Company", "Chip") if kinds is None or kind in kinds] or sorted(kinds or ())
        return tell_size(self._entities, wanted)


def tell_size(entities: Iterable[Entity], kinds: Sequence[str]) -> str:
    """Return how many entities of some kinds have a name of their own, in words, and how to add to them."""
    named = [one.kind for one in entities if not one.generic]
    words = ((kind, *_COUNTED.get(kind, (kind.lower(), None))) for kind in kinds)
    told = " and ".join(format_count(named.count(kind), one, several) for kind, one, several in words)
    return f"this base holds {told} by name (graphkit list); graphkit init --help says how to add one"


def look_up_entity(
    store: Store,
    name: str,
    kinds: Collection[str] | None = None,
    what: str = "entity",
    names: NameLookup | None = None,
    hints: Collection[str] | None = None,
) -> Entity:
    """Look up an entity by a name. Raises UnknownName, AmbiguousName or InvalidValue.

    `names` is for who asks often: they are kept there. `hints` are the kinds of which a hint is, where any is found.
    """
    names = names or NameLookup(store)
    if found := names.find(name, kinds):
        return found
    if kinds is not None:
        with contextlib.suppress(AmbiguousName):
            if other := names.find(name):
                article = "an" if other.kind[0] in "AEIOU" else "a"
                raise InvalidValue(f"{other.name} is {article} {other.kind}: give a {what} here")
    of_kinds = kinds if hints is None else hints
    raise UnknownName(name, names.find_near(name, of_kinds), what, names.tell_size(of_kinds))


def list_wanted(
    buyers: Iterable[str] = (), chips: Iterable[str] = (), via: Iterable[str] = ()
) -> dict[str, Collection[str] | None]:
    """Return the names of a question with the kinds that each is looked up by, for `NameLookup.read_ahead`."""
    wanted: dict[str, Collection[str] | None] = dict.fromkeys(via, VIA_KINDS)
    wanted |= {name: {"Chip"} for name in chips if not is_controlled(name)}
    for name in buyers:
        seated = name.lower().startswith("hq:")
        wanted[name[3:] if seated else name] = {"Region"} if seated else BUYER_KINDS
    return wanted


def select_buyers(
    store: Store, name: str, names: NameLookup | None = None, filters: Filters = NO_FILTERS
) -> EntitySet:
    """Return the companies that a buyer stands for: itself, a product's owner, or `hq:COUNTRY`.

    Seats and owners are those of the date asked for, of what was known, surely enough, and not left out (see
    `Filters.keep_standing`); a set may then be of nobody, and says so. Raises as `look_up_entity` does.
    """
    if name.lower().startswith("hq:"):
        return _select_seated(store, look_up_entity(store, name[3:], {"Region"}, "region", names), filters)
    buyer = look_up_entity(store, name, BUYER_KINDS, "buyer (a company, or a product of one)", names)
    if buyer.kind == "Company":
        return EntitySet(EntityRef.of(buyer), (buyer,))
    claims = slices.fetch_owner_slice(store, buyer.id)
    owners = _list_companies(claims, {claim.subject for claim in _iterate_standing(claims, filters)})
    if not owners:
        if not any(_iterate_standing(claims, NO_FILTERS)):
            raise InvalidValue(f"{buyer.name} is a product and no claim says who owns it: name a company")
        note = f"{buyer.name} is a product, and no claim that the date and the filters keep says who owns it"
        return EntitySet(EntityRef.of(buyer), (), (note,))
    named = " and ".join(owner.name for owner in owners)
    several = len(owners) > 1
    note = f"{buyer.name} is a product: this is the answer for its {'owners' if several else 'owner'}, {named}"
    # who is said to own it is more than the first of them
    chosen = EntityRef(buyer.id, named, buyer.kind, buyer.generic) if several else EntityRef.of(owners[0])
    return EntitySet(chosen, tuple(owners), (note,))


def list_choosing_claims(store: Store, name: str) -> list[tuple[Claim, Document]]:
    """Return the claims that decide which companies a buyer stands for; none for a company by its own name.

    Raises as `look_up_entity` does.
    """
    if name.lower().startswith("hq:"):
        claims = slices.fetch_seat_slice(store, look_up_entity(store, name[3:], {"Region"}, "region").id)
    else:
        buyer = look_up_entity(store, name, BUYER_KINDS, "buyer (a company, or a product of one)")
        if buyer.kind == "Company":
            return []
        claims = slices.fetch_owner_slice(store, buyer.id)
    return [(one, claims.documents[one.document]) for one in claims.iterate_claims()]


def match_buyers(store: Store, name: str, names: NameLookup, filters: Filters = NO_FILTERS) -> EntitySet:
    """Return the companies that a name of a list stands for, also where it is written in another way.

    A match that is only probable is not taken: it is among the near names. Raises as `look_up_entity` does.
    """
    try:
        return select_buyers(store, name, names, filters)
    except UnknownName as error:
        found = names.matcher.match(name)
        if found and found[0].level in ("exact", "same"):
            return select_buyers(store, found[0].entity.id, names, filters)
        if not found:
            raise
        probable = [one.entity.name for one in found[:3]]
        raise UnknownName(name, probable, "buyer (a company, or a product of one)") from error


def _select_seated(store: Store, region: Entity, filters: Filters) -> EntitySet:
    """Return the companies that have their headquarters in a region or a part of it. Raises InvalidValue."""
    claims = slices.fetch_seat_slice(store, region.id)
    found = _list_companies(claims, _find_seated(claims, region.id, filters))
    if not found and not _find_seated(claims, region.id, NO_FILTERS):
        raise InvalidValue(f"no company of this fact base is headquartered in {region.name}")
    label = EntityRef(f"hq:{region.id}", f"companies headquartered in {region.name}", "Company", True)
    nobody = f"nobody is headquartered in {region.name} by the claims that the date and the filters keep"
    return EntitySet(label, tuple(found), () if found else (nobody,))


def _find_seated(graph: Graph, region: str, filters: Filters) -> set[str]:
    """Return the ids of those seated in a region, through parts of it that are parts by the same filters."""
    claims = list(_iterate_standing(graph, filters))
    parts, wave = {region}, {region}
    while wave:
        wave = {one.subject for one in claims if one.relation == "PART_OF" and one.object in wave} - parts
        parts |= wave
    return {one.subject for one in claims if one.relation == "HEADQUARTERED_IN" and one.object in parts}


def _iterate_standing(graph: Graph, filters: Filters) -> Iterator[Claim]:
    sources = graph.documents
    return (claim for claim in graph.iterate_claims() if filters.keep_standing(claim, sources[claim.document]))


def _list_companies(graph: Graph, ids: Iterable[str]) -> list[Entity]:
    """Return the companies among some nodes of a graph."""
    found = (graph.entities[id_] for id_ in sorted(ids))
    return [one for one in found if one.kind == "Company"]


def select_chips(base: OpenBase, name: str, on: str | None = None, names: NameLookup | None = None) -> EntitySet:
    """Return the chips that a name stands for: one, or `controlled` for those controlled on a date, else today."""
    if is_controlled(name):
        return select_controlled(base.store, base.rulebook, on or get_today())
    found = look_up_entity(base.store, name, {"Chip"}, "chip", names)
    return EntitySet(EntityRef.of(found), (found,))


def is_controlled(name: str) -> bool:
    """Say whether a name stands for the chips that are controlled."""
    return name.lower() == "controlled"


def select_controlled(store: Store, rulebook: Rulebook, day: str) -> EntitySet:
    """Return the chips that need a licence for China on a date and that some claim speaks of, as families.

    Raises NoControlledChip where there is none.
    """
    members, spoken_of = find_controlled(store, rulebook, day)
    families = {_get_family(chip) for chip in rulebook.chips if _needs_licence(rulebook, chip, day)}
    silent = len(families - spoken_of)
    note = (
        f"controlled on {day}: {format_count(len(members), 'chip')}, and {silent} more that no claim says anybody has"
    )
    label = EntityRef("controlled", f"chips controlled on {day}", "Chip", True)
    return EntitySet(label, members, (note,))


def find_controlled(store: Store, rulebook: Rulebook, day: str) -> tuple[tuple[Entity, ...], set[str]]:
    """Return the chips of `select_controlled` by name, and the ids of the families that claims speak of.

    Only chips that some claim speaks of are held against the rules. Raises NoControlledChip where there is none.
    """
    found = store.reader.find_chips({id_ for chip in rulebook.chips for id_ in (chip.id, _get_family(chip))})
    held = {id_ for id_, (_, is_held) in found.items() if is_held}
    asked = (chip for chip in rulebook.chips if not held.isdisjoint((chip.id, _get_family(chip))))
    spoken_of = {_get_family(chip) for chip in asked if _needs_licence(rulebook, chip, day)}
    members = [found[id_][0] for id_ in sorted(spoken_of) if id_ in found]
    if not members:
        raise NoControlledChip(f"no chip that some claim speaks of needs a licence on {day}: name one")
    return tuple(sorted(members, key=lambda chip: chip.name)), spoken_of


def _get_family(chip: Chip) -> str:
    return chip.family or chip.id


def _needs_licence(rulebook: Rulebook, chip: Chip, day: str) -> bool:
    """Say whether a chip needs a licence for China on a date."""
    from graphkit.rules import judge_chips, make_license_question

    question = make_license_question(rulebook, "CN", "CN", day)
    return judge_chips(rulebook, rulebook.models(chip.id), question).outcome == "license_required"


def check_filters(
    store: Store,
    *,
    every: bool = False,
    **given: Unpack[FilterOptions],
) -> Filters:
    """Check what a person gave and return the filters; names in `without` become ids.

    `every` is for views of the graph: all statuses unless some are named, and any relation.
    """
    on, known_by = given.get("on"), given.get("known_by")
    for date in filter(None, (on, known_by)):
        get_earliest_day(date)
    chosen = _split_values(given.get("status", ())) or ([] if every else DEFAULT_STATUSES)
    included, excluded = (
        _split_values(given.get("include", ()), str.upper),
        _split_values(given.get("exclude", ()), str.upper),
    )
    _refuse_unknown("status", chosen, list(STATUSES) if every else PATH_STATUSES)
    relations = [name for name, relation in RELATIONS.items() if every or relation.access]
    _refuse_unknown("relation", [*included, *excluded], relations)
    return Filters(
        on=on,
        known_by=known_by,
        statuses=frozenset(chosen) or None,
        include=frozenset(included) or None,
        exclude=frozenset(excluded),
        without=_find_left_out(store, split_names(given.get("without", ()))),
        min_confidence=_read_probability(given.get("min_confidence", 0.0)),
    )


def look_up_claim_or_entity(store: Store, name: str, *, hints: Collection[str] | None = None) -> str:
    """Return the id of the claim or entity that is meant; a hint is of the kinds `hints`.

    Raises UnknownName or AmbiguousName.
    """
    if CLAIM_ID.match(name) and store.reader.has_claim(name):
        return name
    return look_up_entity(store, name, what=_name_left_out(name), hints=hints).id


def _find_left_out(store: Store, given: Sequence[str]) -> frozenset[str]:
    """Return the ids of the claims and entities that are meant. Raises UnknownName or AmbiguousName."""
    if not given:
        return frozenset()
    names = NameLookup(store)
    claims = {name for name in given if CLAIM_ID.match(name) and store.reader.has_claim(name)}
    others = [name for name in given if name not in claims]
    names.read_ahead(dict.fromkeys(others))
    return frozenset(
        {*claims, *(look_up_entity(store, name, what=_name_left_out(name), names=names).id for name in others)}
    )


def _name_left_out(name: str) -> str:
    return "claim" if CLAIM_ID.match(name) else "entity"


def split_names(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return names, or files of names, that were given as one or as several.

    >>> split_names("Oracle"), split_names(["Oracle", "customers.csv"])
    (['Oracle'], ['Oracle', 'customers.csv'])
    """
    return [os.fspath(one) for one in ([given] if isinstance(given, (str, os.PathLike)) else given)]


def _split_values(values: str | Iterable[str], change: Callable[[str], str] = str.lower) -> list[str]:
    """Split what was given as `a,b` or several times."""
    parts = itertools.chain.from_iterable(value.split(",") for value in split_names(values))
    return [change(part.strip()) for part in parts if part.strip()]


def _refuse_unknown(what: str, given: Iterable[str], allowed: Sequence[str]) -> None:
    for one in given:
        if one not in allowed:
            near = Spellings((other, (other,)) for other in allowed).find_near(one, 1)
            hint = f"did you mean {near[0]}? Choose" if near else "choose"
            raise InvalidValue(f"{one!r} is no {what} that can be used here: {hint} from {', '.join(allowed)}")


def _read_probability(value: float | str) -> float:
    """Return a probability from a number between 0 and 1 or from a category such as "likely"."""
    if isinstance(value, str) and value.lower() in CONFIDENCES:
        return CONFIDENCES[value.lower()]
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 1.0:
        raise InvalidValue(f"{value!r} is no confidence: give {', '.join(CONFIDENCES)}, or a number from 0 to 1")
    return number
