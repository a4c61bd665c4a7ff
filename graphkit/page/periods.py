"""The answers of other days as a page keeps them: plain data, with one character for the day that is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import msgspec

from graphkit.answers.answer import Record
from graphkit.answers.kept import Mode
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.paths import PathsFound
from graphkit.answers.periods import AnswerFrom, Periods

#: Stands in texts for the day that is shown: a character of the private use area, which no font has.
DAY = "\ue000"

Plain = Mapping[str, Any]
R = TypeVar("R")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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
    reader = PlainReader(period)
    answers: list[tuple[str, Plain]] = []
    for one in period.answers:
        reader.turn_to(one)
        if one.found is None:
            answers.append((one.day, {"fault": reader.mark(one.fault or "")}))
        else:
            answers.append((one.day, reader.read_answer(one.found.answer)))
    return PlainPeriod(period.first, period.last, tuple(answers))


class PlainReader:
    """Answers as plain data, each record read once; in texts that name the day asked for DAY stands in its place."""

    def __init__(self, period: Periods[Any] | None = None) -> None:
        self._named = period.named if period else frozenset[str]()
        #: whether the rules were asked about the day that moves
        self._judged = period is not None and period.mode == "on"
        self._asked = ""
        self._kept: dict[int, tuple[Record, Plain]] = {}
        self._made: dict[int, tuple[object, dict[str, Any]]] = {}

    def turn_to(self, answer: AnswerFrom[Any]) -> None:
        """Read on with the answer of a day: one that stands alone is named by no other day's texts."""
        if self._judged:
            self._asked = answer.asked

    def mark(self, text: str) -> str:
        """Return a text with DAY for the days that were asked for."""

        def replace(found: re.Match[str]) -> str:
            return DAY if found[0] == self._asked or found[0] in self._named else found[0]

        return _ISO_DAY.sub(replace, text)

    def read(self, record: Record) -> Plain:
        """Return a record; what the rules say in it names the day that they were asked about by that character."""
        if id(record) not in self._kept:
            plain = record.to_dict()
            day = plain.get("day") if self._judged else None
            if isinstance(day, str):
                said = {name: plain[name] for name in ("verdict", "findings", "day")}
                plain.update(_replace_day(said, day))
                for step in cast(list[dict[str, Any]], plain["steps"]):
                    step["finding"] = _replace_day(step["finding"], day)
            self._kept[id(record)] = record, plain
        return self._kept[id(record)][1]

    def keep(self, record: R, make: Callable[[R, PlainReader], dict[str, Any]]) -> dict[str, Any]:
        """Return what is made of a record, once."""
        if id(record) not in self._made:
            self._made[id(record)] = record, make(record, self)
        return self._made[id(record)][1]

    def read_answer(self, answer: PathAnswer) -> Plain:
        """Return an answer."""
        negative, chip = answer.negative, answer.chip.to_dict()
        misses = [self.read(miss) for miss in (negative.near_misses if negative else ())]
        return {
            "chip": {name: self.mark(one) if isinstance(one, str) else one for name, one in chip.items()},
            "searched": answer.searched.to_dict(),
            "notes": [self.mark(note) for note in answer.notes],
            "paths": [self.read(path) for path in answer.paths],
            "unnamed": [self.read(path) for path in answer.unnamed],
            "near_misses": [self.read(miss) for miss in answer.near_misses],
            "compliance": [self.read(claim) for claim in answer.compliance],
            "negative": {"outcome": negative.outcome, "near_misses": misses} if negative else None,
        }


def _replace_day(said: R, day: str) -> R:
    """Return plain data whose texts have DAY for a day."""
    replaced: R = json.loads(json.dumps(said).replace(day, DAY))
    return replaced
