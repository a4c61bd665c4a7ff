"""The pages of entities: facts first, then the chips they reach or who reaches them, then every claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphkit.answers.chip import ChipAnswer
from graphkit.answers.rule_records import RuleRecord
from graphkit.answers.show import EntityAnswer, EntityClaim, RelationGroup
from graphkit.briefs.brief import find_addresses
from graphkit.briefs.compose import make_way_cells
from graphkit.page.paper import read_table
from graphkit.page.timeline import make_timeline_parts
from graphkit.site.addresses import Links, choose_entity_page, make_anchor
from graphkit.site.contents import Contents, Reach
from graphkit.site.page import Cell, ClaimSection, Fact, PageTable, PageText, SitePage
from graphkit.site.statements import phrase_relation, tell_claim
from graphkit.summaries.statements import describe_source

#: Relations told as facts, by their direction; what an entity owns and the like stands with its claims.
_FACTS = {
    ("HEADQUARTERED_IN", "out"): "fact.seat",
    ("INCORPORATED_IN", "out"): "fact.incorporated",
    ("OWNS", "in"): "fact.parent",
    ("INVESTS_IN", "in"): "site.fact.investors",
    ("LISTED_ON", "out"): "fact.listed",
    ("DESIGNS", "in"): "site.fact.maker",
    ("FORM_OF", "out"): "site.fact.family",
    ("IN_CLASS", "out"): "site.fact.class",
    ("VARIANT_OF", "out"): "site.fact.variant",
    ("LOCATED_IN", "out"): "fact.place",
    ("OPERATES", "in"): "site.fact.operator",
    ("PART_OF", "out"): "site.fact.part",
    ("ISSUED_BY", "out"): "site.fact.issuer",
}


def make_entity_page(contents: Contents, answer: EntityAnswer, chip: ChipAnswer | None = None) -> SitePage:
    """Return the page of an entity; `chip` is what the rules say of it where it is a chip that they know."""
    w, entity = contents.w, answer.entity
    address = choose_entity_page(entity.kind, entity.id)
    links = contents.link_from(address)
    kicker = [w[f"kind.{entity.kind}"], *([w["node.generic"]] if entity.generic else [])]
    parts = make_timeline_parts(chip, today=contents.today) if chip else None
    return SitePage(
        address=address,
        title=entity.name,
        kicker=", ".join(kicker),
        said=answer.summary,
        facts=[
            *_list_named(contents, answer),
            *(_list_standing(contents, group, links) for group in answer.relations if _is_fact(group)),
            *(_list_rule_facts(contents, answer.rule) if answer.rule else ()),
        ],
        listings=[
            *([_list_asks(contents, answer.rule)] if answer.rule and answer.rule.asks else []),
            *_list_reaches(contents, entity.id, entity.kind, links),
        ],
        bar={**parts["bar"], "title": parts["title"], "said": chip.summary} if parts and chip else None,
        tables=[read_table(table, w) for table in parts["tables"]] if parts else [],
        notes=[*answer.notes, *(parts["notes"] if parts else []), *([w["site.cut"]] if answer.truncated else [])],
        sections=[_tell_group(contents, group, links) for group in answer.relations],
        also=contents.list_commands(entity.id, entity.kind, chip),
        stamp=answer.provenance,
    )


def list_fact_names(answer: EntityAnswer, *wanted: tuple[str, str]) -> list[str]:
    """Return the names at the other ends of claims that are done, of some relations and directions."""
    return sorted(
        {
            claim.other.name
            for group in answer.relations
            if (group.relation, group.direction) in wanted
            for claim in group.claims
            if claim.status == "done"
        }
    )


def _is_fact(group: RelationGroup) -> bool:
    return (group.relation, group.direction) in _FACTS


def _list_named(contents: Contents, answer: EntityAnswer) -> Iterator[Fact]:
    w, entity = contents.w, answer.entity
    yield Fact(w["site.fact.id"], ((PageText(entity.id),),))
    if entity.aliases:
        yield Fact(w["node.aliases"], ((PageText(", ".join(entity.aliases)),),))
    if entity.note:
        yield Fact(w["qualifier.note"], ((PageText(entity.note),),))


def _list_standing(contents: Contents, group: RelationGroup, links: Links) -> Fact:
    """Return what claims say of one fact: each value with its status where it is not done, and with who says so."""
    found: dict[tuple[str, str], list[EntityClaim]] = {}
    for claim in group.claims:
        found.setdefault((claim.other.id, claim.status), []).append(claim)
    return Fact(
        contents.w[_FACTS[group.relation, group.direction]],
        tuple(_cite(contents, same, links) for same in found.values()),
    )


def _cite(contents: Contents, claims: Sequence[EntityClaim], links: Links) -> Cell:
    words, first = contents.words, claims[0]
    by_origin: dict[str, list[EntityClaim]] = {}
    for claim in claims:
        by_origin.setdefault(claim.origin, []).append(claim)
    share = first.qualifiers.share
    facts = [
        *([contents.w["status.implied"]] if all(one.implied for one in claims) else []),
        *([f"{words.number(share, 0 if share == int(share) else 2)} %"] if share is not None else []),
        words.say("label.says", sources=words.enumerate(describe_source(words, same) for same in by_origin.values())),
    ]
    # what is denied is told before the name, so that nobody reads the name alone
    status = f"{words.look_up('status', first.status)}{words.say('colon')}" if first.status != "done" else ""
    return (
        *([PageText(status)] if status else []),
        links.entity(first.other.id, first.other.name),
        PageText(f" ({words.clauses(facts)})", f"#{make_anchor(first.id)}"),
    )


def _tell_group(contents: Contents, group: RelationGroup, links: Links) -> ClaimSection:
    phrase = phrase_relation(group.claims[0], contents.words, contents.w)
    title = f"{phrase} …" if group.direction == "out" else f"… {phrase}"
    statements = (tell_claim(one, contents.words, contents.w, links) for one in group.claims)
    return ClaimSection(title, tuple(statements))


# rules --------------------------------------------------------------------------------------


def _list_rule_facts(contents: Contents, rule: RuleRecord) -> Iterator[Fact]:
    w, words = contents.w, contents.words
    told: dict[str, tuple[Cell, ...]] = {
        "status": ((PageText(f"{rule.status} ({words.date(rule.on)})"),),),
        "rule_kind": ((PageText(rule.kind),),),
        "summary": ((PageText(rule.summary),),),
        "authority": ((PageText(rule.authority),),),
        "citation": tuple((PageText(one),) for one in dict.fromkeys((rule.citation, *rule.references))),
        "address": tuple((PageText(one, one),) for one in find_addresses(*rule.addresses)),
        "history": tuple((PageText(one),) for one in _list_history(contents, rule)),
        "not_evaluated": tuple((PageText(one),) for one in rule.not_evaluated),
        "verified": ((PageText(words.date(rule.verified) if rule.verified else w["provenance.unknown"]),),),
    }
    for name, values in told.items():
        if values:
            yield Fact(w[f"site.rule.{name}"], values)


def _list_history(contents: Contents, rule: RuleRecord) -> Iterator[str]:
    """Yield the days of a rule in the order of its life."""
    for name in ("announced", "published", "since", "ended"):
        if day := getattr(rule, name):
            by = f" ({rule.ended_by})" if name == "ended" and rule.ended_by else ""
            yield f"{contents.w[f'site.rule.{name}']} {contents.words.date(day)}{by}"


def _list_asks(contents: Contents, rule: RuleRecord) -> PageTable:
    columns = ("kind", "says", "whom", "since", "until", "citation")
    dates = ("since", "until")

    def cell(value: str | None, name: str) -> Cell:
        return (PageText(contents.words.date(value) if value and name in dates else value or ""),)

    return PageTable(
        title=contents.w["site.asks"],
        columns=tuple(contents.w[f"site.asks.{name}"] for name in columns),
        rows=tuple(tuple(cell(getattr(ask, name), name) for name in columns) for ask in rule.asks),
    )


# ways ---------------------------------------------------------------------------------------


def _list_reaches(contents: Contents, id_: str, kind: str, links: Links) -> Iterator[PageTable]:
    """Yield the ways of a company to chips, or of companies to a chip; then the ways to chips that nobody names."""
    if kind not in ("Company", "Chip"):
        return
    w, words = contents.w, contents.words
    named, unnamed = contents.list_reaches(id_, kind)
    buyers = kind == "Chip"
    told = "site.reached" if buyers else "site.reaches"
    none = words.sentence(w["site.reached.none" if buyers else "site.reaches.none"])
    bound = words.sentence(words.say("exposure.bound")) if contents.bounded else ""
    if named or not unnamed:
        note = " ".join(filter(None, [none if not named else w["site.reach.note"], bound]))
        yield _list_ways(contents, w[told], named, links, buyers=buyers, note=note)
    if unnamed:
        title = words.sentence(w["site.unnamed.of" if buyers else "site.unnamed"]).rstrip(".")
        yield _list_ways(contents, title, unnamed, links, buyers=buyers, note=w["site.unnamed.note"])


def _list_ways(
    contents: Contents, title: str, reaches: Sequence[Reach], links: Links, *, buyers: bool, note: str
) -> PageTable:
    w, words = contents.w, contents.words
    columns = ("way", "status", "evidence", "confidence", "rules")
    ends = w["matrix.column.buyer" if buyers else "matrix.column.chip"]
    rows = []
    for one in reaches:
        other = one.buyer if buyers else one.chip
        _, *facts = make_way_cells(words, one.path)
        way: list[PageText] = []
        for entity in one.path.entities:
            way += [*([PageText(" → ")] if way else []), links.entity(entity.id, entity.name)]
        page = contents.find_path_page(one.buyer.id, one.chip.id)
        read = links.page(page, w["site.read"]) if page else PageText("")
        rows.append(
            ((links.entity(other.id, other.name),), tuple(way), *((PageText(text),) for text in facts), (read,))
        )
    return PageTable(
        title=title,
        columns=(ends, *(words.say(f"brief.column.{name}") for name in columns), w["site.column.page"]),
        rows=tuple(rows),
        note=note if rows or note else "",
    )
