"""The files and folders that commands are given: their types, and that none is written over what is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from graphkit.errors import InvalidValue

#: The endings of files that are part of a fact base where they lie in its folder.
_READ_IN_FOLDERS = (".csv", ".yaml", ".yml")


class NamedPath(click.Path):
    """A file or folder by a name; an empty one, which Python takes for the current folder, is a fault."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value) == "":
            self.fail("it is empty: give a name", param, ctx)
        return super().convert(value, param, ctx)


class FactBaseFolder(NamedPath):
    """A fact-base folder; `shipped` is the one that comes with graphkit, wherever it is installed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "shipped":
            from graphkit.factbase import find_shipped_seeds

            return find_shipped_seeds()
        return super().convert(value, param, ctx)


class OutputFile(NamedPath):
    """A file that a command writes."""


class FileBeside(OutputFile):
    """A file that is written beside the answer, which has standard output."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value) == "-":
            self.fail("standard output has the answer: give the name of a file", param, ctx)
        return super().convert(value, param, ctx)


FACTBASE = FactBaseFolder(path_type=Path, file_okay=False)
FOLDER = NamedPath(path_type=Path, file_okay=False)
FILE = NamedPath(path_type=Path, dir_okay=False)
#: Files, - for standard input, that a command looks at itself.
INPUT = NamedPath(path_type=Path, allow_dash=True)
BESIDE = FileBeside(path_type=Path, dir_okay=False)
OUTPUT = OutputFile(path_type=Path, allow_dash=True)


def check_arguments(context: click.Context) -> None:
    """Refuse an option that is given without a value, and a file to write that is read or is written twice.

    An option that a script gave an empty variable would be left out without a word. Raises InvalidValue.
    """
    _refuse_empty(context)
    written: dict[Path, str] = {}
    for option, file in _list_outputs(context):
        place = Path(os.path.realpath(file))
        if place in written:
            raise InvalidValue(f"{written[place]} and {option} both name {str(file)!r}: give each a file of its own")
        written[place] = option
        _refuse_input(context, option, file, place)


def _refuse_empty(context: click.Context) -> None:
    for param in context.command.params:
        given = context.params.get(param.name or "")
        source = context.get_parameter_source(param.name or "")
        if source is click.core.ParameterSource.COMMANDLINE and "" in _flatten(given):
            mend = "give a value" if param.required else "give a value, or leave it out"
            raise InvalidValue(f"{_name_parameter(param)} is empty: {mend}")


def _name_parameter(param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name


def _list_outputs(context: click.Context) -> Iterator[tuple[str, Path]]:
    for param in context.command.params:
        file = context.params.get(param.name or "")
        if isinstance(param.type, OutputFile) and isinstance(file, Path) and str(file) != "-":
            yield _name_parameter(param), file


def _refuse_input(context: click.Context, option: str, file: Path, place: Path) -> None:
    for param in context.command.params:
        if isinstance(param.type, OutputFile):
            continue
        for value in _flatten(context.params.get(param.name or "")):
            other = Path(str(value).removeprefix("@"))
            try:
                read = Path(os.path.realpath(other))
                if read.is_file() and (read == place or (place.exists() and place.samefile(read))):
                    raise InvalidValue(f"{option} {str(file)!r} is a file that is read: give the name of another")
                inside = isinstance(value, Path) and read.is_dir() and place.is_relative_to(read)
            except (OSError, ValueError):  # no name of a file
                continue
            is_text = param.name == "documents" and place.exists()
            if inside and (is_text or place.suffix.lower() in _READ_IN_FOLDERS):
                raise InvalidValue(
                    f"{option} {str(file)!r} lies in {str(value)!r}, which is read: give a file outside of it"
                )


def _flatten(value: object) -> Iterator[str | Path]:
    if isinstance(value, (str, Path)):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _flatten(one)
