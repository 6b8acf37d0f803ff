"""The dense network: fully connected layers, any list of widths (Hinton and Salakhutdinov 2006)."""

import math

import keras
from keras import layers

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
