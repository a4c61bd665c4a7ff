"""Lists of names, such as customers: CSV, text or XLSX as people keep them, every row with all its columns.

It knows nothing of stores: names are looked up elsewhere.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import json
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase.files import Files, get_byte_limit, name_input, quote_value, read_standard_input
from graphkit.factbase.tables import SEPARATORS, read_separator_line
from graphkit.factbase.texts import TextFault, read_text
from graphkit.factbase.workbook_bounds import check_workbook
from graphkit.names import fold

#: How the files of lists end.
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
#: Files of lists that are read only to say what to save them as.
OTHER_ENDINGS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers")

#: The list that ships with graphkit, by the word that stands for it where no file bears that name.
EXAMPLE = "example"

#: Larger lists are refused: megabytes of the file (unless GRAPHKIT_MAX_MB says otherwise), rows, columns.
MAX_MB, MAX_ROWS, MAX_COLUMNS = 64, 1_000_000, 1_000
_LONGEST_CELL = 32_767
_TRIED = 20

_NAMED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


class ListRow(msgspec.Struct, frozen=True):
    """A row of a list: its line in the file, counted from 1, its cells under the headings, and the name it gives.

    A row that has cells and no name has an empty one: it is for the caller to tell.
    """

    number: int
    cells: tuple[str, ...]
    name: str


class NameList(msgspec.Struct, frozen=True):
    """A list of names: its file, headings (none: one name a line), rows, and notes on how it was read."""

    file: str
    header: tuple[str, ...]
    rows: tuple[ListRow, ...]
    notes: tuple[str, ...] = ()


_Rows = list[tuple[int, list[str]]]


def read_list(path: Path | str, *, column: str | None = None) -> NameList:
    """Read a list of names from a CSV, TSV, text or XLSX file, - for standard input, `example` for one that ships.

    `column` is the heading above the names; without it, it is the one that is headed as names are (see headings.txt),
    or the only one. Cells stay as they are written, names lose the space around them; rows without a filled cell
    are left out. Raises InvalidValue: one line that says what and where, or which question is open.
    """
    path = Path(path)
    file = name_input(path)
    if file == EXAMPLE and not path.exists():
        path = Path(__file__).with_name("example.csv")
    data = _read_bytes(path)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidValue(
            f"{file} is a workbook of the old kind, or has a password: save it as .xlsx or as CSV UTF-8"
        )
    if kind := _find_other_kind(data):
        raise InvalidValue(f"{file} is {kind} and no list of names: save the list as CSV UTF-8 or as .xlsx")
    if data.startswith(b"PK\x03\x04") or path.suffix.lower() == ".xlsx":
        rows, notes = _read_workbook(data, file)
    else:
        rows, notes = _read_lines(data, path, file)
    return _name_rows(file, rows, notes, column)


def _find_other_kind(data: bytes) -> str | None:
    """Return what a file is that would pass for lines of text: JSON, a page, a PDF; None for others."""
    begin = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if begin.startswith(b"%pdf-"):
        return "a PDF"
    if begin.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<body")):
        return "HTML or XML"
    if begin.startswith((b"{", b"[")):
        with contextlib.suppress(ValueError, RecursionError):
            json.loads(data)
            return "JSON"
    return None


def _read_bytes(path: Path) -> bytes:
    if str(path) == "-":
        return read_standard_input(get_byte_limit(MAX_MB), "give a list of names")
    files = Files()
    data = files.read(path, None, get_byte_limit(MAX_MB))
    if data is None:
        fault = files.faults[0]
        raise InvalidValue(f"{fault.file} cannot be read: it {fault.what}; {fault.mend}")
    return data


# rows out of a file ------------------------------------------------------------------------


def _read_lines(data: bytes, path: Path, file: str) -> tuple[_Rows, list[str]]:
    """Return the rows of a text file, those without a filled cell left out, and how it was read."""
    text = read_text(data, lenient=True)
    if isinstance(text, TextFault):
        if text.what == "is empty":
            raise InvalidValue(f"{file} holds no name: write one a line")
        raise InvalidValue(f"{file}:{text.line}: {text.what}: {text.mend}")
    broken = next((one for one in text.trouble if one.what.startswith(("is not UTF-8", "holds half"))), None)
    if broken is not None:
        raise InvalidValue(f"{file}:{broken.line}: {broken.what}: {broken.mend}")
    notes = ["read as Windows-1252, since it is not UTF-8"] if text.encoding == "cp1252" else []
    named = read_separator_line(text.text)
    lines, first = (text.text.partition("\n")[2], 2) if named else (text.text, 1)
    separator = named or _find_separator(lines, path.suffix.lower(), file)
    if separator is None:
        rows: _Rows = [(number, [line]) for number, line in enumerate(lines.split("\n"), first) if line.strip()]
        return _limit_rows(iter(rows), file), notes
    return _limit_rows(_split(lines, separator, first, file), file), notes


def _split(text: str, separator: str, first: int, file: str) -> Iterator[tuple[int, list[str]]]:
    """Iterate over (line, cells) of the rows that hold something. Raises InvalidValue."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    line = first
    try:
        for row in reader:
            if any(map(str.strip, row)):
                yield line, row
            line = first + reader.line_num
    except csv.Error as error:
        what = (
            "a quote is never closed" if "unexpected end" in str(error) else "a quote stands in the middle of a cell"
        )
        mend = 'quote the whole cell, and write a quote in it twice ("")'
        if "limit" in str(error):
            what, mend = f"a cell has more than {csv.field_size_limit():,} characters", "shorten it"
        raise InvalidValue(f"{file}:{line}: {what}: {mend}") from None


def _limit_rows(rows: Iterator[tuple[int, list[str]]], file: str) -> _Rows:
    found: _Rows = []
    for number, row in rows:
        while row and not row[-1].strip():
            row.pop()
        if len(row) > MAX_COLUMNS:
            raise InvalidValue(
                f"{file}:{number}: has {len(row):,} columns, more than {MAX_COLUMNS:,}: keep those needed"
            )
        if len(found) == MAX_ROWS:
            raise InvalidValue(f"{file} has more than {MAX_ROWS:,} rows: split it")
        found.append((number, row))
    return found


def _find_separator(text: str, ending: str, file: str) -> str | None:
    """Return what stands between the cells of a list, None where a line is a name. Raises InvalidValue in doubt."""
    lines = [line for line in islice(text.split("\n"), 200) if line.strip()][:_TRIED]
    if ending == ".tsv":
        return "\t"
    if ending == ".txt":
        tabs = {line.count("\t") for line in lines}
        return "\t" if len(tabs) == 1 and tabs != {0} else None
    found = {one: score for one in SEPARATORS if (score := _score(lines, one))}
    if not found:
        return ","
    best = max(found.values())
    fitting = [one for one, score in found.items() if score == best]
    if len(fitting) > 1:
        what = " or ".join(_NAMED[one] for one in fitting)
        raise InvalidValue(f"{file} may be divided by {what}: write sep={fitting[0]} into a line above the first")
    return fitting[0]


def _score(lines: Sequence[str], separator: str) -> tuple[bool, bool] | None:
    """Say how well a separator divides some lines: a known heading, as many cells in each; None if it does not."""
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    except csv.Error:
        return None
    widths = {len(row) for row in rows}
    known = any(_is_heading(cell, "names") for cell in rows[0]) if rows else False
    if len(rows[0]) < 2 and not (known and separator == ","):
        return None
    return known, len(widths) == 1


def _read_workbook(data: bytes, file: str) -> tuple[_Rows, list[str]]:
    """Return the rows of a workbook's first sheet that holds any, and which one that is. Raises InvalidValue."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_workbook(archive, file, get_byte_limit(MAX_MB))
        import openpyxl

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which do not concern the cells
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                filled: list[tuple[str, _Rows]] = []
                for sheet in book.worksheets:
                    cells = ((number, [_write_cell(one) for one in row]) for number, row in _sheet_rows(sheet))
                    rows = _limit_rows((pair for pair in cells if any(pair[1])), file) if not filled else []
                    if rows:
                        filled.append((sheet.title, rows))
                others = len(book.worksheets) - 1
            finally:
                book.close()
    except InvalidValue:
        raise
    except Exception as error:  # what a broken workbook raises is anything
        why = "it has a password" if "password" in str(error) or "encrypted" in str(error) else "a part is damaged"
        raise InvalidValue(f"{file} cannot be read as XLSX, {why}: save it anew, or as CSV UTF-8") from None
    if not filled:
        raise InvalidValue(f"{file} holds no name: write one a row")
    title, rows = filled[0]
    return rows, [f"of its {others + 1} sheets, {quote_value(title)} is read"] if others else []


def _sheet_rows(sheet: object) -> Iterator[tuple[int, tuple[object, ...]]]:
    reset = getattr(sheet, "reset_dimensions", None)
    if reset is not None:
        reset()  # a sheet may claim to be a million columns wide
    iterate = getattr(sheet, "iter_rows", None)
    if iterate is not None:
        yield from enumerate(iterate(values_only=True), 1)


def _write_cell(value: object) -> str:
    """Return a cell of a workbook as text: whole numbers without a point, dates as ISO days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    iso = getattr(value, "isoformat", None)
    text = iso().removesuffix("T00:00:00") if iso is not None else str(value)
    return text[:_LONGEST_CELL].replace("\r\n", "\n").strip()


# which cells are names ---------------------------------------------------------------------


@functools.cache
def _read_headings() -> dict[str, frozenset[str]]:
    """Return the known headings by what they stand above: `names`, `others`."""
    found: dict[str, set[str]] = {}
    group = ""
    for line in Path(__file__).with_name("headings.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(group, set()).add(fold(line))
    return {name: frozenset(words) for name, words in found.items()}


def _is_heading(cell: str, what: str) -> bool:
    return fold(cell.replace("_", " ")).rstrip(" :*") in _read_headings()[what]


def _name_rows(file: str, rows: _Rows, notes: list[str], column: str | None) -> NameList:
    """Return rows with their names. Raises InvalidValue where it is not known which cell that is."""
    if not rows:
        raise InvalidValue(f"{file} holds no name: write one a line, or under a heading `name`")
    (line, first), width = rows[0], max(len(row) for _, row in rows)
    first = [cell.strip() for cell in first]
    place = _find_names(file, line, first, width, column)
    if place is None:
        header: tuple[str, ...] = ()
        if column is None and len(first) == 1 and len(rows) > 1:
            notes = [*notes, f"no heading: line {line}, {quote_value(first[0])}, is read as a name"]
        body, place, most = rows, 0, 1
    else:
        header, body, most = tuple(first), rows[1:], len(first)
    for number, row in body:
        if len(row) > most:
            what = (
                f"the row has {len(row)} cells, the header {most}"
                if header
                else f"the row has {len(row)} cells, not one"
            )
            mend = "quote names that hold a comma or whatever divides the cells"
            if most == 1:
                mend = f"{mend}; a title above the headings has to go"
            raise InvalidValue(f"{file}:{number}: {what}: {mend}")
    found = tuple(
        ListRow(number, (*row, *[""] * (most - len(row))), row[place].strip() if place < len(row) else "")
        for number, row in body
    )
    if not any(row.name for row in found):
        raise InvalidValue(f"{file} holds no name: write one a line, or under a heading `name`")
    nameless = [row.number for row in found if not row.name]
    if nameless:
        more = f" and {len(nameless) - 1} more" if len(nameless) > 1 else ""
        notes = [*notes, f"line {nameless[0]}{more} without a name"]
    return NameList(file, header, found, tuple(notes))


def _find_names(file: str, line: int, first: Sequence[str], width: int, column: str | None) -> int | None:
    """Return which column holds the names, None where a list has no header. Raises InvalidValue, which asks."""
    headed = ", ".join(quote_value(cell) for cell in first[:10])
    if column is not None:
        wanted = [place for place, cell in enumerate(first) if fold(cell) == fold(column)]
        if len(wanted) != 1:
            raise InvalidValue(f"{file}:{line}: no one column is headed {quote_value(column)}: there are {headed}")
        return wanted[0]
    fitting = [place for place, cell in enumerate(first) if _is_heading(cell, "names")]
    exact = [place for place in fitting if fold(first[place]) in ("name", "company name", "legal name")]
    if len(fitting) > 1 and len(exact) != 1:
        which = " or ".join(quote_value(first[place]) for place in fitting)
        raise InvalidValue(f"{file}:{line}: which column holds the names, {which}? Head that one `name`")
    if fitting:
        return exact[0] if exact else fitting[0]
    if len(first) == 1 and width == 1 and not _is_heading(first[0], "others"):
        return None
    if len(first) == 1 and not _is_heading(first[0], "others"):
        return None  # a name on the first line: the row with more cells is told
    raise InvalidValue(f"{file}:{line}: which column holds the names? Head it `name`; there are {headed}")
