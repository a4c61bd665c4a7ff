"""A YAML file as plain data that still knows the line of every part of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import Fault
from graphkit.factbase.tables import REPLACED, compose_yaml, label, read_text, shown

if TYPE_CHECKING:
    import yaml

#: Larger files are refused once their anchors are written out.
MAX_PARTS = 200_000

# without tabs and line ends; with what reorders a line on a terminal
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_PLAIN = {"null": None, "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class YamlRecord:
    """One record of a file: its data, and the lines of its parts."""

    def __init__(self, file: str, node: yaml.Node, data: Any) -> None:
        self.file, self.data, self._node = file, data, node

    def line(self, path: str = "") -> int:
        """Return the line of a part named as msgspec names it: ".requires[0].test"."""
        import yaml

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
        return line + 1


def read_yaml(path: Path, folder: Path, faults: list[Fault]) -> list[YamlRecord]:
    """Return the records of a file that holds a list of them, or one; none, and faults, where it cannot be read."""
    import yaml

    found = read_text(path, folder, faults)
    if found is None:
        return []
    file = label(path)
    try:
        root = compose_yaml(found[0])
        reader = _Plain(file, faults)
        if root is not None:
            reader.read(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "a fault in its syntax"
        faults.append(Fault(file, mark.line + 1 if mark else 0, f"is not YAML: {problem}", "mend the line"))
        return []
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        faults.append(Fault(file, 0, f"is not YAML ({type(error).__name__})", "write a list of records"))
        return []
    nodes: list[yaml.Node] = []
    if isinstance(root, yaml.SequenceNode):
        nodes = root.value
    elif isinstance(root, yaml.MappingNode):
        nodes = [root]
    if not nodes:
        faults.append(Fault(file, 1, "holds no list of records", "begin each record with '- id:'"))
        return []
    return [YamlRecord(file, node, reader.read(node)) for node in nodes]


class _Plain:
    """Turns nodes into dicts, lists, text, numbers and truth values; dates stay text."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self._file, self._faults = file, faults
        self._done: dict[int, tuple[yaml.Node, Any, int]] = {}

    def _fault(self, node: yaml.Node, what: str, mend: str) -> None:
        self._faults.append(Fault(self._file, node.start_mark.line + 1, what, mend))

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
                    self._fault(key, f"the key {shown(name)} is there twice", "keep one of them")
                record[name], n = self._read(value)
                size += n
            data = record
        if size > MAX_PARTS:
            raise ValueError("too many parts")
        self._done[id(node)] = (node, data, size)
        return data, size

    def _printable(self, node: yaml.ScalarNode) -> str:
        """Return a scalar's text; an escape such as "\\e" can put characters there that the file does not hold."""
        text: str = node.value
        if found := _CONTROL.search(text):
            what = f"holds the control character U+{ord(found[0]):04X}"
            self._fault(node, what, "remove the character")
            return _CONTROL.sub(REPLACED, text)
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
        self._fault(node, f"the tag {shown(node.tag)} is not known here", "write plain text, numbers and lists")
        return None
