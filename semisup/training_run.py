"""A run that trains: logged with what it was started with, and gone on with where it was killed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import keras

from semisup import checkpoints, outbox, resuming, tracking
from semisup.broken_training import BrokenTrainingError
from semisup.data import Dataset
from semisup.settings import FinetuneSettings, PretrainSettings


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
            stack.enter_context(checkpoints.locked(resuming.folder(run_id)))
        entered = stack.enter_context(tracking.run(name, parameters, dataset, digest, run_id, tags))
        if run_id is None:
            stack.enter_context(checkpoints.locked(resuming.folder(entered)))
        yield entered


@contextmanager
def training_run(
    name: str,
    parameters: dict[str, Any],
    dataset: Dataset,
    settings: PretrainSettings | FinetuneSettings,
    digest: str | None = None,
) -> Iterator[str]:
    """An `exclusive_run` whose trainings are kept; the one that `settings.resume` names, where it names one.

    Raises:
        InputError: another process is at it, or checkpoints cannot be written.
    """
    started = resuming.started(settings, dataset)
    with (
        exclusive_run(name, parameters, dataset, digest, settings.resume, started) as run_id,
        checkpoints.kept(resuming.folder(run_id)),
    ):
        outbox.deliver(run_id, resuming.folder(run_id))
        tracking.log_json(resuming.recorded(settings), "settings.json")
        yield run_id


@contextmanager
def fitting(run_id: str, models: Callable[[], dict[str, keras.Model]]) -> Iterator[None]:
    """The training itself: metrics go out beside it, and where it breaks, the models are logged as it left them, with
    their last finite weights, and which batch it was.

    Raises:
        InputError: at the end of the block, that a tracking server did not come back.
    """
    try:
        with outbox.sending(run_id, resuming.folder(run_id)):
            yield
    except BrokenTrainingError as error:
        rows = None if error.rows is None else error.rows.tolist()
        tracking.log_json({"error": str(error), "rows_of_x_train": rows}, "broken_training.json")
        tracking.log_models(**models())
        raise
