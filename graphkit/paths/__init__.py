"""Access paths: search, rank, read, and honest negatives. Pure functions over a graph."""

from graphkit.paths.access_path import AccessPath, Place, Step
from graphkit.paths.near_misses import NearMiss, Negative, explain, merge, refusals, undated
from graphkit.paths.network import Group, Network
from graphkit.paths.search import Search

__all__ = [
    "AccessPath",
    "Group",
    "NearMiss",
    "Negative",
    "Network",
    "Place",
    "Search",
    "Step",
    "explain",
    "merge",
    "refusals",
    "undated",
]
