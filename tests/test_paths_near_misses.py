"""Honest negatives and near misses."""

from __future__ import annotations

from graphkit.graph import Filters
from graphkit.paths import Network, Search, explain_absence, find_unpublished
from tests.hand_drawn_graphs import claim, graph_of, search


def test_a_refusal_is_a_near_miss_that_names_the_claim() -> None:
    graph = graph_of(claim("c1", "LEASES_FROM", "c2", status="refused"), claim("c2", "USES", "x"))
    asked = search(graph)
    assert list(asked) == []
    negative = explain_absence(asked)
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
    (miss,) = explain_absence(asked).near_misses
    assert (miss.reasons, miss.broken[0].relation) == (("outside its scope",), "LEASES_FROM")


def test_an_ended_lease_is_a_near_miss_on_a_later_date() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", since="2023", until="2023"), claim("c2", "USES", "x", since="2020")
    )
    asked = search(graph, on="2025")
    assert list(asked) == []
    assert [miss.reasons for miss in explain_absence(asked).near_misses] == [("ended",)]


def test_a_bound_an_unnamed_party_and_nothing_are_three_answers() -> None:
    chain = [claim(f"c{n}", "LEASES_FROM", f"c{n + 1}") for n in range(1, 4)]
    cut = search(graph_of(*chain, claim("c4", "USES", "x")), max_hops=3)
    assert list(cut) == []
    assert explain_absence(cut).outcome == "bound hit"
    assert explain_absence(cut).near_misses[-1].reasons == ("one more hop: a path of 4 steps",)
    for generic, outcome in (((), "not found"), (("c4",), "unnamed party")):
        ended = search(graph_of(*chain, claim("c9", "USES", "x"), generic=generic))
        assert list(ended) == []
        assert explain_absence(ended).outcome == outcome


def test_a_plan_that_its_own_source_says_was_not_carried_out_is_a_near_miss() -> None:
    def found(**denial: str) -> tuple[int, list[tuple[str, ...]]]:
        graph = graph_of(
            claim("c1", "LEASES_FROM", "c2", "planned"),
            claim("c1", "LEASES_FROM", "c2", "negated", **denial),
            claim("c2", "USES", "x"),
        )
        asked = search(graph)
        near = explain_absence(asked).near_misses if not list(asked) else ()
        assert all([one.status for one in miss.denied_by] == ["negated"] for miss in near)
        return len(list(asked)), [miss.reasons for miss in near]

    assert found() == (0, [("not carried out",)])
    # what somebody else denies stands beside the plan
    assert found(attribution="C1") == (1, [])
    assert found(document="three") == (1, [])


def test_a_near_miss_of_a_class_says_that_it_names_no_chip() -> None:
    graph = graph_of(claim("x", "IN_CLASS", "xany"), claim("c1", "USES", "xany", "refused"))
    asked = search(graph)
    assert list(asked) == []
    (miss,) = explain_absence(asked).near_misses
    assert (miss.reasons, miss.chip_class) == (("refused",), "xany")


def test_a_near_miss_passes_everybody_who_was_asked_for() -> None:
    graph = graph_of(
        *(claim("c1", "LEASES_FROM", name, "refused") for name in ("c2", "c3")),
        *(claim(name, "USES", "x") for name in ("c2", "c3")),
    )
    asked = Search(Network.of(graph), "c1", "x", Filters(), max_hops=4, via=["c3"])
    assert list(asked) == []
    assert [miss.steps[0][2] for miss in explain_absence(asked).near_misses] == ["c3"]


def test_what_a_document_without_a_date_says_is_counted_where_a_date_of_knowledge_leaves_it_out() -> None:
    graph = graph_of(claim("c1", "USES", "x", document="undated"), claim("c1", "BUYS", "x"))
    assert [one.relation for one in find_unpublished(search(graph, known_by="2030"))] == ["USES"]
    assert find_unpublished(search(graph)) == ()
