"""Circles: decisions by which what is a part or a form of another would be part or form of itself.

A fact base refuses such claims, so that they are refused before they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphkit.factbase.claims import HIERARCHIES
from graphkit.reading.case import Case, make_claim_row_key, read_rows
from graphkit.reading.queue import Queue
from graphkit.reading.rows import Row, read_entities


def find_circles(case: Case, queues: Iterable[Queue]) -> Iterator[tuple[Queue, Row, str]]:
    """Iterate over the accepted rows that close a circle with those before them, or with claims written by hand."""
    rows = [(queue, row) for queue in queues for row in queue.accepted if _is_step(row.cells)]
    if not rows:
        return
    above: dict[str, set[str]] = {}
    for document in case.documents:
        ours = case.read_written(document)
        for claim in read_rows(case.folder / "claims" / f"{document}.csv"):
            if _is_step(claim) and make_claim_row_key(claim) not in ours:
                above.setdefault(claim["subject"], set()).add(claim["object"])
    for queue, row in rows:
        entities = read_entities(row.cells)
        part, whole = (case.settle(entities[row.cells[end]]).id for end in ("subject", "object"))
        if part == whole:
            continue  # the two have become one, and no claim
        if trail := _find_trail(above, whole, part):
            yield queue, row, f"the claims run in a circle: {' > '.join([part, *trail])}"
        else:
            above.setdefault(part, set()).add(whole)


def _is_step(cells: Mapping[str, str]) -> bool:
    return cells["relation"] in HIERARCHIES and cells["status"] not in ("refused", "negated")


def _find_trail(above: Mapping[str, set[str]], start: str, goal: str) -> list[str]:
    """Return a way up from one entity to another; empty where there is none."""
    trails = {start: [start]}
    waiting = [start]
    for one in waiting:
        if one == goal:
            return trails[one]
        for other in sorted(above.get(one, ())):
            if other not in trails:
                trails[other] = [*trails[one], other]
                waiting.append(other)
    return []
