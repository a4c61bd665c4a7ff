"""A brief as Markdown: footnotes at its end, the drawing as text, the provenance in a comment.

Viewers of Markdown take out drawings, so each way is drawn in letters: a line a step, in a block that nothing ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graphkit.briefs.brief import Brief, Drawing, Line, Link, Section
from graphkit.briefs.drawing import describe_legend, find_sign, list_legend
from graphkit.briefs.provenance import encode_stamp
from graphkit.formats.markdown import break_addresses
from graphkit.summaries.words import Words, load_words

_SIGNS = {char: f"\\{char}" for char in "\\|[]*_`~<>#!{}^$"} | {"&": "&amp;", "@": "&#64;"}
_BEGIN = re.compile(r"^(\s*)([-+=]|\d+(?=[.)](?:\s|$)))")
#: The line of a step by its status; what is implied is drawn thinner.
_STROKES = {"done": "───", "planned": "╌╌╌", "considered": "┈┈┈", "alleged": "···"}
_IMPLIED, _BROKEN = "╶─╴", "─╳─"


def render(brief: Brief) -> bytes:
    """Return a brief as Markdown in UTF-8."""
    parts = [f"# {escape_text(brief.title)}", f"*{escape_text(brief.asked)}*", _write_section(brief.answer)]
    if brief.drawings:
        parts += [f"## {escape_text(brief.caption)}", _draw(brief.drawings, load_words(brief.language))]
    if brief.table:
        parts.append(_write_table(brief.columns, brief.table))
    parts += map(_write_section, brief.sections)
    parts.append(f"## {escape_text(brief.about_title)}")
    parts.append("\n".join(f"- {escape_text(name)}: {escape_text(text)}" for name, text in brief.about))
    parts.append(_write_section(brief.limits))
    if brief.notes:
        parts.append(f"## {escape_text(brief.sources_title)}")
    for note in brief.notes:
        addresses = " ".join(f"<{one}>" for one in note.addresses)
        said = " ".join(filter(None, [f"{escape_text(note.document)}.", addresses, escape_text(note.seen)]))
        parts.append(f"[^{note.number}]: {said}.")
    parts.append(f"<!-- {encode_stamp(brief.stamp)} -->")
    return ("\n\n".join(parts) + "\n").encode()


def escape_text(text: str) -> str:
    r"""Return a text that is nothing but text in Markdown: no link, tag, heading, list, table cell or address.

    >>> escape_text("- [x](javascript:1) <b> www.example.org")
    '\\- \\[x\\](javascript:1) \\<b\\> www\\.example.org'
    """
    begun = _BEGIN.sub(lambda match: f"{match[1]}\0{match[2]}" if match[2] in "-+=" else f"{match[0]}\0", text)
    escaped = "".join(_SIGNS.get(char, char) for char in begun)
    return break_addresses(escaped).replace("\0", "\\").replace("  ", " ")


def _write_line(line: Line) -> str:
    return escape_text(line.text) + "".join(f"[^{number}]" for number in line.notes)


def _write_section(section: Section) -> str:
    return "\n".join([f"## {escape_text(section.title)}", "", *(f"- {_write_line(line)}" for line in section.lines)])


def _write_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from tabulate import tabulate

    cells = [[escape_text(cell) for cell in row] for row in rows]
    return tabulate(cells, [escape_text(name) for name in columns], "github", disable_numparse=True)


def _draw(drawings: Sequence[Drawing], words: Words) -> str:
    lines = [line for one in drawings for line in (*_draw_way(one, words), "")]
    for link in list_legend(drawings):
        stroke = _find_stroke(link)
        lines.append(f"{stroke}({words.look_up('letter', link.status)})  {describe_legend(words, link)}")
    # indented, so that no sign in a name can end the block
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _find_stroke(link: Link) -> str:
    return _IMPLIED if link.implied else _STROKES.get(link.status, _BROKEN)


def _draw_way(drawing: Drawing, words: Words) -> Iterator[str]:
    first, *rest = drawing.nodes
    yield f"{drawing.number}  {find_sign(first.kind)} {first.name}"
    for link, node in zip(drawing.links, rest, strict=True):
        stroke = _find_stroke(link)
        letter = words.look_up("letter", link.status)
        yield f"   {stroke}({letter}) {link.phrase} ─▶ {find_sign(node.kind)} {node.name}"
