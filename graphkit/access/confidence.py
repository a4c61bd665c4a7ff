"""How far claims go: the tier of their status, and how sure several of them are together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graphkit.facts import Claim, fold, origin
from graphkit.ontology import STATUSES

if TYPE_CHECKING:
    from graphkit.access.network import Network


def tier(claim: Claim) -> int:
    """Return the rank of a claim's status; statuses that make no path come last."""
    value = STATUSES[claim.status].tier
    return len(STATUSES) if value is None else value


def combine(claims: Iterable[Claim], network: Network) -> float:
    """Return 1 - prod(1 - p) over the origins of claims, each origin counting once, with its best.

    The "noisy or" of independent sources: Pearl, Probabilistic Reasoning in Intelligent Systems
    (1988), section 4.3.2.
    """
    doubt = 1.0
    for probability in origins(claims, network).values():
        doubt *= 1.0 - probability
    return 1.0 - doubt


def origins(claims: Iterable[Claim], network: Network) -> dict[str, float]:
    """Return the best probability of each origin, by its folded name, sorted."""
    best: dict[str, float] = {}
    for claim in claims:
        who = fold(origin(claim, network.document(claim)))
        best[who] = max(best.get(who, 0.0), claim.probability)
    return dict(sorted(best.items()))
