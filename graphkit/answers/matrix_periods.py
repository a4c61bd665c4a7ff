"""The records of a matrix over time: all paths of each pair, as they were asked for and as a date moves."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from graphkit.answers.kept import Mode
from graphkit.answers.matrix_records import UnnamedPair
from graphkit.answers.pairs import PairFound
from graphkit.answers.path_records import NearMissRecord, PathRecord
from graphkit.answers.periods import Periods
from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.facts import Entity
from graphkit.paths import AccessPath


class PairPaths(msgspec.Struct, frozen=True):
    """All paths of a pair, best first; without any, how the search ended and what came nearest."""

    buyer: EntityRef
    chip: EntityRef
    paths: tuple[PathRecord, ...]
    outcome: str
    near_misses: tuple[NearMissRecord, ...]


class MatrixRow(msgspec.Struct, frozen=True):
    """The row of a buyer: a pair for each chip, and its best way to some chip of each class."""

    buyer: EntityRef
    pairs: tuple[PairPaths, ...]
    unnamed: tuple[UnnamedPair, ...]


class SearchedRow(msgspec.Struct, frozen=True):
    """The finds of the searches for one buyer: each chip asked for, and ways to chips that no report names."""

    buyer: Entity
    chips: tuple[Entity, ...]
    pairs: tuple[PairFound, ...]
    apart: tuple[AccessPath, ...]
    exhausted: bool

    @property
    def paths(self) -> Sequence[AccessPath]:
        """All ways of the row."""
        return [*(path for pair in self.pairs for path in pair.paths), *self.apart]


class MatrixFound(msgspec.Struct, frozen=True):
    """The matrix of a day with all paths of its pairs, of which `graphkit exposure` tells the best."""

    rows: tuple[MatrixRow, ...]
    compliance: tuple[ClaimRecord, ...]
    truncated: bool
    searched: tuple[SearchedRow, ...]


class MatrixPeriods(msgspec.Struct, frozen=True):
    """A matrix as it was asked for and over time, by what moves: the date of what was true, or of what was known."""

    asked: MatrixFound
    moved: dict[Mode, Periods[MatrixFound]]
