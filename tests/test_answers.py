"""Answers: nothing that JSON says of denials and notes is lost in text, CSV, Markdown or XLSX; no room is untyped."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.answers import schemas
from graphkit.answers.answer import Answer, Record, SummarisedAnswer
from graphkit.answers.closings import find_closings
from graphkit.engines import open_store
from graphkit.explorer import Explorer
from graphkit.factbase import FactBase
from graphkit.facts import Claim, Document, Entity, make_claim_id
from graphkit.formats import render
from graphkit.loading.load import load
from tests.command_line import ask, small_base, table
from tests.counts import sample
from tests.fact_bases import claim, write_base

ROOT = Path(__file__).resolve().parent.parent
ENTITIES = (
    *(Entity(id=id_, name=id_.upper(), kind="Company") for id_ in ("a", "b", "c", "d")),
    *(Entity(id=id_, name=f"Site {id_}", kind="Datacenter") for id_ in ("s", "t")),
    *(Entity(id=id_, name=f"Chip {id_}", kind="Chip") for id_ in ("x", "y")),
    Entity(id="some-chips", name="Some chips", kind="Chip", generic=True),
    Entity(id="r", name="Region", kind="Region"),
    Entity(id="rule", name="Rule", kind="Regulation"),
    Entity(id="agency", name="Agency", kind="Agency"),
)
DOCUMENTS = tuple(
    Document(id=f"doc{n}", name=f"Doc {n}", publisher=f"P{n}", published=f"202{n}", url=f"https://example.org/{n}")
    for n in range(3)
)
TIES = (
    *(("LEASES_FROM", one, other) for one in "abcd" for other in "abcd" if one != other),
    *(("OPERATES", one, site) for one in "abcd" for site in "st"),
    *(("HOSTS", site, chip) for site in "st" for chip in "xy"),
    *(("USES", one, chip) for one in "abcd" for chip in "xy"),
    *(("USES", one, "some-chips") for one in "ab"),
    *(("HOSTS", site, "some-chips") for site in "st"),
    *(("COMPLIES_WITH", one, "rule") for one in "ab"),
    *(("INVESTIGATES", "agency", one) for one in "ab"),
    *(("LOCATED_IN", site, "r") for site in "st"),
)
#: Words that no other part of an answer holds, and that no format escapes: each is looked for as it is.
NOTES = ("not charged", "could not be verified", "declined to comment", "=1+1 was said", "می\u200cخواهم")


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@st.composite
def bases(draw: st.DrawFn) -> tuple[Claim, ...]:
    """Draw claims between a few companies, sites and chips, many of them denied or with a note of their own."""
    found: dict[str, Claim] = {}
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(TIES),
                st.sampled_from(["done", "done", "planned", "alleged", "refused", "negated"]),
                st.integers(0, 2),
                st.integers(0, 3),
                st.sampled_from([None, *NOTES]),
                st.booleans(),
            ),
            min_size=4,
            max_size=16,
        )
    )
    for number, ((relation, subject, object_), status, document, sentence, note, implied) in enumerate(rows):
        id_ = make_claim_id(f"doc{document}", str(sentence), subject, relation, object_, status)
        found[id_] = Claim(
            id=id_,
            document=f"doc{document}",
            subject=subject,
            relation=relation,
            object=object_,
            status=status,
            confidence="likely",
            summary=f"summary {number}.",
            locator=str(sentence),
            implied=implied,
            note=f"{note} no {number}." if note else None,
            factbase="made",
        )
    for chip in "xy":
        id_ = make_claim_id("doc0", "9", chip, "IN_CLASS", "some-chips", "done")
        found[id_] = Claim(
            id=id_,
            document="doc0",
            subject=chip,
            relation="IN_CLASS",
            object="some-chips",
            status="done",
            confidence="confirmed",
            summary="of the class.",
            locator="9",
            factbase="made",
        )
    return tuple(found.values())


def claims_in(value: object, role: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Iterate over all claims in the JSON of an answer, each with the field that holds it."""
    if isinstance(value, Mapping):
        if "qualifiers" in value:
            yield role, value
        for name, one in value.items():
            yield from claims_in(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from claims_in(one, role)


def everything(answer: Answer) -> dict[str, str]:
    """Return all that each format says, without what breaks lines and escapes signs, to look texts up in."""
    book = openpyxl.load_workbook(io.BytesIO(bytes(render(answer, "xlsx"))))  # type: ignore[arg-type]
    cells = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    shown = {form: str(render(answer, form)) for form in ("csv", "markdown")}
    whole = click.unstyle(answer.full_text()) if isinstance(answer, SummarisedAnswer) else answer.text()
    texts = {"text": answer.text(), "whole text": whole}
    return {
        **{name: re.sub(r"\s+", " ", text).replace("\\u200c", "\u200c") for name, text in texts.items()},
        "csv": shown["csv"],
        "markdown": re.sub(r"\\(.)", r"\1", shown["markdown"]),
        "xlsx": cells,
    }


def check_nothing_is_lost(answer: Answer) -> int:
    """Fail where a denial or a note of the JSON does not stand in another format; return how many there are."""
    shown, found = everything(answer), 0
    for role, one in claims_in(answer.to_dict()):
        qualifiers = one["qualifiers"]
        note = qualifiers.get("note") if isinstance(qualifiers, Mapping) else None
        denial = role == "denied_by" or one["status"] in ("negated", "refused")
        found += bool(note) + denial
        for form, text in shown.items():
            assert not note or str(note) in text, (form, role, note)
            assert not denial or str(one["id"]) in text, (form, role, one["id"])
            if denial and role == "denied_by":
                assert str(one["summary"]) in text, (form, one["summary"])
    return found


@pytest.mark.slow
def test_no_denial_and_no_note_is_lost_on_the_way_out(tmp_path: Path) -> None:
    counted: list[int] = []

    @settings(
        max_examples=sample(20, 200),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(bases())
    def check(claims: tuple[Claim, ...]) -> None:
        file = tmp_path / "g.kgl"
        file.unlink(missing_ok=True)
        with open_store(file, readonly=False) as store:
            store.create_schema()
            load(store, FactBase("made", DOCUMENTS, ENTITIES, claims, "0"))
        with Explorer.open(db=str(file)) as explorer:
            found = 0
            for answer in (
                explorer.paths("a", "x"),
                explorer.paths("a", "x", on="2020", status="done,alleged"),
                explorer.exposure(["a", "b"], ["x", "y"]),
                explorer.show("a"),
                explorer.show("x"),
                explorer.whatif("a", "x", repeal="US-2023-10"),
                find_closings(explorer, "a", "x", explorer.filters()),
            ):
                found += check_nothing_is_lost(answer)
            counted.append(found)

    check()
    assert sum(counted) > 3 * len(counted)


def test_no_denial_and_no_note_is_lost_of_a_list_that_is_screened(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name\nByteDance\nMegaspeed\nHuawei\nSophgo\n", "utf-8")
    with Explorer.open() as explorer:
        assert check_nothing_is_lost(explorer.screen(names)) > 20


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_a_negative_answer_has_rows(tmp_path: Path, form: str) -> None:
    from tests.command_line import run

    base = small_base(tmp_path / "base")
    shown = run("path", "loner", "h100", "-f", base, "--format", form, code=1).stdout
    assert "not found" in shown and "has the chip" in shown and "Harbour" in shown
    blocked = run("path", "blocked", "h100", "-f", base, "--format", form, code=1).stdout
    assert "refused" in blocked and "Blocked → South → H100" in blocked


def test_the_rows_of_a_path_carry_what_json_says(tmp_path: Path) -> None:
    base = write_base(
        tmp_path / "base",
        [
            {
                "id": "doc",
                "name": "Doc",
                "publisher": "P",
                "published": "2024-05-01",
                "url": "https://example.org",
                "reliability": "B",
                "archive": "https://example.net/kept",
                "seen": "2025-01-01",
                "cites": "The Daily",
            }
        ],
        [
            {"id": "a", "name": "A", "kind": "Company"},
            {"id": "b", "name": "B", "kind": "Company"},
            {"id": "x", "name": "X", "kind": "Chip"},
        ],
        {
            "doc": [
                claim(
                    *("a", "LEASES_FROM", "b"),
                    attribution="people via The Daily",
                    observed="2024-04",
                    note="B declined to comment",
                    chips="x",
                    quantity="~500",
                    unit="chips",
                ),
                claim("a", "LEASES_FROM", "b", status="negated", sentence="1", note="said by A"),
                claim("b", "USES", "x", implied="yes"),
            ]
        },
    )
    supports, denies, implied = table("path", "a", "x", "-f", base, section="evidence")
    assert [supports["role"], denies["role"], implied["implied"]] == ["supports", "denies", "True"]
    for column, value in {
        "origin": "The Daily",
        "document": "doc",
        "url": "https://example.org",
        "archive": "https://example.net/kept",
        "seen": "2025-01-01",
        "reliability": "B",
        "observed": "2024-04",
        "note": "B declined to comment",
        "scope_chips": "X",
        "quantity": "~500",
        "unit": "chips",
        "origins": "1",
        "sentence": "0",
    }.items():
        assert supports[column] == value, column
    assert denies["note"] == "said by A" and len(denies["claim"]) == 16
    (path,) = table("path", "a", "x", "-f", base, section="paths")
    assert path["verdict"] and path["through"] == "A → B → X"
    json = ask("path", "a", "x", "-f", base)["paths"][0]["steps"][0]["claims"][0]
    assert (json["observed"], json["archive"], json["reliability"]) == ("2024-04", "https://example.net/kept", "B")


def test_every_row_of_a_customer_list_comes_back(tmp_path: Path) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("name\nacme labs\nAppy\nNort\nBlocked\n", encoding="utf-8")
    asked = ("exposure", "--buyers", customers, "--chips", "H100", "-f", small_base(tmp_path / "base"))
    rows = table(*asked, section="names of the list")
    assert [(row["name"], row["read_as"], row["near"]) for row in rows] == [
        ("acme labs", "Acmé", ""),
        ("Appy", "Acmé", ""),
        ("Nort", "", "North"),
        ("Blocked", "Blocked", ""),
    ]


def records(kind: type[Record]) -> Iterator[type[Record]]:
    """Iterate over a kind of record and all kinds below it."""
    yield kind
    for child in kind.__subclasses__():
        yield from records(child)


def test_every_record_is_frozen_and_explained_and_no_room_says_any() -> None:
    assert schemas.ANSWERS
    for kind in records(Record):
        assert kind.__struct_config__.frozen and kind.__doc__, kind
    for file in (ROOT / "graphkit" / "answers").glob("*.py"):
        assert not re.search(r"\bAny\b", file.read_text(encoding="utf-8")), file.name
