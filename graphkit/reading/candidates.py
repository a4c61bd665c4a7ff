"""Candidate claims: what the reader proposes, with its sentence, its rule and its tier."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from graphkit.facts import Entity, fold
from graphkit.ontology import RELATIONS, STATUSES

#: A: rules that were right in 95 % and more; B: the other rules; C: sentences that no rule took; M: a model's.
TIERS = ("A", "B", "C", "M")
#: The rule of tier C.
SENTENCE = "sentence"
#: Cards that so many characters of an article may give; the sentences beyond them are asked on request.
_CARDS, _LENGTH = 45, 5_000
#: Characters of a passage that one card asks about, if it is more than a sentence; claims that it may list.
_PASSAGE, _MOST = 200, 9
_SAID = {"done": "", "planned": "Planned: ", "considered": "Considered: ", "proposed": "Proposed: ",
         "alleged": "Alleged: ", "refused": "Refused: ", "negated": "Not so: "}  # fmt: skip


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A claim that a rule or a model read in a sentence; `start` and `end` are characters of the document's text.

    A candidate of tier C is a sentence: `pairs` lists the ends that stand in it, and it says no relation.
    `cue` is the word that gave the status; an implied candidate `needs` the one of that key, or says nothing.
    """

    document: str
    sentence: str
    start: int
    end: int
    quote: str
    rule: str
    tier: str = "B"
    subject: Entity | None = None
    relation: str = ""
    object: Entity | None = None
    status: str = "done"
    cue: str = ""
    attribution: str = ""
    summary: str = ""
    chips: tuple[Entity, ...] = ()
    sites: tuple[Entity, ...] = ()
    regions: tuple[Entity, ...] = ()
    via: tuple[Entity, ...] = ()
    values: dict[str, str] = {}
    implied: bool = False
    needs: str = ""
    pairs: tuple[tuple[Entity, Entity], ...] = ()

    @property
    def key(self) -> str:
        """The 16 hex digits by which a decision on this candidate is remembered."""
        return make_candidate_key(
            self.document,
            self.quote,
            self.subject.name if self.subject else "",
            "" if self.tier == "C" else self.relation,
            self.object.name if self.object else "",
        )


def make_candidate_key(document: str, quote: str, subject: str, relation: str, object_: str) -> str:
    """Return the 16 hex digits of a decision: what it is about, not in which row it stands."""
    parts = [document, " ".join(quote.split()), fold(subject), relation, fold(object_)]
    return hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()[:16]


def group_passages(spans: Iterable[tuple[int, int]], text: str) -> list[list[int]]:
    """Return the places of spans by passage: a sentence, or short ones of a paragraph that follow each other.

    >>> text = "One. Two is said here.\\nThree."
    >>> group_passages([(5, 22), (0, 4), (0, 4), (23, 29)], text)
    [[1, 2, 0], [3]]
    """
    listed = list(spans)
    groups: list[list[int]] = []
    for place in sorted(range(len(listed)), key=listed.__getitem__):
        start, end = listed[place]
        first = listed[groups[-1][0]][0] if groups else 0
        near = start == first or (end - first <= _PASSAGE and "\n" not in text[first:end])
        if groups and near and len(groups[-1]) < _MOST:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def find_later(spans: Sequence[tuple[int, int]], pairs: Sequence[int], text: str) -> set[tuple[int, int]]:
    """Return the sentences that are too many for the cards of an article: those with fewest claims, then pairs.

    Each candidate gives the span of its sentence, and how many pairs of names it asks about: none if it is a claim.
    """
    most = max(_CARDS, _CARDS * len(text) // _LENGTH)
    claims: Counter[tuple[int, int]] = Counter()
    names: Counter[tuple[int, int]] = Counter()
    for span, count in zip(spans, pairs, strict=True):
        claims[span] += not count
        names[span] += count
    ranked = sorted(claims, key=lambda span: (-claims[span], -names[span], span))
    place = {span: at for at, span in enumerate(ranked)}

    def count_cards(kept: int) -> int:
        return len(group_passages((span for span in spans if place[span] < kept), text))

    # a sentence more never makes a card less
    return set(ranked[bisect_right(range(len(ranked) + 1), most, key=count_cards) - 1 :])


def make_summary(candidate: Candidate) -> str:
    """Return what a candidate says in our words, made from the relation's phrase."""
    if candidate.subject is None or candidate.object is None:
        return ""
    text = f"{candidate.subject.name} {RELATIONS[candidate.relation].phrase} {candidate.object.name}"
    if candidate.chips:
        text += f", limited to {_join_names(candidate.chips)}"
    if candidate.regions:
        text += f", in {_join_names(candidate.regions)}"
    if candidate.via:
        text += f", via {_join_names(candidate.via)}"
    if due := candidate.values.get("due"):
        text += f", by {due}"
    return f"{_SAID[candidate.status]}{text}."


def make_row_summary(cells: Mapping[str, str], entities: Mapping[str, Entity]) -> str:
    """Return the summary of a row after an edit; where its cells say no relation, the summary that it has."""
    if cells["relation"] not in RELATIONS or cells["status"] not in STATUSES:
        return cells["summary"]

    def those(name: str) -> tuple[Entity, ...]:
        return tuple(entities[id_] for id_ in cells[name].split(";") if id_ in entities)

    ends = [entities.get(cells[name]) for name in ("subject", "object")]
    return make_summary(
        Candidate(
            document="",
            sentence="",
            start=0,
            end=0,
            quote="",
            rule="",
            subject=ends[0],
            object=ends[1],
            relation=cells["relation"],
            status=cells["status"],
            chips=those("chips"),
            regions=those("regions"),
            via=those("via"),
            values={"due": cells["due"]} if cells["due"] else {},
        )
    )


def _join_names(entities: tuple[Entity, ...]) -> str:
    return " and ".join(one.name for one in entities)
