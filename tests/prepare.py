"""Fetch what the tests need beside Python packages: a browser, and a Neo4j server with Java to run it.

`python -m tests.prepare` names what cannot be had, in one line each; with CI=true that is a failure.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser_program import find_browser
from tests.neo4j_server import Unavailable, library


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=900, env=environment)


def _debian(*packages: str) -> None:
    """Install Debian's packages where that can be done."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages)


def browser() -> str | None:
    """Fetch a browser unless there is one; return what is missing."""
    if find_browser() is None:
        print("fetching a browser (once)", flush=True)
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if find_browser() is None:
        _debian("chromium")
    return None if find_browser() else "no browser to test the pages in: no Chromium or Chrome here, none to be had"


def neo4j() -> str | None:
    """Fetch a Neo4j server unless one is named or there; return what is missing."""
    if os.environ.get("NEO4J_TEST_URI"):
        return None
    if not (shutil.which("java") and shutil.which("mvn")):
        print("fetching Java and Maven (once)", flush=True)
        _debian("default-jre-headless", "maven")
    try:
        library()
    except Unavailable as lack:
        return str(lack)
    return None


if __name__ == "__main__":
    # tests start hundreds of processes, which would each compile it where PYTHONDONTWRITEBYTECODE is set
    compileall.compile_dir(Path(__file__).parents[1] / "graphkit", quiet=1)
    lacks = [lack for lack in (browser(), neo4j()) if lack]
    for lack in lacks:
        print(lack)
    sys.exit(1 if lacks and os.environ.get("CI") == "true" else 0)
