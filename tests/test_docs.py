"""The pages say what the code does, and the JSON answer keeps its contract."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, build_graph
from graphkit.paths import AccessPath, Network, Search

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
SCHEMA = json.loads((ROOT / "graphkit" / "schema" / "path.schema.json").read_text(encoding="utf-8"))


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def closed(schema: object) -> object:
    """The schema with no room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        shut["additionalProperties"] = False
    return shut


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


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ByteDance", "H100"], 0),
        (["ByteDance", "H100", "--on", "2024-06-06"], 0),
        (["Alibaba", "H100"], 0),
        (["China Telecom", "H100"], 1),
        (["TikTok", "H100"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_the_json_answer_is_what_its_schema_says_and_no_more(arguments: list[str], code: int) -> None:
    from jsonschema import Draft202012Validator

    command = [str(Path(sys.executable).parent / "graphkit"), "path", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == code, done.stderr
    validator = Draft202012Validator(closed(SCHEMA))
    answer = json.loads(done.stdout)
    for error in validator.iter_errors(answer):
        while error.context:
            error = error.context[-1]
        pytest.fail(f"{error.json_path}: {error.message}")


def test_the_schema_is_a_schema_and_refuses_what_is_not_an_answer() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(SCHEMA)
    assert not Draft202012Validator(SCHEMA).is_valid({"version": 2, "paths": []})


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
