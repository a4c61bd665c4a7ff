"""Compare the text of a brief with one that is made anew of the same answer: was a word of it changed?

The links that stand above a page of a site are left out, and so is how a word processor keeps a document: its words,
paragraph by paragraph, count.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import msgspec

from graphkit.answers.answer import Answer, SummarisedAnswer
from graphkit.answers.replay import Difference, SignedFile, TextOutcome
from graphkit.answers.screening_answer import ScreeningAnswer
from graphkit.briefs import docx, html, markdown
from graphkit.briefs.compose import make_brief
from graphkit.errors import InvalidValue
from graphkit.summaries.words import LANGUAGES

_LINKS = re.compile(r'<nav>\n(?:<a href="[^"<>]*" dir="auto">[^<>]*</a>\n)*</nav>\n')
_LINE = re.compile(r"\b(?:line|ligne) (\d{1,9})\b")
_DOCUMENT, _PARAGRAPH, _TEXT = "word/document.xml", "</w:p>", re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
#: Bytes of the largest document; rows of a list, letters of a text that are told.
_LARGEST, _ROWS, _TOLD = 16_000_000, 10, 120


def compare_text(signed: SignedFile, answer: Answer) -> Difference | TextOutcome:
    """Say whether the text of a brief is that of an answer, or tell the first line that is not.

    Not compared are pages and JSON, what another version of graphkit wrote, and the brief of another answer.
    """
    stamp = answer.provenance
    if stamp is None or (stamp.answer, stamp.graphkit) != (signed.provenance.answer, signed.provenance.graphkit):
        return "not compared"
    kind = _find_kind(signed.data)
    if kind is None or not isinstance(answer, SummarisedAnswer):
        return "not compared"
    held, best = _read_lines(kind, signed.data), None
    signed_then = msgspec.structs.replace(answer, provenance=signed.provenance)
    for made in _make_again(kind, signed_then, held):
        wrong = [(was, now) for was, now in _pair(held, _read_lines(kind, made)) if was != now]
        if not wrong:
            return "the same"
        if best is None or len(wrong) < len(best):
            best = wrong
    if best is None:
        return "not compared"
    was, now = best[0]
    alike = next((at for at, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), 0)
    begin = max(0, alike - _TOLD // 3)
    was, now = (one[begin : begin + _TOLD] for one in (was, now))
    return Difference(what="the text of the file", was=was or None, now=now or None)


def _find_kind(data: bytes) -> str | None:
    if data.startswith(b"PK"):
        return "docx"
    if data.lstrip().startswith(b"# "):
        return "markdown"
    return "html" if b'<p class="asked">' in data else None


def _make_again(kind: str, answer: SummarisedAnswer, held: list[str]) -> Iterator[bytes]:
    """Yield the briefs of an answer that a file may hold: in every language, of every row that it may be about."""
    lines: Sequence[int | None] = [None]
    if isinstance(answer, ScreeningAnswer):
        told = (int(one) for text in held for one in _LINE.findall(text))
        lines = list(dict.fromkeys(one for one in told if any(one == row.line for row in answer.rows)))[:_ROWS]
    renderers = {"markdown": markdown.render, "html": html.render, "docx": docx.render}
    for language in LANGUAGES:
        for line in lines:
            try:
                yield renderers[kind](make_brief(answer.in_language(language), line))
            except InvalidValue:
                return


def _read_lines(kind: str, data: bytes) -> list[str]:
    if kind != "docx":
        return _LINKS.sub("", data.decode("utf-8", "replace").replace("\r\n", "\n")).rstrip().split("\n")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_DOCUMENT) as part:
            text = part.read(_LARGEST).decode("utf-8", "replace")
    except (KeyError, OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return []
    return ["".join(_TEXT.findall(one)) for one in text.split(_PARAGRAPH)]


def _pair(held: list[str], made: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the lines of two texts side by side; where one is longer, against nothing."""
    for at in range(max(len(held), len(made))):
        yield (held[at] if at < len(held) else ""), (made[at] if at < len(made) else "")
