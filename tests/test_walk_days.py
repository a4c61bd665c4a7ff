"""The days on which ways change: what is told of a span of days is what is asked for on any day of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from graphkit.answers.exposure_periods import find_matrix_periods
from graphkit.answers.path_periods import find_path_periods
from graphkit.answers.periods import AnswerFrom
from graphkit.answers.walk_days import WalkDays
from graphkit.explorer import Explorer
from graphkit.facts import Claim, Document
from graphkit.graph import Filters
from tests.counts import sample

PAPER = Document(id="d", name="D", published="2021-05-05")
LATER = Document(id="e", name="E", published="2026-06-06")


def _claim(subject: str, relation: str, object_: str, **more: Any) -> tuple[Claim, Document]:
    document = more.pop("document", PAPER)
    fields = {"status": "done", "confidence": "likely", "summary": "", **more}
    name = f"{subject}-{object_}-{more.get('since')}"
    return Claim(
        id=name, document=document.id, subject=subject, relation=relation, object=object_, **fields
    ), document


#: a rents from b in 2022 and 2023; b has the chip from mid 2023 on; c, which nobody reaches, has it in 2020.
CLAIMS = [
    _claim("a", "LEASES_FROM", "b", since="2022", until="2023"),
    _claim("b", "USES", "x", since="2023-07"),
    _claim("b", "USES", "y", since="2025"),
    _claim("c", "USES", "x", since="2020"),
    _claim("a", "LEASES_FROM", "c", since="2024", status="refused", document=LATER),
]


def test_a_claim_changes_ways_only_while_the_others_of_a_walk_hold() -> None:
    days = WalkDays(CLAIMS, "on", Filters())
    # the lease begins before there is anything at its end, and b's chips y come when it is over
    assert days.list_days("paths", ["a"], ["x"]) == ["2023-07-01", "2024-01-01"]
    assert days.list_days("paths", ["a"], ["y"]) == []
    assert days.list_days("paths", ["a"], None) == ["2022-01-01", "2023-07-01", "2024-01-01"]


def test_what_was_refused_stands_on_any_day_and_near_misses_turn_on_all_that_leads_there() -> None:
    days = WalkDays(CLAIMS, "on", Filters())
    assert days.list_days("refusals", ["a"], ["x"]) == ["2020-01-01", "2023-07-01", "2024-01-01"]
    assert days.list_days("near", ["a"], ["x"]) == ["2020-01-01", "2022-01-01", "2023-07-01", "2024-01-01"]
    assert set(days.list_reached("a")) == {"a", "b", "c", "x", "y"}


def test_what_is_known_changes_with_the_papers() -> None:
    days = WalkDays(CLAIMS, "known_by", Filters())
    # what speaks against a step is told beside it as soon as it is known
    assert days.list_days("paths", ["a"], ["x"]) == ["2021-05-05", "2026-06-06"]
    assert days.list_days("paths", ["a"], ["y"]) == ["2021-05-05"]


def test_a_claim_without_dates_may_have_those_of_its_passage() -> None:
    lent = [_claim("a", "LEASES_FROM", "b", locator="1"), _claim("b", "USES", "x", locator="1", since="2020")]
    # published in 2021, the lease holds from 2020 on: it is not waited for
    assert WalkDays(lent, "on", Filters()).list_days("paths", ["a"], ["x"]) == ["2020-01-01", "2021-05-05"]


@pytest.fixture(scope="module")
def explorer() -> Iterator[Explorer]:
    with Explorer.open() as opened:
        yield opened


def _list_days(explorer: Explorer, most: int, seed: int) -> list[str]:
    """Return days on which some claim of the base begins, ends or is published, a few of them and days around."""
    from graphkit.answers.periods import list_days
    from graphkit.factbase import read_factbase
    from tests.page_over_time import list_days as list_around

    base = read_factbase()
    documents = {one.id: one for one in base.documents}
    found = sorted({day for one in base.claims for day in list_days(one, documents[one.document], "on")})
    changes = [(day, 0) for day in ["", *found] if not day or "2015" < day < "2028"]
    days = list_around(changes)
    return sorted(random.Random(seed).sample(days, min(len(days), most)))


def _get_answer(answers: tuple[AnswerFrom[Any], ...], day: str) -> AnswerFrom[Any]:
    return [one for one in answers if one.day <= day][-1]


def _tell(path: Any) -> tuple[object, ...]:
    said = path.verdict.replace(path.day, "DAY") if path.day else path.verdict
    return path.route, path.status, path.confidence, path.marks, said, [step.marks for step in path.steps]


@pytest.mark.slow
@pytest.mark.parametrize("question", [("ByteDance", "H100"), ("Alibaba", "A100")], ids=" ".join)
def test_paths_over_time_are_those_of_any_day(explorer: Explorer, question: tuple[str, str]) -> None:
    periods = find_path_periods(explorer, *question, explorer.filters())
    for mode in ("on", "known_by"):
        for day in _list_days(explorer, sample(12, 400), 3):
            moved: dict[str, Any] = {mode: day}
            kept, asked = _get_answer(periods[mode].answers, day), explorer.paths(*question, **moved)
            assert kept.found is not None
            one = kept.found.answer
            for name in ("paths", "unnamed"):
                told, wanted = getattr(one, name), getattr(asked, name)
                assert list(map(_tell, told)) == list(map(_tell, wanted)), (mode, day)
            assert [miss.reasons for miss in one.near_misses] == [miss.reasons for miss in asked.near_misses]
            assert one.searched.outcome == asked.searched.outcome


@pytest.mark.slow
def test_a_matrix_over_time_is_that_of_any_day(explorer: Explorer) -> None:
    found = find_matrix_periods(explorer, ["hq:MY", "Alibaba"], ["H100,A100,H20"], explorer.filters())
    assert found
    for mode in ("on", "known_by"):
        for day in _list_days(explorer, sample(6, 200), 4):
            moved: dict[str, Any] = {mode: day}
            kept = _get_answer(found.moved[mode].answers, day)
            assert kept.found is not None
            asked = explorer.exposure(["hq:MY", "Alibaba"], ["H100,A100,H20"], **moved)
            pairs = {(one.buyer.id, one.chip.id): one for row in kept.found.rows for one in row.pairs}
            assert pairs.keys() == {(cell.buyer.id, cell.chip.id) for cell in asked.cells}
            for cell in asked.cells:
                pair = pairs[cell.buyer.id, cell.chip.id]
                best = list(map(_tell, pair.paths[:1]))
                assert best == ([_tell(cell.path)] if cell.path else []), (mode, day, cell.buyer.id)
                assert pair.outcome == cell.outcome
                assert [one.reasons for one in pair.near_misses] == [one.reasons for one in cell.near_misses]


def test_days_are_told_or_not_by_counted_work_alone(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.answers.kept.MOST_WORK", 40)
    periods = find_path_periods(explorer, "ByteDance", "H100", explorer.filters())
    assert [one.answers for one in periods.values()] == [(), ()]
