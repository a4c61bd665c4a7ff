"""Paths, claims and near misses as lines of text: what is said first, then dimmed who says so and where."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import click

from graphkit.answers.answer import format_count
from graphkit.answers.explanation import format_confidence_sum
from graphkit.answers.path_records import (
    NearMissRecord,
    NoPath,
    PathRecord,
    StepRecord,
    find_negation,
    name_denial,
)
from graphkit.answers.question import Searched
from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.ontology import RELATIONS
from graphkit.paths.access_path import DISPUTED
from graphkit.summaries.statements import describe_step_act
from graphkit.summaries.verdicts import describe_rules
from graphkit.summaries.words import Words, load_words

_STATUS_COLOURS = {
    "done": "green",
    "planned": "cyan",
    "considered": "cyan",
    "alleged": "yellow",
    "refused": "red",
    "negated": "red",
    "proposed": "cyan",
}
#: What is said of a path that tells no provider and no site.
HOLDING = "holding, route not told"
#: Names that a list shows before it says how many more there are.
SHOWN = 10


def style_status(status: str, word: str | None = None) -> str:
    """Return a status in its colour, under another word if one is given."""
    return click.style(word or status, fg=_STATUS_COLOURS.get(status.strip()))


def list_names(names: Iterable[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more if every else "nobody"


def describe_path(path: PathRecord, words: Words | None = None) -> str:
    """Return in one line what qualifies a path: status, evidence, confidence, weakest step, holding, marks."""
    words = words or load_words()
    word = words.look_up("status", path.status)
    disputed = words.say("brief.disputed", status=word) if path.disputed else word
    confidence = words.say(
        f"label.confidence{'.disputed' if path.disputed else ''}", number=words.number(path.confidence, 2)
    )
    weakest = [words.say("label.weakest", number=path.weakest + 1)] if len(path.steps) > 1 else []
    holding = [words.say("label.holding")] if path.holding else []
    marks = [as_line(_tell_mark(words, mark)) for mark in path.marks if mark != DISPUTED]
    return " · ".join(
        [
            style_status(path.status, disputed),
            words.look_up("evidence", path.evidence),
            confidence,
            *weakest,
            *holding,
            *marks,
        ]
    )


def _tell_mark(words: Words, mark: str) -> str:
    """Return a mark; in English it is the one of the records, which is shorter."""
    return mark if words.language == "en" else words.mark(mark)


def format_path(number: int, path: PathRecord, *, explain: bool = False, words: Words | None = None) -> list[str]:
    """Return one path as lines: who is passed, what qualifies it, then each step with its evidence.

    What stands around the claims is told in a language; what claims and rules say, and their limits, in English.
    """
    words = words or load_words()
    names = " → ".join(as_line(one.name) for one in path.entities)
    lines = wrap_text(click.style(names, bold=True), f"{number}. ")
    lines += wrap_text(describe_path(path, words), "   ")
    if path.route_name:
        lines += wrap_text(f"{as_line(path.route_name)} ({as_line(path.route)})", f"   {words.say('label.route')}")
    if path.verdict:
        verdict = path.verdict if words.language == "en" else describe_rules(words, path)
        lines += wrap_text(as_line(verdict), f"   {words.say('label.verdict')}")
    for position, step in enumerate(path.steps, 1):
        lines += _step_lines(position, step, words)
        for finding in path.findings:
            # the verdict joins the sentences of the steps, with a small letter after the first
            if finding.step == position - 1 and finding.sentence[1:] not in (path.verdict or ""):
                lines += wrap_text(as_line(finding.sentence), f"      {words.say('label.rule')}")
        lines += format_places(path, step, 6, words)
    if path.corroborated_by:
        lines += wrap_text(words.say("label.corroborated"), "   ")
        for claim in path.corroborated_by:
            lines += format_claim(claim, words=words)
    if explain:
        lines += itertools.chain.from_iterable(
            wrap_text(line.strip(), "   " if line[0] != " " else "     ") for line in format_confidence_sum(path)
        )
    return lines


def format_places(path: PathRecord, step: StepRecord, indent: int, words: Words | None = None) -> list[str]:
    """Return where the site stands that a step leads to, a line a region."""
    words = words or load_words()
    where = [
        words.say("label.stands", place=words.territory(place.region.name))
        if place.region
        else words.say("label.stands.unknown")
        for place in path.places
        if place.site == step.object.id
    ]
    return [line for one in where for line in wrap_text(as_line(one), " " * indent)]


def describe_step(step: StepRecord, words: Words | None = None) -> str:
    """Return in one line what a step says, and what qualifies it."""
    words = words or load_words()
    implied = [words.say("brief.implied")] if step.implied else []
    status = style_status(step.status, words.look_up("status", step.status))
    marks = [as_line(_tell_mark(words, mark)) for mark in step.marks]
    facts = [step.relation, status, *implied, words.number(step.confidence, 2), *marks]
    if words.language == "en":
        phrase = RELATIONS[step.relation].agree(step.subject.plural)
        sentence = f"{as_line(step.subject.name)} {phrase} {as_line(step.object.name)}"
    else:
        sentence = as_line(describe_step_act(words, step))
    return f"{sentence}  {' · '.join(facts)}"


def _step_lines(position: int, step: StepRecord, words: Words) -> list[str]:
    lines = wrap_text(describe_step(step, words), f"   {position}. ")
    for claim in step.claims:
        lines += format_claim(claim, step.status, implied=step.implied, words=words)
    if len(step.claims) > len(step.origins):
        lines += wrap_text(click.style(count_sources(step), dim=True), "      ")
    for claim in step.denied_by:
        lines += format_claim(claim, reason=words.say(f"label.{name_denial(step, claim)}"), words=words)
    return lines


def count_sources(step: StepRecord) -> str:
    """Return how many claims of how many origins support a step, and which stand beside it."""
    sources = ", ".join(map(as_line, step.origins))
    summed = f"{format_count(len(step.counted), 'claim')} of {format_count(len(step.origins), 'origin')}: {sources}"
    others = [claim.status for claim in step.claims if claim.id not in step.counted]
    beside = [f"{others.count(status)} {status}" for status in dict.fromkeys(others)]
    return f"{summed}; beside it, not counted: {', '.join(beside)}" if beside else summed


def tell_denial(step: StepRecord, denial: ClaimRecord) -> str:
    """Return what a claim against a step begins with: it may meet no more than what does not count."""
    return load_words().say(f"label.{name_denial(step, denial)}")


def format_claim(
    claim: ClaimRecord,
    status: str | None = None,
    indent: int = 6,
    reason: str = "",
    *,
    implied: bool = False,
    words: Words | None = None,
) -> list[str]:
    """Return a claim as lines; `status` and `implied` are what was said before and needs no mention."""
    words = words or load_words()
    blank = " " * indent
    told = (
        f"{words.look_up('status', claim.status)}{words.say('colon')}"
        if words.language != "en"
        else f"{claim.status}: "
    )
    other = told if status and claim.status != status else ""
    lines = wrap_text(f"{reason}{other}{quote_claim(claim)}", f"{blank}- ")
    if claim.qualifiers.note:
        lines += wrap_text(as_line(claim.qualifiers.note), f"{blank}  {words.say('label.note')}", f"{blank}  ")
    facts = [describe_source(claim), *_origin(claim), claim.confidence]
    facts += [] if implied or not claim.implied else ["implied"]
    facts += [*list_limits(claim), claim.id]
    lines += wrap_text(click.style("; ".join(facts), dim=True), f"{blank}  ")
    if address := describe_address(claim):
        lines += wrap_text(click.style(address, dim=True), f"{blank}  ")
    return lines


def quote_claim(claim: ClaimRecord) -> str:
    """Return what a claim says: its quotation, else our summary."""
    return f"“{as_line(claim.quote)}”" if claim.quote else as_line(claim.summary)


def describe_document(claim: ClaimRecord) -> str:
    """Return the document of a claim, its publisher, date and grade."""
    published = claim.published or "undated"
    named = claim.publisher and not claim.document_name.startswith(claim.publisher)
    where = f"{as_line(claim.publisher)}, " if named else ""
    grade = f", reliability {as_line(claim.reliability)}" if claim.reliability else ""
    basis = f" ({as_line(claim.published_basis)})" if claim.published_basis else ""
    return f"{where}{as_line(claim.document_name)}, {as_line(published)}{basis}{grade}"


def describe_source(claim: ClaimRecord) -> str:
    """Return who says so, in which document, when, and in which sentence."""
    sentence = f", sentence {as_line(claim.locator)}" if claim.locator else ""
    source = f"{describe_document(claim)}{sentence}"
    return f"{as_line(claim.attribution)}, in {source}" if claim.attribution else source


def _origin(claim: ClaimRecord) -> list[str]:
    """Return the origin where neither attribution nor publisher names it."""
    named = claim.origin in (claim.attribution or claim.publisher, claim.document, claim.document_name)
    return [] if named else [f"origin {as_line(claim.origin)}"]


def describe_address(claim: ClaimRecord) -> str:
    """Return where the document of a claim is found, when somebody looked, and where a copy is kept."""
    seen = f" (seen {as_line(claim.seen)})" if claim.seen else ""
    kept = f"kept copy {as_line(claim.archive)}" if claim.archive else ""
    return "; ".join(filter(None, (f"{as_line(claim.url)}{seen}" if claim.url else "", kept)))


def list_limits(claim: ClaimRecord) -> list[str]:
    """Return what limits a claim: its dates, its scope, who stands between, and its qualifiers but for the note."""
    return [*_dates(claim), *_scope(claim), *_qualifiers(claim)]


def _dates(claim: ClaimRecord) -> list[str]:
    dates = {"since": claim.since, "until": claim.until, "observed": claim.observed, "due": claim.due}
    return [f"{word} {as_line(date)}" for word, date in dates.items() if date]


def _scope(claim: ClaimRecord) -> list[str]:
    scope = [*claim.scope.chips, *claim.scope.sites, *claim.scope.regions]
    via = [f"via {', '.join(map(as_line, claim.via))}"] if claim.via else []
    return [*([f"limited to {', '.join(map(as_line, scope))}"] if scope else []), *via]


def _qualifiers(claim: ClaimRecord) -> list[str]:
    said = claim.qualifiers
    unit = said.unit.removesuffix("s") if said.unit and said.quantity == "1" else said.unit
    amount = " ".join(as_line(one) for one in (said.quantity, unit) if one)
    value = " ".join(as_line(one) for one in (said.value, said.currency) if one)
    share = f"share {said.share:g}" if said.share is not None else ""
    stage = f"{as_line(said.stage)}, against {as_line(said.against or 'nobody named')}" if said.stage else ""
    against = f"against {as_line(said.against)}" if said.against and not said.stage else ""
    named = {
        "owner": said.owner,
        "purpose": said.purpose,
        "licence": f"{said.licence} by {said.licence_by}" if said.licence and said.licence_by else said.licence,
        "licence by": said.licence_by if not said.licence else None,
        "part": said.part,
        "delivery": said.delivery,
        "event": said.event,
    }
    words = [f"{name} {as_line(value)}" for name, value in named.items() if value]
    words += ["an inability, which denies nothing"] if said.inability else []
    transit = [f"by way of {', '.join(map(as_line, said.transit))}"] if said.transit else []
    return [one for one in (amount, value, share, stage, against, *words, *transit) if one]


def format_claims(claims: Sequence[ClaimRecord]) -> list[str]:
    """Return claims that stand by themselves, one a line, and their notes."""
    lines: list[str] = []
    for claim in claims:
        phrase = RELATIONS[claim.relation].agree(claim.subject_plural)
        sentence = f"{as_line(claim.subject_name)} {phrase} {as_line(claim.object_name)}, {claim.status}"
        facts = [describe_source(claim), *_origin(claim), *(["implied"] if claim.implied else [])]
        facts += [*list_limits(claim), claim.id, *filter(None, [describe_address(claim)])]
        lines += wrap_text(f"{sentence} " + click.style(f"({'; '.join(facts)})", dim=True), "  - ")
        if claim.qualifiers.note:
            lines += wrap_text(as_line(claim.qualifiers.note), "    note: ", "    ")
    return lines


def format_near_misses(misses: Iterable[NearMissRecord]) -> list[str]:
    """Return near misses as lines, each with the claims that break it."""
    lines: list[str] = []
    for miss in misses:
        names = [as_line(one.name) for one in (miss.steps[0].subject, *(step.object for step in miss.steps))]
        reasons = ", ".join([*dict.fromkeys(miss.reasons), *(["chip not named"] if miss.chip_class else [])])
        lines += wrap_text(f"{' → '.join(names)}: " + click.style(reasons, fg="red"), "  ", "    ")
        for broken in miss.broken_by:
            lines += format_claim(broken.claim, indent=4, reason=f"{broken.reason}: ")
        for claim in miss.denied_by:
            lines += format_claim(claim, indent=4, reason=load_words().say(f"label.{find_negation(claim)}"))
    return lines


_BOUNDS = {
    "hops": "something lies further on than --max-hops: raise it",
    "claims": "more claims than --max-slice: raise it",
    "partial paths": "there are more ways than a search follows: ask for fewer --max-hops, or narrow with filters",
    "seconds": "the search took too long: ask for fewer --max-hops, or narrow with filters",
}


def format_negative(negative: NoPath, buyer: EntityRef, chip: EntityRef, searched: Searched) -> list[str]:
    """Return the reasons for no path: how far the search went, who has the chip, what nearly makes a path."""
    why = {
        "not found": "all that leads on from the buyer was searched",
        "bound hit": _BOUNDS.get(negative.bound or "", "a bound was hit") + ", so this is no proof",
        "unnamed party": "the trail ends at a party that no document names: "
        + list_names(as_line(one.name) for one in negative.unnamed),
    }[negative.outcome]
    reached = [f"{as_line(one.name)} ({format_count(one.hops, 'hop')})" for one in negative.reached]
    lines = [
        *wrap_text(why, click.style(f"{negative.outcome}: ", bold=True), "  "),
        *wrap_text(
            f"searched: {format_count(searched.claims, 'claim')} within {format_count(searched.max_hops, 'hop')}"
        ),
        *wrap_text(f"reached from {as_line(buyer.name)}: {list_names(reached)}", rest="  "),
    ]
    if negative.holders:
        title = (
            f"said to have or to get {as_line(chip.name)}: {count_holders(negative)}, each as far as its status goes:"
        )
        lines += ["", *wrap_text(title), *format_claims([one.claim for one in negative.holders])]
    else:
        lines += wrap_text(f"said to have or to get {as_line(chip.name)}: nobody", rest="  ")
    if negative.near_misses:
        lines += ["", "near misses, each with what breaks it", *format_near_misses(negative.near_misses)]
    return lines


def count_holders(negative: NoPath) -> str:
    """Return how many are said to have a chip, by the surest status of each, and in how many claims."""
    told = ", ".join(f"{number} {status}" for status, number in negative.holders_by_status.items())
    holders = len({one.id for one in negative.holders})
    return f"{format_count(holders, 'holder')} ({told}) in {format_count(len(negative.holders), 'claim')}"


def format_compliance(claims: Sequence[ClaimRecord]) -> list[str]:
    """Return what companies say of their keeping to the rules: no denial of a deal, and no finding of a court."""
    if not claims:
        return []
    lines = ["", *wrap_text("statements of compliance, by the companies themselves; they deny no step:")]
    for claim in claims:
        lines += format_claim(claim, indent=2, reason=f"{as_line(claim.subject_name)}: ")
    return lines
