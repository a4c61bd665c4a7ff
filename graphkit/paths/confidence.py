"""How far claims go: the tier of their status, and how sure several of them are together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphkit.facts import Claim
from graphkit.ontology import STATUSES

if TYPE_CHECKING:
    from graphkit.paths.network import Network


#: The rank of each status; those that make no path come last.
_TIERS = {name: len(STATUSES) if one.tier is None else one.tier for name, one in STATUSES.items()}


def tier(claim: Claim) -> int:
    """Return the rank of a claim's status; statuses that make no path come last."""
    return _TIERS[claim.status]


def combine(claims: Sequence[Claim], network: Network) -> float:
    """Return 1 - prod(1 - p) over the origins of claims, each origin counting once, with its best.

    The "noisy or" of independent sources: Pearl, Probabilistic Reasoning in Intelligent Systems
    (1988), section 4.3.2.
    """
    if len(claims) == 1:
        return claims[0].probability
    doubt = 1.0
    for probability in origins(claims, network).values():
        doubt *= 1.0 - probability
    return 1.0 - doubt


def origins(claims: Sequence[Claim], network: Network) -> dict[str, float]:
    """Return the best probability of each origin, by its folded name, sorted."""
    best: dict[str, float] = {}
    for claim in claims:
        who = network.origin(claim)
        best[who] = max(best.get(who, 0.0), claim.probability)
    return dict(sorted(best.items()))
