"""The claim files of a fact base: each row checked against the ontology and the known ids."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from sys import intern
from typing import Any

import msgspec

from graphkit.errors import Fault, InvalidValue
from graphkit.factbase.figures import currencies, is_date, mend_date, read_amount, read_number
from graphkit.factbase.files import Files, label, shown
from graphkit.factbase.quotations import Quotations
from graphkit.factbase.tables import read_table
from graphkit.facts import Claim, claim_id, earliest, latest
from graphkit.names import Spellings, fold
from graphkit.ontology import AGAINST, CONFIDENCES, DELIVERIES, LICENCES, RELATIONS, STAGES, STATUSES

#: Relations that must not lead back to where they came from.
HIERARCHIES = frozenset({"FORM_OF", "PART_OF", "IN_CLASS"})

_SENTENCE = re.compile(r"(0|[1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?\Z")
_HASH = re.compile(r"[0-9a-f]{16}\Z")
_MAX_HINTS = 25

#: A claim file and the lines of its claims by id.
Seen = tuple[str, dict[str, int]]


class Names:
    """The ids that claims may use, with their kinds, and help for ids that nobody declares.

    A kind of None belongs to an entity whose own row is faulty: nothing more is said of it.
    `complete` is False when a file of entities could not be read to its end.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, str | None] = {}
        #: the id behind a folded id, name or alias, within a kind
        self.ids: dict[tuple[str, str], str] = {}
        self.complete = True
        self._hints = 0
        self._spellings: Spellings | None = None

    def hint(self, wanted: str) -> str:
        """Say how to mend an id that is not known; near names are looked up for the first few only."""
        self._hints += 1
        if self._hints > _MAX_HINTS:
            return "declare it in entities.csv"
        word = fold(wanted)
        found = [id_ for (_, known), id_ in self.ids.items() if known == word]
        if not found:
            if self._spellings is None:
                self._spellings = Spellings((id_, (known.replace("-", " "),)) for (_, known), id_ in self.ids.items())
            found = [one.partition(" (")[0] for one in self._spellings.near(wanted.replace("-", " "), 1)]
        return f"write {found[0]}, or declare the entity" if found else "declare it in entities.csv"


# how a cell is read ------------------------------------------------------------------------


class Fit(Exception):
    """A cell or row that does not fit: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str, others: tuple[Fit, ...] = ()) -> None:
        super().__init__(what)
        self.what, self.mend, self.others = what, mend, others


def _read_text(name: str, cell: str, names: Names) -> str:
    return cell


def _read_word(name: str, cell: str, names: Names) -> str:
    return intern(cell)


def _read_date(name: str, cell: str, names: Names) -> str:
    if not is_date(cell):
        raise Fit(f"{name} {shown(cell)} is not a date", mend_date(cell))
    return intern(cell)


def _read_amount(name: str, cell: str, names: Names) -> str:
    try:
        return read_amount(cell)
    except InvalidValue as error:
        what, _, mend = str(error).partition("; ")
        raise Fit(f"{name} {shown(cell)} {what}", mend) from None


def _read_currency(name: str, cell: str, names: Names) -> str:
    if cell not in currencies():
        code = cell.upper()
        mend = f"write {code}" if code in currencies() else "write its three letters, such as USD"
        raise Fit(f"currency {shown(cell)} is no code of ISO 4217", mend)
    return intern(cell)


def _read_share(name: str, cell: str, names: Names) -> float:
    try:
        share = float(read_number(cell.removesuffix("%").strip(), most=100))
    except InvalidValue:
        share = -1.0
    if not 0 <= share <= 100 or len(cell) > 15:
        raise Fit(f"share {shown(cell)} is not within 0 to 100", "write the per cent as a number, such as 12.5")
    return share


def _read_sentence(name: str, cell: str, names: Names) -> str:
    match = _SENTENCE.match(cell)
    if match and (match[2] is None or int(match[1]) < int(match[2])):
        return intern(cell)
    what = f"the sentence {shown(cell)} is neither a number nor a passage"
    raise Fit(what, "write 11, or 11-13 for a passage, counted from 0")


def _read_hash(name: str, cell: str, names: Names) -> str:
    if not _HASH.match(cell):
        raise Fit(f"sentence_hash {shown(cell)} is not 16 hex digits", "take it from the document's text")
    return cell


Read = Callable[[str, str, Names], Any]


def _one_of(allowed: Collection[str], *, upper: bool = False) -> Read:
    """Return what reads a cell that holds one of some words."""

    def read(name: str, cell: str, names: Names) -> str:
        if cell in allowed:
            return intern(cell)
        from difflib import get_close_matches

        near = get_close_matches(cell[:60].upper() if upper else cell[:60].lower(), allowed, 1)
        raise Fit(f"unknown {name} {shown(cell)}", f"write {near[0] if near else 'one of ' + ', '.join(allowed)}")

    return read


def _read_flag(name: str, cell: str, names: Names) -> bool:
    _one_of(("yes",))(name, cell, names)
    return True


def _read_entity(name: str, cell: str, names: Names) -> str:
    """Return the id of an entity; one that is missing is told with the relation's kinds."""
    return intern(cell)


def _ids_of(*kinds: str, single: bool = False) -> Read:
    """Return what reads the ids of entities of some kinds, separated by `;`."""

    def read(name: str, cell: str, names: Names) -> tuple[str, ...] | str | None:
        if cell[0] in "[(" or cell[-1] in ")]":
            raise Fit(f"{name} {shown(cell)} is a list as Python writes it", "write the ids alone, separated by ;")
        ids = tuple(dict.fromkeys(intern(id_.strip()) for id_ in cell.split(";") if id_.strip()))
        unfit: list[Fit] = []
        for id_ in ids:
            try:
                kind = find_kind(name, id_, names)
            except Fit as fault:
                unfit.append(fault)
                continue
            if kind is not None and kind not in kinds:
                mend = f"name a {' or a '.join(sorted(kinds))} there"
                unfit.append(Fit(f"{name} {shown(id_)} is a {kind}", mend))
        if single and len(ids) > 1:
            unfit.append(Fit(f"{name!r} names several companies", "name one, and write a claim for each other"))
        if unfit:
            raise Fit(unfit[0].what, unfit[0].mend, tuple(unfit[1:]))
        return (ids[0] if ids else None) if single else ids

    return read


def find_kind(name: str, id_: str, names: Names) -> str | None:
    """Return the kind behind an id, None where that is not known. Raises Fit for an id that nobody declares."""
    if id_ not in names.kinds and names.complete:
        raise Fit(f"{name} {shown(id_)} is no known entity", names.hint(id_))
    return names.kinds.get(id_)


class Column(msgspec.Struct, frozen=True):
    """A column of claim files: its name, how a cell that is filled is read, and the field of Claim that it fills.

    `required` ones stand in every file; `filled`, in each of their rows, says what to write into an empty cell.
    Values of a column that is not `many` are kept, since they come again and again.
    """

    name: str
    read: Read = _read_text
    field: str = ""
    required: bool = False
    filled: str = ""
    many: bool = False


#: Every column of claims: add one here, and the field to Claim in graphkit/facts.py.
COLUMNS = (
    Column("subject", _read_entity, required=True, filled="write the id of an entity"),
    Column("relation", _one_of(RELATIONS, upper=True), required=True, filled=f"write one of {', '.join(RELATIONS)}"),
    Column("object", _read_entity, required=True, filled="write the id of an entity"),
    Column("status", _one_of(STATUSES), required=True, filled=f"write one of {', '.join(STATUSES)}"),
    Column("confidence", _one_of(CONFIDENCES), required=True, filled=f"write one of {', '.join(CONFIDENCES)}"),
    Column("attribution", _read_word, required=True),
    Column("sentence", _read_sentence, "locator", required=True),
    Column("summary", required=True, filled="say in a sentence of your own what the document says", many=True),
    Column("since", _read_date),
    Column("until", _read_date),
    Column("due", _read_date),
    Column("chips", _ids_of("Chip")),
    Column("sites", _ids_of("Datacenter")),
    Column("regions", _ids_of("Region")),
    Column("via", _ids_of("Company", "Datacenter")),
    Column("implied", _read_flag),
    Column("quantity", _read_amount),
    Column("unit", _read_word),
    Column("value", _read_amount),
    Column("currency", _read_currency),
    Column("share", _read_share),
    Column("owner", _ids_of("Company", single=True)),
    Column("purpose", _read_word),
    Column("licence", _one_of(LICENCES)),
    Column("transit", _ids_of("Region")),
    Column("stage", _one_of(STAGES)),
    Column("against", _one_of(AGAINST)),
    Column("delivery", _one_of(DELIVERIES)),
    Column("observed", _read_date),
    Column("note", many=True),
    Column("sentence_hash", _read_hash, many=True),
)
_BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
OPTIONAL = tuple(column.name for column in COLUMNS if not column.required)


# what the cells of a row say of each other -------------------------------------------------

Cells = Mapping[str, Any]


def _check_law(cells: Cells) -> None:
    known = RELATIONS.get(cells.get("relation", ""))
    if known and known.group != "law" and cells.get("status") == "proposed":
        what = f"status 'proposed' is for law only, not for {cells['relation']}"
        raise Fit(what, "write planned or considered")


def _check_span(cells: Cells) -> None:
    since, until = cells.get("since"), cells.get("until")
    if since and until and earliest(since) > latest(until):
        raise Fit(f"since {since} is after until {until}", "exchange or mend them")


def _check_control(cells: Cells) -> None:
    if cells.get("relation") == "OWNS" and cells.get("share", 100.0) < 50:
        raise Fit(f"OWNS with a share of {cells['share']:g} %", "below 50 % write INVESTS_IN")


#: Checks of a row, each with the columns that it looks at; a column that a file lacks leaves its checks out.
ROW_CHECKS: tuple[tuple[frozenset[str], Callable[[Cells], None]], ...] = (
    (frozenset({"relation", "status"}), _check_law),
    (frozenset({"since", "until"}), _check_span),
    (frozenset({"relation", "share"}), _check_control),
)

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
        self.opened.append((document, label(path)))
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
        columns = [_BY_NAME[name] for name in table.present()]
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
                    plain = cell if column.read is _read_text else None
                    value = plain if known is None else known.get(cell)
                    if value is not None or (value := self._read(column, cell, line)) is not None:
                        fields[field] = value
                elif column.filled:
                    self._fault(line, f"the cell {column.name!r} is empty", column.filled)
            subject, object_ = fields.get("subject", ""), fields.get("object", "")
            if subject == object_ and subject in kinds:
                self._fault(line, f"the claim leads from {shown(subject)} to itself", "name two different entities")
            elif (kinds.get(subject), fields.get("relation"), kinds.get(object_)) not in _ENDS:
                self._check_ends(subject, fields.get("relation"), object_, line)
            for check in checks:
                try:
                    check(fields)
                except Fit as fault:
                    self._fault(line, fault.what, fault.mend)
            if lacking or len(faults) > before:
                continue
            id_ = claim_id(
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

    def _read(self, column: Column, cell: str, line: int) -> Any:
        """Return the value of a cell, kept for the next one alike; what is none is a fault."""
        try:
            value = column.read(column.name, cell, self._names)
        except Fit as fault:
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
            except Fit as fault:
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


def cycles(edges: Iterable[Edge]) -> Iterable[Fault]:
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
