"""Stage one: an encoder and a decoder, trained without labels on every training input."""

import dataclasses
import time
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from semisup import inputs, metrics, networks, plots, progress, provenance, store, tracking
from semisup.baselines import pca
from semisup.data import Dataset
from semisup.data.batches import batches
from semisup.objectives import OBJECTIVES
from semisup.objectives.contractive import jacobian_norms
from semisup.objectives.variational import class_vectors
from semisup.settings import PretrainSettings
from semisup.training import Trainer

JACOBIAN_INPUTS = 256  # test inputs whose Jacobian is measured


@dataclass(frozen=True)
class PretrainResult:
    """What stage one logged: the run's id, the final metrics, the models, and whether it has seen labels."""

    run_id: str
    metrics: dict[str, float]
    encoder: keras.Model
    decoder: keras.Model
    conditional: bool


def pretrain(settings: PretrainSettings, dataset: Dataset | None = None) -> PretrainResult:
    """Train an autoencoder and log it as one MLflow run.

    Every training input is used, labelled or not, and no label (but by a conditional variational autoencoder); the
    test inputs are reconstructed once, at the end.

    Args:
        settings: what to train and how.
        dataset: the data that they name, where it is loaded already.

    Raises:
        InputError: the data or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    dataset = dataset or inputs.for_stage_one(settings)
    objective = OBJECTIVES[settings.objective]
    if settings.strength is None:
        settings = dataclasses.replace(settings, strength=objective.strength)
    features = dataset.x_train[0].size
    if settings.objective == "plain" and settings.code_size >= features:
        progress.warn(
            f"code_size: {settings.code_size} numbers for inputs of {features}: a plain autoencoder can copy them and "
            "learn nothing, another objective keeps it from that"
        )
    store.open_store()
    keras.utils.set_random_seed(settings.init_seed)
    encoder, decoder = _networks(settings, dataset)
    model = objective.training_model(encoder, decoder, settings)
    parameters, digest = _parameters(settings) | {"stage": "pretrain"}, _digest(settings, dataset)
    name = f"pretrain {settings.objective} {settings.network} {settings.code_size}"
    with tracking.run(name, parameters, dataset, digest) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        figures = _train(settings, dataset, model)
        figures |= _evaluate(settings, dataset, model, encoder, decoder)
        evaluation = objective.evaluate(model, encoder, decoder, dataset, settings)
        figures |= evaluation.figures
        tracking.log_metrics(figures)
        for path, picture in evaluation.pictures.items():
            tracking.log_figure(picture, path)
        encoder.trainable = decoder.trainable = True  # a half that was held is not held in stage two
        tracking.log_models(encoder=encoder, decoder=decoder, **evaluation.models)
    return PretrainResult(run_id, figures, encoder, decoder, settings.conditional)


def pretrained(settings: PretrainSettings, dataset: Dataset) -> str:
    """The id of a finished run with these settings, data and code, trained now if there is none."""
    store.open_store()
    earlier = tracking.finished("pretrain", dataset).get(_digest(settings, dataset))
    return earlier.info.run_id if earlier else pretrain(settings, dataset).run_id


def _digest(settings: PretrainSettings, dataset: Dataset) -> str:
    strength = OBJECTIVES[settings.objective].strength if settings.strength is None else settings.strength
    return provenance.digest([dataclasses.asdict(settings) | {"strength": strength}, dataset.digest])


def _networks(settings: PretrainSettings, dataset: Dataset) -> tuple[keras.Model, keras.Model]:
    """New ones; of a half that is held, the one that it was in its run."""
    network, shape, widths, activation = settings.network, dataset.shape, settings.widths, settings.activation
    code_activation = OBJECTIVES[settings.objective].code_activation(settings)
    encoder, decoder = networks.build(network, shape, widths, settings.code_size, activation, code_activation)
    if settings.conditional:
        _, decoder = networks.build(network, shape, widths, settings.code_size + dataset.classes, activation)
    if settings.train == "encoder":
        decoder = tracking.read_model(settings.run, "decoder")
        decoder.trainable = False
    elif settings.train == "decoder":
        encoder = tracking.read_model(settings.run, "encoder")
        encoder.trainable = False
    return encoder, decoder


def _parameters(settings: PretrainSettings) -> dict[str, object]:
    """Those that say something of this objective; of a held encoder, what it is."""
    only = {"corruption": "denoising", "sparsity": "sparse", "likelihood": "variational", "conditional": "variational"}
    parameters = dataclasses.asdict(settings)
    parameters["pretrain_run"] = parameters.pop("run")
    if settings.network == "linear":
        del parameters["activation"]
    if settings.objective != "sparse" or settings.sparsity != "kl":
        del parameters["target_activation"]
    if settings.train == "decoder":
        held = store.find_stage_one(settings.run).parameters
        parameters |= {key: held.get(key) for key in ("network", "widths", "activation")}
    return {key: value for key, value in parameters.items() if only.get(key, settings.objective) == settings.objective}


def _train(settings: PretrainSettings, dataset: Dataset, model: keras.Model) -> dict[str, float]:
    """Train in place; log the loss of every epoch; return the time it took."""
    stream, epoch_steps = _stream(settings, dataset)
    steps = epoch_steps * settings.epochs
    schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    loss = keras.losses.MeanSquaredError() if OBJECTIVES[settings.objective].mean_squared_error else None
    trainer = Trainer(model, loss, keras.optimizers.Adam(schedule, weight_decay=settings.weight_decay or None))
    iterator = iter(stream)
    seconds, losses = [], []
    start = time.perf_counter()
    with progress.training("pretrain", steps, settings.batch_size) as report:
        for epoch in range(settings.epochs):
            losses.append(trainer.run(iterator, epoch_steps, report))
            seconds.append(time.perf_counter() - start)
            tracking.log_metrics({"loss": losses[-1]}, step=epoch + 1)
    tracking.log_figure(plots.loss_against_time(seconds, losses), "loss_against_time.png")
    speed = len(dataset.x_train) * settings.epochs / seconds[-1]
    return {"train_seconds": seconds[-1], "samples_per_second": speed}


def _stream(settings: PretrainSettings, dataset: Dataset) -> tuple[tf.data.Dataset, int]:
    """Batches of (inputs, clean inputs), the former with class vectors for a conditional model."""
    if not settings.conditional:
        return batches(dataset.x_train, None, settings.batch_size, settings.epochs, settings.order_seed)
    told = class_vectors(dataset.y_train, dataset.classes)
    stream, steps = batches(dataset.x_train, told, settings.batch_size, settings.epochs, settings.order_seed)
    return stream.map(lambda x, c: ((x, c), x)), steps


def _evaluate(
    settings: PretrainSettings, dataset: Dataset, model: keras.Model, encoder: keras.Model, decoder: keras.Model
) -> dict[str, float]:
    """Test reconstruction error, beside that of PCA with the same code size (where PCA is not exact), and how much the
    code changes with the input: the Frobenius norm of the encoder's Jacobian, and its ratio to the code's spread."""
    x = dataset.x_test
    codes = networks.predict(encoder, x)
    told = [class_vectors(dataset.y_test, dataset.classes)] if settings.conditional else []
    reconstruction = networks.predict(model, x, *told)
    tracking.log_figure(plots.reconstructions(x[:16], reconstruction[:16]), "reconstructions.png")
    test_mse = metrics.mean_squared_error(x, reconstruction)
    norm = float(jacobian_norms(encoder, x[:JACOBIAN_INPUTS]).mean())
    spread = float(np.sqrt(codes.var(axis=0).sum()))
    relative = norm / spread if spread > 0 else 0.0
    figures = {"test_mse": test_mse, "test_jacobian_norm": norm, "test_relative_jacobian_norm": relative}
    fitted = pca.fit(dataset.x_train, settings.code_size)
    if fitted is not None:
        figures["test_mse_pca"] = metrics.mean_squared_error(x, pca.reconstruct(fitted, x))
        if figures["test_mse_pca"] > 0:
            figures["test_mse_ratio_to_pca"] = test_mse / figures["test_mse_pca"]
        if settings.network == "linear" and settings.train != "encoder":
            figures["degrees_to_pca"] = pca.largest_angle(fitted, decoder.layers[1].kernel.numpy()[: codes.shape[1]])
    return figures


def reconstruction_mse(x: np.ndarray, encoder: keras.Model, decoder: keras.Model) -> float:
    """Mean squared error of (n, ...) inputs through encoder and decoder."""
    return metrics.mean_squared_error(x, networks.predict(decoder, networks.predict(encoder, x)))
