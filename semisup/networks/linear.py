"""The linear network: one matrix encodes, another decodes. Trained with mean squared error, it spans the same subspace
as PCA (Baldi and Hornik 1989)."""

import math

import keras
from keras import layers


def build(shape: tuple[int, ...], code_size: int) -> tuple[keras.Model, keras.Model]:
    """See `semisup.networks`; there are no hidden layers, and the output is not bounded."""
    inputs = keras.Input(shape, name="input")
    code = layers.Dense(code_size, name="code")(layers.Flatten()(inputs))  # (batch, code_size)
    encoder = keras.Model(inputs, code, name="encoder")

    code = keras.Input((code_size,), name="code")
    flat = layers.Dense(math.prod(shape))(code)  # (batch, features)
    decoder = keras.Model(code, layers.Reshape(shape, name="reconstruction")(flat), name="decoder")
    return encoder, decoder
