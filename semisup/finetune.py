"""Stage two: a classifier on the encoder of a stage-one run, trained on a small draw of labels."""

import dataclasses
import hashlib
import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from sklearn.metrics import confusion_matrix

from semisup import inputs, metrics, plots, progress, tracking
from semisup.data import Dataset
from semisup.data.label_draw import label_draw
from semisup.inputs import StageTwoInputs
from semisup.methods.supervised import ENCODER_MODES, SupervisedMethod
from semisup.pretrain import reconstruction_mse
from semisup.settings import FinetuneSettings, StageTwoSettings
from semisup.store import StageOneRun, open_store


@dataclass(frozen=True)
class FinetuneResult:
    """What stage two logged: the run's id, the final metrics, and the classifier."""

    run_id: str
    pretrain_run: str
    metrics: dict[str, float]
    classifier: keras.Model


def finetune(settings: FinetuneSettings, given: StageTwoInputs | None = None) -> FinetuneResult:
    """Train a classifier on the encoder of a stage-one run and log it as one MLflow run.

    Args:
        settings: what to train and how.
        given: the inputs that they name, where they are read already.

    Raises:
        InputError: the run, the data, the budget or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    given = given or inputs.for_stage_two(settings)
    stage_one, dataset, (budget,) = given.stage_one, given.dataset, given.budgets
    open_store()
    encoder, decoder = read_autoencoder(stage_one)
    rows = label_draw(dataset, budget, settings.draw)
    parameters = cell_parameters(settings, stage_one, settings.encoder, budget, settings.draw)
    parameters |= {"init_seed": settings.init_seed, "order_seed": settings.order_seed, "stage": "finetune"}
    with tracking.run(f"{settings.encoder} {budget} labels", parameters, dataset) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        tracking.log_json({"rows_of_x_train": rows.tolist()}, "label_draw.json")
        method = SupervisedMethod(encoder, dataset.x_train, settings.encoder, dataset.classes, settings)
        start = time.perf_counter()
        x, y = method.inputs(dataset.x_train[rows]), dataset.y_train[rows]
        with progress.training("finetune", settings.steps, min(settings.batch_size, budget)) as report:
            method.fit(x, y, settings.init_seed, settings.order_seed, report)
        figures = {"train_seconds": time.perf_counter() - start}
        if settings.encoder == "frozen" and weights_digest(method.encoder) != weights_digest(encoder):
            raise RuntimeError("the frozen encoder's weights changed")
        figures |= _evaluate(dataset, encoder, decoder, method)
        tracking.log_metrics(figures)
        tracking.log_models(classifier=method.classifier)
    return FinetuneResult(run_id, stage_one.run_id, figures, method.classifier)


def read_autoencoder(stage_one: StageOneRun) -> tuple[keras.Model, keras.Model]:
    """The encoder and the decoder of a stage-one run."""
    return tracking.read_model(stage_one.run_id, "encoder"), tracking.read_model(stage_one.run_id, "decoder")


def cell_parameters(
    settings: StageTwoSettings, stage_one: StageOneRun, method: str, budget: int | None, draw: int | None
) -> dict[str, Any]:
    """The parameters that every stage-two run logs, whether of finetune or of compare; a baseline has no network of
    ours and no training settings."""
    shared = ("data_dir", "network", "widths", "activation", "code_size", "objective")
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


def _evaluate(
    dataset: Dataset, encoder: keras.Model, decoder: keras.Model, method: SupervisedMethod
) -> dict[str, float]:
    """Touch the test set once: classification, and what fine-tuning did to the autoencoder."""
    probabilities = method.predict(method.inputs(dataset.x_test))
    matrix = confusion_matrix(dataset.y_test, probabilities.argmax(axis=1), labels=np.arange(dataset.classes))
    tracking.log_json({"classes": dataset.class_names, "true_by_predicted": matrix.tolist()}, "confusion.json")
    tracking.log_figure(plots.confusion(matrix, dataset.class_names), "confusion.png")
    figures = metrics.classification(dataset.y_test, probabilities)
    if method.mode != "scratch":  # a new encoder's codes mean nothing to the old decoder
        figures["test_mse_before"] = reconstruction_mse(dataset.x_test, encoder, decoder)
        figures["test_mse"] = reconstruction_mse(dataset.x_test, method.encoder, decoder)
    return figures
