"""`finetune`: stage two, a classifier on the encoder of a stage-one run, trained on a small draw of labels."""

import time
from dataclasses import dataclass

import keras
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from semisup import methods, metrics, networks, plots
from semisup.commands.finetune_reader import ReaderResult, finetune_reader
from semisup.commands.inputs.finetune import FinetuneInputs, load
from semisup.commands.inputs.finetune_reader import ReaderInputs
from semisup.data import leakage
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.label_draw import label_draw, split_off
from semisup.graphs import mismatch
from semisup.methods import Method
from semisup.methods.pretrained import Pretrained
from semisup.runs import log, parameters, registry, resume
from semisup.runs.resume import Start
from semisup.runs.store import open_store
from semisup.runs.training_run import fitting, training_run
from semisup.serving import calibration, stored
from semisup.serving.bundle import METADATA, Bundle, PredictionMetadata
from semisup.serving.register import register
from semisup.settings import FinetuneSettings, sources
from semisup.system import progress

LEAST_CONFIDENT = 16  # test inputs in the figure of the least confident predictions
CODES_DRAWN = 1000  # codes in the figure of the codes


@dataclass(frozen=True)
class FinetuneResult:
    """What stage two logged.

    Attributes:
        run_id: id of the run.
        pretrain_run: id of the stage-one run that it builds on.
        metrics: final metrics.
        classifier: (batch, *shape) inputs in [0, 1] to (batch, classes) probabilities.
        data, data_dir: the source of the data and its folder, as the user named them. None stands for those of stage
            one.
        file: the file of the data, if predict can read it.
        registered: models:/NAME@ALIAS if the classifier was registered.
    """

    run_id: str
    pretrain_run: str
    metrics: dict[str, float]
    classifier: keras.Model
    data: str | None = None
    data_dir: str | None = None
    file: str | None = None
    registered: str | None = None


def finetune(
    settings: FinetuneSettings, inputs: FinetuneInputs | ReaderInputs | None = None
) -> FinetuneResult | ReaderResult:
    """Train a classifier, or a reader of numbers, on the encoder of a run and log it as one MLflow run.

    Args:
        settings: what to train and how.
        inputs: data and runs that the settings name, if they have been read already.

    Raises:
        InputError: the run, the data, the budget or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    inputs = inputs or load(settings)
    if isinstance(inputs, ReaderInputs):
        return finetune_reader(inputs)
    settings, stage_one, dataset, recipe = inputs.settings, inputs.stage_one, inputs.dataset, inputs.settings.recipe
    open_store()
    drawn = label_draw(dataset, inputs.budget, settings.draw)
    rows, kept = split_off(dataset, drawn, settings.calibrate, settings.draw)
    logged = parameters.of_recipe(recipe, stage_one.parameters) | {
        name: getattr(settings, name) for name in ("draw", "calibrate", "init_seed", "order_seed", "threads")
    }
    logged |= {"stage": "finetune", "labels": inputs.budget, "pretrain_run": stage_one.run_id}
    pretrained = Pretrained.read(stage_one.run_id, dataset)
    method = methods.prepare(pretrained, dataset, recipe)
    distance = mismatch.measure(pretrained.train_codes("stage_one"), drawn)
    mismatch.warn_of(distance)
    leakage.warn_of(dataset)
    name = f"{recipe.method} {recipe.encoder} {inputs.budget} labels"
    start = Start("finetune", resume.recorded(settings), dataset.digest)
    with training_run(name, logged, dataset, start, run_id=settings.resume) as run_id:
        log.log_json({"rows_of_x_train": drawn.tolist(), "calibration": kept.tolist()}, "label_draw.json")
        began = time.perf_counter()
        with (
            fitting(run_id, lambda: {"encoder": method.encoder, "classifier": method.classifier}),
            progress.training("finetune", method.total_steps(len(rows)), settings.batch_size) as report,
        ):
            method.fit(rows, dataset.y_train[rows], settings.init_seed, settings.order_seed, report)
        final = {"train_seconds": time.perf_counter() - began, "far_unlabelled": distance.far}
        if recipe.encoder == "frozen":
            networks.check_unchanged(method.encoder, pretrained.encoder)
        metadata = _metadata(dataset, pretrained, method, kept)
        final |= _evaluate(dataset, pretrained, method, rows, metadata)
        log.log_metrics(final)
        log.log_json(metadata._asdict(), METADATA)
        classifier = method.classifier
        log.log_models(encoder=method.encoder, classifier=classifier)
        registered = None
        if settings.register is not None:
            autoencoder = stored.autoencoder(pretrained.encoder, pretrained.decoder)
            name, alias = registry.name_and_alias(settings.register)
            register(Bundle(classifier, autoencoder, dataset.scaling, metadata), name, alias)
            registered = f"{registry.PREFIX}{name}@{alias}"
    named, file = (settings.data, settings.data_dir), sources.single_file(dataset.name)
    return FinetuneResult(run_id, stage_one.run_id, final, classifier, *named, file, registered)


def _metadata(dataset: Dataset, pretrained: Pretrained, method: Method, kept: np.ndarray) -> PredictionMetadata:
    """Return what a prediction needs besides the networks, calibrated on the rows `kept` if there are any."""
    metadata = stored.metadata(dataset, pretrained.encoder, pretrained.decoder)
    if len(kept) == 0:
        return metadata
    y, probabilities = dataset.y_train[kept], method.predict(method.inputs(dataset.x_train[kept]))
    temperature, conformity = calibration.temperature(probabilities, y), calibration.conformity(probabilities, y)
    return metadata._replace(temperature=temperature, conformity=conformity)


def _evaluate(
    dataset: Dataset, pretrained: Pretrained, method: Method, rows: np.ndarray, metadata: PredictionMetadata
) -> dict[str, float]:
    """Use the test set, once: score the classification, and what fine-tuning did to the autoencoder."""
    probabilities = method.predict(method.inputs(dataset.x_test))
    predicted = probabilities.argmax(axis=1)
    matrix = confusion_matrix(dataset.y_test, predicted, labels=np.arange(dataset.classes))
    log.log_json({"classes": dataset.class_names, "true_by_predicted": matrix.tolist()}, "confusion.json")
    log.log_figure(plots.confusion(matrix, dataset.class_names), "confusion.png")
    least = probabilities.max(axis=1).argsort(kind="stable")[:LEAST_CONFIDENT]
    names = np.asarray(dataset.class_names)
    titles = [f"{names[t]}, said {names[p]}" for t, p in zip(dataset.y_test[least], predicted[least], strict=True)]
    log.log_figure(plots.titled_inputs(dataset.x_test[least], titles), "least_confident.png")
    log.log_figure(_codes(dataset, method, rows), "codes.png")
    if method.history:
        log.log_json(method.history, "history.json")
    if len(method.history) > 1:
        log.log_figure(plots.by_round(method.history), "rounds.png")
    scores = metrics.classification(dataset.y_test, probabilities)
    if metadata.conformity is not None:
        scores |= calibration.metrics(dataset.y_test, probabilities, metadata)
    if method.decoder is not None:
        x = dataset.x_test
        scores["test_mse_before"] = _reconstruction_error(x, pretrained.encoder, pretrained.decoder)
        scores["test_mse"] = _reconstruction_error(x, method.encoder, method.decoder)
    return scores


def _reconstruction_error(x: np.ndarray, encoder: keras.Model, decoder: keras.Model) -> float:
    """Return the mean squared error with which encoder and decoder reconstruct (n, ...) inputs."""
    return metrics.mean_squared_error(x, networks.predict(decoder, networks.predict(encoder, x)))


def _codes(dataset: Dataset, method: Method, rows: np.ndarray) -> Figure:
    """Draw the codes of some training inputs, labelled and unlabelled, in two dimensions.

    They are coloured by true class, by known label and by predicted class.
    """
    labelled = rows[: CODES_DRAWN // 2]
    others = np.setdiff1d(np.arange(len(dataset.x_train)), rows)
    some = others[:: -(-len(others) // (CODES_DRAWN - len(labelled)))] if len(others) else others
    shown = np.concatenate([labelled, some])
    x = dataset.x_train[shown]
    codes = networks.predict(method.encoder, x)
    known = np.concatenate([dataset.y_train[labelled], np.full(len(some), UNLABELLED)])
    labels = {
        "true": dataset.y_train[shown],
        "known": known,
        "predicted": method.predict(method.inputs(x)).argmax(axis=1),
    }
    return plots.codes(plots.in_two_dimensions(codes), labels, dataset.class_names)
