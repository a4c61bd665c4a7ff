"""The script of the page: the modules of assets/script joined into one, in which each stands after what it imports.

A page that opens offline holds one script, and people read short files. The modules are real ones, which editors,
linters and browsers know; as they share one scope on the page, no name is given twice and none is renamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const |let )", re.MULTILINE)
_NAME = re.compile(r"^(?:async function|function|class|const|let) (?:\{ )?([\w$]+)", re.MULTILINE)
#: What stays as it is: strings, templates, regular expressions (after an opening bracket or "= "), and comments.
_WHOLE = re.compile(
    r"""("(?:\\.|[^"\\])*"|`(?:\\.|\$\{(?:[^{}`]|`[^`]*`)*\}|[^`\\])*`"""
    r"""|(?:(?<=[(\[])|(?<==[ ]))/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])+/[a-z]*|//[^\n]*|/\*.*?\*/)""",
    re.DOTALL,
)
_SPACE = re.compile(r"\s*([{}()\[\],;:?=<>&|!*])\s*|\n\s*|(?<=[\w)\]]) ([-+/%]) (?=[\w(])")
_LAST_COMMA = re.compile(r",(?=[)\]}])")


def join_modules(sources: Mapping[str, str], first: str = "main") -> str:
    """Return one script of modules by name, those that `first` needs, without imports and exports.

    Raises ValueError where modules import each other in a circle, and where two give the same name.

    >>> print(join_modules({"main": 'import { a } from "./low.js";\\nrun(a);\\n', "low": "export const a = 1;\\n"}))
    "use strict";(()=>{const a=1;
    run(a);})();
    <BLANKLINE>
    """
    ordered = order_modules(sources, first)
    owners: dict[str, str] = {}
    for module in ordered:
        for name in _NAME.findall(_strip(sources[module])):
            if (other := owners.setdefault(name, module)) != module:
                raise ValueError(f"{name} stands in {other}.js and in {module}.js: rename one")
    body = "\n".join(_shrink(_strip(sources[module])) for module in ordered)
    return f'"use strict";(()=>{{{body}}})();\n'


def read_modules(folder: Path) -> dict[str, str]:
    """Return the modules of a folder by name."""
    return {file.stem: file.read_text("utf-8").replace("\r\n", "\n") for file in sorted(folder.glob("*.js"))}


def order_modules(sources: Mapping[str, str], first: str) -> list[str]:
    """Return the modules that one needs and itself, each once and after what it imports."""
    found: list[str] = []

    def visit(module: str, chain: tuple[str, ...]) -> None:
        if module in chain:
            raise ValueError(f"modules import each other in a circle: {' -> '.join((*chain, module))}")
        if module not in found:
            for needed in _IMPORT.findall(sources[module]):
                visit(needed, (*chain, module))
            found.append(module)

    visit(first, ())
    return found


def _strip(source: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", source))


def _shrink(source: str) -> str:
    """Return a module without comments and the space that only people need.

    A test compares what is left with what was written, as trees of syntax.

    >>> _shrink('// a note\\nconst f = (a, b) => [a, "( b )",];')
    'const f=(a,b)=>[a,"( b )"];'
    """
    told = _WHOLE.sub(lambda found: "" if found[0].startswith(("//", "/*")) else found[0], source)
    parts = _WHOLE.split(told)
    for place in range(0, len(parts), 2):
        parts[place] = _LAST_COMMA.sub("", _SPACE.sub(lambda found: found[1] or found[2] or "\n", parts[place]))
    return "".join(parts).strip()
