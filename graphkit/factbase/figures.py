"""Numbers and dates in cells, as people and spreadsheets of any country write them: read where they can be told."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from graphkit.errors import InvalidValue
from graphkit.facts import get_earliest_day

_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*\Z")
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?\Z", re.ASCII)
#: Groups of three digits, all divided alike by a point, a comma, a space or an apostrophe.
_GROUPED = re.compile(r"(-?[1-9]\d{0,2})((?:([.,' ])\d{3})(?:\3\d{3})*)(?:(?!\3)([.,])(\d+))?\Z", re.ASCII)
_DECIMAL = re.compile(r"(-?\d+),(\d+)\Z", re.ASCII)
_SCIENTIFIC = re.compile(r"-?[\d.,]+e[+-]?\d+\Z", re.ASCII | re.IGNORECASE)
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " ") | {"\u2019": "'", "\u2212": "-"})
_AMOUNT = re.compile(r"(>=|<=|>|<|~|≥|≤|≈)?\s*(.+)\Z", re.DOTALL)
_BOUND = {"≥": ">=", "≤": "<=", "≈": "~"}
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\Z", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\Z", re.ASCII)

WRITE_DATE = "write YYYY, YYYY-MM or YYYY-MM-DD"


def read_number(cell: str, most: float | None = None) -> str:
    """Return a number as plain digits with a point. Raises InvalidValue: what is wrong, and after `; ` the mend.

    Nothing above `most` is meant, which tells some that could be either.

    >>> read_number("1.234,5"), read_number("0,25"), read_number("12.5"), read_number("33,333", most=100)
    ('1234.5', '0.25', '12.5', '33.333')
    """
    text = cell.translate(_SPACES).strip()
    grouped = _GROUPED.match(text)
    if grouped and not (grouped[3] in ".," and grouped[4] is None and grouped[2].count(grouped[3]) == 1):
        whole = grouped[1] + grouped[2].replace(grouped[3], "")
        return f"{whole}.{grouped[5]}" if grouped[5] else whole
    if grouped:
        whole, decimal = grouped[1] + grouped[2][1:], f"{grouped[1]}.{grouped[2][1:]}"
        if most is not None and abs(float(whole)) > most:
            return decimal
        raise InvalidValue(f"is {whole} to some readers and {decimal} to others; write {whole} or {decimal}0")
    if _PLAIN.match(text):
        return text
    if divided := _DECIMAL.match(text):
        return f"{divided[1]}.{divided[2]}"
    if _SCIENTIFIC.match(text):
        raise InvalidValue(
            "is a number that the spreadsheet has cut short; format the column as number, and fill it anew"
        )
    raise InvalidValue("is not a number; write digits, such as 1500 or 12.5")


def read_amount(cell: str) -> str:
    """Return a number that may be about so much, more or less, as `~36000` or `>1500`. Raises InvalidValue.

    >>> read_amount("> 1 500"), read_amount("~36000"), read_amount("≥11")
    ('>1500', '~36000', '>=11')
    """
    found = _AMOUNT.match(cell)
    if found is None:
        raise InvalidValue("is not a number; write digits, such as 1500 or 12.5")
    sign = found[1] or ""
    number = read_number(found[2])
    if number.startswith("-"):
        raise InvalidValue("is less than nothing; write a positive number")
    return _BOUND.get(sign, sign) + number


@cache
def is_web_address(text: str) -> bool:
    """Return True for an address that begins with http:// or https:// and a host, and holds no space."""
    return bool(_WEB_ADDRESS.match(text))


def is_date(text: str) -> bool:
    """Say whether a text is a partial ISO date."""
    try:
        get_earliest_day(text)
    except InvalidValue:
        return False
    return True


def mend_date(cell: str) -> str:
    """Return how to mend a date: the one that a spreadsheet meant, or both that it may have meant.

    >>> mend_date("13/04/2025"), mend_date("03/04/2025")
    ('write 2025-04-13', 'write 2025-03-04 or 2025-04-03, whichever is meant')
    """
    if found := _YEAR_FIRST.match(cell):
        meant = [f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"]
    elif (found := _DAY_FIRST.match(cell)) and len(found[4]) == 4:
        one, other = int(found[1]), int(found[3])
        meant = [f"{found[4]}-{one:02}-{other:02}", f"{found[4]}-{other:02}-{one:02}"]
    else:
        return WRITE_DATE
    dates = sorted({date for date in meant if is_date(date)})
    if not dates:
        return WRITE_DATE
    return f"write {' or '.join(dates)}{', whichever is meant' if len(dates) > 1 else ''}"


@cache
def read_currencies() -> frozenset[str]:
    """Return the codes of ISO 4217, from the file beside this one."""
    lines = Path(__file__).with_name("currencies.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
