"""Turn a command line into settings. Nothing heavy is imported here."""

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
    DescribeSettings,
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
    """A row of the table `COMMANDS`.

    Attributes:
        settings: dataclass of its options.
        summary: one line for `--help`.
        positional: whether its required options are typed without a flag.
        tensorflow: whether the command needs TensorFlow.
    """

    settings: type[Options]
    summary: str
    positional: bool = False
    tensorflow: bool = True


COMMANDS = {
    "describe": Command(DescribeSettings, "say what is read from your data, without training", tensorflow=False),
    "pretrain": Command(PretrainSettings, "stage one: train an autoencoder on all the data, without labels"),
    "finetune": Command(FinetuneSettings, "stage two: train a classifier on the encoder with a few labels"),
    "compare": Command(CompareSettings, "compare methods and baselines on the same label draws"),
    "compare_codes": Command(CompareCodesSettings, "compare the codes of several stage-one runs"),
    "predict": Command(PredictSettings, "classify the inputs of a file, of any size", positional=True),
    "export": Command(ExportSettings, "write a classifier as an ONNX file"),
    "evaluate": Command(EvaluateSettings, "score what else the code of a run is good for, one task at a time"),
    "suggest": Command(SuggestSettings, "list the inputs whose labels would help most"),
    "index": Command(IndexSettings, "index a run's inputs by binary codes, or add inputs to an index"),
    "search": Command(SearchSettings, "find the items of an index that are nearest to new inputs"),
    "reproduce": Command(ReproduceSettings, "do a run again from its own record, and say what differs"),
    "ui": Command(UiSettings, "open the MLflow UI on the runs", tensorflow=False),
}

set_parsing_settings(add_print_completion_argument=True)

REFUSALS = (  # messages of jsonargparse, and our sentence for each
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
    """Return the name of the command ("" if none) and the arguments in the form that the parser accepts."""
    first = arguments[0].replace("-", "_") if arguments and not arguments[0].startswith("-") else ""
    if first in COMMANDS:
        return first, [first, *typed.normalised(arguments[1:], COMMANDS[first].settings)]
    if first:
        raise InputError(
            f"expected a command: {', '.join(COMMANDS)}, found {arguments[0]!r}{_did_you_mean(first, list(COMMANDS))}"
        )
    return "", [argument.replace("--print-completion", "--print_completion") for argument in arguments]


def _parser(command: str) -> "_Parser":
    """Return the parser of all commands. If the command is known, add the options of that one alone.

    That saves a quarter of a second.
    """
    parser = _Parser(
        prog="semisup",
        usage="semisup COMMAND [OPTIONS]",
        description="Train with a lot of data and few labels. `semisup COMMAND --help` lists the options of a command.",
        version=__version__,
    )
    commands = parser.add_subcommands()
    for name, row in COMMANDS.items():
        sub = _Parser(
            usage=f"semisup {name} {'FILE ' if row.positional else ''}[OPTIONS]",
            description=" ".join(row.settings.__doc__.partition("Args:")[0].split()),
        )
        if command in ("", name):
            sub.add_argument("--config", action="config", help="YAML file with any of the options. Flags override it.")
            _add_options(sub, row)
        commands.add_subcommand(name, sub, help=row.summary)
    return parser


def _add_options(parser: "_Parser", command: Command) -> None:
    """Add the options of a command to its parser, group by group."""
    by_title: dict[str, Any] = {}
    for group in groups(command.settings):
        if group.title not in by_title:
            by_title[group.title] = parser.add_argument_group(group.title)
        by_title[group.title].add_class_arguments(group, as_group=False, as_positional=command.positional)


class _RefusedError(Exception):
    """Bad arguments, with the message of jsonargparse."""


class _Parser(ArgumentParser):
    """Raises an error for `parse` to reword, instead of printing a usage text and jsonargparse's message."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=HelpFormatter, **options)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        raise _RefusedError(message)


def _sentence(message: str, command: str) -> str:
    """Reword a message of jsonargparse as "OPTION: expected ..., found ..."."""
    unknown = re.match(r"unrecognized arguments: (\S+)", message)
    if unknown:
        known = [f"--{name}" for name in types_of(command)]
        suggestion = _did_you_mean(unknown[1].partition("=")[0], known)
        return f"{unknown[1]}: unknown option{suggestion or ','} --help lists the known ones"
    for pattern, sentence in REFUSALS:
        match = re.match(pattern, message)
        if match:
            return sentence.format(*match.groups())
    key = re.match(r'Parser key "([\w.]+)":\s*', message)
    value = re.search(r"(?:Given value: |Got value: |base 10: )(?!.*value: )(.*)$", message, re.DOTALL)
    if not key or not value:
        return " ".join(message.split())
    option = key[1].split(".")[-1]
    kind = types_of(command).get(option, str)
    return f"{option}: expected {in_words(kind)}{_example(option, kind)}, found {value[1].strip()}"


def types_of(command: str) -> dict[str, Any]:
    """Return the types of a command's options, by name. Without a command (""), return none."""
    return {field.name: field.type for field in dataclasses.fields(COMMANDS[command].settings)} if command else {}


def _did_you_mean(typed_name: str, known: list[str]) -> str:
    """Return a suggestion for a misspelt name, to add to a message. Return "" if no known name is similar."""
    near = difflib.get_close_matches(typed_name, known, 1)
    return f", did you mean {near[0]}?" if near else ""


def _example(option: str, kind: Any) -> str:
    """Return an example of how to type a list, to add to a message. Return "" for other types."""
    item = typed.item_type(kind)
    if item is None:
        return ""
    return f" (as in --{option} {'NAME NAME' if item is str else '128 64'})"


def in_words(kind: Any) -> str:
    """Return a type annotation in words."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if get_origin(kind) is list:
        return "a list, each " + in_words(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(in_words(part) for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is dict:
        return "a mapping of names to options"
    return {int: "a whole number", float: "a number", str: "text", bool: "true or false"}[kind]
