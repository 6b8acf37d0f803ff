"""Resume runs, or do them again.

A tag of each run tells from its start on with which command, options and data it was started.
"""

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
    """The command, options and data that a run was started with.

    Attributes:
        command: "pretrain" or "finetune".
        settings: its options by name, except `resume`.
        dataset: digest of the data.
    """

    command: str
    settings: dict[str, Any]
    dataset: str

    def tag(self) -> dict[str, str]:
        """Return the tag that a new run gets, by name."""
        return {STARTED: json.dumps(self._asdict())}

    def options(self) -> Options:
        """Return the options as settings of the command."""
        return COMMANDS[self.command](**self.settings)


def recorded(settings: Options) -> dict[str, Any]:
    """Return options as a run records them: values by name, except `resume`."""
    values = dataclasses.asdict(settings)
    del values["resume"]
    return values


def start_of(run_id: str, tags: dict[str, str]) -> Start:
    """Read from its tags what a run was started with.

    Raises:
        InputError: the run is not of pretrain or finetune, was made by another version, or its tag is damaged.
    """
    if STARTED not in tags:
        raise InputError(f"run: expected a run of pretrain or finetune, found {run_id}, a run of another command")
    try:
        start = Start(**json.loads(tags[STARTED]))
        check_version(run_id, start.settings, COMMANDS[start.command])
        start.options()
    except InputError:
        raise
    except Exception as error:  # any damage to the tag
        raise store.unreadable(run_id, "its settings", error) from None
    return start


def check_version(run_id: str, settings: dict[str, Any], kind: type[Options]) -> None:
    """Check that a run was made with the options that this version has.

    Raises:
        InputError: the options differ.
    """
    others = set(settings) ^ ({option.name for option in dataclasses.fields(kind)} - {"resume"})
    if others:
        raise InputError(
            f"run: {run_id} was made by another version of semisup, with other options ({', '.join(sorted(others))}); "
            "train it again with this one"
        )


def folder(run_id: str) -> Path:
    """Return the folder of a run's checkpoints. It is there until the run has finished."""
    return store.FOLDER / "checkpoints" / run_id


def start_of_unfinished(run_id: str, command: str) -> Start:
    """Return what a run was started with that `command` shall resume.

    Raises:
        InputError: there is no such run, it has finished or is still running, or it is of another command.
    """
    run = find.find_unfinished(run_id)
    if folder(run.run_id).is_dir() and not checkpoints.left_behind(folder(run.run_id)):
        raise InputError(f"resume: expected a run that has ended, found {run.run_id}, which is under way")
    start = start_of(run.run_id, run.tags)
    if start.command != command:
        raise InputError(f"resume: expected a run of {command}, found {run.run_id}, a run of {start.command}")
    return start


def check_workers(run_id: str, workers: int) -> None:
    """Check that a run is resumed with the number of workers it was started with.

    The workers share each batch, and the last bits of a sum depend on their number.

    Raises:
        InputError: the number differs.
    """
    expected = find.find_unfinished(run_id).parameters.get("workers", workers)  # absent if the run was killed early
    if expected != workers:
        raise InputError(f"workers: expected {expected} as when run {run_id} was started, found {workers}")


def check_same(run_id: str, start: Start, dataset: Dataset) -> None:
    """Check that the data are those that a run was started on.

    Raises:
        InputError: they differ.
    """
    if dataset.digest != start.dataset:
        raise InputError(
            f"data: expected {dataset.name} as it was when run {run_id} was started (digest {start.dataset}), found "
            f"{dataset.digest}"
        )
