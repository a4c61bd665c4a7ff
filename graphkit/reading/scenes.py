"""Scenes: a sentence with its mentions, and what a document has spoken of before it.

In `Scene.tagged` each mention is a run of one letter of its kind, as long as its words, so that patterns see kinds
and places stay the same.
"""

from __future__ import annotations

import functools
import re

import msgspec

from graphkit.facts import Entity
from graphkit.reading.lexicon import FILLER, LETTERS, Frame, Lexicon
from graphkit.reading.sentences import Sentence, even_text

TOKEN = re.compile(f"[{''.join(LETTERS.values())}]{FILLER}*")


class Mention(msgspec.Struct, frozen=True):
    """A place in a sentence (`start`, `end`) that speaks of one of `entities`; `inner` are names in a description.

    `manner` is name, pattern, adjective, seat, description or pronoun; `bare` marks a class that nothing narrows.
    """

    start: int
    end: int
    letter: str
    entities: tuple[Entity, ...]
    manner: str
    bare: bool = False
    inner: tuple[Entity, ...] = ()

    @property
    def entity(self) -> Entity:
        return self.entities[0]


class Scene:
    """One sentence with its mentions."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon) -> None:
        self.sentence, self.lexicon = sentence, lexicon
        self.plain = even_text(sentence.text)
        self.tagged = self.plain
        self.mentions: dict[int, Mention] = {}

    def put(self, mention: Mention) -> None:
        """Add a mention; those that it covers go."""
        for start in [one for one in self.mentions if mention.start <= one < mention.end]:
            del self.mentions[start]
        self.mentions[mention.start] = mention
        tag = LETTERS[mention.letter] + FILLER * (mention.end - mention.start - 1)
        self.tagged = self.tagged[: mention.start] + tag + self.tagged[mention.end :]

    def of(self, letters: str, start: int = 0, end: int | None = None) -> list[Mention]:
        """Return the mentions of some kinds within a stretch, in order."""
        stop = len(self.tagged) if end is None else end
        return [m for at, m in sorted(self.mentions.items()) if m.letter in letters and start <= at and m.end <= stop]

    @functools.cached_property
    def without_names(self) -> str:
        """The plain text, its companies blank: "Kestrel Cloud" tells no cloud."""
        letters = list(self.plain)
        for m in self.of("c"):
            if m.manner == "name":
                letters[m.start : m.end] = " " * (m.end - m.start)
        return "".join(letters)

    @functools.cached_property
    def triggers(self) -> list[tuple[Frame, re.Match[str]]]:
        """The words that are triggers of relations, by frame; to be asked when all mentions are there."""
        return [(frame, match) for frame, words in self.lexicon.triggers for match in words.finditer(self.tagged)]

    @functools.cached_property
    def boundaries(self) -> list[tuple[int, int]]:
        """The ends and beginnings of its clauses; to be asked when all mentions are there."""
        return [match.span() for match in re.finditer(self.lexicon.boundary, self.tagged)]

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions of a matched stretch, such as a list."""
        return [
            self.mentions[start + t.start()]
            for t in TOKEN.finditer(self.tagged[start:end])
            if start + t.start() in self.mentions
        ]


class Context:
    """The things that a document has spoken of so far."""

    def __init__(self) -> None:
        self.topic: Mention | None = None
        self.last: Mention | None = None
        self.chip: Mention | None = None
        self.rule: Mention | None = None
        self.rule_status = "done"
        self.agency: Mention | None = None
        self.group: Mention | None = None
        self.short: dict[str, Entity] = {}
        self.providers: frozenset[str] = frozenset()
