"""The cost of a text, as far as it can be told before it is run: lists without end, patterns of text that backtrack.

A server looks at its clock between rows, not inside an expression, so what such an expression
costs is refused here as far as it can be told: nothing ends it there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graphkit.errors import QueryRefused
from graphkit.queries.tokens import Token

#: Values that the lists of a text may have together where one stands inside the other.
MAX_VALUES = 10_000_000
#: Signs that repeat without end, in one pattern of text: each multiplies the time by the length of the text.
MAX_REPEATS = 6

_REPEAT = re.compile(r"[*+]|\{\d+,?\d*\}")


def check_lists(found: Sequence[Token], parameters: Mapping[str, object], *, embedded: bool) -> None:
    """Refuse lists of numbers that are longer than an engine can go through in time, and a text taken for a list."""
    open_: list[int] = []  # for each bracket that is open, how many values the lists inside it have so far
    for index, token in enumerate(found):
        if token.key in ("(", "[", "{"):
            open_.append(1)
        elif token.key in (")", "]", "}") and open_:
            open_.pop()
        elif token.key == "RANGE" and index + 1 < len(found) and found[index + 1].key == "(":
            count = _count_range(found, index + 2, parameters)
            total = count
            for position in range(len(open_)):
                total *= open_[position]
            if total > MAX_VALUES:
                raise QueryRefused(
                    f"range() makes {_read_number(total)} values, more than an engine goes through in its limits: "
                    f"ask for at most {MAX_VALUES:,}, or MATCH what is counted"
                )
            if open_:
                open_[-1] *= max(1, count)
        elif token.key == "IN" and index + 1 < len(found):
            _check_list(found[index + 1], found[index + 2] if index + 2 < len(found) else None, parameters)


def _check_list(token: Token, after: Token | None, parameters: Mapping[str, object]) -> None:
    more = after is not None and after.key in (".", "[", "+", "(")
    text = token.text if token.kind == "string" else parameters.get(token.text) if token.kind == "parameter" else None
    if isinstance(text, str) and not more:
        name = f"${token.text}" if token.kind == "parameter" else repr(text)
        raise QueryRefused(f'IN asks for a list and {name} is a text: write it as a list, ["a", "b"]')


def _read_number(number: int) -> str:
    return f"{number:,}" if number < 10**15 else "countless"


def _count_range(found: Sequence[Token], start: int, parameters: Mapping[str, object]) -> int:
    """Return how many values a range() has whose arguments begin at a token; 0 where that cannot be told."""
    numbers: list[int] = []
    at = start
    while at < len(found) and len(numbers) < 3:
        sign = -1 if found[at].key == "-" else 1
        at += found[at].key == "-"
        value = _find_number(found[at], parameters) if at < len(found) else None
        if value is None:
            return 0
        numbers.append(sign * value)
        at += 1
        if at >= len(found) or found[at].key not in (",", ")"):
            return 0
        if found[at].key == ")":
            break
        at += 1
    if len(numbers) < 2:
        return 0
    first, last, *step = numbers
    return max(0, (last - first) // (step[0] if step and step[0] else 1) + 1)


def _find_number(token: Token, parameters: Mapping[str, object]) -> int | None:
    value = parameters.get(token.text) if token.kind == "parameter" else None
    if isinstance(value, int):
        return int(value)
    if token.kind != "number":
        return None
    try:
        return int(token.text, 0)
    except ValueError:
        return int(float(token.text)) if re.fullmatch(r"\d+[eE]\d{1,3}", token.text) else None


def check_patterns(found: Sequence[Token], parameters: Mapping[str, object]) -> None:
    """Refuse patterns of text (after =~) that a server could try for hours, and those that cannot be looked at."""
    for index in range(1, len(found) - 1):
        if found[index].key != "~" or found[index - 1].key != "=":
            continue
        token, after = found[index + 1], found[index + 2].key if index + 2 < len(found) else ""
        pattern = token.text if token.kind == "string" else parameters.get(token.text, "")
        if token.kind not in ("string", "parameter") or after in ("+", "|", ".", "["):
            raise QueryRefused(
                "a pattern after =~ is a text or a parameter, so that it can be looked at before a server tries it: "
                "write it whole, or use CONTAINS"
            )
        if isinstance(pattern, str) and _can_backtrack(pattern):
            raise QueryRefused(
                f"the pattern {pattern[:40]!r} repeats what repeats, which a server may try for hours: "
                "write it without a repeat inside a repeat, or use CONTAINS"
            )


def _can_backtrack(pattern: str) -> bool:
    """Say whether a pattern repeats a group that repeats or has alternatives, or repeats very often.

    >>> [_can_backtrack(one) for one in ("(?i).*cloud.*", "(a+)+", "(a|b)*c", "[a-z]+")]
    [False, True, True, False]
    """
    plain = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "x", pattern)
    groups: list[bool] = []
    position = repeats = 0
    closed = False  # the group that has just closed holds a repeat or alternatives
    while position < len(plain):
        character = plain[position]
        if character == "(":
            groups.append(False)
            closed = False
        elif character == ")":
            closed = groups.pop() if groups else False
            if groups:
                groups[-1] = groups[-1] or closed
        elif character == "|":
            groups[:] = [True] * len(groups)
            closed = False
        elif repeat := _REPEAT.match(plain, position):
            repeats += 1
            if closed or repeats > MAX_REPEATS:
                return True
            groups[:] = [True] * len(groups)
            position = repeat.end() - 1
        else:
            closed = False
        position += 1
    return False
