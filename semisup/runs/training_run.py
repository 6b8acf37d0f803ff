"""Runs that train: they record how they were started, and can be resumed after they were killed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import keras

from semisup.data.dataset import Dataset
from semisup.runs import log, metric_queue, resume
from semisup.runs.resume import Start
from semisup.training import checkpoints
from semisup.training.divergence import BrokenTrainingError


@contextmanager
def exclusive_run(
    name: str,
    parameters: dict[str, Any],
    dataset: Dataset,
    digest: str | None = None,
    run_id: str | None = None,
    tags: dict[str, str] | None = None,
) -> Iterator[str]:
    """Start a `log.run` that only this process may work on. Yields its id.

    A run to resume is locked before it is changed, since another process may be working on it.

    Raises:
        InputError: another process works on the run, or its folder cannot be written.
    """
    with ExitStack() as stack:
        if run_id is not None:
            stack.enter_context(checkpoints.locked(resume.folder(run_id)))
        entered = stack.enter_context(log.run(name, parameters, dataset, digest, run_id, tags))
        if run_id is None:
            stack.enter_context(checkpoints.locked(resume.folder(entered)))
        yield entered


@contextmanager
def training_run(
    name: str,
    parameters: dict[str, Any],
    dataset: Dataset,
    start: Start,
    digest: str | None = None,
    run_id: str | None = None,
) -> Iterator[str]:
    """Start an `exclusive_run` that writes checkpoints of its trainings. Yields its id.

    Args:
        name: name of the run.
        parameters: as in `log.run`.
        dataset: the data that the run is trained on.
        start: what the run is started with.
        digest: the digest by which `finished` finds the run.
        run_id: id of a run to resume; None starts a new one.

    Raises:
        InputError: another process works on the run, or checkpoints cannot be written.
    """
    with (
        exclusive_run(name, parameters, dataset, digest, run_id, start.tag()) as run_id,
        checkpoints.kept(resume.folder(run_id)),
    ):
        metric_queue.deliver(run_id, resume.folder(run_id))
        log.log_json(start.settings, "settings.json")
        yield run_id


@contextmanager
def fitting(run_id: str, models: Callable[[], dict[str, keras.Model]]) -> Iterator[None]:
    """Send metrics while the block trains, and log what is left if the training breaks.

    Then `broken_training.json` tells the error and the rows of the batch, and the models are logged with their last
    finite weights.

    Raises:
        InputError: the tracking server does not answer at the end of the block.
    """
    try:
        with metric_queue.sending(run_id, resume.folder(run_id)):
            yield
    except BrokenTrainingError as error:
        rows = None if error.rows is None else error.rows.tolist()
        log.log_json({"error": str(error), "rows_of_x_train": rows}, "broken_training.json")
        log.log_models(**models())
        raise
