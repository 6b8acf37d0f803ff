"""Check configuration files: they must be YAML of plain values, not larger than what a person would write."""

from pathlib import Path

import yaml

from semisup.errors import InputError

MOST_BYTES = 2**20
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# With these keys, jsonargparse would read another file.
OF_THE_PARSER = ("config", "print_config", "__default_config__", "__path__", "__orig__")
DEEPEST = 20
MOST_VALUES = 20_000  # an alias (*name) counts as many values as it stands for
LONGEST_PATH = 4096


def check_all(arguments: list[str]) -> None:
    """Check the configuration files that a command line names. Skip files that do not exist: the parser refuses them.

    Raises:
        InputError: a file is refused by `check`.
        UnicodeDecodeError: a file is not in UTF-8.
    """
    for i, argument in enumerate(arguments):
        name = argument.removeprefix("--config=") if argument.startswith("--config=") else None
        name = arguments[i + 1] if argument == "--config" and i + 1 < len(arguments) else name
        if name and len(name) < LONGEST_PATH and "\0" not in name and Path(name).is_file():
            check(name, Path(name).read_text(encoding="utf-8"))


def check(name: str, text: str) -> None:
    """Check a YAML text before it is loaded. Aliases of aliases, deep nesting and long numbers could cost the parser
    minutes or all memory.

    Args:
        name: name of the file, for error messages.
        text: content of the file.

    Raises:
        InputError: the text is too large, nested too deeply, refers to itself, is not YAML, or has a key that would
            make the parser read another file.
    """
    if len(text) > MOST_BYTES:
        raise InputError(f"config: {name}: expected at most {MOST_BYTES} characters, found {len(text)}")
    sizes: dict[str, int] = {}  # values in each finished node that has an anchor (&name)
    open_nodes: list[tuple[str | None, int]] = []  # the anchor, and how many values came before the node
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
