"""The evaluation of access paths on graphs small enough to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from graphkit.factbase import read_rulebook
from graphkit.facts import Document, Entity, find_origin
from graphkit.graph import Filters, build_graph
from graphkit.paths import Network, Search, find_refusals
from graphkit.rulebook import Chip
from tests.hand_drawn_graphs import (
    DOCUMENTS,
    claim,
    entity,
    graph_of,
    paths,
    routes,
    search,
    unnamed_paths,
)

if TYPE_CHECKING:
    pass


def test_a_lease_in_one_place_reaches_no_site_in_another() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "OPERATES", "da"),
        claim("da", "LOCATED_IN", "ra"),
        claim("da", "HOSTS", "x"),
        claim("c2", "OPERATES", "db"),
        claim("db", "LOCATED_IN", "rb"),
        claim("db", "HOSTS", "x"),
    )
    assert routes(graph) == ["c1 c2 da x"]


def test_a_lease_in_one_place_does_not_reach_what_the_provider_uses_in_another() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "USES", "x", regions=["rb"]),
    )
    assert routes(graph) == []


def test_a_site_without_a_place_may_follow_and_is_marked() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]), claim("c2", "OPERATES", "d1"), claim("d1", "HOSTS", "x")
    )
    (path,) = paths(graph)
    assert path.marks == ("place not confirmed",)


def test_a_site_in_a_wider_region_is_not_confirmed_and_in_a_smaller_one_is() -> None:
    def marks(scope: str, place: str) -> list[tuple[str, ...]]:
        graph = graph_of(
            claim("rcity", "PART_OF", "rland"),
            claim("c1", "LEASES_FROM", "c2", regions=[scope]),
            claim("c2", "OPERATES", "d1"),
            claim("d1", "LOCATED_IN", place),
            claim("d1", "HOSTS", "x"),
        )
        return [path.marks for path in paths(graph)]

    assert marks("rland", "rcity") == [()]
    assert marks("rcity", "rland") == [("place not confirmed",)]


def test_two_leases_limited_to_different_places_do_not_join_at_an_unplaced_site() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "LEASES_FROM", "c3", regions=["rb"]),
        claim("c3", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x"),
    )
    assert routes(graph) == []


def test_a_lease_of_another_chip_gives_no_access() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", chips=["xother"]), claim("c2", "OPERATES", "d1"), claim("d1", "HOSTS", "x")
    )
    assert routes(graph) == []


def test_a_designer_is_passed_only_when_the_scope_names_the_chip() -> None:
    designed = claim("c2", "DESIGNS", "x")
    assert routes(graph_of(claim("c1", "BUYS_FROM", "c2"), designed)) == []
    assert routes(graph_of(claim("c1", "BUYS_FROM", "c2", chips=["xother"]), designed)) == []
    assert routes(graph_of(claim("c1", "BUYS_FROM", "c2", chips=["x"]), designed)) == ["c1 c2 x"]
    assert routes(graph_of(designed), "c2") == []


def test_only_the_claim_that_names_the_chip_carries_a_path_through_its_designer() -> None:
    graph = graph_of(
        claim("c1", "BUYS_FROM", "c2", locator="1", confidence="confirmed"),
        claim("c1", "BUYS_FROM", "c2", "considered", confidence="doubtful", chips=["x"]),
        claim("c2", "DESIGNS", "x", locator="1", confidence="confirmed"),
    )
    (path,) = paths(graph)
    assert (path.status, path.stated, path.confidence) == ("considered", True, pytest.approx(0.2))


def test_a_named_owner_counts_more_than_another_report_that_is_silent() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2"),
        claim("c2", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x", owner="c3"),
        claim("d1", "HOSTS", "x", document="two"),
    )
    assert routes(graph) == []


def test_a_place_that_is_only_considered_confirms_nothing_done() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x"),
        claim("d1", "LOCATED_IN", "ra", "considered"),
    )
    assert [path.marks for path in paths(graph)] == [("place not confirmed",)]


def test_what_is_bought_elsewhere_does_not_confirm_where_it_was_rented() -> None:
    graph = graph_of(claim("c1", "LEASES_FROM", "c2", regions=["ra"]), claim("c2", "BUYS", "x"))
    assert [path.marks for path in paths(graph)] == [("place not confirmed",)]


def test_a_summary_in_another_order_or_place_corroborates_nothing() -> None:
    steps = [
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "LEASES_FROM", "c3"),
        claim("c3", "USES", "x", regions=["ra"]),
    ]
    summaries = [({"via": ["c2", "c3"]}, 1), ({"via": ["c3", "c2"]}, 0), ({"via": ["c2"], "regions": ["rb"]}, 0)]
    for told, count in summaries:
        (path,) = paths(graph_of(*steps, claim("c1", "USES", "x", **told)))
        assert len(path.corroborated_by) == count


def test_a_stated_path_says_when_its_steps_do_not_overlap() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", locator="1", since="2020", until="2021"),
        claim("c2", "USES", "x", locator="1", since="2023"),
    )
    assert paths(graph)[0].marks[-1] == "steps do not overlap in time"


def test_an_origin_is_one_whatever_its_case_and_no_part_of_a_word() -> None:
    graph = graph_of(
        claim("c1", "USES", "x", attribution="Reuters"),
        claim("c1", "USES", "x", document="two", attribution="REUTERS"),
    )
    assert paths(graph)[0].confidence == pytest.approx(0.75)
    cited = Document(id="d", name="D", cites="FT")
    assert find_origin(claim("c1", "USES", "x", attribution="Microsoft"), cited) == "Microsoft"
    assert find_origin(claim("c1", "USES", "x", attribution="two people, via (FT)"), cited) == "FT"


def test_no_step_is_read_backwards_and_products_and_chips_are_not_passed() -> None:
    graph = graph_of(
        claim("c2", "LEASES_FROM", "c1"),
        claim("c2", "USES", "x"),
        claim("c1", "OWNS", "p1"),
        claim("p1", "USES", "x"),
        claim("c1", "USES", "xa"),
        claim("xa", "VARIANT_OF", "x"),
    )
    assert routes(graph) == []


def test_a_path_ends_at_a_form_of_the_family_and_not_at_its_sibling() -> None:
    graph = graph_of(
        claim("xsxm", "FORM_OF", "x"),
        claim("xpcie", "FORM_OF", "x"),
        claim("c1", "USES", "xsxm"),
        claim("c1", "USES", "xpcie"),
    )
    assert routes(graph) == ["c1 xpcie", "c1 xsxm"]
    assert routes(graph, "c1", "xsxm") == ["c1 xsxm"]


def test_a_path_that_ends_at_a_class_is_told_apart_and_names_it() -> None:
    graph = graph_of(
        claim("x", "IN_CLASS", "xany"),
        claim("c1", "USES", "xany", confidence="confirmed"),
        claim("c1", "LEASES_FROM", "c2"),
        claim("c2", "USES", "x", confidence="doubtful"),
    )
    assert [(path.nodes[-1], path.chip_class) for path in paths(graph)] == [("x", None)]
    (unnamed,) = unnamed_paths(graph)
    assert (unnamed.nodes, unnamed.chip_class, unnamed.confidence) == (("c1", "xany"), "xany", pytest.approx(0.95))
    assert unnamed.marks == ("model not specified",)


def test_a_family_does_not_name_its_form() -> None:
    graph = graph_of(claim("xsxm", "FORM_OF", "x"), claim("c1", "USES", "x"))
    assert routes(graph, "c1", "x") == ["c1 x"]
    assert routes(graph, "c1", "xsxm") == []
    assert [path.chip_class for path in unnamed_paths(graph, "xsxm")] == ["x"]


def test_a_purchase_that_names_the_model_is_no_purchase_of_the_class_from_its_designer() -> None:
    graph = graph_of(
        claim("x", "IN_CLASS", "xany"),
        claim("c1", "BUYS_FROM", "c2", chips=["x"]),
        claim("c2", "DESIGNS", "x"),
        claim("c2", "DESIGNS", "xany"),
    )
    assert routes(graph) == ["c1 c2 x"]
    assert unnamed_paths(graph) == []


RULEBOOK = msgspec.structs.replace(
    read_rulebook(),
    chips=(
        Chip(id="x", name="X", vendor="V", announced="2024-03", sold=True),
        Chip(id="xown", name="XOWN", vendor="V", announced="2020", sold=False),
        Chip(id="xchina", name="XCHINA", vendor="V", announced="2020", sold=True, market="china"),
        Chip(id="xold", name="XOLD", vendor="V", announced="2020", sold=True),
    ),
)


@pytest.mark.parametrize(
    ("chip", "document", "where", "could"),
    [
        ("xold", "one", {}, True),
        ("xrival", "one", {}, False),  # of another maker
        ("xown", "one", {}, False),  # never sold
        ("x", "one", {}, True),
        ("x", "three", {}, False),  # announced a year after the report
        ("xchina", "one", {"regions": ["rusa"]}, False),  # made for another market
        ("xchina", "one", {"regions": ["china"]}, True),
        ("xchina", "one", {}, False),  # the buyer's seat
    ],
)
def test_a_class_holds_only_chips_that_could_be_meant(
    chip: str, document: str, where: dict[str, list[str]], could: bool
) -> None:
    members = ["x", "xold", "xown", "xchina", "xrival"]
    claims = [
        *(claim(one, "IN_CLASS", "xany") for one in members),
        claim("c2", "DESIGNS", "xany"),
        *(claim("c2", "DESIGNS", one) for one in members[:-1]),
        claim("c3", "DESIGNS", "xrival"),
        claim("c1", "HEADQUARTERED_IN", "rusa"),
        claim("c1", "USES", "xany", document=document, **where),
    ]
    china = Entity(id="china", name="China", kind="Region")
    ids = {one.subject for one in claims} | {one.object for one in claims}
    graph = build_graph([*map(entity, sorted(ids)), china], claims, DOCUMENTS)
    found = Search(Network.of(graph, RULEBOOK), "c1", chip, Filters(), max_hops=3, unnamed=True)
    assert bool(list(found)) is could


def test_what_a_company_has_without_a_provider_or_a_site_comes_after_every_route_that_is_told() -> None:
    graph = graph_of(
        claim("c1", "USES", "x", confidence="confirmed"),
        claim("c1", "OWNS", "c2", confidence="confirmed"),
        claim("c2", "BUYS", "x", confidence="confirmed"),
        claim("c1", "LEASES_FROM", "c3", confidence="doubtful"),
        claim("c3", "USES", "x", confidence="doubtful", document="three"),
        claim("c1", "BUYS", "xform", sites=["d1"], confidence="doubtful"),
        claim("xform", "FORM_OF", "x"),
    )
    found = [(" ".join(path.nodes), path.holding) for path in paths(graph)]
    assert found == [("c1 xform", False), ("c1 c3 x", False), ("c1 x", True), ("c1 c2 x", True)]


def test_a_holding_of_a_better_status_still_comes_first() -> None:
    graph = graph_of(claim("c1", "USES", "x"), claim("c1", "LEASES_FROM", "c2", "planned"), claim("c2", "USES", "x"))
    assert routes(graph) == ["c1 x", "c1 c2 x"]


def test_a_need_gives_no_access() -> None:
    assert routes(graph_of(claim("c1", "NEEDS", "x"))) == []


def test_chips_of_an_owner_are_reached_only_through_the_owner() -> None:
    owned = [
        claim("c1", "LEASES_FROM", "c2"),
        claim("c2", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x", owner="c3"),
        claim("c3", "OPERATES", "d1"),
    ]
    assert routes(graph_of(*owned)) == []
    assert routes(graph_of(*owned), "c3") == ["c3 d1 x"]
    assert routes(graph_of(*owned, claim("c1", "LEASES_FROM", "c3"))) == ["c1 c3 d1 x"]


@pytest.mark.parametrize("status", ["refused", "negated", "alleged"])
def test_refused_and_negated_claims_make_no_path_and_alleged_ones_only_when_asked(status: str) -> None:
    graph = graph_of(claim("c1", "USES", "x", status=status))
    assert routes(graph) == []
    asked = routes(graph, statuses=frozenset({"done", "alleged"}))
    assert asked == (["c1 x"] if status == "alleged" else [])


def test_a_claim_that_sums_a_path_up_stands_beside_it_and_is_no_step() -> None:
    graph = graph_of(claim("c1", "LEASES_FROM", "c2"), claim("c2", "USES", "x"), claim("c1", "USES", "x", via=["c2"]))
    (path,) = paths(graph)
    assert path.nodes == ("c1", "c2", "x")
    assert [one.via for one in path.corroborated_by] == [("c2",)]


def test_a_denial_stands_beside_the_step_and_changes_nothing() -> None:
    graph = graph_of(claim("c1", "USES", "x", "alleged"), claim("c1", "USES", "x", "negated", document="two"))
    (path,) = paths(graph, statuses=frozenset({"done", "alleged"}))
    assert [one.status for one in path.steps[0].claims] == ["alleged"]
    assert [one.document for one in path.steps[0].denied_by] == ["two"]


def test_a_denial_belongs_to_the_claim_whose_scope_it_meets() -> None:
    def denied(denial: dict[str, list[str]], plan: dict[str, list[str]]) -> bool:
        graph = graph_of(
            claim("rcity", "PART_OF", "rland"),
            claim("c1", "BUYS_FROM", "c2", "planned", chips=["x"], **plan),
            claim("c1", "BUYS_FROM", "c2", "negated", "two", **denial),
            claim("c2", "DESIGNS", "x"),
        )
        (path,) = paths(graph)
        return bool(path.steps[0].denied_by)

    assert denied({}, {"regions": ["rland"]})
    assert denied({"regions": ["rcity"]}, {"regions": ["rland"]})
    assert not denied({"regions": ["rother"]}, {"regions": ["rland"]})
    assert denied({"chips": ["x"]}, {})
    assert not denied({"chips": ["xother"]}, {})


def test_an_inability_is_no_denial() -> None:
    unable = claim("c1", "USES", "x", "negated", "two", inability=True)
    (path,) = paths(graph_of(claim("c1", "USES", "x"), unable))
    assert path.steps[0].denied_by == ()


def test_the_wording_of_a_summary_takes_no_denial_away() -> None:
    denial = msgspec.structs.replace(
        claim("c1", "USES", "x", "negated", "two"),
        summary="C1 says that it has none, and that this cannot be denied.",
    )
    (path,) = paths(graph_of(claim("c1", "USES", "x"), denial))
    assert [one.document for one in path.steps[0].denied_by] == ["two"]


def test_a_denial_of_one_relation_says_nothing_of_another() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2"),
        claim("c1", "BUYS_FROM", "c2", "negated", "two"),
        claim("c2", "USES", "x"),
    )
    (path,) = (path for _, path in search(graph))
    assert path.steps[0].denied_by == ()


def test_the_place_that_is_as_sure_as_the_path_is_read_where_a_claim_names_the_site_alone() -> None:
    graph = graph_of(
        claim("c1", "OPERATES", "d1", sites=["d1"]),
        claim("d1", "HOSTS", "x"),
        claim("d1", "LOCATED_IN", "r1", "planned"),
        claim("d1", "LOCATED_IN", "r2"),
    )
    (path,) = (path for _, path in search(graph))
    assert path.marks == ()


def test_who_refused_is_told_beside_the_paths_and_other_near_misses_are_not() -> None:
    graph = graph_of(
        claim("c1", "USES", "x"),
        claim("c1", "LEASES_FROM", "c2", "refused"),
        claim("c2", "USES", "x"),
        claim("c1", "LEASES_FROM", "c3", "alleged"),
        claim("c3", "USES", "x"),
        claim("c1", "BUYS_FROM", "c4", "negated"),
        claim("c4", "USES", "x"),
    )
    found = search(graph)
    assert len(list(found)) == 1
    assert {miss.reasons for miss in find_refusals(found)} == {("refused",), ("negated",)}
    assert {miss.steps[0][2] for miss in find_refusals(found)} == {"c2", "c4"}


def test_a_step_is_implied_only_if_all_its_claims_are() -> None:
    graph = graph_of(
        claim("c1", "LEASES_FROM", "c2", locator="1"),
        claim("c2", "USES", "x", locator="1", implied=True),
        claim("c2", "USES", "x", document="two"),
    )
    (path,) = paths(graph)
    assert path.stated and not path.steps[1].implied
