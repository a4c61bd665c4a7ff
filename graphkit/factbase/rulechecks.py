"""The checks of rules: what the rule files say of each other and of those that ship. One function each."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from graphkit.errors import Fault
from graphkit.factbase.figures import is_date, mend_date
from graphkit.factbase.files import quote_value
from graphkit.factbase.rulefiles import RuleFiles
from graphkit.factbase.yamlfile import YamlRecord
from graphkit.facts import get_earliest_day, get_latest_day
from graphkit.ontology import RELATIONS
from graphkit.rulebook import PATTERN_FACTS, Regulation, Rulebook

_MAX_TEXT = 300


class Rules(msgspec.Struct, frozen=True):
    """The matter of the checks: rule files of folders, further regulations, and the rulebook they may refer to."""

    read: Sequence[RuleFiles]
    further: Sequence[tuple[Regulation, YamlRecord]]
    shipped: Rulebook

    def regulations(self) -> list[tuple[Regulation, YamlRecord]]:
        """Return all regulations that are given, with their records."""
        return [*(pair for own in self.read for pair in own.regulations), *self.further]

    def rule_ids(self) -> set[str] | None:
        """Return the ids that a rule may name; None where a file of rules could not be read."""
        if not all(own.rule_ids_known for own in self.read):
            return None
        given = {one.id for one, _ in self.further}.union(*(own.rule_ids for own in self.read))
        return given | {one.id for one in self.shipped.regulations}

    def region_ids(self) -> set[str]:
        """Return the ids of regions that a rule may name."""
        return {one.id for own in self.read for one in own.regions} | {one.id for one in self.shipped.regions}

    def groups(self) -> set[str]:
        """Return the country groups that a rule may name."""
        given = {one.membership.group for own in self.read for one in own.members}
        return given | {one.group for one in self.shipped.memberships}


def check_rules(rules: Rules) -> Iterator[Fault]:
    """Iterate over the faults that the checks of rules find."""
    for check in CHECKS:
        yield from check(rules)


def _fault(record: YamlRecord, at: str, what: str, mend: str) -> Fault:
    return Fault(record.file, record.line(at), what if len(what) <= _MAX_TEXT else f"{what[:_MAX_TEXT]}...", mend)


def find_taken_codes(rules: Rules) -> Iterator[Fault]:
    """Find regions with the ISO code of another that ships: the rules for that one would be without effect."""
    codes = {code: one.id for one in rules.shipped.regions for code in (one.iso2, one.iso3) if code}
    for own in rules.read:
        for region, file, line in own.region_places:
            for other in sorted({codes.get(code, region.id) for code in (region.iso2, region.iso3)} - {region.id}):
                what = f"the region {quote_value(region.id)} has an ISO code of {other}, which ships"
                yield Fault(file, line, what, f"give it the id {other}, or another code")


def find_unknown_members(rules: Rules) -> Iterator[Fault]:
    """Find members of country groups that are no known region."""
    if not all(own.complete for own in rules.read):
        return
    known = rules.region_ids()
    for own in rules.read:
        for one in own.members:
            if one.membership.region not in known:
                what = f"no region has the id {quote_value(one.membership.region)}"
                yield Fault(one.file, one.line, what, "add it to regions.csv")


def find_repeated_ids(rules: Rules) -> Iterator[Fault]:
    """Find regulations, and routes, that have the id of another that is given."""
    routes = [pair for own in rules.read for pair in own.routes]
    for what, pairs in (("regulation", rules.regulations()), ("route", routes)):
        seen: dict[str, YamlRecord] = {}
        for one, record in pairs:
            first = seen.setdefault(one.id.lower(), record)
            if first is not record:
                said = f"the {what} {one.id} is already at {first.file}:{first.line()}"
                yield _fault(record, ".id", said, "rename it")


def find_shipped_ids(rules: Rules) -> Iterator[Fault]:
    """Find ids of rules that ship: a folder's rule replaces the one of its very id, a further file only adds."""
    shipped = {one.id.lower(): one.id for one in rules.shipped.regulations}
    taken = {one.id.lower() for own in rules.read for one, _ in own.regulations}
    for own in rules.read:
        for one, record in own.regulations:
            if (known := shipped.get(one.id.lower(), one.id)) != one.id:
                what = f"the regulation {quote_value(one.id)} is {known} among those that ship"
                yield _fault(record, ".id", what, f"write {known} to replace it, or rename it")
    for one, record in rules.further:
        if one.id.lower() in shipped and one.id.lower() not in taken:
            yield _fault(
                record, ".id", f"the regulation {quote_value(one.id)} is already among the rules", "rename it"
            )


def find_bad_dates(rules: Rules) -> Iterator[Fault]:
    """Find dates of rules that are none, ends before beginnings, and rules in force without a date."""
    fields = ("announced", "published", "effective", "complied_from", "ended", "verified")
    for one, record in rules.regulations():
        good = {name: value for name in fields if (value := getattr(one, name)) and is_date(value)}
        for name in fields:
            if (value := getattr(one, name)) and name not in good:
                yield _fault(record, f".{name}", f"{name} {quote_value(value)} is not a date", mend_date(value))
        if "effective" in good and "ended" in good:
            yield from _find_span_faults(good["effective"], good["ended"], record, ".ended")
        if not one.proposal and one.effective is None and (one.requires or one.control_list or one.duties):
            yield _fault(record, "", "a rule without the date it took effect", "give effective")
        for at, value in record.parts():
            if isinstance(value, dict) and {"from", "to"} & value.keys():
                yield from _find_span_faults(value.get("from"), value.get("to"), record, at)
            elif at.endswith(".listed_from"):
                for day in value:
                    yield from _find_span_faults(day, None, record, at)


def _find_span_faults(first: Any, last: Any, record: YamlRecord, at: str) -> Iterator[Fault]:
    bad = [date for date in (first, last) if date is not None and not is_date(str(date))]
    for date in bad:
        yield _fault(record, at, f"{quote_value(date)} is not a date", mend_date(str(date)))
    if not bad and first and last and get_earliest_day(first) > get_latest_day(last):
        yield _fault(record, at, f"from {first} is after {last}", "exchange them")


def find_empty_limits(rules: Rules) -> Iterator[Fault]:
    """Find limits that no figure meets."""
    for _, record in rules.regulations():
        for at, value in record.parts():
            if at and isinstance(value, dict) and {"min", "below"} >= value.keys():
                low, high = value.get("min"), value.get("below")
                if (low is None and high is None) or (low is not None and high is not None and low >= high):
                    yield _fault(record, at, f"{at[1:]}: limits that nothing meets", "write min under below")


def find_unknown_references(rules: Rules) -> Iterator[Fault]:
    """Find what a regulation names and nobody declares: regulations, places, paragraphs of a control list."""
    ids, places = rules.rule_ids(), rules.region_ids() | rules.groups()
    every = (*(one for one, _ in rules.regulations()), *rules.shipped.regulations)
    paragraphs = {one.paragraph for rule in every if rule.control_list for one in rule.control_list.paragraphs}
    recipients = {group.name for one in every for group in one.recipients}
    for one, record in rules.regulations():
        yield from _find_unknown(one.amends, ids, "regulation", record, ".amends")
        for at, value in record.parts():
            name = at.rpartition(".")[2]
            if name in ("in", "not_in") and ".recipients" in at:
                yield from _find_unknown(value, recipients, "class of recipients", record, at)
            elif name in ("in", "not_in"):
                yield from _find_unknown(value, places, "place", record, at)
            elif name in ("paragraphs", "not_paragraphs") and ".items" in at:
                yield from _find_unknown(value, paragraphs, "paragraph", record, at)
            elif name in ("of", "lists"):
                yield from _find_unknown(value, ids, "regulation", record, at)
            elif name in ("by", "ended_by"):
                yield from _find_unknown(filter(None, [value]), ids, "regulation", record, at)
            elif name == "headquarters" and isinstance(value, str):
                yield from _find_unknown([value], rules.region_ids(), "place", record, at)


def find_unknown_in_routes(rules: Rules) -> Iterator[Fault]:
    """Find what a route names and nobody declares: facts, relations, rules."""
    ids = rules.rule_ids()
    for own in rules.read:
        for route, record in own.routes:
            for name in ("facts", "not_facts"):
                words = getattr(route.pattern, name)
                yield from _find_unknown(words, PATTERN_FACTS, "fact", record, f".pattern.{name}")
            for name in ("relations", "any_of", "without"):
                words = getattr(route.pattern, name)
                yield from _find_unknown(words, RELATIONS, "relation", record, f".pattern.{name}")
            yield from _find_unknown(route.rules, ids, "regulation", record, ".rules")


def _find_unknown(
    words: Iterable[str], known: Container[str] | None, what: str, record: YamlRecord, at: str
) -> Iterator[Fault]:
    for word in words:
        if known is not None and word not in known:
            yield _fault(record, at, f"{at[1:]}: no {what} {quote_value(word)}", "name one that exists")


#: Every check of rules: add one here.
CHECKS: tuple[Callable[[Rules], Iterator[Fault]], ...] = (
    find_taken_codes,
    find_unknown_members,
    find_repeated_ids,
    find_shipped_ids,
    find_bad_dates,
    find_empty_limits,
    find_unknown_references,
    find_unknown_in_routes,
)
