"""Pictures of every kind of page, at every width and in every colour scheme, for people to look at.

They are kept in `test-results/`. What a program can tell of them is checked: nothing is wider than the window or the
sheet, no label of a drawing lies over another, on another line or under a note, and a sheet says what the page says.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graphkit.cli import main
from graphkit.page import pdf
from tests.browser_program import find_browser
from tests.page_fixtures import SHOTS, data_of

pytestmark = pytest.mark.browser

WIDTHS = {390: 844, 820: 1180, 1440: 900, 1920: 1080}
LOOKS: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
PAGES = {
    "path": ("path", "ByteDance", "H100", "--html"),
    "exposure": ("exposure", "--buyers", "hq:CN", "--chips", "A100,H100", "--html"),
    "explorer": ("view", "ByteDance", "-o"),
    "chip": ("chip", "H100", "--history", "--to", "CN", "--hq", "CN", "--html"),
    "brief": ("brief", "ByteDance", "H100", "-o"),
}
#: Pages that are an application; the others are documents.
DRAWN = ("path", "exposure", "explorer")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    files = {name: folder / f"{name}.html" for name in PAGES}
    for name, command in PAGES.items():
        done = CliRunner().invoke(main, [*command, str(files[name])])
        assert done.exit_code == 0, done.output
    SHOTS.mkdir(exist_ok=True)
    return files


def _do_overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(
        one[start] + one[size] > other[start] + 1 and other[start] + other[size] > one[start] + 1
        for start, size in (("x", "w"), ("y", "h"))
    )


def _covers(page: Any, area: dict[str, float], label: dict[str, float]) -> bool:
    """Say whether what lies over the drawing, in pixels of the window, covers a label, in those of the drawing."""
    corner = page.locator("#graph").bounding_box()
    return _do_overlap(
        {"x": area["x"] - corner["x"], "y": area["y"] - corner["y"], "w": area["width"], "h": area["height"]}, label
    )


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_every_window(browser: Any, pages: dict[str, Path], name: str, look: str) -> None:
    for width, height in WIDTHS.items():
        context = browser.new_context(viewport={"width": width, "height": height}, **LOOKS[look])
        page = context.new_page()
        page.goto(pages[name].as_uri())
        if name in DRAWN:
            page.wait_for_selector("html[data-ready]", state="attached")
            labels = page.evaluate("graphkit.labels()")
            over = [(a["text"], b["text"]) for a, b in itertools.combinations(labels, 2) if _do_overlap(a, b)]
            assert over == [], width
            covers = [one.bounding_box() for one in page.locator("#count, #note").all() if one.is_visible()]
            assert [label["text"] for label in labels if any(_covers(page, one, label) for one in covers)] == []
        page.screenshot(path=SHOTS / f"{name}-{width}-{look}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()


#: The sheets that a page may take, and what must stand on its first one.
SHEETS = {
    "path": (3, "What the rules say of the whole"),
    "exposure": (3, "22 with a path"),
    "explorer": (10, "Quotation or summary"),
    "chip": (2, "reviewed"),
    "brief": (2, "What speaks against it"),
}


#: What must stand on the sheets of a page, whole.
SAID = {
    "path": (
        "turns on whether ByteDance, for whom the chips are, is a party to the export",  # the end of a long verdict
        "Said by: The Information; observed 2024-05",
        "done, 75 % of having some of Nvidia AI chips, disputed, model not specified, denials not counted",
        "Denied: ByteDance calls the anonymous information on its plan incorrect. (Said by: ByteDance; observed",
        "KultureGeek: ByteDance on its foreign sites",  # the note of a denial
    ),
    "exposure": ("SMIC", "ByteDance → H100: via Oracle, done, The Information", "China Telecom → H100: refused"),
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_sheet(browser: Any, pages: dict[str, Path], name: str) -> None:
    """A browser would print all of it smaller, or cut it."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(pages[name].as_uri())
    page.wait_for_selector("html[data-ready]" if name in DRAWN else "html", state="attached")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    width = 1032 if name == "exposure" else 703  # A4 without its margins
    page.set_viewport_size({"width": width, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_who_is_chosen_by_a_seat_stands_under_it_and_is_found(browser: Any, pages: dict[str, Path]) -> None:
    buyers = data_of(pages["exposure"].read_text("utf-8"))["matrix"]["buyers"]
    assert {one["seat"] for one in buyers} == {"China", "Hong Kong"}
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["exposure"].as_uri())
    page.locator("#search").fill("SMIC")
    page.keyboard.press("Enter")
    assert page.locator("#matrix .fold p").inner_text() == "SMIC"
    page.goto(pages["exposure"].as_uri() + "#view=graph")
    alone = page.evaluate("graphkit.alone()")
    assert alone == []
    page.close()


def test_the_phrase_of_a_line_stands_on_no_other_line(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "ways.html"
    ways = ("query", "which_ways_lead_to_chip", "-p", "chip=H100", "--html", str(file))
    assert CliRunner().invoke(main, ways).exit_code == 0
    data = data_of(file.read_text("utf-8"))
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    phrases = [one for one in page.evaluate("graphkit.labels()") if one["own"].startswith("e")]
    assert len(phrases) > 10
    ids = {line["id"]: data["claims"][line["claims"][0]]["id"] for line in data["lines"]}
    places = "(ids) => ids.map((id) => Array.from({ length: 199 }, (_, at) => graphkit.lineAt(id, (at + 1) / 200)))"
    tracks = dict(zip(ids, page.evaluate(places, list(ids.values())), strict=True))
    wrong = [
        (one["text"], line)
        for one, (line, track) in itertools.product(phrases, tracks.items())
        if line != one["own"]
        and any(0 < at["x"] - one["x"] < one["w"] and 0 < at["y"] - one["y"] < one["h"] for at in track)
    ]
    assert wrong == []
    page.close()


def test_the_chart_of_a_path_tells_two_days_and_strikes_no_name(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["path"].as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    boxes = "(all) => all.map((one) => one.getBBox()).map(({ x, y, width: w, height: h }) => ({ x, y, w, h }))"
    names = page.locator(".spans .name").evaluate_all(boxes)
    marks = page.locator(".spans :is(.seen, .published, .held, .unknown)").evaluate_all(boxes)
    assert len(names) == 3 and len(marks) > 6
    assert not any(_do_overlap({**name, "h": name["h"] - 2}, mark) for name in names for mark in marks)
    days = page.locator(".spans .year").evaluate_all(boxes)
    assert len(days) == 2 and not _do_overlap(*days)
    page.close()


def test_a_relation_of_several_is_told_in_the_plural(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["path"].as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    assert "host" in {one["text"] for one in page.evaluate("graphkit.labels()")}
    assert page.locator(".step .open strong").all_inner_texts()[-1] == "host →"
    page.close()


def test_choosing_a_cell_of_a_class_marks_it_alone(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["exposure"].as_uri())
    row = page.locator("#matrix tbody tr", has=page.get_by_role("rowheader", name="ByteDance", exact=True))
    row.locator("td.class button").nth(1).click()
    assert page.locator("#matrix td.chosen").count() == 1
    assert page.locator(".detail .unnamed > p:first-child").all_inner_texts() == ["Advanced AI chips"]
    inside = page.locator(".detail .inside").bounding_box()
    assert all(
        one.bounding_box()["x"] >= inside["x"] + 12 for one in page.locator(".detail ul li").all()
    )  # the bullets too
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_prints_onto_few_sheets(
    pages: dict[str, Path], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    monkeypatch.setenv(pdf.VARIABLE, find_browser() or "")
    pdf.print_page(SHOTS / f"{name}.pdf", pages[name].read_text(encoding="utf-8"))
    most, told = SHEETS[name]
    with pypdfium2.PdfDocument(SHOTS / f"{name}.pdf") as document:
        texts = [sheet.get_textpage().get_text_range() for sheet in document]
        for number, sheet in enumerate(document, 1):
            sheet.render(scale=1.5).to_pil().save(SHOTS / f"{name}-print-{number}.png")
        assert len(texts) <= most
        assert told.casefold() in " ".join(texts[0].split()).casefold()
        assert all("Made " in text and f"{number} / {len(texts)}" in text for number, text in enumerate(texts, 1))
        said = " ".join(" ".join(texts).replace("\u2060", "").split())
        assert [part for part in SAID.get(name, ()) if part not in said] == []
        wide, high = document[0].get_size()
        assert (wide > high) == (name == "exposure")
