"""Where fact bases become databases: the one a person names, or a cache in the user's folder.

A cached database is named by the content of its fact base, so it is rebuilt when that changes; it
holds nothing that cannot be built again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.engines import Store, open_store
from graphkit.errors import StoreBusy, StoreDamaged, StoreError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from graphkit.loading.load import Changes

Say = Callable[[str], None]


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
    from graphkit.factbase import content_sha256, names, read_factbase
    from graphkit.loading.load import Changes, holds, load

    digest = content_sha256(*folders, documents=documents)
    target = db or str(_cache_file(tuple(Path(folder) for folder in folders), documents, digest))
    with open_store(target, readonly=False) as store:
        if holds(store, digest, names(*folders)):
            return Changes(), (), target
        base = read_factbase(*folders, documents=documents)
        return load(store, base, progress), base.warnings, target


def cached(
    folders: tuple[Path, ...], documents: Path | str | None, say: Say
) -> tuple[Store, str, TemporaryDirectory[str] | None]:
    """Open the cached database of fact-base folders, built first where it is missing or damaged.

    Returns it with its address. Where the cache cannot be written, the database is built in a
    temporary folder, which is returned too. Raises FactBaseError or StoreError.
    """
    from graphkit.factbase import content_sha256

    file = _cache_file(folders, documents, content_sha256(*folders, documents=documents))
    try:
        if not file.is_absolute():
            raise OSError("there is no home folder")
        if file.exists():
            try:
                return open_store(file), str(file), None
            except StoreDamaged:
                say(f"the cached database {file} was damaged: building it again from the fact base")
                file.unlink(missing_ok=True)
        _, warnings, _ = build(*folders, documents=documents)
        kept = None
    except (StoreError, OSError) as error:
        why = "is being written by another process" if isinstance(error, StoreBusy) else "cannot be written"
        say(f"the cache {file.parent} {why}: building in a temporary folder, this time only")
        from tempfile import TemporaryDirectory

        kept = TemporaryDirectory(prefix="graphkit-", ignore_cleanup_errors=True)
        file = Path(kept.name) / "graph.kgl"
        _, warnings, _ = build(*folders, db=str(file), documents=documents)
    for warning in warnings:
        say(f"warning: {warning}")
    if kept is None:
        for old in file.parent.glob(f"{file.stem.rpartition('-')[0]}-*.kgl"):
            if old != file:
                old.unlink(missing_ok=True)
    return open_store(file), str(file), kept


def _cache_file(folders: tuple[Path, ...], documents: Path | str | None, sha256: str) -> Path:
    """Where the database of these folders, with this content, is cached: one file per content."""
    from platformdirs import user_cache_path

    from graphkit import __version__
    from graphkit.engines.schema import SCHEMA

    where = "\0".join([*(str(folder.resolve()) for folder in folders), str(documents or "")])
    place = hashlib.sha256(where.encode(errors="surrogateescape")).hexdigest()[:8]
    content = hashlib.sha256(f"{sha256} {SCHEMA} {__version__}".encode()).hexdigest()[:16]
    return user_cache_path("graphkit", appauthor=False) / f"{place}-{content}.kgl"
