"""Where cells are trained: in this process, or in several of this machine. A process is given a cell at a time, of the
method that it has compiled already as long as there are any; one that dies costs its cell and is replaced."""

import math
import multiprocessing
import signal
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from semisup.comparison.cells import Cell, Source
from semisup.system import threads

if TYPE_CHECKING:
    from semisup.comparison.scorer import Scorer
    from semisup.data.dataset import Dataset

Scores = dict[str, float]
CELLS_A_PROCESS = 4  # fewer do not pay for the seconds in which a process imports TensorFlow
OUT_OF_MEMORY = "memory ran out"
LIKELY = {  # why a process has ended with a signal
    signal.SIGKILL: f"killed, most likely because {OUT_OF_MEMORY}; fewer --processes need less",
    signal.SIGABRT: f"aborted, as when {OUT_OF_MEMORY}; fewer --processes need less",
    signal.SIGSEGV: f"it crashed, as when {OUT_OF_MEMORY}; fewer --processes need less",
}


def pay_off(cells: int) -> int:
    """How many processes to train so many cells in."""
    return max(min(threads.cores(), cells // CELLS_A_PROCESS), 1)


def here(cells: Iterable[Cell], datasets: "Mapping[Source, Dataset]") -> Iterator[tuple[Cell, Scores | str]]:
    """Train cells in this process, with the threads that TensorFlow has here; yields each with its scores, or with a
    sentence that says why it has none."""
    from semisup.comparison.scorer import Scorer

    scorer = Scorer(datasets)
    for cell in cells:
        yield cell, attempt(scorer, cell)


def attempt(scorer: "Scorer", cell: Cell) -> Scores | str:
    """The scores of a cell, or what went wrong: other cells may fare better."""
    try:
        scores = scorer(cell)
    except Exception as error:
        known = f"{type(error).__name__}: {error}"
        return f"{OUT_OF_MEMORY} ({known.splitlines()[0]})" if _is_of_memory(error) else known
    bad = [name for name, value in scores.items() if not math.isfinite(value)]
    return f"{', '.join(bad)}: not a number" if bad else scores


def _is_of_memory(error: Exception) -> bool:
    """Whether Python or TensorFlow, by a class or by a message of C++, say that there is no memory."""
    return (
        isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError" or "bad_alloc" in str(error)
    )


def in_processes(cells: Sequence[Cell], processes: int) -> Iterator[tuple[Cell, Scores | str]]:
    """Train cells in processes of their own; yields as `here` does, in the order in which they end."""
    waiting = _Queue(cells)
    busy: dict[Connection, Worker] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < processes:
                worker = Worker()
                worker.start(waiting.next(None))
                busy[worker.pipe] = worker
            for pipe in wait(list(busy)):
                worker = busy[pipe]
                cell, scores, alive = worker.result()
                yield cell, scores
                if alive and waiting:
                    worker.start(waiting.next(cell))
                else:
                    worker.stop()
                    del busy[pipe]
    finally:
        for worker in busy.values():
            worker.stop()


class _Queue:
    """Cells by what they share."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._cells: dict[str, deque[Cell]] = defaultdict(deque)
        for cell in cells:
            self._cells[cell.shared].append(cell)
        self._begun: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self._cells.values()))

    def next(self, last: Cell | None) -> Cell:
        """One like the last if there is any, else one of those that no process has begun, else of the most."""
        left = {shared: len(cells) for shared, cells in self._cells.items() if cells}
        if last is not None and last.shared in left:
            chosen = last.shared
        else:
            fresh = [shared for shared in left if shared not in self._begun]
            chosen = fresh[0] if fresh else max(left, key=left.__getitem__)
        self._begun.add(chosen)
        return self._cells[chosen].popleft()


class Worker:
    """A process that trains cells, and the cell it is at.

    Its first thread is its only one that draws random numbers: layers draw their seeds from Python's global generator,
    so another thread that does (a cluster's, a notebook's) would change them.
    """

    def __init__(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        command = [sys.executable, "-m", "semisup.comparison.worker_process", str(theirs.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        theirs.close()

    def start(self, cell: Cell) -> None:
        self._cell = cell
        with suppress(OSError):  # it has died: `result` will say so
            self.pipe.send(cell)

    def result(self) -> tuple[Cell, Scores | str, bool]:
        """The cell, what came of it, and whether the process can have another."""
        try:
            scores = self.pipe.recv()
        except (EOFError, OSError):
            status = self.process.wait()
            reason = f" ({LIKELY[-status]})" if -status in LIKELY else ""
            return self._cell, f"the process that trained it ended with status {status}{reason}", False
        # one that has met the end of its memory once would meet it again
        return self._cell, scores, not (isinstance(scores, str) and scores.startswith(OUT_OF_MEMORY))

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.wait()
