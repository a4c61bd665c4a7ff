"""The queue of a document: its candidates and what was decided of them, in one CSV file that a spreadsheet may edit.

A decision belongs to the document, the sentence's text and the two ends, and not to a row: reading the article again,
or with a newer reader, keeps it and asks only what is new.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from graphkit.errors import FactBaseError, Fault, InvalidValue
from graphkit.factbase.files import print_path, quote_value
from graphkit.reading.candidates import Candidate
from graphkit.reading.case import stamp_file, write_file
from graphkit.reading.row_checks import Flaw, Passages, find_flaws, find_flaws_between, note_edit
from graphkit.reading.rows import COLUMNS, EDITED, Row, make_row, mark_later
from graphkit.reading.texts import drop_invisible

_FORMULA = re.compile(r"[=+\-@\t\r']")
_BROKEN = re.compile(r"[\r\n\t]+")
_NUMBERLIKE = re.compile(r"\d[\d.,]*(?:[eE]\d+)?|\d+-\d+(?:-\d+)?|\d{4}-\d\d(?:-\d\d)?")
_GUARDED = ("key", "needs", "sentence_hash", "sentence", "since", "until", "due", "observed")
#: Columns without which a row cannot be told; the others are empty where a file lacks them.
_NEEDED = ("decision", "key", "subject", "relation", "object", "status", "confidence", "attribution", "summary",
           "sentence", "sentence_hash", "tier", "rule", "needs", "start", "end", "quote", "entities",
           "pairs")  # fmt: skip


class Queue:
    """The rows of one document's file."""

    def __init__(self, folder: Path, document: str, rows: Sequence[Row] = ()) -> None:
        self.document, self.path = document, folder / "candidates" / f"{document}.csv"
        self.rows = list(rows)
        #: The cells of each candidate as it was proposed, by key: what an edit of the file is compared with.
        self.proposals: dict[str, dict[str, str]] = {}
        self._seen: tuple[int, int, int] | None = None

    @classmethod
    def load(cls, folder: Path, document: str, text: str | None = None) -> Queue:
        """Read the file. Raises FactBaseError with every fault, such as a date that a spreadsheet has turned.

        Quotations are looked up in `text`; where the article is read anew, its text may have changed, and none is
        given.
        """
        queue = cls(folder, document)
        try:
            queue.proposals = msgspec.json.decode(queue._proposals_path.read_bytes(), type=dict[str, dict[str, str]])
        except (OSError, msgspec.MsgspecError):
            queue.proposals = {}  # an edit of the file is then taken without what was proposed
        queue._seen = stamp_file(queue.path)
        if queue.path.exists():
            queue.rows = _read_table(queue.path)
            queue._check(Passages(text) if text is not None else None)
        return queue

    def _check(self, passages: Passages | None) -> None:
        """Check the rows, and keep what was proposed of those that a hand has edited. Raises FactBaseError."""
        flaws: list[tuple[Row, Flaw]] = []
        for row in self.rows:
            flaw = note_edit(row, self.proposals)
            flaws += [(row, one) for one in ([flaw] if flaw else find_flaws(row, self.document, passages))]
        flaws += find_flaws_between(self.rows)
        if flaws:
            file = print_path(self.path)
            raise FactBaseError([Fault(file, row.line, *flaw) for row, flaw in flaws])

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
            proposals[row.key] = {name: row.cells[name] for name in EDITED if row.cells[name]}
            old = before.pop(row.key, None)
            if old and old.decision:
                old.cells |= {name: row.cells[name] for name in ("sentence", "start", "end", "sentence_hash")}
                row = old
            elif old is None:
                new += 1
            rows.append(row)
        words, passages = " ".join(text.split()), Passages(text)
        for row in kept:
            if before.pop(row.key, None) and " ".join(row.cells["quote"].split()) in words:
                passages.move(row.cells)
                rows.append(row)
        lost = 0
        for row in before.values():
            if row.decision in ("accept", "edit", "reject"):
                if " ".join(row.cells["quote"].split()) in words:
                    passages.move(row.cells)
                    rows.append(row)  # decided, and its sentence still stands there
                else:
                    lost += 1
        self.rows = rows
        mark_later(rows, text)
        self.proposals = {row.key: proposals[row.key] for row in rows if row.key in proposals}
        proposed = json.dumps(self.proposals, ensure_ascii=False, sort_keys=True) + "\n"
        if not self._proposals_path.exists() or self._proposals_path.read_text("utf-8") != proposed:
            write_file(self._proposals_path, proposed)
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
    if not cell:
        return ""
    text = _BROKEN.sub(" ", cell)
    if _FORMULA.match(text) or (column in _GUARDED and _NUMBERLIKE.fullmatch(text)):
        return f"'{text}"
    return text


def _unguard(cell: str) -> str:
    # what a hand has pasted may hold characters that no fact base takes
    text = (cell if cell.isprintable() else drop_invisible(cell)[0]).strip(" \n")
    return text[1:] if text.startswith("'") else text


def _read_table(path: Path) -> list[Row]:
    """Return the rows of a file as they are written there. Raises FactBaseError where it is no such table."""
    file = print_path(path)
    try:
        data = path.read_bytes()
        text = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "is not UTF-8"
        raise FactBaseError([Fault(file, 0, f"cannot be read ({what})", "save it as CSV in UTF-8")]) from None
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    faults: list[Fault] = []
    keep = "keep the first line as it was"
    try:
        header = [cell.strip() for cell in next(reader, [])]
        while header and not header[-1]:
            header.pop()
        faults += [Fault(file, 1, f"lacks the column {name}", keep) for name in _NEEDED if name not in header][:1]
        if strange := [name for name in header if name not in COLUMNS]:
            faults.append(Fault(file, 1, f"has a column {quote_value(strange[0])}", f"{keep}; write into note"))
        if faults:
            raise FactBaseError(faults)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if any(cell.strip() for cell in cells[len(header) :]):
                    what = f"has {len(cells)} cells, and the first line {len(header)}"
                    faults.append(Fault(file, reader.line_num, what, "put a cell that holds a comma between quotes"))
                named = {k: _unguard(v) for k, v in zip(header, cells, strict=False)}
                rows.append(Row({**dict.fromkeys(COLUMNS, ""), **named}, reader.line_num))
                rows[-1].cells["decision"] = rows[-1].decision.strip().lower()
    except csv.Error as error:
        raise FactBaseError([Fault(file, 0, f"is no CSV ({error})", "save it as CSV in UTF-8")]) from None
    if faults:
        raise FactBaseError(faults)
    return rows


def check_row(row: Row, document: str) -> None:
    """Check one row as it would be accepted. Raises InvalidValue."""
    for what, mend in find_flaws(row, document):
        raise InvalidValue(f"{what}; {mend}")
