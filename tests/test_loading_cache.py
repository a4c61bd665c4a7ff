"""The cache proves what it holds, is its user's alone, and is built anew where it is not what it should be."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graphkit.engines import open_store
from graphkit.engines.index_reader import IndexReader
from graphkit.errors import InvalidValue, StoreDamaged, StoreNotOurs
from graphkit.explorer import Explorer
from graphkit.factbase import hash_content, read_factbase
from graphkit.factbase.files import Files
from graphkit.loading import cache
from graphkit.loading.cache import build, open_cached
from graphkit.loading.load import load
from tests.conftest import empty

BASE = Path(__file__).parent / "parity" / "base"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of caches, for this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "graphkit"


def ask(base: Path, said: list[str] | None = None) -> int:
    """Count the claims of a fact base, as any question does it."""
    store, _, kept = open_cached((base,), None, (said if said is not None else []).append)
    try:
        return int(str(store.read("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]))
    finally:
        store.close()
        if kept:
            kept.cleanup()


def test_a_base_saved_while_it_is_read_is_never_cached_under_another_content(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "base"
    shutil.copytree(BASE, base)
    file = next((base / "claims").glob("*.csv"))
    before = file.read_text()
    after = "\n".join(before.splitlines()[:2]) + "\n"
    whole = len(read_factbase(base).claims)
    digest, read = hash_content(base), Files.read

    def save_in_between(files: Files, path: Path, folder: Path | None, most: int | None = None) -> bytes | None:
        data = read(files, path, folder, most)
        if path == file:
            file.write_text(after if file.read_text() == before else before)
        return data

    monkeypatch.setattr(Files, "read", save_in_between)
    found = read_factbase(base)
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent))
    file.write_text(before)
    assert (found.sha256 == digest) == (len(found.claims) == whole)
    assert ask(base) == whole


def test_a_cached_file_of_other_content_is_built_again(home: Path, tmp_path: Path) -> None:
    wanted = ask(BASE)
    (file,) = home.glob("*.kgl")
    with open_store(file, readonly=False) as store:
        store.write("MATCH (f:FactBase) SET f.sha256 = 'another'")
    said: list[str] = []
    assert ask(BASE, said) == wanted
    assert "is not what it should be" in said[0]
    with open_store(file, readonly=False) as store:
        store.write("MATCH ()-[r]->() DELETE r")
    assert ask(BASE) == wanted


@pytest.mark.parametrize("table", ["names", "entities", "ahead", "ties", "claims", "documents"])
@pytest.mark.parametrize("harm", ["UPDATE {} SET data = x'00'", "DELETE FROM {}", "DROP TABLE {}"])
def test_a_cached_file_that_is_found_damaged_is_told_and_built_anew(home: Path, table: str, harm: str) -> None:
    with Explorer.open(BASE) as explorer:
        expected = explorer.paths("Chipworks", "ai-chips")
    (file,) = home.glob("*.kgl")
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute(harm.format(table))
        database.commit()
    with Explorer.open(BASE) as explorer, pytest.raises(StoreDamaged, match="is taken away: ask again"):
        explorer.paths("Chipworks", "ai-chips")
        explorer.find("chipworks")
        explorer.show("Chipworks")
    with Explorer.open(BASE) as explorer:
        assert explorer.paths("Chipworks", "ai-chips") == expected


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_in_the_place_of_a_cache_is_replaced(home: Path, make: Callable[[Path], None]) -> None:
    wanted = ask(BASE)
    (file,) = home.glob("*.kgl")
    file.unlink()
    make(file)
    assert ask(BASE) == wanted
    assert file.is_file() and not file.is_symlink()
    make_again = build(BASE)
    assert not make_again[0]


def test_a_cache_is_its_users_alone(home: Path) -> None:
    home.mkdir(parents=True, mode=0o755)
    ask(BASE)
    (file,) = home.glob("*.kgl")
    assert (home.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_temporary_folder_of_a_process_that_died_is_taken_away(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path))
    left, living = tmp_path / "graphkit-999999999-x", tmp_path / f"graphkit-{os.getppid()}-x"
    left.mkdir()
    living.mkdir()
    home.parent.write_text("no folder can be made here")
    said: list[str] = []
    assert ask(BASE, said)
    assert "temporary folder" in said[0]
    assert not left.exists() and living.exists()


@pytest.mark.parametrize(
    "address",
    [
        "neo4j:user:SECRET@127.0.0.1:7687",
        "neo4j:SECRET@127.0.0.1:7687",
        "BOLT+S:SECRET",
        "user:SECRET@host:7687",
        "localhost:7687",
        "bolt://localhost:7687?password=SECRET",
        "neo4j://localhost#SECRET",
    ],
)
def test_an_address_that_is_none_makes_no_file_and_repeats_no_password(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for readonly in (True, False):
        with pytest.raises(InvalidValue) as refused:
            open_store(address, readonly=readonly)
        assert "SECRET" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_path_takes_no_more_reads_than_it_did(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a round trip to a server: at 300 ms, some 50 of them were 15 seconds. Let the number fall."""
    reads: list[str] = []
    for name, method in vars(IndexReader).items():
        if not name.startswith("_"):

            def count(
                *given: object, name: str = name, method: Callable[..., object] = method, **more: object
            ) -> object:
                reads.append(name)
                return method(*given, **more)

            monkeypatch.setattr(IndexReader, name, count)
    with Explorer.open() as explorer:
        reads.clear()
        explorer.paths("ByteDance", "H100")
    assert reads == ["find_named", "fetch_claims", "fetch_claims", "list_marks"]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("build", "BASE", "--db", "DB"), "entities"),
        (("path", "ByteDance", "H100", "--on", "2024-06-06"), "ByteDance → H100: 1 path"),
        (("query", "--cypher", "MATCH (n:Entity {id: 'h100'}) RETURN n.name AS name"), "H100"),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else "",
)
def test_without_the_modules_of_unix_a_base_is_built_and_asked(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], answer: str
) -> None:
    """As on Windows, on which graphkit is not tested."""
    code = (
        "import sys; sys.modules.update(fcntl=None, resource=None)\n"
        "from graphkit.__main__ import main; sys.exit(main())"
    )
    places = {"BASE": str(BASE), "DB": str(tmp_path / "graph.kgl")}
    command = [sys.executable, "-c", code, *(places.get(one, one) for one in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert (done.returncode, done.stderr) == (0, "") and answer in done.stdout


def test_an_entity_of_another_kind_is_told_and_a_product_has_owners(home: Path) -> None:
    with Explorer.open() as explorer:
        with pytest.raises(InvalidValue, match="chip is to be a Chip, and ByteDance is a Company"):
            explorer.query("which_rules_name_chip", {"chip": "ByteDance"})
        with pytest.raises(InvalidValue, match="company is to be a Company or a Product, and"):
            explorer.query("who_owns", {"company": "Malaysia"})
        assert "ByteDance" in [row["owner"] for row in explorer.query("who_owns", {"company": "TikTok"}).rows]


@pytest.mark.server
@pytest.mark.parametrize(
    "theirs",
    [
        "CONSTRAINT graphkit_entity_id FOR (n:Foo) REQUIRE n.x IS UNIQUE",
        "INDEX graphkit_owns_claim FOR (n:Other) ON (n.id)",
        "INDEX theirs FOR (n:Entity) ON (n.id)",
    ],
)
def test_what_others_put_in_the_place_of_our_names_is_told_before_anything_is_written(
    neo4j_url: str, theirs: str
) -> None:
    empty(neo4j_url)
    with open_store(neo4j_url, readonly=False) as store:
        for name in store.read("SHOW CONSTRAINTS YIELD name RETURN name"):
            store.write(f"DROP CONSTRAINT {name['name']}")
        for name in store.read("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
            store.write(f"DROP INDEX {name['name']}")
        store.write(f"CREATE {theirs}")
        try:
            with pytest.raises(StoreNotOurs) as refused:
                load(store, read_factbase(BASE))
            assert refused.value.exit_code == 3 and "\n" not in str(refused.value)
            assert store.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
        finally:
            store.write(f"DROP {' '.join(theirs.split()[:2])}")
        assert load(store, read_factbase(BASE))


@pytest.mark.parametrize(
    "harm",
    [
        "MATCH (d:Document) WITH d ORDER BY d.id LIMIT 1 DETACH DELETE d",
        "MATCH (f:FactBase) DELETE f",
        "MATCH ()-[r:LEASES_FROM]->() REMOVE r.id",
        "MATCH ()-[r:LEASES_FROM]->() DELETE r",
    ],
)
def test_what_others_take_away_the_next_build_brings_back(database: str, harm: str) -> None:
    base = read_factbase(BASE)
    with open_store(database, readonly=False) as store:
        load(store, base)
        count = "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n) AS n, count(r.id) AS r"
        before = store.read(count)
        store.write(harm)
        load(store, base)
        assert store.read(count) == before
        assert store.read("MATCH ()-[r]->() WHERE r.id IS NULL RETURN count(r) AS n") == [{"n": 0}]
        assert not load(store, base)


def test_kept_rules_are_believed_only_while_they_prove_themselves(home: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(BASE, base)
    with Explorer.open(base) as explorer:
        read = explorer.rulebook
    (kept,) = home.glob("*.rules")
    assert kept.stat().st_mode & 0o077 == 0
    with Explorer.open(base) as explorer:
        assert explorer.rulebook == read
    data = kept.read_bytes()
    for spoilt in (b"", data[:20], data[:-1], data[:40] + bytes([data[40] ^ 1]) + data[41:]):
        kept.write_bytes(spoilt)
        with Explorer.open(base) as explorer:
            assert explorer.rulebook == read
        assert kept.read_bytes() == data


@pytest.mark.parametrize("named", [False, True])
def test_the_second_path_takes_in_no_engine_and_no_reader_of_files(home: Path, tmp_path: Path, named: bool) -> None:
    db = str(tmp_path / "graph.kgl") if named else None
    if db:
        build(db=db)
    with Explorer.open(db=db) as explorer:
        assert explorer.rulebook  # is kept
    asked = ["graphkit", "path", "ByteDance", "H100", *(("--db", db) if db else ())]
    code = (
        f"import sys; sys.argv = {asked}\n"
        "from graphkit.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'kglite', 'neo4j', 'networkx', 'yaml', 'graphkit.factbase.reader', 'graphkit.loading.load'}\n"
        "heavy |= {'graphkit.engines.embedded_graph', 'graphkit.engines.index_writer'}\n"
        "print(*sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    assert done.stderr == "\n"
