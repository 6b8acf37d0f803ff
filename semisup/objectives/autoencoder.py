"""Build and train an autoencoder by the settings of stage one. Nothing is logged here."""

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
    """An encoder, a decoder and the model that trains both.

    Attributes:
        encoder: (batch, *shape) to (batch, code_size).
        decoder: (batch, code_size) to (batch, *shape); if conditional, from (batch, code_size + classes), the code
            followed by the class vector.
        model: the training model of the objective, which uses both.
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
    """Build a new autoencoder. Its weights are drawn from `settings.init_seed`.

    Args:
        settings: the network and the objective.
        shape: of one input.
        classes: number of classes, for a conditional decoder.
        encoder: a trained encoder to use instead of a new one; it is set not trainable.
        decoder: a trained decoder, likewise.
    """
    keras.utils.set_random_seed(settings.init_seed)
    network, widths, activation = settings.network, settings.widths, settings.activation
    code_activation = objective_of(settings.objective).code_activation(network, *settings.objective_options)
    new_encoder, new_decoder = networks.build(
        network, shape, widths, settings.code_size, activation, code_activation, settings.batch_norm
    )
    if settings.conditional:
        _, new_decoder = networks.build(network, shape, widths, settings.code_size + classes, activation)
    for trained_half in (encoder, decoder):
        if trained_half is not None:
            trained_half.trainable = False
    encoder, decoder = encoder or new_encoder, decoder or new_decoder
    return Autoencoder(encoder, decoder, _training_model(encoder, decoder, settings))


def _training_model(encoder: keras.Model, decoder: keras.Model, settings: PretrainSettings) -> keras.Model:
    return objective_of(settings.objective).training_model(encoder, decoder, *settings.objective_options)


def total_steps(settings: PretrainSettings, rows: int) -> int:
    """Return the number of gradient steps of a training on `rows` inputs."""
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
    """Train the `model` of an autoencoder in place. Each batch is divided among all processes or devices.

    Args:
        new: what `build` returned.
        settings: as for `build`; also how to train.
        x: (n, ...) float32 inputs.
        y: (n,) classes, -1 where unlabelled; only a conditional model uses them.
        classes: number of classes.
        report: called after every few steps with (number of steps, their mean loss).
        after_epoch: called after each epoch with (its number, counted from 1; its mean loss).

    Raises:
        BrokenTrainingError: the loss or a weight became NaN or infinite; the message names the rows of the batch.
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
    """Return the strategy of `tf.distribute` that a training runs under; None for one device in one process.

    Raises:
        InputError: each process of the cluster has several GPUs, which the objective cannot use.
    """
    strategy = devices.strategy()
    objective = objective_of(settings.objective)
    uses_batch_means = settings.batch_norm or objective.batch_statistics(*settings.objective_options)
    if strategy is None or devices.here(strategy) == 1 or not uses_batch_means:
        return strategy
    if devices.cluster() is not None:
        raise InputError(
            f"objective: {settings.objective} with means over the batch expects one GPU in each process, found "
            f"{devices.here(strategy)}: CUDA_VISIBLE_DEVICES chooses one"
        )
    # the replicas of one process would mix their `add_loss`, and each would normalise by its own part of the batch
    return None


def _copy(new: Autoencoder, settings: PretrainSettings) -> Autoencoder:
    """Return a copy whose variables belong to the strategy in whose scope this is called."""
    encoder, decoder = (keras.models.clone_model(half) for half in (new.encoder, new.decoder))
    encoder.trainable, decoder.trainable = new.encoder.trainable, new.decoder.trainable
    copy = Autoencoder(encoder, decoder, _training_model(encoder, decoder, settings))
    _take_over(copy.model, new.model)
    return copy


def _take_over(model: keras.Model, other: keras.Model) -> None:
    """Copy the weights and the states of the random-number generators of `other`, a model of the same architecture."""
    if model is not other:
        for variable, value in zip(model.variables, other.variables, strict=True):
            variable.assign(value.numpy())


def trained(settings: PretrainSettings, x: np.ndarray, report: Report = silent) -> Autoencoder:
    """Build and train a new autoencoder on (n, ...) inputs, for a task that cannot use that of a run.

    Raises:
        BrokenTrainingError: as `train`.
    """
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
    """Return the batches of all epochs, and the number of batches in an epoch.

    A batch is (inputs, targets), and the targets are the inputs. For a conditional model it is ((inputs, class
    vectors), targets). Under a strategy it has the form that `DistributedTrainer` takes.
    """
    vectors = class_vectors(y, classes) if settings.conditional else None
    part = {} if strategy is None else {"part": sharding.own_rows(strategy)}
    stream, steps = batches(x, vectors, settings.batch_size, settings.epochs, settings.order_seed, **part)
    if settings.conditional:
        stream = stream.map(lambda x, c: ((x, c), x))
    return stream if strategy is None else sharding.with_counts(stream, len(x), settings.batch_size), steps
