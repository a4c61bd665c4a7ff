"""Write tiny fact bases for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Rows = Iterable[Mapping[str, object]]

DOCUMENTS = (
    "id",
    "name",
    "publisher",
    "published",
    "published_basis",
    "language",
    "url",
    "reliability",
    "cites",
    "file",
)
ENTITIES = ("id", "name", "kind", "aliases", "generic", "note")
CLAIMS = ("subject", "relation", "object", "status", "confidence", "attribution", "sentence", "summary")


def table(columns: Sequence[str], rows: Rows) -> str:
    """Return CSV text; columns that only rows name come after the given ones."""
    rows = list(rows)
    columns = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def claim(subject: str, relation: str, object_: str, **cells: object) -> dict[str, object]:
    """Return a claim row: done, confirmed, sentence 0, unless told otherwise."""
    row: dict[str, object] = {"subject": subject, "relation": relation, "object": object_}
    row |= {"status": "done", "confidence": "confirmed", "sentence": "0"}
    row |= {"summary": f"{subject} {relation} {object_}"}
    return row | cells


def write_base(
    folder: Path, documents: Rows, entities: Rows, claims: Mapping[str, Rows], **files: str | bytes
) -> Path:
    """Write a fact base and return its folder.

    `claims` maps document ids to rows; missing cells are empty. `files` are further files of the
    folder, with `__` for the dot: `chips__csv="id,name..."`.
    """
    (folder / "claims").mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | bytes] = {
        "documents.csv": table(DOCUMENTS, documents),
        "entities.csv": table(ENTITIES, entities),
        **{f"claims/{document}.csv": table(CLAIMS, rows) for document, rows in claims.items()},
        **{name.replace("__", "."): content for name, content in files.items()},
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
