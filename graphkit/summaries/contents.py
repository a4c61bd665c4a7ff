"""An entity's claims, and the outcome of a screened list, in sentences."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Protocol

from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.facts import unite_origins
from graphkit.formats.cells import as_file_line
from graphkit.ontology import STATUSES
from graphkit.summaries.words import Words


class RowCounts(Protocol):
    """The counts of a screened list."""

    @property
    def rows(self) -> int: ...
    @property
    def same(self) -> int: ...
    @property
    def probable(self) -> int: ...
    @property
    def none(self) -> int: ...
    @property
    def no_company(self) -> int: ...
    @property
    def reach(self) -> int: ...
    @property
    def listed(self) -> int: ...
    @property
    def chip_not_named(self) -> int: ...


def summarise_entity(
    words: Words,
    entity: EntityRef,
    claims: Sequence[ClaimRecord],
    rule: tuple[str, str] | None,
    *,
    more: bool,
) -> tuple[str, ...]:
    """Return the answer to `graphkit show`.

    `rule` is the standing of a rule and the day of it; `more` says that there are more claims than these.
    """
    name = {"name": as_file_line(entity.name), "kind": words.look_up("kind", entity.kind)}
    standing = words.say("show.rule", status=as_file_line(rule[0]), day=words.date(rule[1]), **name) if rule else ""
    if not claims:
        return words.sentences([standing, words.say("show.none", **name)])
    origins = unite_origins(claim.origin for claim in claims)
    said = words.say(
        "show.claims",
        claims=words.count(len(claims), "claim", more=more),
        sources=words.count(len(origins), "source", more=more),
        **name,
    )
    counts = collections.Counter(claim.status for claim in claims)
    if set(counts) != {"done"}:
        statuses = [
            words.say(
                "show.statuses", count=words.count_rest(counts[one], more=more), status=words.look_up("status", one)
            )
            for one in STATUSES
            if counts[one]
        ]
        said = words.say("show.status", said=said, statuses=words.join(statuses))
    dates = sorted(claim.published for claim in claims if claim.published)
    if dates and words.date(dates[0]) == words.date(dates[-1]):
        said = words.say("show.date", said=said, date=words.date(dates[0]))
    elif dates:
        said = words.say("show.dates", said=said, first=words.date(dates[0]), last=words.date(dates[-1]))
    return words.sentences([standing, said])


def say_counts(words: Words, counts: RowCounts, through: EntityRef | None, *, bounded: bool) -> str:
    """Return the counts of a screened list in one sentence, without its full stop: the headline.

    Where a bound was hit, there may be more rows with a path.
    """
    other = words.say("screen.other", count=words.number(counts.no_company)) if counts.no_company else ""
    return words.say(
        "screen.counts",
        rows=words.count(counts.rows, "row"),
        same=words.number(counts.same),
        probable=words.number(counts.probable),
        none=words.number(counts.none - counts.no_company),
        other=other,
        reach=words.count(counts.reach, "reach", more=bounded),
        through=words.say("screen.through", name=as_file_line(through.name)) if through else "",
    )


def summarise_screening(
    words: Words, counts: RowCounts, through: EntityRef | None, *, bounded: bool
) -> tuple[str, ...]:
    """Return the answer to `graphkit screen`: the rows by match, those with a path, and what was not screened.

    Where a bound was hit, there may be more rows with a path or a tie.
    """
    said = say_counts(words, counts, through, bounded=bounded)
    listed = words.count(counts.listed, "row", more=bounded)
    unnamed = words.count(counts.chip_not_named, "row", more=bounded)
    return words.sentences(
        [
            said,
            words.say("screen.listed", rows=listed) if counts.listed else "",
            words.say("screen.chips", rows=unnamed) if counts.chip_not_named else "",
            words.say("screen.not_here") if counts.none > counts.no_company else "",
        ]
    )
