"""The first page of a site: what is in the base, up to which day, and a list of every other page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from graphkit.answers.provenance import format_command
from graphkit.answers.show import EntityAnswer
from graphkit.briefs.compose import make_brief, make_way_cells
from graphkit.facts import get_earliest_day
from graphkit.ontology import KINDS
from graphkit.page.words import fill_slots
from graphkit.site.addresses import (
    DOCUMENTS,
    FOLDERS,
    INDEX,
    PATHS,
    choose_document_page,
    choose_entity_page,
    choose_path_page,
)
from graphkit.site.contents import Contents
from graphkit.site.entities import list_fact_names
from graphkit.site.page import Cell, PageTable, PageText, SitePage

#: The columns of a kind beside its name: a word, and the relations whose other ends stand in it.
_COLUMNS: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Company": {"fact.seat": (("HEADQUARTERED_IN", "out"),), "fact.listed": (("LISTED_ON", "out"),)},
    "Chip": {"site.fact.maker": (("DESIGNS", "in"),), "site.fact.family": (("FORM_OF", "out"),)},
    "Datacenter": {"fact.place": (("LOCATED_IN", "out"),), "site.fact.operator": (("OPERATES", "in"),)},
    "Region": {"site.fact.part": (("PART_OF", "out"),)},
    "Product": {"fact.parent": (("OWNS", "in"),)},
}


class IndexRow(msgspec.Struct, frozen=True):
    """An entity on the index: what its columns say, and the number of its claims."""

    id: str
    name: str
    kind: str
    generic: bool
    more: str
    facts: tuple[str, ...]
    claims: int


def make_index_row(contents: Contents, answer: EntityAnswer) -> IndexRow:
    """Return the row of an entity, from the answer that its page is made of."""
    entity, rule = answer.entity, answer.rule
    facts = [", ".join(list_fact_names(answer, *wanted)) for wanted in _COLUMNS.get(entity.kind, {}).values()]
    if entity.kind == "Regulation":
        facts = [rule.citation, rule.status] if rule else ["", contents.w["site.rule.none"]]
    claims = sum(len(group.claims) for group in answer.relations)
    more = " ".join([*entity.aliases, entity.id])
    return IndexRow(entity.id, entity.name, entity.kind, entity.generic, more, tuple(facts), claims)


def make_index_page(contents: Contents, rows: Sequence[IndexRow]) -> SitePage:
    """Return the first page."""
    w, words = contents.w, contents.words
    newest = max((one.published for one in contents.documents if one.published), key=get_earliest_day, default=None)
    documents = len({claim.document for claim in contents.whole.claims})
    holds = fill_slots(
        w["site.holds"],
        claims=words.count(len(contents.whole.claims), "claim"),
        documents=_count(contents, documents, "documents"),
        newest=words.date(newest) if newest else w["provenance.unknown"],
    )
    stamp = contents.whole.provenance
    kinds = [kind for kind in (*FOLDERS, *KINDS) if any(one.kind == kind for one in rows)]
    return SitePage(
        address=INDEX,
        title=w["site.title"],
        kicker="",
        said=[
            words.sentence(holds),
            words.sentence(words.say("limits.base")),
            *([words.sentence(words.say("exposure.bound"))] if contents.bounded else []),
            *contents.whole.notes,
        ],
        listings=[
            *([_list_paths(contents)] if contents.paths else []),
            *(_list_kind(contents, kind, rows) for kind in dict.fromkeys(kinds)),
            *([_list_documents(contents)] if contents.documents else []),
        ],
        also=[format_command(stamp)] if stamp else [],
        stamp=stamp,
    )


def _count(contents: Contents, number: int, thing: str) -> str:
    key = f"count.{thing}.{'one' if number == 1 else 'many'}"
    return fill_slots(contents.w[key], n=contents.words.number(number))


def _list_paths(contents: Contents) -> PageTable:
    w, words = contents.w, contents.words
    links = contents.link_from(INDEX)
    columns = ("status", "evidence", "confidence", "rules")
    rows: list[tuple[Cell, ...]] = []
    for answer in contents.paths:
        page = links.page(choose_path_page(answer.buyer.id, answer.chip.id), make_brief(answer).title)
        facts = make_way_cells(words, answer.paths[0])[1:] if answer.paths else ("",) * len(columns)
        rows.append(((page,), *((PageText(text),) for text in facts)))
    left = fill_slots(w["site.paths.left"], n=words.number(contents.left)) if contents.left else ""
    return PageTable(
        title=_name(contents, PATHS, len(rows)),
        columns=(w["site.column.name"], *(words.say(f"brief.column.{name}") for name in columns)),
        rows=tuple(rows),
        anchor=PATHS,
        note=" ".join(filter(None, [w["site.paths.note"], left])),
    )


def _name(contents: Contents, folder: str, number: int) -> str:
    return f"{contents.w[f'site.{folder}']} ({contents.words.number(number)})"


def _list_kind(contents: Contents, kind: str, rows: Sequence[IndexRow]) -> PageTable:
    w, links = contents.w, contents.link_from(INDEX)
    found = sorted(
        (one for one in rows if one.kind == kind), key=lambda one: (one.generic, one.name.casefold(), one.id)
    )
    columns = ["site.rule.citation", "site.rule.status"] if kind == "Regulation" else list(_COLUMNS.get(kind, {}))
    folder = FOLDERS.get(kind, "others")
    cells = []
    for one in found:
        name = links.page(choose_entity_page(kind, one.id), one.name)
        first: Cell = (name, *([PageText(f" ({w['node.generic']})")] if one.generic else []))
        cells.append(
            (first, *((PageText(text),) for text in one.facts), (PageText(contents.words.number(one.claims)),))
        )
    return PageTable(
        title=_name(contents, folder, len(found)),
        columns=(w["site.column.name"], *(w[name] for name in columns), w["site.column.claims"]),
        rows=tuple(cells),
        anchor=folder,
        find=tuple(one.more for one in found),
    )


def _list_documents(contents: Contents) -> PageTable:
    w, words, links = contents.w, contents.words, contents.link_from(INDEX)
    found = sorted(contents.documents, key=lambda one: (one.name.casefold(), one.id))
    return PageTable(
        title=_name(contents, DOCUMENTS, len(found)),
        columns=(
            w["site.column.name"],
            w["site.document.publisher"],
            w["site.document.published"],
            w["site.column.claims"],
        ),
        rows=tuple(
            (
                (links.page(choose_document_page(one.id), one.name),),
                (PageText(one.publisher or ""),),
                (PageText(words.date(one.published)),),
                (PageText(words.number(len(contents.claims.get(one.id, ())))),),
            )
            for one in found
        ),
        anchor=DOCUMENTS,
        find=tuple(one.id for one in found),
    )
