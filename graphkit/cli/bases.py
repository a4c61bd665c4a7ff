"""Commands for fact bases: build, check."""

from __future__ import annotations

from pathlib import Path

import click

from graphkit.cli.common import main, say
from graphkit.cli.files import FACTBASE, FOLDER
from graphkit.cli.output import Output, output_options
from graphkit.cli.progress import show_progress


@main.command()
@click.argument("factbases", nargs=-1, type=FACTBASE)
@click.option(
    "--db",
    envvar="NEO4J_URI",
    metavar="ADDRESS",
    help="Load into this database: a file, neo4j:// or bolt:// address. Default: NEO4J_URI, if set, "
    "else a file in the user's cache.",
)
@click.option("--documents", type=FOLDER, help="Folder with the documents' texts, for verbatim quotations.")
@output_options
def build(output: Output, factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> None:
    """Check fact bases (the shipped one without any) and load them into a database.

    \b
    Examples:
      graphkit build my-base
      graphkit build my-base --db my-base.kgl

    Next: graphkit list --db my-base.kgl
    """
    from graphkit.answers.build import describe_build
    from graphkit.loading.cache import build as run

    with show_progress("loading") as progress:
        changes, warnings, target = run(*factbases, db=db, documents=documents, progress=progress)
    for warning in warnings:
        say(f"warning: {warning}")
    output.print(describe_build(changes, target))


@main.command()
@click.argument("factbases", nargs=-1, type=FACTBASE)
@click.option("--documents", type=FOLDER, help="Folder with the documents' texts, to check quotations.")
@output_options
def check(output: Output, factbases: tuple[Path, ...], documents: Path | None) -> None:
    """Validate fact bases (the shipped one without any) and print what they cover.

    \b
    Examples:
      graphkit check my-base
      graphkit check my-base --documents texts --format json

    Next: graphkit build my-base, graphkit list -f my-base
    """
    from graphkit.answers.coverage import describe_coverage
    from graphkit.factbase import count_coverage, read_factbase

    base = read_factbase(*factbases, documents=documents)
    for warning in base.warnings:
        say(f"warning: {warning}")
    output.print(describe_coverage(count_coverage(base), base.rulebook))
