"""What is taken from a page: the table, pictures and print."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from graphkit.page.html import render_exposure_page, render_page
from graphkit.page.words import read_words
from tests.browser_fixtures import Opened
from tests.page_fixtures import SHOTS, data_of, exposure_of
from tests.page_graphs import many, sample_graph

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"


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
    graph.add_entity(msgspec.structs.replace(graph.entities["acme"], name=name))
    root = exported(open_page(render_page(graph, title="\uffffTitle")), tmp_path / "forbidden.svg")
    titles = {one.text for one in root.iter(f"{SVG}title")}
    assert {"Title", "Acm\U0001f98a & <b>"} <= titles


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


def test_a_picture_tells_every_shape_and_stroke_that_it_draws(
    open_page: Any, explorer_page: str, tmp_path: Path
) -> None:
    """The legend takes as many rows as it needs, also on a phone, and no two strokes look alike."""
    words = read_words("en")
    for width in (390, 1440):
        opened = open_page(explorer_page)
        opened.page.set_viewport_size({"width": width, "height": 844})
        root = exported(opened, tmp_path / f"{width}.svg")
        data = data_of(explorer_page)
        kinds = {node["kind"] for node in data["nodes"]}
        styles = {
            "implied" if line.get("implied") and line.get("status", "done") == "done" else line.get("status", "done")
            for line in data["lines"]
        }
        foot = root.findall(f"{SVG}g")[-1]
        texts = {one.text for one in foot.iter(f"{SVG}text")}
        wanted = {words[f"kind.{kind}"] for kind in kinds} | {words[f"status.{style}"] for style in styles}
        assert len(styles) > 2 and wanted <= texts
        strokes = [one.get("stroke-dasharray") for one in foot.iter(f"{SVG}path") if one.get("stroke")]
        assert strokes.count(None) - sum(style in ("refused", "negated") for style in styles) <= 1


def test_print_shows_the_drawing_the_panel_and_the_claims_on_white(
    open_page: Any,
    demo_page: str,
    tmp_path: Path,
) -> None:
    page = open_page(demo_page, "#path=none", color_scheme="dark").page
    SHOTS.mkdir(exist_ok=True)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#figure svg").is_visible()
    assert page.locator("#figure tbody tr").count() == len(data_of(demo_page)["claims"])
    assert page.locator("#panel h2").first.is_visible()
    assert not page.locator("#tools").is_visible()
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.set_viewport_size({"width": 794, "height": 1123})
    page.screenshot(path=SHOTS / "print.png", full_page=True)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def read_csv(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def test_what_a_matrix_shows_is_taken_along_as_csv_and_xlsx_without_formulas(open_page: Any, tmp_path: Path) -> None:
    graph = sample_graph()
    name = "=cmd|' /C calc'!A0 \u202e\uffff\ud800<b>"
    graph.add_entity(msgspec.structs.replace(graph.entities["acme"], name=name))
    html = render_exposure_page(graph, exposure_of(graph, [("acme", "x100"), ("orbit", "x100"), ("orbit", "x200")]))
    opened = open_page(html)
    files = {}
    for ending in ("csv", "xlsx"):
        with opened.page.expect_download() as waiting:
            opened.page.locator(f"#{ending}").click()
        assert waiting.value.suggested_filename.endswith(f".{ending}")
        files[ending] = tmp_path / f"matrix.{ending}"
        waiting.value.save_as(files[ending])
    rows = read_csv(files["csv"])
    assert {row["Buyer"] for row in rows if row["Status"]} == {"'=cmd|' /C calc'!A0 <b>", "Orbit Cloud"}
    assert {row["Came near, but"] for row in rows if not row["Status"]} == {"turned down"}
    book = openpyxl.load_workbook(files["xlsx"])
    assert book.sheetnames == ["Matrix", "Pairs"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n", "inlineStr") for cell in cells)
    assert "=cmd|' /C calc'!A0 <b>" in {cell.value for cell in cells}
    assert book["Pairs"].max_row == 1 + len(rows)
    opened.page.locator("[data-filter=LEASES_FROM]").uncheck()
    with opened.page.expect_download() as waiting:
        opened.page.locator("#csv").click()
    waiting.value.save_as(files["csv"])
    fewer = read_csv(files["csv"])
    assert [row["Buyer"] for row in fewer if row["Status"]] == ["Orbit Cloud"]
    assert opened.complaints == []


def test_the_table_is_sorted_filtered_and_saved(open_page: Any, explorer_page: str, tmp_path: Path) -> None:
    page = open_page(explorer_page, "#view=table").page

    def read_column(number: int) -> list[str]:
        return list(page.locator(f"#table tbody td:nth-child({number})").all_inner_texts())

    page.locator("#by-source").click()
    assert read_column(6) == sorted(read_column(6), key=str.lower)
    page.locator("#by-source").click()
    assert page.locator("#table th[aria-sort=descending]").inner_text().startswith("Source")
    page.locator("#table-filter").fill("utopia")
    assert 0 < page.locator("#table tbody tr").count() < len(data_of(explorer_page)["claims"])
    with page.expect_download() as waiting:
        page.locator("#table-csv").click()
    waiting.value.save_as(tmp_path / "table.csv")
    rows = read_csv(tmp_path / "table.csv")
    assert [row["From"] for row in rows] == read_column(1)
