"""Access paths: network, search, evaluation, confidence, near misses. Pure functions over a graph."""

from graphkit.paths.access_path import AccessPath, Place, Step
from graphkit.paths.confidence import PathConfidence, explain_path_confidence
from graphkit.paths.effort import Budget, Effort, count_seconds, measure_slowness
from graphkit.paths.near_misses import NearMiss, find_refusals
from graphkit.paths.negatives import Negative, explain_absence, find_undated, find_unpublished, merge_negatives
from graphkit.paths.network import Network, ParallelClaims
from graphkit.paths.search import Search

__all__ = [
    "AccessPath",
    "Budget",
    "Effort",
    "NearMiss",
    "Negative",
    "Network",
    "ParallelClaims",
    "PathConfidence",
    "Place",
    "Search",
    "Step",
    "count_seconds",
    "explain_absence",
    "explain_path_confidence",
    "find_refusals",
    "find_undated",
    "find_unpublished",
    "measure_slowness",
    "merge_negatives",
]
