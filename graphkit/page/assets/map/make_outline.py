"""Make outline.json and countries.csv from the npm package world-atlas (ISC; Natural Earth, public domain).

Run it from the repository after `npm install --no-save world-atlas@2.0.2`:

    python graphkit/page/assets/map/make_outline.py node_modules/world-atlas seeds/regions.csv
"""

from __future__ import annotations

import csv
import json
import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from graphkit.page.places import WIDTH, project, trace_rings

Point = tuple[float, float]

#: Where the map ends in the south: Antarctica is left out.
_SOUTH = -57.0
#: Units of the map up to which a piece of land is a dot.
_DOT = 3
#: Degrees from which a bend of a coast or a border is drawn.
_DETAIL = 0.18
_CREDIT = "Natural Earth (public domain) by way of world-atlas 2.0.2 (ISC); borders as drawn there"
#: Names that the atlas shortens beyond recognition, by the ids of regions.
_SHORTENED = {
    "aland": "aland-islands",
    "faeroe is": "faroe-islands",
    "st vin and gren": "saint-vincent-and-the-grenadines",
    "us virgin is": "united-states-virgin-islands",
    "w sahara": "western-sahara",
    "s geo and the is": "south-georgia",
    "br indian ocean ter": "british-indian-ocean-territory",
    "dem rep congo": "democratic-republic-of-the-congo",
    "central african rep": "central-african-republic",
    "vatican": "vatican-city",
    "pitcairn is": "pitcairn",
    "fr s antarctic lands": "french-southern-territories",
    "wallis and futuna is": "wallis-and-futuna",
    "heard i and mcdonald is": "heard-island-and-mcdonald-islands",
}
_WORDS = {
    "is": "islands", "s": "south", "n": "northern", "st": "saint", "rep": "republic", "eq": "equatorial",
    "fr": "french", "herz": "herzegovina", "barb": "barbuda",
}  # fmt: skip


def simplify(arc: list[Point], detail: float) -> list[Point]:
    """Return a line with its ends and without points nearer to it than so many degrees (Douglas and Peucker 1973).

    >>> simplify([(0, 0), (5, 0.01), (9, 4), (9, 9)], 0.1)
    [(0, 0), (5, 0.01), (9, 4), (9, 9)]
    >>> simplify([(0, 0), (5, 0.01), (9, 0)], 0.1)
    [(0, 0), (9, 0)]
    """
    if len(arc) < 3:
        return arc
    (a, b), (c, d) = arc[0], arc[-1]
    far = math.hypot(c - a, d - b)

    def stray(point: Point) -> float:
        x, y = point[0] - a, point[1] - b
        return abs(x * (d - b) - y * (c - a)) / far if far else math.hypot(x, y)

    place = max(range(1, len(arc) - 1), key=lambda at: stray(arc[at]))
    if stray(arc[place]) < detail:
        return [arc[0], arc[-1]]
    return simplify(arc[: place + 1], detail)[:-1] + simplify(arc[place:], detail)


class Atlas:
    """A topology of countries: https://github.com/topojson/topojson-specification."""

    def __init__(self, file: Path, detail: float | None = None) -> None:
        data = json.loads(file.read_text("utf-8"))
        (wide, high), (left, bottom) = data["transform"]["scale"], data["transform"]["translate"]
        self.objects: dict[str, Any] = data["objects"]
        self.arcs: list[list[Point]] = []
        for steps in data["arcs"]:
            x = y = 0
            arc = []
            for right, up in steps:
                x, y = x + right, y + up
                arc.append((x * wide + left, y * high + bottom))
            self.arcs.append(arc if detail is None else simplify(arc, detail))

    def list_rings(self, name: str, without: str = "") -> Iterator[tuple[str, list[int]]]:
        """Yield the rings of an object as numbers of arcs, each with the name of its country."""
        for one in self.objects[name]["geometries"]:
            country = one.get("properties", {}).get("name", "")
            if country == without and without:
                continue
            polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
            for polygon in polygons:
                for ring in polygon:
                    yield country, ring

    def trace(self, ring: list[int]) -> list[Point]:
        """Return the points of a ring; the arc ~n is arc n from its end."""
        points: list[Point] = []
        for number in ring:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points


def draw_outline(atlas: Atlas) -> dict[str, object]:
    """Return land as closed paths and the borders between two countries as open ones."""
    rings = [part for _, ring in atlas.list_rings("land") for part in cut_ring(atlas.trace(ring))]
    rings = [ring for ring in rings if max(latitude for _, latitude in ring) > _SOUTH and is_seen(ring)]
    ends = list(atlas.list_rings("countries", without="Antarctica"))
    used = Counter(number if number >= 0 else ~number for _, ring in ends for number in ring)
    borders = [atlas.arcs[number] for number, times in sorted(used.items()) if times > 1]
    return {
        "width": WIDTH,
        "height": round(project(0, _SOUTH)[1]),
        "land": "".join(trace_rings(ring, closed=True) for ring in rings),
        "borders": "".join(trace_rings(arc, closed=False) for arc in borders),
        "credit": _CREDIT,
    }


def is_seen(ring: list[Point]) -> bool:
    """Say whether a ring is more than a dot: small islands are drawn as dots where something is said of them."""
    spots = [project(*point) for point in ring]
    return any(max(values) - min(values) > _DOT for values in zip(*spots, strict=True))


def unwrap_ring(ring: list[Point]) -> list[Point]:
    """Return a ring without jumps: what lies beyond the antimeridian goes on past 180 degrees.

    >>> unwrap_ring([(170, 0), (-170, 0)])
    [(170, 0), (190, 0)]
    """
    points = ring[:1]
    for longitude, latitude in ring[1:]:
        turns = round((points[-1][0] - longitude) / 360)
        points.append((longitude + 360 * turns, latitude))
    return points


def cut_ring(ring: list[Point]) -> list[list[Point]]:
    """Return the parts of a ring on the map, which ends at the antimeridian."""
    whole, parts = unwrap_ring(ring), []
    for turn in (-360, 0, 360):
        part = [(longitude + turn, latitude) for longitude, latitude in whole]
        for side in (-1, 1):
            part = clip_ring(part, side)
        if len(part) > 3:
            parts.append(part)
    return parts


def clip_ring(ring: list[Point], side: int) -> list[Point]:
    """Return what of a ring lies within 180 degrees on one side (Sutherland and Hodgman 1974)."""
    found: list[Point] = []
    for (a, b), (c, d) in zip(ring, ring[1:] + ring[:1], strict=True):
        inside = a * side <= 180
        if inside:
            found.append((a, b))
        if inside != (c * side <= 180):
            found.append((180.0 * side, b + (d - b) * (180 * side - a) / (c - a)))
    return found


def find_middle(ring: list[Point]) -> tuple[float, Point]:
    """Return the area of a ring, in degrees at the equator squared, and its centroid."""
    area = x = y = 0.0
    for (a, b), (c, d) in pairwise(ring):
        cross = a * d - c * b
        area, x, y = area + cross / 2, x + (a + c) * cross / 6, y + (b + d) * cross / 6
    if not area:
        return 0.0, ring[0]
    return abs(area) * math.cos(math.radians(y / area)), (x / area, y / area)


def fold(name: str) -> str:
    """Return a name as names are compared: no accents, no points, words written out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return plain.replace(".", " ").replace("-", " ").replace("u s ", "us ")


def list_countries(atlas: Atlas, regions: Path) -> list[tuple[str, str, str]]:
    """Return id, latitude and longitude of each region that the atlas draws: the middle of its largest piece."""
    known: dict[str, str] = {}
    with regions.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in (row["name"], *row["aliases"].split(";")):
                known[" ".join(fold(name).split())] = row["id"]
    largest: dict[str, tuple[float, Point]] = {}
    for country, ring in atlas.list_rings("countries"):
        short = " ".join(fold(country).split())
        name = known.get(short) or _SHORTENED.get(short)
        name = name or known.get(" ".join(_WORDS.get(word, word) for word in short.split()))
        if name is None:
            print(f"no region is called {country}", file=sys.stderr)
            continue
        largest[name] = max(largest.get(name, (-1.0, (0.0, 0.0))), find_middle(unwrap_ring(atlas.trace(ring))))
    return [(name, f"{y:.1f}", f"{(x + 180) % 360 - 180:.1f}") for name, (_, (x, y)) in sorted(largest.items())]


def main(atlas: str, regions: str) -> None:
    """Write both files beside this one."""
    folder = Path(__file__).parent
    outline = draw_outline(Atlas(Path(atlas) / "countries-110m.json", _DETAIL))
    (folder / "outline.json").write_text(json.dumps(outline, indent=1) + "\n", "utf-8", newline="\n")
    rows = list_countries(Atlas(Path(atlas) / "countries-50m.json"), Path(regions))
    lines = ["id,latitude,longitude", *(",".join(row) for row in rows)]
    (folder / "countries.csv").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
