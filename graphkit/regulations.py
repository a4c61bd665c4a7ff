"""The records of regulations.yaml: a regulation, its dates, and the provisions it is made of.

Dates are partial ISO dates and both ends of a period belong to it. A condition that is left out limits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

import msgspec

from graphkit.facts import BEGINNING, END, fold, get_earliest_day, get_latest_day

RegulationKind = Literal["rule", "proposed rule", "guidance", "letter", "bill", "announcement", "list"]
Policy = Literal["presumption_of_denial", "case_by_case", "presumption_of_approval", "notification"]
Activity = Literal["export", "lease", "domestic"]

#: The list that provisions on listed parties mean where they name none.
ENTITY_LIST = "US-ENTITY-LIST"


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A half-open interval: at least `min`, less than `below`."""

    min: float | None = None
    below: float | None = None

    def __str__(self) -> str:
        low = f"at least {self.min:g}" if self.min is not None else ""
        high = f"below {self.below:g}" if self.below is not None else ""
        return " and ".join(filter(None, (low, high)))


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits on a chip's figures, all of which must be met. Units: GB/s; density in TPP per mm2."""

    tpp: Range | None = None
    performance_density: Range | None = None
    io_bidirectional_gb_s: Range | None = None
    memory_bandwidth_gb_s: Range | None = None
    data_centre: bool | None = None


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"in_": "in"}):
    """Places by region id or country group: in one of `in_` (or anywhere), and in none of `not_in`."""

    in_: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


class Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Chips by control paragraph, leading words of the name, maker, place of design, and figures; all must hold.

    `makers` are vendors as chips.csv names them; a chip of unknown design is not `not_designed_in` any place.
    """

    paragraphs: tuple[str, ...] = ()
    not_paragraphs: tuple[str, ...] = ()
    chips: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    designed_in: tuple[str, ...] = ()
    not_designed_in: tuple[str, ...] = ()
    figures: Figures | None = None
    figures_any: tuple[Figures, ...] = ()


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A dated phase of a rule or requirement: suspended, moved, not enforced.

    `by` is the regulation that says so, `ended_by` the one that ended it, `says` why, `citation` where the text
    stands in that time.
    """

    from_: str | None = None
    to: str | None = None
    by: str | None = None
    ended_by: str | None = None
    says: str | None = None
    citation: str | None = None

    def covers(self, day: str) -> bool:
        """Say whether an ISO day lies in the phase."""
        return covers_day(self.from_, self.to, day)


class Provision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The common part of requirements, duties, exceptions, reviews, notes: when they apply, and to what.

    `incorporated` is about the buyer itself, `headquarters` about it or its ultimate parents. `recipients` are
    classes of a regulation's recipients; `within_country` asks for a transfer that leaves no country. `lists`
    are those whose parties `listed_owner_share` and `listed_buyer` ask for, `listed_from` the days on which
    the buyer's entry may have taken effect.
    """

    says: str
    activities: tuple[Activity, ...] = ("export",)
    items: Items | tuple[Items, ...] = Items()
    destinations: Where = Where()
    headquarters: Where = Where()
    incorporated: Where = Where()
    exporters: Where = Where()
    recipients: Where = Where()
    within_country: bool | None = None
    listed_owner_share: Range | None = None
    listed_buyer: bool | None = None
    listed_from: tuple[str, ...] = ()
    lists: tuple[str, ...] = (ENTITY_LIST,)
    from_: str | None = None
    to: str | None = None
    citation: str | None = None

    def covers(self, day: str) -> bool:
        """Say whether it applies on an ISO day."""
        return covers_day(self.from_, self.to, day)

    @property
    def names_items(self) -> bool:
        """Say whether it names its items itself, by chip or maker, rather than by a paragraph."""
        items = self.items if isinstance(self.items, tuple) else (self.items,)
        return any(one.chips or one.makers for one in items)


class OpenQuestion(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """A question of law that is not settled: whatever it reaches is unclear unless something else decides.

    Without a limit but its dates it is about all requirements of its regulation. `settled_by` is what would
    settle it, `by` the regulation that left it open.
    """

    by: str | None = None
    settled_by: str | None = None

    @property
    def limited(self) -> bool:
        """Say whether it has a reach of its own."""
        empty = Where()
        places = (self.destinations, self.headquarters, self.incorporated, self.exporters, self.recipients)
        return (
            self.items != Items()
            or any(one != empty for one in places)
            or any(one is not None for one in (self.within_country, self.listed_owner_share, self.listed_buyer))
        )


class Requirement(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """A licence requirement. One that does not `decides` is named in the reasons and changes nothing."""

    test: str
    decides: bool = True
    moved: tuple[Phase, ...] = ()
    not_enforced: tuple[Phase, ...] = ()


class LicenceException(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """A licence exception, which lifts the requirements `of` some regulations, with or without prior notification."""

    name: str
    of: tuple[str, ...]
    notification: bool


class Review(Provision, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """The review of applications under the requirements `of` some regulations; None where no source says."""

    of: tuple[str, ...]
    policy: Policy | None
    conditions: tuple[str, ...] = ()


class RecipientClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Recipients that a rule treats apart: `members` by name, none where it describes them only.

    `subsidiaries` includes what the members own to half or more. Where `extendable`, whether a place that
    ended was extended is not settled. `headquarters` is the country in which the rule itself says that all of
    them, with their ultimate parents, have their seat.
    """

    name: str
    members: tuple[str, ...] = ()
    subsidiaries: bool = False
    from_: str | None = None
    to: str | None = None
    extendable: bool = False
    headquarters: str | None = None


class DatedCitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The citation of a regulation in a time: a bill under the numbers that it had by then."""

    citation: str
    from_: str | None = None
    to: str | None = None


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
    state that could not be settled are kept apart from that. One that `gives` a power asks for nothing
    until the power is used. `verified` is the day on which somebody last checked the record. What a `general`
    one leaves unevaluated is named wherever no licence is found to be needed.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    authority: str
    kind: RegulationKind
    citation: str
    citation_by_date: tuple[DatedCitation, ...] = ()
    references: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    verified: str | None = None
    announced: str | None = None
    published: str | None = None
    effective: str | None = None
    complied_from: str | None = None
    ended: str | None = None
    ended_by: str | None = None
    suspended: tuple[Phase, ...] = ()
    unsettled: tuple[OpenQuestion, ...] = ()
    early: tuple[Early, ...] = ()
    gives: Literal["power"] | None = None
    recipients: tuple[RecipientClass, ...] = ()
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
    general: bool = False

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """All of its provisions, and the questions it leaves open."""
        return (*self.requires, *self.duties, *self.exceptions, *self.reviews, *self.notes, *self.unsettled)

    def cite(self, day: str) -> str:
        """Return how it was cited on an ISO day."""
        return next(
            (one.citation for one in self.citation_by_date if covers_day(one.from_, one.to, day)), self.citation
        )

    @property
    def citations(self) -> tuple[str, ...]:
        """All that it was ever cited as, as a whole."""
        return tuple(dict.fromkeys((self.citation, *(one.citation for one in self.citation_by_date))))

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections where its provisions stand or stood, each as they cite it."""
        moved = (phase.citation for one in self.requires for phase in one.moved)
        cited = (*(one.citation for one in self.provisions), *moved)
        return tuple(dict.fromkeys(one for one in cited if one))

    @property
    def proposal(self) -> bool:
        """Say whether it is no law yet."""
        return self.kind in ("proposed rule", "bill")

    def start(self, chip: NamedChip | None = None) -> str | None:
        """Return the first day in force, for a chip where one was named early."""
        days = [get_earliest_day(self.effective)] if self.effective else []
        if chip is not None and self.early:
            days += [get_earliest_day(early.from_) for early in self.early if is_named_by(early.chips, chip)]
        return min(days, default=None)

    def in_force(self, day: str, chip: NamedChip | None = None) -> bool:
        """Say whether it is in force on an ISO day, suspensions aside."""
        start = self.start(chip)
        return (
            not self.proposal
            and start is not None
            and start <= day <= (get_latest_day(self.ended) if self.ended else END)
        )

    def pending(self, day: str) -> bool:
        """Say whether it lies proposed on an ISO day."""
        first = self.announced or self.published
        ended = get_latest_day(self.ended) if self.ended else END
        return self.proposal and first is not None and get_earliest_day(first) <= day <= ended


class NamedChip(Protocol):
    """A thing with a name, aliases and perhaps a maker: a chip."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def vendor(self) -> str | None: ...


def covers_day(first: str | None, last: str | None, day: str) -> bool:
    """Say whether an ISO day lies between two partial dates, both inclusive and either open."""
    return (get_earliest_day(first) if first else BEGINNING) <= day <= (get_latest_day(last) if last else END)


def is_named_by(words: Iterable[str], chip: NamedChip) -> bool:
    """Say whether one of some names is the leading whole words of a chip's name, with or without its vendor."""
    vendor = [fold(chip.vendor)] if chip.vendor else []
    for word in words:
        lead = fold(word).split()
        if len(lead) > 1 and lead[:1] == vendor:
            lead = lead[1:]
        if lead and any(fold(name).split()[: len(lead)] == lead for name in (chip.name, *chip.aliases)):
            return True
    return False
