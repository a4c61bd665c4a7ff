"""The command that writes the base as pages: site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.common import main, open_explorer, source_options
from graphkit.cli.files import FOLDER
from graphkit.cli.output import print_notes
from graphkit.cli.progress import show_progress
from graphkit.summaries.words import LANGUAGES

if TYPE_CHECKING:
    from graphkit.summaries.words import Language


@main.command()
@source_options
@click.option("--on", metavar="DATE", help="As of a date: YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--known-by", metavar="DATE", help="Only what had been published by a date.")
@click.option(
    "--path",
    "pairs",
    multiple=True,
    type=(str, str),
    metavar="BUYER CHIP",
    help="A page on these ways; may be repeated. Default: the pairs whose best way is done, at most 100.",
)
@click.option(
    "-o", "--output", required=True, type=FOLDER, metavar="DIR", help="The folder: new, or one made so before."
)
@click.option("--force", is_flag=True, help="Replace pages that were changed since graphkit wrote them.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the pages.")
def site(
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    on: str | None,
    known_by: str | None,
    pairs: tuple[tuple[str, str], ...],
    output: Path,
    force: bool,
    language: Language,
) -> None:
    """Write the base as pages that link to each other: companies, chips, rules, documents, chosen ways.

    They need no server and no network: open index.html. DIR is replaced once the last page is made; what graphkit
    did not write there is never replaced.

    \b
    Examples:
      graphkit site -o site
      graphkit site --on 2024-06-06 --path ByteDance H100 --language fr -o pages

    Next: graphkit brief ByteDance H100 -o brief.docx, graphkit replay brief.docx
    """
    from graphkit.site.contents import Terms
    from graphkit.site.site import write_site

    terms = Terms(on=on, known_by=known_by, language=language, pairs=pairs)
    with open_explorer(factbases, db, documents) as explorer, show_progress("writing pages") as progress:
        number = write_site(explorer, output, terms, force=force, progress=progress)
        notes = list(explorer.notes)
    print_notes(notes)
    click.echo(f"{number:,} pages: {(output / 'index.html').resolve().as_uri()}")
