"""Pages over time: a page moved to a day says what the command line says of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from graphkit.answers.chip import make_timeline
from graphkit.explorer import Explorer
from graphkit.facts import get_latest_day
from graphkit.graph import build_graph
from graphkit.page.html import render_exposure_page, render_page
from tests.command_line import run, small_base
from tests.counts import sample
from tests.page_fixtures import data_of
from tests.page_graphs import sample_graph
from tests.page_over_time import (
    ask_cells,
    ask_paths,
    find_matrix,
    find_periods,
    list_days,
    list_moves,
    move_to,
    read_cells,
    read_page,
)

#: Questions with paths and without, of one buyer and of many, of a product, of chips that rules choose.
QUESTIONS = (
    ("ByteDance", "H100"),
    ("Tencent", "H20"),
    ("DeepSeek", "H100"),
    ("Huawei", "controlled"),
    *((buyer, chip) for buyer in ("Alibaba", "Tencent", "TikTok", "Baidu") for chip in ("A100", "H100", "H800")),
    *((buyer, "H20") for buyer in ("ByteDance", "Alibaba", "DeepSeek", "Huawei", "hq:CN")),
    *((buyer, "B200") for buyer in ("ByteDance", "Tencent", "Alibaba")),
    *(("hq:SG", "H100"), ("hq:MY", "H100"), ("OpenAI", "H100"), ("hq:CN", "B30A"), ("ByteDance", "B200")),
    ("hq:CN", "A100"),
)
MATRICES = (("ByteDance", "H100,H20,A100"), ("hq:CN", "H100,H20"), ("Alibaba", "controlled"))


@pytest.fixture(scope="module")
def explorer() -> Iterator[Explorer]:
    with Explorer.open() as opened:
        yield opened


def _choose_days(days: list[str], most: int) -> list[str]:
    """Return so many of some days, all of them in a soak."""
    return sorted(random.Random(7).sample(days, min(len(days), sample(most, len(days)))))


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("question", QUESTIONS[: sample(4, len(QUESTIONS))], ids=" ".join)
def test_a_page_of_paths_says_on_each_day_what_the_command_line_says(
    open_page: Any, explorer: Explorer, question: tuple[str, str]
) -> None:
    answer, graph = explorer.paths_and_graph(*question)
    html = render_page(graph, answer=answer.to_dict(), title="Time", periods=find_periods(explorer, question))
    page = open_page(html).page
    (record,) = data_of(html)["answers"]
    modes = dict(list_moves(record))
    # nobody says how OpenAI gets its chips: there is no day on which its answer may change
    assert set(modes) == (set() if question == ("OpenAI", "H100") else {"on", "known_by"})
    for mode, changes in modes.items():
        for day in _choose_days(list_days(changes), 6):
            move_to(page, mode, day)
            assert read_page(page) == ask_paths(explorer, question, mode, day), (mode, day)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("question", MATRICES[: sample(1, len(MATRICES))], ids=" ".join)
def test_a_matrix_says_on_each_day_what_the_command_line_says(
    open_page: Any, explorer: Explorer, question: tuple[str, str]
) -> None:
    answer, graph = explorer.exposure_and_graph(*([one] for one in question))
    periods = find_matrix(explorer, question)
    html = render_exposure_page(graph, answer.to_dict(), periods=periods)
    data = data_of(html)
    page = open_page(html).page
    records = [*data["answers"], *data["matrix"]["rows"].values(), data["matrix"]["whole"]]
    for mode in ("on", "known_by"):
        changes = [
            change for one in records for moved, some in list_moves(one) if moved == mode for change in some[1:]
        ]
        for day in _choose_days(list_days([["", 0], *changes]), 4):
            move_to(page, mode, day)
            said, wanted = read_cells(page), ask_cells(explorer, question, mode, day)
            for part in ("found", "near", "apart"):
                if part in wanted:
                    said[part].sort(key=str)
                    wanted[part].sort(key=str)
            assert said == wanted, (mode, day)


@pytest.mark.browser
def test_a_question_with_a_date_moves_the_other_one(open_page: Any, tmp_path: Path) -> None:
    folder = small_base(tmp_path / "base")
    with Explorer.open(folder) as explorer:
        asked = {"on": "2024-06"}
        answer, graph = explorer.paths_and_graph("Acme", "H100", **asked)
        periods = find_periods(explorer, ("Acme", "H100"), **asked)
        html = render_page(graph, answer=answer.to_dict(), title="Asked", periods=periods)
        page = open_page(html).page
        assert page.evaluate("graphkit.answer().as_of") == "2024-06"
        for mode, changes in list_moves(data_of(html)["answers"][0]):
            for day in list_days(changes):
                move_to(page, mode, day)
                assert read_page(page) == ask_paths(explorer, ("Acme", "H100"), mode, day, **asked), (mode, day)


@pytest.mark.browser
@pytest.mark.parametrize("missing", ["on", "known_by"])
def test_a_page_with_days_of_one_date_alone_opens_and_moves(
    open_page: Any, explorer: Explorer, missing: Literal["on", "known_by"]
) -> None:
    question = "ByteDance", "H100"
    answer, graph = explorer.paths_and_graph(*question)
    periods = find_periods(explorer, question)
    periods[missing] = msgspec.structs.replace(periods[missing], answers=())
    html = render_page(graph, answer=answer.to_dict(), title="Time", periods=periods)
    opened = open_page(html)
    (record,) = data_of(html)["answers"]
    ((mode, changes),) = list_moves(record)
    for day in _choose_days(list_days(changes), 3):
        move_to(opened.page, mode, day)
        assert read_page(opened.page) == ask_paths(explorer, question, mode, day)
    assert not opened.complaints


@pytest.mark.browser
def test_a_view_whose_claims_differ_in_publication_alone_opens(open_page: Any) -> None:
    whole = sample_graph()
    claims = [
        msgspec.structs.replace(one, since="2024-01-01", until=None, observed=None) for one in whole.iterate_claims()
    ]
    graph = build_graph(whole.entities.values(), claims, whole.documents.values())
    opened = open_page(render_page(graph, title="Around Acme", focus=["acme"]))
    assert opened.page.locator("input[name=mode]:checked").get_attribute("value") == "known"
    assert not opened.complaints


def test_a_chip_to_which_nothing_leads_has_no_near_miss_of_another_chip(explorer: Explorer) -> None:
    # on the first days of the rules every chip asked about is one that something leads to; the Ascend comes later
    period = find_matrix(explorer, ("Alibaba", "controlled")).moved["on"]
    pairs = [pair for one in period.answers if one.found for row in one.found.rows for pair in row.pairs]
    told = {pair.chip.name: False for pair in pairs} | {pair.chip.name: True for pair in pairs if pair.near_misses}
    assert told["A100"] and not told["Ascend 910B"]


def test_one_period_of_a_history_is_that_of_the_day_moves_paths_statuses_and_counts_and_says_where_it_ends(
    open_page: Any, tmp_path: Path
) -> None:
    """A page that the command writes: before 2023-06 nobody rents, from 2025 on a plan is due."""
    folder, file = small_base(tmp_path / "base"), tmp_path / "page.html"
    run("path", "Acme", "H100", "-f", folder, "--html", file)
    page = open_page(file.read_text("utf-8")).page
    told = page.locator("#date-shown")
    assert told.inner_text() == "As asked: 3 paths"
    page.locator("#date").fill("0")
    assert told.inner_text().startswith("2023-06-01 to ") and told.inner_text().endswith(": 1 path")
    assert "Path 1 of 1" in page.locator("#panel .kicker").first.inner_text()
    assert "as of 2023-06-01" in page.locator("#panel").inner_text()
    page.locator("#day").fill("2000-01-01")
    page.locator("#day").blur()
    assert "2000-01-01 lies before the first claim that bears on this, 2023-06-01: 0 paths" in told.inner_text()
    assert "outside" in str(told.get_attribute("class"))
    assert page.locator(".step").count() == 0
    page.locator("#day").fill("2024-02-01")
    page.locator("#day").blur()
    assert page.locator(".step").count() > 0
    assert "on=2024-02-01" in page.evaluate("location.hash")
    page.locator("#reset").click()
    assert told.inner_text() == "As asked: 3 paths"


@pytest.mark.browser
def test_the_chosen_path_comes_back_with_the_days_on_which_there_is_one(open_page: Any, tmp_path: Path) -> None:
    folder, file = small_base(tmp_path / "base"), tmp_path / "page.html"
    run("path", "Acme", "H100", "-f", folder, "--html", file)
    page = open_page(file.read_text("utf-8"), "#path=2").page
    title = page.locator("#panel h2").inner_text()
    move_to(page, "on", "2000-01-01")
    assert page.locator(".step").count() == 0
    page.locator("#date").fill(page.locator("#date").get_attribute("max"))
    assert page.locator("#panel h2").inner_text() == title


def test_what_breaks_a_near_miss_is_told_in_the_language_of_the_page(tmp_path: Path) -> None:
    with Explorer.open(small_base(tmp_path / "base")) as explorer:
        answer, graph = explorer.paths_and_graph("Blocked", "H100")
        said = [
            {
                one.get("why")
                for one in data_of(render_page(graph, answer=answer.to_dict(), title="Near", words=language))["cited"]
            }
            for language in ("en", "fr")
        ]
    assert said == [{"refused"}, {"refusé"}]


@pytest.mark.browser
def test_a_matrix_too_heavy_with_other_days_keeps_the_one_asked_for(
    open_page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Explorer.open(small_base(tmp_path / "base")) as explorer:
        answer, graph = explorer.exposure_and_graph(["Acme"], ["H100"])
        periods = find_matrix(explorer, ("Acme", "H100"))
        whole = render_exposure_page(graph, answer.to_dict(), periods=periods)
        monkeypatch.setattr("graphkit.page.html.MATRIX_WEIGHT", len(whole.encode()) - 1)
        half = render_exposure_page(graph, answer.to_dict(), periods=periods)
        monkeypatch.setattr("graphkit.page.html.MATRIX_WEIGHT", len(half.encode()) - 1)
        lighter = render_exposure_page(graph, answer.to_dict(), periods=periods)
    assert len(lighter) < len(half) < len(whole)
    assert set(data_of(whole)["matrix"]["whole"]["moved"]) == {"on", "known_by"}
    assert set(data_of(half)["matrix"]["whole"]["moved"]) == {"on"}
    moving, still = open_page(whole).page, open_page(lighter).page
    assert moving.locator("#date").count() == 1
    assert still.locator("#date").count() == 0
    assert "This page holds the answer as it was asked" in still.locator("#rail").inner_text()
    assert read_cells(still) == read_cells(moving)


def test_one_period_of_a_history_is_that_of_the_day() -> None:
    from graphkit.factbase import find_shipped_seeds, read_rulebook
    from graphkit.rules import Question
    from graphkit.rules.history import list_periods

    rulebook = read_rulebook(find_shipped_seeds())
    periods = list_periods(rulebook, rulebook.models_of("h20"), Question("2024", "china", "china"))
    assert len(periods) > 2
    for day in ("1990", *(one.first for one in periods if one.first), *(one.last for one in periods if one.last)):
        (marked,) = [one for one in make_timeline(periods, day) if one.now]
        assert (marked.first or "") <= get_latest_day(day) <= (marked.last or "9999")
