"""The command line. Nothing heavy is imported before a command and its options are known to be valid."""

import dataclasses
import importlib
import re
import sys
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

from jsonargparse import ArgumentParser

from semisup import configuration, interrupts, store_faults
from semisup.distribution import cluster
from semisup.errors import InputError, PeerError
from semisup.settings import (
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

COMMANDS = {
    "pretrain": (PretrainSettings, "stage one: train an autoencoder on all the data, without labels"),
    "finetune": (
        FinetuneSettings,
        "stage two: train a classifier, or a reader of numbers, on the encoder with a few labels",
    ),
    "compare": (CompareSettings, "encoder modes and baselines on the same label draws, over several budgets"),
    "predict": (PredictSettings, "classify the inputs of a file, of any size"),
    "export": (ExportSettings, "write a classifier as an ONNX file"),
    "evaluate": (EvaluateSettings, "what else the code of a run is good for, one task at a time"),
    "suggest": (SuggestSettings, "what to label next: the inputs whose labels would help most"),
    "index": (IndexSettings, "make a search index of a run's inputs by binary codes, or add to one"),
    "search": (SearchSettings, "find what is nearest to new inputs in an index"),
    "reproduce": (ReproduceSettings, "do a run again from its own record, and say what differs"),
    "ui": (UiSettings, "open the MLflow UI on the runs"),
}

POSITIONAL = ("predict",)  # what they require is given without the name of the option

# What is read and checked before TensorFlow loads (a function of `inputs`), and what prints the result (of `report`).
# The work between them is done by the function that has the name of its module.
AROUND = {
    "pretrain": ("for_stage_one", "pretrained"),
    "pretrain_together": ("for_cluster", "pretrained_together"),
    "finetune": ("for_stage_two", "finetuned"),
    "finetune_reader": ("for_reader", "taught_to_read"),
    "compare": ("for_comparison", "compared"),
    "compare_stage_one": ("for_stage_one_grid", "stage_one_compared"),
    "predict": ("for_prediction", "predicted"),
    "export": ("for_export", "exported"),
    "evaluate": ("for_evaluation", "evaluated"),
    "suggest": ("for_suggestion", "suggested"),
    "index": ("for_index", "indexed"),
    "search": ("for_search", "found"),
    "reproduce": ("for_reproduction", "reproduced"),
}

REFUSALS = (  # what jsonargparse says, and how we put it
    (r"unrecognized arguments: (\S+)", "{0}: unknown option, --help lists the known ones"),
    (
        r"Subcommand '(\w+)' does not accept option '(.+)'",
        "{1}: unknown key in the configuration of {0}, --help lists the known ones",
    ),
    (r'expected "subcommand"', f"expected a command: {', '.join(COMMANDS)}"),
    (
        r"argument subcommand: invalid choice: ('.*?')",
        f"expected a command: {', '.join(COMMANDS)}, found {{0}}",
    ),
    (r'Parser key "config": File does not exist: (.*)', "config: no such file: {0}"),
    (r"the following arguments are required: \w+\.(\w+)", "{0}: expected with this command, --help says what it takes"),
    (r"Unexpected config", "config: expected a YAML file of options and values, found none in it"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 (training failed, be it one cell of a comparison), 2 (bad input)
    or 130 (interrupted). A process of a cluster that fails is ended here."""
    status = _status(arguments)
    if status and (devices := sys.modules.get("semisup.distribution.devices")):
        devices.end_if_joined(status)
    return status


def _status(arguments: list[str] | None) -> int:
    try:
        command, settings = parse(sys.argv[1:] if arguments is None else arguments)
        with interrupts.listening(), store_faults.told():
            return _run(command, settings)
    except InputError as error:
        return _refuse(error)
    except (FloatingPointError, PeerError) as error:
        print(f"semisup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("semisup: interrupted; a run that was under way is marked as KILLED", file=sys.stderr)
        return 130


def parse(arguments: list[str]) -> tuple[str, Any]:
    """Turn command-line arguments into a command's name and its settings.

    Raises:
        InputError: an unknown command or option, or a bad value, on the command line or in a configuration file.
    """
    parser = _Parser(prog="semisup", description="Train with a lot of data and few labels.")
    commands = parser.add_subcommands()
    for name, (settings, summary) in COMMANDS.items():
        sub = _Parser(description=settings.__doc__.split("\n\n")[0])
        sub.add_argument("--config", action="config", help="YAML file with any of the options below; flags beat it")
        sub.add_class_arguments(settings, as_group=False, as_positional=name in POSITIONAL)
        commands.add_subcommand(name, sub, help=summary)
    try:
        configuration.check_all(arguments)
        parsed = parser.parse_args(_configuration_first(arguments))
    except _RefusedError as error:
        raise InputError(_sentence(str(error), arguments[0] if arguments else "")) from None
    except UnicodeDecodeError as error:
        raise InputError(f"config: expected a YAML file in UTF-8 ({error.reason})") from None
    except (RecursionError, MemoryError) as error:
        raise InputError(f"options: expected values of a usual size ({error})") from None
    values = parsed[parsed.subcommand].as_dict()
    settings = COMMANDS[parsed.subcommand][0]
    types = {field.name: field.type for field in dataclasses.fields(settings)}
    for name, kind in types.items():
        if values[name] is None and NoneType not in get_args(kind):  # jsonargparse takes it
            raise InputError(f"{name}: expected {in_words(kind)}, found null")
    return parsed.subcommand, settings(**{name: values[name] for name in types})


def _configuration_first(arguments: list[str]) -> list[str]:
    """Move --config to the front of a command's options, so that flags beat it wherever they stand."""
    for i, argument in enumerate(arguments[1:], 1):
        count = 2 if argument == "--config" else 1 if argument.startswith("--config=") else 0
        if count:
            return [arguments[0], *arguments[i : i + count], *arguments[1:i], *arguments[i + count :]]
    return arguments


class _RefusedError(Exception):
    """What jsonargparse says of bad arguments."""


class _Parser(ArgumentParser):
    """Leaves it to `parse` to say what is wrong, instead of a usage text and jsonargparse's paragraph."""

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        raise _RefusedError(message)


def _sentence(message: str, command: str) -> str:
    """jsonargparse's message as "OPTION: expected ..., found ..."."""
    for pattern, sentence in REFUSALS:
        match = re.match(pattern, message)
        if match:
            return sentence.format(*match.groups())
    key = re.match(r'Parser key "([\w.]+)":\s*', message)
    found = re.search(r"(?:Given value: |Got value: |base 10: )(?!.*value: )(.*)$", message, re.DOTALL)
    if not key or not found:
        return " ".join(message.split())
    option = key[1].split(".")[-1]
    types = {field.name: field.type for field in dataclasses.fields(COMMANDS[command][0])}
    return f"{option}: expected {in_words(types[option])}, found {found[1].strip()}"


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


def _run(command: str, settings: Any) -> int:
    """Read and check the inputs first: TensorFlow takes seconds to import. Returns the exit status."""
    together = command == "pretrain" and cluster.here() is not None
    if command != "pretrain":
        cluster.refuse(command)
    if command == "ui":
        from semisup.ui import ui

        ui(settings)
        return 0
    from semisup import inputs, quiet, resuming, threads

    if getattr(settings, "resume", None) is not None and not (together and not cluster.here().is_chief):
        settings = resuming.settings_of(settings)
    threads.pin(getattr(settings, "threads", None))
    work = "pretrain_together" if together else command
    if command == "compare" and settings.pretrain is not None:
        work = "compare_stage_one"
    if command == "finetune" and settings.head == "reader":
        work = "finetune_reader"
    read, tell = AROUND[work]
    given = getattr(inputs, read)(settings)
    with interrupts.uninterrupted():  # halfway through it is of no use to an orderly end
        quiet.import_tensorflow()
        from semisup import report

    result = getattr(importlib.import_module(f"semisup.{work}"), work)(settings, given)
    return getattr(report, tell)(result)


def _refuse(error: InputError) -> int:
    print(f"semisup: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
