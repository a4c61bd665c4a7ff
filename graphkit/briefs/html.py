"""A brief as one HTML file: it loads nothing and runs nothing, and its print is a page or two."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from graphkit.briefs.brief import Brief
from graphkit.briefs.drawing import render_svg
from graphkit.briefs.provenance import encode_stamp
from graphkit.summaries.words import load_words


def render(brief: Brief) -> bytes:
    """Return a brief as HTML in UTF-8."""
    from jinja2 import Environment  # slow to import

    assets = resources.files("graphkit.briefs") / "assets"
    style = (assets / "brief.css").read_text("utf-8").replace("\r\n", "\n")
    pinned = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((assets / "brief.html.j2").read_text("utf-8"))
    # the drawing is made as a tree of XML, which escapes all texts in it
    figure = render_svg(load_words(brief.language), brief.drawings, brief.caption) if brief.drawings else ""
    return template.render(
        brief=brief,
        figure=figure,
        style=style,
        stamp=encode_stamp(brief.stamp),
        policy=f"default-src 'none'; style-src 'sha256-{pinned}'; base-uri 'none'; form-action 'none'",
    ).encode()
