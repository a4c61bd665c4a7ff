"""The program `graphkit`, and `python -m graphkit`: what is to be so before the rest is imported."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until a command answers it, Ctrl-C is no traceback


def main() -> None:
    """Run the command line."""
    # importing makes hundreds of thousands of objects that stay: looking through them for garbage costs a tenth
    gc.set_threshold(50_000, 20, 100)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed: the next file would get its number, and what is printed there
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    if isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):  # PYTHONUNBUFFERED
        # on a disk that gets full, what a single write leaves over would be lost without a word
        sys.stdout = open(  # noqa: SIM115
            sys.stdout.fileno(),
            "w",
            encoding=sys.stdout.encoding,
            errors=sys.stdout.errors,
            closefd=False,
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show is shown as an escape
            stream.reconfigure(errors="backslashreplace")
    from graphkit.cli import main as commands

    commands(prog_name="graphkit")


if __name__ == "__main__":
    main()
