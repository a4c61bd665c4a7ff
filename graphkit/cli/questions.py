"""Commands that ask the graph: path, exposure, query, show, view."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.briefs import brief_option, print_brief_location, write_brief
from graphkit.cli.common import (
    NOTHING_FOUND,
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
from graphkit.cli.files import BESIDE
from graphkit.cli.next_steps import follow_exposure, follow_paths, follow_show
from graphkit.cli.output import (
    Output,
    catch_answer,
    make_file_option,
    output_options,
    print_notes,
    print_page_location,
    write_pages,
    write_text,
)
from graphkit.cli.pages import render_exposure, render_paths
from graphkit.errors import InvalidValue
from graphkit.summaries.words import LANGUAGES, Language

if TYPE_CHECKING:
    from graphkit.answers.query import QueryAnswer
    from graphkit.explorer import Explorer

#: What to ask instead of a query whose page would be too large.
_FEWER = "ask for fewer rows (--limit, or a parameter with -p)"
#: Bytes of the longest statement that is read from a file.
_MOST_CYPHER = 1_000_000


@main.command()
@click.argument("buyer")
@click.argument("chip")
@stack_options(source_options, filter_options, bound_options)
@click.option("--via", multiple=True, metavar="NAME", help="Only paths through this company or site.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Paths to show.")
@click.option("--explain", is_flag=True, help="Print the sum behind each confidence.")
@click.option("--path", "number", type=click.IntRange(1), metavar="N", help="Print path N with all its evidence.")
@click.option("--html", type=BESIDE, metavar="FILE", help="Write the paths as one offline page.")
@click.option("--pdf", type=BESIDE, metavar="FILE", help="Print the page as PDF, where a Chromium is at hand.")
@brief_option
@output_options
def path(
    output: Output,
    buyer: str,
    chip: str,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    explain: bool,
    number: int | None,
    html: Path | None,
    pdf: Path | None,
    brief_file: Path | None,
    **asked: Any,
) -> None:
    """The ways from BUYER to CHIP, best first, with the evidence of every step.

    BUYER is a company, a product of one, or hq:COUNTRY for all companies headquartered there; CHIP a
    chip, a family, or `controlled`. Without a path: exit code 1, and the reasons.

    \b
    Examples:
      graphkit path ByteDance H100 --on 2024-06-06
      graphkit path hq:CN H20 --format xlsx --output paths.xlsx

    Next: graphkit show US-2023-10, graphkit close ByteDance H100
    """
    if number and output.form != "text":
        raise InvalidValue("--path picks from the text: leave it out, or leave out --format")
    with open_explorer(factbases, db, documents) as explorer:
        began = time.process_time()
        answer, graph = explorer.paths_and_graph(buyer, chip, **asked)
        if html or pdf:
            taken = time.process_time() - began
            page = render_paths(explorer, answer, graph, (buyer, chip), asked, output.language, taken)
            write_pages(page, html, pdf, f"#path={number or 1}")
        steps = follow_paths(explorer, answer, buyer, chip) if output.form == "text" else ()
    answer = answer.in_language(output.language)
    text = answer.path_text(number) if number else answer.full_text(explain=True) if explain else None
    write_brief(answer, brief_file, output.language)
    output.print(answer, text=text, steps=steps)
    for file in filter(None, (html, pdf)):
        print_page_location(file, output)
    print_brief_location(brief_file, beside=output.beside)
    if not answer.paths:
        raise click.exceptions.Exit(NOTHING_FOUND)


@main.command()
@source_options
@click.option(
    "--buyers",
    required=True,
    multiple=True,
    metavar="NAME|hq:COUNTRY|FILE",
    help="A company, all companies headquartered in a country, or a list of names: a csv, tsv, txt or xlsx file, "
    "- for standard input. Give it several times for several.",
)
@click.option(
    "--chips",
    default="controlled",
    show_default=True,
    metavar="NAME|controlled",
    help="A chip or family, or all chips controlled on the date; several separated by commas.",
)
@stack_options(filter_options, bound_options)
@click.option("--html", type=BESIDE, metavar="FILE", help="Write the matrix as one offline page.")
@click.option("--pdf", type=BESIDE, metavar="FILE", help="Print the page as PDF, where a Chromium is at hand.")
@brief_option
@output_options
def exposure(
    output: Output,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    buyers: tuple[str, ...],
    chips: str,
    html: Path | None,
    pdf: Path | None,
    brief_file: Path | None,
    **asked: Any,
) -> None:
    """The matrix buyers by chips: for each pair the best path and what it rests on.

    \b
    Examples:
      graphkit exposure --buyers hq:CN --chips H100,H20
      graphkit exposure --buyers customers.csv --format xlsx -o exposure.xlsx

    Next: graphkit path ByteDance H100, graphkit screen example
    """
    with open_explorer(factbases, db, documents) as explorer:
        began = time.process_time()
        answer, graph = explorer.exposure_and_graph(buyers, chips, **asked)
        if html or pdf:
            taken = time.process_time() - began
            page = render_exposure(explorer, answer, graph, buyers, chips, asked, output.language, taken)
            write_pages(page, html, pdf)
    write_brief(answer, brief_file, output.language)
    output.print(answer, steps=follow_exposure(answer))
    for file in filter(None, (html, pdf)):
        print_page_location(file, output)
    print_brief_location(brief_file, beside=output.beside)
    if answer.lists and not answer.buyers:
        raise InvalidValue("no name of the list is known here, so nothing was searched: see its rows")
    if not answer.found:
        raise click.exceptions.Exit(NOTHING_FOUND)


@main.command()
@click.argument("name", required=False)
@source_options
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the query.")
@click.option("--cypher", metavar="TEXT|@FILE", help="Your own Cypher, read-only; @- is standard input.")
@click.option("--list", "listing", is_flag=True, help="List the library, as without NAME.")
@click.option("--show", "showing", is_flag=True, help="Print the Cypher of NAME, with its parameters; run nothing.")
@click.option("--timeout", default=6.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds.")
@click.option("--limit", default=10_000, show_default=True, type=click.IntRange(1), help="Rows.")
@click.option("--html", type=BESIDE, metavar="FILE", help="Draw the entities and claims of the rows as a page.")
@click.option("--large", is_flag=True, help="Allow a page of up to 1,500 entities and 4,000 relations.")
@output_options
def query(
    output: Output,
    name: str | None,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    params: tuple[str, ...],
    cypher: str | None,
    listing: bool,
    showing: bool,
    timeout: float,
    limit: int,
    html: Path | None,
    large: bool,
) -> None:
    """Run query NAME of the library, or your own Cypher; without either, list the library.

    \b
    Examples:
      graphkit query who_rents_from -p provider=Oracle
      graphkit query who_rents_from --show
      graphkit query which_ways_lead_to_chip -p chip=H100 --html ways.html

    Next: graphkit show Oracle, graphkit list relations
    """
    given = _parse_parameters(params)
    cypher = _read_statement(cypher)
    if math.isnan(timeout):  # a range lets it through
        raise InvalidValue("--timeout nan is no number of seconds: give 0.1 to 3600")
    if cypher is not None and name is not None:
        raise InvalidValue("give the name of a query or --cypher, not both")
    if listing or (cypher is None and name is None):
        _print_library(output, unused=(name or cypher, given, showing, html))
        return
    if showing:
        _print_query(output, name, given, factbases, db, html)
        return
    with open_explorer(factbases, db, documents) as explorer:
        print_notes(list(explorer.notes))
        if name is not None:
            answer = explorer.query(name, given, limit=limit, timeout=timeout)
        else:
            from graphkit.queries.values import describe_values, parse_value

            values = {name: parse_value(value) for name, value in given.items()}
            if values:
                say(f"parameters: {describe_values(values)}")
            answer = explorer.cypher(str(cypher), values, limit=limit, timeout=timeout)
        if html:
            _write_rows_page(html, explorer, answer, _make_title(name, given), large)
    output.print(answer)
    if not answer.rows:
        raise click.exceptions.Exit(NOTHING_FOUND)
    if output.form in ("text", "json"):  # the other formats have told it
        for remark in answer.remarks():
            say(remark)
    if html:
        print_page_location(html, output)


def _print_library(output: Output, unused: tuple[object, ...]) -> None:
    from graphkit.answers.query import list_queries

    if any(unused):
        raise InvalidValue("the library is listed alone: leave --list out, and give the name of a query")
    output.print(list_queries())


def _print_query(
    output: Output,
    name: str | None,
    given: dict[str, str],
    factbases: tuple[Path, ...],
    db: str | None,
    html: Path | None,
) -> None:
    from graphkit.answers.query import show_query

    if name is None or html:
        raise InvalidValue("--show prints a query of the library and runs nothing: give its name, and no --html")
    if not given:
        output.print(show_query(name))
        return
    with open_explorer(factbases, db, None) as explorer:  # it knows the names
        output.print(show_query(name, given, explorer))


def _make_title(name: str | None, given: dict[str, str]) -> str:
    """Return the title of the page of a query: that of the library, with the parameters given."""
    from graphkit.queries.library import find_query

    values = ", ".join(f"{key} {value}" for key, value in given.items())
    return (find_query(name).title if name else "A query") + (f": {values}" if values else "")


def _write_rows_page(file: Path, explorer: Explorer, answer: QueryAnswer, title: str, large: bool) -> None:
    from graphkit.page.html import render_page, write_page

    part, focus = explorer.draw_rows(answer.rows)
    if answer.truncated or part.truncated:
        title += " (cut: not all rows are drawn)"
    stamp = answer.provenance.to_dict() if answer.provenance else None
    page = render_page(part.graph, title=title, focus=focus, large=large, narrower=_FEWER, provenance=stamp)
    write_page(file, page)


def _read_statement(given: str | None) -> str | None:
    """Return Cypher as it is given, or the text of the file that @FILE names, @- being standard input."""
    if given == "-":
        given = "@-"
    if given is None or not given.startswith("@"):
        return given
    with click.open_file(given[1:], "rb") as file:
        data: bytes = file.read(_MOST_CYPHER + 1)
    if len(data) > _MOST_CYPHER:
        raise InvalidValue(f"{given[1:]} holds more than {_MOST_CYPHER:,} bytes: give one statement")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise InvalidValue(f"{given[1:]} is not UTF-8 text: write it in UTF-8") from None
    if not text:
        raise InvalidValue(f"{given[1:]} holds no Cypher: write one statement")
    return text


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

    Next: graphkit view Oracle -o oracle.html, graphkit path ByteDance H100
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer = explorer.show(name, **filters)
        steps = follow_show(explorer, answer) if output.form == "text" else []
    output.print(answer, steps=steps)


@main.command()
@click.argument("names", nargs=-1)
@stack_options(source_options, view_filter_options)
@click.option("--radius", default=1, show_default=True, type=click.IntRange(1, 6), help="Steps around the names.")
@make_file_option("The page to write, - for standard output.")
@max_slice_option
@click.option("--large", is_flag=True, help="Allow up to 1,500 entities and 4,000 relations.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the page.")
def view(
    names: tuple[str, ...],
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    radius: int,
    output: Path,
    max_slice: int,
    large: bool,
    language: Language,
    **filters: Any,
) -> None:
    """Draw the graph around NAMES (all of it without any) as one offline page.

    \b
    Examples:
      graphkit view Oracle -o oracle.html
      graphkit view ByteDance Tencent --radius 2 --on 2025 -o both.html

    Next: graphkit show Oracle, graphkit path ByteDance H100 --html paths.html
    """
    from graphkit.answers.question import format_filters
    from graphkit.page.html import render_page, write_page
    from graphkit.page.words import fill_words

    with open_explorer(factbases, db, documents) as explorer:
        answer, graph = explorer.draw_around(names, radius=radius, max_slice=max_slice, **filters)
    if catch_answer(answer):
        return
    centre = ", ".join(one.name for one in answer.focus)
    title = fill_words(language, "title.around" if answer.focus else "title.whole", names=centre) + answer.qualifier
    stamp = answer.provenance.to_dict() if answer.provenance else None
    focus = [one.id for one in answer.focus]
    page = render_page(graph, title=title, focus=focus, large=large, words=language, provenance=stamp)
    filters_line = format_filters(answer.filters) if answer.filters.cells() else ""
    if str(output) == "-":
        write_text(page, None)
        print_notes([*answer.notes, *filter(None, [filters_line])])
        return
    write_page(output, page)
    print_notes(list(answer.notes))
    if filters_line:
        click.echo(filters_line)
    print_page_location(output)
