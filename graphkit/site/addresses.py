"""The addresses of pages: a file for each thing, named by its id, the same each time and safe on every disk."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping

from graphkit.facts import fold
from graphkit.site.page import PageText

INDEX, DOCUMENTS, PATHS = "index.html", "documents", "paths"
#: The folder of each kind, in the order of the index.
FOLDERS: Mapping[str, str] = {
    "Company": "companies",
    "Chip": "chips",
    "Regulation": "rules",
    "Datacenter": "sites",
    "Region": "regions",
    "Agency": "agencies",
    "Product": "products",
}
_OTHER = "others"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}\Z")
#: Names that a disk of Windows takes for devices, and the page that a server shows for a folder.
_RESERVED = {"con", "prn", "aux", "nul", "index", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}


def make_stem(id_: str) -> str:
    """Return the name of a thing's page without its ending: the id, or its letters and a hash where it is not plain.

    Only what was made so has a dot in it, so that no id can take the name of another's page.

    >>> make_stem("bytedance"), make_stem("../Ünsafe")
    ('bytedance', 'unsafe.aee26ed448a690fc67e1')
    """
    if _PLAIN.match(id_) and id_ not in _RESERVED:
        return id_
    letters = re.sub(r"[^a-z0-9]+", "-", fold(id_))[:40].strip("-") or "x"
    return f"{letters}.{hashlib.sha256(id_.encode(errors='surrogatepass')).hexdigest()[:20]}"


def choose_entity_page(kind: str, id_: str) -> str:
    """Return the address of an entity's page, from the folder of the site."""
    return f"{FOLDERS.get(kind, _OTHER)}/{make_stem(id_)}.html"


def choose_document_page(id_: str) -> str:
    """Return the address of a document's page, from the folder of the site."""
    return f"{DOCUMENTS}/{make_stem(id_)}.html"


def choose_path_page(buyer: str, chip: str) -> str:
    """Return the address of the page of the ways from a buyer to a chip, from the folder of the site."""
    return f"{PATHS}/{make_stem(buyer)}/{make_stem(chip)}.html"


def make_anchor(claim: str) -> str:
    """Return the anchor of a claim on a page."""
    return f"claim-{make_stem(claim)}"


class Links:
    """Links from one page to those that there are; what has no page is told as text."""

    def __init__(self, page: str, entities: Mapping[str, str], pages: frozenset[str]) -> None:
        self._page, self._entities, self._pages = page, entities, pages

    def entity(self, id_: str, name: str) -> PageText:
        """Return the mention of an entity."""
        return self.page(self._entities.get(id_, ""), name)

    def page(self, address: str, text: str) -> PageText:
        """Return the mention of a page by its address from the folder; the page at hand is not linked."""
        known = address in self._pages and address != self._page
        return PageText(text, link(self._page, address) if known else None)


def link(page: str, target: str) -> str:
    """Return the address of one page as another links to it.

    >>> link("paths/bytedance/h100.html", "chips/h100.html#claim-1")
    '../../chips/h100.html#claim-1'
    """
    return posixpath.relpath(target, posixpath.dirname(page))
