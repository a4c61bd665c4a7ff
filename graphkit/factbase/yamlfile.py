"""A YAML file as plain data that still knows the line of every part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.factbase.files import Files, print_path, quote_value
from graphkit.factbase.tables import open_text
from graphkit.factbase.texts import REPLACED, get_unseen, name_character

if TYPE_CHECKING:
    import yaml

#: Files of more parts, once their anchors are written out, are refused, and deeper ones.
MAX_PARTS, MAX_DEPTH = 200_000, 50

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_PLAIN = {"null": None, "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class YamlRecord:
    """One record of a file: its data, and the lines of its parts."""

    def __init__(self, file: str, node: yaml.Node, data: Any) -> None:
        self.file, self.data, self._node = file, data, node
        self._places: dict[str, int] = {}
        self._parts: list[tuple[str, Any]] | None = None

    def line(self, path: str = "") -> int:
        """Return the line of a part named as msgspec names it: ".requires[0].test"."""
        import yaml

        if path in self._places:
            return self._places[path]
        node = self._node
        line: int = node.start_mark.line
        for name, index in _STEP.findall(path):
            if isinstance(node, yaml.MappingNode) and name:
                found = [(key, value) for key, value in node.value if key.value == name]
                if not found:
                    break
                line, node = found[0][0].start_mark.line, found[0][1]
            elif isinstance(node, yaml.SequenceNode) and index.isdigit() and int(index) < len(node.value):
                node = node.value[int(index)]
                line = node.start_mark.line
            else:
                break
        self._places[path] = line + 1
        return line + 1

    def parts(self) -> list[tuple[str, Any]]:
        """Return the inner nodes of the data, itself first, each with its path."""
        if self._parts is None:
            self._parts = list(_walk(self.data, ""))
        return self._parts

    def field_lines(self) -> dict[str, int]:
        """Return the line of each of the record's own fields."""
        import yaml

        if not isinstance(self._node, yaml.MappingNode):
            return {}
        return {key.value: key.start_mark.line + 1 for key, _ in self._node.value if isinstance(key, yaml.ScalarNode)}


def compose_yaml(text: str) -> yaml.Node | None:
    """Return the root node of a YAML text, None if it is empty; raises yaml.YAMLError.

    Deep nesting is such an error too: libyaml's composer is recursive and would kill the process.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for parts, event in enumerate(yaml.parse(text, Loader=loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or parts > MAX_PARTS:
            problem = f"nested more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else f"more than {MAX_PARTS:,} parts"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
    root: yaml.Node | None = yaml.compose(text, Loader=loader)
    return root


def read_yaml(path: Path, folder: Path | None, files: Files) -> list[YamlRecord] | None:
    """Return the records of a file that holds a list of them, or one; None, and faults, where it cannot be read."""
    import yaml

    found = open_text(path, folder, files)
    if found is None:
        return None
    file = print_path(path)
    try:
        root = compose_yaml(found.text)
        reader = _Plain(file, files)
        if root is not None:
            reader.read(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "a fault in its syntax"
        files.fault(file, mark.line + 1 if mark else 0, f"is not YAML: {problem}", "mend the line")
        return None
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        files.fault(file, 0, f"is not YAML ({type(error).__name__})", "write a list of records")
        return None
    nodes: list[yaml.Node] = []
    if isinstance(root, yaml.SequenceNode):
        nodes = root.value
    elif isinstance(root, yaml.MappingNode) and any(key.value == "id" for key, _ in root.value):
        nodes = [root]
    if not nodes:
        files.fault(file, 1, "holds no list of records", "begin each record with '- id:'")
        return None
    return [YamlRecord(file, node, reader.read(node)) for node in nodes]


def _walk(data: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Iterate over the inner nodes of plain data with their paths."""
    yield at, data
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _walk(value, f"{at}.{name}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk(value, f"{at}[{index}]")


class _Plain:
    """Turns nodes into dicts, lists, text, numbers and truth values; dates stay text."""

    def __init__(self, file: str, files: Files) -> None:
        self._file, self._files = file, files
        self._done: dict[int, tuple[yaml.Node, Any, int]] = {}

    def _fault(self, node: yaml.Node, what: str, mend: str) -> None:
        self._files.fault(self._file, node.start_mark.line + 1, what, mend)

    def read(self, node: yaml.Node) -> Any:
        """Return the data of a node. An anchor that is used again is read once."""
        return self._read(node)[0]

    def _read(self, node: yaml.Node) -> tuple[Any, int]:
        import yaml

        known = self._done.get(id(node))
        if known:
            return known[1], known[2]
        self._done[id(node)] = (node, None, 1)
        size = 1
        data: Any = None
        if isinstance(node, yaml.ScalarNode):
            data = self._scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            parts = [self._read(item) for item in node.value]
            data, size = [part for part, _ in parts], 1 + sum(n for _, n in parts)
        elif isinstance(node, yaml.MappingNode):
            record: dict[str, Any] = {}
            for key, value in node.value:
                name = self._printable(key) if isinstance(key, yaml.ScalarNode) else None
                if not isinstance(name, str) or name == "<<":
                    self._fault(key, "a key that is no plain name", "write a name")
                    continue
                if name in record:
                    self._fault(key, f"the key {quote_value(name)} is there twice", "keep one of them")
                record[name], n = self._read(value)
                size += n
            data = record
        if size > MAX_PARTS:
            problem = f"more than {MAX_PARTS:,} parts once its anchors are written out"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        self._done[id(node)] = (node, data, size)
        return data, size

    def _printable(self, node: yaml.ScalarNode) -> str:
        """Return a scalar's text; an escape such as "\\e" can put characters there that the file does not hold."""
        text: str = node.value
        if not text.isprintable() and (found := get_unseen().search(text)):
            self._fault(node, f"holds {name_character(found[0])}", "remove the character")
            return get_unseen().sub(REPLACED, text)
        return text

    def _scalar(self, node: yaml.ScalarNode) -> object:
        text: str = self._printable(node)
        kind = node.tag.rpartition(":")[2]
        if kind in ("str", "timestamp"):
            return text
        if kind in ("null", "bool"):
            return _PLAIN.get(text.lower()) if text else None
        if kind in ("int", "float"):
            try:
                return int(text) if kind == "int" else float(text)
            except ValueError:
                return text
        self._fault(node, f"the tag {quote_value(node.tag)} is not known here", "write plain text, numbers and lists")
        return None
