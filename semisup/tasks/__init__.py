"""Tasks: what a code is good for. One file scores each task.

`task.py` says what a task must offer. The table `TASKS` in `semisup.settings.tasks` lists the tasks.
"""

from importlib import import_module

from semisup.settings.options import Options
from semisup.settings.tasks import TASKS
from semisup.tasks.task import EvaluatedRun, Score


def score(task: str, evaluated: EvaluatedRun, seed: int, options: tuple[Options, ...]) -> Score:
    """Score a run on a task.

    Args:
        task: name of the task in `TASKS`.
        evaluated: the run to score.
        seed: seed of whatever the task draws or fits.
        options: the groups of options that the task's row names, in that order.

    Raises:
        InputError: the task cannot be done with this run or its data.
        FloatingPointError: the loss of an autoencoder that the task trains became NaN or infinite.
    """
    module = import_module(TASKS[task].module or f"semisup.tasks.{task}")
    return module.score(evaluated, seed, *options)
