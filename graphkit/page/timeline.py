"""The page of a chip's history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict

from graphkit.answers.chip import HISTORY_COLUMNS, ChipAnswer, PeriodRecord, list_history_rows
from graphkit.formats import Table
from graphkit.formats.cells import as_line
from graphkit.page.paper import render_paper
from graphkit.page.words import fill_words, read_words
from graphkit.summaries.words import load_words

#: Where the bar begins; what came before is one stretch.
START = date(2022, 1, 1)
_WIDTH = 960
# shapes as well as colours tell the findings apart: full, hatched, half as high
_KINDS = {
    "covered": ("covered", 0, 24),
    "unclear": ("unclear", 0, 24),
    "not covered by any modelled rule": ("not", 12, 12),
}


class Timeline(TypedDict):
    """The parts of a page on a chip: its title, a bar over time, the tables that it is drawn from, notes."""

    title: str
    bar: dict[str, Any]
    tables: list[Table]
    notes: list[str]


def render_timeline(answer: ChipAnswer, *, today: str) -> str:
    """Return the page of an answer of `graphkit chip --history`: a bar over time, and the table it is drawn from."""
    return render_paper(answer, **make_timeline_parts(answer, today=today))


def make_timeline_parts(answer: ChipAnswer, *, today: str) -> Timeline:
    """Return what a page on a chip is made of, in the language of the answer; the bar ends on the day `today`."""
    language, now = answer.language, answer.now
    told = load_words(language)
    ends = {"destination": told.country(now.destination, "to"), "hq": told.country(now.hq)}
    title = fill_words(language, "title.chip", chip=answer.chip, **ends)
    figures = [table for table in answer.tables() if table.name == "forms"]
    words = read_words(language)
    rows = [
        {
            **row,
            "from": one.first or words["paper.beginning"],
            "to": one.last or words["paper.end"],
            "status": words[f"finding.{one.coverage}"],
        }
        for one, row in zip(answer.history, list_history_rows(answer.history), strict=True)
    ]
    history = Table("history", HISTORY_COLUMNS, rows)
    announced = ", ".join(f"{as_line(one.name)} {one.announced}" for one in answer.forms if one.announced)
    return Timeline(
        title=title,
        tables=[history, *figures],
        bar=_place_bar(answer.history, date.fromisoformat(today)),
        notes=[
            fill_words(language, "paper.announced", what=announced) if announced else "",
            fill_words(language, "paper.law"),
        ],
    )


def _place_bar(history: Sequence[PeriodRecord], last: date) -> dict[str, Any]:
    """Return the periods as stretches of a bar from START to a day, in units of the drawing, with every year."""
    end = max(last, date(START.year + 1, 1, 1))
    days = (end - START).days

    def place(day: date) -> float:
        return round(min(max((day - START).days, 0), days) / days * _WIDTH, 1)

    stretches = []
    for one in history:
        left = place(date.fromisoformat(one.first)) if one.first else 0
        right = place(date.fromisoformat(one.last)) if one.last else _WIDTH
        kind, top, height = _KINDS[one.coverage]
        label = as_line(f"{one.first or 'before'} to {one.last or 'now'}: {one.sentence}")
        stretch = {"kind": kind, "x": left, "y": top, "width": max(round(right - left, 1), 1), "height": height}
        stretches.append({**stretch, "label": label})
    years = [{"year": year, "x": place(date(year, 1, 1))} for year in range(START.year, end.year + 1)]
    return {"width": _WIDTH, "stretches": stretches, "years": years}
