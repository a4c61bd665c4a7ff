"""Faults that a user meets: one clean line with the mend, and nothing that a second run does not heal."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import graphkit.engines.neo4j
from graphkit.engines import Store, open_store
from graphkit.engines.pages import MAGIC
from graphkit.engines.reads import Whole
from graphkit.engines.schema import SCHEMA
from graphkit.errors import (
    GraphkitError,
    InvalidValue,
    SchemaMismatch,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreUnavailable,
)
from graphkit.loading.load import load
from graphkit.ontology import RELATIONS
from graphkit.queries.ask import run_statement
from graphkit.slices.widening import fetch_access_slice
from tests.browser_fixtures import lacking
from tests.conftest import empty
from tests.neo4j_server import Server, free_port
from tests.random_bases import dump, list_incomplete, made_base

BASE = made_base(relations=("LEASES_FROM", "OPERATES", "HOSTS"))


def refused(url: str, kind: type[GraphkitError], *parts: str) -> None:
    """Check that opening a database fails by one line that holds each of the given parts."""
    with pytest.raises(kind) as caught:
        open_store(url).close()
    said = str(caught.value)
    assert "\n" not in said
    for part in parts:
        assert part in said
    assert isinstance(caught.value, InvalidValue) or caught.value.exit_code == 3


# a server ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+ssc"])
def test_a_server_that_is_not_there(scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{free_port()}"
    refused(url, StoreUnavailable, "no Neo4j server answers", url, "Connection refused", "docker compose up")


def test_a_host_that_does_not_exist() -> None:
    refused("neo4j://no-such-host.invalid", StoreUnavailable, "no Neo4j server answers", "no-such-host.invalid")


def test_a_wrong_password(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "not the password")
    refused(neo4j_url, StoreUnavailable, "does not let us in", "NEO4J_PASSWORD")


def test_no_password(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD")
    refused(neo4j_url, StoreUnavailable, "does not let us in", "NEO4J_PASSWORD")


def test_a_database_that_the_server_has_not(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_DATABASE", "no-such-database")
    refused(neo4j_url, StoreUnavailable, "no database called 'no-such-database'", "NEO4J_DATABASE")


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc", "neo4j+s", "neo4j+ssc"])
def test_tls_asked_of_a_server_without_it(neo4j_url: str, scheme: str) -> None:
    url = f"{scheme}://{neo4j_url.partition('://')[2]}"
    refused(url, StoreUnavailable, "does not speak TLS", "use neo4j:// or bolt://")


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[str]:
    """A TLS listener with a certificate of its own; host and port."""
    if shutil.which("openssl") is None:
        lacking("no TLS server to test on: openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-days",
            "2",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except OSError:
                    plain.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_no_tls_asked_of_a_server_that_wants_it(tls_server: str) -> None:
    refused(f"bolt://{tls_server}", StoreUnavailable, "if it wants TLS, write +s or +ssc")


def test_a_certificate_that_nobody_vouches_for(tls_server: str) -> None:
    refused(f"bolt+s://{tls_server}", StoreUnavailable, "certificate", "use +ssc instead of +s")


def test_an_address_that_is_none() -> None:
    refused("bolt://localhost:not-a-port", InvalidValue, "not an address")


@pytest.mark.parametrize(
    "url",
    [
        "neo4j://user:SECRET@localhost",
        "neo4j://u:p@ss:SECRET@localhost:1",
        "bolt+s://u:SECRET/x@localhost:1",
        "bolt://:SECRET@localhost",
        "neo4j://u:SECRET#x@localhost",
        "neo4j://u:SECRET\nx@localhost",
        "http://user:SECRET@x",
        "https://user:p@SECRET/@x",
        "embedded://user:SECRET@x",
    ],
)
def test_no_message_repeats_a_password(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"://\*\*\*@") as caught:
        open_store(url)
    assert "SECRET" not in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(InvalidValue) as asked:
        run_statement(url, "RETURN 1")
    assert "SECRET" not in str(asked.value)


def test_a_server_that_dies_in_the_middle_of_a_load(neo4j_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphkit.engines.neo4j, "RETRY", 1.0)
    empty(neo4j_server.url)
    with open_store(neo4j_server.url, readonly=False) as store:
        load(store, BASE)
        clean = dump(store)
    empty(neo4j_server.url)

    def die(done: int, total: int) -> None:
        if done > total / 3:
            neo4j_server.kill()

    with open_store(neo4j_server.url, readonly=False) as store, pytest.raises(StoreUnavailable, match="start it"):
        load(store, BASE, die)
    neo4j_server.start()
    with open_store(neo4j_server.url, readonly=False) as store:
        assert list_incomplete(store) == [BASE.name]
        load(store, BASE)
        assert dump(store) == clean


Behind = Callable[..., tuple[str, threading.Event]]


@pytest.fixture
def behind(neo4j_url: str) -> Iterator[Behind]:
    """Return what makes another address of the server, with a fault once certain words are sent there, and tells so.

    From then on nothing comes through any more; or with `cut` the connection is cut, this one time.
    """
    port = int(neo4j_url.rpartition(":")[2])
    opened: list[socket.socket] = []

    def address(words: bytes, *, cut: bool = False) -> tuple[str, threading.Event]:
        met = threading.Event()
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)

        def pass_on(source: socket.socket, target: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while data := source.recv(1 << 16):
                    if words in data and not met.is_set():
                        met.set()
                        if cut:
                            break
                    if cut or not met.is_set():
                        target.sendall(data)
                for one in (source, target):
                    one.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client = listener.accept()[0]
                    server = socket.create_connection(("127.0.0.1", port))
                    opened.extend((client, server))
                    for ends in ((client, server), (server, client)):
                        threading.Thread(target=pass_on, args=ends, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        return f"bolt://127.0.0.1:{listener.getsockname()[1]}", met

    yield address
    for one in opened:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def test_a_question_whose_connection_is_cut_is_asked_again_from_its_beginning(behind: Behind, neo4j_url: str) -> None:
    empty(neo4j_url)
    with open_store(neo4j_url, readonly=False) as store:
        load(store, BASE)
        buyer = next(claim.subject for claim in BASE.claims if claim.relation == "LEASES_FROM")
        chip = next(claim.object for claim in BASE.claims if claim.relation == "HOSTS")
        wanted = fetch_access_slice(store, [buyer], [chip], max_hops=4)
    url, cut = behind(b"RETURN collect(properties(n)) AS entities", cut=True)
    with open_store(url) as store:
        found = fetch_access_slice(store, [buyer], [chip], max_hops=4)
    assert cut.is_set()
    assert wanted.graph.count_claims()
    assert found.graph.successors == wanted.graph.successors
    empty(neo4j_url)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "command"),
    [
        (b"RETURN f.name AS name", ["path", "ByteDance", "H100"]),
        (b"(hangs:Chip)", ["query", "--cypher", "MATCH (hangs:Chip) RETURN count(hangs) AS n"]),
        (b"MATCH (a:Entity {id: row.a})", ["build"]),
    ],
)
def test_ctrl_c_ends_a_command_in_time_while_its_server_hangs(
    behind: Behind, neo4j_url: str, words: bytes, command: list[str]
) -> None:
    empty(neo4j_url)
    url, hung = behind(words)
    process = subprocess.Popen(
        [sys.executable, "-m", "graphkit.cli", *command, "--db", url], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert hung.wait(60), "it never came to hang"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 130
    assert b"Traceback" not in said and b"Exception" not in said
    empty(neo4j_url)


def room(server: Server, bytes_: int) -> None:
    """Let a server write files up to some size only: to it, what it cannot write is a full disk."""
    assert server.process is not None
    _, most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (bytes_, most))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="no full disk to test on: this system has no prlimit")
def test_a_server_whose_disk_is_full_in_the_middle_of_a_load(neo4j_server: Server) -> None:
    """The server stops its database then; with room again and started anew it is as good as before."""
    url = neo4j_server.url
    empty(url)
    with open_store(url, readonly=False) as store:
        load(store, BASE)
        clean = dump(store)
    empty(url)

    def fill(done: int, total: int) -> None:
        if done > total / 3:
            room(neo4j_server, 1)

    try:
        for _ in range(2):
            with pytest.raises(StoreError, match="restart") as full, open_store(url, readonly=False) as store:
                load(store, BASE, fill)
            assert "\n" not in str(full.value) and full.value.exit_code == 3
    finally:
        neo4j_server.kill()
        neo4j_server.start()
    with open_store(url, readonly=False) as store:
        assert list_incomplete(store) == [BASE.name]
        load(store, BASE)
        assert dump(store) == clean


def test_an_index_that_the_server_could_not_build_is_built_by_the_next_load(neo4j_url: str) -> None:
    """A text too long for an index stands for the full disk, which leaves it in the same state."""
    empty(neo4j_url)
    with open_store(neo4j_url, readonly=False) as store:
        load(store, BASE)
        store.write("DROP INDEX graphkit_entity_folded IF EXISTS")
        store.write(
            "CREATE (:Theirs {text: $long}), (:Entity {id: 'long', folded: $long, factbases: []})",
            {"long": "x" * 40_000},
        )
        store.write("CREATE INDEX their_own IF NOT EXISTS FOR (n:Theirs) ON (n.text)")
        with pytest.raises(StoreError, match="could not build an index") as failed:
            load(store, made_base("other"))
        assert "\n" not in str(failed.value)
        store.write("MATCH (n:Entity {id: 'long'}) DELETE n")
        store.write("CREATE INDEX theirs_too IF NOT EXISTS FOR (n:Entity) ON (n.folded)")
        load(store, made_base("other"))
        states = store.read("SHOW INDEXES YIELD name, state RETURN name, state")
        assert [row["name"] for row in states if row["state"] != "ONLINE"] == ["their_own"]
        store.write("DROP INDEX their_own")
        store.write("DROP INDEX theirs_too IF EXISTS")


@pytest.mark.slow
def test_two_loaders_at_once_leave_what_the_next_load_heals(neo4j_url: str) -> None:
    empty(neo4j_url)
    with open_store(neo4j_url, readonly=False) as store:
        load(store, BASE)
        clean = dump(store)
    empty(neo4j_url)
    barrier = threading.Barrier(2)
    faults: list[BaseException] = []

    def run() -> None:
        with open_store(neo4j_url, readonly=False) as store:
            barrier.wait()
            try:
                load(store, BASE)
            except BaseException as error:
                faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(error, StoreError) for error in faults)
    with open_store(neo4j_url, readonly=False) as store:
        load(store, BASE)
        assert dump(store) == clean


# a file ------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "graph.kgl"
    with open_store(path, readonly=False) as store:
        load(store, BASE)
    return path


def test_a_second_writer_is_told_to_wait(file: Path) -> None:
    with open_store(file, readonly=False) as first:
        with pytest.raises(StoreBusy, match="another process is writing"):
            open_store(file, readonly=False)
        with open_store(file) as reader:
            assert reader.read("MATCH ()-[r]->() RETURN count(r) AS n") == [{"n": len(BASE.claims)}]
        first.write("CREATE (:Document {id: 'new', name: 'New'})")
    with open_store(file, readonly=False) as store:
        assert store.read("MATCH (d:Document {id: 'new'}) RETURN d.name AS name") == [{"name": "New"}]
    assert [path.name for path in file.parent.iterdir()] == ["graph.kgl"]


def test_a_reader_keeps_what_it_opened_while_the_file_is_replaced(file: Path) -> None:
    with open_store(file) as reader:
        with open_store(file, readonly=False) as writer:
            writer.write("MATCH (n) DETACH DELETE n")
        assert reader.read("MATCH ()-[r]->() RETURN count(r) AS n") == [{"n": len(BASE.claims)}]
    with open_store(file) as reader:
        assert reader.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_link_to_a_file_stays_a_link(file: Path) -> None:
    link = file.parent / "link.kgl"
    link.symlink_to(file)
    with open_store(link, readonly=False) as store:
        store.write("MATCH (n) DETACH DELETE n")
    assert link.is_symlink()
    with open_store(file) as store:
        assert store.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_writer_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(RuntimeError), open_store(file, readonly=False) as store:
        store.write("MATCH (n) DETACH DELETE n")
        raise RuntimeError
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["graph.kgl"]


def test_a_damaged_file_is_an_error_or_intact_and_never_wrong(file: Path) -> None:
    whole = file.read_bytes()

    def read_all(store: Store) -> object:
        records = store.reader.fetch_claims([Whole()], {}, entities=[one.id for one in BASE.entities])
        pairs = store.reader.list_pairs(RELATIONS)
        named = store.reader.find_named({one.name: None for one in BASE.entities})
        counts = [store.reader.count_claims(by) for by in ("entity", "document", "relation")]
        ties = store.reader.list_ties([one.id for one in BASE.entities], limit=10_000)
        back = store.reader.list_ties([one.id for one in BASE.entities], backwards=True, limit=10_000)
        lists = store.reader.list_entities(), store.reader.list_documents(), store.reader.list_marks()
        return records, pairs, named, counts, ties, back, lists, dump(store)

    with open_store(file) as store:
        expected = read_all(store)
    rng = random.Random(1)
    damaged = 0
    for turn in range(40):
        content = bytearray(whole)
        if turn % 4:
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        else:
            del content[rng.randrange(len(content)) :]
        file.write_bytes(content)
        try:
            with open_store(file) as store:
                assert read_all(store) == expected
        except StoreDamaged as error:
            damaged += 1
            assert str(file) in str(error) and "build it again" in str(error) and "\n" not in str(error)
    assert damaged > 20


def test_a_file_that_is_a_graph_alone_is_read_and_has_an_index_once_it_is_written(file: Path) -> None:
    """As graphkit once wrote its files."""
    with open_store(file) as store:
        expected = store.reader.fetch_claims([Whole()], {}), dump(store)
        graph = store._graph.pack()
    file.write_bytes(graph)
    with open_store(file) as store:
        assert (store.reader.fetch_claims([Whole()], {}), dump(store)) == expected
    assert file.read_bytes() == graph
    with open_store(file, readonly=False) as store:
        store.write("CREATE (:Document {id: 'new', name: 'New'})")
        assert "new" not in {one.id for one in store.reader.list_documents()}  # no fact base names it
    assert file.read_bytes().startswith(MAGIC)
    with open_store(file) as store:
        assert store.reader.fetch_claims([Whole()], {}) == expected[0]


def test_what_is_written_is_read_before_it_is_kept(tmp_path: Path) -> None:
    with open_store(tmp_path / "graph.kgl", readonly=False) as store:
        assert store.reader.list_entities() == []
        for name in ("first", "second"):
            store.write(
                "CREATE (:Entity {id: $name, name: $name, kind: 'Company', factbases: ['f']})", {"name": name}
            )
            assert [one.id for one in store.reader.list_entities()][-1] == name


def test_another_programs_database_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with contextlib.closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE head (n INTEGER PRIMARY KEY, data BLOB)")
        theirs.execute("INSERT INTO head VALUES (0, 'something')")
        theirs.commit()
    before = file.read_bytes()
    for readonly in (True, False):
        with pytest.raises(StoreDamaged, match="cannot be read as a graphkit database"):
            open_store(file, readonly=readonly)
    assert file.read_bytes() == before


def test_a_damaged_file_is_not_written_to(file: Path) -> None:
    file.write_bytes(b"not a graph")
    with pytest.raises(StoreDamaged):
        open_store(file, readonly=False)
    assert file.read_bytes() == b"not a graph"
    assert [path.name for path in file.parent.iterdir()] == ["graph.kgl"]


_SMALL_DISK = """
import resource, sys
from graphkit.errors import StoreError
from graphkit.engines import open_store
from graphkit.loading.load import load
from tests.random_bases import made_base
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with open_store(sys.argv[1], readonly=False) as store:
        load(store, made_base(seed=9, claims=900))
except StoreError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_file_as_it_was(file: Path) -> None:
    before = file.read_bytes()
    said = subprocess.run(
        [sys.executable, "-c", _SMALL_DISK, str(file)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    ).stdout
    assert "could not be written" in said and "make room" in said and said.count("\n") == 1
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["graph.kgl"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("a file, not a folder")
    with pytest.raises(StoreError, match="could not be written"):
        open_store(tmp_path / "plain" / "graph.kgl", readonly=False)


@pytest.mark.parametrize("readonly", [True, False])
def test_what_is_no_file_is_refused_at_once_and_left_alone(tmp_path: Path, readonly: bool) -> None:
    pipe, link, folder = tmp_path / "pipe.kgl", tmp_path / "link.kgl", tmp_path / "folder.kgl"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    folder.mkdir()
    for path in (pipe, link, folder):
        with pytest.raises(InvalidValue, match=f"{path.name} is no file: give the file of a database"):
            open_store(path, readonly=readonly)
    loop = tmp_path / "loop.kgl"
    loop.symlink_to(loop)
    with pytest.raises(StoreUnavailable, match=r"loop.kgl cannot be read \(Too many levels of symbolic links\)"):
        open_store(loop, readonly=readonly)
    with pytest.raises(InvalidValue, match=r"^~nosuchuser/x.kgl names nobody's home folder"):
        open_store("~nosuchuser/x.kgl", readonly=readonly)
    with pytest.raises(StoreUnavailable, match=r"cannot be read \(File name too long\)"):
        open_store(tmp_path / ("x" * 256), readonly=readonly)
    assert {path.name for path in tmp_path.iterdir()} == {"pipe.kgl", "link.kgl", "folder.kgl", "loop.kgl"}
    assert pipe.is_fifo()


@pytest.mark.parametrize("readonly", [True, False])
def test_a_file_that_may_not_be_read_is_not_said_to_be_damaged(file: Path, readonly: bool) -> None:
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        hidden = Path(folder) / "graph.kgl"
        shutil.copy(file, hidden)
        hidden.chmod(0)
        if not user:
            os.seteuid(65534)  # no permission keeps root out
        try:
            with pytest.raises(StoreUnavailable, match=r"graph.kgl cannot be read \(Permission denied\): get perm"):
                open_store(hidden, readonly=readonly)
        finally:
            os.seteuid(user)


# either ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "said"), [(SCHEMA + 1, "a newer graphkit.*upgrade"), (SCHEMA - 1, "an older graphkit.*build again")]
)
def test_another_graphkits_schema_is_refused(store: Store, schema: int, said: str) -> None:
    load(store, BASE)
    store.write("MATCH (f:FactBase) SET f.schema = $schema", {"schema": schema})
    before = dump(store)
    for act in (list_incomplete, lambda opened: load(opened, made_base("other"))):
        with pytest.raises(SchemaMismatch, match=said):
            act(store)
    assert dump(store) == before
