"""The CSV files of a fact base as checked rows. What is wrong with one is a Fault, never an exception."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from graphkit.factbase.files import Files, print_path, quote_value
from graphkit.factbase.texts import Text, TextFault, read_text
from graphkit.names import fold

#: A file with more broken records than this is read no further; one with more columns or rows is refused.
MAX_TORN, MAX_COLUMNS, MAX_ROWS = 20, 1_000, 5_000_000

#: What may stand between the cells of a row.
SEPARATORS = ",;\t|"

#: As much of a header as tells what divides it.
_HEAD = 20_000

_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEP_LINE = re.compile(r'"?sep=(.)"?[,;\t|]*\n', re.IGNORECASE)


def open_text(path: Path, folder: Path | None, files: Files) -> Text | None:
    """Return the text of a file; None, and a fault, where it cannot be read as one."""
    data = files.read(path, folder)
    if data is None:
        return None
    file, text = print_path(path), read_text(data)
    for trouble in [text] if isinstance(text, TextFault) else text.trouble:
        files.fault(file, trouble.line, trouble.what, trouble.mend)
    if isinstance(text, TextFault):
        return None
    if text.encoding == "cp1252":
        files.warnings.append(f"{file} is read as Windows-1252: save it as CSV UTF-8, so that nobody has to guess")
    return text


def read_heading(heading: str) -> str:
    """Return the column that a heading means, whatever its case and spaces.

    >>> read_heading(" Published Basis")
    'published_basis'
    """
    return re.sub(r"[\s-]+", "_", fold(heading))


def read_separator_line(text: str) -> str | None:
    """Return the separator that a first line such as `sep=;` names, None without one."""
    found = _SEP_LINE.match(text)
    return found[1] if found else None


class CsvTable:
    """A CSV file with a checked header.

    `absent` names the wanted columns that it lacks. `whole` turns False when `rows` had to give
    up: then nothing can be said of what the file does not hold.
    """

    def __init__(self, file: str, text: Text, files: Files) -> None:
        self.file, self.whole = file, True
        self.absent: frozenset[str] = frozenset()
        self.columns: tuple[str, ...] = ()
        self._text, self._spoilt, self._files = text.text, text.spoilt, files
        self._separator = ","
        self._width = 0
        self._wanted: tuple[int, ...] = ()
        self._nameless: tuple[int, ...] = ()
        self._first = 1

    def fault(self, line: int, what: str, mend: str) -> None:
        """Note a fault of this file."""
        self._files.fault(self.file, line, what, mend)

    def open(self, required: Sequence[str], optional: Sequence[str], others: bool) -> bool:
        """Read and check the header; False where no row can be read under it."""
        wanted = (*required, *optional)
        if named := read_separator_line(self._text):
            self._separator, self._first = named, 2
        first_line = next(_number_lines(self._text, self._first), "")
        if not named:
            self._separator = _find_separator(first_line, wanted)
        reader = csv.reader(_number_lines(self._text, self._first), delimiter=self._separator, strict=True)
        at = self._first
        try:
            cells = next(filter(_has_content, reader))
        except csv.Error as error:
            if "limit" in str(error):
                self._tear(at, str(error))
            else:
                self.fault(at, "the header has a quote that is never closed", "close or remove it")
            return False
        except StopIteration:
            self.fault(at, "is empty", "write at least the header, or remove the file")
            return False
        self._first += reader.line_num
        at = self._first - 1 - sum(cell.count("\n") for cell in cells)
        while not cells[-1].strip():
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            what = f"has {len(cells):,} columns, more than {MAX_COLUMNS:,}"
            self.fault(at, what, f"keep those that are read: {', '.join(wanted)}")
            return False
        if self._spoilt and not self._spoilt.isdisjoint(range(at, self._first)):
            return False
        header = [read_heading(cell) for cell in cells]
        self._check_header(at, header, required, wanted, others)
        self.absent = frozenset(wanted).difference(header)
        self.columns = wanted
        self._width = len(header)
        self._wanted = tuple(header.index(name) if name in header else len(header) for name in wanted)
        self._nameless = tuple(place for place, name in enumerate(header) if not name)
        return True

    def _check_header(
        self, at: int, header: list[str], required: Sequence[str], wanted: Sequence[str], others: bool
    ) -> None:
        from difflib import get_close_matches

        for name in sorted(name for name, count in Counter(header).items() if name and count > 1):
            self.fault(at, f"the column {quote_value(name)} is there twice", "keep one of them")
        unknown = [name for name in dict.fromkeys(header) if name and name not in wanted and not others]
        for name in required:
            if name not in header:
                near = get_close_matches(name, unknown, 1)
                mend = f"rename {quote_value(near[0])}" if near else "add it to the header and to every row"
                self.fault(at, f"the column {name!r} is missing", mend)
                unknown = [other for other in unknown if other not in near]
        for name in unknown[:20]:
            self.fault(at, f"unknown column {quote_value(name)}", f"the columns are {', '.join(wanted)}")

    def keep_present(self) -> tuple[str, ...]:
        """Return the wanted columns that the file has; `rows` then gives the cells of these alone."""
        names = tuple(name for name in self.columns if name not in self.absent)
        self._wanted = tuple(place for place in self._wanted if place < self._width)
        return names

    def rows(self) -> Iterator[tuple[int, bool, tuple[str, ...]]]:
        """Iterate over (line, sound, cells in the order of the wanted columns); rows without a filled cell are none.

        `line` is the first line of the record in the file. A row that is not sound has had its
        fault reported; its cells are a guess, good for knowing which ids are meant to be there.
        """
        width, pick, spoilt = self._width, _pick(self._wanted), self._spoilt
        start, torn, count, blank = self._first, 0, 0, [""] * self._width
        while True:
            reader = csv.reader(_number_lines(self._text, start), delimiter=self._separator, strict=True)
            line, before = start, start - 1
            try:
                for row in reader:
                    end = before + reader.line_num
                    if (len(row) == width and not self._nameless) or self._fits(row, width):
                        if row[0] or _has_content(row):
                            row.append("")
                            sound = not spoilt or spoilt.isdisjoint(range(line, end + 1))
                            count += 1
                            yield line, sound, pick(list(map(str.strip, row)))
                    elif _has_content(row):
                        if not (torn and line == end):
                            self._note_ragged_row(line, end, row, width)
                        yield line, False, pick([*map(str.strip, row[:width]), *blank[len(row) :], ""])
                        if end > line:
                            break
                    line = end + 1
                    if count > MAX_ROWS:
                        self.fault(line, f"has more than {MAX_ROWS:,} rows", "split it into several fact bases")
                        self.whole = False
                        return
                else:
                    return
            except csv.Error as error:
                self._tear(line, str(error))
                row = next(_number_lines(self._text, line)).rstrip("\n").split(self._separator)[:width]
                yield line, False, pick([*(cell.strip(' "') for cell in row), *blank[len(row) :], ""])
            # A quote left open swallows the lines after it: take up again on the next one.
            torn, start = torn + 1, line + 1
            if torn > MAX_TORN:
                self.whole = False
                return

    def _fits(self, row: list[str], width: int) -> bool:
        """Cut what is empty beyond the header off a row; False where something stands in no column."""
        if len(row) < width or any(map(str.strip, row[width:])):
            return False
        if any(row[place].strip() for place in self._nameless):
            return False
        del row[width:]
        return True

    def _note_ragged_row(self, line: int, end: int, row: list[str], width: int) -> None:
        if len(row) >= width and not any(map(str.strip, row[width:])):
            self.fault(line, "a cell stands in a column without a name", "name the column, or empty the cell")
            return
        cells = len(row)
        what = f"the row has {cells} cell{'s' if cells != 1 else ''}, the header {width}"
        if end > line:
            what += f", and runs on to line {end}"
        self.fault(line, what, f"quote cells that hold {_NAMES.get(self._separator, 'it')}, and close every quote")

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


def _find_separator(line: str, wanted: Sequence[str]) -> str:
    """Return what stands between the headings of a line: under which most of them are known, a comma in doubt."""

    def known(separator: str) -> int:
        try:
            cells = next(csv.reader([line[:_HEAD]], delimiter=separator), [])
        except csv.Error:
            return 0
        return sum(read_heading(cell) in wanted for cell in cells[:MAX_COLUMNS])

    return max(SEPARATORS, key=known)


def _pick(places: tuple[int, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """Return what takes the cells at some places out of a row, as a tuple however few they are."""
    if len(places) < 2:
        return lambda row: tuple(row[place] for place in places)
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*places)
    return pick


def _has_content(row: list[str]) -> bool:
    return any(map(str.strip, row))


def _number_lines(text: str, first: int) -> Iterator[str]:
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
    files: Files,
    required: Sequence[str],
    optional: Sequence[str] = (),
    others: bool = False,
) -> CsvTable | None:
    """Return the table in a CSV file; None, and faults, where it has no header to read rows under.

    `others` allows columns that are neither required nor optional.
    """
    text = open_text(path, folder, files)
    if text is None:
        return None
    table = CsvTable(print_path(path), text, files)
    return table if table.open(required, optional, others) else None
