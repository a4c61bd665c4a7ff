"""The map of a page: its files, its places, the steps of a path on it and their text."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import InvalidValue
from graphkit.page import places
from graphkit.page.html import render_page
from graphkit.page.places import WIDTH, build_map, project, read_outline, read_places
from tests.page_fixtures import data_of
from tests.page_graphs import sample_answer, sample_graph

ASSETS = Path(places.__file__).parent / "assets" / "map"


def entity(name: str, kind: str) -> dict[str, str]:
    return {"name": name, "kind": kind}


def place(subject: str, relation: str, region: str, status: str = "done") -> dict[str, str]:
    return {"subject": subject, "relation": relation, "object": region, "status": status}


def test_the_outline_is_under_fifty_kilobytes_and_bears_its_credit() -> None:
    file = ASSETS / "outline.json"
    assert file.stat().st_size < 50_000
    assert {"Natural Earth", "world-atlas", "ISC"} <= {
        word for word in ("Natural Earth", "world-atlas", "ISC") if word in json.loads(file.read_text())["credit"]
    }
    assert "Michael Bostock" in Path("NOTICE").read_text("utf-8")


def test_all_places_lie_on_the_map_and_hand_written_ones_come_first() -> None:
    for latitude, longitude in read_places().values():
        x, y = project(longitude, latitude)
        assert 0 <= x <= WIDTH and -1 <= y <= read_outline()["height"] + 40
    with (ASSETS / "places.csv").open() as file:
        for row in csv.DictReader(file):
            assert read_places()[row["id"]] == (float(row["latitude"]), float(row["longitude"]))
            assert row["source"]


@given(st.floats(-180, 180), st.lists(st.floats(-80, 80), min_size=2, max_size=2))
def test_north_is_above_south_and_east_right_of_west(longitude: float, latitudes: list[float]) -> None:
    south, north = sorted(latitudes)
    assert project(longitude, north)[1] <= project(longitude, south)[1]
    west, east = sorted([longitude, 0])
    assert project(west, north)[0] <= project(east, north)[0]


def test_a_place_without_coordinates_is_named_and_not_drawn() -> None:
    found = build_map(
        {"site": "n0", "atlantis": "n1"},
        {"site": entity("A site", "Datacenter"), "atlantis": entity("Atlantis", "Region")},
        [place("site", "LOCATED_IN", "atlantis")],
    )
    assert found and found["places"] == [{"key": "atlantis", "name": "Atlantis"}]
    assert found["at"]["n0"] == {"places": [0], "relation": "LOCATED_IN"}


def test_what_is_refused_or_denied_places_nobody() -> None:
    entities = {"acme": entity("Acme", "Company"), "china": entity("China", "Region")}
    for status in ("refused", "negated"):
        assert build_map({"acme": "n0"}, entities, [place("acme", "DEPLOYS_IN", "china", status)]) is None


def test_a_seat_counts_before_a_place_of_incorporation_and_done_before_planned() -> None:
    entities = {name: entity(name, "Region") for name in ("china", "japan", "france")} | {
        "acme": entity("Acme", "Company")
    }
    claims = [
        place("acme", "INCORPORATED_IN", "france"),
        place("acme", "HEADQUARTERED_IN", "japan", "planned"),
        place("acme", "HEADQUARTERED_IN", "china"),
    ]
    for order in (claims, claims[::-1]):
        found = build_map({"acme": "n0"}, entities, order)
        assert found and [found["places"][at]["name"] for at in found["at"]["n0"]["places"]] == ["china"]
    found = build_map({"acme": "n0"}, entities, claims[:2])
    assert found and found["at"]["n0"]["status"] == "planned"


@pytest.mark.parametrize("row", ["x,91,0", "x,0,181", "x,,", "x,nan,1", ",1,1", "x,one,two"])
def test_a_row_off_the_globe_is_one_clear_line(row: str, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(f"id,latitude,longitude\n{row}\n")
    with pytest.raises(InvalidValue, match=r"places\.csv line 2: give an id"):
        places._read_rows(file)


def test_the_map_of_a_path_says_in_words_what_it_draws(demo_page: str, open_page: Any) -> None:
    opened = open_page(demo_page)
    page = opened.go("#path=1&view=map")
    assert page.locator(".arc").count() == 1
    assert page.locator(".arc").get_attribute("data-steps") == "1"
    assert page.locator(".arc").get_attribute("stroke-dasharray") is None
    steps = page.locator(".twin ol > li")
    assert steps.count() == 3
    assert "is headquartered in China" in steps.nth(0).inner_text()
    assert "implied" in steps.nth(1).inner_text() and "United States" in steps.nth(1).inner_text()
    page.keyboard.press("2")
    assert page.locator(".twin ol > li").nth(0).inner_text().count("Aolani Cloud") == 1
    page.locator(".twin ol > li").nth(1).get_by_role("button").first.click()
    assert page.locator("#panel h2").inner_text() == "Aolani Cloud"
    assert opened.complaints == [] and len(opened.requests) == 1


def test_names_on_the_map_stand_clear_of_each_other(demo_page: str, open_page: Any) -> None:
    opened = open_page(demo_page)
    for width in (390, 820, 1440, 1920):
        opened.page.set_viewport_size({"width": width, "height": 900})
        for link in ("#path=1&view=map", "#path=2&view=map"):
            page = opened.go(link)
            boxes = page.evaluate(
                """[...document.querySelectorAll(".where")].map((one) => {
                const { x, y, right, bottom } = one.getBoundingClientRect(); return [x, y, right, bottom]; })"""
            )
            assert len(boxes) >= 2
            for one, other in pairwise(sorted(boxes)):
                apart = one[2] <= other[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart, (width, link, one, other)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_page_on_which_nobody_is_anywhere_has_no_map(path_page: str) -> None:
    graph = sample_graph()
    page = render_page(graph, answer=sample_answer(graph), title="T")
    found = data_of(page)["map"]
    assert found is None or set(found["at"]) <= {node["id"] for node in data_of(page)["nodes"]}
