"""The commands that lead on from an answer, each ready to be run: who reads it need not look them up."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from graphkit.factbase.lists import EXAMPLE
from graphkit.formats.cells import as_line
from graphkit.formats.lines import count_columns, measure_width
from graphkit.summaries.words import Words, load_words

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
#: What to write behind the command that screens the example.
_SCREEN = f"screen a list: yours in place of `{EXAMPLE}`"


#: A line that ends in a command, with the styles of a terminal around it.
_COMMAND_AT_END = re.compile(r"^((?:\x1b\[\d+m)* +(?:\S.*  )?graphkit .+?)((?:\x1b\[0m)?)$", re.MULTILINE)


class NextStep(msgspec.Struct, frozen=True):
    """A command, and what it answers."""

    command: str
    answers: str


def make_step(answers: str, *words: str, keep: Iterable[str] = tuple(_KEPT)) -> NextStep:
    """Return the command of some words, with the options that said where to look."""
    return NextStep(shlex.join(["graphkit", *words, *_list_kept(keep)]), answers)


def complete_commands(text: str) -> str:
    """Return a text whose lines that end in a command have the options that said where to look behind it."""
    kept = shlex.join(_list_kept(("factbases", "db")))
    return _COMMAND_AT_END.sub(lambda line: f"{line[1]} {kept}{line[2]}", text) if kept else text


def _list_kept(keep: Iterable[str]) -> list[str]:
    """Return the options of the command that is run which another one keeps, with their values."""
    context = click.get_current_context(silent=True)
    kept: list[str] = []
    for name in keep:
        source = context.get_parameter_source(name) if context and name in context.params else None
        if context and source is click.core.ParameterSource.COMMANDLINE:
            value = context.params[name]
            for one in value if isinstance(value, tuple) else (value,):
                kept += [_KEPT[name], str(one)]
    return kept


def format_steps(steps: Sequence[NextStep], words: Words | None = None) -> list[str]:
    """Return the steps as lines, a command to a line, which is never broken; what it answers where that fits.

    What a command answers is told in a language; the word before it is one that programs look for.
    """
    words = words or load_words()
    width = max((len(one.command) for one in steps if len(one.command) <= _ALIGNED), default=0)
    lines = []
    for one in steps:
        line = f"next: {as_line(one.command)}"
        told = f"{line:<{width + 6}}  # {words.retell('step', one.answers)}"
        fits = measure_width(told) <= count_columns()
        lines.append(line + click.style(told[len(line) :], dim=True) if fits else line)
    return lines


def follow_contents(explorer: Explorer) -> list[NextStep]:
    """Return what to ask of a base after its counts: a path that it can have, else what it holds."""
    entities = explorer.store.reader.list_entities()
    held = {one.id for one in entities}
    first = next((one.name for one in entities if one.kind == "Company" and not one.generic), None)
    steps = [make_step("who in China reaches the H100", "path", "hq:CN", "H100")] if {"h100", "china"} <= held else []
    steps += [make_step("the companies, most mentioned first", "list", "companies")] if first else []
    words = ["Malaysia"] if "malaysia" in held else [first] if first else []
    return [*steps, *([make_step("find anything by its words", "find", *words)] if words else [])]


def follow_list(explorer: Explorer, answer: ListingAnswer) -> list[NextStep]:
    """Return what to ask of the first thing of a list."""
    if not answer.items:
        return []
    first = answer.items[0]
    show = make_step("all that is known of it", "show", first.id if answer.kind == "rules" else first.name)
    if answer.kind == "companies":
        return [show, *_follow_company(explorer, first.name)]
    if answer.kind == "chips":
        judged = explorer.rulebook.models_of(first.name)
        chip = [make_step("what the rules say of it", "chip", first.name, keep=("factbases",))] if judged else []
        return [*chip, *_follow_chip(explorer, first.name)]
    if answer.kind == "regions":
        return [show, make_step("the companies there", "list", "companies", "--in", first.name)]
    if answer.kind == "documents":
        return [make_step("find anything by its words", "find", first.name)]
    if answer.kind == "relations":
        return [make_step("the questions that use them", "query", keep=())]
    return [show]


def _follow_company(explorer: Explorer, name: str) -> list[NextStep]:
    """Return the question for the paths of a company to a chip that the base holds, the H100 before others."""
    chips = [one for one in explorer.store.reader.list_entities() if one.kind == "Chip" and not one.generic]
    first = next((one.name for one in chips if one.id == "h100"), chips[0].name if chips else None)
    return [make_step("how it reaches a chip", "path", name, first)] if first else []


def _follow_chip(explorer: Explorer, name: str) -> list[NextStep]:
    """Return the question for the paths to a chip from China, where the base knows that."""
    held = {one.id for one in explorer.store.reader.list_entities()}
    return [make_step("who in China reaches it", "path", "hq:CN", name)] if "china" in held else []


def _find_rule(explorer: Explorer, paths: Iterable[PathRecord]) -> str | None:
    """Return the id of a rule that verdicts on some paths rest on: one that decided, else what could change them."""
    known = {one.id.lower() for one in explorer.rulebook.regulations}
    legs = [leg for path in paths for leg in path.findings]
    rules = [
        (rule.citation not in leg.decided_by, rule.citation not in [one.citation for one in leg.pending[:1]], rule.id)
        for leg in legs
        for rule in leg.rules
    ]
    return next((id_ for *_, id_ in sorted(rules, key=lambda one: one[:2]) if id_.lower() in known), None)


def _find_ends(answer: PathAnswer, buyer: str, chip: str) -> tuple[str, str]:
    """Return the buyer and chip that were named, where these are one company and one chip, else those of a path."""
    steps = answer.paths[0].steps
    first = next((step.subject.name for step in steps if step.subject.kind == "Company"), buyer)
    one_buyer, one_chip = (
        answer.buyer.kind == "Company" and not answer.buyer.generic,
        not chip.lower().startswith("controlled"),
    )
    return buyer if one_buyer else first, chip if one_chip else steps[-1].object.name


def follow_paths(explorer: Explorer, answer: PathAnswer, buyer: str, chip: str) -> list[NextStep]:
    """Return what to ask after paths: the rule, what would close them; without a path, what is known at all."""
    rule = _find_rule(explorer, [*answer.paths, *answer.unnamed])
    number = min(2, len(answer.paths))
    steps = []
    if number and answer.provenance:  # its words have every filter, so that the number is the same path's
        words = shlex.join(["graphkit", *answer.provenance.command, "--path", str(number)])
        steps.append(NextStep(words, f"the evidence of path {number}"))
    if rule:  # a base without rules of its own is judged by those that ship
        held = rule.lower() in {one.id for one in explorer.store.reader.list_entities()}
        say = "what that rule says"
        steps.append(make_step(say, "show", rule) if held else make_step(say, "show", rule, "-f", "shipped", keep=()))
    if answer.paths:
        steps.append(make_step("what would leave no path", "close", *_find_ends(answer, buyer, chip)))
    elif not buyer.lower().startswith("hq:"):
        steps.append(make_step("all that is known of the buyer", "show", buyer))
    return [*steps, make_step(_SCREEN, "screen", EXAMPLE)]


def follow_exposure(answer: ExposureAnswer) -> list[NextStep]:
    """Return what to ask after a matrix: its surest path in full."""
    found = sorted(answer.found, key=lambda pair: (pair[1].status != "done", -pair[1].confidence))
    steps = [make_step("the paths of one pair", "path", cell.buyer.name, cell.chip.name) for cell, _ in found[:1]]
    file = next((one.file for one in answer.lists if one.file != "standard input"), None)
    screen = (
        make_step("owners and listed parties, too", "screen", file) if file else make_step(_SCREEN, "screen", EXAMPLE)
    )
    return [*steps, screen]


def follow_show(explorer: Explorer, answer: EntityAnswer) -> list[NextStep]:
    """Return what to ask after all that is known of something."""
    name = answer.entity.name
    if answer.entity.kind in ("Company", "Product"):
        view = make_step("draw what is around it", "view", name, "-o", "around.html")
        return [*_follow_company(explorer, name), view]
    if answer.entity.kind == "Chip":
        return _follow_chip(explorer, name)
    if answer.entity.kind == "Region":
        return [make_step("the companies there", "list", "companies", "--in", name)]
    screen = make_step(_SCREEN, "screen", EXAMPLE)
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
