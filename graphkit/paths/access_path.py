"""An access path and its parts: steps, places, evidence, and the marks that qualify them."""

from __future__ import annotations

import msgspec

from graphkit.facts import Claim

#: (rank of the status, route not told, evidence, -confidence, hops, names): smaller is better.
Rank = tuple[int, bool, int, float, int, tuple[str, ...]]

#: The evidence of a path, the strongest first: one passage or claim says it all, one document does, one origin is
#: behind every step, or several origins are and nobody asserted the whole.
EVIDENCE = ("stated", "one document", "one origin", "composed")
STATED, ONE_DOCUMENT, ONE_ORIGIN, COMPOSED = range(len(EVIDENCE))

#: Marks that qualify a step or a path; each is also a word of the views.
PLACE_NOT_CONFIRMED = "place not confirmed"
MODEL_NOT_SPECIFIED = "model not specified"
NAMES_NO_SITE = "names no site"
CHANGES_HANDS = "evidence changes hands"
START_UNKNOWN = "start unknown"
DISPUTED = "disputed"
NEVER_TOGETHER = "steps do not overlap in time"
OVERDUE = "due date passed, not reported done"
#: The claims that count tell of an order alone: `delivery` is "ordered" in each of them.
ORDERED = "ordered, delivery not told"
#: The beginning of a mark that goes on with a partial ISO date.
LAST_REPORTED = "last reported"


class Step(msgspec.Struct, frozen=True, gc=False):
    """One hop: all claims that say so, best first; `confidence` is a probability.

    `counted` are those of the step's status, which alone support it: a plan beside what was done is told and does
    not count. `denied_by` are claims that say the contrary; they stand beside the step and lower no confidence, and
    `disputed_by` those of them that deny what counts. `dated` are the claims that count, those without dates with the
    dates of their passage. `held` are the first and last ISO day on which it is said to
    have been so, None where no claim and no document has a date.
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
    held: tuple[str, str] | None = None
    disputed_by: tuple[Claim, ...] = ()
    dated: tuple[Claim, ...] = ()

    @property
    def counted(self) -> tuple[Claim, ...]:
        """The claims of the step's status."""
        return tuple([claim for claim in self.claims if claim.status == self.status])


class Place(msgspec.Struct, frozen=True, gc=False):
    """The region of a site of a path, with the claims that say so; no region where none does."""

    site: str
    region: str | None
    claims: tuple[Claim, ...] = ()


class AccessPath(msgspec.Struct, frozen=True, gc=False):
    """A way from a buyer to a chip, with everything that qualifies it.

    `evidence` is one of EVIDENCE; `passage` is the document and locator where a stated one stands. A `holding`
    tells no provider and no site. `chip_class` is the generic chip or family at which a path ends that does not
    name the chip asked for; its confidence is that of having some chip of the class. `weakest` is the index of
    the step with the least confidence among those of the weakest status.
    """

    steps: tuple[Step, ...]
    status: str
    evidence: str
    confidence: float
    weakest: int
    marks: tuple[str, ...]
    documents: tuple[str, ...]
    places: tuple[Place, ...] = ()
    corroborated_by: tuple[Claim, ...] = ()
    passage: tuple[str, str] | None = None
    holding: bool = False
    chip_class: str | None = None

    @property
    def stated(self) -> bool:
        """True where one passage or one claim supports every step."""
        return self.evidence == EVIDENCE[STATED]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Entity ids from buyer to chip."""
        return (self.steps[0].subject, *(step.object for step in self.steps))
