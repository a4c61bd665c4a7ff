"""The search for access paths: its order, and that it equals the enumeration that defines it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.debian import LIBRARIES, debian
from graphkit.facts import Claim
from graphkit.graph import Filters, build_graph
from graphkit.paths import Effort, Network, Search
from tests.counts import sample
from tests.enumeration import enumerate_paths
from tests.hand_drawn_graphs import (
    CHIPS,
    COMPANIES,
    DOCUMENTS,
    REGIONS,
    SITES,
    TAXONOMY,
    claim,
    entity,
    graph_of,
    paths,
    random_claims,
    routes,
    search,
)


def test_the_evidence_of_a_path_is_the_least_that_has_every_step() -> None:
    def evidence(*second: str, **more: str) -> str:
        document, locator = second
        graph = graph_of(
            claim("c1", "LEASES_FROM", "c2", locator="4"),
            claim("c2", "USES", "x", document=document, locator=locator, **more),
        )
        (path,) = paths(graph)
        return path.evidence

    assert evidence("one", "4") == "stated"
    assert evidence("one", "3-5") == "stated"
    assert evidence("one", "5") == "one document"
    assert evidence("one", "") == "one document"
    assert evidence("two", "4") == "one origin"  # the same publisher
    assert evidence("three", "4") == "composed"
    assert evidence("three", "4", attribution="p") == "one origin"
    assert evidence("citing", "4") == "composed"  # it cites Q, whose report is another's


def test_a_single_claim_is_stated_whatever_is_known_of_its_place() -> None:
    (path,) = paths(graph_of(claim("c1", "USES", "x")))
    assert (path.evidence, path.passage, path.confidence) == ("stated", None, pytest.approx(0.75))
    (path,) = paths(graph_of(claim("c1", "USES", "x", locator="7")))
    assert path.passage == ("one", "7")


def test_a_document_that_cites_a_report_is_of_its_origin() -> None:
    graph = graph_of(claim("c1", "LEASES_FROM", "c2", document="three"), claim("c2", "USES", "x", document="citing"))
    (path,) = paths(graph)
    assert (path.evidence, path.confidence) == ("one origin", pytest.approx(0.75))


def test_the_evidence_ranks_before_the_confidence_and_after_the_route() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", confidence="confirmed"),
        claim("c2", "USES", "x", document="three", confidence="confirmed"),
        claim("c1", "LEASES_FROM", "c3", confidence="likely"),
        claim("c3", "USES", "x", document="two"),
        claim("c1", "LEASES_FROM", "c4", confidence="possible"),
        claim("c4", "USES", "x"),
        claim("c1", "LEASES_FROM", "c5", locator="1", confidence="doubtful"),
        claim("c5", "USES", "x", locator="1"),
        claim("c1", "USES", "x", locator="9", confidence="confirmed"),
    )
    assert [(path.nodes[1], path.evidence) for path in paths(graph)] == [
        ("c5", "stated"),
        ("c4", "one document"),
        ("c3", "one origin"),
        ("c2", "composed"),
        ("x", "stated"),
    ]


def test_the_weakest_status_ranks_before_the_statement_and_that_before_confidence() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", locator="1", confidence="doubtful"),
        claim("c2", "USES", "x", locator="1", confidence="doubtful"),
        claim("c1", "LEASES_FROM", "c3", confidence="confirmed"),
        claim("c3", "USES", "x", confidence="confirmed"),
        claim("c1", "USES", "x", status="planned", locator="2", confidence="confirmed"),
    )
    assert routes(graph) == ["c1 c2 x", "c1 c3 x", "c1 x"]


def test_origins_count_once_and_steps_multiply() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", document="one"),
        claim("c1", "LEASES_FROM", "c2", document="two"),
        claim("c1", "LEASES_FROM", "c2", document="three", confidence="possible"),
        claim("c2", "USES", "x", confidence="confirmed"),
    )
    (path,) = paths(graph)
    # one and two have one publisher, P: 1 - (1 - 0.75)(1 - 0.5) = 0.875
    assert [step.confidence for step in path.steps] == [pytest.approx(0.875), pytest.approx(0.95)]
    assert path.confidence == pytest.approx(0.875 * 0.95)
    assert path.weakest == 0


def test_where_the_evidence_changes_hands_is_marked() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2"),
        claim("c2", "LEASES_FROM", "c3", document="two"),  # of the same publisher
        claim("c2", "LEASES_FROM", "c3", document="three"),
        claim("c3", "USES", "x", document="three"),
    )
    (path,) = paths(graph)
    assert path.evidence == "composed"
    assert [("evidence changes hands" in step.marks) for step in path.steps] == [False, False, True]


def test_paths_as_sure_as_each_other_come_in_the_order_of_their_names() -> None:
    """Rounding makes them equal, in whatever order their confidences are multiplied."""
    ways = {
        "ca": ("confirmed", "possible", "likely", "confirmed", "likely", "confirmed"),
        "cz": ("confirmed", "confirmed", "confirmed", "possible", "likely", "likely"),
    }
    claims = []
    for name, confidences in ways.items():
        nodes = ["c1", *(f"{name}{n}" for n in range(5)), "x"]
        for subject, object_, confidence in zip(nodes, nodes[1:], confidences, strict=False):
            relation = "USES" if object_ == "x" else "LEASES_FROM"
            claims.append(claim(subject, relation, object_, confidence=confidence))
    found = list(Search(Network.of(graph_of(*claims)), "c1", "x", Filters(), max_hops=7))
    assert [path.nodes[1] for _, path in found] == ["ca0", "cz0"]
    assert found[0][0][:5] == found[1][0][:5]


# the enumeration that defines it ------------------------------------------------------------


@settings(max_examples=sample(100, 1_000), deadline=None)
@given(
    random_claims(), st.sampled_from([None, "2024", "2025-07-01"]), st.integers(2, 5), st.booleans(), st.booleans()
)
def test_the_search_equals_the_enumeration(
    claims: list[Claim], on: str | None, max_hops: int, unnamed: bool, through: bool
) -> None:
    graph = build_graph(map(entity, [*COMPANIES, *SITES, *CHIPS, *REGIONS]), [*claims, *TAXONOMY], DOCUMENTS)
    filters = Filters(on=on, statuses=frozenset({"done", "planned", "considered", "alleged"}))
    asked = Search(
        Network.of(graph),
        "c1",
        "x",
        filters,
        max_hops=max_hops,
        via=["c2"] if through else [],
        unnamed=unnamed,
    )
    assert list(asked) == enumerate_paths(asked)
    assert not asked.exhausted


@pytest.fixture(scope="module")
def packages() -> Network:
    base = debian()
    if base is None:
        pytest.skip("no lists of Debian packages here: run apt-get update as root")
    return Network.of(build_graph(base.entities, base.claims, base.documents))


@pytest.mark.slow
def test_the_search_equals_the_enumeration_on_the_packages_of_debian(packages: Network) -> None:
    rng = random.Random(3)
    companies = sorted(node for node in packages.graph if packages.kind(node) == "Company")
    count = 0
    while count < sample(20, 200):
        buyer, chip = rng.choice(companies), rng.choice(LIBRARIES)
        asked = Search(packages, buyer, chip, Filters(), max_hops=rng.choice([2, 3]), effort=Effort(10**7, 1e9))
        expected = enumerate_paths(asked)
        assert list(asked) == expected
        count += bool(expected)


@pytest.mark.parametrize("many", [1, 1_000])
def test_many_passages_documents_and_origins_change_nothing(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Beyond a number of them the whole is searched under the bound of their evidence."""
    claims = []
    for n in range(2, 8):
        claims.append(claim("c1", "LEASES_FROM", f"c{n}", locator=f"{n}-{n + 1}", document=["one", "two"][n % 2]))
        claims.append(claim(f"c{n}", "USES", "x", locator=str(n if n < 5 else n + 3), document=["one", "two"][n % 2]))
    for module in ("target", "sources"):
        monkeypatch.setattr(f"graphkit.paths.{module}.MANY", many)
    asked = search(graph_of(*claims))
    found = list(asked)
    assert found == enumerate_paths(asked)
    assert [path.evidence for _, path in found] == ["stated"] * 3 + ["one document"] * 3
