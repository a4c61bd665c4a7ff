"""What the rules say of paths: legs apart, owners and seats up the chain, routes, what-if, ways to close."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from graphkit.cli import main
from graphkit.errors import FactBaseError, InvalidValue, UnknownName
from graphkit.explorer import Explorer
from graphkit.factbase import read_factbase, read_rulebook
from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, build_graph
from graphkit.ontology import DEFAULT_STATUSES, PATH_STATUSES
from graphkit.paths import AccessPath, Network, Search
from graphkit.rules import PathFindings, judge_path
from graphkit.rules.closing import close_graph, close_rules, find_smallest_hitting_sets
from graphkit.rules.parties import Parties
from graphkit.rules.whatif import (
    COULD_BE_COVERED,
    change_rules,
    compare_paths,
    enact_rule,
    find_idle_changes,
    repeal_rule,
)

if TYPE_CHECKING:
    from graphkit.graph import Graph

RULES = read_rulebook()
TODAY = "2026-11-28"
KINDS = {"chip": "Chip", "site": "Datacenter", "land": "Region", "list": "Regulation"}

#: The shipped fact base as a graph.
BASE = read_factbase()
SEEDS = build_graph(BASE.entities, BASE.claims, BASE.documents)


def drawn(*lines: str) -> Graph:
    """A graph from lines such as "a OWNS b share=60 since=2020"; the kind of a node is in its name's ending.

    "nobody OWNS b status=negated" says that b has no parent.
    """
    claims = []
    names = {
        "h100": "Chip",
        "h20": "Chip",
        "china": "Region",
        "malaysia": "Region",
        "germany": "Region",
        "united-states": "Region",
        "vietnam": "Region",
        "singapore": "Region",
        "agency": "Agency",
        "southeast-asia": "Region",
    }
    for number, line in enumerate(lines):
        subject, relation, object_, *rest = line.split()
        given = dict(part.split("=") for part in rest)
        for node in (subject, object_):
            names.setdefault(node, KINDS.get(node.rsplit("-", 1)[-1], "Company"))
        plural = {key: tuple(given.pop(key).split(";")) for key in ("regions", "chips", "transit") if key in given}
        share = float(given.pop("share")) if "share" in given else None
        status, confidence = given.pop("status", "done"), given.pop("confidence", "likely")
        claims.append(
            Claim(
                id=f"{number:016x}",
                document="paper",
                subject=subject,
                relation=relation,
                object=object_,
                status=status,
                confidence=confidence,
                summary=line,
                share=share,
                **plural,
                **given,
            )
        )
    entities = [
        Entity(id=id_, name=id_.replace("-", " ").title(), kind=kind, generic=id_ == "nobody")
        for id_, kind in names.items()
    ]
    return build_graph(entities, claims, [Document(id="paper", name="Paper", publisher="Us", published="2020")])


def paths(graph: Graph, buyer: str, chip: str, *, alleged: bool = False) -> list[AccessPath]:
    statuses = frozenset(PATH_STATUSES if alleged else DEFAULT_STATUSES)
    given = Network.of(graph), buyer, chip, Filters(statuses=statuses)
    searches = [Search(*given, max_hops=6, unnamed=unnamed) for unnamed in (False, True)]
    return [path for search in searches for _, path in search]


def findings(graph: Graph, buyer: str, chip: str, on: str) -> PathFindings:
    """What the rules say of the only path."""
    found = paths(graph, buyer, chip)
    assert len(found) == 1
    return judge_path(graph, found[0], RULES, on, today=TODAY, chip=chip)


def legs(found: PathFindings) -> dict[str, str]:
    return {step.leg: step.finding.coverage for step in found.steps if step.leg != "other"}


OWN_LIST = """
- id: X-LIST
  name: List of our own
  authority: us
  kind: rule
  citation: draft of our own
  effective: 2020-01-01
  confidence: our own
  sources: [us]
  summary: Names parties.
  requires:
    - {test: listed party, listed_buyer: true, lists: [X-LIST], says: a licence for a party on our list}
    - {test: ownership, listed_owner_share: {min: 50}, lists: [X-LIST], says: a licence for what they own}
"""

OPEN, COVERED, UNCLEAR = "not covered by any modelled rule", "covered", "unclear"


def test_renting_from_oracle_is_open_and_the_proposed_rule_is_named_as_proposed() -> None:
    path = paths(SEEDS, "bytedance", "h100")[0]
    assert path.nodes[1] == "oracle"
    found = judge_path(SEEDS, path, RULES, "2024-06-06", today=TODAY, chip="h100")
    assert found.verdict == (
        "On 2024-06-06, renting in the US: no modelled rule covers it; a bill (H.R. 8152) could, if the power "
        "that it gives were used, require a licence for remote access to 3A090 chips by parties headquartered in "
        "D:5 or Macau; also not in force: 89 FR 5698 (would ask for less than a licence)"
    )
    assert (found.route, found.outcome) == ("R1", "not_required")
    assert legs(found) == {"lease": OPEN, "hardware": OPEN}


@pytest.mark.parametrize(
    ("on", "coverage", "why"),
    [
        ("2022-06-01", OPEN, ""),
        ("2023-10-22", OPEN, ""),
        ("2023-11-16", UNCLEAR, "which country (Brunei, Indonesia"),
        ("2023-11-17", COVERED, "744.23(a)(3)"),
        ("2025-02-01", COVERED, "742.6(a)(6)(iii)(A)"),
        ("2025-08-01", COVERED, "not enforced at that time"),
        ("2026-06-15", COVERED, "742.6(a)(6)(iii)(A)"),
    ],
)
def test_a_site_of_ones_own_in_southeast_asia_is_covered_from_a_day_on(on: str, coverage: str, why: str) -> None:
    planned = next(claim for claim in BASE.claims if claim.subject == "southeast-asia-datacenters-unnamed")
    run = replace(planned, id="0" * 16, subject="bytedance", relation="OPERATES", object=planned.subject, owner=None)
    graph = build_graph(BASE.entities, (*BASE.claims, run), BASE.documents)
    path = next(p for p in paths(graph, "bytedance", "h100") if "southeast-asia-datacenters-unnamed" in p.nodes)
    found = judge_path(graph, path, RULES, on, today=TODAY, chip="h100")
    assert legs(found) == {"hardware": coverage}
    assert found.route == "R3" and why in found.verdict
    said = found.steps[-1].finding.rules[0].reason
    assert "ByteDance is headquartered in China" in said and "judged as the H100 asked for" in said


def test_aolanis_lease_and_its_hardware_are_answered_apart() -> None:
    found = [path for path in paths(SEEDS, "bytedance", "b200") if path.nodes[1] == "aolani-cloud"]
    path = next(path for path in found if path.steps[-1].relation == "HOSTS")
    found = judge_path(SEEDS, path, RULES, "2026-03-13", today=TODAY, chip="b200")
    assert legs(found) == {"lease": OPEN, "hardware": UNCLEAR}
    assert "headquarters of Aolani Cloud" in found.verdict and found.route == "R2"


def test_the_seat_of_the_ultimate_parent_counts() -> None:
    site = (
        "sub OPERATES sub-site",
        "sub-site LOCATED_IN malaysia",
        "sub-site HOSTS h100",
        "sub HEADQUARTERED_IN malaysia",
    )
    alone = (*site, "nobody OWNS sub status=negated")
    assert legs(findings(drawn(*alone), "sub", "h100", "2024-01-01")) == {"hardware": OPEN}
    chain = ("mid OWNS sub", "top OWNS mid share=51", "mid HEADQUARTERED_IN germany", "top HEADQUARTERED_IN china")
    owned = drawn(*site, *chain)
    assert legs(findings(owned, "sub", "h100", "2024-01-01")) == {"hardware": COVERED}
    assert legs(findings(owned, "top", "h100", "2024-01-01")) == {"hardware": COVERED}
    unknown = drawn(*site, "top OWNS sub")
    found = findings(unknown, "sub", "h100", "2024-01-01")
    assert legs(found) == {"hardware": UNCLEAR} and "headquarters of Top" in found.verdict
    minority = drawn(*alone, "top INVESTS_IN sub share=40", "top HEADQUARTERED_IN china")
    assert legs(findings(minority, "sub", "h100", "2024-01-01")) == {"hardware": OPEN}


def test_owners_in_a_ring_end_the_climb() -> None:
    graph = drawn("a OWNS b", "b OWNS a", "b HEADQUARTERED_IN china", "b BUYS h100 regions=malaysia")
    assert Parties(graph, RULES, "2024-01-01").party("b").headquarters == "china"


@pytest.mark.parametrize(
    ("claims", "share"),
    [
        (["listed INVESTS_IN b share=33.3"], (33.3, 33.3)),
        (["listed INVESTS_IN b share=30", "two INVESTS_IN b share=20", "two LISTED_ON us-entity-list"], (50, 50)),
        (["listed OWNS mid share=60", "mid INVESTS_IN b share=49"], (49.0, 49.0)),
        (["listed INVESTS_IN mid share=40", "mid OWNS b share=100"], (0.0, 0.0)),
        (["listed OWNS mid", "mid OWNS b"], (50.0, 100.0)),
        (["listed INVESTS_IN b"], (0.0, 49.9)),
        # what contradicts is told from the least to the most said
        (["listed INVESTS_IN b share=49", "listed OWNS b share=51"], (49.0, 51.0)),
        (["listed INVESTS_IN b share=20", "listed INVESTS_IN b"], (20.0, 20.0)),
        (["listed OWNS b share=60", "listed OWNS b"], (60.0, 60.0)),
        (["listed INVESTS_IN b share=49", "listed OWNS b"], (49.0, 100.0)),
        (["unlisted OWNS b"], (0.0, 0.0)),
    ],
    ids=lambda value: " + ".join(value) if isinstance(value, list) else str(value),
)
def test_the_share_of_listed_parties_is_summed_up_the_chain(claims: list[str], share: tuple[float, float]) -> None:
    graph = drawn("listed LISTED_ON us-entity-list since=2023-03-02", *claims, "b BUYS h100")
    assert Parties(graph, RULES, "2025-10-10").find_listed_share("b") == share
    assert Parties(graph, RULES, "2023-03-01").find_listed_share("b")[0] <= share[0]


def test_a_supplier_sells_from_its_own_seat_and_not_its_parents() -> None:
    lines = (
        "b HEADQUARTERED_IN china",
        "b BUYS_FROM s regions=china",
        "s BUYS h100",
        "top OWNS s",
        "top HEADQUARTERED_IN china",
    )

    def policies(*more: str) -> list[str | None]:
        found = findings(drawn(*lines, *more), "b", "h100", "2026-02-01")
        return [step.finding.policy for step in found.steps][:1]

    assert policies("s HEADQUARTERED_IN united-states") == ["case_by_case"]
    assert policies("s HEADQUARTERED_IN malaysia") == ["presumption_of_denial"]
    assert policies() == [None]
    site = ("b OPERATES b-site", "b-site LOCATED_IN china", "b-site HOSTS h100", "b BUYS_FROM s")
    graph = drawn(*site, *lines[:1], *lines[3:], "s HEADQUARTERED_IN united-states")
    assert findings(graph, "b", "h100", "2026-02-01").steps[-1].finding.policy == "case_by_case"


def test_the_affiliates_rule_covers_a_path_while_it_is_in_effect() -> None:
    graph = drawn(
        "listed LISTED_ON us-entity-list since=2023-03-02",
        "listed OWNS b share=60",
        "listed HEADQUARTERED_IN germany",
        "b HEADQUARTERED_IN germany",
        "b BUYS h20 regions=malaysia",
    )
    expected = {"2025-09-28": OPEN, "2025-09-29": COVERED, "2026-11-21": UNCLEAR}
    assert {day: legs(findings(graph, "b", "h20", day))["purchase"] for day in expected} == expected


@pytest.mark.parametrize(
    ("seats", "coverage"),
    [
        (["b HEADQUARTERED_IN united-states"], OPEN),
        (["b INCORPORATED_IN united-states", "b HEADQUARTERED_IN malaysia"], OPEN),
        (["b INCORPORATED_IN germany", "b HEADQUARTERED_IN united-states"], COVERED),
        (["b HEADQUARTERED_IN germany"], COVERED),
        ([], UNCLEAR),
    ],
)
def test_the_affiliates_rule_asks_where_the_affiliate_itself_is_incorporated(seats: list[str], coverage: str) -> None:
    graph = drawn(
        "listed LISTED_ON us-entity-list",
        "listed OWNS b share=60",
        "listed HEADQUARTERED_IN malaysia",
        *seats,
        "b BUYS h20 regions=malaysia",
    )
    found = findings(graph, "b", "h20", "2025-10-10")
    assert legs(found) == {"purchase": coverage}
    if coverage == UNCLEAR:
        assert "place of incorporation of B" in found.verdict


@pytest.mark.parametrize("claims", [["b LISTED_ON x-list"], ["top LISTED_ON x-list", "top OWNS b share=60"]])
def test_only_the_lists_that_a_rule_names_trigger_it(claims: list[str], tmp_path: Path) -> None:
    seats = ("b HEADQUARTERED_IN germany", "top HEADQUARTERED_IN germany", "nobody OWNS b status=negated")
    graph = drawn(*claims, *seats, "b BUYS h20 regions=germany")
    assert legs(findings(graph, "b", "h20", "2025-10-10")) == {"purchase": OPEN}
    file = tmp_path / "own.yaml"
    file.write_text(OWN_LIST, encoding="utf-8")
    rulebook, _ = change_rules(RULES, rules=[file])
    (effect,) = compare_paths(graph, paths(graph, "b", "h20"), RULES, rulebook, "2025-10-10", today=TODAY, chip="h20")
    assert effect.effect == "becomes covered"
    cited = {one for step in effect.after.steps for one in step.finding.decided_by}
    assert cited == {"draft of our own"}


def test_notice_that_nobody_enforced_is_said_to_be_so() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b BUYS rtx-4090-chip regions=malaysia")
    (path,) = paths(graph, "b", "rtx-4090-chip")
    found = judge_path(graph, path, RULES, "2025-08-01", today=TODAY, chip="rtx-4090")
    assert "notice is needed" in found.verdict and "not enforced at that time" in found.verdict


def test_a_listed_buyer_needs_a_licence_for_anything() -> None:
    graph = drawn(
        "b LISTED_ON us-entity-list since=2023-03-02", "b HEADQUARTERED_IN germany", "b BUYS h20 regions=germany"
    )
    assert legs(findings(graph, "b", "h20", "2023-03-01")) == {"purchase": OPEN}
    assert legs(findings(graph, "b", "h20", "2023-03-02")) == {"purchase": COVERED}


def test_what_is_not_known_is_unclear_only_where_it_matters() -> None:
    nowhere = findings(drawn("b HEADQUARTERED_IN china", "b BUYS h100"), "b", "h100", "2024-01-01")
    assert legs(nowhere) == {"purchase": UNCLEAR} and "not known: site" in nowhere.verdict
    assert "delivered to China it would be covered" in nowhere.steps[0].finding.rules[-1].reason
    below = findings(drawn("b HEADQUARTERED_IN china", "b BUYS h20"), "b", "h20", "2024-01-01")
    assert legs(below) == {"purchase": OPEN}
    region = drawn("b HEADQUARTERED_IN germany", "b BUYS h100 regions=southeast-asia")
    found = findings(region, "b", "h100", "2024-01-01")
    assert legs(found) == {"purchase": UNCLEAR} and "which country" in found.verdict


def test_a_proposal_that_may_not_reach_the_step_says_what_it_turns_on() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b LEASES_FROM p", "p USES h100")
    later = findings(graph, "b", "h100", "2026-06-01").verdict
    assert (
        "On 2026-06-01, renting at a place not known: no modelled rule covers it; a bill (H.R. 2683) could" in later
    )
    assert "could, if the power that it gives were used, require a licence for remote access" in later
    found = findings(graph, "b", "h100", "2024-02-01")
    assert (
        "a proposed rule (89 FR 5698) would, if the site is in the United States, require identification"
        in found.verdict
    )
    abroad = findings(drawn("b LEASES_FROM p regions=malaysia", "p USES h100"), "b", "h100", "2026-06-01")
    lease = abroad.steps[0].finding
    assert any(
        "could, if the power that it gives were used and the headquarters are in D:5 or Macau, require" in one.text
        for one in lease.proposals
    )
    notes = [reason.reason for reason in lease.rules if reason.id == "US-2025-05-GUID-AI"]
    assert notes == [
        "guidance, if the headquarters are in D:5 or Macau: turns on knowledge of a military-intelligence or "
        "mass-destruction end use, which nothing here shows"
    ]
    enforced = enact_rule(RULES, "US-2024-01-IAAS")
    (path,) = paths(graph, "b", "h100")
    (duty,) = judge_path(graph, path, enforced, "2024-02-01", today=TODAY, chip="h100").steps[0].finding.duties
    assert "(89 FR 5698), if the site is in the United States: identification" in duty


def test_what_only_some_answers_propose_names_them() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b LEASES_FROM p regions=malaysia;united-states", "p USES h100")
    bill, rule = findings(graph, "b", "h100", "2024-05-01").steps[0].finding.proposals
    assert bill.text.startswith("a bill (H.R. 8152) could") and not bill.text.endswith("only)")
    assert rule.text.endswith("identification and reporting, not a licence (the United States only)")
    year = findings(graph, "b", "h100", "2024").steps[0].finding
    assert [one.text.endswith("(from 2024-04-29 on)") for one in year.proposals] == [True, False]


def test_a_verdict_names_every_measure_under_way_that_could_change_it_the_strongest_first() -> None:
    rent = ("b HEADQUARTERED_IN china", "b LEASES_FROM p regions=united-states", "p USES h100")
    (step, *_) = findings(drawn(*rent), "b", "h100", "2026-03-01").steps
    assert [(one.citation, one.effect) for one in step.finding.list_pending()] == [
        ("H.R. 2683", "could"),
        ("S. 3519", "could"),
        ("89 FR 5698", "asks"),
    ]
    assert step.sentence.endswith(
        "; also not in force: S. 3519 (could require a licence), 89 FR 5698 (would ask for less than a licence)"
    )
    # what is covered stays so, and an answer that is unclear does not turn on what asks for less
    covered = drawn("b HEADQUARTERED_IN china", "b BUYS h100 regions=china")
    assert findings(covered, "b", "h100", "2026-03-01").steps[0].finding.list_pending() == ()
    unclear = findings(drawn("b BUYS h100 regions=germany"), "b", "h100", "2026-03-01").steps[0].finding
    assert unclear.outcome == "unclear" and {one.effect for one in unclear.list_pending()} <= {"would", "could"}


def test_two_acts_of_one_kind_say_whose_they_are() -> None:
    lines = ("b HEADQUARTERED_IN china", "p HEADQUARTERED_IN germany", "p BUYS h100")
    found = findings(drawn(*lines, "b BUYS_FROM p regions=china"), "b", "h100", "2024-06-01").verdict
    assert "buying by B for China: covered" in found and "buying by P at a place not known: " in found
    alone = findings(drawn("b HEADQUARTERED_IN china", "b BUYS h100 regions=china"), "b", "h100", "2024-06-01")
    assert alone.verdict.startswith("On 2024-06-01, buying for China: covered")


def test_the_owner_that_a_hosts_claim_names_is_the_one_who_bought() -> None:
    graph = drawn(
        "b LEASES_FROM p",
        "p OPERATES p-site",
        "p-site LOCATED_IN malaysia",
        "p HEADQUARTERED_IN germany",
        "b HEADQUARTERED_IN china",
        "p-site HOSTS h100 owner=b",
    )
    assert legs(findings(graph, "b", "h100", "2024-01-01")) == {"lease": OPEN, "hardware": COVERED}


def test_a_second_owner_takes_no_finding_away() -> None:
    lines = (
        *("b LEASES_FROM p", "p OPERATES p-site", "p-site LOCATED_IN malaysia"),
        *("p HEADQUARTERED_IN germany", "nobody OWNS p status=negated", "p-site HOSTS h100 owner=p"),
        *("b HEADQUARTERED_IN china", "c HEADQUARTERED_IN china"),
    )
    one = findings(drawn(*lines), "b", "h100", "2024-01-01")
    assert legs(one)["hardware"] == OPEN
    two = findings(drawn(*lines, "p-site HOSTS h100 owner=c"), "b", "h100", "2024-01-01")
    told = next(step for step in two.steps if step.leg == "hardware")
    assert told.finding.missing[0] == "whose chips they are (C: covered; P: not covered by any modelled rule)"
    assert "unclear; not known: whose chips they are (C: covered; P: not" in told.sentence
    lines = tuple(line.replace("owner=p", "owner=b") for line in lines)
    same = findings(drawn(*lines, "p-site HOSTS h100 owner=c"), "b", "h100", "2024-01-01")
    assert legs(same)["hardware"] == COVERED


def test_a_second_owner_from_elsewhere_makes_no_owner_abroad_unfollowed() -> None:
    lines = (*ROUTES["R2"][:3], "p-site HOSTS h100 owner=p", "p-site HOSTS h100 owner=c")
    seats = ("b HEADQUARTERED_IN china", "c HEADQUARTERED_IN china", "p HEADQUARTERED_IN germany")
    assert findings(drawn(*seats, *lines), "b", "h100", "2024-06-01").route != "R2"
    assert findings(drawn(*seats, *ROUTES["R2"]), "b", "h100", "2024-06-01").route == "R2"


ROUTES = {
    "R1": ["b LEASES_FROM p", "p OPERATES p-site", "p-site LOCATED_IN united-states", "p-site HOSTS h100"],
    "R2": ["b LEASES_FROM p", "p OPERATES p-site", "p-site LOCATED_IN malaysia", "p-site HOSTS h100"],
    "R3": ["b OWNS s", "s OPERATES s-site", "s-site LOCATED_IN malaysia", "s-site HOSTS h100"],
    "R4": ["b OPERATES b-site", "b-site LOCATED_IN united-states", "b-site HOSTS h100"],
    "R5": [
        "b LEASES_SPACE_FROM l",
        "l OPERATES x-site",
        "b OPERATES x-site",
        "x-site LOCATED_IN malaysia",
        "x-site HOSTS h100 owner=b",
    ],
    "R6": [
        "b LEASES_FROM p regions=malaysia",
        "p BUYS_FROM a",
        "a BUYS h100",
        "listed INVESTS_IN a share=33",
        "listed LISTED_ON us-entity-list",
    ],
    "R7": ["b BUYS_FROM s regions=china transit=malaysia", "s BUYS h100"],
    "R8": ["b LEASES_FROM p note=flew-in", "p OPERATES p-site", "p-site LOCATED_IN malaysia", "p-site HOSTS h100"],
    "R10": ["b BUYS h20 regions=china", "h20 VARIANT_OF h100"],
    "R11": ["b BUYS h100 licence=granted regions=china"],
}


@pytest.mark.parametrize("route", ROUTES)
def test_a_path_is_named_by_its_route(route: str) -> None:
    graph = drawn("b HEADQUARTERED_IN china", "p HEADQUARTERED_IN germany", *ROUTES[route])
    if route == "R8":
        for claim in list(graph.iterate_claims()):
            if claim.note == "flew-in":
                graph.add_claim(replace(claim, note="engineers flew in the data"))
    chip = "h20" if route == "R10" else "h100"
    assert findings(graph, "b", chip, "2024-06-01").route == route


@pytest.mark.parametrize("claim", ["p BUYS h20", "p BUYS h20 licence=granted"])
def test_renting_from_one_who_bought_is_no_purchase(claim: str) -> None:
    graph = drawn(
        "b HEADQUARTERED_IN china",
        "p HEADQUARTERED_IN germany",
        "b LEASES_FROM p regions=malaysia",
        claim,
        "h20 VARIANT_OF h100",
    )
    assert findings(graph, "b", "h20", "2024-06-01").route == "R2"


def test_a_chip_that_is_only_assumed_is_no_variant_and_below_no_threshold() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b BUYS some-chip regions=china", "h20 VARIANT_OF h100")
    (path,) = paths(graph, "b", "some-chip")
    found = judge_path(graph, path, RULES, "2024-06-01", today=TODAY, chip="h20")
    assert "judged as the H20 asked for" in found.steps[0].finding.rules[0].reason and found.route is None


def test_a_buyer_who_is_not_followed_takes_no_route() -> None:
    graph = drawn("b HEADQUARTERED_IN germany", *ROUTES["R1"])
    assert findings(graph, "b", "h100", "2024-06-01").route is None


def test_every_route_of_the_file_has_a_test_or_is_told_beside_the_paths() -> None:
    assert {route.id for route in RULES.routes} == {*ROUTES, "R9"}


# parties ----------------------------------------------------------------------------------

#: A site of a Singaporean company in Malaysia.
ABROAD = ("b HEADQUARTERED_IN singapore", "b OPERATES b-site", "b-site LOCATED_IN malaysia", "b-site HOSTS h100")
IF_OUTSIDE = "not covered by any modelled rule if the ultimate parent of B is not in D:5 or Macau: "


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [
        ([], f"{IF_OUTSIDE}not known"),
        (["nobody OWNS b status=negated"], "no modelled rule covers it"),
        (
            ["nobody OWNS b status=negated attribution=B"],
            f"{IF_OUTSIDE}disputed (B denies that it",
        ),
        (["top OWNS b", "top HEADQUARTERED_IN germany"], "no modelled rule covers it"),
        (["top OWNS b until=2023", "top HEADQUARTERED_IN germany"], f"{IF_OUTSIDE}not known"),
        (["top INVESTS_IN b share=30", "top HEADQUARTERED_IN germany"], f"{IF_OUTSIDE}not known"),
        (
            ["top OWNS b status=alleged", "top HEADQUARTERED_IN china"],
            f"{IF_OUTSIDE}disputed (Us alleges that it belongs to Top)",
        ),
        (["nobody OWNS b status=negated", "top OWNS b status=alleged"], f"{IF_OUTSIDE}disputed"),
        (
            ["agency INVESTIGATES b stage=probe"],
            f"{IF_OUTSIDE}not known (it is under investigation by Agency (probe))",
        ),
        (["agency INVESTIGATES b against=employees"], f"{IF_OUTSIDE}not known"),
        (["b LINKED_TO other"], f"{IF_OUTSIDE}not known (it is linked to Other)"),
        (["top OWNS b", "top HEADQUARTERED_IN china"], "a licence is needed"),
    ],
    ids=lambda value: " + ".join(value) if isinstance(value, list) else "",
)
def test_an_owner_of_whom_nothing_is_said_is_not_none(claims: list[str], verdict: str) -> None:
    found = findings(drawn(*ABROAD, *claims), "b", "h100", "2024-06-01")
    assert verdict in found.verdict
    assert (found.outcome == "unclear") is verdict.startswith(IF_OUTSIDE)


def test_who_owns_it_matters_only_where_it_could_change_the_answer() -> None:
    below = [line.replace("h100", "h20") for line in ABROAD]
    assert legs(findings(drawn(*below), "b", "h20", "2024-06-01")) == {"hardware": OPEN}
    followed = drawn("b HEADQUARTERED_IN china", *ABROAD[1:])
    assert legs(findings(followed, "b", "h100", "2024-06-01")) == {"hardware": COVERED}
    anywhere = [line.replace("LOCATED_IN malaysia", "LOCATED_IN vietnam") for line in ABROAD]
    found = findings(drawn(*anywhere), "b", "h100", "2024-06-01")
    assert legs(found) == {"hardware": COVERED} and "review policy not stated" in found.verdict


def test_seats_owners_and_lists_obey_the_filters() -> None:
    graph = drawn(
        "b HEADQUARTERED_IN malaysia confidence=doubtful",
        "top OWNS b",
        "top HEADQUARTERED_IN china",
        "b LISTED_ON us-entity-list since=2023",
        "b BUYS h20 regions=malaysia",
    )
    every = Parties(graph, RULES, "2024-06-01").party("b")
    assert (every.headquarters, every.incorporated, every.listings[0].named) == ("china", "malaysia", True)
    for filters in (Filters(known_by="2019"), Filters(min_confidence=0.99)):
        none = Parties(graph, RULES, "2024-06-01", filters).party("b")
        assert (none.headquarters, none.listings[0].named) == (None, False)
    without = Parties(graph, RULES, "2024-06-01", Filters(without=frozenset({"top"}))).party("b")
    assert (without.headquarters, without.parentage) == ("malaysia", "not known")
    assert Parties(graph, RULES, "2024-06-01", Filters(min_confidence=0.5)).party("b").headquarters == "china"
    (path,) = paths(graph, "b", "h20")
    assert judge_path(graph, path, RULES, "2024-06-01", today=TODAY).outcome == "license_required"
    assert (
        judge_path(graph, path, RULES, "2024-06-01", today=TODAY, filters=Filters(known_by="2019")).outcome
        == "not_required"
    )


def test_hardware_bought_for_a_named_renter_turns_on_whether_it_is_a_party() -> None:
    lines = [
        "b HEADQUARTERED_IN china",
        "p HEADQUARTERED_IN germany",
        "nobody OWNS p status=negated",
        "p OPERATES p-site",
        "p-site LOCATED_IN malaysia",
        "p-site HOSTS h100",
    ]
    for lease, coverage in (("", OPEN), (" quantity=2304 chips=h100", UNCLEAR)):
        found = findings(drawn(*lines, f"b LEASES_FROM p{lease}"), "b", "h100", "2024-06-01")
        assert legs(found) == {"lease": OPEN, "hardware": coverage}
    assert (
        "chips for the site in Malaysia: not covered by any modelled rule on the owner alone; "
        "turns on whether B, for whom the chips are, is a party to the export"
    ) in found.verdict
    for note, coverage in (("for-B", UNCLEAR), ("for-Bob", OPEN)):
        told = drawn(*lines[:-1], f"p-site HOSTS h100 note={note}", "b LEASES_FROM p")
        assert legs(findings(told, "b", "h100", "2024-06-01"))["hardware"] == coverage
    early = findings(drawn(*lines, "b LEASES_FROM p quantity=2304 chips=h100"), "b", "h100", "2023-06-01")
    assert legs(early) == {"lease": OPEN, "hardware": OPEN}
    german = [line.replace("b HEADQUARTERED_IN china", "b HEADQUARTERED_IN germany") for line in lines]
    found = findings(drawn(*german, "b LEASES_FROM p quantity=2304 chips=h100"), "b", "h100", "2024-06-01")
    assert "for whom the chips are" not in found.verdict


def test_who_runs_the_site_is_a_party_beside_who_owns_the_chips() -> None:
    graph = drawn(
        "b HEADQUARTERED_IN germany",
        "nobody OWNS b status=negated",
        "p HEADQUARTERED_IN china",
        "b LEASES_FROM p",
        "p OPERATES p-site",
        "p-site LOCATED_IN malaysia",
        "p-site HOSTS h100 owner=b",
    )
    assert legs(findings(graph, "b", "h100", "2024-06-01"))["hardware"] == COVERED


def test_a_place_comes_from_the_claim_and_from_nothing_else() -> None:
    graph = drawn("b HEADQUARTERED_IN germany", "b BUYS h100", "b DEPLOYS_IN vietnam")
    assert "not known: site" in findings(graph, "b", "h100", "2024-06-01").verdict


# the day of the act -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "day", "basis"),
    [
        ("since=2023-01 until=2023-11", "2023-01/2023-11", "act"),
        ("since=2023-05-02", "2023-05-02", "act"),
        ("until=2023-05", "2023-05", "act"),
        ("observed=2019-04", "2019-04", "observed"),
        ("", "2020", "report"),
        ("status=planned due=2022", "2022", "plan"),
        ("status=planned due=2031", "2026-11-28", "plan"),
        ("status=planned", "2026-11-28", "plan"),
        ("status=alleged since=2023-05-02", "2023-05-02", "act"),
    ],
)
def test_a_step_is_judged_on_the_day_of_its_act(dates: str, day: str, basis: str) -> None:
    graph = drawn("b HEADQUARTERED_IN china", f"b BUYS h100 regions=china {dates}")
    (path,) = paths(graph, "b", "h100", alleged=True)
    found = judge_path(graph, path, RULES, None, today=TODAY, chip="h100")
    assert (found.day, found.steps[0].day, found.steps[0].day_basis) == (day, day, basis)
    asked = judge_path(graph, path, RULES, "2024-06", today=TODAY, chip="h100")
    assert (asked.day, asked.steps[0].day_basis) == ("2024-06", "asked")


def test_days_that_differ_stand_beside_the_steps_and_one_that_serves_all_at_the_head() -> None:
    lines = ("b HEADQUARTERED_IN china", "p HEADQUARTERED_IN china", "p BUYS h100 regions=china since=2023-12-01")
    graph = drawn(*lines, "b BUYS_FROM p regions=china since=2022-01-01")
    (path,) = paths(graph, "b", "h100")
    found = judge_path(graph, path, RULES, None, today=TODAY, chip="h100")
    assert found.day is None
    assert [step.finding.outcome for step in found.steps] == ["not_required", "license_required"]
    assert found.verdict.startswith("Buying by P for China: covered on 2023-12-01; a licence is needed")
    one = judge_path(graph, path, RULES, "2024-06-01", today=TODAY, chip="h100")
    assert (
        one.verdict.startswith("On 2024-06-01, buying by B for China: covered; a licence") and one.day == "2024-06-01"
    )


def test_an_act_over_a_change_of_the_law_has_both_answers() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b BUYS h100 regions=china since=2022-08 until=2022-09")
    (path,) = paths(graph, "b", "h100")
    found = judge_path(graph, path, RULES, None, today=TODAY, chip="h100")
    assert found.outcome == "unclear"
    sides = "from 2022-08-01: not covered by any modelled rule; from 2022-08-26: covered"
    assert found.steps[0].finding.missing[0] == f"which day ({sides})"


@pytest.mark.parametrize(
    ("status", "lead"), [("alleged", "if true, buying"), ("planned", "if done, buying"), ("done", "buying")]
)
def test_what_is_alleged_is_judged_as_if_true(status: str, lead: str) -> None:
    graph = drawn("b HEADQUARTERED_IN china", f"b BUYS h100 regions=china status={status}")
    (path,) = paths(graph, "b", "h100", alleged=True)
    found = judge_path(graph, path, RULES, "2024-06-01", today=TODAY, chip="h100")
    assert found.verdict.startswith(f"On 2024-06-01, {lead} for China: covered")


def test_what_somebody_denies_is_judged_as_if_true() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b BUYS h100 regions=china", "b BUYS h100 regions=china status=negated")
    (path,) = paths(graph, "b", "h100")
    assert path.steps[0].denied_by
    assert judge_path(graph, path, RULES, "2024-06-01", today=TODAY, chip="h100").verdict.startswith(
        "On 2024-06-01, if true, buying"
    )


def test_a_verdict_beyond_the_day_of_the_law_says_so() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b BUYS h100 regions=china")
    assert findings(graph, "b", "h100", "2027-06-01").verdict.endswith("; the law told here is that of 2026-11-28")
    assert "the law told here" not in findings(graph, "b", "h100", "2026-06-01").verdict


# what-if ----------------------------------------------------------------------------------


def test_a_power_covers_nothing_until_it_is_used_and_the_proposed_rule_adds_a_duty() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "p HEADQUARTERED_IN germany", *ROUTES["R1"])
    found = paths(graph, "b", "h100")
    bill = compare_paths(graph, found, RULES, enact_rule(RULES, "RASA"), "2024-06-06", today=TODAY, chip="h100")
    assert [(one.effect, one.duties) for one in bill] == [(COULD_BE_COVERED, ())]
    assert "renting in the US: could be covered, if the power is used (H.R. 2683)" in bill[0].after.verdict
    assert "licence is needed" not in bill[0].after.verdict
    rule = compare_paths(
        graph, found, RULES, enact_rule(RULES, "US-2024-01-IAAS"), "2024-06-06", today=TODAY, chip="h100"
    )
    assert [one.effect for one in rule] == ["stays open"]
    assert "identification and reporting" in rule[0].duties[0]


def test_a_repeal_opens_and_takes_its_changes_with_it() -> None:
    graph = drawn("b HEADQUARTERED_IN china", *ROUTES["R3"])
    without = repeal_rule(RULES, "US-2023-10")
    effects = compare_paths(graph, paths(graph, "b", "h100"), RULES, without, "2024-06-06", today=TODAY, chip="h100")
    assert [one.effect for one in effects] == ["opens"]
    back = repeal_rule(RULES, "US-2026-07-UAE")
    assert back.groups("united-arab-emirates", "2026-11-21") == {"D:4": True}
    assert RULES.groups("united-arab-emirates", "2026-11-21") == {"A:5": True}


def test_repealing_the_suspension_lifts_it_and_the_doubt_that_it_left() -> None:
    graph = drawn(
        "listed LISTED_ON us-entity-list",
        "listed OWNS b share=60",
        "listed HEADQUARTERED_IN germany",
        "b HEADQUARTERED_IN germany",
        "b BUYS h20 regions=germany",
    )
    without = repeal_rule(RULES, "US-2025-11-AFFSUSP")
    for day in ("2026-01-01", "2026-11-21"):
        effects = compare_paths(graph, paths(graph, "b", "h20"), RULES, without, day, today=TODAY, chip="h20")
        assert [one.effect for one in effects] == ["becomes covered"]


@pytest.mark.parametrize(("buyer", "chip"), [("Datasection", "B300"), ("Tencent", "B200")])
def test_a_whatif_judges_as_things_are_what_a_path_does(buyer: str, chip: str) -> None:
    with Explorer.open() as explorer:
        asked = explorer.paths(buyer, chip)
        changed = explorer.whatif(buyer, chip, repeal="US-2025-01-DIFF", limit=len(asked.paths))
    assert asked.paths
    assert [(one.before.verdict, one.before.day) for one in changed.paths] == [
        (one.verdict, one.day) for one in asked.paths
    ]


OWN = """
- id: OWN-1
  name: Rentals of fast chips
  authority: us
  kind: proposed rule
  citation: draft of our own
  confidence: our own
  sources: [us]
  summary: Would license rentals of fast chips anywhere.
  requires:
    - test: rental
      activities: [lease]
      items: {figures: {tpp: {min: 4800}}}
      says: a licence for every rental
"""


def test_a_rule_of_ones_own_counts_as_in_force(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN, encoding="utf-8")
    rulebook, told = change_rules(RULES, rules=[file])
    assert told == ["with OWN-1 of your own"]
    graph = drawn("b HEADQUARTERED_IN germany", *ROUTES["R1"])
    effects = compare_paths(graph, paths(graph, "b", "h100"), RULES, rulebook, "2024-06-06", today=TODAY)
    assert [one.effect for one in effects] == ["becomes covered"]
    file.write_text(OWN.replace("min: 4800", "min: lots"), encoding="utf-8")
    with pytest.raises(FactBaseError) as caught:
        change_rules(RULES, rules=[file])
    assert caught.value.faults[0].line == OWN.splitlines().index("      items: {figures: {tpp: {min: 4800}}}") + 1


def test_a_path_that_was_unclear_before_is_not_counted_as_opened() -> None:
    graph = drawn("b HEADQUARTERED_IN singapore", "b BUYS h100 regions=malaysia")
    without = repeal_rule(RULES, "US-2023-10")
    (effect,) = compare_paths(
        graph, paths(graph, "b", "h100"), RULES, without, "2024-06-06", today=TODAY, chip="h100"
    )
    assert (effect.before.outcome, effect.effect) == ("unclear", "unclear before, then open")


@pytest.mark.parametrize(
    ("change", "days", "said"),
    [
        ({"enact": ["US-2023-10"]}, ["2024-06-06"], "in force on the days asked about already"),
        ({"enact": ["US-2023-10"]}, ["2023-11"], ""),
        ({"enact": ["RASA"]}, ["2026-06-01"], ""),
        ({"enact": ["US-2025-09-AFF"]}, ["2025-10-10"], "already"),
        ({"enact": ["US-2025-09-AFF"]}, ["2026-01-10"], ""),
        ({"enact": ["US-2025-09-AFF"]}, ["2026-11-28"], ""),
        ({"repeal": ["US-2023-10"]}, ["2023-10-22"], "not in force on the days asked about"),
        ({"repeal": ["US-2023-10"]}, ["2023-10-23"], ""),
        ({"repeal": ["US-2023-10"]}, ["2022-10-01/2024-01-01"], ""),
        ({"repeal": ["US-2022-10"]}, ["2024-06-06", "2025"], "not in force"),
        ({"repeal": ["US-2025-11-AFFSUSP"]}, ["2026-11-28"], ""),
        ({"repeal": ["RASA"]}, ["2026-06-01"], "is a bill and no law"),
    ],
)
def test_a_change_that_changes_nothing_is_noted(change: dict[str, list[str]], days: list[str], said: str) -> None:
    notes = find_idle_changes(RULES, days, **change)
    assert len(notes) == bool(said) and all(said in note for note in notes), notes


def test_who_has_chips_may_have_bought_them_before_a_rule_reached_them() -> None:
    graph = drawn("b HEADQUARTERED_IN china", "b USES h800 regions=china since=2024-03-01")
    (step,) = findings(graph, "b", "h800", None).steps
    sides = "bought by 2023-10-22, rented: not covered by any modelled rule; bought later: covered"
    assert step.finding.missing[0] == f"how it came by them ({sides})"
    # reached since it was announced: no such day
    graph = drawn("b HEADQUARTERED_IN china", "b USES b200 regions=china since=2024-06-01")
    (step,) = findings(graph, "b", "b200", None).steps
    assert "how it came by them (bought: covered; rented:" in step.finding.missing[0]


def test_what_cannot_be_changed_is_said() -> None:
    with pytest.raises(InvalidValue, match="nothing is changed"):
        change_rules(RULES)
    with pytest.raises(InvalidValue, match="sets no condition"):
        enact_rule(RULES, "US-2026-08-DRAFT")
    with pytest.raises(UnknownName):
        enact_rule(RULES, "US-1999-99")
    with pytest.raises(InvalidValue, match="US-2023-10 is to be enacted and repealed: give it to one of the two"):
        change_rules(RULES, enact=["US-2023-10"], repeal=["88 FR 73458"])


def test_the_commands_answer_from_the_shipped_base() -> None:
    ask = ["whatif", "ByteDance", "H100", "--enact", "RASA", "--on", "2024-06-06", "--format", "json"]
    run = CliRunner().invoke(main, ask)
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert set(answer["effects"]) == {COULD_BE_COVERED} and answer["changes"] == ["with BILL-119-HR2683 in force"]
    run = CliRunner().invoke(main, ["close", "INF Tech", "GB200", "--on", "2026-01", "--format", "json"])
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert [["indosat"]] in answer["intermediaries"]["ids"] and answer["steps"]["size"] == 1
    assert answer["rules"]["ids"] == [[["BILL-119-HR2683"]], [["BILL-119-S3519"]]]
    assert answer["rules"]["powers"] == ["BILL-119-HR2683", "BILL-119-S3519"]
    assert answer["rules"]["sets"][0] == ["BILL-119-HR2683, if its power is used"]
    assert CliRunner().invoke(main, ["whatif", "ByteDance", "H100"]).exit_code == 2


# ways to close ----------------------------------------------------------------------------


def test_parallel_claims_are_one_step_to_close() -> None:
    graph = drawn("b LEASES_FROM p", "b LEASES_FROM p since=2021", "p USES h100")
    assert close_graph(graph, "b", "h100", Filters(), "steps").sets == (
        (("b", "LEASES_FROM", "p"),),
        (("p", "USES", "h100"),),
    )


def test_a_buyer_next_to_the_chip_passes_nobody() -> None:
    graph = drawn("b BUYS h100", "b LEASES_FROM p", "p USES h100")
    found = close_graph(graph, "b", "h100", Filters(), "intermediaries")
    assert found.sets == () and found.obstacle == "B → H100 passes nobody"
    assert [len(one) for one in close_graph(graph, "b", "h100", Filters(), "steps").sets] == [2, 2]


def test_two_ways_through_one_provider_need_one_closing() -> None:
    graph = drawn("b LEASES_FROM p", "b LEASES_FROM q", "q LEASES_FROM p", "p USES h100")
    assert close_graph(graph, "b", "h100", Filters(), "intermediaries").sets == ((("p",),),)


def test_no_path_needs_no_closing() -> None:
    found = close_graph(drawn("b LEASES_FROM p", "q USES h100"), "b", "h100", Filters(), "steps")
    assert (found.sets, found.obstacle) == ((), "there is no path")


def brute(sets: list[frozenset[tuple[str, ...]]]) -> set[frozenset[tuple[str, ...]]]:
    """The smallest hitting sets, by trying all."""
    members = sorted(set().union(*sets))
    for size in range(len(members) + 1):
        found = {frozenset(one) for one in itertools.combinations(members, size) if all(set(one) & s for s in sets)}
        if found:
            return found
    return set()


def test_smallest_hitting_sets_are_what_trying_all_finds() -> None:
    rng = random.Random(7)
    for _ in range(300):
        members = [(letter,) for letter in "abcdefg"]
        sets = [frozenset(rng.sample(members, rng.randint(1, 4))) for _ in range(rng.randint(1, 7))]
        found = find_smallest_hitting_sets(sets, most=10_000)
        assert found.exact and not found.more
        assert set(found.sets) == brute(sets) and len(found.sets) == len(set(found.sets))


def test_what_closes_a_random_graph_is_what_trying_all_finds() -> None:
    rng = random.Random(11)
    for _ in range(40):
        nodes = ["b", "p", "q", "r", "s"]
        lines = {f"{one} LEASES_FROM {two}" for one in nodes for two in nodes if one != two and rng.random() < 0.3}
        lines |= {f"{one} USES h100" for one in nodes[1:] if rng.random() < 0.5}
        graph = drawn(*sorted(lines), "b HEADQUARTERED_IN china")
        every = paths(graph, "b", "h100")
        for kind in ("steps", "intermediaries"):
            found = close_graph(graph, "b", "h100", Filters(), kind)
            sets = [
                frozenset((s.subject, s.relation, s.object) for s in path.steps)
                if kind == "steps"
                else frozenset((node,) for node in path.nodes[1:-1])
                for path in every
            ]
            if not every:
                assert found.obstacle == "there is no path"
            else:
                assert found.exact
                expected = brute(sets)
                assert len(found.sets[0]) == len(next(iter(expected)))
                assert {frozenset(one) for one in found.sets} <= expected
                assert found.more or len(found.sets) == len(expected)


def test_rules_close_what_they_can_and_say_what_they_cannot() -> None:
    rented = drawn("b HEADQUARTERED_IN china", "p HEADQUARTERED_IN germany", *ROUTES["R2"])
    found = close_rules(rented, paths(rented, "b", "h100"), RULES, "2026-03-01", chip="h100")
    assert found.sets == ((("BILL-119-HR2683",),), (("BILL-119-S3519",),))
    assert found.powers == ("BILL-119-HR2683", "BILL-119-S3519")
    own = drawn("b HEADQUARTERED_IN china", *ROUTES["R4"])
    found = close_rules(own, paths(own, "b", "h100"), RULES, "2026-03-01", chip="h100")
    assert found.sets == () and "cannot be closed by rules modelled here" in str(found.obstacle)
    covered = drawn("b HEADQUARTERED_IN china", *ROUTES["R3"])
    found = close_rules(covered, paths(covered, "b", "h100"), RULES, "2026-03-01", chip="h100")
    assert (found.obstacle or "").startswith("every path is covered by a rule in force on ")
    assert close_rules(covered, [], RULES, "2026-03-01").obstacle == "there is no path"


def test_owners_who_all_own_each_other_are_looked_at_once_each() -> None:
    names = [f"c{n}" for n in range(40)]
    crossed = [f"{one} OWNS {two}" for one in names for two in names if one != two]
    graph = drawn("c9 LISTED_ON us-entity-list since=2023-03-02", *crossed)
    assert Parties(graph, RULES, "2025-10-10").find_listed_share("c0") == (100.0, 100.0)
    assert Parties(graph, RULES, "2022").find_listed_share("c0") == (0.0, 0.0)
