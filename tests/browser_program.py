"""The browser of the tests: an installed one, else Playwright's own; `make test` fetches one where none is there."""

from __future__ import annotations

import shutil
import subprocess
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
