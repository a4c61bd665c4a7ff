"""The reading of answers: from the records of graphkit's answers to the plain data of a page.

One function for each kind of record, and nothing else in page/ that reads an answer: where a record changes,
this is the file to open. `Numbers` says which node, line and claim of the page a record speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphkit.facts import Document, Entity, fold
from graphkit.ontology import DEFAULT_STATUSES
from graphkit.page.words import read_web_address

Record = dict[str, Any]
Answer = Mapping[str, Any]

_ENTITY = ("key", "name", "kind", "aliases", "generic", "note")
_DOCUMENT = ("name", "publisher", "published", "published_basis", "url", "reliability")
_CLAIM = (
    "id",
    "subject",
    "relation",
    "object",
    "status",
    "confidence",
    "document",
    "implied",
    "since",
    "until",
    "observed",
    "due",
    "attribution",
    "locator",
    "summary",
    "quote",
    "via",
    "qualifiers",
)
_STEP = ("relation", "status", "implied", "confidence", "marks")
_PATH = ("status", "confidence", "holding", "day", "marks", "places", "route", "route_name", "verdict", "timeline")
_ANSWER = ("as_of", "known_by", "searched", "notes", "timeline")
_CELL = ("status", "confidence", "hops", "marks", "outcome")


@dataclass
class Numbers:
    """The ids on the page: of nodes by entity, of lines by claim, of claims by claim; findings and rules so far."""

    node: Mapping[str, str]
    line: Mapping[str, str]
    claim: Mapping[str, int]
    findings: list[Record] = field(default_factory=list)
    rules: list[Record] = field(default_factory=list)


def _drop_blanks(record: Answer) -> Record:
    return {name: value for name, value in record.items() if value not in (None, "", [], (), {}, False)}


def _pick(record: Answer, fields: Iterable[str]) -> Record:
    return _drop_blanks({name: record.get(name) for name in fields})


# facts ------------------------------------------------------------------------------------


def read_entity(entity: Entity) -> Record:
    """Return an entity of a graph as a node of the page."""
    found = {name: getattr(entity, name, None) for name in _ENTITY} | {"key": entity.id}
    return _drop_blanks(found | {"aliases": list(entity.aliases)})


def read_end(end: Answer) -> Record:
    """Return a buyer, a chip or the end of a step as a node, where the graph does not hold the entity."""
    return {"key": end["id"], "name": end["name"], "kind": end["kind"]}


def read_document(document: Document) -> Record:
    """Return a document of a graph as a source of the page."""
    found = {name: getattr(document, name, None) for name in _DOCUMENT}
    return _drop_blanks(found | {"url": read_web_address(document.url)})


def read_source(claim: Answer) -> Record:
    """Return the document that a claim names as a source of the page, where the graph does not hold it."""
    found = {"name": claim["document_name"], "publisher": claim["publisher"], "published": claim["published"]}
    return _drop_blanks(found | {"url": read_web_address(claim["url"])})


def read_claim(claim: Answer) -> Record:
    """Return a claim as the page tells it; its origin only where that is not who is told anyway."""
    found = _pick(claim, _CLAIM) | _drop_blanks({"scope": _drop_blanks(claim["scope"])})
    told = claim["attribution"] or claim["publisher"] or claim["document_name"]
    return found if fold(claim["origin"]) == fold(told) else found | {"origin": claim["origin"]}


def cite_claim(claim: Answer) -> str:
    """Return what a claim says, who says so and its note, as one text: for claims that are not drawn."""
    source = [claim.get("attribution"), claim.get("document_name"), claim.get("published")]
    note = (claim.get("qualifiers") or {}).get("note")
    said = f"{claim.get('quote') or claim.get('summary')} ({', '.join(filter(None, source))})"
    return f"{said}; {note}" if note else said


# answers ----------------------------------------------------------------------------------


def list_claims(answer: Answer) -> list[Answer]:
    """Return the claims that the steps of an answer's paths stand on."""
    return [claim for path in answer["paths"] for step in path["steps"] for claim in step["claims"]]


def list_ends(answer: Answer) -> list[Answer]:
    """Return the entities that an answer is about: those of its paths, its buyer and its chip, each once."""
    steps = [step[end] for path in answer["paths"] for step in path["steps"] for end in ("subject", "object")]
    ends = [*steps, *(answer[end] for end in ("buyer", "chip") if answer.get(end))]
    return list({end["id"]: end for end in ends}.values())


def read_answer(answer: Answer, numbers: Numbers) -> Record:
    """Return an answer of `graphkit path` that speaks of the page's nodes, lines and claims by their ids."""
    ends = {end: {**answer[end], "node": numbers.node.get(answer[end]["id"])} for end in ("buyer", "chip")}
    beside = {
        "near_misses": [read_near_miss(miss) for miss in answer.get("near_misses") or ()],
        "unnamed": [read_unnamed(one) for one in answer.get("unnamed") or ()],
        "compliance": [cite_claim(one) for one in answer.get("compliance") or ()],
    }
    return {
        **_pick(answer, _ANSWER),
        **_drop_blanks(beside),
        **ends,
        "paths": [read_path(path, numbers) for path in answer["paths"]],
        "filters": read_filters(answer.get("filters") or {}),
        "negative": read_negative(answer.get("negative")),
    }


def read_path(path: Answer, numbers: Numbers) -> Record:
    """Return a path: its nodes and steps, its evidence, and findings of the whole that no step has."""
    steps = [read_step(step, numbers) for step in path["steps"]]
    said = [step["finding"] for step in steps if "finding" in step]
    findings = [read_finding(one, numbers) for one in path.get("findings") or ()]
    return {
        **_pick(path, _PATH),
        "evidence": read_evidence(path),
        "weakest": path["weakest"],
        "steps": steps,
        "nodes": [steps[0]["from"], *(step["to"] for step in steps)] if steps else [],
        "corroborated_by": [read_corroboration(one, numbers) for one in path.get("corroborated_by") or ()],
        "findings": [one for one in findings if one not in said],
    }


def read_evidence(path: Answer) -> str:
    """Return the evidence of a path or a cell: stated, one document, one origin or composed."""
    return str(path.get("evidence") or ("stated" if path.get("stated") else "composed"))


def read_step(step: Answer, numbers: Numbers) -> Record:
    """Return a step with exactly its claims, and the lines of the drawing that stand for them."""
    ids = [claim["id"] for claim in step["claims"] if claim["id"] in numbers.claim]
    finding = read_finding(step.get("finding"), numbers)
    denials = [read_corroboration(claim, numbers) for claim in step.get("denied_by") or ()]
    return {
        **_pick(step, _STEP),
        **_drop_blanks({"denied_by": denials}),
        **({} if finding is None else {"finding": finding}),
        "from": numbers.node[step["subject"]["id"]],
        "to": numbers.node[step["object"]["id"]],
        "claims": [numbers.claim[one] for one in ids],
        "counted": [numbers.claim[one] for one in step.get("counted") or ids if one in numbers.claim],
        "lines": list(dict.fromkeys(numbers.line[one] for one in ids)),
    }


def read_finding(finding: object, numbers: Numbers) -> int | None:
    """Return the number of a finding: paths share them, as findings share rules, and each is sent once."""
    if not finding:
        return None
    if not isinstance(finding, Mapping):
        return _number(numbers.findings, {"sentence": str(finding)})
    rules = [
        _number(numbers.rules, {"citation": rule.get("citation") or rule["id"], "reason": rule["reason"]})
        for rule in finding.get("rules") or ()
    ]
    told = _pick(finding, ("coverage", "sentence", "missing", "duties", "powers"))
    return _number(numbers.findings, {**told, "rules": rules})


def read_corroboration(claim: Answer, numbers: Numbers) -> Record:
    """Return a claim that sums up a path or denies a step: its number, or what it says where it is not drawn."""
    if claim["id"] in numbers.claim:
        return {"claim": numbers.claim[claim["id"]]}
    note = (claim.get("qualifiers") or {}).get("note")
    return {
        **_drop_blanks({"note": note, "attribution": claim.get("attribution")}),
        "text": claim.get("quote") or claim.get("summary"),
        "source": claim.get("document_name") or claim.get("document"),
        "published": claim.get("published"),
        "url": read_web_address(claim.get("url")),
    }


def read_near_miss(miss: Answer) -> Record:
    """Return what would be a path, and what breaks it: with the claim that does and its source."""
    told = [f"{one['reason']}: {cite_claim(one['claim'])}" for one in miss.get("broken_by") or ()]
    told = told or list(miss.get("reasons") or ())
    denials = [f"denied: {cite_claim(claim)}" for claim in miss.get("denied_by") or ()]
    return {"steps": _name_steps(miss), "reasons": [*told, *denials]}


def read_unnamed(one: Answer) -> Record:
    """Return a way that ends at a chip which no report names, with the class of the chip."""
    chip_class = one.get("chip_class")
    steps = one.get("steps") or ()
    said = [cite_claim(claim) for step in steps for claim in step.get("claims") or ()]
    said += [f"denied: {cite_claim(claim)}" for step in steps for claim in step.get("denied_by") or ()]
    return {
        **_pick(one, ("status", "confidence", "marks", "verdict")),
        "chip_class": chip_class["name"] if isinstance(chip_class, Mapping) else str(chip_class or ""),
        "steps": _name_steps(one),
        "said": list(dict.fromkeys(said)),
    }


def read_filters(filters: Answer) -> Record:
    """Return the filters that a reader must know of: dates are told apart, the usual statuses not at all."""
    return {
        name: value
        for name, value in filters.items()
        if name not in ("on", "known_by") and value and value != sorted(DEFAULT_STATUSES)
    }


def read_negative(negative: Answer | None) -> Record | None:
    """Return in names why there is no path."""
    if not negative:
        return None
    holders = [
        f"{one['name']} ({one['claim']['status']})" if one.get("claim") else one["name"]
        for one in negative.get("holders", ())
    ]
    names = {name: [one["name"] for one in negative.get(name, ())] for name in ("reached", "unnamed")}
    return {
        "outcome": negative.get("outcome"),
        "near_misses": [read_near_miss(miss) for miss in negative.get("near_misses", ())],
        "holders": list(dict.fromkeys(holders)),
        **{name: list(dict.fromkeys(found)) for name, found in names.items()},
    }


# exposure ---------------------------------------------------------------------------------


def read_pair(exposure: Answer, cell: Answer) -> Record:
    """Return one cell of an exposure as an answer of `graphkit path`."""
    path = cell.get("path")
    negative = {"outcome": cell.get("outcome"), "near_misses": cell.get("near_misses") or []}
    return {
        "buyer": cell["buyer"],
        "chip": cell["chip"],
        **{name: exposure.get(name) for name in ("as_of", "known_by", "filters", "searched")},
        "paths": [path] if path else [],
        "negative": None if path else negative,
    }


def read_matrix(exposure: Answer) -> Record:
    """Return the table of an exposure; the place of a cell is the number of its answer."""
    cells = list(exposure["cells"])
    found = {cell["buyer"]["id"] for cell in cells if cell.get("path")}
    unnamed = [one for one in exposure.get("unnamed") or () if one.get("buyer")]
    classes = {one["chip_class"]["name"]: None for one in unnamed}
    had = found | {one["buyer"]["id"] for one in unnamed}
    return {
        # those with a path first: a long list of customers is mostly of others
        "buyers": sorted(exposure["buyers"], key=lambda buyer: (buyer["id"] not in found, buyer["id"] not in had)),
        "chips": list(exposure["chips"]),
        "classes": list(classes),
        "cells": [
            {
                **_pick(cell, _CELL),
                "evidence": read_evidence(cell),
                "buyer": cell["buyer"]["id"],
                "chip": cell["chip"]["id"],
                "answer": place,
            }
            for place, cell in enumerate(cells)
        ],
        "unnamed": [
            {**read_unnamed(one), "buyer": one["buyer"]["name"], "buyer_id": one["buyer"]["id"]} for one in unnamed
        ],
        "compliance": [cite_claim(one) for one in exposure.get("compliance") or ()],
    }


def _name_steps(way: Answer) -> list[Sequence[str]]:
    return [[step["subject"]["name"], step["relation"], step["object"]["name"]] for step in way.get("steps") or ()]


def _number(known: list[Record], one: Record) -> int:
    if one not in known:
        known.append(one)
    return known.index(one)
