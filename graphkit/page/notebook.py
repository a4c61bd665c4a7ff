"""Pages and paths inside notebooks."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.graph import Graph


class Page:
    """A page that a notebook shows in a frame without rights to the notebook; `html` is its text."""

    def __init__(self, text: str, height: int) -> None:
        self.html, self.height = text, height

    def _repr_html_(self) -> str:
        return (
            '<iframe sandbox="allow-scripts allow-downloads allow-popups" title="graphkit" width="100%" '
            f'height="{int(self.height)}" style="border:1px solid #8886;border-radius:8px" '
            f'srcdoc="{html.escape(self.html, quote=True)}"></iframe>'
        )

    def write(self, path: str) -> None:
        """Write the page to a file."""
        from graphkit.page.html import write_page

        write_page(path, self.html)


def view(
    graph: Graph,
    *,
    answer: Mapping[str, Any] | None = None,
    title: str = "Graph",
    focus: Sequence[str] = (),
    limit: int | None = None,
    large: bool = False,
    height: int = 720,
) -> Page:
    """Return the page of a graph, or of an answer of `graphkit path`, for a notebook to show.

    Raises ViewTooLarge.
    """
    from graphkit.page.html import render_page

    text = render_page(graph, answer=answer, title=title, focus=focus, limit=limit, large=large)
    return Page(text, height)


def path_html(path: Mapping[str, Any]) -> str:
    """Return one path of an answer as a small list of steps, inert whatever its texts hold."""
    from graphkit.page.answers import read_evidence
    from graphkit.page.words import clean_texts, read_words

    words = read_words("en")
    items = []
    for step in clean_texts(path)["steps"]:
        told = step["claims"][0] if step["claims"] else None
        relation = words.get(f"relation.{step['relation']}", step["relation"])
        status = words.get(f"status.{step['status']}", step["status"])
        subject, object_ = step["subject"]["name"], step["object"]["name"]
        line = f"<b>{_escape(subject)}</b> {_escape(relation)} <b>{_escape(object_)}</b> ({_escape(status)})"
        if told:
            said = told.get("quote") or told.get("summary") or ""
            source = " · ".join(part for part in (told.get("document_name"), told.get("published")) if part)
            line += f'<br><span dir="auto">{_escape(said)}</span> <small>{_escape(source)}</small>'
        items.append(f'<li dir="auto">{line}</li>')
    evidence = words.get(f"evidence.{read_evidence(path)}.about", read_evidence(path))
    return f"<p>{_escape(evidence)} · {round(path['confidence'] * 100)} %</p><ol>{''.join(items)}</ol>"


def _escape(value: object) -> str:
    return html.escape(str(value), quote=True)
