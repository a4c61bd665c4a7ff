"""A fact base is read whole or refused whole, and every fault is told once, where it is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import FactBaseError, Fault
from graphkit.factbase import count_coverage, find_shipped_seeds, hash_content, read_factbase, read_rulebook
from graphkit.facts import hash_sentence
from tests.fact_bases import CLAIMS, claim, table, write_base

TEXT = "A title\n\nByteBuyer rents chips from Rentor. Rentor runs a site. It is large!\n"

DOCUMENTS = [
    {"id": "news", "name": "News", "publisher": "The Wire", "published": "2024-06", "file": "news.txt"},
    {"id": "blog", "name": "Blog", "cites": "The Wire"},
]
ENTITIES = [
    {"id": "bytebuyer", "name": "ByteBuyer", "kind": "Company", "aliases": "BB; Byte Buyer Ltd"},
    {"id": "rentor", "name": "Rentor", "kind": "Company"},
    {"id": "barn", "name": "Barn (unnamed site)", "kind": "Datacenter", "generic": "yes", "note": "no name given"},
    {"id": "office", "name": "Export Office", "kind": "Agency"},
    {"id": "app", "name": "Some App", "kind": "Product"},
]
NEWS = [
    claim("bytebuyer", "LEASES_FROM", "rentor", chips="x100", regions="north; south", sentence="1", since="2024"),
    claim("rentor", "OPERATES", "barn", implied="yes", sentence="1-2"),
    claim("barn", "LOCATED_IN", "north", sentence="2"),
]
BLOG = [
    claim("bytebuyer", "LEASES_FROM", "rentor", attribution="sources of The Wire", sentence=""),
    claim("bytebuyer", "OWNS", "app", share="100"),
    claim("rule-1", "ISSUED_BY", "office", status="proposed"),
    claim("bytebuyer", "USES", "x100", via="rentor;barn", owner="rentor", transit="south", value="7", currency="USD"),
]
CHIPS = "id,name,aliases,tpp\nx100,X100,,4000\nx200,X200,,8000\n"
REGIONS = "id,name,aliases,iso2,iso3\nnorth,North,,XN,XNN\nsouth,South,,XS,XSS\n"
RULES = """\
- id: Rule-1
  name: A rule
  aliases: [The rule]
  authority: us
  kind: rule
  citation: none
  summary: A rule of our own
  sources: [our own]
  confidence: verified in source
  effective: 2024-01-01
"""


def good(folder: Path, **changed: str | bytes) -> Path:
    """Write a fact base without a fault; `changed` replaces or adds files."""
    files: dict[str, str | bytes] = {"chips__csv": CHIPS, "regions__csv": REGIONS, "regulations__yaml": RULES}
    return write_base(folder, DOCUMENTS, ENTITIES, {"news": NEWS, "blog": BLOG}, **(files | changed))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), newline="")


def add(path: Path, line: str) -> int:
    """Append a line to a file and return its number."""
    text = path.read_text()
    path.write_text(text + line + "\n", newline="")
    return text.count("\n") + 1


def faults(*folders: Path, documents: Path | None = None) -> list[tuple[str, int, str]]:
    """Return the faults as (file inside the first folder, line, what)."""
    with pytest.raises(FactBaseError) as caught:
        read_factbase(*folders, documents=documents)
    for fault in caught.value.faults:
        assert fault.mend and "\n" not in str(fault), fault
    return [(os.path.relpath(fault.file, folders[0]), fault.line, fault.what) for fault in caught.value.faults]


def test_a_fact_base_is_read_with_all_its_records(tmp_path: Path) -> None:
    base = read_factbase(good(tmp_path / "case"))
    assert base.name == "case"
    assert [one.id for one in base.documents] == ["blog", "news"]
    assert {one.id: one.kind for one in base.entities} == {
        "app": "Product",
        "barn": "Datacenter",
        "bytebuyer": "Company",
        "north": "Region",
        "office": "Agency",
        "rentor": "Company",
        "rule-1": "Regulation",
        "south": "Region",
        "x100": "Chip",
        "x200": "Chip",
    }
    assert next(one for one in base.entities if one.id == "bytebuyer").aliases == ("BB", "Byte Buyer Ltd")
    assert next(one for one in base.entities if one.id == "barn").generic
    first = next(one for one in base.claims if one.document == "news" and one.relation == "LEASES_FROM")
    assert (first.chips, first.regions, first.since, first.locator) == (("x100",), ("north", "south"), "2024", "1")
    assert (first.factbase, first.quote, first.implied) == ("case", None, False)
    summed = next(one for one in base.claims if one.relation == "USES")
    assert (summed.via, summed.owner, summed.transit) == (("rentor", "barn"), "rentor", ("south",))
    assert next(one for one in base.claims if one.relation == "OWNS").share == 100.0


def test_reading_twice_gives_equal_fact_bases(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    assert read_factbase(folder) == read_factbase(folder)


# Each plants one fault into a good fact base and returns (file, line, a part of the message).
Plant = Callable[[Path], tuple[str, int, str]]
PLANTS: dict[str, Plant] = {}


def row(name: str, file: str, line: str, what: str) -> None:
    def plant(folder: Path) -> tuple[str, int, str]:
        return file, add(folder / file, line), what

    PLANTS[name] = plant


def claim_row(name: str, what: str, **cells: str) -> None:
    """Plant a claim of the document named after the fault, in a file of its own."""

    def plant(folder: Path) -> tuple[str, int, str]:
        document = re.sub(r"\W+", "-", name)
        add(folder / "documents.csv", f"{document},{name},,,,,,,,")
        (folder / f"claims/{document}.csv").write_text(table(CLAIMS, [claim("rentor", "USES", "x200"), row_ | cells]))
        return f"claims/{document}.csv", 3, what

    row_ = claim("bytebuyer", "LEASES_FROM", "rentor")
    PLANTS[name] = plant


def claim_file(name: str, change: Callable[[bytes], bytes], line: int, what: str) -> None:
    """Plant a claim file that is faulty as a file."""

    def plant(folder: Path) -> tuple[str, int, str]:
        document = re.sub(r"\W+", "-", name)
        add(folder / "documents.csv", f"{document},{name},,,,,,,,")
        rows = [claim("rentor", "USES", "x200"), claim("rentor", "OPERATES", "barn", summary='a "b" c')]
        (folder / f"claims/{document}.csv").write_bytes(change(table(CLAIMS, rows).encode()))
        return f"claims/{document}.csv", line, what

    PLANTS[name] = plant


row("unknown kind", "entities.csv", "odd,Odd,Compny,,,", "unknown kind 'Compny'")
row("duplicate entity", "entities.csv", "rentor,Rentor Again,Company,,,", "'rentor' is already at")
row("bad slug", "entities.csv", "Big Corp,Big Corp,Company,,,", "'Big Corp' is not a lower-case slug")
row("no id", "entities.csv", ",Nameless,Company,,,", "'id' is empty")
row("no name", "entities.csv", "nameless,,Company,,,", "'name' is empty")
row("long name", "entities.csv", f"long,{'n' * 1_001},Company,,,", "the name has 1,001 characters")
row("name that folds to many", "entities.csv", f"many,{chr(0xFDFA) * 200},Company,,,", "the name has 200 characters")
row("bad generic", "entities.csv", "gen,Gen,Company,,true,", "generic 'true'")
row("same name", "entities.csv", "rentor-2,RÉNTOR,Company,,,", "'RÉNTOR' is also a name of rentor")
row("same alias", "entities.csv", "third,Third,Company,bb,,", "'bb' is also a name of bytebuyer")
row("too few cells", "entities.csv", "few,Few,Company", "the row has 3 cells, the header 6")
row("too many cells", "entities.csv", "many,Many,Company,,,,,x", "the row has 8 cells, the header 6")
row("unclosed quote", "entities.csv", 'open,"Open,Company,,,', "a quote is never closed")
row("duplicate document", "documents.csv", "news,News Again,,,,,,,,", "the document 'news' is already at")
row("bad document date", "documents.csv", "dated,Dated,,June 2024,,,,,,", "published 'June 2024' is not a date")
row("bad reliability", "documents.csv", "graded,Graded,,,,,,Z,,", "unknown reliability 'Z'")
row("script address", "documents.csv", "web,Web,,,,,javascript:alert(1),,,", "is no web address")
row("file elsewhere", "documents.csv", "far,Far,,,,,,,,../../etc/passwd", "is not a plain file name")
row("duplicate chip", "chips.csv", "x100,X100 again,,1", "'x100' is already at")
row("rule without name", "regulations.yaml", "- id: R-2", "lacks the required field")
row("rule without id", "regulations.yaml", "- name: Some", "lacks the required field")

claim_row("unknown relation", "unknown relation 'RENTS'", relation="RENTS")
claim_row("unknown status", "unknown status 'reported'", status="reported")
claim_row("unknown confidence", "unknown confidence 'high'", confidence="high")
claim_row("empty confidence", "'confidence' is empty", confidence="")
claim_row("unknown stage", "unknown stage 'trial'", stage="trial")
claim_row("unknown licence", "unknown licence 'maybe'", licence="maybe")
claim_row("bad implied", "unknown implied 'true'", implied="true")
claim_row("wrong kinds", "LEASES_FROM goes from Company to Company, not from Company to Region", object="north")
claim_row("wrong direction", "OPERATES goes from Company to Datacenter", subject="barn", relation="OPERATES")
claim_row("dangling subject", "subject 'nobody' is no known entity", subject="nobody")
claim_row("dangling object", "object 'nothing' is no known entity", object="nothing")
claim_row("empty subject", "'subject' is empty", subject="")
claim_row("dangling chip", "chips 'x300' is no known entity", chips="x100;x300")
claim_row("chips as in python", "is a list as Python writes it", chips="['x100', 'x200']")
claim_row("vague quantity", "quantity '1.500' is 1500 to some readers", quantity="1.500")
claim_row("quantity in words", "quantity 'many' is not a number", quantity="many")
claim_row("value cut short", "has cut short", value="7E+09")
claim_row("currency in words", "is no code of ISO 4217", currency="Euros")
claim_row("spreadsheet's date", "since '03/04/2025' is not a date", since="03/04/2025")
claim_row("override", "invisible character U+202E (right-to-left override)", summary="abc\u202edef")
claim_row("tag", "invisible character U+E0041", note="abc\U000e0041")
claim_row("zero width", "invisible character U+200B (zero width space)", summary="abc\u200bdef")
claim_row("joiner between letters", "U+200D (zero width joiner)", summary="abc\u200ddef")
claim_row("chip of wrong kind", "chips 'north' is a Region", chips="north")
claim_row("site of wrong kind", "sites 'north' is a Region", sites="north")
claim_row("region of wrong kind", "regions 'barn' is a Datacenter", regions="barn")
claim_row("via of wrong kind", "via 'x100' is a Chip", via="x100")
claim_row("owner of wrong kind", "owner 'barn' is a Datacenter", owner="barn")
claim_row("two owners", "'owner' names several", owner="rentor;bytebuyer")
claim_row("transit of wrong kind", "transit 'rentor' is a Company", transit="rentor")
claim_row("bad since", "since '2024-13' is not a date", since="2024-13")
claim_row("bad day", "until '2023-02-29' is not a date", until="2023-02-29")
claim_row("bad due", "due 'by 2025' is not a date", due="by 2025")
claim_row("since after until", "since 2025 is after until 2024-12", since="2025", until="2024-12")
claim_row("share too large", "share '101' is not within 0 to 100", share="101")
claim_row("share not a number", "share 'nan' is not within 0 to 100", share="nan")
claim_row("owns too little", "OWNS with a share of 12.5 %", relation="OWNS", share="12.5")
claim_row("bad sentence", "the sentence 'third' is neither", sentence="third")
claim_row("backward passage", "the sentence '5-3' is neither", sentence="5-3")
claim_row("bad hash", "sentence_hash 'abc' is not 16 hex digits", sentence_hash="abc")
claim_row("an inability that is done", "inability is for status negated, not for done", inability="yes")
claim_row("proposed outside law", "status 'proposed' is for law only", status="proposed")
claim_row("self-loop", "leads from 'rentor' to itself", subject="rentor")
claim_row("empty summary", "'summary' is empty", summary="")
claim_row("duplicate claim", "the same claim is already at", subject="rentor", relation="USES", object="x200")

claim_file("latin-1", lambda data: data.replace(b"OPERATES", b"OP\xe8RAT"), 3, "not UTF-8 (byte 0xe8) at byte 10")
claim_file("latin-1 twice", lambda data: data.replace(b"OPERATES", b"OPERA\xe9\xe9"), 3, "not UTF-8 (byte 0xe9)")
claim_file("surrogate", lambda data: data.replace(b"done", b"\xed\xa0\x80", 1), 2, "half of a surrogate pair")
claim_file("nul", lambda data: data.replace(b"x200", b"x2\x0000"), 2, "control character U+0000")
claim_file("half of utf-16", lambda data: data.decode().encode("utf-16")[:-1], 3, "is not whole UTF-16-LE")
claim_file("empty", lambda data: b"", 1, "is empty")
claim_file("misnamed column", lambda data: data.replace(b"summary", b"sumary"), 1, "column 'summary' is missing")
claim_file("unknown column", lambda data: data.replace(b"\n", b",x\n").replace(b",x", b",odd", 1), 1, "column 'odd'")
claim_file("cell beyond", lambda data: data.replace(b"x200\n", b"x200,x\n"), 2, "the row has 9 cells, the header 8")
claim_file("quote in a cell", lambda data: data.replace(b'"a ""b"" c"', b'"a "b" c"'), 3, "in the middle of a cell")
claim_file("huge cell", lambda data: data.replace(b'"a ', b'"' + b"a" * 200_000), 3, "more than 131,072 characters")
claim_file(
    "missing column",
    lambda data: data.replace(b",confirmed", b"").replace(b",confidence", b""),
    1,
    "the column 'confidence' is missing",
)
claim_file(
    "doubled column",
    lambda data: data.replace(b"\n", b",\n").replace(b",\n", b",status\n", 1),
    1,
    "the column 'status' is there twice",
)


def plant(name: str) -> Callable[[Plant], Plant]:
    def keep(function: Plant) -> Plant:
        PLANTS[name] = function
        return function

    return keep


@plant("cycle")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "circle,Circle,,,,,,,,")
    rows = [claim("x100", "FORM_OF", "x200"), claim("x200", "IN_CLASS", "x100", sentence="1")]
    (folder / "claims/circle.csv").write_text(table(CLAIMS, rows))
    return "claims/circle.csv", 3, "in a circle: x100 > x200 > x100"


@plant("claims without document")
def _(folder: Path) -> tuple[str, int, str]:
    (folder / "claims/stray.csv").write_text(table(CLAIMS, [claim("rentor", "USES", "x100")]))
    return "claims/stray.csv", 0, "no document has the id 'stray'"


@plant("folder for a file")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "dir,Dir,,,,,,,,")
    (folder / "claims/dir.csv").mkdir()
    return "claims/dir.csv", 0, "is a folder"


@plant("link out of the folder")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "link,Link,,,,,,,,")
    outside = folder.parent / "outside.csv"
    outside.write_text(table(CLAIMS, [claim("rentor", "USES", "x100")]))
    (folder / "claims/link.csv").symlink_to(outside)
    return "claims/link.csv", 0, "is a link to a place outside"


@plant("dangling link")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "gone,Gone,,,,,,,,")
    (folder / "claims/gone.csv").symlink_to(folder / "claims/nowhere")
    return "claims/gone.csv", 0, "points to a file that does not exist"


@plant("link to itself")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "loop,Loop,,,,,,,,")
    (folder / "claims/loop.csv").symlink_to("loop.csv")
    return "claims/loop.csv", 0, "cannot be read"


@plant("a queue for a file")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "fifo,Fifo,,,,,,,,")
    os.mkfifo(folder / "claims/fifo.csv")
    return "claims/fifo.csv", 0, "is not a regular file"


@plant("fault after a cell of several lines")
def _(folder: Path) -> tuple[str, int, str]:
    add(folder / "documents.csv", "long,Long,,,,,,,,")
    rows = [claim("rentor", "USES", "x100", summary="one\ntwo, and\n\nthree"), claim("rentor", "USED", "x100")]
    (folder / "claims/long.csv").write_text(table(CLAIMS, rows))
    return "claims/long.csv", 6, "unknown relation 'USED'"


@pytest.mark.parametrize("name", PLANTS)
def test_one_planted_fault_is_one_message(name: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    read_factbase(folder)
    file, line, what = PLANTS[name](folder)
    found = faults(folder)
    assert [(one, at) for one, at, _ in found] == [(file, line)]
    assert what in found[0][2]


def test_all_planted_faults_together_are_as_many_messages(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    expected = sorted(plant(folder) for plant in PLANTS.values())
    found = faults(folder)
    assert len(PLANTS) > 60
    assert [(file, line) for file, line, _ in found] == [(file, line) for file, line, _ in expected]
    for file, line, what in expected:
        assert any((file, line) == one[:2] and what in one[2] for one in found), (file, line, what)


def test_a_relation_that_is_turned_round_is_told_so(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "claims/blog.csv").write_text(table(CLAIMS, [claim("barn", "OPERATES", "rentor")]))
    with pytest.raises(FactBaseError) as caught:
        read_factbase(folder)
    assert [fault.mend for fault in caught.value.faults] == ["turn it round: rentor OPERATES barn"]


def test_a_relation_between_the_wrong_kinds_is_told_the_right_one(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "claims/blog.csv").write_text(table(CLAIMS, [claim("barn", "OPERATES", "north")]))
    with pytest.raises(FactBaseError) as caught:
        read_factbase(folder)
    assert [fault.mend for fault in caught.value.faults] == ["name other entities, or write LOCATED_IN"]


@pytest.mark.parametrize(
    ("relation", "mend"), [("Leased_from", "write LEASES_FROM"), ("LEASES FROM", "write LEASES_FROM")]
)
def test_a_misspelt_relation_is_told_the_right_one(relation: str, mend: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "claims/blog.csv").write_text(table(CLAIMS, [claim("bytebuyer", relation, "rentor")]))
    with pytest.raises(FactBaseError) as caught:
        read_factbase(folder)
    assert [fault.mend for fault in caught.value.faults] == [mend]


@pytest.mark.parametrize(
    ("wanted", "mend"),
    [
        ("Rentor", "write rentor, or declare the entity"),
        ("rentr", "write rentor, or declare the entity"),
        ("Byte Buyer Ltd", "write bytebuyer, or declare the entity"),
        ("unheard-of", "declare it in entities.csv"),
    ],
)
def test_a_misspelt_id_is_told_its_neighbour(wanted: str, mend: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "claims/blog.csv").write_text(table(CLAIMS, [claim("bytebuyer", "LEASES_FROM", wanted)]))
    with pytest.raises(FactBaseError) as caught:
        read_factbase(folder)
    assert [fault.mend for fault in caught.value.faults] == [mend]


def test_another_number_is_never_the_neighbour_of_a_chip(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "claims/blog.csv").write_text(table(CLAIMS, [claim("bytebuyer", "USES", "x300")]))
    with pytest.raises(FactBaseError) as caught:
        read_factbase(folder)
    assert "x100" not in str(caught.value.faults[0]) and "x200" not in str(caught.value.faults[0])


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("rentor,Rentor,Company", "rentor,Rentor,Firm", 3, "unknown kind"),
        ("rentor,Rentor,Company", "Rentor,Rentor,Company", 3, "not a lower-case slug"),
        ("rentor,Rentor,Company", ",Rentor,Company", 3, "'id' is empty"),
        ("rentor,Rentor,Company", "rentor,,Company", 3, "'name' is empty"),
        ("rentor,Rentor,Company,,,", "rentor,Rentor,Company,,", 3, "the row has 5 cells"),
        ("rentor,Rentor,Company", 'rentor,"Rentor,Company', 3, "a quote is never closed"),
        ("id,name,kind", "id,name,sort", 1, "the column 'kind' is missing"),
        ("id,name,kind", "key,name,kind", 1, "the column 'id' is missing"),
    ],
)
def test_a_faulty_entity_does_not_make_its_claims_dangle(
    old: str, new: str, line: int, what: str, tmp_path: Path
) -> None:
    folder = good(tmp_path / "case")
    edit(folder / "entities.csv", old, new)
    found = [one for one in faults(folder) if "unknown column" not in one[2]]
    assert [(file, at) for file, at, _ in found] == [("entities.csv", line)]
    assert what in found[0][2]


@pytest.mark.parametrize("broken", [b"", b"\xff\xfei\x00d", b"- id: [", b"id,name\nrentor\xff,Rentor\n"])
@pytest.mark.parametrize("file", ["entities.csv", "chips.csv", "regions.csv", "regulations.yaml", "documents.csv"])
def test_an_unreadable_file_of_records_does_not_make_claims_dangle(file: str, broken: bytes, tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / file).write_bytes(broken)
    assert {one[0] for one in faults(folder)} == {file}


def test_a_missing_file_of_entities_is_one_fault(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "entities.csv").unlink()
    assert faults(folder) == [("entities.csv", 0, "is missing")]


def test_a_folder_that_is_no_fact_base_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    good(tmp_path / "case")
    for name, what in (
        ("nowhere", "is a folder that does not exist"),
        ("file", "is a file, not a folder"),
        ("folder", "holds no documents.csv, so it is no fact base"),
    ):
        assert faults(tmp_path / name) == [(".", 0, what)]
        assert faults(tmp_path / name, tmp_path / "case") == [(".", 0, what)]


def test_names_that_differ_in_a_number_are_different(tmp_path: Path) -> None:
    base = read_factbase(good(tmp_path / "case"))
    assert {"x100", "x200"} <= {one.id for one in base.entities}


def test_rewording_a_summary_keeps_the_claim(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    before = read_factbase(folder)
    edit(folder / "claims/news.csv", "barn LOCATED_IN north", "the barn stands in the north")
    after = read_factbase(folder)
    assert [one.id for one in before.claims] == [one.id for one in after.claims]
    assert before.claims != after.claims
    assert before.sha256 != after.sha256


# Merging ----------------------------------------------------------------------------------


def test_folders_are_merged_by_id_and_claims_keep_their_own(tmp_path: Path) -> None:
    one = good(tmp_path / "one")
    two = write_base(
        tmp_path / "two",
        [{"id": "memo", "name": "Memo"}, {"id": "news", "name": "News"}],
        [{"id": "rentor", "name": "Rentor", "kind": "Company", "aliases": "Rentor Inc"}],
        {"memo": [claim("bytebuyer", "LEASES_FROM", "rentor")], "news": [claim("rentor", "USES", "x200")]},
    )
    base = read_factbase(one, two)
    assert base.name == "one+two"
    assert next(entity for entity in base.entities if entity.id == "rentor").aliases == ("Rentor Inc",)
    assert next(document for document in base.documents if document.id == "news").publisher == "The Wire"
    assert {claim.factbase for claim in base.claims if claim.document == "memo"} == {"two"}
    assert {claim.factbase for claim in base.claims if claim.document == "news"} == {"one", "two"}
    assert [(part.name, sorted(part.documents)) for part in base.parts] == [
        ("one", ["blog", "news"]),
        ("two", ["memo", "news"]),
    ]
    assert base.parts[1].entities == {"rentor"}
    assert base.sha256 == hash_content(two, one) != hash_content(one)
    assert {c.id for c in read_factbase(two, one).claims} == {c.id for c in base.claims}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_document_of_two_folders_is_told_by_both_and_a_contradiction_is_a_fault(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    def bases(*documents: dict[str, object]) -> list[Path]:
        return [
            write_base(
                tmp_path / name,
                [document],
                [rentor, chip],
                {"news": [claim("rentor", "USES", "x100", sentence=str(number))]},
            )
            for number, (name, document) in enumerate(zip(("one", "two"), documents, strict=True))
        ]

    rentor = {"id": "rentor", "name": "Rentor", "kind": "Company"}
    chip = {"id": "x100", "name": "X100", "kind": "Chip"}
    news: dict[str, object] = {"id": "news", "name": "News"}
    dated = {**news, "published": "2024-05-02", "publisher": "The Wire"}
    folders = bases({**news, "published_basis": "a guess"}, dated)
    base = read_factbase(*(folders[place] for place in order))
    (told,) = base.documents
    assert (told.published, told.publisher, told.published_basis) == ("2024-05-02", "The Wire", None)
    folders = bases({**news, "published": "2024-05-01"}, {**news, "published": "2024-05-02"})
    (fault,) = faults(*(folders[place] for place in order))
    for part in ("published", "news", "2024-05-0", "documents.csv:2"):
        assert part in fault[2]


def test_folders_that_contradict_each_other_are_told_both_places(tmp_path: Path) -> None:
    one = good(tmp_path / "one")
    two = write_base(
        tmp_path / "two",
        [{"id": "news", "name": "Other news"}],
        [
            {"id": "rentor", "name": "Rentor", "kind": "Agency"},
            {"id": "barn", "name": "A barn", "kind": "Datacenter"},
            {"id": "renter", "name": "Renter", "kind": "Company", "aliases": "rentor"},
        ],
        {"news": NEWS[:1]},
    )
    found = faults(one, two)
    assert [one[:2] for one in found] == [
        ("../two/claims/news.csv", 2),
        ("../two/documents.csv", 2),
        ("../two/entities.csv", 2),
        ("../two/entities.csv", 3),
        ("../two/entities.csv", 4),
    ]
    places = ("claims/news.csv:2", "documents.csv:2", "entities.csv:3", "entities.csv:4", "entities.csv:3")
    for (_, _, what), place in zip(found, places, strict=True):
        assert str(one / place) in what


def test_what_is_not_read_among_the_claims_is_said(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / "claims/2024").mkdir()
    (folder / "claims/extra.CSV").write_text("")
    (folder / "claims/README.md").write_text("")
    warnings = read_factbase(folder).warnings
    assert sorted(warning.split()[0] for warning in warnings) == [
        str(folder / "claims/2024"),
        str(folder / "claims/extra.CSV"),
    ]


def test_two_folders_of_one_name_are_a_fault(tmp_path: Path) -> None:
    one, two = good(tmp_path / "a/case"), good(tmp_path / "b/case")
    assert [fault[:2] for fault in faults(one, two)] == [("../../b/case", 0)]
    assert [fault[:2] for fault in faults(one, one)] == [(".", 0)]


# Quotations -------------------------------------------------------------------------------


def quoted(tmp_path: Path, text: bytes | None, sentence: str, hash_: str) -> tuple[str | None, tuple[str, ...]]:
    row = claim("bytebuyer", "LEASES_FROM", "rentor", sentence=sentence, sentence_hash=hash_)
    folder = good(tmp_path / "case", **{"claims/news__csv": table(CLAIMS, [row])})
    texts = tmp_path / "texts"
    texts.mkdir()
    if text is not None:
        (texts / "news.txt").write_bytes(text)
    base = read_factbase(folder, documents=texts)
    (found,) = (one.quote for one in base.claims if one.document == "news")
    return found, base.warnings


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("0", "A title"),
        ("1", "ByteBuyer rents chips from Rentor."),
        ("1-3", "ByteBuyer rents chips from Rentor. Rentor runs a site. It is large!"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_quotation_is_attached_when_its_hash_agrees(sentence: str, quote: str, ending: str, tmp_path: Path) -> None:
    text = TEXT.replace("\n", ending).encode()
    assert quoted(tmp_path, text, sentence, hash_sentence(quote)) == (quote, ())


@pytest.mark.parametrize(
    ("text", "sentence", "hash_", "warning"),
    [
        (TEXT.encode(), "2", hash_sentence("Another sentence."), "has other sentences than were read"),
        (TEXT.encode(), "9", hash_sentence(""), "has other sentences than were read"),
        (TEXT.encode(), "2-9", hash_sentence("Rentor runs a site. It is large!"), "has other sentences"),
        (TEXT.encode(), "2", "", "have no sentence_hash"),
        (b"caf\xe9", "0", hash_sentence("caf"), "is not UTF-8"),
        (None, "0", hash_sentence("A title"), "is missing"),
    ],
)
def test_a_wrong_quotation_is_never_attached_and_said_once(
    text: bytes | None, sentence: str, hash_: str, warning: str, tmp_path: Path
) -> None:
    quote, warnings = quoted(tmp_path, text, sentence, hash_)
    assert quote is None
    assert len(warnings) == 1 and warning in warnings[0] and "news.txt" in warnings[0]


def test_a_claim_without_a_place_is_not_quoted(tmp_path: Path) -> None:
    assert quoted(tmp_path, TEXT.encode(), "", hash_sentence("A title")) == (None, ())


def test_a_missing_folder_of_documents_is_a_fault(tmp_path: Path) -> None:
    found = faults(good(tmp_path / "case"), documents=tmp_path / "texts")
    assert found == [("../texts", 0, "is not a folder")]


# Hash and coverage ------------------------------------------------------------------------


def test_the_hash_changes_with_any_file_and_with_nothing_else(tmp_path: Path) -> None:
    folder, texts = good(tmp_path / "case"), tmp_path / "texts"
    texts.mkdir()
    hashes = [hash_content(folder)]
    assert hashes[0] == read_factbase(folder).sha256 == hash_content(good(tmp_path / "elsewhere/case"))
    (folder / "README.md").write_text("not of the fact base")
    assert hash_content(folder) == hashes[0]
    hashes.append(hash_content(folder, documents=texts))
    (texts / "news.txt").write_text(TEXT)
    hashes.append(hash_content(folder, documents=texts))
    for file in ("documents.csv", "chips.csv", "regulations.yaml", "claims/news.csv"):
        add(folder / file, "# x")
        hashes.append(hash_content(folder))
    (folder / "claims/news.csv").rename(folder / "claims/olds.csv")
    hashes.append(hash_content(folder))
    assert len(set(hashes)) == len(hashes)


def test_coverage_counts_what_is_there_and_names_what_is_weak(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    add(folder / "documents.csv", "quiet,Quiet,,,,,,,,")
    add(folder / "claims/blog.csv", "rentor,USES,x200,done,likely,Own visit,0,Rentor has it" + "," * 6)
    add(folder / "claims/news.csv", "rentor,USES,x200,done,likely,,3,Rentor has it" + "," * 4)
    base = read_factbase(folder)
    found = count_coverage(base)
    assert found.claims == 9
    assert found.entities_by_kind == {
        "Company": 2,
        "Chip": 2,
        "Datacenter": 1,
        "Region": 2,
        "Regulation": 1,
        "Agency": 1,
        "Product": 1,
    }
    assert found.claims_by_kind["Company"] == 7
    assert found.claims_by_relation["LEASES_FROM"] == 2
    assert found.claims_by_status == {"done": 8, "proposed": 1}
    assert found.claims_by_document == {"blog": 5, "news": 4, "quiet": 0}
    assert found.steps == 5
    single = {(one.subject, one.relation, one.object): (one.origin, len(one.claims)) for one in found.single_origin}
    assert ("rentor", "USES", "x200") not in single
    assert single["bytebuyer", "LEASES_FROM", "rentor"] == ("The Wire", 2)
    assert len(found.undated) == 5 and len(found.unlocated) == 1


def test_the_shipped_fact_base_is_found() -> None:
    assert (find_shipped_seeds() / "documents.csv").is_file()


# Hostile input ----------------------------------------------------------------------------

FILES = ["documents.csv", "entities.csv", "chips.csv", "regions.csv", "regulations.yaml", "claims/news.csv"]
BITS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b'"', b"\n", b"\r\n", b",", b";", b"\x00", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"- ", b"["]),
)


def outcome(folder: Path) -> list[Fault]:
    try:
        read_factbase(folder)
    except FactBaseError as error:
        return list(error.faults)
    return []


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(FILES), data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_no_bytes_in_any_file_raise_anything_but_faults(file: str, data: bytes, tmp_path: Path) -> None:
    folder = good(tmp_path / "case", **{file.replace(".", "__"): data})
    for fault in outcome(folder):
        assert fault.mend and "\n" not in str(fault) and str(fault).isprintable()


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(FILES), at=st.floats(0, 1), drop=st.integers(0, 30), bits=BITS)
def test_no_damage_to_any_file_raises_anything_but_faults(
    file: str, at: float, drop: int, bits: bytes, tmp_path: Path
) -> None:
    folder = good(tmp_path / "case")
    data = (folder / file).read_bytes()
    place = int(at * len(data))
    (folder / file).write_bytes(data[:place] + bits + data[place + drop :])
    for fault in outcome(folder):
        assert fault.mend and "\n" not in str(fault) and str(fault).isprintable()


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 100_000, "{" * 100_000, "- &a [*a]", '- {id: "\\u0007", name: x}']
)
def test_hostile_yaml_is_a_fault(text: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case", regulations__yaml=text)
    assert {one[0] for one in faults(folder)} == {"regulations.yaml"}


def test_many_open_quotes_end_in_few_faults(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    lines = "".join(f'company-{i},"Company {i},Company,,,\n' for i in range(20_001))
    (folder / "entities.csv").write_text("id,name,kind,aliases,generic,note\n" + lines)
    found = faults(folder)
    assert 1 <= len(found) < 50
    assert {one[0] for one in found} == {"entities.csv"}


# Files, places and bounds -----------------------------------------------------------------


def test_every_record_knows_its_file_and_line(tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    base = read_factbase(folder)
    for record in (*base.documents, *base.entities):
        place = base.places.of_record(record)
        lines = Path(place.file).read_text().splitlines()
        assert record.name in "".join(lines[place.line - 1 : place.line + 1]), place
    for number, claim_ in enumerate(base.claims):
        place = base.places.of_claim(number)
        assert Path(place.file).stem == claim_.document
        assert claim_.summary in Path(place.file).read_text().splitlines()[place.line - 1], str(place)


def test_the_hash_is_of_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = good(tmp_path / "case")
    before = hash_content(folder)
    read, changed = Path.iterdir, folder / "documents.csv"

    def save_meanwhile(path: Path) -> object:
        changed.write_text(changed.read_text() + "late,Late,,,,,,,,\n")  # after the documents have been read
        return read(path)

    monkeypatch.setattr(Path, "iterdir", save_meanwhile)
    base = read_factbase(folder)
    assert base.sha256 == before != hash_content(folder)
    assert {one.id for one in base.documents} == {"news", "blog"}


def test_the_rules_of_a_base_are_read_with_it(tmp_path: Path) -> None:
    base = read_factbase(good(tmp_path / "case"))
    assert base.rulebook == read_rulebook(tmp_path / "case")
    assert base.rulebook.regulation("The rule").id == "Rule-1" and base.rulebook.region("XN").id == "north"
    assert base.rulebook.models("H100"), "what the folder lacks is filled from the base that ships"


@pytest.mark.parametrize(
    "text",
    [
        "soft\u00adhyphen",
        "mark\u200e",
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "👩\u200d💻",
        "葛\U000e0100城",
        "caf\u0301e",
        "\u061cnumber",
    ],
)
def test_what_a_script_needs_is_no_fault(text: str, tmp_path: Path) -> None:
    rows = [claim("rentor", "USES", "x100", summary=text)]
    folder = good(tmp_path / "case", **{"claims/blog__csv": table(CLAIMS, rows)})
    assert text in {one.summary for one in read_factbase(folder).claims}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a\u202eb", "right-to-left override"),
        ("a\u2066b", "left-to-right isolate"),
        ("a\u200bb", "zero width space"),
        ("a\u200cb", "zero width non-joiner"),
        ("a\u2060b", "word joiner"),
        ("a\ufeffb", "zero width no-break space"),
        ("a\U000e0041b", "tag latin capital letter a"),
        ("a\u3164b", "hangul filler"),
        ("a\ufe0fb", "variation selector-16"),
        ("a\u2028b", "line separator"),
    ],
)
@pytest.mark.parametrize("file", ["entities.csv", "chips.csv", "regulations.yaml", "claims/news.csv"])
def test_a_character_that_nobody_sees_is_named(file: str, text: str, name: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    old = {
        "entities.csv": "ByteBuyer",
        "chips.csv": "X100",
        "regulations.yaml": "A rule\n",
        "claims/news.csv": "barn LOC",
    }[file]
    end = "\n" if old.endswith("\n") else ""
    edit(folder / file, old, old.rstrip() + text + end)
    ((where, _, what),) = faults(folder)
    assert where == file and f"U+{ord(text[1]):04X} ({name})" in what


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "data", "what"),
    [
        ("entities.csv", b"id,name,kind," + b",".join(b"c%d" % n for n in range(40_000)) + b"\n", "40,003 columns"),
        ("entities.csv", b"id,name,kind\n" + bytes(5_000_000), "U+0000"),
        (
            "routes.yaml",
            b"- id: X\n" + b"".join(b"  k%d: v\n" % n for n in range(50_000)),
            "50,000 fields that are not known",
        ),
        ("routes.yaml", b"- [" + b"x, " * 300_000 + b"]\n", "more than 200,000 parts"),
        ("claims/news.csv", b"subject;" * 900_000 + b"\n", "columns, more than 1,000"),
    ],
)
def test_a_file_beyond_all_bounds_is_refused(file: str, data: bytes, what: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case")
    (folder / file).write_bytes(data)
    assert any(what in one[2] for one in faults(folder)), faults(folder)


def test_a_file_is_as_large_as_a_number_of_megabytes_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = good(tmp_path / "case")
    add(folder / "claims/news.csv", "\n" * 1_100_000 + "rentor,USES,x100,done,likely,,7,Has it,,,,")
    read_factbase(folder)
    monkeypatch.setenv("GRAPHKIT_MAX_MB", "1")
    assert [(one[0], one[1]) for one in faults(folder)] == [("claims/news.csv", 0)]
    with (folder / "chips.csv").open("a") as file:
        file.truncate(2**40)  # sparse
    assert {one[0] for one in faults(folder)} == {"chips.csv", "claims/news.csv"}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4.992,5", 4992.5),
        ("4,992.5", 4992.5),
        ("4992,5", 4992.5),
        ("4 992", 4992.0),
        ("1'000'000", 1e6),
        ("0.125", 0.125),
    ],
)
def test_a_number_of_any_country_that_can_be_told_is_read(cell: str, number: float, tmp_path: Path) -> None:
    folder = good(tmp_path / "case", chips__csv=f'id,name,tpp\nx100,X100,"{cell}"\nx200,X200,1\n')
    assert next(one.tpp for one in read_factbase(folder).rulebook.chips if one.id == "x100") == number


@pytest.mark.parametrize(
    "cell", ["1.234", "1,234", "12.345", "1e3", "1.2.3", "12,34,56", "-5", "0", "nan", "٣", "1 2", "five"]
)
def test_a_number_that_cannot_be_told_is_a_fault(cell: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "case", chips__csv=f'id,name,tpp\nx100,X100,"{cell}"\nx200,X200,1\n')
    ((file, line, what),) = faults(folder)
    assert (file, line) == ("chips.csv", 2) and f"tpp {cell!r}" in what
