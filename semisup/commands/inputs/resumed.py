"""Settings and data of a run that is resumed."""

from typing import TypeVar

from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import resume
from semisup.settings import FinetuneSettings, PretrainSettings

Settings = TypeVar("Settings", PretrainSettings, FinetuneSettings)


def resumed(settings: Settings, command: str) -> Settings:
    """Return the settings of the run that `settings.resume` names. Without `resume`, return the settings unchanged.

    Raises:
        InputError: there is no such run, it has finished, it belongs to another command, or other options are set.
    """
    if settings.resume is None:
        return settings
    kind = type(settings)
    recorded = kind(**resume.start_of_unfinished(settings.resume, command).settings, resume=settings.resume)
    if settings not in (recorded, kind(resume=settings.resume)):
        raise InputError("resume: expected no other options beside it, the run has its own")
    return recorded


def check_data(settings: PretrainSettings | FinetuneSettings, command: str, dataset: Dataset) -> None:
    """Check that a resumed run has the data that it was started on. Without `resume`, do nothing.

    Raises:
        InputError: the data differ.
    """
    if settings.resume is not None:
        resume.check_same(settings.resume, resume.start_of_unfinished(settings.resume, command), dataset)
