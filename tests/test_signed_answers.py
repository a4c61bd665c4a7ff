"""Answers that can be signed, on a small base of their own: time, denials, plans, what stands at which claim."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.command_line import run
from tests.fact_bases import claim, write_base

FORMATS = ("text", "json", "csv", "markdown", "xlsx")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A base beside the shipped one: a firm that buys over a change of the rules, a disputed lease, a plan."""
    folder = tmp_path_factory.mktemp("signed")
    documents = [
        {"id": "daily", "name": "Daily on Alpha", "publisher": "The Daily", "published": "2024-05-02"},
        {
            "id": "post",
            "name": "Post repeats",
            "publisher": "The Post",
            "published": "2024-05-03",
            "cites": "The Daily",
        },
        {"id": "alpha", "name": "Alpha denies", "publisher": "Alpha", "published": "2024-05-10"},
        {"id": "wire", "name": "Wire on plans", "publisher": "Wire", "published": "2024-06-01"},
    ]
    entities = [
        {"id": "alpha-firm", "name": "Alpha Firm", "kind": "Company"},
        {"id": "beta-cloud", "name": "Beta Cloud", "kind": "Company"},
        {"id": "gamma-trading", "name": "Gamma Trading", "kind": "Company"},
        {"id": "sellers", "name": "Sellers in Dubai (unnamed)", "kind": "Company", "generic": "yes"},
        {"id": "beta-sites", "name": "Beta sites in Malaysia (unnamed)", "kind": "Datacenter", "generic": "yes"},
        {"id": "poem-app", "name": "Poem App", "kind": "Product"},
    ]
    lease = {"chips": "h100", "regions": "malaysia"}
    daily = [
        claim("alpha-firm", "HEADQUARTERED_IN", "china", sentence="1"),
        claim("beta-cloud", "OPERATES", "beta-sites", sentence="3", implied="yes"),
        claim("beta-sites", "LOCATED_IN", "malaysia", sentence="3", implied="yes"),
        claim("beta-sites", "HOSTS", "h100", sentence="3", implied="yes"),
        claim(
            "alpha-firm",
            "LEASES_FROM",
            "beta-cloud",
            sentence="3",
            observed="2024-04",
            note="Beta declined to comment",
            purpose="training",
            **lease,
        ),
        claim(
            "alpha-firm",
            "BUYS_FROM",
            "nvidia",
            sentence="5",
            chips="a800",
            regions="china",
            since="2022-06",
            until="2024-03",
        ),
        claim("gamma-trading", "BUYS_FROM", "nvidia", sentence="6", chips="nvidia-ai-chips", since="2024-02"),
        claim("gamma-trading", "BUYS", "h100", sentence="7", since="2024-02", event="first-order"),
        claim("sellers", "BUYS", "h100", sentence="8", since="2024-02"),
    ]
    wire = [
        claim(
            "gamma-trading",
            "BUYS",
            "h100",
            status="planned",
            sentence="1",
            due="2030",
            event="second-order",
            note="talk",
        ),
        claim("alpha-firm", "BUYS", "h20", status="planned", sentence="2", due="2030"),
    ]
    denials = [
        claim(
            "alpha-firm",
            "LEASES_FROM",
            "beta-cloud",
            status="negated",
            sentence="1",
            note="the whole report",
            **lease,
        ),
        claim("gamma-trading", "BUYS", "h100", status="negated", sentence="2", event="second-order"),
        claim("alpha-firm", "BUYS", "h20", status="negated", sentence="3"),
    ]
    claims = {
        "daily": daily,
        "post": [claim("alpha-firm", "LEASES_FROM", "beta-cloud", sentence="", **lease)],
        "alpha": denials,
        "wire": wire,
    }
    claims["daily"] += [claim(owner, "OWNS", "poem-app", sentence="9") for owner in ("alpha-firm", "gamma-trading")]
    yield write_base(folder, documents, entities, claims)


def told(base: Path, *arguments: str, form: str = "text", code: int = 0) -> str:
    """Return an answer on the base and the shipped one in a format, without what breaks its lines."""
    command, *rest = arguments
    if form == "xlsx":
        file = base / "answer.xlsx"
        run(command, "-f", "seeds", "-f", base, *rest, "--output", file, code=code)
        cells = [cell for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows() for cell in row]
        return " ".join(str(cell.value) for cell in cells if cell.value is not None)
    shown = run(command, "-f", "seeds", "-f", base, *rest, "--format", form, code=code).stdout
    return re.sub(r"\s+", " ", shown.replace("\\_", "_"))


def asked(base: Path, *arguments: str, code: int = 0) -> Any:
    return json.loads(told(base, *arguments, form="json", code=code))


@pytest.mark.parametrize("form", FORMATS)
def test_a_verdict_over_a_time_tells_each_answer_with_its_days(base: Path, form: str) -> None:
    shown = told(base, "path", "Alpha Firm", "A800", form=form)
    assert "from 2022-06-01 to 2023-10-22 no modelled rule covers it" in shown
    assert "from 2023-10-23 to 2024-03-31 covered" in shown


def test_the_periods_of_a_verdict_are_data(base: Path) -> None:
    (path,) = asked(base, "path", "Alpha Firm", "A800")["paths"]
    (leg,) = path["findings"]
    assert leg["outcome"] == "unclear"
    assert [(one["from"], one["to"], one["outcome"]) for one in leg["periods"]] == [
        ("2022-06-01", "2023-10-22", "not_required"),
        ("2023-10-23", "2023-11-16", "license_required"),
        ("2023-11-17", "2024-03-31", "license_required"),
    ]
    assert leg["periods"][1]["policy"] == "presumption_of_denial" and leg["periods"][1]["decided_by"]


def test_a_licence_over_a_year_is_told_by_period() -> None:
    answer = json.loads(run("license", "H100", "--to", "CN", "--hq", "CN", "--on", "2022", "--format", "json").stdout)
    assert [one["outcome"] for one in answer["periods"]] == ["not_required", "license_required", "license_required"]
    shown = " ".join(run("license", "H100", "--to", "CN", "--hq", "CN", "--on", "2023-11").stdout.split())
    assert shown.startswith(
        "By the rules as of November 2023, sending H100 chips to China (buyer headquartered in China)"
    )
    assert (
        "period: 2023-11-01 to 2023-11-16: covered" in shown and "period: 2023-11-17 to 2023-11-30: covered" in shown
    )


def test_a_purchase_from_the_designer_is_stated_by_who_tells_of_it(base: Path) -> None:
    answer = asked(base, "path", "Gamma Trading", "H100")
    (path,) = [one for one in answer["unnamed"] if len(one["steps"]) == 2]
    assert (path["evidence"], path["steps"][1]["relation"]) == ("stated", "DESIGNS")
    assert "evidence changes hands" not in path["marks"]
    assert path["passage"] == {"document": "daily", "locator": "6"}


def test_a_plan_does_not_count_in_a_step_that_was_done(base: Path) -> None:
    answer = asked(base, "path", "Gamma Trading", "H100")
    (step,) = answer["paths"][0]["steps"]
    done, planned = sorted(step["claims"], key=lambda one: one["status"])
    assert (done["status"], planned["status"], step["counted"]) == ("done", "planned", [done["id"]])
    assert "1 claim of 1 origin: The Daily; beside it, not counted: 1 planned" in told(
        base, "path", "-v", "Gamma Trading", "H100"
    )
    rows = csv.DictReader(
        io.StringIO(run("path", "-f", "seeds", "-f", base, "Gamma Trading", "H100", "--format", "csv").stdout)
    )
    roles = {row["claim"]: (row["role"], row["origins"]) for row in rows if row["section"] == "evidence"}
    assert roles[done["id"]] == ("supports", "1") and roles[planned["id"]] == ("beside it, not counted", "1")


def test_a_denial_of_another_event_does_not_dispute_what_was_done(base: Path) -> None:
    path = asked(base, "path", "Gamma Trading", "H100")["paths"][0]
    (step,) = path["steps"]
    assert not path["disputed"] and step["disputed_by"] == [] and len(step["denied_by"]) == 1
    for full in ((), ("-v",)):
        shown = told(base, "path", *full, "Gamma Trading", "H100")
        assert "to the contrary, but not of what counts here: gamma-trading BUYS h100" in shown
        assert "; to the contrary, but not of what counts here, Alpha (10 May 2024)" in shown
        assert "; to the contrary, Alpha" not in shown
        assert "if true" not in shown
    assert not path["verdict"].lower().startswith("if true")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("command", ["path", "exposure", "whatif", "close"])
def test_a_denied_report_is_told_as_disputed(base: Path, command: str, form: str) -> None:
    arguments = {
        "path": ("path", "Alpha Firm", "H100"),
        "exposure": ("exposure", "--buyers", "Alpha Firm", "--chips", "H100"),
        "whatif": ("whatif", "Alpha Firm", "H100", "--repeal", "US-2023-10"),
        "close": ("close", "Alpha Firm", "H100"),
    }[command]
    assert "disputed" in re.sub(r"disputed_by|\"disputed\": false", "", told(base, *arguments, form=form))


def test_a_disputed_path_says_so_beside_its_status_and_confidence(base: Path) -> None:
    for full in ((), ("-v",)):
        assert "done, disputed · stated in one passage · confidence 0.95, denials not counted" in told(
            base, "path", *full, "Alpha Firm", "H100"
        )
    assert "●! 1" in told(base, "exposure", "--buyers", "Alpha Firm", "--chips", "H100")


@pytest.mark.parametrize("on", [(), ("--on", "2024-07")])
def test_a_plan_that_is_denied_is_judged_if_true_and_done(base: Path, on: tuple[str, ...]) -> None:
    (path,) = asked(base, "path", "Alpha Firm", "H20", *on)["paths"]
    assert (path["status"], path["disputed"]) == ("planned", True)
    assert "if true and done, buying" in path["verdict"]


def test_what_one_sentence_tells_is_judged_on_one_day(base: Path) -> None:
    path = asked(base, "path", "Alpha Firm", "H100")["paths"][0]
    assert {leg["day"] for leg in path["findings"]} == {path["day"]} == {"2024-04"}


def test_in_few_lines_each_limit_and_note_stands_at_its_claim(base: Path) -> None:
    shown = told(base, "exposure", "-v", "--buyers", "Alpha Firm", "--chips", "H100")
    lease, repeated = (
        one["id"] for one in asked(base, "path", "Alpha Firm", "H100")["paths"][0]["steps"][0]["claims"]
    )
    said = (
        rf"- The Daily: {lease} \[1, sentence 3\]; observed 2024-04; limited to H100, Malaysia; purpose training "
        rf"note: Beta declined to comment - The Daily: {repeated} \[2\]; limited to H100, Malaysia 2 claims of 1 "
    )
    assert re.search(said, shown)


def test_who_has_the_chip_is_counted(base: Path) -> None:
    negative = asked(base, "path", "Nvidia", "H100", "--status", "done", code=1)["negative"]
    shown = told(base, "path", "-v", "Nvidia", "H100", "--status", "done", code=1)
    short = told(base, "path", "Nvidia", "H100", "--status", "done", code=1)
    holders = {one["id"] for one in negative["holders"]}
    assert holders and sum(negative["holders_by_status"].values()) == len(holders)
    assert f"{len(holders)} holder" in shown and f"in {len(negative['holders'])} claim" in shown
    assert f"and {len(holders) - 3} more." in short


def test_unnamed_members_buy_and_a_firm_buys(base: Path) -> None:
    unnamed = "Sellers in Dubai (unnamed)"
    assert f"{unnamed} buy H100" in told(base, "path", "-v", unnamed, "H100")
    assert f"tells of {unnamed}, buying the H100 (done)" in told(base, "path", unnamed, "H100")
    assert "Gamma Trading buys H100" in told(base, "path", "-v", "Gamma Trading", "H100")
    assert "Gamma Trading buys the H100" in told(base, "path", "Gamma Trading", "H100")


def test_a_product_of_two_owners_is_answered_for_by_both(base: Path) -> None:
    shown = told(base, "path", "Poem App", "H100")
    assert "its owners, Alpha Firm and Gamma Trading" in shown and "Alpha Firm and Gamma Trading → H100: " in shown
    assert "name one of each" in run("close", "-f", "seeds", "-f", base, "Poem App", "H100", code=2).stderr


@pytest.mark.parametrize(
    ("name", "begin"),
    [("x.csv", b"section,"), ("x.json", b"{"), ("x.md", b"One source, "), ("x.xlsx", b"PK"), ("x.txt", b"Gamma")],
)
def test_a_format_follows_the_ending_of_its_file(base: Path, tmp_path: Path, name: str, begin: bytes) -> None:
    run("path", "-f", "seeds", "-f", base, "Gamma Trading", "H100", "-o", tmp_path / name)
    written = (tmp_path / name).read_bytes()
    assert written.startswith(begin) and (b"\n## paths\n" in written) == (name == "x.md")


def test_a_format_that_contradicts_its_file_is_a_fault(base: Path, tmp_path: Path) -> None:
    begin = ("path", "-f", "seeds", "-f", base, "Gamma Trading", "H100", "-o")
    said = run(*begin, tmp_path / "x.xlsx", "--format", "csv", code=2).stderr
    assert said.count("\n") == 1 and "--format" in said and not list(tmp_path.iterdir())
    said = run(*begin, tmp_path / "none" / "x.csv", code=2).stderr
    assert "there is no folder" in said and not list(tmp_path.iterdir())
    run(*begin, tmp_path / "x.txt", "--format", "csv")
    assert (tmp_path / "x.txt").read_text("utf-8").startswith("section,")


def test_no_note_of_the_shipped_base_cites_a_bare_number() -> None:
    from graphkit.factbase import read_factbase

    bare = re.compile(r"\((?:\d{1,2}(?:, | and |-)?)+[;)]")
    assert not [one.id for one in read_factbase().claims if one.note and bare.search(one.note)]


# what each source says, and no more -----------------------------------------------------------


@pytest.fixture(scope="module")
def gazette(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of one report put together from two sources, with denials and refusals that are limited."""
    documents = [
        {"id": "gazette", "name": "Gazette on Kilo", "publisher": "The Gazette", "published": "2024-09-10"},
        {"id": "kilo", "name": "Kilo answers", "publisher": "Kilo Compute", "published": "2024-09-12"},
        {"id": "lima", "name": "Letter of Lima", "publisher": "Lima Cloud", "published": "2024-10-01"},
        {"id": "weekly", "name": "Weekly", "publisher": "The Weekly", "published": "2023-12-20"},
    ]
    companies = {
        "kilo-ai": "Kilo AI",
        "lima-cloud": "Lima Cloud",
        "mike-labs": "Mike Labs",
        "oscar": "Oscar Group",
    }
    entities = [{"id": id_, "name": name, "kind": "Company"} for id_, name in companies.items()]
    entities += [{"id": id_, "name": id_.title(), "kind": "Datacenter"} for id_ in ("lima-campus", "mike-site")]
    claims = {
        "gazette": [
            claim("kilo-ai", "LEASES_FROM", "lima-cloud", sentence="2", chips="h100", regions="china"),
            claim("lima-cloud", "OPERATES", "lima-campus", sentence="7", attribution="a person close to Lima"),
            claim("lima-campus", "HOSTS", "h100", sentence="9"),
            claim("lima-campus", "LOCATED_IN", "china", sentence="9"),
            claim("mike-labs", "HEADQUARTERED_IN", "singapore", sentence="11"),
            claim("oscar", "OWNS", "mike-labs", status="alleged", sentence="12"),
            claim("oscar", "HEADQUARTERED_IN", "china", sentence="12"),
        ],
        "kilo": [claim("kilo-ai", "LEASES_FROM", "lima-cloud", status="negated", sentence="1", regions="china")],
        "lima": [
            claim("kilo-ai", "LEASES_FROM", "lima-cloud", status="refused", chips="b200", note="declined in writing")
        ],
        "weekly": [
            claim("mike-labs", "LEASES_FROM", "lima-cloud", sentence="2", chips="h200", observed="2023-10"),
            claim("lima-cloud", "OPERATES", "mike-site", sentence="2", implied="yes"),
            claim("mike-site", "HOSTS", "h200", sentence="2", implied="yes"),
            claim("mike-labs", "USES", "h200", sentence="5"),
        ],
    }
    return write_base(tmp_path_factory.mktemp("gazette"), documents, entities, claims)


def test_two_sources_of_one_document_are_not_said_to_say_the_whole_each(gazette: Path) -> None:
    shown = told(gazette, "path", "Kilo AI", "H100")
    assert "No single source says the whole: one document puts together what The Gazette" in shown
    assert "each say that" not in shown and "one document says every step" in shown


@pytest.mark.parametrize("form", FORMATS)
def test_a_denial_keeps_its_limits_wherever_it_is_told(gazette: Path, form: str) -> None:
    shown = told(gazette, "path", "Kilo AI", "H100", form=form)
    (denial,) = asked(gazette, "path", "Kilo AI", "H100")["paths"][0]["steps"][0]["denied_by"]
    assert denial["scope"]["regions"] == ["China"] and denial["id"] in shown
    if form == "text":
        assert "; to the contrary, Kilo Compute (12 September 2024), limited to China." in shown
        assert re.search(
            rf"to the contrary: .{{9,80}} Kilo Compute \(12 September 2024\), limited to China {denial['id']}", shown
        )


@pytest.mark.parametrize("form", FORMATS)
def test_a_refusal_of_a_chip_is_told_where_nobody_says_that_the_other_has_it(gazette: Path, form: str) -> None:
    shown = told(gazette, "path", "Kilo AI", "B200", form=form, code=1)
    assert "declined in writing" in shown and "refused" in shown
    other = told(gazette, "path", "Kilo AI", "H200", form=form, code=1)
    assert "declined in writing" not in other


def test_a_claim_that_its_passage_dates_is_not_told_as_undated(gazette: Path) -> None:
    answer = asked(gazette, "path", "Mike Labs", "H200", "--on", "2023-11")
    passed = {one["id"] for step in answer["paths"][0]["steps"] for one in step["claims"]}
    assert len(passed) == 3 and [one["relation"] for one in answer["undated"]] == ["USES"]
    assert passed.isdisjoint(one["id"] for one in answer["undated"])


def test_a_power_that_turns_on_an_owner_who_is_not_known_says_so(gazette: Path) -> None:
    shown = told(gazette, "whatif", "Mike Labs", "H200", "--enact", "BILL-119-HR2683")
    assert "if the power is used (H.R. 2683); not known is ultimate parent of Mike Labs" in shown
