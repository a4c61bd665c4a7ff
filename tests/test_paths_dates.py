"""Valid time of access paths."""

from __future__ import annotations

import pytest

from graphkit.paths import find_undated
from tests.hand_drawn_graphs import claim, graph_of, paths, routes, search


def test_all_steps_hold_at_one_moment_of_the_date() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", since="2024-01", until="2024-03"),
        claim("c2", "USES", "x", since="2024-09"),
    )
    assert routes(graph, on="2024") == []
    assert paths(graph)[0].marks[-1] == "steps do not overlap in time"
    assert routes(graph, on="2024-02") == []
    overlapping = graph_of(claim("c1", "USES", "x", since="2024", until="2024"))
    assert routes(overlapping, on="2024-07-01") == ["c1 x"]


def test_a_claim_without_a_start_counts_from_publication_and_before_is_undated() -> None:
    graph = graph_of(claim("c1", "USES", "x"))
    assert routes(graph, on="2024-06-01") == ["c1 x"]
    assert paths(graph, on="2024-06-01")[0].marks == ("start unknown",)
    early = search(graph, on="2024-05-31")
    assert list(early) == []
    assert [one.subject for one in find_undated(early)] == ["c1"]


def test_a_document_without_a_date_is_known_by_no_date() -> None:
    graph = graph_of(claim("c1", "USES", "x", document="undated"))
    assert routes(graph) == ["c1 x"]
    assert routes(graph, known_by="2030") == []


def test_what_ended_before_it_was_published_held_in_its_last_month() -> None:
    graph = graph_of(claim("c1", "USES", "x", until="2024-03"))
    assert routes(graph, on="2024-03-15") == ["c1 x"]
    assert routes(graph, on="2024-04") == []
    before = search(graph, on="2024-02")
    assert list(before) == []
    assert [one.subject for one in find_undated(before)] == ["c1"]
    assert paths(graph)[0].marks == ()


def test_what_was_observed_holds_from_that_day_on_and_may_have_held_before() -> None:
    graph = graph_of(claim("c1", "USES", "x", observed="2023-10-05"))
    assert routes(graph, on="2023-10-05") == ["c1 x"]
    assert paths(graph, on="2023-11")[0].marks == ("start unknown",)
    assert routes(graph, on="2023-10-04") == []
    assert [one.since for one in find_undated(search(graph, on="2023-10-04"))] == [None]


def test_an_implied_step_has_the_dates_of_its_passage() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", locator="4", since="2023-02", until="2023-09"),
        claim("c2", "USES", "x", locator="4", implied=True),
    )
    assert routes(graph, on="2023-05") == ["c1 c2 x"]
    (path,) = paths(graph)
    assert [step.held for step in path.steps] == [("2023-02-01", "2023-09-30")] * 2
    # what is implied in another passage is needed for the lease to be true
    elsewhere = graph_of(
        claim("c1", "LEASES_FROM", "c2", since="2023-02"),
        claim("c2", "OPERATES", "d1", locator="7", implied=True),
        claim("d1", "HOSTS", "x", since="2023-02"),
    )
    assert routes(elsewhere, on="2023-05") == ["c1 c2 d1 x"]
    # another passage, another status and dates that do not agree lend nothing
    for other in (
        claim("c1", "LEASES_FROM", "c2", locator="5", since="2023-02"),
        claim("c1", "LEASES_FROM", "c2", "planned", locator="4", since="2023-02"),
    ):
        assert routes(graph_of(other, claim("c2", "USES", "x", locator="4")), on="2023-05") == []


def test_a_start_that_is_unknown_never_keeps_steps_apart() -> None:
    def marks(**second: str) -> bool:
        graph = graph_of(
            claim("c1", "LEASES_FROM", "c2", since="2020", until="2021"), claim("c2", "USES", "x", **second)
        )
        return "steps do not overlap in time" in paths(graph)[0].marks

    assert not marks()
    assert not marks(until="2020-05")
    assert marks(since="2022")


@pytest.mark.parametrize(
    ("dates", "document", "held"),
    [
        ({"since": "2023", "until": "2024-02"}, "one", ("2023-01-01", "2024-02-29")),
        ({"since": "2023"}, "one", ("2023-01-01", "2024-06-30")),
        ({}, "one", ("2024-06-01", "2024-06-30")),
        ({"until": "2024-02"}, "one", ("2024-02-01", "2024-02-29")),
        ({"observed": "2024-05-07"}, "one", ("2024-05-07", "2024-06-30")),
        ({"since": "2023"}, "undated", ("2023-01-01", "2023-12-31")),
        ({}, "undated", None),
    ],
)
def test_a_step_has_the_days_of_its_act(dates: dict[str, str], document: str, held: tuple[str, str] | None) -> None:
    (path,) = paths(graph_of(claim("c1", "USES", "x", document=document, **dates)))
    assert path.steps[0].held == held


def test_a_plan_says_when_it_is_overdue_and_nothing_reports_it_done() -> None:
    plan = claim("c1", "USES", "x", "planned", due="2024")
    assert paths(graph_of(plan))[0].marks == ("due date passed, not reported done",)
    assert paths(graph_of(plan), on="2024-07")[0].marks == ("start unknown",)
    done = claim("c1", "USES", "x", document="two")
    only_plans = paths(graph_of(plan, done), statuses=frozenset({"planned"}))
    assert only_plans[0].marks == ()


def test_what_was_last_reported_a_year_ago_says_when() -> None:
    graph = graph_of(claim("c1", "USES", "x", since="2024-01"))
    assert paths(graph, on="2025-06-29")[0].marks == ()
    assert paths(graph, on="2025-06-30")[0].marks == ("last reported 2024-06",)
    known_to_last = graph_of(claim("c1", "USES", "x", since="2024-01", until="2027"))
    assert paths(known_to_last, on="2026")[0].marks == ()


def test_the_list_of_what_may_already_have_held_ends_a_year_after_the_date() -> None:
    graph = graph_of(claim("c1", "USES", "x"), claim("c1", "BUYS", "x", document="two"))
    assert [one.relation for one in find_undated(search(graph, on="2023-07"))] == ["USES"]
    assert [one.relation for one in find_undated(search(graph, on="2023-05"))] == []
    assert {one.relation for one in find_undated(search(graph, on="2024-05"))} == {"USES", "BUYS"}


@pytest.mark.parametrize(
    ("deliveries", "marked"), [(["ordered"], True), (["ordered", "delivered"], False), (["ordered", ""], False)]
)
def test_an_order_alone_is_marked_as_one(deliveries: list[str], marked: bool) -> None:
    claims = [
        claim("c1", "BUYS", "x", document=document, delivery=delivery)
        for document, delivery in zip(("one", "two"), deliveries, strict=False)
    ]
    (path,) = paths(graph_of(*claims))
    assert path.status == "done"
    assert (path.marks == ("ordered, delivery not told",)) is marked
