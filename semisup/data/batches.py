"""Batches from memory, in an order that is a function of (seed, epoch) alone."""

import numpy as np
import tensorflow as tf


def batches(
    x: np.ndarray, y: np.ndarray | None, batch_size: int, epochs: int, seed: int
) -> tuple[tf.data.Dataset, int]:
    """Shuffled batches of all epochs in one stream.

    Args:
        x: (n, ...) inputs.
        y: (n, ...) targets; None means that the input is its own target.
        batch_size: rows in a batch; every row is seen once an epoch, so the last batch may be smaller.
        epochs: how often each row is seen; epoch e is shuffled by (seed, e).
        seed: seed of the order.

    Returns:
        A dataset of (x, y) batches, and the number of batches in an epoch.
    """
    rows = len(x)
    inputs = tf.constant(x)
    targets = inputs if y is None else tf.constant(y)

    def order(epoch: tf.Tensor) -> tf.data.Dataset:
        shuffled = tf.random.experimental.stateless_shuffle(tf.range(rows), seed=tf.stack([seed, epoch]))
        return tf.data.Dataset.from_tensor_slices(shuffled).batch(batch_size)

    def gather(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.gather(inputs, index)
        return batch, batch if y is None else tf.gather(targets, index)

    stream = tf.data.Dataset.range(epochs).flat_map(order).map(gather, num_parallel_calls=2, deterministic=True)
    return stream.prefetch(4), -(-rows // batch_size)


def enough(x: np.ndarray, y: np.ndarray | None, batch_size: int, steps: int, seed: int) -> tf.data.Dataset:
    """Batches as in `batches`, at least `steps` of them."""
    return batches(x, y, batch_size, -(-steps * batch_size // len(x)) + 1, seed)[0]


def beside(labelled: tf.data.Dataset, unlabelled: tf.data.Dataset) -> tf.data.Dataset:
    """((labelled, unlabelled inputs), targets of the labelled) batches from two streams of (inputs, targets)."""
    stream = tf.data.Dataset.zip(labelled, unlabelled).map(lambda known, other: ((known[0], other[0]), known[1]))
    return stream.prefetch(4)
