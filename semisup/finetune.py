"""Stage two: a classifier on the encoder of a stage-one run, trained on a small draw of labels."""

import dataclasses
import hashlib
import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from semisup import (
    inputs,
    methods,
    metrics,
    mismatch,
    networks,
    plots,
    progress,
    registry,
    resuming,
    tracking,
)
from semisup.data import Dataset, leaks
from semisup.data.dataset import UNLABELLED
from semisup.data.label_draw import label_draw, split_off
from semisup.inputs import StageTwoInputs
from semisup.methods import Method
from semisup.pretrain import reconstruction_mse
from semisup.projection import in_two_dimensions
from semisup.serving import calibration, stored
from semisup.serving.bundle import FACTS, Bundle, Facts
from semisup.serving.register import register
from semisup.settings import FinetuneSettings
from semisup.settings.finetune import used_options
from semisup.stage_one import StageOne
from semisup.store import open_store
from semisup.stored_runs import StoredRun
from semisup.threads import pinned
from semisup.training_run import fitting, training_run

LEAST_CONFIDENT = 16  # test inputs in the picture of those
CODES_DRAWN = 1000
STAGE_ONE = ("data_dir", "unreadable", "stream", "leaks", "network", "widths", "activation", "code_size", "objective")


@dataclass(frozen=True)
class FinetuneResult:
    """What stage two logged: the run's id, the final metrics, the classifier, and models:/NAME@ALIAS if registered."""

    run_id: str
    pretrain_run: str
    metrics: dict[str, float]
    classifier: keras.Model
    registered: str | None = None


def finetune(settings: FinetuneSettings, given: StageTwoInputs | None = None) -> FinetuneResult:
    """Train a classifier on the encoder of a stage-one run and log it as one MLflow run.

    Args:
        settings: what to train and how.
        given: the inputs that they name, where they are read already.

    Raises:
        InputError: the run, the data, the budget or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    settings = pinned(resuming.settings_of(settings))
    given = given or inputs.for_stage_two(settings)
    stage_one, dataset, (budget,) = given.stage_one, given.dataset, given.budgets
    settings = dataclasses.replace(settings, run=stage_one.run_id)  # the latest is another one tomorrow
    open_store()
    drawn = label_draw(dataset, budget, settings.draw)
    rows, kept = split_off(dataset, drawn, settings.calibrate, settings.draw)
    parameters = cell_parameters(settings, stage_one, budget) | {"stage": "finetune"}
    given_models = StageOne.read(stage_one.run_id, dataset)
    method = methods.prepare(given_models, dataset, settings)
    distance = mismatch.measure(given_models.train_codes("stage_one"), drawn)
    mismatch.warn_of(distance)
    leaks.warn_of(dataset)
    name = f"{settings.method} {settings.encoder} {budget} labels"
    with training_run(name, parameters | {"threads": settings.threads}, dataset, settings) as run_id:
        tracking.log_json({"rows_of_x_train": drawn.tolist(), "calibration": kept.tolist()}, "label_draw.json")
        start = time.perf_counter()
        with (
            fitting(run_id, lambda: {"encoder": method.encoder, "classifier": method.classifier}),
            progress.training("finetune", method.total_steps(len(rows)), settings.batch_size) as report,
        ):
            method.fit(rows, dataset.y_train[rows], settings.init_seed, settings.order_seed, report)
        figures = {"train_seconds": time.perf_counter() - start, "far_unlabelled": distance.far}
        if settings.encoder == "frozen" and weights_digest(method.encoder) != weights_digest(given_models.encoder):
            raise RuntimeError("the frozen encoder's weights changed")
        facts = _facts(dataset, given_models, method, kept)
        figures |= _evaluate(dataset, given_models, method, rows, facts)
        tracking.log_metrics(figures)
        tracking.log_json(facts._asdict(), FACTS)
        classifier = method.classifier
        tracking.log_models(encoder=method.encoder, classifier=classifier)
        registered = None
        if settings.register is not None:
            autoencoder = stored.autoencoder(given_models.encoder, given_models.decoder)
            name, alias = registry.name_and_alias(settings.register)
            register(Bundle(classifier, autoencoder, dataset.scaling, facts), name, alias)
            registered = f"{registry.PREFIX}{name}@{alias}"
    return FinetuneResult(run_id, stage_one.run_id, figures, classifier, registered)


def cell_parameters(settings: FinetuneSettings, stage_one: StoredRun, budget: int) -> dict[str, Any]:
    """The parameters of a stage-two run, whether of finetune or of compare; those of other methods are left out."""
    settings = methods.resolved(settings)
    parameters = {key: stage_one.parameters.get(key) for key in STAGE_ONE}
    if settings.network is not None:
        parameters |= {key: getattr(settings, key) for key in ("network", "widths", "activation")}
        parameters["code_size"] = settings.code_size or parameters["code_size"]
    own = (
        "method",
        "encoder",
        "draw",
        "calibrate",
        "init_seed",
        "order_seed",
        *used_options(settings.method, settings.encoder),
    )
    parameters |= {key: getattr(settings, key) for key in own}
    return parameters | {"labels": budget, "pretrain_run": stage_one.run_id}


def weights_digest(model: keras.Model) -> str:
    """SHA-256 of all weights of a model, BatchNorm statistics included."""
    return hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest()


def _facts(dataset: Dataset, stage_one: StageOne, method: Method, kept: np.ndarray) -> Facts:
    """What a prediction needs beside the networks; calibrated where labels were kept."""
    facts = stored.facts(dataset, stage_one.encoder, stage_one.decoder)
    if len(kept) == 0:
        return facts
    y, probabilities = dataset.y_train[kept], method.predict(method.inputs(dataset.x_train[kept]))
    temperature, conformity = calibration.temperature(probabilities, y), calibration.conformity(probabilities, y)
    return facts._replace(temperature=temperature, conformity=conformity)


def _evaluate(
    dataset: Dataset, stage_one: StageOne, method: Method, rows: np.ndarray, facts: Facts
) -> dict[str, float]:
    """Touch the test set once: classification, and what fine-tuning did to the autoencoder."""
    probabilities = method.predict(method.inputs(dataset.x_test))
    predicted = probabilities.argmax(axis=1)
    matrix = confusion_matrix(dataset.y_test, predicted, labels=np.arange(dataset.classes))
    tracking.log_json({"classes": dataset.class_names, "true_by_predicted": matrix.tolist()}, "confusion.json")
    tracking.log_figure(plots.confusion(matrix, dataset.class_names), "confusion.png")
    least = probabilities.max(axis=1).argsort(kind="stable")[:LEAST_CONFIDENT]
    names = np.asarray(dataset.class_names)
    titles = [f"{names[t]}, said {names[p]}" for t, p in zip(dataset.y_test[least], predicted[least], strict=True)]
    tracking.log_figure(plots.titled_inputs(dataset.x_test[least], titles), "least_confident.png")
    tracking.log_figure(_codes(dataset, method, rows), "codes.png")
    if method.history:
        tracking.log_json(method.history, "history.json")
    if len(method.history) > 1:
        tracking.log_figure(plots.by_round(method.history), "rounds.png")
    figures = metrics.classification(dataset.y_test, probabilities)
    if facts.conformity is not None:
        figures |= calibration.figures(dataset.y_test, probabilities, facts)
    if method.decoder is not None:
        x = dataset.x_test
        figures["test_mse_before"] = reconstruction_mse(x, stage_one.encoder, stage_one.decoder)
        figures["test_mse"] = reconstruction_mse(x, method.encoder, method.decoder)
    return figures


def _codes(dataset: Dataset, method: Method, rows: np.ndarray) -> Figure:
    """Training inputs, labelled ones among them, by their codes in two dimensions and three kinds of labels."""
    labelled = rows[: CODES_DRAWN // 2]
    others = np.setdiff1d(np.arange(len(dataset.x_train)), rows)
    some = others[:: -(-len(others) // (CODES_DRAWN - len(labelled)))] if len(others) else others
    shown = np.concatenate([labelled, some])
    x = dataset.x_train[shown]
    codes = networks.predict(method.encoder, x)
    given = np.concatenate([dataset.y_train[labelled], np.full(len(some), UNLABELLED)])
    labels = {
        "true": dataset.y_train[shown],
        "given": given,
        "predicted": method.predict(method.inputs(x)).argmax(axis=1),
    }
    return plots.codes(in_two_dimensions(codes), labels, dataset.class_names)
