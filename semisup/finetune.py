"""Stage two: a classifier on the encoder of a stage-one run, trained on a small draw of labels."""

import dataclasses
import hashlib
import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from sklearn.metrics import confusion_matrix

from semisup import data, metrics, plots, progress, tracking
from semisup.data import Dataset
from semisup.data.label_draw import label_draw, resolve_budget
from semisup.errors import InputError
from semisup.methods.supervised import ENCODER_MODES, SupervisedMethod
from semisup.pretrain import reconstruction_mse
from semisup.settings import FinetuneSettings, StageTwoSettings
from semisup.tracking import StageOne


@dataclass(frozen=True)
class FinetuneResult:
    """What stage two logged: the run's id, the final metrics, and the classifier."""

    run_id: str
    pretrain_run: str
    metrics: dict[str, float]
    classifier: keras.Model


def finetune(settings: FinetuneSettings) -> FinetuneResult:
    """Train a classifier on the encoder of a stage-one run and log it as one MLflow run.

    Raises:
        InputError: the run, the data, the budget or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    tracking.open_store()
    stage_one, dataset = read_inputs(settings)
    budget = resolve_budget(dataset, settings.labels)
    rows = label_draw(dataset, budget, settings.draw)
    parameters = cell_parameters(settings, stage_one, settings.encoder, budget, settings.draw)
    parameters |= {"init_seed": settings.init_seed, "order_seed": settings.order_seed, "stage": "finetune"}
    with tracking.run(f"{settings.encoder} {budget} labels", parameters, dataset) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        tracking.log_json({"rows_of_x_train": rows.tolist()}, "label_draw.json")
        method = SupervisedMethod(stage_one.encoder, dataset.x_train, settings.encoder, dataset.classes, settings)
        start = time.perf_counter()
        inputs, y = method.inputs(dataset.x_train[rows]), dataset.y_train[rows]
        with progress.training("finetune", settings.steps, min(settings.batch_size, budget)) as report:
            method.fit(inputs, y, settings.init_seed, settings.order_seed, report)
        figures = {"train_seconds": time.perf_counter() - start}
        if settings.encoder == "frozen" and weights_digest(method.encoder) != weights_digest(stage_one.encoder):
            raise RuntimeError("the frozen encoder's weights changed")
        figures |= _evaluate(dataset, stage_one, method, settings.encoder)
        tracking.log_metrics(figures)
        tracking.log_models(classifier=method.classifier)
    return FinetuneResult(run_id, stage_one.run_id, figures, method.classifier)


def read_inputs(settings: StageTwoSettings) -> tuple[StageOne, Dataset]:
    """The stage-one run to build on, and the data: the run's own unless the settings name another.

    Raises:
        InputError: either cannot be read, the data's shape is not the encoder's, or its test set may have been seen
            by stage one.
    """
    stage_one = tracking.read_stage_one(settings.run)
    source = settings.data or stage_one.parameters["data"]
    dataset = data.load(source, settings.data_dir or stage_one.parameters.get("data_dir"), stage_one.scaling)
    expected = stage_one.encoder.input_shape[1:]
    if dataset.shape != expected:
        raise InputError(
            f"data: expected inputs of shape {expected} as in stage-one run {stage_one.run_id}, found {dataset.shape} "
            f"in {dataset.name}"
        )
    if dataset.held_out and dataset.digest != stage_one.parameters["dataset_digest"]:
        raise InputError(
            f"data: {dataset.name} is not what stage-one run {stage_one.run_id} was trained on, expected x_test and "
            "y_test in it: rows held out from it may have been among the inputs of stage one"
        )
    return stage_one, dataset


def cell_parameters(
    settings: StageTwoSettings, stage_one: StageOne, method: str, budget: int | None, draw: int | None
) -> dict[str, Any]:
    """The parameters that every stage-two run logs, whether of finetune or of compare; a baseline has no network of
    ours and no training settings."""
    shared = ("data_dir", "network", "widths", "code_size", "objective")
    trained = ("head_widths", "noise", "dropout", "label_smoothing", "steps", "batch_size", "learning_rate")
    parameters = {"method": method, "labels": budget, "draw": draw, "pretrain_run": stage_one.run_id}
    if method in ENCODER_MODES:
        parameters |= {key: stage_one.parameters.get(key) for key in shared}
        parameters |= {key: getattr(settings, key) for key in (*trained, "weight_decay")}
        parameters["augment"] = settings.augment and method != "frozen"
    return parameters


def weights_digest(model: keras.Model) -> str:
    """SHA-256 of all weights of a model, BatchNorm statistics included."""
    return hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest()


def _evaluate(dataset: Dataset, stage_one: StageOne, method: SupervisedMethod, encoder: str) -> dict[str, float]:
    """Touch the test set once: classification, and what fine-tuning did to the autoencoder."""
    probabilities = method.predict(method.inputs(dataset.x_test))
    matrix = confusion_matrix(dataset.y_test, probabilities.argmax(axis=1), labels=np.arange(dataset.classes))
    tracking.log_json({"classes": dataset.class_names, "true_by_predicted": matrix.tolist()}, "confusion.json")
    tracking.log_figure(plots.confusion(matrix, dataset.class_names), "confusion.png")
    figures = metrics.classification(dataset.y_test, probabilities)
    if encoder != "scratch":  # a new encoder's codes mean nothing to the old decoder
        figures["test_mse_before"] = reconstruction_mse(dataset.x_test, stage_one.encoder, stage_one.decoder)
        figures["test_mse"] = reconstruction_mse(dataset.x_test, method.encoder, stage_one.decoder)
    return figures
