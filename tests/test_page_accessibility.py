"""Pages for everybody: axe finds nothing, light or dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphkit.page.html import render_exposure_page
from tests.page_fixtures import exposure_of
from tests.page_graphs import sample_graph

pytestmark = pytest.mark.browser


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
