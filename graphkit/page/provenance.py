"""The provenance of a page in words: question, dates, fact bases, command; and the foot of each printed page."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from graphkit.page.words import fill_slots

Stamp = Mapping[str, Any]

#: Letters of the question that the foot of a printed page has room for, and of the hash of a fact base.
_FOOT, _SHORT = 160, 12
# a space after an escape belongs to it, so spaces are escaped as well
_PLAIN = re.compile(r"[^A-Za-z0-9]")


def describe_provenance(stamp: Stamp, words: Mapping[str, str]) -> list[tuple[str, Sequence[str]]]:
    """Return the provenance of an answer as terms and what is said of each, in the words of the page."""
    bases = [
        fill_slots(
            words["provenance.base"],
            name=base["name"],
            newest=base.get("newest") or words["provenance.unknown"],
            hash=base["sha256"],
        )
        for base in stamp["bases"]
    ]
    told = {
        "question": [stamp["question"]],
        "as_of": [stamp.get("as_of") or words["provenance.any"]],
        "known_by": [stamp.get("known_by") or words["provenance.any"]],
        "made_on": [stamp["made_on"]],
        "version": [stamp["graphkit"]],
        "bases": bases,
        "rules": [stamp.get("rules_verified")],
        "command": [shlex.join(["graphkit", *stamp["command"]])],
        "answer": [stamp.get("answer")],
        "limits": stamp.get("limits") or [words["provenance.limits.base"], words["provenance.limits.rules"]],
    }
    found = [(words[f"provenance.{name}"], [text for text in texts if text]) for name, texts in told.items()]
    return [(name, texts) for name, texts in found if texts]


def summarise_provenance(stamp: Stamp, words: Mapping[str, str]) -> str:
    """Return when, with what and from which fact bases a page was made, in a line."""
    bases = [f"{base['name']} ({base['sha256'][:_SHORT]})" for base in stamp["bases"]]
    slots = {"date": stamp["made_on"], "version": stamp["graphkit"], "bases": ", ".join(bases)}
    return fill_slots(words["provenance.line"], **slots)


def tell_page_foot(stamp: Stamp, words: Mapping[str, str]) -> str:
    """Return the question, its dates, and when, with what and from which fact bases it was answered, in a line."""
    asked = stamp["question"]
    asked = asked if len(asked) <= _FOOT else f"{asked[: _FOOT - 1]}…"
    dates = [
        f"{words[f'provenance.{name}']}: {stamp.get(name) or words['provenance.any']}"
        for name in ("as_of", "known_by")
    ]
    return " · ".join([asked, *dates, summarise_provenance(stamp, words)])


def write_page_foot(stamp: Stamp | None, words: Mapping[str, str]) -> str:
    """Return the style of printed pages: at the foot of each where it comes from, and its number.

    The texts of others stand in it as strings of CSS in which all but letters and digits are escaped.
    """
    number = '@bottom-right{font:7.5pt sans-serif;color:#444;content:counter(page) " / " counter(pages)}'
    if not stamp:
        return f"@page{{{number}}}"
    text = _PLAIN.sub(lambda found: f"\\{ord(found[0]):06x}", tell_page_foot(stamp, words))
    return f'@page{{@bottom-left{{font:7.5pt sans-serif;color:#444;width:88%;content:"{text}"}}{number}}}'
