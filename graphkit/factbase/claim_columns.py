"""The columns of claim files: how each is read, and what the cells of a row say of each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from sys import intern
from typing import Any

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase.figures import is_date, mend_date, read_amount, read_currencies, read_number
from graphkit.factbase.files import quote_value
from graphkit.facts import get_earliest_day, get_latest_day
from graphkit.names import Spellings, fold
from graphkit.ontology import AGAINST, CONFIDENCES, DELIVERIES, LICENCES, RELATIONS, STAGES, STATUSES

_SENTENCE = re.compile(r"(0|[1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?\Z")
_EVENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_HASH = re.compile(r"[0-9a-f]{16}\Z")
_MAX_HINTS = 25


class Names:
    """The ids that claims may use, with their kinds, and help for ids that nobody declares.

    A kind of None belongs to an entity whose own row is faulty: nothing more is said of it.
    `complete` is False when a file of entities could not be read to its end.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, str | None] = {}
        #: the id behind a folded id, name or alias, within a kind
        self.ids: dict[tuple[str, str], str] = {}
        self.complete = True
        self._hints = 0
        self._spellings: Spellings | None = None

    def hint(self, wanted: str) -> str:
        """Say how to mend an id that is not known; near names are looked up for the first few only."""
        self._hints += 1
        if self._hints > _MAX_HINTS:
            return "declare it in entities.csv"
        word = fold(wanted)
        found = [id_ for (_, known), id_ in self.ids.items() if known == word]
        if not found:
            if self._spellings is None:
                self._spellings = Spellings((id_, (known.replace("-", " "),)) for (_, known), id_ in self.ids.items())
            found = [one.partition(" (")[0] for one in self._spellings.find_near(wanted.replace("-", " "), 1)]
        return f"write {found[0]}, or declare the entity" if found else "declare it in entities.csv"


# how a cell is read ------------------------------------------------------------------------


class InvalidCell(Exception):
    """A cell or row that does not fit: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str, others: tuple[InvalidCell, ...] = ()) -> None:
        super().__init__(what)
        self.what, self.mend, self.others = what, mend, others


def read_plain_text(name: str, cell: str, names: Names) -> str:
    """Return a cell as it stands."""
    return cell


def _read_word(name: str, cell: str, names: Names) -> str:
    return intern(cell)


def _read_date(name: str, cell: str, names: Names) -> str:
    if not is_date(cell):
        raise InvalidCell(f"{name} {quote_value(cell)} is not a date", mend_date(cell))
    return intern(cell)


def _read_amount(name: str, cell: str, names: Names) -> str:
    try:
        return read_amount(cell)
    except InvalidValue as error:
        what, _, mend = str(error).partition("; ")
        raise InvalidCell(f"{name} {quote_value(cell)} {what}", mend) from None


def _read_currency(name: str, cell: str, names: Names) -> str:
    if cell not in read_currencies():
        code = cell.upper()
        mend = f"write {code}" if code in read_currencies() else "write its three letters, such as USD"
        raise InvalidCell(f"currency {quote_value(cell)} is no code of ISO 4217", mend)
    return intern(cell)


def _read_share(name: str, cell: str, names: Names) -> float:
    try:
        share = float(read_number(cell.removesuffix("%").strip(), most=100))
    except InvalidValue:
        share = -1.0
    if not 0 <= share <= 100 or len(cell) > 15:
        raise InvalidCell(
            f"share {quote_value(cell)} is not within 0 to 100", "write the per cent as a number, such as 12.5"
        )
    return share


def _read_sentence(name: str, cell: str, names: Names) -> str:
    match = _SENTENCE.match(cell)
    if match and (match[2] is None or int(match[1]) < int(match[2])):
        return intern(cell)
    what = f"the sentence {quote_value(cell)} is neither a number nor a passage"
    raise InvalidCell(what, "write 11, or 11-13 for a passage, counted from 0")


def _read_hash(name: str, cell: str, names: Names) -> str:
    if not _HASH.match(cell):
        raise InvalidCell(
            f"sentence_hash {quote_value(cell)} is not 16 hex digits", "take it from the document's text"
        )
    return cell


def _read_event(name: str, cell: str, names: Names) -> str:
    if not _EVENT.match(cell):
        raise InvalidCell(f"the event {quote_value(cell)} is no name", "write small letters, digits and hyphens")
    return intern(cell)


Read = Callable[[str, str, Names], Any]


def _make_word_reader(allowed: Collection[str], *, upper: bool = False) -> Read:
    """Return what reads a cell that holds one of some words."""

    def read(name: str, cell: str, names: Names) -> str:
        if cell in allowed:
            return intern(cell)
        from difflib import get_close_matches

        near = get_close_matches(cell[:60].upper() if upper else cell[:60].lower(), allowed, 1)
        raise InvalidCell(
            f"unknown {name} {quote_value(cell)}", f"write {near[0] if near else 'one of ' + ', '.join(allowed)}"
        )

    return read


def _read_flag(name: str, cell: str, names: Names) -> bool:
    _make_word_reader(("yes",))(name, cell, names)
    return True


def _read_entity(name: str, cell: str, names: Names) -> str:
    """Return the id of an entity; one that is missing is told with the relation's kinds."""
    return intern(cell)


def _make_id_reader(*kinds: str, single: bool = False) -> Read:
    """Return what reads the ids of entities of some kinds, separated by `;`."""

    def read(name: str, cell: str, names: Names) -> tuple[str, ...] | str | None:
        if cell[0] in "[(" or cell[-1] in ")]":
            raise InvalidCell(
                f"{name} {quote_value(cell)} is a list as Python writes it", "write the ids alone, separated by ;"
            )
        ids = tuple(dict.fromkeys(intern(id_.strip()) for id_ in cell.split(";") if id_.strip()))
        unfit: list[InvalidCell] = []
        for id_ in ids:
            try:
                kind = find_kind(name, id_, names)
            except InvalidCell as fault:
                unfit.append(fault)
                continue
            if kind is not None and kind not in kinds:
                mend = f"name a {' or a '.join(sorted(kinds))} there"
                unfit.append(InvalidCell(f"{name} {quote_value(id_)} is a {kind}", mend))
        if single and len(ids) > 1:
            unfit.append(
                InvalidCell(f"{name!r} names several, not one", "name one, and write a claim for each other")
            )
        if unfit:
            raise InvalidCell(unfit[0].what, unfit[0].mend, tuple(unfit[1:]))
        return (ids[0] if ids else None) if single else ids

    return read


def find_kind(name: str, id_: str, names: Names) -> str | None:
    """Return the kind behind an id, None where that is not known. Raises InvalidCell for an unknown id."""
    if id_ not in names.kinds and names.complete:
        raise InvalidCell(f"{name} {quote_value(id_)} is no known entity", names.hint(id_))
    return names.kinds.get(id_)


class ClaimColumn(msgspec.Struct, frozen=True):
    """A column of claim files: its name, how a cell that is filled is read, and the field of Claim that it fills.

    `required` ones stand in every file; `filled`, in each of their rows, says what to write into an empty cell.
    Values of a column that is not `many` are kept, since they come again and again.
    """

    name: str
    read: Read = read_plain_text
    field: str = ""
    required: bool = False
    filled: str = ""
    many: bool = False


#: Every column of claims: add one here, and the field to Claim in graphkit/facts.py.
COLUMNS = (
    ClaimColumn("subject", _read_entity, required=True, filled="write the id of an entity"),
    ClaimColumn(
        "relation",
        _make_word_reader(RELATIONS, upper=True),
        required=True,
        filled=f"write one of {', '.join(RELATIONS)}",
    ),
    ClaimColumn("object", _read_entity, required=True, filled="write the id of an entity"),
    ClaimColumn("status", _make_word_reader(STATUSES), required=True, filled=f"write one of {', '.join(STATUSES)}"),
    ClaimColumn(
        "confidence", _make_word_reader(CONFIDENCES), required=True, filled=f"write one of {', '.join(CONFIDENCES)}"
    ),
    ClaimColumn("attribution", _read_word, required=True),
    ClaimColumn("sentence", _read_sentence, "locator", required=True),
    ClaimColumn("summary", required=True, filled="say in a sentence of your own what the document says", many=True),
    ClaimColumn("since", _read_date),
    ClaimColumn("until", _read_date),
    ClaimColumn("due", _read_date),
    ClaimColumn("chips", _make_id_reader("Chip")),
    ClaimColumn("sites", _make_id_reader("Datacenter")),
    ClaimColumn("regions", _make_id_reader("Region")),
    ClaimColumn("via", _make_id_reader("Company", "Datacenter")),
    ClaimColumn("implied", _read_flag),
    ClaimColumn("quantity", _read_amount),
    ClaimColumn("unit", _read_word),
    ClaimColumn("value", _read_amount),
    ClaimColumn("currency", _read_currency),
    ClaimColumn("share", _read_share),
    ClaimColumn("owner", _make_id_reader("Company", single=True)),
    ClaimColumn("purpose", _read_word),
    ClaimColumn("licence", _make_word_reader(LICENCES)),
    ClaimColumn("licence_by", _make_id_reader("Agency", "Region", single=True)),
    ClaimColumn("part", _read_word),
    ClaimColumn("event", _read_event),
    ClaimColumn("transit", _make_id_reader("Region")),
    ClaimColumn("stage", _make_word_reader(STAGES)),
    ClaimColumn("against", _make_word_reader(AGAINST)),
    ClaimColumn("delivery", _make_word_reader(DELIVERIES)),
    ClaimColumn("inability", _read_flag),
    ClaimColumn("observed", _read_date),
    ClaimColumn("note", many=True),
    ClaimColumn("sentence_hash", _read_hash, many=True),
)
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
OPTIONAL = tuple(column.name for column in COLUMNS if not column.required)


# what the cells of a row say of each other -------------------------------------------------

Cells = Mapping[str, Any]


def _check_law(cells: Cells) -> None:
    known = RELATIONS.get(cells.get("relation", ""))
    if known and known.group != "law" and cells.get("status") == "proposed":
        what = f"status 'proposed' is for law only, not for {cells['relation']}"
        raise InvalidCell(what, "write planned or considered")


def _check_span(cells: Cells) -> None:
    since, until = cells.get("since"), cells.get("until")
    if since and until and get_earliest_day(since) > get_latest_day(until):
        raise InvalidCell(f"since {since} is after until {until}", "exchange or mend them")


def _check_control(cells: Cells) -> None:
    if cells.get("relation") == "OWNS" and cells.get("share", 100.0) < 50:
        raise InvalidCell(f"OWNS with a share of {cells['share']:g} %", "below 50 % write INVESTS_IN")


def _check_inability(cells: Cells) -> None:
    if cells.get("inability") and cells.get("status") != "negated":
        what = f"inability is for status negated, not for {cells.get('status')}"
        raise InvalidCell(what, "write negated, or leave inability empty")


#: Checks of a row, each with the columns that it looks at; a column that a file lacks leaves its checks out.
ROW_CHECKS: tuple[tuple[frozenset[str], Callable[[Cells], None]], ...] = (
    (frozenset({"relation", "status"}), _check_law),
    (frozenset({"since", "until"}), _check_span),
    (frozenset({"relation", "share"}), _check_control),
    (frozenset({"status", "inability"}), _check_inability),
)
