"""Checkpoints: what a training that was killed goes on from, to the same bits.

A training is a sequence of calls of `Trainer.run`, and all between them follows from data, settings and weights. Calls
without a new start between them are a stretch. Of each stretch the latest state is kept, wherever in it that is, and
the one before it. A training that goes on is begun anew: a call that a kept state has left behind takes no step, the
one that it lies in goes on from it, those after it are trained.
"""

import fcntl
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

import numpy as np

from semisup.errors import InputError
from semisup.system import atomic, progress
from semisup.training.checkpoint_file import Checkpoint, decoded, encoded

AT_END = 1.0  # seconds since the last one, for one at the end of a call (an epoch, a round),
AMID = 10.0  # and amid one
KEPT = 2  # of each stretch
LOCK = "lock"
LOOK = 1.0  # seconds in which another process that only looks whether a folder is free is done with that


class Resumable(Protocol):
    """Attributes:
    start: another object after each new start.
    """

    start: object

    def state(self) -> list[np.ndarray]: ...

    def take(self, state: Sequence[np.ndarray]) -> None: ...


_current: "CheckpointWriter | None" = None


def current() -> "CheckpointWriter | None":
    """The keeper of the enclosing `kept` block."""
    return _current


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Have a folder for this process alone; remove it when the block ends well.

    Raises:
        InputError: another process is at it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise InputError(f"{folder}: expected a folder that can be written to ({error.strerror})") from None
    with lock:
        if not _taken(lock, LOOK):
            raise InputError(f"{folder}: expected a run that has ended, found one that another process is at")
        yield
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Keep the trainings of the block in a folder that is `locked`, going on from what it has."""
    global _current
    _current = CheckpointWriter(folder)
    try:
        yield
    finally:
        _current = None


def left_behind(folder: Path) -> bool:
    """Whether there is such a folder and no process is at it."""
    try:
        with (folder / LOCK).open("r+") as lock:
            return _taken(lock)
    except OSError:
        return False


def _taken(lock: IO, patience: float = 0.0) -> bool:
    """Take a lock, until the file is closed, unless another process has it for so many seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)


class CheckpointWriter:
    """Writes and finds the states of a sequence of calls."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stretch, self._start = -1, None
        self._losses: list[float] = []  # of the calls of this stretch that are done
        self._found: Checkpoint | None = None
        self._written = time.monotonic()
        self._warned = False

    def begin(self, trainer: Resumable, steps: int) -> tuple[float, int]:
        """The sum of the losses and the steps that a call of so many steps has behind it; its trainer takes over the
        state that it had there, if the call lies behind nothing later."""
        if trainer.start is not self._start:
            self._stretch, self._start, self._losses = self._stretch + 1, trainer.start, []
            self._found = self._latest()
        if self._found is None or len(self._losses) > len(self._found.losses):
            return 0.0, 0
        if len(self._losses) < len(self._found.losses):
            self._losses.append(self._found.losses[len(self._losses)])
            return self._losses[-1], steps
        trainer.take(self._found.state)
        if self._found.steps == steps:
            self._losses.append(self._found.loss)
        return self._found.loss, self._found.steps

    def passed(self, trainer: Resumable, loss: float, steps: int, total: int) -> None:
        """After some steps of a call of `total`: perhaps write where it is."""
        if time.monotonic() - self._written >= (AT_END if steps == total else AMID):
            self._write(Checkpoint(self._losses, loss, steps, trainer.state()))
        if steps == total:
            self._losses.append(loss)

    def _files(self) -> list[Path]:
        """Of this stretch, the latest first."""
        return sorted(self._folder.glob(f"{self._stretch:06d}-*.checkpoint"), reverse=True)

    def _latest(self) -> Checkpoint | None:
        for path in self._files():
            try:
                return decoded(path.read_bytes())
            except (OSError, ValueError) as error:
                progress.warn(f"{path}: damaged, the checkpoint before it is used ({error})")
                path.unlink(missing_ok=True)
        return None

    def _write(self, checkpoint: Checkpoint) -> None:
        earlier = self._files()
        number = 1 + int(earlier[0].stem.split("-")[1]) if earlier else 0
        path = self._folder / f"{self._stretch:06d}-{number:06d}.checkpoint"
        try:
            with atomic.new_file(path, durable=True) as aside:
                aside.write_bytes(encoded(checkpoint))
            for old in earlier[KEPT - 1 :]:
                old.unlink(missing_ok=True)
        except OSError as error:
            if not self._warned:
                progress.warn(f"{path}: no checkpoint can be written ({error.strerror}), the training goes on without")
            self._warned = True
        self._written = time.monotonic()
