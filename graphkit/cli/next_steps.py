"""The commands that lead on from an answer, each ready to be run: who reads it need not look them up."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from graphkit.formats.cells import as_line
from graphkit.formats.lines import count_columns, measure_width

if TYPE_CHECKING:
    from graphkit.answers.listing import ListingAnswer
    from graphkit.answers.matrix import ExposureAnswer
    from graphkit.answers.path_answer import PathAnswer
    from graphkit.answers.path_records import PathRecord
    from graphkit.answers.screening_answer import ScreeningAnswer
    from graphkit.answers.show import EntityAnswer
    from graphkit.explorer import Explorer

#: Options that a command which goes on from another one keeps.
_KEPT = {"factbases": "-f", "db": "--db", "on": "--on"}
#: Characters of the longest command beside which what it answers is aligned with the others.
_ALIGNED = 60
#: A list of names, where nothing tells which.
_LIST = "customers.csv"


class NextStep(msgspec.Struct, frozen=True):
    """A command, and what it answers."""

    command: str
    answers: str


def make_step(answers: str, *words: str, keep: Iterable[str] = ("factbases", "db", "on")) -> NextStep:
    """Return the command of some words, with the options that said where to look."""
    context = click.get_current_context(silent=True)
    kept: list[str] = []
    for name in keep:
        source = context.get_parameter_source(name) if context and name in context.params else None
        if context and source is click.core.ParameterSource.COMMANDLINE:
            value = context.params[name]
            for one in value if isinstance(value, tuple) else (value,):
                kept += [_KEPT[name], str(one)]
    return NextStep(shlex.join(["graphkit", *words, *kept]), answers)


def format_steps(steps: Sequence[NextStep]) -> list[str]:
    """Return the steps as lines, a command to a line, which is never broken; what it answers where that fits."""
    width = max((len(one.command) for one in steps if len(one.command) <= _ALIGNED), default=0)
    lines = []
    for one in steps:
        line = f"next: {as_line(one.command)}"
        told = f"{line:<{width + 6}}  # {one.answers}"
        fits = measure_width(told) <= count_columns()
        lines.append(line + click.style(told[len(line) :], dim=True) if fits else line)
    return lines


def follow_contents(explorer: Explorer) -> list[NextStep]:
    """Return what to ask of a base after its counts: a path that it can have, else what it holds."""
    held = {one.id for one in explorer.store.reader.list_entities()} & {"h100", "china"}
    steps = [make_step("the companies, most mentioned first", "list", "companies")]
    if len(held) == 2:
        steps.insert(0, make_step("who in China reaches the H100", "path", "hq:CN", "H100"))
    return [*steps, make_step("find anything by its words", "find", "WORDS")]


def follow_list(answer: ListingAnswer) -> list[NextStep]:
    """Return what to ask of the first thing of a list."""
    if not answer.items:
        return []
    first = answer.items[0]
    show = make_step("all that is known of it", "show", first.id if answer.kind == "rules" else first.name)
    if answer.kind == "companies":
        return [show, make_step("how it reaches a chip", "path", first.name, "H100")]
    if answer.kind == "chips":
        chip = make_step("what the rules say of it", "chip", first.name, keep=("factbases",))
        return [chip, make_step("who in China reaches it", "path", "hq:CN", first.name)]
    if answer.kind == "regions":
        return [show, make_step("the companies there", "list", "companies", "--in", first.name)]
    if answer.kind == "documents":
        return [make_step("find anything by its words", "find", "WORDS")]
    if answer.kind == "relations":
        return [make_step("the questions that use them", "query")]
    return [show]


def _find_rule(explorer: Explorer, paths: Iterable[PathRecord]) -> str | None:
    """Return the id of a rule that the verdicts on some paths rest on, one that decided before others."""
    known = {one.id.lower() for one in explorer.rulebook.regulations}
    legs = [leg for path in paths for leg in path.findings]
    rules = [(rule, rule.citation in leg.decided_by) for leg in legs for rule in leg.rules]
    found = sorted((not decided, place, rule.id) for place, (rule, decided) in enumerate(rules))
    return next((id_ for _, _, id_ in found if id_.lower() in known), None)


def follow_paths(explorer: Explorer, answer: PathAnswer, buyer: str, chip: str) -> list[NextStep]:
    """Return what to ask after paths: the rule, what would close them; without a path, what is known at all."""
    rule = _find_rule(explorer, [*answer.paths, *answer.unnamed])
    number = min(2, len(answer.paths))
    steps = []
    if number and answer.provenance:  # its words have every filter, so that the number is the same path's
        words = shlex.join(["graphkit", *answer.provenance.command, "--path", str(number)])
        steps.append(NextStep(words, f"the evidence of path {number}"))
    steps += [make_step("what that rule says", "show", rule)] if rule else []
    if answer.paths:
        steps.append(make_step("what would leave no path", "close", buyer, chip))
    elif not buyer.lower().startswith("hq:"):
        steps.append(make_step("all that is known of the buyer", "show", buyer))
    return [*steps, make_step("screen a list of names", "screen", _LIST)]


def follow_exposure(answer: ExposureAnswer) -> list[NextStep]:
    """Return what to ask after a matrix: its surest path in full."""
    found = sorted(answer.found, key=lambda pair: (pair[1].status != "done", -pair[1].confidence))
    steps = [make_step("the paths of one pair", "path", cell.buyer.name, cell.chip.name) for cell, _ in found[:1]]
    file = next((one.file for one in answer.lists if one.file != "standard input"), _LIST)
    return [*steps, make_step("owners and listed parties, too", "screen", file)]


def follow_show(answer: EntityAnswer) -> list[NextStep]:
    """Return what to ask after all that is known of something."""
    name = answer.entity.name
    if answer.entity.kind in ("Company", "Product"):
        return [
            make_step("how it reaches a chip", "path", name, "H100"),
            make_step("draw what is around it", "view", name, "-o", "around.html"),
        ]
    if answer.entity.kind == "Chip":
        return [make_step("who in China reaches it", "path", "hq:CN", name)]
    if answer.entity.kind == "Region":
        return [make_step("the companies there", "list", "companies", "--in", name)]
    screen = make_step("screen a list of names", "screen", _LIST)
    return [screen, make_step("the other rules", "list", "rules")] if answer.entity.kind == "Regulation" else [screen]


def follow_screening(answer: ScreeningAnswer, file: Path | None) -> list[NextStep]:
    """Return what to ask after a list was screened: a workbook of it, a path in full, a name to review."""
    steps = []
    if file is not None and str(file) != "-":
        workbook = ("--format", "xlsx", "--output", f"{file.stem}-screened.xlsx")
        steps.append(make_step("the same as a workbook", "screen", str(file), *workbook))
    companies = [company for row in answer.rows for company in row.companies]
    reach = next(((one.name, one.reaches[0].chip.name) for one in companies if one.reaches), None)
    steps += [make_step("the paths in full", "path", *reach)] if reach else []
    waiting = [row.match.entity for row in answer.rows if row.match.level == "probable" and not row.companies]
    steps += [make_step("whether that is the customer", "show", one.name) for one in waiting[:1] if one]
    return steps
