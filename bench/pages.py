"""Time pages of 150, 500 and 1,500 entities: to make, to load in a browser, and to follow a press.

    python -m bench.pages

A page of 150 entities should load within 3 seconds and follow a press within half a second.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from graphkit.page.html import render_page, write_page
from tests.browser_fixtures import ARGUMENTS
from tests.browser_program import find_browser
from tests.page_graphs import many

PRESSES = ("#show-force", "[data-filter=Region]", "#show-table", "#show-graph")
REACTION = """(press) => new Promise((done) => {
    const start = performance.now();
    document.querySelector(press).click();
    requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
})"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    print("entities  relations   made   loaded   slowest press   (seconds)")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        for nodes, claims in ((150, 290), (500, 900), (1500, 3900)):
            graph, file = many(nodes, claims), Path(folder) / "page.html"
            start = time.perf_counter()
            write_page(file, render_page(graph, title="Bench", large=True))
            made = time.perf_counter() - start
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            start = time.perf_counter()
            page.goto(file.as_uri())
            page.wait_for_selector("html[data-ready]", state="attached")
            loaded = time.perf_counter() - start
            slowest = max(page.evaluate(REACTION, press) for press in PRESSES)
            print(f"{nodes:>8}  {claims:>9}  {made:>5.2f}  {loaded:>7.2f}  {slowest:>14.2f}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
