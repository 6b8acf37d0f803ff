"""The dense network: fully connected layers of any widths (Hinton and Salakhutdinov 2006)."""

import math
from typing import NamedTuple

import keras
from keras import layers, ops

WIDTHS = [256, 128]


def build(
    shape: tuple[int, ...], widths: list[int], activation: str, code_size: int, batch_norm: bool = False
) -> tuple[keras.Model, keras.Model]:
    """See `semisup.networks`; `widths` are the units of the encoder's hidden layers, mirrored in the decoder."""
    inputs = keras.Input(shape, name="input")
    x = layers.Flatten()(inputs)  # (batch, features)
    for width in widths:
        if batch_norm:
            x = layers.Dense(width, kernel_initializer="he_normal")(x)
            x = layers.Activation(activation)(layers.BatchNormalization(momentum=0.9)(x))
        else:
            x = layers.Dense(width, activation=activation, kernel_initializer="he_normal")(x)  # (batch, width)
    encoder = keras.Model(inputs, layers.Dense(code_size, name="code")(x), name="encoder")

    code = x = keras.Input((code_size,), name="code")
    for width in reversed(widths):
        x = layers.Dense(width, activation=activation, kernel_initializer="he_normal")(x)
    x = layers.Dense(math.prod(shape), activation="sigmoid")(x)  # (batch, features)
    decoder = keras.Model(code, layers.Reshape(shape, name="reconstruction")(x), name="decoder")
    return encoder, decoder


class Unrolled(NamedTuple):
    """One layer of a dense encoder: activation(slope * (kernel x) + offset).

    Attributes:
        kernel: (below, units).
        slope: (units,) 1, or the slope of the batch normalisation in inference mode.
        offset: (units,) the bias, or the offset after batch normalisation.
        activation: as Keras names it.
    """

    kernel: keras.KerasTensor
    slope: keras.KerasTensor
    offset: keras.KerasTensor
    activation: str


def unrolled(encoder: keras.Model) -> list[Unrolled]:
    """Return the layers of a dense encoder, from the first to the code."""
    result: list[Unrolled] = []
    for layer in encoder.layers:
        if isinstance(layer, layers.Dense):
            activation = keras.activations.serialize(layer.activation)
            result.append(Unrolled(layer.kernel, ops.ones_like(layer.bias), layer.bias, activation))
        elif isinstance(layer, layers.BatchNormalization):
            slope = layer.gamma / ops.sqrt(layer.moving_variance + layer.epsilon)
            offset = layer.beta + slope * (result[-1].offset - layer.moving_mean)
            result[-1] = result[-1]._replace(slope=slope, offset=offset)
        elif isinstance(layer, layers.Activation):
            result[-1] = result[-1]._replace(activation=keras.activations.serialize(layer.activation))
    return result
