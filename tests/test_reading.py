"""The reader: sentences, mentions, relations, statuses, laws, names; and how good it is."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.factbase import read_factbase
from graphkit.facts import Document, Entity, split_sentences
from graphkit.ontology import RELATIONS
from graphkit.reading.candidates import Candidate
from graphkit.reading.evaluation import convert_evaluation, evaluate_reader, read_gold, render_evaluation
from graphkit.reading.known_names import KnownNames
from graphkit.reading.lexicon import find_language, read_lexicon
from graphkit.reading.quantities import find_money, find_weekday
from graphkit.reading.reader import read_document
from graphkit.reading.sentences import even_text, find_sentences
from graphkit.reading.unknown_names import find_unknown_names
from tests.command_line import ask_signed, run

ARTICLES = Path(__file__).parent / "articles"


@cache
def names() -> KnownNames:
    more = [
        Entity(id="velmora", name="Velmora Systems", kind="Company"),
        Entity(id="kestrel", name="Kestrel Cloud", kind="Company"),
    ]
    return KnownNames([*read_factbase().entities, *more])


def read(text: str, language: str = "en", published: str | None = None) -> list[Candidate]:
    document = Document(id="d", name="d", language=language, published=published)
    return read_document(document, text, names()).candidates


def told(text: str, language: str = "en") -> set[str]:
    """Return what the rules read in a text, as lines."""
    found = set()
    for one in read(text, language):
        if one.subject and one.object and not one.implied:
            found.add(f"{one.subject.name} {one.relation} {one.object.name} {one.status}")
    return found


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        ("en", "Velmora Systems rents H100 servers from Oracle.", "Velmora Systems LEASES_FROM Oracle done"),
        ("en", "Velmora Systems plans to rent servers from Oracle.", "Velmora Systems LEASES_FROM Oracle planned"),
        ("en", "Velmora Systems is considering buying H20 chips.", "Velmora Systems BUYS H20 considered"),
        ("en", "Oracle refused to rent servers to Velmora Systems.", "Velmora Systems LEASES_FROM Oracle refused"),
        ("en", "Velmora Systems does not use H100 chips.", "Velmora Systems USES H100 negated"),
        ("en", "Velmora Systems, which is owned by Tencent, is based in Japan.", "Tencent OWNS Velmora Systems done"),
        ("en", "Kestrel Cloud (KC) and Velmora Systems use H200 chips.", "Kestrel Cloud USES H200 done"),
        ("en", "Japanese operator Kestrel Cloud said so.", "Kestrel Cloud HEADQUARTERED_IN Japan done"),
        ("fr", "Velmora Systems loue des serveurs à Oracle.", "Velmora Systems LEASES_FROM Oracle done"),
        ("fr", "Velmora Systems louera des serveurs à Oracle.", "Velmora Systems LEASES_FROM Oracle planned"),
        ("fr", "L'hébergeur Kestrel Cloud loue des puces H100 à Tencent.", "Tencent LEASES_FROM Kestrel Cloud done"),
        ("fr", "Velmora Systems aurait acheté des puces H100 à Dell.", "Velmora Systems BUYS_FROM Dell alleged"),
        ("fr", "Velmora Systems nie avoir acheté des puces H100 à Dell.", "Velmora Systems BUYS_FROM Dell negated"),
        ("fr", "Sa filiale Velmora Systems vend à Dell, dit Tencent.", "Dell BUYS_FROM Velmora Systems done"),
        ("fr", "La H800 est une version bridée de la H100.", "H800 VARIANT_OF H100 done"),
        (
            "fr",
            "Washington a ajouté Velmora Systems à la liste des entités.",
            "Velmora Systems LISTED_ON BIS Entity List done",
        ),
    ],
)
def test_a_sentence_gives_its_claim(language: str, text: str, claim: str) -> None:
    assert claim in told(text, language)


@pytest.mark.parametrize(
    ("language", "text", "unable"),
    [
        ("en", "Velmora Systems could not buy H100 chips.", True),
        ("en", "Velmora Systems was unable to rent servers from Oracle.", True),
        ("en", "Velmora Systems does not use H100 chips.", False),
        ("fr", "Velmora Systems ne peut pas acheter de puces H100.", True),
        ("fr", "Velmora Systems n'a pas acheté de puces H100.", False),
    ],
)
def test_who_could_not_do_it_denies_nothing(language: str, text: str, unable: bool) -> None:
    (one,) = read(text, language)
    assert (one.status, one.values.get("inability") == "yes") == ("negated", unable)


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        ("en", "Since 2022 the United States has barred sales of advanced chips to China.",
         "US AI chip export controls APPLIES_TO China done"),
        ("fr", "Depuis 2022, les États-Unis interdisent de vendre des puces H100 à la Chine.",
         "US AI chip export controls RESTRICTS H100 done"),
        ("fr", "Le Congrès examine le Remote Access Security Act.",
         "Remote Access Security Act ISSUED_BY US Congress proposed"),
        ("en", "Nvidia opposes the export controls imposed by the United States.",
         "Nvidia OPPOSES US AI chip export controls done"),
    ],
)  # fmt: skip
def test_a_law_has_statuses_of_its_own(language: str, text: str, claim: str) -> None:
    assert claim in told(text, language)


def test_what_a_rule_forbids_is_no_fact() -> None:
    text = "The United States prevents Nvidia from selling H100 chips to Tencent."
    assert not any(" BUYS_FROM " in claim for claim in told(text))


def test_words_that_stand_for_what_was_said_before_are_followed() -> None:
    text = "Velmora Systems grew. The company bought 300 H100 chips from Dell. It also rents servers from Oracle."
    assert {"Velmora Systems BUYS_FROM Dell done", "Velmora Systems LEASES_FROM Oracle done"} <= told(text)


def test_numbers_decide_which_chip_is_meant() -> None:
    found = told("Velmora Systems uses H200 chips and GB300s.")
    assert {"Velmora Systems USES H200 done", "Velmora Systems USES GB300 done"} <= found
    assert not any("H100" in claim for claim in found)


def test_a_lease_in_a_place_implies_a_site_there() -> None:
    (lease, *implied) = read("Velmora Systems rents servers with H100 chips in Japan from Oracle.")[:4]
    assert (lease.relation, [c.name for c in lease.chips], [r.name for r in lease.regions]) == (
        "LEASES_FROM",
        ["H100"],
        ["Japan"],
    )
    assert [one.relation for one in implied] == ["OPERATES", "LOCATED_IN", "HOSTS"]
    assert all(one.implied and one.needs == lease.key for one in implied)


def test_a_claim_carries_who_says_so_how_many_and_how_much() -> None:
    text = "According to The Ledger, Velmora Systems bought 4,000 H100 chips from Dell for $1.2 billion."
    (claim,) = [one for one in read(text) if one.relation == "BUYS_FROM"]
    assert claim.attribution == "The Ledger"
    assert claim.values == {"quantity": "4000", "unit": "chips", "value": "1200000000", "currency": "USD"}
    assert claim.summary == "Velmora Systems buys from Dell, limited to H100."


@pytest.mark.parametrize(
    ("language", "text", "quantity", "unit"),
    [
        ("en", "Velmora Systems bought 500 servers with eight H200 chips each from Dell.", "500", "servers"),
        ("en", "Velmora Systems bought 500 servers, each with 8 H200 chips, from Dell.", "500", "servers"),
        ("en", "Velmora Systems rents 2,000 servers with Nvidia B200 chips from Oracle.", "2000", "servers"),
        ("en", "Velmora Systems bought about 300 H100 systems from Dell.", "~300", "systems"),
        ("en", "Velmora Systems bought 300 systems with H100 chips from Dell.", "300", "systems"),
        ("en", "Velmora Systems rents 72 GB200 racks from Oracle.", "72", "racks"),
        ("en", "Velmora Systems bought 500 servers and 4,000 H100 chips from Dell.", "4000", "chips"),
        ("en", "Velmora Systems bought 4,000 H100 chips in 500 servers from Dell.", "4000", "chips"),
        ("en", "Dell sold 300 Velmora Systems H100 chips.", "300", "chips"),
        ("fr", "Velmora Systems a acheté 500 serveurs équipés de puces H200 à Dell.", "500", "servers"),
        ("fr", "Velmora Systems loue 2 000 serveurs dotés chacun de 8 puces B200 à Oracle.", "2000", "servers"),
        ("fr", "Velmora Systems loue 4 000 puces H100 à Oracle.", "4000", "chips"),
    ],
)
def test_a_count_is_of_what_it_stands_before(language: str, text: str, quantity: str, unit: str) -> None:
    (found,) = {
        (one.values["quantity"], one.values["unit"]) for one in read(text, language) if "quantity" in one.values
    }
    assert found == (quantity, unit)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Selon Les Échos, Velmora Systems loue des serveurs à Oracle.", "Les Échos"),
        ("Selon Le Monde, Velmora Systems loue des serveurs à Oracle.", "Le Monde"),
        ("D'après L'Usine Nouvelle, Velmora Systems loue des serveurs à Oracle.", "L'Usine Nouvelle"),
        ("Selon La Tribune, Velmora Systems loue des serveurs à Oracle.", "La Tribune"),
        ("Selon les enquêteurs, Velmora Systems loue des serveurs à Oracle.", "enquêteurs"),
    ],
)
def test_an_article_with_a_capital_is_part_of_the_name_of_who_says_so(text: str, who: str) -> None:
    (lease,) = [one for one in read(text, "fr") if one.relation == "LEASES_FROM"]
    assert lease.attribution == who


def test_dates_are_partial_and_relative_to_the_publication() -> None:
    (claim,) = [
        one for one in read("Velmora Systems will buy H100 chips next year.", published="2026-05-01") if one.relation
    ]
    assert claim.values["due"] == "2027"
    assert find_weekday("mardi", "2024-06-06") == "2024-06-04"
    assert find_money("7 milliards de dollars") == ("7000000000", "USD")


def test_a_sentence_that_an_abbreviation_seems_to_end_is_a_passage() -> None:
    text = "Title\n\nVelmora Systems uses U.S. chips. It rents from Oracle.\n"
    assert [one.locator for one in find_sentences(text)] == ["0", "1-2", "3"]


@given(st.text(alphabet=st.sampled_from("Ab. !?\nU.S\u00a0é’—"), max_size=80))
def test_passages_name_the_sentences_that_locators_count(text: str) -> None:
    counted = split_sentences(text)
    for one in find_sentences(text):
        first, _, last = one.locator.partition("-")
        joined = " ".join(counted[int(first) : int(last or first) + 1])
        assert " ".join(joined.split()) == " ".join(one.text.split())
        assert text[one.start : one.end] == one.text


@given(st.text(max_size=60))
def test_a_plain_text_keeps_its_length(text: str) -> None:
    assert len(even_text(text)) == len(text)


def test_a_sentence_that_no_rule_took_is_asked_with_its_pairs() -> None:
    found = read("Oracle, said people at Tencent, would use the same halls.")
    (sentence,) = [one for one in found if one.tier == "C"]
    assert [(one.name, other.name) for one, other in sentence.pairs] == [("Oracle", "Tencent")]


def test_candidates_obey_the_ontology() -> None:
    for file in sorted(ARTICLES.glob("*/*.txt")):
        for one in read_document(Document(id="d", name="d"), file.read_text(), names()).candidates:
            if one.subject and one.object:
                assert (one.subject.kind, one.object.kind) in RELATIONS[one.relation].ends
                assert one.status != "proposed" or RELATIONS[one.relation].group == "law"
                assert one.quote == file.read_text()[one.start : one.end]


def test_the_language_is_told_by_function_words() -> None:
    assert find_language("The chips are sold to the company and it is said that they were in use") == "en"
    assert find_language("Les puces sont vendues à la société, qui est dans le pays et les loue") == "fr"
    assert find_language("Die Firma kauft die Chips nicht, und das ist auch nach dem Gesetz so") is None


def test_a_name_that_nobody_knows_is_found_with_its_reason() -> None:
    text = "The Malaysian operator Quantia Grid bought chips. Sales at Quantia Grid rose, said Mr Paul Renner."
    found = find_unknown_names(text, "en", names())
    assert [(one.name, one.kind, one.person) for one in found] == [("Quantia Grid", "Company", False)]
    assert "called a company" in found[0].reason


def test_numbers_block_that_a_name_is_like_another() -> None:
    known = KnownNames([Entity(id="orbit-2", name="Orbit Labs 2", kind="Company")])
    text = "Orbit Labs 3 Inc bought chips from the company."
    assert all(one.near == "" for one in find_unknown_names(text, "en", known))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_frame_and_pattern_names_a_relation(language: str) -> None:
    lexicon = read_lexicon(language)
    for frame in lexicon.frames:
        assert all(outcome.relation in RELATIONS for outcome in frame.outcomes), frame.rule
    assert all(one.relation in RELATIONS for one in lexicon.patterns)


def test_the_same_text_gives_the_same_bytes_under_every_hash_seed(tmp_path: Path) -> None:
    program = (
        "import sys, msgspec; from pathlib import Path; from graphkit.factbase import read_factbase;"
        "from graphkit.facts import Document; from graphkit.reading.known_names import KnownNames;"
        "from graphkit.reading.reader import read_document; names = KnownNames(read_factbase().entities)\n"
        "for f in sorted(Path(sys.argv[1]).glob('*/*.txt')):\n"
        "    found = read_document(Document(id='d', name='d'), f.read_text(), names).candidates\n"
        "    sys.stdout.buffer.write(msgspec.json.encode(found))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program, str(ARTICLES)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(seen) == 1 and len(seen.pop()) > 10_000


def test_the_articles_that_no_rule_was_made_from_are_read_well() -> None:
    gold = read_gold(ARTICLES / "untuned.jsonl")
    found = evaluate_reader(gold, ARTICLES / "untuned", read_factbase().entities, names_known=True)
    assert found.relations.precision >= 0.80
    assert found.relations.f1 >= 0.68
    assert found.status_right >= 0.95
    assert found.recall_with_c >= 0.83
    assert found.tiers["A"].recall >= 0.15


def test_an_evaluation_lists_what_was_missed_and_what_was_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Nvidia buys H100 chips and it is so. Tencent uses H20 chips in the site.\n")
    row = (
        '{{"doc":"a.txt","sentence":0,"subject":"{}","subject_kind":"Company","relation":"{}",'
        '"object":"H100","object_kind":"{}","status":"{}"}}\n'
    )
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        row.format("Chip maker", "BUYS", "Chip", "done")
        + row.format("Oracle", "USES", "Chip", "done")
        + row.format("Oracle", "OWNS", "Chip", "done")
        + '{"same": ["Nvidia", "Chip maker"]}\n'
    )
    found = ask_signed("evaluate", gold, "--documents", tmp_path)
    assert (found["relations"]["right"], found["relations"]["found"], found["relations"]["gold"]) == (1, 2, 2)
    assert found["missed"] == ["a.txt:0: Oracle USES H100 (done)"]
    assert found["wrong"] == ["a.txt:1: Tencent USES H20 (done, use)"]
    assert found["forbidden"] == ["line 3: Oracle OWNS H100 (done)"]
    assert "missed: 1" in run("evaluate", gold, "--documents", tmp_path).output


@pytest.mark.parametrize("line", ["{", "[]", '{"doc": 1}', "null", '{"same": 3}'])
def test_a_broken_gold_is_one_line_with_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "gold.jsonl").write_text(line + "\n")
    result = run("evaluate", tmp_path / "gold.jsonl", "--documents", tmp_path, code=2)
    assert "gold.jsonl:1: is no claim of a gold" in result.output


def test_an_evaluation_is_told_as_text_and_as_data() -> None:
    gold = read_gold(ARTICLES / "tuned.jsonl")
    found = evaluate_reader(gold, ARTICLES / "tuned", read_factbase().entities, names_known=True)
    assert convert_evaluation(found)["relations"]["f1"] == pytest.approx(found.relations.f1, abs=1e-4)
    assert "rule lease" in render_evaluation(found)


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        ("en", "The H100 chips were sold to Velmora Systems in May.", "Velmora Systems BUYS H100 done"),
        ("en", "Velmora Systems was acquired by Kestrel Cloud.", "Kestrel Cloud OWNS Velmora Systems done"),
        ("en", "The H20 is manufactured by TSMC.", "TSMC MANUFACTURES H20 done"),
        ("en", "Velmora Systems would rent servers from Oracle.", "Velmora Systems LEASES_FROM Oracle considered"),
        (
            "fr",
            "Velmora Systems, détenue à 60 % par Kestrel Cloud, a parlé.",
            "Kestrel Cloud OWNS Velmora Systems done",
        ),
        ("fr", "La puce H20 est fabriquée par TSMC.", "TSMC MANUFACTURES H20 done"),
        ("fr", "Velmora Systems appartient à Kestrel Cloud.", "Kestrel Cloud OWNS Velmora Systems done"),
    ],
)
def test_a_passive_sentence_gives_the_same_claim(language: str, text: str, claim: str) -> None:
    assert claim in told(text, language)


@pytest.mark.parametrize("half", ["untuned", "tuned"])
def test_with_the_names_step_answered_the_reader_does_as_with_names_known(half: str) -> None:
    gold, shipped = read_gold(ARTICLES / f"{half}.jsonl"), list(read_factbase().entities)
    kinds = {row.subject: row.subject_kind for row in gold.rows} | {row.object: row.object_kind for row in gold.rows}
    accepted: dict[str, Entity] = {}
    for file in sorted((ARTICLES / half).glob("*.txt")):
        text = file.read_text()
        for one in find_unknown_names(text, find_language(text) or "en", KnownNames(shipped))[:15]:
            if one.name in kinds:
                accepted[one.name] = Entity(id=one.key[5:], name=one.name, kind=kinds[one.name])
    answered = evaluate_reader(gold, ARTICLES / half, [*shipped, *accepted.values()], names_known=False)
    known = evaluate_reader(gold, ARTICLES / half, shipped, names_known=True)
    print(f"names answered F1 {answered.relations.f1:.2f}, names known F1 {known.relations.f1:.2f}")
    assert answered.relations.f1 >= known.relations.f1


@pytest.mark.parametrize(
    ("language", "text", "site"),
    [
        ("en", "Kestrel Cloud's campus near Munich houses 4,000 H100 chips.", "Kestrel Cloud campus near Munich"),
        ("en", "Kestrel Cloud's site in Narvik, Norway, hosts 4,000 H100 chips.", "Kestrel Cloud site in Narvik"),
        (
            "fr",
            "Le site norvégien de Kestrel Cloud, à Narvik, abrite 4 000 puces H100.",
            "Kestrel Cloud site in Narvik",
        ),
        ("en", "Some H100 chips are installed at Kestrel Cloud's campus in Oslo.", "Kestrel Cloud campus in Oslo"),
    ],
)
def test_a_site_is_called_as_the_article_calls_it(language: str, text: str, site: str) -> None:
    known = KnownNames([*names().entities.values(), Entity(id="narvik", name="Narvik", kind="Region")])
    found = {
        (one.relation, end.name)
        for one in read_document(Document(id="d", name="d", language=language), text, known).candidates
        for end in (one.subject, one.object)
        if end and end.kind == "Datacenter"
    }
    assert found == {(relation, f"{site} (unnamed)") for relation in ("OPERATES", "LOCATED_IN", "HOSTS")}


def test_an_unnamed_site_is_known_again_by_the_short_form_of_its_operator() -> None:
    site = Entity(id="s", name="Velmora site in Munich (unnamed)", kind="Datacenter", generic=True)
    known = KnownNames([*names().entities.values(), site])
    text = "Velmora Systems's site in Munich houses H100 chips."
    hosts = [
        one for one in read_document(Document(id="d", name="d"), text, known).candidates if one.relation == "HOSTS"
    ]
    assert [one.subject for one in hosts] == [site]


def test_unnamed_companies_are_called_by_their_country_and_trade() -> None:
    found = told("Deux hébergeurs norvégiens ont loué 300 machines à Oracle.", "fr")
    assert "Two Norwegian hosting companies (unnamed) HEADQUARTERED_IN Norway done" in found


def test_a_capital_has_one_name_in_both_languages() -> None:
    assert "Kestrel Cloud HEADQUARTERED_IN Beijing done" in told("Kestrel Cloud est basée à Pékin.", "fr")
    assert "Kestrel Cloud HEADQUARTERED_IN Beijing done" in told("Kestrel Cloud is based in Beijing.")


def test_a_rule_with_a_name_is_an_unknown_name() -> None:
    found = find_unknown_names("The Chip Tracking Rule would bar sales to China.", "en", names())
    assert [(one.name, one.kind) for one in found] == [("Chip Tracking Rule", "Regulation")]


def test_a_noun_before_a_name_is_no_other_company() -> None:
    text = "Velmora Systems loue des serveurs avec des puces H100 via la société de cloud dédié Oracle."
    assert "Velmora Systems LEASES_FROM Oracle done" in told(text, "fr")
