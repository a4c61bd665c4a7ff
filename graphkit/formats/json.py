"""JSON: the contract of the command line, described by the schemas in graphkit/schema."""

from __future__ import annotations

import re

import msgspec

from graphkit.formats import Printable

BINARY, DATA = False, True
ENDINGS = (".json",)

#: Characters that JSON may hold as they are and a terminal may obey: C1 controls, marks that turn text round.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def render(answer: Printable) -> str:
    """Return an answer as indented JSON."""
    return encode(answer.json_value())


def encode(value: object) -> str:
    """Return a value as indented JSON; what a terminal may obey is written as an escape of JSON."""
    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode()
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
