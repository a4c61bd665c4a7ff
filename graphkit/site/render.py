"""Pages as HTML in the dress of other still pages: nothing is loaded, and only the first page runs a script."""

from __future__ import annotations

import functools
import shlex
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.briefs.provenance import encode_stamp, format_question_dates
from graphkit.page.parts import build_policy, build_still_policy, find_assets
from graphkit.page.provenance import describe_provenance, write_page_foot
from graphkit.page.words import clean_texts
from graphkit.site.addresses import DOCUMENTS, FOLDERS, INDEX, PATHS, link
from graphkit.site.contents import Contents
from graphkit.site.page import SitePage

if TYPE_CHECKING:
    from jinja2 import Template

    from graphkit.answers.path_answer import PathAnswer

#: Parts of the index that every page leads to.
_PARTS = (PATHS, FOLDERS["Company"], FOLDERS["Chip"], FOLDERS["Regulation"], DOCUMENTS)


def render_page(page: SitePage, contents: Contents) -> bytes:
    """Return a page in UTF-8."""
    w, stamp = contents.w, page.stamp or contents.stamp
    told = clean_texts((contents.stamp if page.address == INDEX else stamp).to_dict())
    style = _read("paper.css") + _read("site.css") + write_page_foot(told, w)
    scripts = [_read("filter.js")] if page.address == INDEX else []
    commands = [*page.also, *([] if page.stamp is None or page.address == INDEX else [_write_command(contents)])]
    made = describe_provenance(told, w)
    if commands:
        made.append((w["site.commands"], commands))
    if page.stamp:
        made.append((w["site.check"], ["graphkit replay FILE"]))
    html: str = _load_template().render(
        page=page,
        language=contents.terms.language,
        policy=build_policy(scripts, style) if scripts else build_still_policy(style),
        style=style,
        scripts=scripts,
        title=page.title,
        said=page.said,
        bar=page.bar,
        tables=page.tables,
        notes=page.notes,
        asked=format_question_dates(contents.words, contents.terms.on, contents.terms.known_by, stamp),
        made=made,
        stamp=encode_stamp(page.stamp) if page.stamp else "",
        home=link(page.address, INDEX),
        parts=[one.anchor for one in page.listings] if page.address == INDEX else _list_parts(contents),
        w=w,
    )
    return html.encode(errors="replace")


def list_links(contents: Contents, answer: PathAnswer, page: str) -> list[tuple[str, str]]:
    """Return the links that stand above the page of some ways: the index, then whom the ways pass."""
    links = contents.link_from(page)
    entities = {one.id: one.name for path in answer.paths for one in path.entities}
    ends = {one.id: one.name for one in (answer.buyer, answer.chip)}
    mentions = [links.entity(id_, name) for id_, name in {**ends, **entities}.items()]
    return [(contents.w["site.home"], link(page, INDEX)), *((one.text, one.href) for one in mentions if one.href)]


def _list_parts(contents: Contents) -> list[str]:
    """Return the parts of the index that a page leads to: those that are there."""
    folders = {address.partition("/")[0] for address in contents.pages}
    return [one for one in _PARTS if one in folders]


def _write_command(contents: Contents) -> str:
    return shlex.join(["graphkit", *contents.command])


def _find_own_assets() -> Path:
    return Path(str(resources.files("graphkit.site") / "assets"))


@functools.cache
def _read(name: str) -> str:
    """Return the text of an asset of sites, or of one that they take from the other pages."""
    own = _find_own_assets() / name
    return (own if own.exists() else find_assets() / name).read_text("utf-8").replace("\r\n", "\n")


@functools.cache
def _load_template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader([str(_find_own_assets()), str(find_assets())])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["clean"] = clean_texts
    return environment.get_template("site.html.j2")
