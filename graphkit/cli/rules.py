"""Commands that ask the rules: license, chip, whatif, close."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.common import (
    NOTHING_FOUND,
    filter_options,
    main,
    open_explorer,
    source_options,
    stack_options,
)
from graphkit.cli.files import BESIDE, FACTBASE, FILE
from graphkit.cli.output import Output, output_options, print_page_location
from graphkit.errors import InvalidValue

if TYPE_CHECKING:
    from graphkit.answers.licence import LicenceAnswer

_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?%?\Z")


def _refuse_empty(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise InvalidValue(f"{option.opts[0]} is empty: give a value, or leave it out where it has a default")
    return value


rule_options = stack_options(
    click.option(
        "-f",
        "--factbase",
        "factbases",
        multiple=True,
        type=FACTBASE,
        help="A fact-base folder with rules of its own. Default: the rules that ship.",
    ),
    click.option(
        "--from",
        "exporter",
        default="US",
        show_default=True,
        metavar="COUNTRY",
        callback=_refuse_empty,
        help="Where it is sent from.",
    ),
)


@main.command(name="license")
@click.argument("chip")
@click.option("--to", "destination", metavar="COUNTRY", callback=_refuse_empty, help="Where it goes, or stands.")
@click.option(
    "--hq",
    metavar="COUNTRY",
    callback=_refuse_empty,
    help="Headquarters of the buyer or of its ultimate parent; for a lease, of the renter.",
)
@click.option(
    "--buyer",
    metavar="NAME",
    callback=_refuse_empty,
    help="The buyer by name: its seat, parents and listings are taken from the claims.",
)
@click.option("--end-user", metavar="NAME", callback=_refuse_empty, help="Who is to use it, if not the buyer.")
@click.option("--via", multiple=True, metavar="NAME", help="Another party to the act, such as a reseller.")
@click.option("--listed", is_flag=True, help="The buyer is on the Entity List.")
@click.option("--db", envvar="NEO4J_URI", metavar="ADDRESS", help="The database with the claims. Default: NEO4J_URI.")
@click.option("--on", metavar="DATE", callback=_refuse_empty, help="As of a date. Default: today.")
@rule_options
@click.option(
    "--activity",
    type=click.Choice(["export", "lease", "domestic"]),
    default="export",
    show_default=True,
    help="Moving it, renting it out, or moving it within the US.",
)
@click.option("--listed-owner-share", metavar="PERCENT", help="What listed parties own of the buyer, together.")
@click.option("--html", type=BESIDE, metavar="FILE", help="Write the answer as one offline page.")
@output_options
def license_(
    output: Output,
    chip: str,
    destination: str | None,
    hq: str | None,
    buyer: str | None,
    end_user: str | None,
    via: tuple[str, ...],
    listed: bool,
    db: str | None,
    on: str | None,
    factbases: tuple[Path, ...],
    exporter: str,
    activity: Any,
    listed_owner_share: str | None,
    html: Path | None,
) -> None:
    """Say whether moving or renting CHIP needs a licence on a date, with the reason for each test taken.

    `graphkit licence` is the same.

    \b
    Examples:
      graphkit license H100 --to MY --hq CN --on 2023-12-01
      graphkit license H20 --buyer "Inspur Taiwan" --on 2025-04-01

    Next: graphkit chip H100 --history, graphkit show US-2023-10
    """
    from graphkit.answers.licence import ask_licence
    from graphkit.clock import get_today
    from graphkit.factbase import read_rulebook

    if buyer is not None:
        if listed or listed_owner_share is not None:
            raise InvalidValue("--buyer takes listings from the claims: leave out --listed and --listed-owner-share")
        with open_explorer(factbases, db, None) as explorer:
            about_parties = explorer.party_licence(
                chip,
                buyer,
                end_user=end_user,
                via=via,
                to=destination,
                hq=hq,
                on=on,
                exporter=exporter,
                activity=activity,
            )
        _print_licence(about_parties, chip, html, output)
        return
    if end_user or via:
        raise InvalidValue("--end-user and --via stand beside --buyer: name the buyer, too")
    if destination is None or hq is None:
        raise InvalidValue("give --to and --hq, each with a country, or --buyer with a name")
    rulebook, share = read_rulebook(*factbases), _check_percentage(listed_owner_share)
    answer = ask_licence(
        rulebook,
        chip,
        destination,
        hq,
        on or get_today(),
        exporter=exporter,
        activity=activity,
        listed_owner_share=share,
        listed=listed,
    )
    asked = {"to": destination, "hq": hq, "on": on, "from": exporter, "activity": activity}
    asked |= {"listed": listed, "listed_owner_share": share}
    if output.signed or html:
        from graphkit.answers.provenance import sign_rules

        answer = sign_rules(answer, "license", chip, asked, factbases, rulebook)
    _print_licence(answer, chip, html, output)


def _print_licence(answer: LicenceAnswer, chip: str, html: Path | None, output: Output) -> None:
    """Print an answer, and write its page if that is asked for."""
    if html:
        from graphkit.page.html import write_page
        from graphkit.page.licence import render_licence

        write_page(html, render_licence(answer.in_language(output.language), chip))
    output.print(answer)
    if html:
        print_page_location(html, output)


def _check_percentage(text: str | None) -> float | None:
    if text is None:
        return None
    found = _PERCENTAGE.match(text.strip())
    if not found or float(found[1]) > 100:
        raise InvalidValue(f"{text[:60]!r} is no share: write a percentage from 0 to 100")
    return float(found[1])


@main.command()
@click.argument("name", metavar="CHIP")
@click.option("--history", "whole", is_flag=True, help="Its status for a buyer over time.")
@click.option(
    "--to",
    "destination",
    default="CN",
    show_default=True,
    metavar="COUNTRY",
    callback=_refuse_empty,
    help="Where it goes.",
)
@click.option(
    "--hq", metavar="COUNTRY", callback=_refuse_empty, help="Headquarters of the buyer. Default: where it goes."
)
@click.option("--on", metavar="DATE", callback=_refuse_empty, help="As of a date. Default: today.")
@rule_options
@click.option("--html", type=BESIDE, metavar="FILE", help="Write the history as one offline page with a timeline.")
@output_options
def chip(
    output: Output,
    name: str,
    whole: bool,
    destination: str,
    hq: str | None,
    on: str | None,
    factbases: tuple[Path, ...],
    exporter: str,
    html: Path | None,
) -> None:
    """The figures of CHIP, and what the rules say of it for a buyer: on a date, or over time.

    \b
    Examples:
      graphkit chip H20 --history
      graphkit chip H100 --to MY --hq CN --html h100.html

    Next: graphkit license H100 --to MY --hq CN, graphkit path hq:CN H100
    """
    from graphkit.answers.chip import describe_chip
    from graphkit.clock import get_today
    from graphkit.factbase import read_rulebook

    over_time = bool(whole or html or output.form not in ("text", "json"))
    rulebook = read_rulebook(*factbases)
    answer = describe_chip(rulebook, name, destination, hq, on, exporter=exporter, over_time=over_time)
    asked = {"to": destination, "hq": hq, "on": on, "from": exporter, "history": over_time}
    if output.signed or html:
        from graphkit.answers.provenance import sign_rules

        answer = sign_rules(answer, "chip", name, asked, factbases, rulebook)
    if html:
        from graphkit.page.html import write_page
        from graphkit.page.timeline import render_timeline

        write_page(html, render_timeline(answer.in_language(output.language), today=get_today()))
    output.print(answer)
    if html:
        print_page_location(html, output)


@main.command()
@click.argument("buyer")
@click.argument("chip")
@click.option("--enact", multiple=True, metavar="ID", help="As if this proposal or suspended rule were in force.")
@click.option("--repeal", multiple=True, metavar="ID", help="As if this rule had never been made.")
@click.option("--rule", "own", multiple=True, type=FILE, metavar="FILE", help="With rules of your own, same format.")
@stack_options(source_options, filter_options)
@click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12), help="Steps of a path.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="Paths to judge.")
@output_options
def whatif(
    output: Output,
    buyer: str,
    chip: str,
    own: tuple[Path, ...],
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    **asked: Any,
) -> None:
    """The paths from BUYER to CHIP that other rules would cover, leave open, or open.

    BUYER may be hq:COUNTRY and CHIP `controlled`, as for `path`. Nothing stored is touched.

    \b
    Examples:
      graphkit whatif ByteDance H100 --enact BILL-119-HR2683
      graphkit whatif hq:CN H100 --rule my-rules.yaml --format csv

    Next: graphkit show BILL-119-HR2683, graphkit close ByteDance H100
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer = explorer.whatif(buyer, chip, rules=own, **asked)
    output.print(answer)
    if not answer.paths:
        raise click.exceptions.Exit(NOTHING_FOUND)


@main.command()
@click.argument("buyer")
@click.argument("chip")
@stack_options(source_options, filter_options)
@click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12), help="Steps of a path.")
@output_options
def close(
    output: Output,
    buyer: str,
    chip: str,
    factbases: tuple[Path, ...],
    db: str | None,
    documents: Path | None,
    **asked: Any,
) -> None:
    """The fewest steps, intermediaries or rules whose closing leaves no path from BUYER to CHIP.

    \b
    Examples:
      graphkit close ByteDance H100
      graphkit close Tencent B200 --on 2025 --format json

    Next: graphkit path ByteDance H100, graphkit whatif ByteDance H100 --enact BILL-119-HR2683
    """
    with open_explorer(factbases, db, documents) as explorer:
        answer = explorer.closings(buyer, chip, **asked)
    output.print(answer)
    if not answer.path_count:
        raise click.exceptions.Exit(NOTHING_FOUND)
