"""A page as PDF: printed by a browser of the Chromium family that is at hand; graphkit brings none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graphkit.errors import InvalidValue
from graphkit.page.html import write_whole

#: Names the browser to print with, before all others.
VARIABLE = "GRAPHKIT_CHROMIUM"
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_PLAYWRIGHT = {"linux": ".cache/ms-playwright", "darwin": "Library/Caches/ms-playwright"}
_TIMEOUT = 120  # seconds that a browser may take to print
_ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--window-size=1440,1000",  # a drawing is laid out for the window that it is printed from
    "--virtual-time-budget=10000",
)


def find_chromium() -> Path:
    """Return the browser to print with: that of the environment, else one that is installed, else Playwright's.

    Raises InvalidValue where there is none, and where the environment names one that is not there.
    """
    if given := os.environ.get(VARIABLE):
        found = shutil.which(given)
        if not found:
            raise InvalidValue(f"{VARIABLE} names {given!r}, which is no program here: name a Chromium or Chrome")
        return Path(found)
    for place in _list_places():
        if place.is_file() and os.access(place, os.X_OK):
            return place
    raise InvalidValue(
        "no Chromium or Chrome here to print a PDF with: install one, name it in "
        f"{VARIABLE}, or write the page (--html FILE) and print it from a browser"
    )


def _list_places() -> Iterator[Path]:
    yield from (Path(found) for name in _PROGRAMS if (found := shutil.which(name)))
    if sys.platform == "darwin":
        yield from (Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC)
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / _PLAYWRIGHT.get(
        sys.platform, ".cache/ms-playwright"
    )
    for pattern in ("chrome-*/chrome", "chrome-*/headless_shell", "chrome-*/*.app/Contents/MacOS/*"):
        yield from sorted(Path(cache).glob(f"chromium*/{pattern}"), reverse=True)


def print_page(path: str | os.PathLike[str], html: str, link: str = "") -> None:
    """Print a page to a PDF, in one step as pages are written; `link` is what of it to show, such as "#path=1".

    Raises InvalidValue where there is no browser, where it fails, and where the file cannot be written.
    """
    browser = find_chromium()
    with tempfile.TemporaryDirectory(prefix="graphkit-", ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_bytes(html.encode())
        command = [str(browser), *_ARGUMENTS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # Chromium has no sandbox for root
        try:
            ended = subprocess.run(  # noqa: S603  # a browser of this machine, which opens a page of our own
                [*command, page.as_uri() + link], capture_output=True, timeout=_TIMEOUT, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            said = "took too long" if isinstance(error, subprocess.TimeoutExpired) else error.strerror
            raise InvalidValue(f"{browser} printed no PDF ({said}): name another in {VARIABLE}") from error
        content = printed.read_bytes() if printed.is_file() else b""
        if not content.startswith(b"%PDF"):
            raise InvalidValue(
                f"{browser} printed no PDF (exit code {ended.returncode}): name another in {VARIABLE}, "
                "or print the page (--html FILE) from a browser"
            )
    write_whole(path, content, b"%pdf")
