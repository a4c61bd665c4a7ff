"""Questions of analysts on the shipped base whose right answer is known, as far as paths give it."""

from __future__ import annotations

import pytest

from graphkit.factbase import read_factbase, read_rulebook
from graphkit.graph import Filters, build_graph
from graphkit.paths import AccessPath, Network, Search, explain_absence
from graphkit.rules.closing import close_graph

ORACLE = ("bytedance", "oracle", "oracle-servers-in-the-united-states-unnamed")
AOLANI = ("bytedance", "aolani-cloud", "aolani-sites-in-malaysia-unnamed")


@pytest.fixture(scope="module")
def network() -> Network:
    base = read_factbase()
    return Network.of(build_graph(base.entities, base.claims, base.documents), read_rulebook())


def find(
    network: Network, buyer: str, chip: str, on: str | None = None, *, unnamed: bool = False
) -> list[AccessPath]:
    return [path for _, path in Search(network, buyer, chip, Filters(on=on), max_hops=6, unnamed=unnamed)]


def test_bytedance_has_the_h100_from_oracle_then_from_aolani_and_nothing_generic_between(network: Network) -> None:
    paths = find(network, "bytedance", "h100")
    assert [path.nodes[:3] for path in paths[:2]] == [ORACLE, AOLANI]
    assert [path.evidence for path in paths[:2]] == ["stated", "one document"]
    assert not any(path.chip_class for path in paths)
    unnamed = find(network, "bytedance", "h100", unnamed=True)
    assert unnamed and all(path.chip_class for path in unnamed)


def test_the_first_way_to_the_a100_is_the_lease_that_names_it(network: Network) -> None:
    first = find(network, "bytedance", "a100")[0]
    assert first.nodes[:3] == ORACLE
    assert any("a100" in claim.chips for claim in first.steps[0].claims)


def test_a_year_later_oracle_says_when_it_was_last_reported_and_aolani_since_when_it_holds(network: Network) -> None:
    oracle, aolani = find(network, "bytedance", "h100", "2025-06-30")[:2]
    assert "last reported 2024-06" in oracle.marks
    assert aolani.nodes[:3] == AOLANI
    assert {step.held and step.held[0] for step in aolani.steps} == {"2025-02-01"}


def test_tencent_has_the_b200_considers_the_h100_and_the_rest_is_not_named(network: Network) -> None:
    assert {path.status for path in find(network, "tencent", "b200")} == {"done"}
    assert {path.status for path in find(network, "tencent", "h100")} == {"considered"}
    routes = set()
    for chip in ("a100", "h800", "gaudi-2", "h200"):
        assert find(network, "tencent", chip) == []
        routes |= {path.nodes for path in find(network, "tencent", chip, unnamed=True) if "oracle" in path.nodes}
    assert len(routes) == 1  # the Oracle report, once, whatever the models asked for


def test_megaspeed_names_no_h100_and_what_it_bought_is_of_the_class(network: Network) -> None:
    assert find(network, "megaspeed", "h100") == []
    assert {path.chip_class for path in find(network, "megaspeed", "h100", unnamed=True)} == {"nvidia-ai-chips"}


def test_the_plan_of_zhejiang_lab_names_no_chip_and_the_lab_denies_it(network: Network) -> None:
    asked = Search(network, "zhejiang-lab", "h100", Filters(), max_hops=6)
    assert list(asked) == []
    (miss,) = explain_absence(asked).near_misses
    assert miss.reasons == ("chip not named",)
    assert {(claim.status, claim.attribution) for claim in miss.denied_by} == {("negated", "Zhejiang Lab")}
    assert "Reuters could not" in (miss.broken[0].note or "")


def test_the_leases_from_oracle_and_aolani_are_what_closes_the_named_paths(network: Network) -> None:
    closing = close_graph(network.graph, "bytedance", "h100", Filters(), "intermediaries")
    assert any({("oracle",), ("aolani-cloud",)} <= set(one) for one in closing.sets)


def test_what_no_plan_promised_ends_no_path_where_an_inability_is_reported(network: Network) -> None:
    """That ByteDance cannot buy restricted chips for China denies none of its plans."""
    for path in find(network, "bytedance", "h100", unnamed=True):
        assert not any("cannot" in claim.summary for step in path.steps for claim in step.denied_by)
