"""Cards: what the page of review shows of a name or of a passage and its candidates, and the article with its marks.

A card asks about one passage: the claims that rules read in it, each to be taken or left, and the pairs of names
that no rule took.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from graphkit.facts import Entity
from graphkit.ontology import KINDS, RELATIONS, STATUSES
from graphkit.reading.candidates import group_passages
from graphkit.reading.case import Case, read_rows
from graphkit.reading.queue import Queue
from graphkit.reading.rows import Row, find_span, read_entities
from graphkit.reading.unknown_names import UnknownMention

_SHOWN = ("since", "until", "due", "observed", "quantity", "value", "currency", "share", "stage", "against")


class Card(msgspec.Struct, frozen=True):
    """The rows of one passage that wait for a decision, in the order of the text."""

    rows: list[Row]

    @property
    def key(self) -> str:
        """The key of its row, or one of all its rows: a card that has changed since it was shown is another card."""
        if len(self.rows) == 1:
            return self.rows[0].key
        return hashlib.sha256("".join(row.key for row in self.rows).encode()).hexdigest()[:16]

    @property
    def claims(self) -> list[Row]:
        """The rows that say a relation."""
        return [row for row in self.rows if row.cells["tier"] != "C"]

    @property
    def sentences(self) -> list[Row]:
        """The rows of tier C, each a sentence with pairs of names."""
        return [row for row in self.rows if row.cells["tier"] == "C"]

    @property
    def span(self) -> tuple[int, int]:
        """The characters of the text that the card is about."""
        spans = [find_span(row) for row in self.rows]
        return min(start for start, _ in spans), max(end for _, end in spans)


def group_rows(rows: Sequence[Row], text: str) -> list[Card]:
    """Return rows as cards, one a passage, in the order of the text."""
    return [Card([rows[place] for place in group]) for group in group_passages(map(find_span, rows), text)]


def split_article(text: str, rows: Iterable[Row], now: tuple[int, int]) -> list[list[str]]:
    """Return an article as pieces of text, each with its mark: open, done, now, or empty."""
    marks: dict[tuple[int, int], str] = {}
    for row in rows:
        start, end = find_span(row)
        if start < end <= len(text) and (end <= now[0] or now[1] <= start) and marks.get((start, end)) != "open":
            marks[start, end] = "done" if row.decision and row.decision != "skip" else "open"
    if now[0] < now[1]:
        marks[now] = "now"
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


def make_card(case: Case, queue: Queue, card: Card) -> dict[str, Any]:
    """Return the card of a passage as the page shows it."""
    start, end = card.span
    pairs = []
    for row in card.sentences:
        entities = read_entities(row.cells)
        for place, (one, other) in enumerate(json.loads(row.cells["pairs"] or "[]")):
            ends = [entities[one].name, entities[other].name]
            options = list_options(entities[one], entities[other])
            pairs.append({"key": row.key, "place": place, "ends": ends, "options": options})
    return {
        "type": "claim" if card.claims else "sentence",
        "key": card.key,
        "document": queue.document,
        "quote": case.text(queue.document)[start:end] or card.rows[0].cells["quote"],
        "sentences": list(dict.fromkeys(row.cells["sentence"] for row in card.rows)),
        "claims": [_make_claim(case, queue, row) for row in card.claims],
        "pairs": pairs,
    }


def _make_claim(case: Case, queue: Queue, row: Row) -> dict[str, Any]:
    """Return one claim of a card."""
    cells = row.cells
    entities = read_entities(cells)
    told = {k: cells[k] for k in ("sentence", "tier", "rule", "attribution")}
    subject, object_ = entities[cells["subject"]], entities[cells["object"]]
    kinds = ((subject.kind, object_.kind), (object_.kind, subject.kind))
    law = RELATIONS[cells["relation"]].group == "law"
    scope = [id_ for name in ("chips", "sites", "regions") for id_ in cells[name].split(";") if id_ in entities]
    return {
        "key": row.key,
        **told,
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
