"""Pages and paths inside notebooks."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.answers.path_answer import PathAnswer
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
    answer: PathAnswer | None = None,
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

    data = answer.to_dict() if answer else None
    text = render_page(graph, answer=data, title=title, focus=focus, limit=limit, large=large)
    return Page(text, height)
