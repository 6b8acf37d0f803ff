"""Evaluate: what else the code of a run is good for, one task at a time, logged to the run that it scores."""

import dataclasses
from dataclasses import dataclass

from semisup import inputs, records, tracking
from semisup.data import Dataset
from semisup.inputs import EvaluationInputs
from semisup.settings import EvaluateSettings
from semisup.store import open_store
from semisup.stored_runs import StoredRun
from semisup.tasks import anomaly, code_size, generation, hashing, manifold, probe, reconstruction
from semisup.tasks.task import Score, Scored

TASKS = {
    "reconstruction": reconstruction.score,
    "probe": probe.score,
    "hashing": hashing.score,
    "anomaly": anomaly.score,
    "generation": generation.score,
    "manifold": manifold.score,
    "code_size": code_size.score,
}


@dataclass(frozen=True)
class EvaluateResult:
    """The run that was scored, by what task, and what was found."""

    run_id: str
    task: str
    score: Score


def evaluate(settings: EvaluateSettings, given: EvaluationInputs | None = None) -> EvaluateResult:
    """Score a run by a task, and add metrics `TASK/NAME`, pictures and tables to it.

    Args:
        settings: which run and task.
        given: the inputs that they name, where they are read already.

    Raises:
        InputError: the run, the data or the store is not as expected, or is not what the task wants.
        FloatingPointError: the loss of an autoencoder that the task trains became NaN or infinite.
    """
    given = given or inputs.for_evaluation(settings)
    open_store()
    scored = _read(given.run, given.dataset)
    scored.beside = None if given.beside is None else _read(given.beside, given.dataset)
    score = TASKS[settings.task](scored, settings)
    tracking.log_score(given.run.run_id, settings.task, dataclasses.asdict(settings), score)
    return EvaluateResult(given.run.run_id, settings.task, score)


def _read(run: StoredRun, dataset: Dataset) -> Scored:
    stage_two = run.parameters["stage"] == "finetune"
    return Scored(
        run,
        dataset,
        records.read_model(run.run_id, "encoder"),
        None if stage_two else records.read_model(run.run_id, "decoder"),
        records.read_model(run.run_id, "classifier") if stage_two else None,
    )
