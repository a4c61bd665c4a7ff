"""The fixed parts of a page: vis-network, the script, the style sheet, and the policy that names their hashes."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from graphkit.page.script import join_modules, read_modules

_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"
_VIS_SHA256 = "f3c1229464749a6f5a80c80867189edfdc0198be0d015c3d770aff196cb6c0a1"
_VIS_CHANGED = (
    "Changed: its option editor, the languages of its toolbar, clusters, layouts, buttons and edit mode are left out."
)
# first and following text, and what stands in between instead: a page that is e-mailed pays for every byte
_VIS_UNUSED = (
    ("Pm={black:", ",Dm=function", "Pm={}"),
    ("Dm=function(){function", ";function Im(){", "Dm=function(){}"),
    ("zm=function(){function", ",Nm=function(){", "zm=function(){}"),
    (
        "SC=function(){function",
        ";function TC(t,e)",
        "SC=function(){function t(){}return t.prototype._updateState=t.prototype._isClusteredNode="
        "t.prototype._isClusteredEdge=function(){return!1},t}()",
    ),
    (
        "RC=function(){function",
        ";function LC(t,e)",
        "RC=function(){function t(){}return t.prototype.setOptions=function(){},t}()",
    ),
    (
        "sT=function(){function",
        ";function aT(t,e)",
        "sT=function(){function t(){this.options={}}return t.prototype.positionInitially=function(){},"
        "t.prototype.setOptions=function(t,e){return e},t}()",
    ),
    (
        "lT=function(){function",
        ',dT="string"',
        "lT=function(){function t(){this.options={}}return t.prototype.setOptions=function(){},t}()",
    ),
    ("gT={borderWidth:", ",bT=function(t,e,i)", "gT={},yT={},mT={}"),
    ("!0===Um.validate(t,yT)&&", 'console.error("%cErrors', "0&&"),
    ("_T=function(){function t(e,i,n)", ";function", "_T=function(){}"),
    ("Tb=Object.freeze({__proto__:null,en:{", ";var Mb=function", "Tb=Object.freeze({__proto__:null,en:{}})"),
)


def build_policy(scripts: Sequence[str], style: str) -> str:
    """Return the content-security policy of a page: it runs these scripts and this style sheet, and loads nothing."""

    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_pin, scripts))}",
            f"style-src {_pin(style)}",
            "img-src data: blob:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def build_still_policy(style: str) -> str:
    """Return the policy of a page without a script: it takes this style sheet, and loads and runs nothing."""
    return f"default-src 'none'; style-src {_pin(style)}; base-uri 'none'; form-action 'none'"


def _pin(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def find_assets() -> Path:
    """Return the folder of the template, the words, the looks, the style sheet and the script."""
    return Path(str(resources.files("graphkit.page") / "assets"))


@functools.cache
def read_vis() -> str:
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
def read_script() -> str:
    """Return the script of the page, its modules joined and without what only people need."""
    return join_modules(read_modules(find_assets() / "script"))


@functools.cache
def read_style() -> str:
    """Return the style sheet without the space that only people need: it is plain enough for two rules."""
    text = re.sub(r"/\*.*?\*/|\n\s*", "", (find_assets() / "page.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*|(:) (?=[^{}]*})|(,) ", r"\1\2\3", text)
