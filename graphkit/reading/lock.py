"""The lock of a case: one review or reading at a time, so that no decision overwrites another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphkit.errors import InvalidValue
from graphkit.factbase.files import lock_file, print_path


@contextmanager
def hold_case(folder: Path) -> Iterator[None]:
    """Hold a case while it is written. The lock goes with the process, killed or not.

    Raises InvalidValue where another process holds it, or the folder cannot be written.
    """
    candidates = folder / "candidates"
    if not (folder / "documents.csv").is_file() or candidates.is_symlink():
        yield  # no case, or none of its own: whoever opens it says so
        return
    try:
        candidates.mkdir(exist_ok=True)
        # no link is followed: it would make a file elsewhere
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = os.fdopen(os.open(candidates / ".lock", flags, 0o644), "rb")
    except OSError as error:
        what = f"{print_path(folder)}: cannot be written ({error.strerror})"
        raise InvalidValue(f"{what}; copy it to where it can be") from None
    with file:
        try:
            lock_file(file.fileno())
        except BlockingIOError:
            raise InvalidValue(
                f"{print_path(folder)}: another graphkit review or ingest has it open; end that one first"
            ) from None
        yield
