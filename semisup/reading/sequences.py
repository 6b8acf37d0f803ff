"""Put together sequences of images that show a number, from single labelled images of digits."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from semisup.data.augmentation import augment
from semisup.reading import vocabulary

MOST_NOISE = 0.5  # largest weight of the noise in a soft class vector
Inputs = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # (batch, images) digits and a (2,) seed to (batch, images, ...)


def batches(images: int, language: str, batch_size: int, seed: int, inputs: Inputs) -> tf.data.Dataset:
    """Return endless batches of training numbers, drawn with replacement. Batch i is drawn with the seed (seed, i).

    Args:
        images: number of digits of a number.
        language: `english` or `korean`.
        batch_size: numbers in a batch.
        seed: of numbers and inputs.
        inputs: a function that returns the inputs for digits, such as images of them.

    Returns:
        Batches of ((inputs, previous symbols), symbols): (batch, images, ...) inputs; (batch, length) int32; (batch,
        length, symbols) float32 one-hot vectors.
    """
    values = vocabulary.numbers(images)[0]
    length = longest(images, language)
    symbols = vocabulary.to_symbols([vocabulary.reading(int(value), language) for value in values], language, length)
    digits = tf.constant(vocabulary.digits(values, images))
    previous, following = tf.constant(vocabulary.before(symbols)), tf.constant(symbols)
    depth = vocabulary.RESERVED + len(vocabulary.alphabet(language))

    def batch(step: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], tf.Tensor]:
        seeds = tf.random.split(tf.stack([tf.cast(seed, tf.int64), step]), 2)
        drawn = tf.random.stateless_uniform((batch_size,), seeds[0], maxval=len(values), dtype=tf.int32)
        x = inputs(tf.gather(digits, drawn), seeds[1])
        return (x, tf.gather(previous, drawn)), tf.one_hot(tf.gather(following, drawn), depth)

    return tf.data.Dataset.counter().map(batch, num_parallel_calls=2, deterministic=True).prefetch(4)


def longest(images: int, language: str) -> int:
    """Return the number of symbols of the longest text of a number of `images` digits, with one END."""
    values = np.concatenate(vocabulary.numbers(images))
    return max(len(vocabulary.reading(int(value), language)) for value in values) + 1


def of_rows(x: np.ndarray, y: np.ndarray, kinds: Sequence[str]) -> Inputs:
    """Return a function that replaces each digit by a labelled row, drawn from all rows of its class.

    Args:
        x: (n, ...) float32 images, or their codes.
        y: (n,) digits of the rows; each digit must occur.
        kinds: augmentations of the images; empty for codes.
    """
    counts = np.bincount(y, minlength=10)
    table = np.zeros((10, counts.max()), np.int32)  # rows of each digit
    for digit in range(10):
        table[digit, : counts[digit]] = np.flatnonzero(y == digit)
    values, rows, sizes = tf.constant(x), tf.constant(table), tf.constant(counts, tf.float32)

    def inputs(digits: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        seeds = tf.random.split(seed, 2)
        number = tf.random.stateless_uniform(tf.shape(digits), seeds[0]) * tf.gather(sizes, digits)
        chosen = tf.gather_nd(rows, tf.stack([digits, tf.cast(number, digits.dtype)], axis=-1))  # (batch, images)
        drawn = tf.gather(values, tf.reshape(chosen, [-1]))  # (batch * images, ...)
        if kinds:
            drawn = augment(drawn, kinds, seeds[1])
        return tf.reshape(drawn, [-1, digits.shape[1], *x.shape[1:]])

    return inputs


def soft_classes(digits: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Draw (batch, images, 10) class vectors such as a classifier might predict for images of (batch, images) digits.

    Each is a weighted mean of the one-hot vector of the digit and of noise. The noise is drawn from a flat Dirichlet
    distribution over all classes; its weight is uniform in [0, 0.5). A decoder trained with these vectors works on the
    output of a classifier. One trained with exact one-hot vectors does not.
    """
    seeds = tf.random.split(seed, 2)
    noise = tf.random.stateless_uniform((*digits.shape, 1), seeds[0], maxval=MOST_NOISE)
    others = tf.random.stateless_gamma((*digits.shape, 10), seeds[1], alpha=1.0)
    others /= tf.reduce_sum(others, axis=-1, keepdims=True)
    return (1 - noise) * tf.one_hot(digits, 10) + noise * others


def test_rows(y: np.ndarray, values: np.ndarray, images: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences of test images, always with seed 0.

    Args:
        y: (m,) digits of the test images; each digit must occur.
        values: (v,) numbers to draw from.
        images: number of digits of a number.
        count: number of sequences to draw. With one digit it is ignored: each test image is a sequence.

    Returns:
        (n, images) row numbers of the test images, and the (n,) numbers that they show.
    """
    if images == 1:
        return np.arange(len(y))[:, None], y
    rng = np.random.default_rng(0)
    drawn = rng.choice(values, count)  # (count,)
    digits = vocabulary.digits(drawn, images)  # (count, images)
    rows = np.empty_like(digits)
    for digit in range(10):
        is_digit = digits == digit
        rows[is_digit] = rng.choice(np.flatnonzero(y == digit), is_digit.sum())
    return rows, drawn
