"""Read and check the cluster that the variable TF_CONFIG describes, without TensorFlow."""

import json
import os
import re
import socket
import time
from typing import Any, NamedTuple

from semisup.errors import InputError, PeerError

VARIABLE = "TF_CONFIG"
ANSWER_SECONDS = 2.0  # how long to wait for a connection to a worker
MEET_SECONDS = 300.0  # how long workers wait for each other at the start
PAUSE = 0.2  # seconds between two attempts to reach the workers
LARGEST_PORT = 65535
FORM = '{"cluster": {"worker": ["HOST:PORT", ...]}, "task": {"type": "worker", "index": NUMBER}}'


class Cluster(NamedTuple):
    """The processes that share a training.

    Attributes:
        workers: "host:port" of each process. The first one is the chief; only the chief writes anything.
        index: the number of this process in `workers`.
    """

    workers: tuple[str, ...]
    index: int

    @property
    def is_chief(self) -> bool:
        return self.index == 0

    def name(self, index: int) -> str:
        """Return the name of a worker for a message."""
        return f"worker {index}{' (the chief)' if index == 0 else ''} at {self.workers[index]}"

    def silent(self) -> list[str]:
        """Return the names of the other workers that do not accept a connection at their address."""
        others = (index for index in range(len(self.workers)) if index != self.index)
        return [self.name(index) for index in others if not _answers(self.workers[index])]


def here() -> Cluster | None:
    """Return the cluster that this process belongs to; None without TF_CONFIG, or if it names only one worker.

    Raises:
        InputError: TF_CONFIG has not the form that TensorFlow's `MultiWorkerMirroredStrategy` takes.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    try:
        config = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{VARIABLE}: expected JSON, found {text!r} ({error})") from None
    workers = _workers(_part(config, "cluster"))
    task = _part(config, "task")
    if task.get("type") != "worker":
        raise InputError(f"{VARIABLE}: expected a task of type worker, found {task.get('type')!r}")
    index = task.get("index")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(workers):
        raise InputError(f"{VARIABLE}: expected a task index of 0 to {len(workers) - 1}, found {index!r}")
    return Cluster(workers, index) if len(workers) > 1 else None


def check_port(cluster: Cluster) -> None:
    """Check that this process can listen on its port.

    Raises:
        InputError: another process listens on it, or this one is not allowed to.
    """
    address = cluster.workers[cluster.index]
    try:
        _listening(address).close()
    except OSError as error:
        raise InputError(
            f"{VARIABLE}: expected a free port of this machine, found {address} ({error.strerror})"
        ) from None


def meet(cluster: Cluster) -> None:
    """Wait until every other worker accepts connections at its address. Meanwhile this worker does so at its own.

    The workers meet here before they meet in TensorFlow, since TensorFlow ignores Ctrl-C while it waits.

    Raises:
        PeerError: not all workers have answered within `MEET_SECONDS`.
    """
    missing = [index for index in range(len(cluster.workers)) if index != cluster.index]
    end = time.monotonic() + MEET_SECONDS
    with _listening(cluster.workers[cluster.index]):
        while missing := [index for index in missing if not _answers(cluster.workers[index])]:
            if time.monotonic() > end:
                names = ", ".join(map(cluster.name, missing))
                raise PeerError(f"expected all workers within {MEET_SECONDS:.0f} s, nobody at {names}")
            time.sleep(PAUSE)


def refuse(command: str) -> None:
    """Refuse a command that runs in one process if TF_CONFIG describes a cluster.

    Raises:
        InputError: TF_CONFIG describes a cluster of several workers.
    """
    if here() is not None:
        raise InputError(f"{VARIABLE}: expected with pretrain only, found with {command}, which runs in one process")


def _part(config: Any, name: str) -> dict[str, Any]:
    """Return the dictionary `name` of the parsed TF_CONFIG, or raise InputError."""
    part = config.get(name) if isinstance(config, dict) else None
    if not isinstance(part, dict):
        raise InputError(f"{VARIABLE}: expected {FORM}, found no {name} in it")
    return part


def _workers(jobs: dict[str, Any]) -> tuple[str, ...]:
    """Return the addresses of the workers of the parsed TF_CONFIG, or raise InputError."""
    if set(jobs) != {"worker"}:
        raise InputError(f"{VARIABLE}: expected a cluster of worker alone, found {', '.join(map(str, jobs)) or 'none'}")
    workers = jobs["worker"]
    if not isinstance(workers, list) or not workers:
        raise InputError(f"{VARIABLE}: expected a list of workers, found {workers!r}")
    for worker in workers:
        port = re.fullmatch(r"[^\s/]+:(\d{1,5})", worker) if isinstance(worker, str) else None
        if port is None or int(port[1]) > LARGEST_PORT:
            raise InputError(f"{VARIABLE}: expected workers as HOST:PORT, found {worker!r}")
    if len(set(workers)) < len(workers):
        raise InputError(f"{VARIABLE}: expected workers with an address each, found {', '.join(workers)}")
    return tuple(workers)


def _listening(address: str) -> socket.socket:
    return socket.create_server(("", int(address.rpartition(":")[2])))


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True
