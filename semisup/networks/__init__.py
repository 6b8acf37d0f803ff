"""Networks: shape only. Each gives an encoder and a decoder that mirrors it, functional graphs of stock Keras layers.

A network is one file with one function `build(shape, widths, activation, code_size) -> (encoder, decoder)`:

- `encoder` maps (batch, *shape) to (batch, code_size), the code; its layer named "code" is linear, and an activation
  after it, where an objective or the settings want one, is the layer "code_activation";
- `decoder` maps (batch, code_size) to exactly (batch, *shape), in [0, 1] but for the linear one;
- dtype float32 throughout; the initial weights come from the global Keras seed.

`classifier_head` is what stage two puts on the code, `test_time_shifts` averages what any network of images gives.
"""

import hashlib

import keras
import numpy as np
import tensorflow as tf

from semisup.networks import convolutional, dense, linear

PREDICT_BATCH = 512
COMPILED_ROWS = 10_000  # with more, a compiled graph is worth the second that tracing it takes


def build(
    network: str,
    shape: tuple[int, ...],
    widths: list[int] | None,
    code_size: int,
    activation: str = "relu",
    code_activation: str | None = None,
    batch_norm: bool = False,
) -> tuple[keras.Model, keras.Model]:
    """Build the encoder and the decoder of a network by its name.

    Args:
        network: `linear`, `dense` or `convolutional`.
        shape: of one input: (features,) or (height, width, channels), the latter only for `convolutional`.
        widths: hidden widths from the input to the code; None takes the network's default.
        code_size: length of the code, smaller or larger than the input.
        activation: of the hidden layers, as Keras names it.
        code_activation: of the code; None leaves it unbounded.
        batch_norm: normalise each batch before every activation of the encoder (Ioffe and Szegedy 2015).
    """
    if network == "linear":
        encoder, decoder = linear.build(shape, code_size)
    elif network == "dense":
        widths = dense.WIDTHS if widths is None else widths
        encoder, decoder = dense.build(shape, widths, activation, code_size, batch_norm)
    else:
        widths = convolutional.WIDTHS if widths is None else widths
        encoder, decoder = convolutional.build(shape, widths, activation, code_size, batch_norm)
    if code_activation is not None:
        code = keras.layers.BatchNormalization(momentum=0.9)(encoder.output) if batch_norm else encoder.output
        code = keras.layers.Activation(code_activation, name="code_activation")(code)
        encoder = keras.Model(encoder.input, code, name="encoder")
    return encoder, decoder


def predict(model: keras.Model, *x: np.ndarray) -> np.ndarray:
    """Outputs of a model for (n, ...) inputs, one array for each that it takes, in inference mode, a batch at a time.

    Called eagerly for few inputs: to trace a graph for every new model, as Keras' own `predict` does, costs more than
    it saves; with many, it halves the time of a convolutional network.
    """
    if len(x[0]) > COMPILED_ROWS:
        model = tf.function(model, reduce_retracing=True)
    outputs = []
    for start in range(0, len(x[0]), PREDICT_BATCH):
        batch = [part[start : start + PREDICT_BATCH] for part in x]
        outputs.append(model(batch if len(x) > 1 else batch[0], training=False))
    return np.concatenate([keras.ops.convert_to_numpy(output) for output in outputs])


def weights_digest(model: keras.Model) -> str:
    """SHA-256 of all weights of a model, statistics of its batch normalisation included."""
    return hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest()


def check_unchanged(model: keras.Model, before: keras.Model) -> None:
    """Raise RuntimeError if a model that was frozen has other weights than before, byte by byte."""
    if weights_digest(model) != weights_digest(before):
        raise RuntimeError("the frozen encoder's weights changed")
