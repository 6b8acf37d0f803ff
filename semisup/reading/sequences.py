"""Sequences of images that make a number, put together from single labelled images."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from semisup.data.augmentation import augment
from semisup.reading import vocabulary

MOST_NOISE = 0.5  # of the mass of a class vector that is not on its class
Inputs = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # (batch, images) digits and a (2,) seed to (batch, images, ...)


def batches(images: int, language: str, batch_size: int, seed: int, inputs: Inputs) -> tf.data.Dataset:
    """Endless batches of training numbers, drawn anew with replacement at each step; batch i by the seed (seed, i).

    Args:
        images: how many make a number.
        language: that it is read in.
        batch_size: numbers in a batch.
        seed: of numbers and inputs.
        inputs: gives what stands for each digit.

    Returns:
        Batches of ((inputs, symbols before each), symbols): (batch, images, ...) as `inputs` gives them; (batch,
        length) int32; (batch, length, symbols) float32 one-hot.
    """
    values = vocabulary.numbers(images)[0]
    length = longest(images, language)
    symbols = vocabulary.to_symbols([vocabulary.reading(int(value), language) for value in values], language, length)
    digits = tf.constant(vocabulary.digits(values, images))
    before, after = tf.constant(vocabulary.before(symbols)), tf.constant(symbols)
    depth = vocabulary.RESERVED + len(vocabulary.alphabet(language))

    def batch(step: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], tf.Tensor]:
        seeds = tf.random.split(tf.stack([tf.cast(seed, tf.int64), step]), 2)
        drawn = tf.random.stateless_uniform((batch_size,), seeds[0], maxval=len(values), dtype=tf.int32)
        x = inputs(tf.gather(digits, drawn), seeds[1])
        return (x, tf.gather(before, drawn)), tf.one_hot(tf.gather(after, drawn), depth)

    return tf.data.Dataset.counter().map(batch, num_parallel_calls=2, deterministic=True).prefetch(4)


def longest(images: int, language: str) -> int:
    """Symbols of the longest reading of a number of so many digits, and one END."""
    values = np.concatenate(vocabulary.numbers(images))
    return max(len(vocabulary.reading(int(value), language)) for value in values) + 1


def of_rows(x: np.ndarray, y: np.ndarray, kinds: Sequence[str]) -> Inputs:
    """Labelled rows (images, or their codes) in place of digits, each drawn from all of its class.

    Args:
        x: (n, ...) float32.
        y: (n,) digits, each of which occurs.
        kinds: augmentations; none for codes.
    """
    counts = np.bincount(y, minlength=10)
    table = np.zeros((10, counts.max()), np.int32)  # rows of each digit
    for digit in range(10):
        table[digit, : counts[digit]] = np.flatnonzero(y == digit)
    everything, rows, sizes = tf.constant(x), tf.constant(table), tf.constant(counts, tf.float32)

    def inputs(digits: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        seeds = tf.random.split(seed, 2)
        place = tf.random.stateless_uniform(tf.shape(digits), seeds[0]) * tf.gather(sizes, digits)
        chosen = tf.gather_nd(rows, tf.stack([digits, tf.cast(place, digits.dtype)], axis=-1))  # (batch, images)
        drawn = tf.gather(everything, tf.reshape(chosen, [-1]))  # (batch * images, ...)
        if kinds:
            drawn = augment(drawn, kinds, seeds[1])
        return tf.reshape(drawn, [-1, digits.shape[1], *x.shape[1:]])

    return inputs


def soft_classes(digits: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """(batch, images, 10) class vectors that a classifier might give images of such digits: up to half of their mass,
    evenly drawn, lies on the other classes and their own, spread by a flat Dirichlet distribution. What a decoder
    learns from these it can use on a classifier's output; what it learns from exact ones it cannot."""
    seeds = tf.random.split(seed, 2)
    noise = tf.random.stateless_uniform((*digits.shape, 1), seeds[0], maxval=MOST_NOISE)
    others = tf.random.stateless_gamma((*digits.shape, 10), seeds[1], alpha=1.0)
    others /= tf.reduce_sum(others, axis=-1, keepdims=True)
    return (1 - noise) * tf.one_hot(digits, 10) + noise * others


def test_rows(y: np.ndarray, values: np.ndarray, images: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A fixed draw (seed 0) of sequences from test images.

    Args:
        y: (m,) digits of the test images, each of which occurs.
        values: (v,) numbers to draw from.
        images: how many make a number.
        count: of sequences; of one image there is one for each test image instead.

    Returns:
        (n, images) row numbers of the test images, and the (n,) numbers.
    """
    if images == 1:
        return np.arange(len(y))[:, None], y
    rng = np.random.default_rng(0)
    drawn = rng.choice(values, count)  # (count,)
    digits = vocabulary.digits(drawn, images)  # (count, images)
    rows = np.empty_like(digits)
    for digit in range(10):
        hit = digits == digit
        rows[hit] = rng.choice(np.flatnonzero(y == digit), hit.sum())
    return rows, drawn
