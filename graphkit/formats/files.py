"""Writing an answer to a file: whoever reads the file finds the old one or the new one, whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from graphkit.atomic import replace_file
from graphkit.errors import InvalidValue


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step; a link stays a link, a pipe or a device is written to as it is.

    Raises InvalidValue where it cannot be written.
    """
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            path.write_bytes(data)
            return
        place = Path(os.path.realpath(path))
        if place.is_dir():
            raise InvalidValue(f"{str(path)!r} is a folder: give the name of a file to write the answer to")
        if not place.parent.is_dir():
            raise InvalidValue(f"there is no folder {place.parent}: make it, or write the answer elsewhere")
        replace_file(place, data, mode=_permissions(place))
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise InvalidValue(
            f"the answer cannot be written to {str(path)!r} ({reason}): make room or write it elsewhere"
        ) from error


def _permissions(place: Path) -> int:
    """Return those of the file that is there, else those of a new file; a file nobody may write to stays."""
    if not place.exists():
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    mode = place.stat().st_mode
    if not mode & 0o222 or not os.access(place, os.W_OK):
        raise InvalidValue(f"{str(place)!r} is write-protected: write the answer elsewhere")
    return stat.S_IMODE(mode)
