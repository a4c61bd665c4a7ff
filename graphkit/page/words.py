"""The words of the page, and what is done to the words of others before they stand on it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from graphkit.errors import InvalidValue
from graphkit.ontology import KINDS, RELATIONS, STATUSES

_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WEB = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_QUOTED = {ord(character): f"%{ord(character):02X}" for character in "<>\"'\\`"}


def read_words(language: str) -> dict[str, str]:
    """Return the words of the page in a language. Raises InvalidValue where there is no such catalogue."""
    folder = resources.files("graphkit.page") / "assets"
    known = sorted(one.name.split(".")[1] for one in folder.iterdir() if one.name.startswith("words."))
    if language not in known:
        raise InvalidValue(f"no words of the page in {language!r}: there is {', '.join(known)}")
    found: dict[str, str] = json.loads((folder / f"words.{language}.json").read_text("utf-8"))
    for name, kind in KINDS.items():
        found.setdefault(f"kind.{name}", name)
        found.setdefault(f"kind.{name}.about", kind.description)
    for name, relation in RELATIONS.items():
        found.setdefault(f"relation.{name}", relation.phrase)
        found.setdefault(f"relation.{name}.many", relation.agree(True))
    for name, status in STATUSES.items():
        found.setdefault(f"status.{name}", name)
        found.setdefault(f"status.{name}.about", status.description)
    return found


def fill_words(language: str, key: str, **slots: str) -> str:
    """Return a phrase of the page in a language with its {slots} filled.

    >>> fill_words("en", "title.around", names="Acme")
    'Around Acme'
    """
    return fill_slots(read_words(language)[key], **slots)


def fill_slots(text: str, **slots: str) -> str:
    """Return a phrase with its {slots} filled, once: what is filled in is never read again.

    >>> fill_slots("{a} and {b}", a="{b}", b="c")
    '{b} and c'
    """
    return re.sub(r"\{(\w+)\}", lambda found: slots.get(found[1], found[0]), text)


def clean_texts(value: Any) -> Any:
    """Return data without control characters, direction overrides and lone surrogates in its texts.

    >>> clean_texts({"name": "a\u202eb"})
    {'name': 'ab'}
    """
    if isinstance(value, str):
        return _UNSEEN.sub("", value)
    if isinstance(value, Mapping):
        return {clean_texts(key): clean_texts(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_texts(one) for one in value]
    return value


def read_web_address(url: object) -> str | None:
    """Return an address if it is http or https, its signs that end an attribute written as %27 and so on; else None.

    >>> read_web_address("javascript:alert(1)"), read_web_address("https://example.org/Moore's_law")
    (None, 'https://example.org/Moore%27s_law')
    """
    return url.translate(_QUOTED) if isinstance(url, str) and _WEB.match(url) else None
