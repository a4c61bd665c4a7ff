"""Access paths: network, search, evaluation, confidence, near misses. Pure functions over a graph."""

from graphkit.paths.access_path import AccessPath, Place, Step
from graphkit.paths.confidence import PathSum, explain_confidence
from graphkit.paths.effort import Effort
from graphkit.paths.near_misses import NearMiss, find_refusals
from graphkit.paths.negatives import Negative, explain_absence, find_undated, find_unpublished, merge_negatives
from graphkit.paths.network import Group, Network
from graphkit.paths.search import Search

__all__ = [
    "AccessPath",
    "Effort",
    "Group",
    "NearMiss",
    "Negative",
    "Network",
    "PathSum",
    "Place",
    "Search",
    "Step",
    "explain_absence",
    "explain_confidence",
    "find_refusals",
    "find_undated",
    "find_unpublished",
    "merge_negatives",
]
