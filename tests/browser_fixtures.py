"""Fixtures of a real browser, which conftest.py gives to every test: `browser`, `open_page`, `axe`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser_program import find_browser

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def lacking(what: str) -> None:
    """Skip a test for what the machine lacks; where CI is set, fail it."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running browser of the Chromium family."""
    from playwright.sync_api import sync_playwright

    program = find_browser()
    if program is None:
        lacking("no browser to test the pages in: no Chromium or Chrome here")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield running
        running.close()


class Opened:
    """A page that was opened from a file, with everything it asked for and complained of."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page, self.file = page, file
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))

    def go(self, link: str = "") -> Any:
        """Load the file anew, with a link into it; return the page once it is ready."""
        self.page.goto("about:blank")
        self.requests.clear()
        self.page.goto(self.file.as_uri() + link)
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self.page


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A function that writes a page to a file and opens it: open_page(html, link="", **context options)."""
    from graphkit.page.html import write_page

    contexts: list[Any] = []

    def opened(html: str, link: str = "", **options: Any) -> Opened:
        file = tmp_path / f"page{len(contexts)}.html"
        write_page(file, html)
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        found = Opened(context.new_page(), file)
        found.go(link)
        return found

    yield opened
    for context in contexts:
        context.close()


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
