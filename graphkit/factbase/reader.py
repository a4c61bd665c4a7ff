"""The one reader of fact bases: every file is read once, and all that asks about a folder hears the same faults."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from graphkit.errors import FactBaseError, Fault
from graphkit.factbase.checks import Content, find_faults, find_oddities
from graphkit.factbase.claims import ClaimReader, Seen
from graphkit.factbase.content import find_shipped_seeds, get_base_name, hash_folders, resolve_folders
from graphkit.factbase.declarations import Declarations
from graphkit.factbase.files import Files, find_folder_fault, is_there, print_path, quote_value
from graphkit.factbase.quotations import Quotations
from graphkit.factbase.records import NO_RULES, FactBase, FileLines, Part
from graphkit.factbase.rulechecks import Rules, check_rules
from graphkit.factbase.rulefiles import FILES, RuleFiles, has_rules, join_rules, read_further_rules
from graphkit.rulebook import Rulebook


def read_factbase(*folders: Path | str, documents: Path | str | None = None) -> FactBase:
    """Read, check and merge fact-base folders; without folders, the shipped one.

    `documents` is the folder with the documents' texts: quotations are attached from it, each
    only if it has the hash that its claim gives. Raises FactBaseError with every fault found.
    """
    return _FolderReader(resolve_folders(folders), documents).factbase()


def read_rulebook(*folders: Path | str, rules: Sequence[Path | str] = (), checked: bool = False) -> Rulebook:
    """Read the rules of fact-base folders, filled up with those that ship; without folders, the latter.

    The folders are checked whole, as `read_factbase` checks them, unless they have been: `checked` says so, and then
    their rule files alone are read. A folder may hold rule files and nothing else. `rules` are further files in the
    format of regulations.yaml. Raises FactBaseError with every fault found; nothing is ever evaluated with half a
    rule.
    """
    given = [Path(folder) for folder in folders]
    further = tuple(Path(file) for file in rules)
    if all(_is_shipped(folder) for folder in given):
        return add_rules(_read_shipped_rules(), further)
    reading = _FolderReader(given, None, further=further, bare=True, rules_only=checked)
    return reading.rulebook


def add_rules(rulebook: Rulebook, rules: Sequence[Path | str]) -> Rulebook:
    """Return a rulebook with the regulations of further files. Raises FactBaseError."""
    if not rules:
        return rulebook
    files = Files()
    further = [pair for path in rules for pair in read_further_rules(Path(path), files)]
    files.faults.extend(check_rules(Rules((), further, rulebook)))
    if files.faults:
        raise FactBaseError(files.faults)
    return join_rules((), rulebook, further=[one for one, _ in further])


class _FolderReader:
    """One pass over the files of some folders: records first, then what they say of each other.

    `bare` allows folders of rule files alone; with `rules_only` nothing but these is read. Raises FactBaseError.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        documents: Path | str | None,
        *,
        further: Sequence[Path] = (),
        bare: bool = False,
        rules_only: bool = False,
    ) -> None:
        self._folders, self._documents = folders, documents
        self._files = files = Files()
        self._declared = declared = Declarations(files)
        usable = list(_list_usable(folders, files.faults, bare))
        if len(usable) < len(folders):
            declared.names.complete = declared.documents_complete = False
        read = {folder: RuleFiles(folder, files, every=_is_shipped(folder)) for folder in usable}
        whole = [folder for folder in usable if not rules_only and is_there(folder / "documents.csv")]
        for folder in usable:
            declared.read(folder, read[folder], rules_only=folder not in whole)
        self._quotations = Quotations(self._find_texts(), files.warnings)
        self._claims = ClaimReader(declared.names, self._quotations, files)
        self._read_claims(whole)
        shipped = [rules for folder, rules in read.items() if _is_shipped(folder)]
        if shipped:
            files.faults.extend(check_rules(Rules(shipped, (), NO_RULES)))
            base = join_rules(shipped, NO_RULES)
        else:
            base = _read_shipped_rules()
        own = [rules for folder, rules in read.items() if not _is_shipped(folder)]
        more = [pair for path in further for pair in read_further_rules(path, files)]
        content = Content(declared, self._claims, Rules(own, more, base))
        files.faults.extend(find_faults(content))
        if files.faults:
            raise FactBaseError(files.faults)
        files.warnings.extend(find_oddities(content))
        self.rulebook = join_rules(own, base, further=[one for one, _ in more])

    def factbase(self) -> FactBase:
        """Return what was read as a fact base."""
        declared, claims, files = self._declared, self._claims, self._files
        files.digests |= self._quotations.digests
        return FactBase(
            name="+".join(map(get_base_name, self._folders)),
            documents=tuple(record for _, record in sorted(declared.documents.items()) if record),
            entities=tuple(record for _, record in sorted(declared.entities.items()) if record),
            claims=tuple(claims.claims),
            sha256=hash_folders(self._folders, self._documents, files.digest),
            warnings=tuple(files.warnings),
            parts=tuple(
                Part(
                    get_base_name(path),
                    hash_folders([path], None, files.digest),
                    *map(frozenset, declared.by_folder[path]),
                )
                for path in self._folders
            ),
            rulebook=self.rulebook,
            places=FileLines(declared.places, tuple(claims.sources), claims.file_numbers, claims.lines),
        )

    def _find_texts(self) -> Path | None:
        texts = Path(self._documents) if self._documents is not None else None
        if texts is None or texts.is_dir():
            return texts
        self._files.fault(print_path(texts), 0, "is not a folder", "give the folder that holds the documents' texts")
        return None

    def _read_claims(self, folders: Sequence[Path]) -> None:
        """Read the claim files document by document, so that a claim given twice is met within one document."""
        found: list[tuple[str, int, Path]] = []
        for number, folder in enumerate(folders):
            found += ((file.stem, number, file) for file in _list_claim_files(folder, self._files))
        earlier: list[Seen] = []
        previous = None
        for stem, number, file in sorted(found):
            if stem != previous:
                previous, earlier = stem, []
                self._quotations.open(self._declared.documents.get(stem))
            self._claims.read(file, folders[number], get_base_name(folders[number]), stem, earlier)


def _read_shipped_rules() -> Rulebook:
    """Return the rules that ship, read again only when their files have changed. Raises FactBaseError."""
    seeds = find_shipped_seeds()
    return _read_rules_of(seeds, tuple(map(_stamp, (seeds / name for name in FILES))))


@functools.lru_cache(maxsize=2)
def _read_rules_of(folder: Path, stamps: tuple[tuple[int, int], ...]) -> Rulebook:
    files = Files()
    rules = RuleFiles(folder, files, every=True)
    Declarations(files).read(folder, rules, rules_only=True)
    files.faults.extend(check_rules(Rules([rules], (), NO_RULES)))
    if files.faults:
        raise FactBaseError(files.faults)
    return join_rules([rules], NO_RULES)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _is_shipped(folder: Path) -> bool:
    try:
        return folder.samefile(find_shipped_seeds())
    except (OSError, ValueError):
        return False


def _list_usable(folders: Sequence[Path], faults: list[Fault], bare: bool) -> Iterator[Path]:
    """Iterate over the folders that hold a fact base; one fault for each other."""
    taken: dict[str, Path] = {}
    for folder in folders:
        file, first = print_path(folder), taken.setdefault(get_base_name(folder), folder)
        if first is not folder:
            what = f"is called {quote_value(get_base_name(folder))}, like {print_path(first)}"
            faults.append(Fault(file, 0, what, "give each folder once, and each its own name"))
        elif fault := find_folder_fault(folder):
            faults.append(fault)
        elif not is_there(folder / "documents.csv") and not (bare and has_rules(folder)):
            what = f"holds no documents.csv{' and no rules' if bare else ''}, so it is no fact base"
            faults.append(Fault(file, 0, what, "give another folder"))
        else:
            yield folder


def _list_claim_files(folder: Path, files: Files) -> Iterator[Path]:
    """Iterate over the claim files of a folder; what else lies there is told."""
    claims = folder / "claims"
    try:
        if os.access(claims, os.F_OK) and not claims.resolve().is_relative_to(folder.resolve()):
            files.fault(
                print_path(claims), 0, "is a link to a place outside its folder", "put the folder itself here"
            )
            return
        for file in claims.iterdir():
            if file.suffix == ".csv":
                yield file
            elif not file.name.startswith((".", "README")):
                files.warnings.append(f"{print_path(file)} is not read: claim files end in .csv, in no folder")
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"cannot be listed ({error.strerror})"
        files.fault(print_path(claims), 0, what, "make it a readable folder of claim files")
