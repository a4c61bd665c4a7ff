"""A brief as DOCX by python-docx: numbered notes at its end, the provenance in a part of the file's own.

The ways are drawn as tables: their text can be searched, read aloud and translated, in every script, where a picture
would need a renderer and its fonts.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import msgspec

from graphkit.answers.replay import DOCX_ELEMENT, DOCX_FOLDER
from graphkit.briefs.brief import Brief, Drawing, Line, Link, Section
from graphkit.briefs.drawing import describe_legend, find_sign, list_legend, split_rows
from graphkit.briefs.provenance import encode_stamp
from graphkit.formats.cells import as_file_line
from graphkit.page.provenance import tell_page_foot
from graphkit.page.words import read_words
from graphkit.summaries.words import Words, load_words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

#: Borders of Word for the line of a step by its status; nodes of a row.
_BORDERS = {"done": "single", "planned": "dashed", "considered": "dashSmallGap", "alleged": "dotted"}
_BROKEN, _IMPLIED, _PER_ROW = "wave", "dotDash", 4
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"


def render(brief: Brief) -> bytes:
    """Return a brief as a DOCX file."""
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(15)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(9.5)
    normal.paragraph_format.space_after = Pt(2)
    document.core_properties.title = brief.title[:250]
    document.core_properties.author = "graphkit"
    document.core_properties.comments = ""
    document.core_properties.language = brief.language
    _write_body(document, brief)
    _add_foot(document, brief)
    _add_stamp(document, brief)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _write_body(document: Document, brief: Brief) -> None:
    words = load_words(brief.language)
    document.add_heading(brief.title, 1)
    document.add_paragraph().add_run(brief.asked).italic = True
    _add_section(document, brief.answer, "Normal")
    if brief.drawings:
        _add_heading(document, brief.caption)
        for drawing in brief.drawings:
            _add_drawing(document, drawing, words)
        for link in list_legend(brief.drawings):
            said = f"({words.look_up('letter', link.status)}) {describe_legend(words, link)}"
            _add_small(document, said)
    if brief.table:
        table = document.add_table(rows=1, cols=len(brief.columns))
        table.style = "Table Grid"
        for cell, name in zip(table.rows[0].cells, brief.columns, strict=True):
            _fill(cell, name, bold=True)
        for row in brief.table:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                _fill(cell, text)
        _set_widths(table, (10, 62, 22, 36, 20, 24))
    for section in brief.sections:
        _add_section(document, section, "List Bullet")
    if brief.notes:
        _add_heading(document, brief.sources_title)
    for note in brief.notes:
        paragraph = _add_small(document, f"{note.number}. {note.document}. ")
        for address in note.addresses:
            _add_address(paragraph, address)
            paragraph.add_run(" ")
        paragraph.add_run(f"{note.seen}.")
        _shrink(paragraph)
    _add_heading(document, brief.about_title)
    for name, text in brief.about:
        _add_small(document, f"{name}: {text}")
    _add_section(document, brief.limits, "List Bullet")


def _add_heading(document: Document, text: str) -> None:
    from docx.shared import Pt

    heading = document.add_heading(text, 2)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(8), Pt(2)


def _add_section(document: Document, section: Section, style: str) -> None:
    _add_heading(document, section.title)
    for line in section.lines:
        _add_line(document.add_paragraph(style=style), line)


def _add_line(paragraph: Paragraph, line: Line) -> None:
    paragraph.add_run(line.text)
    if line.notes:
        paragraph.add_run(", ".join(map(str, line.notes))).font.superscript = True


def _add_small(document: Document, text: str) -> Paragraph:
    paragraph = document.add_paragraph(text)
    _shrink(paragraph)
    return paragraph


def _shrink(paragraph: Paragraph) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(1)
    for run in paragraph.runs:
        run.font.size = Pt(8)


def _add_address(paragraph: Paragraph, address: str) -> None:
    """Add an address that is a link; only those of the web come here."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.run import Run

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, _HYPERLINK, is_external=True))
    run = Run(OxmlElement("w:r"), paragraph)
    run.text = address
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


# the drawing --------------------------------------------------------------------------------


def _add_drawing(document: Document, drawing: Drawing, words: Words) -> None:
    """Add a way as a table of one row: nodes in boxes, between them the relation above the line of its status."""
    for at, (nodes, links) in enumerate(split_rows(drawing, _PER_ROW)):
        table = document.add_table(rows=1, cols=len(nodes) + len(links))
        cells = table.rows[0].cells
        for place, node in enumerate(nodes):
            number = f"{drawing.number}  " if not at and not place else ""
            _fill(cells[2 * place], f"{number}{find_sign(node.kind)} {node.name}", bold=True)
            _set_borders(cells[2 * place], dict.fromkeys(("top", "left", "bottom", "right"), "single"))
        for place, link in enumerate(links):
            _fill(cells[2 * place + 1], f"{link.phrase} ({words.look_up('letter', link.status)}) →")
            _set_borders(cells[2 * place + 1], {"bottom": _find_border(link)})
        document.add_paragraph().paragraph_format.space_after = 0


def _find_border(link: Link) -> str:
    return _IMPLIED if link.implied else _BORDERS.get(link.status, _BROKEN)


def _set_borders(cell: _Cell, sides: dict[str, str]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    for side, style in sides.items():
        border = OxmlElement(f"w:{side}")
        for name, value in {"val": style, "sz": "8", "space": "0", "color": "1F2933"}.items():
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    cell._tc.get_or_add_tcPr().append(borders)


def _fill(cell: _Cell, text: str, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = cell.paragraphs[0].add_run(text)
    run.bold, run.font.size = bold, Pt(8)


def _set_widths(table: Table, widths: tuple[int, ...]) -> None:
    from docx.shared import Mm

    table.autofit = False
    for row in table.rows:
        for cell, wide in zip(row.cells, widths, strict=True):
            cell.width = Mm(wide)


# the provenance -----------------------------------------------------------------------------


def _add_foot(document: Document, brief: Brief) -> None:
    """Write at the foot of each page where it comes from, and its number."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.sections[0].footer.paragraphs[0]
    told = tell_page_foot(msgspec.to_builtins(brief.stamp), read_words(brief.language))
    paragraph.add_run(f"{as_file_line(told)} · ")
    _shrink(paragraph)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    paragraph._p.append(number)


def _add_stamp(document: Document, brief: Brief) -> None:
    """Add the provenance as a part of custom XML, which Word keeps when it saves the file."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    text = encode_stamp(brief.stamp)  # it holds no sign that XML knows
    data = f'<?xml version="1.0" encoding="UTF-8"?><{DOCX_ELEMENT}>{text}</{DOCX_ELEMENT}>'.encode()
    package: Any = document.part.package
    document.part.relate_to(Part(PackURI(f"/{DOCX_FOLDER}graphkit.xml"), "application/xml", data, package), _CUSTOM)
