#!/usr/bin/env python3
"""Write constraints.txt: every version that CI tests, with hashes, for all supported Pythons and systems.

    python3 .ci/pin.py UV        UV is the uv program to resolve with; versions already pinned are kept
    python3 .ci/pin.py UV -U     take the newest versions instead

The file has two parts, so that a user of graphkit does not install what only its tests need.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "constraints.txt"
HEADER = "# Every version that CI tests. Written by `make constraints`; do not edit.\n"
MARK = "# --- only for tests and tools ---\n"
BUILD = "hatchling>=1.27\n"
#: The extras that CI installs: who opens the notebooks brings a Jupyter of their own choice (extra `notebook`).
EXTRAS = ("model", "test", "dev")


def resolve(uv: str, known: str, *options: str) -> list[str]:
    """The pins, one text a package: name, version, marker and hashes."""
    command = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "-",
        "--universal",
        "--python-version",
        "3.11",
        "--quiet",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--output-file",
        ".pins.txt",
        *options,
    ]
    output = ROOT / ".pins.txt"
    output.write_text(known)
    try:
        subprocess.run(command, cwd=ROOT, input=BUILD, text=True, check=True)
        blocks: list[str] = []
        for line in output.read_text().splitlines(keepends=True):
            if line.startswith(" "):
                blocks[-1] += line
            else:
                blocks.append(line)
    finally:
        output.unlink()
    return blocks


def main(uv: str, *options: str) -> None:
    known = PINS.read_text() if PINS.exists() else ""
    everything = resolve(uv, known, *(f"--extra={one}" for one in EXTRAS), *options)
    pinned = {block.split()[0]: block for block in everything}
    runtime = [pinned.get(block.split()[0], block) for block in resolve(uv, "".join(everything))]
    tools = [block for block in everything if block not in runtime]
    PINS.write_text(HEADER + "".join(runtime) + MARK + "".join(tools))


if __name__ == "__main__":
    main(*sys.argv[1:])
