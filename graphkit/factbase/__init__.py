"""Read, check and merge fact-base folders: every fault at once, with file and line.

A fact base is `documents.csv`, `entities.csv`, `claims/<document id>.csv`, and, where it has them, the rule files
`chips.csv`, `regions.csv`, `region_groups.csv`, `regulations.yaml` and `routes.yaml`, whose chips, regions and rules
are entities too. Several folders are read as one: an id may be declared in one and used in another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.factbase.content import content_sha256, content_stamp, names, shipped_seeds
    from graphkit.factbase.counts import Coverage, SingleOrigin, coverage
    from graphkit.factbase.reader import add_rules, read_factbase, read_rulebook
    from graphkit.factbase.records import FactBase, Part, Place, Places

__all__ = [
    "Coverage",
    "FactBase",
    "Part",
    "Place",
    "Places",
    "SingleOrigin",
    "add_rules",
    "content_sha256",
    "content_stamp",
    "coverage",
    "names",
    "read_factbase",
    "read_rulebook",
    "shipped_seeds",
]

_MODULES = {
    **dict.fromkeys(("content_sha256", "content_stamp", "names", "shipped_seeds"), "content"),
    **dict.fromkeys(("add_rules", "read_factbase", "read_rulebook"), "reader"),
    **dict.fromkeys(("FactBase", "Part", "Place", "Places"), "records"),
    **dict.fromkeys(("Coverage", "SingleOrigin", "coverage"), "counts"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a question to a cached database needs the hash alone."""
    if name in _MODULES:
        return getattr(import_module(f"graphkit.factbase.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'graphkit.factbase' has no attribute {name!r}")
