"""The question of paths: how a buyer can reach a chip, best ways first, or why there is none."""

from __future__ import annotations

import heapq
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, Answer, OpenBase, Version, format_count, format_notes
from graphkit.answers.evidence_tables import (
    make_claims_table,
    make_evidence_table,
    make_near_miss_table,
    make_no_path_table,
    make_path_table,
)
from graphkit.answers.evidence_text import (
    format_claims,
    format_compliance,
    format_near_misses,
    format_negative,
    format_path,
)
from graphkit.answers.findings import RuleFindings, make_rule_findings
from graphkit.answers.kept import KeptBase
from graphkit.answers.path_records import (
    NearMissRecord,
    NoPath,
    PathRecord,
    UnnamedPath,
    make_near_miss_record,
    make_no_path,
    make_path_record,
    make_unnamed_path,
)
from graphkit.answers.question import FiltersRecord, Searched, format_filters, get_today, make_question_table
from graphkit.answers.records import ClaimRecord, Date, EntityRef, make_claim_record
from graphkit.facts import Entity
from graphkit.formats import Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.graph import Filters, filter_graph
from graphkit.graph import iterate_claims as graph_claims
from graphkit.ontology import DEFAULT_STATUSES, PATH_STATUSES
from graphkit.paths import (
    AccessPath,
    Effort,
    NearMiss,
    Network,
    Search,
    explain_absence,
    find_refusals,
    find_undated,
    find_unpublished,
    merge_negatives,
)
from graphkit.rules import judge_path

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Steps of a path and paths of an answer, unless told otherwise; near misses told beside paths.
MAX_HOPS, LIMIT, MAX_REFUSED = 6, 10, 5
#: Partial paths and seconds of all looks for near misses together; seconds in which claims that were searched
#: are counted, buyer by buyer.
_NEAR, _COUNTING = (100_000, 1.5), 1.0


class PathAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit path`.

    `paths` are best first; `unnamed` holds, once per class and route, the ways to some chip of a class that may or
    may not be the one asked for. `negative` says why there is no path; `near_misses` stand beside paths: what would
    be one more had nobody refused or denied it. `undated` are claims that may have held on the date asked for, but
    whose start is unknown; they are in no path. `model_calls` are calls to models by the buyer, which give no access
    to a chip. `compliance` are statements of those on the ways that they keep to the rules: no denials. `notes` say
    how the question was read, and what the answer may lack.
    """

    version: Version
    buyer: EntityRef
    chip: EntityRef
    as_of: Date | None
    known_by: Date | None
    filters: FiltersRecord
    notes: tuple[str, ...]
    paths: tuple[PathRecord, ...]
    unnamed: tuple[UnnamedPath, ...]
    searched: Searched
    undated: tuple[ClaimRecord, ...]
    model_calls: tuple[ClaimRecord, ...]
    compliance: tuple[ClaimRecord, ...]
    negative: NoPath | None
    near_misses: tuple[NearMissRecord, ...]

    def tables(self) -> list[Table]:
        """Return the answer as tables: paths, their evidence, and everything that stands beside them."""
        misses = [*self.near_misses, *(self.negative.near_misses if self.negative else ())]
        return [
            make_path_table(self.paths),
            make_evidence_table(self.paths),
            make_path_table(self.unnamed, "chip not named"),
            make_evidence_table(self.unnamed, "evidence of chip not named"),
            make_no_path_table(self.negative),
            make_near_miss_table(misses),
            make_claims_table(self.undated, "undated"),
            make_claims_table(self.model_calls, "calls to models"),
            make_claims_table(self.compliance, "statements of compliance"),
            make_question_table(
                {
                    "buyer": self.buyer.name,
                    "chip": self.chip.name,
                    **self.filters.cells(),
                    "max_hops": self.searched.max_hops,
                    "limit": self.searched.limit,
                    "claims_searched": self.searched.claims,
                    "outcome": self.searched.outcome,
                    "more_paths": self.searched.more,
                    "bound_hit": self.searched.bounded,
                },
                self.notes,
            ),
        ]

    def remarks(self) -> list[str]:
        """Return the notes, the bounds that were hit and the filters."""
        return [
            *(f"note: {note}" for note in [*self.notes, *self._bounds()]),
            format_filters(self.filters, self.searched),
        ]

    def styled_text(self, *, explain: bool = False) -> str:
        """Return the answer as people read it; `explain` adds the sum behind each confidence."""
        lines = format_notes(list(self.notes))
        number = format_count(len(self.paths), "path") if self.paths else "no path"
        title = f"{as_line(self.buyer.name)} → {as_line(self.chip.name)}: {number}"
        lines += wrap_text(click.style(title, bold=True))
        lines += wrap_text(click.style(format_filters(self.filters, self.searched), dim=True))
        for position, path in enumerate(self.paths, 1):
            lines += ["", *format_path(position, path, explain=explain)]
        lines += self._unnamed_lines()
        if self.negative:
            lines += ["", *format_negative(self.negative, self.buyer, self.chip, self.searched)]
        if self.near_misses:
            title = "near misses, each with who refused or denied what"
            lines += ["", *wrap_text(title), *format_near_misses(self.near_misses)]
        if self.undated:
            lines += ["", *wrap_text(f"undated, so in no path as of {self.as_of}:"), *format_claims(self.undated)]
        if self.model_calls:
            lines += ["", "beside the paths, calls to models, which give no access to a chip (R9):"]
            lines += format_claims(self.model_calls)
        lines += format_compliance(self.compliance)
        if self.paths and (bounds := self._bounds()):
            lines += ["", *format_notes(bounds)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the paths one below the other, or the reasons for none."""
        return "<hr>".join(path._repr_html_() for path in self.paths) or super()._repr_html_()

    def _bounds(self) -> list[str]:
        more = ["more paths exist: raise --limit"] if self.searched.more else []
        return [*more, *(["a bound was hit: raise --max-slice"] if self.searched.bounded else [])]

    def _unnamed_lines(self) -> list[str]:
        if not self.unnamed:
            return []
        lines = ["", *wrap_text(f"may or may not include the {as_line(self.chip.name)}", "chip not named: ", "  ")]
        for number, path in enumerate(self.unnamed, 1):
            lines += ["", *format_path(number, path)]
            lines += wrap_text(f"the confidence is that of having some of {as_line(path.chip_class.name)}", "   ")
        return lines


class PathsFound(msgspec.Struct, frozen=True):
    """The answer to a question for paths with the slice that it rests on, the paths, and the ways `apart`."""

    answer: PathAnswer
    graph: Graph
    paths: tuple[AccessPath, ...]
    members: tuple[Entity, ...]
    apart: tuple[AccessPath, ...]
    buyers: tuple[str, ...]


def find_paths(
    base: OpenBase,
    buyer: str,
    chip: str,
    filters: Filters,
    *,
    via: Sequence[str] = (),
    limit: int = LIMIT,
    max_hops: int = MAX_HOPS,
    max_slice: int = slices.MAX_SLICE,
) -> PathsFound:
    """Return the best access paths from a buyer to a chip, or why there is none.

    At most `limit` paths of at most `max_hops` steps, over at most `max_slice` claims fetched from the store. Raises
    UnknownName, AmbiguousName, InvalidValue or StoreError.
    """
    store = base.store
    from_, to = selection.select_buyers(store, buyer, filters=filters), selection.select_chips(base, chip, filters.on)
    through = [selection.look_up_entity(store, name, {"Company", "Datacenter"}, "company or site").id for name in via]

    def start_searches(part: slices.Slice, *, unnamed: bool = False) -> list[Search]:
        network, effort = Network.of(part.graph, base.rulebook), Effort()
        return [
            Search(network, one.id, two.id, filters, max_hops=max_hops, via=through, unnamed=unnamed, effort=effort)
            for one in from_.members
            for two in to.members
            if one.id in part.graph and two.id in part.graph
        ]

    def search_part(part: slices.Slice) -> tuple[slices.Slice, list[Search], list[AccessPath]]:
        searches = start_searches(part)
        return part, searches, choose_best_paths(searches, limit + 1)

    given = store, from_.ids, to.ids
    part, searches, found = search_part(slices.fetch_path_slice(*given, max_hops=max_hops, max_slice=max_slice))
    if not found:
        # the reasons lie off the ways to the chip; only a look one hop further tells a dead end from a bound
        part, searches, found = search_part(
            slices.fetch_access_slice(*given, max_hops=max_hops + 1, max_slice=max_slice)
        )
    apart = choose_best_paths(start_searches(part, unnamed=True), limit)
    if found:
        on_paths = {node for path in [*found[:limit], *apart] for node in path.nodes}
        part = slices.add_surroundings(store, part, on_paths, from_.entity.id)
    paths, more = tuple(found[:limit]), len(found) > limit
    network = Network.of(part.graph, base.rulebook)
    bounded = part.truncated or any(search.exhausted for search in searches)
    negative = None
    if not paths:
        cut = part.truncated or part.deeper
        near = Effort(*_NEAR)
        reasons = [
            explain_absence(search, truncated=cut, unexplored=part.unexplored, effort=near) for search in searches
        ]
        negative = make_no_path(merge_negatives(reasons), network)
    findings = judge_paths(base, part.graph, paths, filters, to.members)
    apart_findings = judge_unnamed(base, part.graph, apart, filters, to.members)
    looked_at = _list_searched(searches)
    timeless = {claim.id: claim for search in searches for claim in find_undated(search)}
    answer = PathAnswer(
        version=VERSION,
        buyer=from_.entity,
        chip=to.entity,
        as_of=filters.on,
        known_by=filters.known_by,
        filters=FiltersRecord.of(filters, [network.name(one) for one in through]),
        notes=(*base.notes, *from_.notes, *to.notes, *_list_unpublished(searches)),
        paths=tuple(make_path_record(path, network, one) for path, one in zip(paths, findings, strict=True)),
        unnamed=tuple(make_unnamed_path(path, network, one) for path, one in zip(apart, apart_findings, strict=True)),
        searched=Searched(
            max_hops=max_hops,
            limit=limit,
            truncated=more or bounded,
            more=more,
            bounded=bounded,
            statuses=tuple(name for name in PATH_STATUSES if name in (filters.statuses or DEFAULT_STATUSES)),
            claims=len(looked_at),
            outcome=negative.outcome if negative else "found",
        ),
        undated=tuple(make_claim_record(claim, network) for claim in timeless.values()),
        model_calls=(),
        compliance=(),
        negative=negative,
        near_misses=tuple(
            make_near_miss_record(miss, network) for miss in (find_first_refusals(searches) if paths else ())
        ),
    )
    answer = tell_statements(base, answer, from_.ids, filters)
    return PathsFound(answer, part.graph, paths, to.members, tuple(apart), tuple(from_.ids))


def tell_statements(base: OpenBase, answer: PathAnswer, buyers: Collection[str], filters: Filters) -> PathAnswer:
    """Return an answer with what the companies on its ways say of themselves, and the models that buyers call."""
    misses = [*answer.near_misses, *(answer.negative.near_misses if answer.negative else ())]
    told = list_companies([*answer.paths, *answer.unnamed], misses, buyers)
    said = list_statements(base, told, ("CALLS_API_OF", "COMPLIES_WITH"), filters)
    return msgspec.structs.replace(
        answer,
        model_calls=tuple(one for one in said if one.relation == "CALLS_API_OF" and one.subject in buyers),
        compliance=tuple(one for one in said if one.relation == "COMPLIES_WITH"),
    )


def _list_searched(searches: Sequence[Search]) -> set[str]:
    """Return the ids of the claims that searches looked at, of as many searches as there is time to count."""
    found: set[str] = set()
    until = time.monotonic() + _COUNTING
    for search in searches:
        found.update(claim.id for claim in search.ball.claims())
        if time.monotonic() > until:
            break
    return found


def _list_unpublished(searches: Sequence[Search]) -> list[str]:
    """Return a note on claims that only an undated document keeps from an answer to what was known by a date."""
    undated = {claim.id: claim for search in searches for claim in find_unpublished(search)}
    if not undated:
        return []
    names = sorted({search.network.document(claim).name for search in searches[:1] for claim in undated.values()})
    told = f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}"
    return [f"left out, since nobody knows when it was published: {format_count(len(undated), 'claim')} of {told}"]


def choose_best_paths(searches: Sequence[Search], most: int) -> list[AccessPath]:
    """Return the best paths of several searches; one that two of them find stands once."""
    seen: set[tuple[tuple[str, str, str], ...]] = set()
    found: list[AccessPath] = []
    for _, path in heapq.merge(*searches, key=lambda ranked: ranked[0]):
        key = tuple((step.subject, step.relation, step.object) for step in path.steps)
        if key not in seen:
            seen.add(key)
            found.append(path)
            if len(found) == most:
                break
    return found


def judge_paths(
    base: OpenBase, graph: Graph, paths: Sequence[AccessPath], filters: Filters, chips: Sequence[Entity]
) -> list[RuleFindings]:
    """Return what the rules say of each path, on the date asked for, else on the days of its acts."""
    chip, day = chips[0].id if len(chips) == 1 else None, get_today()

    def judge(path: AccessPath) -> RuleFindings:
        def find() -> RuleFindings:
            on = filters.on
            return make_rule_findings(
                judge_path(graph, path, base.rulebook, on, chip=chip, filters=filters, today=day)
            )

        return base.keep_findings(graph, path, filters, chip, find) if isinstance(base, KeptBase) else find()

    return list(map(judge, paths))


def judge_unnamed(
    base: OpenBase, graph: Graph, paths: Sequence[AccessPath], filters: Filters, chips: Sequence[Entity]
) -> list[RuleFindings]:
    """Return what the rules say of ways to some chip of a class, each as if it were the one asked for, if one was.

    A way whose acts are known to a year or a longer time only is not: over so many changes of the law the answer
    is that the model is not known.
    """
    if len(chips) != 1:
        return judge_paths(base, graph, paths, filters, ())
    to_a_month = len(filters.on or "") >= len("2024-06")

    def suppose(path: AccessPath) -> RuleFindings:
        if not to_a_month:  # a date that is asked for is that of every act
            (as_class,) = judge_paths(base, graph, [path], filters, ())
            if any(len(leg.day) < len("2024-06") or "/" in leg.day for leg in as_class.verdict.findings):
                return as_class
        (one,) = judge_paths(base, graph, [path], filters, chips)
        said = one.verdict.verdict
        told = f"If the chip is the {chips[0].name}: {said[:1].lower()}{said[1:]}"
        return msgspec.structs.replace(one, verdict=msgspec.structs.replace(one.verdict, verdict=told))

    return list(map(suppose, paths))


def list_companies(
    paths: Sequence[PathRecord], misses: Sequence[NearMissRecord], buyers: Collection[str]
) -> list[str]:
    """Return the ids of the companies on some ways and near misses, and the buyers."""
    passed = [one for path in paths for one in path.entities]
    passed += [end for miss in misses for step in miss.steps for end in (step.subject, step.object)]
    return sorted({*buyers, *(one.id for one in passed if one.kind == "Company")})


def list_statements(
    base: OpenBase, companies: Collection[str], relations: Sequence[str], filters: Filters
) -> tuple[ClaimRecord, ...]:
    """Return the claims of some relations of companies, such as whose models they call (route R9)."""
    graph = slices.fetch_claims_from(base.store, companies, "|".join(relations))
    every = msgspec.structs.replace(filters, statuses=None, include=None)
    network = Network.of(graph)
    found = sorted(
        graph_claims(filter_graph(graph, every)), key=lambda claim: (claim.subject, claim.object, claim.id)
    )
    return tuple(make_claim_record(claim, network) for claim in found)


def find_first_refusals(searches: Sequence[Search]) -> list[NearMiss]:
    """Return what would be one path more, had nobody refused or denied it; one that two searches find, once."""
    effort = Effort(*_NEAR)
    found = {miss.broken: miss for search in searches for miss in find_refusals(search, effort)}
    return list(found.values())[:MAX_REFUSED]
