"""Arguments as a shell's user types them, brought to the form that the parser takes."""

import dataclasses
import json
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

from semisup.settings.options import Options


def normalised(arguments: list[str], settings: type[Options]) -> list[str]:
    """The options of a command: dashes in their names become underscores, the values of a list become one in brackets
    (`--widths 128 64` and `--widths 128,64` are `--widths=[128, 64]`), and --config comes first, so that flags beat it.

    Args:
        arguments: without the name of the command.
        settings: of the command.
    """
    lists = {option.name: item for option in dataclasses.fields(settings) if (item := item_type(option.type))}
    found: list[str] = []
    waiting = [_underscored(argument) for argument in arguments]
    while waiting:
        argument = waiting.pop(0)
        name, _, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or name not in lists:
            found.append(argument)
            continue
        values = [value] if value else []
        while waiting and not waiting[0].startswith("--") and "=" not in argument:
            values.append(waiting.pop(0))
        found.append(f"--{name}={_bracketed(values, lists[name])}" if values else argument)
    return _configuration_first(found)


def item_type(kind: Any) -> Any:
    """Of the items of a list, or of one that may be None; None for what is no list."""
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
    """The values of a list as YAML; what is in brackets already, or is to be null, stays."""
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
