"""Writing a brief: the ending of the file says in which format."""

from __future__ import annotations

from pathlib import Path

from graphkit.answers.answer import SummarisedAnswer
from graphkit.errors import InvalidValue

#: The formats of a brief, by the endings of its file.
ENDINGS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".docx": "docx"}


def choose_format(file: Path) -> str:
    """Return the format of a brief by the ending of its file, Markdown for -, standard output.

    Raises InvalidValue for any other ending.
    """
    found = "markdown" if str(file) == "-" else ENDINGS.get(file.suffix.lower())
    if found is None:
        raise InvalidValue(f"{str(file)!r}: a brief is .md, .html or .docx: give the file one of these endings")
    return found


def render_brief(answer: SummarisedAnswer, file: Path, *, line: int | None = None) -> bytes:
    """Return the brief of a signed answer as the ending of a file says; `line` picks the row of a screened list.

    Raises InvalidValue, naming the file, where it has another ending.
    """
    from graphkit.briefs import docx, html, markdown
    from graphkit.briefs.compose import make_brief

    renderers = {"markdown": markdown.render, "html": html.render, "docx": docx.render}
    return renderers[choose_format(file)](make_brief(answer, line))


def write_brief(answer: SummarisedAnswer, file: Path, *, line: int | None = None) -> None:
    """Write the brief of a signed answer in one step, as `render_brief` does.

    Raises InvalidValue, naming the file, where it cannot be written or has another ending.
    """
    from graphkit.formats.files import write_file

    write_file(file, render_brief(answer, file, line=line))
