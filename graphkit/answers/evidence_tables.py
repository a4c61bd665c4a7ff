"""Paths, near misses and reasons for no path as tables: every claim with all that it carries, in a row of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphkit.answers.findings import FINDING_COLUMNS, make_finding_cells
from graphkit.answers.path_records import NearMissRecord, NoPath, PathRecord, UnnamedPath
from graphkit.answers.records import (
    CLAIM_COLUMNS,
    END_COLUMNS,
    ClaimRecord,
    EntityRef,
    make_claim_cells,
    make_end_cells,
)
from graphkit.formats import Cell, Table

Row = dict[str, Cell]

_PATH_COLUMNS = (
    *("path", "chip_class", "through", "status", "evidence", "confidence", "hops", "holding", "marks"),
    *("disputed", "weakest_step", "documents", "passage_document", "passage", "places"),
    *("route", "route_name", "day", "verdict"),
)
_STEP_COLUMNS = (
    *("path", "status", "disputed", "evidence", "confidence", "step", *END_COLUMNS, "step_status", "step_implied"),
    *("step_confidence", "step_marks", "held_from", "held_to", "origins", "role"),
)
_ENDS = ("buyer", "chip")


def make_path_cells(path: PathRecord) -> Row:
    """Return what holds of a path as a whole as cells."""
    return {
        "through": list_names_along(path.entities),
        "status": path.status,
        "evidence": path.evidence,
        "confidence": path.confidence,
        "hops": len(path.steps),
        "holding": path.holding,
        "chip_class": path.chip_class.name if isinstance(path, UnnamedPath) else None,
        "marks": path.marks,
        "disputed": path.disputed,
        "weakest_step": path.weakest + 1,
        "documents": path.documents,
        "passage_document": path.passage.document if path.passage else None,
        "passage": path.passage.locator if path.passage else None,
        "places": [
            f"{find_site_name(path, place.site)}: {place.region.name if place.region else 'not known'}"
            for place in path.places
        ],
        "route": path.route,
        "route_name": path.route_name,
        "day": path.day,
        "verdict": path.verdict,
    }


def list_names_along(entities: Iterable[EntityRef]) -> str:
    """Return the names along a path, from buyer to chip."""
    return " → ".join(one.name for one in entities)


def find_site_name(path: PathRecord, site: str) -> str:
    """Return the name of a site of a path."""
    return next((one.name for one in path.entities if one.id == site), site)


def make_path_table(paths: Sequence[PathRecord], name: str = "paths") -> Table:
    """Return paths as a table, one a row."""
    rows = [{"path": number, **make_path_cells(path)} for number, path in enumerate(paths, 1)]
    return Table(name, _PATH_COLUMNS, rows)


def make_evidence_table(
    paths: Sequence[PathRecord], name: str = "evidence", ends: Sequence[tuple[str, str]] | None = None
) -> Table:
    """Return the claims behind paths, one a row: those that support a step, deny it, or sum the path up.

    `ends` are buyer and chip of each path, where they are of several questions.
    """
    rows = []
    for number, path in enumerate(paths, 1):
        pair: Row = dict(zip(_ENDS, ends[number - 1], strict=True)) if ends is not None else {}
        rows += [{**pair, "path": number, **row} for row in _evidence(path)]
    columns = (*(_ENDS if ends is not None else ()), *_STEP_COLUMNS, *CLAIM_COLUMNS, *FINDING_COLUMNS)
    return Table(name, columns, rows)


def _evidence(path: PathRecord) -> Iterator[Row]:
    whole: Row = {"status": path.status, "disputed": path.disputed}
    whole |= {"evidence": path.evidence, "confidence": path.confidence}
    for position, step in enumerate(path.steps, 1):
        cells: Row = {
            **whole,
            "step": position,
            "subject": step.subject.name,
            "relation": step.relation,
            "object": step.object.name,
            "step_status": step.status,
            "step_implied": step.implied,
            "step_confidence": step.confidence,
            "step_marks": step.marks,
            "held_from": step.held[0] if step.held else None,
            "held_to": step.held[1] if step.held else None,
            "origins": len(step.origins),
        }
        told = make_finding_cells(step.finding)
        for claim in step.claims:
            role = "supports" if claim.id in step.counted else "beside it, not counted"
            yield {**cells, "role": role, **make_claim_cells(claim), **told}
        for claim in step.denied_by:
            role = "denies" if claim.id in step.disputed_by else "denies what is not counted"
            yield {**cells, "role": role, **make_claim_cells(claim)}
    for claim in path.corroborated_by:
        yield {**whole, **make_end_cells(claim), "role": "corroborates", **make_claim_cells(claim)}


def make_claims_table(claims: Iterable[ClaimRecord], name: str) -> Table:
    """Return claims that stand by themselves as a table."""
    return Table(
        name, (*END_COLUMNS, *CLAIM_COLUMNS), [{**make_end_cells(one), **make_claim_cells(one)} for one in claims]
    )


def make_near_miss_table(misses: Iterable[NearMissRecord], ends: Sequence[Mapping[str, Cell]] | None = None) -> Table:
    """Return near misses as a table, a row for each claim that breaks one, or for a reason without a claim.

    `ends` are the cells of buyer and chip of each, where they are of several questions.
    """
    rows: list[Row] = []
    for number, miss in enumerate(misses, 1):
        entities = [miss.steps[0].subject, *(step.object for step in miss.steps)] if miss.steps else []
        begin: Row = {**(ends[number - 1] if ends is not None else {})}
        begin |= {"near_miss": number, "through": list_names_along(entities)}
        begin |= {"chip_class": miss.chip_class.name} if miss.chip_class else {}
        for broken in miss.broken_by:
            rows.append(
                {**begin, "reason": broken.reason, **make_end_cells(broken.claim), **make_claim_cells(broken.claim)}
            )
        for reason in miss.reasons[len(miss.broken_by) :]:
            rows.append({**begin, "reason": reason})
        for claim in miss.denied_by:
            rows.append({**begin, "reason": "a step is denied", **make_end_cells(claim), **make_claim_cells(claim)})
    columns = ("near_miss", "through", "chip_class", "reason", *END_COLUMNS, *CLAIM_COLUMNS)
    return Table("near misses", (*(_ENDS if ends is not None else ()), *columns), rows)


def make_no_path_table(negative: NoPath | None) -> Table:
    """Return why there is no path as a table: the outcome, who was reached, who has the chip."""
    rows: list[Row] = []
    if negative is not None:
        rows.append({"what": "outcome", "outcome": negative.outcome, "bound": negative.bound})
        rows += [{"what": "reached", "name": one.name, "hops": one.hops} for one in negative.reached]
        rows += [{"what": "party that no document names", "name": one.name} for one in negative.unnamed]
        rows += [
            {"what": f"number of holders, {status}", "number": number}
            for status, number in negative.holders_by_status.items()
        ]
        rows += [
            {"what": "has the chip", "name": one.name, **make_end_cells(one.claim), **make_claim_cells(one.claim)}
            for one in negative.holders
        ]
    return Table(
        "no path", ("what", "outcome", "bound", "name", "hops", "number", *END_COLUMNS, *CLAIM_COLUMNS), rows
    )
