"""What the decoder writes by itself: the most probable symbol at each step (greedy), or the text that a beam of the
most probable unfinished ones ends with."""

import keras
import numpy as np

from semisup import networks
from semisup.errors import InputError
from semisup.reading import decoder as decoders
from semisup.reading import vocabulary
from semisup.reading.training import Reader

AT_ONCE = 512  # sequences in one beam search


def greedy(decoder: keras.Model, vectors: np.ndarray) -> np.ndarray:
    """(n, length) symbols of (n, images, size) vectors: at each step the most probable."""
    return networks.predict(decoders.greedy(decoder), vectors)


def beam(decoder: keras.Model, vectors: np.ndarray, width: int) -> np.ndarray:
    """(n, length) symbols of (n, images, size) vectors: the most probable text found when, after each symbol, the
    `width` most probable beginnings are kept (log-probabilities of whole texts, no reward for length); 1 is greedy."""
    step, remember = decoders.step(decoder), decoders.remember(decoder)
    parts = [vectors[start : start + AT_ONCE] for start in range(0, len(vectors), AT_ONCE)]
    return np.concatenate([_beam(step, networks.predict(remember, part), width, _length(decoder)) for part in parts])


def _length(decoder: keras.Model) -> int:
    return decoder.inputs[1].shape[1]


def _beam(step: keras.Model, memory: np.ndarray, width: int, length: int) -> np.ndarray:
    n, symbols = len(memory), step.output[0].shape[-1]
    memory = np.repeat(memory, width, axis=0)  # (n * width, ...)
    states = [np.zeros((n * width, state.shape[-1]), np.float32) for state in step.inputs[2:]]
    written = np.full((n, width, length), vocabulary.END, np.int32)
    score = np.full((n, width), -np.inf)  # log-probability of each beginning; at first there is one
    score[:, 0] = 0
    last = np.full((n, width), vocabulary.START, np.int32)
    after_end = np.full(symbols, -np.inf)
    after_end[vocabulary.END] = 0  # a text that has ended stays as it is
    for place in range(length):
        probabilities, *states = map(np.asarray, step([last.reshape(-1), memory, *states], training=False))
        steps = np.log(np.maximum(probabilities.astype(np.float64), 1e-30)).reshape(n, width, symbols)
        steps = np.where((last == vocabulary.END)[..., None], after_end, steps)
        total = (score[..., None] + steps).reshape(n, width * symbols)
        best = np.argsort(-total, axis=1, kind="stable")[:, :width]  # (n, width)
        score = np.take_along_axis(total, best, axis=1)
        parent, last = best // symbols, (best % symbols).astype(np.int32)
        written = np.take_along_axis(written, parent[..., None], axis=1)
        written[..., place] = last
        flat = (np.arange(n)[:, None] * width + parent).reshape(-1)
        states = [state[flat] for state in states]
        if (last == vocabulary.END).all():
            break
    return written[:, 0]


def log_probability(decoder: keras.Model, vectors: np.ndarray, symbols: np.ndarray) -> np.ndarray:
    """(n,) natural logarithms of the probabilities of (n, length) symbols, up to their first END."""
    probabilities = networks.predict(decoder, vectors, vocabulary.before(symbols))  # (n, length, symbols)
    each = np.take_along_axis(probabilities, symbols[..., None], axis=2)[..., 0]
    ended = np.cumsum(symbols == vocabulary.END, axis=1) - (symbols == vocabulary.END) > 0
    return np.where(ended, 0, np.log(np.maximum(each, 1e-30))).sum(axis=1)


def read_aloud(trained: Reader, images: np.ndarray, width: int = 1) -> list[str]:
    """The texts of sequences of images.

    Args:
        trained: by `training.train`.
        images: (n, images, *shape) float32 in [0, 1], as many in a sequence as it was trained for.
        width: of the beam; 1 is greedy.

    Raises:
        InputError: there is no sequence, or one of another length or of images of another shape.
    """
    shape = (trained.images, *trained.front.input_shape[1:])
    if images.shape[1:] != shape or not len(images):
        raise InputError(f"images: expected at least one sequence of shape {shape}, found an array of {images.shape}")
    vectors = networks.predict(trained.front, images.reshape(-1, *shape[1:])).reshape(len(images), shape[0], -1)
    symbols = greedy(trained.decoder, vectors) if width == 1 else beam(trained.decoder, vectors, width)
    return vocabulary.to_texts(symbols, trained.language)
