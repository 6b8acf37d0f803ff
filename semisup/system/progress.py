"""Show progress bars and warnings on the terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, track

Report = Callable[[int, float], None]  # called with (steps taken, their mean loss)

# Print in a notebook as in a file. Else rich needs widgets, or takes the notebook for a terminal.
PLAIN = {"force_jupyter": False, "force_terminal": False if "ipykernel" in sys.modules else None}
console = Console(stderr=True, **PLAIN)
printer = Console(highlight=False, **PLAIN)


def warn(sentence: str) -> None:
    """Warn the user of something that is allowed but may not be intended."""
    console.print(f"semisup: warning: {sentence}", soft_wrap=True, highlight=False, markup=False)


def say(sentence: str) -> None:
    """Tell the user something beside the results, such as what was read."""
    console.print(sentence, soft_wrap=True, highlight=False, markup=False)


def silent(count: int, loss: float) -> None:
    """Report nothing. This is a `Report`."""


@contextmanager
def training(task: str, steps: int, batch_size: int) -> Iterator[Report]:
    """Show a bar of gradient steps with the loss, the speed in inputs per second and the time left.

    Yields a function to call with (steps taken, their mean loss).
    """
    if steps == 0:  # the method trains nothing
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
    """Show a count of rows and their speed, without a total. Yields a function to call with the number of new rows."""
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
    """Yield the items and show a bar that disappears at the end. `total`: their number, if they have no length."""
    return track(items, description=task, total=total, console=console, transient=True)


@contextmanager
def cells(task: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar of the cells of a comparison. Yields a function to call with the name of the next cell."""
    columns = (TextColumn(task), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[cell]}", markup=False))
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task_id = bar.add_task(task, total=total, cell="")
        yield lambda cell: bar.update(task_id, advance=1, cell=cell)
