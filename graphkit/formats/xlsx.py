"""XLSX: a sheet for each table of an answer that has rows, with types, widths, a frozen head and links."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import TYPE_CHECKING

from graphkit.formats import Cell, Printable, Table, find_sentences
from graphkit.formats.cells import as_file_line

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet
    from openpyxl.writer.excel import ExcelWriter

BINARY, DATA = True, True
ENDINGS = (".xlsx",)

#: The widest column, the longest text of a cell and the longest link, as spreadsheets have them.
_WIDEST, _LONGEST, _LONGEST_LINK = 60, 32_767, 2_079
_DAY = re.compile(r"(?:19|[2-9]\d)\d\d-\d\d-\d\d\Z")  # a spreadsheet knows no day before 1900
_LINK = re.compile(r"https?://[^\s<>\"\\]+\Z", re.IGNORECASE)


def render(answer: Printable) -> bytes:
    """Return an answer as an XLSX workbook; no cell is a formula, whatever the texts are."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    tables = answer.tables()
    if sentences := find_sentences(answer):
        _fill(book.create_sheet("summary"), Table("summary", ("summary",), [{"summary": one} for one in sentences]))
    for table in [*([one for one in tables if one.rows] or tables[:1]), *answer.provenance_tables()]:
        _fill(book.create_sheet(table.name[:31]), table)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _make_writer(book, archive).save()
    return out.getvalue()


def _make_writer(book: Workbook, archive: zipfile.ZipFile) -> ExcelWriter:
    """Return what writes a workbook into an archive, each sheet by way of memory: a disk may be full."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class Writer(ExcelWriter):
        def write_worksheet(self, sheet: Worksheet) -> None:
            content = io.BytesIO()
            sheet._drawing = SpreadsheetDrawing()  # type: ignore[attr-defined]
            writer = WorksheetWriter(sheet, content)
            writer.write()
            sheet._rels = writer._rels  # type: ignore[attr-defined]
            archive.writestr(sheet.path[1:], content.getvalue())
            self.manifest.append(sheet)

    return Writer(book, archive)


def _fill(sheet: Worksheet, table: Table) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    used = [name for name in table.columns if any(row.get(name) not in (None, "", [], ()) for row in table.rows)]
    for place, name in enumerate(used or table.columns, 1):
        head = sheet.cell(1, place)
        _put_text(head, as_file_line(name))
        head.font = Font(bold=True)
        widest = len(str(name))
        for number, row in enumerate(table.rows, 2):
            cell = sheet.cell(number, place)
            widest = max(widest, _put(cell, row.get(name)))
            cell.alignment = Alignment(vertical="top", wrap_text=widest > _WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = min(widest, _WIDEST) + 2
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(cell: SheetCell | MergedCell, value: Cell) -> int:
    """Put a value into a cell as what it is, and return how many signs it shows."""
    if value is None or value == "":
        return 0
    if isinstance(value, (bool, int, float)):
        cell.value = value
        return len(str(value))
    text = as_file_line(value)
    if (day := _day(text)) is not None:
        cell.value, cell.number_format = day, "yyyy-mm-dd"
        return len(text)
    _put_text(cell, text)
    if _LINK.match(text) and len(text) <= _LONGEST_LINK:
        cell.hyperlink = text
        cell.style = "Hyperlink"
        cell.data_type = "s"
    return len(text)


def _put_text(cell: SheetCell | MergedCell, text: str) -> None:
    """Put a text into a cell: whatever it begins with, it is no formula and no error."""
    cell.value = text[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(tuple("=+-@"))


def _day(text: str) -> datetime.date | None:
    """Return the date that a text is, where it names a whole day."""
    if not _DAY.match(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
