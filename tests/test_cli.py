"""The command line: answers, filters, exit codes, formats; what it does at the edges of a machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click import Command, UsageError
from click.testing import CliRunner

from graphkit.cli import main
from graphkit.cli.common import Graphkit
from tests.command_line import ask, run, small_base, table, ways
from tests.fact_bases import claim, write_base

PROGRAM = str(Path(sys.executable).parent / "graphkit")
STATED, PLANNED, CONSIDERED, ALLEGED = "acme north harbour h100", "acme h100", "acme south h100", "acme h100"


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        patch.setenv("COLUMNS", "100")
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "small")


def shell(*arguments: object, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run the installed program with a changed environment; None takes a variable away."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        env=environment(changes),
        text=True,
        encoding="utf-8",
        capture_output=True,
        timeout=120,
    )


def environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**os.environ, **changes}.items() if value is not None}


# the main job -----------------------------------------------------------------------------


def test_the_first_path_of_bytedance_to_the_h100_is_the_stated_one_through_oracle() -> None:
    answer = ask("path", "ByteDance", "H100")
    first = answer["paths"][0]
    assert ways(answer)[0] == "bytedance oracle oracle-servers-in-the-united-states-unnamed h100"
    assert (first["status"], first["stated"]) == ("done", True)
    assert first["documents"][0] == "003_8e0fedee9de6ff0c"
    assert {step["claims"][0]["document"] for step in first["steps"]} == {"003_8e0fedee9de6ff0c"}
    shown = run("path", "ByteDance", "H100").stdout
    assert "1. ByteDance → Oracle → Oracle servers in the United States (unnamed) → H100" in shown
    assert "done · stated in one passage" in shown


def test_names_are_found_in_any_case() -> None:
    assert ask("path", "bytedance", "h100") == ask("path", "ByteDance", "H100")


def test_a_product_gives_its_owner_and_says_so() -> None:
    product, owner = ask("path", "TikTok", "H100"), ask("path", "ByteDance", "H100")
    assert product["paths"] == owner["paths"]
    assert product["buyer"]["id"] == "bytedance"
    assert product["notes"] == ["TikTok is a product: this is the answer for its owner, ByteDance"]
    assert "note: TikTok is a product" in run("path", "TikTok", "H100").stdout


def test_a_misspelt_name_gets_a_suggestion_and_exit_code_2() -> None:
    result = run("path", "BytDance", "H100", code=2)
    assert result.stdout == ""
    assert "did you mean ByteDance?" in result.stderr
    assert result.stderr.count("\n") == 1


def test_china_telecom_has_no_path_and_a_refusal_as_its_near_miss() -> None:
    answer = ask("path", "China Telecom", "H100", code=1)
    assert answer["paths"] == []
    (miss,) = answer["negative"]["near_misses"]
    assert miss["reasons"] == ["refused"]
    assert miss["broken_by"][0]["claim"]["status"] == "refused"
    shown = run("path", "China Telecom", "H100", code=1).stdout
    assert "no path" in shown and "refused" in shown and "Two small US cloud" in shown


@pytest.mark.parametrize("buyer", ["Alibaba", "Tencent"])
def test_alibaba_and_tencent_only_consider_us_clouds(buyer: str) -> None:
    answer = ask("path", buyer, "H100")
    through = [path for path, way in zip(answer["paths"], ways(answer), strict=True) if " us-cloud" in way]
    assert through
    assert {path["status"] for path in through} == {"considered"}


def test_the_plan_of_2025_is_planned_and_names_no_model() -> None:
    answer = ask("path", "ByteDance", "H100", "--limit", "50")
    plans = [path for path in answer["unnamed"] if path["status"] == "planned" and len(path["steps"]) == 1]
    assert plans
    for path in plans:
        assert path["chip_class"]["id"] == "nvidia-ai-chips"
        assert "model not specified" in path["marks"]
    shown = run("path", "ByteDance", "H100").stdout
    assert "chip not named: may or may not include the H100" in shown


def test_an_exposure_counts_named_chips_only_and_has_a_column_for_each_class() -> None:
    answer = ask("exposure", "--buyers", "Tencent", "--chips", "controlled")
    found = {cell["chip"]["name"]: cell["status"] for cell in answer["cells"] if cell["path"]}
    assert found == {"B200": "done", "H100": "considered", "H20": "done"}
    assert "advanced-ai-chips" in [one["chip_class"]["id"] for one in answer["unnamed"]]
    shown = run("exposure", "--buyers", "Tencent", "--chips", "controlled").stdout
    assert "3 pairs with a path" in shown and "some Advanced AI chips" in shown
    rows = table("exposure", "--buyers", "Tencent", "--chips", "controlled", section="chip not named")
    assert "Advanced AI chips" in [row["chip"] for row in rows]


def test_providers_that_refused_are_on_no_path() -> None:
    for buyer, code in (("ByteDance", 0), ("China Telecom", 1)):
        answer = ask("path", buyer, "H100", "--limit", "100", code=code)
        assert not any("small-us-cloud" in way for way in ways(answer))


# filters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected", "told"),
    [
        ([], [STATED, PLANNED, CONSIDERED], "status done, planned, considered"),
        (["--status", "done"], [STATED], "status done"),
        (["--status", "done,alleged"], [STATED, ALLEGED], "status done, alleged"),
        (["--status", "Planned", "--status", "done"], [STATED, PLANNED], "status done, planned"),
        (["--include", "LEASES_FROM,USES"], [PLANNED, CONSIDERED], "include LEASES_FROM, USES"),
        (["--include", "uses"], [PLANNED], "include USES"),
        (["--exclude", "USES"], [STATED], "exclude USES"),
        (["--without", "North"], [PLANNED, CONSIDERED], "without north"),
        (["--without", "north", "--without", "SOUTH"], [PLANNED], "without north, south"),
        (["--min-confidence", "likely"], [STATED, PLANNED], "min confidence 0.75"),
        (["--min-confidence", "0.9"], [STATED], "min confidence 0.9"),
        (["--via", "South"], [CONSIDERED], "via South"),
        (["--via", "north", "--via", "harbour"], [STATED], "via North, Harbour"),
        (["--max-hops", "2"], [PLANNED, CONSIDERED], "max hops 2"),
        (["--max-hops", "1"], [PLANNED], "max hops 1"),
        (["--limit", "1"], [STATED], "limit 1"),
        (["--on", "2023-07-01"], [STATED], "on 2023-07-01"),
        (["--on", "2025"], [STATED, PLANNED, CONSIDERED], "on 2025"),
        (["--known-by", "2023"], [STATED], "known by 2023"),
        (["--known-by", "2030", "--status", "alleged,done"], [STATED], "known by 2030"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_each_filter_keeps_what_it_says_and_is_told(
    base: Path, options: list[str], expected: list[str], told: str
) -> None:
    asked = ("path", "Acme Labs", "H100", "-f", base, *options)
    answer = ask(*asked)
    assert ways(answer) == expected
    name = told.rpartition(" ")[0] if told.startswith(("max hops", "limit")) else told
    assert told in run(*asked).stdout.partition("\n\n")[0]
    assert told in run(*asked, "--format", "markdown").stdout.rpartition("\n\n")[2]
    assert told in run(*asked, "--format", "csv").stderr
    if name == told:
        key = re.match(r"(on|status|include|exclude|without|via|min confidence|known by) ", told)
        assert key and key[1].replace(" ", "_") in answer["filters"]


def test_a_claim_can_be_thought_away_by_its_id(base: Path) -> None:
    answer = ask("path", "acme", "h100", "-f", base)
    leased = answer["paths"][0]["steps"][0]["claims"][0]
    without = ask("path", "acme", "h100", "-f", base, "--without", leased["id"])
    assert ways(without) == [PLANNED, CONSIDERED]
    assert without["filters"]["without"] == [leased["id"]]


def test_a_limit_says_that_there_is_more(base: Path) -> None:
    answer = ask("path", "acme", "h100", "-f", base, "--limit", "2")
    assert (answer["searched"]["more"], answer["searched"]["truncated"]) == (True, True)
    assert "more paths exist: raise --limit" in run("path", "acme", "h100", "-f", base, "--limit", "2").stdout
    assert not ask("path", "acme", "h100", "-f", base, "--limit", "3")["searched"]["more"]


def test_before_a_document_appeared_its_claims_are_listed_as_undated_and_make_no_path(base: Path) -> None:
    asked = ("path", "acme", "h100", "-f", base, "--on", "2022")
    answer = ask(*asked, code=1)
    assert {(one["subject_name"], one["object_name"]) for one in answer["undated"]} >= {("Acmé", "North")}
    shown = run(*asked, code=1).stdout
    assert (
        "\n  Acmé: Acme rents from North. Alpha (June 2023)"
        in shown.partition("undated, so in no path as of 2022\n")[2]
    )
    assert (
        "Acmé rents computing from North, done (Alpha News, 2023-06, sentence 1; " in run(*asked, "-v", code=1).stdout
    )


def test_a_start_that_is_not_known_is_marked_on_a_date(base: Path) -> None:
    answer = ask("path", "acme", "h100", "-f", base, "--on", "2023-07")
    assert answer["as_of"] == "2023-07"
    assert "start unknown" in answer["paths"][0]["marks"]
    assert answer["paths"][0]["steps"][0]["claims"][0]["start_unknown"] is True


def test_explain_prints_the_sums(base: Path) -> None:
    shown = run("path", "acme", "h100", "-f", base, "--explain").stdout
    assert "min(0.95, 0.95, 0.95) = 0.95" in shown
    assert "the least sure step of Beta" in shown and "min(0.50, 0.75) = 0.5" in shown
    assert "min(" not in run("path", "acme", "h100", "-f", base).stdout


def test_a_bound_is_another_answer_than_nothing(base: Path) -> None:
    bounded = ask("path", "acme", "h100", "-f", base, "--status", "done", "--max-hops", "2", code=1)
    assert bounded["negative"]["outcome"] == "bound hit"
    assert bounded["negative"]["near_misses"][-1]["reasons"] == ["one more hop: a path of 3 steps"]
    nothing = ask("path", "loner", "h100", "-f", base, code=1)
    assert nothing["negative"]["outcome"] == "not found"
    assert {one["id"] for one in nothing["negative"]["holders"]} == {"acme", "harbour", "orphan", "south"}


def test_a_slice_that_is_cut_says_so(base: Path) -> None:
    cut = ask("path", "acme", "h100", "-f", base, "--max-slice", "1", "--exclude", "USES", code=1)
    assert cut["negative"]["outcome"] == "bound hit"
    assert cut["searched"]["truncated"]


# exit codes and faults --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["path", "acme"], "Missing argument 'CHIP'"),
        (["path", "acme", "h100", "--max-hops", "0"], "--max-hops"),
        (["path", "acme", "h100", "--limit", "many"], "--limit"),
        (["path", "acme", "h100", "--on", "2024-13"], "'2024-13' is not a date"),
        (["path", "acme", "h100", "--known-by", "yesterday"], "'yesterday' is not a date"),
        (["path", "acme", "h100", "--status", "proposed"], "'proposed' is no status"),
        (["path", "acme", "h100", "--include", "LOCATED_IN"], "'LOCATED_IN' is no relation"),
        (["path", "acme", "h100", "--exclude", "FOO"], "'FOO' is no relation"),
        (["path", "acme", "h100", "--without", "nobody"], "no entity is called 'nobody'"),
        (["path", "acme", "h100", "--without", "0123456789abcdef"], "no claim is called '0123456789abcdef'"),
        (["path", "acme", "controlled", "--on", "2020"], "needs a licence on 2020: name one"),
        (["exposure", "--buyers", "acme", "--on", "2020"], "needs a licence on 2020: name one"),
        (["path", "acme", "h100", "--min-confidence", "sure"], "'sure' is no confidence"),
        (["path", "acme", "h100", "--min-confidence", "nan"], "'nan' is no confidence"),
        (["path", "acme", "h100", "--via", "h100"], "H100 is a Chip"),
        (["path", "acme", "north"], "North is a Company: give a chip"),
        (["path", "h100", "h100"], "H100 is a Chip"),
        (["path", "orphan", "h100"], "no claim says who owns it"),
        (["path", "hq:nowhere", "h100"], "no region is called 'nowhere'"),
        (["path", "", "h100"], "BUYER is empty"),
        (["exposure"], "--buyers"),
        (["exposure", "--buyers", "acme", "--chips", ","], "no chip is asked for"),
        (["show", "nobody"], "no entity is called 'nobody'"),
        (["view", "nobody", "-o", "x.html"], "no entity is called 'nobody'"),
        (["query", "--cypher", "CREATE (n) RETURN n"], "graphkit: "),
        (["query", "no_such_query"], "no_such_query"),
        (["query", "x", "--cypher", "RETURN 1"], "not both"),
        (["query", "x", "-p", "novalue"], "write NAME=VALUE"),
        (["query", "x", "--timeout", "nan"], "--timeout nan is no number of seconds"),
        (["nonsense"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_was_given_wrong_is_said_in_a_line_with_exit_code_2(base: Path, arguments: list[str], said: str) -> None:
    command, *rest = arguments
    source = ["-f", str(base)] if command in ("path", "exposure", "show", "view", "query") else []
    result = run(command, *rest, *source, code=2)
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_fault_of_a_database_is_exit_code_3(tmp_path: Path) -> None:
    missing = run("path", "acme", "h100", "--db", tmp_path / "none.kgl", code=3)
    assert "graphkit build --db" in missing.stderr
    (tmp_path / "broken.kgl").write_bytes(b"not a database")
    assert "is no graphkit database" in run("path", "acme", "h100", "--db", tmp_path / "broken.kgl", code=3).stderr
    (tmp_path / "broken.kgl").write_bytes(b"RGF and then nothing of one")
    assert "cannot be read" in run("path", "acme", "h100", "--db", tmp_path / "broken.kgl", code=3).stderr
    assert run("path", "acme", "h100", "--db", "bolt://127.0.0.1:1", code=3).stderr.count("\n") == 1
    run("path", "acme", "h100", "--db", "mysql://there", code=2)


def test_every_fault_of_a_fact_base_is_said_and_the_cached_database_stays(tmp_path: Path, base: Path) -> None:
    mine = small_base(tmp_path / "mine")
    before = ways(ask("path", "acme", "h100", "-f", mine))
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "graphkit"
    held = {file: file.read_bytes() for file in cache.glob("*.kgl")}
    sound = (mine / "claims" / "alpha.csv").read_text(encoding="utf-8")
    broken = sound.replace("acme,LEASES_FROM,north", "acme,LEASES_FROM,nobody").replace(",confirmed,", ",sure,")
    (mine / "claims" / "alpha.csv").write_text(broken, encoding="utf-8")
    for command in (["path", "acme", "h100", "-f", mine], ["build", mine], ["check", mine]):
        result = run(*command, code=2)
        faults = result.stderr.splitlines()
        assert any("alpha.csv" in line and "nobody" in line for line in faults)
        assert re.fullmatch(r"graphkit: \d+ faults in the fact base", faults[-1])
        assert len(faults) - 1 == int(faults[-1].split()[1])
    assert {file: file.read_bytes() for file in cache.glob("*.kgl")} == held
    (mine / "claims" / "alpha.csv").write_text(sound, encoding="utf-8")
    assert ways(ask("path", "acme", "h100", "-f", mine)) == before


# formats ----------------------------------------------------------------------------------


def test_csv_has_a_row_for_every_claim_of_every_step(base: Path) -> None:
    answer = ask("path", "acme", "h100", "-f", base)
    rows = table("path", "acme", "h100", "-f", base, section="evidence")
    claims = [claim["id"] for path in answer["paths"] for step in path["steps"] for claim in step["claims"]]
    assert [row["claim"] for row in rows if row["role"] == "supports"] == claims
    assert {row["path"] for row in rows} == {"1", "2", "3"}


HOSTILE = {
    "esc": "Esc\x1b[2J\x1b]0;owned\x07Corp",
    "c1": "C1\x9b31mCorp",
    "turn": "Turn\u202ednaB",
    "plus": "+1+cmd|x",
    "formula": "=cmd|'/c calc'!A0",
    "pipe": "a|b`c`",
    "tag": "<script>alert(1)</script>",
    "lines": "two\nlines",
    "link": "[x](javascript:1)",
    "quote": 'say "it", then; go',
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds hostile names, written past the checks of a fact base."""
    from graphkit.engines import open_store
    from graphkit.factbase import FactBase
    from graphkit.facts import Claim, Document, Entity
    from graphkit.loading.load import load

    people = [
        Entity(id=id_, name=name, kind="Company", aliases=(name + "!",), note=name) for id_, name in HOSTILE.items()
    ]
    people += [Entity(id="chip", name="Chip\x1b[1m", kind="Chip"), Entity(id="land", name="La\x1bnd", kind="Region")]
    claims = [
        Claim(
            id=f"{number:016x}",
            document="doc",
            subject=one.id,
            relation="USES",
            object="chip",
            status="done",
            confidence="likely",
            summary=f"{one.name} has it",
            attribution=one.name,
            locator="1",
            factbase="h",
        )
        for number, one in enumerate(people[:-2])
    ]
    claims += [
        Claim(
            id=f"{number:08x}{0:08x}",
            document="doc",
            subject=one.id,
            relation="HEADQUARTERED_IN",
            object="land",
            status="done",
            confidence="likely",
            summary=one.name,
            locator="1",
            factbase="h",
        )
        for number, one in enumerate(people[:-2], 1)
    ]
    document = Document(id="doc", name="Doc\x1b[0m\u202e", publisher="Pub\x07", published="2024")
    file = tmp_path_factory.mktemp("hostile") / "g.kgl"
    with open_store(file, readonly=False) as store:
        store.create_schema()
        load(store, FactBase("h", (document,), tuple(people), tuple(claims), "0"))
    return file


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
@pytest.mark.parametrize(
    "command",
    [
        ["path", "hq:land", "chip", "--limit", "50"],
        ["exposure", "--buyers", "hq:land", "--chips", "chip"],
        ["show", "chip"],
        ["show", "formula"],
        ["path", "tag", "chip", "--explain"],
        ["query", "--cypher", "MATCH (n:Entity) RETURN n.name AS name, n.aliases AS more ORDER BY n.id"],
    ],
    ids=" ".join,
)
def test_hostile_names_reach_no_terminal_spreadsheet_or_page(hostile: Path, form: str, command: list[str]) -> None:
    if "--explain" in command and form == "json":
        command = command[:-1]
    result = run(*command, "--db", hostile, "--format", form)
    for shown in (result.stdout, result.stderr):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    if form == "csv":
        assert not re.search(r"(^|,)\"?[=+@]", result.stdout, re.M)
    if form == "markdown":
        assert "<script" not in result.stdout and not re.search(r"(?<!\\)\]\(", result.stdout)
        for part in result.stdout.split("\n\n"):
            rows = [line for line in part.splitlines() if line.startswith("|")]
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1
    if form == "json":
        text = json.dumps(json.loads(result.stdout), ensure_ascii=False)
        assert "\u202e" in text or "formula" in command or "tag" in command


# exposure ---------------------------------------------------------------------------------


def test_exposure_gives_for_each_pair_the_best_path(base: Path) -> None:
    answer = ask("exposure", "--buyers", "hq:Land", "--chips", "H100", "-f", base)
    cells = {cell["buyer"]["id"]: cell for cell in answer["cells"]}
    assert set(cells) == {"acme", "blocked"}
    best = cells["acme"]
    assert (best["status"], best["confidence"], best["hops"], best["stated"]) == ("done", 0.95, 3, True)
    assert best["route"] == ["Acmé", "North", "Harbour", "H100"]
    (miss,) = cells["blocked"]["near_misses"]
    assert (cells["blocked"]["status"], miss["reasons"]) == (None, ["refused"])
    shown = run("exposure", "--buyers", "hq:LD", "--chips", "H100", "-f", base).stdout
    assert "filters: status done, planned, considered; max hops 6" in shown
    assert re.search(r"^ +H100\nAcmé +● 1$", shown, re.M)
    assert (
        "1. Acmé → North → Harbour → H100\n   done · stated in one passage · confidence 0.95 · in Land · says Alpha"
        in shown
    )
    assert "no path: Blocked" in shown and "near misses: Blocked → H100 (refused)" in shown


def test_exposure_of_china_to_some_chips_has_every_pair() -> None:
    rows = table("exposure", "--buyers", "hq:CN", "--chips", "H100, A100,H20", section="pairs")
    buyers = {row["buyer"] for row in rows}
    assert {"ByteDance", "Alibaba", "Tencent", "China Telecom"} <= buyers
    assert len(rows) == 3 * len(buyers)
    (telecom,) = [row for row in rows if (row["buyer"], row["chip"]) == ("China Telecom", "H100")]
    assert (telecom["outcome"], telecom["near_miss"]) == ("not found", "refused")


def test_exposure_without_any_path_is_exit_code_1(base: Path) -> None:
    run("exposure", "--buyers", "Loner", "--chips", "H100", "-f", base, code=1)


def test_a_customer_list_is_matched_and_nobody_is_dropped(base: Path, tmp_path: Path) -> None:
    customers = tmp_path / "customers.csv"
    rows = ["\ufeffName,since", "Acmé,2020", "acme labs,2021", "Nort,x", "Nort,y", "Qqqq,", "", "Appy,"]
    customers.write_bytes("\r\n".join(rows).encode())
    answer = ask("exposure", "--buyers", customers, "--chips", "H100", "-f", base)
    assert [one["id"] for one in answer["buyers"]] == ["acme"]
    assert [(one["name"], one["near"]) for one in answer["unmatched"]] == [("Nort", ["North"]), ("Qqqq", [])]
    for form in ("text", "markdown", "csv"):
        told = run("exposure", "--buyers", customers, "--chips", "H100", "-f", base, "--format", form)
        output = told.stderr if form == "csv" else told.stdout
        assert "not matched: Nort: did you mean North?" in output
        assert "not matched: Qqqq" in output


def test_a_customer_list_that_cannot_be_read_is_a_line(base: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "heading.csv").write_bytes(b"name\n")
    (tmp_path / "latin.csv").write_bytes("Газпром\n".encode("cp1251"))
    for name, said in (("empty", "no name"), ("heading", "no name"), ("latin", "UTF-8"), ("missing", "missing.csv")):
        result = run("exposure", "--buyers", tmp_path / f"{name}.csv", "--chips", "H100", "-f", base, code=2)
        assert said in result.stderr
        assert result.stderr.count("\n") == 1


# show, view, query, check, build ----------------------------------------------------------


def test_show_has_every_claim_with_its_evidence_by_relation(base: Path) -> None:
    answer = ask("show", "Acme Labs", "-f", base)
    assert [(group["relation"], group["direction"], len(group["claims"])) for group in answer["relations"]] == [
        ("LEASES_FROM", "out", 2),
        ("OWNS", "out", 1),
        ("USES", "out", 1),
        ("BUYS", "out", 1),
        ("HEADQUARTERED_IN", "out", 1),
        ("COMPETES_WITH", "in", 1),
    ]
    shown = run("show", "acme", "-f", base).stdout
    assert "also called Acme Labs" in shown
    assert "rents computing from …" in shown
    assert "Acme rents from North." in shown and "Alpha News, 2023-06, sentence 1; confirmed" in shown
    assert "filters: none" in shown
    narrowed = ask("show", "acme", "-f", base, "--status", "planned")
    assert [group["relation"] for group in narrowed["relations"]] == ["USES"]
    assert narrowed["filters"] == {"status": ["planned"]}
    assert len(table("show", "acme", "-f", base, section="claims")) == 7


def test_view_writes_a_page_and_says_its_filters(base: Path, tmp_path: Path) -> None:
    page = tmp_path / "acme.html"
    page.write_text("<!doctype html>old", encoding="utf-8")
    shown = run("view", "acme", "-f", base, "--on", "2025", "--exclude", "BUYS", "-o", page).stdout
    assert shown.splitlines() == ["filters: on 2025; exclude BUYS", f"page: {page.as_uri()}"]
    text = page.read_text(encoding="utf-8")
    assert "Acmé" in text and "on 2025; exclude BUYS" in text
    assert [file.name for file in tmp_path.iterdir()] == ["acme.html"]


def test_a_view_of_a_graph_that_was_cut_says_so_and_so_does_its_page(base: Path, tmp_path: Path) -> None:
    page = tmp_path / "cut.html"
    told = run("view", "-f", base, "--max-slice", 4, "-o", page)
    assert told.stderr.startswith("graphkit: note: cut at 4 claims") and told.stderr.count("\n") == 1
    assert "The whole graph (cut at 4 claims)" in page.read_text(encoding="utf-8")
    assert run("view", "-f", base, "-o", page).stderr == ""


def test_a_page_into_a_missing_folder_is_a_line(base: Path, tmp_path: Path) -> None:
    for command in (
        ["view", "acme", "-o"],
        ["path", "acme", "h100", "--html"],
        ["exposure", "--buyers", "acme", "--chips", "h100", "--html"],
    ):
        result = run(*command, tmp_path / "no" / "page.html", "-f", base, code=2)
        assert result.stderr == (
            f"graphkit: there is no folder {tmp_path / 'no'}: make it, or write the page elsewhere\n"
        )


def test_a_path_and_an_exposure_are_drawn_too(base: Path, tmp_path: Path) -> None:
    shown = run("path", "acme", "h100", "-f", base, "--html", tmp_path / "p.html").stdout
    assert shown.splitlines()[-1] == f"page: {(tmp_path / 'p.html').as_uri()}"
    assert "Harbour" in (tmp_path / "p.html").read_text(encoding="utf-8")
    run("exposure", "--buyers", "acme", "--chips", "h100", "-f", base, "--html", tmp_path / "e.html")
    assert "Harbour" in (tmp_path / "e.html").read_text(encoding="utf-8")


def test_check_prints_what_a_base_covers(base: Path) -> None:
    shown = run("check", base).stdout
    assert "small: 14 claims, no fault" in shown
    for title in ("entities by kind", "claims by relation", "claims by document", "single origin", "without a date"):
        assert title in shown
    assert ask("check", base)["claims"] == 14


def test_building_twice_changes_nothing_and_a_removed_claim_goes(tmp_path: Path) -> None:
    mine, db = small_base(tmp_path / "mine"), tmp_path / "mine.kgl"
    first = run("build", mine, "--db", db).stdout
    assert "claims: 14 added, 0 changed, 0 removed" in first
    assert f"database: {db}" in first
    again = run("build", mine, "--db", db).stdout
    assert "claims: 0 added, 0 changed, 0 removed" in again and "entities: 0 added, 0 changed, 0 removed" in again
    assert ways(ask("path", "acme", "h100", "--db", db)) == [STATED, PLANNED, CONSIDERED]
    file = mine / "claims" / "beta.csv"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if "acme,USES,h100" not in line]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert "claims: 0 added, 0 changed, 1 removed" in run("build", mine, "--db", db).stdout
    assert ways(ask("path", "acme", "h100", "--db", db)) == [STATED, CONSIDERED]
    assert run("build", mine).stdout.splitlines()[-1].startswith("database: ")


def test_query_lists_runs_and_takes_own_cypher(base: Path) -> None:
    listed = ask("query")
    assert len(listed) >= 12
    assert all(row["query"] and row["answers"] for row in listed)
    rows = ask("query", "who_rents_from", "-p", "provider=North", "-f", base)
    assert any("Acmé" in row.values() for row in rows)
    own = ask("query", "-f", base, "-p", "id=acme", "--cypher", "MATCH (n:Entity {id: $id}) RETURN n.name AS name")
    assert own == [{"name": "Acmé"}]
    cut = run("query", "-f", base, "--limit", "2", "--cypher", "MATCH (n:Entity) RETURN n.id AS id ORDER BY id")
    assert "cut after 2 rows" in cut.stderr
    nothing = run("query", "-f", base, "--cypher", "MATCH (n:Nothing) RETURN n.id AS id", code=1)
    assert "no rows" in nothing.stdout


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_says_what_a_command_does_and_what_every_option_is_for(command: str) -> None:
    shown = run(command, "--help").stdout
    assert max(map(len, shown.splitlines())) <= 100
    described = main.commands[command]
    assert described.help
    for parameter in described.params:
        record = parameter.to_info_dict()
        if record["param_type_name"] == "option":
            assert record["help"] or record["name"] == "help", record["name"]


# the machine around it --------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"HOME": "{tmp}/home", "XDG_CACHE_HOME": None}, ""),
        ({"HOME": None, "XDG_CACHE_HOME": "{tmp}/cache"}, ""),
        ({"HOME": "/dev/null/home", "XDG_CACHE_HOME": None}, "building in a temporary folder"),
        ({"XDG_CACHE_HOME": "/dev/null/cache"}, "building in a temporary folder"),
    ],
    ids=["empty HOME", "no HOME", "HOME is no folder", "cache is no folder"],
)
def test_it_answers_wherever_its_cache_may_be(tmp_path: Path, changes: dict[str, str | None], said: str) -> None:
    small = small_base(tmp_path / "small")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    where = {name: value and value.format(tmp=tmp_path) for name, value in changes.items()}
    for _ in range(2):
        done = shell("path", "acme", "h100", "-f", small, TMPDIR=str(temporary), **where)
        assert (done.returncode, "Acmé → North" in done.stdout) == (0, True)
        assert (said in done.stderr) if said else not done.stderr
    assert list(temporary.iterdir()) == []


def test_it_answers_from_another_folder_and_leaves_nothing_there(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shell("path", "ByteDance", "H100", "--limit", "1").returncode == 0
    monkeypatch.chdir(base.parent)
    assert shell("path", "acme", "h100", "-f", "small").returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_fault() -> None:
    asked = f"'{PROGRAM}' exposure --buyers hq:CN --chips H100,A100,H20 --format json"
    command = ["bash", "-c", f"{asked} | head -n 1; echo ${{PIPESTATUS[0]}}"]
    done = subprocess.run(command, text=True, capture_output=True, timeout=120)
    assert done.stdout.splitlines()[0] == "{"
    assert done.stdout.splitlines()[1] in ("0", "141")
    assert done.stderr == ""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_gets_full_in_the_middle_of_an_answer_is_said(tmp_path: Path, unbuffered: str) -> None:
    limited = f"ulimit -f 16; trap '' XFSZ; exec '{PROGRAM}' path ByteDance H100 --format json > '{tmp_path}/out'"
    done = subprocess.run(
        ["bash", "-c", limited],
        text=True,
        capture_output=True,
        timeout=60,
        env=environment({"PYTHONUNBUFFERED": unbuffered}),
    )
    assert (tmp_path / "out").stat().st_size > 0
    assert (done.returncode, done.stderr) == (
        2,
        "graphkit: what was asked for cannot be written (File too large): make room or write it elsewhere\n",
    )


@pytest.mark.slow
def test_a_page_is_written_though_nobody_reads_the_answer_and_spoils_no_answer(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    closed = f"'{PROGRAM}' path ByteDance H100 --html '{page}' | true"
    subprocess.run(["bash", "-c", closed], capture_output=True, timeout=120, check=True)
    assert page.stat().st_size > 100_000
    for form in ("json", "csv"):
        done = shell("exposure", "--buyers", "ByteDance", "--chips", "H100", "--format", form, "--html", str(page))
        assert "page:" not in done.stdout and page.as_uri() in done.stderr
        assert form != "json" or json.loads(done.stdout)["cells"]


@pytest.mark.parametrize("module", ["graphkit", "click", "graphkit.errors", "graphkit.cli.common", "graphkit.cli"])
def test_ctrl_c_at_the_very_start_ends_without_a_traceback(module: str) -> None:
    """From the program's first line on; before it, Python itself answers, at times with 1 and a traceback of `site`.

    Python says on standard error which module it has just imported: this is how far the program has come.
    """
    main = "import sys, graphkit.__main__; sys.argv[1:] = ['path', 'ByteDance', 'H100']; graphkit.__main__.main()"
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-c", main], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    for line in process.stderr:
        if line.rpartition("|")[2].strip() == ("graphkit.__main__" if module == "graphkit" else module):
            break
    else:
        pytest.fail(f"{module} was never imported")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in said


def test_a_name_that_is_no_text_is_refused_in_a_line(base: Path) -> None:
    for arguments in (["path", "\udcff", "H100"], ["show", "a\udcff"], ["query", "who_owns", "-p", "x=\udcff"]):
        assert "is not UTF-8 text" in run(*arguments, "-f", base, code=2).stderr


def test_query_takes_cypher_from_a_file_and_from_standard_input(base: Path, tmp_path: Path) -> None:
    text, file = "MATCH (n:Company) RETURN n.id AS id, n.aliases AS names ORDER BY id", tmp_path / "own.cypher"
    file.write_text(text)
    rows = ask("query", "-f", base, "--cypher", text)
    assert all(isinstance(row["names"], list) or row["names"] is None for row in rows) and len(rows) > 2
    assert ask("query", "-f", base, "--cypher", f"@{file}") == rows
    piped = CliRunner().invoke(main, ["query", "-f", str(base), "--cypher", "-", "--format", "json"], input=text)
    assert json.loads(piped.stdout) == rows
    file.write_bytes(b"\xff\xfe")
    for given, said in ((f"@{file}", "is not UTF-8 text"), (f"@{tmp_path}/none", "none: No such file")):
        refused = run("query", "-f", base, "--cypher", given, code=2)
        assert said in refused.stderr and "Traceback" not in refused.stderr


def test_query_shows_what_it_would_run_and_draws_what_it_found(base: Path, tmp_path: Path) -> None:
    shown = run("query", "who_rents_from", "--show", "-f", base, "-p", "provider=North").stdout
    assert 'provider: "north"' in shown and "RETURN customer.name AS customer" in shown
    page = tmp_path / "page.html"
    drawn = run("query", "who_rents_from", "-f", base, "-p", "provider=North", "--html", page)
    assert f"page: {page.as_uri()}" in drawn.stdout and page.read_text().startswith("<!DOCTYPE html>")
    for arguments, said in (
        (["--show"], ""),
        (["who_owns", "--list"], "listed alone"),
        (["who_owns", "--show", "--html", str(page)], "runs nothing"),
        (["--cypher", "RETURN 1 AS x", "--html", str(page)], "hold no entity and no claim"),
    ):
        assert said in run("query", "-f", base, *arguments, code=2).stderr


def test_query_refuses_what_is_no_status_and_what_is_given_twice(base: Path) -> None:
    given = ["query", "who_rents_from", "-f", base, "-p", "provider=North"]
    assert "some of done, planned" in run(*given, "-p", "statuses=dnoe", code=2).stderr
    assert "given twice" in run(*given, "-p", "provider=South", code=2).stderr


def test_a_customer_list_is_read_in_the_column_with_the_names(base: Path, tmp_path: Path) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("id,Customer name\n1,ACME\n2,Nobody\n", encoding="utf-8")
    asked = ["exposure", "--buyers", customers, "--chips", "H100", "-f", base]
    answer = ask(*asked)
    assert answer["matched"] == [{"name": "ACME", "buyers": ["acme"]}]
    assert [one["name"] for one in answer["unmatched"]] == ["Nobody"]
    assert "ACME was read as Acmé" in run(*asked).stdout
    customers.write_text('name\n"ACME\nNobody\n', encoding="utf-8")
    assert "customers.csv:2: a quote is never closed" in run(*asked, code=2).stderr


def test_of_a_folder_beside_a_database_it_is_said_that_only_the_rules_are_asked(base: Path, tmp_path: Path) -> None:
    db = tmp_path / "graph.kgl"
    run("build", base, "--db", db)
    done = run("path", "acme", "h100", "--db", db, "-f", base)
    assert "only the rules are asked" in " ".join(done.stdout.split())


@pytest.mark.parametrize("arguments", ["--help", "--version", "path --help", "query"])
@pytest.mark.parametrize("buffered", [True, False])
def test_where_the_output_finds_no_room_a_line_says_so(arguments: str, buffered: bool, tmp_path: Path) -> None:
    limited = f"ulimit -f 0; exec '{PROGRAM}' {arguments} > '{tmp_path}/out'"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    if not buffered:
        environment["PYTHONUNBUFFERED"] = "1"
    done = subprocess.run(["bash", "-c", limited], text=True, capture_output=True, timeout=60, env=environment)
    assert (done.returncode, done.stderr) == (
        2,
        "graphkit: what was asked for cannot be written (File too large): make room or write it elsewhere\n",
    )


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyError("what\x1b[31m"), 70, "please report it"),
        (KeyboardInterrupt(), 130, ""),
        (UsageError("odd"), 2, "graphkit: odd; see"),
        (SystemExit(7), 7, ""),
    ],
)
def test_what_goes_wrong_inside_is_no_answer(
    raised: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise raised

    group = Graphkit(commands={"broken": Command("broken", callback=broken)})
    result = CliRunner().invoke(group, ["broken"])
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr and "\x1b" not in result.stderr
    if code == 70:
        assert result.stderr.count("\n") == 1
        monkeypatch.setenv("GRAPHKIT_DEBUG", "1")
        assert "Traceback" in CliRunner().invoke(group, ["broken"]).stderr


def test_colours_are_for_terminals_only(base: Path) -> None:
    assert "\x1b" not in shell("path", "acme", "h100", "-f", base).stdout


@pytest.mark.parametrize("columns", [60, 80, 100, 300])
def test_lines_fit_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in (
        ["path", "ByteDance", "H100", "--explain"],
        ["path", "China Telecom", "H100"],
        ["show", "Oracle"],
        ["exposure", "--buyers", "hq:CN", "--chips", "H100,H20"],
    ):
        shown = run(*command, code=1 if "China Telecom" in command else 0).stdout
        # An address stands whole on a line of its own, so that it can be followed.
        lines = [line for line in shown.splitlines() if not line.strip().startswith("https://")]
        assert max(map(len, lines)) <= min(columns, 100)


def test_a_database_is_preferred_to_the_environment_and_a_named_base_to_both(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", str(tmp_path / "none.kgl"))
    run("path", "acme", "h100", code=3)
    assert ways(ask("path", "acme", "h100", "-f", base)) == [STATED, PLANNED, CONSIDERED]


def test_a_database_named_beside_a_base_is_asked_and_the_base_gives_the_rules(base: Path, tmp_path: Path) -> None:
    db = tmp_path / "graph.kgl"
    run("build", base, "--db", db)
    other = write_base(tmp_path / "other", [], [], {}, regulations__yaml="- id: broken\n")
    assert ways(ask("path", "acme", "h100", "--db", db)) == [STATED, PLANNED, CONSIDERED]
    run("path", "acme", "h100", "-f", base, "--db", tmp_path / "none.kgl", code=3)
    assert "regulations.yaml" in run("path", "acme", "h100", "-f", other, "--db", db, code=2).stderr


def test_several_bases_are_asked_together(base: Path, tmp_path: Path) -> None:
    other = write_base(
        tmp_path / "other",
        [{"id": "gamma", "name": "Gamma", "publisher": "Gamma", "published": "2024-02"}],
        [
            {"id": "acme", "name": "Acmé", "kind": "Company"},
            {"id": "h100", "name": "H100", "kind": "Chip"},
            {"id": "west", "name": "West", "kind": "Company"},
        ],
        {"gamma": [claim("acme", "LEASES_FROM", "west", sentence="1"), claim("west", "USES", "h100", sentence="1")]},
    )
    answer = ask("path", "acme", "h100", "-f", base, "-f", other)
    assert ways(answer) == ["acme west h100", STATED, PLANNED, CONSIDERED]
    assert {claim["factbase"] for claim in answer["paths"][0]["steps"][0]["claims"]} == {"other"}
