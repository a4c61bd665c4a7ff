"""A site page by page: each is asked, told and written before the next, so that a large base fits in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.briefs import html as briefs
from graphkit.briefs.compose import make_brief
from graphkit.site.addresses import INDEX, choose_path_page
from graphkit.site.contents import Contents, Terms, read_contents
from graphkit.site.documents import make_document_page
from graphkit.site.entities import make_entity_page
from graphkit.site.folder import write_site_folder
from graphkit.site.index import make_index_page, make_index_row
from graphkit.site.render import list_links, render_page

if TYPE_CHECKING:
    from graphkit.answers.chip import ChipAnswer
    from graphkit.explorer import Explorer
    from graphkit.facts import Entity

Progress = Callable[[int, int], None]


def write_site(
    explorer: Explorer,
    folder: Path,
    terms: Terms,
    *,
    force: bool = False,
    progress: Progress = lambda done, all_: None,
) -> int:
    """Write the base as pages into a folder and return their number; `progress` is told how many of all are done.

    Raises InvalidValue where the folder is in use or cannot be written, and as the questions of the explorer do.
    """
    return write_site_folder(folder, _make_pages(explorer, terms, progress), force=force)


def _make_pages(explorer: Explorer, terms: Terms, progress: Progress) -> Iterator[tuple[str, bytes]]:
    """Yield the pages; nothing is asked before the first is wanted, when the folder has been looked at."""
    contents = read_contents(explorer, terms)
    for done, page in enumerate(list_pages(explorer, contents), 1):
        yield page
        progress(done, len(contents.pages))


def list_pages(explorer: Explorer, contents: Contents) -> Iterator[tuple[str, bytes]]:
    """Yield each page with its address from the folder: entities, documents, ways, and the first page last."""
    terms, rows = contents.terms, []
    for entity in contents.entities:
        answer = explorer.show(entity.id, **terms.filters).in_language(terms.language)
        chip = _ask_rules(explorer, entity, terms) if entity.kind == "Chip" else None
        rows.append(make_index_row(contents, answer))
        page = make_entity_page(contents, answer, chip)
        yield page.address, render_page(page, contents)
    for document in contents.documents:
        page = make_document_page(contents, document)
        yield page.address, render_page(page, contents)
    for ways in contents.paths:
        address = choose_path_page(ways.buyer.id, ways.chip.id)
        yield address, briefs.render(make_brief(ways), list_links(contents, ways, address))
    yield INDEX, render_page(make_index_page(contents, rows), contents)


def _ask_rules(explorer: Explorer, entity: Entity, terms: Terms) -> ChipAnswer | None:
    """Return what the rules say of a chip, asked by its name where that means the same; None for an unknown one."""
    models = explorer.rulebook.models_of(entity.id)
    name = entity.name if explorer.rulebook.models_of(entity.name) == models else entity.id
    return explorer.chip(name, on=terms.on).in_language(terms.language) if models else None
