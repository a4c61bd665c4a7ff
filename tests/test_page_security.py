"""Hostile texts on a page: nothing runs, nothing is fetched, and the policy blocks what would."""

from __future__ import annotations

import re
import socketserver
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graphkit import Explorer
from graphkit.answers.path_records import PathRecord
from graphkit.engines import open_store
from graphkit.factbase import FactBase
from graphkit.loading.load import load
from graphkit.ontology import RELATIONS
from graphkit.page.columns import read_records
from graphkit.page.html import render_exposure_page, render_page
from graphkit.page.notebook import view
from tests.page_graphs import HOSTILE, fuzz, hostile_answer, hostile_graph

pytestmark = pytest.mark.browser


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(
    open_page: Any,
    path_page: str,
    explorer_page: str,
    demo_page: str,
) -> None:
    for html in (path_page, explorer_page, demo_page):
        opened = open_page(html)
        opened.page.wait_for_timeout(150)
        assert opened.requests == [opened.file.as_uri()]
        assert opened.complaints == []


def visit(page: Any, count: int) -> None:
    """Open every corner of a page: panels of entities and claims, table, map, print, layouts, search, filters."""
    keys = [one["key"] for one in read_records(page.locator("#data").text_content())["nodes"]]
    page.evaluate(
        """([count, keys]) => {
        const press = (list) => [...document.querySelectorAll(list)].slice(0, count).forEach((one) => one.click());
        for (let at = 0; at < count; at += 1) {
            location.hash = "#node=" + encodeURIComponent(keys[at] || "");
            window.dispatchEvent(new HashChangeEvent("hashchange"));
        }
        press("#show-table"); press("#table tbody tr button"); press("#show-graph"); press("#show-force");
        press("#show-map"); press("#map button"); press("#provenance summary");
        for (const one of ["beforeprint", "afterprint"]) window.dispatchEvent(new Event(one));
        press("#panel button"); press("[data-filter]"); press("#reset"); press("[role=tab]"); press("details");
    }""",
        [count, keys],
    )
    for text in ("<", "_", "w"):
        page.locator("#search").fill(text)
    page.locator("#search").press("Enter")


@pytest.mark.parametrize("texts", [list(HOSTILE), fuzz(500)], ids=["known", "fuzz"])
def test_hostile_texts_run_nothing_in_any_field(open_page: Any, texts: list[str]) -> None:
    graph = hostile_graph(texts)
    for answer in (None, hostile_answer(graph, texts)):
        html = render_page(graph, answer=answer, title=texts[0], large=True)
        opened = open_page(html)
        visit(opened.page, 8)
        opened.page.wait_for_timeout(100)
        assert opened.page.evaluate("typeof window.pwned") == "undefined"
        assert opened.page.evaluate("Object.prototype.pwned") is None
        assert opened.requests == [opened.file.as_uri()]
        assert opened.complaints == []
        assert (
            opened.page.evaluate(
                "document.querySelectorAll('#app img, #app iframe, #app script, #app object, #app embed').length"
            )
            == 0
        )
        links = opened.page.evaluate("[...document.querySelectorAll('a')].map((one) => one.protocol)")
        assert set(links) <= {"http:", "https:"}


def load_hostile_base(url: str, texts: list[str]) -> None:
    """Load what of a graph of hostile texts a database takes: texts in UTF-8, and relations that there are."""
    graph = hostile_graph(texts)
    claims = tuple(one for one in graph.iterate_claims() if one.relation in RELATIONS)
    ends = {end for one in claims for end in (one.subject, one.object)}
    entities = tuple(one for one in graph.entities.values() if one.id in ends)
    base = FactBase("hostile", tuple(graph.documents.values()), entities, claims, sha256="0")
    with open_store(url, readonly=False) as store:
        load(store, base)


@pytest.mark.parametrize("texts", [list(HOSTILE), fuzz(200)], ids=["known", "fuzz"])
def test_hostile_texts_are_inert_on_the_page_of_a_query(open_page: Any, tmp_path: Path, texts: list[str]) -> None:
    texts = [text for text in texts if text and not re.search("[\ud800-\udfff\x00]", text)]
    url = str(tmp_path / "hostile.kgl")
    load_hostile_base(url, texts)
    with Explorer.open(db=url) as explorer:
        answer = explorer.cypher("MATCH p = (a:Entity)-[r]->(b:Entity) RETURN p, a.name AS name, r.id AS claim")
        part, alone = explorer.draw_rows(answer.rows)
    assert part.size >= 10
    opened = open_page(render_page(part.graph, title=f"who_owns(company={texts[0]})", focus=alone, large=True))
    visit(opened.page, 8)
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("typeof window.pwned") == "undefined"
    assert opened.requests == [opened.file.as_uri()]
    assert opened.complaints == []
    answer.text()
    assert "<script" not in answer._repr_html_().lower()


def path_of(path: dict[str, Any]) -> PathRecord:
    """Return the record of a hostile path, without what the rules say of it."""
    steps = [{**step, "denied_by": [], "counted": [], "held": None, "finding": None} for step in path["steps"]]
    added = {"evidence": "composed", "holding": False, "findings": [], "sum": {"origin": None, "steps": []}}
    return msgspec.convert({**path, **added, "steps": steps}, PathRecord)


def test_hostile_texts_are_inert_in_a_matrix_and_in_a_notebook(open_page: Any) -> None:
    texts = list(HOSTILE)
    graph = hostile_graph(texts)
    answer = hostile_answer(graph, texts)
    cell = {
        "buyer": answer["buyer"],
        "chip": answer["chip"],
        "status": texts[1],
        "confidence": 0.5,
        "hops": 3,
        "stated": False,
        "route": texts,
        "outcome": texts[0],
        "near_misses": [{"reasons": texts}],
        "path": answer["paths"][0],
    }
    exposure = {
        "buyers": [answer["buyer"]],
        "chips": [answer["chip"]],
        "cells": [cell],
        "as_of": texts[0],
        "filters": {},
        "searched": {"max_hops": 1},
    }
    opened = open_page(render_exposure_page(graph, exposure, title=texts[0]))
    opened.page.locator(".pair").first.click()
    visit(opened.page, 10)
    frame = view(graph, title=texts[1])._repr_html_() + path_of(answer["paths"][0])._repr_html_()
    page = opened.page.context.new_page()
    page.set_content(f"<!DOCTYPE html><title>notebook</title>{frame}")
    page.frame_locator("iframe").locator("#panel h2").wait_for()
    assert page.evaluate("typeof window.pwned") == "undefined"
    assert opened.page.evaluate("typeof window.pwned") == "undefined"
    assert opened.requests == [opened.file.as_uri()]
    assert opened.complaints == []


class _Counter(socketserver.BaseRequestHandler):
    hits = 0

    def handle(self) -> None:
        type(self).hits += 1


def test_the_policy_blocks_fetch_image_eval_markup_and_scripts(open_page: Any, path_page: str) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        opened = open_page(path_page)
        failures: dict[str, str] = {}
        opened.page.on("requestfailed", lambda request: failures.update({request.url: request.failure}))
        found = opened.page.evaluate(
            """async (url) => {
            const caught = async (act) => { try { await act(); return "ran"; } catch (error) { return error.name; } };
            const make = (tag) => document.body.appendChild(document.createElement(tag));
            const loads = (tag, set) => new Promise((done) => {
                const one = document.createElement(tag);
                one.onload = () => done("loaded"); one.onerror = () => done("blocked");
                set(one); document.body.append(one); setTimeout(() => done("silent"), 400);
            });
            return {
                fetch: await caught(() => fetch(url)),
                beacon: navigator.sendBeacon(url),
                image: await loads("img", (one) => { one.src = url; }),
                style: await loads("link", (one) => { one.rel = "stylesheet"; one.href = url; }),
                frame: await caught(() => { make("iframe").srcdoc = "<p>x"; }),
                eval: await caught(() => (0, eval)("window.pwned = 1")),
                markup: await caught(() => { document.body.innerHTML = "<b>x</b>"; }),
                inserted: await caught(() => document.body.insertAdjacentHTML("beforeend", "<b>x</b>")),
                script: await caught(() => { make("script").textContent = "window.pwned = 1"; }),
                handler: await caught(() => document.body.setAttribute("onclick", "window.pwned = 1")),
                policy: await caught(() => trustedTypes.createPolicy("x", { createHTML: (text) => text })),
            };
        }""",
            url,
        )
        opened.page.locator("body").click(position={"x": 5, "y": 5})
        server.shutdown()
    assert opened.page.evaluate("typeof window.pwned") == "undefined"
    assert {key: found[key] for key in ("fetch", "eval", "markup", "inserted", "frame", "policy")} == {
        "fetch": "TypeError",
        "eval": "EvalError",
        "markup": "TypeError",
        "inserted": "TypeError",
        "frame": "TypeError",
        "policy": "TypeError",
    }
    assert found["script"] == "TypeError"
    assert found["image"] == "blocked"
    assert found["style"] != "loaded"
    assert set(failures.values()) <= {"csp"}
    assert _Counter.hits == 0
