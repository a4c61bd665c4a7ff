"""The files of a fact base and their hash, which proves that a cached database is of just this content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from graphkit.factbase.files import Files, is_file_name, print_path


def find_shipped_seeds() -> Path:
    """Return the fact base that ships with graphkit: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "seeds"
    return inside if (inside / "documents.csv").is_file() else package.parent / "seeds"


def hash_content(*folders: Path | str, documents: Path | str | None = None) -> str:
    """Return a hash of the names and bytes of fact-base folders, and of the texts they quote from.

    It parses no more than the column of file names in documents.csv. A file that cannot be read
    counts as such; `read_factbase` says what is wrong with it.
    """
    return hash_folders(resolve_folders(folders), documents, Files().digest)


def stamp_content(*folders: Path | str, documents: Path | str | None = None) -> tuple[str, int]:
    """Return a hash of the names, sizes and times of the files that `hash_content` reads, and the latest time.

    The time is that of the last change of any of them, in nanoseconds since 1970: a file that changes within the
    grain of the clock keeps its stamp.
    """
    latest = 0

    def stamp(path: Path, folder: Path) -> bytes:
        nonlocal latest
        try:
            status = path.stat()
        except (OSError, ValueError):
            return b"unreadable"
        latest = max(latest, status.st_mtime_ns, status.st_ctime_ns)
        # the time of change tells what a program did that set the time of writing back
        return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns};".encode()

    return hash_folders(resolve_folders(folders), documents, stamp), latest


def list_base_names(*folders: Path | str) -> list[str]:
    """Return the names of the fact bases in some folders (of the shipped one without any), as claims carry them."""
    return [get_base_name(folder) for folder in resolve_folders(folders)]


def resolve_folders(folders: Sequence[Path | str]) -> list[Path]:
    """Return folders as paths; the shipped one where there is none."""
    return [Path(folder) for folder in folders] or [find_shipped_seeds()]


def get_base_name(folder: Path) -> str:
    """Return what a folder's fact base is called."""
    name = folder.name if folder.name not in ("", "..") else folder.resolve().name
    return print_path(Path(name or "factbase"))


def hash_folders(folders: Sequence[Path], documents: Path | str | None, digest: Callable[[Path, Path], bytes]) -> str:
    """Return the hash of folders from the hashes of their files, which `digest` gives."""
    total = hashlib.sha256()

    def add(name: str, path: Path, folder: Path) -> None:
        total.update(name.encode() + b"\0")
        total.update(digest(path, folder))

    for folder in sorted(folders, key=lambda path: (get_base_name(path), str(path))):
        total.update(get_base_name(folder).encode() + b"\0")
        for file in _list_files(folder):
            add(print_path(file.relative_to(folder)), file, folder)
        if documents is not None:
            for name in _list_text_files(folder):
                add(f"text {name}", Path(documents, name), Path(documents))
    return total.hexdigest()


def _list_files(folder: Path) -> Iterator[Path]:
    top = [file for pattern in ("*.csv", "*.yaml") for file in folder.glob(pattern)]
    claims = folder / "claims"
    # a folder elsewhere is a fault, and is not listed
    inside = os.access(claims, os.F_OK) and claims.resolve().is_relative_to(folder.resolve())
    yield from sorted([*top, *(claims.glob("*.csv") if inside else ())])


def _list_text_files(folder: Path) -> list[str]:
    from graphkit.factbase.tables import read_table

    table = read_table(folder / "documents.csv", folder, Files(), (), ("id", "file"), others=True)
    return sorted({name for _, _, (_, name) in table.rows() if is_file_name(name)}) if table else []
