"""Files into a case: what is read, what is refused, what is remembered."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import time
from pathlib import Path

import pytest

from graphkit.errors import FactBaseError, Fault
from graphkit.factbase import read_factbase
from graphkit.facts import split_sentences
from graphkit.paths import measure_slowness
from graphkit.reading.case import Case
from graphkit.reading.ingest import read_records
from graphkit.reading.queue import Queue
from graphkit.reading.texts import MAX_TEXT, FileText, join_lines, read_texts
from tests.command_line import ask, ask_signed, run
from tests.counts import sample
from tests.reading_sample import ARTICLE, copy_case, open_case, open_session, read_article

ARTICLES = Path(__file__).parent / "articles"


def read_one(path: Path, data: bytes | str) -> FileText | Fault:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return next(iter(read_texts([path])))


def make_pdf(lines: list[str]) -> bytes:
    """Return a PDF of one page with these lines."""
    text = "BT /F1 11 Tf 14 TL 40 780 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 840] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    ).encode()


# In -------------------------------------------------------------------------------------------


def test_a_case_begins_empty_and_passes_its_check(tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("init", case)
    assert (case / ".gitignore").read_text().split()[-2:] == ["texts/", "candidates/"]
    assert "0 claims, no fault" in run("check", case).output
    before = {p: p.read_bytes() for p in case.rglob("*") if p.is_file()}
    assert "nothing was lacking" in run("init", case).output
    assert before == {p: p.read_bytes() for p in case.rglob("*") if p.is_file()}


def test_a_fact_base_that_is_there_is_extended_and_not_changed(tmp_path: Path) -> None:
    case = tmp_path / "base"
    run("init", case)
    (case / "README.md").write_text("mine\n")
    (case / ".gitignore").write_text("*.kgl")
    run("init", case)
    assert (case / "README.md").read_text() == "mine\n"
    assert (case / ".gitignore").read_text() == "*.kgl\ntexts/\ncandidates/\n"


def test_a_folder_of_other_things_becomes_no_case(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    assert "holds files, but no fact base" in run("init", tmp_path, code=2).output


def test_the_lines_of_a_pdf_are_joined_into_its_paragraphs(tmp_path: Path) -> None:
    lines = [
        "Acme rents chips",
        "",
        "ByteDance rents servers with H100 chips in the",
        "United States from Oracle. Dell is said to ser-",
        "ve others too.",
    ]
    found = read_one(tmp_path / "a.pdf", make_pdf(lines))
    assert isinstance(found, FileText), found
    assert split_sentences(found.text)[-2:] == [
        "ByteDance rents servers with H100 chips in the United States from Oracle.",
        "Dell is said to serve others too.",
    ]


def test_text_that_was_wrapped_is_joined_and_other_text_is_not() -> None:
    wrapped = (
        "The firm rents servers from\nanother firm in the north of\nthe country and\nkeeps them.\n\nA second one."
    )
    assert (
        join_lines(wrapped)
        == "The firm rents servers from another firm in the north of the country and keeps them.\n\nA second one."
    )
    kept = "A title\nA paragraph that is one line.\n- a point\n- another point\n"
    assert join_lines(kept) == kept


def test_a_web_page_gives_its_article_and_what_it_says_of_itself(tmp_path: Path) -> None:
    body = "".join(f"<p>{line}</p>" for line in ARTICLE.split("\n\n")[1:] * 3)
    page = (
        "<!doctype html><html lang=en><head><title>Acme rents H100 servers</title>"
        '<meta property="og:site_name" content="The Ledger">'
        '<meta property="article:published_time" content="2026-05-04T10:00:00Z">'
        f"</head><body><nav>Home Subscribe</nav><article><h1>Acme rents H100 servers</h1>{body}</article>"
        "<script>alert(1)</script></body></html>"
    )
    found = read_one(tmp_path / "a.html", page)
    assert isinstance(found, FileText), found
    assert (found.title, found.publisher, found.published) == ("Acme rents H100 servers", "The Ledger", "2026-05-04")
    assert "from Oracle" in found.text and "alert" not in found.text and "Subscribe" not in found.text


def test_markdown_gives_its_text_and_its_front_matter(tmp_path: Path) -> None:
    head = '---\ntitle: "On chips"\ndate: 2026-05\n---\n'
    text = head + "# On chips\n\nByteDance **rents** servers [from Oracle](https://x.example) now.\n"
    found = read_one(tmp_path / "a.md", text)
    assert isinstance(found, FileText), found
    assert (found.title, found.published) == ("On chips", "2026-05")
    assert "ByteDance rents servers from Oracle now." in found.text


def test_characters_that_cannot_be_seen_are_dropped_and_counted(tmp_path: Path) -> None:
    case = tmp_path / "case"
    found = read_article(case, ARTICLE.replace("H100", "H\u200b1\u202e00").replace("Oracle", "Ora\u00adcle"))
    assert found.dropped == 7 and found.candidates["B"] > 0
    assert "no fault" in run("check", case).output


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"PK\x03\x04\x00\x00", "is no text"),
        ("a.docx", b"x", "is of a kind that is not read"),
        ("a.txt", b"", "holds no text"),
        ("a.pdf", b"%PDF-1.4 broken", "cannot be read as pdf"),
        (
            "a.txt",
            b"Die Firma kauft die Chips nicht, und das ist auch nach dem Gesetz so.",
            "neither in French",
        ),
        ("a.html", b"<html><body></body></html>", "holds no article"),
        ("a.txt", b"the chips " * (MAX_TEXT // 9), "more than"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_changes_nothing(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    case = tmp_path / "case"
    run("init", case)
    (tmp_path / name).write_bytes(data)
    result = run("ingest", tmp_path / name, "--into", case, code=2)
    lines = [line for line in result.output.splitlines() if line]
    assert len(lines) == 2 and lines[1] == "graphkit: 1 of 1 files could not be read"
    assert said in lines[0] or (name == "a.pdf" and "PDF" in lines[0]), lines
    assert "0 claims" in run("check", case).output and list((case / "texts").iterdir()) == []


def test_a_file_that_is_not_there_and_a_case_that_is_none_are_one_line(tmp_path: Path) -> None:
    run("init", tmp_path / "case")
    assert "No such file" in run("ingest", tmp_path / "none.txt", "--into", tmp_path / "case", code=2).output
    assert "make it with graphkit init" in run("ingest", __file__, "--into", tmp_path, code=2).output


def test_the_options_say_what_the_page_does_not(tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("init", case)
    (tmp_path / "note.txt").write_text(ARTICLE)
    options = (
        "--publisher",
        "The Ledger",
        "--date",
        "2026-05",
        "--url",
        "https://l.example/1",
        "--cites",
        "The Wire",
    )
    found = ask("ingest", tmp_path / "note.txt", "--into", case, *options)
    assert found[0]["document"] == "note"
    (document,) = read_factbase(case).documents
    assert (document.publisher, document.published, document.url, document.cites) == (
        "The Ledger",
        "2026-05",
        "https://l.example/1",
        "The Wire",
    )
    assert document.language == "en" and document.name == "Acme rents H100 servers"
    assert "is not a date" in run("ingest", tmp_path / "note.txt", "--into", case, "--date", "May", code=2).output


def test_what_the_options_say_is_cleaned_as_a_page_is(tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("init", case)
    (tmp_path / "note.txt").write_text(ARTICLE)
    run("ingest", tmp_path / "note.txt", "--into", case, "--publisher", "The\x00\u202e Ledger\x07")
    assert read_factbase(case).documents[0].publisher == "The Ledger"


def test_a_lock_that_is_a_link_makes_no_file_elsewhere(tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("init", case)
    (tmp_path / "note.txt").write_text(ARTICLE)
    (case / "candidates" / ".lock").symlink_to(tmp_path / "elsewhere")
    assert "cannot be written" in run("ingest", tmp_path / "note.txt", "--into", case, code=2).output
    assert not (tmp_path / "elsewhere").exists()


# Remembered -----------------------------------------------------------------------------------


def decide_all(case: Path) -> int:
    """Accept every claim and reject every sentence; return how many there were."""
    session, decided = open_session(case), 0
    while card := session.state()["card"]:
        session.decide(card["key"], "accept" if card["type"] == "claim" else "reject", {})
        decided += 1 if card["type"] == "name" else max(len(card["claims"]), 1)
    return decided


def test_reading_again_asks_nothing_and_changes_nothing(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    assert decide_all(case) > 4
    before = {p: p.read_bytes() for p in case.rglob("*") if p.is_file()}
    assert read_article(case).new == 0
    assert open_session(case).state()["card"] is None
    assert before == {p: p.read_bytes() for p in case.rglob("*") if p.is_file()}


def test_a_changed_sentence_is_asked_again_and_the_others_are_not(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    decide_all(case)
    claims = len(read_factbase(case).claims)
    found = read_article(case, ARTICLE.replace("Huawei does not use", "A first sentence. Huawei never uses"))
    assert found.lost == 1
    (claim,) = open_session(case).state()["card"]["claims"]
    assert (claim["subject"], claim["status"]) == ("Huawei", "negated")
    assert len(read_factbase(case).claims) == claims - 1
    # what came after it has moved on by a sentence
    quoted = read_factbase(case, documents=case / "texts")
    assert quoted.warnings == () and all(claim.quote for claim in quoted.claims)


def test_columns_and_rows_that_a_hand_has_bent_are_refused(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    path = case / "candidates" / "article.csv"
    first, _, rest = whole = path.read_text().partition("\n")
    picks = next(row.line for row in Queue.load(case, "article").rows if row.cells["tier"] == "C")
    lines = whole[2].splitlines()
    lines[picks - 2] = "accept" + lines[picks - 2]
    for text, said in (
        (f"{first},comment\n{rest}", ":1: has a column 'comment'; keep the first line as it was; write into note"),
        (f"{first.replace('quote', 'quotation')}\n{rest}", ":1: lacks the column quote"),
        (f"{first}\n" + rest.replace("\n", ",x\n", 1), ":2: has "),
        (f"{first}\n{rest}{rest.splitlines()[0]}\n", "is the same candidate as line 2"),
        ("\n".join([first, *lines]) + "\n", f":{picks}: a sentence is accepted and no relation of it"),
    ):
        path.write_text(text)
        assert said in run("review", case, "--file-only", code=2).output, said
    assert not list((case / "claims").iterdir())


def test_what_was_picked_moves_with_its_sentence(tmp_path: Path) -> None:
    case, said = tmp_path / "case", "Oracle, said people at Tencent, would use the same halls of the city.\n"
    read_article(case, f"A title\n\n{said}")
    session = open_session(case)
    (pair,) = session.state()["card"]["pairs"]
    session.decide(session.state()["card"]["key"], "accept", {"picks": [[pair["key"], 0, "LEASES_FROM", True]]})
    read_article(case, f"A title\n\nNothing else. {said}")
    (claim,) = read_factbase(case, documents=case / "texts").claims
    assert claim.locator == "2" and claim.quote == said.strip()
    assert open_session(case).state()["card"] is None


def test_a_shortened_article_loses_the_claims_of_what_is_gone(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    decide_all(case)
    read_article(case, ARTICLE.partition("\n\nNvidia's")[0] + "\n")
    assert {claim.subject for claim in read_factbase(case).claims} & {"tencent", "alibaba"} == set()
    assert open_session(case).state()["card"] is None


def test_a_rejected_candidate_stays_rejected(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    session = open_session(case)
    while (card := session.state()["card"]) is not None:
        session.decide(card["key"], "reject", {})
    read_article(case)
    assert open_session(case).state()["card"] is None
    assert read_factbase(case).claims == ()


def test_claims_that_were_written_by_hand_stay(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    decide_all(case)
    path = case / "claims" / "article.csv"
    header = path.read_text().partition("\n")[0].split(",")
    row = dict.fromkeys(header, "") | {
        "subject": "oracle",
        "relation": "USES",
        "object": "h100",
        "status": "done",
        "confidence": "likely",
        "summary": "Oracle has H100.",
    }
    with path.open("a") as file:
        file.write(",".join(row[name] for name in header) + "\n")
    read_article(case, ARTICLE.replace("Huawei", "Intel"))
    assert ("oracle", "USES", "h100") in {(c.subject, c.relation, c.object) for c in read_factbase(case).claims}


# The file -------------------------------------------------------------------------------------


def as_excel(text: str) -> bytes:
    """Return a queue file as a spreadsheet with French settings saves it."""
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue().encode("utf-8-sig")


def as_libreoffice(text: str) -> bytes:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue().encode()


@pytest.mark.parametrize("save", [as_excel, as_libreoffice])
def test_the_file_survives_a_spreadsheet(tmp_path: Path, save: object) -> None:
    case = tmp_path / "case"
    read_article(case, ARTICLE + "\n- Dell buys H100 chips and it is so.\n")
    path = case / "candidates" / "article.csv"
    queue = Queue.load(case, "article")
    for row in queue.rows:
        row.cells["decision"] = "" if row.cells["needs"] else "accept" if row.cells["tier"] != "C" else "reject"
    queue.save()
    assert ",'- Dell buys" in path.read_text()  # guarded: no formula
    path.write_bytes(save(path.read_text()))  # type: ignore[operator]
    run("review", case, "--file-only")
    by_file = {p.name: p.read_bytes() for p in (case / "claims").iterdir()}
    other = tmp_path / "other"
    other.mkdir()
    read_article(other / "case", ARTICLE + "\n- Dell buys H100 chips and it is so.\n")
    decide_all(other / "case")
    assert by_file == {p.name: p.read_bytes() for p in (other / "case" / "claims").iterdir()}
    assert "no fault" in run("check", case).output


@pytest.fixture(scope="module")
def spoilt(read_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case whose file of candidates is spoilt by one test after the other."""
    return copy_case(read_once, tmp_path_factory.mktemp("spoilt"))


def spoil(case: Path, read: Path, column: str, value: str) -> int:
    """Accept a claim of a case as it was read, with one cell spoilt; return the line of its row."""
    queue = Queue.load(read, "article")
    row = next(row for row in queue.rows if row.cells["relation"] == "LEASES_FROM")
    row.cells |= {"decision": "accept", "since": "2026-01", column: value}
    queue.path = case / "candidates" / "article.csv"
    queue.save()
    return 2 + queue.rows.index(row)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("due", "01/06/2027", "is not a date (a spreadsheet turned it?)"),
        ("since", "juin-24", "is not a date (a spreadsheet turned it?)"),
        ("sentence", "04/03/2026", "is neither a number nor a passage (a spreadsheet turned it?)"),
        ("decision", "yes", "unknown decision 'yes'"),
        ("status", "reported", "unknown status 'reported'"),
        ("relation", "DESIGNS", "DESIGNS does not go from"),
        ("subject", "nobody", "is none of the names of this row"),
        ("quote", "Other words.", "do not agree"),
        ("summary", "", "the cell 'summary' is empty"),
        ("key", "1,2E+15", "the key '1,2E+15' was changed"),
        ("key", "0123456789abcdef", "the key '0123456789abcdef' was changed"),
        ("sentence", "999999", "the sentence '999999' is not in the text, whose last is 4; write 1"),
        ("sentence", "2", "the sentence '2' is not the quotation; write 1"),
        ("sentence", "4-2", "is neither a number nor a passage"),
        ("sentence", "0-999999", "the sentence '0-999999' is not in the text, whose last is 4; write 1"),
        ("sentence", "1-3", "the sentence '1-3' is not the quotation; write 1"),
        ("start", "4000", "the quotation does not stand from '4000' to"),
        ("end", "", "the quotation does not stand from"),
        ("sentence_hash", "", "do not agree"),
        ("decision", "acept", "unknown decision 'acept'; write accept"),
        ("status", "", "the cell 'status' is empty"),
        ("status", "proposed", "is for law only"),
        ("relation", "LEASES", "unknown relation 'LEASES'; write LEASES_FROM"),
        ("until", "2020", "is after until 2020"),
        ("currency", "dollars", "is no code of ISO 4217"),
        ("stage", "trial", "unknown stage 'trial'"),
        ("chips", "oracle", "chips 'oracle' is a Company"),
        ("implied", "true", "unknown implied 'true'; write one of yes"),
        ("needs", "x", "the needs 'x' was changed"),
        ("entities", "[", "the cell 'entities' is broken"),
        ("tier", "D", "unknown tier 'D'"),
    ],
)
def test_a_cell_that_was_spoilt_is_refused_with_file_and_line(
    spoilt: Path,
    read_once: Path,
    column: str,
    value: str,
    said: str,
) -> None:
    line = spoil(spoilt, read_once, column, value)
    with pytest.raises(FactBaseError) as refused:
        Queue.load(spoilt, "article", (spoilt / "texts" / "article.txt").read_text("utf-8"))
    assert any(
        fault.file.endswith("article.csv") and fault.line == line and said in str(fault)
        for fault in refused.value.faults
    ), refused.value.faults


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("due", "01/06/2027", "is not a date (a spreadsheet turned it?)"),
        ("sentence", "999999", "the sentence '999999' is not in the text, whose last is 4; write 1"),
        ("status", "", "the cell 'status' is empty"),
    ],
)
def test_a_review_of_a_file_that_was_spoilt_writes_nothing(
    tmp_path: Path,
    read_once: Path,
    column: str,
    value: str,
    said: str,
) -> None:
    case = copy_case(read_once, tmp_path)
    line = spoil(case, read_once, column, value)
    result = run("review", case, "--file-only", code=2)
    assert f"article.csv:{line}: " in result.output and said in result.output
    assert not list((case / "claims").iterdir())


def test_a_case_measures_its_own_rules(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    decided = decide_all(case)
    found = ask_signed("evaluate", case)
    assert found["relations"]["found"] == found["relations"]["right"] and decided >= found["relations"]["found"]
    session = open_session(case)
    session.decide("", "undo", {})
    assert ask_signed("evaluate", case)["documents"] == 1


# Speed and fuzz -------------------------------------------------------------------------------


def hostile(rng: random.Random, number: int) -> tuple[str, bytes]:
    """Return the name and bytes of a hostile file."""
    words = ARTICLE.split()
    kind = number % 10
    if kind == 0:
        return "a.txt", rng.randbytes(rng.randrange(20_000))
    if kind == 1:
        return "a.txt", (" ".join(rng.choices(words, k=200_000)))[: rng.choice((1_000_000, 10_000_000))].encode()
    if kind == 2:
        depth = rng.choice((100, 5_000, 50_000))
        return "a.html", (b"<div>" * depth) + ARTICLE.encode() + b"</div>" * rng.choice((0, depth))
    if kind == 3:
        data = bytearray(make_pdf(ARTICLE.splitlines()))
        for _ in range(rng.randrange(1, 40)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return "a.pdf", bytes(data[: rng.randrange(10, len(data))])
    if kind == 4:
        import zlib

        bomb = zlib.compress(b"BT (a) Tj ET " * 4_000_000)
        head = make_pdf(["x"]).partition(b"4 0 obj")[0]
        return "a.pdf", head + b"4 0 obj << /Filter /FlateDecode /Length %d >>\nstream\n" % len(
            bomb
        ) + bomb + b"\nendstream endobj"
    if kind == 5:
        return "a.txt", ARTICLE.encode(
            rng.choice(("utf-16", "utf-32", "cp1252", "utf-7", "shift_jis", "utf-16-le")), errors="replace"
        )
    if kind == 6:
        signs = "\u200b\u200d\u202e\u2066\ufeff\u00ad\u0301\u2028\x00\x07\x1b"
        return "a.txt", "".join(c + rng.choice(signs) * rng.randrange(3) for c in ARTICLE).replace(
            "\x00", ""
        ).encode()
    if kind == 7:
        return "a.txt", (
            "the "
            + rng.choice(("H100, ", "Oracle and ", "puces de ", "la la la la ", "$1,000,", "selon "))
            * rng.choice((200, 40_000))
        ).encode()
    if kind == 8:
        return "a.md", ("[" * rng.choice((100, 50_000)) + "*" * 3000 + "\n" + ARTICLE + "](" * 3000).encode()
    return "a.html", b"<html><body>" + bytes(
        rng.choices(b"<>&;\"'=/! abp", k=rng.choice((1_000, 100_000)))
    ) + ARTICLE.encode()


@pytest.mark.slow
def test_hostile_files_give_a_line_each_and_no_traceback(tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("init", case)
    rng = random.Random(16)
    for number in range(sample(10, 1_000)):  # one of each kind
        name, data = hostile(rng, number)
        (tmp_path / name).write_bytes(data)
        start = time.process_time()
        before = time.monotonic()
        from click.testing import CliRunner

        from graphkit.cli import main

        result = CliRunner().invoke(main, ["ingest", str(tmp_path / name), "--into", str(case)])
        assert result.exit_code in (0, 2), (number, result.output, result.exception)
        assert result.output.count("\n") <= 3 and "Traceback" not in result.output, (number, result.output)
        assert time.process_time() - start < 10 and time.monotonic() - before < 40, (number, result.output)
    assert "no fault" in run("check", case).output


@pytest.mark.slow
def test_a_hundred_articles_are_read_in_ten_seconds(tmp_path: Path) -> None:
    texts = [
        "\n\n".join(p.read_text() for p in sorted(ARTICLES.glob(f"*/{language}-*.txt"))) for language in ("en", "fr")
    ]
    files = []
    for number in range(100):
        text = texts[number % 2]
        files.append(tmp_path / f"article-{number}.txt")
        files[-1].write_text((text[number * 60 :] + text)[:5_000])
    seconds = []
    while len(seconds) < 3 and min(seconds, default=10.0) >= 10:  # what else runs only adds to it
        case = tmp_path / f"case-{len(seconds)}"
        run("init", case)
        start = os.times()
        run("ingest", *files, "--into", case)
        spent = os.times()
        seconds.append((sum(spent[:4]) - sum(start[:4])) / measure_slowness())
    print(f"100 articles: {min(seconds):.1f} s of a usual processor")
    assert min(seconds) < 10


def test_a_case_without_room_for_surprises(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    (case / "candidates" / "names.json").write_text("{")
    with pytest.raises(Exception, match=r"names\.json: is broken"):
        read_article(case)
    (case / "candidates" / "names.json").unlink()
    (case / "candidates" / "article.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FactBaseError):
        open_session(case)
    assert isinstance(open_case(case), Case)
    assert json.loads((case / "candidates" / "article.names.json").read_text()) is not None


def edit_file(case: Path, column: str, value: str, decision: str = "accept") -> dict[str, str]:
    """Change one cell of the first undecided LEASES_FROM in the file of candidates, as by hand, and take it."""
    path = case / "candidates" / "article.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    row = next(one for one in rows if one["relation"] == "LEASES_FROM" and not one["needs"])
    row["decision"], row[column] = decision, value
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")
    return row


@pytest.mark.parametrize("decision", ["accept", "edit", " Accept "])
def test_an_edit_of_the_file_keeps_what_was_proposed(tmp_path: Path, decision: str) -> None:
    case = tmp_path / "case"
    read_article(case)
    before = edit_file(case, "status", "planned", decision)
    assert "1 claims written" in run("review", case, "--file-only").output.replace("4 claims", "1 claims")
    (row,) = [one for one in open_session(case).queues["article"].rows if one.key == before["key"]]
    assert row.decision == "edit" and json.loads(row.cells["proposed"]) == {"status": "done"}
    assert row.cells["summary"].startswith("Planned: ")
    assert "planned" in (case / "claims" / "article.csv").read_text()
    run("review", case, "--file-only")  # once more changes nothing
    (again,) = [one for one in open_session(case).queues["article"].rows if one.key == before["key"]]
    assert again.cells == row.cells
    assert "no fault" in run("check", case).output


def test_a_row_that_is_accepted_as_it_was_is_no_edit(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    row = edit_file(case, "note", "")
    run("review", case, "--file-only")
    (found,) = [one for one in open_session(case).queues["article"].rows if one.key == row["key"]]
    assert found.decision == "accept" and not found.cells["proposed"]


@pytest.mark.parametrize("cell", ["The\x07 Ledger", "The \u202eLedger", "The Led\u200bger"])
def test_characters_that_cannot_be_seen_do_not_come_in_by_the_file(tmp_path: Path, cell: str) -> None:
    case = tmp_path / "case"
    read_article(case)
    edit_file(case, "attribution", cell)
    run("review", case, "--file-only")
    assert "no fault" in run("check", case).output
    assert "The Ledger" in {claim.attribution for claim in read_factbase(case).claims}


def test_a_new_name_for_the_old_end_is_refused_with_its_line(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    edit_file(case, "object_name", "Dell")
    output = run("review", case, "--file-only", code=2).output
    assert "article.csv:" in output and "object_name 'Dell' is a new name for the old object" in output


def test_an_edit_of_a_date_leaves_the_rule_right(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case)
    row = edit_file(case, "since", "2026-01")
    run("review", case, "--file-only")
    assert read_records(open_case(case))[row["rule"]] == (1, 1)
