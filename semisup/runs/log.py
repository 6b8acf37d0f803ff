"""Log runs to MLflow: parameters, metrics, figures, tables, models."""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import keras
import mlflow
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import DatasetInput, InputTag, Metric, Param
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

from semisup.data import description
from semisup.data.dataset import Dataset
from semisup.runs import faults, metric_queue, store
from semisup.runs.parameters import flat
from semisup.system import provenance
from semisup.system.interrupts import uninterrupted

DIGEST = "semisup.digest"  # tag: runs with the same digest have the same metrics
ERROR = "semisup.error"  # tag: why a run failed
MOST_OF_A_TAG = 4000  # characters
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"  # tag: what the UI shows as the run's description


@contextmanager
def run(
    name: str,
    parameters: dict[str, Any],
    dataset: Dataset,
    digest: str | None = None,
    run_id: str | None = None,
    tags: dict[str, str] | None = None,
) -> Iterator[str]:
    """Start a run and yield its id. If there is an active run, the new one is its child.

    The run ends as FINISHED if the block ends, as KILLED on Ctrl-C and as FAILED on any other error. The tag
    `semisup.error` then holds the error.

    Args:
        name: name of the run.
        parameters: some of `PARAMETERS`.
        dataset: the data that the run is trained on.
        digest: the digest by which `finished` finds the run.
        run_id: id of a run to resume; None starts a new one.
        tags: further tags, which the run has from its start.

    Raises:
        InputError: the disk or the store failed.
    """
    tags = provenance.tags() | ({DIGEST: digest} if digest else {}) | (tags or {})
    if run_id is not None:
        _forget_models(run_id)
    with faults.told():
        into = None if run_id else store.experiment_id()
        active = mlflow.start_run(run_id=run_id, experiment_id=into, run_name=name, tags=tags, nested=True)
        try:
            mlflow.log_params(flat(parameters, dataset))
            mlflow.log_input(_as_input(dataset), context="training")
            log_json(dataset.scaling.to_json(), "scaling.json")
            log_text("\n".join(description.sentences(dataset)) + "\n", "data.txt")
            yield active.info.run_id
            mlflow.end_run("FINISHED")
        except KeyboardInterrupt:
            _end("KILLED")
            raise
        except BaseException as error:
            _end("FAILED", str(faults.as_refusal(error)))
            raise


def _end(status: str, reason: str | None = None) -> None:
    """End a run that failed. Errors of the store are ignored: it may be the reason of the failure."""
    with suppress(Exception), store.briefly():
        if reason:
            mlflow.set_tag(ERROR, reason[:MOST_OF_A_TAG])
    with suppress(Exception), store.briefly():
        mlflow.end_run(status)


def _forget_models(run_id: str) -> None:
    """Remove the models that a resumed run has logged, so that there is one of each name at the end."""
    client = MlflowClient()
    for model in client.search_logged_models(
        [client.get_run(run_id).info.experiment_id], filter_string=f"source_run_id = '{run_id}'"
    ):
        client.delete_logged_model(model.model_id)


def log_metrics(metrics: dict[str, float], step: int = 0) -> None:
    """Log metrics to the run of the enclosing `run` block, as do the functions below.

    Ctrl-C waits until they are written: a library's clean-up code could swallow the exception.
    """
    if metric_queue.post(metrics, step):
        return
    with uninterrupted():
        mlflow.log_metrics(metrics, step=step)


def log_figure(figure: Figure, path: str) -> None:
    mlflow.log_figure(figure, path, save_kwargs={"dpi": 120})


def log_text(text: str, path: str) -> None:
    mlflow.log_text(text, path)


def log_json(content: Any, path: str) -> None:
    mlflow.log_dict(content, path)


def describe(text: str) -> None:
    """Set the description of the run in the UI, a text in Markdown."""
    mlflow.set_tag(NOTE, text)


def log_accuracies(curves: dict[str, dict[int, float]]) -> None:
    """Log a metric `accuracy/NAME` for each method, unless the run has it already.

    The steps of the metric are the numbers of labels, so that the UI draws it as a line.

    Args:
        curves: for each method, the test accuracy by number of labels.
    """
    logged = MlflowClient().get_run(mlflow.active_run().info.run_id).data.metrics
    now = int(time.time() * 1000)
    points = []
    for name, curve in curves.items():
        key = f"accuracy/{re.sub(r'[^a-zA-Z0-9_. :-]', '_', name)}"
        if key not in logged:
            points += [Metric(key, value, now, step) for step, value in curve.items()]
    MlflowClient().log_batch(mlflow.active_run().info.run_id, metrics=points)


def log_models(**models: keras.Model) -> None:
    """Log functional models of stock Keras layers by name, with signatures.

    MLflow's pyfunc loads them without this package. Ctrl-C waits until all are written.
    """
    requirements = [f"{package}=={provenance.version(package)}" for package in ("tensorflow", "keras", "numpy")]
    with uninterrupted():
        for name, model in models.items():
            signature = ModelSignature(_schema(model.inputs), _schema(model.outputs))
            mlflow.tensorflow.log_model(model, name=name, signature=signature, pip_requirements=requirements)


def _schema(tensors: list[keras.KerasTensor]) -> Schema:
    """Return the schema of (batch, ...) arrays. They have names if there are several."""
    names = [tensor.name for tensor in tensors] if len(tensors) > 1 else [None]
    dtypes = [np.dtype(tensor.dtype) for tensor in tensors]
    shapes = [(-1, *tensor.shape[1:]) for tensor in tensors]
    return Schema([TensorSpec(*each) for each in zip(dtypes, shapes, names, strict=True)])


def log_cell(
    name: str,
    parameters: dict[str, Any],
    dataset: Dataset,
    metrics: dict[str, float],
    digest: str | None = None,
    error: str | None = None,
) -> None:
    """Log a child of the enclosing run: finished, or failed with an error.

    Few requests are made, since a comparison has hundreds of such cells.
    """
    client, parent = MlflowClient(), mlflow.active_run().info
    metric_queue.wait_for_server(parent.run_id, "the same command")
    with uninterrupted():
        tags = provenance.tags() | {PARENT: parent.run_id}
        reason = None if error is None else error[:MOST_OF_A_TAG]
        tags |= {key: value for key, value in ((DIGEST, digest), (ERROR, reason)) if value is not None}
        cell = client.create_run(parent.experiment_id, run_name=name, tags=tags).info.run_id
        now = int(time.time() * 1000)
        client.log_batch(
            cell,
            metrics=[Metric(key, value, now, 0) for key, value in metrics.items()],
            params=[Param(key, value) for key, value in flat(parameters, dataset).items()],
        )
        source = DatasetInput(_as_input(dataset)._to_mlflow_entity(), [InputTag("mlflow.data.context", "training")])
        client.log_inputs(cell, datasets=[source])
        client.set_terminated(cell, "FINISHED" if error is None else "FAILED")


def _as_input(dataset: Dataset) -> mlflow.data.dataset.Dataset:
    x = np.broadcast_to(np.float32(0), dataset.x_train.shape)  # only shape and dtype are logged
    return mlflow.data.from_numpy(x, targets=dataset.y_train, name=dataset.name, digest=dataset.digest)


def log_task(
    run_id: str,
    task: str,
    settings: dict[str, Any],
    metrics: dict[str, float],
    figures: dict[str, Figure],
    tables: dict[str, pd.DataFrame],
) -> None:
    """Add the score of a task to a finished run. The status of the run does not change.

    Ctrl-C waits until all is written.

    Args:
        run_id: id of the run.
        task: name of the task: prefix of each metric, as in `TASK/NAME`, and folder of the artifacts.
        settings: options of the task.
        metrics: metrics by name.
        figures: figures by file name.
        tables: tables by file name.
    """
    client, now = MlflowClient(), int(time.time() * 1000)
    with uninterrupted():
        client.log_dict(run_id, settings | provenance.tags(), f"{task}/settings.json")
        for path, table in tables.items():
            client.log_text(run_id, table.to_csv(index=False), f"{task}/{path}")
        for path, figure in figures.items():
            client.log_figure(run_id, figure, f"{task}/{path}", save_kwargs={"dpi": 120})
        client.log_batch(run_id, [Metric(f"{task}/{name}", value, now, 0) for name, value in metrics.items()])


def log_arrays(run_id: str, path: str, **arrays: np.ndarray) -> None:
    """Log arrays to a run, finished or not, as an .npz artifact."""
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / path, **arrays)
        MlflowClient().log_artifact(run_id, str(Path(folder) / path))
