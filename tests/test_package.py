"""graphkit as people get it: the wheel, the source archive, the pinned versions."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def build(target: str, source: Path, into: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    return next(into.iterdir())


def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as file:
        return set(file.namelist())


def pinned(text: str) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in text.splitlines():
        if line and not line.startswith(("#", " ")):
            requirement = Requirement(line.rstrip("\\ "))
            found.setdefault(requirement.name, []).append(requirement)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
def test_an_installed_graphkit_answers_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    home.mkdir()
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(site)}
    start = (
        "import graphkit, sys; assert graphkit.__file__.startswith(sys.argv.pop(1)); "
        "from graphkit.cli import main; main()"
    )
    command = [sys.executable, "-c", start, str(site)]
    for arguments, word in (
        (["path", "ByteDance", "H100", "--html", "path.html"], "page: "),
        (["query"], "who_rents_from"),
        (["query", "which_ways_lead_to_chip", "-p", "chip=H100", "--html", "ways.html"], "page: "),
        (["notebooks"], "4-ask-in-cypher.ipynb: made"),
        (["notebooks"], "4-ask-in-cypher.ipynb: is there already, and stays"),
        (["init", "case"], ".gitignore"),
        (["check", "case"], "no fault"),
    ):
        done = subprocess.run(
            [*command, *arguments], cwd=home, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert word in done.stdout
    assert {one.name for one in home.iterdir()} >= {"path.html", "ways.html", "graphkit-notebooks", "case"}
    assert len(list((home / "graphkit-notebooks").iterdir())) == len(list((ROOT / "notebooks").iterdir()))


@pytest.mark.slow
def test_the_source_archive_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "source"
    unpacked.mkdir()
    subprocess.run(["tar", "-xzf", str(build("sdist", ROOT, tmp_path / "sdist"))], cwd=unpacked, check=True)
    source = next(unpacked.iterdir())
    assert names(build("wheel", source, tmp_path / "wheel")) == names(wheel)
    for name in ("tests/test_package.py", "Makefile", "constraints.txt", "CHANGELOG.md", "docs/generate.py"):
        assert (source / name).is_file()


def test_every_pinned_version_has_hashes_and_no_address() -> None:
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links", PINS)
    blocks = [block for block in re.split(r"\n(?! )", PINS) if block and not block.startswith("#")]
    assert blocks
    pin = re.compile(r"[a-z0-9.-]+==\S+(?: ; [^\\]+)? \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+")
    for block in blocks:
        assert pin.fullmatch(block), block


def test_every_requirement_that_ci_installs_is_pinned_within_its_range() -> None:
    # the tests run the notebooks without the program in which people open them
    extras = PROJECT["optional-dependencies"]
    installed = [line for name in extras if name != "notebook" for line in extras[name]]
    own = PROJECT["name"]  # an extra may take in another
    pins = pinned(PINS)
    for requirement in map(Requirement, [*PROJECT["dependencies"], *installed]):
        if requirement.name == own:
            continue
        assert requirement.name.lower() in pins
        for pin in pins[requirement.name.lower()]:
            version = next(iter(pin.specifier)).version
            assert requirement.specifier.contains(version), f"{pin} is outside {requirement}: run `make constraints`"


def undeclared(folder: str, declared: set[str]) -> set[str]:
    """The modules that a folder imports and that no declared distribution owns."""
    owners = metadata.packages_distributions()
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module or "")
            found.update(name.partition(".")[0] for name in names)
    return {
        name for name in found if owners.get(name) and declared.isdisjoint(owner.lower() for owner in owners[name])
    }


@pytest.mark.slow
def test_what_is_imported_is_declared() -> None:
    runtime = {Requirement(line).name.lower() for line in PROJECT["dependencies"]} | {"graphkit"}
    extras = {Requirement(line).name.lower() for lines in PROJECT["optional-dependencies"].values() for line in lines}
    model = {Requirement(line).name.lower() for line in PROJECT["optional-dependencies"]["model"]}
    assert undeclared("graphkit", runtime | model) == set()
    for folder in ("tests", "bench", "docs"):
        assert undeclared(folder, runtime | extras) == set()


def test_what_graphkit_needs_to_run_is_in_the_first_part_of_the_pins() -> None:
    first = pinned(PINS.split("# ---")[0])
    waiting, seen = list(PROJECT["dependencies"]), set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        waiting += metadata.requires(name) or []
    assert seen <= set(first)
    assert "pytest" not in first
