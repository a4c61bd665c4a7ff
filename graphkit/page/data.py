"""The data block of a page: a graph and answers as plain records, within bounds.

The wire ids `n0`, `e1` stand for nodes and lines; real ids and names are only ever texts. A line of
the drawing is all claims that agree on subject, relation, object, status and whether they are implied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graphkit.errors import ViewTooLarge
from graphkit.ontology import KINDS, RELATIONS
from graphkit.page import layout
from graphkit.page.answers import read_answer
from graphkit.page.evidence_graph import BEHIND, EvidenceGraph, Line
from graphkit.page.looks import OTHER, read_kind_looks, read_line_looks
from graphkit.page.matrix import Key, PlainMatrix, read_matrix
from graphkit.page.places import build_map
from graphkit.page.pools import Numbers, Record

CONTEXTS = tuple((nodes, 2 * nodes + nodes // 4) for nodes in range(40, 12, -4))  # entities and lines around paths
PLAIN = 150, 300  # drawn without a word
NOTED = 500, 1_000  # drawn with a note
LARGE = 1_500, 4_000  # drawn when asked for by name; also the most claims of any page

#: What to ask instead of a page of paths, or of pairs, that is too large.
_FEWER_PATHS = "ask for fewer paths (--limit), or for those through somebody (--via NAME)"
_FEWER_PAIRS = "ask for fewer pairs: name fewer after --buyers or --chips"

_ON_LINE = ("subject", "relation", "object", "status", "implied")


def build_page_data(
    evidence: EvidenceGraph,
    *,
    title: str,
    focus: Sequence[str] = (),
    most: tuple[int, int] | None = None,
    large: bool = False,
    matrix: tuple[PlainMatrix, Sequence[Key]] | None = None,
    narrower: str = "",
    words: Mapping[str, str],
) -> Record:
    """Return the data of one page: what is drawn, what is said of it, where it stands.

    Without answers the page explores the graph. `most` are the entities and lines to keep, those nearest to
    the paths or the focus first; `matrix` names the pairs of the answers, `words` are those of its language. Raises
    ViewTooLarge, which says `narrower` or names narrower questions.
    """
    kept = evidence.choose_entities(focus, most)
    lines = evidence.list_lines(kept)
    held = sum(len(members) for _, members in lines)
    bounds = (LARGE if large else NOTED)[1], LARGE[1]
    if evidence.asked and (len(lines) > bounds[0] or held > bounds[1]):
        lines = evidence.cut_lines(lines, bounds)  # the paths are what was asked for, and what is beside them is not
    size = len(kept), len(lines), sum(len(members) for _, members in lines)
    fewer = _FEWER_PAIRS if matrix else _FEWER_PATHS if evidence.asked else _list_narrower(focus)
    _check_size(*size, large or bool(evidence.asked), narrower or fewer)
    node = {key: f"n{place}" for place, key in enumerate(kept)}
    claims = [claim for _, members in lines for claim in members]
    sources = sorted({claim["document"] for claim in claims})
    numbers = Numbers(
        node=node,
        line={claim["id"]: f"e{place}" for place, (_, members) in enumerate(lines) for claim in members},
        claim={claim["id"]: place for place, claim in enumerate(claims)},
        words=words,
        document={document: place for place, document in enumerate(sources)},
        documents=[evidence.documents[name] for name in sources],
    )
    read = [
        read_answer(answer, numbers, periods)
        for answer, periods in zip(evidence.asked, evidence.periods, strict=True)
    ]
    table = read_matrix(*matrix, evidence, numbers) if matrix else None
    pools = {name: pool.records for name, pool in numbers.pools.items()}
    drawn = evidence.choose_behind(BEHIND) if read and not matrix else set()
    places = _place_nodes(evidence, kept, lines, read, pools)
    return {
        "title": title,
        "view": "matrix" if matrix else "path" if read else "explorer",
        "kinds": _look_up_kinds(evidence.entities[key]["kind"] for key in kept),
        "dashes": read_line_looks(),
        "bearing": [name for name, one in RELATIONS.items() if one.access or one.group == "law"],
        "nodes": [
            {"id": node[key], **evidence.entities[key], **places[key], **_tell_more(evidence, key, kept, drawn)}
            for key in kept
        ],
        "lines": _number_lines(lines, node),
        "claims": [
            {name: value for name, value in claim.items() if name not in _ON_LINE}
            | {"document": numbers.document[claim["document"]]}
            for claim in claims
        ],
        "documents": numbers.documents,
        "answers": read,
        **pools,
        "matrix": table,
        "map": build_map(node, evidence.entities, evidence.claims.values()),
        "focus": [node[key] for key in focus if key in node],
        "left_out": len(evidence.entities) - len(kept),
        "claims_left_out": held - len(claims),
        "noted": len(kept) > PLAIN[0] or len(lines) > PLAIN[1],
    }


def _list_narrower(focus: Sequence[str]) -> str:
    """Return narrower questions than a neighbourhood, of one entity or of several, or all of the graph."""
    narrower = "ask for a path (graphkit path BUYER CHIP --html FILE), "
    narrower += (
        "for some of its relations (graphkit view NAME --include RELATION, --on DATE, --status done)"
        if len(focus) == 1
        else "for a neighbourhood (graphkit view NAME --radius 1)"
    )
    # so many claims around one entity tie no more entities than a page draws
    return narrower + f" or for the first claims only (--max-slice {NOTED[0] - 1})"


def _check_size(nodes: int, lines: int, claims: int, large: bool, narrower: str) -> None:
    """Raise ViewTooLarge where a page is too large to be of use, with narrower questions that can be asked."""
    size = f"{nodes:,} entities and {lines:,} relations from {claims:,} claims"
    if nodes > LARGE[0] or max(lines, claims) > LARGE[1]:
        raise ViewTooLarge(f"{size} are more than a page can show ({LARGE[0]:,} and {LARGE[1]:,}): {narrower}")
    if (nodes > NOTED[0] or lines > NOTED[1]) and not large:
        raise ViewTooLarge(f"{size} make a slow page: {narrower}, or allow it (--large)")


def _look_up_kinds(kinds: Iterable[str]) -> list[Record]:
    """Return the looks of the kinds that are present, in the order of the ontology."""
    present, looks = set(kinds), read_kind_looks()
    ordered = [name for name in KINDS if name in present] + sorted(present - KINDS.keys())
    return [{"name": name, **looks.get(name, OTHER)} for name in ordered]


def _number_lines(lines: Sequence[tuple[Line, Sequence[Record]]], node: dict[str, str]) -> list[Record]:
    """Return the lines with the numbers of their claims, which follow each other."""
    found: list[Record] = []
    first = 0
    for place, ((subject, relation, object_, status, implied), members) in enumerate(lines):
        line: Record = {"id": f"e{place}", "from": node[subject], "to": node[object_], "relation": relation}
        line |= {} if status == "done" else {"status": status}
        said = [claim.get("qualifiers") or {} for claim in members]
        cases = [[one["stage"], one.get("against") or ""] for one in said if one.get("stage")]
        # a case against persons must not read as one against the company
        line |= {"cases": [case for place, case in enumerate(cases) if case not in cases[:place]]} if cases else {}
        found.append(
            {**line, **({"implied": True} if implied else {}), "claims": list(range(first, first + len(members)))}
        )
        first += len(members)
    return found


def _tell_more(evidence: EvidenceGraph, key: str, kept: Sequence[str], drawn: set[str]) -> Record:
    """Return who an entity is, how many of its neighbours the page lacks, and whether it is drawn on request only."""
    cut, facts = evidence.count_left_out(key, kept), evidence.list_facts(key)
    more: Record = {"cut": cut} if cut else {}
    more |= {"facts": facts} if facts else {}
    return more if not drawn or key in drawn else {**more, "more": True}


def _place_nodes(
    evidence: EvidenceGraph,
    kept: Sequence[str],
    lines: Sequence[tuple[Line, Sequence[Record]]],
    answers: Sequence[Record],
    pools: Mapping[str, Sequence[Record]],
) -> dict[str, Record]:
    """Return where each node stands in both layouts, and note in each path where its nodes stand on its row."""
    paths = [pools["parts"][path["of"]] for path in pools["paths"]]
    kinds = {key: evidence.entities[key]["kind"] for key in kept}
    links = [(line[0], line[2]) for line, _ in lines]
    wide = layout.choose_width(len(kept), max((len(path["nodes"]) - 1 for path in paths), default=0))
    asked = [paths[number] for answer in answers for number in answer["states"][answer["asked"]]["paths"]]
    first = [kept[int(node.removeprefix("n"))] for node in (asked or paths)[0]["nodes"]] if paths else []
    layered = layout.place_in_layers(kinds, links, list(dict.fromkeys(first)), wide)
    force = layout.place_by_force(layered, links)
    for path in paths:
        path["row"] = [x for x, _ in layout.space_row(len(path["nodes"]), wide)]
    return {key: {"x": layered[key][0], "y": layered[key][1], "force": force[key]} for key in kept}
