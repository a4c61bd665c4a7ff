"""Near misses: what would be a path but for the status, dates or scope of few claims."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence, Set

import msgspec

from graphkit.facts import Claim, get_earliest_day
from graphkit.graph import Filters, find_valid_days
from graphkit.paths.access_path import AccessPath
from graphkit.paths.confidence import rank_claim
from graphkit.paths.effort import Effort
from graphkit.paths.evaluation import is_possible
from graphkit.paths.network import Network, ParallelClaims
from graphkit.paths.search import Search
from graphkit.paths.target import Target

#: Sequences of steps that the search for near misses looks at.
MAX_LOOKED_AT = 200
#: Partial sequences that it keeps at most, and seconds that it takes; the same for a path with one more hop.
MAX_KEPT, MAX_SECONDS = 20_000, 1.0
#: The reasons of those that somebody refused or denied.
_REFUSALS = frozenset({"refused", "negated", "not carried out"})


class NearMiss(msgspec.Struct, frozen=True):
    """A sequence of steps that would be a path but for `broken`; `reasons` go with them, one each.

    `chip_class` is the generic chip or family at which it ends without naming the chip asked for, `denied_by` are
    claims that deny one of its steps.
    """

    steps: tuple[tuple[str, str, str], ...]
    broken: tuple[Claim, ...]
    reasons: tuple[str, ...]
    chip_class: str | None = None
    denied_by: tuple[Claim, ...] = ()


def find_near_misses(search: Search, effort: Effort | None = None, *, brief: bool = False) -> Iterator[NearMiss]:
    """Yield what would be a path but for the status, dates or scope of few claims, the nearest first.

    `brief` leaves out all but the nearest and what was refused or denied. Those that `effort`, or else a bound of
    its own, does not allow for are left out.
    """
    found = _find_broken(search, effort)
    if brief:
        nearest = list(itertools.islice(found, 1))
        yield from nearest
        yield from (miss for miss in found if not _REFUSALS.isdisjoint(miss.reasons))
        if nearest:
            return
    else:
        yield from found
    yield from _find_longer_path(search, effort)


def find_refusals(search: Search, effort: Effort | None = None) -> Iterator[NearMiss]:
    """Yield what would be a path had nobody refused or denied one of its steps, the nearest first."""
    return _find_broken(search, effort, _REFUSALS)


def _find_broken(search: Search, effort: Effort | None, only: Set[str] | None = None) -> Iterator[NearMiss]:
    """Yield the sequences that few claims break, each set of claims once; `only` some reasons."""
    found = []
    looking = effort or Effort(MAX_KEPT, MAX_SECONDS)
    for broken, groups in _iterate_sequences(search, looking, may_be_whole=only is None):
        miss = _make_near_miss(search, broken, groups, only)
        if miss:
            names = tuple(map(search.network.name, (group.object for group in groups)))
            found.append(((len(miss.broken), len(groups), names), miss))
    seen: set[tuple[str, ...]] = set()
    for miss in (*(one for _, one in sorted(found, key=lambda pair: pair[0])), *_find_refused_chips(search)):
        key = tuple(claim.id for claim in miss.broken)
        if key not in seen:
            seen.add(key)
            yield miss


def _find_refused_chips(search: Search) -> Iterator[NearMiss]:
    """Yield what the buyer was refused, or denies, of the chip by name, even if nobody says that the other has it."""
    network = search.network
    relaxed = msgspec.structs.replace(search.filters, on=None, statuses=frozenset({"refused", "negated"}))
    relatives = network.relatives(search.chip)
    passed = set(search.via) - {search.buyer}
    for group in network.groups(search.buyer):
        if any(network.keeps(one, search.filters) and _speaks_of(one, search.chip, network) for one in group.claims):
            continue  # told beside the step
        for claim in group.claims:
            if not relatives.isdisjoint(claim.chips) and passed <= {group.object} and network.keeps(claim, relaxed):
                yield NearMiss(((claim.subject, claim.relation, claim.object),), (claim,), (claim.status,))


def _find_longer_path(search: Search, effort: Effort | None) -> Iterator[NearMiss]:
    """Yield the best path of one hop more than was asked for."""
    if not search.reachable.cut:
        return
    further = Search(
        search.network,
        search.buyer,
        search.chip,
        search.filters,
        max_hops=search.max_hops + 1,
        via=search.via,
        effort=effort or Effort(MAX_KEPT, MAX_SECONDS),
    )
    for _, path in itertools.islice(further, 1):
        yield NearMiss(_get_ends(path), (), (f"one more hop: a path of {len(path.steps)} steps",))


def _get_ends(path: AccessPath) -> tuple[tuple[str, str, str], ...]:
    return tuple((step.subject, step.relation, step.object) for step in path.steps)


def _iterate_sequences(
    search: Search, effort: Effort, *, may_be_whole: bool
) -> Iterator[tuple[tuple[bool, ...], tuple[ParallelClaims, ...]]]:
    """Yield simple sequences of groups to the chip, those with the fewest broken steps first.

    Those without a broken step are left out unless they are asked for (`may_be_whole`).
    """
    target = Target.of(search.network, search.chip, search.filters)
    leaving, broken_from = target.relaxed.kept, target.broken
    least = target.least_broken[search.max_hops, not may_be_whole][search.buyer]
    if least is None:
        return
    ticket = itertools.count()
    heap: list[tuple[int, int, tuple[str, ...], int, int, tuple[ParallelClaims, ...]]] = [
        (*least, (search.network.name(search.buyer),), next(ticket), 0, ())
    ]
    looked_at = 0
    while heap and looked_at < MAX_LOOKED_AT and effort.spend():
        _, _, names, _, broken, groups = heapq.heappop(heap)
        node = groups[-1].object if groups else search.buyer
        visited = {search.buyer, *(group.object for group in groups)}
        if node in target.ends:
            looked_at += 1
            if visited.issuperset(search.via):
                yield tuple(broken_from[g.subject][g.relation, g.object] for g in groups), groups
            continue
        hops = len(groups) + 1
        for group in leaving[node]:
            other = group.object
            if other in visited:
                continue
            so_far = broken + broken_from[node][group.relation, other]
            rest = target.least_broken[search.max_hops - hops, not may_be_whole and not so_far][other]
            if rest is not None:
                effort.spend()
                following = (*names, search.network.name(other))
                cost = so_far + rest[0], hops + rest[1]
                heapq.heappush(heap, (*cost, following, next(ticket), so_far, (*groups, group)))


def _make_near_miss(
    search: Search, broken: Sequence[bool], groups: Sequence[ParallelClaims], only: Set[str] | None
) -> NearMiss | None:
    """Name the claims that break a sequence; None for one that is a path, or that more than a claim breaks.

    None also where it breaks for another reason than those that are `only` asked for, if any are.
    """
    network, filters = search.network, search.filters
    claims: list[Claim] = []
    reasons: list[str] = []
    for group, is_broken in zip(groups, broken, strict=True):
        if is_broken:
            related = [claim for claim in group.claims if _speaks_of(claim, search.chip, network)] or group.claims
            nearest = min(related, key=lambda claim: (rank_claim(claim), claim.id))
            claims.append(nearest)
            reasons.append(_find_reason(nearest, network, filters))
            if only is not None and reasons[-1] not in only:
                return None
    usable = [
        ParallelClaims(group.subject, group.relation, group.object, kept or group.claims)
        for group in groups
        for kept in [tuple(claim for claim in group.claims if network.keeps(claim, filters))]
    ]
    timeless = msgspec.structs.replace(filters, on=None) if claims else filters
    if not _is_way(search, usable, timeless):
        position = next((i for i in range(len(usable)) if _is_way(search, _drop_scope(usable, i), timeless)), None)
        if position is None:
            return None
        culprit = usable[position].claims[0]
        if culprit not in claims:
            if only is not None:
                return None
            claims.append(culprit)
            reasons.append(_find_breach(culprit, search.chip, search.network))
    if not claims:
        return None
    end = groups[-1].object
    return NearMiss(
        tuple((group.subject, group.relation, group.object) for group in groups),
        tuple(claims),
        tuple(reasons),
        None if search.chip in network.families(end) else end,
        tuple(denial for group in groups for denial in network.denials(group, group.claims) if denial not in claims),
    )


def _is_way(search: Search, groups: Sequence[ParallelClaims], filters: Filters) -> bool:
    return is_possible(search.network, groups, search.chip, filters, place_filters=search.place_filters)


def _drop_scope(groups: Sequence[ParallelClaims], position: int) -> list[ParallelClaims]:
    """Return the groups with the scope of one of them taken away."""
    free = list(groups)
    group = groups[position]
    claims = tuple(
        msgspec.structs.replace(c, chips=(), sites=(), regions=(), owner=None, since="0001", until=None)
        for c in group.claims
    )
    free[position] = ParallelClaims(group.subject, group.relation, group.object, claims)
    return free


def _speaks_of(claim: Claim, chip: str, network: Network) -> bool:
    """Say whether a claim is not limited to other chips."""
    return not claim.chips or not network.find_ends(chip).isdisjoint(claim.chips)


def _has_scope(claim: Claim) -> bool:
    return bool(claim.chips or claim.sites or claim.regions or claim.owner)


def _find_breach(claim: Claim, chip: str, network: Network) -> str:
    """Return a few words for why others may not follow a claim: no model named, another scope, other days."""
    if not _speaks_of(claim, chip, network) and all(network.entity(name).generic for name in claim.chips):
        return "chip not named"
    return "outside its scope" if _has_scope(claim) else "not at the same time as the others"


def _find_reason(claim: Claim, network: Network, filters: Filters) -> str:
    """Return a few words for why the filters leave a claim out of paths."""
    if filters.statuses is not None and claim.status not in filters.statuses:
        return claim.status
    if network.is_withdrawn(claim):
        return "not carried out"
    return find_date_reason(claim, network, filters.on) if filters.on else "left out by a filter"


def find_date_reason(claim: Claim, network: Network, on: str) -> str:
    """Return how a claim misses a date: "ended", "not yet", "undated" (it may have held), or "" when it does not."""
    interval = find_valid_days(claim, network.document(claim))
    if interval is None:
        return "undated"
    if interval[1] < get_earliest_day(on):
        return "ended"
    return ("not yet" if claim.since else "undated") if interval[0] > get_earliest_day(on) else ""
