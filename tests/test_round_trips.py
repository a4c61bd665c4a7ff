"""What a question costs on a server that is far away: round trips, counted and timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from graphkit.answers.parties import ask_parties
from graphkit.engines import open_store
from graphkit.explorer import Explorer
from graphkit.factbase import read_factbase
from graphkit.loading.load import load
from tests.conftest import empty
from tests.counts import choose
from tests.far_server import far_server

#: Seconds of a round trip, and what a question may take beside its round trips on a machine that does much else.
FAR, BESIDE = 0.3, 5.0

#: Questions that look for near misses as long as they have time.
BY_THE_CLOCK = ("exposure", "screen")
CUSTOMERS = "name\nByteDance\nOracle\nAlibaba Cloud\nNobody at all\n"


@pytest.fixture(scope="module")
def loaded(neo4j_url: str) -> str:
    """The address of a server that holds the shipped base."""
    empty(neo4j_url)
    with open_store(neo4j_url, readonly=False) as store:
        load(store, read_factbase())
    return neo4j_url


#: Each question with the round trips that it may take, those of the connection (two of the driver's own, and one
#: that reads which fact bases there are) included. Let the numbers fall.
QUESTIONS: dict[str, tuple[int, Callable[[Explorer, Path], object]]] = {
    "path": (6, lambda explorer, _: explorer.paths("ByteDance", "H100")),
    "path of a set": (7, lambda explorer, _: explorer.paths("hq:CN", "H100")),
    "no path": (7, lambda explorer, _: explorer.paths("Oracle", "A800")),
    "exposure": (7, lambda explorer, _: explorer.exposure("ByteDance", "controlled")),
    "show": (5, lambda explorer, _: explorer.show("Oracle")),
    "license --buyer": (
        5,
        lambda explorer, _: ask_parties(explorer, "H100", "2025-06-01", buyer="ByteDance", via=["Oracle"]),
    ),
    "screen": (8, lambda explorer, file: explorer.screen(file, accept=True)),
    "list": (6, lambda explorer, _: explorer.list_things("companies")),
    "find": (6, lambda explorer, _: explorer.find("oracle")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", choose(QUESTIONS, 4))
def test_a_question_takes_a_handful_of_round_trips(loaded: str, name: str, tmp_path: Path) -> None:
    most, ask = QUESTIONS[name]
    customers = tmp_path / "customers.csv"
    customers.write_text(CUSTOMERS)
    with Explorer.open(db=loaded) as explorer:
        expected = ask(explorer, customers)  # and the server has compiled what it is asked
        _ = explorer.rulebook
    with far_server(loaded, FAR) as far:
        started = time.monotonic()
        with Explorer.open(db=far.url) as explorer:
            answer = ask(explorer, customers)
            taken, trips = time.monotonic() - started, far.trips
    assert trips <= most
    told, wanted = (msgspec.structs.replace(one, provenance=None) for one in (answer, expected))
    assert told == wanted or name in BY_THE_CLOCK
    assert taken < most * FAR + BESIDE
