"""The shipped fact base says what its sources say, no more: `gold/` is a reviewed reading of the two articles."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graphkit.factbase import FactBase, read_factbase
from graphkit.facts import Claim, Entity, find_origin, parse_locator
from graphkit.graph import Filters, build_graph
from graphkit.names import Directory
from graphkit.ontology import CONFIDENCES, PATH_STATUSES
from graphkit.paths import AccessPath, Network, Search

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
GOLD = [json.loads(line) for line in (ROOT / "tests/gold/seed_claims.jsonl").read_text("utf-8").splitlines()]
#: The reading's words for a time, and the columns that say it.
TIMES = {"by 2025": {"due": "2025", "since": None}, "earlier this year": {"since": "2024"}}


@pytest.fixture(scope="module")
def base() -> FactBase:
    return read_factbase(SEEDS)


@pytest.fixture(scope="module")
def entities(base: FactBase) -> dict[str, Entity]:
    return {entity.id: entity for entity in base.entities}


@pytest.fixture(scope="module")
def directory(base: FactBase) -> Directory:
    return Directory(base.entities)


def said(base: FactBase, subject: str, relation: str, object_: str, **fields: object) -> list[Claim]:
    """Return the claims of a relation between two entities whose fields are as given."""
    return [
        claim
        for claim in base.claims
        if (claim.subject, claim.relation, claim.object) == (subject, relation, object_)
        and all(getattr(claim, name) == value for name, value in fields.items())
    ]


# The two articles ---------------------------------------------------------------------------------


def name_of_fact(row: dict[str, Any]) -> str:
    return f"{row['doc'][:3]}.{row['sentence']} {row['subject']} {row['relation']} {row['object']} {row['status']}"


@pytest.mark.parametrize("row", GOLD, ids=name_of_fact)
def test_every_fact_of_the_reading_is_a_claim(base: FactBase, directory: Directory, row: dict[str, Any]) -> None:
    def ids(names: list[str], kind: str) -> tuple[str, ...]:
        return tuple(sorted(directory.find(name, [kind]).id for name in names))

    subject = directory.find(row["subject"], [row["subject_kind"]]).id
    object_ = directory.find(row["object"], [row["object_kind"]]).id
    claims = said(
        base,
        subject,
        row["relation"],
        object_,
        document=row["doc"].removesuffix(".txt"),
        locator=str(row["sentence"]),
        status=row["status"],
    )
    assert len(claims) == 1, claims
    claim, scope, qualifiers = claims[0], row["scope"], dict(row["qualifiers"])
    assert claim.attribution == row["attribution"]
    assert claim.implied == row["implied"]
    assert tuple(sorted(claim.chips)) == ids(scope.get("chips", []), "Chip")
    assert tuple(sorted(claim.sites)) == ids(scope.get("sites", []), "Datacenter")
    assert tuple(sorted(claim.regions)) == ids(scope.get("regions", []), "Region")
    assert set(claim.via) == {directory.find(name, ["Company", "Datacenter"]).id for name in row["via"]}
    assert claim.sentence_hash
    for name in ("note", "reason", "event", "obligation", "concern", "extent"):
        if name in qualifiers:
            # the gold tells sentences by their number alone, which stands for nothing in an answer
            gold, told = (
                re.sub(r"sentences? (?=\d)", "", text).replace(" and 1", ", 1")
                for text in (qualifiers.pop(name), claim.note or "")
            )
            assert gold in told
    if "owner" in qualifiers:
        assert (claim.owner,) == ids([qualifiers.pop("owner")], "Company")
    if "origin" in qualifiers:
        cited = next(document.cites for document in base.documents if document.id == claim.document)
        assert cited and cited in qualifiers.pop("origin")
    since = row["since"]
    expected = TIMES.get(since, {"since": since.removeprefix("since ") if since else None}) | qualifiers
    assert {name: getattr(claim, name) for name in expected} == expected


def test_the_articles_hold_no_claim_beyond_the_reading(base: FactBase) -> None:
    counted = Counter(claim.document for claim in base.claims)
    wanted = Counter(row["doc"].removesuffix(".txt") for row in GOLD)
    assert {document: counted[document] for document in wanted} == wanted
    assert wanted.total() == 61


def test_summaries_are_sentences_of_our_own(base: FactBase) -> None:
    for claim in base.claims:
        assert claim.summary.endswith(".") and len(claim.summary) < 160, claim.summary
        assert not re.search(r"\b(les|des|puces|illegal)\b", claim.summary.lower()), claim.summary


# Size and shape ------------------------------------------------------------------------------------


def test_there_are_at_least_40_companies_and_150_claims(base: FactBase, entities: dict[str, Entity]) -> None:
    used = {end for claim in base.claims for end in (claim.subject, claim.object)}
    companies = [entities[end] for end in used if entities[end].kind == "Company"]
    assert len([company for company in companies if not company.generic]) >= 50
    assert len(base.claims) >= 1000


def test_every_claim_has_a_source_and_a_confidence(base: FactBase) -> None:
    documents = {document.id: document for document in base.documents}
    for claim in base.claims:
        document = documents[claim.document]
        assert document.publisher or document.file, document.id
        assert document.published or document.published_basis == "date not recorded", document.id
        assert claim.confidence in CONFIDENCES


def test_every_document_bears_claims(base: FactBase) -> None:
    assert {claim.document for claim in base.claims} >= {document.id for document in base.documents}


def test_a_passage_is_named_only_where_the_text_was_at_hand(base: FactBase) -> None:
    read = {document.id for document in base.documents if document.file}
    assert {claim.document for claim in base.claims if parse_locator(claim.locator)} == read


def test_generic_entities_are_honestly_named_and_only_they(base: FactBase) -> None:
    for entity in base.entities:
        unnamed = "unnamed" in entity.name
        if entity.generic:
            assert unnamed or (entity.kind == "Chip" and entity.name.endswith("chips")), entity
        else:
            assert not unnamed, entity


def test_ids_are_slugs() -> None:
    with (SEEDS / "entities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"]), row


def test_files_are_sorted() -> None:
    for name in ("documents.csv", "entities.csv"):
        with (SEEDS / name).open(encoding="utf-8", newline="") as file:
            ids = [row["id"] for row in csv.DictReader(file)]
        assert ids == sorted(set(ids)), name
    for path in sorted((SEEDS / "claims").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            keys = [(_place(row), row["subject"], row["relation"], row["object"]) for row in csv.DictReader(file)]
        assert keys == sorted(keys), path.name


def _place(row: dict[str, str]) -> int:
    """Claims whose place is unknown come last."""
    place = parse_locator(row["sentence"])
    return place[0] if place else 10**9


def test_every_named_company_has_a_seat(base: FactBase) -> None:
    seated = {c.subject for c in base.claims if c.relation in ("HEADQUARTERED_IN", "INCORPORATED_IN")}
    named = {entity.id for entity in base.entities if entity.kind == "Company" and not entity.generic}
    assert named - seated == {"firebird"}  # no document that was read gives its seat


def test_every_part_of_a_country_leads_to_it(base: FactBase, entities: dict[str, Entity]) -> None:
    with (SEEDS / "regions.csv").open(encoding="utf-8", newline="") as file:
        countries = {row["id"] for row in csv.DictReader(file)}
    parts = {c.subject for c in base.claims if c.relation == "PART_OF" and c.object in countries}
    used = {c.object for c in base.claims if entities[c.object].kind == "Region"}
    assert used - countries - parts == {"southeast-asia"}


def test_every_chip_has_a_designer_or_a_family_or_is_generic(base: FactBase) -> None:
    known = {claim.object for claim in base.claims if claim.relation == "DESIGNS"}
    known |= {claim.subject for claim in base.claims if claim.relation == "FORM_OF"}
    assert {entity.id for entity in base.entities if entity.kind == "Chip" and not entity.generic} <= known


# What must not be said ------------------------------------------------------------------------------


def test_the_lease_of_tencent_stays_in_southeast_asia(base: FactBase) -> None:
    claims = said(base, "tencent", "LEASES_FROM", "oracle")
    assert len(claims) == 3
    for claim in claims:
        assert claim.regions == ("southeast-asia",)
        assert claim.sites == ("oracle-sites-in-southeast-asia-unnamed",)
        assert claim.chips == ("advanced-ai-chips",)
    site = "oracle-sites-in-southeast-asia-unnamed"
    assert {c.object for c in base.claims if (c.subject, c.relation) == (site, "LOCATED_IN")} == {"southeast-asia"}
    assert not [c for c in base.claims if c.subject == "tencent" and c.object.startswith("oracle-servers")]


@pytest.fixture(scope="module")
def network(base: FactBase) -> Network:
    return Network(build_graph(base.entities, base.claims, base.documents))


def paths(network: Network, buyer: str, chip: str, filters: Filters | None = None) -> list[AccessPath]:
    searches = [Search(network, buyer, chip, filters or Filters(), max_hops=6, unnamed=one) for one in (False, True)]
    return [path for search in searches for _, path in search]


def test_the_first_way_of_bytedance_to_the_h100_is_stated_by_the_article_on_oracle(network: Network) -> None:
    first = paths(network, "bytedance", "h100")[0]
    assert first.nodes == ("bytedance", "oracle", "oracle-servers-in-the-united-states-unnamed", "h100")
    assert (first.stated, first.status, first.documents[0]) == (True, "done", "003_8e0fedee9de6ff0c")


@pytest.mark.parametrize("chip", ["h100", "a100", "b200", "gb200", "advanced-ai-chips"])
def test_no_way_of_tencent_passes_a_site_of_oracle_in_the_united_states(network: Network, chip: str) -> None:
    found = paths(network, "tencent", chip, Filters(statuses=frozenset(PATH_STATUSES)))
    assert any("oracle-sites-in-southeast-asia-unnamed" in path.nodes for path in found)
    for path in found:
        assert not {"oracle-servers-in-the-united-states-unnamed", "dayone-johor-campuses"} & set(path.nodes)


def test_what_was_stopped_did_not_reach_china(network: Network) -> None:
    alleged = Filters(statuses=frozenset(PATH_STATUSES))
    assert paths(network, "buyers-in-china-of-the-janford-case-unnamed", "a100", alleged)
    assert not paths(network, "buyers-in-china-of-the-janford-case-unnamed", "h100", alleged)


def test_every_lease_from_oracle_is_scoped_to_a_place_and_a_chip(base: FactBase) -> None:
    leases = [c for c in base.claims if (c.relation, c.object) == ("LEASES_FROM", "oracle")]
    assert len(leases) >= 6
    assert all(claim.chips and claim.regions for claim in leases)


def test_reports_of_one_report_are_one_origin(base: FactBase) -> None:
    documents = {document.id: document for document in base.documents}
    origins: dict[tuple[str, ...], set[str]] = {}
    for claim in said(base, "bytedance", "LEASES_FROM", "oracle"):
        origins.setdefault(claim.regions, set()).add(find_origin(claim, documents[claim.document]))
    assert origins == {("united-states",): {"The Information"}, ("malaysia",): {"SemiAnalysis"}}


def test_smuggling_is_alleged_until_somebody_pleads_guilty(base: FactBase) -> None:
    smuggled = [c for c in base.claims if c.transit and c.status in PATH_STATUSES]
    assert len(smuggled) >= 8
    assert {c.object for c in smuggled if c.status != "alleged"} == {"hao-global"}
    assert said(base, "us-department-of-justice", "INVESTIGATES", "hao-global", stage="convicted")
    assert not said(base, "us-department-of-justice", "INVESTIGATES", "earthmade-computer", stage="convicted")


def test_denials_name_who_denies(base: FactBase) -> None:
    denials = [claim for claim in base.claims if claim.status == "negated" and claim.attribution]
    assert {claim.attribution for claim in denials} >= {"Nvidia", "ByteDance", "Alibaba", "OBON"}


# Each case stands on one claim that could not come from another case: subject, relation, object, status.
CASES = {
    "ByteDance rents in the United States": "bytedance LEASES_FROM oracle done",
    "talks about chips for own US sites": "tencent BUYS_FROM nvidia considered",
    "two small clouds refuse": "china-telecom LEASES_FROM two-small-us-cloud-providers-unnamed refused",
    "state-linked bodies on AWS": "shenzhen-university LEASES_FROM yunda-technology done",
    "USD 7 billion abroad": "bytedance LEASES_FROM datacenter-operators-outside-china-for-bytedance-unnamed planned",
    "anchor tenant in Johor": "bytedance LEASES_SPACE_FROM bridge-data-centres done",
    "Oracle and ByteDance in Johor": "oracle LEASES_SPACE_FROM dayone done",
    "Aolani in Malaysia": "bytedance LEASES_FROM aolani-cloud planned",
    "INF Tech in Jakarta": "inf-tech LEASES_FROM indosat done",
    "Megaspeed": "alibaba LEASES_FROM megaspeed done",
    "Datasection near Osaka": "tencent LEASES_FROM datasection-customer-for-tencent-unnamed done",
    "training in South-East Asia": "alibaba LEASES_FROM non-chinese-operators-in-southeast-asia-unnamed done",
    "engineers with drives": "malaysian-ministry-of-investment-trade-and-industry INVESTIGATES "
    "chinese-ai-developer-with-drives-unnamed done",
    "DeepSeek and Blackwell": "deepseek USES blackwell-chips alleged",
    "servers through Singapore": "aperia-cloud-services BUYS_FROM dell alleged",
    "Hao Global": "hao-global BUYS_FROM resellers-of-h100-and-h200-unnamed done",
    "Janford": "janford-realtor BUYS_FROM alabama-reseller-of-the-janford-case-unnamed alleged",
    "Supermicro and Company-1": "company-1-of-the-supermicro-case-unnamed BUYS_FROM supermicro alleged",
    "OBON named by a newspaper": "company-1-of-the-supermicro-case-unnamed LINKED_TO obon alleged",
    "Inspur and Aivres": "inspur-group INVESTS_IN aivres-parent-unnamed done",
    "offshore subsidiaries": "offshore-subsidiaries-of-chinese-firms-unnamed BUYS blackwell-chips alleged",
    "distillation": "minimax CALLS_API_OF anthropic alleged",
    "chips cut down for China": "chinese-buyers-of-cut-down-chips-unnamed BUYS h20 done",
    "Tencent at Oracle's sites": "tencent LEASES_FROM oracle done",
    "Moonshot in Thailand": "moonshot-ai USES gb300 alleged",
    "Earthmade": "us-department-of-justice INVESTIGATES earthmade-computer done",
    "DeepSeek and the H800": "deepseek USES h800 done",
    "orders of H20 in early 2025": "alibaba BUYS h20 done",
    "dies for Huawei": "huawei BUYS_FROM sophgo alleged",
    "H200 licences": "chinese-buyers-of-h200-unnamed BUYS_FROM nvidia planned",
    "G42": "g42 BUYS gb300 planned",
    "ALX": "buyers-in-china-of-alx-unnamed BUYS_FROM alx-solutions alleged",
    "Keelung": "buyers-in-china-of-the-keelung-case-unnamed BUYS_FROM "
    "three-exporters-of-the-keelung-case-unnamed alleged",
    "racks in Xinjiang": "nyocor BUYS h100 planned",
    "tenders of universities": "tsinghua-university BUYS h100 done",
    "Brisbane": "beijing-company-that-rents-in-brisbane-unnamed LEASES_FROM "
    "decentralised-provider-of-computing-unnamed done",
}


@pytest.mark.parametrize("case", CASES)
def test_every_documented_case_is_in_the_base(base: FactBase, case: str) -> None:
    subject, relation, object_, status = CASES[case].split()
    assert len(CASES) == 36
    assert said(base, subject, relation, object_, status=status)
