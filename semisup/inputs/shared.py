"""What more than one command needs of its inputs."""

import ast

from semisup import data
from semisup.data import Dataset
from semisup.data.label_draw import LabelPool, resolve_budget
from semisup.errors import InputError
from semisup.settings import PretrainSettings
from semisup.settings.images import ImageSettings
from semisup.stored_runs import StoredRun

LABELS_A_CLASS = (1, 5, 10, 20)


def of_settings(settings: PretrainSettings) -> Dataset:
    """The data that stage one names. Raises InputError if it cannot be read."""
    return data.load(settings.data, settings.data_dir, None, settings.of_table(), settings.of_images(), settings.leaks)


def of_run(named: str | None, data_dir: str | None, run: StoredRun) -> Dataset:
    """Data for a network of a run: of its shape, on its scale, with a test set that it has not seen.

    Args:
        named: the source; None is the run's own, which is to be as it was then.
        data_dir: folder with prepared TensorFlow Datasets; None is the run's own.
        run: of either stage.

    Raises:
        InputError: it cannot be read, or is not such data.
    """
    kind = "stage-one" if run.parameters["stage"] == "pretrain" else "stage-two"
    source, folder = named or run.parameters["data"], data_dir or run.parameters.get("data_dir")
    leaks = run.parameters.get("leaks", "keep")
    dataset = data.load(source, folder, run.scaling, images=_images(run), leaks=leaks)
    expected = run.parameters["input_shape"]
    if str(dataset.shape) != expected:
        raise InputError(
            f"data: expected inputs of shape {expected} as in {kind} run {run.run_id}, found {dataset.shape} "
            f"in {dataset.name}"
        )
    if dataset.held_out and dataset.digest != run.parameters["dataset_digest"]:
        raise InputError(
            f"data: {dataset.name} is not what {kind} run {run.run_id} was trained on, expected x_test and "
            "y_test in it: rows held out from it may have been among its inputs"
        )
    if named is None and dataset.digest != run.parameters["dataset_digest"]:
        raise InputError(
            f"data: expected {dataset.name} as it was for {kind} run {run.run_id} (digest "
            f"{run.parameters['dataset_digest']}), found {dataset.digest}; --data {dataset.name} says that it is meant"
        )
    return dataset


def _images(run: StoredRun) -> ImageSettings:
    """As the run has read its pictures: their size and colour are the shape of its inputs."""
    shape, parameters = ast.literal_eval(run.parameters["input_shape"]), run.parameters
    kept = {"unreadable": parameters.get("unreadable", "refuse"), "stream": parameters.get("stream") == "True"}
    if len(shape) == 3 and shape[2] in (1, 3):
        kept |= {"image_size": list(shape[:2]), "colour": shape[2] == 3}
    return ImageSettings(**kept)


def refuse_conditional(stage_one: StoredRun) -> None:
    if stage_one.parameters.get("conditional") == "True":
        raise InputError(
            f"run: expected a stage-one run that has seen no label, found {stage_one.run_id}, a conditional one"
        )


def budgets(asked_for: list[int | float] | None, dataset: Dataset | LabelPool) -> list[int]:
    """The budgets asked for, or 1, 5, 10 and 20 labels a class as far as the training rows go, in rising order.

    Raises:
        InputError: one cannot be drawn from the dataset.
    """
    if asked_for is not None:
        return sorted({resolve_budget(dataset, labels) for labels in asked_for})
    available = resolve_budget(dataset, 1.0)
    return [n * dataset.classes for n in LABELS_A_CLASS if n * dataset.classes <= available]
