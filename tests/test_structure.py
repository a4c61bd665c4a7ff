"""The shape of the code: no circle of imports, no file too long to read, docstrings that say what a thing does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "graphkit").rglob("*.py"))
LONGEST = 400
#: First lines in which a file that is longer says why.
REASON = re.compile(r"long because", re.IGNORECASE)
#: Openings of docstrings that name no subject.
NO_SUBJECT = re.compile(r"(What|Who|Whose|Whether|Where|Which|How|Why)\b")


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in SOURCES}


def imports(name: str) -> Iterator[str]:
    """Iterate over the modules of graphkit that a module imports: lazily, for types or at once."""
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                yield inner if inner in MODULES else node.module


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = nx.DiGraph([(name, other) for name in MODULES for other in imports(name) if other != name])
    # the package hands out its public face, and imports it only when it is asked for
    graph.remove_node("graphkit")
    circles = [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]
    assert not circles


def test_a_file_is_read_in_one_sitting_or_says_why_not() -> None:
    texts = {name: path.read_text("utf-8").splitlines() for name, path in MODULES.items()}
    long = {name: lines for name, lines in texts.items() if len(lines) > LONGEST}
    assert [name for name, lines in long.items() if not REASON.search("\n".join(lines[:12]))] == []


def test_a_docstring_says_what_the_thing_does() -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    openings = [
        (name, getattr(node, "name", ""), ast.get_docstring(node) or "")
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, documented)
    ]
    assert [opening for opening in openings if NO_SUBJECT.match(opening[2])] == []


def test_no_name_of_a_class_stands_for_two_things() -> None:
    places: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}


def test_answers_are_typed_throughout() -> None:
    untyped = [
        path.name
        for path in SOURCES
        if path.parent.name == "answers" and re.search(r"\bAny\b", path.read_text("utf-8"))
    ]
    assert untyped == []
