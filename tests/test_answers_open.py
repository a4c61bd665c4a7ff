"""Questions of analysts on the shipped base, each with the answer that can be signed: what must hold of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphkit.factbase import read_factbase
from tests.command_line import ask, run, table, ways
from tests.fact_bases import claim, write_base

ORACLE = "bytedance oracle oracle-servers-in-the-united-states-unnamed"
AOLANI = "bytedance aolani-cloud aolani-sites-in-malaysia-unnamed"


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def flat(*arguments: object, code: int = 0) -> str:
    """Return the text of an answer without what breaks its lines."""
    return re.sub(r"\s+", " ", run(*arguments, code=code).stdout)


def notes(record: Any) -> str:
    """Return all notes in a record of JSON, joined."""
    if isinstance(record, dict):
        own = [str(record["note"])] if record.get("note") else []
        return "; ".join([*own, *filter(None, map(notes, record.values()))])
    return "; ".join(filter(None, map(notes, record))) if isinstance(record, list) else ""


def test_a_rules_exceptions_need_the_buyer() -> None:
    asked = ("license", "GB300", "--to", "AE", "--hq", "AE", "--on", "2026-11-28")
    answer = ask(*asked)
    assert (answer["outcome"], answer["missing"]) == ("license_required", ["recipient"])
    reasons = " ".join(rule["reason"] for rule in answer["rules"] if "91 FR 43034" in rule["citation"])
    for word in ("government", "supplement 8", "G42 and Core42, until 2027-04-06", "Microsoft", "OpenAI"):
        assert word in reasons, word
    assert ask(*asked, "--buyer", "G42")["outcome"] == "not_required"


def test_a_family_is_not_as_young_as_its_youngest_form() -> None:
    shown = ask("show", "H100", "--on", "2022-12-31", "--include", "RESTRICTS")
    (group,) = shown["relations"]
    assert {one["since"] for one in group["claims"]} == {"2022-10-21"}
    assert any("87 FR 62186" in one["document_name"] for one in group["claims"])
    rows = ask("query", "which_rules_name_chip", "-p", "chip=H100")
    assert any(row["since"] == "2022-10-21" and "87 FR 62186" in row["document"] for row in rows)
    assert all(row["since"] != "2023-03-01" for row in rows)


def test_the_rules_that_name_a_chip_are_named_and_no_umbrella() -> None:
    rows = ask("query", "which_rules_name_chip", "-p", "chip=H200")
    assert any("91 FR 1684" in f"{row['document']} {row['regulation']}" for row in rows)
    assert any((row["since"] or "") >= "2026-01-15" for row in rows)
    assert all(
        "export controls" not in row["regulation"].lower().replace("controls of october 2022", "") for row in rows
    )


def test_a_plan_that_names_no_chip_is_a_near_miss_with_its_denial() -> None:
    answer = ask("path", "Zhejiang Lab", "H100", code=1)
    assert answer["paths"] == []
    misses = [*answer["negative"]["near_misses"], *answer["near_misses"]]
    (miss,) = [one for one in misses if any(step["object"]["name"] == "Amazon Web Services" for step in one["steps"])]
    assert any(one["claim"]["since"] == "2024-04" for one in miss["broken_by"])
    assert {one["attribution"] for one in miss["denied_by"]} == {"Zhejiang Lab"}
    told = flat("path", "Zhejiang Lab", "H100", code=1)
    assert "no chip is named" in told and "Reuters could not determine" in told
    assert "denied: Zhejiang Lab says that it did not" in told


@pytest.mark.parametrize("form", ["text", "csv", "markdown", "json"])
def test_denials_and_notes_stand_in_every_format(form: str) -> None:
    asked = ("path", "Alibaba", "H100", "--status", "done,alleged", "--via", "OBON", "--format", form)
    shown = re.sub(r"\s+", " ", run(*asked, code=1).stdout)
    for words in ("Alibaba", "OBON", "not charged", "if true"):
        assert words in shown, words
    answer = ask("path", "Alibaba", "H100", "--status", "done,alleged", "--via", "OBON", code=1)
    denials = [one for path in answer["unnamed"] for step in path["steps"] for one in step["denied_by"]]
    assert {one["attribution"] for one in denials} >= {"Alibaba", "OBON"}
    assert all(one["id"] in shown for one in denials)


def test_each_row_of_a_denied_step_tells_who_denies_it() -> None:
    rows = table("path", "Alibaba", "H100", "--status", "done,alleged", "--via", "OBON", section=None, code=1)
    denies = [row for row in rows if row["role"] == "denies"]
    assert {row["attribution"] for row in denies} >= {"Alibaba", "OBON"}
    assert all(row["verdict"] for row in rows if row["section"] == "chip not named")


def test_nothing_is_known_of_a_name_before_somebody_gave_it() -> None:
    assert ask("show", "OBON", "--known-by", "2026-04-01")["relations"] == []
    base = read_factbase()
    named = [one for one in base.claims if {one.subject, one.object} & {"obon"} and one.relation == "LINKED_TO"]
    assert {one.status for one in named} == {"alleged", "negated"}
    documents = {one.id: one for one in base.documents}
    assert min(documents[one.document].published or "" for one in named) >= "2026-05"


@pytest.mark.parametrize("on", [("--on", "2025-01-15"), ()])
def test_an_act_is_judged_on_its_day_and_an_attempt_is_told(on: tuple[str, ...]) -> None:
    answer = ask("path", "Hao Global's buyers in China and Hong Kong (unnamed)", "H100", *on)
    first = answer["paths"][0]
    (bought, *_) = first["findings"]
    assert (bought["outcome"], bought["policy"]) == ("license_required", "presumption_of_denial")
    assert "exported and attempted to export" in notes(first)
    assert bought["day"] == (on[1] if on else "2024-10/2025-05")


@pytest.mark.parametrize("form", ["json", "text", "csv"])
def test_a_class_is_no_model(form: str) -> None:
    asked = ("exposure", "--buyers", "Tencent", "--chips", "controlled", "--on", "2026-11-28")
    if form == "json":
        answer = ask(*asked)
        cells = {one["chip"]["name"]: one["status"] for one in answer["cells"] if one["path"]}
        assert (cells["B200"], cells["H100"]) == ("done", "considered")
        assert not any(name.startswith(("A100", "H800", "Gaudi")) for name in cells)
        oracle = [one for one in answer["unnamed"] if one["steps"][0]["object"]["name"] == "Oracle"]
        assert len(oracle) == 1
    elif form == "text":
        head = next(line for line in run(*asked).stdout.splitlines() if line.startswith(" ") and "B200" in line)
        assert "H100" in head and "some " in head
        assert not re.search(r"\b(A100|H800|Gaudi)", head)
    else:
        (row,) = table(*asked, section="matrix")
        filled = {name for name, value in row.items() if value}
        assert {"B200", "H100"} <= filled and any(name.endswith(", chip not named") for name in filled)


def test_country_groups_have_days() -> None:
    answer = ask("license", "H100", "--to", "CY", "--hq", "CY", "--on", "2025-03-01")
    assert answer["outcome"] == "not_required" and answer["not_modelled"]
    assert "which clears nothing" in flat("license", "H100", "--to", "CY", "--hq", "CY", "--on", "2025-03-01")


def test_an_owner_in_dispute_is_not_none() -> None:
    answer = ask("path", "Megaspeed", "H100", code=1)
    assert answer["paths"] == []
    bought = [one for one in answer["unnamed"] if one["holding"]]
    assert bought and {one["chip_class"]["name"] for one in answer["unnamed"]} == {"Nvidia AI chips"}
    verdict = bought[0]["verdict"]
    assert (
        "not covered by any modelled rule if the ultimate parent of Megaspeed is not in D:5 or Macau: disputed"
        in verdict
    )
    assert verdict.count("under investigation by") >= 2 and verdict.count("denies") >= 2
    assert verdict in flat("path", "Megaspeed", "H100", code=1)


def test_a_named_chip_comes_before_all_that_is_generic() -> None:
    answer = ask("path", "ByteDance", "A100")
    assert ways(answer)[0].startswith(ORACLE)
    lease = answer["paths"][0]["steps"][0]
    assert any("A100" in one["scope"]["chips"] for one in lease["claims"])
    assert all(path["steps"][-1]["object"]["name"].startswith("A100") for path in answer["paths"])


def test_what_was_last_reported_a_year_ago_says_when() -> None:
    oracle, aolani = ask("path", "ByteDance", "H100", "--on", "2025-06-30")["paths"][:2]
    assert "last reported 2024-06" in oracle["marks"]
    assert {step["held"][0] for step in aolani["steps"]} == {"2025-02-01"}
    assert "last reported 2024-06" in flat("path", "ByteDance", "H100", "--on", "2025-06-30")


def test_closing_is_of_named_paths_and_tells_what_is_left() -> None:
    answer = ask("close", "ByteDance", "H100")
    first = answer["steps"]["sets"][0]
    assert sorted(first) == ["ByteDance rents computing from Aolani Cloud", "ByteDance rents computing from Oracle"]
    assert answer["path_count"] == 2 and answer["unnamed"]
    told = flat("close", "ByteDance", "H100")
    assert "then what would be left as chip not named" in told
    assert told.index("steps: 2 at least") < told.index("then what would be left")


def test_a_power_is_no_requirement() -> None:
    told = flat("whatif", "ByteDance", "H100", "--enact", "BILL-119-HR2683")
    assert "could be covered, if the power is used" in told
    for then in re.findall(r"then: (.*?)(?: 1\. )", told):
        for leg in re.findall(r"renting[^;]*", then):
            assert "a licence is needed" not in leg
    assert set(ask("whatif", "ByteDance", "H100", "--enact", "BILL-119-HR2683")["effects"]) == {
        "could be covered, if the power is used"
    }


def test_a_case_against_persons_is_no_case_against_the_company() -> None:
    rows = ask("query", "who_investigates", "-p", "company=Aperia")
    charged = [row for row in rows if row["stage"] == "charged"]
    assert charged and {row["against"] for row in charged} == {"officers"}
    assert any("not charged" in (row["note"] or "") or "is not" in (row["note"] or "") for row in charged)
    for form in ("text", "csv", "markdown"):
        shown = flat("show", "Aperia", "--format", form)
        assert ("charged, against officers" in shown) if form == "text" else ("charged" in shown), form
    assert {one["against"] for one in table("show", "Aperia") if one["stage"] == "charged"} == {"officers"}


def test_products_have_owners() -> None:
    rows = ask("query", "who_owns", "-p", "company=TikTok")
    assert {row["owner"] for row in rows} == {"ByteDance"}


def test_a_flag_is_false_not_absent() -> None:
    (row,) = ask("query", "--cypher", "MATCH (c:Company) WHERE NOT c.generic RETURN count(*) AS n")
    assert row["n"] == sum(one.kind == "Company" and not one.generic for one in read_factbase().entities)


def test_the_page_counts_origins_and_an_edge_is_its_step(tmp_path: Path, open_page: Any) -> None:
    file = tmp_path / "p.html"
    run("path", "ByteDance", "H100", "--html", file)
    page = open_page(file.read_text(encoding="utf-8")).page
    panel = page.locator("#panel").inner_text()
    assert "4 claims, 1 origin: The Information" in panel
    assert "more source" not in panel
    page.locator("#panel [data-step='1'] button.open").click()
    assert page.locator("#panel article[data-claim]").count() == 4


def test_a_buyer_by_name_is_judged_by_its_listing_and_before_it_by_its_owners_seat() -> None:
    listed = ask("license", "H20", "--buyer", "Inspur Taiwan", "--on", "2025-04-01")
    assert listed["outcome"] == "license_required"
    assert any("list" in rule["reason"] for rule in listed["rules"])
    before = ask("license", "H20", "--buyer", "Inspur Taiwan", "--on", "2025-01-15")
    (party,) = before["parties"]
    assert party["headquarters"] == "china" and "Inspur Group" in party["basis"]
    assert any(one["object_name"] == "China" for one in party["claims"])


def test_a_set_stands_for_those_whose_seat_it_was_on_the_day(tmp_path: Path) -> None:
    base = write_base(
        tmp_path / "base",
        [{"id": "doc", "name": "Doc", "publisher": "P", "published": "2025-02"}],
        [
            {"id": "mover", "name": "Mover", "kind": "Company"},
            {"id": "x", "name": "X", "kind": "Chip"},
            {"id": "old", "name": "Old", "kind": "Region"},
            {"id": "new", "name": "New", "kind": "Region"},
        ],
        {
            "doc": [
                claim("mover", "HEADQUARTERED_IN", "old", until="2024-12", since="2010"),
                claim("mover", "HEADQUARTERED_IN", "new", since="2025-01"),
                claim("mover", "USES", "x", since="2020"),
            ]
        },
    )
    for asked, day, found in (
        ("hq:old", "2025-06", 0),
        ("hq:new", "2024-06", 0),
        ("hq:old", "2024-06", 1),
        ("hq:new", "2025-06", 1),
    ):
        given = ("exposure", "--buyers", asked, "--chips", "X", "--on", day, "-f", base, "--format", "json")
        answer = json.loads(run(*given, code=0 if found else 1).stdout)
        assert len([one for one in answer["cells"] if one["path"]]) == found, (asked, day)
        assert len(answer["buyers"]) == found
