"""The paragraph of the control list that covers a chip on a date.

The figures are those of ECCN 3A090 (15 CFR part 774, supplement 1): total processing performance
(TPP) and performance density, before 2023-11-17 TPP and the transfer rate of all inputs and outputs.
Where a figure is not published the answer may stay open; it is then never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from graphkit.facts import phrase_date
from graphkit.rulebook import Chip, ControlList, Figures, Items, Range, Regulation, Rulebook, is_named_by

#: True, False, or None where that cannot be told.
Truth = bool | None

#: Begins the aside that a chip was not announced by the day.
NOT_YET = "; announced in "

_NAMES = {
    "tpp": "TPP",
    "performance_density": "performance density",
    "io_bidirectional_gb_s": "I/O in GB/s",
    "memory_bandwidth_gb_s": "memory bandwidth in GB/s",
}


class Reason(msgspec.Struct, frozen=True):
    """One test that was taken: the regulation, where to find it, what came out."""

    id: str
    citation: str
    reason: str


class Classification(msgspec.Struct, frozen=True):
    """The paragraph that covers a chip; None where none does.

    `possible` holds every paragraph that it may be, None among them for "not covered"; more than
    one where figures are `missing`.
    """

    paragraph: str | None
    possible: frozenset[str | None]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


class Check(msgspec.Struct, frozen=True):
    """The answer to whether something holds, in words, and what would have to be known to tell.

    `needed` says where it cannot be told what would make it hold: "the site is in the United States".
    """

    truth: Truth
    words: str = ""
    missing: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


def combine_all(checks: Iterable[Check]) -> Check:
    """Combine checks that must all hold (Kleene's three-valued and)."""
    found = list(checks)
    if len(found) == 1 and found[0].truth is not False:
        return found[0]
    if failed := [one for one in found if one.truth is False]:
        return Check(False, "; ".join(one.words for one in failed if one.words))
    words = "; ".join(one.words for one in found if one.words)
    open_ = [one for one in found if one.truth is None]
    missing, needed = _join_unknown(one.missing for one in open_), _join_unknown(one.needed for one in open_)
    return Check(None if open_ else True, words, missing, needed)


def combine_any(checks: Iterable[Check]) -> Check:
    """Combine checks one of which must hold (Kleene's three-valued or)."""
    found = list(checks)
    if held := next((one for one in found if one.truth), None):
        return held
    if open_ := [one for one in found if one.truth is None]:
        return Check(None, open_[0].words, _join_unknown(one.missing for one in open_))
    return Check(False, "; ".join(dict.fromkeys(one.words for one in found if one.words)))


def classify(rulebook: Rulebook, chip: Chip, on: str) -> Classification:
    """Return the control paragraph of a chip on an ISO day, by the version in force for that chip.

    Of several control lists in force the one that took effect last comes first.
    """
    possible: set[str | None] = set()
    reasons: list[Reason] = []
    missing: tuple[str, ...] = ()
    for regulation in reversed(rulebook.in_force(on, chip)):
        if regulation.control_list is not None:
            found, check = _find_paragraphs(regulation.control_list, chip)
            reasons.append(_tell_paragraph(regulation, chip, on, found, check))
            missing = _join_unknown([missing, check.missing])
            possible |= found
            if found != {None}:
                break
    if len(possible) > 1 and not missing:
        possible.discard(None)
    certain = next(iter(possible)) if len(possible) == 1 else None
    return Classification(certain, frozenset(possible or {None}), tuple(reasons), missing)


def _find_paragraphs(control: ControlList, chip: Chip) -> tuple[set[str | None], Check]:
    possible: set[str | None] = set()
    failed: list[Check] = []
    out = check_figures(control.exclusion.figures, chip) if control.exclusion else Check(False)
    for paragraph in control.paragraphs:
        check = combine_any(check_figures(figures, chip) for figures in paragraph.any)
        if check.truth is not False:
            if out.truth and control.exclusion:
                return {None}, Check(True, f"{control.exclusion.name}: {out.words}")
            possible.add(paragraph.paragraph)
        if check.truth:
            if out.truth is None:
                return possible | {None}, Check(None, check.words, out.missing)
            unknown = _join_unknown(one.missing for one in failed)
            return possible, check if len(possible) == 1 else Check(None, check.words, unknown)
        failed.append(check)
    if possible:
        return possible | {None}, combine_all(check for check in failed if check.truth is None)
    return {None}, Check(False, list_figures(chip))


def _tell_paragraph(regulation: Regulation, chip: Chip, on: str, found: set[str | None], check: Check) -> Reason:
    paragraphs = sorted(filter(None, found))
    if not paragraphs:
        text = f"{chip.name} is in no paragraph: {check.words}"
    elif found == set(paragraphs) and len(found) == 1:
        text = f"{chip.name} is {paragraphs[0]}: {check.words}"
    else:
        text = (
            f"{chip.name} may be {' or '.join(paragraphs)} (not known: {', '.join(map(name_figure, check.missing))})"
        )
    return Reason(regulation.id, regulation.cite(on), text + _tell_grounds(chip, on))


def _tell_grounds(chip: Chip, on: str) -> str:
    """Tell the grounds of the figures, and that a chip did not exist yet."""
    estimated = f", estimated: {', '.join(map(name_figure, chip.estimated))}" if chip.estimated else ""
    grounds = f" (figures {chip.confidence or 'of unknown standing'}{estimated})"
    if chip.announced and chip.announced > on:
        grounds += f"{NOT_YET}{phrase_date(chip.announced)}, so this is hypothetical"
    return grounds


def name_figure(figure: str) -> str:
    """Return the name of a figure as it stands in a sentence."""
    return _NAMES.get(figure, figure.replace("_mm2", " in mm2").replace("_", " "))


def list_figures(chip: Chip) -> str:
    """Return the figures that decide, in words."""
    figures = ("tpp", "performance_density", "io_bidirectional_gb_s")
    found = [(name, *_find_interval(chip, name)) for name in figures]
    known = [f"{name_figure(name)} {low:g}" for name, low, high in found if low == high]
    return ", ".join(filter(None, known)) or "no figures are published"


def check_figures(figures: Figures, chip: Chip) -> Check:
    """Check a chip against limits on its figures."""
    checks = []
    for name in _NAMES:
        limits = getattr(figures, name)
        if limits is not None:
            checks.append(_check_limits(name, limits, chip))
    if figures.data_centre is not None:
        wanted = "for data centres" if figures.data_centre else "not for data centres"
        actual = "for data centres" if chip.data_centre else "not for data centres"
        if chip.data_centre is None:
            checks.append(Check(None, wanted, ("data_centre",)))
        else:
            checks.append(Check(chip.data_centre == figures.data_centre, actual))
    return combine_all(checks)


def _check_limits(name: str, limits: Range, chip: Chip) -> Check:
    low, high = _find_interval(chip, name)
    exact = low == high
    enough: Truth = True
    if limits.min is not None:
        enough = True if low >= limits.min else False if exact or high <= limits.min else None
    less: Truth = True
    if limits.below is not None:
        less = (low < limits.below) if exact else True if high <= limits.below else None
    truth = False if enough is False or less is False else None if None in (enough, less) else True
    value = f"{low:g}" if exact else f"below {high:g}" if high < math.inf else "not published"
    relation = "is" if truth is not False else "is not"
    words = f"{name_figure(name)} {value}" + (f" {relation} {limits}" if truth is not None else "")
    return Check(truth, words, _list_unknown(chip, name) if truth is None else ())


def _find_interval(chip: Chip, name: str) -> tuple[float, float]:
    """Return the least a figure may be and the value it stays below, the same twice where it is known."""
    value = chip.density if name == "performance_density" else getattr(chip, name)
    if value is not None:
        return round(value, 4), round(value, 4)
    if chip.tpp_below is not None and name == "tpp":
        return 0.0, chip.tpp_below
    if chip.tpp_below is not None and name == "performance_density" and chip.die_area_mm2:
        return 0.0, chip.tpp_below / chip.die_area_mm2
    return 0.0, math.inf


def _list_unknown(chip: Chip, name: str) -> tuple[str, ...]:
    if name == "performance_density":
        return tuple(part for part in ("tpp", "die_area_mm2") if getattr(chip, part) is None)
    return (name,)


def check_items(items: Items | tuple[Items, ...], chip: Chip, classification: Classification) -> Check:
    """Say whether a chip is one of some items."""
    if isinstance(items, tuple):
        return combine_any(check_items(one, chip, classification) for one in items)
    checks = []
    if items.paragraphs:
        covered = {paragraph in items.paragraphs for paragraph in classification.possible}
        truth = None if len(covered) > 1 else covered.pop()
        if truth is None:
            checks.append(Check(None, "", classification.missing))
        else:
            checks.append(Check(truth, classification.paragraph or "no paragraph of the control list"))
    if items.not_paragraphs:
        outside = {paragraph not in items.not_paragraphs for paragraph in classification.possible}
        checks.append(Check(None, "", classification.missing) if len(outside) > 1 else Check(outside.pop()))
    if items.chips:
        checks.append(Check(is_named_by(items.chips, chip), chip.name))
    if items.makers:
        checks.append(Check(chip.vendor in items.makers, f"made by {chip.vendor or 'nobody known'}"))
    if items.not_designed_in:
        checks.append(Check(chip.designed_in not in items.not_designed_in, "its place of design"))
    if items.designed_in:
        checks.append(Check(chip.designed_in in items.designed_in, "its place of design"))
    if items.figures:
        checks.append(check_figures(items.figures, chip))
    if items.figures_any:
        checks.append(combine_any(check_figures(figures, chip) for figures in items.figures_any))
    return combine_all(checks)


def _join_unknown(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))
