"""The evidence of ways in lines: for each step who says so, where and when; who denies it; what the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from graphkit.answers.findings import LegFinding
from graphkit.answers.path_records import BreakingClaim, NearMissRecord, PathRecord, StepRecord, name_denial
from graphkit.answers.records import ClaimRecord
from graphkit.briefs.brief import Line, Note, find_addresses
from graphkit.facts import fold_origin
from graphkit.formats.cells import as_file_line
from graphkit.rules.finding import OURS
from graphkit.summaries.statements import (
    describe_break,
    describe_places,
    describe_source,
    describe_step_act,
    name_origin,
    sum_up,
)
from graphkit.summaries.verdicts import describe_rules, list_missing
from graphkit.summaries.words import Words

#: Texts of the law that are cited of one way; lines of a list.
_CITED, LINES = 4, 5


class Remark(msgspec.Struct, frozen=True):
    """A text and the claims that it rests on, before it is known whether there is room for it."""

    text: str
    claims: Sequence[ClaimRecord] = ()


class Notes:
    """The documents that a brief cites, numbered in the order in which it does."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._first: dict[str, tuple[int, ClaimRecord]] = {}

    def cite(self, claims: Iterable[ClaimRecord]) -> tuple[int, ...]:
        """Return the numbers of the documents of some claims."""
        numbers = (self._first.setdefault(one.document, (len(self._first) + 1, one))[0] for one in claims)
        return tuple(sorted(set(numbers)))

    def list_notes(self) -> tuple[Note, ...]:
        """Return what stands at the end of the brief."""
        return tuple(self._make(number, claim) for number, claim in self._first.values())

    def _make(self, number: int, claim: ClaimRecord) -> Note:
        words = self._words
        named = claim.publisher and claim.document_name.startswith(claim.publisher)
        names = [claim.document_name] if named else [claim.publisher, claim.document_name]
        said = words.say(
            "brief.source",
            document=as_file_line(", ".join(filter(None, names))),
            published=words.date(claim.published),
        )
        if claim.reliability:
            said = words.say("brief.source.grade", source=said, grade=as_file_line(claim.reliability))
        addresses = find_addresses(claim.url, claim.archive)
        seen = words.say("brief.source.seen", when=words.on(claim.seen)) if claim.seen else ""
        if not addresses:
            seen = words.say("brief.source.no_address")
        return Note(number, said, addresses, seen or words.say("brief.source.unseen"))


class Evidence:
    """The ways of a brief, told line by line; what is cited on the way is kept in `notes`."""

    def __init__(self, words: Words, paths: Sequence[PathRecord]) -> None:
        self.words, self.paths, self.notes = words, paths, Notes(words)
        self._noted: set[str] = set()

    def tell(self, text: str, claims: Iterable[ClaimRecord]) -> Line:
        """Return a text as a sentence, with notes for the documents of some claims."""
        return Line.of(self.words.sentence(text), self.notes.cite(claims))

    def tell_first(self, remarks: Iterable[Remark], most: int = LINES) -> tuple[Line, ...]:
        """Return the first of some remarks, each once, and how many more there are: only what is told is cited."""
        every = list({one.text: one for one in remarks}.values())
        told = every if len(every) <= most + 1 else every[:most]
        lines = [self.tell(one.text, one.claims) for one in told]
        if more := len(every) - len(told):
            lines.append(Line.of(self.words.sentence(self.words.say("brief.more", count=self.words.number(more)))))
        return tuple(lines)

    def list_steps(self) -> Iterator[Line]:
        """Yield each step of each way: what is said, its status, who says so; then what is noted beside it."""
        for number, path in enumerate(self.paths, 1):
            for position, step in enumerate(path.steps, 1):
                yield self._tell_step(path, step, f"{number}.{position}" if len(self.paths) > 1 else str(position))
                yield from (self.tell(one.text, one.claims) for one in self.list_notes(step.claims))
            if path.corroborated_by:
                sources = self._name_sources(path.corroborated_by)
                yield self.tell(self.words.say("brief.corroborated", sources=sources), path.corroborated_by)

    def _tell_step(self, path: PathRecord, step: StepRecord, number: str) -> Line:
        words = self.words
        scopes = [claim.scope for claim in step.claims if claim.id in step.counted]
        parts = zip(
            *((one.chips, one.sites, tuple(map(words.territory, one.regions))) for one in scopes), strict=True
        )
        scope = dict.fromkeys(name for part in parts for names in part for name in names)
        facts = [
            words.look_up("status", step.status),
            *([words.say("brief.implied")] if step.implied else []),
            *([words.say("brief.scope", names=words.enumerate(map(as_file_line, scope)))] if scope else []),
            *([describe_places(words, path)] if step.relation == "OPERATES" and path.places else []),
            *(words.mark(mark) for mark in step.marks),
        ]
        act = describe_step_act(words, step)
        said = words.say("brief.step", number=number, act=act, facts=words.clauses(list(dict.fromkeys(facts))))
        counted = [claim for claim in step.claims if claim.id in step.counted] or list(step.claims)
        return self.tell(words.say("brief.says", step=said, sources=self._name_sources(counted)), step.claims)

    def _name_sources(self, claims: Sequence[ClaimRecord]) -> str:
        by_origin: dict[str, list[ClaimRecord]] = {}
        for claim in claims:
            by_origin.setdefault(fold_origin(claim.origin), []).append(claim)
        return self.words.join(self._name_source(same) for same in by_origin.values())

    def _name_source(self, claims: Sequence[ClaimRecord]) -> str:
        said = describe_source(self.words, claims)
        locators = dict.fromkeys(as_file_line(one.locator) for one in claims if one.locator)
        if len(claims) > 1 or not locators:
            return said
        return f"{said}, {self.words.say('brief.sentences', locator=next(iter(locators)))}"

    def list_notes(self, claims: Iterable[ClaimRecord]) -> Iterator[Remark]:
        """Yield the notes of claims that were not told before, each with who says so."""
        for claim in claims:
            note = claim.qualifiers.note
            if note and note not in self._noted:
                self._noted.add(note)
                text = as_file_line(note).rstrip(" .")
                yield Remark(self.words.say("brief.note", text=text, source=name_origin(claim)), [claim])

    def list_against(
        self, misses: Iterable[NearMissRecord], others: Iterable[PathRecord], compliance: Iterable[ClaimRecord]
    ) -> Iterator[Remark]:
        """Yield denials of steps, what breaks the near misses, denials of other ways, statements of compliance."""
        words = self.words
        for number, path in enumerate(self.paths, 1):
            for position, step in enumerate(path.steps, 1):
                for claim in step.denied_by:
                    holes = {"number": position, "way": number, **sum_up(words, claim)}
                    yield self._add_note(words.say(f"brief.{name_denial(step, claim)}", **holes), claim)
        for miss in misses:
            for broken in miss.broken_by:
                yield self._add_note(self._tell_break(broken), broken.claim)
            for claim in miss.denied_by:
                yield self._add_note(describe_break(words, claim), claim)
        for path in others:
            for step in path.steps:
                for claim in step.denied_by:
                    yield self._add_note(describe_break(words, claim), claim)
        if stated := {as_file_line(claim.summary).rstrip(" ."): claim for claim in compliance}:
            key = "brief.complies" if len(stated) == 1 else "brief.comply"
            yield Remark(words.say(key, text=words.clauses(list(stated))), list(stated.values()))

    def _add_note(self, said: str, claim: ClaimRecord) -> Remark:
        """Return what is said of a claim with its note: a line each would leave less room for other claims."""
        note = as_file_line(claim.qualifiers.note or "").rstrip(" .")
        return Remark(self.words.say("brief.noted", said=said.rstrip(" ."), note=note) if note else said, [claim])

    def _tell_break(self, broken: BreakingClaim) -> str:
        if broken.claim.status in ("refused", "negated"):
            return describe_break(self.words, broken.claim)
        reason = self.words.look_up("reason", broken.reason)
        return self.words.say("break.other", reason=reason, **sum_up(self.words, broken.claim))

    def list_rules(self) -> Iterator[Line]:
        """Yield for each way what the rules say, on which day, and the texts of the law that decide it."""
        words = self.words
        for number, path in enumerate(self.paths, 1):
            # a finding has its sentence in English; in another language it is told from its fields
            english = words.language == "en" and path.verdict
            said = as_file_line(path.verdict) if english else describe_rules(words, path)
            yield Line.of(words.sentence(words.say("brief.way", number=number, text=said)))
            decided = list(dict.fromkeys(_list_citations(path.findings)))
            if decided:
                yield Line.of(
                    words.sentence(words.say("brief.cited", items=words.clauses(words.cut(decided, _CITED))))
                )
            elif looked := list(
                dict.fromkeys(
                    as_file_line(rule.citation) for leg in path.findings for rule in leg.rules if rule.id != OURS
                )
            ):
                yield Line.of(
                    words.sentence(words.say("brief.tested", items=words.clauses(words.cut(looked, _CITED))))
                )

    def list_open(self) -> Iterator[Remark]:
        """Yield for each way its marks, and what would have to be known for the rules to say more."""
        words = self.words
        for number, path in enumerate(self.paths, 1):
            if path.marks:
                marks = words.clauses([words.mark(mark) for mark in path.marks])
                yield Remark(words.say("brief.way", number=number, text=marks))
            missing = list(dict.fromkeys(one for leg in path.findings for one in leg.missing))
            if missing:
                text = words.say("brief.missing", items=list_missing(words, missing))
                yield Remark(words.say("brief.way", number=number, text=text))


def _list_citations(findings: Iterable[LegFinding]) -> Iterator[str]:
    for leg in findings:
        for cited in (*leg.decided_by, *leg.reviewed_by, *leg.powers):
            yield as_file_line(cited)
