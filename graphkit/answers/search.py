"""The question for words: what in a base bears them, in a name, an alias, a citation, a note or a summary."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Literal

import click

from graphkit.answers.answer import VERSION, Answer, OpenBase, Record, Version, format_count, format_notes
from graphkit.answers.selection import tell_size
from graphkit.engines.reads import ClaimTexts
from graphkit.errors import InvalidValue
from graphkit.facts import Document, Entity
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.matching import Matcher
from graphkit.names import Directory, fold
from graphkit.regulations import Regulation
from graphkit.rulebook import compact_citation

Place = Literal["name", "alias", "citation", "note", "summary", "likeness"]

#: How good a find is by the field that holds the words: whole, from its beginning, somewhere.
_SCORES: dict[Place, tuple[float, float, float]] = {
    "name": (1.0, 0.9, 0.8),
    "citation": (1.0, 0.9, 0.8),
    "alias": (0.95, 0.85, 0.75),
    "note": (0.5, 0.5, 0.5),
    "summary": (0.4, 0.4, 0.4),
    "likeness": (0.3, 0.3, 0.3),
}
#: Claims that are looked at for one question.
_MOST = 2_000


class FoundThing(Record, frozen=True, kw_only=True):
    """An entity, rule, document or claim that bears the words; `next` is the command that goes on from it.

    `kind` is that of an entity, or `Document` or `Claim`; `where` is the field that holds the words and `text` that
    field. `score` ranks, from 0 to 1.
    """

    kind: str
    id: str
    name: str
    where: Place
    text: str
    score: float
    next: str


class SearchAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit find`: what bears all of the words, best first; `more` counts those over the limit.

    Where the search was `bounded` not every claim was looked at, and there may be more than these.
    """

    version: Version
    words: str
    found: tuple[FoundThing, ...]
    more: int
    near: tuple[str, ...]
    notes: tuple[str, ...]
    bounded: bool = False

    def tables(self) -> list[Table]:
        """Return the answer as one table."""
        columns = ("kind", "id", "name", "where", "text", "score", "next")
        rows: list[dict[str, Cell]] = [{name: getattr(one, name) for name in columns} for one in self.found]
        return [Table("found", columns, rows)]

    def remarks(self) -> list[str]:
        """Return the notes, and how much was left out."""
        more = [self._tell_more()] if self.more else []
        return [*(f"note: {note}" for note in self.notes), *more]

    def styled_text(self) -> str:
        """Return each find with the field that holds the words and the command that goes on."""
        number = len(self.found) + self.more
        lines = [click.style(f"{self._least()}{format_count(number, 'find')} for {as_line(self.words)}", bold=True)]
        for one in self.found:
            lines += wrap_text(click.style(as_line(one.name), bold=True) + f"  {one.kind}", "  ", "    ")
            if fold(one.text) != fold(one.name):
                lines += wrap_text(f"{one.where}: {as_line(one.text)}", "    ", "      ")
            lines += [click.style(f"    {as_line(one.next)}", dim=True)]
        if not self.found:
            lines += wrap_text(as_line(f"nothing bears these words{self._hint()}"))
        more = [self._tell_more()] if self.more else []
        return "\n".join([*lines, *format_notes([*more, *self.notes])])

    def _tell_more(self) -> str:
        return f"{self._least()}{self.more:,} more: raise --limit"

    def _least(self) -> str:
        return "at least " if self.bounded else ""

    def _hint(self) -> str:
        return f"; near are {', '.join(self.near)}" if self.near else ""


def find_words(base: OpenBase, words: str, *, limit: int = 20) -> SearchAnswer:
    """Return what in a base bears all of some words, best first, at most `limit`.

    Looked at are names, aliases and notes of entities, ids, citations and summaries of rules, names of documents,
    and summaries and notes of claims. Case, accents and the points of a citation do not count. Where nothing bears
    them, what is spelt alike is found. Raises InvalidValue without a word, StoreError.
    """
    wanted = fold(words).split()
    if not any(map(str.isalnum, "".join(wanted))):
        raise InvalidValue("no word is given: name one, such as `graphkit find Oracle`")
    entities = base.store.reader.list_entities()
    rules = {one.id.lower(): one for one in base.rulebook.regulations}
    claims = base.store.reader.find_words(max(wanted, key=len), _MOST + 1)
    bounded = len(claims) > _MOST
    best: dict[tuple[str, str], FoundThing] = {}
    for one in (
        *(hit for entity in entities for hit in _find_in_entity(entity, rules.get(entity.id), wanted, words)),
        *(hit for document in base.store.reader.list_documents() for hit in _find_in_document(document, wanted)),
        *_find_in_claims(claims[:_MOST], wanted),
    ):
        key = (one.kind, one.id)
        if key not in best or one.score > best[key].score:
            best[key] = one
    found = sorted(best.values(), key=lambda one: (-one.score, len(one.text), one.name.casefold(), one.id))
    near: list[str] = []
    notes = list(base.notes)
    if bounded:
        notes.append(f"of the claims that bear {max(wanted, key=len)}, {_MOST:,} were looked at: add a rarer word")
    if not found:
        found = [
            _found_entity(one.entity, "likeness", one.entity.name, one.score * 0.3)
            for one in Matcher(entities).match(words)
        ]
        near = Directory(entities).find_near(words)
        notes.append(tell_size(entities, ["Company", "Chip"]))
    return SearchAnswer(
        version=VERSION,
        words=words,
        found=tuple(found[:limit]),
        more=max(0, len(found) - limit),
        near=tuple(near),
        notes=tuple(notes),
        bounded=bounded,
    )


def _rate(place: Place, text: str, wanted: list[str]) -> float | None:
    """Return how well a text bears all of the words, None where it does not."""
    plain_text = fold(text)
    if not all(word in plain_text for word in wanted):
        return None
    whole, begun, inside = _SCORES[place]
    joined = " ".join(wanted)
    if plain_text == joined:
        return whole
    own = set(plain_text.replace("-", " ").replace("(", " ").replace(")", " ").replace(",", " ").split())
    words = all(word in own for word in wanted)
    return begun if plain_text.startswith(joined) else inside - (0.0 if words else 0.05)


def _find_in_entity(entity: Entity, rule: Regulation | None, wanted: list[str], words: str) -> Iterator[FoundThing]:
    texts: list[tuple[Place, str]] = [("name", entity.name), ("name", entity.id)]
    texts += [("alias", alias) for alias in entity.aliases]
    texts += [("note", entity.note)] if entity.note else []
    if rule is not None:
        texts += [("citation", one) for one in (*rule.citations, *rule.references, *rule.sections)]
        texts += [("summary", rule.summary)]
        compact = compact_citation(words)
        cited = [*rule.citations, *(part for one in rule.citations for part in one.split(", "))]
        cited += [*rule.references, *(f"{one}, {section}" for one in rule.citations for section in rule.sections)]
        for citation in cited:
            if len(compact) > 3 and compact_citation(citation) == compact:
                yield _found_entity(entity, "citation", citation, _SCORES["citation"][0], rule)
    for place, text in texts:
        score = _rate(place, text, wanted)
        if score is not None:
            yield _found_entity(entity, place, text, score - (0.02 if entity.generic else 0.0), rule)


def _found_entity(
    entity: Entity, where: Place, text: str, score: float, rule: Regulation | None = None
) -> FoundThing:
    if rule is not None:
        id_ = rule.id
        go_on = f"graphkit show {rule.id}"
    else:
        id_ = entity.id
        go_on = f"graphkit {'list sites --in' if entity.kind == 'Region' else 'show'} {shlex.quote(entity.id)}"
    return FoundThing(
        kind=entity.kind, id=id_, name=entity.name, where=where, text=text, score=round(score, 2), next=go_on
    )


def _find_in_document(document: Document, wanted: list[str]) -> Iterator[FoundThing]:
    for text in (document.name, document.id, document.publisher):
        score = _rate("name", text, wanted) if text else None
        if text and score is not None:
            said = "MATCH (a)-[r]->(b) WHERE r.document = $document RETURN a.name, type(r), b.name, r.summary"
            yield FoundThing(
                kind="Document",
                id=document.id,
                name=document.name,
                where="name",
                text=text,
                score=round(score - 0.15, 2),
                next=f"graphkit query --cypher '{said}' -p document={shlex.quote(document.id)}",
            )


def _find_in_claims(claims: Iterable[ClaimTexts], wanted: list[str]) -> Iterator[FoundThing]:
    """Yield those of some claims whose summary or note bears the words."""
    for one in claims:
        for place, text in (("summary", one.summary), ("note", one.note)):
            score = _rate("summary", text, wanted) if text else None
            if text and score is not None:
                yield FoundThing(
                    kind="Claim",
                    id=one.id,
                    name=one.summary,
                    where="summary" if place == "summary" else "note",
                    text=text,
                    score=score,
                    next=f"graphkit show {shlex.quote(one.subject)}",
                )
