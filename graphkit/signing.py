"""Sign the answers of the front door: each method of Explorer that is a command gives its answer a provenance."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from graphkit.answers.answer import BaseStamp
    from graphkit.rulebook import Rulebook

_Method = TypeVar("_Method", bound=Callable[..., Any])

#: Options of commands whose name in Python is another, and parameters that are no option.
_OPTIONS = {"exporter": "from", "inside": "in", "rules": "rule", "parameters": "param", "text": "cypher"}
_APART = ("self", "progress", "timeout")


class Signer(Protocol):
    """An open base that signs: the options that open it, the fact bases in it, its rules."""

    source: dict[str, object]

    @property
    def bases(self) -> tuple[BaseStamp, ...]: ...

    @property
    def rulebook(self) -> Rulebook: ...


def signed(command: str, *arguments: str, **more: object) -> Callable[[_Method], _Method]:
    """Return a decorator for a method that answers as a command does: its answer gets a provenance.

    `arguments` names the parameters that are no options on the command line, `more` options that the method stands
    for. The method returns an answer, or one and what goes with it.
    """

    def decorate(method: _Method) -> _Method:
        @functools.wraps(method)
        def ask(signer: Signer, *values: Any, **named: Any) -> Any:
            from graphkit.answers.provenance import CommandLine, sign_answer

            found = method(signer, *values, **named)
            given = _list_given(method, (signer, *values), named)
            first = tuple(
                word for name in arguments if given.get(name) is not None for word in _list_words(given.pop(name))
            )
            options = {_OPTIONS.get(name, name): _convert(name, value) for name, value in given.items()}
            asked = CommandLine(command, first, {**options, **more, **signer.source})
            answer, *beside = found if isinstance(found, tuple) else (found,)
            rules = signer.rulebook.verified if "rulebook" in signer.__dict__ else None
            answer = sign_answer(answer, asked, signer.bases, rules)
            return (answer, *beside) if beside else answer

        return cast("_Method", ask)

    return decorate


def _list_given(method: Callable[..., Any], values: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given to a method and is not its default, by name, in the order of its parameters."""
    signature = inspect.signature(method)
    bound = signature.bind(*values, **named).arguments
    given: dict[str, Any] = {}
    for name, value in bound.items():
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_KEYWORD:
            given |= value
        elif name not in _APART and value != parameter.default:
            given[name] = value
    return given


def _convert(name: str, value: Any) -> object:
    """Return a value as the command line takes it."""
    if name == "parameters":
        given = sorted((value or {}).items())
        return [f"{key}={one if isinstance(one, str) else json.dumps(one, default=str)}" for key, one in given]
    if name == "chips" and not isinstance(value, str):
        return ",".join(map(str, value))
    return value if isinstance(value, (str, bool, int, float)) or value is None else _list_values(value)


def _list_words(value: Any) -> list[str]:
    """Return an argument as the words of a command line: one, or as many as there are names."""
    return _list_values(value) if isinstance(value, (list, tuple)) else [str(value)]


def _list_values(value: Any) -> list[str]:
    import os

    return [os.fspath(value)] if isinstance(value, os.PathLike) else [str(one) for one in value]
