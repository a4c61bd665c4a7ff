"""The fixed parts of a page: the script, the style sheet, and the policy that names their hashes."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from graphkit.page.script import join_modules, read_modules


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
def read_script() -> str:
    """Return the script of the page, its modules joined and without what only people need."""
    return join_modules(read_modules(find_assets() / "script"))


@functools.cache
def read_style() -> str:
    """Return the style sheet without the space that only people need: it is plain enough for two rules."""
    text = re.sub(r"/\*.*?\*/|\n\s*", "", (find_assets() / "page.css").read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*|(:) (?=[^{}]*})|(,) ", r"\1\2\3", text)
