"""Settings that a person keeps in a file: `graphkit.toml` in the working folder, else in the user's config folder.

    base = "my-base"                    # a folder, or several in a list; beside the file if not absolute
    database = "neo4j://localhost"      # what --db takes, without a password
    date = "2024-06-06"                 # what --on takes
    language = "fr"                     # what --language takes

What the command line gives comes first, then the environment, then the working folder's file, then the user's. An
answer says which settings it rests on. `build`, `check` and the commands that read documents take none of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from graphkit.errors import InvalidValue

FILE = "graphkit.toml"
#: The parameters that each setting stands for.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "base": ("factbases",),
    "database": ("db",),
    "date": ("on",),
    "language": ("language", "lang"),
}
#: Commands that take no setting but the language: what they write to or read from is told anew each time.
_WITHOUT = frozenset(("build", "check", "init", "ingest", "review", "evaluate"))


class UserSetting(msgspec.Struct, frozen=True):
    """A setting: the file that it stands in, its name, and its value."""

    file: Path
    name: str
    value: str | tuple[str, ...]

    def __str__(self) -> str:
        from graphkit.engines import mask_secrets

        value = ", ".join(self.value) if isinstance(self.value, tuple) else mask_secrets(self.value)
        return f"{self.name} {value}"


def find_files() -> list[Path]:
    """Return the settings files that there are, the user's first."""
    import platformdirs

    places = [Path()]
    with contextlib.suppress(RuntimeError, KeyError):  # neither HOME nor an account: no folder is the user's
        places.insert(0, platformdirs.user_config_path("graphkit", appauthor=False))
    return [place / FILE for place in places if (place / FILE).is_file()]


def read_settings() -> dict[str, UserSetting]:
    """Return the settings by name, those of the working folder before the user's. Raises InvalidValue."""
    return {one.name: one for file in find_files() for one in read_file(file)}


def read_file(file: Path) -> list[UserSetting]:
    """Return the settings of a file. Raises InvalidValue: a line that says what, where and how to mend it."""
    import tomllib  # only who has settings waits for it

    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise InvalidValue(f"{file} is not UTF-8 text: save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidValue(f'{file}: {error}: write NAME = "VALUE", a setting a line') from None
    return [_check_setting(file, name, value) for name, value in given.items()]


def _check_setting(file: Path, name: str, value: object) -> UserSetting:
    if name not in PARAMETERS:
        from graphkit.names import Spellings

        near = Spellings((one, (one,)) for one in PARAMETERS).find_near(name, 1)
        hint = f"did you mean {near[0]}? Choose" if near else "choose"
        raise InvalidValue(f"{file}: {name!r} is no setting: {hint} from {', '.join(PARAMETERS)}")
    if name == "base":
        folders = value if isinstance(value, list) else [value]
        if not folders or not all(isinstance(one, str) and one for one in folders):
            raise InvalidValue(f'{file}: base is no folder: write base = "my-base", or several in a list')
        return UserSetting(file, name, tuple(_resolve_folder(file, str(one)) for one in folders))
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue(f'{file}: {name} is no text: write {name} = "VALUE", in quotes')
    if name == "database":
        _refuse_password(file, value)
    if name == "date":
        from graphkit.facts import get_earliest_day

        try:
            get_earliest_day(value)
        except InvalidValue as error:
            raise InvalidValue(f"{file}: date: {error}") from None
    return UserSetting(file, name, value)


def _resolve_folder(file: Path, folder: str) -> str:
    """Return a folder as seen from the working folder: it is written as seen from its file."""
    return folder if folder == "shipped" else str(file.parent / folder)


def _refuse_password(file: Path, address: str) -> None:
    from graphkit.engines import mask_secrets

    if address != mask_secrets(address):
        raise InvalidValue(
            f"{file}: database holds a user or a password: write the address alone, and give them as NEO4J_USERNAME "
            "and NEO4J_PASSWORD"
        )


def set_defaults(ctx: click.Context, commands: Mapping[str, click.Command]) -> None:
    """Make the settings the defaults of the commands. Raises InvalidValue."""
    settings = read_settings()
    if not settings:
        return
    values = {
        parameter: list(one.value) if isinstance(one.value, tuple) else one.value
        for one in settings.values()
        for parameter in PARAMETERS[one.name]
    }
    spoken = {name: value for name, value in values.items() if name in PARAMETERS["language"]}
    ctx.default_map = {name: spoken if name in _WITHOUT else values for name in commands}
    ctx.meta[__name__] = settings


def list_used(ctx: click.Context) -> list[UserSetting]:
    """Return the settings that a command's parameters came from."""
    settings: dict[str, UserSetting] = ctx.meta.get(__name__, {})
    taken = click.core.ParameterSource.DEFAULT_MAP
    return [
        one
        for one in settings.values()
        if any(name in ctx.params and ctx.get_parameter_source(name) is taken for name in PARAMETERS[one.name])
    ]


def find_file(ctx: click.Context, parameter: str) -> Path | None:
    """Return the file of settings that a parameter of a command came from, None where it did not."""
    if ctx.get_parameter_source(parameter) is not click.core.ParameterSource.DEFAULT_MAP:
        return None
    settings: dict[str, UserSetting] = ctx.meta.get(__name__, {})
    return next((one.file for one in settings.values() if parameter in PARAMETERS[one.name]), None)


def describe_used(ctx: click.Context) -> str | None:
    """Return in one line the settings that a command's parameters came from, None where there are none."""
    used = list_used(ctx)
    if not used:
        return None
    files = dict.fromkeys(str(one.file) for one in used)
    return f"set in {' and '.join(files)}: {', '.join(map(str, used))}"
