"""Claims as pages tell them: who and what, the status, what is said, by whom, where to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from graphkit.answers.records import ClaimRecord
from graphkit.briefs.brief import find_addresses
from graphkit.ontology import RELATIONS
from graphkit.page.words import fill_slots
from graphkit.site.addresses import Links, choose_document_page, make_anchor
from graphkit.site.page import Statement
from graphkit.summaries.statements import describe_source
from graphkit.summaries.words import Words


def tell_claim(
    claim: ClaimRecord, words: Words, w: Mapping[str, str], links: Links, *, document: bool = True
) -> Statement:
    """Return a claim as a page tells it, with its `document` where that is not the page at hand."""
    said = claim.qualifiers
    case = (
        [fill_slots(w["case.against"], stage=said.stage, whom=said.against or w["case.nobody"])] if said.stage else []
    )
    implied = [w["status.implied"]] if claim.implied else []
    names = [claim.document_name] if _names_publisher(claim) else [claim.publisher, claim.document_name]
    named = ", ".join(filter(None, names))
    return Statement(
        anchor=make_anchor(claim.id),
        subject=links.entity(claim.subject, claim.subject_name),
        phrase=phrase_relation(claim, words, w),
        object=links.entity(claim.object, claim.object_name),
        status=claim.status,
        status_word=", ".join([words.look_up("status", claim.status), *implied, *case]),
        said=claim.quote or claim.summary,
        quoted=claim.quote is not None,
        source=words.sentence(words.say("label.says", sources=describe_source(words, [claim]))),
        document=links.page(choose_document_page(claim.document), named) if document else None,
        addresses=find_addresses(claim.url, claim.archive) if document else (),
        seen=describe_seen(words, claim.url or claim.archive, claim.seen) if document else "",
        details=tuple(_list_details(claim, w)),
        note=said.note or "",
    )


def phrase_relation(claim: ClaimRecord, words: Words, w: Mapping[str, str]) -> str:
    """Return the relation of a claim in words, in agreement with its subject where the language has them so."""
    if words.language == "en" and claim.relation in RELATIONS:
        return RELATIONS[claim.relation].agree(claim.subject_plural)
    return w.get(f"relation.{claim.relation}", claim.relation)


def describe_seen(words: Words, address: str | None, seen: str | None) -> str:
    """Return when somebody last looked at the address of a document, or what is not known of it."""
    if not find_addresses(address):
        return words.sentence(words.say("brief.source.no_address"))
    told = words.say("brief.source.seen", when=words.on(seen)) if seen else words.say("brief.source.unseen")
    return words.sentence(told)


def _names_publisher(claim: ClaimRecord) -> bool:
    return bool(claim.publisher) and claim.document_name.startswith(claim.publisher or "")


def _list_details(claim: ClaimRecord, w: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    since = fill_slots(w["claim.open_end"], **{"from": claim.since}) if claim.since else ""
    until = fill_slots(w["claim.until"], to=claim.until) if claim.until else ""
    told: dict[str, str | Sequence[str] | None] = {
        "summary": claim.summary if claim.quote else None,
        "attribution": claim.attribution,
        "chips": claim.scope.chips,
        "sites": claim.scope.sites,
        "regions": claim.scope.regions,
        "via": claim.via,
        "held": [since, until],
        "observed": claim.observed,
        "due": claim.due,
    }
    yield from _fill(told, "claim", w)
    qualifiers = msgspec.to_builtins(claim.qualifiers)
    yield from _fill({name: value for name, value in qualifiers.items() if name != "note"}, "qualifier", w)
    yield w["claim.confidence"], w.get(f"confidence.{claim.confidence}", claim.confidence)
    yield from _fill({"locator": claim.locator, "id": claim.id}, "claim", w)


def _fill(told: Mapping[str, object], group: str, w: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, given in told.items():
        value = w["claim.yes"] if given is True else given
        texts = [str(one) for one in value if one] if isinstance(value, (list, tuple)) else [str(value or "")]
        if text := ", ".join(filter(None, texts)):
            yield w.get(f"{group}.{name}", name), text
