"""What stage one works on."""

from dataclasses import dataclass

from semisup import resuming, store, stored_runs
from semisup.data import Dataset
from semisup.data.label_draw import resolve_budget
from semisup.errors import InputError
from semisup.inputs.shared import of_run, of_settings, refuse_conditional
from semisup.settings import CompareSettings, PretrainSettings

PROBE_LABELS = 100


@dataclass(frozen=True)
class StageOneInputs:
    """A stage-one run to train, and the data."""

    settings: PretrainSettings
    dataset: Dataset


@dataclass(frozen=True)
class StageOneGrid:
    """Stage-one runs to train, by name, the data, and the number of labels to probe their codes with."""

    stage_one: dict[str, PretrainSettings]
    dataset: Dataset
    budget: int


def for_stage_one(settings: PretrainSettings) -> Dataset:
    """The data of stage one.

    Raises:
        InputError: it cannot be read or does not fit the network, or the store cannot be written.
    """
    store.check_writable()
    if settings.run is None:
        dataset = dataset_of_stage_one(settings)
    else:
        given = stored_runs.find_stage_one(settings.run)
        refuse_conditional(given)
        if str(settings.code_size) != given.parameters["code_size"]:
            expected = f"expected {given.parameters['code_size']} as in stage-one run {given.run_id}"
            raise InputError(f"code_size: {expected}, found {settings.code_size}")
        dataset = of_run(settings.data, settings.data_dir, given)
        check_fit(settings, dataset)
    resuming.check_data(settings, dataset)
    return dataset


def dataset_of_stage_one(settings: PretrainSettings) -> Dataset:
    """The data that settings without a run name; raises InputError where they cannot be read or do not fit."""
    dataset = of_settings(settings)
    check_fit(settings, dataset)
    return dataset


def for_stage_one_grid(settings: CompareSettings) -> StageOneGrid:
    """What `settings.pretrain` names, on one dataset that is loaded once.

    Raises:
        InputError: the data cannot be read, does not fit a network, or has too few labels; or the store cannot be
            written.
    """
    runs = settings.stage_one_runs()
    first = next(iter(runs.values()))
    dataset = of_settings(first)
    for name, run in runs.items():
        try:
            check_fit(run, dataset)
        except InputError as error:
            raise InputError(f"pretrain: {name}: {error}") from None
    store.check_writable()
    default = max(dataset.classes, min(PROBE_LABELS, resolve_budget(dataset, 1.0)))
    (labels,) = settings.budgets or [default]
    return StageOneGrid(runs, dataset, resolve_budget(dataset, labels))


def check_fit(settings: PretrainSettings, dataset: Dataset) -> None:
    """Whether network and objective can carry the data."""
    if settings.network == "convolutional" and len(dataset.shape) != 3:
        raise InputError(f"network: the convolutional one expects images, found inputs of shape {dataset.shape}")
    if settings.corruption == "block" and len(dataset.shape) != 3:
        raise InputError(f"corruption: block expects images, found inputs of shape {dataset.shape}")
    if settings.conditional and dataset.classes == 0:
        raise InputError(f"conditional: expected rows with a label, found none in {dataset.name}")
