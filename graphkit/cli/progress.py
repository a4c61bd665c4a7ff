"""A line or a bar on standard error about what a command is doing: on a terminal, from the first second on."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TextIO

import click

#: What each command does while a person waits.
ACTIVITIES: Mapping[str, str] = {
    "build": "reading and loading",
    "check": "reading",
    "chip": "asking the rules",
    "close": "searching for what closes every path",
    "exposure": "searching for the paths of each pair",
    "find": "looking through names, notes and summaries",
    "ingest": "reading documents",
    "license": "asking the rules",
    "path": "searching for paths",
    "query": "asking the database",
    "screen": "matching names",
    "site": "asking for what the pages tell",
    "view": "drawing the graph",
    "whatif": "judging paths by other rules",
}
_AFTER, _EVERY = 1.0, 0.5
_ERASE = "\r\x1b[2K"


class Activity:
    """A line on a terminal that says what is being done and for how long, from the first second on."""

    def __init__(self, label: str, stream: TextIO) -> None:
        self._label, self._stream, self._began = label, stream, time.monotonic()
        self._done, self._shown, self._lock = threading.Event(), False, threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        wait = _AFTER
        while not self._done.wait(wait):
            wait = _EVERY
            with self._lock, contextlib.suppress(OSError, ValueError):
                if not self._done.is_set():
                    self._shown = True
                    self._stream.write(f"{_ERASE}graphkit: {self._label} ({time.monotonic() - self._began:.0f} s)")
                    self._stream.flush()

    def end(self) -> None:
        """Take the line away for good; a second time does nothing."""
        self._done.set()
        self.clear()

    def clear(self) -> None:
        """Take the line away until it is shown again."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self._shown:
                self._shown = False
                self._stream.write(_ERASE)
                self._stream.flush()


_running: list[Activity] = []


def end_activity() -> None:
    """Take away the line that says what is being done, before anything else is printed."""
    while _running:
        _running.pop().end()


def clear_activity() -> None:
    """Take the line away before another one is printed on standard error; it comes back while the work goes on."""
    for one in _running:
        one.clear()


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether a stream is a terminal that can take a line away again."""
    return bool(stream and stream.isatty()) and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def show_activity(command: str | None) -> Iterator[None]:
    """Say what a command does while it does it, if that takes long."""
    if not is_terminal(sys.stderr):
        yield
        return
    _running.append(Activity(ACTIVITIES.get(command or "", "working"), sys.stderr))
    try:
        yield
    finally:
        end_activity()


@contextlib.contextmanager
def show_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar of what is done out of all, nothing where standard error is no terminal."""
    if not is_terminal(sys.stderr):
        yield lambda done, total: None
        return
    with contextlib.ExitStack() as stack:
        bars: list[click._termui_impl.ProgressBar[int]] = []

        def show(done: int, total: int) -> None:
            if not bars:
                end_activity()
                bars.append(
                    stack.enter_context(click.progressbar(length=max(total, 1), label=label, file=sys.stderr))
                )
            bars[0].length = max(total, 1)
            bars[0].update(done - bars[0].pos)

        yield show
