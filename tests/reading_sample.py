"""A case with one article that is read, and the ways to ask for it: for the tests of the room that reads."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from graphkit.factbase import read_factbase
from graphkit.facts import Entity
from graphkit.reading.case import Case, init_case
from graphkit.reading.ingest import FileOutcome, ingest_files
from graphkit.reading.session import Session

ARTICLE = (
    "Acme rents H100 servers\n\n"
    "ByteDance rents servers with H100 chips in the United States from Oracle, The Ledger reported on Tuesday. "
    "Huawei does not use H200 chips. Velmora Systems bought 4,000 H100 chips from Dell.\n\n"
    "Nvidia's H20 was sold to Tencent and Alibaba, but Tencent denied that it bought the chips.\n"
)


@cache
def shipped_entities() -> tuple[Entity, ...]:
    return tuple(read_factbase().entities)


def open_case(folder: Path) -> Case:
    """Return the case in a folder, made if it is not there; the names of the shipped base are known."""
    if not (folder / "documents.csv").exists():
        init_case(folder)
    return Case(folder, shipped_entities())


def read_article(folder: Path, text: str = ARTICLE, name: str = "article.txt") -> FileOutcome:
    """Read an article into a case."""
    file = folder.parent / name
    file.write_text(text)
    found = list(ingest_files(open_case(folder), [file], {}))
    assert isinstance(found[0], FileOutcome), found
    return found[0]


def open_session(folder: Path) -> Session:
    return Session(open_case(folder))


@pytest.fixture(scope="session")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case into which ARTICLE was read, for tests to copy."""
    folder = tmp_path_factory.mktemp("read") / "case"
    read_article(folder)
    return folder


def copy_case(read: Path, folder: Path) -> Path:
    """Copy a case that was read into a folder of a test's own."""
    return Path(shutil.copytree(read, folder / "case"))
