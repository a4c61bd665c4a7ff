"""Reading a page: a click on anything that is drawn tells what is known of it, with its sources."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graphkit.page.html import render_exposure_page, render_page
from tests.pages import data_of, heading
from tests.view_sample import sample_answer, sample_graph

pytestmark = pytest.mark.browser


def test_a_click_on_each_line_shows_its_claims_and_their_sources_and_no_others(
    open_page: Any,
    explorer_page: str,
) -> None:
    data = data_of(explorer_page)
    page = open_page(explorer_page).page
    for line in data["lines"]:
        claims = [data["claims"][number] for number in line["claims"]]
        for part in (0.5, 0.4, 0.6, 0.3, 0.7):
            at = page.evaluate("([id, part]) => graphkit.lineAt(id, part)", [claims[0]["id"], part])
            page.keyboard.press("Escape")
            page.locator("#graph").click(position=at)
            told = page.locator("#panel .card").evaluate_all("(all) => all.map((one) => one.dataset.claim)")
            if told == [claim["id"] for claim in claims]:
                break
        assert told == [claim["id"] for claim in claims]
        for claim in claims:
            card = page.locator(f'.card[data-claim="{claim["id"]}"]')
            assert data["documents"][claim["document"]]["name"] in card.locator(".source").inner_text()
            assert claim.get("quote", claim["summary"]) in card.inner_text()


def test_a_click_on_each_entity_tells_of_it(open_page: Any, explorer_page: str) -> None:
    page = open_page(explorer_page).page
    for node in data_of(explorer_page)["nodes"]:
        page.locator("#graph").click(position=page.evaluate("(key) => graphkit.nodeAt(key)", node["key"]))
        assert heading(page) == node["name"]
        page.keyboard.press("Escape")


def test_the_panel_of_a_path_names_its_weakest_step_its_findings_and_what_it_rests_on(
    open_page: Any,
    path_page: str,
) -> None:
    page = open_page(path_page).page
    panel = page.locator("#panel").inner_text()
    for said in (
        "Acme → X100 via Orbit Cloud",
        "stated",
        "Only as strong as its weakest step",
        "Renting is not modelled.",
        "1 Gazette 7",
        "the owner of the servers",
        "people who know",
        "implied",
        "as of 2025",
        "licence",
        "Acme uses X100",
    ):
        assert said in panel
    assert page.locator(".timeline .now").inner_text().startswith("2023-10-17 – 2031-01-01 licence")
    page.locator("[role=tab]").nth(1).click()
    assert "Lab of Acme" in heading(page)
    assert "composed" in page.locator("#panel .badges").first.inner_text()
    assert "the evidence changes hands here" in page.locator("#panel").inner_text()


def test_without_a_date_the_controls_of_today_are_marked_though_others_are_to_follow(open_page: Any) -> None:
    graph = sample_graph()
    page = open_page(render_page(graph, answer=sample_answer(graph, as_of=None), title="Now")).page
    assert page.locator(".timeline li").count() == 3
    assert page.locator(".timeline .now .when").all_inner_texts() == ["2023-10-17 – 2031-01-01"]


def test_a_click_on_a_step_opens_its_evidence(open_page: Any, path_page: str) -> None:
    page = open_page(path_page).page
    page.locator(".step .open").first.click()
    assert heading(page) == "Acme rents computing from Orbit Cloud"
    card = page.locator("#panel .card").inner_text()
    for said in ("people who know", "likely · 75 %", "Only for", "X100", "Only in", "Utopia", "~1500", "The Daily"):
        assert said in card
    page.get_by_text("Back to the path").click()
    assert "via Orbit Cloud" in heading(page)


def test_why_there_is_no_path_is_told(open_page: Any) -> None:
    graph = sample_graph()
    answer = sample_answer(
        graph,
        "orbit",
        "x200",
        notes=["Orbit is a firm."],
        negative={
            "outcome": "not found",
            "reached": [{"name": "X100"}],
            "holders": [{"name": "Two small providers"}],
            "unnamed": [],
            "near_misses": [
                {
                    "steps": [
                        {"subject": {"name": "Orbit Cloud"}, "relation": "OPERATES", "object": {"name": "Elsewhere"}}
                    ],
                    "reasons": ["its scope names another chip"],
                }
            ],
        },
    )
    assert not answer["paths"]
    text = open_page(render_page(graph, answer=answer, title="No way")).page.locator("#panel").inner_text()
    for said in (
        "no proof that there is none",
        "its scope names another chip",
        "Elsewhere",
        "Two small providers",
        "Orbit is a firm.",
        "up to 5 steps",
    ):
        assert said in text


def test_the_matrix_opens_the_path_of_a_pair_and_links_to_it(open_page: Any) -> None:
    graph = sample_graph()
    cells = []
    for buyer, chip in (("acme", "x100"), ("acme", "x200"), ("orbit", "x100"), ("orbit", "x200")):
        answer = sample_answer(graph, buyer, chip)
        path = answer["paths"][0] if answer["paths"] else None
        cells.append(
            {
                "buyer": answer["buyer"],
                "chip": answer["chip"],
                "path": path,
                "near_miss": ["turned down"],
                "outcome": "found" if path else "not found",
                "route": [],
                **{key: path[key] if path else None for key in ("status", "confidence", "stated")},
                "hops": len(path["steps"]) if path else None,
            }
        )
    exposure = {
        "buyers": [cells[0]["buyer"], cells[2]["buyer"]],
        "chips": [cells[0]["chip"], cells[1]["chip"]],
        "cells": cells,
        "as_of": None,
        "filters": {},
        "searched": {"max_hops": 5},
    }
    html = render_exposure_page(graph, exposure)
    opened = open_page(html)
    page = opened.page
    assert page.locator("#matrix").is_visible()
    page.get_by_role("button", name=re.compile("^Orbit Cloud to X100")).click()
    assert heading(page) == "Orbit Cloud → X100 via Orbit servers in Utopia"
    link = page.evaluate("location.hash")
    assert "pair=orbit%7Ex100" in link
    page.get_by_role("button", name=re.compile("^Orbit Cloud to X200")).click()
    assert "turned down" in page.locator("#panel").inner_text()
    assert heading(opened.go(link)) == "Orbit Cloud → X100 via Orbit servers in Utopia"
    page.locator("#show-graph").click()
    assert page.evaluate("graphkit.nodeAt('orbit').y") == page.evaluate("graphkit.nodeAt('x100').y")
