"""Commands that read documents: init, ingest, review, evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.common import main, say, stack_options
from graphkit.cli.files import FACTBASE, FOLDER, INPUT
from graphkit.cli.output import Output, output_options
from graphkit.errors import Fault, InvalidValue

if TYPE_CHECKING:
    from graphkit.reading.case import Case
    from graphkit.reading.ingest import FileOutcome
    from graphkit.reading.model import Model

_known_option = click.option(
    "-f",
    "--factbase",
    "factbases",
    multiple=True,
    type=FACTBASE,
    help="A fact base whose names are known; may be repeated. Default: `shipped`.",
)


@main.command()
@click.argument("case", type=FOLDER)
def init(case: Path) -> None:
    """Make an empty fact base to read articles into; what is there already stays.

    A case is a folder of plain files: documents.csv, entities.csv, and claims/ with a file a document. Add a
    company by reading an article that names it, or as a row of entities.csv, such as acme,Acme,Company; `check`
    says what is wrong and how to mend it. With -f shipped -f CASE a command asks it together with what ships.

    \b
    Examples:
      graphkit init my-case
      graphkit ingest article.html --into my-case

    Next: graphkit ingest article.html --into my-case, graphkit check my-case
    """
    from graphkit.reading.case import init_case

    made = init_case(case)
    click.echo(f"{case}: made {', '.join(made)}" if made else f"{case}: nothing was lacking")


@main.command()
@click.argument("files", nargs=-1, required=True, type=INPUT)
@stack_options(
    click.option("--into", "case", required=True, type=FOLDER, help="The case that takes the candidates."),
    _known_option,
    click.option("--title", help="What the document is called, if the file does not say."),
    click.option("--publisher", help="Who published it."),
    click.option("--date", "published", metavar="DATE", help="When it was published: YYYY, YYYY-MM or YYYY-MM-DD."),
    click.option("--url", metavar="ADDRESS", help="Where it stands."),
    click.option("--cites", metavar="NAME", help="The report that it passes on."),
    click.option(
        "--model-url", metavar="ADDRESS", help="Ask a model, too: the address of an OpenAI-compatible server."
    ),
    click.option("--model-name", metavar="NAME", help="The model's name there. Its key: GRAPHKIT_MODEL_KEY."),
)
@output_options
def ingest(
    files: tuple[Path, ...],
    case: Path,
    factbases: tuple[Path, ...],
    published: str | None,
    model_url: str | None,
    model_name: str | None,
    output: Output,
    **about: str | None,
) -> None:
    """Read articles (text, Markdown, HTML, PDF; French or English) and propose claims; nothing is accepted.

    FILE is an article, - is standard input, whose kind is seen from what it holds; --title names it.

    \b
    Examples:
      graphkit ingest article.txt --into my-case --date 2026-05
      graphkit ingest *.html --into my-case -f shipped
      graphkit ingest - --into my-case --title "Who rents" < article.html

    Next: graphkit review my-case
    """
    from graphkit.reading.ingest import IngestAnswer
    from graphkit.reading.texts import clean_cell

    given = {**about, "published": published}
    told = {name: clean_cell(value) for name, value in given.items() if value}
    _check_about(told, files)
    model = _model(model_url, model_name)
    found, faults = [], []
    for one in _read_held(case, factbases, files, told, model):
        if isinstance(one, Fault):
            say(str(one))
            faults.append(one)
            continue
        found.append(one)
        if one.dropped:
            say(f"{one.document}: {one.dropped:,} invisible characters were dropped")
        if one.lost:
            say(f"{one.document}: {one.lost:,} decisions were dropped with sentences that changed")
        for line in one.model:
            say(f"{one.document}: {line}")
    output.print(IngestAnswer(tuple(found)))
    if faults:
        raise InvalidValue(f"{len(faults)} of {len(files)} files could not be read")


def _read_held(
    case: Path, factbases: tuple[Path, ...], files: tuple[Path, ...], told: dict[str, str], model: Model | None
) -> Iterator[FileOutcome | Fault]:
    from graphkit.reading.ingest import ingest_files
    from graphkit.reading.lock import hold_case

    with hold_case(case):
        yield from ingest_files(_open(case, factbases), files, told, model)


def _check_about(told: dict[str, str], files: tuple[Path, ...]) -> None:
    from graphkit.factbase.figures import is_web_address
    from graphkit.facts import get_earliest_day

    if Path("-") in files and (len(files) > 1 or "title" not in told):
        raise InvalidValue("- is standard input, which has no name: read it alone, and give it one with --title")
    if len(files) > 1 and (only := [name for name in ("title", "url") if name in told]):
        raise InvalidValue(f"--{only[0]} is of one document, and {len(files)} files are given: read that one alone")
    if "published" in told:
        get_earliest_day(told["published"])
    if "url" in told and not is_web_address(told["url"]):
        raise InvalidValue(f"--url {told['url']!r} is no web address: write https://...")


def _model(url: str | None, name: str | None) -> Model | None:
    if not url and not name:
        return None
    if not url or not name:
        raise InvalidValue("--model-url and --model-name go together: give both")
    from graphkit.reading.model import Model

    return Model.at(url, name, say)


def _open(case: Path, factbases: tuple[Path, ...]) -> Case:
    from graphkit.factbase import find_shipped_seeds, read_factbase
    from graphkit.reading.case import Case

    others = [folder for folder in factbases or (find_shipped_seeds(),) if folder.resolve() != case.resolve()]
    return Case(case, read_factbase(*others).entities if others else ())


@main.command()
@click.argument("case", type=FOLDER)
@stack_options(
    _known_option,
    click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port of the page. Default: any free one."),
    click.option("--no-browser", is_flag=True, help="Print the address, open no browser."),
    click.option("--file-only", is_flag=True, help="Write what the queue files decide, and open no page."),
    click.option(
        "--lang", type=click.Choice(("en", "fr")), default="en", show_default=True, help="Language of the page."
    ),
)
def review(case: Path, factbases: tuple[Path, ...], port: int, no_browser: bool, file_only: bool, lang: str) -> None:
    """Decide on what was proposed, on a page that only this machine can open.

    \b
    Examples:
      graphkit review my-case
      graphkit review my-case --file-only

    Next: graphkit check my-case, graphkit path ByteDance H100 -f my-case -f shipped
    """
    from graphkit.reading.lock import hold_case
    from graphkit.reading.session import Session

    with hold_case(case):
        session = Session(_open(case, factbases))
        if file_only:
            click.echo(session.say_state())
            return
        from graphkit.reading.review import serve_review

        serve_review(session, port=port, browser=not no_browser, language=lang, tell=click.echo)


@main.command()
@click.argument("gold", type=INPUT)
@stack_options(
    click.option("--documents", type=FOLDER, help="The folder with the texts that the gold names."),
    _known_option,
    click.option("--names-known", is_flag=True, help="Take the names of the gold as known, as after the names step."),
)
@output_options
def evaluate(
    gold: Path, documents: Path | None, factbases: tuple[Path, ...], names_known: bool, output: Output
) -> None:
    """Measure the reader against GOLD, a file of claims as JSON lines, or against the decisions of a case.

    GOLD is a file, - for standard input, or the folder of a case.

    \b
    Examples:
      graphkit evaluate gold.jsonl --documents texts --names-known
      graphkit evaluate - --documents texts < gold.jsonl
      graphkit evaluate my-case

    Next: graphkit review my-case
    """
    from graphkit.factbase import read_factbase
    from graphkit.reading import evaluation

    known = read_factbase(*factbases).entities
    if str(gold) != "-" and gold.is_dir():
        found = evaluation.evaluate_case(_open(gold, factbases))
    elif documents is None:
        raise InvalidValue("--documents is needed: the folder with the texts that the gold names")
    else:
        found = evaluation.evaluate_reader(evaluation.read_gold(gold), documents, known, names_known=names_known)
    output.print(found)
