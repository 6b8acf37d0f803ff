"""The training loop of both stages: a compiled function that takes many gradient steps in one call.

Keras' `fit` is not used, for two reasons. By default it returns to Python after every step, and with
`steps_per_execution` it rounds an epoch up to a multiple of that number. Nor can it start the same compiled graph over
for another label draw.
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

STEPS_A_CALL = 32  # gradient steps between two returns to Python, where the progress bar and Ctrl-C are handled
XLA_WEIGHTS = 500_000  # with fewer weights, compiling with XLA takes longer than it saves
COPY_EVERY = 1.0  # least seconds between two copies of the weights in memory
COPY_SHARE = 0.01  # most of the time that is spent on these copies, as a fraction


class Trainer:
    """A model with its loss and optimiser, compiled once and trained any number of times.

    It is a `checkpoints.Resumable`.
    """

    guarded = True  # whether a step whose loss is NaN or infinite leaves the weights unchanged

    def __init__(self, model: keras.Model, loss: keras.losses.Loss | None, optimizer: keras.Optimizer) -> None:
        """Build the optimiser for the weights that are trainable now. Set `trainable` of layers before.

        Args:
            model: from a batch of inputs to predictions; the losses that its layers add are added to `loss`.
            loss: called with (targets, predictions), returns a scalar; None if only layers add losses.
            optimizer: a new optimiser.

        Raises:
            InputError: Keras runs on another backend than TensorFlow.
        """
        if keras.backend.backend() != "tensorflow":
            raise InputError(f"KERAS_BACKEND: expected tensorflow, found {keras.backend.backend()}")
        self.model, self.loss, self.optimizer = model, loss, optimizer
        optimizer.build(model.trainable_variables)
        self._new_optimizer = [variable.numpy() for variable in optimizer.variables]
        self.start = object()
        self._copy: list[np.ndarray] | None = None  # of the last weights known to be finite
        self._copied, self._copy_seconds = 0.0, 0.0  # when they were last copied, and how long that took
        self._step = tf.function(self._gradient_step, jit_compile=_xla_pays(model))
        # not a decorated method: TensorFlow would keep its graph, and with it this trainer, until the process ends
        self._steps = tf.function(self._many_steps, jit_compile=False, reduce_retracing=True)

    def start_over(self, fresh: keras.Model) -> None:
        """Start a new training: copy the weights and random-number states of `fresh`, and reset the optimiser.

        Args:
            fresh: a model of the same architecture.
        """
        for variable, value in zip(self.model.variables, fresh.variables, strict=True):
            variable.assign(value)
        for variable, value in zip(self.optimizer.variables, self._new_optimizer, strict=True):
            variable.assign(value)
        if self.optimizer.use_ema:
            for variable, average in zip(self.model.trainable_variables, self._averages(), strict=True):
                average.assign(variable)
        self.start, self._copy = object(), None

    def state(self) -> list[np.ndarray]:
        """Return all arrays that a training needs to continue: weights, random-number states, optimiser variables."""
        return [variable.numpy() for variable in (*self.model.variables, *self.optimizer.variables)]

    def take(self, state: Sequence[np.ndarray]) -> None:
        """Set weights, random-number states and optimiser variables to those of a `state`."""
        for variable, value in zip((*self.model.variables, *self.optimizer.variables), state, strict=True):
            variable.assign(value)

    def _averages(self) -> list[keras.Variable]:
        return self.optimizer._model_variables_moving_average

    def take_averages(self) -> None:
        """Replace the weights by their running averages, if the optimiser has them (`use_ema`)."""
        self.optimizer.finalize_variable_values(self.model.trainable_variables)

    def run(self, batches: Iterator, steps: int, report: Report = silent) -> float:
        """Take gradient steps and return their mean loss.

        In a `checkpoints.kept` block, a training that was killed is resumed.

        Args:
            batches: iterator of a `tf.data.Dataset` of (inputs, targets), with at least `steps` batches left.
            steps: number of steps.
            report: called after every few steps with (number of steps, their mean loss).

        Raises:
            BrokenTrainingError: the loss or a weight became NaN or infinite; the model has finite weights again.
        """
        writer = checkpoints.current()
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
            if writer:
                writer.passed(self, total, done, steps)
        return total / steps

    def _begin(self, steps: int) -> tuple[float, int]:
        """Resume from a checkpoint if there is one. Return the sum of the losses and the number of the steps done."""
        writer = checkpoints.current()
        return writer.begin(self, steps) if writer else (0.0, 0)

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
        """Replace weights that are not finite by a copy, and raise the error.

        A guarded step whose loss is not finite has not changed the weights. If they are not finite all the same, the
        gradient of the step before was not. If the loss of the last step is finite, its own gradient was not.

        Args:
            loss: the mean loss of the last steps; not finite if that of the last one is not.
            step: the number of the last step.
            steps: steps of the whole call.
            sound: whether the trainable weights are finite.
            finite: whether the last batch is finite.
            copied_at: the step after which the weights were last copied.

        Raises:
            BrokenTrainingError: always.
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
        """Take up to `count` steps; stop after a step whose loss is not finite.

        Returns:
            The mean loss; the number of steps taken; whether the trainable weights are finite; and whether the batch of
            a step whose loss is not finite is finite itself (True if there was no such step).
        """
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
        """Compute the loss, change the weights if it is finite, and return it."""
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
    """Return whether to compile the gradient step with XLA.

    Measured on a CPU: XLA makes large dense networks 1.4 times as fast, since it fuses the optimiser's updates. It does
    not make convolutions faster, and makes layers that draw random numbers five to ten times slower.
    """

    def slow(layer: keras.layers.Layer) -> bool:
        return isinstance(layer, keras.layers.Conv2D) or hasattr(layer, "seed_generator")

    return model.count_params() >= XLA_WEIGHTS and not any(map(slow, model._flatten_layers()))
