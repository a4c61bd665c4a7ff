"""Pages for everybody: axe finds nothing, light or dark."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from graphkit.page.html import render_exposure_page
from tests.browser_fixtures import lacking
from tests.page_fixtures import exposure_of
from tests.page_graphs import sample_graph

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_axe_finds_nothing(open_page: Any, demo_page: str, path_page: str, axe: Path, scheme: str) -> None:
    graph = sample_graph()
    matrix = render_exposure_page(graph, exposure_of(graph, [("acme", "x100"), ("orbit", "x100"), ("orbit", "x200")]))
    for html, link in (
        (matrix, ""),
        (matrix, "#pair=acme~x100"),
        (demo_page, "#on=2000-01-01"),
        (demo_page, ""),
        (demo_page, "#view=table"),
        (demo_page, "#path=1&view=map"),
        (demo_page, "#node=oracle"),
        (path_page, "#path=2"),
        (demo_page, "#path=none"),
    ):
        forced = "active" if scheme == "forced" else "none"
        look = {"color_scheme": "light" if scheme == "forced" else scheme, "forced_colors": forced}
        page = open_page(html, link, bypass_csp=True, **look).page
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [(one["id"], *[node["target"][0] for node in one["nodes"]][:3]) for one in found["violations"]]
        assert told == [], link
