"""A new user's first ten minutes: each question is one command, which the output before it named."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

import openpyxl
import pytest
from click.testing import CliRunner

from graphkit.answers.list_kinds import ListKind
from graphkit.cli import main
from tests.command_line import small_base
from tests.counts import choose


class Newcomer:
    """Somebody who runs nothing but what the last output named, in a folder of their own."""

    def __init__(self) -> None:
        self.shown = ""

    def run(self, command: str) -> str:
        """Run a command, and keep what it prints."""
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        self.shown = result.stdout
        return self.shown

    def find(self, pattern: str) -> str:
        """Return the first command that the last output named and that a pattern fits."""
        named = [line.partition("next: ")[2] for line in self.shown.splitlines() if line.startswith("next: ")]
        named += [one for line in self.shown.splitlines() if "Next: " in line for one in _split(line)]
        commands = [re.split(r"  +# ", one)[0].strip() for one in named]
        found = next((one for one in commands if re.search(pattern, one)), None)
        assert found is not None, (pattern, self.shown[-800:])
        return found


def _split(line: str) -> list[str]:
    return line.partition("Next: ")[2].split(", ")


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Newcomer()


def test_the_first_ten_minutes(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.run("graphkit")
    assert "companies" in newcomer.run(newcomer.find(r"^graphkit list$"))  # what is in here

    reach = newcomer.find(r"^graphkit path \S+ H100$")  # who reaches the H100
    assert "ByteDance" in newcomer.run(reach)

    newcomer.run(newcomer.find(r"--path 2$"))  # the evidence of path 2
    assert re.search(r"^ *- ", newcomer.shown, re.MULTILINE) and re.search(r"https?://", newcomer.shown)

    rule = newcomer.run(newcomer.find(r"^graphkit show [A-Z]+-[\w-]+$"))  # what that rule says
    assert "https://" in rule and "in force" in rule

    screened = newcomer.run(newcomer.find(r"^graphkit screen example$"))  # screen a list
    assert screened.startswith("7 rows: 3 the same, 2 to review, 2 not in this base")

    assert screened.count("2 to review") == screened.count("2 not in this base") == 1  # counts are said once

    newcomer.run(newcomer.find(r"--format xlsx --output \S+\.xlsx$"))  # give me an Excel
    (file,) = tmp_path.glob("*.xlsx")
    rows = list(openpyxl.load_workbook(file)["rows"].values)
    assert [row[0] for row in rows[:3]] == ["customer", "ByteDance Ltd.", "腾讯控股有限公司"] and len(rows) == 8


def test_a_list_of_ones_own_stands_in_place_of_the_example(newcomer: Newcomer, tmp_path: Path) -> None:
    (tmp_path / "example").write_text("name\nOracle Corporation\n", encoding="utf-8")
    assert newcomer.run("graphkit screen example").startswith("1 row: 1 the same")


def _list_commands(shown: str) -> list[str]:
    """Return every command that an output names: behind `next:`, or at the end of a line."""
    named = [line.partition("next: ")[2] for line in shown.splitlines() if line.startswith("next: ")]
    named += re.findall(r"^ +(?:\S.*  )?(graphkit (?:list|show|query) .+)$", shown, re.MULTILINE)
    return list(dict.fromkeys(re.split(r"  +# ", one)[0] for one in named))


_LISTS = [f"graphkit list {kind}" for kind in get_args(ListKind)]


@pytest.mark.parametrize(
    "command",
    choose(
        [
            "graphkit list",
            *_LISTS,
            "graphkit find Oracle",
            "graphkit find Straits Times",
            "graphkit show ByteDance",
            "graphkit show TikTok",
            "graphkit show H100",
            "graphkit show Malaysia",
            "graphkit show US-2023-10",
            "graphkit show BIS",
            "graphkit path ByteDance H100 --on 2024-06-06",
            "graphkit path hq:CN H100",
            "graphkit path ByteDance controlled",
            "graphkit path TikTok H100",
            "graphkit path 'Oracle' 'Ascend 910B'",
            "graphkit exposure --buyers hq:CN --chips H100,H20",
            "graphkit screen example",
            "graphkit screen --through Oracle",
        ],
        10,
    ),
)
def test_what_an_answer_names_as_next_runs_as_it_is(newcomer: Newcomer, command: str) -> None:
    _run_all_named(newcomer, command)


@pytest.mark.parametrize(
    "command", ["graphkit list", *_LISTS, "graphkit find Labs", "graphkit show acme", "graphkit path acme h100"]
)
@pytest.mark.parametrize("name", ["small", "other"])
def test_what_an_answer_on_another_base_names_as_next_runs_on_that(
    newcomer: Newcomer, tmp_path: Path, command: str, name: str
) -> None:
    """The other base holds neither the H100 nor China."""
    base = small_base(tmp_path / name)
    if name == "other":
        for file in base.rglob("*.csv"):
            file.write_text(re.sub(r"(?i)\bh100\b", "z9", file.read_text(encoding="utf-8")), encoding="utf-8")
        command = command.replace("h100", "z9")
    _run_all_named(newcomer, f"{command} -f {base}", f"-f {base}")


def _run_all_named(newcomer: Newcomer, command: str, kept: str = "") -> None:
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code in (0, 1), result.output
    named = _list_commands(result.stdout)
    assert named or result.exit_code == 1 or command.startswith("graphkit list")
    for one in named[:8]:
        done = CliRunner().invoke(main, shlex.split(one)[1:])
        assert done.exit_code in (0, 1), (one, done.output)
        assert kept in one.replace("--factbase", "-f") or one == "graphkit query" or one.endswith("-f shipped")


def test_what_comes_next_keeps_to_the_base_that_was_asked(newcomer: Newcomer, tmp_path: Path) -> None:
    base = small_base(tmp_path / "small base")
    newcomer.run(f"graphkit path acme h100 -f '{base}'")
    close = newcomer.find(r"^graphkit close")
    assert close == f"graphkit close acme h100 -f '{base}'"
    newcomer.run(close)
