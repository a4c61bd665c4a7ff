"""Writing a brief: the ending of the file says in which format."""

from __future__ import annotations

from pathlib import Path

from graphkit.answers.answer import SummarisedAnswer
from graphkit.errors import InvalidValue

#: The formats of a brief, by the endings of its file.
ENDINGS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".docx": "docx"}


def choose_format(file: Path) -> str:
    """Return the format of a file by its ending. Raises InvalidValue where it is none of a brief."""
    found = ENDINGS.get(file.suffix.lower())
    if found is None:
        raise InvalidValue(f"{str(file)!r}: a brief is .md, .html or .docx: give the file one of these endings")
    return found


def write_brief(answer: SummarisedAnswer, file: Path, *, line: int | None = None) -> None:
    """Write the brief of a signed answer in one step; `line` picks the row of a screened list.

    Raises InvalidValue, naming the file, where it cannot be written or has another ending.
    """
    from graphkit.briefs import docx, html, markdown
    from graphkit.briefs.compose import make_brief
    from graphkit.formats.files import write_file

    renderers = {"markdown": markdown.render, "html": html.render, "docx": docx.render}
    render = renderers[choose_format(file)]
    write_file(file, render(make_brief(answer, line)))
