"""The matrix of an exposure in sentences: the pairs with a path, who says so, what the rules say, what is refused."""

from __future__ import annotations

import collections
from collections.abc import Sequence

from graphkit.answers.path_records import NearMissRecord, PathRecord, UnnamedPath
from graphkit.answers.question import SearchedPairs
from graphkit.answers.records import EntityRef
from graphkit.formats.cells import as_file_line
from graphkit.ontology import PATH_STATUSES
from graphkit.rules.finding import COVERAGE
from graphkit.summaries.statements import describe_status, find_coverage, list_breaks, name_origins
from graphkit.summaries.words import Words

#: A buyer, a chip, and the best path between them.
Pair = tuple[EntityRef, EntityRef, PathRecord]


def summarise_exposure(
    words: Words,
    *,
    buyers: Sequence[EntityRef],
    chips: Sequence[EntityRef],
    found: Sequence[Pair],
    unnamed: Sequence[UnnamedPath],
    near_misses: Sequence[NearMissRecord],
    searched: SearchedPairs,
    on: str | None,
) -> tuple[str, ...]:
    """Return the answer to `graphkit exposure` in sentences; `found` are the pairs with a path."""
    if not buyers:
        return words.sentences([words.say("exposure.nothing")])
    size = {"buyers": words.count(len(buyers), "buyer"), "chips": words.count(len(chips), "chip")}
    rest = len(buyers) * len(chips) - len(found)
    bound = words.say("exposure.bound") if searched.truncated else ""
    breaks = list_breaks(words, near_misses)
    classes = words.count(len(unnamed), "class_pair", more=searched.more_unnamed)
    aside = [
        words.say("exposure.unnamed", pairs=classes) if unnamed else "",
        # of each pair what comes nearest is known, and no more
        words.say("exposure.misses", items=words.clauses(words.cut(breaks, more=True))) if breaks else "",
        bound,
    ]
    if not found:
        return words.sentences([words.say("exposure.none", **size), *aside])
    pairs = words.count(len(found), "pair", more=searched.truncated)
    return words.sentences(
        [
            words.say("exposure.pairs", pairs=pairs, ways=words.clauses(_list_ways(words, found)), **size),
            _describe_verdicts(words, found, on, more=searched.truncated),
            words.say("exposure.rest", pairs=words.count(rest, "pair")) if rest else "",
            *aside,
        ]
    )


def _list_ways(words: Words, found: Sequence[Pair]) -> list[str]:
    """Return each buyer with the chips it reaches alike: with one status and by one origin, the surest first."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for buyer, chip, path in sorted(found, key=lambda one: PATH_STATUSES.index(one[2].status)):
        key = as_file_line(buyer.name), describe_status(words, path), words.enumerate(name_origins(path), 2)
        alike.setdefault(key, []).append(as_file_line(chip.name))
    ways = [
        words.say(
            "exposure.way",
            buyer=buyer,
            chips=words.enumerate(dict.fromkeys(chips)),
            status=status,
            source=source,
        )
        for (buyer, status, source), chips in alike.items()
    ]
    return words.cut(ways)


def _describe_verdicts(words: Words, found: Sequence[Pair], on: str | None, *, more: bool) -> str:
    counts = collections.Counter(find_coverage(path) for _, _, path in found)
    items = [
        words.say(
            "exposure.verdict",
            pairs=words.count(counts[one], "pair", more=more),
            coverage=words.look_up("coverage", one),
        )
        for one in COVERAGE
        if counts[one]
    ]
    if not items:
        return ""
    key = "exposure.verdicts.day" if on else "exposure.verdicts"
    return words.say(key, items=words.join(items), day=words.date(on))
