"""The command line: each command opens, asks and renders. `common.EXIT_CODES` says how they end."""

from graphkit.cli import bases, briefs, completion, notebooks, questions, reading, replay, rules, screening, site
from graphkit.cli.common import main

completion.complete_names()

__all__ = [
    "bases",
    "briefs",
    "completion",
    "main",
    "notebooks",
    "questions",
    "reading",
    "replay",
    "rules",
    "screening",
    "site",
]
