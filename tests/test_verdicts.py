"""Every command gives the same verdict on a folder: the same faults, once each, exit code 2, nothing written."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphkit.cli import main

BASE = Path(__file__).parent.parent / "docs" / "my-base"
RULE = """\
- id: OUR-1
  name: A rule of our own
  authority: us
  kind: rule
  citation: none
  summary: A rule
  sources: [our own]
  confidence: verified in source
  effective: 2024-01-01
"""
ROUTE = """\
- id: R99
  name: A route of our own
  pattern: {relations: [LEASES_FROM]}
  rules: [OUR-1]
  covered: nothing
  not_covered: all
  confidence: likely
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A fact base with a file of every kind, without a fault."""
    folder = tmp_path / "base"
    shutil.copytree(BASE, folder)
    (folder / "chips.csv").write_text("id,name,tpp,data_centre\nx9,X9,5000,yes\n")
    (folder / "regions.csv").write_text("id,name,aliases,iso2,iso3\nelbonia,Elbonia,,XE,XEL\n")
    (folder / "region_groups.csv").write_text("region,group,from,to,settled\nelbonia,our-own,2024,,yes\n")
    (folder / "regulations.yaml").write_text(RULE)
    (folder / "routes.yaml").write_text(ROUTE)
    return folder


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "check": lambda base: ["check", str(base)],
    "build": lambda base: ["build", str(base), "--db", str(base.parent / "graph.kgl")],
    "path": lambda base: ["path", "Example Labs", "H100", "-f", str(base)],
    "license": lambda base: ["license", "H100", "--to", "MY", "--hq", "CN", "-f", str(base)],
    "chip": lambda base: ["chip", "H100", "-f", str(base)],
    "whatif": lambda base: ["whatif", "Example Labs", "H100", "--repeal", "US-2023-10", "-f", str(base)],
    "show": lambda base: ["show", "Example Labs", "-f", str(base)],
}


def verdicts(base: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return the exit code and the faults that each command tells; no cache serves the next one."""
    found = {}
    for name, words in COMMANDS.items():
        cache = base.parent / f"cache-{name}"
        monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
        done = CliRunner().invoke(main, words(base))
        assert done.exit_code in (0, 1, 2), (name, done.output)
        if done.exit_code == 2:
            assert done.stdout == "" and not list(cache.rglob("*.kgl")), name
        found[name] = done.exit_code, tuple(done.stderr.splitlines()) if done.exit_code == 2 else ()
    return found


def test_a_good_base_has_no_fault_for_any_command(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (code, lines) in verdicts(base, monkeypatch).items():
        assert code in (0, 1) and lines == (), name


#: By name: the file, the change of its text, how many faults that makes.
Change = Callable[[str], str]


def put(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert text.count(old) >= 1, old
        return text.replace(old, new, 1)

    return change


def append(more: str) -> Change:
    return lambda text: text + more


FAULTS: dict[str, tuple[str, Change, int]] = {
    "rules by id": ("regulations.yaml", lambda _: "X-1:\n  name: A rule\n", 1),
    "a quote that is never closed": ("regulations.yaml", put("A rule of our own", '"A rule'), 1),
    "a quote in a table": ("chips.csv", put("x9,X9", 'x9,"X9'), 1),
    "a rule without its name": ("regulations.yaml", put("  name: A rule of our own\n", ""), 1),
    "a kind of rule that is none": ("regulations.yaml", put("kind: rule", "kind: whim"), 1),
    "a field that is not known": ("regulations.yaml", append("  colour: red\n"), 1),
    "a rule's date": ("regulations.yaml", put("2024-01-01", "2024-02-30"), 1),
    "a rule that amends nothing known": ("regulations.yaml", append("  amends: [NO-1]\n"), 1),
    "a rule there twice": ("regulations.yaml", append(RULE), 2),
    "a rule spelt unlike the one that ships": ("regulations.yaml", put("OUR-1", "us-2023-10"), 2),
    "a tag of Python": ("regulations.yaml", append("  note: !!python/name:os.system\n"), 2),
    "an empty file of rules": ("regulations.yaml", lambda _: "", 1),
    "a route that is no route": ("routes.yaml", put("LEASES_FROM", "RENTS"), 1),
    "a route of an unknown rule": ("routes.yaml", put("OUR-1", "OUR-2"), 1),
    "a route nested deep": ("routes.yaml", lambda _: "[" * 60, 1),
    "a chip's figure": ("chips.csv", put("5000", "fast"), 1),
    "a figure that may be either": ("chips.csv", put("5000", "5.000"), 1),
    "a chip there twice": ("chips.csv", append("x9,X9 again,1,yes\n"), 1),
    "a chip without a name": ("chips.csv", put("X9", ""), 1),
    "a chip's flag": ("chips.csv", put("yes", "perhaps"), 1),
    "a region with another's code": ("regions.csv", put("XE,", "MY,"), 1),
    "a region's id": ("regions.csv", put("elbonia,", "Elbonia Land,"), 2),
    "a group of nobody": ("region_groups.csv", put("elbonia", "atlantis"), 1),
    "a group's date": ("region_groups.csv", put("2024", "01/02/2024"), 1),
    "a document's date": ("documents.csv", put("2025-03,", "March 2025,"), 1),
    "a document there twice": ("documents.csv", append("memo,Again,,,\n"), 1),
    "an entity's kind": ("entities.csv", put("Example Coast,Region", "Example Coast,Land"), 1),
    "a name of two companies": ("entities.csv", append("other,Labs,Company,,,\n"), 1),
    "an override in a name": ("entities.csv", put("Example Coast", "Example\u202eCoast"), 1),
    "a column that is missing": ("entities.csv", put("kind", "kinds"), 1),
    "a relation that is none": ("claims/filing.csv", put("OPERATES", "RUNS"), 1),
    "an entity of nobody": ("claims/filing.csv", put("HOSTS,h100", "HOSTS,h200"), 1),
    "a claim there twice": (
        "claims/memo.csv",
        append("example-labs,HEADQUARTERED_IN,example-land,done,confirmed,,2,Said again.,,\n"),
        1,
    ),
    "a claim's figure": ("claims/filing.csv", put("~2000", "1.500,00 or so"), 1),
    "claims of no document": ("documents.csv", put("memo,", "memos,"), 1),
    "bytes that are no text": ("claims/memo.csv", append("\0"), 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_command_tells_the_same_faults_once_each(
    base: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, change, count = FAULTS[name]
    path = base / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = verdicts(base, monkeypatch)
    code, lines = found["check"]
    assert code == 2
    assert {one: told for one, told in found.items() if told != (code, lines)} == {}
    *faults, total = lines
    assert total.startswith(f"graphkit: {count} fault"), lines
    assert len(faults) == count and max(Counter(faults).values()) == 1, lines
    assert any(Path(file).name in fault for fault in faults)
    assert not (base.parent / "graph.kgl").exists()


def test_a_rule_of_ones_own_is_told_beside_the_base(base: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("X-1:\n  name: A rule\n")
    ask = ["whatif", "Example Labs", "H100", "-f", str(base), "--rule", str(own)]
    done = CliRunner().invoke(main, ask)
    assert done.exit_code == 2 and "own.yaml:1: holds no list of records" in done.stderr
    own.write_text(RULE)
    assert "already among the rules" in CliRunner().invoke(main, ask).stderr
    own.write_text(RULE.replace("OUR-1", "OUR-2") + "  amends: [OUR-1, OUR-3]\n")
    done = CliRunner().invoke(main, ask)
    assert "own.yaml:10: amends: no regulation 'OUR-3'" in done.stderr and "OUR-1" not in done.stderr


def test_a_rule_may_be_written_for_a_base_of_rules_alone(base: Path) -> None:
    for file in ("documents.csv", "entities.csv"):
        (base / file).unlink()
    shutil.rmtree(base / "claims")
    ask = ["license", "X9", "--to", "XE", "--hq", "CN", "-f", str(base)]
    assert CliRunner().invoke(main, ask).exit_code == 0
