"""Read and check the inputs of `suggest`."""

from dataclasses import dataclass

import numpy as np

from semisup.commands.inputs.described import described
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.errors import InputError
from semisup.runs import find
from semisup.runs.dataset import of_run, refuse_conditional
from semisup.runs.find import StoredRun
from semisup.settings import SuggestSettings

SUGGESTIONS = 20  # by default


@dataclass(frozen=True)
class SuggestInputs:
    """What to choose from.

    Attributes:
        run: the run that the user named.
        stage_one: the same run, or the stage-one run that it builds on.
        dataset: the data.
        labelled: (labels,) row numbers of the training inputs whose classes are known.
        pool: (pool,) row numbers of the training inputs to choose from.
        count: how many of them to suggest.
    """

    run: StoredRun
    stage_one: StoredRun
    dataset: Dataset
    labelled: np.ndarray
    pool: np.ndarray
    count: int


def load(settings: SuggestSettings) -> SuggestInputs:
    """Return the run, its data, its labelled rows and the rows to choose from.

    Raises:
        InputError: the run or the data cannot be read, they do not belong together, or there are fewer rows to choose
            from than `settings.count`.
    """
    run = find.find_run(settings.run)
    stage_two = run.parameters["stage"] == "finetune"
    stage_one = find.find_stage_one(run.parameters["pretrain_run"]) if stage_two else run
    refuse_conditional(stage_one)
    source = settings.data or (run.parameters["data"] if stage_two else None)
    dataset = described(of_run(source, settings.data_dir or run.parameters.get("data_dir"), stage_one))
    if stage_two and dataset.digest != run.parameters["dataset_digest"]:
        raise InputError(
            f"data: {dataset.name} is not what stage-two run {run.run_id} was trained on, whose labels are known by "
            "row number; expected the same data, or a stage-one run, with which all labels of the data count"
        )
    has_label = dataset.y_train != UNLABELLED
    labelled = find.label_draw(run.run_id, len(has_label)) if stage_two else np.flatnonzero(has_label)
    if stage_two and has_label.all():
        has_label = np.isin(np.arange(len(has_label)), labelled)
    pool = np.flatnonzero(~has_label)
    if len(pool) == 0:
        raise InputError(
            "run: expected a run on data with unlabelled rows, or a stage-two run, whose label draw says what is "
            f"known, found {run.run_id} on {dataset.name}, where every row has a label"
        )
    count = min(SUGGESTIONS, len(pool)) if settings.count is None else settings.count
    if count > len(pool):
        raise InputError(f"count: expected at most {len(pool)}, the unlabelled rows of {dataset.name}, found {count}")
    return SuggestInputs(run, stage_one, dataset, labelled, pool, count)
