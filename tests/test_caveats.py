"""What speaks against a report, and what is known of its time, reaches the reader under the right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import ask, run
from tests.fact_bases import claim, write_base
from tests.page_fixtures import data_of

DOCUMENTS = [
    {"id": "first", "name": "First report", "publisher": "Herald", "published": "2025-03-04"},
    {"id": "later", "name": "Later report", "publisher": "Herald", "published": "2025-06-10"},
    {"id": "cloud", "name": "Statement of the cloud", "publisher": "Cloud", "published": "2025-03-06"},
    {"id": "other", "name": "Another paper", "publisher": "Courier", "published": "2025-03-08"},
    {"id": "court", "name": "Indictment", "publisher": "Court", "published": "2025-08-12"},
]
COMPANIES = ("buyer", "cloud-co", "refuser", "planner", "shell")
ENTITIES = [
    *({"id": one, "name": one.title(), "kind": "Company"} for one in COMPANIES),
    {"id": "site", "name": "Site", "kind": "Datacenter"},
    {"id": "h100", "name": "H100", "kind": "Chip"},
    {"id": "b200", "name": "B200", "kind": "Chip"},
    {"id": "a100", "name": "A100", "kind": "Chip"},
    {"id": "court-of-law", "name": "Court of Law", "kind": "Agency"},
]
CLAIMS = {
    "first": [
        claim("buyer", "LEASES_FROM", "cloud-co", sentence="1", observed="2025-02", summary="Buyer rents."),
        claim("cloud-co", "OPERATES", "site", sentence="1"),
        claim("site", "HOSTS", "h100", sentence="1"),
        claim("buyer", "LEASES_FROM", "refuser", status="refused", sentence="4", summary="Refuser said no."),
        claim("refuser", "USES", "h100", sentence="4"),
        claim("refuser", "USES", "a100", sentence="4"),
        claim("buyer", "BUYS", "a100", status="refused", sentence="5", summary="No licence was given."),
        claim("buyer", "LEASES_FROM", "shell", status="alleged", sentence="5", summary="Buyer may rent."),
        claim("shell", "USES", "a100", sentence="5"),
        claim("buyer", "BUYS_FROM", "planner", status="planned", sentence="6", due="2025-05", summary="Buyer plans."),
        claim("planner", "USES", "b200", sentence="6"),
        claim("site", "HOSTS", "h100", status="planned", sentence="8", note="more are to come"),
        claim("site", "HOSTS", "b200", status="planned", sentence="9"),
    ],
    "later": [claim("buyer", "LEASES_FROM", "cloud-co", sentence="2", until="2025-04", summary="It has ended.")],
    "cloud": [
        claim(
            "buyer", "LEASES_FROM", "cloud-co", status="negated", attribution="Cloud-Co", summary="Not our customer."
        )
    ],
    "other": [claim("buyer", "LEASES_FROM", "cloud-co", status="negated", summary="It is not so.")],
    "court": [
        claim("court-of-law", "INVESTIGATES", "cloud-co", stage="charged", against="officers"),
        claim("shell", "LINKED_TO", "cloud-co", status="alleged"),
    ],
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lease that ended and that a party and a paper deny, a refusal, plans, and a case against officers."""
    return write_base(tmp_path_factory.mktemp("caveats"), DOCUMENTS, ENTITIES, CLAIMS)


def read(*arguments: object, code: int = 0) -> str:
    return " ".join(run(*arguments, code=code).stdout.split())


@pytest.fixture(scope="module")
def screened(base: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The screen of two of the companies as text."""
    names = tmp_path_factory.mktemp("names") / "names.csv"
    names.write_text("name\nBuyer\nCloud-Co\n", "utf-8")
    return read("screen", names, "-f", base, "--chips", "H100")


def test_a_refusal_stands_beside_a_path_in_every_answer(base: Path, screened: str) -> None:
    asked = ("--chips", "H100", "-f", base)
    for form in ("text", "csv", "markdown", "json"):
        assert "Refuser said no." in read("exposure", "--buyers", "Buyer", *asked, "--format", form)
    (cell,) = ask("exposure", "--buyers", "Buyer", *asked)["cells"]
    assert cell["path"] and [one["reasons"] for one in cell["near_misses"]] == [["refused"]]
    assert "refused, says Herald: Refuser said no." in screened
    page = base / "matrix.html"
    run("exposure", "--buyers", "Buyer", *asked, "--html", page)
    cited = [(one["why"], one["text"]) for one in data_of(page.read_text("utf-8"))["cited"]]
    assert ("refused", "Refuser said no.") in cited


def test_every_refusal_of_a_pair_without_a_path_is_told(base: Path) -> None:
    asked = ("exposure", "--buyers", "Buyer", "--chips", "A100", "-f", base)
    for form in ("text", "csv", "markdown", "json"):
        shown = read(*asked, "--format", form, code=1)
        assert "Refuser said no." in shown and "No licence was given." in shown
    (cell,) = ask(*asked, code=1)["cells"]
    assert [one["reasons"] for one in cell["near_misses"]] == [["refused"], ["refused"]]


def test_only_a_party_denies(base: Path, screened: str) -> None:
    assert "denied by Cloud-Co: Not our customer." in screened
    assert "to the contrary, says Courier: It is not so." in screened
    for more in ((), ("-v",)):
        text = read("path", "Buyer", "H100", "-f", base, *more)
        assert "denied: Not our customer." in text and "to the contrary: It is not so." in text
        assert "denied: It is not so." not in text
    page = base / "page.html"
    run("path", "Buyer", "H100", "-f", base, "--status", "planned", "--html", page, code=1)
    assert "to the contrary: It is not so." in page.read_text("utf-8")
    run("path", "Buyer", "H100", "-f", base, "--html", page)
    data = data_of(page.read_text("utf-8"))
    against = [denial for one in data["parts"] for denial in one.get("denied_by", ())]
    told = {(data["claims"][one["claim"]]["summary"], one["word"]) for one in against}
    assert told == {("Not our customer.", "denied"), ("It is not so.", "contrary")}


def test_a_case_against_persons_is_told_and_said_not_to_be_against_the_company(screened: str) -> None:
    assert "a case of Court of Law is against officers (charged), and not against the company" in screened
    assert "Court alleges a link of it to Shell" in screened
    assert "it is under investigation" not in screened


def test_a_later_document_that_tells_the_end_gives_the_source_its_date(base: Path) -> None:
    text = read("path", "Buyer", "H100", "-f", base)
    assert "Herald (4 March 2025 to 10 June 2025; until April 2025)" in text
    known = read("path", "Buyer", "H100", "-f", base, "--known-by", "2025-04-01")
    assert "Herald (4 March 2025; observed in February 2025)" in known


def test_a_note_of_a_plan_is_not_told_as_one_of_what_is_done(base: Path) -> None:
    assert "note: more are to come (planned, Herald)" in read("path", "Buyer", "H100", "-f", base)


@pytest.mark.parametrize(
    ("asked", "overdue"),
    [
        ((), True),
        (("--known-by", "2025-04-01"), False),
        (("--known-by", "2025-05-20"), False),
        (("--known-by", "2025-06-01"), True),
        (("--on", "2025-07-01", "--known-by", "2025-04-01"), False),
        (("--on", "2025-07-01"), True),
    ],
)
def test_what_was_known_before_a_plan_was_due_does_not_make_it_overdue(
    base: Path, asked: tuple[str, ...], overdue: bool
) -> None:
    (path,) = (
        one
        for one in ask("path", "Buyer", "B200", "-f", base, *asked)["paths"]
        if one["steps"][0]["object"]["id"] == "planner"
    )
    assert ("due date passed, not reported done" in path["marks"]) is overdue


def test_a_plan_does_not_overlap_with_what_ended_before_it_was_told(base: Path, tmp_path: Path) -> None:
    over = "steps do not overlap in time"
    ended = [
        {**one, "until": "2024-12", "observed": ""} if one["relation"] == "LEASES_FROM" and "until" in one else one
        for one in CLAIMS["later"]
    ]
    claims = {**CLAIMS, "first": [one for one in CLAIMS["first"] if one.get("observed") is None], "later": ended}
    other = write_base(tmp_path, DOCUMENTS, ENTITIES, claims)

    def list_marks(chip: str, folder: Path) -> list[str]:
        found = ask("path", "Buyer", chip, "-f", folder, "--via", "Cloud-Co")["paths"]
        return [mark for one in found for mark in one["marks"]]

    assert over in list_marks("B200", other)
    assert over not in list_marks("H100", other) and over not in list_marks("B200", base)


def test_the_nearest_to_a_path_says_how_many_it_leaves_out(base: Path, tmp_path: Path) -> None:
    names = [f"r{number}" for number in range(6)]
    entities = [*ENTITIES, *({"id": one, "name": one.upper(), "kind": "Company"} for one in names)]
    rows = [claim("buyer", "LEASES_FROM", one, status="alleged", sentence=str(at)) for at, one in enumerate(names)]
    rows += [claim(one, "USES", "h100", sentence=str(at)) for at, one in enumerate(names)]
    folder = write_base(tmp_path, DOCUMENTS[:1], entities, {"first": rows})
    assert "and at least 2 more" in read("path", "Buyer", "H100", "-f", folder, code=1)
