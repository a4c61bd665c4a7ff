"""Ask an answer again: read the provenance from a page, a brief or JSON, and tell what differs today.

What is read is another's file: `graphkit.cli.replay` says what it may ask. Two answers are the same where their
hashes are; else the claims whose hashes differ are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import msgspec

from graphkit.answers.answer import VERSION, Answer, Provenance, Record, SummarisedAnswer, Version, format_count
from graphkit.answers.provenance import list_claims
from graphkit.answers.records import ClaimRecord
from graphkit.errors import InvalidValue
from graphkit.factbase.figures import is_date
from graphkit.factbase.files import name_input, read_standard_input
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.summaries.words import LANGUAGES

_DAY = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z")
#: Bytes of a file that is read, and differences of fields that are told.
_LARGEST, _TOLD = 64_000_000, 20
#: The field of an answer that is compared by itself.
_NOT_COMPARED = ("provenance",)
#: The folder of a DOCX file with the part that holds the provenance, its element, parts that are looked at.
DOCX_FOLDER, DOCX_ELEMENT, _PARTS = "customXml/", "provenance", 16


TextOutcome = Literal["the same", "changed", "not compared"]


class SignedFile(msgspec.Struct, frozen=True):
    """The answer in a file: its provenance, its fields where the file is JSON, and the bytes of the file."""

    provenance: Provenance
    answer: Mapping[str, object] | None
    data: bytes = b""


class Difference(Record, frozen=True, kw_only=True):
    """One thing that is not as it was: `what` names it, `was` and `now` are texts, None where there was none."""

    what: str
    was: str | None
    now: str | None


class ReplayAnswer(Answer, frozen=True, kw_only=True):
    """The answer to `graphkit replay`: whether a question has the answer that a file holds.

    `differences` of the fact bases or of graphkit do not make the answer another one; `same` is of the answer and of
    the text of the file as far as that was compared, which `file_text` tells: the fields of JSON, the words of a
    brief, nothing of a page.
    """

    version: Version
    file: str
    question: str
    made_on: str
    same: bool
    differences: tuple[Difference, ...]
    file_text: TextOutcome = "not compared"

    def tables(self) -> list[Table]:
        """Return what differs, and what was compared."""
        rows: list[dict[str, Cell]] = [{"what": one.what, "was": one.was, "now": one.now} for one in self.differences]
        about: dict[str, Cell] = {"file": self.file, "question": self.question, "made_on": self.made_on}
        about |= {"outcome": self._name_outcome(), "file_text": self.file_text}
        fields: list[dict[str, Cell]] = [{"field": name, "value": value} for name, value in about.items()]
        return [Table("differences", ("what", "was", "now"), rows), Table("replay", ("field", "value"), fields)]

    def styled_text(self) -> str:
        """Return the outcome in a line, then a line for each difference."""
        lines = [f"{self._name_outcome()}: {as_line(self.question)}; made on {self.made_on}"]
        for one in self.differences:
            ends = [as_line(end) if end is not None else "nothing" for end in (one.was, one.now)]
            lines.append(f"  {as_line(one.what)}: was {ends[0]}, is {ends[1]}")
        if self.file_text == "not compared":
            lines.append("  compared was the hash that the file holds; the text of the file itself was not")
        return "\n".join(lines)

    def _name_outcome(self) -> str:
        return "the same" if self.same else f"not the same, {format_count(len(self.differences), 'difference')}"


def read_signed_file(path: Path) -> SignedFile:
    """Read the provenance in a page, a brief or JSON, - for standard input. Raises InvalidValue without any."""
    name = name_input(path)
    try:
        if str(path) == "-":
            data = read_standard_input(_LARGEST, "give a file of graphkit")
        else:
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InvalidValue(f"{name}: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise InvalidValue(f"{name}: larger than {_LARGEST:,} bytes, so it is no file of graphkit")
    for text in _list_blocks(data):
        try:
            found = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            continue
        if isinstance(found, dict) and found.get("provenance") is not None:
            try:
                stamp = msgspec.convert(found["provenance"], Provenance)
            except (msgspec.ValidationError, RecursionError) as error:
                raise InvalidValue(
                    f"{name}: its provenance is damaged ({error}), so it cannot be asked again"
                ) from error
            if not (_DAY.match(stamp.made_on) and is_date(stamp.made_on)):
                raise InvalidValue(f"{name}: its provenance is damaged (made on no day), so it cannot be asked again")
            return SignedFile(stamp, found if found.get("version") == VERSION else None, data)
    raise InvalidValue(
        f"{name}: no provenance in it that can be asked again (that of --format markdown and xlsx is for reading): "
        "give a page (.html), a brief (.md, .html, .docx), or an answer of --format json"
    )


def _list_blocks(data: bytes) -> Iterator[bytes]:
    """Yield what may be JSON in a file: the whole, the data blocks of a page, the comments of a brief."""
    if data.startswith(b"PK"):
        data = _read_document_part(data)
    text = data.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] in (b"{", b"["):
        yield text
        return
    blocks = _Blocks()
    blocks.feed(text.decode(errors="replace"))
    yield from (one.encode() for one in blocks.found)


def _read_document_part(data: bytes) -> bytes:
    """Return the part of a DOCX file in which a brief keeps its provenance; nothing where there is none.

    A word processor that saves the file may give the part another name in its folder.
    """
    import io
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [name for name in archive.namelist() if name.startswith(DOCX_FOLDER) and name.endswith(".xml")]
            for name in parts[:_PARTS]:
                with archive.open(name) as part:
                    found = part.read(_LARGEST // _PARTS)
                if f"<{DOCX_ELEMENT}".encode() in found:
                    return found
    except (KeyError, OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        pass
    return b""


class _Blocks(HTMLParser):
    """Collects the data blocks and the comments of a page, and the element of a DOCX file."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == DOCX_ELEMENT or (tag == "script" and ("type", "application/json") in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)


def compare_answers(
    file: Path, before: SignedFile, after: Answer, text: Difference | TextOutcome = "not compared"
) -> ReplayAnswer:
    """Return how the answer of a file differs from one that was given now to its question.

    `text` is what became of the text of a brief, or where it is another one.
    """
    old, new = before.provenance, after.provenance
    if new is None:
        raise ValueError("the answer of today is not signed")
    same = old.answer == new.answer
    differences = [*_compare_makers(old, new), *([] if same else _compare_claims(old, new, after))]
    if before.answer is not None:
        changes = _compare_fields(before.answer, _tell_as(before.answer, after))
        text = "changed" if changes and same else "the same" if same else "not compared"
        differences += changes
    elif isinstance(text, Difference):
        differences.append(text)
        text = "changed"
    same = same and text != "changed"
    if not same and not any(one.what.startswith(("claim ", "field ", "the text")) for one in differences):
        differences.append(Difference(what="the answer", was=old.answer, now=new.answer))
    return ReplayAnswer(
        version=VERSION,
        file=name_input(file),
        question=old.question,
        made_on=old.made_on,
        same=same,
        differences=tuple(differences),
        file_text=text,
    )


def _tell_as(before: Mapping[str, object], after: Answer) -> object:
    """Return the fields of an answer in the language of another one."""
    language = before.get("language")
    if isinstance(after, SummarisedAnswer) and language in LANGUAGES:
        after = after.in_language(language)
    return msgspec.json.decode(after.to_json())


def _compare_makers(old: Provenance, new: Provenance) -> Iterator[Difference]:
    if old.graphkit != new.graphkit:
        yield Difference(what="graphkit", was=old.graphkit, now=new.graphkit)
    was, now = ({one.name: one for one in stamp.bases} for stamp in (old, new))
    for name in sorted(was.keys() | now.keys()):
        ends = [one.sha256 if (one := side.get(name)) else None for side in (was, now)]
        if ends[0] != ends[1]:
            yield Difference(what=f"fact base {name}", was=ends[0], now=ends[1])


def _compare_claims(old: Provenance, new: Provenance, after: Answer) -> Iterator[Difference]:
    told = {claim.id: claim for claim in list_claims(after)}
    for name in sorted(old.claims.keys() | new.claims.keys()):
        was, now = old.claims.get(name), new.claims.get(name)
        if was != now:
            what = f"claim {name}" + (f" ({_describe_claim(told[name])})" if name in told else "")
            yield Difference(what=what, was=was, now=now)


def _describe_claim(claim: ClaimRecord) -> str:
    where = f"{claim.document}, {claim.locator}" if claim.locator else claim.document
    return f"{claim.subject_name} {claim.relation} {claim.object_name}, {where}"


def _compare_fields(old: object, new: object) -> list[Difference]:
    found: list[Difference] = []
    for place, was, now in _list_changes(old, new, ""):
        if len(found) == _TOLD:
            break
        found.append(Difference(what=f"field {place}", was=_write(was), now=_write(now)))
    return found


def _list_changes(old: object, new: object, place: str) -> Iterator[tuple[str, object, object]]:
    """Yield the places, as JSON pointers (RFC 6901), at which two values differ, and both."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            if place or name not in _NOT_COMPARED:
                step = str(name).replace("~", "~0").replace("/", "~1")
                yield from _list_changes(old.get(name), new.get(name), f"{place}/{step}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _list_changes(one, other, f"{place}/{number}")
    elif old != new:
        yield place, old, new


def _write(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 120 else f"{text[:119]}…"
