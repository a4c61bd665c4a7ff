"""Help pages: commands and options in groups, whole sentences, 80 columns; what was probably meant by a command."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from graphkit.cli.files import check_arguments
from graphkit.cli.progress import show_activity

#: Commands by what a person wants to do; one that stands in none is shown under `More`.
COMMANDS: Mapping[str, Sequence[str]] = {
    "Look around": ("list", "find", "show"),
    "Ask": ("path", "exposure", "close", "query", "view"),
    "Pass on": ("brief", "site", "replay"),
    "Screen customers": ("screen",),
    "Ask the rules": ("license", "chip", "whatif"),
    "Keep a fact base": ("init", "check", "build"),
    "Read documents": ("ingest", "review", "evaluate"),
    "Set up": ("completion", "notebooks"),
}
#: Other words for a command.
ALIASES: Mapping[str, str] = {"licence": "license"}
#: Options by what they do, by the name of their parameter; the others come first, as `Options`.
OPTIONS: Mapping[str, Sequence[str]] = {
    "Where to look": ("factbases", "db", "documents"),
    "Filters": ("on", "known_by", "status", "include", "exclude", "without", "min_confidence"),
    "Bounds": ("max_hops", "max_slice", "limit", "timeout"),
    "Output": (
        "form",
        "output_file",
        "output",
        "bom",
        "html",
        "pdf",
        "brief_file",
        "explain",
        "path",
        "verbose",
        "brief",
        "no_pager",
        "language",
        "lang",
    ),
}
_SECTIONS = {name: section for section, names in OPTIONS.items() for name in names}
#: Columns of a help page.
WIDTH = 80
_NARROWEST = 28


class HelpFormatter(click.HelpFormatter):
    """Writes help as wide as the terminal, also in a narrow one, where click stops at 50 columns."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        columns = min(shutil.get_terminal_size().columns, max_width or WIDTH) - 2
        super().__init__(indent_increment, width or max(columns, _NARROWEST), max_width)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms, whose texts have at least half of the width."""
        super().write_dl(list(rows), min(col_max, self.width // 2), col_spacing)


class _HelpContext(click.Context):
    formatter_class = HelpFormatter


class HelpPage(click.Command):
    """A command whose help has its options in groups."""

    context_class = _HelpContext

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command once its arguments are sound, and say on a terminal what it is doing."""
        check_arguments(ctx)
        with show_activity(self.name):
            return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the arguments, then the word for the options: no line of usage ends in dots, however narrow."""
        pieces = [_close_dots(piece) for piece in super().collect_usage_pieces(ctx)]
        return [*pieces[1:], *pieces[:1]] if pieces[:1] == [self.options_metavar] else pieces

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options by section."""
        found: dict[str, list[tuple[str, str]]] = {section: [] for section in ("Options", *OPTIONS, "Help")}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                section = "Help" if param.name == "help" else _SECTIONS.get(param.name or "", "Options")
                found[section].append(record)
        for section, records in found.items():
            if records:
                with formatter.section(section):
                    formatter.write_dl(records)


def _close_dots(piece: str) -> str:
    """Return an argument that may be repeated with its dots in brackets.

    >>> _close_dots("[NAMES]..."), _close_dots("FILES...")
    ('[NAMES ...]', 'FILES [...]')
    """
    plain = piece.removesuffix("...")
    if plain == piece:
        return piece
    return f"{plain[:-1]} ...]" if plain.endswith("]") else f"{plain} [...]"


class CommandGroups(click.Group):
    """A group whose help has its commands in groups, and which knows what a misspelt command was meant to be."""

    command_class = HelpPage
    context_class = _HelpContext

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name or another word for it."""
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for. Raises UsageError with what was probably meant."""
        command = self.get_command(ctx, args[0])
        if command is not None:
            return command.name, command, args[1:]
        if args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from graphkit.names import Spellings

        near = Spellings((name, (name,)) for name in (*self.commands, *ALIASES)).find_near(args[0])
        hint = f": did you mean {' or '.join(near)}?" if near else f": {ctx.command_path} --help lists them."
        raise click.UsageError(f"No such command {args[0]!r}{hint}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section, each with the first sentence of its help."""
        listed = {name for names in COMMANDS.values() for name in names}
        sections = {**COMMANDS, "More": [name for name in self.list_commands(ctx) if name not in listed]}
        for section, names in sections.items():
            records = [(name, _cut_first_sentence(self.commands[name])) for name in names if name in self.commands]
            if records:
                with formatter.section(section):
                    formatter.write_dl(records)


def _cut_first_sentence(command: click.Command) -> str:
    paragraph = " ".join((command.help or "").partition("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z])", paragraph)[0]
