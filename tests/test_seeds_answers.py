"""The first questions of this field, asked of the shipped base on the days that matter, with the right answers."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from graphkit.factbase import FactBase, find_shipped_seeds, read_factbase, read_rulebook
from graphkit.graph import Filters, build_graph
from graphkit.ontology import PATH_STATUSES
from graphkit.paths import Network, Search
from tests.command_line import ask, run, ways

HAO_GLOBAL = "Hao Global's buyers in China and Hong Kong (unnamed)"


@pytest.fixture(scope="module")
def base() -> FactBase:
    return read_factbase()


def list_claims(path: dict[str, Any]) -> list[dict[str, Any]]:
    return [claim for step in path["steps"] for claim in step["claims"]]


def find_step(path: dict[str, Any], relation: str) -> dict[str, Any]:
    return next(step for step in path["steps"] if step["relation"] == relation)


def list_shown(entity: str, *options: str) -> list[dict[str, Any]]:
    """Return the claims that `show` tells of an entity, whatever the relation."""
    groups = ask("show", entity, *options)["relations"]
    return [claim for group in groups for claim in group["claims"]]


# The days of a path ---------------------------------------------------------------------------------


def test_no_shipped_path_puts_steps_together_that_never_were(base: FactBase) -> None:
    network = Network.of(build_graph(base.entities, base.claims, base.documents), read_rulebook())
    companies = [entity.id for entity in base.entities if entity.kind == "Company"]
    chips = [entity.id for entity in base.entities if entity.kind == "Chip"]
    everything = Filters(statuses=frozenset(PATH_STATUSES))
    found = [
        path
        for company in companies
        for chip in chips
        for unnamed in (False, True)
        for _, path in Search(network, company, chip, everything, max_hops=6, unnamed=unnamed)
    ]
    assert len(found) > 500
    assert not [path.nodes for path in found if "steps do not overlap in time" in path.marks]


@pytest.mark.parametrize("day", [("--on", "2025-01-15"), ()])
def test_the_buyers_from_hao_global_needed_a_licence_on_the_day_of_the_act(day: tuple[str, ...]) -> None:
    first = ask("path", HAO_GLOBAL, "H100", *day)["paths"][0]
    assert [step["object"]["id"] for step in first["steps"]] == ["hao-global", "h100"]
    purchase = first["steps"][0]["finding"]
    assert (purchase["outcome"], purchase["policy"]) == ("license_required", "presumption_of_denial")
    assert all("tried to export" in claim["summary"] for claim in first["steps"][0]["claims"])
    assert {(claim["since"], claim["until"]) for claim in list_claims(first)} == {("2024-10", "2025-05")}


def test_bytedance_in_the_middle_of_2025_has_oracle_last_told_of_in_2024_and_aolani() -> None:
    paths = ask("path", "ByteDance", "H100", "--on", "2025-06-30")["paths"]
    assert [path["steps"][0]["object"]["id"] for path in paths] == ["oracle", "aolani-cloud"]
    assert "last reported 2024-06" in paths[0]["marks"]
    assert {claim["since"] for claim in find_step(paths[1], "LEASES_FROM")["claims"]} == {"2025-02"}


def test_deepseek_itself_says_how_many_h800_it_has() -> None:
    (path,) = ask("path", "DeepSeek", "H800")["paths"]
    own = next(claim for claim in list_claims(path) if claim["attribution"] == "DeepSeek")
    assert own["qualifiers"]["quantity"] == "2048" and own["reliability"] == "A"
    assert {claim["origin"] for claim in list_claims(path)} == {"DeepSeek", "Nvidia"}
    # Nvidia's word on the H800 says nothing of the H100
    assert not ask("path", "DeepSeek", "H100", code=1)["paths"]


def test_alibaba_ordered_h20_before_the_letter_and_no_order_is_told_after_it() -> None:
    (before,) = ask("path", "Alibaba", "H20", "--on", "2025-03-15")["paths"]
    (claim,) = list_claims(before)
    assert (claim["since"], claim["until"]) == ("2025-01", "2025-03")
    assert claim["qualifiers"]["delivery"] == "ordered" and "value" not in claim["qualifiers"]
    assert before["verdict"] == "On 2025-03-15, buying for China: no modelled rule covers it"
    after = ask("path", "Alibaba", "H20", "--on", "2025-05-15", code=1)
    assert not after["paths"] and "ended" in str(after["negative"]["near_misses"])
    assert ask("license", "H20", "--buyer", "Alibaba", "--on", "2025-05-15")["outcome"] == "license_required"


# Both sides where there are two ---------------------------------------------------------------------


def test_sophgo_denies_what_a_researcher_alleges_and_its_listing_has_a_day() -> None:
    told = list_shown("Sophgo")
    with_huawei = {(one["status"], one["attribution"]) for one in told if one["subject"] == "huawei"}
    assert with_huawei == {("alleged", "researcher at RAND via Reuters"), ("negated", "Sophgo")}
    (listing,) = [one for one in told if one["relation"] == "LISTED_ON"]
    assert listing["since"] == "2025-01-16" and "90 FR 4621" in listing["document_name"]


def test_of_megaspeed_both_probes_and_both_denials_stand_beside_an_owner_in_dispute() -> None:
    answer = ask("path", "Megaspeed", "H100", code=1)
    assert not answer["paths"] and {path["chip_class"]["id"] for path in answer["unnamed"]} == {"nvidia-ai-chips"}
    verdict = answer["unnamed"][0]["verdict"]
    assert (
        "if the chip is the H100: not covered by any modelled rule if the ultimate parent of Megaspeed is" in verdict
    )
    for said in ("disputed", "Singapore Police Force (probe)", "US Bureau of Industry and Security (probe)"):
        assert said in verdict
    assert "Nvidia denies" in verdict and "Megaspeed denies" in verdict


def test_nothing_was_known_of_obon_before_a_newspaper_named_it() -> None:
    assert list_shown("OBON", "--known-by", "2026-04-01") == []
    note = ask("show", "OBON", "--known-by", "2026-04-01")["entity"]["note"]
    assert "not charged" in note and "a newspaper only (Bloomberg, 2026-05-08)" in note
    later = list_shown("OBON", "--known-by", "2026-05-31")
    assert {one["status"] for one in later if "company-1" in one["subject"]} == {"alleged", "negated"}
    assert "US Department of Justice" not in {one["attribution"] for one in later}


def test_persons_are_charged_and_aperia_is_not() -> None:
    rows = ask("query", "who_investigates", "-p", "company=Aperia")
    assert {row["against"] for row in rows if row["stage"] == "charged"} == {"officers"}
    assert not [row for row in rows if row["against"] == "company"]


def test_the_lab_in_zhejiang_says_that_it_did_not_buy() -> None:
    answer = ask("path", "Zhejiang Lab", "H100", code=1)
    assert not answer["paths"]
    told = str(answer["negative"])
    assert "Zhejiang Lab" in told and "did not" in told


# A class of chips is no model, an approval no plan --------------------------------------------------


def test_tencent_has_b200_considers_h100_and_an_approval_by_china_is_no_plan_of_its_own() -> None:
    matrix = ask("exposure", "--buyers", "Tencent", "--chips", "controlled", "--on", "2026-11-28")
    cells = {cell["chip"]["id"]: cell["status"] for cell in matrix["cells"] if cell["status"]}
    assert cells == {"b200": "done", "h100": "considered"}
    leases = [path for path in matrix["unnamed"] if "oracle" in str(path)]
    assert len(leases) == 1
    (approval,) = [one for one in list_shown("Tencent") if "h200" in str(one["scope"]).lower()]
    assert (approval["relation"], approval["qualifiers"]["licence_by"]) == ("LINKED_TO", "China")


# Rules that name a chip -----------------------------------------------------------------------------


def test_the_h100_was_under_the_rule_of_2022_before_its_youngest_form_was_announced() -> None:
    (claim,) = list_shown("H100", "--on", "2022-12-31", "--include", "RESTRICTS")
    assert (claim["subject"], claim["since"], claim["until"]) == ("us-2022-10", "2022-10-21", "2023-11-16")


def test_the_rules_that_name_the_h200_are_dated_and_go_on_after_the_review_of_2026() -> None:
    rows = {name: ask("query", "which_rules_name_chip", "-p", f"chip={name}") for name in ("H100", "H200")}
    assert all(row["since"] and "export controls" not in row["regulation"] for row in chain(*rows.values()))
    documents = [row["document"] for row in rows["H200"]]
    assert any("91 FR 1684" in name for name in documents) and any("section 232" in name for name in documents)
    assert [row["since"] for row in rows["H200"]] == sorted(row["since"] for row in rows["H200"])
    assert [row["since"] for row in rows["H100"]][1:] == ["2022-10-21", "2023-10-23"]


# Licences ------------------------------------------------------------------------------------------


def test_the_emirates_need_a_licence_but_for_recipients_that_the_rule_names() -> None:
    asked = ("license", "GB300", "--to", "AE", "--hq", "AE", "--on", "2026-11-28")
    answer = ask(*asked)
    assert (answer["outcome"], answer["missing"]) == ("license_required", ["recipient"])
    told = " ".join(rule["reason"] for rule in answer["rules"])
    for recipient in ("government of the United Arab Emirates", "supplement 8", "G42 and Core42", "Microsoft"):
        assert recipient in told
    assert ask(*asked, "--buyer", "G42")["outcome"] == "not_required"


def test_an_ascend_sent_abroad_is_unclear_for_want_of_a_licence_for_its_making() -> None:
    answer = ask("license", "Ascend 910C", "--to", "MY", "--hq", "MY", "--from", "CN", "--on", "2026-11-28")
    assert (answer["outcome"], answer["policy"]) == ("unclear", None)
    assert answer["missing"] == ["whether a licence was had for the making of the chip"]


def test_inspur_taiwan_is_caught_by_its_own_listing_and_not_by_its_owners() -> None:
    before, after = (
        ask("license", "H20", "--buyer", "Inspur Taiwan", "--on", day) for day in ("2025-01-15", "2025-04-01")
    )
    assert (before["outcome"], after["outcome"]) == ("not_required", "license_required")
    assert before["hq"] == after["hq"] == "CN"


def test_cyprus_is_a_country_of_a6() -> None:
    answer = ask("license", "H100", "--to", "CY", "--hq", "CY", "--on", "2025-03-01")
    assert answer["outcome"] == "not_required"


@pytest.mark.parametrize(
    "company", ["Oracle", "Microsoft", "AWS", "Google", "Nvidia", "AMD", "Intel", "Dell", "Supermicro", "TSMC"]
)
def test_who_owns_a_listed_company_is_known(company: str) -> None:
    answer = ask("license", "H100", "--to", "MY", "--buyer", company, "--on", "2026-11-28")
    (party,) = answer["parties"]
    assert (answer["outcome"], party["parentage"]) == ("not_required", "known")
    assert any(claim["relation"] == "OWNS" for claim in party["claims"])


# The base about itself -------------------------------------------------------------------------------


def test_check_counts_addresses_and_tells_the_day_of_its_law() -> None:
    told = run("check").stdout
    answer = ask("check")
    assert f"documents whose address is not recorded: {len(answer['without_address'])}" in told
    assert f"law as of {answer['law']}; rules last checked:" in told and answer["law"] == "2026-11-28"
    assert told.splitlines()[0].endswith(f"no fault; law as of {answer['law']}")
    label = (find_shipped_seeds() / "regulations.yaml").read_text(encoding="utf-8").splitlines()[:8]
    assert any(f"Law as of {answer['law']}" in line for line in label)


def test_an_answer_about_a_later_day_says_that_it_goes_beyond_the_law_told_here() -> None:
    beyond = "law told here is that of 2026-11-28"
    assert beyond in " ".join(run("license", "H100", "--to", "CN", "--hq", "CN", "--on", "2027-02-01").stdout.split())
    assert beyond in " ".join(run("path", "ByteDance", "H100", "--on", "2027-02-01").stdout.split())
    assert beyond not in " ".join(run("path", "ByteDance", "H100", "--on", "2026-11-28").stdout.split())


def test_paths_of_one_lease_are_told_once() -> None:
    answer = ask("path", "ByteDance", "A100")
    assert ways(answer)[0].startswith("bytedance oracle oracle-servers-in-the-united-states-unnamed")
    assert len(ways(answer)) == len(set(ways(answer)))
