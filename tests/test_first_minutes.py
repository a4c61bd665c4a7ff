"""A new user's first ten minutes: each question is one command, which the output before it named."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from graphkit.cli import main

LIST = "Customer,Country\nByteDance Ltd.,KY\nOracle Glass GmbH,DE\nInspur Taiwan,TW\n"


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
    (tmp_path / "customers.csv").write_text(LIST, encoding="utf-8")
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

    screened = newcomer.run(newcomer.find(r"^graphkit screen customers\.csv$"))  # screen my list
    assert screened.startswith("3 rows: 2 the same, 0 to review, 1 not in this base")

    newcomer.run(newcomer.find(r"--format xlsx --output \S+\.xlsx$"))  # give me an Excel
    (file,) = tmp_path.glob("*.xlsx")
    rows = list(openpyxl.load_workbook(file)["rows"].values)
    assert [row[0] for row in rows] == ["Customer", "ByteDance Ltd.", "Oracle Glass GmbH", "Inspur Taiwan"]


@pytest.mark.parametrize(
    "command",
    [
        "graphkit list companies",
        "graphkit list chips",
        "graphkit list sites",
        "graphkit list regions",
        "graphkit list rules",
        "graphkit list documents",
        "graphkit list relations",
        "graphkit find Oracle",
        "graphkit show ByteDance",
        "graphkit show H100",
        "graphkit show Malaysia",
        "graphkit path ByteDance H100 --on 2024-06-06",
        "graphkit exposure --buyers hq:CN --chips H100,H20",
        "graphkit screen customers.csv",
    ],
)
def test_what_an_answer_names_as_next_runs(newcomer: Newcomer, command: str) -> None:
    shown = newcomer.run(command)
    named = [line.partition("next: ")[2] for line in shown.splitlines() if line.startswith("next: ")]
    named += [line.strip() for line in shown.splitlines() if line.startswith("    graphkit ")]
    assert named
    for one in named[:4]:
        words = shlex.split(re.split(r"  +# ", one)[0])
        result = CliRunner().invoke(main, [word.replace("WORDS", "Oracle") for word in words[1:]])
        assert result.exit_code in (0, 1), (one, result.output)


def test_what_comes_next_keeps_to_the_base_that_was_asked(newcomer: Newcomer, tmp_path: Path) -> None:
    from tests.command_line import small_base

    base = small_base(tmp_path / "small base")
    newcomer.run(f"graphkit path acme h100 -f '{base}'")
    close = newcomer.find(r"^graphkit close")
    assert close == f"graphkit close acme h100 -f '{base}'"
    newcomer.run(close)
