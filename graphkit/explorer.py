"""The front door for people's own Python: open a fact base or a database, ask, render.

>>> from graphkit.explorer import Explorer
>>> with Explorer.open() as explorer:                                    # doctest: +SKIP
...     answer = explorer.paths("ByteDance", "H100")
"""

from __future__ import annotations

import collections
import datetime
import functools
import heapq
import itertools
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.records import (
    Answer,
    PathAnswer,
    claim_answer,
    entity_answer,
    findings_answer,
    named_claim,
    near_miss_answer,
    negative_answer,
    path_answer,
    path_record,
)
from graphkit.answers.selection import Selection
from graphkit.engines import Store, masked, open_store
from graphkit.errors import AmbiguousName, InvalidValue, UnknownName
from graphkit.facts import Entity
from graphkit.graph import Filters, narrow
from graphkit.graph import claims as graph_claims
from graphkit.loading.cache import Say, cached
from graphkit.ontology import DEFAULT_STATUSES, PATH_STATUSES, RELATIONS
from graphkit.paths import AccessPath, NearMiss, Network, Search, explain, merge, refusals, undated

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from graphkit.graph import Graph
    from graphkit.queries.ask import Result
    from graphkit.rules import Rulebook

#: Steps of a path, paths of an answer, rows of a query and its seconds, unless told otherwise.
MAX_HOPS, LIMIT, ROWS, SECONDS = 6, 10, 10_000, 30.0
#: Near misses told beside paths.
MAX_REFUSED = 5
#: Names of a list from which on it is quicker to read all names first.
MANY = 70


class Explorer:
    """An open store, asked in the words of the field. Use it in a `with` block."""

    def __init__(
        self,
        store: Store,
        url: str,
        *,
        folders: Sequence[Path] = (),
        notes: Sequence[str] = (),
        kept: TemporaryDirectory[str] | None = None,
    ) -> None:
        self.store, self.url, self.folders, self.notes = store, url, tuple(folders), tuple(notes)
        self._kept = kept

    @classmethod
    def open(
        cls,
        *folders: Path | str,
        db: str | None = None,
        documents: Path | str | None = None,
        say: Say | None = None,
    ) -> Self:
        """Open fact-base folders (the shipped one without any), or the database at `db`.

        Folders are read into an embedded database in the user's cache, built anew when their
        content has changed; the texts that a case keeps beside its claims are quoted. `say` is told what takes
        time. Raises GraphkitError.
        """
        from graphkit.loading.load import incomplete

        paths = tuple(Path(folder) for folder in folders)
        if db is None:
            from graphkit.reading.case import kept_texts

            opened, file, kept = cached(paths, documents or kept_texts(paths), say or (lambda text: None))
            return cls(opened, file, folders=paths, kept=kept)
        store = open_store(db)
        try:
            unfinished = incomplete(store)
        except BaseException:
            store.close()
            raise
        notes = [
            f"the last load of {name!r} did not finish, so the answer may lack claims: run `graphkit build` again"
            for name in unfinished
        ]
        if paths:
            given = ", ".join(map(str, paths))
            notes.append(f"the claims are those of the database {masked(db)}; of {given} only the rules are asked")
        return cls(store, db, folders=paths, notes=notes)

    def close(self) -> None:
        """Close the store."""
        self.store.close()
        if self._kept:
            self._kept.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # names --------------------------------------------------------------------------------

    def entity(self, name: str, kinds: Collection[str] | None = None, what: str = "entity") -> Entity:
        """Return the entity that answers to a name. Raises UnknownName, AmbiguousName or InvalidValue."""
        return selection.entity(self.store, name, kinds, what)

    def buyers(self, name: str) -> Selection:
        """Return the companies that a buyer stands for: itself, a product's owner, or `hq:COUNTRY`."""
        return selection.buyers(self.store, name)

    def chips(self, name: str, on: str | None = None) -> Selection:
        """Return the chips that a name stands for: one, or `controlled` for those controlled on a date."""
        if name.lower() == "controlled":
            return selection.controlled(self.store, self.rulebook, on or today())
        return selection.chip(self.store, name)

    @functools.cached_property
    def rulebook(self) -> Rulebook:
        """The rules of the fact-base folders, or those that ship."""
        from graphkit.rules import read_rulebook

        return read_rulebook(*self.folders)

    def filters(self, **given: Any) -> Filters:
        """Check what a person gave and return the filters: see `selection.filters`."""
        return selection.filters(self.store, **given)

    # questions ----------------------------------------------------------------------------

    def paths(
        self,
        buyer: str,
        chip: str,
        filters: Filters | None = None,
        *,
        limit: int = LIMIT,
        max_hops: int = MAX_HOPS,
        via: Sequence[str] = (),
        max_slice: int = slices.MAX_SLICE,
    ) -> PathAnswer:
        """Return the best access paths from a buyer to a chip, or why there is none, as plain data.

        At most `limit` paths of at most `max_hops` steps, over at most `max_slice` claims fetched from
        the store. The keys are those of graphkit/schema/path.schema.json: `buyer`, `chip`, `paths`,
        `searched`, `negative`, `undated`, `beside`, `notes` and so on. Raises UnknownName,
        AmbiguousName, InvalidValue or StoreError.
        """
        return self.path_graph(buyer, chip, filters, limit=limit, max_hops=max_hops, via=via, max_slice=max_slice)[0]

    def path_graph(
        self,
        buyer: str,
        chip: str,
        filters: Filters | None = None,
        *,
        limit: int = LIMIT,
        max_hops: int = MAX_HOPS,
        via: Sequence[str] = (),
        max_slice: int = slices.MAX_SLICE,
    ) -> tuple[PathAnswer, Graph, list[AccessPath]]:
        """Return the answer of `paths`, the slice of the graph that it rests on, and the paths themselves.

        Bounds and errors are those of `paths`.
        """
        filters = filters or self.filters()
        from_, to = self.buyers(buyer), self.chips(chip, filters.on)
        through = [self.entity(name, {"Company", "Datacenter"}, "company or site").id for name in via]

        def searched(part: slices.Slice) -> tuple[slices.Slice, list[Search], list[AccessPath]]:
            network = Network.of(part.graph)
            searches = [
                Search(network, one.id, two.id, filters, max_hops=max_hops, via=through)
                for one in from_.members
                for two in to.members
                if one.id in part.graph and two.id in part.graph
            ]
            return part, searches, _best(searches, limit + 1)

        given = self.store, _ids(from_), _ids(to)
        part, searches, found = searched(slices.path_slice(*given, max_hops=max_hops, max_slice=max_slice))
        if not found:
            # the reasons lie off the ways to the chip; only a look one hop further tells a dead end from a bound
            part, searches, found = searched(slices.access_slice(*given, max_hops=max_hops + 1, max_slice=max_slice))
        else:
            on_paths = {node for path in found[:limit] for node in path.nodes}
            part = slices.with_surroundings(self.store, part, on_paths, from_.entity["id"])
        paths, more = found[:limit], len(found) > limit
        network = Network.of(part.graph)
        bounded = part.truncated or any(search.exhausted for search in searches)
        negative = None
        refused = [] if not paths else _refused(searches)
        if not paths:
            cut = part.truncated or part.deeper
            reasons = [explain(search, truncated=cut, unexplored=part.unexplored) for search in searches]
            negative = negative_answer(merge(reasons), network)
        findings = self._findings(part.graph, paths, filters, to.members)
        answer = path_answer(
            part.graph,
            from_.entity,
            to.entity,
            [path_record(path, network, said) for path, said in zip(paths, findings, strict=True)],
            filters={**filters.as_dict(), **({"via": [network.name(one) for one in through]} if through else {})},
            searched={
                "max_hops": max_hops,
                "limit": limit,
                "truncated": more or bounded,
                "more": more,
                "bounded": bounded,
                "statuses": [name for name in PATH_STATUSES if name in (filters.statuses or DEFAULT_STATUSES)],
                "claims": len({claim.id for search in searches for claim in search.ball.claims()}),
                "outcome": "found" if paths else negative["outcome"] if negative else "not found",
            },
            negative=negative,
            near_misses=[near_miss_answer(miss, network) for miss in refused],
            undated=list({claim.id: claim for search in searches for claim in undated(search)}.values()),
            beside=self._beside(_ids(from_), filters),
            notes=[*self.notes, *from_.notes, *to.notes],
        )
        return answer, part.graph, paths

    def _beside(self, buyers: Sequence[str], filters: Filters) -> list[Answer]:
        """What is told beside the paths and is none: whose models the buyers call (route R9)."""
        graph = slices.claims_from(self.store, buyers, "CALLS_API_OF")
        every = msgspec.structs.replace(filters, statuses=None, include=None)
        network = Network.of(graph)
        found = sorted(graph_claims(narrow(graph, every)), key=lambda claim: (claim.subject, claim.object, claim.id))
        return [named_claim(claim, network) for claim in found]

    def _findings(
        self, graph: Graph, paths: Sequence[AccessPath], filters: Filters, chips: Sequence[Entity]
    ) -> list[Answer]:
        """What the rules say of each path as of the date asked for, or today."""
        from graphkit.rules import judge

        day, asked = filters.on or today(), chips[0].id if len(chips) == 1 else None
        return [findings_answer(judge(graph, path, self.rulebook, day, chip=asked)) for path in paths]

    def timeline(self, answer: PathAnswer, graph: Graph) -> list[Answer]:
        """Return the chip's status over time, exported to the country of the buyer's headquarters, as periods.

        Empty where the seat is not known or the rules do not know the chip.
        """
        from graphkit.answers.rules import timeline
        from graphkit.rules import Question
        from graphkit.rules.history import history
        from graphkit.rules.parties import Facts

        day, buyer, chip = answer["as_of"] or today(), answer["buyer"]["id"], answer["chip"]["id"]
        seat = Facts(graph, self.rulebook, day).party(buyer).headquarters if buyer in graph else None
        models = self.rulebook.models_of(chip)
        if seat is None or not models:
            return []
        return timeline(history(self.rulebook, models, Question(day, seat, seat)), day)

    def whatif(
        self,
        buyer: str,
        chip: str,
        filters: Filters | None = None,
        *,
        enact: Sequence[str] = (),
        repeal: Sequence[str] = (),
        rules: Sequence[Path | str] = (),
        limit: int = LIMIT,
        max_hops: int = MAX_HOPS,
    ) -> Answer:
        """Return what a change of the rules would make of the paths from a buyer (or `hq:CN`) to a chip.

        `rules` are files in the format of regulations.yaml, taken as if in force. Nothing stored is touched.
        Keys: `version`, `buyer`, `chip`, `filters`, `notes`, `searched`, `on`, `changes` (in words),
        `effects` (number of paths by effect), `paths` (each with `effect`, `before`, `after`).
        Raises as `paths` does, FactBaseError for a rule file.
        """
        from graphkit.answers.rules import whatif_paths
        from graphkit.rules import whatif

        filters = filters or self.filters()
        changed, told = whatif.changed(self.rulebook, self.folders, enact=enact, repeal=repeal, rules=rules)
        answer, graph, paths = self.path_graph(buyer, chip, filters, limit=limit, max_hops=max_hops)
        day, asked = filters.on or today(), self.chips(chip, filters.on).members
        effects = whatif.compare(
            graph, paths, self.rulebook, changed, day, chip=asked[0].id if len(asked) == 1 else None
        )
        return {
            "version": 1,
            **{key: answer[key] for key in ("buyer", "chip", "filters", "notes", "searched")},
            "on": day,
            "changes": told,
            "effects": dict(collections.Counter(one.effect for one in effects)),
            "paths": whatif_paths(effects, Network.of(graph)),
        }

    def closings(self, buyer: str, chip: str, filters: Filters | None = None, *, max_hops: int = MAX_HOPS) -> Answer:
        """Return the smallest sets of steps, intermediaries or rules whose closing leaves no path.

        Keys: `version`, `buyer`, `chip`, `filters`, `notes`, `searched`, `on`, `paths` (their number), and
        `steps`, `intermediaries`, `rules`, each with `size`, `sets`, `ids`, `exact`, `more`, `obstacle`.
        Raises as `paths` does, InvalidValue also for a set of buyers or chips.
        """
        from graphkit.answers.rules import closing_answer
        from graphkit.rules.close import MAX_PATHS, close_graph, close_rules

        filters = filters or self.filters()
        answer, graph, paths = self.path_graph(buyer, chip, filters, limit=MAX_PATHS, max_hops=max_hops)
        ends = answer["buyer"]["id"], answer["chip"]["id"]
        if any(end not in graph for end in ends):
            raise InvalidValue("ways are closed between one company and one chip: name one of each")
        network, cut = Network.of(graph), answer["searched"]["truncated"]
        day = filters.on or today()
        closings = [
            close_graph(graph, *ends, filters, "steps", max_hops=max_hops),
            close_graph(graph, *ends, filters, "intermediaries", max_hops=max_hops),
            close_rules(graph, paths, self.rulebook, day, chip=ends[1]),
        ]
        found = {one.kind: closing_answer(one, network.name) for one in closings}
        return {
            "version": 1,
            **{key: answer[key] for key in ("buyer", "chip", "filters", "notes", "searched")},
            "on": day,
            "paths": len(paths),
            **{kind: {**closing, "exact": closing["exact"] and not cut} for kind, closing in found.items()},
        }

    def show(self, name: str, filters: Filters | None = None) -> Answer:
        """Return everything known about an entity: its record, and its claims by relation, with evidence.

        Keys: `version`, `entity`, `relations` (each with `relation`, `direction` out or in, `claims`),
        `filters`, `truncated`, `notes`. Raises UnknownName or AmbiguousName.
        """
        entity = self.entity(name)
        part = slices.neighbourhood(self.store, [entity.id])
        network = Network.of(part.graph)
        groups: dict[tuple[str, bool], list[Answer]] = {}
        for _, _, data in part.graph.edges(data=True):
            claim = data["claim"]
            if filters and not filters.keep(claim, network.document(claim)):
                continue
            outgoing = claim.subject == entity.id
            other = network.entity(claim.object if outgoing else claim.subject)
            said = {**claim_answer(claim, network), "other": entity_answer(other)}
            groups.setdefault((claim.relation, outgoing), []).append(said)
        order = {relation: number for number, relation in enumerate(RELATIONS)}
        return {
            "version": 1,
            "entity": {**entity_answer(entity), "aliases": list(entity.aliases), "note": entity.note},
            "relations": [
                {
                    "relation": relation,
                    "direction": "out" if outgoing else "in",
                    "claims": sorted(claims, key=lambda c: (c["other"]["name"], c["published"] or "", c["id"])),
                }
                for (relation, outgoing), claims in sorted(
                    groups.items(), key=lambda item: (order[item[0][0]], not item[0][1])
                )
            ],
            "filters": filters.as_dict() if filters else {},
            "truncated": part.truncated,
            "notes": list(self.notes),
        }

    def around(
        self, names: Sequence[str], *, radius: int = 1, max_slice: int = slices.MAX_SLICE
    ) -> tuple[slices.Slice, list[str]]:
        """Return the graph around some entities (all of it without names), and their ids.

        The slice holds the `graph` and says whether it was `truncated`, at `max_slice` claims. Raises
        UnknownName or AmbiguousName.
        """
        focus = [self.entity(name).id for name in names]
        if not focus:
            return slices.whole(self.store, max_slice=max_slice), focus
        return slices.neighbourhood(self.store, focus, radius=radius, max_slice=max_slice), focus

    def query(
        self, name: str, parameters: Mapping[str, str] | None = None, *, limit: int = ROWS, timeout: float = SECONDS
    ) -> Result:
        """Run a query of the library by name: at most `limit` rows, within `timeout` seconds.

        Raises UnknownName, QueryError or QueryTimeout.
        """
        from graphkit.queries import library as queries
        from graphkit.queries.ask import Result

        query = queries.named(name)
        given = queries.convert(query, parameters or {}, self._id)
        columns, rows = self.store.read_at_most(limit + 1, query.text, given, seconds=timeout)
        return Result(columns=columns, rows=rows[:limit], truncated=len(rows) > limit)

    def _id(self, name: str) -> str:
        return self.entity(name).id

    def cypher(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        limit: int = ROWS,
        timeout: float = SECONDS,
    ) -> Result:
        """Run a person's own Cypher, read-only: at most `limit` rows, within `timeout` seconds.

        Raises QueryRefused, QueryError or QueryTimeout.
        """
        from graphkit.queries.ask import ask

        return ask(self.url, text, dict(parameters or {}), timeout=timeout, limit=limit)

    def exposure_of(
        self,
        buyers: Sequence[str],
        chips: str,
        filters: Filters | None = None,
        *,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
    ) -> tuple[Answer, Graph]:
        """Return `exposure` for buyers and chips as people name them: names, `hq:CN`, a CSV file of customers.

        `chips` are names separated by commas, or `controlled`. The names of a file are under `matched`, each with
        `name` and the ids of its `buyers`, or where nobody answers to them under `unmatched`, with `name`, `near`,
        `why`; any other raises UnknownName, AmbiguousName or InvalidValue.
        """
        filters = filters or self.filters()
        chosen: list[Selection] = []
        matched: list[Answer] = []
        unmatched: list[Answer] = []
        for one in buyers:
            if one.lower().endswith(".csv"):
                customers = selection.customers(Path(one))
                names = selection.NameLookup(self.store, many=len(customers) > MANY)
                for name in customers:
                    try:
                        chosen.append(selection.buyers(self.store, name, names))
                        matched.append({"name": name, "buyers": _ids(chosen[-1])})
                    except (UnknownName, AmbiguousName, InvalidValue) as error:
                        unmatched.append({"name": name, "near": list(getattr(error, "near", ())), "why": str(error)})
            else:
                chosen.append(self.buyers(one))
        wanted = [self.chips(name.strip(), filters.on) for name in chips.split(",") if name.strip()]
        members = {chip.id: chip for one in wanted for chip in one.members}
        if not members:
            raise InvalidValue("no chip is asked for: name one, or `controlled`")
        notes = tuple(note for one in wanted for note in one.notes)
        answer, graph = self.exposure(
            chosen,
            Selection(wanted[0].entity, tuple(members.values()), notes),
            filters,
            max_hops=max_hops,
            max_slice=max_slice,
        )
        return {**answer, "matched": matched, "unmatched": unmatched}, graph

    def exposure(
        self,
        buyers: Sequence[Selection],
        chips: Selection,
        filters: Filters | None = None,
        *,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
    ) -> tuple[Answer, Graph]:
        """Return the matrix buyers by chips: for each pair the best path, with the graph it rests on.

        Over at most `max_slice` claims fetched from the store. Keys: `version`, `buyers`, `chips`, `as_of`,
        `known_by`, `filters`, `cells` (each with `buyer`, `chip`, `status`, `confidence`, `hops`, `stated`,
        `marks`, `route`, `outcome`, `near_miss`, `path`), `searched` (`max_hops`, `truncated`),
        `unmatched`, `notes`. Raises StoreError.
        """
        filters = filters or self.filters()
        members = list({one.id: one for some in buyers for one in some.members}.values())
        part = slices.access_slice(
            self.store, [one.id for one in members], _ids(chips), max_hops=max_hops + 1, max_slice=max_slice
        )
        cells, exhausted = [], False
        for buyer, chip in itertools.product(members, chips.members):
            search = Search(Network.of(part.graph), buyer.id, chip.id, filters, max_hops=max_hops)
            cells.append(self._cell(part, buyer, chip, search))
            exhausted = exhausted or search.exhausted
        notes = [*self.notes, *(note for some in buyers for note in some.notes), *chips.notes]
        return {
            "version": 1,
            "buyers": [entity_answer(one) for one in members],
            "chips": [entity_answer(one) for one in chips.members],
            "as_of": filters.on,
            "known_by": filters.known_by,
            "filters": filters.as_dict(),
            "cells": cells,
            "searched": {"max_hops": max_hops, "truncated": part.truncated or exhausted},
            "unmatched": [],
            "notes": list(dict.fromkeys(notes)),
        }, part.graph

    def _cell(self, part: slices.Slice, buyer: Entity, chip: Entity, search: Search) -> Answer:
        network = search.network
        cell: Answer = {"buyer": entity_answer(buyer), "chip": entity_answer(chip)}
        found = _best([search], 1)
        if not found:
            cut = part.truncated or part.deeper
            negative = explain(search, truncated=cut, unexplored=part.unexplored, count=1)
            missed = negative.near_misses[0].reasons if negative.near_misses else ()
            return {
                **cell,
                "status": None,
                "confidence": None,
                "hops": None,
                "stated": None,
                "marks": [],
                "route": [],
                "outcome": negative.outcome,
                "near_miss": list(missed),
                "path": None,
            }
        path = found[0]
        said = self._findings(network.graph, [path], search.filters, [chip])[0]
        return {
            **cell,
            "status": path.status,
            "confidence": round(path.confidence, 6),
            "hops": len(path.steps),
            "stated": path.stated,
            "marks": list(path.marks),
            "route": [network.name(node) for node in path.nodes],
            "outcome": "found",
            "near_miss": [],
            "path": path_record(path, network, said),
        }


def today() -> str:
    """Return today's ISO date."""
    return datetime.date.today().isoformat()


def _ids(chosen: Selection) -> list[str]:
    return [entity.id for entity in chosen.members]


def _refused(searches: Sequence[Search]) -> list[NearMiss]:
    """What several searches would have found more, had nobody refused or denied it; one that two would find, once."""
    found = {miss.broken: miss for search in searches for miss in refusals(search)}
    return list(found.values())[:MAX_REFUSED]


def _best(searches: Sequence[Search], count: int) -> list[AccessPath]:
    """Return the best paths of several searches; one that two of them find is told once."""
    merged = heapq.merge(*searches, key=lambda ranked: ranked[0])
    seen: set[tuple[tuple[str, str, str], ...]] = set()
    found: list[AccessPath] = []
    for _, path in merged:
        key = tuple((step.subject, step.relation, step.object) for step in path.steps)
        if key not in seen:
            seen.add(key)
            found.append(path)
            if len(found) == count:
                break
    return found
