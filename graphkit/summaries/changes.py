"""The sets that would close all paths, and the effect of other rules on them, in sentences."""

from __future__ import annotations

import collections
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from graphkit.answers.path_records import PathRecord, UnnamedPath
from graphkit.answers.question import FiltersRecord, Searched
from graphkit.answers.records import EntityRef
from graphkit.formats.cells import as_file_line
from graphkit.ontology import RELATIONS
from graphkit.summaries.paths import describe_dates, describe_unnamed
from graphkit.summaries.statements import describe_path_sources, name_asked
from graphkit.summaries.words import Words

_CHANGES = {"enact": re.compile("with (.+) in force"), "repeal": re.compile("without (.+)")}


class SmallestSets(Protocol):
    """The smallest sets that close all paths, as the answer of `graphkit close` has them for one kind."""

    @property
    def size(self) -> int | None: ...
    @property
    def sets(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def ids(self) -> tuple[tuple[tuple[str, ...], ...], ...]: ...
    @property
    def exact(self) -> bool: ...
    @property
    def more(self) -> bool: ...
    @property
    def obstacle(self) -> str | None: ...
    @property
    def powers(self) -> tuple[str, ...]: ...


def summarise_closings(
    words: Words,
    *,
    buyer: EntityRef,
    chip: EntityRef,
    path_count: int,
    kinds: Mapping[str, SmallestSets],
    unnamed: Sequence[UnnamedPath],
    searched: Searched,
    filters: FiltersRecord,
    day: str,
) -> tuple[str, ...]:
    """Return the answer to `graphkit close`: what all smallest sets have in common first, the rules, what is left."""
    ends = {"buyer": as_file_line(buyer.name), "chip": name_asked(words, chip)}
    left = describe_unnamed(words, chip, unnamed, more=searched.more_unnamed)
    if not path_count:
        none = words.say("close.none", when=describe_dates(words, filters), **ends)
        return words.sentences([none, words.say("close.left", ways=left) if unnamed else ""])
    needs = [_describe_kind(words, kind, kinds[kind]) for kind in ("steps", "intermediaries")]
    return words.sentences(
        [
            words.say(
                "close.all",
                paths=words.count(path_count, "path", more=searched.truncated),
                items=words.clauses([one for one in needs if one]),
                **ends,
            ),
            words.say("close.rules", day=words.date(day), said=_describe_rule_sets(words, kinds["rules"])),
            words.say("close.left", ways=left) if unnamed else "",
            words.say("close.reported"),
        ]
    )


def find_common(sets: SmallestSets) -> list[int]:
    """Return the positions, in the first set, of what stands in every set that was found."""
    if not sets.ids:
        return []
    common = set.intersection(*map(set, sets.ids))
    return [at for at, element in enumerate(sets.ids[0]) if element in common]


def _describe_kind(words: Words, kind: str, sets: SmallestSets) -> str:
    """Return how many of a kind it takes, and what stands in every set."""
    if sets.obstacle or sets.size is None:
        return words.say(f"close.obstacle.{kind}", obstacle=as_file_line(sets.obstacle or words.say("close.nothing")))
    common = [name_member(words, sets.sets[0][at], sets.ids[0][at]) for at in find_common(sets)]
    count = words.count(sets.size, "intermediary" if kind == "intermediaries" else "step")
    if sets.size == 1 and len(sets.sets) > 1:
        members = [name_member(words, one[0], ids[0]) for one, ids in zip(sets.sets, sets.ids, strict=True)]
        said = words.say("close.any", count=count, members=words.enumerate(members, more=sets.more))
    elif not common:
        first = [name_member(words, text, ids) for text, ids in zip(sets.sets[0], sets.ids[0], strict=True)]
        said = words.say("close.choice", count=count, first=words.join(first))
    else:
        key = "close.one" if len(common) == sets.size else "close.common"
        said = words.say(key, count=count, common=words.join(common))
    return said if sets.exact else words.say("close.bound", said=said)


def name_member(words: Words, text: str, element: tuple[str, ...]) -> str:
    """Return a member of a set in the language: a step by what is done, anything else by its name."""
    if len(element) != 3 or element[1] not in RELATIONS:
        return as_file_line(text)
    relation = RELATIONS[element[1]]
    phrase = f" {relation.phrase} " if f" {relation.phrase} " in text else f" {relation.agree(True)} "
    subject, _, object_ = text.partition(phrase)
    acting = words.say(f"acting.{element[1]}", object=as_file_line(object_))
    return words.say("close.member", subject=as_file_line(subject), acting=acting)


def _describe_rule_sets(words: Words, rules: SmallestSets) -> str:
    if rules.obstacle or rules.size is None:
        return words.say("close.rules.none", obstacle=as_file_line(rules.obstacle or words.say("close.nothing")))
    members = [
        words.say("close.power", rule=as_file_line(ids[0])) if ids[0] in rules.powers else as_file_line(ids[0])
        for one in rules.ids
        for ids in one
    ]
    count = words.count(rules.size, "rule")
    if len(rules.sets) == 1:
        return words.say("close.rules.common", count=count, members=words.join(members))
    sets = words.count_rest(len(rules.sets), more=rules.more)
    named = words.enumerate(dict.fromkeys(members), more=rules.more)
    return words.say("close.rules.choice", count=count, sets=sets, members=named)


def summarise_whatif(
    words: Words,
    *,
    buyer: EntityRef,
    chip: EntityRef,
    changes: Sequence[str],
    on: str | None,
    paths: Sequence[tuple[PathRecord, str]],
    unnamed: Sequence[UnnamedPath],
    searched: Searched,
) -> tuple[str, ...]:
    """Return the answer to `graphkit whatif`: what the change makes of the paths; `paths` come with the effect."""
    changed = describe_changes(words, changes)
    left = describe_unnamed(words, chip, unnamed, more=searched.more_unnamed) if unnamed else ""
    left = words.say("besides", items=left) if left else ""
    if not paths:
        ends = {"buyer": as_file_line(buyer.name), "chip": name_asked(words, chip)}
        return words.sentences([words.say("whatif.none", changes=changed, **ends), left])
    effects = collections.Counter(effect for _, effect in paths)
    day = words.on(on) if on else words.say("whatif.act_day")
    return words.sentences(
        [
            words.say(
                "whatif.effects",
                changes=changed,
                day=day,
                effects=describe_effects(words, effects, more=searched.truncated),
            ),
            describe_path_sources(words, paths[0][0]),
            left,
        ]
    )


def describe_effects(words: Words, effects: Mapping[str, int], *, more: bool) -> str:
    """Return how many paths a change has which effect on; `more` as for `Words.count`."""
    return words.clauses(
        [
            words.say(
                "whatif.effect", paths=words.count(number, "path", more=more), effect=words.look_up("effect", effect)
            )
            for effect, number in effects.items()
        ]
    )


def describe_changes(words: Words, changes: Sequence[str]) -> str:
    """Return the changes of the rules, each in the language if it is one that the catalogue has."""
    told = []
    for change in changes:
        named = ((kind, pattern.fullmatch(change)) for kind, pattern in _CHANGES.items())
        said = [words.say(f"change.{kind}", rule=as_file_line(found[1])) for kind, found in named if found]
        told.append(said[0] if said else as_file_line(change))
    return words.clauses(told)
