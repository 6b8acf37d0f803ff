"""`pretrain`: stage one, an encoder and a decoder, trained without labels on every training input."""

import dataclasses
import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from semisup import metrics, networks, plots
from semisup.baselines import pca
from semisup.commands.inputs.pretrain import PretrainInputs, load
from semisup.commands.inputs.pretrain_distributed import ClusterInputs
from semisup.commands.pretrain_distributed import ClusterWorker, pretrain_distributed
from semisup.data import leakage
from semisup.data.dataset import Dataset
from semisup.objectives import autoencoder, objective_of
from semisup.objectives.autoencoder import Autoencoder
from semisup.objectives.contractive import jacobian_norms
from semisup.objectives.variational import class_vectors
from semisup.runs import find, log, parameters, read, resume, store
from semisup.runs.resume import Start
from semisup.runs.training_run import fitting, training_run
from semisup.settings import PretrainSettings
from semisup.settings.networks import LAYERS, NetworkOptions
from semisup.settings.objectives import OBJECTIVES, CodeOptions
from semisup.settings.options import names
from semisup.system import progress, provenance, threads
from semisup.training.distributed import devices

JACOBIAN_INPUTS = 256  # test inputs at which the Jacobian is measured
HELD = {"both": (), "encoder": ("decoder",), "decoder": ("encoder",)}  # what stays fixed, by the value of `train`


@dataclass(frozen=True)
class PretrainResult:
    """What stage one logged.

    Attributes:
        run_id: id of the run.
        metrics: final metrics.
        encoder: (batch, *shape) inputs in [0, 1] to (batch, code_size) codes.
        decoder: codes to inputs; of a conditional run, codes with the class vector behind them.
        conditional: whether the run has seen labels.
        labelled: number of training rows with a label.
    """

    run_id: str
    metrics: dict[str, float]
    encoder: keras.Model
    decoder: keras.Model
    conditional: bool
    labelled: int


def pretrain(
    settings: PretrainSettings, inputs: PretrainInputs | ClusterInputs | None = None
) -> PretrainResult | ClusterWorker:
    """Train an autoencoder and log it as one MLflow run.

    Training uses every training input, labelled or not. It uses no label, except for a conditional variational
    autoencoder. The test inputs are reconstructed once, at the end. If TF_CONFIG names several processes, they train
    together.

    Args:
        settings: what to train and how.
        inputs: data and runs that the settings name, if they have been read already.

    Raises:
        InputError: the data or the store is not as expected, or the processes differ.
        FloatingPointError: the loss became NaN or infinite.
        PeerError: another process has ended. The run is marked as FAILED, and all processes can resume it together.
    """
    inputs = inputs or load(settings)
    if isinstance(inputs, ClusterInputs):
        return pretrain_distributed(inputs, lambda each: train(PretrainInputs(each.settings, each.dataset)))
    return train(inputs)


def train(inputs: PretrainInputs) -> PretrainResult:
    """Do what `pretrain` does in one process, or in the chief of several processes."""
    settings, dataset = inputs.settings, inputs.dataset
    spec, objective = OBJECTIVES[settings.objective], objective_of(settings.objective)
    features = dataset.x_train[0].size
    if spec.can_copy and settings.code_size >= features:
        progress.warn(
            f"code_size: {settings.code_size} numbers for inputs of {features}: a {settings.objective} autoencoder can "
            "copy them and learn nothing, another objective keeps it from that"
        )
    leakage.warn_of(dataset)
    store.open_store()
    held = {half: read.read_model(settings.run, half) for half in HELD[settings.train]}
    new = autoencoder.build(settings, dataset.shape, dataset.classes, **held)
    encoder, decoder, model = new
    workers = devices.workers(autoencoder.strategy_for(settings))
    if settings.resume is not None:
        resume.check_workers(settings.resume, workers)
    logged_parameters = _parameters(settings) | {"stage": "pretrain", "workers": workers}
    name = f"pretrain {settings.objective} {settings.network} {settings.code_size}"
    start = Start("pretrain", resume.recorded(settings), dataset.digest)
    with training_run(name, logged_parameters, dataset, start, _digest(settings, dataset), settings.resume) as run_id:
        if dataset.skipped is not None:
            log.log_json({"rows_of_x_train": dataset.origin.names(), "skipped": dataset.skipped}, "files.json")
        logged = read.steps(run_id, "loss") if settings.resume else set()
        with fitting(run_id, lambda: {"encoder": encoder, "decoder": decoder}):
            seconds, losses = _train(settings, dataset, new, logged)
        log.log_figure(plots.loss_against_time(seconds, losses), "loss_against_time.png")
        inputs_seen = len(dataset.x_train) * settings.epochs
        final = {"train_seconds": seconds[-1], "samples_per_second": inputs_seen / seconds[-1]}
        final |= _evaluate(settings, dataset, model, encoder, decoder)
        evaluation = objective.evaluate(model, encoder, decoder, dataset, *settings.objective_options)
        final |= evaluation.metrics
        log.log_metrics(final)
        for path, figure in evaluation.figures.items():
            log.log_figure(figure, path)
        encoder.trainable = decoder.trainable = True  # a half that was kept fixed here can be trained in stage two
        log.log_models(encoder=encoder, decoder=decoder, **evaluation.models)
    return PretrainResult(run_id, final, encoder, decoder, settings.conditional, dataset.labelled)


def pretrained(inputs: PretrainInputs) -> str:
    """Return the id of a finished run with these settings, data and code. Train one if there is none."""
    store.open_store()
    settings = dataclasses.replace(inputs.settings, threads=threads.settle(inputs.settings.threads))
    digest = _digest(settings, inputs.dataset)
    earlier = read.finished("pretrain", inputs.dataset).get(digest)
    if earlier:
        return earlier.info.run_id
    begun = read.ended(digest)
    return train(PretrainInputs(dataclasses.replace(settings, resume=begun), inputs.dataset)).run_id


def _digest(settings: PretrainSettings, dataset: Dataset) -> str:
    """Return a digest of all that the weights of a run depend on: settings, data and code."""
    workers = devices.workers(autoencoder.strategy_for(settings))
    several = [workers] if workers > 1 else []  # the last bits depend on the number of workers
    return provenance.digest([resume.recorded(settings), dataset.digest, *several])


def _parameters(settings: PretrainSettings) -> dict[str, Any]:
    """Return the parameters to log: the options that have an effect, and the shape of an encoder that stays fixed."""
    values = parameters.of_pretrain(settings)
    if "encoder" in HELD[settings.train]:
        held = find.find_stage_one(settings.run).parameters
        values |= {name: held.get(name) for name in names(NetworkOptions, *LAYERS, CodeOptions)}
    return values


def _train(
    settings: PretrainSettings, dataset: Dataset, new: Autoencoder, logged: set[int]
) -> tuple[list[float], list[float]]:
    """Train in place, and log the loss of every epoch except those in `logged`, which are logged already.

    Returns:
        The seconds from the start to the end of each epoch, and the loss of each epoch.
    """
    seconds, losses = [], []
    start = time.perf_counter()

    def after_epoch(epoch: int, loss: float) -> None:
        seconds.append(time.perf_counter() - start)
        losses.append(loss)
        if epoch not in logged:
            log.log_metrics({"loss": loss}, step=epoch)

    steps = autoencoder.total_steps(settings, len(dataset.x_train))
    with progress.training("pretrain", steps, settings.batch_size) as report:
        autoencoder.train(new, settings, dataset.x_train, dataset.y_train, dataset.classes, report, after_epoch)
    return seconds, losses


def _evaluate(
    settings: PretrainSettings, dataset: Dataset, model: keras.Model, encoder: keras.Model, decoder: keras.Model
) -> dict[str, float]:
    """Return metrics of the test set.

    They are the reconstruction error, the error of PCA with the same code size (unless PCA is exact), and how much the
    code changes with the input: the Frobenius norm of the encoder's Jacobian, and its ratio to the spread of the code.
    """
    x = dataset.x_test
    codes = networks.predict(encoder, x)
    classes = [class_vectors(dataset.y_test, dataset.classes)] if settings.conditional else []
    reconstruction = networks.predict(model, x, *classes)
    log.log_figure(plots.reconstructions(x, reconstruction), "reconstructions.png")
    test_mse = metrics.mean_squared_error(x, reconstruction)
    norm = float(jacobian_norms(encoder, x[:JACOBIAN_INPUTS]).mean())
    spread = float(np.sqrt(codes.var(axis=0).sum()))
    relative = norm / spread if spread > 0 else 0.0
    scores = {"test_mse": test_mse, "test_jacobian_norm": norm, "test_relative_jacobian_norm": relative}
    fitted = pca.fit(dataset.x_train, settings.code_size)
    if fitted is not None:
        scores["test_mse_pca"] = metrics.mean_squared_error(x, pca.reconstruct(fitted, x))
        if scores["test_mse_pca"] > 0:
            scores["test_mse_ratio_to_pca"] = test_mse / scores["test_mse_pca"]
        if settings.network == "linear" and settings.train != "encoder":
            scores["degrees_to_pca"] = pca.largest_angle(fitted, decoder.layers[1].kernel.numpy()[: codes.shape[1]])
    return scores
