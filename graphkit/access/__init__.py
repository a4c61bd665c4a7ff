"""Access paths: search, rank, read, and honest negatives. Pure functions over a graph."""

from graphkit.access.negative import NearMiss, Negative, explain, merge, refusals, undated
from graphkit.access.network import Group, Network
from graphkit.access.records import AccessPath, Place, Step
from graphkit.access.search import Search

__all__ = [
    "AccessPath", "Group", "NearMiss", "Negative", "Network", "Place", "Search", "Step",
    "explain", "merge", "refusals", "undated",
]
