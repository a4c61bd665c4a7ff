"""How a page is laid out: the row of a path, lines clear of entities, narrow screens, and pictures for people."""

from __future__ import annotations

from typing import Any

import pytest

from graphkit.errors import ViewTooLarge
from graphkit.page.answers import expand_answer
from graphkit.page.html import render_page
from tests.page_fixtures import SHOTS, data_of, shown
from tests.page_graphs import many, sample_graph

pytestmark = pytest.mark.browser


def test_the_path_stands_on_a_straight_row_and_no_names_collide(
    open_page: Any,
    path_page: str,
    demo_page: str,
) -> None:
    for html in (path_page, demo_page):
        data = data_of(html)
        page = open_page(html).page
        keys = {node["id"]: node["key"] for node in data["nodes"]}
        drawn = {line["id"]: data["claims"][line["claims"][0]]["id"] for line in data["lines"]}
        for number, path in enumerate(expand_answer(data["answers"][0], data)["paths"]):
            page.keyboard.press(str(number + 1))
            page.wait_for_timeout(60)
            at = [page.evaluate("(key) => graphkit.nodeAt(key)", keys[one]) for one in path["nodes"]]
            assert {round(one["y"]) for one in at} == {round(at[0]["y"])}
            assert [one["x"] for one in at] == sorted(one["x"] for one in at)
            for step in path["steps"]:
                assert page.evaluate("(id) => graphkit.straight(id)", drawn[step["lines"][0]])
            labels = page.evaluate("graphkit.labels()")
            for place, one in enumerate(labels):
                for other in labels[place + 1 :]:
                    apart = (
                        one["x"] + one["w"] <= other["x"] + 1
                        or other["x"] + other["w"] <= one["x"] + 1
                        or one["y"] + one["h"] <= other["y"] + 1
                        or other["y"] + other["h"] <= one["y"] + 1
                    )
                    assert apart, (one["text"], other["text"])


def test_no_line_runs_through_a_third_entity(open_page: Any, explorer_page: str) -> None:
    data = data_of(explorer_page)
    for link in ("", "#layout=force"):
        page = open_page(explorer_page, link).page
        at = {node["id"]: page.evaluate("(key) => graphkit.nodeAt(key)", node["key"]) for node in data["nodes"]}
        for line in data["lines"]:
            first = data["claims"][line["claims"][0]]["id"]
            points = page.evaluate(
                "(id) => Array.from({length: 21}, (_, part) => graphkit.lineAt(id, part / 20))", first
            )
            for node, spot in at.items():
                if node not in (line["from"], line["to"]):
                    near = min((point["x"] - spot["x"]) ** 2 + (point["y"] - spot["y"]) ** 2 for point in points)
                    assert near > 7**2, (line, node)


def test_a_phone_needs_no_sideways_scroll(open_page: Any, demo_page: str) -> None:
    for link in ("", "#view=table", "#node=oracle", "#layout=force"):
        page = open_page(demo_page, link, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).page
        page.locator("#rail-toggle").click()
        assert page.locator("[data-filter]").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("window.innerWidth") == 390


def test_pictures_of_other_views_are_kept_for_people_to_look_at(open_page: Any, demo_page: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    for name, link in (("table", "#view=table"), ("node", "#node=oracle"), ("force", "#layout=force")):
        page = open_page(demo_page, link).page
        page.wait_for_timeout(150)
        page.screenshot(path=SHOTS / f"{name}.png")
        assert (SHOTS / f"{name}.png").stat().st_size > 10_000


def test_150_entities_are_drawn_without_a_note_and_follow_each_press(open_page: Any) -> None:
    html = render_page(many(150, 290), title="150")
    assert not data_of(html)["noted"]
    page = open_page(html).page
    for press, view in (("#show-force", "#graph"), ("#show-table", "#table"), ("#show-graph", "#graph")):
        page.locator(press).click()
        assert page.locator(view).is_visible()
    page.locator("[data-filter=Region]").uncheck()
    assert shown(page)["nodes"] < 150


def test_500_entities_are_drawn_with_a_note(open_page: Any) -> None:
    opened = open_page(render_page(many(500, 900), title="500"))
    assert opened.page.locator("#note").is_visible()
    assert "500 entities" in opened.page.locator("#note").inner_text()


def test_1500_entities_are_drawn_when_asked_for(open_page: Any) -> None:
    graph = many(1500, 3900)
    with pytest.raises(ViewTooLarge, match=r"--large"):
        render_page(graph, title="1500")
    opened = open_page(render_page(graph, title="1500", large=True))
    assert shown(opened.page)["nodes"] == 1500
    opened.page.locator("[data-filter=Region]").uncheck()
    assert shown(opened.page)["nodes"] < 1500


def test_what_is_cut_is_said(open_page: Any) -> None:
    html = render_page(sample_graph(), title="Some", focus=["acme"], limit=5)
    data = data_of(html)
    assert len(data["nodes"]) == 5
    cut = {node["key"]: node.get("cut", 0) for node in data["nodes"]}
    assert cut["acme"] == 7 - 4
    page = open_page(html, "#node=acme").page
    assert "3 more neighbours are in the fact base and not in this file" in page.locator("#panel").inner_text()
    assert "8 more entities not on this page" in page.locator("#count").inner_text()
