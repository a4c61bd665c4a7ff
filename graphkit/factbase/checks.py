"""The checks of a whole fact base, one function each, and what looks odd without being a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import msgspec

from graphkit.errors import Fault
from graphkit.factbase.claims import ClaimReader, find_cycles
from graphkit.factbase.declarations import Declarations
from graphkit.factbase.files import quote_value
from graphkit.factbase.rulechecks import Rules, check_rules
from graphkit.factbase.texts import name_character
from graphkit.names import draw_outline, find_mixed_letter, fold

_MAX_CIRCLES = 100
#: Names told to look alike, at most.
_MAX_ALIKE = 50


class Content(msgspec.Struct, frozen=True):
    """All that has been read: what the folders declare, their claims, their rules."""

    declared: Declarations
    claims: ClaimReader
    rules: Rules


def find_faults(content: Content) -> Iterator[Fault]:
    """Iterate over the faults that the checks of a fact base find."""
    for check in CHECKS:
        yield from check(content)


def find_oddities(content: Content) -> Iterator[str]:
    """Iterate over warnings: what a person should look at."""
    for check in ODDITIES:
        yield from check(content)


def find_circles(content: Content) -> Iterator[Fault]:
    """Find hierarchies that lead back to where they came from."""
    yield from islice(find_cycles(content.claims.hierarchy), _MAX_CIRCLES)


def find_claims_of_no_document(content: Content) -> Iterator[Fault]:
    """Find claim files that are named after no document."""
    if content.declared.documents_complete:
        for document, file in content.claims.opened:
            if document not in content.declared.documents:
                what = f"no document has the id {quote_value(document)}"
                yield Fault(file, 0, what, "declare it in documents.csv, or rename the file")


def find_faults_of_rules(content: Content) -> Iterator[Fault]:
    """Find what rules name and nobody declares, and the like."""
    yield from check_rules(content.rules)


def find_look_alikes(content: Content) -> Iterator[str]:
    """Find names of different entities that differ by look-alike letters only."""
    found: dict[str, tuple[str, str]] = {}
    told = 0
    for entity in filter(None, content.declared.entities.values()):
        for name in (entity.name, *entity.aliases):
            shape = draw_outline(name)
            other, id_ = found.setdefault(shape, (name, entity.id))
            if id_ != entity.id and fold(other) != fold(name):
                what = f"{quote_value(name)} differs from {quote_value(other)} of {id_} by look-alike letters only"
                yield f"{content.declared.place('entity', entity.id)}: {what}; check that both are meant"
                told += 1
                if told == _MAX_ALIKE:
                    return


def find_mixed_scripts(content: Content) -> Iterator[str]:
    """Find names with a letter that looks like a Latin one among Latin ones, and is none."""
    odd = (
        (entity, name, letter)
        for entity in filter(None, content.declared.entities.values())
        for name in (entity.name, *entity.aliases)
        if (letter := find_mixed_letter(name))
    )
    for entity, name, letter in islice(odd, _MAX_ALIKE):
        what = f"{quote_value(name)} has {name_letter(letter)} among Latin letters"
        yield f"{content.declared.place('entity', entity.id)}: {what}; write the Latin one if that is meant"


def name_letter(letter: str) -> str:
    """Return what a message calls a letter that looks like another."""
    return name_character(letter).replace("the invisible character", "the letter")


#: Every check of a fact base: add one here. Those of a row are in `claims`, those of rules in `rulechecks`.
CHECKS: tuple[Callable[[Content], Iterator[Fault]], ...] = (
    find_circles,
    find_claims_of_no_document,
    find_faults_of_rules,
)
ODDITIES: tuple[Callable[[Content], Iterator[str]], ...] = (find_look_alikes, find_mixed_scripts)
