"""Dates, amounts and counts as articles write them, in French and English.

A date is as exact as its words: "in August" is a month, "in 2025" a year. What is said relative to the day of
publication ("last year", "mardi") is worked out from it, and left out where that day is not known.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from graphkit.reading.lexicon import read_quantity_words
from graphkit.reading.sentences import even_text

_WORDS = read_quantity_words()
MONTHS = {word: number for number, words in enumerate(_WORDS.months, 1) for word in words.split()}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAYS = {word: number for number, words in enumerate(_WORDS.weekdays) for word in words.split()}
_DATE = re.compile(
    rf"\b(?P<iso>(?:19|20)\d\d-\d\d(?:-\d\d)?)\b"
    rf"|\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d\d)\b"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)\b"
    rf"|\b(?P<month3>{_MONTH})\.?,?\s+(?:of\s+)?(?P<year3>(?:19|20)\d\d)\b"
    rf"|\b(?P<year4>(?:19|20)\d\d)\b(?!\s*(?:puces|chips|gpu|serveurs|servers|%))"
    rf"|\b(?:in|en|since|depuis|fin|debut|late|early|by|last)\s+(?P<month5>{_MONTH})\b(?!\s+\d)"
    rf"|\b(?P<month6>{_MONTH})\.?\s+(?P<day6>\d{{1,2}})(?:st|nd|rd|th)?\b(?![,.]?\d)"
    rf"|\b(?P<day7>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<month7>{_MONTH})\b"
    rf"|\b(?P<before>next )?(?P<weekday>{'|'.join(DAYS)})\b(?P<after> prochain)?"
    rf"(?!,?\s+(?:le\s+)?(?:\d|(?:{_MONTH})\b))"
    r"|\b(?P<last>last year|l'an dernier|l'annee derniere|l'an passe)\b"
    r"|\b(?P<next>next year|l'an prochain|l'annee prochaine)\b"
    r"|\b(?P<this>this year|cette annee)\b"
)
#: A day that tells when something was said is no day of what was said: "reported on Tuesday", "a révélé mardi".
_SAYING = rf"(?:{_WORDS.saying})"
_SAID_BEFORE = re.compile(rf"\b{_SAYING}(?: \w+){{0,3}}?,? (?:on |late |early |ce )*$")
_SAID_AFTER = re.compile(rf"^,?(?: \w+)? {_SAYING}\b")
_DATELINE = re.compile(r"(?: \([^)]{2,30}\))? -{1,2} ")
_ROLE = {
    "due": re.compile(
        r"(?:d'ici(?: a)?(?: la)?(?: fin| debut)?|avant(?: la)?(?: fin)?"
        r"|by(?: the)?(?: end of| late| early)?|before|until the end of)\s*$"
    ),
    "since": re.compile(
        r"(?:depuis(?: le| la fin de| debut| fin)?|a partir d[eu']|entre"
        r"|since(?: late| early)?|as of|from|starting(?: in)?|between)\s*$"
    ),
    "until": re.compile(r"(?:jusqu'(?:en|au|a)(?: fin)?|until|through)\s*$"),
}
_SPAN_LINK = re.compile(r"^\s*(?:et|and|a|au|to|-)\s*$")
_NUMBER = r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_SCALE = {"thousand": 3, "mille": 3, "k": 3, "million": 6, "millions": 6, "m": 6, "mn": 6, "milliard": 9,
          "milliards": 9, "billion": 9, "billions": 9, "bn": 9, "b": 9, "mds": 9, "trillion": 12}  # fmt: skip
_SCALES = r"thousand|millions?|milliards?|billions?|mille|trillion|bn|mn|mds|[kmb](?![a-z])"
_CURRENCY = "|".join(f"(?P<{{side}}{code}>{words})" for code, words in _WORDS.currencies.items())
_MONEY = re.compile(
    rf"(?:{_CURRENCY.format(side='a')})\s?(?P<n1>{_NUMBER})\s*(?:-?\s*(?P<s1>{_SCALES}))?"
    rf"|(?P<n2>{_NUMBER})\s*(?P<s2>{_SCALES})?\s*(?:de |d')?(?:{_CURRENCY.format(side='b')})(?![a-z])"
)
_ABOUT = (
    (">=", re.compile(r"(?:au moins|pas moins de|at least|no less than|minimum)\s*$")),
    ("<=", re.compile(r"(?:au plus|jusqu'a|up to|at most)\s*$")),
    (">", re.compile(r"(?:plus de|more than|over|above)\s*$")),
    ("<", re.compile(r"(?:moins de|less than|fewer than|under)\s*$")),
    ("~", re.compile(r"(?:environ|quelque|pres de|about|around|roughly|some|nearly|almost|approximately)\s*$")),
)
_SHARE = re.compile(r"(?P<n>\d{1,3}(?:[.,]\d+)?)\s*(?:%|pour cent|percent|per cent)")
_COUNTED = (
    rf"(?P<n>{_NUMBER})\s*(?P<s>{_SCALES})?\s+(?:of |de |d')?(?:\w+['’]s\s+|the |its |ses )?(?:[\w-]+\s+){{0,3}}?"
)
_COUNT = re.compile(rf"{_COUNTED}$")
#: Between what is counted and the chips in it: "500 servers, each with eight", but not "500 servers and" more.
_WITHIN = (
    r"(?:,\s+(?=each|with|fitted|equip|hold|chacun|avec|dote)|\s+)(?!\d)"
    r"(?:(?!(?:and|or|plus|for|et|ou|pour)\b)[\w'’-]+\s+){0,6}?$"
)


def find_dates(text: str, published: str | None) -> list[tuple[int, int, str, str]]:
    """Return the dates in a text: start, end, role (`since`, `until`, `due` or empty) and partial ISO date.

    >>> find_dates("livré mardi", "2024-06-06"), find_dates("a indiqué mardi", "2024-06-06")
    ([(6, 11, '', '2024-06-04')], [])
    >>> find_dates("d'ici 2025", None), find_dates("en août", "2024-06-05"), find_dates("in August", None)
    ([(6, 10, 'due', '2025')], [(0, 7, '', '2023-08')], [])
    """
    words = even_text(text)
    found: list[tuple[int, int, str, str]] = []
    for match in _DATE.finditer(words):
        date = _make_date(match, published)
        if date is None:
            continue
        before = words[: match.start()]
        if match["weekday"] and (_SAID_BEFORE.search(before) or _SAID_AFTER.search(words[match.end() :])):
            continue
        if match.start() < 40 and _DATELINE.match(words[match.end() :]):
            continue
        if match["month6"] and not text[match.start("month6")].isupper():
            continue  # "may 12" is no day in May
        role = next((name for name, cue in _ROLE.items() if cue.search(before)), "")
        word = match[0].split()[0]
        if word in ("since", "depuis"):
            role = "since"
        elif word == "by":
            role = "due"
        if found and found[-1][2] == "since" and _SPAN_LINK.match(words[found[-1][1] : match.start()]):
            role = "until"
        found.append((match.start(), match.end(), role, date))
    return found


def _make_date(match: re.Match[str], published: str | None) -> str | None:
    part = match.groupdict()
    if part["iso"]:
        return _is_valid(part["iso"])
    year = part["year"] or part["year2"] or part["year3"] or part["year4"]
    month = part["month"] or part["month2"] or part["month3"]
    day = part["day"] or part["day2"]
    if year:
        text = year
        if month:
            text += f"-{MONTHS[month]:02}"
            if day:
                text += f"-{int(day):02}"
        return _is_valid(text) or _is_valid(text[:7])
    if not published:
        return None
    if part["weekday"]:
        day = find_weekday(part["weekday"], published)
        if day and (part["before"] or part["after"]):
            return (datetime.date.fromisoformat(day) + datetime.timedelta(days=7)).isoformat()
        return day
    at = int(published[:4])
    if number := MONTHS.get(part["month6"] or part["month7"] or ""):
        day_of = f"{number:02}-{int(part['day6'] or part['day7']):02}"
        later = len(published) == 10 and day_of > published[5:]
        return _is_valid(f"{at - later}-{day_of}")
    if part["month5"]:
        number = MONTHS[part["month5"]]
        if len(published) < 7:
            return None
        ahead = match[0].startswith("by")
        now = int(published[5:7])
        return f"{at + (ahead and number < now) - (not ahead and number > now)}-{number:02}"
    return str(at + (1 if part["next"] else -1 if part["last"] else 0))


def _is_valid(text: str) -> str | None:
    from graphkit.errors import InvalidValue
    from graphkit.facts import get_earliest_day

    try:
        get_earliest_day(text)
    except InvalidValue:
        return None
    return text


def find_weekday(word: str, published: str | None) -> str | None:
    """Return the last day of that name up to the day of publication.

    >>> find_weekday("mardi", "2024-06-06")
    '2024-06-04'
    """
    if not published or len(published) < 10 or word not in DAYS:
        return None
    day = datetime.date.fromisoformat(published)
    return (day - datetime.timedelta(days=(day.weekday() - DAYS[word]) % 7)).isoformat()


def read_number(text: str, scale: str | None = None) -> str:
    """Return a number as digits, in either language's way of writing it.

    >>> read_number("4 000"), read_number("1.2", "billion"), read_number("7", "milliards")
    ('4000', '1200000000', '7000000000')
    """
    whole = re.sub(r"[\s\u00a0\u202f]", "", text)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", whole):
        whole, decimals = re.sub(r"[.,]", "", whole), ""
    else:
        whole, _, decimals = (
            whole.replace(",", ".").rpartition(".") if re.search(r"[.,]\d+$", whole) else (whole, "", "")
        )
        whole = re.sub(r"\D", "", whole)
    shift = _SCALE.get(scale or "", 0)
    digits = whole + decimals[:shift].ljust(shift, "0")
    rest = decimals[shift:].rstrip("0")
    return (digits.lstrip("0") or "0") + (f".{rest}" if rest else "")


def _find_approximation(before: str) -> str:
    return next((sign for sign, cue in _ABOUT if cue.search(before)), "")


def find_money(text: str) -> tuple[str, str] | None:
    """Return the first amount of money in a text and its ISO 4217 code.

    >>> find_money("pas moins de 3 milliards de dollars"), find_money("$1.2 billion")
    (('>=3000000000', 'USD'), ('1200000000', 'USD'))
    """
    words = even_text(text)
    match = _MONEY.search(words)
    if match is None:
        return None
    code = next(name[1:] for name, value in match.groupdict().items() if value and name[0] in "ab" and len(name) == 4)
    number = read_number(match["n1"] or match["n2"], match["s1"] or match["s2"])
    return _find_approximation(words[: match.start()]) + number, code


def find_share(text: str) -> str | None:
    """Return the first percentage in a text, as claims write it.

    >>> find_share("détient 12,5 % du capital")
    '12.5'
    """
    match = _SHARE.search(even_text(text))
    return match["n"].replace(",", ".") if match else None


def find_count(before: str, after: str = "", units: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """Return the count that stands before a chip's name, and what it counts: chips, or what holds them.

    `units` are the names of such holders, each with the pattern of its words. How many chips one of them holds is
    not multiplied.

    >>> find_count("l'achat de 4 000 puces "), find_count("about 5,000 "), find_count("in 2024, ")
    (('4000', 'chips'), ('~5000', 'chips'), None)
    >>> units = {"servers": "servers?|serveurs?"}
    >>> find_count("500 servers with 8 ", " chips", units), find_count("500 ", " servers", units)
    (('500', 'servers'), ('500', 'servers'))
    """
    words = even_text(before)
    for match, unit in _find_counts(before, after, units or {}):
        ahead = words[: match.start()]
        if re.search(r"[$€£]\s?$", ahead):
            continue
        if re.fullmatch(r"(?:19|20)\d\d", match["n"]) and re.search(r"(?:in|en|by|since|depuis|of|d'ici) $", ahead):
            continue
        return _find_approximation(ahead) + read_number(match["n"], match["s"]), unit
    return None


def _find_counts(before: str, after: str, units: Mapping[str, str]) -> Iterator[tuple[re.Match[str], str]]:
    """Iterate over the numbers before a chip's name with what each may count; holders of chips come first."""
    words = even_text(before)
    for unit, noun in units.items():
        held = _compile_held(noun).search(words)
        if held and before[slice(*held.span("noun"))].islower():  # not the Systems of a company's name
            yield held, unit
    if match := _COUNT.search(words):
        follow = even_text(after)
        called = (unit for unit, noun in units.items() if re.match(_CALLED.format(noun), follow))
        yield match, next(called, "chips")


#: What follows a chip's name where the chip says of which kind the servers are: "500 H100 servers".
_CALLED = r"(?:\s+(?:gpu|ai|ia))?[\s-]+(?:{})\b(?!\s+(?:chips?|gpus?|puces?)\b)"


@lru_cache
def _compile_held(noun: str) -> re.Pattern[str]:
    return re.compile(rf"{_COUNTED}(?P<noun>{noun})\b{_WITHIN}")
