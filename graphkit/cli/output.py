"""The options with which every command prints its answer, and the printing: language, length, pager, file."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from graphkit.cli.common import TOLD, Command, say
from graphkit.cli.files import OUTPUT
from graphkit.cli.next_steps import NextStep, format_steps
from graphkit.cli.progress import end_activity
from graphkit.cli.settings import describe_used
from graphkit.errors import InvalidValue
from graphkit.formats import Printable, find_formats
from graphkit.formats.lines import is_terminal
from graphkit.summaries.words import LANGUAGES, Language, load_words

if TYPE_CHECKING:
    from graphkit.answers.answer import Answer


class AnswerCatcher:
    """The object of a click context under which answers are kept and not printed."""

    def __init__(self) -> None:
        self.answer: Answer | None = None


def _find_catcher() -> AnswerCatcher | None:
    context = click.get_current_context(silent=True)
    return context.obj if context and isinstance(context.obj, AnswerCatcher) else None


def catch_answer(answer: Answer) -> bool:
    """Keep an answer where answers are kept and not printed; say whether they are."""
    if catcher := _find_catcher():
        catcher.answer = answer
    return catcher is not None


class Output(msgspec.Struct, frozen=True):
    """The way in which an answer is printed: the name of a format, a file (None for standard output).

    `verbose` prints all evidence, `brief` the sentences of the answer alone; `paged` hands a text that is longer
    than the terminal to the pager.
    """

    form: str
    file: Path | None
    bom: bool
    language: Language = "en"
    verbose: bool = False
    brief: bool = False
    paged: bool = True

    def print(self, answer: Printable, *, text: str | None = None, steps: Sequence[NextStep] = ()) -> None:
        """Print an answer in the language asked for; `steps` lead on from it.

        `text` stands for the answer's own text, where a command says more.

        Where the output is for a program, what qualifies the whole answer goes to standard error as well.
        Raises InvalidValue where the file cannot be written.
        """
        from graphkit.answers.answer import SummarisedAnswer  # loads what an answer is made of

        if catch_answer(cast("Answer", answer)):
            return
        end_activity()
        tell_settings()
        chosen = find_formats()[self.form]
        if isinstance(answer, SummarisedAnswer):
            answer = answer.in_language(self.language)
            if self.brief:
                text = "\n".join(answer.summary_lines())
            text = text or (answer.full_text() if self.verbose else None)
        made = text if text is not None and self.form == "text" else chosen.render(answer)
        if steps and self.form == "text" and isinstance(made, str):
            made = "\n".join([made.rstrip("\n"), "", *format_steps(steps, load_words(self.language))])
        if self.file:
            from graphkit.formats.files import write_file

            data = made if isinstance(made, bytes) else f"{click.unstyle(made)}\n".encode(errors="backslashreplace")
            write_file(self.file, b"\xef\xbb\xbf" + data if self.bom else data)
            say(f"written to {self.file}")
        elif isinstance(made, bytes):
            click.echo(made, nl=False)
        elif self.paged and not chosen.DATA and _is_longer_than_screen(made):
            os.environ.setdefault("LESS", "FRX")  # as git has it: colours stay, a text that fits ends at once
            click.echo_via_pager(f"{made}\n")
        else:
            click.echo(("\ufeff" if self.bom else "") + (_fit_stdout(made) if self.form == "json" else made))
        if chosen.DATA and self.form != "json":
            for line in answer.remarks():
                say(line)

    @property
    def signed(self) -> bool:
        """True where the output says where the answer comes from: text and CSV do not."""
        return self.form not in ("text", "csv") or _find_catcher() is not None

    @property
    def beside(self) -> bool:
        """True where what is said besides goes to standard error: the answer is for a program or a file."""
        return self.file is not None or self.form != "text"


def tell_settings() -> None:
    """Say on standard error which settings an answer rests on, where its notes do not."""
    context = click.get_current_context(silent=True)
    if context and not context.meta.get(TOLD) and (used := describe_used(context)):
        context.meta[TOLD] = True
        say(used)


def write_text(text: str, file: Path | None) -> None:
    """Write a text to a file, or to standard output where there is none. Raises InvalidValue."""
    end_activity()
    if file is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from graphkit.formats.files import write_file

    write_file(file, text.encode(errors="backslashreplace"))
    say(f"written to {file}")


def _is_longer_than_screen(text: str) -> bool:
    """Say whether a text runs off a terminal; False where there is none."""
    return is_terminal() and sys.stdin.isatty() and text.count("\n") + 2 > shutil.get_terminal_size().lines


def _fit_stdout(text: str) -> str:
    """Return JSON that standard output can encode: what it cannot is written as an escape of JSON."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(char if char.isascii() else _escape(char) for char in text)
    return text


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def make_file_option(help_: str) -> Command:
    """Return the option of the file that a command is asked to write, - for standard output."""
    return click.option("-o", "--output", required=True, type=OUTPUT, metavar="FILE", help=help_)


def output_options(command: Command) -> Command:
    """Add the options of printing, such as --format and --language, to a command, which gets them as `output`."""

    @click.option(
        "--format",
        "form",
        type=click.Choice(list(find_formats())),
        help="How to print the answer: text by default, or as the ending of FILE says.",
    )
    @click.option(
        "-o",
        "--output",
        "output_file",
        type=OUTPUT,
        default="-",
        metavar="FILE",
        help="Write the answer to this file, - for standard output, the default.",
    )
    @click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, which Excel wants.")
    @click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        help="Language of the sentences and headings; claims, rules, all evidence and data stay in English.",
    )
    @click.option("-v", "--verbose", is_flag=True, help="Print all evidence, with sources and addresses.")
    @click.option("--summary", "brief", is_flag=True, help="Print the sentences of the answer alone.")
    @click.option("--no-pager", is_flag=True, help="Print long text as it is. The pager is that of PAGER, else less.")
    @functools.wraps(command)
    def with_output(
        *args: Any,
        form: str | None,
        output_file: Path,
        bom: bool,
        language: Language,
        verbose: bool,
        brief: bool,
        no_pager: bool,
        **options: Any,
    ) -> None:
        target = None if str(output_file) == "-" else output_file
        form = choose_format(form, target)
        if bom and form != "csv":
            raise InvalidValue("--bom is for CSV: give --format csv, or leave it out")
        if target is None and find_formats()[form].BINARY and sys.stdout and sys.stdout.isatty():
            raise InvalidValue(f"{form} is no text for a terminal: write it to a file with --output FILE")
        command(*args, output=Output(form, target, bom, language, verbose, brief, not no_pager), **options)

    return with_output


_PAGE = "a page is written with --html FILE or with graphkit view -o FILE"
#: Endings that promise what `--output` does not write, and what writes it.
_NO_ANSWERS = {
    ".html": _PAGE,
    ".htm": _PAGE,
    ".pdf": "a PDF is written with --pdf FILE",
    ".docx": "a brief is written with --brief FILE or with graphkit brief -o FILE",
}


def choose_format(form: str | None, file: Path | None) -> str:
    """Return the name of a format: the one asked for, else that of a file's ending, else text.

    A file of text may hold any text. Raises InvalidValue where the ending is that of another format, or of a page,
    a PDF or a brief, which have options of their own.
    """
    formats = find_formats()
    ending = file.suffix.lower() if file else ""
    if form is None and ending in _NO_ANSWERS:
        raise InvalidValue(f"--output {str(file)!r} would hold plain text: {_NO_ANSWERS[ending]}")
    meant = next((name for name, one in formats.items() if ending in one.ENDINGS), None)
    if form is None or meant is None:
        return form or meant or "text"
    if form != meant and (meant != "text" or formats[form].BINARY):
        raise InvalidValue(f"{file} has the ending of {meant}, and --format asks for {form}: give one of the two")
    return form


def write_pages(page: str, html: Path | None, pdf: Path | None, link: str = "") -> None:
    """Write a page as HTML, as PDF or as both; `link` says what of it the PDF shows."""
    from graphkit.page.html import write_page
    from graphkit.page.pdf import print_page

    if html:
        write_page(html, page)
    if pdf:
        print_page(pdf, page, link)


def print_page_location(file: Path, output: Output | None = None) -> None:
    """Say where a page was written: last, or on standard error where standard output is for a program."""
    click.echo(f"page: {file.resolve().as_uri()}", err=bool(output and output.beside))


def print_notes(notes: list[str]) -> None:
    """Say on standard error what qualifies an answer."""
    for note in notes:
        say(f"note: {note}")
