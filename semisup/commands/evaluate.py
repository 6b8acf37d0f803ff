"""`evaluate`: score what else the code of a run is good for, one task at a time, and log the scores to that run."""

from dataclasses import dataclass

from semisup import tasks
from semisup.commands.inputs.evaluate import EvaluateInputs, load
from semisup.data.dataset import Dataset
from semisup.runs import log, read
from semisup.runs.find import StoredRun
from semisup.runs.store import open_store
from semisup.settings import EvaluateSettings
from semisup.settings.evaluate import TaskOptions
from semisup.settings.options import names
from semisup.tasks.task import EvaluatedRun, Score


@dataclass(frozen=True)
class EvaluateResult:
    """The run that was scored, the task, and the scores."""

    run_id: str
    task: str
    score: Score


def evaluate(settings: EvaluateSettings, inputs: EvaluateInputs | None = None) -> EvaluateResult:
    """Score a run by a task. Add the metrics `TASK/NAME`, figures and tables to the run.

    Args:
        settings: the run, the task and its options.
        inputs: data and runs that the settings name, if they have been read already.

    Raises:
        InputError: the run, the data or the store is not as expected, or is not what the task needs.
        FloatingPointError: the task trains an autoencoder, and its loss became NaN or infinite.
    """
    inputs = inputs or load(settings)
    open_store()
    evaluated = _read(inputs.run, inputs.dataset)
    evaluated.beside = None if inputs.beside is None else _read(inputs.beside, inputs.dataset)
    score = tasks.score(settings.task, evaluated, settings.seed, settings.task_options)
    option_names = (*names(TaskOptions), *names(*map(type, settings.task_options)))
    options = {name: getattr(settings, name) for name in option_names}
    log.log_task(inputs.run.run_id, settings.task, options, score.metrics, score.figures, score.tables)
    return EvaluateResult(inputs.run.run_id, settings.task, score)


def _read(run: StoredRun, dataset: Dataset) -> EvaluatedRun:
    """Read the models of a run that is to be scored."""
    stage_two = run.parameters["stage"] == "finetune"
    return EvaluatedRun(
        run,
        dataset,
        read.read_model(run.run_id, "encoder"),
        None if stage_two else read.read_model(run.run_id, "decoder"),
        read.read_model(run.run_id, "classifier") if stage_two else None,
    )
