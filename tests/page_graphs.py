"""A small graph drawn by hand, its answers, and graphs of hostile texts, for the tests of the pages."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

from graphkit.answers.path_records import make_path_record
from graphkit.answers.records import EntityRef
from graphkit.facts import Claim, Document, Entity, make_claim_id
from graphkit.graph import Filters, Graph, build_graph
from graphkit.ontology import KINDS, RELATIONS, STATUSES
from graphkit.paths import Network, Search

_ENTITIES = (
    ("acme", "Acme", "Company"),
    ("orbit", "Orbit Cloud", "Company"),
    ("small", "Two small providers", "Company"),
    ("lab", "Lab of Acme", "Company"),
    ("site", "Orbit servers in Utopia", "Datacenter"),
    ("annex", "Annex of the lab", "Datacenter"),
    ("x100", "X100", "Chip"),
    ("x200", "X200", "Chip"),
    ("utopia", "Utopia", "Region"),
    ("farland", "Farland", "Region"),
    ("rule", "Rule 7", "Regulation"),
    ("office", "Office of Rules", "Agency"),
    ("app", "Acme Chat", "Product"),
)

_DOCUMENTS = (
    Document(
        id="daily",
        name="The Daily: Acme rents",
        publisher="The Daily",
        published="2024-06-05",
        url="https://example.org/daily",
        reliability="B",
    ),
    Document(
        id="post",
        name="The Post: Orbit's site",
        publisher="The Post",
        published="2024-09",
        published_basis="inferred from what it reports",
        url="https://example.org/post?a=1&b=2",
    ),
    Document(id="gazette", name="Gazette 7", publisher="State Press", published="2023-10-17"),
    Document(id="leaflet", name="A leaflet without a date"),
)


def _claim(subject: str, relation: str, object_: str, document: str, summary: str, **more: Any) -> Claim:
    status = more.pop("status", "done")
    locator = more.pop("locator", "3")
    return Claim(
        id=make_claim_id(document, locator, subject, relation, object_, status),
        document=document,
        subject=subject,
        relation=relation,
        object=object_,
        status=status,
        confidence=more.pop("confidence", "likely"),
        summary=summary,
        locator=locator,
        **more,
    )


_CLAIMS = (
    _claim(
        "acme",
        "LEASES_FROM",
        "orbit",
        "daily",
        "Acme rents X100 servers in Utopia from Orbit.",
        attribution="people who know",
        chips=("x100",),
        regions=("utopia",),
        quantity="~1500",
        unit="chips",
    ),
    _claim("orbit", "OPERATES", "site", "daily", "Orbit runs the rented servers.", implied=True),
    _claim("site", "HOSTS", "x100", "daily", "The rented servers hold the X100.", implied=True),
    _claim("site", "LOCATED_IN", "utopia", "daily", "The rented servers stand in Utopia.", implied=True),
    _claim(
        "orbit",
        "OPERATES",
        "site",
        "post",
        "Orbit runs a site in Utopia.",
        locator="8",
        confidence="confirmed",
        quote="Orbit runs a site in Utopia, the company says.",
    ),
    _claim("acme", "OWNS", "lab", "post", "Acme owns the lab.", since="2022", confidence="confirmed"),
    _claim("lab", "OPERATES", "annex", "post", "The lab runs an annex.", locator="9", confidence="possible"),
    _claim("annex", "HOSTS", "x100", "gazette", "The annex is to hold the X100.", status="planned", due="2026"),
    _claim("acme", "USES", "x100", "leaflet", "Acme uses the X100 by way of Orbit.", locator="1", via=("orbit",)),
    _claim("acme", "BUYS", "x200", "post", "Acme weighs buying the X200.", status="considered"),
    _claim(
        "acme",
        "LEASES_FROM",
        "small",
        "daily",
        "Two small providers turned Acme down.",
        status="refused",
        locator="5",
    ),
    _claim("small", "USES", "x100", "leaflet", "They are said to hold the X100.", status="alleged"),
    _claim("orbit", "LINKED_TO", "acme", "post", "Orbit denies any other tie to Acme.", status="negated"),
    _claim("acme", "HEADQUARTERED_IN", "farland", "daily", "Acme has its seat in Farland.", locator="0"),
    _claim("rule", "RESTRICTS", "x100", "gazette", "Rule 7 restricts the X100.", since="2023-10-17"),
    _claim("rule", "ISSUED_BY", "office", "gazette", "The office issued rule 7."),
    _claim("rule", "APPLIES_TO", "farland", "gazette", "Rule 7 would apply to Farland.", status="proposed"),
    _claim("x200", "VARIANT_OF", "x100", "gazette", "The X200 derives from the X100.", until="2025-03"),
    _claim("acme", "OWNS", "app", "daily", "Acme owns the app.", locator="7"),
)


def sample_graph() -> Graph:
    """Return a graph with every kind, every status and several claims of one relation."""
    entities = [
        Entity(
            id=key,
            name=name,
            kind=kind,
            aliases=("Acme Inc",) if key == "acme" else (),
            generic=key in ("small", "site"),
            note="Called a lab." if key == "lab" else None,
        )
        for key, name, kind in _ENTITIES
    ]
    return build_graph(entities, _CLAIMS, _DOCUMENTS)


def sample_answer(graph: Graph, buyer: str = "acme", chip: str = "x100", **more: Any) -> dict[str, Any]:
    """Return the answer of `graphkit path` to the graph, a rule finding on the first step of the first path."""
    network = Network.of(graph)
    paths = [path for _, path in itertools.islice(Search(network, buyer, chip, Filters(), max_hops=5), 10)]
    answer: dict[str, Any] = {
        "version": 2,
        "buyer": EntityRef.of(network.entity(buyer)).to_dict(),
        "chip": EntityRef.of(network.entity(chip)).to_dict(),
        "as_of": "2025",
        "known_by": None,
        "filters": {"on": "2025"},
        "notes": [],
        "paths": [make_path_record(path, network).to_dict() for path in paths],
        "unnamed": [],
        "searched": {
            "max_hops": 5,
            "limit": 10,
            "truncated": False,
            "statuses": ["done", "planned"],
            "claims": 19,
            "outcome": "found" if paths else "not found",
        },
        "undated": [],
        "model_calls": [],
        "negative": None,
        "near_misses": [],
    }
    if paths:
        answer["paths"][0]["steps"][0]["finding"] = {
            "coverage": "unclear",
            "outcome": None,
            "policy": None,
            "sentence": "Renting is not modelled.",
            "rules": [{"id": "rule", "citation": "1 Gazette 7", "reason": "it speaks of exports only"}],
            "missing": ["the owner of the servers"],
        }
    answer["timeline"] = [
        {"from": None, "to": "2023-10-16", "paragraph": None, "outcome": "no licence", "note": None, "now": False},
        {
            "from": "2023-10-17",
            "to": "2031-01-01",
            "paragraph": "7.a",
            "outcome": "licence",
            "note": "Rule 7",
            "now": True,
        },
        {"from": "2031-01-02", "to": None, "paragraph": None, "outcome": "no licence", "note": None, "now": False},
    ]
    return answer | more


#: Each of these ran, or broke the page, in some viewer that was not careful.
HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<!--<script>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "' onmouseover='window.pwned=1",
    "javascript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "</style><script>window.pwned=1",
    "</noscript><img src=x onerror=window.pwned=1>",
    "</title><img src=x onerror=window.pwned=1>",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "{{ 7*7 }}{% raw %}",
    "${window.pwned=1}",
    "a\u202eb\u2066c",
    "\u2028\u2029",
    "\ud800 half a letter",
    "\x00\x07\x1b[31m",
    "]]>",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    "\\u003cscript",
    'href="javascript:window.pwned=1"',
    "<a href='javascript:window.pwned=1'>x</a>",
    "=cmd|' /C calc'!A0",
    'https://example.org/"><script>window.pwned=1</script>',
    "x" * 3000,
    "ﷺ" * 40,
    "Z̸a̷l̶g̵o̴" * 9,
    "",
    " ",
)


def fuzz(count: int, seed: int = 7) -> list[str]:
    """Return texts put together from pieces that mean something to HTML, JavaScript, URLs or templates."""
    rng = random.Random(seed)
    pieces = [
        *HOSTILE[:27],
        "<",
        ">",
        "&",
        '"',
        "'",
        "`",
        "\\",
        "/",
        "=",
        "\n",
        "\r",
        "\t",
        "%3C",
        "&#60;",
        "<iframe srcdoc=",
        "<math>",
        "<style>*{}",
        "<base href=//x>",
        "<meta http-equiv=refresh content=0>",
        "é",
        "中",
        "🦊",
        "\u200b",
    ]
    return ["".join(rng.choice(pieces) for _ in range(rng.randint(1, 5))) for _ in range(count)]


def hostile_graph(texts: Sequence[str]) -> Graph:
    """Return a graph that has each text in every free field of an entity, a claim and a document, over all kinds."""
    kinds, statuses = list(KINDS), list(STATUSES)
    relations = {(subject, object_): name for name, one in RELATIONS.items() for subject, object_ in one.ends}
    entities = [
        Entity(
            id=f"{text}{at}",
            name=text or "·",
            kind=kinds[at % len(kinds)],
            aliases=(text, text[::-1]),
            generic=at % 5 == 0,
            note=text,
        )
        for at, text in enumerate(texts)
    ]
    documents = [
        Document(
            id=f"{text}{at}",
            name=text,
            publisher=text,
            published=text,
            published_basis=text,
            language=text,
            url=text,
            reliability=text,
            cites=text,
            file=text,
        )
        for at, text in enumerate(texts)
    ]
    claims = []
    for at, text in enumerate(texts):
        subject, object_ = entities[at], entities[(at * 7 + 1) % len(entities)]
        relation = relations.get((subject.kind, object_.kind), text or "LINKED_TO")
        claims.append(
            Claim(
                id=f"{text}{at}",
                document=documents[at].id,
                subject=subject.id,
                relation=relation,
                object=object_.id,
                status=statuses[at % len(statuses)],
                confidence="likely",
                summary=text,
                locator=text,
                attribution=text,
                since=text,
                until=text,
                due=text,
                chips=(text,),
                sites=(text,),
                regions=(text,),
                via=(text,),
                quantity=text,
                unit=text,
                value=text,
                currency=text,
                owner=text,
                purpose=text,
                licence=text,
                transit=(text,),
                stage=text,
                note=text,
                quote=text if at % 2 else None,
            )
        )
    return build_graph(entities, claims, documents)


def hostile_answer(graph: Graph, texts: Sequence[str]) -> dict[str, Any]:
    """Return an answer whose path, findings and reasons are made of the texts."""
    network = Network.of(graph)
    ids = list(graph)
    text: Callable[[int], str] = lambda at: texts[at % len(texts)]  # noqa: E731
    steps = [
        {
            "subject": EntityRef.of(network.entity(ids[at])).to_dict(),
            "relation": text(at),
            "status": text(at + 1),
            "object": EntityRef.of(network.entity(ids[at + 1])).to_dict(),
            "implied": False,
            "confidence": 0.5,
            "marks": [text(at)],
            "claims": [],
            "finding": {
                "coverage": text(at),
                "outcome": text(at),
                "policy": text(at),
                "sentence": text(at),
                "rules": [{"id": text(at), "citation": text(at), "reason": text(at)}],
                "missing": [text(at)],
            },
        }
        for at in range(min(12, len(ids) - 1))
    ]
    path = {
        "steps": steps,
        "status": text(2),
        "stated": False,
        "passage": None,
        "confidence": 0.5,
        "weakest": 0,
        "marks": [text(3), text(4)],
        "documents": [text(5)],
        "corroborated_by": [],
        "route": text(6),
        "places": [{"site": text(7), "region": {"id": text(8), "name": text(9)}, "claims": []}],
        "route_name": text(10),
        "day": None,
        "findings": [{"sentence": text(11)}, text(12)],
        "verdict": text(13),
    }
    return {
        "version": 1,
        "buyer": steps[0]["subject"],
        "chip": steps[-1]["object"],
        "as_of": text(14),
        "known_by": text(15),
        "filters": {text(16): text(17)},
        "notes": [text(18)],
        "paths": [path],
        "searched": {"max_hops": text(19)},
        "undated": [],
        "negative": None,
        "timeline": [{"from": text(0), "to": text(1), "paragraph": text(2), "outcome": text(3), "note": text(4)}],
    }


def many(nodes: int, claims: int) -> Graph:
    """Return a graph of a given size with a few hubs, as real ones have."""
    rng = random.Random(3)
    kinds = ("Company", "Company", "Company", "Datacenter", "Chip", "Region", "Product")
    entities = [Entity(id=f"e{at:04}", name=f"Entity {at}", kind=kinds[at % len(kinds)]) for at in range(nodes)]
    documents = [
        Document(id=f"d{at}", name=f"Paper {at}", published=f"20{18 + at % 8}-0{1 + at % 9}") for at in range(40)
    ]
    found: dict[str, Claim] = {}
    names = list(RELATIONS)
    while len(found) < claims:
        # the first ones reach every entity
        one = len(found) if len(found) < nodes else rng.randrange(nodes)
        other = rng.randrange(nodes if rng.random() < 0.7 else 12)
        if one == other:
            continue
        claim = _claim(
            f"e{one:04}", rng.choice(names), f"e{other:04}", f"d{len(found) % 40}", f"Said of {one} and {other}."
        )
        found.setdefault(claim.id, claim)
    return build_graph(entities, found.values(), documents)
