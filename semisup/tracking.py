"""The only file that talks to MLflow: the store, the runs, what they log and how it is read back."""

import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import keras
import mlflow
import numpy as np
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import DatasetInput, InputTag, Metric, Param, Run
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

from semisup import provenance
from semisup.data import Dataset
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.interrupts import uninterrupted

EXPERIMENT = "semisup"
FOLDER = Path("mlruns")  # of the default store, in the current directory

# Every run has all of these, so that the UI's table, grouping and charts hold any runs side by side.
# fmt: off
PARAMETERS = (
    "stage", "method", "data", "data_dir", "dataset_digest", "scaling", "network", "widths", "code_size", "objective",
    "labels", "draw", "init_seed", "order_seed", "head_widths", "noise", "dropout", "label_smoothing", "augment",
    "epochs", "steps", "batch_size", "learning_rate", "weight_decay", "pretrain_run",
)
# fmt: on
ABSENT = "none"
RETRIES = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"


def _store_name() -> str:
    """The store as an error may name it: a tracking URI can hold a password."""
    return "MLFLOW_TRACKING_URI" if os.environ.get("MLFLOW_TRACKING_URI") else str(FOLDER.resolve() / "mlflow.db")


def store_uri() -> str:
    """Where runs go: MLFLOW_TRACKING_URI if set, else SQLite in ./mlruns."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def open_store() -> None:
    """Make the store the current one, and create it and the experiment where they are missing.

    Raises:
        InputError: the store cannot be written or reached.
    """
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    local = not os.environ.get("MLFLOW_TRACKING_URI")
    location = None
    if local:
        try:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / ".writable").touch()
            (FOLDER / ".writable").unlink()
        except OSError as error:
            raise InputError(
                f"{FOLDER.resolve()}: expected a folder that can be written to, for the runs ({error.strerror})"
            ) from None
        location = (FOLDER / "artifacts").resolve().as_uri()
    mlflow.set_tracking_uri(store_uri())
    if local:  # MLflow has put it there; it is the user's to set
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    retries = os.environ.get(RETRIES)
    os.environ[RETRIES] = "1"  # to open the store; a run that is under way is worth the default's minutes of patience
    try:
        if MlflowClient().get_experiment_by_name(EXPERIMENT) is None:
            tags = {"mlflow.experimentKind": "custom_model_development"}  # the UI opens on its model-training view
            MlflowClient().create_experiment(EXPERIMENT, artifact_location=location, tags=tags)
        mlflow.set_experiment(EXPERIMENT)
    except Exception as error:  # whatever the store is: a file, a database driver, an HTTP client
        reason = re.sub(r"//[^/@\s]*@", "//", str(error).splitlines()[0])  # without user and password
        raise InputError(f"{_store_name()}: expected an MLflow store that can be opened ({reason})") from None
    finally:
        os.environ.pop(RETRIES)
        if retries is not None:
            os.environ[RETRIES] = retries


@contextmanager
def run(name: str, parameters: dict[str, Any], dataset: Dataset) -> Iterator[str]:
    """One run, FINISHED if the block ends, KILLED on Ctrl-C, FAILED on any other error. Yields its id."""
    with mlflow.start_run(run_name=name, tags=provenance.tags()) as active:
        try:
            mlflow.log_params(_flat(parameters, dataset))
            mlflow.log_input(_as_input(dataset), context="training")
            log_json(dataset.scaling.to_json(), "scaling.json")
            yield active.info.run_id
        except KeyboardInterrupt:
            mlflow.end_run("KILLED")
            raise


def log_metrics(metrics: dict[str, float], step: int = 0) -> None:
    """Log to the run of the enclosing `run` block, as do the functions below."""
    mlflow.log_metrics(metrics, step=step)


def log_figure(figure: Figure, path: str) -> None:
    mlflow.log_figure(figure, path, save_kwargs={"dpi": 120})


def log_text(text: str, path: str) -> None:
    mlflow.log_text(text, path)


def log_json(content: Any, path: str) -> None:
    mlflow.log_dict(content, path)


def log_models(**models: keras.Model) -> None:
    """Log functional models of stock layers by name, with signatures; MLflow's pyfunc loads them without this package.

    Ctrl-C waits until all are written.
    """
    requirements = [f"{package}=={provenance.version(package)}" for package in ("tensorflow", "keras", "numpy")]
    with uninterrupted():
        for name, model in models.items():
            signature = ModelSignature(Schema([_spec(model.input)]), Schema([_spec(model.output)]))
            mlflow.tensorflow.log_model(model, name=name, signature=signature, pip_requirements=requirements)


def _spec(tensor: keras.KerasTensor) -> TensorSpec:
    return TensorSpec(np.dtype("float32"), (-1, *tensor.shape[1:]))


def log_cell(name: str, parameters: dict[str, Any], dataset: Dataset, metrics: dict[str, float]) -> None:
    """Log a finished run below the enclosing one, in few calls: a comparison has hundreds."""
    with uninterrupted():
        client, parent = MlflowClient(), mlflow.active_run().info
        tags = provenance.tags() | {"mlflow.parentRunId": parent.run_id}
        cell = client.create_run(parent.experiment_id, run_name=name, tags=tags).info.run_id
        now = int(time.time() * 1000)
        client.log_batch(
            cell,
            metrics=[Metric(key, value, now, 0) for key, value in metrics.items()],
            params=[Param(key, value) for key, value in _flat(parameters, dataset).items()],
        )
        source = DatasetInput(_as_input(dataset)._to_mlflow_entity(), [InputTag("mlflow.data.context", "training")])
        client.log_inputs(cell, datasets=[source])
        client.set_terminated(cell)


def _flat(parameters: dict[str, Any], dataset: Dataset) -> dict[str, str]:
    known = {"data": dataset.name, "dataset_digest": dataset.digest, "scaling": dataset.scaling.rule}
    unknown = set(parameters) - set(PARAMETERS)
    if unknown:
        raise ValueError(f"parameters that not every run has: {sorted(unknown)}")
    values = known | {key: value for key, value in parameters.items() if value is not None}
    return {key: str(values.get(key, ABSENT)) for key in PARAMETERS}


def _as_input(dataset: Dataset) -> mlflow.data.dataset.Dataset:
    return mlflow.data.from_numpy(dataset.x_train, targets=dataset.y_train, name=dataset.name, digest=dataset.digest)


@dataclass(frozen=True)
class StageOne:
    """A finished stage-one run, read back; `parameters` has those that were set."""

    run_id: str
    parameters: dict[str, str]
    encoder: keras.Model
    decoder: keras.Model
    scaling: Scaling  # of the inputs that the encoder was trained on


def read_stage_one(run_id: str | None = None) -> StageOne:
    """Read back a finished stage-one run.

    Args:
        run_id: its id; None takes the latest one in the store.

    Raises:
        InputError: there is none, the id is unknown, the run is of another kind or did not finish, or its models
            cannot be read.
    """
    found = _latest_stage_one() if run_id is None else _find(run_id)
    run_id = found.info.run_id
    if found.data.params.get("stage") != "pretrain":
        stage = found.data.params.get("stage", "unknown")
        raise InputError(f"run: expected the id of a stage-one run (pretrain), found {run_id}, a {stage} run")
    if found.info.status != "FINISHED":
        raise InputError(f"run: expected a finished run, found {run_id}, which is {found.info.status}")
    parameters = {key: value for key, value in found.data.params.items() if value != ABSENT}
    encoder, decoder = (_read(run_id, name, _load_model) for name in ("encoder", "decoder"))
    scaling = _read(run_id, "scaling.json", lambda path: Scaling.from_json(json.loads(path.read_text())))
    return StageOne(run_id, parameters, encoder, decoder, scaling)


def _latest_stage_one() -> Run:
    runs = mlflow.search_runs(
        experiment_names=[EXPERIMENT],
        filter_string="params.stage = 'pretrain' and attributes.status = 'FINISHED'",
        order_by=["attributes.end_time DESC"],
        max_results=1,
        output_format="list",
    )
    if not runs:
        raise InputError(f"run: no finished stage-one run in {_store_name()}, start with: python -m semisup pretrain")
    return runs[0]


def _find(run_id: str) -> Run:
    try:
        return MlflowClient().get_run(run_id)
    except mlflow.MlflowException:
        raise InputError(f"run: expected the id of a run in {_store_name()}, found {run_id!r}") from None


def _read(run_id: str, name: str, load: Callable[[Path], Any]) -> Any:
    try:
        return load(Path(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/{name}")))
    except (mlflow.MlflowException, OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"run: {name} of run {run_id} cannot be read ({reason})") from None


def _load_model(folder: Path) -> keras.Model:
    return keras.saving.load_model(folder / "data" / "model.keras")  # safe mode: no code from the file is run
