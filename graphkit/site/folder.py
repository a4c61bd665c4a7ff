"""Writing a site: into a folder that is new or that graphkit made, whole or not at all.

The pages are written beside the folder and take its place at the end. `MARK` lists them with their hashes, in the
format of sha256sum, so that what graphkit wrote is told from what somebody else put there or changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from graphkit.errors import InvalidValue

MARK = "graphkit-site.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  ([a-z]+(?:/[a-z0-9._-]+)*\.html)\Z")


def check_folder(folder: Path, *, force: bool = False) -> Path:
    """Return the place at which a site may be written. Raises InvalidValue where it may not.

    `force` allows to replace pages that somebody changed; what graphkit did not write is never replaced.
    """
    place = Path(os.path.realpath(folder))
    try:
        if not place.parent.is_dir():
            raise InvalidValue(f"there is no folder {place.parent}: make it, or write the site elsewhere")
        if not place.exists():
            return place
        if not place.is_dir():
            raise InvalidValue(f"{str(folder)!r} is no folder: give a new folder to write the site to")
        found = _list_files(place)
        if found:
            _refuse_others(folder, place, found, force)
        return place
    except (OSError, ValueError) as error:
        raise _refuse(folder, error) from error


def write_site_folder(folder: Path, pages: Iterable[tuple[str, bytes]], *, force: bool = False) -> int:
    """Write pages, each with its address from the folder; return their number.

    Until the last one is written the folder stays as it was. Raises InvalidValue, naming the folder, where it may
    not or cannot be written.
    """
    place = check_folder(folder, force=force)
    try:
        made = Path(tempfile.mkdtemp(dir=place.parent, prefix=".graphkit.", suffix=".tmp"))
        try:
            sums = [_write(made, address, data) for address, data in pages]
            (made / MARK).write_text("".join(sorted(sums)), "utf-8")
            made.chmod(_choose_mode(place))
            _put(made, check_folder(folder, force=force))
            return len(sums)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except (OSError, ValueError) as error:
        raise _refuse(folder, error) from error


def _write(made: Path, address: str, data: bytes) -> str:
    file = made / address
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return f"{hashlib.sha256(data).hexdigest()}  {address}\n"


def _put(made: Path, place: Path) -> None:
    """Put a folder in the place of another, which comes back where that fails."""
    if not place.exists():
        made.rename(place)
        return
    before = made.with_suffix(".old")
    place.rename(before)
    try:
        made.rename(place)
    except BaseException:
        before.rename(place)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _refuse(folder: Path, error: OSError | ValueError) -> InvalidValue:
    said = (isinstance(error, OSError) and error.strerror) or error
    return InvalidValue(f"the site cannot be written to {str(folder)!r} ({said}): make room or write it elsewhere")


def _choose_mode(place: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(place.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o777 & ~mask


def _list_files(place: Path) -> dict[str, Path]:
    """Return what a folder holds, folders that are no links apart, by its address from there."""
    found: dict[str, Path] = {}
    for name, folders, files in os.walk(place, onerror=_raise):
        here = Path(name)
        links = [one for one in folders if (here / one).is_symlink()]
        empty = [] if folders or files else ["."]
        for one in (*files, *links, *(empty if here != place else ())):
            found[(here / one).relative_to(place).as_posix()] = here / one
    return dict(sorted(found.items()))


def _raise(error: OSError) -> None:
    raise error


def _refuse_others(folder: Path, place: Path, found: Mapping[str, Path], force: bool) -> None:
    """Raise InvalidValue where a folder holds what graphkit did not write, or, without `force`, what was changed."""
    named = repr(str(folder))
    if MARK not in found or found[MARK].is_symlink():
        raise InvalidValue(f"{named} is not empty, and graphkit did not make what is in it: give a new folder")
    lines = [_LINE.match(line) for line in found[MARK].read_text("utf-8", errors="replace").splitlines()]
    sums = {line[2]: line[1] for line in lines if line}
    for address, file in found.items():
        if address != MARK and (address not in sums or not stat.S_ISREG(file.lstat().st_mode)):
            raise InvalidValue(
                f"{named} holds {address}, which graphkit did not write: move it, or give a new folder"
            )
    for address, digest in sums.items():
        same = address in found and hashlib.sha256(found[address].read_bytes()).hexdigest() == digest
        if not same and not force:
            raise InvalidValue(f"{named}: {address} was changed since graphkit wrote it: --force replaces it")
