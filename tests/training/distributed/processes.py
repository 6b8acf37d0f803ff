"""Clusters of real processes on loopback."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import free_port

ROOT = Path(__file__).resolve().parents[3]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


def configurations(count: int) -> list[str]:
    """A TF_CONFIG for each worker."""
    cluster = {"worker": [f"127.0.0.1:{free_port()}" for _ in range(count)]}
    return [json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}}) for index in range(count)]


def started(count: int, folder: Path, *arguments: str, each: tuple = ()) -> list[subprocess.Popen]:
    """A process for each worker, running a module with arguments in a folder of its own, named by its number.

    Args:
        count: of workers.
        folder: what the folders are made in.
        arguments: of all, beginning with the module.
        each: further ones of each.
    """
    processes = []
    for index, configuration in enumerate(configurations(count)):
        own = folder / str(index)
        own.mkdir(exist_ok=True, parents=True)
        surroundings = os.environ | ONE_THREAD | {"TF_CONFIG": configuration, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", *arguments, *(each[index] if each else ())]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        processes.append(subprocess.Popen(command, cwd=own, env=surroundings, **pipes))
    return processes


def ended(processes: list[subprocess.Popen], seconds: float = 600.0) -> list[tuple[int, str, str]]:
    """Status, output and errors of each; those that do not end are killed."""
    try:
        return [(process.returncode, *told) for process in processes if (told := process.communicate(timeout=seconds))]
    finally:
        for process in processes:
            process.kill()
