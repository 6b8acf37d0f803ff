"""The training loop of both stages: a compiled gradient step, run many times a call.

Keras' `fit` is not used: it enters Python at every step unless told otherwise, then rounds an epoch up to a multiple of
`steps_per_execution`, and it cannot start the same compiled graph over on another label draw.
"""

from collections.abc import Iterator, Sequence

import keras
import numpy as np
import tensorflow as tf

from semisup import checkpoints, interrupts
from semisup.errors import InputError
from semisup.progress import Report, silent

STEPS_A_CALL = 32  # gradient steps between two returns to Python (and so to the progress bar and Ctrl-C)
XLA_WEIGHTS = 500_000  # with fewer, compiling takes longer than it saves


class Trainer:
    """A model with its loss and optimiser, compiled once and trained as often as wanted. Is `checkpoints.Resumable`."""

    def __init__(self, model: keras.Model, loss: keras.losses.Loss | None, optimizer: keras.Optimizer) -> None:
        """Take the model's trainable weights as they are now: set `trainable` before.

        Args:
            model: maps a batch of inputs to predictions; losses that its layers add are added to `loss`.
            loss: called with (targets, predictions), returns a scalar; None if the model's own losses are all.
            optimizer: a new one.

        Raises:
            InputError: Keras runs on another backend.
        """
        if keras.backend.backend() != "tensorflow":
            raise InputError(f"KERAS_BACKEND: expected tensorflow, found {keras.backend.backend()}")
        self.model, self.loss, self.optimizer = model, loss, optimizer
        optimizer.build(model.trainable_variables)
        self._new_optimizer = [variable.numpy() for variable in optimizer.variables]
        self.start = object()
        self._step = tf.function(self._gradient_step, jit_compile=_xla_pays(model))
        # not a decorated method: TensorFlow would keep its graph, and so this trainer, as long as the process lives
        self._steps = tf.function(self._many_steps, jit_compile=False, reduce_retracing=True)

    def start_over(self, fresh: keras.Model) -> None:
        """Take the weights (and random-number states) of a model of the same architecture, and a new optimiser."""
        for variable, value in zip(self.model.variables, fresh.variables, strict=True):
            variable.assign(value)
        for variable, value in zip(self.optimizer.variables, self._new_optimizer, strict=True):
            variable.assign(value)
        if self.optimizer.use_ema:
            for variable, average in zip(self.model.trainable_variables, self._averages(), strict=True):
                average.assign(variable)
        self.start = object()

    def state(self) -> list[np.ndarray]:
        """All that a training goes on from: weights, states of random numbers, moments of the optimiser."""
        return [variable.numpy() for variable in (*self.model.variables, *self.optimizer.variables)]

    def take(self, state: Sequence[np.ndarray]) -> None:
        """Go on from a `state`."""
        for variable, value in zip((*self.model.variables, *self.optimizer.variables), state, strict=True):
            variable.assign(value)

    def _averages(self) -> list[keras.Variable]:
        return self.optimizer._model_variables_moving_average

    def take_averages(self) -> None:
        """Replace the weights by their running averages, where the optimiser keeps them."""
        self.optimizer.finalize_variable_values(self.model.trainable_variables)

    def run(self, batches: Iterator, steps: int, report: Report = silent) -> float:
        """Take gradient steps and return their mean loss. Within `checkpoints.kept` a training that was killed goes on.

        Args:
            batches: iterator of a `tf.data.Dataset` of (inputs, targets), with at least `steps` left.
            steps: how many.
            report: called with (steps taken, their mean loss) after every few steps.

        Raises:
            FloatingPointError: the loss became NaN or infinite.
        """
        keeper = checkpoints.current()
        total, done = self._begin(steps)
        if done:
            _skip(batches, tf.constant(done))
            report(done, total / done)
        while done < steps:
            count = min(STEPS_A_CALL, steps - done)
            loss = float(self._steps(batches, tf.constant(count)))
            total, done = total + loss * count, done + count
            interrupts.raise_if_asked()
            if not np.isfinite(loss):
                raise FloatingPointError(f"the training loss became {loss} within step {done} of {steps}")
            report(count, loss)
            if keeper:
                keeper.passed(self, total, done, steps)
        return total / steps

    def _begin(self, steps: int) -> tuple[float, int]:
        """The sum of the losses and the steps that a call of so many has behind it."""
        keeper = checkpoints.current()
        return keeper.begin(self, steps) if keeper else (0.0, 0)

    def _many_steps(self, batches: Iterator, count: tf.Tensor) -> tf.Tensor:
        total = tf.constant(0.0)
        for _ in tf.range(count):
            inputs, targets = next(batches)
            total += self._step(inputs, targets)
        return total / tf.cast(count, tf.float32)

    def _gradient_step(self, inputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            predictions = self.model(inputs, training=True)
            loss = sum(self.model.losses)
            if self.loss is not None:
                loss += self.loss(targets, predictions)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss


@tf.function(jit_compile=False, reduce_retracing=True)
def _skip(batches: Iterator, count: tf.Tensor) -> None:
    for _ in tf.range(count):
        next(batches)


def _xla_pays(model: keras.Model) -> bool:
    """By measurement on a CPU: XLA makes large dense networks 1.4 times as fast (it fuses the optimiser's updates),
    convolutions no faster, and whatever draws random numbers five to ten times slower."""

    def slow(layer: keras.layers.Layer) -> bool:
        return isinstance(layer, keras.layers.Conv2D) or hasattr(layer, "seed_generator")

    return model.count_params() >= XLA_WEIGHTS and not any(map(slow, model._flatten_layers()))
