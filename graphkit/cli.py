"""The command line: each command opens, asks and renders. Exit codes: 0 an answer, 1 no path,
2 what was given is wrong, 3 a database's fault."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit import __version__
from graphkit.errors import FactBaseError, GraphkitError, InvalidValue

if TYPE_CHECKING:
    from graphkit.explorer import Explorer

Command = Callable[..., Any]


class Graphkit(click.Group):
    """The group of all commands; the one place where a fault becomes a line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FactBaseError as error:
            for fault in error.faults:
                click.echo(_harmless(fault), err=True)
            _fail(error)
        except GraphkitError as error:
            _fail(error)
        except BrokenPipeError:
            # the reader went away, as `| head` does: not a fault, and nothing may be flushed to it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _fail(InvalidValue(f"{where}{error.strerror or error}"))


def _fail(error: GraphkitError) -> None:
    click.echo(f"graphkit: {_harmless(error)}", err=True)
    raise click.exceptions.Exit(error.exit_code)


def _harmless(value: object) -> str:
    from graphkit.views.text import plain

    return plain(value)


def options(*decorators: Command) -> Command:
    """Stack click options, first on top."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


_folder = click.Path(path_type=Path, file_okay=False)
_file = click.Path(path_type=Path, dir_okay=False)

source_options = options(
    click.option("-f", "--factbase", "factbases", multiple=True, type=_folder,
                 help="A fact-base folder; several are merged. Default: the one that ships."),
    click.option("--db", envvar="NEO4J_URI", metavar="ADDRESS",
                 help="Ask this database instead: a file, neo4j:// or bolt:// address. Default: NEO4J_URI, if set."),
    click.option("--documents", type=_folder, help="Folder with the documents' texts, for verbatim quotations."),
)


def _filters(statuses: str) -> Command:
    return options(
        click.option("--on", metavar="DATE", help="As of a date: YYYY, YYYY-MM or YYYY-MM-DD."),
        click.option("--known-by", metavar="DATE", help="Only what had been published by a date."),
        click.option("--status", multiple=True, metavar="LIST", help=statuses),
        click.option("--include", multiple=True, metavar="LIST", help="Only these relations: LEASES_FROM,USES ..."),
        click.option("--exclude", multiple=True, metavar="LIST", help="Not these relations."),
        click.option("--without", multiple=True, metavar="NAME|CLAIM",
                     help="As if this entity or claim did not exist; may be repeated."),
        click.option("--min-confidence", default="0", metavar="P",
                     help="Least confidence of a claim: confirmed, likely, possible, doubtful, or 0 to 1."),
    )


filter_options = _filters(
    "Statuses that may make a path. Default: done,planned,considered; alleged only if asked for."
)
view_filter_options = _filters("Only claims of these statuses: done,planned,refused ... Default: all.")
bound_options = options(
    click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12), help="Steps of a path."),
    click.option("--max-slice", default=50_000, show_default=True, type=click.IntRange(1),
                 help="Claims fetched from the database for one question."),
)


def format_option(*forms: str) -> Command:
    """Return the option --format with these choices, the first one by default."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True,
        help="How to print the answer.",
    )


@click.group(cls=Graphkit, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="graphkit")
def main() -> None:
    """Explore the AI-chip supply chain: who can reach which restricted chip, on what evidence,
    under which rules."""


@contextlib.contextmanager
def _opened(factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> Iterator[Explorer]:
    from graphkit.explorer import Explorer

    # a fact base that was named is asked, whatever database the environment names
    chosen = None if factbases else db
    with Explorer.open(*factbases, db=chosen, documents=documents, say=_say) as explorer:
        yield explorer


def _say(text: str) -> None:
    click.echo(f"graphkit: {_harmless(text)}", err=True)


def _told_on_stderr(notes: list[str]) -> None:
    for note in notes:
        _say(f"note: {note}")


def _told_below(filters: str, form: str) -> None:
    """Say under which filters a table was made: below it, or on stderr where the table is for a program."""
    click.echo(f"\n{filters}" if form == "markdown" else f"graphkit: {filters}", err=form != "markdown")


def _write_page(page: str, file: Path) -> None:
    from graphkit.views.html import write_page

    if not file.absolute().parent.is_dir():
        raise InvalidValue(f"there is no folder {file.absolute().parent}: make it, or write the page elsewhere")
    write_page(file, page)
    click.echo(f"page: {file.resolve().as_uri()}")


@main.command()
@click.argument("buyer")
@click.argument("chip")
@options(source_options, filter_options, bound_options)
@click.option("--via", multiple=True, metavar="NAME", help="Only paths through this company or site.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Paths to show.")
@click.option("--explain", is_flag=True, help="Print the sum behind each confidence.")
@click.option("--html", type=_file, metavar="FILE", help="Write the paths as one offline page.")
@format_option("text", "json", "csv", "markdown")
def path(
    buyer: str, chip: str, factbases: tuple[Path, ...], db: str | None, documents: Path | None, via: tuple[str, ...],
    limit: int, max_hops: int, max_slice: int, explain: bool, html: Path | None, form: str, **filters: Any,
) -> None:
    """The ways from BUYER to CHIP, best first, with the evidence of every step.

    BUYER is a company, a product of one, or hq:COUNTRY for all companies headquartered there; CHIP a
    chip, a family, or `controlled`. Without a path: exit code 1, and the reasons.
    """
    from graphkit.views import text

    with _opened(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters)
        answer, graph, _ = explorer.path_graph(
            buyer, chip, chosen, limit=limit, max_hops=max_hops, via=via, max_slice=max_slice
        )
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(text.render_paths(answer, explain=explain))
    else:
        _told_on_stderr(answer["notes"])
        click.echo(text.render_rows(text.path_rows(answer), form))
        _told_below(text.filters_told(answer), form)
    if html:
        from graphkit.views.html import render_page

        title = f"How {answer['buyer']['name']} reaches {answer['chip']['name']}"
        _write_page(render_page(graph, answer=answer, title=title), html)
    if not answer["paths"]:
        raise click.exceptions.Exit(1)


@main.command()
@source_options
@click.option("--buyers", required=True, multiple=True, metavar="NAME|hq:COUNTRY|FILE.csv",
              help="A company, all companies headquartered in a country, or a list with one name a row.")
@click.option("--chips", default="controlled", show_default=True, metavar="NAME|controlled",
              help="A chip or family, or all chips controlled on the date; several separated by commas.")
@options(filter_options, bound_options)
@click.option("--html", type=_file, metavar="FILE", help="Write the matrix as one offline page.")
@format_option("text", "json", "csv", "markdown")
def exposure(
    factbases: tuple[Path, ...], db: str | None, documents: Path | None, buyers: tuple[str, ...], chips: str,
    max_hops: int, max_slice: int, html: Path | None, form: str, **filters: Any,
) -> None:
    """The matrix buyers by chips: for each pair the best path and what it rests on."""
    from graphkit.views import text

    with _opened(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters)
        answer, graph = explorer.exposure_of(buyers, chips, chosen, max_hops=max_hops, max_slice=max_slice)
    if form == "json":
        click.echo(text.as_json(answer))
    else:
        click.echo(text.render_exposure(answer, form))
        if form == "csv":
            _told_on_stderr([*answer["notes"], *map(text.unmatched_told, answer["unmatched"])])
            _told_below(text.filters_told(answer), form)
    if html:
        from graphkit.views.html import render_exposure_page

        _write_page(render_exposure_page(graph, answer), html)
    if not any(cell["status"] for cell in answer["cells"]):
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("name", required=False)
@source_options
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the query.")
@click.option("--cypher", metavar="TEXT", help="Your own Cypher, read-only.")
@click.option("--timeout", default=30.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds.")
@click.option("--limit", default=10_000, show_default=True, type=click.IntRange(1), help="Rows.")
@format_option("text", "json", "csv", "markdown")
def query(
    name: str | None, factbases: tuple[Path, ...], db: str | None, documents: Path | None, params: tuple[str, ...],
    cypher: str | None, timeout: float, limit: int, form: str,
) -> None:
    """Run query NAME of the library, or your own Cypher; without either, list the library."""
    from graphkit.views import text

    given = _parameters(params)
    if cypher is None and name is None:
        from graphkit.queries import library

        rows: Any = [
            {"query": one.name, "parameters": ", ".join(p.name for p in one.parameters), "answers": one.description}
            for one in library().values()
        ]
        click.echo(text.render_rows(rows, form))
        return
    if cypher is not None and name is not None:
        raise InvalidValue("give the name of a query or --cypher, not both")
    with _opened(factbases, db, documents) as explorer:
        _told_on_stderr(list(explorer.notes))
        if cypher is None:
            result = explorer.query(str(name), given, limit=limit, timeout=timeout)
        else:
            result = explorer.cypher(cypher, given, limit=limit, timeout=timeout)
    click.echo(text.render_rows(result.rows, form, result.columns))
    if result.truncated:
        _say(f"cut after {limit} rows: raise --limit, or ask a narrower question")


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise InvalidValue(f"{one!r} is no parameter: write NAME=VALUE")
        found[name] = value
    return found


rule_options = options(
    click.option("-f", "--factbase", "factbases", multiple=True, type=_folder,
                 help="A fact-base folder with rules of its own. Default: the rules that ship."),
    click.option("--from", "exporter", default="US", show_default=True, metavar="COUNTRY",
                 help="Where it is sent from."),
)


@main.command(name="license")
@click.argument("chip")
@click.option("--to", "destination", required=True, metavar="COUNTRY", help="Where it goes, or stands.")
@click.option("--hq", required=True, metavar="COUNTRY",
              help="Headquarters of the buyer or of its ultimate parent; for a lease, of the renter.")
@click.option("--on", metavar="DATE", help="As of a date. Default: today.")
@rule_options
@click.option("--activity", type=click.Choice(["export", "lease", "domestic"]), default="export", show_default=True,
              help="Moving it, renting it out, or moving it within the US.")
@click.option("--listed-owner-share", metavar="PERCENT", help="What listed parties own of the buyer, together.")
@format_option("text", "json")
def license_(
    chip: str, destination: str, hq: str, on: str | None, factbases: tuple[Path, ...], exporter: str, activity: Any,
    listed_owner_share: str | None, form: str,
) -> None:
    """Whether moving or renting CHIP needs a licence on a date, with the reason for each test taken."""
    from graphkit.explorer import today
    from graphkit.rules import judge_chips, license_question, read_rulebook
    from graphkit.views import rules, text

    rulebook = read_rulebook(*factbases)
    question = license_question(
        rulebook, destination, hq, on or today(), exporter=exporter, activity=activity,
        listed_owner_share=_percentage(listed_owner_share),
    )
    finding = judge_chips(rulebook, rulebook.models(chip), question)
    answer = rules.licence_answer(rulebook, chip, question, finding)
    click.echo(text.as_json(answer) if form == "json" else rules.render_licence(answer))


def _percentage(text: str | None) -> float | None:
    try:
        return None if text is None else float(text.rstrip("% "))
    except ValueError:
        raise InvalidValue(f"{text!r} is no share: write a percentage from 0 to 100") from None


@main.command()
@click.argument("name", metavar="CHIP")
@click.option("--history", "whole", is_flag=True, help="Its status for a buyer over time.")
@click.option("--to", "destination", default="CN", show_default=True, metavar="COUNTRY", help="Where it goes.")
@click.option("--hq", metavar="COUNTRY", help="Headquarters of the buyer. Default: where it goes.")
@click.option("--on", metavar="DATE", help="As of a date. Default: today.")
@rule_options
@click.option("--html", type=_file, metavar="FILE", help="Write the history as one offline page with a timeline.")
@format_option("text", "json", "csv", "markdown")
def chip(
    name: str, whole: bool, destination: str, hq: str | None, on: str | None, factbases: tuple[Path, ...],
    exporter: str, html: Path | None, form: str,
) -> None:
    """The figures of CHIP, and what the rules say of it for a buyer: on a date, or over time."""
    from graphkit.explorer import today
    from graphkit.rules import judge_chips, license_question, read_rulebook
    from graphkit.rules.history import history
    from graphkit.views import rules, text
    from graphkit.views.timeline import render_timeline

    rulebook = read_rulebook(*factbases)
    question = license_question(rulebook, destination, hq or destination, on or today(), exporter=exporter)
    chips = rulebook.models(name)
    periods = history(rulebook, chips, question) if whole or html or form in ("csv", "markdown") else []
    answer = rules.chip_answer(rulebook, name, chips, question, judge_chips(rulebook, chips, question), periods)
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(rules.render_chip(answer))
    else:
        click.echo(text.render_rows(rules.history_rows(answer), form))
    if html:
        _write_page(render_timeline(answer, today=today()), html)


@main.command()
@click.argument("buyer")
@click.argument("chip")
@click.option("--enact", multiple=True, metavar="ID", help="As if this proposal or suspended rule were in force.")
@click.option("--repeal", multiple=True, metavar="ID", help="As if this rule had never been made.")
@click.option("--rule", "own", multiple=True, type=_file, metavar="FILE", help="With rules of your own, same format.")
@options(source_options, filter_options)
@click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12), help="Steps of a path.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="Paths to judge.")
@format_option("text", "json", "csv", "markdown")
def whatif(
    buyer: str, chip: str, enact: tuple[str, ...], repeal: tuple[str, ...], own: tuple[Path, ...],
    factbases: tuple[Path, ...], db: str | None, documents: Path | None, max_hops: int, limit: int, form: str,
    **filters: Any,
) -> None:
    """Which paths from BUYER to CHIP other rules would cover, leave open, or open.

    BUYER may be hq:COUNTRY and CHIP `controlled`, as for `path`. Nothing stored is touched.
    """
    from graphkit.views import rules, text

    with _opened(factbases, db, documents) as explorer:
        answer = explorer.whatif(
            buyer, chip, explorer.filters(**filters), enact=enact, repeal=repeal, rules=own, limit=limit,
            max_hops=max_hops,
        )
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(rules.render_whatif(answer))
    else:
        click.echo(text.render_rows(rules.whatif_rows(answer), form))
    if not answer["paths"]:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("buyer")
@click.argument("chip")
@options(source_options, filter_options)
@click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12), help="Steps of a path.")
@format_option("text", "json", "csv", "markdown")
def close(
    buyer: str, chip: str, factbases: tuple[Path, ...], db: str | None, documents: Path | None, max_hops: int,
    form: str, **filters: Any,
) -> None:
    """The fewest steps, intermediaries or rules whose closing leaves no path from BUYER to CHIP."""
    from graphkit.views import rules, text

    with _opened(factbases, db, documents) as explorer:
        answer = explorer.closings(buyer, chip, explorer.filters(**filters), max_hops=max_hops)
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(rules.render_close(answer))
    else:
        click.echo(text.render_rows(rules.close_rows(answer), form))
    if not answer["paths"]:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("name")
@options(source_options, view_filter_options)
@format_option("text", "json", "csv", "markdown")
def show(
    name: str, factbases: tuple[Path, ...], db: str | None, documents: Path | None, form: str, **filters: Any
) -> None:
    """Everything known about NAME, by relation, with its evidence."""
    from graphkit.views import text

    with _opened(factbases, db, documents) as explorer:
        answer = explorer.show(name, explorer.filters(**filters, every=True))
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(text.render_entity(answer))
    else:
        _told_on_stderr(answer["notes"])
        click.echo(text.render_rows(text.entity_rows(answer), form))
        _told_below(text.filters_told(answer), form)


@main.command()
@click.argument("names", nargs=-1)
@options(source_options, view_filter_options)
@click.option("--radius", default=1, show_default=True, type=click.IntRange(1, 6), help="Steps around the names.")
@click.option("-o", "--output", required=True, type=_file, metavar="FILE", help="The page to write.")
@click.option("--large", is_flag=True, help="Allow up to 1,500 entities and 4,000 relations.")
def view(
    names: tuple[str, ...], factbases: tuple[Path, ...], db: str | None, documents: Path | None, radius: int,
    output: Path, large: bool, **filters: Any,
) -> None:
    """Draw the graph around NAMES (all of it without any) as one offline page."""
    from graphkit.graph import narrow
    from graphkit.views import text
    from graphkit.views.html import render_page

    with _opened(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters, every=True)
        graph, focus = explorer.around(names, radius=radius)
    title = f"Around {', '.join(graph.nodes[node]['entity'].name for node in focus)}" if focus else "The whole graph"
    if told := chosen.as_dict():
        filters_line = text.filters_told({"filters": told})
        click.echo(filters_line)
        title += f" ({filters_line})"
    _write_page(render_page(narrow(graph, chosen), title=title, focus=focus, large=large), output)


@main.command()
@click.argument("factbases", nargs=-1, type=_folder)
@click.option("--db", envvar="NEO4J_URI", metavar="ADDRESS",
              help="Load into this database: a file, neo4j:// or bolt:// address. Default: NEO4J_URI, if set, "
                   "else a file in the user's cache.")
@click.option("--documents", type=_folder, help="Folder with the documents' texts, for verbatim quotations.")
def build(factbases: tuple[Path, ...], db: str | None, documents: Path | None) -> None:
    """Check fact bases (the shipped one without any) and load them into a database."""
    from graphkit.explorer import build as run

    with _progress() as progress:
        changes, warnings, target = run(*factbases, db=db, documents=documents, progress=progress)
    for warning in warnings:
        _say(f"warning: {warning}")
    for what in ("claims", "entities", "documents"):
        change = getattr(changes, what)
        added, changed, removed = map(len, (change.added, change.changed, change.removed))
        click.echo(f"{what}: {added:,} added, {changed:,} changed, {removed:,} removed")
    click.echo(f"database: {_harmless(target)}")


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
@click.argument("factbases", nargs=-1, type=_folder)
@click.option("--documents", type=_folder, help="Folder with the documents' texts, to check quotations.")
@format_option("text", "json")
def check(factbases: tuple[Path, ...], documents: Path | None, form: str) -> None:
    """Validate fact bases (the shipped one without any) and print what they cover."""
    from graphkit.factbase import coverage, read_factbase
    from graphkit.views import text

    base = read_factbase(*factbases, documents=documents)
    for warning in base.warnings:
        _say(f"warning: {warning}")
    found = coverage(base)
    click.echo(text.as_json(found) if form == "json" else text.render_coverage(found))


if __name__ == "__main__":
    main()
