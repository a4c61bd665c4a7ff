"""Summaries: the right sentences, in two languages; never more than the record says, never a word of clearance."""

from __future__ import annotations

import datetime
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.answers.answer import SummarisedAnswer
from graphkit.answers.closings import find_closings
from graphkit.answers.path_records import PathRecord
from graphkit.cli import next_steps
from graphkit.engines import open_store
from graphkit.explorer import Explorer
from graphkit.factbase import FactBase
from graphkit.facts import Claim, make_claim_id
from graphkit.formats import render
from graphkit.loading.load import load
from graphkit.summaries.words import LANGUAGES, Language, load_words
from tests.command_line import ask, run, small_base
from tests.counts import sample
from tests.summary_cases import PATHS, SHIPPED, open_case
from tests.test_answers import DOCUMENTS, ENTITIES, bases

EXPECTED: dict[str, dict[Language, list[str]]] = json.loads(
    (Path(__file__).parent / "summaries.json").read_text("utf-8")
)
TODAY = "2026-06-30"
#: Words that would read as clearance, or as a judgement of a court.
CLEARANCE = re.compile(
    r"\b(legal|illegal|allowed|permitted|cleared|clearance|clean|safe|lawful|unlawful|compliant|no risk|"
    r"no licen[cs]e is needed|légal|illégal|licite|illicite|autorisé|permis|conforme|sans risque|"
    r"aucune licence n’est)",
    re.IGNORECASE,
)
#: Words by which a sentence says that something is not done.
STATUS = {
    "planned": re.compile("plan|prévoi|prévu"),
    "considered": re.compile("consider|envisag"),
    "alleged": re.compile("alleg|allég"),
}


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        for module in ("paths", "closings", "chip", "show"):
            patch.setattr(f"graphkit.answers.{module}.get_today", lambda: TODAY)
        yield


@pytest.fixture(scope="module")
def shipped(_cache: None) -> Iterator[Explorer]:
    with Explorer.open() as explorer:
        yield explorer


# words --------------------------------------------------------------------------------------


def holes(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def test_the_catalogues_have_the_same_keys_and_holes() -> None:
    english, french = (load_words(language).catalogue.sentences for language in ("en", "fr"))
    assert list(english) == sorted(english, key=list(english).index)
    assert set(english) == set(french)
    assert {key: holes(text) for key, text in english.items()} == {key: holes(text) for key, text in french.items()}


def test_every_key_is_used() -> None:
    root = Path(__file__).parent.parent / "graphkit"
    code = "\n".join(file.read_text("utf-8") for file in root.rglob("*.py"))
    families = {match.split("{")[0] for match in re.findall(r'say\(\s*f"([a-z_.]+\.\{)', code)}
    families |= {f"{name}." for name in re.findall(r"""(?:look_up|retell)\(\s*["'](\w+)["']""", code)}
    families |= {f"{name}_" for name in re.findall(r"""retell\(\s*["'](\w+)["']""", code)}  # what fills its holes
    families |= {"act.", "count.", "missing.", "rules.license_required", "rules.notification"}
    keys = [re.sub(r"\.(known|time|about|uncited)$", "", key) for key in load_words().catalogue.sentences]
    unused = [key for key in keys if not re.search(f"[\"']{re.escape(key)}[\"'{{]", code)]
    assert [key for key in unused if not key.startswith(tuple(families))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_countries_are_those_of_the_unicode_tables(language: Language) -> None:
    from babel import Locale
    from babel.dates import format_date, get_month_names

    words = load_words(language)
    names = get_month_names("wide", locale=language)
    assert [words.date(f"2024-{month:02}") for month in range(1, 13)] == [f"{names[n]} 2024" for n in range(1, 13)]
    if language == "fr":
        assert words.date("2024-06-02") == format_date(datetime.date(2024, 6, 2), "long", locale="fr")
    known = {name for locale in ("en",) for name in Locale(locale).territories.values()}
    parts = {"Hong Kong", "Macau", "Middle East", "Southeast Asia", "Johor", "Osaka", "Jakarta", "Batam", "Sydney"}
    parts |= {"Brisbane", "Kuala Lumpur", "Xinjiang", "Qinghai", "Inner Mongolia", "Turkey"}
    assert {name for name in words.catalogue.places if name not in known} <= parts


def test_numbers_and_lists_are_written_as_the_language_does() -> None:
    english, french = (load_words(language) for language in LANGUAGES)
    assert (english.number(12345.5, 1), french.number(12345.5, 1)) == ("12,345.5", "12\u202f345,5")
    assert (english.count(0, "path"), french.count(0, "path")) == ("0 paths", "0 chemin")
    assert english.join(["a", "b", "c"]) == "a, b and c" and french.join(["a", "b"]) == "a et b"
    assert english.enumerate("abcdefg") == "a, b, c and 4 more"
    assert french.date("2024-06-01") == "1er juin 2024" and english.on("2024-06") == "in June 2024"
    assert french.place("Malaysia") == "en Malaisie" and french.place("Atlantis") == "(lieu\u00a0: Atlantis)"


# expected sentences -------------------------------------------------------------------------


def test_there_are_enough_of_them() -> None:
    assert set(EXPECTED) == {*PATHS, *SHIPPED} and 2 * len(EXPECTED) >= 60


@pytest.mark.parametrize("name", PATHS)
def test_a_small_world_is_summed_up(tmp_path: Path, name: str) -> None:
    claims, filters = PATHS[name]
    with open_case(tmp_path / "base", claims) as explorer:
        answer = explorer.paths("acme", "h100", **filters)  # type: ignore[arg-type]
    assert {one: list(answer.in_language(one).summary) for one in LANGUAGES} == EXPECTED[name]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_base_is_summed_up(shipped: Explorer, name: str) -> None:
    method, arguments, options = SHIPPED[name]
    answer = getattr(shipped, method)(*arguments, **options)
    assert {one: list(answer.in_language(one).summary) for one in LANGUAGES} == EXPECTED[name]


# what no summary may do ---------------------------------------------------------------------


@st.composite
def reports(draw: st.DrawFn) -> tuple[Claim, ...]:
    """Draw a way from A to chip x of one to four steps: who says each, as done or not, since when, who denies it."""
    route = draw(
        st.sampled_from(
            [
                [("USES", "a", "x")],
                [("LEASES_FROM", "a", "b"), ("OPERATES", "b", "s"), ("HOSTS", "s", "x")],
                [("LEASES_FROM", "a", "b"), ("LEASES_FROM", "b", "c"), ("OPERATES", "c", "s"), ("HOSTS", "s", "x")],
                [("LEASES_FROM", "a", "b"), ("USES", "b", "x")],
                [("USES", "a", "some-chips")],
            ]
        )
    )
    found: dict[str, Claim] = {}
    tellings = st.tuples(
        st.sampled_from(["done", "done", "planned", "considered", "alleged"]),
        st.integers(0, 2),
        st.sampled_from([None, "2019", "2020-03", "2021-05-06"]),
        st.sampled_from([None, "X", "B"]),
        st.booleans(),
    )
    for step, (relation, subject, object_) in enumerate(route):
        for number, (status, document, since, who, denied) in enumerate(
            draw(st.lists(tellings, min_size=1, max_size=3))
        ):
            for told in (status, "negated") if denied else (status,):
                locator = str(draw(st.integers(0, 1)))
                id_ = make_claim_id(f"doc{document}", locator, subject, relation, object_, told)
                found[id_] = Claim(
                    id=id_,
                    document=f"doc{document}",
                    subject=subject,
                    relation=relation,
                    object=object_,
                    status=told,
                    confidence="likely",
                    summary=f"telling {step}.{number}.",
                    locator=locator,
                    attribution=who,
                    since=since,
                    factbase="made",
                )
    return tuple(found.values())


def check_summary(answer: SummarisedAnswer, best: PathRecord | None) -> None:
    """Fail where a summary goes beyond its record."""
    for language in LANGUAGES:
        sentences = answer.in_language(language).summary
        assert sentences
        for one in sentences:
            assert one.endswith(".") and not one.endswith("..") and one[0] == one[0].upper()
            assert "{" not in one and "  " not in one
            assert not CLEARANCE.search(one), one
        if best is None:
            continue
        told = " ".join(sentences)
        first = next(one for one in sentences if best.entities[0].name in one)
        for step in best.steps:
            if step.status != "done":
                assert STATUS[step.status].search(first), (step.status, first)
            for claim in step.denied_by:
                assert claim.origin in told and re.search("denied|démenti|contrary|contraire", told)
        assert any(claim.origin in first for step in best.steps for claim in step.claims), first
        if best.evidence == "composed":
            assert len({o for o in (c.origin for s in best.steps for c in s.claims) if o in first}) > 1


@pytest.mark.slow
def test_no_summary_goes_beyond_its_record(tmp_path: Path) -> None:
    seen: list[str] = []

    @settings(
        max_examples=sample(40, 400),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(bases() | reports() | reports())
    def check(claims: tuple[Claim, ...]) -> None:
        file = tmp_path / "g.kgl"
        file.unlink(missing_ok=True)
        with open_store(file, readonly=False) as store:
            store.create_schema()
            load(store, FactBase("made", DOCUMENTS, ENTITIES, claims, "0"))
        with Explorer.open(db=str(file)) as explorer:
            for options in ({}, {"status": "done,planned,alleged"}, {"on": "2021"}):
                answer = explorer.paths("a", "x", **options)  # type: ignore[arg-type]
                check_summary(answer, answer.paths[0] if answer.paths else None)
                seen.append(answer.paths[0].status if answer.paths else "none")
                if not answer.paths and answer.unnamed:
                    best = answer.unnamed[0]
                    told = " ".join(answer.summary)
                    assert best.status in told and any(one in told for one in best.steps[0].origins)
            changed = explorer.whatif("a", "x", repeal="US-2023-10")
            check_summary(changed, changed.paths[0].path if changed.paths else None)
            matrix = explorer.exposure(["a", "b"], ["x", "y"])
            check_summary(matrix, None)
            for _, path in matrix.found[:3]:
                assert path.status in " ".join(matrix.summary)
            for other in (find_closings(explorer, "a", "x", explorer.filters()), explorer.show("a")):
                check_summary(other, None)

    check()
    assert {"done", "alleged", "planned", "none"} <= set(seen)


def test_not_covered_never_reads_as_clearance(shipped: Explorer) -> None:
    for to, hq in (("DE", "DE"), ("JP", "US"), ("US", "CN")):
        answer = shipped.licence("H20", to, hq, on="2024-01-01")
        check_summary(answer, None)
        assert answer.outcome != "not_required" or "no licence and no advice" in " ".join(answer.summary)


# the short text, the formats, the command line ----------------------------------------------


def test_the_answer_comes_first_and_says_how_to_see_more(tmp_path: Path) -> None:
    base = small_base(tmp_path / "base")
    short = run("path", "acme", "h100", "-f", base).stdout
    whole = run("path", "acme", "h100", "-f", base, "-v").stdout
    head, answer, *_ = short.split("\n\n")
    assert head.startswith("Acmé → H100: 3 paths\nfilters: ")
    assert answer.startswith("One source, Alpha (June 2023), says that Acmé rents computing from North: H100 chips")
    assert "more: -v shows all evidence" in short and re.search(r"^next: graphkit path .* --path 2", short, re.M)
    assert "Acme rents from North." in whole and "Acme rents from North." not in short
    one = run("path", "acme", "h100", "-f", base, "--path", "2").stdout
    assert one.startswith("2. Acmé → H100") and "acme USES h100" in one
    assert (
        "there is no path 9: this answer has 3 paths"
        in run("path", "acme", "h100", "-f", base, "--path", "9", code=2).stderr
    )
    picked = run("path", "acme", "h100", "-f", base, "--path", "1", "--format", "csv", code=2)
    assert "--path picks from the text" in picked.stderr


def test_french_is_asked_for_and_names_of_fields_stay(tmp_path: Path) -> None:
    base = small_base(tmp_path / "base")
    shown = run("path", "acme", "h100", "-f", base, "--language", "fr").stdout
    assert "Selon une seule source, Alpha (juin 2023), Acmé loue de la puissance de calcul chez North" in shown
    assert "fait · énoncé dans un seul passage · confiance 0,95" in shown and "en savoir plus\u00a0: -v" in shown
    english, french = (ask("path", "acme", "h100", "-f", base, "--language", one) for one in LANGUAGES)
    assert french["summary"][0].startswith("Selon une seule source") and french["language"] == "fr"
    for one in (english, french):
        del one["summary"], one["language"]
    assert english == french


def test_markdown_and_workbook_begin_with_the_sentences_and_csv_does_not(tmp_path: Path) -> None:
    base = small_base(tmp_path / "base")
    with Explorer.open(base) as explorer:
        answer = explorer.paths("acme", "h100")
    assert str(render(answer, "markdown")).startswith("One source, Alpha (June 2023), says that Acmé rents")
    assert "One source" not in str(render(answer, "csv"))


def test_long_text_goes_through_the_pager_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    import os
    import pty
    import subprocess
    import sys

    base = small_base(tmp_path / "base")
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\necho "paged with LESS=$LESS"; cat\n')
    pager.chmod(0o755)
    command = [sys.executable, "-m", "graphkit", "path", "acme", "h100", "-f", str(base), "-v"]
    environment = {**os.environ, "PAGER": str(pager), "LINES": "10", "COLUMNS": "80", "TERM": "xterm"}
    environment.pop("LESS", None)

    def print_on_terminal(*more: str) -> str:
        parent, child = pty.openpty()
        done = subprocess.Popen([*command, *more], stdin=child, stdout=child, stderr=child, env=environment)
        os.close(child)
        shown = b""
        while True:
            try:
                part = os.read(parent, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(parent)
        assert done.wait(timeout=60) == 0
        return shown.decode()

    assert "paged with LESS=FRX" in print_on_terminal()
    assert "paged" not in print_on_terminal("--no-pager")
    piped = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert piped.returncode == 0 and "paged" not in piped.stdout and "Acme rents from North." in piped.stdout


def test_what_the_rules_made_is_retold_and_the_words_of_a_rule_stay() -> None:
    french, asks = load_words("fr"), "a licence is needed for D:5"
    assert french.retell(
        "ground", f"headquarters test ({asks}): 3A090.a; headquarters in China, in D:5: licence required"
    ) == (f"critère du siège ({asks}) : 3A090.a ; siège : Chine, dans D:5 : licence nécessaire")
    assert french.retell(
        "ground", "H100 SXM is 3A090.a: TPP 15832 is at least 4800 (figures verified in source)"
    ) == ("H100 SXM relève de 3A090.a : TPP 15832 atteint 4800 (chiffres vérifiés à la source)")
    assert french.retell("ground", "a reason of tomorrow") == "a reason of tomorrow"


def test_a_step_of_many_is_named_in_french() -> None:
    from graphkit.summaries.changes import name_member

    step = ("aolani-sites", "HOSTS", "h100")
    assert (
        name_member(load_words("fr"), "Aolani sites (unnamed) host H100", step)
        == "présence de H100 (Aolani sites (unnamed))"
    )


def test_marks_places_and_next_steps_have_their_french_words() -> None:
    words = load_words("fr")
    assert words.mark("last reported 2024-06") == "dernière mention\u00a0: juin 2024"
    assert load_words("en").mark("last reported 2024-06") == "last reported 2024-06"
    assert (
        words.territories("Brunei, Indonesia and Acme Indonesian Ltd") == "Brunei, Indonésie and Acme Indonesian Ltd"
    )
    assert load_words("en").territory("the United States") == "the United States"
    assert words.retell("step", "the evidence of path 2") == "les preuves du chemin 2"


def test_every_next_step_is_one_that_the_catalogue_tells() -> None:
    told = [text for key, text in load_words("en").catalogue.sentences.items() if key.startswith("step.")]
    source = (Path(next_steps.__file__)).read_text("utf-8")
    for phrase in re.findall(r'(?:make_step|NextStep)\(\s*(?:words, )?f?"([^"]+)"', source):
        assert phrase in told


def test_a_month_is_told_as_one(shipped: Explorer) -> None:
    answer = shipped.whatif("ByteDance", "H100", enact="BILL-119-HR2683", on="2026-03")
    assert "judged in March 2026" in answer.summary[0]
    assert "jugement en mars 2026" in answer.in_language("fr").summary[0]


def test_all_evidence_of_a_path_has_its_heads_in_french(tmp_path: Path) -> None:
    base = small_base(tmp_path / "small")
    told = run("path", "Acmé", "H100", "-f", base, "--path", 1, "--language", "fr").stdout
    assert re.search(r"fait · énoncé dans un seul passage · confiance 0,\d\d", told)
    assert "règles\u00a0: " in told and "étape la plus faible" in told
    assert "stated in one passage" not in told and "rules: " not in told
    assert "→ H100: 3 paths" in run("path", "Acmé", "H100", "-f", base, "-v").stdout
