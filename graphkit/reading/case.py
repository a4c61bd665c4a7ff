"""A case: a fact base that grows by reading. Each file is written in one step, so that a check always passes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from graphkit.atomic import replace_file
from graphkit.errors import InvalidValue
from graphkit.factbase import FactBase, read_factbase
from graphkit.factbase.files import print_path
from graphkit.facts import Claim, Document, Entity, fold
from graphkit.reading.known_names import make_slug

_DOCUMENT = (
    "id",
    "name",
    "publisher",
    "published",
    "published_basis",
    "language",
    "url",
    "reliability",
    "cites",
    "file",
)
_ENTITY = ("id", "name", "kind", "aliases", "generic", "note")
CLAIM = ("subject", "relation", "object", "status", "confidence", "attribution", "sentence", "summary", "since",
         "until", "due", "chips", "sites", "regions", "via", "implied", "quantity", "unit", "value", "currency",
         "share", "owner", "purpose", "licence", "transit", "stage", "against", "delivery", "inability",
         "observed", "note", "sentence_hash")  # fmt: skip
_README = """# A case

A fact base that is written with `graphkit ingest` and `graphkit review`.

    graphkit ingest ARTICLE ... --into .     reads articles and proposes claims
    graphkit review .                        opens the page on which you decide
    graphkit check .                         checks what is here
    graphkit path BUYER CHIP -f . -f shipped asks it, together with what ships

`documents.csv`, `entities.csv` and `claims/` are the fact base. `texts/` holds the articles and
`candidates/` what was proposed and decided; both hold other people's sentences and stay out of git.
"""
_IGNORED = "# other people's sentences\ntexts/\ncandidates/\n"


def write_file(path: Path, text: str) -> None:
    """Write a file in one step and onto the disk: whoever reads it finds the old file or the new one, whole."""
    replace_file(path, text.encode("utf-8"), mode=0o644, durable=True)


def stamp_file(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a program saves a file: its number, the time in nanoseconds, its bytes; None without
    a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def render_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as the CSV of a fact base: commas, LF, cells that are never torn."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([" ".join(row.get(column, "").split()) for column in columns] for row in rows)
    return out.getvalue()


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table that this program wrote or that a check has passed."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(f"{print_path(path)}: cannot be read ({error}); save it as UTF-8") from None
    return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(text, newline=""))]


def init_case(folder: Path) -> list[str]:
    """Make an empty fact base, or add to the one that is there what it lacks; return the names of what was made."""
    if folder.exists() and not folder.is_dir():
        raise InvalidValue(f"{print_path(folder)}: is a file; give the folder of a case")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "documents.csv").exists():
        raise InvalidValue(f"{print_path(folder)}: holds files, but no fact base; give an empty folder or a new name")
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    files = {
        # it makes the folder a case, so that what a full disk stopped can be run again
        "documents.csv": render_table(_DOCUMENT, ()),
        "entities.csv": render_table(_ENTITY, ()),
        "README.md": _README,
        ".gitignore": _IGNORED,
    }
    for name, text in files.items():
        if not (folder / name).exists():
            write_file(folder / name, text)
            made.append(name)
    for name in ("claims", "texts", "candidates"):
        if not (folder / name).is_dir():
            (folder / name).mkdir()
            made.append(f"{name}/")
    ignored = (folder / ".gitignore").read_text("utf-8")
    if lacking := [line for line in ("texts/", "candidates/") if line not in ignored.split()]:
        write_file(folder / ".gitignore", ignored.rstrip("\n") + "\n" + "\n".join(lacking) + "\n")
        made.append(".gitignore")
    return list(dict.fromkeys(made))


class Case:
    """The files of a case and what is known beside it.

    `known` are the entities of other fact bases whose names may be met; those that a claim uses are copied into the
    case, so that it can be asked alone.
    """

    def __init__(self, folder: Path, known: Sequence[Entity] = ()) -> None:
        if not (folder / "documents.csv").is_file():
            raise InvalidValue(
                f"{print_path(folder)}: is no fact base; make it with graphkit init {print_path(folder)}"
            )
        self.folder = folder
        for name in ("claims", "texts", "candidates"):
            if (folder / name).is_symlink() or ((folder / name).exists() and not (folder / name).is_dir()):
                raise InvalidValue(f"{print_path(folder / name)}: is no folder of the case itself; remove it")
            (folder / name).mkdir(exist_ok=True)
        base: FactBase = read_factbase(folder)
        self.documents: dict[str, Document] = {one.id: one for one in base.documents}
        self.own: dict[str, Entity] = {one.id: one for one in base.entities}
        self._written = {row["id"] for row in read_rows(folder / "entities.csv")}
        self.known: dict[str, Entity] = {one.id: one for one in known}

    @property
    def entities(self) -> list[Entity]:
        """All entities whose names are known, the case's own first."""
        merged = dict(self.known)
        for id_, one in self.own.items():
            aliases = dict.fromkeys([*one.aliases, *(self.known[id_].aliases if id_ in self.known else ())])
            merged[id_] = msgspec.structs.replace(one, aliases=tuple(aliases))
        return list(merged.values())

    def settle(self, entity: Entity) -> Entity:
        """Return the entity as the case writes it: a known one of that name, else this one under a free id."""
        for one in (*self.own.values(), *self.known.values()):
            if one.kind == entity.kind and fold(entity.name) in {fold(one.name), *map(fold, one.aliases)}:
                return one
        id_ = entity.id if entity.id and not entity.id.startswith("-") else make_slug(entity.name)
        taken = self.own.get(id_) or self.known.get(id_)
        if taken and (taken.name, taken.kind) != (entity.name, entity.kind):
            id_ = f"{id_}-{entity.kind.lower()}"
        return msgspec.structs.replace(entity, id=id_)

    def add_entities(self, entities: Iterable[Entity]) -> None:
        """Write entities that the case does not have; a name that another one bears is left out of the aliases."""
        new = [one for one in {e.id: e for e in entities}.values() if one.id not in self.own]
        if new:
            for one in new:
                self.own[one.id] = one
                self._written.add(one.id)
            self._write_entities()

    def replace_entity(self, entity: Entity) -> None:
        """Write an entity anew, such as with a further alias."""
        self.own[entity.id] = entity
        self._written.add(entity.id)
        self._write_entities()

    def remove_entities(self, ids: Iterable[str]) -> None:
        """Take back entities that were written."""
        gone = [id_ for id_ in ids if id_ in self._written and id_ in self.own]
        for id_ in gone:
            del self.own[id_]
            self._written.discard(id_)
        if gone:
            self._write_entities()

    def _write_entities(self) -> None:
        rows = []
        borne: dict[str, str] = {}
        for id_ in sorted(self.own):
            for word in (id_, self.own[id_].name):
                borne.setdefault(fold(word), id_)
        for id_ in sorted(self._written & set(self.own)):
            one = self.own[id_]
            aliases = []
            for alias in one.aliases:
                if borne.setdefault(fold(alias), id_) == id_ and fold(alias) != fold(one.name) and ";" not in alias:
                    aliases.append(alias)
            rows.append({"id": id_, "name": one.name, "kind": one.kind, "aliases": ";".join(dict.fromkeys(aliases)),
                         "generic": "yes" if one.generic else "", "note": one.note or ""})  # fmt: skip
        write_file(self.folder / "entities.csv", render_table(_ENTITY, rows))

    def add_document(self, document: Document, text: str) -> None:
        """Write a document and its text; what its row says already stays, unless it is told anew."""
        before = self.documents.get(document.id)
        if before:
            given = {k: v for k, v in msgspec.to_builtins(document).items() if v}
            document = msgspec.convert({**msgspec.to_builtins(before), **given}, Document)
        self.documents[document.id] = document
        write_file(self.folder / "texts" / f"{document.id}.txt", text)
        path = self.folder / "documents.csv"
        rows = {row["id"]: row for row in read_rows(path)}
        columns = list(dict.fromkeys([*(rows and next(iter(rows.values())).keys()), *_DOCUMENT]))
        fields = msgspec.to_builtins(document)
        rows[document.id] = {**rows.get(document.id, {}), **{k: str(fields[k]) for k in columns if k in fields}}
        write_file(path, render_table(columns, (rows[id_] for id_ in sorted(rows))))

    def text(self, document: str) -> str:
        """Return the kept text of a document."""
        path = self.folder / "texts" / f"{document}.txt"
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise InvalidValue(f"{print_path(path)}: cannot be read; ingest the article again") from None

    def write_claims(self, document: str, rows: Sequence[Mapping[str, str]], ours: set[tuple[str, ...]]) -> None:
        """Write the claims of a document: accepted `rows`, and those that were written by hand; `ours` are keys of
        rows that review has written before."""
        path = self.folder / "claims" / f"{document}.csv"
        by_hand = [row for row in read_rows(path) if make_claim_row_key(row) not in ours]
        kept = {make_claim_row_key(row): row for row in (*by_hand, *rows)}
        if not kept and not path.exists():
            return
        used = [c for c in CLAIM if c in CLAIM[:8] or any(row.get(c) for row in kept.values())]
        ordered = sorted(kept.values(), key=lambda row: (_number(row.get("sentence", "")), make_claim_row_key(row)))
        write_file(path, render_table(used, ordered))

    def read_written(self, document: str) -> set[tuple[str, ...]]:
        """Return the keys of the claims of a document that review has written."""
        try:
            found = msgspec.json.decode(self._written_path(document).read_bytes(), type=list[list[str]])
        except (OSError, msgspec.MsgspecError):
            return set()
        return {tuple(key) for key in found}

    def note_written(self, document: str, keys: Iterable[tuple[str, ...]]) -> None:
        """Keep the keys of the claims of a document that review writes."""
        write_file(self._written_path(document), json.dumps(sorted(keys)) + "\n")

    def _written_path(self, document: str) -> Path:
        return self.folder / "candidates" / f"{document}.written.json"

    def claims(self) -> Sequence[Claim]:
        """Return the claims that the case holds now."""
        return read_factbase(self.folder).claims


def make_claim_row_key(row: Mapping[str, str]) -> tuple[str, ...]:
    """Return what makes a claim row one of its own in its file."""
    parts = [row.get(name, "") for name in ("sentence", "subject", "relation", "object", "status")]
    return (
        *parts,
        *(";".join(sorted(filter(None, row.get(name, "").split(";")))) for name in ("chips", "sites", "regions")),
    )


def _number(locator: str) -> int:
    return int(locator.partition("-")[0] or 0)
