"""The databases that fact bases are loaded into: the one a person names, or a cache in the user's folder.

A cached database is named by the content of its fact base, so it is rebuilt when that changes; it
holds nothing that cannot be built again, and is for its user's eyes only. Its name is no proof: when it is
opened it must hold what its name says. So that a large fact base is not hashed at each question, its hash is kept
beside the database with the sizes and times of the files that it is of; so are its rules, which take longer to read
than most questions to answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.atomic import replace_file
from graphkit.engines import Store, check_memory, open_store
from graphkit.errors import (
    InvalidValue,
    QueryError,
    SchemaMismatch,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreNotOurs,
)

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from graphkit.loading.load import Changes
    from graphkit.rulebook import Rulebook

Say = Callable[[str], None]
#: Nanoseconds that files must have rested for their times to prove that they are as they were.
_REST = 2_000_000_000
#: Bytes of the hash before kept rules.
_PROOF = 32


def build(
    *folders: Path | str,
    db: str | None = None,
    documents: Path | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Changes, tuple[str, ...], str]:
    """Load fact-base folders into a database (the cache without `db`).

    Everything is checked first; nothing is written where there is a fault, and nothing is read again
    where the database holds just this content. Returns what changed, the warnings, and where it went.
    """
    from graphkit.factbase import hash_content, list_base_names, read_factbase
    from graphkit.loading.load import Changes, is_loaded, load

    digest = hash_content(*folders, documents=documents)
    paths = tuple(Path(folder) for folder in folders)
    target = db or str(_find_cache_file(paths, documents, digest))
    if db is not None:
        with open_store(target, readonly=False) as store:
            if is_loaded(store, digest, list_base_names(*folders)):
                return Changes(), (), target
            base = read_factbase(*folders, documents=documents)
            return load(store, base, progress), base.warnings, target
    if not Path(target).is_absolute() or _has_raw_bytes(target):
        raise InvalidValue("there is no home folder to keep a cached database in: name a file with --db")
    _make_private(Path(target).parent)
    if opened := _open_proven(Path(target), digest, list_base_names(*folders), lambda text: None):
        opened.close()
        return Changes(), (), target
    base = read_factbase(*folders, documents=documents)
    target = str(_find_cache_file(paths, documents, base.sha256))  # the files may have been saved since
    _clear(Path(target))
    with open_store(target, readonly=False) as store:
        changes = load(store, base, progress)
    Path(target).chmod(0o600)
    return changes, base.warnings, target


def open_cached(
    folders: tuple[Path, ...], documents: Path | str | None, say: Say
) -> tuple[Store, str, TemporaryDirectory[str] | None]:
    """Open the cached database of fact-base folders, built first where it is missing, damaged or another's.

    Returns it with its address. Where the cache cannot be written, the database is built in a
    temporary folder, which is returned too. Raises FactBaseError or StoreError.
    """
    from graphkit.factbase import list_base_names

    digest = _find_digest(folders, documents)
    file = _find_cache_file(folders, documents, digest)
    try:
        if not file.is_absolute():
            raise OSError("there is no home folder")
        if _has_raw_bytes(str(file)):
            raise OSError("the home folder has a name that is no text, which the engine cannot open")
        if opened := _open_proven(file, digest, list_base_names(*folders), say):
            return opened, str(file), None
        _, warnings, target = build(*folders, documents=documents)
        file, kept = Path(target), None
    except (StoreError, OSError) as error:
        why = "is being written by another process" if isinstance(error, StoreBusy) else "cannot be written"
        say(f"the cache {file.parent} {why}: building in a temporary folder, this time only")
        kept = _make_temporary()
        file = Path(kept.name) / "graph.kgl"
        _, warnings, _ = build(*folders, db=str(file), documents=documents)
    for warning in warnings:
        say(f"warning: {warning}")
    if kept is None:
        for old in file.parent.glob(f"{file.stem.rpartition('-')[0]}-*.kgl"):
            if old != file:
                with contextlib.suppress(OSError):
                    old.unlink(missing_ok=True)
                    old.with_suffix(".rules").unlink(missing_ok=True)
    return open_store(file, rebuildable=True), str(file), kept


def _has_raw_bytes(name: str) -> bool:
    """Say whether a name has bytes that are no text, with which the engine opens nothing."""
    return any("\ud800" <= character <= "\udfff" for character in name)


def _find_digest(folders: tuple[Path, ...], documents: Path | str | None) -> str:
    """Return the hash of the files of some folders: as kept where their sizes and times are the same, else anew.

    A hash is kept once all files have rested for some time, since one that changes within the grain of the clock
    keeps its times.
    """
    from graphkit.factbase import hash_content, stamp_content

    stamp, latest = stamp_content(*folders, documents=documents)
    kept = _find_cache_file(folders, documents, "").with_suffix(".sha256")
    with contextlib.suppress(OSError, ValueError):
        told, digest = kept.read_text(encoding="ascii").split() if kept.is_absolute() else ("", "")
        if told == stamp and len(digest) == len(stamp):
            return digest
    began = time.time_ns()
    digest = hash_content(*folders, documents=documents)
    if kept.is_absolute() and began - latest > _REST and stamp_content(*folders, documents=documents)[0] == stamp:
        with contextlib.suppress(OSError):
            _make_private(kept.parent)
            replace_file(kept, f"{stamp} {digest}\n".encode())
    return digest


def read_cached_rules(folders: tuple[Path, ...], database: Path | None) -> Rulebook:
    """Return the rules of the folders whose cached database is open: as kept beside it, else read and kept.

    Without a database they are those that ship, kept for whoever asks a database of another place. What is kept
    proves itself by a hash over itself and over the sizes and times of the files that ship, from which what the
    folders lack is taken. Raises FactBaseError.
    """
    import msgspec

    from graphkit.factbase import find_shipped_seeds
    from graphkit.rulebook import Rulebook

    files = sorted(one for one in find_shipped_seeds().iterdir() if one.is_file())
    shipped = repr([(one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in files]).encode()
    kept = (database or _find_cache_file((), None, "")).with_suffix(".rules")
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        proof, rules = (data := kept.read_bytes())[:_PROOF], data[_PROOF:]
        if proof == hashlib.sha256(shipped + rules).digest():
            return msgspec.msgpack.decode(rules, type=Rulebook)
    from graphkit.factbase import read_rulebook

    rulebook = read_rulebook(*folders, checked=True)
    rules = msgspec.msgpack.encode(rulebook)
    with contextlib.suppress(OSError):
        if kept.is_absolute():
            _make_private(kept.parent)
            replace_file(kept, hashlib.sha256(shipped + rules).digest() + rules)
    return rulebook


def _open_proven(file: Path, digest: str, names: list[str], say: Say) -> Store | None:
    """Open a cached database that holds the content its name says; None, and it is gone, where it does not."""
    from graphkit.loading.load_states import is_loaded

    if not os.path.lexists(file):
        return None
    try:
        if file.is_file() and not file.is_symlink():
            store = open_store(file, rebuildable=True)
            try:
                if is_loaded(store, digest, names):
                    return store
            except BaseException:
                store.close()
                raise
            store.close()
        say(f"the cached database {file} is not what it should be: building it again from the fact base")
    except (StoreDamaged, SchemaMismatch, StoreNotOurs, QueryError):
        say(f"the cached database {file} was damaged: building it again from the fact base")
    _clear(file, whatever=True)
    return None


def _clear(file: Path, *, whatever: bool = False) -> None:
    """Take away what stands in the place of a cached database and is no file; `whatever` takes a file, too."""
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    elif os.path.lexists(file) and (whatever or file.is_symlink() or not file.is_file()):
        file.unlink()


def _make_private(folder: Path) -> None:
    """Make a folder that its user alone can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        with contextlib.suppress(OSError):
            folder.chmod(0o700)


def _make_temporary() -> TemporaryDirectory[str]:
    """Make a temporary folder named with our process; those of processes that died are taken away first."""
    for left in Path(tempfile.gettempdir()).glob("graphkit-[0-9]*-*"):
        process = left.name.split("-")[1]
        if process.isdigit() and not _is_running(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"graphkit-{os.getpid()}-", ignore_cleanup_errors=True)


def _is_running(process: int) -> bool:
    if os.name == "nt":  # there a signal would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _find_cache_file(folders: tuple[Path, ...], documents: Path | str | None, sha256: str) -> Path:
    """Return where the database of these folders, with this content, is cached: one file per content.

    It is relative where the user has no folder for it.
    """
    check_memory()
    from platformdirs import user_cache_path

    from graphkit import __version__
    from graphkit.engines.index import LAYOUT
    from graphkit.engines.schema import SCHEMA

    where = "\0".join([*(str(folder.resolve()) for folder in folders), str(documents or "")])
    place = hashlib.sha256(where.encode(errors="surrogateescape")).hexdigest()[:8]
    content = hashlib.sha256(f"{sha256} {SCHEMA} {LAYOUT} {__version__} {_find_engine()}".encode()).hexdigest()[:16]
    try:
        folder = user_cache_path("graphkit", appauthor=False)
    except (RuntimeError, KeyError):  # neither HOME nor an account: no folder is ours
        folder = Path("graphkit")
    return folder / f"{place}-{content}.kgl"


def find_kept_texts(folders: tuple[Path, ...]) -> Path | None:
    """Return the folder of texts that a case keeps, if exactly one of some fact bases has one."""
    found = [folder / "texts" for folder in folders if (folder / "texts").is_dir()]
    return found[0] if len(found) == 1 else None


def _find_engine() -> str:
    """Return what tells one version of the embedded engine from another, without importing it."""
    found = importlib.util.find_spec("kglite")
    file = Path(found.origin).stat() if found and found.origin else None
    return f"{file.st_size} {file.st_mtime_ns}" if file else ""
