"""Values as one line of text: for a terminal, which obeys control characters, and for a file, which does not.

What is taken out is shown as `\\u....`, so that nothing vanishes. In a file the marks stay that belong to names:
joiners of Persian and Hindi, soft hyphens, direction marks. What turns the text that follows round stays nowhere.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

#: Format characters that belong to names: soft hyphen, joiners, direction marks.
_OF_NAMES = frozenset("\u00ad\u061c\u200c\u200d\u200e\u200f")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMULA = tuple("=+-@＝＋－＠")


def as_line(value: object) -> str:
    """Return a value as one line of text that a terminal cannot be commanded by.

    >>> as_line("a\\x1b[1mb"), as_line(["x", 1])
    ('a\\\\u001b[1mb', 'x; 1')
    """
    return _escape(_text(value), frozenset())


def as_file_line(value: object) -> str:
    """Return a value as one line of text for a file; the marks that belong to names stay.

    >>> as_file_line("می\\u200cخواهم") == "می\\u200cخواهم"
    True
    """
    return _escape(_text(value), _OF_NAMES)


def guard_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like it gets an apostrophe.

    Marks that a spreadsheet may pass over do not hide the sign; a number stays a number.

    >>> guard_formula("=1+1"), guard_formula("-5"), guard_formula("a=b")
    ("'=1+1", '-5', 'a=b')
    """
    begin = text.lstrip(" '\u00a0" + "".join(_OF_NAMES))
    return f"'{text}" if begin.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_text, value))
    if isinstance(value, dict):
        value = msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def _escape(text: str, kept: frozenset[str]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char in kept else _escape_character(char) for char in text)


def _escape_character(char: str) -> str:
    if char in "\n\r\t\u2028\u2029":
        return " "
    obeyed = unicodedata.category(char) in ("Cc", "Cf", "Cs") or char in "\ufffe\uffff"
    return f"\\u{ord(char):04x}" if obeyed else char
