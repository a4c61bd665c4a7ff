"""Pictures of every kind of page, at every width and in every colour scheme, for people to look at.

They are kept in `test-results/`. What a program can tell of them is checked: nothing is wider than the window, and no
label of a drawing lies over another.
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
from tests.page_fixtures import SHOTS

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
        wide, high = document[0].get_size()
        assert (wide > high) == (name == "exposure")
