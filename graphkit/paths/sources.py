"""The sources that paths are drawn from (passages, documents, origins, the whole graph) and their lower bounds."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from graphkit.facts import Claim
from graphkit.paths.access_path import COMPOSED, ONE_DOCUMENT, ONE_ORIGIN, STATED
from graphkit.paths.bounds import NEAR, Arc, Bounds, Rest
from graphkit.paths.confidence import PLACES, rank_claim
from graphkit.paths.evidence import Passage, find_passage
from graphkit.paths.lazy_table import LazyTable
from graphkit.paths.target import MANY, SourceKind, Target

#: Confidences are rounded to PLACES, up from a little below a half: by more than the order of a product can take
#: away, and than those of paths are, so that a bound is never worse than its path, and paths as sure as each other
#: come by hops and names at once.
_UNITS, _HALF_AND_MORE = 10.0**PLACES, 0.501
#: A difference within which confidences may be rounded alike.
_NOTHING = 2.0 / _UNITS
#: The confidence above which what is rounded alike is within NEAR.
_TELLING = 2.0 / _UNITS / NEAR


class Source:
    """A set of arcs that paths of one kind of evidence are drawn from, with its lower bounds.

    Paths come in stages: by the rank of their weakest status, and at each those that tell a route before holdings.
    A path can only be a holding as long as it follows owners: `owner` says so of its last node. Where no path can be
    one, `may_hold` is False, and who owns whom does not matter.
    """

    def __init__(self, evidence: int, bounds: Bounds, buyer: str, max_hops: int) -> None:
        self.evidence, self.bounds, self.leading = evidence, bounds, bounds.leading
        self.may_hold, self.stages = bounds.stages[buyer, max_hops]

    @classmethod
    def of_arcs(
        cls, evidence: int, arcs: Mapping[str, Sequence[Arc]], ends: Collection[str], buyer: str, max_hops: int
    ) -> Source:
        """Return the source of some arcs, those that leave each node, from a buyer to some ends."""
        table: LazyTable[str, Sequence[Arc]] = LazyTable(lambda node: arcs.get(node, ()))
        return cls(evidence, Bounds(lambda steps: table, ends), buyer, max_hops)

    def bound(
        self, stage: int, node: str, owner: bool, sum_: float, single: float, left: int
    ) -> tuple[float, int] | None:
        """Return the least (-confidence, further steps) of any completion at a stage; None where there is none."""
        level, held = self.stages[stage]
        rest = self.bounds.rest(level, held, owner, left)[node] if sum_ else None
        if rest is None:
            return None
        confidence, further = self.estimate(rest, sum_, single)
        return -confidence, further

    def estimate(self, rest: Rest, sum_: float, single: float) -> tuple[float, int]:
        """Return the most confidence of any completion and its fewest steps from here.

        It comes from what a path has and what its rest is at best. Several origins are together as sure as the
        product; one is no surer of all steps than single claims are.
        """
        product = sum_ * rest.product
        if self.evidence != COMPOSED:
            least = single if single < rest.least else rest.least
            if least >= product - _NOTHING:
                rounded = math.floor(least * _UNITS + _HALF_AND_MORE) / _UNITS
                if least > product + _NOTHING:
                    return rounded, rest.least_hops if rest.least <= single else rest.hops
                return max(rounded, math.floor(product * _UNITS + _HALF_AND_MORE) / _UNITS), rest.hops
        product = math.floor(product * _UNITS + _HALF_AND_MORE) / _UNITS
        return product, rest.product_hops if product > _TELLING else rest.hops


def find_sources(target: Target, buyer: str, max_hops: int) -> list[Source]:
    """Return what links buyer and chip alone: single claims, passages, documents, origins; then the whole."""
    first = target.leading(max_hops)[buyer]
    if not first:
        return []
    found = []
    direct = [arc for arc in first if arc.to in target.ends]
    of_designers = _find_design_arcs(target, {arc.to for arc in first} - target.ends.keys(), max_hops - 1)
    if direct or of_designers:
        arcs = {buyer: [arc for arc in first if arc.to in target.ends or arc.to in of_designers], **of_designers}
        met = {arc.to for leaving in arcs.values() for arc in leaving if arc.to in target.ends}
        found.append(Source.of_arcs(STATED, arcs, met, buyer, max_hops))
    if len(direct) == len(first):
        return found
    covered = False
    kinds: tuple[tuple[int, SourceKind], ...] = ((ONE_DOCUMENT, "documents"), (ONE_ORIGIN, "origins"))
    for evidence, kind in kinds:
        linking = target.linking[kind, max_hops, buyer]
        if len(linking) > MANY:
            # a passage of one of many documents is found in the whole, too
            found.append(Source(STATED if kind == "documents" else evidence, target.bounds, buyer, max_hops))
            continue
        for name in linking:
            bounds = target.bounds_of[kind, name]
            if kind == "documents":
                found += _find_passages(bounds, buyer, max_hops, name)
            # what a document or an origin has of everything need not be looked at again
            is_all = len(linking) == 1 and _is_all(target, bounds, buyer, max_hops)
            if not (covered and is_all):
                found.append(Source(evidence, target.bounds if is_all else bounds, buyer, max_hops))
            covered = covered or is_all
    return found if covered else [*found, Source(COMPOSED, target.bounds, buyer, max_hops)]


def _find_design_arcs(target: Target, nodes: Collection[str], steps: int) -> dict[str, Sequence[Arc]]:
    """Return the DESIGNS arcs that leave some nodes: who designs a chip needs no source of its own."""
    leading = target.leading(steps)
    found = {node: [arc for arc in leading[node] if arc.designs] for node in sorted(nodes)}
    return {node: arcs for node, arcs in found.items() if arcs}


def _is_all(target: Target, bounds: Bounds, buyer: str, max_hops: int) -> bool:
    """Say whether some bounds have all arcs that lead from a buyer to an end, as they are."""
    return all(
        bounds.leading(steps)[node] == target.leading(steps)[node]
        for node, steps in target.bounds.walk(buyer, max_hops)
    )


def _find_passages(bounds: Bounds, buyer: str, max_hops: int, document: str) -> list[Source]:
    """Return the passages of a document that link buyer and chip; a wider one has what stands inside it."""
    said: dict[Passage, dict[int, tuple[str, Arc, int]]] = {}
    untold: dict[str, dict[int, Arc]] = {}
    for node, steps in bounds.walk(buyer, max_hops):
        for arc in bounds.leading(steps)[node]:
            if arc.designs:
                untold.setdefault(node, {})[id(arc)] = arc
            for claim in () if arc.designs else arc.group.claims:
                if claim.document == document and (span := find_passage(claim)):
                    _note_rank(said.setdefault(span, {}), node, arc, claim)
    wide = [span for span in said if span[1] != span[2]]
    if len(wide) > MANY:
        return [Source(STATED, bounds, buyer, max_hops)]
    for span in wide:
        for inner in list(said):
            if inner != span and span[1] <= inner[1] and inner[2] <= span[2]:
                for key, (node, arc, level) in said[inner].items():
                    known = said[span].get(key)
                    said[span][key] = (node, arc, min(level, known[2]) if known else level)
    found = []
    for _, members in sorted(said.items()):
        members.update(
            (key, (node, arc, 0))
            for node in {arc.to for _, arc, _ in members.values()} & untold.keys()
            for key, arc in untold[node].items()
        )
        met = {arc.to for _, arc, _ in members.values() if arc.to in bounds.ends}
        if met and any(node == buyer for node, _, _ in members.values()):
            inside: dict[str, list[Arc]] = {}
            for node, arc, level in members.values():
                inside.setdefault(node, []).append(arc.limit_to_rank(level))
            found.append(Source.of_arcs(STATED, inside, met, buyer, max_hops))
    return found


def _note_rank(members: dict[int, tuple[str, Arc, int]], node: str, arc: Arc, claim: Claim) -> None:
    """Keep the best rank of a passage's claims of an arc."""
    level, known = rank_claim(claim), members.get(id(arc))
    if known is None or level < known[2]:
        members[id(arc)] = node, arc, level
