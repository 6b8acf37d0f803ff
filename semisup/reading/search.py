"""Search for the text that a decoder writes: by the most probable symbol at each step (greedy), or by beam search."""

import keras
import numpy as np

from semisup import networks
from semisup.errors import InputError
from semisup.reading import decoder as decoders
from semisup.reading import vocabulary
from semisup.reading.training import Reader

AT_ONCE = 512  # sequences that are searched together by beam search


def greedy(decoder: keras.Model, vectors: np.ndarray) -> np.ndarray:
    """Return (n, length) symbols, at each step the most probable one, from (n, images, size) vectors."""
    return networks.predict(decoders.greedy(decoder), vectors)


def beam(decoder: keras.Model, vectors: np.ndarray, width: int) -> np.ndarray:
    """Search for the most probable text, keeping the `width` most probable beginnings after each symbol.

    Texts are compared by their log-probability, without a reward for length.

    Args:
        decoder: see `reading.decoder`.
        vectors: (n, images, size).
        width: of the beam; 1 is greedy.

    Returns:
        (n, length) symbols.
    """
    step, remember = decoders.step(decoder), decoders.remember(decoder)
    parts = [vectors[start : start + AT_ONCE] for start in range(0, len(vectors), AT_ONCE)]
    return np.concatenate([_beam(step, networks.predict(remember, part), width, _length(decoder)) for part in parts])


def _length(decoder: keras.Model) -> int:
    return decoder.inputs[1].shape[1]


def _beam(step: keras.Model, memory: np.ndarray, width: int, length: int) -> np.ndarray:
    """Return (n, length) symbols from (n, ...) memory; `step` as `decoder.step` returns it."""
    n, symbols = len(memory), step.output[0].shape[-1]
    memory = np.repeat(memory, width, axis=0)  # (n * width, ...)
    state = np.zeros((n * width, step.inputs[2].shape[-1]), np.float32)
    written = np.full((n, width, length), vocabulary.END, np.int32)
    score = np.full((n, width), -np.inf)  # log-probability of each beginning
    score[:, 0] = 0  # at first there is only one beginning, the empty text
    last = np.full((n, width), vocabulary.START, np.int32)
    after_end = np.full(symbols, -np.inf)
    after_end[vocabulary.END] = 0  # a text that has ended stays as it is
    for position in range(length):
        probabilities, state = map(np.asarray, step([last.reshape(-1), memory, state], training=False))
        log_step = np.log(np.maximum(probabilities.astype(np.float64), 1e-30)).reshape(n, width, symbols)
        log_step = np.where((last == vocabulary.END)[..., None], after_end, log_step)
        total = (score[..., None] + log_step).reshape(n, width * symbols)
        best = np.argsort(-total, axis=1, kind="stable")[:, :width]  # (n, width)
        score = np.take_along_axis(total, best, axis=1)
        parent, last = best // symbols, (best % symbols).astype(np.int32)
        written = np.take_along_axis(written, parent[..., None], axis=1)
        written[..., position] = last
        state = state[(np.arange(n)[:, None] * width + parent).reshape(-1)]
        if (last == vocabulary.END).all():
            break
    return written[:, 0]


def log_probability(decoder: keras.Model, vectors: np.ndarray, symbols: np.ndarray) -> np.ndarray:
    """Return the (n,) natural logarithms of the probabilities of texts.

    Args:
        decoder: see `reading.decoder`.
        vectors: (n, images, size).
        symbols: (n, length) texts; what follows the first END does not count.
    """
    probabilities = networks.predict(decoder, vectors, vocabulary.before(symbols))  # (n, length, symbols)
    of_symbols = np.take_along_axis(probabilities, symbols[..., None], axis=2)[..., 0]  # (n, length)
    ended = np.cumsum(symbols == vocabulary.END, axis=1) - (symbols == vocabulary.END) > 0
    return np.where(ended, 0, np.log(np.maximum(of_symbols, 1e-30))).sum(axis=1)


def read_aloud(trained: Reader, images: np.ndarray, width: int = 1) -> list[str]:
    """Return the texts of sequences of images.

    Args:
        trained: a reader that `training.train` returned.
        images: (n, images, *shape) float32 in [0, 1], as many images in a sequence as the reader was trained for.
        width: of the beam; 1 is greedy.

    Raises:
        InputError: there is no sequence, or sequences have another length or images of another shape.
    """
    shape = (trained.images, *trained.front.input_shape[1:])
    if images.shape[1:] != shape or not len(images):
        raise InputError(f"images: expected at least one sequence of shape {shape}, found an array of {images.shape}")
    vectors = networks.predict(trained.front, images.reshape(-1, *shape[1:])).reshape(len(images), shape[0], -1)
    symbols = greedy(trained.decoder, vectors) if width == 1 else beam(trained.decoder, vectors, width)
    return vocabulary.to_texts(symbols, trained.language)
