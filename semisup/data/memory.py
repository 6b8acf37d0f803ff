"""Estimate the memory that stage one takes, before anything is built, and refuse what does not fit."""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from semisup.data.dataset import Dataset
from semisup.data.memory_mapped import Mapped
from semisup.errors import InputError
from semisup.settings import PretrainSettings
from semisup.settings.networks import DEFAULT_WIDTHS, NETWORKS
from semisup.settings.sources import SOURCES, ImageOptions, StreamOptions, source_of
from semisup.system import memory

NUMBER = 4  # bytes of a float32
COPIES_OF_WEIGHTS = 16  # measured: weights, gradients, moments of the optimiser, copies to resume from, to save, by XLA
ROWS_AT_ONCE = 512  # inputs that go through a network at once where nothing is trained
BATCHES_AHEAD = 6  # batches that are read while others are trained on


def layers(network: str, shape: tuple[int, ...], widths: Sequence[int] | None, code_size: int) -> list[tuple[int, int]]:
    """Return (numbers of weights, numbers in the output for one input) of each layer of encoder and decoder.

    Args:
        network: `linear`, `dense` or `convolutional`, without batch normalisation.
        shape: shape of one input.
        widths: hidden widths; None takes the network's default.
        code_size: length of the code.
    """
    widths = list(DEFAULT_WIDTHS[network] if widths is None else widths)
    if network != "convolutional":
        sides = [math.prod(shape), *widths, code_size]
        sides += sides[-2::-1]
        return [((below + 1) * units, units) for below, units in pairwise(sides)]
    height, width, channels = shape
    down, up = [], []
    for before, filters in zip([None, *widths], widths, strict=False):
        up.append(((9 * filters + 1) * channels, height * width * channels))
        if filters != before:
            height, width = -(-height // 2), -(-width // 2)
        down.append(((9 * channels + 1) * filters, height * width * filters))
        channels = filters
    smallest = height * width * channels
    code = [((smallest + 1) * code_size, code_size), ((code_size + 1) * smallest, smallest)]
    return down + code + up[::-1]


def of_training(settings: PretrainSettings, shape: tuple[int, ...], rows: int) -> tuple[int, int, int]:
    """Return the bytes that training on (rows, *shape) inputs takes, beside the data and 0.9 GB of libraries.

    The estimate is of the plain autoencoder; the networks of other objectives are about as large. Measured peaks, with
    colour pictures of 96 × 128 to 240 × 320 pixels, were 0.8 to 1.5 times the estimate.

    Returns:
        Those of weights and optimiser, those of a batch, and those of the inputs that are reconstructed at once.
    """
    each = layers(settings.network, shape, settings.widths, settings.code_size)
    outputs, largest = sum(size for _, size in each), max(size for _, size in each)
    batch = settings.batch_size * (2 * outputs + largest + BATCHES_AHEAD * math.prod(shape))  # with gradients
    at_once = min(ROWS_AT_ONCE, rows) * 3 * largest  # input and output of a layer, before and after the activation
    return tuple(NUMBER * count for count in (COPIES_OF_WEIGHTS * sum(count for count, _ in each), batch, at_once))


def check_training(settings: PretrainSettings, dataset: Dataset) -> None:
    """Check that a network, its training and TensorFlow's copy of the data fit into the memory that is free.

    Raises:
        InputError: they do not. The sentence names the option to change.
    """
    weights, batch, at_once = of_training(settings, dataset.shape, len(dataset.x_train))
    data = 0 if isinstance(dataset.x_train, Mapped) else NUMBER * dataset.x_train.size
    groups = SOURCES[source_of(settings.data)].options
    or_smaller = " or a smaller --image_size" if ImageOptions in groups else ""
    size = ("widths", "fewer --widths") if NETWORKS[settings.network] else ("code_size", "a smaller --code_size")
    if or_smaller:
        size = ("image_size", f"a smaller --image_size or {size[1]}")
    read = ("stream", f"--stream true{or_smaller}") if StreamOptions in groups else ("data", "an .npy file")
    parts = (
        (weights, size),
        (at_once, size),
        (batch, ("batch_size", f"a smaller --batch_size{or_smaller}")),
        (data, read),
    )
    _, (option, change) = max(parts)
    _refuse_beyond(
        weights + max(batch, at_once) + data,
        f"{option}: expected a {settings.network} network on inputs of shape {dataset.shape} that fits",
        f"{_gigabytes(weights)} for weights and optimiser, {_gigabytes(max(batch, at_once))} for a batch, "
        f"{_gigabytes(data)} for data",
        change,
    )


def check_pictures(path: Path, rows: int, shape: tuple[int, int, int], dtype: np.dtype) -> None:
    """Check that decoded pictures fit into the memory that is free, as they are, scaled, and in TensorFlow.

    Args:
        path: their folder.
        rows: how many there are.
        shape: (height, width, channels) of each.
        dtype: of the decoded ones.

    Raises:
        InputError: they do not fit.
    """
    _refuse_beyond(
        rows * math.prod(shape) * (dtype.itemsize + 2 * NUMBER),
        f"image_size: expected pictures in {path} that fit",
        f"{rows:,} pictures of {shape[0]} × {shape[1]} pixels",
        "a smaller --image_size, or --stream true, which reads batches from a file",
    )


def _refuse_beyond(need: int, expected: str, parts: str, change: str) -> None:
    free = memory.available()
    if free is not None and need > free:
        raise InputError(
            f"{expected} into the {_gigabytes(free)} of memory that are free, found a need of {_gigabytes(need)} "
            f"({parts}); choose {change}"
        )


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB"
