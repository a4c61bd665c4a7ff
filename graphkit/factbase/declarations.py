"""Documents and entities as the folders of a fact base declare them: checked, and merged by id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from graphkit.errors import Fault
from graphkit.factbase.claim_columns import Names
from graphkit.factbase.figures import is_date, is_web_address, mend_date
from graphkit.factbase.files import Files, is_file_name, quote_value
from graphkit.factbase.merging import find_contradictions, merge_records
from graphkit.factbase.rulefiles import Declared, RuleFiles, split_cell
from graphkit.factbase.tables import read_table
from graphkit.factbase.texts import REPLACED
from graphkit.facts import Document, Entity
from graphkit.names import fold
from graphkit.ontology import KINDS

_DOCUMENT_COLUMNS = (
    "publisher",
    "published",
    "published_basis",
    "language",
    "url",
    "reliability",
    "reliability_basis",
    "cites",
    "seen",
    "archive",
    "file",
)
_RELIABILITIES = ("", "A", "B", "C", "D", "E", "F")

_SLUGS = {"document": re.compile(r"[a-z0-9][a-z0-9_-]{0,199}\Z"), "entity": re.compile(r"[a-z0-9][a-z0-9-]{0,199}\Z")}
#: Characters of a name, and the bytes of its folded form: a server's index takes about 8,000.
_LONGEST_NAME, _MOST_BYTES = 1_000, 4_000
_SHORTER = f"write at most {_LONGEST_NAME:,}, and no signs that stand for many"


class Declarations:
    """Reads what folders declare, one folder after the other."""

    def __init__(self, files: Files) -> None:
        self.names = Names()
        self.documents: dict[str, Document | None] = {}
        self.entities: dict[str, Entity | None] = {}
        self.documents_complete = True
        self.by_folder: dict[Path, tuple[set[str], set[str]]] = {}
        self._files, self._faults = files, files.faults
        #: where each document and entity stands first, as (file, line), by ("document" or "entity", id)
        self.places: dict[tuple[str, str], tuple[str, int]] = {}
        self._clashes: set[tuple[str, str]] = set()
        self._folder = Path()

    def read(self, folder: Path, rules: RuleFiles, *, rules_only: bool = False) -> None:
        """Read the documents and entities of one folder, and take over those of its rule files."""
        self._folder = folder
        self.by_folder[folder] = (set(), set())
        if not rules_only:
            self._read_documents(folder / "documents.csv")
            self._read_entities(folder / "entities.csv")
        self._read_rules(rules.declared)
        self.names.complete &= rules.complete

    def _fault(self, file: str, line: int, what: str, mend: str) -> None:
        self._faults.append(Fault(file, line, what, mend))

    def _read_documents(self, path: Path) -> None:
        table = read_table(path, self._folder, self._files, ("id", "name"), _DOCUMENT_COLUMNS)
        if table is None or "id" in table.absent:
            self.documents_complete = False
            return
        for line, sound, (id_, name, *rest) in table.rows():
            before = len(self._faults)
            if not self._is_new("document", id_, name, table.file, line, sound):
                continue
            if "name" not in table.absent:
                self._need(table.file, line, "name", name)
            fields = {column: cell or None for column, cell in zip(_DOCUMENT_COLUMNS, rest, strict=True)}
            self._check_document(table.file, line, fields)
            if len(self._faults) > before or not name:
                continue
            self._add_document(Document(id=id_, name=name, **fields), table.file, line)
        self.documents_complete &= table.whole

    def _add_document(self, document: Document, file: str, line: int) -> None:
        known = self.documents[document.id]
        if known:
            before = self.place("document", document.id)
            for name in find_contradictions("Document", msgspec.to_builtins(known), msgspec.to_builtins(document)):
                there = quote_value(getattr(known, name))
                what = f"the {name} of the document {document.id} is {there} in a folder given before ({before})"
                self._fault(file, line, what, f"give both the same {name}, or one another id")
        self.documents[document.id] = merge_records([known, document]) if known else document

    def _check_document(self, file: str, line: int, fields: dict[str, str | None]) -> None:
        published, reliability = fields["published"], fields["reliability"] or ""
        if published and not is_date(published):
            what = f"published {quote_value(published)} is not a date"
            self._fault(file, line, what, mend_date(published))
        if reliability not in _RELIABILITIES:
            what = f"unknown reliability {quote_value(reliability)}"
            self._fault(file, line, what, "write an Admiralty letter, A to F, or leave it empty")
        if fields["seen"] and not is_date(fields["seen"]):
            self._fault(file, line, f"seen {quote_value(fields['seen'])} is not a date", mend_date(fields["seen"]))
        for column in ("url", "archive"):
            if (address := fields[column]) and not is_web_address(address):
                self._fault(file, line, f"{column} {quote_value(address)} is no web address", "write https://...")
        if fields["file"] and not is_file_name(fields["file"]):
            what = f"file {quote_value(fields['file'])} is not a plain file name"
            self._fault(file, line, what, "write the name alone, without its folder")

    def _read_entities(self, path: Path) -> None:
        table = read_table(path, self._folder, self._files, ("id", "name", "kind"), ("aliases", "generic", "note"))
        if table is None or "id" in table.absent:
            self.names.complete = False
            return
        for line, sound, (id_, name, kind, aliases, generic, note) in table.rows():
            before = len(self._faults)
            if not self._is_new("entity", id_, name, table.file, line, sound):
                continue
            for column, cell in (("name", name), ("kind", kind)):
                if column not in table.absent:
                    self._need(table.file, line, column, cell)
            if kind and kind not in KINDS:
                self._fault(table.file, line, f"unknown kind {quote_value(kind)}", _mend_kind(kind))
            if generic.lower() not in ("", "yes"):
                self._fault(table.file, line, f"generic {quote_value(generic)} is neither yes nor empty", "write yes")
            if aliases[:1] == "[" and aliases[-1:] == "]":
                what = f"aliases {quote_value(aliases)} is a list as Python writes it"
                self._fault(table.file, line, what, "write the names alone, separated by ;")
            entity = Entity(
                id=id_, name=name, kind=kind, aliases=split_cell(aliases), generic=bool(generic), note=note or None
            )
            if len(self._faults) == before and name and kind:
                self._add(entity, table.file, line)
        self.names.complete &= table.whole

    def _read_rules(self, declared: Sequence[Declared]) -> None:
        """Take over the entities that the rule files declare."""
        for one in declared:
            kind = one.kind.lower()
            before = len(self._faults)
            if one.kind == "Regulation" and not one.sound:
                self._register("entity", one.id)  # its record has said what is wrong
            elif self._is_new(kind, one.id, one.name, one.file, one.line, one.sound):
                self._need(one.file, one.line, "name", one.name)
                entity = Entity(id=one.id, name=one.name, kind=one.kind, aliases=one.aliases)
                if len(self._faults) == before and one.name:
                    self._add(entity, one.file, one.line)

    def _is_new(self, what: str, id_: str, name: str, file: str, line: int, sound: bool) -> bool:
        """Register an id; False where its row is faulty, or its folder has declared it before."""
        group = "document" if what == "document" else "entity"
        here = self.by_folder[self._folder][group == "entity"]
        if id_ in here:
            if sound:
                what = f"the {what} {quote_value(id_)} is already at {self.place(group, id_)}"
                self._fault(file, line, what, "keep one of them")
            return False
        self._register(group, id_)
        if REPLACED in id_:
            self.names.complete = self.documents_complete = False
        if sound and _SLUGS[group].match(id_):
            here.add(id_)
            self.places.setdefault((group, id_), (file, line))
            return True
        slug = re.sub(r"[^a-z0-9]+", "-", fold(id_ or name)).strip("-")[:200]
        self._register(group, slug)
        if sound:
            fault = f"the id {quote_value(id_)} is not a lower-case slug" if id_ else "the cell 'id' is empty"
            self._fault(file, line, fault, f"write {slug}" if slug else "write one of a-z, 0-9 and -")
        return False

    def place(self, group: str, id_: str) -> str:
        """Return where a document or entity stands first, as file:line."""
        file, line = self.places[group, id_]
        return f"{file}:{line}"

    def _register(self, what: str, id_: str) -> None:
        """Make an id known, without a record until its row has proved sound."""
        if not id_:
            return
        if what == "document":
            self.documents.setdefault(id_, None)
        else:
            self.entities.setdefault(id_, None)
            self.names.kinds.setdefault(id_, None)

    def _need(self, file: str, line: int, column: str, cell: str) -> None:
        if not cell:
            self._fault(file, line, f"the cell {column!r} is empty", "fill it")
        elif "\n" in cell:
            self._fault(file, line, f"the {column} has a line break", "write it on one line")
        elif column == "name" and _too_long(cell):
            self._fault(file, line, f"the name has {len(cell):,} characters", _SHORTER)

    def _add(self, entity: Entity, file: str, line: int) -> None:
        known = self.entities[entity.id]
        if known and (known.name, known.kind) != (entity.name, entity.kind):
            where = self.place("entity", entity.id)
            what = f"the entity {entity.id} is the {known.kind} {quote_value(known.name)} at {where}"
            self._fault(file, line, what, "give both the same name and kind, or one another id")
            return
        for word in (entity.id, entity.name, *entity.aliases):
            # a company and a country may bear one name: a question chooses by kind
            other = self.names.ids.setdefault((entity.kind, fold(word)), entity.id)
            if other != entity.id and (other, entity.id) not in self._clashes:
                self._clashes.add((other, entity.id))
                what = f"{quote_value(word)} is also a name of {other} at {self.place('entity', other)}"
                self._fault(file, line, what, "tell them apart, or keep one entity")
        self.entities[entity.id] = merge_records([known, entity]) if known else entity
        self.names.kinds[entity.id] = entity.kind


def _mend_kind(kind: str) -> str:
    fitting = [known for known in KINDS if known.lower() == kind.lower()]
    return f"write {fitting[0]}" if fitting else f"write one of {', '.join(KINDS)}"


def _too_long(name: str) -> bool:
    return len(name) > _LONGEST_NAME or len(fold(name).encode()) > _MOST_BYTES
