"""The group of all commands, its exit codes, the options they share, opening and telling."""

from __future__ import annotations

import contextlib
import errno
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
from graphkit.cli.files import FACTBASE, FOLDER
from graphkit.cli.groups import WIDTH, CommandGroups
from graphkit.cli.progress import clear_activity
from graphkit.cli.settings import describe_used, find_file, set_defaults
from graphkit.errors import FactBaseError, GraphkitError, InvalidValue, StoreError

if TYPE_CHECKING:
    from graphkit.explorer import Explorer

Command = Callable[..., Any]

#: Faults of a fact base that are told; the exception holds all.
_MAX_FAULTS = 100
#: Characters of a line on standard error.
_MOST_SAID = 2_000
#: Exit code of an answer that nothing was found for.
NOTHING_FOUND = 1
#: Exit code of a fault that is nobody's but graphkit's (EX_SOFTWARE of sysexits.h).
UNEXPECTED = 70
#: What shells give a program that was interrupted; 1 would say that there is no path.
INTERRUPTED = 130
#: The exit codes of all commands, and what each says.
EXIT_CODES = {
    0: "an answer",
    NOTHING_FOUND: "nothing found: no path, no pair, no row; the answer says why",
    2: "what was given is wrong; standard error says what, where, how to mend",
    3: "a fault of a database, or a limit of time or memory",
    UNEXPECTED: "a fault of graphkit itself",
    INTERRUPTED: "interrupted",
}
#: Seconds that an interrupted command may take to close what it has open.
_GRACE = 2.0

_MEMORY = StoreError("stopped: the memory that this process may take (ulimit -v) is used up: raise it")


class Graphkit(CommandGroups):
    """The group of all commands; the one place where a fault becomes a line and an exit code."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(f"{code:>3}", said) for code, said in EXIT_CODES.items()])

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
        helped = not {"-h", "--help", "--version"}.isdisjoint(args)
        try:
            context = super().make_context(info_name, args, *rest, **more)  # prints what --help and --version ask for
            if not helped:  # a page of help does not depend on a file with a fault
                set_defaults(context, self.commands)
            return context
        except GraphkitError as error:
            _fail(error)
        except click.UsageError as error:
            _fail(_describe_usage(error))
        except BrokenPipeError:  # a page of help whose reader went away
            _silence(sys.stdout)
            raise click.exceptions.Exit(0) from None
        except OSError as error:
            _fail(_MEMORY if _is_out_of_memory(error) else _find_refusal(error))

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
            _fail(_MEMORY if _is_out_of_memory(error) else _find_refusal(error))
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        except click.UsageError as error:
            _fail(_describe_usage(error))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if _is_out_of_memory(error):
                if os.environ.get("GRAPHKIT_DEBUG"):
                    traceback.print_exception(error)
                _fail(_MEMORY)
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


def _is_out_of_memory(error: Exception) -> bool:
    """Say whether memory ran out, be it while a library was loaded, a thread started or an exception made."""
    shortage = (
        *("failed to map segment", "cannot allocate memory", "can't start new thread", "memory allocation"),
        "error return without exception set",
    )
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (
        isinstance(error, (ImportError, RuntimeError, SystemError))
        and any(one in str(error).lower() for one in shortage)
    )


def _report(error: Exception) -> NoReturn:
    """Ask for a report of what should not have happened; the traceback is for who asks for it."""
    if os.environ.get("GRAPHKIT_DEBUG"):
        traceback.print_exception(error)
    say(
        f"a fault of graphkit itself ({type(error).__name__}: {error}): please report it, "
        "with the command and what it prints where GRAPHKIT_DEBUG=1 is set"
    )
    raise click.exceptions.Exit(UNEXPECTED)


def _describe_usage(error: click.UsageError) -> InvalidValue:
    """Return a fault of the command line as one line: what is wrong, the file it was set in, where help is."""
    said = error.format_message().strip().removesuffix(".").replace(". (", " (")
    if error.ctx is None or "--help" in said:
        return InvalidValue(said)
    param = getattr(error, "param", None)
    if param is not None and (file := find_file(error.ctx, param.name)):
        return InvalidValue(f"{file}: {said}")
    return InvalidValue(f"{said}; see {error.ctx.command_path} --help")


def _find_refusal(error: OSError) -> InvalidValue:
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)
    said = error.strerror or error
    if error.filename:
        return InvalidValue(f"{error.filename}: {said}: give another one, or see who may read and write it")
    return InvalidValue(f"what was asked for cannot be written ({said}): make room or write it elsewhere")


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
        click.option("--include", multiple=True, metavar="LIST", help="Only these relations: LEASES_FROM,USES."),
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
view_filter_options = _filters("Only claims of these statuses, such as done,refused. Default: all.")
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


@click.group(
    cls=Graphkit,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH},
)
@click.version_option(__version__, prog_name="graphkit")
@click.pass_context
def main(context: click.Context) -> None:
    """Explore the AI-chip supply chain: who can reach which restricted chip, on what evidence,
    under which rules.

    Settings are kept in graphkit.toml, in this folder or in the user's folder for settings: base, database, date,
    language. An answer says which of them it rests on. NO_COLOR takes the colours away.

    \b
    Examples:
      graphkit list
      graphkit path ByteDance H100
      graphkit screen example

    Next: graphkit list, graphkit path --help
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@contextlib.contextmanager
def open_explorer(factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> Iterator[Explorer]:
    """Open what --factbase, --db and --documents name."""
    from graphkit.explorer import Explorer

    context = click.get_current_context()
    folders, database = _choose_source(context, factbases, db)
    with Explorer.open(*folders, db=database, documents=documents, say=say) as explorer:
        if note := describe_used(context):
            explorer.notes = (*explorer.notes, note)
            context.meta[TOLD] = True
        yield explorer


#: Set in a context where the notes of an answer say which settings it rests on.
TOLD = f"{__name__}.told"
_COMMAND_LINE, _ENVIRONMENT, _SETTINGS = (
    click.core.ParameterSource.COMMANDLINE,
    click.core.ParameterSource.ENVIRONMENT,
    click.core.ParameterSource.DEFAULT_MAP,
)


def _choose_source(
    context: click.Context, factbases: tuple[Path, ...], db: str | None
) -> tuple[tuple[Path, ...], str | None]:
    """Return what is asked: a fact base beside a database gives the rules, where both are named in one place.

    A fact base that is named is asked, whatever database the environment names; what the command line names comes
    before the settings.
    """
    given, named = context.get_parameter_source("factbases"), context.get_parameter_source("db")
    if factbases and (named is _ENVIRONMENT or (given is _COMMAND_LINE and named is _SETTINGS)):
        return factbases, None
    if given is _SETTINGS and named is _COMMAND_LINE:
        return (), db
    return factbases, db


def say(text: str) -> None:
    """Say something on standard error; what is very long, such as a name that was given, is cut in its middle."""
    if len(text) > _MOST_SAID:
        text = f"{text[: _MOST_SAID // 2]} … {text[-_MOST_SAID // 4 :]}"
    _echo_error(f"graphkit: {escape_line(text)}")


def _echo_error(line: str) -> None:
    """Print a line on standard error; where that takes nothing, the exit code still says how it ended."""
    clear_activity()
    try:
        click.echo(line, err=True)
    except OSError:
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Let what a stream could not take go nowhere: it would fail a second time when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
