"""The base as pages: what they say, where they lead and are written, and that nothing of others runs on them."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from graphkit.answers.replay import read_signed_file
from graphkit.engines import open_store
from graphkit.explorer import Explorer
from graphkit.factbase import read_factbase
from graphkit.facts import Entity
from graphkit.loading.load import load
from graphkit.site.addresses import choose_document_page, choose_entity_page, link, make_stem
from graphkit.site.contents import Terms
from graphkit.site.folder import MARK, check_folder, write_site_folder
from graphkit.site.site import write_site
from tests.command_line import ask, excerpt_base, run, small_base
from tests.counts import choose, take
from tests.fact_bases import claim, write_base
from tests.page_fixtures import SHOTS
from tests.page_graphs import HOSTILE

ROOT = Path(__file__).resolve().parent.parent


class Read(HTMLParser):
    """The text, the links and the anchors of a page."""

    def __init__(self, file: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.words: list[str] = []
        self._tag = ""
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value or "")
            if name == "id":
                self.anchors.append(value or "")

    def handle_data(self, data: str) -> None:
        if self._tag not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def list_pages(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.html"))


def list_broken(folder: Path) -> list[str]:
    """Return the links within a site that lead nowhere, and the anchors that stand twice on a page."""
    pages = {address: Read(folder / address) for address in list_pages(folder)}
    broken = []
    for address, page in pages.items():
        broken += [f"{address}: {one} twice" for one in set(page.anchors) if page.anchors.count(one) > 1]
        for one in page.links:
            if one.startswith(("http://", "https://")):
                continue
            target, _, anchor = one.partition("#")
            found = os.path.normpath(Path(address).parent / target) if target else address
            if found not in pages or (anchor and anchor not in pages[found].anchors):
                broken.append(f"{address} -> {one}")
    return broken


#: A page of each kind in a site of the shipped base.
KINDS = (
    "index.html",
    "companies/bytedance.html",
    "chips/h100.html",
    "rules/us-2023-10.html",
    "documents/000_56983b246fa3603a.html",
    "regions/china.html",
    "sites/oracle-servers-in-the-united-states-unnamed.html",
    "paths/bytedance/h100.html",
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("site") / "site"
    began = time.process_time()
    run("site", "-o", folder)
    assert time.process_time() - began < 40
    yield folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_base(tmp_path / "small")


# what the pages are -------------------------------------------------------------------------


def test_every_thing_has_a_page_and_every_link_leads_to_one(shipped: Path) -> None:
    pages = set(list_pages(shipped))
    for kind in ("companies", "chips", "rules", "sites"):
        generic = ["--generic"] if kind in ("companies", "chips") else []
        listed = ask("list", kind, *generic)["items"]
        assert listed and {f"{kind}/{one['id'].lower()}.html" for one in listed} <= pages
    assert {f"documents/{one['id']}.html" for one in ask("list", "documents")["items"]} <= pages
    assert {"paths/bytedance/h100.html", "index.html"} <= pages
    assert list_broken(shipped) == []
    reached = {os.path.normpath(one.partition("#")[0]) for one in Read(shipped / "index.html").links}
    assert pages - {"index.html"} <= reached


def test_a_page_says_what_the_command_line_says(shipped: Path) -> None:
    for name, folder in (("bytedance", "companies"), ("h100", "chips"), ("us-2023-10", "rules")):
        answer = ask("show", name)
        page = Read(shipped / folder / f"{answer['entity']['id']}.html")
        assert all(sentence in page.text for sentence in answer["summary"])
        claims = [one for group in answer["relations"] for one in group["claims"]]
        assert {f"claim-{one['id']}" for one in claims} == {one for one in page.anchors if one.startswith("claim-")}
        for one in claims:
            assert " ".join(one["summary"].split()) in page.text
            assert one["url"] is None or one["url"].replace("'", "%27") in page.links
        for rule in filter(None, [answer["rule"]]):
            assert all(text in page.text for text in (rule["citation"], rule["status"], rule["summary"]))
            assert all(" ".join(one["says"].split()) in page.text for one in rule["asks"])
    exposure = ask("exposure", "--buyers", "ByteDance", "--chips", "H100,H20,H200,B200,A100")
    text = Read(shipped / "companies" / "bytedance.html").text
    for cell in exposure["cells"]:
        if cell["path"]:
            assert (
                " → ".join(
                    [
                        cell["path"]["steps"][0]["subject"]["name"],
                        *(s["object"]["name"] for s in cell["path"]["steps"]),
                    ]
                )
                in text
            )
    chip = Read(shipped / "chips" / "h100.html").text
    assert all(sentence in chip for sentence in ask("chip", "H100", "--history")["summary"])


def test_each_page_of_an_entity_is_asked_again_and_the_first_page_has_every_claim(shipped: Path) -> None:
    for page in ("companies/oracle.html", "chips/h20.html", "rules/us-2023-10.html", "paths/bytedance/h100.html"):
        assert ask("replay", shipped / page)["same"], page
    assert ask("replay", shipped / "index.html")["same"]
    assert len(read_signed_file(shipped / "index.html").provenance.claims) == ask("list")["claims"]


def test_every_page_says_where_it_comes_from(shipped: Path) -> None:
    digest = read_signed_file(shipped / "index.html").provenance.bases[0].sha256
    for address in list_pages(shipped):
        page = Read(shipped / address)
        assert digest[:16] in page.text and "graphkit " in page.text, address
        assert "default-src &#39;none&#39;; " in (shipped / address).read_text("utf-8"), address
        assert ("graphkit site --output site" in page.text) or address.startswith("paths/"), address


def test_the_same_base_on_the_same_day_gives_the_same_bytes(tmp_path: Path, small: Path) -> None:
    for name in ("one", "two"):
        run("site", "-f", small, "-o", tmp_path / name)
    made = [
        {page: (tmp_path / name / page).read_bytes() for page in (*list_pages(tmp_path / name), MARK)}
        for name in ("one", "two")
    ]
    assert made[0] == made[1]


def test_filters_hold_on_every_page(tmp_path: Path, small: Path) -> None:
    run("site", "-f", small, "--known-by", "2023-12", "-o", tmp_path / "site")
    pages = list_pages(tmp_path / "site")
    assert "documents/alpha.html" in pages and "documents/beta.html" not in pages
    assert "companies/south.html" not in pages and list_broken(tmp_path / "site") == []
    answer = ask("show", "Acmé", "-f", small, "--known-by", "2023-12")
    page = Read(tmp_path / "site" / "companies" / "acme.html")
    claims = {f"claim-{one['id']}" for group in answer["relations"] for one in group["claims"]}
    assert {one for one in page.anchors if one.startswith("claim-")} == claims
    assert "published by December 2023" in page.text and "--known-by 2023-12" in page.text


def test_ways_are_those_chosen_else_those_that_are_done(tmp_path: Path, small: Path) -> None:
    run("site", "-f", small, "-o", tmp_path / "done")
    assert [one for one in list_pages(tmp_path / "done") if one.startswith("paths/")] == [
        "paths/acme/h100.html",
        "paths/north/h100.html",
        "paths/south/h100.html",
    ]
    run("site", "-f", small, "--path", "hq:LD", "H100", "--path", "Loner", "H100", "-o", tmp_path / "chosen")
    chosen = [one for one in list_pages(tmp_path / "chosen") if one.startswith("paths/")]
    assert len(chosen) == 2 and "paths/loner/h100.html" in chosen
    assert "No reported way from Loner" in Read(tmp_path / "chosen" / "index.html").text
    assert list_broken(tmp_path / "done") == list_broken(tmp_path / "chosen") == []
    assert (
        "did you mean" in run("site", "-f", small, "--path", "Sout", "H100", "-o", tmp_path / "none", code=2).stderr
    )
    assert not (tmp_path / "none").exists()


def test_a_denial_is_told_before_the_name_that_it_denies(shipped: Path) -> None:
    text = Read(shipped / "companies" / "oracle.html").text
    assert "Parent said not to be so: Parent companies (unnamed)" in text


def test_pages_speak_french(tmp_path: Path) -> None:
    base = excerpt_base(tmp_path / "excerpt", "bytedance,LEASES_FROM", "h100,DESIGNED", "US-2023-10")
    asked = ("--language", "fr", "--on", "2024-06-06", "--path", "ByteDance", "H100")
    run("site", "-f", base, *asked, "-o", tmp_path / "site")
    page = tmp_path / "site" / "companies" / "bytedance.html"
    read = Read(page)
    assert '<html lang="fr">' in page.read_text("utf-8")
    assert all(one in read.text for one in ("Siège", "Voies rapportées vers des puces", "loue du calcul chez"))
    assert ask("replay", page)["same"] and list_broken(tmp_path / "site") == []
    assert "historique" in Read(tmp_path / "site" / "chips" / "h100.html").text
    for word in ("Reported ways", "Seat", "says ", "Where this page"):
        assert word not in read.text


# names of files -----------------------------------------------------------------------------


def test_no_id_leads_out_of_the_folder_or_to_the_page_of_another() -> None:
    ids = [
        "a",
        "A",
        "a.b",
        "../a",
        "/etc/passwd",
        "..",
        ".",
        "",
        "con",
        "CON",
        "nul",
        "a b",
        "é",
        "e",
        "É",
        "a" * 200,
    ]
    ids += ["a\0b", "a\ud800", "a/../b", "-a", "a_b", "a-b", "字节", "index", "a%2e", "a?b#c", "\u202eb", *HOSTILE]
    ids.append(make_stem("A"))
    stems = [make_stem(one) for one in ids]
    assert len({one.lower() for one in stems}) == len(set(ids))
    for stem in stems:
        assert stem.isascii() and len(stem) <= 90 and not set(stem) & set('/\\:*?"<>|% \0') and stem[0].isalnum()
        assert stem.partition(".")[0] not in ("con", "nul", "index") or "." in stem
    assert make_stem("bytedance") == "bytedance"
    assert link(choose_entity_page("Chip", "../x"), choose_document_page("y")) == "../documents/y.html"


# hostile texts ------------------------------------------------------------------------------


def hostile_base(folder: Path) -> Path:
    """Write a fact base whose every text would run, or break the page, where nobody is careful."""
    texts = [one.replace("\n", " ") for one in HOSTILE if one.strip() and one.isprintable() and len(one) < 900]
    kinds = ("Company", "Chip", "Region", "Datacenter", "Product", "Agency")
    ids = [*(f"x{n}" for n in range(len(texts))), "con", "nul", "long" * 40]
    entities = [
        {
            "id": id_,
            "name": f"{texts[n % len(texts)]} {n}",
            "kind": kinds[n % 2] if n < 8 else kinds[n % 6],
            "note": texts[-n % len(texts)],
            "aliases": f"{texts[n % len(texts)]} alias {n}".replace(";", ","),
        }
        for n, id_ in enumerate(ids)
    ]
    documents = [
        {
            "id": f"d{n}_{n}",
            "name": text,
            "publisher": texts[-n],
            "published": "2024",
            "url": "https://example.org/?a=<script>",
        }
        for n, text in enumerate(texts)
    ]
    rows: dict[str, list[dict[str, object]]] = {}
    companies = [one["id"] for one in entities if one["kind"] == "Company"]
    chips = [one["id"] for one in entities if one["kind"] == "Chip"]
    for n, one in enumerate(documents):
        more = {"summary": texts[n], "attribution": texts[-n], "note": texts[n], "sentence": "1"}
        rows[str(one["id"])] = [claim(companies[n % len(companies)], "USES", chips[n % len(chips)], **more)]
    return write_base(folder, documents, entities, rows)


def test_nothing_of_others_runs_on_any_page(tmp_path: Path, browser: Any) -> None:
    base = read_factbase(hostile_base(tmp_path / "base"))
    # what no file of a fact base may hold, somebody else's database may
    documents = [msgspec.structs.replace(one, url="javascript:window.pwned=1") for one in base.documents]
    entities = [
        Entity(id=one, name=one, kind="Company") for one in ("../../escape", "PRN", "a/b", "<b>", "x.csv", "-")
    ]
    with open_store(str(tmp_path / "graph.kgl"), readonly=False) as store:
        load(store, msgspec.structs.replace(base, documents=documents, entities=[*base.entities, *entities]))
    run("site", "--db", tmp_path / "graph.kgl", "-o", tmp_path / "site")
    assert {one.name for one in tmp_path.iterdir()} == {"site", "base", "graph.kgl"}
    pages = list_pages(tmp_path / "site")
    assert len(pages) > 40 and list_broken(tmp_path / "site") == []
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda one: said.append(one.url) if not one.url.startswith("file:") else None)
    for address in pages:
        page.goto((tmp_path / "site" / address).as_uri())
        assert page.evaluate("window.pwned") is None, address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator("a[href^='javascript']").count() == 0
    assert said == []
    context.close()


def test_the_filter_hides_what_lacks_a_word_and_works_from_a_file(shipped: Path, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto((shipped / "index.html").as_uri())
    page.get_by_label("Filter this page").fill("ORACLÉ")
    shown = page.locator(".listing tbody tr:visible")
    assert 0 < shown.count() < 60 and all(
        "oracle" in (row.inner_text() + (row.get_attribute("data-find") or "")).lower() for row in shown.all()
    )
    page.get_by_label("Filter this page").fill("no such word at all")
    assert shown.count() == 0 and "0 of" in page.locator("#count").inner_text()
    page.get_by_label("Filter this page").fill("")
    assert shown.count() > 800
    page.get_by_role("link", name="ByteDance", exact=True).first.click()
    assert page.url.endswith("companies/bytedance.html")
    context.close()


# how they look -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", choose(["light", "dark", "forced"], 1))
def test_axe_finds_nothing_on_the_pages_of_a_site(browser: Any, shipped: Path, axe: Path, scheme: str) -> None:
    look = {"forced_colors": "active"} if scheme == "forced" else {"color_scheme": scheme}
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True, **look)
    page = context.new_page()
    for kind in KINDS:
        page.goto((shipped / kind).as_uri())
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(one["id"], one["nodes"][0]["target"][0]) for one in found["violations"]] == [], kind
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"site-{kind.partition('/')[0]}-{scheme}.png")
    context.close()


@pytest.mark.parametrize("width", take(2, [390, 1440, 820, 1920]))
def test_no_page_of_a_site_is_wider_than_the_window(browser: Any, shipped: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for kind in KINDS:
        page.goto((shipped / kind).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"site-{kind.partition('/')[0]}-{width}.png")
    context.close()


def test_on_paper_a_page_of_a_site_has_no_navigation_and_black_text(browser: Any, shipped: Path) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 1000}, color_scheme="dark")
    page.goto((shipped / KINDS[1]).as_uri())
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible() and page.locator("article").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.context.close()


# writing ------------------------------------------------------------------------------------


def test_a_folder_of_others_is_left_as_it_is(tmp_path: Path, small: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("ten years")
    for more in ([], ["--force"]):
        told = run("site", "-f", small, "-o", foreign, *more, code=2).stderr
        assert told.count("\n") == 1 and "graphkit did not make what is in it" in told
    assert [one.name for one in foreign.iterdir()] == ["thesis.txt"]
    (tmp_path / "file").write_text("a file")
    assert "file" in run("site", "-f", small, "-o", tmp_path / "file", code=2).stderr
    assert "there is no folder" in run("site", "-f", small, "-o", tmp_path / "none" / "site", code=2).stderr


def test_what_graphkit_made_is_replaced_and_nothing_else(tmp_path: Path, small: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    run("site", "-f", small, "-o", site)
    run("site", "-f", small, "-o", site)
    (site / "index.html").write_text("changed by hand")
    assert (
        "index.html was changed since graphkit wrote it: --force"
        in run("site", "-f", small, "-o", site, code=2).stderr
    )
    assert (site / "index.html").read_text() == "changed by hand"
    run("site", "-f", small, "-o", site, "--force")
    assert "What this base holds" in (site / "index.html").read_text("utf-8")
    (site / "companies" / "notes.txt").write_text("mine")
    told = run("site", "-f", small, "-o", site, "--force", code=2).stderr
    assert "holds companies/notes.txt, which graphkit did not write" in told
    assert (site / "companies" / "notes.txt").read_text() == "mine"
    assert {one.name for one in tmp_path.iterdir()} == {"site", "small"}
    sums = [line.split("  ") for line in (site / MARK).read_text().splitlines()]
    assert [hashlib.sha256((site / name).read_bytes()).hexdigest() for _, name in sums] == [
        digest for digest, _ in sums
    ]


def test_a_mark_with_other_names_gives_nothing_away(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside.html"
    write_site_folder(site, [("index.html", b"one")])
    outside.write_text("kept")
    (site / "link.html").symlink_to(outside)
    with (site / MARK).open("a") as mark:
        digest = hashlib.sha256(b"kept").hexdigest()
        mark.write(f"{digest}  link.html\n{digest}  ../outside.html\n")
    with pytest.raises(Exception, match=r"holds link\.html, which graphkit did not write"):
        check_folder(site, force=True)
    assert outside.read_text() == "kept"


def test_a_site_that_is_cut_short_leaves_the_old_one(tmp_path: Path, small: Path) -> None:
    site = tmp_path / "site"
    write_site_folder(site, [("index.html", b"old")])

    def pages() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_site_folder(site, pages())
    assert (site / "index.html").read_bytes() == b"old" and {one.name for one in tmp_path.iterdir()} == {
        "site",
        "small",
    }


@pytest.mark.slow
def test_a_killed_run_leaves_the_old_site(tmp_path: Path, small: Path) -> None:
    site = tmp_path / "site"
    run("site", "-f", small, "-o", site)
    before = (site / "index.html").read_bytes()
    running = subprocess.Popen(
        [sys.executable, "-m", "graphkit", "site", "-o", str(site)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    while running.poll() is None and not any(tmp_path.glob(".graphkit.*/companies")):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert (site / "index.html").read_bytes() == before
    run("site", "-f", small, "-o", site)


_NARROW = """
import resource, signal, sys
from pathlib import Path
from graphkit.errors import InvalidValue
from graphkit.site.folder import write_site_folder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_site_folder(Path(sys.argv[1]), [("index.html", b"x"), ("chips/a.html", b"x" * 10_000)])
except InvalidValue as error:
    print(error)
"""


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _NARROW, str(tmp_path / "site")], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert (
        done.stdout.count("\n") == 1 and "cannot be written" in done.stdout and str(tmp_path / "site") in done.stdout
    )
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_at_all_pages(tmp_path: Path, small: Path) -> None:
    told: list[tuple[int, int]] = []
    with Explorer.open(small) as explorer:
        number = write_site(
            explorer, tmp_path / "site", Terms(), progress=lambda done, all_: told.append((done, all_))
        )
    assert told[-1] == (number, number) == (len(list_pages(tmp_path / "site")),) * 2


def test_a_base_without_companies_or_claims_has_its_pages(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", [{"id": "d", "name": "D"}], [{"id": "x", "name": "X", "kind": "Chip"}], {})
    run("site", "-f", base, "-o", tmp_path / "site")
    assert {"index.html", "chips/x.html", "documents/d.html"} <= set(list_pages(tmp_path / "site"))
    assert list_broken(tmp_path / "site") == []
