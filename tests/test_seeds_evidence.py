"""The shipped base claims no more than its sources: each kind of fault is looked for, and found where planted."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from msgspec.structs import replace

from graphkit.factbase import FactBase, count_coverage, read_factbase
from graphkit.facts import Claim, Document, find_origin
from graphkit.ontology import PATH_STATUSES, RELATIONS

SEEDS = Path(__file__).parents[1] / "seeds"
Check = Callable[[FactBase], Iterator[str]]

#: What courts and prosecutors call a party that they do not name.
_PLACEHOLDER = re.compile(
    r"(company|corporation|firm|entity|individual|person|co-?conspirator|defendant)[- ]?([a-z]|\d+)", re.IGNORECASE
)
_NEED = re.compile(
    r"\b(needs?|needed|depends?|dependen(?:t|ce)|cannot (?:yet )?do without|reliant|relies)\b", re.IGNORECASE
)
_TO_BE = re.compile(r"\b(?:is|are) to (?!stop)|\b(?:plans?|means?|intends?|wants?) to\b|\basked for\b", re.IGNORECASE)
_PLANNED = re.compile(r"^(?:a plan|planned|sought|tender)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:both makers|of all (?:buyers )?together|of (?:all|several) (?:buyers|companies)|the whole scheme)\b",
    re.IGNORECASE,
)
_PERSONS_CHARGED = re.compile(
    r"\b(?:persons?|people|men|owner|founder|head|officers?|executives?)\b[^.;]*\b(?:charged|indicted|arrested)\b",
    re.IGNORECASE,
)
_COURT = re.compile(r"\b(?:justice|prosecutors?|police|court|customs)\b", re.IGNORECASE)
_ADDRESS = "address not recorded"
#: Below these a number is as likely a coincidence as one event.
_MANY = 1000


@pytest.fixture(scope="module")
def base() -> FactBase:
    return read_factbase(SEEDS)


def _told(claim: Claim) -> str:
    return f"{claim.document}: {claim.subject} {claim.relation} {claim.object} {claim.status}"


def figures_of_one_event_without_a_link(base: FactBase) -> Iterator[str]:
    """Sums and large counts that stand on several claims about a company, which no `event` marks as one."""
    companies = {entity.id for entity in base.entities if entity.kind == "Company"}
    same: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in base.claims:
        for figure, unit in ((claim.value, claim.currency), (claim.quantity, claim.unit)):
            digits = re.sub(r"\D", "", figure or "")
            if digits and int(digits) >= _MANY:
                same[digits, unit or ""].append(claim)
    for (digits, unit), claims in same.items():
        for one, other in combinations(claims, 2):
            if companies & {one.subject, one.object} & {other.subject, other.object} and (
                not one.event or one.event != other.event
            ):
                yield f"{digits} {unit}: {_told(one)}; {_told(other)}"


def confirmed_access_to_what_is_not_named(base: FactBase) -> Iterator[str]:
    generic = {entity.id for entity in base.entities if entity.generic}
    for claim in base.claims:
        relation = RELATIONS[claim.relation]
        if claim.confidence == "confirmed" and claim.object in generic and relation.group == "access":
            yield _told(claim)


def aliases_that_are_placeholders_of_a_court(base: FactBase) -> Iterator[str]:
    for entity in base.entities:
        for alias in (*entity.aliases, "" if entity.generic else entity.name):
            if _PLACEHOLDER.fullmatch(alias):
                yield f"{entity.id}: {alias}"


def cases_that_do_not_say_against_whom(base: FactBase) -> Iterator[str]:
    for claim in base.claims:
        if claim.relation == "INVESTIGATES" and not ((claim.against and claim.stage) or claim.status == "negated"):
            yield _told(claim)


def uses_from_words_of_need(base: FactBase) -> Iterator[str]:
    for claim in base.claims:
        if claim.relation in ("USES", "BUYS") and _NEED.search(f"{claim.summary} {claim.note or ''}"):
            yield _told(claim)


def documents_without_an_address(base: FactBase) -> Iterator[str]:
    for document in base.documents:
        if bool(document.url) == (_ADDRESS in (document.reliability_basis or "")):
            yield document.id


def grades_without_a_reason(base: FactBase) -> Iterator[str]:
    for document in base.documents:
        if not document.reliability or not document.reliability_basis:
            yield document.id


def goods_that_never_came_told_as_done(base: FactBase) -> Iterator[str]:
    for claim in base.claims:
        if claim.delivery in ("seized", "withdrawn") and claim.status == "done":
            yield _told(claim)


def denials_without_a_denier(base: FactBase) -> Iterator[str]:
    """A denial is somebody's; what a seed article says not to be so by itself, or that nobody owns it, is its own."""
    texts = {document.id for document in base.documents if document.file}
    for claim in base.claims:
        own = claim.document in texts or (claim.subject, claim.relation) == ("parent-companies-unnamed", "OWNS")
        if claim.status == "negated" and not claim.attribution and not own:
            yield _told(claim)


def purchases_of_a_group_on_a_member(base: FactBase) -> Iterator[str]:
    """A figure of several buyers together belongs to their group, never to one of them."""
    for claim in base.claims:
        if (claim.value or claim.quantity) and re.search(r"no share of this company", claim.note or ""):
            yield _told(claim)


def unnamed_companies_of_unrelated_documents(base: FactBase) -> Iterator[str]:
    for group in count_coverage(base).shared_groups:
        yield group.entity


def reports_counted_as_two_origins(base: FactBase) -> Iterator[str]:
    """Who told a report is no origin beside it: "two employees via Financial Times" is the Financial Times."""
    documents = {document.id: document for document in base.documents}
    for claim in base.claims:
        if " via " in find_origin(claim, documents[claim.document]):
            yield _told(claim)


def one_party_under_two_names(base: FactBase) -> Iterator[str]:
    """A party counts once: "Nvidia", "NVIDIA" and "Nvidia (SEC filing)" are one origin."""
    documents = {document.id: document for document in base.documents}
    names: dict[str, set[str]] = defaultdict(set)
    for claim in base.claims:
        origin = find_origin(claim, documents[claim.document])
        names[re.sub(r"\s*\(.*\)", "", origin).casefold()].add(origin)
    yield from (", ".join(sorted(found)) for found in names.values() if len(found) > 1)


def plans_told_as_done(base: FactBase) -> Iterator[str]:
    """A claim that something is to be is a plan, be it of a party or of a press that is told of it."""
    for claim in base.claims:
        told = _TO_BE.search(claim.summary) or _PLANNED.search(claim.note or "")
        if claim.status == "done" and RELATIONS[claim.relation].group != "law" and told:
            yield _told(claim)


def figures_without_their_other_half(base: FactBase) -> Iterator[str]:
    for claim in base.claims:
        if bool(claim.value) != bool(claim.currency) or bool(claim.quantity) != bool(claim.unit):
            yield _told(claim)


def totals_on_one_purchase(base: FactBase) -> Iterator[str]:
    """What a note says to be the sum of several sellers or buyers stands on none of their purchases."""
    generic = {entity.id for entity in base.entities if entity.generic}
    for claim in base.claims:
        if (claim.value or claim.quantity) and claim.subject not in generic and _TOGETHER.search(claim.note or ""):
            yield _told(claim)


def cases_against_persons_told_of_the_company(base: FactBase) -> Iterator[str]:
    for claim in base.claims:
        told = _PERSONS_CHARGED.search(f"{claim.summary} {claim.note or ''}")
        against = claim.relation == "INVESTIGATES" and claim.against == "company" and claim.stage != "convicted"
        if told and against and claim.status != "negated":
            yield _told(claim)


def names_of_the_press_in_the_mouth_of_a_court(base: FactBase) -> Iterator[str]:
    """Who the press takes an unnamed party to be is named by no claim of the court that left it unnamed."""
    generic = {entity.id for entity in base.entities if entity.generic}
    taken: dict[str, set[str]] = defaultdict(set)
    for claim in base.claims:
        ends = {claim.subject, claim.object}
        if claim.relation == "LINKED_TO" and claim.status == "alleged" and len(ends & generic) == 1:
            taken[(ends - generic).pop()].add((ends & generic).pop())
    for claim in base.claims:
        for named in taken.keys() & {claim.subject, claim.object}:
            courts = {
                other.attribution
                for other in base.claims
                if taken[named] & {other.subject, other.object} and _COURT.search(other.attribution or "")
            }
            if claim.attribution in courts and claim.relation != "INVESTIGATES":
                yield _told(claim)


def ends_before_beginnings(base: FactBase) -> Iterator[str]:
    for claim in base.claims:
        if claim.since and claim.until and claim.since[: len(claim.until)] > claim.until[: len(claim.since)]:
            yield _told(claim)


CHECKS: tuple[Check, ...] = (
    reports_counted_as_two_origins,
    one_party_under_two_names,
    plans_told_as_done,
    figures_without_their_other_half,
    totals_on_one_purchase,
    cases_against_persons_told_of_the_company,
    names_of_the_press_in_the_mouth_of_a_court,
    ends_before_beginnings,
    figures_of_one_event_without_a_link,
    confirmed_access_to_what_is_not_named,
    aliases_that_are_placeholders_of_a_court,
    cases_that_do_not_say_against_whom,
    uses_from_words_of_need,
    documents_without_an_address,
    grades_without_a_reason,
    goods_that_never_came_told_as_done,
    denials_without_a_denier,
    purchases_of_a_group_on_a_member,
    unnamed_companies_of_unrelated_documents,
)


def _first(base: FactBase, **fields: object) -> Claim:
    return next(c for c in base.claims if all(getattr(c, name) == value for name, value in fields.items()))


def _with_claim(base: FactBase, claim: Claim, **fields: object) -> FactBase:
    return replace(base, claims=(*base.claims, replace(claim, id="0" * 16, **fields)))


def _with_document(base: FactBase, **fields: object) -> FactBase:
    document: Document = base.documents[0]
    return replace(base, documents=(replace(document, **fields), *base.documents[1:]))


def _planted(base: FactBase) -> dict[str, FactBase]:
    """Return a base for each check that holds one fault of its kind."""
    lease = _first(base, subject="bytedance", relation="LEASES_FROM", object="oracle")
    case = _first(base, relation="INVESTIGATES", object="supermicro", status="done")
    obon = next(entity for entity in base.entities if entity.id == "obon")
    named = replace(obon, aliases=(*obon.aliases, "Company-1"))
    bought = _first(base, subject="megaspeed", relation="BUYS", value=">=4600000000")
    unnamed = _first(base, relation="BUYS_FROM", object="two-malaysian-freight-companies-unnamed")
    firm = _first(base, relation="BUYS_FROM", object="dell", subject="aperia-cloud-services")
    named_by_press = _first(base, relation="HEADQUARTERED_IN", subject="obon")
    return {
        "one_party_under_two_names": _with_claim(base, lease, attribution="REUTERS (tenders)"),
        "plans_told_as_done": _with_claim(base, lease, summary="ByteDance is to rent H100 servers from Oracle."),
        "figures_without_their_other_half": _with_claim(base, lease, currency="USD", value=None),
        "totals_on_one_purchase": _with_claim(
            base, firm, value="250000000", currency="USD", note="USD 250 million is of both makers"
        ),
        "cases_against_persons_told_of_the_company": _with_claim(base, case, against="company"),
        "names_of_the_press_in_the_mouth_of_a_court": _with_claim(
            base, named_by_press, attribution="US Department of Justice"
        ),
        "ends_before_beginnings": _with_claim(base, lease, since="2025-02", until="2024"),
        "reports_counted_as_two_origins": _with_claim(base, lease, attribution="two people via Reuters"),
        "figures_of_one_event_without_a_link": _with_claim(base, bought, event=None),
        "confirmed_access_to_what_is_not_named": _with_claim(
            base, lease, object="two-small-us-cloud-providers-unnamed", confidence="confirmed"
        ),
        "aliases_that_are_placeholders_of_a_court": replace(
            base, entities=tuple(named if entity is obon else entity for entity in base.entities)
        ),
        "cases_that_do_not_say_against_whom": _with_claim(base, case, against=None),
        "uses_from_words_of_need": _with_claim(
            base, lease, relation="USES", object="nvidia-ai-chips", summary="ByteDance cannot yet do without Nvidia."
        ),
        "documents_without_an_address": _with_document(base, url=None),
        "grades_without_a_reason": _with_document(base, reliability_basis=None),
        "goods_that_never_came_told_as_done": _with_claim(base, lease, delivery="seized"),
        "denials_without_a_denier": _with_claim(base, unnamed, status="negated", attribution=None),
        "purchases_of_a_group_on_a_member": _with_claim(
            base, lease, value="16000000001", note="no share of this company is given"
        ),
        "unnamed_companies_of_unrelated_documents": _with_claim(
            base, unnamed, document="livemint-2025-06", attribution="The Wall Street Journal", event=None
        ),
    }


def test_every_check_has_a_fault_that_it_finds(base: FactBase) -> None:
    planted = _planted(base)
    assert set(planted) == {check.__name__ for check in CHECKS}
    for check in CHECKS:
        assert list(check(planted[check.__name__])), check.__name__


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_base_holds_none_of(base: FactBase, check: Check) -> None:
    assert list(check(base)) == []


# Documents ------------------------------------------------------------------------------------------


def test_no_document_sums_up_what_others_say(base: FactBase) -> None:
    assert not [document.id for document in base.documents if document.publisher == "graphkit"]


def test_check_counts_the_documents_without_address(base: FactBase) -> None:
    missing = count_coverage(base).without_address
    assert 0 < len(missing) < len(base.documents) / 8
    assert {document.id for document in base.documents if not document.url} == set(missing)


DROPPED = (
    "binance-square-2024-06",
    "bingx-2025-12",
    "cashwinner-2026",
    "cointeeth-2025-03",
    "digest-tencent-oracle-2026-10",
    "econotimes-2025-01",
    "elblog-2024-06",
    "financial-express-2026-02",
    "fintool-2026-02",
    "goldberglawma-2025-03",
    "imdhmi-2025-12",
    "latestly-2026-02-24",
    "letsdatascience-2026-05",
    "mingtiandi-2024-06",
    "morningoverview-2026-03",
    "newspage360-2025-12",
    "particle-news-2025-11",
    "pebblous-2026-10-03",
    "songai-2025-06",
    "stockbit-2025",
    "suararembang-2025-11",
    "theoutpost-2025-12",
    "toms-hardware-2023-11",
    "vietmetric-2026-03",
    "wilmarth-associates-2026",
    "zzxutai-2025-01",
)


def test_no_copy_is_kept_where_a_better_carrier_is_known(base: FactBase) -> None:
    assert not {document.id for document in base.documents} & set(DROPPED)


def test_every_listing_cites_its_rule_and_its_day(base: FactBase) -> None:
    listings = [
        c for c in base.claims if (c.relation, c.object) == ("LISTED_ON", "us-entity-list") and c.status == "done"
    ]
    official = [c for c in listings if c.document.startswith(("federal-register", "fr-"))]
    assert len(official) >= 14
    for claim in official:
        assert claim.since and len(claim.since) == 10, claim
    since = {claim.subject: claim.since for claim in official}
    assert since["inspur-taiwan"] == "2025-03-25" and since["sophgo"] == "2025-01-16"
    assert since["huawei"] == "2019-05-16" and since["inspur-group"] == "2023-03-02"


# What the sources say of the cases ------------------------------------------------------------------


def test_only_a_newspaper_names_obon_and_only_in_may_2026(base: FactBase) -> None:
    documents = {document.id: document for document in base.documents}
    told = [claim for claim in base.claims if "obon" in (claim.subject, claim.object)]
    assert told and all((documents[claim.document].published or "") >= "2026-05" for claim in told)
    assert {c.status for c in told if "company-1-of-the-supermicro-case-unnamed" in (c.subject, c.object)} == {
        "alleged",
        "negated",
    }
    assert not [c for c in told if c.attribution == "US Department of Justice"]


def test_persons_are_charged_where_the_company_is_not(base: FactBase) -> None:
    for company in ("aperia-cloud-services", "janford-realtor", "supermicro", "earthmade-computer", "alx-solutions"):
        cases = [c for c in base.claims if (c.relation, c.object) == ("INVESTIGATES", company)]
        charged = [c for c in cases if c.stage == "charged"]
        assert charged and {c.against for c in charged} == {"officers"}, company
    convicted = [c for c in base.claims if c.stage == "convicted"]
    assert {(c.object, c.against) for c in convicted} == {("hao-global", "company")}


def test_access_of_the_press_is_dated_but_for_few(base: FactBase) -> None:
    """Of the press claims that may make a path, at least three in four bear a date of their own."""
    references = re.compile(r"(nvidia|amd|intel|google|aws|fr|bis|bill|s-w-kelly|epoch|microsoft-maia)-")
    access = [
        c
        for c in base.claims
        if RELATIONS[c.relation].group == "access"
        and c.relation != "OWNS"
        and c.status in PATH_STATUSES
        and not references.match(c.document)
    ]
    dated = [c for c in access if c.since or c.until or c.due or c.observed]
    assert len(access) > 200 and len(dated) >= 0.75 * len(access), (len(access), len(dated))


def test_two_permissions_are_told_apart(base: FactBase) -> None:
    of_h200 = {c.licence_by for c in base.claims if c.licence == "granted" and "h200" in (c.object, *c.chips)}
    assert of_h200 >= {"china", "united-states"}


def test_statements_of_compliance_are_no_denials(base: FactBase) -> None:
    said = [claim for claim in base.claims if claim.relation == "COMPLIES_WITH"]
    assert len(said) >= 5
    assert all(claim.attribution and claim.status == "done" for claim in said)


# Chips ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chips() -> dict[str, dict[str, str]]:
    with (SEEDS / "chips.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_the_chips_that_people_ask_for_are_there(base: FactBase) -> None:
    names = {name.casefold() for entity in base.entities for name in (entity.name, *entity.aliases)}
    asked = (
        "H20 141GB|RTX PRO 6000|RTX PRO 6000D|RTX 5090 D v2|H200 NVL|MI300A|MI350X|Ascend 910B1|Ascend 910B2|"
        "Ascend 910B3|Ascend 910B4|Ascend 920|Ascend 950|Kunlun P800|Hygon DCU|BR100|MTT S4000|TPU v6e|TPU v7|"
        "Trainium3|Maia 100|Maia 200"
    )
    assert [name for name in asked.split("|") if name.casefold() not in names] == []


def test_a_chip_kept_by_its_maker_is_not_sold(chips: dict[str, dict[str, str]]) -> None:
    kept = {id_ for id_, row in chips.items() if row["sold"] == "no"}
    assert kept == {id_ for id_ in chips if id_.startswith(("tpu-", "trainium", "maia-"))}


def test_models_made_for_china_say_so(chips: dict[str, dict[str, str]]) -> None:
    assert {"h20-sxm", "h20-141gb", "h800-sxm", "a800-80gb", "rtx-pro-6000d", "rtx-5090-d-v2", "mi308x"} <= {
        id_ for id_, row in chips.items() if row["market"] == "china"
    }


def test_no_first_of_a_month_is_invented(base: FactBase, chips: dict[str, dict[str, str]]) -> None:
    assert not [
        id_ for id_, row in chips.items() if row["announced"].endswith("-01") and row["announced"].count("-") == 2
    ]
    made = [c for c in base.claims if c.relation in ("DESIGNS", "FORM_OF", "IN_CLASS", "RESTRICTS")]
    assert not [c.id for c in made if re.fullmatch(r"\d{4}-\d\d-01", c.since or "")]


def test_the_makers_upstream_are_told_for_nine_chips(base: FactBase) -> None:
    upstream = ("MANUFACTURES", "MAKES_MEMORY_FOR", "PACKAGES", "BUILDS_SERVERS_WITH")
    assert not [name for name in (*upstream, "EQUIPS") if RELATIONS[name].access]
    told: dict[str, set[str]] = defaultdict(set)
    for claim in base.claims:
        told[claim.object].add(claim.relation)
    classes = {claim.subject: claim.object for claim in base.claims if claim.relation == "IN_CLASS"}
    makers = {
        "tpu-v5p": "google-tpu-chips",
        "ascend-910b": "huawei-ascend-chips",
        "ascend-910c": "huawei-ascend-chips",
    }
    for chip in ("a100", "h100", "h20", "h200", "b200", "mi300x", "tpu-v5p", "ascend-910b", "ascend-910c"):
        # where a source names no model, the link is told of the class
        assert told[chip] | told[makers.get(chip, chip)] >= set(upstream), chip
    assert set(makers) <= set(classes)
    equipped = {claim.object for claim in base.claims if claim.relation == "EQUIPS"}
    assert equipped >= {"tsmc", "smic"}
