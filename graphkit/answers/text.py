"""Answers as text for a terminal, and as rows for tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from graphkit.answers.records import Answer
from graphkit.formats.tables import as_json as as_json
from graphkit.formats.tables import plain as plain
from graphkit.formats.tables import render_rows as render_rows
from graphkit.formats.tables import width, wrap
from graphkit.ontology import RELATIONS, STATUSES

if TYPE_CHECKING:
    from graphkit.factbase import Coverage

_STATUS_COLOURS = {
    "done": "green",
    "planned": "cyan",
    "considered": "cyan",
    "alleged": "yellow",
    "refused": "red",
    "negated": "red",
    "proposed": "cyan",
}

#: Names that a list of the text answers shows before it says how many more there are.
SHOWN = 10
#: Said of a matrix in which a search or a slice was cut.
BOUND = "a bound was hit, so a missing path is no proof: raise --max-slice, or ask for fewer hops"


# paths ------------------------------------------------------------------------------------


_EVIDENCE = {
    "stated": "stated in one passage",
    "one document": "one document says every step",
    "one origin": "one origin is behind every step",
    "composed": "composed: nobody asserted the whole",
}


def render_paths(answer: Answer, *, explain: bool = False) -> str:
    """Return the answer of `graphkit path` as text."""
    lines: list[str] = []
    for note in answer["notes"]:
        lines += _note(note)
    paths = answer["paths"]
    count = f"{len(paths)} path{'s' if len(paths) != 1 else ''}" if paths else "no path"
    lines += wrap(click.style(f"{_name(answer['buyer'])} → {_name(answer['chip'])}: {count}", bold=True))
    lines += wrap(click.style(filters_told(answer), dim=True))
    for number, path in enumerate(paths, 1):
        lines += ["", *_path(number, path, explain=explain)]
    if answer["negative"]:
        lines += ["", *_negative(answer)]
    if answer["near_misses"]:
        lines += ["", "near misses, each with who refused or denied what", *_near_misses(answer["near_misses"])]
    if answer["undated"]:
        lines += ["", *wrap(f"undated, so in no path as of {answer['as_of']}:"), *_claims(answer["undated"])]
    if answer["beside"]:
        lines += ["", "beside the paths, calls to models, which give no access to a chip (R9):"]
        lines += _claims(answer["beside"])
    if paths and answer["searched"]["truncated"]:
        more = answer["searched"]["more"]
        bounded = answer["searched"].get("bounded", not more)
        lines += ["", *(_note("more paths exist: raise --limit") if more else [])]
        lines += _note("a bound was hit: raise --max-slice") if bounded else []
    return "\n".join(lines)


def filters_told(answer: Answer) -> str:
    """Return the filters and bounds that an answer was found under, in one line."""
    given = dict(answer["filters"])
    if "status" in given:
        given["status"] = [status for status in STATUSES if status in given["status"]]
    given |= {name: answer["searched"][name] for name in ("max_hops", "limit") if name in answer.get("searched", ())}
    told = []
    for name, value in given.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        told.append(f"{name.replace('_', ' ')} {', '.join(map(plain, values))}")
    return f"filters: {'; '.join(told) or 'none'}"


def _path(number: int, path: Answer, *, explain: bool) -> list[str]:
    steps = path["steps"]
    names = [_name(steps[0]["subject"]), *(_name(step["object"]) for step in steps)]
    lines = wrap(click.style(" → ".join(names), bold=True), f"{number}. ")
    how = _EVIDENCE[path["evidence"]]
    weakest = [f"weakest step {path['weakest'] + 1}"] if len(steps) > 1 else []
    facts = [_status(path["status"]), how, f"confidence {path['confidence']:.2f}", *weakest, *path["marks"]]
    lines += wrap(" · ".join(facts), "   ")
    if path["route_name"]:
        lines += wrap(f"{plain(path['route_name'])} ({plain(path['route'])})", "   route: ")
    if path["verdict"]:
        lines += wrap(plain(path["verdict"]), "   rules: ")
    for position, step in enumerate(steps, 1):
        lines += _step(position, step)
        for finding in path["findings"]:
            # the verdict joins the sentences of the steps, with a small letter after the first
            if finding["step"] == position - 1 and finding["sentence"][1:] not in (path["verdict"] or ""):
                lines += wrap(plain(finding["sentence"]), "      rule: ")
        for place in path["places"]:
            if place["site"] == step["object"]["id"]:
                where = plain(place["region"]["name"]) if place["region"] else "not known"
                lines += wrap(f"it stands in: {where}", "      ")
    if path["corroborated_by"]:
        lines.append("   corroborated, as a whole or in part, by")
        for claim in path["corroborated_by"]:
            lines += _claim(claim)
    if explain:
        lines += itertools.chain.from_iterable(
            wrap(line.strip(), "   " if line[0] != " " else "     ") for line in explain_confidence(path)
        )
    return lines


def _step(position: int, step: Answer) -> list[str]:
    implied = ["implied"] if step["implied"] else []
    facts = [step["relation"], _status(step["status"]), *implied, f"{step['confidence']:.2f}", *step["marks"]]
    phrase = RELATIONS[step["relation"]].phrase
    said = f"{_name(step['subject'])} {phrase} {_name(step['object'])}"
    lines = wrap(f"{said}  {' · '.join(facts)}", f"   {position}. ")
    for claim in step["claims"]:
        lines += _claim(claim, step["status"])
    origins = list(dict.fromkeys(claim["origin"] for claim in step["claims"]))
    if len(step["claims"]) > len(origins):
        told = f"{len(step['claims'])} claims of {_counted(len(origins), 'origin')}: {', '.join(map(plain, origins))}"
        lines += wrap(click.style(told, dim=True), "      ")
    for claim in step["denied_by"]:
        lines += _claim(claim, reason="denied: ")
    return lines


def _claim(claim: Answer, status: str | None = None, indent: int = 6, reason: str = "") -> list[str]:
    """What a claim says, then dimmed who says so and where; `status` is the one that needs no mention."""
    text = f"“{plain(claim['quote'])}”" if claim["quote"] else plain(claim["summary"])
    other = f"{claim['status']}: " if status and claim["status"] != status else ""
    blank = " " * indent
    facts = [_source(claim), claim["confidence"], *_dates(claim), *_scope(claim), claim["id"]]
    return [
        *wrap(f"{reason}{other}{text}", f"{blank}- "),
        *wrap(click.style("; ".join(facts), dim=True), f"{blank}  "),
    ]


def _source(claim: Answer) -> str:
    published = claim["published"] or "undated"
    named = claim["publisher"] and not claim["document_name"].startswith(claim["publisher"])
    where = f"{plain(claim['publisher'])}, " if named else ""
    sentence = f", sentence {plain(claim['locator'])}" if claim["locator"] else ""
    told = f"{where}{plain(claim['document_name'])}, {plain(published)}{sentence}"
    return f"{plain(claim['attribution'])}, in {told}" if claim["attribution"] else told


def _dates(claim: Answer) -> list[str]:
    return [f"{word} {plain(claim[word])}" for word in ("since", "until", "due") if claim[word]]


def _scope(claim: Answer) -> list[str]:
    scope = [*claim["scope"]["chips"], *claim["scope"]["sites"], *claim["scope"]["regions"]]
    return [f"limited to {', '.join(map(plain, scope))}"] if scope else []


def _claims(claims: Sequence[Answer]) -> list[str]:
    lines: list[str] = []
    for claim in claims[:SHOWN]:
        phrase = RELATIONS[claim["relation"]].phrase
        said = f"{plain(claim['subject_name'])} {phrase} {plain(claim['object_name'])}, {claim['status']}"
        lines += wrap(f"{said} " + click.style(f"({_source(claim)})", dim=True), "  - ")
    return [*lines, f"  and {len(claims) - SHOWN} more"] if len(claims) > SHOWN else lines


def _negative(answer: Answer) -> list[str]:
    negative, searched = answer["negative"], answer["searched"]
    why = {
        "not found": "all that leads on from the buyer was searched",
        "bound hit": "a bound was hit, so this is no proof: raise --max-hops or --max-slice",
        "unnamed party": "the trail ends at a party that no document names: "
        + _some(_name(one) for one in negative["unnamed"]),
    }[negative["outcome"]]
    reached = [f"{_name(one)} ({_counted(one['hops'], 'hop')})" for one in negative["reached"]]
    held = list(dict.fromkeys(f"{_name(one)} ({one['claim']['status']})" for one in negative["holders"]))
    lines = [
        *wrap(why, click.style(f"{negative['outcome']}: ", bold=True), "  "),
        *wrap(f"searched: {_counted(searched['claims'], 'claim')} within {_counted(searched['max_hops'], 'hop')}"),
        *wrap(f"reached from {_name(answer['buyer'])}: {_some(reached)}", rest="  "),
        *wrap(f"known to have {_name(answer['chip'])}: {_some(held)}", rest="  "),
    ]
    if negative["near_misses"]:
        lines += ["", "near misses, each with what breaks it", *_near_misses(negative["near_misses"])]
    return lines


def _near_misses(misses: Iterable[Answer]) -> list[str]:
    lines = []
    for miss in misses:
        names = [_name(miss["steps"][0]["subject"]), *(_name(step["object"]) for step in miss["steps"])]
        reasons = ", ".join(dict.fromkeys(miss["reasons"]))
        lines += wrap(f"{' → '.join(names)}: " + click.style(reasons, fg="red"), "  ", "    ")
        for broken in miss["broken_by"]:
            lines += _claim(broken["claim"], indent=4, reason=f"{broken['reason']}: ")
    return lines


def _some(names: Iterable[str]) -> str:
    """List a few names and say how many more there are."""
    told = list(names)
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return ", ".join(told[:SHOWN]) + more if told else "nobody"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' if number != 1 else ''}"


# confidence -------------------------------------------------------------------------------


def explain_confidence(path: Answer) -> list[str]:
    """Return the sum behind a path's confidence, with its numbers."""
    sum_ = path["sum"]
    if sum_["origin"] is not None:
        least = ", ".join(f"{step['of_origin']:.2f}" for step in sum_["steps"])
        return [
            f"confidence of one origin behind all steps: the least sure step of {plain(sum_['origin'])}",
            f"  min({least}) = {path['confidence']:.4g}",
        ]
    lines = ["confidence of several origins: each step 1 - prod(1 - p) over them, the path their product"]
    for position, step in enumerate(sum_["steps"], 1):
        product = " × ".join(f"(1 - {p:.2f})" for _, p in step["origins"])
        names = ", ".join(f"{plain(who)} {p:.2f}" for who, p in step["origins"])
        lines.append(f"  step {position}: {names}: 1 - {product} = {step['confidence']:.4g}")
    product = " × ".join(f"{step['confidence']:.4g}" for step in sum_["steps"])
    return [*lines, f"  path: {product} = {path['confidence']:.4g}"]


# rows -------------------------------------------------------------------------------------


def path_rows(answer: Answer) -> list[dict[str, object]]:
    """Return the steps of all paths as rows, one a claim."""
    return [
        {
            "path": number,
            "status": path["status"],
            "stated": path["stated"],
            "confidence": path["confidence"],
            "step": position,
            "subject": step["subject"]["name"],
            "relation": step["relation"],
            "object": step["object"]["name"],
            **_claim_row(claim),
        }
        for number, path in enumerate(answer["paths"], 1)
        for position, step in enumerate(path["steps"], 1)
        for claim in step["claims"]
    ]


def _claim_row(claim: Answer) -> dict[str, object]:
    return {
        "claim": claim["id"],
        "claim_status": claim["status"],
        "claim_confidence": claim["confidence"],
        "attribution": claim["attribution"],
        "publisher": claim["publisher"],
        "published": claim["published"],
        "document": claim["document"],
        "sentence": claim["locator"],
        "summary": claim["quote"] or claim["summary"],
    }


def entity_rows(answer: Answer) -> list[dict[str, object]]:
    """Return the claims about an entity as rows."""
    return [
        {
            "relation": group["relation"],
            "direction": group["direction"],
            "other": claim["other"]["name"],
            **_claim_row(claim),
        }
        for group in answer["relations"]
        for claim in group["claims"]
    ]


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


# one entity -------------------------------------------------------------------------------


def render_entity(answer: Answer) -> str:
    """Return the answer of `graphkit show` as text."""
    entity = answer["entity"]
    generic = ", stands for unnamed members" if entity["generic"] else ""
    lines: list[str] = []
    for note in answer["notes"]:
        lines += _note(note)
    lines += wrap(click.style(_name(entity), bold=True) + f"  {entity['kind']}{generic}  {plain(entity['id'])}")
    if entity["aliases"]:
        lines += wrap(f"also called {', '.join(map(plain, entity['aliases']))}", rest="  ")
    if entity["note"]:
        lines += wrap(plain(entity["note"]))
    lines += wrap(click.style(filters_told(answer), dim=True))
    for group in answer["relations"]:
        phrase = RELATIONS[group["relation"]].phrase
        told = f"{phrase} …" if group["direction"] == "out" else f"… {phrase} it"
        lines += ["", click.style(told, bold=True) + click.style(f"  {group['relation']}", dim=True)]
        for (_, status), claims in itertools.groupby(group["claims"], key=lambda c: (c["other"]["id"], c["status"])):
            said = list(claims)
            lines += wrap(f"{_name(said[0]['other'])}  {_status(status)}", "  ", "    ")
            for claim in said:
                lines += _claim(claim, indent=4)
    if not answer["relations"]:
        lines.append("no claim that the filters keep mentions it")
    if answer["truncated"]:
        lines += ["", *_note("more claims mention it than are shown")]
    return "\n".join(lines)


def render_coverage(found: Coverage) -> str:
    """Return what a fact base covers, as text."""

    def counts(title: str, numbers: Mapping[str, int]) -> list[str]:
        width = max(map(len, numbers), default=0)
        return ["", click.style(title, bold=True), *(f"  {plain(name):<{width}}  {n}" for name, n in numbers.items())]

    return "\n".join(
        [
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
            f"documents whose address is not recorded: {len(found.without_address)}",
            f"unnamed companies that unrelated documents share: {len(found.shared_groups)}",
            *(
                line
                for group in found.shared_groups
                for line in wrap(f"- {group.entity}: {' | '.join(map(', '.join, group.parts))}", "  ", "    ")
            ),
        ]
    )


# matrices ---------------------------------------------------------------------------------


def render_exposure(answer: Answer, form: str) -> str:
    """Return the answer of `graphkit exposure` as text or as a table, with what did not match below it."""
    if form == "csv":
        return render_rows(exposure_rows(answer), form)
    lines: list[str] = []
    for note in answer["notes"]:
        lines += _note(note)
    if form == "markdown":
        lines += [render_rows(exposure_rows(answer), form), ""]
    else:
        lines += [_size_of(answer), *wrap(click.style(filters_told(answer), dim=True)), *_matrix(answer), ""]
    if read := _read_as(answer):
        lines += _note(f"of the list, {read}")
    for one in answer["unmatched"]:
        lines += _note(unmatched_told(one))
    if answer["searched"]["truncated"]:
        lines += _note(BOUND)
    if form == "markdown":
        lines.append(filters_told(answer))
    return "\n".join(lines).rstrip()


def _read_as(answer: Answer) -> str:
    """Which names of a customer list were read as whom, where those are called otherwise."""
    names = {buyer["id"]: buyer["name"] for buyer in answer["buyers"]}
    told = [(one["name"], " and ".join(names[id_] for id_ in one["buyers"])) for one in answer.get("matched", ())]
    return "; ".join(f"{name} was read as {read}" for name, read in told if name != read)


def unmatched_told(one: Mapping[str, Any]) -> str:
    """Say that a name of a customer list was not matched, and what may have been meant."""
    near = f"did you mean {' or '.join(map(plain, one['near']))}?" if one["near"] else plain(one["why"])
    return f"not matched: {plain(one['name'])}: {near}"


def _size_of(answer: Answer) -> str:
    size = f"{_counted(len(answer['buyers']), 'buyer')}, {_counted(len(answer['chips']), 'chip')}"
    found = sum(cell["status"] is not None for cell in answer["cells"])
    return click.style(f"exposure: {size}, {_counted(found, 'pair')} with a path", bold=True)


def _matrix(answer: Answer) -> list[str]:
    """For each buyer with a path a line for each chip it reaches; then who reaches none, and what is near."""
    lines, none, near = [], [], []
    wide = max((width(_name(chip)) for chip in answer["chips"]), default=0)
    for _, row in itertools.groupby(answer["cells"], key=lambda cell: cell["buyer"]["id"]):
        cells = list(row)
        buyer = _name(cells[0]["buyer"])
        reached = [cell for cell in cells if cell["status"]]
        if reached:
            lines += ["", *wrap(click.style(buyer, bold=True))]
        for cell in reached:
            chip = _name(cell["chip"])
            how, hops = "stated" if cell["stated"] else "composed", _counted(cell["hops"], "hop")
            facts = f"{_status(cell['status'].ljust(10))} {cell['confidence']:.2f}  {how:<8}  {hops:<6}"
            begin = f"  {chip}{' ' * (wide - width(chip))}  {facts}  "
            marks = click.style(f"  ({', '.join(cell['marks'])})", dim=True) if cell["marks"] else ""
            lines += wrap(" → ".join(map(plain, cell["route"][1:])) + marks, begin)
        if not reached:
            none.append(buyer)
        broken: dict[str, list[str]] = {}
        for cell in cells:
            if cell["near_miss"]:
                broken.setdefault(", ".join(dict.fromkeys(cell["near_miss"])), []).append(_name(cell["chip"]))
        near += [f"{buyer} → {', '.join(chips)} ({reasons})" for reasons, chips in broken.items()]
    for what, told in (("no path", none), ("near misses", near)):
        if told:
            lines += ["", *wrap("; ".join(told), f"{what}: ", "  ")]
    return lines


def _status(status: str) -> str:
    return click.style(status, fg=_STATUS_COLOURS.get(status.strip()))


def _name(entity: Mapping[str, Any]) -> str:
    return plain(entity["name"])


def _note(text: str) -> list[str]:
    return [click.style(line, dim=True) for line in wrap(plain(text), "note: ", "  ")]
