"""Access paths by brute force: every sequence of steps, read under every setting there is, on random graphs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.facts import Claim, Document, find_origin, get_earliest_day, get_latest_day, parse_locator
from graphkit.graph import Filters, build_graph
from graphkit.ontology import CONFIDENCES, RELATIONS, STATUSES
from graphkit.paths import Network, Search
from graphkit.paths.evaluation import Rank
from tests.counts import sample
from tests.hand_drawn_graphs import CHIPS, COMPANIES, DOCUMENTS, REGIONS, SITES, TAXONOMY, entity, random_claims

if TYPE_CHECKING:
    from graphkit.graph import Graph


@settings(max_examples=sample(100, 1_000), deadline=None)
@given(random_claims(), st.sampled_from([None, "2024", "2024-08", "2025-07-01"]), st.integers(2, 5), st.booleans())
def test_what_is_found_equals_every_sequence_read_under_every_setting(
    claims: list[Claim], on: str | None, max_hops: int, unnamed: bool
) -> None:
    graph = build_graph(map(entity, [*COMPANIES, *SITES, *CHIPS, *REGIONS]), [*claims, *TAXONOMY], DOCUMENTS)
    filters = Filters(on=on, statuses=frozenset({"done", "planned", "considered", "alleged"}))
    found = [
        (rank, tuple((step.relation, step.object) for step in path.steps))
        for rank, path in Search(Network.of(graph), "c1", "x", filters, max_hops=max_hops, unnamed=unnamed)
    ]
    expected = sorted(brute_force(graph, filters, max_hops, ("xany",) if unnamed else ("x", "xform")))
    assert [rank for rank, _ in found] == [rank for rank, _ in expected]
    assert sorted(found) == expected


Keys: TypeAlias = tuple[tuple[str, str, str], ...]


def brute_force(
    graph: Graph, filters: Filters, max_hops: int, ends: tuple[str, ...]
) -> Iterator[tuple[Rank, tuple[tuple[str, str], ...]]]:
    """Every simple sequence of steps from c1 to an end, read under every setting there is."""
    sources = graph.documents
    kept: dict[tuple[str, str, str], list[Claim]] = {}
    for one in graph.iterate_claims():
        if RELATIONS[one.relation].access and not one.via and filters.keep_undated(one, sources[one.document]):
            kept.setdefault((one.subject, one.relation, one.object), []).append(one)

    def extend(nodes: tuple[str, ...], keys: Keys) -> Iterator[Keys]:
        if nodes[-1] in ends:
            yield keys
        elif nodes[-1][0] in "cd" and len(keys) < max_hops:
            for key in kept:
                if key[0] == nodes[-1] and key[2] not in nodes:
                    yield from extend((*nodes, key[2]), (*keys, key))

    for keys in extend(("c1",), ()):
        ranks = list(readings(graph, [kept[key] for key in keys], keys, filters))
        if ranks:
            yield min(ranks)[1], tuple((relation, object_) for _, relation, object_ in keys)


CLASSES = {"x": {"x", "xany"}, "xform": {"xform", "x", "xany"}, "xany": {"xany"}, "xother": {"xother", "xany"}}
FAMILIES = {"x": {"x"}, "xform": {"xform", "x"}, "xany": {"xany"}, "xother": {"xother"}}
INSIDE = {"ra": {"ra", "rab"}, "rb": {"rb"}, "rab": {"rab"}}


def days(one: Claim, steps: list[list[Claim]], source: Document) -> tuple[str, str] | None:
    """The days on which a claim holds, with the dates that the others of its passage agree on where it has none."""
    dates = one.since, one.until, one.observed
    if not any(dates) and one.relation not in ("OWNS", "DESIGNS"):

        def lent(anywhere: bool) -> set[tuple[str | None, ...]]:
            return {
                (other.since, other.until, other.observed)
                for step in steps
                for other in step
                if (other.document, other.status) == (one.document, one.status)
                and (anywhere or (one.locator and other.locator == one.locator))
                and other.relation not in ("OWNS", "DESIGNS")
            } - {(None, None, None)}

        near = lent(anywhere=False) or (lent(anywhere=True) if one.implied else set())
        if len(near) == 1:
            dates = near.pop()  # type: ignore[assignment]
    since, until, observed = dates
    start = since or observed or source.published
    if until and (start is None or (not since and get_earliest_day(start) > get_latest_day(until))):
        return get_latest_day(until)[:7] + "-01", get_latest_day(until)
    return (get_earliest_day(start), get_latest_day(until) if until else "9999") if start else None


def readings(
    graph: Graph, steps: list[list[Claim]], keys: Keys, filters: Filters
) -> Iterator[tuple[tuple[object, ...], Rank]]:
    sources = graph.documents
    nodes = ["c1", *(object_ for _, _, object_ in keys)]
    site = next((node for node in nodes if node[0] == "d"), None)
    end = nodes[-1]

    def located(where: str | None, worst: int = 3) -> set[str]:
        return {
            one.object
            for one in graph.iterate_claims()
            if one.relation == "LOCATED_IN"
            and one.subject == where
            and one.status in ("done", "planned", "considered", "alleged")[: worst + 1]
        }

    moments: list[str | None] = [None]
    if filters.on:
        moments = [
            f"{year}-{month:02}-{day:02}"
            for year in (2023, 2024, 2025)
            for month in range(1, 13)
            for day in (1, 5, 15)
            if get_earliest_day(filters.on) <= f"{year}-{month:02}-{day:02}" <= get_latest_day(filters.on)
        ]
    for chip, where, region, moment in itertools.product(
        ["x", "xform"], [site] if site else [None, *SITES], [None, *REGIONS], moments
    ):
        if end not in CLASSES[chip]:
            continue
        places = located(where)
        if places and not (region and places & INSIDE[region]):
            continue

        def allows(
            one: Claim,
            chip: str = chip,
            where: str | None = where,
            region: str | None = region,
            moment: str | None = moment,
        ) -> bool:
            spell = days(one, steps, sources[one.document])
            return bool(
                (not one.chips or CLASSES[chip] & set(one.chips))
                and (not one.sites or where in one.sites)
                and (not one.regions or (region and INSIDE[region] & set(one.regions)))
                and (moment is None or (spell and spell[0] <= moment <= spell[1]))
            )

        admitted = [[one for one in step if allows(one)] for step in steps]
        owners = {one.owner for one in admitted[-1] if one.owner} if keys[-1][1] == "HOSTS" else set()
        if not all(admitted) or (owners and not owners & set(nodes)):
            continue
        for chosen in named_before_designer(admitted, keys, end):
            ranks = [min(STATUSES[one.status].rank or 0 for one in step) for step in chosen]
            worst = max(ranks)
            within = [[one for one in step if (STATUSES[one.status].rank or 0) <= worst] for step in chosen]
            counted = [
                [one for one in step if (STATUSES[one.status].rank or 0) == level]
                for step, level in zip(chosen, ranks, strict=True)
            ]
            limited = any(one.regions or one.sites for step in chosen for one in step)
            if site is None:
                acquired = chosen[-2] if keys[-1][1] == "DESIGNS" else chosen[-1]
                unsure = limited and not any(one.regions or one.sites for one in acquired)
            else:
                unsure = limited and not any(region in INSIDE[place] for place in located(where, worst))
            holding = (
                keys[-1][1] in ("USES", "BUYS")
                and all(relation == "OWNS" for _, relation, _ in keys[:-1])
                and not any(one.sites for one in counted[-1])
            )
            sums = [max(math.prod(noisy_or(step, sources) for step in counted), 0.0)]
            # who tells of a purchase of the chip from its designer need not tell who designs it
            told, designed = (within[:-1], counted[-1:]) if keys[-1][1] == "DESIGNS" else (within, [])
            for who in {find_origin(one, sources[one.document]) for step in told for one in step}:
                theirs = [[one for one in step if find_origin(one, sources[one.document]) == who] for step in told]
                if all(theirs):
                    least = [max(best_of(step)) for step in theirs]
                    sums.append(min([*least, *(noisy_or(step, sources) for step in designed)]))
            names = tuple(node.upper() for node in nodes)
            ties = (*names, *(relation for _, relation, _ in keys), *nodes)
            rank: Rank = (worst, holding, evidence_of(told, sources), -round(max(sums), 9), len(keys), ties)
            yield (rank[:3], unsure, rank[3]), rank


def best_of(claims: list[Claim]) -> list[float]:
    """The probabilities of the claims of the best status."""
    best = min(STATUSES[one.status].rank or 0 for one in claims)
    return [CONFIDENCES[one.confidence] for one in claims if (STATUSES[one.status].rank or 0) == best]


def evidence_of(steps: list[list[Claim]], sources: dict[str, Document]) -> int:
    every = [one for step in steps for one in step]
    spans = {(one.document, *span) for one in every if (span := parse_locator(one.locator))}
    if len(steps) == 1 or any(all(any(inside(one, span) for one in step) for step in steps) for span in spans):
        return 0
    if any(all(any(one.document == source for one in step) for step in steps) for source in sources):
        return 1
    behind = [{find_origin(one, sources[one.document]) for one in step} for step in steps]
    return 2 if set.intersection(*behind) else 3


def named_before_designer(
    admitted: list[list[Claim]], keys: tuple[tuple[str, str, str], ...], end: str
) -> list[list[list[Claim]]]:
    """The admitted claims; before a designer once for each step, with only its claims that name the chip."""
    if keys[-1][1] != "DESIGNS":
        return [admitted]
    found = []
    for place in range(len(admitted) - 1):
        naming = [
            one
            for one in admitted[place]
            if any(name in FAMILIES[end] or (end != "xany" and end in CLASSES[name]) for name in one.chips)
        ]
        if naming:
            found.append([*admitted[:place], naming, *admitted[place + 1 :]])
    return found


def inside(one: Claim, span: tuple[str, int, int]) -> bool:
    own = parse_locator(one.locator)
    return own is not None and one.document == span[0] and span[1] <= own[0] and own[1] <= span[2]


def noisy_or(claims: list[Claim], sources: dict[str, Document]) -> float:
    best: dict[str, float] = {}
    for one in claims:
        who = find_origin(one, sources[one.document])
        best[who] = max(best.get(who, 0.0), CONFIDENCES[one.confidence])
    return 1.0 - math.prod(1.0 - value for value in best.values())
