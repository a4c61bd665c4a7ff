"""What a page shows: a graph and answers turned into plain data, within bounds.

The wire ids `n0`, `e1` stand for nodes and lines; real ids and names are only ever texts. A line of
the drawing is all claims that agree on subject, relation, object, status and whether they are implied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.errors import ViewTooLarge
from graphkit.ontology import KINDS
from graphkit.page import layout
from graphkit.page.sheet import Record, Sheet

if TYPE_CHECKING:
    from graphkit.graph import Graph

CONTEXTS = tuple((nodes, 2 * nodes + nodes // 4) for nodes in range(40, 12, -4))  # entities and lines around paths
PLAIN = 150, 300  # drawn without a word
NOTED = 500, 1_000  # drawn with a note
LARGE = 1_500, 4_000  # drawn when asked for by name; also the most claims of any page

_ON_LINE = ("subject", "relation", "object", "status", "implied")


def page_data(
    graph: Graph,
    answers: Sequence[Mapping[str, Any]],
    *,
    title: str,
    focus: Sequence[str] = (),
    most: tuple[int, int] | None = None,
    large: bool = False,
    matrix: Mapping[str, Any] | None = None,
) -> Record:
    """Return the data of one page: what is drawn, what is said of it, where it stands.

    `answers` are JSON answers of `graphkit path`; without any the page explores the graph. `most`
    are the entities and lines to keep, those nearest to the paths or the focus first. Raises ViewTooLarge.
    """
    sheet = Sheet(graph, answers)
    kept = sheet.choose(focus, most)
    lines = sheet.lines(kept)
    count = sum(len(claims) for _, claims in lines)
    _check_size(len(kept), len(lines), count, large)
    wire = {key: f"n{place}" for place, key in enumerate(kept)}
    claims: list[Record] = []
    drawn: list[Record] = []
    line_of: dict[str, str] = {}
    for place, ((subject, relation, object_, status, implied), members) in enumerate(lines):
        drawn.append(
            {
                "id": f"e{place}",
                "from": wire[subject],
                "to": wire[object_],
                "relation": relation,
                **({"status": status} if status != "done" else {}),
                **({"implied": True} if implied else {}),
                "claims": list(range(len(claims), len(claims) + len(members))),
            }
        )
        claims += [{field: value for field, value in claim.items() if field not in _ON_LINE} for claim in members]
        line_of |= {claim["id"]: f"e{place}" for claim in members}
    told = [
        sheet.told(answer, wire, line_of, {claim["id"]: at for at, claim in enumerate(claims)}) for answer in answers
    ]
    first: list[str] = next((path["nodes"] for answer in told for path in answer["paths"]), [])
    back = {name: key for key, name in wire.items()}
    places, wide = _places(sheet, kept, lines, [back[name] for name in first], told)
    for answer in told:
        for path in answer["paths"]:
            path["row"] = [x for x, _ in layout.row(len(path["nodes"]), wide)]
    sources = sorted({claim["document"] for claim in claims})
    number = {document: place for place, document in enumerate(sources)}
    for claim in claims:
        claim["document"] = number[claim["document"]]
    return {
        "title": title,
        "view": "matrix" if matrix else "path" if answers else "explorer",
        "kinds": _looks(sheet.entities[key]["kind"] for key in kept),
        "nodes": [{"id": wire[key], **sheet.entities[key], **places[key], **sheet.cut(key, wire)} for key in kept],
        "lines": drawn,
        "claims": claims,
        "documents": [sheet.documents[name] for name in sources],
        "answers": told,
        "findings": sheet.findings,
        "rules": sheet.rules,
        "matrix": matrix,
        "focus": [wire[key] for key in focus if key in wire],
        "left_out": len(sheet.entities) - len(kept),
        "noted": len(kept) > PLAIN[0] or len(lines) > PLAIN[1],
    }


def _check_size(nodes: int, lines: int, claims: int, large: bool) -> None:
    size = f"{nodes:,} entities and {lines:,} relations from {claims:,} claims"
    narrower = (
        "ask for a path (graphkit path BUYER CHIP --html FILE), for a neighbourhood "
        "(graphkit view NAME --radius 1) or for fewer entities (--limit)"
    )
    if nodes > LARGE[0] or max(lines, claims) > LARGE[1]:
        raise ViewTooLarge(f"{size} are more than a page can show ({LARGE[0]:,} and {LARGE[1]:,}): {narrower}")
    if (nodes > NOTED[0] or lines > NOTED[1]) and not large:
        raise ViewTooLarge(f"{size} make a slow page: {narrower}, or allow it (--large)")


def _looks(kinds: Iterable[str]) -> list[Record]:
    present = set(kinds)
    return [
        {"name": name, "colour": kind.colour, "shape": kind.shape} for name, kind in KINDS.items() if name in present
    ] + [{"name": name, "colour": "#5a6472", "shape": "dot"} for name in sorted(present - set(KINDS))]


def _places(
    sheet: Sheet, kept: Sequence[str], lines: Sequence[Any], first: Sequence[str], told: Sequence[Record]
) -> tuple[dict[str, Record], int]:
    """Return where each node stands in both layouts, and how wide the row of a path is."""
    kinds = {key: sheet.entities[key]["kind"] for key in kept}
    links = [(line[0], line[2]) for line, _ in lines]
    longest = max((len(path["nodes"]) - 1 for answer in told for path in answer["paths"]), default=0)
    wide = layout.width(len(kept), longest)
    layered = layout.layered(kinds, links, list(dict.fromkeys(first)), wide)
    force = layout.force(layered, links)
    return {key: {"x": layered[key][0], "y": layered[key][1], "force": force[key]} for key in kept}, wide
