"""Commands that ask the graph: path, exposure, query, show, view."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from graphkit.cli.common import (
    FILE,
    bound_options,
    filter_options,
    main,
    max_slice_option,
    open_explorer,
    say,
    source_options,
    stack_options,
    view_filter_options,
)
from graphkit.cli.output import Output, output_options, print_notes, print_page_location
from graphkit.errors import InvalidValue


@main.command()
@click.argument("buyer")
@click.argument("chip")
@stack_options(source_options, filter_options, bound_options)
@click.option("--via", multiple=True, metavar="NAME", help="Only paths through this company or site.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Paths to show.")
@click.option("--explain", is_flag=True, help="Print the sum behind each confidence.")
@click.option("--html", type=FILE, metavar="FILE", help="Write the paths as one offline page.")
@output_options
def path(
    output: Output,
    buyer: str,
    chip: str,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    explain: bool,
    html: Path | None,
    **asked: Any,
) -> None:
    """The ways from BUYER to CHIP, best first, with the evidence of every step.

    BUYER is a company, a product of one, or hq:COUNTRY for all companies headquartered there; CHIP a
    chip, a family, or `controlled`. Without a path: exit code 1, and the reasons.

    \b
    Examples:
      graphkit path ByteDance H100 --on 2024-06-06
      graphkit path hq:CN H20 --format xlsx --output paths.xlsx
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer, graph = explorer.paths_and_graph(buyer, chip, **asked)
        if html:
            from graphkit.answers.chip import make_chip_timeline
            from graphkit.answers.path_periods import find_path_periods
            from graphkit.page.html import render_page, write_page

            ends = answer.buyer.name, answer.chip.name
            title = "How {} can reach {}".format(*ends) if answer.paths else "No path from {} to {}".format(*ends)
            controls = [period.to_dict() for period in make_chip_timeline(explorer.rulebook, answer, graph)]
            bounds, filters = _split_terms(asked)
            periods = find_path_periods(explorer, buyer, chip, explorer.filters(**filters), **bounds)
            told = {**answer.to_dict(), "timeline": controls}
            write_page(html, render_page(graph, answer=told, title=title, periods=periods))
    output.print(answer, text=answer.styled_text(explain=True) if explain else None)
    if html:
        print_page_location(html, output)
    if not answer.paths:
        raise click.exceptions.Exit(1)


def _split_terms(asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the bounds of a question and its filters."""
    bounds = {name: value for name, value in asked.items() if name in ("via", "limit", "max_hops", "max_slice")}
    return bounds, {name: value for name, value in asked.items() if name not in bounds}


@main.command()
@source_options
@click.option(
    "--buyers",
    required=True,
    multiple=True,
    metavar="NAME|hq:COUNTRY|FILE",
    help="A company, all companies headquartered in a country, or a list of names: a csv, tsv, txt or xlsx file.",
)
@click.option(
    "--chips",
    default="controlled",
    show_default=True,
    metavar="NAME|controlled",
    help="A chip or family, or all chips controlled on the date; several separated by commas.",
)
@stack_options(filter_options, bound_options)
@click.option("--html", type=FILE, metavar="FILE", help="Write the matrix as one offline page.")
@output_options
def exposure(
    output: Output,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    buyers: tuple[str, ...],
    chips: str,
    html: Path | None,
    **asked: Any,
) -> None:
    """The matrix buyers by chips: for each pair the best path and what it rests on.

    \b
    Examples:
      graphkit exposure --buyers hq:CN --chips H100,H20
      graphkit exposure --buyers customers.csv --format xlsx --output exposure.xlsx
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer, graph = explorer.exposure_and_graph(buyers, chips, **asked)
        periods = None
        if html and answer.buyers:
            from graphkit.answers.exposure_periods import find_matrix_periods

            bounds, filters = _split_terms(asked)
            periods = find_matrix_periods(explorer, buyers, [chips], explorer.filters(**filters), **bounds)
    if html:
        from graphkit.page.html import render_exposure_page, write_page

        write_page(html, render_exposure_page(graph, answer.to_dict(), periods=periods))
    output.print(answer)
    if html:
        print_page_location(html, output)
    if answer.lists and not answer.buyers:
        raise InvalidValue("no name of the list is known here, so nothing was searched: see its rows")
    if not answer.found:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("name", required=False)
@source_options
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the query.")
@click.option("--cypher", metavar="TEXT", help="Your own Cypher, read-only.")
@click.option("--timeout", default=30.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds.")
@click.option("--limit", default=10_000, show_default=True, type=click.IntRange(1), help="Rows.")
@output_options
def query(
    output: Output,
    name: str | None,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    params: tuple[str, ...],
    cypher: str | None,
    timeout: float,
    limit: int,
) -> None:
    """Run query NAME of the library, or your own Cypher; without either, list the library.

    \b
    Examples:
      graphkit query who_rents_from -p provider=Oracle
      graphkit query --cypher "MATCH (n:Company) RETURN n.name AS name ORDER BY name" --format csv
    """
    given = _parse_parameters(params)
    if math.isnan(timeout):  # a range lets it through
        raise InvalidValue("--timeout nan is no number of seconds: give 0.1 to 3600")
    if cypher is None and name is None:
        from graphkit.answers.query import list_queries

        output.print(list_queries())
        return
    if cypher is not None and name is not None:
        raise InvalidValue("give the name of a query or --cypher, not both")
    with open_explorer(factbases, db, documents) as explorer:
        print_notes(list(explorer.notes))
        if cypher is None:
            answer = explorer.query(str(name), given, limit=limit, timeout=timeout)
        else:
            from graphkit.queries.values import describe_values, parse_value

            values = {name: parse_value(value) for name, value in given.items()}
            if values:
                say(f"parameters: {describe_values(values)}")
            answer = explorer.cypher(cypher, values, limit=limit, timeout=timeout)
    output.print(answer)
    if answer.truncated:
        say(f"cut after {limit} row{'s' if limit != 1 else ''}: raise --limit, or ask a narrower question")


def _parse_parameters(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise InvalidValue(f"{one!r} is no parameter: write NAME=VALUE")
        if name in found:
            raise InvalidValue(f"the parameter {name!r} is given twice: several values go into one, with commas")
        found[name] = value
    return found


@main.command()
@click.argument("name")
@stack_options(source_options, view_filter_options)
@output_options
def show(
    output: Output, name: str, factbases: tuple[Path, ...], db: str | None, documents: Path | None, **filters: Any
) -> None:
    """Everything known about NAME, by relation, with its evidence.

    \b
    Examples:
      graphkit show Oracle
      graphkit show OBON --status refused,negated --format markdown
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer = explorer.show(name, **filters)
    output.print(answer)


@main.command()
@click.argument("names", nargs=-1)
@stack_options(source_options, view_filter_options)
@click.option("--radius", default=1, show_default=True, type=click.IntRange(1, 6), help="Steps around the names.")
@click.option("-o", "--output", required=True, type=FILE, metavar="FILE", help="The page to write.")
@max_slice_option
@click.option("--large", is_flag=True, help="Allow up to 1,500 entities and 4,000 relations.")
def view(
    names: tuple[str, ...],
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    radius: int,
    output: Path,
    max_slice: int,
    large: bool,
    **filters: Any,
) -> None:
    """Draw the graph around NAMES (all of it without any) as one offline page.

    \b
    Examples:
      graphkit view Oracle -o oracle.html
      graphkit view ByteDance Tencent --radius 2 --on 2025 -o both.html
    """
    from graphkit.answers.question import FiltersRecord, format_filters
    from graphkit.graph import filter_graph
    from graphkit.page.html import render_page, write_page

    with open_explorer(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters, every=True)
        part, focus = explorer.around(names, radius=radius, max_slice=max_slice)
        notes = list(explorer.notes)
    graph = part.graph
    title = f"Around {', '.join(graph.nodes[node]['entity'].name for node in focus)}" if focus else "The whole graph"
    given = FiltersRecord.of(chosen)
    filters_line = format_filters(given) if given.cells() else ""
    if filters_line:
        title += f" ({filters_line})"
    if part.truncated:
        title += f" (cut at {max_slice:,} claims)"
        notes.append(f"cut at {max_slice:,} claims, so some are missing: raise --max-slice, or name fewer entities")
    write_page(output, render_page(filter_graph(graph, chosen), title=title, focus=focus, large=large))
    print_notes(notes)
    if filters_line:
        click.echo(filters_line)
    print_page_location(output)
