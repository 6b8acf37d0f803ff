"""Train cells in this process, or in several processes of this machine.

A process gets one cell at a time. As long as there are any, these are cells of the method that it has compiled already.
If a process dies, its cell fails and a new process takes its place.
"""

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
CELLS_A_PROCESS = 4  # fewer cells are not worth the seconds in which a process imports TensorFlow
OUT_OF_MEMORY = "memory ran out"
LIKELY = {  # the likely reason why a signal ended a process
    signal.SIGKILL: f"killed, most likely because {OUT_OF_MEMORY}; fewer --processes need less",
    signal.SIGABRT: f"aborted, as when {OUT_OF_MEMORY}; fewer --processes need less",
    signal.SIGSEGV: f"it crashed, as when {OUT_OF_MEMORY}; fewer --processes need less",
}


def pay_off(cells: int) -> int:
    """Return the number of processes in which to train a number of cells."""
    return max(min(threads.cores(), cells // CELLS_A_PROCESS), 1)


def here(cells: Iterable[Cell], datasets: "Mapping[Source, Dataset]") -> Iterator[tuple[Cell, Scores | str]]:
    """Train cells in this process, with TensorFlow's own number of threads.

    Yield each cell with its scores, or with a sentence that says why it failed.
    """
    from semisup.comparison.scorer import Scorer

    scorer = Scorer(datasets)
    for cell in cells:
        yield cell, attempt(scorer, cell)


def attempt(scorer: "Scorer", cell: Cell) -> Scores | str:
    """Return the scores of a cell, or a sentence that says why it failed, so that other cells can go on."""
    try:
        scores = scorer(cell)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        return f"{OUT_OF_MEMORY} ({text.splitlines()[0]})" if _is_of_memory(error) else text
    bad = [name for name, value in scores.items() if not math.isfinite(value)]
    return f"{', '.join(bad)}: not a number" if bad else scores


def _is_of_memory(error: Exception) -> bool:
    """Return whether an error of Python or TensorFlow means that memory ran out."""
    return (
        isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError" or "bad_alloc" in str(error)
    )


def in_processes(cells: Sequence[Cell], processes: int) -> Iterator[tuple[Cell, Scores | str]]:
    """Train cells in other processes. Yield what `here` yields, in the order in which the cells end."""
    queue = _Queue(cells)
    busy: dict[Connection, Worker] = {}
    try:
        while queue or busy:
            while queue and len(busy) < processes:
                worker = Worker()
                worker.start(queue.next(None))
                busy[worker.pipe] = worker
            for pipe in wait(list(busy)):
                worker = busy[pipe]
                cell, scores, alive = worker.result()
                yield cell, scores
                if alive and queue:
                    worker.start(queue.next(cell))
                else:
                    worker.stop()
                    del busy[pipe]
    finally:
        for worker in busy.values():
            worker.stop()


class _Queue:
    """Cells that wait, grouped by what they share."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._cells: dict[str, deque[Cell]] = defaultdict(deque)
        for cell in cells:
            self._cells[cell.shared].append(cell)
        self._begun: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self._cells.values()))

    def next(self, last: Cell | None) -> Cell:
        """Remove and return the next cell for a process whose last cell was `last`.

        Take it from the group of `last`. If that is empty, take a group that no process has begun, else the largest.
        """
        left = {shared: len(cells) for shared, cells in self._cells.items() if cells}
        if last is not None and last.shared in left:
            chosen = last.shared
        else:
            fresh = [shared for shared in left if shared not in self._begun]
            chosen = fresh[0] if fresh else max(left, key=left.__getitem__)
        self._begun.add(chosen)
        return self._cells[chosen].popleft()


class Worker:
    """A process that trains cells, and the cell that it is training.

    In a process of its own, no other thread (of a cluster's worker, of a notebook) draws from Python's global random
    generator. Layers draw their seeds from it, so another thread would change them.
    """

    def __init__(self) -> None:
        self.pipe, child_end = multiprocessing.Pipe()
        command = [sys.executable, "-m", "semisup.comparison.worker_process", str(child_end.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[child_end.fileno()])
        child_end.close()

    def start(self, cell: Cell) -> None:
        self._cell = cell
        with suppress(OSError):  # the process has died: `result` will say so
            self.pipe.send(cell)

    def result(self) -> tuple[Cell, Scores | str, bool]:
        """Return the cell, its scores or why it failed, and whether the process can train another cell."""
        try:
            scores = self.pipe.recv()
        except (EOFError, OSError):
            status = self.process.wait()
            reason = f" ({LIKELY[-status]})" if -status in LIKELY else ""
            return self._cell, f"the process that trained it ended with status {status}{reason}", False
        # a process that has run out of memory once would do so again
        return self._cell, scores, not (isinstance(scores, str) and scores.startswith(OUT_OF_MEMORY))

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.wait()
