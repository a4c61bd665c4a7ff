"""graphkit: how can this buyer reach that restricted chip, on what evidence, under which rules?

>>> import graphkit
>>> with graphkit.Explorer.open() as explorer:                           # doctest: +SKIP
...     answer = explorer.paths("ByteDance", "H100", on="2024-06-06")

The names of `__all__` are the public face; everything else may change.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.answers.matrix import ExposureAnswer as ExposureAnswer
    from graphkit.answers.path_answer import PathAnswer as PathAnswer
    from graphkit.answers.show import EntityAnswer as EntityAnswer
    from graphkit.errors import AmbiguousName as AmbiguousName
    from graphkit.errors import FactBaseError as FactBaseError
    from graphkit.errors import GraphkitError as GraphkitError
    from graphkit.errors import InvalidValue as InvalidValue
    from graphkit.errors import StoreError as StoreError
    from graphkit.errors import UnknownName as UnknownName
    from graphkit.explorer import Explorer as Explorer
    from graphkit.loading.cache import build as build
    from graphkit.page.notebook import view as view

__version__ = "0.1.0"
__all__ = [
    "AmbiguousName",
    "EntityAnswer",
    "Explorer",
    "ExposureAnswer",
    "FactBaseError",
    "GraphkitError",
    "InvalidValue",
    "PathAnswer",
    "StoreError",
    "UnknownName",
    "__version__",
    "build",
    "view",
]

_ROOMS = {
    "EntityAnswer": "graphkit.answers.show",
    "Explorer": "graphkit.explorer",
    "ExposureAnswer": "graphkit.answers.matrix",
    "PathAnswer": "graphkit.answers.paths",
    "build": "graphkit.loading.cache",
    "view": "graphkit.page.notebook",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: a command that needs none of them starts sooner."""
    if name not in __all__:
        raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOMS.get(name, "graphkit.errors")), name)


def __dir__() -> list[str]:
    return __all__
