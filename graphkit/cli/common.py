"""The group of all commands, its exit codes, the options they share, opening and telling."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from graphkit import __version__
from graphkit.errors import FactBaseError, GraphkitError, InvalidValue

if TYPE_CHECKING:
    from graphkit.explorer import Explorer

Command = Callable[..., Any]

#: Faults of a fact base that are told; the exception holds all.
_MAX_FAULTS = 100
#: Exit code of a fault that is nobody's but graphkit's (EX_SOFTWARE of sysexits.h).
UNEXPECTED = 70
#: What shells give a program that was interrupted; 1 would say that there is no path.
INTERRUPTED = 130
#: Seconds that an interrupted command may take to close what it has open.
_GRACE = 2.0


class Graphkit(click.Group):
    """The group of all commands; the one place where a fault becomes a line and an exit code."""

    def main(self, *args: Any, **more: Any) -> Any:
        try:
            return super().main(*args, **more)
        except OSError:  # a usage fault that standard error could not take
            _silence(sys.stderr)
            raise SystemExit(InvalidValue.exit_code) from None

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> click.Context:
        for one in args:
            if not one.isprintable() and any("\ud800" <= char <= "\udfff" for char in one):
                _fail(InvalidValue(f"{one!r} is not UTF-8 text: write it in UTF-8"))
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":  # https://no-color.org
            more = {"color": False, **more}
        try:
            return super().make_context(info_name, args, *rest, **more)  # prints what --help and --version ask for
        except BrokenPipeError:
            raise
        except OSError as error:
            _fail(_find_refusal(error))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _allow_interrupts():
                return super().invoke(ctx)
        except FactBaseError as error:
            for fault in error.faults[:_MAX_FAULTS]:
                _echo_error(escape_line(fault))
            if (more := len(error.faults) - _MAX_FAULTS) > 0:
                _echo_error(f"and {more:,} more fault{'s' if more > 1 else ''}")
            _fail(error)
        except GraphkitError as error:
            _fail(error)
        except BrokenPipeError:
            # the reader went away, as `| head` does: not a fault, and nothing may be flushed to it
            _silence(sys.stdout)
            ctx.exit(0)
        except OSError as error:
            _fail(_find_refusal(error))
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            _report(error)


@contextlib.contextmanager
def _allow_interrupts() -> Iterator[None]:
    """Let Ctrl-C end a command in time, also while a server that hangs keeps it from closing."""
    deadline = threading.Timer(_GRACE, os._exit, (INTERRUPTED,))
    deadline.daemon = True

    def interrupt(number: int, frame: object) -> NoReturn:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the second time it ends at once
        deadline.start()
        raise KeyboardInterrupt

    alone, before = threading.current_thread() is threading.main_thread(), signal.getsignal(signal.SIGINT)
    if not alone or before not in (signal.default_int_handler, signal.SIG_DFL):
        yield  # who called us, or started us to ignore it, has its own way
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        deadline.cancel()
        signal.signal(signal.SIGINT, before)


def _report(error: Exception) -> NoReturn:
    """Ask for a report of what should not have happened; the traceback is for who asks for it."""
    if os.environ.get("GRAPHKIT_DEBUG"):
        traceback.print_exception(error)
    say(
        f"a fault of graphkit itself ({type(error).__name__}: {error}): please report it, "
        "with the command and what it prints where GRAPHKIT_DEBUG=1 is set"
    )
    raise click.exceptions.Exit(UNEXPECTED)


def _find_refusal(error: OSError) -> InvalidValue:
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)
    where = f"{error.filename}: " if error.filename else ""
    return InvalidValue(f"{where}{error.strerror or error}")


def _fail(error: GraphkitError) -> NoReturn:
    say(str(error))
    raise click.exceptions.Exit(error.exit_code)


def escape_line(value: object) -> str:
    """Return a value as one line of text that a terminal cannot be commanded by."""
    from graphkit.formats.cells import as_line

    return as_line(value)


def stack_options(*decorators: Command) -> Command:
    """Stack click options, first on top."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


class FactBaseFolder(click.Path):
    """A fact-base folder; `shipped` is the one that comes with graphkit, wherever it is installed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "shipped":
            from graphkit.factbase import find_shipped_seeds

            return find_shipped_seeds()
        return super().convert(value, param, ctx)


FACTBASE = FactBaseFolder(path_type=Path, file_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)

source_options = stack_options(
    click.option(
        "-f",
        "--factbase",
        "factbases",
        multiple=True,
        type=FACTBASE,
        help="A fact-base folder; several are merged. Default: `shipped`, the one that ships.",
    ),
    click.option(
        "--db",
        envvar="NEO4J_URI",
        metavar="ADDRESS",
        help="Ask this database instead: a file, neo4j:// or bolt:// address. Default: NEO4J_URI, if set.",
    ),
    click.option("--documents", type=FOLDER, help="Folder with the documents' texts, for verbatim quotations."),
)


def _filters(statuses: str) -> Command:
    return stack_options(
        click.option("--on", metavar="DATE", help="As of a date: YYYY, YYYY-MM or YYYY-MM-DD."),
        click.option("--known-by", metavar="DATE", help="Only what had been published by a date."),
        click.option("--status", multiple=True, metavar="LIST", help=statuses),
        click.option("--include", multiple=True, metavar="LIST", help="Only these relations: LEASES_FROM,USES ..."),
        click.option("--exclude", multiple=True, metavar="LIST", help="Not these relations."),
        click.option(
            "--without",
            multiple=True,
            metavar="NAME|CLAIM",
            help="As if this entity or claim did not exist; may be repeated.",
        ),
        click.option(
            "--min-confidence",
            default="0",
            metavar="P",
            help="Least confidence of a claim: confirmed, likely, possible, doubtful, or 0 to 1.",
        ),
    )


filter_options = _filters(
    "Statuses that may make a path. Default: done,planned,considered; alleged only if asked for."
)
view_filter_options = _filters("Only claims of these statuses: done,planned,refused ... Default: all.")
max_slice_option = click.option(
    "--max-slice",
    default=50_000,
    show_default=True,
    type=click.IntRange(1),
    help="Claims fetched from the database for one question.",
)
bound_options = stack_options(
    click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12), help="Steps of a path."),
    max_slice_option,
)


@click.group(cls=Graphkit, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="graphkit")
def main() -> None:
    """Explore the AI-chip supply chain: who can reach which restricted chip, on what evidence,
    under which rules."""


@contextlib.contextmanager
def open_explorer(factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> Iterator[Explorer]:
    """Open what --factbase, --db and --documents name."""
    from graphkit.explorer import Explorer

    # a fact base that was named is asked, whatever database the environment names; beside a database
    # that was named too it gives the rules
    source = click.get_current_context().get_parameter_source("db")
    chosen = None if factbases and source is click.core.ParameterSource.ENVIRONMENT else db
    with Explorer.open(*factbases, db=chosen, documents=documents, say=say) as explorer:
        yield explorer


def say(text: str) -> None:
    """Say something on standard error."""
    _echo_error(f"graphkit: {escape_line(text)}")


def _echo_error(line: str) -> None:
    """Print a line on standard error; where that takes nothing, the exit code still says how it ended."""
    try:
        click.echo(line, err=True)
    except OSError:
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Let what a stream could not take go nowhere: it would fail a second time when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
