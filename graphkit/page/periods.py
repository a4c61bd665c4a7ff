"""The answers of other days as a page keeps them: plain data, in which a sign stands for the day that is shown."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from graphkit.answers.answer import Record
from graphkit.answers.kept import Mode
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.paths import PathsFound
from graphkit.answers.periods import Periods

#: Stands in texts for the day that is shown: a sign of the private use area, which no font has.
DAY = "\ue000"

Plain = Mapping[str, Any]
R = TypeVar("R")


class PlainPeriod(msgspec.Struct, frozen=True):
    """The answers of one mode as plain data, each with the ISO day from which it holds, and the range of days."""

    first: str
    last: str
    answers: tuple[tuple[str, Plain], ...]


#: By the mode.
PlainPeriods = Mapping[Mode, PlainPeriod]


def read_periods(periods: Mapping[Mode, Periods[PathsFound]]) -> dict[Mode, PlainPeriod]:
    """Return answers over time as plain data; what several days share is one object."""
    return {mode: _read_period(one) for mode, one in periods.items()}


def _read_period(period: Periods[PathsFound]) -> PlainPeriod:
    reader = PlainReader(period.named)
    answers: list[tuple[str, Plain]] = []
    for one in period.answers:
        reader.turn_to(one.asked if period.mode == "on" else "")
        if one.found is None:
            answers.append((one.day, {"fault": reader.mark(one.fault)}))
        else:
            answers.append((one.day, reader.read_answer(one.found.answer)))
    return PlainPeriod(period.first, period.last, tuple(answers))


class PlainReader:
    """Answers as plain data, each record read once; in texts that name one of some days DAY stands in its place."""

    def __init__(self, named: frozenset[str]) -> None:
        self._named = named
        self._pattern = _make_pattern(named)
        self._kept: dict[int, tuple[Record, Plain]] = {}
        self._made: dict[int, tuple[object, dict[str, Any]]] = {}

    def turn_to(self, asked: str) -> None:
        """Read on with answers of a day: one that stands alone is named by no other day's texts."""
        self._pattern = _make_pattern(self._named | {asked} if asked else self._named)

    def mark(self, value: Any) -> Any:
        """Return texts, or data that is made of them, with DAY for the days that were asked for."""
        if isinstance(value, str):
            return self._pattern.sub(DAY, value) if self._pattern else value
        if isinstance(value, dict):
            return {name: self.mark(one) for name, one in value.items()}
        return [self.mark(one) for one in value] if isinstance(value, list) else value

    def read(self, record: Record) -> Plain:
        """Return a record; what the rules say in it names the day by its sign."""
        if id(record) not in self._kept:
            plain = record.to_dict()
            for name in ("verdict", "findings", "day"):
                if name in plain:
                    plain[name] = self.mark(plain[name])
            steps = plain.get("steps")
            for step in steps if isinstance(steps, list) else ():
                if "finding" in step:
                    step["finding"] = self.mark(step["finding"])
            self._kept[id(record)] = record, plain
        return self._kept[id(record)][1]

    def keep(self, record: R, make: Callable[[R, PlainReader], dict[str, Any]]) -> dict[str, Any]:
        """Return what is made of a record, once."""
        if id(record) not in self._made:
            self._made[id(record)] = record, make(record, self)
        return self._made[id(record)][1]

    def read_answer(self, answer: PathAnswer) -> Plain:
        """Return an answer."""
        negative = answer.negative
        misses = [self.read(miss) for miss in (negative.near_misses if negative else ())]
        return {
            "chip": self.mark(answer.chip.to_dict()),
            "searched": answer.searched.to_dict(),
            "notes": [self.mark(note) for note in answer.notes],
            "paths": [self.read(path) for path in answer.paths],
            "unnamed": [self.read(path) for path in answer.unnamed],
            "near_misses": [self.read(miss) for miss in answer.near_misses],
            "compliance": [self.read(claim) for claim in answer.compliance],
            "negative": {"outcome": negative.outcome, "near_misses": misses} if negative else None,
        }


@functools.cache
def _make_pattern(days: frozenset[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(sorted(days))) if days else None
