"""The data of a run, read again as the run has read them."""

from semisup import sources
from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs.find import StoredRun
from semisup.settings import PretrainSettings
from semisup.settings.options import part
from semisup.settings.sources import ImageOptions, TableOptions


def of_settings(settings: PretrainSettings) -> Dataset:
    """The data that stage one names. Raises InputError if they cannot be read."""
    return sources.load(
        settings.data,
        settings.data_dir,
        table=part(settings, TableOptions),
        images=part(settings, ImageOptions),
        stream=settings.stream,
        leaks=settings.leaks,
    )


def of_run(named: str | None, data_dir: str | None, run: StoredRun) -> Dataset:
    """Data for a network of a run: of its shape, on its scale, with a test set that it has not seen.

    Args:
        named: the source; None is the run's own, which has to be as it was then.
        data_dir: folder with prepared TensorFlow Datasets; None is the run's own.
        run: of either stage.

    Raises:
        InputError: it cannot be read, or is not such data.
    """
    known = run.parameters
    kind = "stage-one" if known["stage"] == "pretrain" else "stage-two"
    dataset = sources.load(
        named or known["data"],
        data_dir or known.get("data_dir"),
        run.scaling,
        images=_images(run),
        stream=known.get("stream", False),
        leaks=known.get("leaks", "keep"),
    )
    expected, digest = known["input_shape"], known["dataset_digest"]
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
            f"{dataset.digest}; --data {dataset.name} says that it is meant"
        )
    return dataset


def _images(run: StoredRun) -> ImageOptions:
    """As the run has read its pictures: their size and colour are the shape of its inputs."""
    shape, unreadable = run.parameters["input_shape"], run.parameters.get("unreadable", "refuse")
    if len(shape) == 3 and shape[2] in (1, 3):
        return ImageOptions(image_size=list(shape[:2]), colour=shape[2] == 3, unreadable=unreadable)
    return ImageOptions(unreadable=unreadable)


def refuse_conditional(stage_one: StoredRun) -> None:
    """Refuse a run that has seen labels, where none may have been seen.

    Raises:
        InputError: it has.
    """
    if stage_one.parameters.get("conditional"):
        raise InputError(
            f"run: expected a stage-one run that has seen no label, found {stage_one.run_id}, a conditional one"
        )
