"""Atomic replacement of a file: whoever reads it finds the old content or the new one, whole."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(file: Path, data: bytes, *, mode: int = 0o600, durable: bool = False) -> None:
    """Write a file beside its place and move it there; it gets the permissions `mode`.

    `durable` waits until the bytes are on the disk. Raises OSError, and then leaves what was there.
    """
    import tempfile  # slow to import, and seldom needed

    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".graphkit.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            if durable:
                out.flush()
                os.fsync(out.fileno())
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
