"""What stage two works on."""

from collections.abc import Iterable
from dataclasses import dataclass

from semisup import resuming, store, stored_runs
from semisup.data import Dataset
from semisup.data.label_draw import LabelPool, label_draw, resolve_budget, split_off
from semisup.errors import InputError
from semisup.inputs.shared import budgets, of_run, refuse_conditional
from semisup.settings import IMAGE_AUGMENTATIONS, VECTOR_AUGMENTATIONS, CompareSettings, FinetuneSettings
from semisup.stored_runs import StoredRun


@dataclass(frozen=True)
class StageTwoInputs:
    """The stage-one run to build on, the data, and the numbers of labels to train with, in rising order."""

    stage_one: StoredRun
    dataset: Dataset
    budgets: list[int]


def for_stage_two(settings: FinetuneSettings | CompareSettings) -> StageTwoInputs:
    """The stage-one run and its data, unless the settings name others.

    Raises:
        InputError: either cannot be read, the data's shape is not the encoder's, its test set may have been seen by
            stage one, a budget cannot be drawn from it, or the store cannot be written.
    """
    store.check_writable()
    stage_one = stored_runs.find_stage_one(settings.run)
    refuse_conditional(stage_one)
    for each in _each(settings):
        _check_graph_runs(each.graph_runs, stage_one)
    if settings.data is None:  # what can be refused without loading it
        recorded = [int(stage_one.parameters[name]) for name in ("labelled", "classes")]
        budgets_of(settings, LabelPool(stage_one.parameters["data"], *recorded))
    dataset = of_run(settings.data, settings.data_dir, stage_one)
    check_cells(settings, dataset, stage_one.parameters["network"])
    budgets = budgets_of(settings, dataset)
    if isinstance(settings, FinetuneSettings):
        resuming.check_data(settings, dataset)
        split_off(dataset, label_draw(dataset, budgets[0], settings.draw), settings.calibrate, settings.draw)
    return StageTwoInputs(stage_one, dataset, budgets)


def check_cells(settings: FinetuneSettings | CompareSettings, dataset: Dataset, network: str) -> None:
    for each in _each(settings):
        _check_cell(each, dataset, network)


def _each(settings: FinetuneSettings | CompareSettings) -> Iterable[FinetuneSettings]:
    return settings.cells().values() if isinstance(settings, CompareSettings) else [settings]


def _check_graph_runs(run_ids: list[str], stage_one: StoredRun) -> None:
    """Whether each is a further stage-one run on the data of the first."""
    known, digest = {stage_one.run_id}, stage_one.parameters["dataset_digest"]
    for run_id in run_ids:
        try:
            run = stored_runs.find_stage_one(run_id)
            refuse_conditional(run)
        except InputError as error:
            raise InputError(f"graph_runs: {error}") from None
        if run_id in known:
            raise InputError(f"graph_runs: expected runs other than {stage_one.run_id}, each once, found {run_id}")
        if run.parameters["dataset_digest"] != digest:
            raise InputError(
                f"graph_runs: expected a run on the data of {stage_one.run_id}, {stage_one.parameters['data']} "
                f"({digest}), found {run_id} on {run.parameters['data']} ({run.parameters['dataset_digest']})"
            )
        known.add(run_id)


def _check_cell(settings: FinetuneSettings, dataset: Dataset, network: str) -> None:
    """Whether data and encoder (of stage one's network) are what a method wants."""
    images = len(dataset.shape) == 3
    for kind in settings.augment:
        if kind not in (IMAGE_AUGMENTATIONS if images else VECTOR_AUGMENTATIONS):
            raise InputError(
                f"augment: {kind} expects {'vectors' if images else 'images'}, found inputs of shape {dataset.shape}"
            )
    if settings.average_shifts and not images:
        raise InputError(f"average_shifts: expected images, found inputs of shape {dataset.shape}")
    if settings.network == "convolutional" and not images:
        raise InputError(f"network: the convolutional one expects images, found inputs of shape {dataset.shape}")
    if settings.method == "ladder" and (settings.network or network) == "convolutional":
        raise InputError("method: the ladder expects a dense encoder, found a convolutional one")
    if settings.class_sizes is not None and len(settings.class_sizes) != dataset.classes:
        raise InputError(
            f"class_sizes: expected one share for each of the {dataset.classes} classes of {dataset.name}, found "
            f"{len(settings.class_sizes)}"
        )


def budgets_of(settings: FinetuneSettings | CompareSettings, dataset: Dataset | LabelPool) -> list[int]:
    if isinstance(settings, FinetuneSettings):
        return [resolve_budget(dataset, settings.labels)]
    return budgets(settings.budgets, dataset)
