"""People's own Cypher: what is refused, what is stopped, and what only looks dangerous."""

from __future__ import annotations

import datetime
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graphkit.cli import main
from graphkit.engines import open_store
from graphkit.errors import GraphkitError, QueryError, QueryRefused, QueryTimeout
from graphkit.factbase import read_factbase
from graphkit.loading.load import load
from graphkit.queries.ask import run_statement
from graphkit.queries.guard import check_cypher
from tests.conftest import empty
from tests.counts import choose, sample
from tests.neo4j_server import Server
from tests.test_parity import typed

HERE = Path(__file__).parent
#: Calls, each of which does something on a server that has such functions.
CALLS = (
    "reach.version()",
    "reach.write('{file}')",
    "reach.call({port})",
    "`reach`.`call`({port})",
    "reach . call ( {port} )",
    "reach/* so */.call({port})",
    "`reach.call`({port})",
    "REACH.CALL({port})",
    'reach.cypher.run("CREATE (:Z)")',
    "reach.cypher.run(\"LOAD CSV FROM '{url}' AS l RETURN l\")",
    "file()",
    "linenumber()",
    "apoc.cypher.runFirstColumnMany('CREATE (:Z)', {})",
    "gds.graph.project(1)",
    "db.labels()",
)

CORPUS: dict[str, list[Any]] = json.loads((HERE / "hostile_cypher.json").read_text("utf-8"))


@pytest.fixture
def filled(database: str) -> str:
    """The address of a database that holds the small base of the parity corpus."""
    with open_store(database, readonly=False) as store:
        store.create_schema()
        load(store, read_factbase(HERE / "parity" / "base"), None)
    return database


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def hostile_calls() -> list[str]:
    """Every call at every place of the grammar."""
    return [place.replace("{call}", call) for place in CORPUS["places"] for call in CALLS]


def test_what_a_bracket_follows_is_called_wherever_it_stands() -> None:
    """Over a thousand texts, of which none reaches a server or the embedded engine."""
    texts = hostile_calls()
    assert len(texts) > 1000
    for text in texts:
        for embedded in (True, False):
            with pytest.raises(QueryRefused):
                check_cypher(text, embedded=embedded)


@pytest.mark.server
def test_the_functions_of_a_plugin_do_reach_out_and_the_guard_keeps_people_from_them(
    neo4j_server: Server, listener: socket.socket, tmp_path: Path
) -> None:
    canary, names = tmp_path / "canary", {"{port}": str(listener.getsockname()[1])}
    names |= {"{file}": str(canary), "{url}": canary.as_uri()}
    with open_store(neo4j_server.url) as store:  # without the guard: else nothing would be shown by what follows
        store.read(written("RETURN {a: reach.call({port}), b: reach.write('{file}')} AS v", names))
    listener.accept()[0].close()
    canary.unlink()
    before = everything(neo4j_server.url)
    for text in random.Random(1).sample(hostile_calls(), sample(60, 1000)):
        with pytest.raises(QueryRefused):
            run_statement(neo4j_server.url, written(text, names), timeout=5)
    assert everything(neo4j_server.url) == before
    assert not canary.exists()
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.server
def test_both_engines_answer_alike(tmp_path: Path, neo4j_url: str) -> None:
    """Forms that the embedded engine gets in a translation, and names that are keywords elsewhere."""
    file = str(tmp_path / "graph.kgl")
    empty(neo4j_url)
    for address in (file, neo4j_url):
        with open_store(address, readonly=False) as store:
            load(store, read_factbase(HERE / "parity" / "base"))
    failures = []
    for text in choose(CORPUS["translated"] + CORPUS["legitimate"], 15):
        here, there = run_statement(file, text), run_statement(neo4j_url, text)
        named = text in CORPUS["translated"] or here.columns == there.columns
        if not named or sorted_rows(here.rows) != sorted_rows(there.rows):
            failures.append(f"{text}\n  embedded {here.columns} {here.rows}\n  server   {there.columns} {there.rows}")
    assert not failures, "\n".join(failures)


def sorted_rows(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows as sorted text; the keys of a map have no order."""
    values = ([_ordered(value, name) for name, value in row.items()] for row in rows)
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in values)


def _ordered(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _ordered(one, name) for name, one in value.items()}
    if isinstance(value, list):
        found = [_ordered(one) for one in value]
        return sorted(found) if key == "k" else found
    return value


@pytest.mark.server
def test_what_is_stopped_is_ended_on_the_server_or_said_to_go_on(neo4j_server: Server) -> None:
    running = "SHOW TRANSACTIONS YIELD currentQuery, status WHERE currentQuery CONTAINS 'range' RETURN count(*) AS n"
    with pytest.raises(QueryTimeout, match=r"limit of 2 s") as ended:
        run_statement(
            neo4j_server.url, "UNWIND range(1, 9000000) AS x UNWIND range(1, 900000) AS y RETURN count(*)", timeout=2
        )
    assert "goes on" not in str(ended.value)
    with open_store(neo4j_server.url) as store:
        assert store.read(running.replace(" WHERE", " WHERE NOT currentQuery STARTS WITH 'SHOW' AND")) == [{"n": 0}]
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match="SHOW TRANSACTIONS") as going:
        run_statement(
            neo4j_server.url,
            "RETURN reduce(a = 0, x IN range(1, toInteger('20000000000')) | a + x) AS r",
            timeout=2,
        )
    assert time.monotonic() - started < 60  # it would take many minutes
    assert "restart that server" in str(going.value)


def test_what_costs_more_than_a_limit_is_refused_before() -> None:
    for text in (
        "RETURN reduce(a = 0, x IN range(1, 1000000000000) | a + x) AS r",
        "RETURN [x IN range(1, 3000) | [y IN range(1, 3000) | [z IN range(1, 3000) | x * y * z]]] AS r",
        "RETURN all(x IN range(1, $n) WHERE x > 0) AS r",
        "WITH range(1, 100000) AS l RETURN reduce(a = 0, x IN l | a + reduce(b = 0, y IN l | b + y * x)) AS r",
        "WITH 100000 AS m RETURN all(x IN range(1, m) WHERE any(y IN range(1, m) WHERE x = y)) AS r",
        "RETURN [x IN $l | [y IN $l | x * y]] AS r",
        "RETURN size(split(reduce(s = 'ab', x IN range(1, 25) | s + s), 'a')) AS n",
        "WITH 'a' AS s " + "WITH s + s AS s " * 11 + "RETURN size(s) AS n",
        "RETURN 'xxxx' =~ '(x+x+)+y' AS r",
        "RETURN 'aaaa' =~ '(a?){30}a{30}x' AS r",
        "RETURN 'aaaa' =~ '" + "a?" * 20 + "x' AS r",
        "RETURN 'aaaa' =~ '(a|a)*$' AS r",
        "RETURN 'aaaa' =~ $p AS r",
        "MATCH (n) RETURN n.name =~ ('(x+' + 'x+)+y') AS r",
        "RETURN 'a' IN '[\"a\"]' AS r",
        "RETURN 'a' IN $p AS r",
    ):
        with pytest.raises(QueryRefused):
            check_cypher(text, {"n": 10**12, "p": "(.*a){25}", "l": [1] * 4_000})
    check_cypher("MATCH (c:Company) WHERE c.name =~ '(?i).*clouds?.*?' RETURN [x IN range(1, 100) | x] AS l")
    check_cypher(
        "WITH range(1, 5000) AS l, 9 AS n UNWIND l AS x WITH x, l, n WHERE x IN l AND n IN l RETURN [y IN l | x]"
    )


@pytest.mark.slow
def test_a_child_ends_with_its_parent(filled: str) -> None:
    """Whatever ends the parent: here a signal that it cannot see."""
    text = "MATCH p = (a)-[*]-(b), q = (c)-[*]-(d), (e), (f), (g), (h) RETURN count(p) AS n"
    code = "import sys; from graphkit.queries import ask; ask.run_statement(sys.argv[1], sys.argv[2], timeout=60)"
    parent = subprocess.Popen([sys.executable, "-c", code, filled, text], cwd=HERE.parent, stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    if not children.exists():
        parent.kill()
        pytest.skip("this system does not tell the children of a process")
    until = time.monotonic() + 20
    while not (found := children.read_text().split()) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1)
    parent.kill()
    parent.wait()
    assert found
    while Path(f"/proc/{found[0]}/cmdline").exists() and time.monotonic() < until:
        if not Path(f"/proc/{found[0]}/cmdline").read_bytes():
            break  # dead, and nobody has asked for its exit code
        time.sleep(0.05)
    else:
        assert time.monotonic() < until, "it goes on"


@pytest.mark.slow
def test_two_hundred_hostile_texts_change_nothing_and_reach_nothing(
    filled: str, listener: socket.socket, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n")
    before = everything(filled)
    names = {"{file}": str(secret), "{port}": str(listener.getsockname()[1])}
    assert len(CORPUS["refused"]) + len(CORPUS["stopped"]) >= 200
    for case in CORPUS["refused"]:
        text = written(case["cypher"], names)
        with pytest.raises(QueryRefused) as refused:
            run_statement(filled, text, {"f": secret.as_uri(), "rows": [1]}, timeout=5)
        assert case["because"] in str(refused.value), text
        assert "\n" not in str(refused.value)
    for text in CORPUS["stopped"]:
        started = time.monotonic()
        with pytest.raises((QueryTimeout, QueryError)) as stopped:
            run_statement(filled, text, timeout=1)
        assert time.monotonic() - started < 60, text  # it would take many minutes
        assert re.search("stopped|limit|overflow|out of range|outgrows", str(stopped.value)), text
    assert everything(filled) == before
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_every_entrance_of_cypher_is_guarded(filled: str, tmp_path: Path) -> None:
    """As an argument, from a file, from standard input, with what is found drawn, or only shown."""
    file, page = tmp_path / "own.cypher", tmp_path / "page.html"
    names = {"{file}": str(tmp_path / "canary"), "{port}": "1"}
    texts = [written(case["cypher"], names) for case in CORPUS["refused"]]
    before = everything(filled)
    for text in [*random.Random(2).sample(texts, sample(12, 250)), *random.Random(3).sample(hostile_calls(), 4)]:
        file.write_bytes(text.encode(errors="replace"))
        for entrance in (
            ["--cypher", text.encode(errors="replace").decode()],
            ["--cypher", f"@{file}"],
            ["--cypher", "-"],
            ["--cypher", f"@{file}", "--html", str(page)],
            ["--cypher", f"@{file}", "--show"],
        ):
            done = CliRunner().invoke(main, ["query", "--db", filled, *entrance], input=file.read_bytes())
            assert done.exit_code == 2, (text, entrance, done.output)
            assert "Traceback" not in done.output
    assert everything(filled) == before
    assert not page.exists() and not (tmp_path / "canary").exists()


def test_fifty_texts_that_only_look_dangerous_all_run(filled: str) -> None:
    assert len(CORPUS["harmless"]) >= 50
    with open_store(filled) as store:
        for case in CORPUS["harmless"]:
            check_cypher(case["cypher"], embedded=True)
            rows = [list(row.values()) for row in store.read(case["cypher"], case.get("parameters"))]
            assert typed(rows) == typed(case["rows"]), case["cypher"]
    case = CORPUS["harmless"][0]
    assert [list(row.values()) for row in run_statement(filled, case["cypher"]).rows] == case["rows"]


def test_what_the_embedded_engine_answers_wrongly_is_refused_naming_what_works() -> None:
    for case in CORPUS["unlike"]:
        check_cypher(case["cypher"])
        with pytest.raises(QueryRefused) as refused:
            check_cypher(case["cypher"], embedded=True)
        assert case["use"] in str(refused.value), case["cypher"]


def test_read_mode_refuses_a_write_without_the_guard(filled: str) -> None:
    before = everything(filled)
    with open_store(filled) as store, pytest.raises(GraphkitError):
        store.read("CREATE (:Entity {id: 'x'})")
    with open_store(filled) as store, pytest.raises(GraphkitError):
        store.read_at_most(1, "CREATE (:Entity {id: 'x'})", seconds=5)
    assert everything(filled) == before


def test_rows_beyond_the_limit_are_left_out_and_said(filled: str) -> None:
    text = "UNWIND range(1, $n) AS x RETURN x, x * x AS square"
    assert run_statement(filled, text, {"n": 5}, limit=5).truncated is False
    cut = run_statement(filled, text, {"n": 6}, limit=5)
    assert (cut.columns, len(cut.rows), cut.truncated) == (["x", "square"], 5, True)
    assert cut.rows[-1] == {"x": 5, "square": 25}
    assert run_statement(filled, text, {"n": 0}).columns == ["x", "square"]


def test_values_come_back_as_they_went(filled: str) -> None:
    day = datetime.date(2024, 2, 29)
    given = {"day": day, "text": "é" * 10_000, "list": [1, 2.5, None, True], "map": {"a": ["b"]}}
    assert run_statement(filled, "RETURN $day AS day, $text AS text, $list AS list, $map AS map", given).rows == [
        given
    ]


@pytest.mark.slow
def test_a_text_that_outgrows_the_memory_is_stopped_and_nobody_else_notices(filled: str) -> None:
    with pytest.raises((QueryTimeout, QueryRefused), match=r"memory limit|memory of any server"):
        run_statement(
            filled, "RETURN reduce(s = 'abcdefgh', x IN range(1, 40) | s + s) AS s", timeout=60, memory=256 << 20
        )
    assert run_statement(filled, "RETURN 1 AS one").rows == [{"one": 1}]


def test_a_fault_in_a_text_is_one_line(filled: str) -> None:
    cases: list[tuple[str, object, str]] = [
        ("MATCH (n RETURN n", 1, ""),
        ("RETURN $missing AS x", 1, "missing"),
        ("RETURN nobody AS x", 1, "nobody"),
        ("RETURN $x AS x", object(), "parameter"),
        ("RETURN $x AS x", 2**70, "parameter"),
        ("RETURN $x AS x", "\ud800", "parameter"),
    ]
    for text, value, said in cases:
        with pytest.raises(QueryError) as error:
            run_statement(filled, text, {"x": value})
        assert said in str(error.value)
        assert "\n" not in str(error.value)
        assert error.value.query == text


def test_a_child_runs_nothing_of_the_working_directory(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('not this one')\n")
    monkeypatch.chdir(tmp_path)
    assert run_statement(filled, "RETURN 1 AS one").rows == [{"one": 1}]


def everything(url: str) -> tuple[list[Any], list[Any]]:
    """Return every node and every relationship of a database."""
    with open_store(url) as store:
        nodes = store.read("MATCH (n) RETURN n ORDER BY n.id")
        claims = store.read("MATCH (a)-[r]->(b) RETURN a.id AS a, r, b.id AS b ORDER BY r.id")
    return nodes, claims


def written(text: str | list[Any], names: dict[str, str]) -> str:
    """Return a text of the corpus: parts given as [part, times] are repeated, names filled in."""
    if isinstance(text, list):
        text = "".join(part if isinstance(part, str) else part[0] * part[1] for part in text)
    for name, value in names.items():
        text = text.replace(name, value)
    return text
