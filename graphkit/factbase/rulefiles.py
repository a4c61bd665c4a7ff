"""The rule files of a fact base: chips.csv, regions.csv, region_groups.csv, regulations.yaml and routes.yaml.

Each is read once, into the records of a rulebook and the entities that it declares. What the given folders lack is
taken from the fact base that ships with graphkit, row by row: their own rows win by id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase.content import find_shipped_seeds
from graphkit.factbase.figures import is_date, mend_date, read_number
from graphkit.factbase.files import Files, is_there, print_path, quote_value
from graphkit.factbase.tables import CsvTable, read_table
from graphkit.factbase.texts import REPLACED
from graphkit.factbase.yamlfile import YamlRecord, read_yaml
from graphkit.facts import get_earliest_day, get_latest_day
from graphkit.names import Spellings
from graphkit.rulebook import Chip, Membership, Region, Regulation, Route, Rulebook

FILES = ("chips.csv", "regions.csv", "region_groups.csv", "regulations.yaml", "routes.yaml")

_FIGURES = (
    "tpp",
    "tpp_below",
    "io_bidirectional_gb_s",
    "die_area_mm2",
    "performance_density",
    "memory_bandwidth_gb_s",
)
_TEXTS = ("vendor", "designed_in", "family", "announced", "confidence", "market", "note")
_GROUP_COLUMNS = ("from", "to", "from_rule", "to_rule", "settled", "source", "note")
_AT = re.compile(r" - at `\$?(.*)`\Z")
_FLAGS: dict[str, bool | None] = {"yes": True, "no": False, "": None}
_MAX_TEXT, _MAX_FIELDS = 300, 20
_Record = TypeVar("_Record", Regulation, Route)


class Declared(msgspec.Struct, frozen=True):
    """An entity that a row or record of a rule file declares. Where that is not `sound`, its fault has been told."""

    kind: str
    id: str
    name: str
    aliases: tuple[str, ...]
    file: str
    line: int
    sound: bool


class Member(msgspec.Struct, frozen=True):
    """A membership and where it stands."""

    membership: Membership
    file: str
    line: int


class RuleFiles:
    """The content of one folder's rule files, each read once; `complete` is False where one could not be read."""

    def __init__(self, folder: Path, files: Files, *, every: bool = False) -> None:
        """Read a folder's rule files; with `every`, one that is missing is a fault."""
        self.files, self.complete = files, True
        self.declared: list[Declared] = []
        self.chips: list[Chip] = []
        self.regions: list[Region] = []
        self.region_places: list[tuple[Region, str, int]] = []
        self.members: list[Member] = []
        self.regulations: list[tuple[Regulation, YamlRecord]] = []
        self.routes: list[tuple[Route, YamlRecord]] = []
        #: ids of all rules, of those that have faults too, so that these are not missed elsewhere
        self.rule_ids: set[str] = set()
        self.rule_ids_known = True
        for name, read in zip(
            FILES,
            (self._read_chips, self._read_regions, self._read_members, self._read_regulations, self._read_routes),
            strict=True,
        ):
            if every or is_there(folder / name):
                read(folder / name, folder)

    def _table(self, path: Path, folder: Path, required: Sequence[str], optional: Sequence[str]) -> CsvTable | None:
        table = read_table(path, folder, self.files, required, optional, others=True)
        if table is None or "id" in table.absent:
            self.complete = False
            return None
        return table

    def _read_chips(self, path: Path, folder: Path) -> None:
        columns = ("aliases", *_FIGURES, *_TEXTS, "data_centre", "sold", "estimated")
        table = self._table(path, folder, ("id", "name"), columns)
        if table is None:
            return
        for line, sound, (id_, name, *rest) in table.rows():
            cells = dict(zip(columns, rest, strict=True))
            aliases = split_cell(cells["aliases"])
            self.declared.append(Declared("Chip", id_, name, aliases, table.file, line, sound))
            if not (sound and id_ and name):
                continue
            _check_date(table, line, "announced", cells["announced"])
            fields: dict[str, object] = {text: cells[text] for text in _TEXTS if cells[text]}
            fields |= {figure: _read_figure(table, line, figure, cells[figure]) for figure in _FIGURES}
            fields |= {name: _read_flag(table, line, name, cells[name]) for name in ("data_centre", "sold")}
            fields |= {"aliases": aliases, "estimated": split_cell(cells["estimated"])}
            self.chips.append(msgspec.convert({"id": id_, "name": name, **fields}, Chip))
        self.complete &= table.whole

    def _read_regions(self, path: Path, folder: Path) -> None:
        table = self._table(path, folder, ("id", "name"), ("aliases", "iso2", "iso3", "article"))
        if table is None:
            return
        for line, sound, (id_, name, cell, iso2, iso3, article) in table.rows():
            aliases = split_cell(cell)
            # a country is found by its ISO codes too
            names = tuple(dict.fromkeys(filter(None, (*aliases, iso2, iso3))))
            self.declared.append(Declared("Region", id_, name, names, table.file, line, sound))
            if sound and id_ and name:
                takes_article = _read_flag(table, line, "article", article) is True
                region = Region(id_, name, aliases, iso2, iso3, takes_article)
                self.regions.append(region)
                self.region_places.append((region, table.file, line))
        self.complete &= table.whole

    def _read_members(self, path: Path, folder: Path) -> None:
        table = read_table(path, folder, self.files, ("region", "group"), _GROUP_COLUMNS, others=True)
        if table is None:
            return
        for line, sound, (region, group, *rest) in table.rows():
            first, last, from_rule, to_rule, settled, source, note = rest
            for name, cell in (("region", region), ("group", group)):
                if sound and not cell:
                    table.fault(line, f"the cell {name!r} is empty", "fill it")
            if not (sound and region and group):
                continue
            dates = [_check_date(table, line, "from", first), _check_date(table, line, "to", last)]
            if all(dates) and get_earliest_day(first) > get_latest_day(last):
                table.fault(line, f"from {first} is after to {last}", "exchange them")
            flag = _read_flag(table, line, "settled", settled)
            membership = Membership(
                region,
                group,
                first or None,
                last or None,
                from_rule or None,
                to_rule or None,
                flag is not False,
                source,
                note or None,
            )
            self.members.append(Member(membership, table.file, line))

    def _read_regulations(self, path: Path, folder: Path | None) -> None:
        records = read_yaml(path, folder, self.files)
        self.rule_ids_known = records is not None
        self.complete &= records is not None
        for record in records or ():
            data = record.data if isinstance(record.data, dict) else {}
            id_, name = data.get("id"), data.get("name")
            self.rule_ids.add(str(id_))
            regulation = convert_record(record, Regulation, self.files)
            if regulation is not None:
                self.regulations.append((regulation, record))
            self.complete &= (
                isinstance(record.data, dict) and isinstance(id_, str | None) and REPLACED not in (id_ or "")
            )
            if isinstance(id_, str) and isinstance(name, str | None):
                aliases = regulation.aliases if regulation else ()
                sound = regulation is not None
                self.declared.append(
                    Declared("Regulation", id_.lower(), name or "", aliases, record.file, record.line(), sound)
                )

    def _read_routes(self, path: Path, folder: Path) -> None:
        for record in read_yaml(path, folder, self.files) or ():
            route = convert_record(record, Route, self.files)
            if route is not None:
                self.routes.append((route, record))


def read_further_rules(path: Path, files: Files) -> list[tuple[Regulation, YamlRecord]]:
    """Read a file of regulations that lies in no fact base."""
    found = []
    for record in read_yaml(path, path.parent, files) or ():
        regulation = convert_record(record, Regulation, files)
        if regulation is not None:
            found.append((regulation, record))
    return found


def has_rules(folder: Path) -> bool:
    """Say whether a folder has a rule file, be it one that cannot be read."""
    return any(is_there(folder / name) for name in FILES)


def join_rules(read: Sequence[RuleFiles], shipped: Rulebook, *, further: Sequence[Regulation] = ()) -> Rulebook:
    """Return the rulebook of some folders' rule files, filled up by id with the one that ships."""
    chips = {one.id: one for own in read for one in own.chips}
    regions = {one.id: one for own in read for one in own.regions}
    regulations = (*(one for own in read for one, _ in own.regulations), *further)
    return Rulebook(
        _fill_up(tuple(chips.values()), shipped.chips, _get_id),
        _fill_up(tuple(regions.values()), shipped.regions, _get_id),
        _fill_up(
            tuple(one.membership for own in read for one in own.members),
            shipped.memberships,
            lambda one: (one.region, one.group),
        ),
        _fill_up(regulations, shipped.regulations, _get_id),
        _fill_up(tuple(one for own in read for one, _ in own.routes), shipped.routes, _get_id),
    )


_One = TypeVar("_One")


def _fill_up(own: tuple[_One, ...], shipped: tuple[_One, ...], key: Callable[[_One], object]) -> tuple[_One, ...]:
    known = {key(one) for one in own}
    return own + tuple(one for one in shipped if key(one) not in known)


def _get_id(one: Chip | Region | Regulation | Route) -> str:
    return one.id.lower()


# cells -------------------------------------------------------------------------------------


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the values of a cell, each once: they are separated by `;`."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip())) if cell else ()


def _read_figure(table: CsvTable, line: int, name: str, cell: str) -> float | None:
    if not cell:
        return None
    try:
        value = float(read_number(cell))
    except InvalidValue as error:
        what, _, mend = str(error).partition("; ")
        table.fault(line, f"{name} {quote_value(cell)} {what}", mend)
        return None
    if value <= 0 or len(cell) > 30:
        table.fault(line, f"{name} {quote_value(cell)} is not a positive number", "write digits")
    return value


def _read_flag(table: CsvTable, line: int, name: str, cell: str) -> bool | None:
    if cell.lower() not in _FLAGS:
        table.fault(line, f"{name} {quote_value(cell)} is neither yes nor no", "write yes or no")
    return _FLAGS.get(cell.lower())


def _check_date(table: CsvTable, line: int, name: str, cell: str) -> bool:
    if cell and not is_date(cell):
        table.fault(line, f"{name} {quote_value(cell)} is not a date", mend_date(cell))
        return False
    return bool(cell)


# records -----------------------------------------------------------------------------------


def convert_record(record: YamlRecord, kind: type[_Record], files: Files) -> _Record | None:
    """Return the record of a YAML file as one of a rulebook; None, and faults, one a field, where it is none."""
    try:
        return msgspec.convert(record.data, kind)
    except msgspec.ValidationError:
        for line, what, mend in _find_faults(record, kind):
            files.fault(record.file, line, what if len(what) <= _MAX_TEXT else f"{what[:_MAX_TEXT]}...", mend)
    return None


def _find_faults(record: YamlRecord, kind: type[_Record]) -> Iterator[tuple[int, str, str]]:
    """Iterate over (line, what, mend) of a record's faults, one a field."""
    if not isinstance(record.data, dict):
        yield record.line(), "is not a record", "write '- id:' and its fields"
        return
    hints, lines, unknown, found = get_type_hints(kind), record.field_lines(), 0, False
    for name, value in record.data.items():
        if name in hints:
            if fault := _find_field_fault(value, hints[name], record, f".{name}"):
                found = True
                yield fault
        else:
            unknown += 1
            if unknown <= _MAX_FIELDS:
                yield lines.get(name, record.line()), f"unknown field {quote_value(name)}", _mend_field(name, hints)
    if unknown > _MAX_FIELDS:
        yield record.line(), f"has {unknown:,} fields that are not known", f"its fields are {', '.join(hints)}"
    if not (found or unknown) and (fault := _find_field_fault(record.data, kind, record, "")):
        yield fault


def _mend_field(name: object, fields: Iterable[str]) -> str:
    near = Spellings((one, (one,)) for one in fields).find_near(str(name), 1)
    return f"did you mean {near[0]}?" if near else f"its fields are {', '.join(fields)}"


def _find_field_fault(value: Any, kind: Any, record: YamlRecord, at: str) -> tuple[int, str, str] | None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        where = _AT.search(str(error))
        path = at + (where[1] if where else "")
        name = path.lstrip(".") or f"record {quote_value(record.data.get('id', ''))}"
        what = _AT.sub("", str(error)).replace("Object missing", "lacks the").replace("Object contains ", "")
        return record.line(path), f"{name}: {what}", f"write it as the files of {print_path(find_shipped_seeds())} do"
    return None
