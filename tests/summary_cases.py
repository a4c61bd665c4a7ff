"""Small worlds whose answers are summed up by hand in `summaries.json`: a few claims, and the question to ask."""

from __future__ import annotations

from pathlib import Path

from graphkit.explorer import Explorer
from tests.fact_bases import claim, write_base

#: Documents: one by an agency itself, two outlets that repeat a paper, one undated.
DOCUMENTS = [
    {"id": "own", "name": "Agency wire", "publisher": "Agency", "published": "2024-05-03"},
    {"id": "first", "name": "First on it", "publisher": "First", "published": "2024-06", "cites": "The Paper"},
    {"id": "second", "name": "Second on it", "publisher": "Second", "published": "2024-07-14", "cites": "The Paper"},
    {"id": "late", "name": "Late story", "publisher": "Late", "published": "2025"},
    {"id": "undated", "name": "A leaflet"},
]
ENTITIES = [
    {"id": "acme", "name": "Acme", "kind": "Company"},
    {"id": "north", "name": "North", "kind": "Company"},
    {"id": "south", "name": "South", "kind": "Company"},
    {"id": "labs", "name": "Some labs (unnamed)", "kind": "Company", "generic": "yes"},
    {"id": "clouds", "name": "Two clouds (unnamed)", "kind": "Company", "generic": "yes"},
    {"id": "harbour", "name": "Harbour", "kind": "Datacenter"},
    {"id": "halls", "name": "North's halls (unnamed)", "kind": "Datacenter", "generic": "yes"},
    {"id": "h100", "name": "H100", "kind": "Chip"},
    {"id": "h20", "name": "H20", "kind": "Chip"},
    {"id": "ai-chips", "name": "AI chips", "kind": "Chip", "generic": "yes"},
    {"id": "china", "name": "China", "kind": "Region"},
    {"id": "malaysia", "name": "Malaysia", "kind": "Region"},
    {"id": "united-states", "name": "United States", "kind": "Region"},
    {"id": "atlantis", "name": "Atlantis", "kind": "Region"},
]


def rents(site: str = "halls", place: str | None = "malaysia", **cells: object) -> list[dict[str, object]]:
    """Return the claims of one passage: Acme rents from North, which runs a site that holds the H100."""
    return [
        claim("acme", "LEASES_FROM", "north", chips="h100", **cells),
        claim("north", "OPERATES", site, implied="yes"),
        claim(site, "HOSTS", "h100", implied="yes"),
        *([claim(site, "LOCATED_IN", place)] if place else []),
    ]


SEATS = [
    claim("acme", "HEADQUARTERED_IN", "china", sentence="9"),
    claim("north", "HEADQUARTERED_IN", "china", sentence="9"),
]
IN_CLASS = claim("h100", "IN_CLASS", "ai-chips", sentence="9")
REFUSED = claim("acme", "LEASES_FROM", "clouds", status="refused", sentence="3", chips="h100")
REFUSED |= {"summary": "Two clouds would not rent to Acme."}
NEGATED = REFUSED | {"status": "negated", "summary": "Acme has servers of its own and rents from no cloud."}
WAY_OF_CLOUDS = [
    claim("clouds", "OPERATES", "harbour", sentence="3"),
    claim("harbour", "HOSTS", "h100", sentence="3"),
]
DENIED = claim("acme", "LEASES_FROM", "north", status="negated", sentence="4", attribution="Acme", chips="h100")
DENIED |= {"summary": "Acme says that it rents nothing from North."}

#: A name, the claims by document, and the filters of the question from Acme to the H100.
PATHS: dict[str, tuple[dict[str, list[dict[str, object]]], dict[str, str]]] = {
    "done, by an agency itself": ({"own": rents()}, {}),
    "done, seen so in a month": ({"own": rents(observed="2024-04")}, {}),
    "done, since a month": ({"own": rents(since="2024-02")}, {}),
    "done, since and until": ({"own": rents(since="2023-02", until="2023-11")}, {}),
    "done in one year": ({"own": rents(since="2023", until="2023")}, {}),
    "repeated by one outlet": ({"first": rents()}, {}),
    "repeated by two outlets": ({"first": rents(), "second": rents()}, {}),
    "said by two origins": ({"own": rents(), "late": rents()}, {}),
    "undated": ({"undated": rents()}, {}),
    "planned": ({"own": rents(status="planned", due="2030")}, {}),
    "planned, and overdue": ({"own": rents(status="planned", due="2024-12")}, {}),
    "considered": ({"own": rents(status="considered")}, {}),
    "alleged": ({"own": rents(status="alleged")}, {"status": "done,alleged"}),
    "denied": ({"first": rents(), "late": [DENIED]}, {}),
    "a named site": ({"own": rents(site="harbour")}, {}),
    "a place that is not known": ({"own": rents(place=None)}, {}),
    "a place without a preposition": ({"own": rents(place="atlantis")}, {}),
    "in the United States": ({"own": rents(place="united-states")}, {}),
    "composed of two origins": (
        {"own": [claim("acme", "LEASES_FROM", "north")], "late": rents()[1:]},
        {},
    ),
    "a chain of two rents": (
        {
            "own": [
                claim("acme", "LEASES_FROM", "south"),
                claim("south", "LEASES_FROM", "north"),
                *rents()[1:],
            ]
        },
        {},
    ),
    "a chain, its second link planned": (
        {
            "own": [
                claim("acme", "LEASES_FROM", "south"),
                claim("south", "LEASES_FROM", "north", status="planned"),
                *rents()[1:],
            ]
        },
        {},
    ),
    "holding": ({"own": [claim("acme", "USES", "h100")]}, {}),
    "ordered": ({"own": [claim("acme", "BUYS", "h100", delivery="ordered")]}, {}),
    "buying, planned": ({"own": [claim("acme", "BUYS", "h100", status="planned")]}, {}),
    "owning who uses it": ({"own": [claim("acme", "OWNS", "south"), claim("south", "USES", "h100")]}, {}),
    "a site of its own": ({"own": [claim("acme", "OPERATES", "harbour"), claim("harbour", "HOSTS", "h100")]}, {}),
    "covered by a rule": (
        {"own": [*rents(since="2024-02"), *SEATS, claim("acme", "BUYS", "h100", regions="china")]},
        {},
    ),
    "refused besides": ({"own": rents(), "first": [REFUSED, *WAY_OF_CLOUDS]}, {}),
    "said not to be so besides": ({"own": rents(), "first": [NEGATED, *WAY_OF_CLOUDS]}, {}),
    "a chip not named besides": ({"own": [*rents(), IN_CLASS], "late": [claim("acme", "USES", "ai-chips")]}, {}),
    "only a chip not named": (
        {"late": [IN_CLASS, claim("acme", "USES", "ai-chips"), claim("south", "USES", "h100")]},
        {},
    ),
    "only refused": ({"first": [REFUSED, *WAY_OF_CLOUDS]}, {}),
    "nothing": ({"own": [claim("acme", "HEADQUARTERED_IN", "china")]}, {}),
    "ended": ({"own": rents(since="2023-02", until="2023-11")}, {"on": "2025-01-15"}),
    "on a date": ({"own": rents(since="2023-02")}, {"on": "2024-01-15"}),
    "known by a date": ({"own": rents()}, {"known_by": "2023"}),
}


def open_case(folder: Path, claims: dict[str, list[dict[str, object]]]) -> Explorer:
    """Write the fact base of a case and open it."""
    documents = [one for one in DOCUMENTS if one["id"] in claims]
    return Explorer.open(write_base(folder, documents, ENTITIES, claims))


#: Questions to the shipped base: the method of an explorer, what it is asked, its filters.
SHIPPED: dict[str, tuple[str, tuple[object, ...], dict[str, object]]] = {
    "path ByteDance H100": ("paths", ("ByteDance", "H100"), {}),
    "path Tencent H100": ("paths", ("Tencent", "H100"), {}),
    "path Huawei H100": ("paths", ("Huawei", "H100"), {}),
    "path China Telecom H100": ("paths", ("China Telecom", "H100"), {}),
    "path DeepSeek H800": ("paths", ("DeepSeek", "H800"), {}),
    "path Alibaba H20 in May 2025": ("paths", ("Alibaba", "H20"), {"on": "2025-05-15"}),
    "exposure Tencent": ("exposure", ("Tencent", "H100,H20,B200"), {"on": "2026-06-30"}),
    "exposure China Telecom": ("exposure", ("China Telecom", "H100"), {}),
    "close ByteDance H100": ("closings", ("ByteDance", "H100"), {"on": "2026-06-30"}),
    "whatif ByteDance H100": ("whatif", ("ByteDance", "H100"), {"enact": "BILL-119-HR2683"}),
    "license H100 to Malaysia": ("licence", ("H100", "MY", "CN"), {"on": "2023-12-01"}),
    "license H20 to Germany": ("licence", ("H20", "DE", "DE"), {"on": "2024-01-01"}),
    "license A100 rented in the US": ("licence", ("A100", "US", "CN"), {"on": "2024-01-01", "activity": "lease"}),
    "chip H20": ("chip", ("H20",), {"on": "2025-06-01"}),
    "chip H100": ("chip", ("H100",), {"on": "2024-01-01"}),
    "show Oracle": ("show", ("Oracle",), {}),
}
