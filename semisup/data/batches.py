"""Batches from memory or from a memory-mapped file. Their order depends only on (seed, epoch)."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from semisup.data.memory_mapped import Inputs, Mapped


def batches(
    x: Inputs,
    y: np.ndarray | None,
    batch_size: int,
    epochs: int,
    seed: int,
    part: Callable[[tf.Tensor], tf.Tensor] = lambda index: index,
) -> tuple[tf.data.Dataset, int]:
    """Return the shuffled batches of all epochs as one stream.

    Args:
        x: (n, ...) inputs.
        y: (n, ...) targets; with None the input is its own target.
        batch_size: rows in a batch. Every row is seen once an epoch, so the last batch of an epoch may be smaller.
        epochs: how often each row is seen; epoch e is shuffled by (seed, e).
        seed: seed of the order.
        part: maps the (batch,) row numbers of a batch to those that this process reads. Default: all.

    Returns:
        A dataset of (x, y) batches, and the number of batches in an epoch.
    """
    rows = len(x)
    inputs = _rows_of(x)
    targets = inputs if y is None else _rows_of(y)

    def order(epoch: tf.Tensor) -> tf.data.Dataset:
        return tf.data.Dataset.from_tensor_slices(_order(rows, seed, epoch)).batch(batch_size)

    def gather(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        index = part(index)
        batch = inputs(index)
        return batch, batch if y is None else targets(index)

    stream = tf.data.Dataset.range(epochs).flat_map(order).map(gather, num_parallel_calls=2, deterministic=True)
    return stream.prefetch(4), -(-rows // batch_size)


def _order(rows: int, seed: int, epoch: tf.Tensor) -> tf.Tensor:
    return tf.random.experimental.stateless_shuffle(tf.range(rows), seed=tf.stack([seed, epoch]))


def rows_of_step(rows: int, batch_size: int, seed: int, step: int) -> np.ndarray:
    """Return the (batch,) row numbers in the batch of a step of `batches`. Steps are counted from 1."""
    epoch, number = divmod(step - 1, -(-rows // batch_size))
    order = _order(rows, seed, tf.constant(epoch, tf.int64)).numpy()
    return order[number * batch_size : (number + 1) * batch_size]


def _rows_of(x: Inputs) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a function that maps (batch,) row numbers to those rows."""
    if not isinstance(x, Mapped):
        values = tf.constant(x)
        return lambda index: tf.gather(values, index)

    def read(index: tf.Tensor) -> tf.Tensor:
        batch = tf.numpy_function(x.__getitem__, [index], x.dtype)
        return tf.ensure_shape(batch, (None, *x.shape[1:]))

    return read


def enough(x: Inputs, y: np.ndarray | None, batch_size: int, steps: int, seed: int) -> tf.data.Dataset:
    """Return a stream as in `batches`, long enough for `steps` batches."""
    return batches(x, y, batch_size, -(-steps * batch_size // len(x)) + 1, seed)[0]


def beside(labelled: tf.data.Dataset, unlabelled: tf.data.Dataset) -> tf.data.Dataset:
    """Join two streams of (inputs, targets) batches.

    Returns:
        A stream of ((labelled inputs, unlabelled inputs), targets of the labelled inputs) batches.
    """
    stream = tf.data.Dataset.zip(labelled, unlabelled).map(lambda known, other: ((known[0], other[0]), known[1]))
    return stream.prefetch(4)
