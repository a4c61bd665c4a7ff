"""From an answer to its brief: which ways are told, by whom, what speaks against them, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from graphkit.answers.answer import SummarisedAnswer
from graphkit.answers.evidence_tables import list_names_along
from graphkit.answers.matrix import ExposureAnswer
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.path_records import Holder, NearMissRecord, PathRecord, UnnamedPath
from graphkit.answers.records import ClaimRecord, Date, EntityRef
from graphkit.answers.screening_answer import ScreeningAnswer
from graphkit.answers.screening_records import ListingRecord, ScreenRow, describe_other
from graphkit.answers.screening_text import describe_tie
from graphkit.briefs.brief import Brief, Line, Section
from graphkit.briefs.drawing import draw_misses, draw_paths
from graphkit.briefs.evidence import Evidence, Remark
from graphkit.briefs.provenance import describe_provenance, format_question_dates
from graphkit.errors import InvalidValue
from graphkit.formats.cells import as_file_line
from graphkit.summaries.paths import describe_unnamed, make_title
from graphkit.summaries.statements import (
    describe_claim_status,
    describe_path_sources,
    describe_status,
    describe_ways,
    find_coverage,
    name_asked,
    sum_up,
)
from graphkit.summaries.verdicts import describe_rules
from graphkit.summaries.words import SHOWN, Words

#: Ways that a brief draws and tells step by step, of one buyer and of several; ways in its table, names of a set.
DRAWN, DRAWN_OF_MANY, LISTED, NAMES = 3, 2, 6, 4
#: Lines of what speaks against the ways: more than of other lists, since it is not to be overlooked.
AGAINST = 8


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an answer that its brief tells, whatever the answer is to.

    `ties` are what is said of the companies beside their ways, under a heading of their own, None where that was not
    asked; `remarks` is what is open beside the ways. `cuts` say what the answer, or the brief, lacks,
    `more_unnamed` that there may be more unnamed ways. `denials` speak against what `ties` tell. `searched` is False
    where no way was looked for.
    """

    title: str
    sentences: Sequence[str]
    paths: Sequence[PathRecord] = ()
    unnamed: Sequence[UnnamedPath] = ()
    misses: Sequence[NearMissRecord] = ()
    chip: EntityRef | None = None
    compliance: Sequence[ClaimRecord] = ()
    calls: Sequence[ClaimRecord] = ()
    undated: Sequence[ClaimRecord] = ()
    ties: Sequence[Remark] | None = None
    holders: Sequence[Holder] = ()
    remarks: Sequence[str] = ()
    cuts: Sequence[str] = ()
    more_unnamed: bool = False
    denials: Sequence[Remark] = ()
    searched: bool = True


def make_brief(answer: SummarisedAnswer, line: int | None = None) -> Brief:
    """Return the brief of a signed answer to `path`, `exposure` or `screen`, in the language of the answer.

    `line` picks the row of a screened list. Raises InvalidValue where there is no such row, or for another answer.
    """
    if isinstance(answer, PathAnswer):
        return _make(answer, _read_paths(answer), answer.as_of, answer.known_by)
    if isinstance(answer, ExposureAnswer):
        return _make(answer, _read_exposure(answer), answer.as_of, answer.known_by)
    if isinstance(answer, ScreeningAnswer):
        return _make(answer, _read_row(answer, _find_row(answer, line)), answer.as_of, answer.known_by)
    raise InvalidValue("a brief is made of an answer to path, exposure or screen")


def _make(answer: SummarisedAnswer, made_of: Material, on: Date | None, known_by: Date | None) -> Brief:
    words, stamp = answer.words, answer.provenance
    if stamp is None:
        raise InvalidValue("a brief is made of a signed answer: ask by graphkit.Explorer or the command line")
    ends = {(path.entities[0].id, path.entities[-1].id) for path in made_of.paths}
    shown = made_of.paths[: DRAWN if len(ends) < 2 else DRAWN_OF_MANY]
    told, others = Evidence(words, shown), [*made_of.paths[len(shown) :], *made_of.unnamed]
    sections = [
        *([] if made_of.ties is None else [Section(words.say("brief.matched"), told.tell_first(made_of.ties))]),
        *([Section(words.say("brief.said"), tuple(told.list_steps()))] if made_of.paths else []),
        *([_tell_holders(told, made_of)] if made_of.holders else []),
        Section(
            words.say("brief.against"),
            told.tell_first(
                [*told.list_against(made_of.misses, others, made_of.compliance), *made_of.denials], AGAINST
            ),
        ),
        *([Section(words.say("brief.rules"), tuple(told.list_rules()))] if made_of.paths else []),
        Section(words.say("brief.unknown"), told.tell_first(_list_unknown(words, told, made_of, others, on))),
    ]
    nothing = Line.of(words.sentence(words.say("brief.nothing" if made_of.searched else "brief.not_searched")))
    misses = not made_of.paths
    return Brief(
        language=answer.language,
        title=as_file_line(made_of.title),
        asked=format_question_dates(words, on, known_by, stamp),
        answer=Section(words.say("brief.answer"), tuple(map(Line.of, made_of.sentences))),
        caption=words.say("brief.figure.misses" if misses else "brief.figure"),
        drawings=draw_misses(words, made_of.misses[:DRAWN]) if misses else draw_paths(words, shown),
        columns=tuple(
            words.say(f"brief.column.{name}")
            for name in ("number", "way", "status", "evidence", "confidence", "rules")
        ),
        table=tuple((str(at), *make_way_cells(words, path)) for at, path in enumerate(made_of.paths[:LISTED], 1)),
        sections=tuple(Section(one.title, one.lines or (nothing,)) for one in sections),
        sources_title=words.say("brief.sources"),
        notes=told.notes.list_notes(),
        about_title=words.say("brief.provenance"),
        about=describe_provenance(words, stamp),
        limits=Section(words.say("brief.limits"), tuple(map(Line.of, stamp.limits))),
        stamp=stamp,
    )


def make_way_cells(words: Words, path: PathRecord) -> tuple[str, ...]:
    """Return a way as a row of a table: whom it passes, status, evidence, confidence, and how far rules reach."""
    status = describe_status(words, path)
    coverage = find_coverage(path)
    return (
        as_file_line(list_names_along(path.entities)),
        words.say("brief.disputed", status=status) if path.disputed else status,
        words.look_up("evidence", path.evidence),
        words.number(path.confidence, 2),
        words.look_up("coverage", coverage) if coverage else "",
    )


def _tell_holders(told: Evidence, made_of: Material) -> Section:
    """Return who is said to have the chip, each as far as the status of the claim goes."""
    words = told.words
    holders = [
        Remark(
            words.say("brief.holder", status=describe_claim_status(words, one.claim), **sum_up(words, one.claim)),
            [one.claim],
        )
        for one in made_of.holders
    ]
    chip = name_asked(words, made_of.chip) if made_of.chip else ""
    return Section(words.sentence(words.say("head.holders", chip=chip)).rstrip("."), told.tell_first(holders))


def _list_unknown(
    words: Words, told: Evidence, made_of: Material, others: Sequence[PathRecord], on: Date | None
) -> Iterator[Remark]:
    yield from map(Remark, made_of.cuts)
    if made_of.unnamed and made_of.chip:
        more = made_of.more_unnamed
        ways = words.clauses(words.cut(describe_ways(words, made_of.unnamed), more=more))
        said = describe_unnamed(words, made_of.chip, made_of.unnamed, more=more)
        yield Remark(words.say("brief.pair", way=said, said=ways), _list_claims(made_of.unnamed[:SHOWN]))
    yield from told.list_open()
    for claim in made_of.undated:
        yield Remark(words.say("brief.undated", day=words.date(on), text=_sum_up(claim)), [claim])
    for claim in made_of.calls:
        yield Remark(words.say("brief.calls", text=_sum_up(claim)), [claim])
    yield from map(Remark, made_of.remarks)
    yield from told.list_notes(_list_claims(others))


def _list_claims(paths: Iterable[PathRecord]) -> list[ClaimRecord]:
    return [claim for path in paths for step in path.steps for claim in step.claims if claim.id in step.counted]


def _sum_up(claim: ClaimRecord) -> str:
    return as_file_line(claim.summary).rstrip(" .")


def _list_remarks(words: Words, notes: Iterable[str]) -> list[str]:
    """Return how the question was read."""
    return [words.say("brief.remark", text=words.retell("note", note)) for note in notes]


def _list_rest(words: Words, paths: Sequence[PathRecord]) -> list[str]:
    """Return how many ways the table leaves out."""
    rest = len(paths) - LISTED
    return [words.say("brief.more.ways", count=words.number(rest))] if rest > 0 else []


# paths --------------------------------------------------------------------------------------


def _read_paths(answer: PathAnswer) -> Material:
    words, negative = answer.words, answer.negative
    searched = answer.searched
    return Material(
        title=make_title(words, answer.buyer, answer.chip, found=bool(answer.paths)),
        sentences=answer.summary,
        paths=answer.paths,
        unnamed=answer.unnamed,
        misses=[*answer.near_misses, *(negative.near_misses if negative else ())],
        more_unnamed=searched.more_unnamed,
        chip=answer.chip,
        holders=negative.holders if negative else (),
        compliance=answer.compliance,
        calls=answer.model_calls,
        undated=answer.undated,
        cuts=[*_list_rest(words, answer.paths), *searched.list_cuts(words, "brief.cut")],
        remarks=_list_remarks(words, answer.notes),
    )


# exposure -----------------------------------------------------------------------------------


def _read_exposure(answer: ExposureAnswer) -> Material:
    words, paths = answer.words, [path for _, path in answer.found]
    names = (_name_set(words, answer.buyers, "buyer"), _name_set(words, answer.chips, "chip"))
    missed = [miss for cell in answer.cells for miss in cell.near_misses]
    return Material(
        title=words.say("brief.title.exposure", buyers=names[0], chips=names[1]),
        sentences=answer.summary,
        paths=paths,
        unnamed=answer.unnamed,
        more_unnamed=bool(answer.unnamed),
        misses=missed,
        chip=EntityRef("", names[1], "Chip", True),
        searched=bool(answer.buyers and answer.chips),
        compliance=answer.compliance,
        cuts=[*_list_rest(words, paths), *([words.say("exposure.bound")] if answer.searched.truncated else [])],
        remarks=[
            *_list_remarks(words, answer.notes),
            *(words.say("brief.matched.none", name=as_file_line(one.name)) for one in answer.unmatched),
        ],
    )


def _name_set(words: Words, members: Sequence[EntityRef], thing: str) -> str:
    names = [as_file_line(one.name) for one in members]
    return words.join(names) if len(names) <= NAMES else words.count(len(names), thing)


# screening ----------------------------------------------------------------------------------


def _find_row(answer: ScreeningAnswer, line: int | None) -> ScreenRow:
    found = next((row for row in answer.rows if row.line == line), None)
    if found is None:
        lines = [row.line for row in answer.rows]
        known = f"the list has lines {min(lines)} to {max(lines)}" if lines else "the list has no row"
        raise InvalidValue(f"there is no line {line} to write a brief of: {known}")
    return found


def _read_row(answer: ScreeningAnswer, row: ScreenRow) -> Material:
    words = answer.words
    name = as_file_line(row.name) or words.say("screen.no_name")
    paths = list({reach.path: None for one in row.companies for reach in one.reaches})
    statements = {one.claim.id: one for company in row.companies for one in company.statements}
    listed = [Remark(_cite_tie(words, tie)) for one in row.companies for tie in one.listings]
    said = {id_: Remark(words.retell("told", one.text), [one.claim]) for id_, one in statements.items()}
    own = {id_: one.claim for id_, one in statements.items() if one.claim.relation == "COMPLIES_WITH"}
    denied = [id_ for id_, one in statements.items() if one.claim.status in ("negated", "refused")]
    compliance = {claim.id: claim for one in row.companies for claim in one.compliance} | own
    matched = _describe_match(words, row)
    listed = listed or [Remark(words.say("brief.listed.none"))]
    return Material(
        title=words.say("brief.title.screen", name=name, line=row.line),
        sentences=words.sentences([matched, *_sum_up_row(words, row, paths)]),
        paths=paths,
        unnamed=[path for one in row.companies for path in one.unnamed],
        more_unnamed=any(one.unnamed for one in row.companies),
        misses=[miss for one in row.companies for miss in one.near_misses],
        chip=EntityRef("", words.count(len(answer.chips), "chip"), "Chip", True),
        compliance=list(compliance.values()),
        ties=[*listed, *(one for id_, one in said.items() if id_ not in own)] if row.companies else None,
        denials=[said[id_] for id_ in denied],
        searched=bool(row.companies and answer.chips),
        cuts=[*_list_rest(words, paths), *([words.say("exposure.bound")] if answer.searched.truncated else [])],
        remarks=[
            *(words.retell("told", text) for text in row.not_told),
            *(words.retell("told", text) for one in row.companies for text in one.not_told),
            *_list_remarks(words, answer.notes),
        ],
    )


def _cite_tie(words: Words, tie: ListingRecord) -> str:
    documents = dict.fromkeys(as_file_line(one.document_name) for one in (*tie.steps, *tie.entries))
    return words.say("brief.tie", tie=as_file_line(describe_tie(words, tie)), documents=words.enumerate(documents))


def _describe_match(words: Words, row: ScreenRow) -> str:
    name = as_file_line(row.name)
    if not name:
        return words.say("brief.matched.no_name")
    if row.other:
        return words.say("brief.matched.other", name=name, other=words.retell("told", describe_other(row.other)))
    if not row.match.entity:
        return words.say("brief.matched.none", name=name)
    if not row.companies:
        near = [as_file_line(one.name) for one in row.candidates] or [as_file_line(row.match.entity.name)]
        return words.say("brief.matched.probable", name=name, companies=words.enumerate(near))
    reasons = words.clauses([words.retell("told", one) for one in row.match.reasons])
    company = as_file_line(row.match.entity.name)
    level = words.look_up("level", "accepted" if row.match.accepted else row.match.level)
    return words.say("brief.matched.one", name=name, company=company, level=level, reasons=reasons)


def _sum_up_row(words: Words, row: ScreenRow, paths: Sequence[PathRecord]) -> list[str]:
    if paths:
        return [describe_path_sources(words, paths[0]), describe_rules(words, paths[0])]
    names = [as_file_line(one.name) for one in row.companies]
    return [words.say("brief.matched.none_reported", company=words.join(names))] if names else []
