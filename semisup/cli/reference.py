"""The reference of all options as Markdown, from the dataclasses that the command line is made of.

    python -m semisup.cli.reference semisup/settings/README.md

writes it.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from docstring_parser import parse

from semisup.cli.parser import COMMANDS, in_words
from semisup.settings.options import Options, default, groups

HEAD = """# Options

Every option of every command, as `--help` and `--print_config` have them. A YAML file for `--config` takes the same
names. This page is made from the code: `python -m semisup.cli.reference semisup/settings/README.md` writes it anew.

The options of an idea are one small dataclass, with its checks ([options.py](options.py) says how they work together).
The tables [METHODS](methods.py), [OBJECTIVES](objectives.py), [TASKS](tasks.py), [SOURCES](sources.py) and
[NETWORKS](networks.py) say which idea reads which: other options are refused where they would change nothing.
"""


def reference() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_command(name) for name in COMMANDS)])


def _command(name: str) -> str:
    """A section: a table with a row an option, group by group."""
    command = COMMANDS[name]
    rows = [_row(group, option) for group in groups(command.settings) for option in dataclasses.fields(group)]
    table = "\n".join(["| | option | value | default | what it does |", "| --- | --- | --- | --- | --- |", *rows])
    return f"## `{name}`\n\n{command.summary[0].upper()}{command.summary[1:]}.\n\n{table}\n"


def _row(group: type[Options], option: dataclasses.Field) -> str:
    told = descriptions(group)[option.name]
    return f"| {group.title} | `--{option.name}` | {in_words(option.type)} | {_default(option)} | {told} |"


def descriptions(group: type[Options]) -> dict[str, str]:
    """What the docstring of a group says of each option."""
    found = {option.arg_name: " ".join(option.description.split()) for option in parse(group.__doc__).params}
    return {name: text.replace("|", "\\|") for name, text in found.items()}


def _default(option: dataclasses.Field) -> str:
    if option.default is dataclasses.MISSING and option.default_factory is dataclasses.MISSING:
        return "(expected)"
    value: Any = default(option)
    return "" if value is None or value == "" else f"`{value if isinstance(value, str) else json.dumps(value)}`"


if __name__ == "__main__":
    for path in sys.argv[1:]:
        Path(path).write_text(reference())
