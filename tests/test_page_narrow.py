"""Pages on narrow screens and with long texts: no sideways scroll, and the graph keeps its half."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graphkit.page.html import render_exposure_page, render_page
from tests.page_fixtures import SHOTS, exposure_of
from tests.page_graphs import sample_answer, sample_graph

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LONG = "A title that goes on " * 25
NAME = "Consortium " + "Wherewithal" * 45


def width_of(page: Any) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def test_no_kind_of_page_scrolls_sideways_on_a_phone(open_page: Any, demo_page: str) -> None:
    graph = sample_graph()
    matrix = render_exposure_page(graph, exposure_of(graph, [("acme", "x100"), ("acme", "x200"), ("orbit", "x200")]))
    explorer = render_page(graph, title="Around Acme", focus=["acme"])
    for name, html in (("path", demo_page), ("exposure", matrix), ("explorer", explorer)):
        page = open_page(html, **PHONE).page
        page.screenshot(path=SHOTS / f"{name}-390.png")
        for press in ("#rail-toggle", "#show-table", "#show-graph"):
            page.locator(press).click()
            assert width_of(page) <= 390, (name, press)


def test_a_table_without_room_for_its_columns_is_read_without_scrolling_sideways(
    open_page: Any, path_page: str
) -> None:
    for width in (390, 820, 1440):
        page = open_page(path_page, "#view=table", viewport={"width": width, "height": 900}).page
        assert page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.getElementById('table'))") <= 0, (
            width
        )


def test_long_titles_and_names_leave_the_graph_half_of_the_screen(open_page: Any) -> None:
    graph = sample_graph()
    for node in ("acme", "orbit", "site"):
        graph.add_entity(msgspec.structs.replace(graph.entities[node], name=f"{NAME} {node}"))
    html = render_page(graph, answer=sample_answer(graph), title=LONG)
    for options in (PHONE, {"viewport": {"width": 1440, "height": 900}}, {"viewport": {"width": 820, "height": 600}}):
        page = open_page(html, **options).page
        size = options["viewport"]
        assert page.locator("#graph").bounding_box()["height"] >= size["height"] / 2
        assert page.locator("#graph").bounding_box()["y"] < size["height"] / 2
        assert width_of(page) <= size["width"]
        page.locator("#unfold").click()
        assert page.locator("#unfold").get_attribute("aria-expanded") == "true"
        page.locator("#unfold").click()
        page.locator(".step .open").first.click()
        assert width_of(page) <= size["width"]
    page.screenshot(path=SHOTS / "long-names.png")


def test_the_page_of_a_chip_reads_on_a_phone(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "chip.html"
    asked = ["chip", "H100", "--history", "--to", "CN", "--hq", "CN", "--html", str(file)]
    subprocess.run([sys.executable, "-m", "graphkit", *asked], check=True, capture_output=True)
    for size, scheme in ((PHONE, "light"), ({"viewport": {"width": 1440, "height": 900}}, "dark")):
        context = browser.new_context(**size, color_scheme=scheme)
        page = context.new_page()
        page.goto(file.as_uri())
        page.screenshot(path=SHOTS / f"chip-{size['viewport']['width']}.png")
        assert width_of(page) <= size["viewport"]["width"]
        assert page.locator("td", has_text="88 FR 73458").first.is_visible()
        context.close()
