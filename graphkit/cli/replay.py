"""The command that asks an answer again: replay."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.common import main, say, source_options
from graphkit.cli.files import INPUT
from graphkit.cli.output import AnswerCatcher, Output, output_options
from graphkit.errors import InvalidValue

if TYPE_CHECKING:
    from graphkit.answers.answer import Answer

#: The commands that a file may name, and what may not be among their options: it would write a file.
_COMMANDS = (
    "chip",
    "close",
    "exposure",
    "find",
    "license",
    "list",
    "path",
    "query",
    "screen",
    "show",
    "view",
    "whatif",
)
_WRITES = ("html", "pdf", "brief_file", "output_file", "output", "form", "bom")


@main.command()
@click.argument("file", type=INPUT)
@source_options
@output_options
def replay(output: Output, file: Path, factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> None:
    """Ask the question of FILE again, and say whether its answer is the same.

    FILE is a page, a brief or an answer in JSON, - for standard input: each carries its question and hashes of what
    it rests on. The question is asked as of the day on which FILE was made. --factbase, --db and --documents take
    the place of those asked then. The words of a brief and the fields of JSON are compared as well, the text of a
    page is not. Where the answer or the text is not the same: exit code 1, and what differs.

    \b
    Examples:
      graphkit replay answer.json
      graphkit replay page.html --factbase shipped

    Next: graphkit path ByteDance H100, graphkit show ByteDance
    """
    from graphkit.answers.provenance import format_command
    from graphkit.answers.replay import compare_answers, read_signed_file
    from graphkit.briefs.comparison import compare_text
    from graphkit.clock import set_today

    signed = read_signed_file(file)
    say(f"asking again: {format_command(signed.provenance)}")
    with set_today(signed.provenance.made_on):
        after = _ask(signed.provenance.command, factbases, db, documents)
        text = compare_text(signed, after)
    answer = compare_answers(file, signed, after, text)
    output.print(answer)
    if not answer.same:
        raise click.exceptions.Exit(1)


def _ask(words: Sequence[str], factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> Answer:
    """Ask what a file says was asked. It is another's file: it may name a question, and nothing else.

    A database is never taken from it, since opening one sends a password.
    """
    name, *rest = words or ("",)
    command = main.commands.get(name) if name in _COMMANDS else None
    if command is None:
        raise InvalidValue(f"the file names no question of graphkit but {name!r}: nothing was asked")
    if "-" in rest and name != "view":  # which prints its page
        raise InvalidValue("the list came from standard input, which is gone: screen it again")
    caught = AnswerCatcher()
    try:
        with command.make_context(
            name, rest, parent=click.get_current_context(), obj=caught, help_option_names=[], default_map={}
        ) as context:
            given = click.core.ParameterSource.COMMANDLINE
            written = [one for one in _WRITES if context.get_parameter_source(one) is given]
            if any(one != "output" or str(context.params[one]) != "-" for one in written):  # a page as it is printed
                raise InvalidValue("the command in the file writes a file of its own: nothing was asked")
            if context.get_parameter_source("db") is given and db is None:
                raise InvalidValue(
                    "it was asked of a database, which is not opened by a file's word: name it with --db"
                )
            chosen = {"factbases": factbases or context.params.get("factbases"), "db": db, "documents": documents}
            context.params.update((key, value) for key, value in chosen.items() if key in context.params)
            with contextlib.suppress(click.exceptions.Exit):
                command.invoke(context)
    except click.ClickException as error:
        raise InvalidValue(f"the command in the file cannot be asked: {error.format_message()}") from error
    if caught.answer is None:
        raise InvalidValue("the command in the file gives no answer")
    return caught.answer
