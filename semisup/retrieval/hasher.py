"""Models that give an input its code and its bits, built on an encoder in one of three ways.

- `graph`: bits of the diffusion map of the nearest-neighbour graph of all training codes, which a small network learns
  to tell from the code, so that new inputs have them too (self-taught hashing, Zhang et al. 2010).
- `itq`: the code's principal components, rotated.
- `rounding`: the code itself, which a hashing objective has driven to 0 and 1 (Salakhutdinov and Hinton 2009).
"""

import keras
import numpy as np
from keras import layers

from semisup import networks
from semisup.data.batches import enough
from semisup.errors import InputError
from semisup.graphs import neighbours
from semisup.retrieval import diffusion, itq
from semisup.system.progress import Report, silent
from semisup.training.trainer import Trainer

NEIGHBOURS = 10
WIDTHS = (512, 512)
STEPS = 4000
BATCH = 128
LEARNING_RATE = 1e-3


def by_rounding(encoder: keras.Model) -> keras.Model:
    """Bits are 1 where the code, in [0, 1], is above a half.

    Raises:
        InputError: the code is not in [0, 1], or its size no multiple of 8.
    """
    if not is_hashing(encoder):
        raise InputError("bits_from: rounding expects a run of the hashing objective, found an unbounded code")
    if encoder.output_shape[1] % 8:
        raise InputError(f"bits_from: rounding expects a code of a multiple of 8, found {encoder.output_shape[1]}")
    return _model(encoder, layers.Rescaling(1.0, offset=-0.5)(encoder.output))


def by_itq(encoder: keras.Model, codes: np.ndarray, bits: int, seed: int) -> keras.Model:
    """Bits are signs of the code's rotated principal components.

    Args:
        encoder: (batch, *shape) to (batch, code_size).
        codes: (n, code_size) of all training inputs.
        bits: how many.
        seed: of the rotation.

    Raises:
        InputError: there are more bits than numbers in the code.
    """
    if bits > codes.shape[1]:
        raise InputError(f"bits: expected at most {codes.shape[1]} from itq, the size of the code, found {bits}")
    rotated = itq.fit(codes, bits, seed)
    project = layers.Dense(bits, name="rotate")
    model = _model(encoder, project(encoder.output))
    project.set_weights([rotated.matrix, -rotated.mean @ rotated.matrix])
    return model


def by_graph(
    encoder: keras.Model, codes: np.ndarray, positions: np.ndarray, bits: int, seed: int, report: Report = silent
) -> keras.Model:
    """Bits are signs of rotated positions in the diffusion map of the graph, learned from the code.

    Args:
        encoder: (batch, *shape) to (batch, code_size).
        codes: (n, code_size) of all training inputs.
        positions: (n, at least bits) of theirs, of `graph_positions`.
        bits: how many.
        seed: of the rotation, the initial weights and the order.
        report: called with (steps taken, their mean loss) after every few steps.
    """
    used = positions[:, :bits]
    targets = itq.fit(used, used.shape[1], seed)(used)  # (n, bits)
    targets = np.pad(targets, ((0, 0), (0, bits - targets.shape[1])))  # few inputs have few positions
    keras.utils.set_random_seed(seed)
    code = keras.Input(codes.shape[1:])
    standardise = layers.Normalization(mean=codes.mean(axis=0), variance=codes.var(axis=0) + 1e-6)
    x = standardise(code)
    for width in WIDTHS:
        x = layers.Dense(width, activation="relu", kernel_initializer="he_normal")(x)
    head = keras.Model(code, layers.Dense(bits, name="bits")(x), name="hash")
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS))
    batch = min(BATCH, len(codes))
    stream = iter(enough(codes, targets.astype(np.float32), batch, STEPS, seed))
    Trainer(head, keras.losses.MeanSquaredError(), optimizer).run(stream, STEPS, report)
    return _model(encoder, head(encoder.output))


def graph_positions(codes: np.ndarray, most_bits: int, seed: int) -> np.ndarray:
    """(n, most_bits) positions of (n, code_size) codes in the diffusion map of their nearest-neighbour graph; fewer
    numbers where there are not so many codes."""
    graph = neighbours.adjacency(neighbours.self_search(codes, NEIGHBOURS))
    return diffusion.positions(graph, most_bits, seed)


def is_hashing(encoder: keras.Model) -> bool:
    """Whether the code is a sigmoid."""
    last = encoder.layers[-1]
    return last.name == "code_activation" and last.activation is keras.activations.sigmoid


def codes_and_bits(hasher: keras.Model, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, code_size) codes and (n, bits) bool of (n, ...) inputs."""
    size = hasher.output_shape[1] - hasher.get_layer("bits_of_code").output.shape[1]
    both = networks.predict(hasher, x)
    return both[:, :size], both[:, size:] > 0


def _model(encoder: keras.Model, projections: keras.KerasTensor) -> keras.Model:
    """(batch, *shape) to (batch, code_size + bits): the code, then numbers whose signs are the bits."""
    named = layers.Identity(name="bits_of_code")(projections)
    return keras.Model(encoder.input, layers.Concatenate()([encoder.output, named]), name="hasher")
