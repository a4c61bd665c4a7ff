"""The browser of the tests: an installed one, else Playwright's own, else Debian's package.

`python tests/browser.py` fetches one where none is there; `find_browser` only looks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def _starts(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find_browser() -> str | None:
    """Path of a browser of the Chromium family that starts, or None."""
    for name in INSTALLED:
        program = shutil.which(name)
        if program and _starts(program):
            return program
    own = _playwrights_own()
    return own if Path(own).exists() and _starts(own) else None


def _try(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=900, env=environment)


def fetch_browser() -> str | None:
    """A browser's path, fetching one first if there is none; None when none can be had."""
    program = find_browser()
    if program:
        return program
    print("fetching a browser (once)", flush=True)
    _try(sys.executable, "-m", "playwright", "install", "chromium")
    program = find_browser()
    if program is None and shutil.which("apt-get") and os.geteuid() == 0:
        _try("apt-get", "update", "-q")
        _try("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
        program = find_browser()
    return program


if __name__ == "__main__":
    if fetch_browser() is None:
        print("no Chromium, Chrome or Playwright browser can be had: the tests of the pages are left out")
        sys.exit(1 if os.environ.get("CI") == "true" else 0)
