"""Reading into a case: texts are kept, candidates and unknown names proposed, decisions remembered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from graphkit.errors import FactBaseError, Fault, InvalidValue
from graphkit.factbase.files import name_input, print_path
from graphkit.facts import Document, Entity
from graphkit.formats import Table
from graphkit.reading.candidates import Candidate
from graphkit.reading.case import Case, make_claim_row_key, write_file
from graphkit.reading.circles import find_circles
from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.lexicon import find_language
from graphkit.reading.queue import Queue
from graphkit.reading.reader import read_document
from graphkit.reading.rows import is_right, read_entities
from graphkit.reading.texts import FileText, read_texts
from graphkit.reading.unknown_names import UnknownMention, find_unknown_names

if TYPE_CHECKING:
    from graphkit.reading.model import Model


class FileOutcome(msgspec.Struct, frozen=True):
    """The outcome of one file: its document, how many candidates it has by tier, how many are new, how many names are
    unknown, how many decisions went with a sentence that changed, how many invisible characters were dropped."""

    document: str
    candidates: dict[str, int]
    new: int
    names: int
    lost: int
    dropped: int
    model: tuple[str, ...] = ()


class IngestAnswer(msgspec.Struct, frozen=True):
    """The outcomes of the files of one command, as they are printed."""

    files: tuple[FileOutcome, ...]

    def tables(self) -> list[Table]:
        """Return a row for each document."""
        columns = ("document", "A", "B", "C", "M", "new", "names", "lost", "dropped")
        rows = [
            {
                **dict.fromkeys("ABCM", 0),
                **one.candidates,
                **{name: getattr(one, name) for name in ("document", *columns[5:])},
            }
            for one in self.files
        ]
        return [Table("documents", columns, rows)]

    def styled_text(self) -> str:
        """Return a line for each document."""
        lines = []
        for one in self.files:
            tiers = ", ".join(f"{count} {tier}" for tier, count in one.candidates.items()) or "none"
            lines.append(f"{one.document}: candidates {tiers}; {one.new} new; {one.names} unknown names")
        return "\n".join(lines)

    def json_value(self) -> object:
        """Return the outcomes as a list."""
        return msgspec.to_builtins(self.files)

    def provenance_tables(self) -> list[Table]:
        """Return nothing: this is no answer of a base."""
        return []

    def remarks(self) -> list[str]:
        """Return nothing: what qualifies a document is told as it is read."""
        return []


def ingest_files(
    case: Case, files: Sequence[Path], about: Mapping[str, str], model: Model | None = None
) -> Iterator[FileOutcome | Fault]:
    """Read files into a case, each at once on the disk; a file that cannot be read gives its fault.

    `about` is what the options say of the document: title, publisher, published, url, cites. The file - is standard
    input, whose document is named after its title.
    """
    names, records = KnownNames(case.entities), read_records(case)
    taken: dict[str, Path] = {}
    for file, text in zip(files, read_texts(files), strict=False):
        if isinstance(text, Fault):
            yield text
            continue
        id_ = make_slug(about["title"] if str(file) == "-" else file.stem)
        if taken.setdefault(id_, file) != file:
            yield Fault(name_input(file), 0, f"has the name of {print_path(taken[id_])}", "rename one of them")
            continue
        language = find_language(text.text)
        if language is None:
            yield Fault(
                name_input(file),
                0,
                "is neither in French nor in English",
                "translate it, or write claims by hand",
            )
            continue
        yield _ingest_file(case, names, id_, text, language, about, model, records)


def _ingest_file(
    case: Case,
    names: KnownNames,
    id_: str,
    text: FileText,
    language: str,
    about: Mapping[str, str],
    model: Model | None,
    records: Mapping[str, tuple[int, int]],
) -> FileOutcome:
    fields = {
        "name": about.get("title") or text.title,
        "publisher": about.get("publisher") or text.publisher or None,
        "published": about.get("published") or text.published or None,
        "url": about.get("url") or (text.url if text.url.startswith(("http://", "https://")) else "") or None,
        "cites": about.get("cites") or None,
    }
    document = msgspec.convert({"id": id_, "language": language, "file": f"{id_}.txt", **fields}, Document)
    queue = Queue.load(case.folder, id_)  # first: where it has faults nothing is written
    case.add_document(document, text.text)
    answers = model.read(document, text.text, names) if model else None
    extra, told = (answers.candidates, answers.names) if answers else ([], [])
    found = read_again(case, names, queue, extra, text.dropped, told, records)
    return msgspec.structs.replace(found, model=tuple(answers.notes) if answers else ())


def read_again(
    case: Case,
    names: KnownNames,
    queue: Queue,
    extra: Iterable[Candidate] = (),
    dropped: int = 0,
    told: Sequence[UnknownMention] = (),
    records: Mapping[str, tuple[int, int]] | None = None,
) -> FileOutcome:
    """Read the kept text of a document anew, as after a name has been accepted."""
    document = case.documents[queue.document]
    text = case.text(queue.document)
    kept = [] if extra else [row for row in queue.rows if row.cells["tier"] == "M"]
    reading = read_document(document, text, names, read_records(case) if records is None else records)
    new, lost = queue.renew([*reading.candidates, *extra], text, kept)
    write_decided(case, queue)
    unknown = find_unknown_names(text, document.language or "en", names, reading.scenes)
    present = {one.name for one in unknown}
    unknown += [one for one in told if one.name not in present]
    write_names(case, queue.document, unknown)
    decided = load_name_decisions(case)
    asked = sum(not one.person and one.name not in decided for one in unknown)
    tiers: dict[str, int] = {}
    for row in queue.rows:
        tiers[row.cells["tier"]] = tiers.get(row.cells["tier"], 0) + 1
    return FileOutcome(queue.document, dict(sorted(tiers.items())), new, asked, lost, dropped)


def write_decided(case: Case, queue: Queue) -> None:
    """Write what a queue decides: entities, then the claims, then the queue, so that a check passes at every moment.

    What is taken back goes from the claims last: a process that is killed in between leaves a claim whose decision is
    asked again, never a decision without its claim.
    """
    rows = {}
    for row in queue.accepted:
        settled = _settle_row(case, row.cells)
        if settled["subject"] != settled["object"]:
            rows[make_claim_row_key(settled)] = settled
    before = case.read_written(queue.document)
    if before != set(rows):
        case.note_written(queue.document, before | set(rows))
    case.write_claims(queue.document, list(rows.values()), set(rows))
    queue.save()
    if before - set(rows):
        case.write_claims(queue.document, list(rows.values()), before | set(rows))
        case.note_written(queue.document, rows)


def _settle_row(case: Case, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the claim of an accepted row, its entities written into the case under the ids they have there."""
    settled = {id_: case.settle(entity) for id_, entity in read_entities(cells).items()}
    claim = dict(cells)
    used: list[Entity] = []
    for name in ("subject", "object", "chips", "sites", "regions", "via"):
        ids = [settled[id_] for id_ in filter(None, cells[name].split(";")) if id_ in settled]
        used += ids
        claim[name] = ";".join(one.id for one in ids)
    case.add_entities(used)
    return claim


# Names ----------------------------------------------------------------------------------------


def find_names_file(case: Case, document: str) -> Path:
    return case.folder / "candidates" / f"{document}.names.json"


def write_names(case: Case, document: str, unknown: Sequence[UnknownMention]) -> None:
    write_file(
        find_names_file(case, document), msgspec.json.format(msgspec.json.encode(unknown), indent=1).decode() + "\n"
    )


def load_names(case: Case, document: str) -> list[UnknownMention]:
    try:
        return msgspec.json.decode(find_names_file(case, document).read_bytes(), type=list[UnknownMention])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError):
        raise InvalidValue(
            f"{print_path(find_names_file(case, document))}: is broken; ingest the article again"
        ) from None


def _find_decisions_file(case: Case) -> Path:
    return case.folder / "candidates" / "names.json"


def load_name_decisions(case: Case) -> dict[str, dict[str, str]]:
    """Return what was decided of names: by name, the decision (accept, alias, ignore) and what it made."""
    try:
        found: dict[str, dict[str, str]] = msgspec.json.decode(
            _find_decisions_file(case).read_bytes(), type=dict[str, dict[str, str]]
        )
        return found
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError):
        raise InvalidValue(f"{print_path(_find_decisions_file(case))}: is broken; mend or remove it") from None


def write_name_decisions(case: Case, decisions: Mapping[str, Mapping[str, str]]) -> None:
    text = json.dumps(decisions, ensure_ascii=False, indent=1, sort_keys=True)
    write_file(_find_decisions_file(case), text + "\n")


# Records of rules -----------------------------------------------------------------------------


def read_queues(case: Case, *, placed: bool = False) -> list[Queue]:
    """Return the queues of all documents that were read; `placed` looks their quotations up in the texts.

    Raises FactBaseError with the faults of all.
    """
    faults: list[Fault] = []
    queues = []
    for id_ in sorted(case.documents):
        try:
            kept = placed and (case.folder / "texts" / f"{id_}.txt").is_file()
            queue = Queue.load(case.folder, id_, case.text(id_) if kept else None)
        except FactBaseError as error:
            faults += error.faults
            continue
        if queue.path.exists():
            queues.append(queue)
    if not faults:
        circles = find_circles(case, queues)
        faults = [Fault(print_path(one.path), row.line, what, "reject one of them") for one, row, what in circles]
    if faults:
        raise FactBaseError(faults)
    return queues


def read_records(case: Case) -> dict[str, tuple[int, int]]:
    """Return how often each rule was right and was decided on in a case, as its tier is worked out from."""
    records: dict[str, tuple[int, int]] = {}
    for queue in read_queues(case):
        for row in queue.rows:
            if (
                row.decision in ("accept", "reject", "edit")
                and row.cells["tier"] in ("A", "B")
                and not row.cells["needs"]
            ):
                right, asked = records.get(row.cells["rule"], (0, 0))
                records[row.cells["rule"]] = (right + is_right(row), asked + 1)
    return records
