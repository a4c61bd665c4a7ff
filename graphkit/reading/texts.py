"""Files as plain text: text, Markdown, HTML and PDF, read in a child process that has limits of time and memory.

A file from outside is hostile: what it does to a parser ends with the child. Lines that were broken for a page are
joined into paragraphs, since sentence numbers are locators; characters that cannot be seen are dropped and counted.
"""

from __future__ import annotations

import itertools
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec

from graphkit.errors import Fault, InvalidValue
from graphkit.factbase.files import name_input, read_standard_input
from graphkit.facts import get_earliest_day

#: Seconds and bytes that the child may take for one file, and bytes and characters of a file and its text.
SECONDS, MEMORY, MAX_FILE, MAX_TEXT = 8.0, 1 << 30, 20 << 20, 300_000
#: Pages of a PDF that are read.
MAX_PAGES = 300

#: The child finds this package where its parent did, whatever else is installed, and nothing in its working folder.
_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
import graphkit
sys.path.append(sys.path.pop(0))
from graphkit.reading import texts
texts.serve_texts()
"""
_KINDS = {".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
          ".htm": "html",          ".xhtml": "html", ".pdf": "pdf", "": "text"}  # fmt: skip
_TOO_LONG = f"holds more than {MAX_TEXT:,} characters of text; give one article a file"


class FileText(msgspec.Struct, frozen=True):
    """The text of one file and what the file says of itself; `dropped` counts characters that cannot be seen."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""
    dropped: int = 0


class _Task(msgspec.Struct, frozen=True):
    path: str
    kind: str


class _Result(msgspec.Struct, frozen=True):
    text: FileText | None = None
    fault: str = ""


def read_texts(files: Sequence[Path]) -> Iterator[FileText | Fault]:
    """Read files one after the other in a child process; each gives its text or one fault."""
    left = list(files)
    while left:
        child = _Child()
        try:
            while left:
                answer = child.read(left[0])
                yield answer
                left.pop(0)
                if not child.alive:
                    break
        finally:
            child.end()


class _Child:
    """A process that reads files; it is ended when it is silent for too long, and only that file is lost."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own child: what is hostile goes to its standard input
            [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).resolve().parents[2])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.alive = True

    def _listen(self) -> None:
        stream: IO[bytes] | None = self._process.stdout
        if stream is not None:
            for line in stream:
                self._answers.put(line)
        self._answers.put(b"")

    def read(self, file: Path) -> FileText | Fault:
        """Return the text of a file, - for standard input, or what is wrong with it."""
        name = name_input(file)
        if str(file) == "-":
            try:
                data = read_standard_input(MAX_FILE, "give one article")
            except InvalidValue as error:
                what, _, mend = str(error).removeprefix(f"{name} ").partition(": ")
                return Fault(name, 0, what, mend)
            with tempfile.NamedTemporaryFile() as copy:  # the child reads files alone
                copy.write(data)
                copy.flush()
                return self._read_file(Path(copy.name), "text", name)
        return self._read_file(file, _KINDS.get(file.suffix.lower()), name)

    def _read_file(self, file: Path, kind: str | None, name: str) -> FileText | Fault:
        try:
            size = file.stat().st_size
            if not file.is_file():
                return Fault(name, 0, "is no regular file", "give a text, Markdown, HTML or PDF file")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            return Fault(name, 0, f"cannot be read ({reason})", "give a file that is there")
        if kind is None:
            return Fault(name, 0, f"is of a kind that is not read ({file.suffix})", "give .txt, .md, .html or .pdf")
        if size > MAX_FILE:
            return Fault(name, 0, f"has more than {MAX_FILE >> 20} MB", "give the article alone")
        line = msgspec.json.encode(_Task(os.fsencode(file.resolve()).decode(errors="surrogateescape"), kind))
        try:
            assert self._process.stdin is not None  # noqa: S101
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=SECONDS)
        except (OSError, queue.Empty):
            answer = b""
            if self._process.poll() is None:
                self.alive = False
                return Fault(name, 0, f"was not read within {SECONDS:g} s", "save the article alone, as plain text")
        if not answer:
            self.alive = False
            return Fault(
                name, 0, "cannot be read: it breaks the parser or needs too much memory", "save it as plain text"
            )
        found = msgspec.json.decode(answer, type=_Result)
        if found.text is None:
            what, _, mend = found.fault.partition("; ")
            return Fault(name, 0, what, mend)
        return found.text

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue


# Paragraphs -----------------------------------------------------------------------------------

_BULLET = re.compile(r"\s*(?:[-*•‣▪–—]|\d{1,2}[.)])\s")
_ENDED = re.compile(r"[.!?:;…][\"'”»)\]]*$")


def clean_cell(text: str, most: int = 300) -> str:
    """Return what a page or a person says as one line of at most so many characters, all of which can be seen."""
    return " ".join(drop_invisible(text)[0].split())[:most]


def drop_invisible(text: str) -> tuple[str, int]:
    """Return a text without the characters that cannot be seen, and how many there were; line ends become LF.

    >>> drop_invisible("H1\\u200b00\\r\\n")
    ('H100\\n', 1)
    """
    even = re.sub("\r\n?|[\u2028\u2029\x85\x0b\x0c\x1c-\x1e]", "\n", text)
    kept = "".join(letter for letter in even if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN)
    return kept, len(even) - len(kept)


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def join_lines(text: str, always: bool = False) -> str:
    """Return a text whose paragraphs are lines, if its lines were broken for a page (`always`: as in a PDF).

    >>> join_lines("The firm rents ser-\\nvers from another\\nfirm.\\n\\nIt denies\\nthat.", always=True)
    'The firm rents servers from another firm.\\n\\nIt denies that.'
    """
    lines = [line.strip() for line in text.split("\n")]
    if not always and not _is_wrapped(lines):
        return "\n".join(lines)
    width = sorted(map(len, lines))[int(len(lines) * 0.9)] if lines else 0
    joined: list[str] = []
    before = ""  # the last line as it stood
    for line in lines:
        if not line or not before or _BULLET.match(line) or not _goes_on(before, line, width):
            joined.append(line)
        elif re.search(r"[^\W\d]-$", joined[-1]) and line[:1].islower():
            joined[-1] = joined[-1][:-1] + line
        else:
            joined[-1] += f" {line}"
        before = line
    return "\n".join(joined)


def _goes_on(before: str, line: str, width: int) -> bool:
    """Say whether a line goes on in the next."""
    if line[:1].islower() or not _ENDED.search(before):
        # a heading is short and has no full stop
        return line[:1].islower() or len(before) > 0.6 * width or bool(re.search(r"[,\-]$", before))
    return len(before) > 0.75 * width


def _is_wrapped(lines: Sequence[str]) -> bool:
    pairs = [(one, other) for one, other in itertools.pairwise(lines) if one and other]
    if not pairs or max(map(len, lines)) > 130:
        return False
    broken = sum(other[:1].islower() and not _BULLET.match(other) for _, other in pairs)
    return broken >= 0.25 * len(pairs)


# In the child ---------------------------------------------------------------------------------


def serve_texts() -> None:
    """Answer the tasks on standard input, a line each, until it ends."""
    _bound_memory()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a parser prints is no answer
    for line in sys.stdin.buffer:
        try:
            task = msgspec.json.decode(line, type=_Task)
            answer = _Result(_read(Path(os.fsdecode(task.path.encode(errors="surrogateescape"))), task.kind))
        except InvalidValue as error:
            answer = _Result(None, str(error))
        except MemoryError:
            answer = _Result(None, "needs more memory than a file may take; save the article alone, as plain text")
        except OSError as error:
            answer = _Result(None, f"cannot be read ({error.strerror or error}); mend the file or its permissions")
        except Exception as error:  # parsers raise what they like
            answer = _Result(None, f"cannot be read as {task.kind} ({type(error).__name__}); save it as plain text")
        out.write(msgspec.json.encode(answer) + b"\n")
        out.flush()


def _bound_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):
        return  # the limit of time is left


def _read(path: Path, kind: str) -> FileText:
    data = path.read_bytes()
    if kind != "pdf" and data.startswith(b"%PDF-"):
        kind = "pdf"
    if kind == "pdf":
        return _finish(_read_pdf(path), always=True)
    text = _decode(data)
    if kind == "html" or (kind == "text" and re.match(r"\s*(?:<!doctype html|<html)", text[:500], re.IGNORECASE)):
        return _finish(_read_html(text), always=False)
    return _finish(_read_markdown(text) if kind == "markdown" else FileText(text), always=False)


def _finish(found: FileText, always: bool) -> FileText:
    seen, dropped = drop_invisible(unicodedata.normalize("NFC", found.text))
    text = re.sub(r"\n{3,}", "\n\n", join_lines(seen.replace("\t", " "), always)).strip()
    text = re.sub(r"(?<=[.!?])[^\S\n]+", " ", re.sub(r" {2,}", " ", text))
    if len(text) > MAX_TEXT:
        raise InvalidValue(_TOO_LONG)
    if len(re.findall(r"[^\W\d_]", text)) < 20:
        raise InvalidValue("holds no text; a scan must be made text first, another page be saved whole")
    title = found.title or next(line for line in text.split("\n") if line)
    clean = [clean_cell(cell) for cell in (title, found.publisher, found.url)]
    return FileText(text + "\n", clean[0], clean[1], _find_date(found.published), clean[2], dropped)


def _find_date(text: str) -> str:
    match = re.match(r"\d{4}(?:-\d\d(?:-\d\d)?)?", text or "")
    try:
        return match[0] if match and get_earliest_day(match[0]) else ""
    except InvalidValue:
        return ""


def _decode(data: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if b"\0" in data:
        raise InvalidValue("is no text (it holds NUL bytes); give .txt, .md, .html or .pdf in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    odd = sum(
        letter == "\ufffd" or unicodedata.category(letter) in ("Cc", "Sm", "So", "Sk")
        for letter in text
        if letter not in "\r\n\t"
    )
    if odd > 0.02 * len(text):
        raise InvalidValue("is no text in UTF-8 or Windows-1252; save it in UTF-8")
    return text


def _read_markdown(text: str) -> FileText:
    fields: dict[str, str] = {}
    if head := re.match(r"---\n(.*?)\n---\n", text, re.DOTALL):
        text = text[head.end() :]
        fields = {
            key: value.strip().strip("\"'") for key, value in re.findall(r"^(\w+):[ \t]*(.+)$", head[1], re.MULTILINE)
        }
    text = re.sub(r"^```.*?^```[^\n]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"!\[[^\]\n]*\]\([^)\n]*\)", "", text)
    text = re.sub(r"\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)", r"\1", text)
    text = re.sub(r"^(?:#{1,6}|>)[ \t]+", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)([^\n*_`]{1,500}?)(?<=\S)\1(?!\w)", r"\2", text)
    title = fields.get("title", "")
    published = fields.get("date", fields.get("published", ""))
    return FileText(text, title, fields.get("publisher", ""), published, fields.get("url", ""))


def _read_html(text: str) -> FileText:
    import trafilatura

    document: Any = trafilatura.bare_extraction(text, include_comments=False, include_tables=True, with_metadata=True)
    if document is None or not (document.text or "").strip():
        raise InvalidValue("holds no article that can be told from the page; save its text as .txt")
    body = re.sub(r"\n(?=\S)", "\n\n", document.text)
    title = " ".join((document.title or "").split())
    if title and not begins_with_title(body, title):
        body = f"{title}\n\n{body}"
    return FileText(body, title, document.sitename or "", document.date or "", document.url or "")


def begins_with_title(body: str, title: str) -> bool:
    """Say whether a text begins with its title, whatever the spaces and case."""
    return "".join(body.split())[: len(title)].lower().startswith("".join(title.split()).lower()[:60])


def _read_pdf(path: Path) -> FileText:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InvalidValue("is a PDF with a password; save it without")
        if len(reader.pages) > MAX_PAGES:
            raise InvalidValue(f"is a PDF of more than {MAX_PAGES} pages; give the article alone")
        pages, length = [], 0
        for page in reader.pages:
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > MAX_TEXT:
                raise InvalidValue(_TOO_LONG)
        about = reader.metadata
        title = str(about.title or "") if about else ""
    except PyPdfError as error:
        raise InvalidValue(f"is a broken PDF ({type(error).__name__}); save it anew, or as text") from None
    return FileText("\n".join(pages), title if len(title) > 8 else "")
