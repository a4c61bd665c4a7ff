"""The memory that an engine needs: where it runs out, the process ends without a word, so it is asked before."""

from __future__ import annotations

import contextlib
from pathlib import Path

from graphkit.errors import StoreError

#: Bytes that the embedded engine needs besides what its file holds, to read it and to write it.
_LEAST_MEMORY, _LEAST_TO_WRITE = 64 << 20, 88 << 20


def check_memory(path: Path | None = None, *, readonly: bool = True) -> None:
    """Refuse to open a file in too little memory: where it runs out, the engine ends the process without a word.

    It is asked before the engine is even imported, and again before it reads a graph. Raises StoreError.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return
    with contextlib.suppress(OSError, ValueError, IndexError):  # a system without /proc
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        size = path.stat().st_size if path and path.exists() else 0
        wanted = used + (_LEAST_MEMORY if readonly else _LEAST_TO_WRITE) + 2 * size
        if limit < wanted:
            raise StoreError(
                f"the memory that this process may take (ulimit -v {limit >> 10}) is too little for a database: "
                f"allow {wanted >> 10} or more"
            )
