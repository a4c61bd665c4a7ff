"""The finding of the rules on a path in one sentence: leg by leg, by which rule, on which day, on which condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphkit.answers.findings import LegFinding, PendingMeasure
from graphkit.answers.path_records import PathRecord
from graphkit.formats.cells import as_file_line
from graphkit.rules.finding import COVERAGE, PENDING
from graphkit.rules.licence import find_law_day
from graphkit.summaries.words import Words

_CITED = re.compile(r"\(([^()]+)\)")
_FOR_WHOM = re.compile(r"whether (.+), for whom the chips are, is a party to the export")
_COVERAGES = {text: outcome for outcome, text in COVERAGE.items()}
_COVERAGE = re.compile("|".join(sorted(_COVERAGES, key=len, reverse=True)))
_SIDE = re.compile(r"bought by|bought later|bought|rented|from(?= \d{4}-)")
_EFFECTS = tuple(PENDING)
_PARENT_OF = "ultimate parent of "


def describe_rules(words: Words, path: PathRecord) -> str:
    """Return what the rules say of a path: one sentence without its full stop."""
    if path.verdict is None:
        return words.say("rules.none_judged")
    if not path.findings:
        return words.say("rules.none")
    said = _add_pending(words, words.clauses(_describe_legs(words, path)), path.findings)
    if path.day is None:
        said = words.say("rules.days", said=said)
    else:
        said = words.say("rules.day", day=words.date(path.day), said=said)
    return note_law_day(words, said, [rule.reason for leg in path.findings for rule in leg.rules])


def note_law_day(words: Words, said: str, reasons: Sequence[str]) -> str:
    """Return a clause with the day of the law told, where the tests taken say that the question lies beyond it."""
    day = find_law_day(reasons)
    return words.say("rules.law", said=said, day=words.date(day)) if day else said


def list_told_legs(legs: Sequence[LegFinding]) -> list[LegFinding]:
    """Return the legs that rent, are covered or are unclear; all of them where none is."""
    return [one for one in legs if one.leg == "lease" or one.outcome != "not_required"] or list(legs)


def _describe_legs(words: Words, path: PathRecord) -> list[str]:
    """Return a clause for each act, which says whose it is where there are several such; equal ones are one."""
    whose: dict[tuple[str, str], dict[str, LegFinding]] = {}
    for leg in list_told_legs(path.findings):
        said = _describe_leg(words, path, leg, words.say(f"leg.{leg.leg}"))
        whose.setdefault((leg.leg, said), {})[path.steps[leg.step].subject.name] = leg
    acts: list[str] = [leg.leg for leg in path.findings]
    clauses = []
    for (kind, said), legs in whose.items():
        if acts.count(kind) > 1:
            names = words.join(map(as_file_line, legs))
            act = words.say("leg.whose", leg=words.say(f"leg.{kind}"), names=names)
            said = _describe_leg(words, path, next(iter(legs.values())), act)
        clauses.append(said)
    return clauses


def _describe_leg(words: Words, path: PathRecord, leg: LegFinding, act: str) -> str:
    if path.day is None:
        act = words.say("rules.leg.day", leg=act, day=words.date(leg.day))
    said = _describe_outcome(words, leg, act)
    step = path.steps[leg.step]
    planned = step.status not in ("done", "alleged")
    if step.status == "alleged" or step.disputed_by:
        return words.say("rules.if_both" if planned else "rules.if_true", said=said)
    return words.say("rules.if_done", said=said) if planned else said


def _describe_outcome(words: Words, finding: LegFinding, leg: str) -> str:
    if finding.outcome == "license_required":
        return describe_covered(words, "rules", finding.policy, finding.decided_by, leg=leg)
    if finding.outcome == "unclear":
        return _describe_doubt(words, finding, leg)
    said = words.say("rules.not_required", leg=leg)
    for duty in finding.duties:
        said = words.say("rules.duty", said=said, duty=describe_law(words, duty))
    return said


def _describe_doubt(words: Words, finding: LegFinding, leg: str) -> str:
    if finding.powers:
        return words.say("rules.power", leg=leg, cited=as_file_line("; ".join(finding.powers)))
    parents = [one.removeprefix(_PARENT_OF) for one in finding.missing if one.startswith(_PARENT_OF)]
    if parents and len(parents) == len(finding.missing) and f"if the {_PARENT_OF}" in finding.sentence:
        return words.say("rules.parent", leg=leg, names=words.join(map(as_file_line, parents)))
    if finding.missing:
        return words.say("rules.unclear", leg=leg, missing=list_missing(words, finding.missing))
    return words.say("rules.unclear.plain", leg=leg)


def _add_pending(words: Words, said: str, legs: Sequence[LegFinding]) -> str:
    """Return clauses with what is not in force and could change them, strongest first; that in its English words."""
    every = sorted((one for leg in legs for one in leg.pending), key=lambda one: _EFFECTS.index(one.effect))
    strongest: dict[str, PendingMeasure] = {}
    for one in every:
        strongest.setdefault(one.citation, one)
    pending = list(strongest.values())
    told = [words.say(f"pending.{one.effect}", cited=as_file_line(one.citation)) for one in pending]
    if not told:
        return said
    first = as_file_line(pending[0].text) if words.language == "en" else told[0]
    said = words.say("rules.pending", said=said, first=first)
    return words.say("rules.pending.more", said=said, others=words.join(told[1:])) if told[1:] else said


def describe_covered(words: Words, group: str, policy: str | None, decided_by: Sequence[str], **holes: str) -> str:
    """Return that an act is covered, by which rule, and how an application is reviewed."""
    if policy == "notification":
        return words.say(f"{group}.notification", cited=as_file_line(decided_by[0] if decided_by else ""), **holes)
    if not decided_by:
        return words.say(f"{group}.license_required.uncited", **holes)
    said = words.say(f"{group}.license_required", cited=as_file_line(decided_by[0]), **holes)
    if not policy:
        return said
    return words.say("rules.license_required.policy", said=said, policy=words.look_up("policy", policy))


def list_missing(words: Words, missing: Sequence[str]) -> str:
    """Return what would have to be known, each in the language if the catalogue has it."""
    return words.join(name_missing(words, one) for one in missing)


def name_missing(words: Words, missing: str) -> str:
    """Return one thing that is not known: "headquarters of Acme" by the words before the name."""
    if for_whom := _FOR_WHOM.fullmatch(missing):
        return words.say("missing.party", name=as_file_line(for_whom[1]))
    what, bracket, sides = missing.partition(" (")
    if bracket and f"missing.{what}" in words.catalogue.sentences:
        sides = _COVERAGE.sub(lambda found: words.look_up("coverage", _COVERAGES[found[0]]), sides)
        sides = _SIDE.sub(lambda found: words.look_up("side", found[0]), sides)
        return f"{words.look_up('missing', what)} ({words.territories(as_file_line(sides))}"
    what, of, name = missing.partition(" of ")
    if of and (key := f"missing.{what} of") in words.catalogue.sentences:
        return words.say(key, name=as_file_line(name))
    return words.look_up("missing", missing)


def describe_law(words: Words, text: str) -> str:
    """Return what a text of the law would ask, which the rulebook says in English; else by its citation alone."""
    cited = _CITED.search(text)
    return as_file_line(text) if words.language == "en" or not cited else as_file_line(cited[1])
