"""The files of a fact base as checked text and rows. What is wrong with one is a Fault, never an exception."""

from __future__ import annotations

import csv
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import Fault

if TYPE_CHECKING:
    import yaml

#: Larger files are refused rather than read into memory.
MAX_BYTES = 2**30

#: A file with more broken records than this is read no further.
MAX_TORN = 20

#: YAML nested deeper than this is refused.
MAX_DEPTH = 50

#: What stands where a byte or character could not be kept.
REPLACED = "\ufffd"

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_C0 = bytes({*range(32), 127} - {9, 10})
_BOM = b"\xef\xbb\xbf"


def shown(value: object) -> str:
    """Return a value as a message quotes it: on one line, escaped, at most about 60 characters.

    >>> shown("a\\nb")
    "'a\\\\nb'"
    """
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def label(path: Path) -> str:
    """Return a path as messages show it, printable whatever bytes its name is made of."""
    text = os.fsencode(path).decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def is_there(path: Path) -> bool:
    """Say whether something bears a name, be it a dangling link or beyond our permissions."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def folder_fault(folder: Path) -> Fault | None:
    """Return what is wrong with a folder as the place of a fact base, None if it can be one."""
    mend = "give the folder of a fact base"
    try:
        if stat.S_ISDIR(folder.stat().st_mode):
            return None
        return Fault(label(folder), 0, "is a file, not a folder", mend)
    except (FileNotFoundError, NotADirectoryError):
        return Fault(label(folder), 0, "is a folder that does not exist", mend)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Fault(label(folder), 0, f"cannot be read ({reason})", mend)


#: The bytes of the files of one reading: what is hashed is what is read, whatever is saved meanwhile.
_read: ContextVar[dict[Path, bytes] | None] = ContextVar("read", default=None)


@contextmanager
def reading_each_file_once() -> Iterator[None]:
    """Let each file be read once, however often its bytes are asked for within."""
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


def read_bytes(path: Path, folder: Path, faults: list[Fault]) -> bytes | None:
    """Return the bytes of a regular file inside a folder; None, and a fault, where that cannot be."""
    kept = _read.get()
    if kept is not None and path in kept:
        return kept[path]

    def fault(what: str, mend: str) -> None:
        faults.append(Fault(label(path), 0, what, mend))

    try:
        status = path.stat()
        if not path.resolve().is_relative_to(folder.resolve()):
            fault("is a link to a place outside its folder", "put the file itself here")
        elif stat.S_ISDIR(status.st_mode):
            fault("is a folder where a file is expected", "put a file of that name here")
        elif not stat.S_ISREG(status.st_mode):
            fault("is not a regular file", "put a plain file here")
        elif status.st_size > MAX_BYTES:
            fault(f"has {status.st_size:,} bytes, more than {MAX_BYTES:,}", "split it into several fact bases")
        else:
            data = path.read_bytes()
            if kept is not None:
                kept[path] = data
            return data
    except FileNotFoundError:
        missing = "points to a file that does not exist" if path.is_symlink() else "is missing"
        fault(missing, "add the file")
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        fault(f"cannot be read ({reason})", "mend the file or its permissions")
    return None


def read_text(path: Path, folder: Path, faults: list[Fault]) -> tuple[str, frozenset[int]] | None:
    """Return a file's text and the lines on which characters had to be replaced; None if unreadable.

    A byte order mark, CRLF line ends, bytes that are not UTF-8 and control characters are each
    one fault, at the first place.
    """
    data = read_bytes(path, folder, faults)
    if data is None:
        return None
    file = label(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.append(Fault(file, 1, "is UTF-16 text", "save the file as UTF-8 without byte order mark"))
        return None
    if data.startswith(_BOM):
        faults.append(Fault(file, 1, "begins with a byte order mark", "save the file as UTF-8 without it"))
        data = data[len(_BOM) :]
    if b"\r\n" in data:
        line = data.count(b"\n", 0, data.index(b"\r\n")) + 1
        faults.append(Fault(file, line, "lines end with CRLF", "save the file with LF line ends"))
        data = data.replace(b"\r\n", b"\n")
    if not data.strip():
        faults.append(Fault(file, 1, "is empty", "write at least the header, or remove the file"))
        return None
    spoilt: list[int] = []
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        spoilt = [n for n, line in enumerate(data.split(b"\n"), 1) if not _is_utf8(line)]
        byte = data[error.start]
        surrogate = byte == 0xED and data[error.start + 1 : error.start + 2] >= b"\xa0"
        what = "holds half of a surrogate pair" if surrogate else f"is not UTF-8 (byte {byte:#04x})"
        what += f" at byte {error.start - start + 1} of the line{_more(len(spoilt))}"
        faults.append(Fault(file, spoilt[0], what, "save the file as UTF-8"))
        text = data.decode(errors="replace")
    # A pass over the bytes is ten times quicker than the pattern, and nearly always enough.
    if (b"\xc2" in data or len(data.translate(None, _C0)) < len(data)) and _CONTROL.search(text):
        lines = [n for n, line in enumerate(text.split("\n"), 1) if _CONTROL.search(line)]
        match = _CONTROL.search(text)
        assert match is not None  # noqa: S101
        what = f"holds the control character U+{ord(match[0]):04X}{_more(len(lines))}"
        faults.append(Fault(file, lines[0], what, "remove the character"))
        spoilt += lines
        text = _CONTROL.sub(REPLACED, text)
    return text, frozenset(spoilt)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _more(lines: int) -> str:
    return f", and on {lines - 1} more line{'s' if lines > 2 else ''}" if lines > 1 else ""


def compose_yaml(text: str) -> yaml.Node | None:
    """Return the root node of a YAML text, None if it is empty; raises yaml.YAMLError.

    Deep nesting is such an error too: libyaml's composer is recursive and would kill the process.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            problem, mark = f"nested more than {MAX_DEPTH} deep", event.start_mark
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)  # type: ignore[arg-type]
    root: yaml.Node | None = yaml.compose(text, Loader=loader)
    return root


class Table:
    """A CSV file with a checked header.

    `absent` names the wanted columns that it lacks. `whole` turns False when `rows` had to give
    up: then nothing can be said of what the file does not hold.
    """

    def __init__(self, file: str, text: str, spoilt: frozenset[int], faults: list[Fault]) -> None:
        self.file, self.whole = file, True
        self.absent: frozenset[str] = frozenset()
        self._text, self._spoilt, self._faults = text, spoilt, faults
        self._header: list[str] = []
        self._wanted: tuple[int, ...] = ()
        self._first = 1

    def fault(self, line: int, what: str, mend: str) -> None:
        self._faults.append(Fault(self.file, line, what, mend))

    def open(self, required: Sequence[str], optional: Sequence[str], others: bool) -> bool:
        """Read and check the header; False where no row can be read under it."""
        reader = csv.reader(_lines(self._text, 1), strict=True)
        try:
            header = [cell.strip() for cell in next(filter(None, reader))]
        except csv.Error:
            self.fault(1, "the header has a quote that is never closed", "close or remove it")
            return False
        self._first = reader.line_num + 1
        if self._spoilt and not self._spoilt.isdisjoint(range(1, self._first)):
            return False
        wanted = (*required, *optional)
        for name in sorted({name for name in header if name and header.count(name) > 1}):
            self.fault(1, f"the column {shown(name)} is there twice", "keep one of them")
        from difflib import get_close_matches

        unknown = [name for name in dict.fromkeys(header) if name not in wanted and not others]
        for name in required:
            if name not in header:
                near = get_close_matches(name, unknown, 1)
                mend = f"rename {shown(near[0])}" if near else "add it to the header and to every row"
                self.fault(1, f"the column {name!r} is missing", mend)
                unknown = [other for other in unknown if other not in near]
        for name in unknown:
            what = f"unknown column {shown(name)}" if name else "a column without a name"
            self.fault(1, what, f"the columns are {', '.join(wanted)}")
        self.absent = frozenset(wanted).difference(header)
        self._header = header
        self._wanted = tuple(header.index(name) if name in header else len(header) for name in wanted)
        return True

    def rows(self) -> Iterator[tuple[int, bool, tuple[str, ...]]]:
        """Iterate over (line, sound, cells in the order of the wanted columns).

        `line` is the first line of the record in the file. A row that is not sound has had its
        fault reported; its cells are a guess, good for knowing which ids are meant to be there.
        """
        width, pick, spoilt = len(self._header), itemgetter(*self._wanted), self._spoilt
        start, torn, blank = self._first, 0, [""] * width
        while True:
            reader = csv.reader(_lines(self._text, start), strict=True)
            line, before = start, start - 1
            try:
                for row in reader:
                    end = before + reader.line_num
                    if len(row) != width:
                        if row and not (torn and line == end):
                            self._ragged(line, end, len(row), width)
                        if row:
                            yield line, False, pick([*map(str.strip, row[:width]), *blank[len(row) :], ""])
                        if end > line:
                            break
                    else:
                        row.append("")
                        sound = not spoilt or spoilt.isdisjoint(range(line, end + 1))
                        yield line, sound, pick(list(map(str.strip, row)))
                    line = end + 1
                else:
                    return
            except csv.Error as error:
                self._tear(line, str(error))
                row = next(_lines(self._text, line)).rstrip("\n").split(",")[:width]
                yield line, False, pick([*(cell.strip(' "') for cell in row), *blank[len(row) :], ""])
            # A quote left open swallows the lines after it: take up again on the next one.
            torn, start = torn + 1, line + 1
            if torn > MAX_TORN:
                self.whole = False
                return

    def _ragged(self, line: int, end: int, cells: int, width: int) -> None:
        what = f"the row has {cells} cell{'s' if cells != 1 else ''}, the header {width}"
        if end > line:
            what += f", and runs on to line {end}"
        self.fault(line, what, "quote cells that hold commas, and close every quote")

    def _tear(self, line: int, error: str) -> None:
        if "limit" in error:
            what = f"a cell has more than {csv.field_size_limit():,} characters"
            mend = "shorten it, or close its quote"
        elif "unexpected end" in error:
            what, mend = "a quote is never closed", "close it"
        else:
            what = "a quote stands in the middle of a cell"
            mend = 'quote the whole cell, and write the quote twice ("")'
        self.fault(line, what, mend)


def _lines(text: str, first: int) -> Iterator[str]:
    start = 0
    for _ in range(first - 1):
        start = text.find("\n", start) + 1
        if not start:
            return
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def read_table(
    path: Path,
    folder: Path,
    faults: list[Fault],
    required: Sequence[str],
    optional: Sequence[str] = (),
    others: bool = False,
) -> Table | None:
    """Return the table in a CSV file; None, and faults, where it has no header to read rows under.

    `others` allows columns that are neither required nor optional.
    """
    found = read_text(path, folder, faults)
    if found is None:
        return None
    table = Table(label(path), *found, faults)
    return table if table.open(required, optional, others) else None
