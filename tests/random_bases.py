"""Fact bases made by rule, from a seed, for tests that need many records."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from graphkit.engines import Row, Store
from graphkit.factbase import FactBase
from graphkit.facts import Claim, Document, Entity, make_claim_id
from graphkit.loading.load import read_load_states
from graphkit.ontology import CONFIDENCES, RELATIONS, STATUSES


def made_base(
    name: str = "made", *, seed: int = 1, entities: int = 60, claims: int = 300, relations: Sequence[str] = ()
) -> FactBase:
    """Return a fact base of all kinds and the given relations (else all); a seed gives the same one always."""
    rng = random.Random(seed)
    kinds = ("Company", "Chip", "Datacenter", "Region", "Regulation", "Agency", "Product")
    documents = tuple(
        Document(id=f"paper-{n:03}", name=f"Paper {n} — naïve 'quotes'", publisher=f"House {n % 3}", published="2024")
        for n in range(max(2, claims // 100))
    )
    people = tuple(
        Entity(
            id=f"e{n:05}",
            name=f"Entité {n} ✓ `x`",
            kind=kinds[n % len(kinds)],
            aliases=tuple(f"Alias {n}.{k}" for k in range(rng.randrange(3))),
            generic=n % 9 == 0,
            note="Noted; it's \\ odd\nindeed." if n % 5 == 0 else None,
        )
        for n in range(entities)
    )
    by_kind = {kind: [one.id for one in people if one.kind == kind] for kind in kinds}
    found: dict[str, Claim] = {}
    while len(found) < claims:
        relation = RELATIONS[rng.choice(relations or list(RELATIONS))]
        subject_kind, object_kind = rng.choice(relation.ends)
        subject, object_ = rng.choice(by_kind[subject_kind]), rng.choice(by_kind[object_kind])
        document, locator, status = rng.choice(documents).id, str(rng.randrange(99)), rng.choice(list(STATUSES))
        chips = tuple(sorted(rng.sample(by_kind["Chip"], rng.randrange(3))))
        id_ = make_claim_id(document, locator, subject, relation.name, object_, status, chips)
        found[id_] = Claim(
            id=id_,
            document=document,
            locator=locator,
            subject=subject,
            relation=relation.name,
            object=object_,
            status=status,
            confidence=rng.choice(list(CONFIDENCES)),
            summary=f"Said {rng.randrange(10**6)} times.",
            chips=chips,
            attribution=rng.choice([None, "The Paper", "d'après lui"]),
            since=rng.choice([None, "2024-05"]),
            implied=rng.random() < 0.1,
            share=rng.choice([None, 0.5, 1.0]),
            quantity=rng.choice([None, ">1500"]),
            factbase=name,
        )
    return FactBase(name, documents, people, tuple(found.values()), f"{name}-{seed}-{claims}")


def edited(base: FactBase, *, seed: int = 2) -> FactBase:
    """Return the base after an editor's day: a tenth each of its records removed, changed, unchanged in id."""
    rng = random.Random(seed)
    claims = [claim for claim in base.claims if rng.random() > 0.1]
    claims = [
        msgspec.structs.replace(claim, summary="Reworded.", share=None, note="new") if rng.random() < 0.1 else claim
        for claim in claims
    ]
    used = {id_ for claim in claims for id_ in (claim.subject, claim.object)}
    entities = [one for one in base.entities if one.id in used or rng.random() > 0.5]
    entities = [
        msgspec.structs.replace(one, name=one.name + "!", aliases=(), note=None) if rng.random() < 0.1 else one
        for one in entities
    ]
    cited = {claim.document for claim in claims}
    documents = tuple(one for one in base.documents if one.id in cited)
    return FactBase(base.name, documents, tuple(entities), tuple(claims), f"{base.sha256}-edited-{seed}")


def dump(store: Store) -> tuple[list[str], list[str]]:
    """Return everything a database holds, as sorted text: nodes, then relationships."""
    nodes = store.read("MATCH (n) RETURN n")
    edges = store.read("MATCH (a)-[r]->(b) RETURN coalesce(a.id, a.name) AS a, r, coalesce(b.id, b.name) AS b")
    return _sorted(nodes), _sorted(edges)


def _sorted(rows: list[Row]) -> list[str]:
    return sorted(msgspec.json.encode(row, order="deterministic").decode() for row in rows)


def list_incomplete(store: Store) -> list[str]:
    """The names of the fact bases whose last load did not finish."""
    return sorted(mark.name for mark in read_load_states(store).values() if not mark.complete)
