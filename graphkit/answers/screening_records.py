"""The records of a screened list: matches, companies, ties to listed parties, rows and their counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from graphkit.answers.answer import Record
from graphkit.answers.path_records import NearMissRecord, PathRecord, UnnamedPath
from graphkit.answers.records import EntityRef, Status
from graphkit.matching import Level
from graphkit.ontology import RELATIONS
from graphkit.rules.listed_ties import TieKind

#: Said where a list holds names that the base does not.
NOT_HERE = "a name that is not in this base was not screened: nothing about it is known here"


class NamedEntity(Record, frozen=True, kw_only=True):
    """An entity by id and name."""

    id: str
    name: str


class MatchRecord(Record, frozen=True, kw_only=True):
    """The match of a row's name: its level, the entity (the nearest one where it is only probable), and why.

    `score` ranks, from 0 to 1, and is no frequency. `accepted` says that a probable match was taken as the same.
    """

    level: Level
    entity: NamedEntity | None
    score: float
    reasons: tuple[str, ...]
    accepted: bool


class CandidateRecord(Record, frozen=True, kw_only=True):
    """An entity that a row's name may mean, for a person to decide."""

    id: str
    name: str
    kind: str
    score: float
    reasons: tuple[str, ...]


class TieStep(Record, frozen=True, kw_only=True):
    """A step from a company towards a listed party, and the claim that says so, with its document."""

    subject: EntityRef
    relation: str
    object: EntityRef
    status: Status
    share: float | None
    claim: str
    document: str
    document_name: str

    @property
    def sentence(self) -> str:
        """The step in words."""
        said = "" if self.status == "done" else f" ({self.status})"
        share = f" ({self.share:g} %)" if self.share is not None else ""
        phrase = RELATIONS[self.relation].agree(self.subject.plural)
        return f"{self.subject.name} {phrase} {self.object.name}{share}{said}"


class ListingRecord(Record, frozen=True, kw_only=True):
    """A tie of a company to a listed party; `share` is the least and most percent that listed parties own of it."""

    kind: TieKind
    party: EntityRef
    lists: tuple[NamedEntity, ...]
    share: tuple[float, float] | None
    steps: tuple[TieStep, ...]
    entries: tuple[TieStep, ...]

    @property
    def sentence(self) -> str:
        """The tie in words, with the steps."""
        lists = ", ".join(one.name for one in self.lists)
        if not self.steps:
            return f"{self.party.name} is on {lists} itself"
        steps = "; ".join(step.sentence for step in self.steps)
        return f"{self.kind}: {self.party.name}, on {lists} ({steps})"


class ReachRecord(Record, frozen=True, kw_only=True):
    """A controlled chip that a company reaches, by the best path to it."""

    chip: EntityRef
    path: PathRecord


class CompanyRecord(Record, frozen=True, kw_only=True):
    """A company as this base knows it: seat, owners, listings, ways to controlled chips.

    `headquarters` are countries by id, none where no claim names one. `parents` are its ultimate parents;
    `parentage` says whether they are known. `reaches` holds the best path to each chip, the best of all first;
    `unnamed` the best way to some chip of a class, `near_misses` what would be a path but for a refusal or denial.
    `not_told` is what could not be told.
    """

    id: str
    name: str
    headquarters: tuple[str, ...]
    parents: tuple[EntityRef, ...]
    parentage: Literal["known", "not known", "disputed"]
    bearing: tuple[str, ...]
    listings: tuple[ListingRecord, ...]
    reaches: tuple[ReachRecord, ...]
    unnamed: tuple[UnnamedPath, ...]
    near_misses: tuple[NearMissRecord, ...]
    not_told: tuple[str, ...]

    @property
    def verdict(self) -> str | None:
        """The verdict of the rules on the best path."""
        paths = [one.path for one in self.reaches] or list(self.unnamed)
        return paths[0].verdict if paths else None


class ScreenRow(Record, frozen=True, kw_only=True):
    """A row of a list, under its own columns, with its match; `companies` names those whose answer it has.

    A product is answered for by its owners, and a row whose match nobody has decided has no answer.
    """

    line: int
    row: dict[str, str]
    name: str
    match: MatchRecord
    candidates: tuple[CandidateRecord, ...]
    companies: tuple[CompanyRecord, ...]
    not_told: tuple[str, ...]

    @property
    def reaches(self) -> bool:
        """True where one of its companies has a path to a named chip."""
        return any(one.reaches for one in self.companies)


class ScreenCounts(Record, frozen=True, kw_only=True):
    """Rows by what was found: `same` includes the exact ones; `reach` those with a path to a named chip."""

    rows: int
    exact: int
    same: int
    probable: int
    none: int
    without_name: int
    companies: int
    listed: int
    reach: int
    chip_not_named: int


def count_rows(rows: Sequence[ScreenRow]) -> ScreenCounts:
    """Return the counts of a screened list."""
    levels = [row.match.level for row in rows]
    companies = {one.id: one for row in rows for one in row.companies}
    return ScreenCounts(
        rows=len(rows),
        exact=levels.count("exact"),
        same=levels.count("exact") + levels.count("same"),
        probable=levels.count("probable"),
        none=levels.count("none"),
        without_name=sum(not row.name for row in rows),
        companies=len(companies),
        listed=sum(any(one.listings for one in row.companies) for row in rows),
        reach=sum(row.reaches for row in rows),
        chip_not_named=sum(any(one.unnamed for one in row.companies) for row in rows),
    )
