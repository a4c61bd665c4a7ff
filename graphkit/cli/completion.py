"""Completion in a shell: the program that a shell reads, and what completes each parameter."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.common import main
from graphkit.cli.files import OUTPUT
from graphkit.cli.output import write_text
from graphkit.errors import GraphkitError, InvalidValue

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from graphkit.explorer import Explorer
    from graphkit.facts import Entity
    from graphkit.rulebook import Rulebook

SHELLS = ("bash", "zsh", "fish")
#: The variable by which click knows that a shell asks.
_VARIABLE = "_GRAPHKIT_COMPLETE"
#: Most words that are offered.
_MOST = 200

Words = Iterable[tuple[str, str]]


@contextlib.contextmanager
def _open(ctx: click.Context) -> Iterator[Explorer]:
    from graphkit.explorer import Explorer

    folders: tuple[Path, ...] = ctx.params.get("factbases") or ()
    with Explorer.open(*folders, db=None if folders else ctx.params.get("db")) as explorer:
        yield explorer


def _list_entities(ctx: click.Context, *kinds: str) -> Iterator[tuple[str, str]]:
    """Yield the entities of some kinds (none: all) as words, each with what it stands for: a name, else its id."""

    with _open(ctx) as explorer:
        for one in explorer.store.reader.list_entities():
            if not kinds or one.kind in kinds:
                yield _choose_word(one), f"{one.kind}: {one.name}"


def _choose_word(entity: Entity) -> str:
    """Return the name of an entity, its id where a shell would take the name for several words."""
    return entity.name if all(char.isalnum() or char in "-._" for char in entity.name) else entity.id


def _list_companies(ctx: click.Context) -> Words:
    return _list_entities(ctx, "Company")


def _list_buyers(ctx: click.Context) -> Words:
    yield from _list_entities(ctx, "Company", "Product")
    for code, name in _list_countries(ctx):
        yield f"hq:{code}", f"all companies headquartered in {name}"


def _list_intermediaries(ctx: click.Context) -> Words:
    return _list_entities(ctx, "Company", "Datacenter")


def _list_chips(ctx: click.Context) -> Words:
    yield "controlled", "all chips controlled on the date"
    yield from _list_entities(ctx, "Chip")


def _list_chips_of_rules(ctx: click.Context) -> Words:
    yield from ((one.family or one.id, one.name) for one in _read_rules(ctx).chips)


def _list_every(ctx: click.Context) -> Words:
    yield from _list_entities(ctx)
    yield from _list_rules(ctx)


def _read_rules(ctx: click.Context) -> Rulebook:
    with _open(ctx) as explorer:
        return explorer.rulebook


def _list_rules(ctx: click.Context) -> Words:
    yield from ((one.id, one.name) for one in _read_rules(ctx).regulations)


def _list_countries(ctx: click.Context) -> Words:
    yield from ((one.iso2, one.name) for one in _read_rules(ctx).regions if one.iso2)


def _list_places(ctx: click.Context) -> Words:
    return _list_entities(ctx, "Region")


def _list_queries(ctx: click.Context) -> Words:
    from graphkit.queries.library import load_library

    yield from ((name, one.description) for name, one in load_library().items())


def _list_parameters(ctx: click.Context) -> Words:
    from graphkit.queries.library import load_library

    # an option that waits for its value keeps click from reading the arguments before it
    found = load_library().get(ctx.params.get("name") or next(iter(ctx.args), ""))
    yield from ((f"{one.name}=", one.meaning) for one in (found.parameters if found else ()))


def _list_relations(ctx: click.Context) -> Words:
    from graphkit.ontology import RELATIONS

    yield from ((name, one.description) for name, one in RELATIONS.items())


def _list_statuses(ctx: click.Context) -> Words:
    from graphkit.ontology import STATUSES

    yield from ((name, one.description) for name, one in STATUSES.items())


def _list_confidences(ctx: click.Context) -> Words:
    from graphkit.ontology import CONFIDENCES

    yield from ((name, f"{number}") for name, number in CONFIDENCES.items())


#: What completes a parameter: by the command's name and the parameter's, else by the parameter's.
COMPLETIONS: Mapping[str, Callable[[click.Context], Words]] = {
    "buyer": _list_buyers,
    "buyers": _list_buyers,
    "end_user": _list_companies,
    "license buyer": _list_companies,
    "chip": _list_chips,
    "chips": _list_chips,
    "license chip": _list_chips_of_rules,
    "chip name": _list_chips_of_rules,
    "show name": _list_every,
    "query name": _list_queries,
    "names": _list_every,
    "params": _list_parameters,
    "via": _list_intermediaries,
    "through": _list_intermediaries,
    "without": _list_every,
    "include": _list_relations,
    "exclude": _list_relations,
    "status": _list_statuses,
    "min_confidence": _list_confidences,
    "enact": _list_rules,
    "repeal": _list_rules,
    "destination": _list_countries,
    "hq": _list_countries,
    "exporter": _list_countries,
    "seat": _list_countries,
    "inside": _list_places,
}


class Name(click.types.StringParamType):
    """A text that a shell completes from the base; it is checked where it is looked up."""

    def __init__(self, list_words: Callable[[click.Context], Words]) -> None:
        self._list_words = list_words

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the words that begin as what was written so far, in any case; of several with commas, the last."""
        from click.shell_completion import CompletionItem

        done, comma, begun = incomplete.rpartition(",")
        found: dict[str, str] = {}
        with contextlib.suppress(GraphkitError, OSError):
            for word, told in self._list_words(ctx):
                if word.casefold().startswith(begun.casefold()):
                    found.setdefault(word, told)
        return [
            CompletionItem(f"{done}{comma}{word}", help=" ".join(told.split()))
            for word, told in sorted(found.items())[:_MOST]
        ]


def complete_names() -> None:
    """Let the parameters of all commands that take names be completed."""
    for command in main.commands.values():
        for param in command.params:
            words = COMPLETIONS.get(f"{command.name} {param.name}") or COMPLETIONS.get(param.name or "")
            if words is not None and param.type is click.STRING:
                param.type = Name(words)


@main.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    default="-",
    metavar="FILE",
    help="Write to this file, - for standard output, the default.",
)
def completion(shell: str, output: Path) -> None:
    """Print the lines with which SHELL completes commands, options, names, chips, rules and queries.

    bash: add `eval "$(graphkit completion bash)"` to ~/.bashrc. zsh: the same with zsh, to ~/.zshrc. fish: write
    them to ~/.config/fish/completions/graphkit.fish.

    \b
    Examples:
      graphkit completion bash
      graphkit completion fish --output graphkit.fish

    Next: graphkit list
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise InvalidValue(f"no completion is known for {shell}: choose from {', '.join(SHELLS)}")
    template = found(main, {}, "graphkit", _VARIABLE)
    write_text(template.source_template % template.source_vars(), None if str(output) == "-" else output)
