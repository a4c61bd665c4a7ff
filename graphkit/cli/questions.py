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
    format_option,
    main,
    max_slice_option,
    opened,
    options,
    say,
    source_options,
    told_below,
    told_on_stderr,
    told_page,
    view_filter_options,
)
from graphkit.errors import InvalidValue


@main.command()
@click.argument("buyer")
@click.argument("chip")
@options(source_options, filter_options, bound_options)
@click.option("--via", multiple=True, metavar="NAME", help="Only paths through this company or site.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Paths to show.")
@click.option("--explain", is_flag=True, help="Print the sum behind each confidence.")
@click.option("--html", type=FILE, metavar="FILE", help="Write the paths as one offline page.")
@format_option("text", "json", "csv", "markdown")
def path(
    buyer: str,
    chip: str,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    via: tuple[str, ...],
    limit: int,
    max_hops: int,
    max_slice: int,
    explain: bool,
    html: Path | None,
    form: str,
    **filters: Any,
) -> None:
    """The ways from BUYER to CHIP, best first, with the evidence of every step.

    BUYER is a company, a product of one, or hq:COUNTRY for all companies headquartered there; CHIP a
    chip, a family, or `controlled`. Without a path: exit code 1, and the reasons.
    """
    from graphkit.answers import text

    with opened(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters)
        answer, graph, _ = explorer.path_graph(
            buyer, chip, chosen, limit=limit, max_hops=max_hops, via=via, max_slice=max_slice
        )
    if html:
        from graphkit.page.html import render_page, write_page

        ends = answer["buyer"]["name"], answer["chip"]["name"]
        title = "How {} reaches {}".format(*ends) if answer["paths"] else "No path from {} to {}".format(*ends)
        with_timeline = {**answer, "timeline": explorer.timeline(answer, graph)}
        write_page(html, render_page(graph, answer=with_timeline, title=title))
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(text.render_paths(answer, explain=explain))
    else:
        told_on_stderr(answer["notes"])
        click.echo(text.render_rows(text.path_rows(answer), form))
        told_below(text.filters_told(answer), form)
    if html:
        told_page(html, form)
    if not answer["paths"]:
        raise click.exceptions.Exit(1)


@main.command()
@source_options
@click.option(
    "--buyers",
    required=True,
    multiple=True,
    metavar="NAME|hq:COUNTRY|FILE.csv",
    help="A company, all companies headquartered in a country, or a list with one name a row.",
)
@click.option(
    "--chips",
    default="controlled",
    show_default=True,
    metavar="NAME|controlled",
    help="A chip or family, or all chips controlled on the date; several separated by commas.",
)
@options(filter_options, bound_options)
@click.option("--html", type=FILE, metavar="FILE", help="Write the matrix as one offline page.")
@format_option("text", "json", "csv", "markdown")
def exposure(
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    buyers: tuple[str, ...],
    chips: str,
    max_hops: int,
    max_slice: int,
    html: Path | None,
    form: str,
    **filters: Any,
) -> None:
    """The matrix buyers by chips: for each pair the best path and what it rests on."""
    from graphkit.answers import text

    with opened(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters)
        answer, graph = explorer.exposure_of(buyers, chips, chosen, max_hops=max_hops, max_slice=max_slice)
    if html:
        from graphkit.page.html import render_exposure_page, write_page

        write_page(html, render_exposure_page(graph, answer))
    if form == "json":
        click.echo(text.as_json(answer))
    else:
        click.echo(text.render_exposure(answer, form))
        if form == "csv":
            cut = [text.BOUND] if answer["searched"]["truncated"] else []
            told_on_stderr([*answer["notes"], *map(text.unmatched_told, answer["unmatched"]), *cut])
            told_below(text.filters_told(answer), form)
    if html:
        told_page(html, form)
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
    name: str | None,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    params: tuple[str, ...],
    cypher: str | None,
    timeout: float,
    limit: int,
    form: str,
) -> None:
    """Run query NAME of the library, or your own Cypher; without either, list the library."""
    from graphkit.answers import text

    given = _parameters(params)
    if math.isnan(timeout):  # a range lets it through
        raise InvalidValue("--timeout nan is no number of seconds: give 0.1 to 3600")
    if cypher is None and name is None:
        from graphkit.queries.library import library

        rows: Any = [
            {"query": one.name, "parameters": ", ".join(p.name for p in one.parameters), "answers": one.description}
            for one in library().values()
        ]
        click.echo(text.render_rows(rows, form))
        return
    if cypher is not None and name is not None:
        raise InvalidValue("give the name of a query or --cypher, not both")
    with opened(factbases, db, documents) as explorer:
        told_on_stderr(list(explorer.notes))
        if cypher is None:
            result = explorer.query(str(name), given, limit=limit, timeout=timeout)
        else:
            from graphkit.queries.values import describe, parse_value

            values = {name: parse_value(value) for name, value in given.items()}
            if values:
                say(f"parameters: {describe(values)}")
            result = explorer.cypher(cypher, values, limit=limit, timeout=timeout)
    click.echo(text.render_rows(result.rows, form, result.columns))
    if result.truncated:
        say(f"cut after {limit} rows: raise --limit, or ask a narrower question")


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
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
@options(source_options, view_filter_options)
@format_option("text", "json", "csv", "markdown")
def show(
    name: str, factbases: tuple[Path, ...], db: str | None, documents: Path | None, form: str, **filters: Any
) -> None:
    """Everything known about NAME, by relation, with its evidence."""
    from graphkit.answers import text

    with opened(factbases, db, documents) as explorer:
        answer = explorer.show(name, explorer.filters(**filters, every=True))
    if form == "json":
        click.echo(text.as_json(answer))
    elif form == "text":
        click.echo(text.render_entity(answer))
    else:
        told_on_stderr(answer["notes"])
        click.echo(text.render_rows(text.entity_rows(answer), form))
        told_below(text.filters_told(answer), form)


@main.command()
@click.argument("names", nargs=-1)
@options(source_options, view_filter_options)
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
    """Draw the graph around NAMES (all of it without any) as one offline page."""
    from graphkit.answers import text
    from graphkit.graph import narrow
    from graphkit.page.html import render_page, write_page

    with opened(factbases, db, documents) as explorer:
        chosen = explorer.filters(**filters, every=True)
        part, focus = explorer.around(names, radius=radius, max_slice=max_slice)
        notes = list(explorer.notes)
    graph = part.graph
    title = f"Around {', '.join(graph.nodes[node]['entity'].name for node in focus)}" if focus else "The whole graph"
    filters_line = text.filters_told({"filters": told}) if (told := chosen.as_dict()) else ""
    if filters_line:
        title += f" ({filters_line})"
    if part.truncated:
        title += f" (cut at {max_slice:,} claims)"
        notes.append(f"cut at {max_slice:,} claims, so some are missing: raise --max-slice, or name fewer entities")
    write_page(output, render_page(narrow(graph, chosen), title=title, focus=focus, large=large))
    told_on_stderr(notes)
    if filters_line:
        click.echo(filters_line)
    told_page(output)
