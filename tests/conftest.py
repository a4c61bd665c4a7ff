"""Fixtures of all tests: one `store`, two engines.

`database` is the address of an empty database, `store` that database opened for writing. Neo4j is
the server named by NEO4J_TEST_URI (with NEO4J_TEST_USERNAME, _PASSWORD, _DATABASE; its content is
deleted), else one that the tests fetch, start and end themselves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphkit.engines import Store, open_store
from tests.browser_fixtures import axe, browser, open_page  # noqa: F401 (fixtures of all tests: one browser for all)
from tests.neo4j_server import PASSWORD, Server, Unavailable
from tests.page_fixtures import demo_page, explorer_page, path_page  # noqa: F401 (rendered once for all tests)
from tests.reading_sample import read_once  # noqa: F401 (read once for all tests)

#: Files of tests that ask a server.
SERVED = {
    f"test_{name}.py"
    for name in (
        "engines",
        "faults",
        "loading",
        "loading_cache",
        "notebooks",
        "parity",
        "queries",
        "queries_guard",
        "replay",
        "round_trips",
        "slices",
        "stores_agree",
    )
}
_missing: set[str] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a server or a browser by the fixtures that they ask for; put them in order."""
    needs = {"neo4j_server": "server", "neo4j_url": "server", "browser": "browser"}
    for item in items:
        for mark in {needs[name] for name in getattr(item, "fixturenames", ()) if name in needs}:
            item.add_marker(mark)
    served = {item.path.name for item in items if item.get_closest_marker("server")}
    if served - SERVED:
        raise pytest.UsageError(f"tests/conftest.py: SERVED lacks {', '.join(sorted(served - SERVED))}")
    # the files of the server first, then those of slow tests: no process waits for another at the end
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        asks = item.path.name in SERVED
        # tests that may kill the server come last of them: it plans Cypher the quicker the more it has planned
        return not asks, asks and "neo4j_server" in getattr(item, "fixturenames", ()), item.path not in slow

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file of tests in one process, and all files that ask a server in the same one, which starts it."""
    from xdist.scheduler import LoadFileScheduling

    class ServerScheduling(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "server" if Path(file).name in SERVED else file

    return ServerScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[pytest.MonkeyPatch]:
    """Keep the tests apart from the databases that this machine's user works with."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("URI", "USERNAME", "PASSWORD", "DATABASE"):
            patch.delenv(f"NEO4J_{name}", raising=False)
        patch.setenv("COLUMNS", "100")  # as wide as where there is no terminal
        yield patch


@pytest.fixture(scope="session")
def neo4j_server(_environment: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the tests' own; its user and password are in the environment."""
    server = new_server(tmp_path_factory.mktemp("neo4j"))
    try:
        _environment.setenv("NEO4J_USERNAME", "neo4j")
        _environment.setenv("NEO4J_PASSWORD", PASSWORD)
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def neo4j_url(_environment: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The address of a Neo4j server; its user, password and database are in the environment."""
    configured = os.environ.get("NEO4J_TEST_URI")
    if not configured:
        server: Server = request.getfixturevalue("neo4j_server")
        return server.url
    _environment.setenv("NEO4J_USERNAME", os.environ.get("NEO4J_TEST_USERNAME", "neo4j"))
    _environment.setenv("NEO4J_PASSWORD", os.environ.get("NEO4J_TEST_PASSWORD", ""))
    if os.environ.get("NEO4J_TEST_DATABASE"):
        _environment.setenv("NEO4J_DATABASE", os.environ["NEO4J_TEST_DATABASE"])
    return configured


def new_server(folder: Path) -> Server:
    """Return a started server, or skip the test; where CI is set, fail it."""
    server = None
    try:
        server = Server(folder / "home", plugin=True)
        server.start()
    except Unavailable as lack:
        if server is not None:
            server.remove()
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(str(lack))
        _missing.add(str(lack))
        pytest.skip(str(lack))
    return server


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.server)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of either engine."""
    if request.param == "embedded":
        return str(tmp_path / "graph.kgl")
    url: str = request.getfixturevalue("neo4j_url")
    empty(url)
    return url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty database, opened for writing."""
    with open_store(database, readonly=False) as opened:
        yield opened


def empty(url: str) -> None:
    """Delete every node and relationship of a server's database; constraints and indexes stay."""
    with open_store(url, readonly=False) as opened:
        while opened.write("MATCH (n) WITH n LIMIT 2000 DETACH DELETE n RETURN count(*) AS n")[0]["n"]:
            pass


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for lack in sorted(_missing):
        terminalreporter.write_line(lack)
