"""A slice gives the answers of the whole graph, is bounded, and says where it was cut."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import slices
from graphkit.answers import selection
from graphkit.engines import Store, open_store
from graphkit.errors import AmbiguousName, InvalidValue, StoreError, UnknownName
from graphkit.factbase import FactBase, read_factbase, read_rulebook
from graphkit.facts import Claim, Entity
from graphkit.graph import Filters, build_graph
from graphkit.loading.load import load
from graphkit.paths import Network, Search, explain_absence
from graphkit.rules import judge_path
from graphkit.slices import widening
from tests.hand_drawn_graphs import (
    CHIPS,
    COMPANIES,
    DOCUMENTS,
    REGIONS,
    SITES,
    TAXONOMY,
    claim,
    entity,
    random_claims,
)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Store]:
    """An empty embedded database: what a slice holds is decided above the seam, so one engine is enough."""
    with open_store(tmp_path / "graph.kgl", readonly=False) as opened:
        yield opened


EVERY = Filters(statuses=frozenset({"done", "planned", "considered", "alleged"}))


def base_of(*claims: Claim, generic: tuple[str, ...] = ()) -> FactBase:
    ids = {*COMPANIES, *SITES, *CHIPS, *REGIONS}
    for one in claims:
        ids |= {one.subject, one.object, *one.chips, *one.sites, *one.regions, *one.via, *filter(None, [one.owner])}
    people = tuple(entity(id_, generic=id_ in generic) for id_ in sorted(ids))
    named = {one.id: msgspec.structs.replace(one, factbase="made") for one in claims}
    return FactBase("made", tuple(DOCUMENTS), people, tuple(named.values()), "0")


def loaded(store: Store, *claims: Claim, generic: tuple[str, ...] = ()) -> FactBase:
    base = base_of(*claims, generic=generic)
    store.create_schema()
    load(store, base)
    return base


def answers(network: Network, max_hops: int, filters: Filters = EVERY) -> list[object]:
    """Everything that the search says of each path, in its order."""
    return [
        (rank, path)
        for unnamed in (False, True)
        for rank, path in Search(network, "c1", "x", filters, max_hops=max_hops, unnamed=unnamed)
    ]


def routes(network: Network, max_hops: int) -> set[tuple[tuple[str, str], ...]]:
    return {
        tuple((step.relation, step.object) for step in path.steps)
        for _, path in Search(network, "c1", "x", EVERY, max_hops=max_hops)
    }


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random_claims(), st.integers(1, 5), st.sampled_from([0, 1, 3, 200]), st.integers(0, 30))
def test_a_slice_gives_the_answers_of_the_whole_graph(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    claims: list[Claim],
    max_hops: int,
    wide: int,
    max_slice: int,
) -> None:
    # claims ahead from which on a slice looks back too: small graphs are to be met from both ends as well
    monkeypatch.setattr(widening, "_WIDE", wide)
    monkeypatch.setattr(widening, "_NEAR", wide)
    with open_store(tmp_path_factory.mktemp("slice") / "g.kgl", readonly=False) as store:
        base = loaded(store, *claims, *TAXONOMY)
        whole = Network.of(build_graph(base.entities, base.claims, base.documents))
        part = slices.fetch_access_slice(store, ["c1"], ["x"], max_hops=max_hops)
        assert not part.truncated
        assert answers(Network.of(part.graph), max_hops) == answers(whole, max_hops)
        dated = Filters(on="2024", statuses=EVERY.statuses)
        assert answers(Network.of(part.graph), max_hops, dated) == answers(whole, max_hops, dated)
        slim = slices.fetch_path_slice(store, ["c1"], ["x"], max_hops=max_hops)
        assert not slim.truncated
        assert answers(Network.of(slim.graph), max_hops) == answers(whole, max_hops)
        assert answers(Network.of(slim.graph), max_hops, dated) == answers(whole, max_hops, dated)
        # what is left of a slice that was cut may be less, never more
        bounded = slices.fetch_access_slice(store, ["c1"], ["x"], max_hops=max_hops, max_slice=max_slice + 1)
        slim = slices.fetch_path_slice(store, ["c1"], ["x"], max_hops=max_hops, max_slice=max_slice + 1)
        all_ = routes(whole, max_hops)
        for cut in (bounded, slim):
            some = routes(Network.of(cut.graph), max_hops)
            assert some <= all_
            assert cut.truncated or some == all_


@pytest.mark.slow
def test_the_rules_say_the_same_on_a_slice_as_on_the_whole_graph(embedded: Store) -> None:
    base, rulebook, day = read_factbase(), read_rulebook(), "2025-06"
    load(embedded, base)
    whole = Network.of(build_graph(base.entities, base.claims, base.documents), rulebook)

    def told(network: Network, buyer: str, chip: str) -> list[tuple[tuple[str, ...], object]]:
        searches = [Search(network, buyer, chip, EVERY, max_hops=6, unnamed=unnamed) for unnamed in (False, True)]
        found = [path for search in searches for _, path in itertools.islice(search, 10)]
        return [(path.nodes, judge_path(network.graph, path, rulebook, day, today=day, chip=chip)) for path in found]

    names = {kind: sorted(one.id for one in base.entities if one.kind == kind) for kind in ("Company", "Chip")}
    pairs = [(buyer, chip) for buyer in names["Company"] for chip in names["Chip"][::3]][::7]
    # cut-down variants, a rented hall, and sites whose operators say who supplies them
    pairs += [("bytedance", "h20"), ("tencent", "l20"), ("bytedance", "h100"), ("indosat", "gb200")]
    seen = 0
    for buyer, chip in pairs:
        expected = told(whole, buyer, chip)
        seen += bool(expected)
        if expected:
            part = slices.fetch_path_slice(embedded, [buyer], [chip], max_hops=6)
            on_paths = {node for nodes, _ in expected for node in nodes}
            around = slices.add_surroundings(embedded, part, on_paths)
            wide = slices.fetch_access_slice(embedded, [buyer], [chip], max_hops=6)
            for found in (around, wide):
                assert told(Network.of(found.graph, rulebook), buyer, chip) == expected, (buyer, chip)
    assert seen > 25


def test_who_supplies_a_site_and_who_lets_the_hall_are_in_the_slice_but_lead_nowhere(embedded: Store) -> None:
    loaded(
        embedded,
        claim("c1", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x"),
        claim("c1", "LEASES_SPACE_FROM", "c2"),
        claim("c2", "OPERATES", "d1"),
        claim("c2", "OPERATES", "d2"),
        claim("d2", "HOSTS", "xother"),
        claim("c1", "BUYS_FROM", "c3"),
        claim("c3", "HEADQUARTERED_IN", "ra"),
        claim("c3", "BUYS_FROM", "c4"),
        claim("x", "VARIANT_OF", "xother"),
        generic=("c3",),
    )
    slim = slices.fetch_path_slice(embedded, ["c1"], ["x"], max_hops=2)
    around = slices.add_surroundings(embedded, slim, {"c1", "d1", "x"})
    for part in (around, slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=1)):
        found = {(one.subject, one.relation, one.object) for one in part.graph.iterate_claims()}
        assert found >= {
            ("c1", "LEASES_SPACE_FROM", "c2"),
            ("c2", "OPERATES", "d1"),
            ("c1", "BUYS_FROM", "c3"),
            ("c3", "HEADQUARTERED_IN", "ra"),
            ("x", "VARIANT_OF", "xother"),
        }
        assert not {"d2", "c4"} & set(part.graph)
    assert not {"c2", "c3"} & set(slim.graph)
    assert "c3" in around.unexplored


@pytest.mark.parametrize("wide", [0, 200])
def test_a_slice_for_paths_reaches_as_far_as_it_was_asked_and_no_further(
    store: Store, monkeypatch: pytest.MonkeyPatch, wide: int
) -> None:
    monkeypatch.setattr(widening, "_WIDE", wide)
    monkeypatch.setattr(widening, "_NEAR", wide)
    chain = [claim(f"c{n}", "LEASES_FROM", f"c{n + 1}") for n in range(1, 7)]
    beside = [claim(f"c{n}", "LEASES_FROM", f"c{n}{k}") for n in range(1, 8) for k in range(3)]
    customers = [claim(f"c9{n:04}", "LEASES_FROM", "c4") for n in range(50)]
    loaded(store, *chain, *beside, *customers, claim("c7", "USES", "x"), claim("c3", "USES", "xform"), *TAXONOMY)
    for max_hops in range(1, 9):
        part = slices.fetch_path_slice(store, ["c1"], ["x"], max_hops=max_hops)
        found = [path.nodes for _, path in Search(Network.of(part.graph), "c1", "x", EVERY, max_hops=max_hops)]
        near, far = ("c1", "c2", "c3", "xform"), ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "x")
        assert found == [path for path in (near, far) if len(path) <= max_hops + 1]
        assert not {"c10", "c90001", "c999"} & set(part.graph)


def test_a_slice_that_holds_just_what_there_is_is_not_cut(embedded: Store) -> None:
    providers = [f"c{n}" for n in range(2, 22)]
    chips = claim("xa", "FORM_OF", "x"), claim("xb", "FORM_OF", "x")
    loaded(
        embedded,
        *chips,
        *(claim("c1", "LEASES_FROM", name) for name in providers),
        *(claim(name, "USES", end) for name in providers for end in ("x", "xa", "xb")),
    )
    whole = slices.fetch_path_slice(embedded, ["c1"], ["x"], max_hops=2)
    assert (whole.size, whole.truncated) == (82, False)
    exact = slices.fetch_path_slice(embedded, ["c1"], ["x"], max_hops=2, max_slice=80)
    assert (exact.size, exact.truncated) == (82, False)  # what the chips belong to is never cut
    assert slices.fetch_path_slice(embedded, ["c1"], ["x"], max_hops=2, max_slice=79).truncated


def test_the_place_of_a_site_that_only_a_scope_names_is_in_the_slice(embedded: Store) -> None:
    base = loaded(
        embedded,
        claim("c1", "LEASES_FROM", "c2", sites=["d1"]),
        claim("c2", "USES", "x", regions=["rb"]),
        claim("d1", "LOCATED_IN", "ra"),
        *TAXONOMY,
    )
    part = slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=4)
    whole = Network.of(build_graph(base.entities, base.claims, base.documents))
    assert answers(Network.of(part.graph), 4) == answers(whole, 4) == []


def test_forms_of_forms_are_met_from_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widening, "_WIDE", 0)
    loaded(
        store,
        claim("xa", "FORM_OF", "xb"),
        claim("xb", "FORM_OF", "x"),
        claim("c3", "USES", "xa"),
        *(claim("c1", "LEASES_FROM", f"c{n}") for n in range(2, 9)),
    )
    part = slices.fetch_access_slice(store, ["c1"], ["x"], max_hops=2)
    search = Search(Network.of(part.graph), "c1", "x", EVERY, max_hops=2)
    assert [path.nodes for _, path in search] == [("c1", "c3", "xa")]


def test_the_customers_of_a_hub_on_the_way_are_not_fetched(embedded: Store) -> None:
    customers = [claim(f"c{n:05}", "LEASES_FROM", "c2") for n in range(10, 1_010)]
    loaded(embedded, claim("c1", "LEASES_FROM", "c2"), *customers, claim("c2", "USES", "x"))
    part = slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=6)
    assert (part.size, part.truncated) == (2, False)
    search = Search(Network.of(part.graph), "c1", "x", EVERY, max_hops=6)
    assert [path.nodes for _, path in search] == [("c1", "c2", "x")]


def test_where_a_hub_lies_ahead_the_slice_meets_it_from_behind(store: Store) -> None:
    suppliers = [claim("c2", "BUYS_FROM", f"c{n:05}") for n in range(10, 1_010)]
    beyond = [claim(f"c{n:05}", "OPERATES", f"d{n:05}") for n in range(10, 1_010)]
    loaded(
        store,
        claim("c1", "LEASES_FROM", "c2"),
        *suppliers,
        *beyond,
        claim("c00500", "LEASES_FROM", "c3"),
        claim("c3", "USES", "x"),
    )
    part = slices.fetch_access_slice(store, ["c1"], ["x"], max_hops=4)
    assert part.size < 10
    (path,) = [path for _, path in Search(Network.of(part.graph), "c1", "x", EVERY, max_hops=4)]
    assert path.nodes == ("c1", "c2", "c00500", "c3", "x")


def test_a_slice_that_is_cut_says_so_and_keeps_its_bound(embedded: Store) -> None:
    loaded(embedded, *(claim("c1", "LEASES_FROM", f"c{n}") for n in range(2, 50)), claim("c49", "USES", "x"))
    part = slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=3, max_slice=10)
    # ten, and the one that says who has the chip
    assert (part.size, part.truncated) == (11, True)
    assert not slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=3, max_slice=49).truncated


def test_ties_that_are_known_already_take_no_room_from_new_ones(
    embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widening, "_NEAR", 0)
    monkeypatch.setattr(widening, "_WIDE", 0)
    leases = [("c1", "c2"), ("c1", "c3"), ("c1", "c4"), ("c2", "c4"), ("c3", "c1"), ("c3", "c2"), ("c4", "c2")]
    uses = [("c1", "xany"), ("c2", "xform"), ("c3", "xany"), ("c4", "x"), ("c4", "xany")]
    loaded(
        embedded,
        *(claim(a, "LEASES_FROM", b) for a, b in leases),
        *(claim(a, "USES", b) for a, b in uses),
        claim("c4", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x"),
        *TAXONOMY,
    )
    for max_slice in range(1, 20):
        part = slices.fetch_path_slice(embedded, ["c1"], ["x"], max_hops=3, max_slice=max_slice)
        assert part.truncated or "d1" in part.graph


def test_a_slice_that_was_cut_never_lets_a_path_leave_a_scope(embedded: Store) -> None:
    loaded(
        embedded,
        claim("c1", "LEASES_FROM", "c2", regions=["ra"]),
        claim("c2", "OPERATES", "d1"),
        claim("d1", "HOSTS", "x"),
        claim("d1", "LOCATED_IN", "rb"),
    )
    for max_slice in range(1, 6):
        part = slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=3, max_slice=max_slice)
        assert routes(Network.of(part.graph), 3) == set()


@pytest.mark.parametrize("wide", [0, 200])
def test_what_lies_beyond_the_rounds_of_a_slice_is_no_dead_end(
    embedded: Store, monkeypatch: pytest.MonkeyPatch, wide: int
) -> None:
    monkeypatch.setattr(widening, "_WIDE", wide)
    chain = [claim(f"c{n}", "LEASES_FROM", f"c{n + 1}") for n in range(1, 8)]
    loaded(
        embedded,
        *chain,
        claim("c8", "USES", "x"),
        *(claim("c9", "USES", f"x{n}") for n in range(5)),
        generic=tuple(f"c{n}" for n in range(2, 9)),
    )
    for max_hops in range(1, 9):
        part = slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=max_hops + 1)
        search = Search(Network.of(part.graph), "c1", "x", EVERY, max_hops=max_hops)
        found = [path.nodes for _, path in search]
        negative = explain_absence(search, truncated=part.truncated or part.deeper, unexplored=part.unexplored)
        assert bool(found) == (max_hops == 8)
        if not found:
            assert (negative.outcome, negative.unnamed) == ("bound hit", ())


def test_a_neighbourhood_has_every_claim_within_its_radius(embedded: Store) -> None:
    loaded(
        embedded,
        claim("c2", "LEASES_FROM", "c1"),
        claim("c1", "COMPETES_WITH", "c3"),
        claim("c3", "USES", "x"),
        claim("c4", "USES", "xother"),
    )
    near, wider = (slices.fetch_neighbourhood(embedded, ["c1"], radius=radius) for radius in (1, 2))
    assert set(near.graph) == {"c1", "c2", "c3"}
    assert set(wider.graph) == {"c1", "c2", "c3", "x"}
    assert slices.fetch_neighbourhood(embedded, ["c1"], max_slice=1).truncated
    assert slices.fetch_whole(embedded).size == 4
    assert (slices.fetch_whole(embedded, max_slice=3).size, slices.fetch_whole(embedded, max_slice=3).truncated) == (
        3,
        True,
    )


def test_what_others_wrote_into_the_database_is_passed_over(store: Store) -> None:
    loaded(store, claim("c1", "LEASES_FROM", "c2"), claim("c2", "USES", "x"))
    store.write("MATCH (a:Entity {id: 'c1'}), (b:Entity {id: 'c2'}) CREATE (a)-[:KNOWS {since: 7}]->(b)")
    store.write("MATCH (a:Entity {id: 'c1'}), (b:Entity {id: 'c2'}) CREATE (a)-[:LEASES_FROM {id: 7}]->(b)")
    store.write("CREATE (:Entity {id: 'theirs'})")
    every = slices.fetch_whole(store), slices.fetch_neighbourhood(store, ["c1"], radius=2)
    asked = [
        slice_(store, ["c1"], ["x"], max_hops=3) for slice_ in (slices.fetch_path_slice, slices.fetch_access_slice)
    ]
    assert [part.size for part in (*every, *asked)] == [2, 2, 2, 2]
    assert "theirs" not in {one.id for one in store.reader.list_entities()}


def test_what_looks_like_a_claim_and_is_none_is_a_fault_of_the_database(store: Store) -> None:
    loaded(store, claim("c1", "LEASES_FROM", "c2"))
    store.write(
        "MATCH (a:Entity {id: 'c1'}), (b:Entity {id: 'c2'}) CREATE (a)-[:USES {id: 'odd', factbase: 'made'}]->(b)"
    )
    with pytest.raises(StoreError, match=r"looks like the claim 'odd' and is none \(.*\): take it out"):
        slices.fetch_whole(store)


def test_what_is_kept_of_a_slice_that_is_cut_does_not_depend_on_the_order_of_loading(embedded: Store) -> None:
    claims = [claim("c1", "LEASES_FROM", f"c{n}") for n in range(2, 50)]
    first = sorted(one.id for one in claims)[:10]
    loaded(embedded, *claims)
    part = slices.fetch_access_slice(embedded, ["c1"], ["x"], max_hops=3, max_slice=10)
    assert sorted(one.id for one in part.graph.iterate_claims()) == first


NAMES = [
    ("societe-generale", "Société Générale", "Company", ("SocGen", "Bank")),
    ("region-sg", "Singapore", "Region", ("SG", "SGP")),
    ("sg-bank", "SG", "Company", ()),
    ("other", "Other Bank", "Company", ("Bank",)),
    ("h100", "H100", "Chip", ()),
    ("h200", "H200", "Chip", ()),
    ("twin", "First", "Company", ()),
    ("another", "Twin", "Company", ()),
]


def test_a_store_finds_the_entity_that_the_graph_would_find(store: Store) -> None:
    people = tuple(Entity(id=id_, name=name, kind=kind, aliases=aliases) for id_, name, kind, aliases in NAMES)
    store.create_schema()
    load(store, FactBase("names", (), people, (), "0"))
    many = selection.NameLookup(store, many=True)
    for name, kinds, expected in (
        ("société générale", None, "societe-generale"),
        ("  SOCIETE   generale ", None, "societe-generale"),
        ("socgen", None, "societe-generale"),
        ("region-sg", None, "region-sg"),
        ("sg", None, "sg-bank"),
        ("sg", {"Region"}, "region-sg"),
        ("twin", None, "twin"),
        ("TWIN", None, "twin"),
    ):
        assert (
            selection.look_up_entity(store, name, kinds).id
            == expected
            == selection.look_up_entity(store, name, kinds, names=many).id
        )
    for name, kinds, fault in (
        ("bank", None, AmbiguousName),
        ("H300", None, UnknownName),
        ("", None, UnknownName),
        ("x' OR true OR n.id = 'h100", None, UnknownName),
    ):
        with pytest.raises(fault) as here:
            selection.look_up_entity(store, name, kinds)
        with pytest.raises(fault) as there:
            selection.look_up_entity(store, name, kinds, names=many)
        assert str(here.value) == str(there.value)
    with pytest.raises(InvalidValue, match="H100 is a Chip: give a buyer here"):
        selection.look_up_entity(store, "h100", {"Company"}, "buyer")
