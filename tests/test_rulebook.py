"""Rule files of one's own: what they replace, what is refused, and how it is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from graphkit.answers.findings import RuleReason
from graphkit.answers.licence import LicenceAnswer
from graphkit.cli import main
from graphkit.errors import FactBaseError, Fault
from graphkit.factbase import find_shipped_seeds, read_factbase, read_rulebook
from graphkit.rules import find_license_requirement
from tests.fact_bases import write_base

RECORD = """\
- id: OUR-1
  name: Ours
  authority: us
  kind: rule
  citation: none
  summary: A rule of our own
  sources: [our own]
  confidence: verified in source
  effective: 2024-01-01
"""
H100 = ("license", "H100", "--to", "MY", "--hq", "CN", "--on", "2024-06-01")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("what", ["missing", "loop", "dangling", "file", "plain"])
def test_a_folder_that_is_no_fact_base_is_one_fault(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "base"
    if what == "loop":
        folder.symlink_to(folder)
    elif what == "dangling":
        folder.symlink_to(tmp_path / "nowhere")
    elif what == "file":
        folder.write_text("", encoding="utf-8")
    elif what == "plain":
        folder.mkdir()
    for command in (H100, ("chip", "H100")):
        done = run(*command, "-f", folder)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "base" in done.stderr
    if what != "file":
        with pytest.raises(FactBaseError) as caught:
            read_rulebook(folder)
        assert len(caught.value.faults) == 1


@pytest.mark.parametrize("name", ["chips.csv", "regions.csv", "region_groups.csv", "regulations.yaml", "routes.yaml"])
@pytest.mark.parametrize("what", ["folder", "pipe", "loop", "device"])
def test_a_rule_file_that_is_none_is_a_fault(tmp_path: Path, name: str, what: str) -> None:
    file = tmp_path / name
    if what == "folder":
        file.mkdir()
    elif what == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(file if what == "loop" else Path("/dev/zero"))
    with pytest.raises(FactBaseError) as caught:
        read_rulebook(tmp_path)
    assert [fault.file for fault in caught.value.faults] == [str(file)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("regions.csv", "id,name\natlantis,Atlantis\n"),
        ("region_groups.csv", "region,group\nmalaysia,our-own\n"),
        ("regulations.yaml", RECORD),
    ],
)
def test_a_base_with_one_rule_file_is_filled_up(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    shipped, found = read_rulebook(), read_rulebook(tmp_path)
    assert find_license_requirement(found, "H100", "MY", "CN", "2024-06-01").outcome == "license_required"
    counts = [len(getattr(found, kind)) - len(getattr(shipped, kind)) for kind in found.__struct_fields__]
    assert sum(counts) == 1


def test_a_fault_of_ones_own_blames_no_shipped_file(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("id,name,iso2\natlantis,,\ncn,China,CN\n", encoding="utf-8")
    with pytest.raises(FactBaseError) as caught:
        read_rulebook(tmp_path)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [
        (str(tmp_path / "regions.csv"), 2),
        (str(tmp_path / "regions.csv"), 3),
    ]
    assert "give it the id china" in str(caught.value.faults[1])


def test_a_row_with_a_shipped_id_replaces_that_one_alone(tmp_path: Path) -> None:
    (tmp_path / "chips.csv").write_text("id,name,tpp,data_centre\nh800-sxm,H800 SXM,1500,yes\n", encoding="utf-8")
    shipped, found = read_rulebook(), read_rulebook(tmp_path)
    assert len(found.chips) == len(shipped.chips)
    assert find_license_requirement(shipped, "H800", "CN", "CN", "2024-03-01").outcome == "license_required"
    assert find_license_requirement(found, "H800", "CN", "CN", "2024-03-01").outcome == "not_required"


def test_the_shipped_folder_may_be_named_beside_another(tmp_path: Path) -> None:
    shutil.copy(find_shipped_seeds() / "regulations.yaml", tmp_path)
    assert read_rulebook(find_shipped_seeds(), tmp_path) == read_rulebook(tmp_path)


def test_check_names_the_faults_of_the_rules_with_those_of_the_claims(tmp_path: Path) -> None:
    claim = {"subject": "a", "relation": "USES", "object": "b"}
    base = write_base(tmp_path / "base", [{"id": "d", "name": "D"}], [], {"d": [claim]}, regulations__yaml=RECORD)
    first = run("check", base)
    assert first.exit_code == 2 and "no known entity" in first.stderr and "yaml" not in first.stderr
    (base / "claims" / "d.csv").unlink()
    assert run("check", base).exit_code == 0
    (base / "regulations.yaml").write_text(RECORD.replace("kind: rule", "kind: whim"), encoding="utf-8")
    assert run("check", base).exit_code == 2
    (base / "entities.csv").write_text("id,name\n", encoding="utf-8")
    both = run("check", base)
    assert both.exit_code == 2 and "'whim'" in both.stderr and "'kind' is missing" in both.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("license", "H100", "--to", "MY", "--hq", "CN", "--on", ""),
        ("chip", "H100", "--on", " "),
        ("chip", "H100", "--hq", ""),
        ("chip", "H100", "--to", ""),
        ("license", "H100", "--to", "", "--hq", "CN"),
        (*H100, "--from", ""),
        *((*H100, "--listed-owner-share", share) for share in ("50%%", "1_0", "", "nan", "101")),
    ],
)
def test_an_empty_or_half_read_value_is_refused_in_one_line(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("graphkit: ")


@pytest.mark.parametrize("share", ["50", "50%", "49.5 %", "0", "100"])
def test_a_share_is_a_percentage(share: str) -> None:
    assert run(*H100, "--listed-owner-share", share).exit_code == 0


def yaml_text(escape: str) -> str:
    """Return the character that an escape of YAML stands for."""
    return {"e": "\x1b", "x": "\x9b", "a": "\x07", "u": "\u202e"}[escape[1]]


@pytest.mark.parametrize("escape", [r"\e[31m", r"\x9b2J", r"\a", r"\u202e"])
@pytest.mark.parametrize("field", ["name", "citation", "summary"])
def test_a_control_character_behind_an_escape_is_a_fault_with_its_line(
    tmp_path: Path, escape: str, field: str
) -> None:
    lines = [f'  {field}: "red {escape}"' if f" {field}:" in line else line for line in RECORD.splitlines()]
    (tmp_path / "regulations.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(FactBaseError) as caught:
        read_rulebook(tmp_path)
    told = [(fault.line, f"U+{ord(yaml_text(escape)):04X}" in fault.what) for fault in caught.value.faults]
    assert told == [(next(n for n, line in enumerate(lines, 1) if escape in line), True)]
    assert escape not in run(*H100, "-f", tmp_path).stderr and "\x1b" not in run(*H100, "-f", tmp_path).stderr


def test_no_text_of_a_chip_table_reaches_the_terminal_raw() -> None:
    hostile = "\x1b[31mred\u202e"
    answer = LicenceAnswer(
        version=2,
        chip=hostile,
        destination=hostile,
        hq=hostile,
        exporter=hostile,
        on="2024",
        activity="export",
        listed_owner_share=None,
        sentence=hostile,
        coverage="covered",
        outcome="unclear",
        policy=None,
        paragraph=hostile,
        rules=(RuleReason(id=hostile, citation=hostile, reason=hostile),),
        missing=(hostile,),
        not_modelled=(hostile,),
        duties=(hostile,),
        powers=(hostile,),
        decided_by=(),
    )
    shown = click.unstyle(answer.styled_text().replace(hostile, "RAW"))
    assert "RAW" not in shown and "\u202e" not in shown


@pytest.mark.slow
def test_a_flood_of_faults_is_told_in_a_hundred_short_lines(tmp_path: Path) -> None:
    long = "x" * 100_000
    text = "".join(RECORD.replace("OUR-1", f"OUR-{n}").replace("kind: rule", f"kind: {long}") for n in range(150))
    (tmp_path / "regulations.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FactBaseError) as caught:
        read_rulebook(tmp_path)
    assert len(caught.value.faults) == len(set(caught.value.faults)) == 150
    told = run(*H100, "-f", tmp_path).stderr.splitlines()
    assert len(told) == 102 and told[100] == "and 50 more faults"
    assert max(map(len, told)) < 1000


def test_the_same_fault_is_told_once() -> None:
    fault = Fault("a.csv", 1, "is empty", "fill it")
    assert FactBaseError([fault, fault]).faults == (fault,)


def test_claims_that_lie_outside_the_base_are_one_fault(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("a.csv", "b.csv", "passwd"):
        (elsewhere / name).write_text("secret\n", encoding="utf-8")
    base = write_base(tmp_path / "base", [{"id": "d", "name": "D"}], [], {})
    (base / "claims").rmdir()
    (base / "claims").symlink_to(elsewhere)
    with pytest.raises(FactBaseError) as caught:
        read_factbase(base)
    assert [str(fault) for fault in caught.value.faults] == [
        f"{base / 'claims'}: is a link to a place outside its folder; put the folder itself here"
    ]
