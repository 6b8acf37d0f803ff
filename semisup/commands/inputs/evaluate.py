"""Read and check the inputs of `evaluate`."""

from dataclasses import dataclass

from semisup.commands.inputs.described import described
from semisup.data.dataset import Dataset
from semisup.data.label_draw import resolve_budgets
from semisup.errors import InputError
from semisup.runs import find
from semisup.runs.dataset import of_run, refuse_conditional
from semisup.runs.find import StoredRun
from semisup.settings import EvaluateSettings
from semisup.settings.tasks import TASKS


@dataclass(frozen=True)
class EvaluateInputs:
    """What to score.

    Attributes:
        run: the run to score.
        dataset: the data to score it on.
        beside: a second run to compare with, or None.
    """

    run: StoredRun
    dataset: Dataset
    beside: StoredRun | None = None


def load(settings: EvaluateSettings) -> EvaluateInputs:
    """Return the run to score, and its data or the data that the settings name.

    Raises:
        InputError: the run or the data cannot be read, the data do not have the encoder's shape, the run may have seen
            their test set, or they are not what the task needs.
    """
    spec = TASKS[settings.task]
    run = find.find_run(settings.run)
    dataset = described(of_run(settings.data, settings.data_dir, run))
    if spec.needs_labels and dataset.classes == 0:
        raise InputError(f"task: {settings.task} expects rows with a label, found none in {dataset.name}")
    if spec.trains_anew and (run.parameters["stage"] != "pretrain" or run.parameters.get("train", "both") != "both"):
        raise InputError(
            f"task: {settings.task} trains the autoencoder of a stage-one run anew and expects one whose halves were "
            f"both trained, found {run.run_id}"
        )
    if not spec.takes_conditional:
        refuse_conditional(run)
    if spec.needs_labels:
        resolve_budgets(dataset, settings.budgets)
    return EvaluateInputs(run, dataset, None if settings.beside is None else _beside(settings.beside, run))


def _beside(run_id: str, run: StoredRun) -> StoredRun:
    """Return a second stage-one run. Raise InputError if it is not on the data of the first."""
    try:
        beside = find.find_stage_one(run_id)
    except InputError as error:
        raise InputError(f"beside: {str(error).removeprefix('run: ')}") from None
    if beside.parameters["dataset_digest"] != run.parameters["dataset_digest"]:
        raise InputError(
            f"beside: expected a run on the same data as {run.run_id} ({run.parameters['data']}), found "
            f"{beside.run_id}, on {beside.parameters['data']}"
        )
    return beside
