"""The reference of all options as Markdown, from the dataclasses that the command line is made of.

    python -m semisup.cli.reference README.md

puts it between the two marks in a file.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from docstring_parser import parse

from semisup.__main__ import COMMANDS, in_words

START, END = "<!-- reference -->", "<!-- end of the reference -->"


def reference() -> str:
    """A foldable table a command."""
    parts = []
    for command, (settings, summary) in COMMANDS.items():
        told = descriptions(settings)
        rows = [
            f"| `--{field.name}` | {in_words(field.type)} | {_default(field)} | {told[field.name]} |"
            for field in dataclasses.fields(settings)
        ]
        table = "\n".join(["| option | value | default | |", "| --- | --- | --- | --- |", *rows])
        parts.append(f"<details><summary><code>{command}</code>: {summary}</summary>\n\n{table}\n\n</details>")
    return "\n".join(parts)


def descriptions(settings: type) -> dict[str, str]:
    """What the docstrings of a dataclass, and of those it inherits from, say of each option."""
    told: dict[str, str] = {}
    for kind in reversed(settings.__mro__):
        if dataclasses.is_dataclass(kind):
            told |= {option.arg_name: " ".join(option.description.split()) for option in parse(kind.__doc__).params}
    return {name: text.replace("|", "\\|") for name, text in told.items()}


def _default(field: dataclasses.Field) -> str:
    if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
        return "(expected)"
    value: Any = field.default_factory() if field.default is dataclasses.MISSING else field.default
    return "" if value is None or value == "" else f"`{value if isinstance(value, str) else json.dumps(value)}`"


def inserted(text: str) -> str:
    """A text with the reference between its marks."""
    before, rest = text.split(START)
    return f"{before}{START}\n\n{reference()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(inserted(Path(name).read_text()))
