"""The provenance of a brief: in words for people, and as a block of ASCII that `graphkit replay` reads."""

from __future__ import annotations

import json

import msgspec

from graphkit.answers.answer import Date, Provenance
from graphkit.answers.provenance import format_command
from graphkit.formats.cells import as_file_line
from graphkit.summaries.words import Words

_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def format_question_dates(words: Words, on: Date | None, known_by: Date | None, stamp: Provenance) -> str:
    """Return as of when a question was asked, what had been published by when, and when that was."""
    return words.say(
        "brief.asked",
        on=words.date(on) if on else words.say("brief.any_day"),
        known=words.date(known_by) if known_by else words.say("brief.today"),
        made=words.on(stamp.made_on),
    )


def describe_provenance(words: Words, stamp: Provenance) -> tuple[tuple[str, str], ...]:
    """Return the fields of a provenance in words, each with its name."""
    bases = [
        words.say(
            "brief.base",
            name=as_file_line(one.name),
            newest=words.date(one.newest),
            sha256=as_file_line(one.sha256)[:16],
        )
        for one in stamp.bases
    ]
    fields = {
        "question": as_file_line(stamp.question),
        "command": as_file_line(format_command(stamp)),
        "made": words.say("brief.made", when=words.date(stamp.made_on), version=as_file_line(stamp.graphkit)),
        "bases": words.clauses(bases),
        "rules": words.date(stamp.rules_verified) if stamp.rules_verified else "",
        "answer": as_file_line(stamp.answer)[:16],
        "replay": "graphkit replay FILE",
    }
    return tuple((words.say(f"brief.field.{name}"), text) for name, text in fields.items() if text)


def encode_stamp(stamp: Provenance) -> str:
    """Return a provenance as JSON in ASCII that ends no comment, no element and no script."""
    data = json.dumps({"provenance": msgspec.to_builtins(stamp)}, separators=(",", ":"))
    return data.translate(_UNSAFE).replace("--", "-\\u002d")
