"""The evidence of a path: one passage, one document, one origin, or several that nobody put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphkit.facts import Claim, parse_locator
from graphkit.paths.access_path import COMPOSED, ONE_DOCUMENT, ONE_ORIGIN, STATED

#: A passage: document, first and last sentence.
Passage = tuple[str, int, int]
#: The passage, the document or the origin that supports every step: as much of a name as there is.
Source = tuple[str, int, int] | tuple[str, ...]


def find_evidence(steps: Sequence[Sequence[Claim]], shared_origins: Mapping[str, object]) -> tuple[int, Source]:
    """Return the strongest evidence of steps, an index into EVIDENCE, and the source that supports every one.

    `shared_origins` are the origins that have a claim of every step.
    """
    if len(steps) == 1:
        surest = min(steps[0], key=lambda claim: (-claim.probability, claim.document, claim.id))
        return STATED, find_passage(surest) or (surest.document,)
    documents = _shared_documents(steps)
    if documents:
        if len(passages := find_passages(steps, documents)):
            return STATED, min(passages)
        return ONE_DOCUMENT, (min(documents),)
    if shared_origins:
        return ONE_ORIGIN, (min(shared_origins),)
    return COMPOSED, ()


def _shared_documents(steps: Sequence[Sequence[Claim]]) -> set[str]:
    """Return the documents that have a claim of every step."""
    first, *rest = steps
    found = {claim.document for claim in first}
    for claims in rest:
        if not found:
            break
        found.intersection_update([claim.document for claim in claims])
    return found


def find_passages(steps: Sequence[Sequence[Claim]], documents: set[str]) -> list[Passage]:
    """Return the passages of some documents that support every step."""
    spans = {
        span
        for claims in steps
        for claim in claims
        if claim.document in documents and (span := find_passage(claim)) is not None
    }
    return [span for span in spans if all(any(is_within(claim, span) for claim in claims) for claims in steps)]


def find_passage(claim: Claim) -> Passage | None:
    """Return the document and sentences that a claim's locator names."""
    found = parse_locator(claim.locator)
    return (claim.document, *found) if found else None


def is_within(claim: Claim, span: Passage) -> bool:
    """Say whether a claim stands inside a passage."""
    own = find_passage(claim)
    return own is not None and own[0] == span[0] and span[1] <= own[1] and own[2] <= span[2]
