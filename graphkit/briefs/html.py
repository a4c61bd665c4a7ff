"""A brief as one HTML file: it loads nothing and runs nothing, and its print is a page or two."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from graphkit.briefs.brief import Brief
from graphkit.briefs.drawing import render_svg
from graphkit.briefs.provenance import encode_stamp
from graphkit.page.parts import build_still_policy
from graphkit.page.provenance import write_page_foot
from graphkit.page.words import read_words
from graphkit.summaries.words import load_words

if TYPE_CHECKING:
    from jinja2 import Template


def render(brief: Brief, links: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return a brief as HTML in UTF-8; `links` are names and addresses of pages that stand beside it."""
    template, style = _read_looks()
    style += write_page_foot(msgspec.to_builtins(brief.stamp), read_words(brief.language))
    # the drawing is made as a tree of XML, which escapes all texts in it
    words, sizes = load_words(brief.language), (False, True) if brief.drawings else ()
    # the style sheet shows the one that fits
    drawn = [render_svg(words, brief.drawings, brief.caption, narrow=narrow) for narrow in sizes]
    return template.render(
        brief=brief,
        figure="\n".join(drawn),
        style=style,
        stamp=encode_stamp(brief.stamp),
        policy=build_still_policy(style),
        links=links,
    ).encode()


@cache  # a site has a brief for each of its ways
def _read_looks() -> tuple[Template, str]:
    """Return the template of a brief and its style sheet."""
    from jinja2 import Environment  # slow to import

    assets = resources.files("graphkit.briefs") / "assets"
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((assets / "brief.html.j2").read_text("utf-8"))
    return template, (assets / "brief.css").read_text("utf-8").replace("\r\n", "\n")
