"""Everything the rule engine reads, as one frozen record: chips, regions, dated memberships, regulations, routes.

Dates are partial ISO dates and spans include both ends. A condition that is left out limits nothing.
Long because each kind of record of the rule files stands here, once.
"""

from __future__ import annotations

import bisect
import functools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from graphkit.errors import AmbiguousName, UnknownName
from graphkit.facts import BEGINNING, END, find_next_day, get_earliest_day, get_latest_day
from graphkit.names import Spellings, fold
from graphkit.regulations import (
    ENTITY_LIST,
    Activity,
    ControlList,
    DatedCitation,
    Early,
    Figures,
    Items,
    LicenceException,
    OpenQuestion,
    Phase,
    Policy,
    Provision,
    Range,
    RecipientClass,
    Regulation,
    RegulationKind,
    Requirement,
    Review,
    Where,
    covers_day,
    is_named_by,
)

__all__ = [
    "EMBARGO",
    "ENTITY_LIST",
    "PATTERN_FACTS",
    "UNITED_STATES",
    "Activity",
    "Chip",
    "ControlList",
    "DatedCitation",
    "Early",
    "Figures",
    "Items",
    "LicenceException",
    "Membership",
    "OpenQuestion",
    "Pattern",
    "Phase",
    "Policy",
    "Provision",
    "Range",
    "RecipientClass",
    "Region",
    "Regulation",
    "RegulationKind",
    "Requirement",
    "Review",
    "Route",
    "Rulebook",
    "Where",
    "covers_day",
    "is_named_by",
]

#: The group of region_groups.csv whose members are under an embargo that is not modelled.
EMBARGO = "embargo"
UNITED_STATES = "united-states"


class Chip(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chip's figures; None where nobody published them. `tpp_below` is a bound where TPP is not known.

    TPP is the largest product of dense tera-operations per second and bit length (2 x MacTOPS x
    bit length in 15 CFR part 774, 3A090), the area that of the logic dies on non-planar nodes in mm2.
    `sold` is False for a chip that its maker keeps for itself; `market` is the region or country
    group that a model was made for.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    vendor: str | None = None
    designed_in: str | None = None
    family: str | None = None
    announced: str | None = None
    tpp: float | None = None
    tpp_below: float | None = None
    io_bidirectional_gb_s: float | None = None
    die_area_mm2: float | None = None
    performance_density: float | None = None
    memory_bandwidth_gb_s: float | None = None
    data_centre: bool | None = None
    estimated: tuple[str, ...] = ()
    confidence: str = ""
    sold: bool | None = None
    market: str | None = None
    note: str | None = None

    @property
    def density(self) -> float | None:
        """Performance density in TPP per mm2."""
        if self.tpp is not None and self.die_area_mm2:
            return self.tpp / self.die_area_mm2
        return self.performance_density


class Region(msgspec.Struct, frozen=True):
    """A country or territory with its ISO 3166 codes; `article` says that its name takes one: "the Netherlands"."""

    id: str
    name: str
    aliases: tuple[str, ...]
    iso2: str
    iso3: str
    article: bool = False

    @property
    def phrase(self) -> str:
        """The name as it stands in a sentence."""
        return f"the {self.name}" if self.article else self.name


class Membership(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A region's membership of a country group; not `settled` where sources disagree or are silent."""

    region: str
    group: str
    from_: str | None
    to: str | None
    from_rule: str | None
    to_rule: str | None
    settled: bool
    source: str
    note: str | None


#: What a route's pattern may ask of a path; `graphkit.rules.routes` evaluates each.
PATTERN_FACTS = (
    "buyer followed",
    "owner followed",
    "owner is the buyer",
    "site in the US",
    "site abroad",
    "space rented",
    "listed owner",
    "diverted",
    "licence",
    "variant",
    "below the thresholds",
)


class Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signs by which a path is of a route.

    All of `relations` and one of `any_of` must occur, none of `without`; `facts` must hold and
    `not_facts` must not (see `graphkit.rules.routes`); one of `words` must stand in a claim's
    summary, note or purpose. A way `reported_beside` the paths is never one.
    """

    relations: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    not_facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    reported_beside: bool = False


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of way to a chip: its pattern, the rules that bear on it, what they reach and what not."""

    id: str
    name: str
    pattern: Pattern
    rules: tuple[str, ...]
    covered: str
    not_covered: str
    confidence: str


def compact_citation(text: str) -> str:
    """Return a citation as it is compared: without case, points and blanks.

    >>> compact_citation("H.R. 2683"), compact_citation("88 FR 73458")
    ('hr2683', '88fr73458')
    """
    return "".join(filter(str.isalnum, fold(text)))


def _list_wider(section: str) -> list[str]:
    """Return a section and the wider ones that it stands in.

    >>> _list_wider("15 CFR 744.23(a)(3)")
    ['15 CFR 744.23(a)(3)', '15 CFR 744.23(a)', '15 CFR 744.23']
    """
    found = [section]
    while found[-1].endswith(")") and (wider := found[-1].rpartition("(")[0].strip()):
        found.append(wider)
    return found


class Rulebook(msgspec.Struct, frozen=True, dict=True):
    """Everything the rule engine reads. Changing a record changes the answers."""

    chips: tuple[Chip, ...]
    regions: tuple[Region, ...]
    memberships: tuple[Membership, ...]
    regulations: tuple[Regulation, ...]
    routes: tuple[Route, ...]

    def in_force(self, day: str, chip: Chip | None = None) -> list[Regulation]:
        """Return the regulations in force on an ISO day, by the day they took effect.

        One that ended gives way to what ended it as soon as that is in force for the chip.
        """
        found = [one for one in self.regulations if one.in_force(day, chip)]
        ids = {one.id for one in found}
        kept = [one for one in found if one.ended_by not in ids]
        return sorted(kept, key=lambda one: (one.start(chip) or "", one.id))

    def regulation(self, id_: str) -> Regulation:
        """Return a regulation by id, alias, name or citation ("88 FR 73458", "88 FR 73458, 15 CFR 744.23(a)(3)").

        Raises UnknownName, AmbiguousName with the ids of all that a citation names.
        """
        wanted = fold(id_)
        for one in self.regulations:
            if wanted in (fold(one.id), fold(one.name), *map(fold, one.aliases)):
                return one
        if cited := self._regulations_by_citation.get(compact_citation(id_)):
            if len(cited) > 1:
                raise AmbiguousName(id_, [one.id for one in cited])
            return cited[0]
        spelt = Spellings((one.id, (one.id, one.name, *one.aliases)) for one in self.regulations)
        raise UnknownName(id_, spelt.find_near(id_), "regulation")

    @functools.cached_property
    def _regulations_by_citation(self) -> dict[str, list[Regulation]]:
        """The regulations that each citation names: one cited so as a whole before all that have or name the section.

        A section names all within it, and with the citation of a rule before it that rule alone.
        """
        own: dict[str, list[Regulation]] = {}
        others: dict[str, list[Regulation]] = {}
        for one in self.regulations:
            sections = {wider for section in one.sections for wider in _list_wider(section)}
            whole = {part for citation in one.citations for part in (citation, *citation.split(", "))}
            whole |= {f"{citation}, {section}" for citation in one.citations for section in sections}
            for found, texts in ((own, whole), (others, sections.union(one.references))):
                for key in {compact_citation(text) for text in texts} - {""}:
                    found.setdefault(key, []).append(one)
        return others | own

    def region(self, name: str) -> Region:
        """Return a region by ISO code, id, name or alias. Raises UnknownName."""
        if found := self.find_region(name):
            return found
        spelt = Spellings((one.name, (one.name, *one.aliases)) for one in self.regions)
        raise UnknownName(name, spelt.find_near(name), "country")

    def find_region(self, name: str) -> Region | None:
        """Return a region by ISO code, id, name or alias; None where there is none."""
        return self._regions_by_name.get(fold(name))

    def in_words(self, region: str | None) -> str:
        """Return a region's name as it stands in a sentence."""
        found = self._regions_by_name.get(region or "")
        return found.phrase if found else region or "an unknown country"

    def models(self, name: str) -> tuple[Chip, ...]:
        """Return the chip of that name, else the forms of the family it names. Raises UnknownName.

        A family is named by its leading whole words: "H100" is H100 SXM and H100 PCIe, never H200.
        """
        if found := self.models_of(name):
            return found
        raise UnknownName(name, self._chip_spellings.find_near(name), "chip")

    def models_of(self, name: str) -> tuple[Chip, ...]:
        """Return what `models` does, and nothing for a name that no chip here has."""
        found = self._models_by_name.get(name)
        if found is None:
            found = self._models_by_name[name] = self._look_up_models(name)
        return found

    @functools.cached_property
    def _models_by_name(self) -> dict[str, tuple[Chip, ...]]:
        """The models of names that were asked for, kept since every path of an answer asks again."""
        return {}

    def _look_up_models(self, name: str) -> tuple[Chip, ...]:
        wanted = fold(name)
        for one in self.chips:
            spelt = (one.id, *map(fold, (one.name, *one.aliases)))
            if wanted in spelt or (one.vendor and wanted.removeprefix(f"{fold(one.vendor)} ") in spelt):
                return (one,)
        return tuple(one for one in self.chips if is_named_by((name,), one))

    def groups(self, region: str, day: str) -> dict[str, bool]:
        """Return the country groups of a region on an ISO day; False marks one that is not settled."""
        key, known = (region, day), self.kept["groups"]
        if key not in known:
            members = self._members.get(region, ())
            known[key] = {one.group: one.settled for one in members if covers_day(one.from_, one.to, day)}
        found: dict[str, bool] = known[key]
        return found

    @functools.cached_property
    def group_changes(self) -> list[str]:
        """Every day on which a region joins a country group or has just left one, sorted."""
        return _list_changes([one.from_ for one in self.memberships], [one.to for one in self.memberships])

    @functools.cached_property
    def changes(self) -> list[str]:
        """Every day on which something here begins or has just ended, sorted."""
        starts: list[str | None] = []
        ends: list[str | None] = []
        for one in self.regulations:
            starts += [one.effective, *(early.from_ for early in one.early)]
            starts += [one.announced or one.published] if one.proposal else []
            ends.append(one.ended)
            phases = [*one.suspended, *(phase for r in one.requires for phase in (*r.not_enforced, *r.moved))]
            dated: list[Phase | Provision | RecipientClass | DatedCitation] = [
                *phases,
                *one.provisions,
                *one.recipients,
                *one.citation_by_date,
            ]
            for first, last in [(record.from_, record.to) for record in dated]:
                starts.append(first)
                ends.append(last)
        return sorted({*_list_changes(starts, ends), *self.group_changes})

    def find_change(self, chip: Chip, day: str) -> str:
        """Return the last day up to an ISO day on which anything changed that is said of a chip."""
        days: list[str] | None = self.kept["changes"].get(chip)
        if days is None:
            announced = [get_earliest_day(chip.announced)] if chip.announced else []
            days = self.kept["changes"][chip] = sorted({BEGINNING, *self.changes, *announced})
        return days[bisect.bisect(days, day) - 1]

    @functools.cached_property
    def kept(self) -> defaultdict[str, dict[Any, Any]]:
        """Findings and the like, by what they are: made once, since the paths of one question ask for them again."""
        return defaultdict(dict)

    @functools.cached_property
    def seats(self) -> frozenset[str]:
        """The countries in which some regulation itself says that recipients have their seat."""
        return frozenset(
            group.headquarters for one in self.regulations for group in one.recipients if group.headquarters
        )

    @functools.cached_property
    def lists(self) -> tuple[tuple[str, ...], ...]:
        """The sets of lists for whose parties some provision asks, each once."""
        provisions = [provision for one in self.regulations for provision in one.provisions]
        asked = [one for one in provisions if one.listed_owner_share is not None or one.listed_buyer is not None]
        return tuple(dict.fromkeys(one.lists for one in asked))

    def days_checked(self) -> dict[str, list[str]]:
        """Return the ids of the regulations by the day on which each was last checked, "never" for the rest."""
        found: dict[str, list[str]] = {}
        for one in sorted(self.regulations, key=lambda one: (one.verified or "", one.id), reverse=True):
            found.setdefault(one.verified or "never", []).insert(0, one.id)
        return found

    @functools.cached_property
    def verified(self) -> str | None:
        """The day of the law told here: the last on which somebody checked a record; None where nobody noted it."""
        return max((get_latest_day(one.verified) for one in self.regulations if one.verified), default=None)

    @functools.cached_property
    def _regions_by_name(self) -> dict[str, Region]:
        found: dict[str, Region] = {}
        for one in self.regions:
            for word in (one.iso2, one.iso3, one.id, one.name, *one.aliases):
                found.setdefault(fold(word), one)
        return found

    @functools.cached_property
    def _chip_spellings(self) -> Spellings:
        """The ways to write a chip: its own names, and for a family what begins its forms' names."""
        leads: dict[str, tuple[str]] = {}
        for one in self.chips:
            words = one.name.split()
            for count in range(1, len(words)):
                if "-".join(map(fold, words[:count])) == one.family:
                    lead = " ".join(words[:count])
                    leads[lead] = (lead,)
        own = ((one.name, (one.name, *one.aliases)) for one in self.chips)
        return Spellings([*leads.items(), *own])

    @functools.cached_property
    def _members(self) -> dict[str, list[Membership]]:
        found: dict[str, list[Membership]] = {}
        for one in self.memberships:
            found.setdefault(one.region, []).append(one)
        return found


def _list_changes(starts: Iterable[str | None], ends: Iterable[str | None]) -> list[str]:
    """Return the days, sorted, on which something begins, and those after something ended."""
    lasts = {get_latest_day(end) for end in ends if end} - {END}
    return sorted({*map(get_earliest_day, filter(None, starts)), *map(find_next_day, lasts)})
