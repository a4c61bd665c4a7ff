"""The command line: each command opens, asks and renders. Exit codes: 0 an answer, 1 no path,
2 what was given is wrong, 3 a database's fault, 70 a fault of graphkit itself, 130 interrupted."""

from graphkit.cli import bases, notebooks, questions, reading, rules, screening
from graphkit.cli.common import main

__all__ = ["bases", "main", "notebooks", "questions", "reading", "rules", "screening"]
