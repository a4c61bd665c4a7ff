"""People's own Cypher: what is refused, what is stopped, and what only looks dangerous."""

from __future__ import annotations

import datetime
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphkit.engines import open_store
from graphkit.errors import GraphkitError, QueryError, QueryRefused, QueryTimeout
from graphkit.factbase import read_factbase
from graphkit.loading.load import load
from graphkit.queries.ask import ask
from graphkit.queries.guard import check
from tests.test_parity import typed

HERE = Path(__file__).parent
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
            ask(filled, text, {"f": secret.as_uri(), "rows": [1]}, timeout=5)
        assert case["because"] in str(refused.value), text
        assert "\n" not in str(refused.value)
    for text in CORPUS["stopped"]:
        started = time.monotonic()
        with pytest.raises((QueryTimeout, QueryError)) as stopped:
            ask(filled, text, timeout=1)
        assert time.monotonic() - started < 5, text
        assert re.search("stopped|limit|overflow|out of range", str(stopped.value)), text
    assert everything(filled) == before
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_fifty_texts_that_only_look_dangerous_all_run(filled: str) -> None:
    assert len(CORPUS["harmless"]) >= 50
    with open_store(filled) as store:
        for case in CORPUS["harmless"]:
            check(case["cypher"], embedded=True)
            rows = [list(row.values()) for row in store.read(case["cypher"], case.get("parameters"))]
            assert typed(rows) == typed(case["rows"]), case["cypher"]
    case = CORPUS["harmless"][0]
    assert [list(row.values()) for row in ask(filled, case["cypher"]).rows] == case["rows"]


def test_what_the_embedded_engine_answers_wrongly_is_refused_naming_what_works() -> None:
    for case in CORPUS["unlike"]:
        check(case["cypher"])
        with pytest.raises(QueryRefused) as refused:
            check(case["cypher"], embedded=True)
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
    assert ask(filled, text, {"n": 5}, limit=5).truncated is False
    cut = ask(filled, text, {"n": 6}, limit=5)
    assert (cut.columns, len(cut.rows), cut.truncated) == (["x", "square"], 5, True)
    assert cut.rows[-1] == {"x": 5, "square": 25}
    assert ask(filled, text, {"n": 0}).columns == ["x", "square"]


def test_values_come_back_as_they_went(filled: str) -> None:
    day = datetime.date(2024, 2, 29)
    given = {"day": day, "text": "é" * 10_000, "list": [1, 2.5, None, True], "map": {"a": ["b"]}}
    assert ask(filled, "RETURN $day AS day, $text AS text, $list AS list, $map AS map", given).rows == [given]


def test_a_text_that_outgrows_the_memory_is_stopped_and_nobody_else_notices(filled: str) -> None:
    with pytest.raises(QueryTimeout, match="memory limit"):
        ask(filled, "RETURN reduce(s = 'abcdefgh', x IN range(1, 40) | s + s) AS s", timeout=60, memory=256 << 20)
    assert ask(filled, "RETURN 1 AS one").rows == [{"one": 1}]


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
            ask(filled, text, {"x": value})
        assert said in str(error.value)
        assert "\n" not in str(error.value)
        assert error.value.query == text


def test_a_child_runs_nothing_of_the_working_directory(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('not this one')\n")
    monkeypatch.chdir(tmp_path)
    assert ask(filled, "RETURN 1 AS one").rows == [{"one": 1}]


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
