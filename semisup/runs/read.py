"""Find runs of the experiment and read back what they logged."""

import json
from pathlib import Path

import keras
import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Run

from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import resume, store
from semisup.runs.log import DIGEST, PARENT
from semisup.runs.store import first_line, unreadable
from semisup.settings import PretrainSettings
from semisup.system import keras_file, progress
from semisup.system import zip_archive as archives
from semisup.training import checkpoints

SEARCHED_AT_ONCE = 1000


def finished(stage: str, dataset: Dataset, parent: str | None = None) -> dict[str, Run]:
    """Return the finished runs of a stage on the same data, by digest.

    Of several runs with one digest, the child of `parent` is taken if there is one, else the latest.
    """
    condition = (
        f"params.stage = '{stage}' and params.dataset_digest = '{dataset.digest}' and attributes.status = 'FINISHED'"
    )
    runs = sorted(reversed(_search(condition)), key=lambda run: run.data.tags.get(PARENT) == parent)  # children last
    return {run.data.tags[DIGEST]: run for run in runs if DIGEST in run.data.tags}


def ended(digest: str) -> str | None:
    """Return the id of the latest run with this digest that no process is working on; None if there is none."""

    def dead(run: Run) -> bool:
        return run.info.status != "RUNNING" or checkpoints.left_behind(resume.folder(run.info.run_id))

    return next((run.info.run_id for run in _search(f"tags.`{DIGEST}` = '{digest}'") if dead(run)), None)


def steps(run_id: str, metric: str) -> set[int]:
    """Return the steps at which a run has logged a metric."""
    return {point.step for point in MlflowClient().get_metric_history(run_id, metric)}


def forget_failed_cells(parent: str) -> None:
    """Remove the failed cells of a comparison, so that they are tried again."""
    for run in _search(f"tags.`{PARENT}` = '{parent}' and attributes.status = 'FAILED'"):
        MlflowClient().delete_run(run.info.run_id)


def _search(condition: str) -> list[Run]:
    """Return the runs of the experiment that meet a condition, the latest first."""
    experiment = store.experiment_id()
    runs, token = [], None
    while True:
        page = MlflowClient().search_runs([experiment], condition, max_results=SEARCHED_AT_ONCE, page_token=token)
        runs, token = runs + list(page), page.token
        if not token:
            return runs


def read_model(run_id: str, name: str) -> keras.Model:
    """Read back a model that `log_models` has logged.

    Raises:
        InputError: the model is missing or damaged.
    """
    path = name
    try:
        folder = Path(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/{name}"))
        path = f"{name}/data/model.keras"
        return keras_file.read(folder / "data" / "model.keras")
    except (mlflow.MlflowException, OSError, ValueError) as error:
        raise unreadable(run_id, path, error) from None


def read_settings(run_id: str) -> PretrainSettings:
    """Read the settings of a stage-one run.

    Raises:
        InputError: they are missing, damaged or of another version.
    """
    try:
        path = Path(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/settings.json"))
        settings = json.loads(path.read_text())
        resume.check_version(run_id, settings, PretrainSettings)
        return PretrainSettings(**settings)
    except InputError:
        raise
    except Exception as error:  # any kind of artifact store, any damage to the file
        raise unreadable(run_id, "settings.json", error) from None


def read_arrays(run_id: str, path: str) -> dict[str, np.ndarray] | None:
    """Read back arrays of `log_arrays`. Return None if there are none, or, with a warning, if they are damaged."""
    try:
        file = mlflow.artifacts.download_artifacts(f"runs:/{run_id}/{path}")
    except (mlflow.MlflowException, OSError):
        return None
    try:
        # opened here, since NumPy does not close a file that is no archive
        with Path(file).open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            archives.check(arrays.zip)
            return {name: archives.array(arrays, name) for name in arrays.files}
    except Exception as error:  # a damaged archive can make a library raise anything
        progress.warn(f"{path} of run {run_id}: damaged, computed anew ({first_line(error)})")
        return None
