"""The drawing of ways: a row each, from buyer to chip, the status of a step by the style of its line and a letter.

Nothing can overlap: each node has a slot of its own, and each text is broken to the width that it has. Shape, dashes
and letter say without colour what colour says.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from graphkit.answers.path_records import NearMissRecord, PathRecord, PathStep, StepRecord
from graphkit.briefs.brief import Drawing, Link, Node
from graphkit.formats.cells import as_file_line
from graphkit.ontology import RELATIONS
from graphkit.page.looks import OTHER, read_kind_looks, read_line_looks
from graphkit.paths.access_path import ORDERED
from graphkit.summaries.words import Words

#: The width of the drawing, and on a phone; the left edge of its rows, nodes of a row, the widest slot, half a shape.
_WIDTH, _NARROW, _LEFT, _PER_ROW, _SLOT, _RADIUS = 720, 360, 26, 5, 176, 11
#: Sizes of letters, the height of a line, lines of a name.
_NAME, _PHRASE, _LINE, _NAME_LINES = 12, 11, 14, 3
# those of the page that it stands in, light or dark; by itself it is drawn for white
_INK, _FAINT, _PAPER = "var(--ink, #1f2933)", "var(--faint, #52606d)", "var(--paper, #fff)"
#: Signs for the shapes of vis-network, where a text has to do.
SIGNS = {
    "dot": "●",
    "square": "■",
    "hexagon": "⬢",
    "triangle": "▲",
    "triangleDown": "▼",
    "diamond": "◆",
    "star": "★",
}


def find_sign(kind: str) -> str:
    """Return the sign of a kind, whose shape is that of the drawing."""
    return SIGNS[read_kind_looks().get(kind, OTHER)["shape"]]


def draw_paths(words: Words, paths: Iterable[PathRecord]) -> tuple[Drawing, ...]:
    """Return paths as they are drawn."""
    return tuple(
        Drawing(
            str(number),
            tuple(Node(as_file_line(one.name), one.kind) for one in path.entities),
            tuple(Link(_name_relation(words, one), one.status, one.implied) for one in path.steps),
        )
        for number, path in enumerate(paths, 1)
    )


def draw_misses(words: Words, misses: Iterable[NearMissRecord]) -> tuple[Drawing, ...]:
    """Return near misses as they are drawn: a step that a claim breaks has the status of that claim."""
    found = []
    for number, miss in enumerate((one for one in misses if one.steps), 1):
        broken = {
            (one.claim.subject, one.claim.relation, one.claim.object): one.claim.status for one in miss.broken_by
        }
        links = tuple(
            Link(
                _name_relation(words, step),
                broken.get((step.subject.id, step.relation, step.object.id), "done"),
                False,
            )
            for step in miss.steps
        )
        ends = (miss.steps[0].subject, *(step.object for step in miss.steps))
        found.append(Drawing(str(number), tuple(Node(as_file_line(one.name), one.kind) for one in ends), links))
    return tuple(found)


def _name_relation(words: Words, step: StepRecord | PathStep) -> str:
    ordered = f"relation.{step.relation}.ordered"
    if isinstance(step, StepRecord) and ORDERED in step.marks and ordered in words.catalogue.sentences:
        return words.say(ordered)
    if words.language == "en":
        return RELATIONS[step.relation].agree(step.subject.plural)
    return words.look_up("relation", step.relation)


def split_rows(drawing: Drawing, most: int = _PER_ROW) -> list[tuple[tuple[Node, ...], tuple[Link, ...]]]:
    """Return a way as rows of at most so many nodes; the last node of a row begins the next one again."""
    rows, at = [], 0
    while True:
        end = min(at + most, len(drawing.nodes))
        rows.append((drawing.nodes[at:end], drawing.links[at : end - 1]))
        if end == len(drawing.nodes):
            return rows
        at = end - 1


def measure_text(text: str, size: float) -> float:
    """Return about how wide a text is at most in the fonts of browsers, at a size of letters.

    East Asian letters fill a square, marks above letters take no room, a ligature may stand for four words.
    """
    return size * sum(map(_measure_letter, text))


def _measure_letter(char: str) -> float:
    if "\ufd00" <= char <= "\ufdff":
        return 4.0
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or char in "WMmw@%—…":
        return 1.05
    return 0.36 if char in "iljtf.,:;'|!()[] " else 0.76 if char.isupper() else 0.63


def break_text(text: str, width: float, size: float, most: int) -> list[str]:
    """Return a text in lines no wider than a width, at most so many; what is cut off ends in dots."""
    lines = [""]
    for word in text.split():
        for piece in _split_word(word, width, size):
            joined = f"{lines[-1]} {piece}".strip()
            if lines[-1] and measure_text(joined, size) > width:
                lines.append(piece)
            else:
                lines[-1] = joined
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and measure_text(f"{last}…", size) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last}…"]


def _split_word(word: str, width: float, size: float) -> list[str]:
    """Return a word in pieces that fit; one of three thousand letters is cut long before its end."""
    pieces = [""]
    for char in word[:400]:
        if pieces[-1] and measure_text(pieces[-1] + char, size) > width:
            pieces.append("")
        pieces[-1] += char
    return pieces


# the drawing --------------------------------------------------------------------------------


def render_svg(words: Words, drawings: Sequence[Drawing], label: str, *, narrow: bool = False) -> str:
    """Return ways as one SVG that loads and runs nothing; `label` is its name for those who do not see it.

    One that is `narrow` is for phones: with two nodes a row, its letters stay as large as those of the page.
    """
    width, most = (_NARROW, 2) if narrow else (_WIDTH, _PER_ROW)
    root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    root.set("class", "narrow" if narrow else "broad")
    root.set("font-family", "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif")
    ElementTree.SubElement(root, "title").text = label
    top = 8.0
    for drawing in drawings:
        _write(root, 0, top + 42, drawing.number, size=13, anchor="start", bold=True)
        for nodes, links in split_rows(drawing, most):
            top = _draw_row(words, root, top, nodes, links, width)
    top = _draw_legend(words, root, top + 8, drawings, width)
    root.set("viewBox", f"0 0 {width} {math.ceil(top)}")
    return ElementTree.tostring(root, encoding="unicode")


def _draw_row(
    words: Words, root: ElementTree.Element, top: float, nodes: Sequence[Node], links: Sequence[Link], width: int
) -> float:
    """Draw nodes on a line with the names of the relations above and theirs below; return where the row ends."""
    slot = min(_SLOT, (width - _LEFT) / len(nodes))
    line = top + 38
    centres = [_LEFT + slot * (at + 0.5) for at in range(len(nodes))]
    for at, link in enumerate(links):
        _draw_link(words, root, link, centres[at] + _RADIUS + 3, centres[at + 1] - _RADIUS - 3, line)
    below = 0
    for node, x in zip(nodes, centres, strict=True):
        _draw_shape(root, node.kind, x, line)
        lines = break_text(node.name, slot - 12, _NAME, _NAME_LINES)
        for down, text in enumerate(lines):
            _write(root, x, line + _RADIUS + 16 + down * _LINE, text, size=_NAME)
        below = max(below, len(lines))
    return line + _RADIUS + 16 + below * _LINE + 6


def _draw_link(words: Words, root: ElementTree.Element, link: Link, start: float, end: float, y: float) -> None:
    lines = break_text(link.phrase, end - start, _PHRASE, 2)
    for up, text in enumerate(reversed(lines)):
        _write(root, (start + end) / 2, y - 13 - up * 12, text, size=_PHRASE, colour=_FAINT)
    _draw_line(words, root, link, start, end, y)


def _draw_line(words: Words, root: ElementTree.Element, link: Link, start: float, end: float, y: float) -> None:
    dashes = read_line_looks().get("implied" if link.implied else link.status)
    style = {"stroke": _INK, "stroke-width": "1.6"}
    style |= {"stroke-dasharray": " ".join(map(str, dashes))} if dashes else {}
    ends = {"x1": f"{start:.1f}", "y1": f"{y}", "x2": f"{end - 6:.1f}", "y2": f"{y}"}
    ElementTree.SubElement(root, "line", ends | style)
    _draw_polygon(root, [(end, y), (end - 8, y - 4.5), (end - 8, y + 4.5)], _INK, _INK)
    middle = (start + end) / 2
    letter = words.look_up("letter", link.status)
    ElementTree.SubElement(
        root, "circle", {"cx": f"{middle:.1f}", "cy": f"{y}", "r": "8", "fill": _PAPER, "stroke": _INK}
    )
    _write(root, middle, y + 3.6, letter, size=10, bold=True)


def _draw_shape(root: ElementTree.Element, kind: str, x: float, y: float) -> None:
    looks = read_kind_looks().get(kind, OTHER)
    shape, colour, r = looks["shape"], looks["colour"], float(_RADIUS)
    if shape == "dot":
        look = {"cx": f"{x:.1f}", "cy": f"{y}", "r": f"{r}", "fill": colour, "stroke": _INK}
        ElementTree.SubElement(root, "circle", look)
        return
    corners = {"square": 4, "hexagon": 6, "triangle": 3, "triangleDown": 3, "diamond": 4}.get(shape, 10)
    turn = {"square": math.pi / 4, "hexagon": 0.0, "triangleDown": math.pi / 2}.get(shape, -math.pi / 2)
    points = []
    for at in range(corners):
        far = r * (0.45 if corners == 10 and at % 2 else 1.2)
        angle = turn + 2 * math.pi * at / corners
        points.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    _draw_polygon(root, points, colour, _INK)


def _draw_polygon(root: ElementTree.Element, points: Sequence[tuple[float, float]], fill: str, stroke: str) -> None:
    where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ElementTree.SubElement(root, "polygon", {"points": where, "fill": fill, "stroke": stroke})


def _draw_legend(
    words: Words, root: ElementTree.Element, top: float, drawings: Sequence[Drawing], width: int
) -> float:
    """Draw what the lines and letters mean, those in use; return where it ends."""
    x, y = float(_LEFT), top + 10
    for link in list_legend(drawings):
        text = describe_legend(words, link)
        wide = 66 + measure_text(text, _PHRASE) + 18
        if x > _LEFT and x + wide > width:
            x, y = float(_LEFT), y + 22
        _draw_line(words, root, link, x, x + 56, y)
        for down, line in enumerate(break_text(text, width - x - 66, _PHRASE, 2)):
            _write(root, x + 64, y + 4 + down * _LINE, line, size=_PHRASE, anchor="start", colour=_FAINT)
        x += wide
    return y + 24


def list_legend(drawings: Sequence[Drawing]) -> list[Link]:
    """Return a line of each look that some drawings have."""
    used = {(link.status, link.implied): link for one in drawings for link in one.links}
    return [Link("", status, implied) for status, implied in sorted(used, key=lambda key: (key[1], key[0]))]


def describe_legend(words: Words, link: Link) -> str:
    """Return what the line and the letter of a step mean."""
    status = words.look_up("status", link.status)
    return f"{status}, {words.say('brief.legend.implied')}" if link.implied else status


def _write(
    root: ElementTree.Element,
    x: float,
    y: float,
    text: str,
    *,
    size: int,
    anchor: str = "middle",
    bold: bool = False,
    colour: str = _INK,
) -> None:
    style = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size}", "text-anchor": anchor, "fill": colour}
    style |= {"font-weight": "700"} if bold else {}
    ElementTree.SubElement(root, "text", style).text = text
