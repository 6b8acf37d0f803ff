"""The training loop of both stages: a compiled gradient step, run many times a call.

Keras' `fit` is not used: it enters Python at every step unless told otherwise, then rounds an epoch up to a multiple of
`steps_per_execution`, and it cannot start the same compiled graph over on another label draw.
"""

import time
from collections.abc import Iterator, Sequence
from typing import NoReturn

import keras
import numpy as np
import tensorflow as tf

from semisup.errors import InputError
from semisup.system import interrupts
from semisup.system.progress import Report, silent
from semisup.training import checkpoints
from semisup.training.divergence import BrokenTrainingError

STEPS_A_CALL = 32  # gradient steps between two returns to Python (and so to the progress bar and Ctrl-C)
XLA_WEIGHTS = 500_000  # with fewer, compiling takes longer than it saves
COPY_EVERY = 1.0  # seconds between two copies of the weights in memory, and
COPY_SHARE = 0.01  # at most this share of the time


class Trainer:
    """A model with its loss and optimiser, compiled once and trained as often as wanted. Is `checkpoints.Resumable`."""

    guarded = True  # a step whose loss is no number leaves the weights as they were

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
        self._copy: list[np.ndarray] | None = None  # of finite weights, taken
        self._copied, self._copy_seconds = 0.0, 0.0  # then, in so long
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
        self.start, self._copy = object(), None

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
            BrokenTrainingError: the loss or a weight became NaN or infinite; the model has its last finite weights.
        """
        keeper = checkpoints.current()
        total, done = self._begin(steps)
        copied_at = 0
        if done:
            _skip(batches, tf.constant(done))
            report(done, total / done)
        while done < steps:
            if self._copy_is_due():
                self._take_copy()
                copied_at = done
            count = min(STEPS_A_CALL, steps - done)
            loss, taken, sound, finite = (part.numpy() for part in self._steps(batches, tf.constant(count)))
            interrupts.raise_if_asked()
            if not (np.isfinite(loss) and sound):
                self._break(loss, done + int(taken), steps, bool(sound), bool(finite), copied_at)
            total, done = total + float(loss) * count, done + count
            report(count, float(loss))
            if keeper:
                keeper.passed(self, total, done, steps)
        return total / steps

    def _begin(self, steps: int) -> tuple[float, int]:
        """The sum of the losses and the steps that a call of so many has behind it."""
        keeper = checkpoints.current()
        return keeper.begin(self, steps) if keeper else (0.0, 0)

    def _copy_is_due(self) -> bool:
        return self._copy is None or time.perf_counter() - self._copied >= max(
            COPY_EVERY, self._copy_seconds / COPY_SHARE
        )

    def _take_copy(self) -> None:
        start = time.perf_counter()
        weights = [variable.numpy() for variable in self.model.variables]
        if self._copy is None or _all_finite(weights):
            self._copy = weights
        self._copied = time.perf_counter()
        self._copy_seconds = self._copied - start

    def _break(self, loss: float, step: int, steps: int, sound: bool, finite: bool, copied_at: int) -> NoReturn:
        """Put finite weights back where there are others, and say what happened.

        The weights before a step whose loss is no number are there still. If they are not sound, the gradient of the
        step before has spoilt them; so has that of the last step, if its loss is a number.
        """
        by_loss = not np.isfinite(loss) and (sound or not self.guarded)
        broken = step if by_loss or np.isfinite(loss) else step - 1
        kept = broken - 1
        if not _all_finite([variable.numpy() for variable in self.model.variables]):
            kept = copied_at
            for variable, value in zip(self.model.variables, self._copy, strict=True):
                variable.assign(value)
        what = f"the training loss became {loss}" if by_loss else "the gradient became nan or infinite"
        raise BrokenTrainingError(what, broken, steps, finite or not by_loss, kept)

    def _many_steps(self, batches: Iterator, count: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        """Up to `count` steps, none after one whose loss is no number: their mean loss, how many they were, whether the
        weights are finite, and whether the last batch is, if it was one too many."""
        total, taken, finite = tf.constant(0.0), tf.constant(0), tf.constant(True)
        for _ in tf.range(count):
            inputs, targets = next(batches)
            loss = self._step(inputs, targets)
            total += loss
            taken += 1
            if not tf.math.is_finite(loss):
                finite = _finite(tf.nest.flatten((inputs, targets)))
                break
        sound = _finite([variable.value for variable in self.model.trainable_variables])
        return total / tf.cast(taken, tf.float32), taken, sound, finite

    def _gradient_step(self, inputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Take one, unless the loss is no number."""
        with tf.GradientTape() as tape:
            predictions = self.model(inputs, training=True)
            loss = sum(self.model.losses)
            if self.loss is not None:
                loss += self.loss(targets, predictions)
        variables = self.model.trainable_variables
        gradients = tape.gradient(loss, variables)
        if tf.math.is_finite(loss):
            self.optimizer.apply(gradients, variables)
        return loss


def _finite(tensors: list[tf.Tensor]) -> tf.Tensor:
    floating = [tensor for tensor in tensors if tensor.dtype.is_floating]
    return tf.reduce_all([tf.reduce_all(tf.math.is_finite(tensor)) for tensor in floating])


def _all_finite(values: list[np.ndarray]) -> bool:
    return all(np.isfinite(value).all() for value in values if np.issubdtype(value.dtype, np.floating))


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
