"""Benchmarks: `python -m bench.paths`."""

from __future__ import annotations

import os
from pathlib import Path


def make_environment(copy: Path, **more: str) -> dict[str, str]:
    """Return the environment for commands of a copy of the repository; its bytecode is kept, as if installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(copy), **more}
