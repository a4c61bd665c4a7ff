"""The confidence of steps and paths, and the sum behind it.

A step is as sure as its origins together; a path as its steps together, or as the least of them where one origin
supports all. docs/confidence.md tells it with an example.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit.facts import Claim, find_origin
from graphkit.ontology import RELATIONS, STATUSES

if TYPE_CHECKING:
    from graphkit.paths.access_path import AccessPath
    from graphkit.paths.network import Network


#: Decimal places to which confidences are compared, so that the order of a product does not matter.
PLACES = 9

#: The rank of each status; those that make no path come last.
_RANKS = {name: len(STATUSES) if one.rank is None else one.rank for name, one in STATUSES.items()}


def round_confidence(confidence: float) -> float:
    """Round a confidence to PLACES; halves, which products of two decimals often are, go up whatever their order."""
    return math.floor(confidence * 10.0**PLACES + 0.5005) / 10.0**PLACES


def rank_claim(claim: Claim) -> int:
    """Return the rank of a claim's status; statuses that make no path come last."""
    return _RANKS[claim.status]


def combine_claims(claims: Sequence[Claim], network: Network) -> float:
    """Return 1 - prod(1 - p) over the origins of claims, each origin counting once, with its best.

    The "noisy or" of independent sources: Pearl, Probabilistic Reasoning in Intelligent Systems
    (1988), section 4.3.2.
    """
    if len(claims) == 1:
        return claims[0].probability
    return 1.0 - math.prod([1.0 - probability for probability in rate_origins(claims, network).values()])


def rate_origins(claims: Sequence[Claim], network: Network) -> dict[str, float]:
    """Return the best probability of each origin, by its folded name, sorted."""
    best: dict[str, float] = {}
    for claim in claims:
        who = network.origin(claim)
        best[who] = max(best.get(who, 0.0), claim.probability)
    return dict(sorted(best.items()))


def find_shared_origins(steps: Sequence[Sequence[Claim]], network: Network) -> dict[str, list[float]]:
    """Return the origins that have a claim of every step, each with its probability of each step.

    At each step an origin's claims of its best status count, the surest of them.
    """
    found: dict[str, list[float]] = {}
    for position, claims in enumerate(steps):
        best: dict[str, tuple[int, float]] = {}
        for claim in claims:
            who, value = network.origin(claim), (rank_claim(claim), -claim.probability)
            if (who in found or not position) and (who not in best or value < best[who]):
                best[who] = value
        found = {who: [*found.get(who, ()), -value] for who, (_, value) in best.items()}
        if not found:
            break
    return found


def compute_path_confidence(products: Sequence[float], shared: Mapping[str, Sequence[float]]) -> float:
    """Return the confidence of a path: the product of its steps, or more where an origin has all: its least step.

    A last step that no origin has to tell, since it says who designs the chip, counts by its own sum.
    """
    return max([math.prod(products), *(min([*told, *products[len(told) :]]) for told in shared.values())])


class StepConfidence(msgspec.Struct, frozen=True):
    """The sum of one step: the probability of each origin, together `confidence`; `of_origin` that of the path's."""

    origins: tuple[tuple[str, float], ...]
    confidence: float
    of_origin: float | None = None


class PathConfidence(msgspec.Struct, frozen=True):
    """The sum of a path: the least of its steps `of_origin` where an `origin` is behind all, else their product."""

    confidence: float
    origin: str | None
    steps: tuple[StepConfidence, ...]


def explain_path_confidence(path: AccessPath, network: Network) -> PathConfidence:
    """Return the sum behind the confidence of a path.

    Take `a` -rents-> `b` -uses-> `chip`, each said by The Daily with 0.75 and the first also by a filing of B
    with 0.75. The product is (1 - 0.25 * 0.25) * 0.75 = 0.703; The Daily alone says both, with 0.75, and counts.
    """
    ranks = [min(map(rank_claim, step.claims)) for step in path.steps]
    counted = [
        [c for c in step.claims if rank_claim(c) == best] for step, best in zip(path.steps, ranks, strict=True)
    ]
    within = [[claim for claim in step.claims if rank_claim(claim) <= max(ranks)] for step in path.steps]
    products = [combine_claims(claims, network) for claims in counted]
    designed = RELATIONS[path.steps[-1].relation].needs_named_chip
    shared = find_shared_origins(within[:-1] if designed else within, network)
    if designed:
        shared = {who: [*found, products[-1]] for who, found in shared.items()}
    best = max(shared, key=lambda who: (min(shared[who]), who), default=None)
    by_origin = best is not None and min(shared[best]) >= math.prod(products)
    names = {
        network.origin(one): find_origin(one, network.document(one)) for step in path.steps for one in step.claims
    }
    steps = tuple(
        StepConfidence(
            tuple((names[who], value) for who, value in rate_origins(claims, network).items()),
            products[position],
            shared[best][position] if best is not None and by_origin else None,
        )
        for position, claims in enumerate(counted)
    )
    return PathConfidence(path.confidence, names[best] if best is not None and by_origin else None, steps)
