"""Models that compute the code and the bits of an input. They are built on an encoder in one of three ways.

- `graph`: bits of the diffusion map of the nearest-neighbour graph of all training codes. A small network learns to
  predict them from the code, so that new inputs have bits too (self-taught hashing, Zhang et al. 2010).
- `itq`: signs of the code's rotated principal components (Gong and Lazebnik 2011).
- `rounding`: the code itself, which a hashing objective has pushed to 0 and 1 (Salakhutdinov and Hinton 2009).
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

NEIGHBOURS = 10  # of each code in the graph
WIDTHS = (512, 512)
STEPS = 4000
BATCH = 128
LEARNING_RATE = 1e-3


def by_rounding(encoder: keras.Model) -> keras.Model:
    """Build a hasher with bits that are 1 where the code, in [0, 1], is above 0.5.

    Raises:
        InputError: the code is not in [0, 1], or its size is no multiple of 8.
    """
    if not is_hashing(encoder):
        raise InputError("bits_from: rounding expects a run of the hashing objective, found an unbounded code")
    if encoder.output_shape[1] % 8:
        raise InputError(f"bits_from: rounding expects a code of a multiple of 8, found {encoder.output_shape[1]}")
    return _model(encoder, layers.Rescaling(1.0, offset=-0.5)(encoder.output))


def by_itq(encoder: keras.Model, codes: np.ndarray, bits: int, seed: int) -> keras.Model:
    """Build a hasher with bits that are signs of the code's rotated principal components.

    Args:
        encoder: (batch, *shape) to (batch, code_size).
        codes: (n, code_size) codes of all training inputs.
        bits: number of bits.
        seed: seed of the rotation.

    Raises:
        InputError: there are more bits than numbers in a code.
    """
    if bits > codes.shape[1]:
        raise InputError(f"bits: expected at most {codes.shape[1]} from itq, the size of the code, found {bits}")
    projection = itq.fit(codes, bits, seed)
    project = layers.Dense(bits, name="rotate")
    model = _model(encoder, project(encoder.output))
    project.set_weights([projection.matrix, -projection.mean @ projection.matrix])
    return model


def by_graph(
    encoder: keras.Model, codes: np.ndarray, positions: np.ndarray, bits: int, seed: int, report: Report = silent
) -> keras.Model:
    """Build a hasher with bits that are signs of rotated positions in the diffusion map. A network learns them.

    Args:
        encoder: (batch, *shape) to (batch, code_size).
        codes: (n, code_size) codes of all training inputs.
        positions: (n, at least bits) positions of these codes, by `graph_positions`; shorter for few inputs.
        bits: number of bits.
        seed: seed of the rotation, of the initial weights and of the order of the inputs.
        report: called with (steps taken, their mean loss) after every few steps.
    """
    used = positions[:, :bits]
    targets = itq.fit(used, used.shape[1], seed)(used)  # (n, bits)
    targets = np.pad(targets, ((0, 0), (0, bits - targets.shape[1])))  # for few inputs, positions are short
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
    """Return positions of (n, code_size) codes in the diffusion map of their nearest-neighbour graph.

    They are (n, most_bits) float32; with fewer than most_bits + 2 codes, (n, n - 2).
    """
    graph = neighbours.adjacency(neighbours.self_search(codes, NEIGHBOURS))
    return diffusion.positions(graph, most_bits, seed)


def is_hashing(encoder: keras.Model) -> bool:
    """Return whether the encoder ends with a sigmoid, as with the hashing objective."""
    last = encoder.layers[-1]
    return last.name == "code_activation" and last.activation is keras.activations.sigmoid


def codes_and_bits(hasher: keras.Model, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the (n, code_size) codes and the (n, bits) bool bits of (n, ...) inputs."""
    size = hasher.output_shape[1] - hasher.get_layer("bits_of_code").output.shape[1]
    outputs = networks.predict(hasher, x)
    return outputs[:, :size], outputs[:, size:] > 0


def _model(encoder: keras.Model, projections: keras.KerasTensor) -> keras.Model:
    """Return a model from (batch, *shape) to (batch, code_size + bits): the code, then numbers signed as the bits."""
    named = layers.Identity(name="bits_of_code")(projections)
    return keras.Model(encoder.input, layers.Concatenate()([encoder.output, named]), name="hasher")
