"""The sentences that claims were read from, attached only where their hash proves them."""

from __future__ import annotations

from pathlib import Path

from graphkit.factbase.files import Files, print_path
from graphkit.facts import Document, hash_sentence, parse_locator, split_sentences


class Quotations:
    """The texts of documents, and which claims could not be quoted from them."""

    def __init__(self, folder: Path | None, warnings: list[str]) -> None:
        self.folder, self.warnings = folder, warnings
        self.digests: dict[Path, bytes] = {}
        self._sentences: list[str] | None = None
        self._file = Path()
        self._differing: list[int] = []
        self._unchecked = 0

    def open(self, document: Document | None) -> None:
        """Turn to a document, whose claims are read next."""
        self._sentences = None
        self._differing, self._unchecked = [], 0
        if self.folder is None or document is None or document.file is None:
            return
        self._file, files = self.folder / document.file, Files()
        data = files.read(self._file, self.folder)
        self.digests |= files.digests
        try:
            self._sentences = None if data is None else split_sentences(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            files.fault("", 0, "is not UTF-8", "")
        if files.faults:
            self._warn(f"{files.faults[0].what}: the claims of document {document.id} carry no quotation")

    def quote(self, locator: str, expected: str, line: int) -> str | None:
        """Return the sentences that a locator names if they have the expected hash."""
        if self._sentences is None or not locator:
            return None
        if not expected:
            self._unchecked += 1
            return None
        first, last = parse_locator(locator) or (0, 0)
        text = " ".join(self._sentences[first : last + 1])
        if last < len(self._sentences) and hash_sentence(text) == expected:
            return text
        self._differing.append(line)
        return None

    def close(self, file: str) -> None:
        """Say once what could not be quoted in a claim file."""
        if self._differing:
            lines = ", ".join(map(str, self._differing[:10])) + (", ..." if len(self._differing) > 10 else "")
            self._warn(f"has other sentences than were read for {file}, line {lines}: no quotation there")
        if self._unchecked:
            self._warn(f"is not quoted for {self._unchecked} claims of {file} that have no sentence_hash")
        self._differing, self._unchecked = [], 0

    def _warn(self, what: str) -> None:
        self.warnings.append(f"{print_path(self._file)} {what}")
