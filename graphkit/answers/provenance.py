"""Sign an answer: the question in words, the command that asks it again, the fact bases, and hashes to compare by.

What an answer rests on is named by hashes: one of the whole answer, one of each claim in it. They are the same from
either engine, since they are of the records and not of how a store keeps them.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from graphkit import __version__
from graphkit.answers.answer import Answer, BaseStamp, Date, Provenance, Record, describe_limits
from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.clock import get_today
from graphkit.rulebook import Rulebook
from graphkit.summaries.words import load_words

#: What the options of commands are where nobody gives them, if that is not nothing.
DEFAULTS: Mapping[str, object] = {
    "chips": "controlled",
    "from": "US",
    "activity": "export",
    "min_confidence": "0",
}
#: Names of a set that the question tells; of a larger one it tells the number.
_NAMED = 5
#: The option that says where an answer goes: no part of the question.
_OUTPUT = "output"
#: Hexadecimal digits of the hash of a claim.
_DIGITS = 8
_Answer = TypeVar("_Answer", bound=Answer)

#: The question in words by command; {0} and {1} are its arguments.
_QUESTIONS = {
    "chip": "What the rules say of the {0}",
    "close": "What would close the reported ways from {0} to {1}",
    "exposure": "Reported ways from {0} to {1}",
    "find": "What bears the words {0}",
    "license": "Whether an act with the {0} needs a licence",
    "list": "What the base holds",
    "path": "Reported ways from {0} to {1}",
    "query": "The query {0}",
    "screen": "What the base says of the names of a list",
    "show": "What is claimed of {0}",
    "site": "The base as pages",
    "view": "What is claimed around {0}",
    "whatif": "What other rules would change on the reported ways from {0} to {1}",
}
#: What a question is about where nothing is named.
_WHOLE = ("everything in the base",)


class CommandLine(msgspec.Struct, frozen=True):
    """A question as a command asks it: `options` by their names in Python, those that are empty say nothing."""

    command: str
    arguments: tuple[str, ...] = ()
    options: Mapping[str, object] = {}

    def list_words(self) -> tuple[str, ...]:
        """Return what stands after `graphkit` on a command line that asks this.

        >>> CommandLine("path", ("TSMC", "H100"), {"on": "2024", "via": ["Oracle"], "max_hops": None}).list_words()
        ('path', 'TSMC', 'H100', '--on', '2024', '--via', 'Oracle')
        """
        dashed = ["--"] if any(one.startswith("-") and one != "-" for one in self.arguments) else []
        words = [self.command, *([] if dashed else self.arguments)]
        for name, value in self._list_options():
            option = f"--{name.replace('_', '-')}"
            if value is True:
                words.append(option)
            elif isinstance(value, (list, tuple)):
                words += [word for one in value for word in (option, str(one))]
            elif value not in (None, False, ""):
                words += [option, str(value)]
        return (*words, *dashed, *(self.arguments if dashed else ()))

    def _list_options(self) -> list[tuple[str, object]]:
        """Return the options that are not as they would be if nobody gave them."""
        return [(name, value) for name, value in self.options.items() if value != DEFAULTS.get(name)]

    def describe(self, subjects: Sequence[str]) -> str:
        """Return the question in words, about some subjects, with its filters and bounds.

        >>> CommandLine("path", ("bytedance", "h100"), {"on": "2024", "max_hops": 3}).describe(["ByteDance", "H100"])
        'Reported ways from ByteDance to H100; on 2024; max hops 3'
        """
        named = subjects or self.arguments or (_WHOLE if self.command == "view" else ())
        told = _QUESTIONS[self.command].format(*named, "", "")
        for name, value in self._list_options():
            if name != _OUTPUT and value not in (None, False, "", [], ()):
                values = value if isinstance(value, (list, tuple)) else [value]
                told += f"; {name.replace('_', ' ')}" + ("" if value is True else f" {', '.join(map(str, values))}")
        return told


def sign_answer(
    answer: _Answer, asked: CommandLine, bases: Sequence[BaseStamp], rules_verified: Date | None = None
) -> _Answer:
    """Return an answer with its provenance."""
    bare = msgspec.structs.replace(answer, provenance=None)
    # a claim that an answer tells many times is hashed once
    told = {one.id: one for one in list_claims(bare)}
    dates = {name: str(given) for name in ("on", "known_by") if (given := asked.options.get(name))}
    return msgspec.structs.replace(
        answer,
        provenance=Provenance(
            question=asked.describe(_list_subjects(answer)),
            command=asked.list_words(),
            as_of=dates.get("on"),
            known_by=dates.get("known_by"),
            made_on=get_today(),
            graphkit=__version__,
            bases=tuple(bases),
            rules_verified=rules_verified,
            answer=hash_answer(bare),
            claims={id_: hash_claim(one) for id_, one in sorted(told.items())},
            limits=describe_limits(load_words(getattr(answer, "language", "en")), rules_verified),
        ),
    )


def sign_rules(
    answer: _Answer,
    command: str,
    chip: str,
    options: Mapping[str, object],
    folders: Sequence[Path],
    rulebook: Rulebook,
) -> _Answer:
    """Return an answer on a chip with its provenance, where of some fact-base folders the rules alone were asked."""
    from graphkit.factbase import hash_content, list_base_names

    digest = hash_content(*folders)
    bases = [BaseStamp(name=name, sha256=digest, newest=None) for name in list_base_names(*folders)]
    asked = CommandLine(command, (chip,), {**options, "factbase": tuple(map(str, folders))})
    return sign_answer(answer, asked, bases, rulebook.verified)


def _list_subjects(answer: Answer) -> list[str]:
    """Return the names of what an answer is about; none where it does not say."""
    named = (getattr(answer, name, None) for name in ("entity", "buyer", "chip"))
    found = [one.name for one in named if isinstance(one, EntityRef)]
    for name in ("buyers", "chips", "focus"):
        members = getattr(answer, name, ())
        if isinstance(members, tuple) and members and isinstance(members[0], EntityRef):
            few = len(members) <= _NAMED
            found.append(", ".join(one.name for one in members) if few else f"{len(members)} {name}")
    return found


def hash_answer(answer: Answer) -> str:
    """Return the SHA-256 of an answer without its provenance, in hexadecimal digits."""
    data = msgspec.json.encode(msgspec.structs.replace(answer, provenance=None), order="sorted")
    return hashlib.sha256(data).hexdigest()


def hash_claim(claim: ClaimRecord) -> str:
    """Return the first digits of the SHA-256 of a claim, as an answer tells it."""
    return hashlib.sha256(msgspec.json.encode(claim, order="sorted")).hexdigest()[:_DIGITS]


def format_command(provenance: Provenance, *more: str) -> str:
    """Return the command that asks again as a shell takes it, with further words at its end."""
    return shlex.join(["graphkit", *provenance.command, *more])


def list_claims(value: object) -> Iterator[ClaimRecord]:
    """Yield the claims that an answer tells, at whatever depth, in the order of its fields."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if one is None or isinstance(one, (str, int, float)):
            continue  # most of an answer: the check for a mapping would cost more than all the rest
        if isinstance(one, ClaimRecord):
            yield one
        elif isinstance(one, Record):
            waiting.extend([getattr(one, name) for name in reversed(one.__struct_fields__)])
        elif isinstance(one, (list, tuple)):
            waiting.extend(reversed(one))
        elif isinstance(one, Mapping):
            waiting.extend(reversed(list(one.values())))
