"""Cypher text as tokens: what is code, what is a string, a comment, a quoted name, a parameter.

Where the two engines would read a text differently (a stray carriage return, a character outside
the language), it is refused here, so that no text is checked in one reading and run in another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from graphkit.errors import QueryRefused

Kind = Literal["word", "name", "string", "number", "parameter", "symbol"]


class Token(NamedTuple):
    """One lexeme, from `start` to `end`. `text` is a word as written, a quoted name or string without quotes."""

    kind: Kind
    text: str
    start: int = 0
    end: int = 0

    @property
    def key(self) -> str:
        """The keyword or symbol that an engine may see in it, in upper case; "" for quoted text."""
        if self.kind == "word":
            return unicodedata.normalize("NFKC", self.text).casefold().upper()
        return self.text if self.kind == "symbol" else ""

    @property
    def is_name(self) -> bool:
        return self.kind in ("word", "name")


_ESCAPE = re.compile(r"\\u+(?P<digits>[0-9A-Fa-f]{0,4})")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]+|0[oO][0-7]+|\d+(?:[eE][+-]?\d+)?")
_SYMBOL = re.compile(r"\.\.|[-()\[\]{}<>=+*/%^|,.:;!&$~?]")


def resolve_escapes(text: str) -> str:
    """Return a text with its unicode escapes resolved, as Neo4j does before it reads anything.

    >>> resolve_escapes("LO" + chr(92) + "u0041D")
    'LOAD'
    """

    if re.search(r"\\\\u", text):
        raise QueryRefused("backslashes before a u are read in two ways: pass the text as a parameter", text)

    def character(match: re.Match[str]) -> str:
        if len(match["digits"]) != 4 or match[0].count("u") != 1:
            raise QueryRefused(f"{match[0]!r} is no unicode escape: write \\u and four hex digits", text)
        return chr(int(match["digits"], 16))

    return _ESCAPE.sub(character, text)


def split_tokens(text: str) -> list[Token]:
    """Split a text into tokens, comments left out.

    Raises QueryRefused where the text is not Cypher.

    >>> [token.text for token in split_tokens("RETURN $a // done")]
    ['RETURN', 'a']
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        end: int | None = None
        if text.startswith("//", position):
            end = _find_line_end(text, position)
        elif text.startswith("/*", position):
            end = _find_end(text, "*/", position + 2, "a comment that starts with /*")
        elif character in "'\"":
            end = _find_string_end(text, position)
            found.append(Token("string", text[position + 1 : end - 1], position, end))
        elif character == "`":
            name, end = _read_quoted(text, position)
            found.append(Token("name", name, position, end))
        elif character == "$" and text[position + 1 : position + 2] == "`":
            name, end = _read_quoted(text, position + 1)
            found.append(Token("parameter", name, position, end))
        elif character == "$" and _is_word_character(text[position + 1 : position + 2]):
            end = _find_run_end(text, position + 1, _is_word_character)
            found.append(Token("parameter", text[position + 1 : end], position, end))
        elif number := _NUMBER.match(text, position):
            end = number.end()
            if _is_word_character(text[end : end + 1]):
                raise QueryRefused(f"a number and a word run together at {text[position : end + 8]!r}", text)
            found.append(Token("number", number[0], position, end))
        elif _is_word_character(character):
            end = _find_run_end(text, position, _is_word_character)
            found.append(Token("word", text[position:end], position, end))
        elif symbol := _SYMBOL.match(text, position):
            end = symbol.end()
            found.append(Token("symbol", symbol[0], position, end))
        elif character.isspace():
            end = position + 1
        if end is None:
            raise QueryRefused(f"{character!r} is no Cypher outside strings and backticks", text)
        for one in text[position:end]:
            if unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cs") and one not in "\t\n\r":
                raise QueryRefused(f"the text holds the control character {one!r}: pass it as a parameter", text)
        position = end
    if re.search("\r(?!\n)", text):
        raise QueryRefused("the text holds a carriage return alone: end its lines with a line feed", text)
    return found


def find_openers(found: Sequence[Token]) -> list[int]:
    """Return, for each token, the index of the innermost bracket it stands in; -1 for none.

    A closing bracket stands where its opening one does.
    """
    stack: list[int] = []
    result: list[int] = []
    for index, token in enumerate(found):
        if token.key in (")", "]", "}") and stack:
            stack.pop()
        result.append(stack[-1] if stack else -1)
        if token.key in ("(", "[", "{"):
            stack.append(index)
    return result


def _is_word_character(character: str) -> bool:
    return character == "_" or character.isalnum() or (character != "" and unicodedata.combining(character) != 0)


def _find_run_end(text: str, start: int, belongs: Callable[[str], bool]) -> int:
    while start < len(text) and belongs(text[start]):
        start += 1
    return start


def _find_line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _find_end(text: str, mark: str, start: int, what: str) -> int:
    end = text.find(mark, start)
    if end < 0:
        raise QueryRefused(f"{what} does not end", text)
    return end + len(mark)


def _find_string_end(text: str, start: int) -> int:
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text[position] == text[start]:
            return position + 1
        else:
            position += 1
    raise QueryRefused(f"a string that starts with {text[start : start + 12]!r} does not end", text)


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    end = _find_end(text, "`", start + 1, "a name in backticks")
    while text.startswith("`", end):
        end = _find_end(text, "`", end + 1, "a name in backticks")
    name = text[start + 1 : end - 1]
    if "\\" in name:
        raise QueryRefused(f"a name in backticks holds a backslash: {name[:40]!r}", text)
    return name.replace("``", "`"), end
