"""What an evaluation, an index and a search work on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semisup import stored_runs
from semisup.data import Dataset, files
from semisup.errors import InputError
from semisup.inputs.shared import budgets, of_run, refuse_conditional
from semisup.retrieval import folder
from semisup.retrieval.folder import Contents
from semisup.settings import EvaluateSettings, IndexSettings, SearchSettings
from semisup.stored_runs import StoredRun


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


def for_evaluation(settings: EvaluateSettings) -> EvaluationInputs:
    """The run to score and its data, unless the settings name others.

    Raises:
        InputError: either cannot be read, the data's shape is not the encoder's, its test set may have been seen by
            the run, or they are not what the task wants.
    """
    run = stored_runs.find_run(settings.run)
    dataset = of_run(settings.data, settings.data_dir, run)
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
        refuse_conditional(run)
    if needs_labels:
        budgets(settings.budgets, dataset)
    beside = None if settings.beside is None else _beside(settings.beside, run)
    return EvaluationInputs(run, dataset, beside)


def _beside(run_id: str, run: StoredRun) -> StoredRun:
    """Another stage-one run on the data of a run."""
    try:
        beside = stored_runs.find_stage_one(run_id)
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
    run = stored_runs.find_run(settings.run)
    return EvaluationInputs(run, of_run(settings.data, settings.data_dir, run))


def for_search(settings: SearchSettings) -> SearchInputs:
    """The index and the inputs to look for.

    Raises:
        InputError: either cannot be read.
    """
    contents = folder.read(Path(settings.folder))
    return SearchInputs(
        contents, {path: files.read(Path(path), contents.shape, contents.scaling) for path in settings.queries}
    )
