"""The queue of a document: its candidates and what was decided of them, in one CSV file that a spreadsheet may edit.

A decision belongs to the document, the sentence's text and the two ends, and not to a row: reading the article again,
or with a newer reader, keeps it and asks only what is new.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from graphkit.errors import FactBaseError, Fault, InvalidValue
from graphkit.factbase.figures import read_amount
from graphkit.factbase.files import print_path, quote_value
from graphkit.facts import Entity, get_earliest_day, hash_sentence
from graphkit.ontology import CONFIDENCES, RELATIONS, STATUSES
from graphkit.reading.candidates import TIERS, Candidate, make_row_summary
from graphkit.reading.case import CLAIM, stamp_file, write_file
from graphkit.reading.texts import drop_invisible

DECISIONS = ("", "accept", "reject", "edit", "skip")
_DATES = ("since", "until", "due", "observed")
_LISTS = ("chips", "sites", "regions", "via")
#: Columns of the file: the decision, the claim's own, and what the proposal stands on.
COLUMNS = ("decision", *CLAIM, "subject_name", "object_name", "tier", "rule", "cue", "key", "needs", "start", "end",
           "quote", "proposed", "entities", "pairs")  # fmt: skip
_FORMULA = re.compile(r"[=+\-@\t\r']")
_NUMBERLIKE = re.compile(r"\d[\d.,]*(?:[eE]\d+)?|\d+-\d+(?:-\d+)?|\d{4}-\d\d(?:-\d\d)?")
_AMOUNTS = ("quantity", "value", "share")
#: Columns that an edit may change.
_EDITED = (*(name for name in CLAIM if name not in ("sentence", "sentence_hash")), "subject_name", "object_name")
_GUARDED = ("key", "needs", "sentence_hash", "sentence", "since", "until", "due", "observed")


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
    for name in _LISTS:
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


def read_entities(cells: Mapping[str, str]) -> dict[str, Entity]:
    """Return the entities that a row speaks of, by id."""
    try:
        found = msgspec.json.decode(cells["entities"] or "[]", type=list[Entity])
    except msgspec.MsgspecError:
        raise InvalidValue("the cell 'entities' is broken") from None
    return {one.id: one for one in found}


class Queue:
    """The rows of one document's file."""

    def __init__(self, folder: Path, document: str, rows: Sequence[Row] = ()) -> None:
        self.document, self.path = document, folder / "candidates" / f"{document}.csv"
        self.rows = list(rows)
        #: The cells of each candidate as it was proposed, by key: what an edit of the file is compared with.
        self.proposals: dict[str, dict[str, str]] = {}
        self._seen: tuple[int, int, int] | None = None

    @classmethod
    def load(cls, folder: Path, document: str) -> Queue:
        """Read the file. Raises FactBaseError with every fault, such as a date that a spreadsheet has turned."""
        queue = cls(folder, document)
        try:
            queue.proposals = msgspec.json.decode(queue._proposals_path.read_bytes(), type=dict[str, dict[str, str]])
        except (OSError, msgspec.MsgspecError):
            queue.proposals = {}  # an edit of the file is then taken without what was proposed
        queue._seen = stamp_file(queue.path)
        if queue.path.exists():
            queue.rows = _read(queue.path, queue.proposals)
        return queue

    def refuse_changed(self) -> None:
        """Raise InvalidValue where another program has written the file since it was read."""
        if stamp_file(self.path) != self._seen:
            raise InvalidValue(
                f"{print_path(self.path)}: another program changed it; nothing was written, start the review again"
            )

    def save(self) -> None:
        """Write the file in one step, guarded against what spreadsheets make of cells."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self.rows:
            writer.writerow([_guard(column, row.cells.get(column, "")) for column in COLUMNS])
        write_file(self.path, out.getvalue())
        self._seen = stamp_file(self.path)

    def renew(self, candidates: Iterable[Candidate], text: str, kept: Iterable[Row] = ()) -> tuple[int, int]:
        """Take the candidates of a new reading: decisions of unchanged sentences stay. Return how many are new, and
        how many decisions went with their sentence."""
        before = {row.key: row for row in self.rows}
        proposals = dict(self.proposals)
        rows: list[Row] = []
        taken: set[str] = set()
        new = 0
        for candidate in candidates:
            row = make_row(candidate)
            if row.key in taken:
                continue  # a model may say again what a rule has found
            taken.add(row.key)
            proposals[row.key] = {name: row.cells[name] for name in _EDITED if row.cells[name]}
            old = before.pop(row.key, None)
            if old and old.decision:
                old.cells |= {name: row.cells[name] for name in ("sentence", "start", "end", "sentence_hash")}
                row = old
            elif old is None:
                new += 1
            rows.append(row)
        words = " ".join(text.split())
        rows += [row for row in kept if before.pop(row.key, None) and " ".join(row.cells["quote"].split()) in words]
        lost = 0
        for row in before.values():
            if row.decision in ("accept", "edit", "reject"):
                if " ".join(row.cells["quote"].split()) in words:
                    rows.append(row)  # decided, and its sentence still stands there
                else:
                    lost += 1
        self.rows = rows
        self.proposals = {row.key: proposals[row.key] for row in rows if row.key in proposals}
        text = json.dumps(self.proposals, ensure_ascii=False, sort_keys=True) + "\n"
        if not self._proposals_path.exists() or self._proposals_path.read_text("utf-8") != text:
            write_file(self._proposals_path, text)
        return new, lost

    @property
    def _proposals_path(self) -> Path:
        return self.path.with_suffix(".proposed.json")

    def find(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)

    @property
    def accepted(self) -> list[Row]:
        """The rows that become claims: those accepted, and what they imply."""
        taken = {row.key for row in self.rows if row.decision in ("accept", "edit") and row.cells["relation"]}
        return [
            row
            for row in self.rows
            if row.key in taken or (row.cells["needs"] in taken and row.cells["implied"] and row.decision == "")
        ]

    @property
    def open(self) -> list[Row]:
        """The rows that still wait for a decision, without those that another one implies."""
        return [row for row in self.rows if not row.decision and not row.cells["needs"]]


def _guard(column: str, cell: str) -> str:
    text = re.sub(r"[\r\n\t]+", " ", cell)
    if _FORMULA.match(text) or (column in _GUARDED and _NUMBERLIKE.fullmatch(text)):
        return f"'{text}"
    return text


def _unguard(cell: str) -> str:
    # what a hand has pasted may hold characters that no fact base takes
    text = (cell if cell.isprintable() else drop_invisible(cell)[0]).strip(" \n")
    return text[1:] if text.startswith("'") else text


def is_right(row: Row) -> bool:
    """Say whether a decision found the relation and its ends right; what else an edit changed does not count."""
    if row.decision == "edit":
        return not {"relation", "subject", "object"} & set(json.loads(row.cells["proposed"] or "{}"))
    return row.decision == "accept"


def _note_edit(row: Row, proposals: Mapping[str, Mapping[str, str]], file: str, faults: list[Fault]) -> None:
    """Keep what was proposed where the file was edited by hand; a row that was edited is no plain acceptance."""
    cells, before = row.cells, proposals.get(row.key)
    if before is None or cells["proposed"] or row.decision not in ("accept", "edit") or not before.get("relation"):
        return
    for end in ("subject", "object"):
        name = before.get(f"{end}_name", "")
        if cells[end] == before.get(end, "") and " ".join(cells[f"{end}_name"].split()) != " ".join(name.split()):
            what = f"{end}_name {quote_value(cells[f'{end}_name'])} is a new name for the old {end}"
            faults.append(Fault(file, row.line, what, f"write the id in {end}, or change it on the page (w)"))
            return
    changed = {
        name: before.get(name, "")
        for name in _EDITED
        if " ".join(cells[name].split()) != " ".join(before.get(name, "").split())
    }
    if not changed:
        return
    try:
        entities = read_entities(cells)
    except InvalidValue:
        return  # told by the check of the row
    for end in ("subject", "object"):
        if cells[end] in entities:
            cells[f"{end}_name"] = entities[cells[end]].name
    if "summary" not in changed:
        cells["summary"] = make_row_summary(cells, entities)
    cells["proposed"] = json.dumps(changed, ensure_ascii=False, sort_keys=True)
    cells["decision"] = "edit"


def _read(path: Path, proposals: Mapping[str, Mapping[str, str]]) -> list[Row]:
    faults: list[Fault] = []
    try:
        data = path.read_bytes()
        text = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "is not UTF-8"
        raise FactBaseError(
            [Fault(print_path(path), 0, f"cannot be read ({what})", "save it as CSV in UTF-8")]
        ) from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in ("decision", "key", "subject", "relation", "object") if column not in header]
        if missing:
            raise FactBaseError(
                [Fault(print_path(path), 1, f"lacks the column {missing[0]}", "keep the first line as it was")]
            )
        rows: list[Row] = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row = Row(
                    {
                        **dict.fromkeys(COLUMNS, ""),
                        **{k: _unguard(v) for k, v in zip(header, cells, strict=False)},
                    },
                    reader.line_num,
                )
                row.cells["decision"] = row.decision.strip().lower()
                _note_edit(row, proposals, print_path(path), faults)
                _check(row, print_path(path), faults)
                rows.append(row)
    except csv.Error as error:
        raise FactBaseError([Fault(print_path(path), 0, f"is no CSV ({error})", "save it as CSV in UTF-8")]) from None
    seen: dict[str, int] = {}
    for row in rows:
        if seen.setdefault(row.key, row.line) != row.line:
            what = f"is the same candidate as line {seen[row.key]}"
            faults.append(Fault(print_path(path), row.line, what, "keep one of the two"))
    if faults:
        raise FactBaseError(faults)
    return rows


def _check(row: Row, file: str, faults: list[Fault]) -> None:
    cells = row.cells

    def fault(what: str, mend: str) -> None:
        faults.append(Fault(file, row.line, what, mend))

    if cells["decision"] not in DECISIONS:
        fault(
            f"unknown decision {quote_value(cells['decision'])}",
            "write accept, reject, edit or skip, or leave it empty",
        )
    if not re.fullmatch(r"[0-9a-f]{16}", cells["key"]):
        fault(f"the key {quote_value(cells['key'])} was changed", "leave that column as it was written")
    for name in _DATES:
        if cells[name] and not _is_date(cells[name]):
            fault(
                f"{name} {quote_value(cells[name])} is not a date (a spreadsheet turned it?)",
                "write YYYY, YYYY-MM or YYYY-MM-DD",
            )
    if cells["sentence"] and not re.fullmatch(r"\d+(?:-\d+)?", cells["sentence"]):
        fault(
            f"the sentence {quote_value(cells['sentence'])} is no place (a spreadsheet turned it?)",
            "write 11, or 3-4",
        )
    if cells["sentence_hash"] and cells["sentence_hash"] != hash_sentence(cells["quote"]):
        fault("the quotation and its hash do not agree", "leave both columns as they were written")
    if cells["tier"] != "C" and not cells["relation"]:
        fault("the cell 'relation' is empty", "write the relation, or reject the row")
    if cells["decision"] in ("accept", "edit") and cells["relation"]:
        allowed = (("relation", RELATIONS), ("status", STATUSES), ("confidence", CONFIDENCES))
        for name, words in allowed:
            if cells[name] not in words:
                fault(f"unknown {name} {quote_value(cells[name])}", f"write one of {', '.join(words)}")
        if (
            cells["status"] == "proposed"
            and cells["relation"] in RELATIONS
            and RELATIONS[cells["relation"]].group != "law"
        ):
            fault("the status 'proposed' is for law only", "write planned or considered")
        try:
            entities = read_entities(cells)
        except InvalidValue as error:
            fault(str(error), "leave that column as it was written")
            return
        for name in ("subject", "object", *_LISTS):
            for id_ in filter(None, cells[name].split(";")):
                if id_ not in entities:
                    fault(
                        f"{name} {quote_value(id_)} is none of the names of this row",
                        "accept the name on the page first",
                    )
        kinds = tuple(entities[cells[name]].kind if cells[name] in entities else "" for name in ("subject", "object"))
        if all(kinds) and cells["relation"] in RELATIONS and kinds not in RELATIONS[cells["relation"]].ends:
            fault(
                f"{cells['relation']} does not go from {kinds[0]} to {kinds[1]}",
                "turn it round, or write another relation",
            )
        if cells["subject"] == cells["object"]:
            fault("subject and object are the same", "write another end, or reject the row")
        for name in filter(cells.get, _AMOUNTS):
            try:
                number = read_amount(cells[name])
            except InvalidValue as error:
                what, _, mend = str(error).partition("; ")
                fault(f"{name} {quote_value(cells[name])} {what}", mend)
            else:
                if name == "share" and float(number.lstrip("<>=~")) > 100:
                    fault(f"share {quote_value(cells[name])} is more than the whole", "write a percentage up to 100")
        if not cells["summary"]:
            fault("the cell 'summary' is empty", "say in your own words what the sentence says")
    try:
        msgspec.json.decode(cells["proposed"] or "{}", type=dict[str, str])
    except msgspec.MsgspecError:
        fault("the cell 'proposed' is broken", "leave that column as it was written")
    if cells["tier"] not in TIERS:
        fault(f"unknown tier {quote_value(cells['tier'])}", "leave that column as it was written")


def check_row(row: Row) -> None:
    """Check one row as it would be accepted. Raises FactBaseError."""
    faults: list[Fault] = []
    _check(row, "the card", faults)
    if faults:
        raise FactBaseError(faults)


def _is_date(text: str) -> bool:
    try:
        return bool(get_earliest_day(text))
    except InvalidValue:
        return False
