"""Paths from a buyer to a chip in three sentences: the best one and who says so, the rules, what else there is.

Without a path: how far the search went, what comes nearest, and who is said to have the chip.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath
from graphkit.answers.question import FiltersRecord, Searched
from graphkit.answers.records import EntityRef
from graphkit.formats.cells import as_file_line
from graphkit.summaries.statements import (
    describe_claim_status,
    describe_path_sources,
    describe_ways,
    list_breaks,
    list_other_breaks,
    name_asked,
)
from graphkit.summaries.verdicts import describe_rules
from graphkit.summaries.words import SHOWN, Words


def summarise_paths(
    words: Words,
    *,
    buyer: EntityRef,
    chip: EntityRef,
    paths: Sequence[PathRecord],
    unnamed: Sequence[UnnamedPath],
    negative: NoPath | None,
    near_misses: Sequence[NearMissRecord],
    searched: Searched,
    filters: FiltersRecord,
) -> tuple[str, ...]:
    """Return the answer to `graphkit path` in sentences."""
    if not paths:
        return words.sentences(
            [
                describe_absence(words, buyer, chip, negative, searched, filters),
                *_list_nearest(words, chip, negative, unnamed, searched),
            ]
        )
    besides = list_besides(words, chip, paths[1:], unnamed, near_misses, searched)
    besides += [words.say("besides.limit")] if searched.more else []
    return words.sentences(
        [
            _date_question(words, filters, describe_path_sources(words, paths[0])),
            describe_rules(words, paths[0]),
            words.say("besides", items=words.clauses(besides)) if besides else "",
            words.say("exposure.bound") if searched.bounded else "",
        ]
    )


def _date_question(words: Words, filters: FiltersRecord, said: str) -> str:
    when = describe_dates(words, filters)
    return words.say("says.dated", when=when, said=f"{said[:1].lower()}{said[1:]}") if when else said


def make_title(words: Words, buyer: EntityRef, chip: EntityRef, *, found: bool) -> str:
    """Return the title of a page or a brief on the paths of a buyer, `found` or not."""
    key = "title.path" if found else "title.no_path"
    return words.say(key, buyer=as_file_line(buyer.name), chip=name_asked(words, chip))


def list_besides(
    words: Words,
    chip: EntityRef,
    more: Sequence[PathRecord],
    unnamed: Sequence[UnnamedPath],
    near_misses: Sequence[NearMissRecord],
    searched: Searched,
) -> list[str]:
    """Return what there is beside the best path: more paths, ways to chips not named, refusals and denials."""
    found: list[str] = []
    if more:
        ways = words.clauses(words.cut(describe_ways(words, more), more=searched.truncated))
        paths = words.count(len(more), "more_path", more=searched.truncated)
        found.append(words.say("besides.paths", paths=paths, ways=ways))
    if unnamed:
        found.append(describe_unnamed(words, chip, unnamed, more=searched.more_unnamed))
    return [*found, *words.cut(list_breaks(words, near_misses), more=searched.more_near_misses)]


def describe_unnamed(words: Words, chip: EntityRef, unnamed: Sequence[UnnamedPath], *, more: bool) -> str:
    """Return how many ways end at a chip that nobody names, and what that leaves open; `more` as in `Words.count`."""
    ways = words.count(len(unnamed), "way", more=more)
    return words.say("besides.unnamed", ways=ways, chip=name_asked(words, chip))


def describe_absence(
    words: Words,
    buyer: EntityRef,
    chip: EntityRef,
    negative: NoPath | None,
    searched: Searched,
    filters: FiltersRecord,
) -> str:
    """Return that no path was found, how far the search went, and as of when."""
    outcome = negative.outcome if negative else "not found"
    parties = words.enumerate(as_file_line(one.name) for one in negative.unnamed) if negative else ""
    return words.say(
        f"none.{outcome}",
        buyer=as_file_line(buyer.name),
        chip=name_asked(words, chip),
        when=describe_dates(words, filters),
        claims=words.count(searched.claims, "claim", more=searched.more_claims),
        steps=words.count(searched.max_hops, "step"),
        parties=parties,
        bound=words.say(f"none.bound.{negative.bound}") if negative and negative.bound else "",
    )


def describe_dates(words: Words, filters: FiltersRecord) -> str:
    """Return as of when and known by when a question is asked; nothing where no date was given."""
    when = words.say("none.when", date=words.date(filters.on)) if filters.on else ""
    return when + (words.say("none.known", date=words.date(filters.known_by)) if filters.known_by else "")


def _list_nearest(
    words: Words, chip: EntityRef, negative: NoPath | None, unnamed: Sequence[UnnamedPath], searched: Searched
) -> list[str]:
    """Return the reasons for no path as sentences: what was refused or denied, chips not named, who has the chip."""
    if negative is None:
        return []
    breaks = list_breaks(words, negative.near_misses)
    others = list_other_breaks(words, negative.near_misses)
    nearest = [one for some in (breaks, others) for one in words.cut(some, more=searched.more_near_misses)]
    if unnamed:
        more = searched.more_unnamed
        ways = words.count(len(unnamed), "way", more=more)
        named = words.clauses(words.cut(describe_ways(words, unnamed), more=more))
        nearest.append(words.say("none.unnamed", ways=ways, named=named, chip=name_asked(words, chip)))
    holders: dict[str, str] = {}
    for one in negative.holders:
        if one.claim.status in ("done", "planned", "considered"):
            status = describe_claim_status(words, one.claim)
            holders.setdefault(one.id, words.say("none.holder", name=as_file_line(one.name), status=status))
    named = name_asked(words, chip)
    has = words.say("none.holders", chip=named, names=words.enumerate(holders.values(), SHOWN))
    return [
        words.say("none.nearest", items=words.clauses(nearest)) if nearest else "",
        has if holders else words.say("none.nobody", chip=named),
    ]
