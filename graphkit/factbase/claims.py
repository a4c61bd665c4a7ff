"""The claim files of a fact base: each row checked against the ontology and the known ids."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from sys import intern
from typing import Any

import msgspec

from graphkit.errors import Fault
from graphkit.factbase.claim_columns import (
    COLUMNS,
    OPTIONAL,
    REQUIRED,
    ROW_CHECKS,
    ClaimColumn,
    InvalidCell,
    Names,
    find_kind,
    read_plain_text,
)
from graphkit.factbase.files import Files, print_path, quote_value
from graphkit.factbase.quotations import Quotations
from graphkit.factbase.tables import read_table
from graphkit.facts import Claim, make_claim_id
from graphkit.ontology import RELATIONS

#: Relations that must not lead back to where they came from.
HIERARCHIES = frozenset({"FORM_OF", "PART_OF", "IN_CLASS"})

#: A claim file and the lines of its claims by id.
Seen = tuple[str, dict[str, int]]

_BY_NAME = {column.name: column for column in COLUMNS}
_ENDS = frozenset(
    (subject, name, object_) for name, relation in RELATIONS.items() for subject, object_ in relation.ends
)


class Edge(msgspec.Struct, frozen=True, gc=False):
    """A claim of a hierarchy and where it stands."""

    subject: str
    object: str
    file: str
    line: int


class ClaimReader:
    """Reads claim files one after the other; what it learns of one row serves the next."""

    def __init__(self, names: Names, quotations: Quotations, files: Files) -> None:
        self.claims: list[Claim] = []
        #: for each claim, its line and the place of its file among `sources`
        self.lines, self.file_numbers, self.sources = array("I"), array("I"), list[str]()
        self.hierarchy: list[Edge] = []
        #: the document that each file is named after, and the file
        self.opened: list[tuple[str, str]] = []
        self._names, self._quotations, self._files = names, quotations, files
        self._known: dict[str, dict[str, Any]] = {column.name: {} for column in COLUMNS if not column.many}
        self._file = ""

    def read(self, path: Path, folder: Path, factbase: str, document: str, earlier: list[Seen]) -> None:
        """Read one file of a document's claims; `earlier` holds those met in its other files, and grows."""
        self.opened.append((document, print_path(path)))
        table = read_table(path, folder, self._files, REQUIRED, OPTIONAL)
        if table is None:
            return
        self._file = file = table.file
        seen: dict[str, int] = {}
        earlier.append((file, seen))
        self.sources.append(file)
        source = len(self.sources) - 1
        factbase, document = intern(factbase), intern(document)
        kinds, faults = self._names.kinds, self._files.faults
        quotes = self._quotations.quote if self._quotations.folder is not None else None
        columns = [_BY_NAME[name] for name in table.keep_present()]
        plan = [(one.field or one.name, self._known.get(one.name), one) for one in columns]
        present = frozenset(one.name for one in columns)
        checks = [check for wanted, check in ROW_CHECKS if wanted <= present]
        lacking = not present.issuperset(REQUIRED)
        for line, sound, cells in table.rows():
            if not sound:
                continue
            before = len(faults)
            fields: dict[str, Any] = {}
            for (field, known, column), cell in zip(plan, cells):  # noqa: B905  # as long as each other: both are the columns of the file
                if cell:
                    plain = cell if column.read is read_plain_text else None
                    value = plain if known is None else known.get(cell)
                    if value is not None or (value := self._read(column, cell, line)) is not None:
                        fields[field] = value
                elif column.filled:
                    self._fault(line, f"the cell {column.name!r} is empty", column.filled)
            subject, object_ = fields.get("subject", ""), fields.get("object", "")
            if subject == object_ and subject in kinds:
                self._fault(
                    line, f"the claim leads from {quote_value(subject)} to itself", "name two different entities"
                )
            elif (kinds.get(subject), fields.get("relation"), kinds.get(object_)) not in _ENDS:
                self._check_ends(subject, fields.get("relation"), object_, line)
            for check in checks:
                try:
                    check(fields)
                except InvalidCell as fault:
                    self._fault(line, fault.what, fault.mend)
            if lacking or len(faults) > before:
                continue
            id_ = make_claim_id(
                document,
                fields.get("locator", ""),
                subject,
                fields["relation"],
                object_,
                fields["status"],
                fields.get("chips", ()),
                fields.get("sites", ()),
                fields.get("regions", ()),
            )
            if id_ in seen or (len(earlier) > 1 and any(id_ in lines for _, lines in earlier)):
                place = next(f"{file}:{lines[id_]}" for file, lines in earlier if id_ in lines)
                mend = "keep one: subject, relation, object, status, scope and sentence are the same"
                self._fault(line, f"the same claim is already at {place}", mend)
                continue
            seen[id_] = line
            if quotes is not None:
                fields["quote"] = quotes(fields.get("locator", ""), fields.get("sentence_hash", ""), line)
            self.claims.append(Claim(id=id_, document=document, factbase=factbase, **fields))
            self.lines.append(line)
            self.file_numbers.append(source)
            if fields["relation"] in HIERARCHIES and fields["status"] not in ("refused", "negated"):
                self.hierarchy.append(Edge(subject, object_, file, line))
        self._quotations.close(file)

    def _read(self, column: ClaimColumn, cell: str, line: int) -> Any:
        """Return the value of a cell, kept for the next one alike; what is none is a fault."""
        try:
            value = column.read(column.name, cell, self._names)
        except InvalidCell as fault:
            for one in (fault, *fault.others):
                self._fault(line, one.what, one.mend)
            return None
        if not column.many:
            self._known[column.name][cell] = value
        return value

    def _fault(self, line: int, what: str, mend: str) -> None:
        self._files.fault(self._file, line, what, mend)

    def _check_ends(self, subject: str, name: str | None, object_: str, line: int) -> None:
        found = []
        for column, id_ in (("subject", subject), ("object", object_)):
            try:
                found.append(find_kind(column, id_, self._names) if id_ else None)
            except InvalidCell as fault:
                self._fault(line, fault.what, fault.mend)
                found.append(None)
        relation = RELATIONS.get(name) if isinstance(name, str) else None
        if relation is None or None in found or tuple(found) in relation.ends:
            return
        allowed = " or ".join(f"{one} to {other}" for one, other in relation.ends)
        fitting = [other for other, one in RELATIONS.items() if tuple(found) in one.ends]
        if (found[1], found[0]) in relation.ends:
            mend = f"turn it round: {object_} {name} {subject}"
        elif fitting:
            mend = f"name other entities, or write {' or '.join(fitting)}"
        else:
            mend = "name other entities"
        self._fault(line, f"{name} goes from {allowed}, not from {found[0]} to {found[1]}", mend)


def find_cycles(edges: Iterable[Edge]) -> Iterable[Fault]:
    """Iterate over one fault for each edge that closes a circle, however long."""
    onward: dict[str, dict[str, Edge]] = {}
    for edge in edges:
        onward.setdefault(edge.subject, {}).setdefault(edge.object, edge)
    state: dict[str, bool] = {}
    for root in onward:
        if root in state:
            continue
        state[root] = True
        trail = [(root, iter(onward[root].values()))]
        while trail:
            node, left = trail[-1]
            step = next(left, None)
            if step is None:
                state[node] = False
                trail.pop()
            elif step.object not in state:
                state[step.object] = True
                trail.append((step.object, iter(onward.get(step.object, {}).values())))
            elif state[step.object]:
                nodes = [node for node, _ in trail]
                circle = [*nodes[nodes.index(step.object) :], step.object]
                what = f"the claims run in a circle: {' > '.join(circle[:8])}{' > ...' if len(circle) > 8 else ''}"
                yield Fault(step.file, step.line, what, "remove the one that is wrong")
