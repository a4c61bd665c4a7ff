"""Reading a page: a click on anything that is drawn tells what is known of it, with its sources."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from graphkit.page.html import render_exposure_page, render_page
from tests.page_fixtures import data_of, exposure_of, heading
from tests.page_graphs import sample_answer, sample_graph

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
    exposure = exposure_of(graph, [(buyer, chip) for buyer in ("acme", "orbit") for chip in ("x100", "x200")])
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


def test_an_edge_of_a_path_opens_exactly_the_claims_of_its_step(open_page: Any) -> None:
    graph = sample_graph()
    other = msgspec.structs.replace(
        next(one for one in graph.iterate_claims() if one.relation == "LEASES_FROM"),
        id="another",
        chips=("x200",),
        document="post",
        attribution=None,
    )
    graph.add_claim(other)
    answer = sample_answer(graph)
    step = answer["paths"][0]["steps"][0]
    assert step["claims"] and other.id not in [one["id"] for one in step["claims"]]
    page = open_page(render_page(graph, answer=answer, title="Edge")).page

    def opened() -> list[str]:
        found: list[str] = page.locator("#panel .card").evaluate_all("(all) => all.map((one) => one.dataset.claim)")
        return found

    at = page.evaluate("(id) => graphkit.lineAt(id, 0.3)", step["claims"][0]["id"])
    page.locator("#graph").click(position=at)
    assert opened() == [claim["id"] for claim in step["claims"]]
    assert "rents computing from ×" not in " ".join(one["text"] for one in page.evaluate("graphkit.labels()"))
    page.get_by_role("button", name=re.compile("Show 1 other claim")).click()
    assert sorted(opened()) == sorted([other.id, *(claim["id"] for claim in step["claims"])])
    assert "claims=all" in page.evaluate("location.hash")
    page.goto(page.url.split("#")[0] + f"#path=none&claim={other.id}")
    page.locator(f'.card[data-claim="{other.id}"]').wait_for()
    assert len(opened()) == 2


def test_numbers_of_sources_are_numbers_of_origins(open_page: Any, demo_page: str) -> None:
    panel = open_page(demo_page).page.locator("#panel")
    assert "4 claims, 1 origin: The Information" in panel.locator(".step").first.inner_text()
    assert "more source" not in panel.inner_text()
    panel.locator(".step .open").first.click()
    assert panel.locator(".counted").inner_text() == "4 claims, 1 origin: The Information"
    assert panel.locator(".card").count() == 4


def test_who_refused_is_told_beside_the_paths(open_page: Any, demo_page: str) -> None:
    page = open_page(demo_page).page
    misses = page.locator("#panel .miss").all_inner_texts()
    assert any("Two small US cloud providers" in text and "refused" in text for text in misses)
    assert page.locator("#panel h3", has_text="Refused, denied or contradicted").count() == 1


@pytest.mark.parametrize("evidence", ["stated", "one document", "one origin", "composed"])
def test_the_evidence_of_a_path_is_told_in_its_own_words(open_page: Any, evidence: str) -> None:
    graph = sample_graph()
    answer = sample_answer(graph)
    answer["paths"][0]["evidence"] = evidence
    page = open_page(render_page(graph, answer=answer, title="Evidence")).page
    assert page.locator("#panel .badges .badge").first.inner_text() == evidence
    told = page.locator("#panel").inner_text()
    assert ("nobody asserted the whole" in told) == (evidence == "composed")


def test_a_chip_that_is_not_named_stands_beside_the_paths(open_page: Any) -> None:
    graph = sample_graph()
    answer = sample_answer(graph)
    unnamed = {"chip_class": {"name": "Great chips"}, "confidence": 0.5, "status": "done"}
    answer["unnamed"] = [{**unnamed, "steps": answer["paths"][0]["steps"][:1]}]
    html = render_page(graph, answer=answer, title="Not named")
    assert "Great chips" in html.split("<noscript>")[1].split("</noscript>")[0]
    page = open_page(html).page
    told = page.locator("#panel .unnamed").inner_text()
    for said in (
        "Great chips",
        "50 % of having some of Great chips",
        "Acme rents computing from Orbit",
        "people who know",
    ):
        assert said in told
    assert "May or may not include the X100" in page.locator("#panel").inner_text()
    listed = [{**answer["unnamed"][0], "buyer": answer["buyer"]}]
    exposure = exposure_of(graph, [("acme", "x100")], unnamed=listed)
    page = open_page(render_exposure_page(graph, exposure)).page
    assert "1 pair, 1 with a path" in page.locator("#matrix").inner_text()
    page.get_by_role("button", name="Acme to some Great chips").click()
    assert "Acme rents computing from Orbit" in page.locator("#matrix .unnamed").inner_text()
