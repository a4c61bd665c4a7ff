"""Checks of the rows of a queue: what a hand or a spreadsheet has made of them is told, each with a way to mend it.

The cells of a claim are read as the claim files of a fact base are, so that what passes here passes there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase import claim_columns
from graphkit.factbase.claim_columns import ROW_CHECKS, InvalidCell
from graphkit.factbase.files import quote_value
from graphkit.facts import Entity, hash_sentence, parse_locator, split_sentences
from graphkit.ontology import KINDS, RELATIONS
from graphkit.reading.candidates import TIERS, make_candidate_key, make_row_summary
from graphkit.reading.case import CLAIM
from graphkit.reading.rows import DECISIONS, EDITED, LISTS, Row, read_entities

_COLUMNS = {column.name: column for column in claim_columns.COLUMNS if column.name in CLAIM}
_DATES = frozenset({"since", "until", "due", "observed"})
_TURNED = " (a spreadsheet turned it?)"
_KEEP = "leave that column as it was written"

#: What is wrong, and how to mend it.
Flaw = tuple[str, str]


class Passages:
    """The sentences of a text, counted as locators count them, and where a quotation stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sentences = [_even_spaces(one) for one in split_sentences(text)]

    def find_flaws(self, cells: Mapping[str, str]) -> Iterator[Flaw]:
        """Iterate over what is wrong with the place of a row: its quotation, sentence, start and end."""
        quote, place = _even_spaces(cells["quote"]), parse_locator(cells["sentence"])
        if place is None:
            return  # told as a cell
        last = len(self._sentences) - 1
        passage = " ".join(self._sentences[place[0] : place[1] + 1]) if place[1] <= last else ""
        # a quotation of part of a passage may have been kept from a text that was cut otherwise
        if passage == quote or (quote in passage and not self._list_locators(quote)):
            start, end = (int(cells[name]) if cells[name].isdecimal() else -1 for name in ("start", "end"))
            if not 0 <= start < end <= len(self._text) or _even_spaces(self._text[start:end]) != quote:
                told = f"from {quote_value(cells['start'])} to {quote_value(cells['end'])}"
                yield f"the quotation does not stand {told}", "leave start and end as they were written"
        elif quote not in " ".join(self._sentences):
            yield "the quotation is not in the text", "leave it as it was written, or ingest the article again"
        else:
            what = f"is not in the text, whose last is {last}" if place[1] > last else "is not the quotation"
            told = f"the sentence {quote_value(cells['sentence'])} {what}"
            yield told, f"write {' or '.join(self._list_locators(quote)) or 'where it stands'}"

    def move(self, cells: dict[str, str]) -> None:
        """Write where the quotation of a row stands now, as sentences before it come and go."""
        quote = _even_spaces(cells["quote"])
        locators = self._list_locators(quote)
        if locators and cells["sentence"] not in locators:
            cells["sentence"] = locators[0]
        if match := re.search(r"\s+".join(map(re.escape, quote.split())), self._text):
            cells["start"], cells["end"] = str(match.start()), str(match.end())

    def _list_locators(self, quote: str) -> list[str]:
        """Return the locators of the passages that a quotation is."""
        found = []
        for first, joined in enumerate(self._sentences):
            last = first
            while quote.startswith(f"{joined} ") and last + 1 < len(self._sentences):
                last += 1
                joined = f"{joined} {self._sentences[last]}"
            if joined == quote:
                found.append(str(first) if first == last else f"{first}-{last}")
        return found


def _even_spaces(text: str) -> str:
    return " ".join(text.split())


def find_flaws(row: Row, document: str, passages: Passages | None = None) -> Iterator[Flaw]:
    """Iterate over what is wrong with a row of a document; its place is looked up where `passages` are given."""
    cells = row.cells
    yield from _find_bad_words(cells)
    if cells["sentence_hash"] != hash_sentence(cells["quote"]):
        yield "the quotation and its hash do not agree", "leave both columns as they were written"
    elif not _is_own_key(cells, document):
        yield f"the key {quote_value(row.key)} was changed", _KEEP
    elif passages:
        yield from passages.find_flaws(cells)
    try:
        entities = read_entities(cells)
        pairs = msgspec.json.decode(cells["pairs"] or "[]", type=list[tuple[str, str]])
        if any(one.kind not in KINDS for one in entities.values()) or not {*sum(pairs, ())} <= set(entities):
            raise InvalidValue("the cells 'entities' and 'pairs' do not agree")
    except InvalidValue as error:
        yield str(error), _KEEP
        return
    except msgspec.MsgspecError:
        yield "the cell 'pairs' is broken", _KEEP
        return
    if cells["relation"]:
        yield from _find_claim_flaws(cells, entities)
    elif cells["tier"] != "C":
        yield "the cell 'relation' is empty", "write the relation, or reject the row"
    elif cells["subject"] or cells["object"]:
        yield "the cell 'relation' is empty", "write the relation, or empty subject and object"


def _find_bad_words(cells: Mapping[str, str]) -> Iterator[Flaw]:
    if cells["decision"] not in DECISIONS:
        near = get_close_matches(cells["decision"][:60], DECISIONS, 1)
        mend = f"write {near[0]}" if near else "write accept, reject, edit or skip"
        yield f"unknown decision {quote_value(cells['decision'])}", f"{mend}, or leave it empty"
    for name in ("key", "needs"):
        if not re.fullmatch(r"[0-9a-f]{16}", cells[name]) and (cells[name] or name == "key"):
            yield f"the {name} {quote_value(cells[name])} was changed", _KEEP
    try:
        _COLUMNS["sentence"].read("sentence", cells["sentence"], claim_columns.Names())
    except InvalidCell as error:
        yield f"{error.what}{_TURNED}", error.mend
    if cells["tier"] not in TIERS:
        yield f"unknown tier {quote_value(cells['tier'])}", _KEEP
    try:
        msgspec.json.decode(cells["proposed"] or "{}", type=dict[str, str])
    except msgspec.MsgspecError:
        yield "the cell 'proposed' is broken", _KEEP


def _is_own_key(cells: Mapping[str, str], document: str) -> bool:
    """Say whether a key is that of its row, as it was proposed; a broken key is told by itself."""
    try:
        before = {**cells, **msgspec.json.decode(cells["proposed"] or "{}", type=dict[str, str])}
    except msgspec.MsgspecError:
        before = dict(cells)
    names = [before["subject_name"], before["relation"], before["object_name"]]
    asked = [make_candidate_key(document, cells["quote"], *names)]
    if cells["tier"] == "C":
        asked.append(make_candidate_key(document, cells["quote"], "", "", ""))
    return cells["key"] in asked or not re.fullmatch(r"[0-9a-f]{16}", cells["key"])


def _find_claim_flaws(cells: Mapping[str, str], entities: Mapping[str, Entity]) -> Iterator[Flaw]:
    """Iterate over what a fact base would refuse of the claim of a row."""
    names = claim_columns.Names()
    names.kinds = {id_: one.kind for id_, one in entities.items()}
    names.complete = False  # an id that is not among them is told here
    values = {}
    for name, column in _COLUMNS.items():
        if name == "sentence":
            continue
        if cells[name]:
            try:
                values[name] = column.read(name, cells[name], names)
            except InvalidCell as error:
                turned = _TURNED if name in _DATES else ""
                yield from ((f"{one.what}{turned}", one.mend) for one in (error, *error.others))
        elif column.filled:
            yield f"the cell {name!r} is empty", column.filled
    for name in ("subject", "object", *LISTS):
        for id_ in filter(None, cells[name].split(";")):
            if id_ not in entities:
                what = f"{name} {quote_value(id_)} is none of the names of this row"
                yield what, "accept the name on the page first"
    kinds = tuple(entities[cells[name]].kind if cells[name] in entities else "" for name in ("subject", "object"))
    if all(kinds) and cells["relation"] in RELATIONS and kinds not in RELATIONS[cells["relation"]].ends:
        what = f"{cells['relation']} does not go from {kinds[0]} to {kinds[1]}"
        yield what, "turn it round, or write another relation"
    if cells["subject"] == cells["object"]:
        yield "subject and object are the same", "write another end, or reject the row"
    for columns, check in ROW_CHECKS:
        if columns <= values.keys():
            try:
                check(values)
            except InvalidCell as error:
                yield error.what, error.mend


def find_flaws_between(rows: Sequence[Row]) -> Iterator[tuple[Row, Flaw]]:
    """Iterate over the rows that others make wrong: the same candidate twice, a sentence taken without a relation."""
    seen: dict[str, Row] = {}
    picked = {row.cells["quote"] for row in rows if row.cells["tier"] == "C" and row.cells["relation"]}
    for row in rows:
        if (first := seen.setdefault(row.key, row)) is not row:
            yield row, (f"is the same candidate as line {first.line}", "keep one of the two")
        taken = row.decision in ("accept", "edit") and not row.cells["relation"]
        if taken and row.cells["tier"] == "C" and row.cells["quote"] not in picked:
            what = "a sentence is accepted and no relation of it"
            yield row, (what, "write subject, relation, object, status and summary, or pick on the page")


def note_edit(row: Row, proposals: Mapping[str, Mapping[str, str]]) -> Flaw | None:
    """Keep what was proposed where the file was edited by hand; a row that was edited is no plain acceptance."""
    cells, before = row.cells, proposals.get(row.key)
    if before is None or cells["proposed"] or row.decision not in ("accept", "edit") or not before.get("relation"):
        return None
    for end in ("subject", "object"):
        name = before.get(f"{end}_name", "")
        if cells[end] == before.get(end, "") and _even_spaces(cells[f"{end}_name"]) != _even_spaces(name):
            what = f"{end}_name {quote_value(cells[f'{end}_name'])} is a new name for the old {end}"
            return what, f"write the id in {end}, or change it on the page (w)"
    changed = {name: before.get(name, "") for name in EDITED}
    changed = {name: value for name, value in changed.items() if _even_spaces(cells[name]) != _even_spaces(value)}
    if not changed:
        return None
    try:
        entities = read_entities(cells)
    except InvalidValue:
        return None  # told by the check of the row
    for end in ("subject", "object"):
        if cells[end] in entities:
            cells[f"{end}_name"] = entities[cells[end]].name
    if "summary" not in changed:
        cells["summary"] = make_row_summary(cells, entities)
    cells["proposed"] = json.dumps(changed, ensure_ascii=False, sort_keys=True)
    cells["decision"] = "edit"
    return None
