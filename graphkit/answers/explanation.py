"""The sum behind a path's confidence, in words and with its numbers."""

from __future__ import annotations

from graphkit.answers.path_records import PathRecord
from graphkit.formats.cells import as_line


def format_confidence_sum(path: PathRecord) -> list[str]:
    """Return the sum behind a path's confidence, with its numbers: see docs/confidence.md."""
    if path.sum.origin is not None:
        numbers = ", ".join(f"{step.of_origin:.2f}" for step in path.sum.steps)
        return [
            f"confidence of a path that one origin supports: the least sure step of {as_line(path.sum.origin)}",
            f"  min({numbers}) = {path.confidence:.4g}",
        ]
    lines = ["confidence of a path of several origins: each step 1 - prod(1 - p) over them, the path their product"]
    for position, step in enumerate(path.sum.steps, 1):
        product = " × ".join(f"(1 - {p:.2f})" for _, p in step.origins)
        names = ", ".join(f"{as_line(who)} {p:.2f}" for who, p in step.origins)
        lines.append(f"  step {position}: {names}: 1 - {product} = {step.confidence:.4g}")
    product = " × ".join(f"{step.confidence:.4g}" for step in path.sum.steps)
    return [*lines, f"  path: {product} = {path.confidence:.4g}"]
