"""Read, check and merge fact-base folders: every fault at once, with file and line.

A fact base is `documents.csv`, `entities.csv`, `claims/<document id>.csv`, and, where it has them, the rule files
`chips.csv`, `regions.csv`, `region_groups.csv`, `regulations.yaml` and `routes.yaml`, whose chips, regions and rules
are entities too. Several folders are read as one: an id may be declared in one and used in another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.factbase.content import find_shipped_seeds, hash_content, list_base_names, stamp_content
    from graphkit.factbase.counts import Coverage, SingleOrigin, count_coverage
    from graphkit.factbase.reader import add_rules, read_factbase, read_rulebook
    from graphkit.factbase.records import FactBase, FileLine, FileLines, Part

__all__ = [
    "Coverage",
    "FactBase",
    "FileLine",
    "FileLines",
    "Part",
    "SingleOrigin",
    "add_rules",
    "count_coverage",
    "find_shipped_seeds",
    "hash_content",
    "list_base_names",
    "read_factbase",
    "read_rulebook",
    "stamp_content",
]

_MODULES = {
    **dict.fromkeys(("hash_content", "list_base_names", "find_shipped_seeds", "stamp_content"), "content"),
    **dict.fromkeys(("add_rules", "read_factbase", "read_rulebook"), "reader"),
    **dict.fromkeys(("FactBase", "Part", "FileLine", "FileLines"), "records"),
    **dict.fromkeys(("Coverage", "SingleOrigin", "count_coverage"), "counts"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a question to a cached database needs the hash alone."""
    if name in _MODULES:
        return getattr(import_module(f"graphkit.factbase.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'graphkit.factbase' has no attribute {name!r}")
