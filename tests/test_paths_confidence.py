"""The confidence of steps and paths, and its explanation."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from graphkit.facts import Claim
from graphkit.graph import Filters, build_graph
from graphkit.paths import Network, Search, explain_path_confidence
from tests.counts import sample
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
)


def test_steps_of_several_origins_multiply() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", confidence="likely"),
        claim("c1", "LEASES_FROM", "c2", document="three", confidence="possible"),
        claim("c2", "USES", "x", document="undated", confidence="confirmed"),
    )
    (path,) = paths(graph)
    assert path.confidence == pytest.approx(0.875 * 0.95)
    sum_ = explain_path_confidence(path, Network.of(graph))
    assert sum_.origin is None
    assert [step.origins for step in sum_.steps] == [(("P", 0.75), ("Q", 0.5)), (("undated", 0.95),)]
    assert [step.confidence for step in sum_.steps] == [pytest.approx(0.875), 0.95]


def test_where_one_origin_supports_every_step_the_least_of_its_claims_counts() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", confidence="likely"),
        claim("c2", "USES", "x", document="two", confidence="confirmed"),
    )
    (path,) = paths(graph)
    assert path.confidence == pytest.approx(0.75)
    sum_ = explain_path_confidence(path, Network.of(graph))
    assert (sum_.origin, [step.of_origin for step in sum_.steps]) == ("P", [0.75, 0.95])


def test_the_best_reading_counts() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", confidence="doubtful"),
        claim("c1", "LEASES_FROM", "c2", document="three", confidence="confirmed"),
        claim("c2", "USES", "x", confidence="confirmed"),
    )
    (path,) = paths(graph)
    # one document has both steps, with 0.2; both origins together say more
    product = (1 - 0.8 * 0.05) * 0.95
    assert (path.evidence, path.confidence) == ("one document", pytest.approx(product))
    assert explain_path_confidence(path, Network.of(graph)).origin is None


def test_two_origins_of_one_claim_are_surer_than_one() -> None:
    graph = graph_of(claim("c1", "USES", "x"), claim("c1", "USES", "x", document="three"))
    (path,) = paths(graph)
    assert (path.evidence, path.confidence) == ("stated", pytest.approx(1 - 0.25 * 0.25))


def test_origins_that_differ_by_an_article_alone_are_one() -> None:
    graph = graph_of(
        claim("c1", "USES", "x", attribution="Les Échos", confidence="possible"),
        claim("c1", "USES", "x", document="three", attribution="Échos", confidence="likely"),
    )
    (path,) = paths(graph)
    assert path.confidence == pytest.approx(0.75)


@settings(max_examples=sample(50, 500), deadline=None)
@given(random_claims())
def test_the_sum_that_is_explained_is_the_confidence(claims: list[Claim]) -> None:
    graph = build_graph(map(entity, [*COMPANIES, *SITES, *CHIPS, *REGIONS]), [*claims, *TAXONOMY], DOCUMENTS)
    network = Network.of(graph)
    for _, path in Search(network, "c1", "x", Filters(), max_hops=5):
        sum_ = explain_path_confidence(path, network)
        if sum_.origin:
            value = min(step.of_origin or 0.0 for step in sum_.steps)
        else:
            value = math.prod(step.confidence for step in sum_.steps)
        assert path.confidence == pytest.approx(value, abs=1e-8)
