"""The cluster that TF_CONFIG describes, read and checked without TensorFlow."""

import json
import os
import re
import socket
import time
from typing import Any, NamedTuple

from semisup.errors import InputError, PeerError

VARIABLE = "TF_CONFIG"
ANSWER_SECONDS = 2.0
MEET_SECONDS = 300.0  # that workers wait for each other at the start
PAUSE = 0.2
LARGEST_PORT = 65535
FORM = '{"cluster": {"worker": ["HOST:PORT", ...]}, "task": {"type": "worker", "index": NUMBER}}'


class Cluster(NamedTuple):
    """Attributes:
    workers: "host:port" of each process; the first one is the chief, which alone writes anything.
    index: of this process.
    """

    workers: tuple[str, ...]
    index: int

    @property
    def is_chief(self) -> bool:
        return self.index == 0

    def name(self, index: int) -> str:
        """A worker as a sentence names it."""
        return f"worker {index}{' (the chief)' if index == 0 else ''} at {self.workers[index]}"

    def silent(self) -> list[str]:
        """The names of the other workers at whose address nobody answers."""
        others = (index for index in range(len(self.workers)) if index != self.index)
        return [self.name(index) for index in others if not _answers(self.workers[index])]


def here() -> Cluster | None:
    """The cluster that this process belongs to; None without TF_CONFIG, or if it names this process alone.

    Raises:
        InputError: TF_CONFIG is not as TensorFlow's `MultiWorkerMirroredStrategy` takes it.
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
    """Whether the port of this process can be listened at.

    Raises:
        InputError: another process does, or may not.
    """
    address = cluster.workers[cluster.index]
    try:
        _listening(address).close()
    except OSError as error:
        raise InputError(
            f"{VARIABLE}: expected a free port of this machine, found {address} ({error.strerror})"
        ) from None


def meet(cluster: Cluster) -> None:
    """Wait until every other worker has answered at its address, as this one does meanwhile at its own. TensorFlow,
    which they talk to after that, hears no Ctrl-C while it waits.

    Raises:
        PeerError: not all have come in `MEET_SECONDS`.
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
    """Refuse a command that one process does alone, in a cluster of several.

    Raises:
        InputError: TF_CONFIG describes one.
    """
    if here() is not None:
        raise InputError(f"{VARIABLE}: expected with pretrain only, found with {command}, which runs in one process")


def _part(config: Any, name: str) -> dict[str, Any]:
    part = config.get(name) if isinstance(config, dict) else None
    if not isinstance(part, dict):
        raise InputError(f"{VARIABLE}: expected {FORM}, found no {name} in it")
    return part


def _workers(jobs: dict[str, Any]) -> tuple[str, ...]:
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
