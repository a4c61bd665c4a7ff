"""Answers as text for a terminal, and rows as text, CSV, Markdown or JSON tables.

Whatever came from outside is made harmless first: control characters (a terminal obeys them) are
shown, not sent; a CSV cell never starts a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from graphkit.facts import passage
from graphkit.ontology import CONFIDENCES, RELATIONS
from graphkit.views.answers import Answer

if TYPE_CHECKING:
    from graphkit.factbase import Coverage

Rows = Sequence[Mapping[str, object]]

_STATUS_COLOURS = {"done": "green", "planned": "cyan", "considered": "cyan", "alleged": "yellow",
                   "refused": "red", "negated": "red", "proposed": "cyan"}


def plain(value: object) -> str:
    """Return a value as one harmless line of text."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(plain, value))
    if isinstance(value, dict):
        value = msgspec.json.encode(value).decode()
    return "".join(map(_harmless, str(value)))


def _harmless(char: str) -> str:
    if char in "\n\r\t":
        return " "
    return char if unicodedata.category(char) not in ("Cc", "Cf", "Cs") else f"\\u{ord(char):04x}"


# tables -----------------------------------------------------------------------------------


def render_rows(rows: Rows, form: str, columns: Sequence[str] | None = None) -> str:
    """Return rows as "text", "csv", "markdown" or "json"; text and Markdown say when there are none."""
    names = list(columns) if columns is not None else list(dict.fromkeys(name for row in rows for name in row))
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(list(rows), enc_hook=str), indent=2).decode()
    if form == "csv":
        return _csv(names, ([row.get(name) for name in names] for row in rows))
    if not rows:
        return "no rows"
    from tabulate import tabulate

    cells = [[plain(row.get(name)) for name in names] for row in rows]
    if form == "markdown":
        return tabulate([list(map(_markdown, row)) for row in cells], names, "github", disable_numparse=True)
    return tabulate(cells, names, "simple", disable_numparse=True, maxcolwidths=[60] * len(names))


def _markdown(cell: str) -> str:
    """Text for a Markdown cell: no cell, link or tag of its own."""
    return "".join(f"\\{char}" if char in "\\|[]*_`" else "&lt;" if char == "<" else char for char in cell)


def _csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().rstrip("\n")


def _cell(value: object) -> object:
    """A value for a CSV cell: a text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, (int, float)) or value is None:
        return value
    text = plain(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:2].isdigit() else text


def as_json(answer: object) -> str:
    """Return an answer as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()


# paths ------------------------------------------------------------------------------------


def render_paths(answer: Answer, *, explain: bool = False) -> str:
    """Return the answer of `graphkit path` as text."""
    lines: list[str] = [*map(_note, answer["notes"])]
    paths = answer["paths"]
    count = f"{len(paths)} path{'s' if len(paths) != 1 else ''}" if paths else "no path"
    asked = f"{_name(answer['buyer'])} → {_name(answer['chip'])}: {count}"
    lines.append(click.style(asked, bold=True) + _under(answer))
    for number, path in enumerate(paths, 1):
        lines += ["", *_path(number, path, explain=explain)]
    if answer["negative"]:
        lines += ["", *_negative(answer)]
    if answer["undated"]:
        lines += ["", f"undated, so in no path as of {answer['as_of']}:"]
        lines += [f"  {_sentence(claim)}: {_source(claim)}" for claim in answer["undated"]]
    if paths and answer["searched"]["truncated"]:
        more = answer["searched"]["more"]
        lines += ["", _note("more paths exist: raise --limit" if more else "a bound was hit: raise --max-slice")]
    return "\n".join(lines)


def _under(answer: Answer) -> str:
    given = {**answer["filters"]}
    if set(given.get("status", ())) == {"done", "planned", "considered"}:
        del given["status"]
    told = [f"{name.replace('_', ' ')} {plain(value)}" for name, value in given.items()]
    return f" ({'; '.join(told)})" if told else ""


def _path(number: int, path: Answer, *, explain: bool) -> list[str]:
    steps = path["steps"]
    names = [_name(steps[0]["subject"]), *(_name(step["object"]) for step in steps)]
    lines = [f"{number}. " + click.style(" → ".join(names), bold=True)]
    how = "stated in one passage" if path["stated"] else "composed: nobody asserted the whole"
    weakest = f"weakest step {path['weakest'] + 1}"
    facts = [_status(path["status"]), how, f"confidence {path['confidence']:.2f}", weakest, *path["marks"]]
    lines.append("   " + " · ".join(facts))
    if path["route_name"]:
        lines.append(f"   route {path['route']}: {plain(path['route_name'])}")
    for position, step in enumerate(steps, 1):
        lines += _step(position, step)
    for place in path["places"]:
        where = plain(place["region"]["name"]) if place["region"] else "not known"
        lines.append(f"   place of {_site_name(path, place['site'])}: {where}")
    for claim in path["corroborated_by"]:
        lines.append(f"   corroborated by: {plain(claim['summary'])} ({_source(claim)})")
    if path["verdict"]:
        lines.append(f"   rules: {plain(path['verdict'])}")
    if explain:
        lines += [f"   {line}" for line in explain_confidence(path)]
    return lines


def _site_name(path: Answer, site: str) -> str:
    return next((_name(step["object"]) for step in path["steps"] if step["object"]["id"] == site), plain(site))


def _step(position: int, step: Answer) -> list[str]:
    implied = ["implied"] if step["implied"] else []
    told = " · ".join([_status(step["status"]), *implied, f"{step['confidence']:.2f}", *step["marks"]])
    phrase = RELATIONS[step["relation"]].phrase
    lines = [
        f"   {position}. {_name(step['subject'])} {phrase} {_name(step['object'])}  "
        + click.style(step["relation"], dim=True) + f"  {told}"
    ]
    for claim in step["claims"]:
        lines.append(f"      {_source(claim)}{_scope(claim)}")
        text = f"“{plain(claim['quote'])}”" if claim["quote"] else plain(claim["summary"])
        lines.append(f"      {text}" + click.style(f"  [{claim['id']}]", dim=True))
    if step["finding"]:
        lines.append(f"      rule: {plain(step['finding']['sentence'])}")
    return lines


def _source(claim: Answer) -> str:
    who = [plain(claim["attribution"])] if claim["attribution"] else []
    published = claim["published"] or "undated"
    named = claim["publisher"] and not claim["document_name"].startswith(claim["publisher"])
    where = f"{plain(claim['publisher'])}, " if named else ""
    sentence = f", sentence {claim['locator']}" if claim["locator"] else ""
    who.append(f"{where}{plain(claim['document_name'])}, {published}{sentence} ({claim['document']})")
    told = " in ".join(who)
    dates = [f"{word} {claim[word]}" for word in ("since", "until", "due") if claim[word]]
    return f"{told}; {claim['confidence']}" + (f"; {', '.join(dates)}" if dates else "")


def _scope(claim: Answer) -> str:
    scope = [*claim["scope"]["chips"], *claim["scope"]["sites"], *claim["scope"]["regions"]]
    return f"; limited to {plain(scope)}" if scope else ""


def _sentence(claim: Answer) -> str:
    phrase = RELATIONS[claim["relation"]].phrase
    return f"{plain(claim['subject'])} {phrase} {plain(claim['object'])}, {claim['status']}"


def _negative(answer: Answer) -> list[str]:
    negative, searched = answer["negative"], answer["searched"]
    why = {
        "not found": "everything that the buyer can reach was searched",
        "bound hit": "a bound was hit, so this is not proof: raise --max-hops or --max-slice",
        "unnamed party": "the trail ends at a party that no document names: "
                         + ", ".join(_name(one) for one in negative["unnamed"]),
    }[negative["outcome"]]
    lines = [
        f"{negative['outcome']}: {why}",
        f"searched: {searched['claims']} claims within {searched['max_hops']} hops; "
        f"statuses {', '.join(searched['statuses'])}",
    ]
    reached = [f"{_name(one)} ({one['hops']})" for one in negative["reached"]]
    lines.append(f"reached from {_name(answer['buyer'])}: {', '.join(reached[:12]) or 'nobody'}"
                 + (f" and {len(reached) - 12} more" if len(reached) > 12 else ""))
    held = list(dict.fromkeys(f"{_name(one)} ({one['claim']['status']})" for one in negative["holders"]))
    lines.append(f"known to have {_name(answer['chip'])}: {', '.join(held[:10]) or 'nobody'}")
    if negative["near_misses"]:
        lines.append("near misses:")
    for miss in negative["near_misses"]:
        names = [_name(miss["steps"][0]["subject"]), *(_name(step["object"]) for step in miss["steps"])]
        reasons = ", ".join(miss["reasons"])
        lines.append(f"  {' → '.join(names)}: {reasons}")
        for broken in miss["broken_by"]:
            claim = broken["claim"]
            lines.append(f"    {broken['reason']}: {plain(claim['summary'])} ({_source(claim)}) [{claim['id']}]")
    return lines


def explain_confidence(path: Answer) -> list[str]:
    """Return the sum behind a path's confidence, with its numbers."""
    if path["stated"]:
        inside = (path["passage"]["document"], passage(path["passage"]["locator"]))
        told = [max(p for p, claim in _probabilities(step) if _inside(claim, *inside)) for step in path["steps"]]
        sum_ = ", ".join(f"{p:.2f}" for p in told)
        return [
            "confidence of a stated path: the least sure step of the passage that states it",
            f"  min({sum_}) = {path['confidence']:.4g}",
        ]
    lines = ["confidence of a composed path: each step 1 - prod(1 - p) over its origins, the path their product"]
    for position, step in enumerate(path["steps"], 1):
        best: dict[str, float] = {}
        for p, claim in _probabilities(step):
            best[claim["origin"]] = max(best.get(claim["origin"], 0.0), p)
        product = " × ".join(f"(1 - {p:.2f})" for p in best.values())
        names = ", ".join(f"{plain(who)} {p:.2f}" for who, p in best.items())
        lines.append(f"  step {position}: {names}: 1 - {product} = {step['confidence']:.4g}")
    product = " × ".join(f"{step['confidence']:.4g}" for step in path["steps"])
    return [*lines, f"  path: {product} = {path['confidence']:.4g}"]


def _probabilities(step: Answer) -> list[tuple[float, Answer]]:
    """The claims that count for a step's confidence: those of its status."""
    return [(CONFIDENCES[c["confidence"]], c) for c in step["claims"] if c["status"] == step["status"]]


def _inside(claim: Answer, document: str, span: tuple[int, int] | None) -> bool:
    own = passage(claim["locator"] or "")
    return bool(claim["document"] == document and own and span and span[0] <= own[0] and own[1] <= span[1])


def path_rows(answer: Answer) -> list[dict[str, object]]:
    """Return the steps of all paths as rows, one a claim."""
    return [
        {
            "path": number, "status": path["status"], "stated": path["stated"], "confidence": path["confidence"],
            "step": position, "subject": step["subject"]["name"], "relation": step["relation"],
            "object": step["object"]["name"], **_claim_row(claim),
        }
        for number, path in enumerate(answer["paths"], 1)
        for position, step in enumerate(path["steps"], 1)
        for claim in step["claims"]
    ]


def _claim_row(claim: Answer) -> dict[str, object]:
    return {
        "claim": claim["id"], "claim_status": claim["status"], "claim_confidence": claim["confidence"],
        "attribution": claim["attribution"], "publisher": claim["publisher"], "published": claim["published"],
        "document": claim["document"], "sentence": claim["locator"], "summary": claim["quote"] or claim["summary"],
    }


# one entity -------------------------------------------------------------------------------


def render_entity(answer: Answer) -> str:
    """Return the answer of `graphkit show` as text."""
    entity = answer["entity"]
    generic = ", stands for unnamed members" if entity["generic"] else ""
    lines = [*map(_note, answer["notes"]), click.style(_name(entity), bold=True) + f"  {entity['kind']}{generic}"]
    if entity["aliases"]:
        lines.append(f"also called {plain(entity['aliases'])}")
    if entity["note"]:
        lines.append(plain(entity["note"]))
    for group in answer["relations"]:
        phrase = RELATIONS[group["relation"]].phrase
        outgoing = group["direction"] == "out"
        lines += ["", click.style(f"{phrase} …" if outgoing else f"… {phrase} it", bold=True)]
        for claim in group["claims"]:
            lines.append(f"  {_name(claim['other'])}  {_status(claim['status'])}"
                         f"{_scope(claim)}" + click.style(f"  [{claim['id']}]", dim=True))
            text = f"“{plain(claim['quote'])}”" if claim["quote"] else plain(claim["summary"])
            lines += [f"    {text}", f"    {_source(claim)}"]
    if not answer["relations"]:
        lines.append("no claim mentions it")
    if answer["truncated"]:
        lines += ["", _note("more claims mention it than are shown")]
    return "\n".join(lines)


def entity_rows(answer: Answer) -> list[dict[str, object]]:
    """Return the claims about an entity as rows."""
    return [
        {"relation": group["relation"], "direction": group["direction"], "other": claim["other"]["name"],
         **_claim_row(claim)}
        for group in answer["relations"]
        for claim in group["claims"]
    ]


def render_coverage(found: Coverage) -> str:
    """Return what a fact base covers, as text."""
    def counts(title: str, numbers: Mapping[str, int]) -> list[str]:
        width = max(map(len, numbers), default=0)
        return ["", click.style(title, bold=True), *(f"  {plain(name):<{width}}  {n}" for name, n in numbers.items())]

    return "\n".join([
        f"{plain(found.name)}: {found.claims} claims, no fault",
        *counts("entities by kind", found.entities_by_kind),
        *counts("claims by kind of their ends", found.claims_by_kind),
        *counts("claims by relation", found.claims_by_relation),
        *counts("claims by status", found.claims_by_status),
        *counts("claims by document", found.claims_by_document),
        "",
        f"access steps that rest on a single origin: {len(found.single_origin)} of {found.steps}",
        f"claims without a date: {len(found.undated)}",
        f"claims without a sentence: {len(found.unlocated)}",
    ])


# matrices ---------------------------------------------------------------------------------


def exposure_rows(answer: Answer) -> list[dict[str, object]]:
    """Return the pairs of an exposure matrix as rows."""
    return [
        {
            "buyer": cell["buyer"]["name"],
            "chip": cell["chip"]["name"],
            "status": cell["status"] or cell["outcome"],
            "confidence": cell["confidence"],
            "hops": cell["hops"],
            "path": None if cell["stated"] is None else "stated" if cell["stated"] else "composed",
            "marks": ", ".join(cell["marks"]) or None,
            "route": " → ".join(cell["route"]) or ", ".join(cell["near_miss"]) or None,
        }
        for cell in answer["cells"]
    ]


def render_exposure(answer: Answer, form: str) -> str:
    """Return the answer of `graphkit exposure` as a table, with what did not match below it."""
    table = render_rows(exposure_rows(answer), form)
    if form == "csv":
        return table
    lines = [*map(_note, answer["notes"]), table]
    for one in answer["unmatched"]:
        near = f": did you mean {' or '.join(map(plain, one['near']))}?" if one["near"] else ""
        lines.append(_note(f"not matched: {plain(one['name'])}{near}"))
    lines.append(f"searched up to {answer['searched']['max_hops']} hops{_under(answer)}")
    return "\n".join(lines)


def _status(status: str) -> str:
    return click.style(status, fg=_STATUS_COLOURS.get(status))


def _name(entity: Mapping[str, Any]) -> str:
    return plain(entity["name"])


def _note(text: str) -> str:
    return click.style(f"note: {plain(text)}", dim=True)
