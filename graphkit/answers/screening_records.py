"""The records of a screened list: matches, companies, ties to listed parties, rows and their counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from graphkit.answers.answer import Record
from graphkit.answers.findings import Coverage
from graphkit.answers.path_records import NearMissRecord, PathRecord, UnnamedPath
from graphkit.answers.records import ClaimRecord, EntityRef, Status
from graphkit.facts import Claim
from graphkit.matching import Level
from graphkit.ontology import RELATIONS
from graphkit.rules.finding import COVERAGE, Outcome
from graphkit.rules.listed_ties import TieKind
from graphkit.rules.shares import HALF
from graphkit.summaries.statements import describe_status
from graphkit.summaries.words import load_words

if TYPE_CHECKING:
    from graphkit.graph import Graph
    from graphkit.rules.listed_ties import ListedTie

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


#: Kinds of entity in the middle of a sentence.
_KINDS = {"Datacenter": "site", "Regulation": "rule"}


def describe_other(other: EntityRef) -> str:
    """Return in words that a name is not that of a single company."""
    if other.generic and other.kind == "Company":
        return f"not one company: {other.name} stands for companies that no document names"
    return f"not a company: the {_KINDS.get(other.kind, other.kind.lower())} {other.name}"


class TieStep(Record, frozen=True, kw_only=True):
    """A step from a company towards a listed party, and the claim that says so, with its note and document."""

    subject: EntityRef
    relation: str
    object: EntityRef
    status: Status
    share: float | None
    claim: str
    note: str | None
    document: str
    document_name: str

    @property
    def sentence(self) -> str:
        """The step in words."""
        said = "" if self.status == "done" else f" ({self.status})"
        share = f" ({self.share:g} %)" if self.share is not None else ""
        phrase = RELATIONS[self.relation].agree(self.subject.plural)
        return f"{self.subject.name} {phrase} {self.object.name}{share}{said}"

    @classmethod
    def of(cls, graph: Graph, claim: Claim) -> TieStep:
        """Return the step that a claim makes."""
        return TieStep(
            subject=EntityRef.of(graph.entities[claim.subject]),
            relation=claim.relation,
            object=EntityRef.of(graph.entities[claim.object]),
            status=claim.status,
            share=claim.share,
            claim=claim.id,
            note=claim.note,
            document=claim.document,
            document_name=graph.documents[claim.document].name,
        )


class ListingRecord(Record, frozen=True, kw_only=True):
    """A tie of a company to a listed party; `share` is the least and most percent that listed parties own of it.

    The kind is that of the one party; `share` adds up all parties of its lists. `common_owner` has a stake in both
    the company and the party, which then own nothing of each other.
    """

    kind: TieKind
    party: EntityRef
    lists: tuple[NamedEntity, ...]
    share: tuple[float, float] | None
    steps: tuple[TieStep, ...]
    entries: tuple[TieStep, ...]
    common_owner: EntityRef | None

    @classmethod
    def of(cls, graph: Graph, tie: ListedTie) -> ListingRecord:
        """Return the record of a tie, whose claims are in the graph."""
        lists = [graph.entities[one] for one in tie.lists]
        return cls(
            kind=tie.kind,
            party=EntityRef.of(graph.entities[tie.party]),
            lists=tuple(NamedEntity(id=one.id, name=one.name) for one in lists),
            share=tie.share,
            steps=tuple(TieStep.of(graph, claim) for claim in tie.steps),
            entries=tuple(TieStep.of(graph, claim) for claim in tie.entries),
            common_owner=EntityRef.of(graph.entities[tie.sister]) if tie.sister else None,
        )

    @property
    def sentence(self) -> str:
        """The tie in words, with the steps."""
        lists = ", ".join(one.name for one in self.lists)
        if not self.steps:
            return f"{self.party.name} is on {lists} itself"
        steps = "; ".join(step.sentence for step in self.steps)
        said = f"{self.kind}: {self.party.name}, on {lists} ({steps})"
        if self.common_owner:
            return f"{said}; a sister company: {self.common_owner.name} has a stake in both"
        return f"{said}; with other parties of the list half or more" if self.adds_up_to_half else said

    @property
    def adds_up_to_half(self) -> bool:
        """True where the party owns a part, and all parties of its lists together half or more."""
        return self.kind == "owned in part" and self.share is not None and self.share[0] >= HALF


class StatementRecord(Record, frozen=True, kw_only=True):
    """Something else that is said of a company's standing: an investigation, a link, a denial; in words and by claim.

    It says nothing of who owns the company. A case against persons is said not to be one against the company.
    """

    text: str
    claim: ClaimRecord


class ReachRecord(Record, frozen=True, kw_only=True):
    """A controlled chip that a company reaches, by the best path to it, its status, and how far a rule covers it.

    `conditional` is true where the verdict on some step turns on what is not known.
    """

    chip: EntityRef
    path: PathRecord
    status: Status
    coverage: Coverage | None
    conditional: bool

    @classmethod
    def of(cls, chip: EntityRef, path: PathRecord) -> ReachRecord:
        """Return the record of a chip that a path reaches."""
        return cls(
            chip=chip,
            path=path,
            status=path.status,
            coverage=sum_up_coverage(path),
            conditional=is_conditional(path),
        )

    @property
    def sentence(self) -> str:
        """The chip with its status and what the rules say in short."""
        return f"{self.chip.name} ({describe_standing(self.path)})"


def _list_outcomes(path: PathRecord) -> set[Outcome]:
    return {step.finding.outcome for step in path.steps if step.finding}


def is_conditional(path: PathRecord) -> bool:
    """Say whether the verdict on some step of a path turns on what is not known."""
    return "unclear" in _list_outcomes(path)


def sum_up_coverage(path: PathRecord) -> Coverage | None:
    """Return how far the rules cover a path: covered where they cover a step, else unclear where one is."""
    outcomes = _list_outcomes(path)
    order: tuple[Outcome, ...] = ("license_required", "unclear", "not_required")
    return next((COVERAGE[one] for one in order if one in outcomes), None)


def describe_standing(path: PathRecord) -> str:
    """Return the status of a path, and whether a rule covers it or the verdict turns on what is not known."""
    coverage, conditional = sum_up_coverage(path), is_conditional(path)
    if coverage == COVERAGE["license_required"]:
        coverage += ", in part conditional" if conditional else ""
    elif conditional:
        coverage = "conditional"
    return "; ".join(filter(None, (describe_status(load_words(), path), coverage)))


class CompanyRecord(Record, frozen=True, kw_only=True):
    """A company as this base knows it: seat, owners, listings, ways to controlled chips.

    `headquarters` are countries by id, none where no claim names one. `parents` are its ultimate parents;
    `parentage` says whether they are known, `stakes` what is said in doubt of who owns it, `bearing` that and the
    `statements` where it is not known. `compliance` is what companies on its ways say of their keeping to the rules,
    which denies no step. `reaches` holds the best path to each chip, the best of all first;
    `unnamed` the best way to some chip of a class, `near_misses` what would be a path but for a refusal or denial.
    `not_told` is what could not be told.
    """

    id: str
    name: str
    headquarters: tuple[str, ...]
    parents: tuple[EntityRef, ...]
    parentage: Literal["known", "not known", "disputed"]
    bearing: tuple[str, ...]
    stakes: tuple[str, ...]
    statements: tuple[StatementRecord, ...]
    listings: tuple[ListingRecord, ...]
    reaches: tuple[ReachRecord, ...]
    unnamed: tuple[UnnamedPath, ...]
    near_misses: tuple[NearMissRecord, ...]
    not_told: tuple[str, ...]
    compliance: tuple[ClaimRecord, ...] = ()

    @property
    def verdict(self) -> str | None:
        """The verdict of the rules on the best path."""
        paths = [one.path for one in self.reaches] or list(self.unnamed)
        return paths[0].verdict if paths else None


class ScreenRow(Record, frozen=True, kw_only=True):
    """A row of a list, under its own columns, with its match; `companies` names those whose answer it has.

    A product is answered for by its owners, and a row whose match nobody has decided has no answer. `other` is what
    bears the name and is no single company: a region, a chip, a rule, or unnamed companies.
    """

    line: int
    row: dict[str, str]
    name: str
    match: MatchRecord
    candidates: tuple[CandidateRecord, ...]
    companies: tuple[CompanyRecord, ...]
    other: EntityRef | None
    not_told: tuple[str, ...]

    @property
    def reaches(self) -> bool:
        """True where one of its companies has a path to a named chip."""
        return any(one.reaches for one in self.companies)


class ScreenCounts(Record, frozen=True, kw_only=True):
    """Rows by what was found: `same` includes the exact ones; `reach` those with a path to a named chip.

    `none` are all rows without a match, `no_company` those of them whose name is that of something else.
    """

    rows: int
    exact: int
    same: int
    probable: int
    none: int
    no_company: int
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
        no_company=sum(row.other is not None for row in rows),
        without_name=sum(not row.name for row in rows),
        companies=len(companies),
        listed=sum(any(one.listings for one in row.companies) for row in rows),
        reach=sum(row.reaches for row in rows),
        chip_not_named=sum(any(one.unnamed for one in row.companies) for row in rows),
    )
