"""Read, check and merge fact-base folders: every fault at once, with file and line.

A fact base is `documents.csv`, `entities.csv`, `claims/<document id>.csv`, and, where it has them,
`chips.csv`, `regions.csv` and `regulations.yaml`, whose rows are entities too. Several folders
are read as one: an id may be declared in one and used in another.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from graphkit.errors import FactBaseError, Fault
from graphkit.factbase.claims import ClaimReader, Seen, cycles
from graphkit.factbase.declarations import Declarations, is_file_name
from graphkit.factbase.groups import SharedGroup, shared_groups
from graphkit.factbase.quotations import Quotations
from graphkit.factbase.tables import folder_fault, is_there, label, read_bytes, read_table, shown
from graphkit.facts import Claim, Document, Entity, origin
from graphkit.ontology import KINDS, PATH_STATUSES, RELATIONS, STATUSES

_MAX_CIRCLES = 100


class Part(msgspec.Struct, frozen=True):
    """One folder of a fact base: its name, its own content hash, and the ids it declares."""

    name: str
    sha256: str
    documents: frozenset[str]
    entities: frozenset[str]


class FactBase(msgspec.Struct, frozen=True):
    """What one or several fact-base folders hold, checked.

    Documents and entities are sorted by id, claims by document and then as in their file.
    `warnings` says what was not read and where no quotation could be attached; `parts` has one
    entry per folder.
    """

    name: str
    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    sha256: str
    warnings: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class SingleOrigin(msgspec.Struct, frozen=True, gc=False):
    """A way from one entity to another that rests on a single origin."""

    subject: str
    relation: str
    object: str
    origin: str
    claims: tuple[str, ...]


class Coverage(msgspec.Struct, frozen=True):
    """What a fact base covers, as counts by name, and what it is weak in, as ids.

    `claims_by_kind` counts the claims with an end of that kind, `undated` those with neither
    `since` nor a dated document, `unlocated` those without a sentence. `single_origin` are steps
    of access that several articles may tell, but only one origin says. `without_address` are the
    documents that have no address, `shared_groups` the unnamed companies of unrelated documents.
    """

    name: str
    claims: int
    entities_by_kind: dict[str, int]
    claims_by_kind: dict[str, int]
    claims_by_relation: dict[str, int]
    claims_by_status: dict[str, int]
    claims_by_document: dict[str, int]
    steps: int
    single_origin: tuple[SingleOrigin, ...]
    undated: tuple[str, ...]
    unlocated: tuple[str, ...]
    without_address: tuple[str, ...] = ()
    shared_groups: tuple[SharedGroup, ...] = ()


def coverage(base: FactBase) -> Coverage:
    """Count what a fact base holds, in the order of the ontology; documents without claims count 0."""
    documents = {document.id: document for document in base.documents}
    kinds = {entity.id: entity.kind for entity in base.entities}
    steps: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in base.claims:
        if RELATIONS[claim.relation].access and claim.status in PATH_STATUSES:
            steps.setdefault((claim.subject, claim.relation, claim.object), []).append(claim)
    single = []
    for ends, told in steps.items():
        sources = {origin(claim, documents[claim.document]) for claim in told}
        if len(sources) == 1:
            single.append(SingleOrigin(*ends, sources.pop(), tuple(claim.id for claim in told)))
    by_kind: Counter[str] = Counter()
    for pair, count in Counter((kinds[claim.subject], kinds[claim.object]) for claim in base.claims).items():
        by_kind.update(dict.fromkeys(pair, count))
    by_document = dict.fromkeys(documents, 0) | Counter(claim.document for claim in base.claims)
    return Coverage(
        name=base.name,
        claims=len(base.claims),
        entities_by_kind=_ordered(Counter(kinds.values()), KINDS),
        claims_by_kind=_ordered(by_kind, KINDS),
        claims_by_relation=_ordered(Counter(claim.relation for claim in base.claims), RELATIONS),
        claims_by_status=_ordered(Counter(claim.status for claim in base.claims), STATUSES),
        claims_by_document=by_document,
        steps=len(steps),
        single_origin=tuple(single),
        undated=tuple(c.id for c in base.claims if not c.since and not documents[c.document].published),
        unlocated=tuple(claim.id for claim in base.claims if not claim.locator),
        without_address=tuple(document.id for document in base.documents if not document.url),
        shared_groups=tuple(shared_groups(base.entities, base.claims, documents)),
    )


def _ordered(counts: Mapping[str, int], order: Iterable[str]) -> dict[str, int]:
    return {name: counts[name] for name in order if name in counts}


def shipped_seeds() -> Path:
    """Return the fact base that ships with graphkit: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
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
    warnings: list[str] = []
    quotations = Quotations(texts, warnings)
    reader = ClaimReader(declared.names, quotations, faults)
    _read_claims(usable, declared, reader, quotations, faults)
    faults.extend(islice(cycles(reader.hierarchy), _MAX_CIRCLES))
    if faults:
        raise FactBaseError(faults)
    return FactBase(
        name="+".join(map(_name, paths)),
        documents=tuple(record for _, record in sorted(declared.documents.items()) if record),
        entities=tuple(record for _, record in sorted(declared.entities.items()) if record),
        claims=tuple(reader.claims),
        sha256=digest,
        warnings=tuple(warnings),
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


def names(*folders: Path | str) -> list[str]:
    """Return the names of the fact bases in some folders (of the shipped one without any), as claims carry them."""
    return [_name(folder) for folder in _paths(folders)]


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
        elif fault := folder_fault(folder):
            faults.append(fault)
        elif not is_there(folder / "documents.csv"):
            faults.append(Fault(file, 0, "holds no documents.csv, so it is no fact base", "give another folder"))
        else:
            yield folder


def _files(folder: Path) -> Iterator[Path]:
    top = [file for pattern in ("*.csv", "*.yaml") for file in folder.glob(pattern)]
    claims = folder / "claims"
    # a folder elsewhere is a fault, and is not listed
    inside = os.access(claims, os.F_OK) and claims.resolve().is_relative_to(folder.resolve())
    yield from sorted([*top, *(claims.glob("*.csv") if inside else ())])


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
            if os.access(claims, os.F_OK) and not claims.resolve().is_relative_to(folder.resolve()):
                what = "is a link to a place outside its folder"
                faults.append(Fault(label(claims), 0, what, "put the folder itself here"))
                continue
            for file in claims.iterdir():
                if file.suffix == ".csv":
                    files.append((file.stem, number, file))
                elif not file.name.startswith((".", "README")):
                    quotations.warnings.append(f"{label(file)} is not read: claim files end in .csv, in no folder")
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
