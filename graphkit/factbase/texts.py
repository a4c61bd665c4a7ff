"""Bytes as text: encodings and line ends as spreadsheets write them, and characters that nobody sees."""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata

import msgspec

#: What stands where a byte or character could not be kept.
REPLACED = "\ufffd"

_C0 = bytes({*range(32), 127} - {9, 10, 13})
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
# overrides and embeddings of direction, tags, zero width, fillers, signs inside music and annotations
_HIDDEN = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# scripts whose letters are joined or kept apart by a joiner, and pictures that are put together by one
_JOINED = (
    "\u0600-\u109f\u1780-\u18af\u1a00-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\ufe0f\u2190-\u2bff"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f\U0001f000-\U0001faff"
)
_VARIED = (
    "\u00a9\u00ae\u1000-\u109f\u1820-\u18aa\u2010-\u9fff\ua850-\ua85f\uf900-\ufaff\uff00-\uffef\U00010000-\U000dffff"
)


@functools.cache  # a base in plain letters does without
def get_unseen() -> re.Pattern[str]:
    """Return the pattern of characters that no file of a fact base may hold.

    Direction marks and soft hyphens are tolerated, joiners where a script needs them.
    """
    joiners, variations = "[\u200c\u200d]", "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    return re.compile(f"[{_CONTROL}{_HIDDEN}]|(?<![{_JOINED}]){joiners}|(?<![{_VARIED}0-9#*]){variations}")


#: Those of them that Python takes for printable.
_UNPRINTED = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0").union(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)

_CONTROLS = re.compile(f"[{_CONTROL}]")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Code pages of Windows in which a letter of Western Europe may stand at the same place.
_PAGES = ("cp1252", "cp1250", "cp1254", "cp1257")
#: Quotes, dashes, the ellipsis, the euro, the space that does not break: alike on every code page of Windows.
_PUNCTUATION = frozenset(b"\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xab\xbb")
_RUN = re.compile(rb"[\x80-\xff]+")

SAVE_AS = "in the spreadsheet, save it as CSV UTF-8"


class TextFault(msgspec.Struct, frozen=True):
    """A fault of a text: on which line (0: all of it), what is wrong, and how to mend it."""

    line: int
    what: str
    mend: str


class Text(msgspec.Struct, frozen=True):
    """The text of a file, lines ended by LF.

    `spoilt` are the lines on which something had to be replaced, `encoding` how the bytes were read.
    """

    text: str
    encoding: str = "utf-8"
    spoilt: frozenset[int] = frozenset()
    trouble: tuple[TextFault, ...] = ()


def read_text(data: bytes, *, lenient: bool = False) -> Text | TextFault:
    """Return bytes as text; a Trouble where nothing can be read.

    UTF-8 and UTF-16 are told by themselves. Windows-1252 is taken where each of its letters is the same in the code
    pages of the neighbours; with `lenient`, where nothing speaks against it, for lists that a person has at hand:
    there, characters that are not seen are no trouble either.
    """
    encoding = _find_encoding(data)
    if encoding is None:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return TextFault(
            line, "holds the control character U+0000, as no text does", "give a text file, or save it anew"
        )
    trouble: list[TextFault] = []
    spoilt: set[int] = set()
    mark = next((one for one, name in _MARKS if name == encoding and data.startswith(one)), b"")
    plain = data[len(mark) :]
    if encoding == "utf-8":
        try:
            text = plain.decode()
        except UnicodeDecodeError as error:
            if not mark and _is_western(plain, lenient):
                text, encoding = plain.decode("cp1252"), "cp1252"
            else:
                told, lines = _tell_bytes(plain, error)
                trouble.append(told)
                spoilt.update(lines)
                text = plain.decode(errors="replace")
    else:
        text = plain.decode(encoding, errors="replace")
        if REPLACED in text:
            return TextFault(
                text.count("\n", 0, text.index(REPLACED)) + 1, f"is not whole {encoding.upper()}", SAVE_AS
            )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return TextFault(1, "is empty", "write at least the header, or remove the file")
    if lenient:  # what is not seen is folded with the name
        return Text(_CONTROLS.sub("", text), encoding, frozenset(spoilt), tuple(trouble))
    # a look at the set of characters is quicker than the pattern, and nearly always enough
    odd = len(data.translate(None, _C0)) < len(data) if text.isascii() else any(map(_is_odd, set(text)))
    if odd and (found := get_unseen().search(text)):
        lines = [number for number, line in enumerate(text.split("\n"), 1) if get_unseen().search(line)]
        trouble.append(
            TextFault(lines[0], f"holds {name_character(found[0])}{_more(len(lines))}", "remove the character")
        )
        spoilt.update(lines)
        text = get_unseen().sub(REPLACED, text)
    return Text(text, encoding, frozenset(spoilt), tuple(trouble))


def _is_odd(character: str) -> bool:
    return (not character.isprintable() and character not in "\n\t") or character in _UNPRINTED


def name_character(character: str) -> str:
    """Return what a message calls a character that is not seen.

    >>> name_character("\\u202e"), name_character("\\x07")
    ('the invisible character U+202E (right-to-left override)', 'the control character U+0007')
    """
    if unicodedata.category(character) in ("Cc", "Cs"):
        return f"the control character U+{ord(character):04X}"
    name = unicodedata.name(character, "no character of Unicode").lower()
    return f"the invisible character U+{ord(character):04X} ({name})"


def _find_encoding(data: bytes) -> str | None:
    """Return the encoding that the bytes give away, UTF-8 for any other; None where they are no text."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if b"\0" not in data:
        return "utf-8"
    head = data[: 1 << 12]
    half = max(1, len(head) // 2)
    if len(data) % 2 == 0:
        for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
            if zeros.count(0) > 0.7 * half and not others.count(0):
                return name
    return None


def _is_western(data: bytes, lenient: bool) -> bool:
    """Say whether bytes can be told to be Windows-1252: single letters between plain ones, punctuation, the euro.

    A letter below 0xA0 may as well be a Macintosh's, and two in a row of Cyrillic, Greek or Japanese. With `lenient`,
    two accented letters in a row will do, and letters that the code page of Central Europe reads otherwise.
    """
    for run in _RUN.finditer(data):
        if len(run[0]) > 1 and not (lenient and len(run[0]) == 2 and min(run[0]) >= 0xC0):
            return False
    for byte in set(data.translate(None, bytes(range(128)))):
        one = bytes([byte])
        character = one.decode("cp1252", errors="replace")
        pages = {one.decode(page, errors="replace") for page in _PAGES}
        if byte in _PUNCTUATION:
            continue
        if byte >= 0xFE or not character.isalpha() or (byte < 0xC0 and (not lenient or len(pages) > 1)):
            return False
        if not lenient and len(pages) > 1:
            return False
    return True


def _tell_bytes(data: bytes, error: UnicodeDecodeError) -> tuple[TextFault, list[int]]:
    """Return what is said of bytes that are not UTF-8, and the lines that hold some."""
    lines = [number for number, line in enumerate(data.split(b"\n"), 1) if not _is_utf8(line)]
    start = data.rfind(b"\n", 0, error.start) + 1
    byte = data[error.start]
    surrogate = byte == 0xED and data[error.start + 1 : error.start + 2] >= b"\xa0"
    what = "holds half of a surrogate pair" if surrogate else f"is not UTF-8 (byte {byte:#04x})"
    what += f" at byte {error.start - start + 1} of the line{_more(len(lines))}"
    return TextFault(lines[0], what, SAVE_AS), lines


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _more(lines: int) -> str:
    return f", and on {lines - 1} more line{'s' if lines > 2 else ''}" if lines > 1 else ""
