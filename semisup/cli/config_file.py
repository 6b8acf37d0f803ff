"""What a configuration file may be made of: YAML of plain values, of a size that a person would write."""

from pathlib import Path

import yaml

from semisup.errors import InputError

MOST_BYTES = 2**20
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OF_THE_PARSER = ("config", "print_config", "__default_config__", "__path__", "__orig__")  # it would read another file
DEEPEST = 20
MOST_VALUES = 20_000  # aliases (*name) counted as what they stand for
LONGEST_PATH = 4096


def check_all(arguments: list[str]) -> None:
    """Check the files that a command line names, as far as they can be read: what cannot is the parser's to refuse.

    Raises:
        InputError, UnicodeDecodeError: as `check` does; one is not in UTF-8.
    """
    for i, argument in enumerate(arguments):
        name = argument.removeprefix("--config=") if argument.startswith("--config=") else None
        name = arguments[i + 1] if argument == "--config" and i + 1 < len(arguments) else name
        if name and len(name) < LONGEST_PATH and "\0" not in name and Path(name).is_file():
            check(name, Path(name).read_text(encoding="utf-8"))


def check(name: str, text: str) -> None:
    """Look at a text of YAML before it is loaded: aliases of aliases, deep nesting and long numbers cost a parser
    minutes or all memory.

    Raises:
        InputError: it is too large, nested too deeply, refers to itself, or is no YAML.
    """
    if len(text) > MOST_BYTES:
        raise InputError(f"config: {name}: expected at most {MOST_BYTES} characters, found {len(text)}")
    sizes: dict[str, int] = {}  # of what has an anchor (&name) and has ended
    open_nodes: list[tuple[str | None, int]] = []  # anchor, and values counted before it
    count = 0
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append((event.anchor, count))
                count += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = open_nodes.pop()
                if anchor is not None:
                    sizes[anchor] = count - before
            elif isinstance(event, yaml.ScalarEvent):
                count += 1
                if event.anchor is not None:
                    sizes[event.anchor] = 1
                if len(event.value) > 1000 and event.value.lstrip("+-").replace("_", "").isdigit():
                    raise InputError(f"config: {name}: expected numbers, found one of {len(event.value)} digits")
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in sizes:
                    raise InputError(f"config: {name}: *{event.anchor} expected to stand for something before it")
                count += sizes[event.anchor]
            if len(open_nodes) > DEEPEST or count > MOST_VALUES:
                raise InputError(
                    f"config: {name}: expected at most {MOST_VALUES} values, nested at most {DEEPEST} deep, found more"
                )
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise InputError(f"config: {name}: expected YAML ({error})") from None
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value in OF_THE_PARSER:
            raise InputError(f"config: {name}: unknown key {key.value}, --help lists the known ones")
