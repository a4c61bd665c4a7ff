"""A count that a limit or a bound has cut says so: no number in prose is smaller than what the base holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphkit.answers import search
from tests.command_line import ask, run
from tests.fact_bases import claim, write_base

#: Ways of the base to the chip by name, to some chip of a class, and those that a provider refuses.
NAMED, UNNAMED, REFUSED = 14, 13, 9


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A buyer with many ways of each sort: it rents from providers that hold the chip, or refuse it."""
    providers = [
        *((f"n{number}", "done", "h100") for number in range(NAMED)),
        *((f"u{number}", "done", "some") for number in range(UNNAMED)),
        *((f"r{number}", "refused", "h100") for number in range(REFUSED)),
    ]
    rows = [claim("maker", "DESIGNS", "h100"), claim("h100", "IN_CLASS", "some")]
    entities = [
        {"id": "buyer", "name": "Buyer", "kind": "Company"},
        {"id": "maker", "name": "Maker", "kind": "Company"},
        {"id": "h100", "name": "H100", "kind": "Chip"},
        {"id": "some", "name": "Some chips", "kind": "Chip", "generic": "yes"},
    ]
    for at, (name, status, chip) in enumerate(providers):
        entities.append({"id": name, "name": f"Provider {name}", "kind": "Company"})
        rows += [
            claim("buyer", "LEASES_FROM", name, status=status, sentence=str(at)),
            claim(name, "USES", chip, sentence=str(at)),
        ]
    documents = [{"id": "d", "name": "Document", "publisher": "Paper", "published": "2025-01-01"}]
    return write_base(tmp_path_factory.mktemp("many"), documents, entities, {"d": rows})


def read_counts(text: str, thing: str) -> list[tuple[bool, int]]:
    """Return each number of a thing in a text, and whether it is said to be a least one."""
    found = re.finditer(rf"(at least |au moins )?(\d+) {thing}", " ".join(text.split()), re.IGNORECASE)
    return [(bool(one[1]), int(one[2])) for one in found]


def check(text: str, thing: str, truth: int) -> None:
    """Fail where a number of a thing is not the truth and is not said to be a least one."""
    counts = read_counts(text, thing)
    assert counts, text
    for least, number in counts:
        assert number == truth or (least and number < truth), (least, number, thing, text)


@pytest.mark.parametrize("limit", [2, 5, 13, 100])
@pytest.mark.parametrize("more", [(), ("-v",), ("--summary",), ("--format", "markdown")])
def test_a_path_counts_no_fewer_than_there_are(base: Path, limit: int, more: tuple[str, ...]) -> None:
    for language, ways in (("en", "ways? to chips"), ("fr", "voies? vers des puces")):
        text = run("path", "Buyer", "H100", "-f", base, "--limit", limit, "--language", language, *more).stdout
        check(text, ways, UNNAMED)
        if "--summary" not in more and "--format" not in more:
            check(text, "paths?" if language == "en" else "chemins?(?! de plus)", NAMED)
        # what a list of refusals leaves out is counted of those that were looked for
        rest = re.search(r"(?:and|et) (at least |au moins )?\d+ (?:more|de plus)\.", " ".join(text.split()))
        assert rest is None or rest[1]


def test_json_and_tables_say_what_was_cut(base: Path) -> None:
    cut = ask("path", "Buyer", "H100", "-f", base, "--limit", 3)["searched"]
    whole = ask("path", "Buyer", "H100", "-f", base, "--limit", 100)["searched"]
    assert (cut["more"], cut["more_unnamed"], cut["more_near_misses"]) == (True, True, True)
    assert (whole["more"], whole["more_unnamed"], whole["more_near_misses"]) == (False, False, True)
    rows = run("path", "Buyer", "H100", "-f", base, "--limit", 3, "--format", "csv").stdout
    assert "more_ways_to_a_chip_not_named" in rows and "more_near_misses" in rows


def test_near_misses_that_are_left_out_are_told_where_there_is_no_path(base: Path) -> None:
    answer = ask("path", "Buyer", "H100", "-f", base, "--without", "maker", "--status", "planned", code=1)
    assert answer["searched"]["more_near_misses"] and len(answer["negative"]["near_misses"]) == 5
    text = run("path", "Buyer", "H100", "-f", base, "--status", "planned", code=1).stdout
    assert "more near misses may exist" in " ".join(text.split())


@pytest.mark.parametrize("limit", [2, 12, 100])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_brief_counts_no_fewer_than_there_are(base: Path, tmp_path: Path, limit: int, language: str) -> None:
    file = tmp_path / "brief.md"
    run("brief", "Buyer", "H100", "-f", base, "--limit", limit, "--language", language, "-o", file)
    text = file.read_text("utf-8")
    check(text, "ways? to chips" if language == "en" else "voies? vers des puces", UNNAMED)
    left_out = "the table leaves out" if language == "en" else "le tableau laisse de côté"
    assert (left_out in text) == (limit > 10)


@pytest.mark.parametrize("limit", [3, 100])
def test_other_rules_are_counted_over_all_paths_or_said_not_to_be(base: Path, limit: int) -> None:
    text = run("whatif", "Buyer", "H100", "-f", base, "-f", "shipped", "--enact", "BILL-119-HR2683", "--limit", limit)
    for least, number in read_counts(text.stdout, "paths? (?:would|could)"):
        assert least == (limit == 3) and number <= NAMED
    check(text.stdout, "ways? to chips", UNNAMED)


def test_sets_that_close_are_counted_no_fewer_than_there_are(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = run("close", "Buyer", "H100", "-f", base).stdout
    check(text, "paths?", NAMED)
    # two steps of each way close it, so there are 2 ** 14 sets, and twenty are kept
    assert "and at least 17 more of the same size" in text
    monkeypatch.setattr("graphkit.answers.closings.MAX_PATHS", 4)
    cut = " ".join(run("close", "Buyer", "H100", "-f", base).stdout.split())
    check(cut, r"paths?\b(?! alone)", NAMED)
    assert "the rules were asked for the first 4 paths alone, and more exist" in cut


def test_a_matrix_counts_pairs_of_buyer_and_class_not_ways(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(run("exposure", "--buyers", "Buyer", "--chips", "H100", "-f", base).stdout.split())
    assert "among them: 1 pair of a buyer and a class of chips" in text
    monkeypatch.setattr("graphkit.answers.pairs._MANY_WAYS", 3)
    text = " ".join(run("exposure", "--buyers", "Buyer", "--chips", "H100", "-f", base).stdout.split())
    assert "among them: at least 1 pair of a buyer and a class of chips" in text
    assert "not every way to a chip that no source names was looked at" in text


def test_a_find_over_more_claims_than_are_looked_at_says_so(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ask("find", "LEASES", "-f", base)
    assert whole["bounded"] is False and len(whole["found"]) + whole["more"] == NAMED + UNNAMED + REFUSED
    monkeypatch.setattr(search, "_MOST", 7)
    text = run("find", "LEASES", "-f", base, "--limit", 5).stdout
    assert "at least 7 finds" in text and "at least 2 more: raise --limit" in text


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_a_query_that_is_cut_says_so_once(base: Path, form: str) -> None:
    cypher = "MATCH (a)-[r:USES]->(b) RETURN a.id AS id ORDER BY id"
    said = run("query", "--cypher", cypher, "-f", base, "--limit", 3, "--format", form)
    assert said.output.count("cut after 3 rows") == 1
