"""What the rules say, as plain data and as text: a licence question, a chip's history, a what-if, ways to close."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from graphkit.answers.records import Answer, finding_answer, findings_answer
from graphkit.answers.text import plain, render_rows
from graphkit.facts import latest
from graphkit.ontology import RELATIONS
from graphkit.rules import COVERAGE

if TYPE_CHECKING:
    from graphkit.paths import Network
    from graphkit.rules import Chip, Finding, PathFindings, Question, Rulebook
    from graphkit.rules.close import Closing
    from graphkit.rules.history import Period
    from graphkit.rules.whatif import Effect

#: Sets that text shows; JSON has more.
_SHOWN = 3
_COLOURS = {"covered": "red", "not covered by any modelled rule": "green", "unclear": "yellow"}


# one question -----------------------------------------------------------------------------


def licence_answer(rulebook: Rulebook, chip: str, question: Question, finding: Finding) -> Answer:
    """Return the answer of `graphkit license`; countries are ISO codes."""
    return {
        "chip": chip,
        "destination": _code(rulebook, question.destination),
        "hq": _code(rulebook, question.headquarters),
        "from": _code(rulebook, question.exporter),
        "on": question.on,
        "activity": question.activity,
        "listed_owner_share": question.listed_owner_share[0] if question.listed_owner_share else None,
        **finding_answer(finding, _sentence(rulebook, chip, question, finding)),
    }


def _code(rulebook: Rulebook, region: str | None) -> str | None:
    return rulebook.region(region).iso2 if region else None


def _sentence(rulebook: Rulebook, chip: str, question: Question, finding: Finding) -> str:
    where = rulebook.in_words(question.destination)
    act = {"export": f"to {where}", "lease": f"rented in {where}", "domestic": "moved within the United States"}
    seat = rulebook.in_words(question.headquarters)
    policy = {
        None: "",
        "notification": ", after notification",
        "case_by_case": ", reviewed case by case",
        "presumption_of_denial": ", with a presumption of denial",
        "presumption_of_approval": ", with a presumption of approval",
    }[finding.policy]
    return f"{chip} {act[question.activity]}, buyer from {seat}, on {question.on}: {finding.coverage}{policy}"


def render_licence(answer: Mapping[str, Any]) -> str:
    """Return the answer of `graphkit license` as text."""
    lines = [click.style(plain(answer["sentence"]), fg=_COLOURS[answer["coverage"]], bold=True)]
    policy = plain(answer["policy"] or "no policy stated").replace("_", " ")
    paragraph = plain(answer["paragraph"] or "none")
    lines.append(f"outcome {plain(answer['outcome'])} · review {policy} · paragraph {paragraph}")
    lines += [_reason(number, rule) for number, rule in enumerate(answer["rules"], 1)]
    what = "conditions" if answer["outcome"] == "license_required" else "not known"
    lines += [f"{what}: {plain(one)}" for one in answer["missing"]]
    lines += [f"duty: {plain(one)}" for one in answer["duties"]]
    return "\n".join(lines)


def _reason(number: int, rule: Mapping[str, Any]) -> str:
    source = click.style(f"  [{plain(rule['id'])}, {plain(rule['citation'])}]", dim=True)
    return f"{number:3}. {plain(rule['reason'])}{source}"


# one chip ---------------------------------------------------------------------------------


def chip_answer(
    rulebook: Rulebook,
    name: str,
    chips: Sequence[Chip],
    question: Question,
    finding: Finding,
    periods: Sequence[Period],
) -> Answer:
    """Return the answer of `graphkit chip`: the figures of each form, the status on a day, its history."""
    return {
        "chip": name,
        "forms": [
            {
                "id": one.id,
                "name": one.name,
                "vendor": one.vendor,
                "announced": one.announced,
                "tpp": one.tpp,
                "performance_density": round(one.density, 4) if one.density is not None else None,
                "io_bidirectional_gb_s": one.io_bidirectional_gb_s,
                "die_area_mm2": one.die_area_mm2,
                "memory_bandwidth_gb_s": one.memory_bandwidth_gb_s,
                "data_centre": one.data_centre,
                "estimated": list(one.estimated),
                "confidence": one.confidence,
                "note": one.note,
            }
            for one in chips
        ],
        "now": licence_answer(rulebook, name, question, finding),
        "history": [
            {"from": one.first, "to": one.last, **finding_answer(one.finding, _status(one))} for one in periods
        ],
    }


def _status(period: Period) -> str:
    finding = period.finding
    policy = f", {finding.policy.replace('_', ' ')}" if finding.policy else ""
    cited = f" ({'; '.join(finding.decided_by)})" if finding.decided_by else ""
    return f"{finding.coverage}{policy}{cited}"


def timeline(periods: Sequence[Period], day: str) -> list[Answer]:
    """Return a chip's history as the page of the paths shows it, the period of a day marked as `now`."""
    at = latest(day)
    return [
        {
            "now": (one.first or "") <= at <= (one.last or at),
            "from": one.first,
            "to": one.last,
            "paragraph": one.finding.paragraph,
            "outcome": one.finding.coverage,
            "note": _status(one).removeprefix(one.finding.coverage).strip(" ,"),
        }
        for one in periods
    ]


def history_rows(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return a chip's history as rows."""
    return [
        {
            "from": one["from"] or "the beginning",
            "to": one["to"] or "as far as is known",
            "status": one["coverage"],
            "review": (one["policy"] or "").replace("_", " "),
            "paragraph": one["paragraph"] or "",
            "rules": "; ".join(one["decided_by"]),
            "remarks": _remarks(one),
        }
        for one in answer["history"]
    ]


def _remarks(period: Mapping[str, Any]) -> str:
    """What the regulations that decided say besides."""
    ids = {rule["id"] for rule in period["rules"] if rule["citation"] in period["decided_by"]}
    told = [rule["reason"] for rule in period["rules"] if rule["id"] in ids]
    return "; ".join(text.split(": ", 1)[1] for text in told if text.startswith(("rule: ", "letter: ", "guidance: ")))


def render_chip(answer: Mapping[str, Any]) -> str:
    """Return the answer of `graphkit chip` as text."""
    figures = (
        "name",
        "announced",
        "tpp",
        "performance_density",
        "io_bidirectional_gb_s",
        "memory_bandwidth_gb_s",
        "confidence",
    )
    lines = [render_rows([{name: form[name] for name in figures} for form in answer["forms"]], "text", figures)]
    lines += [f"{plain(form['name'])}: {plain(form['note'])}" for form in answer["forms"] if form["note"]]
    now = answer["now"]
    if answer["history"]:
        lines += ["", f"to {plain(now['destination'])} for a buyer from {plain(now['hq'])}:"]
        for row in history_rows(answer):
            told = ", ".join(plain(row[name]) for name in ("status", "review", "paragraph") if row[name])
            rules = click.style(f"  [{plain(row['rules'])}]", dim=True) if row["rules"] else ""
            lines.append(f"{plain(row['from']):>13} to {plain(row['to']):<18}  {told}{rules}")
            lines += [f"{'':36}{plain(row['remarks'])}"] if row["remarks"] else []
    else:
        lines += ["", render_licence(now)]
    return "\n".join(lines)


# what-if ----------------------------------------------------------------------------------


def whatif_paths(effects: Sequence[Effect], network: Network) -> list[Answer]:
    """Return paths with what the rules say of them as they are and as they would be."""
    return [
        {
            "nodes": list(one.path.nodes),
            "names": [network.name(node) for node in one.path.nodes],
            "relations": [step.relation for step in one.path.steps],
            "status": one.path.status,
            "confidence": round(one.path.confidence, 6),
            "route": one.before.route,
            "effect": one.effect,
            "duties": list(one.duties),
            "before": _told(one.before),
            "after": _told(one.after),
        }
        for one in effects
    ]


def _told(found: PathFindings) -> Answer:
    return {
        "coverage": COVERAGE[found.outcome],
        "outcome": found.outcome,
        "verdict": found.verdict,
        "findings": findings_answer(found)["findings"],
    }


def render_whatif(answer: Mapping[str, Any]) -> str:
    """Return the answer of `graphkit whatif` as text."""
    counts = ", ".join(f"{number} {effect}" for effect, number in answer["effects"].items()) or "no path"
    lines = [f"note: {plain(note)}" for note in answer["notes"]]
    changes = "; ".join(map(plain, answer["changes"]))
    lines.append(click.style(f"{changes}, on {plain(answer['on'])}: {counts}", bold=True))
    for number, path in enumerate(answer["paths"], 1):
        lines += [
            "",
            f"{number}. " + click.style(" → ".join(map(plain, path["names"])), bold=True) + f"  {path['effect']}",
            f"   now: {plain(path['before']['verdict'])}",
            f"   then: {plain(path['after']['verdict'])}",
        ]
        lines += [f"   new duty: {plain(duty)}" for duty in path["duties"]]
    return "\n".join(lines)


def whatif_rows(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the paths of a what-if as rows."""
    return [
        {
            "path": " → ".join(path["names"]),
            "effect": path["effect"],
            "before": path["before"]["coverage"],
            "after": path["after"]["coverage"],
            "duties": "; ".join(path["duties"]),
            "route": path["route"],
        }
        for path in answer["paths"]
    ]


# ways to close ----------------------------------------------------------------------------


def closing_answer(closing: Closing, name: Callable[[str], str]) -> Answer:
    """Return the smallest sets that close all paths, in words; `name` turns an id into one."""

    def told(element: tuple[str, ...]) -> str:
        if len(element) == 1:
            used = ", if its power is used" if element[0] in closing.powers else ""
            return name(element[0]) + used
        subject, relation, object_ = element
        return f"{name(subject)} {RELATIONS[relation].phrase} {name(object_)}"

    return {
        "size": len(closing.sets[0]) if closing.sets else None,
        "sets": [[told(element) for element in one] for one in closing.sets],
        "ids": [[list(element) for element in one] for one in closing.sets],
        "exact": closing.exact,
        "more": closing.more,
        "obstacle": closing.obstacle,
        "powers": list(closing.powers),
    }


def render_close(answer: Mapping[str, Any]) -> str:
    """Return the answer of `graphkit close` as text."""
    title = f"{plain(answer['buyer']['name'])} → {plain(answer['chip']['name'])}: what would close every path"
    lines = [*(f"note: {plain(note)}" for note in answer["notes"]), click.style(title, bold=True)]
    for kind in ("steps", "intermediaries", "rules"):
        closing = answer[kind]
        if closing["obstacle"]:
            lines += ["", f"{kind}: {plain(closing['obstacle'])}"]
            continue
        if closing["size"] is None:
            lines += ["", f"{kind}: none found{'' if closing['exact'] else ', a bound was hit'}"]
            continue
        bound = "" if closing["exact"] else ", a bound was hit, so fewer may do"
        lines += ["", f"{kind}: {closing['size']} at least{bound}"]
        shown = closing["sets"][:_SHOWN]
        for number, one in enumerate(shown, 1):
            lines.append(f"  {number}. {plain(one)}")
        if closing["more"] or len(shown) < len(closing["sets"]):
            lines.append("  and other sets of the same size: see --format json")
    return "\n".join(lines)


def close_rows(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the ways to close as rows, one a set."""
    return [
        {"kind": kind, "set": number, "size": answer[kind]["size"], "members": one}
        for kind in ("steps", "intermediaries", "rules")
        for number, one in enumerate(answer[kind]["sets"], 1)
    ]
