"""Access paths on graphs small enough to draw, and against brute force on random ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.facts import Claim, Document, Entity, claim_id, earliest, latest, origin, passage
from graphkit.graph import Filters, build_graph, holds
from graphkit.ontology import CONFIDENCES, RELATIONS, STATUSES
from graphkit.paths import AccessPath, Network, Search, explain, refusals, undated
from graphkit.paths.evaluation import Rank

if TYPE_CHECKING:
    from graphkit.graph import Graph

KINDS = {"c": "Company", "d": "Datacenter", "x": "Chip", "r": "Region", "p": "Product"}
DOCUMENTS = [
    Document(id="one", name="One", publisher="P", published="2024-06"),
    Document(id="two", name="Two", publisher="P", published="2025"),
    Document(id="three", name="Three", publisher="Q", published="2023-01-15"),
    Document(id="undated", name="Undated"),
]


def entity(id_: str, *, generic: bool = False) -> Entity:
    """An entity whose kind is told by the first letter of its id."""
    return Entity(id=id_, name=id_.upper(), kind=KINDS[id_[0]], generic=generic)


def claim(
    subject: str,
    relation: str,
    object_: str,
    status: str = "done",
    document: str = "one",
    locator: str = "",
    confidence: str = "likely",
    **rest: object,
) -> Claim:
    scope = {name: tuple(rest.get(name, ())) for name in ("chips", "sites", "regions")}  # type: ignore[arg-type]
    rest.update(scope, via=tuple(rest.get("via", ())))  # type: ignore[arg-type]
    return Claim(
        id=claim_id(document, locator, subject, relation, object_, status, *scope.values()),
        document=document,
        locator=locator,
        subject=subject,
        relation=relation,
        object=object_,
        status=status,
        confidence=confidence,
        summary="as told",
        **rest,  # type: ignore[arg-type]
    )


def graph_of(*claims: Claim, generic: tuple[str, ...] = ()) -> Graph:
    ids = set()
    for one in claims:
        ids |= {one.subject, one.object, *one.chips, *one.sites, *one.regions, *one.via, *filter(None, [one.owner])}
    return build_graph([entity(id_, generic=id_ in generic) for id_ in sorted(ids)], claims, DOCUMENTS)


def search(graph: Graph, buyer: str = "c1", chip: str = "x", max_hops: int = 6, **filters: object) -> Search:
    return Search(Network.of(graph), buyer, chip, Filters(**filters), max_hops=max_hops)  # type: ignore[arg-type]


def paths(graph: Graph, buyer: str = "c1", chip: str = "x", max_hops: int = 6, **filters: object) -> list[AccessPath]:
    return [path for _, path in search(graph, buyer, chip, max_hops, **filters)]


def routes(graph: Graph, *args: object, **filters: object) -> list[str]:
    return [" ".join(path.nodes) for path in paths(graph, *args, **filters)]  # type: ignore[arg-type]


# what makes a path ------------------------------------------------------------------------


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
    assert (path.status, path.stated, path.confidence) == ("considered", False, pytest.approx(0.2 * 0.95))


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
    assert origin(claim("c1", "USES", "x", attribution="Microsoft"), cited) == "Microsoft"
    assert origin(claim("c1", "USES", "x", attribution="two people, via (FT)"), cited) == "FT"


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


def test_a_generic_chip_that_contains_it_comes_after_the_exact_model() -> None:
    graph = graph_of(
        claim("x", "IN_CLASS", "xany"),
        claim("c1", "USES", "xany", confidence="confirmed"),
        claim("c1", "LEASES_FROM", "c2"),
        claim("c2", "USES", "x", confidence="doubtful"),
    )
    assert [(path.nodes[-1], path.marks[-1:]) for path in paths(graph)] == [
        ("x", ("names no site",)),
        ("xany", ("model not specified",)),
    ]


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
    assert {miss.reasons for miss in refusals(found)} == {("refused",), ("negated",)}
    assert {miss.steps[0][2] for miss in refusals(found)} == {"c2", "c4"}


# stated, composed, ranked -----------------------------------------------------------------


def test_a_path_is_stated_when_one_passage_supports_every_step() -> None:
    def stated(first: str, second: str) -> list[bool]:
        graph = graph_of(claim("c1", "LEASES_FROM", "c2", locator=first), claim("c2", "USES", "x", locator=second))
        return [path.stated for path in paths(graph)]

    assert stated("4", "4") == [True]
    assert stated("4", "3-5") == [True]
    assert stated("4", "5") == [False]
    assert stated("", "") == [False]


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
    graph = graph_of(claim("c1", "LEASES_FROM", "c2"), claim("c2", "USES", "x", document="two"))
    (path,) = paths(graph)
    assert [("evidence changes hands" in step.marks) for step in path.steps] == [False, True]


# time -------------------------------------------------------------------------------------


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
    assert [one.subject for one in undated(early)] == ["c1"]


def test_a_document_without_a_date_is_known_by_no_date() -> None:
    graph = graph_of(claim("c1", "USES", "x", document="undated"))
    assert routes(graph) == ["c1 x"]
    assert routes(graph, known_by="2030") == []


# honest negatives -------------------------------------------------------------------------


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


# against brute force ----------------------------------------------------------------------

COMPANIES, SITES = ["c1", "c2", "c3", "c4"], ["d1", "d2"]
CHIPS, REGIONS = ["x", "xform", "xany", "xother"], ["ra", "rb", "rab"]
TAXONOMY = [
    claim("xform", "FORM_OF", "x"),
    claim("x", "IN_CLASS", "xany"),
    claim("xother", "IN_CLASS", "xany"),
    claim("ra", "PART_OF", "rab"),
]
ENDS = [
    (subject, name, object_)
    for name, relation in RELATIONS.items()
    if relation.access or name == "LOCATED_IN"
    for kinds in relation.ends
    for subject in [*COMPANIES, *SITES]
    for object_ in [*COMPANIES, *SITES, *CHIPS, *REGIONS]
    if (KINDS[subject[0]], KINDS[object_[0]]) == kinds and subject != object_
]


@st.composite
def random_claims(draw: st.DrawFn) -> list[Claim]:
    found = []
    # a way from buyer to chip to begin with, so that most graphs have paths to get wrong
    way = ["c1", *draw(st.permutations(COMPANIES[1:]))[: draw(st.integers(0, 3))]]
    way += [draw(st.sampled_from(SITES))] * draw(st.integers(0, 1)) + [draw(st.sampled_from(CHIPS[:3]))]
    steps = [
        draw(st.sampled_from([end for end in ENDS if (end[0], end[2]) == pair])) for pair in itertools.pairwise(way)
    ]
    for subject, relation, object_ in [*steps, *draw(st.lists(st.sampled_from(ENDS), max_size=12))]:
        scope = {
            name: draw(st.lists(st.sampled_from(values), max_size=1))
            for name, values in (("chips", CHIPS), ("sites", SITES), ("regions", REGIONS))
            if draw(st.integers(0, 4)) == 0 and relation != "LOCATED_IN"
        }
        extra = {}
        if relation == "HOSTS" and draw(st.booleans()):
            extra["owner"] = draw(st.sampled_from(COMPANIES))
        if draw(st.booleans()):
            extra["since"] = draw(st.sampled_from(["2023", "2024-03", "2024-08-05", "2025"]))
        if draw(st.integers(0, 3)) == 0:
            extra["until"] = draw(st.sampled_from(["2025-06", "2026"]))
        found.append(
            claim(
                subject,
                relation,
                object_,
                draw(st.sampled_from(["done", "done", "done", "planned", "considered", "alleged", "refused"])),
                draw(st.sampled_from([document.id for document in DOCUMENTS])),
                draw(st.sampled_from(["", "1", "1", "2", "1-2"])),
                draw(st.sampled_from(list(CONFIDENCES))),
                **scope,
                **extra,
            )
        )
    return list({one.id: one for one in found}.values())


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


@settings(max_examples=100, deadline=None)
@given(random_claims(), st.sampled_from([None, "2024", "2024-08", "2025-07-01"]), st.integers(2, 5))
def test_the_search_equals_brute_force(claims: list[Claim], on: str | None, max_hops: int) -> None:
    graph = build_graph(map(entity, [*COMPANIES, *SITES, *CHIPS, *REGIONS]), [*claims, *TAXONOMY], DOCUMENTS)
    filters = Filters(on=on, statuses=frozenset({"done", "planned", "considered", "alleged"}))
    found = [
        (rank, tuple((step.relation, step.object) for step in path.steps))
        for rank, path in Search(Network.of(graph), "c1", "x", filters, max_hops=max_hops)
    ]
    expected = sorted(brute_force(graph, filters, max_hops))
    assert [rank for rank, _ in found] == [rank for rank, _ in expected]
    assert sorted(found) == expected


Keys: TypeAlias = tuple[tuple[str, str, str], ...]


def brute_force(graph: Graph, filters: Filters, max_hops: int) -> Iterator[tuple[Rank, tuple[tuple[str, str], ...]]]:
    """Every simple sequence of steps from c1 to x, read under every setting there is."""
    sources: dict[str, Document] = graph.graph["documents"]
    kept: dict[tuple[str, str, str], list[Claim]] = {}
    for _, _, data in graph.edges(data=True):
        one = data["claim"]
        if RELATIONS[one.relation].access and not one.via and filters.keep(one, sources[one.document]):
            kept.setdefault((one.subject, one.relation, one.object), []).append(one)

    def extend(nodes: tuple[str, ...], keys: Keys) -> Iterator[Keys]:
        if nodes[-1] in ("x", "xform", "xany"):
            yield keys
        elif nodes[-1][0] in "cd" and len(keys) < max_hops:
            for key in kept:
                if key[0] == nodes[-1] and key[2] not in nodes:
                    yield from extend((*nodes, key[2]), (*keys, key))

    for keys in extend(("c1",), ()):
        ranks = list(readings(graph, [kept[key] for key in keys], keys, filters))
        if ranks:
            yield min(ranks)[1], tuple((relation, object_) for _, relation, object_ in keys)


CLASSES = {"x": {"x", "xany"}, "xform": {"xform", "x", "xany"}, "xany": {"xany"}, "xother": {"xother", "xany"}}
FAMILIES = {"x": {"x"}, "xform": {"xform", "x"}, "xany": {"xany"}, "xother": {"xother"}}
INSIDE = {"ra": {"ra", "rab"}, "rb": {"rb"}, "rab": {"rab"}}


def readings(
    graph: Graph, steps: list[list[Claim]], keys: Keys, filters: Filters
) -> Iterator[tuple[tuple[object, ...], Rank]]:
    sources: dict[str, Document] = graph.graph["documents"]
    nodes = ["c1", *(object_ for _, _, object_ in keys)]
    site = next((node for node in nodes if node[0] == "d"), None)
    end = nodes[-1]

    def located(where: str | None, worst: int = 3) -> set[str]:
        return {
            data["claim"].object
            for _, _, data in graph.edges(data=True)
            if data["claim"].relation == "LOCATED_IN"
            and data["claim"].subject == where
            and data["claim"].status in ("done", "planned", "considered", "alleged")[: worst + 1]
        }

    moments: list[str | None] = [None]
    if filters.on:
        moments = [
            f"{year}-{month:02}-{day:02}"
            for year in (2023, 2024, 2025)
            for month in range(1, 13)
            for day in (1, 5, 15)
            if earliest(filters.on) <= f"{year}-{month:02}-{day:02}" <= latest(filters.on)
        ]
    for chip, where, region, moment in itertools.product(
        ["x", "xform"], [site] if site else [None, *SITES], [None, *REGIONS], moments
    ):
        if end not in CLASSES[chip]:
            continue
        places = located(where)
        if places and not (region and places & INSIDE[region]):
            continue

        def allows(
            one: Claim,
            chip: str = chip,
            where: str | None = where,
            region: str | None = region,
            moment: str | None = moment,
        ) -> bool:
            spell = holds(one, sources[one.document])
            return bool(
                (not one.chips or CLASSES[chip] & set(one.chips))
                and (not one.sites or where in one.sites)
                and (not one.regions or (region and INSIDE[region] & set(one.regions)))
                and (moment is None or (spell and spell[0] <= moment <= spell[1]))
            )

        admitted = [[one for one in step if allows(one)] for step in steps]
        owners = {one.owner for one in admitted[-1] if one.owner} if keys[-1][1] == "HOSTS" else set()
        if not all(admitted) or (owners and not owners & set(nodes)):
            continue
        spans = {(one.document, *span) for step in admitted for one in step if (span := passage(one.locator))}
        for span, chosen in itertools.product((None, *spans), named_before_designer(admitted, keys, end)):
            told = [[one for one in step if span is None or inside(one, span)] for step in chosen]
            if not all(told):
                continue
            limited = any(one.regions or one.sites for step in chosen for one in step)
            if site is None:
                acquired = chosen[-2] if keys[-1][1] == "DESIGNS" else chosen[-1]
                unsure = limited and not any(one.regions or one.sites for one in acquired)
            else:
                worst = max(min(STATUSES[one.status].tier or 0 for one in step) for step in told)
                sure = located(where, worst)
                unsure = limited and not any(region in INSIDE[place] for place in sure)
            tiers = [min(STATUSES[one.status].tier or 0 for one in step) for step in told]
            best = [
                [one for one in step if (STATUSES[one.status].tier or 0) == level]
                for step, level in zip(told, tiers, strict=True)
            ]
            if span:
                confidence = min(max(CONFIDENCES[one.confidence] for one in step) for step in best)
            else:
                confidence = math.prod(noisy_or(step, sources) for step in best)
            names = tuple(node.upper() for node in nodes)
            ties = (*names, *(relation for _, relation, _ in keys), *nodes)
            exact = "x" in FAMILIES[end]
            rank: Rank = (max(tiers), span is None, not exact, -round(confidence, 9), len(keys), ties)
            yield (rank[:3], unsure, rank[3]), rank


def named_before_designer(
    admitted: list[list[Claim]], keys: tuple[tuple[str, str, str], ...], end: str
) -> list[list[list[Claim]]]:
    """The admitted claims; before a designer once for each step, with only its claims that name the chip."""
    if keys[-1][1] != "DESIGNS":
        return [admitted]
    found = []
    for place in range(len(admitted) - 1):
        naming = [
            one for one in admitted[place] if any(end in CLASSES[name] or name in FAMILIES[end] for name in one.chips)
        ]
        if naming:
            found.append([*admitted[:place], naming, *admitted[place + 1 :]])
    return found


def inside(one: Claim, span: tuple[str, int, int]) -> bool:
    own = passage(one.locator)
    return own is not None and one.document == span[0] and span[1] <= own[0] and own[1] <= span[2]


def noisy_or(claims: list[Claim], sources: dict[str, Document]) -> float:
    best: dict[str, float] = {}
    for one in claims:
        who = origin(one, sources[one.document])
        best[who] = max(best.get(who, 0.0), CONFIDENCES[one.confidence])
    return 1.0 - math.prod(1.0 - value for value in best.values())
