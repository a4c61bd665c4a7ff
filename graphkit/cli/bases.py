"""Commands for fact bases: build, check."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec

from graphkit.cli.common import (
    FACTBASE,
    FOLDER,
    format_option,
    harmless,
    main,
    say,
)


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
def build(factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> None:
    """Check fact bases (the shipped one without any) and load them into a database."""
    from graphkit.loading.cache import build as run

    with _progress() as progress:
        changes, warnings, target = run(*factbases, db=db, documents=documents, progress=progress)
    for warning in warnings:
        say(f"warning: {warning}")
    for what in ("claims", "entities", "documents"):
        change = getattr(changes, what)
        added, changed, removed = map(len, (change.added, change.changed, change.removed))
        click.echo(f"{what}: {added:,} added, {changed:,} changed, {removed:,} removed")
    click.echo(f"database: {harmless(target)}")


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, none when it is no terminal."""
    if not sys.stderr.isatty():
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
@format_option("text", "json")
def check(factbases: tuple[Path, ...], documents: Path | None, form: str) -> None:
    """Validate fact bases (the shipped one without any) and print what they cover."""
    from graphkit.answers import text
    from graphkit.factbase import coverage, read_factbase

    base = read_factbase(*factbases, documents=documents)
    for warning in base.warnings:
        say(f"warning: {warning}")
    found, rulebook = coverage(base), base.rulebook
    checked = {"law": rulebook.verified, "rules_checked": rulebook.days_checked()} if rulebook else {}
    told = {**msgspec.to_builtins(found), **checked}
    click.echo(text.as_json(told) if form == "json" else text.render_coverage(found))
    if rulebook and form == "text":
        click.echo(f"law as of {rulebook.verified or 'no day told'}; rules last checked:")
        for day, ids in rulebook.days_checked().items():
            click.echo(f"  {day}: {len(ids)} ({', '.join(map(harmless, ids))})")
