"""The licence that moving or renting a chip needs on a date, or that no modelled rule asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import msgspec

from graphkit.errors import InvalidValue
from graphkit.facts import find_day_before, get_earliest_day, get_latest_day
from graphkit.rulebook import (
    ENTITY_LIST,
    UNITED_STATES,
    Activity,
    Chip,
    Rulebook,
)
from graphkit.rules.finding import WHICH_DAY, Finding, Listing, Question, agree_on_answer, make_own_reason
from graphkit.rules.judgement import judge_chip

_LAW_DAY = re.compile(r"the law told here is that of (\d{4}-\d\d-\d\d)")
ACTIVITIES: tuple[Activity, ...] = ("export", "lease", "domestic")


def find_license_requirement(
    rulebook: Rulebook,
    chip: str,
    destination: str,
    buyer_hq: str,
    on: str,
    *,
    exporter: str = "US",
    activity: Activity = "export",
    listed_owner_share: float | None = None,
) -> Finding:
    """Return whether a chip, or every form of a family, needs a licence.

    Countries are ISO codes or names; `buyer_hq` is that of the buyer's headquarters or its ultimate
    parent's, for a lease the renter's, and the buyer is taken to be incorporated there;
    `listed_owner_share` is in percent. Raises UnknownName and
    InvalidValue. Source: 15 CFR 742.6(a)(6), 744.23(a)(3), part 774 ECCN 3A090, as dated in the rulebook.
    """
    question = make_license_question(
        rulebook,
        destination,
        buyer_hq,
        on,
        exporter=exporter,
        activity=activity,
        listed_owner_share=listed_owner_share,
    )
    return judge_chips(rulebook, rulebook.models(chip), question)


def make_license_question(
    rulebook: Rulebook,
    destination: str,
    buyer_hq: str,
    on: str,
    *,
    exporter: str = "US",
    activity: Activity = "export",
    listed_owner_share: float | None = None,
    listed: bool = False,
) -> Question:
    """Check what a person gave and return the question. Raises UnknownName or InvalidValue."""
    if activity not in ACTIVITIES:
        raise InvalidValue(f"{activity!r} is no activity: write {', '.join(ACTIVITIES)}")
    if listed_owner_share is not None and not (math.isfinite(listed_owner_share) and 0 <= listed_owner_share <= 100):
        raise InvalidValue(f"{listed_owner_share} is no share: write a percentage from 0 to 100")
    places = [rulebook.region(name).id for name in (destination, buyer_hq, exporter)]
    if activity == "domestic" and (places[0] != UNITED_STATES or places[2] != UNITED_STATES):
        raise InvalidValue("domestic means within the United States: write export, from and to that country")
    get_earliest_day(on)
    share = None if listed_owner_share is None else (listed_owner_share, listed_owner_share)
    question = Question(on, places[0], places[1], places[2], activity, share, incorporated=places[1])
    if not listed:
        return question
    # who is listed itself is bound by that, whatever listed parties own of it
    listings = tuple(
        Listing(lists, ENTITY_LIST in lists, share or (0.0, 0.0)) for lists in rulebook.lists if ENTITY_LIST in lists
    )
    return msgspec.structs.replace(question, listings=listings)


def judge_chips(rulebook: Rulebook, chips: Sequence[Chip], question: Question) -> Finding:
    """Return one answer for all forms of a chip and all moments of a partial date; unclear where they differ."""
    findings: dict[tuple[Sequence[Chip], Question], Finding] = rulebook.kept["findings"]
    key = tuple(chips), question
    if key not in findings:
        findings[key] = _judge_moments(rulebook, chips, question)
    return findings[key]


def _judge_moments(rulebook: Rulebook, chips: Sequence[Chip], question: Question) -> Finding:
    days = {}
    moments = list_moments(rulebook, question.on)
    lasts = [*map(find_day_before, moments[1:]), get_last_day(question.on)]
    for day, last in zip(moments, lasts, strict=True):
        asked = msgspec.structs.replace(question, on=day)
        forms = {chip.name: judge_chip(rulebook, chip, asked) for chip in chips}
        days[f"{day} to {last}"] = agree_on_answer(forms, "which form")
    return _note_later_days(rulebook, question.on, agree_on_answer(days, WHICH_DAY))


def _note_later_days(rulebook: Rulebook, on: str, finding: Finding) -> Finding:
    """Say of an answer about a day after the rules were last checked that it goes beyond them."""
    checked = rulebook.verified
    if checked is None or get_last_day(on) <= checked:
        return finding
    said = f"the law told here is that of {checked}, when it was last checked: {on} lies beyond it"
    return msgspec.structs.replace(finding, rules=(*finding.rules, make_own_reason(said)))


def find_law_day(reasons: Iterable[str]) -> str | None:
    """Return the day of the law told, where reasons say that the question lies beyond it."""
    return next((found[1] for found in map(_LAW_DAY.match, reasons) if found), None)


def get_first_day(on: str) -> str:
    """Return the first day of a partial date, or of an interval of two such as "2024-10/2025-05"."""
    return get_earliest_day(on.partition("/")[0])


def get_last_day(on: str) -> str:
    """Return the last day of a partial date, or of an interval of two.

    >>> get_first_day("2024-10/2025-05"), get_last_day("2024-10/2025-05"), get_last_day("2024-02")
    ('2024-10-01', '2025-05-31', '2024-02-29')
    """
    first, _, last = on.partition("/")
    return get_latest_day(last or first)


def list_moments(rulebook: Rulebook, on: str) -> list[str]:
    """Return the first day of a date or interval and every later one of its days on which some rule changes."""
    first, last = get_first_day(on), get_last_day(on)
    if first == last:
        return [first]
    return [first, *(day for day in rulebook.changes if first < day <= last)]
