"""Cards: what the page of review shows of a name, a candidate or a sentence, and the article with its marks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from graphkit.facts import Entity
from graphkit.ontology import KINDS, RELATIONS, STATUSES
from graphkit.reading.case import Case, read_rows
from graphkit.reading.queue import Queue, Row, read_entities
from graphkit.reading.unknown_names import UnknownMention

_SHOWN = ("since", "until", "due", "observed", "quantity", "value", "currency", "share", "stage", "against")


def split_article(text: str, rows: Sequence[Row], card: Mapping[str, Any] | None) -> list[list[str]]:
    """Return an article as pieces of text, each with its mark: open, done, now, or empty."""
    marks: dict[tuple[int, int], str] = {}
    for row in rows:
        start, end = (int(row.cells[name]) if row.cells[name].isdecimal() else 0 for name in ("start", "end"))
        if start < end <= len(text) and marks.get((start, end)) != "open":
            marks[start, end] = "done" if row.decision and row.decision != "skip" else "open"
    if card and (at := text.find(card["quote"])) >= 0:
        marks[at, at + len(card["quote"])] = "now"
    pieces: list[list[str]] = []
    position = 0
    for (start, end), mark in sorted(marks.items()):
        if start >= position:
            pieces += [[text[position:start], ""], [text[start:end], mark]]
            position = end
    return [piece for piece in [*pieces, [text[position:], ""]] if piece[0]]


def make_name_card(one: UnknownMention) -> dict[str, Any]:
    """Return the card of an unknown name."""
    return {"type": "name", **msgspec.to_builtins(one), "key": one.key, "kinds": list(KINDS)}


def make_row_card(case: Case, queue: Queue, row: Row) -> dict[str, Any]:
    """Return the card of a candidate, or of a sentence whose pairs are asked."""
    cells = row.cells
    entities = read_entities(cells)
    told = {k: cells[k] for k in ("quote", "sentence", "tier", "rule", "attribution")}
    card: dict[str, Any] = {"key": row.key, "document": queue.document, **told}
    if cells["tier"] == "C":
        ends = [(entities[one], entities[other]) for one, other in json.loads(cells["pairs"] or "[]")]
        return {**card, "type": "sentence", "pairs": [{"options": list_options(one, other)} for one, other in ends]}
    subject, object_ = entities[cells["subject"]], entities[cells["object"]]
    kinds = ((subject.kind, object_.kind), (object_.kind, subject.kind))
    law = RELATIONS[cells["relation"]].group == "law"
    scope = [id_ for name in ("chips", "sites", "regions") for id_ in cells[name].split(";") if id_ in entities]
    return {
        **card,
        "type": "claim",
        **{k: cells[k] for k in ("relation", "status", "cue", "summary", *_SHOWN)},
        "subject": subject.name,
        "subject_kind": subject.kind,
        "object": object_.name,
        "object_kind": object_.kind,
        "phrase": RELATIONS[cells["relation"]].phrase,
        "relations": [name for name, relation in RELATIONS.items() if set(kinds) & set(relation.ends)],
        "statuses": [name for name in STATUSES if law or name != "proposed"],
        "scope": [entities[id_].name for id_ in scope],
        "implied": [one.cells["summary"] for one in queue.rows if one.cells["needs"] == row.key],
        **_compare(case, cells, subject, object_),
    }


def _compare(case: Case, cells: Mapping[str, str], subject: Entity, object_: Entity) -> dict[str, list[str]]:
    """Return the summaries of the accepted claims that a card repeats or contradicts."""
    ends = {case.settle(subject).id, case.settle(object_).id}
    repeats: list[str] = []
    contradicts: list[str] = []
    for id_ in case.documents:
        for claim in read_rows(case.folder / "claims" / f"{id_}.csv"):
            if {claim["subject"], claim["object"]} == ends and claim["relation"] == cells["relation"]:
                against = (claim["status"] == "negated") != (cells["status"] == "negated")
                (contradicts if against else repeats).append(claim["summary"])
    return {"repeats": repeats[:5], "contradicts": contradicts[:5]}


def list_options(one: Entity, other: Entity) -> list[list[Any]]:
    """Return what may hold between two ends: relation, whether it is turned round, its words.

    >>> chip, firm = Entity(id="h", name="H100", kind="Chip"), Entity(id="a", name="Acme", kind="Company")
    >>> list_options(chip, firm)[0]
    ['USES', True, 'Acme uses H100']
    """
    found: list[list[Any]] = []
    for name, relation in RELATIONS.items():
        for turned, (subject, object_) in enumerate(((one, other), (other, one))):
            if (subject.kind, object_.kind) in relation.ends:
                found.append([name, bool(turned), f"{subject.name} {relation.phrase} {object_.name}"])
    return found
