"""A list of customers comes back whole, each row with what the base says of it, and never with an all-clear."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from graphkit import Explorer
from graphkit.cli import main
from tests.command_line import ask, run, small_base, table
from tests.counts import sample
from tests.fact_bases import claim, write_base
from tests.test_schemas import faults

LIST = """name,country,match
Acme Labs Ltd,LD,own column
Acmé (Singapore) Pte Ltd,SG,
BLOCKED,LD,=1+1
Nobody Bakery,DE,
,DE,row without a name
Appy,LD,a product
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "small")


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def screen(file: object, base: Path, *more: object) -> dict[str, object]:
    answer: dict[str, object] = ask("screen", file, "-f", base, "--chips", "h100", *more)
    return answer


def test_every_row_comes_back_in_order_with_its_own_columns(base: Path, customers: Path) -> None:
    answer = screen(customers, base)
    own = list(csv.DictReader(io.StringIO(LIST)))
    assert [row["row"] for row in answer["rows"]] == own
    assert [row["match"]["level"] for row in answer["rows"]] == ["same", "probable", "exact", "none", "none", "exact"]
    assert [row["match"]["entity"] and row["match"]["entity"]["id"] for row in answer["rows"]] == [
        *("acme", "acme", "blocked", None, None, "app"),
    ]
    assert faults("screen", answer) == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "markdown", "json"])
def test_each_format_holds_every_row(base: Path, customers: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"answer.{form}"
    run("screen", customers, "-f", base, "--chips", "h100", "--format", form, "-o", file)
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
        assert [row["name"] for row in rows] == [row["name"] for row in csv.DictReader(io.StringIO(LIST))]
        assert rows[0]["match"] == "own column" and rows[0]["match (graphkit)"] == "same"
        assert rows[2]["match"] == "'=1+1"
    elif form == "xlsx":
        sheet = openpyxl.load_workbook(file)["rows"]
        assert sheet.max_row == 7
        assert all(cell.data_type != "f" for row in sheet for cell in row)
    else:
        assert file.read_text(encoding="utf-8").count("own column") == 1


def test_the_counts_and_the_words_are_no_all_clear(base: Path, customers: Path) -> None:
    shown = run("screen", customers, "-f", base, "--chips", "h100").stdout
    assert shown.startswith("6 rows: 3 the same, 1 to review, 2 not in this base; 2 reach a controlled chip")
    assert "not in this base: 2" in shown and "was not screened" in shown
    assert not re.search(r"\b(clear|cleared|clearance|clean|safe|no risk|no hits?|approved|passed)\b", shown, re.I)


def test_nothing_probable_is_answered_for_without_accept(base: Path, customers: Path) -> None:
    before = screen(customers, base)["rows"][1]
    assert before["companies"] == [] and before["candidates"][0]["id"] == "acme"
    assert "before somebody has reviewed it" in before["not_told"][0]
    after = screen(customers, base, "--accept")["rows"][1]
    assert after["match"]["level"] == "probable" and after["match"]["accepted"]
    assert after["companies"][0]["reaches"][0]["chip"]["id"] == "h100"


def test_a_row_tells_the_best_path_its_verdict_and_what_is_unknown(base: Path, customers: Path) -> None:
    (acme,) = screen(customers, base)["rows"][0]["companies"]
    path = acme["reaches"][0]["path"]
    assert [step["object"]["id"] for step in path["steps"]] == ["north", "harbour", "h100"]
    assert path["verdict"]
    assert "its ultimate parent is not known" in acme["not_told"]


def test_a_product_is_answered_for_by_its_owner(base: Path, customers: Path) -> None:
    row = screen(customers, base)["rows"][5]
    assert [one["id"] for one in row["companies"]] == ["acme"]
    assert row["not_told"] == ["Appy is a product: told for Acmé"]


def test_through_keeps_the_paths_through_one_company(base: Path, customers: Path) -> None:
    (acme,) = screen(customers, base, "--through", "north")["rows"][0]["companies"]
    assert [step["object"]["id"] for step in acme["reaches"][0]["path"]["steps"]] == ["north", "harbour", "h100"]
    own = ask("screen", "-f", base, "--chips", "h100", "--through", "south", "--status", "done,considered")
    assert [row["name"] for row in own["rows"] if row["companies"][0]["reaches"]] == ["Acmé"]


def test_a_list_may_come_from_standard_input(base: Path) -> None:
    result = CliRunner().invoke(main, ["screen", "-", "-f", str(base), "--format", "json"], input="Acme\nZed\n")
    assert [row["row"] for row in json.loads(result.stdout)["rows"]] == [{"name": "Acme"}, {"name": "Zed"}]


def test_headings_that_stand_twice_or_are_empty_keep_their_cells(base: Path, tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("name,,note,note\nAcme,a,b,c\n", encoding="utf-8")
    assert screen(file, base)["rows"][0]["row"] == {"name": "Acme", "column 2": "a", "note": "b", "note (2)": "c"}


def test_without_a_list_one_is_asked_for(base: Path) -> None:
    assert "no list is given" in run("screen", "-f", base, code=2).stderr


def listed_base(folder: Path) -> Path:
    """Write a base of companies around Bad, which is on a list.

    ::

        owned   <-OWNS 60 %-      bad      -LISTED_ON-> us-entity-list
        part    <-INVESTS_IN 20 %- bad
        both    <-INVESTS_IN 49 %- bad, and <-OWNS 51 %- bad by another claim
        near    -BUYS_FROM->  bad
        far     -LINKED_TO->  near
        rival   -BUYS_FROM->  shop  <-BUYS_FROM- bad        two customers of one supplier: no tie
    """
    names = ["bad", "both", "owned", "part", "near", "far", "rival", "shop"]
    entities = [{"id": name, "name": name.title(), "kind": "Company"} for name in names]
    entities += [{"id": "h100", "name": "H100", "kind": "Chip"}]
    claims = [
        claim("bad", "LISTED_ON", "us-entity-list", since="2020-01-01"),
        claim("bad", "OWNS", "owned", share="60"),
        claim("bad", "INVESTS_IN", "part", share="20"),
        claim("bad", "INVESTS_IN", "both", share="49"),
        claim("bad", "OWNS", "both", share="51"),
        claim("near", "BUYS_FROM", "bad"),
        claim("far", "LINKED_TO", "near"),
        claim("rival", "BUYS_FROM", "shop"),
        claim("bad", "BUYS_FROM", "shop"),
        claim("shop", "USES", "h100"),
    ]
    entities += [{"id": "us-entity-list", "name": "Entity List", "kind": "Regulation"}]
    documents = [{"id": "news", "name": "News", "publisher": "News", "published": "2024"}]
    return write_base(folder, documents, sorted(entities, key=lambda one: one["id"]), {"news": claims})


def test_listings_are_told_by_how_near_the_listed_party_is(tmp_path: Path) -> None:
    base = listed_base(tmp_path / "listed")
    file = tmp_path / "names.txt"
    file.write_text("Bad\nOwned\nPart\nBoth\nNear\nFar\nRival\n", encoding="utf-8")
    answer = screen(file, base)
    ties = {row["name"]: [one["kind"] for one in row["companies"][0]["listings"]] for row in answer["rows"]}
    assert ties == {
        "Bad": ["on the list itself"],
        "Owned": ["owned to half or more"],
        "Part": ["owned in part"],
        "Both": ["owned to half or more, or less"],
        "Near": ["one step away"],
        "Far": ["two steps away"],
        "Rival": [],
    }
    (far,) = answer["rows"][5]["companies"][0]["listings"]
    assert [(one["subject"]["id"], one["relation"], one["object"]["id"]) for one in far["steps"]] == [
        ("far", "LINKED_TO", "near"),
        ("near", "BUYS_FROM", "bad"),
    ]


def tied_base(folder: Path) -> Path:
    """Write a base in which nobody on the list owns half of anybody alone.

    ::

        top   -OWNS 100 %->       bad   -LISTED_ON-> us-entity-list     top is on no list
        top   -OWNS 100 %->       sister
        bad   -INVESTS_IN 30 %->  shared   <-INVESTS_IN 30 %-  worse  -LISTED_ON-> us-entity-list
        bad   -OWNS 60 %->        owned    -OWNS 60 %-> below
    """
    names = ["bad", "below", "owned", "shared", "sister", "top", "worse"]
    entities = [{"id": name, "name": name.title(), "kind": "Company"} for name in names]
    entities += [{"id": "h100", "name": "H100", "kind": "Chip"}]
    entities += [{"id": "us-entity-list", "name": "Entity List", "kind": "Regulation"}]
    claims = [
        claim("bad", "LISTED_ON", "us-entity-list", since="2020-01-01"),
        claim("worse", "LISTED_ON", "us-entity-list", since="2020-01-01"),
        claim("top", "OWNS", "bad", share="100"),
        claim("top", "OWNS", "sister", share="100"),
        claim("bad", "INVESTS_IN", "shared", share="30"),
        claim("worse", "INVESTS_IN", "shared", share="30"),
        claim("bad", "OWNS", "owned", share="60"),
        claim("owned", "OWNS", "below", share="60"),
        claim("shared", "USES", "h100"),
    ]
    documents = [{"id": "news", "name": "News", "publisher": "News", "published": "2024"}]
    return write_base(folder, documents, sorted(entities, key=lambda one: one["id"]), {"news": claims})


def test_owned_is_only_what_the_listed_party_owns(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Sister\nShared\nTop\nBelow\n", encoding="utf-8")
    answer = screen(file, tied_base(tmp_path / "tied"))
    told = {
        row["name"]: {one["party"]["id"]: one for one in row["companies"][0]["listings"]} for row in answer["rows"]
    }
    sister = told["Sister"]["bad"]
    assert (sister["kind"], sister["share"], sister["common_owner"]["id"]) == ("two steps away", None, "top")
    assert [one["subject"]["id"] for one in sister["steps"]] == ["top", "top"]
    for party in ("bad", "worse"):
        assert (told["Shared"][party]["kind"], told["Shared"][party]["share"]) == ("owned in part", [60, 60])
    assert told["Top"]["bad"]["kind"] == "one step away"
    assert told["Below"]["bad"]["kind"] == "owned to half or more"
    shown = " ".join(run("screen", file, "-f", tmp_path / "tied", "--chips", "h100").stdout.split())
    assert "a sister company: Top has a stake in both" in shown
    assert "with other parties of the list half or more" in shown


@pytest.mark.parametrize("form", ["text", "csv", "markdown", "xlsx"])
def test_each_format_tells_denials_notes_and_what_else_is_said(tmp_path: Path, form: str) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Alibaba\nMegaspeed\nByteDance\n", encoding="utf-8")
    companies = [one for row in ask("screen", file)["rows"] for one in row["companies"]]
    paths = [path for one in companies for path in [*(reach["path"] for reach in one["reaches"]), *one["unnamed"]]]
    steps = [step for path in paths for step in path["steps"]]
    misses = [miss for one in companies for miss in one["near_misses"]]
    denials = [one for part in (*steps, *misses) for one in part["denied_by"]]
    qualified = [one["qualifiers"] for step in steps for one in step["claims"]]
    notes = {one["note"] for one in qualified if "note" in one}
    said = {one["text"] for company in companies for one in company["statements"]}
    assert denials and notes and any("under investigation by" in one for one in said)
    output = tmp_path / f"answer.{ {'text': 'txt', 'markdown': 'md'}.get(form, form) }"
    run("screen", file, "--format", form, "-o", output)
    if form == "xlsx":
        book = openpyxl.load_workbook(output)
        text = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)
        assert {"evidence", "near misses", "also said"} <= set(book.sheetnames)
    else:
        text = output.read_text(encoding="utf-8")
    plain = " ".join(text.replace("\\", "").split())
    for wanted in (*(one["summary"] for one in denials), *notes, *said):
        assert " ".join(wanted.split()) in plain, wanted


def test_what_bears_on_the_parent_is_only_who_is_said_to_own_it(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("OBON Corp\nAlibaba\nMegaspeed\n", encoding="utf-8")
    for row in table("screen", file):
        assert (
            not re.search("denies|investigation|linked", row["ultimate_parent"])
            or "belongs to" in row["ultimate_parent"]
        )
        assert not re.search(r"(\w+) denies sales to \1", row["also_said"])
    obon = table("screen", file)[0]
    assert "Alibaba denies that Alibaba buys from OBON Corp" in obon["also_said"]


def test_each_chip_has_its_status_and_says_whether_its_verdict_is_conditional(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("ByteDance\n", encoding="utf-8")
    (company,) = ask("screen", file)["rows"][0]["companies"]
    for reach in company["reaches"]:
        outcomes = {step["finding"]["outcome"] for step in reach["path"]["steps"]}
        assert reach["status"] == reach["path"]["status"]
        assert reach["conditional"] == ("unclear" in outcomes)
        assert (reach["coverage"] == "covered") == ("license_required" in outcomes)
    assert len({one["status"] for one in company["reaches"]}) > 1
    shown = " ".join(run("screen", file).stdout.split())
    (row,) = table("screen", file)
    for reach in company["reaches"]:
        ordered = ": ordered, delivery not told" * ("ordered, delivery not told" in reach["path"]["marks"])
        said = f"{reach['chip']['name']} ({reach['status']}{ordered}; "
        assert said in shown and said in row["chips_by_status"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("China", "not a company: the region China"),
        ("People's Republic of China", "not a company: the region China"),
        ("malaysia", "not a company: the region Malaysia"),
        ("Norway", "not a company: the region Norway"),
        ("H100", "not a company: the chip H100"),
        ("88 FR 73458", "not a company: the rule Advanced computing rule of October 2023"),
        ("Chinese buyers of H200 (unnamed)", "not one company: Chinese buyers of H200 (unnamed) stands for"),
        ("DJI", "not in this base"),  # as a code it would be Djibouti
        ("A100 Taxi GmbH", "not in this base"),
        ("H300", "not in this base"),
        ("N/A", "not in this base"),
    ],
)
def test_a_name_of_something_else_is_said_to_be_that(tmp_path: Path, name: str, told: str) -> None:
    file = tmp_path / "names.txt"
    file.write_text(f"Customer\n{name}\n", encoding="utf-8")
    answer = ask("screen", file)
    (row,) = answer["rows"]
    assert row["match"]["level"] == "none" and row["companies"] == []
    assert row["not_told"][0].startswith(told)
    assert answer["counts"]["no_company"] == (told != "not in this base")


def test_a_company_that_stands_in_many_rows_is_asked_once(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    with Explorer.open(base) as explorer:
        file = base.parent / "many.txt"
        file.write_text("Acme Labs\n" * 500 + "Acmé\n", encoding="utf-8")
        answer = explorer.screen(file, chips="h100", progress=lambda done, of: seen.append((done, of)))
    assert answer.counts.rows == 501 and answer.counts.companies == 1
    assert seen == [(0, 1), (1, 1)]


def make_file(rng: random.Random) -> tuple[str, bytes]:
    """Return the ending and the bytes of a file as a careless customer may send it."""
    pool = ["Acme", "Acmé Ltd", "=cmd|' /C calc'!A0", '"', "a;b", "x,y", "\t", "", "-1", "@SUM(A1)", "阿里云", "N/A"]
    pool += ["\u202egnp", "\x00", "'", "+49 30", "Ünï", "\x1b[31m", "0", "﻿", "Blocked"]
    separator = rng.choice(",;\t|")
    heads = rng.choice([["name"], ["name", "note"], ["Kunde", "Land"], ["x", "y"], [], ["name", "name"]])
    width = max(1, len(heads))
    lines = [separator.join(heads)] if heads else []
    for _ in range(rng.randint(0, 12)):
        cells = [rng.choice(pool) for _ in range(width if rng.random() < 0.9 else rng.randint(1, 5))]
        if rng.random() < 0.7:
            cells = ['"{}"'.format(cell.replace('"', '""')) for cell in cells]
        lines.append(separator.join(cells))
    if rng.random() < 0.03:
        lines.append("A" * 1_000_000)
    text = rng.choice(["\n", "\r\n", "\r"]).join(lines)
    data = text.encode(rng.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1250", "latin-1"]), "replace")
    if rng.random() < 0.1:
        data = bytes(rng.choices(range(256), k=rng.randint(0, 300)))
    if rng.random() < 0.05:
        data = b"PK\x03\x04" + data
    return rng.choice([".csv", ".txt", ".tsv", ".xlsx", ""]), data


def test_any_file_gets_an_answer_or_one_clear_line_and_no_formula(base: Path, tmp_path: Path) -> None:
    rng = random.Random(20)
    answered = 0
    for number in range(sample(50, 1000)):
        ending, data = make_file(rng)
        file = tmp_path / f"list-{number}{ending}"
        file.write_bytes(data)
        form = rng.choice(["csv", "csv", "xlsx", "json", "text", "markdown"])
        kept = tmp_path / f"answer-{number}.xlsx"
        output = ["-o", str(kept)] if form == "xlsx" else []
        result = CliRunner().invoke(main, ["screen", str(file), "-f", str(base), "--format", form, *output])
        assert result.exception is None or isinstance(result.exception, SystemExit), (number, result.exception)
        assert result.exit_code in (0, 2), (number, result.output)
        if result.exit_code == 2:
            assert len(result.stderr.strip().splitlines()) == 1, result.stderr
            continue
        answered += 1
        if form == "xlsx":
            cells = [cell for sheet in openpyxl.load_workbook(kept) for row in sheet for cell in row]
            assert all(cell.data_type != "f" for cell in cells)
        if form != "csv":
            continue
        usual = csv.field_size_limit(2_000_000)
        rows = list(csv.reader(io.StringIO(result.stdout)))
        csv.field_size_limit(usual)
        for row in rows:
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "-", "@")) or re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)
    assert answered > 5


def test_exposure_takes_names_as_customers_write_them(base: Path, customers: Path) -> None:
    answer = ask("exposure", "-f", base, "--buyers", customers, "--chips", "h100")
    assert {"name": "Acme Labs Ltd", "buyers": ["acme"]} in answer["matched"]
    assert [one["name"] for one in answer["unmatched"]] == ["Acmé (Singapore) Pte Ltd", "Nobody Bakery"]


def test_the_table_tells_listings_and_chips_beside_each_row(base: Path, customers: Path) -> None:
    rows = table("screen", customers, "-f", base, "--chips", "h100")
    assert rows[0]["chips"] == "H100" and rows[0]["best_path"] == "Acmé → North → Harbour → H100"
    assert rows[3]["not_told"] == "not in this base"


def test_in_french_the_words_of_rows_are_french_and_the_cells_stay_data() -> None:
    shown = run("screen", "example", "--language", "fr").stdout
    assert "ligne 2  ByteDance Ltd. : même nom, ByteDance (forme juridique ou signes)" in shown.replace("\u00a0", " ")
    for word in (
        "ultimate parent",
        "not told",
        "near miss",
        "listed:",
        "reaches ",
        "legal form",
        "not covered",
        "line 2",
    ):
        assert word not in shown, word
    cells = [run("screen", "example", "--format", "csv", "--language", one).stdout for one in ("en", "fr")]
    assert cells[0] == cells[1]


def test_what_rules_say_of_a_row_is_retold_in_french() -> None:
    from graphkit.summaries.words import load_words

    french = load_words("fr")
    for text, told in (
        ("an alias of Baidu", "un autre nom de Baidu"),
        ("a unit or branch: hong kong", "une unité ou succursale\u00a0: hong kong"),
        ("its ultimate parent is disputed", "sa société mère ultime est contestée"),
        ("7 of 9 rows name no single company: nothing was screened", "7 lignes sur 9 ne nomment"),
        ("what nobody foresaw", "what nobody foresaw"),
    ):
        assert french.retell("told", text).startswith(told)
        assert load_words("en").retell("told", text) == text
