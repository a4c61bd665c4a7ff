"""The pages of documents: what each is, where it is found, and what it claims, sentence by sentence."""

from __future__ import annotations

from graphkit.briefs.brief import find_addresses
from graphkit.facts import Document
from graphkit.site.addresses import choose_document_page
from graphkit.site.contents import Contents
from graphkit.site.page import Cell, ClaimSection, Fact, PageText, SitePage
from graphkit.site.statements import describe_seen, tell_claim


def make_document_page(contents: Contents, document: Document) -> SitePage:
    """Return the page of a document."""
    w, words = contents.w, contents.words
    address = choose_document_page(document.id)
    claims = contents.claims.get(document.id, [])
    links = contents.link_from(address)
    addresses = find_addresses(document.url, document.archive)
    published = words.date(document.published)
    told: dict[str, tuple[Cell, ...]] = {
        "publisher": ((PageText(document.publisher or ""),),),
        "published": ((PageText(_join(published, document.published_basis)),),),
        "address": tuple((PageText(one, one),) for one in addresses),
        "seen": ((PageText(describe_seen(words, document.url or document.archive, document.seen)),),),
        "language": ((PageText(document.language or ""),),),
        "reliability": ((PageText(_join(document.reliability or "", document.reliability_basis)),),),
        "cites": ((PageText(document.cites or ""),),),
        "id": ((PageText(document.id),),),
    }
    facts = [Fact(w[f"site.document.{name}"], values) for name, values in told.items()]
    statements = tuple(tell_claim(one, words, w, links, document=False) for one in claims)
    return SitePage(
        address=address,
        title=document.name,
        kicker=w["site.document"],
        said=[words.sentence(w["site.document.none"])] if not claims else [],
        facts=[one for one in facts if any(mention.text for value in one.values for mention in value)],
        sections=[ClaimSection(w["site.document.claims"], statements)] if claims else [],
    )


def _join(text: str, basis: str | None) -> str:
    return f"{text} ({basis})" if text and basis else text
