"""Read the data of a run again, in the same way as the run read them."""

import shlex

from semisup import sources
from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs.find import StoredRun
from semisup.settings import DescribeSettings, PretrainSettings
from semisup.settings.options import part
from semisup.settings.sources import ImageOptions, TableOptions


def of_settings(settings: PretrainSettings | DescribeSettings) -> Dataset:
    """Read the data that settings name. Raises InputError if they cannot be read."""
    return sources.load(
        settings.data,
        settings.data_dir,
        table=part(settings, TableOptions),
        images=part(settings, ImageOptions),
        stream=settings.stream,
        leaks=settings.leaks,
    )


def of_run(named: str | None, data_dir: str | None, run: StoredRun) -> Dataset:
    """Read data for the network of a run: inputs of the same shape and scaling, and test inputs that are new to it.

    Args:
        named: the source; None takes that of the run, which must not have changed since.
        data_dir: folder with prepared TensorFlow Datasets; None takes that of the run.
        run: a run of either stage.

    Raises:
        InputError: the data cannot be read, have another shape, or have changed since the run; or their test rows may
            have been among the run's training inputs.
    """
    parameters = run.parameters
    kind = "stage-one" if parameters["stage"] == "pretrain" else "stage-two"
    dataset = sources.load(
        named or parameters["data"],
        data_dir or parameters.get("data_dir"),
        run.scaling,
        images=_images(run),
        stream=parameters.get("stream", False),
        leaks=parameters.get("leaks", "keep"),
    )
    expected, digest = parameters["input_shape"], parameters["dataset_digest"]
    if dataset.shape != expected:
        raise InputError(
            f"data: expected inputs of shape {expected} as in {kind} run {run.run_id}, found {dataset.shape} "
            f"in {dataset.name}"
        )
    if dataset.held_out and dataset.digest != digest:
        raise InputError(
            f"data: {dataset.name} is not what {kind} run {run.run_id} was trained on, expected x_test and "
            "y_test in it: rows held out from it may have been among its inputs"
        )
    if named is None and dataset.digest != digest:
        raise InputError(
            f"data: expected {dataset.name} as it was for {kind} run {run.run_id} (digest {digest}), found "
            f"{dataset.digest}; to use it all the same, name it: --data {shlex.quote(dataset.name)}"
        )
    return dataset


def _images(run: StoredRun) -> ImageOptions:
    """Return the options with which the run read its pictures. The shape of its inputs gives their size and colour."""
    shape, unreadable = run.parameters["input_shape"], run.parameters.get("unreadable", "refuse")
    if len(shape) == 3 and shape[2] in (1, 3):
        return ImageOptions(image_size=list(shape[:2]), colour=shape[2] == 3, unreadable=unreadable)
    return ImageOptions(unreadable=unreadable)


def refuse_conditional(stage_one: StoredRun) -> None:
    """Refuse a stage-one run that was trained with labels.

    Raises:
        InputError: the run is conditional.
    """
    if stage_one.parameters.get("conditional"):
        raise InputError(
            f"run: expected a stage-one run that has seen no label, found {stage_one.run_id}, a conditional one"
        )
