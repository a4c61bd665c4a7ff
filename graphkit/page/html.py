"""The graph view: one HTML file that opens offline and carries the argument and its evidence.

Built on pyvis with a template of our own. The page loads nothing and runs nothing but the two scripts
whose hashes its policy names; every foreign text reaches the document as text.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import InvalidValue
from graphkit.ontology import KINDS
from graphkit.page.data import CONTEXTS, LARGE, page_data
from graphkit.page.sheet import Record
from graphkit.page.words import catalogue, cleaned

if TYPE_CHECKING:
    from graphkit.graph import Graph

WEIGHT = 600_000  # bytes of a page of paths, most of them vis-network

_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"
_VIS_SHA256 = "f3c1229464749a6f5a80c80867189edfdc0198be0d015c3d770aff196cb6c0a1"
_VIS_CHANGED = "Changed: its option editor and the languages of its toolbar are left out."
# first and following text, and what stands in between instead: a page that is e-mailed pays for every byte
_VIS_UNUSED = (
    ("Pm={black:", ",Dm=function", "Pm={}"),
    ("Dm=function(){function", ";function Im(){", "Dm=function(){}"),
    ("zm=function(){function", ",Nm=function(){", "zm=function(){}"),
    ("Tb=Object.freeze({__proto__:null,en:{", ";var Mb=function", "Tb=Object.freeze({__proto__:null,en:{}})"),
)
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def render_page(
    graph: Graph,
    *,
    answer: Mapping[str, Any] | None = None,
    title: str,
    focus: Sequence[str] = (),
    limit: int | None = None,
    large: bool = False,
    words: str = "en",
) -> str:
    """Return the page of a graph: its paths if given an answer of `graphkit path`, else an explorer.

    `limit` keeps the entities nearest to the paths or the focus; `large` allows more than 500.
    The same input gives the same bytes. Raises ViewTooLarge, naming narrower questions.
    """

    def page(most: tuple[int, int] | None) -> str:
        data = page_data(graph, [answer] if answer else [], title=title, focus=focus, most=most, large=large)
        return _render(data, words)

    if limit or not answer:
        return page((limit, LARGE[1]) if limit else None)
    return _light(page)


def render_exposure_page(
    graph: Graph, exposure: Mapping[str, Any], *, title: str | None = None, words: str = "en"
) -> str:
    """Return the page of many pairs: a table of buyers by chips whose cells open the paths.

    `exposure` is the JSON answer of `graphkit exposure`. Raises ViewTooLarge.
    """
    cells = list(exposure["cells"])
    answers = [_pair(exposure, cell) for cell in cells]
    found = {cell["buyer"]["id"] for cell in cells if cell.get("path")}
    shown = ("status", "confidence", "hops", "stated", "marks", "outcome")
    matrix = {
        # those with a path first: a long list of customers is mostly of others
        "buyers": sorted(exposure["buyers"], key=lambda buyer: buyer["id"] not in found),
        "chips": list(exposure["chips"]),
        "cells": [
            {
                **{field: cell.get(field) for field in shown},
                "buyer": cell["buyer"]["id"],
                "chip": cell["chip"]["id"],
                "answer": place,
            }
            for place, cell in enumerate(cells)
        ],
    }
    heading = title or catalogue(words)["matrix.title"]
    return _light(
        lambda most: _render(page_data(graph, answers, title=heading, most=most, large=True, matrix=matrix), words)
    )


def _light(page: Callable[[tuple[int, int]], str]) -> str:
    """Return the page with the widest surroundings of its paths that leave it fit for an e-mail."""
    html = ""
    for most in CONTEXTS:
        html = page(most)
        if len(html.encode()) <= WEIGHT:
            break
    return html


def _pair(exposure: Mapping[str, Any], cell: Mapping[str, Any]) -> Record:
    """Return one cell of an exposure as an answer of `graphkit path`."""
    return {
        "buyer": cell["buyer"],
        "chip": cell["chip"],
        **{field: exposure.get(field) for field in ("as_of", "known_by", "filters", "searched")},
        "paths": [cell["path"]] if cell.get("path") else [],
        "negative": None
        if cell.get("path")
        else {"outcome": cell.get("outcome"), "near_misses": cell.get("near_misses") or []},
    }


def write_page(path: str | os.PathLike[str], html: str) -> None:
    """Write a page in one step: whoever reads the file finds the old page or the new one, whole.

    A link stays a link: the file that it leads to is replaced. Raises InvalidValue, naming `path`,
    where no regular file can be written: a folder, a device, a pipe, a protected file, a full disk.
    """
    try:
        place, mode = _place(path)
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".graphkit.", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(html.encode())
            Path(name).chmod(mode)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        said = (isinstance(error, OSError) and error.strerror) or error
        raise InvalidValue(
            f"the page cannot be written to {os.fspath(path)!r} ({said}): make room or write it elsewhere"
        ) from error


def _place(path: str | os.PathLike[str]) -> tuple[Path, int]:
    """Return the file that a path leads to and the permissions that a page there gets."""
    place = Path(os.path.realpath(path))
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        if not place.parent.is_dir():
            raise InvalidValue(f"there is no folder {place.parent}: make it, or write the page elsewhere") from None
        mask = os.umask(0)
        os.umask(mask)
        return place, 0o666 & ~mask
    if not stat.S_ISREG(found.st_mode):
        what = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
        raise InvalidValue(f"{os.fspath(path)!r} is {what}: give the name of a file to write the page to")
    # whoever may write anything still means a file that nobody may write to stay as it is
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise InvalidValue(f"{os.fspath(path)!r} is write-protected: write the page elsewhere")
    with Path(path).open("rb") as file:
        if (begin := file.read(64).lstrip().lower()) and not begin.startswith(b"<!doctype html"):
            raise InvalidValue(f"{os.fspath(path)!r} is there and is no page: write the page elsewhere")
    return place.resolve(strict=True), stat.S_IMODE(found.st_mode)


def _render(data: Record, language: str) -> str:
    words = catalogue(language)
    # cleaned last, so that no text can slip past on its way through the page model
    page = _network_class()(cleaned(data), words, language)
    html: str = page.generate_html()
    return html


@functools.cache
def _network_class() -> Any:
    """Return the page as a subclass of pyvis's network, made when first needed: pyvis is slow to import."""
    from jinja2 import Environment, FileSystemLoader
    from pyvis.network import Network

    class Page(Network):  # type: ignore[misc]
        """A pyvis network whose template, data block and policy are our own."""

        def __init__(self, data: Record, words: Mapping[str, str], language: str) -> None:
            super().__init__(directed=True, heading=data["title"], cdn_resources="in_line")
            self.data, self.words, self.language = data, words, language
            # pyvis makes its environment without escaping
            self.templateEnv = Environment(
                loader=FileSystemLoader(str(_assets())), autoescape=True, trim_blocks=True, lstrip_blocks=True
            )
            self.path = "template.html.j2"
            self.options = {"physics": {"enabled": False}}
            shapes = {name: kind.shape for name, kind in KINDS.items()}
            for node in data.pop("nodes"):
                self.add_node(node.pop("id"), label=" ", shape=shapes.get(node["kind"], "dot"), **node)
            for line in data.pop("lines"):
                self.add_edge(line.pop("from"), line.pop("to"), **line)

        def generate_html(self, name: str = "index.html", local: bool = True, notebook: bool = False) -> str:
            vis = _vis()
            script, style = _script(), _style()
            nodes, edges, heading, _, _, options = self.get_network_data()
            used = {
                "done",
                "implied",
                *(one["kind"] for one in nodes),
                *(one["relation"] for one in edges),
                *(one["status"] for one in edges if "status" in one),
            }
            block = json.dumps(
                {
                    **self.data,
                    "nodes": [_without(node, "label", "shape") for node in nodes],
                    "lines": [_without(edge, "arrows") for edge in edges],
                    "options": json.loads(options),
                    "language": self.language,
                    "words": _spoken(self.words, used),
                },
                sort_keys=True,
                ensure_ascii=False,
                separators=(",", ":"),
                default=str,
            ).translate(_UNSAFE)
            self.html = self.templateEnv.get_template(self.path).render(
                heading=heading,
                language=self.language,
                w=self.words,
                data=self.data,
                lines=edges,
                names={node["id"]: node["name"] for node in nodes},
                block=block,
                vis=vis,
                script=script,
                style=style,
                policy=_policy([vis, script], style),
            )
            return self.html

    return Page


def _spoken(words: Mapping[str, str], used: set[str]) -> dict[str, str]:
    """Return the words that the page's script may need: of kinds, relations and statuses those in use."""
    found = {}
    for key, text in words.items():
        group, _, name = key.partition(".")
        template = group == "plain" or key in ("search.hint", "search.label", "graph.label", "graph.role")
        if not template and (group not in ("kind", "relation", "status") or name.removesuffix(".about") in used):
            found[key] = text
    return found


def _without(item: Record, *fields: str) -> Record:
    return {field: value for field, value in item.items() if field not in fields}


def _policy(scripts: Sequence[str], style: str) -> str:
    def pinned(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(pinned, scripts))}",
            f"style-src {pinned(style)}",
            "img-src data: blob:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _assets() -> Path:
    return Path(str(resources.files("graphkit.page") / "assets"))


@functools.cache
def _vis() -> str:
    """Return vis-network as pyvis ships it, without what the page never runs; whole where it is another version."""
    import pyvis

    text = (Path(pyvis.__file__).parent / _VIS).read_text("utf-8").replace("\r\n", "\n")
    if hashlib.sha256(text.encode()).hexdigest() == _VIS_SHA256:
        for start, end, instead in _VIS_UNUSED:
            head, _, tail = text.partition(start)
            text = head + instead + tail[tail.index(end) :]
        text = text.replace(" * @license\n", f" * {_VIS_CHANGED}\n *\n * @license\n", 1)
    return re.sub(r"\n//# sourceMappingURL=\S*\s*\Z", "\n", text)


@functools.cache
def _script() -> str:
    """Return our script without indentation and full-line comments: none of its templates spans lines."""
    lines = (line.strip() for line in (_assets() / "page.js").read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


@functools.cache
def _style() -> str:
    """Return our sheet without the space that only people need: it is plain enough for two rules."""
    text = re.sub(r"/\*.*?\*/|\n\s*", "", (_assets() / "page.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*|(:) (?=[^{}]*})|(,) ", r"\1\2\3", text)
