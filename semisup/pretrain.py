"""Stage one: an encoder and a decoder, trained without labels on every training input."""

import dataclasses
import time
from dataclasses import dataclass

import keras
import numpy as np

from semisup import inputs, metrics, networks, plots, progress, tracking
from semisup.baselines import pca
from semisup.data import Dataset
from semisup.data.batches import batches
from semisup.objectives import plain
from semisup.settings import PretrainSettings
from semisup.store import open_store
from semisup.training import Trainer


@dataclass(frozen=True)
class PretrainResult:
    """What stage one logged: the run's id, the final metrics, and the models."""

    run_id: str
    metrics: dict[str, float]
    encoder: keras.Model
    decoder: keras.Model


def pretrain(settings: PretrainSettings, dataset: Dataset | None = None) -> PretrainResult:
    """Train an autoencoder by mean squared error and log it as one MLflow run.

    Every training input is used, labelled or not, and no label; the test inputs are reconstructed once, at the end.

    Args:
        settings: what to train and how.
        dataset: the data that they name, where it is loaded already.

    Raises:
        InputError: the data or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    dataset = dataset or inputs.for_stage_one(settings)
    open_store()
    keras.utils.set_random_seed(settings.init_seed)
    encoder, decoder = networks.build(settings.network, dataset.shape, settings.widths, settings.code_size)
    parameters = dataclasses.asdict(settings) | {"stage": "pretrain", "objective": "plain"}
    with tracking.run(f"pretrain {settings.network} {settings.code_size}", parameters, dataset) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        figures = _train(settings, dataset, encoder, decoder)
        figures |= _evaluate(dataset, settings.code_size, encoder, decoder)
        tracking.log_metrics(figures)
        shown = dataset.x_test[:16]
        reconstruction = networks.predict(decoder, networks.predict(encoder, shown))
        tracking.log_figure(plots.reconstructions(shown, reconstruction), "reconstructions.png")
        tracking.log_models(encoder=encoder, decoder=decoder)
    return PretrainResult(run_id, figures, encoder, decoder)


def _train(
    settings: PretrainSettings, dataset: Dataset, encoder: keras.Model, decoder: keras.Model
) -> dict[str, float]:
    """Train in place; log the loss of every epoch; return the time it took."""
    stream, epoch_steps = batches(dataset.x_train, None, settings.batch_size, settings.epochs, settings.order_seed)
    steps = epoch_steps * settings.epochs
    schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    trainer = Trainer(
        plain.training_model(encoder, decoder),
        keras.losses.MeanSquaredError(),
        keras.optimizers.Adam(schedule),
    )
    iterator = iter(stream)
    start = time.perf_counter()
    with progress.training("pretrain", steps, settings.batch_size) as report:
        for epoch in range(settings.epochs):
            loss = trainer.run(iterator, epoch_steps, report)
            tracking.log_metrics({"loss": loss}, step=epoch + 1)
    seconds = time.perf_counter() - start
    return {"train_seconds": seconds, "samples_per_second": len(dataset.x_train) * settings.epochs / seconds}


def _evaluate(dataset: Dataset, code_size: int, encoder: keras.Model, decoder: keras.Model) -> dict[str, float]:
    """Test reconstruction error, beside that of PCA with the same code size (where PCA is not exact)."""
    test_mse = reconstruction_mse(dataset.x_test, encoder, decoder)
    figures = {"test_mse": test_mse}
    fitted = pca.fit(dataset.x_train, code_size)
    if fitted is not None:
        figures["test_mse_pca"] = metrics.mean_squared_error(dataset.x_test, pca.reconstruct(fitted, dataset.x_test))
        figures["test_mse_ratio_to_pca"] = test_mse / figures["test_mse_pca"]
    return figures


def reconstruction_mse(x: np.ndarray, encoder: keras.Model, decoder: keras.Model) -> float:
    """Mean squared error of (n, ...) inputs through encoder and decoder."""
    return metrics.mean_squared_error(x, networks.predict(decoder, networks.predict(encoder, x)))
