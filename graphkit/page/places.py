"""Places on the map of a page: where regions and sites lie, as the files of assets/map say, and who is where.

`countries.csv` and `outline.json` are made by `make_outline.py` of the same folder; `places.csv` is written by hand,
comes first and may be corrected. A place that neither file knows has no coordinates: it is named, never guessed.
"""

from __future__ import annotations

import csv
import functools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from graphkit.errors import InvalidValue

Record = dict[str, Any]

#: The map is so many units wide; a unit is about 20 km at the equator.
WIDTH = 2_000
#: The relations that say where an entity is, the first that is told counts.
TELLING = ("LOCATED_IN", "HEADQUARTERED_IN", "INCORPORATED_IN", "DEPLOYS_IN")
#: Statuses of claims that place an entity, the firmest first; refused and denied ones place nothing.
_PLACING = ("done", "planned", "considered", "alleged")


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a point in degrees lies on the map, in units from its top left corner.

    The projection is Natural Earth I (Šavrič and others 2011, DOI 10.1559/15230406382105).

    >>> project(-180, 0)[0], round(project(0, 0)[0])
    (0.0, 1000)
    """
    turn, tilt = math.radians(longitude), math.radians(latitude)
    two = tilt * tilt
    across = 0.8707 - 0.131979 * two - 0.013791 * two**2 + 0.003971 * two**5 - 0.001529 * two**6
    down = tilt * (1.007226 + 0.015085 * two - 0.044475 * two**3 + 0.028874 * two**4 - 0.005916 * two**5)
    unit = WIDTH / (2 * math.pi * 0.8707)
    return WIDTH / 2 + turn * across * unit, (_TOP - down) * unit


#: The northern edge, as the projection gives it for 84 degrees.
_TOP = 1.38234


@functools.cache
def read_outline() -> dict[str, Any]:
    """Return the outline: its width and height in units, SVG paths of its land and of its borders, its credit."""
    outline: dict[str, Any] = json.loads((_find_folder() / "outline.json").read_text("utf-8"))
    return outline


@functools.cache
def read_places() -> Mapping[str, tuple[float, float]]:
    """Return latitude and longitude in degrees by the id of a region or site.

    Raises InvalidValue, which names the file and the line, where a row has no coordinates on the globe.
    """
    found: dict[str, tuple[float, float]] = {}
    for name in ("countries.csv", "places.csv"):
        found |= _read_rows(_find_folder() / name)
    return found


def _read_rows(file: Traversable) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for line, row in enumerate(csv.DictReader(file.read_text("utf-8-sig").splitlines()), 2):
        try:
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
        except (KeyError, TypeError, ValueError):
            latitude = longitude = math.nan
        if not (row.get("id") and abs(latitude) <= 90 and abs(longitude) <= 180):
            raise InvalidValue(
                f"{file.name} line {line}: give an id, a latitude from -90 to 90 and a longitude from -180 to 180"
            )
        found[str(row["id"])] = latitude, longitude
    return found


def _find_folder() -> Traversable:
    return resources.files("graphkit.page") / "assets" / "map"


def build_map(
    node: Mapping[str, str], entities: Mapping[str, Record], claims: Iterable[Mapping[str, Any]]
) -> Record | None:
    """Return the map of a page, None where nothing on it is said to be anywhere.

    `node` has the ids on the page of the entities that are drawn, `claims` all that are at hand. Of each node the map
    says where it is, `at`: the places that the firmest claims name, by number, with the relation and its status.
    """
    said: dict[str, list[tuple[int, int, str, str]]] = {}
    for claim in claims:
        subject, relation, status = claim["subject"], claim["relation"], claim["status"]
        if subject in node and relation in TELLING and status in _PLACING:
            rank = TELLING.index(relation), _PLACING.index(status)
            said.setdefault(subject, []).append((*rank, claim["object"], relation))
    numbers: dict[str, int] = {}
    at: Record = {}
    for key, name in sorted(node.items()):
        if entities[key]["kind"] == "Region":
            at[name] = {"places": [numbers.setdefault(key, len(numbers))]}
        elif told := sorted(said.get(key, ())):
            firmest = [one for one in told if one[:2] == told[0][:2]]
            places = list(dict.fromkeys(numbers.setdefault(one[2], len(numbers)) for one in firmest))
            at[name] = {"places": places, "relation": firmest[0][3]}
            if firmest[0][1]:
                at[name]["status"] = _PLACING[firmest[0][1]]
    if not at:
        return None
    return {
        **read_outline(),
        "relations": TELLING,
        "places": [_read_place(key, entities) for key in numbers],
        "at": at,
    }


def _read_place(key: str, entities: Mapping[str, Record]) -> Record:
    """Return a place: its name, and where on the map it lies if that is known."""
    place: Record = {"key": key, "name": entities.get(key, {}).get("name", key)}
    if key in read_places():
        latitude, longitude = read_places()[key]
        x, y = project(longitude, latitude)
        place |= {"x": round(x, 1), "y": round(y, 1)}
    return place


def trace_rings(points: Sequence[tuple[float, float]], *, closed: bool) -> str:
    """Return points in degrees as an SVG path in whole units, each relative to the one before.

    >>> trace_rings([(0, 0), (10, 0), (10, 10)], closed=True)
    'M1000 505l56 0-1-64z'
    """
    spots: list[tuple[int, int]] = []
    for longitude, latitude in points:
        x, y = project(longitude, latitude)
        if not spots or spots[-1] != (round(x), round(y)):
            spots.append((round(x), round(y)))
    if len(spots) < (3 if closed else 2):
        return ""
    if closed and spots[0] == spots[-1]:
        spots.pop()
    moves = " ".join(f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(spots))
    return f"M{spots[0][0]} {spots[0][1]}l{moves.replace(' -', '-')}{'z' if closed else ''}"
