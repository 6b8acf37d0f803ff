"""Runs that go on or are done again. What a run was started with is a tag of it from its first moment on."""

import dataclasses
import json
from pathlib import Path
from typing import Any, NamedTuple

from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import find, store
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.options import Options
from semisup.training import checkpoints

STARTED = "semisup.started"  # tag: JSON of a `Start`
COMMANDS: dict[str, type[Options]] = {"pretrain": PretrainSettings, "finetune": FinetuneSettings}


class Start(NamedTuple):
    """What a run was started with.

    Attributes:
        command: "pretrain" or "finetune".
        settings: its options by name, all but `resume`.
        dataset: digest of the data.
    """

    command: str
    settings: dict[str, Any]
    dataset: str

    def tag(self) -> dict[str, str]:
        """The tag of a new run."""
        return {STARTED: json.dumps(self._asdict())}

    def options(self) -> Options:
        """The options as the settings of the command."""
        return COMMANDS[self.command](**self.settings)


def recorded(settings: Options) -> dict[str, Any]:
    """Options as a run keeps them."""
    known = dataclasses.asdict(settings)
    del known["resume"]
    return known


def start_of(run_id: str, tags: dict[str, str]) -> Start:
    """What a run with these tags was started with.

    Raises:
        InputError: it is not of pretrain or finetune, was started by another version, or its tag is damaged.
    """
    if STARTED not in tags:
        raise InputError(f"run: expected a run of pretrain or finetune, found {run_id}, another")
    try:
        start = Start(**json.loads(tags[STARTED]))
        known = {option.name for option in dataclasses.fields(COMMANDS[start.command])} - {"resume"}
        _check_version(run_id, set(start.settings), known)
        start.options()
    except InputError:
        raise
    except Exception as error:  # whatever is wrong with it
        raise store.unreadable(run_id, "its settings", error) from None
    return start


def _check_version(run_id: str, found: set[str], known: set[str]) -> None:
    for option in sorted(found ^ known):
        which = "has no such option" if option in found else "has that option too"
        raise InputError(
            f"run: {run_id} was started by another version of semisup ({option}: this one {which}); start it anew"
        )


def folder(run_id: str) -> Path:
    """Where the checkpoints of a run are until it has finished."""
    return store.FOLDER / "checkpoints" / run_id


def start_of_unfinished(run_id: str, command: str) -> Start:
    """The start of a run of a command to go on with.

    Raises:
        InputError: there is no such run, it has finished or is under way, or it is of another command.
    """
    run = find.find_unfinished(run_id)
    if folder(run.run_id).is_dir() and not checkpoints.left_behind(folder(run.run_id)):
        raise InputError(f"resume: expected a run that has ended, found {run.run_id}, which is under way")
    start = start_of(run.run_id, run.tags)
    if start.command != command:
        raise InputError(f"resume: expected a run of {command}, found {run.run_id}, a run of {start.command}")
    return start


def check_workers(run_id: str, workers: int) -> None:
    """Whether as many share the batches as did when a run to go on with was started: the last bits depend on it.

    Raises:
        InputError: they are more or fewer.
    """
    known = find.find_unfinished(run_id).parameters.get("workers", workers)  # none: killed before they were logged
    if known != workers:
        raise InputError(f"workers: expected {known} as when run {run_id} was started, found {workers}")


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
