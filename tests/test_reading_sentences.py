"""Sentences of articles, one by one: what each claims, what it does not, and on which days."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from graphkit.factbase import read_factbase
from graphkit.facts import Document, Entity
from graphkit.reading.candidates import Candidate
from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.quantities import find_dates
from graphkit.reading.reader import find_attribution, find_scenes, read_document

FILE = Path(__file__).parent / "articles" / "sentences.yaml"


@cache
def data() -> Any:
    return yaml.safe_load(FILE.read_text("utf-8"))


@cache
def names() -> KnownNames:
    known = list(read_factbase().entities)
    present = {name for one in known for name in (one.name, *one.aliases)}
    more = [Entity(id=make_slug(n), name=n, kind="Company") for n in data()["companies"] if n not in present]
    more += [Entity(id=make_slug(n), name=n, kind="Product") for n in data()["products"]]
    more += [Entity(id=make_slug(n), name=n, kind="Region") for n in data()["places"]]
    return KnownNames([*known, *more])


def read(text: str, language: str = "en", published: str = "2026-05-14") -> list[Candidate]:
    document = Document(id="d", name="d", language=language, published=published)
    return [one for one in read_document(document, text, names()).candidates if one.subject and not one.implied]


def told(text: str, language: str = "en") -> set[str]:
    return {
        f"{one.subject.name} {one.relation} {one.object.name} {one.status}"
        for one in read(text, language)
        if one.subject and one.object
    }


def test_most_sentences_give_their_claims_and_no_others() -> None:
    right = found = gold = 0
    for row in data()["sentences"]:
        wanted, got = set(row["claims"]), told(row["text"], row["language"])
        right, found, gold = right + len(wanted & got), found + len(got), gold + len(wanted)
    print(f"sentences: precision {right / found:.3f}, recall {right / gold:.3f} of {gold} claims with status")
    assert right / found >= 0.93 and right / gold >= 0.93


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Has Hanmei bought H100 chips from Dell?"),
        ("en", "Dell will act if Hanmei buys H100 chips from Nvidia."),
        ("en", "Hanmei scrapped a plan to rent H200 servers from Oracle."),
        ("en", "Oracle declined to say whether it rents servers to Hanmei."),
        ("en", "Regulators told Hanmei to stop buying H20 chips from Nvidia."),
        ("en", "Rather than buy chips from Nvidia, Hanmei waits."),
        ("fr", "Hanmei a-t-il acheté des puces H100 à Dell ?"),
        ("fr", "Si Hanmei achète des puces H100 à Dell, il risque des sanctions."),
        ("fr", "Hanmei a renoncé à louer des serveurs H200 à Oracle."),
        ("fr", "Oracle n'a ni confirmé ni démenti louer des serveurs à Hanmei."),
        ("fr", "Pékin a demandé à Hanmei de ne plus acheter de puces H20 à Nvidia."),
    ],
)
def test_a_question_a_condition_and_what_was_given_up_claim_nothing(language: str, text: str) -> None:
    assert not {claim for claim in told(text, language) if "_FROM " in claim}


def test_we_in_a_quotation_is_the_company_that_speaks() -> None:
    claim = "Hanmei BUYS_FROM Gradia Servers negated"
    assert claim in told('"We do not sell to Hanmei," Gradia Servers said in a statement.')
    assert claim in told("« Nous n'avons jamais vendu de puces à Hanmei », a déclaré Gradia Servers.", "fr")


def test_what_stands_between_commas_is_no_cue_of_the_verb_after_it() -> None:
    text = "Baoshan, which has not named its suppliers, ordered GB200 chips from Delmare."
    assert "Baoshan BUYS_FROM Delmare done" in told(text)


def test_an_edge_of_a_name_is_no_word_of_the_sentence() -> None:
    # "Cloud" in a name says nothing of computing, and "land" in "Finland" nothing of land
    assert "Kestrel Cloud LEASES_FROM Dell done" not in told("Kestrel Cloud gets its chips from Dell.")
    assert "Hanmei LEASES_FROM Oracle done" in told("Hanmei rents servers from Oracle in Finland.")


def test_the_company_after_its_subsidiary_is_the_parent() -> None:
    text = "Hanmei grew. Its subsidiary, Hanmei Pacific, opened. The company rents servers from Oracle."
    assert "Hanmei LEASES_FROM Oracle done" in told(text)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Le ministère a inscrit Hanmei sur la liste mardi", ["2026-05-12"]),
        ("The department on Tuesday added Hanmei to the list", ["2026-05-12"]),
        ("Hanmei bought chips, The Ledger reported on Tuesday", []),  # the day of the report
        ("Hanmei loue des puces, a révélé mardi The Ledger", []),
        ("The chips arrive next Friday", ["2026-05-15"]),
        ("Les puces arrivent vendredi prochain", ["2026-05-15"]),
        ("Tuesday, May 12, 2026", ["2026-05-12"]),
        ("The chips were sold on May 3", ["2026-05-03"]),
        ("Les puces ont été vendues le 3 novembre", ["2025-11-03"]),
        ("It may 12 times", []),
        ("SINGAPORE, May 12 (The Ledger) - The chips were sold", []),
    ],
)
def test_a_day_is_the_last_one_up_to_the_publication(text: str, dates: list[str]) -> None:
    assert [date for _, _, _, date in find_dates(text, "2026-05-14")] == dates


def test_a_weekday_dates_a_claim() -> None:
    (claim,) = read("The Commerce Department on Tuesday added Hanmei to its Entity List.")
    assert (claim.relation, claim.values) == ("LISTED_ON", {"since": "2026-05-12"})
    (plan,) = [one for one in read("On Tuesday Hanmei said it would buy H20 chips from Nvidia.") if one.relation]
    assert plan.status == "planned" and "due" not in plan.values  # no plan is due before its publication


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Kestrel Cloud stopped renting H100 servers to Hanmei in April 2026."),
        ("en", "Kestrel Cloud has halted shipments of H100 servers to Hanmei in April 2026."),
        ("fr", "Kestrel Cloud a cessé de louer des serveurs H100 à Hanmei en avril 2026."),
    ],
)
def test_what_has_stopped_was_so_until_then(language: str, text: str) -> None:
    (claim,) = (one for one in read(text, language) if one.relation.endswith("_FROM"))
    assert (claim.status, claim.values.get("until")) == ("done", "2026-04")


def test_nobody_is_no_source() -> None:
    for text in ("The deal, details of which have not been previously reported, helps Hanmei and Nvidia.",):
        assert [find_attribution(scene) for scene in find_scenes(text, "en", names())] == [""]
