"""Run one command, from its arguments to its exit status."""

import importlib
import sys

from semisup.cli.parser import COMMANDS, parse
from semisup.errors import InputError, PeerError
from semisup.runs import faults
from semisup.settings.options import Options
from semisup.system import interrupts
from semisup.training.distributed import cluster


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit status: 0; 1 (training failed, even if only in one cell of a comparison, or a reproduction differs); 2
        (bad input) or 130 (interrupted). If a process of a cluster fails, it ends here and does not return.
    """
    status = _status(sys.argv[1:] if arguments is None else arguments)
    if status and (devices := sys.modules.get("semisup.training.distributed.devices")):
        devices.end_if_joined(status)
    return status


def _status(arguments: list[str]) -> int:
    try:
        command, settings = parse(arguments)
        with interrupts.listening(), faults.told():
            return _run(command, settings)
    except InputError as error:
        print(f"semisup: {error}", file=sys.stderr)
        return 2
    except (FloatingPointError, PeerError) as error:
        print(f"semisup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("semisup: interrupted; a run that was under way is marked as KILLED", file=sys.stderr)
        return 130


def _run(command: str, settings: Options) -> int:
    """Read and check the inputs, import TensorFlow, run the command and print its result.

    TensorFlow comes after the checks because its import takes seconds. The functions that read the inputs, do the work
    and print the result are found by the name of the command.
    """
    if command != "pretrain":
        cluster.refuse(command)
    inputs = importlib.import_module(f"semisup.commands.inputs.{command}").load(settings)
    if COMMANDS[command].tensorflow:
        from semisup.system import tensorflow_import

        with interrupts.uninterrupted():  # a half-finished import could not end in order
            tensorflow_import.import_tensorflow()
            from semisup.cli import report
    work = importlib.import_module(f"semisup.commands.{command}")
    result = getattr(work, command)(settings, inputs)
    return getattr(report, command)(result) if COMMANDS[command].tensorflow else 0
