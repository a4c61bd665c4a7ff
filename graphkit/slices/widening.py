"""Slices: the part of a database that a question needs, as a graph.

`fetch_path_slice` has what lies between buyers and chips, all that it takes to find the paths: most of
what a buyer can reach leads nowhere, so first only the ids are looked at (`ties`), then the claims
fetched of what can arrive; `add_surroundings` adds what the rules ask of those on a path.
`fetch_access_slice` has everything on the way, which it takes to say why there is no path. It widens from
both ends, a round of Cypher per hop: from the buyers forwards along access, from the chips
backwards, always on the side where fewer claims wait. With `f` rounds forwards and `b` backwards,
every path of at most `f + b` steps has all its claims in the slice, so a hub with 100,000 customers
is not opened from its suppliers' side. What a bound cut is said. Where the sites stand and what the
chips belong to is never cut: without it a path could leave a claim's scope.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import msgspec

from graphkit.engines.kept import KeptStore
from graphkit.errors import StoreError
from graphkit.facts import Claim, Document, Entity
from graphkit.graph import build_graph, get_documents, iterate_claims, iterate_entities
from graphkit.ontology import PASSABLE, RELATIONS
from graphkit.slices.fetch import OURS, fetch_claims, fetch_documents, fetch_entities
from graphkit.slices.ties import ACCESS, LEVELS, Ties, count_waiting

if TYPE_CHECKING:
    from graphkit.engines import Reader, Store
    from graphkit.graph import Graph

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: Claims that a slice holds at most.
MAX_SLICE = 50_000

_TAXONOMY = "FORM_OF|IN_CLASS|PART_OF|VARIANT_OF"
_PLACE = "LOCATED_IN|HEADQUARTERED_IN|INCORPORATED_IN|DEPLOYS_IN|LISTED_ON|LEASES_SPACE_FROM"
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


class _SliceBuilder:
    """Claims on their way to a slice."""

    def __init__(self, store: Reader, limit: int, claims: Iterable[Claim] = ()) -> None:
        self.store, self.limit = store, limit
        self.claims = {claim.id: claim for claim in claims}
        self.entities: dict[str, Entity] = {}
        self.documents: dict[str, Document] = {}
        self.truncated = False

    def take(self, match: str, limit: int | None = None, **parameters: object) -> list[Claim]:
        """Fetch the claims `r` from `a` to `b` of a pattern; beyond a limit they are cut, which is said."""
        found = fetch_claims(self.store, match, None if limit is None else limit + 1, **parameters)
        if limit is not None and len(found) > limit:
            self.truncated = True
            found = found[:limit]
        for claim in found:  # a claim that two fact bases make is told by the first of them
            self.claims.setdefault(claim.id, claim)
        return found

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
        return self.take(
            f"UNWIND $ids AS id MATCH ({near}:Entity {{id: id}}) "
            f"MATCH (a:Entity)-[r:{pattern}]->(b:Entity) WHERE {OURS}",
            room if bounded else None,
            ids=sorted(ids),
        )

    def know(self, ids: Collection[str]) -> None:
        """Fetch the entities of some ids, unless they are there."""
        missing = [id_ for id_ in ids if id_ not in self.entities]
        self.entities.update((entity.id, entity) for entity in fetch_entities(self.store, missing))

    def follow_on(self, pattern: str, ids: Collection[str], *, backwards: bool = False) -> set[str]:
        """Fetch the claims of the relations `pattern` that leave (or reach) some entities, and so on to the end.

        Returns the ids of all entities met, those asked for included.
        """
        seen, wave = set(ids), set(ids)
        while wave:
            found = self.follow(pattern, wave, backwards=backwards, bounded=False)
            wave = {claim.subject if backwards else claim.object for claim in found} - seen
            seen |= wave
        return seen

    def follow_up(self, pattern: str, ids: Collection[str], *, backwards: bool = False) -> set[str]:
        """Do as `follow_on` for relations that lead up a few levels, in one statement: of places, families, classes.

        They are followed over LEVELS levels.
        """
        if not ids:
            return set()
        way = f"(n)<-[:{pattern}*0..{LEVELS}]-(m)" if backwards else f"(n)-[:{pattern}*0..{LEVELS}]->(m)"
        near = "b" if backwards else "a"
        found = self.take(
            f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) MATCH {way} WITH DISTINCT m.id AS id "
            f"MATCH ({near}:Entity {{id: id}}) MATCH (a:Entity)-[r:{pattern}]->(b:Entity) WHERE {OURS}",
            ids=sorted(ids),
        )
        return {*ids, *(claim.subject if backwards else claim.object for claim in found)}

    def follow_ties(self, ties: Mapping[str, Collection[str]]) -> None:
        """Fetch the access claims that lead from some entities to those that each is tied to."""
        self.take(
            f"UNWIND $ties AS tie MATCH (a:Entity {{id: tie.a}})-[r:{ACCESS}]->(b:Entity) "
            f"WHERE {OURS} AND b.id IN tie.others",
            self.limit,
            ties=[{"a": a, "others": sorted(others)} for a, others in sorted(ties.items())],
        )

    def graph(self, extra: Iterable[str] = ()) -> Graph:
        """Return what was gathered as a graph, with its entities and documents."""
        ids = set(extra)
        sources = set()
        for claim in self.claims.values():
            sources.add(claim.document)
            ids.update((claim.subject, claim.object), claim.chips, claim.sites, claim.regions)
            ids.update(claim.via, claim.transit, filter(None, (claim.owner, claim.licence_by)))
        self.know(ids)
        self.documents.update((one.id, one) for one in fetch_documents(self.store, sources - self.documents.keys()))
        if missing := sorted(sources - self.documents.keys()):
            raise StoreError(
                f"the database lacks the document {missing[0]!r}, which claims name ({len(missing)} are missing): "
                "run `graphkit build` on the fact base again"
            )
        known = (self.entities[id_] for id_ in sorted(ids) if id_ in self.entities)
        return build_graph(known, self.claims.values(), self.documents.values())


def _read_in_one_transaction(gather: Callable[Concatenate[Reader, _P], _T]) -> Callable[Concatenate[Store, _P], _T]:
    """Let a slice do its reads together; a store that keeps what it read keeps the slice, which nobody changes."""

    @functools.wraps(gather)
    def together(store: Store, /, *args: _P.args, **more: _P.kwargs) -> _T:
        def read() -> _T:
            return store.read_together(lambda reader: gather(reader, *args, **more))

        return store.keep((gather, args, more), read) if isinstance(store, KeptStore) else read()

    return together


@_read_in_one_transaction
def fetch_access_slice(
    store: Reader,
    buyers: Collection[str],
    chips: Collection[str],
    *,
    max_hops: int,
    max_slice: int = MAX_SLICE,
) -> Slice:
    """Return the claims on every access path of at most `max_hops` steps from buyers to chips.

    With them come what places the sites, classes the chips and regions, what the rules ask of the
    companies, and the first claims on who has the chips, so that a negative answer has its reasons.
    """
    gathering = _SliceBuilder(store, max_slice)
    forms = gathering.follow_up("FORM_OF", chips, backwards=True)
    gathering.follow_up(_TAXONOMY, forms)
    ends = {*forms, *(claim.object for claim in gathering.claims.values())}
    # who makes a class and who a chip says whether the one can mean the other
    gathering.follow("DESIGNS", ends, backwards=True, bounded=False)
    unexplored, deeper = _widen(gathering, set(buyers), ends, max_hops)
    _fetch_holders(gathering, forms)
    suppliers = _surround(gathering, gathering.claims.values(), chips)
    return Slice(gathering.graph({*buyers, *chips}), gathering.truncated, frozenset(unexplored | suppliers), deeper)


@_read_in_one_transaction
def fetch_path_slice(
    store: Reader,
    buyers: Collection[str],
    chips: Collection[str],
    *,
    max_hops: int,
    max_slice: int = MAX_SLICE,
) -> Slice:
    """Return the claims on every access path of at most `max_hops` steps, and nothing that leads elsewhere.

    All that it takes to find the paths, and much less than `fetch_access_slice`, which can also say why
    there is none. First who is tied to whom, ids only; then the claims between those that are
    reached by a buyer and reach a chip, with where the sites stand and what chips and regions belong to.
    """
    ties = Ties(store, chips, max_slice)
    ties.widen(buyers, max_hops, 10 * _WIDE)
    near = ties.find_between(buyers, max_hops)
    gathering = _SliceBuilder(store, max_slice)
    gathering.truncated = ties.truncated
    if near:
        gathering.follow_ties({a: (ties.onward[a] & near) | ties.chips[a] for a in near - ties.ends})
    scopes = {*chips, *ties.ends}
    for claim in gathering.claims.values():
        scopes.update(claim.chips, claim.sites, claim.regions, _list_sites(claim))
    # seats and makers say whether a class of chips can mean the one that is asked for
    holders = {claim.subject for claim in gathering.claims.values() if claim.object in ties.ends}
    gathering.follow_up(f"LOCATED_IN|HEADQUARTERED_IN|{_TAXONOMY}", scopes | holders)
    if any(claim.object in ties.ends.difference(chips) for claim in gathering.claims.values()):
        gathering.follow("DESIGNS", ties.ends, backwards=True, bounded=False)
    return Slice(gathering.graph({*buyers, *chips}), gathering.truncated, deeper=True)


@_read_in_one_transaction
def add_surroundings(store: Reader, part: Slice, nodes: Collection[str], buyer: str | None = None) -> Slice:
    """Return a slice with what the rules ask of those on its paths, whose ids are `nodes`, and of a buyer."""
    on_paths = [claim for claim in iterate_claims(part.graph) if claim.subject in nodes and claim.object in nodes]
    gathering = _SliceBuilder(store, MAX_SLICE, iterate_claims(part.graph))
    gathering.entities.update((entity.id, entity) for entity in iterate_entities(part.graph))
    gathering.documents.update(get_documents(part.graph))
    suppliers = _surround(gathering, on_paths, (), {buyer} if buyer else ())
    return msgspec.structs.replace(part, graph=gathering.graph(part.graph), unexplored=part.unexplored | suppliers)


def _widen(gathering: _SliceBuilder, front: set[str], back: set[str], hops: int) -> tuple[set[str], bool]:
    """Fetch access claims from both ends until they must have met.

    Returns the entities whose way ahead was not fetched, and whether longer paths may lead on there.
    """
    reached, sources = set(front), set(back)
    for _ in range(hops):
        if not front or not back or gathering.truncated:
            break
        ahead = count_waiting(gathering.store, front, backwards=False)
        # the way back is looked at only where the way ahead is wide
        backwards = ahead > _WIDE and count_waiting(gathering.store, back, backwards=True) < ahead
        if backwards:
            behind = gathering.follow(ACCESS, back, backwards=True)
            back = {claim.subject for claim in behind} - sources
            sources |= back
        else:
            found = {claim.object for claim in gathering.follow(ACCESS, front)} - reached
            gathering.know(found)
            reached |= found
            front = {node for node in found if gathering.entities[node].kind in PASSABLE}
    return front, bool(front and back)


def _fetch_holders(gathering: _SliceBuilder, chips: Collection[str], limit: int = 200) -> None:
    """Fetch some claims on who has the chips; they widen nothing, so they may be cut without a word."""
    match = f"UNWIND $ids AS id MATCH (b:Entity {{id: id}}) MATCH (a:Entity)-[r:HOSTS|USES|BUYS]->(b) WHERE {OURS}"
    for claim in fetch_claims(gathering.store, match, limit, ids=sorted(chips)):
        gathering.claims.setdefault(claim.id, claim)


def _surround(
    gathering: _SliceBuilder, around: Iterable[Claim], chips: Collection[str], others: Collection[str] = ()
) -> set[str]:
    """Add where sites stand, what chips and regions belong to, and what the rules ask of companies.

    For every company of the claims `around`, and `others`: its seats, the lists it is on, its landlords, and its
    owners and investors upwards; for those who run or have computers, their suppliers. Returns the
    suppliers that no claim `around` names, of whom nothing else is fetched.
    """
    around = list(around)
    sites = {site for claim in around for site in (*_list_sites(claim), *claim.sites)}
    companies = {
        end
        for claim in around
        for end, kinds in (
            (claim.subject, RELATIONS[claim.relation].subjects),
            (claim.object, RELATIONS[claim.relation].objects),
        )
        if "Company" in kinds
    }
    owners = {claim.owner for claim in around if claim.owner}
    holders = owners | {claim.subject for claim in around if claim.relation in ("OPERATES", "USES")}
    above = {*chips, *(claim.object for claim in around if "Chip" in RELATIONS[claim.relation].objects)}
    for claim in around:
        above.update(claim.regions, claim.chips)
    suppliers = {claim.object for claim in gathering.follow("BUYS_FROM", holders, bounded=False)}
    everyone = gathering.follow_on("OWNS|INVESTS_IN", {*companies, *owners, *suppliers, *others}, backwards=True)
    seats = gathering.follow(_PLACE, {*sites, *everyone}, bounded=False)
    # what bears on who the owners are, where that is not known
    gathering.follow("INVESTIGATES|LINKED_TO", {*companies, *owners, *others}, backwards=True, bounded=False)
    gathering.follow("LINKED_TO|COMPLIES_WITH", {*companies, *owners, *others}, bounded=False)
    denied = f"MATCH (a:Entity)-[r:BUYS_FROM]->(b:Entity {{id: id}}) WHERE {OURS} AND r.status = $status"
    gathering.take(f"UNWIND $ids AS id {denied}", ids=sorted({*companies, *owners, *others}), status="negated")
    landlords = {claim.object for claim in seats if claim.relation == "LEASES_SPACE_FROM"}
    if landlords and sites:
        runs = f"MATCH (a:Entity {{id: id}})-[r:OPERATES]->(b:Entity) WHERE {OURS} AND b.id IN $sites"
        gathering.take(f"UNWIND $ids AS id {runs}", ids=sorted(landlords), sites=sorted(sites))
    above.update(claim.object for claim in seats if claim.relation not in ("LISTED_ON", "LEASES_SPACE_FROM"))
    gathering.follow_up(_TAXONOMY, above)
    return suppliers - companies


def _list_sites(claim: Claim) -> tuple[str, ...]:
    """Return the sites among a claim's ends."""
    return {"HOSTS": (claim.subject,), "OPERATES": (claim.object,)}.get(claim.relation, ())


@_read_in_one_transaction
def fetch_neighbourhood(store: Reader, ids: Collection[str], *, radius: int = 1, max_slice: int = MAX_SLICE) -> Slice:
    """Return all claims within `radius` steps of some entities, whatever their relation."""
    gathering = _SliceBuilder(store, max_slice)
    everything = "|".join(RELATIONS)
    seen, wave = set(ids), set(ids)
    for _ in range(radius):
        near = [*gathering.follow(everything, wave), *gathering.follow(everything, wave, backwards=True)]
        wave = {end for claim in near for end in (claim.subject, claim.object)} - seen
        seen |= wave
    return Slice(gathering.graph(ids), gathering.truncated)


@_read_in_one_transaction
def fetch_party_slice(store: Reader, ids: Collection[str]) -> Graph:
    """Return what the rules ask of some companies: seats, lists, owners upwards, and what bears on these."""
    gathering = _SliceBuilder(store, MAX_SLICE)
    _surround(gathering, (), (), ids)
    return gathering.graph(ids)


@_read_in_one_transaction
def fetch_tie_slice(
    store: Reader, ids: Collection[str], relations: Collection[str], *, steps: int = 2, max_slice: int = MAX_SLICE
) -> Slice:
    """Return what some companies are tied to by some relations, and what the rules ask of all of them."""
    gathering = _SliceBuilder(store, max_slice)
    kinds = "|".join(sorted(relations))
    seen, wave = set(ids), set(ids)
    for _ in range(steps):
        near = [*gathering.follow(kinds, wave), *gathering.follow(kinds, wave, backwards=True)]
        ends = {end for claim in near for end in (claim.subject, claim.object)} - seen
        gathering.know(ends)
        # one that stands for unnamed companies ties nobody to anybody
        wave = {end for end in ends if end in gathering.entities and not gathering.entities[end].generic}
        seen |= wave
    _surround(gathering, (), (), seen)
    return Slice(gathering.graph(ids), gathering.truncated)


@_read_in_one_transaction
def fetch_seat_slice(store: Reader, region: str) -> Graph:
    """Return who is said to have its headquarters in a region or a part of it, and what is part of it."""
    gathering = _SliceBuilder(store, MAX_SLICE)
    parts = gathering.follow_up("PART_OF", {region}, backwards=True)
    gathering.follow("HEADQUARTERED_IN", parts, backwards=True, bounded=False)
    return gathering.graph({region})


@_read_in_one_transaction
def fetch_owner_slice(store: Reader, owned: str) -> Graph:
    """Return who is said to own an entity."""
    gathering = _SliceBuilder(store, MAX_SLICE)
    gathering.follow("OWNS", {owned}, backwards=True, bounded=False)
    return gathering.graph({owned})


@_read_in_one_transaction
def fetch_claims_from(store: Reader, ids: Collection[str], relation: str) -> Graph:
    """Return the claims of one relation that leave some entities."""
    gathering = _SliceBuilder(store, MAX_SLICE)
    gathering.follow(relation, ids)
    return gathering.graph(())


@_read_in_one_transaction
def fetch_whole(store: Reader, *, max_slice: int = MAX_SLICE) -> Slice:
    """Return everything, up to `max_slice` claims, in the order of their ids."""
    gathering = _SliceBuilder(store, max_slice)
    gathering.take(f"MATCH (a:Entity)-[r:{'|'.join(RELATIONS)}]->(b:Entity) WHERE {OURS}", max_slice)
    return Slice(gathering.graph(), gathering.truncated)
