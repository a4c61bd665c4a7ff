"""Slices: the part of a database that a question needs, as a graph."""

from graphkit.slices.widening import (
    MAX_SLICE,
    Slice,
    access_slice,
    claims_from,
    neighbourhood,
    owner_slice,
    party_slice,
    path_slice,
    seat_slice,
    whole,
    with_surroundings,
)

__all__ = [
    "MAX_SLICE",
    "Slice",
    "access_slice",
    "claims_from",
    "neighbourhood",
    "owner_slice",
    "party_slice",
    "path_slice",
    "seat_slice",
    "whole",
    "with_surroundings",
]
