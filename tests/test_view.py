"""The pages in a real browser: offline, safe, bounded, and everything within reach of mouse and keyboard."""

# ruff: noqa: F811 (fixtures are imported, then named as parameters)

from __future__ import annotations

import json
import os
import re
import shutil
import socketserver
import stat
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import msgspec
import pytest

import graphkit
from graphkit.answers.chip import timeline
from graphkit.answers.notebook import path_html
from graphkit.answers.path_records import PathRecord
from graphkit.errors import InvalidValue, ViewTooLarge
from graphkit.facts import latest
from graphkit.page.data import LARGE, NOTED, PLAIN
from graphkit.page.html import WEIGHT, render_exposure_page, render_page, write_page
from graphkit.page.layout import force, layered
from graphkit.page.notebook import view
from graphkit.page.words import catalogue
from tests.chromium import Opened, browser, lacking, open_page  # noqa: F401
from tests.view_sample import HOSTILE, fuzz, hostile_answer, hostile_graph, many, sample_answer, sample_graph

SVG = "{http://www.w3.org/2000/svg}"
SHOTS = Path(__file__).parent.parent / "test-results"


@pytest.fixture(scope="module")
def path_page() -> str:
    graph = sample_graph()
    return render_page(graph, answer=sample_answer(graph), title="How Acme reaches X100")


@pytest.fixture(scope="module")
def explorer_page() -> str:
    return render_page(sample_graph(), title="Around Acme", focus=["acme"])


@pytest.fixture(scope="module")
def demo_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the main question, from the shipped fact base."""
    from graphkit.explorer import Explorer
    from graphkit.loading.cache import build

    database = str(tmp_path_factory.mktemp("demo") / "graph.kgl")
    build(db=database)
    with Explorer.open(db=database) as explorer:
        answer, graph = explorer.paths_and_graph("ByteDance", "H100")
    return render_page(graph, answer=answer.to_dict(), title="How ByteDance reaches H100")


def data_of(html: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def shown(page: Any) -> dict[str, int]:
    found: dict[str, int] = page.evaluate("graphkit.shown()")
    return found


def heading(page: Any) -> str:
    return str(page.locator("#panel h2").inner_text())


# the file ---------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(path_page: str) -> None:
    graph = sample_graph()
    assert render_page(graph, answer=sample_answer(graph), title="How Acme reaches X100") == path_page


def test_the_order_of_the_claims_does_not_change_the_page(explorer_page: str) -> None:
    import networkx as nx

    graph = sample_graph()
    other: Any = nx.MultiDiGraph(**graph.graph)
    other.add_nodes_from(reversed(list(graph.nodes(data=True))))
    other.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    assert render_page(other, title="Around Acme", focus=["acme"]) == explorer_page


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


def test_the_demo_page_is_light_and_tells_every_step(demo_page: str) -> None:
    assert len(demo_page.encode()) <= WEIGHT == 600_000
    data = data_of(demo_page)
    first = data["answers"][0]["paths"][0]
    names = {node["id"]: node["key"] for node in data["nodes"]}
    assert [names[one] for one in first["nodes"]] == [
        "bytedance",
        "oracle",
        "oracle-servers-in-the-united-states-unnamed",
        "h100",
    ]
    assert all(step["claims"] for step in first["steps"])


def test_a_page_is_written_whole_and_readable_by_others(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    write_page(file, "<!DOCTYPE html>one\ntwo")
    write_page(file, "<!doctype html>three\nfour")
    assert file.read_bytes() == b"<!doctype html>three\nfour"
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    assert {one.name for one in tmp_path.iterdir()} == {"page.html", "other"}


def test_a_link_stays_a_link_and_a_page_keeps_its_permissions(tmp_path: Path) -> None:
    file, link, longest = tmp_path / "page.html", tmp_path / "link", tmp_path / ("x" * 255)
    write_page(file, "<!doctype html>old")
    file.chmod(0o600)
    link.symlink_to("page.html")
    write_page(link, "new")
    assert link.is_symlink() and file.read_text() == "new" and stat.S_IMODE(file.stat().st_mode) == 0o600
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "later.html")
    write_page(dangling, "later")
    assert dangling.is_symlink() and (tmp_path / "later.html").read_text() == "later"
    write_page(longest, "as long as a name may be")
    assert longest.read_text() == "as long as a name may be"


def test_what_is_there_and_is_no_page_stays(tmp_path: Path) -> None:
    customers, void = tmp_path / "customers.csv", tmp_path / "void.html"
    customers.write_text("name\nAcme\n")
    with pytest.raises(InvalidValue, match="is there and is no page"):
        write_page(customers, "<!doctype html>page")
    assert customers.read_text() == "name\nAcme\n"
    void.touch()
    write_page(void, "page")
    assert void.read_text() == "page"


def unwritten(path: str | Path, *parts: str) -> None:
    """Check that a page is refused by one line that names the target and never the temporary file."""
    with pytest.raises(InvalidValue) as caught:
        write_page(path, "page")
    said = str(caught.value)
    assert "\n" not in said and ".tmp" not in said
    for part in (str(path), *parts):
        assert part in said


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    pipe, link, loop = tmp_path / "pipe", tmp_path / "link", tmp_path / "loop"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    loop.symlink_to(loop)
    for path in (pipe, link):
        unwritten(path, "no regular file")
    assert stat.S_ISFIFO(pipe.lstat().st_mode) and link.is_symlink()
    unwritten(loop, "symbolic links")
    for folder in ("", tmp_path):
        unwritten(folder, "is a folder")
    protected = tmp_path / "protected.html"
    protected.write_text("kept")
    protected.chmod(0o444)
    unwritten(protected, "write-protected")
    assert protected.read_text() == "kept"
    assert {one.name for one in tmp_path.iterdir()} == {"pipe", "link", "loop", "protected.html"}


def test_where_no_page_can_be_written_the_target_is_named(tmp_path: Path) -> None:
    unwritten(tmp_path / ("x" * 256), "too long")
    unwritten("/proc/page.html")
    with pytest.raises(InvalidValue, match=r"there is no folder .*/none: make it"):
        write_page(tmp_path / "none" / "page.html", "page")
    (tmp_path / "plain").touch()
    unwritten(tmp_path / "plain" / "page.html", "Not a directory")
    with pytest.raises(InvalidValue, match=r"null (byte|character)"):
        write_page("a\0b", "page")


_NARROW = """
import os, resource, sys
from graphkit.errors import InvalidValue
from graphkit.page.html import write_page
folder = sys.argv[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
open(folder + "/page.html", "w").write("<!doctype html>")
for path in (folder + "/page.html", "page.html"):
    try:
        write_page(path, "x" * 10_000)
    except InvalidValue as error:
        print(error)
    os.makedirs(folder + "/gone")
    os.chdir(folder + "/gone")
    os.rmdir(folder + "/gone")
"""


def test_a_full_disk_and_a_working_folder_that_is_gone_are_told(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _NARROW, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    ).stdout.splitlines()
    assert len(said) == 2
    assert str(tmp_path / "page.html") in said[0] and "File too large" in said[0] and ".tmp" not in said[0]
    assert "'page.html'" in said[1] and "No such file or directory" in said[1]
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text() == "<!doctype html>"


def test_a_language_without_words_is_named() -> None:
    with pytest.raises(InvalidValue, match="there is en"):
        render_page(sample_graph(), title="x", words="tlh")


def test_every_word_of_the_catalogue_is_used_and_every_word_used_is_there() -> None:
    assets = Path(graphkit.__file__).parent / "page" / "assets"
    own = json.loads((assets / "words.en.json").read_text("utf-8"))
    code = "".join((assets / name).read_text("utf-8") for name in ("page.js", "template.html.j2"))
    code += (assets.parent / "html.py").read_text("utf-8") + (assets.parent / "notebook.py").read_text("utf-8")
    asked = set(re.findall(r"""(?:say\(|w\[|group\(|words\[)["']([a-z_]+\.[a-z_.]*[a-z])["'][,)\]]""", code))
    assert asked <= set(catalogue("en"))
    by_data = ("kind", "relation", "status", "confidence", "qualifier", "answer.outcome", "finding")
    for word in own:
        stem, _, name = word.removesuffix(".about").rpartition(".")
        assert (
            f'"{word}"' in code
            or stem in by_data
            or (f'"{stem}." + ' in code and f'"{name}"' in code)
            or (word.startswith("date.by_") and '"date.by_" + ' in code)
        ), word


def test_list_of_texts_in_noscript_holds_the_argument(path_page: str) -> None:
    text = re.search(r"<noscript>(.*?)</noscript>", path_page, re.DOTALL)
    assert text
    for said in (
        "Acme rents computing from Orbit Cloud",
        "Acme rents X100 servers in Utopia from Orbit.",
        "people who know",
        "The Daily: Acme rents",
        "Renting is not modelled.",
    ):
        assert said in text[1]


def test_without_scripts_the_text_is_what_one_sees(browser: Any, tmp_path: Path, path_page: str) -> None:
    write_page(tmp_path / "page.html", path_page)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    text = page.locator("body").inner_text()
    assert "Acme rents X100 servers in Utopia from Orbit." in text
    assert not page.locator("#app").is_visible()
    context.close()


# safety -----------------------------------------------------------------------------------


def visit(page: Any, count: int) -> None:
    """Open every corner of a page: panels of entities and claims, table, layouts, search, filters, exports."""
    page.evaluate(
        """(count) => {
        const keys = JSON.parse(document.getElementById("data").textContent).nodes.map((one) => one.key);
        const press = (list) => [...document.querySelectorAll(list)].slice(0, count).forEach((one) => one.click());
        for (let at = 0; at < count; at += 1) {
            location.hash = "#node=" + encodeURIComponent(keys[at] || "");
            window.dispatchEvent(new HashChangeEvent("hashchange"));
        }
        press("#show-table"); press("#table tbody tr button"); press("#show-graph"); press("#show-force");
        press("#panel button"); press("[data-filter]"); press("#reset"); press("[role=tab]"); press("details");
    }""",
        count,
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


def _record(path: dict[str, Any]) -> PathRecord:
    """The record of a hostile path, without what the rules say of it."""
    steps = [{**step, "denied_by": [], "held": None, "finding": None} for step in path["steps"]]
    sums = {"origin": None, "steps": []}
    return msgspec.convert(
        {**path, "evidence": "composed", "holding": False, "findings": [], "steps": steps, "sum": sums}, PathRecord
    )


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
    frame = view(graph, title=texts[1])._repr_html_() + path_html(_record(answer["paths"][0]))
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


# reading ----------------------------------------------------------------------------------


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


def test_one_period_of_a_history_is_that_of_the_day() -> None:
    from graphkit.factbase import shipped_seeds
    from graphkit.rules import Question, read_rulebook
    from graphkit.rules.history import history

    rulebook = read_rulebook(shipped_seeds())
    periods = history(rulebook, rulebook.models_of("h20"), Question("2024", "china", "china"))
    assert len(periods) > 2
    for day in ("1990", *(one.first for one in periods if one.first), *(one.last for one in periods if one.last)):
        (marked,) = [one for one in timeline(periods, day) if one.now]
        assert (marked.first or "") <= latest(day) <= (marked.last or "9999")


def test_a_click_on_a_step_opens_its_evidence(open_page: Any, path_page: str) -> None:
    page = open_page(path_page).page
    page.locator(".step .open").first.click()
    assert heading(page) == "Acme rents computing from Orbit Cloud"
    card = page.locator("#panel .card").inner_text()
    for said in ("people who know", "likely · 75 %", "Only for", "X100", "Only in", "Utopia", "~1500", "The Daily"):
        assert said in card
    page.get_by_text("Back to the path").click()
    assert "via Orbit Cloud" in heading(page)


def test_the_path_stands_on_a_straight_row_and_no_names_collide(
    open_page: Any,
    path_page: str,
    demo_page: str,
) -> None:
    for html in (path_page, demo_page):
        data = data_of(html)
        page = open_page(html).page
        keys = {node["id"]: node["key"] for node in data["nodes"]}
        for number, path in enumerate(data["answers"][0]["paths"]):
            page.keyboard.press(str(number + 1))
            page.wait_for_timeout(60)
            at = [page.evaluate("(key) => graphkit.nodeAt(key)", keys[one]) for one in path["nodes"]]
            assert {round(one["y"]) for one in at} == {round(at[0]["y"])}
            assert [one["x"] for one in at] == sorted(one["x"] for one in at)
            for step in path["steps"]:
                assert page.evaluate("(id) => graphkit.straight(id)", data["claims"][step["claims"][0]]["id"])
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
                "near_misses": [{"reasons": ["turned down"]}],
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


# finding one's way ------------------------------------------------------------------------


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
        assert re.fullmatch(rf"{first} claims · \d{{4}}-\d\d", page.locator("#date-shown").inner_text())
        page.locator("#date").fill(page.locator("#date").get_attribute("max"))
        assert shown(page)["claims"] == whole
        assert page.locator("#date-shown").inner_text() == "Any date"
    page.goto(page.url.split("#")[0] + "#known=2024-06")
    page.get_by_text("claims · 2024-06").wait_for()
    assert "2 without a date left out" in page.locator("#count").inner_text()


def test_a_copied_link_restores_the_same_state(open_page: Any, path_page: str) -> None:
    opened = open_page(path_page)
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("2")
    page.locator("[data-filter=Region]").uncheck()
    page.locator("[data-filter=alleged]").uncheck()
    page.locator("[data-filter=BUYS]").uncheck()
    page.locator("input[name=mode][value=known]").check()
    page.locator("#date").fill("25")
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
        page.locator("#date-shown").inner_text(),
        page.locator("#show-force").get_attribute("aria-pressed"),
    )
    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector("html[data-ready]", state="attached")
    assert state == (
        shown(other),
        heading(other),
        other.locator("html").get_attribute("data-theme"),
        other.locator("#date-shown").inner_text(),
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
        ("#path=1&hide=Region,__proto__&theme=<script>&on=2024-13", "Acme → X100 via Orbit Cloud"),
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
        "date",
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
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#panel").get_attribute("data-shows") == "line"
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


# the table, exports, print ----------------------------------------------------------------


def test_the_table_holds_every_claim_and_opens_its_evidence(open_page: Any, explorer_page: str) -> None:
    data = data_of(explorer_page)
    page = open_page(explorer_page, "#view=table").page
    rows = page.locator("#table tbody tr").evaluate_all("(all) => all.map((one) => one.dataset.claim)")
    assert sorted(rows) == sorted(claim["id"] for claim in data["claims"])
    page.locator("#table tbody tr").first.locator("button").click()
    assert page.locator(f'#panel .card[data-claim="{rows[0]}"]').count() == 1


def test_the_table_turns_its_pages_at_500(open_page: Any) -> None:
    page = open_page(render_page(many(140, 1200), title="Many", large=True), "#view=table").page
    assert page.locator("#table tbody tr").count() == 500
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    assert page.locator("#table tbody tr").count() == 200
    assert "1001 to 1200 of 1200" in page.locator(".pager").inner_text()


#: One command of a path as pages draw them, with as many numbers as it takes.
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_DRAWN = re.compile(
    "|".join(
        f"[{letters}]{' '.join([_NUMBER] * count)}" for letters, count in (("MLl", 2), ("m", 2), ("Q", 4), ("A", 7))
    )
    + "|Z"
)


def exported(opened: Opened, file: Path) -> ET.Element:
    """Save what is shown as SVG, check that it is sound to a parser and to a browser, and return it."""
    with opened.page.expect_download() as waiting:
        opened.page.locator("#svg").click()
    waiting.value.save_as(file)
    root = ET.parse(file).getroot()
    drawn = [one.get("d") or "" for one in root.iter(f"{SVG}path")]
    assert all(path and not _DRAWN.sub("", path) for path in drawn), drawn
    viewer = opened.page.context.new_page()
    complaints: list[str] = []
    viewer.on("console", lambda message: complaints.append(message.text))
    viewer.goto(file.as_uri())
    assert viewer.locator("path").count() == len(drawn)
    assert all(viewer.locator("path").evaluate_all("(all) => all.map((one) => one.getTotalLength() > 0)"))
    assert complaints == [] == opened.complaints
    return root


def test_exported_drawings_are_sound_with_curves_and_names_that_xml_forbids(
    open_page: Any, explorer_page: str, demo_page: str, tmp_path: Path
) -> None:
    for turn, html in enumerate((explorer_page, demo_page)):
        root = exported(open_page(html), tmp_path / f"{turn}.svg")
        assert any("Q" in (one.get("d") or "") for one in root.iter(f"{SVG}path"))
    graph = sample_graph()
    name = "A\ufffec\uffffm\U0001f98a & <b>"
    graph.nodes["acme"]["entity"] = msgspec.structs.replace(graph.nodes["acme"]["entity"], name=name)
    root = exported(open_page(render_page(graph, title="\uffffTitle")), tmp_path / "forbidden.svg")
    titles = {one.text for one in root.iter(f"{SVG}title")}
    assert {"Title", "Acm\U0001f98a & <b>"} <= titles


_TOKENS = """
const { tokenizer } = require("internal/deps/acorn/acorn/dist/acorn");
const [whole, small] = require("fs").readFileSync(0, "utf-8").split("\\0");
const tokens = (code) => [...tokenizer(code, { ecmaVersion: "latest", locations: true })]
  .map(({ type, value, loc }, at, all) =>
    [type.label, String(value), at > 0 && loc.start.line > all[at - 1].loc.end.line]);
const [one, other] = [tokens(whole), tokens(small)].map((found) => JSON.stringify(found));
console.log(one === other, tokens(whole).length);
"""


def test_the_script_of_a_page_is_the_one_that_was_written_token_for_token(path_page: str) -> None:
    node = shutil.which("node")
    if node is None:
        lacking("no Node.js to read the script with")
    assert node
    written = (Path(graphkit.__file__).parent / "page" / "assets" / "page.js").read_text("utf-8")
    small = re.findall(r"<script>(.*?)</script>", path_page, re.DOTALL)[-1]
    assert len(small) < 0.92 * len(written)
    said = subprocess.run(
        [node, "--expose-internals", "-e", _TOKENS],
        input=f"{written}\0{small}",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    same, count = said.split()
    assert same == "true" and int(count) > 10_000


def test_png_and_svg_show_the_path(open_page: Any, path_page: str, tmp_path: Path) -> None:
    opened = open_page(path_page)
    page = opened.page
    with page.expect_download() as waiting:
        page.locator("#svg").click()
    assert waiting.value.suggested_filename == "how-acme-reaches-x100.svg"
    root = exported(opened, tmp_path / "graph.svg")
    texts = " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    for name in ("How Acme reaches X100", "Acme", "Orbit Cloud", "X100", "rents computing from"):
        assert name in texts
    nodes = {one.get("data-node") for one in root.iter(f"{SVG}path")}
    assert {"acme", "orbit", "site", "x100"} <= nodes
    assert b"<script" not in (tmp_path / "graph.svg").read_bytes()
    with page.expect_download() as waiting:
        page.locator("#png").click()
    waiting.value.save_as(tmp_path / "graph.png")
    head = (tmp_path / "graph.png").read_bytes()
    box = page.locator("#graph").bounding_box()
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(head[16:20]) == 2 * box["width"]
    assert len(head) > 10_000


def test_print_shows_the_drawing_the_steps_and_the_claims_on_white(
    open_page: Any,
    demo_page: str,
    tmp_path: Path,
) -> None:
    page = open_page(demo_page, color_scheme="dark").page
    SHOTS.mkdir(exist_ok=True)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#figure svg").is_visible()
    assert page.locator("#figure tbody tr").count() == len(data_of(demo_page)["claims"])
    assert page.locator(".step").first.is_visible()
    assert not page.locator("#tools").is_visible()
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.set_viewport_size({"width": 794, "height": 1123})
    page.screenshot(path=SHOTS / "print.png", full_page=True)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-theme") == "dark"


# everybody's page -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The accessibility checker axe-core, as npm gives it."""
    npm = shutil.which("npm")
    if npm is None:
        lacking("no npm to fetch axe-core, which checks the pages for accessibility")
    folder = Path.home() / ".cache" / "graphkit-tests" / "axe"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(
            [
                str(npm),
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
                str(folder),
                "axe-core@4",
            ],
            capture_output=True,
            text=True,
            timeout=300,
        )
        if not script.exists():
            lacking(f"axe-core is not to be had from npm: {run.stderr.strip().splitlines()[-1:]}")
    return script


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Any, demo_page: str, path_page: str, axe: Path, scheme: str) -> None:
    for html, link in (
        (demo_page, ""),
        (demo_page, "#view=table"),
        (demo_page, "#node=oracle"),
        (path_page, "#path=2"),
        (demo_page, "#path=none"),
    ):
        page = open_page(html, link, color_scheme=scheme, bypass_csp=True).page
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [(one["id"], *[node["target"][0] for node in one["nodes"]][:3]) for one in found["violations"]]
        assert told == [], link


def test_a_phone_needs_no_sideways_scroll(open_page: Any, demo_page: str) -> None:
    for link in ("", "#view=table", "#node=oracle", "#layout=force"):
        page = open_page(demo_page, link, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).page
        page.locator("#rail-toggle").click()
        assert page.locator("[data-filter]").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("window.innerWidth") == 390


def test_screenshots_for_people_to_look_at(open_page: Any, demo_page: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    for name, link, options in (
        ("light", "", {}),
        ("dark", "", {"color_scheme": "dark"}),
        ("table", "#view=table", {}),
        ("node", "#node=oracle", {}),
        ("force", "#layout=force", {}),
        ("phone", "", {"viewport": {"width": 390, "height": 844}}),
    ):
        page = open_page(demo_page, link, **options).page
        page.wait_for_timeout(150)
        page.screenshot(path=SHOTS / f"{name}.png")
        assert (SHOTS / f"{name}.png").stat().st_size > 10_000


# bounds -----------------------------------------------------------------------------------


def test_150_entities_load_in_3_seconds_and_react_in_half_a_second(open_page: Any) -> None:
    html = render_page(many(150, 290), title="150")
    assert "A large page" not in html or not data_of(html)["noted"]
    start = time.monotonic()
    opened = open_page(html)
    assert time.monotonic() - start < 3
    for press in ("#show-force", "[data-filter=Region]", "#show-table", "#show-graph"):
        assert reaction(opened, press) < 0.5, press


def reaction(opened: Opened, press: str) -> float:
    """Return the seconds from a click to the next painted frame."""
    return float(
        opened.page.evaluate(
            """(press) => new Promise((done) => {
        const start = performance.now();
        document.querySelector(press).click();
        requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
    })""",
            press,
        )
    )


def test_500_entities_are_drawn_with_a_note(open_page: Any) -> None:
    opened = open_page(render_page(many(500, 900), title="500"))
    assert opened.page.locator("#note").is_visible()
    assert "500 entities" in opened.page.locator("#note").inner_text()


def test_1500_entities_are_drawn_when_asked_for(open_page: Any) -> None:
    graph = many(1500, 3900)
    with pytest.raises(ViewTooLarge, match=r"--large"):
        render_page(graph, title="1500")
    start = time.monotonic()
    html = render_page(graph, title="1500", large=True)
    assert time.monotonic() - start < 30
    opened = open_page(html)
    assert shown(opened.page)["nodes"] == 1500
    assert reaction(opened, "[data-filter=Region]") < 3


def test_more_is_refused_with_narrower_questions() -> None:
    for graph in (many(1501, 1600), many(200, 4001)):
        with pytest.raises(ViewTooLarge) as caught:
            render_page(graph, title="Too many", large=True)
        for narrower in ("graphkit path BUYER CHIP", "graphkit view NAME --radius 1", "--limit"):
            assert narrower in str(caught.value)
    assert (PLAIN, NOTED, LARGE) == ((150, 300), (500, 1_000), (1_500, 4_000))


def test_what_is_cut_is_said(open_page: Any) -> None:
    html = render_page(sample_graph(), title="Some", focus=["acme"], limit=5)
    data = data_of(html)
    assert len(data["nodes"]) == 5
    cut = {node["key"]: node.get("cut", 0) for node in data["nodes"]}
    assert cut["acme"] == 7 - 4
    page = open_page(html, "#node=acme").page
    assert "+3 not shown" in page.locator("#panel").inner_text()
    assert "8 more entities not on this page" in page.locator("#count").inner_text()


def test_no_document_says_more_than_its_line_in_small_graphs_either(open_page: Any) -> None:
    import networkx as nx

    empty: Any = nx.MultiDiGraph(documents={})
    opened = open_page(render_page(empty, title="Nothing"))
    assert shown(opened.page) == {"nodes": 0, "lines": 0, "claims": 0}
    assert opened.complaints == []


# layouts ----------------------------------------------------------------------------------


def test_places_stand_below_the_parties_and_the_law_below_the_places() -> None:
    kinds = {
        "a": "Company",
        "b": "Company",
        "c": "Datacenter",
        "x": "Chip",
        "r": "Region",
        "l": "Regulation",
        "p": "Product",
    }
    links = [("a", "b"), ("b", "c"), ("c", "x"), ("c", "r"), ("l", "x"), ("a", "p")]
    places = layered(kinds, links, ["a", "b"])
    assert max(places[one][1] for one in "abcxp") < places["r"][1] < places["l"][1]
    assert len(set(places.values())) == len(kinds)


def test_forces_keep_entities_apart_and_bring_linked_ones_near() -> None:
    nodes = [f"n{at}" for at in range(60)]
    links = [(f"n{at}", f"n{at // 2}") for at in range(1, 60)]
    places = force(layered(dict.fromkeys(nodes, "Company"), links), links)
    spots = list(places.values())

    def apart(one: tuple[int, int], other: tuple[int, int]) -> float:
        return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)

    every = [apart(one, other) for at, one in enumerate(spots) for other in spots[at + 1 :]]
    linked = [apart(places[one], places[other]) for one, other in links]
    assert min(every) > 60
    assert sum(linked) / len(linked) < 0.6 * sum(every) / len(every)


def test_layouts_do_not_change_from_run_to_run() -> None:
    nodes = {f"n{at}": "Company" for at in range(40)}
    links = [(f"n{at}", f"n{at * 7 % 40}") for at in range(40)]
    assert layered(nodes, links) == layered(nodes, links)
    assert force(layered(nodes, links), links) == force(layered(nodes, links), links)
