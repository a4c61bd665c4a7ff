"""The records of a matrix: a pair of buyer and chip, and the names of a list that were matched or not."""

from __future__ import annotations

from typing import Literal

from graphkit.answers.answer import Record
from graphkit.answers.path_records import Evidence, NearMissRecord, PathRecord, UnnamedPath
from graphkit.answers.records import EntityRef, Probability, Status


class MatrixCell(Record, frozen=True, kw_only=True):
    """One pair of buyer and chip: its best path and what qualifies it, or how the search ended without one.

    `route` names whom the path passes.
    """

    buyer: EntityRef
    chip: EntityRef
    status: Status | None
    confidence: Probability | None
    hops: int | None
    evidence: Evidence | None
    stated: bool | None
    marks: tuple[str, ...]
    route: tuple[str, ...]
    outcome: Literal["found", "not found", "bound hit", "unnamed party"]
    near_misses: tuple[NearMissRecord, ...]
    path: PathRecord | None


class UnnamedPair(UnnamedPath, frozen=True, kw_only=True):
    """The best way of a buyer to some chip of a class, none of which a document names."""

    buyer: EntityRef


class MatchedName(Record, frozen=True, kw_only=True):
    """A name of a customer list, and the ids of the companies that it stands for."""

    name: str
    buyers: tuple[str, ...]


class UnmatchedName(Record, frozen=True, kw_only=True):
    """A name of a customer list that no entity has, and names that are near it."""

    name: str
    near: tuple[str, ...]
    why: str


def describe_unmatched(one: UnmatchedName) -> str:
    """Say that a name of a customer list was not matched, and what may have been meant."""
    near = f"did you mean {' or '.join(one.near)}?" if one.near else one.why
    return f"not matched: {one.name}: {near}"
