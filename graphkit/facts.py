"""Documents, entities and claims: frozen records, their ids, their dates. No input or output."""

from __future__ import annotations

import calendar
import datetime
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from graphkit.errors import InvalidValue
from graphkit.names import fold as fold  # for the rooms above, which match names of facts
from graphkit.ontology import CONFIDENCES

#: The open ends of time, as comparable ISO days.
BEGINNING, END = "0001-01-01", "9999-12-31"

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
#: What may follow the noun of a name such as "Buyers in China of ALX (unnamed)", and how a plural ends.
_AFTER_HEAD = re.compile(
    r" (?:of|in|on|at|by|for|from|near|behind|outside|to|with|and|that|which|who|said|told|used|approached)\b|[(,]"
)
_PLURAL = re.compile(r"(?:[^siu]s|men|people)\Z", re.IGNORECASE)
_SPLIT = re.compile(r"(?<=[.!?])\s+")


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A source. `published` is a partial ISO date; `published_basis` says from what it was inferred.

    `reliability` is an Admiralty letter, `reliability_basis` its reason; `seen` is the day on which somebody last
    looked at the address, `archive` the address of a kept copy.
    """

    id: str
    name: str
    publisher: str | None = None
    published: str | None = None
    published_basis: str | None = None
    language: str | None = None
    url: str | None = None
    reliability: str | None = None
    reliability_basis: str | None = None
    cites: str | None = None
    seen: str | None = None
    archive: str | None = None
    file: str | None = None


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node. `generic` marks one that stands for unnamed members."""

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    generic: bool = False
    note: str | None = None

    @property
    def plural(self) -> bool:
        """True for unnamed members whose name is a plural."""
        return self.generic and is_plural(self.name)


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One statement of one document.

    `locator` is the sentence it stands in ("11"), a passage of several ("11-13"), or empty when
    the place is not known. `chips`, `sites`, `regions` are its scope; `via` the intermediaries
    that its own document spells out. Claims of one `event` (a purchase told by three documents, with
    its denials) share its name: their values and quantities are one, never to be added up.
    A negated claim of `inability` says that somebody was not able to do or to find out: it denies nothing.
    Dates are partial ISO dates. `quote` is attached at load
    time and never stored in a fact base; `sentence_hash` checks it.
    """

    id: str
    document: str
    subject: str
    relation: str
    object: str
    status: str
    confidence: str
    summary: str
    locator: str = ""
    attribution: str | None = None
    since: str | None = None
    until: str | None = None
    due: str | None = None
    chips: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    implied: bool = False
    quantity: str | None = None
    unit: str | None = None
    value: str | None = None
    currency: str | None = None
    share: float | None = None
    owner: str | None = None
    purpose: str | None = None
    licence: str | None = None
    licence_by: str | None = None
    part: str | None = None
    event: str | None = None
    transit: tuple[str, ...] = ()
    stage: str | None = None
    against: str | None = None
    delivery: str | None = None
    inability: bool = False
    observed: str | None = None
    note: str | None = None
    quote: str | None = None
    sentence_hash: str | None = None
    factbase: str | None = None

    @property
    def probability(self) -> float:
        return CONFIDENCES[self.confidence]


def make_claim_id(
    document: str,
    locator: str,
    subject: str,
    relation: str,
    object_: str,
    status: str,
    chips: Iterable[str] = (),
    sites: Iterable[str] = (),
    regions: Iterable[str] = (),
) -> str:
    """Return the 16 hex digits that name a claim: what it says and where, not how it is worded.

    >>> make_claim_id("d", "1", "a", "OWNS", "b", "done") == make_claim_id("d", "1", "a", "OWNS", "b", "done")
    True
    """
    scope = ["\x1e".join(sorted(set(part))) if part else "" for part in (chips, sites, regions)]
    text = "\x1f".join([document, locator, subject, relation, object_, status, *scope])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def find_origin(claim: Claim, document: Document) -> str:
    """Return who is behind a claim: its attribution, else the report that its document cites, else its publisher.

    The document itself where it has none of them. An attribution that names the report which the document cites
    is that report, so that "internal sources via The Information" and "The Information" are one origin; one that
    differs from the publisher by an article alone is the publisher.
    """
    if claim.attribution:
        for one in (document.cites, document.publisher):
            if one and fold_origin(one) == fold_origin(claim.attribution):
                return one
        if document.cites and f" {fold(document.cites)} " in f" {_split_words(claim.attribution)} ":
            return document.cites
        return claim.attribution
    return document.cites or document.publisher or document.id


_ARTICLE = re.compile(r"(?:(?:the|les?|la) |l['’] ?)(?=\w)")


@lru_cache(maxsize=1 << 12)
def fold_origin(origin: str) -> str:
    """Return the name by which origins are compared: an article before it makes no other origin.

    >>> fold_origin("Les Échos") == fold_origin("Échos"), fold_origin("The Register"), fold_origin("Lesotho Times")
    (True, 'register', 'lesotho times')
    """
    folded = fold(origin)
    return _ARTICLE.sub("", folded, count=1) if _ARTICLE.match(folded) else folded


def unite_origins(origins: Iterable[str]) -> list[str]:
    """Return origins, each once, as it was first written.

    >>> unite_origins(["Les Échos", "Reuters", "Échos"])
    ['Les Échos', 'Reuters']
    """
    found: dict[str, str] = {}
    for one in origins:
        found.setdefault(fold_origin(one), one)
    return list(found.values())


def _split_words(text: str) -> str:
    """Return a text's folded words, without the signs around them."""
    return " ".join(word.strip(".,;:()\"'") for word in fold(text).split())


def split_sentences(text: str) -> list[str]:
    """Split a document's text into its sentences, counted from 0, as locators count them.

    >>> split_sentences("Title\\n\\nOne. Two?\\n")
    ['Title', 'One.', 'Two?']
    """
    return [part for line in text.splitlines() if line.strip() for part in _SPLIT.split(line.strip())]


def hash_sentence(sentence: str) -> str:
    """Return the 16 hex digits that check a quotation."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:16]


@lru_cache(maxsize=1 << 16)
def parse_locator(locator: str) -> tuple[int, int] | None:
    """Return the first and last sentence that a locator names; None where it names none.

    >>> parse_locator("11"), parse_locator("11-13"), parse_locator("")
    ((11, 11), (11, 13), None)
    """
    first, _, last = locator.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        return None
    return int(first), int(last or first)


def is_plural(name: str) -> bool:
    """Say whether the name of unnamed members is a plural: a verb that follows agrees with it.

    >>> is_plural("Resellers of H100 chips (unnamed)"), is_plural("Customer for H20 chips outside China (unnamed)")
    (True, False)
    """
    head = _AFTER_HEAD.split(name, maxsplit=1)[0].strip(" ,")
    return bool(_PLURAL.search(head))


def phrase_date(date: str) -> str:
    """Return a partial ISO date as it stands in a sentence.

    >>> phrase_date("2024-06-06"), phrase_date("2024-06"), phrase_date("2024")
    ('on 2024-06-06', 'in 2024-06', 'in 2024')
    """
    return f"{'on' if len(date) == len('2024-06-06') else 'in'} {date}"


@lru_cache(maxsize=1 << 16)
def get_earliest_day(date: str) -> str:
    """Return the first day that a partial ISO date may mean.

    >>> get_earliest_day("2024"), get_earliest_day("2024-06"), get_earliest_day("2024-06-05")
    ('2024-01-01', '2024-06-01', '2024-06-05')
    """
    year, month, day = _split_date(date)
    return f"{year:04}-{month or 1:02}-{day or 1:02}"


@lru_cache(maxsize=1 << 16)
def get_latest_day(date: str) -> str:
    """Return the last day that a partial ISO date may mean.

    >>> get_latest_day("2024"), get_latest_day("2024-02"), get_latest_day("2024-06-05")
    ('2024-12-31', '2024-02-29', '2024-06-05')
    """
    year, month, day = _split_date(date)
    month = month or 12
    return f"{year:04}-{month:02}-{day or calendar.monthrange(year, month)[1]:02}"


@lru_cache(maxsize=1 << 16)
def find_day_before(day: str) -> str:
    """Return the ISO day before another."""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()


@lru_cache(maxsize=1 << 16)
def find_next_day(day: str) -> str:
    """Return the ISO day after another."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(1)).isoformat()


def _split_date(date: str) -> tuple[int, int | None, int | None]:
    match = _PARTIAL_DATE.match(date)
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        month_fits = bool(year) and (month is None or 1 <= month <= 12)
        if month_fits and (day is None or 1 <= day <= calendar.monthrange(year or 1, month or 1)[1]):
            return year or 1, month, day
    raise InvalidValue(f"{date!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
