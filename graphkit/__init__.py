"""graphkit: how can this buyer reach that restricted chip, on what evidence, under which rules?

>>> import graphkit
>>> with graphkit.Explorer.open() as explorer:                           # doctest: +SKIP
...     answer = explorer.paths("ByteDance", "H100")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.explorer import Explorer as Explorer
    from graphkit.page.notebook import view as view

__version__ = "0.1.0"
__all__ = ["Explorer", "__version__", "view"]


def __getattr__(name: str) -> object:
    """Import the front doors when they are first used: a command that needs neither starts sooner."""
    if name == "Explorer":
        from graphkit.explorer import Explorer

        return Explorer
    if name == "view":
        from graphkit.page.notebook import view

        return view
    raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
