"""Time pages: to make them, to load them in a browser, and to follow a press; of graphs, and of matrices over time.

    python -m bench.pages

A page of 150 entities should load within 3 seconds and follow a press within half a second. A matrix should take
3 seconds of the processor with its answer, and 900 KB.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphkit.answers.exposure_periods import find_matrix_periods
from graphkit.answers.list_kinds import ListKind
from graphkit.explorer import Explorer
from graphkit.page.html import render_exposure_page, render_page, write_page
from tests.browser_fixtures import ARGUMENTS
from tests.browser_program import find_browser
from tests.page_graphs import many

PRESSES = ("#show-force", "[data-filter=Region]", "#show-table", "#show-graph")
REACTION = """(press) => new Promise((done) => {
    const start = performance.now();
    document.querySelector(press).click();
    requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
})"""


def name_most(explorer: Explorer, kind: ListKind, most: int) -> list[str]:
    """Return the ids of the named things of a kind of which most is said."""
    return [one.id for one in explorer.list_things(kind).items if not one.generic][:most]


def make_matrices() -> Iterator[tuple[str, str]]:
    """Yield the rows of the table of matrices, and their pages."""
    with Explorer.open() as explorer:
        forty = name_most(explorer, "companies", 40), name_most(explorer, "chips", 40)
        for buyers, chips in (forty, (["hq:CN"], ["controlled"]), (["hq:CN"], ["A100", "H100"])):
            start = time.process_time()
            answer, graph = explorer.exposure_and_graph(buyers, chips)
            answered = time.process_time() - start
            periods = find_matrix_periods(explorer, buyers, chips, explorer.filters())
            asked = time.process_time() - start - answered
            html = render_exposure_page(graph, answer.to_dict(), periods=periods)
            made = time.process_time() - start - answered - asked
            days = [len(one.answers) for one in periods.moved.values()] if periods else []
            name = f"{len(answer.buyers)} x {len(answer.chips)}"
            figures = f"{answered:>8.2f}  {asked:>5.2f}  {made:>6.2f}  {len(html.encode()):>9,}  {days!s:>18}"
            yield f"{name:>8}  {figures}", html


def measure_page(browser: Any, file: Path) -> tuple[float, Any]:
    """Return the seconds in which a page loads, and the page."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    start = time.perf_counter()
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    return time.perf_counter() - start, page


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        file = Path(folder) / "page.html"
        print("entities  relations   made   loaded   slowest press   (seconds)")
        for nodes, claims in ((150, 290), (500, 900), (1500, 3900)):
            graph = many(nodes, claims)
            start = time.perf_counter()
            write_page(file, render_page(graph, title="Bench", large=True))
            made = time.perf_counter() - start
            loaded, page = measure_page(browser, file)
            slowest = max(page.evaluate(REACTION, press) for press in PRESSES)
            print(f"{nodes:>8}  {claims:>9}  {made:>5.2f}  {loaded:>7.2f}  {slowest:>14.2f}", flush=True)
            page.close()
        print("\n  matrix  answered   days    made      bytes  days by both dates   loaded   (seconds)")
        for row, html in make_matrices():
            write_page(file, html)
            loaded, page = measure_page(browser, file)
            print(f"{row}  {loaded:>7.2f}", flush=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
