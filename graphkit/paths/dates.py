"""Valid time of the claims on a path: the dates that a passage lends, the days of an act, overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import msgspec

from graphkit.facts import BEGINNING, END, Claim, Document, get_earliest_day, get_latest_day
from graphkit.graph import find_valid_days

#: Relations whose dates are no dates of an act: who owns and who designs.
_LASTING = frozenset({"OWNS", "DESIGNS"})

Spell = tuple[str, str]
_Dates = tuple[str | None, str | None, str | None]


def can_borrow_dates(claim: Claim) -> bool:
    """Return True for a claim without dates that may take those of its passage or, if implied, of its document."""
    return (
        not (claim.since or claim.until or claim.observed)
        and claim.relation not in _LASTING
        and (claim.implied or bool(claim.locator))
    )


def share_dates(claims: Iterable[Claim]) -> dict[str, Claim]:
    """Return the claims that take the dates of their passage, by id, with these dates.

    A claim without dates has those of the claims of its passage and status, where they agree. One that is implied
    and finds none there has those of its document: it is needed for what is said of the others to be true.

    Take a lease "since 2023" in sentence 4, and in the same sentence, implied, that the provider runs a site: asked
    for 2023-05, both hold, though the article is of 2024.
    """
    some = list(claims)
    dateless = [claim for claim in some if claim.since is None and can_borrow_dates(claim)]
    if not dateless or len(dateless) == len(some):
        return {}
    dates: dict[tuple[str, str | None, str], set[_Dates]] = {}
    for claim in some:
        own = claim.since, claim.until, claim.observed
        if any(own) and claim.relation not in _LASTING:
            dates.setdefault((claim.document, None, claim.status), set()).add(own)
            if claim.locator:
                dates.setdefault((claim.document, claim.locator, claim.status), set()).add(own)
    found = {}
    for claim in dateless:
        near = dates.get((claim.document, claim.locator, claim.status)) if claim.locator else None
        if not near and claim.implied:
            near = dates.get((claim.document, None, claim.status))
        if near and len(near) == 1:
            ((since, until, observed),) = near
            found[claim.id] = msgspec.structs.replace(claim, since=since, until=until, observed=observed)
    return found


def find_act_days(claim: Claim, document: Document) -> Spell | None:
    """Return the first and last ISO day on which a claim says that it was so: since to until, else publication."""
    interval = find_valid_days(claim, document)
    if interval is None:
        return None
    first, last = interval
    if last == END:
        last = max(get_latest_day(date) for date in (claim.since, claim.observed, document.published) if date)
    return first, last


def have_common_day(steps: Sequence[Sequence[Claim]]) -> bool:
    """Say whether there is a day on which a claim of every step may hold; a start that is unknown may be any."""
    if not any(claim.until for claims in steps for claim in claims):
        return True  # what has begun and has no end holds on the last day
    common: list[Spell] = [(BEGINNING, END)]
    for claims in steps:
        spells = [
            (get_earliest_day(c.since) if c.since else BEGINNING, get_latest_day(c.until) if c.until else END)
            for c in claims
        ]
        common = _intersect(common, _unite(spells))
    return bool(common)


def _unite(spells: Iterable[Spell]) -> list[Spell]:
    """Return the days of some spells as spells that do not overlap, in order."""
    united: list[Spell] = []
    for first, last in sorted(spell for spell in spells if spell[0] <= spell[1]):
        if united and first <= united[-1][1]:
            united[-1] = united[-1][0], max(last, united[-1][1])
        else:
            united.append((first, last))
    return united


def _intersect(some: Sequence[Spell], others: Sequence[Spell]) -> list[Spell]:
    """Return the days that two lists of spells in order have in common."""
    found, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        first, last = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if first <= last:
            found.append((first, last))
        if some[i][1] < others[j][1]:
            i += 1
        else:
            j += 1
    return found


def find_span(spells: Iterable[Spell | None]) -> Spell | None:
    """Return the first and the last day of some spells; None where none is known."""
    ends = [spell for spell in spells if spell]
    days = list(itertools.chain.from_iterable(ends))
    return (min(days), max(days)) if days else None
