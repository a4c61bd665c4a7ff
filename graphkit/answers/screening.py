"""The question of a list: who of it is in this base, who reaches a controlled chip, who is near a listed party."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import msgspec

from graphkit import slices
from graphkit.answers import selection
from graphkit.answers.answer import VERSION, OpenBase
from graphkit.answers.matrix_records import MatrixCell
from graphkit.answers.pairs import MAX_SECONDS, PairsFound, search_pairs
from graphkit.answers.path_records import NearMissRecord, UnnamedPath
from graphkit.answers.paths import MAX_HOPS, list_companies, list_statements
from graphkit.answers.question import FiltersRecord, SearchedPairs
from graphkit.answers.records import EntityRef, make_claim_record
from graphkit.answers.screening_answer import ScreeningAnswer
from graphkit.answers.screening_records import (
    NOT_HERE,
    CandidateRecord,
    CompanyRecord,
    ListingRecord,
    MatchRecord,
    NamedEntity,
    ReachRecord,
    ScreenRow,
    StatementRecord,
    count_rows,
    describe_other,
)
from graphkit.clock import get_today
from graphkit.errors import AmbiguousName, InvalidValue, NoControlledChip, UnknownName
from graphkit.factbase.lists import NameList, read_list
from graphkit.facts import Entity
from graphkit.graph import Filters
from graphkit.matching import Matcher, NameMatch, is_name
from graphkit.names import Directory
from graphkit.ontology import STATUSES
from graphkit.paths import Network, count_seconds
from graphkit.rules.listed_ties import OWNERSHIP, TIES, ListedTie, find_listed_ties
from graphkit.rules.parties import Parties

#: Told (done, all) as companies are answered.
Progress = Callable[[int, int], None]
#: Companies of a list beyond which its searches may take more seconds, so many for each.
MANY_COMPANIES, SECONDS_EACH = 2_000, 0.002
#: Letters of the longest code of a country.
_LONGEST_CODE = 3
_UNKNOWN = MatchRecord(level="none", entity=None, score=0.0, reasons=(), accepted=False)


def screen_list(
    base: OpenBase,
    source: Path | None,
    filters: Filters,
    *,
    chips: Sequence[str] = ("controlled",),
    column: str | None = None,
    through: str | None = None,
    accept: bool = False,
    max_hops: int = MAX_HOPS,
    max_slice: int = slices.MAX_SLICE,
    progress: Progress | None = None,
) -> ScreeningAnswer:
    """Return every row of a list with its match and what this base says of the company, in the order of the list.

    `source` is a file (`-` for standard input), `column` the heading above its names; without a source the list is
    of all companies that gain access from `through`, which every path must pass. `accept` takes a probable match as
    the same where it is the only one. Raises InvalidValue, UnknownName, AmbiguousName or StoreError.
    """
    began = count_seconds()
    every = base.store.reader.list_entities()
    by_id = {one.id: one for one in every}
    matcher = Matcher(every)
    via = None
    if through is not None:
        via = selection.look_up_entity(base.store, through, {"Company", "Datacenter"}, "company or site")
    if source is not None:
        names = read_list(source, column=column)
    elif via is not None:
        names = _list_customers(base, via, by_id, max_hops)
    else:
        raise InvalidValue("no list is given: name a file, - for standard input, or --through NAME")
    columns = _name_columns(names)
    found = {name: matcher.match(name) for name in dict.fromkeys(row.name for row in names.rows)}
    drafts = [_match_row(found[row.name], accept) for row in names.rows]
    directory = Directory(every)
    others = {name: _find_other(base, directory, name) for name, some in found.items() if not some}
    chosen = {match.entity.id for match, _ in drafts if match.entity is not None and _is_decided(match)}
    owners = {id_: _find_owners(base, by_id[id_]) for id_ in sorted(chosen)}
    companies = {one.id: one for some in owners.values() for one in some}
    named = [name.strip() for text in chips for name in text.split(",") if name.strip()]
    if not named:
        raise InvalidValue("no chip is asked for: name one, or `controlled`")
    wanted, no_chips = [], []
    for name in named:
        try:
            wanted.append(selection.select_chips(base, name, filters.on))
        except NoControlledChip as error:  # the names are matched nevertheless
            no_chips.append(f"{error} with --chips; no path was looked for")
    asked = list({chip.id: chip for one in wanted for chip in one.members}.values())
    answers, truncated = _answer_companies(
        base, companies, asked, filters, via, began, max_hops=max_hops, max_slice=max_slice, progress=progress
    )
    rows = []
    for row, (match, candidates) in zip(names.rows, drafts, strict=True):
        mine = owners.get(match.entity.id, []) if match.entity and _is_decided(match) else []
        rows.append(
            ScreenRow(
                line=row.number,
                row=dict(zip(columns, row.cells, strict=True)),
                name=row.name,
                match=match,
                candidates=candidates,
                companies=tuple(answers[one.id] for one in mine),
                other=others.get(row.name),
                not_told=tuple(_tell_open(match, mine, by_id, others.get(row.name))),
            )
        )
    counts = count_rows(rows)
    not_here = counts.none - counts.no_company
    not_told = no_chips
    if not_here:
        not_told.append(f"{not_here:,} of {counts.rows:,} rows: {NOT_HERE}")
    if counts.no_company:
        not_told.append(f"{counts.no_company:,} of {counts.rows:,} rows name no single company: nothing was screened")
    if counts.probable and not accept:
        not_told.append(
            f"{counts.probable:,} of {counts.rows:,} rows wait for review: --accept takes those with one fit"
        )
    if truncated:
        not_told.append("a bound was hit, so there may be paths or ties that are not told: raise --max-slice")
    answer = ScreeningAnswer(
        version=VERSION,
        columns=tuple(columns),
        rows=tuple(rows),
        counts=counts,
        not_told=tuple(not_told),
        chips=tuple(map(EntityRef.of, asked)),
        through=EntityRef.of(via) if via else None,
        as_of=filters.on,
        known_by=filters.known_by,
        filters=FiltersRecord.of(filters),
        searched=SearchedPairs(max_hops=max_hops, truncated=truncated),
        notes=tuple(dict.fromkeys([*base.notes, *names.notes, *(note for one in wanted for note in one.notes)])),
    )
    return answer.in_language("en")


# rows --------------------------------------------------------------------------------------


def _name_columns(names: NameList) -> list[str]:
    """Return the headings of a list, each once; one without a heading is called by its place."""
    if not names.header:
        return ["name"]
    columns: list[str] = []
    for place, heading in enumerate(names.header, 1):
        wanted = heading or f"column {place}"
        number = 2
        unique = wanted
        while unique in columns:
            unique, number = f"{wanted} ({number})", number + 1
        columns.append(unique)
    return columns


def _match_row(found: Sequence[NameMatch], accept: bool) -> tuple[MatchRecord, tuple[CandidateRecord, ...]]:
    if not found:
        return _UNKNOWN, ()
    best = found[0]
    candidates = tuple(
        CandidateRecord(
            id=one.entity.id,
            name=one.entity.name,
            kind=one.entity.kind,
            score=round(one.score, 2),
            reasons=one.reasons,
        )
        for one in found
        if one.level == "probable"
    )
    match = MatchRecord(
        level=best.level,
        entity=NamedEntity(id=best.entity.id, name=best.entity.name),
        score=round(best.score, 2),
        reasons=best.reasons,
        accepted=accept and best.level == "probable" and len(found) == 1,
    )
    return match, candidates


def _is_decided(match: MatchRecord) -> bool:
    return match.level in ("exact", "same") or match.accepted


def _find_other(base: OpenBase, directory: Directory[Entity], name: str) -> EntityRef | None:
    """Return what bears a name and is no single company: a region, a chip, a rule, unnamed companies."""
    if not is_name(name):
        return None
    try:
        one = directory.find(name)
    except AmbiguousName as error:
        one = directory.find(error.matches[0])
    # three letters may be a country's code, and are as often a company's name: DJI
    short = len(name.strip()) <= _LONGEST_CODE
    if one is not None and not (short and one.kind == "Region"):
        return EntityRef.of(one)
    if region := base.rulebook.find_region(name):
        return None if short else EntityRef(region.id, region.name, "Region", False)
    if chips := base.rulebook.models_of(name):
        return EntityRef(chips[0].id, chips[0].name, "Chip", False)
    with contextlib.suppress(UnknownName, AmbiguousName):
        rule = base.rulebook.regulation(name)
        return EntityRef(rule.id, rule.name, "Regulation", False)
    return None


def _tell_open(
    match: MatchRecord, companies: Collection[Entity], by_id: dict[str, Entity], other: EntityRef | None
) -> Iterable[str]:
    """Yield what could not be told of a row."""
    if other is not None:
        yield describe_other(other)
    elif match.entity is None:
        yield "not in this base"
    elif not _is_decided(match):
        yield f"not taken as {match.entity.name} before somebody has reviewed it"
    elif by_id[match.entity.id].kind == "Product":
        who = " and ".join(one.name for one in companies)
        yield (
            f"{match.entity.name} is a product: told for {who}" if who else "it is a product whose owner is not known"
        )


def _find_owners(base: OpenBase, found: Entity) -> list[Entity]:
    """Return the companies that an entity is answered by: itself, or those that own a product."""
    if found.kind == "Company":
        return [found]
    try:
        return list(selection.select_buyers(base.store, found.id).members)
    except InvalidValue:
        return []


def _list_customers(base: OpenBase, via: Entity, by_id: dict[str, Entity], max_hops: int) -> NameList:
    """Return all named companies that gain access from one, as a list of one column."""
    from graphkit.factbase.lists import ListRow

    seen, wave = {via.id}, {via.id}
    for _ in range(max_hops):
        wave = set(base.store.reader.list_customers(wave)) - seen
        seen |= wave
        if not wave:
            break
    customers = sorted(by_id[one].name for one in seen - {via.id} if one in by_id and not by_id[one].generic)
    rows_ = tuple(ListRow(number, (name,), name) for number, name in enumerate(customers, 1))
    return NameList(
        via.name, ("name",), rows_, (f"the list is of all companies that may gain access from {via.name}",)
    )


# companies ---------------------------------------------------------------------------------


def _answer_companies(
    base: OpenBase,
    companies: dict[str, Entity],
    chips: Sequence[Entity],
    filters: Filters,
    via: Entity | None,
    began: float,
    *,
    max_hops: int,
    max_slice: int,
    progress: Progress | None,
) -> tuple[dict[str, CompanyRecord], bool]:
    """Return what the base says of each company, each asked once, and whether a bound was hit.

    `began` is when the question was: what the matching of names took is not there for the searches.
    """
    if not companies:
        return {}, False
    part = slices.fetch_access_slice(
        base.store, list(companies), [one.id for one in chips], max_hops=max_hops + 1, max_slice=max_slice
    )
    near = slices.fetch_tie_slice(base.store, list(companies), TIES, max_slice=max_slice)
    parties = Parties(near.graph, base.rulebook, filters.on or get_today(), filters)
    asked = list(companies.values())
    seconds = MAX_SECONDS + SECONDS_EACH * max(0, len(asked) - MANY_COMPANIES)
    seconds = max(seconds / 2, seconds - (count_seconds() - began))
    pairs = search_pairs(
        base,
        part,
        asked,
        chips,
        filters,
        max_hops=max_hops,
        via=via.id if via else None,
        seconds=seconds,
        progress=progress,
    )
    # what is left of it, and a fifth of what the pairs may take at least
    until = max(began + seconds, count_seconds() + seconds / 5)
    anybody = any(claim.relation == "LISTED_ON" for claim in near.graph.iterate_claims())
    found = {}
    for company in asked:
        listed: Sequence[ListedTie] | None = []
        if anybody:
            listed = None if count_seconds() > until else find_listed_ties(parties, company.id)
        told = _tell_company(base, parties, company, chips, pairs, via, listed)
        ways = [*(one.path for one in told.reaches), *told.unnamed]
        passed = list_companies(ways, told.near_misses, {company.id})
        compliance = list_statements(part, passed, ["COMPLIES_WITH"], filters)
        found[company.id] = msgspec.structs.replace(told, compliance=compliance)
    truncated = (
        part.truncated or near.truncated or any("bound" in text for one in found.values() for text in one.not_told)
    )
    return found, truncated


def _tell_company(
    base: OpenBase,
    parties: Parties,
    company: Entity,
    chips: Sequence[Entity],
    pairs: PairsFound,
    via: Entity | None,
    listed: Sequence[ListedTie] | None,
) -> CompanyRecord:
    """Return what the base says of a company; `listed` are its ties, None where there was no time to look."""
    passed = [via.id] if via and via.id != company.id else []
    cells = [pairs.cells[company.id, chip.id] for chip in chips]
    unnamed = [
        UnnamedPath(**{name: getattr(one, name) for name in UnnamedPath.__struct_fields__})
        for one in pairs.unnamed[company.id]
    ]
    cut = company.id in pairs.bounded
    parents = [top for top in parties.parents(company.id) if top != company.id]
    parentage, bearing = parties.parentage(company.id)
    stakes = [text for text, claim in bearing.items() if claim.relation in OWNERSHIP]
    statements = parties.find_statements(company.id, persons=True)
    sources = Network.of(parties.graph)
    seats = parties.seats(company.id)
    reached = [(one, one.path) for one in cells if one.path is not None]
    order = list(STATUSES)
    reached.sort(key=lambda pair: (order.index(pair[1].status), -pair[1].confidence, pair[0].chip.name))
    return CompanyRecord(
        id=company.id,
        name=company.name,
        headquarters=tuple(map(base.rulebook.in_words, seats)),
        parents=tuple(EntityRef.of(parties.graph.entities[one]) for one in parents),
        parentage=parentage,
        bearing=tuple(bearing),
        stakes=tuple(stakes),
        statements=tuple(
            StatementRecord(text=text, claim=make_claim_record(claim, sources)) for text, claim in statements.items()
        ),
        listings=tuple(ListingRecord.of(parties.graph, one) for one in listed or ()),
        reaches=tuple(ReachRecord.of(cell.chip, path) for cell, path in reached),
        unnamed=tuple(unnamed),
        near_misses=_collect_misses(cells, passed),
        not_told=tuple(_tell_unknown(seats, parentage, cut, listed is not None)),
    )


def _tell_unknown(seats: Sequence[str], parentage: str, cut: bool, looked: bool) -> Iterable[str]:
    """Yield what could not be told of a company."""
    if not seats:
        yield "its seat is not known"
    if parentage != "known":
        yield f"its ultimate parent is {parentage}"
    if cut:
        yield "a bound was hit, so a path may be missing: raise --max-slice, or lower --max-hops"
    if not looked:
        yield "a bound of time was hit before its ties to listed parties were looked at: screen fewer rows at once"


def _collect_misses(cells: Sequence[MatrixCell], passed: Sequence[str]) -> tuple[NearMissRecord, ...]:
    """Return the near misses of all chips that pass some entities, those that the same claims break once."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], NearMissRecord] = {}
    for cell in cells:
        for miss in cell.near_misses:
            ends = {end.id for step in miss.steps for end in (step.subject, step.object)}
            if not ends.issuperset(passed):
                continue
            claims = tuple(one.claim.id for one in miss.broken_by)
            found.setdefault((claims, miss.reasons), miss)
    return tuple(found.values())
