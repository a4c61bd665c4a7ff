"""A brief says on a page or two what an answer says, cites each source, carries its provenance, and runs nothing."""

from __future__ import annotations

import io
import itertools
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.replay import read_signed_file
from graphkit.answers.screening_answer import ScreeningAnswer
from graphkit.briefs import docx, html, markdown
from graphkit.briefs.brief import Brief, Drawing, Link, Node, find_addresses
from graphkit.briefs.compose import make_brief
from graphkit.briefs.drawing import break_text, measure_text, render_svg
from graphkit.briefs.write import write_brief
from graphkit.errors import InvalidValue
from graphkit.summaries.words import LANGUAGES, Language, load_words
from tests.command_line import ask, run, small_base
from tests.page_graphs import HOSTILE, fuzz

ENDINGS = (".md", ".html", ".docx")
_DOCUMENT = "word/document.xml"


@cache
def answer_of(buyer: str, chip: str, **options: Any) -> PathAnswer:
    with graphkit.Explorer.open() as explorer:
        return explorer.paths(buyer, chip, **options)


def read_text(file: Path) -> str:
    """Return the words of a brief, whatever its format."""
    if file.suffix != ".docx":
        return file.read_text("utf-8")
    with zipfile.ZipFile(file) as archive:
        paragraphs = archive.read(_DOCUMENT).decode().split("</w:p>")
    return "\n".join("".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", one)) for one in paragraphs)


# what it says -------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_tells_the_answer_its_sources_and_its_provenance(
    tmp_path: Path, ending: str, language: Language
) -> None:
    file = tmp_path / f"brief{ending}"
    run("brief", "ByteDance", "H100", "-o", file, "--language", language)
    text, words = read_text(file), load_words(language)
    answer = answer_of("ByteDance", "H100").in_language(language)
    told = re.sub(r"\\(.)", r"\1", text)
    for key in ("answer", "said", "against", "rules", "unknown", "sources", "provenance", "limits"):
        assert words.say(f"brief.{key}") in told, key
    assert all(sentence.split("(")[0] in told.replace("&#39;", "'") for sentence in answer.summary)
    for claim in (claim for step in answer.paths[0].steps for claim in step.claims):
        assert claim.url is None or claim.url in told
    assert words.say("brief.source.seen", when=words.on("2026-11")) in told
    assert "graphkit path ByteDance H100" in told and "--limit" not in told
    assert answer.provenance is not None
    assert answer.provenance.bases[0].sha256[:16] in told
    stamp = read_signed_file(file).provenance
    assert stamp.answer == answer.provenance.answer
    assert stamp.limits == answer.provenance.limits != ()


def test_every_note_is_cited_and_every_citation_has_its_note() -> None:
    for question in (("ByteDance", "H100"), ("hq:CN", "B200"), ("Baidu", "H100"), ("Tencent", "H20")):
        brief = make_brief(answer_of(*question))
        cited = {number for section in brief.sections for line in section.lines for number in line.notes}
        assert cited == {note.number for note in brief.notes}, question
        assert [note.number for note in brief.notes] == list(range(1, len(brief.notes) + 1))


def test_denials_and_refusals_are_told_with_who_says_so() -> None:
    answer = answer_of("ByteDance", "H100")
    (against,) = [one for one in make_brief(answer).sections if one.title == "What speaks against it"]
    told = " ".join(line.text for line in against.lines)
    for miss in answer.near_misses:
        assert all(one.claim.summary.rstrip(".") in told for one in miss.broken_by)
    assert "Refused, says" in told and "Denied by ByteDance" in told


def test_denials_and_notes_of_ways_that_are_not_drawn_are_told() -> None:
    answer = answer_of("ByteDance", "H100", limit=10)
    told = " ".join(line.text for one in make_brief(answer).sections for line in one.lines)
    denials = [one for path in answer.unnamed for step in path.steps for one in step.denied_by]
    assert denials and all(one.summary.rstrip(".") in told for one in denials)
    assert all((one.qualifiers.note or "").rstrip(".") in told for one in denials)
    assert "place and chip model not said" in told


def test_without_a_path_the_reasons_are_told(tmp_path: Path) -> None:
    file = tmp_path / "none.md"
    run("brief", "Baidu", "H100", "-o", file, code=1)
    text = file.read_text("utf-8")
    assert text.startswith("# No reported way from Baidu to the H100 in this base\n")
    assert (
        "## Said to have the H100 or to be about to, each with the status of the claim" in text
        and "## Who says so" not in text
    )
    assert ask("replay", file)["same"]


def test_a_near_miss_is_drawn_with_the_step_that_breaks_it(tmp_path: Path) -> None:
    answer = answer_of("ByteDance", "H100", exclude="USES", without=("Oracle", "Aolani Cloud"))
    assert not answer.paths and answer.negative is not None and answer.negative.near_misses
    brief = make_brief(answer)
    statuses = {link.status for one in brief.drawings for link in one.links}
    assert statuses & {"refused", "negated"}


# from every question ------------------------------------------------------------------------


def test_exposure_and_a_screened_row_have_briefs_that_are_asked_again(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    customers = tmp_path / "customers.csv"
    customers.write_text("name\nAcmé\nNobody of that name\n", "utf-8")
    files = [tmp_path / f"{at}{ending}" for at, ending in enumerate(ENDINGS)]
    run("exposure", "--buyers", "Acmé", "--chips", "H100", "-f", base, "--brief", files[0])
    run("screen", customers, "-f", base, "--line", 2, "--brief", files[1])
    run("screen", customers, "-f", base, "--line", 3, "--brief", files[2])
    assert "# Reported ways of Acmé to H100" in read_text(files[0])
    assert "Acmé was read as Acmé" in read_text(files[1])
    assert "was not found in this base, so it was not screened" in read_text(files[2])
    assert all(ask("replay", file)["same"] for file in files)
    assert "no line 9" in run("screen", customers, "-f", base, "--line", 9, "--brief", files[1], code=2).stderr
    assert "--line N" in run("screen", customers, "-f", base, "--brief", files[1], code=2).stderr


def test_every_page_of_a_docx_says_where_it_comes_from(tmp_path: Path) -> None:
    from docx import Document

    file = tmp_path / "brief.docx"
    run("brief", "ByteDance", "H100", "-o", file)
    (foot,) = Document(str(file)).sections[0].footer.paragraphs
    assert foot.text.startswith("Reported ways from ByteDance to H100 · As of: any date · Known by: ")
    assert "with graphkit" in foot.text and "w:fldSimple" in foot._p.xml


@pytest.mark.parametrize("name", ["brief", "brief.txt", "brief.pdf", "folder.md"])
def test_a_file_that_cannot_be_a_brief_is_told_in_a_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.md").mkdir()
    base = small_base(tmp_path / "small")
    told = run("brief", "Acmé", "H100", "-f", base, "-o", tmp_path / name, code=2).stderr
    assert name in told.splitlines()[-1]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder.md", "small"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_changed_byte_of_a_claim_is_named(tmp_path: Path, ending: str) -> None:
    base = small_base(tmp_path / "small")
    file = tmp_path / f"brief{ending}"
    run("brief", "Acmé", "H100", "-f", base, "-o", file)
    claim = ask("path", "Acmé", "H100", "-f", base)["paths"][0]["steps"][0]["claims"][0]
    claims = base / "claims" / f"{claim['document']}.csv"
    claims.write_text(claims.read_text("utf-8").replace(claim["summary"], claim["summary"][:-1] + "!", 1), "utf-8")
    differences = ask("replay", file, code=1)["differences"]
    assert [one for one in differences if one["what"].startswith(f"claim {claim['id']}")]


def test_a_brief_in_french_is_the_same_answer(tmp_path: Path) -> None:
    file = tmp_path / "brief.html"
    run("brief", "ByteDance", "H100", "--language", "fr", "-o", file)
    assert "Voies rapportées de ByteDance" in file.read_text("utf-8")
    assert ask("replay", file) | {"differences": []} == ask("replay", file)


# hostile texts ------------------------------------------------------------------------------

#: Fields whose values are words of graphkit's own, ids or dates.
_OWN = {"relation", "status", "kind", "evidence", "outcome", "coverage", "policy", "leg", "id", "counted", "language"}
_OWN |= {
    "disputed_by",
    "document",
    "subject",
    "object",
    "since",
    "until",
    "observed",
    "due",
    "published",
    "day",
    "seen",
}
_OWN |= {"held", "from", "to", "day_basis", "confidence", "made_on", "as_of", "known_by", "newest", "site", "claims"}
_OWN |= {"rules_verified", "reason", "reasons", "bound"}


def poison(value: Any, texts: itertools.cycle[str]) -> Any:
    """Return data in which each text of others is a hostile one."""
    if isinstance(value, dict):
        return {
            key: one if key in _OWN and not isinstance(one, dict) and not _holds_records(one) else poison(one, texts)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [poison(one, texts) for one in value]
    return next(texts) if isinstance(value, str) else value


def _holds_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def hostile_brief(texts: list[str], *, empty: bool = False) -> Brief:
    answer = answer_of("Baidu", "H100") if empty else answer_of("ByteDance", "H100")
    texts = [text for text in texts if not re.search("[\ud800-\udfff]", text)]  # what no JSON of an answer can hold
    data = poison(msgspec.to_builtins(answer), itertools.cycle(texts))
    return make_brief(msgspec.convert(data, PathAnswer))


def mark_ready(page: bytes) -> str:
    """Return a page with the mark for which the browser of the tests waits: no script of a brief could set it."""
    return page.decode().replace("<html ", "<html data-ready ", 1)


HOSTILE_SETS = pytest.mark.parametrize("texts", [list(HOSTILE), fuzz(500)], ids=["known", "fuzz"])


@pytest.mark.browser
@HOSTILE_SETS
def test_hostile_texts_run_nothing_in_html_and_in_the_drawing(open_page: Any, texts: list[str]) -> None:
    for empty in (False, True):
        opened = open_page(mark_ready(html.render(hostile_brief(texts, empty=empty))))
        opened.page.wait_for_timeout(100)
        assert opened.page.evaluate("typeof window.pwned") == "undefined"
        assert opened.requests == [opened.file.as_uri()]
        assert opened.complaints == []
        assert (
            opened.page.locator("main img, main iframe, main script, main object, main embed, main style").count()
            == 0
        )
        links = opened.page.evaluate("[...document.querySelectorAll('a')].map((one) => [one.protocol, one.hash])")
        assert {protocol for protocol, _ in links} <= {"http:", "https:", "file:"}
        assert all(mark.startswith("#note-") for protocol, mark in links if protocol == "file:")
        assert opened.page.locator("script").count() == 1


@HOSTILE_SETS
def test_hostile_texts_are_text_in_markdown(texts: list[str]) -> None:
    for empty in (False, True):
        text = markdown.render(hostile_brief(texts, empty=empty)).decode()
        *body, comment = text.rstrip("\n").split("\n")
        assert comment.startswith("<!-- {") and comment.count("-->") == 1 and "--" not in comment[4:-3]
        shown = [line for line in body if not line.startswith("    ")]
        for line in shown:
            plain = re.sub(r"<https?://[^<>\s]+>", "", re.sub(r"\\.", "", line))
            assert not re.search(r"[<>`]|\]\(|!\[", plain), line
            assert not re.search(r"https?://|\bwww\.", plain, re.IGNORECASE), line
            assert not re.search(r"^- *(#|[-+=] |\d+[.)]( |$)|>)", plain), line


@HOSTILE_SETS
def test_hostile_texts_are_text_in_docx(tmp_path: Path, texts: list[str]) -> None:
    for empty in (False, True):
        file = tmp_path / "brief.docx"
        file.write_bytes(docx.render(hostile_brief(texts, empty=empty)))
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
            body = archive.read(_DOCUMENT).decode()
            relations = archive.read("word/_rels/document.xml.rels").decode()
        assert not re.search(r"<w:(instrText|fldSimple|object|pict|altChunk)\b", body)
        outside = re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', relations)
        assert all(re.match(r"https?://", target) for target in outside)
        assert read_signed_file(file).provenance.made_on


def test_only_addresses_of_the_web_are_links() -> None:
    assert find_addresses("javascript:1", "data:text/html,x", "file:///etc/passwd", "ftp://x", "//x", "", None) == ()
    assert find_addresses("HTTPS://example.org/a\u202eb", "https://example.org/x y") == (
        "HTTPS://example.org/a%5Cu202eb",
    )


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04" + b"\0" * 60, None])
def test_a_docx_without_provenance_is_told_in_a_line(tmp_path: Path, data: bytes | None) -> None:
    if data is None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        data = made.getvalue()
    file = tmp_path / "other.docx"
    file.write_bytes(data)
    (line,) = run("replay", file, code=2).stderr.splitlines()
    assert "no provenance" in line


def test_a_word_processor_may_rename_the_part_of_the_provenance(tmp_path: Path) -> None:
    file, saved = tmp_path / "brief.docx", tmp_path / "saved.docx"
    write_brief(answer_of("ByteDance", "H100"), file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("customXml/graphkit.xml", "customXml/item7.xml"), old.read(name))
    assert read_signed_file(saved).provenance == read_signed_file(file).provenance


def test_an_unsigned_answer_makes_no_brief(tmp_path: Path) -> None:
    bare = msgspec.structs.replace(answer_of("ByteDance", "H100"), provenance=None)
    with pytest.raises(InvalidValue, match="signed"):
        write_brief(bare, tmp_path / "brief.md")


# the drawing --------------------------------------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=80)


@given(NAMES, st.integers(30, 200), st.integers(1, 4))
def test_broken_text_fits_its_width(text: str, width: int, most: int) -> None:
    lines = break_text(text, width, 12, most)
    assert len(lines) <= most
    assert all(measure_text(line, 12) <= width for line in lines)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (820, "broad")])
def test_a_drawing_fits_a_phone_and_a_screen(open_page: Any, width: int, shown: str) -> None:
    page = open_page(mark_ready(html.render(make_brief(answer_of("hq:CN", "B200"))))).page
    page.set_viewport_size({"width": width, "height": 800})
    fit = "(one) => one.scrollWidth <= one.clientWidth"
    assert page.locator("figure svg:visible").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('class'))"
    ) == [shown]
    assert page.locator("figure").evaluate(fit)
    size = page.locator("figure svg:visible text").first.evaluate("(one) => one.getBoundingClientRect().height")
    assert size > 10  # letters as large as those beside it


@pytest.mark.browser
@pytest.mark.parametrize("is_narrow", [False, True])
def test_no_label_of_a_drawing_lies_over_another(open_page: Any, is_narrow: bool) -> None:
    words = load_words()
    long = "Chinese data centre operator with a very long name of Inner Mongolia (unnamed)"
    kinds = ["Company", "Company", "Datacenter", "Region", "Product", "Agency", "Regulation", "Chip"]
    links = [Link("rents computing from", status, at % 2 == 0) for at, status in enumerate(["done", "planned"] * 3)]
    wide = Drawing("1", tuple(Node(long, kind) for kind in [*kinds[:6], "Chip"]), tuple(links))
    narrow = Drawing("2", (Node("字" * 60, "Company"), Node("W" * 90, "Chip")), (Link("buys", "refused", False),))
    drawn = [make_brief(answer_of("hq:CN", "B200")).drawings, (wide, narrow)]
    for drawings in drawn:
        drawing = render_svg(words, drawings, "x", narrow=is_narrow)
        opened = open_page(f"<!DOCTYPE html><html data-ready><title>x</title>{drawing}")
        over = opened.page.evaluate(
            """() => {
            const boxes = [...document.querySelectorAll("svg text")].map((one) => [one.textContent, one.getBBox()]);
            const view = document.querySelector("svg").viewBox.baseVal;
            const found = [];
            boxes.forEach(([text, a], at) => {
                if (a.x < -1 || a.x + a.width > view.width + 1 || a.y + a.height > view.height) found.push([text]);
                boxes.slice(at + 1).forEach(([other, b]) => {
                    const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
                    const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
                    if (wide > 1 && high > 3.5) found.push([text, other]);
                });
            });
            return found;
        }"""
        )
        assert over == []


@pytest.mark.browser
def test_the_brief_of_one_pair_prints_on_two_pages(open_page: Any) -> None:
    pypdf = pytest.importorskip("pypdf")
    for question in (("ByteDance", "H100"), ("hq:CN", "B200"), ("Tencent", "H20"), ("Baidu", "H100")):
        opened = open_page(mark_ready(html.render(make_brief(answer_of(*question)))))
        pages = pypdf.PdfReader(io.BytesIO(opened.page.pdf(prefer_css_page_size=True))).pages
        assert len(pages) <= 2, question


@pytest.mark.parametrize(
    ("language", "act", "status"),
    [
        ("en", "Tencent ordered the H20", "done: ordered, delivery not told"),
        ("fr", "Tencent a commandé la puce H20", "fait\u00a0: commandé, livraison non rapportée"),
    ],
)
def test_an_order_is_not_told_as_bought(language: Language, act: str, status: str) -> None:
    brief = make_brief(answer_of("Tencent", "H20").in_language(language))
    mark = load_words(language).look_up("mark", "ordered, delivery not told")
    assert load_words(language).say("act.undelivered", said=act) in brief.answer.lines[0].text
    assert brief.table[0][2] == status
    (unknown,) = (one for one in brief.sections if one.title == load_words(language).say("brief.unknown"))
    assert mark in unknown.lines[0].text
    assert brief.drawings[0].links[0].phrase == {"en": "ordered", "fr": "commande de"}[language]


@cache
def screened(*names: str) -> ScreeningAnswer:
    with tempfile.TemporaryDirectory() as folder, graphkit.Explorer.open() as explorer:
        file = Path(folder) / "names.txt"
        file.write_text("\n".join(names), encoding="utf-8")
        return explorer.screen(file)


def tell_row(name: str, language: Language = "en") -> dict[str, list[str]]:
    """Return the sections of the brief of a row by their titles."""
    names = ("Megaspeed", "H100", "Nobody at all", "Huawey", "Baidu Inc.")
    brief = make_brief(screened(*names).in_language(language), names.index(name) + 1)
    return {one.title: [line.text for line in one.lines] for one in (brief.answer, *brief.sections)}


def test_the_brief_of_a_row_tells_denials_and_statements_of_compliance_as_what_speaks_against() -> None:
    told = " ".join(tell_row("Megaspeed")["What speaks against it"])
    assert "Says of itself that it keeps to the rules, which denies no step: Megaspeed says" in told
    assert "Nvidia denies that Companies in China said to get chips of Megaspeed (unnamed) buy from Megaspeed" in told


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("H100", "H100 was not searched (not a company: the chip H100)."),
        ("Nobody at all", "Nobody at all was not found in this base, so it was not screened"),
        ("Huawey", "Huawey may be Huawei: a person must decide, so nothing was searched."),
    ],
)
def test_the_brief_of_a_row_that_was_not_searched_says_so(name: str, answer: str) -> None:
    told = tell_row(name)
    assert told["The answer"][0].startswith(answer)
    assert told["What speaks against it"] == ["It was not searched, so nothing is known of it here."]


def test_the_brief_of_a_row_is_in_french() -> None:
    lines = tell_row("Baidu Inc.", "fr")
    told = {title: [text.replace("\u00a0", " ") for text in some] for title, some in lines.items()}
    assert told["La réponse"][0] == "Baidu Inc. a été lu comme Baidu (même nom : forme juridique ou signes)."
    ties = " ".join(told["La correspondance et les listes"])
    assert "Baidu est sur Section 1260H list" in ties and "À une étape : Huawei, sur" in ties
    unknown = " ".join(told["Ce que l’on ignore"])
    assert "Sa société mère ultime est inconnue." in unknown
    assert "Lecture de la question : puces contrôlées au" in unknown


def test_what_rules_and_lists_made_in_english_is_retold() -> None:
    words = load_words("fr")
    assert words.retell("note", "line 16 without a name") == "ligne 16 sans nom"
    assert words.retell("note", "line 3 and 2 more without a name") == "ligne 3 et 2 autres sans nom"
    probe = "it is under investigation by SPF (probe)"
    assert words.retell("told", probe) == "elle fait l’objet d’une enquête\u00a0: SPF (enquête)"


def falsify(file: Path, was: str, now: str) -> None:
    """Change a word of a brief where it is first told, and leave what `replay` reads as it is."""
    if file.suffix != ".docx":
        file.write_text(file.read_text("utf-8").replace(was, now, 1), "utf-8")
        return
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.infolist()}
    with zipfile.ZipFile(file, "w") as archive:
        for one, data in parts.items():
            changed = data.decode().replace(was, now, 1).encode() if one.filename == _DOCUMENT else data
            archive.writestr(one, changed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_brief_whose_words_were_changed_is_not_the_same(tmp_path: Path, ending: str, language: Language) -> None:
    base, file = small_base(tmp_path / "small"), tmp_path / f"brief{ending}"
    run("brief", "Acmé", "H100", "-f", base, "-o", file, "--language", language)
    assert ask("replay", file)["file_text"] == "the same"
    falsify(file, "stated in one passage" if language == "en" else "énoncé dans un seul passage", "well known")
    replayed = ask("replay", file, code=1)
    assert not replayed["same"] and replayed["file_text"] == "changed"
    (difference,) = replayed["differences"]
    assert difference["what"] == "the text of the file" and "well known" in difference["was"]


def test_a_brief_counts_as_far_as_path_does_and_tells_no_reader_of_options() -> None:
    answer = answer_of("ByteDance", "H100")
    told = " ".join(line.text for one in make_brief(answer).sections for line in one.lines)
    assert f"{len(answer.unnamed)} ways to chips that no source names" in told and "At least" not in told
    cut = " ".join(
        line.text for one in make_brief(answer_of("hq:CN", "B200", limit=1)).sections for line in one.lines
    )
    assert "More ways exist than were asked for" in cut and "--limit" not in cut
    denials = [one for path in (*answer.paths, *answer.unnamed) for step in path.steps for one in step.denied_by]
    assert denials and all(one.summary.rstrip(".") in told for one in denials)


def test_several_buyers_in_one_name_are_told_how_to_name_them() -> None:
    told = run("exposure", "--buyers", "ByteDance,Tencent", "--chips", "H100", code=2).stderr
    assert "ame several buyers one by one (--buyers A --buyers B)" in told


def test_a_score_is_a_round_number(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("ByteDance Technology Co. Ltd\n", "utf-8")
    (row,) = ask("screen", tmp_path / "names.txt")["rows"]
    assert row["match"]["score"] == round(row["match"]["score"], 2) < 1
