"""The front door for people's own Python: open a fact base or a database, ask, render.

>>> from graphkit.explorer import Explorer
>>> with Explorer.open() as explorer:                                    # doctest: +SKIP
...     answer = explorer.paths("ByteDance", "H100")
"""

from __future__ import annotations

import collections
import datetime
import functools
import hashlib
import heapq
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from graphkit.access import AccessPath, Network, Search, explain, merge, undated
from graphkit.errors import (
    AmbiguousName,
    GraphkitError,
    InvalidValue,
    StoreBusy,
    StoreDamaged,
    StoreError,
    UnknownName,
)
from graphkit.facts import Entity, earliest, fold
from graphkit.graph import Filters
from graphkit.ontology import CONFIDENCES, DEFAULT_STATUSES, PATH_STATUSES, RELATIONS, STATUSES
from graphkit.stores import Store, open_store, slices
from graphkit.views.answers import (
    Answer,
    PathAnswer,
    claim_answer,
    entity_answer,
    findings_answer,
    negative_answer,
    path_answer,
    path_record,
)

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from graphkit.graph import Graph
    from graphkit.rules import Rulebook
    from graphkit.stores.ask import Result
    from graphkit.stores.load import Changes

Say = Callable[[str], None]

#: Steps of a path, paths of an answer, rows of a query and its seconds, unless told otherwise.
MAX_HOPS, LIMIT, ROWS, SECONDS = 6, 10, 10_000, 30.0

_CLAIM_ID = re.compile(r"[0-9a-f]{16}\Z")


class Party(msgspec.Struct, frozen=True):
    """Who or what a question is about: one entity, or a set with a name; `notes` say how it was read."""

    entity: Answer
    members: tuple[Entity, ...]
    notes: tuple[str, ...] = ()


class Explorer:
    """An open store, asked in the words of the field. Use it in a `with` block."""

    def __init__(
        self, store: Store, url: str, *, folders: Sequence[Path] = (), notes: Sequence[str] = (),
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
        content has changed. `say` is told what takes time. Raises GraphkitError.
        """
        from graphkit.stores.load import incomplete

        paths = tuple(Path(folder) for folder in folders)
        if db is None:
            file, kept = _cached(paths, documents, say or (lambda text: None))
            return cls(open_store(file), file, folders=paths, kept=kept)
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
        try:
            return slices.find_entity(self.store, name, kinds, what)
        except UnknownName:
            if kinds is None:
                raise
            try:
                other = slices.find_entity(self.store, name)
            except GraphkitError:
                other = None
            if other is None:
                raise
            raise InvalidValue(f"{other.name} is a {other.kind}: give a {what} here") from None

    def buyers(self, name: str) -> Party:
        """Return the companies that a buyer stands for: itself, a product's owner, or `hq:COUNTRY`."""
        if name.lower().startswith("hq:"):
            region = self.entity(name[3:], {"Region"}, "region")
            found = self._entities(
                "MATCH (n:Company)-[r:HEADQUARTERED_IN]->(g:Region) "
                "WHERE r.status = 'done' AND (g.id = $id OR EXISTS { (g)-[:PART_OF*1..6]->(:Entity {id: $id}) }) ",
                id=region.id,
            )
            if not found:
                raise InvalidValue(f"no company of this fact base is headquartered in {region.name}")
            label = {"id": f"hq:{region.id}", "name": f"companies headquartered in {region.name}"}
            return Party({**label, "kind": "Company", "generic": True}, tuple(found))
        buyer = self.entity(name, {"Company", "Product"}, "buyer (a company, or a product of one)")
        if buyer.kind == "Company":
            return Party(entity_answer(buyer), (buyer,))
        owners = self._entities(
            "MATCH (n:Company)-[r:OWNS]->(p:Entity {id: $id}) WHERE r.status = 'done' ", id=buyer.id
        )
        if not owners:
            raise InvalidValue(f"{buyer.name} is a product and no claim says who owns it: name a company")
        names = " and ".join(owner.name for owner in owners)
        note = f"{buyer.name} is a product: this is the answer for its owner, {names}"
        return Party(entity_answer(owners[0]), tuple(owners), (note,))

    def chips(self, name: str, on: str | None = None) -> Party:
        """Return the chips that a name stands for: one, or `controlled` for those controlled on a date."""
        if name.lower() == "controlled":
            return self._controlled(on)
        chip = self.entity(name, {"Chip"}, "chip")
        return Party(entity_answer(chip), (chip,))

    def _entities(self, match: str, **parameters: object) -> list[Entity]:
        rows = self.store.read(f"{match} RETURN DISTINCT n.id AS id ORDER BY id", parameters)
        return sorted(
            slices.fetch_entities(self.store, [str(row["id"]) for row in rows]), key=lambda entity: entity.id
        )

    def _controlled(self, on: str | None) -> Party:
        """Chips that need a licence for China on a date and that some claim speaks of, families before forms."""
        from graphkit.rules import license_requirement

        day = on or today()
        families: dict[str, str] = {}
        for chip in self.rulebook.chips:
            if license_requirement(self.rulebook, chip.id, "CN", "CN", day).outcome == "license_required":
                families[chip.id] = chip.family or chip.id
        held = self._entities(
            "MATCH (a:Entity)-[r:HOSTS|USES|BUYS]->(n:Chip) WHERE n.id IN $ids ",
            ids=sorted({*families, *families.values()}),
        )
        spoken_of = {families.get(chip.id, chip.id) for chip in held}
        members = slices.fetch_entities(self.store, sorted(spoken_of))
        silent = len(set(families.values()) - spoken_of)
        note = f"controlled on {day}: {len(members)} chips, and {silent} more that no claim says anybody has"
        label: Answer = {"id": "controlled", "name": f"chips controlled on {day}", "kind": "Chip", "generic": True}
        return Party(label, tuple(sorted(members, key=lambda chip: chip.name)), (note,))

    @functools.cached_property
    def rulebook(self) -> Rulebook:
        """The rules of the fact-base folders, or those that ship."""
        from graphkit.rules import read_rulebook

        return read_rulebook(*self.folders)

    def filters(
        self,
        *,
        on: str | None = None,
        known_by: str | None = None,
        status: Iterable[str] = (),
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        without: Iterable[str] = (),
        min_confidence: float | str = 0.0,
        every: bool = False,
    ) -> Filters:
        """Check what a person gave and return the filters; names in `without` become ids.

        `every` is for views of the graph: all statuses unless some are named, and any relation.
        """
        for date in filter(None, (on, known_by)):
            earliest(date)
        chosen = _listed(status) or ([] if every else DEFAULT_STATUSES)
        included, excluded = _listed(include, str.upper), _listed(exclude, str.upper)
        _refuse_unknown("status", chosen, list(STATUSES) if every else PATH_STATUSES)
        relations = [name for name, relation in RELATIONS.items() if every or relation.access]
        _refuse_unknown("relation", [*included, *excluded], relations)
        return Filters(
            on=on,
            known_by=known_by,
            statuses=frozenset(chosen) or None,
            include=frozenset(included) or None,
            exclude=frozenset(excluded),
            without=frozenset(one if _CLAIM_ID.match(one) else self.entity(one).id for one in without),
            min_confidence=_probability(min_confidence),
        )

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
        """Return the best access paths from a buyer to a chip, or why there is none, as plain data."""
        return self.path_graph(
            buyer, chip, filters, limit=limit, max_hops=max_hops, via=via, max_slice=max_slice
        )[0]

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
        """Return the answer of `paths`, the slice of the graph that it rests on, and the paths themselves."""
        filters = filters or self.filters()
        from_, to = self.buyers(buyer), self.chips(chip, filters.on)
        through = [self.entity(name, {"Company", "Datacenter"}, "company or site").id for name in via]

        def searched(part: slices.Slice) -> tuple[slices.Slice, list[Search], list[AccessPath]]:
            network = Network.of(part.graph)
            searches = [
                Search(network, one.id, two.id, filters, max_hops=max_hops, via=through)
                for one in from_.members for two in to.members if one.id in part.graph and two.id in part.graph
            ]
            return part, searches, _best(searches, limit + 1)

        given = self.store, _ids(from_), _ids(to)
        part, searches, found = searched(slices.path_slice(*given, max_hops=max_hops, max_slice=max_slice))
        if not found:
            # the reasons lie off the ways to the chip; only a look one hop further tells a dead end from a bound
            part, searches, found = searched(slices.access_slice(*given, max_hops=max_hops + 1, max_slice=max_slice))
        network = Network.of(part.graph)
        paths, more = found[:limit], len(found) > limit
        bounded = part.truncated or any(search.exhausted for search in searches)
        negative = None
        if not paths:
            cut = part.truncated or part.deeper
            reasons = [explain(search, truncated=cut, unexplored=part.unexplored) for search in searches]
            negative = negative_answer(merge(reasons), network)
        findings = self._findings(part.graph, paths, filters, to.members)
        answer = path_answer(
            part.graph, from_.entity, to.entity,
            [path_record(path, network, said) for path, said in zip(paths, findings, strict=True)],
            filters={**filters.as_dict(), **({"via": [network.name(one) for one in through]} if through else {})},
            searched={
                "max_hops": max_hops,
                "limit": limit,
                "truncated": more or bounded,
                "more": more,
                "statuses": [name for name in PATH_STATUSES if name in (filters.statuses or DEFAULT_STATUSES)],
                "claims": len({claim.id for search in searches for claim in search.ball.claims()}),
                "outcome": "found" if paths else negative["outcome"] if negative else "not found",
            },
            negative=negative,
            undated=list({claim.id: claim for search in searches for claim in undated(search)}.values()),
            notes=[*self.notes, *from_.notes, *to.notes],
        )
        return answer, part.graph, paths

    def _findings(
        self, graph: Graph, paths: Sequence[AccessPath], filters: Filters, chips: Sequence[Entity]
    ) -> list[Answer]:
        """What the rules say of each path as of the date asked for, or today."""
        from graphkit.rules import judge

        day, asked = filters.on or today(), chips[0].id if len(chips) == 1 else None
        return [findings_answer(judge(graph, path, self.rulebook, day, chip=asked)) for path in paths]

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
        """
        from graphkit.rules import whatif
        from graphkit.views.rules import whatif_paths

        filters = filters or self.filters()
        changed, told = whatif.changed(self.rulebook, self.folders, enact=enact, repeal=repeal, rules=rules)
        answer, graph, paths = self.path_graph(buyer, chip, filters, limit=limit, max_hops=max_hops)
        day, asked = filters.on or today(), self.chips(chip, filters.on).members
        effects = whatif.compare(
            graph, paths, self.rulebook, changed, day, chip=asked[0].id if len(asked) == 1 else None
        )
        return {
            "version": 1, **{key: answer[key] for key in ("buyer", "chip", "filters", "notes", "searched")},
            "on": day, "changes": told,
            "effects": dict(collections.Counter(one.effect for one in effects)),
            "paths": whatif_paths(effects, Network.of(graph)),
        }

    def closings(
        self, buyer: str, chip: str, filters: Filters | None = None, *, max_hops: int = MAX_HOPS
    ) -> Answer:
        """Return the smallest sets of steps, intermediaries or rules whose closing leaves no path."""
        from graphkit.rules.close import MAX_PATHS, close_graph, close_rules
        from graphkit.views.rules import closing_answer

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
            "version": 1, **{key: answer[key] for key in ("buyer", "chip", "filters", "notes", "searched")},
            "on": day, "paths": len(paths),
            **{kind: {**closing, "exact": closing["exact"] and not cut} for kind, closing in found.items()},
        }

    def show(self, name: str, filters: Filters | None = None) -> Answer:
        """Return everything known about an entity: its record, and its claims by relation, with evidence."""
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

    def around(self, names: Sequence[str], *, radius: int = 1) -> tuple[Graph, list[str]]:
        """Return the graph around some entities (all of it without names), and their ids."""
        focus = [self.entity(name).id for name in names]
        part = slices.neighbourhood(self.store, focus, radius=radius) if focus else slices.whole(self.store)
        return part.graph, focus

    def query(
        self, name: str, parameters: Mapping[str, str] | None = None, *, limit: int = ROWS, timeout: float = SECONDS
    ) -> Result:
        """Run a query of the library by name. Raises UnknownName, QueryError or QueryTimeout."""
        from graphkit import queries
        from graphkit.stores.ask import Result

        rows = queries.run(self.store, name, dict(parameters or {}), resolve=self._id)
        columns = [column.name for column in queries.library()[name].columns]
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
        """Run a person's own Cypher, read-only and within limits. Raises QueryRefused, QueryError or QueryTimeout."""
        from graphkit.stores.ask import ask

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
        """Return `exposure` for buyers and chips as people name them: names, `hq:CN`, a CSV file of customers."""
        filters = filters or self.filters()
        parties: list[Party] = []
        unmatched: list[Answer] = []
        for one in buyers:
            if one.lower().endswith(".csv"):
                for name in _customers(Path(one)):
                    try:
                        parties.append(self.buyers(name))
                    except (UnknownName, AmbiguousName, InvalidValue) as error:
                        unmatched.append({"name": name, "near": list(getattr(error, "near", ())), "why": str(error)})
            else:
                parties.append(self.buyers(one))
        wanted = [self.chips(name.strip(), filters.on) for name in chips.split(",") if name.strip()]
        members = {chip.id: chip for party in wanted for chip in party.members}
        if not members:
            raise InvalidValue("no chip is asked for: name one, or `controlled`")
        notes = tuple(note for party in wanted for note in party.notes)
        answer, graph = self.exposure(
            parties, Party(wanted[0].entity, tuple(members.values()), notes), filters,
            max_hops=max_hops, max_slice=max_slice,
        )
        return {**answer, "unmatched": unmatched}, graph

    def exposure(
        self,
        buyers: Sequence[Party],
        chips: Party,
        filters: Filters | None = None,
        *,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
    ) -> tuple[Answer, Graph]:
        """Return the matrix buyers by chips: for each pair the best path, with the graph it rests on."""
        filters = filters or self.filters()
        members = list({one.id: one for party in buyers for one in party.members}.values())
        part = slices.access_slice(
            self.store, [one.id for one in members], _ids(chips), max_hops=max_hops + 1, max_slice=max_slice
        )
        cells = [
            self._cell(part, buyer, chip, filters, max_hops)
            for buyer in members for chip in chips.members
        ]
        notes = [*self.notes, *(note for party in buyers for note in party.notes), *chips.notes]
        return {
            "version": 1,
            "buyers": [entity_answer(one) for one in members],
            "chips": [entity_answer(one) for one in chips.members],
            "as_of": filters.on,
            "known_by": filters.known_by,
            "filters": filters.as_dict(),
            "cells": cells,
            "searched": {"max_hops": max_hops, "truncated": part.truncated},
            "unmatched": [],
            "notes": list(dict.fromkeys(notes)),
        }, part.graph

    def _cell(
        self, part: slices.Slice, buyer: Entity, chip: Entity, filters: Filters, max_hops: int
    ) -> Answer:
        network = Network.of(part.graph)
        search = Search(network, buyer.id, chip.id, filters, max_hops=max_hops)
        cell: Answer = {"buyer": entity_answer(buyer), "chip": entity_answer(chip)}
        found = _best([search], 1)
        if not found:
            cut = part.truncated or part.deeper
            negative = explain(search, truncated=cut, unexplored=part.unexplored, count=1)
            missed = negative.near_misses[0].reasons if negative.near_misses else ()
            return {
                **cell, "status": None, "confidence": None, "hops": None, "stated": None, "marks": [], "route": [],
                "outcome": negative.outcome, "near_miss": list(missed), "path": None,
            }
        path = found[0]
        said = self._findings(network.graph, [path], filters, [chip])[0]
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


def build(
    *folders: Path | str,
    db: str | None = None,
    documents: Path | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Changes, tuple[str, ...], str]:
    """Load fact-base folders into a database (the cache without `db`).

    Everything is checked first; nothing is written where there is a fault. Returns what changed,
    the warnings, and where it went.
    """
    from graphkit.factbase import read_factbase
    from graphkit.stores.load import load

    base = read_factbase(*folders, documents=documents)
    target = db or str(_cache_file(tuple(Path(folder) for folder in folders), documents, base.sha256))
    with open_store(target, readonly=False) as store:
        store.create_schema()
        changes = load(store, base, progress)
    return changes, base.warnings, target


def _cached(
    folders: tuple[Path, ...], documents: Path | str | None, say: Say
) -> tuple[str, TemporaryDirectory[str] | None]:
    """Return the cached database of fact-base folders, built first where it is missing or damaged.

    Where the cache cannot be written, the database is built in a temporary folder, which is returned too.
    """
    from graphkit.factbase import content_sha256

    file = _cache_file(folders, documents, content_sha256(*folders, documents=documents))
    try:
        if not file.is_absolute():
            raise OSError("there is no home folder")
        if file.exists():
            try:
                open_store(file).close()
                return str(file), None
            except StoreDamaged:
                say(f"the cached database {file} was damaged: building it again from the fact base")
                file.unlink(missing_ok=True)
        _, warnings, _ = build(*folders, documents=documents)
        kept = None
    except (StoreError, OSError) as error:
        why = "is being written by another process" if isinstance(error, StoreBusy) else "cannot be written"
        say(f"the cache {file.parent} {why}: building in a temporary folder, this time only")
        from tempfile import TemporaryDirectory

        kept = TemporaryDirectory(prefix="graphkit-", ignore_cleanup_errors=True)
        file = Path(kept.name) / "graph.kgl"
        _, warnings, _ = build(*folders, db=str(file), documents=documents)
    for warning in warnings:
        say(f"warning: {warning}")
    if kept is None:
        for old in file.parent.glob(f"{file.stem.rpartition('-')[0]}-*.kgl"):
            if old != file:
                old.unlink(missing_ok=True)
    return str(file), kept


def _cache_file(folders: tuple[Path, ...], documents: Path | str | None, sha256: str) -> Path:
    """Where the database of these folders, with this content, is cached: one file per content."""
    from platformdirs import user_cache_path

    from graphkit import __version__
    from graphkit.stores.schema import SCHEMA

    where = "\0".join([*(str(folder.resolve()) for folder in folders), str(documents or "")])
    place = hashlib.sha256(where.encode(errors="surrogateescape")).hexdigest()[:8]
    content = hashlib.sha256(f"{sha256} {SCHEMA} {__version__}".encode()).hexdigest()[:16]
    return user_cache_path("graphkit", appauthor=False) / f"{place}-{content}.kgl"


def today() -> str:
    """Return today's ISO date."""
    return datetime.date.today().isoformat()


def _ids(party: Party) -> list[str]:
    return [entity.id for entity in party.members]


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


def _listed(values: Iterable[str], change: Callable[[str], str] = str.lower) -> list[str]:
    """Split what was given as `a,b` or several times."""
    parts = itertools.chain.from_iterable(value.split(",") for value in values)
    return [change(part.strip()) for part in parts if part.strip()]


def _refuse_unknown(what: str, given: Iterable[str], allowed: Sequence[str]) -> None:
    for one in given:
        if one not in allowed:
            raise InvalidValue(f"{one!r} is no {what} that can be used here: choose from {', '.join(allowed)}")


def _probability(value: float | str) -> float:
    """Return a probability from a number between 0 and 1 or from a category such as "likely"."""
    if isinstance(value, str) and value.lower() in CONFIDENCES:
        return CONFIDENCES[value.lower()]
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 1.0:
        raise InvalidValue(f"{value!r} is no confidence: give {', '.join(CONFIDENCES)}, or a number from 0 to 1")
    return number


def _customers(file: Path) -> list[str]:
    """Return the names of a customer list: the first cell of each row, without a heading."""
    import csv

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            names = [row[0].strip() for row in csv.reader(lines) if row and row[0].strip()]
    except UnicodeDecodeError:
        raise InvalidValue(f"{file} is not UTF-8 text: save it as CSV UTF-8") from None
    except csv.Error as error:
        raise InvalidValue(f"{file} cannot be read as CSV: {error}") from None
    headings = {"name", "customer", "company", "buyer"}
    names = names[1:] if names and fold(names[0]) in headings else names
    if not names:
        raise InvalidValue(f"{file} holds no name: write one a row, in the first column")
    return list(dict.fromkeys(names))
