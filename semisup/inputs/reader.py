"""What the reader works on."""

from semisup import resuming, store, stored_runs
from semisup.data import Dataset
from semisup.errors import InputError
from semisup.inputs.shared import of_run, refuse_conditional
from semisup.inputs.stage_two import StageTwoInputs, budgets_of, check_cells
from semisup.settings import FinetuneSettings
from semisup.stored_runs import StoredRun

DIGIT_NAMES = [str(digit) for digit in range(10)]


def for_reader(settings: FinetuneSettings) -> StageTwoInputs:
    """The run whose encoder is built on, of stage one or two, and its data, unless the settings name others.

    Raises:
        InputError: either cannot be read, the data is not of digits or its shape is not the encoder's, its test set may
            have been seen, a stage-two run has seen labels that the settings do not draw, the budget cannot be drawn,
            or the store cannot be written.
    """
    store.check_writable()
    run = stored_runs.find_run(settings.run)
    refuse_conditional(run)
    dataset = of_run(settings.data, settings.data_dir, run)
    _check_digits(dataset)
    check_cells(settings, dataset, run.parameters["network"])
    budgets = budgets_of(settings, dataset)
    if run.parameters["stage"] == "finetune":
        _check_labels_seen(settings, budgets[0], dataset, run)
    resuming.check_data(settings, dataset)
    return StageTwoInputs(run, dataset, budgets)


def _check_digits(dataset: Dataset) -> None:
    if dataset.class_names != DIGIT_NAMES:
        raise InputError(
            f"data: the reader expects images of the digits, classes 0 to 9, found {dataset.classes} classes in "
            f"{dataset.name}, {', '.join(map(str, dataset.class_names[:3])) or 'none'}, ..."
        )
    missing = sorted(set(range(10)) - set(dataset.y_test.tolist()))
    if missing:
        raise InputError(f"data: the reader expects test images of all ten digits, found no {missing[0]}")


def _check_labels_seen(settings: FinetuneSettings, budget: int, dataset: Dataset, run: StoredRun) -> None:
    """Whether the stage-two run has seen no label but those that the reader may see; draws are nested."""
    seen = run.parameters
    if seen["dataset_digest"] != dataset.digest:
        raise InputError(f"data: expected {seen['data']}, as stage-two run {run.run_id} has seen, found {dataset.name}")
    if seen["draw"] != str(settings.draw):
        raise InputError(
            f"draw: expected {seen['draw']}, as stage-two run {run.run_id} has seen, found {settings.draw}"
        )
    if int(seen["labels"]) > budget:
        raise InputError(
            f"labels: expected at least {seen['labels']}, as stage-two run {run.run_id} has seen, found {budget}"
        )
