"""Answers as plain data: the JSON contract of the command line, and what every view is drawn from.

The contract is versioned; its schema is `graphkit/schema/path.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from graphkit.facts import Claim, Entity, origin
from graphkit.paths import AccessPath, NearMiss, Negative, Network, explain_confidence

if TYPE_CHECKING:
    from graphkit.graph import Graph
    from graphkit.rules import Finding, PathFindings

VERSION = 1

_QUALIFIERS = (
    "quantity",
    "unit",
    "value",
    "currency",
    "share",
    "owner",
    "purpose",
    "licence",
    "transit",
    "stage",
    "note",
)

Answer = dict[str, Any]


class PathRecord(dict[str, Any]):
    """One path of an answer; a notebook shows it as its steps."""

    def _repr_html_(self) -> str:
        from graphkit.page.notebook import path_html

        return path_html(self)


class PathAnswer(dict[str, Any]):
    """The answer to `graphkit path`; a notebook shows its paths one below the other."""

    def _repr_html_(self) -> str:
        return "<hr>".join(path._repr_html_() for path in self["paths"]) or "<p>no path</p>"


def entity_answer(entity: Entity) -> Answer:
    """Return an entity: id, name, kind, and whether it stands for unnamed members."""
    return {"id": entity.id, "name": entity.name, "kind": entity.kind, "generic": entity.generic}


def claim_answer(claim: Claim, network: Network) -> Answer:
    """Return a claim with its source; scope, via and qualifiers hold names, subject and object ids."""
    document = network.document(claim)

    def names(ids: Sequence[str]) -> list[str]:
        return [network.name(one) for one in ids]

    qualifiers: Answer = {}
    for field in _QUALIFIERS:
        value = getattr(claim, field)
        if field == "transit":
            value = names(value)
        elif field == "owner" and value:
            value = network.name(value)
        if value not in (None, "", []):
            qualifiers[field] = value
    return {
        "id": claim.id,
        "subject": claim.subject,
        "relation": claim.relation,
        "object": claim.object,
        "status": claim.status,
        "confidence": claim.confidence,
        "document": document.id,
        "document_name": document.name,
        "publisher": document.publisher,
        "published": document.published,
        "published_basis": document.published_basis,
        "url": document.url,
        "locator": claim.locator or None,
        "attribution": claim.attribution,
        "origin": origin(claim, document),
        "scope": {"chips": names(claim.chips), "sites": names(claim.sites), "regions": names(claim.regions)},
        "via": names(claim.via),
        "since": claim.since,
        "until": claim.until,
        "due": claim.due,
        "start_unknown": claim.since is None,
        "implied": claim.implied,
        "summary": claim.summary,
        "quote": claim.quote,
        "qualifiers": qualifiers,
        "factbase": claim.factbase,
    }


def finding_answer(finding: Finding, sentence: str) -> Answer:
    """Return what the rules say of one step."""
    return {
        "coverage": finding.coverage,
        "outcome": finding.outcome,
        "policy": finding.policy,
        "paragraph": finding.paragraph,
        "sentence": sentence,
        "rules": [{"id": one.id, "citation": one.citation, "reason": one.reason} for one in finding.rules],
        "missing": list(finding.missing),
        "duties": list(finding.duties),
        "decided_by": list(finding.decided_by),
    }


def findings_answer(found: PathFindings) -> Answer:
    """Return what the rules say of a path: of each step, of its legs, in one sentence; and the name of its route."""
    steps = [finding_answer(step.finding, step.sentence) for step in found.steps]
    return {
        "steps": steps,
        "findings": [
            {"leg": step.leg, "step": index, **steps[index]}
            for index, step in enumerate(found.steps)
            if step.leg != "other"
        ],
        "route": found.route,
        "route_name": found.route_name,
        "verdict": found.verdict,
    }


def path_record(path: AccessPath, network: Network, findings: Answer | None = None) -> PathRecord:
    """Return one access path; `findings` holds what the rules say: per step, the verdict, the route."""
    said = findings or {}
    per_step = said.get("steps", [None] * len(path.steps))
    return PathRecord(
        {
            "steps": [
                {
                    "subject": entity_answer(network.entity(step.subject)),
                    "relation": step.relation,
                    "object": entity_answer(network.entity(step.object)),
                    "status": step.status,
                    "implied": step.implied,
                    "confidence": round(step.confidence, 6),
                    "marks": list(step.marks),
                    "held": list(step.held) if step.held else None,
                    "claims": [claim_answer(claim, network) for claim in step.claims],
                    "denied_by": [claim_answer(claim, network) for claim in step.denied_by],
                    "finding": finding,
                }
                for step, finding in zip(path.steps, per_step, strict=True)
            ],
            "status": path.status,
            "stated": path.stated,
            "evidence": path.evidence,
            "holding": path.holding,
            "chip_class": path.chip_class,
            "sum": msgspec.to_builtins(explain_confidence(path, network)),
            "passage": {"document": path.passage[0], "locator": path.passage[1]} if path.passage else None,
            "confidence": round(path.confidence, 6),
            "weakest": path.weakest,
            "marks": list(path.marks),
            "documents": list(path.documents),
            "corroborated_by": [claim_answer(claim, network) for claim in path.corroborated_by],
            "places": [
                {
                    "site": place.site,
                    "region": {"id": place.region, "name": network.name(place.region)} if place.region else None,
                    "claims": [claim.id for claim in place.claims],
                }
                for place in path.places
            ],
            "route": said.get("route"),
            "route_name": said.get("route_name"),
            "findings": said.get("findings", []),
            "verdict": said.get("verdict"),
        }
    )


def near_miss_answer(miss: NearMiss, network: Network) -> Answer:
    """Return what would be a path, and what breaks it."""
    return {
        "steps": [
            {
                "subject": entity_answer(network.entity(subject)),
                "relation": relation,
                "object": entity_answer(network.entity(object_)),
            }
            for subject, relation, object_ in miss.steps
        ],
        "broken_by": [
            {"reason": reason, "claim": claim_answer(claim, network)}
            for claim, reason in zip(miss.broken, miss.reasons, strict=False)
        ],
        "reasons": list(miss.reasons),
    }


def negative_answer(negative: Negative, network: Network) -> Answer:
    """Return why there is no path."""
    return {
        "outcome": negative.outcome,
        "reached": [
            {**entity_answer(network.entity(node)), "hops": hops}
            for node, hops in sorted(negative.reached.items(), key=lambda item: (item[1], network.name(item[0])))
        ],
        "unnamed": [entity_answer(network.entity(node)) for node in negative.unnamed],
        "holders": [
            {**entity_answer(network.entity(claim.subject)), "claim": claim_answer(claim, network)}
            for claim in negative.holders
        ],
        "near_misses": [near_miss_answer(miss, network) for miss in negative.near_misses],
    }


def named_claim(claim: Claim, network: Network) -> Answer:
    """Return a claim that stands by itself: with the names of its ends."""
    names = {"subject_name": network.name(claim.subject), "object_name": network.name(claim.object)}
    return {**claim_answer(claim, network), **names}


def path_answer(
    graph: Graph,
    buyer: Answer,
    chip: Answer,
    paths: Sequence[PathRecord],
    *,
    filters: Mapping[str, Any],
    searched: Mapping[str, Any],
    negative: Answer | None = None,
    near_misses: Sequence[Answer] = (),
    undated: Sequence[Claim] = (),
    beside: Sequence[Answer] = (),
    notes: Sequence[str] = (),
) -> PathAnswer:
    """Return the whole answer to `graphkit path`."""
    network = Network.of(graph)
    return PathAnswer(
        {
            "version": VERSION,
            "buyer": buyer,
            "chip": chip,
            "as_of": filters.get("on"),
            "known_by": filters.get("known_by"),
            "filters": dict(filters),
            "notes": list(notes),
            "paths": list(paths),
            "searched": dict(searched),
            "undated": [named_claim(claim, network) for claim in undated],
            "beside": list(beside),
            "negative": negative,
            "near_misses": list(near_misses),
        }
    )
