"""Bring arguments as users type them into the form that the parser accepts."""

import dataclasses
import json
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

from semisup.settings.options import Options


def normalised(arguments: list[str], settings: type[Options]) -> list[str]:
    """Return the options of a command in one normal form.

    Dashes in names become underscores. The values of a list become one value in brackets: `--widths 128 64` and
    `--widths 128,64` both become `--widths=[128, 64]`. --config comes first, so that flags override it.

    Args:
        arguments: what the user typed after the name of the command.
        settings: settings of the command.
    """
    lists = {option.name: item for option in dataclasses.fields(settings) if (item := item_type(option.type))}
    done: list[str] = []
    left = [_underscored(argument) for argument in arguments]
    while left:
        argument = left.pop(0)
        name, _, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or name not in lists:
            done.append(argument)
            continue
        values = [value] if value else []
        while left and not left[0].startswith("--") and "=" not in argument:
            values.append(left.pop(0))
        done.append(f"--{name}={_bracketed(values, lists[name])}" if values else argument)
    return _configuration_first(done)


def item_type(kind: Any) -> Any:
    """Return the type of the items of a list type, also one that allows None. Return None for all other types."""
    if get_origin(kind) is list:
        return get_args(kind)[0]
    parts = [part for part in get_args(kind) if part is not NoneType]
    return item_type(parts[0]) if NoneType in get_args(kind) and len(parts) == 1 else None


def _underscored(argument: str) -> str:
    if not argument.startswith("--"):
        return argument
    name, equals, value = argument.partition("=")
    return "--" + name[2:].replace("-", "_") + equals + value


def _bracketed(values: list[str], item: Any) -> str:
    """Return the values of a list as a YAML list. A value that has brackets already, or is null, stays as it is."""
    if len(values) == 1 and (values[0].lstrip().startswith("[") or values[0] in ("null", "~")):
        return values[0]
    items = [part for value in values for part in ([value] if _is_file(value) else value.split(","))]
    return "[" + ", ".join(json.dumps(part) if item is str else part for part in items if part != "") + "]"


def _is_file(value: str) -> bool:
    try:
        return Path(value).exists()
    except (OSError, ValueError):
        return False


def _configuration_first(arguments: list[str]) -> list[str]:
    for i, argument in enumerate(arguments):
        count = 2 if argument == "--config" else 1 if argument.startswith("--config=") else 0
        if count:
            return [*arguments[i : i + count], *arguments[:i], *arguments[i + count :]]
    return arguments
