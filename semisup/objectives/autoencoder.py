"""An autoencoder as the settings of stage one name it: built, and trained on inputs; nothing is logged here."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from semisup import networks
from semisup.data.batches import batches, rows_of_step
from semisup.errors import InputError
from semisup.objectives import objective_of
from semisup.objectives.variational import class_vectors
from semisup.settings import PretrainSettings
from semisup.system.progress import Report, silent
from semisup.training.distributed import devices, sharding
from semisup.training.distributed.distributed_trainer import DistributedTrainer
from semisup.training.divergence import BrokenTrainingError
from semisup.training.trainer import Trainer


class Autoencoder(NamedTuple):
    """Attributes:
    encoder: (batch, *shape) to (batch, code_size).
    decoder: back; that of a conditional one is given the class vector behind the code.
    model: what is trained: the objective's model through both.
    """

    encoder: keras.Model
    decoder: keras.Model
    model: keras.Model


def build(
    settings: PretrainSettings,
    shape: tuple[int, ...],
    classes: int = 0,
    encoder: keras.Model | None = None,
    decoder: keras.Model | None = None,
) -> Autoencoder:
    """A new one, its weights from `settings.init_seed`.

    Args:
        settings: what to build and train.
        shape: of one input.
        classes: how many, for a conditional decoder.
        encoder: to be held as it is, instead of a new one.
        decoder: likewise.
    """
    keras.utils.set_random_seed(settings.init_seed)
    network, widths, activation = settings.network, settings.widths, settings.activation
    of_code = objective_of(settings.objective).code_activation(network, *settings.objective_options)
    halves = networks.build(network, shape, widths, settings.code_size, activation, of_code, settings.batch_norm)
    new_encoder, new_decoder = halves
    if settings.conditional:
        _, new_decoder = networks.build(network, shape, widths, settings.code_size + classes, activation)
    for held in (encoder, decoder):
        if held is not None:
            held.trainable = False
    encoder, decoder = encoder or new_encoder, decoder or new_decoder
    return Autoencoder(encoder, decoder, _training_model(encoder, decoder, settings))


def _training_model(encoder: keras.Model, decoder: keras.Model, settings: PretrainSettings) -> keras.Model:
    return objective_of(settings.objective).training_model(encoder, decoder, *settings.objective_options)


def total_steps(settings: PretrainSettings, rows: int) -> int:
    """Gradient steps that training on so many inputs takes."""
    return -(-rows // settings.batch_size) * settings.epochs


def train(
    new: Autoencoder,
    settings: PretrainSettings,
    x: np.ndarray,
    y: np.ndarray | None = None,
    classes: int = 0,
    report: Report = silent,
    after_epoch: Callable[[int, float], None] = silent,
) -> None:
    """Train the `model` of an autoencoder in place, each batch shared by all processes or devices that there are.

    Args:
        new: of `build`.
        settings: what to build and train.
        x: (n, ...) float32.
        y: (n,) classes, -1 where unlabelled: seen by a conditional model only.
        classes: how many.
        report: called with (steps taken, their mean loss) after every few steps.
        after_epoch: called with (epoch, its mean loss), the first one being 1.

    Raises:
        BrokenTrainingError: the loss or a weight became NaN or infinite; it names the rows of the batch.
    """
    strategy = strategy_for(settings)
    batches_of_all_epochs, epoch_steps = _stream(settings, x, y, classes, strategy)
    schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, total_steps(settings, len(x)))
    loss = keras.losses.MeanSquaredError() if objective_of(settings.objective).mean_squared_error else None
    with devices.scope(strategy):
        model = new.model if strategy is None else _copy(new, settings).model
        optimizer = keras.optimizers.Adam(schedule, weight_decay=settings.weight_decay or None)
        trainer = (Trainer if strategy is None else DistributedTrainer)(model, loss, optimizer)
    iterator = iter(batches_of_all_epochs)
    for epoch in range(1, settings.epochs + 1):
        try:
            mean = trainer.run(iterator, epoch_steps, report)
        except BrokenTrainingError as error:
            step = (epoch - 1) * epoch_steps + error.step
            rows = rows_of_step(len(x), settings.batch_size, settings.order_seed, step)
            raise error.in_rows(rows, x, where=f"epoch {epoch}: ") from None
        after_epoch(epoch, mean)
    _take_over(new.model, model)


def strategy_for(settings: PretrainSettings) -> tf.distribute.Strategy | None:
    """The strategy that a training runs under; None where one device of one process does it all.

    Raises:
        InputError: each process of the cluster has several GPUs, which the objective cannot use.
    """
    strategy = devices.strategy()
    of_batches = settings.batch_norm or objective_of(settings.objective).batch_statistics(*settings.objective_options)
    if strategy is None or devices.here(strategy) == 1 or not of_batches:
        return strategy
    if devices.cluster() is not None:
        raise InputError(
            f"objective: {settings.objective} with means over the batch expects one GPU in each process, found "
            f"{devices.here(strategy)}: CUDA_VISIBLE_DEVICES chooses one"
        )
    return None  # the replicas of one process would share what their layers `add_loss` to, and normalise each its part


def _copy(new: Autoencoder, settings: PretrainSettings) -> Autoencoder:
    """The same once more, with variables of the strategy whose scope it is called in."""
    encoder, decoder = (keras.models.clone_model(half) for half in (new.encoder, new.decoder))
    encoder.trainable, decoder.trainable = new.encoder.trainable, new.decoder.trainable
    copy = Autoencoder(encoder, decoder, _training_model(encoder, decoder, settings))
    _take_over(copy.model, new.model)
    return copy


def _take_over(model: keras.Model, other: keras.Model) -> None:
    """The weights and states of random numbers of a model of the same build."""
    if model is not other:
        for variable, value in zip(model.variables, other.variables, strict=True):
            variable.assign(value.numpy())


def trained(settings: PretrainSettings, x: np.ndarray, report: Report = silent) -> Autoencoder:
    """A new one, trained on (n, ...) inputs, for a task that needs another than the run's. Raises as `train`."""
    new = build(settings, x.shape[1:])
    train(new, settings, x, report=report)
    return new


def _stream(
    settings: PretrainSettings,
    x: np.ndarray,
    y: np.ndarray | None,
    classes: int,
    strategy: tf.distribute.Strategy | None = None,
) -> tuple[tf.data.Dataset, int]:
    """Batches of (inputs, clean inputs), the former with class vectors for a conditional model, as a trainer wants them
    that is shared by a strategy, or by none; and their number in an epoch."""
    told = class_vectors(y, classes) if settings.conditional else None
    part = {} if strategy is None else {"part": sharding.own_rows(strategy)}
    found, steps = batches(x, told, settings.batch_size, settings.epochs, settings.order_seed, **part)
    if settings.conditional:
        found = found.map(lambda x, c: ((x, c), x))
    return found if strategy is None else sharding.with_counts(found, len(x), settings.batch_size), steps
