"""Checkpoints: resume a training that was killed, with bit-identical results.

A training is a sequence of calls of `Trainer.run`. All that happens between the calls is a function of data, settings
and weights. A stretch is a series of calls without `Trainer.start_over` between them. For each stretch the two latest
states are stored as checkpoints.

To resume, the whole training is run again from its beginning. Each call compares itself with the latest checkpoint of
its stretch. A call before that of the checkpoint takes no step. The call in which the checkpoint was written continues
from it. The calls after it are trained as usual.
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

AT_END = 1.0  # at the end of a call (an epoch, a round): least seconds since the last checkpoint
AMID = 10.0  # within a call: least seconds since the last checkpoint
KEPT = 2  # checkpoints stored for each stretch
LOCK = "lock"
LOOK = 1.0  # seconds to wait for a lock: `left_behind` in another process holds it for a moment


class Resumable(Protocol):
    """A trainer whose state can be written to a checkpoint.

    Attributes:
        start: an object that is replaced by a new one each time the training starts over.
    """

    start: object

    def state(self) -> list[np.ndarray]:
        """Return all arrays that the training needs to continue."""

    def take(self, state: Sequence[np.ndarray]) -> None:
        """Continue from a `state`."""


_current: "CheckpointWriter | None" = None


def current() -> "CheckpointWriter | None":
    """Return the writer of the enclosing `kept` block, or None outside of one."""
    return _current


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Create a folder and lock it for this process. The folder is removed at the end, unless the block raises.

    Raises:
        InputError: another process has locked the folder, or it cannot be written to.
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
    """Write checkpoints of the trainings in the block to a `locked` folder, and resume from those already in it."""
    global _current
    _current = CheckpointWriter(folder)
    try:
        yield
    finally:
        _current = None


def left_behind(folder: Path) -> bool:
    """Return whether the folder exists and no process has locked it."""
    try:
        with (folder / LOCK).open("r+") as lock:
            return _taken(lock)
    except OSError:
        return False


def _taken(lock: IO, patience: float = 0.0) -> bool:
    """Try for `patience` seconds to lock a file, and return whether it worked. Closing the file releases the lock."""
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
    """Writes the checkpoints of a sequence of calls of `Trainer.run`, and resumes from them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stretch, self._start = -1, None
        self._losses: list[float] = []  # of each finished call of this stretch, the sum of its losses
        self._latest: Checkpoint | None = None  # latest checkpoint of this stretch that an earlier process wrote
        self._written = time.monotonic()
        self._warned = False

    def begin(self, trainer: Resumable, steps: int) -> tuple[float, int]:
        """Begin a call, and resume it where a checkpoint allows that.

        If the latest checkpoint of the stretch was written in this call, the trainer takes its state.

        Args:
            trainer: the trainer of the call.
            steps: steps of the whole call.

        Returns:
            The sum of the losses of the steps that need not be taken again, and the number of these steps: 0 for a call
            after the checkpoint, `steps` for a call before it.
        """
        if trainer.start is not self._start:
            self._stretch, self._start, self._losses = self._stretch + 1, trainer.start, []
            self._latest = self._read_latest()
        if self._latest is None or len(self._losses) > len(self._latest.losses):
            return 0.0, 0
        if len(self._losses) < len(self._latest.losses):
            self._losses.append(self._latest.losses[len(self._losses)])
            return self._losses[-1], steps
        trainer.take(self._latest.state)
        if self._latest.steps == steps:
            self._losses.append(self._latest.loss)
        return self._latest.loss, self._latest.steps

    def passed(self, trainer: Resumable, loss: float, steps: int, total: int) -> None:
        """Write a checkpoint if enough time has passed since the last one. Called after every few steps.

        Args:
            trainer: the trainer of the call.
            loss: sum of the losses of the steps of this call so far.
            steps: how many steps the call has taken.
            total: steps of the whole call.
        """
        if time.monotonic() - self._written >= (AT_END if steps == total else AMID):
            self._write(Checkpoint(self._losses, loss, steps, trainer.state()))
        if steps == total:
            self._losses.append(loss)

    def _files(self) -> list[Path]:
        """Return the checkpoint files of this stretch, the latest first."""
        return sorted(self._folder.glob(f"{self._stretch:06d}-*.checkpoint"), reverse=True)

    def _read_latest(self) -> Checkpoint | None:
        """Read the latest checkpoint of this stretch that is not damaged; remove damaged ones."""
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
            with atomic.new_file(path, durable=True) as temporary:
                temporary.write_bytes(encoded(checkpoint))
            for old in earlier[KEPT - 1 :]:
                old.unlink(missing_ok=True)
        except OSError as error:
            if not self._warned:
                progress.warn(f"{path}: no checkpoint can be written ({error.strerror}), the training goes on without")
            self._warned = True
        self._written = time.monotonic()
