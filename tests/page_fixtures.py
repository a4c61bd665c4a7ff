"""The pages of the tests: fixtures, and how to read what a page holds and shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graphkit.page.columns import read_records
from graphkit.page.html import render_page
from tests.page_graphs import sample_answer, sample_graph

SHOTS = Path(__file__).parent.parent / "test-results"


@pytest.fixture(scope="session")
def path_page() -> str:
    graph = sample_graph()
    return render_page(graph, answer=sample_answer(graph), title="How Acme reaches X100")


@pytest.fixture(scope="session")
def explorer_page() -> str:
    return render_page(sample_graph(), title="Around Acme", focus=["acme"])


@pytest.fixture(scope="session")
def demo_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the main question, from the shipped fact base."""
    from graphkit.answers.path_periods import find_path_periods
    from graphkit.explorer import Explorer
    from graphkit.loading.cache import build

    database = str(tmp_path_factory.mktemp("demo") / "graph.kgl")
    build(db=database)
    with Explorer.open(db=database) as explorer:
        answer, graph = explorer.paths_and_graph("ByteDance", "H100")
        periods = find_path_periods(explorer, "ByteDance", "H100", explorer.filters())
    return render_page(graph, answer=answer.to_dict(), title="How ByteDance reaches H100", periods=periods)


def data_of(html: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert block
    found: dict[str, Any] = read_records(block[1])
    return found


def shown(page: Any) -> dict[str, int]:
    found: dict[str, int] = page.evaluate("graphkit.shown()")
    return found


def heading(page: Any) -> str:
    return str(page.locator("#panel h2").inner_text())


def exposure_of(graph: Any, pairs: Sequence[tuple[str, str]], **more: Any) -> dict[str, Any]:
    """Return the answer of `graphkit exposure` to the sample graph, for some pairs of buyer and chip."""
    cells = []
    for buyer, chip in pairs:
        answer = sample_answer(graph, buyer, chip)
        path = answer["paths"][0] if answer["paths"] else None
        cells.append(
            {
                "buyer": answer["buyer"],
                "chip": answer["chip"],
                "path": path,
                "near_misses": [{"reasons": ["turned down"]}],
                "outcome": "found" if path else "not found",
                "route": [],
                **{key: path[key] if path else None for key in ("status", "confidence", "stated")},
                "hops": len(path["steps"]) if path else None,
            }
        )
    ends = {end: list({cell[end]["id"]: cell[end] for cell in cells}.values()) for end in ("buyer", "chip")}
    asked = {"as_of": None, "filters": {}, "searched": {"max_hops": 5}}
    return {"buyers": ends["buyer"], "chips": ends["chip"], "cells": cells, **asked, **more}
