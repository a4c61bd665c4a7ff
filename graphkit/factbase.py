"""Read, check and merge fact-base folders: every fault at once, with file and line.

A fact base is `documents.csv`, `entities.csv`, `claims/<document id>.csv`, and, where it has them,
`chips.csv`, `regions.csv` and `regulations.yaml`, whose rows are entities too. Several folders
are read as one: an id may be declared in one and used in another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from graphkit.claimfiles import ClaimReader, Quotations, Seen, cycles
from graphkit.declarations import Declarations, is_file_name
from graphkit.errors import FactBaseError, Fault
from graphkit.facts import Claim, Document, Entity
from graphkit.tables import is_there, label, read_bytes, read_table, shown


class Part(msgspec.Struct, frozen=True):
    """One folder of a fact base: its name, its own content hash, and the ids it declares."""

    name: str
    sha256: str
    documents: frozenset[str]
    entities: frozenset[str]


class FactBase(msgspec.Struct, frozen=True):
    """What one or several fact-base folders hold, checked.

    Documents and entities are sorted by id, claims by document and then as in their file.
    `warnings` says where no quotation could be attached; `parts` has one entry per folder.
    """

    name: str
    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    sha256: str
    warnings: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def shipped_seeds() -> Path:
    """Return the fact base that ships with graphkit: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "seeds"
    return inside if (inside / "documents.csv").is_file() else package.parent / "seeds"


def read_factbase(*folders: Path | str, documents: Path | str | None = None) -> FactBase:
    """Read, check and merge fact-base folders; without folders, the shipped one.

    `documents` is the folder with the documents' texts: quotations are attached from it, each
    only if it has the hash that its claim gives. Raises FactBaseError with every fault found.
    """
    paths = _paths(folders)
    digest = content_sha256(*paths, documents=documents)
    faults: list[Fault] = []
    declared = Declarations(faults)
    usable = list(_usable(paths, faults))
    if len(usable) < len(paths):
        declared.names.complete = declared.documents_complete = False
    for folder in usable:
        declared.read(folder)
    texts = Path(documents) if documents is not None else None
    if texts is not None and not texts.is_dir():
        faults.append(Fault(label(texts), 0, "is not a folder", "give the folder that holds the documents' texts"))
        texts = None
    quotations = Quotations(texts)
    reader = ClaimReader(declared.names, quotations, faults)
    _read_claims(usable, declared, reader, quotations, faults)
    faults.extend(cycles(reader.hierarchy))
    if faults:
        raise FactBaseError(faults)
    return FactBase(
        name="+".join(map(_name, paths)),
        documents=tuple(record for _, record in sorted(declared.documents.items()) if record),
        entities=tuple(record for _, record in sorted(declared.entities.items()) if record),
        claims=tuple(reader.claims),
        sha256=digest,
        warnings=tuple(quotations.warnings),
        parts=tuple(
            Part(_name(path), content_sha256(path), *map(frozenset, declared.by_folder[path])) for path in paths
        ),
    )


def content_sha256(*folders: Path | str, documents: Path | str | None = None) -> str:
    """Return a hash of the names and bytes of fact-base folders, and of the texts they quote from.

    It parses no more than the column of file names in documents.csv. A file that cannot be read
    counts as such; `read_factbase` says what is wrong with it.
    """
    total = hashlib.sha256()

    def add(name: str, path: Path, folder: Path) -> None:
        data = read_bytes(path, folder, [])
        total.update(name.encode() + b"\0")
        total.update(hashlib.sha256(data).digest() if data is not None else b"unreadable")

    for folder in sorted(_paths(folders), key=lambda path: (_name(path), str(path))):
        total.update(_name(folder).encode() + b"\0")
        for file in _files(folder):
            add(label(file.relative_to(folder)), file, folder)
        if documents is not None:
            for name in _text_files(folder):
                add(f"text {name}", Path(documents, name), Path(documents))
    return total.hexdigest()


def _paths(folders: Sequence[Path | str]) -> list[Path]:
    return [Path(folder) for folder in folders] or [shipped_seeds()]


def _name(folder: Path) -> str:
    name = folder.name if folder.name not in ("", "..") else folder.resolve().name
    return label(Path(name or "factbase"))


def _usable(folders: Sequence[Path], faults: list[Fault]) -> Iterator[Path]:
    """Iterate over the folders that hold a fact base; one fault for each other."""
    taken: dict[str, Path] = {}
    for folder in folders:
        file, first = label(folder), taken.setdefault(_name(folder), folder)
        if first is not folder:
            what = f"is called {shown(_name(folder))}, like {label(first)}"
            faults.append(Fault(file, 0, what, "give each folder once, and each its own name"))
        elif not folder.is_dir():
            what = "is a file, not a folder" if folder.exists() else "is a folder that does not exist"
            faults.append(Fault(file, 0, what, "give the folder of a fact base"))
        elif not is_there(folder / "documents.csv"):
            faults.append(Fault(file, 0, "holds no documents.csv, so it is no fact base", "give another folder"))
        else:
            yield folder


def _files(folder: Path) -> Iterator[Path]:
    top = [file for pattern in ("*.csv", "*.yaml") for file in folder.glob(pattern)]
    yield from sorted([*top, *(folder / "claims").glob("*.csv")])


def _text_files(folder: Path) -> list[str]:
    table = read_table(folder / "documents.csv", folder, [], (), ("id", "file"), others=True)
    return sorted({name for _, _, (_, name) in table.rows() if is_file_name(name)}) if table else []


def _read_claims(
    folders: Sequence[Path], declared: Declarations, reader: ClaimReader, quotations: Quotations, faults: list[Fault]
) -> None:
    """Read the claim files document by document, so that a claim given twice is met within one document."""
    files: list[tuple[str, int, Path]] = []
    for number, folder in enumerate(folders):
        claims = folder / "claims"
        try:
            files.extend((file.stem, number, file) for file in claims.iterdir() if file.suffix == ".csv")
        except FileNotFoundError:
            continue
        except OSError as error:
            what = f"cannot be listed ({error.strerror})"
            faults.append(Fault(label(claims), 0, what, "make it a readable folder of claim files"))
    earlier: list[Seen] = []
    previous = None
    for stem, number, file in sorted(files):
        if stem != previous:
            previous, earlier = stem, []
            quotations.open(declared.documents.get(stem))
        if stem not in declared.documents and declared.documents_complete:
            what = f"no document has the id {shown(stem)}"
            faults.append(Fault(label(file), 0, what, "declare it in documents.csv, or rename the file"))
        reader.read(file, folders[number], _name(folders[number]), stem, earlier)
