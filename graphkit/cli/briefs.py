"""Briefs: the command `brief`, and the option with which other commands write one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.common import (
    NOTHING_FOUND,
    bound_options,
    filter_options,
    main,
    open_explorer,
    source_options,
    stack_options,
)
from graphkit.cli.files import BESIDE
from graphkit.cli.output import make_file_option, print_notes
from graphkit.summaries.words import LANGUAGES

if TYPE_CHECKING:
    from graphkit.answers.answer import SummarisedAnswer
    from graphkit.summaries.words import Language

brief_option = click.option(
    "--brief",
    "brief_file",
    type=BESIDE,
    metavar="FILE",
    help="Write one to two pages to pass on: .md, .html or .docx.",
)


def write_brief(answer: SummarisedAnswer, file: Path | None, language: Language, *, line: int | None = None) -> None:
    """Write the brief of an answer if a file is given: before the answer is printed, whose reader may go away."""
    from graphkit.briefs.write import write_brief as write

    if file is not None:
        write(answer.in_language(language), file, line=line)


def print_brief_location(file: Path | None, *, beside: bool = False) -> None:
    """Say where a brief was written: `beside` what is for a program, on standard error."""
    if file is not None:
        click.echo(f"brief: {file.resolve().as_uri()}", err=beside)


@main.command()
@click.argument("buyer")
@click.argument("chip")
@stack_options(source_options, filter_options, bound_options)
@click.option("--via", multiple=True, metavar="NAME", help="Only paths through this company or site.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Paths to ask for.")
@make_file_option("The brief: .md, .html or .docx; - for standard output, as Markdown.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the brief.")
def brief(
    buyer: str,
    chip: str,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    output: Path,
    language: Language,
    **asked: Any,
) -> None:
    """Write one to two pages on the ways from BUYER to CHIP, with every source and how to check it.

    The answer, a drawing and a table of the ways, who says each step, what speaks against it, what the rules
    say, what is not known, and the provenance that `graphkit replay` reads. Without a path: the reasons, and
    exit code 1. Of a matrix or of a row of a list: --brief of `exposure` and `screen`.

    \b
    Examples:
      graphkit brief ByteDance H100 -o brief.docx
      graphkit brief ByteDance H100 --on 2024-06-06 --language fr -o brief.html

    Next: graphkit replay brief.docx, graphkit path ByteDance H100
    """
    from graphkit.briefs.write import choose_format, render_brief

    choose_format(output)
    with open_explorer(factbases, db, documents) as explorer:
        answer = explorer.paths(buyer, chip, **asked)
    answer = answer.in_language(language)
    if str(output) == "-":
        click.echo(render_brief(answer, output), nl=False)
    else:
        write_brief(answer, output, language)
        click.echo("\n".join(answer.summary_lines()))
    print_notes(list(answer.notes))
    if str(output) != "-":
        print_brief_location(output)
    if not answer.paths:
        raise click.exceptions.Exit(NOTHING_FOUND)
