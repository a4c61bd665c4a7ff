"""Bounds on what a workbook makes its reader do: counted in one quick pass, before any of it is kept."""

from __future__ import annotations

import re
import zipfile
from xml.parsers import expat

from graphkit.errors import InvalidValue

#: As a spreadsheet has them: the last row and the last column.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: Elements that are no cell and no text.
MAX_OTHERS = 200_000
#: Bytes that a cell takes at least: a workbook may have as many cells and texts as fit into its bytes.
_CELL_BYTES = 32

_PIECE = 1 << 16
_PLACE = re.compile(r"([A-Z]{1,7})[0-9]+\Z")
_OF_ROWS = frozenset(("v", "f", "is", "t", "r", "rPr"))


def check_workbook(archive: zipfile.ZipFile, file: str, most: int) -> None:
    """Refuse a workbook that unpacks to more than `most` bytes, or to more rows, columns or cells than are read.

    Raises InvalidValue: one line. What is no XML is left to whoever reads the workbook.
    """
    size = sum(one.file_size for one in archive.infolist())
    if size > most:
        raise InvalidValue(
            f"{file} unpacks to {size:,} bytes, more than {most:,}: save it as CSV UTF-8, "
            "or set GRAPHKIT_MAX_MB to as many megabytes"
        )
    counter = _Counter(file, most // _CELL_BYTES)
    for part in archive.infolist():
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                parser = counter.make_parser()
                while piece := stream.read(_PIECE):
                    parser.Parse(piece)
                parser.Parse(b"", True)


class _Counter:
    """Counts the elements of all parts of a workbook."""

    def __init__(self, file: str, most: int) -> None:
        self._file, self._most = file, most
        self._row = self._column = self._cells = self._others = 0
        self._open, self._formula, self._valued = "", False, False

    def make_parser(self) -> expat.XMLParserType:
        """Return a parser of one part."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._count
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._read_text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._row = 0
        return parser

    def _refuse_doctype(self, *_: object) -> None:
        raise InvalidValue(f"{self._file} declares a document type, as no workbook does: save it as CSV UTF-8")

    def _count(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._open = name
        if name == "f":
            self._formula = True
        elif name == "c":
            # of a text a formula may make an empty one
            self._formula, self._valued = False, attributes.get("t") == "str"
            place = _PLACE.match(attributes.get("r", ""))
            before = self._column
            self._column = _read_column(place[1]) if place else before + 1
            if self._column > LAST_COLUMN:
                self._refuse(f"has more than {LAST_COLUMN:,} columns")
            self._count_cells(1 + max(0, self._column - before) // 8)  # what lies empty between costs a little, too
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 10 else self._row + 1
            self._column = 0
            if self._row > LAST_ROW or len(number) >= 10:
                self._refuse(f"has more than {LAST_ROW:,} rows")
        elif name == "si":
            self._count_cells(1)
        elif name not in _OF_ROWS:
            self._others += 1
            if self._others > MAX_OTHERS:
                self._refuse(f"has more than {MAX_OTHERS:,} styles, links and other parts")

    def _read_text(self, _: str) -> None:
        self._valued = self._valued or self._open == "v"

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c" and self._formula and not self._valued:
            raise InvalidValue(
                f"{self._file}: a cell of row {self._row:,} holds a formula without its value: open the workbook in "
                "a spreadsheet program and save it"
            )

    def _count_cells(self, number: int) -> None:
        self._cells += number
        if self._cells > self._most:
            self._refuse(f"has more than {self._most:,} cells and texts")

    def _refuse(self, what: str) -> None:
        raise InvalidValue(f"{self._file} {what}: keep what is needed, or save it as CSV UTF-8")


def _read_column(letters: str) -> int:
    """Return the number of a column, counted from 1.

    >>> _read_column("A"), _read_column("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
