"""The front door: sets of buyers, caches, answers as data; and no lease is drawn on to another place."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import graphkit
from graphkit.answers import selection
from graphkit.answers.explanation import format_confidence_sum
from graphkit.answers.question import BOUND
from graphkit.engines import open_store
from graphkit.engines.index_reader import IndexReader
from graphkit.errors import InvalidValue, UnknownName
from graphkit.explorer import Explorer
from graphkit.factbase import FactBase, read_factbase
from graphkit.facts import Claim
from graphkit.graph import Filters, build_graph
from graphkit.loading.cache import build
from graphkit.paths import AccessPath, Effort, Network, Search
from tests.command_line import small_base, ways
from tests.fact_bases import claim, write_base


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(scope="module")
def shipped() -> FactBase:
    return read_factbase()


@pytest.fixture(scope="module")
def explorer() -> Iterator[Explorer]:
    with Explorer.open() as opened:
        yield opened


# scope, from the claims' own data ---------------------------------------------------------


@pytest.mark.slow
def test_no_claim_is_drawn_on_to_a_place_a_chip_or_a_site_outside_its_scope(shipped: FactBase) -> None:
    """Over every path of every company of the shipped base to every chip, without a look at the search's own code."""
    kind = {one.id: one.kind for one in shipped.entities}
    up = Upward(shipped.claims)
    places: dict[str, set[str]] = {}
    for one in shipped.claims:
        if one.relation == "LOCATED_IN" and one.status in ("done", "planned", "considered", "alleged"):
            places.setdefault(one.subject, set()).add(one.object)
    network = Network.of(build_graph(shipped.entities, shipped.claims, shipped.documents))
    filters = Filters(statuses=frozenset({"done", "planned", "considered", "alleged"}))
    seen = scoped = 0
    for buyer in (id_ for id_ in kind if kind[id_] == "Company"):
        for chip in (id_ for id_ in kind if kind[id_] == "Chip"):
            for path in found_paths(network, buyer, chip, filters):
                seen += 1
                nodes = [path.steps[0].subject, *(step.object for step in path.steps)]
                sites = [node for node in nodes if kind[node] == "Datacenter"]
                stands = {wider for site in sites for place in places.get(site, ()) for wider in up.regions(place)}
                assert {kind[node] for node in nodes[:-1]} <= {"Company", "Datacenter"}
                assert chip in up.chips(nodes[-1]) or nodes[-1] in up.chips(chip)
                for step in path.steps:
                    for one in step.claims:
                        assert (one.subject, one.object) == (step.subject, step.object)
                        assert one.status not in ("refused", "negated", "proposed") and not one.via
                        if one.sites and sites:
                            assert set(sites) <= set(one.sites), (path, one)
                        if one.regions and stands:
                            narrower = any(stands & up.regions(region) for region in one.regions)
                            assert stands & set(one.regions) or narrower, (path, one)
                        if one.chips:
                            allowed = {chip, nodes[-1]}
                            assert any(
                                up.chips(name) & allowed or any(name in up.chips(end) for end in allowed)
                                for name in one.chips
                            ), (path, one)
                        scoped += bool(one.sites or one.regions or one.chips)
                if buyer == "tencent":
                    assert "oracle-servers-in-the-united-states-unnamed" not in nodes
    assert seen > 500 and scoped > 500


def found_paths(network: Network, buyer: str, chip: str, filters: Filters) -> Iterator[AccessPath]:
    for unnamed in (False, True):
        effort = Effort(40_000, 60.0)
        for _, path in Search(network, buyer, chip, filters, max_hops=6, unnamed=unnamed, effort=effort):
            yield path


class Upward:
    """What chips and regions belong to, from the claims alone."""

    def __init__(self, claims: tuple[Claim, ...]) -> None:
        self.over: dict[str, set[str]] = {}
        for one in claims:
            if one.relation in ("FORM_OF", "IN_CLASS", "PART_OF") and one.status == "done":
                self.over.setdefault(one.subject, set()).add(one.object)

    def chips(self, name: str) -> set[str]:
        """A chip or region and everything above it."""
        found, waiting = {name}, [name]
        while waiting:
            more = self.over.get(waiting.pop(), set()) - found
            found |= more
            waiting += more
        return found

    regions = chips


def test_every_confidence_that_is_explained_is_the_sum_that_is_printed(explorer: Explorer) -> None:
    stated = composed = 0
    for buyer, chip in itertools.product(("ByteDance", "Alibaba", "hq:CN"), ("H100", "H20", "nvidia-ai-chips")):
        for path in explorer.paths(buyer, chip, limit=40).paths:
            lines = format_confidence_sum(path)
            sums = [line.strip() for line in lines[1:]]
            if path.sum.origin:
                stated += 1
                inside, result = re.fullmatch(r"min\((.*)\) = ([\d.]+)", sums[0]).groups()  # type: ignore[union-attr]
                assert min(map(float, inside.split(", "))) == float(result)
            else:
                composed += 1
                for line, step in zip(sums[:-1], path.steps, strict=True):
                    doubts = [float(p) for p in re.findall(r"\(1 - ([\d.]+)\)", line)]
                    assert 1 - math.prod(1 - p for p in doubts) == pytest.approx(step.confidence, abs=1e-6)
                factors, result = sums[-1].removeprefix("path: ").split(" = ")
                product = math.prod(map(float, factors.split(" × ")))
                assert product == pytest.approx(float(result), rel=2e-3)
            assert float(result) == pytest.approx(path.confidence, rel=1e-3)
    assert stated and composed


# buyers, chips and sets -------------------------------------------------------------------


@pytest.fixture
def bases(tmp_path: Path) -> Path:
    return write_base(
        tmp_path / "sets",
        [
            {"id": "doc", "name": "Doc", "publisher": "P", "published": "2024"},
            {"id": "early", "name": "Early", "publisher": "E", "published": "2020"},
        ],
        [
            {"id": "city", "name": "City", "kind": "Region"},
            {"id": "country", "name": "Country", "kind": "Region", "aliases": "CY"},
            {"id": "one", "name": "One", "kind": "Company"},
            {"id": "two", "name": "Two", "kind": "Company"},
            {"id": "three", "name": "Three", "kind": "Company"},
            {"id": "four", "name": "Four", "kind": "Company"},
            {"id": "app", "name": "App", "kind": "Product"},
            {"id": "x", "name": "X", "kind": "Chip"},
        ],
        {
            "doc": [
                claim("city", "PART_OF", "country"),
                claim("one", "HEADQUARTERED_IN", "city"),
                claim("two", "HEADQUARTERED_IN", "country"),
                claim("three", "HEADQUARTERED_IN", "country", status="negated"),
                claim("one", "OWNS", "app"),
                claim("two", "OWNS", "app", confidence="likely"),
                claim("one", "LEASES_FROM", "three", sentence="4", confidence="possible"),
                claim("three", "USES", "x", sentence="4", confidence="possible"),
                claim("two", "USES", "x", sentence="5"),
            ],
            "early": [claim("three", "USES", "x", sentence="9"), claim("four", "COMPETES_WITH", "one")],
        },
    )


def test_a_seat_in_a_part_of_a_country_counts_and_a_denied_one_does_not(bases: Path) -> None:
    with Explorer.open(bases) as opened:
        party = selection.select_buyers(opened.store, "hq:CY")
        assert party.ids == ["one", "two"]
        assert party.entity.name == "companies headquartered in Country"
        assert selection.select_buyers(opened.store, "HQ:city").ids == ["one"]
        answer = opened.paths("hq:country", "X")
        assert ways(answer) == ["one three x", "two x"]  # a route that is told before a holding
        assert answer.buyer.name == "companies headquartered in Country"


def test_a_product_of_two_owners_is_asked_for_both(bases: Path) -> None:
    with Explorer.open(bases) as opened:
        answer = opened.paths("App", "X")
        assert answer.notes == ("App is a product: this is the answer for its owners, One and Two",)
        assert ways(answer) == ["one three x", "two x"]  # a route that is told before a holding


def test_a_country_without_companies_is_said(tmp_path: Path) -> None:
    small = small_base(tmp_path / "small")
    file = small / "entities.csv"
    file.write_text(file.read_text(encoding="utf-8") + "nowhere,Nowhere,Region,,,\n", encoding="utf-8")
    with Explorer.open(small) as opened:
        with pytest.raises(InvalidValue, match="no company of this fact base is headquartered in Nowhere"):
            opened.paths("hq:Nowhere", "H100")
        with pytest.raises(UnknownName, match="no region is called 'Atlantis'"):
            opened.paths("hq:Atlantis", "H100")


def test_the_passage_that_states_a_path_comes_first_in_its_steps_and_documents(bases: Path) -> None:
    with Explorer.open(bases) as opened:
        (path,) = opened.paths("one", "X").paths
    assert path.stated and path.passage is not None
    assert (path.evidence, path.passage.document, path.passage.locator) == ("stated", "doc", "4")
    # the other document is older and surer of the second step
    assert [one.document for one in path.steps[1].claims] == ["doc", "early"]
    assert path.documents == ("doc", "early")


def test_a_customer_list_that_is_not_there_is_a_line(explorer: Explorer, tmp_path: Path) -> None:
    for missing in (tmp_path / "nobody.csv", tmp_path / "folder.csv"):
        (tmp_path / "folder.csv").mkdir(exist_ok=True)
        with pytest.raises(InvalidValue, match=re.escape(f"{missing} cannot be read")):
            explorer.exposure(str(missing), "H100")


def test_a_long_customer_list_reads_all_entities_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, all_entities = [], IndexReader.list_entities
    monkeypatch.setattr(IndexReader, "list_entities", lambda reader: read.append(reader) or all_entities(reader))
    customers = tmp_path / "customers.csv"
    customers.write_text("\n".join(["name", "Acme", *(f"Nobody {n}" for n in range(20)), "H100"]))
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        answer = opened.exposure([str(customers)], "h100")
    assert (len(answer.unmatched), len(read)) == (21, 1)
    assert answer.unmatched[-1].why.startswith("H100 is a Chip")


def test_no_path_for_a_set_is_one_answer_for_all_of_it(tmp_path: Path) -> None:
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        answer = opened.paths("hq:Land", "H100", status=["alleged"], without=["acme"])
        assert answer.paths == () and answer.negative is not None
        assert answer.negative.outcome == "not found"
        (miss,) = answer.negative.near_misses
        assert "refused" in miss.reasons


# the cache --------------------------------------------------------------------------------


def test_a_fact_base_that_changed_is_built_anew_and_its_old_cache_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    small = small_base(tmp_path / "small")
    with Explorer.open(small) as opened:
        assert len(opened.paths("acme", "h100").paths) == 3
    (before,) = (tmp_path / "cache" / "graphkit").glob("*.kgl")
    file = small / "claims" / "beta.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("acme,USES,h100,planned", "acme,USES,h100,refused"), encoding="utf-8"
    )
    with Explorer.open(small) as opened:
        assert len(opened.paths("acme", "h100").paths) == 2
    (after,) = (tmp_path / "cache" / "graphkit").glob("*.kgl")
    assert before != after


def test_a_damaged_cache_is_built_again_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    small = small_base(tmp_path / "small")
    Explorer.open(small).close()
    (file,) = (tmp_path / "cache" / "graphkit").glob("*.kgl")
    file.write_bytes(file.read_bytes()[:100])
    said: list[str] = []
    with Explorer.open(small, say=said.append) as opened:
        assert len(opened.paths("acme", "h100").paths) == 3
    assert len(said) == 1 and "was damaged: building it again" in said[0]


def test_a_load_that_did_not_finish_is_noted_in_every_answer(tmp_path: Path) -> None:
    db = tmp_path / "g.kgl"
    build(small_base(tmp_path / "small"), db=str(db))
    with open_store(db, readonly=False) as store:
        store.write("MATCH (f:FactBase) SET f.complete = false")
    with Explorer.open(db=str(db)) as opened:
        for answer in (opened.paths("acme", "h100"), opened.show("acme"), opened.exposure("acme", "h100")):
            assert "did not finish" in answer.notes[0]


# data and graphs --------------------------------------------------------------------------


def test_the_surroundings_of_an_entity_grow_with_the_radius(tmp_path: Path) -> None:
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        near, focus = opened.around(["loner"])
        assert (set(near.graph), focus) == ({"loner", "acme"}, ["loner"])
        wider, _ = opened.around(["loner"], radius=2)
        assert set(wider.graph) == {"loner", "acme", "app", "h100", "land", "north", "south"}
        everything, nobody = opened.around([])
        assert (everything.size, everything.truncated, nobody) == (14, False, [])
        assert [opened.around(names, max_slice=1)[0].truncated for names in ([], ["acme"])] == [True, True]


def test_a_matrix_whose_searches_were_cut_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        assert not opened.exposure("acme", "h100").searched.truncated
        monkeypatch.setattr("graphkit.paths.effort.MAX_PARTIAL_PATHS", 1)
        answer = opened.exposure("acme", "h100")
        assert answer.searched.truncated and BOUND in answer.text()


def test_an_answer_is_the_same_from_a_database_as_from_its_fact_base(tmp_path: Path) -> None:
    small, db = small_base(tmp_path / "small"), tmp_path / "g.kgl"
    build(small, db=str(db))
    with Explorer.open(small) as one, Explorer.open(db=str(db)) as two:
        for ask in (
            lambda e: e.paths("acme", "h100"),
            lambda e: e.show("acme"),
            lambda e: e.exposure("hq:land", "h100"),
        ):
            first, second = (msgspec.structs.replace(ask(each), provenance=None) for each in (one, two))
            assert first == second


def test_the_package_names_its_public_face() -> None:
    assert graphkit.Explorer is Explorer
    assert all(getattr(graphkit, name) is not None for name in graphkit.__all__)
    assert len(graphkit.__all__) <= 14
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        graphkit.nothing  # noqa: B018


def test_arguments_are_as_people_expect_and_results_have_attributes(tmp_path: Path) -> None:
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        whole = opened.paths("acme", "H100")
        assert ways(whole) == ["acme north harbour h100", "acme h100", "acme south h100"]
        assert (whole.paths[0].verdict or "").startswith("In 2023-06, when it was reported, renting in Land")
        for given, way in (
            ({"status": "done"}, ways(whole)[:1]),
            ({"status": "done,planned"}, ways(whole)[:2]),
            ({"status": ["done", "planned"]}, ways(whole)[:2]),
            ({"on": "2023-07-01"}, ways(whole)[:1]),
            ({"known_by": "2023"}, ways(whole)[:1]),
            ({"without": "North"}, ways(whole)[1:]),
            ({"include": "USES"}, ways(whole)[1:2]),
            ({"exclude": ["USES"]}, ways(whole)[:1]),
            ({"min_confidence": "likely"}, ways(whole)[:2]),
            ({"min_confidence": 0.9}, ways(whole)[:1]),
            ({"via": "South"}, ways(whole)[2:]),
            ({"limit": 1}, ways(whole)[:1]),
            ({"max_hops": 1}, ways(whole)[1:2]),
        ):
            assert ways(opened.paths("acme", "H100", **given)) == way, given
        assert whole.to_dict()["paths"][0]["steps"][0]["subject"]["name"] == "Acmé"  # type: ignore[index]
        assert json.loads(whole.to_json()) == whole.to_dict()
        with pytest.raises(AttributeError):
            whole.paths = ()  # type: ignore[misc]


def test_each_question_is_one_line(tmp_path: Path) -> None:
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        assert opened.exposure(["acme", "blocked"], ["h100"]).cells[0].route[0] == "Acmé"
        assert opened.show("acme", status="planned").relations[0].relation == "USES"
        assert opened.closings("acme", "h100").steps.size == 3
        assert opened.whatif("acme", "h100", repeal="US-2023-10").paths
        assert opened.licence("H100", "MY", "CN", on="2023-12-01").coverage == "covered"
        assert opened.chip("H20").history[-1].last is None
        assert opened.query("who_rents_from", {"provider": "North"}).rows
        assert opened.cypher("MATCH (n:Entity {id: 'acme'}) RETURN n.name AS name").rows[0]["name"] == "Acmé"


def test_a_notebook_says_that_a_party_denies_and_that_others_say_to_the_contrary(tmp_path: Path) -> None:
    folder = small_base(tmp_path / "small")
    with (folder / "claims" / "beta.csv").open(encoding="utf-8") as file:
        heads = file.readline().strip().split(",")
    rows = [
        {"subject": "acme", "relation": "LEASES_FROM", "object": "north", "status": "negated", "attribution": who}
        | {"confidence": "likely", "sentence": f"{at}", "summary": f"{who} says no."}
        for at, who in enumerate(("Acmé", "Beta Weekly"), 20)
    ]
    with (folder / "claims" / "beta.csv").open("a", encoding="utf-8") as file:
        file.writelines(",".join(row.get(head, "") for head in heads) + "\n" for row in rows)
    with Explorer.open(folder) as opened:
        shown = opened.paths("acme", "h100")._repr_html_()
    assert ">denied: Acmé says no." in shown and ">to the contrary: Beta Weekly says no." in shown


def test_an_answer_shows_itself_in_a_notebook(tmp_path: Path) -> None:
    with Explorer.open(small_base(tmp_path / "small")) as opened:
        shown = opened.paths("acme", "h100")._repr_html_()
        assert shown.count("<ol>") == 3 and "<b>Acmé</b> rents computing from <b>North</b>" in shown
        assert "no path" in opened.paths("loner", "h100")._repr_html_()
        assert opened.show("acme")._repr_html_().startswith('<pre dir="auto">Acmé  Company')
