"""The command line as settings. Nothing heavy is imported here."""

import dataclasses
import difflib
import re
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

from jsonargparse import ArgumentParser, set_parsing_settings

from semisup import __version__
from semisup.cli import arguments as typed
from semisup.cli import config_file
from semisup.cli.help import HelpFormatter
from semisup.errors import InputError
from semisup.settings import (
    CompareCodesSettings,
    CompareSettings,
    EvaluateSettings,
    ExportSettings,
    FinetuneSettings,
    IndexSettings,
    PredictSettings,
    PretrainSettings,
    ReproduceSettings,
    SearchSettings,
    SuggestSettings,
    UiSettings,
)
from semisup.settings.options import Options, groups


@dataclass(frozen=True)
class Command:
    """A row of the table.

    Attributes:
        settings: what the command takes.
        summary: a line for `--help`.
        positional: whether what it requires is named without its option.
        tensorflow: whether its work needs TensorFlow.
    """

    settings: type[Options]
    summary: str
    positional: bool = False
    tensorflow: bool = True


COMMANDS = {
    "pretrain": Command(PretrainSettings, "stage one: train an autoencoder on all the data, without labels"),
    "finetune": Command(FinetuneSettings, "stage two: train a classifier on the encoder with a few labels"),
    "compare": Command(CompareSettings, "compare methods and baselines on the same label draws"),
    "compare_codes": Command(CompareCodesSettings, "compare the codes of several stage-one runs"),
    "predict": Command(PredictSettings, "classify the inputs of a file, of any size", positional=True),
    "export": Command(ExportSettings, "write a classifier as an ONNX file"),
    "evaluate": Command(EvaluateSettings, "score what else the code of a run is good for, one task at a time"),
    "suggest": Command(SuggestSettings, "list the inputs whose labels would help most"),
    "index": Command(IndexSettings, "make a search index of a run's inputs by binary codes, or add to one"),
    "search": Command(SearchSettings, "find what is nearest to new inputs in an index"),
    "reproduce": Command(ReproduceSettings, "do a run again from its own record, and say what differs"),
    "ui": Command(UiSettings, "open the MLflow UI on the runs", tensorflow=False),
}

set_parsing_settings(add_print_completion_argument=True)

REFUSALS = (  # what jsonargparse says, and how we put it
    (
        r"Subcommand '(\w+)' does not accept option '(.+)'",
        "{1}: unknown key in the configuration of {0}, --help lists the known ones",
    ),
    (r'expected "subcommand"', f"expected a command: {', '.join(COMMANDS)}"),
    (r'Parser key "config": File does not exist: (.*)', "config: no such file: {0}"),
    (r"the following arguments are required: (?:\w+\.)?(\w+)", "{0}: expected with this command, --help explains it"),
    (r"argument --(\w+)\S*: expected (?:one|at least one) argument", "{0}: expected a value behind it, found none"),
    (r"Unexpected config", "config: expected a YAML file of options and values, found none in it"),
)


def parse(arguments: list[str]) -> tuple[str, Options]:
    """Turn command-line arguments into a command's name and its settings.

    Raises:
        InputError: an unknown command or option, or a bad value, on the command line or in a configuration file.
    """
    command, arguments = _command(arguments)
    try:
        config_file.check_all(arguments)
        parsed = _parser(command).parse_args(arguments)
    except _RefusedError as error:
        raise InputError(_sentence(str(error), command)) from None
    except UnicodeDecodeError as error:
        raise InputError(f"config: expected a YAML file in UTF-8 ({error.reason})") from None
    except (RecursionError, MemoryError) as error:
        raise InputError(f"options: expected values of a usual size ({error})") from None
    values = parsed[parsed.subcommand].as_dict()
    settings = COMMANDS[parsed.subcommand].settings
    types = {field.name: field.type for field in dataclasses.fields(settings)}
    for name, kind in types.items():
        if values[name] is None and NoneType not in get_args(kind):  # jsonargparse takes it
            raise InputError(f"{name}: expected {in_words(kind)}, found null")
    return parsed.subcommand, settings(**{name: values[name] for name in types})


def _command(arguments: list[str]) -> tuple[str, list[str]]:
    """The name of the command, and the arguments as the parser takes them."""
    first = arguments[0].replace("-", "_") if arguments and not arguments[0].startswith("-") else ""
    if first in COMMANDS:
        return first, [first, *typed.normalised(arguments[1:], COMMANDS[first].settings)]
    if first:
        raise InputError(
            f"expected a command: {', '.join(COMMANDS)}, found {arguments[0]!r}{_meant(first, list(COMMANDS))}"
        )
    return "", [argument.replace("--print-completion", "--print_completion") for argument in arguments]


def _parser(command: str) -> "_Parser":
    """Of all commands; the options of one alone are looked at, where it is known: that saves a quarter of a second."""
    parser = _Parser(
        prog="semisup",
        usage="semisup COMMAND [OPTIONS]",
        description="Train with a lot of data and few labels. `semisup COMMAND --help` lists the options of a command.",
        version=__version__,
    )
    commands = parser.add_subcommands()
    for name, each in COMMANDS.items():
        sub = _Parser(
            usage=f"semisup {name} {'FILE ' if each.positional else ''}[OPTIONS]",
            description=" ".join(each.settings.__doc__.partition("Args:")[0].split()),
        )
        if command in ("", name):
            sub.add_argument("--config", action="config", help="YAML file with any of the options; flags beat it")
            _add_options(sub, each)
        commands.add_subcommand(name, sub, help=each.summary)
    return parser


def _add_options(parser: "_Parser", command: Command) -> None:
    """The options of a command, group by group."""
    titled: dict[str, Any] = {}
    for group in groups(command.settings):
        if group.title not in titled:
            titled[group.title] = parser.add_argument_group(group.title)
        titled[group.title].add_class_arguments(group, as_group=False, as_positional=command.positional)


class _RefusedError(Exception):
    """What jsonargparse says of bad arguments."""


class _Parser(ArgumentParser):
    """Leaves it to `parse` to say what is wrong, instead of a usage text and jsonargparse's paragraph."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=HelpFormatter, **options)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        raise _RefusedError(message)


def _sentence(message: str, command: str) -> str:
    """jsonargparse's message as "OPTION: expected ..., found ..."."""
    unknown = re.match(r"unrecognized arguments: (\S+)", message)
    if unknown:
        known = [f"--{name}" for name in types_of(command)]
        found = unknown[1].partition("=")[0]
        meant = _meant(found, known)
        return f"{unknown[1]}: unknown option{meant or ','} --help lists the known ones"
    for pattern, sentence in REFUSALS:
        match = re.match(pattern, message)
        if match:
            return sentence.format(*match.groups())
    key = re.match(r'Parser key "([\w.]+)":\s*', message)
    found = re.search(r"(?:Given value: |Got value: |base 10: )(?!.*value: )(.*)$", message, re.DOTALL)
    if not key or not found:
        return " ".join(message.split())
    option = key[1].split(".")[-1]
    kind = types_of(command).get(option, str)
    return f"{option}: expected {in_words(kind)}{_example(option, kind)}, found {found[1].strip()}"


def types_of(command: str) -> dict[str, Any]:
    """The types of a command's options, by name; none without a command."""
    return {field.name: field.type for field in dataclasses.fields(COMMANDS[command].settings)} if command else {}


def _meant(found: str, known: list[str]) -> str:
    near = difflib.get_close_matches(found, known, 1)
    return f", did you mean {near[0]}?" if near else ""


def _example(option: str, kind: Any) -> str:
    """How a list is typed."""
    item = typed.item_type(kind)
    if item is None:
        return ""
    return f" (as in --{option} {'NAME NAME' if item is str else '128 64'})"


def in_words(kind: Any) -> str:
    """A type annotation as a user would say it."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if get_origin(kind) is list:
        return "a list, each " + in_words(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(in_words(part) for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is dict:
        return "a mapping of names to options"
    return {int: "a whole number", float: "a number", str: "text", bool: "true or false"}[kind]
