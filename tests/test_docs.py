"""The pages say what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, build_graph
from graphkit.paths import AccessPath, Network, Search
from tests.counts import sample

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
#: Pages whose commands `make test` runs; `make check` runs those of every page.
RUN = ("README.md", "confidence.md", "glossary.md", "graph.md")


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "mark",
    [
        "answer",
        "base",
        "kinds",
        "relations",
        "statuses",
        "confidences",
        "commands",
        "exit codes",
        "chips",
        "disagreements",
        "regulations",
        "unmodelled",
        "routes",
    ],
)
def test_what_the_pages_take_from_the_code_is_current(mark: str) -> None:
    made = generator().GENERATED[mark]()
    shown = [page for page in PAGES if f"<!-- {mark} -->" in page.read_text(encoding="utf-8")]
    assert shown
    for page in shown:
        assert f"<!-- {mark} -->\n{made}\n<!-- /{mark} -->" in page.read_text(encoding="utf-8"), (
            f"{page.name} is not current: run `make docs`"
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name in RUN or sample(0, 1)], ids=lambda page: page.name
)
def test_every_command_of_a_page_runs_and_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    made, text = generator(), page.read_text(encoding="utf-8")
    shell = made.Shell(tmp_path)
    new, failures = made.page(text, shell)
    assert failures == [] and made.list_unexplained(shell.printed) == []
    assert new == text, "run `make docs`"


def test_an_abbreviation_without_a_line_in_the_glossary_is_named() -> None:
    found = generator().list_unexplained(
        {"graphkit path": "TPP of 3A090.a, D:5 by R1, XQZ, 9Z999, US-2023-10, LEASES_FROM"}
    )
    assert found == [
        f"docs/glossary.md has no line for {word!r}, which `graphkit path` prints" for word in ("9Z999", "XQZ")
    ]


def test_a_pattern_of_the_explained_answer_that_finds_no_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made = generator()
    monkeypatch.setattr(made.Shell, "run", lambda self, command: "another answer")
    with pytest.raises(made.Failed, match=r"no line of .* matches"):
        made.table_of_the_answer()


def test_every_command_that_the_front_page_begins_with_is_run_on_some_page() -> None:
    shown = re.findall(r"^\| [^|]+ \| `(graphkit [^`]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    blocks = re.findall(r"^```(?:sh|console)[^\n]*\n(.*?)^```$", "".join(map(Path.read_text, PAGES)), re.M | re.S)
    run = {line.removeprefix("$ ").partition("#")[0].strip() for block in blocks for line in block.splitlines()}
    assert len(shown) == 8 and [command for command in shown if command not in run] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def worked_example(*, stated: bool) -> AccessPath:
    """The made-up chain of the page on confidence, as a graph; `stated`: the first article says it all."""
    entities = [
        Entity(id=id_, name=id_, kind=kind)
        for id_, kind in (("a", "Company"), ("b", "Company"), ("s", "Datacenter"), ("chip", "Chip"))
    ]
    documents = [
        Document(id="one", name="one", publisher="a newspaper", cites="The Daily"),
        Document(id="two", name="two", publisher="another newspaper", cites="The Daily"),
        Document(id="filing", name="filing", publisher="B"),
        Document(id="blog", name="blog", publisher="the blog"),
    ]
    rows = [
        ("one", "a", "LEASES_FROM", "b", "likely", "The Daily"),
        ("two", "a", "LEASES_FROM", "b", "possible", "The Daily"),
        ("filing", "a", "LEASES_FROM", "b", "likely", None),
        ("filing", "b", "OPERATES", "s", "confirmed", None),
        ("blog", "s", "HOSTS", "chip", "possible", None),
    ]
    if stated:
        rows.append(("one", "b", "OPERATES", "s", "likely", "The Daily"))
        rows.append(("one", "s", "HOSTS", "chip", "likely", "The Daily"))
    claims = [
        Claim(
            id=f"{number:016}",
            document=document,
            locator="3",
            subject=subject,
            relation=relation,
            object=object_,
            status="done",
            confidence=confidence,
            attribution=attribution,
            summary="said",
        )
        for number, (document, subject, relation, object_, confidence, attribution) in enumerate(rows)
    ]
    network = Network.of(build_graph(entities, claims, documents))
    return next(path for _, path in Search(network, "a", "chip", Filters(), max_hops=6))


def test_the_worked_example_of_confidence_is_what_the_search_says() -> None:
    text = (ROOT / "docs" / "confidence.md").read_text(encoding="utf-8")
    path = worked_example(stated=False)
    assert not path.stated and path.weakest == 2
    assert f"= {path.steps[0].confidence:.4f}\n" in text
    assert f"= {path.confidence:.4f}\n" in text
    path = worked_example(stated=True)
    assert path.stated
    assert f"the path would be stated, with {path.confidence:.2f}." in text


def named_files(section: str) -> list[str]:
    """Return the files that a section of the architecture names, as they are written there."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    body = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return sorted(set(re.findall(r"`([\w./-]+\.[a-z0-9]+)`", body)))


def test_the_architecture_names_the_file_to_open_for_twenty_changes() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = text.partition("## To change X, open Y\n")[2].partition("\n## ")[0].strip().splitlines()[2:]
    assert len(rows) >= 20 and all(re.search(r"\| `[^`]+`[^|]*\|$", row) for row in rows)
    for file in named_files("To change X, open Y"):
        assert (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("section", ["How the data flows", "The rooms", "Tests"])
def test_the_architecture_names_files_that_are_there(section: str) -> None:
    files = named_files(section)
    assert files
    assert [file for file in files if not any((place / file).is_file() for place in (ROOT, ROOT / "graphkit"))] == []


def test_the_picture_of_the_rooms_has_every_room() -> None:
    picture = (
        (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("```text")[2].partition("```")[0]
    )
    rooms = [f"{room.parent.name}/" for room in (ROOT / "graphkit").glob("*/__init__.py")]
    modules = [module.name for module in (ROOT / "graphkit").glob("*.py") if not module.name.startswith("__")]
    assert [name for name in [*rooms, *modules] if name not in picture] == []
