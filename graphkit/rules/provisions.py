"""The conditions of a provision, checked against one question: items, places, owners, lists, recipients."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import msgspec

from graphkit.facts import BEGINNING, fold
from graphkit.rulebook import Activity, Chip, Provision, RecipientClass, Regulation, Rulebook, Where, covers_day
from graphkit.rules.classification import Check, Truth, check_items, classify, combine_all, combine_any, name_figure
from graphkit.rules.finding import Listing, Question

#: Hong Kong is treated as China (15 CFR part 740, supplement 1).
CHINA = frozenset({"china", "hong-kong"})
#: Places whose companies the rules follow abroad.
FOLLOWED = frozenset({"D:5", "macau"})
#: Stand among a check's `missing` where nobody said who receives the chip, and where an owner is not known.
RECIPIENT, PARENT = "recipient", "ultimate parent"
#: Stands in words for the day asked about: a character of the private use area, which no font has.
ASKED = "\ue001"
_ANYBODY, _PASSED = Where(), Check(True)


class Standing:
    """The standing of a chip on a day, whatever is asked: its class, which provisions mean it, the rules of the day.

    Those in force for it are `force`, those proposed `pending`.
    """

    def __init__(self, rulebook: Rulebook, chip: Chip, day: str) -> None:
        self.chip = chip
        self.force = rulebook.in_force(day, chip)
        self.pending = [one for one in rulebook.regulations if one.pending(day)]
        self.classification = classify(rulebook, chip, day)
        self._items: dict[int, Check] = {}
        self._rulebook, self._day = rulebook, day
        self._fingerprints: dict[Activity, int] = {}

    def make_fingerprint(self, activity: Activity) -> int:
        """Return a number that tells this standing from others of the chip, for questions about an activity.

        Whatever a rule that is in force or proposed may say of the chip is the same on days of one number: most rules
        begin and end without a word on a given chip and activity. Country groups are not looked at.
        """
        if activity not in self._fingerprints:
            said: list[object] = [self.classification, _fingerprint_questions(self._rulebook, self._day)]
            for regulation in (*self.force, *self.pending):
                fingerprint, speaks, provisions = _fingerprint_regulation(
                    self._rulebook, regulation, self._day, activity
                )
                told = tuple([place for place, one in provisions if not self._is_silent(one)])
                if told or speaks:
                    said += [fingerprint, told]
            if not self.classification.reasons:  # then the next rule is named
                starts = (one.start(self.chip) for one in self._rulebook.regulations if not one.proposal)
                said.append(min((start for start in starts if start and start > self._day), default=None))
            numbers: dict[tuple[object, ...], int] = self._rulebook.kept["fingerprints"]
            self._fingerprints[activity] = numbers.setdefault(tuple(said), len(numbers))
        return self._fingerprints[activity]

    def _is_silent(self, provision: Provision) -> bool:
        """Say whether a provision says nothing of the chip, whoever receives it."""
        return provision.recipients == _ANYBODY and self.check_items(provision).truth is False

    @classmethod
    def of(cls, rulebook: Rulebook, chip: Chip, day: str) -> Standing:
        """Return what holds, made once for a rulebook."""
        known: dict[tuple[Chip, str], Standing] = rulebook.kept["standings"]
        found = known.get((chip, day))
        if found is None:
            found = known[chip, day] = cls(rulebook, chip, day)
        return found

    def check_items(self, provision: Provision) -> Check:
        """Say whether the chip is among those that a provision of the rulebook names."""
        found = self._items.get(id(provision))
        if found is None:
            found = check_items(provision.items, self.chip, self.classification)
            if found.truth is None:
                figures = " and ".join(map(name_figure, found.missing))
                needed = f"{figures} put {self.chip.name} among the chips meant"
                found = msgspec.structs.replace(found, needed=(needed,))
            self._items[id(provision)] = found
        return found


def _fingerprint_questions(rulebook: Rulebook, day: str) -> tuple[object, ...]:
    """Return which of the questions that regulations leave open are open on a day."""
    if day not in rulebook.kept["fingerprinted"]:
        asked = (part for one in rulebook.regulations for part in one.unsettled)
        rulebook.kept["fingerprinted"][day] = tuple([part.covers(day) for part in asked])
    found: tuple[object, ...] = rulebook.kept["fingerprinted"][day]
    return found


def _fingerprint_regulation(
    rulebook: Rulebook, regulation: Regulation, day: str, activity: Activity
) -> tuple[object, bool, list[tuple[int, Provision]]]:
    """Return what a regulation is on a day, whether it may speak of any chip, and its provisions on an activity."""
    key = regulation.id, day, activity
    if key not in rulebook.kept["fingerprinted"]:
        phases = [
            regulation.suspended,
            *(some for one in regulation.requires for some in (one.moved, one.not_enforced)),
        ]
        fingerprint = (
            regulation.id,
            regulation.cite(day),
            tuple([span.covers(day) for spans in phases for span in spans]),
            tuple([(covers_day(one.from_, one.to, day), one.to and day > one.to) for one in regulation.recipients]),
        )
        speaks = regulation.recipients or regulation.unsettled or regulation.control_list or regulation.general
        provisions = [
            (place, one)
            for place, one in enumerate(regulation.provisions)
            if activity in one.activities and one.covers(day)
        ]
        rulebook.kept["fingerprinted"][key] = fingerprint, bool(speaks), provisions
    found: tuple[object, bool, list[tuple[int, Provision]]] = rulebook.kept["fingerprinted"][key]
    return found


def list_standing_days(rulebook: Rulebook, chip: Chip, activities: Iterable[Activity]) -> set[str]:
    """Return the days on which what the rules say of a chip changes for some activities."""
    found = set[str]()
    for activity in activities:
        days = rulebook.kept["standing days"].get((chip, activity))
        if days is None:
            prints = [
                (day, Standing.of(rulebook, chip, day).make_fingerprint(activity))
                for day in (BEGINNING, *rulebook.changes)
            ]
            days = rulebook.kept["standing days"][chip, activity] = [
                day for (_, before), (day, after) in itertools.pairwise(prints) if after != before
            ]
        found.update(days)
    return found


class Circumstances:
    """One question about one chip on one day, to hold provisions against; ASKED stands for the day in words."""

    def __init__(self, rulebook: Rulebook, chip: Chip, question: Question) -> None:
        self.rulebook, self.question, self.day = rulebook, question, question.on
        self.standing = Standing.of(rulebook, chip, self.day)

    def is_in_time(self, provision: Provision) -> bool:
        """Say whether a provision is about this activity and day."""
        return self.question.activity in provision.activities and provision.covers(self.day)

    def check(self, provision: Provision) -> Check:
        """Check items, places, owners, lists and recipients of a provision."""
        question, items = self.question, self.standing.check_items(provision)
        if items.truth is False and provision.recipients == _ANYBODY:
            return items  # of what is about other chips no more is ever told
        checks = [
            items,
            self._check_place(provision.destinations, question.destination, "destination", ""),
            self._check_headquarters(provision.headquarters),
            self._check_place(
                provision.incorporated, question.incorporated, "place of incorporation", "incorporated in "
            ),
            self._check_place(provision.exporters, question.exporter, "exporter", "from "),
        ]
        if provision.within_country is not None:
            checks.append(self._check_transfer(provision.within_country))
        if provision.listed_owner_share is not None:
            checks.append(self._check_share(provision))
        if provision.listed_buyer is not None:
            checks.append(self._check_listed(provision))
        if provision.listed_from:
            checks.append(self._check_entry(provision))
        if provision.recipients != _ANYBODY:
            checks.append(self._check_recipient(provision.recipients))
        return combine_all(checks)

    # places -------------------------------------------------------------------------------

    def _check_place(self, where: Where, region: str | None, what: str, lead: str) -> Check:
        if not where.in_ and not where.not_in:
            return _PASSED
        if region is None:
            leased = self.question.activity == "lease" and what == "destination"
            subject = "the site is" if leased else f"the {what} {'are' if what == 'headquarters' else 'is'}"
            return Check(None, f"the {what} is not known", (what,), (f"{subject} {self._describe(where)}",))
        groups = self.rulebook.groups(region, self.day)

        def inside(places: tuple[str, ...]) -> tuple[Truth, list[str]]:
            hits = [place for place in places if place == region or place in groups]
            if any(groups.get(place, True) for place in hits):
                return True, [place for place in hits if groups.get(place)]
            return (None if hits else False), hits

        within, hits = inside(where.in_) if where.in_ else (True, [])
        without, exempt = inside(where.not_in)
        name = self.rulebook.in_words(region)
        if within is False:
            return Check(False, f"{lead}{name}, not in {self._list(where.in_)}")
        if without:
            return Check(False, f"{lead}{name}, in {self._list(exempt) or 'the places left out'}")
        if within is None or without is None:
            unsure = f"whether {name} is in {self._list(hits + exempt)} is not settled"
            return Check(None, unsure, (f"country groups of {name}",), (f"{name} is {self._describe(where)}",))
        name = lead + name
        return Check(True, f"{name}, in {self._list(hits)}" if hits else name)

    def _check_headquarters(self, where: Where) -> Check:
        """Check the seat that counts; an ultimate parent that is not known may be in D:5 or Macau."""
        seat = self.question.headquarters
        check = self._check_place(where, seat, "headquarters", "headquarters in ")
        if self.question.parent_known and seat is not None:
            return check
        if (named := self._find_stated_seat()) and seat in (None, named[0]):
            known = self._check_place(where, named[0], "headquarters", "headquarters in ")
            return msgspec.structs.replace(known, words=f"{known.words} ({named[1]} says so of {named[2]})")
        if seat is None:
            return check
        turned = where.in_ if check.truth is False else where.not_in if check.truth else ()
        if not FOLLOWED & set(turned):
            return check
        words = f"headquarters in {self.rulebook.in_words(seat)}, the ultimate parent not known"
        inside = "in" if check.truth is False else "not in"
        return Check(None, words, (PARENT,), (f"the ultimate parent is {inside} D:5 or Macau",))

    def _find_stated_seat(self) -> tuple[str, str, str] | None:
        """Return the seat that a rule in force states for a class of the party, its citation, and the class."""
        asked, owners = self.question.asked, self.question.asked_owners
        for regulation in self.standing.force if asked else ():
            for group in regulation.recipients:
                if group.headquarters and self._does_belong(group, asked, owners).truth:
                    return group.headquarters, regulation.cite(self.day), group.name
        return None

    def _describe(self, where: Where) -> str:
        inside = [f"in {' or '.join(map(self.rulebook.in_words, where.in_))}"] if where.in_ else []
        outside = [f"outside {' and '.join(map(self.rulebook.in_words, where.not_in))}"] if where.not_in else []
        return " and ".join(inside + outside)

    def _list(self, places: Iterable[str]) -> str:
        return ", ".join(map(self.rulebook.in_words, places))

    def _check_transfer(self, wanted: bool) -> Check:
        here, there = self.question.exporter, self.question.destination
        if here is None or there is None:
            return Check(not wanted, "no transfer within one country is known, so none is assumed")
        stays = here == there or {here, there} <= CHINA
        return Check(stays == wanted, "within one country" if stays else "across a border")

    # lists and owners ---------------------------------------------------------------------

    def _listing(self, provision: Provision) -> Listing | None:
        return next((one for one in self.question.listings if one.lists == provision.lists), None)

    def names_buyer(self, provision: Provision) -> bool:
        """Say whether a list of a provision is known to name the buyer."""
        listing = self._listing(provision)
        return listing is not None and listing.named

    def _check_listed(self, provision: Provision) -> Check:
        named = self.names_buyer(provision)
        words = "the buyer is on the list" if named else "the buyer is not known to be on the list"
        return Check(named == provision.listed_buyer, words)

    def _check_entry(self, provision: Provision) -> Check:
        listing = self._listing(provision)
        days = listing.since if listing else ()
        if found := sorted(set(days) & set(provision.listed_from)):
            return Check(True, f"its entry took effect on {found[0]}")
        if listing and listing.named and not days:
            return Check(None, "the day of its entry is not known", ("the entry on the list",))
        return Check(False, "its entry is of another day")

    def _check_share(self, provision: Provision) -> Check:
        listing, limits = self._listing(provision), provision.listed_owner_share
        given = listing.share if listing else self.question.listed_owner_share
        least = limits.min if limits and limits.min is not None else 0.0
        most = limits.below if limits and limits.below is not None else None
        if given is None:
            return Check(False, "no share of listed parties was given, so none is assumed")
        low, high = given
        said = f"listed parties own {_percent(given)}"
        if listing and high == 0:
            said = "no claim says that listed parties own any of the buyer, so none is assumed"
            return Check(least == 0, said)
        if high < least:
            return Check(False, f"{said}, less than {least:g} %")
        if most is not None and low >= most:
            return Check(False, f"{said}, not less than {most:g} %")
        if low >= least and (most is None or high < most):
            return Check(True, said)
        asked = f"at least {least:g} %" if most is None else f"at least {least:g} and less than {most:g} %"
        return Check(None, said, ("share of listed parties",), (f"listed parties own {asked}",))

    # recipients ---------------------------------------------------------------------------

    def _check_recipient(self, where: Where) -> Check:
        """Look the buyer up among the recipients that rules treat apart; without a buyer nothing is assumed."""
        if not self.question.buyer:
            described = f"one of: {'; '.join(where.in_)}" if where.in_ else f"none of: {'; '.join(where.not_in)}"
            return Check(None, "no recipient was named", (RECIPIENT,), (f"the recipient is {described}",))
        buyer, owners = self.question.buyer, self.question.owners

        def find_class(names: tuple[str, ...]) -> Check:
            return combine_any(self._does_belong(group, buyer, owners) for group in self._classes(names))

        inside = find_class(where.in_) if where.in_ else Check(True)
        outside = find_class(where.not_in)
        if where.not_in:
            turned = None if outside.truth is None else not outside.truth
            return combine_all([inside, Check(turned, outside.words, outside.missing)])
        return inside

    def _classes(self, names: Iterable[str]) -> list[RecipientClass]:
        known = [one for regulation in self.standing.force for one in regulation.recipients]
        return [one for one in known if one.name in names]

    def _does_belong(self, group: RecipientClass, party: tuple[str, ...], owners: tuple[str, ...]) -> Check:
        members = set(map(fold, group.members))
        names = (*party, *(owners if group.subsidiaries else ()))
        buyer = party[0]
        member = next((name for name in names if fold(name) in members), None)
        if member is None:
            said = f"{buyer} is not named among: {group.name}"
            return Check(False, said if group.members else f"that {buyer} is of: {group.name} is not assumed")
        shown = buyer if fold(member) in map(fold, party) else f"{buyer}, which belongs to {member},"
        if covers_day(group.from_, group.to, self.day):
            return Check(True, f"{shown} is of: {group.name}" + (f", until {group.to}" if group.to else ""))
        if group.extendable and group.to and self.day > group.to:
            said = f"the place of {buyer} ({group.name}) ended on {group.to} unless it was extended"
            return Check(None, said, (f"whether the place of {buyer} was extended beyond {group.to}",))
        return Check(False, f"{shown} is of: {group.name}, but not on {ASKED}")


def show_condition(check: Check) -> str:
    """Return what would have to be so for a provision to apply, as an aside; nothing where it is known."""
    return f", if {' and '.join(check.needed)}," if check.truth is None and check.needed else ""


def _percent(share: tuple[float, float]) -> str:
    low, high = share
    return f"{low:g} %" if low == high else f"between {low:g} and {high:g} %"
