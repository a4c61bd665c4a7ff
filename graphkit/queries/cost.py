"""The cost of a text, as far as it can be told before it is run: lists without end, patterns of text that backtrack.

A server looks at its clock between rows, not inside an expression, so what such an expression
costs is refused here as far as it can be told: nothing ends it there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from graphkit.errors import QueryRefused
from graphkit.queries.tokens import Token

#: Values that the lists of a text may have together where one stands inside the other.
MAX_VALUES = 10_000_000
#: Doublings of a value that a text may ask for: each makes it twice as long.
MAX_DOUBLINGS = 10
#: Signs that repeat without end, in one pattern of text: each multiplies the time by the length of the text; and
#: signs that may be left out, each of which doubles it.
MAX_REPEATS, MAX_OPTIONAL = 6, 16

#: Signs after which a ? leaves nothing out: it opens the name of a group, or asks for the shortest.
_BEFORE_MODE = ("(", "*", "+", "?", "}")
#: Signs by which a name is a part of something else, or what is asked of it.
_PART = frozenset((".", "(", "["))
_REPEAT = re.compile(r"[*+]|\{\d+,?\d*\}")


def check_lists(found: Sequence[Token], parameters: Mapping[str, object], *, embedded: bool) -> None:
    """Refuse lists of numbers that are longer than an engine can go through in time, and a text taken for a list."""
    sizes = _find_sizes(found, parameters)
    open_: list[int] = []  # for each bracket that is open, how many values the lists inside it have so far
    for index, token in enumerate(found):
        if token.key in ("(", "[", "{"):
            open_.append(1)
        elif token.key in (")", "]", "}") and open_:
            open_.pop()
        elif count := _count_values(found, index, sizes):
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
        if token.key == "IN" and index + 1 < len(found):
            _check_list(found[index + 1], found[index + 2] if index + 2 < len(found) else None, parameters)


def _check_list(token: Token, after: Token | None, parameters: Mapping[str, object]) -> None:
    more = after is not None and after.key in (".", "[", "+", "(")
    text = token.text if token.kind == "string" else parameters.get(token.text) if token.kind == "parameter" else None
    if isinstance(text, str) and not more:
        name = f"${token.text}" if token.kind == "parameter" else repr(text)
        raise QueryRefused(f'IN asks for a list and {name} is a text: write it as a list, ["a", "b"]')


def _read_number(number: int) -> str:
    return f"{number:,}" if number < 10**15 else "countless"


def _find_sizes(found: Sequence[Token], parameters: Mapping[str, object]) -> dict[str, int]:
    """Return the numbers, and the lengths of lists of numbers, that have a name in a text: `$n`, `WITH 5 AS n`."""
    sizes = {f"${name}": int(value) for name, value in parameters.items() if isinstance(value, int)}
    sizes |= {f"${name}": len(value) for name, value in parameters.items() if isinstance(value, list | tuple)}
    for index in range(2, len(found) - 1):
        if found[index].key != "AS" or not found[index + 1].is_name:
            continue
        first = index - 1
        while found[index - 1].key == ")" and first > 0 and found[first].key not in ("RANGE", "WITH"):
            first -= 1
        size = _count_values(found, first, sizes) or _find_number(found[first], sizes)
        if size is not None and found[first - 1].key in ("WITH", ","):
            name = found[index + 1].text
            sizes[name] = max(size, sizes.get(name, 0))  # a name may be given twice
    return sizes


def _count_values(found: Sequence[Token], index: int, sizes: Mapping[str, int]) -> int:
    """Return how many values are made, or gone through one by one, at a token; 0 where that cannot be told."""
    after = [one.key for one in found[index + 1 : index + 3]]
    if found[index].key == "RANGE" and after[:1] == ["("]:
        return _count_range(found, index + 2, sizes)
    if found[index].key == "IN" and after[1:] in (["|"], ["WHERE"]):
        return max(0, sizes.get(_get_name(found[index + 1]), 0))
    return 0


def _get_name(token: Token) -> str:
    return f"${token.text}" if token.kind == "parameter" else token.text if token.is_name else ""


def _count_range(found: Sequence[Token], start: int, sizes: Mapping[str, int]) -> int:
    """Return how many values a range() has whose arguments begin at a token; 0 where that cannot be told."""
    numbers: list[int] = []
    at = start
    while at < len(found) and len(numbers) < 3:
        sign = -1 if found[at].key == "-" else 1
        at += found[at].key == "-"
        value = _find_number(found[at], sizes) if at < len(found) else None
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


def _find_number(token: Token, sizes: Mapping[str, int]) -> int | None:
    if token.kind != "number":
        return sizes.get(_get_name(token))
    try:
        return int(token.text, 0)
    except ValueError:
        number = float(token.text) if re.fullmatch(r"\d+[eE]\d{1,3}", token.text) else math.inf
        return int(number) if math.isfinite(number) else None


def check_growth(found: Sequence[Token]) -> None:
    """Refuse texts and lists that grow without measure: what doubles itself at each step of a reduce, or often."""
    doubled = [found[index - 1].text for index in range(len(found)) if _is_doubled(found, index)]
    sums = {name for index, token in enumerate(found) if token.key == "REDUCE" for name in _find_sum(found, index)}
    if len(doubled) > MAX_DOUBLINGS or not sums.isdisjoint(doubled):
        raise QueryRefused(
            "what is added to itself time and again outgrows the memory of any server: add each part once, "
            "or ask for the parts"
        )


def _is_doubled(found: Sequence[Token], plus: int) -> bool:
    """Say whether a sign adds a name to itself: `s + s`, and not `a.s + s` or `s + s.a`."""
    if found[plus].key != "+" or not 1 <= plus < len(found) - 1:
        return False
    one, other = found[plus - 1], found[plus + 1]
    before, after = (found[at].key if 0 <= at < len(found) else "" for at in (plus - 2, plus + 2))
    return one.is_name and other.is_name and one.text == other.text and not {before, after} & _PART


def _find_sum(found: Sequence[Token], index: int) -> Iterator[str]:
    """Yield the name of what a reduce() adds up, unless it begins as a number."""
    name, equals, begin = ((*found, *[Token("symbol", "")] * 4)[index + step] for step in (2, 3, 4))
    if name.is_name and equals.key == "=" and begin.kind != "number":
        yield name.text


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

    >>> [_can_backtrack(one) for one in ("(?i).*cloud.*", "(a+)+", "(a|b)*c", "[a-z]+", "(a?){30}", "clouds?")]
    [False, True, True, False, True, False]
    """
    plain = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "x", pattern)
    groups: list[bool] = []
    position = repeats = optional = 0
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
        elif character == "|" or (character == "?" and plain[position - 1 : position] not in _BEFORE_MODE):
            groups[:] = [True] * len(groups)
            closed = False
            optional += character == "?"
            if optional > MAX_OPTIONAL:
                return True
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
