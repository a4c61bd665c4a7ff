"""The looks of kinds and statuses, as assets/looks.json says: colours and shapes of nodes, dashes of lines."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

#: A kind that looks.json does not know.
OTHER = {"colour": "#5a6472", "shape": "dot"}


@functools.cache
def read_kind_looks() -> dict[str, dict[str, str]]:
    """Return for each kind its colour on white, as "#rrggbb", and its vis-network shape."""
    looks: dict[str, dict[str, str]] = _read()["kinds"]
    return looks


@functools.cache
def read_line_looks() -> dict[str, list[float] | None]:
    """Return for each status, and for implied claims, the dashes of its line in pixels; None is drawn through."""
    looks: dict[str, list[float] | None] = _read()["lines"]
    return looks


def _read() -> Any:
    return json.loads((resources.files("graphkit.page") / "assets" / "looks.json").read_text("utf-8"))
