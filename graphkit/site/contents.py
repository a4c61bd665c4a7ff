"""The contents of a site, asked once: which things have a page, the claims of each document, who reaches what."""

from __future__ import annotations

import functools
import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit.answers.chip import ChipAnswer
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.path_records import PathRecord
from graphkit.answers.provenance import CommandLine, format_command
from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.answers.selection import FilterOptions
from graphkit.answers.view import GraphAnswer
from graphkit.clock import get_today
from graphkit.facts import Document, Entity, get_earliest_day, get_latest_day
from graphkit.page.words import read_words
from graphkit.site.addresses import INDEX, Links, choose_document_page, choose_entity_page, choose_path_page
from graphkit.summaries.words import Language, Words, load_words

if TYPE_CHECKING:
    from graphkit.answers.answer import Provenance
    from graphkit.explorer import Explorer
    from graphkit.rulebook import Rulebook

#: Pages of ways that are made where none is chosen, and ways that each asks for, as `graphkit brief` does.
MOST_PATHS, WAYS = 100, 5


class Terms(msgspec.Struct, frozen=True):
    """The terms of a site: as of when, known by when, in which language, and the pairs whose ways get a page."""

    on: str | None = None
    known_by: str | None = None
    language: Language = "en"
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def filters(self) -> FilterOptions:
        """The filters that are given."""
        found = FilterOptions()
        if self.on:
            found["on"] = self.on
        if self.known_by:
            found["known_by"] = self.known_by
        return found


class Reach(msgspec.Struct, frozen=True):
    """The best way of a buyer to a chip, or to some chip of a class."""

    buyer: EntityRef
    chip: EntityRef
    path: PathRecord


class Contents(msgspec.Struct, kw_only=True, dict=True):
    """The answers that a site is made of; `whole` has all claims that the terms keep, `reaches` the pairs by name.

    `bounded` says that the search for ways was cut; `left` counts the pairs done that got no page of their own.
    """

    terms: Terms
    today: str
    source: dict[str, object]
    entities: Sequence[Entity]
    documents: Sequence[Document]
    whole: GraphAnswer
    reaches: Sequence[Reach]
    unnamed: Sequence[Reach]
    bounded: bool
    paths: Sequence[PathAnswer]
    left: int

    @functools.cached_property
    def words(self) -> Words:
        """The words of sentences."""
        return load_words(self.terms.language)

    @functools.cached_property
    def w(self) -> dict[str, str]:
        """The words of pages."""
        return read_words(self.terms.language)

    @functools.cached_property
    def claims(self) -> dict[str, list[ClaimRecord]]:
        """The claims by document, in the order of the sentences they stand in."""
        found: defaultdict[str, list[ClaimRecord]] = defaultdict(list)
        for claim in self.whole.claims:
            found[claim.document].append(claim)
        for claims in found.values():
            claims.sort(key=lambda one: (_read_locator(one.locator), one.id))
        return dict(found)

    @functools.cached_property
    def _addresses(self) -> dict[str, str]:
        return {one.id: choose_entity_page(one.kind, one.id) for one in self.entities}

    @functools.cached_property
    def pages(self) -> frozenset[str]:
        """The addresses of all pages."""
        documents = {choose_document_page(one.id) for one in self.documents}
        paths = {choose_path_page(one.buyer.id, one.chip.id) for one in self.paths}
        return frozenset({INDEX, *self._addresses.values(), *documents, *paths})

    def link_from(self, page: str) -> Links:
        """Return the links of a page, by its address from the folder."""
        return Links(page, self._addresses, self.pages)

    def list_reaches(self, id_: str, kind: str) -> tuple[list[Reach], list[Reach]]:
        """Return the ways of a company, or those to a chip: to named chips, and to some chip of a class."""
        end = "chip" if kind == "Chip" else "buyer"
        found = [[one for one in some if getattr(one, end).id == id_] for some in (self.reaches, self.unnamed)]
        return found[0], found[1]

    def find_path_page(self, buyer: str, chip: str) -> str | None:
        """Return the address of the page on the ways of a pair, if there is one."""
        address = choose_path_page(buyer, chip)
        return address if address in self.pages else None

    def list_commands(self, id_: str, kind: str, chip: ChipAnswer | None) -> list[str]:
        """Return the commands that give what stands on an entity's page beside its claims."""
        named, _ = self.list_reaches(id_, kind)
        found = [format_command(chip.provenance)] if chip and chip.provenance else []
        if named:
            buyers = list(dict.fromkeys(one.buyer.id for one in named))
            chips = ",".join(dict.fromkeys(one.chip.id for one in named))
            asked = CommandLine(
                "exposure", (), {"buyers": buyers, "chips": chips, **self.terms.filters, **self.source}
            )
            found.append(shlex.join(["graphkit", *asked.list_words()]))
        return found

    @functools.cached_property
    def command(self) -> tuple[str, ...]:
        """The words after `graphkit` that make the whole site again."""
        language = self.terms.language if self.terms.language != "en" else None
        asked = CommandLine("site", (), {"output": "site", **self.terms.filters, "language": language, **self.source})
        pairs = [word for pair in self.terms.pairs for word in ("--path", *pair)]
        return (*asked.list_words(), *pairs)

    @functools.cached_property
    def stamp(self) -> Provenance:
        """The provenance of the pages that tell the base as a whole, or a document of it."""
        signed = self.whole.provenance
        if signed is None:
            raise ValueError("the claims of a site come in a signed answer")
        question = CommandLine("site", (), self.terms.filters).describe(())
        return msgspec.structs.replace(signed, question=question, command=self.command)


def read_contents(explorer: Explorer, terms: Terms) -> Contents:
    """Ask what a site tells but for the pages of single entities. Raises GraphkitError."""
    rulebook = explorer.rulebook  # read first, so that each answer says when the rules were checked
    whole, _ = explorer.draw_around(**terms.filters)
    entities = _keep_entities(explorer.store.reader.list_entities(), rulebook, terms, whole)
    mentioned = {claim.document for claim in whole.claims}
    documents = explorer.store.reader.list_documents()
    reaches, unnamed, bounded = _find_reaches(explorer, terms, entities)
    done = [one for one in reaches if one.path.status == "done"]
    done.sort(key=lambda one: (-one.path.confidence, one.buyer.name, one.chip.name, one.buyer.id, one.chip.id))
    pairs = terms.pairs or tuple((one.buyer.id, one.chip.id) for one in done[:MOST_PATHS])
    paths = [explorer.paths(buyer, chip, limit=WAYS, **terms.filters) for buyer, chip in pairs]
    return Contents(
        terms=terms,
        today=get_today(),
        source=explorer.source,
        entities=entities,
        documents=[one for one in documents if one.id in mentioned or not terms.filters],
        whole=whole,
        reaches=reaches,
        unnamed=unnamed,
        bounded=bounded,
        paths=[one.in_language(terms.language) for one in _drop_twins(paths)],
        left=0 if terms.pairs else max(0, len(done) - MOST_PATHS),
    )


def _keep_entities(entities: Iterable[Entity], rulebook: Rulebook, terms: Terms, whole: GraphAnswer) -> list[Entity]:
    """Return the entities that get a page: those that a kept claim is about, and what the filters say nothing of.

    Without filters that is every entity but regions that no claim mentions; with filters, rules that were there.
    """
    about = {end for claim in whole.claims for end in (claim.subject, claim.object)}
    rules = {one.id.lower(): one for one in rulebook.regulations}
    last = min((get_latest_day(date) for date in (terms.on, terms.known_by) if date), default=None)

    def is_kept(one: Entity) -> bool:
        if one.id in about or last is None:
            return one.id in about or one.kind != "Region"
        rule = rules.get(one.id)
        days = [day for day in (rule.announced, rule.published, rule.effective) if day] if rule else []
        return bool(days) and min(map(get_earliest_day, days)) <= last

    return [one for one in entities if is_kept(one)]


def _find_reaches(
    explorer: Explorer, terms: Terms, entities: Iterable[Entity]
) -> tuple[list[Reach], list[Reach], bool]:
    """Return the best ways of all companies to all chips, to some chip of a class, and whether the search was cut."""
    # what is no id of a fact base might be read as a file or a set
    asked = [one for one in entities if one.id.replace("-", "").isalnum() and one.id != "controlled"]
    buyers = [one.id for one in asked if one.kind == "Company"]
    chips = [one.id for one in asked if one.kind == "Chip" and not one.generic]
    if not buyers or not chips:
        return [], [], False
    answer = explorer.exposure(buyers, chips, **terms.filters)
    named = [Reach(cell.buyer, cell.chip, path) for cell, path in answer.found]
    # a family that was asked for itself is no unnamed chip, though its forms were asked for as well
    unnamed = [Reach(one.buyer, one.chip_class, one) for one in answer.unnamed if one.chip_class.id not in chips]
    return named, unnamed, answer.searched.truncated


def _drop_twins(answers: Iterable[PathAnswer]) -> list[PathAnswer]:
    """Return answers of which each has a page of its own."""
    return list({choose_path_page(one.buyer.id, one.chip.id): one for one in answers}.values())


def _read_locator(locator: str | None) -> tuple[int, str]:
    first = (locator or "").partition("-")[0]
    return (int(first) if first.isdecimal() and len(first) < 10 else -1, locator or "")
