"""Slices: the part of a database that a question needs, as a graph.

`path_slice` has what lies between buyers and chips, all that it takes to find the paths: most of
what a buyer can reach leads nowhere, so first only the ids are looked at (`ties`), then the claims
fetched of what can arrive. `access_slice` has everything on the way, which it takes to say why there
is no path. It widens from both ends, a round of Cypher per hop: from the buyers forwards along
access, from the chips backwards, always on the side where fewer claims wait. With `f` rounds
forwards and `b` backwards, every path of at most `f + b` steps has all its claims in the slice, so a
hub with 100,000 customers is not opened from its suppliers' side. What a bound cut is said. Where the
sites stand and what the chips belong to is never cut: without it a path could leave a claim's scope.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit.access.reach import between
from graphkit.errors import AmbiguousName
from graphkit.facts import Claim, Document, Entity, fold
from graphkit.graph import build_graph, find
from graphkit.ontology import PASSABLE, RELATIONS
from graphkit.stores.records import CLAIM_COLUMNS, claim_from_row, document_from_row, entity_from_row
from graphkit.stores.ties import ACCESS, LEVELS, Ties, waiting

if TYPE_CHECKING:
    from graphkit.graph import Graph
    from graphkit.stores import Row, Store

#: Claims that a slice holds at most.
MAX_SLICE = 50_000

_TAXONOMY = "FORM_OF|IN_CLASS|PART_OF|VARIANT_OF"
_PLACE = "LOCATED_IN|HEADQUARTERED_IN|INCORPORATED_IN|DEPLOYS_IN|LISTED_ON|LEASES_SPACE_FROM"
#: A relationship that graphkit wrote; a server may hold others' too.
_OURS = "WHERE r.factbase IS NOT NULL"
#: Claims ahead of the buyers from which on the way back from the chips is considered.
_WIDE = 200


class Slice(msgspec.Struct, frozen=True):
    """A part of a database as a graph; `truncated` says that a bound left something out.

    `unexplored` are entities whose way ahead was not fetched; `deeper` says that longer paths may
    lead through them.
    """

    graph: Graph
    truncated: bool
    unexplored: frozenset[str] = frozenset()
    deeper: bool = False

    @property
    def size(self) -> int:
        """Number of claims."""
        return self.graph.number_of_edges()


class _Gathering:
    """Claims on their way to a slice."""

    def __init__(self, store: Store, limit: int) -> None:
        self.store, self.limit = store, limit
        self.claims: dict[str, Claim] = {}
        self.entities: dict[str, Entity] = {}
        self.truncated = False

    def follow(
        self, pattern: str, ids: Collection[str], *, backwards: bool = False, bounded: bool = True
    ) -> list[Claim]:
        """Fetch the claims of the relations `pattern` that leave (or reach) some entities."""
        if not ids:
            return []
        room = self.limit - len(self.claims)
        if bounded and room <= 0:
            self.truncated = True
            return []
        near = "b" if backwards else "a"
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH ({near}:Entity {{id: id}}) MATCH (a:Entity)-[r:{pattern}]->(b:Entity) {_OURS} "
            f"RETURN {CLAIM_COLUMNS}" + (" ORDER BY r.id LIMIT $limit" if bounded else ""),
            {"ids": sorted(ids), "limit": room + 1},
        )
        if bounded and len(rows) > room:
            self.truncated = True
            rows = rows[:room]
        found = [claim_from_row(row) for row in rows]
        self.claims.update((claim.id, claim) for claim in found)
        return found

    def know(self, ids: Collection[str]) -> None:
        """Fetch the entities of some ids, unless they are there."""
        missing = [id_ for id_ in ids if id_ not in self.entities]
        self.entities.update((entity.id, entity) for entity in fetch_entities(self.store, missing))

    def close_upwards(self, ids: Collection[str]) -> None:
        """Fetch what stands above some chips and regions: families, classes, what was cut down, larger regions."""
        self._follow_on(f"(:Entity {{id: id}})-[:{_TAXONOMY}*0..{LEVELS - 1}]->(m:Entity)",
                        f"(m)-[r:{_TAXONOMY}]->(o:Entity)", ids)  # fmt: skip

    def owners(self, companies: Collection[str]) -> set[str]:
        """Fetch who owns or has invested in some companies, and in those; return the ids of them all."""
        holds, found, wave = "OWNS|INVESTS_IN", set(companies), set(companies)
        for _ in range(0, LEVELS, 4):
            claims = self._follow_on(f"(:Entity {{id: id}})<-[:{holds}*0..3]-(m:Entity)",
                                     f"(m)<-[r:{holds}]-(o:Entity)", wave)  # fmt: skip
            wave = {claim.subject for claim in claims} - found
            found |= wave
            if not wave:
                break
        return found

    def _follow_on(self, way: str, step: str, ids: Collection[str]) -> list[Claim]:
        """Fetch the claims `r` of a step that leave what some entities lead to along a way."""
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH {way} WITH DISTINCT m MATCH {step} {_OURS} "
            "RETURN startNode(r).id AS subject, type(r) AS relation, endNode(r).id AS object, properties(r) AS claim",
            {"ids": sorted(ids)},
        )
        found = [claim_from_row(row) for row in rows]
        self.claims.update((claim.id, claim) for claim in found)
        return found

    def follow_among(self, pattern: str, ids: Collection[str], others: Collection[str]) -> None:
        """Fetch the claims of the relations `pattern` that lead from some entities to others."""
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH (a:Entity {{id: id}})-[r:{pattern}]->(b:Entity) {_OURS} AND b.id IN $others "
            f"RETURN {CLAIM_COLUMNS} ORDER BY r.id LIMIT $limit",
            {"ids": sorted(ids), "others": sorted(others), "limit": self.limit + 1},
        )
        self.truncated = self.truncated or len(rows) > self.limit
        for claim in map(claim_from_row, rows[: self.limit]):
            self.claims[claim.id] = claim

    def forms(self, chips: Iterable[str]) -> set[str]:
        """Fetch the forms of some chips, and theirs; return all their ids, the chips' own included."""
        seen, wave = set(chips), set(chips)
        for _ in range(LEVELS):
            wave = {claim.subject for claim in self.follow("FORM_OF", wave, backwards=True, bounded=False)} - seen
            seen |= wave
        return seen

    def graph(self, extra: Iterable[str] = ()) -> Graph:
        """Return what was gathered as a graph, with its entities and documents."""
        ids = set(extra)
        sources = set()
        for claim in self.claims.values():
            sources.add(claim.document)
            ids.update((claim.subject, claim.object), claim.chips, claim.sites, claim.regions)
            ids.update(claim.via, claim.transit, filter(None, (claim.owner,)))
        self.know(ids)
        entities = (self.entities[id_] for id_ in sorted(ids) if id_ in self.entities)
        return build_graph(entities, self.claims.values(), fetch_documents(self.store, sources))


def fetch_entities(store: Store, ids: Collection[str]) -> list[Entity]:
    """Return the entities of some ids."""
    return [entity_from_row(row) for row in _records(store, "Entity", Entity.__struct_fields__, ids)]


def fetch_documents(store: Store, ids: Collection[str]) -> list[Document]:
    """Return the documents of some ids."""
    return [document_from_row(row) for row in _records(store, "Document", Document.__struct_fields__, ids)]


def _records(store: Store, label: str, fields: Iterable[str], ids: Collection[str]) -> Iterator[Row]:
    """Fetch the fields of some nodes, what is empty left out; columns are quicker than maps of all properties."""
    columns = ", ".join(f"n.{field} AS {field}" for field in fields)
    rows = store.read(f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN {columns}", {"ids": sorted(ids)})
    return ({field: value for field, value in row.items() if value is not None} for row in rows)


def _properties(row: Row, name: str) -> dict[str, object]:
    value = row[name]
    return value if isinstance(value, dict) else {}


def access_slice(
    store: Store,
    buyers: Collection[str],
    chips: Collection[str],
    *,
    max_hops: int,
    max_slice: int = MAX_SLICE,
    progress: Callable[[int], None] | None = None,
) -> Slice:
    """Return the claims on every access path of at most `max_hops` steps from buyers to chips.

    With them come what places the sites, classes the chips and regions, and the first claims on who
    has the chips, so that a negative answer has its reasons.
    """
    gathering = _Gathering(store, max_slice)
    forms = gathering.forms(chips)
    gathering.close_upwards(forms)
    ends = {*forms, *(claim.object for claim in gathering.claims.values())}
    unexplored, deeper = _widen(gathering, set(buyers), ends, max_hops, progress)
    _holders(gathering, forms)
    suppliers = _complete_context(gathering, chips)
    return Slice(gathering.graph({*buyers, *chips}), gathering.truncated, frozenset(unexplored | suppliers), deeper)


def path_slice(
    store: Store,
    buyers: Collection[str],
    chips: Collection[str],
    *,
    max_hops: int,
    max_slice: int = MAX_SLICE,
) -> Slice:
    """Return the claims on every access path of at most `max_hops` steps, and nothing that leads elsewhere.

    All that it takes to find the paths, and much less than `access_slice`, which can also say why
    there is none. First who is tied to whom, ids only; then the claims between those that are
    reached by a buyer and reach a chip.
    """
    ties = Ties(store, chips, max_slice)
    ties.widen(buyers, max_hops, 10 * _WIDE)
    near = between(buyers, ties.onward.__getitem__, ties.chips.__getitem__, max_hops)
    gathering = _Gathering(store, max_slice)
    gathering.truncated = ties.truncated
    if near:
        gathering.follow_among(ACCESS, near - ties.ends, near | ties.ends)
    suppliers = _complete_context(gathering, {*chips, *ties.ends})
    return Slice(gathering.graph({*buyers, *chips}), gathering.truncated, frozenset(suppliers), deeper=True)


def _widen(
    gathering: _Gathering, front: set[str], back: set[str], hops: int, progress: Callable[[int], None] | None
) -> tuple[set[str], bool]:
    """Fetch access claims from both ends until they must have met.

    Returns the entities whose way ahead was not fetched, and whether longer paths may lead on there.
    """
    reached, sources = set(front), set(back)
    for _ in range(hops):
        if not front or not back or gathering.truncated:
            break
        ahead = waiting(gathering.store, front, backwards=False)
        # the way back is looked at only where the way ahead is wide
        backwards = ahead > _WIDE and waiting(gathering.store, back, backwards=True) < ahead
        if backwards:
            claims = gathering.follow(ACCESS, back, backwards=True)
            back = {claim.subject for claim in claims} - sources
            sources |= back
        else:
            claims = gathering.follow(ACCESS, front)
            found = {claim.object for claim in claims} - reached
            gathering.know(found)
            reached |= found
            front = {node for node in found if gathering.entities[node].kind in PASSABLE}
        if progress:
            progress(len(gathering.claims))
    return front, bool(front and back)


def _holders(gathering: _Gathering, chips: Collection[str], limit: int = 200) -> None:
    """Fetch some claims on who has the chips; they widen nothing, so they may be cut without a word."""
    rows = gathering.store.read(
        f"UNWIND $ids AS id MATCH (b:Entity {{id: id}}) MATCH (a:Entity)-[r:HOSTS|USES|BUYS]->(b) {_OURS} "
        f"RETURN {CLAIM_COLUMNS} ORDER BY r.id LIMIT $limit",
        {"ids": sorted(chips), "limit": limit},
    )
    for row in rows:
        claim = claim_from_row(row)
        gathering.claims.setdefault(claim.id, claim)


def _complete_context(gathering: _Gathering, chips: Collection[str]) -> set[str]:
    """Add where sites stand, what chips and regions belong to, and what the rules ask of companies.

    For every company: its seats, the lists it is on, its landlords, and its owners and investors
    upwards; for those who run or have computers, their suppliers. Returns the suppliers that were
    not there before, of whom nothing else is fetched.
    """
    ends = {(claim.relation, claim.subject, claim.object) for claim in gathering.claims.values()}
    sites = {subject for relation, subject, _ in ends if relation == "HOSTS"}
    sites |= {object_ for relation, _, object_ in ends if relation == "OPERATES"}
    sites.update(*(claim.sites for claim in gathering.claims.values()))
    companies = {
        end for relation, subject, object_ in ends for end, kinds in (
            (subject, RELATIONS[relation].subjects), (object_, RELATIONS[relation].objects)
        ) if "Company" in kinds
    }
    owners = {claim.owner for claim in gathering.claims.values() if claim.owner}
    holders = owners | {subject for relation, subject, _ in ends if relation in ("OPERATES", "USES")}
    suppliers = {claim.object for claim in gathering.follow("BUYS_FROM", holders, bounded=False)}
    around = gathering.owners(companies | owners | suppliers)
    seats = gathering.follow(_PLACE, {*sites, *around}, bounded=False)
    landlords = {claim.object for claim in seats if claim.relation == "LEASES_SPACE_FROM"}
    if landlords and sites:
        gathering.follow_among("OPERATES", landlords, sites)
    above = {claim.object for claim in seats if claim.relation not in ("LISTED_ON", "LEASES_SPACE_FROM")}
    for claim in gathering.claims.values():
        above.update(claim.regions, claim.chips)
        if "Chip" in RELATIONS[claim.relation].objects:
            above.add(claim.object)
    gathering.close_upwards({*above, *chips})
    return suppliers - companies


def neighbourhood(
    store: Store, ids: Collection[str], *, radius: int = 1, max_slice: int = MAX_SLICE
) -> Slice:
    """Return all claims within `radius` steps of some entities, whatever their relation."""
    gathering = _Gathering(store, max_slice)
    everything = "|".join(RELATIONS)
    seen, wave = set(ids), set(ids)
    for _ in range(radius):
        claims = [*gathering.follow(everything, wave), *gathering.follow(everything, wave, backwards=True)]
        wave = {end for claim in claims for end in (claim.subject, claim.object)} - seen
        seen |= wave
    return Slice(gathering.graph(ids), gathering.truncated)


def claims_from(store: Store, ids: Collection[str], relation: str) -> Graph:
    """Return the claims of one relation that leave some entities."""
    gathering = _Gathering(store, MAX_SLICE)
    gathering.follow(relation, ids)
    return gathering.graph(())


def whole(store: Store, *, max_slice: int = MAX_SLICE) -> Slice:
    """Return everything, up to `max_slice` claims, in the order of their ids."""
    rows = store.read(
        f"MATCH (a:Entity)-[r:{'|'.join(RELATIONS)}]->(b:Entity) {_OURS} "
        f"RETURN {CLAIM_COLUMNS} ORDER BY r.id LIMIT $limit",
        {"limit": max_slice + 1},
    )
    gathering = _Gathering(store, max_slice)
    gathering.claims.update((claim.id, claim) for claim in map(claim_from_row, rows[:max_slice]))
    return Slice(gathering.graph(), len(rows) > max_slice)


def find_entity(
    store: Store, name: str, kinds: Collection[str] | None = None, what: str = "entity",
    everyone: Callable[[], Sequence[Entity]] | None = None,
) -> Entity:
    """Return the entity that answers to a name, as `graph.find` does, without reading all of them.

    Only a name that nothing answers to costs a look at all names, for the did-you-mean; `everyone`
    returns all entities, for who asks often.
    """
    for where in ("n.id = $name", "n.folded = $folded", "$folded IN n.folded_aliases"):
        rows = store.read(
            f"MATCH (n:Entity) WHERE {where} RETURN properties(n) AS entity LIMIT 50",
            {"name": name, "folded": fold(name)},
        )
        found = [entity_from_row(_properties(row, "entity")) for row in rows]
        wanted = [entity for entity in found if kinds is None or entity.kind in kinds]
        if len(wanted) == 1:
            return wanted[0]
        if wanted:
            raise AmbiguousName(name, sorted(entity.id for entity in wanted))
    return find(name, everyone() if everyone else all_entities(store), kinds, what)


def all_entities(store: Store) -> list[Entity]:
    """Return every entity."""
    rows = store.read("MATCH (n:Entity) WHERE n.factbases IS NOT NULL RETURN properties(n) AS entity")
    return sorted((entity_from_row(_properties(row, "entity")) for row in rows), key=lambda entity: entity.id)


