"""What an access path is made of."""

from __future__ import annotations

import msgspec

from graphkit.facts import Claim

#: Marks that qualify a step or a path; each is also a word of the views.
PLACE_NOT_CONFIRMED = "place not confirmed"
MODEL_NOT_SPECIFIED = "model not specified"
NAMES_NO_SITE = "names no site"
CHANGES_HANDS = "evidence changes hands"
START_UNKNOWN = "start unknown"
NEVER_TOGETHER = "steps do not overlap in time"


class Step(msgspec.Struct, frozen=True, gc=False):
    """One hop: all claims that say so, best first; `confidence` is a probability.

    `denied_by` are claims that say the contrary; they stand beside the step and change nothing.
    """

    subject: str
    relation: str
    object: str
    status: str
    implied: bool
    confidence: float
    claims: tuple[Claim, ...]
    marks: tuple[str, ...] = ()
    denied_by: tuple[Claim, ...] = ()


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a site of a path stands, with the claims that say so; no region where none does."""

    site: str
    region: str | None
    claims: tuple[Claim, ...] = ()


class AccessPath(msgspec.Struct, frozen=True, gc=False):
    """A way from a buyer to a chip, with everything that qualifies it.

    `stated` paths stand in one passage of one document, named by `passage`; composed ones were
    asserted by nobody as a whole. `weakest` is the index of the step with the least confidence
    among those of the weakest status.
    """

    steps: tuple[Step, ...]
    status: str
    stated: bool
    confidence: float
    weakest: int
    marks: tuple[str, ...]
    documents: tuple[str, ...]
    places: tuple[Place, ...] = ()
    corroborated_by: tuple[Claim, ...] = ()
    passage: tuple[str, str] | None = None

    @property
    def nodes(self) -> tuple[str, ...]:
        """Entity ids from buyer to chip."""
        return (self.steps[0].subject, *(step.object for step in self.steps))
