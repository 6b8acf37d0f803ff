"""What a command is to work on, read and checked before TensorFlow loads (`tfds:` sets need it themselves)."""

import dataclasses
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semisup import data, store
from semisup.data import Dataset, files
from semisup.data.label_draw import LabelPool, resolve_budget
from semisup.errors import InputError
from semisup.retrieval import folder
from semisup.retrieval.folder import Contents
from semisup.settings import (
    IMAGE_AUGMENTATIONS,
    VECTOR_AUGMENTATIONS,
    CompareSettings,
    EvaluateSettings,
    FinetuneSettings,
    IndexSettings,
    PretrainSettings,
    SearchSettings,
)
from semisup.store import StoredRun

LABELS_A_CLASS = (1, 5, 10, 20)
PROBE_LABELS = 100


@dataclass(frozen=True)
class StageTwoInputs:
    """The stage-one run to build on, the data, and the numbers of labels to train with, in rising order."""

    stage_one: StoredRun
    dataset: Dataset
    budgets: list[int]


@dataclass(frozen=True)
class EvaluationInputs:
    """The run to score, the data, and a second run to compare with, where there is one."""

    run: StoredRun
    dataset: Dataset
    beside: StoredRun | None = None


@dataclass(frozen=True)
class SearchInputs:
    """The index, and (n, *shape) inputs to look for by the file that they are from."""

    contents: Contents
    queries: dict[str, np.ndarray]


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
        dataset = data.load(settings.data, settings.data_dir, table=settings.of_table())
    else:
        given = store.find_stage_one(settings.run)
        _refuse_conditional(given)
        if str(settings.code_size) != given.parameters["code_size"]:
            expected = f"expected {given.parameters['code_size']} as in stage-one run {given.run_id}"
            raise InputError(f"code_size: {expected}, found {settings.code_size}")
        dataset = _dataset(settings.data, settings.data_dir, given)
    _check_fit(settings, dataset)
    return dataset


def _check_fit(settings: PretrainSettings, dataset: Dataset) -> None:
    """Whether network and objective can carry the data."""
    if settings.network == "convolutional" and len(dataset.shape) != 3:
        raise InputError(f"network: the convolutional one expects images, found inputs of shape {dataset.shape}")
    if settings.objective == "denoising" and settings.corruption == "block" and len(dataset.shape) != 3:
        raise InputError(f"corruption: block expects images, found inputs of shape {dataset.shape}")
    if settings.conditional and dataset.classes == 0:
        raise InputError(f"conditional: expected rows with a label, found none in {dataset.name}")


def for_stage_one_grid(settings: CompareSettings) -> StageOneGrid:
    """What `settings.pretrain` names, on one dataset that is loaded once.

    Raises:
        InputError: the data cannot be read, does not fit a network, or has too few labels; or the store cannot be
            written.
    """
    runs = settings.stage_one_runs()
    dataset = data.load(settings.data or "digits", settings.data_dir, table=next(iter(runs.values())).of_table())
    for name, run in runs.items():
        try:
            _check_fit(run, dataset)
        except InputError as error:
            raise InputError(f"pretrain: {name}: {error}") from None
    store.check_writable()
    default = max(dataset.classes, min(PROBE_LABELS, resolve_budget(dataset, 1.0)))
    (labels,) = settings.budgets or [default]
    return StageOneGrid(runs, dataset, resolve_budget(dataset, labels))


def _refuse_conditional(stage_one: StoredRun) -> None:
    if stage_one.parameters.get("conditional") == "True":
        raise InputError(
            f"run: expected a stage-one run that has seen no label, found {stage_one.run_id}, a conditional one"
        )


def for_comparison(settings: CompareSettings) -> dict[str, StageTwoInputs | StageOneInputs]:
    """What methods are compared on, by the names of `settings.stage_one`; one without a name where there is none.

    Raises:
        InputError: as in `for_stage_one` and `for_stage_two`.
    """
    if settings.cluster is not None:
        _check_cluster()
    if settings.stage_one is None:
        return {"": for_stage_two(settings)}
    to_train, found = settings.to_train(), {}
    dataset = None
    if to_train:
        dataset = data.load(
            settings.data or "digits", settings.data_dir, table=next(iter(to_train.values())).of_table()
        )
    for name, options in settings.stage_one.items():
        try:
            if name in to_train:
                store.check_writable()
                _check_fit(to_train[name], dataset)
                _check_cells(settings, dataset, to_train[name].network)
                _budgets(settings, dataset)
                found[name] = StageOneInputs(to_train[name], dataset)
            else:
                on_one = dataclasses.replace(settings, run=options["run"], stage_one=None, reference=None)
                found[name] = for_stage_two(on_one)
        except InputError as error:
            raise InputError(f"stage_one: {name}: {error}") from None
    sources = {each.dataset.digest: each.dataset.name for each in found.values()}
    if len(sources) > 1:
        raise InputError(
            f"stage_one: expected runs on the same data, found {', '.join(sources.values())}; --data says which"
        )
    return found


def for_evaluation(settings: EvaluateSettings) -> EvaluationInputs:
    """The run to score and its data, unless the settings name others.

    Raises:
        InputError: either cannot be read, the data's shape is not the encoder's, its test set may have been seen by
            the run, or they are not what the task wants.
    """
    run = store.find_run(settings.run)
    source = settings.data or run.parameters["data"]
    dataset = _dataset(source, settings.data_dir or run.parameters.get("data_dir"), run)
    needs_labels = settings.task not in ("reconstruction", "manifold", "code_size")
    if needs_labels and dataset.classes == 0:
        raise InputError(f"task: {settings.task} expects rows with a label, found none in {dataset.name}")
    retrains = settings.task in ("anomaly", "code_size")
    if retrains and (run.parameters["stage"] != "pretrain" or run.parameters.get("train", "both") != "both"):
        raise InputError(
            f"task: {settings.task} trains the autoencoder of a stage-one run anew and expects one whose halves were "
            f"both trained, found {run.run_id}"
        )
    if settings.task != "generation":
        _refuse_conditional(run)
    if needs_labels:
        budgets(settings.budgets, dataset)
    beside = None if settings.beside is None else _beside(settings.beside, run)
    return EvaluationInputs(run, dataset, beside)


def _beside(run_id: str, run: StoredRun) -> StoredRun:
    """Another stage-one run on the data of a run."""
    try:
        beside = store.find_stage_one(run_id)
    except InputError as error:
        raise InputError(f"beside: {str(error).removeprefix('run: ')}") from None
    if beside.parameters["dataset_digest"] != run.parameters["dataset_digest"]:
        raise InputError(
            f"beside: expected a run on the same data as {run.run_id} ({run.parameters['data']}), found "
            f"{beside.run_id}, on {beside.parameters['data']}"
        )
    return beside


def for_index(settings: IndexSettings) -> EvaluationInputs | Contents:
    """The run to index and its data, or the index to add to.

    Raises:
        InputError: they cannot be read, or a file to add is not there.
    """
    if settings.add:
        contents = folder.read(Path(settings.folder))
        for path in settings.add:
            files.read(Path(path), contents.shape, contents.scaling)
        return contents
    run = store.find_run(settings.run)
    return EvaluationInputs(
        run, _dataset(settings.data or run.parameters["data"], settings.data_dir or run.parameters.get("data_dir"), run)
    )


def for_search(settings: SearchSettings) -> SearchInputs:
    """The index and the inputs to look for.

    Raises:
        InputError: either cannot be read.
    """
    contents = folder.read(Path(settings.folder))
    return SearchInputs(
        contents, {path: files.read(Path(path), contents.shape, contents.scaling) for path in settings.queries}
    )


def _check_cluster() -> None:
    if importlib.util.find_spec("distributed") is None:
        raise InputError("cluster: expected dask.distributed, install it with: pip install 'semisup[cluster]'")
    if store.uri().startswith("sqlite:"):
        raise InputError(
            "cluster: expected MLFLOW_TRACKING_URI to name a server that every machine can reach, found a SQLite file, "
            "which is for one machine"
        )


def for_stage_two(settings: FinetuneSettings | CompareSettings) -> StageTwoInputs:
    """The stage-one run and its data, unless the settings name others.

    Raises:
        InputError: either cannot be read, the data's shape is not the encoder's, its test set may have been seen by
            stage one, a budget cannot be drawn from it, or the store cannot be written.
    """
    store.check_writable()
    stage_one = store.find_stage_one(settings.run)
    _refuse_conditional(stage_one)
    if settings.data is None:  # what can be refused without loading it
        recorded = [int(stage_one.parameters[name]) for name in ("labelled", "classes")]
        _budgets(settings, LabelPool(stage_one.parameters["data"], *recorded))
    source = settings.data or stage_one.parameters["data"]
    dataset = _dataset(source, settings.data_dir or stage_one.parameters.get("data_dir"), stage_one)
    _check_cells(settings, dataset, stage_one.parameters["network"])
    budgets = _budgets(settings, dataset)
    return StageTwoInputs(stage_one, dataset, budgets)


def _check_cells(settings: FinetuneSettings | CompareSettings, dataset: Dataset, network: str) -> None:
    for each in settings.cells().values() if isinstance(settings, CompareSettings) else [settings]:
        _check_cell(each, dataset, network)


def _check_cell(settings: FinetuneSettings, dataset: Dataset, network: str) -> None:
    """Whether data and encoder (of stage one's network) are what a method wants."""
    images = len(dataset.shape) == 3
    for kind in settings.augment:
        if kind not in (IMAGE_AUGMENTATIONS if images else VECTOR_AUGMENTATIONS):
            raise InputError(
                f"augment: {kind} expects {'vectors' if images else 'images'}, found inputs of shape {dataset.shape}"
            )
    if settings.network == "convolutional" and not images:
        raise InputError(f"network: the convolutional one expects images, found inputs of shape {dataset.shape}")
    if settings.method == "ladder" and (settings.network or network) == "convolutional":
        raise InputError("method: the ladder expects a dense encoder, found a convolutional one")
    if settings.class_sizes is not None and len(settings.class_sizes) != dataset.classes:
        raise InputError(
            f"class_sizes: expected one share for each of the {dataset.classes} classes of {dataset.name}, found "
            f"{len(settings.class_sizes)}"
        )


def _dataset(source: str, data_dir: str | None, run: StoredRun) -> Dataset:
    """Data for a network of a run: of its shape, on its scale, with a test set that it has not seen."""
    kind = "stage-one" if run.parameters["stage"] == "pretrain" else "stage-two"
    dataset = data.load(source, data_dir, run.scaling)
    expected = run.parameters["input_shape"]
    if str(dataset.shape) != expected:
        raise InputError(
            f"data: expected inputs of shape {expected} as in {kind} run {run.run_id}, found {dataset.shape} "
            f"in {dataset.name}"
        )
    if dataset.held_out and dataset.digest != run.parameters["dataset_digest"]:
        raise InputError(
            f"data: {dataset.name} is not what {kind} run {run.run_id} was trained on, expected x_test and "
            "y_test in it: rows held out from it may have been among its inputs"
        )
    return dataset


def _budgets(settings: FinetuneSettings | CompareSettings, dataset: Dataset | LabelPool) -> list[int]:
    if isinstance(settings, FinetuneSettings):
        return [resolve_budget(dataset, settings.labels)]
    return budgets(settings.budgets, dataset)


def budgets(asked_for: list[int | float] | None, dataset: Dataset | LabelPool) -> list[int]:
    """The budgets asked for, or 1, 5, 10 and 20 labels a class as far as the training rows go, in rising order.

    Raises:
        InputError: one cannot be drawn from the dataset.
    """
    if asked_for is not None:
        return sorted({resolve_budget(dataset, labels) for labels in asked_for})
    available = resolve_budget(dataset, 1.0)
    return [n * dataset.classes for n in LABELS_A_CLASS if n * dataset.classes <= available]
