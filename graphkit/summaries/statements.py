"""Paths as statements: who says what of whom, when, as done or only planned, and who denies it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphkit.answers.path_records import NearMissRecord, PathRecord, StepRecord, find_negation, name_denial
from graphkit.answers.records import ClaimRecord, EntityRef
from graphkit.facts import fold_origin, unite_origins
from graphkit.formats.cells import as_file_line
from graphkit.ontology import RELATIONS, STATUSES
from graphkit.paths.access_path import ORDERED
from graphkit.rules.finding import COVERAGE
from graphkit.summaries.words import Words

#: Relations that say at which site, or whose chip: they are told with the chip and not as acts of their own.
_PLACED = ("OPERATES", "HOSTS", "DESIGNS")


def describe_path_sources(words: Words, path: PathRecord) -> str:
    """Return who says a path, and what: one sentence without its full stop, its status and denials in it."""
    sources = list_sources(words, path)
    about = ".about" if path.steps[0].subject.generic else ""
    what = describe_act(words, path)
    if path.evidence == "composed":
        said = words.say(f"says.composed{about}", sources=words.join(sources), what=what)
    elif not is_whole(path):
        said = words.say(f"says.parts{about}", sources=words.join(sources), what=what)
    elif len(sources) == 1:
        said = words.say(f"says.one{about}", source=sources[0], what=what)
    else:
        named = words.join(sources)
        said = words.say(f"says.several{about}", count=words.number(len(sources)), sources=named, what=what)
    against: dict[str, dict[str, None]] = {}
    for step in path.steps:
        for claim in step.denied_by:
            against.setdefault(name_denial(step, claim), {})[_describe_denier(words, step, claim)] = None
    for kind in ("denied", "negated", "denied.beside", "negated.beside"):
        if kind in against:
            said = words.say(f"says.{kind}", said=said, sources=words.join(against[kind]))
    return said


def _describe_denier(words: Words, step: StepRecord, denial: ClaimRecord) -> str:
    """Return who denies a step, and for which chips, sites or places alone, where these are not the step's own."""
    source, scope = describe_source(words, [denial]), describe_scope(words, denial)
    if not scope or any(claim.scope == denial.scope for claim in step.claims):
        return source
    return words.say("source.limited", source=source, scope=scope)


def describe_scope(words: Words, claim: ClaimRecord) -> str:
    """Return the chips, sites and places that a claim is limited to; nothing where it has no limits."""
    names = [*claim.scope.chips, *claim.scope.sites, *map(words.territory, claim.scope.regions)]
    return words.say("scope", names=words.enumerate(map(as_file_line, names))) if names else ""


def list_sources(words: Words, path: PathRecord) -> list[str]:
    """Return the origins behind a path, each with its outlets and dates."""
    found = []
    for origin in list_origins(path):
        # the act of the first step that the origin tells of is what the dates are about
        telling = ([claim for claim in _list_telling(step) if claim.origin == origin] for step in path.steps)
        found.append(describe_source(words, next(claims for claims in telling if claims)))
    return found


def _list_telling(step: StepRecord) -> list[ClaimRecord]:
    return [claim for claim in step.claims if claim.status == step.status]


def list_origins(path: PathRecord) -> list[str]:
    """Return the origins behind a path, each once: those who say all of it, where there are any.

    Several origins of a composed path each say a part.
    """
    telling = list(map(_list_telling, path.steps))
    whole = _list_whole(path)
    if path.evidence == "composed" or not whole:
        whole = unite_origins(claim.origin for told in telling for claim in told)
    if path.sum.origin in whole:
        whole = [path.sum.origin, *(one for one in whole if one != path.sum.origin)]
    return whole


def is_whole(path: PathRecord) -> bool:
    """Say whether some origin says every step of a path; else one document tells of several that say parts of it."""
    return bool(_list_whole(path))


def _list_whole(path: PathRecord) -> list[str]:
    telling = list(map(_list_telling, path.steps))
    saying = [{fold_origin(claim.origin) for claim in told} for told in telling]
    return [one for one in path.steps[0].origins if all(fold_origin(one) in origins for origins in saying)]


def name_origin(claim: ClaimRecord) -> str:
    """Return the origin of a claim by name: a document that names nobody stands for itself."""
    return as_file_line(claim.document_name if claim.origin == claim.document else claim.origin)


def name_origins(path: PathRecord) -> list[str]:
    """Return the origins behind a path by name, each once."""
    named = {claim.origin: name_origin(claim) for step in path.steps for claim in step.claims}
    return [named[one] for one in list_origins(path)]


def describe_source(words: Words, claims: Sequence[ClaimRecord]) -> str:
    """Return the one origin of some claims with the outlets that tell it, when, and the time that it speaks of."""
    origin = claims[0].origin
    named = name_origin(claims[0])
    documents = {claim.document: claim for claim in claims}.values()
    own = [claim for claim in documents if origin in (claim.publisher, claim.document, claim.document_name)]
    outlets = list(dict.fromkeys(claim.publisher or claim.document_name for claim in documents))
    published = min((one.published for one in own or documents if one.published), default=None)
    date = words.date(published) if own or not outlets else words.on(published)
    if own and published and (later := _find_later_report(claims, published)):
        date = words.date(f"{published}/{later}")
    time = _describe_time(words, claims)
    suffix = ".time" if time else ""
    told = {"origin": named, "date": date, "time": time}
    if own or not outlets:
        return words.say(f"source.own{suffix}", **told)
    if len(outlets) == 1:
        return words.say(f"source.outlet{suffix}", outlet=as_file_line(outlets[0]), **told)
    return words.say(f"source.outlets{suffix}", outlets=words.count(len(outlets), "outlet"), **told)


def _find_later_report(claims: Sequence[ClaimRecord], published: str) -> str | None:
    """Return when the document came out that alone tells since or until when it was so, if later than a first one."""
    since = next((one.published for one in claims if one.since), None)
    until = next((one.published for one in claims if one.until), None)
    return max((date for date in (since, until) if date and date > published), default=None)


def _describe_time(words: Words, claims: Sequence[ClaimRecord]) -> str:
    """Return since and until when it was so, else when it was seen so; and by when it is due."""
    since = next((one.since for one in claims if one.since), None)
    until = next((one.until for one in claims if one.until), None)
    observed = next((one.observed for one in claims if one.observed), None) if not since and not until else None
    due = next((one.due for one in claims if one.due), None)
    if since and since == until:
        return words.on(since)
    dates = {"since": since, "until": until, "observed": observed, "due": due}
    said = [
        words.say(f"time.{name}", date=words.on(date) if name == "observed" else words.date(date))
        for name, date in dates.items()
        if date
    ]
    return words.say("list.comma").join(said)


def describe_act(words: Words, path: PathRecord) -> str:
    """Return what is said to be so: who rents or buys from whom, of which chips, where; with every status in it.

    >>> from graphkit.summaries.words import load_words
    >>> load_words("en").say("act.LEASES_FROM.planned", subject="A", object="B")
    'A plans to rent computing from B'
    """
    first, *rest = path.steps
    chip = path.steps[-1]
    said = _describe_first(words, first, chip)
    for step in rest:
        if step.relation in _PLACED or (step is chip and step.relation in _PLACED):
            continue
        acting = _describe_acting(words, step.relation, _name_end(words, step, chip))
        key = "act.in_turn" if step.status == first.status else "act.in_turn.status"
        said = words.say(key, said=said, acting=acting, status=words.look_up("status", step.status))
        said = _mark_order(words, step, said)
    if path.holding:
        said = words.say("what.holding", said=said)
    if chip.relation in ("HOSTS", "DESIGNS") and chip is not first:
        worst = max((step.status for step in rest if step.relation in _PLACED), key=_rank)
        key = "what.chips.status" if _rank(worst) > _rank(first.status) else "what.chips"
        where = _describe_where(words, path)
        chips = _name_chips(words, chip.object)
        said = words.say(key, said=said, chips=chips, where=where, status=words.look_up("status", worst)).rstrip()
    elif path.places:
        said = f"{said} {_describe_where(words, path)}"
    return said


def _rank(status: str) -> int:
    found = STATUSES[status].rank if status in STATUSES else None
    return -1 if found is None else found


def describe_step_act(words: Words, step: StepRecord) -> str:
    """Return what one step says, by itself: "A rents computing from B", its status in it where it is not done."""
    key = _find_act(words, step)
    if step.subject.generic or key not in words.catalogue.sentences:
        named = _name_object(words, step)
        acting = _describe_acting(words, step.relation, named)
        if words.language == "en":  # the phrases of the ontology agree with one and with many
            acting = f"{RELATIONS[step.relation].agree(step.subject.plural)} {named}"
        return words.say("brief.act", subject=as_file_line(step.subject.name), acting=acting)
    return words.say(key, subject=as_file_line(step.subject.name), object=_name_object(words, step))


def _find_act(words: Words, step: StepRecord) -> str:
    """Return the key of what a step says: what was ordered is not told as bought."""
    key = f"act.{step.relation}.{step.status}"
    ordered = f"{key}.ordered"
    return ordered if ORDERED in step.marks and ordered in words.catalogue.sentences else key


def _mark_order(words: Words, step: StepRecord, said: str) -> str:
    """Return what a step says with the mark that it is no more than an order, where it is."""
    return words.say("act.marked", said=said, mark=words.look_up("mark", ORDERED)) if ORDERED in step.marks else said


def describe_status(words: Words, path: PathRecord) -> str:
    """Return the status of a path, with the mark that a step is no more than an order, where one is."""
    return _mark_status(words, path.status, ordered=ORDERED in path.marks)


def describe_claim_status(words: Words, claim: ClaimRecord) -> str:
    """Return the status of a claim, with the mark that it tells of an order alone, where it does."""
    return _mark_status(words, claim.status, ordered=claim.qualifiers.delivery == "ordered")


def _mark_status(words: Words, status: str, *, ordered: bool) -> str:
    word = words.look_up("status", status)
    return words.say("status.marked", status=word, mark=words.look_up("mark", ORDERED)) if ordered else word


def _name_object(words: Words, step: StepRecord) -> str:
    return name_chip(words, step.object) if step.object.kind == "Chip" else as_file_line(step.object.name)


def _describe_first(words: Words, step: StepRecord, chip: StepRecord) -> str:
    named = _name_end(words, step, chip)
    subject = as_file_line(step.subject.name)
    key = _find_act(words, step)
    if step.subject.generic or key not in words.catalogue.sentences:
        acting = _describe_acting(words, step.relation, named)
        said = words.say("act.unnamed", subject=subject, acting=acting, status=words.look_up("status", step.status))
        return _mark_order(words, step, said)
    said = words.say(key, subject=subject, object=named)
    return words.say("act.undelivered", said=said) if key.endswith(".ordered") else _mark_order(words, step, said)


def _describe_acting(words: Words, relation: str, named: str) -> str:
    return words.say(f"acting.{relation}", object=named)


def _name_end(words: Words, step: StepRecord, chip: StepRecord) -> str:
    if step is not chip:
        return as_file_line(step.object.name)
    return name_chip(words, step.object)


def name_chip(words: Words, chip: EntityRef) -> str:
    """Return a chip as the object of a verb: "the H100", or some of a class whose models nobody names."""
    return words.say("chips.some" if chip.generic else "chips.one", chip=as_file_line(chip.name))


def name_asked(words: Words, chip: EntityRef) -> str:
    """Return the chip that was asked for, or the set or class of chips by its name."""
    return words.say("chips.set" if chip.generic else "chips.one", chip=as_file_line(chip.name))


def _name_chips(words: Words, chip: EntityRef) -> str:
    return words.say("chips.some" if chip.generic else "chips", chip=as_file_line(chip.name))


def _describe_where(words: Words, path: PathRecord) -> str:
    """Return the site, if it has a name, and where it stands, if that is told."""
    sites = [step.object for step in path.steps if step.relation == "OPERATES"]
    named = [as_file_line(one.name) for one in sites if not one.generic]
    place = describe_places(words, path)
    if named:
        return words.say("where.site", site=named[-1], place=place)
    return place if sites or path.places else words.say("where.none")


def describe_places(words: Words, path: PathRecord) -> str:
    """Return where the sites of a path stand: "in Malaysia", or that it is not known."""
    regions = dict.fromkeys(one.region.name for one in path.places if one.region)
    if not regions:
        return words.say("where.unknown")
    place = ""
    for name in regions:
        told = words.place(name)
        place = words.say("where.or", first=place, last=told) if place else told
    unconfirmed = any(mark == "place not confirmed" for mark in path.marks)
    return words.say("where.unconfirmed", where=place) if unconfirmed else place


def list_other_breaks(words: Words, misses: Iterable[NearMissRecord]) -> list[str]:
    """Return what else keeps near misses from being paths: each claim once with the reason, such as "ended"."""
    found: dict[str, str] = {}
    for miss in misses:
        for broken in miss.broken_by:
            if broken.claim.status not in ("refused", "negated"):
                reason = words.look_up("reason", broken.reason)
                told = words.say("break.other", reason=reason, **sum_up(words, broken.claim))
                found.setdefault(broken.claim.id, told)
    return list(dict.fromkeys(found.values()))


def list_breaks(words: Words, misses: Iterable[NearMissRecord]) -> list[str]:
    """Return what was refused or is denied, once each: who says so, of which act."""
    found: dict[str, str] = {}
    for miss in misses:
        for broken in miss.broken_by:
            if broken.claim.status in ("refused", "negated"):
                found.setdefault(broken.claim.id, describe_break(words, broken.claim))
    return list(dict.fromkeys(found.values()))


def describe_break(words: Words, claim: ClaimRecord) -> str:
    """Return a refusal or a denial as its claim sums it up, which alone says what it denies, and no more.

    What is no party's own word names the act that it is about: other paths of the answer may be of other acts.
    """
    return words.say(f"break.{find_negation(claim)}", act=_name_act(words, claim), **sum_up(words, claim))


def _name_act(words: Words, claim: ClaimRecord) -> str:
    """Return what a claim is about, whatever it says of it, with its limits."""
    named = as_file_line(claim.object_name)
    acting = words.say(f"acting.{claim.relation}", object=named)
    if words.language == "en":  # the phrases of the ontology agree with one and with many
        acting = f"{RELATIONS[claim.relation].agree(claim.subject_plural)} {named}"
    said = words.say("brief.act", subject=as_file_line(claim.subject_name), acting=acting)
    scope = describe_scope(words, claim)
    return words.say("break.limited", act=said, scope=scope) if scope else said


def sum_up(words: Words, claim: ClaimRecord) -> dict[str, str]:
    """Return what a claim says and who says so in short, as the holes `what` and `source` of a sentence."""
    source = words.say("source.brief", origin=name_origin(claim), date=words.date(claim.published))
    return {"source": source, "what": as_file_line(claim.summary).rstrip(" .")}


def find_coverage(path: PathRecord) -> str | None:
    """Return the outcome of the rules for a path: that of its covered legs, else of its unclear ones."""
    outcomes = {leg.outcome for leg in path.findings}
    return next((one for one in COVERAGE if one in outcomes and one != "not_required"), None) or (
        "not_required" if outcomes else None
    )


def describe_ways(words: Words, paths: Sequence[PathRecord]) -> list[str]:
    """Return paths in few words each; the buyer and the chip where they are not the same for all."""
    buyers = {path.entities[0].id for path in paths}
    chips = {path.entities[-1].id for path in paths}
    return [_describe_way(words, path, buyer=len(buyers) > 1, chip=len(chips) > 1) for path in paths]


def _describe_way(words: Words, path: PathRecord, *, buyer: bool, chip: bool) -> str:
    """Return a path in few words: whom it passes, its status, the rules, its sources."""
    through = [as_file_line(one.name) for one in path.entities[1:-1] if one.kind == "Company"]
    route = words.join(through) if through else describe_act(words, path)
    if through and buyer:
        route = words.say("besides.way.buyer", buyer=as_file_line(path.entities[0].name), route=route)
    if through and chip:
        route = words.say("besides.way.chip", route=route, chip=name_chip(words, path.entities[-1]))
    status = describe_status(words, path)
    if coverage := find_coverage(path):
        status = words.say("besides.way.rules", status=status, coverage=words.look_up("coverage", coverage))
    source = words.enumerate(name_origins(path), 2)
    return words.say("besides.way", route=route, status=status, source=source)
