"""Read and check the inputs of `finetune --head reader`."""

import dataclasses
from dataclasses import dataclass

from semisup.commands.inputs.described import described
from semisup.data.compatibility import check_recipe
from semisup.data.dataset import Dataset
from semisup.data.label_draw import resolve_budget
from semisup.errors import InputError
from semisup.runs import find, store
from semisup.runs.dataset import of_run, refuse_conditional
from semisup.runs.find import StoredRun
from semisup.settings import FinetuneSettings

DIGIT_NAMES = [str(digit) for digit in range(10)]


@dataclass(frozen=True)
class ReaderInputs:
    """What a reader is trained on.

    Attributes:
        settings: the settings.
        run: the run of stage one or two to build on.
        dataset: the data, images of digits.
        budget: number of labels to draw.
    """

    settings: FinetuneSettings
    run: StoredRun
    dataset: Dataset
    budget: int


def load(settings: FinetuneSettings) -> ReaderInputs:
    """Return the run of stage one or two to build on, and its data or the data that the settings name.

    Raises:
        InputError: the run or the data cannot be read, the data are not digits or do not have the encoder's shape, the
            run may have seen their test set, a stage-two run has seen labels that the settings do not draw, the budget
            cannot be drawn, or the store cannot be written.
    """
    store.check_writable()
    run = find.find_run(settings.run)
    refuse_conditional(run)
    dataset = described(of_run(settings.data, settings.data_dir, run))
    _check_digits(dataset)
    check_recipe(settings.recipe, dataset, run.parameters["network"])
    budget = resolve_budget(dataset, settings.labels)
    if run.parameters["stage"] == "finetune":
        _check_labels_seen(settings.draw, budget, dataset, run)
    return ReaderInputs(dataclasses.replace(settings, run=run.run_id), run, dataset, budget)


def _check_digits(dataset: Dataset) -> None:
    """Raise InputError unless the classes are the ten digits, and all of them are in the test set."""
    if dataset.class_names != DIGIT_NAMES:
        raise InputError(
            f"data: the reader expects images of the digits, classes 0 to 9, found {dataset.classes} classes in "
            f"{dataset.name}, {', '.join(map(str, dataset.class_names[:3])) or 'none'}, ..."
        )
    missing = sorted(set(range(10)) - set(dataset.y_test.tolist()))
    if missing:
        raise InputError(f"data: the reader expects test images of all ten digits, found no {missing[0]}")


def _check_labels_seen(draw: int, budget: int, dataset: Dataset, run: StoredRun) -> None:
    """Raise InputError if a stage-two run has seen a label that the reader may not see.

    Draws are nested, so a draw of at most as many labels with the same seed is allowed.
    """
    seen = run.parameters
    if seen["dataset_digest"] != dataset.digest:
        raise InputError(f"data: expected {seen['data']}, as stage-two run {run.run_id} has seen, found {dataset.name}")
    if seen["draw"] != draw:
        raise InputError(f"draw: expected {seen['draw']}, as stage-two run {run.run_id} has seen, found {draw}")
    if seen["labels"] > budget:
        raise InputError(
            f"labels: expected at least {seen['labels']}, as stage-two run {run.run_id} has seen, found {budget}"
        )
