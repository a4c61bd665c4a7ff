"""What the rules say on a date: decided cases, boundaries, and that the data decides, not the code."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphkit.cli import main
from graphkit.errors import AmbiguousName, FactBaseError, GraphkitError, InvalidValue, UnknownName
from graphkit.factbase import find_shipped_seeds, read_factbase, read_rulebook
from graphkit.facts import get_earliest_day
from graphkit.graph import Filters, build_graph
from graphkit.rules import (
    Chip,
    Finding,
    Question,
    classify,
    find_license_requirement,
    judge_chips,
    judge_parties,
    make_party_questions,
)
from graphkit.rules.history import list_periods
from graphkit.rules.reference import compare_with_reference
from graphkit.summaries.words import load_words

CASES = json.loads((Path(__file__).parent / "decision_cases.json").read_text(encoding="utf-8"))
RULES = read_rulebook()
DENIAL, CASE, APPROVAL, NOTICE = "presumption_of_denial", "case_by_case", "presumption_of_approval", "notification"


def asked(text: str, rulebook: object = RULES) -> Finding:
    """The finding for a question written as on the command line."""
    words = shlex.split(text)
    given = dict(zip(words[1::2], words[2::2], strict=True))
    share = given.get("--listed-owner-share")
    return find_license_requirement(
        rulebook,
        words[0],
        given["--to"],
        given.get("--hq", given["--to"]),
        given["--on"],
        exporter=given.get("--from", "US"),
        activity=given.get("--activity", "export"),
        listed_owner_share=float(share) if share else None,
    )


def reasons(finding: Finding) -> str:
    return "\n".join(f"{one.id} [{one.citation}]: {one.reason}" for one in finding.rules)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['args']}")
def test_a_decided_case_is_decided_the_same(case: dict[str, str]) -> None:
    done = CliRunner().invoke(main, ["license", *shlex.split(case["args"]), "--format", "json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    print(case["expected_in_words"], case.get("why", ""))
    print("\n".join(f"{one['id']} [{one['citation']}]: {one['reason']}" for one in answer["rules"]))
    assert (answer["outcome"], answer["policy"]) == (case["outcome"], case["policy"])
    assert answer["rules"], "an answer without a reason"


BOUNDARIES = [
    # letters, to their last day; Hong Kong is China, Macau is not
    ("A100 --to CN --on 2022-08-25", "not_required", None),
    ("A100 --to CN --on 2022-08-26", "license_required", None),
    ("MI250X --to RU --on 2022-10-20", "license_required", None),
    ("H100 --to HK --on 2022-09-15", "license_required", None),
    ("H100 --to MO --on 2022-09-15", "not_required", None),
    ("A800 --to CN --on 2022-10-20", "not_required", None),
    # the test of 2022; Macau from 2023-01-17; no headquarters test
    ("H100 --to CN --on 2022-10-21", "license_required", None),
    ("H100 --to MO --on 2023-01-16", "not_required", None),
    ("H100 --to MO --on 2023-01-17", "license_required", None),
    ("H100 --to MY --hq CN --on 2023-06-01", "not_required", None),
    # the rule of 2023, for five products early; the headquarters test on its day
    ("A800 --to CN --on 2023-10-22", "not_required", None),
    ("A800 --to CN --on 2023-10-23", "license_required", DENIAL),
    ("L40 --to CN --on 2023-10-23", "not_required", None),
    ("L40 --to CN --on 2023-11-17", "license_required", NOTICE),
    ("H100 --to CN --on 2023-11-01", "license_required", DENIAL),
    ("H100 --to MY --hq CN --on 2023-11-01", "not_required", None),
    ("H100 --to MY --hq CN --on 2023-11-16", "not_required", None),
    ("H100 --to MY --hq CN --on 2023-11-17", "license_required", CASE),
    # destinations by group
    ("H100 --to VN --on 2024-01-01", "license_required", APPROVAL),
    ("H100 --to LA --hq CN --on 2024-01-01", "license_required", DENIAL),
    ("H100 --to SA --on 2026-03-01", "license_required", APPROVAL),
    ("H100 --to IL --on 2024-01-01", "not_required", None),
    ("H100 --to SG --on 2024-01-01", "not_required", None),
    ("H100 --to KY --hq HK --on 2024-01-01", "license_required", CASE),
    ("H100 --to KY --on 2024-01-01", "not_required", None),
    # groups that changed
    ("H100 --to NI --on 2024-03-14", "not_required", None),
    ("H100 --to NI --on 2024-03-15", "license_required", DENIAL),
    ("H100 --to MY --hq KH --on 2025-01-12", "license_required", CASE),
    ("H100 --to MY --hq KH --on 2025-11-06", "license_required", None),
    ("H100 --to MY --hq KH --on 2025-11-07", "not_required", None),
    ("H100 --to KH --on 2025-11-06", "license_required", DENIAL),
    ("H100 --to KH --on 2025-11-07", "license_required", APPROVAL),
    ("H100 --to KH --on 2026-02-03", "license_required", APPROVAL),
    ("H100 --to AE --on 2026-07-09", "license_required", APPROVAL),
    ("H100 --to AE --on 2026-07-10", "license_required", None),
    ("A30 --to AE --on 2026-11-28", "license_required", None),
    ("H20 --to AE --on 2026-11-28", "not_required", None),
    ("H100 --to MY --hq AE --on 2026-11-28", "not_required", None),
    ("H100 --to AE --hq CN --on 2026-07-10", "license_required", DENIAL),
    ("H100 --to AE --hq US --on 2026-11-28", "license_required", None),
    ("H100 --to CY --on 2024-01-01", "unclear", None),
    ("H100 --to CY --hq GB --on 2024-01-01", "not_required", None),
    ("H100 --to MY --hq CY --on 2024-05-29", "unclear", None),
    ("H100 --to MY --hq CY --on 2024-05-30", "not_required", None),
    ("H100 --to CY --on 2024-05-30", "not_required", None),
    ("L20 --to CY --on 2024-01-01", "not_required", None),
    ("H100 --to SG --hq ET --on 2025-03-01", "unclear", None),
    ("H100 --to ET --hq US --on 2026-11-28", "unclear", None),
    ("H20 --to ET --on 2025-03-01", "not_required", None),
    # letters of 2023 beyond China, to some countries of the Middle East that are not named
    ("A100 --to QA --on 2023-04-30", "not_required", None),
    ("A100 --to QA --on 2023-05-01", "unclear", None),
    ("H100 --to AE --on 2023-10-22", "unclear", None),
    ("H100 --to AE --on 2023-10-23", "license_required", APPROVAL),
    ("A100 --to IN --on 2023-09-15", "not_required", None),
    ("A800 --to SA --on 2023-09-15", "not_required", None),
    ("MI250X --to SA --on 2023-09-15", "not_required", None),
    # exceptions: notice for D:5, Macau and their parties; none for the rest, NAC then ACA
    ('"RTX 4090" --to MY --hq CN --on 2024-05-01', "license_required", NOTICE),
    ('"RTX 4090" --to VN --on 2023-12-01', "not_required", None),
    ('"RTX 4090" --to VN --on 2024-05-01', "not_required", None),
    ('"RTX 4090 D" --to CN --on 2024-05-01', "not_required", None),
    ("L40 --to CN --on 2026-03-01", "license_required", NOTICE),
    # no notice for a transfer inside a country
    ('"RTX 4090" --to CN --from CN --on 2023-12-01', "not_required", None),
    ('"RTX 4090" --to CN --from HK --on 2024-05-01', "not_required", None),
    ('"RTX 4090" --to MY --from MY --hq CN --on 2024-05-01', "not_required", None),
    ('"RTX 4090" --to MY --from SG --hq CN --on 2024-05-01', "license_required", NOTICE),
    ("H100 --to CN --from CN --on 2024-05-01", "license_required", DENIAL),
    # the letter on H20 and MI308X
    ("H20 --to CN --on 2025-04-08", "not_required", None),
    ("H20 --to CN --on 2025-04-09", "license_required", None),
    ("H20 --to MO --on 2025-04-09", "license_required", None),
    ("H20 --to MY --hq CN --on 2025-06-01", "license_required", None),
    ("H20 --to VN --on 2025-06-01", "not_required", None),
    ("H20 --to CN --on 2026-01-15", "license_required", CASE),
    ("MI308X --to CN --on 2024-06-01", "unclear", None),
    ("MI308X --to MY --on 2024-06-01", "not_required", None),
    ("MI308X --to CN --on 2026-02-01", "license_required", CASE),
    ("MI308X --to MY --on 2025-06-01", "not_required", None),
    # and on what has their bandwidth: Intel was told limits, the others' are not public
    ('"Gaudi 3 China" --to HK --on 2025-04-08', "unclear", None),
    ('"Gaudi 3 China" --to HK --on 2025-04-09', "license_required", None),
    ('"Gaudi 3 China" --to CN --on 2026-02-01', "license_required", CASE),
    ('"Gaudi 3 China" --to MY --on 2025-06-01', "not_required", None),
    ('"RTX 5090 D" --to CN --on 2025-04-08', "not_required", None),
    ('"RTX 5090 D" --to MO --on 2025-04-09', "unclear", None),
    ('"RTX 5090 D" --to MY --hq CN --on 2025-06-01', "unclear", None),
    ('"RTX 5090 D" --to MY --on 2025-06-01', "not_required", None),
    ('"RTX 5090 D" --to CN --on 2026-02-01', "unclear", None),
    ('"RTX 4090 D" --to CN --on 2025-06-01', "not_required", None),
    ("L2 --to CN --on 2025-06-01", "not_required", None),
    # the review policy of 2026: from the US, to China and Macau, under both limits
    ("H200 --to CN --on 2026-01-14", "license_required", DENIAL),
    ("H200 --to CN --on 2026-01-15", "license_required", CASE),
    ("H200 --to MO --on 2026-02-01", "license_required", CASE),
    ("H200 --to CN --from SG --on 2026-02-01", "license_required", DENIAL),
    ("H200 --to CN --from CN --on 2026-02-01", "license_required", DENIAL),
    ("H200 --to MY --hq CN --on 2026-02-01", "license_required", DENIAL),
    ("H200 --to VN --on 2026-02-01", "license_required", APPROVAL),
    ("MI325X --to CN --on 2026-02-01", "license_required", CASE),
    ("B200 --to CN --on 2026-02-01", "license_required", DENIAL),
    # the headquarters test while it was not enforced
    ("B200 --to MY --hq CN --on 2025-01-12", "license_required", CASE),
    ("B200 --to MY --hq CN --on 2025-01-13", "license_required", None),
    ("B200 --to MY --hq CN --on 2025-05-13", "license_required", None),
    ("B200 --to MY --hq CN --on 2026-01-14", "license_required", None),
    ("B200 --to MY --hq CN --on 2026-01-15", "license_required", DENIAL),
    ("B200 --to DE --hq MO --on 2026-05-31", "license_required", DENIAL),
    ("B200 --to SA --hq CN --on 2025-08-01", "license_required", DENIAL),
    # affiliates: from half on, foreign companies, while in effect; open since 2026-11-10
    ("A100 --to DE --listed-owner-share 50 --on 2025-09-28", "not_required", None),
    ("A100 --to MY --listed-owner-share 50 --on 2025-09-29", "license_required", None),
    # with a temporary general licence for A:5 and A:6
    ("A100 --to DE --listed-owner-share 50 --on 2025-09-29", "not_required", None),
    ("A100 --to TW --listed-owner-share 100 --on 2025-11-09", "not_required", None),
    ("A100 --to AE --hq MY --listed-owner-share 60 --on 2025-10-10", "license_required", None),
    ("A100 --to DE --listed-owner-share 49.9 --on 2025-09-29", "not_required", None),
    ("A100 --to DE --on 2025-10-10", "not_required", None),
    ("L20 --to DE --listed-owner-share 50 --on 2025-11-09", "not_required", None),
    ("L20 --to MY --listed-owner-share 50 --on 2025-11-09", "license_required", None),
    ("L20 --to DE --listed-owner-share 50 --on 2025-11-10", "not_required", None),
    ("L20 --to DE --listed-owner-share 50 --on 2026-11-09", "not_required", None),
    ("L20 --to DE --listed-owner-share 50 --on 2026-11-10", "unclear", None),
    ("L20 --to DE --listed-owner-share 49 --on 2026-11-10", "not_required", None),
    ("H100 --to CN --listed-owner-share 60 --on 2026-11-21", "license_required", CASE),
    ("A100 --to DE --hq US --listed-owner-share 60 --on 2025-10-10", "not_required", None),
    ('"RTX 4090" --to CN --listed-owner-share 60 --on 2025-10-10', "license_required", None),
    # renting, and the United States
    ("H100 --to US --hq CN --on 2024-06-06", "not_required", None),
    ("H100 --to US --hq CN --activity domestic --on 2026-11-21", "not_required", None),
    ("B200 --to VN --hq CN --activity lease --on 2026-11-21", "not_required", None),
    # Chinese designs
    ('"Ascend 910C" --to CN --from HK --on 2025-05-12', "not_required", None),
    ('"Ascend 910C" --to CN --from HK --on 2025-05-13', "unclear", None),
    ('"Ascend 910C" --to MY --hq CN --from CN --on 2025-03-01', "unclear", None),
    ('"Ascend 910C" --to MY --from CN --on 2025-06-01', "unclear", None),
    ('"Ascend 910B" --to AE --activity lease --on 2025-06-01', "unclear", None),
    ('"Ascend 910C" --to CN --from US --on 2026-02-01', "license_required", None),
    ('"Ascend 910D" --to CN --from CN --on 2025-06-01', "unclear", None),
    ("H20 --to CN --from CN --on 2025-04-01", "not_required", None),
    # embargoes are not modelled
    ("H800 --to RU --on 2023-06-01", "unclear", None),
    ("H100 --to RU --on 2024-01-01", "license_required", DENIAL),
    ("L20 --to IR --on 2024-01-01", "unclear", None),
    # missing figures matter only where they could decide
    ("MLU370-X8 --to CN --on 2024-01-01", "unclear", None),
    ("MLU370-X8 --to MY --on 2024-01-01", "not_required", None),
    ("TPU --to CN --on 2023-06-01", "unclear", None),
    ('"Gaudi 2" --to CN --on 2024-01-01', "license_required", DENIAL),
    # a month whose days disagree
    ("L40 --to CN --on 2023-11", "unclear", None),
    ("H100 --to CN --on 2023-12", "license_required", DENIAL),
]


@pytest.mark.parametrize(("ask", "outcome", "policy"), BOUNDARIES, ids=[one[0] for one in BOUNDARIES])
def test_a_boundary_falls_on_its_day(ask: str, outcome: str, policy: str | None) -> None:
    finding = asked(ask)
    print(reasons(finding))
    assert (finding.outcome, finding.policy) == (outcome, policy)


def test_a_family_answers_for_all_its_forms_and_names_those_that_disagree() -> None:
    finding = asked("RTX --to CN --on 2024-05-01")
    assert finding.outcome == "unclear"
    sides = (
        "RTX 4090, RTX 5090, RTX 6000 Ada, RTX PRO 6000 Blackwell: covered; "
        "RTX 4090 D, RTX 5090 D, RTX 5090 D v2: not covered by any modelled rule; RTX PRO 6000D: unclear"
    )
    assert finding.missing[0] == f"which form ({sides})"
    assert {chip.id for chip in RULES.models("H100")} == {"h100-sxm", "h100-pcie", "h100-nvl"}
    assert [chip.id for chip in RULES.models("nvidia H20")] == ["h20-141gb", "h20-sxm"]


@pytest.mark.parametrize("name", ["H1000", "H10", "", "Nvidia", "H100 SX"])
def test_half_a_name_is_no_family(name: str) -> None:
    with pytest.raises(UnknownName):
        RULES.models(name)


def test_missing_figures_are_named() -> None:
    assert asked("MI308X --to CN --on 2024-06-01").missing == ("tpp",)
    assert asked("MLU370-X8 --to CN --on 2024-06-01").missing == ("die_area_mm2",)
    assert asked('"Ascend 910B" --to CN --on 2023-06-01').missing == ("io_bidirectional_gb_s",)


def test_an_estimated_figure_decides_and_says_so() -> None:
    finding = asked("MI210 --to CN --on 2024-06-01")
    assert (finding.outcome, finding.policy) == ("license_required", NOTICE)
    assert "partly verified, estimated: die area in mm2" in reasons(finding)


def test_conditions_of_a_case_by_case_review_are_listed() -> None:
    finding = asked("H200 --to CN --on 2026-02-01")
    assert "shipments of at most 50 % of the US volume" in finding.missing
    assert len(finding.missing) == 7


def test_reasons_name_what_is_on_the_books_but_decides_nothing() -> None:
    abroad = asked("H100 --to DE --on 2025-02-01")
    assert abroad.outcome == "not_required"
    assert "US-2025-01-DIFF [90 FR 4544]" in reasons(abroad)
    gap = asked("B200 --to MY --hq CN --on 2025-08-01")
    assert "not enforced from 2025-05-13 to 2026-05-31" in reasons(gap)
    assert not gap.enforced
    inside = asked('"Ascend 910B" --to CN --from CN --on 2025-05-13')
    assert "General Prohibition 10" in reasons(inside)
    assert inside.missing == ("whether a licence was had for the making of the chip",)
    assert "General Prohibition 10" not in reasons(asked('"Ascend 910B" --to CN --from CN --on 2025-05-12'))


@pytest.mark.parametrize(
    ("ask", "enforced"),
    [
        ('"RTX 4090" --to MY --hq CN --on 2025-05-12', True),
        ('"RTX 4090" --to MY --hq CN --on 2025-08-01', False),
        # the destination test stays enforced
        ('"RTX 4090" --to CN --hq CN --on 2025-08-01', True),
        ("B200 --to LA --hq CN --on 2025-08-01", True),
        # part of the year: the reasons name which
        ("B200 --to MY --hq CN --on 2025", False),
        ("B200 --to MY --hq CN --on 2025-06", False),
        ("B200 --to DE --on 2025-08-01", True),
    ],
)
def test_not_enforced_is_what_no_deciding_requirement_is(ask: str, enforced: bool) -> None:
    finding = asked(ask)
    assert finding.enforced is enforced
    assert ("the enforcement differs: from 2025-01-01" in reasons(finding)) == ask.endswith("2025")


def test_a_lease_names_proposals_and_guidance_as_what_they_are() -> None:
    finding = asked("H100 --to US --hq CN --activity lease --on 2024-06-06")
    assert "proposed rule, not in force on 2024-06-06: would require identification and reporting" in reasons(finding)
    later = reasons(asked("B200 --to MY --hq CN --activity lease --on 2026-10-05"))
    assert "BILL-119-HR2683" in later and "turns on knowledge" in later and "neither proposed nor published" in later


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"destination": "XX"}, "no country is called 'XX'"),
        ({"buyer_hq": "Chinaa"}, "did you mean China"),
        ({"on": "2024-13-01"}, "is not a date"),
        ({"on": "yesterday"}, "is not a date"),
        ({"listed_owner_share": 101.0}, "write a percentage"),
        ({"listed_owner_share": float("nan")}, "write a percentage"),
        ({"listed_owner_share": -1.0}, "write a percentage"),
        ({"activity": "smuggle"}, "is no activity"),
        ({"activity": "domestic"}, "domestic means within the United States"),
    ],
)
def test_what_makes_no_sense_is_one_clear_line(change: dict[str, object], what: str) -> None:
    given: dict[str, object] = {"destination": "MY", "buyer_hq": "CN", "on": "2024-01-01", **change}
    with pytest.raises((InvalidValue, UnknownName)) as caught:
        find_license_requirement(RULES, "H100", **given)
    assert what in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_command_line_says_it_in_one_line_too() -> None:
    for wrong in ("--to XX", "--to MY --listed-owner-share half", "--to MY --on 2024-02-30"):
        arguments = wrong.split()
        done = CliRunner().invoke(main, ["license", "H100", "--hq", "CN", *arguments])
        assert done.exit_code == 2
        assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr


def licensed(*words: str) -> dict[str, object]:
    """The answer of the command line."""
    done = CliRunner().invoke(main, ["license", *words, "--format", "json"])
    assert done.exit_code == 0, done.output
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_an_exception_for_some_recipients_is_told_and_not_assumed() -> None:
    finding = asked("GB300 --to AE --on 2026-11-28")
    assert finding.missing == ("recipient",)
    assert "unless the recipient is one of: the government of the United Arab Emirates; entities" in reasons(finding)
    assert "G42 and Core42, until 2027-04-06" in reasons(finding) and "91 FR 43034" in finding.decided_by[0]


@pytest.mark.parametrize(
    ("buyer", "day", "outcome"),
    [
        ("G42", "2026-07-10", "not_required"),
        ("Core42", "2027-04-06", "not_required"),
        ("Core42", "2027-04-07", "unclear"),
        ("Microsoft", "2027-05-01", "not_required"),
        ("AWS", "2026-11-28", "not_required"),
        ("Datasection", "2026-11-28", "license_required"),
    ],
)
def test_the_buyer_by_name_opens_an_exception_that_names_it(buyer: str, day: str, outcome: str) -> None:
    seat = "AE" if buyer in ("G42", "Core42") else "US"
    answer = licensed("GB300", "--to", "AE", "--hq", seat, "--buyer", buyer, "--on", day)
    assert answer["outcome"] == outcome


def test_a_chinese_recipient_is_followed_into_the_emirates() -> None:
    answer = licensed("H100", "--to", "AE", "--buyer", "ByteDance", "--on", "2026-11-28")
    assert (answer["outcome"], answer["policy"]) == ("license_required", DENIAL)


def test_a_listed_buyer_has_its_entry_and_its_day_from_the_claims() -> None:
    later = licensed("H20", "--buyer", "Inspur Taiwan", "--on", "2025-04-01")
    assert (later["outcome"], later["policy"], later["destination"]) == ("license_required", DENIAL, "TW")
    (party,) = later["parties"]
    assert {claim["relation"] for claim in party["claims"]} == {"LISTED_ON", "HEADQUARTERED_IN", "OWNS"}
    before = licensed("H20", "--buyer", "Inspur Taiwan", "--on", "2025-01-15")
    assert (before["outcome"], before["hq"]) == ("not_required", "CN")
    assert "parties of their own" in json.dumps(before)
    assert licensed("H100", "--buyer", "Inspur Taiwan", "--on", "2025-01-15")["outcome"] == "license_required"


def test_every_party_to_the_act_is_asked_about() -> None:
    alone = licensed("H20", "--to", "MY", "--hq", "MY", "--buyer", "Speedmatrix", "--on", "2025-06-01")
    through = ("--buyer", "Speedmatrix", "--via", "Inspur Group")
    assert alone["outcome"] == "not_required"
    assert licensed("H20", "--to", "MY", *through, "--on", "2025-06-01")["outcome"] == "license_required"
    final = ("--buyer", "Speedmatrix", "--end-user", "ByteDance", "--on", "2024-01-01")
    assert licensed("H100", "--to", "MY", *final)["policy"] == CASE


def test_a_listed_buyer_without_a_name_is_listed_all_the_same() -> None:
    assert (
        licensed("L20", "--to", "DE", "--hq", "DE", "--listed", "--on", "2024-01-01")["outcome"] == "license_required"
    )
    notice = ("RTX 4090", "--to", "CN", "--hq", "CN", "--on", "2024-01-01")
    assert licensed(*notice)["policy"] == NOTICE
    assert licensed(*notice, "--listed")["policy"] != NOTICE


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--to", "AE", "--buyer", "Nobody and Sons"), "is called 'Nobody and Sons'"),
        (("--to", "AE"), "give --to and --hq"),
        (("--buyer", "ByteDance", "--listed"), "leave out --listed"),
        (("--buyer", "ByteDance", "--activity", "lease"), "where the computers stand"),
        (("--to", "AE", "--hq", "AE", "--via", "ByteDance"), "name the buyer, too"),
    ],
)
def test_a_buyer_that_nobody_knows_is_never_cleared(words: tuple[str, ...], what: str) -> None:
    done = CliRunner().invoke(main, ["license", "H100", *words])
    assert (done.exit_code, done.stdout) == (2, "")
    assert what in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("ask", ["H100 --to DE --on 2024-01-01", "H20 --to CN --on 2024-01-01"])
def test_what_needs_no_modelled_licence_is_not_cleared(ask: str) -> None:
    finding = asked(ask)
    assert finding.outcome == "not_required"
    assert "no modelled licence requirement, which clears nothing; not modelled are" in reasons(finding)
    assert any("end uses" in part for part in finding.not_modelled)
    assert "which clears nothing" not in reasons(asked("H100 --to CN --on 2024-01-01"))


def test_an_answer_beyond_the_day_of_the_law_says_so() -> None:
    assert RULES.verified == "2026-11-28"
    assert "lies beyond it" not in reasons(asked("H100 --to CN --on 2026-11-28"))
    assert "that of 2026-11-28, when it was last checked: 2026-12 lies" in reasons(asked("H100 --to CN --on 2026-12"))
    assert "lies beyond it" in reasons(asked("H100 --to CN --on 2027-01-01"))


def test_every_rule_says_when_it_was_checked_or_that_it_is_from_memory() -> None:
    for one in RULES.regulations:
        assert one.verified or one.confidence.startswith("from memory"), one.id
        assert all(address.startswith("https://") for address in one.addresses), one.id


def test_a_bill_is_cited_by_the_numbers_that_it_had() -> None:
    cited = {day: RULES.regulation("GAIN AI Act").cite(day) for day in ("2025-10-30", "2025-10-31", "2025-11-06")}
    assert list(cited.values()) == ["SA 3714 to S. 2296", "SA 3714 to S. 2296, H.R. 5885", "S. 3150, H.R. 5885"]
    assert "SA 3714 to S. 2296]" in reasons(asked("H100 --to CN --on 2025-09-15"))


def test_a_span_of_days_has_the_answer_of_all_of_them() -> None:
    chips = RULES.models("H100")
    question = Question("2024-10/2025-05", "china", "china")
    assert judge_chips(RULES, chips, question).policy == DENIAL
    assert (
        judge_chips(RULES, chips, Question("2022-10-20/2022-10-21", "china", "china")).outcome == "license_required"
    )
    assert judge_chips(RULES, chips, Question("2022-08/2022-09", "china", "china")).outcome == "unclear"


def test_a_rule_of_ones_own_may_name_recipients_and_leave_things_open(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        """\
- id: OWN-2
  name: Ours
  authority: us
  kind: rule
  citation: ours
  effective: 2024-01-01
  confidence: ours
  sources: [ours]
  summary: Ours.
  recipients: [{name: friends, members: [Acme]}]
  requires: [{test: ours, destinations: {in: [malaysia]}, says: a licence}]
  exceptions: [{name: friends, of: [OWN-2], recipients: {in: [friends]}, notification: false, says: not for friends}]
  unsettled: [{items: {makers: [AMD]}, destinations: {in: [germany]}, from: 2024-01-01, says: nobody knows}]
""",
        encoding="utf-8",
    )
    rulebook = read_rulebook(rules=[file])
    assert asked("H20 --to MY --on 2024-03-01", rulebook).missing == ("recipient",)
    question = Question("2024-03-01", "malaysia", "malaysia", buyer=("Acme",))
    assert judge_chips(rulebook, rulebook.models("H20"), question).outcome == "not_required"
    assert asked("MI308X --to DE --on 2024-03-01", rulebook).missing == ("nobody knows",)
    assert asked("H20 --to DE --on 2024-03-01", rulebook).outcome == "not_required"
    sound = file.read_text(encoding="utf-8")
    for good, bad, said in (
        ("{in: [friends]}", "{in: [foes]}", "no class of recipients 'foes'"),
        ("members: [Acme]", "members: [Acme], headquarters: atlantis", "no place 'atlantis'"),
        ("test: ours,", "test: ours, not_enforced: [{from: 2024-01-01, ended_by: US-0}],", "no regulation 'US-0'"),
    ):
        assert good in sound
        file.write_text(sound.replace(good, bad, 1), encoding="utf-8")
        with pytest.raises(FactBaseError) as caught:
            read_rulebook(rules=[file])
        assert said in str(caught.value.faults[0])


def test_a_seat_that_a_rule_states_of_its_recipients_counts_and_one_that_was_given_counts_more() -> None:
    rules = RULES.models("GB300")

    def ask(on: str, **fields: object) -> str:
        known = {"asked": ("OpenAI",), "buyer": ("OpenAI",), "parent_known": False, "headquarters": None, **fields}
        return judge_chips(RULES, rules, Question(on=on, destination="singapore", **known)).outcome

    assert ask("2026-07-10") == "not_required" and ask("2026-07-09") == "unclear"
    assert ask("2026-11-28", headquarters="china", parent_known=True) == "license_required"
    assert ask("2026-11-28", asked=("Nobody",)) == "unclear"
    assert ask("2026-11-28", asked=("A firm of it",), asked_owners=("OpenAI",)) == "not_required"
    assert ask("2026-11-28", asked=("G42",), headquarters="united-arab-emirates") == "unclear"


# the data ---------------------------------------------------------------------------------


def rows(name: str) -> list[dict[str, str]]:
    with (find_shipped_seeds() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_performance_and_density_follow_from_the_other_figures() -> None:
    lengths = {
        "dense_fp64_tops": 64,
        "dense_tf32_tops": 32,
        "dense_16bit_tops": 16,
        "dense_8bit_tops": 8,
        "dense_6bit_tops": 6,
        "dense_4bit_tops": 4,
    }
    checked = 0
    for row in rows("chips.csv"):
        products = {bits: float(row[name]) * bits for name, bits in lengths.items() if row[name]}
        if products:
            checked += 1
            assert max(products.values()) == pytest.approx(float(row["tpp"]), abs=1), row["name"]
            assert products[int(row["tpp_bit_length"])] == pytest.approx(float(row["tpp"]), abs=1), row["name"]
        if row["tpp"] and row["die_area_mm2"]:
            density = float(row["tpp"]) / float(row["die_area_mm2"])
            assert density == pytest.approx(float(row["performance_density"]), abs=0.006), row["name"]
    assert checked == 69


def test_every_chip_is_what_the_verified_reference_says_but_for_what_the_docs_list() -> None:
    differing = {
        (one.chip.name, one.version) for one in compare_with_reference(RULES, find_shipped_seeds()) if not one.agree
    }
    verified = {
        (one.chip.name, one.version)
        for one in compare_with_reference(RULES, find_shipped_seeds())
        if one.chip.confidence == "verified in source"
    }
    # a licence exception that stays in 2026, and Chinese designs, which the reference leaves outside
    assert differing & verified == {
        ("L40", "2026-01-15"),
        ("Ascend 910 (2019)", "2026-01-15"),
        ("MLU370-X8", "2026-01-15"),
    }
    assert {name for name, _ in differing - verified} == {
        "A30",
        "A40",
        "MI210",
        "MI308X",
        "MLU590",
        "Ascend 910B",
        "Ascend 910C",
        "Ascend 910D",
        "RTX 5090 D",
        "Gaudi 3 China HL-328/HL-388",
    }


def test_the_destinations_of_2023_are_44_countries_and_macau() -> None:
    chip = RULES.models("B200")
    outcomes = {
        region.iso2: judge_chips(RULES, chip, Question("2023-11-17", region.id, "united-states")).outcome
        for region in RULES.regions
    }
    scope = {code for code, outcome in outcomes.items() if outcome == "license_required"}
    assert len(scope - {"HK", "MO"}) == 44 and {"HK", "MO", "CN", "VN", "SA", "KH", "CF"} <= scope
    assert {code for code, outcome in outcomes.items() if outcome == "unclear"} == {"ET"}


def test_classification_is_the_formula_on_both_sides_of_every_limit() -> None:
    performance = (1599.99, 1600, 2399.99, 2400, 4799.99, 4800, 9000)
    densities = (1.5999, 1.6, 3.1999, 3.2, 5.9199, 5.92, 9)
    for tpp, density, io, centre in itertools.product(performance, densities, (599.9, 600, 900), (True, False)):
        chip = Chip(
            id="x", name="X", tpp=tpp, die_area_mm2=tpp / density, io_bidirectional_gb_s=io, data_centre=centre
        )
        a = tpp >= 4800 or (tpp >= 1600 and density >= 5.92)
        b = (2400 <= tpp < 4800 and 1.6 <= density < 5.92) or (tpp >= 1600 and 3.2 <= density < 5.92)
        covered = centre or tpp >= 4800
        expected = "3A090.a" if a and covered else "3A090.b" if b and covered else None
        assert classify(RULES, chip, "2024-01-01").paragraph == expected, (tpp, density, centre)
        assert classify(RULES, chip, "2023-01-01").paragraph == ("3A090" if io >= 600 and tpp >= 4800 else None)


def test_a_missing_figure_leaves_open_exactly_what_some_value_of_it_could_change() -> None:
    def possible(**figures: float | None) -> frozenset[str | None]:
        return classify(RULES, Chip(id="x", name="X", data_centre=True, **figures), "2024-01-01").possible

    assert possible(tpp=5000) == {"3A090.a"}
    assert possible(tpp=1500) == {None}
    assert possible(tpp=1700) == {"3A090.a", "3A090.b", None}
    assert possible(tpp_below=1600) == {None}
    assert possible(tpp_below=4800) == {"3A090.a", "3A090.b", None}


def test_the_paragraph_is_that_of_the_version_in_force() -> None:
    chip = RULES.models("A100 40GB")[0]
    days = {"2022-10-20": None, "2022-10-21": "3A090", "2023-10-23": "3A090.a", "2026-11-21": "3A090.a"}
    assert {day: classify(RULES, chip, day).paragraph for day in days} == days


def copied(folder: Path) -> Path:
    """The rule files alone, to be edited."""
    for name in ("chips.csv", "regions.csv", "region_groups.csv", "regulations.yaml", "routes.yaml"):
        shutil.copy(find_shipped_seeds() / name, folder / name)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_threshold_changes_the_answer_without_a_line_of_code(tmp_path: Path) -> None:
    base = copied(tmp_path)
    ask = "H20 --to CN --on 2024-03-01"
    assert asked(ask, read_rulebook(base)).outcome == "not_required"
    edit(
        base / "regulations.yaml",
        "- {tpp: {min: 1600}, performance_density: {min: 3.2, below: 5.92}}",
        "- {tpp: {min: 1600}, performance_density: {min: 2.9, below: 5.92}}",
    )
    assert asked(ask, read_rulebook(base)).outcome == "license_required"


def test_a_changed_country_group_changes_the_answer(tmp_path: Path) -> None:
    base = copied(tmp_path)
    with (base / "region_groups.csv").open("a", encoding="utf-8") as file:
        file.write("malaysia,D:4,2024-01-01,,,,yes,our own,,\n")
    assert asked("H100 --to MY --on 2023-12-31", read_rulebook(base)).outcome == "not_required"
    assert asked("H100 --to MY --on 2024-01-01", read_rulebook(base)).policy == APPROVAL


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12", "9999"])
def test_what_ends_with_time_itself_never_ends(tmp_path: Path, end: str) -> None:
    base = copied(tmp_path)
    with (base / "region_groups.csv").open("a", encoding="utf-8") as file:
        file.write(f"malaysia,D:4,2024-01-01,{end},,,yes,our own,,\n")
    edit(base / "regulations.yaml", "  ended: 2022-10-20\n", f'  ended: "{end}"\n')
    rulebook = read_rulebook(base)
    assert asked("H100 --to MY --on 2024", rulebook).policy == APPROVAL
    periods = list_periods(rulebook, rulebook.models("H100"), Question("2024-01-01", "malaysia", "malaysia"))
    assert "2024-01-01" in {one.first for one in periods} and periods[-1].last is None


def test_a_folder_without_rules_uses_those_that_ship_and_may_add_chips(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("id,name\n", encoding="utf-8")
    (tmp_path / "entities.csv").write_text("id,name,kind\n", encoding="utf-8")
    assert read_rulebook(tmp_path).regulations == RULES.regulations
    (tmp_path / "chips.csv").write_text("id,name,tpp,data_centre\nx9,X9,5000,yes\n", encoding="utf-8")
    assert asked("X9 --to CN --on 2024-03-01", read_rulebook(tmp_path)).paragraph == "3A090.a"


MALFORMED = [
    ("chips.csv", "h100-sxm,H100 SXM,H100 SXM5", 'h100-sxm,H100 SXM,"H100 SXM5', "quote"),
    ("chips.csv", "h20-sxm,H20 SXM", "h100-sxm,H20 SXM", "the chip 'h100-sxm' is already at"),
    ("chips.csv", ",15832,,1028,", ",fast,,1028,", "tpp 'fast' is not a number"),
    (
        "region_groups.csv",
        "cambodia,D:5,2021-12-09,2025-11-06",
        "cambodia,D:5,2026-03-01,2025-11-06",
        "from 2026-03-01 is",
    ),
    ("region_groups.csv", "vietnam,D:1", "vietnamm,D:1", "no region has the id 'vietnamm'"),
    ("regulations.yaml", "  effective: 2023-11-17", "  effective: 2023-11-31", "'2023-11-31' is not a date"),
    ("regulations.yaml", "policy: case_by_case", "policy: perhaps", "Invalid enum value 'perhaps'"),
    ("regulations.yaml", "{min: 1.6, below: 5.92}", "{min: high, below: 5.92}", "Expected `float | null`, got `str`"),
    ("regulations.yaml", 'in: ["D:1", "D:4", "D:5", macau], not_in', 'in: ["D:9", macau], not_in', "no place 'D:9'"),
    ("regulations.yaml", "- id: US-2024-04\n", "- id: US-2023-10\n", "is already at"),
    ("regulations.yaml", "  kind: letter\n", "  kind: letter\n  kind: letter\n", "the key 'kind' is there twice"),
    ("regulations.yaml", "  authority: BIS\n  kind: letter", "  kind: letter", "lacks the required field"),
    (
        "regulations.yaml",
        "of: [US-2023-10, US-2025-04-H20, US-2025-04-INTEL]",
        "of: [US-2023-11]",
        "no regulation 'US-2023-11'",
    ),
    ("regulations.yaml", "    - test: letter\n", "    - tset: letter\n", "unknown field `tset`"),
    ("regulations.yaml", "  kind: letter\n", "  kind: letter\n   name: [\n", "is not YAML"),
    ("regulations.yaml", "verified: 2026-11-28", "verified: lately", "'lately' is not a date"),
    ("regulations.yaml", "  gives: power\n", "  gives: hope\n", "Invalid enum value 'hope'"),
    ("regulations.yaml", "listed_from: [2025-03-25]", "listed_from: [2025-13-25]", "'2025-13-25' is not a date"),
    ("regulations.yaml", "not_paragraphs: [3A090.a, 3A090.b]", "not_paragraphs: [3A091]", "no paragraph '3A091'"),
    ("regulations.yaml", "{min: 2400, below: 4800}", "{min: 4800, below: 2400}", "limits that nothing meets"),
    ("routes.yaml", "facts: [buyer followed, licence]", "facts: [buyer followed, license]", "no fact 'license'"),
]


@pytest.mark.parametrize(("file", "old", "new", "what"), MALFORMED)
def test_a_malformed_rule_file_is_refused_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, what: str
) -> None:
    base = copied(tmp_path)
    edit(base / file, old, new)
    text = (base / file).read_text(encoding="utf-8")
    lines = [text[: found.start()].count("\n") + 1 for found in re.finditer(re.escape(new), text)]
    with pytest.raises(FactBaseError) as caught:
        read_rulebook(base)
    print(*caught.value.faults, sep="\n")
    told = [fault for fault in caught.value.faults if what in str(fault)]
    assert told, "the fault is not named"
    assert told[0].file == str(base / file)
    assert any(abs(told[0].line - line) <= 2 for line in lines)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    base = copied(tmp_path)
    edit(base / "regulations.yaml", "  kind: letter", "  kind: note")
    edit(base / "chips.csv", ",15832,,1028,", ",-1,,1028,")
    edit(base / "routes.yaml", "pattern:", "patern:")
    with pytest.raises(FactBaseError) as caught:
        read_rulebook(base)
    named = {Path(fault.file).name for fault in caught.value.faults}
    assert named == {"chips.csv", "regulations.yaml", "routes.yaml"}


def test_the_command_line_names_the_faults_and_answers_nothing(tmp_path: Path) -> None:
    base = copied(tmp_path)
    edit(base / "regulations.yaml", "policy: case_by_case", "policy: perhaps")
    done = CliRunner().invoke(main, ["license", "H100", "--to", "MY", "--hq", "CN", "-f", str(base)])
    assert done.exit_code == 2 and done.stdout == ""
    assert "regulations.yaml:" in done.stderr


def test_hostile_yaml_is_refused(tmp_path: Path) -> None:
    bomb = "- id: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"- id: &{b} [{', '.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    tagged = "- !!python/object/apply:os.system [ls]\n"
    for text in (bomb, "- &loop [*loop]\n", tagged, "[" * 5000, "just words\n", "- 3\n"):
        file = tmp_path / "own.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(GraphkitError):
            read_rulebook(rules=[file])


def test_deep_nesting_is_a_fault_of_the_file_and_kills_nothing(tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("[" * 100_000, encoding="utf-8")
    ask = ["whatif", "ByteDance", "H100", "--rule", str(file)]
    done = subprocess.run([sys.executable, "-m", "graphkit.cli", *ask], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert "deep.yaml:1: is not YAML: nested more than" in done.stderr


def test_a_history_has_no_gap_and_no_overlap() -> None:
    periods = list_periods(RULES, RULES.models("H20"), Question("2024-01-01", "china", "china"))
    assert [(one.first, one.finding.coverage) for one in periods] == [
        (None, "not covered by any modelled rule"),
        ("2025-04-09", "covered"),
        ("2025-07-14", "covered"),
        ("2026-01-15", "covered"),
    ]
    assert [one.last for one in periods] == ["2025-04-08", "2025-07-13", "2026-01-14", None]


def test_a_period_names_what_governs_from_its_first_day() -> None:
    def begun(chip: str, place: str) -> dict[str | None, tuple[str, ...]]:
        periods = list_periods(RULES, RULES.models(chip), Question("2024-01-01", place, place))
        return {one.first: one.begun_by for one in periods}

    assert begun("H20", "china") == {
        None: (),
        "2025-04-09": ("NVIDIA 8-K of 2025-04-15",),
        "2025-07-14": ("announcement of 2025-07-14",),
        "2026-01-15": ("91 FR 1684",),
    }
    h100 = begun("H100", "china")
    assert h100["2022-10-21"] == ("87 FR 62186",) and h100["2023-10-23"] == ("88 FR 73458",)
    assert h100["2026-01-15"] == ("91 FR 1684",) and h100["2026-06-01"] == ("BIS guidance of 2026-05-31",)
    assert begun("H100", "cambodia")["2025-11-07"] == ("22 CFR 126.1 as amended 2025-11-07",)
    assert begun("B200", "united-arab-emirates")["2026-07-10"] == ("91 FR 43034",)
    # a form announced later begins no period of the family
    assert {"2023-05-01", "2024-12-02"} & {*h100, *begun("H200", "china")} == set()


@pytest.mark.parametrize("chip", ["A100", "H100", "H20", "H200", "B200", "L40", "RTX 4090", "MI308X", "Ascend 910C"])
@pytest.mark.parametrize("place", ["china", "macau", "cambodia", "united-arab-emirates", "nicaragua", "germany"])
def test_every_period_but_the_first_cites_something_that_changed(chip: str, place: str) -> None:
    periods = list_periods(RULES, RULES.models(chip), Question("2024-01-01", place, place))
    assert [one.first for one in periods if not one.begun_by] == [None]
    for one in periods:
        policy = one.finding.policy
        assert bool(one.finding.reviewed_by) == (policy is not None), (one.first, policy)


def test_a_site_in_the_united_states_cites_the_rule_that_controls_the_chip_or_none() -> None:
    def cited(ask: str) -> set[str]:
        finding = asked(ask)
        return {one.citation for one in finding.rules if "no export" in one.reason}

    assert cited("H100 --to US --hq CN --on 2026-11-28") == {"88 FR 73458"}
    assert cited("A100 --to US --hq CN --on 2022-09-01") == {"NVIDIA 8-K of 2022-08-31"}
    assert cited("H100 --to US --hq CN --on 2022-11-15") == {"87 FR 62186"}
    assert cited("H20 --to US --hq CN --on 2026-11-28") == {"NVIDIA 8-K of 2025-04-15"}
    assert cited("L2 --to US --hq CN --on 2026-11-28") == {"graphkit list rules"}


def test_a_rule_about_other_countries_alone_is_not_cited() -> None:
    for ask in ("H100 --to MY --hq MY", "H100 --to DE --hq CN", "H100 --to US --hq CN", "H100 --to CN --hq CN"):
        assert "US-2026-07-UAE" not in reasons(asked(f"{ask} --on 2026-11-28")), ask
    assert "US-2026-07-UAE" in reasons(asked("H100 --to AE --hq AE --on 2026-11-28"))
    assert "US-2023-01-MACAU" not in reasons(asked("H100 --to CN --on 2023-06-01"))
    # a letter that names the chip is told of, whatever the country
    assert "ISINF-2022-08" in reasons(asked("H100 --to DE --on 2022-09-15"))


def test_what_holds_for_some_days_says_until_or_from_when() -> None:
    finding = asked("H100 --to US --hq CN --activity lease --on 2025")
    told = [one.text for one in finding.proposals if one.citation in ("H.R. 8152", "H.R. 2683")]
    assert [one.rpartition(" (")[2] for one in told] == ["only until 2025-01-02)", "from 2025-04-07 on)"]


def test_an_exception_is_not_assumed_under_an_embargo() -> None:
    finding = asked('"RTX 4090" --to RU --hq RU --on 2024-06-01')
    assert (finding.outcome, finding.policy) == ("license_required", None)
    assert "the embargo of Russia" in finding.missing


def test_the_history_page_holds_every_period_and_runs_nothing(tmp_path: Path) -> None:
    page = tmp_path / "h20.html"
    done = CliRunner().invoke(main, ["chip", "H20", "--history", "--html", str(page)])
    assert done.exit_code == 0, done.output
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"<rect class=\"\w+\" x=", text)) == 4 and "2025-04-09" in text
    assert "<script" not in text and "http:" not in text and "https:" not in text


def test_a_rule_reaches_a_family_from_its_oldest_form_on() -> None:
    checked = set()
    for claim in read_factbase().claims:
        rule = next((one for one in RULES.regulations if one.id.lower() == claim.subject and one.control_list), None)
        if claim.relation != "RESTRICTS" or rule is None or not claim.since:
            continue
        forms = [chip for chip in RULES.chips if claim.object in (chip.id, chip.family)]
        reached = [chip for chip in forms if classify(RULES, chip, rule.effective or "").possible != {None}]
        begun = [
            max(rule.start(chip) or "", get_earliest_day(chip.announced or "")) for chip in reached if chip.announced
        ]
        if begun:
            assert claim.since[:7] == min(begun)[:7], (claim.subject, claim.object)
            checked.add((claim.subject, claim.object))
    assert {("us-2022-10", "h100"), ("us-2023-10", "h100"), ("us-2023-10", "gb200")} <= checked


def asked_rules(chip: str) -> set[tuple[str, str | None]]:
    """The rules that name a chip, each with a first day, as the library's question answers."""
    ask = ["query", "which_rules_name_chip", "-p", f"chip={chip}", "--format", "json"]
    done = CliRunner().invoke(main, ask)
    assert done.exit_code == 0, done.output
    return {(row["regulation"], row["since"]) for row in json.loads(done.stdout)}


def test_the_rules_that_name_a_chip_are_dated_rules_and_no_umbrella() -> None:
    names = {name for name, _ in asked_rules("H200")}
    assert {RULES.regulation(one).name for one in ("US-2023-10", "US-2026-01-H200")} <= names
    assert not [name for name in names if "export controls" in name or "sanctions" in name]
    assert (RULES.regulation("US-2022-10").name, "2022-10-21") in asked_rules("H100")


def test_the_question_about_a_buyer_is_asked_of_a_graph_alone() -> None:
    base = read_factbase()
    graph = build_graph(base.entities, base.claims, base.documents)
    (asked_of,) = make_party_questions(graph, RULES, [("buyer", "inspur-taiwan")], "2025-04-01")
    assert (asked_of.question.destination, asked_of.question.headquarters) == ("taiwan", "china")
    assert asked_of.assumed == ("taken to go to Taiwan, where Inspur Taiwan has its seat",)
    assert judge_parties(RULES, RULES.models("H20"), [asked_of]).policy == DENIAL
    (unheard,) = make_party_questions(
        graph,
        RULES,
        [("buyer", "inspur-taiwan")],
        "2025-04-01",
        filters=Filters(known_by="2025-03-01"),
        destination="taiwan",
    )
    assert (unheard.question.headquarters, unheard.claims) == (None, ())


def test_what_bears_on_an_owner_who_is_not_known_is_told_with_its_claims() -> None:
    answer = licensed("A100", "--to", "SG", "--buyer", "Megaspeed", "--on", "2026-03-01")
    (party,) = answer["parties"]
    assert (answer["outcome"], answer["missing"]) == ("unclear", ["ultimate parent of Megaspeed"])
    assert (party["parentage"], {"INVESTIGATES", "LINKED_TO"} <= {one["relation"] for one in party["claims"]}) == (
        "disputed",
        True,
    )
    assert any(claim["status"] == "negated" and claim["attribution"] == "Nvidia" for claim in party["claims"])


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ("H100 --to VN --on 2026-03-01", "removal from D:1 was promised in February 2026; no rule was found"),
        ("H100 --to SG --from MY --on 2025-08-01", "where a use for mass-destruction weapons is known or suspected"),
        ("H100 --to IN --on 2023-09-15", "a letter of 2023 also names certain customers elsewhere"),
        ("A100 --to MY --listed-owner-share 49.9 --on 2025-10-10", "Red Flag 29"),
        ("H20 --to CN --on 2025-09-01", "against 15 % of revenue, which was agreed and never made a rule"),
        ("H100 --to CN --on 2022-11-15", "from memory a presumption of denial"),
    ],
)
def test_what_bears_without_deciding_is_told(ask: str, said: str) -> None:
    assert said in reasons(asked(ask))


@pytest.mark.parametrize(
    ("ask", "unsaid"),
    [
        ("L20 --to SG --from MY --on 2025-08-01", "Malaysia asks"),
        ("A100 --to MY --listed-owner-share 49.9 --on 2025-12-01", "Red Flag 29"),
        ("A100 --to MY --on 2025-10-10", "Red Flag 29"),
        ("H100 --to IN --on 2023-10-23", "a letter of 2023"),
    ],
)
def test_and_is_not_told_where_it_does_not_bear(ask: str, unsaid: str) -> None:
    assert unsaid not in reasons(asked(ask))


@pytest.mark.parametrize(
    ("code", "phrase"),
    [("MV", "the Maldives"), ("BS", "the Bahamas"), ("NL", "the Netherlands"), ("HM", "Heard Island")],
)
def test_one_list_says_which_countries_take_an_article(code: str, phrase: str) -> None:
    assert RULES.in_words(RULES.region(code).id).startswith(phrase)
    assert load_words("en").country(code, "to").startswith(f"to {phrase}")
    assert load_words("en").place(RULES.region(code).name).startswith(f"in {phrase}")


def test_what_a_finding_cites_can_be_looked_up() -> None:
    for rule in RULES.regulations:
        for section in rule.sections:
            assert all(RULES.regulation(f"{citation}, {section}") is rule for citation in rule.citations)
    decided = asked("H100 --to DE --hq CN --on 2024-01-01").decided_by
    assert decided and {RULES.regulation(one).id for one in decided} == {"US-2023-10"}


@pytest.mark.parametrize(
    ("cited", "rules"),
    [
        ("15 CFR 744.23(a)(3)", ["US-2023-10"]),
        ("15 CFR 744.23", ["US-2023-10", "US-2025-05-GUID-AI"]),
        ("15 CFR 742.6(a)(6)(iii)(A)", ["US-2023-10", "US-2026-05-HQ"]),
        ("88 FR 73458", ["US-2023-10"]),
    ],
)
def test_a_section_names_every_rule_that_has_it(cited: str, rules: list[str]) -> None:
    try:
        found = [RULES.regulation(cited).id]
    except AmbiguousName as several:
        found = list(several.matches)
    assert found == rules
    told = json.loads(CliRunner().invoke(main, ["find", cited, "--format", "json"]).stdout)["found"]
    assert {one["id"] for one in told if one["kind"] == "Regulation"} >= set(rules)
