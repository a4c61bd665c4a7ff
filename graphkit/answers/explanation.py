"""The sum behind a path's confidence, in words and with its numbers."""

from __future__ import annotations

from graphkit.answers.path_records import PathRecord, StepRecord
from graphkit.answers.records import ClaimRecord
from graphkit.facts import fold, passage
from graphkit.formats.cells import plain
from graphkit.ontology import CONFIDENCES


def explain_confidence(path: PathRecord) -> list[str]:
    """Return the sum behind a path's confidence, with its numbers: see docs/confidence.md."""
    if path.passage is not None:
        inside = path.passage.document, passage(path.passage.locator)
        surest = [max(p for p, claim in _probabilities(step) if _inside(claim, *inside)) for step in path.steps]
        numbers = ", ".join(f"{p:.2f}" for p in surest)
        return [
            "confidence of a stated path: the least sure step of the passage that states it",
            f"  min({numbers}) = {path.confidence:.4g}",
        ]
    lines = ["confidence of a composed path: each step 1 - prod(1 - p) over its origins, the path their product"]
    for position, step in enumerate(path.steps, 1):
        best: dict[str, tuple[float, str]] = {}
        for p, claim in _probabilities(step):
            who = fold(claim.origin)
            best[who] = max(best.get(who, (0.0, "")), (p, claim.origin))
        product = " × ".join(f"(1 - {p:.2f})" for p, _ in best.values())
        names = ", ".join(f"{plain(who)} {p:.2f}" for p, who in best.values())
        lines.append(f"  step {position}: {names}: 1 - {product} = {step.confidence:.4g}")
    product = " × ".join(f"{step.confidence:.4g}" for step in path.steps)
    return [*lines, f"  path: {product} = {path.confidence:.4g}"]


def _probabilities(step: StepRecord) -> list[tuple[float, ClaimRecord]]:
    """Return the claims that count for a step's confidence, those of its status, with their probabilities."""
    return [(CONFIDENCES[one.confidence], one) for one in step.claims if one.status == step.status]


def _inside(claim: ClaimRecord, document: str, span: tuple[int, int] | None) -> bool:
    own = passage(claim.locator or "")
    return bool(claim.document == document and own and span and span[0] <= own[0] and own[1] <= span[1])
