"""An autoencoder as the settings of stage one name it: built, and trained on inputs; nothing is logged here."""

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from semisup import networks
from semisup.broken_training import BrokenTrainingError
from semisup.data.batches import batches, rows_of_step
from semisup.objectives import OBJECTIVES
from semisup.objectives.variational import class_vectors
from semisup.progress import Report, silent
from semisup.settings import PretrainSettings
from semisup.training import Trainer


class Autoencoder(NamedTuple):
    """Attributes:
    encoder: (batch, *shape) to (batch, code_size).
    decoder: back; that of a conditional one is given the class vector behind the code.
    model: what is trained: the objective's model through both.
    """

    encoder: keras.Model
    decoder: keras.Model
    model: keras.Model


def resolved(settings: PretrainSettings) -> PretrainSettings:
    """The settings with the objective's own strength where they give none."""
    strength = OBJECTIVES[settings.objective].strength if settings.strength is None else settings.strength
    return dataclasses.replace(settings, strength=strength)


def build(
    settings: PretrainSettings,
    shape: tuple[int, ...],
    classes: int = 0,
    encoder: keras.Model | None = None,
    decoder: keras.Model | None = None,
) -> Autoencoder:
    """A new one, its weights from `settings.init_seed`.

    Args:
        settings: `resolved` ones.
        shape: of one input.
        classes: how many, for a conditional decoder.
        encoder: to be held as it is, instead of a new one.
        decoder: likewise.
    """
    keras.utils.set_random_seed(settings.init_seed)
    network, widths, activation = settings.network, settings.widths, settings.activation
    code_activation = OBJECTIVES[settings.objective].code_activation(settings)
    new_encoder, new_decoder = networks.build(network, shape, widths, settings.code_size, activation, code_activation)
    if settings.conditional:
        _, new_decoder = networks.build(network, shape, widths, settings.code_size + classes, activation)
    for held in (encoder, decoder):
        if held is not None:
            held.trainable = False
    encoder, decoder = encoder or new_encoder, decoder or new_decoder
    return Autoencoder(encoder, decoder, OBJECTIVES[settings.objective].training_model(encoder, decoder, settings))


def total_steps(settings: PretrainSettings, rows: int) -> int:
    """Gradient steps that training on so many inputs takes."""
    return -(-rows // settings.batch_size) * settings.epochs


def train(
    model: keras.Model,
    settings: PretrainSettings,
    x: np.ndarray,
    y: np.ndarray | None = None,
    classes: int = 0,
    report: Report = silent,
    after_epoch: Callable[[int, float], None] = silent,
) -> None:
    """Train the `model` of an autoencoder in place.

    Args:
        model: of `build`.
        settings: `resolved` ones.
        x: (n, ...) float32.
        y: (n,) classes, -1 where unlabelled: seen by a conditional model only.
        classes: how many.
        report: called with (steps taken, their mean loss) after every few steps.
        after_epoch: called with (epoch, its mean loss), the first one being 1.

    Raises:
        BrokenTrainingError: the loss or a weight became NaN or infinite; it names the rows of the batch.
    """
    stream, epoch_steps = _stream(settings, x, y, classes)
    schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, total_steps(settings, len(x)))
    loss = keras.losses.MeanSquaredError() if OBJECTIVES[settings.objective].mean_squared_error else None
    trainer = Trainer(model, loss, keras.optimizers.Adam(schedule, weight_decay=settings.weight_decay or None))
    iterator = iter(stream)
    for epoch in range(1, settings.epochs + 1):
        try:
            mean = trainer.run(iterator, epoch_steps, report)
        except BrokenTrainingError as error:
            step = (epoch - 1) * epoch_steps + error.step
            rows = rows_of_step(len(x), settings.batch_size, settings.order_seed, step)
            raise error.in_rows(rows, x, where=f"epoch {epoch}: ") from None
        after_epoch(epoch, mean)


def trained(settings: PretrainSettings, x: np.ndarray, report: Report = silent) -> Autoencoder:
    """A new one, trained on (n, ...) inputs, for a task that needs another than the run's. Raises as `train`."""
    settings = resolved(settings)
    new = build(settings, x.shape[1:])
    train(new.model, settings, x, report=report)
    return new


def _stream(
    settings: PretrainSettings, x: np.ndarray, y: np.ndarray | None, classes: int
) -> tuple[tf.data.Dataset, int]:
    """Batches of (inputs, clean inputs), the former with class vectors for a conditional model."""
    if not settings.conditional:
        return batches(x, None, settings.batch_size, settings.epochs, settings.order_seed)
    told = class_vectors(y, classes)
    stream, steps = batches(x, told, settings.batch_size, settings.epochs, settings.order_seed)
    return stream.map(lambda x, c: ((x, c), x)), steps
