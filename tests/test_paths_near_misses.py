"""Honest negatives and near misses."""

from __future__ import annotations

from graphkit.paths import explain
from tests.drawn import claim, graph_of, search


def test_a_refusal_is_a_near_miss_that_names_the_claim() -> None:
    graph = graph_of(claim("c1", "LEASES_FROM", "c2", status="refused"), claim("c2", "USES", "x"))
    asked = search(graph)
    assert list(asked) == []
    negative = explain(asked)
    assert (negative.outcome, [claim.subject for claim in negative.holders]) == ("not found", ["c2"])
    (miss,) = negative.near_misses
    assert (miss.reasons, [one.status for one in miss.broken]) == (("refused",), ["refused"])


def test_a_scope_is_a_near_miss() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "OPERATES", "d1"),
        claim("d1", "LOCATED_IN", "rb"),
        claim("d1", "HOSTS", "x"),
    )
    asked = search(graph)
    assert list(asked) == []
    (miss,) = explain(asked).near_misses
    assert (miss.reasons, miss.broken[0].relation) == (("outside its scope",), "LEASES_FROM")


def test_an_ended_lease_is_a_near_miss_on_a_later_date() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", since="2023", until="2023"), claim("c2", "USES", "x", since="2020")
    )
    asked = search(graph, on="2025")
    assert list(asked) == []
    assert [miss.reasons for miss in explain(asked).near_misses] == [("ended",)]


def test_a_bound_an_unnamed_party_and_nothing_are_three_answers() -> None:
    chain = [claim(f"c{n}", "LEASES_FROM", f"c{n + 1}") for n in range(1, 4)]
    cut = search(graph_of(*chain, claim("c4", "USES", "x")), max_hops=3)
    assert list(cut) == []
    assert explain(cut).outcome == "bound hit"
    assert explain(cut).near_misses[-1].reasons == ("one more hop: a path of 4 steps",)
    for generic, outcome in (((), "not found"), (("c4",), "unnamed party")):
        ended = search(graph_of(*chain, claim("c9", "USES", "x"), generic=generic))
        assert list(ended) == []
        assert explain(ended).outcome == outcome
