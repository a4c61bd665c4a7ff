"""Paths, claims and near misses as lines of text: what is said first, then dimmed who says so and where."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import click

from graphkit.answers.answer import count
from graphkit.answers.explanation import explain_confidence
from graphkit.answers.path_records import EVIDENCE, NearMissRecord, PathRecord, StepRecord
from graphkit.answers.records import ClaimRecord
from graphkit.formats.cells import plain
from graphkit.formats.lines import wrap
from graphkit.ontology import RELATIONS

_STATUS_COLOURS = {
    "done": "green",
    "planned": "cyan",
    "considered": "cyan",
    "alleged": "yellow",
    "refused": "red",
    "negated": "red",
    "proposed": "cyan",
}
#: Names that a list shows before it says how many more there are.
SHOWN = 10


def style_status(status: str) -> str:
    """Return a status in its colour."""
    return click.style(status, fg=_STATUS_COLOURS.get(status.strip()))


def list_names(names: Iterable[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more if every else "nobody"


def path_lines(number: int, path: PathRecord, *, explain: bool = False) -> list[str]:
    """Return one path as lines: who is passed, what qualifies it, then each step with its evidence."""
    names = " → ".join(plain(one.name) for one in path.entities)
    lines = wrap(click.style(names, bold=True), f"{number}. ")
    weakest = [f"weakest step {path.weakest + 1}"] if len(path.steps) > 1 else []
    facts = [style_status(path.status), EVIDENCE[path.evidence], f"confidence {path.confidence:.2f}"]
    holding = ["holding, route not told"] if path.holding else []
    lines += wrap(" · ".join([*facts, *weakest, *holding, *path.marks]), "   ")
    if path.route_name:
        lines += wrap(f"{plain(path.route_name)} ({plain(path.route)})", "   route: ")
    if path.verdict:
        lines += wrap(plain(path.verdict), "   rules: ")
    for position, step in enumerate(path.steps, 1):
        lines += _step_lines(position, step)
        for finding in path.findings:
            # the verdict joins the sentences of the steps, with a small letter after the first
            if finding.step == position - 1 and finding.sentence[1:] not in (path.verdict or ""):
                lines += wrap(plain(finding.sentence), "      rule: ")
        for place in path.places:
            if place.site == step.object.id:
                where = plain(place.region.name) if place.region else "not known"
                lines += wrap(f"it stands in: {where}", "      ")
    if path.corroborated_by:
        lines.append("   corroborated, as a whole or in part, by")
        for claim in path.corroborated_by:
            lines += claim_lines(claim)
    if explain:
        lines += itertools.chain.from_iterable(
            wrap(line.strip(), "   " if line[0] != " " else "     ") for line in explain_confidence(path)
        )
    return lines


def _step_lines(position: int, step: StepRecord) -> list[str]:
    implied = ["implied"] if step.implied else []
    facts = [step.relation, style_status(step.status), *implied, f"{step.confidence:.2f}", *step.marks]
    sentence = f"{plain(step.subject.name)} {RELATIONS[step.relation].phrase} {plain(step.object.name)}"
    lines = wrap(f"{sentence}  {' · '.join(facts)}", f"   {position}. ")
    for claim in step.claims:
        lines += claim_lines(claim, step.status, implied=step.implied)
    if len(step.claims) > len(step.origins):
        sources = ", ".join(map(plain, step.origins))
        summed = f"{count(len(step.claims), 'claim')} of {count(len(step.origins), 'origin')}: {sources}"
        lines += wrap(click.style(summed, dim=True), "      ")
    for claim in step.denied_by:
        lines += claim_lines(claim, reason="denied: ")
    return lines


def claim_lines(
    claim: ClaimRecord, status: str | None = None, indent: int = 6, reason: str = "", *, implied: bool = False
) -> list[str]:
    """Return a claim as lines; `status` and `implied` are what was said before and needs no mention."""
    blank = " " * indent
    other = f"{claim.status}: " if status and claim.status != status else ""
    lines = wrap(f"{reason}{other}{claim_text(claim)}", f"{blank}- ")
    if claim.qualifiers.note:
        lines += wrap(plain(claim.qualifiers.note), f"{blank}  note: ", f"{blank}  ")
    facts = [describe_source(claim), *_origin(claim), claim.confidence]
    facts += [] if implied or not claim.implied else ["implied"]
    facts += [*_dates(claim), *_scope(claim), *_qualifiers(claim), claim.id]
    lines += wrap(click.style("; ".join(facts), dim=True), f"{blank}  ")
    if address := _address(claim):
        lines += wrap(click.style(address, dim=True), f"{blank}  ")
    return lines


def claim_text(claim: ClaimRecord) -> str:
    """Return what a claim says: its quotation, else our summary."""
    return f"“{plain(claim.quote)}”" if claim.quote else plain(claim.summary)


def describe_source(claim: ClaimRecord) -> str:
    """Return who says so, in which document, when, and in which sentence."""
    published = claim.published or "undated"
    named = claim.publisher and not claim.document_name.startswith(claim.publisher)
    where = f"{plain(claim.publisher)}, " if named else ""
    grade = f", reliability {plain(claim.reliability)}" if claim.reliability else ""
    sentence = f", sentence {plain(claim.locator)}" if claim.locator else ""
    basis = f" ({plain(claim.published_basis)})" if claim.published_basis else ""
    source = f"{where}{plain(claim.document_name)}, {plain(published)}{basis}{grade}{sentence}"
    return f"{plain(claim.attribution)}, in {source}" if claim.attribution else source


def _origin(claim: ClaimRecord) -> list[str]:
    """Return the origin where neither attribution nor publisher names it."""
    named = claim.origin in (claim.attribution or claim.publisher, claim.document, claim.document_name)
    return [] if named else [f"origin {plain(claim.origin)}"]


def _address(claim: ClaimRecord) -> str:
    seen = f" (seen {plain(claim.seen)})" if claim.seen else ""
    kept = f"kept copy {plain(claim.archive)}" if claim.archive else ""
    return "; ".join(filter(None, (f"{plain(claim.url)}{seen}" if claim.url else "", kept)))


def _dates(claim: ClaimRecord) -> list[str]:
    dates = {"since": claim.since, "until": claim.until, "observed": claim.observed, "due": claim.due}
    return [f"{word} {plain(date)}" for word, date in dates.items() if date]


def _scope(claim: ClaimRecord) -> list[str]:
    scope = [*claim.scope.chips, *claim.scope.sites, *claim.scope.regions]
    via = [f"via {', '.join(map(plain, claim.via))}"] if claim.via else []
    return [*([f"limited to {', '.join(map(plain, scope))}"] if scope else []), *via]


def _qualifiers(claim: ClaimRecord) -> list[str]:
    said = claim.qualifiers
    amount = " ".join(plain(one) for one in (said.quantity, said.unit) if one)
    value = " ".join(plain(one) for one in (said.value, said.currency) if one)
    share = f"share {said.share:g}" if said.share is not None else ""
    stage = f"{plain(said.stage)}, against {plain(said.against or 'nobody named')}" if said.stage else ""
    against = f"against {plain(said.against)}" if said.against and not said.stage else ""
    named = {
        "owner": said.owner,
        "purpose": said.purpose,
        "licence": said.licence and f"{said.licence}{f' by {said.licence_by}' if said.licence_by else ''}",
        "part": said.part,
        "delivery": said.delivery,
    }
    words = [f"{name} {plain(value)}" for name, value in named.items() if value]
    transit = [f"by way of {', '.join(map(plain, said.transit))}"] if said.transit else []
    return [one for one in (amount, value, share, stage, against, *words, *transit) if one]


def list_claims(claims: Sequence[ClaimRecord]) -> list[str]:
    """Return claims that stand by themselves, one a line, and their notes."""
    lines: list[str] = []
    for claim in claims:
        phrase = RELATIONS[claim.relation].phrase
        sentence = f"{plain(claim.subject_name)} {phrase} {plain(claim.object_name)}, {claim.status}"
        facts = [describe_source(claim), *_origin(claim), *(["implied"] if claim.implied else [])]
        facts += [*_dates(claim), *_scope(claim), *_qualifiers(claim), claim.id, *filter(None, [_address(claim)])]
        lines += wrap(f"{sentence} " + click.style(f"({'; '.join(facts)})", dim=True), "  - ")
        if claim.qualifiers.note:
            lines += wrap(plain(claim.qualifiers.note), "    note: ", "    ")
    return lines


def near_miss_lines(misses: Iterable[NearMissRecord]) -> list[str]:
    """Return near misses as lines, each with the claims that break it."""
    lines: list[str] = []
    for miss in misses:
        names = [plain(one.name) for one in (miss.steps[0].subject, *(step.object for step in miss.steps))]
        reasons = ", ".join([*dict.fromkeys(miss.reasons), *(["chip not named"] if miss.chip_class else [])])
        lines += wrap(f"{' → '.join(names)}: " + click.style(reasons, fg="red"), "  ", "    ")
        for broken in miss.broken_by:
            lines += claim_lines(broken.claim, indent=4, reason=f"{broken.reason}: ")
        for claim in miss.denied_by:
            lines += claim_lines(claim, indent=4, reason="denied: ")
    return lines
