"""Runs that are gone on with or done again. What a run was started with is a tag of it from its first moment on."""

import dataclasses
import json
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from semisup import checkpoints, store, stored_runs
from semisup.data import Dataset
from semisup.errors import InputError
from semisup.settings import FinetuneSettings, PretrainSettings

STARTED = "semisup.started"  # tag: JSON of a `Start`
COMMANDS = {"pretrain": PretrainSettings, "finetune": FinetuneSettings}

Settings = TypeVar("Settings", PretrainSettings, FinetuneSettings)


class Start(NamedTuple):
    """Attributes:
    command: whose run it is.
    settings: all but `resume`, by name.
    dataset: digest of the data.
    """

    command: str
    settings: dict[str, Any]
    dataset: str


def command(settings: PretrainSettings | FinetuneSettings) -> str:
    return next(name for name, kind in COMMANDS.items() if isinstance(settings, kind))


def recorded(settings: PretrainSettings | FinetuneSettings) -> dict[str, Any]:
    """Settings as they are kept with a run."""
    known = dataclasses.asdict(settings)
    del known["resume"]
    return known


def started(settings: PretrainSettings | FinetuneSettings, dataset: Dataset) -> dict[str, str]:
    """The tag of a new run."""
    return {STARTED: json.dumps(Start(command(settings), recorded(settings), dataset.digest)._asdict())}


def start_of(run_id: str, tags: dict[str, str]) -> Start:
    """What a run with these tags was started with.

    Raises:
        InputError: it is not of pretrain or finetune, or its tag is damaged.
    """
    if STARTED not in tags:
        raise InputError(f"run: expected a run of pretrain or finetune, found {run_id}, another")
    try:
        start = Start(**json.loads(tags[STARTED]))
        COMMANDS[start.command](**start.settings)
    except Exception as error:  # whatever is wrong with it
        raise store.unreadable(run_id, "its settings", error) from None
    return start


def folder(run_id: str) -> Path:
    """Where the checkpoints of a run are until it has finished."""
    return store.FOLDER / "checkpoints" / run_id


def settings_of(settings: Settings) -> Settings:
    """The settings of the run that `settings.resume` names; the same ones where it names none.

    Raises:
        InputError: there is no such run, it has finished, it is of another command, or there are other options.
    """
    if settings.resume is None:
        return settings
    known = type(settings)(**_to_go_on_with(settings).settings, resume=settings.resume)
    if settings not in (known, type(settings)(resume=settings.resume)):
        raise InputError("resume: expected no other options beside it, the run has its own")
    return known


def check_data(settings: PretrainSettings | FinetuneSettings, dataset: Dataset) -> None:
    """Whether the data are those that the run to go on with was started on.

    Raises:
        InputError: they are others.
    """
    if settings.resume is not None:
        check_same(settings.resume, _to_go_on_with(settings), dataset)


def check_workers(settings: PretrainSettings, workers: int) -> None:
    """Whether as many share the batches as did when the run to go on with was started: the last bits depend on it.

    Raises:
        InputError: they are more or fewer.
    """
    if settings.resume is None:
        return
    run = stored_runs.find_unfinished(settings.resume)
    known = run.parameters.get("workers", str(workers))  # none: killed before they were logged
    if known != str(workers):
        raise InputError(f"workers: expected {known} as when run {run.run_id} was started, found {workers}")


def check_same(run_id: str, start: Start, dataset: Dataset) -> None:
    """Whether the data are those that a run was started on.

    Raises:
        InputError: they are others.
    """
    if dataset.digest != start.dataset:
        raise InputError(
            f"data: expected {dataset.name} as it was when run {run_id} was started, of digest {start.dataset}, found "
            f"{dataset.digest}"
        )


def _to_go_on_with(settings: PretrainSettings | FinetuneSettings) -> Start:
    """The start of the run that `settings.resume` names."""
    run = stored_runs.find_unfinished(settings.resume)
    if folder(run.run_id).is_dir() and not checkpoints.left_behind(folder(run.run_id)):
        raise InputError(f"resume: expected a run that has ended, found {run.run_id}, which is under way")
    start = start_of(run.run_id, run.tags)
    if start.command != command(settings):
        raise InputError(f"resume: expected a run of {command(settings)}, found {run.run_id}, a run of {start.command}")
    return start
