"""Commands that look a base through: screen a list, list what there is, find by words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graphkit.answers.list_kinds import LIST_KINDS, ListKind
from graphkit.cli.briefs import brief_option, print_brief_location, write_brief
from graphkit.cli.common import (
    NOTHING_FOUND,
    bound_options,
    filter_options,
    main,
    open_explorer,
    source_options,
    stack_options,
)
from graphkit.cli.files import INPUT
from graphkit.cli.next_steps import complete_commands, follow_contents, follow_list, follow_screening
from graphkit.cli.output import Output, output_options
from graphkit.cli.progress import show_progress
from graphkit.errors import InvalidValue


@main.command()
@click.argument("file", required=False, type=INPUT)
@source_options
@click.option("--column", metavar="HEADING", help="The heading above the names. Default: the one that says so.")
@click.option(
    "--chips",
    default="controlled",
    show_default=True,
    metavar="NAME|controlled",
    help="A chip or family, or all chips controlled on the date; several separated by commas.",
)
@click.option("--through", metavar="NAME", help="Only paths through this company or site; FILE may be left out.")
@click.option("--accept", is_flag=True, help="Take a probable match as the same where it is the only one.")
@stack_options(filter_options, bound_options)
@brief_option
@click.option("--line", type=click.IntRange(1), metavar="N", help="The line of FILE that --brief is about.")
@output_options
def screen(
    output: Output,
    file: Path | None,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    brief_file: Path | None,
    line: int | None,
    **asked: Any,
) -> None:
    """Match the names of FILE, and say of each row what this base holds.

    FILE is CSV, TSV, text with a name a line, or XLSX; - is standard input, `example` a list that ships.
    Every row comes back with all its columns: its match and why, seat and owners, listed parties near it, paths
    to controlled chips. A probable match is for a person to decide. A name that is not in this base was not
    screened.

    \b
    Examples:
      graphkit screen example
      graphkit screen customers.csv --output screened.xlsx
      graphkit screen customers.csv --line 3 --brief hit.docx

    Next: graphkit show ByteDance, graphkit path ByteDance H100
    """
    if (brief_file is None) != (line is None):
        raise InvalidValue("--brief writes of one line of the list: give both --brief FILE and --line N")
    with open_explorer(factbases, db, documents) as explorer, show_progress("screening") as progress:
        answer = explorer.screen(file, progress=progress, **asked)
    write_brief(answer, brief_file, output.language, line=line)
    output.print(answer, steps=follow_screening(answer, file))
    print_brief_location(brief_file, beside=output.beside)
    if not answer.rows:
        raise click.exceptions.Exit(NOTHING_FOUND)


@main.command("list")
@click.argument("kind", required=False, type=click.Choice(LIST_KINDS))
@source_options
@click.option("--in", "inside", metavar="PLACE", help="Only what is in this place: by seat, site or computers.")
@click.option("--seat", metavar="COUNTRY", help="Only companies headquartered there.")
@click.option("--listed", is_flag=True, help="Only companies that a list names.")
@click.option("--generic", is_flag=True, help="Also companies and chips that stand for unnamed ones.")
@output_options
def list_(
    output: Output,
    kind: ListKind | None,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    inside: str | None,
    seat: str | None,
    listed: bool,
    generic: bool,
) -> None:
    """List what the base holds of KIND, what most claims mention first; without KIND, count all.

    \b
    Examples:
      graphkit list
      graphkit list companies --seat CN --listed
      graphkit list sites --in Malaysia --generic

    Next: graphkit path hq:CN H100, graphkit show Oracle, graphkit find Malaysia
    """
    with open_explorer(factbases, db, documents) as explorer:
        if kind is None:
            if inside or seat or listed or generic:
                raise InvalidValue(f"say of which kind: graphkit list {'|'.join(LIST_KINDS)}")
            held = explorer.contents()
            output.print(held, text=complete_commands(held.styled_text()), steps=follow_contents(explorer))
            return
        answer = explorer.list_things(kind, inside=inside, seat=seat, listed=listed, generic=generic)
        steps = follow_list(explorer, answer) if output.form == "text" else []
    output.print(answer, steps=steps)
    if not answer.items:
        raise click.exceptions.Exit(NOTHING_FOUND)


@main.command()
@click.argument("words", nargs=-1, required=True)
@source_options
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Finds to show.")
@output_options
def find(
    output: Output,
    words: tuple[str, ...],
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    limit: int,
) -> None:
    """Find WORDS in names, aliases, citations, notes and summaries, best first.

    Every find says how to go on from it. All of the words must be there; without a find: exit code 1.

    \b
    Examples:
      graphkit find Malaysia servers
      graphkit find "88 FR 73458"

    Next: graphkit show Oracle, graphkit list
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer = explorer.find(" ".join(words), limit=limit)
    output.print(answer, text=complete_commands(answer.styled_text()))
    if not answer.found:
        raise click.exceptions.Exit(NOTHING_FOUND)
