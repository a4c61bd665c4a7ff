"""Finding one's way on a page: search, filters, dates, links and the keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.page_fixtures import heading, shown

pytestmark = pytest.mark.browser


def test_search_completes_names_and_aliases_and_goes_there(open_page: Any, explorer_page: str) -> None:
    page = open_page(explorer_page).page
    page.keyboard.press("/")
    page.keyboard.type("ACME in")
    assert page.locator("#found li").first.inner_text().startswith("Acme")
    page.keyboard.press("Enter")
    assert heading(page) == "Acme"
    at = page.evaluate("graphkit.nodeAt('acme')")
    box = page.locator("#graph").bounding_box()
    assert 0 < at["x"] < box["width"]
    assert 0 < at["y"] < box["height"]
    page.keyboard.press("/")
    page.keyboard.type("nobody at all")
    assert "Nothing by that name" in page.locator("#found").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#found").is_visible()


def test_each_filter_hides_and_restores(open_page: Any, explorer_page: str) -> None:
    page = open_page(explorer_page).page
    whole = shown(page)
    ticks = page.locator("[data-filter]")
    assert ticks.count() >= 7 + 7 + 10
    for number in range(ticks.count()):
        ticks.nth(number).uncheck()
        assert shown(page)["claims"] < whole["claims"], ticks.nth(number).get_attribute("data-filter")
        assert shown(page)["lines"] < whole["lines"]
        ticks.nth(number).check()
        assert shown(page) == whole
    page.get_by_role("button", name="Show only Chip").click()
    assert shown(page)["nodes"] == 2
    page.locator("#reset").click()
    assert shown(page) == whole


def test_the_date_changes_what_is_shown_and_its_count(open_page: Any, explorer_page: str) -> None:
    page = open_page(explorer_page).page
    whole = shown(page)["claims"]
    for mode in ("on", "known"):
        page.locator(f"input[name=mode][value={mode}]").check()
        page.locator("#date").fill("0")
        first = shown(page)["claims"]
        assert 0 < first < whole
        span = r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d"
        assert re.fullmatch(rf"{span}: {first} claims?", page.locator("#date-shown").inner_text())
        page.locator("#date").fill(page.locator("#date").get_attribute("max"))
        assert shown(page)["claims"] == whole
        assert page.locator("#date-shown").inner_text() == f"As asked: {whole} claims"
    page.goto(page.url.split("#")[0] + "#known=2024-06-30")
    page.wait_for_selector('#day[data-day="2024-06-30"]')
    assert "2 without a date left out" in page.locator("#count").inner_text()


def test_a_copied_link_restores_the_same_state(open_page: Any, path_page: str) -> None:
    opened = open_page(path_page)
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("2")
    page.locator("[data-filter=Region]").uncheck()
    page.locator("[data-filter=alleged]").uncheck()
    page.locator("[data-filter=BUYS]").uncheck()
    page.locator("#show-force").click()
    page.locator("#theme").click()
    page.locator("#search").fill("orbit cl")
    page.locator("#search").press("Enter")
    page.locator("#copy").click()
    page.get_by_text("Link copied").first.wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    state = (
        shown(page),
        heading(page),
        page.locator("html").get_attribute("data-theme"),
        page.locator("#show-force").get_attribute("aria-pressed"),
    )
    other = page.context.new_page()
    assert link.startswith(opened.file.name + "#")  # the folder is nobody else's
    other.goto(opened.file.as_uri() + link.removeprefix(opened.file.name))
    other.wait_for_selector("html[data-ready]", state="attached")
    assert state == (
        shown(other),
        heading(other),
        other.locator("html").get_attribute("data-theme"),
        other.locator("#show-force").get_attribute("aria-pressed"),
    )
    assert state[1] == "Orbit Cloud"
    assert state[2] == "dark"


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("#path=2", "Acme → X100 via Lab of Acme"),
        ("#node=orbit", "Orbit Cloud"),
        ("#path=99&node=nobody", "Acme → X100 via Orbit Cloud"),
        (
            "#path=1&hide=Region,__proto__&theme=<script>&on=2024-13-01&sort=__proto__&ways=constructor",
            "Acme → X100 via Orbit Cloud",
        ),
    ],
)
def test_links_into_the_page(open_page: Any, path_page: str, link: str, title: str) -> None:
    opened = open_page(path_page, link)
    assert heading(opened.page) == title
    assert opened.complaints == []


def test_the_keyboard_alone_reaches_every_function(open_page: Any, path_page: str) -> None:
    page = open_page(path_page).page
    reached = set()
    for _ in range(140):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("((one) => one.id || one.dataset.filter || one.className)(document.activeElement)"))
        if {"search", "graph", "panel"} <= reached and "text" in reached:
            break
    wanted = {
        "search",
        "show-graph",
        "show-table",
        "show-layered",
        "show-force",
        "fit",
        "png",
        "svg",
        "print",
        "copy",
        "theme",
        "show-help",
        "graph",
        "Company",
        "done",
        "implied",
        "LEASES_FROM",
        "open",
        "tab0",
    }
    assert wanted <= reached, wanted - reached
    page.locator("#graph").focus()
    names = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        names.append(heading(page))
    assert names == ["Acme", "Orbit Cloud", "Orbit servers in Utopia", "X100"]
    page.keyboard.press("Escape")
    assert page.locator("#panel").get_attribute("data-shows") == "path"
    page.keyboard.press("t")
    assert page.locator("#table").is_visible()
    page.keyboard.press("t")
    page.keyboard.press("2")
    assert "Lab of Acme" in heading(page)
    before = page.evaluate("graphkit.nodeAt('acme')")
    page.keyboard.press("+")
    assert page.evaluate("graphkit.nodeAt('acme')") != before
    page.keyboard.press("0")
    page.locator("#graph").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("graphkit.nodeAt('acme')") != before
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_keys_go_along_relations_and_back_and_say_who_is_behind_each(open_page: Any, path_page: str) -> None:
    page = open_page(path_page).page
    page.locator("#graph").focus()
    told = []
    for key in ("ArrowRight", "Enter", "Enter", "Enter"):
        page.keyboard.press(key)
        told.append(heading(page))
    first = "Acme rents computing from Orbit Cloud"
    second = "Orbit Cloud operates Orbit servers in Utopia"
    assert told == ["Acme", first, "Orbit Cloud", second]
    for wanted in ("Orbit Cloud", first, "Acme"):
        page.keyboard.press("Backspace")
        assert heading(page) == wanted
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    assert heading(page) == first
    assert "people who know" in page.locator("#live").inner_text()
    assert "done" in page.locator("#live").inner_text()
    page.keyboard.press("]")
    assert heading(page) == second
    page.keyboard.press("[")
    assert heading(page) == first
