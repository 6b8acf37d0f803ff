"""A run that trains: logged with what it was started with, and gone on with where it was killed."""

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
    """A `tracking.run` that this process alone is at. One that is gone on with is locked before it is touched: it may
    be another's by now.

    Raises:
        InputError: another process is at it, or its folder cannot be written.
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
    """An `exclusive_run` whose trainings keep checkpoints.

    Args:
        name: of the run.
        parameters: as in `log.run`.
        dataset: what it is trained on.
        start: what it is started with.
        digest: under which `finished` finds it.
        run_id: of a run to go on with, instead of a new one.

    Raises:
        InputError: another process is at it, or checkpoints cannot be written.
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
    """The training itself: metrics go out beside it, and where it breaks, the models are logged as it left them, with
    their last finite weights, and which batch it was.

    Raises:
        InputError: at the end of the block, that a tracking server did not come back.
    """
    try:
        with metric_queue.sending(run_id, resume.folder(run_id)):
            yield
    except BrokenTrainingError as error:
        rows = None if error.rows is None else error.rows.tolist()
        log.log_json({"error": str(error), "rows_of_x_train": rows}, "broken_training.json")
        log.log_models(**models())
        raise
