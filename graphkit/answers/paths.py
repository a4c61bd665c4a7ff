"""The question of paths: how a buyer can reach a chip, best ways first, or why there is none."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, OpenBase, format_count
from graphkit.answers.findings import RuleFindings, make_rule_findings
from graphkit.answers.kept import KeptBase, Mode
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.path_records import (
    NearMissRecord,
    PathRecord,
    make_near_miss_record,
    make_no_path,
    make_path_record,
    make_unnamed_path,
)
from graphkit.answers.question import FiltersRecord, Searched
from graphkit.answers.records import ClaimRecord, make_claim_record
from graphkit.clock import get_today
from graphkit.facts import BEGINNING, Entity
from graphkit.graph import Filters
from graphkit.ontology import DEFAULT_STATUSES, PATH_STATUSES
from graphkit.paths import (
    AccessPath,
    Effort,
    NearMiss,
    Network,
    Search,
    count_seconds,
    explain_absence,
    find_refusals,
    find_undated,
    find_unpublished,
    merge_negatives,
)
from graphkit.paths.near_misses import MAX_LOOKED_AT
from graphkit.rules import judge_path

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Steps of a path and paths of an answer, unless told otherwise; near misses of an answer.
MAX_HOPS, LIMIT, MAX_MISSES = 6, 10, 5
#: Partial paths and seconds of all looks for near misses together; seconds of all searches for chips not named, and
#: those in which claims that were searched are counted, buyer by buyer.
_NEAR, _APART_SECONDS, _COUNTING = (100_000, 1.0), 1.0, 0.5


class PathsFound(msgspec.Struct, frozen=True):
    """The answer to a question for paths with the slice that it rests on, the paths, and the ways `apart`.

    `members` are the chips asked for, `buyers` the ids of those who were asked about. `crowded` says that so much
    is nearly a path that not all of it was looked at, `work` counts the partial paths and near misses taken up.
    """

    answer: PathAnswer
    part: slices.Slice
    paths: tuple[AccessPath, ...]
    members: tuple[Entity, ...]
    apart: tuple[AccessPath, ...]
    buyers: tuple[str, ...]
    crowded: bool = False
    work: int = 0

    @property
    def graph(self) -> Graph:
        """The graph of the slice."""
        return self.part.graph

    def get_day(self, mode: Mode) -> str:
        """Return the day that was asked for by the date of a mode."""
        return (self.answer.known_by if mode == "known_by" else self.answer.as_of) or BEGINNING


def find_paths(
    base: OpenBase,
    buyer: str,
    chip: str,
    filters: Filters,
    *,
    via: Sequence[str] = (),
    limit: int = LIMIT,
    max_hops: int = MAX_HOPS,
    max_slice: int = slices.MAX_SLICE,
) -> PathsFound:
    """Return the best access paths from a buyer to a chip, or why there is none.

    At most `limit` paths of at most `max_hops` steps, over at most `max_slice` claims fetched from the store. Raises
    UnknownName, AmbiguousName, InvalidValue or StoreError.
    """
    store = base.store
    names = selection.NameLookup(store)
    names.read_ahead(selection.list_wanted([buyer], [chip], via))
    from_ = selection.select_buyers(store, buyer, names, filters)
    to = selection.select_chips(base, chip, filters.on, names)
    through = [
        selection.look_up_entity(store, name, selection.VIA_KINDS, "company or site", names).id for name in via
    ]

    # one bound for all searches for named chips: what a wider slice adds leads to no other path
    effort, apart_effort = Effort(), Effort(seconds=_APART_SECONDS)

    def start_searches(part: slices.Slice, effort: Effort, *, unnamed: bool = False) -> list[Search]:
        network = Network.of(part.graph, base.rulebook)
        return [
            Search(network, one.id, two.id, filters, max_hops=max_hops, via=through, unnamed=unnamed, effort=effort)
            for one in from_.members
            for two in to.members
            if one.id in part.graph and two.id in part.graph
        ]

    def search_part(part: slices.Slice) -> tuple[slices.Slice, list[Search], list[AccessPath]]:
        searches = start_searches(part, effort)
        return part, searches, choose_best_paths(searches, limit + 1)

    given = store, from_.ids, to.ids
    part, searches, found = search_part(slices.fetch_path_slice(*given, max_hops=max_hops, max_slice=max_slice))
    if not found:
        # the reasons lie off the ways to the chip; only a look one hop further tells a dead end from a bound
        part, searches, found = search_part(
            slices.fetch_access_slice(*given, max_hops=max_hops + 1, max_slice=max_slice)
        )
    ways = choose_best_paths(start_searches(part, apart_effort, unnamed=True), limit + 1)
    apart = ways[:limit]
    look = Effort(*_NEAR)
    refused, more_misses = find_first_refusals(searches, look) if found else ([], False)
    if found:
        on_paths = {node for path in [*found[:limit], *apart] for node in path.nodes}
        passed = {node for miss in refused for step in miss.steps for node in (step[0], step[2])}
        stating = {*from_.ids, *on_paths, *passed}
        part = slices.add_surroundings(store, part, on_paths, from_.entity.id, stating)
    paths, more = tuple(found[:limit]), len(found) > limit
    network = Network.of(part.graph, base.rulebook)
    bounded = part.truncated or any(search.exhausted for search in searches)
    negative = None
    if not paths:
        cut = part.truncated or part.deeper
        reasons = [
            explain_absence(search, truncated=cut, unexplored=part.unexplored, count=MAX_MISSES + 1, effort=look)
            for search in searches
        ]
        more_misses = sum(len(one.near_misses) for one in reasons) > MAX_MISSES or look.bound is not None
        negative = make_no_path(merge_negatives(reasons, MAX_MISSES), network)
    findings = judge_paths(base, part.graph, paths, filters, to.members)
    apart_findings = judge_paths(base, part.graph, apart, filters, to.members)
    looked_at, more_claims = _list_searched(searches)
    # one without a date that its passage lends one is on a path
    passed = {claim.id for path in [*found, *apart] for step in path.steps for claim in step.claims}
    undated = {claim.id: claim for search in searches for claim in find_undated(search) if claim.id not in passed}
    answer = PathAnswer(
        version=VERSION,
        buyer=from_.entity,
        chip=to.entity,
        as_of=filters.on,
        known_by=filters.known_by,
        filters=FiltersRecord.of(filters, [network.name(one) for one in through]),
        notes=(*base.notes, *from_.notes, *to.notes, *_list_unpublished(searches)),
        paths=tuple(make_path_record(path, network, one) for path, one in zip(paths, findings, strict=True)),
        unnamed=tuple(make_unnamed_path(path, network, one) for path, one in zip(apart, apart_findings, strict=True)),
        searched=Searched(
            max_hops=max_hops,
            limit=limit,
            truncated=more or bounded,
            more=more,
            bounded=bounded,
            statuses=tuple(name for name in PATH_STATUSES if name in (filters.statuses or DEFAULT_STATUSES)),
            claims=len(looked_at),
            outcome=negative.outcome if negative else "found",
            more_claims=more_claims,
            more_unnamed=part.truncated or len(ways) > limit or apart_effort.bound is not None,
            more_near_misses=part.truncated or more_misses,
        ),
        undated=tuple(make_claim_record(claim, network) for claim in undated.values()),
        model_calls=(),
        compliance=(),
        negative=negative,
        near_misses=tuple(make_near_miss_record(miss, network) for miss in (refused if paths else ())),
    )
    answer = add_statements(part, answer, from_.ids, filters).in_language("en")
    crowded, work = look.spent >= MAX_LOOKED_AT, effort.spent + apart_effort.spent + look.spent
    return PathsFound(answer, part, paths, to.members, tuple(apart), tuple(from_.ids), crowded, work)


def add_statements(part: slices.Slice, answer: PathAnswer, buyers: Collection[str], filters: Filters) -> PathAnswer:
    """Return an answer with what the companies on its ways say of themselves, and the models that buyers call."""
    misses = [*answer.near_misses, *(answer.negative.near_misses if answer.negative else ())]
    told = list_companies([*answer.paths, *answer.unnamed], misses, buyers)
    said = list_statements(part, told, slices.STATEMENTS, filters)
    return msgspec.structs.replace(
        answer,
        model_calls=tuple(one for one in said if one.relation == "CALLS_API_OF" and one.subject in buyers),
        compliance=tuple(one for one in said if one.relation == "COMPLIES_WITH"),
    )


def _list_searched(searches: Sequence[Search]) -> tuple[set[str], bool]:
    """Return the ids of the claims that searches looked at, and whether there was no time to count those of all."""
    found: set[str] = set()
    until = count_seconds() + _COUNTING
    for number, search in enumerate(searches, 1):
        found.update(claim.id for claim in search.reachable.claims())
        if count_seconds() > until:
            return found, number < len(searches)
    return found, False


def _list_unpublished(searches: Sequence[Search]) -> list[str]:
    """Return a note on claims that only an undated document keeps from an answer to what was known by a date."""
    undated = {claim.id: claim for search in searches for claim in find_unpublished(search)}
    if not undated:
        return []
    names = sorted({search.network.document(claim).name for search in searches[:1] for claim in undated.values()})
    told = f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}"
    return [f"left out, since nobody knows when it was published: {format_count(len(undated), 'claim')} of {told}"]


def choose_best_paths(searches: Sequence[Search], most: int) -> list[AccessPath]:
    """Return the best paths of several searches; one that two of them find stands once."""
    seen: set[tuple[tuple[str, str, str], ...]] = set()
    found: list[AccessPath] = []
    for _, path in heapq.merge(*searches, key=lambda ranked: ranked[0]):
        key = tuple((step.subject, step.relation, step.object) for step in path.steps)
        if key not in seen:
            seen.add(key)
            found.append(path)
            if len(found) == most:
                break
    return found


def judge_paths(
    base: OpenBase, graph: Graph, paths: Sequence[AccessPath], filters: Filters, chips: Sequence[Entity]
) -> list[RuleFindings]:
    """Return what the rules say of each path, on the date asked for, else on the days of its acts."""
    chip, day = get_only_chip(chips), get_today()

    def judge(path: AccessPath) -> RuleFindings:
        def find(given: Filters) -> RuleFindings:
            said = judge_path(graph, path, base.rulebook, given.on, today=day, chip=chip, filters=given)
            return make_rule_findings(said)

        return base.keep_findings(graph, path, filters, chip, find) if isinstance(base, KeptBase) else find(filters)

    return list(map(judge, paths))


def get_only_chip(chips: Sequence[Entity]) -> str | None:
    """Return the id of the chip asked for where it is one alone: what names no model is judged as that."""
    return chips[0].id if len(chips) == 1 else None


def list_companies(
    paths: Sequence[PathRecord], misses: Sequence[NearMissRecord], buyers: Collection[str]
) -> list[str]:
    """Return the ids of the companies on some ways and near misses, and the buyers."""
    passed = [one for path in paths for one in path.entities]
    passed += [end for miss in misses for step in miss.steps for end in (step.subject, step.object)]
    return sorted({*buyers, *(one.id for one in passed if one.kind == "Company")})


def list_statements(
    part: slices.Slice, companies: Collection[str], relations: Collection[str], filters: Filters
) -> tuple[ClaimRecord, ...]:
    """Return the claims of some relations of companies, such as whose models they call (route R9)."""
    if part.statements is None:
        return ()
    network = Network.of(part.statements)
    every = msgspec.structs.replace(filters, statuses=None, include=None)
    found = [
        claim
        for claim in network.graph.iterate_claims()
        if claim.relation in relations and claim.subject in companies and every.keep(claim, network.document(claim))
    ]
    found.sort(key=lambda claim: (claim.subject, claim.object, claim.id))
    return tuple(make_claim_record(claim, network) for claim in found)


def find_first_refusals(searches: Sequence[Search], effort: Effort) -> tuple[list[NearMiss], bool]:
    """Return what would be one path more, had nobody refused or denied it, and whether there is more of it.

    What two searches find stands once. `effort` bounds the look for it.
    """
    found = {miss.broken: miss for search in searches for miss in find_refusals(search, effort)}
    return list(found.values())[:MAX_MISSES], len(found) > MAX_MISSES or effort.bound is not None
