"""The front door for people's own Python: open a fact base or a database, ask, read the answer.

>>> from graphkit import Explorer
>>> with Explorer.open() as explorer:                                    # doctest: +SKIP
...     answer = explorer.paths("ByteDance", "H100", on="2024-06-06")
...     print(answer.paths[0].verdict)

The file is long because it has a method for each question.

Filters are the same everywhere: `on`, `known_by`, `status`, `include`, `exclude`, `without`, `min_confidence`,
as `graphkit.answers.selection.FilterOptions` describes them. A list may be one text: `status="done,alleged"`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from graphkit import slices
from graphkit.answers import selection
from graphkit.engines import Row, Store, mask_secrets, open_store
from graphkit.loading.cache import Say, find_kept_texts, open_cached, read_cached_rules
from graphkit.signing import signed

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from graphkit.answers.answer import BaseStamp
    from graphkit.answers.chip import ChipAnswer
    from graphkit.answers.closings import ClosingsAnswer
    from graphkit.answers.licence import LicenceAnswer
    from graphkit.answers.list_kinds import ListKind
    from graphkit.answers.listing import ContentsAnswer, ListingAnswer
    from graphkit.answers.matrix import ExposureAnswer
    from graphkit.answers.parties import PartiesAnswer
    from graphkit.answers.path_answer import PathAnswer
    from graphkit.answers.query import LibraryAnswer, QueryAnswer
    from graphkit.answers.screening import Progress
    from graphkit.answers.screening_answer import ScreeningAnswer
    from graphkit.answers.search import SearchAnswer
    from graphkit.answers.selection import FilterOptions
    from graphkit.answers.show import EntityAnswer
    from graphkit.answers.view import GraphAnswer
    from graphkit.answers.whatif import WhatIfAnswer
    from graphkit.facts import Entity
    from graphkit.graph import Filters, Graph
    from graphkit.loading.load_states import LoadState
    from graphkit.rulebook import Activity, Rulebook

Names = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
#: Steps of a path, paths of an answer, rows of a query and its seconds, unless told otherwise.
MAX_HOPS, LIMIT, ROWS, SECONDS = 6, 10, 10_000, 6.0
#: Paths that `whatif` judges, finds of `find`, unless told otherwise.
JUDGED, FINDS = 50, 20


class Explorer:
    """An open store, asked in the words of the field. Use it in a `with` block."""

    def __init__(
        self,
        store: Store,
        url: str,
        *,
        folders: Sequence[Path] = (),
        notes: Sequence[str] = (),
        source: Mapping[str, object] | None = None,
        kept: TemporaryDirectory[str] | None = None,
        checked: bool = False,
    ) -> None:
        self.store, self.url, self.folders, self.notes = store, url, tuple(folders), tuple(notes)
        #: The options of a command that opens the same.
        self.source = dict(source or {})
        self._kept = kept
        self._states: dict[str, LoadState] | None = None
        self._checked = checked  # a cached database proves that its folders have been

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
        from graphkit.loading.load_states import read_load_states

        paths = tuple(Path(folder) for folder in folders)
        source = {"factbase": [str(path) for path in paths], "db": db and mask_secrets(db)}
        source["documents"] = str(documents) if documents else None
        if db is None:
            opened, file, kept = open_cached(paths, documents or find_kept_texts(paths), say or (lambda text: None))
            return cls(opened, file, folders=paths, source=source, kept=kept, checked=True)
        store = open_store(db)
        try:
            states = read_load_states(store)
        except BaseException:
            store.close()
            raise
        notes = [
            f"the last load of {name!r} did not finish, so the answer may lack claims: run `graphkit build` again"
            for name, state in sorted(states.items())
            if not state.complete
        ]
        if paths:
            given = ", ".join(map(str, paths))
            notes.append(
                f"the claims are those of the database {mask_secrets(db)}; of {given} only the rules are asked"
            )
        opened_server = cls(store, db, folders=paths, notes=notes, source=source)
        opened_server._states = states  # a server is asked for them once
        return opened_server

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

    @functools.cached_property
    def rulebook(self) -> Rulebook:
        """The rules of the fact-base folders, or those that ship."""
        if self._checked or not self.folders:
            return read_cached_rules(self.folders, Path(self.url) if self._checked else None)
        from graphkit.factbase import read_rulebook

        return read_rulebook(*self.folders)

    @functools.cached_property
    def bases(self) -> tuple[BaseStamp, ...]:
        """The fact bases that the store holds, each with the hash of its content."""
        from graphkit.answers.answer import BaseStamp
        from graphkit.loading.load_states import read_load_states

        states = self._states if self._states is not None else read_load_states(self.store)
        found = sorted(states.values(), key=lambda one: one.name)
        return tuple(BaseStamp(name=one.name, sha256=one.sha256, newest=one.newest) for one in found)

    def entity(self, name: str) -> Entity:
        """Look up an entity by a name. Raises UnknownName or AmbiguousName."""
        return selection.look_up_entity(self.store, name)

    def filters(self, *, every: bool = False, **filters: Unpack[FilterOptions]) -> Filters:
        """Check what a person gave and return the filters: see `selection.check_filters`."""
        return selection.check_filters(self.store, every=every, **filters)

    def paths(
        self,
        buyer: str,
        chip: str,
        *,
        via: Names = (),
        limit: int = LIMIT,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
        **filters: Unpack[FilterOptions],
    ) -> PathAnswer:
        """Return the best access paths from a buyer (or `hq:CN`) to a chip, or why there is none.

        At most `limit` paths of at most `max_hops` steps, over at most `max_slice` claims fetched from the store;
        `via` names companies or sites that each path passes. Raises UnknownName, AmbiguousName, InvalidValue or
        StoreError.
        """
        return self.paths_and_graph(
            buyer, chip, via=via, limit=limit, max_hops=max_hops, max_slice=max_slice, **filters
        )[0]

    @signed("path", "buyer", "chip")
    def paths_and_graph(
        self,
        buyer: str,
        chip: str,
        *,
        via: Names = (),
        limit: int = LIMIT,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
        **filters: Unpack[FilterOptions],
    ) -> tuple[PathAnswer, Graph]:
        """Return the answer of `paths`, and the part of the graph that it rests on, as `view` draws it."""
        from graphkit.answers.paths import find_paths

        bounds = {"limit": limit, "max_hops": max_hops, "max_slice": max_slice}
        found = find_paths(self, buyer, chip, self.filters(**filters), via=selection.split_names(via), **bounds)
        return found.answer, found.graph

    def exposure(
        self,
        buyers: Names,
        chips: Names = "controlled",
        *,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
        **filters: Unpack[FilterOptions],
    ) -> ExposureAnswer:
        """Return the matrix buyers by chips: for each pair the best path and what it rests on.

        Buyers are names, `hq:COUNTRY` or the file of a customer list (CSV, TSV, text, XLSX), chips names or
        `controlled`. Over at most `max_slice` claims fetched from the store. Raises as `paths` does.
        """
        return self.exposure_and_graph(buyers, chips, max_hops=max_hops, max_slice=max_slice, **filters)[0]

    @signed("exposure")
    def exposure_and_graph(
        self,
        buyers: Names,
        chips: Names = "controlled",
        *,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
        **filters: Unpack[FilterOptions],
    ) -> tuple[ExposureAnswer, Graph]:
        """Return the answer of `exposure`, and the graph that it rests on."""
        from graphkit.answers.exposure import find_exposure

        names = selection.split_names(buyers), selection.split_names(chips)
        found = find_exposure(self, *names, self.filters(**filters), max_hops=max_hops, max_slice=max_slice)
        return found.answer, found.graph

    @signed("screen", "source")
    def screen(
        self,
        source: Path | str | None = None,
        *,
        chips: Names = "controlled",
        column: str | None = None,
        through: str | None = None,
        accept: bool = False,
        max_hops: int = MAX_HOPS,
        max_slice: int = slices.MAX_SLICE,
        progress: Progress | None = None,
        **filters: Unpack[FilterOptions],
    ) -> ScreeningAnswer:
        """Return every row of a list of names with its match and what this base says of the company.

        `source` is a file, or None for all that reach chips `through` a company; `column` is the heading above the
        names. `accept` takes a probable match as the same where it is the only one. Raises as `paths` does.
        """
        from graphkit.answers.screening import screen_list

        return screen_list(
            self,
            Path(source) if source is not None else None,
            self.filters(**filters),
            chips=selection.split_names(chips),
            column=column,
            through=through,
            accept=accept,
            max_hops=max_hops,
            max_slice=max_slice,
            progress=progress,
        )

    @signed("list")
    def contents(self) -> ContentsAnswer:
        """Return how much of each kind the base holds."""
        from graphkit.answers.listing import count_contents

        return count_contents(self)

    @signed("list", "kind")
    def list_things(
        self,
        kind: ListKind,
        *,
        inside: str | None = None,
        seat: str | None = None,
        listed: bool = False,
        generic: bool = False,
    ) -> ListingAnswer:
        """Return what the base holds of a kind, what most claims mention first: see `listing.list_things`."""
        from graphkit.answers.listing import list_things

        return list_things(self, kind, inside=inside, seat=seat, listed=listed, generic=generic)

    @signed("find", "words")
    def find(self, words: str, *, limit: int = FINDS) -> SearchAnswer:
        """Return what in the base bears some words, best first. Raises InvalidValue without a word."""
        from graphkit.answers.search import find_words

        return find_words(self, words, limit=limit)

    @signed("show", "name")
    def show(self, name: str, **filters: Unpack[FilterOptions]) -> EntityAnswer:
        """Return everything known about an entity, by relation. Raises UnknownName or AmbiguousName."""
        from graphkit.answers.show import show_entity

        return show_entity(self, name, self.filters(every=True, **filters))

    @signed("whatif", "buyer", "chip")
    def whatif(
        self,
        buyer: str,
        chip: str,
        *,
        enact: Names = (),
        repeal: Names = (),
        rules: Path | str | Sequence[Path | str] = (),
        limit: int = JUDGED,
        max_hops: int = MAX_HOPS,
        **filters: Unpack[FilterOptions],
    ) -> WhatIfAnswer:
        """Return what a change of the rules would make of the paths from a buyer to a chip.

        `enact` and `repeal` are ids of regulations, `rules` files in the format of regulations.yaml, taken as if
        in force. Nothing stored is touched. Raises as `paths` does, FactBaseError for a rule file.
        """
        from graphkit.answers.whatif import compare_rules

        return compare_rules(
            self,
            buyer,
            chip,
            self.filters(**filters),
            enact=selection.split_names(enact),
            repeal=selection.split_names(repeal),
            rules=[rules] if isinstance(rules, (str, Path)) else list(rules),
            limit=limit,
            max_hops=max_hops,
        )

    @signed("close", "buyer", "chip")
    def closings(
        self, buyer: str, chip: str, *, max_hops: int = MAX_HOPS, **filters: Unpack[FilterOptions]
    ) -> ClosingsAnswer:
        """Return the smallest sets of steps, intermediaries or rules whose closing leaves no path.

        Raises as `paths` does, InvalidValue also for a set of buyers or chips.
        """
        from graphkit.answers.closings import find_closings

        return find_closings(self, buyer, chip, self.filters(**filters), max_hops=max_hops)

    @signed("license", "chip")
    def licence(
        self,
        chip: str,
        to: str,
        hq: str,
        *,
        on: str | None = None,
        exporter: str = "US",
        activity: Activity = "export",
        listed_owner_share: float | None = None,
    ) -> LicenceAnswer:
        """Return whether an act with a chip needs a licence on a date (today without), with every test taken.

        `to` is where it goes or stands, `hq` the seat of the buyer's ultimate parent; the share is percent.
        Raises UnknownName or InvalidValue.
        """
        from graphkit.answers.licence import ask_licence
        from graphkit.clock import get_today

        return ask_licence(
            self.rulebook,
            chip,
            to,
            hq,
            on or get_today(),
            exporter=exporter,
            activity=activity,
            listed_owner_share=listed_owner_share,
        )

    @signed("license", "chip")
    def party_licence(
        self,
        chip: str,
        buyer: str,
        *,
        end_user: str | None = None,
        via: Names = (),
        to: str | None = None,
        hq: str | None = None,
        on: str | None = None,
        exporter: str = "US",
        activity: Activity = "export",
    ) -> PartiesAnswer:
        """Return whether a sale to a buyer by name needs a licence; seats, owners and listings come from the claims.

        `end_user` and `via` are further parties by name. Raises UnknownName, AmbiguousName or InvalidValue.
        """
        from graphkit.answers.parties import ask_parties
        from graphkit.clock import get_today

        return ask_parties(
            self,
            chip,
            on or get_today(),
            buyer=buyer,
            end_user=end_user,
            via=selection.split_names(via),
            destination=to,
            headquarters=hq,
            exporter=exporter,
            activity=activity,
        )

    @signed("chip", "name", history=True)
    def chip(
        self, name: str, *, to: str = "CN", hq: str | None = None, on: str | None = None, exporter: str = "US"
    ) -> ChipAnswer:
        """Return a chip's figures and what the rules say of it for a buyer, on a date and over time.

        Raises UnknownName or InvalidValue.
        """
        from graphkit.answers.chip import describe_chip

        return describe_chip(self.rulebook, name, to, hq, on, exporter=exporter, over_time=True)

    def library(self) -> LibraryAnswer:
        """Return the queries of the library, by group."""
        from graphkit.answers.query import list_queries

        return list_queries()

    @signed("query", "name")
    def query(
        self, name: str, parameters: Mapping[str, str] | None = None, *, limit: int = ROWS, timeout: float = SECONDS
    ) -> QueryAnswer:
        """Run a query of the library by name. Raises UnknownName, QueryError or QueryTimeout."""
        from graphkit.answers.query import run_query

        return run_query(self, name, parameters, limit=limit, timeout=timeout)

    @signed("query")
    def cypher(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        limit: int = ROWS,
        timeout: float = SECONDS,
    ) -> QueryAnswer:
        """Run a person's own Cypher, read-only. Raises QueryRefused, QueryError or QueryTimeout."""
        from graphkit.answers.query import run_cypher

        return run_cypher(self.url, text, parameters, limit=limit, timeout=timeout)

    def draw_rows(self, rows: Sequence[Row]) -> tuple[slices.Slice, list[str]]:
        """Return the graph of what the rows of a query hold, and the ids of its entities. Raises InvalidValue."""
        from graphkit.answers.query import draw_rows

        return draw_rows(self, rows)

    @signed("view", "names", output="-")
    def draw_around(
        self,
        names: Names = (),
        *,
        radius: int = 1,
        max_slice: int = slices.MAX_SLICE,
        **filters: Unpack[FilterOptions],
    ) -> tuple[GraphAnswer, Graph]:
        """Return the claims around some entities (all of them without names), and the graph that they make.

        `radius` is in steps; at most `max_slice` claims are fetched from the store. Raises UnknownName, AmbiguousName
        or InvalidValue.
        """
        from graphkit.answers.view import find_around

        chosen = self.filters(**filters, every=True)
        part, focus = self.around(names, radius=radius, max_slice=max_slice)
        return find_around(self, part, focus, chosen, max_slice=max_slice)

    def around(
        self, names: Names = (), *, radius: int = 1, max_slice: int = slices.MAX_SLICE
    ) -> tuple[slices.Slice, list[str]]:
        """Return the graph around some entities (all of it without names), and their ids.

        The slice holds the `graph` and says whether it was `truncated`, at `max_slice` claims. Raises
        UnknownName or AmbiguousName.
        """
        focus = [self.entity(name).id for name in selection.split_names(names)]
        if not focus:
            return slices.fetch_whole(self.store, max_slice=max_slice), focus
        return slices.fetch_neighbourhood(self.store, focus, radius=radius, max_slice=max_slice), focus
