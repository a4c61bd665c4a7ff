"""The places of the nodes of a page: layered and force layouts, computed here and fixed in the browser.

Both are deterministic: no random numbers, ties broken by the order of the input. Coordinates are
whole numbers, x to the right and y downwards, in the units of the page at zoom 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Point = tuple[int, int]
Links = Sequence[tuple[str, str]]

COLUMN, ROW = 172, 104  # a slot, wide enough for a short name under a node
ROOM = 150  # free space around the row of the path, for its labels
STEP = 235  # the least length of a step, so that the relation can be read on it

_ACROSS = {
    "Product": 0.0,
    "Company": 0.3,
    "Datacenter": 0.66,
    "Chip": 1.0,
    "Region": 0.45,
    "Regulation": 0.8,
    "Agency": 0.75,
}
_LOWER = {"Region": 1, "Regulation": 2, "Agency": 2}  # place below, law below that
_SWAPS = 150_000  # link lengths to measure while improving a layered layout


def space_row(count: int, width: int) -> list[Point]:
    """Return `count` points on a straight row from the left edge to the right edge.

    >>> space_row(3, 400)
    [(0, 0), (200, 0), (400, 0)]
    """
    return [(round(place * width / max(1, count - 1)), 0) for place in range(count)]


def choose_width(nodes: int, longest: int) -> int:
    """Return how wide a layered layout is, for its nodes and the steps of its longest path."""
    columns = max(3, round(math.sqrt(nodes * ROW / COLUMN * 1.8)))
    return max((columns - 1) * COLUMN, longest * STEP)


def place_in_layers(
    kinds: Mapping[str, str], links: Links, path: Sequence[str] = (), wide: int | None = None
) -> dict[str, Point]:
    """Place nodes by kind from left to right, places below, law below those.

    `kinds` maps each node to its kind and gives the order that breaks ties. With a `path` the row
    y = 0 is left free for whichever path is shown; the others gather around this one's row. Its own
    nodes get a place off the row too, for when another path takes it.
    """
    wide = wide or choose_width(len(kinds), max(0, len(path) - 1))
    on_row = dict(zip(path, space_row(len(path), wide), strict=True))
    free = [node for node in kinds if node not in on_row]
    near: dict[str, list[str]] = {node: [] for node in kinds}
    for one, other in links:
        if one != other:
            near[one].append(other)
            near[other].append(one)
    across = _choose_across(kinds, near, on_row, wide)
    placed: dict[str, Point] = dict(on_row)
    bands = _make_bands(free, kinds, wide, len(path))
    for band, slots in bands:
        _fill_slots(band, slots, near, across, placed)
    _swap_nodes(free, kinds, near, placed)
    taken = set(placed.values())
    _fill_slots(path, [slot for slot in bands[0][1] if slot not in taken], near, across, placed)
    return {node: placed[node] for node in kinds}


def _choose_across(
    kinds: Mapping[str, str], near: Mapping[str, list[str]], on_row: Mapping[str, Point], wide: int
) -> dict[str, float]:
    """Return the x that each node would like: its kind's, pulled towards its neighbours'."""
    prior = {node: _ACROSS.get(kind, 0.5) * wide for node, kind in kinds.items()}
    across = {node: float(on_row[node][0]) if node in on_row else x for node, x in prior.items()}
    for _ in range(4):
        across = {
            node: x
            if node in on_row or not near[node]
            else 0.5 * prior[node] + 0.5 * sum(across[other] for other in near[node]) / len(near[node])
            for node, x in across.items()
        }
    return across


def _make_bands(
    free: Sequence[str], kinds: Mapping[str, str], wide: int, spare: int
) -> list[tuple[list[str], list[Point]]]:
    """Return for the parties, the places and the law their nodes and the slots they may take.

    `spare` slots are kept for the nodes of a path, whose row then parts the parties.
    """
    columns = max(2, round(wide / COLUMN) + 1)
    groups = [[node for node in free if _LOWER.get(kinds[node], 0) == level] for level in range(3)]
    needed = [len(groups[0]) + spare, len(groups[1]), len(groups[2])]
    rows = [math.ceil(count / (columns - 0.5)) for count in needed]
    above = min(rows[0], math.ceil(sum(rows) / 2)) if spare else rows[0]
    ys = [20 - ROOM - ROW * up for up in range(above)] if spare else [ROW * down for down in range(above)]
    bottom = ROOM if spare else ROW * above
    bands = []
    for level, group in enumerate(groups):
        below = rows[level] - above if level == 0 else rows[level]
        level_ys = (ys if level == 0 else []) + [bottom + ROW * down for down in range(below)]
        bottom += ROW * below + (ROW // 4 if below else 0)
        gap = wide / (columns - 1)
        slots = [
            (round((column + 0.5 * (abs(y // ROW) % 2)) * gap), y)
            for y in level_ys
            for column in range(columns - (abs(y // ROW) % 2))
        ]
        bands.append((group, slots))
    return bands


def _fill_slots(
    band: Sequence[str],
    slots: Sequence[Point],
    near: Mapping[str, list[str]],
    across: Mapping[str, float],
    placed: dict[str, Point],
) -> None:
    """Give each node the free slot nearest to where it would like to be, the best connected first."""
    taken: set[Point] = set()
    ranked = sorted(band, key=lambda node: (-sum(other in placed for other in near[node]), -len(near[node])))
    for node in ranked:
        best = min(
            (slot for slot in slots if slot not in taken),
            key=lambda slot: (abs(slot[0] - across[node]) + 0.8 * abs(slot[1]), slot),
        )
        taken.add(best)
        placed[node] = best


def _swap_nodes(
    free: Sequence[str], kinds: Mapping[str, str], near: Mapping[str, list[str]], placed: dict[str, Point]
) -> None:
    """Swap nodes of one band while that shortens their links."""

    def length(node: str, at: Point, swapped: str, swapped_at: Point) -> float:
        return sum(
            math.dist(at, swapped_at if other == swapped else placed[other]) for other in near[node]
        ) + 0.3 * abs(at[0] - wish[node])

    wish = {node: float(placed[node][0]) for node in free}
    pairs = [
        (one, other)
        for index, one in enumerate(free)
        for other in free[index + 1 :]
        if _LOWER.get(kinds[one], 0) == _LOWER.get(kinds[other], 0)
    ]
    cost = sum(len(near[one]) + len(near[other]) for one, other in pairs) * 2
    for _ in range(min(8, _SWAPS // max(1, cost))):
        better = False
        for one, other in pairs:
            here, there = placed[one], placed[other]
            now = length(one, here, other, there) + length(other, there, one, here)
            then = length(one, there, other, here) + length(other, here, one, there)
            if then < now - 1e-6:
                placed[one], placed[other] = there, here
                better = True
        if not better:
            return


def place_by_force(start: Mapping[str, Point], links: Links) -> dict[str, Point]:
    """Place nodes so that linked ones draw near and all keep their distance, from `start` on.

    Fruchterman and Reingold, "Graph drawing by force-directed placement" (1991), in its grid
    variant: nodes further apart than two ideal lengths do not push each other.
    """
    nodes = list(start)
    ideal = 150.0
    reach = (2.6 if len(nodes) <= 300 else 1.6) * ideal
    # a small turn each, or nodes that start in one column stay in it
    xs = [start[node][0] + 40 * math.cos(2.4 * place) for place, node in enumerate(nodes)]
    ys = [start[node][1] + 40 * math.sin(2.4 * place) for place, node in enumerate(nodes)]
    index = {node: place for place, node in enumerate(nodes)}
    pairs = sorted({(index[one], index[other]) for one, other in links if one != other})
    middle_x, middle_y = sum(xs) / max(1, len(xs)), sum(ys) / max(1, len(ys))
    rounds = 160 if len(nodes) <= 200 else max(24, 32_000 // len(nodes))
    for turn in range(rounds):
        heat = ideal * 0.6 * (1 - turn / rounds) + 2
        dx, dy = [0.0] * len(nodes), [0.0] * len(nodes)
        for one, other in _list_close_pairs(xs, ys, reach):
            x, y = xs[one] - xs[other], ys[one] - ys[other]
            if x * x + y * y >= reach * reach:
                continue
            far = math.hypot(x, y)
            if far < 1.0:
                x, y, far = 1.0 + one % 7, 1.0 + other % 5, 1.0
            push = (1 - far / reach) * 1.6 * ideal * ideal / (far * far)
            dx[one] += x * push
            dy[one] += y * push
            dx[other] -= x * push
            dy[other] -= y * push
        for one, other in pairs:
            x, y = xs[one] - xs[other], ys[one] - ys[other]
            pull = math.hypot(x, y) / ideal * 0.55
            dx[one] -= x * pull
            dy[one] -= y * pull
            dx[other] += x * pull
            dy[other] += y * pull
        for place in range(len(nodes)):
            dx[place] -= (xs[place] - middle_x) * 0.06
            dy[place] -= (ys[place] - middle_y) * 0.08
            far = math.hypot(dx[place], dy[place]) or 1.0
            xs[place] += dx[place] / far * min(far, heat)
            ys[place] += dy[place] / far * min(far, heat)
    for _ in range(30):
        crowded = [
            pair
            for pair in _list_close_pairs(xs, ys, 84.0)
            if math.hypot(xs[pair[0]] - xs[pair[1]], ys[pair[0]] - ys[pair[1]]) < 84.0
        ]
        if not crowded:
            break
        for one, other in crowded:
            x, y = xs[one] - xs[other], ys[one] - ys[other]
            far = math.hypot(x, y)
            if far < 1.0:
                x, y, far = 1.0, 0.5 + one % 3, 1.2
            step = (86.0 - min(far, 86.0)) / far / 2
            xs[one] += x * step
            ys[one] += y * step
            xs[other] -= x * step
            ys[other] -= y * step
    return {node: (round(xs[place]), round(ys[place])) for place, node in enumerate(nodes)}


def _list_close_pairs(xs: Sequence[float], ys: Sequence[float], reach: float) -> list[tuple[int, int]]:
    """Return the pairs of points that lie in the same or neighbouring cells of a grid."""
    cells: dict[tuple[int, int], list[int]] = {}
    for place in range(len(xs)):
        cells.setdefault((math.floor(xs[place] / reach), math.floor(ys[place] / reach)), []).append(place)
    found = []
    for (column, line), members in cells.items():
        for right, down in ((0, 0), (1, 0), (-1, 1), (0, 1), (1, 1)):
            others = members if (right, down) == (0, 0) else cells.get((column + right, line + down), [])
            found += [(one, other) for one in members for other in others if (right, down) != (0, 0) or one < other]
    return found
