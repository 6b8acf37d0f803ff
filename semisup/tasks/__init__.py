"""Tasks: what a code is good for, each scored by one file.

`task.py` says what a task has to offer, the table `TASKS` in `semisup.settings.tasks` lists them.
"""

from importlib import import_module

from semisup.settings.options import Options
from semisup.settings.tasks import TASKS
from semisup.tasks.task import EvaluatedRun, Score


def score(task: str, evaluated: EvaluatedRun, seed: int, options: tuple[Options, ...]) -> Score:
    """What a task of the table finds.

    Args:
        task: its row.
        evaluated: the run to score.
        seed: of whatever the task draws or fits.
        options: the groups that its row names, in that order.

    Raises:
        InputError: the run or its data are not what the task wants.
        FloatingPointError: the loss of an autoencoder that the task trains became NaN or infinite.
    """
    module = import_module(TASKS[task].module or f"semisup.tasks.{task}")
    return module.score(evaluated, seed, *options)
