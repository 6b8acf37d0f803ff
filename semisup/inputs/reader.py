"""What the reader works on."""

from semisup import store
from semisup.data import Dataset
from semisup.errors import InputError
from semisup.inputs.shared import of_run, refuse_conditional
from semisup.inputs.stage_two import StageTwoInputs, budgets_of, check_cells
from semisup.settings import FinetuneSettings
from semisup.store import StoredRun

DIGIT_NAMES = [str(digit) for digit in range(10)]


def for_reader(settings: FinetuneSettings) -> StageTwoInputs:
    """The run whose encoder is built on, of stage one or two, and its data, unless the settings name others.

    Raises:
        InputError: either cannot be read, the data is not of digits or its shape is not the encoder's, its test set may
            have been seen, the labels of a stage-two run are not those of the settings, the budget cannot be drawn, or
            the store cannot be written.
    """
    store.check_writable()
    run = store.find_run(settings.run)
    refuse_conditional(run)
    source = settings.data or run.parameters["data"]
    dataset = of_run(source, settings.data_dir or run.parameters.get("data_dir"), run)
    _check_digits(dataset)
    check_cells(settings, dataset, run.parameters["network"])
    budgets = budgets_of(settings, dataset)
    if run.parameters["stage"] == "finetune":
        _check_same_labels(settings, budgets[0], dataset, run)
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


def _check_same_labels(settings: FinetuneSettings, budget: int, dataset: Dataset, run: StoredRun) -> None:
    """Whether the stage-two run has seen the labels that the reader may see, and no others."""
    for name, value in (("labels", budget), ("draw", settings.draw), ("dataset_digest", dataset.digest)):
        if run.parameters[name] != str(value):
            what = "data" if name == "dataset_digest" else name
            raise InputError(
                f"{what}: expected {run.parameters['data' if what == 'data' else name]}, as stage-two run {run.run_id} "
                f"was trained with, found {dataset.name if what == 'data' else value}"
            )
