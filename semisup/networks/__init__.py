"""Build networks: an encoder, and a decoder that mirrors it. They are functional Keras models of Keras' own layers.

A network is a module with a function `build(shape, widths, activation, code_size) -> (encoder, decoder)`:

- `encoder` maps (batch, *shape) to the code, (batch, code_size). Its layer "code" is linear. If an objective or the
  settings need an activation of the code, the layer "code_activation" follows;
- `decoder` maps (batch, code_size) to (batch, *shape), exactly the input's shape, in [0, 1] except for the linear
  network;
- all tensors are float32. The initial weights come from the global Keras seed.

`classifier_head` builds the classifier that stage two puts on the code. `test_time_shifts` averages the outputs of a
network over shifted copies of an image.
"""

import hashlib

import keras
import numpy as np
import tensorflow as tf

from semisup.networks import convolutional, dense, linear

PREDICT_BATCH = 512
COMPILED_ROWS = 10_000  # with more, compiling a graph saves more than the second it takes


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
        shape: shape of one input: (features,) or (height, width, channels). `convolutional` needs the latter.
        widths: hidden widths from the input to the code; None takes the network's default.
        code_size: length of the code, smaller or larger than the input.
        activation: activation of the hidden layers, as Keras names it.
        code_activation: activation of the code; None leaves the code unbounded.
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
    """Return the outputs of a model in inference mode, computed a batch at a time.

    With few inputs the model is called eagerly: compiling a graph for every new model, as Keras' own `predict` does,
    costs more than it saves. With many inputs, compiling halves the time of a convolutional network.

    Args:
        model: the model.
        x: one (n, ...) array for each input of the model.
    """
    if len(x[0]) > COMPILED_ROWS:
        model = tf.function(model, reduce_retracing=True)
    outputs = []
    for start in range(0, len(x[0]), PREDICT_BATCH):
        batch = [part[start : start + PREDICT_BATCH] for part in x]
        outputs.append(model(batch if len(x) > 1 else batch[0], training=False))
    return np.concatenate([keras.ops.convert_to_numpy(output) for output in outputs])


def weights_digest(model: keras.Model) -> str:
    """Return the SHA-256 of all weights of a model, including the statistics of its batch normalisation."""
    return hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest()


def check_unchanged(model: keras.Model, before: keras.Model) -> None:
    """Raise RuntimeError if any byte of the weights of a frozen model differs from before."""
    if weights_digest(model) != weights_digest(before):
        raise RuntimeError("the frozen encoder's weights changed")
