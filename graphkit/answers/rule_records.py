"""A rule as answers tell it: what it asks, since when, of whom, where it stands, and whether it is in force."""

from __future__ import annotations

from collections.abc import Iterable

import click

from graphkit.answers.answer import Record
from graphkit.answers.records import Date
from graphkit.facts import get_earliest_day, get_latest_day
from graphkit.formats import Cell, Table
from graphkit.formats.cells import as_line
from graphkit.formats.lines import wrap_text
from graphkit.regulations import Provision, Regulation, Where
from graphkit.rulebook import Rulebook


class RuleAsk(Record, frozen=True, kw_only=True):
    """A thing that a rule asks: a licence, a duty, or what it lifts; of whom, in words; its dates and citation."""

    kind: str
    says: str
    whom: str
    since: Date | None
    until: Date | None
    citation: str


class RuleRecord(Record, frozen=True, kw_only=True):
    """A rule of the rulebook; `status` is its standing on `on`, in words; `asks` is empty where it asks nothing."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    authority: str
    citation: str
    references: tuple[str, ...]
    addresses: tuple[str, ...]
    status: str
    on: Date
    announced: Date | None
    published: Date | None
    since: Date | None
    ended: Date | None
    ended_by: str | None
    verified: Date | None
    summary: str
    asks: tuple[RuleAsk, ...]
    not_evaluated: tuple[str, ...]

    def cells(self) -> dict[str, Cell]:
        """Return what holds of the rule as a whole as cells."""
        return {
            "rule": self.id,
            "rule_kind": self.kind,
            "authority": self.authority,
            "citation": self.citation,
            "references": self.references,
            "addresses": self.addresses,
            "rule_status": f"{self.status} (as of {self.on})",
            "in_force_since": self.since,
            "ended": self.ended,
            "ended_by": self.ended_by,
            "verified": self.verified,
            "summary": self.summary,
            "not_evaluated": self.not_evaluated,
        }

    def table(self) -> Table:
        """Return what the rule asks as a table."""
        columns = ("kind", "says", "whom", "since", "until", "citation")
        return Table("what it asks", columns, [{name: getattr(one, name) for name in columns} for one in self.asks])

    def lines(self) -> list[str]:
        """Return the rule as lines: its standing, what it says in one sentence, what it asks, and where it stands."""
        lines = wrap_text(
            click.style(as_line(f"as of {self.on}: {self.status}"), bold=True) + f" · {as_line(self.kind)}"
        )
        lines += wrap_text(as_line(self.summary))
        for ask in self.asks:
            dates = [f"since {ask.since}" if ask.since else "", f"until {ask.until}" if ask.until else ""]
            facts = "; ".join(filter(None, (ask.whom, *dates)))
            lines += wrap_text(as_line(f"{ask.kind}: {ask.says}{f' ({facts})' if facts else ''}"), "- ")
        if not self.asks:
            lines.append("it asks nothing that is modelled")
        cited = ", ".join(dict.fromkeys((self.citation, *self.references)))
        lines += wrap_text(as_line(f"{self.authority}, {cited}"), "cited as ", "  ")
        for address in self.addresses:
            lines += wrap_text(click.style(as_line(address), dim=True), "  ")
        lines += (
            wrap_text(as_line("; ".join(self.not_evaluated)), "not evaluated: ", "  ") if self.not_evaluated else []
        )
        return [*lines, f"last checked {self.verified or 'never'}"]


def record_rule(rulebook: Rulebook, rule: Regulation, day: str) -> RuleRecord:
    """Return a rule as it stands on a partial date."""
    asks = "could, if its power is used, ask" if rule.gives else "would ask" if rule.proposal else "asks"
    asked = [
        *((f"{asks} for a licence" if one.decides else "names", one) for one in rule.requires),
        *((asks, one) for one in rule.duties),
        *((f"licence exception {one.name}", one) for one in rule.exceptions),
    ]
    return RuleRecord(
        id=rule.id,
        name=rule.name,
        aliases=rule.aliases,
        kind=rule.kind,
        authority=rule.authority,
        citation=rule.cite(get_latest_day(day)),
        references=rule.references,
        addresses=rule.addresses,
        status=describe_status(rule, day),
        on=day,
        announced=rule.announced,
        published=rule.published,
        since=rule.effective,
        ended=rule.ended,
        ended_by=rule.ended_by,
        verified=rule.verified,
        summary=rule.summary,
        asks=tuple(dict.fromkeys(_record_ask(rulebook, rule, kind, one) for kind, one in asked)),
        not_evaluated=rule.not_evaluated,
    )


def describe_status(rule: Regulation, date: str) -> str:
    """Return the standing of a rule at the end of a partial date, in words; what comes later is not yet so."""
    day = get_latest_day(date)
    if rule.ended and get_latest_day(rule.ended) < day:
        word = "withdrawn or lapsed" if rule.proposal else "ended"
        return f"{word} on {rule.ended}" + (f", by {rule.ended_by}" if rule.ended_by else "")
    if rule.proposal:
        first = rule.announced or rule.published
        if first and get_earliest_day(first) > day:
            return f"proposed from {first}, not yet"
        return f"proposed on {first}, no law" if first else "proposed, no law"
    start = rule.start()
    if start is None:
        return f"a {rule.kind} without a day on which it took effect"
    if start > day:
        return f"in force from {rule.effective}, not yet"
    if phase := next((one for one in rule.suspended if one.covers(day)), None):
        until = f" until {phase.to}" if phase.to else ""
        return f"suspended since {phase.from_}{until}" + (f", by {phase.by}" if phase.by else "")
    gives = ", gives a power and asks nothing by itself" if rule.gives == "power" else ""
    return f"in force since {rule.effective or start}{gives}"


def _record_ask(rulebook: Rulebook, rule: Regulation, kind: str, one: Provision) -> RuleAsk:
    return RuleAsk(
        kind=kind,
        says=one.says,
        whom="; ".join(_tell_whom(rulebook, one)),
        since=one.from_ or rule.effective,
        until=one.to or rule.ended,
        citation=one.citation or rule.citation,
    )


def _tell_whom(rulebook: Rulebook, one: Provision) -> Iterable[str]:
    """Yield in words whom a provision is about: the places, the seat of the buyer, its owners, its class."""
    places = (
        ("to", one.destinations),
        ("buyers headquartered in", one.headquarters),
        ("buyers incorporated in", one.incorporated),
        ("exporters in", one.exporters),
        ("recipients in the class", one.recipients),
    )
    for words, where in places:
        if where != Where():
            inside = ", ".join(map(rulebook.in_words, where.in_)) or "any"
            outside = f" but {', '.join(map(rulebook.in_words, where.not_in))}" if where.not_in else ""
            yield f"{words} {inside}{outside}"
    if one.listed_buyer:
        yield f"buyers on {', '.join(one.lists)}"
    if one.listed_owner_share is not None:
        yield f"buyers owned {one.listed_owner_share} % by parties on {', '.join(one.lists)}"
    if one.activities != ("export",):
        yield f"acts: {', '.join(one.activities)}"
