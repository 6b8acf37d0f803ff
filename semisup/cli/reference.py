"""Write the reference of all options as Markdown, from the dataclasses that define the command line.

`python -m semisup.cli.reference semisup/settings/README.md` writes it into that file.
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

This page lists every option of every command, as `--help` and `--print_config` show them. A YAML file for `--config`
takes the same names. The page is made from the code: `python -m semisup.cli.reference semisup/settings/README.md`
writes it.

Each idea (a method, an objective, a task) has its options in one small dataclass, with their checks.
[options.py](options.py) says how these dataclasses work together. The tables [METHODS](methods.py),
[OBJECTIVES](objectives.py), [TASKS](tasks.py), [SOURCES](sources.py) and [NETWORKS](networks.py) say which idea reads
which options. An option that would have no effect is refused.
"""


def reference() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(_command(name) for name in COMMANDS)])


def _command(name: str) -> str:
    """Return the section of a command: a table with one row per option."""
    command = COMMANDS[name]
    rows = [_row(group, option) for group in groups(command.settings) for option in dataclasses.fields(group)]
    table = "\n".join(["| | option | value | default | what it does |", "| --- | --- | --- | --- | --- |", *rows])
    return f"## `{name}`\n\n{command.summary[0].upper()}{command.summary[1:]}.\n\n{table}\n"


def _row(group: type[Options], option: dataclasses.Field) -> str:
    text = descriptions(group)[option.name]
    return f"| {group.title} | `--{option.name}` | {in_words(option.type)} | {_default(option)} | {text} |"


def descriptions(group: type[Options]) -> dict[str, str]:
    """Return the description of each option in the docstring of a group, by name."""
    texts = {option.arg_name: " ".join(option.description.split()) for option in parse(group.__doc__).params}
    return {name: text.replace("|", "\\|") for name, text in texts.items()}


def _default(option: dataclasses.Field) -> str:
    if option.default is dataclasses.MISSING and option.default_factory is dataclasses.MISSING:
        return "(required)"
    value: Any = default(option)
    return "" if value is None or value == "" else f"`{value if isinstance(value, str) else json.dumps(value)}`"


if __name__ == "__main__":
    for path in sys.argv[1:]:
        Path(path).write_text(reference())
