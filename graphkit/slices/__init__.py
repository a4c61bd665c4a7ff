"""Slices: the part of a database that a question needs, as a graph."""

from graphkit.slices.chosen import fetch_chosen
from graphkit.slices.widening import (
    MAX_SLICE,
    STATEMENTS,
    Slice,
    add_surroundings,
    fetch_access_slice,
    fetch_neighbourhood,
    fetch_owner_slice,
    fetch_party_slice,
    fetch_path_slice,
    fetch_seat_slice,
    fetch_seats,
    fetch_tie_slice,
    fetch_whole,
)

__all__ = [
    "MAX_SLICE",
    "STATEMENTS",
    "Slice",
    "add_surroundings",
    "fetch_access_slice",
    "fetch_chosen",
    "fetch_neighbourhood",
    "fetch_owner_slice",
    "fetch_party_slice",
    "fetch_path_slice",
    "fetch_seat_slice",
    "fetch_seats",
    "fetch_tie_slice",
    "fetch_whole",
]
