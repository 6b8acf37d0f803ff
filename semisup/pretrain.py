"""Stage one: an encoder and a decoder, trained without labels on every training input."""

import dataclasses
import time
from dataclasses import dataclass

import keras
import numpy as np

from semisup import (
    autoencoder,
    inputs,
    metrics,
    networks,
    plots,
    progress,
    provenance,
    records,
    resuming,
    store,
    stored_runs,
    tracking,
)
from semisup.autoencoder import Autoencoder
from semisup.baselines import pca
from semisup.data import Dataset, leaks
from semisup.distribution import devices
from semisup.objectives import OBJECTIVES
from semisup.objectives.contractive import jacobian_norms
from semisup.objectives.variational import class_vectors
from semisup.settings import PretrainSettings
from semisup.settings.images import ImageSettings
from semisup.settings.pretrain import FREE_CODE
from semisup.settings.table import TableSettings
from semisup.threads import pinned
from semisup.training_run import fitting, training_run

JACOBIAN_INPUTS = 256  # test inputs whose Jacobian is measured
HELD = {"both": (), "encoder": ("decoder",), "decoder": ("encoder",)}  # by what is trained


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
    settings = pinned(resuming.settings_of(settings))
    dataset = dataset or inputs.for_stage_one(settings)
    objective, settings = OBJECTIVES[settings.objective], autoencoder.resolved(settings)
    features = dataset.x_train[0].size
    if settings.objective == "plain" and settings.code_size >= features:
        progress.warn(
            f"code_size: {settings.code_size} numbers for inputs of {features}: a plain autoencoder can copy them and "
            "learn nothing, another objective keeps it from that"
        )
    leaks.warn_of(dataset)
    store.open_store()
    held = {half: records.read_model(settings.run, half) for half in HELD[settings.train]}
    new = autoencoder.build(settings, dataset.shape, dataset.classes, **held)
    encoder, decoder, model = new
    workers = devices.workers(autoencoder.strategy_for(settings))
    resuming.check_workers(settings, workers)
    parameters = _parameters(settings) | {"stage": "pretrain", "workers": workers}
    digest = _digest(settings, dataset)
    name = f"pretrain {settings.objective} {settings.network} {settings.code_size}"
    with training_run(name, parameters, dataset, settings, digest) as run_id:
        if dataset.skipped is not None:
            tracking.log_json({"rows_of_x_train": dataset.places.names(), "skipped": dataset.skipped}, "files.json")
        logged = records.steps(run_id, "loss") if settings.resume else set()
        with fitting(run_id, lambda: {"encoder": encoder, "decoder": decoder}):
            seconds, losses = _train(settings, dataset, new, logged)
        tracking.log_figure(plots.loss_against_time(seconds, losses), "loss_against_time.png")
        inputs_seen = len(dataset.x_train) * settings.epochs
        figures = {"train_seconds": seconds[-1], "samples_per_second": inputs_seen / seconds[-1]}
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
    settings = pinned(settings)
    digest = _digest(settings, dataset)
    earlier = records.finished("pretrain", dataset).get(digest)
    if earlier:
        return earlier.info.run_id
    begun = records.ended(digest)
    return pretrain(dataclasses.replace(settings, resume=begun), dataset).run_id


def _digest(settings: PretrainSettings, dataset: Dataset) -> str:
    workers = devices.workers(autoencoder.strategy_for(settings))
    of_several = [workers] if workers > 1 else []  # the last bits depend on it
    return provenance.digest([resuming.recorded(autoencoder.resolved(settings)), dataset.digest, *of_several])


def _parameters(settings: PretrainSettings) -> dict[str, object]:
    """Those that say something of this objective; of a held encoder, what it is."""
    only = {"sparsity": "sparse", "likelihood": "variational", "conditional": "variational"}
    parameters = resuming.recorded(settings)
    for option in dataclasses.fields(TableSettings):  # in scaling.json, with what they led to
        del parameters[option.name]
    for option in dataclasses.fields(ImageSettings):  # size and colour are the inputs' shape
        if option.name in ("image_size", "colour") or parameters[option.name] == option.default:
            del parameters[option.name]
    parameters["pretrain_run"] = parameters.pop("run")
    if settings.network == "linear":
        del parameters["activation"]
        del parameters["batch_norm"]
    if settings.objective not in FREE_CODE:
        del parameters["code_activation"]
    if settings.objective != "sparse" or settings.sparsity != "kl":
        del parameters["target_activation"]
    if settings.train == "decoder":
        held = stored_runs.find_stage_one(settings.run).parameters
        parameters |= {
            key: held.get(key) for key in ("network", "widths", "activation", "batch_norm", "code_activation")
        }
    return {key: value for key, value in parameters.items() if only.get(key, settings.objective) == settings.objective}


def _train(
    settings: PretrainSettings, dataset: Dataset, new: Autoencoder, logged: set[int]
) -> tuple[list[float], list[float]]:
    """Train in place; log the loss of every epoch but of those that are logged already; return the seconds from the
    start to the end of each epoch, and its loss."""
    seconds, losses = [], []
    start = time.perf_counter()

    def after_epoch(epoch: int, loss: float) -> None:
        seconds.append(time.perf_counter() - start)
        losses.append(loss)
        if epoch not in logged:
            tracking.log_metrics({"loss": loss}, step=epoch)

    steps = autoencoder.total_steps(settings, len(dataset.x_train))
    with progress.training("pretrain", steps, settings.batch_size) as report:
        autoencoder.train(new, settings, dataset.x_train, dataset.y_train, dataset.classes, report, after_epoch)
    return seconds, losses


def _evaluate(
    settings: PretrainSettings, dataset: Dataset, model: keras.Model, encoder: keras.Model, decoder: keras.Model
) -> dict[str, float]:
    """Test reconstruction error, beside that of PCA with the same code size (where PCA is not exact), and how much the
    code changes with the input: the Frobenius norm of the encoder's Jacobian, and its ratio to the code's spread."""
    x = dataset.x_test
    codes = networks.predict(encoder, x)
    told = [class_vectors(dataset.y_test, dataset.classes)] if settings.conditional else []
    reconstruction = networks.predict(model, x, *told)
    tracking.log_figure(plots.reconstructions(x, reconstruction), "reconstructions.png")
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
