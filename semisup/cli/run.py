"""One command from its arguments to its exit status."""

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
        The exit status: 0, 1 (training failed, even if only one cell of a comparison), 2 (bad input) or 130
        (interrupted). A process of a cluster that fails is ended here.
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
    """Read and check the inputs first: TensorFlow takes seconds to import. What reads them, what works on them and what
    prints the result have the name of the command."""
    if command != "pretrain":
        cluster.refuse(command)
    inputs = importlib.import_module(f"semisup.commands.inputs.{command}").load(settings)
    if COMMANDS[command].tensorflow:
        from semisup.system import tensorflow_import

        with interrupts.uninterrupted():  # halfway through it is of no use to an orderly end
            tensorflow_import.import_tensorflow()
            from semisup.cli import report
    work = importlib.import_module(f"semisup.commands.{command}")
    result = getattr(work, command)(settings, inputs)
    return getattr(report, command)(result) if COMMANDS[command].tensorflow else 0
