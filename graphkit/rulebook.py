"""What the rule files say, as frozen records: chips, regions, dated memberships, regulations, routes.

Dates are partial ISO dates and spans include both ends. A condition that is left out limits nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from graphkit.errors import UnknownName
from graphkit.facts import BEGINNING, END, earliest, latest
from graphkit.names import Spellings, fold

Kind = Literal["rule", "proposed rule", "guidance", "letter", "bill", "announcement", "list"]
Policy = Literal["presumption_of_denial", "case_by_case", "presumption_of_approval", "notification"]
Activity = Literal["export", "lease", "domestic"]

#: The group of region_groups.csv whose members are under an embargo that is not modelled.
EMBARGO = "embargo"
UNITED_STATES = "united-states"
#: The list that provisions on listed parties mean where they name none.
ENTITY_LIST = "US-ENTITY-LIST"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A half-open interval: at least `min`, less than `below`."""

    min: float | None = None
    below: float | None = None

    def __str__(self) -> str:
        low = f"at least {self.min:g}" if self.min is not None else ""
        high = f"below {self.below:g}" if self.below is not None else ""
        return " and ".join(filter(None, (low, high)))


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits on a chip's figures, all of which must be met. Units: GB/s; density in TPP per mm2."""

    tpp: Limits | None = None
    performance_density: Limits | None = None
    io_bidirectional_gb_s: Limits | None = None
    memory_bandwidth_gb_s: Limits | None = None
    data_centre: bool | None = None


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"in_": "in"}):
    """Places by region id or country group: in one of `in_` (or anywhere), and in none of `not_in`."""

    in_: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


class Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Chips by control paragraph, leading words of the name, place of design, and figures; all given must hold."""

    paragraphs: tuple[str, ...] = ()
    chips: tuple[str, ...] = ()
    designed_in: tuple[str, ...] = ()
    figures: Figures | None = None
    figures_any: tuple[Figures, ...] = ()


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """From one date to another; `by` is the regulation that says so, `says` why."""

    from_: str | None = None
    to: str | None = None
    by: str | None = None
    says: str | None = None
    citation: str | None = None

    def covers(self, day: str) -> bool:
        """Say whether an ISO day lies in the span."""
        return covers(self.from_, self.to, day)


class Provision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What requirements, duties, exceptions, reviews and notes have in common: when they apply, and to what.

    `incorporated` is about the buyer itself, `headquarters` about it or its ultimate parents; `lists`
    are those whose parties `listed_owner_share` and `listed_buyer` ask for.
    """

    says: str
    activities: tuple[Activity, ...] = ("export",)
    items: Items | tuple[Items, ...] = Items()
    destinations: Where = Where()
    headquarters: Where = Where()
    incorporated: Where = Where()
    exporters: Where = Where()
    listed_owner_share: Limits | None = None
    listed_buyer: bool | None = None
    lists: tuple[str, ...] = (ENTITY_LIST,)
    from_: str | None = None
    to: str | None = None


class Requirement(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """A licence requirement. One that does not `decides` is named in the reasons and changes nothing."""

    test: str
    decides: bool = True
    citation: str | None = None
    moved: tuple[Span, ...] = ()
    not_enforced: tuple[Span, ...] = ()


class LicenceException(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """What lifts the requirements `of` some regulations, with or without prior notification."""

    name: str
    of: tuple[str, ...]
    notification: bool


class Review(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """How applications under the requirements `of` some regulations are reviewed; None where no source says."""

    of: tuple[str, ...]
    policy: Policy | None
    conditions: tuple[str, ...] = ()


class Early(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Chips to which a regulation applied before its general date."""

    chips: tuple[str, ...]
    from_: str
    says: str


class Paragraph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paragraph of the control list: it covers a chip that meets any of its sets of figures."""

    paragraph: str
    any: tuple[Figures, ...]


class Exclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note that takes chips out of all paragraphs."""

    name: str
    figures: Figures


class ControlList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the control list: the first paragraph that covers a chip is its paragraph."""

    paragraphs: tuple[Paragraph, ...]
    exclusion: Exclusion | None = None


class Regulation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A rule, proposed rule, guidance, letter, bill, announcement or list.

    Announced, published, effective, complied with from, suspended and ended are different dates.
    In force means: of another kind than a proposal, effective and not ended; a suspension and a
    state that could not be settled are kept apart from that.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    authority: str
    kind: Kind
    citation: str
    references: tuple[str, ...] = ()
    announced: str | None = None
    published: str | None = None
    effective: str | None = None
    complied_from: str | None = None
    ended: str | None = None
    ended_by: str | None = None
    suspended: tuple[Span, ...] = ()
    unsettled: tuple[Span, ...] = ()
    early: tuple[Early, ...] = ()
    confidence: str
    sources: tuple[str, ...]
    summary: str
    amends: tuple[str, ...] = ()
    control_list: ControlList | None = None
    requires: tuple[Requirement, ...] = ()
    duties: tuple[Provision, ...] = ()
    exceptions: tuple[LicenceException, ...] = ()
    reviews: tuple[Review, ...] = ()
    notes: tuple[Provision, ...] = ()
    not_evaluated: tuple[str, ...] = ()

    @property
    def proposal(self) -> bool:
        """Whether it is no law yet."""
        return self.kind in ("proposed rule", "bill")

    def start(self, chip: Chip | None = None) -> str | None:
        """Return the first day in force, for a chip where one was named early."""
        days = [earliest(self.effective)] if self.effective else []
        if chip is not None:
            days += [earliest(early.from_) for early in self.early if names(early.chips, chip)]
        return min(days, default=None)

    def in_force(self, day: str, chip: Chip | None = None) -> bool:
        """Say whether it is in force on an ISO day, suspensions aside."""
        start = self.start(chip)
        return not self.proposal and start is not None and start <= day <= (latest(self.ended) if self.ended else END)

    def pending(self, day: str) -> bool:
        """Say whether it lies proposed on an ISO day."""
        first = self.announced or self.published
        ended = latest(self.ended) if self.ended else END
        return self.proposal and first is not None and earliest(first) <= day <= ended


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
    """A country or territory with its ISO 3166 codes."""

    id: str
    name: str
    aliases: tuple[str, ...]
    iso2: str
    iso3: str


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
    """What a path must show to be of a route.

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
        """Return a regulation by id, alias or name. Raises UnknownName."""
        wanted = fold(id_)
        for one in self.regulations:
            if wanted in (fold(one.id), fold(one.name), *map(fold, one.aliases)):
                return one
        spelt = Spellings((one.id, (one.id, one.name, *one.aliases)) for one in self.regulations)
        raise UnknownName(id_, spelt.near(id_), "regulation")

    def region(self, name: str) -> Region:
        """Return a region by ISO code, id, name or alias. Raises UnknownName."""
        wanted = fold(name)
        if found := self._regions_by_name.get(wanted):
            return found
        spelt = Spellings((one.name, (one.name, *one.aliases)) for one in self.regions)
        raise UnknownName(name, spelt.near(name), "country")

    def in_words(self, region: str | None) -> str:
        """Return a region's name as it stands in a sentence."""
        found = self._regions_by_name.get(region or "")
        name = found.name if found else region or "an unknown country"
        plural = ("Islands", "Republic", "Netherlands", "Philippines")
        takes_article = name.startswith("United ") or name.endswith(plural)
        return f"the {name}" if takes_article else name

    def models(self, name: str) -> tuple[Chip, ...]:
        """Return the chip of that name, else the forms of the family it names. Raises UnknownName.

        A family is named by its leading whole words: "H100" is H100 SXM and H100 PCIe, never H200.
        """
        if found := self.models_of(name):
            return found
        raise UnknownName(name, self._chip_spellings.near(name), "chip")

    def models_of(self, name: str) -> tuple[Chip, ...]:
        """Return what `models` does, and nothing for a name that no chip here answers to."""
        wanted = fold(name)
        for one in self.chips:
            spelt = (one.id, *map(fold, (one.name, *one.aliases)))
            if wanted in spelt or (one.vendor and wanted.removeprefix(f"{fold(one.vendor)} ") in spelt):
                return (one,)
        return tuple(one for one in self.chips if names((name,), one))

    def groups(self, region: str, day: str) -> dict[str, bool]:
        """Return the country groups of a region on an ISO day; False marks one that is not settled."""
        members = self._members.get(region, ())
        return {one.group: one.settled for one in members if covers(one.from_, one.to, day)}

    @functools.cached_property
    def answered(self) -> dict[tuple[Chip, Any], Any]:
        """What was asked of this rulebook and answered: the paths of one question ask the same again and again."""
        return {}

    @functools.cached_property
    def standings(self) -> dict[tuple[Chip, str], Any]:
        """What was found to hold for a chip on a day."""
        return {}

    @functools.cached_property
    def lists(self) -> tuple[tuple[str, ...], ...]:
        """The sets of lists for whose parties some provision asks, each once."""
        provisions: list[Provision] = []
        for one in self.regulations:
            provisions += [*one.requires, *one.duties, *one.exceptions, *one.reviews, *one.notes]
        asked = [one for one in provisions if one.listed_owner_share is not None or one.listed_buyer is not None]
        return tuple(dict.fromkeys(one.lists for one in asked))

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


def covers(first: str | None, last: str | None, day: str) -> bool:
    """Say whether an ISO day lies between two partial dates, both inclusive and either open."""
    return (earliest(first) if first else BEGINNING) <= day <= (latest(last) if last else END)


def names(words: Iterable[str], chip: Chip) -> bool:
    """Say whether one of some names is the leading whole words of a chip's name, with or without its vendor."""
    vendor = [fold(chip.vendor)] if chip.vendor else []
    for word in words:
        lead = fold(word).split()
        if len(lead) > 1 and lead[:1] == vendor:
            lead = lead[1:]
        if lead and any(fold(name).split()[: len(lead)] == lead for name in (chip.name, *chip.aliases)):
            return True
    return False
