"""Progress bars on the terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, track

Report = Callable[[int, float], None]  # called with (steps taken, their mean loss)

# In a notebook as in a file: what rich draws there needs widgets, or a terminal, and a notebook says that it is one.
PLAIN = {"force_jupyter": False, "force_terminal": False if "ipykernel" in sys.modules else None}
console = Console(stderr=True, **PLAIN)
printer = Console(highlight=False, **PLAIN)


def warn(sentence: str) -> None:
    """Tell the user of something that is allowed and may not be wanted."""
    console.print(f"semisup: warning: {sentence}", soft_wrap=True, highlight=False, markup=False)


def silent(count: int, loss: float) -> None:
    """A report that goes nowhere."""


@contextmanager
def training(task: str, steps: int, batch_size: int) -> Iterator[Report]:
    """A bar over gradient steps with the loss, the speed in inputs per second and the time left.

    Yields a function to call with (steps taken, their mean loss).
    """
    if steps == 0:  # of a method that takes none
        yield silent
        return
    details = TextColumn("loss {task.fields[loss]:.5f}  {task.fields[speed]:,.0f} inputs/s")
    columns = (TextColumn(task), BarColumn(), MofNCompleteColumn(), details, TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task_id = bar.add_task(task, total=steps, loss=float("nan"), speed=0)
        done, start = 0, time.perf_counter()

        def report(count: int, loss: float) -> None:
            nonlocal done
            done += count
            speed = done * batch_size / (time.perf_counter() - start)
            bar.update(task_id, advance=count, loss=loss, speed=speed)

        yield report


@contextmanager
def rows(task: str) -> Iterator[Callable[[int], None]]:
    """A count of rows, whose end is not known, with their speed. Yields a function to call with how many more."""
    columns = (TextColumn(task), TextColumn("{task.completed:,.0f} rows  {task.fields[speed]:,.0f} rows/s"))
    with Progress(*columns, console=console) as bar:
        task_id = bar.add_task(task, total=None, speed=0)
        done, start = 0, time.perf_counter()

        def report(count: int) -> None:
            nonlocal done
            done += count
            bar.update(task_id, advance=count, speed=done / (time.perf_counter() - start))

        yield report


def steps(task: str, items: Iterable, total: int | None = None) -> Iterator:
    """The items, with a bar over them that goes away at the end; `total` is their number where they have no length."""
    return track(items, description=task, total=total, console=console, transient=True)


@contextmanager
def cells(task: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar over the cells of a comparison with the time left. Yields a function to call with the next cell's name."""
    columns = (TextColumn(task), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[cell]}", markup=False))
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task_id = bar.add_task(task, total=total, cell="")
        yield lambda cell: bar.update(task_id, advance=1, cell=cell)
