"""Slices: the part of a database that a question needs, as a graph.

`fetch_path_slice` has what lies between buyers and chips, all that it takes to find the paths: most of
what a buyer can reach leads nowhere, so only the claims of what can arrive are fetched; where very much lies
ahead, first only the ids are looked at (`ties`). `add_surroundings` adds what the rules ask of those on a path.
`fetch_access_slice` has everything on the way, which it takes to say why there is no path. It widens from
both ends: from the buyers forwards along access, from the chips backwards, always on the side where fewer
claims wait. With `f` rounds forwards and `b` backwards, every path of at most `f + b` steps has all its
claims in the slice, so a hub with 100,000 customers is not opened from its suppliers' side. What a bound
cut is said. Where the sites stand and what the chips belong to is never cut: without it a path could leave
a claim's scope.

A slice is one or two requests of a store (`graphkit.engines.reads`), however many steps it has.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import msgspec

from graphkit.engines.kept import KeptStore
from graphkit.engines.reads import LEVELS, SCOPES, Between, Follow, Records, Step, Walk, Whole, Widen
from graphkit.errors import StoreError
from graphkit.facts import Claim
from graphkit.graph import build_graph
from graphkit.ontology import RELATIONS
from graphkit.slices.ties import Ties

if TYPE_CHECKING:
    from graphkit.engines import Store
    from graphkit.graph import Graph

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: Claims that a slice holds at most.
MAX_SLICE = 50_000

_EVERY = tuple(RELATIONS)
_TAXONOMY = ("FORM_OF", "IN_CLASS", "PART_OF", "VARIANT_OF")
_SEATS = ("LOCATED_IN", "HEADQUARTERED_IN", "INCORPORATED_IN", "DEPLOYS_IN")
#: What companies state that is no step of a path and no more than a word to the rules.
STATEMENTS = ("CALLS_API_OF", "COMPLIES_WITH")
#: Claims ahead of the buyers from which on the way back from the chips is considered.
_WIDE = 200
#: Entities ahead of the buyers beyond which who is tied to whom is looked at first.
_NEAR = 5_000
#: Claims on who has the chips that stand beside a negative answer.
_HOLDERS = 200


class Slice(msgspec.Struct, frozen=True):
    """A part of a database as a graph; `truncated` says that a bound left something out.

    `unexplored` are entities whose way ahead was not fetched; `deeper` says that longer paths may
    lead through them. `statements` is a graph of its own: whose models companies call, which rules they say
    they keep.
    """

    graph: Graph
    truncated: bool
    statements: Graph | None = None
    unexplored: frozenset[str] = frozenset()
    deeper: bool = False

    @property
    def size(self) -> int:
        """Number of claims."""
        return self.graph.count_claims()


def _keep_fetched(fetch: Callable[Concatenate[Store, _P], _T]) -> Callable[Concatenate[Store, _P], _T]:
    """Let a store that keeps what it read keep what is fetched, which nobody changes."""

    @functools.wraps(fetch)
    def fetch_once(store: Store, /, *args: _P.args, **more: _P.kwargs) -> _T:
        if isinstance(store, KeptStore):
            return store.keep((fetch, args, more), lambda: fetch(store.opened, *args, **more))
        return fetch(store, *args, **more)

    return fetch_once


@_keep_fetched
def fetch_access_slice(
    store: Store,
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
    steps: list[Step] = [
        Follow(("FORM_OF",), ("chips",), backwards=True, levels=LEVELS, into="forms"),
        Follow(_TAXONOMY, ("forms",), levels=LEVELS, into="ends"),
        # who makes a class and who a chip says whether the one can mean the other
        Follow(("DESIGNS",), ("ends",), backwards=True),
        Widen("buyers", "ends", max_hops, _WIDE),
        # they widen nothing, so they may be cut without a word
        Follow(("HOSTS", "USES", "BUYS"), ("forms",), backwards=True, most=_HOLDERS),
    ]
    sets = {"buyers": buyers, "chips": chips}
    found = store.reader.fetch_claims(steps, sets, limit=max_slice, entities={*buyers, *chips})
    around = _fetch_surroundings(store, found.claims, chips, stating=buyers)
    graph = _make_graph(found, around.records)
    return Slice(graph, found.truncated, around.statements, found.unexplored | around.suppliers, found.deeper)


@_keep_fetched
def fetch_path_slice(
    store: Store,
    buyers: Collection[str],
    chips: Collection[str],
    *,
    max_hops: int,
    max_slice: int = MAX_SLICE,
) -> Slice:
    """Return the claims on every access path of at most `max_hops` steps, and nothing that leads elsewhere.

    All that it takes to find the paths, and much less than `fetch_access_slice`, which can also say why
    there is none: the claims between those that are reached by a buyer and reach a chip, with where the sites
    stand and what chips and regions belong to. Where very much lies ahead, first who is tied to whom, ids only.
    """
    around = [
        # seats and makers say whether a class of chips can mean the one that is asked for
        Follow(("LOCATED_IN", "HEADQUARTERED_IN", *_TAXONOMY), ("ends", "holders", SCOPES), levels=LEVELS),
        Follow(("DESIGNS",), ("ends",), backwards=True),
    ]
    walk = Walk("buyers", "chips", max_hops, min(_NEAR, max_slice), ends="ends", holders="holders")
    sets = {"buyers": buyers, "chips": chips}
    fetch = functools.partial(store.reader.fetch_claims, limit=max_slice, entities={*buyers, *chips})
    found, truncated = fetch([walk, *around], sets), False
    if found.wide:
        ties = Ties(store.reader, chips, max_slice)
        ties.widen(buyers, max_hops, 10 * _WIDE)
        between = ties.find_between(buyers, max_hops)
        sets = {"ends": {*chips, *ties.ends}, "holders": between.keys() & ties.chips.keys()}
        found, truncated = fetch([Between(between), *around], sets), ties.truncated
    graph = _make_graph(found)
    return Slice(graph, truncated or found.truncated, deeper=True)


@_keep_fetched
def add_surroundings(
    store: Store, part: Slice, nodes: Collection[str], buyer: str | None = None, stating: Collection[str] = ()
) -> Slice:
    """Return a slice with what the rules ask of those on its paths, whose ids are `nodes`, and of a buyer.

    With it come the statements of the companies `stating`: whose models they call, which rules they say they keep.
    """
    on_paths = [claim for claim in part.graph.iterate_claims() if claim.subject in nodes and claim.object in nodes]
    around = _fetch_surroundings(store, on_paths, (), {buyer} if buyer else (), stating=stating)
    own = Records(
        list(part.graph.iterate_claims()), list(part.graph.entities.values()), list(part.graph.documents.values())
    )
    graph = _make_graph(own, around.records)
    unexplored = part.unexplored | around.suppliers
    return msgspec.structs.replace(part, graph=graph, statements=around.statements, unexplored=unexplored)


class _Surroundings(msgspec.Struct, frozen=True):
    """Records for the rules, the statements of companies, and the suppliers of whom nothing else was fetched."""

    records: Records
    statements: Graph
    suppliers: frozenset[str]


def _fetch_surroundings(
    store: Store,
    around: Sequence[Claim],
    chips: Collection[str],
    others: Collection[str] = (),
    *,
    stating: Collection[str] = (),
) -> _Surroundings:
    """Fetch where sites stand, what chips and regions belong to, and what the rules ask of companies.

    For every company of the claims `around`, and `others`: its seats, the lists it is on, its landlords, and its
    owners and investors upwards; for those who run or have computers, their suppliers, of whom nothing else is
    fetched where no claim `around` names them. With it come the statements of these companies, and of those
    `stating`.
    """
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
    sets = {
        "companies": {*companies, *owners, *others},
        "holders": holders,
        "sites": sites,
        "above": above,
        "stating": stating,
    }
    steps = [
        Follow(("BUYS_FROM",), ("holders",), into="suppliers"),
        *_list_asked("companies"),
        Follow(STATEMENTS, ("companies", "stating")),
    ]
    found = store.reader.fetch_claims(steps, sets)
    suppliers = {claim.object for claim in found.claims if claim.relation == "BUYS_FROM" and claim.subject in holders}
    said = [claim for claim in found.claims if claim.relation in STATEMENTS]
    asked = [
        claim
        for claim in found.claims
        if claim.relation not in STATEMENTS
        or (claim.relation == "COMPLIES_WITH" and claim.subject in sets["companies"])
    ]
    return _Surroundings(
        _select_claims(found, asked),
        _make_graph(_select_claims(found, said)),
        frozenset(suppliers - companies),
    )


def _list_asked(*companies: str) -> list[Step]:
    """Return the steps to what the rules ask of some sets of companies.

    Also of the sets `suppliers` (their owners and seats alone), `sites` and `above`, which has chips and regions.
    """
    return [
        Follow(("OWNS", "INVESTS_IN"), (*companies, "suppliers"), backwards=True, levels=None, into="everyone"),
        Follow(("LEASES_SPACE_FROM",), ("everyone",), into="landlords"),
        Follow(("LISTED_ON",), ("everyone",)),
        Follow(_SEATS, ("sites", "everyone"), into="places"),
        # what bears on who the owners are, where that is not known
        Follow(("INVESTIGATES", "LINKED_TO"), companies, backwards=True),
        Follow(("LINKED_TO", "COMPLIES_WITH"), companies),
        Follow(("BUYS_FROM",), companies, backwards=True, status="negated"),
        Follow(("OPERATES",), ("landlords",), ends="sites"),
        Follow(_TAXONOMY, ("above", "places"), levels=LEVELS),
    ]


def _list_sites(claim: Claim) -> tuple[str, ...]:
    """Return the sites among a claim's ends."""
    return {"HOSTS": (claim.subject,), "OPERATES": (claim.object,)}.get(claim.relation, ())


def _select_claims(records: Records, claims: Sequence[Claim]) -> Records:
    """Return some claims of a request, with the entities and documents that these name."""
    named: set[str | None] = {one for c in claims for one in (c.subject, c.object, c.owner, c.licence_by)}
    named.update(*[scope for c in claims for scope in (c.chips, c.sites, c.regions, c.via, c.transit) if scope])
    sources = {claim.document for claim in claims}
    return msgspec.structs.replace(
        records,
        claims=list(claims),
        entities=[entity for entity in records.entities if entity.id in named],
        documents=[document for document in records.documents if document.id in sources],
    )


def _make_graph(*fetched: Records) -> Graph:
    """Return the claims that were fetched as a graph, with the entities that came with them.

    Raises StoreError where a document is missing.
    """
    every = [claim for records in fetched for claim in records.claims]
    by_id = {claim.id: claim for claim in reversed(every)}  # of two fact bases, the first tells it
    known = {entity.id: entity for records in fetched for entity in records.entities}
    documents = {document.id: document for records in fetched for document in records.documents}
    sources = {claim.document for claim in by_id.values()}
    if missing := sorted(sources - documents.keys()):
        raise StoreError(
            f"the database lacks the document {missing[0]!r}, which claims name ({len(missing)} are missing): "
            "run `graphkit build` on the fact base again"
        )
    return build_graph(
        [known[id_] for id_ in sorted(known)],
        [by_id[id_] for id_ in sorted(by_id)],
        [documents[id_] for id_ in sorted(sources)],
    )


def fetch_neighbourhood(store: Store, ids: Collection[str], *, radius: int = 1, max_slice: int = MAX_SLICE) -> Slice:
    """Return all claims within `radius` steps of some entities, whatever their relation."""
    steps = [
        Follow(_EVERY, (f"wave {round_}",), backwards=backwards, into=f"wave {round_ + 1}", bounded=True)
        for round_ in range(radius)
        for backwards in (False, True)
    ]
    found = store.reader.fetch_claims(steps, {"wave 0": ids}, limit=max_slice, entities=ids)
    return Slice(_make_graph(found), found.truncated)


def fetch_party_slice(store: Store, ids: Collection[str]) -> Graph:
    """Return what the rules ask of some companies: seats, lists, owners upwards, and what bears on these."""
    found = store.reader.fetch_claims(_list_asked("companies"), {"companies": ids}, entities=ids)
    return _make_graph(found)


def fetch_tie_slice(
    store: Store, ids: Collection[str], relations: Collection[str], *, rounds: int = 2, max_slice: int = MAX_SLICE
) -> Slice:
    """Return what some companies are tied to by some relations, and what the rules ask of all of them."""
    kinds = tuple(sorted(relations))
    steps = [
        # one that stands for unnamed companies ties nobody to anybody
        Follow(kinds, (f"wave {round_}",), backwards=backwards, into=f"wave {round_ + 1}", named=True, bounded=True)
        for round_ in range(rounds)
        for backwards in (False, True)
    ]
    asked = _list_asked(*(f"wave {round_}" for round_ in range(rounds + 1)))
    found = store.reader.fetch_claims([*steps, *asked], {"wave 0": ids}, limit=max_slice, entities=ids)
    return Slice(_make_graph(found), found.truncated)


@_keep_fetched
def fetch_seat_slice(store: Store, region: str) -> Graph:
    """Return who is said to have its headquarters in a region or a part of it, and what is part of it."""
    steps = [
        Follow(("PART_OF",), ("region",), backwards=True, levels=LEVELS, into="parts"),
        Follow(("HEADQUARTERED_IN",), ("parts",), backwards=True),
    ]
    return _make_graph(store.reader.fetch_claims(steps, {"region": {region}}, entities={region}))


def fetch_seats(store: Store, ids: Collection[str]) -> Graph:
    """Return where some companies are said to have their headquarters."""
    found = store.reader.fetch_claims(
        [Follow(("HEADQUARTERED_IN",), ("companies",))], {"companies": ids}, entities=ids
    )
    return _make_graph(found)


@_keep_fetched
def fetch_owner_slice(store: Store, owned: str) -> Graph:
    """Return who is said to own an entity."""
    steps = [Follow(("OWNS",), ("owned",), backwards=True)]
    return _make_graph(store.reader.fetch_claims(steps, {"owned": {owned}}, entities={owned}))


def fetch_whole(store: Store, *, max_slice: int = MAX_SLICE) -> Slice:
    """Return everything, entities without a claim too, up to `max_slice` of either, in the order of their ids."""
    found = store.reader.fetch_claims([Whole()], {}, limit=max_slice)
    graph, truncated = _make_graph(found), found.truncated
    if not truncated:
        alone = [entity for entity in store.reader.list_entities() if entity.id not in graph]
        truncated = len(alone) > max_slice
        for entity in alone[:max_slice]:
            graph.add_entity(entity)
    return Slice(graph, truncated)
