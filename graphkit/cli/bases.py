"""Commands for fact bases: build, check."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from graphkit.cli.common import FACTBASE, FOLDER, main, say
from graphkit.cli.output import Output, output_options


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
      graphkit build my-base --db neo4j://localhost:7687
    """
    from graphkit.answers.build import describe_build
    from graphkit.loading.cache import build as run

    with _show_progress() as progress:
        changes, warnings, target = run(*factbases, db=db, documents=documents, progress=progress)
    for warning in warnings:
        say(f"warning: {warning}")
    output.print(describe_build(changes, target))


@contextlib.contextmanager
def _show_progress() -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on stderr, none when it is no terminal."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label="loading", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


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
    """
    from graphkit.answers.coverage import describe_coverage
    from graphkit.factbase import count_coverage, read_factbase

    base = read_factbase(*factbases, documents=documents)
    for warning in base.warnings:
        say(f"warning: {warning}")
    output.print(describe_coverage(count_coverage(base), base.rulebook))
