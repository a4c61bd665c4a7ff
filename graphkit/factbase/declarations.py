"""What the folders of a fact base declare: documents and entities, checked and merged by id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from graphkit.errors import Fault
from graphkit.factbase.claims import Names, is_date
from graphkit.factbase.merging import contradictions, merged
from graphkit.factbase.tables import REPLACED, Table, compose_yaml, is_there, label, read_table, read_text, shown
from graphkit.facts import Document, Entity, fold
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
_URL = re.compile(r"https?://[^\s/]\S*\Z")


class Declarations:
    """Reads what folders declare, one folder after the other."""

    def __init__(self, faults: list[Fault]) -> None:
        self.names = Names()
        self.documents: dict[str, Document | None] = {}
        self.entities: dict[str, Entity | None] = {}
        self.documents_complete = True
        self.by_folder: dict[Path, tuple[set[str], set[str]]] = {}
        self._faults = faults
        self._places: dict[tuple[str, str], str] = {}
        self._clashes: set[tuple[str, str]] = set()
        self._folder = Path()

    def read(self, folder: Path) -> None:
        """Read the documents and entities of one folder."""
        self._folder = folder
        self.by_folder[folder] = (set(), set())
        self._read_documents(folder / "documents.csv")
        self._read_entities(folder / "entities.csv", ("id", "name", "kind"), ("aliases", "generic", "note"))
        # a country answers to its ISO codes too
        for name, kind, names in (("chips.csv", "Chip", ()), ("regions.csv", "Region", ("iso2", "iso3"))):
            if is_there(folder / name):
                self._read_entities(folder / name, ("id", "name"), ("aliases", *names), kind)
        if is_there(folder / "regulations.yaml"):
            self._read_regulations(folder / "regulations.yaml")

    def _fault(self, file: str, line: int, what: str, mend: str) -> None:
        self._faults.append(Fault(file, line, what, mend))

    def _read_documents(self, path: Path) -> None:
        table = read_table(path, self._folder, self._faults, ("id", "name"), _DOCUMENT_COLUMNS)
        if table is None or "id" in table.absent:
            self.documents_complete = False
            return
        for line, sound, (id_, name, *rest) in table.rows():
            before = len(self._faults)
            if not self._is_new("document", id_, name, table.file, line, sound):
                continue
            self._need(table, line, "name", name)
            fields = {column: cell or None for column, cell in zip(_DOCUMENT_COLUMNS, rest, strict=True)}
            self._check_document(table.file, line, fields)
            if len(self._faults) > before or not name:
                continue
            self._add_document(Document(id=id_, name=name, **fields), table.file, line)
        self.documents_complete &= table.whole

    def _add_document(self, document: Document, file: str, line: int) -> None:
        known = self.documents[document.id]
        if known:
            before = self._places["document", document.id]
            for name in contradictions("Document", msgspec.to_builtins(known), msgspec.to_builtins(document)):
                there = shown(getattr(known, name))
                what = f"the {name} of the document {document.id} is {there} in a folder given before ({before})"
                self._fault(file, line, what, f"give both the same {name}, or one another id")
        self.documents[document.id] = merged([known, document]) if known else document

    def _check_document(self, file: str, line: int, fields: dict[str, str | None]) -> None:
        published, reliability = fields["published"], fields["reliability"] or ""
        if published and not is_date(published):
            what = f"published {shown(published)} is not a date"
            self._fault(file, line, what, "write YYYY, YYYY-MM or YYYY-MM-DD")
        if reliability not in _RELIABILITIES:
            what = f"unknown reliability {shown(reliability)}"
            self._fault(file, line, what, "write an Admiralty letter, A to F, or leave it empty")
        if fields["seen"] and not is_date(fields["seen"]):
            self._fault(file, line, f"seen {shown(fields['seen'])} is not a date", "write YYYY-MM-DD")
        for column in ("url", "archive"):
            if (address := fields[column]) and not _URL.match(address):
                self._fault(file, line, f"{column} {shown(address)} is no web address", "write https://...")
        if fields["file"] and not is_file_name(fields["file"]):
            what = f"file {shown(fields['file'])} is not a plain file name"
            self._fault(file, line, what, "write the name alone, without its folder")

    def _read_entities(
        self, path: Path, required: tuple[str, ...], optional: tuple[str, ...], kind: str | None = None
    ) -> None:
        table = read_table(path, self._folder, self._faults, required, optional, others=kind is not None)
        if table is None or "id" in table.absent:
            self.names.complete = False
            return
        for line, sound, (id_, name, *rest) in table.rows():
            if kind is None:
                stated, aliases, generic, note = rest
            else:
                stated, aliases, generic, note = kind, ";".join(filter(None, rest)), "", ""
            before = len(self._faults)
            if not self._is_new("entity", id_, name, table.file, line, sound):
                continue
            self._need(table, line, "name", name)
            self._need(table, line, "kind", stated)
            if stated and stated not in KINDS:
                self._fault(table.file, line, f"unknown kind {shown(stated)}", f"write one of {', '.join(KINDS)}")
            if generic not in ("", "yes"):
                self._fault(table.file, line, f"generic {shown(generic)} is neither yes nor empty", "write yes")
            entity = Entity(
                id=id_, name=name, kind=stated, aliases=_aliases(aliases), generic=generic == "yes", note=note or None
            )
            if len(self._faults) == before and name and stated:
                self._add(entity, table.file, line)
        self.names.complete &= table.whole

    def _read_regulations(self, path: Path) -> None:
        found = read_text(path, self._folder, self._faults)
        if found is None:
            self.names.complete = False
            return
        file, (text, _) = label(path), found
        try:
            records = list(_records(text))
        except Broken as error:
            self._fault(file, error.line, error.what, "mend the YAML")
            self.names.complete = False
            return
        for line, id_, name, aliases in records:
            before = len(self._faults)
            if not all(word.isprintable() for word in (id_ or "", name or "", *(aliases or ()))):
                self._fault(file, line, "the rule's names hold characters that cannot be printed", "remove them")
                self.names.complete = False
                continue
            if not id_:
                self._fault(file, line, "the rule has no id", "give it one, such as US-2022-10")
                continue
            if not self._is_new("entity", id_.lower(), name or "", file, line, True):
                continue
            if not name:
                self._fault(file, line, "the rule has no name", "give it one")
            elif _too_long(name):
                self._fault(file, line, f"the name has {len(name):,} characters", _SHORTER)
            if aliases is None:
                self._fault(file, line, "the aliases are not a list of names", "write [one, other]")
            if len(self._faults) == before:
                entity = Entity(id=id_.lower(), name=name or "", kind="Regulation", aliases=tuple(aliases or ()))
                self._add(entity, file, line)

    def _is_new(self, what: str, id_: str, name: str, file: str, line: int, sound: bool) -> bool:
        """Register an id; False where its row is faulty, or its folder has declared it before."""
        here = self.by_folder[self._folder][what == "entity"]
        if id_ in here:
            if sound:
                place = self._places[what, id_]
                self._fault(file, line, f"the {what} {shown(id_)} is already at {place}", "keep one of them")
            return False
        self._register(what, id_)
        if REPLACED in id_:
            self.names.complete = self.documents_complete = False
        if sound and _SLUGS[what].match(id_):
            here.add(id_)
            self._places.setdefault((what, id_), f"{file}:{line}")
            return True
        slug = re.sub(r"[^a-z0-9]+", "-", fold(id_ or name)).strip("-")[:200]
        self._register(what, slug)
        if sound:
            fault = f"the id {shown(id_)} is not a lower-case slug" if id_ else "the cell 'id' is empty"
            self._fault(file, line, fault, f"write {slug}" if slug else "write one of a-z, 0-9 and -")
        return False

    def _register(self, what: str, id_: str) -> None:
        """Make an id known, without a record until its row has proved sound."""
        if not id_:
            return
        if what == "document":
            self.documents.setdefault(id_, None)
        else:
            self.entities.setdefault(id_, None)
            self.names.kinds.setdefault(id_, None)

    def _need(self, table: Table, line: int, column: str, cell: str) -> None:
        if not cell and column not in table.absent:
            self._fault(table.file, line, f"the cell {column!r} is empty", "fill it")
        elif "\n" in cell:
            self._fault(table.file, line, f"the {column} has a line break", "write it on one line")
        elif column == "name" and _too_long(cell):
            self._fault(table.file, line, f"the name has {len(cell):,} characters", _SHORTER)

    def _add(self, entity: Entity, file: str, line: int) -> None:
        known = self.entities[entity.id]
        if known and (known.name, known.kind) != (entity.name, entity.kind):
            where = self._places["entity", entity.id]
            what = f"the entity {entity.id} is the {known.kind} {shown(known.name)} at {where}"
            self._fault(file, line, what, "give both the same name and kind, or one another id")
            return
        for word in (entity.id, entity.name, *entity.aliases):
            other = self.names.ids.setdefault(fold(word), entity.id)
            if other != entity.id and (other, entity.id) not in self._clashes:
                self._clashes.add((other, entity.id))
                what = f"{shown(word)} is also a name of {other} at {self._places['entity', other]}"
                self._fault(file, line, what, "tell them apart, or keep one entity")
        self.entities[entity.id] = merged([known, entity]) if known else entity
        self.names.kinds[entity.id] = entity.kind


class Broken(Exception):
    """YAML that cannot be read, with the line of the fault."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def _records(text: str) -> Iterator[tuple[int, str | None, str | None, list[str] | None]]:
    """Iterate over (line, id, name, aliases) of the rules in regulations.yaml; raises Broken."""
    import yaml

    try:
        root = compose_yaml(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken(mark.line + 1 if mark else 0, f"is not YAML ({error.problem or 'syntax'})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Broken(0, f"is not YAML ({type(error).__name__})") from None
    if isinstance(root, yaml.MappingNode) and all(isinstance(node, yaml.MappingNode) for _, node in root.value):
        named = [(key.value if isinstance(key, yaml.ScalarNode) else None, node) for key, node in root.value]
    elif isinstance(root, yaml.SequenceNode):
        named = [(None, node) for node in root.value]
    else:
        raise Broken(1, "holds no list of rules")
    for key, node in named:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise Broken(line, "holds something that is not a rule with id and name")
        fields = {one.value: value for one, value in node.value if isinstance(one, yaml.ScalarNode)}
        words = {name: value.value for name, value in fields.items() if isinstance(value, yaml.ScalarNode)}
        aliases: list[str] | None = list(_aliases(words.get("aliases", "")))
        if isinstance(listed := fields.get("aliases"), yaml.SequenceNode):
            scalars = [one.value for one in listed.value if isinstance(one, yaml.ScalarNode)]
            aliases = [one.strip() for one in scalars] if len(scalars) == len(listed.value) else None
        elif "aliases" in fields and "aliases" not in words:
            aliases = None
        yield line, words.get("id", key) or None, words.get("name"), aliases


def _too_long(name: str) -> bool:
    return len(name) > _LONGEST_NAME or len(fold(name).encode()) > _MOST_BYTES


def is_file_name(name: str) -> bool:
    """Say whether a text is the plain name of a file, in no other folder and not hidden."""
    return bool(name) and "/" not in name and "\\" not in name and not name.startswith(".")


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alias.strip() for alias in cell.split(";") if alias.strip()))
