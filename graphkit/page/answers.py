"""The reading of answers: from the records of graphkit's answers to the plain data of a page.

One function for each kind of record, and nothing else in page/ that reads an answer: where a record changes,
this is the file to open. `Numbers` says which node, line and claim of the page a record speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphkit.facts import Document, Entity, fold, is_plural
from graphkit.ontology import DEFAULT_STATUSES
from graphkit.page.periods import PlainPeriods
from graphkit.page.pools import Answer, Numbers, Pool, Record
from graphkit.page.words import fill_slots, read_web_address

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
#: What tells a step's line among those between its ends.
_DRAWN = ("status", "implied")
_PATH = ("status", "confidence", "disputed", "holding", "day", "marks", "places", "route", "route_name", "timeline")
_ANSWER = ("as_of", "known_by", "timeline")
#: What one day changes of a step, a path, a way to a chip that is not named.
_STEP_DIFFERS = ("finding",)
_PATH_DIFFERS = ("steps", "verdict", "day", "marks", "findings")
_WAY_DIFFERS = ("verdict", "marks", "coverage")
#: Between two clauses of a verdict.
_CLAUSE = "; "
_PARTED = ("paths", "steps", "ways")


def _drop_blanks(record: Answer) -> Record:
    return {name: value for name, value in record.items() if value not in (None, "", [], (), {}, False)}


def _pick(record: Answer, fields: Iterable[str]) -> Record:
    return _drop_blanks({name: record.get(name) for name in fields})


# facts ------------------------------------------------------------------------------------


def read_entity(entity: Entity) -> Record:
    """Return an entity of a graph as a node of the page."""
    found = {name: getattr(entity, name, None) for name in _ENTITY} | {"key": entity.id}
    return _drop_blanks(found | {"aliases": list(entity.aliases), "many": entity.plural})


def read_end(end: Answer) -> Record:
    """Return a buyer, a chip or the end of a step as a node, where the graph does not hold the entity."""
    return {"key": end["id"], "name": end["name"], "kind": end["kind"], **_drop_blanks({"many": _are_many(end)})}


def _are_many(end: Answer) -> bool:
    """Say whether an end of a step stands for several: "servers host"."""
    return bool(end.get("generic")) and is_plural(end["name"])


def read_document(document: Document) -> Record:
    """Return a document of a graph as a source of the page."""
    found = {name: getattr(document, name, None) for name in _DOCUMENT}
    return _drop_blanks(found | {"url": read_web_address(document.url)})


def read_source(claim: Answer) -> Record:
    """Return the document that a claim names as a source of the page, where the graph does not hold it."""
    found = {name: claim.get(name) for name in _DOCUMENT} | {"name": claim["document_name"]}
    return _drop_blanks(found | {"url": read_web_address(claim.get("url"))})


def read_claim(claim: Answer) -> Record:
    """Return a claim as the page tells it; its origin only where that is not who is told anyway."""
    found = _pick(claim, _CLAIM) | _drop_blanks({"scope": _drop_blanks(claim["scope"])})
    told = claim["attribution"] or claim["publisher"] or claim["document_name"]
    return found if fold(claim["origin"]) == fold(told) else found | {"origin": claim["origin"]}


def cite_claim(claim: Answer, numbers: Numbers, why: str | None = None) -> Record:
    """Return what a claim says, who says so, its note and the number of its document; and why it is cited, in words.

    It is how claims are told that need not be drawn.
    """
    told_by = claim.get("publisher") or claim.get("document_name") or ""
    who = claim.get("attribution") or (claim["origin"] if fold(claim["origin"]) != fold(told_by) else None)
    told = {"why": why, "text": claim.get("quote") or claim.get("summary"), "who": who}
    told |= {"note": (claim.get("qualifiers") or {}).get("note"), "held": tell_day(claim, numbers.words)}
    return {**_drop_blanks(told), "document": numbers.number_document(claim["document"], read_source(claim))}


def tell_day(claim: Answer, words: Mapping[str, str]) -> str:
    """Return since when a claim holds, else when it was observed, in words; nothing where neither is told."""
    key = next((one for one in ("since", "observed") if claim.get(one)), None)
    return fill_slots(words[f"claim.day.{key}"], date=str(claim[key])) if key else ""


def _is_denial(claim: Answer) -> bool:
    """Say whether a claim against another is a denial: only a party denies, others say to the contrary."""
    return claim["origin"] in (claim["subject_name"], claim["object_name"])


def _cite_reason(reason: str, claim: Answer, numbers: Numbers) -> Record:
    """Return a claim behind the reason for which it is cited."""
    return cite_claim(claim, numbers, numbers.words.get(f"reason.{reason}", reason))


def _cite_denial(claim: Answer, numbers: Numbers) -> Record:
    """Return a claim that speaks against another."""
    return _cite_reason("denied" if _is_denial(claim) else "contrary", claim, numbers)


# answers ----------------------------------------------------------------------------------


def list_claims(answer: Answer) -> list[Answer]:
    """Return the claims that the steps of an answer's paths stand on."""
    return [claim for path in answer["paths"] for step in path["steps"] for claim in step["claims"]]


def list_ends(answer: Answer) -> list[Answer]:
    """Return the entities that an answer is about: those of its paths, its buyer and its chip, each once."""
    steps = [step[end] for path in answer["paths"] for step in path["steps"] for end in ("subject", "object")]
    ends = [*steps, *(answer[end] for end in ("buyer", "chip") if answer.get(end))]
    return list({end["id"]: end for end in ends}.values())


def read_answer(answer: Answer, numbers: Numbers, periods: PlainPeriods | None = None) -> Record:
    """Return an answer of `graphkit path` that speaks of the page's nodes, lines and claims by their ids.

    What it says is a state, the one `asked` for first; `moved` says by mode from which day on which other holds.
    """
    ends = {end: {**answer[end], "node": numbers.node.get(answer[end]["id"])} for end in ("buyer", "chip")}
    states = Pool()
    asked = states.number(read_state(answer, numbers))
    moved: Record = {}
    for mode, one in (periods or {}).items():
        changes: list[tuple[str, int]] = []
        for day, plain in one.answers:
            state = states.number(read_state(plain, numbers, moved=True))
            if not changes or changes[-1][1] != state:
                changes.append((day, state))
        if changes:
            moved[mode] = {"first": one.first, "last": one.last, "changes": changes}
    return {
        **_pick(answer, _ANSWER),
        **ends,
        "filters": read_filters(answer.get("filters") or {}),
        "asked": asked,
        "states": states.records,
        **_drop_blanks({"moved": moved}),
    }


def read_state(answer: Answer, numbers: Numbers, *, moved: bool = False) -> Record:
    """Return what an answer says; of one on a day to which a date is `moved` what does not change every day."""
    if answer.get("fault"):
        return {"fault": answer["fault"], "paths": []}
    searched = answer.get("searched") or {}
    if moved:
        searched = {name: searched[name] for name in ("max_hops", "truncated") if name in searched}
    beside = {
        "near_misses": numbers.number_each("misses", answer.get("near_misses") or (), read_near_miss),
        "unnamed": numbers.number_each("ways", answer.get("unnamed") or (), read_unnamed, _WAY_DIFFERS),
        "compliance": [numbers.number("cited", cite_claim(one, numbers)) for one in answer.get("compliance") or ()],
        "notes": [numbers.number("texts", note) for note in answer.get("notes") or ()],
        "negative": read_negative(answer.get("negative"), numbers, moved=moved),
        "searched": searched,
        "more": answer.get("more") or bool(searched.get("truncated")),
    }
    table = _pick(answer, ("buyers", "chips"))  # who and what a matrix is about
    return {
        **table,
        **_drop_blanks(beside),
        "paths": numbers.number_each("paths", answer["paths"], read_path, _PATH_DIFFERS),
    }


def expand_answer(answer: Answer, pools: Mapping[str, Sequence[Any]]) -> Record:
    """Return an answer as it was asked with everything that it names by number, as the page's script has it."""

    def take(pool: str, numbers: Iterable[int]) -> list[Any]:
        found = [pools[pool][number] for number in numbers]
        if pool not in _PARTED:
            return found
        whole = [{**pools["parts"][one["of"]], **one} for one in found]
        return [_join_verdict(one, pools["texts"]) if "verdict" in one else one for one in whole]

    def take_steps(numbers: Iterable[int]) -> list[Record]:
        return [{**step, **_join_finding(step, pools)} for step in take("steps", numbers)]

    def take_misses(numbers: Iterable[int]) -> list[Record]:
        return [{**miss, "reasons": take("cited", miss["reasons"])} for miss in take("misses", numbers)]

    state = answer["states"][answer["asked"]]
    negative = dict(state.get("negative") or {})
    negative["near_misses"] = take_misses(negative.get("near_misses") or ())
    paths = [{**path, "steps": take_steps(path["steps"])} for path in take("paths", state["paths"])]
    ways = [{**way, "said": take("cited", way["said"])} for way in take("ways", state.get("unnamed") or ())]
    beside = {
        "compliance": take("cited", state.get("compliance") or ()),
        "notes": take("texts", state.get("notes") or ()),
        "unnamed": ways,
        "near_misses": take_misses(state.get("near_misses") or ()),
    }
    return {**answer, **state, **beside, "negative": negative, "paths": paths}


def _join_finding(step: Answer, pools: Mapping[str, Sequence[Any]]) -> Record:
    if "finding" not in step:
        return {}
    finding = pools["findings"][step["finding"]]
    said = _CLAUSE.join(pools["texts"][number] for number in finding["sentence"])
    return {"finding": {**finding, "sentence": said}}


def _join_verdict(way: Answer, texts: Sequence[str]) -> Record:
    return {**way, "verdict": _CLAUSE.join(texts[number] for number in way["verdict"])}


def read_path(path: Answer, numbers: Numbers) -> Record:
    """Return a path: its nodes and steps, its evidence, and findings of the whole that no step has."""
    steps = [read_step(step, numbers) for step in path["steps"]]
    said = [step["finding"] for step in steps if "finding" in step]
    findings = [read_finding(one, numbers) for one in path.get("findings") or ()]
    return {
        **_pick(path, _PATH),
        **_read_verdict(path, numbers),
        "evidence": read_evidence(path),
        "weakest": path["weakest"],
        "steps": [numbers.number_parted("steps", step, _STEP_DIFFERS) for step in steps],
        "nodes": [steps[0]["from"], *(step["to"] for step in steps)] if steps else [],
        "corroborated_by": [read_corroboration(one, numbers) for one in path.get("corroborated_by") or ()],
        "findings": [one for one in findings if one not in said],
    }


def _read_verdict(path: Answer, numbers: Numbers) -> Record:
    """Return what the rules say of a path as the numbers of its clauses: most days have most of them in common."""
    said = str(path.get("verdict") or "")
    return {"verdict": _number_clauses(said, numbers)} if said else {}


def _number_clauses(said: str, numbers: Numbers) -> list[int]:
    return [numbers.number("texts", text) for text in said.split(_CLAUSE)] if said else []


def read_evidence(path: Answer) -> str:
    """Return the evidence of a path or a cell: stated, one document, one origin or composed."""
    return str(path.get("evidence") or ("stated" if path.get("stated") else "composed"))


def read_step(step: Answer, numbers: Numbers) -> Record:
    """Return a step with exactly its claims, and the lines of the drawing that stand for them, that like it first."""
    ids = [claim["id"] for claim in step["claims"] if claim["id"] in numbers.claim]
    alike = {claim["id"] for claim in step["claims"] if all(claim[name] == step[name] for name in _DRAWN)}
    finding = read_finding(step.get("finding"), numbers)
    denials = [_read_denial(claim, step, numbers) for claim in step.get("denied_by") or ()]
    return {
        **_pick(step, _STEP),
        **_drop_blanks({"denied_by": denials}),
        **({} if finding is None else {"finding": finding}),
        "from": numbers.node[step["subject"]["id"]],
        "to": numbers.node[step["object"]["id"]],
        "claims": [numbers.claim[one] for one in ids],
        "counted": [numbers.claim[one] for one in step.get("counted") or ids if one in numbers.claim],
        "lines": list(dict.fromkeys(numbers.line[one] for one in sorted(ids, key=lambda one: one not in alike))),
    }


def read_finding(finding: object, numbers: Numbers) -> int | None:
    """Return the number of a finding: paths share them, as findings share rules, and each is sent once."""
    if not finding:
        return None
    if not isinstance(finding, Mapping):
        return numbers.number("findings", {"sentence": _number_clauses(str(finding), numbers)})
    rules = [
        numbers.number("rules", {"citation": rule.get("citation") or rule["id"], "reason": rule["reason"]})
        for rule in finding.get("rules") or ()
    ]
    told = _pick(finding, ("coverage", "missing", "duties", "powers"))
    said = str(finding.get("sentence") or "")
    return numbers.number("findings", {**told, "sentence": _number_clauses(said, numbers), "rules": rules})


def read_corroboration(claim: Answer, numbers: Numbers) -> Record:
    """Return a claim that stands beside a path: its number, or what it says where it is not drawn."""
    if claim["id"] in numbers.claim:
        return {"claim": numbers.claim[claim["id"]]}
    return cite_claim(claim, numbers)


def _read_denial(claim: Answer, step: Answer, numbers: Numbers) -> Record:
    """Return a claim that speaks against a step, and the word for it."""
    return {**read_corroboration(claim, numbers), "word": _name_denial(claim, step)}


def _name_denial(claim: Answer, step: Answer) -> str:
    """Return the word for a claim that speaks against a step: it may meet only what does not count there."""
    word = "denied" if _is_denial(claim) else "contrary"
    return word if claim["id"] in step.get("disputed_by", (claim["id"],)) else f"{word}_beside"


def read_near_miss(miss: Answer, numbers: Numbers) -> Record:
    """Return what would be a path, and what breaks it: in a few words, and with the claims and their sources."""
    why = [str(one) for one in dict.fromkeys(miss.get("reasons") or ())]
    reasons = [numbers.number("cited", one) for one in list_reasons(miss, numbers)]
    return {"steps": _name_steps(miss), "why": why, "reasons": reasons}


def list_reasons(miss: Answer, numbers: Numbers) -> list[Record]:
    """Return what breaks a near miss, each claim with its source."""
    told = [_cite_break(one["reason"], one["claim"], numbers) for one in miss.get("broken_by") or ()]
    told = told or [{"why": numbers.words.get(f"reason.{one}", str(one))} for one in miss.get("reasons") or ()]
    return [*told, *(_cite_denial(claim, numbers) for claim in miss.get("denied_by") or ())]


def _cite_break(reason: str, claim: Answer, numbers: Numbers) -> Record:
    """Return a claim that breaks a near miss, and how."""
    return _cite_denial(claim, numbers) if reason == "negated" else _cite_reason(reason, claim, numbers)


def read_unnamed(one: Answer, numbers: Numbers) -> Record:
    """Return a way that ends at a chip which no report names, with the class of the chip."""
    chip_class = one.get("chip_class")
    steps = one.get("steps") or ()
    said = [cite_claim(claim, numbers) for step in steps for claim in step.get("claims") or ()]
    against = [(claim, _name_denial(claim, step)) for step in steps for claim in step.get("denied_by") or ()]
    said += [cite_claim(claim, numbers, numbers.words[f"step.{name}"]) for claim, name in against]
    return {
        **_pick(one, ("status", "confidence", "marks", "disputed")),
        **_drop_blanks({"coverage": _find_coverage(steps)}),
        **_read_verdict(one, numbers),
        "chip_class": chip_class["name"] if isinstance(chip_class, Mapping) else str(chip_class or ""),
        "steps": _name_steps(one),
        "said": list(dict.fromkeys(numbers.number("cited", one) for one in said)),
    }


def _find_coverage(steps: Sequence[Answer]) -> str | None:
    """Return the strictest of what the rules say of some steps."""
    told = [step["finding"]["coverage"] for step in steps if step.get("finding")]
    return next((one for one in ("covered", "unclear") if one in told), next(iter(told), None))


def read_filters(filters: Answer) -> Record:
    """Return the filters that a reader must know of: dates are told apart, the usual statuses not at all."""
    return {
        name: value
        for name, value in filters.items()
        if name not in ("on", "known_by") and value and value != sorted(DEFAULT_STATUSES)
    }


def read_negative(negative: Answer | None, numbers: Numbers, *, moved: bool = False) -> Record | None:
    """Return in names why there is no path; where a date is `moved`, without who was reached and who has the chip."""
    if not negative:
        return None
    misses = numbers.number_each("misses", negative.get("near_misses") or (), read_near_miss)
    found = {"outcome": negative.get("outcome"), "near_misses": misses}
    if moved:
        return found
    holders = [
        f"{one['name']} ({one['claim']['status']})" if one.get("claim") else one["name"]
        for one in negative.get("holders", ())
    ]
    names = {name: [one["name"] for one in negative.get(name, ())] for name in ("reached", "unnamed")}
    return {
        **found,
        "holders": list(dict.fromkeys(holders)),
        **{name: list(dict.fromkeys(found)) for name, found in names.items()},
    }


def _name_steps(way: Answer) -> list[Sequence[Any]]:
    """Return steps in names: subject, relation, object, and whether the subject stands for several."""
    return [
        [step["subject"]["name"], step["relation"], step["object"]["name"], _are_many(step["subject"])]
        for step in way.get("steps") or ()
    ]
