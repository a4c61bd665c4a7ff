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

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "mark",
    [
        "kinds",
        "relations",
        "statuses",
        "confidences",
        "commands",
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
