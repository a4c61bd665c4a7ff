"""The graph of claims: parallel edges, time, filters, names."""

from __future__ import annotations

import msgspec
import pytest

from graphkit.errors import AmbiguousName
from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, build_graph, filter_graph, find_valid_days, is_published_by, may_hold_on
from graphkit.names import Directory

DOCUMENTS = [Document(id="dated", name="Dated", published="2024-06"), Document(id="undated", name="Undated")]
ENTITIES = [Entity(id=id_, name=id_.upper(), kind="Company") for id_ in "abc"]
CLAIM = Claim(
    id="1" * 16,
    document="dated",
    subject="a",
    relation="LEASES_FROM",
    object="b",
    status="done",
    confidence="likely",
    summary="s",
)
DATED, UNDATED = DOCUMENTS


def changed(**fields: object) -> Claim:
    return msgspec.structs.replace(CLAIM, **fields)


def test_parallel_claims_are_parallel_edges_and_ends_that_are_missing_leave_a_claim_out() -> None:
    graph = build_graph(ENTITIES, [CLAIM, changed(id="2" * 16), changed(id="3" * 16, object="nobody")], DOCUMENTS)
    assert sorted(graph.successors["a"]["b"]) == ["1" * 16, "2" * 16]
    assert graph.predecessors["b"]["a"] is graph.successors["a"]["b"]
    assert set(graph) == {"a", "b", "c"}
    assert [one.id for one in graph.iterate_claims()] == ["1" * 16, "2" * 16]
    assert {one.id for one in graph.entities.values()} == {"a", "b", "c"}
    assert graph.entities["a"].name == "A"
    assert set(graph.documents) == {"dated", "undated"}


def test_networkx_gets_the_same_graph_each_claim_an_edge() -> None:
    graph = build_graph(ENTITIES, [CLAIM, changed(id="2" * 16)], DOCUMENTS)
    made = graph.to_networkx()
    assert {node: data["entity"] for node, data in made.nodes(data=True)} == graph.entities
    assert [(a, b, key) for a, b, key in made.edges(keys=True)] == [("a", "b", "1" * 16), ("a", "b", "2" * 16)]
    assert [data["claim"] for _, _, data in made.edges(data=True)] == list(graph.iterate_claims())
    assert made.graph["documents"] == graph.documents


@pytest.mark.parametrize(
    ("fields", "document", "expected"),
    [
        ({"since": "2023", "until": "2024-02"}, DATED, ("2023-01-01", "2024-02-29")),
        ({"since": "2023"}, DATED, ("2023-01-01", "9999-12-31")),
        ({}, DATED, ("2024-06-01", "9999-12-31")),
        ({"until": "2025"}, DATED, ("2024-06-01", "2025-12-31")),
        ({}, UNDATED, None),
        ({"until": "2025"}, UNDATED, ("2025-12-01", "2025-12-31")),
        ({"until": "2024-03-15"}, DATED, ("2024-03-01", "2024-03-15")),
        ({"observed": "2024-01"}, DATED, ("2024-01-01", "9999-12-31")),
        ({"observed": "2024-01", "since": "2023"}, DATED, ("2023-01-01", "9999-12-31")),
        ({"since": "2020"}, UNDATED, ("2020-01-01", "9999-12-31")),
    ],
)
def test_a_claim_holds_from_its_start_else_from_when_it_was_observed_or_published(
    fields: dict[str, str], document: Document, expected: tuple[str, str] | None
) -> None:
    assert find_valid_days(changed(**fields), document) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2022", False),
        ("2023", True),
        ("2023-03-14", False),
        ("2023-03-15", True),
        ("2024-02-29", True),
        ("2024-03", False),
        ("2024", True),
        ("2025", False),
    ],
)
def test_a_claim_is_timely_when_it_may_have_held_on_some_day(on: str, expected: bool) -> None:
    assert may_hold_on(changed(since="2023-03-15", until="2024-02"), DATED, on) is expected


def test_a_document_is_known_by_the_last_day_it_may_have_appeared() -> None:
    assert not is_published_by(DATED, "2024-06-15")
    assert is_published_by(DATED, "2024-06-30")
    assert is_published_by(DATED, "2024-06")
    assert is_published_by(DATED, "2025")
    assert not is_published_by(UNDATED, "2100")


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(), True),
        (Filters(statuses=frozenset({"planned"})), False),
        (Filters(include=frozenset({"LEASES_FROM"})), True),
        (Filters(include=frozenset({"USES"})), False),
        (Filters(exclude=frozenset({"LEASES_FROM"})), False),
        (Filters(without=frozenset({"a"})), False),
        (Filters(without=frozenset({"b"})), False),
        (Filters(without=frozenset({"1" * 16})), False),
        (Filters(without=frozenset({"c"})), True),
        (Filters(min_confidence=0.75), True),
        (Filters(min_confidence=0.76), False),
        (Filters(on="2024"), True),
        (Filters(on="2023"), False),
        (Filters(known_by="2023"), False),
    ],
)
def test_each_filter_keeps_what_it_says(filters: Filters, kept: bool) -> None:
    assert filters.keep(CLAIM, DATED) is kept
    graph = build_graph(ENTITIES, [CLAIM], DOCUMENTS)
    narrowed = filter_graph(graph, filters)
    assert narrowed.count_claims() == kept
    assert set(narrowed) == {"a", "b", "c"} - filters.without
    assert graph.count_claims() == 1


PEOPLE = [
    Entity(id="bytedance", name="ByteDance", kind="Company", aliases=("字节跳动", "Byte Dance")),
    Entity(id="douyin", name="Douyin", kind="Product", aliases=("TikTok China",)),
    Entity(id="tiktok", name="TikTok", kind="Product"),
    Entity(id="h100", name="H100", kind="Chip"),
    Entity(id="first", name="Twin", kind="Company"),
    Entity(id="second", name="TWIN", kind="Company"),
    Entity(id="alias", name="Other", kind="Company", aliases=("ByteDance",)),
]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("bytedance", "bytedance"),
        ("BYTEDANCE", "bytedance"),
        ("byte  dance", "bytedance"),
        ("字节跳动", "bytedance"),
        ("tiktok china", "douyin"),
        ("other", "alias"),
    ],
)
def test_names_and_ids_come_before_aliases(name: str, found: str) -> None:
    answering = Directory(PEOPLE).find(name)
    assert answering is not None and answering.id == found


def test_what_is_not_found_gets_near_names_of_the_kind_asked_for() -> None:
    directory = Directory(PEOPLE)
    assert directory.find("BytDance", {"Company"}) is None
    # the alias that Other shares gives way to the name
    assert directory.find_near("BytDance", {"Company"}) == ["ByteDance"]
    assert "TikTok" not in directory.find_near("tiktok", {"Company"})
    with pytest.raises(AmbiguousName) as twins:
        directory.find("twin")
    assert twins.value.matches == ("first", "second")
