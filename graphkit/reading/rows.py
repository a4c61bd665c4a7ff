"""Rows of a queue: a candidate, what was decided of it and what it stands on, as cells of a CSV file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import msgspec

from graphkit.errors import InvalidValue
from graphkit.facts import Entity, hash_sentence
from graphkit.reading.candidates import Candidate, find_later
from graphkit.reading.case import CLAIM

DECISIONS = ("", "accept", "reject", "edit", "skip")
LISTS = ("chips", "sites", "regions", "via")
#: Columns of the file: the decision, the claim's own, and what the proposal stands on.
COLUMNS = ("decision", *CLAIM, "subject_name", "object_name", "tier", "on_request", "rule", "cue", "key", "needs",
           "start", "end", "quote", "proposed", "entities", "pairs")  # fmt: skip
#: Columns that an edit may change.
EDITED = (*(name for name in CLAIM if name not in ("sentence", "sentence_hash")), "subject_name", "object_name")


class Row(msgspec.Struct):
    """One row of the queue: its cells by column, and the line on which it was read."""

    cells: dict[str, str]
    line: int = 0

    @property
    def key(self) -> str:
        return self.cells["key"]

    @property
    def decision(self) -> str:
        return self.cells["decision"]


def make_row(candidate: Candidate) -> Row:
    """Return a candidate as an undecided row."""
    cells = dict.fromkeys(COLUMNS, "")
    entities: dict[str, Entity] = {}

    def ids(those: Iterable[Entity]) -> str:
        for one in those:
            entities[one.id] = one
        return ";".join(one.id for one in those)

    if candidate.subject and candidate.object:
        cells["subject"], cells["object"] = ids([candidate.subject]), ids([candidate.object])
        cells["subject_name"], cells["object_name"] = candidate.subject.name, candidate.object.name
        cells["confidence"] = (
            "likely" if candidate.status in ("done", "planned", "negated", "refused") else "possible"
        )
        cells["status"] = candidate.status
    for name in LISTS:
        cells[name] = ids(getattr(candidate, name))
    pairs = [[ids([one]), ids([other])] for one, other in candidate.pairs]
    cells |= {name: value for name, value in candidate.values.items() if name in CLAIM}
    cells |= {
        "relation": candidate.relation,
        "attribution": candidate.attribution,
        "sentence": candidate.sentence,
        "summary": candidate.summary,
        "implied": "yes" if candidate.implied else "",
        "sentence_hash": hash_sentence(candidate.quote),
        "tier": candidate.tier,
        "rule": candidate.rule,
        "cue": candidate.cue,
        "key": candidate.key,
        "needs": candidate.needs,
        "start": str(candidate.start),
        "end": str(candidate.end),
        "quote": candidate.quote,
        "entities": json.dumps(
            [msgspec.to_builtins(one) for one in entities.values()], ensure_ascii=False, sort_keys=True
        ),
        "pairs": json.dumps(pairs) if pairs else "",
    }
    return Row(cells)


def find_span(row: Row) -> tuple[int, int]:
    """Return the characters of the text that a row quotes."""
    start, end = (int(row.cells[name]) if row.cells[name].isdecimal() else 0 for name in ("start", "end"))
    return start, end


def mark_later(rows: Iterable[Row], text: str) -> None:
    """Mark the rows of the sentences that are too many for the cards of an article: they are asked on request."""
    asked = [row for row in rows if not row.cells["needs"]]
    pairs = [len(json.loads(row.cells["pairs"] or "[]")) for row in asked]
    later = find_later([find_span(row) for row in asked], pairs, text)
    for row in asked:
        row.cells["on_request"] = "yes" if find_span(row) in later else ""


def read_entities(cells: Mapping[str, str]) -> dict[str, Entity]:
    """Return the entities that a row speaks of, by id."""
    try:
        found = msgspec.json.decode(cells["entities"] or "[]", type=list[Entity])
    except msgspec.MsgspecError:
        raise InvalidValue("the cell 'entities' is broken") from None
    return {one.id: one for one in found}


def is_right(row: Row) -> bool:
    """Say whether a decision found the relation and its ends right; what else an edit changed does not count."""
    if row.decision == "edit":
        return not {"relation", "subject", "object"} & set(json.loads(row.cells["proposed"] or "{}"))
    return row.decision == "accept"
