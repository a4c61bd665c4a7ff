"""Graphs small enough to draw, and random ones: a letter tells the kind of an entity."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from graphkit.facts import Claim, Document, Entity, make_claim_id
from graphkit.graph import Filters, build_graph
from graphkit.ontology import CONFIDENCES, RELATIONS
from graphkit.paths import AccessPath, Network, Search

if TYPE_CHECKING:
    from graphkit.graph import Graph

KINDS = {"c": "Company", "d": "Datacenter", "x": "Chip", "r": "Region", "p": "Product"}
DOCUMENTS = [
    Document(id="one", name="One", publisher="P", published="2024-06"),
    Document(id="two", name="Two", publisher="P", published="2025"),
    Document(id="three", name="Three", publisher="Q", published="2023-01-15"),
    Document(id="undated", name="Undated"),
    Document(id="citing", name="Citing", publisher="R", published="2024-02", cites="Q"),
]


def entity(id_: str, *, generic: bool = False) -> Entity:
    """An entity whose kind is told by the first letter of its id."""
    return Entity(id=id_, name=id_.upper(), kind=KINDS[id_[0]], generic=generic)


def claim(
    subject: str,
    relation: str,
    object_: str,
    status: str = "done",
    document: str = "one",
    locator: str = "",
    confidence: str = "likely",
    **rest: object,
) -> Claim:
    scope = {name: tuple(rest.get(name, ())) for name in ("chips", "sites", "regions")}  # type: ignore[arg-type]
    rest.update(scope, via=tuple(rest.get("via", ())))  # type: ignore[arg-type]
    return Claim(
        id=make_claim_id(document, locator, subject, relation, object_, status, *scope.values()),
        document=document,
        locator=locator,
        subject=subject,
        relation=relation,
        object=object_,
        status=status,
        confidence=confidence,
        summary="as told",
        **rest,  # type: ignore[arg-type]
    )


def graph_of(*claims: Claim, generic: tuple[str, ...] = ()) -> Graph:
    ids = set()
    for one in claims:
        ids |= {one.subject, one.object, *one.chips, *one.sites, *one.regions, *one.via, *filter(None, [one.owner])}
    return build_graph([entity(id_, generic=id_ in generic) for id_ in sorted(ids)], claims, DOCUMENTS)


def search(graph: Graph, buyer: str = "c1", chip: str = "x", max_hops: int = 6, **filters: object) -> Search:
    return Search(Network.of(graph), buyer, chip, Filters(**filters), max_hops=max_hops)  # type: ignore[arg-type]


def paths(graph: Graph, buyer: str = "c1", chip: str = "x", max_hops: int = 6, **filters: object) -> list[AccessPath]:
    return [path for _, path in search(graph, buyer, chip, max_hops, **filters)]


def unnamed_paths(graph: Graph, chip: str = "x", **filters: object) -> list[AccessPath]:
    """Return the paths of c1 that end at a class or family and do not name the chip."""
    given = Filters(**filters)  # type: ignore[arg-type]
    return [path for _, path in Search(Network.of(graph), "c1", chip, given, max_hops=6, unnamed=True)]


def routes(graph: Graph, *args: object, **filters: object) -> list[str]:
    return [" ".join(path.nodes) for path in paths(graph, *args, **filters)]  # type: ignore[arg-type]


COMPANIES, SITES = ["c1", "c2", "c3", "c4"], ["d1", "d2"]
CHIPS, REGIONS = ["x", "xform", "xany", "xother"], ["ra", "rb", "rab"]
TAXONOMY = [
    claim("xform", "FORM_OF", "x"),
    claim("x", "IN_CLASS", "xany"),
    claim("xother", "IN_CLASS", "xany"),
    claim("ra", "PART_OF", "rab"),
]
ENDS = [
    (subject, name, object_)
    for name, relation in RELATIONS.items()
    if relation.access or name == "LOCATED_IN"
    for kinds in relation.ends
    for subject in [*COMPANIES, *SITES]
    for object_ in [*COMPANIES, *SITES, *CHIPS, *REGIONS]
    if (KINDS[subject[0]], KINDS[object_[0]]) == kinds and subject != object_
]


@st.composite
def random_claims(draw: st.DrawFn) -> list[Claim]:
    found = []
    # a way from buyer to chip to begin with, so that most graphs have paths to get wrong
    way = ["c1", *draw(st.permutations(COMPANIES[1:]))[: draw(st.integers(0, 3))]]
    way += [draw(st.sampled_from(SITES))] * draw(st.integers(0, 1)) + [draw(st.sampled_from(CHIPS[:3]))]
    steps = [
        draw(st.sampled_from([end for end in ENDS if (end[0], end[2]) == pair])) for pair in itertools.pairwise(way)
    ]
    maker, _, chip = steps[-1]
    if maker in COMPANIES[1:] and draw(st.booleans()):
        # a purchase from who designs the chip, in a scope that names it
        steps[-1] = maker, "DESIGNS", chip
    for subject, relation, object_ in [*steps, *draw(st.lists(st.sampled_from(ENDS), max_size=12))]:
        scope = {
            name: draw(st.lists(st.sampled_from(values), max_size=1))
            for name, values in (("chips", CHIPS), ("sites", SITES), ("regions", REGIONS))
            if draw(st.integers(0, 4)) == 0 and relation != "LOCATED_IN"
        }
        if steps[-1][1] == "DESIGNS" and (subject, relation, object_) in steps[-2:-1]:
            scope = {"chips": [steps[-1][2]]}
        extra: dict[str, object] = {}
        if relation == "HOSTS" and draw(st.booleans()):
            extra["owner"] = draw(st.sampled_from(COMPANIES))
        if draw(st.integers(0, 3)) == 0:
            extra["attribution"] = draw(st.sampled_from(["Q", "P", "somebody"]))
        if draw(st.integers(0, 3)) == 0:
            extra["implied"] = True
        if draw(st.integers(0, 5)) == 0:
            extra["observed"] = draw(st.sampled_from(["2024-05", "2025-01-15"]))
        if draw(st.booleans()):
            extra["since"] = draw(st.sampled_from(["2023", "2024-03", "2024-08-05", "2025"]))
        if draw(st.integers(0, 3)) == 0:
            extra["until"] = draw(st.sampled_from(["2023-11", "2025-06", "2026"]))
        found.append(
            claim(
                subject,
                relation,
                object_,
                draw(st.sampled_from(["done", "done", "done", "planned", "considered", "alleged", "refused"])),
                draw(st.sampled_from([document.id for document in DOCUMENTS])),
                draw(st.sampled_from(["", "1", "1", "2", "1-2"])),
                draw(st.sampled_from(list(CONFIDENCES))),
                **scope,
                **extra,
            )
        )
    return list({one.id: one for one in found}.values())
