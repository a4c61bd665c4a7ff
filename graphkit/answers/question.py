"""The terms a question was asked under: its filters and bounds, as answers repeat them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from graphkit.answers.answer import Record
from graphkit.answers.records import Date, Status
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.graph import Filters
from graphkit.ontology import STATUSES
from graphkit.summaries.words import Words, load_words

#: Said of an answer in which a search or a slice was cut.
BOUND = "a bound was hit, so a missing path is no proof: raise --max-slice, or ask for fewer hops"


class FiltersRecord(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The filters in force; those that do nothing are left out. `via` holds names, `without` ids."""

    on: Date | None = None
    known_by: Date | None = None
    status: tuple[Status, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    min_confidence: float | None = None
    via: tuple[str, ...] = ()

    @classmethod
    def of(cls, filters: Filters, via: Sequence[str] = ()) -> FiltersRecord:
        """Return what filters keep, as an answer tells it."""
        return FiltersRecord(
            on=filters.on,
            known_by=filters.known_by,
            status=tuple(sorted(filters.statuses or ())),
            include=tuple(sorted(filters.include or ())),
            exclude=tuple(sorted(filters.exclude)),
            without=tuple(sorted(filters.without)),
            min_confidence=filters.min_confidence or None,
            via=tuple(via),
        )

    def cells(self) -> dict[str, Cell]:
        """Return the filters in force by name, in a fixed order."""
        statuses = [status for status in STATUSES if status in self.status]
        found: dict[str, Cell] = {
            "on": self.on,
            "known_by": self.known_by,
            "status": statuses,
            "include": self.include,
            "exclude": self.exclude,
            "without": self.without,
            "min_confidence": self.min_confidence,
            "via": self.via,
        }
        return {name: value for name, value in found.items() if value}


class Searched(Record, frozen=True, kw_only=True):
    """The extent of a search for paths.

    `truncated` says that there may be more: `more` of it over the limit, or what a bound kept from being
    looked at (`bounded`). `claims` were looked at, and `more_claims` that were not counted; `statuses` are those that
    might make a path. `more_unnamed` and `more_near_misses` say that there may be more ways to chips not named, and
    more near misses, than the answer has.
    """

    max_hops: int
    limit: int
    truncated: bool
    more: bool
    bounded: bool
    statuses: tuple[Status, ...]
    claims: int
    outcome: Literal["found", "not found", "bound hit", "unnamed party"]
    more_claims: bool = False
    more_unnamed: bool = False
    more_near_misses: bool = False

    def list_cuts(self, words: Words, group: str = "label") -> list[str]:
        """Return what the answer may lack; where there is no path, the reasons say which bound was hit.

        The group is "brief.cut" for those who read what another has asked.
        """
        cuts = {
            "more": self.more,
            "more_unnamed": self.more_unnamed,
            "more_near_misses": self.more_near_misses,
            "bound": self.bounded and self.outcome == "found",
        }
        return [words.say(f"{group}.{name}") for name, hit in cuts.items() if hit]


class SearchedPairs(Record, frozen=True, kw_only=True):
    """The extent of the searches for the pairs of a matrix; where they were cut, a missing path is no proof.

    `more_unnamed` says that buyers may have chips of more classes than the answer has.
    """

    max_hops: int
    truncated: bool
    more_unnamed: bool = False


def format_filters(
    filters: FiltersRecord, searched: Searched | SearchedPairs | None = None, words: Words | None = None
) -> str:
    """Return the filters and bounds that an answer was found under, in one line."""
    given = filters.cells()
    if searched is not None:
        given["max_hops"] = searched.max_hops
    if isinstance(searched, Searched):
        given["limit"] = searched.limit
    words = words or load_words()
    told = []
    for name, value in given.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        named = [words.look_up("status", str(one)) if name == "status" else one for one in values]
        title = words.look_up("filter", name)
        told.append(f"{title} {', '.join(map(as_line, named))}")
    return words.say("filters", items=words.clauses(told) or words.say("filters.none"))


def make_question_table(cells: dict[str, Cell], notes: Sequence[str]) -> Table:
    """Return what was asked and how it was read as a table of two columns."""
    rows: list[dict[str, Cell]] = [{"field": name, "value": _cell(value)} for name, value in cells.items()]
    rows += [{"field": "note", "value": note} for note in notes]
    return Table("question", ("field", "value"), rows)


def _cell(value: Cell) -> Cell:
    return value if isinstance(value, (str, int, float)) or value is None else "; ".join(value)
