"""Settings of a run that goes on."""

from typing import TypeVar

from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import resume
from semisup.settings import FinetuneSettings, PretrainSettings

Settings = TypeVar("Settings", PretrainSettings, FinetuneSettings)


def resumed(settings: Settings, command: str) -> Settings:
    """The settings of the run that `settings.resume` names; the same ones where it names none.

    Raises:
        InputError: there is no such run, it has finished, it is of another command, or there are other options.
    """
    if settings.resume is None:
        return settings
    kind = type(settings)
    known = kind(**resume.start_of_unfinished(settings.resume, command).settings, resume=settings.resume)
    if settings not in (known, kind(resume=settings.resume)):
        raise InputError("resume: expected no other options beside it, the run has its own")
    return known


def check_data(settings: PretrainSettings | FinetuneSettings, command: str, dataset: Dataset) -> None:
    """Whether the data are those that the run to go on with was started on.

    Raises:
        InputError: they are others.
    """
    if settings.resume is not None:
        resume.check_same(settings.resume, resume.start_of_unfinished(settings.resume, command), dataset)
