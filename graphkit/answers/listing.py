"""The question of what a base holds: companies, chips, sites, regions, rules, documents, relations, counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set

import click

from graphkit.answers import selection
from graphkit.answers.answer import VERSION, Answer, OpenBase, Record, Version, format_count, format_notes
from graphkit.answers.list_kinds import LIST_KINDS, ListKind
from graphkit.answers.rule_records import describe_status
from graphkit.clock import get_today
from graphkit.errors import InvalidValue
from graphkit.facts import Entity
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import align_pairs
from graphkit.formats.text import render_table
from graphkit.ontology import RELATIONS

_ENTITY_KINDS: Mapping[str, str] = {
    "companies": "Company",
    "chips": "Chip",
    "sites": "Datacenter",
    "regions": "Region",
    "rules": "Regulation",
}
#: The columns of each kind beside id, name and the number of claims.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "companies": ("seat", "listed", "aliases"),
    "chips": ("family", "maker", "aliases"),
    "sites": ("region", "operators"),
    "regions": ("part_of", "companies", "sites"),
    "rules": ("rule_kind", "citation", "standing"),
    "documents": ("publisher", "published", "language"),
    "relations": ("from_to", "meaning"),
}
#: The relations that each kind's columns take, and what `inside` and `seat` take more.
_RELATIONS: Mapping[str, tuple[str, ...]] = {
    "companies": ("HEADQUARTERED_IN", "LISTED_ON"),
    "chips": ("FORM_OF", "DESIGNS"),
    "sites": ("LOCATED_IN", "OPERATES"),
    "regions": ("PART_OF", "HEADQUARTERED_IN", "LOCATED_IN"),
    "rules": (),
}
_INSIDE: Mapping[str, tuple[str, ...]] = {
    "companies": ("PART_OF", "LOCATED_IN", "OPERATES", "INCORPORATED_IN", "DEPLOYS_IN"),
    "chips": ("PART_OF", "LOCATED_IN", "HOSTS"),
    "sites": ("PART_OF",),
    "regions": ("PART_OF",),
}
_SEAT = ("PART_OF",)


class ListItem(Record, frozen=True, kw_only=True):
    """One thing of a list; `claims` counts those that mention it, `facts` are the columns of its kind."""

    id: str
    name: str
    generic: bool
    claims: int
    facts: dict[str, str | int | list[str] | None]


class ListingAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit list KIND`: what most claims mention first; `hidden` counts what `--generic` adds."""

    version: Version
    kind: ListKind
    limits: tuple[str, ...]
    items: tuple[ListItem, ...]
    hidden: int
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The number of things, and what they are limited to."""
        said = "".join(f", {limit}" for limit in self.limits)
        more = f"; {self.hidden:,} that stand for unnamed ones are left out (--generic)" if self.hidden else ""
        return f"{len(self.items):,} {_one_or_many(self.kind, len(self.items))}{said}{more}"

    def tables(self) -> list[Table]:
        """Return the answer as one table."""
        columns = ("id", "name", *_COLUMNS[self.kind], "claims", "generic")
        rows: list[dict[str, Cell]] = [
            {"id": one.id, "name": one.name, **one.facts, "claims": one.claims, "generic": one.generic}
            for one in self.items
        ]
        return [Table(self.kind, columns, rows)]

    def remarks(self) -> list[str]:
        """Return the headline and the notes."""
        return [self.headline, *(f"note: {note}" for note in self.notes)]

    def styled_text(self) -> str:
        """Return the number, the table, and what to ask next."""
        lines = [click.style(as_line(self.headline), bold=True)]
        if self.items:
            generic = any(one.generic for one in self.items)
            shown = [name for name in self.tables()[0].columns if name != "generic" or generic]
            # the id is what scripts need; people ask by name
            shown = [
                name for name in shown if name not in ("id", "aliases") or (name == "id" and self.kind == "rules")
            ]
            table = self.tables()[0]
            lines += ["", render_table(Table(table.name, shown, table.rows))]
        lines += ["", *format_notes(list(self.notes))] if self.notes else []
        return "\n".join(lines)


class CountRecord(Record, frozen=True, kw_only=True):
    """The number of things of a kind: those with a name, and those that stand for unnamed ones."""

    kind: ListKind
    named: int
    generic: int


class ContentsAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit list` without a kind: how much there is of each."""

    version: Version
    counts: tuple[CountRecord, ...]
    claims: int
    notes: tuple[str, ...]

    def tables(self) -> list[Table]:
        """Return the answer as one table."""
        rows: list[dict[str, Cell]] = [
            {"kind": one.kind, "named": one.named, "generic": one.generic} for one in self.counts
        ]
        return [Table("contents", ("kind", "named", "generic"), rows)]

    def remarks(self) -> list[str]:
        """Return the number of claims and the notes."""
        return [f"{format_count(self.claims, 'claim')} in this base", *(f"note: {note}" for note in self.notes)]

    def styled_text(self) -> str:
        """Return the counts, each with the command that lists them."""
        lines = [click.style(f"{format_count(self.claims, 'claim')} in this base, about", bold=True)]
        lines += align_pairs([(_tell_count(one), f"graphkit list {one.kind}") for one in self.counts], wide=60)
        return "\n".join([*lines, *(["", *format_notes(list(self.notes))] if self.notes else [])])


def _tell_count(count: CountRecord) -> str:
    more = f" and {count.generic:,} that stand for unnamed ones" if count.generic else ""
    return f"{count.named:,} {_one_or_many(count.kind, count.named)}{more}"


def _one_or_many(kind: str, number: int) -> str:
    if number != 1:
        return kind
    return kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s")


def count_contents(base: OpenBase) -> ContentsAnswer:
    """Return how much of each kind a base holds. Raises StoreError."""
    entities = base.store.reader.list_entities()
    relations = base.store.reader.count_claims("relation")
    counts = []
    for kind in LIST_KINDS:
        if kind in _ENTITY_KINDS:
            found = [one for one in entities if one.kind == _ENTITY_KINDS[kind]]
            generic = sum(one.generic for one in found)
            counts.append(CountRecord(kind=kind, named=len(found) - generic, generic=generic))
        elif kind == "documents":
            documents = len(base.store.reader.list_documents())
            counts.append(CountRecord(kind=kind, named=documents, generic=0))
        else:
            counts.append(CountRecord(kind=kind, named=len(relations), generic=0))
    claims = sum(relations.values())
    return ContentsAnswer(version=VERSION, counts=tuple(counts), claims=claims, notes=tuple(base.notes))


def list_things(
    base: OpenBase,
    kind: ListKind,
    *,
    inside: str | None = None,
    seat: str | None = None,
    listed: bool = False,
    generic: bool = False,
) -> ListingAnswer:
    """Return what a base holds of a kind, what most claims mention first.

    `inside` keeps what a place holds: companies with a seat or computers there, sites, regions, chips at its sites;
    `seat` companies headquartered there, `listed` those that a list names, both `done`. `generic` adds companies and
    chips that stand for unnamed ones. Raises InvalidValue for a limit that says nothing of the kind, UnknownName or
    StoreError.
    """
    if kind not in LIST_KINDS:
        raise InvalidValue(f"{kind!r} is no kind of list: choose from {', '.join(LIST_KINDS)}")
    if (seat or listed) and kind != "companies":
        raise InvalidValue(f"--{'seat' if seat else 'listed'} is for companies: leave it out for {kind}")
    if inside and kind in ("rules", "documents", "relations"):
        raise InvalidValue(f"--in is for companies, chips, sites and regions: leave it out for {kind}")
    limits = []
    items, hidden = [], 0
    if kind in _ENTITY_KINDS:
        entities = base.store.reader.list_entities()
        relations = {*_RELATIONS[kind], *(_INSIDE[kind] if inside else ()), *(_SEAT if seat else ())}
        facts = _Facts(base, entities, relations)
        every = [one for one in entities if one.kind == _ENTITY_KINDS[kind]]
        kept = {one.id for one in every}
        if inside:
            place = selection.look_up_entity(base.store, inside, {"Region"}, "region")
            kept &= facts.inside(kind, place)
            limits.append(f"in {place.name}")
        if seat:
            place = selection.look_up_entity(base.store, seat, {"Region"}, "region")
            regions = facts.regions_of(place)
            kept &= {a for a, b in facts.pairs("HEADQUARTERED_IN") if b in regions}
            limits.append(f"headquartered in {place.name}")
        if listed:
            kept &= {a for a, _ in facts.pairs("LISTED_ON")}
            limits.append("on a list")
        found = [one for one in every if one.id in kept]
        # most sites have no name of their own
        generic = generic or kind not in ("companies", "chips")
        hidden = 0 if generic else sum(one.generic for one in found)
        items = [facts.item(kind, one) for one in found if generic or not one.generic]
    elif kind == "documents":
        items = _list_documents(base)
    else:
        items = [
            ListItem(
                id=name,
                name=name,
                generic=False,
                claims=number,
                facts={
                    "from_to": [f"{a} → {b}" for a, b in RELATIONS[name].ends],
                    "meaning": RELATIONS[name].description,
                },
            )
            for name, number in base.store.reader.count_claims("relation").items()
        ]
    items.sort(key=lambda one: (-one.claims, one.name.casefold(), one.id))
    return ListingAnswer(
        version=VERSION,
        kind=kind,
        limits=tuple(limits),
        items=tuple(items),
        hidden=hidden,
        notes=tuple(base.notes),
    )


class _Facts:
    """The facts that a list tells of entities, read by relation."""

    def __init__(self, base: OpenBase, entities: Sequence[Entity], relations: Collection[str]) -> None:
        self.names = {one.id: one.name for one in entities}
        self.rules = {one.id.lower(): one for one in base.rulebook.regulations}
        self._pairs = base.store.reader.list_pairs(sorted(relations)) if relations else {}
        self._claims = base.store.reader.count_claims("entity")
        self._others: dict[tuple[str, bool], dict[str, set[str]]] = {}

    def pairs(self, relation: str) -> list[tuple[str, str]]:
        """Return the ends of the claims of a relation that say that it is so."""
        return self._pairs.get(relation, [])

    def claims(self, id_: str) -> int:
        """Return how many claims mention an entity as one of their ends."""
        return self._claims.get(id_, 0)

    def regions_of(self, place: Entity) -> set[str]:
        """Return the ids of a region and of all that lie in it."""
        inside, wave = {place.id}, {place.id}
        while wave:
            wave = {a for a, b in self.pairs("PART_OF") if b in wave} - inside
            inside |= wave
        return inside

    def inside(self, kind: str, place: Entity) -> set[str]:
        """Return the ids of what lies in a region, or has its seat or computers there."""
        regions = self.regions_of(place)
        if kind == "regions":
            return regions - {place.id}
        sites = {a for a, b in self.pairs("LOCATED_IN") if b in regions}
        if kind == "sites":
            return sites
        if kind == "chips":
            return {b for a, b in self.pairs("HOSTS") if a in sites}
        seats = {
            a
            for relation in ("HEADQUARTERED_IN", "INCORPORATED_IN", "DEPLOYS_IN")
            for a, b in self.pairs(relation)
            if b in regions
        }
        return seats | {a for a, b in self.pairs("OPERATES") if b in sites}

    def item(self, kind: str, one: Entity) -> ListItem:
        """Return an entity as an item of a list."""
        return ListItem(
            id=self.rules[one.id].id if one.id in self.rules else one.id,
            name=one.name,
            generic=one.generic,
            claims=self.claims(one.id),
            facts=self._facts(kind, one),
        )

    def _facts(self, kind: str, one: Entity) -> dict[str, str | int | list[str] | None]:
        if kind == "companies":
            return {
                "seat": self._ends("HEADQUARTERED_IN", one.id),
                "listed": self._ends("LISTED_ON", one.id),
                "aliases": list(one.aliases),
            }
        if kind == "chips":
            return {
                "family": self._ends("FORM_OF", one.id),
                "maker": self._ends("DESIGNS", one.id, backwards=True),
                "aliases": list(one.aliases),
            }
        if kind == "sites":
            operators = self._ends("OPERATES", one.id, backwards=True)
            return {"region": self._ends("LOCATED_IN", one.id), "operators": operators}
        if kind == "regions":
            return {
                "part_of": self._ends("PART_OF", one.id),
                "companies": len(self._list_others("HEADQUARTERED_IN", one.id, backwards=True)),
                "sites": len(self._list_others("LOCATED_IN", one.id, backwards=True)),
            }
        rule = self.rules.get(one.id)
        if rule is None:
            return {"rule_kind": None, "citation": None, "standing": "named by claims; no rule of it is modelled"}
        day = get_today()
        return {"rule_kind": rule.kind, "citation": rule.cite(day), "standing": describe_status(rule, day)}

    def _ends(self, relation: str, id_: str, *, backwards: bool = False) -> list[str]:
        return sorted({self.names.get(one, one) for one in self._list_others(relation, id_, backwards=backwards)})

    def _list_others(self, relation: str, id_: str, *, backwards: bool) -> Set[str]:
        """Return the ids of those at the other ends of an entity's claims of a relation."""
        key = relation, backwards
        if key not in self._others:
            found: defaultdict[str, set[str]] = defaultdict(set)
            for a, b in self.pairs(relation):
                found[b if backwards else a].add(a if backwards else b)
            self._others[key] = found
        return self._others[key].get(id_, frozenset())


def _list_documents(base: OpenBase) -> list[ListItem]:
    claims = base.store.reader.count_claims("document")
    return [
        ListItem(
            id=one.id,
            name=one.name,
            generic=False,
            claims=claims.get(one.id, 0),
            facts={"publisher": one.publisher, "published": one.published, "language": one.language},
        )
        for one in base.store.reader.list_documents()
    ]
