"""Read, check and merge fact-base folders: every fault at once, with file and line.

A fact base is `documents.csv`, `entities.csv`, `claims/<document id>.csv`, and, where it has them, the rule files
`chips.csv`, `regions.csv`, `region_groups.csv`, `regulations.yaml` and `routes.yaml`, whose chips, regions and rules
are entities too. Several folders are read as one: an id may be declared in one and used in another.
"""

from graphkit.factbase.coverage import Coverage, SingleOrigin, coverage
from graphkit.factbase.reader import (
    add_rules,
    content_sha256,
    names,
    read_factbase,
    read_rulebook,
    shipped_seeds,
)
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
    "coverage",
    "names",
    "read_factbase",
    "read_rulebook",
    "shipped_seeds",
]
