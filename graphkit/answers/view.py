"""The claims around some entities, as a page draws them: what `graphkit replay` compares of such a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphkit.answers.answer import VERSION, Answer, OpenBase, Version, format_count, format_notes
from graphkit.answers.evidence_tables import make_claims_table
from graphkit.answers.question import FiltersRecord, format_filters, make_question_table
from graphkit.answers.records import ClaimRecord, EntityRef, make_claim_record
from graphkit.formats import Table
from graphkit.formats.cells import as_line
from graphkit.graph import Filters, filter_graph
from graphkit.paths import Network
from graphkit.slices import Slice

if TYPE_CHECKING:
    from graphkit.graph import Graph


class GraphAnswer(Answer, frozen=True, kw_only=True):
    """The claims that the page of `graphkit view` draws; `focus` are the entities that were named.

    `truncated` says that the bound on claims, `most`, was hit, so that some are missing.
    """

    version: Version
    focus: tuple[EntityRef, ...]
    filters: FiltersRecord
    truncated: bool
    most: int
    claims: tuple[ClaimRecord, ...]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title of the answer: whom it is around, and what qualifies it."""
        around = f"Around {', '.join(one.name for one in self.focus)}" if self.focus else "The whole graph"
        return around + self.qualifier

    @property
    def qualifier(self) -> str:
        """The qualification of the title: the filters in force, whether it was cut or nothing passes them."""
        filters = f" ({format_filters(self.filters)})" if self.filters.cells() else ""
        cut = f" (cut at {self.most:,} claims)" if self.truncated else ""
        return filters + cut + (": no claim passes the filters" if filters and not self.claims else "")

    def tables(self) -> list[Table]:
        """Return the claims, and what was asked."""
        return [make_claims_table(self.claims, "claims"), make_question_table(self.filters.cells(), self.notes)]

    def styled_text(self) -> str:
        """Return the title and the number of claims."""
        said = f"{as_line(self.title)}: {format_count(len(self.claims), 'claim')}"
        return "\n".join([*format_notes(list(self.notes)), said])


def find_around(
    base: OpenBase, part: Slice, focus: Sequence[str], filters: Filters, *, max_slice: int
) -> tuple[GraphAnswer, Graph]:
    """Return the claims of a part of the graph that filters keep, and the graph that they make."""
    graph = filter_graph(part.graph, filters)
    network = Network.of(graph)
    notes = list(base.notes)
    if part.truncated:
        notes.append(f"cut at {max_slice:,} claims, so some are missing: raise --max-slice, or name fewer entities")
    if part.graph.count_claims() and not graph.count_claims():
        notes.append(f"no claim of the {part.graph.count_claims():,} here passes the filters: give fewer of them")
    answer = GraphAnswer(
        version=VERSION,
        focus=tuple(EntityRef.of(part.graph.entities[one]) for one in focus),
        filters=FiltersRecord.of(filters),
        truncated=part.truncated,
        most=max_slice,
        claims=tuple(
            make_claim_record(claim, network) for claim in sorted(graph.iterate_claims(), key=lambda one: one.id)
        ),
        notes=tuple(notes),
    )
    return answer, graph
