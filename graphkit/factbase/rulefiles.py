"""Read and check the rule files of fact bases: every fault at once, with file and line.

They are chips.csv, regions.csv, region_groups.csv, regulations.yaml and routes.yaml. What the given
folders lack is taken from the fact base that ships with graphkit, row by row: their own rows win by id.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from graphkit.errors import FactBaseError, Fault, InvalidValue
from graphkit.factbase import shipped_seeds
from graphkit.factbase.tables import Table, folder_fault, is_there, label, read_table, shown
from graphkit.factbase.yamlfile import YamlRecord, read_yaml
from graphkit.facts import earliest, latest
from graphkit.ontology import RELATIONS
from graphkit.rulebook import PATTERN_FACTS, Chip, Membership, Region, Regulation, Route, Rulebook

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
_MAX_TEXT = 300
_Record = TypeVar("_Record", Regulation, Route)


def read_rulebook(*folders: Path | str, rules: Sequence[Path | str] = ()) -> Rulebook:
    """Read the rules of fact-base folders, filled up with those that ship; without folders, the latter.

    `rules` are further files in the format of regulations.yaml. Raises FactBaseError with every
    fault found; nothing is ever evaluated with half a rule.
    """
    given = list(dict.fromkeys(Path(folder) for folder in folders))
    faults = [fault for folder in given if (fault := _folder_fault(folder))]
    if faults:
        raise FactBaseError(faults)
    shipped = _read([shipped_seeds()], [], None)
    own = [folder for folder in given if not folder.samefile(shipped_seeds())]
    return _read(own, [Path(file) for file in rules], shipped) if own or rules else shipped


def has_rules(folder: Path) -> bool:
    """Say whether a folder has a rule file, be it one that cannot be read."""
    return any(is_there(folder / name) for name in FILES)


def _folder_fault(folder: Path) -> Fault | None:
    fault = folder_fault(folder)
    if fault or has_rules(folder) or is_there(folder / "documents.csv"):
        return fault
    what = "holds no documents.csv and no rules, so it is no fact base"
    return Fault(label(folder), 0, what, "give another folder")


def _read(folders: list[Path], rules: list[Path], shipped: Rulebook | None) -> Rulebook:
    reading = _Reading(folders, rules, shipped)
    if reading.faults:
        raise FactBaseError(reading.faults)
    own = reading.rulebook
    if shipped is None:
        return own
    return Rulebook(
        _filled_up(own.chips, shipped.chips, _id),
        _filled_up(own.regions, shipped.regions, _id),
        _filled_up(own.memberships, shipped.memberships, lambda one: (one.region, one.group)),
        _filled_up(own.regulations, shipped.regulations, _id),
        _filled_up(own.routes, shipped.routes, _id),
    )


_One = TypeVar("_One")


def _filled_up(own: tuple[_One, ...], shipped: tuple[_One, ...], key: Callable[[_One], object]) -> tuple[_One, ...]:
    known = {key(one) for one in own}
    return own + tuple(one for one in shipped if key(one) not in known)


def _id(one: Chip | Region | Regulation | Route) -> str:
    return one.id.lower()


class _Reading:
    """One pass over the rule files: rows and records first, then what they say of each other.

    What they name may also be among the `shipped` rules; without these, every file must be there.
    """

    def __init__(self, folders: list[Path], rules: list[Path], shipped: Rulebook | None) -> None:
        self.faults: list[Fault] = []
        base = shipped or Rulebook((), (), (), (), ())
        self._shipped = base
        self._ids = {one.id for one in base.regulations}
        places = {name: [one for one in folders if shipped is None or is_there(one / name)] for name in FILES}
        chips = [one for folder in places["chips.csv"] for one in self._chips(folder)]
        regions = [one for folder in places["regions.csv"] for one in self._regions(folder)]
        self._regions_known = {one.id for one in (*regions, *base.regions)}
        members = [one for folder in places["region_groups.csv"] for one in self._memberships(folder)]
        self._groups_known = {one.group for one in (*members, *base.memberships)}
        files = [(folder / "regulations.yaml", folder) for folder in places["regulations.yaml"]]
        regulations = [pair for path, folder in files for pair in self._records(path, folder, Regulation)]
        further = [pair for path in rules for pair in self._records(path, path.parent, Regulation)]
        self._check_against_shipped(regulations, further)
        regulations += further
        routes = [
            pair for folder in places["routes.yaml"] for pair in self._records(folder / "routes.yaml", folder, Route)
        ]
        self._check_regulations(regulations)
        self._unique(routes, "route")
        for route, record in routes:
            for name in ("facts", "not_facts"):
                self._known(getattr(route.pattern, name), PATTERN_FACTS, "fact", record, f".pattern.{name}")
            for name in ("relations", "any_of", "without"):
                self._known(getattr(route.pattern, name), RELATIONS, "relation", record, f".pattern.{name}")
            self._known(route.rules, self._ids, "regulation", record, ".rules")
        self.rulebook = Rulebook(
            _distinct(chips),
            _distinct(regions),
            tuple(members),
            tuple(one for one, _ in regulations),
            tuple(one for one, _ in routes),
        )

    def _fault(self, file: str, line: int, what: str, mend: str) -> None:
        self.faults.append(Fault(file, line, what if len(what) <= _MAX_TEXT else f"{what[:_MAX_TEXT]}...", mend))

    # tables -------------------------------------------------------------------------------

    def _chips(self, folder: Path) -> Iterator[Chip]:
        columns = ("aliases", *_FIGURES, *_TEXTS, "data_centre", "sold", "estimated")
        table = read_table(folder / "chips.csv", folder, self.faults, ("id", "name"), columns, others=True)
        if table is None:
            return
        seen: dict[str, int] = {}
        for line, sound, (id_, name, *rest) in table.rows():
            if id_ and seen.setdefault(id_, line) != line:
                what = f"the chip {shown(id_)} is already at line {seen[id_]}"
                self._fault(table.file, line, what, "keep one of them")
            cells = dict(zip(columns, rest, strict=True))
            if not sound or not self._filled(table, line, id=id_, name=name):
                continue
            self._date(table, line, "announced", cells["announced"])
            fields: dict[str, object] = {text: cells[text] for text in _TEXTS if cells[text]}
            fields |= {figure: self._number(table, line, figure, cells[figure]) for figure in _FIGURES}
            fields |= {name: _several(cells[name]) for name in ("aliases", "estimated")}
            fields |= {name: self._flag(table, line, name, cells[name]) for name in ("data_centre", "sold")}
            yield msgspec.convert({"id": id_, "name": name, **fields}, Chip)

    def _regions(self, folder: Path) -> Iterator[Region]:
        columns = ("aliases", "iso2", "iso3")
        table = read_table(folder / "regions.csv", folder, self.faults, ("id", "name"), columns, others=True)
        if table is None:
            return
        codes = {code: one.id for one in self._shipped.regions for code in (one.iso2, one.iso3) if code}
        for line, sound, (id_, name, aliases, iso2, iso3) in table.rows():
            for other in sorted({codes.get(iso2, id_), codes.get(iso3, id_)} - {id_}):
                # two ids for one country would leave the shipped rules for it without effect
                what = f"the region {shown(id_)} has an ISO code of {other}, which ships"
                self._fault(table.file, line, what, f"give it the id {other}, or another code")
            if sound and self._filled(table, line, id=id_, name=name):
                yield Region(id_, name, _several(aliases), iso2, iso3)

    def _memberships(self, folder: Path) -> Iterator[Membership]:
        table = read_table(
            folder / "region_groups.csv", folder, self.faults, ("region", "group"), _GROUP_COLUMNS, others=True
        )
        if table is None:
            return
        for line, sound, (region, group, *rest) in table.rows():
            first, last, from_rule, to_rule, settled, source, note = rest
            if not sound or not self._filled(table, line, region=region, group=group):
                continue
            if region not in self._regions_known:
                self._fault(table.file, line, f"no region has the id {shown(region)}", "add it to regions.csv")
            dates = [self._date(table, line, "from", first), self._date(table, line, "to", last)]
            if all(dates) and earliest(first) > latest(last):
                self._fault(table.file, line, f"from {first} is after to {last}", "exchange them")
            flag = self._flag(table, line, "settled", settled)
            yield Membership(
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

    def _filled(self, table: Table, line: int, **cells: str) -> bool:
        for name, cell in cells.items():
            if not cell:
                self._fault(table.file, line, f"the cell {name!r} is empty", "fill it")
        return all(cells.values())

    def _number(self, table: Table, line: int, name: str, cell: str) -> float | None:
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value > 0):
            self._fault(table.file, line, f"{name} {shown(cell)} is not a positive number", "write digits")
        return value

    def _flag(self, table: Table, line: int, name: str, cell: str) -> bool | None:
        if cell not in _FLAGS:
            self._fault(table.file, line, f"{name} {shown(cell)} is neither yes nor no", "write yes or no")
        return _FLAGS.get(cell)

    def _date(self, table: Table, line: int, name: str, cell: str) -> bool:
        if cell and not _is_date(cell):
            self._fault(table.file, line, f"{name} {shown(cell)} is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD")
            return False
        return bool(cell)

    # records ------------------------------------------------------------------------------

    def _records(self, path: Path, folder: Path, kind: type[_Record]) -> Iterator[tuple[_Record, YamlRecord]]:
        for record in read_yaml(path, folder, self.faults):
            if kind is Regulation and isinstance(record.data, dict):
                # one that has faults is known all the same, so that it is not missed elsewhere
                self._ids.add(str(record.data.get("id")))
            try:
                yield msgspec.convert(record.data, kind), record
            except msgspec.ValidationError as error:
                self._tell(error, kind, record)

    def _tell(self, error: msgspec.ValidationError, kind: type[_Record], record: YamlRecord) -> None:
        """Name the faults of a record, one a field."""
        if not isinstance(record.data, dict):
            self._fault(record.file, record.line(), "is not a record", "write '- id:' and its fields")
            return
        before, hints = len(self.faults), get_type_hints(kind)
        for name, value in record.data.items():
            if name in hints:
                self._convert(value, hints[name], record, f".{name}")
            else:
                self._fault(record.file, record.line(f".{name}"), f"unknown field {shown(name)}", "see docs/rules.md")
        if len(self.faults) == before:
            self._convert(record.data, kind, record, "")

    def _convert(self, value: Any, kind: Any, record: YamlRecord, at: str) -> None:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            where = _AT.search(str(error))
            path = at + (where[1] if where else "")
            name = path.lstrip(".") or f"record {shown(record.data.get('id', ''))}"
            what = _AT.sub("", str(error)).replace("Object missing", "lacks the").replace("Object contains ", "")
            self._fault(record.file, record.line(path), f"{name}: {what}", "see docs/rules.md")

    def _unique(self, found: Sequence[tuple[Regulation | Route, YamlRecord]], what: str) -> None:
        seen: dict[str, YamlRecord] = {}
        for one, record in found:
            first = seen.setdefault(one.id.lower(), record)
            if first is not record:
                said = f"the {what} {one.id} is already at {first.file}:{first.line()}"
                self._fault(record.file, record.line(".id"), said, "rename it")

    def _known(self, names: Iterable[str], known: Iterable[str], what: str, record: YamlRecord, at: str) -> None:
        for name in names:
            if name not in known:
                said = f"{at[1:]}: no {what} {shown(name)}"
                self._fault(record.file, record.line(at), said, "name one that exists")

    def _check_against_shipped(
        self, found: list[tuple[Regulation, YamlRecord]], further: list[tuple[Regulation, YamlRecord]]
    ) -> None:
        """A folder's rule replaces the shipped one of its very id; a further file only adds."""
        shipped = {one.id.lower(): one.id for one in self._shipped.regulations}
        for one, record in found:
            if (known := shipped.get(one.id.lower(), one.id)) != one.id:
                what = f"the regulation {shown(one.id)} is {known} among those that ship"
                self._fault(record.file, record.line(".id"), what, f"write {known} to replace it, or rename it")
        taken = {one.id.lower() for one, _ in found}
        for one, record in further:
            if one.id.lower() in shipped and one.id.lower() not in taken:
                what = f"the regulation {shown(one.id)} is already among those that ship"
                self._fault(record.file, record.line(".id"), what, "rename it")

    def _check_regulations(self, found: list[tuple[Regulation, YamlRecord]]) -> None:
        self._unique(found, "regulation")
        ids = self._ids
        places = self._regions_known | self._groups_known
        every = (*(one for one, _ in found), *self._shipped.regulations)
        paragraphs = {p.paragraph for one in every if one.control_list for p in one.control_list.paragraphs}
        recipients = {group.name for one in every for group in one.recipients}
        for one, record in found:
            self._dates(one, record)
            self._known(one.amends, ids, "regulation", record, ".amends")
            self._known(filter(None, [one.ended_by]), ids, "regulation", record, ".ended_by")
            for at, value in _walk(record.data, ""):
                name = at.rpartition(".")[2]
                if name in ("in", "not_in") and ".recipients" in at:
                    self._known(value, recipients, "class of recipients", record, at)
                elif name in ("in", "not_in"):
                    self._known(value, places, "place", record, at)
                elif name == "listed_from":
                    for day in value:
                        self._span(day, None, record, at)
                elif name in ("paragraphs", "not_paragraphs") and ".items" in at:
                    self._known(value, paragraphs, "paragraph", record, at)
                elif name in ("of", "lists"):
                    self._known(value, ids, "regulation", record, at)
                elif name == "by":
                    self._known([value], ids, "regulation", record, at)
                elif isinstance(value, dict) and {"min", "below"} >= value.keys():
                    self._limits(value, record, at)
                elif isinstance(value, dict) and {"from", "to"} & value.keys():
                    self._span(value.get("from"), value.get("to"), record, at)

    def _limits(self, limits: dict[str, float], record: YamlRecord, at: str) -> None:
        low, high = limits.get("min"), limits.get("below")
        if (low is None and high is None) or (low is not None and high is not None and low >= high):
            self._fault(record.file, record.line(at), f"{at[1:]}: limits that nothing meets", "write min under below")

    def _dates(self, one: Regulation, record: YamlRecord) -> None:
        fields = ("announced", "published", "effective", "complied_from", "ended", "verified")
        good = {name: value for name in fields if (value := getattr(one, name)) and _is_date(value)}
        for name in fields:
            if getattr(one, name) and name not in good:
                what = f"{name} {shown(getattr(one, name))} is not a date"
                self._fault(record.file, record.line(f".{name}"), what, "write YYYY-MM-DD")
        if "effective" in good and "ended" in good:
            self._span(good["effective"], good["ended"], record, ".ended")
        if not one.proposal and one.effective is None and (one.requires or one.control_list or one.duties):
            self._fault(record.file, record.line(), "a rule without the date it took effect", "give effective")

    def _span(self, first: Any, last: Any, record: YamlRecord, at: str) -> None:
        bad = [date for date in (first, last) if date is not None and not _is_date(date)]
        for date in bad:
            self._fault(record.file, record.line(at), f"{shown(date)} is not a date", "write YYYY-MM-DD")
        if not bad and first and last and earliest(first) > latest(last):
            self._fault(record.file, record.line(at), f"from {first} is after {last}", "exchange them")


def _walk(data: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Iterate over the inner nodes of plain data with their paths."""
    yield at, data
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _walk(value, f"{at}.{name}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk(value, f"{at}[{index}]")


def _is_date(text: object) -> bool:
    try:
        earliest(str(text))
    except InvalidValue:
        return False
    return True


def _several(cell: str) -> tuple[str, ...]:
    return tuple(record.strip() for record in cell.split(";") if record.strip())


_Row = TypeVar("_Row", Chip, Region)


def _distinct(rows: list[_Row]) -> tuple[_Row, ...]:
    return tuple({row.id: row for row in rows}.values())
