"""Runs that did not finish, to go on with. What a run was started with is a tag of it from its first moment on."""

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeVar

from semisup import checkpoints, store
from semisup.data import Dataset
from semisup.errors import InputError
from semisup.settings import FinetuneSettings, PretrainSettings

STARTED = "semisup.started"  # tag: JSON of command, settings and digest of the data

Settings = TypeVar("Settings", PretrainSettings, FinetuneSettings)


def command(settings: PretrainSettings | FinetuneSettings) -> str:
    return "pretrain" if isinstance(settings, PretrainSettings) else "finetune"


def started(settings: PretrainSettings | FinetuneSettings, dataset: Dataset) -> dict[str, str]:
    """The tag of a new run."""
    content = {"command": command(settings), "settings": recorded(settings), "dataset": dataset.digest}
    return {STARTED: json.dumps(content)}


def recorded(settings: PretrainSettings | FinetuneSettings) -> dict[str, Any]:
    """Settings as they are kept with a run."""
    known = dataclasses.asdict(settings)
    del known["resume"]
    return known


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
    content = _content(settings)
    try:
        known = type(settings)(**content["settings"], resume=settings.resume)
    except (KeyError, TypeError) as error:
        raise store.unreadable(settings.resume, "its settings", error) from None
    if settings not in (known, type(settings)(resume=settings.resume)):
        raise InputError("resume: expected no other options beside it, the run has its own")
    return known


def check_data(settings: PretrainSettings | FinetuneSettings, dataset: Dataset) -> None:
    """Whether the data are those that the run to go on with was started on.

    Raises:
        InputError: they are others.
    """
    if settings.resume is None:
        return
    expected = _content(settings)["dataset"]
    if dataset.digest != expected:
        raise InputError(
            f"resume: expected {dataset.name} as it was when run {settings.resume} was started, of digest {expected}, "
            f"found {dataset.digest}"
        )


def _content(settings: PretrainSettings | FinetuneSettings) -> dict[str, Any]:
    """The tag of the run that `settings.resume` names."""
    run = store.find_unfinished(settings.resume)
    if folder(run.run_id).is_dir() and not checkpoints.left_behind(folder(run.run_id)):
        raise InputError(f"resume: expected a run that has ended, found {settings.resume}, which is under way")
    if STARTED not in run.tags:
        raise InputError(f"resume: expected a run of pretrain or finetune, found {settings.resume}, another")
    try:
        content = json.loads(run.tags[STARTED])
        found = content["command"]
    except (ValueError, KeyError, TypeError) as error:
        raise store.unreadable(settings.resume, "its settings", error) from None
    if found != command(settings):
        raise InputError(f"resume: expected a run of {command(settings)}, found {settings.resume}, a run of {found}")
    return content
